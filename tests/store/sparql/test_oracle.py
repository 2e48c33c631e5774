"""Every answer of the endpoint against the Oxigraph server's on the same data, in every format.

Sets of rows are compared, sequences where ORDER BY says so, and graphs up to the names of blank
nodes. What differs on purpose stands at the end, each with its reason, and is shown to differ.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from functools import cache
from typing import NamedTuple

import pyoxigraph as ox
import pytest
from conftest import ServeQuads
from oracle_queries import ASKS, GRAPHS, SELECTS
from service import FORM, QUERY, Send, target, through_handlers, through_http
from serving import Response
from sparql_queries import BAD, ENGINE_REFUSES, GOOD, PROLOGUE

from ctgraph.query.parameters import bind_params
from ctgraph.query.questions import read_questions
from ctgraph.store.endpoint.ask import declare_prefixes
from ctgraph.store.project import Bundle
from ctgraph.store.sparql.parse import parse_query
from ctgraph.store.sparql.safety import query_form
from ctgraph.store.sparql.tree import QueryTree
from ctgraph.store.store import Store, open_store

PEOPLE = """
PREFIX ex: <http://e/> INSERT DATA {
  ex:anna ex:knows ex:bert , ex:carl ; ex:age 31 ; ex:label "Anna"@en , "アンナ"@ja , "(x)" .
  ex:bert ex:knows ex:carl ; ex:age 42 ; ex:x ex:anna ; ex:value -1 , 2 , 1.5 , true .
  ex:carl ex:age 31 ; ex:p ex:anna .
  GRAPH ex:g1 { ex:anna ex:knows ex:bert . ex:bert ex:age 42 }
  GRAPH ex:g2 { ex:carl ex:age 31 } GRAPH ex:g3 { ex:carl ex:age 31 } }
