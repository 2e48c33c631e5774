"""The graph and where it is: curated files read strictly, merged and derived, in one `Store`."""

from __future__ import annotations

from ctgraph.version import attach

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.store.cache import compile_graph
    from ctgraph.store.database import reseed
    from ctgraph.store.disk import DESCRIPTION
    from ctgraph.store.memo import keep, keep_each, keep_last
    from ctgraph.store.merge import reach, with_twins
    from ctgraph.store.project import Bundle, locate, locate_for_writing
    from ctgraph.store.rules import RULE_GRAPHS, Rule, apply_rules, read_query_text, read_rules
    from ctgraph.store.store import Store, build_store, is_damage, open_store
else:
    __getattr__, __all__ = attach(
        __name__,
        {
            "cache": ("compile_graph",),
            "database": ("reseed",),
            "disk": ("DESCRIPTION",),
            "memo": ("keep", "keep_each", "keep_last"),
            "merge": ("reach", "with_twins"),
            "project": ("Bundle", "locate", "locate_for_writing"),
            "rules": ("RULE_GRAPHS", "Rule", "apply_rules", "read_query_text", "read_rules"),
            "store": ("Store", "build_store", "is_damage", "open_store"),
        },
    )
