"""What claims state against the words that they rest on, read as a curator would read them.

Where words are not printed, our own sentence stands for them, in each language. What the words
contradict is an error; what they only leave out is one where a quote is said to state it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from ctgraph.query.checks.findings import Words
from ctgraph.query.checks.reading import VAGUE, adds_up, show_date
from ctgraph.query.wording import fold_width
from ctgraph.terms import CT

if TYPE_CHECKING:
    from ctgraph.query.checks.claims import Claim
    from ctgraph.query.checks.findings import Finding
    from ctgraph.query.checks.reading import Read, Reading
    from ctgraph.query.wording import DateSpan


RULES = {
    "date-not-in-words": Words(
        "A date is one that the words of its claim give.", "日付は主張の文言が示す日付である。"
    ),
    "number-not-in-words": Words(
        "A number is one that the words of its claim give.", "数値は主張の文言が示す数である。"
    ),
    "approximate-not-as-worded": Words(
        "A number is approximate if the words say so (約, about), and only then.",
        "数は文言が概数（約、about）とする場合に限り概数である。",
    ),
    "currency-not-in-words": Words(
        "A currency is one that the words of its claim name.", "通貨は主張の文言が示す通貨である。"
    ),
    "party-not-in-words": Words(
        "Whoever takes part is named in the words of the claim.",
        "参加者は主張の文言に名が挙がっている。",
    ),
    "place-not-in-words": Words(
        "A place is one that the words of its claim name.", "場所は主張の文言が示す場所である。"
    ),
}
"""What each rule reads, by its name."""

_PARTIES = ("participant", "member", "organization", "plannedBy", "plannedPartner")
_UNNAMED = {"ActorGroup", "AdverseActor"}
"""Classes of those whom words describe, each in its own way."""
_FINE = {"day": 3, "month": 2, "year": 1}
_NAMED_AS_SUCH = ("FiscalYear", "Source")
"""Things whose dates are not of the words: a calendar gives them, or the page itself."""


def check_words(reading: Reading) -> Iterator[Finding]:
    """Yield claims that state other than their words.

    Args:
        reading: The claims.
    """
    for claim in reading.claims.values():
        texts = [reading.look(text, claim.issued) for text in claim.words(reading.claims)]
        if claim.things and texts:
            yield from _OfClaim(reading, claim, texts).check()


class _OfClaim:
    """A claim, and the texts that must carry it."""

    def __init__(self, reading: Reading, claim: Claim, texts: Sequence[Read]) -> None:
        self._reading = reading
        self._claim = claim
        self._texts = texts
        self._must = bool(claim.quote) and claim.is_stated

    def check(self) -> Iterator[Finding]:
        """Yield what the claim states other than its words."""
        claim = self._claim
        for thing, values in claim.things.items():
            yield from self._check_dates(thing)
            if "arithmetic" not in claim.kinds:
                yield from self._check_number(thing)
            for place in values.get("heldIn", ()):
                yield from self._check_place(thing, place)
        yield from self._check_parties()

    def _check_dates(self, thing: str) -> Iterator[Finding]:
        claim, texts, reading = self._claim, self._texts, self._reading
        if claim.one(thing, "type").removeprefix(CT) in _NAMED_AS_SUCH:
            return
        start, end = claim.one(thing, "startDate"), claim.one(thing, "endDate")
        precision = claim.one(thing, "datePrecision").rpartition("/")[2]
        for text in texts if start or end else ():
            if text.dates:
                exact = "quote" if self._must else "row" if claim.is_stated else ""
                fits = _fits((start, end), precision, text.dates, exact)
            else:
                fits = not self._must or bool(reading.unanchored.search(text.text))
            if not fits:
                given = " – ".join(dict.fromkeys(filter(None, (start, end))))
                said = ", ".join(map(show_date, text.dates))
                yield reading.report(
                    "date-not-in-words",
                    (claim, thing, "startDate" if start else "endDate"),
                    Words(f"The date is {given}", f"日付は{given}"),
                    Words(said or "no date", said or "日付を示さない"),
                    text.text,
                )

    def _check_number(self, thing: str) -> Iterator[Finding]:
        claim, texts, reading = self._claim, self._texts, self._reading
        currency = claim.one(thing, "currency")
        for name in ("amount", "value", "obsValue"):
            given = claim.one(thing, name)
            if not _is_number(given):
                continue
            read = [text for text in texts if text.amounts or self._must]
            if read and not any(adds_up(Decimal(given), text.amounts) for text in read):
                said = ", ".join(f"{one.value:f}" for text in read for one in text.amounts)
                yield reading.report(
                    "number-not-in-words",
                    (claim, thing, name),
                    Words(f"The number is {given}", f"数は{given}"),
                    Words(said or "no number", said or "数を示さない"),
                    read[0].text,
                )
            said_so = {
                one.is_approximate
                for text in texts
                for one in text.amounts
                if one.value == Decimal(given)
            }
            is_marked = claim.one(thing, "approximate") == "true"
            if claim.quote and len(said_so) == 1 and is_marked not in said_so:
                yield reading.report(
                    "approximate-not-as-worded",
                    (claim, thing, name),
                    Words(
                        f"The number is {'not ' * (not is_marked)}approximate",
                        f"数は{'概数' if is_marked else '概数でない'}",
                    ),
                    Words(
                        "it exactly" if is_marked else "it as approximate",
                        "概数としない" if is_marked else "概数とする",
                    ),
                    texts[0].text,
                )
        for text in texts:
            codes = [one.currencies for one in text.amounts if one.currencies]
            if currency.isupper() and codes and not any(currency in code for code in codes):
                said = ", ".join(dict.fromkeys("/".join(code) for code in codes))
                yield reading.report(
                    "currency-not-in-words",
                    (claim, thing, "currency"),
                    Words(f"The currency is {currency}", f"通貨は{currency}"),
                    Words(said, said),
                    text.text,
                )

    def _check_place(self, thing: str, place: str) -> Iterator[Finding]:
        claim, texts, reading = self._claim, self._texts, self._reading
        allowed = reading.up(place)
        for text in texts:
            if text.places & allowed or any(place in reading.up(one) for one in text.places):
                continue
            is_town = reading.classes[place] == {"Place"}
            if (text.towns and is_town) or (self._must and not self._is_here(place, text)):
                said = reading.join(text.towns or text.places)
                yield reading.report(
                    "place-not-in-words",
                    (claim, thing, "heldIn"),
                    Words(f"The place is {reading.name(place)}", f"場所は{reading.name(place)}"),
                    Words(said or "no place", said or "場所を示さない"),
                    text.text,
                )

    def _check_parties(self) -> Iterator[Finding]:
        claim, texts, reading = self._claim, self._texts, self._reading
        parties = {
            (party, thing, name): None
            for thing, values in claim.things.items()
            for name in _PARTIES
            for party in values.get(name, ())
            if reading.classes[party] - {"Actor"} - _UNNAMED
        }
        if not parties:
            return
        named = {iri for text in texts for span in text.actors for iri in span.iris}
        written = {fold_width(span.name) for text in texts for span in text.actors}
        known = {part for party, _, _ in parties for part in reading.up(party)}
        strangers = {iri for iri in named if not reading.up(iri) & known}
        for party, thing, name in parties:
            ups = reading.up(party)
            if ups & named or any(party in reading.up(one) for one in named):
                continue
            # "Ministry of Justice" may be that of another state, of which the words need not speak.
            if any(short in fold_width(name) for name in reading.names[party] for short in written):
                continue
            vague = VAGUE - reading.classes[party]
            others = {iri for iri in strangers if not reading.classes[iri] & vague}
            if self._is_here(party, texts[0]) or not (others or claim.is_stated):
                continue
            said = reading.join(others)
            yield reading.report(
                "party-not-in-words",
                (claim, thing, name),
                Words(f"{reading.name(party)} takes part", f"参加者は{reading.name(party)}"),
                Words(said or "no such name", said or "その名を示さない"),
                texts[0].text,
                severity="error" if others or claim.quote else "warning",
            )

    def _is_here(self, thing: str, text: Read) -> bool:
        """Tell whether a text speaks of a state or its country as that of its publisher."""
        reading = self._reading
        here = reading.up(self._claim.publisher)
        here |= {reading.territories.get(state, "") for state in here}
        return thing in here and bool(reading.here.search(text.text))


def _fits(period: tuple[str, str], precision: str, spans: Sequence[DateSpan], exact: str) -> bool:
    """Tell whether a period can be what one of the dates of a text means, or two its ends.

    Args:
        period: Its first and its last day, of which one may be empty.
        precision: How exact it is.
        spans: The dates of the text.
        exact: ``quote`` if the text must give the period as exactly, ``row`` if it may leave out
            the day or the month, empty if it may give a part of the period.
    """
    start, end = period
    begins, ends = start or end, end or start
    for span in spans:
        first, last = span.first.isoformat(), span.last.isoformat()
        is_within = first <= begins and ends <= last
        contains = begins <= first and last <= ends
        if not span.is_whole:  # its year is that of the page, or of another date
            months = 10 if span.precision == "day" else 7
            if first[5:months] == begins[5:months] or last[5:months] == ends[5:months]:
                return True
        finer = _FINE.get(precision, 0) - _FINE.get(span.precision, 0)
        if precision not in _FINE or span.precision not in _FINE:
            fits = begins <= last and first <= ends
        elif exact and finer == 0:
            fits = start in ("", first) and end in ("", last)
        else:
            fits = (is_within and exact != "quote") or (contains and finer <= 0)
        if fits or (span.bound in ("until", "as-of") and ends <= last):
            return True
    holders = [
        {span for span in spans if span.first.isoformat() <= day <= span.last.isoformat()}
        for day in (begins, ends)
    ]
    return all(holders) and not holders[0] & holders[1]


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"-?\d+(\.\d+)?", text))
