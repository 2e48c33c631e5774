"""The parts of a query that can take rows away, and how many rows there are without each."""

from __future__ import annotations

import time
from copy import copy
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ctgraph.errors import QueryError, StoreError
from ctgraph.store.sparql import Query, term_to_sparql, to_text, tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from ctgraph.store import Store

    Term = ox.NamedNode | ox.Literal


MOST_ROWS = 100
"""Rows that `explain_empty` counts at most."""


MOST_PARTS = 40
_MOST_QUERIES = 25
PROBE_SECONDS = 5.0


def inner_groups(
    element: tree.Element,
) -> Iterator[tuple[tree.Group, Callable[[tree.Group], tree.Element]]]:
    """The groups in an element that must be matched, each with what puts another in its place."""
    if isinstance(element, tree.Group):
        yield element, lambda group: group
    elif isinstance(element, tree.GraphPattern):
        yield element.group, lambda group: tree.GraphPattern(element.name, group)
    elif isinstance(element, tree.Union):
        groups = element.groups
        for index, one in enumerate(groups):
            yield (
                one,
                lambda group, index=index: tree.Union(  # type: ignore[misc]
                    (*groups[:index], group, *groups[index + 1 :])
                ),
            )
    elif isinstance(element, tree.SubSelect) and element.query.where is not None:

        def replace(group: tree.Group) -> tree.Element:
            query = copy(element.query)
            query.where = group
            return tree.SubSelect(query)

        yield element.query.where, replace


def required_elements(group: tree.Group) -> Iterator[tree.Element]:
    """Yield the elements that every row must fit, those of inner groups among them."""
    for element in group.elements:
        yield element
        for inner, _ in inner_groups(element):
            yield from required_elements(inner)


# --- the parts of a query ------------------------------------------------------------------------


class Part:
    """A part of a query that can take rows away, and the query without it."""

    def __init__(
        self,
        element: tree.Element,
        rest: tuple[tree.Group, tree.Values | None] | None,
        alone: tree.Element | None,
        children: Sequence[Part] = (),
        *,
        is_required: bool = True,
    ) -> None:
        self.element = element
        self.rest = rest
        """Pattern and last VALUES of the query without it; None if nothing to match is left."""
        self.alone = alone
        """The part in the GRAPH around it; None for what says nothing alone, such as FILTER."""
        self.children = children
        self.is_required = is_required
        """Whether it stands in no UNION, so that it must be matched."""
        self.rows: int | None = None
        """Rows of what was asked of it last; None if that is not known."""


def walk_parts(parts: Iterable[Part]) -> Iterator[Part]:
    """Yield parts, each followed by those in it."""
    for part in parts:
        yield part
        yield from walk_parts(part.children)


def innermost_parts(parts: Iterable[Part], accept: Callable[[Part], bool]) -> Iterator[Part]:
    """Yield the accepted parts in which no accepted part lies."""
    for part in parts:
        inner = list(innermost_parts(part.children, accept))
        yield from inner
        if not inner and accept(part):
            yield part


def unwrap_group(group: tree.Group) -> tree.Group:
    """Return a group, or the one that stands in it alone."""
    if len(group.elements) == 1 and isinstance(group.elements[0], tree.Group):
        return unwrap_group(group.elements[0])
    return group


def find_parts(where: tree.Group, values: tree.Values | None) -> list[Part]:
    """Return the parts of a query that can take rows away, inner ones in those around them."""
    found = list(_parts_of(where, lambda group: (group, values), lambda one: one, is_required=True))
    if values is not None and any(map(_is_matched, where.elements)):
        found.append(Part(values, (where, None), None))
    return found


