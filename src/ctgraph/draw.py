"""A network as one HTML file that needs no connection and can show the words behind every edge.

pyvis' `Network` is the model of nodes, edges and options; the page around it is ours, because
pyvis' own page loads scripts from elsewhere and cannot show evidence.
"""

from __future__ import annotations

import base64
import bisect
import functools
import hashlib
import itertools
import json
import math
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ctgraph import __version__
from ctgraph.coarsen import communities
from ctgraph.errors import DataError, UnknownName
from ctgraph.facets import FACETS, read_facets
from ctgraph.looks import LOOKS, OTHER, Look, group_of, legend_order
from ctgraph.network import INFERRED, UNKNOWN_KIND, layout, read_claims
from ctgraph.output import Target, write_output
from ctgraph.stories import lit
from ctgraph.terms import LANGUAGES, shorten
from ctgraph.words import KEYS, WORDS

if TYPE_CHECKING:
    import networkx

    from ctgraph.facets import Facets
    from ctgraph.store import Store
    from ctgraph.stories import Story


_FONT = (
    '"Noto Sans JP", "Noto Sans CJK JP", "Hiragino Sans", "Yu Gothic UI", Meiryo, system-ui, '
    "sans-serif"
)
_WRAP = {"en": 22, "ja": 20}
_LINES = 4
_FONT_SIZE = 16
_LABEL_LIMIT = 300
# Pixels that an edge of the layout is high, at least and at most; it is wider by the shape of a
# screen. Few nodes stand closer, so that their labels stay large when the picture fills the page.
_EDGES = (110.0, 210.0)
_SCREEN = 1.9
MOST_NODES = 5_000
"""Nodes that a page draws; a larger network is shown by its communities (benchmarks/README.md)."""

_TEMPLATES = Path(__file__).parent / "templates" / "network"
# In the order in which they stand in the page, inside one function.
_SCRIPTS = (
    *("core", "filter", "picture", "labels", "words", "details", "tables", "controls"),
    *("story", "files", "keys", "link", "start"),
)
_VIS = ("templates", "lib", "vis-9.1.2", "vis-network.min.js")


def write_page(
    graph: networkx.Graph[str],
    target: Target,
    *,
    title: str | Mapping[str, str] | None = None,
    lang: str = "en",
    store: Store | None = None,
    evidence: Mapping[str, Mapping[str, str]] | None = None,
    about: Mapping[str, Any] | None = None,
    facets: Facets | None = None,
    story: Story | None = None,
    seed: int = 1,
) -> None:
    """Write a network as one HTML page that asks no host for anything.

    Same graph and options, same bytes. A network of more than `MOST_NODES` is shown by its
    communities, and the page says so and how to see the rest.

    Args:
        graph: A network as `ctgraph.network.build_network` makes it.
        target: A path or a stream.
        title: Heading of the page, or one by language; by default that of the view.
        lang: Language in which the page opens, ``en`` or ``ja``; the reader can switch.
        store: Where evidence and the words about the data come from if they are not given.
        evidence: Words of claims by IRI, as `ctgraph.network.read_claims` gives them.
        about: Version, licence, hash and sources, as `ctgraph.export.citation` gives them.
        facets: What a reader can filter by, as `ctgraph.facets.read_facets` gives it.
        story: The steps in which the page can tell the network.
        seed: Where the layout starts.

    Raises:
        UnknownName: The language is another.
        DataError: The network is empty.
        UsageError: The file cannot be written.
    """
    write_output(
        target,
        [
            page_text(
                graph,
                title=title,
                lang=lang,
                store=store,
                evidence=evidence,
                about=about,
                facets=facets,
                story=story,
                seed=seed,
            )
        ],
    )


