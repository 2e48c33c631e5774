"""The SPARQL 1.1 Protocol: the cases of the W3C's list of tests, and faults that servers have.

The cases follow the proposed protocol tests of the SPARQL working group
(https://www.w3.org/2009/sparql/docs/tests/data-sparql11/protocol/) by name; those of updates are
in test_updates.py.
"""

from __future__ import annotations

import json
import re
import xml.dom.minidom
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox
import pytest
from conftest import ServeQuads
from service import FORM, QUERY, UPDATE, Send, target, through_handlers, through_http
from serving import Response, running

from ctgraph.service.handler import Limits, Request
from ctgraph.store.project import Bundle
from ctgraph.store.store import Store, open_store

E = "http://www.example.org/"
QUADS = "".join(
    f"<{E}data{number}.rdf> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
    f"<http://xmlns.com/foaf/0.1/Document> {graph}.\n"
    for number in range(4)
    for graph in ("", f"<{E}data{number}.rdf> ")
).encode()


@pytest.fixture(scope="module", params=["memory", "endpoint", "http"])
def send(
    request: pytest.FixtureRequest, mini_bundle: Bundle, mini: Path, serve_quads: ServeQuads
) -> Iterator[Send]:
    """The W3C's four documents, each in its graph and all in the default graph.

    They are asked in memory, at an endpoint, and through a whole server.
    """
    if request.param == "memory":
        graph = ox.Store()
        graph.load(QUADS, ox.RdfFormat.N_QUADS)
        yield through_handlers(Store("memory", "w3c", mini_bundle, graph=graph))
        return
    url = serve_quads(QUADS)
    if request.param == "endpoint":
        with open_store(mini, endpoint=url) as opened:
            yield through_handlers(opened)
        return
    with running("--project", str(mini), "--endpoint", url) as server:
        yield through_http(server.url.rstrip("/"))


@pytest.fixture(scope="module")
def own(graph_store: Store) -> Send:
    """Requests about the graph that comes with the package."""
    return through_handlers(graph_store)


def truth(answer: Response) -> bool:
    assert answer.status == 200, answer.body
    found = json.loads(answer.body)["boolean"]
    assert isinstance(found, bool)
    return found


# --- the W3C's cases -----------------------------------------------------------------------------


class Bad(NamedTuple):
    name: str
    status: int
    target: str
    method: str = "GET"
    body: bytes = b""
    content_type: str | None = None


