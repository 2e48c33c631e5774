"""The same graph over HTTP, and as a static site."""

from __future__ import annotations

from ctgraph.version import fetch as _fetch

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.service.handler import Limits
    from ctgraph.service.mcp import make_server
    from ctgraph.service.run import Got, fetch, log_to, serve
    from ctgraph.service.settings import Settings
    from ctgraph.service.site import write_site

__all__ = [
    "Got",
    "Limits",
    "Settings",
    "fetch",
    "log_to",
    "make_server",
    "serve",
    "write_site",
]

_HOMES = {
    "Got": "run",
    "Limits": "handler",
    "Settings": "settings",
    "fetch": "run",
    "log_to": "run",
    "make_server": "mcp",
    "serve": "run",
    "write_site": "site",
}


if not TYPE_CHECKING:  # a type checker reads the imports above

    def __getattr__(name: str) -> object:
        """Fetch a name of this room from the file where it stands."""
        return _fetch(__name__, _HOMES, name)
