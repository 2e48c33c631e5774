"""The graphs a query sees: all of the store, or those it names (SPARQL 1.1 Query, 13.2).

The engine joins several default graphs end to end, so a triple that stands in two of them would
be found twice. The standard says that they are merged, as a set; here they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from ctgraph.errors import QuerySyntaxError
from ctgraph.terms import PREFIXES

if TYPE_CHECKING:
    from ctgraph.store.sparql.query import Query

Name = ox.NamedNode | ox.BlankNode | ox.DefaultGraph
Result = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


class QueryDataset(NamedTuple):
    """The graphs that take the place of FROM and FROM NAMED.

    Attributes:
        default: IRIs of the graphs whose merge is the default graph.
        named: IRIs of the graphs that GRAPH finds.
    """

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


def evaluate(graph: ox.Store, query: Query, dataset: QueryDataset | None = None) -> Result:
    """Return the answer of the engine to a query.

    Args:
        graph: The store.
        query: The query; the prefixes of `terms.PREFIXES` need no declaration.
        dataset: The graphs that it sees, whatever it says itself; None leaves that to the query.

    Raises:
        SyntaxError: pyoxigraph's, if the text is no query.
    """
    if dataset is None:
        dataset = _said_itself(query)
        if dataset is None:
            return graph.query(query.text, prefixes=PREFIXES)
    default: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] = [
        ox.NamedNode(iri) for iri in dict.fromkeys(dataset.default)
    ]
    named: list[ox.NamedNode | ox.BlankNode] = [
        ox.NamedNode(iri) for iri in dict.fromkeys(dataset.named)
    ]
    if len(default) < 2:
        return graph.query(query.text, prefixes=PREFIXES, default_graph=default, named_graphs=named)
    return _merge(graph, default, named).query(
        query.text, prefixes=PREFIXES, default_graph=ox.DefaultGraph(), named_graphs=named
    )


def _said_itself(query: Query) -> QueryDataset | None:
    """What FROM and FROM NAMED say, if there are several FROM, which the engine gets wrong."""
    if len(re.findall(r"(?i)from", query.text)) < 2:
        return None
    try:
        clauses = query.tree.datasets
    except QuerySyntaxError:
        return None  # the engine says what is wrong
    default = tuple(clause.iri.value for clause in clauses if not clause.named)
    if len(default) < 2:
        return None
    return QueryDataset(default, tuple(clause.iri.value for clause in clauses if clause.named))


def _merge(graph: ox.Store, default: Sequence[Name], named: Sequence[Name]) -> ox.Store:
    merged = ox.Store()
    for name in default:
        merged.extend(
            ox.Quad(quad.subject, quad.predicate, quad.object)
            for quad in graph.quads_for_pattern(None, None, None, name)
        )
    for name in named:
        merged.extend(graph.quads_for_pattern(None, None, None, name))
    return merged
