"""Networks: the same as the graph says, from every kind of store, in every process."""

from __future__ import annotations

import math
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import networkx as nx
import pyoxigraph as ox
import pytest
from processes import same_output

from ctgraph.errors import UnknownName, UsageError
from ctgraph.network.build import build_network
from ctgraph.network.files import network_text
from ctgraph.network.layout import compute_layout
from ctgraph.network.things import fiscal_year, read_claims, read_things
from ctgraph.network.views import VIEWS
from ctgraph.store.store import Store, open_store
from ctgraph.terms import CT, CTD, CTV

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def store() -> Store:
    return open_store()


class Counting:
    """A store that counts the queries it is asked, as one would whose answers travel."""

    kind = "endpoint"

    def __init__(self, store: Store) -> None:
        self.store = store
        self.scope = store.scope
        self.queries = 0

    def select(self, text: str) -> Any:
        self.queries += 1
        return self.store.select(text)


def edges(graph: nx.Graph[str]) -> set[tuple[str, str]]:
    return {(min(pair), max(pair)) for pair in graph.edges()}


def test_cooperation_is_the_ties_of_the_graph(store: Store) -> None:
    graph = build_network(store)
    ties = {
        (row["a"].value, row["b"].value): (int(row["w"].value), row["basis"].value)
        for row in store.select(
            """SELECT ?a ?b ?w ?basis WHERE { ?t ct:tieBetween ?a , ?b ; ct:weight ?w ;
               ct:weakestBasis ?basis FILTER(STR(?a) < STR(?b)) }"""
        )
    }
    assert len(ties) > 10
    found = {
        (min(a, b), max(a, b)): (data["weight"], CT + data["basis"])
        for a, b, data in graph.edges(data=True)
    }
    assert found == ties


def test_every_edge_has_its_activities_and_their_claims(store: Store) -> None:
    for view in VIEWS:
        for _, _, data in build_network(store, view).edges(data=True):
            assert data["by_activity"]
            assert set(data["by_activity"]) == {*data["activities"], *data["relations"]}
            assert data["weight"] >= 1
            for about in data["by_activity"].values():
                assert about["claims"]
                assert set(about["claims"]) <= set(data["claims"])
            claims = read_claims(store, data["claims"])
            assert all(said["quote"] or said["page"] for said in claims.values())


def test_claims_of_an_edge_support_its_participations(store: Store) -> None:
    graph = build_network(store)
    claims = graph.edges[CTD + "gifct", CTD + "jpn"]["claims"]
    assert CTD + "mofa-2024-a13" in claims
    assert CTD + "mofa-2024-x01-online-terrorism-workshop-2023-10-organiser" in claims
    # An inviter ties with nobody, so its claims are not those of a co-host's tie.
    assert CTD + "mofa-2024-x16" not in claims


def test_node_attributes(store: Store) -> None:
    graph = build_network(store, lang="ja")
    unodc = graph.nodes[CTD + "unodc"]
    assert unodc["label_en"] == "United Nations Office on Drugs and Crime"
    assert unodc["label"] == unodc["label_ja"] == "国連薬物・犯罪事務所"
    assert unodc["kind"] == "InternationalOrganization"
    assert unodc["family"] == "Actor"
    assert unodc["acronym"] == "UNODC"
    assert unodc["identification"] == "named"
    assert graph.nodes[CTD + "countries-concerned"]["identification"] == "unnamed"
    assert graph.graph["kinds"]["InternationalOrganization"]["label_ja"] == "国際機関"
    assert list(graph) == sorted(graph)


def test_no_adverse_actor_cooperates(store: Store) -> None:
    graph = build_network(store)
    assert "AdverseActor" not in {data["kind"] for _, data in graph.nodes(data=True)}


