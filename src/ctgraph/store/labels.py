"""The labels of things, and which of them is shown."""

from __future__ import annotations

from collections.abc import Sequence

import pyoxigraph as ox

from ctgraph.terms import LANGUAGES, dcterms, rdfs, skos

LABELS = (skos.prefLabel, rdfs.label, dcterms.title)
"""What names a thing, the best first."""

Label = tuple[int, ox.Literal]
"""A label with the rank of its property in `LABELS`."""

_TITLE_RANK = LABELS.index(dcterms.title)
LABELS_AT_ONCE = 500
"""Things whose labels are asked for in one query, where each query travels."""


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


def read_labels(graph: ox.Store, iri: str) -> list[Label]:
    """Return the labels of a thing; titles only if it has no other.

    Args:
        graph: The engine's store.
        iri: The thing.
    """
    try:
        thing = ox.NamedNode(iri)
    except ValueError:
        return []
    default = ox.DefaultGraph()
    found: list[Label] = []
    for rank, kind in enumerate(LABELS):
        if rank == _TITLE_RANK and found:
            break
        found += [
            (rank, quad.object)
            for quad in graph.quads_for_pattern(thing, kind, None, default)
            if isinstance(quad.object, ox.Literal)
        ]
    return found


def best_label(labels: Sequence[Label], lang: str) -> str:
    """Return the label to show in a language: in it, else in English, else in any.

    Args:
        labels: One at least.
        lang: The language.
    """
    languages = (lang, "en", None)

    def order(label: Label) -> tuple[int, int, str]:
        rank, literal = label
        place = languages.index(literal.language) if literal.language in languages else 3
        return rank, place, literal.value

    return min(labels, key=order)[1].value


def names_by_language(labels: Sequence[Label]) -> dict[str, str]:
    """Return the best label in each language, ours first; one without a language has an empty one.

    Args:
        labels: The labels, titles among them, which are no names.
    """
    found: dict[str, str] = {}
    for rank, literal in sorted(labels, key=lambda label: (label[0], label[1].value)):
        if rank < _TITLE_RANK:
            found.setdefault(literal.language or "", literal.value)
    order = {lang: place for place, lang in enumerate((*LANGUAGES, ""))}
    return dict(sorted(found.items(), key=lambda item: (order.get(item[0], 3), item[0])))
