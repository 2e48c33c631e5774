"""The Python API: what a program gets from an open graph."""

from __future__ import annotations

from pathlib import Path

import pytest

import ctgraph
from ctgraph import Graph, Row, Table
from ctgraph.query.answers import Triples
from ctgraph.store.store import Store

ID = "https://w3id.org/ctgraph/id/"
TIE = "ctd:jpn ct:cooperatesWith ctd:unodc"


@pytest.fixture(scope="module")
def kg() -> Graph:
    """The bundled graph; tests only read it."""
    return ctgraph.open()


def test_a_graph_says_what_it_is_and_closes_in_a_with_block() -> None:
    with ctgraph.open() as graph:
        assert repr(graph).startswith("<ctgraph.Graph memory ")
        assert graph.query(f"ASK {{ {TIE} }}") is True
    with pytest.raises(ctgraph.StoreError, match="closed"):
        graph.query("ASK {}")


def test_each_form_of_query_has_its_answer(kg: Graph) -> None:
    table = kg.query("SELECT ?x { ctd:unodc ct:cooperatesWith ?x }")
    assert isinstance(table, Table)
    assert table.to_dicts() == [{"x": ID + "jpn"}]
    assert kg.query("ASK { ctd:unodc ct:cooperatesWith ctd:unodc }") is False
    triples = kg.query(f"CONSTRUCT {{ {TIE} }} WHERE {{ {TIE} }}")
    assert isinstance(triples, Triples)
    assert len(triples) == 1


def test_limits_and_time_limits_are_kept(kg: Graph) -> None:
    table = kg.query("SELECT ?c { ?c a ct:Claim }", limit=2)
    assert isinstance(table, Table)
    assert (len(table), table.truncated) == (2, True)
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c != ?i) }"
    with pytest.raises(ctgraph.QueryTimeout):
        kg.query(endless, timeout=0.5)


def test_other_servers_are_asked_only_if_allowed(kg: Graph) -> None:
    with pytest.raises(ctgraph.QueryRefused, match="SERVICE"):
        kg.query("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }")
    allowed = "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"
    table = kg.query(allowed, allow_service=True)
    assert isinstance(table, Table)
    with pytest.raises(ctgraph.QueryError) as caught:  # nobody listens there
        len(table)
    assert not isinstance(caught.value, ctgraph.QueryRefused)


def test_questions_take_names_terms_and_lists(kg: Graph) -> None:
    by_name = kg.ask("partners", actor="GIFCT")
    assert [row["partner"] for row in by_name] == [ID + "jpn"]
    assert kg.ask("partners", actor="ctd:gifct").to_dicts() == by_name.to_dicts()
    both = kg.ask("partners", actor=["GIFCT", "UNODC"])
    assert len(both) == len(by_name) + len(kg.ask("partners", actor="UNODC"))
    with pytest.raises(ctgraph.UnknownName) as caught:
        kg.ask("partners", actor="UNDOC")
    assert any("ctd:unodc" in suggestion for suggestion in caught.value.suggestions)
    with pytest.raises(ctgraph.UnknownName, match="partners"):
        kg.ask("partnrs")


def test_the_language_of_the_graph_is_that_of_its_answers() -> None:
    with ctgraph.open(lang="ja") as graph:
        table = graph.ask("partners", actor="UNODC")
        assert table.labels()[ID + "jpn"] == "日本"
        assert graph.ask("partners", actor="UNODC", lang="en").labels()[ID + "jpn"] == "Japan"
        assert graph.entity("UNODC").label == "国連薬物・犯罪事務所"
        evidence = graph.evidence(table[0])
        assert any("主な取組" in (claim.section_label or "") for claim in evidence.claims)
        assert {entry.label for entry in graph.stats().bases} == {"明示", "推論"}
    with pytest.raises(ctgraph.UsageError, match="'fr'"):
        ctgraph.open(lang="fr")  # type: ignore[arg-type]


def test_evidence_leads_from_a_row_to_quotes(kg: Graph) -> None:
    row = kg.ask("partners", actor="GIFCT")[0]
    assert isinstance(row, Row)
    evidence = kg.evidence(row)
    quotes = {claim.iri: claim.quote for claim in evidence.claims}
    assert quotes[ID + "mofa-2024-a13"] == "GIFCTと連携し、オンライン・テロに関するワークショップを"
    assert evidence.derived


def test_things_are_found_and_shown(kg: Graph) -> None:
    hits = kg.find("gifct", limit=1)
    assert [hit.iri for hit in hits] == [ID + "gifct"]
    view = kg.entity("GIFCT")
    assert view.iri == ID + "gifct"
    assert view.claims


def test_a_network_is_cut_by_names(kg: Graph) -> None:
    whole = kg.network()
    around = kg.network(actor="UNAFEI", stated_only=True)
    assert set(around) < set(whole)
    assert ID + "iij" in around
    with pytest.raises(ctgraph.UnknownName):
        kg.network(actor="UNAFIE")
    with pytest.raises(ctgraph.UnknownName, match="cooperation"):
        kg.network("coperation")


def test_to_rdflib_holds_the_claim_graphs(kg: Graph) -> None:
    from rdflib import URIRef

    dataset = kg.to_rdflib()
    claim = dataset.graph(URIRef(ID + "mofa-2024-a07"))
    assert (URIRef(ID + "mofa-2024-a07"), None, None) in claim


def test_export_writes_a_file_and_says_what(kg: Graph, tmp_path: Path) -> None:
    written = kg.export(tmp_path / "unodc.ttl", actor="UNODC")
    assert written.format == "turtle"
    assert written.triples > written.claims > 0
    assert "ctd:unodc" in (tmp_path / "unodc.ttl").read_text(encoding="utf-8")
    with pytest.raises(ctgraph.UsageError, match="does not exist"):
        kg.export(tmp_path / "no-folder" / "graph.ttl")


def test_check_reports_on_a_project(mini: Path) -> None:
    with ctgraph.open(mini) as graph:
        report = graph.check(only=["quotes"])
    assert report.ok
    assert set(report.ran) == {"quotes"}


def test_statistics_are_the_counts_of_the_store(mini: Path, mini_store: Store) -> None:
    with ctgraph.open(mini) as graph:
        counted = graph.stats()
    graphs = {quad.graph_name for quad in mini_store.quads()}
    claims = {row["c"] for row in mini_store.select("SELECT ?c { ?c a ct:Claim }")}
    assert counted.claims == len(claims)
    assert claims <= graphs
    plain = counted.to_dict()
    assert plain["claims"] == counted.claims
    assert plain["bases"][0].keys() == {"term", "label", "number"}


def test_files_are_read_beside_the_graph(mini: Path, mini_copy: Path, tmp_path: Path) -> None:
    extra = tmp_path / "more.trig"
    extra.write_text("not TriG {", encoding="utf-8")
    with pytest.raises(ctgraph.DataError, match=r"more\.trig:1"):
        ctgraph.open(mini, files=[extra]).query("ASK {}")


def test_a_store_and_an_endpoint_exclude_each_other(tmp_path: Path) -> None:
    with pytest.raises(ctgraph.UsageError, match="cannot both"):
        ctgraph.open(store=tmp_path, endpoint="http://127.0.0.1/")
    with pytest.raises(ctgraph.StoreError, match="no such folder"):
        ctgraph.open(store=tmp_path / "none")


def test_a_table_turns_into_a_data_frame(kg: Graph) -> None:
    pytest.importorskip("pandas")
    frame = kg.ask("partners", actor="UNAFEI").to_pandas()
    assert list(frame.columns) == ["partner", "jointActivities", "basis"]
    assert len(frame) == 2
