"""Rolled up: bodies of a state are drawn as the state, and nothing else changes."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import networkx as nx
import pytest

import ctgraph
from ctgraph.cli import run
from ctgraph.errors import UnknownName
from ctgraph.network.build import build_network
from ctgraph.network.rollup import drawn_as, read_roll_up, read_wholes
from ctgraph.network.views import VIEWS
from ctgraph.store.store import Store, open_store
from ctgraph.terms import CT, CTD

ROOT = Path(__file__).parents[2]
JPN, MOFA, MOJ, UNAFEI, BNPT, IDN = (
    CTD + name for name in ("jpn", "mofa", "moj", "unafei", "idn-bnpt", "idn")
)


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    """All sources."""
    with open_store(ROOT) as opened:
        yield opened


def ends(graph: nx.Graph[str], source: str, target: str) -> frozenset[str] | tuple[str, str]:
    return (source, target) if graph.is_directed() else frozenset((source, target))


@pytest.mark.parametrize("view", VIEWS)
def test_every_tie_of_a_body_is_one_of_its_state(store: Store, view: str) -> None:
    graph, rolled = build_network(store, view), build_network(store, view, roll_up="states")
    of = read_wholes(store, "states", graph).of
    assert not set(of).intersection(rolled)
    made: dict[frozenset[str] | tuple[str, str], set[str]] = {}
    for _, _, data in graph.edges(data=True):
        source, target = (of.get(data[end], data[end]) for end in ("source", "target"))
        if source != target:
            made.setdefault(ends(graph, source, target), set()).update(data["by_activity"])
    assert {
        ends(rolled, data["source"], data["target"]): set(data["by_activity"])
        for _, _, data in rolled.edges(data=True)
    } == made
    for source, target, data in rolled.edges(data=True):
        before = graph.get_edge_data(source, target)
        if before and all(before[key] == data[key] for key in ("activities", "roles", "relations")):
            assert data["weight"] == before["weight"]
        claims = {claim for told in data["by_activity"].values() for claim in told["claims"]}
        assert claims == set(data["claims"])
    assert rolled.graph["filters"]["roll_up"] == "states"


def test_what_two_bodies_do_in_one_activity_counts_once(store: Store) -> None:
    graph, rolled = build_network(store), build_network(store, roll_up="states")
    of = read_wholes(store, "states", graph).of
    assert {MOFA, MOJ, BNPT} <= set(of)
    assert of[BNPT] == IDN
    assert IDN not in graph, "it is drawn for its body alone"
    assert rolled.nodes[IDN]["kind"] == "State"
    for node in rolled.neighbors(JPN):
        ties = [
            graph.edges[one, other]
            for one in (JPN, *(part for part in of if of[part] == JPN))
            for other in (node, *(part for part in of if of[part] == node))
            if graph.has_edge(one, other)
        ]
        activities = {activity for data in ties for activity in data["activities"]}
        assert rolled.edges[JPN, node]["weight"] == len(activities)
        stated = any(data["basis"] == "Stated" for data in ties)
        assert (rolled.edges[JPN, node]["basis"] == "Stated") is stated


def test_a_state_says_what_it_stands_for(store: Store) -> None:
    rolled = build_network(store, roll_up="states")
    assert {MOFA, MOJ} <= set(rolled.nodes[JPN]["members"])
    assert rolled.graph["things"][MOFA]["label_en"] == "Ministry of Foreign Affairs of Japan"
    said = {
        row["c"].value
        for row in store.select(
            "SELECT ?c { GRAPH ?c { ctd:mofa ct:parentBody ctd:jpn } ?c a ct:Claim }"
        )
    }
    assert said
    assert said <= set(rolled.nodes[JPN]["claims"])
    assert "members" not in rolled.nodes[CTD + "unodc"]


def test_only_what_the_ontology_rolls_up_is_rolled_up(store: Store) -> None:
    """An institute that a ministry runs is no body of the state."""
    rolled = build_network(store, roll_up="states")
    assert store.ask("ASK { ctd:unafei ct:parentBody+ ctd:jpn }")
    assert UNAFEI in rolled
    classes = {row["c"].value for row in store.select("SELECT ?c { ?c ct:rollsUpTo ct:State }")}
    assert classes == {CT + "GovernmentBody", CT + "Post"}


def test_an_actor_is_looked_for_where_it_is_drawn(store: Store) -> None:
    rolled = build_network(store, roll_up="states", actor=MOFA)
    assert rolled.graph["filters"]["actor"] == JPN
    whole = build_network(store, roll_up="states")
    assert set(rolled) == {JPN, *whole.neighbors(JPN)}
    assert drawn_as(whole, MOFA) == JPN
    assert drawn_as(whole, CTD + "nobody") == CTD + "nobody"
    down = build_network(store, roll_up="states", actor=MOFA, rolled_down=True)
    assert {JPN, MOFA} <= set(down)
    rolling = read_roll_up(store, down, "states")
    assert rolling is not None
    assert nx.utils.graphs_equal(nx.Graph(rolling.rolled.edges()), nx.Graph(rolled.edges()))
    with ctgraph.open(ROOT) as kg:
        (step,) = kg.path("MOFA", "UNODC", roll_up="states")[0].steps
        assert {step.source, step.target} == {JPN, CTD + "unodc"}


def test_levels_are_known(store: Store) -> None:
    with pytest.raises(UnknownName, match=r"unknown roll-up level 'state'\. Did you mean states\?"):
        build_network(store, roll_up="state")
    assert read_roll_up(store, build_network(store, "treaties"), "states") is None


def test_files_and_measures_have_what_is_rolled_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], bundled_project: object
) -> None:
    file = tmp_path / "states.zip"
    assert run(["draw", "--roll-up", "states", "-q", "-o", str(file)]) == 0
    with zipfile.ZipFile(file) as archive:
        nodes = csv.DictReader(io.StringIO(archive.read("nodes.csv").decode()))
        (japan,) = (row for row in nodes if row["id"] == JPN)
    assert MOFA in japan["members"].split(" ")
    assert run(["measure", "--roll-up", "states", "-f", "csv"]) == 0
    measured = capsys.readouterr().out
    assert "Indonesia" in measured
    assert "Ministry of Justice of Japan" not in measured
    assert run(["path", "MOFA", "GIFCT", "--roll-up", "states", "--limit", "1"]) == 0
    assert "Japan" in capsys.readouterr().out.splitlines()[0]


def test_a_round_is_drawn_as_its_series(store: Store) -> None:
    graph = build_network(store, "activities")
    rolled = build_network(store, "activities", roll_up="series")
    wholes = read_wholes(store, "series", graph)
    assert len(wholes.of) > 5
    assert not set(wholes.of) & set(rolled)
    assert set(wholes.of.values()) <= set(rolled)
    # A series that is part of a wider one is no whole, and every step to the whole is claimed.
    assert not set(wholes.of) & set(wholes.of.values())
    parts = {row["p"].value: row["w"].value for row in store.select("SELECT * { ?p ct:partOf ?w }")}
    for part, whole in wholes.of.items():
        step = part
        while step != whole:
            step = parts[step]
        assert wholes.claims[part]
    actors = [node for node, data in graph.nodes(data=True) if data["family"] == "Actor"]
    for actor in actors:
        made, seen = (
            {one for *_, data in network.edges(actor, data=True) for one in data["activities"]}
            for network in (graph, rolled)
        )
        assert made == seen
    assert rolled.graph["filters"]["roll_up"] == "series"
    assert read_roll_up(store, build_network(store), "series") is None
