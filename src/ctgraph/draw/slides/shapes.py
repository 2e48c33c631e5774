"""Nodes of a slide, and where a line between two of them is glued to their shapes.

Lengths are points.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple, TypeAlias

from ctgraph.draw.text_metrics import LINE, Box, text_points


class Node(NamedTuple):
    """Where a node and its name stand.

    Attributes:
        symbol: The shape.
        label: The name beside it; of no height if it stands in the shape.
        lines: The name, broken.
        size: Size of its letters.
        inside: Whether the name stands in the shape.
    """

    symbol: Box
    label: Box
    lines: tuple[str, ...]
    size: float
    inside: bool


Point: TypeAlias = "tuple[float, float]"


def _star() -> tuple[Point, ...]:
    """Return the corners of a regular star that fills its box."""
    outer, middle = 0.5257, 0.5528
    radii = [outer, outer * (3 - math.sqrt(5)) / 2] * 5
    turns = [math.pi * (number / 5 - 0.5) for number in range(10)]
    return tuple(
        (round(0.5 + radius * math.cos(turn), 4), round(middle + radius * math.sin(turn), 4))
        for radius, turn in zip(radii, turns, strict=True)
    )


OUTLINES: dict[str, tuple[Point, ...]] = {
    "dot": (),
    "square": ((0, 0), (1, 0), (1, 1), (0, 1)),
    "diamond": ((0.5, 0), (1, 0.5), (0.5, 1), (0, 0.5)),
    "triangle": ((0.5, 0), (1, 1), (0, 1)),
    "triangleDown": ((0, 0), (1, 0), (0.5, 1)),
    "hexagon": ((0.25, 0), (0.75, 0), (1, 0.5), (0.75, 1), (0.25, 1), (0, 0.5)),
    "star": _star(),
}
"""Corners of the shapes of vis-network, as shares of width and height; a circle has none."""

PRESETS: Final = {
    "dot": "OVAL",
    "square": "RECTANGLE",
    "diamond": "DIAMOND",
    "triangle": "ISOSCELES_TRIANGLE",
    "triangleDown": "FLOWCHART_MERGE",
    "hexagon": "HEXAGON",
    "star": "STAR_5_POINT",
}
"""The same as PowerPoint has them, for symbols that no line is glued to."""

_MIDDLE = (0.5, 0.5)
_RIM = 16  # sites around the rim, the first on the right and on clockwise


def _rim(shape: str, turn: float) -> Point:
    """Return where a ray from the middle of a shape leaves it."""
    across, along = math.cos(turn), math.sin(turn)
    far = 0.5
    corners = OUTLINES[shape]
    for (x, y), (to, end) in zip(corners, corners[1:] + corners[:1], strict=True):
        # Where middle + far * direction = corner + part * side.
        wide, high = to - x, end - y
        turned = across * high - along * wide
        if abs(turned) < 1e-9:
            continue
        part = ((_MIDDLE[1] - y) * across - (_MIDDLE[0] - x) * along) / turned
        reach = ((x - _MIDDLE[0]) * high - (y - _MIDDLE[1]) * wide) / turned
        if -1e-9 <= part <= 1 + 1e-9 and reach > 0:
            far = reach
            break
    return round(_MIDDLE[0] + far * across, 4), round(_MIDDLE[1] + far * along, 4)


# LibreOffice takes the first four for the middles of the sides of the box, whatever they are.
_SIDES: tuple[Point, ...] = ((0.5, 0), (0, 0.5), (0.5, 1), (1, 0.5))
MIDDLE: Final = len(_SIDES)
"""The number of the site in the middle; those of the rim follow."""

SITES: dict[str, tuple[Point, ...]] = {
    shape: (*_SIDES, _MIDDLE, *(_rim(shape, math.tau * part / _RIM) for part in range(_RIM)))
    for shape in OUTLINES
}
"""Where connectors can be glued to a shape: sides of its box, its middle, points of its rim."""


def geometry(shape: str) -> str:
    """Return a shape with its sites as DrawingML (ECMA-376 part 1, 20.1.9.8), without namespaces.

    No preset shape has a site in its middle, where a line must end that is to point there.

    Args:
        shape: A name of `OUTLINES`.
    """
    size = 10_000

    def at(point: Point, names: tuple[str, str] = ("x", "y")) -> str:
        return " ".join(
            f'{name}="{round(share * size)}"' for name, share in zip(names, point, strict=True)
        )

    guides = "".join(
        f'<a:gd name="{axis}{number}" fmla="*/ {side} {round(share * size)} {size}"/>'
        for number, point in enumerate(SITES[shape])
        for axis, side, share in zip("xy", "wh", point, strict=True)
    )
    sites = "".join(
        f'<a:cxn ang="0"><a:pos x="x{number}" y="y{number}"/></a:cxn>'
        for number in range(len(SITES[shape]))
    )
    first, *rest = OUTLINES[shape] or ((1, 0.5),)
    drawn = f"<a:moveTo><a:pt {at(first)}/></a:moveTo>"
    drawn += "".join(f"<a:lnTo><a:pt {at(point)}/></a:lnTo>" for point in rest)
    if not rest:
        drawn += f'<a:arcTo wR="{size // 2}" hR="{size // 2}" stAng="0" swAng="21600000"/>'
    return (
        f"<a:custGeom><a:avLst/><a:gdLst>{guides}</a:gdLst><a:ahLst/><a:cxnLst>{sites}</a:cxnLst>"
        '<a:rect l="0" t="0" r="r" b="b"/><a:pathLst>'
        f'<a:path w="{size}" h="{size}">{drawn}<a:close/></a:path></a:pathLst></a:custGeom>'
    )


# Shapes in which a short name has room.
ROOMY = {"dot", "square", "hexagon"}


Site: TypeAlias = "tuple[int, Point]"
"""The number of a connection site, and where it is."""


def glue(begin: tuple[str, Node], end: tuple[str, Node], *, arrow: bool) -> tuple[Site, Site]:
    """Return the sites at which a line between two nodes is glued to them.

    It leads from middle to middle, behind the nodes; the head of an arrow is at the rim.

    Args:
        begin: A shape of `OUTLINES`, and the node that has it.
        end: The other.
        arrow: Whether the second end has a head.
    """
    first, (shape, place) = (MIDDLE, begin[1].symbol.middle), end
    if not arrow:
        return first, (MIDDLE, place.symbol.middle)
    box = place.symbol
    points = [(box.left + x * box.width, box.top + y * box.height) for x, y in SITES[shape]]
    best = min(
        range(MIDDLE + 1, len(points)),
        key=lambda number: (_aside(first[1], box.middle, points[number]), number),
    )
    return first, (best, points[best])


def _aside(begin: Point, end: Point, point: Point) -> float:
    """Return how far to the side of the way to an end a point before it lies, as an angle."""
    wanted = math.atan2(begin[1] - end[1], begin[0] - end[0])
    turn = math.atan2(point[1] - end[1], point[0] - end[0])
    return round(abs((turn - wanted + math.pi) % (2 * math.pi) - math.pi), 6)


def text_boxes(place: Node) -> list[Box]:
    """Return the boxes that the lines of a name fill; none if it stands in the shape."""
    if place.inside:
        return []
    middle = (place.label.left + place.label.right) / 2
    found = []
    for index, line in enumerate(place.lines):
        half = text_points(line, place.size, bold=True) / 2
        top = place.label.top + index * place.size * LINE
        found.append(Box(middle - half, top, middle + half, top + place.size * LINE))
    return found


def crosses(begin: tuple[float, float], end: tuple[float, float], box: Box) -> bool:
    """Tell whether a straight line has a point inside a box (Liang and Barsky's clipping, 1984).

    Args:
        begin: One end.
        end: The other.
        box: The box; its rim is not inside.
    """
    low, high = 0.0, 1.0
    for axis, (near, far) in enumerate(((box.left, box.right), (box.top, box.bottom))):
        start, along = begin[axis], end[axis] - begin[axis]
        if along == 0:
            if not near < start < far:
                return False
            continue
        enter, leave = sorted(((near - start) / along, (far - start) / along))
        low, high = max(low, enter), min(high, leave)
    return low < high
