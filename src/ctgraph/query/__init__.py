"""What is asked and what comes back: SPARQL and named questions in, tables and triples out."""

from __future__ import annotations

from ctgraph.version import attach

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
else:
    __getattr__, __all__ = attach(
        __name__,
        {
            "answers": ("Row", "Table", "Triples", "to_python"),
            "parameters": ("bind_params",),
            "questions": ("Parameter", "Question", "read_question", "read_questions"),
            "run": ("ask", "run_query"),
            "scope": (
                "describe_scope",
                "list_sources",
                "name_sources",
                "read_scope",
                "say_scope",
                "say_undated",
            ),
            "statistics": ("Statistics", "count_statistics"),
        },
    )
