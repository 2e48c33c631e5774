"""What every kind of store can do, and how the engine in this process does it."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ctgraph.errors import CtgraphError, QueryError, StoreError
from ctgraph.store.database import GraphFiles, may_open_in_fork
from ctgraph.store.labels import Label, is_mentioned, read_labels

if TYPE_CHECKING:
    from ctgraph.store.cache import Counts
    from ctgraph.store.sparql.dataset import QueryDataset, Result
    from ctgraph.store.sparql.query import Query

# How RocksDB begins what it says of a database that it cannot read.
_DAMAGE = ("Corruption:", "IO error:")


class Backend(ABC):
    """Where a graph is and how it is asked; each kind of store has its own.

    Attributes:
        location: What messages call it.
        fingerprint: What the graph was made from; "" if that is not known, so that nothing made
            from it can be kept.
    """

    def __init__(self, location: str) -> None:
        self.location = location
        self.fingerprint = ""
        self._was_closed = False

    def close(self) -> None:
        """Let go of the graph. A second time it does nothing."""
        self._was_closed = True

    @abstractmethod
    def answer(self, query: Query, timeout: float | None, dataset: QueryDataset | None) -> Result:
        """Return the answer to a query that may be asked.

        Args:
            query: The query.
            timeout: Seconds after which it is stopped, or None.
            dataset: The graphs that it sees, in place of its own FROM and FROM NAMED.
        """

    @abstractmethod
    def quads(self) -> Iterator[ox.Quad]:
        """Yield every quad, those of the default graph included, in no order."""

    @abstractmethod
    def as_graph(self) -> ox.Store:
        """Return the whole as a store of the engine, to be read."""

    @abstractmethod
    def mentions(self, iri: str) -> bool | None:
        """Tell whether the graph speaks of an IRI; None if only `known_terms` tells."""

    @abstractmethod
    def known_terms(self) -> frozenset[str]:
        """Return the IRIs of our namespaces that the graph speaks of."""

    @abstractmethod
    def labels(self, iris: Sequence[str]) -> Iterator[tuple[str, list[Label]]]:
        """Yield each of some IRIs with its labels."""

    @abstractmethod
    def counts(self) -> Counts:
        """Return how many claims and triples of each kind the graph holds."""

    def hash_claims(self) -> str:
        """Return the SHA-256 of the sorted N-Quads of all claims, or "" if it cannot be had."""
        return ""

    def verify(self) -> None:
        """Refuse a store on disk that is not as it was written."""
        return

    def explain_failure(self, error: Exception, query: Query) -> CtgraphError:
        """Return what is to be said of an error that the engine raises while it answers.

        Args:
            error: What pyoxigraph raised, at once or while rows were read.
            query: The query.
        """
        if is_damage(error):
            return self._unreadable(error)
        said = _shortened(error)
        if query.asks_elsewhere():
            return QueryError("service-server-failed", said=said)
        return QueryError("query-unfinished", said=said)

    def _refuse_closed(self) -> None:
        if self._was_closed:
            raise StoreError("store-closed", location=self.location)

    def _unreadable(self, error: Exception) -> QueryError | StoreError:
        said = _shortened(error)
        if isinstance(error, ValueError):
            return QueryError("query-not-evaluable", said=said)
        return StoreError("store-unreadable", location=self.location, said=said, hint=self._remedy)

    @property
    def _remedy(self) -> str:
        """The hint on what to do about a damaged database."""
        return "rebuild-if-damaged"


class LocalBackend(Backend):
    """A graph that the engine in this process reads, in memory or from a database.

    Attributes:
        graph: The engine's store, once it is open.
        dumped: A file with the graph for other processes, if one was made.
    """

    def __init__(self, location: str, graph: ox.Store | None = None) -> None:
        super().__init__(location)
        self.graph = graph
        self.dumped: Path | None = None
        self._is_database = False

    # What each kind does its own way

    @abstractmethod
    def _open(self) -> ox.Store:
        """Open the database."""

    def _check(self) -> None:
        """Refuse damaged files before the engine meets the damage."""
        return

    def _files(self) -> GraphFiles | None:
        """Return the database behind this store, or None if it is only in memory."""
        return None

    def _make_again(self) -> ox.Store | None:
        """The graph made anew, after its database turned out to be damaged, if that can be."""
        return None

    # What they have in common

    def close(self) -> None:
        """Let go of the graph. A second time it does nothing."""
        super().close()
        self.graph = None
        if self.dumped is not None:
            self.dumped.unlink(missing_ok=True)
            self.dumped = None

    def __del__(self) -> None:
        if getattr(self, "dumped", None) is not None:
            self.close()

    def answer(self, query: Query, timeout: float | None, dataset: QueryDataset | None) -> Result:
        """Return the answer to a query; with a time limit another process finds it.

        Args:
            query: The query.
            timeout: Seconds after which it is stopped, or None.
            dataset: The graphs that it sees, in place of its own FROM and FROM NAMED.
        """
        self._refuse_closed()
        try:
            if timeout is None:
                return self._evaluate(query, dataset)
            return self._evaluate_within(query, timeout, dataset)
        except SyntaxError as error:
            from ctgraph.store.sparql.syntax_errors import explain_syntax

            raise explain_syntax(query, str(error.msg)) from None
        except (OSError, RuntimeError, ValueError) as error:
            if query.asks_elsewhere() and not is_damage(error):
                raise self.explain_failure(error, query) from None
            graph = None if isinstance(error, ValueError) else self._make_again()
            if graph is None:
                raise self._unreadable(error) from None
            self.graph = graph
            return self.answer(query, timeout, dataset)

    def quads(self) -> Iterator[ox.Quad]:
        """Yield every quad, those of the default graph included, in no order."""
        with self._reading():
            yield from self._opened()

    def as_graph(self) -> ox.Store:
        """Return the graph itself."""
        return self._opened()

    def mentions(self, iri: str) -> bool | None:
        """Tell whether the graph speaks of an IRI."""
        with self._reading():
            return is_mentioned(self._opened(), iri)

    def known_terms(self) -> frozenset[str]:
        """Return the IRIs of our namespaces that the graph speaks of."""
        from ctgraph.store.cache import list_terms

        with self._reading():
            return list_terms(self._opened())

    def labels(self, iris: Iterable[str]) -> Iterator[tuple[str, list[Label]]]:
        """Yield each of some IRIs with its labels."""
        with self._reading():
            for iri in iris:
                yield iri, read_labels(self._opened(), iri)

    def counts(self) -> Counts:
        """Return how many claims and triples of each kind the graph holds."""
        from ctgraph.store.cache import count_graph

        with self._reading():
            return count_graph(self._opened())

    def hash_claims(self) -> str:
        """Return the SHA-256 of the sorted N-Quads of all claims."""
        from ctgraph.store.cache import hash_claims

        with self._reading():
            return hash_claims(self._opened())

    def _opened(self) -> ox.Store:
        """Return the graph, opened when it is first needed."""
        self._refuse_closed()
        if self.graph is None:
            self._is_database = True
            self.graph = self._open()
        return self.graph

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Make an error of ours of what the engine says of a damaged database."""
        try:
            yield
        except (OSError, RuntimeError) as error:
            if not is_damage(error):
                raise
            raise self._unreadable(error) from error

    def _evaluate(self, query: Query, dataset: QueryDataset | None) -> Result:
        from ctgraph.store.sparql.dataset import evaluate

        return evaluate(self._opened(), query, dataset)

    def _evaluate_within(
        self, query: Query, timeout: float, dataset: QueryDataset | None
    ) -> Result:
        from ctgraph.store.deadline import can_fork, run_forked, run_fresh

        self._check()
        files = self._files()
        open_graph: Callable[[], ox.Store] | None = None
        if self.graph is not None and not self._is_database:
            open_graph = self._opened
        elif self.graph is None and files is not None and may_open_in_fork():
            open_graph = files.open
        if open_graph is not None and can_fork():
            return run_forked(open_graph, query, timeout, dataset)
        return run_fresh(files or self._dump(), query, timeout, dataset)

    def _dump(self) -> GraphFiles:
        """Return the graph in a file of its own, for a process that cannot inherit our memory."""
        import tempfile

        if self.dumped is None:
            descriptor, name = tempfile.mkstemp(prefix="ctgraph-", suffix=".nq")
            os.close(descriptor)
            self.dumped = Path(name)
            with self._reading():
                self._opened().dump(name, ox.RdfFormat.N_QUADS)
        return GraphFiles(str(self.dumped), is_database=False)


def is_damage(error: BaseException) -> bool:
    """Tell whether an error says that a database on disk is damaged or unreadable.

    Args:
        error: What pyoxigraph raised.

    Example:
        >>> is_damage(RuntimeError("Corruption: block checksum mismatch"))
        True
    """
    return str(error).startswith(_DAMAGE)


def wrong_form(wanted: str) -> QueryError:
    """Return the error for a query of another form than is wanted.

    Args:
        wanted: The form, such as SELECT.
    """
    return QueryError("query-form-wrong", expected=wanted)


def _shortened(error: BaseException) -> str:
    return " ".join(str(error).split())[:200].rstrip(".:")
