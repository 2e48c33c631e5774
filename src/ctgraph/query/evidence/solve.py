"""The triples that the rows of an answer rest on, found by solving the query again.

A query is rewritten so that each solution shows which of its patterns held, with the values of
the rows put in; what one solution cannot show is followed by a query of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolution, Triple, Variable

from ctgraph.query.evidence.claims import Term
from ctgraph.query.evidence.notes import Note, write_note
from ctgraph.query.evidence.patterns import begin_with, settles, solved_body, values_of
from ctgraph.query.evidence.plan import Plan
from ctgraph.query.evidence.support import Support
from ctgraph.store.sparql import to_text, tree

if TYPE_CHECKING:
    from ctgraph.query.evidence.support import FollowUp, Pattern, Row
    from ctgraph.store import Store


_ROWS_AT_ONCE = 60


class _Shape(NamedTuple):
    """What the rows that are solved together have in common.

    `names` are the variables they bind, `empty` those that must stay unbound; `given` says that
    the values are known before the group is solved, as in EXISTS.
    """

    names: frozenset[str]
    empty: frozenset[str] = frozenset()
    given: bool = False


class Solver:
    """Solves queries again for rows of their answers.

    Args:
        store: The store that answered.
        lang: Language of notes.
        limit: Solutions to follow for each row at most.
        timeout: Seconds for each query that is run, or None.
    """

    def __init__(self, store: Store, lang: str, limit: int, timeout: float | None) -> None:
        self.store = store
        self.lang = "ja" if lang == "ja" else "en"
        self.limit = limit
        self.timeout = timeout
        self.datasets: tuple[tree.Dataset, ...] = ()
        self.prologue = tree.Prologue(None, ())

    def note(
        self,
        kind: str,
        element: tree.Element | None = None,
        *,
        line: int = 0,
        column: int = 0,
        **values: object,
    ) -> Note:
        """Return a note in the language asked for, as `write_note` writes it."""
        return write_note(kind, self.lang, element, line=line, column=column, **values)

    def select(self, text: str) -> Iterable[QuerySolution]:
        """Return the solutions of a query in the store."""
        return self.store.select(text, timeout=self.timeout)

    def follow_query(
        self,
        query: tree.QueryTree,
        rows: Sequence[Row],
        graph: str | None = None,
        *,
        loose: bool = False,
    ) -> list[Support]:
        """Return what each row of a query, or of a sub-select, rests on.

        `graph` names the variable of the rows that says in which graph the query is asked.
        `loose` allows for values that come out otherwise each time.
        """
        if query.datasets:
            self.datasets = query.datasets
        self.prologue = query.prologue
        where, sources, unnamed = solved_body(query)
        bound = set(where.variables())
        if graph is not None:
            where = tree.Group((tree.GraphPattern(Variable(graph), where),))
        inner: list[dict[str, Term]] = []
        for row in rows:
            known = {name: row[column] for name, column in sources.items() if column in row}
            if query.form == "CONSTRUCT":
                known = {name: term for name, term in row.items() if name in bound}
            if graph is not None and graph in row:
                known[graph] = row[graph]
            inner.append(known)
        # A column that is empty in a SELECT's row was unbound in what the row rests on.
        columns = set(sources) if query.form == "SELECT" else set()
        supports = self.follow_group(where, inner, columns, unnamed, loose=loose)
        if query.is_aggregate():
            line, column = query.span.line, query.span.column
            for support in supports:
                if support.solved:
                    support.add(self.note("aggregate", line=line, column=column))
                if len(support.groups) > 1:
                    support.add(self.note("wider", line=line, column=column))
        return supports

    def follow_group(
        self,
        group: tree.Group,
        rows: Sequence[Row],
        columns: Iterable[str] = (),
        unnamed: Sequence[str] = (),
        *,
        given: bool = False,
        loose: bool = False,
    ) -> list[Support]:
        """Return what a group rests on for each row of values of its variables.

        `columns` are the variables that are unbound if a row lacks them, `unnamed` those whose
        different values are noted. `given` says that the values are known before the group is
        solved, as in EXISTS.
        """
        supports = [Support() for _ in rows]
        wanted = set(columns)
        shapes: dict[_Shape, list[int]] = {}
        for index, row in enumerate(rows):
            shape = _Shape(frozenset(row), frozenset(wanted - set(row)), given)
            shapes.setdefault(shape, []).append(index)
        for shape, indexes in shapes.items():
            plan = Plan(self, group, shape.names | shape.empty)
            plan.unnamed = unnamed
            for start in range(0, len(indexes), _ROWS_AT_ONCE):
                part = indexes[start : start + _ROWS_AT_ONCE]
                found = self.solve(plan, [rows[index] for index in part], shape)
                for index, support in zip(part, found, strict=True):
                    supports[index] = (
                        support
                        if support.solved or not loose
                        else self.solve_loosely(plan, rows[index], shape)
                    )
        return supports

    def solve_loosely(self, plan: Plan, row: Row, shape: _Shape) -> Support:
        """Return what a row rests on whose computed values, such as NOW(), are others this time."""
        support = self.solve(plan, [row], _Shape(shape.names - plan.computed))[0]
        if support.solved:
            support.add(self.note("changed"))
            support.complete = False
        return support

    def solve(self, plan: Plan, rows: Sequence[Row], shape: _Shape) -> list[Support]:
        """Return what a plan finds behind each row.

        No row may have other variables than the shape.
        """
        keys = sorted(shape.names)
        most = self.limit * len(rows)
        by_key: dict[tuple[Term | None, ...], list[int]] = {}
        for index, row in enumerate(rows):
            by_key.setdefault(tuple(row[key] for key in keys), []).append(index)
        supports = [Support() for _ in rows]
        children: list[dict[tuple[tuple[str, Term], ...], set[int]]] = [{} for _ in plan.follow_ups]
        cut = False
        for number, solution in enumerate(self.select(self.text(plan, rows, shape))):
            if number == most:
                cut = True
                break
            for index in by_key.get(tuple(_value(solution, key) for key in keys), ()):
                self.read(plan, solution, supports[index])
                for follow_up, asked in zip(plan.follow_ups, children, strict=True):
                    if _matched(follow_up.marker, solution):
                        asked.setdefault(_child(follow_up, solution), set()).add(index)
        if cut and len(rows) > 1:
            half = len(rows) // 2
            parts = (rows[:half], rows[half:])
            return [support for part in parts for support in self.solve(plan, part, shape)]
        for follow_up, asked in zip(plan.follow_ups, children, strict=True):
            _follow_up(follow_up, asked, supports)
        for support in supports:
            if cut:
                support.add(self.note("cut", limit=self.limit))
                support.complete = False
        return supports

    def text(self, plan: Plan, rows: Sequence[Row], shape: _Shape) -> str:
        """Return the query whose solutions show what the rows rest on."""
        # Blank nodes cannot be named in a query; their rows are told apart afterwards.
        nameable = [
            name
            for name in sorted(shape.names)
            if not any(isinstance(row[name], BlankNode) for row in rows)
        ]
        early = [key for key in nameable if shape.given or settles(plan.group, key)]
        late = [key for key in nameable if key not in early]
        inner: list[tree.Element] = list(plan.group.elements)
        if early and shape.given and len(inner) == 1 and isinstance(inner[0], tree.GraphPattern):
            # Filters inside see only what is bound inside.
            block = (values_of(early, rows), *inner[0].group.elements)
            inner = [tree.GraphPattern(inner[0].name, tree.Group(block))]
        if early:
            inner = begin_with(values_of(early, rows), inner)
        tests = [f"BOUND(?{name})" for name in late]
        tests += [f"!BOUND(?{name})" for name in sorted(shape.empty)]
        inner += [tree.Filter(tree.Expression(("(", test, ")"))) for test in tests]
        outer: list[tree.Element] = [tree.Group(tuple(inner))]
        if late:
            outer.append(values_of(late, rows))
        marker = plan.fresh()
        outer.append(tree.Bind(tree.Expression(("true",)), marker))
        needed = dict.fromkeys([marker.value, *sorted(shape.names), *_read_variables(plan)])
        query = tree.QueryTree(
            "SELECT",
            tree.Group(tuple(outer)),
            modifier="DISTINCT",
            projection=tuple(tree.Projection(Variable(name), None) for name in needed),
            prologue=self.prologue,
            datasets=self.datasets,
            limit=self.limit * len(rows) + 1,
        )
        return to_text(query)

    def read(self, plan: Plan, solution: QuerySolution, support: Support) -> None:
        """Add to a support what one solution of its plan shows."""
        support.solved = True
        support.groups.add(tuple(_value(solution, name) for name in plan.unnamed))
        for pattern in plan.patterns:
            if _matched(pattern.marker, solution):
                _instantiate(pattern, solution, support)
        for remark in plan.remarks:
            if _matched(remark.marker, solution):
                support.add(remark.note)
                support.complete = support.complete and remark.is_complete


def _read_variables(plan: Plan) -> Iterator[str]:
    """Yield the variables of a plan that are read from its solutions; some come more than once."""
    yield from plan.unnamed
    for pattern in plan.patterns:
        for term in (pattern.subject, pattern.predicate, pattern.object, pattern.graph):
            if isinstance(term, Variable):
                yield term.value
        if pattern.marker:
            yield pattern.marker
    for follow_up in plan.follow_ups:
        for source in follow_up.row.values():
            if isinstance(source, Variable):
                yield source.value
        if follow_up.marker:
            yield follow_up.marker
    for remark in plan.remarks:
        if remark.marker:
            yield remark.marker


def _value(solution: QuerySolution, name: str) -> Term | None:
    value: Term | None = solution[name]
    return value


def _matched(marker: str | None, solution: QuerySolution) -> bool:
    """Tell whether a solution went through the branch that a marker stands for."""
    return marker is None or _value(solution, marker) is not None


def _instantiate(pattern: Pattern, solution: QuerySolution, support: Support) -> None:
    subject = _instance(pattern.subject, solution)
    predicate = _instance(pattern.predicate, solution)
    value = _instance(pattern.object, solution)
    if subject is None or value is None or isinstance(subject, Literal):
        return
    if not isinstance(predicate, NamedNode):
        return
    graph = None
    if pattern.graph is not None:
        named = _instance(pattern.graph, solution)
        graph = named.value if named is not None else None
    support.triples[Triple(subject, predicate, value), graph] = None


def _instance(term: tree.Term, solution: QuerySolution) -> Term | None:
    return _value(solution, term.value) if isinstance(term, Variable) else term


def _follow_up(
    follow_up: FollowUp,
    asked: Mapping[tuple[tuple[str, Term], ...], set[int]],
    supports: Sequence[Support],
) -> None:
    """Add what a follow-up finds for each of its rows to the supports that asked for the row."""
    found = follow_up.run([dict(child) for child in asked])
    for parents, part in zip(asked.values(), found, strict=True):
        for index in parents:
            supports[index].merge(part)


def _child(follow_up: FollowUp, solution: QuerySolution) -> tuple[tuple[str, Term], ...]:
    """Return the row that a solution gives to a follow-up, as something that can be a key."""
    row = ((name, _instance(source, solution)) for name, source in follow_up.row.items())
    return tuple((name, term) for name, term in row if term is not None)
