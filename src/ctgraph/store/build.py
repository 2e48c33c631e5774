"""Building stores on disk: each load makes a new generation beside the current one."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import pyoxigraph as ox

from ctgraph.errors import StoreError
from ctgraph.store.cache import compile_graph, count_graph, extend_graph
from ctgraph.store.database import list_files, lock_database, make_database, note_database
from ctgraph.store.disk import (
    DESCRIPTION,
    FORMAT,
    GENERATION,
    Description,
    read_description,
    shorten_error,
    verify_database,
)
from ctgraph.version import __version__

if TYPE_CHECKING:
    from ctgraph.store.cache import Counts
    from ctgraph.store.project import Bundle
    from ctgraph.store.reader.reader import Progress

_LOCK = "ctgraph-store.lock"
_PROCESS = "process "  # and its number, in the lock
_QUADS = ".nq"


def build(
    directory: Path,
    files: Sequence[Path],
    bundle: Bundle,
    *,
    replace: bool = False,
    progress: Progress | None = None,
) -> Description:
    """Build a store, and return what it says of itself.

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
    """Return the folder and those above it that do not exist yet, innermost first."""
    return [folder for folder in (directory, *directory.parents) if not folder.exists()]


def _take_back(directory: Path, made: Sequence[Path]) -> None:
    """Delete the folders that a failed load made, unless another load has begun to use them."""
    with contextlib.suppress(OSError):
        if made and all(entry.name == _LOCK for entry in os.scandir(directory)):
            (directory / _LOCK).unlink(missing_ok=True)
            for folder in made:
                folder.rmdir()


def _build(
    directory: Path,
    files: Sequence[Path],
    bundle: Bundle,
    *,
    replace: bool,
    progress: Progress | None,
) -> Description:
    _make_folder(directory)
    _current(directory, replace=replace)  # says what is wrong before anything is written
    try:
        with _locked(directory):
            # Once more, for another load may just have ended.
            old = _current(directory, replace=replace)
            _clean(directory, keep=old.generation if old else None)
            return _build_next(directory, old, files, bundle, replace=replace, progress=progress)
    except OSError as error:
        raise StoreError(
            "store-unwritable", directory=directory, reason=shorten_error(error)
        ) from None


def _make_folder(directory: Path) -> None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise StoreError("store-folder-is-file", directory=directory) from None
    except OSError as error:
        raise StoreError(
            "store-folder-unmakable", directory=directory, reason=shorten_error(error)
        ) from None


def _current(directory: Path, *, replace: bool) -> Description | None:
    """What is there now, or None if the folder is empty or only held a load that was killed."""
    if (directory / DESCRIPTION).exists():
        try:
            return read_description(directory)
        except StoreError:
            if replace:
                return None
            raise
    strange = [entry.name for entry in os.scandir(directory) if not _is_ours(entry.name)]
    if strange:
        raise StoreError("store-folder-not-empty", directory=directory, strange=min(strange))
    return None


def _is_ours(name: str) -> bool:
    number = name.removeprefix(GENERATION).removesuffix(_QUADS)
    return name.startswith(DESCRIPTION) or name == _LOCK or (name != number and number.isdigit())


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
        raise StoreError(
            "store-of-other-graph",
            directory=directory,
            names=[*base.sources],
            hint="rebuild-with-files" if base.sources else "rebuild",
        )
    number = _next_number(directory)
    folder = directory / f"{GENERATION}{number}"
    with _removed_on_failure(folder):
        if base is not None:
            counts = _extend(base, folder, bundle, files, progress)
        else:
            counts = _compile(folder, bundle, files, progress)
        description = Description(
            directory=directory,
            generation=number,
            ctgraph=__version__,
            created=_now(),
            bundle=content,
            sources=(*(base.sources if base else ()), *map(str, files)),
            counts=counts,
            files=list_files(folder),
        )
        _tell(progress, "commit", counts.triples)
        _publish(description)
    _clean(directory, keep=number, before=old.generation if old else None)
    return description


