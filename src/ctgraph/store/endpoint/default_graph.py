"""Where an endpoint keeps the merge: in its default graph, or in a graph of its own.

Everything here asks a query of the default graph and takes it for the merge, in which a triple
stands once, whichever claims hold it. On servers whose default graph is all graphs together it may
stand several times, and values that the merge leaves out are there too; no answer would show it.
So the endpoint is asked first.
"""

from __future__ import annotations

from collections.abc import Callable

import pyoxigraph as ox

from ctgraph.errors import EndpointError
from ctgraph.store.sparql.dataset import Result
from ctgraph.store.sparql.query import Query
from ctgraph.store.sparql.write import term_to_sparql
from ctgraph.terms import MERGE

Ask = Callable[[Query], Result]

_CLAIM = "{ ?claim a ct:Claim }"
_PAIRS = """
SELECT ?one ?other { ?thing ct:evidence ?one , ?other . FILTER(STR(?one) < STR(?other)) } LIMIT 100
"""
_DISPUTED = """
SELECT ?thing ?property ?one ?other {
  ?disagreement a ct:Disagreement ;
    ct:disputedThing ?thing ;
    ct:disputedValue ?group ;
    ct:side ?one , ?other .
  ?group ct:groupsProperty ?property .
  FILTER(STR(?one) < STR(?other))
} LIMIT 20
"""
_AT_ONCE = 25


def find_merge(ask: Ask, location: str) -> str | None:
    """Return the IRI of the graph that holds the merge; None if the default graph is it.

    Args:
        ask: Asks the endpoint a query.
        location: What messages call it.

    Raises:
        EndpointError: It holds claims, but nowhere their merge.
    """
    if ask(Query(f"ASK {{ GRAPH <{MERGE}> {_CLAIM} }}")):
        return MERGE
    if not ask(Query(f"ASK {_CLAIM}")):
        if ask(Query(f"ASK {{ GRAPH ?graph {_CLAIM} }}")):
            raise EndpointError("endpoint-without-merge", location=location)
        return None
    if is_union(ask):
        raise EndpointError("endpoint-default-graph-is-union", location=location)
    return None


def is_union(ask: Ask) -> bool:
    """Tell whether the default graph shows more, or more often, than the merge of the claims.

    Graphs are named in every pattern: rdflib takes a minute to find a graph by a pattern.

    Args:
        ask: Asks the endpoint a query.
    """
    return _repeats(ask) or _carries_all(ask)


def _repeats(ask: Ask) -> bool:
    """Tell whether a triple is found twice that stands in two graphs."""
    for (claim,) in _rows(ask(Query("SELECT ?claim { ?claim a ct:Claim } LIMIT 1"))):
        if _count(ask, f"{claim} a ct:Claim") > 1:
            return True
    pairs = list(_rows(ask(Query(_PAIRS))))
    for start in range(0, len(pairs), _AT_ONCE):
        shared = " UNION ".join(
            f"{{ GRAPH {one} {{ ?s ?p ?o }} GRAPH {other} {{ ?s ?p ?o }} }}"
            for one, other in pairs[start : start + _AT_ONCE]
        )
        for triple in _rows(ask(Query(f"SELECT ?s ?p ?o {{ {shared} }} LIMIT 1"))):
            return _count(ask, " ".join(map(term_to_sparql, triple))) > 1
    return False


def _carries_all(ask: Ask) -> bool:
    """Tell whether all values are carried of which the merge can hold those of one source."""
    disputed = list(_rows(ask(Query(_DISPUTED))))
    if not disputed:
        return False

    def differ(condition: str) -> bool:
        sides = " UNION ".join(
            f"{{ GRAPH {one} {{ {thing} {name} ?value }} "
            f"GRAPH {other} {{ {thing} {name} ?against }} "
            f"FILTER(?value != ?against) {condition.format(pattern=f'{thing} {name}')} }}"
            for thing, name, one, other in disputed
        )
        return bool(ask(Query(f"ASK {{ {sides} }}")))

    return differ("") and not differ("FILTER NOT EXISTS {{ {pattern} ?value , ?against }}")


def _count(ask: Ask, pattern: str) -> int:
    counted = _rows(ask(Query(f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}")))
    return sum(int(number.value) for (number,) in counted)


def _rows(result: Result) -> ox.QuerySolutions:
    assert isinstance(result, ox.QuerySolutions)
    return result
