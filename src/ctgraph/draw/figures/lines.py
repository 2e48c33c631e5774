"""Where the lines of a figure break, by the widths of its letters."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import accumulate

from ctgraph.draw.figures.typefaces import measure
from ctgraph.text import WORD_COST, break_cost


@cache
def break_lines(words: str, width: float, lines: int) -> tuple[str, ...]:
    """Return lines of about equal width, as few as will do.

    Args:
        words: The text, cleaned.
        width: Width of a line in sizes of the letters.
        lines: Number of lines at most.
    """
    if not words or measure(words) <= width:
        return (words,) if words else ()
    widths = [measure(character) for character in words]
    ends = list(accumulate(widths, initial=0.0))
    costs = [0.0, *(_cost(words, place) for place in range(1, len(words))), 0.0]
    for count in range(2, lines + 1):
        if ends[-1] <= width * count:
            found = _break(words, ends, costs, width, count)
            # A word may be broken only if no more lines may be used.
            if found and (found[0] < WORD_COST or count == lines):
                return found[1]
    return _fill(words, ends, costs, width, lines)


def _cost(words: str, place: int) -> float:
    """What a break costs; a number stays with the word that it counts."""
    return break_cost(words, place) + (40.0 if words[place].isdigit() else 0.0)


def _break(
    words: str, ends: Sequence[float], costs: Sequence[float], width: float, count: int
) -> tuple[float, tuple[str, ...]] | None:
    """Cost and lines of a text in so many lines at the best places; None if it cannot fit."""
    goal = ends[-1] / count
    best: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
    for number in range(count):
        following: dict[int, tuple[float, tuple[int, ...]]] = {}
        for start, (cost, places) in best.items():
            for end in range(start + 1, len(words) + 1):
                wide = ends[end] - ends[start]
                if wide > width + (0.3 if words[end - 1] == " " else 0.0):
                    break
                if number == count - 1 and end < len(words):
                    continue
                price = cost + 2 * (wide - goal) ** 2 + costs[end]
                if end not in following or price < following[end][0]:
                    following[end] = (price, (*places, end))
        best = following
    if len(words) not in best or best[len(words)][0] >= 10 * WORD_COST:
        return None
    cost, found = best[len(words)]
    made = tuple(words[a:b].strip() for a, b in zip((0, *found), found, strict=False))
    breaks = sum(costs[place] for place in found)
    return breaks, tuple(line for line in made if line)


def _fill(
    words: str, ends: Sequence[float], costs: Sequence[float], width: float, lines: int
) -> tuple[str, ...]:
    """Full lines of what does not fit; the last ends in an ellipsis."""
    made: list[str] = []
    start = 0
    dots = measure("…")
    while start < len(words) and len(made) < lines:
        last = len(made) == lines - 1
        room = width - (dots if last else 0.0)
        end = start + 1
        while end < len(words) and ends[end + 1] - ends[start] <= room:
            end += 1
        if last and ends[-1] - ends[start] <= width:
            end = len(words)
        if end < len(words):
            # The last good place to break, unless it leaves less than half a line.
            good = [
                n
                for n in range(start + 1, end + 1)
                if costs[n] < WORD_COST and (ends[n] - ends[start]) * 2 >= room
            ]
            end = good[-1] if good else end
        made.append(words[start:end].strip())
        start = end
        while start < len(words) and words[start] == " ":
            start += 1
    if start < len(words):
        made[-1] += "…"
    return tuple(line for line in made if line)
