"""A network as a picture of nodes and lines, and as a matrix.

The picture has the layout of the interactive page. Names are placed where they cover neither each
other nor a node; a name for which there is no room is left out, and the figure says so.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from ctgraph.errors import DataError
from ctgraph.looks import LOOKS, Look, look_of
from ctgraph.network import INFERRED, STATED, UNKNOWN_KIND, layout
from ctgraph.sheet import (
    BAND,
    GREY,
    HATCH_BLUE,
    INFERRED_LINE,
    INK,
    LEADING,
    PALE,
    STATED_LINE,
    Chart,
    Key,
    Sample,
    Sheet,
    line_key,
)

if TYPE_CHECKING:
    import networkx

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "actor": "around {}",
        "cell": "number of joint activities or roles",
        "cell_number": "number of activities or statements",
        "counts": "{} nodes, {} ties",
        "hatched": "hatched: inferred",
        "hops": "{} steps",
        "kind": "kind: {}",
        "place": "place: {}",
        "role": "role: {}",
        "since": "from {}",
        "until": "to {}",
        "inferred": "inferred from the source",
        "matrix": ": matrix",
        "number": "{} activities or statements",
        "order": "ordered by community, then by number of ties",
        "stated": "stated in the source",
        "stated_only": "stated only",
        "topic": "topic: {}",
        "unlabelled": "{} names left out for want of room",
        "width": "{} joint activities or roles",
        "year": "{}",
    },
    "ja": {
        "actor": "中心：{}",
        "cell": "共同の活動又は役割の数",
        "cell_number": "活動又は記述の数",
        "counts": "ノード{}件、関係{}件",
        "hatched": "斜線：推論",
        "hops": "{}段階",
        "kind": "種類：{}",
        "place": "地域：{}",
        "role": "役割：{}",
        "since": "{}から",
        "until": "{}まで",
        "inferred": "資料からの推論",
        "matrix": "（行列）",
        "number": "活動又は記述{}件",
        "order": "コミュニティー順、次に関係の数の順",
        "stated": "資料に明記",
        "stated_only": "明示のみ",
        "topic": "主題：{}",
        "unlabelled": "余白が足りず名称{}件を省略",
        "width": "共同の活動又は役割{}件",
        "year": "{}",
    },
}
"""The words of the two figures, by language."""

_JOINT = {"cooperation", "activities"}
_MATRIX_LIMIT = 60
_NODES_LIMIT = 1500
_NAMES_LIMIT = 90


def network_chart(graph: networkx.Graph[str], lang: str) -> Chart:
    """Nodes and lines in the layout of the interactive page.

    Args:
        graph: A network of `ctgraph.network.build_network`.
        lang: ``en`` or ``ja``.

    Raises:
        DataError: The network is empty, or larger than a page can show.
    """
    _require(graph, _NODES_LIMIT)
    words = WORDS[lang]
    legend = [*_kind_keys(graph, lang)]
    bases = {data.get("basis", INFERRED) for _, _, data in graph.edges(data=True)}
    if STATED in bases:
        legend.append(line_key(words["stated"], STATED_LINE))
    if INFERRED in bases:
        legend.append(line_key(words["inferred"], INFERRED_LINE, dashed=True))
    weights = sorted({data.get("weight", 1) for _, _, data in graph.edges(data=True)})
    if len(weights) > 1:
        few, many = weights[0], weights[-1]
        legend.append(Key(f"{few:g}", partial(_width_sample, few), 2.6))
        what = words["width" if graph.graph.get("view") in _JOINT else "number"]
        legend.append(Key(what.format(f"{many:g}"), partial(_width_sample, many), 2.6))
    return Chart(
        _title(graph, lang),
        _subtitle(graph, lang),
        legend,
        _claims(graph),
        partial(_draw_network, graph=graph),
    )


def matrix_chart(graph: networkx.Graph[str], lang: str) -> Chart:
    """Who is tied to whom as a table: a number in each cell, hatched where inferred.

    Args:
        graph: A network of `ctgraph.network.build_network`.
        lang: ``en`` or ``ja``.

    Raises:
        DataError: The network is empty, or larger than a page can show.
    """
    _require(graph, _MATRIX_LIMIT)
    words = WORDS[lang]
    return Chart(
        _title(graph, lang) + words["matrix"],
        f"{_subtitle(graph, lang)}{_comma(lang)}{words['order']}",
        [
            *_kind_keys(graph, lang),
            Key(
                words["cell" if graph.graph.get("view") in _JOINT else "cell_number"],
                _number_sample,
                1.3,
            ),
            Key(words["hatched"], _hatch_sample, 1.3),
        ],
        _claims(graph),
        partial(_draw_matrix, graph=graph, order=_order(graph)),
    )


def _require(graph: networkx.Graph[str], limit: int) -> None:
    if not graph.number_of_nodes():
        raise DataError("the network is empty: nothing fits the filters.", hint="Ask for more.")
    if graph.number_of_nodes() > limit:
        raise DataError(
            f"the network has {graph.number_of_nodes()} nodes; this figure shows {limit} at most.",
            hint="Filter it, as by --actor, or draw the interactive page.",
        )


def _title(graph: networkx.Graph[str], lang: str) -> str:
    return str(graph.graph.get(f"title_{lang}") or "ctgraph")


def _comma(lang: str) -> str:
    return "、" if lang == "ja" else ", "


def _subtitle(graph: networkx.Graph[str], lang: str) -> str:
    words = WORDS[lang]
    said = [words["counts"].format(graph.number_of_nodes(), graph.number_of_edges())]
    things = graph.graph.get("things", {})
    for key, value in graph.graph.get("filters", {}).items():
        facts = graph.nodes[value] if value in graph else things.get(value, {})
        name = facts.get(f"label_{lang}") or value
        if key in words:
            said.append(words[key].format(name))
    return _comma(lang).join(said)


def _claims(graph: networkx.Graph[str]) -> set[str]:
    found = {c for _, _, data in graph.edges(data=True) for c in data.get("claims", ())}
    return found or {c for _, data in graph.nodes(data=True) for c in data.get("claims", ())}


def _look(data: Mapping[str, Any]) -> Look:
    return look_of(data.get("kind", ""), data.get("family", ""))


def _kind_keys(graph: networkx.Graph[str], lang: str) -> list[Key]:
    """An entry of the legend for each look, named by the kinds that have it."""
    kinds = graph.graph.get("kinds", {})
    order = list(LOOKS)
    found: dict[Look, set[tuple[int, str]]] = {}
    for _, data in graph.nodes(data=True):
        kind, family = data.get("kind", UNKNOWN_KIND), data.get("family", "")
        group = kind if kind in LOOKS or family not in LOOKS else family
        name = kinds.get(group, {}).get(f"label_{lang}") or group
        rank = order.index(group) if group in LOOKS else len(order)
        found.setdefault(_look(data), set()).add((rank, name))
    return [
        Key(_comma(lang).join(name for _, name in sorted(names)), partial(_shape_sample, look), 1.1)
        for look, names in sorted(found.items(), key=lambda item: min(item[1]))
    ]


def _shape_sample(look: Look, sheet: Sheet, at: Sample) -> None:
    sheet.shape(at.x + at.width / 2, at.middle, look, at.height * 0.46)


def _width_sample(weight: float, sheet: Sheet, at: Sample) -> None:
    ends = [(at.x, at.middle), (at.x + at.width, at.middle)]
    sheet.path(ends, colour=GREY, line=_line_width(weight))


def _number_sample(sheet: Sheet, at: Sample) -> None:
    top = at.middle - at.height * 0.55
    sheet.rectangle(at.x, top, at.width, at.height * 1.1, fill=_tint(1, 3))
    sheet.text(at.x + at.width / 2, top, "n", size=at.height * 0.8, align="center")


def _hatch_sample(sheet: Sheet, at: Sample) -> None:
    top = at.middle - at.height * 0.55
    sheet.rectangle(
        at.x, top, at.width, at.height * 1.1, fill="white", hatch="////", hatch_colour=HATCH_BLUE
    )


# --- nodes and lines ----------------------------------------------------------------------------


class _Block(NamedTuple):
    """A name: its lines with size and colour, and how wide and high they are together."""

    lines: list[tuple[str, float, str]]
    width: float
    height: float


_Box = tuple[float, float, float, float]


class _Scene(NamedTuple):
    """What names are placed in.

    Attributes:
        graph: The network.
        places: Where its nodes lie.
        radius: Radius of its nodes.
        blocks: Forms of the names, the best first.
        area: Where everything must lie.
        gap: Distance of a name from its node.
    """

    graph: networkx.Graph[str]
    places: Mapping[str, tuple[float, float]]
    radius: Mapping[str, float]
    blocks: Mapping[str, Sequence[_Block]]
    area: _Box
    gap: float


def _draw_network(
    sheet: Sheet, top: float, slack: float, *, graph: networkx.Graph[str]
) -> tuple[float, int]:
    bottom = sheet.limit or top + sheet.width * 1.3
    area = (sheet.left, top, sheet.right, bottom)
    crowd = min(1.0, math.sqrt(60 / graph.number_of_nodes()))
    radius = {
        node: sheet.letters * (0.5 + 0.13 * min(6.0, math.sqrt(graph.degree(node)))) * crowd
        for node in graph
    }
    named = sorted(graph, key=lambda node: (-graph.degree(node), node))[:_NAMES_LIMIT]
    plan = layout(graph)
    gap = sheet.letters * 0.35
    # Names need room at the rim, but how much depends on where they go: try, and take the best.
    rims = [(x, y) for x in _RIMS for y in _RIMS] if len(graph) <= 40 else [(_RIMS[1], _RIMS[0])]
    tried = []
    for shrink in (1.0, 0.82, 0.68):
        blocks = {node: _blocks(sheet, graph.nodes[node], shrink) for node in named}
        for rim in rims:
            fitted = _fit(plan, blocks, radius, area, rim)
            scene = _pull_in(_Scene(graph, fitted, radius, blocks, area, gap))
            at, cost = _place_names(scene)
            spread = scene.places.values()
            xs, ys = [x for x, _ in spread], [y for _, y in spread]
            used = (max(xs) - min(xs)) * (max(ys) - min(ys))
            cost -= _SPREAD * used / ((area[2] - area[0]) * (area[3] - area[1]))
            tried.append((len(blocks) - len(at), cost, scene.places, at))
        if not min(tried, key=lambda one: one[0])[0]:
            break
    _, _, places, at = min(tried, key=lambda one: one[:2])
    for source, target, data in graph.edges(data=True):
        if source == target:
            continue
        (x, y), (to, end) = places[source], places[target]
        inferred = data.get("basis", INFERRED) == INFERRED
        sheet.path(
            [(x, y), (to, end)],
            colour=INFERRED_LINE if inferred else STATED_LINE,
            line=_line_width(data.get("weight", 1)) * crowd,
            dashed=inferred,
        )
        if graph.is_directed():
            _draw_arrow(sheet, places[source], places[target], radius[target], inferred)
    for node in graph:
        sheet.shape(*places[node], _look(graph.nodes[node]), radius[node])
    for block, (left, upper, _, _), align in at.values():
        x = {"left": left, "center": left + block.width / 2, "right": left + block.width}[align]
        y = upper
        for words, size, colour in block.lines:
            y = sheet.text(x, y, words, size=size, colour=colour, align=align, halo=True)
    missing = graph.number_of_nodes() - len(at)
    if missing:
        words = WORDS[sheet.lang]["unlabelled"].format(missing)
        sheet.text(
            sheet.right, bottom - sheet.small * LEADING, words, size=sheet.small, colour=GREY,
            align="right", halo=True,
        )  # fmt: skip
    return bottom, 0


def _draw_arrow(
    sheet: Sheet,
    start: tuple[float, float],
    end: tuple[float, float],
    radius: float,
    inferred: bool,
) -> None:
    """A head where a directed line reaches the node."""
    across, along = end[0] - start[0], end[1] - start[1]
    length = math.hypot(across, along)
    if length <= radius:
        return
    across, along = across / length, along / length
    size = max(radius * 0.75, sheet.letters * 0.3)
    tip = (end[0] - across * radius * 1.15, end[1] - along * radius * 1.15)
    back = (tip[0] - across * size, tip[1] - along * size)
    sheet.polygon(
        [
            tip,
            (back[0] - along * size * 0.42, back[1] + across * size * 0.42),
            (back[0] + along * size * 0.42, back[1] - across * size * 0.42),
        ],
        fill=INFERRED_LINE if inferred else STATED_LINE,
    )


def _line_width(weight: float) -> float:
    return min(6.0, 0.4 + 1.1 * float(weight))


# Widths of a name in sizes of its letters, with the lines it may have: the best first.
_FORMS = ((11.5, 4), (8.0, 6), (16.0, 3))
_NARROW_FORMS = ((9.5, 5), (7.5, 6), (13.0, 4))


def _blocks(sheet: Sheet, facts: Mapping[str, Any], shrink: float) -> list[_Block]:
    """A name in some widths, the best first; an acronym stands above the full name."""
    size, small = sheet.letters * shrink, sheet.small * shrink
    name = str(facts.get(f"label_{sheet.lang}") or facts.get("label") or "")
    acronym = str(facts.get("acronym") or "")
    spelt = acronym and acronym not in (name, name.translate(_HALF))
    made: list[_Block] = []
    for wide, most in _NARROW_FORMS if sheet.narrow else _FORMS:
        lines: list[tuple[str, float, str]] = [(acronym, size, INK)] if acronym else []
        if spelt:
            lines += [(line, small, GREY) for line in sheet.wrap(name, wide * size, small, most)]
        elif not acronym:
            lines += [(line, size, INK) for line in sheet.wrap(name, wide * size, size, most)]
        width = max((sheet.measure(words, s) for words, s, _ in lines), default=0.0)
        block = _Block(lines, width, sum(s * LEADING for _, s, _ in lines))
        if block not in made:
            made.append(block)
    return made


_HALF = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


_RIMS = (0.1, 0.5, 0.9)
# What it is worth that nodes spread over the whole area, in points of line that names may cover.
_SPREAD = 150.0


def _fit(
    places: Mapping[str, tuple[float, float]],
    blocks: Mapping[str, Sequence[_Block]],
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


def _pull_in(scene: _Scene) -> _Scene:
    """The scene with places at which each name fits on the side without neighbours."""
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


_Placed = tuple[_Block, _Box, str]


class _Choices(NamedTuple):
    """All possible places of names.

    Attributes:
        found: The places.
        price: What each costs.
        spans: Which of them belong to each node.
        clash: Which of them cannot be taken together, as a matrix.
    """

    found: list[_Placed]
    price: Any
    spans: dict[str, range]
    clash: Any


def _place_names(scene: _Scene) -> tuple[dict[str, _Placed], float]:
    """Boxes of the names and what they cost; no name covers another or a node.

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


