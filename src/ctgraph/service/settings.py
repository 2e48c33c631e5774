"""How the query service is set up."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any, NamedTuple

from ctgraph.service.handler import Limits, Route
from ctgraph.service.workers.fork_server import Plan

MODULES = (
    "ctgraph.service.sparql.protocol",
    "ctgraph.service.pages.routes",
    "ctgraph.service.pages.query",
    "ctgraph.service.sparql.openapi",
)
"""Modules with routes."""


class Settings(NamedTuple):
    """How the service is set up.

    Attributes:
        plan: How the graph is opened, and the memory of a worker.
        root: Path where it is mounted, ``""`` or ``/graph``.
        cors: Origins whose pages may read answers; ``("*",)`` for all, ``()`` for none.
        frame_ancestors: Who may show pages in a frame, as CSP names them; ``()`` for nobody.
        limits: What one request may take at most.
        workers: How many questions are worked on at once.
        kept: Bytes of answers that are kept.
        body: Bytes of a request's body.
        bodies: Bytes of all bodies that are held at once.
        hosts: Names to which it answers; ``()`` for any.
        log: Called with a record for each request, or None.
        logs_queries: Whether the record holds the text of the query.
        modules: Modules with routes.
    """

    plan: Plan = Plan()
    root: str = ""
    cors: tuple[str, ...] = ()
    frame_ancestors: tuple[str, ...] = ()
    limits: Limits = Limits()
    workers: int = 16
    kept: int = 64 << 20
    body: int = 4 << 20
    bodies: int = 64 << 20
    hosts: tuple[str, ...] = ()
    log: Callable[[dict[str, Any]], None] | None = None
    logs_queries: bool = False
    modules: tuple[str, ...] = MODULES


def read_routes(modules: Iterable[str]) -> list[Route]:
    """Return the routes of some modules, in their order.

    Args:
        modules: Full names of modules with a list ``ROUTES``.
    """
    return [route for name in modules for route in import_module(name).ROUTES]
