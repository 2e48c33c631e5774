"""Curated files to quads, strictly: every problem with its file and line."""

from __future__ import annotations

from ctgraph.version import fetch as _fetch

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.store.reader.places import Places
    from ctgraph.store.reader.problems import FileCount
    from ctgraph.store.reader.reader import read_quads, read_tables, survey
    from ctgraph.store.reader.totals import format_totals

__all__ = [
    "FileCount",
    "Places",
    "format_totals",
    "read_quads",
    "read_tables",
    "survey",
]

_HOMES = {
    "FileCount": "problems",
    "Places": "places",
    "format_totals": "totals",
    "read_quads": "reader",
    "read_tables": "reader",
    "survey": "reader",
}


if not TYPE_CHECKING:  # a type checker reads the imports above

    def __getattr__(name: str) -> object:
        """Fetch a name of this room from the file where it stands."""
        return _fetch(__name__, _HOMES, name)
