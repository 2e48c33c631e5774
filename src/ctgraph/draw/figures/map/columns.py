"""Names of states that lie close together, in columns beside the map."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from ctgraph.draw.figures.canvas import GREY, LEADING, Sheet
from ctgraph.draw.figures.map.outline import Point
from ctgraph.draw.figures.map.world import Located, World

Area = tuple[float, float, float, float]
"""Left, top, right and bottom of a part of a sheet."""


class Dots(NamedTuple):
    """Where the dots of states lie on a sheet, and their radius, by IRI."""

    at: Mapping[str, Point]
    radius: Mapping[str, float]


_CROWD, _NEAR = 1.6, 2  # so many dots within so many sizes of the letters are a crowd
_SIDE = 0.36  # of the width, from the rim: who is farther inside has its name beside it


class Columns(NamedTuple):
    """Names of dots that stand close together, in a column at the rim of their side.

    Attributes:
        area: What is left for the map.
        left: The dots of the column on the left, from top to bottom.
        right: Those of the column on the right.
        whole: Where columns and map stand.
    """

    area: Area
    left: list[Located]
    right: list[Located]
    whole: Area

    @property
    def named(self) -> set[str]:
        """The dots whose names are in a column."""
        return {spot.node for spot in (*self.left, *self.right)}

    @classmethod
    def of(
        cls,
        sheet: Sheet,
        world: World,
        dots: Dots,
        whole: Area,
        *,
        aside: Collection[str],
    ) -> Columns:
        """Return the columns: who has several others so near that names beside them would mix.

        Args:
            sheet: The sheet.
            world: What the map shows.
            dots: Where the states lie.
            whole: Where columns and map stand.
            aside: Who is in a column anyhow, because its name has no room beside its dot.
        """
        reach = sheet.small * _CROWD
        sides: tuple[list[Located], list[Located]] = ([], [])
        for spot in world.spots:
            x, y = dots.at[spot.node]
            near = sum(
                math.hypot(x - a, y - b) - dots.radius[spot.node] - dots.radius[other] < reach
                for other, (a, b) in dots.at.items()
            )
            share = (x - whole[0]) / (whole[2] - whole[0])
            is_crowded = near - 1 >= _NEAR and not _SIDE < share < 1 - _SIDE
            if is_crowded or spot.node in aside:
                sides[share > 0.5].append(spot)
        most = int((whole[3] - whole[1]) / (sheet.small * LEADING))
        left, top, right, bottom = whole
        for side in sides:
            del side[most:]
            side.sort(key=lambda spot: (dots.at[spot.node][1], dots.at[spot.node][0]))
        wide = [
            max(
                (sheet.measure(name_of(spot, sheet.lang), sheet.small) for spot in side),
                default=0.0,
            )
            for side in sides
        ]
        gap = sheet.letters * 1.5
        left += wide[0] + gap if sides[0] else 0.0
        right -= wide[1] + gap if sides[1] else 0.0
        return cls((left, top, right, bottom), *sides, whole)

    def draw(self, sheet: Sheet, world: World, dots: Dots) -> None:
        """Draw the names with a thin line from each to its dot."""
        for side, align in ((self.left, "right"), (self.right, "left")):
            if not side:
                continue
            gap = sheet.letters * 0.3
            x = self.area[0] - sheet.letters if align == "right" else self.area[2] + sheet.letters
            away = gap if align == "right" else -gap
            step = sheet.small * LEADING
            ys = [dots.at[spot.node][1] for spot in side]
            first = (min(ys) + max(ys) - step * (len(side) - 1)) / 2
            low, high = self.whole[1] + step / 2, self.whole[3] - step * (len(side) - 0.5)
            first = max(low, min(first, high))
            rows = [first + step * number for number in range(len(side))]
            for spot, y in zip(_untangle(side, dots.at, x + away, rows), rows, strict=True):
                sheet.path([(x + away, y), dots.at[spot.node]], colour=GREY, line=0.5)
                name = name_of(spot, sheet.lang)
                sheet.text(x, y - step * 0.5, name, size=sheet.small, align=align)


def _untangle(
    side: Sequence[Located], places: Mapping[str, Point], x: float, rows: Sequence[float]
) -> list[Located]:
    """Return the dots in the order in which their lines are shortest together.

    Two lines that cross get shorter where their ends are changed, so at last none cross.
    """
    order = list(side)

    def far(number: int, spot: Located) -> float:
        to_x, to_y = places[spot.node]
        return math.hypot(to_x - x, to_y - rows[number])

    changed = True
    while changed:
        changed = False
        for one in range(len(order)):
            for two in range(one + 1, len(order)):
                before = far(one, order[one]) + far(two, order[two])
                if far(one, order[two]) + far(two, order[one]) < before - 1e-6:
                    order[one], order[two] = order[two], order[one]
                    changed = True
    return order


def name_of(spot: Located, lang: str) -> str:
    """Return the name of a state in a language."""
    return str(spot.facts[f"label_{lang}"])