"""
TABLES = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
    "text/csv": ox.QueryResultsFormat.CSV,
}
TRIPLES = (
    "text/turtle",
    "application/n-triples",
    "application/ld+json",
    "application/rdf+xml",
    "application/trig",
    "application/n-quads",
)


class Pair(NamedTuple):
    """Our endpoint and the oracle, with the same data."""

    own: Send
    oracle: Send


def pair(kind: str, quads: bytes, url: str, bundle: Bundle) -> Pair:
    if kind == "endpoint":
        return Pair(through_handlers(open_store(endpoint=url)), through_http(url))
    graph = ox.Store()
    graph.load(quads, ox.RdfFormat.N_QUADS)
    store = Store("memory", "oracle", bundle, graph=graph)
    return Pair(through_handlers(store), through_http(url))


@pytest.fixture(scope="module")
def served(serve_quads: ServeQuads, graph_store: Store) -> tuple[bytes, str]:
    """The bundled graph and the URL of a server that has it."""
    quads = "".join(f"{quad} .\n" for quad in graph_store.quads()).encode()
    return quads, serve_quads(quads)


@pytest.fixture(scope="module")
def served_people(serve_quads: ServeQuads) -> tuple[bytes, str]:
    """A few people, for the queries of every shape, some of which find everything twice over."""
    people = ox.Store()
    people.update(PEOPLE)
    quads = people.dump(format=ox.RdfFormat.N_QUADS)
    assert quads is not None
    return quads, serve_quads(quads)


@pytest.fixture(scope="module", params=["memory", "endpoint"])
def both(request: pytest.FixtureRequest, served: tuple[bytes, str], graph_store: Store) -> Pair:
    return pair(request.param, *served, graph_store.bundle)


@pytest.fixture(scope="module", params=["memory", "endpoint"])
def people(
    request: pytest.FixtureRequest, served_people: tuple[bytes, str], graph_store: Store
) -> Pair:
    return pair(request.param, *served_people, graph_store.bundle)


@pytest.fixture(scope="module")
def questions(graph_store: Store) -> dict[str, str]:
    found = read_questions(graph_store.bundle)
    return {
        name: bind_params(graph_store, question, {}, "en")[0]
        for name, question in found.items()
        if all(one.default is not None or one.optional for one in question.params.values())
    }


def test_there_are_200_queries(questions: dict[str, str]) -> None:
    assert len({*questions.values(), *shapes(), *SELECTS, *GRAPHS, *ASKS}) >= 200


@cache
def shapes() -> tuple[str, ...]:
    return tuple(PROLOGUE + text for text in GOOD if text not in ENGINE_REFUSES)


def ask(send: Send, path: str, query: str, accept: str) -> Response:
    answer = send(path, "POST", declare_prefixes(query), QUERY, accept)
    assert answer.status == 200, (query, answer.body)
    return answer


def compare(both: Pair, query: str, accept: str) -> None:
    mine = ask(both.own, "/sparql", query, accept)
    theirs = ask(both.oracle, "", query, accept)
    assert mine.media_type == theirs.media_type == accept
    if query_form(query) in ("CONSTRUCT", "DESCRIBE"):
        assert graph(mine) == graph(theirs), query
        return
    if query_form(query) == "ASK":
        if accept != "text/csv":
            assert truth(mine) == truth(theirs), query
        return
    tree = parse_query(query)
    my_rows, their_rows = rows(mine), rows(theirs)
    assert Counter(map(frozenset, my_rows)) == Counter(map(frozenset, their_rows)), query
    for column in order_of(tree):
        assert [dict(row).get(column) for row in my_rows] == [
            dict(row).get(column) for row in their_rows
        ], query


def order_of(tree: QueryTree) -> list[str]:
    """The first columns that rows are ordered by, whose sequence is then settled."""
    found = []
    for key in tree.order_by[:1]:
        name = key.expression.single_variable()
        if name is not None:
            found.append(name)
    return found


def rows(answer: Response) -> list[list[tuple[str, str]]]:
    """The cells of each row by column, blank nodes without their names."""
    if answer.media_type == "text/csv":
        text = io.StringIO(answer.body.decode(), newline="")
        head, *found = csv.reader(text)
        return [
            [(name, re.sub(r"\A_:.*", "_:", cell)) for name, cell in zip(head, row, strict=True)]
            for row in found
        ]
    result = ox.parse_query_results(answer.body, TABLES[answer.media_type])
    assert isinstance(result, ox.QuerySolutions)
    names = [variable.value for variable in result.variables]
    return [
        [
            (name, "_:" if isinstance(term, ox.BlankNode) else str(term))
            for name, term in zip(names, row, strict=True)
            if term is not None
        ]
        for row in result
    ]


def truth(answer: Response) -> bool:
    if answer.media_type == "text/tab-separated-values":
        return answer.body.strip() == b"true"
    result = ox.parse_query_results(answer.body, TABLES[answer.media_type])
    assert isinstance(result, ox.QueryBoolean)
    return bool(result)


def graph(answer: Response) -> ox.Dataset:
    kind = ox.RdfFormat.from_media_type(answer.media_type)
    found = ox.Dataset(ox.parse(answer.body, kind))
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return found


def test_named_questions(both: Pair, questions: dict[str, str]) -> None:
    assert len(questions) > 40
    for query in questions.values():
        compare(both, query, "application/sparql-results+json")


def test_queries_of_every_shape(people: Pair) -> None:
    for query in shapes():
        is_graph = query_form(query) in ("CONSTRUCT", "DESCRIBE")
        compare(people, query, TRIPLES[1] if is_graph else "application/sparql-results+json")


@pytest.mark.parametrize("accept", list(TABLES))
def test_tables_in_every_format(both: Pair, accept: str) -> None:
    for query in (*SELECTS, *ASKS):
        compare(both, query, accept)


@pytest.mark.parametrize("accept", TRIPLES)
def test_graphs_in_every_format(both: Pair, accept: str) -> None:
    for query in GRAPHS:
        compare(both, query, accept)


def test_graphs_of_the_protocol(both: Pair) -> None:
    claim = "https://w3id.org/ctgraph/id/mofa-2024-a07"
    ontology = "https://w3id.org/ctgraph/ontology"
    for query in ("SELECT ?s { ?s a ?c }", "SELECT ?g ?s { GRAPH ?g { ?s a ?c } }"):
        for pairs in (
            [("default-graph-uri", claim)],
            [("named-graph-uri", claim)],
            [("default-graph-uri", claim), ("named-graph-uri", ontology)],
            [("default-graph-uri", "urn:none")],
            [("default-graph-uri", claim), ("default-graph-uri", ontology)],
        ):
            mine = both.own(target("/sparql", *pairs, query=query), accept=next(iter(TABLES)))
            theirs = both.oracle(target("", *pairs, query=query), accept=next(iter(TABLES)))
            assert Counter(map(frozenset, rows(mine))) == Counter(map(frozenset, rows(theirs)))


@pytest.mark.parametrize(("text", "line", "column"), BAD)
def test_what_is_no_query_is_refused_by_both(both: Pair, text: str, line: int, column: int) -> None:
    mine = both.own("/sparql", "POST", text, QUERY)
    theirs = both.oracle("", "POST", text, QUERY)
    if "<relative>" in text:
        assert mine.status == theirs.status == 200, "the endpoint is the base"
        return
    assert theirs.status == 400
    # We tell an update from nonsense.
    assert mine.status == (403 if text.startswith("INSERT") else 400)


def test_statuses_that_the_standard_settles(both: Pair) -> None:
    for method, where, body, content_type in (
        ("GET", target("", query="ASK {"), b"", None),
        ("GET", target("", query="ASK {}") + "&query=ASK+%7B%7D", b"", None),
        ("POST", "", b"ASK {}", "text/plain"),
        ("POST", "", b"query=ASK%20%7B%7D&query=ASK%20%7B%7D", FORM),
        ("GET", target("", query="ASK {}"), b"", None),
        ("POST", "", b"query=ASK%20%7B%7D", FORM),
    ):
        mine = both.own(f"/sparql{where}", method, body, content_type)
        theirs = both.oracle(where, method, body, content_type)
        assert mine.status == theirs.status, (method, where, body)


# --- what differs, and why -----------------------------------------------------------------------


def test_a_triple_of_two_default_graphs_is_one(both: Pair) -> None:
    """The default graph is the merge of the graphs, a set; Oxigraph joins them end to end."""
    query = "SELECT ?o FROM <http://e/a> FROM <http://e/b> { ?s ?p ?o }"
    graph = ox.Store()
    graph.update(
        "INSERT DATA { GRAPH <http://e/a> { <x:s> <x:p> 1 } GRAPH <http://e/b> { <x:s> <x:p> 1 } }"
    )
    assert len(list(graph.query(query))) == 2  # type: ignore[arg-type]


def test_formats_that_only_we_refuse(both: Pair) -> None:
    """Oxigraph writes XML with characters that no reader of XML takes; we answer 406."""
    query = r'SELECT ("a\u0001" AS ?x) {}'
    accept = "application/sparql-results+xml"
    assert both.oracle("", "POST", query, QUERY, accept).status == 200
    assert both.own("/sparql", "POST", query, QUERY, accept).status == 406


def test_encodings_that_only_we_refuse(both: Pair) -> None:
    """Oxigraph passes over the charset of a body; what is no UTF-8 by its own words is 415 here."""
    kind = f"{QUERY}; charset=UTF-16"
    assert both.oracle("", "POST", b"ASK {}", kind).status == 200
    assert both.own("/sparql", "POST", b"ASK {}", kind).status == 415


def test_the_column_of_a_star(both: Pair) -> None:
    """The order of the columns of * is nobody's; ours is that of the query."""
    answer = both.own("/sparql", "POST", "SELECT * { ?z a ?m } LIMIT 1", QUERY, "text/csv")
    assert answer.body.startswith(b"z,m\r\n")


def test_a_method_that_is_not_allowed(both: Pair) -> None:
    """The resource is there, so RFC 9110 has 405 with Allow; Oxigraph says 404."""
    where = target("", query="ASK {}")
    assert both.oracle(where, "PUT").status == 404
    answer = both.own(f"/sparql{where}", "PUT")
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD, POST, OPTIONS")


def test_numbers_of_a_graph_from_an_endpoint(both: Pair, request: pytest.FixtureRequest) -> None:
    """The engine keeps literals by value, and what an endpoint constructs passes through it."""
    query, accept = "CONSTRUCT { ctd:a ct:b 1.50 } WHERE {}", "application/n-triples"
    assert b'"1.50"' in ask(both.oracle, "", query, accept).body
    expected = b'"1.5"' if "[endpoint" in request.node.name else b'"1.50"'
    assert expected in ask(both.own, "/sparql", query, accept).body
