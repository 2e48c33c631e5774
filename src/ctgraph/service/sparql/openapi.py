"""What programs may ask of the service, as OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.0).

Each named question is a path of its own with its parameters, so a client that is generated from
the description has a function for each.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ctgraph.export import ANSWER_FORMATS, RDF_FORMATS
from ctgraph.export.tables import guess_format
from ctgraph.query import Parameter, Question, read_questions
from ctgraph.query.entities import KINDS, show_term
from ctgraph.service.handler import SCOPE, Limits, Reply, Request, Route
from ctgraph.service.pages.question import FILES
from ctgraph.service.scope import MOST_SOURCES
from ctgraph.service.sparql import results
from ctgraph.terms import LANGUAGES

if TYPE_CHECKING:
    from ctgraph.store import Store


ROUTES: list[Route] = [Route("/openapi.json", "ctgraph.service.sparql.openapi:show", parameters=())]
"""The route of the description."""

PAGES = (
    *("/", "/ask", "/networks", "/downloads", "/source", "/source/{name}", "/things"),
    *("/things/{kind}", "/concept", "/ontology", "/about", "/query"),
)
"""Routes that answer pages for people, which are no part of the interface."""

OF_THE_PAGE = (
    *("/query/vocabulary", "/query/names", "/query/run", "/query/check", "/query/format"),
    *("/query/explain", "/query/evidence"),
)
"""Routes that the query page asks, and that change with it."""

_Json = dict[str, Any]
_RDF = tuple(one.media_type for one in RDF_FORMATS)
_FORM = "application/x-www-form-urlencoded"
_STATUSES = {
    "303": "What was asked for is at another address.",
    "304": "What the client has is still right.",
    "400": "The request cannot be read, or a value in it means nothing.",
    "403": "Not allowed: an update, another server, an answer over the limits.",
    "404": "There is no such thing.",
    "406": "Nothing exists in a media type that Accept allows.",
    "412": "It is not what If-Match or If-Unmodified-Since names.",
    "413": "The body is too large.",
    "414": "The URL is too long.",
    "415": "The media type of the body is not read.",
    "431": "The headers are too many or too long.",
    "500": "A bug, or a worker that died.",
    "502": "The endpoint behind the service failed.",
    "503": "The service is busy; ask again after Retry-After seconds.",
    "504": "The time was up.",
    "507": "The answer would need too much memory.",
}
_ALWAYS = ("400", "406", "412", "414", "431", "500", "502", "503", "504", "507")


def show(store: Store, request: Request, limits: Limits) -> Reply:
    """Return the description.

    Args:
        store: The graph, whose questions are part of it.
        request: What was asked for.
        limits: What one request may take, which the description says.
    """
    document = {**describe(request.base, limits), "paths": _paths(store)}
    return Reply(json.dumps(document, ensure_ascii=False).encode(), "application/json")


def describe(base: str, limits: Limits) -> _Json:
    """Return all of the description but the paths.

    Args:
        base: The absolute URL of the service.
        limits: What one request may take.
    """
    from ctgraph.version import __version__

    return {
        "openapi": "3.1.0",
        "info": {
            "title": "ctgraph",
            "version": __version__,
            "summary": "A citable knowledge graph of counter-terrorism cooperation.",
            "description": "SPARQL 1.1 Protocol, named questions, linked data. One request may "
            f"take {limits.seconds:g} seconds and answer {limits.rows} rows or "
            f"{limits.bytes} bytes; a part says so in X-Ctgraph-Partial.",
            "license": {"name": "MIT AND CC-BY-4.0", "identifier": "MIT AND CC-BY-4.0"},
        },
        "servers": [{"url": base.rstrip("/")}],
        "components": {
            "schemas": {"Error": _error()},
            "responses": {
                status: {
                    "description": said,
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/Error"}},
                        "text/html": {},
                    },
                }
                for status, said in _STATUSES.items()
                if status >= "400"
            },
        },
    }


def _error() -> _Json:
    return {
        "type": "object",
        "required": ["ok", "status", "error", "id"],
        "properties": {
            "ok": {"const": False},
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "error": {"type": "string", "description": "What is wrong."},
            "hint": {"type": "string", "description": "What to do about it."},
            "line": {"type": "integer", "description": "Where in the query, from 1."},
            "column": {"type": "integer"},
            "id": {"type": "string", "description": "The request's number in the log."},
        },
    }


def _paths(store: Store) -> _Json:
    rdf = [one.extension for one in RDF_FORMATS]
    thing = [_in_path("name", "Its name and the ending of a file."), *_shared("lang", *SCOPE)]
    paths: _Json = {
        "/sparql": {"get": _query(), "post": _query_by_post()},
        "/graphs": {"get": _graphs()},
        "/find": _get(
            "Things whose name holds a text, as a page",
            [_value("q", "A word or a part of one."), *_shared("lang", "timeout", *SCOPE)],
            ("text/html",),
        ),
        "/id/{name}": _get(f"A thing: name, or name.{{html,{','.join(rdf)}}}", thing, _LINKED),
        "/concept/{name}": _get("A concept of a vocabulary, likewise", thing, _LINKED),
        "/entity": _get(
            "Any other thing of the graph",
            [
                _value("iri", "Its IRI.", required=True, format="iri"),
                _value("format", "The ending of a file.", enum=["html", *rdf]),
                *_shared("lang", "timeout", *SCOPE),
            ],
            _LINKED,
        ),
        "/ontology.{extension}": _get(
            "The ontology as a file",
            [_in_path("extension", "The ending of a file.", enum=["html", *rdf])],
            _LINKED,
        ),
        "/.well-known/void": _get("The same, where VoID asks for it", _shared(*SCOPE), _RDF),
        "/void": _get("What the graph holds, as VoID and DCAT", _shared(*SCOPE), _RDF),
        "/void.{extension}": _get(
            "The same as a file",
            [_in_path("extension", "The ending of a file.", enum=rdf), *_shared(*SCOPE)],
            _RDF,
        ),
        "/networks/{file}": _get(
            "A network or a figure: view.{html,gexf,graphml,json,zip,svg,png,pdf}",
            [
                _in_path("file", "A name that the page /networks links to."),
                *_shared("lang", *SCOPE),
            ],
            ("application/json", "application/gexf+xml", "application/graphml+xml", "text/html"),
        ),
        "/downloads/{file}": _get(
            "A file of the whole graph",
            [_in_path("file", "A name that the page /downloads links to."), *_shared(*SCOPE)],
            _RDF,
        ),
        "/ask.ttl": _get("All named questions as RDF", [], ("text/turtle",)),
        "/openapi.json": _get("This description", [], ("application/json",)),
        "/healthz": _get("Whether the service is alive", [], ("text/plain",)),
        "/readyz": _get("Whether it answers questions", [], ("text/plain",)),
        "/metrics": _get("Its counters, for Prometheus", [], ("text/plain",)),
    }
    for question in read_questions(store.bundle).values():
        paths[f"/ask/{question.name}.{{extension}}"] = _question(question)
    return paths


_LINKED = ("text/html", *_RDF)


# --- SPARQL --------------------------------------------------------------------------------------


def _query() -> _Json:
    parameters = [
        _value("query", "The query; without one, the service is described.", minLength=1),
        *_dataset("default-graph-uri", "named-graph-uri"),
        _value("format", "json, xml, csv, tsv, html, ttl, nt, … or a media type."),
        _value("partial", "ok: a part will do if the answer is too large.", enum=["ok"]),
        *_shared("timeout", "lang", *SCOPE),
    ]
    types = (*results.TABLE_TYPES, *results.GRAPH_TYPES)
    return _operation("Ask a query (SPARQL 1.1 Protocol)", parameters, types, "303", "403")


def _query_by_post() -> _Json:
    fields = {
        "query": {"type": "string", "minLength": 1},
        "default-graph-uri": {"type": "array", "items": {"type": "string", "format": "iri"}},
        "named-graph-uri": {"type": "array", "items": {"type": "string", "format": "iri"}},
    }
    content = {
        _FORM: {"schema": {"type": "object", "required": ["query"], "properties": fields}},
        "application/sparql-query": {"schema": {"type": "string"}},
    }
    types = (*results.TABLE_TYPES, *results.GRAPH_TYPES)
    summary = "Ask a query that is long; the parameters of GET hold in the URL too"
    said = _operation(summary, _shared("timeout", "lang", *SCOPE), types, "403", "413", "415")
    return {**said, "requestBody": {"required": True, "content": content}}


def _graphs() -> _Json:
    parameters = [
        {**_value("default", "The merge of all graphs."), "allowEmptyValue": True},
        _value("graph", "The IRI of one graph.", format="iri"),
        _value("format", "The ending of a file."),
        *_shared("lang", "timeout", *SCOPE),
    ]
    types = ("text/html", "application/json", *_RDF)
    summary = "A graph, or the list of graphs (Graph Store Protocol)"
    return _operation(summary, parameters, types, "403", "404")


# --- questions -----------------------------------------------------------------------------------


def _question(question: Question) -> _Json:
    types = dict.fromkeys(ANSWER_FORMATS[guess_format(f".{ending}")].media_type for ending in FILES)
    parameters = [
        _in_path("extension", "The ending of a file.", enum=[*FILES, "html", "ttl"]),
        *(_parameter(one) for one in question.params.values()),
        *_shared(*({"lang", "timeout", *SCOPE} - set(question.params))),
    ]
    answered = (*types, "text/html", "text/turtle")
    said = _operation(question.title["en"], parameters, answered, "303", "404")
    return {
        "get": {
            **said,
            "operationId": question.name,
            "description": question.description["en"],
            "tags": list(question.tags),
        }
    }


def _parameter(param: Parameter) -> _Json:
    item: _Json = {"type": "string"}
    if param.allowed:
        item["enum"] = [_plain(value) for value in param.allowed]
    if len(param.default) == 1:
        item["default"] = _plain(param.default[0])
    kind = KINDS[param.type]
    return {
        "name": param.name,
        "in": "query",
        "description": f"{param.label['en']}: {kind.form}.",
        "required": not param.default and not param.optional,
        "schema": {"type": "array", "items": item},
    }


def _plain(value: Any) -> str:
    """Return a value as one writes it in a URL."""
    text = show_term(value)
    return str(value.value) if text.startswith('"') else text


# --- parts ---------------------------------------------------------------------------------------


def _get(summary: str, parameters: list[_Json], types: tuple[str, ...]) -> _Json:
    return {"get": _operation(summary, parameters, types, "303", "404")}


def _operation(
    summary: str, parameters: list[_Json], types: tuple[str, ...], *statuses: str
) -> _Json:
    answered: _Json = {status: _response(status) for status in (*_ALWAYS, *statuses)}
    if types:
        content: _Json = {kind: {} for kind in dict.fromkeys(types)}
        answered["200"] = {"description": "The answer.", "content": content}
        answered["304"] = _response("304")
    return {
        "summary": summary,
        "parameters": parameters,
        "responses": dict(sorted(answered.items())),
    }


def _response(status: str) -> _Json:
    if status < "400":
        return {"description": _STATUSES[status]}
    return {"$ref": f"#/components/responses/{status}"}


def _value(name: str, said: str, *, required: bool = False, **schema: Any) -> _Json:
    return {
        "name": name,
        "in": "query",
        "description": said,
        "required": required,
        "schema": {"type": "string", **schema},
    }


def _in_path(name: str, said: str, **schema: Any) -> _Json:
    return {**_value(name, said, required=True, **schema), "in": "path"}


def _shared(*names: str) -> list[_Json]:
    """Return parameters that many have, in their order."""
    said = {
        "timeout": {
            **_value("timeout", "Seconds; fewer than the service gives."),
            "schema": {"type": "number", "exclusiveMinimum": 0},
        },
        "lang": _value("lang", f"The language of names and pages: {' or '.join(LANGUAGES)}."),
        "source": {
            **_value("source", "According to this source (kind:news: all of a kind)."),
            "schema": {"type": "array", "items": {"type": "string"}, "maxItems": MOST_SOURCES},
        },
        "as-of": _value("as-of", "What held on this day, and what had happened by then."),
    }
    return [one for name, one in said.items() if name in names]


def _dataset(*names: str) -> list[_Json]:
    schema = {"type": "array", "items": {"type": "string", "format": "iri"}}
    said = "A graph that it sees; may be repeated."
    return [{**_value(name, said), "schema": schema} for name in names]
