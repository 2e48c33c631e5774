"""Help while a query is written, and why one has no rows."""

from __future__ import annotations

from ctgraph.version import attach

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.query.diagnostics.lint import find_problems
    from ctgraph.query.diagnostics.silent import empty_aggregates, find_silent, matched_by_nothing
    from ctgraph.query.diagnostics.vocabulary import find_names, read_vocabulary, vocabulary_to_dict
    from ctgraph.query.diagnostics.why_empty import check_terms, explain_empty
else:
    __getattr__, __all__ = attach(
        __name__,
        {
            "lint": ("find_problems",),
            "silent": ("empty_aggregates", "find_silent", "matched_by_nothing"),
            "vocabulary": ("find_names", "read_vocabulary", "vocabulary_to_dict"),
            "why_empty": ("check_terms", "explain_empty"),
        },
    )
