"""The SPARQL language: tokens, syntax tree, safety, rewriting and layout, without an engine."""

from __future__ import annotations

from ctgraph.version import attach

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.store.sparql import tree
    from ctgraph.store.sparql.dataset import QueryDataset, Result
    from ctgraph.store.sparql.layout import format_query
    from ctgraph.store.sparql.query import Query
    from ctgraph.store.sparql.tokens import TRIPLE_MARKS, Token
    from ctgraph.store.sparql.write import mentioned_variables, term_to_sparql, to_text
else:
    __getattr__, __all__ = attach(
        __name__,
        {
            "dataset": ("QueryDataset", "Result"),
            "layout": ("format_query",),
            "query": ("Query",),
            "tokens": ("TRIPLE_MARKS", "Token"),
            "tree": (),
            "write": ("mentioned_variables", "term_to_sparql", "to_text"),
        },
    )
