"""An answer as text, CSV, TSV, JSON, XML, Markdown or a spreadsheet."""

from __future__ import annotations

from ctgraph.version import attach

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.export.tables.results import term_to_json
    from ctgraph.export.tables.rows import truncation_note
    from ctgraph.export.tables.tables import (
        default_format,
        format_answer,
        guess_format,
        write_table,
    )
else:
    __getattr__, __all__ = attach(
        __name__,
        {
            "results": ("term_to_json",),
            "rows": ("truncation_note",),
            "tables": ("default_format", "format_answer", "guess_format", "write_table"),
        },
    )
