"""Answers as bytes in the formats of SPARQL and RDF, written by the engine and kept within limits.

The engine writes into a sink that stops it as soon as a limit is passed, so no answer takes more
memory than its limit, and everything is decided before the first byte goes out. An answer that
was stopped is cut behind its last whole row within the limits, and says so; or it is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

import pyoxigraph as ox

from ctgraph.errors import RequestError
from ctgraph.export import (
    ANSWER_FORMATS,
    FORMATS,
    add_note,
    make_legal_xml,
    place_of,
    serialize,
    tidy,
)
from ctgraph.service.handler import Limits, Reply
from ctgraph.service.sparql.truncation import LAYOUTS, LINES, cut, write_within
from ctgraph.terms import PREFIXES

HTML = "text/html"

_TABLES = tuple(ANSWER_FORMATS[name].media_type for name in ("json", "xml", "csv", "tsv"))
_GRAPHS = tuple(
    FORMATS[name].media_type
    for name in ("turtle", "ntriples", "jsonld", "rdfxml", "trig", "nquads")
)
TABLE_TYPES = (*_TABLES, "application/json", "application/xml", HTML)
"""Media types of the answers to SELECT and ASK, ours first."""

GRAPH_TYPES = (*_GRAPHS, "text/plain", HTML)
"""Media types of the answers to CONSTRUCT and DESCRIBE and of graphs, ours first."""

PARTIAL_HEADER = "X-Ctgraph-Partial"
"""The header of an answer that was cut: ``rows`` or ``bytes``, by the limit that cut it."""

# The engine leaves out repeated triples, but forgets what it wrote after about a million.
_ENGINE_REMEMBERS = 1 << 20


# --- tables -------------------------------------------------------------------------------------


def reply_table(
    result: ox.QuerySolutions | ox.QueryBoolean,
    media_type: str,
    limits: Limits,
    *,
    may_cut: bool,
) -> Reply:
    """Return the reply that holds the answer to SELECT or ASK.

    Args:
        result: The answer.
        media_type: One of `TABLE_TYPES` but HTML.
        limits: How much of it.
        may_cut: Whether it may be cut in any format; in JSON, which can say so, it always may.

    Raises:
        RequestError: It is too large and may not be cut (403).
        Unwritable: XML cannot hold it.
    """
    chosen = ox.QueryResultsFormat.from_media_type(media_type)
    assert chosen is not None
    if isinstance(result, ox.QueryBoolean):
        return Reply(result.serialize(format=chosen) or b"", _with_charset(media_type), rows=1)
    layout = LAYOUTS[chosen]
    again = None if layout.is_sure else layout.count
    body, is_stopped = write_within(
        lambda sink: result.serialize(sink, chosen), limits, layout.mark, again
    )
    is_json = chosen == ox.QueryResultsFormat.JSON
    if chosen == ox.QueryResultsFormat.XML:
        body = make_legal_xml(body)
    rows = 0 if is_stopped else layout.count(body)
    if not is_stopped and rows <= limits.rows:
        return Reply(body, _with_charset(media_type), rows=rows)
    body, rows = cut(body, layout, limits)
    by = "rows" if rows == limits.rows else "bytes"
    if not (may_cut or is_json):
        raise _too_large(by, limits, "rows", has_rows=True)
    if is_json:
        note = f'],"ctgraph:truncated":true,"ctgraph:limit":{rows}}},"results"'
        body = body.replace(b']},"results"', note.encode(), 1)
    elif chosen == ox.QueryResultsFormat.XML:
        body = body.replace(b"</results>", f"</results><!-- {_cut_note(rows, 'rows')} -->".encode())
    return _partial(body, media_type, rows, by)


def _cut_note(rows: int, what: str) -> str:
    return f"truncated at {rows} {what}: there are more"


def _partial(body: bytes, media_type: str, rows: int, by: str) -> Reply:
    return Reply(
        body,
        _with_charset(media_type),
        headers=((PARTIAL_HEADER, by),),
        rows=rows,
        is_partial=True,
    )


def _with_charset(media_type: str) -> str:
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


_OVER_LIMIT = {
    "rows": "answer-over-limit-of-rows",
    "triples": "answer-over-limit-of-triples",
    "bytes": "answer-over-limit-of-bytes",
}


def _too_large(by: str, limits: Limits, what: str, *, has_rows: bool = False) -> RequestError:
    # 413 speaks of the request, 206 of ranges; what fits is that the server understood the
    # request and refuses to do it (RFC 9110, 15.5.4).
    return RequestError(
        _OVER_LIMIT[what if by == "rows" else "bytes"],
        limit=limits.rows if by == "rows" else limits.bytes,
        hint="answer-over-limit-in-rows" if has_rows else "answer-over-limit",
        status=403,
        headers=((PARTIAL_HEADER, f"refused; {by}"),),
    )


# --- triples ------------------------------------------------------------------------------------


def reply_graph(
    triples: Iterable[ox.Triple],
    media_type: str,
    limits: Limits,
    *,
    may_cut: bool,
    prefixes: Mapping[str, str] = PREFIXES,
) -> Reply:
    """Return the reply that holds triples, each once.

    Args:
        triples: What a CONSTRUCT or DESCRIBE query gives, or any triples.
        media_type: One of `GRAPH_TYPES` but HTML.
        limits: How much of it.
        may_cut: Whether it may be cut.
        prefixes: Prefixes for formats that have them; those that are used are declared.

    Raises:
        RequestError: It is too large and may not be cut (403).
        Unwritable: RDF/XML cannot hold it.
    """
    chosen = ox.RdfFormat.from_media_type(media_type)
    assert chosen is not None
    is_lines = chosen in (ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS)
    if isinstance(triples, ox.QueryTriples) and is_lines and limits.rows < _ENGINE_REMEMBERS:
        body, is_stopped = write_within(lambda sink: triples.serialize(sink, chosen), limits, b"\n")
        rows = body.count(b"\n")
        if not is_stopped and rows <= limits.rows:
            return Reply(_steady_lines(body, chosen), _with_charset(media_type), rows=rows)
        body, rows = cut(body, LINES, limits)
        by = "rows" if rows == limits.rows else "bytes"
        if not may_cut:
            raise _too_large(by, limits, "triples")
        body = _steady_lines(body, chosen)
        return _partial(add_note(body, chosen, _cut_note(rows, "triples")), media_type, rows, by)
    found = _steady(islice(_distinct(triples, limits), limits.rows + 1))
    by = "rows" if len(found) > limits.rows else ""
    if by and not may_cut:
        raise _too_large(by, limits, "triples")
    ordered = sorted(found[: limits.rows], key=place_of)
    body = _serialise(ordered, chosen, limits, prefixes)
    while len(body) > limits.bytes:
        by = "bytes"
        if not may_cut:
            raise _too_large(by, limits, "triples")
        # How many fit can only be tried; each time a tenth less than seems to.
        ordered = ordered[: len(ordered) * limits.bytes * 9 // (len(body) * 10)]
        body = _serialise(ordered, chosen, limits._replace(bytes=len(body)), prefixes)
    if by:
        return _partial(
            add_note(body, chosen, _cut_note(len(ordered), "triples")), media_type, len(ordered), by
        )
    return Reply(body, _with_charset(media_type), rows=len(ordered))


def _distinct(triples: Iterable[ox.Triple], limits: Limits) -> Iterator[ox.Triple]:
    if isinstance(triples, ox.QueryTriples) and limits.rows < _ENGINE_REMEMBERS:
        return iter(triples)
    return iter(dict.fromkeys(islice(triples, 4 * limits.rows + 4)))


_PLAIN = (ox.NamedNode, ox.Literal)


def _steady(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Triples whose blank nodes are numbered as they come, for the engine names them by chance."""
    names: dict[ox.BlankNode, ox.BlankNode] = {}

    def rename(term: object) -> Any:
        if isinstance(term, ox.BlankNode):
            return names.setdefault(term, ox.BlankNode(f"b{len(names) + 1}"))
        if isinstance(term, ox.Triple):
            return ox.Triple(rename(term.subject), term.predicate, rename(term.object))
        return term

    return [
        rename(one)
        if isinstance(one.subject, ox.BlankNode) or not isinstance(one.object, _PLAIN)
        else one
        for one in triples
    ]


def _steady_lines(body: bytes, chosen: ox.RdfFormat) -> bytes:
    """Return the same for N-Triples."""
    if b"_:" not in body:
        return body
    triples = (quad.triple for quad in ox.parse(body, ox.RdfFormat.N_QUADS))
    return ox.serialize(_steady(triples), format=chosen) or b""


def _serialise(
    triples: list[ox.Triple], chosen: ox.RdfFormat, limits: Limits, prefixes: Mapping[str, str]
) -> bytes:
    """Return the bytes of triples; a few more than the limit if they go beyond it."""
    body, is_stopped = write_within(
        lambda sink: serialize(triples, chosen, prefixes, sink), limits, None
    )
    return body if is_stopped else tidy(body, chosen, prefixes)
