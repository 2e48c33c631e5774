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
from collections.abc import Callable, Generator, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ctgraph.errors import CtgraphError, StoreError, Unwritable, UsageError
from ctgraph.export import replace_folder, translated_errors
from ctgraph.service.handler import Limits, Reply, Request
from ctgraph.service.pages import frame
from ctgraph.terms import CT, CTD, CTV, LANGUAGES, PREFIXES, shorten
from ctgraph.version import __version__

if TYPE_CHECKING:
    from ctgraph.store import Store


_STATIC = Path(__file__).parent / "pages" / "static"
_SCRIPTS = ("style.css", "favicon.svg", "table.js", "source.js", "find.js")
MARK = "ctgraph-site.json"
"""The file by which a folder is known as a site that may be written anew."""

Handler = Callable[["Store", Request, Limits], Reply]
Progress = Callable[[int, int], None]


class Entry(NamedTuple):
    """Something to write: a path of the service, and what answers it."""

    path: str
    handler: Handler
    values: dict[str, str]
    query: tuple[tuple[str, str], ...] = ()
    optional: bool = False
    """Whether it is left out if the graph has nothing for it, as an empty network."""


class Written(NamedTuple):
    """What was written: the number of files, and of bytes."""

    files: int
    bytes: int


def write_site(
    store: Store, target: Path, *, force: bool = False, progress: Progress | None = None
) -> Written:
    """Return the files of a static site in a folder, English at the top and Japanese in ``ja/``.

    The site is made beside the folder and takes its place at once. Same graph, same bytes.

    Args:
        store: The graph.
        target: The folder; made if it does not exist.
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
            written = _fill(store, fresh, progress)
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


def _fill(store: Store, folder: Path, progress: Progress | None) -> Written:
    done: dict[str, int] = {}
    for name in _SCRIPTS:
        done[f"static/{name}"] = _write(folder / "static" / name, (_STATIC / name).read_bytes())
    for lang in LANGUAGES:
        # It reads every label, which the pages then find in memory.
        name = f"static/index-{lang}.js"
        done[name] = _write(folder / name, _index(store, lang))
    groups = _group(store)
    total = sum(map(len, groups))
    made = 0
    if progress is not None:
        progress(made, total)
    # Whatever stops this, nobody writes any more when it is left.
    with contextlib.closing(_make_all(store, folder, groups)) as finished:
        for number, written in finished:
            done.update(written)
            made += number
            if progress is not None:
                progress(made, total)
    mark = {"ctgraph": __version__, "data": frame.data_hash(store), "files": len(done) + 1}
    done[MARK] = _write(folder / MARK, json.dumps(mark, indent=1).encode() + b"\n")
    return Written(len(done), sum(done.values()))


# A file to write: its name, what it holds, and in which language.
_Task = tuple[str, Entry, str]


def _group(store: Store) -> list[list[_Task]]:
    """Return the files to write, those together that are made from the same, large ones first."""
    groups: dict[str, list[_Task]] = {}
    known: set[str] = set()
    for entry in list_entries(store):
        for lang in LANGUAGES:
            name = frame.static_file(entry.path, lang, dict(entry.query))
            if name not in known:  # some files are shared by both languages
                known.add(name)
                stem = entry.path.partition(".")[0] + dict(entry.query).get("iri", "")
                groups.setdefault(stem, []).append((name, entry, lang))
    order = sorted(groups, key=lambda stem: not stem.startswith(("/networks", "/downloads")))
    return [groups[stem] for stem in order]


def _make(store: Store, folder: Path, group: list[_Task]) -> dict[str, int]:
    """Return the names and sizes of the files of a group, which are written."""
    written = {}
    for name, entry, lang in group:
        body = _answer(store, entry, lang)
        if body is not None:
            written[name] = _write(folder / name, body)
    return written


def _make_all(
    store: Store, folder: Path, groups: list[list[_Task]]
) -> Generator[tuple[int, dict[str, int]]]:
    """Yield how many files each group has, and what was written of it, as they are finished."""
    workers = _count_cores() if store.kind == "memory" and hasattr(os, "fork") else 1
    if workers < 2:
        yield from ((len(group), _make(store, folder, group)) for group in groups)
        return
    from concurrent.futures import ProcessPoolExecutor, as_completed
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import active_children, get_context

    others = active_children()
    # A graph in memory is shared by what is forked; one on disk would have to be opened again.
    _shared.update(store=store, folder=folder, groups=groups)
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
        return _make(_shared["store"], _shared["folder"], group)
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


def _answer(store: Store, entry: Entry, lang: str) -> bytes | None:
    request = Request(
        path=entry.path,
        values=entry.values,
        query=entry.query,
        base="https://w3id.org/ctgraph/",
        lang=lang,
        is_static=True,
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


# --- what there is -------------------------------------------------------------------------------


def list_entries(store: Store) -> Iterator[Entry]:
    """Yield everything that a static site of a graph holds.

    Args:
        store: The graph.
    """
    from ctgraph.service.pages import browse, downloads, routes
    from ctgraph.service.pages import source as source_page

    yield Entry("/", routes.home, {})
    yield Entry("/find", browse.results, {})
    yield Entry("/things", browse.kinds, {})
    for kind in browse.read_kinds(store, "en"):
        yield Entry(f"/things/{kind.name}", browse.things, {"kind": kind.name})
    yield Entry("/about", downloads.about, {})
    yield Entry("/downloads", downloads.downloads, {})
    for name in downloads.file_names():
        yield Entry(f"/downloads/{name}", downloads.download, {"file": name})
    yield Entry("/source", source_page.index, {})
    for source in source_page.read_source_list(store, "en"):
        if source.name and source.claims:
            yield Entry(f"/source/{source.name}", source_page.source, {"name": source.name})
    yield from _questions(store)
    yield from _networks(store)
    yield from _terms()
    yield from _things(store)


def _questions(store: Store) -> Iterator[Entry]:
    from ctgraph.query import read_questions
    from ctgraph.service.pages import question as question_page

    yield Entry("/ask", question_page.index, {})
    yield Entry("/ask.ttl", question_page.collection, {})
    for name in read_questions(store.bundle):
        yield Entry(f"/ask/{name}", question_page.question, {"name": name})
        for ending in (*question_page.FILES, "ttl"):
            file = f"{name}.{ending}"
            yield Entry(f"/ask/{file}", question_page.question, {"name": file})


def _networks(store: Store) -> Iterator[Entry]:
    from ctgraph.network import VIEWS
    from ctgraph.network.stories import read_stories
    from ctgraph.service.pages import network as network_page

    def entry(file: str) -> Entry:
        return Entry(f"/networks/{file}", network_page.network, {"file": file}, optional=True)

    # A network with nothing in it is not linked, so it may be missing.

    yield Entry("/networks", network_page.gallery, {})
    for name in VIEWS:
        for ending in ("html", *network_page.FILES):
            yield entry(f"{name}.{ending}")
    for name in read_stories(store.bundle):
        yield entry(f"story-{name}.html")
    for name in network_page.read_charts(store):
        yield entry(f"chart-{name}.svg")


def _terms() -> Iterator[Entry]:
    from ctgraph.export import RDF_FORMATS
    from ctgraph.service.pages import downloads
    from ctgraph.service.pages import ontology as ontology_page

    yield Entry("/concept", ontology_page.vocabularies, {})
    endings = [one.extension for one in RDF_FORMATS if one.extension != "trig"]
    for ending in ("html", *endings):
        yield Entry(f"/ontology.{ending}", ontology_page.ontology_file, {"extension": ending})
    for ending in endings:
        yield Entry(f"/void.{ending}", downloads.void, {"extension": ending})


def _things(store: Store) -> Iterator[Entry]:
    from ctgraph.export import RDF_FORMATS
    from ctgraph.service.pages import entity as entity_page

    for base, path, handler in (
        (CTD, "/id/", entity_page.individual),
        (CTV, "/concept/", entity_page.concept),
    ):
        for iri in sorted(store.known_terms()):
            local = iri.removeprefix(base)
            if local == iri or not frame.thing_path(iri):
                continue
            for ending in ("html", *(one.extension for one in RDF_FORMATS)):
                name = f"{local}.{ending}"
                yield Entry(f"{path}{name}", handler, {"name": name})
    for iri in sorted(frame.described_elsewhere(store)):
        yield Entry("/entity", entity_page.other, {}, (("iri", iri),))


# --- searching -----------------------------------------------------------------------------------

_NAMES = (PREFIXES["skos"] + "prefLabel", PREFIXES["rdfs"] + "label", PREFIXES["skos"] + "altLabel")
_TEXTS = (PREFIXES["skos"] + "definition", CT + "quote", CT + "gloss")


def _index(store: Store, lang: str) -> bytes:
    """Return what the search of a static site looks through, as a script that sets one variable."""
    from ctgraph.query.entities import find_relations, read_kinds

    iris = [iri for iri in sorted(store.known_terms()) if frame.thing_path(iri)]
    names = _read(store, _NAMES)
    texts = _read(store, _TEXTS)
    labels = store.labels(iris, lang)
    kinds = read_kinds(store, iris, lang)
    relations = find_relations(store, iris)
    here = Request(path="/find", lang=lang, is_static=True)
    links = frame.Links(store, here)
    entries = []
    for iri in iris:
        label = labels.get(iri) or shorten(iri)
        entries.append(
            {
                "u": links.thing(iri),
                "n": label,
                "a": sorted(set(names.get(iri, ())) - {label}),
                "k": kinds.get(iri, ""),
                "t": sorted(set(texts.get(iri, ()))),
                "r": int(iri in relations),
            }
        )
    return f"window.ctgraphIndex = {frame.embed(entries)};\n".encode()


def _read(store: Store, properties: Iterable[str]) -> dict[str, list[str]]:
    values = " ".join(f"<{one}>" for one in properties)
    found: dict[str, list[str]] = {}
    for row in store.select(
        f"SELECT ?x ?v {{ VALUES ?p {{ {values} }} ?x ?p ?v FILTER(ISLITERAL(?v)) }}"
    ):
        found.setdefault(row["x"].value, []).append(row["v"].value)
    return found
