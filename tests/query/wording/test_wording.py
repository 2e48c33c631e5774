"""Dates, numbers, amounts and known names in English and Japanese text."""

from __future__ import annotations

import calendar
import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctgraph.errors import DataError
from ctgraph.query.wording import (
    KnownNames,
    read_amounts,
    read_dates,
    read_number,
    read_wording,
)
from ctgraph.store import Bundle, locate

WORDING = read_wording(locate())


def dates_of(text: str, near: str | None = None) -> list[str]:
    """First day, last day and precision of each date, as one text."""
    day = None if near is None else datetime.date.fromisoformat(near)
    found = read_dates(text, WORDING, day)
    return [f"{one.first} {one.last} {one.precision} {one.bound}".strip() for one in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023年12月26日", ["2023-12-26 2023-12-26 day"]),
        ("２０２３年\n１２月２６日（火）に", ["2023-12-26 2023-12-26 day"]),
        ("令和５年２月26日～28日", ["2023-02-26 2023-02-28 day"]),
        ("平成30年12月30日から１月２日まで", ["2018-12-30 2019-01-02 day"]),
        ("令和元年５月", ["2019-05-01 2019-05-31 month"]),
        ("2024（令和６）年８月", ["2024-08-01 2024-08-31 month"]),
        ("2019年（平成31年）４月１日", ["2019-04-01 2019-04-01 day"]),
        ("昭和37年", ["1962-01-01 1962-12-31 year"]),
        ("令和５年度", ["2023-04-01 2024-03-31 fiscal-year"]),
        ("過去３年度（令和３～５年度）の", ["2021-04-01 2024-03-31 fiscal-year"]),
        ("2021年から2023年の３年間", ["2021-01-01 2023-12-31 year"]),
        ("2018～2019年の計画", ["2018-01-01 2019-12-31 year"]),
        ("2017年10月３～12日に", ["2017-10-03 2017-10-12 day"]),
        ("2021年10月９・10日に", ["2021-10-09 2021-10-10 day"]),
        (
            "2023年３月及び10月",
            ["2023-03-01 2023-03-31 month", "2023-10-01 2023-10-31 month"],
        ),
        (
            "2019年４月１日、同年10月３日、同月５日",
            ["2019-04-01 2019-04-01 day", "2019-10-03 2019-10-03 day", "2019-10-05 2019-10-05 day"],
        ),
        ("2018年９月から", ["2018-09-01 2018-09-30 month from"]),
        ("2018年９月まで", ["2018-09-01 2018-09-30 month until"]),
        ("2018年９月時点で", ["2018-09-01 2018-09-30 month as-of"]),
        ("1 July 2025", ["2025-07-01 2025-07-01 day"]),
        ("the 26th of February, 2025", ["2025-02-26 2025-02-26 day"]),
        ("Sept. 7, 2025", ["2025-09-07 2025-09-07 day"]),
        ("July 2025", ["2025-07-01 2025-07-31 month"]),
        ("in 2018", ["2018-01-01 2018-12-31 year"]),
        ("26 to 28 February\n2025", ["2025-02-26 2025-02-28 day"]),
        ("February 26–28, 2025", ["2025-02-26 2025-02-28 day"]),
        ("5, 6 and 7 June 2007", ["2007-06-05 2007-06-07 day"]),
        ("30 December to 2 January 2020", ["2019-12-30 2020-01-02 day"]),
        ("from September 1962 to June 2019", ["1962-09-01 2019-06-30 month"]),
        ("2018 to 2020", ["2018-01-01 2020-12-31 year"]),
        ("between 2011 and 2017", ["2011-01-01 2017-12-31 year"]),
        ("2018-19", ["2018-01-01 2019-12-31 year"]),
        ("FY2023", ["2023-04-01 2024-03-31 fiscal-year"]),
        ("FY2023/24", ["2023-04-01 2024-03-31 fiscal-year"]),
        ("fiscal years 2021 to 2023", ["2021-04-01 2024-03-31 fiscal-year"]),
        ("fiscal 2016", ["2016-04-01 2017-03-31 fiscal-year"]),
        ("since September 2017", ["2017-09-01 2017-09-30 month from"]),
        ("by September 2022", ["2022-09-01 2022-09-30 month as-of"]),
        ("2024-07-05, 2024/7/6", ["2024-07-05 2024-07-05 day", "2024-07-06 2024-07-06 day"]),
        ("resolution 1989 (2011)", ["2011-01-01 2011-12-31 year"]),
        ("the 2030 Agenda; 1,990 people; in the 1990s; it may 5 times", []),
        ("2023年２月30日", []),
        ("３年間で10日間、第26日", []),
        ("12月26日", []),
        ("", []),
    ],
)
def test_dates(text: str, expected: list[str]) -> None:
    assert dates_of(text) == expected


