"""Big networks made small: what is joined, what stays, and what is said of the rest."""

from __future__ import annotations

from typing import Any

import networkx as nx
import pytest
from processes import same_output

from ctgraph.draw.page.page import page_text
from ctgraph.errors import UsageError
from ctgraph.network.analysis.communities import (
    COMMUNITY,
    OTHERS,
    disparity,
    to_backbone,
    to_communities,
)
from ctgraph.network.analysis.measures import community
from ctgraph.network.build import build_network
from ctgraph.network.files import network_text
from ctgraph.store.store import Store, open_store


@pytest.fixture(scope="module")
def store() -> Store:
    return open_store()


def edge(basis: str = "Inferred", **more: Any) -> dict[str, Any]:
    thing = more.pop("thing", "urn:a")
    claims = more.pop("claims", [])
    return {
        "weight": 1,
        "activities": [thing],
        "relations": [],
        "roles": [],
        "claims": claims,
        "basis": basis,
        "by_activity": {thing: {"claims": claims, "basis": basis}},
        **more,
    }


def two_cliques() -> nx.Graph[str]:
    """Two cliques of four, with two ties between them and one node apart."""
    graph: nx.Graph[str] = nx.Graph(title_en="Title", title_ja="題", view="test")
    for side in "ab":
        graph.add_edges_from(
            (f"{side}{i}", f"{side}{j}", edge(weight=3)) for i in range(4) for j in range(i)
        )
    graph.add_edge("a0", "b0", **edge(weight=2, thing="urn:x", claims=["urn:1"]))
    graph.add_edge("a0", "b1", **edge("Stated", thing="urn:y", claims=["urn:2", "urn:1"]))
    graph.add_node("z", label_en="Apart", label_ja="別", kind="State")
    graph.nodes["a0"].update(label_en="Alpha", label_ja="甲", acronym="AL", kind="State")
    graph.nodes["a1"].update(label_en="Beta", label_ja="乙", kind="State")
    return graph


def test_communities_join_nodes_edges_and_evidence() -> None:
    made = to_communities(two_cliques())
    assert list(made) == ["community:1", "community:2", "z"]
    first = made.nodes["community:1"]
    assert first["members"] == ["a0", "a1", "a2", "a3"]
    assert (first["size"], first["internal_edges"], first["internal_weight"]) == (4, 6, 18)
    assert first["kind"] == COMMUNITY
    assert first["label"] == first["label_en"] == "AL, Beta, a2 and 1 more"
    assert first["label_ja"] == "AL、乙、a2ほか1件"
    assert made.nodes["z"]["label_ja"] == "別"
    assert made.nodes["z"]["members"] == ["z"]
    assert made.number_of_edges() == 1
    tie = made.edges["community:1", "community:2"]
    assert (tie["weight"], tie["edges"], tie["basis"]) == (3, 2, "Stated")
    assert tie["claims"] == ["urn:1", "urn:2"]
    assert tie["activities"] == ["urn:x", "urn:y"]
    assert tie["by_activity"] == {
        "urn:x": {"claims": ["urn:1"], "basis": "Inferred"},
        "urn:y": {"claims": ["urn:1", "urn:2"], "basis": "Stated"},
    }
    assert made.graph["original_nodes"] == 9
    assert made.graph["original_edges"] == 14
    assert made.graph["title_en"] == "Title: communities"
    assert "12 of 14 ties" in made.graph["note_en"]
    assert "14件の関係のうち12件" in made.graph["note_ja"]
    assert made.graph["things"]["a0"]["acronym"] == "AL"


@pytest.mark.parametrize("limit", [1, 2, 7, 29, 40])
def test_communities_are_never_more_than_asked(limit: int) -> None:
    apart: nx.Graph[str] = nx.Graph()
    for number in range(30):
        apart.add_edge(f"n{number:02}a", f"n{number:02}b", weight=1)
    made = to_communities(apart, limit=limit)
    assert len(made) == {1: 1, 2: 2, 7: 2, 29: 3, 40: 30}[limit]
    assert sum(data["size"] for _, data in made.nodes(data=True)) == 60
    members = [member for _, data in made.nodes(data=True) for member in data["members"]]
    assert sorted(members) == sorted(apart)


def test_what_is_apart_is_gathered_and_the_rest_keeps_its_structure() -> None:
    graph: nx.Graph[str] = nx.Graph()
    graph.add_edges_from((f"n{a:02}", f"n{b:02}") for a, b in nx.ring_of_cliques(6, 5).edges())
    graph.add_nodes_from(f"z{number:02}" for number in range(50))
    made = to_communities(graph, limit=8)
    assert [data["size"] for _, data in made.nodes(data=True)].count(5) == 6
    others = made.nodes[OTHERS]
    assert others["size"] == 50
    assert others["label_en"].startswith("Others: z")
    assert others["label_ja"].startswith("その他：z")
    assert made.degree(OTHERS) == 0
    assert made.number_of_edges() == 6
    assert to_communities(graph, limit=1).nodes[OTHERS]["size"] == 80


def test_a_ring_of_cliques_gives_its_cliques() -> None:
    ring: nx.Graph[str] = nx.Graph()
    ring.add_edges_from((f"n{a:02}", f"n{b:02}") for a, b in nx.ring_of_cliques(8, 6).edges())
    made = to_communities(ring, limit=8)
    assert [data["size"] for _, data in made.nodes(data=True)] == [6] * 8
    assert sorted(degree for _, degree in made.degree()) == [2] * 8
    coarser = to_communities(ring, limit=4)
    assert len(coarser) <= 4
    assert nx.is_connected(coarser)


