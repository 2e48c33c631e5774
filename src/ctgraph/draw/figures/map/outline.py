"""Outlines of countries and where they lie on paper.

The projection is Equal Earth (Šavrič, Patterson and Jenny, International Journal of Geographical
Information Science 33, 2019, eq. 8 to 10): areas keep their sizes, and it is written in a few
lines. Its middle is 150° E, so that the Pacific is whole; the map is cut at 30° W, through the
Atlantic. The outlines are made by ``scripts/build_outline.py``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

Point = tuple[float, float]
"""Longitude and latitude in degrees, or x and y on the plane of the projection or of a sheet."""

MIDDLE: Final = 150.0
_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_ROOT = math.sqrt(3) / 2


class Outline(NamedTuple):
    """The countries of the world.

    Attributes:
        arcs: Lines in longitude and latitude, of which the rims are made.
        rims: By ISO 3166-1 alpha-3 code, rings of numbers of arcs; ``~n`` is arc n backwards.
        source: Where they are from.
    """

    arcs: Sequence[Sequence[Point]]
    rims: Mapping[str, Sequence[Sequence[int]]]
    source: str


@cache
def read_outline() -> Outline:
    """Return the outlines in the package."""
    path = Path(__file__).parent / "outline.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    return Outline(
        [list(_decode(arc, data["step"])) for arc in data["arcs"]],
        data["countries"],
        data["source"],
    )


def _decode(arc: Sequence[int], step: float) -> Iterator[Point]:
    x = y = 0
    for index in range(0, len(arc), 2):
        x, y = x + arc[index], y + arc[index + 1]
        yield x * step, y * step


def project(longitude: float, latitude: float) -> Point:
    """Return a place on the plane, which is about 5.4 wide and 2.6 high; y grows downwards.

    Args:
        longitude: Degrees east of `MIDDLE`, from -180 to 180.
        latitude: Degrees.
    """
    t = math.asin(_ROOT * math.sin(math.radians(latitude)))
    slope = 9 * _A4 * t**8 + 7 * _A3 * t**6 + 3 * _A2 * t**2 + _A1
    x = 2 * math.sqrt(3) * math.radians(longitude) * math.cos(t) / (3 * slope)
    return x, -(_A4 * t**9 + _A3 * t**7 + _A2 * t**3 + _A1 * t)


def turned(longitude: float) -> float:
    """Return how many degrees east of `MIDDLE` a longitude is, from -180 to 180."""
    return (longitude - MIDDLE + 180) % 360 - 180


@cache
def middle_of(code: str) -> Point | None:
    """Return the middle of the largest part of a country in longitude and latitude.

    Args:
        code: ISO 3166-1 alpha-3; None if the outlines have no such country.
    """
    outline = read_outline()
    best: tuple[float, Point] | None = None
    for ring in outline.rims.get(code, ()):
        area, middle = _centroid(_unwrapped(ring))
        if best is None or area > best[0]:
            best = (area, middle)
    return best and best[1]


def _centroid(ring: Sequence[Point]) -> tuple[float, Point]:
    total = across = along = 0.0
    for (x, y), (to_x, to_y) in zip(ring, [*ring[1:], ring[0]], strict=True):
        cross = x * to_y - to_x * y
        total += cross
        across += (x + to_x) * cross
        along += (y + to_y) * cross
    if abs(total) < 1e-9:
        return 0.0, ring[0]
    # What is wide in degrees near the poles is narrow on the ground.
    middle = across / (3 * total), along / (3 * total)
    return abs(total) / 2 * math.cos(math.radians(middle[1])), middle


def _unwrapped(ring: Sequence[int]) -> list[Point]:
    """Return the points of a ring in degrees east of `MIDDLE`, without a jump at the cut."""
    arcs = read_outline().arcs
    points: list[Point] = []
    for ref in ring:
        for longitude, latitude in arcs[ref] if ref >= 0 else reversed(arcs[~ref]):
            x = turned(longitude)
            if points:
                x += 360 * round((points[-1][0] - x) / 360)
            points.append((x, latitude))
    return points


def land() -> Iterator[list[Point]]:
    """Yield closed rings of land on the plane, cut where the map ends."""
    for rings in read_outline().rims.values():
        for ring in rings:
            points = _unwrapped(ring)
            for shift in (-360.0, 0.0, 360.0):
                moved = [(x + shift, y) for x, y in points]
                for limit, side in ((-180.0, 1.0), (180.0, -1.0)):
                    moved = clip(moved, 0, limit, side)
                if len(moved) > 2:
                    yield [project(x, y) for x, y in moved]


def borders() -> Iterator[list[Point]]:
    """Yield the lines on the plane that two countries share."""
    outline = read_outline()
    owners: dict[int, set[str]] = {}
    for code, rings in outline.rims.items():
        for ring in rings:
            for ref in ring:
                owners.setdefault(ref if ref >= 0 else ~ref, set()).add(code)
    for number, codes in sorted(owners.items()):
        if len(codes) > 1:
            yield [project(turned(x), y) for x, y in outline.arcs[number]]


def clip(ring: Sequence[Point], axis: int, limit: float, side: float) -> list[Point]:
    """Return a ring without what lies beyond a straight limit (Sutherland and Hodgman, 1974).

    Args:
        ring: Its points.
        axis: 0 if the limit is upright, 1 if it is level.
        limit: Where it is.
        side: 1 if what is greater is kept, -1 if what is less.
    """
    kept: list[Point] = []
    for here, there in zip(ring, [*ring[1:], *ring[:1]], strict=True):
        within, next_within = ((p[axis] - limit) * side >= 0 for p in (here, there))
        if within:
            kept.append(here)
        if within != next_within:
            share = (limit - here[axis]) / (there[axis] - here[axis])
            kept.append(
                (here[0] + share * (there[0] - here[0]), here[1] + share * (there[1] - here[1]))
            )
    return kept
