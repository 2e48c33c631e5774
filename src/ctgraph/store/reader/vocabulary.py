"""What the ontology and the vocabularies define, and whether they are right themselves."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from ctgraph.store.reader.collector import Collector
from ctgraph.store.reader.places import Anonymous
from ctgraph.terms import CT, CTV, ct, owl, rdf, rdfs, skos

_CLASS_TYPES = frozenset((owl.Class, rdfs.Class))
_PROPERTY_TYPES = frozenset(
    (owl.ObjectProperty, owl.DatatypeProperty, owl.AnnotationProperty, rdf.Property)
)


class Vocabulary(NamedTuple):
    """What the ontology and the vocabularies define.

    Attributes:
        classes: Classes in the namespace of the ontology.
        properties: Properties in that namespace.
        terms: All terms and concepts in our two namespaces for them.
        derived_only: Properties that only rules may make.
    """

    classes: frozenset[ox.NamedNode]
    properties: frozenset[ox.NamedNode]
    terms: frozenset[ox.NamedNode]
    derived_only: frozenset[ox.NamedNode]


NOTHING = Vocabulary(frozenset(), frozenset(), frozenset(), frozenset())
"""The vocabulary before any file is read."""


def find_scheme(path: Path, quads: list[ox.Quad], problems: Collector) -> ox.NamedNode | None:
    """Return the one scheme that a file describes, or None after reporting that it is not one.

    Args:
        path: The file.
        quads: What it holds.
        problems: Where problems are added.
    """
    schemes = {
        quad.subject: None
        for quad in quads
        if quad.predicate == rdf.type and quad.object == skos.ConceptScheme
    }
    if len(schemes) == 1:
        scheme = next(iter(schemes))
        if isinstance(scheme, ox.NamedNode):
            return scheme
    problems.report(path, "schemes-not-one", n=len(schemes))
    return None


def define(quads: Iterable[ox.Quad], subjects: set[ox.NamedNode]) -> Vocabulary:
    """Return what quads define.

    Args:
        quads: Those of the ontology and all vocabularies.
        subjects: Everything they describe is added to it.
    """
    classes: set[ox.NamedNode] = set()
    properties: set[ox.NamedNode] = set()
    terms: set[ox.NamedNode] = set()
    derived: set[ox.NamedNode] = set()
    for subject, predicate, value, _ in quads:
        if not isinstance(subject, ox.NamedNode):
            continue
        subjects.add(subject)
        if not subject.value.startswith((CT, CTV)):
            continue
        terms.add(subject)
        if predicate == rdf.type:
            if value in _CLASS_TYPES:
                classes.add(subject)
            elif value in _PROPERTY_TYPES:
                properties.add(subject)
        elif predicate == ct.derivedBy:
            derived.add(subject)
    return Vocabulary(
        frozenset(classes), frozenset(properties), frozenset(terms), frozenset(derived)
    )


def check_vocabulary(
    path: Path, quads: list[ox.Quad], known: frozenset[ox.NamedNode], problems: Collector
) -> None:
    """Check that a file of ontology or vocabulary uses only terms that are defined.

    Args:
        path: The file.
        quads: What it holds.
        known: All terms that are defined.
        problems: Where problems are added.
    """
    seen: set[object] = set()
    for quad in quads:
        subject, predicate, value, _ = quad
        if isinstance(subject, ox.BlankNode) or isinstance(value, ox.BlankNode):
            problems.report(path, "blank-node", needle=Anonymous)
        for term in (predicate, value):
            if term in seen or not isinstance(term, ox.NamedNode):
                continue
            seen.add(term)
            if term.value.startswith((CT, CTV)) and term not in known:
                problems.report_unknown(path, None, term, "term", known)
