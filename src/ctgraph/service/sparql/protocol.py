"""SPARQL 1.1 over HTTP: the query operation (https://www.w3.org/TR/sparql11-protocol/).

What the standard leaves open is settled so. A graph that ``default-graph-uri`` names and that the
store does not have is empty. Beside the standard's parameters, ``format`` (or ``output``,
``results``, ``Accept``) names a format and goes before the header Accept, ``partial=ok`` agrees to
a part of an answer that is too large, ``timeout`` asks for less time than the service gives,
``row`` shows what a row of the answer rests on, as a page; ``source`` (which may be repeated) and
``as-of`` in the URL ask the graph that the claims of these sources make, as of this day; unknown
parameters are passed over.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl

import pyoxigraph as ox

from ctgraph.errors import QueryRefused, QuerySyntaxError, RequestError
from ctgraph.service import negotiation
from ctgraph.service.handler import SCOPE, Limits, Reply, Request, Route, link, see_other
from ctgraph.service.sparql import results
from ctgraph.service.sparql.graph_store import check_iri
from ctgraph.store.sparql import (
    Query,
    QueryDataset,
    Result,
)

if TYPE_CHECKING:
    from ctgraph.store import Store


ROUTES = [
    Route(
        "/sparql",
        "ctgraph.service.sparql.protocol:sparql",
        ("GET", "HEAD", "POST", "OPTIONS"),
        reads_body=True,
        parameters=(
            *("query", "update", "default-graph-uri", "named-graph-uri", "using-graph-uri"),
            *("using-named-graph-uri", *negotiation.PARAMETERS, "partial", "row", "lang"),
        ),
        is_scoped=True,
    ),
    Route(
        "/graphs",
        "ctgraph.service.sparql.graph_store:graphs",
        ("GET", "HEAD", "OPTIONS"),
        parameters=("graph", "default", *negotiation.PARAMETERS, "partial", "lang"),
        is_scoped=True,
    ),
]
"""The routes of the protocol and of the graph store."""

PRELOAD = (
    "ctgraph.service.sparql.description",
    "ctgraph.service.sparql.answer_page",
    "ctgraph.query.evidence.find",
    "ctgraph.export.reports.evidence",
)
"""Modules that are slow to import, for whoever wants them early."""

_ALLOW = "GET, HEAD, POST, OPTIONS"
_FORM = "application/x-www-form-urlencoded"
_QUERY = "application/sparql-query"
_UPDATE = "application/sparql-update"
_ACCEPTED = f"{_FORM}, {_QUERY}"
_MOST_FIELDS = 1000


class Operation(NamedTuple):
    """What a request asks for.

    Attributes:
        kind: "query", "update", or "description" if neither is there.
        text: The query or update.
        fields: Names and values of all parameters, in their order.
    """

    kind: str
    text: str
    fields: tuple[tuple[str, str], ...]

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of a parameter.

        Args:
            name: The parameter.
        """
        return tuple(value for key, value in self.fields if key == name)

    def one(self, name: str) -> str:
        """Return the last value of a parameter; empty if it is not there.

        Args:
            name: The parameter.
        """
        return (self.all(name) or ("",))[-1]


def sparql(store: Store, request: Request, limits: Limits) -> Reply:
    """Return the reply to a query, or the description of the service.

    Args:
        store: The graph.
        request: What was asked for.
        limits: How much of the answer.

    Raises:
        CtgraphError: It cannot be answered.
    """
    if request.method == "OPTIONS":
        headers = (("Allow", _ALLOW), ("Accept-Post", _ACCEPTED))
        return Reply(b"", "text/plain; charset=utf-8", status=204, headers=headers)
    operation = read_operation(request)
    if operation.kind == "update":
        raise QueryRefused("updates-not-allowed", root=request.root)
    if operation.kind == "description":
        return _describe(store, request, operation)
    return _answer(store, request, limits, operation)


# --- reading the request ------------------------------------------------------------------------


