"""A cooperation board as slides that can be edited: each partner is a group of text and marks.

What has no room on a slide goes on on the next one; the words are in the notes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ctgraph.draw.columns import fill_columns
from ctgraph.draw.figures.data import read_sources
from ctgraph.draw.slides.powerpoint import EDGE, INK, SOFT, WIDTH, Deck
from ctgraph.draw.slides.slides import evidence_lines, require_pptx
from ctgraph.draw.source_names import join_sources
from ctgraph.draw.text_metrics import LINE, Box, count_lines, text_points
from ctgraph.errors import UnknownName
from ctgraph.export import Target, write_output
from ctgraph.export.resources import LICENCE_NAME
from ctgraph.network import STATED, read_claims
from ctgraph.network.board import Board, Group, Row, choose_headings, count_lanes, find_brackets
from ctgraph.network.styles import Look, ThemeLike, themed
from ctgraph.query import say_scope
from ctgraph.terms import LANGUAGES
from ctgraph.version import __version__
from ctgraph.words import read_words, sentence

if TYPE_CHECKING:
    from ctgraph.store import Store


_TITLE, _TITLE_SIZES = Box(EDGE, 14, WIDTH - 110, 58), (28, 26, 24, 22, 20, 18, 16)
_SUBTITLE = Box(EDGE, 60, WIDTH - EDGE, 78)
_LEGEND, _SOURCE = Box(EDGE, 487, WIDTH - EDGE, 502), Box(EDGE, 507, WIDTH - 80, 534)
_TOP, _BOTTOM = 84.0, 484.0
_SIZE, _HEADINGS = 12.0, 11.0
_LANES, _LANE = 8, 7.0
_NAME, _FIGURE, _YEARS, _GAP = 200.0, 92.0, 240.0, 10.0
_LINES = 4
_FULL = Look("dot", "stated-line")
_HOLLOW = Look("dot", "stated-line", hollow=True)


class _Item(NamedTuple):
    """A row, or the name of a group, and its height."""

    group: Group
    row: Row | None
    high: float

    @property
    def is_head(self) -> bool:
        return self.row is None


class _Setting(NamedTuple):
    """What all slides of a board need: the widths are points."""

    deck: Deck
    board: Board
    lang: str
    words: Mapping[str, Any]
    year: float
    lanes: int

    @property
    def right(self) -> float:
        """Where the rows end and the brackets begin."""
        return WIDTH - EDGE - self.lanes * _LANE

    @property
    def years(self) -> float:
        """Where the marks begin."""
        return self.right - _FIGURE - _GAP - self.year * len(self.board.columns)

    def boxes(self, top: float, high: float) -> tuple[Box, Box, Box]:
        """Return where the name, what was done and the number or amount of a row stand."""
        done = EDGE + _NAME + _GAP
        return (
            Box(EDGE, top, EDGE + _NAME, top + high),
            Box(done, top, self.years - _GAP, top + high),
            Box(self.right - _FIGURE, top, self.right - 2, top + high),
        )


@themed
def write_board_slides(
    store: Store, board: Board, target: Target, lang: str = "en", *, theme: ThemeLike = None
) -> None:
    """Write a board as a PowerPoint file.

    Same graph, board and language, same bytes.

    Args:
        store: The graph that the board is from.
        board: What `ctgraph.network.board.build_board` gave.
        target: A path or a binary stream.
        lang: Language of the slides, ``en`` or ``ja``.
        theme: As for `ctgraph.network.styles.use_theme`.

    Raises:
        UsageError: python-pptx is not installed, or the file cannot be written.
        UnknownName: The language is another.
    """
    if lang not in LANGUAGES:
        raise UnknownName("language", lang, LANGUAGES)
    require_pptx()
    evidence = read_claims(store, board.claims)
    brackets, _ = find_brackets(board, [row.partner for row in board.rows], _LANES)
    setting = _Setting(
        Deck(lang),
        board,
        lang,
        read_words("board", lang),
        min(24.0, _YEARS / len(board.columns)),
        count_lanes(brackets),
    )
    slides = fill_columns(_items(setting), _BOTTOM - _TOP - _SIZE * LINE)
    source = read_words("slides", lang)["source_line"].format(
        sources=join_sources(read_sources(store, board.claims, lang), lang, 1),
        version=__version__,
        licence=LICENCE_NAME,
    )
    subtitle = setting.words["between"].join(
        filter(None, [board.subtitle[lang], sentence(say_scope(store, lang))])
    )
    for number, items in enumerate(slides, 1):
        slide = setting.deck.slide(board.title[lang], _TITLE, sizes=_TITLE_SIZES)
        setting.deck.text(slide, _SUBTITLE, subtitle, sizes=(13, 12, 11, 10, 9.5), colour=SOFT)
        if len(slides) > 1:
            place = Box(_TITLE.right + 10, 28, WIDTH - EDGE, 48)
            count = f"{number} / {len(slides)}"
            setting.deck.text(slide, place, count, sizes=(14,), colour=SOFT, align="r")
        drawn = _draw_rows(setting, slide, items)
        _draw_legend(setting, slide, drawn)
        setting.deck.text(slide, _SOURCE, source, sizes=(11, 10.5, 10, 9.5), colour=SOFT)
        setting.deck.notes(slide, _notes(items, evidence, lang))
    write_output(target, [setting.deck.to_bytes(board.title[lang], subtitle)])


def _items(setting: _Setting) -> list[_Item]:
    found = []
    for group in setting.board.groups:
        found.append(_Item(group, None, _SIZE * LINE + 7))
        for row in group.rows:
            cells = zip(_said(row, setting.lang), setting.boxes(0, 0), strict=True)
            lines = max(count_lines(text, box.width, _SIZE) for text, box in cells)
            found.append(_Item(group, row, min(lines, _LINES) * _SIZE * LINE + 3))
    return found


def _said(row: Row, lang: str) -> tuple[str, str, str]:
    return row.name[lang], row.done[lang], row.figure[lang]


def _draw_rows(setting: _Setting, slide: Any, items: Sequence[_Item]) -> int:
    """Draw the rows of a slide; gives how many ties among partners have a bracket there."""
    deck, board, year = setting.deck, setting.board, setting.year
    start = _TOP + _SIZE * LINE
    bottom = start + sum(item.high for item in items)
    for number in board.bands:
        left = setting.years + number * year
        deck.bar(slide, Box(left, start, left + year, bottom), "band")

    def half(heading: str) -> float:
        return text_points(heading, _HEADINGS) / 2 + 3

    for number in choose_headings(board.columns, half, year):
        x = setting.years + (number + 0.5) * year
        place = Box(x - half(board.columns[number]), _TOP, x + half(board.columns[number]), start)
        deck.text(
            slide, place, board.columns[number], sizes=(_HEADINGS,), colour=SOFT, align="ctr",
            wrapped=False,
        )  # fmt: skip
    top, middles = start, {}
    for item in items:
        if item.row is None:
            place = Box(EDGE, top + 5, setting.right, top + 5 + _SIZE * LINE)
            name = item.group.name[setting.lang]
            deck.text(slide, place, name, sizes=(_SIZE, 11, 10), colour="accent", bold=True)
            deck.bar(
                slide, Box(EDGE, top + item.high, setting.right, top + item.high + 1), "stated-line"
            )
        else:
            middles[item.row.partner] = top + 1.5 + _SIZE * LINE / 2
            _draw_row(setting, slide, item.row, Box(EDGE, top, setting.right, top + item.high))
        top += item.high
    brackets, missed = find_brackets(board, list(middles), setting.lanes)
    heights = list(middles.values())
    for one in brackets:
        ends = [heights[row] for row in one.rows]
        to = setting.right + (one.lane + 0.6) * _LANE
        deck.bracket(slide, setting.right + 2, to, ends, dashed=one.basis != STATED)
    return sum(a in middles and b in middles for a, b in board.ties) - missed


def _draw_row(setting: _Setting, slide: Any, row: Row, place: Box) -> None:
    """Draw a row as one group, so that it can be moved as one."""
    deck, lang, year = setting.deck, setting.lang, setting.year
    group = slide.shapes.add_group_shape()
    group.name = row.name[lang]
    boxes = setting.boxes(place.top + 1.5, place.height - 3)
    cells = zip(_said(row, lang), boxes, (INK, SOFT, INK), ("l", "l", "r"), strict=True)
    for text, box, colour, align in cells:
        deck.text(group, box, text, sizes=(_SIZE, 11.5, 11), align=align, colour=colour)
    middle = place.top + 1.5 + _SIZE * LINE / 2
    radius = min(4.0, year * 0.42)
    for number, mark in row.marks.items():
        if mark.goes_on:
            x = setting.years + (number + 0.5) * year
            deck.bar(group, Box(x, middle - 0.7, x + year, middle + 0.7), "stated-line")
    for number, mark in row.marks.items():
        x, heading = setting.years + (number + 0.5) * year, setting.board.columns[number]
        stated = mark.basis == STATED
        if heading == "?":
            box = Box(x - 8, place.top + 1.5, x + 8, place.top + 1.5 + _SIZE * LINE)
            shade = INK if stated else "faint"
            deck.text(group, box, "?", sizes=(_SIZE,), align="ctr", wrapped=False, colour=shade)
            continue
        symbol = Box(x - radius, middle - radius, x + radius, middle + radius)
        basis = setting.words["stated" if stated else "inferred"]
        deck.symbol(
            group.shapes, symbol, _FULL if stated else _HOLLOW, strong=True, name=heading,
            description=f"{row.name[lang]} {heading}: {basis}",
        )  # fmt: skip
    deck.bar(slide, Box(EDGE, place.bottom - 0.4, setting.right, place.bottom), "line")


def _draw_legend(setting: _Setting, slide: Any, drawn: int) -> None:
    deck, words, board = setting.deck, setting.words, setting.board
    x, middle = _LEGEND.left, _LEGEND.top + 11 * LINE / 2
    for name, look in ((words["stated"], _FULL), (words["inferred"], _HOLLOW)):
        deck.symbol(
            slide.shapes, Box(x, middle - 4, x + 8, middle + 4), look, strong=True, name=name
        )
        x = _draw_entry(setting, slide, x + 12, name)
    if board.goes_on:
        deck.bar(slide, Box(x + 4, middle - 0.7, x + 18, middle + 0.7), "stated-line")
        for left in (x, x + 14):
            box = Box(left, middle - 4, left + 8, middle + 4)
            deck.symbol(slide.shapes, box, _FULL, strong=True, name=words["goes_on"])
        x = _draw_entry(setting, slide, x + 26, words["goes_on"])
    if board.columns[-1] == "?":
        x = _draw_entry(setting, slide, x, f"? {words['no_date']}")
    if board.ties:
        deck.bracket(slide, x, x + 5, [middle - 5, middle + 5], dashed=False)
        told = words["bracket"]
        if drawn < len(board.ties):
            told += f" ({drawn} / {len(board.ties)})"
        x = _draw_entry(setting, slide, x + 9, told)
    _draw_entry(setting, slide, x, words["figure"])


def _draw_entry(setting: _Setting, slide: Any, left: float, text: str) -> float:
    """Draw the words of an entry of the legend; gives where the next begins."""
    right = left + text_points(text, 11) * 1.03
    place = Box(left, _LEGEND.top, right, _LEGEND.bottom)
    setting.deck.text(slide, place, text, sizes=(11,), wrapped=False)
    return right + 16


def _notes(
    items: Sequence[_Item], evidence: Mapping[str, Mapping[str, str]], lang: str
) -> list[str]:
    lines = []
    for row in (item.row for item in items if item.row):
        for deed in row.deeds:
            lines.append(f"{row.name[lang]}: {deed.name[lang]}")
            lines += evidence_lines(deed.claims, evidence, lang)
    return lines
