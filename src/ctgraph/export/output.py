"""Files that are written whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, TypeAlias

from ctgraph.errors import StoreError, UsageError

Target: TypeAlias = "str | os.PathLike[str] | IO[bytes] | IO[str]"
"""Where something is written: a path, or an open stream, binary or text."""


_STREAMS = (Path("/dev/stdout"), Path("/dev/stderr"))


def is_path(target: Target) -> bool:
    """Tell whether a target is a path, not a stream."""
    return isinstance(target, (str, os.PathLike))


def write_output(target: Target, chunks: Iterable[str | bytes]) -> None:
    """Write text, as UTF-8, or bytes to a path or a stream.

    A path appears only when everything is written: the text goes to a temporary file in the same
    directory, which then takes the name. An interruption or a full disk leaves what stood there;
    who may read it stays as it was.
    Devices and pipes are written as they are. A closed pipe (`BrokenPipeError`) is the caller's.

    Args:
        target: A path, or a stream that takes bytes or text.
        chunks: Pieces of the content.

    Raises:
        UsageError: The directory is missing, or the path is a directory or may not be written.
        StoreError: Writing failed, as on a full disk.
    """
    if not is_path(target):
        _write_stream(target, chunks)
        return
    given = Path(target)  # type: ignore[arg-type]  # a path, as was asked
    if _is_device(given):
        # Not resolved, for /dev/stdout of a pipe leads nowhere; and behind what stands there, for a
        # shell that appends (>>) has a file that is not ours to empty.
        with translated_errors(given), given.open("ab", buffering=0) as stream:
            _write_stream(stream, chunks)
        return
    path = resolve_output(target)

    temporary = path.with_name(f".{path.name[:40]}.{os.getpid()}.part")
    with translated_errors(path):
        temporary.unlink(missing_ok=True)
        try:
            with temporary.open("xb") as stream:
                if path.exists():
                    temporary.chmod(stat.S_IMODE(path.stat().st_mode))
                _write_stream(stream, chunks)
                stream.flush()
                os.fsync(stream.fileno())
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


def _is_device(path: Path) -> bool:
    """Tell whether a path is a device, a pipe or a descriptor, which are written as they are."""
    is_other = path.exists() and not (path.is_file() or path.is_dir())
    return is_other or path.is_relative_to("/dev/fd") or path in _STREAMS


def to_csv(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as CSV (RFC 4180).

    Args:
        rows: The cells of each.
    """
    import csv
    import io

    stream = io.StringIO()
    csv.writer(stream, lineterminator="\r\n").writerows(rows)
    return stream.getvalue()


def replace_folder(fresh: Path, path: Path) -> None:
    """Let a folder that was filled beside another take its place.

    If that fails, what stood there stands there again.

    Args:
        fresh: The folder that was filled, whose name ends in ``.part``.
        path: The place to take.

    Raises:
        OSError: It cannot be taken.
    """
    import shutil

    old = fresh.with_suffix(".old")
    shutil.rmtree(old, ignore_errors=True)
    try:
        if path.exists():
            path.rename(old)
        fresh.rename(path)
    except BaseException:
        if old.exists() and not path.exists():
            old.rename(path)
        raise
    shutil.rmtree(old, ignore_errors=True)


def resolve_output(target: Target) -> Path:
    """Return the real path behind a target, once it is clear that a file can be made there.

    Raises:
        UsageError: The directory is missing, or the path is a directory.
    """
    if not isinstance(target, (str, os.PathLike)):
        raise TypeError(f"{target!r} is a stream, not a path")
    given = Path(target)
    try:
        path = given.resolve()
        if path.is_dir():
            raise UsageError("output-is-folder", given=given)
        if not path.parent.is_dir():
            raise UsageError("output-folder-missing", given=given, parent=given.parent)
    except (OSError, ValueError, RuntimeError) as error:
        raise UsageError("output-path-unusable", given=str(given), reason=error) from error
    return path


@contextmanager
def translated_errors(path: Path) -> Iterator[None]:
    """Make an error of ours of an `OSError` about a path.

    Args:
        path: The path that is written.
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        reason = error.strerror or str(error)
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}:
            raise StoreError("output-write-failed", path=path, reason=reason) from error
        raise UsageError("output-unwritable", path=path, reason=reason) from error


def _write_stream(stream: Any, chunks: Iterable[str | bytes]) -> None:
    import io

    if isinstance(stream, io.TextIOBase) or hasattr(stream, "encoding"):
        # A text stream has its own encoding, which may not hold Japanese; its buffer takes bytes.
        buffer = getattr(stream, "buffer", None)
        if buffer is None:
            for chunk in chunks:
                stream.write(chunk if isinstance(chunk, str) else chunk.decode("utf-8"))
            return
        stream.flush()
        stream = buffer
    for chunk in chunks:
        stream.write(chunk.encode("utf-8") if isinstance(chunk, str) else chunk)
    stream.flush()
