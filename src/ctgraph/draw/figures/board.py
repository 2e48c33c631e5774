"""Who an actor works with as a board: a line for each partner, with a mark for each year.

Letters are as large as the sheet has room for, in one column or several. Where even small ones do
not fit, activities are named by their kinds alone, and at last the partners with the fewest
activities are left out by name.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

from ctgraph.draw.columns import fill_columns
from ctgraph.draw.figures.canvas import (
    BAND,
    BLUE,
    GREY,
    INFERRED_LINE,
    INK,
    LEADING,
    PALE,
    STATED_LINE,
    Sheet,
)
from ctgraph.draw.figures.chart import Chart, Key, Sample
from ctgraph.network import STATED
from ctgraph.network.board import Board, Row, choose_headings, count_lanes, find_brackets
from ctgraph.network.styles import Look
from ctgraph.words import read_words

_FULL = Look("dot", STATED_LINE)
_HOLLOW = Look("dot", STATED_LINE, hollow=True)
_SHARES = (1.0, 0.95, 0.9, 0.85, 0.8)
_GAP, _LANE, _REMARK = 0.7, 0.55, 0.3  # sizes of the letters
_SMALLEST = 0.905  # of the small letters: 19 pixels where a slide has 1080
_LANES = 8
_NARROWEST = 34  # sizes of the letters
_LINES = 4


def board_chart(board: Board, lang: str) -> Chart:
    """Return the partners of an actor as lines.

    Args:
        board: What `ctgraph.network.board.build_board` gave.
        lang: ``en`` or ``ja``.
    """
    words = read_words("board", lang)
    legend = [
        Key(words["stated"], partial(_sample, stated=True), 1.0),
        Key(words["inferred"], partial(_sample, stated=False), 1.0),
    ]
    if board.goes_on:
        legend.append(Key(words["goes_on"], _joined_sample, 2.2))
    if board.columns[-1:] == ["?"]:
        legend.append(Key(f"? {words['no_date']}", lambda sheet, at: None, 0))
    if board.ties:
        legend.append(Key(words["bracket"], _bracket_sample, 0.8))
    legend.append(Key(words["figure"], lambda sheet, at: None, 0))
    return Chart(
        board.title[lang],
        board.subtitle[lang],
        legend,
        sorted(board.claims),
        partial(_draw_board, board=board),
        sources_named=1,
    )


def _sample(sheet: Sheet, at: Sample, *, stated: bool) -> None:
    _dot(sheet, at.x + at.width / 2, at.middle, at.height * 0.34, stated=stated)


def _joined_sample(sheet: Sheet, at: Sample) -> None:
    ends = [at.x + at.height * 0.4, at.x + at.width - at.height * 0.4]
    sheet.path([(x, at.middle) for x in ends], colour=STATED_LINE, line=1.6)
    for x in ends:
        _dot(sheet, x, at.middle, at.height * 0.34, stated=True)


def _bracket_sample(sheet: Sheet, at: Sample) -> None:
    ends = [at.middle - at.height * 0.4, at.middle + at.height * 0.4]
    _bracket(sheet, at.x, at.x + at.width * 0.7, ends, stated=True)


def _dot(sheet: Sheet, x: float, y: float, radius: float, *, stated: bool) -> None:
    sheet.shape(x, y, _FULL if stated else _HOLLOW, radius)


def _bracket(sheet: Sheet, x: float, to: float, ends: Sequence[float], *, stated: bool) -> None:
    style: dict[str, Any] = {
        "colour": STATED_LINE if stated else INFERRED_LINE,
        "line": 1.0,
        "dashed": not stated,
    }
    sheet.path([(x, ends[0]), (to, ends[0]), (to, ends[-1]), (x, ends[-1])], **style)
    for y in ends[1:-1]:
        sheet.path([(x, y), (to, y)], **style)


# --- where everything stands --------------------------------------------------------------------


class _Item(NamedTuple):
    """A row as it is set, or the name of a group, which has no row."""

    row: Row | None
    name: list[str]
    done: list[str]
    figure: list[str]
    high: float

    @property
    def is_head(self) -> bool:
        return self.row is None

    @property
    def is_cut(self) -> bool:
        """Whether a text has more lines than it may have."""
        return any(
            lines[-1].endswith("…") for lines in (self.name, self.done, self.figure) if lines
        )


class _Way(NamedTuple):
    """A way to set a board.

    Attributes:
        size: Size of the letters.
        columns: Number of columns.
        is_full: Whether single activities are named, not only their kinds.
        is_stacked: Whether what was done stands below the name.
    """

    size: float
    columns: int
    is_full: bool
    is_stacked: bool


class _Widths(NamedTuple):
    """The widths of a column and of its cells, and the number of lanes for brackets."""

    whole: float
    name: float
    done: float
    year: float
    figure: float
    lanes: int


class _Fitted(NamedTuple):
    """A board that fits: how it is set, its columns, and who is left out."""

    way: _Way
    widths: _Widths
    columns: list[list[_Item]]
    away: list[Row]


def _ways(sheet: Sheet) -> Iterator[_Way]:
    """Yield the ways to set a board, the best first."""
    smallest = sheet.small * _SMALLEST
    sizes = [sheet.letters * share for share in _SHARES if sheet.letters * share > smallest]
    for is_full in (True, False):
        for size, columns in itertools.product([*sizes, smallest], (1, 2)):
            if columns == 1 or sheet.width / columns > size * _NARROWEST:
                yield _Way(size, columns, is_full, sheet.narrow)


def _measure(sheet: Sheet, board: Board, way: _Way, lanes: int) -> _Widths:
    size, lang, rows = way.size, sheet.lang, board.rows
    gap = size * _GAP
    whole = (sheet.width - (way.columns - 1) * 2 * size) / way.columns
    year = min(size * 2.7, whole * (0.32 if way.is_full else 0.27) / len(board.columns))
    limit = whole * (0.27 if way.is_full else 0.25)
    wide = [[sheet.measure(name, size) for name in _names(row, lang)] for row in rows]
    # A name that is too long gives way to the acronym.
    fitting = [next((one for one in found if one <= limit), limit) for found in wide]
    figures = (sheet.measure(_cells(row, way, lang)[1], size) for row in rows)
    name, figure = max(fitting), min(max(figures), whole * 0.14)
    done = whole - name - figure - year * len(board.columns) - lanes * size * _LANE - 4 * gap
    if way.is_stacked:
        name, done = name + done + gap, 0.0
    return _Widths(whole, name, done, year, figure, lanes)


def _lanes(sheet: Sheet, board: Board, columns: int) -> int:
    """Return how many lanes brackets take, of as many as there is room for."""
    most = _LANES // (2 if sheet.narrow else columns)
    return count_lanes(find_brackets(board, [row.partner for row in board.rows], most)[0])


def _set(
    sheet: Sheet, board: Board, way: _Way, widths: _Widths, left_out: Collection[str]
) -> list[_Item]:
    """Return the names of groups and the rows below them with their lines."""
    found: list[_Item] = []
    for group in board.groups:
        rows = [row for row in group.rows if row.partner not in left_out]
        if rows:
            head = sheet.wrap(group.name[sheet.lang], widths.whole, way.size, 2)
            high = (len(head) * LEADING + 0.5) * way.size
            found.append(_Item(None, head, [], [], high))
        found += [_set_row(sheet, row, way, widths) for row in rows]
    return found


def _set_row(sheet: Sheet, row: Row, way: _Way, widths: _Widths) -> _Item:
    size, lang = way.size, sheet.lang
    name = sheet.wrap(row.name[lang], widths.name, size, _LINES)
    most = 2 if way.is_full or way.is_stacked else 1
    if len(name) > most and row.acronym:
        name = sheet.wrap(row.acronym, widths.name, size, _LINES)
    done, figure = _cells(row, way, lang)
    cells = [
        name,
        sheet.wrap(done, widths.done, size, _LINES),
        sheet.wrap(figure, widths.figure, size, _LINES),
    ]
    if way.is_stacked:
        cells[1] = sheet.wrap(done, widths.name, size, _LINES)
    lines = max(len(cells[0]) + way.is_stacked * len(cells[1]), *map(len, cells))
    return _Item(row, cells[0], cells[1], cells[2], (lines * LEADING + 0.12) * size)


def _names(row: Row, lang: str) -> list[str]:
    """Return what a partner is called, the longest first."""
    return [name for name in (row.name[lang], row.acronym) if name]


def _cells(row: Row, way: _Way, lang: str) -> tuple[str, str]:
    """Return what was done, and the number or the amount, which moves where there is no room."""
    number = str(len(row.deeds))
    if way.is_full and not way.is_stacked:
        return row.done[lang], row.figure[lang]
    amount = row.figure[lang] if row.figure[lang] != number else ""
    between = read_words("board", lang)["between"]
    done = (row.done if way.is_full else row.kinds)[lang]
    return between.join(filter(None, [done, amount])), number


def _split(items: Sequence[_Item], columns: int, room: float) -> list[list[_Item]] | None:
    """Return items in columns that are about equally high; None if they have no room."""
    step = min(item.high for item in items)
    limit = max(sum(item.high for item in items) / columns, step)
    while True:
        found = fill_columns(items, min(limit, room))
        highest = max(sum(item.high for item in one) for one in found)
        if len(found) <= columns and highest <= room + 0.01:
            return found
        if limit >= room:
            return None
        limit += step


def _draw_board(sheet: Sheet, top: float, slack: float, *, board: Board) -> tuple[float, int]:
    ranked = sorted(board.rows, key=lambda row: -len(row.deeds))
    ways = list(_ways(sheet))
    lanes = {columns: _lanes(sheet, board, columns) for columns in (1, 2)}

    def without(count: int) -> _Fitted | None:
        """Set the board without the partners with the fewest activities, if that fits."""
        away = ranked[len(ranked) - count :]
        remarks = 2 * bool(away) + bool(board.ties) + _REMARK
        for way in ways[-1:] if away else ways:
            widths = _measure(sheet, board, way, lanes[way.columns])
            room = float("inf")
            if sheet.limit:
                room = sheet.limit - top - (way.size + sheet.small * remarks) * LEADING
            items = _set(sheet, board, way, widths, {row.partner for row in away})
            if way.is_full and any(item.is_cut for item in items):
                continue
            if (columns := _split(items, way.columns, room)) is not None:
                return _Fitted(way, widths, columns, away)
        return None

    found = without(0)
    if found is None:
        counts = range(1, len(ranked))
        fewest = bisect_left(counts, True, key=lambda count: without(count) is not None)
        found = without(counts[fewest]) if fewest < len(counts) else None
    return _draw_columns(sheet, board, top, slack, found) if found else (sheet.limit + 1, 0)


def _draw_columns(
    sheet: Sheet,
    board: Board,
    top: float,
    slack: float,
    found: _Fitted,
) -> tuple[float, int]:
    way, widths, columns, away = found
    bottom, drawn = top, 0
    for number, items in enumerate(columns):
        left = sheet.left + number * (widths.whole + 2 * way.size)
        place = _Column(sheet, board, way.size, widths, left)
        end, ties = place.draw(items, top, slack)
        bottom, drawn = max(bottom, end), drawn + ties
    words, small = read_words("board", sheet.lang), sheet.small
    remarks = []
    if away:
        names = words["comma"].join(row.acronym or row.name[sheet.lang] for row in away)
        told = words["left_out"].format(n=len(away), names=names)
        remarks += sheet.wrap(told, sheet.width, small, 2)
    if drawn < len(board.ties):
        told = words["ties_left"].format(n=drawn, all=len(board.ties))
        remarks += sheet.wrap(told, sheet.width, small, 1)
    bottom = sheet.lines(sheet.left, bottom + small * _REMARK, remarks, size=small, colour=GREY)
    return bottom, max(map(len, columns))


class _Column(NamedTuple):
    """A column of a board: the sheet, the board, size of the letters, widths and left edge."""

    sheet: Sheet
    board: Board
    size: float
    widths: _Widths
    left: float

    @property
    def years(self) -> float:
        """Where the marks begin."""
        gaps = 2 if self.widths.done else 1
        return self.left + self.widths.name + self.widths.done + gaps * self.size * _GAP

    @property
    def right(self) -> float:
        """Where the marks end."""
        return self.years + self.widths.year * len(self.board.columns)

    def draw(self, items: Sequence[_Item], top: float, slack: float) -> tuple[float, int]:
        """Draw the rows; gives the lower edge and the number of ties in brackets."""
        size, sheet = self.size, self.sheet
        start = top + size * LEADING
        bottom = start + sum(item.high + slack for item in items)
        self._draw_years(top, start, bottom)
        y, middles = start, {}
        for item in items:
            if item.row is None:
                down = y + item.high + slack - (len(item.name) * LEADING + 0.1) * size
                sheet.lines(self.left, down, item.name, size=size, colour=BLUE)
                sheet.path(
                    [(self.left, y + item.high + slack), (self._end, y + item.high + slack)],
                    colour=STATED_LINE,
                    line=0.8,
                )
            else:
                sheet.path([(self.left, y), (self._end, y)], colour=PALE, line=0.4)
                middles[item.row.partner] = self._draw_row(item, item.row, y, slack)
            y += item.high + slack
        brackets, lost = find_brackets(self.board, list(middles), self.widths.lanes)
        ends = list(middles.values())
        x = self._end + size * 0.25
        for one in brackets:
            to = x + (one.lane + 0.6) * size * _LANE
            heights = [ends[row] for row in one.rows]
            _bracket(sheet, x, to, heights, stated=one.basis == STATED)
        among = sum(a in middles and b in middles for a, b in self.board.ties)
        return bottom, among - lost

    @property
    def _end(self) -> float:
        """Where the brackets begin."""
        return self.right + self.widths.figure + self.size * _GAP

    def _draw_years(self, top: float, start: float, bottom: float) -> None:
        """Draw bands of five years, and as many years above them as have room."""
        columns, year = self.board.columns, self.widths.year
        for number in self.board.bands:
            x = self.years + number * year
            self.sheet.rectangle(x, start, year, bottom - start, fill=BAND)
        size = self.size

        def half(heading: str) -> float:
            return self.sheet.measure(heading, size) / 2 + size * 0.3

        for number in choose_headings(columns, half, year):
            x = self.years + (number + 0.5) * year
            self.sheet.text(x, top, columns[number], size=size, colour=GREY, align="center")

    def _draw_row(self, item: _Item, row: Row, top: float, slack: float) -> float:
        """Draw a row; gives the middle of its first line."""
        sheet, size, widths = self.sheet, self.size, self.widths
        top += (slack + 0.12 * size) / 2
        middle = top + size * LEADING / 2
        below = sheet.lines(self.left, top, item.name, size=size)
        x, y = self.left + widths.name + size * _GAP, top
        if not widths.done:
            x, y = self.left, below
        sheet.lines(x, y, item.done, size=size, colour=GREY)
        sheet.lines(self._end - size * 0.2, top, item.figure, size=size, align="right")
        radius = min(widths.year * 0.42, size * 0.34)
        for number, mark in row.marks.items():
            x = self.years + (number + 0.5) * widths.year
            if self.board.columns[number] == "?":
                colour = INK if mark.basis == STATED else INFERRED_LINE
                sheet.text(x, top, "?", size=size, colour=colour, align="center")
                continue
            if mark.goes_on:
                sheet.path([(x, middle), (x + widths.year, middle)], line=1.4)
            _dot(sheet, x, middle, radius, stated=mark.basis == STATED)
        return middle
