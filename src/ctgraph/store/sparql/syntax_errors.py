"""What the engine says of a query it cannot read, in words that help."""

from __future__ import annotations

import re

from ctgraph.errors import QuerySyntaxError, suggest
from ctgraph.terms import PREFIXES


def explain_syntax(text: str, message: str) -> QuerySyntaxError:
    """The error for a query that pyoxigraph refused, with place and advice.

    Args:
        text: The query.
        message: What pyoxigraph said.
    """
    found = find_fault(text)
    if found is not None:
        return found
    place = re.match(r"error at (\d+):(\d+): (.*)", message, re.DOTALL)
    line, column, said = (int(place[1]), int(place[2]), place[3]) if place else (0, 0, message)
    return QuerySyntaxError(
        "query-syntax-invalid", said=_shorten_expected(said), line=line, column=column
    )


def find_fault(text: str) -> QuerySyntaxError | None:
    """What our own reader finds wrong with a query; it says what it was reading, with words."""
    from ctgraph.store.sparql.parse import parse_query
    from ctgraph.store.sparql.rewrite import undeclared_prefixes

    for prefix, token in undeclared_prefixes(text):
        close = suggest(prefix, PREFIXES)
        return QuerySyntaxError(
            "prefix-not-declared",
            prefix=prefix,
            line=token.line,
            column=token.column,
            hint=f"Did you mean {' or '.join(f'{name}:' for name in close)}?"
            if close
            else f"Declare it with PREFIX {prefix}: <…>.",
        )
    try:
        parse_query(text)
    except QuerySyntaxError as error:
        return error
    return None


_STRUCTURE = frozenset(
    (
        *("AS", "BIND", "BY", "DISTINCT", "FILTER", "FROM", "GRAPH", "GROUP", "HAVING", "LATERAL"),
        *("LIMIT", "MINUS", "OFFSET", "OPTIONAL", "ORDER", "REDUCED", "SELECT", "SERVICE"),
        *("UNDEF", "UNION", "VALUES", "WHERE"),
    )
)


def _shorten_expected(said: str) -> str:
    """What pyoxigraph expected, with at most six words.

    Sets of characters are left out, and names of functions, of which it tells only a few of those
    that may stand in an expression.
    """
    start, found, rest = said.partition("expected ")
    if not found:
        return " ".join(said.split())
    rest = rest.removeprefix("one of ")
    # Sentences among the words are the real message.
    words = [word for word in re.split(r",\s+", " ".join(rest.split())) if word]
    sentences = [word for word in words if len(word.split()) > 2 and not word.startswith("[")]
    if sentences:
        return sentences[0]
    words = [word for word in words if word[0] in "'\"" or word in _STRUCTURE]
    words = [word for word in words if "\\u{" not in word]
    if not words:
        return f"{start}expected something else here"
    more = ", …" if len(words) > 6 else ""
    return f"{start}expected {' or '.join(words[:6]) if not more else ', '.join(words[:6])}{more}"
