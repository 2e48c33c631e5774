"""An answer as CSV, TSV, SPARQL results JSON and XML, JSON lines and Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ctgraph.errors import Unwritable
from ctgraph.export.tables.rows import BARE_LITERALS
from ctgraph.terms import PREFIXES
from ctgraph.text import make_safe

if TYPE_CHECKING:
    from ctgraph.export.tables.rows import Cell, Grid


_XSD = PREFIXES["xsd"]


# --- formats with rows ---------------------------------------------------------------------------


def write_csv(sheet: Grid) -> Iterator[str]:
    """Yield the answer as CSV (RFC 4180)."""

    def quoted(text: str) -> str:
        if any(char in text for char in '",\r\n'):
            return '"' + text.replace('"', '""') + '"'
        return text

    yield ",".join(map(quoted, sheet.columns)) + "\r\n"
    show = sheet.show
    for row in sheet.rows:
        yield ",".join([quoted(show(cell)) for cell in row]) + "\r\n"
    if sheet.truncated:
        yield f"# truncated at {len(sheet.rows)} rows{',' * (len(sheet.columns) - 1)}\r\n"


def write_tsv(sheet: Grid) -> Iterator[str]:
    """Yield the answer as SPARQL results TSV."""
    yield "\t".join("?" + column for column in sheet.columns) + "\n"
    for row in sheet.rows:
        yield "\t".join([_tsv_term(cell) for cell in row]) + "\n"
    if sheet.truncated:
        yield f"# truncated at {len(sheet.rows)} rows{chr(9) * (len(sheet.columns) - 1)}\n"


def _tsv_term(cell: Cell) -> str:
    """A term in the syntax of SPARQL and Turtle, numbers and truth values bare."""
    if cell is None:
        return ""
    if isinstance(cell, ox.Literal) and cell.language is None:
        bare = BARE_LITERALS.get(cell.datatype.value)
        if bare is not None and bare.match(cell.value):
            return cell.value
    return str(cell).replace("\t", "\\t")


def _json_encoder() -> Callable[[str], str]:
    import json

    return json.JSONEncoder(ensure_ascii=False).encode


def _json_term(cell: Cell, encode: Callable[[str], str], extra: str = "") -> str:
    if isinstance(cell, ox.NamedNode):
        return f'{{"type":"uri","value":{encode(cell.value)}{extra}}}'
    if isinstance(cell, ox.BlankNode):
        return f'{{"type":"bnode","value":{encode(cell.value)}}}'
    if isinstance(cell, ox.Triple):
        parts = ",".join(
            f'"{name}":{_json_term(getattr(cell, name), encode)}'
            for name in ("subject", "predicate", "object")
        )
        return f'{{"type":"triple","value":{{{parts}}}}}'
    assert cell is not None
    start = f'{{"type":"literal","value":{encode(cell.value)}'
    if cell.language is not None:
        return f'{start},"xml:lang":{encode(cell.language)}}}'
    if cell.datatype.value == _XSD + "string":
        return start + "}"
    return f'{start},"datatype":{encode(cell.datatype.value)}}}'


def write_json(sheet: Grid) -> Iterator[str]:
    """Yield the answer as SPARQL results JSON."""
    encode = _json_encoder()
    names = [encode(column) for column in sheet.columns]
    mark = f',"ctgraph:truncated":true,"ctgraph:limit":{sheet.limit}' if sheet.truncated else ""
    yield f'{{"head":{{"vars":[{",".join(names)}]{mark}}},"results":{{"bindings":['
    before = ""
    for row in sheet.rows:
        cells = [
            f"{name}:{_json_term(cell, encode)}"
            for name, cell in zip(names, row, strict=True)
            if cell is not None
        ]
        yield f"{before}{{{','.join(cells)}}}"
        before = ","
    yield "]}}\n"


def write_jsonl(sheet: Grid) -> Iterator[str]:
    """Yield the answer as a line of JSON for each row."""
    encode = _json_encoder()
    names = [encode(column) for column in sheet.columns]
    for row in sheet.rows:
        cells = []
        for name, cell in zip(names, row, strict=True):
            if cell is None:
                continue
            label = sheet.labels.get(cell.value) if isinstance(cell, ox.NamedNode) else None
            extra = f',"label":{encode(label)}' if label else ""
            cells.append(f"{name}:{_json_term(cell, encode, extra)}")
        yield f"{{{','.join(cells)}}}\n"
    if sheet.truncated:
        yield f'{{"truncated":true,"limit":{sheet.limit}}}\n'


XML_START = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<sparql xmlns="http://www.w3.org/2005/sparql-results#">\n'
)
_XML_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_XML_ESCAPED = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord('"'): "&quot;"}
_XML_ESCAPED |= {code: f"&#{code};" for code in (0x09, 0x0D)}


def xml_text(text: str) -> str:
    """Return a text with what XML wants escaped.

    Raises:
        Unwritable: XML cannot hold one of its characters.
    """
    match = _XML_FORBIDDEN.search(text)
    if match:
        raise Unwritable("character-not-xml", match=ord(match[0]), text=text[:60])
    return text.translate(_XML_ESCAPED)


def _xml_term(cell: Cell) -> str:
    if isinstance(cell, ox.NamedNode):
        return f"<uri>{xml_text(cell.value)}</uri>"
    if isinstance(cell, ox.BlankNode):
        return f"<bnode>{xml_text(cell.value)}</bnode>"
    if isinstance(cell, ox.Triple):
        parts = "".join(
            f"<{name}>{_xml_term(getattr(cell, name))}</{name}>"
            for name in ("subject", "predicate", "object")
        )
        return f"<triple>{parts}</triple>"
    assert cell is not None
    kind = ""
    if cell.language is not None:
        kind = f' xml:lang="{xml_text(cell.language)}"'
    elif cell.datatype.value != _XSD + "string":
        kind = f' datatype="{xml_text(cell.datatype.value)}"'
    return f"<literal{kind}>{xml_text(cell.value)}</literal>"


def write_xml(sheet: Grid) -> Iterator[str]:
    """Yield the answer as SPARQL results XML."""
    yield XML_START
    variables = "".join(f'<variable name="{xml_text(column)}"/>' for column in sheet.columns)
    yield f"<head>{variables}</head>\n<results>\n"
    for row in sheet.rows:
        cells = "".join(
            f'<binding name="{xml_text(column)}">{_xml_term(cell)}</binding>'
            for column, cell in zip(sheet.columns, row, strict=True)
            if cell is not None
        )
        yield f"<result>{cells}</result>\n"
    yield "</results>\n"
    if sheet.truncated:
        yield f"<!-- truncated at {len(sheet.rows)} rows: there are more -->\n"
    yield "</sparql>\n"


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
        yield "| " + " | ".join(map(_markdown_text, sheet.columns)) + " |\n"
        yield "| " + " | ".join("---:" if one else "---" for one in sheet.numeric()) + " |\n"
        for row in sheet.rows:
            yield "| " + " | ".join(_markdown_text(sheet.show(cell)) for cell in row) + " |\n"
    if sheet.truncated:
        yield f"\n{sheet.note()}\n"
