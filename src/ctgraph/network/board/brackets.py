"""Ties among the partners of a board as brackets, and headings that have room."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from ctgraph.network.board.model import Board
from ctgraph.network.things import INFERRED, STATED


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
    place = {partner: number for number, partner in enumerate(partners)}
    ties: dict[frozenset[int], str] = {}
    near: dict[int, set[int]] = {}
    for (one, other), basis in board.ties.items():
        if one in place and other in place:
            pair = place[one], place[other]
            ties[frozenset(pair)] = basis
            for row, across in (pair, pair[::-1]):
                near.setdefault(row, set()).add(across)
    chosen = sorted(_cover(set(ties), near), key=lambda rows: (rows[-1] - rows[0], rows))
    found, held, taken = [], set[frozenset[int]](), [set[int]() for _ in range(lanes)]
    for rows in chosen:
        span = set(range(rows[0], rows[-1] + 1))
        lane = next((lane for lane in range(lanes) if not taken[lane] & span), None)
        if lane is None:
            continue
        taken[lane] |= span
        pairs = _pairs(rows)
        held |= pairs
        stated = all(ties[pair] == STATED for pair in pairs)
        found.append(Bracket(rows, lane, STATED if stated else INFERRED))
    return found, len(ties) - len(held)


def count_lanes(brackets: Iterable[Bracket]) -> int:
    """Return how many lanes brackets take.

    Args:
        brackets: The brackets.
    """
    return max((one.lane + 1 for one in brackets), default=0)


def _cover(left: set[frozenset[int]], near: Mapping[int, set[int]]) -> Iterator[list[int]]:
    """Yield rows that are all tied to each other until every tie is among some.

    The shortest tie that is left takes in, one by one, who is tied to all and has most ties left.
    """
    for pair in sorted(left, key=lambda pair: (max(pair) - min(pair), sorted(pair))):
        if pair not in left:
            continue
        rows = sorted(pair)
        while shared := set.intersection(*(near[row] for row in rows)):
            more = {row: sum(frozenset((row, one)) in left for one in rows) for row in shared}
            best = min(shared, key=lambda row: (-more[row], row))
            if not more[best]:
                break
            rows = sorted([*rows, best])
        left -= _pairs(rows)
        yield rows


def _pairs(rows: Sequence[int]) -> set[frozenset[int]]:
    return {frozenset(pair) for pair in combinations(rows, 2)}


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
