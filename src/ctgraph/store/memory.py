"""Stores in memory: the graph of a project, compiled or from the cache."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ctgraph.store.backend import LocalBackend

if TYPE_CHECKING:
    from ctgraph.store.cache import Counts, Snapshot
    from ctgraph.store.deadline import GraphFiles
    from ctgraph.store.project import Bundle


class MemoryBackend(LocalBackend):
    """A graph in memory, or in the cached database that stands for it."""

    def __init__(
        self,
        location: str,
        bundle: Bundle,
        graph: ox.Store | None = None,
        snapshot: Snapshot | None = None,
    ) -> None:
        super().__init__(location, graph)
        self._bundle = bundle
        self._snapshot = snapshot

    def known_terms(self) -> frozenset[str]:
        """Return the IRIs of our namespaces that the graph speaks of."""
        known = self._snapshot.known_terms() if self._snapshot is not None else None
        return super().known_terms() if known is None else known

    def counts(self) -> Counts:
        """Return how many claims and triples of each kind the graph holds."""
        counts = self._snapshot.counts() if self._snapshot is not None else None
        return super().counts() if counts is None else counts

    def _open(self) -> ox.Store:
        assert self._snapshot is not None
        try:
            return ox.Store.read_only(str(self._snapshot.database))
        except (OSError, RuntimeError) as error:
            _debug("the cached graph cannot be opened: %s", error)
            return self._compile_again(self._snapshot)

    def _files(self) -> GraphFiles | None:
        from ctgraph.store.deadline import GraphFiles

        if self._snapshot is None:
            return None
        return GraphFiles(str(self._snapshot.database), is_database=True)

    def _make_again(self) -> ox.Store | None:
        return None if self._snapshot is None else self._compile_again(self._snapshot)

    def _compile_again(self, damaged: Snapshot) -> ox.Store:
        """The graph compiled anew, after its copy in the cache turned out to be damaged."""
        from ctgraph.store.cache import compile_graph, drop_snapshot, write_snapshot

        drop_snapshot(damaged)
        self._snapshot = None
        self._is_database = False
        fingerprint = self._bundle.fingerprint()
        graph = compile_graph(self._bundle)
        write_snapshot(self._bundle, graph, fingerprint)
        return graph

    @property
    def _remedy(self) -> str:
        return super()._remedy if self._snapshot is None else "ask-again-of-cache"


def open_memory(bundle: Bundle, files: Sequence[Path], *, snapshot: bool) -> MemoryBackend:
    """Return the graph of a project, from the cache if it is there.

    Args:
        bundle: The project.
        files: More files of claims; with them the graph is always compiled.
        snapshot: Whether to read the cached database instead of loading the graph.

    Raises:
        DataError: A file is missing or malformed.
    """
    from ctgraph.store.cache import compile_graph, find_snapshot, write_snapshot

    location = str(bundle.root)
    if files:
        return MemoryBackend(location, bundle, compile_graph(bundle, files))
    found = find_snapshot(bundle, for_database=snapshot)
    if found is not None:
        if snapshot:
            return MemoryBackend(location, bundle, snapshot=found)
        graph = _load_quads(found)
        if graph is not None:
            return MemoryBackend(location, bundle, graph, found)
    fingerprint = bundle.fingerprint()
    graph = compile_graph(bundle)
    write_snapshot(bundle, graph, fingerprint)
    return MemoryBackend(location, bundle, graph)


def _load_quads(snapshot: Snapshot) -> ox.Store | None:
    graph = ox.Store()
    try:
        graph.bulk_load(path=snapshot.quads, format=ox.RdfFormat.N_QUADS, lenient=True)
    except (OSError, SyntaxError) as error:
        from ctgraph.store.cache import drop_snapshot

        _debug("the cached graph cannot be read: %s", error)
        drop_snapshot(snapshot)
        return None
    return graph


def _debug(message: str, *values: object) -> None:
    # Importing logging takes longer than to answer a query, so it waits until there is need.
    import logging

    logging.getLogger(__name__).debug(message, *values)
