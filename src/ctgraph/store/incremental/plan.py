"""How a rule is run for what changed alone: by which variables, and as which query.

The **key** of a rule are the variables by whose values each triple that it makes can be told from
those of other values: what is derived for one value of the key is all there is of it. Where a
subject is computed, such as the IRI of a tie, its key are the variables that it is computed from.
A rule of several branches whose keys differ is run branch by branch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, cast

from pyoxigraph import Literal, NamedNode, Variable

from ctgraph.store.incremental.bodies import (
    NotSeedableError,
    Site,
    Writer,
    find_sites,
    groups_in,
    map_groups,
    relax,
    required,
)
from ctgraph.store.rules import Rule
from ctgraph.store.sparql import Query, to_text, tree

Row = tuple[NamedNode | Literal, ...]
"""Values of the variables of a key, in their order."""

Solve = Callable[[str], Iterable[Sequence[object]]]
"""Returns the rows of a SELECT query in the state that is asked."""

# Functions whose values differ if those that they are given do, or nearly so; see `Part.is_named`.
_NAMING = frozenset(
    ("IRI", "URI", "CONCAT", "STR", "STRAFTER", "STRBEFORE", "REPLACE", "ENCODE_FOR_URI")
)


class Part(NamedTuple):
    """A rule, or one of its branches, that has one key.

    Attributes:
        template: What it makes.
        body: What it makes it from.
        key: Names of the variables of its key.
        finer: Those of the key and more, if all of them stand in what it makes; for running it
            where nothing can have gone.
        support: The property of a triple in which all of the finer key stands, if there is one, and
            all others belong to the key: these hold as long as one of that property does, so that
            it can run by the finer key whatever changed.
        is_named: Whether subjects are computed, so that two values of a key could make the same.
        sites: The patterns of its body.
    """

    template: tuple[tree.Triple, ...]
    body: tree.Group
    key: tuple[str, ...]
    finer: tuple[str, ...]
    support: NamedNode | None
    is_named: bool
    sites: tuple[Site, ...]


class Plan(NamedTuple):
    """How a rule is run.

    Attributes:
        rule: The rule.
        parts: Its parts; empty if it can only be run as a whole.
        sites: The patterns of a rule that can only be run as a whole; empty if they are not known.
        hidden: What rules that run later make, its own included, with their graphs: when all
            rules run, one after the other, none of it is there yet.
    """

    rule: Rule
    parts: tuple[Part, ...]
    sites: tuple[Site, ...]
    hidden: tuple[tuple[NamedNode, tree.Triple], ...]

    @property
    def is_seedable(self) -> bool:
        """Whether it can be run for what changed alone."""
        return bool(self.parts)


def make_plans(rules: Sequence[Rule]) -> list[Plan]:
    """Return the plan of each rule.

    Args:
        rules: The rules, in the order in which they run.
    """
    trees = [Query(rule.text).tree for rule in rules]
    plans = []
    for place, rule in enumerate(rules):
        hidden = tuple(
            (NamedNode(later.graph), triple)
            for later, query in zip(rules[place:], trees[place:], strict=True)
            for triple in query.template or ()
        )
        try:
            parts = tuple(_make_parts(trees[place]))
            for part in parts:
                _hide(part.body, hidden)  # raises if it cannot be done
        except NotSeedableError:
            parts = ()
        plans.append(Plan(rule, parts, () if parts else _list_sites(trees[place]), hidden))
    return plans


def _list_sites(query: tree.QueryTree) -> tuple[Site, ...]:
    writer = Writer()
    try:
        body = writer.group(query.where or tree.Group(()))
        return tuple(find_sites(body, writer.fresh))
    except NotSeedableError:
        return ()


def _make_parts(query: tree.QueryTree) -> Iterator[Part]:
    writer = Writer()
    template = query.template or ()
    if query.datasets or query.limit is not None or query.offset is not None or query.values:
        raise NotSeedableError
    body = writer.group(query.where or tree.Group(()))
    whole = [body]
    split = list(_split(body))
    for bodies in (whole, split):
        keys = [_find_key(template, one) for one in bodies]
        if all(
            key is not None
            and required(relax(one)).issuperset(key[0])
            and _binds_first(one, key[1])
            for key, one in zip(keys, bodies, strict=True)
        ):
            break
    else:
        raise NotSeedableError
    for one, (key, finer, is_named) in zip(bodies, cast(list[_Key], keys), strict=True):
        sites = tuple(find_sites(one, writer.fresh))
        fixed = required(relax(one))
        more = tuple(name for name in finer if name in fixed)
        is_one = is_named and len(bodies) == 1
        support = _find_support(template, key, more) if is_one else None
        yield Part(template, one, key, more, support, is_named, sites)


def _find_support(
    template: Sequence[tree.Triple], key: Sequence[str], finer: Sequence[str]
) -> NamedNode | None:
    """Return the property of the one triple that has what the finer key has more."""
    extra = set(finer) - set(key)
    values = [one.object.value if isinstance(one.object, Variable) else "" for one in template]
    having = [n for n, value in enumerate(values) if value in extra]
    if len(extra) != 1 or len(having) != 1:
        return None
    predicate = template[having[0]].predicate
    is_alone = sum(one.predicate == predicate for one in template) == 1
    return predicate if is_alone and isinstance(predicate, NamedNode) else None


def _split(body: tree.Group) -> Iterator[tree.Group]:
    """Yield the branches of a body, each with what stands around them."""
    for place, element in enumerate(body.elements):
        if isinstance(element, tree.Union):
            before, behind = body.elements[:place], body.elements[place + 1 :]
            for branch in element.groups:
                inner = branch.elements
                if any(isinstance(one, tree.Filter) for one in inner):
                    inner = (branch,)
                yield from _split(tree.Group((*before, *inner, *behind)))
            return
    yield body


def _binds_first(group: tree.Group, names: Iterable[str]) -> bool:
    """Tell whether no OPTIONAL stands before what binds names that it shares."""
    wanted, bound = set(names), set[str]()
    for element in group.elements:
        if isinstance(element, tree.Optional):
            if not bound.issuperset(wanted.intersection(element.group.variables())):
                return False
        elif isinstance(element, tree.SubSelect):
            return _binds_first(cast(tree.Group, element.query.where), names)
        elif not all(_binds_first(one, names) for one in groups_in(element)):
            return False
        bound |= required(relax(tree.Group((element,))))
    return True


_Key = tuple[tuple[str, ...], tuple[str, ...], bool]


def _find_key(template: Iterable[tree.Triple], body: tree.Group) -> _Key | None:
    """Return key, finer key and whether subjects are computed; None if there is no key."""
    computed = _computed(body)
    fixed = required(relax(body))
    keys: list[dict[str, None]] = []
    more: dict[str, None] = {}
    is_named = False
    for triple in template:
        if not isinstance(triple.subject, Variable) or not isinstance(triple.predicate, NamedNode):
            return None
        name = triple.subject.value
        names = {name: None}
        if name in computed:
            is_named = True
            found = _origins(name, computed)
            if found is None:
                return None
            names = found
        if isinstance(triple.object, Variable) and triple.object.value in fixed:
            names[triple.object.value] = None
        more |= names
        keys.append(names)
    key = (
        tuple(name for name in keys[0] if all(name in other for other in keys[1:])) if keys else ()
    )
    return (key, tuple(more), is_named) if key else None


def _computed(body: tree.Group) -> dict[str, tree.Expression]:
    """Return what computes each variable that BIND sets, at the top of a body."""
    found: dict[str, tree.Expression] = {}
    for element in body.elements:
        if isinstance(element, tree.Bind):
            found[element.variable.value] = element.expression
        elif isinstance(element, tree.Group):
            found |= _computed(element)
    return found


def _origins(name: str, computed: dict[str, tree.Expression]) -> dict[str, None] | None:
    """Return the variables that a name is computed from; None if it is more than a name."""
    expression = computed.get(name)
    if expression is None:
        return {name: None}
    for part in expression.parts:
        if not isinstance(part, str) or (part[0].isalpha() and part.upper() not in _NAMING):
            return None
    found: dict[str, None] = {}
    for inner in expression.variables():
        origins = _origins(inner, computed)
        if origins is None:
            return None
        found |= origins
    return found


# --- queries --------------------------------------------------------------------------------------


def seed_query(site: Site, key: Sequence[str], names: Sequence[str], rows: Sequence[Row]) -> str:
    """Return the query for the keys that statements can have to do with.

    Args:
        site: The pattern that the statements match.
        key: The names of the key.
        names: The variables of the pattern.
        rows: Their values in each statement.
    """
    group = tree.Group(site.around)
    if names:
        group = _seed(group, (_values(names, rows),), None)
    query = tree.QueryTree("SELECT", group, modifier="DISTINCT")
    query.projection = tuple(tree.Projection(Variable(name), None) for name in key)
    return to_text(query)


def run_query(
    part: Part, plan: Plan, names: Sequence[str], rows: Iterable[Row], solve: Solve
) -> str:
    """Return the query that makes what a part of a rule makes for some keys.

    Args:
        part: The part.
        plan: Its plan.
        names: The names of the key.
        rows: Its values.
        solve: Tells which values the groups inside need.
    """
    seeded = _seed(_hide(part.body, plan.hidden), (_values(names, rows),), solve)
    return to_text(tree.QueryTree("CONSTRUCT", seeded, template=part.template))


def _values(names: Sequence[str], rows: Iterable[Row]) -> tree.Values:
    return tree.Values(tuple(map(Variable, names)), tuple(dict.fromkeys(rows)))


def _narrow(seeds: Iterable[tree.Values], names: Iterable[str]) -> tuple[tree.Values, ...]:
    """Return values of those variables alone that have one of some names."""
    wanted = set(names)
    found = []
    for block in seeds:
        places = [n for n, one in enumerate(block.variables) if one.value in wanted]
        if places:
            rows = (tuple(row[n] for n in places) for row in block.rows)
            found.append(_values([block.variables[n].value for n in places], cast(Any, rows)))
    return tuple(found)


def _seed(group: tree.Group, seeds: tuple[tree.Values, ...], solve: Solve | None) -> tree.Group:
    """Return a group that is solved for some values alone.

    They go into the groups inside as well, and into sub-selects also what the patterns beside them
    give for them, as magic sets do, since engines solve these on their own.
    """
    given = seeds
    own = _narrow(seeds, group.variables())
    beside = [one for one in group.elements if isinstance(one, (tree.Triple, tree.GraphPattern))]
    shared = sorted(required(beside) & {name for one in group.elements for name in _columns(one)})
    if own and shared and solve is not None:
        query = tree.QueryTree("SELECT", tree.Group((*own, *beside)), modifier="DISTINCT")
        query.projection = tuple(tree.Projection(Variable(name), None) for name in shared)
        seeds = (*seeds, _values(shared, (cast(Row, tuple(row)) for row in solve(to_text(query)))))
    # A sub-select stands alone in its braces.
    is_select = any(isinstance(one, tree.SubSelect) for one in group.elements)
    elements: list[tree.Element] = [] if is_select else [*own]
    for element in group.elements:
        if isinstance(element, tree.SubSelect):
            columns = [
                one.variable.value
                for one in element.query.projection or ()
                if one.variable and one.expression is None
            ]
            where = cast(tree.Group, element.query.where)
            elements.append(_with_where(element, _seed(where, _narrow(seeds, columns), solve)))
        elif isinstance(element, tree.Optional):
            # What stands behind it does not bind what is in it.
            elements.append(map_groups(element, lambda one: _seed(one, given, solve)))
        elif isinstance(element, (tree.Group, tree.Union, tree.Minus)):
            elements.append(map_groups(element, lambda one: _seed(one, seeds, solve)))
        else:
            elements.append(element)
    return tree.Group(tuple(elements))


def _columns(element: tree.Element) -> Iterator[str]:
    """Yield the columns of the sub-selects in an element."""
    if isinstance(element, tree.SubSelect):
        yield from element.query.columns()
    elif isinstance(element, (tree.Group, tree.Minus, tree.Optional, tree.Union)):
        for group in groups_in(element):
            for inner in group.elements:
                yield from _columns(inner)


def _with_where(element: tree.SubSelect, where: tree.Group) -> tree.SubSelect:
    query = element.query
    made = tree.QueryTree("SELECT", where, modifier=query.modifier)
    made.projection, made.group_by, made.having = query.projection, query.group_by, query.having
    return tree.SubSelect(made)


# --- what is not there yet ------------------------------------------------------------------------


def _hide(
    group: tree.Group,
    hidden: Sequence[tuple[NamedNode, tree.Triple]],
    graph: NamedNode | Variable | None = None,
) -> tree.Group:
    """Return a group that does not see what rules of a higher order made, and nothing else made."""
    elements: list[tree.Element] = []
    for element in group.elements:
        if isinstance(element, tree.SubSelect):
            where = cast(tree.Group, element.query.where)
            elements.append(_with_where(element, _hide(where, hidden, graph)))
        elif isinstance(element, tree.GraphPattern):
            inner = _hide(element.group, hidden, element.name)
            elements.append(tree.GraphPattern(element.name, inner))
        elif isinstance(element, tree.Triple):
            elements.append(element)
        else:
            elements.append(map_groups(element, lambda one: _hide(one, hidden, graph)))
    for triple in [one for one in elements if isinstance(one, tree.Triple)]:
        makers = tuple(dict.fromkeys(name for name, made in hidden if _may_match(triple, made)))
        if makers and (graph in makers or not isinstance(triple.predicate, (NamedNode, Variable))):
            raise NotSeedableError
        if makers and isinstance(graph, Variable):
            elements.append(tree.Filter(_not_in(graph, makers)))
        elif makers and graph is None:
            every = tuple(dict.fromkeys(name for name, _ in hidden))
            elements.append(tree.Filter(_seen(triple, makers, every)))
    return tree.Group(tuple(elements))


def _may_match(pattern: tree.Triple, made: tree.Triple) -> bool:
    """Tell whether a pattern may match what a rule makes."""
    predicates = set(_predicates(pattern.predicate))
    if predicates and made.predicate not in predicates:
        return False
    pairs = ((pattern.subject, made.subject), (pattern.object, made.object))
    return all(
        isinstance(one, Variable) or isinstance(other, Variable) or one == other
        for one, other in pairs
    )


def _predicates(path: tree.Verb) -> Iterator[NamedNode]:
    """Yield the properties of a path; none for a variable."""
    if isinstance(path, NamedNode):
        yield path
    elif isinstance(path, (tree.Alternative, tree.Sequence)):
        for item in path.items:
            yield from _predicates(item)
    elif not isinstance(path, (Variable, tree.NegatedSet)):
        yield from _predicates(path.path)


def _not_in(variable: Variable, graphs: Iterable[NamedNode]) -> tree.Expression:
    names = [part for graph in graphs for part in (f"<{graph.value}>", ",")][:-1]
    return tree.Expression(("(", f"?{variable.value}", "NOT", "IN", "(", *names, ")", ")"))


def _seen(
    triple: tree.Triple, makers: tuple[NamedNode, ...], every: tuple[NamedNode, ...]
) -> tree.Expression:
    """Return what is true of a triple of the merge that other than later rules made."""
    later, other = Variable("_later"), Variable("_other")
    inside = tree.Group((triple,))
    by_later = (
        _values([later.value], [(one,) for one in makers]),
        tree.GraphPattern(later, inside),
    )
    by_other = (tree.GraphPattern(other, inside), tree.Filter(_not_in(other, every)))
    return tree.Expression(
        ("(", "NOT", "EXISTS", tree.Group(by_later), "||", "EXISTS", tree.Group(by_other), ")")
    )
