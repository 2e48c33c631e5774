"""A draft as the tables that a curator opens."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ctgraph.query.drafting.rows import Draft, Row
    from ctgraph.store import Bundle


def order_columns(draft: Draft, bundle: Bundle) -> dict[str, list[Row]]:
    """Return the tables of a draft with every column that the project has, in its order.

    Args:
        draft: The draft.
        bundle: The project in whose tables the rows will stand.
    """
    layouts = tomllib.loads(bundle.columns_file().read_text(encoding="utf-8-sig"))
    tables = {}
    for name, rows in draft.tables.items():
        known = [*layouts[name]["columns"]]
        columns = [*known, *(column for column in rows[0] if column not in known)]
        tables[name] = [{column: row.get(column, "") for column in columns} for row in rows]
    return tables


def to_tsv(rows: Sequence[Mapping[str, str]]) -> str:
    """Return rows as a table: tab between columns, a header row, no quoting.

    Args:
        rows: The rows, all with the same columns; none give an empty text.
    """
    lines = [[*row] for row in rows[:1]]
    lines += [[" ".join(cell.split()) for cell in row.values()] for row in rows]
    return "".join("\t".join(line) + "\n" for line in lines)
