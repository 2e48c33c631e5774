"""Texts as the checks of words read them: their dates, numbers and names, with what has those."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
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
    from ctgraph.query.wording import Amount, DateSpan, NameSpan


VAGUE = {"ActorGroup", "State"}
"""Classes of those who are named for more than their part: as a place, in a title."""


class Read(NamedTuple):
    """A text, read.

    Attributes:
        dates: Its dates.
        amounts: Its numbers.
        actors: The names of actors in it.
        places: The places that it names.
        towns: Those of them that are towns, outside of names of actors.
    """

    text: str
    dates: Sequence[DateSpan]
    amounts: Sequence[Amount]
    actors: Sequence[NameSpan]
    places: frozenset[str]
    towns: frozenset[str]


class Reading:
    """The claims of a graph, and what their words say.

    Attributes:
        graph: The graph.
        claims: Its claims that rest on words.
        names: The names of actors and places, the preferred one in English first.
        classes: The classes of each.
        territories: The country of each state.
        actors: Finds names of actors.
        places: Finds names of places.
        unanchored: Finds words for a period that do not say when it was.
        here: Finds words for the state and the country of whoever speaks.
    """

    def __init__(self, graph: CheckedGraph) -> None:
        self.graph = graph
        store = graph.store
        self.claims = read_claims(store)
        self.wording = read_wording(graph.bundle)
        self.actors, self.places = (known_names(store, kind) for kind in ("Actor", "Place"))
        self.names: dict[str, list[str]] = defaultdict(list)
        self.classes: dict[str, set[str]] = defaultdict(set)
        for row in store.select(_NAMED):
            self.names[row["thing"].value].append(row["name"].value)
            self.classes[row["thing"].value].add(row["class"].value.removeprefix(CT))
        self._wholes: dict[str, set[str]] = defaultdict(set)
        for part, whole in store.select(_WHOLES):
            self._wholes[part.value].add(whole.value)
        self.territories = {
            state.value: country.value for state, country in store.select(_TERRITORIES)
        }
        self._read: dict[tuple[str, str], Read] = {}
        words = self.wording.dates["unanchored"]
        self.unanchored = re.compile("|".join(words["words"]), re.IGNORECASE)
        self.here = re.compile("|".join(self.wording.dates["here"]["words"]), re.IGNORECASE)

    def look(self, text: str, issued: str) -> Read:
        """Return a text as it is read on a page of a day."""
        key = (text, issued)
        if key not in self._read:
            near = date.fromisoformat(issued) if issued else None
            spans = self.actors.find(text)
            places = self.places.find(text)
            towns = {
                iri
                for found in places
                if not any(one.start < found.end and found.start < one.end for one in spans)
                for iri in found.iris
                if self.classes[iri] == {"Place"}
            }
            self._read[key] = Read(
                text,
                read_dates(text, self.wording, near),
                read_amounts(text, self.wording),
                spans,
                frozenset(iri for found in places for iri in found.iris),
                frozenset(towns),
            )
        return self._read[key]

    def up(self, thing: str) -> set[str]:
        """Return a thing and all that it is a part of."""
        found, pending = {thing}, [thing]
        while pending:
            more = self._wholes.get(pending.pop(), set()) - found
            found |= more
            pending += more
        return found

    def name(self, thing: str) -> str:
        """Return the English name of an actor or a place."""
        return next(iter(self.names[thing]), shorten(thing))

    def join(self, things: Iterable[str]) -> str:
        """Return the names of some actors or places, sorted."""
        return ", ".join(sorted(map(self.name, things)))

    def other_names(self, text: Read, other: Read) -> list[str]:
        """Return the bodies that a text names and another, which names some too, does not."""
        mine, others = self._unshared(text, other), self._unshared(other, text)
        return mine if others else []

    def _unshared(self, text: Read, other: Read) -> list[str]:
        """Return the bodies that a text names and another does not, not even in a longer name."""
        known = {part for span in other.actors for iri in span.iris for part in self.up(iri)}
        there = fold_width(other.text)
        return [
            self.name(span.iris[0])
            for span in text.actors
            if not any(
                self.classes[iri] & VAGUE
                or self.up(iri) & known
                or any(fold_width(name) in there for name in self.names[iri])
                for iri in span.iris
            )
        ]

    def report(
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
        return self.graph.make_finding(
            rule,
            severity,
            thing,
            Words(
                f"{given.en}, but {shorten(claim.iri)} gives {said.en}: {shown}",
                f"{given.ja}だが、{shorten(claim.iri)}は{said.ja}：{shown}",
            ),
            _REPAIRS["quote" if claim.quote else "row"],
            group="words",
            property_iri=PREFIXES[_OTHER_PREFIXES.get(name, "ct")] + name,
            graph=claim.iri,
        )


_OTHER_PREFIXES = {"member": "org", "organization": "org", "obsValue": "sdmx-measure"}
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


def show_date(span: DateSpan) -> str:
    """Return a date of a text, as exact as it is."""
    first, last = span.first.isoformat(), span.last.isoformat()
    cut = {"day": 10, "month": 7, "year": 4}.get(span.precision, 10)
    return " – ".join(dict.fromkeys((first[:cut], last[:cut])))


def adds_up(number: Decimal, amounts: Sequence[Amount]) -> bool:
    """Tell whether a number is one of a text, or the sum of some that follow each other."""
    values = [one.value for one in amounts]
    return any(number in accumulate(values[start:]) for start in range(len(values)))


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

_TERRITORIES = f"SELECT DISTINCT ?state ?country {{ ?state <{CT}territory> ?country }}"

_WHOLES = f"SELECT DISTINCT ?part ?whole {{ ?part <{CT}parentBody>|<{CT}withinPlace> ?whole }}"
