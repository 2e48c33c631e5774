"""The same graph over HTTP, and as a static site."""

from __future__ import annotations

from ctgraph.version import attach

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.service.handler import Limits
    from ctgraph.service.mcp import make_server
    from ctgraph.service.run import Got, fetch, log_to, serve
    from ctgraph.service.settings import Settings
    from ctgraph.service.site import write_site
else:
    __getattr__, __all__ = attach(
        __name__,
        {
            "handler": ("Limits",),
            "mcp": ("make_server",),
            "run": ("Got", "fetch", "log_to", "serve"),
            "settings": ("Settings",),
            "site": ("write_site",),
        },
    )
