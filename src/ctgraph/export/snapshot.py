"""Everything in a store as texts, by what it comes from, and looked up by subject and object."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph

from ctgraph.errors import DataError
from ctgraph.export.rdf import Content, Key, nquads_lines
from ctgraph.store import RULE_GRAPHS
from ctgraph.terms import CT, ONTOLOGY, PREFIXES

if TYPE_CHECKING:
    from ctgraph.store import Store


_log = logging.getLogger(__name__)

TYPE = PREFIXES["rdf"] + "type"
LABELS = tuple(
    PREFIXES[prefix] + name
    for prefix, name in (("skos", "prefLabel"), ("skos", "altLabel"), ("rdfs", "label"))
)
_CLAIM = CT + "Claim"
EVIDENCE = CT + "evidence"
_BASIS = CT + "basis"
_STATED = f"<{CT}Stated>"


class Snapshot(NamedTuple):
    """All triples of a store by what they come from."""

    claims: dict[str, list[Key]]
    rules: dict[str, list[Key]]
    ontology: dict[str, list[Key]]
    literals: dict[str, pyoxigraph.Literal]

    def hash(self) -> str:
        """SHA-256 of the canonical N-Quads (RDFC-1.0) of everything.

        There are no blank nodes, so the canonical form is the sorted lines.
        """
        digest = hashlib.sha256()
        for line in nquads_lines(everything(self)):
            digest.update(line.encode("utf-8"))
        return digest.hexdigest()


def read_snapshot(store: Store) -> Snapshot:
    """Everything in a store.

    Graphs that are no claim, rule or vocabulary, such as those that some servers keep for
    themselves, are left out with a warning.

    Args:
        store: The graph, wherever it is.

    Raises:
        DataError: There are no claims, or there is a blank node.
    """
    named: dict[str, list[Key]] = {}
    literals: dict[str, pyoxigraph.Literal] = {}
    texts: dict[object, str] = {}
    for quad in store.quads():
        if isinstance(quad.graph_name, pyoxigraph.NamedNode):
            key = key_of(quad.triple, literals, texts)
            named.setdefault(quad.graph_name.value, []).append(key)
        elif isinstance(quad.graph_name, pyoxigraph.BlankNode):
            raise _blank(quad.triple)
    claims: dict[str, list[Key]] = {}
    rules: dict[str, list[Key]] = {}
    ontology: dict[str, list[Key]] = {}
    schemes = {f"<{PREFIXES['skos']}ConceptScheme>", f"<{PREFIXES['owl']}Ontology>"}
    for graph, triples in named.items():
        types = {o for s, p, o in triples if s == graph and p == TYPE}
        if f"<{_CLAIM}>" in types:
            claims[graph] = triples
        elif graph.startswith(RULE_GRAPHS):
            rules[graph] = triples
        elif graph == ONTOLOGY or types & schemes:
            ontology[graph] = triples
        else:
            _log.warning("graph <%s> is no claim, rule or vocabulary and is left out", graph)
    if not claims:
        location = store.location
        raise DataError(
            "store-at-without-claim-graphs" if location else "store-without-claim-graphs",
            hint="store-without-claim-graphs",
            location=location,
        )
    return Snapshot(claims, rules, ontology, literals)


def key_of(
    triple: pyoxigraph.Triple,
    literals: dict[str, pyoxigraph.Literal],
    texts: dict[object, str],
) -> Key:
    """Return a triple as texts.

    Args:
        triple: The triple.
        literals: Where its literal, if it has one, is kept by its text.
        texts: The texts of the terms that were seen.

    Raises:
        DataError: It holds a blank node or a quoted triple.
    """
    subject, predicate, term = triple.subject, triple.predicate, triple.object
    if not isinstance(subject, pyoxigraph.NamedNode):
        raise _blank(triple)
    text = texts.get(term)
    if text is None:
        if isinstance(term, pyoxigraph.Literal):
            text = str(term)
            literals[text] = term
        elif isinstance(term, pyoxigraph.NamedNode):
            text = str(term)
        else:
            raise _blank(triple)
        texts[term] = text
    return subject.value, predicate.value, text


def _blank(triple: pyoxigraph.Triple) -> DataError:
    return DataError("blank-node-not-exportable", triple=triple)


def everything(snapshot: Snapshot) -> Content:
    """All graphs and their merge.

    Args:
        snapshot: What a store holds.
    """
    graphs = {
        graph: set(triples)
        for part in (snapshot.claims, snapshot.rules, snapshot.ontology)
        for graph, triples in part.items()
    }
    merge: set[Key] = set()
    for triples in graphs.values():
        merge |= triples
    return Content(merge, graphs, set(snapshot.claims), snapshot.literals)


class Index:
    """The asserted triples by subject, by object and by claim.

    Args:
        snapshot: Everything.
        stated_only: Whether inferred claims count as absent.
    """

    def __init__(self, snapshot: Snapshot, stated_only: bool) -> None:
        self.where: dict[Key, list[str]] = {}
        self.claims: set[str] = set()
        for claim, triples in snapshot.claims.items():
            if stated_only and not is_stated(claim, triples):
                continue
            self.claims.add(claim)
            for triple in triples:
                self.where.setdefault(triple, []).append(claim)
        self.by_subject: dict[str, list[Key]] = {}
        self.by_object: dict[str, list[Key]] = {}
        for triple in self.where:
            self.by_subject.setdefault(triple[0], []).append(triple)
            if triple[2][0] == "<":
                self.by_object.setdefault(triple[2][1:-1], []).append(triple)
        self.vocabulary: dict[str, list[Key]] = {}
        for triples in snapshot.ontology.values():
            for triple in triples:
                self.vocabulary.setdefault(triple[0], []).append(triple)

    def pointing(self, iri: str, predicates: Collection[str] | None = None) -> Iterator[str]:
        """Subjects, claims excepted, of the asserted triples that point at an IRI."""
        for subject, predicate, _ in self.by_object.get(iri, ()):
            if subject not in self.claims and (predicates is None or predicate in predicates):
                yield subject

    def cited_sources(self) -> list[str]:
        """The sources that claims rest on, those with the most claims first."""
        counts: dict[str, int] = {}
        for claim in self.claims:
            for source in self.sources_of(claim):
                counts[source] = counts.get(source, 0) + 1
        return sorted(counts, key=lambda source: (-counts[source], source))

    def sources_of(self, claim: str) -> set[str]:
        """The sources of a claim: its own, and that of its section."""
        found = set(self.objects(claim, CT + "source"))
        for section in self.objects(claim, CT + "section"):
            found.update(self.objects(section, CT + "source"))
        return found

    def objects(self, subject: str, predicate: str) -> Iterator[str]:
        """IRIs that a subject has under a predicate."""
        for _, name, text in self.by_subject.get(subject, ()):
            if name == predicate and text[0] == "<":
                yield text[1:-1]


def is_stated(claim: str, triples: Collection[Key]) -> bool:
    """Whether a claim is `ct:Stated`.

    Args:
        claim: Its IRI.
        triples: Its graph.
    """
    return (claim, _BASIS, _STATED) in triples
