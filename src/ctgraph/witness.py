"""The triples that the rows of an answer rest on, found by solving the query again.

A query is rewritten so that each solution shows which of its patterns held, with the values of
the rows put in; what one solution cannot show is followed by a query of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, cast

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolution, Triple, Variable

from ctgraph import sparql
from ctgraph.claims import Term, terms_of
from ctgraph.notes import Note, write_note

if TYPE_CHECKING:
    from ctgraph.store import Store

Row: TypeAlias = Mapping[str, Term]
_Run: TypeAlias = "Callable[[Sequence[Row]], list[Support]]"

_ROWS_AT_ONCE = 60


class Support:
    """What was found behind one row so far: triples, each with its graph if that is known."""

    __slots__ = ("complete", "groups", "notes", "solved", "triples")

    def __init__(self) -> None:
        self.triples: dict[tuple[Triple, str | None], None] = {}
        self.notes: dict[Note, None] = {}
        self.groups: set[tuple[Term | None, ...]] = set()
        self.complete = True
        self.solved = False

    def add(self, note: Note) -> None:
        """Add a note."""
        self.notes[note] = None

    def merge(self, other: Support) -> None:
        """Add what another support has."""
        self.triples.update(other.triples)
        self.notes.update(other.notes)
        self.complete = self.complete and other.complete

    def is_single_route(self, start: Term, end: Term) -> bool:
        """Whether the triples are one chain between two ends, so that each of them is needed."""
        neighbours: dict[Term, list[Term]] = {}
        edges = {triple for triple, _ in self.triples}
        for edge in edges:
            subject, _, value = terms_of(edge)
            neighbours.setdefault(subject, []).append(value)
            neighbours.setdefault(value, []).append(subject)
        before, here, steps = None, start, 0
        while here != end and steps < len(edges):
            onward = [there for there in neighbours.get(here, ()) if there != before]
            if len(onward) != 1:
                return False
            before, here = here, onward[0]
            steps += 1
        return self.complete and here == end and steps == len(edges) > 0


class _Kept(sparql.Triple):
    """A triple pattern that only joins: it is solved, but is no evidence."""

    subject: sparql.Term
    predicate: sparql.Verb
    object: sparql.Term


class _Pattern(NamedTuple):
    """A triple pattern of the query, and when it holds."""

    subject: sparql.Term
    predicate: sparql.Term
    object: sparql.Term
    graph: NamedNode | Variable | None
    marker: str | None


class _Place(NamedTuple):
    """Where in the query a triple pattern stands: in which graph, behind which marker."""

    graph: NamedNode | Variable | None
    marker: str | None
    origin: sparql.Triple


class _Remark(NamedTuple):
    """A note about a part of the query, if what stands behind its marker matched."""

    note: Note
    marker: str | None
    is_complete: bool


class _FollowUp(NamedTuple):
    """A part of the query that is followed by a query of its own.

    `row` says which values of a solution go into it: its variables by the terms that give them.
    """

    run: _Run
    row: Mapping[str, sparql.Term]
    marker: str | None


class _Plan:
    """A group rewritten so that its solutions show which triples they rest on.

    Blank nodes become variables, property paths become joins and unions where they can, and
    every OPTIONAL and every branch of a UNION binds a marker, so that a solution tells which of
    them matched. What cannot be shown by the solution itself becomes a follow-up.
    """

    def __init__(self, solver: Solver, group: sparql.Group, extra: Iterable[str]) -> None:
        self.solver = solver
        words = sparql.tokenize(sparql.to_text(group))
        self.taken = {token.text[1:] for token in words if token.kind == "var"} | set(extra)
        self.count = 0
        self.patterns: list[_Pattern] = []
        self.follow_ups: list[_FollowUp] = []
        self.remarks: list[_Remark] = []
        self.computed = _asked_elsewhere(group)
        self.blank: dict[str, Variable] = {}
        self.unnamed: Sequence[str] = ()
        self.group = sparql.Group(tuple(self.elements(group, None, None)))

    def fresh(self) -> Variable:
        while True:
            self.count += 1
            name = f"x{self.count}_"
            if name not in self.taken:
                self.taken.add(name)
                return Variable(name)

    def marked(
        self,
        group: sparql.Group,
        graph: NamedNode | Variable | None,
        outer: Sequence[str] = (),
    ) -> sparql.Group:
        """A group that binds a marker of its own."""
        marker = self.fresh()
        elements = self.elements(group, graph, marker.value, outer)
        return sparql.Group((*elements, sparql.Bind(sparql.Expression(("true",)), marker)))

    def elements(
        self,
        group: sparql.Group,
        graph: NamedNode | Variable | None,
        marker: str | None,
        outer: Sequence[str] = (),
    ) -> list[sparql.Element]:
        visible = list(dict.fromkeys([*sparql.visible_variables(group), *outer]))
        out: list[sparql.Element] = []
        for element in group.elements:
            out += self.element(element, graph, marker, visible)
        return out

    def element(  # noqa: PLR0911 - one per kind of pattern
        self,
        element: sparql.Element,
        graph: NamedNode | Variable | None,
        marker: str | None,
        visible: Sequence[str],
    ) -> list[sparql.Element]:
        if isinstance(element, _Kept):
            return [element]
        if isinstance(element, sparql.Triple):
            return self.triple(element, graph, marker)
        if isinstance(element, sparql.Group):
            return [sparql.Group(tuple(self.elements(element, graph, marker)))]
        if isinstance(element, sparql.Optional):
            # Its filters see what the group around it binds.
            return [sparql.Optional(self.marked(element.group, graph, visible))]
        if isinstance(element, sparql.Union):
            return [sparql.Union(tuple(self.marked(branch, graph) for branch in element.groups))]
        if isinstance(element, sparql.GraphPattern):
            inner = sparql.Group(tuple(self.elements(element.group, element.name, marker)))
            return [sparql.GraphPattern(element.name, inner)]
        if isinstance(element, sparql.Minus):
            self.remark("absence", element.group, marker)
            return [element]
        if isinstance(element, sparql.Filter):
            self.exists(element.expression, graph, marker, visible)
            return [element]
        if isinstance(element, sparql.Bind):
            self.exists(element.expression, graph, marker, visible)
            self.computed.add(element.variable.value)
            return [element]
        if isinstance(element, sparql.SubSelect):
            self.sub_select(element.query, graph, marker)
            return [sparql.Group((element,))]
        if isinstance(element, sparql.Service):
            # Nothing but the query itself may ask other servers.
            self.remark("service", element, marker, is_complete=False)
            return []
        return [element]  # VALUES holds no triples

    def remark(
        self, kind: str, element: sparql.Element, marker: str | None, *, is_complete: bool = True
    ) -> None:
        self.remarks.append(_Remark(self.solver.note(kind, element), marker, is_complete))

    # Triples and paths.

    def triple(
        self, triple: sparql.Triple, graph: NamedNode | Variable | None, marker: str | None
    ) -> list[sparql.Element]:
        place = _Place(graph, marker, triple)
        subject, value = self.hidden(triple.subject), self.hidden(triple.object)
        return self.path(subject, triple.predicate, value, place)

    def hidden(self, term: sparql.Term) -> sparql.Term:
        """A term, with a variable in place of a blank node."""
        if not isinstance(term, BlankNode):
            return term
        if term.value not in self.blank:
            self.blank[term.value] = self.fresh()
        return self.blank[term.value]

    def path(
        self, subject: sparql.Term, path: sparql.Verb, value: sparql.Term, place: _Place
    ) -> list[sparql.Element]:
        if isinstance(path, (NamedNode, Variable)):
            self.patterns.append(_Pattern(subject, path, value, place.graph, place.marker))
            return [sparql.Triple(subject, path, value)]
        if isinstance(path, sparql.Inverse):
            return self.path(value, path.path, subject, place)
        if isinstance(path, sparql.Sequence):
            ends = [subject, *(self.fresh() for _ in path.items[1:]), value]
            return [
                element
                for start, step, end in zip(ends, path.items, ends[1:], strict=False)
                for element in self.path(start, step, end, place)
            ]
        if isinstance(path, sparql.Alternative):
            return [self.branches([(subject, item, value) for item in path.items], place)]
        if isinstance(path, sparql.NegatedSet):
            return [self.negated(subject, path, value, place)]
        self.route(subject, path, value, place)
        return [sparql.Triple(subject, path, value)]

    def branches(
        self,
        branches: Iterable[tuple[sparql.Term, sparql.Verb, sparql.Term]],
        place: _Place,
        conditions: Iterable[sparql.Filter] = (),
    ) -> sparql.Union | sparql.Group:
        groups = []
        left = list(conditions)
        for subject, path, value in branches:
            marker = self.fresh()
            elements = self.path(subject, path, value, place._replace(marker=marker.value))
            if left:
                elements = [*elements, left.pop(0)]
            mark = sparql.Bind(sparql.Expression(("true",)), marker)
            groups.append(sparql.Group((*elements, mark)))
        return groups[0] if len(groups) == 1 else sparql.Union(tuple(groups))

    def negated(
        self, subject: sparql.Term, path: sparql.NegatedSet, value: sparql.Term, place: _Place
    ) -> sparql.Union | sparql.Group:
        branches: list[tuple[sparql.Term, sparql.Verb, sparql.Term]] = []
        conditions = []
        sides = ((path.forward, subject, value), (path.backward, value, subject))
        for excluded, start, end in sides:
            if excluded:
                predicate = self.fresh()
                branches.append((start, predicate, end))
                names = [part for iri in excluded for part in (",", str(iri))][1:]
                test = (f"?{predicate.value}", "NOT", "IN", "(", *names, ")")
                conditions.append(sparql.Filter(sparql.Expression(("(", *test, ")"))))
        return self.branches(branches, place, conditions)

    def route(
        self,
        subject: sparql.Term,
        path: sparql.ZeroOrOne | sparql.ZeroOrMore | sparql.OneOrMore,
        value: sparql.Term,
        place: _Place,
    ) -> None:
        """Follow a path of any length: the edges on some route between its two ends."""
        start, end, inside = Variable("start"), Variable("end"), Variable("graph")
        steps: tuple[sparql.Element, ...]
        if isinstance(path, sparql.ZeroOrOne):
            steps = (sparql.Triple(start, path.path, end),)
        else:
            here, there = Variable("here"), Variable("there")
            steps = (
                _Kept(start, sparql.ZeroOrMore(path.path), here),
                sparql.Triple(here, path.path, there),
                _Kept(there, sparql.ZeroOrMore(path.path), end),
            )
        group = sparql.Group(steps)
        row: dict[str, sparql.Term] = {"start": subject, "end": value}
        if place.graph is not None:
            group = sparql.Group((sparql.GraphPattern(inside, group),))
            row["graph"] = place.graph
        may_be_empty = not isinstance(path, sparql.OneOrMore)
        may_fork = not isinstance(path, sparql.ZeroOrOne)

        def run(rows: Sequence[Row]) -> list[Support]:
            # A path of no length holds of a thing and itself without any triple.
            long = [row for row in rows if not (may_be_empty and row["start"] == row["end"])]
            found = iter(self.solver.follow_group(group, long))
            out = []
            for row in rows:
                support = Support()
                if not (may_be_empty and row["start"] == row["end"]):
                    support = next(found)
                    if may_fork and not support.is_single_route(row["start"], row["end"]):
                        support.add(self.solver.note("path", place.origin))
                out.append(support)
            return out

        self.follow_ups.append(_FollowUp(run, row, place.marker))

    # Groups inside.

    def exists(
        self,
        expression: sparql.Expression,
        graph: NamedNode | Variable | None,
        marker: str | None,
        visible: Sequence[str],
    ) -> None:
        for asked, group in expression.exists_groups():
            if not asked and expression.is_exists():
                self.remark("absence", group, marker)
                continue
            used = {
                token.text[1:]
                for token in sparql.tokenize(sparql.to_text(group))
                if token.kind == "var"
            }
            row: dict[str, sparql.Term] = {name: Variable(name) for name in visible if name in used}
            run, row = self.in_graph(group, row, graph)
            # Within a larger condition either may be the case.
            run = run if asked else self.unless_found(run, group)
            self.follow_ups.append(_FollowUp(run, row, marker))

    def unless_found(self, run: _Run, group: sparql.Group) -> _Run:
        """A follow-up that says of a group that it is absent, where that is so."""

        def search(rows: Sequence[Row]) -> list[Support]:
            out = []
            for found in run(rows):
                support = Support()
                if not found.solved:
                    support.add(self.solver.note("absence", group))
                out.append(support)
            return out

        return search

    def in_graph(
        self,
        group: sparql.Group,
        row: dict[str, sparql.Term],
        graph: NamedNode | Variable | None,
    ) -> tuple[_Run, dict[str, sparql.Term]]:
        """How a group inside a condition is followed, and which values go into it."""
        if graph is not None:
            inside = self.fresh()
            group = sparql.Group((sparql.GraphPattern(inside, group),))
            row = {**row, inside.value: graph}
        followed = group
        return lambda rows: self.solver.follow_group(followed, rows, given=True), row

    def sub_select(
        self, query: sparql.Query, graph: NamedNode | Variable | None, marker: str | None
    ) -> None:
        row: dict[str, sparql.Term] = {
            name: Variable(name) for name in sparql.query_variables(query)
        }
        inside: str | None = None
        if graph is not None:
            inside = self.fresh().value
            row[inside] = graph

        def run(rows: Sequence[Row]) -> list[Support]:
            supports = self.solver.follow_query(query, rows, inside)
            for support in supports:
                if not support.solved:
                    support.add(self.solver.note("lost"))
                    support.complete = False
            return supports

        self.follow_ups.append(_FollowUp(run, row, marker))


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
        self.datasets: tuple[sparql.Dataset, ...] = ()

    def note(
        self,
        kind: str,
        element: sparql.Element | None = None,
        *,
        line: int = 0,
        column: int = 0,
        **values: object,
    ) -> Note:
        """A note in the language asked for, as `write_note` writes it."""
        return write_note(kind, self.lang, element, line=line, column=column, **values)

    def select(self, text: str) -> Iterable[QuerySolution]:
        """The solutions of a query in the store."""
        return self.store.select(text, timeout=self.timeout)

    def follow_query(
        self,
        query: sparql.Query,
        rows: Sequence[Row],
        graph: str | None = None,
        *,
        loose: bool = False,
    ) -> list[Support]:
        """What each row of a query, or of a sub-select, rests on.

        `graph` names the variable of the rows that says in which graph the query is asked.
        `loose` allows for values that come out otherwise each time.
        """
        if query.datasets:
            self.datasets = query.datasets
        where, sources, unnamed = _body(query)
        bound = set(sparql.visible_variables(where))
        if graph is not None:
            where = sparql.Group((sparql.GraphPattern(Variable(graph), where),))
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
        group: sparql.Group,
        rows: Sequence[Row],
        columns: Iterable[str] = (),
        unnamed: Sequence[str] = (),
        *,
        given: bool = False,
        loose: bool = False,
    ) -> list[Support]:
        """What a group rests on for each row of values of its variables.

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
            plan = _Plan(self, group, shape.names | shape.empty)
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

    def solve_loosely(self, plan: _Plan, row: Row, shape: _Shape) -> Support:
        """What a row rests on whose computed values, such as NOW(), are others this time."""
        support = self.solve(plan, [row], _Shape(shape.names - plan.computed))[0]
        if support.solved:
            support.add(self.note("changed"))
            support.complete = False
        return support

    def solve(self, plan: _Plan, rows: Sequence[Row], shape: _Shape) -> list[Support]:
        """What a plan finds behind each row; no row may have other variables than the shape."""
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

    def text(self, plan: _Plan, rows: Sequence[Row], shape: _Shape) -> str:
        """The query whose solutions show what the rows rest on."""
        # Blank nodes cannot be named in a query; their rows are told apart afterwards.
        nameable = [
            name
            for name in sorted(shape.names)
            if not any(isinstance(row[name], BlankNode) for row in rows)
        ]
        early = [key for key in nameable if shape.given or _settles(plan.group, key)]
        late = [key for key in nameable if key not in early]
        inner: list[sparql.Element] = list(plan.group.elements)
        if early and shape.given and len(inner) == 1 and isinstance(inner[0], sparql.GraphPattern):
            # Filters inside see only what is bound inside.
            block = (_values(early, rows), *inner[0].group.elements)
            inner = [sparql.GraphPattern(inner[0].name, sparql.Group(block))]
        if early:
            inner = _begin_with(_values(early, rows), inner)
        tests = [f"BOUND(?{name})" for name in late]
        tests += [f"!BOUND(?{name})" for name in sorted(shape.empty)]
        inner += [sparql.Filter(sparql.Expression(("(", test, ")"))) for test in tests]
        outer: list[sparql.Element] = [sparql.Group(tuple(inner))]
        if late:
            outer.append(_values(late, rows))
        marker = plan.fresh()
        outer.append(sparql.Bind(sparql.Expression(("true",)), marker))
        needed = dict.fromkeys([marker.value, *sorted(shape.names), *plan.unnamed])
        for pattern in plan.patterns:
            terms = (pattern.subject, pattern.predicate, pattern.object, pattern.graph)
            needed.update((term.value, None) for term in terms if isinstance(term, Variable))
            if pattern.marker:
                needed[pattern.marker] = None
        for follow_up in plan.follow_ups:
            needed.update(
                (term.value, None) for term in follow_up.row.values() if isinstance(term, Variable)
            )
            if follow_up.marker:
                needed[follow_up.marker] = None
        needed.update((remark.marker, None) for remark in plan.remarks if remark.marker)
        query = sparql.Query(
            "SELECT",
            sparql.Group(tuple(outer)),
            modifier="DISTINCT",
            projection=tuple(sparql.Projection(Variable(name), None) for name in needed),
            datasets=self.datasets,
            limit=self.limit * len(rows) + 1,
        )
        return sparql.to_text(query)

    def read(self, plan: _Plan, solution: QuerySolution, support: Support) -> None:
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


