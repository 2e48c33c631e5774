"""Stores on disk: a folder with one RocksDB database for each generation.

`ctgraph-store.json` names the generation that counts. A load builds the next one beside it and
then replaces that file, which is one atomic step: whoever opens the store before gets the old
generation, whoever opens it after gets the new one, and a load that is killed changes nothing.
Readers hold their generation, which no load deletes till the last of them lets go of it. The one
before the current one is kept in any case, for where the system has no locks; RocksDB shares the
files that did not change.
"""

from __future__ import annotations

import contextlib
import json
import os
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ctgraph.errors import StoreError
from ctgraph.store.backend import LocalBackend
from ctgraph.store.cache import Counts
from ctgraph.store.database import GraphFiles, is_unchanged, lock_database

if TYPE_CHECKING:
    import pyoxigraph as ox

FORMAT = 1
"""Version of the layout; a store of another version is not read."""

CHECKED_AT_OPENING = 64 << 20
"""Bytes up to which a store is read and compared when it is opened; 0.03 seconds at most."""

DESCRIPTION = "ctgraph-store.json"
"""The file in which a store says what it is."""

_CLAIMS_HASH = "claims.sha256"
"""The file beside a database that holds the hash of its claims, once somebody wanted it."""

GENERATION = "generation-"
"""How the folder of every database starts; its number follows."""


class Description(NamedTuple):
    """What `ctgraph-store.json` says.

    Attributes:
        directory: The store's folder.
        generation: Number of the current generation.
        ctgraph: Version of the package that built it.
        created: When it was built, ISO 8601 in UTC.
        bundle: Content hash of the bundle it was built from.
        sources: The files loaded beyond the bundle, as they were named.
        counts: What it holds.
        files: Size and CRC-32 of the files of the database, by name.
        changes: How many quads stand in the log of the database and not in its tables; None if
            that is not known.
        withdrawn: What was withdrawn, as it was named: claims and sources.
    """

    directory: Path
    generation: int
    ctgraph: str
    created: str
    bundle: str
    sources: tuple[str, ...]
    counts: Counts
    files: Mapping[str, tuple[int, int]]
    changes: int | None = None
    withdrawn: tuple[str, ...] = ()

    @property
    def database(self) -> Path:
        """The folder of the current database."""
        return self.directory / f"{GENERATION}{self.generation}"

    def database_files(self) -> GraphFiles:
        """Return where another process finds the current database."""
        return GraphFiles(str(self.database), is_database=True)


class DiskBackend(LocalBackend):
    """The current generation of a store on disk, read-only."""

    def __init__(self, location: str, description: Description, held: int | None) -> None:
        super().__init__(location)
        self._let_go = weakref.finalize(self, os.close, held) if held is not None else lambda: None
        self.fingerprint = f"{description.database} {description.created}"
        self._description = description
        self._was_checked = False

    def close(self) -> None:
        """Let go of the graph and of its generation. A second time it does nothing."""
        super().close()
        self._let_go()

    def counts(self) -> Counts:
        """Return how many claims and triples of each kind the graph holds."""
        counts = self._description.counts
        if not counts.claims_hash:
            with contextlib.suppress(OSError):
                text = (self._description.database / _CLAIMS_HASH).read_text(encoding="ascii")
                counts = counts._replace(claims_hash=text)
        return counts

    def hash_claims(self) -> str:
        """Return the SHA-256 of the sorted N-Quads of all claims, and keep it for others."""
        found = super().hash_claims()
        kept = self._description.database / _CLAIMS_HASH
        with contextlib.suppress(OSError):  # whoever only reads the store does without
            part = kept.with_suffix(f".{os.getpid()}")
            part.write_text(found, encoding="ascii")
            part.replace(kept)
        return found

    def verify(self) -> None:
        """Refuse the store if any of its files is not as it was written."""
        verify_database(self._description)

    def _open(self) -> ox.Store:
        self._check()
        return open_database(self._description)

    def _check(self) -> None:
        if not self._was_checked:
            verify_database(self._description, CHECKED_AT_OPENING)
            self._was_checked = True

    def _files(self) -> GraphFiles:
        return self._description.database_files()


