"""Contributions: from whom, how much, through whom and to where.

The amount stands on the contribution alone. How it divides is drawn as not told where the source
does not tell it, and so is an amount that is missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from ctgraph.draw.figures.canvas import (
    BAND,
    GREY,
    HATCH_ORANGE,
    INFERRED_LINE,
    INK,
    LEADING,
    ORANGE,
    PALE,
    PALE_ORANGE,
    PAPER,
    UNKNOWN_ORANGE,
    Sheet,
)
from ctgraph.draw.figures.chart import Chart, Key, box_key, line_key
from ctgraph.draw.figures.contributions import Flow, Party, read_flow
from ctgraph.draw.figures.data import in_group, read_funding
from ctgraph.errors import DataError
from ctgraph.words import read_words

if TYPE_CHECKING:
    from ctgraph.store import Store


def funding_chart(store: Store, lang: str) -> Chart:
    """Return contributions with their amount, from whom, through whom and to where.

    Args:
        store: The graph.
        lang: ``en`` or ``ja``.

    Raises:
        DataError: There is no contribution.
    """
    facts = read_funding(store)
    flows = [read_flow(facts, thing, lang) for thing in in_group(facts, "Contribution")]
    if not flows:
        raise DataError("no-contribution-in-graph")
    words = read_words("chart_money", lang)
    flows.sort(key=lambda flow: (not flow.contribution.one("amount"), flow.contribution.iri))
    legend = [
        box_key(words["flow_known"], fill=PALE_ORANGE, edge=ORANGE),
        box_key(words["split"], fill=UNKNOWN_ORANGE, hatch="////", hatch_colour=HATCH_ORANGE),
        line_key(words["flow_unknown"], INFERRED_LINE, dashed=True),
    ]
    parties = [p for flow in flows for p in (*flow.contributors, *flow.channels, *flow.recipients)]
    if not all(party.stated for party in parties):
        legend.append(Key(words["inferred_key"], lambda *_: None, 0))
    return Chart(
        words["title"],
        words["subtitle"],
        legend,
        [t.iri for group in ("Contribution", "Participation") for t in in_group(facts, group)],
        partial(_draw_funding, flows=flows),
    )


def _draw_funding(
    sheet: Sheet, top: float, slack: float, *, flows: Sequence[Flow]
) -> tuple[float, int]:
    if sheet.narrow:
        return _draw_funding_down(sheet, top, flows)
    words, letters, small = read_words("chart_money", sheet.lang), sheet.letters, sheet.small
    # Four columns of boxes and three gaps in which the bands flow.
    shares = (0.14, 0.27, 0.22, 0.15)
    gap = sheet.width * (1 - sum(shares)) / 3
    lefts, widths = [], [share * sheet.width for share in shares]
    x = sheet.left
    for wide in widths:
        lefts.append(x)
        x += wide + gap
    heads = (words["contributor"], words["contribution"], words["through"], words["region"])
    for left, head in zip(lefts, heads, strict=True):
        sheet.text(left, top, head, size=small, colour=GREY)
    top += small * LEADING + letters * 0.5
    rows = 0
    givers: dict[str, list[_Gift]] = {}
    for flow in flows:
        known = bool(flow.contribution.one("amount"))
        pad = letters * 0.6
        inner = widths[1] - 2 * pad
        large = letters * 1.35 if known else letters
        name = sheet.wrap(flow.contribution.label(sheet.lang), inner, letters, 3)
        amount = sheet.wrap(flow.amount, inner, large, 2)
        notes = [line for note in flow.notes for line in sheet.wrap(note, inner, small, 3)]
        need = (
            2 * pad
            + len(name) * letters * LEADING
            + len(amount) * large * LEADING
            + len(notes) * small * LEADING
            + letters * 0.3
        )
        ends = [
            _End(party.name, words[role] if party.stated else _inferred(words[role], sheet.lang))
            for role, parties in (("channel", flow.channels), ("recipient", flow.recipients))
            for party in parties
        ]
        if flow.open_ended:
            ends.append(_End(words["and_others"], vague=True))
        places = [_End(name) for name in flow.places]
        if flow.more_places:
            places.append(_End(words["and_others"], vague=True))
        if not places:
            places.append(_End(words["no_place"], vague=True))
        stacks = [
            _stack(sheet, names, wide, slack)
            for names, wide in ((ends, widths[2]), (places, widths[3]))
        ]
        rows += max(len(ends), len(places), 1)
        height = max(need, *(sum(high for _, _, high in stack) for stack in stacks))
        middle = top + height / 2
        sheet.rectangle(
            lefts[1], middle - need / 2, widths[1], need, fill=PALE_ORANGE if known else PAPER,
            edge=ORANGE if known else GREY, dashed=not known, line=1.2, above=True,
        )  # fmt: skip
        y = middle - need / 2 + pad
        y = sheet.lines(lefts[1] + pad, y, amount, size=large, colour=INK if known else GREY)
        y = sheet.lines(lefts[1] + pad, y + letters * 0.15, name)
        sheet.lines(lefts[1] + pad, y + letters * 0.15, notes, size=small, colour=GREY)
        for giver in flow.contributors or [Party("?", True)]:
            givers.setdefault(giver.name, []).append(_Gift(middle, need, known, giver.stated))
        box = (lefts[1] + widths[1], middle - need / 2, middle + need / 2)
        marks = _ends(sheet, stacks[0], lefts[2], widths[2], middle)
        unknown = flow.split_unknown and len(ends) > 1
        _fan(sheet, box, marks, lefts[2], known=known, unknown_split=unknown)
        right = (lefts[2] + widths[2], marks[0][0], marks[-1][1])
        marks = _ends(sheet, stacks[1], lefts[3], widths[3], middle)
        if flow.places:
            _fan(sheet, right, marks, lefts[3], known=known, unknown_split=flow.split_unknown)
        top += height + letters * 1.6
    _draw_givers(sheet, givers, lefts, widths)
    return top - letters * 1.6, rows


def _inferred(words: str, lang: str) -> str:
    """Return words with a mark that the source does not say so."""
    mark = read_words("chart_money", lang)["inferred"]
    return f"{words}（{mark}）" if lang == "ja" else f"{words} ({mark})"


def _said(party: Party, lang: str) -> str:
    return party.name if party.stated else _inferred(party.name, lang)


class _Gift(NamedTuple):
    """What flows from a contributor: where, how high, whether the amount and the giver are told."""

    middle: float
    high: float
    known: bool
    stated: bool


class _End(NamedTuple):
    """A box in which money ends: who or where, as what, and whether the source names it."""

    name: str
    role: str = ""
    vague: bool = False


_Stack = list[tuple[_End, list[str], float]]


def _stack(sheet: Sheet, ends: Sequence[_End], wide: float, slack: float) -> _Stack:
    """Return boxes with their lines and heights."""
    letters = sheet.letters
    made = []
    for end in ends:
        lines = sheet.wrap(end.name, wide - letters, letters, 4)
        high = len(lines) * letters * LEADING + letters + slack
        made.append((end, lines, high + (sheet.small * LEADING if end.role else 0.0)))
    return made


def _ends(
    sheet: Sheet, stack: _Stack, left: float, wide: float, middle: float
) -> list[tuple[float, float]]:
    """Draw the boxes of a column; returns their upper and lower edges."""
    letters = sheet.letters
    y = middle - sum(height for _, _, height in stack) / 2
    marks = []
    for end, lines, height in stack:
        upper, high = y + letters * 0.2, height - letters * 0.4
        sheet.rectangle(
            left, upper, wide, high, fill=PAPER if end.vague else BAND,
            edge=GREY if end.vague else PALE, dashed=end.vague, line=0.9, above=True,
        )  # fmt: skip
        inner = len(lines) * letters * LEADING + (sheet.small * LEADING if end.role else 0.0)
        x, at = left + letters * 0.5, upper + (high - inner) / 2
        if end.role:
            at = sheet.text(x, at, end.role, size=sheet.small, colour=GREY)
        sheet.lines(x, at, lines, colour=GREY if end.vague else INK)
        marks.append((upper, upper + high))
        y += height
    return marks


def _fan(
    sheet: Sheet,
    box: tuple[float, float, float],
    marks: Sequence[tuple[float, float]],
    to: float,
    *,
    known: bool,
    unknown_split: bool,
) -> None:
    """Bands from a box to the boxes of the next column; lines where no amount is known."""
    x, upper, lower = box
    reach = min(lower - upper, sheet.letters * 1.6 * len(marks))
    from_top = (upper + lower) / 2 - reach / 2
    part = reach / len(marks)
    for number, (a, b) in enumerate(marks):
        begin, end = from_top + part * number, (a + b) / 2
        if known:
            half = min(b - a, sheet.letters * 1.6) / 2
            sheet.ribbon(
                (x, begin, begin + part),
                (to, end - half, end + half),
                fill=UNKNOWN_ORANGE if unknown_split else PALE_ORANGE,
                hatch="////" if unknown_split else "",
                hatch_colour=HATCH_ORANGE,
            )
        else:
            y, half_way = begin + part / 2, (x + to) / 2
            sheet.path(
                [(x, y), (half_way, y), (half_way, end), (to, end)], curved=True, dashed=True,
                colour=INFERRED_LINE, line=1.4,
            )  # fmt: skip
    if unknown_split:
        words = read_words("chart_money", sheet.lang)["no_split"]
        small = sheet.small
        lines = sheet.wrap(words, to - x - small, small, 3)
        y = (upper + lower) / 2 - len(lines) * small * LEADING / 2
        sheet.lines((x + to) / 2, y, lines, size=small, align="center", halo=True)


def _draw_givers(
    sheet: Sheet,
    givers: Mapping[str, Sequence[_Gift]],
    lefts: Sequence[float],
    widths: Sequence[float],
) -> None:
    """The contributors, each as high as what flows from it."""
    letters = sheet.letters
    for giver, flows in givers.items():
        upper = min(gift.middle - gift.high / 2 for gift in flows)
        lower = max(gift.middle + gift.high / 2 for gift in flows)
        sheet.rectangle(lefts[0], upper, widths[0], lower - upper, fill=BAND, edge=PALE, above=True)
        lines = sheet.wrap(giver, widths[0] - letters, letters, 4)
        sheet.lines(
            lefts[0] + widths[0] / 2,
            (upper + lower) / 2 - len(lines) * letters * LEADING / 2,
            lines,
            align="center",
        )
        x = lefts[0] + widths[0]
        for middle, _, known, stated in flows:
            half = letters * 1.6
            if known:
                edges = (middle - half, middle + half)
                sheet.ribbon((x, *edges), (lefts[1], *edges), fill=PALE_ORANGE)
            else:
                sheet.path(
                    [(x, middle), (lefts[1], middle)], dashed=True, colour=INFERRED_LINE, line=1.4
                )
            if not stated:
                words, small = read_words("chart_money", sheet.lang)["inferred"], sheet.small
                place = (x + lefts[1]) / 2, middle - small * LEADING / 2
                sheet.text(*place, words, size=small, align="center", halo=True)


def _draw_funding_down(sheet: Sheet, top: float, flows: Sequence[Flow]) -> tuple[float, int]:
    """Return the same for a column: one contribution below the other, as boxes and lists."""
    words, letters, small = read_words("chart_money", sheet.lang), sheet.letters, sheet.small
    pad = letters * 0.7
    inner = sheet.width - 2 * pad
    for flow in flows:
        known = bool(flow.contribution.one("amount"))
        join = "、" if sheet.lang == "ja" else ", "
        givers = (_said(party, sheet.lang) for party in flow.contributors)
        colon = "：" if sheet.lang == "ja" else ": "
        giver = f"{words['contributor']}{colon}{join.join(givers)}"
        large = letters * 1.3 if known else letters
        parts = [
            (sheet.wrap(giver, inner, small, 2), small, GREY),
            (sheet.wrap(flow.amount, inner, large, 2), large, INK if known else GREY),
            (sheet.wrap(flow.contribution.label(sheet.lang), inner, letters, 3), letters, INK),
            *((sheet.wrap(note, inner, small, 3), small, GREY) for note in flow.notes),
        ]
        high = 2 * pad + sum(len(lines) * size * LEADING for lines, size, _ in parts)
        sheet.rectangle(
            sheet.left, top, sheet.width, high, fill=PALE_ORANGE if known else PAPER,
            edge=ORANGE if known else GREY, dashed=not known, line=0.8,
        )  # fmt: skip
        y = top + pad
        for lines, size, colour in parts:
            y = sheet.lines(sheet.left + pad, y, lines, size=size, colour=colour)
        top += high
        ends = [
            (role, [_said(party, sheet.lang) for party in parties])
            for role, parties in (("channel", flow.channels), ("recipient", flow.recipients))
        ]
        for head, names in (*ends, ("region", flow.places)):
            listed = list(names)
            vague = (head == "channel" and flow.open_ended) or (
                head == "region" and flow.more_places
            )
            if not listed:
                continue
            if vague:
                listed.append(words["and_others"])
            unknown = flow.split_unknown and len(listed) > 1
            gap = letters * 1.7
            x = sheet.left + pad * 2
            if known:
                edges = (x - letters * 0.5, x + letters * 0.5)
                sheet.rectangle(
                    edges[0], top, letters, gap, fill=UNKNOWN_ORANGE,
                    hatch="////" if unknown else "", hatch_colour=HATCH_ORANGE,
                )  # fmt: skip
            else:
                sheet.path([(x, top), (x, top + gap)], dashed=True, colour=INFERRED_LINE, line=1)
            said = words[head] + (f" · {words['no_split']}" if unknown else "")
            sheet.text(
                x + letters * 1.2, top + (gap - small * LEADING) / 2, said, size=small, colour=GREY
            )
            top += gap
            wrapped = [sheet.wrap(name, inner - letters, letters, 3) for name in listed]
            high = sum(map(len, wrapped)) * letters * LEADING + pad
            sheet.rectangle(sheet.left, top, sheet.width, high, fill=BAND, edge=PALE)
            y = top + pad / 2
            for lines in wrapped:
                y = sheet.lines(sheet.left + pad, y, lines)
            top += high
        top += letters * 1.4
    return top - letters * 1.4, 0