ASK = target("/sparql", query="ASK {}")
UTF_16 = "ASK {}".encode("utf-16")
BAD = [
    Bad("bad_query_method", 405, ASK, "PUT"),
    Bad("bad_multiple_queries", 400, ASK + "&query=SELECT%20%2A%20%7B%7D"),
    Bad("bad_query_wrong_media_type", 415, "/sparql", "POST", b"ASK {}", "text/plain"),
    Bad("bad_query_missing_form_type", 415, "/sparql", "POST", b"query=ASK%20%7B%7D"),
    Bad("bad_query_missing_direct_type", 415, "/sparql", "POST", b"ASK {}"),
    Bad("bad_query_non_utf8", 415, "/sparql", "POST", UTF_16, f"{QUERY}; charset=UTF-16"),
    Bad("bad_query_syntax", 400, target("/sparql", query="ASK {")),
    Bad("bad_update_get", 400, target("/sparql", update="CLEAR ALL")),
    Bad(
        "bad_multiple_updates",
        400,
        "/sparql",
        "POST",
        b"update=CLEAR%20NAMED&update=CLEAR%20DEFAULT",
        FORM,
    ),
    Bad("bad_update_wrong_media_type", 415, "/sparql", "POST", b"CLEAR NAMED", "text/plain"),
    Bad("bad_update_missing_form_type", 415, "/sparql", "POST", b"update=CLEAR%20NAMED"),
    Bad("bad_update_missing_direct_type", 415, "/sparql", "POST", b"CLEAR NAMED"),
    Bad("bad_update_non_utf8", 415, "/sparql", "POST", UTF_16, f"{UPDATE}; charset=UTF-16"),
    # Beyond the list.
    Bad("a query and an update", 400, ASK, "POST", b"update=CLEAR%20ALL", FORM),
    Bad("a query in both places", 400, ASK, "POST", b"ASK {}", QUERY),
    Bad("no query", 400, target("/sparql", ("default-graph-uri", f"{E}data1.rdf"))),
    Bad("no query in a form", 400, "/sparql", "POST", b"", FORM),
    Bad("an empty query", 400, "/sparql?query="),
    Bad("a file to upload", 415, "/sparql", "POST", b"ASK {}", "multipart/form-data; boundary=x"),
    Bad("a broken media type", 415, "/sparql", "POST", b"ASK {}", "application/"),
    Bad("bytes that are no text", 400, "/sparql", "POST", b"ASK {} #\xff", QUERY),
    Bad("escapes that are no text", 400, "/sparql", "POST", b"query=ASK%20%7B%7D%23%FF", FORM),
    Bad("a form without end", 400, "/sparql", "POST", b"a=1&" * 2000 + b"query=ASK%7B%7D", FORM),
    Bad("a relative graph", 400, ASK + "&default-graph-uri=data1.rdf"),
    Bad("a graph of updates", 400, ASK + f"&using-graph-uri={E}data1.rdf"),
    Bad("a named graph of updates", 400, ASK + f"&using-named-graph-uri={E}data1.rdf"),
    Bad("less than no time", 400, ASK + "&timeout=-1"),
    Bad("endless time", 400, ASK + "&timeout=inf"),
    Bad("nonsense for time", 400, ASK + "&timeout=soon"),
    Bad("nonsense for partial", 400, ASK + "&partial=maybe"),
    Bad("an unknown format", 400, ASK + "&format=yaml"),
    Bad("an update as a query", 403, target("/sparql", query="CLEAR ALL")),
    Bad("an update in a form", 403, "/sparql", "POST", b"update=CLEAR%20ALL", FORM),
    Bad("an update as it is", 403, "/sparql", "POST", b"CLEAR ALL", UPDATE),
    Bad(
        "another server",
        403,
        target("/sparql", query="ASK { SERVICE <http://e/> { ?s ?p ?o } }"),
    ),
    Bad("a file", 403, target("/sparql", query="ASK FROM <file:///etc/passwd> { ?s ?p ?o }")),
    Bad("a file as a parameter", 403, ASK + "&default-graph-uri=file:///etc/passwd"),
    Bad("a file as a graph", 403, ASK + "&named-graph-uri=FILE:///etc/passwd"),
]


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.name)
def test_bad_requests(send: Send, case: Bad) -> None:
    answer = send(case.target, case.method, case.body, case.content_type)
    assert answer.status == case.status, answer.body
    assert answer.body, "it says what is wrong"
    if case.status == 405:
        assert answer.headers["allow"] == "GET, HEAD, POST, OPTIONS"
    if case.status == 415:
        assert QUERY in answer.headers["accept-post"]


def test_a_byte_order_mark_of_a_file_that_is_sent(send: Send) -> None:
    assert truth(send("/sparql", "POST", "\ufeffASK {}", QUERY))
    assert truth(send("/sparql", "POST", "query=%EF%BB%BFASK%20%7B%7D", FORM))


def test_a_syntax_error_says_where(send: Send) -> None:
    answer = send("/sparql", "POST", "SELECT *\n{ ?s ?p }", QUERY)
    assert answer.status == 400
    assert b"line 2, column 9" in answer.body


