"""Where nodes lie: the same everywhere, true to distances, and never on top of each other."""

from __future__ import annotations

import hashlib
import itertools
import math

import networkx as nx
import numpy as np
import pytest
from processes import same_output

from ctgraph.network.build import build_network
from ctgraph.network.layout import compute_layout
from ctgraph.network.views import VIEWS
from ctgraph.store.store import Store, open_store

PROGRAM = """
import hashlib, sys
import networkx as nx
from ctgraph.network.layout import compute_layout
from ctgraph.network.build import build_network
from ctgraph.store.store import open_store
graph = build_network(open_store(), 'everything')
big = nx.relabel_nodes(nx.barabasi_albert_graph(700, 2, seed=4), str)
print(hashlib.sha256(repr([compute_layout(graph), compute_layout(big)]).encode()).hexdigest())
"""


@pytest.fixture(scope="module")
def store() -> Store:
    return open_store()


def named(graph: nx.Graph[int]) -> nx.Graph[str]:
    made: nx.Graph[str] = nx.Graph()
    made.add_nodes_from(f"n{node:04}" for node in graph)
    made.add_edges_from((f"n{a:04}", f"n{b:04}") for a, b in graph.edges())
    return made


def correlation(graph: nx.Graph[str]) -> float:
    """Of steps in the network with distances in the picture."""
    places = compute_layout(graph)
    steps, gaps = [], []
    for node in sorted(graph)[::7]:
        for other, length in nx.single_source_shortest_path_length(graph, node).items():
            steps.append(length)
            gaps.append(math.dist(places[node], places[other]))
    return float(np.corrcoef(steps, gaps)[0, 1])


def test_every_process_places_the_same() -> None:
    digest = same_output(PROGRAM).strip()
    assert len(digest) == len(hashlib.sha256().hexdigest())


@pytest.mark.parametrize("view", VIEWS)
def test_the_order_of_nodes_and_edges_does_not_matter(store: Store, view: str) -> None:
    graph = build_network(store, view)
    turned: nx.Graph[str] = nx.Graph()
    turned.add_nodes_from(reversed(list(graph)))
    turned.add_edges_from((b, a) for a, b in reversed(list(graph.edges())))
    assert compute_layout(turned) == compute_layout(graph)


def test_the_seed_is_used() -> None:
    for size in (200, 400):
        graph = named(nx.barabasi_albert_graph(size, 2, seed=1))
        assert compute_layout(graph, seed=1) != compute_layout(graph, seed=2)


@pytest.mark.parametrize("rows", [12, 25], ids=["stress", "forces"])
def test_a_grid_looks_like_a_grid(rows: int) -> None:
    grid = nx.convert_node_labels_to_integers(nx.grid_2d_graph(rows, rows), ordering="sorted")
    assert correlation(named(grid)) > 0.9


@pytest.mark.parametrize("size", [200, 600], ids=["stress", "forces"])
def test_a_path_is_a_line(size: int) -> None:
    path = named(nx.path_graph(size))
    assert correlation(path) > 0.97
    places = compute_layout(path)
    wide = max(x for x, _ in places.values()) - min(x for x, _ in places.values())
    high = max(y for _, y in places.values()) - min(y for _, y in places.values())
    assert wide > high


def test_groups_stand_apart() -> None:
    groups = named(nx.ring_of_cliques(20, 20))
    places = compute_layout(groups)
    of = {node: int(node[1:]) // 20 for node in groups}
    middles = {
        group: np.mean([places[node] for node in groups if of[node] == group], axis=0)
        for group in set(of.values())
    }
    for node in groups:
        nearest = min(middles, key=lambda group: math.dist(middles[group], places[node]))
        assert nearest == of[node]


@pytest.mark.parametrize("size", [120, 900], ids=["stress", "forces"])
def test_an_edge_is_about_1_long(size: int) -> None:
    graph = named(nx.barabasi_albert_graph(size, 2, seed=1))
    places = compute_layout(graph)
    lengths = [math.dist(places[a], places[b]) for a, b in graph.edges()]
    assert 0.5 < float(np.median(lengths)) < 2


@pytest.mark.parametrize(
    "graph",
    [
        nx.star_graph(500),
        nx.complete_graph(350),
        nx.complete_bipartite_graph(200, 200),
        nx.cycle_graph(400),
        nx.full_rary_tree(3, 500),
        nx.barbell_graph(160, 40),
    ],
    ids=["star", "complete", "bipartite", "cycle", "tree", "barbell"],
)
def test_shapes_that_are_hard_for_forces(graph: nx.Graph[int]) -> None:
    places = compute_layout(named(graph))
    points = np.array(list(places.values()))
    assert np.isfinite(points).all()
    assert len(np.unique(points, axis=0)) == len(points)
    assert np.abs(points.mean(axis=0)).max() < np.abs(points).max()


def test_components_do_not_lie_on_each_other() -> None:
    graph = named(nx.disjoint_union_all([nx.path_graph(5), nx.cycle_graph(4), nx.empty_graph(3)]))
    places = compute_layout(graph)
    boxes = []
    for part in nx.connected_components(graph):
        points = np.array([places[node] for node in part])
        boxes.append((points.min(axis=0), points.max(axis=0)))
    for index, (low, high) in enumerate(boxes):
        for other_low, other_high in boxes[:index]:
            assert (high < other_low).any() or (other_high < low).any()


def test_loops_and_small_networks() -> None:
    assert compute_layout(nx.Graph()) == {}
    loop: nx.Graph[str] = nx.Graph([("a", "a")])
    assert compute_layout(loop) == {"a": (0.0, 0.0)}
    pair: nx.DiGraph[str] = nx.DiGraph([("a", "b"), ("b", "a"), ("a", "a")])
    places = compute_layout(pair)
    assert math.dist(places["a"], places["b"]) == pytest.approx(1.0, abs=0.01)


def hierarchy(view: str, *ties: tuple[str, str]) -> nx.DiGraph[str]:
    graph: nx.DiGraph[str] = nx.DiGraph(view=view)
    graph.add_edges_from(ties)
    return graph


PARTS = (("a", "m"), ("b", "m"), ("c", "m"), ("m", "s"), ("d", "s"), ("s", "u"), ("a", "u"))


@pytest.mark.parametrize("view", ["structure", "goals"])
def test_parts_stand_on_the_left_of_their_wholes(view: str) -> None:
    graph = hierarchy(view, *PARTS)
    places = compute_layout(graph)
    for part, whole in graph.edges:
        assert places[part][0] < places[whole][0]
    # Nodes of a column stand apart, and no tie runs through a node.
    for one, other in itertools.combinations(graph, 2):
        if places[one][0] == places[other][0]:
            assert abs(places[one][1] - places[other][1]) >= 0.5 - 1e-3
    for part, whole in graph.edges:
        (x, y), (to_x, to_y) = places[part], places[whole]
        for at, level in places.values():
            if x < at < to_x:
                there = y + (to_y - y) * (at - x) / (to_x - x)
                assert abs(there - level) > 0.05
    assert places != compute_layout(hierarchy("cooperation", *PARTS))


def test_what_has_no_columns_is_laid_out_as_any_network() -> None:
    """Members of each other, a column too long to be read, and what falls into two."""
    wide = [(f"part {number:02}", "whole") for number in range(15)]
    deep = [*wide, ("whole", "more")]
    for ties in (deep, [*PARTS, ("u", "a")], [*PARTS, ("p", "w")]):
        plain = compute_layout(hierarchy("membership", *ties))
        assert compute_layout(hierarchy("structure", *ties)) == plain
