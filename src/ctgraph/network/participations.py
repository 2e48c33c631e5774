"""The rows of views that participations make, joined here where the store is near.

The query of a view says what its rows are, and a server is asked it. An engine on this machine is
read in one pass over the participations instead, which takes it less time (benchmarks/README.md).
Tests compare the two.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from ctgraph.network.filters import filter_parts, filter_pattern
from ctgraph.network.things import STATED, read_cells, select_rows
from ctgraph.network.views import STATED_PARTICIPATION, VIEWS
from ctgraph.terms import CT

if TYPE_CHECKING:
    from ctgraph.store import Store

Row = dict[str, str]


def view_rows(store: Store, view: str, filters: Mapping[str, str]) -> list[Row]:
    """Return the rows of a view, as its query gives them, in no order.

    Args:
        store: The graph, wherever it is.
        view: A name of `VIEWS`.
        filters: As `filter_parts` takes them.
    """
    chosen = VIEWS[view]
    make = JOINED.get(view)
    if store.kind == "endpoint" or make is None:
        pattern = filter_pattern(chosen, **filters)
        return select_rows(store, chosen.query.replace("#FILTER#", pattern))
    return list(make(store, _Fitting(store, view, filters)))


class _Part(NamedTuple):
    """How an actor takes part, as one claim has it."""

    actor: str
    role: str
    claim: str


class _Fitting:
    """The filters of a view, each with all that fits it."""

    def __init__(self, store: Store, view: str, filters: Mapping[str, str]) -> None:
        self._parts = [
            (part.variables, {row[part.fit] for row in select_rows(store, part.query)})
            for part in filter_parts(VIEWS[view], **filters)
        ]

    def holds(self, **terms: str) -> bool:
        """Tell whether every filter has one of its variables among what fits."""
        return all(
            any(terms.get(variable) in fit for variable in variables)
            for variables, fit in self._parts
        )


class _Participations:
    """Who takes part in what: ``said`` as the merge has it, ``stated`` by stated claims alone.

    Both are lists of parts by activity.
    """

    def __init__(self, store: Store) -> None:
        self.said: dict[str, list[_Part]] = {}
        self.stated: dict[str, list[_Part]] = {}
        rows = list(read_cells(store, _SAID))
        claims: dict[str, set[str]] = {}
        for node, *_, claim, _ in rows:
            claims.setdefault(node, set()).add(claim)
        for node, activity, actor, role, claim, basis in rows:
            if not claim:
                continue
            part = _Part(actor, role, claim)
            self.said.setdefault(activity, []).append(part)
            # What one claim alone speaks of is in the merge as it is in the claim.
            if len(claims[node]) == 1 and basis == CT + STATED:
                self.stated.setdefault(activity, []).append(part)
        # Of several claims, or of one that is not told of here, the store is asked exactly.
        asked = {node for node, *_, basis in rows if not basis or len(claims[node]) > 1}
        several = " ".join(f"<{node}>" for node in sorted(asked))
        if several:
            query = (
                f"SELECT ?through ?actor ?role {{ VALUES ?p {{ {several} }} "
                f"{STATED_PARTICIPATION.format('p', 'actor', 'role')} }}"
            )
            for activity, actor, role in read_cells(store, query):
                self.stated.setdefault(activity, []).append(_Part(actor, role, ""))


_SAID = """
SELECT ?p ?activity ?actor ?role ?claim ?basis WHERE {
  ?p ct:activity ?activity ; ct:participant ?actor ; ct:role ?role .
  OPTIONAL { ?p ct:evidence ?claim . OPTIONAL { ?claim ct:basis ?basis } }
}"""


def _activity_rows(store: Store, fitting: _Fitting) -> Iterator[Row]:
    """Yield the rows of who takes part in what."""
    found = _Participations(store)
    for activity in found.said.keys() | found.stated.keys():
        ends = {"target": activity, "through": activity}
        made: dict[str, tuple[set[str], set[str], list[int]]] = {}
        for parts, is_stated in ((found.said, False), (found.stated, True)):
            for actor, role, claim in parts.get(activity, ()):
                if not fitting.holds(source=actor, role=role, **ends):
                    continue
                claims, roles, stated = made.setdefault(actor, (set(), set(), []))
                roles.add(role)
                if is_stated:
                    stated.append(1)
                else:
                    claims.add(claim)
        for actor, (claims, roles, stated) in made.items():
            yield {
                "source": actor,
                **ends,
                "stated": str(len(stated)),
                "claims": " ".join(claims),
                "roles": " ".join(roles),
            }


def _meeting_rows(store: Store, fitting: _Fitting) -> Iterator[Row]:
    """Yield the rows of who cooperates with whom: who meets in an activity, or in a part of it."""
    found = _Participations(store)
    tying = {tuple(cells) for cells in read_cells(store, _TYING)}
    within: dict[str, set[str]] = {}
    for whole, part in read_cells(store, "SELECT ?whole ?part { ?part ct:partOf+ ?whole }"):
        within.setdefault(whole, set()).add(part)
    ends: dict[str, set[str]] = {}
    for tie, actor in read_cells(store, "SELECT ?tie ?actor { ?tie ct:tieBetween ?actor }"):
        ends.setdefault(tie, set()).add(actor)
    joint: dict[str, set[str]] = {}
    for tie, activity in read_cells(store, "SELECT ?tie ?act { ?tie ct:jointActivity ?act }"):
        joint.setdefault(tie, set()).add(activity)

    def meet(pair: tuple[str, str], sources: list[_Part], targets: list[_Part]) -> Iterator[_Meet]:
        source, target = pair
        for p, q in product(
            [part for part in sources if part.actor == source],
            [part for part in targets if part.actor == target],
        ):
            roles = {"pRole": p.role, "qRole": q.role}
            if (p.role, q.role) in tying and fitting.holds(
                source=source, target=target, through=through, **roles
            ):
                yield p.claim, q.claim

    for tie, through in ((tie, one) for tie, activities in joint.items() for one in activities):
        lower = within.get(through, set())
        if joint[tie] & (lower - {through}):
            # The tie is told by the part.
            continue
        there = found.said.get(through, [])
        below = [part for one in lower for part in found.said.get(one, ())]
        stated = found.stated.get(through, [])
        for pair in ((a, b) for a, b in product(ends.get(tie, ()), repeat=2) if a < b):
            met = [
                *meet(pair, there, there),
                *meet(pair, there, below),
                *meet(pair, below, there),
            ]
            if met:
                yield {
                    "source": pair[0],
                    "target": pair[1],
                    "through": through,
                    "stated": str(sum(1 for _ in meet(pair, stated, stated))),
                    "claims": " ".join({claim for claim, _ in met}),
                    "others": " ".join({claim for _, claim in met}),
                }


_Meet = tuple[str, str]

_TYING = """
SELECT DISTINCT ?role ?other WHERE {
  ?role skos:broader ?group . ?group ct:tiesWithRole ?otherGroup .
  ?other skos:broader ?otherGroup .
}"""

JOINED = {"cooperation": _meeting_rows, "activities": _activity_rows}
"""What makes the rows of the views that are joined here, by name."""
