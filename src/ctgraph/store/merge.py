"""What stands in the merge of a graph: instances, links, and all that links reach."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import pyoxigraph as ox

from ctgraph.terms import ct, rdf, rdfs

MERGE = ox.DefaultGraph()
"""The graph of all that the others hold."""

Resource = ox.NamedNode | ox.BlankNode | ox.Triple

_Thing = TypeVar("_Thing")


def reach(start: Iterable[_Thing], follow: Callable[[_Thing], Iterable[_Thing]]) -> set[_Thing]:
    """Return things, and what following links from them leads to, at any distance.

    Args:
        start: Where to begin.
        follow: Gives what a thing is linked with.

    Example:
        >>> sorted(reach([3], lambda number: [number // 2]))
        [0, 1, 3]
    """
    found = set(start)
    waiting = list(found)
    while waiting:
        new = set(follow(waiting.pop())) - found
        found |= new
        waiting += new
    return found


def with_twins(quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    """Yield each quad, and the same triple of the merge.

    Args:
        quads: Quads of named graphs.
    """
    for quad in quads:
        yield quad
        yield ox.Quad(quad.subject, quad.predicate, quad.object)


def list_claims(graph: ox.Store) -> set[ox.NamedNode]:
    """Return the claims of a graph.

    Args:
        graph: Claims, ontology and their merge.
    """
    found = graph.quads_for_pattern(None, rdf.type, ct.Claim, MERGE)
    return {quad.subject for quad in found if isinstance(quad.subject, ox.NamedNode)}


def list_objects(
    graph: ox.Store, subject: Resource, predicate: ox.NamedNode
) -> Iterator[ox.NamedNode]:
    """Yield the things that a property of a thing leads to.

    Args:
        graph: The graph.
        subject: The thing.
        predicate: The property.
    """
    for quad in graph.quads_for_pattern(subject, predicate, None, MERGE):
        if isinstance(quad.object, ox.NamedNode):
            yield quad.object


def list_subjects(
    graph: ox.Store, predicate: ox.NamedNode, value: Resource
) -> Iterator[ox.NamedNode]:
    """Yield the things that a property leads from to a thing.

    Args:
        graph: The graph.
        predicate: The property.
        value: The thing.
    """
    for quad in graph.quads_for_pattern(None, predicate, value, MERGE):
        if isinstance(quad.subject, ox.NamedNode):
            yield quad.subject


def list_instances(graph: ox.Store, classes: Iterable[ox.NamedNode]) -> set[ox.NamedNode]:
    """Return the things of some classes and of those below them.

    Args:
        graph: Ontology and merge.
        classes: The classes.
    """
    return {
        thing
        for one in with_subclasses(graph, classes)
        for thing in list_subjects(graph, rdf.type, one)
    }


def with_subclasses(graph: ox.Store, classes: Iterable[ox.NamedNode]) -> set[ox.NamedNode]:
    """Return classes and those below them.

    Args:
        graph: Ontology and merge.
        classes: The classes.
    """
    return reach(classes, lambda one: list_subjects(graph, rdfs.subClassOf, one))