GRAPHS = {
    "query_dataset_default_graph": (
        f"ASK {{ <{E}data1.rdf> a ?type . FILTER NOT EXISTS {{ <{E}data2.rdf> a ?type }} }}",
        ["data1"],
        [],
    ),
    "query_dataset_default_graphs": (
        f"ASK {{ <{E}data1.rdf> a ?type . <{E}data2.rdf> a ?type "
        f"FILTER NOT EXISTS {{ <{E}data3.rdf> a ?type }} }}",
        ["data1", "data2"],
        [],
    ),
    "query_dataset_named_graphs": (
        f"ASK {{ GRAPH ?a {{ <{E}data1.rdf> a ?t }} GRAPH ?b {{ <{E}data2.rdf> a ?t }} "
        f"FILTER NOT EXISTS {{ GRAPH ?c {{ <{E}data3.rdf> a ?t }} }} "
        "FILTER NOT EXISTS { ?s ?p ?o } }",
        [],
        ["data1", "data2"],
    ),
    "query_dataset_full": (
        f"ASK {{ <{E}data3.rdf> a ?t . GRAPH ?g {{ <{E}data1.rdf> a ?t }} "
        f"FILTER NOT EXISTS {{ <{E}data1.rdf> a ?t }} "
        f"FILTER NOT EXISTS {{ GRAPH ?h {{ <{E}data3.rdf> a ?t }} }} }}",
        ["data3"],
        ["data1", "data2"],
    ),
    # The protocol's graphs go before those of the query.
    "query_multiple_dataset": (
        f"ASK FROM <{E}data1.rdf> {{ <{E}data2.rdf> a ?t "
        f"FILTER NOT EXISTS {{ <{E}data1.rdf> a ?t }} }}",
        ["data2"],
        [],
    ),
    "a graph that is not there is empty": ("ASK { FILTER NOT EXISTS { ?s ?p ?o } }", ["none"], []),
}


@pytest.mark.parametrize("way", ["get", "form", "direct"])
@pytest.mark.parametrize("name", list(GRAPHS))
def test_datasets(send: Send, name: str, way: str) -> None:
    query, default, named = GRAPHS[name]
    pairs = [("default-graph-uri", f"{E}{one}.rdf") for one in default]
    pairs += [("named-graph-uri", f"{E}{one}.rdf") for one in named]
    if way == "get":
        answer = send(target("/sparql", *pairs, query=query))
    elif way == "form":
        form = target("", *pairs, query=query)[1:]
        answer = send("/sparql", "POST", form, FORM)
    else:
        answer = send(target("/sparql", *pairs), "POST", query, QUERY)
    assert truth(answer)


@pytest.mark.parametrize(
    ("name", "answered"),
    [
        ("query_get", ("GET", ASK, b"", None)),
        ("query_post_form", ("POST", "/sparql", b"query=ASK%20%7B%7D", FORM)),
        ("query_post_direct", ("POST", "/sparql", b"ASK {}", QUERY)),
        ("a charset", ("POST", "/sparql", b"ASK {}", f"{QUERY}; charset=UTF-8")),
        ("a form's charset", ("POST", "/sparql", b"query=ASK+%7B%7D", f'{FORM};charset="utf-8"')),
        ("unknown parameters", ("GET", ASK + "&_=17&callback=evil", b"", None)),
        ("time", ("GET", ASK + "&timeout=2.5", b"", None)),
        ("HEAD", ("HEAD", ASK, b"", None)),
    ],
)
def test_ways_to_ask(send: Send, name: str, answered: tuple[str, str, bytes, str | None]) -> None:
    method, where, body, content_type = answered
    answer = send(where, method, body, content_type)
    assert answer.status == 200, name
    assert answer.media_type == "application/sparql-results+json"


def test_options(send: Send) -> None:
    answer = send("/sparql", "OPTIONS")
    assert answer.status == 204
    assert answer.headers["allow"] == "GET, HEAD, POST, OPTIONS"


