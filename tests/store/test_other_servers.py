"""Servers of other makes: answers cut without a word, unions, results in other clothes, loading."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import Handler, Misbehave
from dispute_project import make_project
from other_server import JSON, answering

from ctgraph.errors import EndpointError
from ctgraph.query.checks import questions
from ctgraph.query.checks.run import check
from ctgraph.query.questions import Question, read_questions
from ctgraph.store.endpoint import push_graph, read_address, value_of
from ctgraph.store.endpoint.ask import fetch_answer
from ctgraph.store.endpoint.rewrite import read_from
from ctgraph.store.sparql.query import Query
from ctgraph.store.store import Store, open_store
from ctgraph.terms import MERGE, PREFIXES, ct

XML = "application/sparql-results+xml"


@pytest.fixture(scope="module")
def disputed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A graph whose merge leaves out what another source is preferred over."""
    with open_store(make_project(tmp_path_factory.mktemp("dispute")).root) as opened:
        yield opened


@pytest.fixture
def graph(disputed: Store) -> ox.Store:
    copied = ox.Store()
    copied.bulk_extend(disputed.quads())
    return copied


def rows_of(result: object) -> list[list[str]]:
    assert isinstance(result, ox.QuerySolutions)
    return [[str(term) for term in row] for row in result]


# Answers that are cut


@pytest.mark.parametrize(
    "headers", [{}, {"X-SPARQL-MaxRows": "500"}, {"X-Ctgraph-Partial": "rows"}]
)
def test_what_is_cut_is_fetched_in_pages(
    misbehave: Misbehave, disputed: Store, graph: ox.Store, headers: dict[str, str]
) -> None:
    url = misbehave(answering(graph, rows=500, headers=headers))
    with open_store(disputed.bundle.root, endpoint=url) as store:
        assert set(store.quads()) == set(graph)
        assert store.known_terms() == disputed.known_terms()
        text = "SELECT DISTINCT ?s ?p { GRAPH ?g { ?s ?p ?o } } ORDER BY ?s DESC(?p)"
        assert rows_of(store.query(text)) == rows_of(disputed.query(text))
        text += " LIMIT 700 OFFSET 11"
        assert rows_of(store.query(text)) == rows_of(disputed.query(text))
        triples = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
        assert set(store.construct(triples)) == set(disputed.construct(triples))


def test_rows_that_repeat_cannot_be_paged_and_are_refused(
    misbehave: Misbehave, disputed: Store, graph: ox.Store
) -> None:
    """Pages of an order made anew each time could hold one twice and another never."""
    url = misbehave(answering(graph, rows=500))
    with (
        open_store(disputed.bundle.root, endpoint=url) as store,
        pytest.raises(EndpointError, match=r"gives 500 of [\d,]+ rows") as caught,
    ):
        store.query("SELECT ?p { ?s ?p ?o }")
    assert caught.value.exit_code == 3


def test_pages_that_are_not_parts_of_one_order_are_refused(
    misbehave: Misbehave, disputed: Store, graph: ox.Store
) -> None:
    honest = answering(graph, rows=500)

    def act(handler: Handler) -> None:
        form = handler.form()
        handler.form = lambda: form.replace("OFFSET", "%23")  # type: ignore[method-assign]
        honest(handler)

    with (
        open_store(disputed.bundle.root, endpoint=misbehave(act)) as store,
        pytest.raises(EndpointError, match="no pages that make up the whole"),
    ):
        list(store.quads())


def test_an_answer_shorter_than_one_that_came_whole_is_asked_once(
    misbehave: Misbehave, disputed: Store, graph: ox.Store
) -> None:
    seen: list[str] = []
    with open_store(disputed.bundle.root, endpoint=misbehave(answering(graph, seen=seen))) as store:
        store.query("SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 300")
        before = len(seen)
        found = rows_of(store.query("SELECT ?claim { ?claim a ct:Claim }"))
    assert 0 < len(found) < 300
    assert len(seen) == before + 1


