"""The best label of each of many IRIs, straight from the engine."""

from __future__ import annotations

from collections.abc import Sequence

import pyoxigraph as ox

from ctgraph.terms import PREFIXES

_PREF_LABEL = ox.NamedNode(PREFIXES["skos"] + "prefLabel")
_RDFS_LABEL = ox.NamedNode(PREFIXES["rdfs"] + "label")
_TITLE = ox.NamedNode(PREFIXES["dcterms"] + "title")
LABELS = (_PREF_LABEL, _RDFS_LABEL, _TITLE)


LABELS_AT_ONCE = 500


def is_mentioned(graph: ox.Store, iri: str) -> bool:
    """Tell whether an IRI is subject, predicate or object of a triple of the merge."""
    try:
        term = ox.NamedNode(iri)
    except ValueError:
        return False
    default = ox.DefaultGraph()
    found = (
        graph.quads_for_pattern(term, None, None, default),
        graph.quads_for_pattern(None, term, None, default),
        graph.quads_for_pattern(None, None, term, default),
    )
    return any(next(quads, None) is not None for quads in found)


def labels_of(graph: ox.Store, iri: str) -> list[tuple[int, ox.Literal]]:
    """Return the labels of a thing, each with the rank of its property."""
    try:
        thing = ox.NamedNode(iri)
    except ValueError:
        return []
    default = ox.DefaultGraph()
    for rank, kind in enumerate(LABELS):
        found = [
            (rank, quad.object)
            for quad in graph.quads_for_pattern(thing, kind, None, default)
            if isinstance(quad.object, ox.Literal)
        ]
        if found:
            return found
    return []


def best_label(labels: Sequence[tuple[int, ox.Literal]], lang: str) -> str | None:
    """Return the label to show in a language; None if there is none."""
    if not labels:
        return None

    def order(label: tuple[int, ox.Literal]) -> tuple[int, int, str]:
        rank, literal = label
        languages = (lang, "en", None)
        place = languages.index(literal.language) if literal.language in languages else 3
        return rank, place, literal.value

    return min(labels, key=order)[1].value
