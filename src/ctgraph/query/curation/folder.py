"""The tables that a curator hands over: read as strictly as those of the project."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ctgraph.errors import BrokenFiles, DataError, Problem
from ctgraph.store.tables import Layout, Row, Table, parse_table

if TYPE_CHECKING:
    from collections.abc import Iterator

TABLES = ("sources", "actors", "events", "places", "locators", "facts")
# What a curator's table may have besides, which is not kept.
_EXTRA = {"facts": ("old_id", "words"), "actors": ("in_register",), "events": ("in_register",)}
# What is computed where it is missing, as what a claim rests on is from its words.
_COMPUTED = {("places", "id")}
_SPREADSHEETS = (".csv", ".xlsx", ".xls", ".ods", ".numbers")
# What to do about an open cell, by how many candidates it offers; the last for several.
_HINTS = ("cell-undecided", "cell-undecided-one", "cell-undecided-between")
_QUOTED = re.compile(r'"(?:[^"]|"")*"\Z')


class Place(NamedTuple):
    """A row of one of the tables.

    Attributes:
        table: Such as ``facts``.
        key: What names the row.
    """

    table: str
    key: str


class Folder:
    """The tables of a folder, and what is wrong with them.

    Attributes:
        path: The folder.
        tables: Its tables by name.
        refused: What is wrong, by row.
        duplicates: Rows that stand there twice.
        remarks: What was passed over or taken off.
    """

    def __init__(self, path: Path, layouts: Mapping[str, Layout]) -> None:
        self.path = path
        self.tables: dict[str, Table] = {}
        self.refused: dict[Place, list[Problem]] = {}
        self.duplicates: list[Problem] = []
        self.remarks: list[Problem] = []
        self._layouts = layouts

    def where(self, table: str) -> str:
        """Return a table as messages name it."""
        return f"{self.path.name}/{table}.tsv"

    def rows(self, table: str) -> dict[str, Row]:
        """Return the rows of a table by key; none if the folder has no such table."""
        return self.tables[table].rows if table in self.tables else {}

    def kept(self, table: str) -> Iterator[tuple[str, Row]]:
        """Yield the rows of a table that are not refused, with their keys."""
        for key, row in self.rows(table).items():
            if Place(table, key) not in self.refused:
                yield key, row

    def tell(self, place: Place, key: str, hint: str | None = None, /, **values: object) -> Problem:
        """Return something to say of a row.

        Args:
            place: The row.
            key: What is said, by its key.
            hint: The key of what to do, if it is not the same.
            **values: What fills the places of both; ``column`` is that of the table.
        """
        values["row"] = place.key
        hint = key if hint is None else hint
        return Problem(self.where(place.table), self.line(place), key, hint, values)

    def line(self, place: Place) -> int:
        """Return the line of a row; 0 if there is no such row."""
        row = self.rows(place.table).get(place.key)
        return row.line if row is not None else 0

    def refuse(self, place: Place, problem: Problem) -> None:
        """Note why a row cannot go in."""
        told = self.refused.setdefault(place, [])
        if problem not in told:
            told.append(problem)


def read_folder(path: Path, layouts: Mapping[str, Layout]) -> Folder:
    """Return the tables of a folder.

    Args:
        path: The folder.
        layouts: What the tables of the project look like.

    Raises:
        DataError: The folder has no table of facts, or the columns of a table are wrong.
    """
    folder = Folder(path, layouts)
    if not (path / "facts.tsv").is_file():
        found = [
            one.name
            for one in sorted(path.iterdir() if path.is_dir() else [])
            if one.suffix.lower() in _SPREADSHEETS
        ]
        raise DataError(
            "import-folder-without-facts",
            place=str(path),
            hint="save-as-tsv" if found else "import-folder-without-facts",
            names=found,
        )
    for name in TABLES:
        if (path / f"{name}.tsv").is_file():
            _read(folder, name, layouts[name])
    return folder


def _read(folder: Folder, name: str, layout: Layout) -> None:
    layout = layout._replace(
        columns={**layout.columns, **dict.fromkeys(_EXTRA.get(name, ()), "text")},
        required=tuple(one for one in layout.required if (name, one) not in _COMPUTED),
        either=(),
    )
    path, where = folder.path / f"{name}.tsv", folder.where(name)
    problems: list[Problem] = []
    try:
        data = path.read_bytes()
        # What spreadsheets call "Unicode text" is UTF-16.
        is_utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        text = data.decode("utf-16" if is_utf16 else "utf-8-sig")
    except UnicodeDecodeError:
        raise DataError("file-not-utf8", place=where, hint="save-as-tsv") from None
    except OSError as error:
        raise DataError("file-unreadable", place=where, said=error.strerror) from None
    lines = _unquote(folder, where, text.replace("\r\n", "\n").removesuffix("\n").split("\n"))
    table = parse_table("\n".join(lines), path, where, layout, problems)
    folder.tables[name] = table
    by_line = {row.line: key for key, row in table.rows.items()}
    broken = [problem for problem in problems if problem.line <= 1]
    if broken:
        # What a column means decides about every row.
        raise BrokenFiles(broken)
    for problem in problems:
        line = lines[problem.line - 1]
        if not line.strip():
            folder.remarks.append(Problem(where, problem.line, "row-empty"))
        elif problem.key == "row-twice" and line == lines[int(str(problem.values["first"])) - 1]:
            folder.duplicates.append(problem._replace(hint=""))
        elif problem.key == "row-twice":
            key = str(problem.values["name"])
            folder.refuse(Place(name, f"{key} ({problem.line})"), problem)
        else:
            key = by_line.get(problem.line, f"({problem.line})")
            folder.refuse(Place(name, key), problem)
    for key, row in table.rows.items():
        for column, cell in row.cells.items():
            if cell.startswith("?"):
                near = [part for part in cell[1:].split("|") if part]
                place = Place(name, key)
                hint = _HINTS[min(len(near), 2)]
                told = folder.tell(place, "cell-undecided", hint, column=column, near=near)
                folder.refuse(place, told)


def _unquote(folder: Folder, where: str, lines: list[str]) -> list[str]:
    """Return lines without the quotation marks that a spreadsheet puts around its cells.

    They are those of a spreadsheet if every cell with a mark in it is quoted as a whole, with
    marks inside doubled, and one at least could not be meant otherwise.
    """
    cells = [cell.strip() for line in lines for cell in line.split("\t") if '"' in cell]
    if not all(map(_QUOTED.match, cells)) or not any(
        cell.count('"') > 2 or "," in cell or cell == lines[0].split("\t")[0] for cell in cells
    ):
        return lines
    if cells:
        folder.remarks.append(Problem(where, 0, "cells-unquoted", "", {"n": len(cells)}))
    return [
        "\t".join(
            cell.strip()[1:-1].replace('""', '"') if _QUOTED.match(cell.strip()) else cell
            for cell in line.split("\t")
        )
        for line in lines
    ]