def _extend(
    base: Description,
    folder: Path,
    bundle: Bundle,
    files: Sequence[Path],
    progress: Progress | None,
) -> Counts:
    """Make a database of another and more files, and return what it holds."""
    _copy_database(base.database, folder)
    note_database()
    store = ox.Store(str(folder))
    extend_graph(store, bundle, files, progress)
    _tell(progress, "count", 0)
    counts = count_graph(store)
    store.flush()
    return counts


def _compile(
    folder: Path, bundle: Bundle, files: Sequence[Path], progress: Progress | None
) -> Counts:
    """Make a database of a bundle and more files, and return what it holds."""
    # Compiling in memory and writing N-Quads is several times faster than on disk.
    graph = compile_graph(bundle, files, progress)
    _tell(progress, "count", len(graph))
    counts = count_graph(graph)
    _tell(progress, "write", len(graph))
    quads = folder.with_suffix(_QUADS)
    try:
        graph.dump(str(quads), ox.RdfFormat.N_QUADS)
        del graph
        make_database(quads, folder)
    finally:
        quads.unlink(missing_ok=True)
    return counts


@contextlib.contextmanager
def _removed_on_failure(folder: Path) -> Iterator[None]:
    """Delete a database if making it fails."""
    try:
        yield
    except BaseException as error:
        # It must be closed before its folder can be deleted for good, for its threads still
        # write; the frames of the failed calls hold it open.
        traceback.clear_frames(error.__traceback__)
        shutil.rmtree(folder, ignore_errors=True)
        raise


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
    temporary = description.directory / f"{DESCRIPTION}.new"
    with temporary.open("w", encoding="utf-8") as stream:
        json.dump(fields, stream, ensure_ascii=False, indent=2)
        stream.write("\n")
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(description.directory / DESCRIPTION)


def _next_number(directory: Path) -> int:
    numbers = [
        int(entry.name.removeprefix(GENERATION).removesuffix(_QUADS))
        for entry in os.scandir(directory)
        if entry.name.startswith(GENERATION) and _is_ours(entry.name)
    ]
    return max(numbers, default=0) + 1


def _clean(directory: Path, *, keep: int | None, before: int | None = None) -> None:
    """Delete generations that nobody reads or can need, such as those of a load that was killed."""
    kept = {f"{GENERATION}{number}" for number in (keep, before) if number is not None}
    for entry in list(os.scandir(directory)):
        if entry.name.startswith(GENERATION) and entry.name not in kept and _is_ours(entry.name):
            if entry.is_dir():
                with contextlib.suppress(BlockingIOError), _alone(Path(entry.path)):
                    shutil.rmtree(entry.path, ignore_errors=True)
            else:
                Path(entry.path).unlink(missing_ok=True)
        elif entry.name == f"{DESCRIPTION}.new":
            Path(entry.path).unlink(missing_ok=True)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold a database alone."""
    held = lock_database(folder, alone=True)
    try:
        yield
    finally:
        if held is not None:
            os.close(held)


@contextlib.contextmanager
def _locked(directory: Path) -> Iterator[None]:
    """Hold the store's lock; the kernel lets go of it whatever becomes of the process."""
    path = directory / _LOCK
    with path.open("a+", encoding="utf-8") as stream:
        if not _try_lock(stream):
            stream.seek(0)
            process = stream.read().strip().removeprefix(_PROCESS)
            raise StoreError(
                "store-being-loaded" if process else "store-being-loaded-by-another",
                directory=directory,
                process=process,
                hint="store-being-loaded",
            )
        stream.seek(0)
        stream.truncate()
        stream.write(f"{_PROCESS}{os.getpid()}")
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


def _now() -> str:
    from datetime import UTC, datetime

    return datetime.now(UTC).isoformat(timespec="seconds")
