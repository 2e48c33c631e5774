"""The compiled graph of a bundle, and its copy in the user's cache.

Compiling reads and checks every file and runs every rule. That takes a good part of a second,
too long for a command that answers one question, so the result is kept: as N-Quads, which load
into memory fastest, and as a RocksDB database, which needs no loading at all.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph as ox

from ctgraph.terms import CT, OWN_NAMESPACES

if TYPE_CHECKING:
    from ctgraph.store.project import Bundle
    from ctgraph.store.reader.reader import Progress


ENVIRONMENT = "CTGRAPH_CACHE"
"""The variable that names another cache folder; empty or ``off`` means no cache."""

_KEPT = 3
_MANIFEST = "manifest"
_QUADS = "graph.nq"
_DATABASE = "rocksdb"
_TERMS = "terms"
_COUNTS = "counts"


class Counts(NamedTuple):
    """What a graph holds.

    Attributes:
        claims: Claims.
        stated: Claims that the source states.
        inferred: Claims that are inferred.
        triples: Triples of the default graph.
        asserted: Triples that a claim holds, each counted once.
        derived: Triples that a rule made, each counted once.
        ontology: Triples of ontology and vocabularies, each counted once.
        claims_hash: SHA-256 of the sorted N-Quads of all claims, or "" if unknown.
        graph_hash: SHA-256 of the sorted N-Quads of everything, the default graph included, or ""
            if unknown.
    """

    claims: int
    stated: int
    inferred: int
    triples: int
    asserted: int
    derived: int
    ontology: int
    claims_hash: str = ""
    graph_hash: str = ""


class Snapshot(NamedTuple):
    """A complete compiled graph in the cache.

    Attributes:
        folder: Where it is.
    """

    folder: Path

    @property
    def quads(self) -> Path:
        """The file of N-Quads."""
        return self.folder / _QUADS

    @property
    def database(self) -> Path:
        """The folder of the RocksDB database."""
        return self.folder / _DATABASE

    def known_terms(self) -> frozenset[str] | None:
        """The IRIs of our namespaces in the graph, or None if the list cannot be read."""
        try:
            text = (self.folder / _TERMS).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return None
        return frozenset(text.split("\n"))

    def counts(self) -> Counts | None:
        """What the graph holds, or None if that cannot be read."""
        try:
            fields = (self.folder / _COUNTS).read_text(encoding="ascii").split("\n")
            *numbers, claims_hash, graph_hash = fields
            return Counts(*map(int, numbers), claims_hash, graph_hash)
        except (OSError, ValueError, TypeError):
            return None


def compile_graph(
    bundle: Bundle,
    extra_files: Sequence[Path] = (),
    progress: Progress | None = None,
    *,
    strict: bool = True,
) -> ox.Store:
    """The graph of a bundle in memory: claims, ontology, vocabularies, derived, and their merge.

    Args:
        bundle: What to compile.
        extra_files: More files of claims.
        progress: Told what is being read.
        strict: As for `load_into`.

    Raises:
        DataError: A file is missing or malformed.
    """
    from ctgraph.store.reader.reader import load_into
    from ctgraph.store.rules import apply_rules, read_rules

    store = ox.Store()
    load_into(store, bundle, extra_files, progress, strict=strict)
    apply_rules(store, read_rules(bundle), progress)
    return store


def extend_graph(
    store: ox.Store, bundle: Bundle, files: Sequence[Path], progress: Progress | None = None
) -> None:
    """Add files of claims to a compiled graph and derive anew.

    Args:
        store: A compiled graph, in memory or on disk. It is of no use after an error.
        bundle: The bundle that it was compiled from.
        files: The files.
        progress: Told what is being read.

    Raises:
        DataError: A file is missing or malformed.
    """
    from ctgraph.store.reader.reader import append_into
    from ctgraph.store.rules import apply_rules, read_rules, remove_derived

    remove_derived(store)
    append_into(store, bundle, files, progress)
    apply_rules(store, read_rules(bundle), progress)


def count_graph(store: ox.Store) -> Counts:
    """What a compiled graph holds.

    Args:
        store: A compiled graph.
    """
    from ctgraph.store.rules import RULE_GRAPHS

    default = ox.DefaultGraph()
    claims = [
        quad.subject
        for quad in store.quads_for_pattern(
            None, ox.NamedNode(_RDF_TYPE), ox.NamedNode(CT + "Claim"), default
        )
    ]
    basis = ox.NamedNode(CT + "basis")
    bases = [
        quad.object
        for claim in claims
        for quad in store.quads_for_pattern(claim, basis, None, default)
    ]
    # Hashes in place of triples, for those of a large graph would not fit into memory.
    asserted: set[int] = set()
    derived: set[int] = set()
    ontology: set[int] = set()
    lines: list[str] = []
    is_claim = set(claims)
    for graph in store.named_graphs():
        quads = store.quads_for_pattern(None, None, None, graph)
        if graph in is_claim:
            for quad in quads:
                asserted.add(hash(quad.triple))
                lines.append(f"{quad} .\n")
        elif isinstance(graph, ox.NamedNode) and graph.value.startswith(RULE_GRAPHS):
            derived.update(hash(quad.triple) for quad in quads)
        else:
            ontology.update(hash(quad.triple) for quad in quads)
    triples: Any = store.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    return Counts(
        claims=len(claims),
        stated=bases.count(ox.NamedNode(CT + "Stated")),
        inferred=bases.count(ox.NamedNode(CT + "Inferred")),
        triples=int(next(triples)[0].value),
        asserted=len(asserted),
        derived=len(derived),
        ontology=len(ontology),
        claims_hash=_hash_lines(line.encode() for line in lines),
        graph_hash=_hash_graph(store) if claims else "",
    )


def _hash_graph(store: ox.Store) -> str:
    # Of a blank node there is no telling how it is written next time.
    if store.query("ASK { ?s ?p ?o FILTER(isBlank(?s) || !(isIRI(?o) || isLiteral(?o))) }"):
        return ""
    return _hash_lines(store.dump(format=ox.RdfFormat.N_QUADS).splitlines(keepends=True))


def _hash_lines(lines: Iterable[bytes]) -> str:
    """The SHA-256 of lines sorted by code point, which is the canonical form of RDFC-1.0."""
    import hashlib

    digest = hashlib.sha256()
    for line in sorted(lines):
        digest.update(line)
    return digest.hexdigest()


def list_terms(store: ox.Store) -> frozenset[str]:
    """The IRIs of our namespaces that a graph speaks of.

    Args:
        store: A compiled graph.
    """
    found: set[str] = set()
    for text in ("SELECT DISTINCT ?x { ?x ?p ?o }", "SELECT DISTINCT ?x { ?s ?x ?o }"):
        for (term,) in store.query(text):  # type: ignore[union-attr]
            if isinstance(term, ox.NamedNode) and term.value.startswith(OWN_NAMESPACES):
                found.add(term.value)
    for graph in store.named_graphs():
        if isinstance(graph, ox.NamedNode) and graph.value.startswith(OWN_NAMESPACES):
            found.add(graph.value)
    return frozenset(found)


_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


# The cache


def find_snapshot(bundle: Bundle, *, for_database: bool) -> Snapshot | None:
    """The compiled graph of a bundle in the cache, or None if there is none that is whole.

    Args:
        bundle: The bundle, as its files are now.
        for_database: Whether the database will be read, or the N-Quads; that form is checked
            byte by byte.
    """
    folder = _cache_folder(create=False)
    if folder is None:
        return None
    snapshot = Snapshot(folder / bundle.fingerprint())
    return snapshot if _is_whole(snapshot.folder, for_database=for_database) else None


def write_snapshot(bundle: Bundle, store: ox.Store, fingerprint: str) -> Snapshot | None:
    """The compiled graph as it now is in the cache, or None if it could not be kept.

    It appears at once and whole. Two processes that write the same one do not disturb each other.

    Args:
        bundle: The bundle.
        store: Its compiled graph.
        fingerprint: The bundle's, taken before it was compiled. If the files were edited in the
            meantime, nothing is kept.
    """
    try:
        folder = _cache_folder(create=True)
        if folder is None or bundle.fingerprint() != fingerprint:
            return None
        return _write(folder, fingerprint, store)
    except (OSError, RuntimeError) as error:
        # A cache is a convenience: without one everything works, only later.
        _debug("the compiled graph is not cached: %s", error)
        return None


def drop_snapshot(snapshot: Snapshot) -> None:
    """Delete a compiled graph that turned out to be damaged.

    Args:
        snapshot: Which one.
    """
    import shutil

    shutil.rmtree(snapshot.folder, ignore_errors=True)


def _write(folder: Path, fingerprint: str, store: ox.Store) -> Snapshot | None:
    import shutil
    import tempfile

    target = folder / fingerprint
    making = Path(tempfile.mkdtemp(prefix=".making-", dir=folder))
    try:
        store.dump(str(making / _QUADS), ox.RdfFormat.N_QUADS)
        database = ox.Store(str(making / _DATABASE))
        database.bulk_load(path=making / _QUADS, format=ox.RdfFormat.N_QUADS, lenient=True)
        database.flush()
        del database
        (making / _TERMS).write_text("\n".join(sorted(list_terms(store))), encoding="utf-8")
        counts = "\n".join(map(str, count_graph(store)))
        (making / _COUNTS).write_text(counts, encoding="ascii")
        (making / _MANIFEST).write_text("\n".join(_inventory(making)), encoding="utf-8")
        if target.exists() and not _is_right(target):
            shutil.rmtree(target)
        try:
            making.rename(target)
        except OSError:
            # Another process was first; what it wrote is the same.
            if not _is_right(target):
                raise
    finally:
        shutil.rmtree(making, ignore_errors=True)
    _prune(folder, target)
    return Snapshot(target)


def _inventory(folder: Path) -> list[str]:
    """Size, checksum and name of every file that must be there unchanged."""
    found = []
    for base in (folder, folder / _DATABASE):
        for entry in os.scandir(base):
            # RocksDB writes its log and its lock again whenever it likes.
            if entry.is_file() and entry.name not in (_MANIFEST, "LOCK", "LOG"):
                name = Path(entry.path).relative_to(folder).as_posix()
                size = entry.stat().st_size
                found.append(f"{size} {file_checksum(entry.path)} {name}")
    return sorted(found)


def _is_whole(folder: Path, *, for_database: bool) -> bool:
    """Whether every file is there, and what will be read is as it was written.

    Nothing is forced to the disk when a snapshot is written, so after a power cut a file may have
    its size and lack its content.
    """
    # `for_database` says which of the two forms of the graph will be read; the other, which is as
    # large, need not be.
    unread = _QUADS if for_database else f"{_DATABASE}/"
    try:
        with open(folder / _MANIFEST, encoding="utf-8") as stream:  # noqa: PTH123 - cold start
            lines = stream.read().split("\n")
        for line in lines:
            size, checksum, name = line.split(" ")
            path = f"{folder}/{name}"
            if os.stat(path).st_size != int(size):  # noqa: PTH116
                return False
            if not name.startswith(unread) and file_checksum(path) != int(checksum):
                return False
    except (OSError, ValueError):
        return False
    return True


def _is_right(folder: Path) -> bool:
    return _is_whole(folder, for_database=True) and _is_whole(folder, for_database=False)


def file_checksum(path: str | Path) -> int:
    """The CRC-32 of a file.

    Args:
        path: The file.
    """
    import zlib

    found = 0
    with open(path, "rb", buffering=0) as stream:  # noqa: PTH123
        while block := stream.read(1 << 24):
            found = zlib.crc32(block, found)
    return found


def _prune(folder: Path, newest: Path) -> None:
    """Delete all but the newest compiled graphs, and what killed processes left half-made."""
    import shutil
    import time

    whole: list[tuple[float, Path]] = []
    for path in folder.iterdir():
        try:
            changed = path.stat().st_mtime
        except OSError:
            continue
        if path.name.startswith(".making-"):
            if time.time() - changed > 3600:
                shutil.rmtree(path, ignore_errors=True)
        elif path != newest and path.is_dir():
            whole.append((changed, path))
    for _, path in sorted(whole, reverse=True)[_KEPT - 1 :]:
        shutil.rmtree(path, ignore_errors=True)


def _cache_folder(*, create: bool) -> Path | None:
    """The folder for compiled graphs, or None if there is none that can be trusted."""
    base = os.environ.get(ENVIRONMENT)
    if base is None:
        base = _user_cache()
    elif base.lower() in ("", "off"):
        return None
    folder = Path(base) / "graphs"
    try:
        if create:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = os.lstat(folder)
    except OSError as error:
        if create:
            _debug("no cache at %s: %s", folder, error)
        return None
    if not stat.S_ISDIR(status.st_mode):
        return None
    if hasattr(os, "getuid") and (
        status.st_uid != os.getuid() or status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    ):
        # Whoever can write there could make us answer with another graph.
        _debug("the cache at %s can be written by others and is not used", folder)
        return None
    return folder


def _debug(message: str, *values: object) -> None:
    # Importing logging takes longer than to answer a query, so it waits until there is need.
    import logging

    logging.getLogger(__name__).debug(message, *values)


def _user_cache() -> str:
    """Where the platform keeps caches (XDG Base Directory Specification on Linux)."""
    home = os.path.expanduser("~")  # noqa: PTH111 - a home that is unknown is no error here
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA") or f"{home}/AppData/Local"
        return f"{local}/ctgraph/Cache"
    if sys.platform == "darwin":
        return f"{home}/Library/Caches/ctgraph"
    xdg = os.environ.get("XDG_CACHE_HOME", "")
    # A relative path is invalid by the specification and must be ignored.
    return f"{xdg if os.path.isabs(xdg) else home + '/.cache'}/ctgraph"  # noqa: PTH117
