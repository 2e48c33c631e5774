"""The body of a rule, and what of it a changed statement can have to do with.

A **site** is a triple pattern of a body with the rest of the body around it, as far as every
solution that the pattern takes part in must match it: negations, options and what is computed are
left out, unless the pattern is inside. Solved for the statements that changed, it gives all
solutions that may have come or gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import count
from typing import Any, NamedTuple, cast

from pyoxigraph import BlankNode, NamedNode, Variable

from ctgraph.store.sparql import tree


class NotSeedableError(Exception):
    """A rule cannot be run for what changed alone."""


class Site(NamedTuple):
    """A triple pattern of a body with what must hold around it.

    Attributes:
        pattern: What a statement that changed must match; no path.
        graph: The graph in which it must stand; None for the default graph.
        around: What must hold for any solution that it takes part in.
        is_monotone: Whether more statements that match can only make more solutions.
    """

    pattern: tree.Triple
    graph: NamedNode | Variable | None
    around: tuple[tree.Element, ...]
    is_monotone: bool


# --- one way to write a body ----------------------------------------------------------------------


class Writer:
    """Writes bodies so that each path is one property or a closure, and no name is used twice."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._nodes: dict[str, Variable] = {}

    def fresh(self) -> Variable:
        """Return a variable that stands nowhere else."""
        return Variable(f"_v{next(self._numbers)}")

    def group(self, group: tree.Group) -> tree.Group:
        """Return a group that means the same, in simple patterns."""
        return tree.Group(tuple(new for one in group.elements for new in self._element(one)))

    def _element(self, element: tree.Element) -> Iterator[tree.Element]:
        if isinstance(element, tree.Triple):
            yield from self._triple(element)
        elif isinstance(element, tree.Service):
            raise NotSeedableError
        elif isinstance(element, tree.SubSelect):
            yield self._sub_select(element)
        else:
            yield map_groups(element, self.group)

    def _triple(self, triple: tree.Triple) -> Iterator[tree.Element]:
        subject, value = self._term(triple.subject), self._term(triple.object)
        path = triple.predicate
        if isinstance(path, tree.Sequence):
            ends = [subject, *(self.fresh() for _ in path.items[1:]), value]
            for place, item in enumerate(path.items):
                yield from self._triple(tree.Triple(ends[place], item, ends[place + 1]))
        elif isinstance(path, tree.Inverse):
            yield from self._triple(tree.Triple(value, path.path, subject))
        else:
            yield tree.Triple(subject, path, value)

    def _term(self, term: tree.Term) -> tree.Term:
        if isinstance(term, BlankNode):
            return self._nodes.setdefault(term.value, self.fresh())
        return term

    def _sub_select(self, element: tree.SubSelect) -> tree.SubSelect:
        query = element.query
        if query.limit is not None or query.offset is not None or query.values is not None:
            raise NotSeedableError
        where = self.group(query.where or tree.Group(()))
        hidden = {name: self.fresh() for name in set(mentioned(where)) - set(query.columns())}

        def rename(variable: Variable | None) -> Variable | None:
            return None if variable is None else hidden.get(variable.value, variable)

        def column(one: tree.Projection) -> tree.Projection:
            expression = one.expression and _rename_expression(one.expression, hidden)
            return tree.Projection(rename(one.variable), expression)

        made = tree.QueryTree("SELECT", _rename_group(where, hidden), modifier=query.modifier)
        made.projection = (
            tuple(map(column, query.projection)) if query.projection is not None else None
        )
        made.group_by = tuple(map(column, query.group_by))
        made.having = tuple(_rename_expression(one, hidden) for one in query.having)
        return tree.SubSelect(made)


def map_groups(  # noqa: PLR0911 - one per kind
    element: tree.Element, change: Callable[[tree.Group], tree.Group]
) -> tree.Element:
    """Return an element whose groups are changed, those behind EXISTS among them."""
    if isinstance(element, tree.Group):
        return change(element)
    if isinstance(element, tree.Union):
        return tree.Union(tuple(map(change, element.groups)))
    if isinstance(element, (tree.Optional, tree.Minus)):
        return type(element)(change(element.group))
    if isinstance(element, tree.GraphPattern):
        return tree.GraphPattern(element.name, change(element.group))
    if isinstance(element, tree.Filter):
        return tree.Filter(_map_expression(element.expression, change))
    if isinstance(element, tree.Bind):
        return tree.Bind(_map_expression(element.expression, change), element.variable)
    return element


def _map_expression(
    expression: tree.Expression, change: Callable[[tree.Group], tree.Group]
) -> tree.Expression:
    return tree.Expression(
        tuple(change(part) if isinstance(part, tree.Group) else part for part in expression.parts)
    )


