"""According to whom, as of when, in a URL: the part of the graph that a request asks for."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from ctgraph.errors import RequestError
from ctgraph.query import read_questions, read_scope
from ctgraph.service.handler import SCOPE, Request
from ctgraph.store import keep

if TYPE_CHECKING:
    from ctgraph.store import Store
    from ctgraph.store.scope import Scope


MOST_SOURCES = 50
"""Sources that a URL may name; a kind of sources counts as one."""

_MOST_KEPT = 3  # parts of the graph that one process holds in memory


def narrow(store: Store, request: Request) -> Store:
    """Return the graph that the claims make which a request asks for; the store itself for all.

    The graphs that were asked for last stay in memory.

    Args:
        store: The graph.
        request: What was asked for.

    Raises:
        RequestError: Too many sources are named, or the graph is at an endpoint.
        UsageError: A source is unknown, or a date is none.
    """
    asked = asked_scope(store, request)
    if not asked:
        return store
    if store.kind == "endpoint":
        raise RequestError("scope-of-endpoint")
    sources = [value for name, value in asked if name == "source"]
    if len(sources) > MOST_SOURCES:
        raise RequestError("scope-too-many-sources", n=len(sources), most=MOST_SOURCES)
    day = next((value for name, value in reversed(asked) if name == "as-of"), None)
    scope = read_scope(store, sources, day, request.lang)
    kept: OrderedDict[Scope, Store] = keep(store, "scopes", OrderedDict)
    if scope not in kept:
        kept[scope] = store.within(scope)
        if len(kept) > _MOST_KEPT:
            kept.popitem(last=False)[1].close()
    kept.move_to_end(scope)
    return kept[scope]


def asked_scope(store: Store, request: Request) -> list[tuple[str, str]]:
    """Return the names and values in a query string that ask for a part of the claims.

    Args:
        store: The graph.
        request: What was asked for.
    """
    own = own_parameters(store, request)
    return [
        (name, value)
        for name, value in request.query
        if name in SCOPE and name not in own and value.strip()
    ]


def own_parameters(store: Store, request: Request) -> set[str]:
    """Return those names of `SCOPE` that are parameters of the question that is asked.

    Args:
        store: The graph.
        request: What was asked for.
    """
    if not request.path.startswith("/ask/"):
        return set()
    question = read_questions(store.bundle).get(request.values.get("name", "").partition(".")[0])
    return set(SCOPE) & set(question.params) if question is not None else set()
