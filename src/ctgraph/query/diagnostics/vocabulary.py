"""What a query of this graph can be made of: classes, properties, names of things."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from ctgraph.errors import EndpointError, QueryError
from ctgraph.query.entities.folding import fold_pattern
from ctgraph.query.entities.labels import read_kinds
from ctgraph.terms import PREFIXES, fold, shorten

if TYPE_CHECKING:
    from ctgraph.store import Store


class VocabularyTerm(NamedTuple):
    """A class or a property.

    Attributes:
        iri: Its IRI.
        labels: Its labels by language.
        definitions: What it means, by language.
        number: Instances of a class, triples of a property; None if they could not be counted.
    """

    iri: str
    labels: Mapping[str, str]
    definitions: Mapping[str, str]
    number: int | None


class Vocabulary(NamedTuple):
    """The classes and properties of a graph.

    Attributes:
        classes: Those that are used or declared, the most used first.
        properties: Likewise.
        together: IRIs of the properties that instances of a class have, by the IRI of the class,
            the most used first.
    """

    classes: tuple[VocabularyTerm, ...]
    properties: tuple[VocabularyTerm, ...]
    together: Mapping[str, tuple[str, ...]]


class Name(NamedTuple):
    """A thing of the graph with the name that was found.

    Attributes:
        iri: The thing.
        name: The name that holds what was looked for.
        labels: Its labels by language.
        kind: What it is, in the language asked for; empty if nothing is said.
    """

    iri: str
    name: str
    labels: Mapping[str, str]
    kind: str


_PATIENCE = 8.0
"""Seconds that an endpoint may take to count; what it does not count is not counted."""
_CLASSES = "?s a ?x"
_PROPERTIES = "?s ?x ?o"
_DECLARED_CLASSES = "VALUES ?kind { owl:Class rdfs:Class } ?x a ?kind"
_DECLARED_PROPERTIES = (
    "VALUES ?kind { rdf:Property owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty }"
    " ?x a ?kind"
)
_MOST_TERMS = 5000
_MOST_NAMES = 400
_NAME_PROPERTIES = "skos:prefLabel skos:altLabel rdfs:label"


def read_vocabulary(store: Store) -> Vocabulary:
    """The classes and properties that the graph uses or declares, with how often it uses them.

    The numbers are those of its VoID description (class and property partitions). An endpoint
    that does not answer in time leaves numbers out, and terms that are used but not declared.

    Args:
        store: The graph.
    """
    classes = _count(store, _CLASSES)
    properties = _count(store, _PROPERTIES)
    known = [
        list(dict.fromkeys([*(used or {}), *_declared(store, pattern)]))[:_MOST_TERMS]
        for used, pattern in (
            (classes, _DECLARED_CLASSES),
            (properties, _DECLARED_PROPERTIES),
        )
    ]
    iris = [*known[0], *known[1]]
    labels = store.names(iris)
    definitions = _definitions(store, iris)
    found = [
        tuple(
            VocabularyTerm(
                iri,
                labels.get(iri, {}),
                definitions.get(iri, {}),
                None if used is None else used.get(iri, 0),
            )
            for iri in terms
        )
        for terms, used in zip(known, (classes, properties), strict=True)
    ]
    return Vocabulary(found[0], found[1], _together(store))


def find_names(store: Store, text: str, lang: str = "en", limit: int = 20) -> list[Name]:
    """Return things with a text in one of their names, the best names first.

    A name that is the text goes before one that begins with it, and that before one that holds
    it; of these the shorter goes first. Case, width and white space do not count.

    Args:
        store: The graph.
        text: A part of a name; an empty one is found nowhere.
        lang: Language of what the things are.
        limit: Things at most.
    """
    folded = fold(text)
    if not folded:
        return []
    pattern = str(ox.Literal(fold_pattern(text)))
    rows = store.select(
        f"SELECT ?x ?name {{ VALUES ?p {{ {_NAME_PROPERTIES} }} ?x ?p ?name "
        f"FILTER(ISIRI(?x) && REGEX(STR(?name), {pattern})) }} LIMIT {_MOST_NAMES}"
    )
    best: dict[str, tuple[int, int, str]] = {}
    for row in rows:
        name = row["name"].value
        here = fold(name)
        if folded not in here:
            continue  # the pattern lets more through
        rank = (2 - here.startswith(folded) - (here == folded), len(here), name)
        best[row["x"].value] = min(rank, best.get(row["x"].value, rank))
    iris = sorted(best, key=lambda iri: (best[iri], iri))[:limit]
    labels, kinds = store.names(iris), read_kinds(store, iris, lang)
    return [Name(iri, best[iri][2], labels.get(iri, {}), kinds.get(iri, "")) for iri in iris]


# --- counting ------------------------------------------------------------------------------------


def _count(store: Store, pattern: str) -> dict[str, int] | None:
    """Return how often each IRI stands at ``?x``, the most frequent first.

    None if it takes too long.
    """
    rows = _ask(store, f"SELECT ?x (COUNT(*) AS ?n) {{ {pattern} }} GROUP BY ?x")
    if rows is None:
        return None
    counted = [(int(n.value), x.value) for x, n in rows if isinstance(x, ox.NamedNode)]
    return {iri: number for number, iri in sorted(counted, key=lambda one: (-one[0], one[1]))}


def _declared(store: Store, pattern: str) -> list[str]:
    rows = _ask(store, f"SELECT DISTINCT ?x {{ {pattern} FILTER(ISIRI(?x)) }} ORDER BY STR(?x)")
    return [x.value for (x,) in rows or ()]


def _definitions(store: Store, iris: Sequence[str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    rows = _ask(
        store,
        "SELECT ?x ?text { VALUES ?p { skos:definition rdfs:comment } ?x ?p ?text "
        "FILTER EXISTS { ?x a ?kind VALUES ?kind { owl:Class rdfs:Class rdf:Property "
        "owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty } } } ORDER BY ?x ?text",
    )
    wanted = set(iris)
    for x, text in rows or ():
        if x.value in wanted and isinstance(text, ox.Literal):
            found.setdefault(x.value, {}).setdefault(text.language or "", text.value)
    return found


def _together(store: Store) -> dict[str, tuple[str, ...]]:
    rows = _ask(store, "SELECT ?c ?p (COUNT(*) AS ?n) { ?s a ?c ; ?p ?o } GROUP BY ?c ?p")
    found: dict[str, list[tuple[int, str]]] = {}
    for kind, name, number in rows or ():
        if isinstance(kind, ox.NamedNode):
            found.setdefault(kind.value, []).append((-int(number.value), name.value))
    return {kind: tuple(name for _, name in sorted(found[kind])) for kind in sorted(found)}


def _ask(store: Store, text: str) -> list[ox.QuerySolution] | None:
    """Return the rows of a query; None if an endpoint does not give them in time."""
    if store.kind != "endpoint":
        return list(store.select(text))
    try:
        return list(store.select(text, timeout=_PATIENCE))
    except (QueryError, EndpointError):
        return None


# --- as JSON -------------------------------------------------------------------------------------


def vocabulary_to_dict(found: Vocabulary) -> dict[str, object]:
    """Return a vocabulary as plain dicts and lists, ready for JSON; terms as CURIEs.

    Args:
        found: The vocabulary.
    """

    def terms(listed: Iterable[VocabularyTerm]) -> list[dict[str, object]]:
        return [
            {
                "term": shorten(one.iri),
                "labels": dict(one.labels),
                "definitions": dict(one.definitions),
                "number": one.number,
            }
            for one in listed
        ]

    return {
        "prefixes": PREFIXES,
        "classes": terms(found.classes),
        "properties": terms(found.properties),
        "together": {
            shorten(kind): [shorten(name) for name in names]
            for kind, names in found.together.items()
        },
    }
