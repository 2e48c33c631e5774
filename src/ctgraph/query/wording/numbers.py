"""Numbers in English and Japanese text: amounts of money, and counts with what they count."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from ctgraph.query.wording.dates import read_dates
from ctgraph.query.wording.words import any_of, fold_width

if TYPE_CHECKING:
    from ctgraph.query.wording.words import Wording

# "1,234,567", "1 234 567" and "1234567" are one number; "1,23" and "3,4" are two.
_DIGITS = (
    r"(?<![\d.])(?:\d{1,3}(?:,\d{3})+(?!\d)|\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)|\d+)(?:\.\d+)?"
)

_LONGEST_AHEAD = 80


class Amount(NamedTuple):
    """A number, where it stands in a text, with what it is a number of.

    Attributes:
        start: Position of its first character, or of its currency.
        end: Position behind its last, or behind what it counts.
        value: The number.
        currencies: Codes (ISO 4217) of the currencies that its words can mean; empty if it is
            no money.
        unit: What it counts, by the name that ontology/wording/numbers.toml has for it; empty if
            that is not known.
        is_approximate: Whether it is said not to be exact.
    """

    start: int
    end: int
    value: Decimal
    currencies: tuple[str, ...] = ()
    unit: str = ""
    is_approximate: bool = False


class _Number(NamedTuple):
    start: int
    end: int
    value: Decimal
    is_word: bool = False
    # The value without an abbreviated scale ("5m"), which counts beside a currency alone.
    plain: Decimal | None = None


class _Forms(NamedTuple):
    number: re.Pattern[str]
    scales: Mapping[str, int]
    words: Mapping[str, int]
    money: re.Pattern[str]
    money_before: re.Pattern[str]
    currencies: Mapping[str, tuple[str, ...]]
    counter: re.Pattern[str]
    counters: Mapping[str, str]
    approximate: tuple[re.Pattern[str], re.Pattern[str]]
    ordinals: tuple[re.Pattern[str], re.Pattern[str]]
    counted: Sequence[tuple[re.Pattern[str], re.Pattern[str]]]


def read_number(text: str, wording: Wording) -> Decimal | None:
    """Return the one number that a text gives in digits; None if it gives none or several.

    Full-width digits, separators and scales are read; numbers of falling scale that follow each
    other are one number.

    Args:
        text: A text such as ct:sourceExpression holds.
        wording: The words of numbers.

    Example:
        >>> from ctgraph.query.wording import read_wording
        >>> from ctgraph.store import locate
        >>> wording = read_wording(locate())
        >>> read_number("約4,830万米ドル", wording), read_number("令和３～５年度", wording)
        (Decimal('48300000'), None)
    """
    found = [one for one in _list_numbers(fold_width(text), _compile(wording)) if not one.is_word]
    return found[0].value if len(found) == 1 else None


def read_amounts(text: str, wording: Wording) -> list[Amount]:
    """Return the numbers of a text that are no dates and no ordinals, in their order.

    Numbers in English words are read where a currency or what is counted follows.

    Args:
        text: A text in English or Japanese.
        wording: The words of numbers.

    Example:
        >>> from ctgraph.query.wording import read_wording
        >>> from ctgraph.store import locate
        >>> for one in read_amounts("約4,830万米ドル、41か国", read_wording(locate())):
        ...     print(one.value, one.currencies, one.unit, one.is_approximate)
        48300000 ('USD',)  True
        41 () country False
    """
    forms = _compile(wording)
    folded = fold_width(text)
    dates = read_dates(text, wording)
    found: list[Amount] = []
    for number in _list_numbers(folded, forms):
        amount = _read_amount(number, folded, forms)
        span = (number.start, number.end)
        date = next((one for one in dates if one.start < span[1] and span[0] < one.end), None)
        # Four digits with what they count are no year (2000 people).
        is_year = date is not None and date.end - date.start == 4
        is_counted = amount is not None and len(folded[number.end : amount.end].split()) in (1, 2)
        if amount and (
            date is None or amount.currencies or (is_year and amount.unit and is_counted)
        ):
            found.append(amount)
    return found


def _read_amount(number: _Number, text: str, forms: _Forms) -> Amount | None:
    start, end, value = number.start, number.end, number.value
    ahead = text[max(0, start - 24) : start]
    behind = forms.approximate[1].match(text, end)
    after = behind.end() if behind else end
    money = forms.money.match(text, after)
    money_before = forms.money_before.search(ahead)
    currencies: tuple[str, ...] = ()
    unit = ""
    if money_before and not (money and len(forms.currencies[_key(money[1])]) == 1):
        currencies = forms.currencies[_key(money_before[1])]
        start -= len(ahead) - money_before.start()
    elif money:
        currencies, end = forms.currencies[_key(money[1])], money.end()
    else:
        value = value if number.plain is None else number.plain
        counter = forms.counter.match(text, after)
        # "第３回", "３回目" and "the 3rd round" count nothing.
        ordinal = forms.ordinals[1].match(text, number.end)
        if forms.ordinals[0].search(ahead) or (
            ordinal and (not counter or ordinal.end() > counter.end())
        ):
            return None
        if counter:
            unit, end = forms.counters[_key(counter[1] or counter[2])], counter.end()
        elif counted := _find_counted(text, start, end, forms):
            unit = counted
        elif number.is_word:
            return None
    is_approximate = bool(
        behind
        or forms.approximate[1].match(text, end)
        or forms.approximate[0].search(text[max(0, start - 24) : start])
    )
    return Amount(start, end, value, currencies, unit, is_approximate)


def _find_counted(text: str, start: int, end: int, forms: _Forms) -> str:
    """Return what a number counts that is named before it (加盟国は175である)."""
    ahead = text[max(0, start - _LONGEST_AHEAD) : start]
    for before, behind in forms.counted:
        match = before.search(ahead)
        if match and behind.match(text, end):
            return forms.counters[_key(match[1])]
    return ""


def _list_numbers(text: str, forms: _Forms) -> Sequence[_Number]:
    """Return the numbers of a text; those of falling scale that follow each other are one."""
    found: list[_Number] = []
    last = 0
    for match in forms.number.finditer(text):
        scale = 10 ** forms.scales[_key(match["scale"])] if match["scale"] else 1
        short = 10 ** forms.scales[_key(match["short"])] if match["short"] else 1
        if match["digits"]:
            value = Decimal(re.sub(r"[^\d.]", "", match["digits"])) * scale
        else:
            parts = re.split(r"[\s-]+", match["words"].casefold())
            value = Decimal(sum(forms.words[part] for part in parts)) * scale
        previous = found[-1] if found else None
        if previous and match.start() == previous.end and scale < last:
            found[-1] = previous._replace(end=match.end(), value=previous.value + value)
        else:
            plain = value if match["short"] else None
            is_word = not match["digits"]
            found.append(_Number(match.start(), match.end(), value * short, is_word, plain))
        last = scale
    return found


def _key(word: str) -> str:
    return "".join(word.split()).casefold()


@functools.lru_cache(maxsize=4)
def _compile(wording: Wording) -> _Forms:
    words = wording.numbers
    scales, short = words["scales"], words["short_scales"]
    spelt: dict[str, int] = words["words"]
    tens = any_of(word for word, value in spelt.items() if value >= 20)
    ones = any_of(word for word, value in spelt.items() if value < 10)
    number = (
        rf"(?i:(?P<digits>{_DIGITS})|(?P<words>{tens}[\s-]+{ones}|{any_of(spelt)}))"
        rf"(?:\s*(?P<scale>(?i:{any_of(scales)}))|(?P<short>{any_of(short)}))?"
    )
    codes: dict[str, tuple[str, ...]] = {}
    for code, names in words["currencies"].items():
        for name in map(fold_width, names):
            codes[_key(name)] = (*codes.get(_key(name), ()), code)
    names = [name for names in words["currencies"].values() for name in names]
    money = f"(?i:{any_of(names)})"
    # A sign or a code before the number is a currency; a word there belongs to what is before.
    signs = f"(?:{any_of(name for name in names if not name[-1:].islower())})"
    latin = r"(?:[\s-]+(?!and\b|or\b|of\b|in\b|from\b|to\b|the\b|by\b)[A-Za-z'’-]+){0,4}?"
    counters = {
        fold_width(word): unit for unit, names in words["counters"].items() for word in names
    }
    english = any_of(word for word in counters if word.isascii())
    other = any_of(word for word in counters if not word.isascii())
    # Counters such as 名 and 件 stand in other words too; nouns may also stand before the number.
    nouns = any_of(
        word for word in counters if len(word) > 2 and not word.isascii() and word[0] != "の"
    )

    def edges(table: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
        before, behind = any_of(words[table]["before"]), any_of(words[table]["behind"])
        before = rf"{before}\s*\Z"
        return re.compile(before, re.IGNORECASE), re.compile(rf"\s*{behind}", re.IGNORECASE)

    return _Forms(
        re.compile(number),
        {_key(word): power for word, power in {**scales, **short}.items()},
        spelt,
        re.compile(rf"\s*({money})"),
        re.compile(rf"({signs})\s*\Z"),
        codes,
        re.compile(rf"(?:{latin}\s+((?i:{english}))|\s*(?:の[^\s、。0-9]{{0,8}}?)?({other}))"),
        {_key(word): unit for word, unit in counters.items()},
        edges("approximate"),
        edges("ordinals"),
        [
            (
                re.compile(rf"({nouns})(?:の?総?数)?[はをがも][^、。]{{0,40}}\Z"),
                re.compile(r"(?:以上|余り?|程度)?(?:で|と[すしな数]|に[達上]|を[数超]|。|\Z)"),
            ),
            (
                re.compile(
                    rf"(?i:\bnumber of (?:[\w-]+ )?({english})\b"
                    r"[^.;,]{0,60}?\b(?:at|was|is|were|to|reached)\s+(?:\w+\s+){0,2})\Z"
                ),
                re.compile(r"(?![\w-]|\s+[a-z]+s\b)"),
            ),
        ],
    )
