"""Files of networks: opened again by NetworkX with all that was in them."""

from __future__ import annotations

import csv
import json
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ctgraph import __version__
from ctgraph.cli.app import run
from ctgraph.errors import DataError, UnknownName
from ctgraph.network.build import build_network
from ctgraph.network.files import network_tables, network_text, pack_tables, read_network
from ctgraph.network.layout import compute_layout
from ctgraph.network.styles import node_colours
from ctgraph.network.things import read_cells
from ctgraph.network.views import VIEWS
from ctgraph.store.store import Store
from ctgraph.terms import CTD


@pytest.mark.parametrize("view", VIEWS)
def test_cytoscape_keeps_everything(graph_store: Store, view: str) -> None:
    graph = build_network(graph_store, view)
    if not graph:
        assert view == "treaties"  # of which the first source tells nothing
        return
    text = network_text(graph, "cyjs", compute_layout(graph), node_colours(graph))
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
    places = compute_layout(graph)
    text = network_text(graph, "gexf", places, {**node_colours(graph), CTD + "jpn": "#0072b2"})
    assert 'mode="dynamic"' in text
    assert 'timeformat="date"' in text
    back = nx.read_gexf(BytesIO(text.encode()))
    viz = back.nodes[CTD + "jpn"]["viz"]
    assert (viz["color"]["r"], viz["color"]["g"], viz["color"]["b"]) == (0, 0x72, 0xB2)
    x, y = places[CTD + "jpn"]
    assert (viz["position"]["x"], viz["position"]["y"]) == (x, -y)  # Gephi's y grows upwards
    workshop = CTD + "rule-of-law-workshop-2024-02"
    assert back.nodes[workshop]["start"] == graph.nodes[workshop]["starts"]
    assert back.edges[workshop, CTD + "unafei"]["end"] == graph.nodes[workshop]["ends"]
    assert "start" not in back.nodes[CTD + "jpn"]


def test_graphml_has_colours(graph_store: Store) -> None:
    graph = build_network(graph_store)
    colours = node_colours(graph)
    text = network_text(graph, "graphml", compute_layout(graph), colours)
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
        package = json.loads(archive.read("datapackage.json"))
        metadata = json.loads(archive.read("csv-metadata.json"))
    assert [one["url"] for one in metadata["tables"]] == ["nodes.csv", "edges.csv"]
    for resource, rows in zip(package["resources"], (nodes, edges), strict=True):
        fields = {field["name"]: field["type"] for field in resource["schema"]["fields"]}
        assert list(fields) == list(rows[0])
        for name in (name for name, kind in fields.items() if kind != "string"):
            assert all(float(row[name] or 0) is not None for row in rows)
        assert fields.get("id", "string") == "string"
    assert fields["weight"] == "integer"
    assert fields["amount"] == "number"
    back: nx.DiGraph[str] = nx.DiGraph()
    back.add_nodes_from((row["id"], row) for row in nodes)
    back.add_edges_from((row["source"], row["target"], row) for row in edges)
    assert set(back) == set(graph)
    assert set(back.edges()) == set(graph.edges())
    for source, target, data in graph.edges(data=True):
        read = back.edges[source, target]
        assert json.loads(read["claims_json"]) == data["claims"]
        assert read["amount"] == str(data.get("amount", ""))
    for node, data in graph.nodes(data=True):
        assert back.nodes[node]["label_ja"] == data["label_ja"]
        assert float(back.nodes[node]["x"]) == compute_layout(graph)[node][0]
    assert run(["draw", "-q", "-o", str(tmp_path / "network.csv")]) == 2


@pytest.mark.parametrize("format", ["graphml", "gexf", "cyjs"])
def test_export_and_draw_write_the_same(tmp_path: Path, format: str) -> None:
    one, two = tmp_path / f"one.{format}", tmp_path / f"two.{format}"
    assert run(["export", "--view", "funding", "--year", "2023", "-q", "-o", str(one)]) == 0
    assert run(["draw", "--view", "funding", "--year", "2023", "-q", "-o", str(two)]) == 0
    assert one.read_bytes() == two.read_bytes()
    graph = read_network(one)
    assert (graph.graph["view"], graph.graph["version"]) == ("funding", __version__)


def test_export_tells_views_that_do_not_fit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["export", "--view", "funding", "-o", str(tmp_path / "x.ttl")]) == 2
    assert "Turtle has no views" in capsys.readouterr().err
    assert run(["export", "--view", "fundin", "-o", str(tmp_path / "x.gexf")]) == 2
    assert "Did you mean funding" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


FORMATS = ("gexf", "graphml", "cyjs", "zip")


