"""The pages of the query service as a static site: files that a folder or any web server serves.

Everything that a running service shows is in it but what needs a server: free queries, questions
with other values than their own, networks with filters.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import threading
from collections.abc import Callable, Generator, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ctgraph.draw import shared_files
from ctgraph.errors import CtgraphError, StoreError, Unwritable, UsageError
from ctgraph.export import replace_folder, translated_errors
from ctgraph.network.styles import theme_css, theme_in_use
from ctgraph.service.handler import Limits, Request
from ctgraph.service.pages import frame
from ctgraph.service.search_index import search_index
from ctgraph.service.sitemap import Entry, list_entries
from ctgraph.terms import LANGUAGES
from ctgraph.version import __version__

if TYPE_CHECKING:
    from ctgraph.store import Store


_STATIC = Path(__file__).parent / "pages" / "static"
_INDEX = "static/index.js"
_SCRIPTS = ("style.css", "favicon.svg", "colours.js", "table.js", "source.js", "find.js")
MARK = "ctgraph-site.json"
"""The file by which a folder is known as a site that may be written anew."""

Progress = Callable[[int, int], None]


class Written(NamedTuple):
    """What was written: the number of files, and of bytes."""

    files: int
    bytes: int


def write_site(
    store: Store,
    target: Path,
    *,
    full: bool = False,
    force: bool = False,
    progress: Progress | None = None,
) -> Written:
    """Return the files of a static site in a folder, English at the top and Japanese in ``ja/``.

    The site is made beside the folder and takes its place at once. Same graph, same bytes.

    Args:
        store: The graph.
        target: The folder; made if it does not exist.
        full: Whether it holds all that `list_entries` has for a whole site.
        force: Whether a folder that holds something else may be replaced.
        progress: Called with how many files of how many are written.

    Raises:
        UsageError: The folder holds something else, or cannot be written.
    """
    target = target.absolute()
    _refuse_foreign(target, force=force)
    fresh = target.with_name(f".{target.name[:40]}.part")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        with translated_errors(target):
            written = _fill(store, fresh, progress, full=full)
            replace_folder(fresh, target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return written


def _refuse_foreign(target: Path, *, force: bool) -> None:
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise UsageError("site-target-not-folder", target=target)
    if not target.parent.is_dir():
        raise UsageError("site-parent-folder-missing", target=target, parent=target.parent)
    if target.is_dir() and not force and any(target.iterdir()) and not (target / MARK).is_file():
        raise UsageError("site-folder-has-others", target=target)


def _fill(store: Store, folder: Path, progress: Progress | None, *, full: bool) -> Written:
    done: dict[str, int] = {}
    for name in _SCRIPTS:
        done[f"static/{name}"] = _write(folder / "static" / name, (_STATIC / name).read_bytes())
    theme = theme_css(theme_in_use()).encode("utf-8")
    done["static/theme.css"] = _write(folder / "static" / "theme.css", theme)
    entries = list(list_entries(store, full=full))
    site = frozenset(frame.site_path(entry.path, dict(entry.query)) for entry in entries)
    # It reads every label, which the pages then find in memory.
    done[_INDEX] = _write(folder / _INDEX, search_index(store, site))
    groups = _group(entries)
    total = sum(map(len, groups))
    made = 0
    if progress is not None:
        progress(made, total)
    # Whatever stops this, nobody writes any more when it is left.
    with contextlib.closing(_make_all(store, folder, groups, site)) as finished:
        for number, written in finished:
            done.update(written)
            made += number
            if progress is not None:
                progress(made, total)
    networks = sorted(folder.glob("networks/*.html"))
    if networks:
        shared = shared_files(path.read_text("utf-8") for path in networks)
        for name, text in shared.items():
            done[f"static/{name}"] = _write(folder / "static" / name, text.encode("utf-8"))
    mark = {"ctgraph": __version__, "data": frame.data_hash(store), "files": len(done) + 1}
    done[MARK] = _write(folder / MARK, json.dumps(mark, indent=1).encode() + b"\n")
    return Written(len(done), sum(done.values()))


# A file to write: its name, what it holds, and in which language.
_Task = tuple[str, Entry, str]


def _group(entries: Iterable[Entry]) -> list[list[_Task]]:
    """Return the files to write, those together that are made from the same, large ones first."""
    groups: dict[str, list[_Task]] = {}
    known: set[str] = set()
    for entry in entries:
        for lang in LANGUAGES:
            name = frame.static_file(entry.path, lang, dict(entry.query))
            if name not in known:  # some files are shared by both languages
                known.add(name)
                stem = entry.path.partition(".")[0] + dict(entry.query).get("iri", "")
                if stem.startswith("/downloads"):
                    stem = "/downloads"  # whose page measures the files
                groups.setdefault(stem, []).append((name, entry, lang))
    order = sorted(groups, key=lambda stem: not stem.startswith(("/networks", "/downloads")))
    return [groups[stem] for stem in order]


def _make(store: Store, folder: Path, group: list[_Task], site: frozenset[str]) -> dict[str, int]:
    """Return the names and sizes of the files of a group, which are written."""
    written = {}
    for name, entry, lang in group:
        body = _answer(store, entry, lang, site)
        if body is not None:
            written[name] = _write(folder / name, body)
    return written


def _make_all(
    store: Store, folder: Path, groups: list[list[_Task]], site: frozenset[str]
) -> Generator[tuple[int, dict[str, int]]]:
    """Yield how many files each group has, and what was written of it, as they are finished."""
    workers = _count_cores() if store.kind == "memory" and hasattr(os, "fork") else 1
    if workers < 2:
        yield from ((len(group), _make(store, folder, group, site)) for group in groups)
        return
    from concurrent.futures import ProcessPoolExecutor, as_completed
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import active_children, get_context

    others = active_children()
    # A graph in memory is shared by what is forked; one on disk would have to be opened again.
    _shared.update(store=store, folder=folder, groups=groups, site=site)
    executor = ProcessPoolExecutor(workers, get_context("fork"), initializer=_begin)
    try:
        futures = {executor.submit(_make_shared, place): place for place in range(len(groups))}
        for future in as_completed(futures):
            yield len(groups[futures[future]]), future.result()
    except BaseException as error:
        for child in active_children():
            if child not in others:
                child.kill()  # who begins just now could miss SIGTERM, and would be waited for
        if isinstance(error, BrokenProcessPool):
            raise StoreError("site-process-died") from None
        raise
    finally:
        executor.shutdown(cancel_futures=True)
        _shared.clear()


_shared: dict[str, Any] = {}


def _make_shared(place: int) -> dict[str, int]:
    group = _shared["groups"][place]
    try:
        return _make(_shared["store"], _shared["folder"], group, _shared["site"])
    except CtgraphError as error:
        # Not every error can be sent from one process to another.
        raise StoreError(
            "site-page-failed", path=group[0][1].path, reason=error, hint=error.hint
        ) from None


def _begin() -> None:
    """Make a new process end with the one that began it, and not before."""
    # The terminal sends interrupts to every process; the first one ends the others. (SIGTERM has
    # the handler of whoever called, which is not meant for this.)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    from multiprocessing import parent_process

    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _count_cores() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _answer(
    store: Store, entry: Entry, lang: str, site: frozenset[str] = frozenset()
) -> bytes | None:
    request = Request(
        path=entry.path,
        values=entry.values,
        query=entry.query,
        base="https://w3id.org/ctgraph/",
        lang=lang,
        is_static=True,
        site=site,
    )
    try:
        reply = entry.handler(store, request, Limits(rows=1 << 31, bytes=1 << 40))
    except CtgraphError as error:
        # What XML cannot hold is told by `ctgraph check`; the other files are there.
        if entry.optional or isinstance(error, Unwritable):
            return None
        raise
    return reply.body


def _write(path: Path, body: bytes) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    return len(body)
