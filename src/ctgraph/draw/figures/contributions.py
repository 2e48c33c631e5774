"""What is known of contributions: from whom, how much, through whom and to where, in words."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from ctgraph.draw.figures.data import MONTHS, Facts, Thing, in_group, is_not_stated, is_true
from ctgraph.words import read_words, say_money


class Party(NamedTuple):
    """Who takes part in a contribution, and whether the source says so in words."""

    name: str
    stated: bool


class Flow(NamedTuple):
    """A contribution and everything that is said of it.

    Attributes:
        contribution: The contribution.
        contributors: Who gives.
        amount: How much, in words.
        channels: Through whom.
        recipients: To whom.
        open_ended: Whether there are others through or to whom it goes, who are not named.
        places: Names of the regions for which it is.
        more_places: Whether there are others, which are not named.
        notes: When, from which budget and for what.
        split_unknown: Whether the source does not tell how the amount divides.
    """

    contribution: Thing
    contributors: list[Party]
    amount: str
    channels: list[Party]
    recipients: list[Party]
    open_ended: bool
    places: list[str]
    more_places: bool
    notes: list[str]
    split_unknown: bool


def read_flow(facts: Facts, contribution: Thing, lang: str) -> Flow:
    """Return a contribution with everything that is said of it.

    Args:
        facts: What `ctgraph.draw.figures.data.read_funding` gives.
        contribution: The contribution.
        lang: ``en`` or ``ja``.
    """
    by_role: dict[str, list[Thing]] = {}
    for part in in_group(facts, "Participation"):
        if any(value.text == contribution.iri for value in part.all("activity")):
            for role in part.all("role"):
                by_role.setdefault(role.text.rpartition("/")[2], []).append(part)

    def actors(role: str) -> list[Party]:
        found: dict[str, bool] = {}
        for part in by_role.get(role, ()):
            said = (
                *(value.stated for value in part.all("activity") if value.text == contribution.iri),
                *(value.stated for value in part.all("role")),
            )
            for value in part.all("participant"):
                actor = facts.get(value.text, Thing(value.text))
                name, acronym = actor.label(lang), actor.acronym()
                if acronym and acronym not in name:
                    name += f"（{acronym}）" if lang == "ja" else f" ({acronym})"
                found[name] = found.get(name, False) or (value.stated and all(said))
        return [Party(name, found[name]) for name in sorted(found)]

    financed = [
        thing
        for thing in in_group(facts, "Financed")
        if any(value.text == contribution.iri for value in thing.all("contribution"))
    ]
    places = {
        facts.get(value.text, Thing(value.text)).label(lang)
        for thing in (contribution, *financed)
        for value in thing.all("place")
    }
    words = read_words("chart_money", lang)
    notes = []
    when = _period(contribution, lang)
    if when:
        notes.append(when)
    join = "、" if lang == "ja" else ", "
    if contribution.all("budget"):
        names = [facts[v.text].label(lang) for v in contribution.all("budget") if v.text in facts]
        notes.append(words["budget"] + join.join(sorted(names)))
    if financed:
        notes.append(words["financed"] + join.join(sorted(t.label(lang) for t in financed)))
    through = [*by_role.get("channel", ()), *by_role.get("recipient", ())]
    return Flow(
        contribution,
        actors("contributor"),
        amount_text(contribution, lang),
        actors("channel"),
        actors("recipient"),
        any(is_true(part, "openEnded") for part in through),
        sorted(places),
        any(is_true(thing, "openEnded") for thing in financed if thing.all("place")),
        notes,
        is_not_stated(contribution, "splitStatus"),
    )


def _period(thing: Thing, lang: str) -> str:
    span = thing.span()
    if span is None:
        return ""
    first, last = span
    if lang == "ja":
        return f"{first.year}年{first.month}月～{last.year}年{last.month}月"
    return f"{MONTHS[first.month]} {first.year} – {MONTHS[last.month]} {last.year}"


def amount_text(contribution: Thing, lang: str) -> str:
    """Return the amount in words; the words of the source where it has any in the language.

    Args:
        contribution: The contribution.
        lang: ``en`` or ``ja``.
    """
    given = [value.text for value in contribution.all("expression") if value.lang == lang]
    if given:
        return given[0]
    if not contribution.one("amount"):
        return str(read_words("chart_money", lang)["amount_unknown"])
    return say_money(
        Decimal(contribution.one("amount")),
        contribution.one("currency"),
        lang,
        is_about=is_true(contribution, "approximate"),
    )