def write_file(graph: nx.Graph[str], path: Path) -> Path:
    if path.suffix == ".zip":
        path.write_bytes(pack_tables(network_tables(graph, compute_layout(graph))))
    else:
        text = network_text(
            graph, path.suffix[1:], compute_layout(graph), dict.fromkeys(graph, "#0072b2")
        )
        path.write_text(text, encoding="utf-8")
    return path


def assert_same(one: nx.Graph[str], two: nx.Graph[str]) -> None:
    assert one.is_directed() == two.is_directed()
    assert one.graph == two.graph
    assert list(one.nodes(data=True)) == list(two.nodes(data=True))
    assert set(one.edges) == set(two.edges) or {frozenset(e) for e in one.edges} == {
        frozenset(e) for e in two.edges
    }
    for source, target, data in one.edges(data=True):
        assert two.edges[source, target] == data


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_comes_back_whole(
    graph_store: Store, view: str, format: str, tmp_path: Path
) -> None:
    graph = build_network(graph_store, view)
    back = read_network(write_file(graph, tmp_path / f"x.{format}"))
    assert_same(graph, back)


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(
    ["", " ", "1", "1e5", "True", "nan", "\x00", "\r\n", "a\x0bb", "[]", "</data>", '"', "\ufffe"]
)
VALUES = st.recursive(
    TEXTS | st.integers(-(2**53), 2**53) | st.booleans() | st.floats(allow_nan=False)
    | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
NAMES = TEXTS | st.sampled_from([
    *("label", "weight", "claims", "claims_json", "_json", "note en", "id", "name", "value", "key"),
    *("x", "y", "colour", "viz", "start", "end", "from", "to", "source", "target", "type", "kind"),
    *("pid", "parents", "spells", "slices", "networkx_key", "node_default", "edge_default", "open"),
])  # fmt: skip
DATA = st.dictionaries(NAMES, VALUES, max_size=4)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.booleans(), DATA, st.lists(DATA, min_size=2, max_size=4), DATA)
@pytest.mark.parametrize("format", FORMATS)
def test_any_attribute_comes_back(
    tmp_path_factory: pytest.TempPathFactory,
    format: str,
    directed: bool,
    about: dict[str, Any],
    nodes: list[dict[str, Any]],
    edge: dict[str, Any],
) -> None:
    graph: nx.Graph[str] = nx.DiGraph() if directed else nx.Graph()
    graph.graph.update(about)
    for number, data in enumerate(nodes):
        graph.add_node(f"http://x.org/{number}", **data)
    graph.add_edge("http://x.org/0", "http://x.org/1", **edge)
    path = tmp_path_factory.mktemp("x") / f"x.{format}"
    assert_same(graph, read_network(write_file(graph, path)))


@pytest.mark.parametrize(("format", "read"), [("gexf", nx.read_gexf), ("graphml", nx.read_graphml)])
def test_networkx_alone_sees_every_attribute(
    graph_store: Store, tmp_path: Path, format: str, read: Any
) -> None:
    graph = build_network(graph_store, "funding")
    plain = read(write_file(graph, tmp_path / f"x.{format}"))

    def see(raw: dict[str, Any], key: str) -> Any:
        return json.loads(raw[f"{key}_json"]) if f"{key}_json" in raw else raw[key]

    for node, data in graph.nodes(data=True):
        for key, value in data.items():
            assert see(plain.nodes[node], key) == value
    for source, target, data in graph.edges(data=True):
        raw = plain.edges[source, target]
        assert (raw["from"], raw["to"]) == (data["source"], data["target"])
        assert raw["claims"].split() == data["claims"], "who does not read JSON reads this"
        for key in set(data) - {"source", "target"}:
            assert see(raw, key) == data[key]


def test_what_is_no_network_is_told(tmp_path: Path) -> None:
    for name, content in {
        "a.gexf": "<gexf", "b.graphml": "<x/>", "c.cyjs": "{}", "d.zip": "no", "e.gexf": "",
    }.items():  # fmt: skip
        (tmp_path / name).write_text(content)
        with pytest.raises(DataError, match=name):
            read_network(tmp_path / name)
    with pytest.raises(DataError, match="No such file"):
        read_network(tmp_path / "none.gexf")
    with pytest.raises(UnknownName, match="gexff"):
        read_network(tmp_path / "a.gexff")


def test_cells_of_any_length_are_read(graph_store: Store, tmp_path: Path) -> None:
    long = "a" * 200_000
    query = f'SELECT ?x {{ VALUES ?x {{ "{long}" }} }}'
    assert list(read_cells(graph_store, query)) == [[long]]
    graph: nx.Graph[str] = nx.Graph()
    graph.add_node("http://x.org/a", label=long)
    (tmp_path / "x.zip").write_bytes(pack_tables(network_tables(graph)))
    assert read_network(tmp_path / "x.zip").nodes["http://x.org/a"]["label"] == long
