"""Tables of facts to claims: rows are read strictly, templates say what they mean."""

from __future__ import annotations

from ctgraph.version import attach

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
else:
    __getattr__, __all__ = attach(
        __name__,
        {
            "cells": ("NEW", "first_and_last"),
            "claims": ("TableClaims", "read_claims"),
            "known": ("Known",),
            "read": ("Layout", "Row", "Table", "parse_table", "read_layouts", "read_table"),
        },
    )
