"""Everything that the page of a network shows, as one JSON object."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ctgraph.draw.page.choices import read_choices
from ctgraph.draw.page.model import make_model, node_size
from ctgraph.draw.page.places import LABEL_LINES, LABEL_WIDTH, arrange
from ctgraph.draw.page.told import Telling, dated, disputed, names_of
from ctgraph.network import UNKNOWN_KIND, compute_layout
from ctgraph.network.analysis import find_communities
from ctgraph.network.stories import lit
from ctgraph.network.styles import Look, group_of, legend_order, look_of
from ctgraph.terms import LANGUAGES, shorten
from ctgraph.text import wrap_evenly
from ctgraph.version import __version__
from ctgraph.words import read_words

if TYPE_CHECKING:
    import networkx

    from ctgraph.network.facets import Facets
    from ctgraph.network.placed import Note
    from ctgraph.network.rollup import RollUp
    from ctgraph.network.stories import Story


def claims_of(graph: networkx.Graph[str]) -> set[str]:
    """Return the claims of all nodes and ties, and of what is told of nodes."""
    things = graph.graph.get("things", {})
    claims = {claim for _, data in graph.nodes(data=True) for claim in data.get("claims", ())}
    for _, about in graph.nodes(data="about"):
        claims.update(claim for thing in about or () for claim in things[thing]["claims"])
    return claims | {c for _, _, data in graph.edges(data=True) for c in data.get("claims", ())}


def read_titles(
    graph: networkx.Graph[str], title: str | Mapping[str, str] | None
) -> dict[str, str]:
    """Return the title in each language."""
    if isinstance(title, str):
        return dict.fromkeys(LANGUAGES, title)
    given = title or {}
    return {
        language: given.get(language) or graph.graph.get(f"title_{language}") or "ctgraph"
        for language in LANGUAGES
    }


# --- what the page is told ----------------------------------------------------------------------


def page_data(
    graph: networkx.Graph[str],
    *,
    titles: Mapping[str, str],
    lang: str,
    evidence: Mapping[str, Mapping[str, str]],
    about: Mapping[str, Any],
    facets: Facets | None,
    rolling: RollUp | None,
    story: Story | None,
    seed: int,
    is_too_big: bool,
) -> dict[str, Any]:
    """Return all that the page shows, ready for JSON.

    Of a network that can be rolled up, nodes and edges are both those of the network as it is and
    those of it rolled up: a part has the number of its ``whole``; what only stands there rolled up
    is ``added``, or has the numbers of the edges that it joins as ``pieces``.
    """
    is_placed = "places" in graph.graph
    notes = graph.graph.get("notes", ())
    positions = compute_layout(graph, seed)
    ties: list[tuple[Mapping[str, Any], Sequence[int]]] = [
        ({"source": source, "target": target, **data}, ())
        for source, target, data in graph.edges(data=True)
    ]
    if rolling is not None:
        of = rolling.wholes.of
        # A whole that is not drawn beside its parts stands where its best tied part stood.
        for part in sorted(of, key=lambda part: (-graph.degree(part), part)):
            positions.setdefault(of[part], positions[part])
        graph = rolling.graph
        ties += rolling.joined
    telling = Telling(graph, evidence, facets, rolling)
    names = {node: telling.name(node) for node in graph}
    labels = {node: _labels(graph.nodes[node], names[node]) for node in graph}
    groups = {node: group_of(graph.nodes[node]) for node in graph}
    sizes = {
        node: node_size(rolling.rolled if rolling and node in rolling.added else graph, node)
        for node in graph
    }
    if not is_placed:
        positions = arrange(positions, labels, sizes)
    model = make_model(graph, ties, groups=groups, sizes=sizes, positions=positions)
    kinds = graph.graph.get("kinds", {})
    shown = {data.get("kind", UNKNOWN_KIND) for _, data in graph.nodes(data=True)}

    def kind_name(kind: str) -> dict[str, str]:
        return names_of(kind, kinds.get(kind, {}))

    # Those that what is drawn rests on, as far as that is known.
    drawn = facets.names["source"] if facets else {}
    sources = [
        dict(source)
        for source in about.get("sources") or ()
        if not drawn or source.get("iri") in drawn
    ]
    data: dict[str, Any] = {
        "lang": lang,
        "view": graph.graph.get("view", "query"),
        "directed": graph.is_directed(),
        "title": dict(titles),
        "words": {
            name: read_words("network_page", name)
            | read_words("source_line", name)
            | {"own_words": read_words("evidence", name)["own_words"]}
            for name in LANGUAGES
        },
        "starts": _begins_with_search(graph),
        "communities": _communities(telling, seed),
        "notes": _notes(notes, telling),
        "drawn": {"nodes": model.nodes, "edges": model.edges},
        "nodes": [
            {
                "iri": shorten(node),
                "group": groups[node],
                "name": names[node],
                "label": labels[node],
                "acronym": data.get("acronym", ""),
                "kind": data.get("kind", UNKNOWN_KIND),
                "members": [telling.name(iri) for iri in data.get("members", ())],
                "unnamed": data.get("identification") == "unnamed",
                **dated(data),
                "disputed": disputed(data),
                "claims": telling.cited(data.get("claims", ())),
                "about": telling.about(node),
                **telling.rolled(node),
            }
            for node, data in graph.nodes(data=True)
        ],
        "edges": [telling.edge(data, pieces) for data, pieces in ties],
        "claims": [telling.claim(claim) for claim in telling.claims],
        "rolled": rolling is not None and "roll_up" in graph.graph.get("filters", {}),
        "legend": [
            {"group": group, "name": kind_name(group), "look": _drawn(look_of(group))}
            for group in sorted(set(groups.values()), key=legend_order)
        ],
        "kinds": {kind: kind_name(kind) for kind in sorted(shown)},
        "filters": _filters(graph, telling.name, is_rolled=rolling is None),
        "facets": {
            facet: [_offered(value, had, sources) for value, had in values.items()]
            for facet, values in (facets.names if facets else {}).items()
            # A source alone comes with its kind.
            if len(values) > (2 if facet == "source" else 1)
        },
        "story": None,
        "note": {name: _note(graph, name, is_too_big=is_too_big) for name in LANGUAGES},
        "about": {
            "version": about.get("version") or __version__,
            "licence": about.get("licence_name") or "",
            "licence_url": about.get("licence") or "",
            "url": about.get("url") or "",
            "hash": about.get("hash") or "",
            "sources": sources,
        },
    }
    if story is not None:
        data["story"] = _told(telling, story, data)
    return data


_WHOLE = 600


def _begins_with_search(graph: networkx.Graph[str]) -> bool:
    """Tell whether a page asks for a part first, as the whole is no picture to begin with."""
    return graph.graph.get("view") == "everything" or graph.number_of_nodes() > _WHOLE


# Below it a network has no communities worth the name: Newman and Girvan, Finding and evaluating
# community structure in networks, Physical Review E 69, 2004.
_MODULAR = 0.3
_FEWEST, _MOST = 12, 2_000
_NAMED = 3
_NAME_WIDTH = 26  # columns of text


def _communities(telling: Telling, seed: int) -> dict[str, Any]:
    """Return the groups of three and more nodes that the page colours, and how apart they are."""
    graph = telling.graph
    added = telling.rolling.added if telling.rolling else ()
    own = graph.subgraph(node for node in graph if node not in added)
    if not _FEWEST <= len(own) <= _MOST or not own.number_of_edges():
        return {"modularity": None, "groups": []}
    groups, modularity = find_communities(own, seed)
    said = round(modularity, 2)
    if modularity < _MODULAR:
        return {"modularity": said, "groups": []}
    return {
        "modularity": said,
        "groups": [
            {"name": _group_name(telling, members), "nodes": [telling.number[m] for m in members]}
            for members in groups
            if len(members) >= _NAMED
        ],
    }


def _group_name(telling: Telling, members: Sequence[str]) -> dict[str, str]:
    """Name a community by those of its members that have most ties."""
    graph = telling.graph
    most = sorted(members, key=lambda node: (-graph.degree(node), node))[:_NAMED]
    names = {
        language: [
            graph.nodes[node].get("acronym") or telling.name(node)[language] for node in most
        ]
        for language in LANGUAGES
    }
    return {
        language: " · ".join(wrap_evenly(name, _NAME_WIDTH, 1)[0] for name in names[language])
        for language in LANGUAGES
    }


def _notes(notes: Iterable[Note], telling: Telling) -> list[dict[str, Any]]:
    return [
        {
            "text": note.text,
            "x": note.at[0],
            "y": note.at[1],
            "to": telling.number.get(note.to) if note.to else None,
        }
        for note in notes
    ]


def _drawn(look: Look) -> dict[str, str | bool]:
    """Return a look as the legend draws it, its colours by their roles."""
    return {
        "shape": look.shape,
        "inside": look.inside_role,
        "rim": look.rim_role,
        "thick": look.is_thick,
    }


def _note(graph: networkx.Graph[str], lang: str, *, is_too_big: bool) -> str:
    """Return what became of a network that was made smaller, and how to see the rest."""
    too_big = read_words("network_page", lang)["too_big"] if is_too_big else ""
    said = [graph.graph.get(f"note_{lang}", ""), too_big]
    return " ".join(part for part in said if part)


def _told(telling: Telling, story: Story, data: Mapping[str, Any]) -> dict[str, Any]:
    edges = list(enumerate(telling.graph.edges))
    steps = []
    for number, step in enumerate(story.steps, 1):
        nodes, pairs = lit(telling.graph, step)
        steps.append(
            {
                "title": dict(step.title),
                "caption": dict(step.caption),
                "nodes": sorted(telling.number[node] for node in nodes),
                "edges": [index for index, pair in edges if tuple(sorted(pair)) in pairs],
                "claims": telling.cited(step.claims),
                "choices": read_choices(story, number, data),
            }
        )
    return {"title": dict(story.title), "description": dict(story.description), "steps": steps}


def _labels(facts: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, str]:
    """Return what stands beside the node.

    The acronym on a line of its own, the wrapped name, and a figure if there is one.
    """
    acronym = facts.get("acronym") or ""
    made = {}
    for language in LANGUAGES:
        spelt = acronym and unicodedata.normalize("NFKC", names[language]) != acronym
        lines = wrap_evenly(
            names[language], LABEL_WIDTH[language], LABEL_LINES - 1 if spelt else LABEL_LINES
        )
        if spelt:
            lines = [acronym, *lines]
        made[language] = "\n".join(filter(None, (*lines, facts.get(f"figure_{language}"))))
    return made


def _filters(graph: networkx.Graph[str], name: Any, *, is_rolled: bool) -> list[dict[str, str]]:
    """Return what the network was cut by, in words; ``key`` is one of the words.

    How a page that can roll its network up shows it is for the reader to say.
    """
    said = []
    for key, value in graph.graph.get("filters", {}).items():
        if key in {"actor", "topic", "year", "place", "role", "kind"}:
            said.append({"key": key, **name(value)})
        elif key in {"hops", "since", "until"}:
            said.append({"key": key, "en": value, "ja": value})
        elif key == "stated_only":
            said.append({"key": key, "en": "", "ja": ""})
        elif key == "roll_up" and is_rolled:
            said.append({"key": f"rolled_up_{value}", "en": "", "ja": ""})
    scope = graph.graph.get("scope", {})
    return [{"key": "", **scope}, *said] if scope else said


def _offered(
    value: str, names: Mapping[str, str], sources: Sequence[Mapping[str, str]]
) -> dict[str, Any]:
    """Return a value of a facet; a source that is listed for the whole page is named there."""
    listed = next((i for i, source in enumerate(sources) if source.get("iri") == value), None)
    iri = shorten(value).strip("<>")
    return {"iri": iri, **(names_of(value, names) if listed is None else {"source": listed})}
