"""Numbers of a sentence as figures, or as the amount of what was given."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ctgraph.query.drafting.cues import Act
from ctgraph.query.wording.words import any_of

if TYPE_CHECKING:
    from ctgraph.query.drafting.mentions import Mention
    from ctgraph.query.wording import Amount, Wording

OPEN = "?"
"""Stands in a cell that a curator decides, before candidates if there are any (``?unodc|icpo``)."""
MONEY = frozenset(("contributed-to", "pledged-to"))
"""Relations that have an amount of money."""


def list_figures(
    text: str,
    acts: Sequence[Act],
    mentions: Sequence[Mention],
    amounts: Sequence[Amount],
    wording: Wording,
) -> Iterator[tuple[Act, Amount]]:
    """Yield a figure for each number that no act takes: a count, or money that nobody gives.

    Args:
        text: A sentence.
        acts: What it says that was done.
        mentions: The actors that it names.
        amounts: Its numbers.
        wording: The words beside numbers that are part of another, or say how far it reaches.
    """
    has_money = any(act.relation in MONEY for act in acts)
    subject = next((act.subject for act in acts if act.subject), next(iter(mentions), None))
    for one in amounts:
        is_figure = one.unit or (one.currencies and not has_money)
        if not is_figure or _stands_by("one_of", text, one, wording):
            continue
        if not _is_scope(text, one, amounts, wording):
            place = (one.start, one.end)
            yield Act("reported-figure", "figure", subject, None, "", "", "", *place), one


def _is_scope(text: str, amount: Amount, amounts: Sequence[Amount], wording: Wording) -> bool:
    """Tell whether a number only says from where or for whom another is, or something is."""
    if amount.unit not in wording.numbers["scope"]["units"]:
        return False
    is_beside = any(one.currencies or (one.unit and one.unit != amount.unit) for one in amounts)
    return is_beside or _stands_by("scope", text, amount, wording)


def _stands_by(table: str, text: str, amount: Amount, wording: Wording) -> bool:
    """Tell whether a number has words of a table before or behind it."""
    words = wording.numbers[table]
    about = any_of(wording.numbers["approximate"]["before"])
    before = rf"{any_of(words['before'])}\s*(?:{about}\s*)?\Z"
    is_before = re.search(before, text[: amount.start], re.IGNORECASE)
    is_behind = re.match(rf"\s*{any_of(words['behind'])}", text[amount.end :])
    return bool(is_before or is_behind)


def write_amount(amount: Amount) -> dict[str, str]:
    """Return the cells of a number: its value, and its currency or what it counts.

    Args:
        amount: The number.
    """
    unit = amount.unit
    if amount.currencies:
        unit = amount.currencies[0]
        if len(amount.currencies) > 1:
            unit = OPEN + "|".join(amount.currencies)
    return {"value": f"{amount.value.normalize():f}", "unit": unit}
