"""Answers as text: aligned tables, CSV, TSV, SPARQL JSON and XML, Markdown, XLSX, RDF.

Formats for people (text, Markdown, CSV, XLSX) show labels instead of IRIs; formats for programs
keep RDF terms. An answer that was cut says so in a last line, row or comment, or in the JSON head;
but not in CSV and TSV, where every line is a row for the program that reads it: there the command
says it on standard error, and HTTP in a header. The same answer gives the same bytes in every
process.

CSV for Excel begins with a byte order mark, which programs would take for a part of the first name.

CSV is the form of the W3C recommendation (SPARQL 1.1 Query Results CSV and TSV Formats,
https://www.w3.org/TR/sparql11-results-csv-tsv/), in which values stand as they are. A spreadsheet
that opens such a file may read a text such as ``=1+1`` as a formula; XLSX marks every text as one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from ctgraph.errors import UnknownName, UsageError, suggest
from ctgraph.export.formats import ANSWER_FORMATS, TRIPLE_FORMATS
from ctgraph.export.marks import spell_out
from ctgraph.export.output import Target, is_path, write_output
from ctgraph.export.rdf import Content, write_rdf
from ctgraph.export.tables.aligned import write_text
from ctgraph.export.tables.results import (
    write_csv,
    write_csv_for_excel,
    write_fresh,
    write_json,
    write_jsonl,
    write_markdown,
    write_truth,
    write_tsv,
    write_xml,
)
from ctgraph.export.tables.rows import Grid, kind_of
from ctgraph.export.tables.spreadsheet import write_xlsx
from ctgraph.query import Table, Triples
from ctgraph.text import terminal_width

if TYPE_CHECKING:
    from ctgraph.export.formats import Format
    from ctgraph.export.tables.rows import Answer


FORMATS = ANSWER_FORMATS
"""Every format by name."""

_KIND_NOUNS = {"table": "a table", "boolean": "true or false", "triples": "triples"}


def guess_format(path: str | os.PathLike[str]) -> str:
    """Return the name of the format that a file name means.

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
    raise UsageError(
        "extension-without-format" if extension else "file-without-extension",
        path=os.fspath(path),
        extension=extension,
        near=close[:1],
        names=_names(),
        hint="did-you-mean-or-name-one" if close else "name-one",
    )


def find_format(name: str) -> Format:
    """Return the format with a name.

    Args:
        name: A key of `FORMATS`, in any case.

    Raises:
        UnknownName: There is none.
    """
    try:
        return FORMATS[name.lower()]
    except KeyError:
        close = suggest(name, FORMATS)
        raise UnknownName("format", name, close, hint="known", names=_names()) from None


def _names(holds: str = "") -> list[str]:
    return [entry.name for entry in FORMATS.values() if not holds or holds in entry.holds]


def default_format(answer: Answer) -> str:
    """Return the format for an answer when none is asked for: text, or Turtle for triples."""
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
    """Write an answer to a path or a stream.

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


def format_answer(
    answer: Answer,
    format: str,
    lang: str | None = None,
    labels: bool = True,
    *,
    width: int | None = None,
) -> Iterable[str | bytes]:
    """Return an answer in a format, in pieces: text, or bytes for XLSX and what the engine writes.

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
            "format-cannot-hold-answer",
            name=chosen.name,
            kind=_KIND_NOUNS[kind],
            names=_names(kind),
        )
    if isinstance(answer, bool):
        return write_truth(answer, chosen.name)
    if isinstance(answer, Triples) and chosen.name in TRIPLE_FORMATS:
        return _write_graph(answer, chosen.name)
    # If nothing was read and nothing is cut, the engine writes four times as fast.
    fresh = write_fresh(answer, chosen.name) if isinstance(answer, Table) else None
    if fresh is not None:
        return fresh
    sheet = Grid(
        answer, lang or answer.lang, labels and (chosen.has_labels or chosen.name == "jsonl")
    )
    if chosen.name == "text":
        return write_text(sheet, width)
    return _SHEETS[chosen.name](sheet)


_SHEETS: dict[str, Callable[[Grid], Iterable[str | bytes]]] = {
    "csv": write_csv,
    "csv-excel": write_csv_for_excel,
    "tsv": write_tsv,
    "json": write_json,
    "jsonl": write_jsonl,
    "xml": write_xml,
    "markdown": write_markdown,
    "xlsx": write_xlsx,
}


def _write_graph(answer: Triples, format: str) -> Iterator[bytes]:
    """Yield the answer in a format that holds triples as a graph.

    Args:
        answer: The triples.
        format: The name of the format.

    Raises:
        Unwritable: The format cannot hold a character or a property.
    """
    note = f"truncated at {len(answer)} triples: there are more" if answer.truncated else ""
    body = write_rdf(format, Content(answer.triples), note=note, limit=answer.limit)
    # An answer is shown on a terminal, where its canonical form counts less.
    yield spell_out(body) if format == "ntriples" else body
