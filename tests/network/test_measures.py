"""Measures: known values on small networks, and the same answer in every format."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from ctgraph.cli.app import run
from ctgraph.network.analysis.measures import (
    ABOUT,
    NODE_MEASURES,
    as_simple,
    betweenness,
    bridges,
    closeness,
    community,
    component,
    core,
    degree,
    density,
    eigenvector,
    measure,
    modularity,
    pagerank,
    weighted_degree,
)
from ctgraph.network.build import build_network
from ctgraph.store.store import Store
from ctgraph.terms import CTD


def named(graph: nx.Graph[Any]) -> nx.Graph[str]:
    return nx.relabel_nodes(graph, {node: f"http://x.org/{node:02}" for node in graph})


STAR = named(nx.star_graph(4))
HUB, LEAF = "http://x.org/00", "http://x.org/01"


def test_a_star_has_known_values() -> None:
    assert degree(STAR)[HUB] == 4
    assert betweenness(STAR)[HUB] == 1
    assert betweenness(STAR)[LEAF] == 0
    assert closeness(STAR)[HUB] == 1
    assert closeness(STAR)[LEAF] == pytest.approx(4 / 7, abs=1e-6)
    assert eigenvector(STAR)[HUB] == pytest.approx(2**-0.5, abs=1e-4)
    assert sum(float(v or 0) for v in pagerank(STAR).values()) == pytest.approx(1, abs=1e-5)
    assert set(core(STAR).values()) == {1}
    assert density(STAR) == 0.4
    assert len(bridges(STAR)) == 4


def test_two_groups_are_two_communities() -> None:
    graph = named(nx.barbell_graph(5, 0))
    found = community(graph)
    assert set(found.values()) == {1, 2}
    assert len({found[f"http://x.org/{n:02}"] for n in range(5)}) == 1
    assert bridges(graph) == [("http://x.org/04", "http://x.org/05")]
    assert set(core(graph).values()) == {4}
    assert modularity(graph) == pytest.approx(0.452, abs=1e-3)
    assert found == community(graph)


def test_weights_and_directions() -> None:
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_edge("a", "b", weight=2)
    graph.add_edge("b", "a", weight=3)
    graph.add_edge("b", "c", weight=1)
    graph.add_edge("a", "a", weight=9)
    assert as_simple(graph).edges["a", "b"]["weight"] == 5
    assert degree(graph) == {"a": 1, "b": 2, "c": 1}
    assert weighted_degree(graph) == {"a": 5, "b": 6, "c": 1}
    assert pagerank(graph) != pagerank(as_simple(graph))


def test_components_are_numbered_by_size() -> None:
    graph = named(nx.disjoint_union(nx.path_graph(2), nx.path_graph(3)))
    assert list(component(graph).values()) == [2, 2, 1, 1, 1]


@pytest.mark.parametrize(
    "graph", [nx.empty_graph(0), nx.empty_graph(1), nx.empty_graph(3)], ids=str
)
def test_networks_without_ties(graph: nx.Graph[int]) -> None:
    bare = named(graph)
    for function in NODE_MEASURES.values():
        assert set(function(bare)) == set(bare)
    assert bridges(bare) == []
    assert modularity(bare) is None
    assert density(bare) == (0 if len(bare) > 1 else None)


def random_network(seed: int, *, weighted: bool, apart: bool) -> nx.DiGraph[str]:
    rng = random.Random(seed)
    one = nx.gnm_random_graph(9, 14, seed=seed, directed=True)
    made: Any = nx.disjoint_union(one, one) if apart else one
    for _, _, data in made.edges(data=True):
        data["weight"] = rng.choice([1, 2, 5]) if weighted else 1
    found: Any = named(made)
    return nx.DiGraph(found)


WHOLE: dict[str, Callable[[nx.Graph[str]], Any]] = {
    "density": density,
    "components": lambda graph: len(set(component(graph).values())),
    "bridges": lambda graph: len(bridges(graph)),
    "communities": lambda graph: len(set(community(graph).values())),
    "modularity": modularity,
}


def test_every_measure_is_described(graph_store: Store) -> None:
    assert [*NODE_MEASURES, *WHOLE] == list(ABOUT)
    whole = measure(graph_store, build_network(graph_store), "network")
    assert {row["measure"] for row in whole} == {"nodes", "edges", *WHOLE}


@pytest.mark.parametrize("name", ABOUT)
def test_what_is_said_of_a_measure_is_true(name: str) -> None:
    """Range, and whether weights and directions count, over networks in one part and in two."""
    function: Callable[[nx.Graph[str]], Any] = {**NODE_MEASURES, **WHOLE}[name]
    about = ABOUT[name]
    weighs = directed = False
    for seed in range(12):
        for apart in (False, True):
            graph = random_network(seed, weighted=True, apart=apart)
            found = function(graph)
            values = list(found.values()) if isinstance(found, dict) else [found]
            assert all(value >= about.low for value in values)
            assert about.high is None or all(value <= about.high for value in values)
            plain = random_network(seed, weighted=False, apart=apart)
            weighs = weighs or function(plain) != found
            directed = directed or function(nx.DiGraph(graph.reverse())) != found
    assert weighs == about.weighs
    assert directed == about.directed


def test_components_that_are_apart() -> None:
    pair, path = nx.path_graph(2), nx.path_graph(3)
    apart = named(nx.disjoint_union(pair, path))
    ends, middle = "http://x.org/02", "http://x.org/03"
    whole = betweenness(named(path))["http://x.org/01"]
    assert float(betweenness(apart)[middle] or 0) < float(whole or 0)
    assert closeness(apart)[middle] == pytest.approx(2 / 4)
    assert closeness(apart)["http://x.org/00"] == pytest.approx(1 / 4)
    assert eigenvector(apart)["http://x.org/00"] == pytest.approx(0, abs=1e-3)
    assert all(float(value or 0) > 0.1 for value in pagerank(apart).values())
    assert community(apart)["http://x.org/00"] != community(apart)[ends]
    assert len(bridges(apart)) == 3


def test_the_table_has_every_node_and_measure(graph_store: Store) -> None:
    graph = build_network(graph_store)
    table = measure(graph_store, graph)
    assert table.columns == ["node", *NODE_MEASURES]
    assert table[0]["node"] == CTD + "jpn"
    assert {row["node"] for row in table} == set(graph)
    first = table[0].to_dict()
    assert first["degree"] == graph.degree(CTD + "jpn")
    assert table.labels("ja")[CTD + "jpn"] == "日本"
    whole = {row["measure"]: row["value"] for row in measure(graph_store, graph, "network")}
    assert int(whole["nodes"]) == len(graph)
    assert int(whole["edges"]) == graph.number_of_edges()
    held = {(row["source"], row["target"]) for row in measure(graph_store, graph, "bridges")}
    assert len(held) == int(whole["bridges"])


@pytest.mark.parametrize("extension", ["csv", "tsv", "json", "xml", "md", "jsonl", "xlsx", "txt"])
def test_every_format_is_written(tmp_path: Path, extension: str) -> None:
    file = tmp_path / f"measures.{extension}"
    assert run(["measure", "-q", "--lang", "en", "-o", str(file)]) == 0
    if extension == "csv":
        rows = list(csv.DictReader(file.read_text("utf-8-sig").splitlines()))
        assert rows[0]["node"] == "Japan"
        assert len(rows) > 10
    elif extension == "json":
        found = json.loads(file.read_text("utf-8"))
        assert found["head"]["vars"] == ["node", *NODE_MEASURES]
    else:
        assert file.stat().st_size > 500


def test_a_network_without_nodes_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["measure", "--since", "2050"]) == 3
    assert "empty" in capsys.readouterr().err
    assert run(["measure", "coperation"]) == 2


def test_no_bridges_are_an_empty_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    query = tmp_path / "triangle.rq"
    query.write_text(
        "SELECT ?source ?target { VALUES (?source ?target)"
        " { (ctd:jpn ctd:iij) (ctd:iij ctd:unafei) (ctd:unafei ctd:jpn) } }",
        "utf-8",
    )
    arguments = ["measure", "--query", str(query), "--of", "bridges", "--lang", "en", "-f", "csv"]
    assert run(arguments) == 0
    out, err = capsys.readouterr()
    assert out.split() == ["source,target"]
    assert err == "No rows.\n"
