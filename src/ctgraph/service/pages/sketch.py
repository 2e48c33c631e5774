"""Small pictures on pages: a thing among its neighbours, and when things happened.

They are numbers for a template that writes SVG, so every text in them is escaped like any other.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ctgraph.text import wrap_evenly

if TYPE_CHECKING:
    import networkx

    from ctgraph.network.styles import Look
    from ctgraph.store import Store

WIDTH, HEIGHT = 740, 420
_MOST = 14
_MOST_BARS = 60
_MOST_ON_RING = 24
_NAME_WIDTH, _NAME_LINES = 24, 3
_VAGUE = ("year", "fiscal-year", "multi-year")


class Neighbour(NamedTuple):
    """What a thing is connected with.

    Attributes:
        iri: The neighbour.
        name: Its name.
        words: The names of the properties that connect the two.
        weight: How many statements do.
        is_stated: Whether a source says one of them in words.
        is_incoming: Whether the statements lead from the neighbour to the thing.
    """

    iri: str
    name: str
    words: tuple[str, ...]
    weight: int
    is_stated: bool
    is_incoming: bool


class Spoke(NamedTuple):
    """A neighbour at its place; numbers are those of the picture."""

    neighbour: Neighbour
    x: int
    y: int
    name_x: int
    name_y: int
    anchor: str
    lines: tuple[str, ...]


Line = tuple[tuple[float, float, float, float], float, bool]
"""Both ends as x and y, the width, and whether it is stated in words."""

Paths = tuple[tuple[tuple[float, bool], str], ...]
"""Lines that look alike as one path: their width, whether they are stated, and the path."""


def _join_lines(lines: Iterable[Line]) -> Paths:
    found: dict[tuple[float, bool], list[str]] = {}
    for ends, width, is_stated in lines:
        path = "M{:g} {:g}L{:g} {:g}".format(*ends)
        found.setdefault((round(width, 1), is_stated), []).append(path)
    return tuple((look, "".join(paths)) for look, paths in found.items())


class Wheel(NamedTuple):
    """A thing in the middle, its neighbours around it, and the lines to them."""

    width: int
    height: int
    x: int
    y: int
    spokes: tuple[Spoke, ...]
    lines: Paths
    left_out: int


def draw_wheel(neighbours: Sequence[Neighbour]) -> Wheel:
    """Return a picture of a thing and the neighbours that most connects it with, as numbers.

    Args:
        neighbours: All neighbours.
    """
    ranked = sorted(neighbours, key=lambda one: (-one.weight, not one.is_stated, one.iri))
    shown = sorted(ranked[:_MOST], key=lambda one: (one.words, -one.weight, one.iri))
    height = min(HEIGHT, 120 + 50 * ((len(shown) + 1) // 2))
    x, y = WIDTH // 2, height // 2
    # Names stand left and right, so neighbours do too, and none straight above or below.
    right = shown[: (len(shown) + 1) // 2]
    left = shown[(len(shown) + 1) // 2 :]
    spokes = []
    for side, part in ((1, right), (-1, left)):
        for place, neighbour in enumerate(part):
            rise = (place + 0.5) / len(part) * 2 - 1
            angle = math.asin(rise * 0.93)
            at_x = round(x + side * (70 + 72 * math.cos(angle)))
            at_y = round(y + rise * (y - 22))
            lines = tuple(wrap_evenly(neighbour.name, _NAME_WIDTH, _NAME_LINES))
            spokes.append(
                Spoke(
                    neighbour,
                    at_x,
                    at_y,
                    at_x + side * 13,
                    at_y + 5 - 8 * (len(lines) - 1),
                    "start" if side > 0 else "end",
                    lines,
                )
            )
    lines_to = _join_lines(
        ((x, y, one.x, one.y), _width(one.neighbour.weight), one.neighbour.is_stated)
        for one in spokes
    )
    return Wheel(WIDTH, height, x, y, tuple(spokes), lines_to, len(ranked) - len(shown))


def _width(weight: int) -> float:
    return min(1.2 + 0.6 * (weight - 1), 5.0)


class Moment(NamedTuple):
    """Something with a date.

    Attributes:
        iri: The thing.
        name: Its name.
        period: When, for a reader.
        start: Its first day as YYYY-MM-DD.
        end: Its last day.
        precision: How exactly a source gives the dates: a local name of the concepts of that.
    """

    iri: str
    name: str
    period: str
    start: str
    end: str
    precision: str = ""

    @property
    def is_vague(self) -> bool:
        """Whether no more than the year is known, so that it may have been any day of it."""
        return self.precision in _VAGUE


class Bar(NamedTuple):
    """A moment on the line of time; x and width in percent of it."""

    moment: Moment
    x: float
    width: float


class Timeline(NamedTuple):
    """Moments in their order, and the years that divide the line: percent and year."""

    bars: tuple[Bar, ...]
    years: tuple[tuple[float, int], ...]


def draw_timeline(moments: Sequence[Moment]) -> Timeline:
    """Return moments along one line of time; those whose dates cannot be read are left out.

    Args:
        moments: What has dates.
    """
    dated = []
    for moment in moments:
        start, end = _day(moment.start), _day(moment.end or moment.start)
        if start is not None:
            dated.append((start, max(start, end or start), moment))
    if not dated:
        return Timeline((), ())
    dated.sort(key=lambda item: (item[0], item[1], item[2].iri))
    first = datetime.date(dated[0][0].year, 1, 1)
    last_year = max(end for _, end, _ in dated).year
    span = (min(last_year + 1, 9999) - first.year) * 365.25 or 1.0
    bars = []
    for start, end, moment in dated:
        x = (start - first).days / span * 100
        width = max(((end - start).days + 1) / span * 100, 0.8)
        bars.append(Bar(moment, round(min(x, 99.2), 2), round(min(width, 100 - min(x, 99.2)), 2)))
    count = last_year + 1 - first.year
    step = max(1, math.ceil(count / 8))
    years = tuple(
        (round((year - first.year) / count * 100, 2), year)
        for year in range(first.year, last_year + 1, step)
    )
    return Timeline(tuple(bars), years)


def _day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text[:10])
    except ValueError:
        return None


class Column(NamedTuple):
    """One bar of a chart: its name, its value, and its length in percent of the longest."""

    name: str
    value: str
    length: float


class Scale(NamedTuple):
    """Bars that may be compared: what they count, and the bars."""

    unit: str
    bars: tuple[Column, ...]


def draw_bars(values: Sequence[tuple[str, float, str]]) -> tuple[Scale, ...]:
    """Return bars beside each other's names, for each unit on a scale of its own.

    Bars below zero have no length.

    Args:
        values: Names, numbers and what is counted, in their order; nothing if all count the same.
    """
    scales: dict[str, list[tuple[str, float]]] = {}
    for name, value, unit in values[:_MOST_BARS]:
        scales.setdefault(unit, []).append((name, value))
    found = []
    for unit, held in scales.items():
        most = max(value for _, value in held)
        bars = [
            Column(name, f"{value:,.10g}", round(max(value, 0) / most * 100, 2) if most > 0 else 0)
            for name, value in held
        ]
        found.append(Scale(unit, tuple(bars)))
    return tuple(found)


class Dot(NamedTuple):
    """A thing at its place on a ring."""

    iri: str
    x: float
    y: float
    name_x: float
    name_y: float
    anchor: str
    lines: tuple[str, ...]


class Ring(NamedTuple):
    """Things on a ring and the lines between them, as numbers.

    Attributes:
        width: Of the picture.
        height: Of the picture.
        dots: The things.
        lines: The lines.
        left_out: How many things have no room.
    """

    width: int
    height: int
    dots: tuple[Dot, ...]
    lines: Paths
    left_out: int


def draw_pairs(
    ties: Mapping[tuple[str, str], int],
    names: Mapping[str, str],
    inferred: Collection[tuple[str, str]] = (),
) -> Ring | None:
    """Return things on a ring, those with the most ties first, and lines between them.

    Args:
        ties: How strong each pair is tied.
        names: The names of the things.
        inferred: Pairs whose tie no source states in words.
    """
    weights: dict[str, int] = {}
    for pair, weight in ties.items():
        for iri in pair:
            weights[iri] = weights.get(iri, 0) + weight
    ranked = sorted(weights, key=lambda iri: (-weights[iri], iri))
    if not ranked:
        return None
    shown = ranked[:_MOST_ON_RING]
    width, height = 900, 120 + 26 * len(shown)
    height = min(max(height, 260), 620)
    x, y = width / 2, height / 2
    places: dict[str, tuple[float, float]] = {}
    dots = []
    hub = shown[0] if len(shown) > 2 and weights[shown[0]] > sum(weights.values()) / 3 else None
    around = [iri for iri in shown if iri != hub]
    for iri in shown:
        if iri == hub:
            places[iri] = (x, y)
            dots.append(Dot(iri, x, y, x, y - 14, "middle", tuple(wrap_evenly(names[iri], 30, 1))))
            continue
        place = around.index(iri)
        angle = 2 * math.pi * (place + 0.5) / len(around)
        at = (round(x + 190 * math.sin(angle), 1), round(y - (y - 30) * math.cos(angle), 1))
        places[iri] = at
        side = 1 if math.sin(angle) >= 0 else -1
        lines = tuple(wrap_evenly(names[iri], 30, 2))
        name_y = round(at[1] + 5 - 8 * (len(lines) - 1), 1)
        dots.append(Dot(iri, *at, at[0] + side * 12, name_y, "start" if side > 0 else "end", lines))
    drawn = _join_lines(
        ((*places[one], *places[other]), _width(weight), (one, other) not in inferred)
        for (one, other), weight in sorted(ties.items())
        if one in places and other in places
    )
    return Ring(width, height, tuple(dots), drawn, len(ranked) - len(shown))


class Named(NamedTuple):
    """A node of a picture at its place: its IRI, whole name, radius and colour."""

    iri: str
    name: str
    x: float
    y: float
    radius: float
    colour: str


class NamedMap(NamedTuple):
    """A network whose main nodes are named: names as x, y, anchor and text."""

    width: int
    height: int
    dots: tuple[Named, ...]
    lines: tuple[tuple[float, float, float, float, bool], ...]
    names: tuple[tuple[float, float, str, str], ...]


_LETTERS = 15  # px of the names of a picture, of which it is 760 wide
_MOST_NAMED = 16


def draw_named_map(
    places: Mapping[str, tuple[float, float]],
    ties: Mapping[tuple[str, str], bool],
    colours: Mapping[str, str],
    names: Mapping[str, str],
    short: Mapping[str, str],
) -> NamedMap:
    """Return a network in which the nodes of the most ties are named where there is room.

    Args:
        places: Where the nodes lie.
        ties: The pairs that are tied, and whether it is stated.
        colours: Colours by node, as `kind_colours` gives them.
        names: Their names.
        short: The names that are drawn.
    """
    drawn = _fit(places, 760, 470, 26)
    degree = dict.fromkeys(places, 0)
    for pair in ties:
        for end in pair:
            degree[end] += 1
    order = sorted(places, key=lambda node: (-degree[node], node))
    dots = [
        Named(
            node,
            names[node],
            *drawn[node],
            round(3.4 + min(degree[node], 40) ** 0.5, 1),
            colours[node],
        )
        for node in order
    ]
    taken = [(one.x - one.radius, one.y - one.radius, one.x + one.radius, one.y + one.radius)
             for one in dots[: 2 * _MOST_NAMED]]  # fmt: skip
    placed: list[tuple[float, float, str, str]] = []
    for one in dots:
        if len(placed) == _MOST_NAMED:
            break
        text = short[one.iri]
        wide = sum(1.0 if ord(letter) > 0x2E80 else 0.58 for letter in text) * _LETTERS
        for x, y, anchor, left in (
            (one.x + one.radius + 4, one.y + 5, "start", one.x + one.radius + 4),
            (one.x - one.radius - 4, one.y + 5, "end", one.x - one.radius - 4 - wide),
            (one.x, one.y - one.radius - 5, "middle", one.x - wide / 2),
            (one.x, one.y + one.radius + _LETTERS, "middle", one.x - wide / 2),
        ):
            box = (left, y - _LETTERS, left + wide, y + 3)
            if box[0] < 0 or box[2] > 760 or any(_overlap(box, other) for other in taken):
                continue
            taken.append(box)
            placed.append((round(x, 1), round(y, 1), anchor, text))
            break
    lines = tuple((*drawn[one], *drawn[other], ties[one, other]) for one, other in sorted(ties))
    return NamedMap(760, 470, tuple(reversed(dots)), lines, tuple(placed))


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _fit(
    places: Mapping[str, tuple[float, float]], width: int, height: int, rim: int
) -> dict[str, tuple[float, float]]:
    """Return places inside a picture, in its middle and as large as it allows."""
    xs = [x for x, _ in places.values()]
    ys = [y for _, y in places.values()]
    scale = min(
        (width - 2 * rim) / ((max(xs) - min(xs)) or 1.0),
        (height - 2 * rim) / ((max(ys) - min(ys)) or 1.0),
    )
    middle_x, middle_y = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2
    return {
        node: (
            round(width / 2 + (x - middle_x) * scale, 1),
            round(height / 2 + (y - middle_y) * scale, 1),
        )
        for node, (x, y) in places.items()
    }


class Map(NamedTuple):
    """A network without names: places and colours of nodes, and ends of lines."""

    width: int
    height: int
    dots: tuple[tuple[float, float, float, str], ...]
    lines: tuple[tuple[float, float, float, float], ...]


def kind_colours(graph: networkx.Graph[str]) -> dict[str, str]:
    """Return the colour of each node in a page, as the theme of the page has it.

    Args:
        graph: A network of `ctgraph.network.build_network`.
    """
    from ctgraph.network.styles import look_of_node

    return _page_colours({node: look_of_node(data) for node, data in graph.nodes(data=True)})


def thing_colours(store: Store, iris: Iterable[str]) -> dict[str, str]:
    """Return the colour of things by what they are, as the networks of a page have it.

    Args:
        store: The graph.
        iris: The things.
    """
    from ctgraph.network.styles import looks_of_things

    return _page_colours(looks_of_things(store, iris))


def _page_colours(looks: Mapping[str, Look]) -> dict[str, str]:
    return {iri: f"var(--{look.role})" for iri, look in looks.items()}


def draw_map(
    places: Mapping[str, tuple[float, float]],
    ties: Iterable[tuple[str, str]],
    colours: Mapping[str, str],
) -> Map:
    """Return a small picture of a network, as numbers.

    Args:
        places: Where the nodes lie.
        ties: The pairs that are tied.
        colours: Colours by node, as `kind_colours` gives them.
    """
    width, height, rim = 320, 200, 10
    if not places:
        return Map(width, height, (), ())
    at = _fit(places, width, height, rim)
    radius = 5.0 if len(at) <= 30 else 3.5 if len(at) <= 100 else 2.2
    lines = tuple((*at[one], *at[other]) for one, other in ties if one in at and other in at)
    return Map(
        width,
        height,
        tuple((*at[node], radius, colours.get(node, "var(--soft)")) for node in sorted(at)),
        lines,
    )
