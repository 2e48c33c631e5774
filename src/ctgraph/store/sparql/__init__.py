"""The SPARQL language: tokens, syntax tree, safety, rewriting and layout, without an engine."""

from __future__ import annotations

from ctgraph.version import fetch as _fetch

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.store.sparql import tree
    from ctgraph.store.sparql.dataset import QueryDataset, Result
    from ctgraph.store.sparql.layout import format_query
    from ctgraph.store.sparql.query import Query
    from ctgraph.store.sparql.tokens import Token
    from ctgraph.store.sparql.write import mentioned_variables, term_to_sparql, to_text

__all__ = [
    "Query",
    "QueryDataset",
    "Result",
    "Token",
    "format_query",
    "mentioned_variables",
    "term_to_sparql",
    "to_text",
    "tree",
]

_HOMES = {
    "Query": "query",
    "QueryDataset": "dataset",
    "Result": "dataset",
    "Token": "tokens",
    "format_query": "layout",
    "mentioned_variables": "write",
    "term_to_sparql": "write",
    "to_text": "write",
}


if not TYPE_CHECKING:  # a type checker reads the imports above

    def __getattr__(name: str) -> object:
        """Fetch a name of this room from the file where it stands."""
        return _fetch(__name__, _HOMES, name)
