"""Nodes of a slide, and where a line between two of them is glued to their shapes.

Lengths are points.
"""

from __future__ import annotations

import math
from typing import NamedTuple, TypeAlias

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


# Shapes of vis-network, as PowerPoint has them: the name, and where connectors can be glued, as
# shares of width and height (ECMA-376 part 1, presetShapeDefinitions.xml).
SHAPES: dict[str, tuple[str, tuple[tuple[float, float], ...]]] = {
    "dot": (
        "OVAL",
        (
            (0.5, 0), (0.1464, 0.1464), (0, 0.5), (0.1464, 0.8536),
            (0.5, 1), (0.8536, 0.8536), (1, 0.5), (0.8536, 0.1464),
        ),
    ),
    "square": ("RECTANGLE", ((0.5, 0), (0, 0.5), (0.5, 1), (1, 0.5))),
    "diamond": ("DIAMOND", ((0.5, 0), (0, 0.5), (0.5, 1), (1, 0.5))),
    "triangle": (
        "ISOSCELES_TRIANGLE",
        ((0.5, 0), (0.25, 0.5), (0, 1), (0.5, 1), (1, 1), (0.75, 0.5)),
    ),
    "triangleDown": ("FLOWCHART_MERGE", ((0.5, 0), (0.25, 0.5), (0.5, 1), (0.75, 0.5))),
    "hexagon": ("HEXAGON", ((1, 0.5), (0.75, 1), (0.25, 1), (0, 0.5), (0.25, 0), (0.75, 0))),
    "star": (
        "STAR_5_POINT",
        ((0.5, 0), (0, 0.382), (0.191, 1), (0.809, 1), (1, 0.382)),
    ),
}  # fmt: skip
# Shapes in which a short name has room.
ROOMY = {"dot", "square", "hexagon"}


Site: TypeAlias = "tuple[int, tuple[float, float]]"
"""The number of a connection site, and where it is."""


def glue(begin: tuple[str, Node], end: tuple[str, Node]) -> tuple[Site, Site]:
    """Return the sites at which a line between two nodes is glued to them.

    Args:
        begin: A shape of `SHAPES`, and the node that has it.
        end: The other.
    """
    return _site(*begin, end[1].symbol), _site(*end, begin[1].symbol)


def _site(shape: str, place: Node, other: Box) -> Site:
    """Return the number and place of the connection site that looks most towards another box.

    If it can be, the line from there does not cross the node's own name.
    """
    box, target = place.symbol, other.middle
    points = [(box.left + x * box.width, box.top + y * box.height) for x, y in SHAPES[shape][1]]
    order = sorted(range(len(points)), key=lambda index: (math.dist(points[index], target), index))
    names = text_boxes(place)
    free = [i for i in order if not any(crosses(points[i], target, name) for name in names)]
    best = (free or order)[0]
    return best, points[best]


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
