"""The SPARQL language: tokens, syntax tree, safety, rewriting and layout, without an engine."""

from __future__ import annotations

from ctgraph.version import fetch as _fetch

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.store.sparql import tree
    from ctgraph.store.sparql.dataset import QueryDataset, Result
    from ctgraph.store.sparql.layout import format_query
    from ctgraph.store.sparql.parse import parse_query
    from ctgraph.store.sparql.rewrite import (
        bind_values,
        limit_rows,
        name_columns,
        undeclared_prefixes,
        used_terms,
    )
    from ctgraph.store.sparql.safety import query_form, refuse_deep, refuse_unsafe
    from ctgraph.store.sparql.tokens import Token, tokenize
    from ctgraph.store.sparql.variables import query_variables, visible_variables
    from ctgraph.store.sparql.write import term_to_sparql, to_text

__all__ = [
    "QueryDataset",
    "Result",
    "Token",
    "bind_values",
    "format_query",
    "limit_rows",
    "name_columns",
    "parse_query",
    "query_form",
    "query_variables",
    "refuse_deep",
    "refuse_unsafe",
    "term_to_sparql",
    "to_text",
    "tokenize",
    "tree",
    "undeclared_prefixes",
    "used_terms",
    "visible_variables",
]

_HOMES = {
    "QueryDataset": "dataset",
    "Result": "dataset",
    "Token": "tokens",
    "bind_values": "rewrite",
    "format_query": "layout",
    "limit_rows": "rewrite",
    "name_columns": "rewrite",
    "parse_query": "parse",
    "query_form": "safety",
    "query_variables": "variables",
    "refuse_deep": "safety",
    "refuse_unsafe": "safety",
    "term_to_sparql": "write",
    "to_text": "write",
    "tokenize": "tokens",
    "undeclared_prefixes": "rewrite",
    "used_terms": "rewrite",
    "visible_variables": "variables",
}


if not TYPE_CHECKING:  # a type checker reads the imports above

    def __getattr__(name: str) -> object:
        """Fetch a name of this room from the file where it stands."""
        return _fetch(__name__, _HOMES, name)
