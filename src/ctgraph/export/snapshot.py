"""Everything in a store by what it comes from, and looked up by subject and object."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from ctgraph.errors import DataError
from ctgraph.export.rdf import Content, canonical_lines
from ctgraph.store import RULE_GRAPHS
from ctgraph.terms import ONTOLOGY, ct, owl, rdf, rdfs, skos

if TYPE_CHECKING:
    from ctgraph.store import Store


_log = logging.getLogger(__name__)

LABELS = (skos.prefLabel, skos.altLabel, rdfs.label)
_SCHEMES = (skos.ConceptScheme, owl.Ontology)

Graphs = dict[ox.NamedNode, set[ox.Triple]]
"""Named graphs by their IRIs."""


class Snapshot(NamedTuple):
    """All triples of a store by what they come from.

    Attributes:
        claims: The triples of each claim.
        rules: What each rule derives.
        ontology: The ontology and the vocabularies.
        set_aside: What claims say and the merge leaves out, for another source is preferred.
    """

    claims: Graphs
    rules: Graphs
    ontology: Graphs
    set_aside: Collection[ox.Triple] = ()

    def hash(self) -> str:
        """Return the SHA-256 of the canonical N-Quads (RDFC-1.0) of everything.

        There are no blank nodes, so the canonical form is the sorted lines.
        """
        content = everything(self)
        lines = canonical_lines(content.triples, content.graphs)
        return hashlib.sha256(b"".join(lines)).hexdigest()


def read_snapshot(store: Store) -> Snapshot:
    """Return everything in a store.

    Graphs that are no claim, rule or vocabulary, such as those that some servers keep for
    themselves, are left out with a warning.

    Args:
        store: The graph, wherever it is.

    Raises:
        DataError: There are no claims, or there is a blank node.
    """
    named: Graphs = {}
    merged: set[ox.Triple] = set()
    for quad in store.quads():
        graph = quad.graph_name
        if isinstance(graph, ox.NamedNode):
            triple = quad.triple
            if not is_plain(triple):
                raise _blank(triple)
            named.setdefault(graph, set()).add(triple)
        elif isinstance(graph, ox.BlankNode):
            raise _blank(quad.triple)
        else:
            merged.add(quad.triple)
    found = Snapshot({}, {}, {})
    for graph, triples in named.items():
        if ox.Triple(graph, rdf.type, ct.Claim) in triples:
            found.claims[graph] = triples
        elif graph.value.startswith(RULE_GRAPHS):
            found.rules[graph] = triples
        elif graph.value == ONTOLOGY or any(
            ox.Triple(graph, rdf.type, kind) in triples for kind in _SCHEMES
        ):
            found.ontology[graph] = triples
        else:
            _log.warning("graph %s is no claim, rule or vocabulary and is left out", graph)
    if not found.claims:
        location = store.location
        raise DataError(
            "store-at-without-claim-graphs" if location else "store-without-claim-graphs",
            hint="store-without-claim-graphs",
            location=location,
        )
    set_aside = set().union(*found.claims.values()) - merged
    return found._replace(set_aside=set_aside)


def check_plain(triple: ox.Triple) -> ox.Triple:
    """Return a triple that has IRIs and literals alone.

    Args:
        triple: Any triple.

    Raises:
        DataError: It holds a blank node or a quoted triple.
    """
    if not is_plain(triple):
        raise _blank(triple)
    return triple


def is_plain(triple: ox.Triple) -> bool:
    """Say whether a triple has IRIs and literals alone.

    Args:
        triple: Any triple.
    """
    return isinstance(triple.subject, ox.NamedNode) and isinstance(
        triple.object, (ox.NamedNode, ox.Literal)
    )


def subject_of(triple: ox.Triple) -> ox.NamedNode:
    """Return the subject of a triple that has IRIs and literals alone.

    Args:
        triple: A triple that `check_plain` let pass.
    """
    return triple.subject  # type: ignore[return-value]


def _blank(triple: ox.Triple) -> DataError:
    return DataError("blank-node-not-exportable", triple=triple)


def everything(snapshot: Snapshot) -> Content:
    """Return all graphs and their merge.

    Args:
        snapshot: What a store holds.
    """
    graphs = {**snapshot.claims, **snapshot.rules, **snapshot.ontology}
    merge = set().union(*graphs.values()).difference(snapshot.set_aside)
    return Content(merge, graphs, snapshot.claims)


class Index:
    """The asserted triples by subject, by object and by claim.

    Args:
        snapshot: Everything.
        stated_only: Whether inferred claims count as absent.
    """

    def __init__(self, snapshot: Snapshot, stated_only: bool) -> None:
        self.where: dict[ox.Triple, list[ox.NamedNode]] = {}
        self.claims: set[ox.NamedNode] = set()
        for claim, triples in snapshot.claims.items():
            if stated_only and not is_stated(claim, triples):
                continue
            self.claims.add(claim)
            for triple in triples:
                self.where.setdefault(triple, []).append(claim)
        self._ontology = snapshot.ontology

    @cached_property
    def by_subject(self) -> dict[ox.NamedNode, list[ox.Triple]]:
        """The asserted triples by subject."""
        return _by_subject(self.where)

    @cached_property
    def by_object(self) -> dict[ox.NamedNode, list[ox.Triple]]:
        """The asserted triples by the thing that is their object."""
        found: dict[ox.NamedNode, list[ox.Triple]] = {}
        for triple in self.where:
            thing = triple.object
            if isinstance(thing, ox.NamedNode):
                found.setdefault(thing, []).append(triple)
        return found

    @cached_property
    def vocabulary(self) -> dict[ox.NamedNode, list[ox.Triple]]:
        """The triples of the ontology and the vocabularies by subject."""
        return _by_subject(one for triples in self._ontology.values() for one in triples)

    def pointing(
        self, thing: ox.NamedNode, predicates: Collection[ox.NamedNode] | None = None
    ) -> Iterator[ox.NamedNode]:
        """Yield the subjects, claims excepted, of the asserted triples that point at a thing."""
        for one in self.by_object.get(thing, ()):
            subject = subject_of(one)
            if subject not in self.claims and (predicates is None or one.predicate in predicates):
                yield subject

    def objects(self, subject: ox.NamedNode, predicate: ox.NamedNode) -> Iterator[ox.NamedNode]:
        """Yield the things that a subject has under a predicate."""
        for one in self.by_subject.get(subject, ()):
            if one.predicate == predicate and isinstance(one.object, ox.NamedNode):
                yield one.object


def _by_subject(triples: Iterable[ox.Triple]) -> dict[ox.NamedNode, list[ox.Triple]]:
    found: dict[ox.NamedNode, list[ox.Triple]] = {}
    for triple in triples:
        found.setdefault(subject_of(triple), []).append(triple)
    return found


def is_stated(claim: ox.NamedNode, triples: Collection[ox.Triple]) -> bool:
    """Say whether a claim is `ct:Stated`.

    Args:
        claim: Its IRI.
        triples: Its graph.
    """
    return ox.Triple(claim, ct.basis, ct.Stated) in triples
