"""The generations of a store on disk: who may make the next one, and how it takes its place."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from ctgraph.errors import StoreError
from ctgraph.store.database import list_files, lock_database, sync_database
from ctgraph.store.disk import (
    DESCRIPTION,
    FORMAT,
    GENERATION,
    Description,
    read_description,
    shorten_error,
)
from ctgraph.version import __version__

if TYPE_CHECKING:
    from ctgraph.store.cache import Counts

QUADS = ".nq"
"""How the name of a file ends from which older versions made a generation."""

_LOCK = "ctgraph-store.lock"
_PROCESS = "process "  # and its number, in the lock


class Made(NamedTuple):
    """What a database holds.

    Attributes:
        counts: Its counts.
        changes: How many quads stand in its log and not in its tables.
    """

    counts: Counts
    changes: int = 0


@contextlib.contextmanager
def at_work(directory: Path, *, replace: bool = False) -> Iterator[Description | None]:
    """Hold a store alone, to make its next generation, and give what is there now.

    Args:
        directory: The store's folder; made if it does not exist, and deleted again on failure.
        replace: Whether what is there need not be readable.

    Raises:
        StoreError: The folder cannot be written or holds something else, or another is at work.
    """
    made = _missing(directory)
    try:
        _make_folder(directory)
        _current(directory, replace=replace)  # says what is wrong before anything is written
        try:
            with _locked(directory):
                # Once more, for another load may just have ended.
                old = _current(directory, replace=replace)
                _clean(directory, keep=old.generation if old else None)
                yield old
        except OSError as error:
            raise StoreError(
                "store-unwritable", directory=directory, reason=shorten_error(error)
            ) from None
    except BaseException:
        _take_back(directory, made)
        raise


def make_next(
    directory: Path,
    old: Description | None,
    base: Description | None,
    make: Callable[[Path], Made],
    *,
    bundle: str,
    files: Sequence[Path] = (),
    withdrawn: Sequence[str] = (),
    tell: Callable[[str, int], None] | None = None,
    publish: bool = True,
) -> Description:
    """Make the next generation and let it count, in a store that is held alone.

    Args:
        directory: The store's folder.
        old: What is there.
        base: What the next one is made from; None if it starts afresh.
        make: Makes the database.
        bundle: Content hash of the bundle.
        files: The files that are new in it.
        withdrawn: What is no longer in it.
        tell: Told what is being done.
        publish: Whether it counts; else it is only found out what it would be, and deleted.
    """
    number = _next_number(directory)
    folder = directory / f"{GENERATION}{number}"
    with _removed_on_failure(folder):
        made = make(folder)
        sync_database(folder)
        description = Description(
            directory=directory,
            generation=number,
            ctgraph=__version__,
            created=_now(),
            bundle=bundle,
            sources=(*(base.sources if base else ()), *map(str, files)),
            counts=made.counts,
            files=list_files(folder, base.files if base else None),
            changes=made.changes,
            withdrawn=(*(base.withdrawn if base else ()), *withdrawn),
        )
        if not publish:
            shutil.rmtree(folder)
            return description
        if tell is not None:
            tell("commit", made.counts.triples)
        _publish(description)
    _clean(directory, keep=number, before=old.generation if old else None)
    return description


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
    number = name.removeprefix(GENERATION).removesuffix(QUADS)
    return name.startswith(DESCRIPTION) or name == _LOCK or (name != number and number.isdigit())


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
        int(entry.name.removeprefix(GENERATION).removesuffix(QUADS))
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
