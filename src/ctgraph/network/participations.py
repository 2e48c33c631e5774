"""The rows of views that participations make, joined here where the store is near.

The query of a view says what its rows are, and a server is asked it. An engine on this machine is
read in one pass over the participations instead, which takes it less time (benchmarks/README.md).
Tests compare the two.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from ctgraph.network.filters import Fitting, filter_pattern
from ctgraph.network.things import STATED, read_cells, read_rows
from ctgraph.network.ties import Row, read_row
from ctgraph.network.views import THINGS_SAID, VIEWS, stated_participations
from ctgraph.terms import CT

if TYPE_CHECKING:
    from ctgraph.store import Store


def view_rows(store: Store, view: str, filters: Mapping[str, str]) -> Iterable[Row]:
    """Return the rows of a view, in no order.

    Args:
        store: The graph, wherever it is.
        view: A name of `VIEWS`.
        filters: As `filter_parts` takes them.
    """
    chosen = VIEWS[view]
    make = JOINED.get(view)
    if make is not None and store.kind != "endpoint":
        return make(store, Fitting(store, chosen, filters))
    # A row of the query has no role any more, so that this filter is part of it.
    inside = {"role": filters["role"]} if chosen.roles and "role" in filters else {}
    pattern = filter_pattern(chosen, **inside)
    rows = map(read_row, read_rows(store, chosen.query.replace("#FILTER#", pattern)))
    rest = {name: value for name, value in filters.items() if name not in inside}
    return keep_fitting(rows, Fitting(store, chosen, rest))


def keep_fitting(rows: Iterable[Row], fitting: Fitting) -> Iterator[Row]:
    """Yield the rows that filters keep by their ends and by what makes them.

    Args:
        rows: Rows of a view.
        fitting: The filters.
    """
    for row in rows:
        if fitting.holds(source=row.source, target=row.target, through=row.through):
            yield row


class _Part(NamedTuple):
    """How an actor takes part, as one claim has it."""

    actor: str
    role: str
    claim: str


class _Participations:
    """Who takes part in what: ``said`` as the merge has it, ``stated`` by stated claims alone.

    Both are lists of parts by activity.
    """

    def __init__(self, store: Store) -> None:
        self.said: dict[str, list[_Part]] = {}
        self.stated: dict[str, list[_Part]] = {}
        bases = dict(read_cells(store, "SELECT ?claim ?basis { ?claim ct:basis ?basis }"))
        rows = list(read_cells(store, _SAID))
        lines = Counter(node for node, *_ in rows)
        asked: set[str] = set()
        for node, activity, actor, role, claim in rows:
            part = _Part(actor, role, claim)
            if claim:
                self.said.setdefault(activity, []).append(part)
            if lines[node] > 1 or claim not in bases:
                asked.add(node)
            elif bases[claim] == CT + STATED:
                # What one claim alone speaks of is in the merge as it is in the claim.
                self.stated.setdefault(activity, []).append(part)
        # Of several claims, or of one that is not told of here, the store is asked exactly.
        several = " ".join(f"<{node}>" for node in sorted(asked))
        if several:
            among = f"VALUES ?p {{ {several} }}"
            pattern = stated_participations("p", "actor", "role", among)
            query = f"SELECT ?through ?actor ?role {{ {pattern} }}"
            for activity, actor, role in read_cells(store, query):
                self.stated.setdefault(activity, []).append(_Part(actor, role, ""))


_SAID = """
SELECT ?p ?activity ?actor ?role ?claim WHERE {
  ?p ct:activity ?activity ; ct:participant ?actor ; ct:role ?role .
  OPTIONAL { ?p ct:evidence ?claim }
}"""


def _activity_rows(store: Store, fitting: Fitting) -> Iterator[Row]:
    """Yield the rows of who takes part in what."""
    found = _Participations(store)
    for activity in found.said.keys() | found.stated.keys():
        ends = {"target": activity, "through": activity}
        claims: dict[str, set[str]] = {}
        roles: dict[str, set[str]] = {}
        stated: set[str] = set()
        for parts, is_stated in ((found.said, False), (found.stated, True)):
            for actor, role, claim in parts.get(activity, ()):
                if not fitting.holds(source=actor, role=role, **ends):
                    continue
                roles.setdefault(actor, set()).add(role)
                if is_stated:
                    stated.add(actor)
                else:
                    claims.setdefault(actor, set()).add(claim)
        for actor, played in roles.items():
            sides = [claims[actor]] if actor in claims else []
            yield Row(actor, activity, activity, actor in stated, sides, played)


def _meeting_rows(store: Store, fitting: Fitting) -> Iterator[Row]:
    """Yield the rows of who cooperates with whom: who meets in an activity, or in a part of it."""
    found = _Participations(store)
    tying = {tuple(cells) for cells in read_cells(store, _TYING)}
    within = _read_sets(store, "SELECT ?whole ?part { ?part ct:partOf+ ?whole }")
    ends = _read_sets(store, "SELECT ?tie ?actor { ?tie ct:tieBetween ?actor }")
    joint = _read_sets(store, "SELECT ?tie ?activity { ?tie ct:jointActivity ?activity }")

    def meet(
        source: str, target: str, sources: Sequence[_Part], targets: Sequence[_Part]
    ) -> Iterator[tuple[str, str]]:
        for p in sources:
            for q in targets if p.actor == source else ():
                if q.actor != target or (p.role, q.role) not in tying:
                    continue
                roles = {"pRole": p.role, "qRole": q.role}
                if fitting.holds(source=source, target=target, through=through, **roles):
                    yield p.claim, q.claim

    for tie, through in ((tie, one) for tie, activities in joint.items() for one in activities):
        lower = within.get(through, set())
        if joint[tie] & (lower - {through}):
            # The tie is told by the part.
            continue
        there = found.said.get(through, [])
        below = [part for one in lower for part in found.said.get(one, ())]
        stated = found.stated.get(through, [])
        for pair in combinations(sorted(ends.get(tie, ())), 2):
            met = [
                *meet(*pair, there, there),
                *meet(*pair, there, below),
                *meet(*pair, below, there),
            ]
            if met:
                is_stated = any(True for _ in meet(*pair, stated, stated))
                yield Row(*pair, through, is_stated, [{p for p, _ in met}, {q for _, q in met}])


_TYING = """
SELECT DISTINCT ?role ?other WHERE {
  ?role skos:broader ?group . ?group ct:tiesWithRole ?otherGroup .
  ?other skos:broader ?otherGroup .
}"""


def _everything_rows(store: Store, fitting: Fitting) -> Iterator[Row]:
    """Yield the rows of all that is said between things, and of who takes part in what."""
    yield from _activity_rows(store, fitting)
    claims: dict[tuple[str, str, str], set[str]] = {}
    stated: set[tuple[str, str, str]] = set()
    query = f"SELECT ?source ?target ?through ?claim ?one {{ {THINGS_SAID} }}"
    for source, target, through, claim, one in read_cells(store, query):
        said = (source, target, through)
        claims.setdefault(said, set()).add(claim)
        if one == "1":
            stated.add(said)
    for said, sources in claims.items():
        source, target, through = said
        if fitting.holds(source=source, target=target, through=through):
            yield Row(*said, said in stated, [sources], is_relation=True)


def _read_sets(store: Store, query: str) -> dict[str, set[str]]:
    """Return what a query of two columns gives, by the first."""
    found: dict[str, set[str]] = {}
    for one, other in read_cells(store, query):
        found.setdefault(one, set()).add(other)
    return found


JOINED = {
    "cooperation": _meeting_rows,
    "activities": _activity_rows,
    "everything": _everything_rows,
}
"""What makes the rows of the views that are joined here, by name."""
