"""Databases of the engine on disk: made once, then read by many and never changed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

LOADED_AT_ONCE = 1_000_000
"""Quads of which the engine makes one table of each kind when it loads many."""

TABLE = ".sst"
"""How the names of the tables of a database end; they never change, and no name is used twice."""

_WRITE_AHEAD = ".log"

# RocksDB starts threads that do not survive a fork, so a child may open one only if this process
# never did.
_was_opened = False


class GraphFiles(NamedTuple):
    """Where a process finds the graph.

    Attributes:
        path: A folder of RocksDB, or a file of N-Quads.
        is_database: Which of the two it is.
    """

    path: str
    is_database: bool

    def open(self) -> ox.Store:
        """Return the graph, read-only if it is a database.

        Raises:
            OSError: It cannot be read.
        """
        if self.is_database:
            note_database()
            return ox.Store.read_only(self.path)
        store = ox.Store()
        store.bulk_load(path=self.path, format=ox.RdfFormat.N_QUADS, lenient=True)
        return store


def note_database() -> None:
    """Note that this process opens a database; it must not fork to open one any more."""
    global _was_opened  # noqa: PLW0603 - a fact about the process
    _was_opened = True


def may_open_in_fork() -> bool:
    """Tell whether a fork of this process may open a database."""
    return not _was_opened


def reseed() -> None:
    """Let the engine's random numbers begin anew, in a fork.

    A fork has a copy of their state, so all would give the same from `RAND()`, `UUID()` and
    `STRUUID()` and for blank nodes. The engine takes a new seed from the system after 64 KiB, and a
    node draws 16 bytes.
    """
    for _ in range(5000):
        ox.BlankNode()


def make_database(graph: ox.Store, folder: Path) -> None:
    """Make a database of a graph.

    Of more than `LOADED_AT_ONCE` quads the engine makes several tables of each kind, which it would
    merge as soon as something is added; so it does now.

    Args:
        graph: The graph in memory.
        folder: The folder of the database, which does not exist yet.
    """
    note_database()
    store = ox.Store(str(folder))
    store.bulk_extend(graph)
    store.flush()
    if len(graph) > LOADED_AT_ONCE:
        store.optimize()


def copy_database(source: Path, target: Path, *, with_log: bool) -> None:
    """Copy a database that nobody writes to, sharing the table files, which never change.

    `Store.backup` would do the same, but only for a database opened for writing, and that would
    write to files which readers have open.

    Args:
        source: The folder of the database.
        target: That of the copy, which does not exist yet.
        with_log: Whether what is written in its log alone is copied too.
    """
    target.mkdir()
    for entry in os.scandir(source):
        if entry.name.startswith(("LOCK", "LOG", "OPTIONS")) or not entry.is_file():
            continue
        if entry.name.endswith(_WRITE_AHEAD) and not with_log:
            continue
        copy = target / entry.name
        if entry.name.endswith(TABLE):
            try:
                copy.hardlink_to(entry.path)
                continue
            except OSError:
                pass  # a file system without hard links
        shutil.copy2(entry.path, copy)


def sync_database(folder: Path) -> None:
    """Have what was written to a database reach the disk; its tables have, when they were made.

    Args:
        folder: The folder of the database, which is closed.
    """
    for entry in os.scandir(folder):
        if entry.is_file() and not entry.name.endswith(TABLE):
            with open(entry.path, "rb+") as stream:  # noqa: PTH123
                os.fsync(stream.fileno())


def lock_database(folder: Path, *, alone: bool = False) -> int | None:
    """Lock a database, so that it is not deleted while it is read.

    Args:
        folder: The folder of the database.
        alone: Whether nobody else may hold it, which is asked before it is deleted.

    Returns:
        A descriptor; the lock lasts till it is closed, here and in every fork. None where the
        system has no such locks.

    Raises:
        FileNotFoundError: It is gone.
        BlockingIOError: Somebody holds it alone; or at all, if it is wanted alone.
    """
    try:
        import fcntl
    except ImportError:  # Windows, where what is open cannot be deleted
        return None
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except PermissionError:  # the engine will say so
        return None
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        if not os.path.samestat(os.fstat(descriptor), os.stat(folder)):  # noqa: PTH116
            raise FileNotFoundError(folder)  # it was deleted before it was locked
    except (BlockingIOError, FileNotFoundError):
        os.close(descriptor)
        raise
    except OSError:  # a file system without locks
        os.close(descriptor)
        return None
    return descriptor


def list_files(
    folder: Path, known: Mapping[str, tuple[int, int]] | None = None
) -> dict[str, tuple[int, int]]:
    """Return size and CRC-32 of the files in a folder and those below it, by name.

    Args:
        folder: The folder; nobody writes to it any more.
        known: Those of tables that a database shares with another, which are not read again.
    """
    known = known or {}
    found: dict[str, tuple[int, int]] = {}
    for path in sorted(folder.rglob("*")):
        # RocksDB writes its log and its lock again whenever it likes.
        if path.is_file() and not path.name.startswith(("LOCK", "LOG")):
            name, size = path.relative_to(folder).as_posix(), path.stat().st_size
            listed = known.get(name) if path.suffix == TABLE else None
            is_known = listed is not None and listed[0] == size
            found[name] = listed if listed and is_known else (size, _checksum(path))
    return found


def is_unchanged(path: str | Path, size: int, checksum: int | None) -> bool:
    """Tell whether a file is as it was listed.

    Args:
        path: The file.
        size: Its size then.
        checksum: Its CRC-32 then; with None only the size is compared.

    Raises:
        OSError: It is missing or unreadable.
    """
    if os.stat(path).st_size != size:  # noqa: PTH116 - on the cold path, where Path costs
        return False
    return checksum is None or _checksum(path) == checksum


def _checksum(path: str | Path) -> int:
    import zlib

    found = 0
    with open(path, "rb", buffering=0) as stream:  # noqa: PTH123 - on the cold path
        while block := stream.read(1 << 24):
            found = zlib.crc32(block, found)
    return found
