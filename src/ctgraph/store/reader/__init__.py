"""Curated files to quads, strictly: every problem with its file and line."""

from __future__ import annotations

from ctgraph.version import attach

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.store.reader.places import Places
    from ctgraph.store.reader.reader import read_quads, read_tables, survey
    from ctgraph.store.reader.totals import FileCount, format_totals
else:
    __getattr__, __all__ = attach(
        __name__,
        {
            "places": ("Places",),
            "reader": ("read_quads", "read_tables", "survey"),
            "totals": ("FileCount", "format_totals"),
        },
    )