def read_operation(request: Request) -> Operation:
    """Return what a request asks for, with every value decoded once.

    Args:
        request: The request.

    Raises:
        RequestError: Its method (405), media type (415), or its parameters (400) are wrong.
    """
    if request.method not in ("GET", "HEAD", "POST"):
        raise RequestError(
            "query-method-unsupported",
            method=request.method,
            status=405,
            headers=(("Allow", _ALLOW),),
        )
    fields = list(request.query)
    if request.method == "POST":
        fields += _read_body(request)
    queries = [value for name, value in fields if name == "query"]
    updates = [value for name, value in fields if name == "update"]
    if len(queries) + len(updates) > 1:
        raise RequestError("not-exactly-one-operation", n=len(queries), n2=len(updates))
    if updates:
        if request.method != "POST":
            raise RequestError("update-method-unsupported", method=request.method)
        return Operation("update", updates[0], tuple(fields))
    if queries:
        if any(name in ("using-graph-uri", "using-named-graph-uri") for name, _ in fields):
            # It would be answered over another dataset than the one that is meant.
            raise RequestError("using-graphs-in-query")
        return Operation("query", queries[0], tuple(fields))
    known = {*negotiation.PARAMETERS, "lang", *SCOPE}
    if request.method == "POST" or {name for name, _ in fields} - known:
        raise RequestError("request-without-query")
    return Operation("description", "", tuple(fields))


def _read_body(request: Request) -> list[tuple[str, str]]:
    said = request.headers.get("content-type", "")
    kind = negotiation.read_media_type(said)
    name = f"{kind.type}/{kind.subtype}" if kind is not None else ""
    if name not in (_FORM, _QUERY, _UPDATE):
        key = "media-type-not-understood" if said else "body-without-content-type"
        raise _unsupported(key, said, hint="send-one-of")
    assert kind is not None  # it has a name
    charset = dict(kind.parameters).get("charset", "utf-8").lower()
    if charset not in ("utf-8", "utf8", "us-ascii"):
        raise _unsupported("charset-not-understood", charset, hint="body-not-utf8")
    try:
        text = request.body.decode("utf-8")
        if name == _FORM:
            return parse_qsl(
                text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS
            )
    except UnicodeDecodeError:
        raise RequestError("body-not-utf8") from None
    except ValueError:
        raise RequestError("form-fields-too-many", MOST_FIELDS=_MOST_FIELDS) from None
    return [("query" if name == _QUERY else "update", text)]


def _unsupported(key: str, given: str, hint: str) -> RequestError:
    headers = (("Accept-Post", _ACCEPTED),)
    return RequestError(key, status=415, headers=headers, hint=hint, given=given, names=_ACCEPTED)


def _read_graphs(operation: Operation, default: str, named: str) -> QueryDataset | None:
    """Return the dataset that two parameters name, or None if they are empty or not there."""
    dataset = QueryDataset(*(tuple(filter(None, operation.all(name))) for name in (default, named)))
    for iri in (*dataset.default, *dataset.named):
        check_iri(iri, f"{default} or {named}")
    return dataset if any(dataset) else None


def _check_flags(operation: Operation) -> bool:
    """Tell whether a part of the answer will do."""
    for text in operation.all("timeout"):
        try:
            seconds = float(text or 0)
        except ValueError:
            seconds = -1.0
        if not 0 <= seconds < math.inf:
            raise RequestError("timeout-not-a-time", text=text)
    partial = operation.one("partial")
    if partial not in ("", "ok"):
        raise RequestError("partial-flag-unknown", partial=partial)
    return partial == "ok"


# --- queries ------------------------------------------------------------------------------------

# To name the columns of `*` a query is read by us; one that is mostly data is better left alone.
_LONG = 100_000
# Their values differ each time, so such answers are not kept.
_FLEETING = re.compile(r"(?i)\b(?:NOW|RAND|UUID|STRUUID)[\s(#]|\bBNODE\b")


