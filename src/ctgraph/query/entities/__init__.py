"""Things of the graph: found by any of their names, and told with all that is said of them."""

from __future__ import annotations

from ctgraph.version import fetch as _fetch

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.query.entities.disputes import OtherValue, find_disputes, mark_cells, say_dispute
    from ctgraph.query.entities.entity import describe_entity
    from ctgraph.query.entities.kinds import KINDS, show_term, show_value
    from ctgraph.query.entities.labels import find_relations, read_kinds, show_period
    from ctgraph.query.entities.names import candidates, close_terms, exists, resolve
    from ctgraph.query.entities.search import Hit, find
    from ctgraph.query.entities.view import EntityView, PropertyGroup, Statement

__all__ = [
    "KINDS",
    "EntityView",
    "Hit",
    "OtherValue",
    "PropertyGroup",
    "Statement",
    "candidates",
    "close_terms",
    "describe_entity",
    "exists",
    "find",
    "find_disputes",
    "find_relations",
    "mark_cells",
    "read_kinds",
    "resolve",
    "say_dispute",
    "show_period",
    "show_term",
    "show_value",
]

_HOMES = {
    "EntityView": "view",
    "Hit": "search",
    "KINDS": "kinds",
    "OtherValue": "disputes",
    "PropertyGroup": "view",
    "Statement": "view",
    "candidates": "names",
    "close_terms": "names",
    "describe_entity": "entity",
    "exists": "names",
    "find": "search",
    "find_disputes": "disputes",
    "find_relations": "labels",
    "mark_cells": "disputes",
    "read_kinds": "labels",
    "resolve": "names",
    "say_dispute": "disputes",
    "show_period": "labels",
    "show_term": "kinds",
    "show_value": "kinds",
}


if not TYPE_CHECKING:  # a type checker reads the imports above

    def __getattr__(name: str) -> object:
        """Fetch a name of this room from the file where it stands."""
        return _fetch(__name__, _HOMES, name)
