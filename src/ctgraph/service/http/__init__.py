"""HTTP: connections, routing, static files, kept answers."""

from __future__ import annotations

from ctgraph.version import fetch as _fetch

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.service.http.app import Settings
    from ctgraph.service.http.connection import Bounds

__all__ = [
    "Bounds",
    "Settings",
]

_HOMES = {
    "Bounds": "connection",
    "Settings": "app",
}


if not TYPE_CHECKING:  # a type checker reads the imports above

    def __getattr__(name: str) -> object:
        """Fetch a name of this room from the file where it stands."""
        return _fetch(__name__, _HOMES, name)
