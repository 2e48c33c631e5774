"""Processes that hold the graph, answer, and can be killed."""

from __future__ import annotations

from ctgraph.version import attach

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.service.workers.fork_server import Plan
else:
    __getattr__, __all__ = attach(
        __name__,
        {
            "fork_server": ("Plan",),
        },
    )
