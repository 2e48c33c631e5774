"""Answers as a page: a table that needs no script, with labels and a way to the evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from ctgraph.frame import render
from ctgraph.phrases import words
from ctgraph.query import read_labels
from ctgraph.results import PARTIAL_HEADER
from ctgraph.terms import PREFIXES, shorten
from ctgraph.wire import Limits, Reply, Request

if TYPE_CHECKING:
    from ctgraph.dataset import Result
    from ctgraph.store import Store

MOST_ROWS = 1000
"""Rows or triples that a page shows; more would only make it slow."""

_STRING = PREFIXES["xsd"] + "string"
# A link holds the query; beyond this, servers and browsers begin to cut it off.
_LONGEST_LINK = 4000
_OTHER_FORMATS = {
    "rows": ("csv", "tsv", "json", "xml"),
    "triples": ("ttl", "nt", "jsonld", "rdf"),
}
Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None


class Cell(NamedTuple):
    """A term as a page shows it.

    Attributes:
        text: The label, the short IRI, or the text.
        iri: The thing, or empty.
        lang: The language of a text that has one.
        kind: The short name of a datatype that is no string, or empty.
    """

    text: str
    iri: str = ""
    lang: str = ""
    kind: str = ""


def show_result(
    store: Store, request: Request, result: Result, query: str, limits: Limits
) -> Reply:
    """The reply that shows an answer.

    Args:
        store: The graph.
        request: What was asked for.
        result: The answer.
        query: The query; empty for a graph that was asked for without one.
        limits: How much of the answer.
    """
    w = words(request.lang)
    if isinstance(result, ox.QueryBoolean):
        return render(
            store,
            request,
            "results.html",
            title=w["result"],
            query=query,
            truth=bool(result),
            is_table=True,
            columns=[],
            rows=[],
            cut_at=0,
            formats=_links(request, query, ("json", "xml")),
            evidence=[],
        )._replace(rows=1)
    is_table = isinstance(result, ox.QuerySolutions)
    most = min(MOST_ROWS, limits.rows)
    found = list(islice(_terms(result), most + 1))
    is_cut = len(found) > most
    rows = found[:most]
    if isinstance(result, ox.QuerySolutions):
        columns = [variable.value for variable in result.variables]
    else:
        columns = [w["subject"], w["predicate"], w["object"]]
    reply = render(
        store,
        request,
        "results.html",
        title=w["result"] if query else w["graph"],
        query=query,
        truth=None,
        is_table=is_table,
        columns=columns,
        rows=_cells(store, rows, request.lang),
        cut_at=most if is_cut else 0,
        formats=_links(request, query, _OTHER_FORMATS["rows" if is_table else "triples"]),
        evidence=_evidence(query, len(rows)) if is_table else [],
        headers=((PARTIAL_HEADER, "rows"),) if is_cut else (),
    )
    return reply._replace(rows=len(rows), is_partial=is_cut)


def show_graphs(store: Store, request: Request, found: Sequence[tuple[str, int]]) -> Reply:
    """The reply that lists the named graphs.

    Args:
        store: The graph.
        request: What was asked for.
        found: The IRI of each graph with its number of triples.
    """
    labels = read_labels(store, [iri for iri, _ in found], request.lang)
    return render(
        store,
        request,
        "graphs.html",
        title=words(request.lang)["graphs"],
        default_triples=store.counts().triples,
        graphs=[(iri, labels.get(iri) or shorten(iri).strip("<>"), count) for iri, count in found],
    )._replace(rows=len(found))


def _terms(result: ox.QuerySolutions | ox.QueryTriples) -> Iterable[Sequence[Term]]:
    if isinstance(result, ox.QuerySolutions):
        return (tuple(row) for row in result)
    return ((one.subject, one.predicate, one.object) for one in result)


def _cells(store: Store, rows: Sequence[Sequence[Term]], lang: str) -> list[list[Cell | None]]:
    iris = {term.value for row in rows for term in row if isinstance(term, ox.NamedNode)}
    labels = read_labels(store, sorted(iris), lang)
    return [[None if term is None else _cell(term, labels) for term in row] for row in rows]


def _cell(term: Term, labels: dict[str, str]) -> Cell:
    if isinstance(term, ox.NamedNode):
        return Cell(labels.get(term.value) or shorten(term.value).strip("<>"), iri=term.value)
    if isinstance(term, ox.Literal):
        if term.language is not None:
            return Cell(term.value, lang=term.language)
        datatype = term.datatype.value
        return Cell(term.value, kind="" if datatype == _STRING else shorten(datatype).strip("<>"))
    return Cell(str(term))


def _links(
    request: Request, query: str, formats: Sequence[str]
) -> list[tuple[str, dict[str, str]]]:
    """The other formats of the same answer: their names, and the values of the link."""
    if not query:
        said = {name: value for name, value in request.query if name in ("graph", "default")}
        return [(name, {**said, "format": name}) for name in formats]
    graphs = {"default-graph-uri", "named-graph-uri"} & {name for name, _ in request.query}
    # A link cannot say what a form said, nor repeat a name.
    if graphs or len(query) > _LONGEST_LINK:
        return []
    return [(name, {"query": query, "format": name}) for name in formats]


def _evidence(query: str, rows: int) -> list[dict[str, str]]:
    """For each row, the values of the link to its evidence on the query page."""
    if not query or len(query) > _LONGEST_LINK:
        return []
    return [{"query": query, "row": str(number)} for number in range(1, rows + 1)]
