"""Labels, names, kinds, dates and relations of many things at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ctgraph.query.answers import read_labels
from ctgraph.store.sparql import term_to_sparql
from ctgraph.terms import CT, CTV, LANGUAGES, PREFIXES, shorten

if TYPE_CHECKING:
    from ctgraph.store import Store


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
_RELATION_PROPERTIES = tuple(one for part in RELATION_PARTS for one in part)
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


def _relation_classes(store: Store) -> set[str]:
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
    classes = _relation_classes(store)
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


def read_relations(store: Store, iris: Iterable[str], entity: NamedNode) -> dict[str, list[Triple]]:
    """Return what relations between things say, by IRI, in the order in which it is told.

    Args:
        store: Where to look.
        iris: IRIs of things; those that stand for no relation are left out.
        entity: An end that is known already, and is not told again.
    """
    classes = ", ".join(f"<{one}>" for one in sorted(_relation_classes(store)))
    properties = ", ".join(f"<{one}>" for one in _RELATION_PROPERTIES)
    found: dict[str, list[Triple]] = {}
    for part in value_blocks(iris):
        rows = store.select(
            f"SELECT DISTINCT ?x ?p ?o {{ VALUES ?x {{ {part} }} ?x a ?c . ?x ?p ?o "
            f"FILTER(?c IN ({classes})) FILTER(?p IN ({properties})) "
            f"FILTER(ISIRI(?o) && ?o != {entity}) }}"
        )
        for row in rows:
            triple = Triple(row["x"], row["p"], row["o"])
            found.setdefault(row["x"].value, []).append(triple)
    return {iri: sorted(told, key=_relation_order) for iri, told in found.items()}


def _relation_order(triple: Triple) -> tuple[int, str]:
    return (_RELATION_PROPERTIES.index(triple.predicate.value), str(triple.object))


def read_dates(store: Store, iris: Iterable[str], lang: str) -> dict[str, tuple[str, str]]:
    """Return when each thing began, and its period for a reader, as far as it is said.

    Args:
        store: Where to look.
        iris: IRIs of the things.
        lang: Language of the periods.
    """
    found: dict[str, tuple[str, str]] = {}
    for part in value_blocks(iris):
        rows = store.select(
            f"SELECT ?x (MIN(?a) AS ?start) (MAX(?b) AS ?end) (MIN(?c) AS ?precision) "
            f"{{ VALUES ?x {{ {part} }} ?x ct:startDate ?a OPTIONAL {{ ?x ct:endDate ?b }} "
            "OPTIONAL { ?x ct:datePrecision ?c } } GROUP BY ?x"
        )
        for row in rows:
            if row["x"] is None or row["start"] is None:
                continue
            end = row["end"].value if row["end"] is not None else ""
            precision = row["precision"].value if row["precision"] is not None else ""
            start = row["start"].value
            period = show_period(start, end, precision.removeprefix(CTV), lang)
            found[row["x"].value] = (start, period)
    return found


def show_period(start: str, end: str, precision: str, lang: str = "en") -> str:
    """A period for a reader, no finer than it is known.

    Args:
        start: Its first day as YYYY-MM-DD.
        end: Its last day, or nothing.
        precision: ``day``, ``month``, ``year``, ``fiscal-year`` or anything else.
        lang: ``en`` or ``ja``.

    Example:
        >>> show_period("2024-02-01", "2024-02-29", "month")
        '2024-02'
        >>> show_period("2021-04-01", "2024-03-31", "fiscal-year")
        'FY2021-FY2023'
        >>> show_period("2023-04-01", "2024-03-31", "fiscal-year", "ja")
        '2023年度'
    """
    end = end or start
    if precision == "fiscal-year":
        # A fiscal year is called by the year in which it begins.
        last = str(int(end[:4]) - (end[5:7] < start[5:7] or end[5:7] == "03" == start[5:7]))
        template = "{}年度" if lang == "ja" else "FY{}"
        parts = [template.format(start[:4]), template.format(last)]
    else:
        size = {"month": 7, "year": 4}.get(precision, 10)
        parts = [start[:size], end[:size]]
    dash = "～" if lang == "ja" else "-" if precision == "fiscal-year" else " to "
    return parts[0] if parts[0] == parts[1] else dash.join(parts)


def value_blocks(iris: Iterable[str]) -> Iterator[str]:
    """IRIs as the contents of VALUES blocks, some hundred in each."""
    ordered = list(dict.fromkeys(iris))
    for start in range(0, len(ordered), IRIS_AT_ONCE):
        part = ordered[start : start + IRIS_AT_ONCE]
        yield " ".join(term_to_sparql(NamedNode(iri)) for iri in part)
