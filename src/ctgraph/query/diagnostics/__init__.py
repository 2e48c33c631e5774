"""Help while a query is written, and why one has no rows."""

from __future__ import annotations

from ctgraph.version import fetch as _fetch

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.query.diagnostics.lint import find_problems
    from ctgraph.query.diagnostics.silent import empty_aggregates, find_silent, matched_by_nothing
    from ctgraph.query.diagnostics.vocabulary import find_names, read_vocabulary, vocabulary_to_dict
    from ctgraph.query.diagnostics.why_empty import check_terms, explain_empty

__all__ = [
    "check_terms",
    "empty_aggregates",
    "explain_empty",
    "find_names",
    "find_problems",
    "find_silent",
    "matched_by_nothing",
    "read_vocabulary",
    "vocabulary_to_dict",
]

_HOMES = {
    "check_terms": "why_empty",
    "empty_aggregates": "silent",
    "explain_empty": "why_empty",
    "find_names": "vocabulary",
    "find_problems": "lint",
    "find_silent": "silent",
    "matched_by_nothing": "silent",
    "read_vocabulary": "vocabulary",
    "vocabulary_to_dict": "vocabulary",
}


if not TYPE_CHECKING:  # a type checker reads the imports above

    def __getattr__(name: str) -> object:
        """Fetch a name of this room from the file where it stands."""
        return _fetch(__name__, _HOMES, name)
