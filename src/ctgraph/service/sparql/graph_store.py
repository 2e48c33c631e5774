"""Graphs as they are, over HTTP (https://www.w3.org/TR/sparql11-http-rdf-update/): reading alone.

``/graphs?default`` is the merge, ``/graphs?graph=IRI`` one graph, ``/graphs`` the list of them.
PUT, POST, PATCH and DELETE are refused, on a writable service too: graphs there are changed by
SPARQL Update, and the graph of this project by editing its files.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import pyoxigraph as ox

from ctgraph.errors import QueryRefused, RequestError
from ctgraph.service import negotiation
from ctgraph.service.handler import Limits, Reply, Request
from ctgraph.service.scope import asked_scope
from ctgraph.service.sparql import results
from ctgraph.store.sparql import QueryDataset

if TYPE_CHECKING:
    from ctgraph.store import Store


_ALLOW = "GET, HEAD, OPTIONS"
_LIST_TYPES = (results.HTML, "application/json")
_EVERYTHING = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


def graphs(store: Store, request: Request, limits: Limits) -> Reply:
    """Return the reply that holds a graph, or the list of graphs.

    Args:
        store: The store.
        request: What was asked for.
        limits: How much of it.

    Raises:
        RequestError: There is no such graph (404), or its parameters are wrong (400).
    """
    if request.method == "OPTIONS":
        return Reply(b"", "text/plain; charset=utf-8", status=204, headers=(("Allow", _ALLOW),))
    if request.method not in ("GET", "HEAD"):
        raise RequestError(
            "graph-store-read-only", method=request.method, status=405, headers=(("Allow", _ALLOW),)
        )
    names, defaults = request.all("graph"), request.all("default")
    if len(names) + len(defaults) > 1:
        raise RequestError("several-graphs-named")
    if not names and not defaults:
        return _list(store, request)
    dataset = None
    if names:
        check_iri(names[0], "graph")
        dataset = QueryDataset((names[0],))
        if not store.ask(f"ASK {{ GRAPH <{names[0]}> {{ ?s ?p ?o }} }}"):
            raise RequestError("no-such-graph", names=names[0], base=request.base, status=404)
    return _show(store, request, limits, dataset)


def _show(store: Store, request: Request, limits: Limits, dataset: QueryDataset | None) -> Reply:
    name = negotiation.read_names(request.query)
    media_type, varies = negotiation.choose_for(request, name, results.GRAPH_TYPES)
    seconds = limits.seconds if store.kind == "endpoint" else None
    result = store.query(_EVERYTHING, timeout=seconds, dataset=dataset)
    assert isinstance(result, ox.QueryTriples)
    may_cut = request.get("partial") == "ok"
    if media_type == results.HTML:
        from ctgraph.service.sparql.answer_page import show_result

        reply = show_result(store, request, result, "", limits)
    else:
        reply = results.reply_graph(result, media_type, limits, may_cut=may_cut)
    return reply._replace(headers=(*reply.headers, *varies), may_keep=store.kind != "endpoint")


def check_iri(iri: str, where: str) -> None:
    """Refuse a text that is no absolute IRI or may not be named.

    Args:
        iri: The text.
        where: Where it stands.

    Raises:
        RequestError: It is none (400).
        QueryRefused: It names a file.
    """
    try:
        ox.NamedNode(iri)
    except ValueError:
        raise RequestError("graph-iri-not-absolute", thing=where, iri=iri) from None
    if iri.lower().startswith("file:"):
        raise QueryRefused("graph-names-file", thing=where)


def count_graphs(store: Store) -> list[tuple[str, int]]:
    """Return the IRI of each named graph with its number of triples, the largest first.

    Args:
        store: The store.
    """
    rows = store.select("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
    found = [(row["g"].value, int(row["n"].value)) for row in rows]
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def _list(store: Store, request: Request) -> Reply:
    name = negotiation.read_names(request.query)
    media_type, varies = negotiation.choose_for(request, name, _LIST_TYPES)
    found = count_graphs(store)
    may_keep = store.kind != "endpoint"
    if media_type == results.HTML:
        from ctgraph.service.sparql.answer_page import show_graphs

        page = show_graphs(store, request, found)
        return page._replace(headers=(*page.headers, *varies), may_keep=may_keep)
    kept = asked_scope(store, request)
    end = f"&{urlencode(kept)}" if kept else ""
    content = {
        "default": {
            "url": f"{request.base}graphs?default{end}",
            "triples": store.counts().triples,
        },
        "graphs": [
            {"iri": iri, "url": _url(request, iri) + end, "triples": triples}
            for iri, triples in found
        ],
    }
    body = json.dumps(content, ensure_ascii=False, indent=1).encode() + b"\n"
    return Reply(body, media_type, headers=varies, rows=len(found), may_keep=may_keep)


def _url(request: Request, iri: str) -> str:
    return f"{request.base}graphs?graph={quote(iri, safe='')}"
