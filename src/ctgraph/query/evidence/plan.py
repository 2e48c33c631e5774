"""How the patterns of a query are asked again, each with a marker that tells whether it matched."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, NamedNode, Variable

from ctgraph.query.evidence.support import FollowUp, Kept, Pattern, PatternPlace, Remark, Support
from ctgraph.store.sparql import mentioned_variables, tree

if TYPE_CHECKING:
    from ctgraph.query.evidence.support import Follower, Row, Solve


class Plan:
    """A group rewritten so that its solutions show which triples they rest on.

    Blank nodes become variables, property paths become joins and unions where they can, and
    every OPTIONAL and every branch of a UNION binds a marker, so that a solution tells which of
    them matched. What cannot be shown by the solution itself becomes a follow-up.
    """

    def __init__(self, solver: Follower, group: tree.Group, extra: Iterable[str]) -> None:
        self.solver = solver
        self.taken = {*mentioned_variables(group), *extra}
        self.count = 0
        self.patterns: list[Pattern] = []
        self.follow_ups: list[FollowUp] = []
        self.remarks: list[Remark] = []
        self.computed = _asked_elsewhere(group)
        self.blank: dict[str, Variable] = {}
        self.unnamed: Sequence[str] = ()
        self.group = tree.Group(tuple(self.elements(group, None, None)))

    def fresh(self) -> Variable:
        """Return a name of a variable that nothing uses yet."""
        while True:
            self.count += 1
            name = f"x{self.count}_"
            if name not in self.taken:
                self.taken.add(name)
                return Variable(name)

    def marked(
        self,
        group: tree.Group,
        graph: NamedNode | Variable | None,
        outer: Sequence[str] = (),
    ) -> tree.Group:
        """Return a group that binds a marker of its own."""
        marker = self.fresh()
        elements = self.elements(group, graph, marker.value, outer)
        return tree.Group((*elements, tree.Bind(tree.Expression(("true",)), marker)))

    def elements(
        self,
        group: tree.Group,
        graph: NamedNode | Variable | None,
        marker: str | None,
        outer: Sequence[str] = (),
    ) -> list[tree.Element]:
        """Return the elements of a group as they are asked again."""
        visible = list(dict.fromkeys([*group.variables(), *outer]))
        out: list[tree.Element] = []
        for element in group.elements:
            out += self.element(element, graph, marker, visible)
        return out

    def element(  # noqa: PLR0911 - one per kind of pattern
        self,
        element: tree.Element,
        graph: NamedNode | Variable | None,
        marker: str | None,
        visible: Sequence[str],
    ) -> list[tree.Element]:
        """Return one element as it is asked again, with markers."""
        if isinstance(element, Kept):
            return [element]
        if isinstance(element, tree.Triple):
            return self.triple(element, graph, marker)
        if isinstance(element, tree.Group):
            return [tree.Group(tuple(self.elements(element, graph, marker)))]
        if isinstance(element, tree.Optional):
            # Its filters see what the group around it binds.
            return [tree.Optional(self.marked(element.group, graph, visible))]
        if isinstance(element, tree.Union):
            return [tree.Union(tuple(self.marked(branch, graph) for branch in element.groups))]
        if isinstance(element, tree.GraphPattern):
            inner = tree.Group(tuple(self.elements(element.group, element.name, marker)))
            return [tree.GraphPattern(element.name, inner)]
        if isinstance(element, tree.Minus):
            self.remark("absence", element.group, marker)
            return [element]
        if isinstance(element, tree.Filter):
            self.exists(element.expression, graph, marker, visible)
            return [element]
        if isinstance(element, tree.Bind):
            self.exists(element.expression, graph, marker, visible)
            self.computed.add(element.variable.value)
            return [element]
        if isinstance(element, tree.SubSelect):
            self.sub_select(element.query, graph, marker)
            return [tree.Group((element,))]
        if isinstance(element, tree.Service):
            # Nothing but the query itself may ask other servers.
            self.remark("service", element, marker, is_complete=False)
            return []
        return [element]  # VALUES holds no triples

    def remark(
        self, kind: str, element: tree.Element, marker: str | None, *, is_complete: bool = True
    ) -> None:
        """Keep a note on what cannot be exact, for when its marker is bound."""
        self.remarks.append(Remark(self.solver.note(kind, element), marker, is_complete))

    # Triples and paths.

    def triple(
        self, triple: tree.Triple, graph: NamedNode | Variable | None, marker: str | None
    ) -> list[tree.Element]:
        """Return the elements that stand for a triple pattern."""
        place = PatternPlace(graph, marker, triple)
        subject, value = self.hidden(triple.subject), self.hidden(triple.object)
        return self.path(subject, triple.predicate, value, place)

    def hidden(self, term: tree.Term) -> tree.Term:
        """Return a term, with a variable in place of a blank node."""
        if not isinstance(term, BlankNode):
            return term
        if term.value not in self.blank:
            self.blank[term.value] = self.fresh()
        return self.blank[term.value]

    def path(
        self, subject: tree.Term, path: tree.Verb, value: tree.Term, place: PatternPlace
    ) -> list[tree.Element]:
        """Return the elements that stand for a property path."""
        if isinstance(path, (NamedNode, Variable)):
            self.patterns.append(Pattern(subject, path, value, place.graph, place.marker))
            return [tree.Triple(subject, path, value)]
        if isinstance(path, tree.Inverse):
            return self.path(value, path.path, subject, place)
        if isinstance(path, tree.Sequence):
            ends = [subject, *(self.fresh() for _ in path.items[1:]), value]
            return [
                element
                for start, step, end in zip(ends, path.items, ends[1:], strict=False)
                for element in self.path(start, step, end, place)
            ]
        if isinstance(path, tree.Alternative):
            return [self.branches([(subject, item, value) for item in path.items], place)]
        if isinstance(path, tree.NegatedSet):
            return [self.negated(subject, path, value, place)]
        self.route(subject, path, value, place)
        return [tree.Triple(subject, path, value)]

    def branches(
        self,
        branches: Iterable[tuple[tree.Term, tree.Verb, tree.Term]],
        place: PatternPlace,
        conditions: Iterable[tree.Filter] = (),
    ) -> tree.Union | tree.Group:
        """Return a union whose branches each tell whether they matched."""
        groups = []
        left = list(conditions)
        for subject, path, value in branches:
            marker = self.fresh()
            elements = self.path(subject, path, value, place._replace(marker=marker.value))
            if left:
                elements = [*elements, left.pop(0)]
            mark = tree.Bind(tree.Expression(("true",)), marker)
            groups.append(tree.Group((*elements, mark)))
        return groups[0] if len(groups) == 1 else tree.Union(tuple(groups))

    def negated(
        self, subject: tree.Term, path: tree.NegatedSet, value: tree.Term, place: PatternPlace
    ) -> tree.Union | tree.Group:
        """Return the elements that stand for a negated property set."""
        branches: list[tuple[tree.Term, tree.Verb, tree.Term]] = []
        conditions = []
        sides = ((path.forward, subject, value), (path.backward, value, subject))
        for excluded, start, end in sides:
            if excluded:
                predicate = self.fresh()
                branches.append((start, predicate, end))
                names = [part for iri in excluded for part in (",", str(iri))][1:]
                test = (f"?{predicate.value}", "NOT", "IN", "(", *names, ")")
                conditions.append(tree.Filter(tree.Expression(("(", *test, ")"))))
        return self.branches(branches, place, conditions)

    def route(
        self,
        subject: tree.Term,
        path: tree.ZeroOrOne | tree.ZeroOrMore | tree.OneOrMore,
        value: tree.Term,
        place: PatternPlace,
    ) -> None:
        """Follow a path of any length: the edges on some route between its two ends."""
        start, end, inside = Variable("start"), Variable("end"), Variable("graph")
        steps: tuple[tree.Element, ...]
        if isinstance(path, tree.ZeroOrOne):
            steps = (tree.Triple(start, path.path, end),)
        else:
            here, there = Variable("here"), Variable("there")
            steps = (
                Kept(start, tree.ZeroOrMore(path.path), here),
                tree.Triple(here, path.path, there),
                Kept(there, tree.ZeroOrMore(path.path), end),
            )
        group = tree.Group(steps)
        row: dict[str, tree.Term] = {"start": subject, "end": value}
        if place.graph is not None:
            group = tree.Group((tree.GraphPattern(inside, group),))
            row["graph"] = place.graph
        may_be_empty = not isinstance(path, tree.OneOrMore)
        may_fork = not isinstance(path, tree.ZeroOrOne)

        def run(rows: Sequence[Row]) -> list[Support]:
            # A path of no length holds of a thing and itself without any triple.
            long = [row for row in rows if not (may_be_empty and row["start"] == row["end"])]
            found = iter(self.solver.follow_group(group, long))
            out = []
            for row in rows:
                support = Support()
                if may_be_empty and row["start"] == row["end"]:
                    support.of_no_length[self.solver.note("no-length", place.origin)] = None
                else:
                    support = next(found)
                    if may_fork and not support.is_single_route(row["start"], row["end"]):
                        support.add(self.solver.note("path", place.origin))
                out.append(support)
            return out

        self.follow_ups.append(FollowUp(run, row, place.marker))

    # Groups inside.

    def exists(
        self,
        expression: tree.Expression,
        graph: NamedNode | Variable | None,
        marker: str | None,
        visible: Sequence[str],
    ) -> None:
        """Follow EXISTS in an expression, and note NOT EXISTS."""
        for asked, group in expression.exists_groups():
            if not asked and expression.is_exists():
                self.remark("absence", group, marker)
                continue
            used = mentioned_variables(group)
            row: dict[str, tree.Term] = {name: Variable(name) for name in visible if name in used}
            run, row = self.in_graph(group, row, graph)
            # Within a larger condition either may be the case.
            run = run if asked else self.unless_found(run, group)
            self.follow_ups.append(FollowUp(run, row, marker))

    def unless_found(self, run: Solve, group: tree.Group) -> Solve:
        """Return a follow-up that says of a group that it is absent, where that is so."""

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
        group: tree.Group,
        row: dict[str, tree.Term],
        graph: NamedNode | Variable | None,
    ) -> tuple[Solve, dict[str, tree.Term]]:
        """Return how a group inside a condition is followed, and which values go into it."""
        if graph is not None:
            inside = self.fresh()
            group = tree.Group((tree.GraphPattern(inside, group),))
            row = {**row, inside.value: graph}
        followed = group
        return lambda rows: self.solver.follow_group(followed, rows, given=True), row

    def sub_select(
        self, query: tree.QueryTree, graph: NamedNode | Variable | None, marker: str | None
    ) -> None:
        """Follow the rows of a sub-query."""
        row: dict[str, tree.Term] = {name: Variable(name) for name in query.columns()}
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

        self.follow_ups.append(FollowUp(run, row, marker))


def _asked_elsewhere(group: tree.Group) -> set[str]:
    """Return the variables that only SERVICE binds in a group."""
    found: set[str] = set()
    for element in group.elements:
        if isinstance(element, tree.Service):
            found.update(tree.Group((element,)).variables())
    rest = [part for part in group.elements if not isinstance(part, tree.Service)]
    return found - set(tree.Group(tuple(rest)).variables())