def _parts_of(
    group: tree.Group,
    rebuild: Callable[[tree.Group], tuple[tree.Group, tree.Values | None]],
    wrap: Callable[[tree.Element], tree.Element],
    *,
    is_required: bool,
) -> Iterator[Part]:
    """Yield the parts of a group.

    `rebuild` makes the query of a changed group, `wrap` adds its GRAPH.
    """
    for index, element in enumerate(group.elements):
        before, behind = group.elements[:index], group.elements[index + 1 :]
        if isinstance(element, (tree.Optional, tree.Bind)):
            continue  # these take no rows away
        rest = tree.Group(before + behind)
        without = rebuild(rest) if any(map(_is_matched, rest.elements)) else None
        children: list[Part] = []
        for inner, replace in inner_groups(element):

            def rebuild_inner(
                changed: tree.Group,
                replace: Callable[[tree.Group], tree.Element] = replace,
                before: tuple[tree.Element, ...] = before,
                behind: tuple[tree.Element, ...] = behind,
            ) -> tuple[tree.Group, tree.Values | None]:
                return rebuild(tree.Group((*before, replace(changed), *behind)))

            def wrap_inner(one: tree.Element, element: tree.Element = element) -> tree.Element:
                if isinstance(element, tree.GraphPattern):
                    inside = tree.GraphPattern(element.name, tree.Group((one,)))
                    inside.span = one.span
                    return wrap(inside)
                return wrap(one)

            children += _parts_of(
                inner,
                rebuild_inner,
                wrap_inner,
                is_required=is_required and not isinstance(element, tree.Union),
            )
        says_nothing = (tree.Filter, tree.Minus, tree.Values, tree.Service)
        alone = None if isinstance(element, says_nothing) else wrap(element)
        yield Part(element, without, alone, children, is_required=is_required)


def _is_matched(element: tree.Element) -> bool:
    """Tell whether it looks into the graph for what must be there."""
    free = (tree.Optional, tree.Bind, tree.Filter, tree.Minus, tree.Values)
    return not isinstance(element, free)


def find_leading(elements: Sequence[tree.Element]) -> Iterator[tuple[tree.Element, ...]]:
    """Yield the first parts of a group, one more each time; those in a group or GRAPH singly."""
    before: tuple[tree.Element, ...] = ()
    for element in _filters_late(elements):
        if isinstance(element, tree.Service):
            continue  # with its rows there would be no more
        if isinstance(element, (tree.Group, tree.GraphPattern)):
            ((inner, replace),) = inner_groups(element)
            for some in list(find_leading(inner.elements))[:-1]:
                shorter = replace(tree.Group(some))
                shorter.span = some[-1].span
                yield (*before, shorter)
        before = (*before, element)
        if not isinstance(element, (tree.Optional, tree.Bind)):
            yield before


def _filters_late(elements: Sequence[tree.Element]) -> Iterator[tree.Element]:
    """Yield the elements, each FILTER as soon as all is bound that it looks at.

    It counts for the whole group wherever it stands; before its variables are bound it would
    let nothing through.
    """
    patterns = [one for one in elements if not isinstance(one, tree.Filter)]
    waiting = [one for one in elements if isinstance(one, tree.Filter)]
    bindable = set(tree.Group(tuple(patterns)).variables())
    bound: set[str] = set()
    for pattern in patterns:
        yield pattern
        bound.update(tree.Group((pattern,)).variables())
        for one in list(waiting):
            if _variables_of(one.expression) & bindable <= bound:
                waiting.remove(one)
                yield one
    yield from waiting


def _variables_of(expression: tree.Expression) -> set[str]:
    found = set(expression.variables())
    for _, group in expression.exists_groups():
        found.update(group.variables())
    return found


# --- probing -------------------------------------------------------------------------------------