def test_the_last_level_is_what_measure_says(store: Store) -> None:
    graph = build_network(store, "everything")
    numbers = community(graph)
    made = to_communities(graph, limit=len(set(numbers.values())))
    assert {frozenset(data["members"]) for _, data in made.nodes(data=True)} == {
        frozenset(node for node in graph if numbers[node] == number)
        for number in set(numbers.values())
    }


def test_direction_stays() -> None:
    graph: nx.DiGraph[str] = nx.DiGraph()
    for side in "ab":
        graph.add_edges_from((f"{side}{i}", f"{side}{j}") for i in range(4) for j in range(i))
    graph.add_edge("b0", "a0", **edge(weight=1.5))
    made = to_communities(graph)
    assert list(made.edges()) == [("community:2", "community:1")]
    assert made.edges["community:2", "community:1"]["weight"] == 1.5
    assert made.edges["community:2", "community:1"]["source"] == "community:2"


def test_money_is_added_up_only_where_it_is_not_shared() -> None:
    graph: nx.DiGraph[str] = nx.DiGraph()
    paid: dict[str, Any] = {"currency": "USD", "shared": False, "source": "a0"}
    graph.add_edges_from(two_cliques().edges())
    graph.remove_edge("a0", "b1")
    graph.add_edge("a0", "b0", **edge(**paid, target="b0", amounts=["5 USD"], amount=5.0))
    graph.add_edge("a0", "b2", **edge(**paid, target="b2", amounts=["7 USD"], amount=7.0))
    tie = to_communities(graph).edges["community:1", "community:2"]
    assert (tie["amount"], tie["currency"], tie["amounts"]) == (12.0, "USD", ["5 USD", "7 USD"])
    graph.edges["a0", "b2"]["shared"] = True
    tie = to_communities(graph).edges["community:1", "community:2"]
    assert tie["shared"]
    assert "amount" not in tie
    assert "amounts" not in tie


def test_nothing_comes_of_nothing() -> None:
    assert len(to_communities(nx.Graph())) == 0
    assert len(to_backbone(nx.Graph())) == 0
    with pytest.raises(UsageError):
        to_communities(nx.Graph(), limit=0)
    with pytest.raises(UsageError):
        to_backbone(nx.Graph(), alpha=1.5)


def test_weights_not_above_0_join_nothing() -> None:
    graph = two_cliques()
    graph.add_edge("z", "a0", **edge(weight=0))
    graph.add_edge("z", "b0", **edge(weight=-2))
    made = to_communities(graph)
    assert "z" in made
    assert made.edges["z", "community:1"]["weight"] == 0
    assert disparity(graph)["a0", "z"] == 1.0


def star(weights: list[int]) -> nx.Graph[str]:
    graph: nx.Graph[str] = nx.Graph()
    for number, weight in enumerate(weights):
        graph.add_edge("hub", f"n{number}", weight=weight, basis="Stated")
        graph.nodes[f"n{number}"]["label_en"] = f"Node {number}"
    return graph


def test_disparity_is_that_of_the_paper() -> None:
    chance = disparity(star([16, 1, 1, 1, 1]))
    assert chance["hub", "n0"] == pytest.approx((1 - 16 / 20) ** 4)
    assert chance["hub", "n1"] == pytest.approx((1 - 1 / 20) ** 4)
    both: nx.Graph[str] = nx.Graph()
    both.add_weighted_edges_from([("a", "b", 8), ("a", "c", 2), ("b", "d", 1), ("b", "e", 1)])
    # From a it has (1 - 8/10) ** 1, from b (1 - 8/10) ** 2.
    assert disparity(both)["a", "b"] == pytest.approx(0.04)
    alone: nx.Graph[str] = nx.Graph([("a", "b"), ("c", "c")])
    assert disparity(alone) == {("a", "b"): 1.0, ("c", "c"): 1.0}


def test_disparity_of_arrows_looks_along_them() -> None:
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_weighted_edges_from([("a", "b", 8), ("a", "c", 2), ("d", "a", 100)])
    chance = disparity(graph)
    # What comes in counts nothing for what goes out.
    assert chance["a", "b"] == pytest.approx(0.2)
    assert chance["d", "a"] == 1.0


def test_the_backbone_says_what_it_leaves_out() -> None:
    graph = star([16, 1, 1, 1, 1])
    made = to_backbone(graph, alpha=0.05)
    assert sorted(made) == ["hub", "n0"]
    assert made.edges["hub", "n0"] == {"weight": 16, "basis": "Stated", "alpha": 0.0016}
    assert made.graph["dropped_nodes"] == ["n1", "n2", "n3", "n4"]
    assert made.graph["dropped_edges"] == 4
    assert made.graph["things"]["n1"]["label_en"] == "Node 1"
    assert "4 of 5 ties and 4 of 6 nodes" in made.graph["note_en"]
    assert "5件の関係のうち4件" in made.graph["note_ja"]
    assert graph.number_of_edges() == 5
    assert len(to_backbone(star([1] * 9))) == 0


@pytest.mark.parametrize("view", ["cooperation", "everything", "funding"])
def test_what_comes_out_is_drawn_and_written(store: Store, view: str) -> None:
    graph = build_network(store, view)
    for made in (to_communities(graph, limit=20), to_backbone(graph, alpha=0.5)):
        assert len(made) > 1
        assert page_text(made, store=store).startswith("<!DOCTYPE html>")
        for kind in ("gexf", "graphml", "cyjs"):
            assert network_text(made, kind)


def test_every_process_makes_the_same() -> None:
    program = (
        "from ctgraph.network.analysis.communities import to_communities\n"
        "from ctgraph.network.build import build_network\n"
        "from ctgraph.store.store import open_store\n"
        "made = to_communities(build_network(open_store(), 'everything'), limit=30)\n"
        "print(list(made.nodes(data='members')), list(made.edges(data='weight')))\n"
    )
    assert same_output(program).count(b"community:") > 10
