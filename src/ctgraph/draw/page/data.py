"""Everything that the page of a network shows, as one JSON object."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ctgraph.draw.page.places import FONT, FONT_SIZE, LABEL_LIMIT, LABEL_LINES, LABEL_WIDTH, arrange
from ctgraph.draw.page.told import Telling, dated, disputed, names_of
from ctgraph.network import INFERRED, UNKNOWN_KIND, compute_layout
from ctgraph.network.stories import lit
from ctgraph.network.styles import LOOKS, OTHER, Look, group_of, legend_order
from ctgraph.terms import LANGUAGES, shorten
from ctgraph.text import wrap_evenly
from ctgraph.version import __version__
from ctgraph.words import read_words

if TYPE_CHECKING:
    import networkx

    from ctgraph.network.facets import Facets
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
        node: _size(rolling.rolled if rolling and node in rolling.added else graph, node)
        for node in graph
    }
    positions = arrange(positions, labels, sizes)
    model = _model(
        graph, ties, labels=labels, groups=groups, sizes=sizes, positions=positions, lang=lang
    )
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
    return {
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
        "options": model.options,
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
            {"group": group, "name": kind_name(group), "look": _drawn(LOOKS.get(group, OTHER))}
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
        "story": _told(telling, story) if story else None,
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


def _drawn(look: Look) -> dict[str, str | bool]:
    """Return a look as the legend draws it."""
    return {"shape": look.shape, "inside": look.inside, "rim": look.rim, "thick": look.is_thick}


def _note(graph: networkx.Graph[str], lang: str, *, is_too_big: bool) -> str:
    """Return what became of a network that was made smaller, and how to see the rest."""
    too_big = read_words("network_page", lang)["too_big"] if is_too_big else ""
    said = [graph.graph.get(f"note_{lang}", ""), too_big]
    return " ".join(part for part in said if part)


def _told(telling: Telling, story: Story) -> dict[str, Any]:
    edges = list(enumerate(telling.graph.edges))
    steps = []
    for step in story.steps:
        nodes, pairs = lit(telling.graph, step)
        steps.append(
            {
                "title": dict(step.title),
                "caption": dict(step.caption),
                "nodes": sorted(telling.number[node] for node in nodes),
                "edges": [index for index, pair in edges if tuple(sorted(pair)) in pairs],
                "claims": telling.cited(step.claims),
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


def _size(graph: networkx.Graph[str], node: str) -> int:
    counted = graph.nodes[node].get("size") or graph.degree(node)
    return min(30, 11 + round(3 * math.sqrt(counted)))


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
            said.append({"key": "rolled_up", "en": "", "ja": ""})
    scope = graph.graph.get("scope", {})
    return [{"key": "", **scope}, *said] if scope else said


def _offered(
    value: str, names: Mapping[str, str], sources: Sequence[Mapping[str, str]]
) -> dict[str, Any]:
    """Return a value of a facet; a source that is listed for the whole page is named there."""
    listed = next((i for i, source in enumerate(sources) if source.get("iri") == value), None)
    iri = shorten(value).strip("<>")
    return {"iri": iri, **(names_of(value, names) if listed is None else {"source": listed})}


def _model(
    graph: networkx.Graph[str],
    ties: Sequence[tuple[Mapping[str, Any], Sequence[int]]],
    *,
    labels: Mapping[str, Mapping[str, str]],
    groups: Mapping[str, str],
    sizes: Mapping[str, int],
    positions: Mapping[str, tuple[float, float]],
    lang: str,
) -> Any:
    """Return the pyvis network; its ids are the numbers of nodes in their order."""
    from pyvis.network import Network  # type: ignore[import-untyped]

    # Directed, so that adding an edge does not walk over all others; arrows are drawn by view.
    model = Network(directed=True)
    number = {node: index for index, node in enumerate(graph)}
    small = len(number) <= LABEL_LIMIT
    for node, index in number.items():
        look = LOOKS.get(groups[node], OTHER)
        x, y = positions[node]
        model.add_node(
            index,
            label=labels[node][lang],
            shape=look.shape,
            color={
                "background": look.inside,
                "border": look.rim,
                "highlight": {"background": look.inside, "border": "#000000"},
            },
            size=sizes[node],
            borderWidth=3 if look.is_thick else 1.5,
            borderWidthSelected=4,
            x=x,
            y=y,
            physics=False,
        )
    for index, (data, _) in enumerate(ties):
        inferred = data.get("basis", INFERRED) == INFERRED
        model.add_edge(
            number[data["source"]],
            number[data["target"]],
            id=index,
            arrows="to" if graph.is_directed() else "",
            width=min(8.0, 1.25 + 1.25 * float(data.get("weight", 1))),
            dashes=[7, 5] if inferred else False,
            color={"color": "#8794a0" if inferred else "#33424d", "highlight": "#000000"},
        )
    # Not by set_options, which takes the blanks out of every string, font names included.
    model.options = {
        "autoResize": True,
        "physics": {"enabled": False},
        "layout": {"improvedLayout": False},
        "edges": {"smooth": False, "selectionWidth": 1.5, "hoverWidth": 0.5},
        "nodes": {
            "font": {
                "face": FONT,
                "size": FONT_SIZE,
                "color": "#16202a",
                "strokeWidth": 3,
                "strokeColor": "rgba(255,255,255,0.92)",
            },
            "scaling": {"label": {"drawThreshold": 4 if small else 9}},
        },
        "interaction": {
            "hover": True,
            # Our own keys walk from node to node; see keys.js.
            "keyboard": {"enabled": False},
            "hideEdgesOnDrag": len(number) > LABEL_LIMIT,
            "multiselect": False,
            "navigationButtons": False,
        },
    }
    return model
