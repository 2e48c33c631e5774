"""Paths: the shortest ones, and the words of every step."""

from __future__ import annotations

import json

import networkx as nx
import pytest

from ctgraph.api import Graph
from ctgraph.cli import run
from ctgraph.errors import UnknownName
from ctgraph.network import build_network
from ctgraph.paths import describe_paths, find_paths, write_paths
from ctgraph.store import Store
from ctgraph.terms import CTD

UNODC, JPN, GIFCT = CTD + "unodc", CTD + "jpn", CTD + "gifct"


def test_the_shortest_path_leads_over_japan(graph_store: Store) -> None:
    graph = build_network(graph_store)
    assert find_paths(graph, UNODC, GIFCT) == [[UNODC, JPN, GIFCT]]
    assert find_paths(graph, UNODC, UNODC) == [[UNODC]]
    assert find_paths(graph, UNODC, CTD + "hamas") == []


def test_all_shortest_paths_in_the_same_order() -> None:
    graph: nx.DiGraph[str] = nx.DiGraph([("a", "c"), ("a", "b"), ("c", "d"), ("d", "b")])
    graph.add_node("e")
    assert sorted(find_paths(graph, "a", "d")) == [["a", "b", "d"], ["a", "c", "d"]]
    assert find_paths(graph, "a", "d") == find_paths(graph.copy(), "a", "d")
    assert len(find_paths(graph, "a", "d", limit=1)) == 1
    assert find_paths(graph, "a", "e") == []


def test_every_step_has_its_words(graph_store: Store) -> None:
    graph = build_network(graph_store)
    paths = find_paths(graph, UNODC, GIFCT)
    (found,) = json.loads(write_paths(describe_paths(graph_store, graph, paths), "json"))
    assert [node["iri"] for node in found["nodes"]] == [UNODC, JPN, GIFCT]
    assert len(found["steps"]) == 2
    for step in found["steps"]:
        data = graph.edges[step["from"], step["to"]]
        assert [claim["claim"] for claim in step["evidence"]["claims"]] == data["claims"]
        assert [activity["iri"] for activity in step["activities"]] == data["activities"]
        assert step["activities"]
    text = write_paths(describe_paths(graph_store, graph, paths, "ja"), "text", "ja")
    assert text.startswith("1. 国連薬物・犯罪事務所 – 日本 – ")
    assert "GIFCTと連携し" in text


def test_the_command_finds_paths(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["path", "UNODC", "GIFCT", "--lang", "en"]) == 0
    assert "United Nations Office on Drugs and Crime – Japan – " in capsys.readouterr().out
    assert run(["path", "UNODC", "GIFCT", "--year", "2022", "--lang", "en", "-f", "json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out) == []
    assert "No path" in err
    assert run(["path", "UNODC", "nobody at all"]) == 2


def test_markdown_quotes_the_claims_of_every_step(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["path", "UNODC", "GIFCT", "--lang", "en", "-f", "markdown"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("## 1. United Nations Office on Drugs and Crime – Japan – ")
    assert out.count("\n### ") == 2
    assert "\n> 「" in out


def test_python_gets_paths_and_measures(graph_store: Store) -> None:
    kg = Graph(graph_store, "ja")
    (path,) = kg.path("UNODC", "GIFCT")
    assert path.nodes == (UNODC, JPN, GIFCT)
    assert path.labels[JPN] == "日本"
    assert all(step.evidence.claims for step in path.steps)
    assert kg.path("UNODC", "GIFCT", kg.network(year=2022)) == []
    assert kg.path("IIJ", "GIFCT", limit=1)
    with pytest.raises(UnknownName):
        kg.path("UNODC", "nobody at all")
    degrees = {row["node"]: row["degree"] for row in kg.measure()}
    assert max(degrees, key=lambda node: degrees[node]) == JPN
    assert kg.measure(kg.network("goals"), of="network")[0]["measure"] == "nodes"
