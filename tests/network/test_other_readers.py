"""Files of networks in programs that are not NetworkX; scripts/build_readers.py tries more."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import networkx as nx
import pytest

from ctgraph.network.build import build_network
from ctgraph.network.files import network_text, read_network
from ctgraph.network.layout import compute_layout
from ctgraph.network.styles import node_colours
from ctgraph.store.store import Store


def mixed(directed: bool) -> nx.Graph[str]:
    """Return a network whose attributes have values of several types."""
    graph: nx.Graph[str] = nx.DiGraph() if directed else nx.Graph()
    graph.graph.update(title="題", big=2**40)
    graph.add_node("http://x.org/a", label="国連薬物・犯罪事務所", size=1, mark=True, both="x")
    graph.add_node("http://x.org/b", label="日本", size=2.5, mark=False, both=7)
    graph.add_node("http://x.org/c", label="c")
    graph.add_edge("http://x.org/a", "http://x.org/b", weight=2, shared=True, amount=3 * 10**9)
    graph.add_edge("http://x.org/b", "http://x.org/c", weight=1.5, shared=False, amount=5)
    return graph


def write(graph: nx.Graph[str], path: Path) -> str:
    text = network_text(graph, path.suffix[1:], compute_layout(graph), node_colours(graph))
    path.write_text(text, encoding="utf-8")
    return str(path)


def weights(graph: nx.Graph[str]) -> float:
    return float(sum(data["weight"] for *_, data in graph.edges(data=True)))


@pytest.fixture(params=["cooperation", "funding", "everything", "mixed", "mixed-directed"])
def graph(request: pytest.FixtureRequest, graph_store: Store) -> nx.Graph[str]:
    if request.param.startswith("mixed"):
        return mixed(request.param != "mixed")
    return build_network(graph_store, request.param)


def test_igraph_reads_it(graph: nx.Graph[str], tmp_path: Path) -> None:
    igraph = pytest.importorskip("igraph")
    read = igraph.Graph.Read_GraphML(write(graph, tmp_path / "x.graphml"))
    assert (read.vcount(), read.ecount()) == (len(graph), graph.size())
    assert read.is_directed() == graph.is_directed()
    assert read.vs["label"] == [data["label"] for _, data in graph.nodes(data=True)]
    assert sum(read.es["weight"]) == weights(graph)
    assert not set(graph.graph) & set(read.es.attributes())
    if "mark" in read.vs.attributes():
        assert read.vs["mark"][:2] == [True, False]
        assert read.vs["both"][:2] == ["x", "7"]
        assert read.es["amount"] == [3e9, 5]


def test_rustworkx_reads_it(graph: nx.Graph[str], tmp_path: Path) -> None:
    rustworkx = pytest.importorskip("rustworkx")
    (read,) = rustworkx.read_graphml(write(graph, tmp_path / "x.graphml"))
    assert (read.num_nodes(), read.num_edges()) == (len(graph), graph.size())
    assert isinstance(read, rustworkx.PyDiGraph) == graph.is_directed()
    labels = [data["label"] for _, data in graph.nodes(data=True)]
    assert [data["label"] for data in read.nodes()] == labels
    assert sum(data["weight"] for data in read.edges()) == weights(graph)
    if "shared" in read.edges()[0]:
        shared = [data.get("shared") for *_, data in graph.edges(data=True)]
        assert [data["shared"] for data in read.edges()] == shared


def test_networkit_reads_it(graph: nx.Graph[str], tmp_path: Path) -> None:
    networkit = pytest.importorskip("networkit")
    read = networkit.readGraph(write(graph, tmp_path / "x.graphml"), networkit.Format.GraphML)
    assert (read.numberOfNodes(), read.numberOfEdges()) == (len(graph), graph.size())
    assert (read.isDirected(), read.isWeighted()) == (graph.is_directed(), True)
    assert read.totalEdgeWeight() == weights(graph)


@pytest.mark.parametrize("format", ["graphml", "gexf"])
def test_an_attribute_has_one_type(graph: nx.Graph[str], tmp_path: Path, format: str) -> None:
    path = tmp_path / f"x.{format}"
    root = ElementTree.parse(write(graph, path)).getroot()
    names = [(one.get("for"), one.get("attr.name")) for one in root.findall(".//{*}key")]
    for kind in root.findall(".//{*}attributes"):
        # GEXF holds dates, which NetworkX calls dynamic, in a list of their own.
        names += [(kind.get("class", ""), one.get("title")) for one in kind]
    assert names
    assert len(names) == len(set(names))
    types = {one.get("attr.type") for one in root.findall(".//{*}key")}
    assert types <= {"boolean", "int", "double", "string"}
    back = read_network(path)
    assert list(back.nodes(data=True)) == list(graph.nodes(data=True))
    for one, two, data in graph.edges(data=True):
        assert back.edges[one, two] == data


def test_what_is_said_of_the_whole_stands_before_the_nodes(tmp_path: Path) -> None:
    text = network_text(mixed(False), "graphml")
    (whole,) = ElementTree.fromstring(text).findall(".//{*}graph")
    tags = [child.tag.rpartition("}")[2] for child in whole]
    assert tags == sorted(tags, key=["data", "node", "edge"].index)
    assert tags.count("data") == 2


def test_cytoscape_finds_names_places_and_edges(graph: nx.Graph[str]) -> None:
    found: dict[str, Any] = json.loads(
        network_text(graph, "cyjs", compute_layout(graph), node_colours(graph))
    )
    assert found["data"].items() >= json.loads(json.dumps(graph.graph)).items()
    nodes, edges = found["elements"]["nodes"], found["elements"]["edges"]
    assert [one["data"]["name"] for one in nodes] == [
        data["label"] for _, data in graph.nodes(data=True)
    ]
    assert all(set(one["position"]) == {"x", "y"} for one in nodes)
    names = [one["data"]["id"] for one in (*nodes, *edges)]
    assert len(names) == len(set(names))
