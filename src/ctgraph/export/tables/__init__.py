"""An answer as text, CSV, TSV, JSON, XML, Markdown or a spreadsheet."""

from __future__ import annotations

from ctgraph.version import fetch as _fetch

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.export.tables import tables
    from ctgraph.export.tables.results import term_to_json
    from ctgraph.export.tables.tables import (
        default_format,
        format_answer,
        guess_format,
        write_table,
    )

__all__ = [
    "default_format",
    "format_answer",
    "guess_format",
    "tables",
    "term_to_json",
    "write_table",
]

_HOMES = {
    "default_format": "tables",
    "format_answer": "tables",
    "guess_format": "tables",
    "term_to_json": "results",
    "write_table": "tables",
}


if not TYPE_CHECKING:  # a type checker reads the imports above

    def __getattr__(name: str) -> object:
        """Fetch a name of this room from the file where it stands."""
        return _fetch(__name__, _HOMES, name)
