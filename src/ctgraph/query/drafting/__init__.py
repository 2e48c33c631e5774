"""Proposed rows out of a document: sentences, who did what in them, and tables for a curator."""

from __future__ import annotations

from ctgraph.version import fetch as _fetch

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.query.drafting.about import About, read_day
    from ctgraph.query.drafting.documents import Document, Sentence, read_document
    from ctgraph.query.drafting.rows import Draft, draft_rows
    from ctgraph.query.drafting.tables import order_columns, to_tsv

__all__ = [
    "About",
    "Document",
    "Draft",
    "Sentence",
    "draft_rows",
    "order_columns",
    "read_day",
    "read_document",
    "to_tsv",
]

_HOMES = {
    "About": "about",
    "Document": "documents",
    "Draft": "rows",
    "Sentence": "documents",
    "draft_rows": "rows",
    "order_columns": "tables",
    "read_day": "about",
    "read_document": "documents",
    "to_tsv": "tables",
}


if not TYPE_CHECKING:  # a type checker reads the imports above

    def __getattr__(name: str) -> object:
        """Fetch a name of this room from the file where it stands."""
        return _fetch(__name__, _HOMES, name)
