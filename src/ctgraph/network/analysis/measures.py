"""Measures of networks, as the field defines them and NetworkX computes them.

Unless a measure says otherwise it is taken of the undirected simple network (`as_simple`). Numbers
are rounded to six decimals, so that every machine prints the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ctgraph.errors import UnknownName, suggest

if TYPE_CHECKING:
    import networkx

    from ctgraph.query import Table
    from ctgraph.store import Store


Value = float | int | str | None


def as_simple(graph: networkx.Graph[str]) -> networkx.Graph[str]:
    """Return the undirected network without loops; the weights of both directions are added up."""
    import networkx as nx

    simple: networkx.Graph[str] = nx.Graph()
    simple.add_nodes_from(sorted(graph))
    for source, target, data in sorted(graph.edges(data=True), key=lambda edge: edge[:2]):
        if source == target:
            continue
        before = simple.get_edge_data(source, target, {"weight": 0})["weight"]
        simple.add_edge(source, target, weight=before + data.get("weight", 1))
    return simple


def degree(graph: networkx.Graph[str]) -> dict[str, Value]:
    """With how many others a node is tied.

    Freeman, Centrality in social networks: conceptual clarification, Social Networks 1, 1978.
    """
    return dict(as_simple(graph).degree())


def weighted_degree(graph: networkx.Graph[str]) -> dict[str, Value]:
    """Sum of the weights of a node's edges, also called strength.

    Barrat et al., The architecture of complex weighted networks, PNAS 101, 2004.
    """
    return {node: _rounded(sum_) for node, sum_ in as_simple(graph).degree(weight="weight")}


def betweenness(graph: networkx.Graph[str]) -> dict[str, Value]:
    """Share of the shortest paths between two others that lead over a node, from 0 to 1.

    Steps count, not weights. Freeman, A set of measures of centrality based on betweenness,
    Sociometry 40, 1977; computed as by Brandes, A faster algorithm for betweenness centrality,
    2001.
    """
    import networkx as nx

    return _round(nx.betweenness_centrality(as_simple(graph)))


def closeness(graph: networkx.Graph[str]) -> dict[str, Value]:
    """Inverse of the mean number of steps to the nodes within reach, times their share of all.

    Wasserman and Faust, Social Network Analysis, 1994, p. 201, so that nodes of small components
    are not made central.
    """
    import networkx as nx

    return _round(nx.closeness_centrality(as_simple(graph)))


def eigenvector(graph: networkx.Graph[str]) -> dict[str, Value]:
    """A node's share in the leading eigenvector of the weighted adjacency matrix, of length 1.

    Who is tied to well-tied nodes has more; outside the component that leads it is near 0. None
    where the iteration does not settle. Bonacich, Power and centrality, American Journal of
    Sociology 92, 1987.
    """
    import networkx as nx

    simple = as_simple(graph)
    if not simple.number_of_edges():
        return dict.fromkeys(simple)
    try:
        return _round(nx.eigenvector_centrality(simple, max_iter=5000, weight="weight"))
    except nx.PowerIterationFailedConvergence:
        return dict.fromkeys(simple)


def pagerank(graph: networkx.Graph[str]) -> dict[str, Value]:
    """Share of time that a walker over edges, by weight, spends at a node; all add up to 1.

    Follows the direction of edges if they have one. Damping 0.85: Brin and Page, The anatomy of a
    large-scale hypertextual Web search engine, 1998.
    """
    import networkx as nx

    walked = graph if graph.is_directed() else as_simple(graph)
    found = nx.pagerank(walked, alpha=0.85, tol=1e-10, max_iter=1000, weight="weight")
    return {node: _rounded(found[node]) for node in sorted(found)}


def community(graph: networkx.Graph[str], seed: int = 1) -> dict[str, Value]:
    """Number of the community of a node, from 1 for the largest.

    Communities are those of greatest modularity that the Louvain method finds from a seed, by
    weight: Blondel et al., Fast unfolding of communities in large networks, 2008.
    """
    import networkx as nx

    found = nx.community.louvain_communities(as_simple(graph), weight="weight", seed=seed)
    return _numbered(found)


def core(graph: networkx.Graph[str]) -> dict[str, Value]:
    """Largest k for which a node is in the k-core: all in it have k ties within it.

    Seidman, Network structure and minimum degree, Social Networks 5, 1983.
    """
    import networkx as nx

    return dict(nx.core_number(as_simple(graph)))


def component(graph: networkx.Graph[str]) -> dict[str, Value]:
    """Number of the connected component of a node, from 1 for the largest."""
    import networkx as nx

    return _numbered(nx.connected_components(as_simple(graph)))


def density(graph: networkx.Graph[str]) -> float | None:
    """Share of the pairs of nodes that are tied; None with fewer than two nodes.

    Wasserman and Faust, Social Network Analysis, 1994, p. 101.
    """
    import networkx as nx

    return float(_rounded(nx.density(as_simple(graph)))) if len(graph) > 1 else None


def bridges(graph: networkx.Graph[str]) -> list[tuple[str, str]]:
    """Return the edges without which a component falls apart, sorted.

    Harary, Graph Theory, 1969, chapter 3.
    """
    import networkx as nx

    return sorted((min(pair), max(pair)) for pair in nx.bridges(as_simple(graph)))


def modularity(graph: networkx.Graph[str], seed: int = 1) -> float | None:
    """Return how much more weight lies within the communities than chance would put there.

    None without edges. Newman, Modularity and community structure in networks, PNAS 103, 2006.
    """
    if not as_simple(graph).number_of_edges():
        return None
    return float(_rounded(find_communities(graph, seed)[1]))


def find_communities(graph: networkx.Graph[str], seed: int = 1) -> tuple[list[list[str]], float]:
    """Return the nodes of each community, in the order of their numbers, and the modularity.

    Args:
        graph: A network with edges.
        seed: Where chance starts, as for `community`.
    """
    import networkx as nx

    groups: dict[Value, set[str]] = {}
    for node, number in community(graph, seed).items():
        groups.setdefault(number, set()).add(node)
    found = nx.community.modularity(as_simple(graph), groups.values(), weight="weight")
    return [sorted(groups[number]) for number in range(1, len(groups) + 1)], float(found)


NODE_MEASURES: dict[str, Callable[[networkx.Graph[str]], dict[str, Value]]] = {
    "degree": degree,
    "weightedDegree": weighted_degree,
    "betweenness": betweenness,
    "closeness": closeness,
    "eigenvector": eigenvector,
    "pagerank": pagerank,
    "community": community,
    "core": core,
    "component": component,
}
"""The measures of nodes by the name of their column."""


class About(NamedTuple):
    """What is to be known of a measure beside its definition, which is that of its function.

    Attributes:
        en: Its name in English.
        ja: Its name in Japanese.
        low: The least value it can have.
        high: The greatest; None if that depends on the network.
        weighs: Whether weights of edges change it.
        directed: Whether directions of edges change it.
        apart: What it means if the network is not connected.
    """

    en: str
    ja: str
    low: float
    high: float | None
    weighs: bool
    directed: bool
    apart: str


ABOUT: dict[str, About] = {
    "degree": About("degree", "次数", 0, None, False, False, "as in a connected network"),
    "weightedDegree": About(
        "weighted degree, strength", "重み付き次数（強度）", 0, None, True, False,
        "as in a connected network",
    ),
    "betweenness": About(
        "betweenness centrality", "媒介中心性", 0, 1, False, False,
        "pairs without a path between them count as pairs that need no node, so values are lower",
    ),
    "closeness": About(
        "closeness centrality", "近接中心性", 0, 1, False, False,
        "only the nodes within reach count, and the value is multiplied by their share of all",
    ),
    "eigenvector": About(
        "eigenvector centrality", "固有ベクトル中心性", 0, 1, True, False,
        "near 0 outside the component that leads; do not compare nodes of different components",
    ),
    "pagerank": About(
        "PageRank", "ページランク", 0, 1, True, True,
        "every component has a share, for the walker jumps",
    ),
    "community": About(
        "community (Louvain)", "コミュニティ（Louvain法）", 1, None, True, False,
        "no community has nodes of two components",
    ),
    "core": About(
        "core number", "コア数（k-コア）", 0, None, False, False, "as in a connected network"
    ),
    "component": About(
        "connected component", "連結成分", 1, None, False, False, "tells the components apart"
    ),
    "density": About("density", "密度", 0, 1, False, False, "as in a connected network"),
    "components": About(
        "number of components", "連結成分の数", 0, None, False, False, "more than 1"
    ),
    "bridges": About(
        "number of bridges", "橋の数", 0, None, False, False, "those of all components"
    ),
    "communities": About(
        "number of communities", "コミュニティの数", 0, None, True, False,
        "at least one for each component",
    ),
    "modularity": About(
        "modularity", "モジュラリティ", -0.5, 1, True, False,
        "higher, for ties never go from one component to another",
    ),
}  # fmt: skip
"""The measures of nodes and of networks by name; `docs/reference/measures.md` is made of it."""

PARTS = ("nodes", "network", "bridges")
"""What can be measured: each node, the whole, or the edges that hold it together."""


def measure(store: Store, graph: networkx.Graph[str], of: str = "nodes", lang: str = "en") -> Table:
    """Return a table of measures.

    Args:
        store: Where labels come from.
        graph: A network.
        of: ``nodes``: a row for each node, highest degree first, with the columns of
            `NODE_MEASURES`; ``network``: the number of nodes, edges, components, bridges and
            communities, density and modularity; ``bridges``: the edges of `bridges`.
        lang: Language of the labels.

    Raises:
        UnknownName: `of` is none of `PARTS`.
    """
    if of not in PARTS:
        raise UnknownName("part", of, suggest(of, PARTS), hint="known", names=[*PARTS])
    if of == "bridges":
        columns = ("source", "target")
        return make_table(store, columns, map(list, bridges(graph)), lang, iris=columns)
    if of == "network":
        simple = as_simple(graph)
        rows: list[list[Value]] = [
            ["nodes", len(graph)],
            ["edges", simple.number_of_edges()],
            ["density", density(graph)],
            ["components", len(set(component(graph).values()))],
            ["bridges", len(bridges(graph))],
            ["communities", len(set(community(graph).values()))],
            ["modularity", modularity(graph)],
        ]
        return make_table(store, ("measure", "value"), rows, lang)
    found = {name: function(graph) for name, function in NODE_MEASURES.items()}
    order = sorted(graph, key=lambda node: (-int(found["degree"][node] or 0), node))
    rows = [[node, *(values[node] for values in found.values())] for node in order]
    return make_table(store, ("node", *NODE_MEASURES), rows, lang, iris=("node",))


def make_table(
    store: Store,
    columns: Sequence[str],
    rows: Iterable[Sequence[Value]],
    lang: str = "en",
    *,
    iris: Sequence[str] = (),
) -> Table:
    """Return a table like the answer to a question, of values that were computed here.

    Args:
        store: Where labels come from.
        columns: Their names.
        rows: The values of each row; None for an empty cell.
        lang: Language of the labels.
        iris: The columns whose texts are IRIs.
    """
    import pyoxigraph

    from ctgraph.query import Table
    from ctgraph.terms import PREFIXES

    def cell(value: Value, is_iri: bool) -> dict[str, str]:
        if isinstance(value, str):
            return {"type": "uri" if is_iri else "literal", "value": value}
        kind = "integer" if isinstance(value, int) else "decimal"
        text = str(value) if isinstance(value, int) else f"{value:.6f}".rstrip("0")
        text = text + "0" if text.endswith(".") else text
        return {"type": "literal", "value": text, "datatype": PREFIXES["xsd"] + kind}

    bindings = [
        {
            column: cell(value, column in iris)
            for column, value in zip(columns, row, strict=True)
            if value is not None
        }
        for row in rows
    ]
    answer = {"head": {"vars": list(columns)}, "results": {"bindings": bindings}}
    results = pyoxigraph.parse_query_results(
        json.dumps(answer).encode(), format=pyoxigraph.QueryResultsFormat.JSON
    )
    assert isinstance(results, pyoxigraph.QuerySolutions)
    return Table(store, results, "", lang=lang)


def _rounded(value: float) -> float | int:
    return value if isinstance(value, int) else round(float(value), 6) + 0.0


def _round(values: dict[str, float]) -> dict[str, Value]:
    return {node: _rounded(value) for node, value in values.items()}


def _numbered(groups: Iterable[Iterable[str]]) -> dict[str, Value]:
    ordered = sorted((sorted(group) for group in groups), key=lambda group: (-len(group), group))
    found = {node: number for number, group in enumerate(ordered, 1) for node in group}
    return {node: found[node] for node in sorted(found)}
