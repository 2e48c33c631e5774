"""Where the nodes of a slide stand, and how large their names are."""

from __future__ import annotations

import functools
import itertools
import math
import unicodedata
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ctgraph.draw.slides.shapes import ROOMY, Node, crosses, glue, text_boxes
from ctgraph.draw.text_metrics import LINE, Box, clean, text_points
from ctgraph.errors import UsageError
from ctgraph.network import compute_layout
from ctgraph.network.styles import look_of_node
from ctgraph.text import wrap_evenly

if TYPE_CHECKING:
    import networkx

    from ctgraph.network.placed import Note


NODE_LIMIT = 40
"""More nodes than a slide can show with names that can be read."""

_NETWORK = Box(20, 62, 940, 376)


_GOOD_SIZES, _SMALLER_SIZES = (14.0, 13.5, 13.0, 12.5, 12.0), (11.0, 10.0, 9.0, 8.0)
_LABEL_COLUMNS = (18, 20, 22, 25, 28)
_LABEL_LINES, _WIDEST = (6, 5, 4), 34
_NOTE_COLUMNS, _NOTE_LINES = 30, 6


# --- places -------------------------------------------------------------------------------------


def place_nodes(graph: networkx.Graph[str], seed: int = 1) -> dict[str, Node]:
    """Return where the nodes stand on a slide, in the order of the network, and then the notes.

    A note has its key of `notes_of`, and stands in its symbol.

    The layout of the network is stretched to the room that it has; then what overlaps is pushed
    apart. The letters are as large as that allows.

    Args:
        graph: The network.
        seed: Where the layout starts.

    Raises:
        UsageError: Even with small letters the names do not fit.
    """
    notes = notes_of(graph)
    places = compute_layout(graph, seed) | {key: note.at for key, note in notes.items()}
    for sizes in (_GOOD_SIZES, *((size,) for size in _SMALLER_SIZES)):
        found = []
        for size in sizes:
            for columns, lines in itertools.product(_LABEL_COLUMNS, _LABEL_LINES):
                room = (columns, lines)
                shapes = {node: _measure(graph, node, places, room, size) for node in graph}
                shapes |= {key: _measure_note(note, size) for key, note in notes.items()}
                at = _spread(places, shapes)
                if at is not None:
                    nodes = {node: _node(shapes[node], at[node], size) for node in shapes}
                    cut = sum(place.lines[-1].endswith("…") for place in nodes.values())
                    fault = (count_crossings(graph, nodes), cut, -size, columns, -lines)
                    found.append((fault, nodes))
            if found and not any(min(found, key=lambda one: one[0])[0][:2]):
                break
        if found:
            return min(found, key=lambda one: one[0])[1]
    raise UsageError("slide-names-do-not-fit", graph=graph.number_of_nodes())


def count_crossings(graph: networkx.Graph[str], nodes: Mapping[str, Node]) -> int:
    """Return how often an edge runs over a node, or a name, that is not at its end.

    Args:
        graph: The network.
        nodes: What `place_nodes` gave.
    """
    boxes = {node: [place.symbol, *text_boxes(place)] for node, place in nodes.items()}
    ends = {node: (look_of_node(graph.nodes[node]).shape, nodes[node]) for node in graph}
    found = 0
    for source, target in graph.edges():
        (_, begin), (_, end) = glue(ends[source], ends[target], arrow=False)
        others = [node for node in nodes if node not in {source, target}]
        found += sum(any(crosses(begin, end, box) for box in boxes[node]) for node in others)
    return found


def notes_of(graph: networkx.Graph[str]) -> dict[str, Note]:
    """Return the notes on a network by keys that are no nodes."""
    return {f"note {number}": note for number, note in enumerate(graph.graph.get("notes", ()))}


@functools.lru_cache(maxsize=1000)
def _break_name(name: str, columns: int, lines: int) -> tuple[str, ...]:
    """Return a name in lines of about equal width, wider ones if it would be cut otherwise."""
    broken = wrap_evenly(name, columns, lines)
    while broken[-1].endswith("…") and columns < _WIDEST:
        columns += 1
        broken = wrap_evenly(name, columns, lines)
    return tuple(broken)


class _Extent(NamedTuple):
    """How far a node with its name reaches from its middle, and how the name is broken.

    A note has no radius: its lines fill its box.
    """

    lines: tuple[str, ...]
    inside: bool
    radius: float
    wide: float
    above: float
    below: float
    label_above: bool


