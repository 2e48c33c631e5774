"""What the parts of a network can be filtered by after it was made: years, topics, places, sources.

The filters of `ctgraph.network.views` cut a network in the store; a reader of a page cuts the same
way, without one. So a facet reaches as far as the filter of that name does: a topic or a place as
far as ``topic`` or ``place``, a year as far as the year given as ``since`` and ``until``, a source
or a kind of source as far as the graph of its claims.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ctgraph.network.filters import dated_path, facet_paths
from ctgraph.network.things import read_things, select_rows
from ctgraph.network.views import QUERY, VIEWS
from ctgraph.query import list_sources
from ctgraph.terms import CTD, LANGUAGES
from ctgraph.words import read_words

if TYPE_CHECKING:
    import networkx

    from ctgraph.store import Store


FACETS = ("year", "topic", "place", "source")
"""The facets, in the order in which a page offers them."""

Values = Mapping[str, Mapping[str, frozenset[str]]]


class Facets(NamedTuple):
    """The values of each facet, and which parts of a network have them.

    Attributes:
        names: By facet and value, its ``label_en`` and ``label_ja``. A value is an IRI, a year
            (``2023``) or a kind of source (``kind:official``). Years come in their order, kinds of
            source before sources, all else by label.
        values: By IRI of a node, activity, statement or claim, and facet, its values.
    """

    names: dict[str, dict[str, dict[str, str]]]
    values: Values

    def of_part(
        self, view: str, through: str, ends: Iterable[str], facet: str, made: Mapping[str, Any]
    ) -> frozenset[str]:
        """Return the values of what makes an edge: of the activity, or of the ends of a statement.

        Args:
            view: The view of the network.
            through: The activity or property that makes the edge.
            ends: The ends of the edge.
            facet: One of `FACETS`.
            made: What ``by_activity`` of the edge says of it.
        """
        if facet == "source":
            sides = made.get("sides") or [made.get("claims", ())]
            return frozenset.intersection(*(self._of(side, facet) for side in sides))
        counted = VIEWS.get(view, QUERY).things
        things = [*([through] if "through" in counted else ())]
        things += ends if "source" in counted else ()
        return self._of(things, facet)

    def _of(self, things: Iterable[str], facet: str) -> frozenset[str]:
        found = (self.values.get(thing, {}).get(facet, frozenset()) for thing in things)
        return frozenset().union(*found)


def read_facets(store: Store, graph: networkx.Graph[str]) -> Facets:
    """Return the facets of all nodes, activities and claims of a network, from one query each.

    Args:
        store: The graph that the network is from.
        graph: The network.
    """
    view = VIEWS.get(graph.graph.get("view", ""), QUERY)
    things = set(graph) if {"source", "target"} & set(view.things) else set()
    claims: set[str] = set()
    for _, _, data in graph.edges(data=True):
        things.update(data.get("activities", ()))
        claims.update(data.get("claims", ()))
    found = {
        "year": _read_years(store, things, view.lasting),
        "topic": _read_values(store, things, "topic"),
        "place": _read_values(store, things, "place"),
        "source": _read_sources(store, claims),
    }
    values: dict[str, dict[str, frozenset[str]]] = {}
    for facet, had in found.items():
        for thing, some in had.items():
            values.setdefault(thing, {})[facet] = frozenset(some)
    seen = {facet: set().union(*had.values()) for facet, had in found.items()}
    return Facets({facet: _name(store, facet, seen[facet]) for facet in FACETS}, values)


def _listed(things: Iterable[str]) -> str:
    return " ".join(f"<{iri}>" for iri in sorted(things))


def _read_values(store: Store, things: set[str], facet: str) -> dict[str, set[str]]:
    path, kind = facet_paths()[facet]
    found: dict[str, set[str]] = {}
    for row in select_rows(
        store,
        f"SELECT DISTINCT ?thing ?value {{ VALUES ?thing {{ {_listed(things)} }} "
        f"?thing {path} ?value . ?value a/rdfs:subClassOf* {kind} FILTER(isIRI(?value)) }}",
    ):
        found.setdefault(row["thing"], set()).add(row["value"])
    return found


def _read_years(store: Store, things: set[str], lasting: bool) -> dict[str, set[str]]:
    """Return the years from the first day that a thing can mean to the last."""
    rows = select_rows(
        store,
        f"SELECT ?thing ?first ?last {{ VALUES ?thing {{ {_listed(things)} }} "
        f"?thing {dated_path()} ?dated . ?dated ct:startDate ?first "
        "OPTIONAL { ?dated ct:endDate ?last } }",
    )
    # What has no end is followed as far as anything else.
    latest = max((row[day][:4] for row in rows for day in ("first", "last")), default="")
    found: dict[str, set[str]] = {}
    for row in rows:
        end = row["last"][:4] or (latest if lasting else row["first"][:4])
        years = range(int(row["first"][:4]), int(end) + 1)
        found.setdefault(row["thing"], set()).update(f"{year:04}" for year in years)
    return found


def _read_sources(store: Store, claims: set[str]) -> dict[str, set[str]]:
    """Return the sources of claims and their kinds, as ``--source`` takes them."""
    groups = list_sources(store, LANGUAGES[0])
    kinds = {CTD + name: group.name for group in groups for name, _ in group.sources}
    found: dict[str, set[str]] = {}
    for row in select_rows(
        store,
        f"SELECT ?claim ?source {{ VALUES ?claim {{ {_listed(claims)} }} "
        "?claim ct:section/ct:source ?source }",
    ):
        values = {row["source"], kinds.get(row["source"], "")} - {""}
        found.setdefault(row["claim"], set()).update(values)
    return found


def _name(store: Store, facet: str, values: set[str]) -> dict[str, dict[str, str]]:
    """Return the labels of the values of a facet, in the order in which a page lists them."""
    if facet == "year":
        return {year: {"label_en": year, "label_ja": f"{year}年"} for year in sorted(values)}
    facts = read_things(store, (value for value in values if "://" in value))
    kinds: dict[str, dict[str, str]] = {}
    for lang in LANGUAGES if facet == "source" else ():
        for group in list_sources(store, lang):
            if group.name in values:
                kinds.setdefault(group.name, {})[f"label_{lang}"] = group.label
    ordered = sorted(facts, key=lambda iri: (facts[iri]["label_en"], iri))
    return kinds | {
        iri: {name: facts[iri][name] for name in ("label_en", "label_ja")} for iri in ordered
    }


def say_filters(graph: networkx.Graph[str], lang: str, without: Collection[str] = ()) -> list[str]:
    """Return in words what a network was cut by.

    Args:
        graph: A network of `ctgraph.network.build.build_network`.
        lang: ``en`` or ``ja``.
        without: Filters that are not told.
    """
    words = read_words("chart_network", lang)
    things = graph.graph.get("things", {})
    said = []
    for key, value in graph.graph.get("filters", {}).items():
        facts = graph.nodes[value] if value in graph else things.get(value, {})
        word = f"{key}_{value}" if f"{key}_{value}" in words else key
        if word in words and key not in without:
            said.append(words[word].format(facts.get(f"label_{lang}") or value))
    return said