def _possible(scene: _Scene) -> _Choices:
    """All places in the area that cover no node.

    A place costs more the farther it is from where the node has no neighbours, the more lines it
    covers and the nearer it comes to other nodes.
    """
    import numpy as np

    graph, places, radius, blocks, area, gap = scene
    found: list[_Placed] = []
    owners: list[int] = []
    askew: list[float] = []
    nodes = list(graph)
    for node in blocks:
        away = _away(graph, places, node)
        for form, block in enumerate(blocks[node]):
            for box, align, direction in _options(places[node], radius[node], block, gap):
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
    lines = [(*places[a], *places[b]) for a, b in graph.edges() if a != b]
    if len(lines) > 400:
        lines = []
    price = np.array(askew) + 25.0 * (room < gap * 3).sum(axis=1)
    price += 0.5 * _covered(sides, np.array(lines).reshape(-1, 4))
    free = room.min(axis=1, initial=np.inf) >= 2.0
    found = [place for place, keep in zip(found, free, strict=True) if keep]
    sides, owner, price = sides[free], owner[free], price[free]
    spans = {}
    for node in blocks:
        own = np.flatnonzero(owner == nodes.index(node))
        if len(own):
            spans[node] = range(int(own[0]), int(own[-1]) + 1)
    return _Choices(found, price, spans, _clashes(sides))


