"""Networks of the graph for NetworkX: who is tied to whom, by what, on which words.

Each view is one aggregation that the store computes, whether it is in memory, on disk or remote;
only the small network crosses the wire. The views are in `views`, the places of nodes in `layout`,
files in `files`, measures in `measures`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Unpack

from ctgraph.errors import UnknownName, UsageError, suggest
from ctgraph.network.filters import Filters, Fitting, check_iri, check_names
from ctgraph.network.from_query import query_rows
from ctgraph.network.participations import keep_fitting, view_rows
from ctgraph.network.rollup import Wholes, read_wholes, roll_up
from ctgraph.network.things import (
    CONCEPT,
    UNKNOWN_KIND,
    fiscal_year,
    read_cells,
    read_things,
    select_rows,
)
from ctgraph.network.ties import Row, read_row, read_ties
from ctgraph.network.views import QUERY, VIEWS
from ctgraph.query import describe_scope
from ctgraph.store.scope import first_day, last_day
from ctgraph.terms import CT, LANGUAGES, expand, fold, shorten

if TYPE_CHECKING:
    import networkx

    from ctgraph.store import Store


def build_network(
    store: Store,
    view: str = "cooperation",
    *,
    lang: str = "en",
    rolled_down: bool = False,
    **filters: Unpack[Filters],
) -> networkx.Graph[str]:
    """Return a network; nodes are IRIs, nodes and edges come in the order of their IRIs.

    ``cooperation`` and ``activities`` are a `networkx.Graph`, the others a `networkx.DiGraph`.

    Node attributes: ``label`` (in `lang`) and what `read_things` says; ``members``, list of IRIs,
    of a node that stands for others; ``about``, list of IRIs of the figures (as a party count) and
    acts that a view tells of a node, the newest first, and ``figure_en`` and ``figure_ja``, the
    newest figure in a line. Edge attributes:

    - ``weight``: how many activities, contributions or statements make the edge; for a
      participation, how many roles;
    - ``activities``: list of IRIs of the activities (contributions, memberships) that make it;
    - ``relations``: list of IRIs of the properties, if statements make it;
    - ``roles``: list of IRIs of the roles, if participations make it;
    - ``claims``: list of IRIs of claims; ``basis``: ``Stated`` if at least one of what makes the
      edge rests on stated claims alone, else ``Inferred``;
    - ``source`` and ``target``: the ends as the view has them;
    - ``by_activity``: what makes the edge (activity or property) to ``{"claims": …, "basis": …}``,
      with ``sides`` where it takes a claim of each of several lists (the part of one end, that of
      the other), ``roles`` if it has any, and ``amount`` in the view ``funding``;
    - ``is_weighted`` if the weight is that of a query;
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
        rolled_down: Whether to return what is left as it was before `roll_up`, for a page that
            shows both.
        **filters: What is kept; things by IRI or CURIE.

    Raises:
        UnknownName: There is no such view, class, fiscal year or level.
        UsageError: `hops` is below 1, a name is neither IRI nor CURIE, a date is none, or the
            query has no source and target.
    """
    import networkx as nx

    check_names(filters)
    query, actor = filters.get("query"), filters.get("actor")
    hops, stated_only = filters.get("hops", 1), filters.get("stated_only", False)
    level = filters.get("roll_up")
    if query is not None:
        view = "query"
    elif view not in VIEWS:
        raise UnknownName("view", view, suggest(view, VIEWS), hint="known", names=[*VIEWS])
    if hops < 1:
        raise UsageError("hops-below-one", hops=hops)
    chosen = QUERY if query is not None else VIEWS[view]
    kept = _read_filters(store, filters)
    rows: Iterable[Row]
    if query is None:
        rows = view_rows(store, view, kept)
    else:
        made = map(read_row, query_rows(store, query, lang))
        rows = keep_fitting(made, Fitting(store, chosen, kept))
    edges = read_ties(rows, stated_only=stated_only)
    graph: networkx.Graph[str] = nx.DiGraph() if chosen.directed else nx.Graph()
    graph.graph.update(
        view=view, title_en=chosen.title["en"], title_ja=chosen.title["ja"], filters=kept
    )
    graph.add_nodes_from(sorted({end for pair in edges for end in pair}))
    graph.add_edges_from((s, t, data) for (s, t), data in sorted(edges.items()))
    whole, wholes = graph, Wholes({}, {})
    if level is not None:
        wholes = read_wholes(store, level, graph)
        graph = roll_up(graph, wholes)
    if actor is not None:
        centre = _iri(actor)
        kept["actor"] = centre = wholes.of.get(centre, centre)
        _keep_near(graph, centre, hops)
        kept |= {"hops": str(hops)} if graph else {}
    if level is not None:
        kept["roll_up"] = level
    if rolled_down:
        whole.remove_nodes_from([n for n in whole if wholes.of.get(n, n) not in graph])
        graph = whole
    if stated_only:
        kept["stated_only"] = "true"
    if store.scope:
        graph.graph["scope"] = describe_scope(store)["text"]
    _describe(store, graph, chosen.about, lang)
    return graph


def build_outline(store: Store, view: str) -> networkx.Graph[str]:
    """Return the nodes and edges of a view, in the order of their IRIs, and nothing of them.

    For who counts or sketches a network: what is said of the edges of a large one, and on which
    words, takes many times as long to read.

    Args:
        store: The graph, wherever it is.
        view: A name of `VIEWS`.
    """
    import networkx as nx

    chosen = VIEWS[view]
    query = f"SELECT DISTINCT ?source ?target {{ {chosen.ends} }}"
    pairs = {(source, target) for source, target in read_cells(store, query)}
    if not chosen.directed:
        pairs -= {(t, s) for s, t in pairs if s < t and (t, s) in pairs}
    graph: networkx.Graph[str] = nx.DiGraph() if chosen.directed else nx.Graph()
    graph.graph["view"] = view
    graph.add_nodes_from(sorted({end for pair in pairs for end in pair}))
    graph.add_edges_from(sorted(pairs))
    return graph


def _keep_near(graph: networkx.Graph[str], centre: str, hops: int) -> None:
    import networkx as nx

    near: Collection[str] = ()
    if centre in graph:
        near = nx.single_source_shortest_path_length(nx.Graph(graph), centre, cutoff=hops)
    graph.remove_nodes_from([node for node in graph if node not in near])


def _read_filters(store: Store, filters: Filters) -> dict[str, str]:
    """Return the filters that were given, as `filter_parts` takes them."""
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


def _describe(store: Store, graph: networkx.Graph[str], about: str, lang: str) -> None:
    """Give labels and kinds to nodes, activities and roles, by one query."""
    told = _read_about(store, graph, about) if about and graph else {}
    others = {
        thing
        for _, _, data in graph.edges(data=True)
        for thing in (*data["by_activity"], *data["roles"])
        if thing not in graph
    }
    others |= {part for _, data in graph.nodes(data=True) for part in data.get("members", ())}
    others |= {row[key] for rows in told.values() for row in rows for key in ("thing", "unit")}
    others |= {iri for iri in graph.graph["filters"].values() if "://" in iri}
    others -= {"", *graph}
    facts = read_things(store, [*graph, *sorted(others)])
    for node, data in graph.nodes(data=True):
        fact = facts[node]
        label = fact["label_ja"] if lang == "ja" else fact["label_en"]
        # A whole that stands for its parts rests on what makes them parts as well.
        claims = sorted({*fact["claims"], *data.get("claims", ())})
        data.update({"label": label, **fact, "claims": claims})
    for node, rows in told.items():
        for row in rows:
            facts[row["thing"]] |= {key: row[key] for key in ("value", "unit") if row[key]}
        things = sorted(row["thing"] for row in rows)
        things.sort(key=lambda one: _day(facts[one]), reverse=True)
        graph.nodes[node]["about"] = things
        figures = [facts[one] for one in things if "value" in facts[one]]
        for language in LANGUAGES if figures else ():
            unit = facts[figures[0]["unit"]][f"label_{language}"]
            day = f" ({figures[0]['as_of']})" if "as_of" in figures[0] else ""
            graph.nodes[node][f"figure_{language}"] = f"{unit}: {figures[0]['value']}{day}"
    graph.graph["things"] = {thing: facts[thing] for thing in sorted(others)}
    kinds = {facts[node][key] for node in graph for key in ("kind", "family")} - {"", UNKNOWN_KIND}
    classes = read_things(store, [CT + kind for kind in kinds - {CONCEPT}])
    named = {kind: classes[CT + kind] for kind in kinds - {CONCEPT}}
    # SKOS has no label for it in Japanese.
    named |= {CONCEPT: {"label_en": "Concept", "label_ja": "概念"}} if CONCEPT in kinds else {}
    graph.graph["kinds"] = {
        kind: {key: named[kind][key] for key in ("label_en", "label_ja")} for kind in sorted(kinds)
    }


def _read_about(
    store: Store, graph: networkx.Graph[str], about: str
) -> dict[str, list[dict[str, str]]]:
    """Return what a view tells of its nodes, by node."""
    told: dict[str, list[dict[str, str]]] = {}
    for row in select_rows(store, f"SELECT DISTINCT ?node ?thing ?value ?unit {{ {about} }}"):
        if row["node"] in graph:
            told.setdefault(row["node"], []).append(row)
    return told


def _day(fact: Mapping[str, Any]) -> str:
    return str(fact.get("as_of") or fact["starts"])
