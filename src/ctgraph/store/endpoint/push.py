"""A graph into another store, by SPARQL 1.1 Update, and what stands there afterwards."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import pyoxigraph as ox

from ctgraph.errors import EndpointError
from ctgraph.store.cache import hash_lines
from ctgraph.store.endpoint.address import Address
from ctgraph.store.endpoint.backend import EndpointBackend
from ctgraph.store.endpoint.exchange import DEFAULT_TIMEOUT, exchange, refuse_status
from ctgraph.store.endpoint.values import value_of
from ctgraph.store.sparql.write import term_to_sparql
from ctgraph.terms import BASE, MERGE

Progress = Callable[[str, int], None]

BATCH = 1000
"""Statements in one request, unless the caller says otherwise."""

_CLEARED_AT_ONCE = 20  # rdflib reads a list of updates by recursion
_SHOWN = 5
_DONE = (200, 201, 202, 204)


class Pushed(NamedTuple):
    """What stands at an endpoint after a graph was loaded there.

    Attributes:
        statements: How many were sent: quads, those of the default graph included.
        sha256: SHA-256 of their sorted N-Quads.
        found: How many stand there.
        found_sha256: SHA-256 of what stands there.
        merge: The graph that holds the merge; "" if that is the default graph.
        rewritten: How many stand there with a number or truth value written otherwise.
        missing: Some of those that were sent and do not stand there.
        added: Some of those that stand there and were not sent.
    """

    statements: int
    sha256: str
    found: int
    found_sha256: str
    merge: str
    rewritten: int
    missing: tuple[str, ...]
    added: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether the same stands there, however numbers and truth values are written."""
        return not self.missing and not self.added


def push_graph(
    quads: Iterable[ox.Quad],
    endpoint: Address,
    update: Address,
    *,
    replace: bool = False,
    batch: int = BATCH,
    timeout: float = DEFAULT_TIMEOUT,
    progress: Progress | None = None,
) -> Pushed:
    """Load a graph at an endpoint, read it back and return how both compare.

    The merge goes into the default graph, or into a graph of its own where the default graph is
    all named graphs together. What else the endpoint holds stays. A push that is ended half-way
    leaves a part there.

    Args:
        quads: The graph, with its merge as default graph.
        endpoint: Where it is asked.
        update: Where it takes SPARQL Update.
        replace: Whether to clear the graphs of ours that stand there.
        batch: Statements in one request.
        timeout: Seconds for one request.
        progress: Called with what is being done and how many statements of it are.

    Raises:
        EndpointError: It holds such a graph already, or refuses an update.
    """
    named, merged = _part(quads)
    tell = progress or (lambda what, count: None)
    target = _Target(endpoint, update, timeout)
    before = target.find_graphs({graph for graph, _ in named})
    if (before or target.has_claims()) and not replace:
        raise EndpointError("endpoint-holds-graph", url=endpoint.url)
    target.clear(before)
    if replace and target.has_claims():
        target.update("CLEAR SILENT DEFAULT")
    count = 0
    for lines in _batched(named, batch):
        target.insert(lines)
        count += len(lines)
        tell("push", count)
    graph = MERGE if target.has_claims() else ""
    for lines in _batched([(graph, triple) for triple in merged], batch):
        target.insert(lines)
        count += len(lines)
        tell("push", count)
    tell("verify", count)
    sent = {_quad(triple, ox.NamedNode(name)) for name, triple in named}
    sent.update(_quad(triple, ox.DefaultGraph()) for triple in merged)
    return _compare(sent, target.read_back(), graph)


Line = tuple[str, ox.Triple]
"""A triple behind the IRI of its graph; "" is the default graph."""


