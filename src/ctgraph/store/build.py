"""Building stores on disk: each load makes a new generation beside the current one.

What is added to a store or withdrawn from it costs what it changes: the next generation shares the
tables of the one before, and only what changed is derived anew (`incremental`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ctgraph.errors import StoreError
from ctgraph.store.cache import compile_graph, count_graph
from ctgraph.store.database import copy_database, make_database
from ctgraph.store.disk import CHECKED_AT_OPENING, Description, open_database, verify_database
from ctgraph.store.generations import Made, at_work, make_next
from ctgraph.store.incremental.changes import Changes
from ctgraph.store.incremental.update import add_files, update_counts

if TYPE_CHECKING:
    from ctgraph.store.project import Bundle
    from ctgraph.store.reader.reader import Progress

_LOGGED = 2_000
"""Changed quads that are left in the log of a small store."""
_LOGGED_SHARE = 100
"""Of a large store, one in so many triples."""

Change = Callable[[ox.Store, Changes], None]
"""Makes changes, given the graph as it was and as it becomes."""


def build(
    directory: Path,
    files: Sequence[Path],
    bundle: Bundle,
    *,
    replace: bool = False,
    correct: bool = False,
    progress: Progress | None = None,
) -> Description:
    """Build a store or add to one, and return what it says of itself.

    Args:
        directory: The store's folder; made if it does not exist.
        files: Files of claims to add to the bundle's, TriG or N-Quads.
        bundle: The bundle to build from.
        replace: Start from the bundle alone, whatever the store holds now.
        correct: Whether a claim of the files takes the place of one of the same name in a store
            that is there.
        progress: Told what is being done.

    Raises:
        DataError: Something is wrong with a file; the store is as it was.
        StoreError: The folder cannot be written or holds something else, another load is at
            work, the disk is full, or the store was built from another bundle.
    """

    def add(graph: ox.Store, changes: Changes) -> None:
        add_files(graph, changes, bundle, files, progress, correct=correct)

    with at_work(directory, replace=replace) as old:
        base = None if replace else old
        content = bundle.content_hash()
        if base is not None:
            check_base(base, content)

        def make(folder: Path) -> Made:
            if base is None:
                return _compile(folder, bundle, files, progress)
            return change_database(base, folder, add, progress)

        return make_next(directory, old, base, make, bundle=content, files=files, tell=progress)


def check_base(base: Description, content: str) -> None:
    """Refuse a store that is damaged, as far as is seen at a glance, or of another bundle.

    Args:
        base: What the store says of itself.
        content: Content hash of the bundle.

    Raises:
        StoreError: It is one of these.
    """
    verify_database(base, CHECKED_AT_OPENING)
    if base.bundle != content:
        raise StoreError(
            "store-of-other-graph",
            directory=base.directory,
            names=[*base.sources],
            hint="rebuild-with-files" if base.sources else "rebuild",
        )


def change_database(
    base: Description, folder: Path, change: Change, progress: Progress | None
) -> Made:
    """Make a database that is another one with changes.

    They are left in its log, together with what the log of the other one holds, until that is a
    hundredth of the graph; then all goes into the tables, which are written anew.

    Args:
        base: The other one.
        folder: The new one.
        change: Makes the changes.
        progress: Told what is being done.
    """
    most = max(_LOGGED, base.counts.triples // _LOGGED_SHARE)
    is_logged = base.changes is not None and base.changes <= most
    old = open_database(base)
    copy_database(base.database, folder, with_log=not is_logged)
    store = ox.Store(str(folder))
    before, changes = Changes(store), Changes(store)
    if is_logged and base.changes:
        before.replay(base.database)
    change(old, changes)
    _tell(progress, "count", len(changes))
    counts = update_counts(base.counts, old, changes)
    before.follow(changes)
    if is_logged:
        before.keep(folder)
        return Made(counts, len(before))
    _tell(progress, "write", counts.triples)
    store.flush()
    store.optimize()
    return Made(counts)


def _compile(
    folder: Path, bundle: Bundle, files: Sequence[Path], progress: Progress | None
) -> Made:
    """Make a database of a bundle and more files, and return what it holds."""
    # Compiling in memory is several times faster than on disk.
    graph = compile_graph(bundle, files, progress)
    _tell(progress, "count", len(graph))
    counts = count_graph(graph)
    _tell(progress, "write", len(graph))
    make_database(graph, folder)
    return Made(counts)


def _tell(progress: Progress | None, stage: str, count: int) -> None:
    if progress is not None:
        progress(stage, count)
