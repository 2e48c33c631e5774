"""Stores on disk: a folder with one RocksDB database for each generation.

`ctgraph-store.json` names the generation that counts. A load builds the next one beside it and
then replaces that file, which is one atomic step: whoever opens the store before gets the old
generation, whoever opens it after gets the new one, and a load that is killed changes nothing.
Readers never lock. The generation before the current one is kept, for someone may be reading it;
RocksDB shares the files that did not change.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import traceback
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple

import pyoxigraph as ox

from ctgraph.errors import StoreError
from ctgraph.store.cache import Counts, compile_graph, count_graph, extend_graph, file_checksum
from ctgraph.store.project import Bundle
from ctgraph.store.reader.reader import Progress

FORMAT = 1
"""Version of the layout; a store of another version is not read."""

CHECKED_AT_OPENING = 64 << 20
"""Bytes up to which a store is read and compared when it is opened; 0.03 seconds at most."""

_DESCRIPTION = "ctgraph-store.json"
_LOCK = "ctgraph-store.lock"
_GENERATION = "generation-"
_QUADS = ".nq"


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
    """

    directory: Path
    generation: int
    ctgraph: str
    created: str
    bundle: str
    sources: tuple[str, ...]
    counts: Counts
    files: Mapping[str, tuple[int, int]]

    @property
    def database(self) -> Path:
        """The folder of the current database."""
        return self.directory / f"{_GENERATION}{self.generation}"