@pytest.mark.parametrize(
    ("text", "near", "expected"),
    [
        ("12月26日", "2025-01-10", "2024-12-26 2024-12-26 day"),
        ("26 December", "2024-12-01", "2024-12-26 2024-12-26 day"),
        ("本年２月", "2025-01-10", "2025-02-01 2025-02-28 month"),
        ("last year", "2025-01-10", "2024-01-01 2024-12-31 year"),
        ("昨年度", "2025-01-10", "2024-04-01 2025-03-31 fiscal-year"),
    ],
)
def test_dates_whose_year_is_left_out(text: str, near: str, expected: str) -> None:
    assert dates_of(text, near) == [expected]
    (found,) = read_dates(text, WORDING, datetime.date.fromisoformat(near))
    assert not found.is_whole


DAYS = st.dates(datetime.date(1926, 12, 25), datetime.date(2099, 12, 31))


@settings(deadline=None)
@given(DAYS, st.sampled_from(["Notes. {} x", "「{}、」", "{}に"]))
def test_a_date_in_any_form_is_read_back(day: datetime.date, around: str) -> None:
    month = calendar.month_name[day.month]
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    forms = [
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}年{day.month}月{day.day}日".translate(wide),
        f"{day.day} {month} {day.year}",
        f"{month} {day.day}, {day.year}",
        f"{month[:3]}. {day.day}, {day.year}",
        day.isoformat(),
    ]
    if day.year >= 2020:
        forms.append(f"令和{day.year - 2018}年{day.month}月{day.day}日")
    for form in forms:
        text = around.format(form)
        (found,) = read_dates(text, WORDING)
        assert (found.first, found.last, found.precision) == (day, day, "day")
        assert text[found.start : found.end] == form


@settings(deadline=None)
@given(DAYS, st.integers(1, 400))
def test_a_period_in_any_form_is_read_back(first: datetime.date, length: int) -> None:
    last = first + datetime.timedelta(days=length)
    month, last_month = calendar.month_name[first.month], calendar.month_name[last.month]
    forms = [
        f"{first.year}年{first.month}月{first.day}日～{last.year}年{last.month}月{last.day}日",
        f"{first.day} {month} {first.year} to {last.day} {last_month} {last.year}",
    ]
    if first.year == last.year:
        forms.append(f"{first.day} {month} - {last.day} {last_month} {last.year}")
        forms.append(f"{first.year}年{first.month}月{first.day}日から{last.month}月{last.day}日")
    if (first.year, first.month) == (last.year, last.month):
        forms.append(f"{first.day} to {last.day} {month} {first.year}")
        forms.append(f"{first.year}年{first.month}月{first.day}～{last.day}日")
    for form in forms:
        (found,) = read_dates(form, WORDING)
        assert (found.first, found.last) == (first, last)


