"""What claims state against the words that they rest on, read as a curator would read them.

Where words are not printed, our own sentence stands for them, in each language. What the words
contradict is an error; what they only leave out is one where a quote is said to state it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from ctgraph.query.checks.claims import Claim, read_claims
from ctgraph.query.checks.findings import Words
from ctgraph.query.wording import fold_width, known_names, read_amounts, read_dates, read_wording
from ctgraph.terms import CT, PREFIXES, shorten

if TYPE_CHECKING:
    from ctgraph.query.checks.findings import Finding
    from ctgraph.query.checks.graph import CheckedGraph
    from ctgraph.query.wording import Amount, DateSpan


RULES = {
    "date-not-in-words": Words(
        "A date is one that the words of its claim give.", "日付は主張の文言が示す日付である。"
    ),
    "number-not-in-words": Words(
        "A number is one that the words of its claim give.", "数値は主張の文言が示す数である。"
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

_PARTIES = ("participant", "member", "organization")
_UNNAMED = {"ActorGroup", "AdverseActor"}
"""Classes of those whom words describe, each in its own way."""
_VAGUE = {"ActorGroup", "State"}
"""Classes of those who are named for more than their part: as a place, in a title."""
_FINE = {"day": 3, "month": 2, "year": 1}
_NAMED_AS_SUCH = ("FiscalYear", "Source")
"""Things whose dates are not of the words: a calendar gives them, or the page itself."""


class _Read(NamedTuple):
    """A text, read.

    Attributes:
        dates: Its dates.
        amounts: Its numbers.
        actors: The actors that it names, each as a set of those that have the name.
        places: The towns that it names, outside of names of actors.
    """

    text: str
    dates: Sequence[DateSpan]
    amounts: Sequence[Amount]
    actors: Sequence[frozenset[str]]
    places: frozenset[str]


def check_words(graph: CheckedGraph, names: Collection[str]) -> Iterator[Finding]:
    """Yield claims that state other than their words.

    Args:
        graph: The graph.
        names: The rules of the group to run.
    """
    return (found for found in _Reading(graph).check() if found.rule in names)


class _Reading:
    """The claims of one graph, and what their words say."""

    def __init__(self, graph: CheckedGraph) -> None:
        self._graph = graph
        store = graph.store
        self._claims = read_claims(store)
        self._wording = read_wording(graph.bundle)
        self._actors, self._places = (known_names(store, kind) for kind in ("Actor", "Place"))
        self._names: dict[str, list[str]] = defaultdict(list)
        self._classes: dict[str, set[str]] = defaultdict(set)
        for row in store.select(_NAMED):
            self._names[row["thing"].value].append(row["name"].value)
            self._classes[row["thing"].value].add(row["class"].value.removeprefix(CT))
        self._wholes: dict[str, set[str]] = defaultdict(set)
        for part, whole in store.select(_WHOLES):
            self._wholes[part.value].add(whole.value)
        self._read: dict[tuple[str, str], _Read] = {}
        words = self._wording.dates["unanchored"]
        self._unanchored = re.compile("|".join(words["words"]), re.IGNORECASE)
        self._here = re.compile("|".join(self._wording.dates["here"]["words"]), re.IGNORECASE)

    def check(self) -> Iterator[Finding]:
        for claim in self._claims.values():
            texts = [self._look(text, claim.issued) for text in claim.words(self._claims)]
            if claim.things and texts:
                yield from self._check_things(claim, texts)
            if claim.quote and claim.is_stated:
                for text in claim.glosses.values():
                    yield from self._check_gloss(claim, self._look(text, claim.issued), texts[0])
            if {"en", "ja"} <= claim.glosses.keys():
                both = [self._look(claim.glosses[lang], claim.issued) for lang in ("en", "ja")]
                yield from self._compare(claim.iri, "gloss", *both)
        yield from self._check_labels()

    def _look(self, text: str, issued: str) -> _Read:
        """Return a text as it is read on a page of a day."""
        key = (text, issued)
        if key not in self._read:
            near = date.fromisoformat(issued) if issued else None
            spans = self._actors.find(text)
            towns = {
                iri
                for found in self._places.find(text)
                if not any(one.start < found.end and found.start < one.end for one in spans)
                for iri in found.iris
                if self._classes[iri] == {"Place"}
            }
            self._read[key] = _Read(
                text,
                read_dates(text, self._wording, near),
                read_amounts(text, self._wording),
                [frozenset(one.iris) for one in spans],
                frozenset(towns),
            )
        return self._read[key]

    # What a claim states of things

    def _check_things(self, claim: Claim, texts: Sequence[_Read]) -> Iterator[Finding]:
        must = bool(claim.quote) and claim.is_stated
        for thing, values in claim.things.items():
            yield from self._check_dates(claim, thing, texts, must)
            if "arithmetic" not in claim.kinds:
                yield from self._check_number(claim, thing, texts, must)
            for place in values.get("heldIn", ()):
                yield from self._check_place(claim, thing, place, texts, must)
        yield from self._check_parties(claim, texts)

    def _check_dates(
        self, claim: Claim, thing: str, texts: Sequence[_Read], must: bool
    ) -> Iterator[Finding]:
        if claim.one(thing, "type").removeprefix(CT) in _NAMED_AS_SUCH:
            return
        start, end = claim.one(thing, "startDate"), claim.one(thing, "endDate")
        precision = claim.one(thing, "datePrecision").rpartition("/")[2]
        for text in texts if start or end else ():
            if text.dates:
                fits = _fits(start, end, precision, text.dates, claim.is_stated)
            else:
                fits = not must or bool(self._unanchored.search(text.text))
            if not fits:
                given = " – ".join(dict.fromkeys(filter(None, (start, end))))
                said = ", ".join(map(_show_date, text.dates))
                yield self._report(
                    "date-not-in-words",
                    (claim, thing, "startDate" if start else "endDate"),
                    Words(f"The date is {given}", f"日付は{given}"),
                    Words(said or "no date", said or "日付を示さない"),
                    text.text,
                )

    def _check_number(
        self, claim: Claim, thing: str, texts: Sequence[_Read], must: bool
    ) -> Iterator[Finding]:
        name = "amount" if claim.one(thing, "amount") else "value"
        given, currency = claim.one(thing, name), claim.one(thing, "currency")
        if given and _is_number(given):
            read = [text for text in texts if text.amounts or must]
            if read and not any(_adds_up(Decimal(given), text.amounts) for text in read):
                said = ", ".join(f"{one.value:f}" for text in read for one in text.amounts)
                yield self._report(
                    "number-not-in-words",
                    (claim, thing, name),
                    Words(f"The number is {given}", f"数は{given}"),
                    Words(said or "no number", said or "数を示さない"),
                    read[0].text,
                )
        for text in texts:
            codes = [one.currencies for one in text.amounts if one.currencies]
            if currency and codes and not any(currency in code for code in codes):
                said = ", ".join(dict.fromkeys("/".join(code) for code in codes))
                yield self._report(
                    "currency-not-in-words",
                    (claim, thing, "currency"),
                    Words(f"The currency is {currency}", f"通貨は{currency}"),
                    Words(said, said),
                    text.text,
                )

    def _check_place(
        self, claim: Claim, thing: str, place: str, texts: Sequence[_Read], must: bool
    ) -> Iterator[Finding]:
        allowed = self._up(place)
        for text in texts:
            named = {iri for found in self._places.find(text.text) for iri in found.iris}
            if named & allowed or any(place in self._up(one) for one in named):
                continue
            is_town = self._classes[place] == {"Place"}
            if (text.places and is_town) or (must and not self._here.search(text.text)):
                said = self._list(text.places or named)
                yield self._report(
                    "place-not-in-words",
                    (claim, thing, "heldIn"),
                    Words(f"The place is {self._name(place)}", f"場所は{self._name(place)}"),
                    Words(said or "no place", said or "場所を示さない"),
                    text.text,
                )

    def _check_parties(self, claim: Claim, texts: Sequence[_Read]) -> Iterator[Finding]:
        parties = {
            (party, thing, name): None
            for thing, values in claim.things.items()
            for name in _PARTIES
            for party in values.get(name, ())
            if self._classes[party] - {"Actor"} - _UNNAMED
        }
        if not parties:
            return
        named = {iri for text in texts for iris in text.actors for iri in iris}
        known = {part for party, _, _ in parties for part in self._up(party)}
        others = {
            iri for iri in named if not self._classes[iri] & _VAGUE and not self._up(iri) & known
        }
        for party, thing, name in parties:
            ups = self._up(party)
            if ups & named or any(party in self._up(one) for one in named):
                continue
            is_here = "State" in self._classes[party] and self._here.search(texts[0].text)
            if is_here or not (others or claim.is_stated):
                continue
            said = self._list(others)
            yield self._report(
                "party-not-in-words",
                (claim, thing, name),
                Words(f"{self._name(party)} takes part", f"参加者は{self._name(party)}"),
                Words(said or "no such name", said or "その名を示さない"),
                texts[0].text,
                severity="error" if others or claim.quote else "warning",
            )

    # Our words against others

    def _check_gloss(self, claim: Claim, gloss: _Read, quote: _Read) -> Iterator[Finding]:
        odd = [
            _show_date(span)
            for span in gloss.dates
            if span.is_whole and quote.dates and not any(_overlap(span, one) for one in quote.dates)
        ]
        odd += [
            f"{one.value:f}"
            for one in gloss.amounts
            if _key(one) in map(_key, quote.amounts)
            and _key(one)
            and not _adds_up(one.value, quote.amounts)
        ]
        odd += self._other_names(gloss, quote)
        if odd:
            said = ", ".join(odd)
            yield self._report(
                "gloss-not-in-words",
                (claim, claim.iri, "gloss"),
                Words(f"The gloss says {said}", f"要約は{said}"),
                Words("something else", "異なる"),
                quote.text,
            )

    def _compare(self, thing: str, name: str, english: _Read, japanese: _Read) -> Iterator[Finding]:
        """Yield a finding if each of two texts says what the other does not."""
        pairs: list[tuple[set[str], set[str]]] = []
        for tell in (_tell_years, _tell_months, _tell_money):
            pairs.append((tell(english), tell(japanese)))
        for unit in {one.unit for one in english.amounts if one.unit}:
            pairs.append(
                (_tell_counts(english, japanese, unit), _tell_counts(japanese, english, unit))
            )
        pairs.append(
            (set(self._other_names(english, japanese)), set(self._other_names(japanese, english)))
        )
        for one, other in pairs:
            if one - other and other - one:
                en, ja = (", ".join(sorted(left)) for left in (one - other, other - one))
                yield self._graph.make_finding(
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

    def _check_labels(self) -> Iterator[Finding]:
        labels: dict[str, dict[str, str]] = defaultdict(dict)
        for thing, label in self._graph.store.select(_LABELS):
            labels[thing.value][label.language] = label.value
        for thing, said in labels.items():
            if {"en", "ja"} <= said.keys() and said["en"] != said["ja"]:
                yield from self._compare(
                    thing, "prefLabel", self._look(said["en"], ""), self._look(said["ja"], "")
                )

    def _other_names(self, text: _Read, other: _Read) -> list[str]:
        """Return the bodies that a text names and another, which names some too, does not."""
        mine, others = self._unshared(text, other), self._unshared(other, text)
        return mine if others else []

    def _unshared(self, text: _Read, other: _Read) -> list[str]:
        """Return the bodies that a text names and another does not, not even in a longer name."""
        known = {part for iris in other.actors for iri in iris for part in self._up(iri)}
        there = fold_width(other.text)
        return [
            self._name(min(iris))
            for iris in text.actors
            if not any(
                self._classes[iri] & _VAGUE
                or self._up(iri) & known
                or any(fold_width(name) in there for name in self._names[iri])
                for iri in iris
            )
        ]

    # What is common

    def _up(self, thing: str) -> set[str]:
        """Return a thing and all that it is a part of."""
        found, pending = {thing}, [thing]
        while pending:
            more = self._wholes.get(pending.pop(), set()) - found
            found |= more
            pending += more
        return found

    def _name(self, thing: str) -> str:
        return next(iter(self._names[thing]), shorten(thing))

    def _list(self, things: Iterable[str]) -> str:
        return ", ".join(sorted(map(self._name, things)))

    def _report(
        self,
        rule: str,
        where: tuple[Claim, str, str],
        given: Words,
        said: Words,
        text: str,
        *,
        severity: str = "error",
    ) -> Finding:
        """Return a finding about a property of a thing in a claim."""
        claim, thing, name = where
        shown = " ".join(text.split())
        shown = shown if len(shown) <= 160 else shown[:159] + "…"
        return self._graph.make_finding(
            rule,
            severity,
            thing,
            Words(
                f"{given.en}, but {shorten(claim.iri)} gives {said.en}: {shown}",
                f"{given.ja}だが、{shorten(claim.iri)}は{said.ja}：{shown}",
            ),
            _REPAIRS["quote" if claim.quote else "row"],
            group="words",
            property_iri=(PREFIXES["org"] if name in _PARTIES[1:] else CT) + name,
            graph=claim.iri,
        )


_REPAIRS = {
    "quote": Words(
        "Correct the value, or quote the words that say it; what other claims say is ct:Inferred "
        "and names them.",
        "値を直すか、それを述べる語句を引用する。他の主張によるものはct:Inferredにしてその主張を示す。",
    ),
    "row": Words(
        "Correct the column, or the sentence (statement_en, statement_ja) if the page says so.",
        "列の値を直すか、ページがそう述べているなら文（statement_en、statement_ja）を直す。",
    ),
}


def _fits(start: str, end: str, precision: str, spans: Sequence[DateSpan], is_exact: bool) -> bool:
    """Tell whether a period can be what one of the dates of a text means, or two its ends."""
    begins, ends = start or end, end or start
    for span in spans:
        first, last = span.first.isoformat(), span.last.isoformat()
        is_within = first <= begins and ends <= last
        contains = begins <= first and last <= ends
        if precision not in _FINE or span.precision not in _FINE:
            fits = begins <= last and first <= ends
        elif is_exact and _FINE[precision] == _FINE[span.precision]:
            fits = start in ("", first) and end in ("", last)
        else:
            fits = is_within or (contains and _FINE[precision] <= _FINE[span.precision])
        if fits or (span.bound in ("until", "as-of") and ends <= last):
            return True
    holders = [
        {span for span in spans if span.first.isoformat() <= day <= span.last.isoformat()}
        for day in (begins, ends)
    ]
    return all(holders) and not holders[0] & holders[1]


def _overlap(one: DateSpan, other: DateSpan) -> bool:
    return one.first <= other.last and other.first <= one.last


def _show_date(span: DateSpan) -> str:
    first, last = span.first.isoformat(), span.last.isoformat()
    cut = {"day": 10, "month": 7, "year": 4}.get(span.precision, 10)
    return " – ".join(dict.fromkeys((first[:cut], last[:cut])))


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"-?\d+(\.\d+)?", text))


def _adds_up(number: Decimal, amounts: Sequence[Amount]) -> bool:
    """Tell whether a number is one of a text, or the sum of some that follow each other."""
    values = [one.value for one in amounts]
    return any(number in accumulate(values[start:]) for start in range(len(values)))


def _key(amount: Amount) -> tuple[str, ...]:
    """Return what an amount is an amount of; nothing if that is not known."""
    return amount.currencies or ((amount.unit,) if amount.unit else ())


def _tell_years(text: _Read) -> set[str]:
    return {
        str(year)
        for span in text.dates
        for year in range(span.first.year, span.last.year + 1)
        if span.precision != "fiscal-year"
    }


def _tell_months(text: _Read) -> set[str]:
    return {
        f"{day:%Y-%m}"
        for span in text.dates
        if span.precision in ("day", "month")
        for day in (span.first, span.last)
    }


def _tell_money(text: _Read) -> set[str]:
    return {f"{one.value.normalize():f}" for one in text.amounts if one.currencies}


def _tell_counts(text: _Read, other: _Read, unit: str) -> set[str]:
    """Return the counts of a unit that stand in no form in another text."""
    there = {one.value for one in other.amounts}
    return {
        f"{one.value.normalize():f} ({unit})"
        for one in text.amounts
        if one.unit == unit and one.value not in there
    }


_NAMED = f"""
PREFIX rdfs: <{PREFIXES["rdfs"]}>
PREFIX skos: <{PREFIXES["skos"]}>
SELECT DISTINCT ?thing ?class ?name
WHERE {{
  VALUES ?kind {{ <{CT}Actor> <{CT}AdverseActor> <{CT}Place> }}
  ?class rdfs:subClassOf* ?kind .
  VALUES ?property {{ skos:prefLabel skos:altLabel }}
  ?thing a ?class ; ?property ?name .
}}
ORDER BY ?thing DESC(?property) DESC(LANG(?name) = "en")
"""

_WHOLES = f"SELECT DISTINCT ?part ?whole {{ ?part <{CT}parentBody>|<{CT}withinPlace> ?whole }}"

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
