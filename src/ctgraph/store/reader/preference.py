"""Which of several sources the merge follows where they give different values for one thing.

Every value stays in its claim. The default graph carries one set of values for each thing and
group of values (`ct:groupsProperty`), for labels also for each language: that of the preferred
source. The order, each point deciding what those before it leave open:

1. a `ct:Preference` for the thing and the group, written in the data;
2. the kind of source with the lower `ct:rank`; a source without a kind counts as official;
3. of two dates, the finer one if it lies inside the coarser one, or the longer of two spans of
   days if it holds the other; of two places, the one that lies within the other;
4. a value that is stated rather than inferred;
5. the source with the later date;
6. the source whose IRI comes first.

A source that says less than another, and nothing else, does not contradict it: the fuller values
stand. Nor does one that only notes what it leaves open (`ctv:not-stated`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import pyoxigraph as ox

from ctgraph.store.merge import list_objects, reach
from ctgraph.store.rules import is_of_rule
from ctgraph.terms import ct, ctv, skos

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Value = tuple[ox.NamedNode, Term]
"""A property with one of its values."""

_DEFAULT = ox.DefaultGraph()
_NOT_STATED = ctv["not-stated"]


DAYS = 1
"""The `ct:rank` of the most precise dates."""


class Period(NamedTuple):
    """The first and the last day that a date can mean, and how precise it is."""

    start: str
    end: str
    rank: int

    def refines(self, other: Period) -> bool:
        """Tell whether this date is another one, told more fully.

        It is more precise and lies inside the other; or both are days, and the other is one of
        those that this one spans.
        """
        if self.rank == other.rank == DAYS:
            return self != other and self.start <= other.start and other.end <= self.end
        return self.rank < other.rank and other.start <= self.start and self.end <= other.end


@dataclass(frozen=True)
class Statement:
    """What one source says of a thing in one group of values.

    Attributes:
        source: IRI of the source.
        values: The properties with their values.
        is_chosen: Whether the data prefers this source here.
        rank: The rank of its kind.
        is_stated: Whether a stated claim gives each value.
        date: The date of the source (ISO 8601), or "".
        period: The date that it gives, if it gives one whole date.
        place: The place that it gives, if it gives one.
        wholes: The places in which that one lies.
    """

    source: str
    values: frozenset[Value]
    is_chosen: bool = False
    rank: int = 1
    is_stated: bool = True
    date: str = ""
    period: Period | None = None
    place: Term | None = None
    wholes: frozenset[Term] = frozenset()

    def refines(self, other: Statement) -> bool:
        """Tell whether it gives the same date or place as another, only more fully."""
        if self.period is not None and other.period is not None:
            return self.period.refines(other.period)
        return other.place is not None and other.place in self.wholes

    @property
    def is_silent(self) -> bool:
        """Whether it only notes what it leaves open."""
        return all(value == _NOT_STATED for _, value in self.values)


def choose_values(statements: Iterable[Statement]) -> frozenset[Value]:
    """Return the values that the merge carries, by the order that the module describes.

    Args:
        statements: One of each source, in any order.
    """
    every = sorted(statements, key=lambda one: one.source)
    every = [one for one in every if not one.is_silent] or every
    every.sort(key=lambda one: one.date, reverse=True)
    every.sort(key=lambda one: (not one.is_chosen, one.rank, not one.is_stated))
    kept = _find_first(every).values
    for one in every:
        kept = one.values if kept < one.values else kept
    return kept


def _find_first(ordered: Sequence[Statement]) -> Statement:
    """Return the first of those with the best rank that none of the others refines."""
    best = [
        one
        for one in ordered
        if (one.is_chosen, one.rank) == (ordered[0].is_chosen, ordered[0].rank)
    ]
    for one in best:
        if not any(other.refines(one) for other in best):
            return one
    raise AssertionError("refining is a strict order, so something is least")


def prefer_values(store: ox.Store) -> None:
    """Take the values that are not preferred out of the default graph.

    What was taken out before and is preferred now comes back, so that it does not matter which
    file was loaded first.

    Args:
        store: Claims, ontology and vocabularies, with nothing derived.
    """
    groups = read_groups(store)
    of_claim = _read_sources(store) if groups else {}
    if not of_claim:
        return
    order = _Order(store, of_claim.values())
    for thing in _find_shared(store, groups, of_claim):
        every, kept = _judge(store, thing, groups, of_claim, order)
        for member, value in every:
            quad = ox.Quad(thing, member, value)
            if (member, value) in kept:
                store.add(quad)
            else:
                store.remove(quad)


def judge_values(
    store: ox.Store, things: Iterable[ox.NamedNode]
) -> Iterator[tuple[ox.NamedNode, set[Value], set[Value]]]:
    """Yield things with the values that any claim gives for them, and those that the merge carries.

    They are the values of properties that have a group alone.

    Args:
        store: Claims, ontology and vocabularies; what is derived is left out of account.
        things: The things.
    """
    groups = read_groups(store)
    judged: _Order | None = None
    for thing in things:
        of_claim: dict[object, ox.NamedNode] = {
            graph: source
            for graph in {one.graph_name for one in store.quads_for_pattern(thing, None, None)}
            if isinstance(graph, ox.NamedNode)
            if (source := find_source(store, graph)) is not None
        }
        if judged is None:
            judged = _Order(store, ())
        judged.know(of_claim.values())
        every, kept = _judge(store, thing, groups, of_claim, judged)
        given = {
            (one.predicate, one.object)
            for one in store.quads_for_pattern(thing, None, None)
            if one.predicate in groups
            if isinstance(one.graph_name, ox.NamedNode) and not is_of_rule(one.graph_name)
        }
        yield thing, given, kept | (given - every)


def find_source(store: ox.Store, claim: ox.NamedNode) -> ox.NamedNode | None:
    """Return the source of a claim, or None.

    Args:
        store: Claims and their merge.
        claim: The claim.
    """
    found: ox.NamedNode | None = None
    for section in list_objects(store, claim, ct.section):
        for source in list_objects(store, section, ct.source):
            found = source
    return found


def read_groups(store: ox.Store) -> dict[ox.NamedNode, ox.NamedNode]:
    """Return the group of each property that has one."""
    return {member: group for group, member in _read_links(store, ct.groupsProperty)}


def _read_links(
    store: ox.Store, predicate: ox.NamedNode
) -> Iterator[tuple[ox.NamedNode, ox.NamedNode]]:
    """Yield what a property of the merge links."""
    for subject, _, value, _ in store.quads_for_pattern(None, predicate, None, _DEFAULT):
        if isinstance(subject, ox.NamedNode) and isinstance(value, ox.NamedNode):
            yield subject, value


def _read_sources(store: ox.Store) -> dict[object, ox.NamedNode]:
    """Return the source of each claim; empty if all have the same."""
    of_section = dict(_read_links(store, ct.source))
    if len(set(of_section.values())) < 2:
        return {}
    return {
        claim: of_section[section]
        for claim, section in _read_links(store, ct.section)
        if section in of_section
    }


def _find_shared(
    store: ox.Store,
    properties: Iterable[ox.NamedNode],
    of_claim: Mapping[object, ox.NamedNode],
) -> Iterable[ox.NamedNode]:
    """Return the things about which several sources give values."""
    first: dict[object, ox.NamedNode] = {}
    shared: dict[ox.NamedNode, None] = {}
    for predicate in properties:
        # This runs for every value of a large graph; what is rare is in `_prefer`.
        for subject, _, _, graph in store.quads_for_pattern(None, predicate, None, None):
            source = of_claim.get(graph)
            if source is None or first.setdefault(subject, source) == source:
                continue
            if isinstance(subject, ox.NamedNode):
                shared[subject] = None
    return shared


class _Order:
    """What decides between sources: their ranks and dates, and the choices of the data."""

    def __init__(self, store: ox.Store, sources: Iterable[ox.NamedNode]) -> None:
        self._store = store
        self._ranks = {
            concept: int(rank.value)
            for concept, _, rank, _ in store.quads_for_pattern(None, ct.rank, None, _DEFAULT)
            if isinstance(rank, ox.Literal)
        }
        self._choices = {
            (thing, group, source)
            for preference, source in _read_links(store, ct.preferredSource)
            for thing in self._values(preference, ct.disputedThing)
            for group in self._values(preference, ct.disputedValue)
        }
        self._facts: dict[ox.NamedNode, tuple[int, str]] = {}
        self.know(sources)

    def know(self, sources: Iterable[ox.NamedNode]) -> None:
        """Read what decides between sources, of those that are not known yet."""
        for source in set(sources) - self._facts.keys():
            self._facts[source] = self._read(source)

    def _values(self, subject: ox.NamedNode, predicate: ox.NamedNode) -> set[Term]:
        """Return the values that any claim gives, for those of sources may be disputed as well."""
        return {one.object for one in self._store.quads_for_pattern(subject, predicate, None, None)}

    def _read(self, source: ox.NamedNode) -> tuple[int, str]:
        """Return rank and date of a source."""
        kinds = self._values(source, ct.sourceKind)
        days = [
            day.value for day in self._values(source, ct.startDate) if isinstance(day, ox.Literal)
        ]
        return min((self._rank(kind) for kind in kinds), default=1), max(days, default="")

    def _rank(self, concept: Term) -> int:
        return self._ranks.get(concept, 1) if isinstance(concept, ox.NamedNode) else 1

    def make_statement(
        self,
        thing: ox.NamedNode,
        group: ox.NamedNode,
        source: ox.NamedNode,
        given: Mapping[Value, Sequence[ox.NamedNode]],
    ) -> Statement:
        """Return what a source says of a thing, given the claims of each value."""
        rank, date = self._facts[source]
        places = [value for member, value in given if member == ct.heldIn]
        place = places[0] if len(places) == 1 else None
        return Statement(
            source=source.value,
            values=frozenset(given),
            is_chosen=(thing, group, source) in self._choices,
            rank=rank,
            is_stated=all(self._is_stated(claims) for claims in given.values()),
            date=date,
            period=self._find_period(given),
            place=place,
            wholes=frozenset(self._find_wholes(place)),
        )

    def _find_wholes(self, place: Term | None) -> set[Term]:
        """Return the places in which a place lies, directly or through others."""

        def around(one: Term | None) -> set[Term]:
            return self._values(one, ct.withinPlace) if isinstance(one, ox.NamedNode) else set()

        return reach(around(place), around)

    def _is_stated(self, claims: Iterable[ox.NamedNode]) -> bool:
        return any(ox.Quad(claim, ct.basis, ct.Stated, claim) in self._store for claim in claims)

    def _find_period(self, values: Iterable[Value]) -> Period | None:
        parts = [
            [value for member, value in values if member == part]
            for part in (ct.startDate, ct.endDate, ct.datePrecision)
        ]
        if [len(part) for part in parts] != [1, 1, 1]:
            return None
        (start,), (end,), (precision,) = parts
        if not isinstance(start, ox.Literal) or not isinstance(end, ox.Literal):
            return None
        return Period(start.value, end.value, self._rank(precision))


def _judge(
    store: ox.Store,
    thing: ox.NamedNode,
    groups: Mapping[ox.NamedNode, ox.NamedNode],
    of_claim: Mapping[object, ox.NamedNode],
    order: _Order,
) -> tuple[set[Value], set[Value]]:
    """Return the values of one thing that sources choose between, and those that are kept."""
    said: dict[tuple[ox.NamedNode, str], dict[ox.NamedNode, dict[Value, list[ox.NamedNode]]]] = {}
    elsewhere: set[Value] = set()
    for _, member, value, graph in store.quads_for_pattern(thing, None, None, None):
        if member not in groups or not isinstance(graph, ox.NamedNode) or is_of_rule(graph):
            continue
        if graph not in of_claim:
            # The ontology says it, or a claim that names no source: nothing to choose from.
            elsewhere.add((member, value))
            continue
        is_label = member == skos.prefLabel and isinstance(value, ox.Literal)
        key = groups[member], (value.language or "") if is_label else ""
        given = said.setdefault(key, {}).setdefault(of_claim[graph], {})
        given.setdefault((member, value), []).append(graph)
    every: set[Value] = set()
    kept = set(elsewhere)
    for (group, _), by_source in said.items():
        if len(by_source) == 1:
            continue
        every |= {value for given in by_source.values() for value in given}
        kept |= choose_values(
            order.make_statement(thing, group, source, given) for source, given in by_source.items()
        )
    return every, kept
