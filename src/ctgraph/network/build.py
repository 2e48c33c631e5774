"""Networks of the graph for NetworkX: who is tied to whom, by what, on which words.

Each view is one aggregation that the store computes, whether it is in memory, on disk or remote;
only the small network crosses the wire. The views are in `views`, the places of nodes in `layout`,
files in `files`, measures in `measures`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, Unpack

from ctgraph.errors import UnknownName, UsageError, suggest
from ctgraph.network.filters import Filters, check_names
from ctgraph.network.from_query import query_rows
from ctgraph.network.things import (
    CONCEPT,
    INFERRED,
    STATED,
    UNKNOWN_KIND,
    fiscal_year,
    read_things,
    select_rows,
)
from ctgraph.network.views import QUERY, VIEWS, check_iri, filter_pattern
from ctgraph.query import describe_scope
from ctgraph.store.scope import first_day, last_day
from ctgraph.terms import CT, expand, fold, shorten

if TYPE_CHECKING:
    import networkx

    from ctgraph.store import Store


__all__ = [
    "INFERRED",
    "STATED",
    "UNKNOWN_KIND",
    "VIEWS",
    "Filters",
    "build_network",
    "fiscal_year",
    "read_things",
]


def build_network(
    store: Store, view: str = "cooperation", *, lang: str = "en", **filters: Unpack[Filters]
) -> networkx.Graph[str]:
    """Return a network; nodes are IRIs, nodes and edges come in the order of their IRIs.

    ``cooperation`` and ``activities`` are a `networkx.Graph`, the others a `networkx.DiGraph`.

    Node attributes: ``label`` (in `lang`) and what `read_things` says. Edge attributes:

    - ``weight``: how many activities, contributions or statements make the edge; for a
      participation, how many roles;
    - ``activities``: list of IRIs of the activities (contributions, memberships) that make it;
    - ``relations``: list of IRIs of the properties, if statements make it;
    - ``roles``: list of IRIs of the roles, if participations make it;
    - ``claims``: list of IRIs of claims; ``basis``: ``Stated`` if at least one of what makes the
      edge rests on stated claims alone, else ``Inferred``;
    - ``source`` and ``target``: the ends as the view has them;
    - ``by_activity``: what makes the edge (activity or property) to ``{"claims": …, "basis": …}``;
    - in the view ``funding``, ``amounts``: list of texts such as ``48300000 USD``; ``amount`` and
      ``currency`` if all that is known is in one currency; ``shared`` if a contribution goes over
      several edges, so that its amount is not that of this edge alone.

    Graph attributes: ``view``, ``title_en``, ``title_ja``, ``filters`` (dict), ``things`` (what is
    said of activities, roles and filters that are not nodes), ``kinds`` (labels of the classes)
    and, for a graph of some of the claims, ``scope`` (whose and until when, by language).

    Topic, place and time filter the activities that make an edge; where statements make it, one
    end that fits is enough. Empty if nothing fits the filters.

    Args:
        store: The graph, wherever it is.
        view: A name of `VIEWS`.
        lang: Language of ``label``, ``en`` or ``ja``.
        **filters: What is kept; things by IRI or CURIE.

    Raises:
        UnknownName: There is no such view, class or fiscal year.
        UsageError: `hops` is below 1, a name is neither IRI nor CURIE, a date is none, or the
            query has no source and target.
    """
    import networkx as nx

    check_names(filters)
    query, actor = filters.get("query"), filters.get("actor")
    hops, stated_only = filters.get("hops", 1), filters.get("stated_only", False)
    if query is not None:
        view = "query"
    elif view not in VIEWS:
        raise UnknownName("view", view, suggest(view, VIEWS), hint="known", names=[*VIEWS])
    if hops < 1:
        raise UsageError("hops-below-one", hops=hops)
    chosen = QUERY if query is not None else VIEWS[view]
    kept = _read_filters(store, filters)
    pattern = filter_pattern(chosen, **kept)
    if query is None:
        edges = _read_edges(
            select_rows(store, chosen.query.replace("#FILTER#", pattern)), stated_only
        )
    else:
        edges = _read_edges(query_rows(store, query, pattern, lang), stated_only)
    graph: networkx.Graph[str] = nx.DiGraph() if chosen.directed else nx.Graph()
    graph.graph.update(
        view=view, title_en=chosen.title["en"], title_ja=chosen.title["ja"], filters=kept
    )
    graph.add_nodes_from(sorted({end for pair in edges for end in pair}))
    graph.add_edges_from((s, t, data) for (s, t), data in sorted(edges.items()))
    if actor is not None:
        kept["actor"] = centre = _iri(actor)
        if centre not in graph:
            graph.clear_edges()
            graph.remove_nodes_from(list(graph))
        else:
            near = nx.single_source_shortest_path_length(nx.Graph(graph), centre, cutoff=hops)
            graph.remove_nodes_from([node for node in graph if node not in near])
            kept["hops"] = str(hops)
    if stated_only:
        kept["stated_only"] = "true"
    if store.scope:
        graph.graph["scope"] = describe_scope(store)["text"]
    _describe(store, graph, lang)
    return graph


def _read_filters(store: Store, filters: Filters) -> dict[str, str]:
    """Return the filters that were given, as `filter_pattern` takes them."""
    read: dict[str, Callable[[Any], str]] = {
        "topic": _iri,
        "place": _iri,
        "role": _iri,
        "year": partial(fiscal_year, store),
        "since": first_day,
        "until": last_day,
        "kind": partial(_class, store),
    }
    given = dict(filters)
    return {name: make(given[name]) for name, make in read.items() if given.get(name) is not None}


def _iri(name: str) -> str:
    text = name.strip().removeprefix("<").removesuffix(">")
    if "://" not in text:
        text = expand(text)
    return check_iri(text)


def _class(store: Store, name: str) -> str:
    """Return the IRI of a class of the ontology."""
    rows = select_rows(
        store,
        f"""