def _answer(store: Store, request: Request, limits: Limits, operation: Operation) -> Reply:
    asked = Query(operation.text)
    try:
        is_table = asked.form in ("SELECT", "ASK")
    except QuerySyntaxError:
        asked.refuse_unsafe()  # an update is something, but not allowed
        raise
    offers = results.TABLE_TYPES if is_table else results.GRAPH_TYPES
    row = operation.one("row")
    if row:
        offers = (results.HTML,)
    name = negotiation.read_names(operation.fields)
    media_type, varies = negotiation.choose_for(request, name, offers)
    may_cut = _check_flags(operation)
    dataset = _read_graphs(operation, "default-graph-uri", "named-graph-uri")
    if row:
        page = _show_row(store, request, operation, dataset)
        return page._replace(headers=(*page.headers, *varies), may_keep=store.kind != "endpoint")
    query = asked
    if is_table:
        if len(query.text) < _LONG:
            query = query.name_columns()
        if store.kind == "endpoint":
            query = query.limit_rows(limits.rows)
    # From outside, a deadline ends this process; with an endpoint there is more to be said.
    seconds = limits.seconds if store.kind == "endpoint" else None
    result = _ask(store, query, dataset, request.base + "sparql", seconds)
    try:
        if media_type == results.HTML:
            from ctgraph.service.sparql.answer_page import show_result

            reply = show_result(store, request, result, operation.text, limits)
        elif isinstance(result, ox.QueryTriples):
            reply = results.reply_graph(result, media_type, limits, may_cut=may_cut)
        else:
            reply = results.reply_table(result, media_type, limits, may_cut=may_cut)
    except (RuntimeError, ValueError, OSError) as error:
        # The engine finds some faults only while it writes.
        raise store.explain_failure(error, asked) from error
    headers = (*reply.headers, *varies)
    may_keep = store.kind != "endpoint" and _FLEETING.search(operation.text) is None
    return reply._replace(headers=headers, may_keep=may_keep)


def _show_row(
    store: Store, request: Request, operation: Operation, dataset: QueryDataset | None
) -> Reply:
    from ctgraph.service.sparql.answer_page import show_evidence

    if dataset is not None:
        raise RequestError("evidence-with-named-graphs")
    return show_evidence(store, request, operation.text, operation.one("row"))


# An IRI without a scheme; a comparison may look so too, which does no harm.
_RELATIVE = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.-]*:)[^<>\"{}|^`\\\s]*>")


def _ask(
    store: Store, query: Query, dataset: QueryDataset | None, base: str, seconds: float | None
) -> Result:
    """Return the answer, with relative IRIs resolved against the endpoint (RFC 3986, 5.1.3)."""
    if _RELATIVE.search(query.text) is None:
        return store.query(query, timeout=seconds, dataset=dataset)
    start = f"BASE <{base}> "
    try:
        return store.query(start + query.text, timeout=seconds, dataset=dataset)
    except QuerySyntaxError as error:
        if error.line != 1:
            raise
        column = max(1, error.column - len(start))
        raise QuerySyntaxError(
            error.key, line=1, column=column, hint=error.hint_key, **error.values
        ) from None


def _describe(store: Store, request: Request, operation: Operation) -> Reply:
    rdf = results.GRAPH_TYPES
    name = negotiation.read_names(operation.fields)
    accept = request.headers.get("accept", "")
    if not name and negotiation.negotiate(accept, rdf) is None:
        # Somebody who wants rows forgot the query.
        negotiation.choose(accept, tuple(dict.fromkeys((*rdf, *results.TABLE_TYPES))))
        raise RequestError("request-without-query")
    media_type, varies = negotiation.choose_for(request, name, rdf)
    if media_type == results.HTML:
        page = see_other(link(request.root, "/query", lang=request.get("lang")))
        return page._replace(headers=(*page.headers, *varies))
    from ctgraph.service.sparql.description import describe_service

    reply = describe_service(store, request, media_type)
    return reply._replace(headers=(*reply.headers, *varies))
