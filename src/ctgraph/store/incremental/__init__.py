"""A compiled graph that changes: claims come and go, and what they can reach is derived anew."""

from __future__ import annotations

from ctgraph.version import attach

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.store.incremental.withdrawal import Withdrawal, withdraw
else:
    __getattr__, __all__ = attach(__name__, {"withdrawal": ("Withdrawal", "withdraw")})
