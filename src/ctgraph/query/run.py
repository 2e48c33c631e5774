"""Queries and their answers: tables, triples, truth values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from ctgraph.errors import UsageError
from ctgraph.query.answers import Table, Triples
from ctgraph.store.sparql import Query
from ctgraph.terms import check_lang

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ctgraph.store import Store


def _check_limit(limit: int | None) -> None:
    if limit is not None and limit < 0:
        raise UsageError("limit-below-zero", limit=limit)


def _limited(store: Store, query: Query, timeout: float | None, limit: int | None) -> Query:
    """The query that asks for no more rows than are needed to know whether the limit is reached.

    In memory the rows are made one by one as they are read, so nothing is gained there; from an
    endpoint or a worker process they would all travel.
    """
    if limit is None or (timeout is None and store.kind != "endpoint"):
        return query
    return query.limit_rows(limit)


def run_query(
    store: Store,
    query: str | Query,
    timeout: float | None = None,
    limit: int | None = None,
    lang: str = "en",
    *,
    allow_service: bool = False,
) -> Table | bool | Triples:
    """Return the answer to a query: a `Table` for SELECT, a truth value for ASK, else `Triples`.

    Args:
        store: The store that answers.
        query: A SPARQL 1.1 query; the prefixes of `terms.PREFIXES` need no declaration.
        timeout: Seconds after which the query is stopped; None for never.
        limit: Rows or triples to keep; the answer's ``truncated`` says whether there were more.
        lang: Language of labels.
        allow_service: Whether the query may ask other servers with SERVICE.

    Raises:
        QuerySyntaxError: The text is not a query.
        QueryRefused: It is an update, or names another server.
        QueryTimeout: The time was up.
    """
    check_lang(lang)
    _check_limit(limit)
    query = Query.of(query)
    run = _limited(store, query.name_columns(), timeout, limit)
    results = store.query(run, timeout=timeout, allow_service=allow_service)
    if isinstance(results, ox.QuerySolutions):
        return Table(store, results, query, lang=lang, limit=limit)
    if isinstance(results, ox.QueryBoolean):
        return bool(results)
    return Triples(store, results, query, lang=lang, limit=limit)


def ask(  # noqa: PLR0917 - the same order as run
    store: Store,
    name: str,
    params: Mapping[str, object] | None = None,
    lang: str = "en",
    timeout: float | None = None,
    limit: int | None = None,
) -> Table:
    """Return the table that answers a named question.

    Args:
        store: The store that answers; its bundle has the question.
        name: Name of the question.
        params: Values by parameter, see `questions.bind_params`; what is left out takes
            its default.
        lang: Language of labels.
        timeout: Seconds after which the query is stopped; None for never.
        limit: Rows to keep.

    Raises:
        UnknownName: No such question, parameter, actor …
        UsageError: A value is of another type or not among the allowed ones.
    """
    from ctgraph.query.parameters import bind_params
    from ctgraph.query.questions import read_question

    check_lang(lang)
    _check_limit(limit)
    question = read_question(store.bundle, name)
    text, terms = bind_params(store, question, params or {}, lang)
    query = Query(text)
    results = store.select(_limited(store, query, timeout, limit), timeout=timeout).native
    return Table(store, results, query, lang=lang, limit=limit, question=question, params=terms)