def test_activities_have_roles(store: Store) -> None:
    graph = build_network(store, "activities")
    workshop = CTD + "rule-of-law-workshop-2024-02"
    assert set(graph.edges[workshop, CTD + "unafei"]["roles"]) == {
        CTV + "co-host",
        CTV + "lecturer",
    }
    assert graph.nodes[workshop]["family"] == "Activity"
    assert graph.nodes[workshop]["kind"] == "Workshop"
    assert graph.nodes[workshop]["starts"] == "2024-02-01"
    participations = {
        (row["who"].value, row["what"].value)
        for row in store.select(
            "SELECT ?who ?what { ?p ct:participant ?who ; ct:activity ?what ; ct:role ?r }"
        )
    }
    assert edges(graph) == {(min(pair), max(pair)) for pair in participations}


def test_filters_narrow(store: Store) -> None:
    whole = edges(build_network(store))
    year = build_network(store, year=2022)
    assert edges(year) < whole
    assert year.graph["filters"]["year"] == CTD + "jp-fy2022"
    assert CTD + "gifct" not in year
    assert CTD + "gifct" in build_network(store, year="FY2023")
    topic = build_network(store, topic="ctv:corruption")
    assert edges(topic) < whole
    assert edges(topic) < edges(build_network(store, topic="ctv:organised-crime"))
    stated = build_network(store, stated_only=True)
    assert edges(stated) == {(CTD + "iij", CTD + "unafei")}
    assert edges(build_network(store, year=2023, stated_only=True)) <= edges(stated)


def test_ego_network(store: Store) -> None:
    near = build_network(store, actor="ctd:unafei")
    assert set(near) == {CTD + "unafei", CTD + "iij", CTD + "jpn"}
    assert near.number_of_edges() == 3
    assert set(build_network(store, actor="ctd:unafei", hops=2)) == set(build_network(store))
    assert len(build_network(store, actor="ctd:hamas")) == 0
    assert len(build_network(store, topic="ctv:no-such-topic")) == 0


def test_unknown_names_are_told(store: Store) -> None:
    with pytest.raises(UnknownName, match="Did you mean cooperation"):
        build_network(store, "coperation")
    with pytest.raises(UnknownName, match="jp-fy2023"):
        build_network(store, year=1850)
    with pytest.raises(UsageError, match="hops"):
        build_network(store, hops=0)
    with pytest.raises(UsageError, match="not an IRI"):
        build_network(store, topic="https://x.org/> } DROP ALL #")


@pytest.mark.parametrize(
    "year", [2023, "2023", "FY2023", "2023年度", "ctd:jp-fy2023", CTD + "jp-fy2023"]
)
def test_names_of_a_fiscal_year(store: Store, year: str | int) -> None:
    assert fiscal_year(store, year) == CTD + "jp-fy2023"


def test_number_of_queries_is_bounded(store: Store) -> None:
    for view in VIEWS:
        counting = Counting(store)
        build_network(cast(Store, counting), view)
        # One of them asks what is disputed, one which class is below which, both once for each
        # graph, and one what is told of nodes.
        assert counting.queries <= 6


def test_things_fall_back_to_what_there_is(store: Store) -> None:
    things = read_things(store, [CTD + "nobody"])
    assert things[CTD + "nobody"]["label_en"] == "ctd:nobody"
    assert things[CTD + "nobody"]["kind"] == "Thing"
    assert read_things(store, []) == {}
    assert read_claims(store, []) == {}


@pytest.fixture(scope="module")
def remote(store: Store, serve_quads: Callable[[bytes], str]) -> Store:
    return open_store(
        endpoint=serve_quads(ox.serialize(store.quads(), format=ox.RdfFormat.N_QUADS) or b"")
    )


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"year": 2023},
        {"topic": "ctv:organised-crime"},
        {"stated_only": True},
        {"actor": "ctd:iij"},
        {"place": "ctd:place-jpn", "since": "2023", "until": "2024-02"},
        {"role": "ctv:role-lead"},
        {"kind": "Workshop"},
    ],
    ids=str,
)
def test_an_endpoint_gives_the_same(
    store: Store, remote: Store, view: str, options: dict[str, Any]
) -> None:
    here, there = build_network(store, view, **options), build_network(remote, view, **options)
    assert list(here.nodes(data=True)) == list(there.nodes(data=True))
    assert list(here.edges(data=True)) == list(there.edges(data=True))
    assert here.graph == there.graph


# --- layout and files ---------------------------------------------------------------------------