class _Target:
    """The endpoint that is loaded."""

    def __init__(self, endpoint: Address, update: Address, timeout: float) -> None:
        self._endpoint = endpoint
        self._update = update
        self._timeout = timeout

    def update(self, text: str) -> None:
        """Send an update, and refuse an answer that does not say that it is done."""
        answer = exchange(self._update, [("update", text)], "*/*", self._timeout)
        refuse_status(self._update, answer, _DONE)

    def insert(self, lines: Sequence[Line]) -> None:
        groups = []
        for graph, held in itertools.groupby(lines, key=lambda line: line[0]):
            text = "".join(f"{' '.join(map(term_to_sparql, triple))} .\n" for _, triple in held)
            groups.append(f"GRAPH <{graph}> {{\n{text}}}\n" if graph else text)
        self.update(f"INSERT DATA {{\n{''.join(groups)}}}")

    def clear(self, graphs: Sequence[str]) -> None:
        for start in range(0, len(graphs), _CLEARED_AT_ONCE):
            some = graphs[start : start + _CLEARED_AT_ONCE]
            self.update(" ;\n".join(f"CLEAR SILENT GRAPH <{graph}>" for graph in some))

    def find_graphs(self, ours: set[str]) -> list[str]:
        """Return the graphs there that are ours by name, or of the names that are to be sent."""
        backend = self._backend()
        found = backend.select_raw(
            f'SELECT DISTINCT ?g {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?g), "{BASE}")) }}'
        )
        names = {name.value for (name,) in found if isinstance(name, ox.NamedNode)}
        others = sorted(graph for graph in ours if not graph.startswith(BASE))
        for graph in others:
            if backend.ask_raw(f"ASK {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"):
                names.add(graph)
        return sorted(names)

    def has_claims(self) -> bool:
        """Tell whether the default graph shows claims."""
        return self._backend().ask_raw("ASK { ?claim a ct:Claim }")

    def read_back(self) -> set[ox.Quad]:
        return set(self._backend().quads())

    def _backend(self) -> EndpointBackend:
        return EndpointBackend(self._endpoint.url, self._endpoint)


def _part(quads: Iterable[ox.Quad]) -> tuple[list[Line], list[ox.Triple]]:
    """Return what stands in named graphs, graph by graph, and the merge, both in order."""
    named: list[Line] = []
    merged: list[ox.Triple] = []
    for quad in quads:
        if isinstance(quad.graph_name, ox.NamedNode):
            named.append((quad.graph_name.value, quad.triple))
        else:
            merged.append(quad.triple)
    return sorted(named, key=lambda line: (line[0], str(line[1]))), sorted(merged, key=str)


def _quad(triple: ox.Triple, graph: ox.NamedNode | ox.DefaultGraph) -> ox.Quad:
    return ox.Quad(triple.subject, triple.predicate, triple.object, graph)


def _batched(lines: Sequence[Line], size: int) -> Iterator[Sequence[Line]]:
    for start in range(0, len(lines), size):
        yield lines[start : start + size]


def _compare(sent: set[ox.Quad], found: set[ox.Quad], merge: str) -> Pushed:
    missing = {_by_value(quad): str(quad) for quad in sent - found}
    added = {_by_value(quad): str(quad) for quad in found - sent}
    rewritten = missing.keys() & added.keys()
    return Pushed(
        statements=len(sent),
        sha256=_hash(sent),
        found=len(found),
        found_sha256=_hash(found),
        merge=merge,
        rewritten=len(rewritten),
        missing=_some(missing, rewritten),
        added=_some(added, rewritten),
    )


def _by_value(quad: ox.Quad) -> tuple[str, ...]:
    return str(quad.subject), str(quad.predicate), value_of(quad.object), str(quad.graph_name)


def _some(
    quads: Mapping[tuple[str, ...], str], without: Collection[tuple[str, ...]]
) -> tuple[str, ...]:
    return tuple(sorted(text for value, text in quads.items() if value not in without)[:_SHOWN])


def _hash(quads: Iterable[ox.Quad]) -> str:
    lines = ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b""
    return hash_lines(lines.splitlines(keepends=True))
