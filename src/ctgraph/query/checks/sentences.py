"""Our own words: a gloss against its quote, English against Japanese."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ctgraph.query.checks.findings import Words
from ctgraph.query.checks.reading import adds_up, show_date
from ctgraph.terms import CT, PREFIXES

if TYPE_CHECKING:
    from ctgraph.query.checks.claims import Claim
    from ctgraph.query.checks.findings import Finding
    from ctgraph.query.checks.reading import Read, Reading
    from ctgraph.query.wording import Amount, DateSpan


RULES = {
    "gloss-not-in-words": Words(
        "A gloss says no date, number or name that contradicts the quote.",
        "要約の日付・数・名は引用と矛盾しない。",
    ),
    "languages-disagree": Words(
        "What is said in English and in Japanese gives the same dates, numbers and names.",
        "英語と日本語の文は同じ日付・数・名を示す。",
    ),
}
"""What each rule reads, by its name."""


def check_sentences(reading: Reading) -> Iterator[Finding]:
    """Yield glosses that contradict their quote, and texts that contradict their translation.

    Args:
        reading: The claims.
    """
    for claim in reading.claims.values():
        if claim.quote and claim.is_stated:
            quote = reading.look(claim.quote, claim.issued)
            for text in claim.glosses.values():
                yield from _check_gloss(reading, claim, reading.look(text, claim.issued), quote)
        if {"en", "ja"} <= claim.glosses.keys():
            both = [reading.look(claim.glosses[lang], claim.issued) for lang in ("en", "ja")]
            yield from _compare(reading, claim.iri, "gloss", *both)
    labels: dict[str, dict[str, str]] = defaultdict(dict)
    for thing, label in reading.graph.store.select(_LABELS):
        labels[thing.value][label.language] = label.value
    for thing, said in labels.items():
        if {"en", "ja"} <= said.keys() and said["en"] != said["ja"]:
            both = [reading.look(said[lang], "") for lang in ("en", "ja")]
            yield from _compare(reading, thing, "prefLabel", *both)


def _check_gloss(reading: Reading, claim: Claim, gloss: Read, quote: Read) -> Iterator[Finding]:
    odd = [
        show_date(span)
        for span in gloss.dates
        if span.is_whole and quote.dates and not any(_overlap(span, one) for one in quote.dates)
    ]
    odd += [
        f"{one.value:f}"
        for one in gloss.amounts
        if _key(one) in map(_key, quote.amounts)
        and _key(one)
        and not adds_up(one.value, quote.amounts)
    ]
    odd += reading.other_names(gloss, quote)
    if odd:
        said = ", ".join(odd)
        yield reading.report(
            "gloss-not-in-words",
            (claim, claim.iri, "gloss"),
            Words(f"The gloss says {said}", f"要約は{said}"),
            Words("something else", "異なる"),
            quote.text,
        )


def _compare(
    reading: Reading, thing: str, name: str, english: Read, japanese: Read
) -> Iterator[Finding]:
    """Yield a finding if each of two texts says what the other does not."""
    pairs: list[tuple[set[str], set[str]]] = []
    for tell in (_tell_years, _tell_months, _tell_money):
        pairs.append((tell(english), tell(japanese)))
    for unit in {one.unit for one in english.amounts if one.unit}:
        pairs.append((_tell_counts(english, japanese, unit), _tell_counts(japanese, english, unit)))
    pairs.append(
        (set(reading.other_names(english, japanese)), set(reading.other_names(japanese, english)))
    )
    for one, other in pairs:
        if one - other and other - one:
            en, ja = (", ".join(sorted(left)) for left in (one - other, other - one))
            yield reading.graph.make_finding(
                "languages-disagree",
                "error",
                thing,
                Words(
                    f"English says {en}, Japanese {ja}: {english.text} | {japanese.text}",
                    f"英語は{en}、日本語は{ja}とする：{english.text} | {japanese.text}",
                ),
                Words("Correct the wrong one.", "誤った方を直す。"),
                group="words",
                property_iri=(CT if name == "gloss" else PREFIXES["skos"]) + name,
            )


def _overlap(one: DateSpan, other: DateSpan) -> bool:
    return one.first <= other.last and other.first <= one.last


def _key(amount: Amount) -> tuple[str, ...]:
    """Return what an amount is an amount of; nothing if that is not known."""
    return amount.currencies or ((amount.unit,) if amount.unit else ())


def _tell_years(text: Read) -> set[str]:
    return {
        str(year)
        for span in text.dates
        for year in range(span.first.year, span.last.year + 1)
        if span.precision != "fiscal-year"
    }


def _tell_months(text: Read) -> set[str]:
    return {
        f"{day:%Y-%m}"
        for span in text.dates
        if span.precision in ("day", "month")
        for day in (span.first, span.last)
    }


def _tell_money(text: Read) -> set[str]:
    return {f"{one.value.normalize():f}" for one in text.amounts if one.currencies}


def _tell_counts(text: Read, other: Read, unit: str) -> set[str]:
    """Return the counts of a unit that stand in no form in another text."""
    there = {one.value for one in other.amounts}
    return {
        f"{one.value.normalize():f} ({unit})"
        for one in text.amounts
        if one.unit == unit and one.value not in there
    }


_LABELS = f"""
PREFIX ct: <{CT}>
PREFIX skos: <{PREFIXES["skos"]}>
SELECT ?thing ?label
WHERE {{
  ?thing a ?class ; skos:prefLabel ?label .
  FILTER(?class IN (ct:Direction, ct:Commitment, ct:ReportedFigure, ct:Membership)
    || EXISTS {{ ?class <{PREFIXES["rdfs"]}subClassOf>* ct:Activity }})
}}
"""