SAME_PICTURE = """
from ctgraph.network.build import build_network
from ctgraph.network.layout import compute_layout
from ctgraph.network.files import network_text
from ctgraph.store.store import open_store
store = open_store()
for view in ("cooperation", "activities"):
    graph = build_network(store, view)
    print(compute_layout(graph))
    print(network_text(graph, "gexf", compute_layout(graph)))
"""


def test_same_picture_in_every_process() -> None:
    assert b"lastmodifieddate" not in same_output(SAME_PICTURE)


def shapes() -> list[nx.Graph[str]]:
    made = [
        nx.empty_graph(0),
        nx.empty_graph(5),
        nx.star_graph(12),
        nx.path_graph(2),
        nx.cycle_graph(30),
        nx.disjoint_union_all([nx.star_graph(8), nx.path_graph(4), nx.empty_graph(3)]),
        nx.barabasi_albert_graph(300, 1, seed=3),
    ]
    return [nx.relabel_nodes(graph, str) for graph in made]


@pytest.mark.parametrize("graph", shapes(), ids=lambda graph: f"{len(graph)}-nodes")
def test_layout_places_every_node_apart(graph: nx.Graph[str]) -> None:
    places = compute_layout(graph)
    assert set(places) == set(graph)
    assert len(set(places.values())) == len(graph)
    assert places == compute_layout(graph)
    for x, y in places.values():
        assert x == round(x, 3)
        assert y == round(y, 3)


def test_layout_of_a_path_is_a_line() -> None:
    places = compute_layout(nx.relabel_nodes(nx.path_graph(7), str))
    flat = [places[str(index)][0] for index in range(7)]
    assert flat == sorted(flat) or flat == sorted(flat, reverse=True)
    assert max(abs(y) for _, y in places.values()) < 0.3


def test_tied_neighbours_stand_side_by_side_on_the_ring(store: Store) -> None:
    places = compute_layout(build_network(store))
    assert places[CTD + "jpn"] == pytest.approx((0, 0), abs=0.02)

    def apart(one: str, other: str) -> float:
        (a, b), (c, d) = places[CTD + one], places[CTD + other]
        return math.hypot(a - c, b - d)

    nearest = min(apart("iij", node.removeprefix(CTD)) for node in places if node != CTD + "iij")
    assert apart("iij", "unafei") == pytest.approx(nearest, abs=0.01)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("format", ["graphml", "gexf"])
def test_networkx_reads_it_back(store: Store, view: str, format: str) -> None:
    graph = build_network(store, view)
    text = network_text(graph, format, compute_layout(graph)).encode()
    read = nx.read_graphml(BytesIO(text)) if format == "graphml" else nx.read_gexf(BytesIO(text))
    assert set(read) == set(graph)
    assert edges(read) == edges(graph)
    for node, data in graph.nodes(data=True):
        for key in ("label_en", "label_ja", "kind", "acronym", "identification"):
            assert read.nodes[node][key] == data[key]
        assert read.nodes[node]["claims"].split() == data["claims"]
    for one, other, data in graph.edges(data=True):
        back = read.edges[one, other]
        assert back["weight"] == data["weight"]
        assert back["basis"] == data["basis"]
        assert back["activities"].split() == data["activities"]
        assert back["claims"].split() == data["claims"]
        assert (back["from"], back["to"]) == (data["source"], data["target"])


@pytest.mark.parametrize("format", ["graphml", "gexf"])
def test_hostile_labels_stay_text(format: str) -> None:
    graph: nx.Graph[str] = nx.Graph()
    label = '</data><x a="1">&amp; ]]> \x00\u202e 日本'
    graph.add_node("a", label_en=label)
    graph.add_node("b", label_en="b")
    graph.add_edge("a", "b", weight=1)
    text = network_text(graph, format).encode()
    read = nx.read_graphml(BytesIO(text)) if format == "graphml" else nx.read_gexf(BytesIO(text))
    assert read.nodes["a"]["label_en"] == label.replace("\x00", "\ufffd")


def test_other_network_formats_are_unknown() -> None:
    with pytest.raises(UnknownName, match="graphml"):
        network_text(nx.Graph(), "graphm")