def _columns(query: sparql.Query) -> dict[str, str]:
    """Which variable of a query's body gives which of its columns, where one does."""
    if query.projection is None:
        return {name: name for name in sparql.query_variables(query)}
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


def _body(query: sparql.Query) -> tuple[sparql.Group, dict[str, str], list[str]]:
    """What is solved for a query's rows.

    The second part says which variable of the body gives which column, where one does; the
    third lists the group keys that no column names.
    """
    where = query.where or sparql.Group(())
    columns = _columns(query)
    if not query.is_aggregate():
        if query.values is not None:
            where = sparql.Group((where, query.values))
        bound = set(sparql.visible_variables(where))
        return where, {name: column for name, column in columns.items() if name in bound}, []
    keys, binds = _group_keys(query)
    if binds:
        where = sparql.Group((where, *binds))
    bound = set(sparql.visible_variables(where))
    named = {name: columns[name] for name in keys if name in columns and name in bound}
    return where, named, [name for name in keys if name not in columns and name in bound]


def _group_keys(query: sparql.Query) -> tuple[list[str], list[sparql.Bind]]:
    """The variables that a query groups by, and what binds those that are expressions."""
    taken = set(sparql.visible_variables(query.where or sparql.Group(())))
    keys: list[str] = []
    binds: list[sparql.Bind] = []
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
            binds.append(sparql.Bind(key.expression, Variable(keys[-1])))
    return keys, binds