def test_an_answer_that_says_itself_that_it_is_cut(misbehave: Misbehave) -> None:
    cut = {"head": {"vars": ["x"]}, "results": {"bindings": [], "ctgraph:truncated": True}}
    body = json.dumps(cut).encode()
    url = misbehave(lambda handler: handler.answer(200, JSON, body))
    assert fetch_answer(read_address(url), "SELECT ?x { }").says_cut
    said = {"type": "literal", "value": '"ctgraph:truncated":true <!-- truncated at '}
    body = json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": [{"x": said}]}}).encode()
    url = misbehave(lambda handler: handler.answer(200, JSON, body))
    assert not fetch_answer(read_address(url), "SELECT ?x { }").says_cut


def test_what_cannot_be_counted_is_taken_where_longer_answers_come_whole(
    misbehave: Misbehave, disputed: Store, graph: ox.Store
) -> None:
    """As a query with relative IRIs, which only the server can read."""
    text = "SELECT ?claim { ?claim a ct:Claim . FILTER(?claim != <relative>) }"
    resolved = text.replace("<relative>", "<http://127.0.0.1/relative>")

    def relative(rows: int | None) -> str:
        honest = answering(graph, rows=rows)

        def act(handler: Handler) -> None:
            form = handler.form().replace(
                "%3Crelative%3E", "%3Chttp%3A%2F%2F127.0.0.1%2Frelative%3E"
            )
            handler.form = lambda: form  # type: ignore[method-assign]
            honest(handler)

        return misbehave(act)

    with open_store(disputed.bundle.root, endpoint=relative(None)) as store:
        assert sorted(rows_of(store.query(text))) == sorted(rows_of(disputed.query(resolved)))
    with (
        open_store(disputed.bundle.root, endpoint=relative(3)) as store,
        pytest.raises(EndpointError, match="may have cut the answer"),
    ):
        store.query(text)


# Default graphs


def test_a_default_graph_that_is_a_union_is_refused(
    misbehave: Misbehave, disputed: Store, graph: ox.Store
) -> None:
    url = misbehave(answering(graph, is_union=True))
    with (
        open_store(disputed.bundle.root, endpoint=url) as store,
        pytest.raises(EndpointError, match="ctgraph push"),
    ):
        store.ask("ASK { }")


def test_a_union_without_repetition_is_refused_for_what_the_merge_leaves_out(
    misbehave: Misbehave, disputed: Store, graph: ox.Store
) -> None:
    graph.extend([ox.Quad(quad.subject, quad.predicate, quad.object) for quad in graph])
    with (
        open_store(disputed.bundle.root, endpoint=misbehave(answering(graph))) as store,
        pytest.raises(EndpointError, match="not the merge"),
    ):
        store.ask("ASK { }")


def test_pushed_to_a_union_the_merge_has_a_graph_of_its_own(
    misbehave: Misbehave, disputed: Store
) -> None:
    there = ox.Store()
    address = read_address(misbehave(answering(there, is_union=True, rows=900)))
    steps: list[tuple[str, int]] = []
    pushed = push_graph(
        disputed.quads(), address, address, batch=700, progress=lambda *step: steps.append(step)
    )
    assert (pushed.ok, pushed.merge) == (True, MERGE)
    assert pushed.sha256 == pushed.found_sha256 == disputed.counts().graph_hash
    assert steps[-1] == ("verify", pushed.statements)
    with open_store(disputed.bundle.root, endpoint=address.url) as store:
        assert set(store.quads()) == set(disputed.quads())
        assert store.counts().triples == disputed.counts().triples
        text = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"
        assert rows_of(store.query(text)) == rows_of(disputed.query(text))
        assert check(store, only="answers").findings == ()


def test_pushed_where_the_default_graph_is_one_it_goes_there(
    misbehave: Misbehave, disputed: Store
) -> None:
    there = ox.Store()
    foreign = ox.Quad(ct.Claim, ct.quote, ox.Literal("theirs"), ox.NamedNode("urn:theirs"))
    there.add(foreign)
    address = read_address(misbehave(answering(there)))
    assert push_graph(disputed.quads(), address, address).merge == ""
    assert set(there) == {*disputed.quads(), foreign}
    with pytest.raises(EndpointError, match="--replace"):
        push_graph(disputed.quads(), address, address)
    stale = ox.Quad(ct.Claim, ct.quote, ox.Literal("old"))
    there.add(stale)
    assert push_graph(disputed.quads(), address, address, replace=True).ok
    assert set(there) == {*disputed.quads(), foreign}


