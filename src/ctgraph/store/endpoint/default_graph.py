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
_ONE_CLAIM = "SELECT ?claim ?p ?o { ?claim a ct:Claim ; ?p ?o FILTER(?o = ct:Claim) } LIMIT 1"
_IN_TWO_CLAIMS = """
SELECT ?s ?p ?o {
  { SELECT ?one ?other { ?thing ct:evidence ?one , ?other . FILTER(STR(?one) < STR(?other)) }
    LIMIT 2000 }
  GRAPH ?one { ?s ?p ?o }
  GRAPH ?other { ?s ?p ?o }
} LIMIT 1"""
# Two values of which the merge can hold one, or both if both are of a third source.
_DISPUTED = """
SELECT ?thing ?property ?value ?otherValue {
  ?disagreement a ct:Disagreement ;
    ct:disputedThing ?thing ;
    ct:disputedValue/ct:groupsProperty ?property ;
    ct:side ?one , ?other .
  FILTER(STR(?one) < STR(?other))
  GRAPH ?one { ?thing ?property ?value }
  GRAPH ?other { ?thing ?property ?otherValue }
  FILTER(?value != ?otherValue)
} LIMIT 100"""


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

    Args:
        ask: Asks the endpoint a query.
    """
    for text in (_ONE_CLAIM, _IN_TWO_CLAIMS):
        for s, p, o in _rows(ask(Query(text))):
            pattern = " ".join(map(term_to_sparql, (s, p, o)))
            counted = _rows(ask(Query(f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}")))
            if any(int(number.value) > 1 for (number,) in counted):
                return True
    disputed = list(_rows(ask(Query(_DISPUTED))))
    return bool(disputed) and all(
        ask(Query(f"ASK {{ {_pattern(s, p, one)} . {_pattern(s, p, other)} }}"))
        for s, p, one, other in disputed[:10]
    )


def _pattern(*parts: ox.NamedNode | ox.Literal) -> str:
    return " ".join(map(term_to_sparql, parts))


def _rows(result: Result) -> ox.QuerySolutions:
    assert isinstance(result, ox.QuerySolutions)
    return result