def unify(pattern: sparql.Triple, triple: Triple) -> dict[str, Term] | None:
    """The values a template's triple takes to become a triple; None if it cannot."""
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


def _value(solution: QuerySolution, name: str) -> Term | None:
    value: Term | None = solution[name]
    return value


def _matched(marker: str | None, solution: QuerySolution) -> bool:
    """Whether a solution went through the branch that a marker stands for."""
    return marker is None or _value(solution, marker) is not None


def _instantiate(pattern: _Pattern, solution: QuerySolution, support: Support) -> None:
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


def _instance(term: sparql.Term, solution: QuerySolution) -> Term | None:
    return _value(solution, term.value) if isinstance(term, Variable) else term


def _follow_up(
    follow_up: _FollowUp,
    asked: Mapping[tuple[tuple[str, Term], ...], set[int]],
    supports: Sequence[Support],
) -> None:
    """Add what a follow-up finds for each of its rows to the supports that asked for the row."""
    found = follow_up.run([dict(child) for child in asked])
    for parents, part in zip(asked.values(), found, strict=True):
        for index in parents:
            supports[index].merge(part)


def _asked_elsewhere(group: sparql.Group) -> set[str]:
    """The variables that only SERVICE binds in a group."""
    found: set[str] = set()
    for element in group.elements:
        if isinstance(element, sparql.Service):
            found.update(sparql.visible_variables(sparql.Group((element,))))
    rest = [part for part in group.elements if not isinstance(part, sparql.Service)]
    return found - set(sparql.visible_variables(sparql.Group(tuple(rest))))