@settings(deadline=None)
@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    names = KnownNames([("国連", "a"), ("UN", "a"), (text, "b")])
    for start, end in [
        *(one[:2] for one in read_dates(text, WORDING, datetime.date(2025, 1, 1))),
        *(one[:2] for one in read_amounts(text, WORDING)),
        *(one[:2] for one in names.find(text)),
    ]:
        assert 0 <= start < end <= len(text)


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("８件", 8),
        ("12名", 12),
        ("総額約4,830万米ドル", 48_300_000),
        ("１億2,000万円", 120_000_000),
        ("1兆2億3万", 1_000_200_030_000),
        ("48.3 million US dollars", 48_300_000),
        ("USD 1.5 Billion", 1_500_000_000),
        ("五件", None),
        ("2021年から2023年", None),
        ("3万2億", None),
        ("", None),
    ],
)
def test_numbers_in_words(words: str, number: int | None) -> None:
    assert read_number(words, WORDING) == (None if number is None else Decimal(number))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("総額約4,830\n万米ドルを拠出", ["48300000 USD ~"]),
        ("2,300万米ドル余りを", ["23000000 USD ~"]),
        ("350万カナダドル", ["3500000 CAD"]),
        ("200万ドル", ["2000000 USD/CAD/AUD/NZD/SGD"]),
        ("US$ 4.83 million and EUR 4m", ["4830000 USD", "4000000 EUR"]),
        ("3.5 million Canadian dollars", ["3500000 CAD"]),
        ("some 1.5 million Swiss francs", ["1500000 CHF ~"]),
        ("100 000 euros", ["100000 EUR"]),
        ("20名、41か国、（２）８件", ["20 person", "41 country", "2 ", "8 case"]),
        ("about 120 participants from 41 countries", ["120 person ~", "41 country"]),
        ("Fifty-nine school teachers and one ship", ["59 person"]),
        ("第３回会合、the 3rd round, resolution 1373, 80 per cent, 90日後", []),
        ("on 9 October 2021", []),
        ("2000 people in 2018", ["2000 person"]),
        ("the standards of 2012 expect financial intelligence units to join", []),
        ("加盟国は2024年７月時点で175である。", ["175 member"]),
        ("the number of people trained stood at more than 5,300, it says", ["5300 person"]),
        ("２回目の会合", []),
    ],
)
def test_amounts(text: str, expected: list[str]) -> None:
    found = [
        f"{one.value.normalize():f} {'/'.join(one.currencies)}{one.unit}"
        + " ~" * one.is_approximate
        for one in read_amounts(text, WORDING)
    ]
    assert found == expected


@settings(deadline=None)
@given(st.integers(1, 10**9), st.sampled_from(["US$ {}", "{} US dollars", "{}米ドル", "USD {}"]))
def test_an_amount_in_any_form_is_read_back(value: int, form: str) -> None:
    for number in (f"{value}", f"{value:,}"):
        (found,) = read_amounts(form.format(number), WORDING)
        assert (found.value, found.currencies) == (Decimal(value), ("USD",))


NAMES = KnownNames(
    [
        ("IoE", "ioe"),
        ("Institute of Examples", "ioe"),
        ("例示・研究所", "ioe"),
        ("Example Forum", "forum"),
        ("Example Forum Secretariat", "secretariat"),
        ("タイ", "tha"),
        ("Ministry of Examples", "one"),
        ("Ministry of Examples", "other"),
    ]
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Institute\nof  Examples (IoE)", ["ioe Institute\nof  Examples", "ioe IoE"]),
        ("ＩｏＥは例示研\n 究所である", ["ioe ＩｏＥ", "ioe 例示研\n 究所"]),
        ("ioe IoEs", []),
        ("the example forum secretariat", ["secretariat example forum secretariat"]),
        ("the Example Forum’s", ["forum Example Forum"]),
        ("タイムリーなタイの", ["tha タイ"]),
        ("Ministry of Examples", ["one/other Ministry of Examples"]),
    ],
)
def test_known_names(text: str, expected: list[str]) -> None:
    found = [f"{'/'.join(one.iris)} {text[one.start : one.end]}" for one in NAMES.find(text)]
    assert found == expected


def test_words_that_cannot_be_read(tmp_path: Path) -> None:
    assert read_wording(Bundle(tmp_path)).dates == WORDING.dates  # a project without its own
    folder = tmp_path / "ontology" / "wording"
    folder.mkdir(parents=True)
    for text in ("eras = [", "[eras]"):
        (folder / "dates.toml").write_text(text, encoding="utf-8")
        with pytest.raises(DataError, match="ontology/wording"):
            read_wording(Bundle(tmp_path))
