"""What is wrong with the data of a project, where, and how it is mended."""

from __future__ import annotations

from ctgraph.version import fetch as _fetch

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.query.checks.findings import Report
    from ctgraph.query.checks.run import check, check_broken, check_files
    from ctgraph.query.checks.text import format_report, report_to_json

__all__ = [
    "Report",
    "check",
    "check_broken",
    "check_files",
    "format_report",
    "report_to_json",
]

_HOMES = {
    "Report": "findings",
    "check": "run",
    "check_broken": "run",
    "check_files": "run",
    "format_report": "text",
    "report_to_json": "text",
}


if not TYPE_CHECKING:  # a type checker reads the imports above

    def __getattr__(name: str) -> object:
        """Fetch a name of this room from the file where it stands."""
        return _fetch(__name__, _HOMES, name)
