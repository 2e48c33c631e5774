"""According to whom, as of when: from what people write to a scope, and from a scope to words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph as ox

from ctgraph.errors import AmbiguousName, UnknownName, UsageError, suggest
from ctgraph.query.entities.names import resolve
from ctgraph.store import keep
from ctgraph.store.scope import Scope, last_day
from ctgraph.store.sparql import term_to_sparql
from ctgraph.terms import CTD, CTV, LANGUAGES, fold, shorten
from ctgraph.words import read_words

if TYPE_CHECKING:
    from ctgraph.store import Store


KIND = "kind:"
"""What stands before a kind of source where a source may be named; no CURIE begins so."""

_SHOWN = 3  # sources that a sentence names


class SourceGroup(NamedTuple):
    """Sources of one kind, as a list to choose from.

    Attributes:
        name: The kind as `read_scope` takes it; "" for sources without one.
        label: What it is called.
        sources: Their names as `read_scope` takes them, and their labels, by label.
    """

    name: str
    label: str
    sources: Sequence[tuple[str, str]]


def read_scope(
    store: Store, sources: Iterable[str] = (), as_of: str | None = None, lang: str = "en"
) -> Scope:
    """Return the scope that names of sources and a date stand for.

    Args:
        store: Where the sources are looked up; that it is scoped itself does not matter.
        sources: Each a source by identifier, IRI, CURIE, label, title or address, or all sources
            of a kind by ``kind:`` and its name. An address stands for every source read there.
        as_of: A year, month or day, of which the last day counts.
        lang: Language of what an error lists.

    Raises:
        UnknownName: No source, or kind of source, has a name that was given.
        AmbiguousName: More than one source has it.
        UsageError: The date is none, or a name is that of something else.
    """
    found = {iri for name in sources for iri in _find_sources(store.whole, name.strip(), lang)}
    return Scope(frozenset(found), "" if as_of is None else last_day(as_of))


def _find_sources(store: Store, name: str, lang: str) -> list[str]:
    if name.startswith(KIND):
        return _find_kind(store, name.removeprefix(KIND).strip(), lang)
    if name:
        given = term_to_sparql(ox.Literal(name))
        rows = store.select(
            "SELECT DISTINCT ?x { ?x a ct:Source ; ?property ?value "
            f"FILTER(!ISBLANK(?value) && STR(?value) = {given}) }}"
        )
        found = sorted(row["x"].value for row in rows)
        if len(found) > 1 and "://" not in name:
            raise AmbiguousName("a source", name, [shorten(iri) for iri in found], found)
        if found:
            return found
    try:
        return [resolve(store, name, "source", lang).value]
    except UnknownName as error:
        if error.suggestions:
            raise
        known = [one for group in list_sources(store, lang) for one, _ in group.sources]
        close = suggest(name, known)
        raise UnknownName("source", name, close, hint=error) from None


def _find_kind(store: Store, name: str, lang: str) -> list[str]:
    kinds = {
        key: kind.iri
        for kind in _read_kinds(store)
        for key in (fold(kind.name), *map(fold, kind.labels))
    }
    iri = kinds.get(fold(name))
    if iri is None:
        names = sorted(kind.name for kind in _read_kinds(store))
        close = [KIND + one for one in suggest(name, names)]
        every = [KIND + one for one in names]
        raise UnknownName("kind of source", name, close, hint="known", names=every)
    found = [source for source, kind in _kind_of_each(store).items() if kind == iri]
    if not found:
        raise UsageError("scope-kind-without-sources", name=name)
    return found


class _Kind(NamedTuple):
    iri: str
    name: str
    labels: Sequence[str]


def _read_kinds(store: Store) -> list[_Kind]:
    """Return the kinds of sources, those that are preferred first."""

    def read() -> list[_Kind]:
        rows = store.select(
            "SELECT DISTINCT ?x { ?x skos:inScheme ctv:source-kinds "
            "OPTIONAL { ?x ct:rank ?rank } } ORDER BY ?rank ?x"
        )
        iris = [row["x"].value for row in rows]
        labels = store.names(iris)
        return [
            _Kind(iri, iri.removeprefix(CTV), list(labels.get(iri, {}).values())) for iri in iris
        ]

    return keep(store, "kinds of sources", read)


def _kind_of_each(store: Store) -> dict[str, str]:
    """Return the sources with their kinds; one that says none counts as the preferred kind."""

    def read() -> dict[str, str]:
        first = next((kind.iri for kind in _read_kinds(store)), "")
        rows = store.select(
            "SELECT ?x (MIN(?k) AS ?kind) { ?x a ct:Source OPTIONAL { ?x ct:sourceKind ?k } } "
            "GROUP BY ?x ORDER BY ?x"
        )
        return {
            row["x"].value: first if row["kind"] is None else row["kind"].value
            for row in rows
            if row["x"] is not None
        }

    return keep(store, "kinds of each source", read)


def list_sources(store: Store, lang: str) -> list[SourceGroup]:
    """Return the sources that claims rest on, by their kinds.

    Args:
        store: The graph; of one that is scoped, the whole is meant.
        lang: Language of the labels.
    """
    store = store.whole

    def read() -> list[SourceGroup]:
        rows = store.select("SELECT DISTINCT ?x { ?c a ct:Claim ; ct:section/ct:source ?x }")
        cited = sorted(row["x"].value for row in rows if isinstance(row["x"], ox.NamedNode))
        kinds = _kind_of_each(store)
        labels = store.labels([*cited, *(kind.iri for kind in _read_kinds(store))], lang)
        groups = []
        for kind in [*_read_kinds(store), _Kind("", "", ())]:
            named = [
                (_short_name(iri), labels.get(iri) or shorten(iri))
                for iri in cited
                if kinds.get(iri, "") == kind.iri
            ]
            if named:
                name = KIND + kind.name if kind.iri else ""
                label = labels.get(kind.iri) or kind.name
                ordered = sorted(named, key=lambda one: (one[1].casefold(), one[0]))
                groups.append(SourceGroup(name, label, ordered))
        return groups

    return keep(store, ("sources to choose from", lang), read)


def _short_name(iri: str) -> str:
    """Return the shortest name by which a source is found."""
    return iri.removeprefix(CTD)


def name_sources(store: Store, lang: str) -> list[tuple[str, str]]:
    """Return the sources of a scope, each by its short name and its label, by label.

    Args:
        store: The graph.
        lang: Language of the labels.
    """
    iris = sorted(store.scope.sources)
    labels = store.whole.labels(iris, lang)
    named = [(_short_name(iri), labels.get(iri) or shorten(iri)) for iri in iris]
    return sorted(named, key=lambda one: (one[1].casefold(), one[0]))


def say_scope(store: Store, lang: str) -> str:
    """Return according to whom and as of when a graph speaks, as part of a sentence.

    Empty if it is whole.

    Args:
        store: The graph.
        lang: ``en`` or ``ja``.
    """
    said = read_words("scope", lang)
    parts = []
    if store.scope.sources:
        names = [label for _, label in name_sources(store, lang)]
        shown = said["and"].join(names[:_SHOWN])
        if len(names) > _SHOWN:
            shown = said["more_sources"].format(
                shown=said["semicolon"].join(names[:_SHOWN]), n=len(names) - _SHOWN
            )
        parts.append(said["according_to"].format(sources=shown))
    if store.scope.as_of:
        parts.append(said["as_of"].format(day=store.scope.as_of))
    return str(said["comma"].join(parts))


def say_undated(store: Store, lang: str) -> str:
    """Return how many undated things a graph as of a day keeps, as a sentence; "" if none.

    Args:
        store: The graph.
        lang: ``en`` or ``ja``.
    """
    number = count_undated(store) if store.scope.as_of else 0
    return str(read_words("scope", lang)["undated"].format(n=number)) if number else ""


def count_undated(store: Store) -> int:
    """Return how many activities, instruments, memberships, numbers and statuses have no day.

    Args:
        store: The graph.
    """

    def count() -> int:
        rows = store.select(
            "SELECT (COUNT(DISTINCT ?x) AS ?n) { VALUES ?top { ct:Activity ct:Incident "
            "ct:Instrument org:Membership ct:ReportedFigure ct:StatusReport qb:Observation } "
            "?class rdfs:subClassOf* ?top . ?x a ?class "
            "FILTER NOT EXISTS { ?x ct:startDate|ct:endDate|ct:asOf ?day } "
            "FILTER NOT EXISTS { ?x ct:fiscalYear/ct:startDate ?first } }"
        )
        return int(next(iter(rows))["n"].value)

    return keep(store, "undated things", count)


def describe_scope(store: Store) -> dict[str, Any]:
    """Return the scope of a graph as plain values, ready for JSON; empty if it is whole.

    ``sources`` (IRIs), ``as_of`` and ``undated`` (how many things without a day are kept) as far
    as they were asked for, and ``text`` by language.

    Args:
        store: The graph.
    """
    scope = store.scope
    if not scope:
        return {}
    found: dict[str, Any] = {"sources": sorted(scope.sources)} if scope.sources else {}
    if scope.as_of:
        found |= {"as_of": scope.as_of, "undated": count_undated(store)}
    return {**found, "text": {lang: say_scope(store, lang) for lang in LANGUAGES}}
