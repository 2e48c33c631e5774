"""What the engine says of a query it cannot read, in words that help."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ctgraph.errors import QuerySyntaxError, suggest
from ctgraph.store.sparql.tokens import TRIPLE_MARKS
from ctgraph.terms import PREFIXES

if TYPE_CHECKING:
    from ctgraph.store.sparql.query import Query


def explain_syntax(query: Query, message: str) -> QuerySyntaxError:
    """Return the error for a query that pyoxigraph refused, with place and advice.

    Args:
        query: The query.
        message: What pyoxigraph said.
    """
    found = find_fault(query)
    if found is not None:
        return found
    place = re.match(r"error at (\d+):(\d+): (.*)", message, re.DOTALL)
    line, column, said = (int(place[1]), int(place[2]), place[3]) if place else (0, 0, message)
    key, said = _shorten_expected(said)
    return QuerySyntaxError(key, said=said, line=line, column=column)


def find_fault(query: Query) -> QuerySyntaxError | None:
    """Return what our own reader finds wrong with a query.

    It says what it was reading, with words; None if that is a triple of SPARQL 1.2, which only the
    engine reads.
    """
    for prefix, token in query.undeclared_prefixes():
        close = suggest(prefix, PREFIXES)
        return QuerySyntaxError(
            "prefix-not-declared",
            prefix=prefix,
            line=token.line,
            column=token.column,
            near=[f"{name}:" for name in close],
            hint="did-you-mean" if close else "prefix-not-declared",
        )
    try:
        query.tree  # noqa: B018 - reading it is what finds a fault
    except QuerySyntaxError as error:
        return None if error.values.get("found") in TRIPLE_MARKS else error
    return None


_STRUCTURE = frozenset(
    (
        *("AS", "BIND", "BY", "DISTINCT", "FILTER", "FROM", "GRAPH", "GROUP", "HAVING", "LATERAL"),
        *("LIMIT", "MINUS", "OFFSET", "OPTIONAL", "ORDER", "REDUCED", "SELECT", "SERVICE"),
        *("UNDEF", "UNION", "VALUES", "WHERE"),
    )
)


# What the engine says that Japanese has a sentence of its own for.
_KNOWN = {
    "The SELECT contains a variable that is unbound": "select-variable-unbound",
    "The SELECT overrides an existing variable using an expression": "select-variable-overridden",
    "SELECT * is not authorized with GROUP BY": "select-all-when-grouped",
    "Duplicated variable name in SELECT": "select-variable-twice",
    "expected something else here": "query-expected-else",
}


def _shorten_expected(said: str) -> tuple[str, str]:
    """Return the key of an error, and what pyoxigraph expected, with at most six words.

    Sets of characters are left out, and names of functions, of which it tells only a few of those
    that may stand in an expression.
    """
    start, found, rest = said.partition("expected ")
    if not found:
        return "query-syntax-invalid", " ".join(said.split())
    rest = rest.removeprefix("one of ")
    # Sentences among the words are the real message.
    words = [word for word in re.split(r",\s+", " ".join(rest.split())) if word]
    sentences = [word for word in words if len(word.split()) > 2 and not word.startswith("[")]
    if sentences:
        return _KNOWN.get(sentences[0], "query-syntax-invalid"), sentences[0]
    words = [word for word in words if word[0] in "'\"" or word in _STRUCTURE]
    words = [word for word in words if "\\u{" not in word]
    if not words:
        said = f"{start}expected something else here"
        return _KNOWN.get(said, "query-syntax-invalid"), said
    more = ", …" if len(words) > 6 else ""
    said = ", ".join(words[:6]) + more if more else " or ".join(words)
    return "query-syntax-invalid", f"{start}expected {said}"
