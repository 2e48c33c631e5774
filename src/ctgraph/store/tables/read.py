"""Tables as text: tab between columns, a header row, every row with its line."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import NamedTuple

from ctgraph.errors import DataError, Problem, suggest
from ctgraph.store.project import Bundle

KINDS = frozenset(
    (
        *("class", "concept", "concepts", "date", "day", "digest", "facts", "locator"),
        *("number", "place", "source", "text", "texts", "thing", "things", "unit"),
    )
)
"""What a column may hold; `ontology/tables/columns.toml` says what each gives to the templates."""


class Layout(NamedTuple):
    """What a table must look like.

    Attributes:
        key: The column whose values name the rows.
        columns: The kind of each column, by its name.
    """

    key: str
    columns: dict[str, str]


class Row(NamedTuple):
    """A row of a table.

    Attributes:
        line: Line of the file, from 1.
        cells: What stands in each column; an empty cell is left out.
    """

    line: int
    cells: dict[str, str]


class Table(NamedTuple):
    """A table of one folder.

    Attributes:
        path: The file.
        layout: What it must look like.
        rows: Its rows by key, in the order of the file.
    """

    path: Path
    layout: Layout
    rows: dict[str, Row]


def read_layouts(bundle: Bundle) -> dict[str, Layout]:
    """Return what each kind of table must look like, by its name.

    Args:
        bundle: Where `ontology/tables/columns.toml` is.

    Raises:
        DataError: The file is missing or not as it must be.
    """
    path = bundle.columns_file()
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        layouts = {
            name: Layout(table["key"], dict(table["columns"])) for name, table in found.items()
        }
        kinds = {kind for layout in layouts.values() for kind in layout.columns.values()}
        if kinds - KINDS:
            raise ValueError(f"unknown kind {min(kinds - KINDS)}")
        return layouts
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError) as error:
        raise DataError("columns-unreadable", place=bundle.show(path), said=error) from None


def read_table(path: Path, where: str, layout: Layout, problems: list[Problem]) -> Table:
    """Return a table; what is wrong with it is added to the problems.

    Columns may stand in any order and may be left out, but for the key.

    Args:
        path: The file.
        where: The file, as messages name it.
        layout: What it must look like.
        problems: Where problems are added.
    """
    table = Table(path, layout, {})

    def report(line: int, key: str, hint: str | None = None, /, **values: object) -> None:
        problems.append(Problem(where, line, key, hint or key, values))

    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        report(0, "file-not-utf8")
        return table
    except OSError as error:
        report(0, "file-unreadable", said=error.strerror)
        return table
    head, *lines = text.removesuffix("\n").split("\n")
    columns = head.split("\t")
    for column in columns:
        if column not in layout.columns:
            close = suggest(column, layout.columns)
            hint = "did-you-mean" if close else "columns-are"
            report(1, "column-unknown", hint, name=column, near=close, names=[*layout.columns])
    for column in sorted({column for column in columns if columns.count(column) > 1}):
        report(1, "column-twice", name=column)
    if layout.key not in columns:
        report(1, "column-missing", name=layout.key)
        return table
    for line, text_of_row in enumerate(lines, 2):
        cells = text_of_row.removesuffix("\r").split("\t")
        if len(cells) != len(columns):
            report(line, "row-of-other-width", n=len(cells), expected=len(columns))
            continue
        row = Row(
            line, {c: cell.strip() for c, cell in zip(columns, cells, strict=True) if cell.strip()}
        )
        key = row.cells.get(layout.key, "")
        if not key:
            report(line, "row-without-key", name=layout.key)
        elif key in table.rows:
            report(line, "row-twice", name=key, first=table.rows[key].line)
        else:
            table.rows[key] = row
    return table