def test_a_push_tells_what_stands_there_otherwise(misbehave: Misbehave, disputed: Store) -> None:
    there = ox.Store()
    honest = answering(there)

    def act(handler: Handler) -> None:
        form = handler.form().replace("2023", "2022")
        handler.form = lambda: form  # type: ignore[method-assign]
        honest(handler)

    address = read_address(misbehave(act))
    pushed = push_graph(disputed.quads(), address, address)
    assert not pushed.ok
    assert pushed.sha256 != pushed.found_sha256
    assert any("2023" in one for one in pushed.missing)
    assert any("2022" in one for one in pushed.added)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT ?s { ?s ?p ?o }", "SELECT ?s { GRAPH <urn:m> { ?s ?p ?o } }"),
        (
            "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } } LIMIT 1",
            "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH <urn:m> "
            "{ GRAPH ?g { ?s ?p ?o } FILTER(?g != <urn:m>) } } LIMIT 1",
        ),
        ("SELECT ?s FROM <urn:x> { ?s ?p ?o }", "SELECT ?s FROM <urn:x> { ?s ?p ?o }"),
        (
            "ASK { ?s ?p '}' } VALUES ?s { 1 }",
            "ASK { GRAPH <urn:m> { ?s ?p '}' } } VALUES ?s { 1 }",
        ),
    ],
)
def test_the_merge_is_named_in_every_query(text: str, expected: str) -> None:
    assert read_from(Query(text), "urn:m").text == expected


# The same questions


def test_answers_that_differ_are_told(
    misbehave: Misbehave, disputed: Store, graph: ox.Store
) -> None:
    def dress(body: bytes) -> bytes:
        return body.replace(b"notice", b"notise")

    url = misbehave(answering(graph, dress=dress))
    with open_store(disputed.bundle.root, endpoint=url) as store:
        found = check(store, only="answers").findings
    told = {finding.subject: finding.message.en for finding in found}
    assert "sources" in told
    assert "are missing" in told["sources"]
    assert {finding.rule for finding in found} == {"answer-differs"}
    assert "partners" not in told