def read_description(directory: Path) -> Description:
    """What a store on disk says of itself.

    Args:
        directory: The store's folder.

    Raises:
        StoreError: There is no store, it cannot be read, or another version made it.
    """
    path = directory / _DESCRIPTION
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        if not directory.exists():
            raise StoreError(
                f"{directory}: no such folder.",
                hint=f"Make the store with `ctgraph load --store {directory}`.",
            ) from None
        raise StoreError(
            f"{directory}: not a store, for it has no {_DESCRIPTION}.",
            hint="Name the folder that `ctgraph load --store` made.",
        ) from None
    except NotADirectoryError:
        raise StoreError(
            f"{directory}: not a folder.", hint="A store is a folder that `ctgraph load` made."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        said = getattr(error, "strerror", None) or "not UTF-8"
        raise StoreError(
            f"{path}: cannot be read: {said}.", hint="See that you may read the folder."
        ) from None
    try:
        fields = json.loads(text)
        version = fields["format"]
    except (ValueError, TypeError, KeyError):
        raise StoreError(
            f"{path}: damaged.", hint="Build the store anew with `ctgraph load --replace`."
        ) from None
    if version != FORMAT:
        made = fields.get("ctgraph", "an unknown version of ctgraph")
        raise StoreError(
            f"{directory}: the store has format {version}, made by ctgraph {made}; "
            f"this version reads format {FORMAT}.",
            hint="Build it anew with `ctgraph load --replace`, or use that version of ctgraph.",
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
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        raise StoreError(
            f"{path}: damaged.", hint="Build the store anew with `ctgraph load --replace`."
        ) from None


def open_database(description: Description) -> ox.Store:
    """The current database, read-only.

    Args:
        description: What the store says of itself.

    Raises:
        StoreError: It is missing, damaged or unreadable.
    """
    try:
        return ox.Store.read_only(str(description.database))
    except (OSError, RuntimeError) as error:
        raise StoreError(
            f"{description.database}: cannot be opened: {_shortened(error)}.",
            hint="See that you may read it; if it is damaged, use `ctgraph load --replace`.",
        ) from None


def verify_database(description: Description, limit: int | None = None) -> None:
    """Nothing, if the files of the current database are as they were written.

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
            is_right = path.stat().st_size == size
            is_right = is_right and not (in_full and file_checksum(path) != checksum)
        except OSError as error:
            raise _damaged(f"{path}: cannot be read: {_shortened(error)}.") from None
        if not is_right:
            raise _damaged(f"{path}: damaged; it is not as it was written.")


def _damaged(message: str) -> StoreError:
    return StoreError(message, hint="Build the store anew with `ctgraph load --replace`.")


def _inventory(folder: Path) -> dict[str, tuple[int, int]]:
    """Size and checksum of the files of a database that nobody writes to any more."""
    return {
        entry.name: (entry.stat().st_size, file_checksum(Path(entry.path)))
        for entry in sorted(os.scandir(folder), key=lambda entry: entry.name)
        # RocksDB writes its log and its lock again whenever it likes.
        if entry.is_file() and not entry.name.startswith(("LOCK", "LOG"))
    }


def build(
    directory: Path,
    files: Sequence[Path],
    bundle: Bundle,
    *,
    replace: bool = False,
    progress: Progress | None = None,
) -> Description:
    """What the built store says of itself.

    Args:
        directory: The store's folder; made if it does not exist.
        files: Files of claims to add to the bundle's, TriG or N-Quads.
        bundle: The bundle to build from.
        replace: Start from the bundle alone, whatever the store holds now.
        progress: Told what is being done.

    Raises:
        DataError: Something is wrong with a file; the store is as it was.
        StoreError: The folder cannot be written or holds something else, another load is at
            work, the disk is full, or the store was built from another bundle.
    """
    made = _missing(directory)
    try:
        return _build(directory, files, bundle, replace=replace, progress=progress)
    except BaseException:
        _take_back(directory, made)
        raise


def _missing(directory: Path) -> list[Path]:
    """The folder and those above it that do not exist yet, innermost first."""
    return [folder for folder in (directory, *directory.parents) if not folder.exists()]


def _take_back(directory: Path, made: Sequence[Path]) -> None:
    """Delete the folders that a failed load made, unless another load has begun to use them."""
    if not made or any(entry.name != _LOCK for entry in _entries(directory)):
        return
    with contextlib.suppress(OSError):
        (directory / _LOCK).unlink(missing_ok=True)
        for folder in made:
            folder.rmdir()


def _entries(directory: Path) -> list[os.DirEntry[str]]:
    try:
        return list(os.scandir(directory))
    except OSError:
        return []


def _build(
    directory: Path,
    files: Sequence[Path],
    bundle: Bundle,
    *,
    replace: bool,
    progress: Progress | None,
) -> Description:
    old = _prepare(directory, replace=replace)
    try:
        with _locked(directory):
            # Once more, for another load may just have ended.
            old = _current(directory, replace=replace)
            _clean(directory, keep=old.generation if old else None)
            return _build_next(directory, old, files, bundle, replace=replace, progress=progress)
    except OSError as error:
        raise StoreError(
            f"{directory}: cannot be written: {_shortened(error)}. The store is as it was.",
            hint="See that there is room on the disk and that you may write there.",
        ) from None


def _prepare(directory: Path, *, replace: bool) -> Description | None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise StoreError(
            f"{directory}: is a file, not a folder.", hint="Name another folder."
        ) from None
    except OSError as error:
        raise StoreError(
            f"{directory}: cannot be made: {_shortened(error)}.", hint="Name another folder."
        ) from None
    return _current(directory, replace=replace)


def _current(directory: Path, *, replace: bool) -> Description | None:
    """What is there now, or None if the folder is empty or only held a load that was killed."""
    if (directory / _DESCRIPTION).exists():
        try:
            return read_description(directory)
        except StoreError:
            if replace:
                return None
            raise
    strange = [entry.name for entry in os.scandir(directory) if not _is_ours(entry.name)]
    if strange:
        raise StoreError(
            f"{directory}: not a store, and not empty (it holds {min(strange)}).",
            hint="Name a new or empty folder.",
        )
    return None


def _is_ours(name: str) -> bool:
    number = name.removeprefix(_GENERATION).removesuffix(_QUADS)
    return name.startswith(_DESCRIPTION) or name == _LOCK or (name != number and number.isdigit())


def _build_next(
    directory: Path,
    old: Description | None,
    files: Sequence[Path],
    bundle: Bundle,
    *,
    replace: bool,
    progress: Progress | None,
) -> Description:
    content = bundle.content_hash()
    base = None if replace else old
    if base is not None:
        verify_database(base)
    if base is not None and base.bundle != content:
        loaded = f" (and name again: {', '.join(base.sources)})" if base.sources else ""
        raise StoreError(
            f"{directory}: the store was built from another state of the curated graph.",
            hint=f"Build it anew with `ctgraph load --replace`{loaded}.",
        )
    number = _next_number(directory)
    folder = directory / f"{_GENERATION}{number}"
    quads = directory / f"{_GENERATION}{number}{_QUADS}"
    store: ox.Store | None = None
    try:
        if base is not None:
            _copy_database(base.database, folder)
            store = ox.Store(str(folder))
            extend_graph(store, bundle, files, progress)
            _tell(progress, "count", 0)
            counts = count_graph(store)
        else:
            # Compiling in memory and writing N-Quads is several times faster than on disk.
            graph = compile_graph(bundle, files, progress)
            _tell(progress, "count", len(graph))
            counts = count_graph(graph)
            _tell(progress, "write", len(graph))
            graph.dump(str(quads), ox.RdfFormat.N_QUADS)
            del graph
            store = ox.Store(str(folder))
            store.bulk_load(path=quads, format=ox.RdfFormat.N_QUADS, lenient=True)
        store.flush()
        # Closes the database: readers of a generation must never meet a writer.
        store = None
        description = Description(
            directory=directory,
            generation=number,
            ctgraph=_version(),
            created=_now(),
            bundle=content,
            sources=(*(base.sources if base else ()), *map(str, files)),
            counts=counts,
            files=_inventory(folder),
        )
        _tell(progress, "commit", counts.triples)
        _publish(description)
    except BaseException as error:
        # The database must be closed before its folder can be deleted for good, for its threads
        # still write; the frames of the failed calls hold it open.
        store = None
        traceback.clear_frames(error.__traceback__)
        shutil.rmtree(folder, ignore_errors=True)
        raise
    finally:
        quads.unlink(missing_ok=True)
    _clean(directory, keep=number, before=old.generation if old else None)
    return description


def _copy_database(source: Path, target: Path) -> None:
    """Copy a database that nobody writes to, sharing the table files, which never change.

    `Store.backup` would do the same, but only for a database opened for writing, and that would
    write to files which readers have open.
    """
    target.mkdir()
    for entry in os.scandir(source):
        if entry.name == "LOCK" or not entry.is_file():
            continue
        copy = target / entry.name
        if entry.name.endswith(".sst"):
            try:
                copy.hardlink_to(entry.path)
                continue
            except OSError:
                pass  # a file system without hard links
        shutil.copy2(entry.path, copy)


def _tell(progress: Progress | None, stage: str, count: int) -> None:
    if progress is not None:
        progress(stage, count)


def _publish(description: Description) -> None:
    fields: dict[str, Any] = {"format": FORMAT, **description._asdict()}
    del fields["directory"]
    fields["counts"] = description.counts._asdict()
    temporary = description.directory / f"{_DESCRIPTION}.new"
    with temporary.open("w", encoding="utf-8") as stream:
        json.dump(fields, stream, ensure_ascii=False, indent=2)
        stream.write("\n")
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(description.directory / _DESCRIPTION)


def _next_number(directory: Path) -> int:
    numbers = [
        int(entry.name.removeprefix(_GENERATION).removesuffix(_QUADS))
        for entry in os.scandir(directory)
        if entry.name.startswith(_GENERATION) and _is_ours(entry.name)
    ]
    return max(numbers, default=0) + 1


def _clean(directory: Path, *, keep: int | None, before: int | None = None) -> None:
    """Delete generations that nobody can need, such as those of a load that was killed."""
    kept = {f"{_GENERATION}{number}" for number in (keep, before) if number is not None}
    for entry in list(os.scandir(directory)):
        if entry.name.startswith(_GENERATION) and entry.name not in kept and _is_ours(entry.name):
            if entry.is_dir():
                shutil.rmtree(entry.path, ignore_errors=True)
            else:
                Path(entry.path).unlink(missing_ok=True)
        elif entry.name == f"{_DESCRIPTION}.new":
            Path(entry.path).unlink(missing_ok=True)


@contextlib.contextmanager
def _locked(directory: Path) -> Iterator[None]:
    """Hold the store's lock; the kernel lets go of it whatever becomes of the process."""
    path = directory / _LOCK
    with path.open("a+", encoding="utf-8") as stream:
        if not _try_lock(stream):
            stream.seek(0)
            other = stream.read().strip() or "another process"
            raise StoreError(
                f"{directory}: {other} is loading into this store.",
                hint="Wait until it has ended.",
            )
        stream.seek(0)
        stream.truncate()
        stream.write(f"process {os.getpid()}")
        stream.flush()
        try:
            yield
        finally:
            stream.seek(0)
            with contextlib.suppress(OSError):
                stream.truncate()


def _try_lock(stream: IO[str]) -> bool:
    try:
        import fcntl
    except ImportError:  # Windows
        return _try_lock_windows(stream)
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _try_lock_windows(stream: IO[str]) -> bool:
    import msvcrt

    # A byte far behind the text, so that another process can still read who holds the lock.
    stream.seek(1 << 20)
    try:
        msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    except OSError:
        return False
    return True


def _version() -> str:
    from ctgraph.version import __version__

    return __version__


def _now() -> str:
    from datetime import UTC, datetime

    return datetime.now(UTC).isoformat(timespec="seconds")


def _shortened(error: BaseException) -> str:
    said = getattr(error, "strerror", None) or str(error) or type(error).__name__
    said = " ".join(said.split())
    return said if len(said) <= 200 else said[:199] + "…"
