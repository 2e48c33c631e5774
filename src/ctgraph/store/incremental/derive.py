"""Deriving what changed claims can reach, and no more.

The rules run in their order, each for the keys (see `plan`) that a changed statement can have to do
with. If nothing but more can have come of it, what the rule makes for them is added: semi-naive
evaluation (Bancilhon & Ramakrishnan, *An Amateur's Introduction to Recursive Query Processing
Strategies*, SIGMOD 1986). Else what it made for them before and what it makes for them now are
compared, which is deleting and deriving again (Gupta, Mumick & Subrahmanian, *Maintaining Views
Incrementally*, SIGMOD 1993) by key: no rule needs its own output, so nothing has to be proved anew.
Where a part of the key tells what else is made, such as the tie of each joint activity, derivations
are counted by what is left (the same paper). The values of keys are passed into the groups of a
query as by magic sets (Bancilhon, Maier, Sagiv & Ullman, PODS 1986).

A rule that cannot be run by key is run as a whole, with all that follow it, if anything that it
reads has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, cast

import pyoxigraph as ox

from ctgraph.store.incremental.bodies import Site
from ctgraph.store.incremental.changes import Changes
from ctgraph.store.incremental.plan import Part, Plan, Row, run_query, seed_query
from ctgraph.store.merge import MERGE
from ctgraph.store.rules import is_of_rule, run_rule

_AT_ONCE = 500
"""Keys in one query."""

IsStated = Callable[[ox.Triple], bool]
"""Tells whether the merge has a triple even if no rule makes it."""


class Derivation:
    """Brings what rules made up to date.

    Args:
        old: The graph before.
        changes: The graph in which claims have changed, but nothing that is derived.
        is_stated: Tells whether the merge has a triple even if no rule makes it.
        progress: Told of each rule that had to run.
    """

    def __init__(
        self,
        old: ox.Store,
        changes: Changes,
        is_stated: IsStated,
        progress: Callable[[str, int], None] | None = None,
    ) -> None:
        self._old = old
        self._changes = changes
        self._is_stated = is_stated
        self._progress = progress

    def run(self, plans: Sequence[Plan]) -> None:
        """Bring what each rule made up to date.

        Args:
            plans: Those of the rules, in the order in which they run.
        """
        for place, plan in enumerate(plans):
            delta = _Delta(*self._changes.snapshot())
            if not plan.is_seedable:
                sides = [(site, gone) for site in plan.sites for gone in (False, True)]
                if not sides or any(delta.matches(site, gone=gone) for site, gone in sides):
                    self._run_whole(plans[place:])
                    return
            elif not self._run_keyed(plan, delta):
                self._run_whole(plans[place:])
                return

    def _run_keyed(self, plan: Plan, delta: _Delta) -> bool:
        """Run a rule for what changed; False if only the whole rule tells what it makes."""
        before: set[ox.Triple] = set()
        after: set[ox.Triple] = set()
        for part in plan.parts:
            may_lose = any(
                bool(removed or (added and not site.is_monotone))
                for site in part.sites
                for added, removed in [(delta.matches(site), delta.matches(site, gone=True))]
            )
            names = part.key if may_lose and part.support is None else part.finer
            keys = self._find_keys(part, delta, names)
            after |= self._make(self._changes.store, plan, part, names, keys)
            if may_lose:
                before |= self._make(self._old, plan, part, names, keys)
        graph = ox.NamedNode(plan.rule.graph)
        gone = before - after
        supports = {part.support for part in plan.parts if part.support is not None}
        if any(part.is_named for part in plan.parts):
            if self._is_shared(gone, before, after, graph, supports):
                return False
            gone -= self._find_supported(gone, after, graph, supports)
        self._write(graph, gone, after)
        if self._progress is not None and (before or after):
            self._progress(f"rule {plan.rule.name}", len(after))
        return True

    def _find_keys(self, part: Part, delta: _Delta, names: Sequence[str]) -> list[Row]:
        found: dict[Row, None] = {}
        for site in part.sites:
            for gone, state in ((False, self._changes.store), (True, self._old)):
                variables, rows = delta.rows(site, gone=gone)
                for some in _batches(rows):
                    text = seed_query(site, names, variables, some)
                    for row in cast(Any, state.query(text)):
                        found[tuple(row)] = None
        return [row for row in found if None not in row]

    def _make(
        self, state: ox.Store, plan: Plan, part: Part, names: Sequence[str], keys: Sequence[Row]
    ) -> set[ox.Triple]:
        """Return what a part of a rule makes for some keys, in one state of the graph."""

        def solve(text: str) -> Iterable[Sequence[object]]:
            return [tuple(row) for row in cast(Any, state.query(text))]

        return {
            triple
            for some in _batches(keys)
            for triple in run_rule(state, plan.rule, run_query(part, plan, names, some, solve))
        }

    def _is_shared(
        self,
        gone: set[ox.Triple],
        before: set[ox.Triple],
        after: set[ox.Triple],
        graph: ox.NamedNode,
        supports: set[ox.NamedNode],
    ) -> bool:
        """Tell whether a subject that loses triples has some that other keys made as well.

        Two keys may be made into one name, and what both make is lost with neither.
        """
        subjects = {triple.subject for triple in gone}
        made = {triple for triple in after if supports and triple.subject in subjects}
        for subject in subjects:
            quads = self._old.quads_for_pattern(subject, None, None, graph)
            made.update(quad.triple for quad in quads)
        return any(one.predicate not in supports for one in made - before)

    def _find_supported(
        self,
        gone: set[ox.Triple],
        after: set[ox.Triple],
        graph: ox.NamedNode,
        supports: set[ox.NamedNode],
    ) -> set[ox.Triple]:
        """Return the triples among those that seem to be gone for which others still vouch.

        This is the counting of derivations, where what a rule made holds the count.
        """
        vouched = {triple.subject for triple in after if triple.predicate in supports}
        for subject in {triple.subject for triple in gone} - vouched:
            left = (
                quad.triple
                for support in supports
                for quad in self._old.quads_for_pattern(subject, support, None, graph)
            )
            if any(triple not in gone for triple in left):
                vouched.add(subject)
        return {one for one in gone if one.predicate not in supports and one.subject in vouched}

    def _write(
        self, graph: ox.NamedNode, gone: Iterable[ox.Triple], made: Iterable[ox.Triple]
    ) -> None:
        """Take triples out of the graph of a rule and put others there, and settle the merge."""
        lost = list(gone)
        self._changes.remove(_in_graph(lost, graph))
        for triple in lost:
            self._changes.settle(triple, holds=self._holds(triple))
        new = [*made]
        self._changes.add(_in_graph(new, graph))
        self._changes.add(_in_graph(new, MERGE))

    def _holds(self, triple: ox.Triple) -> bool:
        store = self._changes.store
        subject, predicate, value = triple.subject, triple.predicate, triple.object
        names = (quad.graph_name for quad in store.quads_for_pattern(subject, predicate, value))
        return any(is_of_rule(name) for name in names) or self._is_stated(triple)

    def _run_whole(self, plans: Sequence[Plan]) -> None:
        """Take out what rules made, and run them all, as when a graph is made."""
        store = self._changes.store
        for plan in plans:
            graph = ox.NamedNode(plan.rule.graph)
            made = [quad.triple for quad in store.quads_for_pattern(None, None, None, graph)]
            self._write(graph, made, ())
        for plan in plans:
            made = run_rule(store, plan.rule)
            self._write(ox.NamedNode(plan.rule.graph), (), made)
            if self._progress is not None:
                self._progress(f"rule {plan.rule.name}", len(made))


class _Delta:
    """Statements that were added and removed, by their property."""

    def __init__(self, added: Iterable[ox.Quad], removed: Iterable[ox.Quad]) -> None:
        self._sides = (_by_predicate(added), _by_predicate(removed))

    def matches(self, site: Site, *, gone: bool = False) -> bool:
        """Tell whether one of the statements matches a pattern."""
        return next(self._bindings(site, gone), None) is not None

    def rows(self, site: Site, *, gone: bool = False) -> tuple[list[str], list[Row]]:
        """Return the variables of a pattern, and their values in what matches it."""
        parts = _parts(site)
        names = list(dict.fromkeys(one.value for one in parts if isinstance(one, ox.Variable)))
        rows = (tuple(values[name] for name in names) for values in self._bindings(site, gone))
        return names, list(dict.fromkeys(rows))

    def _bindings(self, site: Site, gone: bool) -> Iterator[dict[str, Any]]:
        predicate = site.pattern.predicate
        by_predicate = self._sides[gone]
        if isinstance(predicate, ox.NamedNode):
            quads: Iterable[ox.Quad] = by_predicate.get(predicate, ())
        else:
            quads = (quad for some in by_predicate.values() for quad in some)
        parts = _parts(site)
        for quad in quads:
            if site.graph is not None and quad.graph_name == MERGE:
                continue
            values: dict[str, Any] = {}
            for part, term in zip(parts, quad, strict=False):
                if isinstance(part, ox.Variable):
                    if values.setdefault(part.value, term) != term:
                        break
                elif part != term:
                    break
            else:
                yield values


def _parts(site: Site) -> tuple[Any, ...]:
    pattern = site.pattern
    parts = (pattern.subject, pattern.predicate, pattern.object)
    # What the merge has may change with any graph, so its patterns match in all of them.
    return parts if site.graph is None else (*parts, site.graph)


def _by_predicate(quads: Iterable[ox.Quad]) -> dict[ox.NamedNode, list[ox.Quad]]:
    found: dict[ox.NamedNode, list[ox.Quad]] = {}
    for quad in quads:
        found.setdefault(quad.predicate, []).append(quad)
    return found


def _in_graph(triples: Iterable[ox.Triple], graph: Any) -> Iterator[ox.Quad]:
    return (ox.Quad(one.subject, one.predicate, one.object, graph) for one in triples)


def _batches(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    return (rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE))
