"""States on a map of the world, with the ties between them; who has no place stands below."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from ctgraph.draw.figures.canvas import (
    BAND,
    GREY,
    INFERRED_LINE,
    INK,
    LEADING,
    PALE,
    STATED_LINE,
    Sheet,
)  # fmt: skip
from ctgraph.draw.figures.captions import (
    JOINT,
    claims_behind,
    comma,
    subtitle_of,
)
from ctgraph.draw.figures.chart import Chart, Key, Sample, line_key
from ctgraph.draw.figures.map.below import Below
from ctgraph.draw.figures.map.columns import Area, Columns, Dots, name_of
from ctgraph.draw.figures.map.land import draw_outlines
from ctgraph.draw.figures.map.outline import Point, borders, clip, land, project
from ctgraph.draw.figures.map.world import Located, World, make_world, say_title
from ctgraph.draw.figures.name_places import Block, Placed, Scene, place_names
from ctgraph.draw.spots import Spot
from ctgraph.network import INFERRED, STATED
from ctgraph.network.styles import look_of_node
from ctgraph.words import read_words, say_money

if TYPE_CHECKING:
    import networkx

    from ctgraph.store import Store


_LEAST_WIDTH = 1.5  # of what is seen, on the plane: about 100 degrees at the equator
_RIM = 0.12  # of what is seen, around the outermost states
_TOP, _BOTTOM = 78.0, -56.0  # degrees of latitude that are seen at most
_BEND = 0.2  # how far a tie rises above the straight line, as a share of its length
_PIECES = 16
_FEW = 12.0  # the number of a tie that is as wide as any, if no tie has more
_UNITS = 66.0  # of the width of a sheet: where letters are larger, dots are no larger
_SAMPLES = (1, 2, 5, 10, 20)  # numbers whose dots a legend has room for
_DASH = "–"


def map_chart(store: Store, graph: networkx.Graph[str], lang: str) -> Chart:
    """Return the states of a network on a map, with their ties.

    Args:
        store: The graph that the network is from.
        graph: A network of `ctgraph.network.build.build_network`.
        lang: ``en`` or ``ja``.

    Raises:
        DataError: Nothing in it has a place on the map.
    """
    world = make_world(store, graph)
    words = read_words("chart_map", lang)
    view = graph.graph.get("view")
    hub = world.spots[0]
    what = words["dot" if view in JOINT else "dot_money" if view == "funding" else "dot_said"]
    known = [n for n in _SAMPLES if n <= hub.times] or [1]
    shown = sorted({known[0], known[-1]})
    legend = [Key(f"{n}", partial(_dot_sample, n, hub), 1.2) for n in shown[:-1]]
    legend.append(Key(what.format(n=shown[-1]), partial(_dot_sample, shown[-1], hub), 1.5))
    ties = _ties(world)
    for basis, colour in ((STATED, STATED_LINE), (INFERRED, INFERRED_LINE)):
        if any(data["basis"] == basis for _, _, data in ties):
            legend.append(line_key(words[basis.lower()], colour, dashed=basis == INFERRED))
    weights = sorted({data["weight"] for _, _, data in ties})
    if len(weights) > 1:
        legend.append(Key(f"{weights[0]:g}", partial(_width_sample, weights[0], weights[-1]), 2.0))
        said = words["width" if view in JOINT else "width_said"].format(n=f"{weights[-1]:g}")
        legend.append(Key(said, partial(_width_sample, weights[-1], weights[-1]), 2.0))
    return Chart(
        say_title(world, lang),
        subtitle_of(world.graph, lang),
        legend,
        claims_behind(world.graph),
        partial(_draw_map, world=world),
        sources_named=1,
    )


def _ties(world: World) -> list[tuple[Located, Located, Mapping[str, Any]]]:
    """Return the ties between what is on the map."""
    placed = {spot.node: spot for spot in world.spots}
    return [
        (placed[one], placed[two], data)
        for one, two, data in world.graph.edges(data=True)
        if one in placed and two in placed and one != two
    ]


def _radius(times: int, letters: float) -> float:
    """Return the radius of a dot, whose area grows with the number."""
    return letters * (0.16 + 0.085 * math.sqrt(max(1, times)))


def _width(weight: float, most: float) -> float:
    """Return the width of a tie, which grows with its number up to that of the widest."""
    return 0.6 + 3.9 * float(weight) / max(_FEW, float(most))


def _dot_sample(times: int, spot: Located, sheet: Sheet, at: Sample) -> None:
    look = look_of_node(spot.facts)
    sheet.shape(
        at.x + at.width / 2,
        at.middle,
        look,
        _radius(times, min(sheet.letters, sheet.width / _UNITS)),
    )


def _width_sample(weight: float, most: float, sheet: Sheet, at: Sample) -> None:
    ends = [(at.x, at.middle), (at.x + at.width, at.middle)]
    sheet.path(ends, colour=GREY, line=_width(weight, most))


# --- where everything stands --------------------------------------------------------------------


class _View(NamedTuple):
    """What part of the plane is seen, and where on the sheet."""

    area: Area
    scale: float
    shift: Point

    def to_sheet(self, point: Point) -> Point:
        """Return where a point of the plane lies on the sheet."""
        return point[0] * self.scale + self.shift[0], point[1] * self.scale + self.shift[1]

    def cut(self, ring: Sequence[Point]) -> list[Point]:
        """Return what is seen of a ring of the plane, on the sheet."""
        left, top, right, bottom = self.area
        points = [self.to_sheet(point) for point in ring]
        for axis, limit, side in ((0, left, 1), (0, right, -1), (1, top, 1), (1, bottom, -1)):
            points = clip(points, axis, limit, side)
        return points

    def cut_line(self, line: Sequence[Point]) -> Iterator[list[Point]]:
        """Yield the parts of a line of the plane that are seen, on the sheet."""
        left, top, right, bottom = self.area
        part: list[Point] = []
        for x, y in map(self.to_sheet, line):
            if left <= x <= right and top <= y <= bottom:
                part.append((x, y))
            elif part:
                yield part
                part = []
        yield part


def _fit(points: Sequence[Point], area: Area) -> _View:
    """Return the view in which all points of the plane are seen, and no more than the world."""
    left, top, right, bottom = area
    ratio = (right - left) / (bottom - top)
    xs, ys = [x for x, _ in points], [y for _, y in points]
    wide = max((max(xs) - min(xs)) * (1 + 2 * _RIM), _LEAST_WIDTH)
    high = max((max(ys) - min(ys)) * (1 + 2 * _RIM), _LEAST_WIDTH / ratio)
    world_left, world_right = project(-180.0, 0.0)[0], project(180.0, 0.0)[0]
    world_top, world_bottom = project(0.0, _TOP)[1], project(0.0, _BOTTOM)[1]
    wide = min(max(wide, high * ratio), world_right - world_left)
    high = min(max(high, wide / ratio), max(world_bottom - world_top, max(ys) - min(ys)))
    scale = min((right - left) / wide, (bottom - top) / high)
    middle = []
    for values, size, low, up in (
        (xs, (right - left) / scale, world_left, world_right),
        (ys, (bottom - top) / scale, world_top, world_bottom),
    ):
        half = size / 2
        at = (min(values) + max(values)) / 2
        middle.append((low + up) / 2 if size >= up - low else min(max(at, low + half), up - half))
    shift = (left + right) / 2 - middle[0] * scale, (top + bottom) / 2 - middle[1] * scale
    return _View(area, scale, shift)


def _part(spots: Mapping[str, Point], radius: Mapping[str, float]) -> dict[str, Point]:
    """Return places at which no dot covers another, each as near to its own as can be."""
    places = dict(spots)
    order = sorted(places)
    for _ in range(120):
        moved = False
        for number, one in enumerate(order):
            for two in order[number + 1 :]:
                (x, y), (to_x, to_y) = places[one], places[two]
                across, along = to_x - x, to_y - y
                gap = math.hypot(across, along)
                lack = radius[one] + radius[two] + 0.6 - gap
                if lack <= 0.01:
                    continue
                if not gap:
                    across, gap = 1.0, 1.0
                moved = True
                # The smaller one gives way.
                share = radius[one] ** 2 / (radius[one] ** 2 + radius[two] ** 2)
                push = lack / gap
                places[one] = x - across * push * (1 - share), y - along * push * (1 - share)
                places[two] = to_x + across * push * share, to_y + along * push * share
        if not moved:
            break
    return places


def _arc(start: Point, end: Point, *, directed: bool) -> list[Point]:
    """Return the points of a curve between two places on a sheet.

    It rises to the north of the straight line; a directed one keeps to the left of its way, so that
    there and back are two. Great circles were tried: many lead over the pole, off the map, and
    those over the Atlantic fall in two where the map is cut.
    """
    across, along = end[0] - start[0], end[1] - start[1]
    turn = 1.0 if directed or across > 0 or (across == 0 and along > 0) else -1.0
    bend = (
        (start[0] + end[0]) / 2 + along * _BEND * turn,
        ((start[1] + end[1]) / 2 - across * _BEND * turn),
    )
    made = []
    for step in range(_PIECES + 1):
        t = step / _PIECES
        near, pull, far = (1 - t) ** 2, 2 * t * (1 - t), t**2
        made.append(
            (
                near * start[0] + pull * bend[0] + far * end[0],
                near * start[1] + pull * bend[1] + far * end[1],
            )
        )
    return made


# --- the picture --------------------------------------------------------------------------------


def _draw_map(sheet: Sheet, top: float, slack: float, *, world: World) -> tuple[float, int]:
    words = read_words("chart_map", sheet.lang)
    below = Below.of(sheet, world, words)
    bottom = top + sheet.width * (0.62 if sheet.narrow else 0.4)
    if sheet.limit:
        # A slide is always full; other pages end where the map does.
        room = sheet.limit - below.height
        bottom = min(bottom, room) if sheet.size.crop else room
    whole = (sheet.left, top, sheet.right, max(bottom, top + sheet.letters * 8))
    most = max((data["weight"] for *_, data in _ties(world)), default=1)
    # Where the map is small, so are the dots.
    unit = min(sheet.letters, sheet.width / _UNITS)
    radius = {spot.node: _radius(spot.times, unit) for spot in world.spots}
    flat = [project(*spot.at) for spot in world.spots]
    columns = Columns(whole, [], [], whole)
    directed = world.graph.is_directed()
    while True:
        # A column takes from the map, so dots move; who has no room beside its dot goes to one.
        view = _fit(flat, columns.area)
        home = {s.node: view.to_sheet(at) for s, at in zip(world.spots, flat, strict=True)}
        dots = Dots(_part(home, radius), radius)
        ways = [
            (_arc(dots.at[one.node], dots.at[two.node], directed=directed), two, data)
            for one, two, data in sorted(_ties(world), key=lambda tie: -tie[2]["weight"])
        ]
        names = _place(sheet, world, dots, columns, [points for points, *_ in ways])
        before = columns.named
        aside = before | {s.node for s in world.spots if s.node not in names}
        columns = Columns.of(sheet, world, dots, whole, aside=aside)
        if columns.named <= before:
            break
    draw_outlines(sheet, map(view.cut, land()), fill=BAND, edge=PALE)
    draw_outlines(sheet, [part for line in borders() for part in view.cut_line(line)], edge=PALE)
    for points, two, data in ways:
        _draw_tie(sheet, points, data, most)
        if directed:
            _draw_head(sheet, points, radius[two.node], data)
    columns.draw(sheet, world, dots)
    for spot in world.spots:
        at = dots.at[spot.node]
        sheet.shape(*at, look_of_node(spot.facts), radius[spot.node])
        told = _told(world, spot, words, sheet.lang)
        sheet.spots.append(Spot(*at, radius[spot.node] + 2, told, spot.node))
    for block, (left, upper, _, _), align in names.values():
        x = {"left": left, "center": left + block.width / 2, "right": left + block.width}[align]
        y = upper
        for text, size, colour in block.lines:
            y = sheet.text(x, y, text, size=size, colour=colour, align=align, halo=True)
    if missing := len(world.spots) - len(names) - len(columns.named):
        said = read_words("chart_network", sheet.lang)["unlabelled"].format(missing)
        sheet.text(
            sheet.right, whole[3] - sheet.small * LEADING, said, size=sheet.small, colour=GREY,
            align="right", halo=True,
        )  # fmt: skip
    return below.draw(sheet, whole[3], world), 0


def _draw_tie(sheet: Sheet, points: Sequence[Point], data: Mapping[str, Any], most: float) -> None:
    inferred = data["basis"] == INFERRED
    sheet.path(
        points,
        colour=INFERRED_LINE if inferred else STATED_LINE,
        line=_width(data["weight"], most),
        dashed=inferred,
    )


def _draw_head(
    sheet: Sheet, points: Sequence[Point], radius: float, data: Mapping[str, Any]
) -> None:
    """Draw where a directed tie ends."""
    end, before = points[-1], points[-2]
    across, along = end[0] - before[0], end[1] - before[1]
    length = math.hypot(across, along) or 1.0
    across, along = across / length, along / length
    size = sheet.letters * 0.5
    tip = end[0] - across * radius, end[1] - along * radius
    back = tip[0] - across * size, tip[1] - along * size
    sheet.polygon(
        [
            tip,
            (back[0] - along * size * 0.45, back[1] + across * size * 0.45),
            (back[0] + along * size * 0.45, back[1] - across * size * 0.45),
        ],
        fill=INFERRED_LINE if data["basis"] == INFERRED else STATED_LINE,
    )


def _told(world: World, spot: Located, words: Mapping[str, Any], lang: str) -> str:
    """Return what is said of a state where a pointer rests on it: name, number, and its ties."""
    names = {other.node: other.facts[f"label_{lang}"] for other in world.spots}
    lines = [f"{names[spot.node]} ({spot.code}): {spot.times}"]
    for one, two, data in world.graph.edges(data=True):
        other = two if one == spot.node else one
        if spot.node not in (one, two) or other == spot.node:
            continue
        facts = world.graph.nodes[other]
        amounts = comma(lang).join(_money(text, lang) for text in data.get("amounts", ()))
        basis = words[data["basis"].lower()]
        said = [f"{data['weight']:g}", *filter(None, [amounts]), basis]
        lines.append(f"{_DASH} {facts[f'label_{lang}']}: {comma(lang).join(said)}")
    return "\n".join(lines)


def _money(text: str, lang: str) -> str:
    amount, _, currency = text.partition(" ")
    return say_money(Decimal(amount), currency, lang, is_short=True)


def _place(
    sheet: Sheet,
    world: World,
    dots: Dots,
    columns: Columns,
    ways: Sequence[Sequence[Point]],
) -> dict[str, Placed]:
    """Return where the names stand that are in no column."""
    import networkx as nx

    graph: networkx.Graph[str] = nx.Graph()
    graph.add_nodes_from(dots.at)
    graph.add_edges_from((one.node, two.node) for one, two, _ in _ties(world))
    blocks = {s.node: _blocks(sheet, s) for s in world.spots if s.node not in columns.named}
    lines = [(*a, *b) for way in ways for a, b in pairwise(way)]
    gap = sheet.letters * 0.3
    return place_names(Scene(graph, dots.at, dots.radius, blocks, columns.area, gap, lines))[0]


def _blocks(sheet: Sheet, spot: Located) -> list[Block]:
    """Return the forms of a name: in a line, in several."""
    name, size = name_of(spot, sheet.lang), sheet.small
    made: list[Block] = []
    for lines in ([name], sheet.wrap(name, size * 5.5, size, 3)):
        wide = max(sheet.measure(line, size) for line in lines)
        block = Block([(line, size, INK) for line in lines], wide, len(lines) * size * LEADING)
        if block not in made:
            made.append(block)
    return made
