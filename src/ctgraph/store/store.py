"""The store: a graph in memory, on disk or at a remote endpoint, and the same questions to each.

Whatever the kind, the default graph is the merge of all claims, ontology, vocabularies and derived
triples as a set, and every claim, vocabulary and rule has its graph beside it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

import pyoxigraph as ox

from ctgraph.errors import (
    CtgraphError,
    EndpointError,
    QueryError,
    QueryRefused,
    QuerySyntaxError,
    StoreError,
    UsageError,
)
from ctgraph.store.labels import LABELS, LABELS_AT_ONCE, best_label, is_mentioned, labels_of
from ctgraph.store.project import Bundle, locate
from ctgraph.store.rdflib_view import make_view
from ctgraph.store.syntax_errors import explain_syntax, find_fault
from ctgraph.terms import CT, ONTOLOGY, OWN_NAMESPACES, PREFIXES

if TYPE_CHECKING:
    import rdflib

    from ctgraph.store.cache import Counts, Snapshot
    from ctgraph.store.deadline import GraphFiles
    from ctgraph.store.disk import Description
    from ctgraph.store.endpoint import Address
    from ctgraph.store.sparql.dataset import QueryDataset


Result = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples
Kind = Literal["memory", "disk", "endpoint"]
Item = TypeVar("Item")


_VERSION_INFO = ox.NamedNode(PREFIXES["owl"] + "versionInfo")


# How RocksDB begins what it says of a database that it cannot read.
_DAMAGE = ("Corruption:", "IO error:")

# RocksDB starts threads that do not survive a fork, so a child may open one only if this process
# never did.
_database_was_opened = False


class Solutions:
    """The rows of a SELECT query, to be read once; errors of the engine become ours.

    Attributes:
        native: The engine's own rows, for who translates its errors and writes them himself.
        variables: The columns.
    """

    __slots__ = ("_rows", "native", "variables")

    def __init__(self, native: ox.QuerySolutions, rows: Iterator[ox.QuerySolution]) -> None:
        self.native = native
        self.variables = native.variables
        self._rows = rows

    def __iter__(self) -> Iterator[ox.QuerySolution]:
        return self._rows

    def __next__(self) -> ox.QuerySolution:
        return next(self._rows)


class Store:
    """An open graph. `open_store` makes one.

    It may be used in a ``with`` block and is closed at its end.

    Attributes:
        kind: "memory", "disk" or "endpoint".
        location: The project's folder, the store's folder or the endpoint's URL.
        bundle: Where the questions, shapes and rules are.
    """

    def __init__(
        self,
        kind: Kind,
        location: str,
        bundle: Bundle,
        *,
        graph: ox.Store | None = None,
        snapshot: Snapshot | None = None,
        description: Description | None = None,
        address: Address | None = None,
    ) -> None:
        self.kind = kind
        self.location = location
        self.bundle = bundle
        self._graph = graph
        self._snapshot = snapshot
        self._description = description
        self._address = address
        self._is_database = False
        self._was_probed = self._was_checked = False
        self._was_closed = False
        self._known: frozenset[str] | None = None
        self._counts: Counts | None = None
        self._labels: dict[tuple[str, str], str | None] = {}
        self._dumped: Path | None = None

    def __repr__(self) -> str:
        return f"<Store {self.kind} {self.location}>"

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the graph. A second time it does nothing."""
        self._graph = None
        self._was_closed = True
        if self._dumped is not None:
            self._dumped.unlink(missing_ok=True)
            self._dumped = None

    # Queries

    def query(
        self,
        text: str,
        *,
        timeout: float | None = None,
        allow_service: bool = False,
        dataset: QueryDataset | None = None,
    ) -> Result:
        """The answer to a SPARQL query, as pyoxigraph gives it.

        Args:
            text: The query; the prefixes of `terms.PREFIXES` need no declaration.
            timeout: Seconds after which it is stopped. None means never, but an endpoint is
                given up after `endpoint.DEFAULT_TIMEOUT`.
            allow_service: Whether the query may ask other servers with SERVICE.
            dataset: The graphs that it sees, in place of its own FROM and FROM NAMED.

        Raises:
            QuerySyntaxError: The text is no query.
            QueryRefused: It is an update, or reaches beyond the store.
            QueryTimeout: The time was up.
            StoreError: The store cannot be read.
            UsageError: The timeout is not above 0.
        """
        from ctgraph.store.sparql.safety import refuse_unsafe

        if timeout is not None and not 0 < timeout < float("inf"):
            raise UsageError(
                f"a time limit of {timeout:g} seconds means nothing.",
                hint="Give a number of seconds above 0.",
            )
        refuse_unsafe(text, allow_service=allow_service)
        if self._was_closed:
            raise StoreError(f"{self.location}: the store is closed.", hint="Open it again.")
        if self._address is not None:
            self._probe(timeout)
            return self._ask_endpoint(text, timeout, dataset)
        try:
            if timeout is None:
                return self._evaluate(text, dataset)
            return self._killable(text, timeout, dataset)
        except SyntaxError as error:
            raise explain_syntax(text, str(error.msg)) from None

    def explain_failure(self, error: Exception, text: str) -> CtgraphError:
        """What is to be said of an error that the engine raises while it answers.

        Args:
            error: What pyoxigraph raised, at once or while rows were read.
            text: The query.
        """
        if is_damage(error):
            return self._unreadable(error)
        said = _shortened(error)
        if asks_elsewhere(text):
            return QueryError(
                f"a server that the query asks with SERVICE failed: {said}.",
                hint="See that its address is right and that it answers, or take SERVICE out.",
            )
        return QueryError(f"the query could not be finished: {said}.")

    def select(self, text: str, *, timeout: float | None = None) -> Solutions:
        """The rows of a SELECT query.

        Args:
            text: The query.
            timeout: Seconds after which it is stopped.

        Raises:
            QueryError: As `query`, or the query is of another form. Some errors come only when
                rows are read.
        """
        result = self.query(text, timeout=timeout)
        if not isinstance(result, ox.QuerySolutions):
            raise _wrong_form("SELECT")
        return Solutions(result, self._translated(result, text))

    def ask(self, text: str, *, timeout: float | None = None) -> bool:
        """Whether the pattern of an ASK query has a solution.

        Args:
            text: The query.
            timeout: Seconds after which it is stopped.

        Raises:
            QueryError: As `query`, or the query is of another form.
        """
        result = self.query(text, timeout=timeout)
        if not isinstance(result, ox.QueryBoolean):
            raise _wrong_form("ASK")
        return bool(result)

    def construct(self, text: str, *, timeout: float | None = None) -> Iterator[ox.Triple]:
        """The triples of a CONSTRUCT or DESCRIBE query.

        Args:
            text: The query.
            timeout: Seconds after which it is stopped.

        Raises:
            QueryError: As `query`, or the query is of another form. Some errors come only when
                triples are read.
        """
        result = self.query(text, timeout=timeout)
        if not isinstance(result, ox.QueryTriples):
            raise _wrong_form("CONSTRUCT or DESCRIBE")
        return self._translated(result, text)

    def _translated(self, items: Iterable[Item], text: str) -> Iterator[Item]:
        """What the engine gives, with its errors made ours."""
        try:
            yield from items
        except (OSError, RuntimeError, ValueError) as error:
            raise self.explain_failure(error, text) from error

    # The whole graph

    def quads(self) -> Iterator[ox.Quad]:
        """Every quad, those of the default graph included, in no order.

        From an endpoint they all travel.

        Raises:
            StoreError: The store cannot be read.
        """
        if self._address is None:
            with self._reading():
                yield from self._opened()
            return
        for solution in self.select("SELECT ?s ?p ?o { ?s ?p ?o }"):
            yield ox.Quad(*solution)
        for solution in self.select("SELECT ?s ?p ?o ?g { GRAPH ?g { ?s ?p ?o } }"):
            yield ox.Quad(*solution)

    def to_rdflib(self) -> rdflib.Dataset:
        """The graph as an rdflib Dataset, whose default graph is the merge.

        In memory and on disk it is a view of this store, through oxrdflib. The graph of an
        endpoint is copied into memory, for rdflib's own SPARQL store has no default graph that
        means the same. Either way it can be read, not changed: a triple added to one graph would
        be missing from the merge. Make a copy to change, ``copy.addN(view.quads())``.

        Raises:
            StoreError: The store cannot be read.
        """
        import rdflib

        graph = ox.Store() if self._address is not None else self._opened()
        if self._address is not None:
            graph.bulk_extend(self.quads())
        dataset = rdflib.Dataset(store=make_view(graph), default_union=False)
        for prefix, namespace in PREFIXES.items():
            dataset.bind(prefix, namespace, override=True, replace=True)
        return dataset

    def knows(self, iri: str) -> bool:
        """Whether the graph says anything about an IRI, or with it.

        Args:
            iri: An absolute IRI.
        """
        if self._known is not None:
            return iri in self._known
        if self._address is None:
            with self._reading():
                return is_mentioned(self._opened(), iri)
        return iri in self.known_terms()

    def known_terms(self) -> frozenset[str]:
        """The IRIs of our namespaces that the graph speaks of."""
        if self._known is None:
            if self._snapshot is not None:
                self._known = self._snapshot.known_terms()
            if self._known is None:
                self._known = self._list_terms()
        return self._known

    def labels(self, iris: Iterable[str], lang: str) -> dict[str, str]:
        """The labels of things by IRI; a thing without one is left out.

        A thing that has none in the language has the one in English, else any.

        Args:
            iris: Absolute IRIs.
            lang: "en" or "ja".
        """
        wanted = list(dict.fromkeys(iris))
        missing = [iri for iri in wanted if (iri, lang) not in self._labels]
        if self._address is None:
            with self._reading():
                for iri in missing:
                    self._labels[iri, lang] = best_label(labels_of(self._opened(), iri), lang)
        else:
            for start in range(0, len(missing), LABELS_AT_ONCE):
                self._fetch_labels(missing[start : start + LABELS_AT_ONCE], lang)
        found = ((iri, self._labels[iri, lang]) for iri in wanted)
        return {iri: label for iri, label in found if label is not None}

    def version_info(self) -> dict[str, str]:
        """Versions of the package, the engine and the ontology, and the hash of the claims.

        The keys are ``ctgraph``, ``pyoxigraph``, ``ontology`` and ``claims_sha256``; the last is
        the SHA-256 of the sorted N-Quads of all claims, without what is derived from them, and is
        left out for an endpoint. `export.citation` has that of the whole graph.
        """
        from ctgraph.version import __version__

        found = {"ctgraph": __version__, "pyoxigraph": ox.__version__}
        text = f"SELECT ?v {{ <{ONTOLOGY}> <{_VERSION_INFO.value}> ?v }} ORDER BY ?v LIMIT 1"
        for (version,) in self.select(text):
            if isinstance(version, ox.Literal):
                found["ontology"] = version.value
        claims_hash = self.counts().claims_hash
        if claims_hash:
            found["claims_sha256"] = claims_hash
        return found

    def counts(self) -> Counts:
        """How many claims and triples of each kind the graph holds."""
        if self._counts is None:
            self._counts = self._count()
        return self._counts

    def verify(self) -> None:
        """Nothing, if a store on disk is as it was written; every file of it is read.

        Raises:
            StoreError: A file is missing or damaged.
        """
        if self._description is not None:
            from ctgraph.store.disk import verify_database

            verify_database(self._description)

    # How each kind does it

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Make an error of ours of what the engine says of a damaged database."""
        try:
            yield
        except (OSError, RuntimeError) as error:
            if not is_damage(error):
                raise
            raise self._unreadable(error) from error

    def _opened(self) -> ox.Store:
        """The graph of a store in memory or on disk, opened when it is first needed."""
        global _database_was_opened  # noqa: PLW0603 - a fact about the process
        if self._was_closed:
            raise StoreError(f"{self.location}: the store is closed.", hint="Open it again.")
        if self._graph is not None:
            return self._graph
        _database_was_opened = self._is_database = True
        if self._description is not None:
            from ctgraph.store.disk import open_database

            self._check_files()
            self._graph = open_database(self._description)
            return self._graph
        assert self._snapshot is not None
        try:
            self._graph = ox.Store.read_only(str(self._snapshot.database))
        except (OSError, RuntimeError) as error:
            _debug("the cached graph cannot be opened: %s", error)
            self._graph = self._compile_again()
        return self._graph

    def _check_files(self) -> None:
        """Refuse a damaged store on disk before the engine meets the damage; once."""
        if self._description is not None and not self._was_checked:
            from ctgraph.store.disk import CHECKED_AT_OPENING, verify_database

            verify_database(self._description, CHECKED_AT_OPENING)
            self._was_checked = True

    def _compile_again(self) -> ox.Store:
        """The graph compiled anew, after its copy in the cache turned out to be damaged."""
        from ctgraph.store.cache import compile_graph, drop_snapshot, write_snapshot

        assert self._snapshot is not None
        drop_snapshot(self._snapshot)
        self._snapshot = None
        self._is_database = False
        fingerprint = self.bundle.fingerprint()
        graph = compile_graph(self.bundle)
        write_snapshot(self.bundle, graph, fingerprint)
        return graph

    def _evaluate(self, text: str, dataset: QueryDataset | None) -> Result:
        from ctgraph.store.sparql.dataset import evaluate

        try:
            return evaluate(self._opened(), text, dataset)
        except (OSError, RuntimeError, ValueError) as error:
            if asks_elsewhere(text) and not is_damage(error):
                raise self.explain_failure(error, text) from None
            if self._snapshot is None or isinstance(error, ValueError):
                raise self._unreadable(error) from None
            self._graph = self._compile_again()
            return evaluate(self._graph, text, dataset)

    def _killable(self, text: str, timeout: float, dataset: QueryDataset | None) -> Result:
        from ctgraph.store.deadline import StoreUnreadable, can_fork, run_forked, run_fresh

        self._check_files()
        files = self._files()
        open_graph: Callable[[], ox.Store] | None = None
        if self._graph is not None and not self._is_database:
            open_graph = self._opened
        elif self._graph is None and files is not None and not _database_was_opened:
            open_graph = files.open
        try:
            if open_graph is not None and can_fork():
                return run_forked(open_graph, text, timeout, dataset)
            return run_fresh(files or self._dump(), text, timeout, dataset)
        except StoreUnreadable as error:
            if asks_elsewhere(text) and not is_damage(error):
                raise self.explain_failure(error, text) from None
            if self._snapshot is None:
                raise self._unreadable(error) from None
            self._graph = self._compile_again()
            return self._killable(text, timeout, dataset)

    def _files(self) -> GraphFiles | None:
        """The database behind this store, or None if it is only in memory."""
        from ctgraph.store.deadline import GraphFiles

        if self._description is not None:
            return GraphFiles(str(self._description.database), is_database=True)
        if self._snapshot is not None:
            return GraphFiles(str(self._snapshot.database), is_database=True)
        return None

    def _dump(self) -> GraphFiles:
        """The graph in a file of its own, for a process that cannot inherit our memory."""
        import tempfile

        from ctgraph.store.deadline import GraphFiles

        if self._dumped is None:
            descriptor, name = tempfile.mkstemp(prefix="ctgraph-", suffix=".nq")
            os.close(descriptor)
            self._dumped = Path(name)
            with self._reading():
                self._opened().dump(name, ox.RdfFormat.N_QUADS)
        return GraphFiles(str(self._dumped), is_database=False)

    def __del__(self) -> None:
        if getattr(self, "_dumped", None) is not None:
            self.close()

    def _ask_endpoint(
        self, text: str, timeout: float | None, dataset: QueryDataset | None = None
    ) -> Result:
        from ctgraph.store.endpoint import ask_endpoint

        assert self._address is not None
        try:
            return ask_endpoint(self._address, text, timeout, dataset)
        except QuerySyntaxError as error:
            # An endpoint may know more than SPARQL 1.1, so it is asked first.
            raise (find_fault(text) or error) from None

    def _probe(self, timeout: float | None) -> None:
        """Refuse an endpoint whose default graph lacks what stands in its named graphs."""
        if self._was_probed:
            return
        if not self._ask_endpoint(f"ASK {{ ?claim a <{CT}Claim> }}", timeout) and bool(
            self._ask_endpoint(f"ASK {{ GRAPH ?graph {{ ?claim a <{CT}Claim> }} }}", timeout)
        ):
            raise EndpointError(
                f"{self.location}: the claims are in named graphs, but the default graph is not "
                "their merge, so plain queries would find nothing.",
                hint="Load what `ctgraph export --include claims,derived,ontology -f nquads` "
                "writes; it holds the merge too.",
            )
        self._was_probed = True

    def _unreadable(self, error: Exception) -> QueryError | StoreError:
        said = _shortened(error)
        if isinstance(error, ValueError):
            return QueryError(f"the query cannot be evaluated: {said}.")
        hint = "If the store is damaged, build it anew with `ctgraph load --replace`."
        if self._snapshot is not None:
            hint = "Ask again: a damaged copy in the cache is made anew."
        return StoreError(f"{self.location}: cannot be read: {said}.", hint=hint)

    def _list_terms(self) -> frozenset[str]:
        if self._address is None:
            from ctgraph.store.cache import list_terms

            with self._reading():
                return list_terms(self._opened())
        own = " || ".join(f'STRSTARTS(STR(?x), "{base}")' for base in OWN_NAMESPACES)
        text = f"SELECT DISTINCT ?x {{ {{ ?x ?p ?o }} UNION {{ ?s ?x ?o }} FILTER({own}) }}"
        return frozenset(term.value for (term,) in self.select(text))

    def _fetch_labels(self, iris: Sequence[str], lang: str) -> None:
        found: dict[str, list[tuple[int, ox.Literal]]] = {iri: [] for iri in iris}
        # An IRI that cannot be written in a query has no label there either.
        safe = [iri for iri in iris if not re.search(r'[\x00-\x20<>"{}|^`\\]', iri)]
        # Two blocks of VALUES would be multiplied, and then every label in the graph be read.
        pairs = " ".join(f"(<{iri}> {term})" for iri in safe for term in LABELS)
        text = f"SELECT DISTINCT ?x ?p ?l {{ VALUES (?x ?p) {{ {pairs} }} ?x ?p ?l }}"
        for thing, kind, label in self.select(text) if safe else ():
            if isinstance(thing, ox.NamedNode) and isinstance(label, ox.Literal):
                found[thing.value].append((LABELS.index(kind), label))
        for iri, labels in found.items():
            self._labels[iri, lang] = best_label(labels, lang)

    def _count(self) -> Counts:
        from ctgraph.store.cache import count_graph

        if self._description is not None:
            return self._description.counts
        if self._snapshot is not None and (counts := self._snapshot.counts()) is not None:
            return counts
        if self._address is None:
            with self._reading():
                return count_graph(self._opened())
        return self._count_endpoint()

    def _count_endpoint(self) -> Counts:
        from ctgraph.store.cache import Counts
        from ctgraph.store.rules import RULE_GRAPHS

        def number(pattern: str) -> int:
            for (value,) in self.select(f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}"):
                assert isinstance(value, ox.Literal)
                return int(value.value)
            return 0

        def distinct(condition: str) -> int:
            return number(f"SELECT DISTINCT ?s ?p ?o {{ GRAPH ?g {{ ?s ?p ?o }} {condition} }}")

        rule = f'STRSTARTS(STR(?g), "{RULE_GRAPHS}")'
        return Counts(
            claims=number("?c a ct:Claim"),
            stated=number("?c a ct:Claim ; ct:basis ct:Stated"),
            inferred=number("?c a ct:Claim ; ct:basis ct:Inferred"),
            triples=number("?s ?p ?o"),
            asserted=distinct("?g a ct:Claim"),
            derived=distinct(f"FILTER({rule})"),
            ontology=distinct(f"FILTER(!{rule}) FILTER NOT EXISTS {{ ?g a ct:Claim }}"),
            claims_hash="",
        )


def open_store(
    project: Path | None = None,
    store: Path | None = None,
    endpoint: str | None = None,
    files: Sequence[Path] = (),
    snapshot: bool = False,
) -> Store:
    """An open store: in memory, unless a folder or an endpoint is named.

    Args:
        project: The folder of a project; None means the graph that comes with the package.
        store: The folder of a store on disk, made by `build_store`.
        endpoint: The URL of a SPARQL 1.1 endpoint.
        files: More files of claims to read into memory, TriG or N-Quads.
        snapshot: Whether to read the graph from the cached database, which answers the first
            query soonest, instead of loading it, which answers many queries faster.

    Raises:
        UsageError: The arguments exclude each other.
        DataError: A file is missing or malformed.
        StoreError: The store on disk cannot be opened.
    """
    if store is not None and endpoint is not None:
        raise UsageError("a store and an endpoint cannot both be asked.", hint="Name one of them.")
    if files and (store is not None or endpoint is not None):
        raise UsageError(
            "more files can be read only into memory.",
            hint="Add them to a store on disk with `ctgraph load`.",
        )
    bundle = locate(project)
    if endpoint is not None:
        from ctgraph.store.endpoint import read_address

        address = read_address(endpoint)
        return Store("endpoint", address.url, bundle, address=address)
    if store is not None:
        from ctgraph.store.disk import open_database, read_description

        description = read_description(Path(store))
        if not description.database.is_dir():
            open_database(description)  # says what is wrong
        return Store("disk", str(store), bundle, description=description)
    return _open_memory(bundle, files, snapshot=snapshot)


def build_store(
    directory: Path,
    files: Sequence[Path],
    bundle: Bundle,
    replace: bool = False,
    progress: Callable[[str, int], None] | None = None,
) -> Description:
    """What a store on disk says of itself after files were loaded into it.

    The store is built beside the old one and takes its place at once: a load that fails or is
    killed leaves the old store whole.

    Args:
        directory: The store's folder; made if it does not exist.
        files: Files of claims to add, TriG or N-Quads.
        bundle: The bundle whose graph a new store starts from.
        replace: Start from the bundle again, whatever the store holds now.
        progress: Called with what is being done and how many statements of it are.

    Raises:
        DataError: Something is wrong with a file.
        StoreError: The store cannot be written.
    """
    global _database_was_opened  # noqa: PLW0603 - a fact about the process
    from ctgraph.store.disk import build

    _database_was_opened = True
    return build(
        Path(directory), [Path(file) for file in files], bundle, replace=replace, progress=progress
    )


def is_damage(error: BaseException) -> bool:
    """Whether an error says that a database on disk is damaged or unreadable.

    Args:
        error: What pyoxigraph raised.

    Example:
        >>> is_damage(RuntimeError("Corruption: block checksum mismatch"))
        True
    """
    return str(error).startswith(_DAMAGE)


def asks_elsewhere(text: str) -> bool:
    """Whether a query asks other servers with SERVICE.

    Args:
        text: The query.
    """
    from ctgraph.store.sparql.safety import refuse_unsafe

    try:
        refuse_unsafe(text)
    except QueryRefused:
        return True
    return False


def _shortened(error: BaseException) -> str:
    return " ".join(str(error).split())[:200].rstrip(".:")


def _open_memory(bundle: Bundle, files: Sequence[Path], *, snapshot: bool) -> Store:
    from ctgraph.store.cache import compile_graph, find_snapshot, write_snapshot

    location = str(bundle.root)
    if files:
        return Store("memory", location, bundle, graph=compile_graph(bundle, files))
    found = find_snapshot(bundle, for_database=snapshot)
    if found is not None:
        if snapshot:
            return Store("memory", location, bundle, snapshot=found)
        graph = _load_quads(found)
        if graph is not None:
            return Store("memory", location, bundle, graph=graph, snapshot=found)
    fingerprint = bundle.fingerprint()
    graph = compile_graph(bundle)
    write_snapshot(bundle, graph, fingerprint)
    return Store("memory", location, bundle, graph=graph)


def _debug(message: str, *values: object) -> None:
    # Importing logging takes longer than to answer a query, so it waits until there is need.
    import logging

    logging.getLogger(__name__).debug(message, *values)


def _load_quads(snapshot: Snapshot) -> ox.Store | None:
    graph = ox.Store()
    try:
        graph.bulk_load(path=snapshot.quads, format=ox.RdfFormat.N_QUADS, lenient=True)
    except (OSError, SyntaxError) as error:
        from ctgraph.store.cache import drop_snapshot

        _debug("the cached graph cannot be read: %s", error)
        drop_snapshot(snapshot)
        return None
    return graph


def _wrong_form(wanted: str) -> QueryError:
    return QueryError(f"the query is no {wanted} query.", hint=f"Write {wanted} …")
