"""What rows may speak of: terms, concepts, actors and events, with their names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import pyoxigraph as ox

from ctgraph.store.tables.read import Row
from ctgraph.terms import CTD, CTV, ct, rdf, skos


class Page(NamedTuple):
    """A source that a row describes.

    Attributes:
        folder: The folder of the row.
        row: The row.
        sections: Its sections by locator, in the order in which facts name them.
    """

    folder: str
    row: Row
    sections: dict[str, ox.NamedNode]


class Known:
    """The classes, labels and notations of what is described so far.

    Attributes:
        terms: Every term of the ontology and the vocabularies.
        classes: The first class of each individual.
        labels: Labels by thing and language.
        notations: Concepts by another name of theirs.
        ranks: The rank of each concept that has one.
        currencies: The codes of currencies; empty if the project lists none.
        pages: The sources that rows describe, by their keys.
        facts: The claims of facts by their keys, and by the names of the claims.
    """

    def __init__(self) -> None:
        self.terms: frozenset[ox.NamedNode] = frozenset()
        self.classes: dict[ox.NamedNode, ox.NamedNode] = {}
        self.labels: dict[tuple[ox.NamedNode, str], str] = {}
        self.notations: dict[str, ox.NamedNode] = {}
        self.ranks: dict[ox.NamedNode, int] = {}
        self.currencies: frozenset[str] = frozenset()
        self.pages: dict[str, Page] = {}
        self.facts: dict[str, list[ox.NamedNode]] = {}

    def note(self, quad: ox.Quad) -> None:
        """Note what a statement says of the class, a name or the rank of a thing."""
        subject, predicate, value, _ = quad
        if not isinstance(subject, ox.NamedNode):
            return
        if predicate == rdf.type and isinstance(value, ox.NamedNode):
            self.classes.setdefault(subject, value)
        elif predicate == skos.prefLabel and isinstance(value, ox.Literal):
            self.labels.setdefault((subject, value.language or ""), value.value)
        elif predicate == skos.notation and isinstance(value, ox.Literal):
            self.notations.setdefault(value.value, subject)
        elif predicate == ct.rank and isinstance(value, ox.Literal):
            self.ranks[subject] = int(value.value)

    def noting(self, quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
        """Yield statements, and note each that goes by."""
        for quad in quads:
            self.note(quad)
            yield quad

    def concept(self, name: str) -> ox.NamedNode | None:
        """Return the concept with a name, or None."""
        term = ox.NamedNode(CTV + name)
        return term if term in self.terms else None

    def slugs(self) -> list[str]:
        """Return the names of all individuals, for suggestions."""
        return [term.value[len(CTD) :] for term in self.classes if term.value.startswith(CTD)]
