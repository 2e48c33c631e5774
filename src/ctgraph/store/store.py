"""The store: a graph in memory, on disk or at a remote endpoint, and the same questions to each.

Whatever the kind, the default graph is the merge of all claims, ontology, vocabularies and derived
triples as a set, and every claim, vocabulary and rule has its graph beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NoReturn, TypeVar

import pyoxigraph as ox

from ctgraph.errors import CtgraphError, StoreError, UsageError
from ctgraph.store.backend import is_damage, wrong_form
from ctgraph.store.labels import Label, best_label, names_by_language
from ctgraph.store.project import Bundle, locate
from ctgraph.terms import ONTOLOGY, PREFIXES, owl

if TYPE_CHECKING:
    import rdflib
    from oxrdflib import OxigraphStore

    from ctgraph.store.backend import Backend
    from ctgraph.store.cache import Counts
    from ctgraph.store.disk import Description
    from ctgraph.store.scope import Scope
    from ctgraph.store.sparql.dataset import QueryDataset, Result
    from ctgraph.store.sparql.query import Query

__all__ = ["Kind", "Solutions", "Store", "build_store", "is_damage", "open_store"]

Kind = Literal["memory", "disk", "endpoint"]
Item = TypeVar("Item")


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
        backend: Backend | None = None,
    ) -> None:
        if backend is None:
            from ctgraph.store.memory import MemoryBackend

            backend = MemoryBackend(location, bundle, graph)
        self.kind = kind
        self.location = location
        self.bundle = bundle
        self._scope: Scope | None = None
        self._whole: Store | None = None
        self._backend = backend
        self._known: frozenset[str] | None = None
        self._counts: Counts | None = None
        self._labels: dict[str, list[Label]] = {}

    def __repr__(self) -> str:
        return f"<Store {self.kind} {self.location}>"

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the graph. A second time it does nothing."""
        self._backend.close()

    def within(self, scope: Scope) -> Store:
        """Return the graph that the claims of a scope make, in memory, beside this one.

        The claims that count, ontology and vocabularies are merged and derived from anew, so the
        answers, counts and hashes are those of that graph. Of a store that has a scope already,
        what lies in both counts.

        Args:
            scope: Whose claims count, and until when. An empty one gives this store itself.

        Raises:
            UsageError: No claim is in the scope.
            EndpointError: The graph is at an endpoint and too large to be copied.
        """
        if not scope:
            return self
        from ctgraph.store.scope.backend import open_scope

        narrowed = self.scope.narrow(scope)
        whole = self.whole
        backend = open_scope(whole._backend, self.bundle, narrowed)
        store = Store("memory", self.location, self.bundle, backend=backend)
        store._scope, store._whole = narrowed, whole
        return store

    @property
    def scope(self) -> Scope:
        """Whose claims count, and until when; all, unless `within` made the store."""
        from ctgraph.store.scope import Scope

        return self._scope or Scope()

    @property
    def whole(self) -> Store:
        """The store that this one was cut out of; itself, if it is whole."""
        return self._whole or self

    @property
    def fingerprint(self) -> str:
        """What it was made from; of a store on disk, its generation and when that was built."""
        return self._backend.fingerprint

    # Queries

    def query(
        self,
        query: str | Query,
        *,
        timeout: float | None = None,
        allow_service: bool = False,
        dataset: QueryDataset | None = None,
    ) -> Result:
        """Return the answer to a SPARQL query, as pyoxigraph gives it.

        Args:
            query: The query; the prefixes of `terms.PREFIXES` need no declaration.
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
        return self._answer(
            query, timeout, allow_service=allow_service, dataset=dataset, is_bounded=True
        )

    def _answer(
        self,
        query: str | Query,
        timeout: float | None,
        *,
        allow_service: bool = False,
        dataset: QueryDataset | None = None,
        is_bounded: bool = False,
    ) -> Result:
        """Return the answer to a query; one of our own may be long, for it grows with the graph."""
        from ctgraph.store.sparql.query import Query

        if timeout is not None and not 0 < timeout < float("inf"):
            raise UsageError("time-limit-invalid", timeout=timeout)
        query = Query.of(query)
        query.refuse_unsafe(allow_service=allow_service)
        if is_bounded:
            query.refuse_deep()
        return self._backend.answer(query, timeout, dataset)

    def explain_failure(self, error: Exception, query: str | Query) -> CtgraphError:
        """Return what is to be said of an error that the engine raises while it answers.

        Args:
            error: What pyoxigraph raised, at once or while rows were read.
            query: The query.
        """
        from ctgraph.store.sparql.query import Query

        return self._backend.explain_failure(error, Query.of(query))

    def select(self, query: str | Query, *, timeout: float | None = None) -> Solutions:
        """Return the rows of a SELECT query, however long it is.

        Args:
            query: The query.
            timeout: Seconds after which it is stopped.

        Raises:
            QueryError: As `query`, or the query is of another form. Some errors come only when
                rows are read.
        """
        result = self._answer(query, timeout)
        if not isinstance(result, ox.QuerySolutions):
            raise wrong_form("SELECT")
        return Solutions(result, self._translated(result, query))

    def ask(self, query: str | Query, *, timeout: float | None = None) -> bool:
        """Tell whether the pattern of an ASK query has a solution.

        Args:
            query: The query.
            timeout: Seconds after which it is stopped.

        Raises:
            QueryError: As `query`, or the query is of another form.
        """
        result = self._answer(query, timeout)
        if not isinstance(result, ox.QueryBoolean):
            raise wrong_form("ASK")
        return bool(result)

    def construct(self, query: str | Query, *, timeout: float | None = None) -> Iterator[ox.Triple]:
        """Return the triples of a CONSTRUCT or DESCRIBE query.

        Args:
            query: The query.
            timeout: Seconds after which it is stopped.

        Raises:
            QueryError: As `query`, or the query is of another form. Some errors come only when
                triples are read.
        """
        result = self._answer(query, timeout)
        if not isinstance(result, ox.QueryTriples):
            raise wrong_form("CONSTRUCT or DESCRIBE")
        return self._translated(result, query)

    def _translated(self, items: Iterable[Item], query: str | Query) -> Iterator[Item]:
        """Yield what the engine gives, with its errors made ours."""
        try:
            yield from items
        except (OSError, RuntimeError, ValueError) as error:
            raise self.explain_failure(error, query) from error

    # The whole graph

    def quads(self) -> Iterator[ox.Quad]:
        """Return every quad, those of the default graph included, in no order.

        From an endpoint they all travel.

        Raises:
            StoreError: The store cannot be read.
        """
        return self._backend.quads()

    def to_rdflib(self) -> rdflib.Dataset:
        """Return the graph as an rdflib Dataset, whose default graph is the merge.

        In memory and on disk it is a view of this store, through oxrdflib. The graph of an
        endpoint is copied into memory, for rdflib's own SPARQL store has no default graph that
        means the same. Either way it can be read, not changed: a triple added to one graph would
        be missing from the merge. Make a copy to change, ``copy.addN(view.quads())``.

        Raises:
            StoreError: The store cannot be read.
        """
        import rdflib

        dataset = rdflib.Dataset(store=_view(self._backend.as_graph()), default_union=False)
        for prefix, namespace in PREFIXES.items():
            dataset.bind(prefix, namespace, override=True, replace=True)
        return dataset

    def knows(self, iri: str) -> bool:
        """Tell whether the graph says anything about an IRI, or with it.

        Args:
            iri: An absolute IRI.
        """
        if self._known is None:
            is_known = self._backend.mentions(iri)
            if is_known is not None:
                return is_known
        return iri in self.known_terms()

    def known_terms(self) -> frozenset[str]:
        """Return the IRIs of our namespaces that the graph speaks of."""
        if self._known is None:
            self._known = self._backend.known_terms()
        return self._known

    def labels(self, iris: Iterable[str], lang: str) -> dict[str, str]:
        """Return the labels of things by IRI; a thing without one is left out.

        A thing that has none in the language has the one in English, else any.

        Args:
            iris: Absolute IRIs.
            lang: "en" or "ja".
        """
        return {iri: best_label(found, lang) for iri, found in self._read_labels(iris) if found}

    def names(self, iris: Iterable[str]) -> dict[str, dict[str, str]]:
        """Return the labels of things by IRI and language; titles are none of them.

        Args:
            iris: Absolute IRIs.
        """
        named = ((iri, names_by_language(found)) for iri, found in self._read_labels(iris))
        return {iri: names for iri, names in named if names}

    def _read_labels(self, iris: Iterable[str]) -> Iterator[tuple[str, list[Label]]]:
        """Return things with their labels, which are kept."""
        wanted = list(dict.fromkeys(iris))
        self._labels.update(
            self._backend.labels([one for one in wanted if one not in self._labels])
        )
        return ((iri, self._labels[iri]) for iri in wanted)

    def version_info(self, most: int | None = None) -> dict[str, str]:
        """Return versions of the package, the engine and the ontology, and the hash of the claims.

        The keys are ``ctgraph``, ``pyoxigraph``, ``ontology`` and ``claims_sha256``; the last is
        the SHA-256 of the sorted N-Quads of all claims, without what is derived from them, and is
        left out for an endpoint. `export.citation` has that of the whole graph.

        Args:
            most: Triples of the merge up to which all claims are read for the hash if nobody
                knows it yet, as after some were added to a store on disk or withdrawn; above, it
                is left out. None means any number.
        """
        from ctgraph.version import __version__

        found = {"ctgraph": __version__, "pyoxigraph": ox.__version__}
        text = f"SELECT ?v {{ <{ONTOLOGY}> <{owl.versionInfo.value}> ?v }} ORDER BY ?v LIMIT 1"
        for (version,) in self.select(text):
            if isinstance(version, ox.Literal):
                found["ontology"] = version.value
        claims_hash = self.counts().claims_hash
        if not claims_hash and (most is None or self.counts().triples <= most):
            claims_hash = self._backend.hash_claims()
            self._counts = self.counts()._replace(claims_hash=claims_hash)
        if claims_hash:
            found["claims_sha256"] = claims_hash
        return found

    def counts(self) -> Counts:
        """Return how many claims and triples of each kind the graph holds."""
        if self._counts is None:
            self._counts = self._backend.counts()
        return self._counts

    def verify(self) -> None:
        """Refuse a store on disk that is not as it was written; every file of it is read.

        Raises:
            StoreError: A file is missing or damaged.
        """
        self._backend.verify()


def open_store(
    project: Path | None = None,
    store: Path | None = None,
    endpoint: str | None = None,
    files: Sequence[Path] = (),
    snapshot: bool = False,
) -> Store:
    """Return an open store: in memory, unless a folder or an endpoint is named.

    Args:
        project: The folder of a project; None means the one of `locate`.
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
        raise UsageError("store-and-endpoint-asked")
    if files and (store is not None or endpoint is not None):
        raise UsageError("files-only-into-memory")
    bundle = locate(project)
    if endpoint is not None:
        from ctgraph.store.endpoint.address import read_address
        from ctgraph.store.endpoint.backend import EndpointBackend

        address = read_address(endpoint)
        backend: Backend = EndpointBackend(address.url, address)
        return Store("endpoint", address.url, bundle, backend=backend)
    if store is not None:
        from ctgraph.store.disk import open_disk

        location = str(store)
        return Store("disk", location, bundle, backend=open_disk(Path(store), location))
    from ctgraph.store.memory import open_memory

    backend = open_memory(bundle, files, snapshot=snapshot)
    return Store("memory", str(bundle.root), bundle, backend=backend)


