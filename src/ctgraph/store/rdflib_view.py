"""A store as an rdflib graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import pyoxigraph as ox

from ctgraph.errors import StoreError

if TYPE_CHECKING:
    from oxrdflib import OxigraphStore


def make_view(graph: ox.Store) -> OxigraphStore:
    """Return an rdflib store over a graph that refuses to change it."""
    from oxrdflib import OxigraphStore

    class View(OxigraphStore):
        """Reads through oxrdflib."""

        def add_graph(self, graph: object) -> None:
            """Nothing: rdflib calls this when a graph is merely looked at."""

        def _refuse(self, *_: object, **__: object) -> NoReturn:
            raise StoreError("rdflib-view-read-only")

        add = addN = remove = remove_graph = update = _refuse  # noqa: N815 - rdflib's names

    return View(store=graph)
