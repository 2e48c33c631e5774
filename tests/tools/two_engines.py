"""The same query in our engine and in rdflib's own."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pyoxigraph as ox
import rdflib

from ctgraph.store.store import Store
from ctgraph.terms import PREFIXES

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

NUMBERS = {PREFIXES["xsd"] + name for name in ("integer", "decimal", "double")}
RDFLIB_DEPRECATIONS = r"ignore:Dataset\.\w+ is deprecated:DeprecationWarning"


def to_rdflib(store: Store) -> rdflib.Dataset:
    """The same quads in rdflib's own memory, with nothing of Oxigraph beneath."""
    dataset = rdflib.Dataset()
    nquads = ox.serialize(store.quads(), format=ox.RdfFormat.N_QUADS)
    dataset.parse(data=nquads, format="nquads")
    return dataset


def run(store: Store, text: str) -> tuple[list[str], list[list[Term | None]]]:
    solutions = store.select(text)
    columns = [variable.value for variable in solutions.variables]
    return columns, [list(solution) for solution in solutions]


def write_term(term: Term | None) -> str | None:
    return None if term is None else str(term)


def comparable(term: Term | None) -> object:
    """A term as both engines must agree on it; a number counts by its value."""
    if isinstance(term, ox.Literal) and term.datatype.value in NUMBERS:
        return (term.datatype.value, Decimal(term.value))
    return write_term(term)


def from_rdflib(term: Any) -> Term | None:
    if term is None:
        return None
    if isinstance(term, rdflib.URIRef):
        return ox.NamedNode(str(term))
    assert isinstance(term, rdflib.Literal), f"unexpected {term!r}"
    if term.language:
        return ox.Literal(str(term), language=term.language)
    datatype = ox.NamedNode(str(term.datatype)) if term.datatype else None
    return ox.Literal(str(term), datatype=datatype)


def assert_engines_agree(store: Store, dataset: rdflib.Dataset, text: str) -> None:
    """Nothing, if rdflib's own evaluator gives the columns and rows of our engine, in order."""
    columns, rows = run(store, text)
    result = dataset.query(text, use_store_provided=False)
    variables = result.vars or []
    assert [str(variable) for variable in variables] == columns
    theirs = [
        [comparable(from_rdflib(binding.get(variable))) for variable in variables]
        for binding in result.bindings
    ]
    assert theirs == [[comparable(term) for term in row] for row in rows]