def _clashes(sides: Any) -> Any:
    """Which boxes overlap, or come so near that it is not clear whose name is whose."""
    beside = sides[:, None, 0] < sides[None, :, 2] + 3.0
    below = sides[:, None, 1] < sides[None, :, 3] + 1.0
    return beside & beside.T & below & below.T


def _neighbours(graph: networkx.Graph[str], node: str) -> list[str]:
    """What a node is tied to, in either direction."""
    import networkx as nx

    return sorted({other for other in nx.all_neighbors(graph, node) if other != node})


def _away(
    graph: networkx.Graph[str], places: Mapping[str, tuple[float, float]], node: str
) -> tuple[float, float]:
    """Where most room is: away from the neighbours; downwards in the middle of them."""
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
    place: tuple[float, float], radius: float, block: _Block, gap: float
) -> list[tuple[_Box, str, tuple[float, float]]]:
    """Boxes around a node, near and a little farther, each with its direction."""
    x, y = place
    made: list[tuple[_Box, str, tuple[float, float]]] = []
    wide, high = block.width, block.height
    for far in (1.0, 2.0, 3.5):
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
    """How much of all lines runs through each box (Liang and Barsky, 1984)."""
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


# --- the matrix ---------------------------------------------------------------------------------


def _order(graph: networkx.Graph[str]) -> list[str]:
    """Nodes by community (Louvain, seeded), large ones first; then by degree."""
    import networkx as nx

    plain: networkx.Graph[str] = nx.Graph()
    plain.add_nodes_from(sorted(graph))
    plain.add_weighted_edges_from(
        sorted(
            (min(a, b), max(a, b), float(d.get("weight", 1))) for a, b, d in graph.edges(data=True)
        )
    )
    parts = nx.community.louvain_communities(plain, seed=1)

    def rank(node: str) -> tuple[int, str]:
        return (-graph.degree(node), node)

    groups = sorted((sorted(part, key=rank) for part in parts), key=lambda p: (-len(p), rank(p[0])))
    return [node for group in groups for node in group]


