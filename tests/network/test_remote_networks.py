"""Networks of a remote endpoint: the same as those of the graph in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ServeQuads

from ctgraph.cli.app import run
from ctgraph.network.build import build_network
from ctgraph.network.facets import read_facets
from ctgraph.network.views import VIEWS
from ctgraph.store.store import Store, open_store

QUERY = "SELECT ?source ?target { ?p ct:participant ?source ; ct:activity ?target }"


@pytest.fixture(scope="module")
def url(serve_quads: ServeQuads, graph_store: Store) -> str:
    return serve_quads("".join(f"{quad} .\n" for quad in graph_store.quads()).encode())


@pytest.fixture(scope="module")
def remote(url: str) -> Iterator[Store]:
    with open_store(endpoint=url) as store:
        yield store


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_the_same(remote: Store, graph_store: Store, view: str) -> None:
    here, there = build_network(graph_store, view), build_network(remote, view)
    assert list(here.nodes(data=True)) == list(there.nodes(data=True))
    assert list(here.edges(data=True)) == list(there.edges(data=True))
    assert here.graph == there.graph
    assert read_facets(graph_store, here) == read_facets(remote, there)


@pytest.mark.parametrize(
    "command",
    [
        ["measure", "--lang", "en"],
        ["measure", "goals", "--of", "network", "--year", "2023"],
        ["path", "UNODC", "GIFCT", "-f", "json"],
        ["path", "IIJ", "ICPO", "-f", "markdown", "--lang", "ja"],
        ["path", "ICPO", "ctd:mofa-2024-goal-1", "--view", "everything", "-f", "csv"],
        ["export", "--view", "funding", "-f", "gexf", "--stated-only"],
        [
            "draw",
            "--view",
            "activities",
            "--topic",
            "テロ",
            "--place",
            "Japan (territory)",
            "-f",
            "cyjs",
        ],
    ],
)
def test_commands_say_the_same(
    url: str, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(command) == 0
    here = capsys.readouterr().out
    assert run([*command, "--endpoint", url]) == 0
    assert capsys.readouterr().out == here


def test_pages_are_the_same(url: str, tmp_path: Path) -> None:
    query = tmp_path / "q.rq"
    query.write_text(QUERY)
    for options in (
        ["--story", "the-sheet-in-six-steps"],
        ["--view", "plans"],
        ["--query", str(query)],
    ):
        here, there = tmp_path / "here.html", tmp_path / "there.html"
        assert run(["draw", *options, "-q", "-o", str(here)]) == 0
        assert run(["draw", *options, "-q", "-o", str(there), "--endpoint", url]) == 0
        assert len(here.read_bytes()) > 100_000
        assert here.read_bytes() == there.read_bytes()
