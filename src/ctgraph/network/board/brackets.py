"""Ties among the partners of a board as brackets, and headings that have room."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ctgraph.network.board.model import Board
from ctgraph.network.things import INFERRED, STATED

if TYPE_CHECKING:
    import networkx


class Bracket(NamedTuple):
    """Partners who all work with one another.

    Attributes:
        rows: Numbers of their rows, from top to bottom.
        lane: In which lane it runs, counted from the rows.
        basis: ``Stated`` if every tie among them is.
    """

    rows: Sequence[int]
    lane: int
    basis: str


def find_brackets(board: Board, partners: Sequence[str], lanes: int) -> tuple[list[Bracket], int]:
    """Return the ties among some partners as brackets, and how many ties have no lane.

    A bracket joins partners of whom each works with each other one; every tie is in one, and few
    of them are enough.

    Args:
        board: The board.
        partners: The partners, in the order in which their rows stand.
        lanes: How many lanes there are for brackets.
    """
    import networkx as nx

    place = {partner: number for number, partner in enumerate(partners)}
    tied: networkx.Graph[int] = nx.Graph()
    for one, other in board.ties:
        if one in place and other in place:
            tied.add_edge(place[one], place[other], basis=board.ties[one, other])
    cliques = sorted(sorted(clique) for clique in nx.find_cliques(tied))
    left = {(min(pair), max(pair)) for pair in tied.edges}
    chosen = []
    while left:
        best = max(cliques, key=lambda rows: (len(left & _pairs(rows)), rows[0] - rows[-1]))
        left -= _pairs(best)
        chosen.append(best)
    chosen.sort(key=lambda rows: (rows[-1] - rows[0], rows))
    found, missed, ends = [], set(tied.edges), [set[int]() for _ in range(lanes)]
    for rows in chosen:
        span = set(range(rows[0], rows[-1] + 1))
        lane = next((lane for lane in range(lanes) if not ends[lane] & span), None)
        if lane is None:
            continue
        ends[lane] |= span
        pairs = _pairs(rows)
        missed = {pair for pair in missed if (min(pair), max(pair)) not in pairs}
        stated = all(tied.edges[pair]["basis"] == STATED for pair in pairs)
        found.append(Bracket(rows, lane, STATED if stated else INFERRED))
    return found, len(missed)


def _pairs(rows: Sequence[int]) -> set[tuple[int, int]]:
    return {(one, other) for one in rows for other in rows if one < other}


def choose_headings(columns: Sequence[str], half: Callable[[str], float], step: float) -> list[int]:
    """Return the numbers of the columns of marks whose headings have room beside each other.

    The first and last ones that are no single year come first, then the last year and every fifth.

    Args:
        columns: The headings.
        half: Gives half the width of a heading with what is left free beside it.
        step: The width of a column.
    """

    def rank(number: int) -> tuple[bool, bool, int]:
        heading = columns[number]
        is_year = heading.isdigit()
        is_odd = is_year and int(heading) % 5 > 0 and number < len(columns) - 1
        return is_year, is_odd, -number

    taken: dict[int, tuple[float, float]] = {}
    for number in sorted(range(len(columns)), key=rank):
        middle, wide = (number + 0.5) * step, half(columns[number])
        box = (middle - wide, middle + wide)
        if all(box[1] <= left or right <= box[0] for left, right in taken.values()):
            taken[number] = box
    return sorted(taken)