def _rename_expression(expression: tree.Expression, names: dict[str, Variable]) -> tree.Expression:
    def part(one: str | tree.Group) -> str | tree.Group:
        if isinstance(one, tree.Group):
            return _rename_group(one, names)
        return f"?{names[one[1:]].value}" if one[:1] == "?" and one[1:] in names else one

    return tree.Expression(tuple(map(part, expression.parts)))


def _rename_group(group: tree.Group, names: dict[str, Variable]) -> tree.Group:
    def term(one: Any) -> Any:
        return names.get(one.value, one) if isinstance(one, Variable) else one

    def element(one: tree.Element) -> tree.Element:  # noqa: PLR0911 - one per kind
        if isinstance(one, tree.Triple):
            return tree.Triple(term(one.subject), term(one.predicate), term(one.object))
        if isinstance(one, tree.GraphPattern):
            return tree.GraphPattern(term(one.name), _rename_group(one.group, names))
        if isinstance(one, tree.Filter):
            return tree.Filter(_rename_expression(one.expression, names))
        if isinstance(one, tree.Bind):
            return tree.Bind(_rename_expression(one.expression, names), term(one.variable))
        if isinstance(one, tree.Values):
            return tree.Values(tuple(term(name) for name in one.variables), one.rows)
        if isinstance(one, tree.SubSelect):
            # What it hides has a name of its own already; what it shows may be hidden here.
            query = one.query
            made = tree.QueryTree("SELECT", _rename_group(cast(tree.Group, query.where), names))
            made.modifier = query.modifier
            made.projection = _rename_columns(query.projection, names)
            made.group_by = _rename_columns(query.group_by, names) or ()
            made.having = tuple(_rename_expression(each, names) for each in query.having)
            return tree.SubSelect(made)
        return map_groups(one, lambda inner: _rename_group(inner, names))

    return tree.Group(tuple(map(element, group.elements)))


def _rename_columns(
    columns: tuple[tree.Projection, ...] | None, names: dict[str, Variable]
) -> tuple[tree.Projection, ...] | None:
    if columns is None:
        return None
    return tuple(
        tree.Projection(
            one.variable and names.get(one.variable.value, one.variable),
            one.expression and _rename_expression(one.expression, names),
        )
        for one in columns
    )


def mentioned(group: tree.Group) -> Iterator[str]:
    """Yield the names of variables anywhere in a group but behind the columns of a sub-select."""
    yield from group.variables()
    for element in group.elements:
        if isinstance(element, (tree.Filter, tree.Bind)):
            yield from element.expression.variables()
        for inner in groups_in(element):
            yield from mentioned(inner)


def groups_in(element: tree.Element) -> Iterator[tree.Group]:
    """Yield the groups directly in an element, those behind EXISTS among them."""
    if isinstance(element, tree.Group):
        yield element
    elif isinstance(element, tree.Union):
        yield from element.groups
    elif isinstance(element, (tree.Optional, tree.Minus, tree.GraphPattern)):
        yield element.group
    elif isinstance(element, (tree.Filter, tree.Bind)):
        yield from (group for _, group in element.expression.exists_groups())


# --- sites ----------------------------------------------------------------------------------------


def required(elements: Iterable[tree.Element]) -> set[str]:
    """Return the names of the variables that elements bind in each of their solutions."""
    found: set[str] = set()
    for one in elements:
        if isinstance(one, tree.Triple):
            parts = (one.subject, one.predicate, one.object)
            found |= {part.value for part in parts if isinstance(part, Variable)}
        elif isinstance(one, tree.Group):
            found |= required(one.elements)
        elif isinstance(one, tree.GraphPattern):
            found |= required(one.group.elements)
            found |= {one.name.value} if isinstance(one.name, Variable) else set()
        elif isinstance(one, tree.Union):
            found |= set.intersection(*(required(group.elements) for group in one.groups))
        elif isinstance(one, tree.Values):
            found |= {
                variable.value
                for place, variable in enumerate(one.variables)
                if all(row[place] is not None for row in one.rows)
            }
    return found


def relax(group: tree.Group, outer: frozenset[str] = frozenset()) -> tuple[tree.Element, ...]:
    """Return what every solution of a group matches, without negations, options and computing."""
    kept = [new for one in group.elements for new in _relax_element(one)]
    known = outer | required(kept)
    return (*kept, *_plain_filters(group, known))


def _plain_filters(group: tree.Group, known: Iterable[str]) -> list[tree.Filter]:
    """Return the filters of a group that judge nothing but what is bound in any case."""
    bound = set(known)
    return [
        one
        for one in group.elements
        if isinstance(one, tree.Filter)
        and bound.issuperset(one.expression.variables())
        and not any(isinstance(part, tree.Group) for part in one.expression.parts)
    ]


