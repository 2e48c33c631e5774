"""Proposed rows out of a document: sentences, who did what in them, and tables for a curator."""

from __future__ import annotations

from ctgraph.version import attach

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.query.drafting.about import About, read_day
    from ctgraph.query.drafting.documents import Document, Sentence, read_document
    from ctgraph.query.drafting.rows import Draft, draft_rows
    from ctgraph.query.drafting.tables import order_columns, to_tsv
else:
    __getattr__, __all__ = attach(
        __name__,
        {
            "about": ("About", "read_day"),
            "documents": ("Document", "Sentence", "read_document"),
            "rows": ("Draft", "draft_rows"),
            "tables": ("order_columns", "to_tsv"),
        },
    )
