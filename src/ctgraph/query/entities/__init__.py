"""Things of the graph: found by any of their names, and told with all that is said of them."""

from __future__ import annotations

from ctgraph.version import attach

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.query.entities.disputes import OtherValue, find_disputes, mark_cells, say_dispute
    from ctgraph.query.entities.entity import describe_entity
    from ctgraph.query.entities.kinds import KINDS, show_term, show_value
    from ctgraph.query.entities.labels import find_relations, read_kinds, show_period
    from ctgraph.query.entities.names import candidates, close_terms, exists, resolve
    from ctgraph.query.entities.search import Hit, find
    from ctgraph.query.entities.view import EntityView, PropertyGroup, Statement
else:
    __getattr__, __all__ = attach(
        __name__,
        {
            "disputes": ("OtherValue", "find_disputes", "mark_cells", "say_dispute"),
            "entity": ("describe_entity",),
            "kinds": ("KINDS", "show_term", "show_value"),
            "labels": ("find_relations", "read_kinds", "show_period"),
            "names": ("candidates", "close_terms", "exists", "resolve"),
            "search": ("Hit", "find"),
            "view": ("EntityView", "PropertyGroup", "Statement"),
        },
    )
