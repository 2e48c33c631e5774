"""What makes an answer say less than it seems to: a zero, a false or an empty column."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ctgraph.errors import QuerySyntaxError
from ctgraph.store.sparql import TRIPLE_MARKS, Query
from ctgraph.terms import OWN_NAMESPACES

if TYPE_CHECKING:
    from ctgraph.query.answers import Table
    from ctgraph.query.diagnostics.lint import Problem
    from ctgraph.store import Store
    from ctgraph.store.sparql.tree import QueryTree

_MOST_ROWS = 10_000
_AGGREGATES = frozenset({"COUNT", "SUM", "AVG", "MIN", "MAX", "SAMPLE", "GROUP_CONCAT"})


def find_silent(store: Store, query: Query, lang: str = "en") -> list[Problem]:
    """Return terms that the graph does not have and variables that nothing binds, in text order.

    A query with them is answered: a sum of nothing is 0, a question about nothing is false, an
    OPTIONAL of nothing leaves its column empty. What is cheap to see is looked at first, so a query
    without any costs next to nothing.

    Args:
        store: The store that answered.
        query: The query.
        lang: Language of the messages.
    """
    marks = TRIPLE_MARKS.intersection(token.text for token in query.tokens)
    if not (marks or _lacks_term(store, query) or _may_lack_binding(query)):
        return []
    from ctgraph.query.diagnostics.lint import find_problems

    return [one for one in find_problems(store, query, lang) if one.severity == "warning"]


def empty_aggregates(answer: Table) -> list[str]:
    """Return the columns of aggregates that have no value in any row.

    A value that cannot be added or joined leaves the whole aggregate without one: SUM and AVG take
    numbers, GROUP_CONCAT takes texts, and neither says so (SPARQL 1.1, 18.5.1).

    Args:
        answer: The answer to a SELECT query.
    """
    if not _words(answer.asked) & _AGGREGATES or not 0 < len(answer) <= _MOST_ROWS:
        return []
    tree = _tree(answer.asked)
    columns = (tree and tree.projection) or ()
    named = {
        column.variable.value
        for column in columns
        if column.variable and column.expression and column.expression.is_aggregate()
    }
    return [
        name
        for name in answer.columns
        if name in named and all(solution[name] is None for solution in answer.solutions)
    ]


def matched_by_nothing(store: Store, query: Query) -> Query | None:
    """Return the pattern of an aggregate over all solutions if there are none, else None.

    Such a query has one row: a count or a sum of nothing is 0.

    Args:
        store: The store that answered.
        query: The query.
    """
    words = _words(query)
    if not words & _AGGREGATES or "GROUP" in words:
        return None
    tree = _tree(query)
    if tree is None or tree.form != "SELECT" or not tree.is_aggregate():
        return None
    pattern = _all_solutions(query)
    return None if any(True for _ in store.select(f"{pattern.text} LIMIT 1")) else pattern


def _tree(query: Query) -> QueryTree | None:
    """Return the tree of a query that was answered; None if it goes beyond SPARQL 1.1."""
    try:
        return query.tree
    except QuerySyntaxError:
        return None


def _words(query: Query) -> set[str]:
    """Return the words that stand bare in a query, keywords among them, in capitals."""
    return {token.text.upper() for token in query.tokens if token.kind == "word"}


def _all_solutions(query: Query) -> Query:
    """Return the query for all solutions of the pattern, which stands where it stood."""
    first = next(token for token in query.tokens if token.text.upper() == "SELECT")
    begin = end = depth = 0
    for token in query.tokens:
        if token.start > first.start and not begin and token.text.upper() in ("FROM", "WHERE", "{"):
            begin = token.start
        depth += (token.text == "{") - (token.text == "}")
        if token.text == "}" and not depth:
            end = token.end
            break
    columns = re.sub(r"\S", " ", query.text[first.end + 2 : begin])
    return Query(f"{query.text[: first.end]} *{columns}{query.text[begin:end]}")


def _lacks_term(store: Store, query: Query) -> bool:
    """Tell whether a term of our namespaces stands in no triple."""
    iris = {iri for iri, _ in query.terms if iri.startswith(OWN_NAMESPACES)} - {*OWN_NAMESPACES}
    if not iris:
        return False
    # One request: the store may be an endpoint far away.
    return store.ask(
        f"ASK {{ VALUES ?iri {{ {' '.join(f'<{iri}>' for iri in sorted(iris))} }} "
        "FILTER NOT EXISTS { { ?iri ?p ?o } UNION { ?s ?iri ?o } UNION { ?s ?p ?iri } "
        "UNION { GRAPH ?iri { ?s ?p ?o } } } }"
    )


def _may_lack_binding(query: Query) -> bool:
    """Tell whether a variable stands only where patterns have none; the parser knows for sure."""
    if any(token.text.upper() == "CONSTRUCT" for token in query.tokens):
        return True  # the variables of a template look like those of a pattern
    used: set[str] = set()
    bound: set[str] = set()
    braces = brackets = 0
    before = ""
    for token in query.tokens:
        text = token.text
        braces += (text == "{") - (text == "}")
        brackets += (text == "(") - (text == ")")
        if token.kind == "var":
            is_bound = (braces and not brackets) or before == "AS"
            (bound if is_bound else used).add(text[1:])
        before = text.upper()
    return not used <= bound