SELECT_TYPES = {"json", "xml", "csv", "tsv"}
TYPES: dict[str, tuple[str, dict[str, str]]] = {
    "query_content_type_select": (
        "SELECT (1 AS ?value) {}",
        {
            "json": "application/sparql-results+json",
            "xml": "application/sparql-results+xml",
            "csv": "text/csv",
            "tsv": "text/tab-separated-values",
            "html": "text/html",
        },
    ),
    "query_content_type_ask": (
        "ASK {}",
        {
            "json": "application/sparql-results+json",
            "xml": "application/sparql-results+xml",
            "html": "text/html",
        },
    ),
    "query_content_type_describe": (
        "DESCRIBE <http://example.org/>",
        {
            "ttl": "text/turtle",
            "nt": "application/n-triples",
            "jsonld": "application/ld+json",
            "rdf": "application/rdf+xml",
            "trig": "application/trig",
            "nq": "application/n-quads",
            "html": "text/html",
        },
    ),
    # Its IRIs are relative, and the endpoint is their base.
    "query_content_type_construct": (
        "CONSTRUCT { <s> <p> 1 } WHERE {}",
        {"ttl": "text/turtle", "nt": "application/n-triples", "rdf": "application/rdf+xml"},
    ),
}


@pytest.mark.parametrize("name", list(TYPES))
def test_content_types(send: Send, name: str) -> None:
    query, types = TYPES[name]
    first = next(iter(types.values()))
    assert send(target(query=query)).media_type == first
    assert send(target(query=query), accept="*/*").media_type == first
    for short, media_type in types.items():
        accepted = send(target(query=query), accept=f"image/png, {media_type};q=0.1")
        assert (accepted.status, accepted.media_type) == (200, media_type)
        assert "Accept" in accepted.headers["vary"].split(", ")
        for parameter in ("format", "output"):
            named = send(target("/sparql", (parameter, short), query=query), accept="image/png")
            assert (named.status, named.media_type) == (200, media_type)


def test_relative_iris(send: Send) -> None:
    query = "CONSTRUCT { <s> <p> <../o> } WHERE {}"
    answer = send(target(query=query, format="nt"))
    assert re.fullmatch(rb"<(http://[^/]*/)s> <\1p> <\1o> \.\n", answer.body)
    answer = send(target(query="BASE <http://e/> " + query, format="nt"))
    assert answer.body == b"<http://e/s> <http://e/p> <http://e/o> .\n"
    assert b"line 1, column 15" in send(target(query="ASK { <s> <p> }")).body


# --- faults that servers have --------------------------------------------------------------------


def test_an_impossible_accept_gets_no_xml(send: Send) -> None:
    for query in ("ASK {}", "SELECT * {}", "DESCRIBE <http://e/>"):
        answer = send(target(query=query), accept="image/png")
        assert answer.status == 406
        assert b"Accept one of:" in answer.body
    assert send(target(query="SELECT * {}"), accept="text/turtle").status == 406
    assert send(target(query="DESCRIBE <http://e/>"), accept="text/csv").status == 406


@pytest.mark.parametrize(
    "text", ["%41", "+", "a+b", "%2B", "%25", "a%20b", "&query=x", "=", "テロ"]
)
def test_nothing_is_decoded_twice(send: Send, text: str) -> None:
    query = f'SELECT ("{text}" AS ?x) {{}}'
    answers = (
        send(target(query=query, format="csv")),
        send("/sparql", "POST", target("", query=query, format="csv")[1:], FORM),
        send(target(format="csv"), "POST", query, QUERY),
    )
    for answer in answers:
        assert answer.body.decode() == f"x\r\n{text}\r\n"


def test_raw_letters_in_a_form(send: Send) -> None:
    body = 'format=csv&query=SELECT ("テロ" AS ?x) {}'
    assert send("/sparql", "POST", body, FORM).body.decode() == "x\r\nテロ\r\n"


def test_an_error_of_the_engine_is_an_error(own: Send) -> None:
    """Never 200 with the error in the rows."""
    for name in ("csv", "tsv", "json", "xml"):
        answer = own(target(query="SELECT * { ?s ?p ?o } ORDER BY", format=name))
        assert answer.status == 400


@pytest.mark.parametrize(
    "opening", ["{", "(", "[", "([ ct:x ", "{ ?s ?p ?o FILTER(1=", "SELECT * {"]
)
def test_brackets_without_end(send: Send, opening: str) -> None:
    """Engines run out of stack; a process that dies of it is no answer."""
    answer = send("/sparql", "POST", "SELECT * { ?s ?p ?o . " + opening * 20_000, QUERY)
    assert answer.status == 400
    assert b"nested deeper than 64" in answer.body


