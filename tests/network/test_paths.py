"""Paths: the shortest ones, and the words of every step."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import networkx as nx
import pytest

from ctgraph.api import Graph
from ctgraph.cli.app import run
from ctgraph.errors import UnknownName, UsageError
from ctgraph.export.reports.paths import CLAIM_COLUMNS, PATH_COLUMNS, write_paths
from ctgraph.network.analysis.paths import describe_paths, find_paths
from ctgraph.network.build import build_network
from ctgraph.store.store import Store
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


@pytest.mark.parametrize("extension", ["csv", "tsv", "xlsx", "jsonl", "json", "md", "txt"])
def test_every_format_is_written(tmp_path: Path, extension: str) -> None:
    file = tmp_path / f"path.{extension}"
    assert run(["path", "UNODC", "GIFCT", "--lang", "en", "-q", "-o", str(file)]) == 0
    if extension == "csv":
        rows = list(csv.DictReader(file.read_text("utf-8-sig").splitlines()))
        assert list(rows[0]) == [*PATH_COLUMNS, *CLAIM_COLUMNS]
        assert [row["target"] for row in rows] == ["Japan"] * 5 + ["GIFCT"] * 3
        assert all(row["quote"] and row["section"] for row in rows)
    elif extension == "jsonl":
        (line,) = file.read_text("utf-8").splitlines()
        assert len(json.loads(line)["steps"]) == 2
    else:
        assert file.stat().st_size > 500


def test_paths_lead_over_any_view_in_any_direction(
    graph_store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    kg = Graph(graph_store)
    goal = CTD + "mofa-2024-goal-1"
    (there, *_), (back, *_) = (
        kg.path("ICPO", goal, "everything"),
        kg.path(goal, "ICPO", "everything"),
    )
    assert there.nodes == back.nodes[::-1]
    assert [step.evidence for step in there.steps] == [step.evidence for step in back.steps[::-1]]
    assert all(step.activities and step.evidence.claims for step in there.steps)
    arguments = ["path", "ICPO", "ctd:mofa-2024-goal-1", "--view", "everything", "--lang", "en"]
    assert run([*arguments, "--limit", "1"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("1. International Criminal Police Organization – ")
    assert err == "There are more.\n"
    assert run(["path", "UNODC", "GIFCT", "--view", "everythin"]) == 2


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
    some = {row["node"] for row in kg.measure("activities", actor="UNODC")}
    assert some == set(kg.network("activities", actor="UNODC"))
    assert kg.path("UNODC", "GIFCT", year=2022) == []
    with pytest.raises(UsageError, match="year beside it"):
        kg.measure(kg.network(), year=2023)
    with pytest.raises(UnknownName, match="node"):
        kg.measure(of="node")  # type: ignore[arg-type]
