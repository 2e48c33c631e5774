"""The graph store, the description of the service, and the pages of answers."""

from __future__ import annotations

import html
import json
import re
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from conftest import ServeQuads
from service import Send, target, through_handlers
from serving import Response
from small_store import HOSTILE, awkward_store

from ctgraph.service.sparql import answer_page
from ctgraph.store.store import Store, open_store
from ctgraph.terms import CTD, PREFIXES

CLAIM = CTD + "mofa-2024-a07"
SD = "http://www.w3.org/ns/sparql-service-description#"


@pytest.fixture(scope="module", params=["memory", "endpoint"])
def store(request: pytest.FixtureRequest, graph_store: Store, serve_quads: ServeQuads) -> Store:
    if request.param == "endpoint":
        quads = "".join(f"{quad} .\n" for quad in graph_store.quads()).encode()
        return open_store(endpoint=serve_quads(quads))
    return graph_store


@pytest.fixture(scope="module")
def send(store: Store) -> Send:
    return through_handlers(store)


def triples(answer: Response) -> set[ox.Triple]:
    kind = ox.RdfFormat.from_media_type(answer.media_type)
    return {quad.triple for quad in ox.parse(answer.body, kind)}


# --- graphs --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ttl", "nt", "jsonld", "rdf", "trig", "nq"])
def test_one_graph(send: Send, graph_store: Store, name: str) -> None:
    answer = send(target("/graphs", graph=CLAIM, format=name))
    claim = ox.NamedNode(CLAIM)
    expected = {quad.triple for quad in graph_store.quads() if quad.graph_name == claim}
    assert triples(answer) == expected
    assert len(expected) > 10


def test_the_default_graph(send: Send, graph_store: Store) -> None:
    answer = send("/graphs?default", accept="application/n-triples")
    assert answer.headers["vary"] == "Accept"
    assert len(answer.body.splitlines()) == graph_store.counts().triples


@pytest.mark.parametrize("where", ["/graphs?default", target("/graphs", graph=CLAIM)])
def test_the_page_of_a_graph_leads_to_its_other_formats(send: Send, where: str) -> None:
    shown = send(where, accept="text/html").body.decode()
    links = [html.unescape(one) for one in re.findall(r'href="(/graphs[^"]*format=nt)"', shown)]
    assert links
    for link in links:
        assert triples(send(link)) == triples(send(where, accept="application/n-triples"))


@pytest.mark.parametrize(
    ("where", "status"),
    [
        ("/graphs?graph=urn:none", 404),
        ("/graphs?graph=none", 400),
        ("/graphs?graph=", 400),
        (f"/graphs?graph={quote(CLAIM)}&graph={quote(CLAIM)}", 400),
        (f"/graphs?graph={quote(CLAIM)}&default", 400),
        ("/graphs?default=&default=", 400),
        ("/graphs?graph=file:///etc/passwd", 403),
        (f"/graphs?graph={quote(CLAIM)}&format=what", 400),
        ("/graphs?graph=http://e/%3E%7D%20INSERT", 400),
    ],
)
def test_what_is_no_graph(send: Send, where: str, status: int) -> None:
    assert send(where).status == status


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
def test_graphs_are_not_written(send: Send, method: str) -> None:
    answer = send(target("/graphs", graph=CLAIM), method, b"", "text/turtle")
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


def test_a_long_list_of_graphs_is_cut_on_the_page_alone(
    send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer_page, "MOST_ROWS", 5)
    shown = send("/graphs", accept="text/html")
    assert shown.headers["x-ctgraph-partial"] == "rows"
    assert shown.body.count(b'href="/graphs?graph=') == 5
    assert b'href="/graphs?format=json"' in shown.body
    assert len(json.loads(send("/graphs?format=json").body)["graphs"]) > 100


def test_the_list_of_graphs(send: Send, graph_store: Store) -> None:
    answer = send("/graphs", accept="application/json")
    listed = json.loads(answer.body)
    graphs = (quad.graph_name for quad in graph_store.quads())
    names = {graph.value for graph in graphs if isinstance(graph, ox.NamedNode)}
    assert {one["iri"] for one in listed["graphs"]} == names
    assert listed["default"]["triples"] == graph_store.counts().triples
    one = next(one for one in listed["graphs"] if one["iri"] == CLAIM)
    answer = send(one["url"].removeprefix("http://localhost"), accept="application/n-triples")
    assert len(answer.body.splitlines()) == one["triples"]


