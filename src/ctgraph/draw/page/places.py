"""Where the nodes of the page stand, and how much room their names take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ctgraph.text import display_width

LABEL_WIDTH = {"en": 22, "ja": 20}
LABEL_LINES = 4
FONT_SIZE = 16
LABEL_LIMIT = 300
# Pixels that an edge of the layout is high, at least and at most; it is wider by the shape of a
# screen. Few nodes stand closer, so that their labels stay large when the picture fills the page.
_EDGES = (110.0, 210.0)
_SCREEN = 1.9
MOST_NODES = 5_000
"""Nodes that a page draws; a larger network is shown by its communities (benchmarks/README.md)."""


def arrange(
    places: Mapping[str, tuple[float, float]],
    labels: Mapping[str, Mapping[str, str]],
    sizes: Mapping[str, int],
) -> dict[str, tuple[float, float]]:
    """Return places in pixels at which no node or label covers another.

    The layout is stretched to the shape of a screen; then boxes that overlap are pushed apart
    until none do. Above 300 nodes labels are read by zooming in, and nothing is pushed.

    Args:
        places: Places from `ctgraph.network.layout`, where an edge is about 1 long.
        labels: Labels by node and language.
        sizes: Radius of the nodes in pixels.
    """
    order = sorted(places)
    edge = min(_EDGES[1], _EDGES[0] + 6.0 * len(order))
    wide = _spread(places.values(), 0) / (_spread(places.values(), 1) or 1.0)
    # A long or round network comes nearer to the shape of a screen, but is not torn.
    stretch = min(2.4, max(1.2, _SCREEN / (wide or 1.0)))
    at = {node: [places[node][0] * edge * stretch, places[node][1] * edge] for node in order}
    if len(order) <= LABEL_LIMIT:
        _push_apart(order, at, {node: _box(labels[node], sizes[node]) for node in order})
    return {node: (round(x, 1) + 0.0, round(y, 1) + 0.0) for node, (x, y) in at.items()}


def _spread(places: Iterable[tuple[float, float]], axis: int) -> float:
    values = [place[axis] for place in places]
    return max(values) - min(values)


def _box(label: Mapping[str, str], size: int) -> tuple[float, float, float]:
    """Width, height above and height below the middle of a node with its label, in pixels."""
    lines = [text.split("\n") for text in label.values()]
    width = max(display_width(line) for text in lines for line in text) * FONT_SIZE * 0.52 + 12
    height = max(len(text) for text in lines) * float(FONT_SIZE)
    return max(width, 2.0 * size + 8), size + 6.0, size + height + 14.0


def _push_apart(
    order: Sequence[str],
    at: dict[str, list[float]],
    boxes: Mapping[str, tuple[float, float, float]],
) -> None:
    # The innermost loop runs a million times for a hundred nodes, so it reads lists by number and
    # leaves early.
    places = [at[node] for node in order]
    widths, rises, falls = zip(*(boxes[node] for node in order), strict=True)
    count = len(order)
    for _ in range(400):
        moved = False
        for one, place in enumerate(places):
            wide, rise, fall = widths[one], rises[one], falls[one]
            x = place[0]
            for other in range(one + 1, count):
                second = places[other]
                gap_x = second[0] - x
                over_x = (wide + widths[other]) / 2 - abs(gap_x)
                if over_x <= 0:
                    continue
                gap_y = second[1] - place[1]
                high = fall + rises[other] if gap_y >= 0 else falls[other] + rise
                over_y = high - abs(gap_y)
                if over_y <= 0:
                    continue
                moved = True
                axis, over = (0, over_x) if over_x < over_y * 1.6 else (1, over_y)
                gap = gap_x if axis == 0 else gap_y
                step = (over / 2 + 0.5) * (1 if gap >= 0 else -1)
                place[axis] -= step
                second[axis] += step
                x = place[0]
        if not moved:
            return