def build_store(
    directory: Path,
    files: Sequence[Path],
    bundle: Bundle,
    replace: bool = False,
    progress: Callable[[str, int], None] | None = None,
    *,
    correct: bool = False,
) -> Description:
    """Return what a store on disk says of itself after files were loaded into it.

    The store is built beside the old one and takes its place at once: a load that fails or is
    killed leaves the old store whole.

    Args:
        directory: The store's folder; made if it does not exist.
        files: Files of claims to add, TriG or N-Quads.
        bundle: The bundle whose graph a new store starts from.
        replace: Start from the bundle again, whatever the store holds now.
        progress: Called with what is being done and how many statements of it are.
        correct: Whether a claim of the files takes the place of one of the same name in the store.

    Raises:
        DataError: Something is wrong with a file.
        StoreError: The store cannot be written.
    """
    from ctgraph.store.build import build

    return build(
        Path(directory),
        [Path(file) for file in files],
        bundle,
        replace=replace,
        correct=correct,
        progress=progress,
    )


def _view(graph: ox.Store) -> OxigraphStore:
    """Return an rdflib store over a graph that refuses to change it."""
    from oxrdflib import OxigraphStore

    class View(OxigraphStore):
        """Reads through oxrdflib."""

        def add_graph(self, graph: object) -> None:
            """Nothing: rdflib calls this when a graph is merely looked at."""

        def _refuse(self, *_: object, **__: object) -> NoReturn:
            raise StoreError("rdflib-view-read-only")

        add = addN = remove = remove_graph = update = _refuse  # noqa: N815 - rdflib's names

    return View(store=graph)
