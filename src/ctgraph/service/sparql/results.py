"""Answers as bytes in the formats of SPARQL and RDF, written by the engine and kept within limits.

The engine writes into a sink that stops it as soon as a limit is passed, so no answer takes more
memory than its limit, and everything is decided before the first byte goes out. An answer that
was stopped is cut behind its last whole row within the limits, and says so; or it is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

import pyoxigraph as ox

from ctgraph.errors import RequestError
from ctgraph.service.handler import Limits, Reply
from ctgraph.service.sparql.truncation import LAYOUTS, LINES, cut, write_within
from ctgraph.terms import PREFIXES

JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"
CSV = "text/csv"
TSV = "text/tab-separated-values"
HTML = "text/html"
TURTLE = "text/turtle"
NTRIPLES = "application/n-triples"
JSONLD = "application/ld+json"
RDFXML = "application/rdf+xml"
TRIG = "application/trig"
NQUADS = "application/n-quads"

_TABLES = {
    JSON: ox.QueryResultsFormat.JSON,
    XML: ox.QueryResultsFormat.XML,
    CSV: ox.QueryResultsFormat.CSV,
    TSV: ox.QueryResultsFormat.TSV,
    "application/json": ox.QueryResultsFormat.JSON,
    "application/xml": ox.QueryResultsFormat.XML,
}
_GRAPHS = {
    TURTLE: ox.RdfFormat.TURTLE,
    NTRIPLES: ox.RdfFormat.N_TRIPLES,
    JSONLD: ox.RdfFormat.JSON_LD,
    RDFXML: ox.RdfFormat.RDF_XML,
    TRIG: ox.RdfFormat.TRIG,
    NQUADS: ox.RdfFormat.N_QUADS,
    "text/plain": ox.RdfFormat.N_TRIPLES,
}
TABLE_TYPES = (*_TABLES, HTML)
"""Media types of the answers to SELECT and ASK, ours first."""

GRAPH_TYPES = (*_GRAPHS, HTML)
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
    """The reply that holds the answer to SELECT or ASK.

    Args:
        result: The answer.
        media_type: One of `TABLE_TYPES` but HTML.
        limits: How much of it.
        may_cut: Whether it may be cut in any format; in JSON, which can say so, it always may.

    Raises:
        RequestError: It is too large and may not be cut (403), or XML cannot hold it (406).
    """
    chosen = _TABLES[media_type]
    if isinstance(result, ox.QueryBoolean):
        return Reply(result.serialize(format=chosen) or b"", _with_charset(media_type), rows=1)
    layout = LAYOUTS[chosen]
    again = None if layout.is_sure else layout.count
    body, is_stopped = write_within(
        lambda sink: result.serialize(sink, chosen), limits, layout.mark, again
    )
    is_json = chosen == ox.QueryResultsFormat.JSON
    if chosen == ox.QueryResultsFormat.XML:
        body = _legal_xml(body)
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


_XML_ILLEGAL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")


def _legal_xml(body: bytes) -> bytes:
    """XML as the engine wrote it, with what a reader of XML would lose or refuse.

    Raises:
        RequestError: A value holds a character that XML has no way to write (406).
    """
    if b"\r" in body:
        body = body.replace(b"\r", b"&#13;")
    if _XML_ILLEGAL.search(body):
        raise RequestError("answer-control-character", status=406)
    return body


# --- triples ------------------------------------------------------------------------------------


def reply_graph(
    triples: Iterable[ox.Triple],
    media_type: str,
    limits: Limits,
    *,
    may_cut: bool,
    prefixes: Mapping[str, str] = PREFIXES,
) -> Reply:
    """The reply that holds triples, each once.

    Args:
        triples: What a CONSTRUCT or DESCRIBE query gives, or any triples.
        media_type: One of `GRAPH_TYPES` but HTML.
        limits: How much of it.
        may_cut: Whether it may be cut.
        prefixes: Prefixes for formats that have them; those that are used are declared.

    Raises:
        RequestError: It is too large and may not be cut (403), or RDF/XML cannot hold it (406).
    """
    chosen = _GRAPHS[media_type]
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
        return _partial(_noted(body, chosen, rows), media_type, rows, by)
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
        return _partial(_noted(body, chosen, len(ordered)), media_type, len(ordered), by)
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
    """The same for N-Triples."""
    if b"_:" not in body:
        return body
    triples = (quad.triple for quad in ox.parse(body, ox.RdfFormat.N_QUADS))
    return ox.serialize(_steady(triples), format=chosen) or b""


_TYPE = PREFIXES["rdf"] + "type"


def place_of(triple: ox.Triple) -> tuple[str, bool, str, str]:
    """Where a triple stands among others: by subject, with its classes first.

    Args:
        triple: The triple.
    """
    predicate = triple.predicate.value
    subject = triple.subject
    name = subject.value if isinstance(subject, ox.NamedNode) else str(subject)
    return name, predicate != _TYPE, predicate, str(triple.object)


def _serialise(
    triples: list[ox.Triple], chosen: ox.RdfFormat, limits: Limits, prefixes: Mapping[str, str]
) -> bytes:
    """The bytes of triples; a few more than the limit if they go beyond it."""
    has_prefixes = chosen in (ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG, ox.RdfFormat.RDF_XML)
    if chosen == ox.RdfFormat.RDF_XML:
        _check_names(triples)
    declared = dict(prefixes) if has_prefixes else None
    body, is_stopped = write_within(
        lambda sink: ox.serialize(triples, sink, chosen, prefixes=declared), limits, None
    )
    if is_stopped:
        return body
    if chosen == ox.RdfFormat.RDF_XML:
        return _legal_xml(_tidy_root(body))
    return _tidy_prefixes(body) if has_prefixes else body


def _tidy_prefixes(body: bytes) -> bytes:
    """Turtle with the prefixes it uses alone, in order, and a line between subjects."""
    head = re.match(rb"(?:@prefix [^\n]*\n)*", body)
    assert head is not None  # it may be empty
    rest = body[head.end() :]
    lines = [
        line for line in sorted(head[0].splitlines(keepends=True)) if line.split(b" ", 2)[1] in rest
    ]
    # Line breaks in values are escaped, so this stands only behind the last triple of a subject.
    rest = rest.replace(b" .\n", b" .\n\n").removesuffix(b"\n")
    return b"".join(lines) + (b"\n" if lines and rest else b"") + rest


def _tidy_root(body: bytes) -> bytes:
    """RDF/XML with the namespaces it uses alone, in order."""
    root = re.search(rb"<rdf:RDF((?: xmlns:[^ >]*)*)>", body)
    if root is None:
        return body
    rest = body[root.end() :]
    spaces = [
        one
        for one in sorted(root[1].split())
        if one.startswith(b"xmlns:rdf=")
        or re.search(rb"[</ ]" + re.escape(one[6 : one.index(b"=")]) + rb":", rest)
    ]
    return body[: root.start()] + b"<rdf:RDF " + b"\n    ".join(spaces) + b">" + rest


_XML_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]*\Z")


def _check_names(triples: Iterable[ox.Triple]) -> None:
    for predicate in {triple.predicate.value for triple in triples}:
        match = _XML_NAME.search(predicate)
        if not match or not match.start():
            raise RequestError("response-property-not-rdfxml", predicate=predicate, status=406)


def _noted(body: bytes, chosen: ox.RdfFormat, rows: int) -> bytes:
    """A part of a graph with a comment that says so, where the format has comments."""
    note = _cut_note(rows, "triples")
    if chosen == ox.RdfFormat.RDF_XML:
        return body.replace(b"</rdf:RDF>", f"<!-- {note} -->\n</rdf:RDF>".encode())
    return body if chosen == ox.RdfFormat.JSON_LD else body + f"# {note}\n".encode()
