"""Everything that the page of a network shows, as one JSON object."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ctgraph.draw.page.places import FONT, FONT_SIZE, LABEL_LIMIT, LABEL_LINES, LABEL_WIDTH, arrange
from ctgraph.network import FACETS, INFERRED, UNKNOWN_KIND, compute_layout
from ctgraph.network.stories import lit
from ctgraph.network.styles import LOOKS, OTHER, Look, group_of, legend_order
from ctgraph.terms import LANGUAGES, shorten
from ctgraph.text import wrap_evenly
from ctgraph.version import __version__
from ctgraph.words import read_words

if TYPE_CHECKING:
    import networkx

    from ctgraph.network import Facets
    from ctgraph.network.stories import Story


def claims_of(graph: networkx.Graph[str]) -> set[str]:
    """Return the claims of all nodes and ties."""
    claims = {claim for _, data in graph.nodes(data=True) for claim in data.get("claims", ())}
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
    story: Story | None,
    seed: int,
    is_too_big: bool,
) -> dict[str, Any]:
    """Return all that the page shows, ready for JSON."""
    nodes = list(graph)
    number = {node: index for index, node in enumerate(nodes)}
    names = {node: _names(node, graph.nodes[node]) for node in nodes}
    labels = {node: _labels(graph.nodes[node], names[node]) for node in nodes}
    groups = {node: group_of(graph.nodes[node]) for node in nodes}
    sizes = {node: _size(graph, node) for node in nodes}
    positions = arrange(compute_layout(graph, seed), labels, sizes)
    model = _model(graph, labels=labels, groups=groups, sizes=sizes, positions=positions, lang=lang)
    things = graph.graph.get("things", {})
    kinds = graph.graph.get("kinds", {})
    claims = sorted(evidence)
    claim_number = {claim: index for index, claim in enumerate(claims)}

    def cited(iris: Sequence[str]) -> list[int]:
        return [claim_number[iri] for iri in iris if iri in claim_number]

    def thing_name(iri: str) -> dict[str, str]:
        return _names(iri, graph.nodes[iri] if iri in graph else things.get(iri, {}))

    def kind_name(kind: str) -> dict[str, str]:
        return _names(kind, kinds.get(kind, {}))

    view = graph.graph.get("view", "query")
    offered = {facet: list(facets.names[facet]) for facet in FACETS} if facets else {}

    def of_part(through: str, ends: tuple[str, str]) -> dict[str, list[int]]:
        found = {}
        for facet, values in offered.items():
            assert facets is not None
            had = facets.of_part(view, through, ends, facet)
            if had:
                found[facet] = [index for index, value in enumerate(values) if value in had]
        return found

    edges = []
    for source, target, data in graph.edges(data=True):
        by_activity = data.get("by_activity", {})
        edges.append(
            {
                "from": number[data.get("source", source)],
                "to": number[data.get("target", target)],
                "weight": data.get("weight", 1),
                "basis": data.get("basis", INFERRED),
                "amounts": list(data.get("amounts", ())),
                "shared": bool(data.get("shared")),
                "roles": [thing_name(role) for role in data.get("roles", ())],
                "activities": [
                    {
                        "iri": shorten(activity),
                        "statement": activity in data.get("relations", ()),
                        "name": thing_name(activity),
                        "when": _when(facts),
                        "disputed": _disputed(facts),
                        "basis": by_activity.get(activity, {}).get("basis", ""),
                        "claims": cited(by_activity.get(activity, {}).get("claims", ())),
                        "facets": of_part(activity, (source, target)),
                    }
                    for activity in by_activity
                    for facts in [things.get(activity) or graph.nodes.get(activity, {})]
                ],
            }
        )
    shown = {data.get("kind", UNKNOWN_KIND) for _, data in graph.nodes(data=True)}
    return {
        "lang": lang,
        "view": view,
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
                "acronym": graph.nodes[node].get("acronym", ""),
                "kind": graph.nodes[node].get("kind", UNKNOWN_KIND),
                "members": [thing_name(iri) for iri in graph.nodes[node].get("members", ())],
                "unnamed": graph.nodes[node].get("identification") == "unnamed",
                "when": _when(graph.nodes[node]),
                "disputed": _disputed(graph.nodes[node]),
                "claims": cited(graph.nodes[node].get("claims", ())),
            }
            for node in nodes
        ],
        "edges": edges,
        "claims": [dict(evidence[claim]) for claim in claims],
        "legend": [
            {"group": group, "name": kind_name(group), "look": _drawn(LOOKS.get(group, OTHER))}
            for group in sorted(set(groups.values()), key=legend_order)
        ],
        "kinds": {kind: kind_name(kind) for kind in sorted(shown)},
        "filters": _filters(graph, thing_name),
        "facets": {
            facet: [
                {"iri": shorten(iri), **_names(iri, facets.names[facet][iri])} for iri in values
            ]
            for facet, values in offered.items()
            if facets is not None and len(values) > 1
        },
        "story": _told(graph, story, number, claim_number) if story else None,
        "note": {name: _note(graph, name, is_too_big=is_too_big) for name in LANGUAGES},
        "about": {
            "version": about.get("version") or __version__,
            "licence": about.get("licence_name") or "",
            "licence_url": about.get("licence") or "",
            "url": about.get("url") or "",
            "hash": about.get("hash") or "",
            "sources": [dict(source) for source in about.get("sources") or ()],
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


def _told(
    graph: networkx.Graph[str],
    story: Story,
    number: Mapping[str, int],
    claim_number: Mapping[str, int],
) -> dict[str, Any]:
    edges = list(enumerate(graph.edges))
    steps = []
    for step in story.steps:
        nodes, pairs = lit(graph, step)
        steps.append(
            {
                "title": dict(step.title),
                "caption": dict(step.caption),
                "nodes": sorted(number[node] for node in nodes),
                "edges": [index for index, pair in edges if tuple(sorted(pair)) in pairs],
                "claims": [claim_number[iri] for iri in step.claims if iri in claim_number],
            }
        )
    return {"title": dict(story.title), "description": dict(story.description), "steps": steps}


def _names(iri: str, facts: Mapping[str, Any]) -> dict[str, str]:
    fallback = iri.rpartition("/")[2] or iri
    return {language: facts.get(f"label_{language}") or fallback for language in LANGUAGES}


def _labels(facts: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, str]:
    """Return what stands beside the node.

    The acronym on a line of its own, and the wrapped name.
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
        made[language] = "\n".join(lines)
    return made


