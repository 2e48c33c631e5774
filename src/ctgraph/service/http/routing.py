"""Which route a path means."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib import import_module

from ctgraph.errors import suggest
from ctgraph.service.faults import Failed, Fault, of_key
from ctgraph.service.handler import Route


class Router:
    """Which route a path means.

    Args:
        routes: The routes; of two that match, the first counts.
    """

    def __init__(self, routes: Sequence[Route]) -> None:
        from starlette.routing import compile_path

        self._fixed = {route.path: route for route in reversed(routes) if "{" not in route.path}
        self._patterns = [
            (compile_path(route.path)[0], route) for route in routes if "{" in route.path
        ]

    def find(self, path: str) -> tuple[Route, dict[str, str]]:
        """The route and what its placeholders match.

        Args:
            path: A decoded path.

        Raises:
            Failed: There is none.
        """
        fixed = self._fixed.get(path)
        if fixed is not None:
            return fixed, {}
        for pattern, route in self._patterns:
            found = pattern.match(path)
            if found:
                return route, found.groupdict()
        pages = [known for known, route in self._fixed.items() if "GET" in route.methods]
        raise Failed(not_found(path, suggest(path[:60], pages, limit=1)))


def read_routes(modules: Iterable[str]) -> list[Route]:
    """The routes of some modules, in their order.

    Args:
        modules: Full names of modules with a list ``ROUTES``.
    """
    return [route for name in modules for route in import_module(name).ROUTES]


def not_found(path: str, close: Sequence[str] = ()) -> Fault:
    """The fault of a path where nothing is.

    Args:
        path: The path.
        close: Paths that look like it, the closest first.
    """
    hint = "did-you-mean" if close else "page-leads-to-all"
    return of_key(404, "nothing-at-path", path=path[:200], near=close[:1], hint=hint)