class Prober:
    """Asks a store how many rows patterns have, many at once, until the time is up."""

    def __init__(self, store: Store, tree: tree.QueryTree, seconds: float) -> None:
        self.store = store
        self.tree = tree
        self.queries_left = _MOST_QUERIES
        self.deadline = time.monotonic() + seconds

    def pattern(self, elements: Sequence[tree.Element], most: int = MOST_ROWS) -> str | None:
        """Return a sub-query whose rows are those of a pattern; None if it asks another server."""
        if any(isinstance(one, tree.Service) for one in _all_elements(elements)):
            return None
        return f"{_without_blank_nodes(to_text(tree.Group(tuple(elements))))} LIMIT {most}"

    def answer(self, where: tree.Group, values: tree.Values | None) -> str | None:
        """A sub-query whose rows are those of the query, had it this pattern and no limits."""
        asked = self.tree
        names = asked.columns()
        if not names or not (asked.modifier == "DISTINCT" or asked.is_aggregate()):
            return self.pattern(where.elements if values is None else (*where.elements, values))
        query = copy(asked)
        query.where, query.values, query.datasets = where, values, ()
        query.having, query.order_by, query.limit, query.offset = (), (), None, None
        if asked.projection is None:
            query.projection = tuple(tree.Projection(ox.Variable(one), None) for one in names)
        return self.pattern((tree.SubSelect(query),))

    def occurrence(self, term: Term) -> str:
        """Return a sub-query that has a row if a term occurs in the graph."""
        text = term_to_sparql(term)
        pattern = f"{{ ?s ?p {text} }}"
        if isinstance(term, ox.NamedNode):
            pattern += f" UNION {{ {text} ?p ?o }} UNION {{ ?s {text} ?o }}"
            pattern += f" UNION {{ GRAPH {text} {{ ?s ?p ?o }} }}"
        return f"{{ {pattern} }} LIMIT 1"

    def count(self, patterns: Sequence[str | None]) -> list[int | None]:
        """Return how many rows each sub-query has, up to its limit.

        None for what cannot be said.
        """
        asked = [index for index, text in enumerate(patterns) if text is not None]
        found: list[int | None] = [None] * len(patterns)
        branches = [f"{{ SELECT ({index} AS ?ctgraphPart) {patterns[index]} }}" for index in asked]
        text = "SELECT ?ctgraphPart (COUNT(*) AS ?ctgraphRows)"
        text += "".join(
            f"\nFROM {'NAMED ' if one.named else ''}{one.iri}" for one in self.tree.datasets
        )
        text += f" WHERE {{ {' UNION '.join(branches)} }} GROUP BY ?ctgraphPart"
        try:
            rows = self._select(text, 1 if len(asked) < 2 else 2) if asked else []
        except QueryError:
            # One of them is too slow, or needs what was left out: the halves are asked apart.
            if len(asked) < 2:
                return found
            middle = asked[len(asked) // 2]
            return self.count(patterns[:middle]) + self.count(patterns[middle:])
        if rows is not None:
            counted = {int(part.value): int(number.value) for part, number in rows}
            for index in asked:
                found[index] = counted.get(index, 0)
        return found

    def terms(self, pattern: str) -> list[Term]:
        """Return the distinct values of ``?t`` in a pattern, sorted.

        Empty if they cannot be had.
        """
        try:
            rows = self._select(f"SELECT DISTINCT ?t {{ {pattern} }} LIMIT 1000", 1)
        except QueryError:
            return []
        return sorted((row[0] for row in rows or ()), key=str)

    def _select(self, text: str, share: int) -> list[ox.QuerySolution] | None:
        """Return the rows of a query that may take a share of the time that is left.

        None if none is.
        """
        left = self.deadline - time.monotonic()
        if left <= 0 or self.queries_left <= 0:
            return None
        self.queries_left -= 1
        try:
            return list(self.store.select(text, timeout=left / share))
        except StoreError:
            self.queries_left = 0  # the endpoint is gone; asking again would not help
            return None


def _all_elements(elements: Iterable[tree.Element]) -> Iterator[tree.Element]:
    for element in elements:
        yield element
        if isinstance(element, (tree.Optional, tree.Minus)):
            yield from _all_elements(element.group.elements)
        elif isinstance(element, tree.Filter):
            for _, group in element.expression.exists_groups():
                yield from _all_elements(group.elements)
        for inner, _ in inner_groups(element):
            yield from _all_elements(inner.elements)


def _without_blank_nodes(text: str) -> str:
    """Return a pattern with variables for its blank nodes, which may not stand in two patterns."""
    names: dict[str, str] = {}
    pieces = []
    end = 0
    for token in Query(text).tokens:
        if token.kind == "bnode":
            name = names.setdefault(token.text, f"?ctgraphBlank{len(names)}")
            pieces += [text[end : token.start], name]
            end = token.end
    return "".join(pieces) + text[end:]
