"""Terms by what they mean, for servers that write a value otherwise than they were given it."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

import pyoxigraph as ox

from ctgraph.terms import xsd

_TRUTH = {"1": "true", "0": "false"}
_NUMBERS = (xsd.integer, xsd.decimal, xsd.double, xsd.float)


def value_of(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    """Return a term as N-Triples have it, with truth values and numbers in one way of writing.

    Args:
        term: The term.

    Example:
        >>> value_of(ox.Literal("1", datatype=xsd.boolean)) == value_of(ox.Literal(True))
        True
    """
    if not isinstance(term, ox.Literal):
        return str(term)
    if term.datatype == xsd.boolean:
        return str(ox.Literal(_TRUTH.get(term.value, term.value), datatype=term.datatype))
    if term.datatype in _NUMBERS:
        try:
            number = Decimal(term.value)
        except InvalidOperation:
            return str(term)
        if number.is_finite():
            plain = format(number.normalize(), "f")
            return str(ox.Literal(plain, datatype=term.datatype))
    return str(term)
