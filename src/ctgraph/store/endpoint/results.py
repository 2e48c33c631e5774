"""Answers of servers made such as the engine's parser takes: all legal variants, no other.

The parser is asked first. What it refuses is read leniently, in the ways that the formats allow or
that servers in use have: members of JSON in any order and of any other name (a member behind
``results`` stops the parser), ``typed-literal`` of the drafts of 2006, truth values as a row.
"""

from __future__ import annotations

import json
import re
from typing import NamedTuple

import pyoxigraph as ox

from ctgraph.store.deadline import to_result
from ctgraph.store.sparql.dataset import Result

TABLES = {
    "application/sparql-results+json": "json",
    "application/json": "json",
    "application/sparql-results+xml": "xml",
    "application/xml": "xml",
    "text/xml": "xml",
    "text/tab-separated-values": "tsv",
}
GRAPHS = {
    "application/n-triples": "ntriples",
    "text/plain": "ntriples",
    "text/turtle": "turtle",
    "application/x-turtle": "turtle",
}
_RESULTS = "{http://www.w3.org/2005/sparql-results#}"
_TERMS = {"uri", "literal", "typed-literal", "bnode", "triple"}
_PARTS = ("value", "xml:lang", "datatype", "its:dir")
_TRUTH = "__ASK_RETVAL"
"""The column in which Virtuoso 7.2 answers ASK, with 1 or 0."""

_SAYS_CUT = {"json": rb'"[\w:-]*truncated"\s*:\s*true', "xml": rb"<!-- truncated at "}


class Read(NamedTuple):
    """An answer that was read to its end.

    Attributes:
        result: The answer as the engine gives it, from its beginning.
        rows: Rows or triples; 0 for a truth value.
        says_cut: Whether it says itself that it is only a part.
    """

    result: Result
    rows: int
    says_cut: bool = False


def read_answer(content_type: str, body: bytes, form: str) -> Read | None:
    """Return an answer, checked to its end; None for a content type that cannot hold it.

    Args:
        content_type: Its media type.
        body: Its bytes.
        form: The form of the query, such as SELECT.

    Raises:
        SyntaxError: It is cut off, or of another format.
        ValueError: As SyntaxError.
    """
    if form not in ("SELECT", "ASK"):
        kind = GRAPHS.get(content_type)
        if kind is None:
            return None
        # The parser counts what it reads; the engine's answer is a set.
        return Read(result := to_result(kind, body), _count_triples(kind, body, result))
    kind = TABLES.get(content_type)
    if kind is None:
        return None
    # Where the mark could stand in a value its quotes would be escaped, as the bracket in XML.
    says_cut = kind in _SAYS_CUT and re.search(_SAYS_CUT[kind], body) is not None
    try:
        result, count = _read_table(kind, body)
    except (SyntaxError, ValueError):
        body, kind = _tolerate(kind, body), "json"
        result, count = _read_table(kind, body)
    if form == "ASK" and isinstance(result, ox.QuerySolutions):
        truth = _read_truth(result)
        result, _ = (result, 0) if truth is None else _read_table("json", truth)
    elif isinstance(result, ox.QuerySolutions):
        result, _ = _parse(kind, body), 0
    return Read(result, count, says_cut)


def to_rows(result: ox.QuerySolutions) -> tuple[list[str], list[dict[str, object]]]:
    """Return columns and rows as the JSON format has them.

    Args:
        result: Rows, which are read.
    """
    data = json.loads(result.serialize(format=ox.QueryResultsFormat.JSON) or b"")
    return data["head"]["vars"], data["results"]["bindings"]


def from_rows(columns: list[str], rows: list[dict[str, object]]) -> ox.QuerySolutions:
    """Return rows as the engine gives them.

    Args:
        columns: Names of the columns.
        rows: The rows as the JSON format has them.
    """
    result = _parse("json", _dump(columns, rows))
    assert isinstance(result, ox.QuerySolutions)
    return result


def _dump(columns: list[str], rows: list[dict[str, object]]) -> bytes:
    return json.dumps({"head": {"vars": columns}, "results": {"bindings": rows}}).encode()


def _parse(kind: str, body: bytes) -> Result:
    if kind == "tsv":
        return ox.parse_query_results(body, ox.QueryResultsFormat.TSV)
    return to_result(kind, body)


