"""Triples as CSV files: one table per class, a table of the columns, and what it all is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

import pyoxigraph as ox

from ctgraph.export.output import to_csv
from ctgraph.export.rdf import place_of
from ctgraph.terms import CT, is_local_name_safe, rdf, shorten

_ABOUT = "_about.txt"
COLUMNS = "_columns.csv"


def csv_files(triples: Iterable[ox.Triple], header: Sequence[str]) -> dict[str, str]:
    """Return file name to text: a table per class, a table of the columns, and what it all is.

    Args:
        triples: What to write.
        header: Lines that say what the files are.
    """
    curie, short_name = cache(_curie), cache(_short_name)
    rows: dict[str, dict[str, list[ox.Triple]]] = {}
    by_subject: dict[str, list[ox.Triple]] = {}
    for triple in sorted(triples, key=place_of):
        by_subject.setdefault(_name(triple.subject), []).append(triple)
    for subject, said in by_subject.items():
        kinds = [_name(one.object) for one in said if _is_class(one)]
        for kind in kinds or [""]:
            rows.setdefault(kind, {})[subject] = said
    files: dict[str, str] = {}
    described = [["file", "column", "property", "language", "rows"]]
    taken: set[str] = set()
    for kind in sorted(rows):
        file = _table_name(kind, taken)
        columns: dict[str, tuple[str, str]] = {}
        table: list[dict[str, str]] = []
        for subject, said in rows[kind].items():
            cells: dict[str, list[str]] = {}
            for one in said:
                predicate, term = one.predicate.value, one.object
                language = (isinstance(term, ox.Literal) and term.language) or ""
                column = short_name(predicate) + (f"@{language}" if language else "")
                columns[column] = (predicate, language)
                text = term.value if isinstance(term, ox.Literal) else curie(_name(term))
                cells.setdefault(column, []).append(text.replace("\\", "\\\\").replace("|", "\\|"))
            table.append(
                {"iri": _curie(subject)}
                | {column: " | ".join(found) for column, found in cells.items()}
            )
        names = sorted(columns)
        files[file] = to_csv(
            [["iri", *names], *([row.get(name, "") for name in ["iri", *names]] for row in table)]
        )
        for column in names:
            predicate, language = columns[column]
            described.append([file, column, _curie(predicate), language, str(len(table))])
    files[COLUMNS] = to_csv(described)
    notes = [
        *header,
        "one table per class; several values in a cell are parted by ' | ', and a | or \\ in a",
        f"value is written \\| or \\\\; {COLUMNS} says which property a column is",
    ]
    files[_ABOUT] = "\n".join(notes) + "\n"
    return files


def _name(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode) else str(term)


def _curie(iri: str) -> str:
    return shorten(iri).strip("<>")


def _is_class(triple: ox.Triple) -> bool:
    return triple.predicate == rdf.type and isinstance(triple.object, ox.NamedNode)


def _short_name(predicate: str) -> str:
    if predicate == rdf.type.value:
        return "type"
    if predicate.startswith(CT) and is_local_name_safe(predicate[len(CT) :]):
        return predicate[len(CT) :]
    return _curie(predicate)


def _table_name(kind: str, taken: set[str]) -> str:
    if not kind:
        name = "_untyped"
    elif kind.startswith(CT):
        name = kind[len(CT) :]
    else:
        name = _curie(kind).replace(":", "-", 1)
    name = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "-" for c in name)[:80]
    # Names that differ in case only are one file on some systems.
    number, base = 2, name
    while name.lower() in taken:
        name = f"{base}-{number}"
        number += 1
    taken.add(name.lower())
    return f"{name}.csv"
