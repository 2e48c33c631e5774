"""The graph and where it is: curated files read strictly, merged and derived, in one `Store`."""

from __future__ import annotations

from ctgraph.version import fetch as _fetch

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.store.cache import compile_graph
    from ctgraph.store.database import reseed
    from ctgraph.store.disk import DESCRIPTION
    from ctgraph.store.memo import keep, keep_each, keep_last
    from ctgraph.store.project import Bundle, locate, locate_for_writing
    from ctgraph.store.rules import RULE_GRAPHS, Rule, apply_rules, read_query_text, read_rules
    from ctgraph.store.store import Store, build_store, is_damage, open_store

__all__ = [
    "DESCRIPTION",
    "RULE_GRAPHS",
    "Bundle",
    "Rule",
    "Store",
    "apply_rules",
    "build_store",
    "compile_graph",
    "is_damage",
    "keep",
    "keep_each",
    "keep_last",
    "locate",
    "locate_for_writing",
    "open_store",
    "read_query_text",
    "read_rules",
    "reseed",
]

_HOMES = {
    "Bundle": "project",
    "DESCRIPTION": "disk",
    "RULE_GRAPHS": "rules",
    "Rule": "rules",
    "Store": "store",
    "apply_rules": "rules",
    "build_store": "store",
    "compile_graph": "cache",
    "is_damage": "store",
    "keep": "memo",
    "keep_each": "memo",
    "keep_last": "memo",
    "locate": "project",
    "locate_for_writing": "project",
    "open_store": "store",
    "read_query_text": "rules",
    "read_rules": "rules",
    "reseed": "database",
}


if not TYPE_CHECKING:  # a type checker reads the imports above

    def __getattr__(name: str) -> object:
        """Fetch a name of this room from the file where it stands."""
        return _fetch(__name__, _HOMES, name)
