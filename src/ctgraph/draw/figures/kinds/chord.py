"""The kinds of a network's nodes around a circle, with ribbons for the ties between them.

A chord diagram (Krzywinski et al., Genome Research 19, 2009): an arc is as long as its kind has
ends of ties, a ribbon as wide at both ends as it stands for ties. What is inferred is hatched.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from ctgraph.draw.figures.canvas import GREY, LEADING, Sheet
from ctgraph.draw.figures.captions import claims_behind, comma, kind_keys, subtitle_of
from ctgraph.draw.figures.chart import Chart, Key, Sample
from ctgraph.draw.figures.kinds.counts import Counts, Kind, Pair, count_kinds
from ctgraph.draw.spots import Spot
from ctgraph.errors import DataError
from ctgraph.network.styles import LOOKS, Look
from ctgraph.words import read_words

if TYPE_CHECKING:
    import networkx


_GAP = 0.03  # radians between two arcs
_RIM = 0.06  # of the radius: how thick an arc is
_STEP = 0.05  # radians: how long a piece of an arc is
_ALPHA = 0.6
_CIRCLE = 0.62  # of the width, for the circle with its names; the list has the rest
_TURNS = 24
_LABEL = 10  # sizes of the small letters that a name is wide at most
_SAMPLE = next(iter(LOOKS.values()))

Point = tuple[float, float]
Span = tuple[float, float]
"""From where to where on the circle, in radians clockwise from the top."""


def chord_chart(graph: networkx.Graph[str], lang: str) -> Chart:
    """Return how many ties there are between the kinds of a network's nodes.

    Args:
        graph: A network of `ctgraph.network.build.build_network`.
        lang: ``en`` or ``ja``.

    Raises:
        DataError: The network has no ties.
    """
    counts = count_kinds(graph)
    if not counts.pairs:
        raise DataError("network-empty")
    words = read_words("chart_kinds", lang)
    legend = [
        *kind_keys(graph, lang),
        Key(words["stated"], partial(_ribbon_sample, stated=True), 2.2),
    ]
    if any(pair.stated < pair.ties for pair in counts.pairs):
        legend.append(Key(words["inferred"], partial(_ribbon_sample, stated=False), 2.2))
    return Chart(
        say_title(counts, lang),
        comma(lang).join([subtitle_of(graph, lang), words["subtitle"]]),
        legend,
        claims_behind(graph),
        partial(_draw_chord, counts=counts),
        sources_named=1,
    )


def say_title(counts: Counts, lang: str) -> str:
    """Return between which kinds most ties are, and how many of all are stated."""
    words = read_words("chart_kinds", lang)
    first = counts.pairs[0]
    every = sum(pair.ties for pair in counts.pairs)
    said = words["within" if first.one == first.two else "between"]
    return (
        str(words["then"])
        .join([said, words["basis"]])
        .format(
            one=first.one.name[lang],
            two=first.two.name[lang],
            n=first.ties,
            all=every,
            stated=sum(pair.stated for pair in counts.pairs),
        )
    )


def _ribbon_sample(sheet: Sheet, at: Sample, *, stated: bool) -> None:
    left, right = at.x, at.x + at.width
    top, bottom = at.middle - at.height * 0.4, at.middle + at.height * 0.4
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    _fill(sheet, [*_lines(corners)], _SAMPLE, stated=stated)


# --- where everything lies ------------------------------------------------------------------------


class _Ribbon(NamedTuple):
    """A pair, and what of the circle it has at both ends."""

    pair: Pair
    start: Span
    end: Span


class _Round(NamedTuple):
    """The arcs of the kinds, and the ribbons between them."""

    arcs: Mapping[str, Span]
    ribbons: Sequence[_Ribbon]


def _lay(counts: Counts, start: float = 0.0) -> _Round:
    """Return arcs, the first one from `start` on, and ribbons in an order of few crossings."""
    every = sum(kind.ends for kind in counts.kinds)
    gap = _GAP if len(counts.kinds) > 1 else 0.0
    unit = (2 * math.pi - gap * len(counts.kinds)) / every
    arcs: dict[str, Span] = {}
    at = start
    for kind in counts.kinds:
        arcs[kind.key] = (at, at + unit * kind.ends)
        at += unit * kind.ends + gap
    order = [kind.key for kind in counts.kinds]
    free = {key: span[0] for key, span in arcs.items()}
    spans: dict[tuple[int, int], Span] = {}
    for place, key in enumerate(order):
        # Who is last before this kind, going round, comes first on its arc.
        for step in range(len(order)):
            other = order[(place - step) % len(order)] if step else key
            for number, pair in enumerate(counts.pairs):
                names = (pair.one.key, pair.two.key)
                if names not in ((key, other), (other, key)):
                    continue
                for end in (0, 1) if key == other else (names.index(key),):
                    wide = unit * pair.ties
                    spans[number, end] = (free[key], free[key] + wide)
                    free[key] += wide
    ribbons = [
        _Ribbon(pair, spans[number, 0], spans[number, 1])
        for number, pair in enumerate(counts.pairs)
    ]
    return _Round(arcs, ribbons)


class _Circle(NamedTuple):
    """A circle on a sheet."""

    middle: Point
    radius: float

    def point(self, angle: float, share: float = 1.0) -> Point:
        """Return a point on it, or on one around the same middle that is a share as large."""
        far = self.radius * share
        return self.middle[0] + far * math.sin(angle), self.middle[1] - far * math.cos(angle)

    def arc(self, span: Span, share: float = 1.0) -> list[Point]:
        """Return the points of an arc."""
        pieces = max(1, math.ceil(abs(span[1] - span[0]) / _STEP))
        step = (span[1] - span[0]) / pieces
        return [self.point(span[0] + number * step, share) for number in range(pieces + 1)]


# --- the picture ----------------------------------------------------------------------------------

_Command = tuple[int, Point]
"""A code of a path of matplotlib, and its point."""


def _lines(points: Sequence[Point]) -> Iterator[_Command]:
    from matplotlib.path import Path

    for number, point in enumerate(points):
        yield int(Path.LINETO if number else Path.MOVETO), point


def _fill(sheet: Sheet, path: Sequence[_Command], look: Look, *, stated: bool) -> None:
    """Fill an area in the colour of a kind; hatch it if it is inferred."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    points = [point for _, point in path]
    codes = [code for code, _ in path]
    shape = Path([*points, points[0]], [*codes, int(Path.CLOSEPOLY)])
    colour = sheet.colour(look.role)
    style: dict[str, Any] = {"facecolor": colour, "linewidth": 0, "alpha": _ALPHA}
    if not stated:
        style = {"facecolor": "none", "edgecolor": colour, "linewidth": 0.5, "hatch": "/////"}
    sheet.figure.axes[0].add_artist(PathPatch(shape, zorder=1.5, **style))


