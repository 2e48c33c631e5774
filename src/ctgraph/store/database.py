"""Databases of the engine on disk: made once, then read by many and never changed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

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


def make_database(quads: Path, folder: Path) -> None:
    """Make a database from a file of N-Quads.

    Args:
        quads: The file.
        folder: The folder of the database, which does not exist yet.
    """
    note_database()
    store = ox.Store(str(folder))
    store.bulk_load(path=quads, format=ox.RdfFormat.N_QUADS, lenient=True)
    store.flush()


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


def list_files(folder: Path) -> dict[str, tuple[int, int]]:
    """Return size and CRC-32 of the files in a folder and those below it, by name.

    Args:
        folder: The folder; nobody writes to it any more.
    """
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_size, _checksum(path))
        for path in sorted(folder.rglob("*"))
        # RocksDB writes its log and its lock again whenever it likes.
        if path.is_file() and not path.name.startswith(("LOCK", "LOG"))
    }


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
