"""According to whom, as of when: the graph that some of the claims make."""

from __future__ import annotations

from ctgraph.version import attach

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.store.scope.dates import HANGING
    from ctgraph.store.scope.days import first_day, last_day
    from ctgraph.store.scope.scope import Scope
else:
    __getattr__, __all__ = attach(
        __name__,
        {
            "dates": ("HANGING",),
            "days": ("first_day", "last_day"),
            "scope": ("Scope",),
        },
    )
