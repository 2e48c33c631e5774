"""An answer as SPARQL results (JSON, XML, TSV), JSON lines, CSV and Markdown.

The engine writes what it answered. Rows that were read already are written as JSON, from which the
engine makes XML and TSV, so that there is one writer of each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from ctgraph.export.marks import make_legal_xml, spell_out
from ctgraph.export.output import to_csv
from ctgraph.export.tables.spreadsheet import check_cell
from ctgraph.terms import PREFIXES
from ctgraph.text import make_safe

if TYPE_CHECKING:
    from ctgraph.export.tables.rows import Cell, Grid
    from ctgraph.query import Table


_STRING = PREFIXES["xsd"] + "string"

_ENGINE = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "tsv": ox.QueryResultsFormat.TSV,
}
"""SPARQL results by name of the format."""


def write_fresh(answer: Table, format: str) -> Iterator[bytes] | None:
    """Return a table as the engine writes it; None if its rows were read already, or are cut.

    Args:
        answer: The table, whose rows can be read as before.
        format: ``json``, ``xml`` or ``tsv``.

    Raises:
        CtgraphError: The engine finds a fault while it writes.
        Unwritable: XML cannot hold a character.
    """
    results = answer.take_results() if format in _ENGINE else None
    if results is None:
        return None
    try:
        body = results.serialize(format=_ENGINE[format]) or b""
    except (RuntimeError, ValueError, OSError) as error:
        raise answer.store.explain_failure(error, answer.query) from error
    again = ox.parse_query_results(body, _ENGINE[format])
    assert isinstance(again, ox.QuerySolutions)
    answer.put_results(again)
    return iter(_finish(body, format))


def _finish(body: bytes, format: str) -> list[bytes]:
    if format == "tsv":
        # Its terms are those of Turtle, whose marks are escaped everywhere.
        return [spell_out(body)]
    return [make_legal_xml(body) if format == "xml" else body, b"\n"]


def _through_engine(pieces: Iterable[str], format: str) -> bytes:
    """Return SPARQL results JSON in another format."""
    results = ox.parse_query_results("".join(pieces), ox.QueryResultsFormat.JSON)
    return b"".join(_finish(results.serialize(format=_ENGINE[format]) or b"", format))


def write_truth(truth: bool, format: str) -> Iterator[str | bytes]:
    """Yield a truth value as text, Markdown, JSON, JSON lines or XML."""
    word = "true" if truth else "false"
    if format in {"text", "markdown"}:
        yield f"{word}\n"
    elif format == "jsonl":
        yield f'{{"boolean":{word}}}\n'
    else:
        yield _through_engine([f'{{"head":{{}},"boolean":{word}}}'], format)


# --- rows that were read -------------------------------------------------------------------------


def term_to_json(term: Cell, label: str | None = None) -> dict[str, Any]:
    """Return a term as SPARQL 1.1 Query Results JSON has it.

    Args:
        term: The term.
        label: A label that stands beside it, which is ours.
    """
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value} | ({"label": label} if label else {})
    if isinstance(term, ox.BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, ox.Triple):
        names = ("subject", "predicate", "object")
        value = {name: term_to_json(part) for name, part in zip(names, term, strict=True)}
        return {"type": "triple", "value": value}
    assert term is not None
    found = {"type": "literal", "value": term.value}
    if term.language is not None:
        found["xml:lang"] = term.language
    elif term.datatype.value != _STRING:
        found["datatype"] = term.datatype.value
    return found


def _rows(sheet: Grid) -> Iterator[str]:
    """Yield each row as an object of JSON."""
    import json

    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    labels = sheet.labels

    @lru_cache(maxsize=10_000)
    def write(term: Any, disputed: str) -> str:
        label = labels.get(term.value) if isinstance(term, ox.NamedNode) else None
        said = {"disputed": disputed} if disputed else {}
        return encode(term_to_json(term, label) | said)

    names = [encode(column) for column in sheet.columns]
    for number, row in enumerate(sheet.rows):
        cells = [
            f"{name}:{write(term, sheet.disputed.get((number, column), ''))}"
            for column, (name, term) in enumerate(zip(names, row, strict=True))
            if term is not None
        ]
        yield f"{{{','.join(cells)}}}"


def write_json(sheet: Grid) -> Iterator[str]:
    """Yield the answer as SPARQL results JSON."""
    import json

    head: dict[str, object] = {"vars": sheet.columns}
    if sheet.truncated:
        head |= {"ctgraph:truncated": True, "ctgraph:limit": sheet.limit}
    written = json.dumps(head, ensure_ascii=False, separators=(",", ":"))
    yield f'{{"head":{written},"results":{{"bindings":['
    before = ""
    for row in _rows(sheet):
        yield before + row
        before = ","
    yield "]}}\n"


def write_jsonl(sheet: Grid) -> Iterator[str]:
    """Yield the answer as a line of JSON for each row."""
    for row in _rows(sheet):
        yield f"{row}\n"
    if sheet.truncated:
        yield f'{{"truncated":true,"limit":{sheet.limit}}}\n'


def write_xml(sheet: Grid) -> Iterator[bytes]:
    """Yield the answer as SPARQL results XML."""
    body = _through_engine(write_json(sheet), "xml")
    note = (
        f"<!-- truncated at {len(sheet.rows)} rows: there are more -->\n" if sheet.truncated else ""
    )
    yield body.replace(b"</sparql>", f"{note}</sparql>".encode())


def write_tsv(sheet: Grid) -> Iterator[str | bytes]:
    """Yield the answer as SPARQL results TSV; whether it was cut is said elsewhere."""
    yield _through_engine(write_json(sheet), "tsv")


def write_csv(sheet: Grid) -> Iterator[str]:
    """Yield the answer as CSV (RFC 4180); whether it was cut is said elsewhere."""
    show = sheet.show
    yield to_csv([sheet.columns])
    yield to_csv([show(cell) for cell in row] for row in sheet.rows)


def write_csv_for_excel(sheet: Grid) -> Iterator[str]:
    """Yield the answer as CSV behind a byte order mark, by which Excel knows UTF-8.

    Raises:
        UsageError: A cell of Excel cannot hold a text.
    """
    for index, row in enumerate(sheet.rows, 1):
        for column, cell in zip(sheet.columns, row, strict=True):
            check_cell(sheet.show(cell), index, column)
    yield "\ufeff"
    yield from write_csv(sheet)


_MARKDOWN = {ord(char): "\\" + char for char in "\\`*_[]|~"}
_MARKDOWN |= {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord("\r"): ""}
_MARKDOWN_BREAKS = {ord(char): "<br>" for char in "\n\x85\u2028\u2029"}


def _markdown_text(text: str) -> str:
    lines = text.replace("\r\n", "\n").translate(
        dict.fromkeys(map(ord, "\r\x85\u2028\u2029"), "\n")
    )
    return "<br>".join(make_safe(line).translate(_MARKDOWN) for line in lines.split("\n"))


def write_markdown(sheet: Grid) -> Iterator[str]:
    """Yield the answer as a Markdown table."""
    if sheet.columns:
        yield "| " + " | ".join(map(_markdown_text, sheet.heads)) + " |\n"
        yield "| " + " | ".join("---:" if one else "---" for one in sheet.numeric()) + " |\n"
        for row in sheet.show_rows():
            yield "| " + " | ".join(map(_markdown_text, row)) + " |\n"
    for note in sheet.dispute_notes():
        yield f"\n{_markdown_text(note)}\n"
    if sheet.truncated:
        yield f"\n{sheet.note()}\n"
