"""According to whom, as of when: the graph that some of the claims make."""

from __future__ import annotations

from ctgraph.version import fetch as _fetch

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.store.scope.days import first_day, last_day
    from ctgraph.store.scope.scope import Scope

__all__ = ["Scope", "first_day", "last_day"]

_HOMES = {"Scope": "scope", "first_day": "days", "last_day": "days"}


if not TYPE_CHECKING:  # a type checker reads the imports above

    def __getattr__(name: str) -> object:
        """Fetch a name of this room from the file where it stands."""
        return _fetch(__name__, _HOMES, name)