def page_text(
    graph: networkx.Graph[str],
    *,
    title: str | Mapping[str, str] | None = None,
    lang: str = "en",
    store: Store | None = None,
    evidence: Mapping[str, Mapping[str, str]] | None = None,
    about: Mapping[str, Any] | None = None,
    facets: Facets | None = None,
    story: Story | None = None,
    seed: int = 1,
) -> str:
    """The page of `write_page` as text."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    if lang not in LANGUAGES:
        raise UnknownName("language", lang, LANGUAGES)
    if not graph.number_of_nodes():
        raise DataError("the network is empty: nothing fits the filters.", hint="Ask for more.")
    is_too_big = graph.number_of_nodes() > MOST_NODES
    if is_too_big:
        graph = communities(graph, seed, lang=lang)
    if store is not None:
        if evidence is None:
            told = {claim for step in story.steps for claim in step.claims} if story else set()
            evidence = read_claims(store, _claims_of(graph) | told)
        if about is None:
            from ctgraph.export import citation

            about = citation(store)
        if facets is None:
            facets = read_facets(store, graph)
    titles = _titles(graph, title or (story.title if story else None))
    data = _page_data(
        graph,
        titles=titles,
        lang=lang,
        evidence=evidence or {},
        about=about or {},
        facets=facets,
        story=story,
        seed=seed,
        is_too_big=is_too_big,
    )
    style = (_TEMPLATES / "page.css").read_text(encoding="utf-8")
    scripts = [_vis_script(), _page_script()]
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    policy = "; ".join(
        [
            "default-src 'none'",
            f"script-src {' '.join(map(_source_hash, scripts))}",
            f"style-src {_source_hash(style)}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )
    page: str = environment.get_template("page.html").render(
        lang=lang,
        title=titles[lang],
        policy=policy,
        style=Markup(style),
        data=Markup(_embed(data)),
        vis=Markup(scripts[0]),
        script=Markup(scripts[1]),
        words=WORDS[lang],
        has_story=story is not None,
    )
    return page


def _claims_of(graph: networkx.Graph[str]) -> set[str]:
    claims = {claim for _, data in graph.nodes(data=True) for claim in data.get("claims", ())}
    return claims | {c for _, _, data in graph.edges(data=True) for c in data.get("claims", ())}


def _titles(graph: networkx.Graph[str], title: str | Mapping[str, str] | None) -> dict[str, str]:
    if isinstance(title, str):
        return dict.fromkeys(LANGUAGES, title)
    given = title or {}
    return {
        language: given.get(language) or graph.graph.get(f"title_{language}") or "ctgraph"
        for language in LANGUAGES
    }


def _source_hash(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def _vis_script() -> str:
    """vis-network as pyvis ships it, without the pointer to a source map that is not there."""
    import pyvis  # type: ignore[import-untyped]

    path = Path(pyvis.__file__).parent.joinpath(*_VIS)
    text = path.read_text(encoding="utf-8")
    kept = [line for line in text.split("\n") if not line.startswith("//# sourceMappingURL")]
    return "\n".join(kept)


def _page_script() -> str:
    """The script of the page: its files, one after the other, in one function."""
    parts = [(_TEMPLATES / f"{name}.js").read_text(encoding="utf-8") for name in _SCRIPTS]
    return "\n".join(['"use strict";', "(function () {", *parts, "})();", ""])


def _embed(data: object) -> str:
    """JSON that nothing can end early: no markup characters and no line separators."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


# --- what the page is told ----------------------------------------------------------------------


def _page_data(
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
    nodes = list(graph)
    number = {node: index for index, node in enumerate(nodes)}
    names = {node: _names(node, graph.nodes[node]) for node in nodes}
    labels = {node: _labels(graph.nodes[node], names[node]) for node in nodes}
    groups = {node: group_of(graph.nodes[node]) for node in nodes}
    sizes = {node: _size(graph, node) for node in nodes}
    positions = arrange(layout(graph, seed), labels, sizes)
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
                        "when": _when(things.get(activity) or graph.nodes.get(activity, {})),
                        "basis": by_activity.get(activity, {}).get("basis", ""),
                        "claims": cited(by_activity.get(activity, {}).get("claims", ())),
                        "facets": of_part(activity, (source, target)),
                    }
                    for activity in by_activity
                ],
            }
        )
    shown = {data.get("kind", UNKNOWN_KIND) for _, data in graph.nodes(data=True)}
    return {
        "lang": lang,
        "view": view,
        "directed": graph.is_directed(),
        "title": dict(titles),
        "words": {name: {**WORDS[name], "keys_list": KEYS[name]} for name in LANGUAGES},
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
    """A look as the legend draws it."""
    return {"shape": look.shape, "inside": look.inside, "rim": look.rim, "thick": look.is_thick}


def _note(graph: networkx.Graph[str], lang: str, *, is_too_big: bool) -> str:
    """What became of a network that was made smaller, and how to see the rest."""
    said = [graph.graph.get(f"note_{lang}", ""), WORDS[lang]["too_big"] if is_too_big else ""]
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
    """What stands beside the node: the acronym on a line of its own, and the wrapped name."""
    acronym = facts.get("acronym") or ""
    made = {}
    for language in LANGUAGES:
        spelt = acronym and unicodedata.normalize("NFKC", names[language]) != acronym
        lines = wrap(names[language], _WRAP[language], _LINES - 1 if spelt else _LINES)
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


def _filters(graph: networkx.Graph[str], name: Any) -> list[dict[str, str]]:
    """What the network was cut by, in words; ``key`` is one of `WORDS`."""
    said = []
    for key, value in graph.graph.get("filters", {}).items():
        if key in {"actor", "topic", "year", "place", "role", "kind"}:
            said.append({"key": key, **name(value)})
        elif key in {"hops", "since", "until"}:
            said.append({"key": key, "en": value, "ja": value})
        elif key == "stated_only":
            said.append({"key": key, "en": "", "ja": ""})
    return said


def _model(
    graph: networkx.Graph[str],
    *,
    labels: Mapping[str, Mapping[str, str]],
    groups: Mapping[str, str],
    sizes: Mapping[str, int],
    positions: Mapping[str, tuple[float, float]],
    lang: str,
) -> Any:
    """The pyvis network; its ids are the numbers of nodes in their order."""
    from pyvis.network import Network  # type: ignore[import-untyped]

    # Directed, so that adding an edge does not walk over all others; arrows are drawn by view.
    model = Network(directed=True)
    number = {node: index for index, node in enumerate(graph)}
    small = len(number) <= _LABEL_LIMIT
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
                "face": _FONT,
                "size": _FONT_SIZE,
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
            "hideEdgesOnDrag": len(number) > _LABEL_LIMIT,
            "multiselect": False,
            "navigationButtons": False,
        },
    }
    return model


