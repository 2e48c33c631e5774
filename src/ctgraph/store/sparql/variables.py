"""Which variables of a query are visible, and which are always bound."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pyoxigraph import Variable

from ctgraph.store.sparql.parse import parse_query
from ctgraph.store.sparql.tree import (
    Bind,
    GraphPattern,
    Group,
    Optional,
    Service,
    SubSelect,
    Triple,
    Union,
    Values,
)

if TYPE_CHECKING:
    from ctgraph.store.sparql.tree import Element, Query


def query_variables(query: str | Query) -> list[str]:
    """The names of the columns of a SELECT, in order; empty for the other forms.

    Args:
        query: A query or its tree.

    Example:
        >>> query_variables("SELECT * { ?s ct:value ?n BIND(2 * ?n AS ?double) }")
        ['s', 'n', 'double']
    """
    tree = parse_query(query) if isinstance(query, str) else query
    if tree.form != "SELECT":
        return []
    if tree.projection is not None:
        return [column.variable.value for column in tree.projection if column.variable]
    found = [] if tree.where is None else visible_variables(tree.where)
    if tree.values is not None:
        found += [variable.value for variable in tree.values.variables]
    return list(dict.fromkeys(found))


def visible_variables(group: Group) -> list[str]:
    """The names of the variables a group may bind, each once, in order (SPARQL 1.1, 18.2.1).

    Args:
        group: A group graph pattern.
    """
    names: list[str] = []
    for element in group.elements:
        names += _bound_by(element)
    return list(dict.fromkeys(names))


def _bound_by(element: Element) -> Iterable[str]:  # noqa: PLR0911 - one per kind
    if isinstance(element, Triple):
        parts = (element.subject, element.predicate, element.object)
        return [part.value for part in parts if isinstance(part, Variable)]
    if isinstance(element, Group):
        return visible_variables(element)
    if isinstance(element, Optional):
        return visible_variables(element.group)
    if isinstance(element, Union):
        return [name for group in element.groups for name in visible_variables(group)]
    if isinstance(element, (GraphPattern, Service)):
        own = [element.name.value] if isinstance(element.name, Variable) else []
        return own + visible_variables(element.group)
    if isinstance(element, Bind):
        return [element.variable.value]
    if isinstance(element, Values):
        return [variable.value for variable in element.variables]
    if isinstance(element, SubSelect):
        return query_variables(element.query)
    return []