# --- the description -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "accept",
    ["", "*/*", "text/turtle", "application/rdf+xml", "application/ld+json", "application/trig"],
)
def test_the_service_describes_itself(send: Send, store: Store, accept: str) -> None:
    found = triples(send("/sparql", accept=accept))
    assert len(found) > 100

    def objects(predicate: str) -> set[str]:
        return {one.object.value for one in found if one.predicate.value == predicate}  # type: ignore[union-attr]

    assert objects(SD + "endpoint") == {"http://localhost/sparql"}
    assert objects(SD + "supportedLanguage") == {SD + "SPARQL11Query"}
    assert "http://www.w3.org/ns/formats/SPARQL_Results_JSON" in objects(SD + "resultFormat")
    assert CLAIM in objects(SD + "name")
    assert str(store.counts().triples) in objects(PREFIXES["void"] + "triples")
    assert not any(isinstance(one.subject, ox.BlankNode) for one in found)


def test_people_are_sent_to_the_query_page(send: Send) -> None:
    answer = send("/sparql", accept="text/html,*/*;q=0.8")
    assert (answer.status, answer.headers["location"]) == (303, "/query")
    assert answer.headers["vary"] == "Accept"
    mounted = through_handlers(open_store(), root="/graph")
    assert mounted("/sparql", accept="text/html").headers["location"] == "/graph/query"


@pytest.mark.parametrize(
    ("accept", "status"), [("application/sparql-results+json", 400), ("image/png", 406)]
)
def test_no_query_and_no_description(send: Send, accept: str, status: int) -> None:
    assert send("/sparql", accept=accept).status == status


# --- pages ---------------------------------------------------------------------------------------

MEETING = (
    "SELECT ?a ?d { ?p ct:activity ?a . ?a a ct:Meeting ; ct:startDate ?d } ORDER BY ?d ?a LIMIT 3"
)


def page(answer: Response) -> str:
    assert (answer.status, answer.media_type) == (200, "text/html")
    return answer.body.decode()


def links(text: str) -> list[str]:
    return [html.unescape(one) for one in re.findall(r'href="?([^" >]*)', text)]


def test_a_browser_gets_a_page(send: Send) -> None:
    text = page(send(target(query=MEETING), accept="text/html,application/xhtml+xml,*/*;q=0.8"))
    assert "3 rows" in text
    assert any(one.startswith("/id/") for one in links(text))
    assert any(one.startswith("/query?query=SELECT") for one in links(text))


def test_every_row_shows_its_evidence(send: Send) -> None:
    text = page(send(target(query=MEETING, format="html")))
    rows = [one for one in links(text) if "row=" in one]
    assert len(rows) == 3
    for one in rows:
        assert "<blockquote" in page(send(one))
    assert page(send(rows[0])).count("<th ") == 2


def test_evidence_of_a_truth(send: Send) -> None:
    text = page(send(target(query="ASK { ctd:jpn a ct:State }", format="html")))
    assert "Yes (true)" in text
    where = next(one for one in links(text) if "row=" in one)
    assert "class=claim" in page(send(where))


@pytest.mark.parametrize(
    "row",
    [
        "x",
        "[]",
        "1",
        '{"a": 1}',
        '{"a": {"type": "uri", "value": "x y"}}',
        '{"a":{"type":"bnode","value":"b"}}',
    ],
)
def test_a_row_that_is_none(send: Send, row: str) -> None:
    assert send(target(query=MEETING, row=row)).status == 400


def test_the_other_formats_are_links(send: Send) -> None:
    text = page(send(target(query=MEETING, format="html")))
    for name in ("csv", "tsv", "json", "xml"):
        where = next(one for one in links(text) if one.endswith(f"format={name}"))
        assert send(where).status == 200
    text = page(send(target(query="DESCRIBE ctd:jpn", format="html")))
    for name in ("ttl", "nt", "jsonld", "rdf"):
        assert (
            send(next(one for one in links(text) if one.endswith(f"format={name}"))).status == 200
        )


def test_japanese(graph_store: Store) -> None:
    from ctgraph.service.handler import Limits, Request
    from ctgraph.service.sparql.protocol import sparql

    said = [
        ("query", "SELECT ?s { ?s a ct:State } ORDER BY ?s"),
        ("format", "html"),
        ("lang", "ja"),
    ]
    request = Request(path="/sparql", query=said, lang="ja")
    text = sparql(graph_store, request, Limits()).body.decode()
    assert '<html lang="ja">' in text
    assert ">日本</a>" in text
    assert all("lang=ja" in one for one in links(text) if "row=" in one)


def test_nothing_in_the_data_becomes_markup() -> None:
    send = through_handlers(awkward_store())
    text = page(send(target(query="SELECT * { ctd:hostile ?p ?o }", format="html")))
    assert HOSTILE in html.unescape(text)
    assert "<b>|" not in text
    script = "<script>alert(1)</script>"
    text = page(send(target(query=f'SELECT ("{script}" AS ?x) {{}} # {script}', format="html")))
    assert script not in text
    assert html.escape(script) in text


def test_lists_of_graphs_are_pages(send: Send) -> None:
    text = page(send("/graphs", accept="text/html"))
    where = next(one for one in links(text) if one.endswith(quote(CLAIM, safe="")))
    assert "The Roma-Lyon Group was hosted in March 2023." in page(send(where, accept="text/html"))
