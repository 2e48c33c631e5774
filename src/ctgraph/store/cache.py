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

from ctgraph.store.database import GraphFiles, is_unchanged, list_files, make_database
from ctgraph.store.merge import list_claims, list_objects
from ctgraph.terms import OWN_NAMESPACES, ct

if TYPE_CHECKING:
    from ctgraph.store.project import Bundle
    from ctgraph.store.reader.reader import Progress


ENVIRONMENT = "CTGRAPH_CACHE"
"""The variable that names another cache folder; empty or ``off`` means no cache."""

_GRAPHS = "graphs"
_SCOPES = "scopes"  # graphs of some of the claims, which must not drive out the whole ones
_KEPT = {_GRAPHS: 3, _SCOPES: 12}
_MANIFEST = "manifest"
_QUADS = "graph.nq"
_DATABASE = "rocksdb"
_TERMS = "terms"
_COUNTS = "counts"
_MAKING = ".making-"


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
        has_database: Whether it is there as a database too.
    """

    folder: Path
    has_database: bool = True

    def files(self, *, as_database: bool) -> GraphFiles:
        """Return one of the forms of the graph: the database, if there is one, or the N-Quads."""
        as_database = as_database and self.has_database
        return GraphFiles(f"{self.folder}/{_DATABASE if as_database else _QUADS}", as_database)

    def known_terms(self) -> frozenset[str] | None:
        """Return the IRIs of our namespaces in the graph; None if they cannot be read."""
        try:
            text = (self.folder / _TERMS).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return None
        return frozenset(text.split("\n"))

    def counts(self) -> Counts | None:
        """Return what the graph holds; None if that cannot be read."""
        try:
            fields = (self.folder / _COUNTS).read_text(encoding="ascii").split("\n")
            *numbers, claims_hash, graph_hash = fields
            return Counts._make([*map(int, numbers), claims_hash, graph_hash])
        except (OSError, ValueError, TypeError):
            return None

    def drop(self) -> None:
        """Delete the compiled graph, which turned out to be damaged."""
        import shutil

        shutil.rmtree(self.folder, ignore_errors=True)


def compile_graph(
    bundle: Bundle,
    extra_files: Sequence[Path] = (),
    progress: Progress | None = None,
    *,
    strict: bool = True,
) -> ox.Store:
    """Return the graph of a bundle in memory.

    Claims, ontology, vocabularies, derived, and their merge.

    Args:
        bundle: What to compile.
        extra_files: More files of claims.
        progress: Told what is being read.
        strict: As for `load_into`.

    Raises:
        DataError: A file is missing or malformed.
    """
    from ctgraph.store.reader.preference import prefer_values
    from ctgraph.store.reader.reader import load_into
    from ctgraph.store.rules import apply_rules, read_rules

    store = ox.Store()
    load_into(store, bundle, extra_files, progress, strict=strict)
    prefer_values(store)
    apply_rules(store, read_rules(bundle), progress)
    return store


def count_graph(store: ox.Store) -> Counts:
    """Return what a compiled graph holds.

    Args:
        store: A compiled graph.
    """
    from ctgraph.store.rules import is_of_rule

    claims = list_claims(store)
    bases = [basis for claim in claims for basis in list_objects(store, claim, ct.basis)]
    # Hashes in place of triples, for those of a large graph would not fit into memory.
    asserted: set[int] = set()
    derived: set[int] = set()
    ontology: set[int] = set()
    lines: list[str] = []
    for graph in store.named_graphs():
        quads = store.quads_for_pattern(None, None, None, graph)
        if graph in claims:
            for quad in quads:
                asserted.add(hash(quad.triple))
                lines.append(f"{quad} .\n")
        elif is_of_rule(graph):
            derived.update(hash(quad.triple) for quad in quads)
        else:
            ontology.update(hash(quad.triple) for quad in quads)
    triples: Any = store.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    return Counts(
        claims=len(claims),
        stated=bases.count(ct.Stated),
        inferred=bases.count(ct.Inferred),
        triples=int(next(triples)[0].value),
        asserted=len(asserted),
        derived=len(derived),
        ontology=len(ontology),
        claims_hash=hash_lines(line.encode() for line in lines),
        graph_hash=_hash_graph(store) if claims else "",
    )


def hash_claims(store: ox.Store) -> str:
    """Return the SHA-256 of the sorted N-Quads of all claims.

    Args:
        store: A compiled graph.
    """
    claims = list_claims(store)
    quads = (quad for one in claims for quad in store.quads_for_pattern(None, None, None, one))
    return hash_lines(f"{quad} .\n".encode() for quad in quads)


def _hash_graph(store: ox.Store) -> str:
    # Of a blank node there is no telling how it is written next time.
    if store.query("ASK { ?s ?p ?o FILTER(isBlank(?s) || !(isIRI(?o) || isLiteral(?o))) }"):
        return ""
    lines = store.dump(format=ox.RdfFormat.N_QUADS) or b""
    return hash_lines(lines.splitlines(keepends=True))


def hash_lines(lines: Iterable[bytes]) -> str:
    """Return the SHA-256 of sorted lines of N-Quads, the hash of RDFC-1.0 without blank nodes.

    Args:
        lines: The lines, each with its line feed.
    """
    import hashlib

    digest = hashlib.sha256()
    for line in sorted(lines):
        digest.update(line)
    return digest.hexdigest()


def list_terms(store: ox.Store) -> frozenset[str]:
    """Return the IRIs of our namespaces that a graph speaks of.

    Args:
        store: A compiled graph.
    """
    found: Any = store.query("SELECT DISTINCT ?x { { ?x ?p ?o } UNION { ?s ?x ?o } }")
    return frozenset(
        term.value
        for (term,) in found
        if isinstance(term, ox.NamedNode) and term.value.startswith(OWN_NAMESPACES)
    )


# The cache


def find_snapshot(bundle: Bundle, *, for_database: bool) -> Snapshot | None:
    """Return the compiled graph of a bundle in the cache, or None if there is none that is whole.

    Args:
        bundle: The bundle, as its files are now.
        for_database: Whether the database will be read, or the N-Quads; that form is checked
            byte by byte.
    """
    folder = _cache_folder(_GRAPHS, create=False)
    if folder is None:
        return None
    snapshot = Snapshot(folder / bundle.fingerprint())
    return snapshot if _is_whole(snapshot.folder, _QUADS if for_database else _DATABASE) else None


def find_scoped(name: str) -> Snapshot | None:
    """Return the graph of some of the claims in the cache, or None if there is none that is whole.

    Args:
        name: What it was kept under.
    """
    folder = _cache_folder(_SCOPES, create=False)
    if folder is None or not _is_whole(folder / name):
        return None
    return Snapshot(folder / name, has_database=False)


def compile_into_cache(bundle: Bundle) -> ox.Store:
    """Return the graph of a bundle in memory, and keep it in the cache.

    There it appears at once and whole. Two processes that keep the same one do not disturb each
    other. If it cannot be kept, or files were edited while they were read, it is not.

    Args:
        bundle: The bundle.

    Raises:
        DataError: A file is missing or malformed.
    """
    fingerprint = bundle.fingerprint()
    graph = compile_graph(bundle)
    _keep(_GRAPHS, fingerprint, graph, bundle, fingerprint)
    return graph


def keep_scoped(name: str, graph: ox.Store, bundle: Bundle, fingerprint: str) -> None:
    """Keep the graph of some of the claims in the cache, if it can be.

    Args:
        name: What it is kept under.
        graph: The graph.
        bundle: The bundle whose rules made it.
        fingerprint: That of the bundle before.
    """
    _keep(_SCOPES, name, graph, bundle, fingerprint)


def _keep(kind: str, name: str, graph: ox.Store, bundle: Bundle, fingerprint: str) -> None:
    try:
        folder = _cache_folder(kind, create=True)
        if folder is not None and bundle.fingerprint() == fingerprint:
            _write(folder, folder / name, graph, _KEPT[kind])
    except (OSError, RuntimeError) as error:
        # A cache is a convenience: without one everything works, only later.
        debug("the compiled graph is not cached: %s", error)


def _write(folder: Path, target: Path, graph: ox.Store, kept: int) -> None:
    import shutil
    import tempfile

    making = Path(tempfile.mkdtemp(prefix=_MAKING, dir=folder))
    try:
        graph.dump(str(making / _QUADS), ox.RdfFormat.N_QUADS)
        if target.parent.name == _GRAPHS:
            # A worker of the service, which is a fork, must not open a database.
            make_database(graph, making / _DATABASE)
        (making / _TERMS).write_text("\n".join(sorted(list_terms(graph))), encoding="utf-8")
        counts = "\n".join(map(str, count_graph(graph)))
        (making / _COUNTS).write_text(counts, encoding="ascii")
        files = list_files(making).items()
        lines = [f"{size} {checksum} {name}" for name, (size, checksum) in files]
        (making / _MANIFEST).write_text("\n".join(lines), encoding="utf-8")
        if target.exists() and not _is_whole(target):
            shutil.rmtree(target)
        try:
            making.rename(target)
        except OSError:
            # Another process was first; what it wrote is the same.
            if not _is_whole(target):
                raise
    finally:
        shutil.rmtree(making, ignore_errors=True)
    _prune(folder, target, kept)


def _is_whole(folder: Path, unread: str | None = None) -> bool:
    """Tell whether every file is there as it was written; of those that are not read, as large.

    Nothing is forced to the disk when a snapshot is written, so after a power cut a file may have
    its size and lack its content.
    """
    try:
        with open(folder / _MANIFEST, encoding="utf-8") as stream:  # noqa: PTH123 - cold start
            for line in stream.read().split("\n"):
                size, checksum, name = line.split(" ")
                is_read = unread is None or not name.startswith(unread)
                expected = int(checksum) if is_read else None
                if not is_unchanged(f"{folder}/{name}", int(size), expected):
                    return False
    except (OSError, ValueError):
        return False
    return True


def _prune(folder: Path, newest: Path, kept: int) -> None:
    """Delete all but the newest compiled graphs, and what killed processes left half-made."""
    import shutil
    import time

    whole: list[tuple[float, Path]] = []
    for path in folder.iterdir():
        try:
            changed = path.stat().st_mtime
        except OSError:
            continue
        if path.name.startswith(_MAKING):
            if time.time() - changed > 3600:
                shutil.rmtree(path, ignore_errors=True)
        elif path != newest and path.is_dir():
            whole.append((changed, path))
    for _, path in sorted(whole, reverse=True)[kept - 1 :]:
        shutil.rmtree(path, ignore_errors=True)


def _cache_folder(kind: str, *, create: bool) -> Path | None:
    """Return the folder for compiled graphs, or None if there is none that can be trusted."""
    base = os.environ.get(ENVIRONMENT)
    if base is None:
        base = _user_cache()
    elif base.lower() in ("", "off"):
        return None
    folder = Path(base) / kind
    try:
        if create:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = os.lstat(folder)
    except OSError as error:
        if create:
            debug("no cache at %s: %s", folder, error)
        return None
    if not stat.S_ISDIR(status.st_mode):
        return None
    if hasattr(os, "getuid") and (
        status.st_uid != os.getuid() or status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    ):
        # Whoever can write there could make us answer with another graph.
        debug("the cache at %s can be written by others and is not used", folder)
        return None
    return folder


def debug(message: str, *values: object) -> None:
    """Log something that only helps to find a fault.

    Args:
        message: What is said, with a place for each value.
        values: The values.
    """
    # Importing logging takes longer than to answer a query, so it waits until there is need.
    import logging

    logging.getLogger(__name__).debug(message, *values)


def _user_cache() -> str:
    """Return where the platform keeps caches (XDG Base Directory Specification on Linux)."""
    home = os.path.expanduser("~")  # noqa: PTH111 - a home that is unknown is no error here
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA") or f"{home}/AppData/Local"
        return f"{local}/ctgraph/Cache"
    if sys.platform == "darwin":
        return f"{home}/Library/Caches/ctgraph"
    xdg = os.environ.get("XDG_CACHE_HOME", "")
    # A relative path is invalid by the specification and must be ignored.
    return f"{xdg if os.path.isabs(xdg) else home + '/.cache'}/ctgraph"  # noqa: PTH117
