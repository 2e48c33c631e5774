"""Dates in English and Japanese text: the first and the last day that they can mean."""

from __future__ import annotations

import calendar
import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from ctgraph.query.wording.words import any_of, fold_width

if TYPE_CHECKING:
    from ctgraph.query.wording.words import Wording

Precision: TypeAlias = Literal["day", "month", "year", "fiscal-year"]
Bound: TypeAlias = Literal["", "from", "until", "as-of"]


class DateSpan(NamedTuple):
    """A date, or a period, where it stands in a text.

    Attributes:
        start: Position of its first character.
        end: Position behind its last.
        first: The first day it can mean.
        last: The last day it can mean.
        precision: A concept of ontology/vocabularies/date-precisions.ttl.
        bound: Whether something begins with it (since 2018), ends with it (until 2018) or is
            vouched for until it (by 2018); empty if nothing of the kind is said.
        is_whole: Whether its year stands in it, and is not taken from elsewhere.
    """

    start: int
    end: int
    first: date
    last: date
    precision: Precision
    bound: Bound = ""
    is_whole: bool = True


def read_dates(text: str, wording: Wording, near: date | None = None) -> list[DateSpan]:
    """Return the dates of a text, in their order.

    Eras, fiscal years, full-width digits, periods and their short forms are read
    (``令和３～５年度``, ``26 to 28 February 2025``). Two days that follow each other (``9 and 10
    October``) are one period; other dates that are listed are several.

    Args:
        text: A text in English or Japanese.
        wording: The words of dates.
        near: A day, such as that of the page, from which a year that is left out is read, if no
            date before names one. Without either, a date without its year is left out.

    Example:
        >>> from ctgraph.query.wording import read_wording
        >>> from ctgraph.store import locate
        >>> for one in read_dates("令和５年２月26日～28日", read_wording(locate())):
        ...     print(one.first, one.last, one.precision)
        2023-02-26 2023-02-28 day
    """
    forms = _compile(wording)
    folded = fold_width(text)
    found: list[DateSpan] = []
    before: _Part | None = None
    for chain in _find_chains(folded, wording):
        filled = _fill(chain, before, near)
        for first, last in _pair(filled):
            if span := _make_span(first, last, folded, forms):
                found.append(span)
                before = last
    return found


# --- what stands in the text ---------------------------------------------------------------------


@dataclass(frozen=True)
class _Part:
    """A date as it stands, of which something may be left out.

    Attributes:
        joint: What joins it to the part before: ``range``, ``list``, or empty for the first.
        era: The year before the first of its era.
        short: A year of an era or a century that another part names.
        years: How many years a relative year lies from that of the page or of the date before.
        of_page: Whether it is that of the page.
        last_day: The last day, where the first stands before the year (February 26-28, 2025).
        last_year: Likewise (2018-19).
        is_short: Whether its year stands at another part of its chain.
    """

    start: int
    end: int
    joint: str = ""
    year: int | None = None
    era: int | None = None
    short: int | None = None
    month: int | None = None
    day: int | None = None
    is_fiscal: bool = False
    years: int | None = None
    of_page: bool = False
    last_day: int | None = None
    last_year: int | None = None
    is_whole: bool = True
    is_short: bool = False


class _Forms(NamedTuple):
    """The patterns of dates, made of the words of the ontology."""

    parts: Sequence[re.Pattern[str]]
    joint: re.Pattern[str]
    opens_range: re.Pattern[str]
    eras: Mapping[str, int]
    months: Mapping[str, int]
    relative: Mapping[str, tuple[int, bool, bool]]
    no_year: tuple[re.Pattern[str], re.Pattern[str]]
    bounds: Sequence[tuple[Bound, re.Pattern[str], re.Pattern[str]]]
    fiscal_month: int