def _measure(
    graph: networkx.Graph[str],
    node: str,
    places: Mapping[str, tuple[float, float]],
    room: tuple[int, int],
    size: float,
) -> _Extent:
    facts = graph.nodes[node]
    radius = min(28.0, 7.0 + 4.6 * math.sqrt(graph.degree(node)))
    name, acronym = clean(facts["label"]) or "–", clean(facts["acronym"])
    first = [acronym] if acronym and unicodedata.normalize("NFKC", name) != acronym else []
    lines = (*first, *_break_name(name, room[0], room[1] - len(first)))
    wide = max(text_points(line, size, bold=True) for line in lines) * 1.05
    high = len(lines) * size * LINE
    inside = False
    if len(lines) == 1 and graph.degree(node) >= 5 and look_of_node(facts).shape in ROOMY:
        # The name of a hub stands in its shape if that need not grow beyond reason.
        inside = wide <= 60
        radius = max(radius, wide / 1.6) if inside else radius
    if inside:
        return _Extent(lines, True, radius, radius, radius, radius, False)
    # A name stands on the side that the edges do not come from.
    near = [
        places[other][1]
        for pair in graph.edges()
        if node in pair
        for other in pair
        if other != node
    ]
    above = bool(near) and sum(near) / len(near) > places[node][1] + 0.15
    up, down = (radius + high + 1, radius) if above else (radius, radius + high + 1)
    return _Extent(lines, False, radius, max(wide / 2, radius), up, down, above)


def _measure_note(note: Note, size: float) -> _Extent:
    parts = [clean(part) for part in note.text.split("\n")]
    lines = tuple(line for part in parts for line in wrap_evenly(part, _NOTE_COLUMNS, _NOTE_LINES))
    wide = max(text_points(line, size) for line in lines) / 2 * 1.05 + size / 2
    high = (len(lines) * LINE + 0.5) * size / 2
    return _Extent(lines, True, 0.0, wide, high, high, False)


def _node(extent: _Extent, at: tuple[float, float], size: float) -> Node:
    x, y = at
    radius = extent.radius
    symbol = Box(x - radius, y - radius, x + radius, y + radius)
    if not radius:
        symbol = Box(x - extent.wide, y - extent.above, x + extent.wide, y + extent.below)
    if extent.inside:
        label = Box(symbol.left, y, symbol.right, y)
    elif extent.label_above:
        label = Box(x - extent.wide, y - extent.above, x + extent.wide, y - radius - 1)
    else:
        label = Box(x - extent.wide, y + radius + 1, x + extent.wide, y + extent.below)
    return Node(symbol, label, extent.lines, size, extent.inside)


def _spread(
    places: Mapping[str, tuple[float, float]], shapes: Mapping[str, _Extent]
) -> dict[str, tuple[float, float]] | None:
    """Return middles at which nothing overlaps and all is in the area; None if none are found."""
    order = sorted(places)
    limits = {
        node: Box(
            _NETWORK.left + shapes[node].wide,
            _NETWORK.top + shapes[node].above,
            _NETWORK.right - shapes[node].wide,
            _NETWORK.bottom - shapes[node].below,
        )
        for node in order
    }
    if any(limit.width < 0 or limit.height < 0 for limit in limits.values()):
        return None
    spans = [(min(values), max(values)) for values in zip(*places.values(), strict=True)]
    at = {}
    for node in order:
        limit = limits[node]
        shares = [
            (value - low) / (high - low) if high > low else 0.5
            for value, (low, high) in zip(places[node], spans, strict=True)
        ]
        at[node] = [
            limit.left + shares[0] * limit.width,
            limit.top + shares[1] * limit.height,
        ]
    for _ in range(200):
        if not _push(order, at, shapes):
            return {node: (round(x, 2), round(y, 2)) for node, (x, y) in at.items()}
        for node in order:
            limit = limits[node]
            at[node][0] = min(max(at[node][0], limit.left), limit.right)
            at[node][1] = min(max(at[node][1], limit.top), limit.bottom)
    return None


def _push(order: Sequence[str], at: dict[str, list[float]], shapes: Mapping[str, _Extent]) -> bool:
    """Push apart what overlaps, once; whether something did."""
    gap_wide, gap_high = 8.0, 5.0
    moved = False
    placed = [(at[node], shapes[node]) for node in order]
    for index, (here, one) in enumerate(placed):
        for there, other in placed[index + 1 :]:
            wide = there[0] - here[0]
            over_wide = one.wide + other.wide + gap_wide - abs(wide)
            if over_wide <= 0:
                continue
            high = there[1] - here[1]
            upper, lower = (one, other) if high >= 0 else (other, one)
            over_high = upper.below + lower.above + gap_high - abs(high)
            if over_high <= 0:
                continue
            moved = True
            axis = 0 if over_wide < over_high * 1.4 else 1
            apart, over = (wide, over_wide) if axis == 0 else (high, over_high)
            step = (over / 2 + 0.25) * (1 if apart >= 0 else -1)
            here[axis] -= step
            there[axis] += step
    return moved
