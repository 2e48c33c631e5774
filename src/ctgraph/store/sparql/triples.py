"""The triples of a query, with collections, nested blank nodes and property paths."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, NamedNode

from ctgraph.store.sparql.cursor import Cursor
from ctgraph.store.sparql.tree import (
    Alternative,
    Inverse,
    NegatedSet,
    OneOrMore,
    Sequence,
    Triple,
    ZeroOrMore,
    ZeroOrOne,
)
from ctgraph.terms import PREFIXES, rdf

if TYPE_CHECKING:
    from ctgraph.store.sparql.tree import Path, Term, Verb


_RDF = PREFIXES["rdf"]


def read_triples(cursor: Cursor, out: list[Triple]) -> None:
    """Read the triples of one subject, those of the blank nodes among them included.

    Args:
        cursor: Stands where the subject begins.
        out: What they are added to.
    """
    start = cursor.index
    if cursor.at("[") and not cursor.is_anonymous():
        subject: Term = _read_property_list_node(cursor, out)
        optional = True
    elif cursor.at("("):
        subject = _read_collection(cursor, out)
        optional = isinstance(subject, BlankNode)
    else:
        subject = cursor.graph_term("a triple, FILTER, OPTIONAL, BIND, VALUES or '}'")
        optional = False
    if optional and not _starts_verb(cursor):
        return
    _read_property_list(cursor, subject, out, start)


def _starts_verb(cursor: Cursor) -> bool:
    token = cursor.token
    return token.kind in ("var", "iri", "pname") or (
        token.text in ("a", "^", "!", "(") and token.kind in ("word", "punct")
    )


def _read_property_list(cursor: Cursor, subject: Term, out: list[Triple], start: int) -> None:
    while True:
        verb = _read_verb(cursor)
        while True:
            _read_object(cursor, subject, verb, out, start)
            start = cursor.index
            if not cursor.take(","):
                break
            start = cursor.index
        if not cursor.at(";"):
            return
        while cursor.take(";"):
            pass
        if not _starts_verb(cursor):
            return
        start = cursor.index


def _read_object(cursor: Cursor, subject: Term, verb: Verb, out: list[Triple], start: int) -> None:
    # The triple itself comes before those of the node that is its object.
    inner: list[Triple] = []
    if cursor.at("[") and not cursor.is_anonymous():
        value: Term = _read_property_list_node(cursor, inner)
    elif cursor.at("("):
        value = _read_collection(cursor, inner)
    else:
        value = cursor.graph_term("the object of a triple")
    out.append(cursor.place(Triple(subject, verb, value), start))
    out.extend(inner)


def _read_property_list_node(cursor: Cursor, out: list[Triple]) -> BlankNode:
    cursor.expect("[")
    node = BlankNode(next(cursor.fresh_labels))
    _read_property_list(cursor, node, out, cursor.index)
    cursor.expect("]")
    return node


def _read_collection(cursor: Cursor, out: list[Triple]) -> Term:
    cursor.expect("(")
    if cursor.take(")"):
        return rdf.nil
    head = node = BlankNode(next(cursor.fresh_labels))
    while True:
        _read_object(cursor, node, rdf.first, out, cursor.index)
        start = cursor.index
        last = cursor.take(")")
        rest = rdf.nil if last else BlankNode(next(cursor.fresh_labels))
        out.append(cursor.place(Triple(node, rdf.rest, rest), start - 1))
        if isinstance(rest, NamedNode):
            return head
        node = rest


def _read_verb(cursor: Cursor) -> Verb:
    if cursor.token.kind == "var":
        return cursor.variable()
    return _read_path(cursor)


# Paths.


def _read_path(cursor: Cursor) -> Path:
    return _read_joined(cursor, "|", _read_path_sequence, Alternative)


def _read_path_sequence(cursor: Cursor) -> Path:
    return _read_joined(cursor, "/", _read_path_step, Sequence)


def _read_joined(
    cursor: Cursor,
    mark: str,
    read: Callable[[Cursor], Path],
    kind: type[Sequence] | type[Alternative],
) -> Path:
    """Read paths with a mark between them; one alone is itself."""
    start = cursor.index
    items = [read(cursor)]
    while cursor.take(mark):
        items.append(read(cursor))
    return items[0] if len(items) == 1 else cursor.place(kind(tuple(items)), start)


def _read_path_step(cursor: Cursor) -> Path:
    if cursor.take("^"):
        return Inverse(_read_path_element(cursor))
    return _read_path_element(cursor)


def _read_path_element(cursor: Cursor) -> Path:
    path: Path
    if cursor.take("("):
        path = _read_path(cursor)
        cursor.expect(")")
    elif cursor.take("!"):
        path = _read_negated_set(cursor)
    else:
        path = read_property(cursor)
    if (
        cursor.at("+")
        and cursor.peek().kind == "number"
        and cursor.peek().start == cursor.token.end
    ):
        return path  # `ct:value +1`: a sign, not a repetition
    if cursor.take("?"):
        return ZeroOrOne(path)
    if cursor.take("*"):
        return ZeroOrMore(path)
    if cursor.take("+"):
        return OneOrMore(path)
    return path


def read_property(cursor: Cursor) -> NamedNode:
    """Read an IRI, or ``a``.

    Args:
        cursor: Stands where it begins.
    """
    if cursor.token.kind == "word" and cursor.token.text == "a":
        cursor.index += 1
        return rdf.type
    return cursor.iri("a property or path")


def _read_negated_set(cursor: Cursor) -> NegatedSet:
    forward: list[NamedNode] = []
    backward: list[NamedNode] = []
    many = cursor.take("(")
    while True:
        (backward if cursor.take("^") else forward).append(read_property(cursor))
        if not (many and cursor.take("|")):
            break
    if many:
        cursor.expect(")")
    return NegatedSet(tuple(forward), tuple(backward))
