"""Claims, things, paths and counts, told for people and as JSON."""

from __future__ import annotations

from ctgraph.version import fetch as _fetch

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

__all__ = [
    "EVIDENCE_FORMATS",
    "QUESTION_LIST_FORMATS",
    "answer_with_evidence",
    "beside_claims",
    "evidence_to_dict",
    "format_claim",
    "format_demo",
    "format_entity",
    "format_hits",
    "format_overview",
    "format_question",
    "format_questions",
    "format_statistics",
    "format_verification",
    "path_table",
    "statement_with_evidence",
    "triple_text",
    "write_paths",
]

_HOMES = {
    "EVIDENCE_FORMATS": "evidence",
    "QUESTION_LIST_FORMATS": "overview",
    "answer_with_evidence": "evidence",
    "beside_claims": "evidence",
    "evidence_to_dict": "evidence",
    "format_claim": "evidence",
    "format_demo": "overview",
    "format_entity": "entity",
    "format_hits": "entity",
    "format_overview": "overview",
    "format_question": "overview",
    "format_questions": "overview",
    "format_statistics": "overview",
    "format_verification": "verification",
    "path_table": "paths",
    "statement_with_evidence": "evidence",
    "triple_text": "evidence",
    "write_paths": "paths",
}


if not TYPE_CHECKING:  # a type checker reads the imports above

    def __getattr__(name: str) -> object:
        """Fetch a name of this room from the file where it stands."""
        return _fetch(__name__, _HOMES, name)