@pytest.mark.parametrize(
    ("opening", "middle", "end"),
    [
        ("(", "1", ")"),
        ("(", "", ")"),
        ("[ ct:x ", "1", "]"),
        ("([ ct:x ", "1", "])"),
        ("<< ?a ct:x ", "?b", ">>"),
    ],
)
def test_lists_in_lists(send: Send, opening: str, middle: str, end: str) -> None:
    """What an engine would plan for minutes is refused; what is less deep is answered."""
    depth = 65 // max(1, sum(map(opening.count, ("(", "[", "<<")))) + 1
    deep = f"ASK {{ ?s ?p {opening * depth}{middle}{end * depth} }}"
    answer = send("/sparql", "POST", deep, QUERY)
    assert answer.status == 400
    assert b"nested deeper than 64" in answer.body
    # The braces are open too.
    less = 62 * depth // 66
    fine = f"ASK {{ ?s ?p {opening * less}{middle}{end * less} }}"
    assert b"nested" not in send("/sparql", "POST", fine, QUERY).body


def test_a_query_that_is_mostly_data(send: Send) -> None:
    data = " ".join(f"({number})" for number in range(20_000))
    answer = send("/sparql", "POST", f"SELECT * {{ VALUES (?x) {{ {data} }} }}", f"{QUERY}")
    assert answer.status == 200
    assert len(values(answer)) == 20_000


# --- limits --------------------------------------------------------------------------------------

ROWS = "SELECT ?s ?o { ?s a ?c . ?o a ?d }"
SMALL = Limits(rows=7)


@pytest.fixture(scope="module")
def small(graph_store: Store) -> Send:
    return through_handlers(graph_store, SMALL)


def values(answer: Response) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(answer.body)["results"]["bindings"]
    return found


def test_a_cut_answer_says_so(small: Send) -> None:
    answer = small(target(query=ROWS))
    assert answer.status == 200
    assert answer.headers["x-ctgraph-partial"] == "rows"
    head = json.loads(answer.body)["head"]
    assert head == {"vars": ["s", "o"], "ctgraph:truncated": True, "ctgraph:limit": 7}
    assert len(values(answer)) == 7
    parsed = ox.parse_query_results(answer.body, ox.QueryResultsFormat.JSON)
    assert len(list(parsed)) == 7  # type: ignore[arg-type]


def test_a_cut_page_says_so(small: Send) -> None:
    answer = small(target(query=ROWS, format="html"))
    assert answer.headers["x-ctgraph-partial"] == "rows"
    assert "Only the first 7 are shown" in answer.body.decode()
    assert answer.body.count(b"<tr>") == 8


@pytest.mark.parametrize("name", ["csv", "tsv", "xml"])
def test_what_cannot_say_so_is_refused(small: Send, name: str) -> None:
    answer = small(target(query=ROWS, format=name))
    assert answer.status == 403
    assert answer.headers["x-ctgraph-partial"] == "refused; rows"
    assert b"partial=ok" in answer.body
    agreed = small(target(query=ROWS, format=name, partial="ok"))
    assert agreed.headers["x-ctgraph-partial"] == "rows"
    assert count(agreed.body, name) == 7


def count(body: bytes, name: str) -> int:
    if name == "xml":
        return len(xml.dom.minidom.parseString(body).getElementsByTagName("result"))
    return len(body.decode().splitlines()) - 1


@pytest.mark.parametrize("name", ["ttl", "nt", "jsonld", "rdf", "trig", "nq"])
def test_graphs_are_refused_too(small: Send, name: str) -> None:
    query = "CONSTRUCT { ?s a ?c } WHERE { ?s a ?c }"
    assert small(target(query=query, format=name)).status == 403
    agreed = small(target(query=query, format=name, partial="ok"))
    assert agreed.headers["x-ctgraph-partial"] == "rows"
    kind = ox.RdfFormat.from_media_type(agreed.media_type)
    assert len(list(ox.parse(agreed.body, kind))) == 7