def _ties(graph: networkx.Graph[str]) -> dict[frozenset[str], tuple[float, bool]]:
    """Weight of each pair, both directions together, and whether any of it is stated."""
    found: dict[frozenset[str], tuple[float, bool]] = {}
    for source, target, data in graph.edges(data=True):
        weight, stated = found.get(frozenset((source, target)), (0, False))
        found[frozenset((source, target))] = (
            weight + data.get("weight", 1),
            stated or data.get("basis", INFERRED) != INFERRED,
        )
    return found


def _tint(weight: float, highest: float) -> str:
    """A blue, darker for more; the number in the cell stays readable on it."""
    share = 0.25 + 0.75 * float(weight) / max(1.0, float(highest))
    red, green, blue = (round(255 - share * (255 - full)) for full in (120, 178, 217))
    return f"#{red:02x}{green:02x}{blue:02x}"


def _draw_matrix(
    sheet: Sheet,
    top: float,
    slack: float,
    *,
    graph: networkx.Graph[str],
    order: Sequence[str],
) -> tuple[float, int]:
    count = len(order)
    room = (sheet.limit - top) if sheet.limit else sheet.width * 1.1
    names_width = sheet.width * 0.46
    cell = min(room / (count + 0.5), (sheet.width - names_width) / (count + 5), sheet.letters * 2.4)
    size = min(sheet.letters, cell * 0.7)
    name_size = size * 0.85
    labels = [_short(graph.nodes[node], sheet.lang) for node in order]
    # Names take two lines where one is too short and rows can be higher.
    high = max(cell, 2 * name_size * LEADING)
    longest = max(sheet.measure(label, name_size) for label in labels)
    lines = 2 if longest > names_width and high * count <= room else 1
    high = high if lines == 2 else cell
    names = [sheet.wrap(label, names_width, name_size, lines) for label in labels]
    used = max((sheet.measure(line, name_size) for name in names for line in name), default=0.0)
    left = sheet.left + used + cell * 1.4
    tails = [
        sheet.wrap(
            _tail(graph.nodes[node], sheet.lang), sheet.right - left - cell * (row + 1.4), size, 1
        )
        for row, node in enumerate(order)
    ]
    ends = [
        left + cell * (row + 1.4) + sheet.measure(tail[0] if tail else "", size)
        for row, tail in enumerate(tails)
    ]
    left += max(0.0, sheet.right - max(ends)) / 2
    ties = _ties(graph)
    highest = max((weight for weight, _ in ties.values()), default=1)
    for row, node in enumerate(order):
        y = top + row * high
        middle = y + high / 2
        text_top = middle - size * LEADING / 2
        if row % 2 == 0:
            sheet.rectangle(left - cell * 0.2, y, cell * (row + 0.2), high, fill=BAND)
        sheet.lines(
            left - cell * 0.4, middle - len(names[row]) * name_size * LEADING / 2, names[row],
            size=name_size, align="right",
        )  # fmt: skip
        for column in range(row):
            x = left + column * cell
            found = ties.get(frozenset((node, order[column])))
            if found is None:
                continue
            weight, stated = found
            inferred = not stated
            sheet.rectangle(
                x, y, cell, high, fill=_tint(weight, highest), edge="white", line=0.6,
                hatch="////" if inferred else "", hatch_colour="#ffffff",
            )  # fmt: skip
            if not inferred:
                sheet.rectangle(x, y, cell, high, edge=STATED_LINE, line=1.4, above=True)
            sheet.text(
                x + cell / 2, text_top, f"{weight:g}", size=size, align="center", halo=inferred
            )
        x = left + row * cell
        sheet.shape(x + cell / 2, middle, _look(graph.nodes[node]), cell * 0.3)
        sheet.lines(x + cell * 1.3, text_top, tails[row], size=size, colour=GREY)
    for column in range(1, count):
        x = left + column * cell
        sheet.path([(x, top + column * high), (x, top + count * high)], colour=PALE, line=0.3)
    return top + count * high, 0


def _short(facts: Mapping[str, Any], lang: str) -> str:
    name = str(facts.get(f"label_{lang}") or facts.get("label") or "")
    acronym = str(facts.get("acronym") or "")
    if not acronym or acronym in (name, name.translate(_HALF)):
        return name
    # The acronym stands first, so that it stays where the name is too long.
    return f"{acronym}：{name}" if lang == "ja" else f"{acronym}: {name}"


def _tail(facts: Mapping[str, Any], lang: str) -> str:
    return str(facts.get("acronym") or facts.get(f"label_{lang}") or facts.get("label") or "")