def _child(follow_up: _FollowUp, solution: QuerySolution) -> tuple[tuple[str, Term], ...]:
    """The row that a solution gives to a follow-up, as something that can be a key."""
    row = ((name, _instance(source, solution)) for name, source in follow_up.row.items())
    return tuple((name, term) for name, term in row if term is not None)


def _values(names: Sequence[str], rows: Sequence[Row]) -> sparql.Values:
    """A VALUES block with the rows' values of some variables, which are no blank nodes."""
    lines = dict.fromkeys(tuple(row[name] for name in names) for row in rows)
    block = cast(tuple[tuple[NamedNode | Literal, ...], ...], tuple(lines))
    return sparql.Values(tuple(Variable(name) for name in names), block)


def _begin_with(values: sparql.Values, elements: Sequence[sparql.Element]) -> list[sparql.Element]:
    """A group that begins with values; if a union comes first, each of its branches does.

    The meaning is the same, but engines solve each branch whole before they join it with values
    that stand outside.
    """
    first = elements[0] if elements else None
    names = [variable.value for variable in values.variables]
    if isinstance(first, sparql.Union) and all(
        _settles(branch, name) for branch in first.groups for name in names
    ):
        branches = (_begin_with(values, branch.elements) for branch in first.groups)
        union = sparql.Union(tuple(sparql.Group(tuple(branch)) for branch in branches))
        return [union, *elements[1:]]
    return [values, *elements]


