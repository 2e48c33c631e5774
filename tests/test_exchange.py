"""Files of networks: opened again by NetworkX with all that was in them."""

from __future__ import annotations

import csv
import json
import zipfile
from io import BytesIO
from pathlib import Path

import networkx as nx
import pytest

from ctgraph.cli import run
from ctgraph.draw import node_colours
from ctgraph.exchange import network_text
from ctgraph.layout import layout
from ctgraph.network import VIEWS, build_network
from ctgraph.store import Store
from ctgraph.terms import CTD


@pytest.mark.parametrize("view", VIEWS)
def test_cytoscape_keeps_everything(graph_store: Store, view: str) -> None:
    graph = build_network(graph_store, view)
    text = network_text(graph, "cyjs", layout(graph), node_colours(graph))
    found = json.loads(text)
    assert {"x", "y"} == set(found["elements"]["nodes"][0]["position"])
    back = nx.cytoscape_graph(found)
    assert back.is_directed() == graph.is_directed()
    assert back.graph == graph.graph
    for node, data in graph.nodes(data=True):
        for key, value in data.items():
            assert back.nodes[node][key] == value
    assert back.number_of_edges() == graph.number_of_edges()
    for source, target, data in graph.edges(data=True):
        read = back.edges[source, target]
        assert (read["from"], read["to"]) == (data["source"], data["target"])
        for key in set(data) - {"source", "target"}:
            assert read[key] == data[key]


def test_gexf_has_places_colours_and_dates(graph_store: Store) -> None:
    graph = build_network(graph_store, "activities")
    places = layout(graph)
    text = network_text(graph, "gexf", places, {**node_colours(graph), CTD + "jpn": "#0072b2"})
    assert 'mode="dynamic"' in text
    assert 'timeformat="date"' in text
    back = nx.read_gexf(BytesIO(text.encode()))
    viz = back.nodes[CTD + "jpn"]["viz"]
    assert (viz["color"]["r"], viz["color"]["g"], viz["color"]["b"]) == (0, 0x72, 0xB2)
    assert (viz["position"]["x"], viz["position"]["y"]) == places[CTD + "jpn"]
    workshop = CTD + "rule-of-law-workshop-2024-02"
    assert back.nodes[workshop]["start"] == graph.nodes[workshop]["starts"]
    assert back.edges[workshop, CTD + "unafei"]["end"] == graph.nodes[workshop]["ends"]
    assert "start" not in back.nodes[CTD + "jpn"]


def test_graphml_has_colours(graph_store: Store) -> None:
    graph = build_network(graph_store)
    colours = node_colours(graph)
    text = network_text(graph, "graphml", layout(graph), colours)
    back = nx.read_graphml(BytesIO(text.encode()))
    assert {node: data["colour"] for node, data in back.nodes(data=True)} == colours


def test_the_command_writes_cytoscape(tmp_path: Path) -> None:
    file = tmp_path / "network.cyjs"
    assert run(["draw", "-q", "-o", str(file)]) == 0
    assert len(nx.cytoscape_graph(json.loads(file.read_text("utf-8")))) > 10


def test_tables_hold_nodes_and_edges(tmp_path: Path, graph_store: Store) -> None:
    files = [tmp_path / "one.zip", tmp_path / "two.zip"]
    for file in files:
        assert run(["draw", "--view", "funding", "-q", "-o", str(file)]) == 0
    assert files[0].read_bytes() == files[1].read_bytes()
    graph = build_network(graph_store, "funding")
    with zipfile.ZipFile(files[0]) as archive:
        nodes, edges = (
            list(csv.DictReader(archive.read(name).decode().splitlines()))
            for name in ("nodes.csv", "edges.csv")
        )
    back: nx.DiGraph[str] = nx.DiGraph()
    back.add_nodes_from((row["id"], row) for row in nodes)
    back.add_edges_from((row["source"], row["target"], row) for row in edges)
    assert set(back) == set(graph)
    assert set(back.edges()) == set(graph.edges())
    for source, target, data in graph.edges(data=True):
        read = back.edges[source, target]
        assert read["claims"].split() == data["claims"]
        assert read["amount"] == str(data.get("amount", ""))
    for node, data in graph.nodes(data=True):
        assert back.nodes[node]["label_ja"] == data["label_ja"]
        assert float(back.nodes[node]["x"]) == layout(graph)[node][0]
    assert run(["draw", "-q", "-o", str(tmp_path / "network.csv")]) == 2
