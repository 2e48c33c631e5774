"""Kinds, dates and relations of many things at once; their labels are those of the store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolution, Triple

from ctgraph.store import keep_each
from ctgraph.store.sparql import term_to_sparql
from ctgraph.terms import CT, CTV, PREFIXES, shorten

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


def pick_text(texts: Mapping[str, str], lang: str) -> str:
    """Return the text in a language, else in any other, else nothing."""
    return texts.get(lang) or next(iter(texts.values()), "")


def _relation_classes(store: Store) -> set[str]:
    """Return the classes of things that stand for relations."""
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
        for row in select_about(store, iris, "?x ?c", "?x a ?c")
        if isinstance(row["c"], NamedNode) and row["c"].value in classes
    }


def read_classes(store: Store, iris: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the classes of things by IRI.

    Those without the ones that a more specific class implies.

    Args:
        store: Where to look.
        iris: IRIs of the things.
    """
    return keep_each(store, "classes", iris, lambda missing: _find_classes(store, missing))


def _find_classes(store: Store, iris: Sequence[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    pattern = (
        "?x a ?c FILTER(ISIRI(?c)) FILTER NOT EXISTS "
        "{ ?x a ?d . ?d rdfs:subClassOf+ ?c FILTER(?d != ?c) }"
    )
    for row in select_about(store, iris, "DISTINCT ?x ?c", pattern):
        found.setdefault(row["x"].value, set()).add(row["c"].value)
    return {
        iri: tuple(sorted(classes, key=lambda one: (not one.startswith(CT), one)))
        for iri, classes in found.items()
    }


def read_kinds(store: Store, iris: Sequence[str], lang: str) -> dict[str, str]:
    """Return what things are, by IRI.

    The label of the most specific class, or of a concept's scheme.

    Args:
        store: Where to look.
        iris: IRIs of the things.
        lang: Language of the labels.
    """
    kinds = {iri: classes[0] for iri, classes in read_classes(store, iris).items()}
    concept = PREFIXES["skos"] + "Concept"
    concepts = [iri for iri in iris if kinds.get(iri) == concept]
    columns = "?x (MIN(?s) AS ?scheme)"
    for row in select_about(store, concepts, columns, "?x skos:inScheme ?s", "GROUP BY ?x"):
        if row["x"] is not None and row["scheme"] is not None:
            kinds[row["x"].value] = row["scheme"].value
    labels = store.labels(sorted(set(kinds.values())), lang)
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
    pattern = (
        f"?x a ?c . ?x ?p ?o FILTER(?c IN ({classes})) FILTER(?p IN ({properties})) "
        f"FILTER(ISIRI(?o) && ?o != {entity})"
    )
    for row in select_about(store, iris, "DISTINCT ?x ?p ?o", pattern):
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
    dates = keep_each(store, "dates", iris, lambda missing: _find_dates(store, missing))
    return {iri: (found[0], show_period(*found, lang)) for iri, found in dates.items()}


def _find_dates(store: Store, iris: Sequence[str]) -> dict[str, tuple[str, str, str]]:
    """Return the first and the last day of things, and how precisely they are known."""
    found: dict[str, tuple[str, str, str]] = {}
    columns = "?x (MIN(?a) AS ?start) (MAX(?b) AS ?end) (MIN(?c) AS ?precision)"
    pattern = "?x ct:startDate ?a OPTIONAL { ?x ct:endDate ?b } OPTIONAL { ?x ct:datePrecision ?c }"
    for row in select_about(store, iris, columns, pattern, "GROUP BY ?x"):
        if row["x"] is None or row["start"] is None:
            continue
        end, precision = (getattr(row[name], "value", "") for name in ("end", "precision"))
        found[row["x"].value] = (row["start"].value, end, precision.removeprefix(CTV))
    return found


def show_period(start: str, end: str, precision: str, lang: str = "en") -> str:
    """Return a period for a reader, no finer than it is known.

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


def select_about(
    store: Store, iris: Iterable[str], columns: str, pattern: str, behind: str = ""
) -> Iterator[QuerySolution]:
    """Yield the rows of a query about many things, some hundred of which are asked at once.

    Args:
        store: Where to look.
        iris: IRIs of the things, each of which is ``?x`` in turn.
        columns: What is selected.
        pattern: What is asked of ``?x``.
        behind: What stands behind the pattern, such as GROUP BY.
    """
    ordered = list(dict.fromkeys(iris))
    for start in range(0, len(ordered), IRIS_AT_ONCE):
        part = ordered[start : start + IRIS_AT_ONCE]
        things = " ".join(term_to_sparql(NamedNode(iri)) for iri in part)
        yield from store.select(
            f"SELECT {columns} {{ VALUES ?x {{ {things} }} {pattern} }} {behind}"
        )
