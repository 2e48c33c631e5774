"""A story as PowerPoint slides that can be edited: shapes, glued connectors, native charts.

Each step is a slide with the network, the caption and some of the words it rests on; all words
are in the notes. Places come from `ctgraph.network.layout`, as on the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ctgraph.draw.slides.chart import draw_chart, whole
from ctgraph.draw.slides.finding import say_series, say_step
from ctgraph.draw.slides.places import NODE_LIMIT, notes_of, place_nodes
from ctgraph.draw.slides.powerpoint import EDGE, INK, SOFT, WIDTH, Deck
from ctgraph.draw.slides.series import read_series
from ctgraph.draw.slides.shapes import Node
from ctgraph.draw.slides.sources import draw_sources, say_source
from ctgraph.draw.source_names import join_sources
from ctgraph.draw.text_metrics import LINE, Box, clean, count_lines, fit, text_points
from ctgraph.errors import UnknownName, UsageError
from ctgraph.export import Target, write_output
from ctgraph.export.resources import citation
from ctgraph.network import INFERRED, VIEWS, read_claims
from ctgraph.network.facets import say_filters
from ctgraph.network.stories import Step, Story, build_story, lit
from ctgraph.network.styles import LOOKS, Look, ThemeLike, group_of, look_of_node, themed
from ctgraph.query import say_scope
from ctgraph.terms import LANGUAGES, shorten
from ctgraph.words import read_words

if TYPE_CHECKING:
    import networkx

    from ctgraph.draw.slides.series import Series
    from ctgraph.store import Store


_CAPTION = Box(EDGE, 386, 575, 478)
_QUOTES = Box(612, 386, WIDTH - EDGE, 478)
_LEGEND = Box(EDGE, 484, WIDTH - EDGE, 512)
_SOURCE = Box(EDGE, 516, WIDTH - 80, 532)
_ABOVE = Box(EDGE, 10, WIDTH - 110, 25)
_TITLE = Box(EDGE, 22, WIDTH - 110, 60)

_TITLE_SIZES = (28, 26, 24, 22, 20, 18, 16)
_CAPTION_SIZES = (18, 17, 16, 15, 14, 13, 12, 11, 10)
_QUOTE_SIZE = 14.0
_LEGEND_SIZES = (11.0, 10.5, 10.0, 9.5, 9.0, 8.0, 7.0, 6.0)
_SMALL_SIZES = (10, 9, 8, 7)


_PART = 16
"""Nodes that are shown of a network with more than a slide has room for."""

_CHARTS_A_SLIDE = 5
_WITH_CHARTS = 84.0


class Telling(NamedTuple):
    """What all slides of a story need."""

    deck: Deck
    story: Story
    graph: networkx.Graph[str]
    words: Mapping[str, Mapping[str, str]]
    about: Mapping[str, Any]
    lang: str
    said: Mapping[str, str]

    def name(self, thing: str) -> str:
        """Return the label of a node, or of what makes an edge."""
        facts = self.graph.nodes.get(thing) or self.graph.graph["things"].get(thing, {})
        return clean(facts.get(f"label_{self.lang}") or shorten(thing))

    def kind(self, kind: str) -> str:
        """Return the label of a class."""
        return clean(self.graph.graph["kinds"].get(kind, {}).get(f"label_{self.lang}") or kind)


@themed
def write_slides(
    store: Store, story: Story, target: Target, lang: str = "en", *, theme: ThemeLike = None
) -> None:
    """Write a story as a PowerPoint file: title, a slide for each step, indicators, sources.

    Same graph, story and language, same bytes.

    Args:
        store: The graph.
        story: What `ctgraph.network.stories.read_story` gave.
        target: A path or a binary stream.
        lang: Language of the slides, ``en`` or ``ja``.
        theme: As for `ctgraph.network.styles.use_theme`.

    Raises:
        UsageError: python-pptx is not installed, the network is too large for a slide, or the
            file cannot be written.
        UnknownName: The language is another.
        DataError: The story names something that is not there.
    """
    if lang not in LANGUAGES:
        raise UnknownName("language", lang, LANGUAGES)
    require_pptx()
    store = story.narrow(store)
    graph = build_story(store, story, lang)
    if graph.number_of_nodes() > NODE_LIMIT:
        graph = _told_part(graph, story)
    nodes = place_nodes(graph)
    series = read_series(store, lang, story)
    claims = {claim for step in story.steps for claim in step.claims}
    claims |= {claim for one in series for claim in one.claims}
    words = read_claims(store, claims)
    deck = Deck(lang)
    telling = Telling(deck, story, graph, words, citation(store), lang, read_words("slides", lang))
    _title_slide(telling)
    for number, step in enumerate(story.steps, 1):
        draw_step(telling, nodes, number, step)
    for start in range(0, len(series), _CHARTS_A_SLIDE):
        _chart_slide(telling, series[start : start + _CHARTS_A_SLIDE])
    network = [VIEWS[story.view].title[lang], story.name, *say_filters(graph, lang)]
    draw_sources(deck, telling.about, network, say_scope(store, lang))
    write_output(target, [deck.to_bytes(story.title[lang], story.description[lang])])


def _told_part(graph: networkx.Graph[str], story: Story) -> networkx.Graph[str]:
    """Return the part of a large network that a story tells, and the nodes of the most ties.

    Its graph attribute ``left_out`` says how many nodes are not in it.

    Raises:
        UsageError: The story tells more than a slide can name.
    """
    told = frozenset().union(*(lit(graph, step)[0] for step in story.steps))
    if len(told) > NODE_LIMIT:
        raise UsageError(
            "slide-network-too-large", where=story.where, graph=len(told), NODE_LIMIT=NODE_LIMIT
        )
    others = sorted(set(graph) - told, key=lambda node: (-graph.degree(node), node))
    shown = told.union(others[: max(0, _PART - len(told))])
    part = graph.copy()  # a subgraph would have its nodes in the order of a set
    part.remove_nodes_from(set(graph) - shown)
    part.graph["left_out"] = graph.number_of_nodes() - len(shown)
    return part


def require_pptx() -> None:
    """Ask whether slides can be made, before anything is done.

    Raises:
        UsageError: python-pptx is not installed.
    """
    try:
        import pptx  # noqa: F401
    except ImportError as error:
        raise UsageError("slides-not-installed") from error


# --- slides -------------------------------------------------------------------------------------


def _title_slide(telling: Telling) -> None:
    deck, story, about, lang = telling.deck, telling.story, telling.about, telling.lang
    slide = deck.slide(story.title[lang], Box(70, 150, 890, 250), sizes=(40, 36, 32, 28, 24, 20))
    deck.bar(slide, Box(40, 150, 48, 392))
    deck.text(
        slide, Box(70, 262, 890, 350), story.description[lang], sizes=(22, 20, 18, 16, 14, 12)
    )
    named = [say_source(source, lang) for source in _main_sources(about)]
    sources = "\n".join(named)
    shown = sources if len(named) < 3 else join_sources(named, lang)
    deck.text(slide, Box(70, 356, 890, 392), shown, sizes=(14, 13, 12, 11), colour=SOFT)
    edition = f"ctgraph {about['version']} · {about['licence_name']}"
    deck.text(slide, Box(70, 486, 890, 506), edition, sizes=(14, 12), colour=SOFT)
    deck.notes(slide, [story.title[lang], story.description[lang], "", sources])


def draw_step(telling: Telling, nodes: Mapping[str, Node], number: int, step: Step) -> None:
    """Add the slide of a step.

    Args:
        telling: What all slides need.
        nodes: Where the nodes stand.
        number: Which step it is, from 1; that of an only one is not told.
        step: The step.
    """
    deck, lang = telling.deck, telling.lang
    found = say_step(telling.graph, step, lang)
    slide = deck.slide(found or step.title[lang], _TITLE, sizes=_TITLE_SIZES)
    if found:
        deck.text(slide, _ABOVE, step.title[lang], sizes=(11,), colour=SOFT)
    steps = len(telling.story.steps)
    count = f"{number} / {steps}" if steps > 1 else ""
    place = Box(_TITLE.right + 10, 28, WIDTH - EDGE, 48)
    deck.text(slide, place, count, sizes=(14,), colour=SOFT, align="r")
    _draw_network(telling, slide, nodes, step)
    deck.text(slide, _CAPTION, step.caption[lang], sizes=_CAPTION_SIZES)
    _draw_quotes(telling, slide, step)
    _draw_legend(telling, slide, bool(step.highlight))
    deck.text(slide, _SOURCE, _source_line(telling), sizes=_SMALL_SIZES, colour=SOFT)
    deck.notes(slide, [step.caption[lang], "", *evidence_lines(step.claims, telling.words, lang)])


def _draw_network(telling: Telling, slide: Any, nodes: Mapping[str, Node], step: Step) -> None:
    deck, graph = telling.deck, telling.graph
    lit_nodes, lit_edges = lit(graph, step)
    everything = not step.highlight
    looks = {node: look_of_node(graph.nodes[node]) for node in graph}
    shapes = {
        node: deck.node(
            slide,
            place,
            looks[node],
            strong=everything or node in lit_nodes,
            name=telling.name(node),
            kind=telling.kind(graph.nodes[node]["kind"]),
        )
        for node, place in nodes.items()
        if node in graph
    }
    behind: list[Any] = []
    above: list[Any] = []
    for source, target, data in graph.edges(data=True):
        stands_out = (min(source, target), max(source, target)) in lit_edges
        inferred = data["basis"] == INFERRED
        ends = f"{telling.name(source)} – {telling.name(target)}"
        made = "; ".join(map(telling.name, data["by_activity"]))
        basis = telling.said["inferred" if inferred else "stated"]
        connector = deck.connect(
            slide,
            (shapes[source], looks[source].shape, nodes[source]),
            (shapes[target], looks[target].shape, nodes[target]),
            strong=everything or stands_out,
            weight=float(data["weight"]),
            dashed=inferred,
            arrow=graph.is_directed(),
            name=ends,
            description=f"{ends}: {made} ({basis})",
        )
        (above if stands_out else behind).append(connector)
    # Lines lead to the middle of nodes, behind them; what stands out lies above what does not.
    deck.send_back(slide, behind + above)
    for key, note in notes_of(graph).items():
        box = deck.note(slide, nodes[key])
        if note.to in shapes:
            end = (shapes[note.to], looks[note.to].shape, nodes[note.to])
            deck.point(slide, (box, "square", nodes[key]), end, name=note.text)


def _draw_quotes(telling: Telling, slide: Any, step: Step) -> None:
    """As many of the words as have room, whole; the notes have all."""
    # What is inferred is often hung on a quote that says little by itself.
    words = [telling.words[claim] for claim in step.claims]
    words = [one for one in words if one["basis"] != INFERRED] or words
    given = {one["quote"]: one for one in words if one["quote"]}
    quotes = [
        _in_language(one, telling.lang)
        for quote, one in given.items()
        if not any(quote in other and quote != other for other in given)
    ]
    quotes += dict.fromkeys(
        clean(words_line(one, telling.lang)) for one in words if one["kind"] == "digest"
    )
    if not quotes:
        return
    shown: list[str] = []
    for number, quote in enumerate(quotes, 1):
        lines = sum(count_lines(text, _QUOTES.width, _QUOTE_SIZE) for text in [*shown, quote])
        # A line is kept for saying how many more there are.
        if (lines + (number < len(quotes))) * _QUOTE_SIZE * LINE > _QUOTES.height:
            break
        shown.append(quote)
    if len(shown) < len(quotes):
        shown.append(telling.said["more"])
    left, top, _, bottom = _QUOTES
    telling.deck.bar(slide, Box(left - 14, top + 2, left - 12, bottom - 2), "pale-line")
    telling.deck.text(slide, _QUOTES, "\n".join(shown), sizes=(_QUOTE_SIZE,), colour=SOFT)


def _in_language(one: Mapping[str, str], lang: str) -> str:
    """Return the quote of a claim, or what it says in the language of a slide of another one."""
    gloss = clean(one[f"gloss_{lang}"])
    is_ours = one["quote_language"].partition("-")[0] == lang
    if is_ours or not gloss or one[f"gloss_language_{lang}"] != lang:
        return f"「{clean(one['quote'])}」"
    return gloss


def _draw_legend(telling: Telling, slide: Any, pale: bool) -> None:
    """The shapes in one line, and below them the lines."""
    graph = telling.graph
    groups = {group_of(graph.nodes[node]): look_of_node(graph.nodes[node]) for node in graph}
    order = [group for group in [*LOOKS, *sorted(set(groups) - set(LOOKS))] if group in groups]
    bases = {data["basis"] for _, _, data in graph.edges(data=True)}
    used = {"dash": INFERRED in bases, "line": bool(bases - {INFERRED}), "pale": pale}
    rows: list[list[tuple[str, Look | str]]] = [
        [(telling.kind(group), groups[group]) for group in order],
        [(telling.said[f"edge_{mark}"], mark) for mark in used if used[mark]],
    ]
    if any(data["weight"] > 1 for _, _, data in graph.edges(data=True)):
        rows[1].append((telling.said["width"], ""))
    if left_out := graph.graph.get("left_out", 0):
        shown = graph.number_of_nodes()
        rows[1].append((telling.said["part"].format(shown=shown, total=shown + left_out), ""))
    high = _LEGEND.height / len(rows)
    for index, row in enumerate(rows):
        top = _LEGEND.top + index * high
        size, wide = _fit_row([name for name, _ in row], _LEGEND.width)
        left = _LEGEND.left
        for (name, mark), width in zip(row, wide, strict=True):
            if left + width > _LEGEND.right:
                break
            _draw_entry(
                telling, slide, Box(left, top, left + width, top + high), (name, mark, size)
            )
            left += width + 10


def _fit_row(names: Sequence[str], room: float) -> tuple[float, list[float]]:
    """Size of the letters, and the widths of the entries of a legend."""
    for size in _LEGEND_SIZES:
        wide = [text_points(name, size) * 1.03 + 24 for name in names]
        if sum(wide) + 10 * (len(wide) - 1) <= room:
            break
    return size, wide


def _draw_entry(
    telling: Telling, slide: Any, box: Box, entry: tuple[str, Look | str, float]
) -> None:
    """A shape or a line of the legend, and what it means, in letters of a size."""
    name, mark, size = entry
    middle = box.top + size * LINE / 2
    if isinstance(mark, Look):
        symbol = Box(box.left + 4, middle - 5.5, box.left + 15, middle + 5.5)
        telling.deck.symbol(slide.shapes, symbol, mark, strong=True, name=name)
    elif mark:
        telling.deck.line(slide, (box.left, middle), (box.left + 18, middle), mark, name)
    left = box.left + (22 if mark else 0)
    place = Box(left, box.top, box.right, box.bottom)
    telling.deck.text(slide, place, name, sizes=(size,), wrapped=False)


def _chart_slide(telling: Telling, series: Sequence[Series]) -> None:
    deck, said, lang = telling.deck, telling.said, telling.lang
    slide = deck.slide(say_series(series, lang) or said["indicators"], _TITLE, sizes=_TITLE_SIZES)
    deck.text(slide, _ABOVE, said["indicators"], sizes=(11,), colour=SOFT)
    remark = Box(EDGE, 62, WIDTH - EDGE, _WITH_CHARTS)
    deck.text(slide, remark, said["own_unit"], sizes=(14, 13, 12, 11, 10), colour=SOFT)
    gap = 16.0
    wide = (WIDTH - 2 * EDGE - gap * (_CHARTS_A_SLIDE - 1)) / _CHARTS_A_SLIDE
    notes = ["\n".join(_join_notes(one.notes, lang)) for one in series]
    # The same letters in all columns, as large as the fullest allows.
    head, foot = Box(0, 96, wide, 176), Box(0, 396, wide, 508)
    head_size = min(fit(one.label, head, (13, 12, 11, 10, 9, 8), bold=True)[0] for one in series)
    foot_size = min(fit(note, foot, (11, 10.5, 10, 9.5, 9, 8))[0] for note in notes)
    for index, (one, note) in enumerate(zip(series, notes, strict=True)):
        left = EDGE + index * (wide + gap)
        right = left + wide
        place = head._replace(left=left, right=right)
        deck.text(slide, place, one.label, sizes=(head_size,), bold=True)
        unit = said["unit"].format(one.unit)
        deck.text(slide, Box(left, 178, right, 210), unit, sizes=(12, 11, 10, 9), colour=SOFT)
        values = ", ".join(
            f"{year}: {said['no_value'] if value is None else whole(value)}"
            for year, value in one.values.items()
        )
        draw_chart(
            slide,
            Box(left, 212, right, 392),
            one.values,
            unit=one.unit,
            emphasis=one.emphasis,
            name=one.label,
            description=f"{one.label} – {values} ({unit})",
        )
        if note:
            place = foot._replace(left=left, right=right)
            deck.text(slide, place, note, sizes=(foot_size,), colour=INK)
    deck.text(slide, _SOURCE, _source_line(telling), sizes=_SMALL_SIZES, colour=SOFT)
    claims = list(dict.fromkeys(claim for one in series for claim in one.claims))
    deck.notes(slide, [said["own_unit"], "", *evidence_lines(claims, telling.words, lang)])


def _join_notes(notes: Iterable[tuple[str, str]], lang: str) -> list[str]:
    """Return notes by year, those of several years once."""
    years: dict[str, list[str]] = {}
    for year, text in notes:
        years.setdefault(text, []).append(year)
    comma, colon = ("、", "：") if lang == "ja" else (", ", ": ")
    return [f"{comma.join(of)}{colon}{text}" for text, of in years.items()]


def evidence_lines(
    claims: Iterable[str], words: Mapping[str, Mapping[str, str]], lang: str
) -> list[str]:
    """Return the words of claims as the notes show them: words, gloss, source and basis, and why.

    Args:
        claims: Their IRIs, in the order in which to show them.
        words: What `ctgraph.network.things.read_claims` gave.
        lang: ``en`` or ``ja``.
    """
    said = read_words("slides", lang)
    lines = []
    for claim in claims:
        one = words[claim]
        lines.append(words_line(one, lang))
        if one["kind"] != "digest":
            lines.append(one[f"gloss_{lang}"])
        basis = said["inferred" if one["basis"] == INFERRED else "stated"]
        told = one[f"told_{lang}"]
        lines.append(" · ".join(part for part in (told, shorten(claim), basis) if part))
        if one["address"]:
            lines.append(one["address"])
        reason = one[f"reason_{lang}"]
        if reason:
            lines.append(said["because"].format(reason))
        lines.append("")
    return lines


def words_line(one: Mapping[str, str], lang: str) -> str:
    """Return the words of a claim: its quote, what it says in our words, or its page.

    Args:
        one: The claim, as `ctgraph.network.things.read_claims` gives it.
        lang: ``en`` or ``ja``.
    """
    if one["kind"] == "digest":
        own = read_words("evidence", lang)["own_words"]
        gloss = one[f"gloss_{lang}"]
        return f"{gloss}（{own}）" if lang == "ja" else f"{gloss} ({own})"
    return f"「{one['quote']}」" if one["quote"] else one["page"]


def _main_sources(about: Mapping[str, Any]) -> list[Mapping[str, str]]:
    """Return the sources that say who did what; code lists have no publisher in the graph."""
    return [source for source in about["sources"] if source["publisher_en"]] or about["sources"]


def _source_line(telling: Telling) -> str:
    about = telling.about
    named = [say_source(source, telling.lang) for source in _main_sources(about)]
    sources = join_sources(named, telling.lang, 1)
    return telling.said["source_line"].format(
        sources=sources, version=about["version"], licence=about["licence_name"]
    )


# --- words --------------------------------------------------------------------------------------
