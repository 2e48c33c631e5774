"""Places for names in a figure, where they cover neither each other nor a node."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ctgraph.draw.figures.canvas import GREY, INK, LEADING, Sheet

if TYPE_CHECKING:
    import networkx


# --- nodes and lines ----------------------------------------------------------------------------


class Block(NamedTuple):
    """A name: its lines with size and colour, and how wide and high they are together."""

    lines: list[tuple[str, float, str]]
    width: float
    height: float


_Box = tuple[float, float, float, float]


class Scene(NamedTuple):
    """What names are placed in.

    Attributes:
        graph: The network.
        places: Where its nodes lie.
        radius: Radius of its nodes.
        blocks: Forms of the names, the best first.
        area: Where everything must lie.
        gap: Distance of a name from its node.
        lines: What names had better not cross, as x and y of both ends; None for the straight ties
            of the network.
        far: How far a name may stand from its node, in gaps.
        taken: Boxes that no name may cover.
    """

    graph: networkx.Graph[str]
    places: Mapping[str, tuple[float, float]]
    radius: Mapping[str, float]
    blocks: Mapping[str, Sequence[Block]]
    area: _Box
    gap: float
    lines: Sequence[_Box] | None = None
    far: Sequence[float] = (1.0, 2.0, 3.5)
    taken: Sequence[_Box] = ()


# Widths of a name in sizes of its letters, with the lines it may have: the best first.
_FORMS = ((11.5, 4), (8.0, 6), (16.0, 3))
_NARROW_FORMS = ((9.5, 5), (7.5, 6), (13.0, 4))


def shape_blocks(sheet: Sheet, facts: Mapping[str, Any], shrink: float) -> list[Block]:
    """Return a name in some widths, the best first: acronym, full name, and a figure below."""
    size, small = sheet.letters * shrink, sheet.small * shrink
    name = str(facts.get(f"label_{sheet.lang}") or facts.get("label") or "")
    acronym = str(facts.get("acronym") or "")
    figure = str(facts.get(f"figure_{sheet.lang}") or "")
    spelt = acronym and acronym not in (name, name.translate(HALF))
    made: list[Block] = []
    for wide, most in _NARROW_FORMS if sheet.narrow else _FORMS:
        lines: list[tuple[str, float, str]] = [(acronym, size, INK)] if acronym else []
        if spelt:
            lines += [(line, small, GREY) for line in sheet.wrap(name, wide * size, small, most)]
        elif not acronym:
            lines += [(line, size, INK) for line in sheet.wrap(name, wide * size, size, most)]
        lines += [(figure, small, GREY)] if figure else []
        width = max((sheet.measure(words, s) for words, s, _ in lines), default=0.0)
        block = Block(lines, width, sum(s * LEADING for _, s, _ in lines))
        if block not in made:
            made.append(block)
    return made


HALF = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


RIMS = (0.1, 0.5, 0.9)
# What it is worth that nodes spread over the whole area, in points of line that names may cover.
SPREAD = 150.0


def fit_view(
    places: Mapping[str, tuple[float, float]],
    blocks: Mapping[str, Sequence[Block]],
    radius: Mapping[str, float],
    area: _Box,
    rim: tuple[float, float],
) -> dict[str, tuple[float, float]]:
    """The layout stretched to the area, with so many of the largest names as room at the rim."""
    wide = max((forms[0].width for forms in blocks.values()), default=0.0)
    high = max((forms[0].height for forms in blocks.values()), default=0.0)
    most = max(radius.values()) * 1.4
    left, top, right, bottom = area
    rim_x = min(wide * rim[0] + most, (right - left) * 0.35)
    rim_y = min(high * rim[1] + most, (bottom - top) * 0.3)
    xs, ys = [x for x, _ in places.values()], [y for _, y in places.values()]
    spread_x, spread_y = max(xs) - min(xs), max(ys) - min(ys)
    scale_x = (right - left - 2 * rim_x) / spread_x if spread_x else 0.0
    scale_y = (bottom - top - 2 * rim_y) / spread_y if spread_y else 0.0
    if spread_x and spread_y:
        # Stretched, but not so far that distances tell nothing.
        scale_x, scale_y = min(scale_x, 2.2 * scale_y), min(scale_y, 2.2 * scale_x)
    middle_x, middle_y = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2
    centre_x, centre_y = (left + right) / 2, (top + bottom) / 2
    return {
        node: (centre_x + (x - middle_x) * scale_x, centre_y + (y - middle_y) * scale_y)
        for node, (x, y) in places.items()
    }


def pull_in(scene: Scene) -> Scene:
    """Return the scene with places at which each name fits on the side without neighbours."""
    left, top, right, bottom = scene.area
    made = dict(scene.places)
    for node, forms in scene.blocks.items():
        x, y = scene.places[node]
        across, along = _away(scene.graph, scene.places, node)
        block = forms[0]
        reach = scene.radius[node] + scene.gap + 1
        if abs(across) > 0.8:
            low, high = left + block.width + reach, right - block.width - reach
            made[node] = (max(x, low) if across < 0 else min(x, high), y)
        elif abs(along) > 0.5:
            low, high = top + block.height + reach, bottom - block.height - reach
            made[node] = (x, max(y, low) if along < 0 else min(y, high))
    return scene._replace(places=made)


Placed = tuple[Block, _Box, str]


class _Choices(NamedTuple):
    """All possible places of names.

    Attributes:
        found: The places.
        price: What each costs.
        spans: Which of them belong to each node.
        clash: Which of them cannot be taken together, as a matrix.
    """

    found: list[Placed]
    price: Any
    spans: dict[str, range]
    clash: Any


def place_names(scene: Scene) -> tuple[dict[str, Placed], float]:
    """Return boxes of the names and what they cost; no name covers another or a node.

    In some orders, always the same, names take the cheapest place in turn until nothing improves;
    the best result counts. Names that still cover something go, least tied first.
    """
    import random

    import numpy as np

    found, price, spans, clash = _possible(scene)
    chance = random.Random(1)
    turn = list(spans)
    best: tuple[float, dict[str, int]] = (math.inf, {})
    for _ in range(16 if len(turn) <= 40 else 6):
        chosen = _settle(turn, price, spans, clash)
        numbers = list(chosen.values())
        clashes = (clash[np.ix_(numbers, numbers)].sum() - len(numbers)) / 2
        cost = float(price[numbers].sum() + _CLASH * clashes)
        if cost < best[0] - 1e-9:
            best = (cost, chosen)
        chance.shuffle(turn)
    placed: dict[str, int] = {}
    for node in spans:
        number = best[1][node]
        if not any(clash[number, other] for other in placed.values()):
            placed[node] = number
    cost = float(price[list(placed.values())].sum())
    return {node: found[number] for node, number in placed.items()}, cost


_CLASH = 1000.0


def _settle(
    turn: Sequence[str], price: Any, spans: Mapping[str, range], clash: Any
) -> dict[str, int]:
    """The place of each name after all have moved, in turn, to the cheapest until none moves."""
    import numpy as np

    chosen: dict[str, int] = {}
    crowd = np.zeros(len(price), dtype=int)  # how many chosen places clash with each
    for _ in range(8):
        before = dict(chosen)
        for node in turn:
            own = slice(spans[node].start, spans[node].stop)
            old = chosen.get(node)
            others = crowd[own] if old is None else crowd[own] - clash[own, old]
            new = chosen[node] = own.start + int((price[own] + _CLASH * others).argmin())
            if new != old:
                crowd += clash[new]
                if old is not None:
                    crowd -= clash[old]
        if chosen == before:
            break
    return chosen


def _possible(scene: Scene) -> _Choices:
    """Return all places in the area that cover no node.

    A place costs more the farther it is from where the node has no neighbours, the more lines it
    covers and the nearer it comes to other nodes.
    """
    import numpy as np

    graph, places, radius, blocks, area, gap, lines, far, taken = scene
    found: list[Placed] = []
    owners: list[int] = []
    askew: list[float] = []
    nodes = list(graph)
    for node in blocks:
        away = _away(graph, places, node)
        for form, block in enumerate(blocks[node]):
            for box, align, direction in _options(places[node], radius[node], block, gap, far):
                if box[0] < area[0] or box[1] < area[1] or box[2] > area[2] or box[3] > area[3]:
                    continue
                found.append((block, box, align))
                owners.append(nodes.index(node))
                # A name beside its node is found faster than one askew; a wide one is calmer.
                cost = (0.0 if 0.0 in direction else 2.0) + 1.5 * form
                turned = 1 - (direction[0] * away[0] + direction[1] * away[1])
                askew.append(cost + 14.0 * turned)
    sides = np.array([box for _, box, _ in found]).reshape(-1, 4)
    owner = np.array(owners, dtype=int)
    room = _gaps(sides, np.array([(*places[node], radius[node]) for node in nodes]))
    room[np.arange(len(found)), owner] = np.inf
    if lines is None:
        lines = [(*places[a], *places[b]) for a, b in graph.edges() if a != b]
        lines = lines if len(lines) <= 400 else []
    price = np.array(askew) + 25.0 * (room < gap * 3).sum(axis=1)
    price += 0.5 * _covered(sides, np.array(lines).reshape(-1, 4))
    free = room.min(axis=1, initial=np.inf) >= 2.0
    for left, top, right, bottom in taken:
        beside = (sides[:, 0] < right) & (sides[:, 2] > left)
        free &= ~(beside & (sides[:, 1] < bottom) & (sides[:, 3] > top))
    found = [place for place, keep in zip(found, free, strict=True) if keep]
    sides, owner, price = sides[free], owner[free], price[free]
    spans = {}
    for node in blocks:
        own = np.flatnonzero(owner == nodes.index(node))
        if len(own):
            spans[node] = range(int(own[0]), int(own[-1]) + 1)
    return _Choices(found, price, spans, _clashes(sides))


def _clashes(sides: Any) -> Any:
    """Return which boxes overlap, or come so near that it is not clear whose name is whose."""
    beside = sides[:, None, 0] < sides[None, :, 2] + 3.0
    below = sides[:, None, 1] < sides[None, :, 3] + 1.0
    return beside & beside.T & below & below.T


def _neighbours(graph: networkx.Graph[str], node: str) -> list[str]:
    """Return what a node is tied to, in either direction."""
    import networkx as nx

    return sorted({other for other in nx.all_neighbors(graph, node) if other != node})


def _away(
    graph: networkx.Graph[str], places: Mapping[str, tuple[float, float]], node: str
) -> tuple[float, float]:
    """Return where most room is: away from the neighbours; downwards in the middle of them."""
    x, y = places[node]
    pull_x = pull_y = 0.0
    others = _neighbours(graph, node)
    for other in others:
        gap = math.hypot(places[other][0] - x, places[other][1] - y)
        if gap:
            pull_x += (x - places[other][0]) / gap
            pull_y += (y - places[other][1]) / gap
    length = math.hypot(pull_x, pull_y)
    if length < 0.25 * max(1, len(others)):
        return (0.0, 1.0)
    return (pull_x / length, pull_y / length)


def _options(
    place: tuple[float, float],
    radius: float,
    block: Block,
    gap: float,
    distances: Sequence[float],
) -> list[tuple[_Box, str, tuple[float, float]]]:
    """Return boxes around a node, near and a little farther, each with its direction."""
    x, y = place
    made: list[tuple[_Box, str, tuple[float, float]]] = []
    wide, high = block.width, block.height
    for far in distances:
        reach = radius + gap * far
        side = radius * 0.75 + gap * far
        for left, top, align, direction in (
            (x + reach, y - high / 2, "left", (1.0, 0.0)),
            (x - reach - wide, y - high / 2, "right", (-1.0, 0.0)),
            (x + reach, y - high * 0.2, "left", (0.97, 0.25)),
            (x + reach, y - high * 0.8, "left", (0.97, -0.25)),
            (x - reach - wide, y - high * 0.2, "right", (-0.97, 0.25)),
            (x - reach - wide, y - high * 0.8, "right", (-0.97, -0.25)),
            (x - wide / 2, y + reach, "center", (0.0, 1.0)),
            (x - wide / 2, y - reach - high, "center", (0.0, -1.0)),
            (x + side, y + side - high * 0.15, "left", (0.71, 0.71)),
            (x + side, y - side - high * 0.85, "left", (0.71, -0.71)),
            (x - side - wide, y + side - high * 0.15, "right", (-0.71, 0.71)),
            (x - side - wide, y - side - high * 0.85, "right", (-0.71, -0.71)),
            (x - wide * 0.25, y + reach, "center", (0.38, 0.92)),
            (x - wide * 0.75, y + reach, "center", (-0.38, 0.92)),
            (x - wide * 0.25, y - reach - high, "center", (0.38, -0.92)),
            (x - wide * 0.75, y - reach - high, "center", (-0.38, -0.92)),
        ):
            # What is farther away counts as less well directed.
            length = 1.0 - 0.12 * (far - 1.0)
            made.append(
                (
                    (left, top, left + wide, top + high),
                    align,
                    (direction[0] * length, direction[1] * length),
                )
            )
    return made


def _gaps(boxes: Any, discs: Any) -> Any:
    """Distance of each box (row) from the rim of each node (column)."""
    import numpy as np

    x, y, radius = discs[None, :, 0], discs[None, :, 1], discs[None, :, 2]
    near_x = np.clip(x, boxes[:, None, 0], boxes[:, None, 2])
    near_y = np.clip(y, boxes[:, None, 1], boxes[:, None, 3])
    return np.hypot(near_x - x, near_y - y) - radius


def _covered(boxes: Any, lines: Any) -> Any:
    """Return how much of all lines runs through each box (Liang and Barsky, 1984)."""
    import numpy as np

    low = np.zeros((len(boxes), len(lines)))
    high = np.ones_like(low)
    for axis in (0, 1):
        begin = lines[None, :, axis]
        step = lines[None, :, axis + 2] - begin
        # What runs along the side of a box has no step; a tiny one keeps the division defined.
        step = np.where(np.abs(step) < 1e-9, 1e-9, step)
        first = (boxes[:, None, axis] - begin) / step
        second = (boxes[:, None, axis + 2] - begin) / step
        low = np.maximum(low, np.minimum(first, second))
        high = np.minimum(high, np.maximum(first, second))
    length = np.hypot(lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1])
    return (np.clip(high - low, 0.0, None) * length[None, :]).sum(axis=1)
