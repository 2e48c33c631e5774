"""What a claim must be: how its graph describes itself, and what it may state."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from ctgraph.store.reader.checksums import Checksums
from ctgraph.store.reader.collector import Collector, find_close
from ctgraph.store.reader.places import Anonymous
from ctgraph.store.reader.vocabulary import NOTHING
from ctgraph.terms import CT, CTD, CTV, ct, prov, rdf, shorten, xsd

_SOURCE_CLASSES = frozenset((ct.Section, ct.Source, ct.Publisher))
_TEXTS = frozenset((ct.quote, ct.words, ct.sourcePage))

# Lexical forms of XML Schema 1.1 Part 2, sections 3.3.3, 3.3.9 and 3.4.13; the calendar is
# checked apart.
_ZONE = r"(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)?"
_DATE = re.compile(rf"(-?\d{{4,}})-(\d\d)-(\d\d){_ZONE}\Z", re.ASCII)
_LEXICAL = {
    xsd[name]: (name, pattern)
    for name, pattern in (
        ("date", _DATE),
        ("decimal", re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)\Z", re.ASCII)),
        ("integer", re.compile(r"[+-]?\d+\Z", re.ASCII)),
        ("boolean", re.compile(r"(?:true|false|0|1)\Z")),
    )
}
_LEXICAL_HINT = {
    "date": "write-day",
    "decimal": "write-decimal",
    "integer": "write-digits",
    "boolean": "write-boolean",
}
_DESCRIBE_HINT = {
    "section": "describe-in-source",
    "claim": "name-existing-claim",
    "individual": "describe-in-register",
}
_MOST_SHOWN = 3
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class Claim:
    """What was seen of one claim graph.

    `about` holds what it describes as long as neither a quote nor a digest of words was seen.

    Args:
        file: The file that it is in.
        graph: Its graph.
    """

    __slots__ = (
        "about",
        "basis",
        "derived_from",
        "file",
        "graph",
        "has_reason",
        "is_double",
        "is_typed",
        "own",
        "sections",
        "texts",
        "words",
    )

    def __init__(self, file: Path, graph: ox.NamedNode) -> None:
        self.file = file
        self.graph = graph
        self.is_typed = False
        self.is_double = False
        self.sections: list[ox.NamedNode] = []
        self.basis: list[object] = []
        self.derived_from: list[ox.NamedNode] = []
        self.texts: set[ox.NamedNode] = set()
        self.words: ox.NamedNode | None = None
        self.about: set[ox.NamedNode] | None = set()
        self.has_reason = False
        self.own = 0

    @property
    def name(self) -> str:
        """Its name, as messages have it."""
        return shorten(self.graph.value)

    @property
    def is_inferred(self) -> bool:
        """Whether the source does not say it in words."""
        return self.basis == [ct.Inferred]


class ClaimRules:
    """The rules for claims, and what must be remembered of them until the last file.

    Attributes:
        vocabulary: What claims may speak of.
        claims: What was seen of each claim, by its graph.
        subjects: Everything that is described.
        checksums: The digests of words.
    """

    def __init__(self, problems: Collector, base: ox.Store | None = None) -> None:
        self.vocabulary = NOTHING
        self.claims: dict[ox.NamedNode, Claim] = {}
        self.subjects: set[ox.NamedNode] = set()
        self._problems = problems
        self._base = base
        self.checksums = Checksums(problems)
        self._sections: set[ox.NamedNode] = set()
        # Sections, sources and publishers: what a claim may describe by a page alone.
        self._sources: set[ox.NamedNode] = set()
        # Every individual that is spoken of, and where first.
        self._mentioned: dict[ox.NamedNode, Claim] = {}

    # While a file is read

    def enter(self, path: Path, graph: ox.NamedNode, mine: list[Claim]) -> Claim:
        """Return what is known of the claim whose graph begins or goes on.

        Args:
            path: The file.
            graph: The claim's graph.
            mine: The claims of the file; a new one is added.
        """
        found = self.claims.get(graph)
        if found is not None and found.file == path:
            # In N-Quads the statements of a graph may stand anywhere in the file.
            if ".trig" in path.name.lower():
                self._twice(found, found)
            return found
        claim = Claim(path, graph)
        if found is not None:
            self._twice(claim, found)
            return claim
        self.claims[graph] = claim
        mine.append(claim)
        if self._base is not None and self._base.contains_named_graph(graph):
            self._report(claim, "claim-in-store-already", name=claim.name)
            claim.is_double = True
        return claim

    def check_predicate(self, claim: Claim, term: ox.NamedNode) -> None:
        """Check that a property may be used in a claim.

        Args:
            claim: The claim.
            term: The property.
        """
        if not term.value.startswith((CT, CTV)):
            return
        if term in self.vocabulary.derived_only:
            self._report(claim, "property-of-rule-stated", needle=term, name=shorten(term.value))
        elif term not in self.vocabulary.properties:
            self._unknown(claim, term, "property", self.vocabulary.properties)

    def check_object(self, claim: Claim, quad: ox.Quad, seen: set[object]) -> None:
        """Check the object of a statement, and note what it speaks of.

        Args:
            claim: The claim.
            quad: The statement.
            seen: What was checked in this file already; the object is added.
        """
        subject, predicate, value, _ = quad
        if isinstance(value, ox.NamedNode):
            if predicate != rdf.type:
                seen.add(value)
                self._check_value(claim, value)
                return
            if value in _SOURCE_CLASSES and isinstance(subject, ox.NamedNode):
                self._sources.add(subject)
                if value == ct.Section:
                    self._sections.add(subject)
            if (predicate, value) not in seen:
                seen.add((predicate, value))
                self._check_class(claim, value)
        elif isinstance(value, ox.Literal):
            form = _LEXICAL.get(value.datatype)
            if form is not None:
                # Other literals are not kept: in a large file they are too many.
                seen.add(value)
                self._check_lexical(claim, value, *form)
        else:
            key = "blank-node" if isinstance(value, ox.BlankNode) else "triple-in-triple"
            self._report(claim, key, needle=Anonymous)

    def describe(self, claim: Claim, predicate: ox.NamedNode, value: object) -> None:
        """Note what a claim says of itself.

        Args:
            claim: The claim.
            predicate: The property.
            value: Its value.
        """
        if predicate == rdf.type:
            if value == ct.Claim:
                # Two blocks side by side look like one to the parser, but describe it twice.
                if claim.is_typed:
                    self._twice(claim, claim)
                claim.is_typed = True
        elif predicate in _TEXTS:
            claim.texts.add(predicate)
            if predicate != ct.sourcePage:
                claim.about = None
            if predicate == ct.words and isinstance(value, ox.NamedNode):
                claim.words = value
        elif predicate == ct.section:
            if isinstance(value, ox.NamedNode):
                claim.sections.append(value)
        elif predicate == ct.basis:
            claim.basis.append(value)
        elif predicate == prov.wasDerivedFrom:
            if isinstance(value, ox.NamedNode):
                claim.derived_from.append(value)
        elif predicate == ct.reason:
            claim.has_reason = True

    def check_outside(
        self, path: Path, subject: object, name: object, outside: set[object]
    ) -> None:
        """Report a statement that is in no claim, once for each subject.

        Args:
            path: The file.
            subject: The subject of the statement.
            name: The graph that it is in.
            outside: Subjects that were reported already; this one is added.
        """
        if subject in outside:
            return
        outside.add(subject)
        if isinstance(name, ox.BlankNode):
            self._problems.report(path, "graph-without-name", needle=Anonymous)
            return
        thing = shorten(subject.value) if isinstance(subject, ox.NamedNode) else "a blank node"
        self._problems.report(
            path,
            "triple-outside-claim",
            needle=subject if isinstance(subject, ox.NamedNode) else Anonymous,
            thing=thing,
        )

    def check_claim(self, claim: Claim) -> None:
        """Check what a claim says of itself, when the whole file is read.

        Args:
            claim: The claim.
        """

        def report(key: str, hint: str | None = None, needle: object = None, n: int = 0) -> None:
            self._report(claim, key, hint, needle=needle, name=claim.name, n=n)

        if claim.is_double:
            # Whatever else is wrong may come from the two being taken for one.
            return
        if not claim.is_typed:
            report("graph-not-claim")
            return
        if not claim.own:
            is_row = claim.file.suffix == ".tsv"
            report("row-states-nothing" if is_row else "claim-states-nothing")
        if len(claim.sections) != 1:
            key = "claim-of-sections" if claim.sections else "claim-without-section"
            report(key, "name-section", n=len(claim.sections))
        if len(claim.texts) != 1:
            report("claim-of-texts" if claim.texts else "claim-without-text")
        if len(claim.basis) != 1 or claim.basis[0] not in (ct.Stated, ct.Inferred):
            report("claim-without-basis", needle=ct.basis if claim.basis else None)
        elif claim.basis[0] == ct.Inferred:
            if not claim.derived_from:
                report("inference-without-premise")
            if not claim.has_reason:
                report("inference-without-reason")

    def _check_class(self, claim: Claim, term: ox.NamedNode) -> None:
        if term.value.startswith((CT, CTV)) and term not in self.vocabulary.classes:
            self._unknown(claim, term, "class", self.vocabulary.classes)

    def _check_value(self, claim: Claim, term: ox.NamedNode) -> None:
        iri = term.value
        if iri.startswith(CTD):
            self._mentioned.setdefault(term, claim)
        elif iri.startswith(CTV):
            if term not in self.vocabulary.terms:
                concepts = [other for other in self.vocabulary.terms if other.value.startswith(CTV)]
                self._unknown(claim, term, "concept", concepts)
        elif iri.startswith(CT) and term not in self.vocabulary.terms:
            self._unknown(claim, term, "term", self.vocabulary.terms)

    def _check_lexical(
        self, claim: Claim, value: ox.Literal, name: str, pattern: re.Pattern[str]
    ) -> None:
        match = pattern.match(value.value)
        if match is None or (name == "date" and not _is_day(*match.groups())):
            hint = _LEXICAL_HINT[name]
            text = value.value
            self._report(claim, "literal-malformed", hint, needle=value, value=text, type=name)

    def _twice(self, claim: Claim, found: Claim) -> None:
        """Report a claim that was found before, in the same file or another."""
        key, first = "claim-twice-in-file", ""
        if found.file == claim.file:
            found.is_double = True
        else:
            line = self._problems.line(found.file, found.graph)
            first = self._problems.bundle.show(found.file) + (f":{line}" if line else "")
            key = "claim-in-other-file"
        self._report(claim, key, "rename-claim", last_block=True, name=claim.name, first=first)

    def _unknown(
        self, claim: Claim, term: ox.NamedNode, kind: str, known: Iterable[ox.NamedNode]
    ) -> None:
        self._problems.report_unknown(claim.file, claim.graph, term, kind, known)

    def _report(self, claim: Claim, key: str, hint: str | None = None, **values: Any) -> None:
        self._problems.report(claim.file, key, hint, claim=claim.graph, **values)

    # What can be known only after the last file

    def check_references(self) -> None:
        """Check that every claim, section and individual that is spoken of exists.

        And what claims rest on that others describe.
        """
        special: set[ox.NamedNode] = set()
        for claim in self.claims.values():
            for section in claim.sections:
                special.add(section)
                if section not in self._sections and not self._is_stored(
                    section, rdf.type, ct.Section
                ):
                    self._missing(claim, section, "section", self._sections)
            for other in claim.derived_from:
                special.add(other)
                if other not in self.claims and not self._is_stored(other, rdf.type, ct.Claim):
                    self._missing(claim, other, "claim", self.claims)
            if claim.words is not None:
                self.checksums.check(claim.file, claim.graph, claim.words)
            self._check_page(claim)
        for term, claim in self._mentioned.items():
            is_known = term in self.subjects or term in special
            if not is_known and not self._is_stored(term, None, None):
                self._missing(claim, term, "individual", self.subjects)

    def _check_page(self, claim: Claim) -> None:
        """Report a claim that rests on the name of a page, where words are needed."""
        if claim.about is None or claim.texts != {ct.sourcePage} or claim.is_double:
            return
        if claim.is_inferred:
            if not any(self._has_words(other) for other in claim.derived_from):
                self._report(claim, "inference-without-words", name=claim.name)
            return
        others = [
            thing
            for thing in claim.about
            if thing not in self._sources
            and not any(self._is_stored(thing, rdf.type, kind) for kind in _SOURCE_CLASSES)
        ]
        if others:
            names = sorted(shorten(thing.value) for thing in others)[:_MOST_SHOWN]
            self._report(
                claim, "claim-on-page-alone", needle=ct.sourcePage, name=claim.name, names=names
            )

    def _has_words(self, iri: ox.NamedNode) -> bool:
        """Whether a claim rests on words, quoted or by their digest."""
        claim = self.claims.get(iri)
        if claim is not None:
            return claim.about is None
        return any(self._is_stored(iri, property_, None) for property_ in (ct.quote, ct.words))

    def _is_stored(
        self, subject: ox.NamedNode, predicate: ox.NamedNode | None, value: ox.NamedNode | None
    ) -> bool:
        if self._base is None:
            return False
        quads = self._base.quads_for_pattern(subject, predicate, value, ox.DefaultGraph())
        return next(iter(quads), None) is not None

    def _missing(
        self, claim: Claim, term: ox.NamedNode, kind: str, known: Iterable[ox.NamedNode]
    ) -> None:
        # A suggestion for a problem that is not shown would only cost time.
        close = [] if self._problems.is_full() else find_close(term, known)
        hint = "did-you-mean" if close else _DESCRIBE_HINT[kind]
        name = shorten(term.value)
        self._report(claim, "unknown-term", hint, needle=term, kind=kind, name=name, near=close)


def _is_day(year: str, month: str, day: str) -> bool:
    number, of_month = int(year), int(month)
    if not 1 <= of_month <= 12 or not 1 <= int(day) <= _DAYS[of_month - 1]:
        return False
    is_leap = number % 4 == 0 and (number % 100 != 0 or number % 400 == 0)
    return of_month != 2 or int(day) < 29 or is_leap
