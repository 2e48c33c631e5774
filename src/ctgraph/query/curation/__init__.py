"""Adding to a project: a folder of tables that a curator hands over, and the totals."""

from __future__ import annotations

from ctgraph.version import attach

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.query.curation.plan import Import, prepare_import
    from ctgraph.query.curation.project import accept_totals
    from ctgraph.query.curation.report import ImportReport, format_import, import_to_json
else:
    __getattr__, __all__ = attach(
        __name__,
        {
            "plan": ("Import", "prepare_import"),
            "project": ("accept_totals",),
            "report": ("ImportReport", "format_import", "import_to_json"),
        },
    )
