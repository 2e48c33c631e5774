"""Counts of what a graph holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ctgraph.query.scope import describe_scope
from ctgraph.terms import CT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ctgraph.store import Store
    from ctgraph.terms import Language


class Count(NamedTuple):
    """How many things of one kind there are."""

    term: str
    """IRI of the kind: a class, a section, a source, a basis, a property."""
    label: str
    """Its name in the language that was asked for."""
    number: int


class Statistics(NamedTuple):
    """What is in a graph, counted."""

    triples: int
    """Triples of the default graph, each counted once."""
    claims: int
    sources: int
    actors: int
    activities: int
    bases: Sequence[Count]
    """Claims by basis: stated, inferred."""
    classes: Sequence[Count]
    """Things by class of the ontology, most first; a thing of two classes counts in both."""
    sections: Sequence[Count]
    """Claims by section of a source, in the order of the sections."""
    kinds: Sequence[Count]
    """Claims by kind of source, most first; a source without a kind is left out."""
    derived: Sequence[Count]
    """Triples that each rule made, by rule."""
    ties: int
    """Pairs of actors that cooperate."""
    versions: Mapping[str, str]
    """As `Store.version_info` gives them: ontology, package, engine, hash of the claims."""
    scope: Mapping[str, Any]
    """Whose claims were counted, and until when, as `describe_scope` gives it."""

    def to_dict(self) -> dict[str, Any]:
        """Return the same counts as plain dicts and lists, ready for JSON."""
        plain = self._asdict()
        for name in ("bases", "classes", "sections", "kinds", "derived"):
            plain[name] = [entry._asdict() for entry in plain[name]]
        plain["versions"] = dict(self.versions)
        if not self.scope:
            del plain["scope"]
        return plain


_COUNT_CLASSES = """
SELECT ?term (COUNT(DISTINCT ?thing) AS ?count) {
  ?thing a ?term .
  FILTER(STRSTARTS(STR(?term), STR(ct:)) || ?term IN (qb:Observation, skos:Concept))
} GROUP BY ?term ORDER BY DESC(?count) ?term"""

_COUNT_BASES = """
SELECT ?term (COUNT(DISTINCT ?claim) AS ?count) {
  ?claim a ct:Claim ; ct:basis ?term .
} GROUP BY ?term ORDER BY DESC(?count) ?term"""

_COUNT_SECTIONS = """
SELECT ?term (COUNT(DISTINCT ?claim) AS ?count) (MIN(?place) AS ?order) {
  ?claim a ct:Claim ; ct:section ?term .
  OPTIONAL { ?term ct:order ?place }
} GROUP BY ?term ORDER BY ?order ?term"""

_COUNT_KINDS = """
SELECT ?term (COUNT(DISTINCT ?claim) AS ?count) {
  ?claim a ct:Claim ; ct:section/ct:source/ct:sourceKind ?term .
} GROUP BY ?term ORDER BY DESC(?count) ?term"""

_COUNT_DERIVED = """
SELECT ?term (COUNT(*) AS ?count) {
  GRAPH ?term { ?s ?p ?o }
  FILTER(STRSTARTS(STR(?term), CONCAT(STR(ctd:), "rule-")))
} GROUP BY ?term ORDER BY ?term"""


def count_statistics(store: Store, lang: Language) -> Statistics:
    """Return what is in a store, counted by queries, so that every kind of store answers alike.

    Args:
        store: An open store.
        lang: Language of the labels.
    """

    def count(pattern: str) -> int:
        for solution in store.select(f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ {pattern} }}"):
            return int(solution["n"].value)
        return 0

    def table(text: str) -> list[Count]:
        found: list[tuple[str, int]] = [
            (solution["term"].value, int(solution["count"].value))
            for solution in store.select(text)
            if solution["term"] is not None  # an empty group has a count of 0 and no term
        ]
        labels = store.labels([term for term, _ in found], lang)
        return [Count(term, labels.get(term, term), number) for term, number in found]

    triples = next(iter(store.select("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")))
    return Statistics(
        triples=int(triples["n"].value),
        claims=count("?x a ct:Claim"),
        sources=count("?x a ct:Source"),
        actors=count("?x a/rdfs:subClassOf* ct:Actor"),
        activities=count("?x a/rdfs:subClassOf* ct:Activity"),
        bases=table(_COUNT_BASES),
        classes=table(_COUNT_CLASSES),
        sections=table(_COUNT_SECTIONS),
        kinds=table(_COUNT_KINDS),
        derived=table(_COUNT_DERIVED),
        ties=count(f"?x a <{CT}CooperationTie>"),
        versions=store.version_info(),
        scope=describe_scope(store),
    )
