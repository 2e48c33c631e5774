"""The project that an import would make, and the step that makes it."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from ctgraph.errors import DataError
from ctgraph.store import Bundle
from ctgraph.store.reader import FileCount, format_totals, survey

_PREPARED = ".import-"
_TOTALS = "totals.toml"
_OLD = 3600  # seconds after which what an import prepared was left by one that was killed


@contextlib.contextmanager
def would_be(bundle: Bundle, name: str, files: Mapping[str, str]) -> Iterator[Bundle]:
    """Give a project of links to another, with one more folder of tables, and with its totals.

    Args:
        bundle: The project.
        name: The folder below `data/`.
        files: The text of each table.
    """
    with tempfile.TemporaryDirectory(prefix="ctgraph-import-") as made:
        root = Path(made).resolve()
        for part in (bundle.ontology, bundle.queries):
            (root / part.name).symlink_to(part.resolve(), target_is_directory=True)
        (root / "data" / name).mkdir(parents=True)
        for entry in bundle.data.iterdir():
            if not entry.name.startswith(".") and entry.name not in (name, _TOTALS):
                (root / "data" / entry.name).symlink_to(entry.resolve())
        for file, text in files.items():
            (root / "data" / name / file).write_text(text, encoding="utf-8")
        yield Bundle(root)


def publish(bundle: Bundle, name: str, files: Mapping[str, str], totals: str) -> None:
    """Add a folder of tables and the totals to a project, so that both are there or neither is.

    The folder is made beside the others under a hidden name and renamed with the new totals in
    it, which count from then on (`Bundle.totals_file`); then they take the place of the old ones.

    Args:
        bundle: The project.
        name: The folder below `data/`.
        files: The text of each table.
        totals: The text of the new totals.

    Raises:
        DataError: The folder is there, or cannot be written.
    """
    settle(bundle)
    prepared = bundle.data / f"{_PREPARED}{os.getpid()}"
    try:
        shutil.rmtree(prepared, ignore_errors=True)
        prepared.mkdir()
        for file, text in {**files, _TOTALS: totals}.items():
            _write(prepared / file, text)
        prepared.rename(bundle.data / name)
        settle(bundle)
    except OSError as error:
        shutil.rmtree(prepared, ignore_errors=True)
        said = error.strerror or error
        raise DataError(
            "folder-unwritable", place=bundle.show(bundle.data / name), said=said
        ) from error


def settle(bundle: Bundle) -> None:
    """Put totals that an import brought, and that still stand beside its tables, in their place."""
    brought = bundle.totals_file()
    if brought.parent != bundle.data:
        brought.replace(bundle.data / _TOTALS)
    for left in bundle.data.glob(f"{_PREPARED}*"):
        if left.stat().st_mtime < time.time() - _OLD:
            shutil.rmtree(left, ignore_errors=True)


def accept_totals(bundle: Bundle) -> list[tuple[str, FileCount | None, FileCount | None]] | None:
    """Write the totals of a project as its files are, and return what differs from before.

    The name of each file with the counts before and now; None if a file cannot be read, so that
    it cannot be counted, and nothing was written.

    Args:
        bundle: The project.

    Raises:
        DataError: The totals cannot be written.
    """
    found = survey(bundle)
    if not found.is_parsed:
        return None
    settle(bundle)
    path = bundle.totals_file()
    old = read_totals(path)
    try:
        _replace(path, renew_totals(path, found.counts))
    except OSError as error:
        said = error.strerror or error
        raise DataError("folder-unwritable", place=bundle.show(path), said=said) from error
    names = sorted({*old, *found.counts})
    both = ((name, old.get(name), found.counts.get(name)) for name in names)
    return [one for one in both if one[1] != one[2]]


def renew_totals(path: Path, counts: Mapping[str, FileCount]) -> str:
    """Return the text of totals with other counts; what stands above them is kept.

    Args:
        path: The file, which need not exist.
        counts: Claims and quads by file.
    """
    text = path.read_text(encoding="utf-8-sig") if path.is_file() else ""
    return text.partition("[total]")[0] + format_totals(counts)


def read_totals(path: Path) -> dict[str, FileCount]:
    """Return the counts that a file of totals states, as far as it can be read."""
    import tomllib

    try:
        files = tomllib.loads(path.read_text(encoding="utf-8-sig")).get("files", {})
        return {
            name: FileCount(int(one["claims"]), int(one["quads"])) for name, one in files.items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())


def _replace(path: Path, text: str) -> None:
    new = path.with_name(f".{path.name}.new")
    _write(new, text)
    new.replace(path)