def _size(graph: networkx.Graph[str], node: str) -> int:
    counted = graph.nodes[node].get("size") or graph.degree(node)
    return min(30, 11 + round(3 * math.sqrt(counted)))


def _when(facts: Mapping[str, Any]) -> str:
    start, end = str(facts.get("starts", "")), str(facts.get("ends", ""))
    if not start or start == end:
        return start or end
    return f"{start} – {end}" if end else start


def _disputed(facts: Mapping[str, Any]) -> dict[str, str] | None:
    """Return what sources say against a thing, by language; None if nothing."""
    said = {language: str(facts.get(f"disputed_{language}", "")) for language in LANGUAGES}
    return said if any(said.values()) else None


def _filters(graph: networkx.Graph[str], name: Any) -> list[dict[str, str]]:
    """Return what the network was cut by, in words; ``key`` is one of the words."""
    said = []
    for key, value in graph.graph.get("filters", {}).items():
        if key in {"actor", "topic", "year", "place", "role", "kind"}:
            said.append({"key": key, **name(value)})
        elif key in {"hops", "since", "until"}:
            said.append({"key": key, "en": value, "ja": value})
        elif key == "stated_only":
            said.append({"key": key, "en": "", "ja": ""})
    scope = graph.graph.get("scope", {})
    return [{"key": "", **scope}, *said] if scope else said


def _model(
    graph: networkx.Graph[str],
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
    for index, (source, target, data) in enumerate(graph.edges(data=True)):
        inferred = data.get("basis", INFERRED) == INFERRED
        model.add_edge(
            number[data.get("source", source)],
            number[data.get("target", target)],
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