@pytest.mark.parametrize("query", [ROWS, ROWS + " LIMIT 8", ROWS + " LIMIT 80 OFFSET 2"])
def test_one_row_too_many(small: Send, query: str) -> None:
    assert small(target(query=query, format="csv")).status == 403


@pytest.mark.parametrize("name", ["csv", "tsv", "xml", "json"])
@pytest.mark.parametrize("query", [ROWS + " LIMIT 7", ROWS + " LIMIT 0", "ASK {}"])
def test_what_is_within_the_limit_is_whole(small: Send, query: str, name: str) -> None:
    answer = small(target(query=query, format=name))
    assert answer.status == 200
    assert "x-ctgraph-partial" not in answer.headers


@pytest.mark.parametrize("name", ["csv", "tsv", "xml", "json", "nt", "ttl", "rdf", "jsonld"])
def test_bytes_are_a_limit(graph_store: Store, name: str) -> None:
    limits = Limits(bytes=20_000)
    send = through_handlers(graph_store, limits)
    is_table = name in SELECT_TYPES
    query = ROWS if is_table else "CONSTRUCT WHERE { ?s a ?c ; ?p ?o }"
    if name != "json":
        assert send(target(query=query, format=name)).status == 403
    answer = send(target(query=query, format=name, partial="ok"))
    assert answer.headers["x-ctgraph-partial"] == "bytes"
    assert 10_000 < len(answer.body) < 20_200
    if is_table:
        assert len(read_rows(answer.body, name)) > 50
    else:
        assert (
            len(list(ox.parse(answer.body, ox.RdfFormat.from_media_type(answer.media_type)))) > 50
        )


# Values that look like what parts rows in some format.
AWKWARD = (
    '"}},{\\"s\\":{"',
    '",{"',
    '"[{},{}]"',
    '",{}"',
    r'"a,{\"b"',
    r'"\"\r\n\"\"\n"',
    r'"</result><result>"',
    r'"\t\\"',
    '"<&>"@en',
    "<http://e/,%7B>",
    "UNDEF",
)


@pytest.mark.parametrize("name", sorted(SELECT_TYPES))
@pytest.mark.parametrize("most", [0, 1, 5, 10, 21])
def test_values_that_look_like_rows(mini_store: Store, name: str, most: int) -> None:
    block = f"VALUES ?x {{ {' '.join(AWKWARD)} }} VALUES ?y {{ 1 UNDEF }}"
    query = f"SELECT ?x ?y {{ {block} }}"
    whole = through_handlers(mini_store)(target(query=query, format=name))
    part = through_handlers(mini_store, Limits(rows=most))(
        target(query=query, format=name, partial="ok")
    )
    assert "x-ctgraph-partial" not in whole.headers
    assert part.headers["x-ctgraph-partial"] == "rows"
    assert read_rows(part.body, name) == read_rows(whole.body, name)[:most]
    assert len(read_rows(whole.body, name)) == 2 * len(AWKWARD)


def read_rows(body: bytes, name: str) -> list[list[str]]:
    if name == "csv":
        import csv
        import io

        return list(csv.reader(io.StringIO(body.decode(), newline="")))[1:]
    if name == "xml":
        kind = ox.QueryResultsFormat.XML
    else:
        kind = ox.QueryResultsFormat.JSON if name == "json" else ox.QueryResultsFormat.TSV
    rows = ox.parse_query_results(body, kind)
    assert isinstance(rows, ox.QuerySolutions)
    return [[str(term) for term in row] for row in rows]


def test_rows_without_a_column(mini_store: Store) -> None:
    query = "SELECT * { VALUES () { () () () } }"
    for name in SELECT_TYPES:
        part = through_handlers(mini_store, Limits(rows=2))(
            target(query=query, format=name, partial="ok")
        )
        assert part.headers["x-ctgraph-partial"] == "rows"
    cut = through_handlers(mini_store, Limits(rows=2))(target(query=query))
    assert values(cut) == [{}, {}]


