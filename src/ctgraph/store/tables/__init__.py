"""Tables of facts to claims: rows are read strictly, templates say what they mean."""

from __future__ import annotations

from ctgraph.version import fetch as _fetch

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.store.tables.cells import NEW, first_and_last
    from ctgraph.store.tables.claims import TableClaims, read_claims
    from ctgraph.store.tables.known import Known
    from ctgraph.store.tables.read import (
        Layout,
        Row,
        Table,
        parse_table,
        read_layouts,
        read_table,
    )

__all__ = [
    "NEW",
    "Known",
    "Layout",
    "Row",
    "Table",
    "TableClaims",
    "first_and_last",
    "parse_table",
    "read_claims",
    "read_layouts",
    "read_table",
]

_HOMES = {
    "Known": "known",
    "Layout": "read",
    "NEW": "cells",
    "Row": "read",
    "Table": "read",
    "TableClaims": "claims",
    "first_and_last": "cells",
    "parse_table": "read",
    "read_claims": "claims",
    "read_layouts": "read",
    "read_table": "read",
}


if not TYPE_CHECKING:  # a type checker reads the imports above

    def __getattr__(name: str) -> object:
        """Fetch a name of this room from the file where it stands."""
        return _fetch(__name__, _HOMES, name)