def open_disk(directory: Path, location: str) -> DiskBackend:
    """Return the store on disk that is in a folder; its database is opened when it is needed.

    Args:
        directory: The store's folder.
        location: What messages call it.

    Raises:
        StoreError: There is no store, it cannot be read, or another version made it.
    """
    while True:
        description = read_description(directory)
        if not description.database.is_dir() and read_description(directory) == description:
            open_database(description)  # says what is wrong
        # Else loads have replaced it since its description was read.
        with contextlib.suppress(FileNotFoundError, BlockingIOError):
            return DiskBackend(location, description, lock_database(description.database))


def read_description(directory: Path) -> Description:
    """Return what a store on disk says of itself.

    Args:
        directory: The store's folder.

    Raises:
        StoreError: There is no store, it cannot be read, or another version made it.
    """
    path = directory / DESCRIPTION
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        if not directory.exists():
            raise StoreError("store-folder-missing", directory=directory) from None
        raise StoreError(
            "store-description-missing", directory=directory, DESCRIPTION=DESCRIPTION
        ) from None
    except NotADirectoryError:
        raise StoreError("store-not-a-folder", directory=directory) from None
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(
            "store-description-unreadable"
            if isinstance(error, OSError)
            else "store-description-not-utf8",
            path=path,
            said=getattr(error, "strerror", None),
            hint="store-description-unreadable",
        ) from None
    try:
        fields = json.loads(text)
        version = fields["format"]
    except (ValueError, TypeError, KeyError):
        raise StoreError("store-damaged", path=path) from None
    if version != FORMAT:
        made = fields.get("ctgraph")
        raise StoreError(
            "store-format-mismatch" if made else "store-format-of-unknown-version",
            directory=directory,
            version=version,
            made=made,
            FORMAT=FORMAT,
            hint="store-format-mismatch",
        )
    try:
        return Description(
            directory=directory,
            generation=int(fields["generation"]),
            ctgraph=str(fields["ctgraph"]),
            created=str(fields["created"]),
            bundle=str(fields["bundle"]),
            sources=tuple(map(str, fields["sources"])),
            counts=Counts(**fields["counts"]),
            files={
                str(name): (int(size), int(checksum))
                for name, (size, checksum) in fields["files"].items()
            },
            changes=fields.get("changes"),
            withdrawn=tuple(map(str, fields.get("withdrawn", ()))),
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        raise StoreError("store-damaged", path=path) from None


def open_database(description: Description) -> ox.Store:
    """Return the current database, read-only.

    Args:
        description: What the store says of itself.

    Raises:
        StoreError: It is missing, damaged or unreadable.
    """
    try:
        return description.database_files().open()
    except (OSError, RuntimeError) as error:
        raise StoreError(
            "store-database-unopenable", database=description.database, reason=shorten_error(error)
        ) from None


def verify_database(description: Description, limit: int | None = None) -> None:
    """Refuse a store whose current database is not as it was written.

    The engine finds out about damage only when it reads the damaged place, and an aggregate that
    meets it never ends.

    Args:
        description: What the store says of itself.
        limit: Compare sizes alone if there are more bytes than this.

    Raises:
        StoreError: A file is missing or differs.
    """
    total = sum(size for size, _ in description.files.values())
    in_full = limit is None or total <= limit
    for name, (size, checksum) in description.files.items():
        path = description.database / name
        try:
            is_right = is_unchanged(path, size, checksum if in_full else None)
        except OSError as error:
            raise StoreError(
                "store-file-unreadable", path=path, said=shorten_error(error), hint="store-damaged"
            ) from None
        if not is_right:
            raise StoreError("store-file-damaged", path=path, hint="store-damaged")


def shorten_error(error: BaseException) -> str:
    """Return what the system says of an error, in one short line.

    Args:
        error: What went wrong.
    """
    said = getattr(error, "strerror", None) or str(error) or type(error).__name__
    said = " ".join(said.split())
    return said if len(said) <= 200 else said[:199] + "…"