# --- formats -------------------------------------------------------------------------------------


def test_what_xml_cannot_hold(mini_store: Store) -> None:
    send = through_handlers(mini_store)
    query = r'SELECT ("a\u0001" AS ?x) {}'
    assert send(target(query=query, format="xml")).status == 406
    assert send(target(query=query, format="json")).status == 200
    graph = r'CONSTRUCT { <http://e/s> <http://e/p> "a\u0001" } {}'
    assert send(target(query=graph, format="rdf")).status == 406
    assert send(target(query=graph, format="ttl")).status == 200
    nameless = "CONSTRUCT { <http://e/s> <http://e/1> 1 } {}"
    assert b"does not end in a name" in send(target(query=nameless, format="rdf")).body


def test_xml_keeps_line_ends(mini_store: Store) -> None:
    send = through_handlers(mini_store)
    answer = send(target(query=r'SELECT ("a\r\nb\rc" AS ?x) {}', format="xml"))
    document = xml.dom.minidom.parseString(answer.body)
    node = document.getElementsByTagName("literal")[0].firstChild
    assert node is not None
    assert node.nodeValue == "a\r\nb\rc"


def test_turtle_is_made_for_reading(own: Send) -> None:
    text = own(target(query="DESCRIBE ctd:jpn ctd:unodc", format="ttl")).body.decode()
    prefixes = re.findall(r"^@prefix (\w+):", text, re.MULTILINE)
    assert prefixes == sorted(prefixes)
    assert "dcat" not in prefixes
    assert "\n\nctd:jpn a ct:Actor , ct:State ;\n" in text
    assert "\n\nctd:unodc a " in text


def test_no_triple_comes_twice(own: Send) -> None:
    query = "CONSTRUCT { ?c a ct:Claim } WHERE { ?c a ct:Claim ; ?p ?o }"
    lines = own(target(query=query, format="nt")).body.splitlines()
    assert len(lines) == len(set(lines)) > 100


def test_columns_of_a_star_have_an_order(own: Send) -> None:
    query = "SELECT * { ?z a ?m . ?z skos:prefLabel ?a } LIMIT 1"
    assert own(target(query=query, format="csv")).body.startswith(b"z,m,a\r\n")


@pytest.mark.parametrize("name", ["ttl", "nt", "jsonld", "rdf", "trig", "nq"])
def test_blank_nodes_have_the_same_names_each_time(graph_store: Store, name: str) -> None:
    query = """CONSTRUCT { ?x ct:gloss [ ct:quote ?q , "_:b1" ] , _:one . _:one ct:gloss _:one }
        WHERE { SELECT ?x ?q { ?x a ct:Claim ; ct:quote ?q } ORDER BY ?x LIMIT 3 }"""
    send = through_handlers(graph_store)
    first, second = (send(target(query=query, format=name)).body for _ in range(2))
    assert first == second
    suffix = {"rdf": ox.RdfFormat.RDF_XML, "jsonld": ox.RdfFormat.JSON_LD}
    kind = suffix.get(name) or ox.RdfFormat.from_extension(name)
    triples = [quad.triple for quad in ox.parse(first, kind)]
    nodes = {one.subject for one in triples if isinstance(one.subject, ox.BlankNode)}
    assert (len(triples), len(nodes)) == (15, 6)
    assert sum(one.object == ox.Literal("_:b1") for one in triples) == 3


@pytest.mark.parametrize("word", ["NOW()", "RAND()", "UUID()", "STRUUID()", "BNODE()"])
def test_what_differs_each_time_is_not_kept(graph_store: Store, word: str) -> None:
    from ctgraph.service.sparql.protocol import sparql

    def may_keep(query: str) -> bool:
        request = Request(path="/sparql", query=[("query", query)])
        return sparql(graph_store, request, Limits()).may_keep

    assert not may_keep(f"SELECT ({word} AS ?x) {{}}")
    assert may_keep("SELECT (1 AS ?x) {}")