def _read_table(kind: str, body: bytes) -> tuple[Result, int]:
    """Return a table and the number of its rows; a fault shows only where the parser gets to it."""
    result = _parse(kind, body)
    if not isinstance(result, ox.QuerySolutions):
        return result, 0
    count = sum(1 for _ in result)
    return _parse(kind, body), count


def _count_triples(kind: str, body: bytes, result: Result) -> int:
    format_ = ox.RdfFormat.N_TRIPLES if kind == "ntriples" else ox.RdfFormat.TURTLE
    return sum(1 for _ in ox.parse(body, format=format_))


def _read_truth(result: ox.QuerySolutions) -> bytes | None:
    """Return the truth value that a server told as a row, or None if it is no such row."""
    if [variable.value for variable in result.variables] != [_TRUTH]:
        return None
    values = [solution[0] for solution in result]
    truth = any(isinstance(value, ox.Literal) and value.value in ("1", "true") for value in values)
    return json.dumps({"head": {}, "boolean": truth}).encode()


def _tolerate(kind: str, body: bytes) -> bytes:
    """Return an answer that the parser refused as the plainest JSON that means the same."""
    if kind == "json":
        return _plain_json(body)
    if kind == "xml":
        return _plain_xml(body)
    raise ValueError("no table of tab-separated values")


def _plain_json(body: bytes) -> bytes:
    data = json.loads(body.decode("utf-8-sig"))
    if not isinstance(data, dict):
        raise ValueError("the answer is no object")
    if isinstance(data.get("boolean"), bool):
        return json.dumps({"head": {}, "boolean": data["boolean"]}).encode()
    head, results = data.get("head"), data.get("results")
    if not isinstance(head, dict) or not isinstance(results, dict):
        raise ValueError("head or results are missing")
    columns, rows = head.get("vars"), results.get("bindings")
    if not isinstance(columns, list) or not isinstance(rows, list):
        raise ValueError("vars or bindings are missing")
    return _dump(columns, [_plain_row(row) for row in rows])


def _plain_row(row: object) -> dict[str, object]:
    if not isinstance(row, dict):
        raise ValueError("a row is no object")
    return {name: _plain_term(term) for name, term in row.items()}


def _plain_term(term: object) -> dict[str, object]:
    if not isinstance(term, dict) or term.get("type") not in _TERMS:
        raise ValueError("a value is of no known type")
    kind = term["type"]
    if kind == "triple":
        return {"type": kind, "value": _plain_row(term.get("value"))}
    found = {part: term[part] for part in _PARTS if isinstance(term.get(part), str)}
    if "value" not in found:
        raise ValueError("a value is missing")
    return {"type": "literal" if kind == "typed-literal" else kind, **found}


def _plain_xml(body: bytes) -> bytes:
    """Return results in XML as JSON; elements of other names are passed over."""
    from xml.etree import ElementTree

    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise ValueError("a document type in an answer is not read")
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError as error:
        raise ValueError(str(error)) from None
    truth, results = root.find(f"{_RESULTS}boolean"), root.find(f"{_RESULTS}results")
    if truth is not None:
        said = (truth.text or "").strip()
        if said not in ("true", "false", "1", "0"):
            raise ValueError("a truth value is missing")
        return json.dumps({"head": {}, "boolean": said in ("true", "1")}).encode()
    if root.tag != f"{_RESULTS}sparql" or results is None:
        raise ValueError("results are missing")
    columns = [one.get("name", "") for one in root.iterfind(f"{_RESULTS}head/{_RESULTS}variable")]
    rows: list[dict[str, object]] = []
    for row in results.iterfind(f"{_RESULTS}result"):
        cells = row.iterfind(f"{_RESULTS}binding")
        rows.append({cell.get("name", ""): _xml_term(list(cell)) for cell in cells})
    return _dump(columns, rows)


def _xml_term(elements: list[object]) -> dict[str, object]:
    from xml.etree.ElementTree import Element

    for one in elements:
        if not isinstance(one, Element) or not one.tag.startswith(_RESULTS):
            continue
        term = {
            "type": one.tag.removeprefix(_RESULTS),
            "value": one.text or "",
            "xml:lang": one.get("{http://www.w3.org/XML/1998/namespace}lang"),
            "datatype": one.get("datatype"),
        }
        return _plain_term(term)
    raise ValueError("a value is missing")
