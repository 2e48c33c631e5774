"""What is wrong or doubtful about a query, each with its place, while it is being written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from ctgraph.errors import QueryRefused, QuerySyntaxError, suggest
from ctgraph.query.diagnostics.why_empty import check_terms, engine_reads
from ctgraph.store.sparql import TRIPLE_MARKS, Query, Token, mentioned_variables, tree
from ctgraph.terms import shorten
from ctgraph.words import read_words

if TYPE_CHECKING:
    from ctgraph.store import Store


class Problem(NamedTuple):
    """Something wrong or doubtful in a query.

    Attributes:
        severity: ``error``, after which the query cannot run, or ``warning``.
        message: What it is.
        hint: What to do about it; empty if nothing can be said.
        line: Where it is, from 1.
        column: Likewise.
        start: Where it begins, in UTF-16 units from 0, as a browser counts.
        end: Where it ends, likewise.
        suggestions: Texts that may have been meant in its place.
    """

    severity: str
    message: str
    hint: str
    line: int
    column: int
    start: int
    end: int
    suggestions: list[str]


def find_problems(store: Store, query: str | Query, lang: str = "en") -> list[Problem]:
    """Return what is wrong or doubtful about a query.

    At most one error, else any number of warnings.

    A query that goes beyond SPARQL 1.1 but that the engine reads has no error. Warnings are on
    terms of our namespaces that the graph does not have, on variables that nothing binds, and on
    what is asked of a triple inside a triple.

    Args:
        store: The graph, for the terms.
        query: The query.
        lang: Language of the messages.
    """
    said = read_words("query_page", lang)
    query = Query.of(query)
    places = _Places(query)
    try:
        query.refuse_unsafe()
    except QueryRefused:
        return [places.problem("error", said["refused"], "", (1, 1))]
    except QuerySyntaxError as error:
        return [places.error(error, lang)]
    try:
        unbound = list(_unbound(query))
    except QuerySyntaxError as error:
        if not engine_reads(query.text):
            return [places.error(error, lang)]
        mark, place = error.values.get("found"), (error.line, error.column)
        message = said["inner_triple"].format(mark=mark)
        hint = said["inner_triple_hint"]
        return [places.problem("warning", message, hint, place)] if mark in TRIPLE_MARKS else []
    found = [
        places.problem(
            "warning",
            said["unknown_term"].format(term=shorten(one.iri)),
            _did_you_mean(one.suggestions, lang),
            (one.line, one.column),
            list(one.suggestions),
        )
        for one in check_terms(store, query)
    ]
    for token, close in unbound:
        found.append(
            places.problem(
                "warning",
                said["unbound"].format(name=token.text),
                _did_you_mean(close, lang),
                (token.line, token.column),
                close,
            )
        )
    return sorted(found, key=lambda one: (one.line, one.column))


def _did_you_mean(close: Sequence[str], lang: str) -> str:
    if not close:
        return ""
    return (
        f"もしかして: {' / '.join(close)}"
        if lang == "ja"
        else f"Did you mean {' or '.join(close)}?"
    )


def _unbound(query: Query) -> Iterator[tuple[Token, list[str]]]:
    """Variables that are used in a query but that no part of it binds, each with close names.

    Of a name that is bound inside a sub-select or an EXISTS alone, nothing is said.
    """
    bound: set[str] = set()
    used: set[str] = set()
    _read_variables(query.tree, bound, used)
    wanted = used - bound
    for token in query.tokens:
        if token.kind == "var" and token.text[1:] in wanted:
            wanted.remove(token.text[1:])
            yield token, [f"?{one}" for one in suggest(token.text[1:], sorted(bound))]


def _read_variables(node: object, bound: set[str], used: set[str]) -> None:
    """Note the variables that a part of a query binds, and those that it uses."""
    if isinstance(node, ox.Variable):
        bound.add(node.value)
    elif isinstance(node, tuple):
        for part in node:
            _read_variables(part, bound, used)
    elif isinstance(node, tree.Projection) and node.expression is None:
        used.add(node.variable.value if node.variable is not None else "")
    elif isinstance(node, tree.QueryTree):
        used.update(mentioned_variables(tree.Group(node.template or ())))
        used.update(one.value for one in node.targets or () if isinstance(one, ox.Variable))
        rest = (node.where, node.projection, node.group_by, node.having, node.order_by, node.values)
        _read_variables(rest, bound, used)
    elif isinstance(node, tree.Expression):
        used.update(node.variables())
        _read_variables(tuple(group for _, group in node.exists_groups()), bound, used)
    elif isinstance(node, tree.Node):
        _read_variables(tuple(getattr(node, name) for name in node._fields), bound, used)


class _Places:
    """Places of a query as a browser counts them.

    Args:
        query: The query.
    """

    def __init__(self, query: Query) -> None:
        self.text = query.text
        self.tokens = {(token.line, token.column): token for token in query.tokens}
        self.starts = [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", self.text))]

    def error(self, error: QuerySyntaxError, lang: str) -> Problem:
        close: list[str] = [*error.values.get("near", ())]
        token = self.tokens.get((error.line, error.column))
        if token is not None and token.kind == "pname":
            local = token.text.partition(":")[2]
            close = [one + local if one.endswith(":") else one for one in close]
        place = (error.line or 1, error.column or 1)
        return self.problem("error", error.tell_what(lang), error.advise(lang), place, close)

    def problem(
        self,
        severity: str,
        message: str,
        hint: str,
        place: tuple[int, int],
        suggestions: Sequence[str] = (),
    ) -> Problem:
        line, column = place
        token = self.tokens.get((line, column))
        if token is not None:
            start, end = token.start, token.end
        else:
            start = min(self.starts[min(line, len(self.starts)) - 1] + column - 1, len(self.text))
            end = min(start + 1, len(self.text))
            if start == end and self.text.strip():  # at the end: mark what comes last
                end = len(self.text.rstrip())
                start = end - 1
        return Problem(
            severity, message, hint, line, column,
            self.units(start), self.units(end), list(suggestions),
        )  # fmt: skip

    def units(self, place: int) -> int:
        return len(self.text[:place].encode("utf-16-le", "surrogatepass")) // 2
