"""The graph of a scope as a store in memory: cut out of another one, and kept in the cache."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ctgraph.errors import EndpointError, UsageError
from ctgraph.store.backend import Backend, LocalBackend
from ctgraph.store.cache import find_scoped, keep_scoped
from ctgraph.store.memory import MemoryBackend
from ctgraph.store.merge import list_claims, with_twins
from ctgraph.store.reader.preference import prefer_values
from ctgraph.store.rules import apply_rules, is_of_rule, read_rules
from ctgraph.store.scope.dates import drop_later
from ctgraph.store.scope.sources import Claims, select_claims

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctgraph.store.project import Bundle
    from ctgraph.store.scope.scope import Scope


MOST_TRIPLES = 1_000_000
"""Triples up to which the graph of an endpoint is copied to be cut."""


def open_scope(whole: Backend, bundle: Bundle, scope: Scope) -> MemoryBackend:
    """Return the graph that the claims of a scope make.

    It is compiled in memory, wherever the whole graph is, with the rules of the bundle; what is
    derived is derived anew. A graph that was made from files is kept in the cache.

    Args:
        whole: The whole graph.
        bundle: Where the rules are.
        scope: Whose claims count, and until when.

    Raises:
        UsageError: No claim is in the scope.
        EndpointError: The graph is at an endpoint and too large to be copied.
    """

    def compile_again() -> ox.Store:
        made = cut_graph(_copy(whole), bundle, scope)
        if name:
            keep_scoped(name, made, bundle, fingerprint)
        return made

    fingerprint = bundle.fingerprint()
    # What the project was when the graph was read counts, not what it is now.
    is_same = not isinstance(whole, MemoryBackend) or whole.fingerprint == fingerprint
    name = _name(whole.fingerprint, fingerprint, scope) if whole.fingerprint and is_same else ""
    found = find_scoped(name) if name else None
    if found is None:
        return MemoryBackend(whole.location, bundle, compile_again())
    backend = MemoryBackend(whole.location, bundle, snapshot=found, compile_again=compile_again)
    backend.load()
    return backend


def cut_graph(graph: ox.Store, bundle: Bundle, scope: Scope) -> ox.Store:
    """Return the graph that the claims of a scope make, in memory.

    Args:
        graph: The whole graph, which is read.
        bundle: Where the rules are.
        scope: Whose claims count, and until when.

    Raises:
        UsageError: No claim is in the scope.
    """
    claims = select_claims(graph, scope.sources)
    if scope.as_of:
        # The days that count are those of the merge, which depends on the sources.
        merged = _merge(graph, claims) if scope.sources else graph
        claims = drop_later(merged, claims, scope.as_of)
    if not claims:
        raise UsageError("scope-without-claims")
    made = _merge(graph, claims)
    apply_rules(made, read_rules(bundle))
    return made


def _name(whole: str, fingerprint: str, scope: Scope) -> str:
    text = f"{whole} {fingerprint} {scope.digest()}"
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _merge(graph: ox.Store, claims: Claims) -> ox.Store:
    """Return ontology, vocabularies and claims, with their merge as default graph.

    Where sources differ, it carries the values that are preferred among those of the scope.
    """
    made = ox.Store()
    made.extend(with_twins(_vocabulary_quads(graph)))
    made.extend(with_twins(quad for quads in claims.values() for quad in quads))
    prefer_values(made)
    return made


def _vocabulary_quads(graph: ox.Store) -> Iterator[ox.Quad]:
    every = list_claims(graph)
    for name in graph.named_graphs():
        if name not in every and not is_of_rule(name):
            yield from graph.quads_for_pattern(None, None, None, name)


def _copy(whole: Backend) -> ox.Store:
    """Return the whole graph as a store of the engine.

    Raises:
        EndpointError: It is at an endpoint and too large to be copied.
    """
    if not isinstance(whole, LocalBackend):
        counts = whole.counts()
        if counts.triples > MOST_TRIPLES:
            raise EndpointError(
                "endpoint-too-large-for-scope",
                location=whole.location,
                triples=counts.triples,
                most=MOST_TRIPLES,
            )
    return whole.as_graph()