# --- labels and places --------------------------------------------------------------------------

# Japanese typesetting lets no line begin with these, and none end with those.
_NOT_FIRST = set(
    "、。，．・：；？！）］｝」』】〉》ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々,.:;?!)]}%"
)
_NOT_LAST = set("（［｛「『【〈《([{")


def text_width(text: str) -> int:
    """Width in columns: 2 for a full-width character, 0 for a combining one, else 1."""
    return sum(map(_columns, text))


@functools.cache
def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Cf", "Cc"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def wrap(text: str, width: int, lines: int) -> list[str]:
    """A text in lines of about equal width; what does not fit ends in an ellipsis.

    Lines break at blanks and between full-width characters, where possible not inside a word in
    katakana, not before closing nor after opening punctuation.

    Args:
        text: Any text; white space counts as one blank.
        width: Columns of a line, from 2.
        lines: Number of lines at most, from 1.
    """
    words = " ".join(text.split())
    cut = _cut(words, width * lines)
    if text_width(words) <= width:
        return [words]
    if cut == words:
        costs = [break_cost(words, place) if place else 0.0 for place in range(len(words) + 1)]
        tried = [_break_evenly(words, width, count, costs) for count in range(2, lines + 1)]
        fitting = [(cost + _LINE * n, found) for n, (cost, found) in enumerate(tried) if found]
        if fitting:
            return min(fitting)[1]
    made: list[str] = []
    rest = words
    while rest and len(made) < lines:
        line = _cut(rest, width)
        if line != rest:
            # The last good place to break, unless it leaves less than half a line.
            good = [n for n in range(1, len(line) + 1) if break_cost(rest, n) < WORD_COST]
            good = [n for n in good if text_width(line[:n]) * 2 >= width]
            line = line[: good[-1]] if good else line
        made.append(line.strip())
        rest = rest[len(line) :].lstrip()
    if rest:
        made[-1] = _cut(made[-1], width - 1).rstrip() + "…"
    return made


# What it costs to break a word that should stay whole, and to use one line more.
WORD_COST = 100
_LINE = 30


def _cut(text: str, width: int) -> str:
    """The longest beginning of a text that is at most so wide."""
    used = 0
    for index, character in enumerate(text):
        used += text_width(character)
        if used > width:
            return text[:index]
    return text


def _break_evenly(
    text: str, width: int, count: int, costs: Sequence[float]
) -> tuple[float, list[str]]:
    """Cost and lines of a text in so many lines at the best places; no lines if it cannot fit."""
    # Width up to each place.
    widths = [0, *itertools.accumulate(map(_columns, text))]
    goal = widths[-1] / count
    ends = [place for place, cost in enumerate(costs) if cost < WORD_COST * 10]
    # Best way to fill lines up to a place: cost and the places of the breaks.
    best: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
    for _ in range(count):
        following: dict[int, tuple[float, tuple[int, ...]]] = {}
        for start, (cost, breaks) in best.items():
            for end in ends[bisect.bisect_right(ends, start) :]:
                # A blank at either end does not count; there are no two in a row.
                wide = widths[end] - widths[start]
                wide -= (text[start] == " ") + (end - start > 1 and text[end - 1] == " ")
                if wide > width:
                    break
                price = cost + (wide - goal) ** 2 / 2 + costs[end]
                if end not in following or price < following[end][0]:
                    following[end] = (price, (*breaks, end))
        best = following
    cost, places = best.get(len(text), (math.inf, ()))
    if cost >= WORD_COST * 10:
        return math.inf, []
    return cost, [text[a:b].strip() for a, b in zip((0, *places), places, strict=False)]


