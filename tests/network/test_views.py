"""Views: each says what the claims say, and every filter keeps what it should."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from pagetools import unpack_page

import ctgraph
from ctgraph.cli import run
from ctgraph.errors import UnknownName, UsageError
from ctgraph.network.build import build_network, build_outline
from ctgraph.network.filters import filter_pattern, resolve_filters
from ctgraph.network.participations import JOINED, view_rows
from ctgraph.network.things import select_rows
from ctgraph.network.ties import read_row, read_ties
from ctgraph.network.views import VIEWS
from ctgraph.store.scope import first_day, last_day
from ctgraph.store.store import Store
from ctgraph.terms import CT, CTD, CTV

STATEMENT_VIEWS = ("goals", "structure", "plans", "everything")


def triples(graph: nx.Graph[str]) -> set[tuple[str, str, str]]:
    return {
        (source, relation, target)
        for source, target, data in graph.edges(data=True)
        for relation in data["relations"]
    }


@pytest.mark.parametrize("view", STATEMENT_VIEWS)
def test_statements_stand_in_the_claims_of_their_edge(graph_store: Store, view: str) -> None:
    graph = build_network(graph_store, view)
    assert graph.is_directed()
    assert triples(graph)
    said: dict[tuple[str, str, str], set[str]] = {}
    bases: dict[str, str] = {}
    for row in graph_store.select(
        "SELECT ?s ?p ?o ?c ?b { GRAPH ?c { ?s ?p ?o } ?c a ct:Claim ; ct:basis ?b }"
    ):
        key = (row["s"].value, row["p"].value, row["o"].value)
        said.setdefault(key, set()).add(row["c"].value)
        bases[row["c"].value] = row["b"].value
    for source, target, data in graph.edges(data=True):
        for relation in data["relations"]:
            made = data["by_activity"][relation]
            claims = said[source, relation, target]
            assert set(made["claims"]) == claims
            is_stated = any(bases[claim] == CT + "Stated" for claim in claims)
            assert made["basis"] == ("Stated" if is_stated else "Inferred")


def test_goals_reach_down_to_topics_and_instruments(graph_store: Store) -> None:
    found = triples(build_network(graph_store, "goals"))
    area, goal = CTD + "mofa-2024-area-1", CTD + "mofa-2024-goal-1"
    assert (area, CT + "serves", goal) in found
    assert (goal, CT + "addresses", CTV + "terrorism") in found
    invitation = CTD + "islamic-school-teachers-invitation"
    assert (invitation, CT + "workArea", area) in found
    assert (invitation, CT + "implements", CTD + "ise-shima-action-plan") in found
    whole = {
        (row["s"].value, CT + "workArea", row["o"].value)
        for row in graph_store.select(
            "SELECT ?s ?o { ?s a/rdfs:subClassOf* ct:Activity ; ct:workArea ?o }"
        )
    }
    assert whole <= found


def test_money_goes_through_channels_to_places(graph_store: Store) -> None:
    graph = build_network(graph_store, "funding")
    jpn, unodc, ukraine = CTD + "jpn", CTD + "unodc", CTD + "place-ukr"
    given = graph.edges[jpn, unodc]
    assert given["amount"] == 48_300_000.0
    assert given["currency"] == "USD"
    assert given["amounts"] == ["48300000 USD"]
    assert given["shared"], "the source does not split it between UNODC and ICPO"
    assert given["weight"] == 1
    assert given["roles"] == [CTV + "channel", CTV + "contributor"]
    assert CTD + "mofa-2024-c01" in given["claims"]
    assert graph.has_edge(unodc, ukraine)
    assert not graph.has_edge(jpn, ukraine), "Japan gives it through somebody"
    unknown = graph.edges[jpn, CTD + "iom"]
    assert unknown["amounts"] == []
    assert "amount" not in unknown
    assert not unknown["shared"]


def test_structure_has_parents_and_members(graph_store: Store) -> None:
    graph = build_network(graph_store, "structure")
    assert graph.edges[CTD + "roma-lyon-group", CTD + "g7"]["relations"] == [CT + "parentBody"]
    member = graph.edges[CTD + "jpn", CTD + "g7"]
    assert member["activities"] == [CTD + "g7-presidency-2023"]
    assert member["roles"] == [CTV + "presidency"]


def test_plans_lead_from_who_plans_to_what_is_planned(graph_store: Store) -> None:
    graph = build_network(graph_store, "plans")
    directions = {r["d"].value for r in graph_store.select("SELECT ?d { ?d a ct:Direction }")}
    planned = {
        (row["a"].value, row["d"].value): row["verbs"].value
        for row in graph_store.select(
            """SELECT ?a ?d (GROUP_CONCAT(STR(?verb); separator=" ") AS ?verbs)
               { ?d ct:plannedBy ?a ; ct:plannedAction ?verb } GROUP BY ?a ?d"""
        )
    }
    assert planned
    for source, target, data in graph.edges(data=True):
        if target in directions:
            assert set(data["roles"]) == set(planned.pop((source, target)).split())
            assert data["activities"] == [target]
        else:
            assert source in directions
    assert not planned
    verbs = {r["v"].value for r in graph_store.select("SELECT ?v { ?d ct:plannedAction ?v }")}
    assert not verbs.intersection(graph), "what is done with a plan is no node"


def test_everything_holds_the_other_views(graph_store: Store) -> None:
    whole = build_network(graph_store, "everything")
    for source, target, data in build_network(graph_store, "activities").edges(data=True):
        actor, activity = data["source"], data["target"]
        assert {source, target} == {actor, activity}
        assert set(whole.edges[actor, activity]["roles"]) == set(data["roles"])
    structure = triples(build_network(graph_store, "structure"))
    assert structure <= triples(whole)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize(
    "options",
    [
        {"topic": "ctv:organised-crime"},
        {"place": "ctd:place-m49-035"},
        {"year": 2023},
        {"since": "2023-10-01", "until": "2024-03-31"},
        {"role": "ctv:contributor"},
        {"kind": "InternationalOrganization"},
        {"stated_only": True},
        {"actor": "ctd:unodc", "hops": 1},
    ],
    ids=str,
)
def test_filters_only_take_away(graph_store: Store, view: str, options: dict[str, Any]) -> None:
    whole, cut = build_network(graph_store, view), build_network(graph_store, view, **options)
    assert set(cut.edges()) <= set(whole.edges())
    for source, target, data in cut.edges(data=True):
        before = whole.edges[source, target]
        assert set(data["by_activity"]) <= set(before["by_activity"])
        for made, about in data["by_activity"].items():
            # Filters leave out what makes an edge, never some of the claims behind it; but a role
            # may be played in one of two participations.
            assert set(about["claims"]) <= set(before["by_activity"][made]["claims"])
            if "role" not in options:
                assert about == before["by_activity"][made]
    assert set(options) <= set(cut.graph["filters"]) | {"hops"}


def test_filters_keep_what_fits(graph_store: Store) -> None:
    def pairs(view: str, **options: Any) -> set[tuple[str, str]]:
        data = build_network(graph_store, view, **options).edges(data=True)
        return {(about["source"], about["target"]) for _, _, about in data}

    invited = pairs("activities", role="ctv:invitee")
    assert invited
    for actor, activity in invited:
        assert graph_store.ask(
            f"ASK {{ ?p ct:participant <{actor}> ; ct:activity <{activity}> ;"
            " ct:role ctv:invitee }"
        )
    assert pairs("activities", role="ctv:lecturer") <= pairs("activities", role="ctv:role-expert")
    workshops = pairs("activities", kind="workshop")
    assert (
        workshops
        == pairs("activities", kind="ct:Workshop")
        == pairs("activities", kind="ワークショップ・セミナー")
    )
    assert {activity for _, activity in workshops} == {
        row["w"].value
        for row in graph_store.select(
            "SELECT DISTINCT ?w { ?w a ct:Workshop . ?p ct:activity ?w ;"
            " ct:participant ?a ; ct:role ?r }"
        )
    }
    assert pairs("activities", place="ctd:place-jpn")
    fiscal = pairs("activities", year=2023)
    assert fiscal
    assert pairs("activities", since="2023-04", until="2024-03") == fiscal
    assert pairs("activities", since="2050") == set()
    assert pairs("plans", role="ctv:vice-chair") >= {
        (CTD + "mofa-2024-direction-cybercrime-convention", CTD + "un-cybercrime-convention")
    }


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2023", "2023-01-01", "2023-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        (" 2023-04-05 ", "2023-04-05", "2023-04-05"),
        ("２０２３－０４", "2023-04-01", "2023-04-30"),
    ],
)
def test_dates_may_be_short(text: str, first: str, last: str) -> None:
    assert first_day(text) == first
    assert last_day(text) == last


@pytest.mark.parametrize("text", ["", "23", "2023-13", "2023-02-30", "20230405", "2023-1-1", "x"])
def test_other_dates_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match="no date"):
        first_day(text)
    with pytest.raises(UsageError, match="no date"):
        last_day(text)


def test_unknown_kind_is_told(graph_store: Store) -> None:
    with pytest.raises(UnknownName, match="Did you mean Workshop"):
        build_network(graph_store, kind="Workshp")
    with pytest.raises(UsageError, match="not an IRI"):
        build_network(graph_store, place="https://x.org/> } #")


# --- a query of the user's own ------------------------------------------------------------------


def test_select_makes_a_network(graph_store: Store) -> None:
    graph = build_network(
        graph_store,
        query="""SELECT ?source ?target (COUNT(DISTINCT ?a) AS ?weight) {
            ?source ct:participatesIn ?a . ?a ct:topic ?target } GROUP BY ?source ?target""",
    )
    assert graph.is_directed()
    assert graph.graph["view"] == "query"
    assert graph.edges[CTD + "jpn", CTV + "cybercrime"]["weight"] >= 1
    assert all(data["claims"] for _, _, data in graph.edges(data=True))


def test_through_is_what_makes_the_edge(graph_store: Store) -> None:
    graph = build_network(
        graph_store,
        query="SELECT ?source ?target ?through { ?source ct:participatesIn ?through ."
        " ?through ct:heldIn ?target }",
        topic="ctv:terrorism",
    )
    for _, _, data in graph.edges(data=True):
        assert data["weight"] == len(data["activities"]) >= 1
        assert not data["relations"]


def test_construct_makes_a_network(graph_store: Store) -> None:
    query = "CONSTRUCT { ?b ct:parentBody ?a ; ct:number 3 } { ?a ct:parentBody ?b }"
    graph = build_network(graph_store, query=query)
    real = build_network(graph_store, "structure")
    assert set(graph.edges()) == {(b, a) for a, r, b in triples(real) if r == CT + "parentBody"}
    for source, target, data in graph.edges(data=True):
        made = real.edges[target, source]["by_activity"][CT + "parentBody"]
        assert data["claims"] == made["claims"]
        assert data["relations"] == [CT + "parentBody"]


def test_filters_cut_a_query_too(graph_store: Store) -> None:
    query = "SELECT ?source ?target { ?source ct:participatesIn ?target }"
    whole = build_network(graph_store, query=query)
    cut = build_network(graph_store, query=query, kind="Workshop")
    assert set(cut.edges()) == {
        (s, t) for s, t in whole.edges() if whole.nodes[t]["kind"] == "Workshop"
    }
    assert cut.number_of_edges()
    stated = build_network(graph_store, query=query, stated_only=True)
    assert 0 < stated.number_of_edges() < whole.number_of_edges()


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("ASK { ?s ?p ?o }", "ASK"),
        ("SELECT ?source { ?source a ct:State }", r"no \?target"),
        ("SELECT ?source ?target { ?source skos:prefLabel ?target }", "not both IRIs"),
        (
            "SELECT ?source ?target ?weight { ?source ct:topic ?target BIND('many' AS ?weight) }",
            "weight",
        ),
        (
            "SELECT ?source ?target ?through { ?source ct:topic ?target BIND(1 AS ?through) }",
            "through",
        ),
    ],
)
def test_queries_that_make_no_network(graph_store: Store, query: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        build_network(graph_store, query=query)


def test_names_are_resolved_in_both_languages() -> None:
    with ctgraph.open() as kg:
        here = kg.network("activities", place="Japan (territory)", role="lecturer", year=2023)
        there = kg.network("activities", place="日本（領域）", role="ctv:lecturer", year="2023年度")
        assert set(here.edges()) == set(there.edges())
        assert here.number_of_edges()


def test_the_command_line_draws_every_view(tmp_path: Path) -> None:
    from ctgraph.cli.app import run

    for view in set(VIEWS) - {"membership", "treaties"}:  # the first source tells little of these
        file = tmp_path / f"{view}.graphml"
        assert run(["draw", "--view", view, "-q", "-o", str(file)]) == 0
        assert len(nx.read_graphml(file)) > 5
    query = tmp_path / "own.rq"
    query.write_text("SELECT ?source ?target { ?source ct:cooperatesWith ?target }", "utf-8")
    page = tmp_path / "own.html"
    assert run(["draw", "--query", str(query), "-q", "-o", str(page)]) == 0
    assert any(node["acronym"] == "UNODC" for node in unpack_page(page.read_bytes())["nodes"])
    assert run(["draw", "--query", str(query), "--view", "plans", "-o", str(page)]) == 2
    assert run(["draw", "--since", "2050", "-o", str(tmp_path / "none.html")]) == 3
    assert not (tmp_path / "none.html").exists()


@pytest.mark.parametrize("old", ["from", "to"])
def test_old_names_of_filters_are_read_and_answered(
    old: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = {"from": "since", "to": "until"}[old]
    for name in (old, new):
        assert run(["draw", f"--{name}", "2023-06", "-o", str(tmp_path / f"{name}.csv.zip")]) == 0
        said = capsys.readouterr().err
        assert (f"--{old} is now --{new}." in said) is (name == old)
    made = [(tmp_path / f"{name}.csv.zip").read_bytes() for name in (old, new)]
    assert made[0] == made[1]


def test_what_is_no_filter_is_refused(graph_store: Store) -> None:
    with pytest.raises(UnknownName, match=r"'topics'\. Did you mean topic or hops\?"):
        build_network(graph_store, topics="ctd:x")  # type: ignore[call-arg]
    with pytest.raises(UnknownName, match=r"unknown filter 'yaer'\. Did you mean year\?"):
        resolve_filters(graph_store, {"yaer": 2023})


# --- rows that are joined here ------------------------------------------------------------------

CUTS: tuple[dict[str, str], ...] = (
    {},
    {"topic": CTV + "terrorism"},
    {"place": CTD + "place-jpn"},
    {"year": CTD + "jp-fy2023"},
    {"since": "2022-06-01", "until": "2023-03-31"},
    {"role": CTV + "role-lead"},
    {"kind": CT + "Workshop"},
    {"kind": CT + "State", "topic": CTV + "terrorism"},
)


@pytest.mark.parametrize("view", VIEWS)
def test_the_outline_has_the_nodes_and_edges_of_the_network(graph_store: Store, view: str) -> None:
    outline, network = build_outline(graph_store, view), build_network(graph_store, view)
    assert [*outline] == [*network]
    assert [*outline.edges()] == [*network.edges()]
    assert outline.is_directed() == network.is_directed()


@pytest.mark.parametrize("cut", CUTS, ids=str)
@pytest.mark.parametrize("view", VIEWS)
def test_rows_are_those_of_the_query(graph_store: Store, view: str, cut: dict[str, str]) -> None:
    asked = VIEWS[view].query.replace("#FILTER#", filter_pattern(VIEWS[view], **cut))
    rows = map(read_row, select_rows(graph_store, asked))
    wanted = read_ties(rows, stated_only=False)
    assert read_ties(view_rows(graph_store, view, cut), stated_only=False) == wanted
    assert wanted or view not in JOINED


@pytest.mark.parametrize("view", VIEWS)
def test_filters_together_keep_what_each_keeps(graph_store: Store, view: str) -> None:
    cuts: list[Any] = [*CUTS[1:5], CUTS[6]]
    together = {name: value for cut in cuts for name, value in cut.items()}
    found = set(build_network(graph_store, view, **together).edges)
    each = [set(build_network(graph_store, view, **cut).edges) for cut in cuts]
    assert found <= set.intersection(*each)
    assert len(together) == 6
