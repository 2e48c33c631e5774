"""A graph at a SPARQL 1.1 endpoint: asked over HTTP, read in full or refused, and loaded."""

from __future__ import annotations

from ctgraph.version import attach

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.store.endpoint.address import Address, read_address
    from ctgraph.store.endpoint.backend import EndpointBackend
    from ctgraph.store.endpoint.push import Pushed, push_graph
    from ctgraph.store.endpoint.values import value_of
else:
    __getattr__, __all__ = attach(
        __name__,
        {
            "address": ("Address", "read_address"),
            "backend": ("EndpointBackend",),
            "push": ("Pushed", "push_graph"),
            "values": ("value_of",),
        },
    )