@functools.lru_cache(maxsize=4)
def _compile(wording: Wording) -> _Forms:
    words = wording.dates
    months = {
        form: int(month)
        for month, names in words["months"].items()
        for name in names
        for form in (name, name.upper())
    }
    relative = {
        word: (years, is_of_page, is_fiscal)
        for table, is_of_page, is_fiscal in (
            ("years_from_page", True, False),
            ("years_from_before", False, False),
            ("fiscal_years_from_page", True, True),
            ("fiscal_years_from_before", False, True),
        )
        for word, years in words[table].items()
    }
    era, month = any_of(words["eras"]), f"{any_of(months)}\\.?"
    ranges, lists = (any_of(words["between"][name]) for name in ("range", "list"))
    between = rf"\s*(?:{ranges}|{lists})\s*(?:the\s+)?"
    nth = r"(?:st|nd|rd|th)?"
    era_year = r"\d{1,2}|元"
    other_year = rf"(?:\s*\((?:{era}\s*(?:{era_year})|\d{{4}})\s*年?度?\))?"
    weekday = r"(?:\s*\([^()]{1,6}\))?"
    jp_day = rf"\s*(?P<d>\d{{1,2}})\s*(?:日(?!間){weekday}|(?={between}\d{{1,2}}\s*日(?!間)))"
    jp_month = rf"\s*の?(?P<m>\d{{1,2}})\s*月(?!間)(?:{jp_day})?"
    jp_year = rf"(?:(?P<e>{era})\s*(?P<ey>{era_year})\)?|(?<![\d.,])(?P<y>\d{{4}}){other_year})"
    patterns = (
        r"(?<![\w/.-])(?P<y>\d{4})(?:-(?P<m>\d{2})-|[/.](?=\d{1,2}[/.]))"
        r"(?(m)|(?P<m2>\d{1,2})[/.])(?P<d>\d{1,2})(?![\d/-])",
        rf"{jp_year}\s*年(?P<f>度)?(?!間){other_year}(?:{jp_month})?",
        # The first of several years: 令和３～５年度, 2018～2020年.
        rf"{jp_year}(?={between}(?:{era}\s*)?(?:{era_year}|\d{{4}})\s*年(?P<f>度)?)",
        rf"(?<![\d第])(?P<s>{era_year})\s*年(?P<f>度)?(?!間)(?:{jp_month})?",
        rf"(?P<r>{any_of(relative)})(?:{jp_month})?",
        rf"(?P<same>同月|同日)(?:{jp_day})?",
        rf"(?<![\d.,]){jp_month}",
        rf"(?<![\d.,第]){jp_day}",
        rf"(?<![\d.,])(?P<m>\d{{1,2}})(?={between}\d{{1,2}}\s*月)",
        r"(?:FY|(?i:fiscal|financial)(?:\s+years?)?)\s*(?P<f>)(?P<y>\d{4})"
        r"(?:\s*[/–-]\s*(?P<y2>\d{2}|\d{4}))?(?!\d)",
        rf"(?<![\d.,])(?P<d>\d{{1,2}}){nth}\s+(?:of\s+)?(?P<mo>{month})(?:,?\s+(?P<y>\d{{4}}))?",
        rf"(?P<mo>{month})\s+(?P<d>\d{{1,2}}){nth}(?!\d)"
        rf"(?:{between}(?P<d2>\d{{1,2}}){nth}(?![\w%]))?(?:,?\s+(?P<y>\d{{4}})(?![\d,]\d))?",
        rf"(?P<mo>{month}),?\s+(?:of\s+)?(?P<y>\d{{4}})(?!\d)",
        rf"(?P<mo>{month})(?={between}(?:\d{{1,2}}{nth}\s+)?{month})",
        rf"(?<=\bin )(?P<mo>{month})(?!\w)",
        rf"(?<![\d.,$€£¥])(?P<d>\d{{1,2}}){nth}"
        rf"(?=(?:{between}\d{{1,2}}{nth})+\s+(?:of\s+)?{month})",
        r"(?<![\w.,/$€£¥+])(?P<y>(?:19|20)\d{2})(?![\w%]|[.,/]\d)"
        r"(?:\s*[–-]\s*(?P<y2>\d{2})(?![\d-]))?",
    )

    def edges(table: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
        before, behind = (any_of(words[name][key]) for name, key in _edge_keys(table))
        return (
            re.compile(rf"{before}\s*(?:(?:the|end|of|early|late|mid)\b\s*|-)*\Z", re.IGNORECASE),
            re.compile(rf"\s*{behind}", re.IGNORECASE),
        )

    return _Forms(
        tuple(map(re.compile, patterns)),
        re.compile(rf"\s*(?:(?P<range>{ranges})|{lists})\s*(?:the\s+)?", re.IGNORECASE),
        re.compile(rf"{any_of(words['between']['opens_range'])}\s*\Z", re.IGNORECASE),
        {fold_width(name): year for name, year in words["eras"].items()},
        months,
        relative,
        edges("no_year"),
        [
            ("as-of", *edges("as_of")),
            ("until", *edges("until")),
            ("from", *edges("from")),
        ],
        words["fiscal_year_begins"],
    )


def _edge_keys(table: str) -> list[tuple[str, str]]:
    if table == "no_year":
        return [("no_year", "before"), ("no_year", "behind")]
    return [("bounds", f"{table}_before"), ("bounds", f"{table}_behind")]


@functools.lru_cache(maxsize=64)
def _find_chains(text: str, wording: Wording) -> tuple[Sequence[_Part], ...]:
    """Return the chains of a text; it is read for its dates, and again for its other numbers."""
    return tuple(_list_chains(text, _compile(wording)))


def _list_chains(text: str, forms: _Forms) -> Iterator[list[_Part]]:
    """Yield dates that are joined to each other, such as the ends of a period."""
    chain: list[_Part] = []
    for part in _list_parts(text, forms):
        joint = forms.joint.fullmatch(text, chain[-1].end, part.start) if chain else None
        if joint:
            is_range = joint["range"] or forms.opens_range.search(text[: chain[0].start][-12:])
            chain.append(replace(part, joint="range" if is_range else "list"))
            continue
        if chain:
            yield chain
        chain = [part]
    if chain:
        yield chain


def _list_parts(text: str, forms: _Forms) -> Iterator[_Part]:
    """Yield what says a year, a month or a day; where several patterns fit, the first does."""
    found = [
        (match.start(), order, match)
        for order, pattern in enumerate(forms.parts)
        for match in pattern.finditer(text)
    ]
    end = 0
    for start, _, match in sorted(found, key=lambda one: one[:2]):
        if start < end or match.end() == start:
            continue
        groups = match.groupdict()
        part = _read_part(match, groups, forms)
        is_lone_year = part.year is not None and part.month is None and match.end() - start == 4
        before, behind = forms.no_year
        if is_lone_year and (before.search(text[max(0, start - 20) : start])):
            continue
        if is_lone_year and behind.match(text, match.end()):
            continue
        yield part
        end = match.end()


def _read_part(match: re.Match[str], groups: Mapping[str, str | None], forms: _Forms) -> _Part:
    def number(*names: str) -> int | None:
        found = next((groups[name] for name in names if groups.get(name)), None)
        return None if found is None else 1 if found == "元" else int(found)

    year, era, month = number("y"), None, number("m", "m2")
    if groups.get("e"):
        era = forms.eras[str(groups["e"])]
        year = era + (number("ey") or 0)
    if groups.get("mo"):
        month = forms.months[str(groups["mo"]).rstrip(".")]
    years, of_page, is_fiscal = forms.relative.get(str(groups.get("r")), (None, False, False))
    if groups.get("same"):
        years = 0
    last_year = number("y2")
    if last_year is not None and last_year < 100 and year is not None:
        last_year += year // 100 * 100
    return _Part(
        match.start(),
        match.end(),
        year=year,
        era=era,
        short=number("s"),
        # "The same month" and "the same day" take theirs from the date before.
        month=month if groups.get("same") is None else 0,
        day=number("d") if groups.get("same") != "同日" else 0,
        is_fiscal=is_fiscal or groups.get("f") is not None,
        years=years,
        of_page=of_page,
        last_day=number("d2"),
        last_year=last_year,
    )


# --- what is left out ----------------------------------------------------------------------------


def _fill(chain: Sequence[_Part], before: _Part | None, near: date | None) -> list[_Part]:
    """Return the parts of a chain with what another part of it, or the text before, says."""
    filled: list[_Part] = []
    for index, part in enumerate(chain):
        known = filled[-1] if filled else None
        if part.years is not None:
            whole = _count_year(part, known or before, near)
        elif part.short is not None:
            whole = _complete_year(part, known)
        elif part.year is None and known is None:
            whole = _look_ahead(part, chain[index + 1 :], before, near)
        elif part.year is None and known is not None and known.year is not None:
            month = part.month or known.month
            turns = part.joint == "range" and (month or 0) < (known.month or 0)
            year = known.year + turns
            whole = replace(part, year=year, month=month, is_whole=known.is_whole)
        else:
            is_fiscal = part.month is None and known is not None and known.is_fiscal
            whole = replace(part, is_fiscal=part.is_fiscal or is_fiscal)
        if whole.year is not None:
            filled.append(replace(whole, is_short=part.year is None))
    return filled


def _count_year(part: _Part, before: _Part | None, near: date | None) -> _Part:
    """Return a date whose year is counted from another (同年10月, last year)."""
    origin = near if part.of_page else before
    if origin is None or origin.year is None or part.years is None:
        return part
    month, day = part.month, part.day
    if month == 0 and before is not None:
        month, day = before.month, before.day if day == 0 else day
    return replace(part, year=origin.year + part.years, month=month, day=day, is_whole=False)


def _complete_year(part: _Part, known: _Part | None) -> _Part:
    """Return a date whose era or century the part before names (令和３年～５年)."""
    if known is None or known.year is None or part.short is None:
        return part
    start = known.era if known.era is not None else known.year // 100 * 100
    return replace(part, year=start + part.short, era=known.era)


def _look_ahead(
    part: _Part, following: Sequence[_Part], before: _Part | None, near: date | None
) -> _Part:
    """Return a date whose year stands behind it, or before in the text, or is that of the page."""
    month = part.month or next((one.month for one in following if one.month), None)
    dated = next((one for one in following if one.year), None)
    if dated is not None and dated.year is not None:
        turns = (month or 0) > (dated.month or 12)
        return replace(part, year=dated.year - turns, month=month)
    if before is not None:
        return replace(part, year=before.year, month=month or before.month, is_whole=False)
    if near is None:
        return part
    month = month or near.month
    days = [_day(year, month, part.day or 15) for year in range(near.year - 1, near.year + 2)]
    known = [one for one in days if one is not None]
    closest = min(known, key=lambda one: abs(one - near), default=near)
    return replace(part, year=closest.year, month=month, is_whole=False)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


# --- first and last days -------------------------------------------------------------------------


def _pair(parts: Sequence[_Part]) -> Iterator[tuple[_Part, _Part]]:
    """Yield the first and last parts of periods; a date that stands alone is both."""
    index = 0
    while index < len(parts):
        end = index
        if end + 1 < len(parts) and parts[end + 1].joint == "range":
            end += 1
        else:
            while end + 1 < len(parts) and _is_next_day(parts[end], parts[end + 1]):
                end += 1
        yield parts[index], parts[end]
        index = end + 1


def _is_next_day(one: _Part, other: _Part) -> bool:
    """Whether two days are named as one period (9 and 10 October); two whole dates are two."""
    first, second = (_day(part.year or 0, part.month or 0, part.day or 0) for part in (one, other))
    is_one = one.is_short or other.is_short
    return is_one and first is not None and second == first + timedelta(days=1)


def _make_span(first: _Part, last: _Part, text: str, forms: _Forms) -> DateSpan | None:
    begins = _limits(first, first.is_fiscal or last.is_fiscal, forms.fiscal_month)
    ends = _limits(last, last.is_fiscal, forms.fiscal_month)
    if begins is None or ends is None or begins[0] > ends[1]:
        return None
    precision = max(begins[2], ends[2], key=["day", "month", "fiscal-year", "year"].index)
    is_alone = first is last and first.last_year is None
    bound = _find_bound(first.start, last.end, text, forms) if is_alone else ""
    is_whole = first.is_whole and last.is_whole
    return DateSpan(first.start, last.end, begins[0], ends[1], precision, bound, is_whole)


def _find_bound(start: int, end: int, text: str, forms: _Forms) -> Bound:
    before, behind = text[max(0, start - 24) : start], text[end : end + 12]
    for bound, ahead, back in forms.bounds:
        if ahead.search(before) or back.match(behind):
            return bound
    return ""


def _limits(part: _Part, is_fiscal: bool, begins: int) -> tuple[date, date, Precision] | None:
    """Return the first and the last day of a part, and its precision; None if it is no date."""
    year = part.year
    if year is None or not 1000 <= year <= 2999:
        return None
    last_year = part.last_year or year
    if part.month is None and part.day is None:
        if is_fiscal:
            # FY2023/24 is one year that lies in two.
            until = date(last_year + (last_year == year), begins, 1) - timedelta(days=1)
            return date(year, begins, 1), until, "fiscal-year"
        return date(year, 1, 1), date(last_year, 12, 31), "year"
    if part.month is None or not 1 <= part.month <= 12:
        return None
    if part.day is None:
        _, days = calendar.monthrange(year, part.month)
        return date(year, part.month, 1), date(year, part.month, days), "month"
    first, last = (_day(year, part.month, day) for day in (part.day, part.last_day or part.day))
    return None if first is None or last is None else (first, last, "day")
