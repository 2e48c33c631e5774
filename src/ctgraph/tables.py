"""Answers as text: aligned tables, CSV, TSV, SPARQL JSON and XML, Markdown, XLSX, RDF.

Formats for people (text, Markdown, CSV, XLSX) show labels instead of IRIs; formats for programs
keep RDF terms. An answer that was cut says so in every format: in a last line, row, record or
comment, or in the JSON head. The same answer gives the same bytes in every process.

CSV is the form of the W3C recommendation (SPARQL 1.1 Query Results CSV and TSV Formats,
https://www.w3.org/TR/sparql11-results-csv-tsv/), in which values stand as they are. A spreadsheet
that opens such a file may read a text such as ``=1+1`` as a formula; XLSX marks every text as one.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import pyoxigraph as ox

from ctgraph.errors import UnknownName, Unwritable, UsageError, suggest
from ctgraph.output import Target, is_path, write_output
from ctgraph.query import Table, Triples, to_python
from ctgraph.terms import PREFIXES, shorten

if TYPE_CHECKING:
    from collections.abc import Mapping

Answer: TypeAlias = "Table | Triples | bool"
"""What a query can be answered with."""

_XSD = PREFIXES["xsd"]
_RDF = PREFIXES["rdf"]
_TYPE = _RDF + "type"
_NUMBER_TYPES = (
    "integer decimal double float int long short byte nonNegativeInteger positiveInteger "
    "nonPositiveInteger negativeInteger unsignedInt unsignedLong unsignedShort unsignedByte"
)
_NUMERIC = frozenset(_XSD + name for name in _NUMBER_TYPES.split())


class Format(NamedTuple):
    """A way to write an answer."""

    name: str
    extensions: tuple[str, ...]
    """File name extensions that mean it, with the dot; the first is the usual one."""
    media_type: str
    holds: frozenset[str]
    """Kinds of answer it can hold: table, boolean, triples."""
    has_labels: bool = False
    """Whether it shows labels in place of IRIs."""


_ALL = frozenset({"table", "boolean", "triples"})
_ROWS = frozenset({"table", "triples"})
_RESULTS = frozenset({"table", "boolean"})
_GRAPH = frozenset({"triples"})

FORMATS: dict[str, Format] = {
    entry.name: entry
    for entry in (
        Format("text", (".txt",), "text/plain", _ALL, has_labels=True),
        Format("csv", (".csv",), "text/csv", _ROWS, has_labels=True),
        Format("tsv", (".tsv",), "text/tab-separated-values", _ROWS),
        Format("json", (".json", ".srj"), "application/sparql-results+json", _RESULTS),
        Format("xml", (".xml", ".srx"), "application/sparql-results+xml", _RESULTS),
        Format("markdown", (".md", ".markdown"), "text/markdown", _ALL, has_labels=True),
        Format("jsonl", (".jsonl", ".ndjson"), "application/x-ndjson", _ALL),
        Format(
            "xlsx",
            (".xlsx",),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            _ROWS,
            has_labels=True,
        ),
        Format("turtle", (".ttl", ".turtle"), "text/turtle", _GRAPH),
        Format("ntriples", (".nt",), "application/n-triples", _GRAPH),
        Format("jsonld", (".jsonld",), "application/ld+json", _GRAPH),
        Format("rdfxml", (".rdf", ".owl"), "application/rdf+xml", _GRAPH),
    )
}
"""Every format by name."""

_KIND_NOUNS = {"table": "a table", "boolean": "true or false", "triples": "triples"}


def guess_format(path: str | os.PathLike[str]) -> str:
    """The name of the format that a file name means.

    Args:
        path: A path, a file name, or an extension with its dot.

    Raises:
        UsageError: The extension is missing or means no format.

    Example:
        >>> guess_format("answer.XLSX"), guess_format(".ttl")
        ('xlsx', 'turtle')
    """
    name = os.path.basename(os.fspath(path)).lower()  # noqa: PTH119 - a Path drops ".ttl"'s dot
    known = {extension: entry.name for entry in FORMATS.values() for extension in entry.extensions}
    extension = name[name.rfind(".") :] if "." in name else ""
    if extension in known:
        return known[extension]
    close = suggest(extension, known) if extension else []
    what = f"the extension {extension!r} means no format" if extension else "it has no extension"
    hint = f"Did you mean {close[0]}? Or name" if close else "Name"
    raise UsageError(f"{os.fspath(path)!r}: {what}.", hint=f"{hint} one with -f: {_names()}.")


def find_format(name: str) -> Format:
    """The format with a name.

    Args:
        name: A key of `FORMATS`, in any case.

    Raises:
        UnknownName: There is none.
    """
    try:
        return FORMATS[name.lower()]
    except KeyError:
        close = suggest(name, FORMATS)
        raise UnknownName("format", name, close, hint=f"Known: {_names()}.") from None


def _names(holds: str = "") -> str:
    return ", ".join(entry.name for entry in FORMATS.values() if not holds or holds in entry.holds)


def kind_of(answer: Answer) -> str:
    """What an answer is: ``table``, ``boolean`` or ``triples``."""
    if isinstance(answer, bool):
        return "boolean"
    return "table" if isinstance(answer, Table) else "triples"


def default_format(answer: Answer) -> str:
    """The format for an answer when none is asked for: text, or Turtle for triples."""
    return "turtle" if isinstance(answer, Triples) else "text"


def write_table(
    answer: Answer,
    target: Target,
    format: str | None = None,
    lang: str | None = None,
    labels: bool = True,
    *,
    width: int | None = None,
) -> None:
    """Nothing; an answer is written to a path or a stream.

    Args:
        answer: A table, triples, or a truth value.
        target: A path, or a binary or text stream.
        format: A key of `FORMATS`; None guesses from the path's extension, and for a stream
            takes text, or Turtle for triples.
        lang: Language of labels and notes; None takes that of the answer.
        labels: Whether formats for people show labels in place of IRIs, and JSON lines both.
        width: Columns of the screen for the format text; None asks the terminal, and does not
            wrap if the target is none.

    Raises:
        UnknownName: The format is unknown.
        UsageError: The format cannot hold the answer, or the path cannot be written.
        StoreError: Writing failed, as on a full disk.
    """
    chosen = format
    if chosen is None:
        is_file = isinstance(target, (str, os.PathLike)) and not str(target).startswith("/dev/")
        chosen = guess_format(str(target)) if is_file else default_format(answer)
    if width is None and not is_path(target):
        width = terminal_width(target)
    write_output(target, format_answer(answer, chosen, lang, labels, width=width))


def terminal_width(stream: object) -> int | None:
    """The columns of the terminal that a stream goes to; None if it goes elsewhere.

    The environment variable ``COLUMNS`` goes first, as everywhere.

    Args:
        stream: Any open stream.
    """
    is_terminal = getattr(stream, "isatty", None)
    if is_terminal is None or not is_terminal():
        return None
    columns = os.environ.get("COLUMNS", "")
    if columns.isascii() and columns.isdigit() and int(columns):
        return int(columns)
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80  # type: ignore[attr-defined]
    except (OSError, ValueError, AttributeError):
        return 80


def format_answer(
    answer: Answer,
    format: str,
    lang: str | None = None,
    labels: bool = True,
    *,
    width: int | None = None,
) -> Iterable[str | bytes]:
    """An answer in a format, in pieces: text, or bytes for XLSX and what the engine writes.

    Args:
        answer: A table, triples, or a truth value.
        format: A key of `FORMATS`.
        lang: Language of labels and notes; None takes that of the answer.
        labels: Whether formats for people show labels in place of IRIs, and JSON lines both.
        width: Columns that the format text may take; None for as many as it needs.

    Raises:
        UnknownName: The format is unknown.
        UsageError: The format cannot hold the answer.
    """
    chosen = find_format(format)
    kind = kind_of(answer)
    if kind not in chosen.holds:
        raise UsageError(
            f"{chosen.name} cannot hold {_KIND_NOUNS[kind]}.", hint=f"These can: {_names(kind)}."
        )
    if isinstance(answer, bool):
        return _BOOLEANS[chosen.name]("true" if answer else "false")
    if isinstance(answer, Triples) and chosen.name in _GRAPHS:
        return _GRAPHS[chosen.name](answer)
    if chosen.name == "json" and isinstance(answer, Table):
        results = answer.take_results()
        if results is not None:
            # Nothing was read and nothing is cut: the engine writes four times as fast.
            return [results.serialize(format=ox.QueryResultsFormat.JSON) or b"", "\n"]
    sheet = _Sheet(
        answer, lang or answer.lang, labels and (chosen.has_labels or chosen.name == "jsonl")
    )
    if chosen.name == "text":
        return _text(sheet, width)
    return _SHEETS[chosen.name](sheet)


_BOOLEANS: dict[str, Callable[[str], Iterable[str]]] = {
    "text": lambda word: [word, "\n"],
    "markdown": lambda word: [word, "\n"],
    "json": lambda word: ['{"head":{},"boolean":', word, "}\n"],
    "jsonl": lambda word: ['{"boolean":', word, "}\n"],
    "xml": lambda word: [_XML_START, f"<head></head>\n<boolean>{word}</boolean>\n</sparql>\n"],
}

Cell: TypeAlias = "ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None"


class _Sheet:
    """Rows and columns of an answer; triples have three columns."""

    def __init__(self, answer: Table | Triples, lang: str, labels: bool) -> None:
        self.lang = lang
        self.question = answer.question if isinstance(answer, Table) else None
        self.has_labels = labels
        if isinstance(answer, Table):
            self.columns = answer.columns
            self.rows: Sequence[Iterable[Cell]] = answer.solutions
        else:
            self.columns = ["subject", "predicate", "object"]
            self.rows = [(one.subject, one.predicate, one.object) for one in answer.triples]
        self.limit = answer.limit
        self.truncated = answer.truncated
        self.labels = answer.labels(lang) if labels else {}

    def show(self, cell: Cell) -> str:
        """A cell for people: a label or CURIE, or the text of a literal."""
        if cell is None:
            return ""
        if type(cell) is ox.NamedNode:
            value: str = cell.value
            if not self.has_labels:
                return value
            return self.labels.get(value) or shorten(value)
        if type(cell) is ox.BlankNode:
            return f"_:{cell.value}"
        if type(cell) is ox.Literal:
            text: str = cell.value
            return text
        return str(cell)

    def note(self) -> str:
        """The sentence that says that the answer was cut."""
        return _TRUNCATED["ja" if self.lang == "ja" else "en"].format(rows=len(self.rows))

    def numeric(self) -> list[bool]:
        """For each column, whether it holds numbers and nothing else."""
        seen = [False] * len(self.columns)
        left = set(range(len(self.columns)))
        for row in self.rows:
            if not left:
                break
            for index, cell in enumerate(row):
                if cell is None:
                    continue
                seen[index] = True
                if not isinstance(cell, ox.Literal) or cell.datatype.value not in _NUMERIC:
                    left.discard(index)
        return [index in left and seen[index] for index in range(len(self.columns))]


_TRUNCATED = {
    "en": "(truncated at {rows} rows: there are more)",
    "ja": "（{rows}行で打ち切り: 続きがあります）",
}
_EMPTY_NOTE = {"en": "(no rows)", "ja": "（結果なし）"}


# --- aligned text --------------------------------------------------------------------------------

_GAP = "  "
_NARROWEST = 8


def _text(sheet: _Sheet, width: int | None) -> Iterator[str]:
    if not sheet.columns:
        yield f"({len(sheet.rows)})\n"
        return
    heads = [make_safe(column) for column in sheet.columns]
    rows = [[make_safe(sheet.show(cell)) for cell in row] for row in sheet.rows]
    numeric = sheet.numeric()
    widths = [max(map(display_width, column)) for column in zip(heads, *rows, strict=True)]
    if width is not None:
        width = max(width, 20)
        if len(heads) * (_NARROWEST + len(_GAP)) > width and _total(widths) > width:
            yield from _records(heads, rows, width)
            widths = []
        else:
            widths = _shrink(widths, width)
    if widths:
        yield from _lines(heads, widths, numeric)
        yield _GAP.join("-" * one for one in widths) + "\n"
        for row in rows:
            yield from _lines(row, widths, numeric)
    if not rows:
        yield _EMPTY_NOTE["ja" if sheet.lang == "ja" else "en"] + "\n"
    if sheet.truncated:
        yield sheet.note() + "\n"


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + len(_GAP) * (len(widths) - 1)


def _shrink(widths: Sequence[int], width: int) -> list[int]:
    """Widths that fit into a line; the widest columns give up what is missing."""
    room = width - len(_GAP) * (len(widths) - 1)
    if sum(widths) <= room:
        return list(widths)
    low, high = 1, max(widths)
    while low < high:  # the greatest cap under which everything fits
        cap = (low + high + 1) // 2
        if sum(min(one, cap) for one in widths) <= room:
            low = cap
        else:
            high = cap - 1
    shrunk = [min(one, low) for one in widths]
    spare = room - sum(shrunk)
    for index, one in enumerate(widths):
        if spare and one > shrunk[index]:
            shrunk[index] += 1
            spare -= 1
    return shrunk


def _lines(cells: Sequence[str], widths: Sequence[int], numeric: Sequence[bool]) -> Iterator[str]:
    """The lines of one row; a cell that is too wide goes on in the next line."""
    sizes = [display_width(cell) for cell in cells]
    if all(size <= width for size, width in zip(sizes, widths, strict=True)):
        padded = [
            " " * (width - size) + cell if is_number else cell + " " * (width - size)
            for cell, size, width, is_number in zip(cells, sizes, widths, numeric, strict=True)
        ]
        yield _GAP.join(padded).rstrip() + "\n"
        return
    wrapped = [wrap(cell, width) for cell, width in zip(cells, widths, strict=True)]
    for index in range(max(map(len, wrapped))):
        parts = []
        for lines, width, is_number in zip(wrapped, widths, numeric, strict=True):
            line = lines[index] if index < len(lines) else ""
            padding = " " * (width - display_width(line))
            parts.append(padding + line if is_number else line + padding)
        yield _GAP.join(parts).rstrip() + "\n"


def _records(heads: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    """Each row as a block of lines, for tables with too many columns for the screen."""
    name_width = min(max(map(display_width, heads)), width // 3)
    for number, row in enumerate(rows, 1):
        yield f"-- {number} --\n"
        for head, cell in zip(heads, row, strict=True):
            if cell:
                widths = [name_width, width - name_width - len(_GAP)]
                yield from _lines([head, cell], widths, [False, False])


# What would move the cursor, end the line, or turn the direction of writing.
_MARK_RANGES = ((0, 0x20), (0x7F, 0xA0), (0x200E, 0x2010), (0x202A, 0x202F), (0x2066, 0x206A))
_MARKS = {0x61C, 0xFEFF} | {code for start, end in _MARK_RANGES for code in range(start, end)}
_SAFE = {code: f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" for code in _MARKS}
_SAFE |= {0x09: " ", 0x0A: "↵", 0x0D: "", 0x85: "↵", 0x2028: "↵", 0x2029: "↵"}


def make_safe(text: str) -> str:
    r"""A text that is one line and cannot command a terminal.

    Line breaks become ``↵``, tabs spaces; other control characters and the marks that turn the
    direction of writing are spelt out.

    Args:
        text: Any text.

    Example:
        >>> make_safe("one\ntwo\x1b[2J")
        'one↵two\\x1b[2J'
    """
    return text if text.isascii() and text.isprintable() else text.translate(_SAFE)


_JOINER = "\u200d"
_EMOJI_STYLE = "\ufe0f"


def _clusters(text: str) -> Iterator[tuple[str, int]]:
    """What a reader sees as one character, with the columns that it takes on a terminal."""
    cluster, width = "", 0
    for char in text:
        own = _char_width(char)
        follows = bool(cluster) and (
            own == 0
            or cluster[-1] == _JOINER
            or ("\U0001f3fb" <= char <= "\U0001f3ff" and width == 2)  # skin tones
            or (_is_flag(char) and len(cluster) == 1 and _is_flag(cluster))
        )
        if not follows:
            if cluster:
                yield cluster, width
            cluster, width = char, own
            continue
        cluster += char
        if (char == _EMOJI_STYLE and width == 1) or _is_flag(char):
            width = 2
    if cluster:
        yield cluster, width


def _is_flag(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _char_width(char: str) -> int:
    if char < "\u0300":
        return 0 if char == "\u00ad" else 1
    if unicodedata.category(char) in ("Mn", "Me", "Cf") or "\u1160" <= char <= "\u11ff":
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def display_width(text: str) -> int:
    """How many columns a text takes on a terminal.

    East Asian wide characters take two (Unicode Standard Annex 11), combining ones none, and an
    emoji sequence is one character.

    Args:
        text: A text without control characters.

    Example:
        >>> display_width("テロ対策"), display_width("é"), display_width("ﾃﾛ")
        (8, 1, 2)
    """
    if text.isascii():
        return len(text)
    total = 0
    for char in text:
        width = _widths.get(char)
        if width is None:
            joins = _char_width(char) == 0 or _is_flag(char) or "\U0001f3fb" <= char <= "\U0001f3ff"
            width = _widths[char] = -1 if joins else _char_width(char)
        if width < 0:
            return sum(width for _, width in _clusters(text))
        total += width
    return total


_widths: dict[str, int] = {}


_NEVER_FIRST = frozenset(
    "、。，．,.!?！？）」』】〕〉》)]}ー々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ・:;：；％%"
)


def wrap(text: str, width: int) -> list[str]:
    """The lines of a text that is too wide, never none.

    It breaks at spaces, and anywhere between wide characters unless the next one may not begin a
    line; a word wider than a line is cut.

    Args:
        text: A text without line breaks.
        width: Columns that a line may take, at least 1.

    Example:
        >>> wrap("Workshop on the rule of law", 12)
        ['Workshop on', 'the rule of', 'law']
    """
    if display_width(text) <= width:
        return [text]
    lines: list[str] = []
    line: list[tuple[str, int]] = []
    used = 0
    for cluster, size in _clusters(text):
        if used + size > width and line:
            cut = len(line) if cluster == " " else _break_place(line, cluster)
            head, line = line[:cut], line[cut:]
            lines.append("".join(part for part, _ in head).rstrip())
            used = sum(part for _, part in line)
        if cluster == " " and not line:
            continue
        line.append((cluster, size))
        used += size
    if line:
        lines.append("".join(part for part, _ in line).rstrip())
    return lines or [""]


def _break_place(line: Sequence[tuple[str, int]], following: str) -> int:
    """How much of a full line stays when a character does not fit any more."""
    after = following
    for index in range(len(line), 0, -1):
        before, size = line[index - 1]
        if before == " ":
            return index
        is_wide = size == 2 or _char_width(after[0]) == 2
        if is_wide and after not in _NEVER_FIRST:
            return index
        after = before
    return len(line)


# --- formats with rows ---------------------------------------------------------------------------


def _csv(sheet: _Sheet) -> Iterator[str]:
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


def _tsv(sheet: _Sheet) -> Iterator[str]:
    yield "\t".join("?" + column for column in sheet.columns) + "\n"
    for row in sheet.rows:
        yield "\t".join([_tsv_term(cell) for cell in row]) + "\n"
    if sheet.truncated:
        yield f"# truncated at {len(sheet.rows)} rows{chr(9) * (len(sheet.columns) - 1)}\n"


_BARE = {
    _XSD + "integer": re.compile(r"[+-]?[0-9]+\Z"),
    _XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+\Z"),
    _XSD + "double": re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][+-]?[0-9]+\Z"),
    _XSD + "boolean": re.compile(r"(?:true|false)\Z"),
}


def _tsv_term(cell: Cell) -> str:
    """A term in the syntax of SPARQL and Turtle, numbers and truth values bare."""
    if cell is None:
        return ""
    if isinstance(cell, ox.Literal) and cell.language is None:
        bare = _BARE.get(cell.datatype.value)
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


def _json(sheet: _Sheet) -> Iterator[str]:
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


def _jsonl(sheet: _Sheet) -> Iterator[str]:
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


_XML_START = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<sparql xmlns="http://www.w3.org/2005/sparql-results#">\n'
)
_XML_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_XML_ESCAPED = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord('"'): "&quot;"}
_XML_ESCAPED |= {code: f"&#{code};" for code in (0x09, 0x0D)}


def _xml_text(text: str) -> str:
    match = _XML_FORBIDDEN.search(text)
    if match:
        raise Unwritable(
            f"XML cannot hold the character U+{ord(match[0]):04X}, which stands in {text[:60]!r}.",
            hint="Use json, tsv or turtle instead.",
        )
    return text.translate(_XML_ESCAPED)


def _xml_term(cell: Cell) -> str:
    if isinstance(cell, ox.NamedNode):
        return f"<uri>{_xml_text(cell.value)}</uri>"
    if isinstance(cell, ox.BlankNode):
        return f"<bnode>{_xml_text(cell.value)}</bnode>"
    if isinstance(cell, ox.Triple):
        parts = "".join(
            f"<{name}>{_xml_term(getattr(cell, name))}</{name}>"
            for name in ("subject", "predicate", "object")
        )
        return f"<triple>{parts}</triple>"
    assert cell is not None
    kind = ""
    if cell.language is not None:
        kind = f' xml:lang="{_xml_text(cell.language)}"'
    elif cell.datatype.value != _XSD + "string":
        kind = f' datatype="{_xml_text(cell.datatype.value)}"'
    return f"<literal{kind}>{_xml_text(cell.value)}</literal>"


def _xml(sheet: _Sheet) -> Iterator[str]:
    yield _XML_START
    variables = "".join(f'<variable name="{_xml_text(column)}"/>' for column in sheet.columns)
    yield f"<head>{variables}</head>\n<results>\n"
    for row in sheet.rows:
        cells = "".join(
            f'<binding name="{_xml_text(column)}">{_xml_term(cell)}</binding>'
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


def _markdown(sheet: _Sheet) -> Iterator[str]:
    if sheet.columns:
        yield "| " + " | ".join(map(_markdown_text, sheet.columns)) + " |\n"
        yield "| " + " | ".join("---:" if one else "---" for one in sheet.numeric()) + " |\n"
        for row in sheet.rows:
            yield "| " + " | ".join(_markdown_text(sheet.show(cell)) for cell in row) + " |\n"
    if sheet.truncated:
        yield f"\n{sheet.note()}\n"


# --- spreadsheets --------------------------------------------------------------------------------

_XLSX_ROWS = 1_048_576
_XLSX_COLUMNS = 16_384
_XLSX_TEXT = 32_767
_SHEET_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


def _xlsx(sheet: _Sheet) -> Iterator[bytes]:
    import datetime
    import io

    import xlsxwriter  # type: ignore[import-untyped]

    if len(sheet.rows) + 2 > _XLSX_ROWS or len(sheet.columns) > _XLSX_COLUMNS:
        raise UsageError(
            f"a sheet cannot hold {len(sheet.rows)} rows of {len(sheet.columns)} columns "
            f"(at most {_XLSX_ROWS - 2} and {_XLSX_COLUMNS}).",
            hint="Use csv, or set a limit.",
        )
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    # The same answer must give the same bytes, so the file does not say when it was made.
    book.set_properties({"created": datetime.datetime(2000, 1, 1), "author": "ctgraph"})
    title = sheet.question.title.get(sheet.lang, "") if sheet.question else ""
    name = _SHEET_NAME.sub(" ", title).strip("' ")[:31].strip("' ")
    page = book.add_worksheet(name if name and name.lower() != "history" else "ctgraph")
    head = book.add_format({"bold": True, "bottom": 1})
    formats = {
        "date": book.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
        "datetime": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss", "align": "left"}),
    }
    widths = [display_width(column) for column in sheet.columns]
    for column, text in enumerate(sheet.columns):
        page.write_string(0, column, text, head)
    for index, row in enumerate(sheet.rows, 1):
        for column, cell in enumerate(row):
            if cell is None:
                continue
            shown = sheet.show(cell)
            _write_cell(page, index, column, cell, shown, formats)
            if index <= 1000:
                widths[column] = max(widths[column], min(display_width(make_safe(shown)), 60))
    if sheet.truncated:
        page.write_string(len(sheet.rows) + 1, 0, sheet.note())
    for column, width in enumerate(widths):
        page.set_column(column, column, width + 2)
    page.freeze_panes(1, 0)
    if sheet.columns and sheet.rows:
        page.autofilter(0, 0, len(sheet.rows), len(sheet.columns) - 1)
    book.close()
    yield buffer.getvalue()


def _fits_number(value: object) -> bool:
    """Whether Excel, which keeps 15 digits, holds a number as it is."""
    from decimal import Decimal

    if isinstance(value, float):
        return value - value == 0  # neither infinite nor no number
    if not isinstance(value, (int, Decimal)):
        return False
    number = Decimal(value)
    return len(number.as_tuple().digits) <= 15 and abs(number) < Decimal("1e300")


def _write_cell(  # noqa: PLR0917 - the order of xlsxwriter's own
    page: Any, row: int, column: int, cell: Cell, shown: str, formats: Mapping[str, Any]
) -> None:
    """Write a cell as a number, date or truth value if Excel can hold it exactly, else as text."""
    import datetime

    value = to_python(cell) if isinstance(cell, ox.Literal) and cell.language is None else shown
    if isinstance(value, bool):
        page.write_boolean(row, column, value)
    elif _fits_number(value):
        page.write_number(row, column, value)
    elif isinstance(value, datetime.datetime) and value.tzinfo is None and value.year >= 1900:
        page.write_datetime(row, column, value, formats["datetime"])
    elif type(value) is datetime.date and value.year >= 1900:
        page.write_datetime(row, column, value, formats["date"])
    else:
        text = shown if len(shown) <= _XLSX_TEXT else shown[: _XLSX_TEXT - 1] + "…"
        page.write_string(row, column, text)


_SHEETS: dict[str, Callable[[_Sheet], Iterable[str | bytes]]] = {
    "csv": _csv,
    "tsv": _tsv,
    "json": _json,
    "jsonl": _jsonl,
    "xml": _xml,
    "markdown": _markdown,
    "xlsx": _xlsx,
}


# --- formats for triples -------------------------------------------------------------------------

# A reader of the raw file must see what it says: marks that turn the direction of writing, and
# control characters, are escaped, which Turtle and N-Triples allow anywhere in a string or IRI.
_ESCAPED = {code: f"\\u{code:04X}" for code in _MARKS if code not in (0x09, 0x0A, 0x0D)}
_ESCAPED |= {code: f"\\u{code:04X}" for code in (0x2028, 0x2029)}


def _note(triples: Triples) -> str:
    return f"truncated at {len(triples)} triples: there are more"


def _by_subject(triples: Triples) -> Iterator[tuple[Any, list[tuple[Any, list[Any]]]]]:
    """Subjects in order, each with its properties, ``rdf:type`` first, and their values."""
    grouped: dict[Any, dict[Any, list[Any]]] = {}
    for one in triples:
        grouped.setdefault(one.subject, {}).setdefault(one.predicate, []).append(one.object)
    for subject in sorted(grouped, key=str):
        properties = grouped[subject]
        ordered = sorted(properties, key=lambda p: (p.value != _TYPE, p.value))
        yield subject, [(p, sorted(properties[p], key=str)) for p in ordered]


def _ntriples(triples: Triples) -> Iterator[str]:
    for one in triples:
        yield f"{one} .\n".translate(_ESCAPED)
    if triples.truncated:
        yield f"# {_note(triples)}\n"


def _used_prefixes(iris: Iterable[str]) -> dict[str, str]:
    found = {shorten(iri).partition(":")[0] for iri in iris}
    return {prefix: PREFIXES[prefix] for prefix in sorted(found) if prefix in PREFIXES}


def _all_iris(triples: Triples) -> set[str]:
    found = set(triples.iris())
    for one in triples:
        if isinstance(one.object, ox.Literal):
            found.add(one.object.datatype.value)
    return found


class _Turtle:
    """Terms as Turtle writes them; remembers which prefixes it used."""

    def __init__(self) -> None:
        self.used: set[str] = set()

    def name(self, iri: str) -> str:
        """An IRI, with a prefix if there is one."""
        short = shorten(iri)
        if not short.startswith("<"):
            self.used.add(short.partition(":")[0])
        return short

    def term(self, term: Any) -> str:
        """An IRI, a blank node or a literal."""
        if isinstance(term, ox.NamedNode):
            return self.name(term.value)
        if not isinstance(term, ox.Literal) or term.language is not None:
            return str(term)
        datatype = term.datatype.value
        if datatype == _XSD + "string":
            return str(term)
        bare = _BARE.get(datatype)
        if bare is not None and bare.match(term.value):
            return str(term.value)
        return f"{ox.Literal(term.value)}^^{self.name(datatype)}"


def _turtle(triples: Triples) -> Iterator[str]:
    write = _Turtle()
    blocks = []
    for subject, properties in _by_subject(triples):
        lines = []
        for predicate, values in properties:
            name = "a" if predicate.value == _TYPE else write.name(predicate.value)
            lines.append(f"{name} {' , '.join(map(write.term, values))}")
        text = " ;\n    ".join(lines)
        blocks.append(f"\n{write.term(subject)} {text} .\n".translate(_ESCAPED))
    for prefix in sorted(write.used):
        yield f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n"
    yield from blocks
    if triples.truncated:
        yield f"\n# {_note(triples)}\n"


def _jsonld(triples: Triples) -> Iterator[str]:
    import json

    iris = _all_iris(triples)
    # An IRI whose scheme is spelt like a prefix would be read as a compact IRI.
    schemes = {iri.partition(":")[0] for iri in iris}
    prefixes = {p: space for p, space in _used_prefixes(iris).items() if p not in schemes}

    def name(term: Any) -> str:
        if isinstance(term, ox.BlankNode):
            return f"_:{term.value}"
        short = shorten(term.value)
        return short if short.partition(":")[0] in prefixes else str(term.value)

    def value(term: Any) -> Any:
        if not isinstance(term, ox.Literal):
            return {"@id": name(term)}
        if term.language is not None:
            return {"@language": term.language, "@value": term.value}
        if term.datatype.value == _XSD + "string":
            return term.value
        return {"@type": name(term.datatype), "@value": term.value}

    graph: list[dict[str, Any]] = []
    for subject, properties in _by_subject(triples):
        node: dict[str, Any] = {"@id": name(subject)}
        for predicate, values in properties:
            if predicate.value == _TYPE and not any(isinstance(v, ox.Literal) for v in values):
                node["@type"] = [name(one) for one in values]
            else:
                node[name(predicate)] = [value(one) for one in values]
        graph.append(node)
    document: dict[str, Any] = {"@context": prefixes}
    if triples.truncated:
        # Keys that are no IRI and that the context does not know are not part of the graph.
        document |= {"truncated": True, "limit": triples.limit}
    document["@graph"] = graph
    yield json.dumps(document, ensure_ascii=False, indent=1) + "\n"


_XML_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]*\Z")


def _rdfxml(triples: Triples) -> Iterator[str]:
    known = {namespace: prefix for prefix, namespace in PREFIXES.items()}
    names: dict[str, tuple[str, str]] = {}
    for predicate in sorted({one.predicate.value for one in triples}):
        match = _XML_NAME.search(predicate)
        if not match or not match.start():
            raise Unwritable(
                f"RDF/XML cannot write the property <{predicate}>: it does not end in a name.",
                hint="Use turtle or another format.",
            )
        names[predicate] = (predicate[: match.start()], match[0])
    spaces = sorted({space for space, _ in names.values()} | {_RDF})
    prefixes = {space: known.get(space, f"ns{index}") for index, space in enumerate(spaces, 1)}
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF'
    for space in spaces:
        yield f'\n    xmlns:{prefixes[space]}="{_xml_text(space)}"'
    yield ">\n"
    for subject, properties in _by_subject(triples):
        about = "nodeID" if isinstance(subject, ox.BlankNode) else "about"
        yield f'  <rdf:Description rdf:{about}="{_xml_text(subject.value)}">\n'
        for predicate, values in properties:
            tag = f"{prefixes[names[predicate.value][0]]}:{names[predicate.value][1]}"
            for one in values:
                yield f"    {_rdfxml_value(tag, one)}\n"
        yield "  </rdf:Description>\n"
    if triples.truncated:
        yield f"  <!-- {_note(triples)} -->\n"
    yield "</rdf:RDF>\n"


def _rdfxml_value(tag: str, term: Any) -> str:
    if isinstance(term, ox.NamedNode):
        return f'<{tag} rdf:resource="{_xml_text(term.value)}"/>'
    if isinstance(term, ox.BlankNode):
        return f'<{tag} rdf:nodeID="{_xml_text(term.value)}"/>'
    kind = ""
    if term.language is not None:
        kind = f' xml:lang="{_xml_text(term.language)}"'
    elif term.datatype.value != _XSD + "string":
        kind = f' rdf:datatype="{_xml_text(term.datatype.value)}"'
    return f"<{tag}{kind}>{_xml_text(term.value)}</{tag}>"


_GRAPHS: dict[str, Callable[[Triples], Iterable[str | bytes]]] = {
    "turtle": _turtle,
    "ntriples": _ntriples,
    "jsonld": _jsonld,
    "rdfxml": _rdfxml,
}
