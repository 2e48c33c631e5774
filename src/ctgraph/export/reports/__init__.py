"""Claims, things, paths and counts, told for people and as JSON."""

from __future__ import annotations

from ctgraph.version import attach

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.export.reports.entity import format_entity, format_hits
    from ctgraph.export.reports.evidence import (
        EVIDENCE_FORMATS,
        answer_with_evidence,
        beside_claims,
        evidence_to_dict,
        format_claim,
        statement_with_evidence,
        triple_text,
    )
    from ctgraph.export.reports.overview import (
        QUESTION_LIST_FORMATS,
        format_demo,
        format_overview,
        format_question,
        format_questions,
        format_statistics,
    )
    from ctgraph.export.reports.paths import path_table, write_paths
    from ctgraph.export.reports.verification import format_verification
else:
    __getattr__, __all__ = attach(
        __name__,
        {
            "entity": ("format_entity", "format_hits"),
            "evidence": (
                "EVIDENCE_FORMATS",
                "answer_with_evidence",
                "beside_claims",
                "evidence_to_dict",
                "format_claim",
                "statement_with_evidence",
                "triple_text",
            ),
            "overview": (
                "QUESTION_LIST_FORMATS",
                "format_demo",
                "format_overview",
                "format_question",
                "format_questions",
                "format_statistics",
            ),
            "paths": ("path_table", "write_paths"),
            "verification": ("format_verification",),
        },
    )
