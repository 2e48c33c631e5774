"""Requests of the clients of this trade, as they were seen on the wire or stand in their sources.

rdflib is here and asks a real server. The others are data: which forms of query they ask, in which
ways, with which header Accept and which fields beside the query, and what they are to get.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from serving import Running, running
from test_web import MINI, WITH_TESTS, Front, field

QUERIES = {
    "SELECT": "SELECT ?x { ?x a ct:State } ORDER BY ?x",
    "ASK": "ASK { ?x a ct:State }",
    "CONSTRUCT": "CONSTRUCT WHERE { ?x a ct:State }",
    "DESCRIBE": "DESCRIBE ctd:jpn",
}
TABLES = ("SELECT", "ASK")
GRAPHS = ("CONSTRUCT", "DESCRIBE")
WAYS = ("get", "form", "direct")

JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
CSV, TSV = "text/csv", "text/tab-separated-values"
TURTLE, TRIPLES = "text/turtle", "application/n-triples"
LD, RDF = "application/ld+json", "application/rdf+xml"


class Client(NamedTuple):
    """What a client sends, and the media type of the answer that it can read."""

    name: str
    forms: tuple[str, ...]
    ways: tuple[str, ...]
    accept: str
    answer: str
    fields: tuple[tuple[str, str], ...] = ()


def wrapper(forms: tuple[str, ...], format: str, accept: str, answer: str) -> Client:
    """SPARQLWrapper 2.0.0 says a format by all names that a server may know, twice for some."""
    also = [accept] if format in ("tsv", "json-ld", "rdf+xml") else []
    names = ("format", "output", "results")
    fields = tuple((name, value) for name in names for value in (format, *also))
    return Client(f"SPARQLWrapper {format}", forms, WAYS, accept, answer, fields)


OLD_JSON = f"{JSON},application/json,text/javascript,application/javascript"
OLD_N3 = "application/turtle,text/turtle,text/rdf+n3,application/n-triples,application/n3,text/n3"
CLIENTS = [
    wrapper(TABLES, "xml", XML, XML),
    wrapper(TABLES, "json", OLD_JSON, JSON),
    wrapper(TABLES, "csv", CSV, CSV),
    wrapper(TABLES, "tsv", TSV, TSV),
    wrapper(GRAPHS, "xml", RDF, RDF),
    wrapper(GRAPHS, "rdf+xml", RDF, RDF),
    wrapper(GRAPHS, "turtle", f"application/turtle,{TURTLE}", TURTLE),
    wrapper(GRAPHS, "n3", OLD_N3, TURTLE),
    wrapper(GRAPHS, "json-ld", f"{LD},application/x-json+ld", LD),
    wrapper(GRAPHS, "json", "*/*", LD),
    wrapper(GRAPHS, "rdf", "*/*", RDF),
    # What does not exist for the query: it asks for anything then.
    *(wrapper(TABLES, name, "*/*", JSON) for name in ("json-ld", "n3", "rdf", "rdf+xml", "turtle")),
    *(wrapper(GRAPHS, name, "*/*", TURTLE) for name in ("csv", "tsv")),
    Client("sparqldataframe 0.1.3", TABLES, ("get",), JSON, JSON, (("format", "json"),)),
    Client("fetch-sparql-endpoint 7, Comunica", TABLES, WAYS, f"{JSON};q=1.0,{XML};q=0.7", JSON),
    Client("fetch-sparql-endpoint 7, Comunica", GRAPHS, WAYS, TURTLE, TURTLE),
    Client("sparql-http-client 3", TABLES, WAYS, JSON, JSON),
    Client("sparql-http-client 3", GRAPHS, WAYS, f"{TRIPLES}, {TURTLE}", TRIPLES),
    Client("YASGUI", TABLES, ("get", "form"), f"{JSON},*/*;q=0.9", JSON),
    Client("YASGUI", GRAPHS, ("get", "form"), f"{TRIPLES},*/*;q=0.9", TRIPLES),
    Client(
        "GraphDB's page",
        TABLES,
        ("form",),
        f"application/x-sparqlstar-results+json, {JSON};q=0.9, */*;q=0.8",
        JSON,
        (("infer", "true"), ("sameAs", "true"), ("limit", "1000"), ("offset", "0")),
    ),
    Client(
        "Jena",
        GRAPHS,
        ("get", "form"),
        f"{TURTLE},{TRIPLES};q=0.9,{RDF};q=0.8,application/xml;q=0.7,*/*;q=0.5",
        TURTLE,
    ),
    Client(
        "RDF::Query 2",
        TABLES,
        ("get", "form"),
        f"{XML};q=0.9,{RDF};q=0.5,{TURTLE};q=0.7,text/xml",
        XML,
    ),
    Client(
        "RDF::Query 2",
        GRAPHS,
        ("get", "form"),
        f"{XML};q=0.9,{RDF};q=0.5,{TURTLE};q=0.7,text/xml",
        TURTLE,
    ),
    Client("curl", TABLES, WAYS, "*/*", JSON),
    Client("curl", GRAPHS, WAYS, "*/*", TURTLE),
    Client("curl, a format in the URL", TABLES, ("get",), "*/*", CSV, (("format", CSV),)),
    Client("the other name of it", TABLES, ("get",), "*/*", XML, (("output", "xml"),)),
    Client("an Accept that says more", TABLES, ("get",), JSON, JSON, (("format", "ttl"),)),
    Client(
        "rdf4j 3.7",
        TABLES,
        WAYS,
        f"application/x-binary-rdf-results-table;q=0.8, {JSON};q=0.8, application/json;q=0.8,"
        f" {XML};q=0.8, application/xml;q=0.8, {CSV};q=0.8, {TSV};q=0.8, text/boolean",
        JSON,
        (("queryLn", "SPARQL"), ("infer", "true"), ("timeout", "10")),
    ),
    Client(
        "rdf4j 3.7",
        GRAPHS,
        WAYS,
        f"application/x-turtle, application/rdf+json;q=0.5, {TURTLE};q=0.9, {RDF};q=0.9",
        TURTLE,
        (("infer", "true"),),
    ),
]
# One that says a name of it in the URL, as a form of that server would, and takes anything.
NAMED = {
    JSON: ("json", "srj", "js", "javascript", "text/json", "application/json", "auto"),
    XML: ("xml", "srx", "sparql", "text/xml", "application/xml"),
    CSV: ("csv", "application/vnd.ms-excel"),
    TSV: ("tsv",),
    "text/html": ("html", "text/x-html+tr", "application/xhtml+xml"),
}
NAMED_GRAPHS = {
    TURTLE: ("ttl", "turtle", "n3", "text/n3", "application/x-nice-turtle", "auto"),
    TRIPLES: ("nt", "ntriples", "n-triples", "text/ntriples"),
    LD: ("jsonld", "json-ld", "json", "js", "application/json", "application/x-json+ld"),
    RDF: ("rdf", "rdfxml", "rdf+xml", "rdf/xml", "rdf-xml", "xml", "text/xml", "application/xml"),
    "application/trig": ("trig", "application/x-trig"),
    "application/n-quads": ("nq", "nquads", "n-quads", "text/x-nquads"),
    "text/plain": ("text", "text/plain"),
    "text/html": ("html",),
}


@pytest.fixture(scope="module")
def front() -> Iterator[Front]:
    front = Front(WITH_TESTS._replace(modules=("ctgraph.service.sparql.protocol",)))
    yield front
    front.close()


@pytest.mark.parametrize("client", CLIENTS, ids=lambda one: f"{one.name} {one.forms[0]}")
def test_what_clients_send(front: Front, client: Client) -> None:
    for form in client.forms:
        for way in client.ways:
            got = send(front, QUERIES[form], way, client)
            assert got.status == 200, (form, way, got)
            kind = field(got, "content-type").partition(";")[0]
            assert kind == client.answer, (form, way)
            check(form, kind, got.body)


def send(front: Front, query: str, way: str, client: Client) -> Any:
    said: Any = {"accept": client.accept}
    rest = urlencode(client.fields)
    if way == "get":
        return front.ask(f"/sparql?{urlencode([('query', query), *client.fields])}", **said)
    if way == "form":
        said["content-type"] = "application/x-www-form-urlencoded"
        body = urlencode([("query", query), *client.fields])
        return front.ask("/sparql", "POST", body.encode(), **said)
    said["content-type"] = "application/sparql-query; charset=utf-8"
    return front.ask(f"/sparql?{rest}", "POST", query.encode(), **said)


def check(form: str, kind: str, body: bytes) -> None:
    """Read an answer as its media type says."""
    if form in GRAPHS:
        found = list(ox.parse(body, ox.RdfFormat.from_media_type(kind)))
        assert ox.NamedNode("https://w3id.org/ctgraph/id/jpn") in {one.subject for one in found}
    elif form == "SELECT" and kind != CSV:
        result = ox.parse_query_results(body, ox.QueryResultsFormat.from_media_type(kind))
        assert isinstance(result, ox.QuerySolutions)
        assert [row["x"].value for row in result] == ["https://w3id.org/ctgraph/id/jpn"]
    else:
        assert b"id/jpn" in body if form == "SELECT" else b"true" in body


@pytest.mark.parametrize(
    ("form", "kind", "name"),
    [("ASK", kind, name) for kind in NAMED for name in NAMED[kind]]
    + [("CONSTRUCT", kind, name) for kind in NAMED_GRAPHS for name in NAMED_GRAPHS[kind]],
)
def test_names_of_formats(front: Front, form: str, kind: str, name: str) -> None:
    """In the URL, by each parameter, and, where it is a media type, in the header."""
    query = f"/sparql?query={quote(QUERIES[form])}"
    asked: list[tuple[str, str]] = [
        (f"{query}&{parameter}={quote(name)}", "*/*")
        for parameter in ("format", "output", "results", "Accept")
    ]
    if "/" in name and name not in ("rdf/xml", "application/vnd.ms-excel"):
        asked.append((query, name))
    for url, accept in asked:
        got = front.ask(url, accept=accept)
        found = field(got, "content-type").partition(";")[0]
        assert (got.status, found) in ((200, kind), (200, name)), (url, accept)


VIRTUOSO = "&timeout=0&signal_void=on&signal_unconnected=on"
LINKS = {
    f"default-graph-uri=&query={{}}&format=text%2Fhtml{VIRTUOSO}": "text/html",
    f"default-graph-uri=&query={{}}&format=application%2Fsparql-results%2Bjson{VIRTUOSO}": JSON,
    "default-graph-uri=&named-graph-uri=&should-sponge=&query={}&format=text%2Fcsv"
    "&CXML_redir_for_subjs=121&CXML_redir_for_hrefs=&timeout=30000&debug=on&run=+Run+Query+": CSV,
    "query={}&format=application/sparql-results+json": JSON,
    "query={}&format=application/sparql-results%2Bxml&timeout=": XML,
    "query={}&output=": JSON,
}


@pytest.mark.parametrize("link", LINKS)
def test_links_of_the_forms_of_other_endpoints(front: Front, link: str) -> None:
    got = front.ask(f"/sparql?{link.format(quote(QUERIES['SELECT']))}", accept="*/*")
    assert got.status == 200, got.body
    assert field(got, "content-type").partition(";")[0] == LINKS[link]


def test_names_that_mean_nothing_here(front: Front) -> None:
    query = f"/sparql?query={quote(QUERIES['SELECT'])}"
    for said, accept, status in (
        ("format=ttl", "*/*", 200),
        ("format=ttl", "text/*;q=0.5", 200),
        ("format=json-ld,application/ld+json", "", 200),
        ("format=ttl", "image/png", 406),
        ("format=ttl", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", 406),
        ("format=yaml", "*/*", 400),
        ("format=yaml", "", 400),
        ("format=yaml", "image/png", 400),
        ("format=yaml", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", 400),
    ):
        assert front.ask(f"{query}&{said}", accept=accept).status == status, said


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running("--project", str(MINI)) as server:
        yield server


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib(server: Running, method: Any) -> None:
    graph = rdflib.Graph(SPARQLStore(f"{server.url}sparql", method=method))
    declared = "PREFIX ct: <https://w3id.org/ctgraph/ontology#> "
    (row,) = graph.query(declared + QUERIES["SELECT"])
    assert str(row[0]) == "https://w3id.org/ctgraph/id/jpn"  # type: ignore[index]
    assert graph.query(declared + QUERIES["ASK"]).askAnswer
    assert len(list(graph.query(declared + QUERIES["CONSTRUCT"]))) == 1
    assert len(list(graph.triples((row[0], None, None)))) > 1  # type: ignore[index]
    for kind in ("json", "csv", "tsv"):
        table = SPARQLStore(f"{server.url}sparql", method=method, returnFormat=kind)
        assert len(list(rdflib.Graph(table).query(declared + QUERIES["SELECT"]))) == 1