def _draw_ribbon(
    sheet: Sheet, circle: _Circle, start: Span, end: Span, look: Look, *, stated: bool
) -> None:
    from matplotlib.path import Path

    inner = 1 - _RIM
    path = list(_lines(circle.arc(start, inner)))
    for here, there in ((end, start), (start, None)):
        to = circle.point(here[0], inner)
        path += [(int(Path.CURVE3), circle.middle), (int(Path.CURVE3), to)]
        if there is not None:
            path += [(int(Path.LINETO), point) for point in circle.arc(here, inner)[1:]]
    _fill(sheet, path, look, stated=stated)


def _draw_chord(sheet: Sheet, top: float, slack: float, *, counts: Counts) -> tuple[float, int]:
    words = read_words("chart_kinds", sheet.lang)
    beside = not sheet.narrow
    size = sheet.letters
    wide = sheet.width * (_CIRCLE if beside else 1.0)
    rows = [_row(pair, words, sheet.lang, directed=counts.directed) for pair in counts.pairs]
    step = sheet.small * LEADING * 1.1
    high = wide * (0.66 if beside else 0.85)
    listed = 0 if beside else min(len(rows), 12) * step + size
    if sheet.limit:
        room = sheet.limit - top - listed
        high = min(high, room) if sheet.size.crop else room
    labels = max(sheet.measure(_label(kind, sheet.lang), sheet.small) for kind in counts.kinds)
    labels = min(labels, sheet.small * _LABEL)
    radius = max(size * 4, min(wide / 2 - labels - size * 1.5, high / 2 - sheet.small * 1.5))
    circle = _Circle((sheet.left + wide / 2, top + high / 2), radius)
    # Turned to where names stand nearest to their arcs: small kinds beside the circle, not above.
    turns = [_lay(counts, 2 * math.pi * turn / _TURNS) for turn in range(_TURNS)]
    placed = [_place_labels(sheet, circle, counts, one, (top, top + high)) for one in turns]
    apart = [sum(abs(label.y - label.wanted) for label in one) for one in placed]
    best = min(range(_TURNS), key=lambda turn: (round(apart[turn]), turn))
    laid, names = turns[best], placed[best]
    # Narrow ribbons lie over wide ones.
    for pair, start, end in laid.ribbons:
        cut = pair.stated / pair.ties
        one, two = start[0] + cut * (start[1] - start[0]), end[1] - cut * (end[1] - end[0])
        if pair.stated:
            parts = (start[0], one), (two, end[1])
            _draw_ribbon(sheet, circle, *parts, pair.one.look, stated=True)
        if pair.stated < pair.ties:
            parts = (one, start[1]), (end[0], two)
            _draw_ribbon(sheet, circle, *parts, pair.one.look, stated=False)
        said = rows[counts.pairs.index(pair)]
        sheet.spots.append(_told_ribbon(circle, (start, end), ": ".join(said)))
    for kind in counts.kinds:
        span = laid.arcs[kind.key]
        sheet.polygon(
            [*circle.arc(span), *reversed(circle.arc(span, 1 - _RIM))], fill=kind.look.role
        )
    _draw_labels(sheet, circle, names)
    if beside:
        left = sheet.left + wide + size
        _draw_list(sheet, (left, top, sheet.right, top + high), counts, rows, words)
        return top + high, 0
    bottom = top + high + listed
    _draw_list(sheet, (sheet.left, top + high, sheet.right, bottom), counts, rows, words)
    return bottom, 0


