"""Graphs in memory that grow as stores on disk do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyoxigraph as ox

from ctgraph.store.incremental.changes import Changes
from ctgraph.store.incremental.update import add_files
from ctgraph.store.project import Bundle


def copy_graph(graph: ox.Store) -> ox.Store:
    """The same graph once more."""
    made = ox.Store()
    made.bulk_extend(graph)
    return made


def extend_graph(graph: ox.Store, bundle: Bundle, files: Sequence[Path]) -> None:
    """Adds files of claims to a compiled graph.

    Args:
        graph: The graph.
        bundle: The bundle that it was compiled from.
        files: The files.
    """
    add_files(copy_graph(graph), Changes(graph), bundle, files)