def _settles(group: sparql.Group, name: str) -> bool:
    """Whether values for a variable may be joined to a group's start and mean the same.

    So it is if the first part of the group that speaks of the variable always binds it: before
    an OPTIONAL or a MINUS the values would change what these match.
    """
    for element in group.elements:
        if isinstance(element, sparql.Filter):
            continue
        if name in _mentioned(element):
            return name in _certain(element)
    return False


def _mentioned(element: sparql.Element) -> set[str]:
    tokens = sparql.tokenize(sparql.to_text(element))
    return {token.text[1:] for token in tokens if token.kind == "var"}


def _certain(element: sparql.Element) -> set[str]:  # noqa: PLR0911 - one per kind
    """The variables that a pattern binds in each of its solutions."""
    if isinstance(element, sparql.Triple):
        parts = (element.subject, element.predicate, element.object)
        return {part.value for part in parts if isinstance(part, Variable)}
    if isinstance(element, sparql.Group):
        return {name for part in element.elements for name in _certain(part)}
    if isinstance(element, sparql.GraphPattern):
        own = {element.name.value} if isinstance(element.name, Variable) else set()
        return own | _certain(element.group)
    if isinstance(element, sparql.Union):
        return set.intersection(*(_certain(group) for group in element.groups))
    if isinstance(element, sparql.Values):
        return {
            variable.value
            for index, variable in enumerate(element.variables)
            if all(row[index] is not None for row in element.rows)
        }
    if isinstance(element, sparql.SubSelect):
        query = element.query
        columns = _body(query)[1]
        inner = _certain(query.where) if query.where is not None else set()
        return {column for name, column in columns.items() if name in inner}
    return set()