def break_cost(text: str, place: int) -> float:
    """What it costs to end a line before a place: 0 at a blank, much inside a word."""
    if place >= len(text):
        return 0.0
    before, after = text[place - 1], text[place]
    scripts = _script(before), _script(after)
    if " " in before + after:
        cost = 0.0
    elif after in _NOT_FIRST or before in _NOT_LAST:
        cost = WORD_COST * 10.0
    elif before in "・、。）」』-/–" or after in "（「『":
        cost = 0.0
    elif text_width(before) < 2 and text_width(after) < 2:
        cost = WORD_COST * 10.0
    elif scripts == ("katakana", "katakana"):
        cost = WORD_COST * 2.0
    elif scripts[0] == "hiragana" and scripts[1] != "hiragana":
        cost = 1.0
    elif scripts[1] == "hiragana":
        cost = 40.0
    else:
        cost = 12.0 if scripts[0] == scripts[1] else 6.0
    return cost


def _script(character: str) -> str:
    if "\u3041" <= character <= "\u309f":
        return "hiragana"
    if "\u30a0" <= character <= "\u30ff":
        return "katakana"
    return "other"


def arrange(
    places: Mapping[str, tuple[float, float]],
    labels: Mapping[str, Mapping[str, str]],
    sizes: Mapping[str, int],
) -> dict[str, tuple[float, float]]:
    """Places in pixels at which no node or label covers another.

    The layout is stretched to the shape of a screen; then boxes that overlap are pushed apart
    until none do. Above 300 nodes labels are read by zooming in, and nothing is pushed.

    Args:
        places: Places from `ctgraph.network.layout`, where an edge is about 1 long.
        labels: Labels by node and language.
        sizes: Radius of the nodes in pixels.
    """
    order = sorted(places)
    edge = min(_EDGES[1], _EDGES[0] + 6.0 * len(order))
    wide = _spread(places.values(), 0) / (_spread(places.values(), 1) or 1.0)
    # A long or round network comes nearer to the shape of a screen, but is not torn.
    stretch = min(2.4, max(1.2, _SCREEN / (wide or 1.0)))
    at = {node: [places[node][0] * edge * stretch, places[node][1] * edge] for node in order}
    if len(order) <= _LABEL_LIMIT:
        _push_apart(order, at, {node: _box(labels[node], sizes[node]) for node in order})
    return {node: (round(x, 1) + 0.0, round(y, 1) + 0.0) for node, (x, y) in at.items()}


def _spread(places: Iterable[tuple[float, float]], axis: int) -> float:
    values = [place[axis] for place in places]
    return max(values) - min(values)


def _box(label: Mapping[str, str], size: int) -> tuple[float, float, float]:
    """Width, height above and height below the middle of a node with its label, in pixels."""
    lines = [text.split("\n") for text in label.values()]
    width = max(text_width(line) for text in lines for line in text) * _FONT_SIZE * 0.52 + 12
    height = max(len(text) for text in lines) * float(_FONT_SIZE)
    return max(width, 2.0 * size + 8), size + 6.0, size + height + 14.0


def _push_apart(
    order: Sequence[str],
    at: dict[str, list[float]],
    boxes: Mapping[str, tuple[float, float, float]],
) -> None:
    # The innermost loop runs a million times for a hundred nodes, so it reads lists by number and
    # leaves early.
    places = [at[node] for node in order]
    widths, rises, falls = zip(*(boxes[node] for node in order), strict=True)
    count = len(order)
    for _ in range(400):
        moved = False
        for one, place in enumerate(places):
            wide, rise, fall = widths[one], rises[one], falls[one]
            x = place[0]
            for other in range(one + 1, count):
                second = places[other]
                gap_x = second[0] - x
                over_x = (wide + widths[other]) / 2 - abs(gap_x)
                if over_x <= 0:
                    continue
                gap_y = second[1] - place[1]
                high = fall + rises[other] if gap_y >= 0 else falls[other] + rise
                over_y = high - abs(gap_y)
                if over_y <= 0:
                    continue
                moved = True
                axis, over = (0, over_x) if over_x < over_y * 1.6 else (1, over_y)
                gap = gap_x if axis == 0 else gap_y
                step = (over / 2 + 0.5) * (1 if gap >= 0 else -1)
                place[axis] -= step
                second[axis] += step
                x = place[0]
        if not moved:
            return