def _relax_element(element: tree.Element) -> Iterator[tree.Element]:
    if isinstance(element, (tree.Triple, tree.Values)):
        yield element
    elif isinstance(element, tree.Group):
        yield from relax(element)
    elif isinstance(element, tree.Union):
        yield tree.Union(tuple(tree.Group(relax(one)) for one in element.groups))
    elif isinstance(element, tree.GraphPattern):
        yield tree.GraphPattern(element.name, tree.Group(relax(element.group)))
    elif isinstance(element, tree.SubSelect):
        yield from relax(cast(tree.Group, element.query.where))


def find_sites(
    group: tree.Group,
    fresh: Callable[[], Variable],
    graph: NamedNode | Variable | None = None,
    outer: frozenset[str] = frozenset(),
) -> Iterator[Site]:
    """Yield the sites of a body.

    Args:
        group: The body, as `Writer` writes it.
        fresh: Gives a variable that stands nowhere else.
        graph: The graph that its patterns are matched in.
        outer: Variables that are bound around it in any case.

    Raises:
        NotSeedableError: It has paths that cannot be taken apart.
    """
    rest = [tuple(_relax_element(one)) for one in group.elements]
    known = outer | required(new for one in rest for new in one)
    for place, element in enumerate(group.elements):
        others = tuple(new for one in rest[:place] + rest[place + 1 :] for new in one)
        filters = tuple(_plain_filters(group, known))
        for site in _sites_in(element, fresh, graph, known):
            yield site._replace(around=(*site.around, *others, *filters))


def _sites_in(  # noqa: PLR0912 - one per kind
    element: tree.Element,
    fresh: Callable[[], Variable],
    graph: NamedNode | Variable | None,
    known: frozenset[str],
) -> Iterator[Site]:
    if isinstance(element, tree.Triple):
        yield from _sites_of(element, fresh, graph)
    elif isinstance(element, tree.Group):
        yield from find_sites(element, fresh, graph, known)
    elif isinstance(element, tree.Union):
        for group in element.groups:
            yield from find_sites(group, fresh, graph)
    elif isinstance(element, tree.GraphPattern):
        for site in find_sites(element.group, fresh, element.name):
            inside = tree.GraphPattern(element.name, tree.Group(site.around))
            yield site._replace(around=(inside,))
    elif isinstance(element, tree.Optional):
        for site in find_sites(element.group, fresh, graph, known):
            yield site._replace(is_monotone=False)
    elif isinstance(element, tree.Minus):
        for site in find_sites(element.group, fresh, graph):
            yield site._replace(is_monotone=False)
    elif isinstance(element, tree.SubSelect):
        is_plain = not element.query.is_aggregate()
        for site in find_sites(cast(tree.Group, element.query.where), fresh, graph):
            yield site._replace(is_monotone=site.is_monotone and is_plain)
    elif isinstance(element, (tree.Filter, tree.Bind)):
        is_all = isinstance(element, tree.Filter) and element.expression.is_exists()
        for is_asked, group in element.expression.exists_groups():
            for site in find_sites(group, fresh, graph, known):
                is_monotone = site.is_monotone and is_asked and is_all
                yield site._replace(is_monotone=is_monotone)


def _sites_of(
    triple: tree.Triple, fresh: Callable[[], Variable], graph: NamedNode | Variable | None
) -> Iterator[Site]:
    path = triple.predicate
    if isinstance(path, (NamedNode, Variable)):
        yield Site(triple, graph, (triple,), is_monotone=True)
    elif isinstance(path, tree.Alternative):
        for item in path.items:
            ends = (triple.subject, triple.object)
            if isinstance(item, tree.Inverse):
                item, ends = item.path, ends[::-1]  # noqa: PLW2901 - the same step, told otherwise
            yield from _sites_of(tree.Triple(ends[0], item, ends[1]), fresh, graph)
    elif isinstance(path, (tree.ZeroOrMore, tree.OneOrMore, tree.ZeroOrOne)):
        step = path.path
        before, behind = fresh(), fresh()
        near, far = (behind, before) if isinstance(step, tree.Inverse) else (before, behind)
        step = step.path if isinstance(step, tree.Inverse) else step
        if not isinstance(step, NamedNode):
            raise NotSeedableError
        # Any way that uses the step goes to its one end and on from its other.
        way = tree.ZeroOrMore(path.path)
        around = (tree.Triple(triple.subject, way, near), tree.Triple(far, way, triple.object))
        yield Site(tree.Triple(before, step, behind), graph, around, is_monotone=True)
    else:
        raise NotSeedableError