def _told_ribbon(circle: _Circle, spans: tuple[Span, Span], told: str) -> Spot:
    """Return what is said where a pointer rests on the middle of a ribbon."""
    (x, y), (to_x, to_y) = (circle.point(sum(span) / 2, 1 - _RIM) for span in spans)
    middle = circle.middle
    at = x / 4 + middle[0] / 2 + to_x / 4, y / 4 + middle[1] / 2 + to_y / 4
    wide = (spans[0][1] - spans[0][0]) * circle.radius
    return Spot(*at, max(3.0, wide / 3), told, "")


def _label(kind: Kind, lang: str) -> str:
    return f"{kind.name[lang]} {kind.ends}"


def _row(pair: Pair, words: Mapping[str, Any], lang: str, *, directed: bool) -> tuple[str, str]:
    """Return the names of a pair and its numbers, in words."""
    name = "names_within" if pair.one == pair.two else "names_from" if directed else "names"
    names = words[name].format(one=pair.one.name[lang], two=pair.two.name[lang])
    key = "all_stated" if pair.stated == pair.ties else "some_stated"
    return names, words[key].format(n=pair.ties, stated=pair.stated)


class _Label(NamedTuple):
    """The name of a kind: its lines, where their middle is, where it had best be, and its side."""

    lines: list[str]
    y: float
    wanted: float
    angle: float
    is_right: bool


