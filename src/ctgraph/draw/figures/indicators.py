"""Indicators by fiscal year, as a small chart for each.

A chart has one unit; units are never put on one axis. A zero that the source explains is a value
with a note, not a gap.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from ctgraph.draw.figures.canvas import BLUE, GREY, INK, LEADING, VERMILION, Sheet
from ctgraph.draw.figures.chart import Chart, Key, Sample
from ctgraph.draw.figures.data import Thing, in_group, read_indicators
from ctgraph.errors import DataError
from ctgraph.network.styles import look_of
from ctgraph.words import read_words

if TYPE_CHECKING:
    from ctgraph.store import Store


_HOLLOW = look_of("ActorGroup")._replace(role=BLUE)


class _Bar(NamedTuple):
    year: str
    value: Decimal | None
    mode: str
    mark: str
    explained: bool


class _Panel(NamedTuple):
    name: str
    unit: str
    bars: list[_Bar]


def indicators_chart(store: Store, lang: str) -> Chart:
    """A small chart for each indicator and unit, with its values by fiscal year and their notes.

    Args:
        store: The graph.
        lang: ``en`` or ``ja``.

    Raises:
        DataError: There is no indicator with a value.
    """
    facts = read_indicators(store)
    observations = in_group(facts, "Observation")
    if not observations:
        raise DataError("no-indicator-in-graph")
    years = sorted(in_group(facts, "FiscalYear"), key=lambda year: (year.one("starts"), year.iri))
    marks = {thing.iri: f"{_letter(n)})" for n, thing in enumerate(in_group(facts, "Note"))}
    words = read_words("chart_indicators", lang)

    def label(iri: str) -> str:
        return facts[iri].label(lang) if iri in facts else ""

    panels = []
    for indicator in sorted(in_group(facts, "Indicator"), key=Thing.number):
        own = [o for o in observations if o.one("indicator") == indicator.iri]
        # A panel never mixes units.
        for unit in sorted({o.one("unit") for o in own}):
            bars = []
            for year in years:
                found = [o for o in own if o.one("year") == year.iri and o.one("unit") == unit]
                for o in found:
                    noted = " ".join(sorted(marks.get(v.text, "") for v in o.all("note")))
                    bars.append(
                        _Bar(
                            year.short_label(lang),
                            Decimal(o.one("value")),
                            label(o.one("mode")),
                            noted,
                            o.one("valueKind").endswith("/true-zero"),
                        )
                    )
                if not found:
                    bars.append(_Bar(year.short_label(lang), None, "", "", False))
            panels.append(_Panel(indicator.label(lang), label(unit), bars))
    notes = [f"{marks[note.iri]} {note.label(lang)}" for note in in_group(facts, "Note")]
    legend = []
    if any(bar.explained for panel in panels for bar in panel.bars):
        legend.append(Key(words["true_zero"], _zero_sample, 1.0))
    return Chart(
        words["title"],
        words["subtitle"],
        legend,
        [o.iri for o in observations],
        partial(_draw_indicators, panels=panels, notes=notes),
    )


def _zero_sample(sheet: Sheet, at: Sample) -> None:
    sheet.shape(at.x + at.width / 2, at.middle, _HOLLOW, at.height * 0.32)


def _letter(number: int) -> str:
    """Return the mark of a note: a, b … z, aa, ab and so on."""
    text = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(97 + rest) + text
    return text


def _draw_indicators(
    sheet: Sheet, top: float, slack: float, *, panels: Sequence[_Panel], notes: Sequence[str]
) -> tuple[float, int]:
    letters, small = sheet.letters, sheet.small
    columns = 2 if sheet.narrow or sheet.size.width < 700 else min(5, max(3, len(panels)))
    if len(panels) > 5 and columns > 2:
        columns = 4
    columns = min(columns, len(panels))
    gap = letters * (2.0 if not sheet.narrow else 1.2)
    wide = (sheet.width - gap * (columns - 1)) / columns
    lines = [line for note in notes for line in sheet.wrap(note, sheet.width, small, 3)]
    below = len(lines) * small * LEADING + (letters * 0.8 if lines else 0)
    count = -(-len(panels) // columns)
    names = [sheet.wrap(panel.name, wide, letters, 6) for panel in panels]
    heads = [max(map(len, names[n * columns : (n + 1) * columns])) for n in range(count)]
    fixed = [n * letters * LEADING + small * LEADING * 4.2 + letters * 2.2 for n in heads]
    plot = letters * 7
    if sheet.limit:
        plot = min((sheet.limit - top - below - sum(fixed)) / count, letters * 22)
        plot = max(plot, letters * 4)
    for row in range(count):
        for column in range(columns):
            number = row * columns + column
            if number < len(panels):
                x = sheet.left + column * (wide + gap)
                at = _Place(x, top, wide, plot, heads[row])
                _draw_panel(sheet, at, names[number], panels[number])
        top += fixed[row] + plot
    if lines:
        top = sheet.lines(sheet.left, top + letters * 0.2, lines, size=small) + letters * 0.3
    return top, 0


class _Place(NamedTuple):
    """Where a panel stands: corner, width, height of the longest bar, lines of its heading."""

    x: float
    top: float
    wide: float
    plot: float
    head: int


def _draw_panel(sheet: Sheet, at: _Place, name: Sequence[str], panel: _Panel) -> None:
    x, top, wide, plot, head = at
    letters, small = sheet.letters, sheet.small
    sheet.lines(x, top, name)
    top += head * letters * LEADING
    unit = sheet.wrap(panel.unit, wide, small, 1)
    top = sheet.lines(x, top, unit, size=small, colour=GREY)
    top += letters * LEADING + letters * 0.4
    base = top + plot
    slot = wide / len(panel.bars)
    highest = max((bar.value for bar in panel.bars if bar.value is not None), default=Decimal(0))
    sheet.path([(x, base), (x + wide, base)], colour=INK, line=0.8)
    for number, bar in enumerate(panel.bars):
        middle = x + slot * (number + 0.5)
        year = sheet.wrap(bar.year, slot, small, 2)
        y = sheet.lines(middle, base + small * 0.5, year, size=small, colour=GREY, align="center")
        if bar.mode:
            mode = sheet.wrap(bar.mode, slot, small, 2)
            sheet.lines(middle, y, mode, size=small, align="center")
        if bar.value is None:
            said = sheet.wrap(
                read_words("chart_indicators", sheet.lang)["no_value"], slot, small, 2
            )
            y = base - len(said) * small * LEADING - small * 0.3
            sheet.lines(middle, y, said, size=small, colour=GREY, align="center")
            continue
        high = float(bar.value / highest) * plot if highest > 0 else 0.0
        high = max(high, 0.0)
        if high:
            half = min(slot * 0.3, letters * 1.6)
            sheet.rectangle(middle - half, base - high, 2 * half, high, fill=BLUE)
        value = f"{bar.value.normalize():f}"
        y = base - high - letters * LEADING - letters * 0.1
        if bar.value == 0:
            y -= letters * 0.45
            if bar.explained:
                sheet.shape(middle, base, _HOLLOW, letters * 0.3)
        # The mark stands beside the value, which keeps its place in the middle of the bar.
        sheet.text(middle, y, value, align="center")
        if bar.mark:
            after = middle + sheet.measure(value) / 2 + letters * 0.15
            sheet.text(after, y - small * 0.15, bar.mark, size=small * 0.85, colour=VERMILION)
