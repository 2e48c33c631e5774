"""Activities and incidents in time, over fiscal years.

A date is drawn as precisely as it is known. What has none, or only a period that the source does
not state of it, is named below as such.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from ctgraph.draw.figures.canvas import (
    BAND,
    BLUE,
    GREY,
    HATCH_BLUE,
    INK,
    LEADING,
    PALE,
    PALE_BLUE,
    PAPER,
    VERMILION,
    Sheet,
)
from ctgraph.draw.figures.chart import Chart, Key, Sample, box_key
from ctgraph.draw.figures.data import MONTHS, Facts, Thing, in_group, precision, read_timeline
from ctgraph.draw.figures.typefaces import clean, measure
from ctgraph.errors import DataError
from ctgraph.network.styles import look_of
from ctgraph.terms import CTV
from ctgraph.words import read_words

if TYPE_CHECKING:
    from ctgraph.store import Store


_DOT = look_of("State")._replace(role=GREY)
_WHITE = look_of("Institute")._replace(role=PAPER)


_NOT_STATED = f"{CTV}not-stated"


class _Row(NamedTuple):
    thing: Thing
    depth: int


def timeline_chart(store: Store, lang: str) -> Chart:
    """Dated activities and incidents as bars over fiscal years, and those without a date by name.

    Args:
        store: The graph.
        lang: ``en`` or ``ja``.

    Raises:
        DataError: Nothing has a date.
    """
    facts = read_timeline(store)
    things = {t.iri: t for t in (*in_group(facts, "Activity"), *in_group(facts, "Incident"))}
    # A period read from a heading says nothing of its own about when: it would be a bar over all.
    dated = {iri: t for iri, t in things.items() if t.span() and t.one("period") != _NOT_STATED}
    if not dated:
        raise DataError("no-dated-activity")
    parents = {part: [v.text for v in thing.all("partOf")] for part, thing in things.items()}
    covered = {parent for iri in dated for parent in _above(iri, parents)}
    undated = [things[iri] for iri in things if iri not in dated and iri not in covered]
    words = read_words("chart_timeline", lang)
    rows = _timeline_rows(dated, parents)
    legend = [
        box_key(words["exact"], fill=BLUE),
        box_key(words["spans"], fill=PALE_BLUE, hatch="////", hatch_colour=HATCH_BLUE),
        Key(words["incident"], _incident_sample, 1.6),
    ]
    if any(not thing.is_stated("starts") for thing in dated.values()):
        legend.append(box_key(words["date_inferred"], edge=BLUE, dashed=True, line=1.1))
    return Chart(
        words["title"],
        words["subtitle"].format(len(dated), len(undated)),
        legend,
        list(things),
        partial(
            _draw_timeline,
            rows=rows,
            undated=sorted(undated, key=lambda thing: (thing.label(lang), thing.iri)),
            years=_fiscal_years(facts, lang),
        ),
    )


def _incident_sample(sheet: Sheet, at: Sample) -> None:
    sheet.rectangle(at.x, at.middle - at.height * 0.4, at.width, at.height * 0.8, fill=VERMILION)
    sheet.shape(at.x + at.width / 2, at.middle, _WHITE, at.height * 0.28)


def _above(iri: str, parents: Mapping[str, Sequence[str]]) -> set[str]:
    found: set[str] = set()
    left = list(parents.get(iri, ()))
    while left:
        parent = left.pop()
        if parent not in found:
            found.add(parent)
            left += parents.get(parent, ())
    return found


def _timeline_rows(dated: Mapping[str, Thing], parents: Mapping[str, Sequence[str]]) -> list[_Row]:
    """Return rows by first day; the parts of a series below it."""

    def order(thing: Thing) -> tuple[object, ...]:
        return (*(thing.span() or ()), thing.iri)

    below: dict[str, list[Thing]] = {}
    top = []
    for iri, thing in dated.items():
        near = sorted(parent for parent in parents[iri] if parent in dated and parent != iri)
        if near and iri not in _above(near[0], parents):
            below.setdefault(near[0], []).append(thing)
        else:
            top.append(thing)
    rows: list[_Row] = []

    def add(thing: Thing, depth: int) -> None:
        rows.append(_Row(thing, depth))
        for part in sorted(below.get(thing.iri, ()), key=order):
            add(part, depth + 1)

    for thing in sorted(top, key=order):
        add(thing, 0)
    return rows


class _Year(NamedTuple):
    first: date
    last: date
    label: str


def _fiscal_years(facts: Facts, lang: str) -> list[_Year]:
    years = []
    for thing in in_group(facts, "FiscalYear"):
        span = thing.span()
        if span:
            years.append(_Year(*span, thing.short_label(lang)))
    return sorted(years)


def _when(thing: Thing, years: Sequence[_Year], lang: str) -> str:
    """Return the date in words, no more precise than it is known."""
    span = thing.span()
    if span is None:
        return ""
    known = precision(thing)

    def say(day: date) -> str:
        if known == "fiscal-year":
            return next((y.label for y in years if y.first <= day <= y.last), str(day.year))
        if known == "year":
            return f"{day.year}年" if lang == "ja" else str(day.year)
        if known == "month":
            return (
                f"{day.year}年{day.month}月" if lang == "ja" else f"{MONTHS[day.month]} {day.year}"
            )
        if lang == "ja":
            return f"{day.year}年{day.month}月{day.day}日"
        return f"{day.day} {MONTHS[day.month]} {day.year}"

    first, last = say(span[0]), say(span[1])
    if first == last:
        return first
    return f"{first}～{last}" if lang == "ja" else f"{first} – {last}"


_STEPS = (1, 2, 5, 10, 20, 50)
_NUMBER = 2.8  # times the size of the letters that the number of a year is wide, with room


def _bands(
    years: Sequence[_Year], span: tuple[date, date], day_wide: float, size: float
) -> list[_Year]:
    """Return the fiscal years, or some calendar years where those are too many to be named."""
    narrowest = min(((year.last - year.first).days * day_wide for year in years), default=0.0)
    widest = max((measure(clean(year.label)) for year in years), default=0.0) * size
    overlap = any(one.last >= other.first for one, other in pairwise(years))
    if years and widest <= narrowest and not overlap:
        return list(years)
    first, last = span
    wide = 365.25 * day_wide
    step = next((step for step in _STEPS if step * wide >= _NUMBER * size), _STEPS[-1])
    bands = []
    for year in range(first.year - first.year % step, last.year + 1, step):
        begin, end = date(year, 1, 1), date(year + step - 1, 12, 31)
        bands.append(_Year(max(first, begin), min(last, end), str(year)))
    return bands


def _draw_timeline(
    sheet: Sheet,
    top: float,
    slack: float,
    *,
    rows: Sequence[_Row],
    undated: Sequence[Thing],
    years: Sequence[_Year],
) -> tuple[float, int]:
    letters, small, lang = sheet.letters, sheet.small, sheet.lang
    spans = [span for row in rows if (span := row.thing.span())]
    first, last = min(a for a, _ in spans), max(b for _, b in spans)
    shown = [year for year in years if year.last >= first and year.first <= last]
    if shown:
        first, last = min(first, shown[0].first), max(last, shown[-1].last)
    names = sheet.width * (0.42 if not sheet.narrow else 0.46)
    start = sheet.left + names + letters
    days = (last - first).days + 1

    def place(day: date) -> float:
        return start + (sheet.right - start) * (day - first).days / days

    head = top
    top += small * LEADING * 1.3
    begin = top
    widths = [names - letters * 1.1 * row.depth for row in rows]
    wrapped = [
        sheet.wrap(row.thing.label(lang), width, letters, 3)
        for row, width in zip(rows, widths, strict=True)
    ]
    heights = [len(lines) * letters * LEADING + letters * 0.45 + slack for lines in wrapped]
    bottom = begin + sum(heights) + letters * 0.3
    day_wide = (sheet.right - start) / days
    for number, year in enumerate(_bands(shown, (first, last), day_wide, small)):
        x, end = place(year.first), place(year.last) + day_wide
        sheet.rectangle(x, head, end - x, bottom - head, fill=BAND if number % 2 == 0 else PAPER)
        if measure(clean(year.label)) * small <= end - x:
            at = ((x + end) / 2, head + small * 0.2)
            sheet.text(*at, year.label, size=small, colour=GREY, align="center")
    for row, lines, height, width in zip(rows, wrapped, heights, widths, strict=True):
        thing = row.thing
        span = thing.span()
        assert span is not None
        middle = top + height / 2
        sheet.path([(sheet.left, top), (sheet.right, top)], colour=PALE, line=0.4)
        sheet.lines(
            sheet.left + names - width,
            middle - len(lines) * letters * LEADING / 2,
            lines,
            colour=INK if row.depth == 0 else GREY,
        )
        x = place(span[0])
        end = max(place(span[1]) + (sheet.right - start) / days, x + letters * 0.5)
        high = letters * 0.8
        exact = precision(thing) in {"day", "month"}
        incident = "Incident" in thing.groups
        colour = VERMILION if incident else BLUE
        sheet.rectangle(
            x, middle - high / 2, end - x, high, fill=colour if exact else PALE_BLUE,
            hatch="" if exact else "////", hatch_colour=HATCH_BLUE,
            edge="none" if thing.is_stated("starts") else colour,
            dashed=not thing.is_stated("starts"), line=1.0, above=True,
        )  # fmt: skip
        if incident:
            sheet.shape((x + end) / 2, middle, _WHITE, high * 0.3)
        _beside(sheet, (x, end), middle, start, _when(thing, years, lang))
        top += height
    sheet.path([(sheet.left, top), (sheet.right, top)], colour=PALE, line=0.4)
    top = bottom
    if undated:
        top = _draw_undated(sheet, top + letters * 0.7, undated)
    return top, len(rows)


def _beside(
    sheet: Sheet, bar: tuple[float, float], middle: float, start: float, words: str
) -> None:
    """The date of a bar: right of it, else left of it, else on it."""
    x, end = bar
    small = sheet.small
    wide = sheet.measure(words, small)
    gap = small * 0.5
    top = middle - small * 0.62
    if end + gap + wide <= sheet.right:
        sheet.text(end + gap, top, words, size=small, colour=GREY)
    elif x - gap - wide >= start:
        sheet.text(x - gap, top, words, size=small, colour=GREY, align="right")
    else:
        sheet.text((x + end) / 2, top, words, size=small, align="center", halo=True)


def _draw_undated(sheet: Sheet, top: float, undated: Sequence[Thing]) -> float:
    letters, small = sheet.letters, sheet.small
    words = read_words("chart_timeline", sheet.lang)["no_date"].format(len(undated))
    top = sheet.text(sheet.left, top, words, colour=GREY) + letters * 0.15
    columns = 1 if sheet.narrow else 3 if sheet.size.width > 700 else 2
    gap = letters * 1.4
    wide = (sheet.width - gap * (columns - 1)) / columns
    wrapped = [sheet.wrap(t.label(sheet.lang), wide - small * 1.3, small, 3) for t in undated]
    # Fill columns one after the other, each about as high as the others.
    total = sum(map(len, wrapped))
    lowest, column, used = top, 0, 0
    y = top
    for lines in wrapped:
        if column < columns - 1 and used >= total * (column + 1) / columns:
            column, y = column + 1, top
        x = sheet.left + column * (wide + gap)
        sheet.shape(x + small * 0.4, y + small * 0.62, _DOT, small * 0.16)
        y = sheet.lines(x + small * 1.3, y, lines, size=small) + small * 0.12
        used += len(lines)
        lowest = max(lowest, y)
    return lowest