def _place_labels(
    sheet: Sheet, circle: _Circle, counts: Counts, laid: _Round, room: Span
) -> list[_Label]:
    """Return the names of the kinds beside the circle, none over another."""
    step, wide = sheet.small * LEADING, sheet.small * _LABEL
    found: list[_Label] = []
    for is_right in (True, False):
        side = [
            (angle, kind)
            for kind in counts.kinds
            for angle in [sum(laid.arcs[kind.key]) / 2]
            if (math.sin(angle) >= 0) is is_right
        ]
        side.sort(key=lambda one: circle.point(one[0])[1])
        lines = [sheet.wrap(_label(kind, sheet.lang), wide, sheet.small, 3) for _, kind in side]
        wanted = [circle.point(angle, 1.06)[1] for angle, _ in side]
        middles = _spread(wanted, [len(text) * step for text in lines], room)
        for (angle, _), text, y, best in zip(side, lines, middles, wanted, strict=True):
            found.append(_Label(text, y, best, angle, is_right))
    return found


def _draw_labels(sheet: Sheet, circle: _Circle, labels: Sequence[_Label]) -> None:
    for label in labels:
        rim, near = circle.point(label.angle, 1.01), circle.point(label.angle, 1.06)
        away = sheet.small * (0.9 if label.is_right else -0.9)
        off = (circle.radius * 1.06) ** 2 - (label.y - circle.middle[1]) ** 2
        far = circle.middle[0] + math.copysign(math.sqrt(max(0.0, off)), away)
        x = max(far, near[0]) if label.is_right else min(far, near[0])
        sheet.path([rim, near, (x + away * 0.6, label.y)], colour=GREY, line=0.5)
        sheet.lines(
            x + away,
            label.y - len(label.lines) * sheet.small * LEADING / 2,
            label.lines,
            size=sheet.small,
            align="left" if label.is_right else "right",
        )


def _spread(wanted: Sequence[float], heights: Sequence[float], room: Span) -> list[float]:
    """Return middles near the wanted ones, in their order, at which nothing covers another.

    Blocks that touch are one, whose middle is the mean of what its parts want; none leaves the
    room.
    """
    blocks: list[tuple[list[int], float]] = []

    def size(numbers: Sequence[int]) -> float:
        return sum(heights[number] for number in numbers)

    def put(numbers: list[int]) -> tuple[list[int], float]:
        half = size(numbers) / 2
        mean = sum(wanted[number] for number in numbers) / len(numbers)
        return numbers, max(room[0] + half, min(mean, room[1] - half))

    for number in range(len(wanted)):
        blocks.append(put([number]))
        while len(blocks) > 1:
            (first, above), (second, below) = blocks[-2:]
            if above + size(first) / 2 <= below - size(second) / 2:
                break
            blocks[-2:] = [put(first + second)]
    found = []
    for numbers, middle in blocks:
        top = middle - size(numbers) / 2
        for number in numbers:
            found.append(top + heights[number] / 2)
            top += heights[number]
    return found


def _draw_list(
    sheet: Sheet,
    area: tuple[float, float, float, float],
    counts: Counts,
    rows: Sequence[tuple[str, str]],
    words: Mapping[str, Any],
) -> None:
    """Set the pairs with most ties as lines, and how many are left."""
    left, top, right, bottom = area
    size, step = sheet.small, sheet.small * LEADING * 1.1
    number = max(sheet.measure(said, size) for _, said in rows)
    y = sheet.text(left, top, words["list"], size=size, colour=GREY)
    most = int((bottom - y) / step)
    shown = rows if len(rows) <= most else rows[: most - 1]
    for pair, (names, said) in zip(counts.pairs, shown, strict=False):
        for place, kind in enumerate((pair.one, pair.two)):
            sheet.shape(left + size * (0.45 + place * 1.1), y + size * 0.62, kind.look, size * 0.4)
        x = left + size * 2.5
        name = sheet.wrap(names, right - x - number - size, size, 1)
        sheet.text(x, y, name[0], size=size)
        sheet.text(right, y, said, size=size, align="right")
        y += step
    if len(shown) < len(rows):
        rest = counts.pairs[len(shown) :]
        said = words["more"].format(n=len(rest), ties=sum(pair.ties for pair in rest))
        sheet.text(left, y, said, size=size, colour=GREY)
