"""Goals, the areas of work that serve them, activities, and the instruments these carry out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from ctgraph.errors import DataError
from ctgraph.facts import Thing, in_group, read_goals
from ctgraph.sheet import (
    BLUE,
    GREY,
    INFERRED_LINE,
    INK,
    LEADING,
    ORANGE,
    PALE_BLUE,
    PALE_ORANGE,
    STATED_LINE,
    Chart,
    Sheet,
    join,
    line_key,
)

if TYPE_CHECKING:
    from ctgraph.store import Store

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "activity": "Activity",
        "area": "Area of work",
        "goal": "Goal",
        "inferred": "inferred from the source",
        "instrument": "Instrument carried out",
        "no_area": "No area of work stated",
        "no_serves": "no area of work linked",
        "parts": "{} ({} parts)",
        "stated": "stated in the source",
        "subtitle": "{} goals, {} areas of work, {} activities; the parts of a series are shown "
        "with it",
        "title": "What serves which goal",
    },
    "ja": {
        "activity": "活動",
        "area": "取組の分野",
        "goal": "目標",
        "inferred": "資料からの推論",
        "instrument": "実施する文書",
        "no_area": "分野の記載なし",
        "no_serves": "対応する分野なし",
        "parts": "{}（{}件を含む）",
        "stated": "資料に明記",
        "subtitle": "目標{}件、分野{}件、活動{}件。系列の各回は系列にまとめて示す",
        "title": "どの活動がどの目標に資するか",
    },
}
"""The words of the figure, by language."""


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
    """Goals, the areas of work that serve them, their activities and what these carry out.

    Args:
        store: The graph.
        lang: ``en`` or ``ja``.

    Raises:
        DataError: There is no goal.
    """
    facts = read_goals(store)
    goals = sorted(in_group(facts, "Goal"), key=Thing.number)
    if not goals:
        raise DataError("the graph has no goal.", hint="See: ctgraph ask goals-served")
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

    words = WORDS[lang]
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
    words, letters, small = WORDS[sheet.lang], sheet.letters, sheet.small
    shares = (0.21, 0.18, 0.36, 0.15)
    gap = sheet.width * (1 - sum(shares)) / 3
    widths = [share * sheet.width for share in shares]
    lefts = [sheet.left + sum(widths[:n]) + gap * n for n in range(4)]
    heads = (words["goal"], words["area"], words["activity"], words["instrument"])
    for left, head in zip(lefts, heads, strict=True):
        sheet.text(left, top, head, size=small, colour=GREY)
    top += small * LEADING + letters * 0.4
    # Names of activities are set small: there are many, and the goals are the subject.
    size = (letters + small) / 2
    rows = 0
    for aim in aims:
        begin = top
        centres: list[float] = []
        for area in aim.areas:
            name = sheet.wrap(area.name or words["no_area"], widths[1] - size, size, 6)
            need = len(name) * size * LEADING + size * 0.7
            y = top
            marks: list[tuple[float, bool]] = []
            for step in area.steps:
                y, middle = _draw_step(sheet, y, step, lefts, widths, slack=slack)
                marks.append((middle, step.stated))
                rows += 1
            used = max(y - top, need)
            middle = (marks[0][0] + marks[-1][0]) / 2 if marks else top + used / 2
            middle = max(middle, top + need / 2)
            sheet.rectangle(
                lefts[1], middle - need / 2, widths[1], need,
                fill=PALE_BLUE if aim.linked else "white", edge=BLUE if aim.linked else GREY,
                dashed=not aim.linked, line=0.9, above=True,
            )  # fmt: skip
            sheet.lines(
                lefts[1] + size * 0.5,
                middle - len(name) * size * LEADING / 2,
                name,
                size=size,
                colour=INK if aim.linked else GREY,
            )
            if aim.linked:
                for mark, stated in marks:
                    join(sheet, (lefts[1] + widths[1], middle), (lefts[2], mark), stated=stated)
            centres.append(middle)
            top += used + letters * 0.5
        low = top
        boxes = [sheet.wrap(goal, widths[0] - size, size, 8) for goal, _ in aim.goals]
        note = [] if aim.linked else sheet.wrap(words["no_serves"], widths[0] - size, small, 2)
        high = [
            len(lines) * size * LEADING + len(note) * small * LEADING + size * 0.7
            for lines in boxes
        ]
        need = sum(high) + size * 0.3 * len(high)
        centre = (centres[0] + centres[-1]) / 2 if centres else 0.0
        y = max(begin, centre - need / 2)
        for (_, stated), lines, tall in zip(aim.goals, boxes, high, strict=True):
            sheet.rectangle(
                lefts[0], y, widths[0], tall, fill=PALE_ORANGE, edge=ORANGE, line=0.9, above=True
            )
            after = sheet.lines(lefts[0] + size * 0.5, y + size * 0.35, lines, size=size)
            sheet.lines(lefts[0] + size * 0.5, after, note, size=small, colour=GREY)
            if aim.linked:
                for middle in centres:
                    start = (lefts[0] + widths[0], y + tall / 2)
                    join(sheet, start, (lefts[1], middle), stated=stated)
            y += tall + size * 0.3
        top = max(low, y) + letters * 0.3
    return top - letters * 0.8, rows


def _draw_step(
    sheet: Sheet,
    y: float,
    step: _Step,
    lefts: Sequence[float],
    widths: Sequence[float],
    *,
    slack: float,
) -> tuple[float, float]:
    """Draw an activity and what it carries out; returns where the next begins, and its middle."""
    letters, small = sheet.letters, sheet.small
    size = (letters + small) / 2
    name = WORDS[sheet.lang]["parts"].format(step.name, step.parts) if step.parts else step.name
    lines = sheet.wrap(name, widths[2] - size * 0.4, size, 3)
    targets = [(sheet.wrap(text, widths[3], size, 4), stated) for text, stated in step.instruments]
    high = max(len(lines), sum(len(text) for text, _ in targets)) * size * LEADING
    high += size * 0.14 * max(1, len(targets)) + slack
    middle = y + high / 2
    sheet.lines(lefts[2] + size * 0.4, middle - len(lines) * size * LEADING / 2, lines, size=size)
    total = sum(len(text) for text, _ in targets) * size * LEADING
    total += size * 0.14 * max(0, len(targets) - 1)
    at = middle - total / 2
    widest = max((sheet.measure(line, size) for line in lines), default=0.0)
    for text, stated in targets:
        part = len(text) * size * LEADING
        sheet.lines(lefts[3], at, text, size=size)
        x = lefts[2] + size * 0.4 + widest + size * 0.5
        join(sheet, (x, middle), (lefts[3] - size * 0.3, at + part / 2), stated=stated)
        at += part + size * 0.14
    return y + high, middle


def _draw_goals_down(sheet: Sheet, top: float, aims: Sequence[_Aim]) -> tuple[float, int]:
    """The same for a column, as an outline."""
    words, letters, small = WORDS[sheet.lang], sheet.letters, sheet.small
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
                x, top, sheet.right - x, high, fill=PALE_BLUE if area.name else "white",
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
