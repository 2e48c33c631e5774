"""Labels, names and kinds of many things at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode

from ctgraph.query.answers import read_labels
from ctgraph.store.sparql.write import term_to_sparql
from ctgraph.terms import CT, LANGUAGES, PREFIXES, shorten

if TYPE_CHECKING:
    from ctgraph.store.store import Store


Term: TypeAlias = NamedNode | BlankNode | Literal


_PREF_LABEL = PREFIXES["skos"] + "prefLabel"
_ALT_LABEL = PREFIXES["skos"] + "altLabel"
_LABEL = PREFIXES["rdfs"] + "label"


NAME_PROPERTIES = (_PREF_LABEL, _LABEL, _ALT_LABEL)


# Things that stand for a relation between others: a reader wants the other ends, not the node.
# What is told of one comes in three parts: in what role, who, and in what.
_RELATION_CLASSES = (CT + "Participation", PREFIXES["org"] + "Membership", CT + "CooperationTie")
RELATION_PARTS = (
    (CT + "role", PREFIXES["org"] + "role"),
    (CT + "participant", CT + "tieBetween", PREFIXES["org"] + "member"),
    (CT + "activity", CT + "jointActivity", PREFIXES["org"] + "organization"),
)
RELATION_PROPERTIES = tuple(one for part in RELATION_PARTS for one in part)
IRIS_AT_ONCE = 200


def read_names(store: Store, iris: Sequence[str]) -> dict[str, dict[str, str]]:
    """The labels of things by IRI and language; `store.labels` gives one language alone.

    Args:
        store: Where to look.
        iris: IRIs of the things.
    """
    found: dict[str, dict[str, str]] = {}
    for part in value_blocks(iris):
        rows = store.select(
            f"SELECT ?x ?p ?v {{ VALUES ?x {{ {part} }} ?x ?p ?v "
            "FILTER(?p IN (skos:prefLabel, rdfs:label)) FILTER(ISLITERAL(?v)) } "
            "ORDER BY ?x ?p DESC(?v)"
        )
        for row in rows:
            # The last one counts: skos:prefLabel before rdfs:label, and always the same of two.
            found.setdefault(row["x"].value, {})[row["v"].language or ""] = row["v"].value
    order = {one: place for place, one in enumerate((*LANGUAGES, ""))}
    return {
        iri: dict(sorted(labels.items(), key=lambda item: (order.get(item[0], 3), item[0])))
        for iri, labels in found.items()
    }


def pick_text(texts: Mapping[str, str], lang: str) -> str:
    """The text in a language, else in any other, else nothing."""
    return texts.get(lang) or next(iter(texts.values()), "")


def relation_classes(store: Store) -> set[str]:
    """The classes of things that stand for relations."""
    roots = " ".join(f"<{one}>" for one in _RELATION_CLASSES)
    rows = store.select(
        f"SELECT DISTINCT ?c {{ VALUES ?root {{ {roots} }} ?c rdfs:subClassOf* ?root }}"
    )
    found = {row["c"].value for row in rows if isinstance(row["c"], NamedNode)}
    return found.union(_RELATION_CLASSES)


def find_relations(store: Store, iris: Iterable[str]) -> set[str]:
    """Those of some things that stand for relations between others, such as participations.

    Args:
        store: Where to look.
        iris: IRIs of the things.
    """
    classes = relation_classes(store)
    return {
        row["x"].value
        for part in value_blocks(iris)
        for row in store.select(f"SELECT ?x ?c {{ VALUES ?x {{ {part} }} ?x a ?c }}")
        if isinstance(row["c"], NamedNode) and row["c"].value in classes
    }


def read_classes(store: Store, iris: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The classes of things by IRI: those without the ones that a more specific class implies.

    Args:
        store: Where to look.
        iris: IRIs of the things.
    """
    found: dict[str, set[str]] = {}
    for part in value_blocks(iris):
        rows = store.select(
            f"SELECT DISTINCT ?x ?c {{ VALUES ?x {{ {part} }} ?x a ?c "
            "FILTER(ISIRI(?c)) FILTER NOT EXISTS "
            "{ ?x a ?d . ?d rdfs:subClassOf+ ?c FILTER(?d != ?c) } }"
        )
        for row in rows:
            found.setdefault(row["x"].value, set()).add(row["c"].value)
    return {
        iri: tuple(sorted(classes, key=lambda one: (not one.startswith(CT), one)))
        for iri, classes in found.items()
    }


def read_kinds(store: Store, iris: Sequence[str], lang: str) -> dict[str, str]:
    """What things are, by IRI: the label of the most specific class, or of a concept's scheme.

    Args:
        store: Where to look.
        iris: IRIs of the things.
        lang: Language of the labels.
    """
    kinds = {iri: classes[0] for iri, classes in read_classes(store, iris).items()}
    concept = PREFIXES["skos"] + "Concept"
    for part in value_blocks(iri for iri in iris if kinds.get(iri) == concept):
        rows = store.select(
            f"SELECT ?x (MIN(?s) AS ?scheme) {{ VALUES ?x {{ {part} }} ?x skos:inScheme ?s }} "
            "GROUP BY ?x"
        )
        for row in rows:
            if row["x"] is not None and row["scheme"] is not None:
                kinds[row["x"].value] = row["scheme"].value
    labels = read_labels(store, sorted(set(kinds.values())), lang)
    return {iri: labels.get(kind) or shorten(kind) for iri, kind in kinds.items()}


def value_blocks(iris: Iterable[str]) -> Iterator[str]:
    """IRIs as the contents of VALUES blocks, some hundred in each."""
    ordered = list(dict.fromkeys(iris))
    for start in range(0, len(ordered), IRIS_AT_ONCE):
        part = ordered[start : start + IRIS_AT_ONCE]
        yield " ".join(term_to_sparql(NamedNode(iri)) for iri in part)
