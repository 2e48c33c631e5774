"""What is asked and what comes back: SPARQL and named questions in, tables and triples out."""

from __future__ import annotations

from ctgraph.version import fetch as _fetch

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.query.answers import Row, Table, Triples, to_python
    from ctgraph.query.parameters import bind_params
    from ctgraph.query.questions import Parameter, Question, read_question, read_questions
    from ctgraph.query.run import ask, run_query
    from ctgraph.query.scope import (
        describe_scope,
        list_sources,
        name_sources,
        read_scope,
        say_scope,
        say_undated,
    )
    from ctgraph.query.statistics import Statistics, count_statistics

__all__ = [
    "Parameter",
    "Question",
    "Row",
    "Statistics",
    "Table",
    "Triples",
    "ask",
    "bind_params",
    "count_statistics",
    "describe_scope",
    "list_sources",
    "name_sources",
    "read_question",
    "read_questions",
    "read_scope",
    "run_query",
    "say_scope",
    "say_undated",
    "to_python",
]

_HOMES = {
    "Parameter": "questions",
    "Question": "questions",
    "Row": "answers",
    "Statistics": "statistics",
    "Table": "answers",
    "Triples": "answers",
    "ask": "run",
    "bind_params": "parameters",
    "count_statistics": "statistics",
    "describe_scope": "scope",
    "list_sources": "scope",
    "name_sources": "scope",
    "read_question": "questions",
    "read_questions": "questions",
    "read_scope": "scope",
    "run_query": "run",
    "say_scope": "scope",
    "say_undated": "scope",
    "to_python": "answers",
}


if not TYPE_CHECKING:  # a type checker reads the imports above

    def __getattr__(name: str) -> object:
        """Fetch a name of this room from the file where it stands."""
        return _fetch(__name__, _HOMES, name)
