"""What is asked and what comes back: SPARQL and named questions in, tables and triples out."""

from __future__ import annotations

from ctgraph.version import fetch as _fetch

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.query.answers import Row, Table, Triples, to_python
    from ctgraph.query.parameters import bind_params
    from ctgraph.query.questions import Parameter, Question, read_question, read_questions
    from ctgraph.query.run import ask, run_query
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
    "read_question",
    "read_questions",
    "run_query",
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
    "read_question": "questions",
    "read_questions": "questions",
    "run_query": "run",
    "to_python": "answers",
}


if not TYPE_CHECKING:  # a type checker reads the imports above

    def __getattr__(name: str) -> object:
        """Fetch a name of this room from the file where it stands."""
        return _fetch(__name__, _HOMES, name)
