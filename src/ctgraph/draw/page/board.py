"""A cooperation board as one HTML page that needs no connection, no script and no second file.

Each partner is a line that opens on the words it rests on. The page holds both languages, in the
same order, and a switch between them; on a narrow screen the lines are cards.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ctgraph.draw.figures.data import read_sources
from ctgraph.draw.page.page import page_style, render_template, source_hash
from ctgraph.errors import UnknownName
from ctgraph.network import STATED, read_claims
from ctgraph.network.board import (
    Board,
    Bracket,
    Group,
    Row,
    choose_headings,
    count_lanes,
    find_brackets,
)
from ctgraph.network.styles import ThemeLike, theme_in_use, themed
from ctgraph.query import say_scope
from ctgraph.terms import LANGUAGES
from ctgraph.version import __version__
from ctgraph.words import read_words, sentence

if TYPE_CHECKING:
    from ctgraph.store import Store


_LANES = 10
_HEADING, _WIDEST_YEAR, _YEARS = 2.7, 2.7, 21.0  # sizes of the letters


class _Part(NamedTuple):
    """What of a bracket is drawn beside a line: from where to where, and its arm to the line."""

    lane: int
    place: str
    is_stated: bool


@themed
def board_text(store: Store, board: Board, lang: str = "en", *, theme: ThemeLike = None) -> str:
    """Return the page of a board.

    Same graph and board, same bytes.

    Args:
        store: The graph that the board is from, with the words of its claims.
        board: What `ctgraph.network.board.build_board` gave.
        lang: Language in which the page opens, ``en`` or ``ja``; the reader can switch.
        theme: As for `ctgraph.network.styles.use_theme`.

    Raises:
        UnknownName: The language is another.
    """
    if lang not in LANGUAGES:
        raise UnknownName("language", lang, LANGUAGES)
    brackets, missed = find_brackets(board, [row.partner for row in board.rows], _LANES)
    year = min(_WIDEST_YEAR, _YEARS / len(board.columns))
    rows = render_template(
        "board.css",
        columns=len(board.columns),
        year=round(year, 3),
        lanes=count_lanes(brackets),
        bands=_bands(board),
    )
    style = page_style(rows, flip=":has(#turn:checked)")
    policy = (
        f"default-src 'none'; style-src {source_hash(style)}; img-src data:; base-uri 'none'; "
        "form-action 'none'"
    )
    return render_template(
        "board.html",
        lang=lang,
        languages=(lang, *(one for one in LANGUAGES if one != lang)),
        policy=policy,
        style=style,
        board=board,
        headings=choose_headings(board.columns, lambda heading: _HEADING / 2, year),
        lines=list(_lines(board, brackets)),
        tied=_tied(board),
        drawn=len(board.ties) - missed,
        claims=read_claims(store, board.claims),
        words={one: read_words("slides", one) | read_words("board", one) for one in LANGUAGES},
        own={one: read_words("evidence", one)["own_words"] for one in LANGUAGES},
        sources={one: read_sources(store, board.claims, one) for one in LANGUAGES},
        scope={one: sentence(say_scope(store, one)) for one in LANGUAGES},
        say_marks=_say_marks,
        version=__version__,
        STATED=STATED,
        logo=theme_in_use().logo,
    )


def _bands(board: Board) -> list[tuple[float, float]]:
    """Return where the shaded spans of years begin and end, in percent."""
    found: list[tuple[float, float]] = []
    for number in board.bands:
        begin, end = (round(100 * at / len(board.columns), 3) for at in (number, number + 1))
        if found and found[-1][1] == begin:
            begin = found.pop()[0]
        found.append((begin, end))
    return found


def _lines(
    board: Board, brackets: Sequence[Bracket]
) -> Iterator[tuple[Group | None, Row | None, list[_Part]]]:
    """Yield the names of groups and the rows, each with the parts of brackets beside it."""
    number = 0
    for group in board.groups:
        passing = [one for one in brackets if one.rows[0] < number <= one.rows[-1]]
        yield group, None, [_Part(one.lane, "pass", one.basis == STATED) for one in passing]
        for row in group.rows:
            yield None, row, [*_parts(brackets, number)]
            number += 1


def _parts(brackets: Sequence[Bracket], number: int) -> Iterator[_Part]:
    for one in brackets:
        first, last, is_stated = one.rows[0], one.rows[-1], one.basis == STATED
        if number in (first, last):
            yield _Part(one.lane, "first" if number == first else "last", is_stated)
        elif first < number < last:
            yield _Part(one.lane, "pass", is_stated)
            if number in one.rows:
                yield _Part(one.lane, "arm", is_stated)


def _tied(board: Board) -> Mapping[str, list[Row]]:
    """Return the partners with whom a partner works, too, in the order of their rows."""
    return {
        row.partner: [
            other
            for other in board.rows
            if tuple(sorted((row.partner, other.partner))) in board.ties
        ]
        for row in board.rows
    }


def _say_marks(board: Board, row: Row, words: Mapping[str, Any]) -> str:
    """Return the marks of a row in words."""
    said = []
    for number, mark in row.marks.items():
        heading = board.columns[number]
        when = words["no_date"] if heading == "?" else heading
        said.append(when if mark.basis == STATED else f"{when} ({words['inferred']})")
    return str(words["comma"]).join(said)
