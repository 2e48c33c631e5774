"""What is wrong with the data of a project, where, and how it is mended."""

from __future__ import annotations

from ctgraph.version import attach

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.query.checks.findings import Report
    from ctgraph.query.checks.run import check, check_broken, check_files
    from ctgraph.query.checks.text import format_report, report_to_json
else:
    __getattr__, __all__ = attach(
        __name__,
        {
            "findings": ("Report",),
            "run": ("check", "check_broken", "check_files"),
            "text": ("format_report", "report_to_json"),
        },
    )