def test_a_server_that_ends_at_a_question_is_told_of_that_alone(
    misbehave: Misbehave, disputed: Store, graph: ox.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one whose worker dies and is started anew. If it stays away, nothing can be told."""
    real, gone = questions._values, {"partners"}

    def values(store: Store, question: Question) -> list[tuple[str, ...]]:
        if store.kind == "endpoint" and question.name in gone:
            raise EndpointError("endpoint-connection-refused", url="http://127.0.0.1/")
        return real(store, question)

    monkeypatch.setattr(questions, "_values", values)
    with open_store(disputed.bundle.root, endpoint=misbehave(answering(graph))) as store:
        (finding,) = check(store, only="answers").findings
        assert finding.subject == "partners"
        assert "refused" in finding.message.en
        gone.update(read_questions(disputed.bundle))
        with pytest.raises(EndpointError, match="refused"):
            check(store, only="answers")


def test_another_graph_is_not_compared(misbehave: Misbehave, disputed: Store, mini: Path) -> None:
    other = ox.Store()
    with open_store(mini) as small:
        other.bulk_extend(small.quads())
    with open_store(disputed.bundle.root, endpoint=misbehave(answering(other))) as store:
        (finding,) = check(store, only="answers").findings
    assert "its answers cannot be compared" in finding.message.en


# Results in other clothes

ROW = {"x": {"type": "typed-literal", "datatype": PREFIXES["xsd"] + "integer", "value": "1"}}
XML_ROW = (
    '<?xml version="1.0"?><s:sparql xmlns:s="http://www.w3.org/2005/sparql-results#">'
    '<s:head><s:variable name="x"/><s:link href="about.rdf"/></s:head>'
    '<s:results distinct="false" ordered="true"><s:result><s:binding name="x">'
    '<s:literal datatype="http://www.w3.org/2001/XMLSchema#integer">1</s:literal></s:binding>'
    "</s:result></s:results></s:sparql>"
)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        (JSON, {"head": {"vars": ["x"]}, "results": {"bindings": [ROW]}, "metadata": {"n": [1]}}),
        (JSON, {"results": {"bindings": [ROW]}, "head": {"vars": ["x"]}}),
        (
            JSON,
            {
                "head": {"link": [], "vars": ["x"]},
                "results": {"distinct": False, "bindings": [ROW]},
            },
        ),
        (
            JSON,
            {
                "extra": 1,
                "head": {"vars": ["x"]},
                "results": {"bindings": [{"x": {**ROW["x"], "y": 2}}]},
            },
        ),
        (XML, XML_ROW),
        ("text/tab-separated-values", "?x\n1\n"),
    ],
)
def test_rows_in_other_clothes(misbehave: Misbehave, content_type: str, body: object) -> None:
    sent = body if isinstance(body, str) else json.dumps(body)
    url = misbehave(lambda handler: handler.answer(200, content_type, sent.encode()))
    found = fetch_answer(read_address(url), "SELECT ?x { }")
    assert rows_of(found.result) == [[str(ox.Literal(1))]]
    assert found.rows == 1


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"boolean": True, "head": {}, "metadata": {}}, True),
        (
            {
                "head": {"vars": ["__ASK_RETVAL"]},
                "results": {"bindings": [{"__ASK_RETVAL": ROW["x"]}]},
            },
            True,
        ),
        (
            {
                "head": {"vars": ["__ASK_RETVAL"]},
                "results": {"bindings": [{"__ASK_RETVAL": {**ROW["x"], "value": "0"}}]},
            },
            False,
        ),
    ],
)
def test_truth_in_other_clothes(misbehave: Misbehave, body: object, expected: bool) -> None:
    url = misbehave(lambda handler: handler.answer(200, JSON, json.dumps(body).encode()))
    assert bool(fetch_answer(read_address(url), "ASK { }").result) is expected


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        (
            JSON,
            '{"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"value": "1"}}]}, "m": 1}',
        ),
        (JSON, '{"head": {"vars": ["x"]}, "results": {"bindings": [{"x": 1}]}, "m": 1}'),
        (JSON, '{"head": {}, "results": {"bindings": []}, "m": 1}'),
        (XML, XML_ROW[:-20]),
        ("text/tab-separated-values", "x y\n\n\n1"),
    ],
)
def test_what_is_in_no_clothes_is_refused(
    misbehave: Misbehave, content_type: str, body: str
) -> None:
    url = misbehave(lambda handler: handler.answer(200, content_type, body.encode()))
    with pytest.raises(EndpointError, match="cut off or malformed"):
        fetch_answer(read_address(url), "SELECT ?x { }")


@pytest.mark.parametrize(
    ("one", "other"),
    [("1", "true"), ("0", "false")],
)
def test_truth_values_are_compared_as_such(one: str, other: str) -> None:
    boolean = ox.NamedNode(PREFIXES["xsd"] + "boolean")
    assert value_of(ox.Literal(one, datatype=boolean)) == value_of(
        ox.Literal(other, datatype=boolean)
    )
    assert value_of(ox.Literal(one)) != value_of(ox.Literal(one, datatype=boolean))


def test_descriptions_are_those_of_the_engine_in_memory(
    misbehave: Misbehave, disputed: Store, graph: ox.Store
) -> None:
    url = misbehave(answering(graph, rows=60))
    queries = [
        "DESCRIBE ctd:workshop",
        "DESCRIBE ?x { ?x a ct:Activity }",
        "DESCRIBE ctd:institute ?x WHERE { ?x ct:source ?y } LIMIT 2",
        "CONSTRUCT { ?x ct:quote [ ct:gloss ?q ] } WHERE { ?x ct:quote ?q }",
        "CONSTRUCT { ctd:a ct:gloss 1 } WHERE { ?x a ct:Claim }",
        "CONSTRUCT { ?q ct:gloss ?x } WHERE { ?x ct:quote ?q }",
    ]
    with open_store(disputed.bundle.root, endpoint=url) as store:
        for text in queries:
            if "LIMIT" in text:
                assert list(store.construct(text))
                continue
            mine, its = list(disputed.construct(text)), list(store.construct(text))
            if "[" in text:
                assert len(set(its)) == len(its) == len(mine)
            else:
                assert set(its) == set(mine)
