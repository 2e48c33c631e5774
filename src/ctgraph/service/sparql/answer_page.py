"""Answers as a page: a table that needs no script, with labels and a way to the evidence."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from ctgraph.errors import RequestError
from ctgraph.export import place_of
from ctgraph.export.tables import term_to_json
from ctgraph.service.handler import Limits, Reply, Request
from ctgraph.service.pages.frame import render
from ctgraph.service.sparql.results import PARTIAL_HEADER
from ctgraph.terms import PREFIXES, shorten
from ctgraph.words import read_words

if TYPE_CHECKING:
    from ctgraph.store import Store
    from ctgraph.store.sparql import Result


MOST_ROWS = 1000
"""Rows or triples that a page shows; more would only make it slow."""

_MOST_FOLLOWED = 1000
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
    """Return the reply that shows an answer.

    Args:
        store: The graph.
        request: What was asked for.
        result: The answer.
        query: The query; empty for a graph that was asked for without one.
        limits: How much of the answer.
    """
    w = read_words("pages", request.lang)
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
            evidence=_evidence(request, query, [], [()]),
        )._replace(rows=1)
    is_table = isinstance(result, ox.QuerySolutions)
    most = min(MOST_ROWS, limits.rows)
    rows = _read(result, most + 1)
    is_cut = len(rows) > most
    rows = rows[:most]
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
        evidence=_evidence(request, query, columns, rows) if is_table else [],
        headers=((PARTIAL_HEADER, "rows"),) if is_cut else (),
    )
    return reply._replace(rows=len(rows), is_partial=is_cut)


def show_graphs(store: Store, request: Request, found: Sequence[tuple[str, int]]) -> Reply:
    """Return the reply that lists the named graphs.

    Args:
        store: The graph.
        request: What was asked for.
        found: The IRI of each graph with its number of triples.
    """
    shown = found[:MOST_ROWS]
    is_cut = len(found) > len(shown)
    labels = store.labels([iri for iri, _ in shown], request.lang)
    reply = render(
        store,
        request,
        "graphs.html",
        title=read_words("pages", request.lang)["graphs"],
        default_triples=store.counts().triples,
        graphs=[(iri, labels.get(iri) or shorten(iri).strip("<>"), count) for iri, count in shown],
        cut_at=len(shown) if is_cut else 0,
        headers=((PARTIAL_HEADER, "rows"),) if is_cut else (),
    )
    return reply._replace(rows=len(shown), is_partial=is_cut)


def _read(result: ox.QuerySolutions | ox.QueryTriples, most: int) -> list[Sequence[Term]]:
    """Return the first rows, or the first triples in order."""
    if isinstance(result, ox.QuerySolutions):
        return [tuple(row) for row in islice(result, most)]
    triples = sorted(islice(result, most), key=place_of)
    return [(one.subject, one.predicate, one.object) for one in triples]


def _cells(store: Store, rows: Sequence[Sequence[Term]], lang: str) -> list[list[Cell | None]]:
    iris = {term.value for row in rows for term in row if isinstance(term, ox.NamedNode)}
    labels = store.labels(sorted(iris), lang)
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
    """Return the other formats of the same answer: their names, and the values of the link."""
    if not query:
        iri = request.get("graph")
        # The parameter `default` has no value, which a link says with any.
        which = {"graph": iri} if iri else {"default": "1"}
        return [(name, {**which, "format": name}) for name in formats]
    graphs = {"default-graph-uri", "named-graph-uri"} & {name for name, _ in request.query}
    # A link cannot say what a form said, nor repeat a name.
    if graphs or len(query) > _LONGEST_LINK:
        return []
    return [(name, {"query": query, "format": name}) for name in formats]


def _evidence(
    request: Request, query: str, columns: Sequence[str], rows: Sequence[Sequence[Term]]
) -> list[dict[str, str]]:
    """For each row, the values of the link to its evidence; empty if a link cannot say it."""
    if not query or not _links(request, query, ("json",)):
        return []
    found = []
    for row in rows:
        if any(isinstance(term, (ox.BlankNode, ox.Triple)) for term in row):
            return []  # nobody else knows a blank node by its name
        bound = {name: term for name, term in zip(columns, row, strict=True) if term is not None}
        cells = {name: term_to_json(term) for name, term in bound.items()}
        found.append({"query": query, "row": json.dumps(cells, ensure_ascii=False)})
    return found


def show_evidence(store: Store, request: Request, query: str, row: str) -> Reply:
    """Return the reply that shows what a row of an answer rests on.

    Args:
        store: The graph.
        request: What was asked for.
        query: The query, SELECT or ASK.
        row: The row as a binding of SPARQL 1.1 Query Results JSON; ``{}`` for ASK.

    Raises:
        RequestError: The row cannot be read (400).
    """
    from ctgraph.export.reports import beside_claims
    from ctgraph.query.evidence import find_evidence

    terms = _read_row(row)
    found = find_evidence(store, query, terms, lang=request.lang, limit=_MOST_FOLLOWED)
    w = read_words("pages", request.lang)
    reply = render(
        store,
        request,
        "evidence.html",
        title=w["evidence"],
        query=query,
        columns=list(terms),
        cells=_cells(store, [list(terms.values())], request.lang)[0],
        found=found,
        beside=beside_claims(found, request.lang),
        whole={"query": query, "format": "html"},
    )
    return reply._replace(rows=len(found.claims))


def _read_row(row: str) -> dict[str, ox.NamedNode | ox.Literal]:
    try:
        binding = json.loads(row)
        whole = {"head": {"vars": list(binding)}, "results": {"bindings": [binding]}}
        result = ox.parse_query_results(json.dumps(whole), ox.QueryResultsFormat.JSON)
        assert isinstance(result, ox.QuerySolutions)
        terms = dict(zip(binding, next(result), strict=True))
    except (AttributeError, StopIteration, SyntaxError, TypeError, ValueError):
        raise RequestError("row-malformed") from None
    found = {}
    for name, term in terms.items():
        if not isinstance(term, (ox.NamedNode, ox.Literal)):
            raise RequestError("row-cell-malformed", name=name)
        found[name] = term
    return found
