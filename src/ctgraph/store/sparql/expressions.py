"""Expressions of a query: texts of tokens, as nothing here evaluates them, and groups of EXISTS."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from pyoxigraph import Literal

from ctgraph.store.sparql.cursor import Cursor
from ctgraph.store.sparql.tree import Expression, Group
from ctgraph.store.sparql.write import term_to_sparql

GroupReader = Callable[[], Group]
"""Reads a group in braces; it is handed in, for groups hold expressions."""

_AFTER_MODIFIERS = frozenset({"HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES", "ASC", "DESC"})


def read_constraint(cursor: Cursor, read_group: GroupReader) -> Expression:
    """Read an expression in brackets, a function call, or [NOT] EXISTS and a group.

    Args:
        cursor: Stands where it begins.
        read_group: Reads the group of an EXISTS.
    """
    start = cursor.index
    parts: list[str | Group] = []
    if not cursor.at("("):
        token = cursor.token
        if token.kind not in ("word", "iri", "pname"):
            raise cursor.error("an expression in brackets or a function call")
        if cursor.token.is_word("NOT"):
            parts.append(cursor.next().text)
        if cursor.token.is_word("EXISTS"):
            _read_part(cursor, parts, read_group)
            return cursor.place(Expression(tuple(parts)), start)
        _read_part(cursor, parts, read_group)
    if not cursor.at("("):
        raise cursor.error("'('")
    _read_balanced(cursor, parts, read_group)
    return cursor.place(Expression(tuple(parts)), start)


def read_until_as(cursor: Cursor, read_group: GroupReader) -> Expression:
    """Read an expression that ends before AS or a closing bracket.

    Args:
        cursor: Stands where it begins.
        read_group: Reads the group of an EXISTS.
    """
    start = cursor.index
    parts: list[str | Group] = []
    while not (cursor.at(")") or cursor.token.is_word("AS")):
        if cursor.at("("):
            _read_balanced(cursor, parts, read_group)
        else:
            _read_part(cursor, parts, read_group)
    if not parts:
        raise cursor.error("an expression")
    return cursor.place(Expression(tuple(parts)), start)


def starts_call(cursor: Cursor) -> bool:
    """Tell whether a function call or EXISTS begins here."""
    token = cursor.token
    if token.kind in ("iri", "pname"):
        following = cursor.peek()
        return following.kind == "punct" and following.text == "("
    return token.kind == "word" and token.text.upper() not in _AFTER_MODIFIERS


def _read_balanced(cursor: Cursor, parts: list[str | Group], read_group: GroupReader) -> None:
    cursor.expect("(")
    parts.append("(")
    depth = 1
    while depth:
        if cursor.at("("):
            depth += 1
        elif cursor.at(")"):
            depth -= 1
        _read_part(cursor, parts, read_group)


def _read_part(cursor: Cursor, parts: list[str | Group], read_group: GroupReader) -> None:
    token = cursor.token
    if token.kind == "var":
        parts.append(f"?{cursor.variable().value}")
    elif token.kind in ("iri", "pname"):
        parts.append(str(cursor.iri()))
    elif token.kind == "string":
        parts.append(term_to_sparql(cast(Literal, cursor.literal())))
    elif token.kind == "word":
        cursor.index += 1
        parts.append(token.text)
        if token.is_word("EXISTS"):
            parts.append(read_group())
    elif token.kind == "number" or (token.kind == "punct" and token.text not in "{}[];.,"):
        cursor.index += 1
        parts.append(token.text)
    elif token.text in (",", ";"):
        # `;` comes before the separator of GROUP_CONCAT.
        cursor.index += 1
        parts.append(token.text)
    else:
        raise cursor.error("the rest of an expression")
