"""Patterns of a query tree: what they bind, and how they unify with triples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from pyoxigraph import BlankNode, Literal, NamedNode, Triple, Variable

from ctgraph.query.evidence.claims import Term, terms_of
from ctgraph.store.sparql import mentioned_variables, tree

if TYPE_CHECKING:
    from ctgraph.query.evidence.support import Row


def _columns(query: tree.QueryTree) -> dict[str, str]:
    """Return which variable of a query's body gives which of its columns, where one does."""
    if query.projection is None:
        return {name: name for name in query.columns()}
    out: dict[str, str] = {}
    for column in query.projection:
        if column.variable is None:
            continue
        name = column.variable.value
        if column.expression is None:
            out[name] = name
        elif (single := column.expression.single_variable()) is not None:
            out.setdefault(single, name)
    return out


def solved_body(query: tree.QueryTree) -> tuple[tree.Group, dict[str, str], list[str]]:
    """Return what is solved for a query's rows.

    The second part says which variable of the body gives which column, where one does; the
    third lists the group keys that no column names.
    """
    where = query.where or tree.Group(())
    columns = _columns(query)
    if not query.is_aggregate():
        if query.values is not None:
            where = tree.Group((where, query.values))
        bound = set(where.variables())
        return where, {name: column for name, column in columns.items() if name in bound}, []
    keys, binds = _group_keys(query)
    if binds:
        where = tree.Group((where, *binds))
    bound = set(where.variables())
    named = {name: columns[name] for name in keys if name in columns and name in bound}
    return where, named, [name for name in keys if name not in columns and name in bound]


def _group_keys(query: tree.QueryTree) -> tuple[list[str], list[tree.Bind]]:
    """Return the variables that a query groups by, and what binds those that are expressions."""
    taken = set((query.where or tree.Group(())).variables())
    keys: list[str] = []
    binds: list[tree.Bind] = []
    for key in query.group_by:
        single = key.expression.single_variable() if key.expression else None
        if key.variable is not None:
            keys.append(key.variable.value)
        elif single is not None:
            keys.append(single)
        else:
            number = next(n for n in range(len(taken) + 1) if f"key{n}_" not in taken)
            keys.append(f"key{number}_")
        taken.add(keys[-1])
        if key.expression is not None and single != keys[-1]:
            binds.append(tree.Bind(key.expression, Variable(keys[-1])))
    return keys, binds


def unify(pattern: tree.Triple, triple: Triple) -> dict[str, Term] | None:
    """Return the values a template's triple takes to become a triple; None if it cannot."""
    row: dict[str, Term] = {}
    parts = (pattern.subject, pattern.predicate, pattern.object)
    for part, term in zip(parts, terms_of(triple), strict=True):
        if isinstance(part, Variable):
            if row.setdefault(part.value, term) != term:
                return None
        elif isinstance(part, BlankNode):
            if not isinstance(term, BlankNode):
                return None
        elif part != term:
            return None
    return row


def values_of(names: Sequence[str], rows: Sequence[Row]) -> tree.Values:
    """Return a VALUES block with the rows' values of some variables, which are no blank nodes."""
    lines = dict.fromkeys(tuple(row[name] for name in names) for row in rows)
    block = cast(tuple[tuple[NamedNode | Literal, ...], ...], tuple(lines))
    return tree.Values(tuple(Variable(name) for name in names), block)


def begin_with(values: tree.Values, elements: Sequence[tree.Element]) -> list[tree.Element]:
    """Return a group that begins with values; if a union comes first, each of its branches does.

    The meaning is the same, but engines solve each branch whole before they join it with values
    that stand outside.
    """
    first = elements[0] if elements else None
    names = [variable.value for variable in values.variables]
    if isinstance(first, tree.Union) and all(
        settles(branch, name) for branch in first.groups for name in names
    ):
        branches = (begin_with(values, branch.elements) for branch in first.groups)
        union = tree.Union(tuple(tree.Group(tuple(branch)) for branch in branches))
        return [union, *elements[1:]]
    return [values, *elements]


def settles(group: tree.Group, name: str) -> bool:
    """Tell whether values for a variable may be joined to a group's start and mean the same.

    So it is if the first part of the group that speaks of the variable always binds it: before
    an OPTIONAL or a MINUS the values would change what these match.
    """
    for element in group.elements:
        if isinstance(element, tree.Filter):
            continue
        if name in mentioned_variables(element):
            return name in _certain(element)
    return False


def _certain(element: tree.Element) -> set[str]:  # noqa: PLR0911 - one per kind
    """Return the variables that a pattern binds in each of its solutions."""
    if isinstance(element, tree.Triple):
        parts = (element.subject, element.predicate, element.object)
        return {part.value for part in parts if isinstance(part, Variable)}
    if isinstance(element, tree.Group):
        return {name for part in element.elements for name in _certain(part)}
    if isinstance(element, tree.GraphPattern):
        own = {element.name.value} if isinstance(element.name, Variable) else set()
        return own | _certain(element.group)
    if isinstance(element, tree.Union):
        return set.intersection(*(_certain(group) for group in element.groups))
    if isinstance(element, tree.Values):
        return {
            variable.value
            for index, variable in enumerate(element.variables)
            if all(row[index] is not None for row in element.rows)
        }
    if isinstance(element, tree.SubSelect):
        query = element.query
        columns = solved_body(query)[1]
        inner = _certain(query.where) if query.where is not None else set()
        return {column for name, column in columns.items() if name in inner}
    return set()
