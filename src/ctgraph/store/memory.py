"""Stores in memory: the graph of a project, compiled or from the cache."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ctgraph.store.backend import LocalBackend
from ctgraph.store.cache import compile_graph, compile_into_cache, debug, find_snapshot

if TYPE_CHECKING:
    from ctgraph.store.cache import Counts, Snapshot
    from ctgraph.store.database import GraphFiles
    from ctgraph.store.project import Bundle


class MemoryBackend(LocalBackend):
    """A graph in memory, or in the cached database that stands for it.

    Args:
        location: What messages call it.
        bundle: The project.
        graph: The graph, if it is open.
        snapshot: Its copy in the cache, if it has one.
        compile_again: Makes the graph anew, should its copy be damaged; None for that of the
            bundle.
        fingerprint: What the graph was made from; "" for one that nobody could make again.
    """

    def __init__(
        self,
        location: str,
        bundle: Bundle,
        graph: ox.Store | None = None,
        snapshot: Snapshot | None = None,
        *,
        compile_again: Callable[[], ox.Store] | None = None,
        fingerprint: str = "",
    ) -> None:
        super().__init__(location, graph)
        self.fingerprint = fingerprint
        self._snapshot = snapshot
        self._make = compile_again or (lambda: compile_into_cache(bundle))

    def known_terms(self) -> frozenset[str]:
        """Return the IRIs of our namespaces that the graph speaks of."""
        known = self._snapshot.known_terms() if self._snapshot is not None else None
        return super().known_terms() if known is None else known

    def counts(self) -> Counts:
        """Return how many claims and triples of each kind the graph holds."""
        counts = self._snapshot.counts() if self._snapshot is not None else None
        return super().counts() if counts is None else counts

    def load(self) -> None:
        """Load the graph from the cache into memory, where it answers faster."""
        assert self._snapshot is not None
        self.graph = self._read(self._snapshot, as_database=False)

    def _open(self) -> ox.Store:
        assert self._snapshot is not None
        return self._read(self._snapshot, as_database=True)

    def _read(self, snapshot: Snapshot, *, as_database: bool) -> ox.Store:
        try:
            return snapshot.files(as_database=as_database).open()
        except (OSError, RuntimeError, SyntaxError) as error:
            debug("the cached graph cannot be read: %s", error)
            return self._compile_again(snapshot)

    def _files(self) -> GraphFiles | None:
        return None if self._snapshot is None else self._snapshot.files(as_database=True)

    def _make_again(self) -> ox.Store | None:
        return None if self._snapshot is None else self._compile_again(self._snapshot)

    def _compile_again(self, damaged: Snapshot) -> ox.Store:
        """Return the graph compiled anew, after its copy in the cache turned out to be damaged."""
        damaged.drop()
        self._snapshot = None
        self._is_database = False
        return self._make()

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
    location = str(bundle.root)
    if files:
        return MemoryBackend(location, bundle, compile_graph(bundle, files))
    found = find_snapshot(bundle, for_database=snapshot)
    if found is None:
        fingerprint = bundle.fingerprint()
        graph = compile_into_cache(bundle)
        return MemoryBackend(location, bundle, graph, fingerprint=fingerprint)
    backend = MemoryBackend(location, bundle, snapshot=found, fingerprint=found.folder.name)
    if not snapshot:
        backend.load()
    return backend