SELECT ?class ?label
WHERE {{
  ?class a owl:Class ; skos:prefLabel|rdfs:label ?label .
  FILTER(STRSTARTS(STR(?class), "{CT}"))
}}""",
    )
    wanted = fold(name.strip().removeprefix("<").removesuffix(">"))
    for row in rows:
        iri = row["class"]
        if wanted in {fold(word) for word in (iri, shorten(iri), iri[len(CT) :], row["label"])}:
            return iri
    known = sorted({row["class"][len(CT) :] for row in rows})
    raise UnknownName("kind", name, suggest(name, known), hint="give-class")


def _read_edges(
    rows: Iterable[Mapping[str, str]], stated_only: bool
) -> dict[tuple[str, str], dict[str, Any]]:
    edges: dict[tuple[str, str], _Edge] = {}
    for row in rows:
        stated = int(row["stated"] or "0") > 0
        if stated_only and not stated:
            continue
        source, target, through = row["source"], row["target"], row["through"]
        if not (source and target and through):
            # An aggregate over nothing is one row without bindings on some servers.
            continue
        edge = edges.setdefault((source, target), _Edge())
        edge.add(row, stated)
    return {pair: edge.data(*pair) for pair, edge in edges.items()}


class _Edge:
    """What rows of a view say of one edge."""

    def __init__(self) -> None:
        self.lists: dict[str, set[str]] = {
            name: set() for name in ("activities", "relations", "roles", "claims")
        }
        self.made: dict[str, dict[str, Any]] = {}
        self.stated = False
        self.weight: int | float | None = None
        self.money: dict[str, tuple[Decimal, str]] = {}
        self.unknown = self.shared = False

    def add(self, row: Mapping[str, str], stated: bool) -> None:
        """Add what one row says."""
        through, claims = row["through"], set(row["claims"].split())
        self.lists["relations" if row.get("relation") else "activities"].add(through)
        self.lists["claims"] |= claims
        self.lists["roles"].update(row.get("roles", "").split())
        self.stated = self.stated or stated
        before = self.made.get(through, {"claims": [], "basis": INFERRED})
        self.made[through] = {
            "claims": sorted(claims.union(before["claims"])),
            "basis": STATED if stated else before["basis"],
        }
        if row.get("weight"):
            self.weight = (self.weight or 0) + _number(row["weight"])
        if "amount" in row:
            if row["amount"] and row["currency"]:
                self.money[through] = (Decimal(row["amount"]), row["currency"])
            else:
                self.unknown = True
            is_split = int(row["channels"]) > 1 or int(row["places"]) > 1
            self.shared = self.shared or is_split

    def data(self, source: str, target: str) -> dict[str, Any]:
        """Return the attributes of the edge."""
        weight = self.weight
        if weight is None and (self.money or self.unknown):
            weight = len(self.lists["activities"])
        if weight is None:
            weight = len(self.lists["roles"]) + len(self.lists["relations"])
        data: dict[str, Any] = {
            "weight": weight
            if self.weight is not None
            else weight or len(self.lists["activities"]),
            **{name: sorted(values) for name, values in self.lists.items()},
            "basis": STATED if self.stated else INFERRED,
            "source": source,
            "target": target,
            "by_activity": {key: self.made[key] for key in sorted(self.made)},
        }
        if self.money or self.unknown:
            data["amounts"] = sorted(f"{sum_} {currency}" for sum_, currency in self.money.values())
            data["shared"] = self.shared
            currencies = {currency for _, currency in self.money.values()}
            if len(currencies) == 1 and not self.unknown:
                data["amount"] = float(sum(sum_ for sum_, _ in self.money.values()))
                data["currency"] = currencies.pop()
        return data


def _number(text: str) -> int | float:
    try:
        return int(text)
    except ValueError:
        pass
    try:
        found = float(text)
    except ValueError as error:
        raise UsageError("weight-not-number", text=text) from error
    if not math.isfinite(found):
        raise UsageError("weight-not-finite", text=text)
    return found


def _describe(store: Store, graph: networkx.Graph[str], lang: str) -> None:
    """Give labels and kinds to nodes, activities and roles, by one query."""
    others = {
        thing
        for _, _, data in graph.edges(data=True)
        for thing in (*data["by_activity"], *data["roles"])
        if thing not in graph
    }
    others |= {iri for iri in graph.graph["filters"].values() if "://" in iri} - set(graph)
    facts = read_things(store, [*graph, *sorted(others)])
    for node in graph:
        fact = facts[node]
        label = fact["label_ja"] if lang == "ja" else fact["label_en"]
        graph.nodes[node].update({"label": label, **fact})
    graph.graph["things"] = {thing: facts[thing] for thing in sorted(others)}
    kinds = {facts[node][key] for node in graph for key in ("kind", "family")} - {"", UNKNOWN_KIND}
    classes = read_things(store, [CT + kind for kind in kinds - {CONCEPT}])
    named = {kind: classes[CT + kind] for kind in kinds - {CONCEPT}}
    # SKOS has no label for it in Japanese.
    named |= {CONCEPT: {"label_en": "Concept", "label_ja": "概念"}} if CONCEPT in kinds else {}
    graph.graph["kinds"] = {
        kind: {key: named[kind][key] for key in ("label_en", "label_ja")} for kind in sorted(kinds)
    }
