"""The sources that claims rest on, as a citation of the graph names them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from ctgraph.terms import CT, PREFIXES

if TYPE_CHECKING:
    from ctgraph.store import Store

_DCTERMS = PREFIXES["dcterms"]
_LABELS = (
    PREFIXES["skos"] + "prefLabel",
    PREFIXES["skos"] + "altLabel",
    PREFIXES["rdfs"] + "label",
)
_CITED = """
SELECT ?source (COUNT(DISTINCT ?claim) AS ?n) {
  ?claim a ct:Claim .
  { ?claim ct:source ?source } UNION { ?claim ct:section/ct:source ?source }
  FILTER(isIRI(?source))
} GROUP BY ?source
"""
_FACTS = """
SELECT DISTINCT ?thing ?property ?value {
  { ?x ct:source ?thing } UNION { ?x ct:source/dcterms:publisher ?thing }
  ?thing ?property ?value
}
"""
# How much of a date is known, by the local name of its precision.
_PRECISIONS = {"day": 10, "month": 7, "year": 4}


def read_sources(store: Store) -> list[dict[str, str]]:
    """Return the sources that claims rest on, those with the most claims first.

    Each has ``iri``, ``label_en``, ``label_ja``, ``date``, ``publisher_en`` and ``publisher_ja``;
    what the graph does not say is empty.

    Args:
        store: The graph.
    """
    cited: Any = store.select(_CITED)
    counts = {source.value: int(count.value) for source, count in cited}
    facts: dict[tuple[str, str], list[Any]] = {}
    rows: Any = store.select(_FACTS)
    for thing, name, value in sorted(rows, key=lambda row: str(row["value"])):
        facts.setdefault((thing.value, name.value), []).append(value)

    def literals(thing: str, *names: str) -> list[ox.Literal]:
        values = [value for name in names for value in facts.get((thing, name), ())]
        return [value for value in values if isinstance(value, ox.Literal)]

    def iri(thing: str, name: str) -> str:
        values = facts.get((thing, name), ())
        return next((one.value for one in values if isinstance(one, ox.NamedNode)), "")

    def label(thing: str, language: str) -> str:
        found = literals(thing, *_LABELS)
        return next((one.value for one in found if one.language == language), "")

    def date(thing: str) -> str:
        """The date of a source as far as it is known: ``2024-08``, or empty."""
        dates = literals(thing, CT + "startDate", _DCTERMS + "issued")
        precision = iri(thing, CT + "datePrecision").rpartition("/")[2]
        return min((one.value for one in dates), default="")[: _PRECISIONS.get(precision, 10)]

    found = []
    for source in sorted(counts, key=lambda one: (-counts[one], one)):
        publisher = iri(source, _DCTERMS + "publisher")
        found.append(
            {
                "iri": source,
                "label_en": label(source, "en"),
                "label_ja": label(source, "ja"),
                "date": date(source),
                "publisher_en": label(publisher, "en"),
                "publisher_ja": label(publisher, "ja"),
            }
        )
    return found
