"""What a graph on disk has more and less than the tables of its database, and how it is kept.

RocksDB merges its small tables into the large ones as soon as there are two of them, and then
writes the whole graph again. So what is added is left in its log, from which every reader takes it,
and is kept beside it as N-Quads, to be written into the log of the next generation.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from ctgraph.store.merge import MERGE

ADDED = "added.nq"
REMOVED = "removed.nq"


class Changes:
    """A graph that is being changed, and what is other than it was.

    Args:
        store: The graph, which can be written.

    Attributes:
        store: The same.
        added: Quads that it has and had not.
        removed: Quads that it had and has not.
    """

    def __init__(self, store: ox.Store) -> None:
        self.store = store
        self.added: dict[ox.Quad, None] = {}
        self.removed: dict[ox.Quad, None] = {}

    def add(self, quads: Iterable[ox.Quad]) -> None:
        """Add quads; those that are there already change nothing."""
        new = [quad for quad in dict.fromkeys(quads) if quad not in self.store]
        self.store.extend(new)
        for quad in new:
            if quad in self.removed:
                del self.removed[quad]
            else:
                self.added[quad] = None

    def remove(self, quads: Iterable[ox.Quad]) -> None:
        """Remove quads; those that are not there change nothing."""
        gone = [quad for quad in dict.fromkeys(quads) if quad in self.store]
        for quad in gone:
            self.store.remove(quad)
            if quad in self.added:
                del self.added[quad]
            else:
                self.removed[quad] = None
        for name in {quad.graph_name for quad in gone} - {MERGE}:
            # The engine keeps the name of a graph in which nothing is left.
            if next(self.store.quads_for_pattern(None, None, None, name), None) is None:
                self.store.remove_graph(name)

    def settle(self, triple: ox.Triple, *, holds: bool) -> None:
        """Make the merge have a triple or not."""
        quad = ox.Quad(triple.subject, triple.predicate, triple.object)
        if (quad in self.store) != holds:
            (self.add if holds else self.remove)([quad])

    def __len__(self) -> int:
        return len(self.added) + len(self.removed)

    def follow(self, other: Changes) -> None:
        """Count what others changed since as changed here too.

        Args:
            other: Changes of the same graph, after these.
        """
        for mine, theirs, quads in (
            (self.added, self.removed, other.removed),
            (self.removed, self.added, other.added),
        ):
            for quad in quads:
                if quad in mine:
                    del mine[quad]
                else:
                    theirs[quad] = None

    def replay(self, folder: Path) -> None:
        """Make the changes that `keep` kept.

        Args:
            folder: Where they are.
        """
        self.remove(_read(folder / REMOVED))
        self.add(_read(folder / ADDED))

    def keep(self, folder: Path) -> None:
        """Keep what is other than it was, in a folder."""
        for name, quads in ((ADDED, self.added), (REMOVED, self.removed)):
            ox.serialize(quads, str(folder / name), ox.RdfFormat.N_QUADS)

    def snapshot(self) -> tuple[dict[ox.Quad, None], dict[ox.Quad, None]]:
        """Return what was added and removed so far."""
        return dict(self.added), dict(self.removed)


def _read(path: Path) -> list[ox.Quad]:
    return list(ox.parse(path=str(path), format=ox.RdfFormat.N_QUADS, lenient=True))
