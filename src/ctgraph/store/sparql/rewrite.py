"""Queries with values, names or limits put in, by place in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from collections.abc import Sequence as SequenceOf
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from ctgraph.errors import DataError, QuerySyntaxError
from ctgraph.store.sparql.parse import parse_query
from ctgraph.store.sparql.safety import query_form
from ctgraph.store.sparql.tokens import Token, resolve_iri, tokenize, unescape_codepoints
from ctgraph.store.sparql.variables import query_variables
from ctgraph.store.sparql.write import term_to_sparql
from ctgraph.terms import PREFIXES

if TYPE_CHECKING:
    from ctgraph.store.sparql.tokens import Token


def limit_rows(text: str, limit: int) -> str:
    """A query that gives one row more than a limit at most, and else the same rows.

    A query of another form than SELECT comes back as it is.

    Args:
        text: A SPARQL query.
        limit: Rows that are wanted; the one more tells that there are more.

    Example:
        >>> limit_rows("SELECT ?s { ?s ?p ?o } LIMIT 50", 10)
        'SELECT ?s { ?s ?p ?o } LIMIT 11'
    """
    if query_form(text) != "SELECT":
        return text
    depth = 0
    behind = len(text)
    limit_at: Token | None = None
    seen_where = False
    for token in tokenize(text):
        if token.text in ("{", "("):
            depth += 1
        elif token.text in ("}", ")"):
            depth -= 1
            seen_where = seen_where or (depth == 0 and token.text == "}")
        elif depth == 0 and seen_where:
            if limit_at is not None and limit_at.is_word("LIMIT") and token.kind == "number":
                if int(token.text) <= limit:
                    return text
                return f"{text[: token.start]}{limit + 1}{text[token.end :]}"
            if token.is_word("LIMIT"):
                limit_at = token
            elif token.is_word("VALUES"):
                behind = min(behind, token.start)
    if depth or limit_at is not None or not seen_where:
        return text  # it is no query; the engine says where
    return f"{text[:behind]}\nLIMIT {limit + 1}\n{text[behind:]}"


def bind_values(text: str, values: Mapping[str, SequenceOf[NamedNode | Literal] | None]) -> str:
    """The query with the contents of its VALUES blocks replaced.

    Each name must have exactly one block ``VALUES ?name { … }`` or ``VALUES (?name) { (…) }``.
    The rest of the text stays as it is.

    Args:
        text: A SPARQL query.
        values: The terms for each name; None stands for any (``UNDEF``).

    Raises:
        DataError: A name has no block of its own, or several; a list of terms is empty; a term
            cannot stand in a query.

    Example:
        >>> print(bind_values("ASK { VALUES ?n { 1 } }", {"n": [Literal("2 }")]}))
        ASK { VALUES ?n { "2 }" } }
    """
    if not values:
        return text
    blocks = _values_blocks(tokenize(text))
    edits: list[tuple[int, int, str]] = []
    for name, terms in values.items():
        found = blocks.get(name, [])
        if len(found) != 1:
            raise DataError(
                "values-block-not-one" if found else "values-block-missing",
                n=len(found),
                name=name,
                hint="values-block-not-one",
            )
        if terms is not None and not terms:
            raise DataError("values-empty", name=name)
        start, end, bracketed = found[0]
        items = ["UNDEF"] if terms is None else [term_to_sparql(term) for term in terms]
        content = " ".join(f"({item})" if bracketed else item for item in items)
        edits.append((start, end, f" {content} "))
    for start, end, content in sorted(edits, reverse=True):
        text = text[:start] + content + text[end:]
    return text


def _values_blocks(tokens: list[Token]) -> dict[str, list[tuple[int, int, bool]]]:
    """Where the contents of each block for a single variable begin and end, by name."""
    blocks: dict[str, list[tuple[int, int, bool]]] = {}
    for index, token in enumerate(tokens):
        if not token.is_word("VALUES"):
            continue
        head = tokens[index + 1 : index + 5]
        shape = ["v" if part.kind == "var" else part.text for part in head]
        if shape[:2] == ["v", "{"]:
            name, opening, bracketed = head[0], index + 2, False
        elif shape == ["(", "v", ")", "{"]:
            name, opening, bracketed = head[1], index + 4, True
        else:
            continue
        closing = next(
            (part for part in tokens[opening:] if part.kind == "punct" and part.text == "}"), None
        )
        if closing is not None:
            place = (tokens[opening].end, closing.start, bracketed)
            blocks.setdefault(name.text[1:], []).append(place)
    return blocks


# --- what a query speaks of ---------------------------------------------------------------------


def used_terms(text: str, prefixes: Mapping[str, str] = PREFIXES) -> list[tuple[str, Token]]:
    """The IRIs that a query names behind its prologue, with their tokens, in order.

    Works on queries that cannot be parsed too; names with an undeclared prefix are left out.

    Args:
        text: A SPARQL query.
        prefixes: Prefixes that need no declaration.

    Example:
        >>> [(iri, token.column) for iri, token in used_terms("ASK { ?s a ct:State }")]
        [('https://w3id.org/ctgraph/ontology#State', 12)]
    """
    return [(iri, token) for iri, token in _names(text, prefixes) if iri is not None]


def undeclared_prefixes(
    text: str, prefixes: Mapping[str, str] = PREFIXES
) -> list[tuple[str, Token]]:
    """The prefixes that a query uses without declaring them, with their tokens, in order.

    Args:
        text: A SPARQL query.
        prefixes: Prefixes that need no declaration.

    Example:
        >>> [(prefix, token.column) for prefix, token in undeclared_prefixes("ASK { ?s cd:x ?o }")]
        [('cd', 10)]
    """
    return [
        (token.text.partition(":")[0], token)
        for iri, token in _names(text, prefixes)
        if iri is None
    ]


def _names(text: str, prefixes: Mapping[str, str]) -> Iterator[tuple[str | None, Token]]:
    known = dict(prefixes)
    base: str | None = None
    tokens = tokenize(text)
    index = 0
    while index < len(tokens):
        token = tokens[index]
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        if token.is_word("BASE") and following is not None and following.kind == "iri":
            base = following.text[1:-1]
            index += 2
        elif token.is_word("PREFIX") and following is not None and following.kind == "pname":
            if index + 2 < len(tokens) and tokens[index + 2].kind == "iri":
                iri = unescape_codepoints(tokens[index + 2].text[1:-1])
                known[following.text[:-1]] = resolve_iri(iri, base) if base else iri
            index += 3
        else:
            if token.kind == "iri":
                iri = unescape_codepoints(token.text[1:-1])
                yield (resolve_iri(iri, base) if base else iri), token
            elif token.kind == "pname":
                prefix, _, local = token.text.partition(":")
                space = known.get(prefix)
                yield (None if space is None else space + re.sub(r"\\(.)", r"\1", local)), token
            index += 1


def name_columns(text: str) -> str:
    """A query with the variables of ``SELECT *`` written out, in order of first appearance.

    The order of the columns of ``*`` is not defined (SPARQL 1.1, 18.2.4.4) and engines differ. A
    text that is no such query comes back as it is.

    Args:
        text: A query.

    Example:
        >>> name_columns("SELECT * WHERE { ?s ?p ?o }")
        'SELECT ?s ?p ?o WHERE { ?s ?p ?o }'
    """
    if not re.search(r"(?i:SELECT|DISTINCT|REDUCED)\s*\*", text):
        return text
    try:
        query = parse_query(text)
    except QuerySyntaxError:
        return text
    if query.form != "SELECT" or query.projection is not None:
        return text
    names = query_variables(query)
    # Before it stand only prologue, SELECT and DISTINCT, in which no other token is a star.
    star = next((token for token in tokenize(text) if token.text == "*"), None)
    if star is None or not names:
        return text
    columns = " ".join(f"?{name}" for name in names)
    return f"{text[: star.start]}{columns}{text[star.end :]}"
