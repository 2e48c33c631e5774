"""Tables as text: tab between columns, a header row, every row with its line."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from ctgraph.errors import DataError, Problem, UsageError, suggest
from ctgraph.store.project import Bundle
from ctgraph.store.scope import first_day, last_day

KINDS = frozenset(
    (
        *("class", "concept", "concepts", "date", "day", "digest", "facts", "locator"),
        *("number", "place", "quote", "source", "text", "texts", "thing", "things", "unit"),
    )
)
"""What a column may hold; `ontology/tables/columns.toml` says what each gives to the templates."""


class Layout(NamedTuple):
    """What a table must look like.

    Attributes:
        key: The column whose values name the rows.
        columns: The kind of each column, by its name.
        required: Columns that have something in every row.
        values: The only values of a column, each with the columns that its rows need.
        either: Groups of columns of which every row has one.
    """

    key: str
    columns: dict[str, str]
    required: Sequence[str] = ()
    values: Mapping[str, Mapping[str, Sequence[str]]] = MappingProxyType({})
    either: Sequence[Sequence[str]] = ()


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
        found = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        layouts = {
            name: Layout(
                table["key"],
                dict(table["columns"]),
                tuple(table.get("required", ())),
                dict(table.get("values", {})),
                tuple(map(tuple, table.get("either", ()))),
            )
            for name, table in found.items()
        }
        kinds = {kind for layout in layouts.values() for kind in layout.columns.values()}
        if kinds - KINDS:
            raise ValueError(f"unknown kind {min(kinds - KINDS)}")
        return layouts
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError) as error:
        raise DataError("columns-unreadable", place=bundle.show(path), said=error) from None


def read_table(path: Path, where: str, layout: Layout, problems: list[Problem]) -> Table:
    """Return a table; what is wrong with it is added to the problems.

    Columns may stand in any order and may be left out, but for the key and those that are required.

    Args:
        path: The file.
        where: The file, as messages name it.
        layout: What it must look like.
        problems: Where problems are added.
    """
    try:
        return parse_table(path.read_text(encoding="utf-8-sig"), path, where, layout, problems)
    except UnicodeDecodeError:
        problems.append(Problem(where, 0, "file-not-utf8", "file-not-utf8"))
    except OSError as error:
        said = {"said": error.strerror}
        problems.append(Problem(where, 0, "file-unreadable", "file-unreadable", said))
    return Table(path, layout, {})


def parse_table(
    text: str, path: Path, where: str, layout: Layout, problems: list[Problem]
) -> Table:
    """Return the table that a text is; what is wrong with it is added to the problems.

    Args:
        text: The text, with line feeds alone.
        path: The file that it is from.
        where: The file, as messages name it.
        layout: What it must look like.
        problems: Where problems are added.
    """
    table = Table(path, layout, {})

    def report(line: int, key: str, hint: str | None = None, /, **values: object) -> None:
        problems.append(Problem(where, line, key, hint or key, values))

    head, *lines = text.removesuffix("\n").split("\n")
    columns = head.split("\t")
    for column in columns:
        if column not in layout.columns:
            close = suggest(column, layout.columns)
            hint = "did-you-mean" if close else "columns-are"
            report(1, "column-unknown", hint, name=column, near=close, names=[*layout.columns])
    for column in sorted({column for column in columns if columns.count(column) > 1}):
        report(1, "column-twice", name=column)
    for column in (layout.key, *layout.required):
        if column not in columns:
            report(1, "column-missing", name=column)
    if layout.key not in columns:
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
            _check_row(row, [*columns], layout, report)
    return table


def _check_row(
    row: Row, columns: Sequence[str], layout: Layout, report: Callable[..., None]
) -> None:
    """Report cells that are empty, values that are not allowed, and dates that cannot be."""
    _check_filled(row, columns, layout, report)
    for column, allowed in layout.values.items():
        value = row.cells.get(column)
        if value is None:
            continue
        if value not in allowed:
            close = suggest(value, allowed)
            hint = "did-you-mean" if close else "known"
            report(
                row.line,
                "value-not-allowed",
                hint,
                column=column,
                value=value,
                near=close,
                names=[*allowed],
            )
        for needed in allowed.get(value, ()):
            if needed not in row.cells:
                report(row.line, "cell-needed", column=needed, other=column, value=value)
    start, end = row.cells.get("start", ""), row.cells.get("end", "")
    precision = row.cells.get("date_precision", "unknown")
    if "date_precision" not in layout.columns or not (start or end):
        return
    if precision == "unknown":
        report(row.line, "date-without-precision", column="date_precision")
    elif not all(
        _is_end(day, precision, is_last=is_last) for day, is_last in ((start, False), (end, True))
    ):
        report(
            row.line,
            "date-of-other-precision",
            column="start",
            start=start,
            end=end,
            name=precision,
        )
    elif _is_day(start) and _is_day(end) and start > end:
        report(row.line, "dates-out-of-order", column="end", start=start, end=end)


def _check_filled(
    row: Row, columns: Sequence[str], layout: Layout, report: Callable[..., None]
) -> None:
    for column in layout.required:
        if column in columns and column not in row.cells:
            report(row.line, "cell-empty", column=column)
    for group in layout.either:
        filled = sum(column in row.cells for column in group)
        if filled != 1:
            report(row.line, "cells-either", names=[*group], n=filled)


def _is_day(text: str) -> bool:
    try:
        return last_day(text) == text
    except UsageError:
        return False


def _is_end(day: str, precision: str, *, is_last: bool) -> bool:
    """Tell whether a day is the first or the last that a date of some precision can mean."""
    whole = {"month": 7, "fiscal-year": 7, "year": 4}.get(precision)
    if precision == "multi-year" and not is_last:
        whole = 7
    try:
        return not day or whole is None or (last_day if is_last else first_day)(day[:whole]) == day
    except UsageError:
        return True  # what is no date at all is told when the cell is read
