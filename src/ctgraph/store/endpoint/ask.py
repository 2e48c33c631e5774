"""One query to an endpoint (SPARQL 1.1 Protocol, 2.1.2: POST with a form) and its answer."""

from __future__ import annotations

import re
from typing import NamedTuple

import pyoxigraph as ox

from ctgraph.errors import EndpointError, QuerySyntaxError
from ctgraph.store.endpoint.address import Address
from ctgraph.store.endpoint.exchange import DEFAULT_TIMEOUT, Answer, exchange, refuse_status, said
from ctgraph.store.endpoint.results import read_answer
from ctgraph.store.sparql.dataset import QueryDataset, Result
from ctgraph.store.sparql.query import Query
from ctgraph.terms import PREFIXES

_ACCEPT_TABLE = (
    "application/sparql-results+json, application/sparql-results+xml;q=0.5, "
    "text/tab-separated-values;q=0.1"
)
_ACCEPT_GRAPH = "application/n-triples, text/turtle;q=0.5"
_MOST_ROWS = "x-sparql-maxrows"
"""The header in which Virtuoso names the most rows that it gives."""

_CUT_SHORT = ("x-sql-state", "S1TAT")
"""What Virtuoso says of an answer that it ended when its time was up."""


class Fetched(NamedTuple):
    """What an endpoint answered.

    Attributes:
        result: The answer.
        rows: Its rows or triples.
        size: Its bytes.
        says_cut: Whether the server says that it is only a part.
    """

    result: Result
    rows: int
    size: int
    says_cut: bool


def fetch_answer(
    address: Address,
    query: str | Query,
    timeout: float | None = None,
    dataset: QueryDataset | None = None,
) -> Fetched:
    """Return the answer of an endpoint to a query, which may be a part of the whole.

    Args:
        address: Where the endpoint is.
        query: The query; the prefixes of `terms.PREFIXES` need no declaration.
        timeout: Seconds for the whole exchange; None means `exchange.DEFAULT_TIMEOUT`.
        dataset: The graphs that it sees, in place of its own FROM and FROM NAMED.

    Raises:
        QuerySyntaxError: The endpoint does not understand the query.
        QueryTimeout: The time was up.
        EndpointError: The endpoint cannot be reached, or answers with something else.
    """
    query = Query.of(query)
    form = [("query", declare_prefixes(query))]
    if dataset is not None:
        form += [("default-graph-uri", iri) for iri in dataset.default]
        form += [("named-graph-uri", iri) for iri in dataset.named]
    answer = exchange(
        address,
        form,
        _ACCEPT_TABLE if query.form in ("SELECT", "ASK") else _ACCEPT_GRAPH,
        DEFAULT_TIMEOUT if timeout is None else timeout,
    )
    refuse_status(address, answer)
    try:
        read = read_answer(answer.content_type, answer.body, query.form)
    except (SyntaxError, ValueError) as error:
        told = error.msg if isinstance(error, SyntaxError) else error
        raise EndpointError("endpoint-answer-malformed", url=address.url, said=told) from None
    if read is None:
        raise _wrong_content(address, answer)
    _check_shape(address, query, read.result)
    is_cut = read.says_cut or _says_cut(answer, read.rows)
    return Fetched(read.result, read.rows, len(answer.body), is_cut)


def _says_cut(answer: Answer, count: int) -> bool:
    """Tell whether the headers say that an answer is, or may well be, only a part."""
    headers = answer.headers
    most = headers.get(_MOST_ROWS, "")
    if most.isdigit() and count >= int(most):
        return True
    if headers.get(_CUT_SHORT[0]) == _CUT_SHORT[1]:
        return True
    return any(
        re.search(r"partial|truncated", name) and value.lower() not in ("", "0", "no", "false")
        for name, value in headers.items()
    )


def _check_shape(address: Address, query: Query, result: Result) -> None:
    """Refuse an answer to another question: rows for a truth value, or other columns."""
    if (query.form == "ASK") != isinstance(result, ox.QueryBoolean):
        raise EndpointError("endpoint-answer-other-form", url=address.url, name=query.form)
    if not isinstance(result, ox.QuerySolutions):
        return
    try:
        if query.tree.projection is None:
            return  # the order of the columns of * is not defined
    except QuerySyntaxError:  # an endpoint may know more than SPARQL 1.1
        return
    found = [variable.value for variable in result.variables]
    if found != query.columns:
        raise EndpointError(
            "endpoint-answer-other-columns", url=address.url, names=query.columns, found=found
        )


def _wrong_content(address: Address, answer: Answer) -> EndpointError:
    if answer.content_type in ("text/html", "application/xhtml+xml"):
        return EndpointError("endpoint-answers-web-page", url=address.url, thing=said(answer))
    return EndpointError(
        "endpoint-content-type-wrong", url=address.url, content_type=answer.content_type
    )


def declare_prefixes(query: str | Query) -> str:
    """Return the query with a declaration for every known prefix that it uses undeclared.

    They stand on the first line, so the numbers of the lines stay.

    Args:
        query: A query.
    """
    query = Query.of(query)
    missing = [name for name, _ in query.undeclared_prefixes({}) if name in PREFIXES]
    lines = [f"PREFIX {name}: <{PREFIXES[name]}> " for name in dict.fromkeys(missing)]
    return "".join(lines) + query.text
