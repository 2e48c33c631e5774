"""The tables of words beside this file, one a language, and what is told by their rules."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any


def read_words(section: str, lang: str) -> dict[str, Any]:
    """Return the words of a part of the product in one language, by key.

    Args:
        section: A table of ``en.toml`` and ``ja.toml``.
        lang: ``en`` or ``ja``.

    Example:
        >>> read_words("pages", "ja")["questions"]
        '質問'
    """
    found: dict[str, Any] = _read(lang)[section]
    return found


@functools.cache
def _read(lang: str) -> dict[str, Any]:
    import tomllib

    text = Path(__file__).with_name(f"{lang}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def term_name(label: str, lang: str) -> str:
    """Return what a thing is called that has no label but its prefixed name; else its label.

    Args:
        label: The label, or the prefixed name.
        lang: ``en`` or ``ja``.

    Example:
        >>> term_name("skos:broader", "ja"), term_name("主体", "ja")
        ('上位概念', '主体')
    """
    return str(read_words("terms", lang).get(label, label))


def column_name(column: str, lang: str) -> str:
    """Return the heading of a column of an answer.

    Args:
        column: The name of the variable.
        lang: ``en`` or ``ja``.

    Example:
        >>> column_name("jointActivities", "en"), column_name("partner", "ja")
        ('Joint activities', '協力相手')
    """
    known = read_words("columns", lang).get(column)
    if known is not None:
        return str(known)
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", column)
    return (apart[:1].upper() + apart[1:].lower()) if apart != column else column.capitalize()


def column_heads(columns: Sequence[str], lang: str) -> list[str]:
    """Return the headings of a table in text: in English the variables as a query names them.

    Args:
        columns: The names of the variables.
        lang: ``en`` or ``ja``; what has no Japanese heading keeps its name, and of several columns
            with one heading each has its name behind it.

    Example:
        >>> column_heads(["partner", "jointActivities"], "en")
        ['partner', 'jointActivities']
        >>> column_heads(["partner", "x"], "ja")
        ['協力相手', 'x']
    """
    if lang != "ja":
        return list(columns)
    known = read_words("columns", lang)
    heads = [str(known.get(column, column)) for column in columns]
    return [
        f"{head}（{column}）" if heads.count(head) > 1 and head != column else head
        for head, column in zip(heads, columns, strict=True)
    ]


def tag_name(tag: str, lang: str) -> str:
    """Return the name of a tag of questions; one that is not ours names itself.

    Args:
        tag: The tag.
        lang: ``en`` or ``ja``.
    """
    return str(read_words("tags", lang).get(tag, tag if lang == "ja" else tag.capitalize()))


def sentence(text: str) -> str:
    """Return a message as a sentence, unless it begins with a name.

    Args:
        text: A message, which begins with a small letter where a word does.

    Example:
        >>> sentence("there is no page '9'."), sentence("ctgraph.nq has 9 bytes.")
        ("There is no page '9'.", 'ctgraph.nq has 9 bytes.')
    """
    return text[:1].upper() + text[1:] if re.match(r"[a-z]+[ ,]", text) else text


def say_money(
    amount: Decimal, currency: str, lang: str, *, is_about: bool = False, is_short: bool = False
) -> str:
    """Return an amount in words, no more precise than it is given.

    Args:
        amount: How much.
        currency: Code of the currency (ISO 4217).
        lang: ``en`` or ``ja``.
        is_about: Whether the source says about.
        is_short: Whether there is little room.

    Example:
        >>> say_money(Decimal(48_300_000), "USD", "en", is_about=True)
        'about 48.30 million US dollars'
        >>> say_money(Decimal(48_300_000), "USD", "en", is_short=True)
        '48.3M USD'
        >>> say_money(Decimal(48_300_000), "USD", "ja")
        '4,830万米ドル'
    """
    about = read_words("money", lang)["about"] if is_about else ""
    name = currency if is_short and lang != "ja" else _currency(currency, lang)
    if lang == "ja":
        if amount % 10_000:
            return f"{about}{amount:,f}{name}"
        whole, rest = divmod(amount // 10_000, 10_000)
        parts = [f"{part:,f}{unit}" for part, unit in ((whole, "億"), (rest, "万")) if part]
        return f"{about}{''.join(parts) or 0}{name}"
    if amount < 1_000_000:
        return f"{about}{amount:,f} {name}"
    millions = f"{amount / 1_000_000:,.2f}"
    if is_short:
        return f"{about}{millions.rstrip('0').rstrip('.')}M {name}"
    return f"{about}{millions} million {name}"


def _currency(code: str, lang: str) -> str:
    return str(read_words("money", lang).get(code, code))
