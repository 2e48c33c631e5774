"""Adding to a project: a folder of tables that a curator hands over, and the totals."""

from __future__ import annotations

from ctgraph.version import fetch as _fetch

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.query.curation.plan import Import, prepare_import
    from ctgraph.query.curation.project import accept_totals
    from ctgraph.query.curation.report import ImportReport, format_import, import_to_json

__all__ = [
    "Import",
    "ImportReport",
    "accept_totals",
    "format_import",
    "import_to_json",
    "prepare_import",
]

_HOMES = {
    "Import": "plan",
    "ImportReport": "report",
    "accept_totals": "project",
    "format_import": "report",
    "import_to_json": "report",
    "prepare_import": "plan",
}


if not TYPE_CHECKING:  # a type checker reads the imports above

    def __getattr__(name: str) -> object:
        """Fetch a name of this room from the file where it stands."""
        return _fetch(__name__, _HOMES, name)
