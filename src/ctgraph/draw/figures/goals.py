"""Goals, the areas of work that serve them, activities, and the instruments these carry out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from ctgraph.draw.figures.canvas import (
    BLUE,
    GREY,
    INFERRED_LINE,
    INK,
    LEADING,
    ORANGE,
    PALE_BLUE,
    PALE_ORANGE,
    PAPER,
    STATED_LINE,
    Sheet,
    join,
)
from ctgraph.draw.figures.chart import Chart, box_key, line_key
from ctgraph.draw.figures.data import Thing, in_group, read_goals
from ctgraph.errors import DataError
from ctgraph.words import read_words

if TYPE_CHECKING:
    from ctgraph.store import Store


class _Step(NamedTuple):
    name: str
    parts: int
    stated: bool
    instruments: list[tuple[str, bool]]


class _Area(NamedTuple):
    name: str
    steps: list[_Step]


class _Aim(NamedTuple):
    goals: list[tuple[str, bool]]
    areas: list[_Area]
    linked: bool = True


def goals_chart(store: Store, lang: str) -> Chart:
    """Return goals, the areas of work that serve them, their activities and what these carry out.

    Args:
        store: The graph.
        lang: ``en`` or ``ja``.

    Raises:
        DataError: There is no goal.
    """
    facts = read_goals(store)
    goals = sorted(in_group(facts, "Goal"), key=Thing.number)
    if not goals:
        raise DataError("no-goal-in-graph")
    activities = {thing.iri: thing for thing in in_group(facts, "Activity")}
    folded: dict[str, list[str]] = {}
    for iri, thing in activities.items():
        for value in thing.all("partOf"):
            parent = activities.get(value.text)
            if parent and not thing.all("implements") and _same_area(thing, parent):
                folded.setdefault(parent.iri, []).append(iri)
                break
    inner = {part for parts in folded.values() for part in parts}

    def count(iri: str, seen: frozenset[str] = frozenset()) -> int:
        parts = [part for part in folded.get(iri, ()) if part not in seen]
        return len(parts) + sum(count(part, seen | {iri, part}) for part in parts)

    def steps(area: str | None) -> list[_Step]:
        made = []
        for iri, thing in activities.items():
            areas = {value.text for value in thing.all("workArea")}
            if iri in inner or (area not in areas if area else areas):
                continue
            stated = any(value.stated for value in thing.all("workArea") if value.text == area)
            instruments = {
                facts.get(value.text, Thing(value.text)).label(lang): value.stated
                for value in thing.all("implements")
            }
            made.append(_Step(thing.label(lang), count(iri), stated, sorted(instruments.items())))
        return sorted(made, key=lambda step: (not step.instruments, step.name))

    words = read_words("chart_goals", lang)
    areas = in_group(facts, "WorkArea")
    aims: list[_Aim] = []
    served: set[str] = set()
    grouped: dict[tuple[tuple[str, bool], ...], list[Thing]] = {}
    for area in areas:
        aimed = tuple(
            (goal.iri, any(v.stated for v in area.all("serves") if v.text == goal.iri))
            for goal in goals
            if any(value.text == goal.iri for value in area.all("serves"))
        )
        served.update(iri for iri, _ in aimed)
        grouped.setdefault(aimed, []).append(area)
    order = {goal.iri: number for number, goal in enumerate(goals)}
    for aimed, own in sorted(grouped.items(), key=lambda item: [order[iri] for iri, _ in item[0]]):
        aims.append(
            _Aim(
                [(facts[iri].label(lang), stated) for iri, stated in aimed],
                [_Area(area.label(lang), steps(area.iri)) for area in own],
            )
        )
    alone = [(goal.label(lang), False) for goal in goals if goal.iri not in served]
    rest = steps(None)
    if alone or rest:
        aims.append(_Aim(alone, [_Area("", rest)] if rest else [], False))
    subtitle = words["subtitle"].format(len(goals), len(areas), len(activities))
    return Chart(
        words["title"],
        subtitle,
        [
            box_key(words["goal"], fill=PALE_ORANGE, edge=ORANGE),
            box_key(words["area"], fill=PALE_BLUE, edge=BLUE),
            line_key(words["stated"], STATED_LINE),
            line_key(words["inferred"], INFERRED_LINE, dashed=True),
        ],
        [*(goal.iri for goal in goals), *(area.iri for area in areas), *activities],
        partial(_draw_goals, aims=aims),
    )


def _same_area(thing: Thing, parent: Thing) -> bool:
    return {v.text for v in thing.all("workArea")} == {v.text for v in parent.all("workArea")}


def _draw_goals(
    sheet: Sheet, top: float, slack: float, *, aims: Sequence[_Aim]
) -> tuple[float, int]:
    if sheet.narrow:
        return _draw_goals_down(sheet, top, aims)
    rows = 0
    for aim in aims:
        top = _draw_heads(sheet, top, aim)
        for area in aim.areas:
            if not area.steps:
                continue
            if len(aim.areas) > 1:
                top = sheet.text(sheet.left, top + sheet.letters * 0.3, area.name, colour=GREY)
            top, used = _draw_steps(sheet, top, area.steps, slack=slack, linked=aim.linked)
            rows += used
        top += sheet.letters * 0.5
    return top - sheet.letters * 0.5, rows


def _draw_heads(sheet: Sheet, top: float, aim: _Aim) -> float:
    """Draw the areas of work at the left, the goals that they serve at the right, and the lines."""
    words, letters = read_words("chart_goals", sheet.lang), sheet.letters
    wide = (sheet.width * 0.4, sheet.width * 0.53)
    lefts = (sheet.left, sheet.right - wide[1])
    note = "" if aim.linked else f" ({words['no_serves']})"
    note = note.replace(" (", "（").replace(")", "）") if sheet.lang == "ja" else note
    texts = (
        [area.name or words["no_area"] for area in aim.areas],
        [g + note for g, _ in aim.goals],
    )
    looks = (
        [_AREA if area.name else _NOTHING for area in aim.areas],
        [_GOAL for _ in aim.goals],
    )
    lines = [
        [sheet.wrap(text, width - letters, lines=6) for text in side]
        for side, width in zip(texts, wide, strict=True)
    ]
    highs = [[len(text) * letters * LEADING + letters * 0.3 for text in side] for side in lines]
    if all(len(side) == 1 for side in highs):
        highs = [[max(highs[0][0], highs[1][0])]] * 2
    middles: list[list[float]] = [[], []]
    low = top
    for side, (left, width) in enumerate(zip(lefts, wide, strict=True)):
        y = top
        for text, high, look in zip(lines[side], highs[side], looks[side], strict=True):
            sheet.rectangle(left, y, width, high, line=0.9, above=True, **look)
            inner = (high - len(text) * letters * LEADING) / 2
            colour = GREY if look is _NOTHING else INK
            sheet.lines(left + letters * 0.5, y + inner, text, colour=colour)
            middles[side].append(y + high / 2)
            y += high + letters * 0.3
        low = max(low, y - letters * 0.3)
    if aim.linked:
        for (_, stated), goal in zip(aim.goals, middles[1], strict=True):
            for area in middles[0]:
                join(sheet, (lefts[0] + wide[0], area), (lefts[1], goal), stated=stated)
    return low


_AREA: dict[str, Any] = {"fill": PALE_BLUE, "edge": BLUE}
_GOAL: dict[str, Any] = {"fill": PALE_ORANGE, "edge": ORANGE}
_NOTHING: dict[str, Any] = {"fill": PAPER, "edge": GREY, "dashed": True}


def _draw_steps(
    sheet: Sheet, top: float, steps: Sequence[_Step], *, slack: float, linked: bool
) -> tuple[float, int]:
    """Draw activities in columns; returns the lower edge and the rows of the longest column."""
    letters, pad = sheet.letters, sheet.letters * 0.5
    count = max(1, min(_COLUMNS, int(sheet.width / letters / _COLUMN)))
    gap = letters * 1.2
    width = (sheet.width - 2 * pad - gap * (count - 1)) / count
    indent = letters * _INDENT if linked else 0.0
    blocks = [_block(sheet, step, width - indent) for step in steps]
    heights = [
        sum(len(lines) for lines, _ in block) * letters * LEADING + letters * 0.05 + slack
        for block in blocks
    ]
    ends = _columns(heights, count)
    starts = [0, *ends[:-1]]
    high = max(sum(heights[start:end]) for start, end in zip(starts, ends, strict=True))
    high += letters * 0.25
    look = {"fill": _PANEL, "edge": PALE_BLUE} if linked else _NOTHING
    sheet.rectangle(sheet.left, top, sheet.width, high, line=0.9, **look)
    for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
        x, y = sheet.left + pad + number * (width + gap), top + letters * 0.12
        for index in range(start, end):
            middle = slack / 2
            _draw_step(sheet, (x, y + middle), steps[index], blocks[index], linked=linked)
            y += heights[index]
    return top + high, max(end - start for start, end in zip(starts, ends, strict=True))


_PANEL = "panel"
_COLUMNS = 3
_COLUMN = 22  # sizes of the letters that a column is wide at least
_INDENT = 1.5

_Block = list[tuple[list[str], bool]]


def _block(sheet: Sheet, step: _Step, width: float) -> _Block:
    """Return the lines of an activity and of each instrument, and whether the source says so."""
    words = read_words("chart_goals", sheet.lang)
    name = words["parts"].format(step.name, step.parts) if step.parts else step.name
    block = [(sheet.wrap(name, width, lines=4), step.stated)]
    for text, stated in step.instruments:
        said = words["carries_out"].format(text)
        block.append((sheet.wrap(said, width - sheet.letters * _INDENT, lines=4), stated))
    return block


def _columns(heights: Sequence[float], count: int) -> list[int]:
    """Return where each column ends, so that the highest is as low as it can be."""

    def fill(limit: float) -> list[int]:
        ends, used = [], 0.0
        for number, height in enumerate(heights):
            if used and used + height > limit + 1e-6:
                ends.append(number)
                used = 0.0
            used += height
        return [*ends, len(heights)]

    spans = (sum(heights[a:b]) for a in range(len(heights)) for b in range(a + 1, len(heights) + 1))
    return next((ends for span in sorted(spans) if len(ends := fill(span)) <= count), [0])


def _draw_step(
    sheet: Sheet, at: tuple[float, float], step: _Step, block: _Block, *, linked: bool
) -> None:
    """Draw an activity and what it carries out; lines before them say whether it is stated."""
    letters = sheet.letters
    x, y = at
    for number, (lines, stated) in enumerate(block):
        left = x + letters * _INDENT * min(number, 1)
        if linked or number:
            middle = y + letters * LEADING * 0.45
            sheet.path(
                [(left, middle), (left + letters * 1.1, middle)],
                colour=STATED_LINE if stated else INFERRED_LINE, line=1.2, dashed=not stated,
            )  # fmt: skip
            left += letters * _INDENT
        y = sheet.lines(left, y, lines, colour=GREY if number else INK)


def _draw_goals_down(sheet: Sheet, top: float, aims: Sequence[_Aim]) -> tuple[float, int]:
    """Return the same for a column, as an outline."""
    words, letters, small = read_words("chart_goals", sheet.lang), sheet.letters, sheet.small
    pad = letters * 0.6
    for aim in aims:
        for goal, _ in aim.goals:
            lines = sheet.wrap(goal, sheet.width - 2 * pad, letters, 6)
            high = len(lines) * letters * LEADING + 2 * pad
            sheet.rectangle(
                sheet.left, top, sheet.width, high, fill=PALE_ORANGE, edge=ORANGE, line=0.8
            )
            sheet.lines(sheet.left + pad, top + pad, lines)
            top += high
            if not aim.linked:
                x = sheet.left + pad
                top = sheet.text(
                    x, top + letters * 0.2, words["no_serves"], size=small, colour=GREY
                )
                top += letters * 0.5
        for area in aim.areas:
            x = sheet.left + letters * 1.6
            lines = sheet.wrap(area.name or words["no_area"], sheet.right - x - pad, letters, 4)
            high = len(lines) * letters * LEADING + pad
            if aim.linked:
                stated = any(stated for _, stated in aim.goals)
                trunk = sheet.left + letters * 0.7
                _elbow(sheet, (trunk, top), (x, top + letters * 0.5 + high / 2), stated=stated)
            top += letters * 0.5
            sheet.rectangle(
                x, top, sheet.right - x, high, fill=PALE_BLUE if area.name else PAPER,
                edge=BLUE if area.name else GREY, dashed=not area.name, line=0.8,
            )  # fmt: skip
            sheet.lines(x + pad, top + pad / 2, lines)
            top += high
            begin, trunk = top, x + letters * 0.7
            indent = x + letters * 1.6
            for step in area.steps:
                top += letters * 0.25
                name = words["parts"].format(step.name, step.parts) if step.parts else step.name
                lines = sheet.wrap(name, sheet.right - indent, letters, 4)
                if area.name:
                    middle = top + letters * LEADING / 2
                    _elbow(
                        sheet, (trunk, begin), (indent - letters * 0.3, middle), stated=step.stated
                    )
                top = sheet.lines(indent, top, lines)
                for text, stated in step.instruments:
                    lines = sheet.wrap(text, sheet.right - indent - letters * 2, small, 4)
                    y = top + small * LEADING / 2
                    left = indent + letters * 0.5
                    sheet.path(
                        [(left, y), (left + letters * 1.2, y)], dashed=not stated, line=0.8,
                        colour=STATED_LINE if stated else INFERRED_LINE,
                    )  # fmt: skip
                    top = sheet.lines(indent + letters * 2, top, lines, size=small, colour=GREY)
        top += letters * 0.9
    return top - letters * 0.9, 0


def _elbow(
    sheet: Sheet, start: tuple[float, float], end: tuple[float, float], *, stated: bool
) -> None:
    """A line down, then to the right."""
    sheet.path(
        [start, (start[0], end[1]), end],
        colour=STATED_LINE if stated else INFERRED_LINE,
        line=0.8,
        dashed=not stated,
    )
