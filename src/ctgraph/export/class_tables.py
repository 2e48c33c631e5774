"""Triples as CSV files: one table per class, a table of the columns, and what it all is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

import pyoxigraph as ox

from ctgraph.export.output import to_csv
from ctgraph.export.rdf import place_of
from ctgraph.export.table_package import (
    METADATA,
    PACKAGE,
    Column,
    Labels,
    Table,
    choose_type,
    describe_tables,
)
from ctgraph.terms import CT, is_local_name_safe, rdf, shorten

_ABOUT = "_about.txt"
COLUMNS = "_columns.csv"


def csv_files(
    triples: Iterable[ox.Triple], header: Sequence[str], labels: Labels, digest: str
) -> dict[str, str]:
    """Return file name to text: a table per class, a table of the columns, and what it all is.

    Args:
        triples: What to write.
        header: Lines that say what the files are.
        labels: The labels of classes and properties by IRI and language.
        digest: The SHA-256 of the graph.
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
    tables: list[Table] = []
    described = [["file", "column", "property", "language", "rows"]]
    taken: set[str] = set()
    for kind in sorted(rows):
        file = _table_name(kind, taken)
        found: dict[str, _Cells] = {}
        for subject, said in rows[kind].items():
            for one in said:
                predicate, term = one.predicate.value, one.object
                language = (isinstance(term, ox.Literal) and term.language) or ""
                name = short_name(predicate) + (f"@{language}" if language else "")
                text = term.value if isinstance(term, ox.Literal) else curie(_name(term))
                cells = found.setdefault(name, _Cells(predicate, language))
                cells.by_row.setdefault(subject, []).append(
                    text.replace("\\", "\\\\").replace("|", "\\|")
                )
                cells.types.add(term.datatype.value if isinstance(term, ox.Literal) else "")
        names = sorted(found)
        columns = [found[name] for name in names]
        lines = [
            [curie(subject), *(" | ".join(cells.by_row.get(subject, ())) for cells in columns)]
            for subject in rows[kind]
        ]
        files[file] = to_csv([["iri", *names], *lines])
        described += [
            [file, name, curie(cells.predicate), cells.language, str(len(lines))]
            for name, cells in zip(names, columns, strict=True)
        ]
        of_table = [cells.describe(name) for name, cells in zip(names, columns, strict=True)]
        tables.append(Table(file, kind, [Column("iri"), *of_table], ["iri"]))
    files[COLUMNS] = to_csv(described)
    about = [Column(name, type="integer" if name == "rows" else "string") for name in described[0]]
    tables.append(Table(COLUMNS, "", about, ["file", "column"]))
    files |= describe_tables(tables, files, labels, digest)
    notes = [
        *header,
        "one table per class; several values in a cell are parted by ' | ', and a | or \\ in a",
        f"value is written \\| or \\\\; {COLUMNS} says which property a column is,",
        f"{PACKAGE} and {METADATA} say it to programs, with the types of the columns",
    ]
    files[_ABOUT] = "\n".join(notes) + "\n"
    return files


class _Cells:
    """The values of a column, by the thing that a row is of."""

    def __init__(self, predicate: str, language: str) -> None:
        self.predicate = predicate
        self.language = language
        self.types: set[str] = set()
        self.by_row: dict[str, list[str]] = {}

    def describe(self, name: str) -> Column:
        """Return what the column holds."""
        is_list = any(len(values) > 1 for values in self.by_row.values())
        kind = choose_type(self.types, is_list)
        return Column(name, self.predicate, self.language, kind, is_list)


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
