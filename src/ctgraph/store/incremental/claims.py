"""Claims that come and go: their graphs, and what of them the merge carries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

import pyoxigraph as ox

from ctgraph.store.incremental.changes import Changes
from ctgraph.store.merge import MERGE, reach
from ctgraph.store.reader.preference import judge_values, read_groups
from ctgraph.store.rules import is_of_rule
from ctgraph.terms import ct

_ORDERING = frozenset((ct.rank, ct.groupsProperty))
"""Properties on which every choice between sources rests."""
_CHOOSING = frozenset((ct.preferredSource, ct.disputedThing, ct.disputedValue))


def change_claims(
    changes: Changes,
    old: ox.Store | None,
    added: Iterable[ox.Quad] = (),
    removed: Iterable[ox.Quad] = (),
) -> None:
    """Add quads of claims and remove others, and make the merge carry what it then carries.

    Args:
        changes: The graph.
        old: The graph as it was; None if claims have changed since.
        added: Quads in the graphs of claims.
        removed: Quads in the graphs of claims.
    """
    gone, new = list(removed), list(added)
    changes.remove(gone)
    changes.add(new)
    store = changes.store
    grouped = read_groups(store)
    touched = dict.fromkeys(quad.triple for quad in (*gone, *new))
    for triple in touched:
        is_stated = is_stated_anywhere(store, triple)
        if triple.predicate not in grouped or not is_stated:
            changes.settle(triple, holds=is_stated or _is_derived(store, triple))
    things = _find_touched(changes, old, touched, frozenset(grouped))
    for thing, _, kept in list(judge_values(store, things)):
        here = {
            (quad.predicate, quad.object)
            for quad in store.quads_for_pattern(thing, None, None)
            if quad.predicate in grouped
        }
        for member, value in here:
            triple = ox.Triple(thing, member, value)
            changes.settle(triple, holds=(member, value) in kept or _is_derived(store, triple))


def is_in_merge(store: ox.Store, triple: ox.Triple) -> bool:
    """Tell whether the merge has a triple even if no rule makes it.

    Args:
        store: Claims, ontology and vocabularies.
        triple: The triple.
    """
    if not is_stated_anywhere(store, triple):
        return False
    thing = triple.subject
    if triple.predicate not in read_groups(store) or not isinstance(thing, ox.NamedNode):
        return True
    return any(
        (triple.predicate, triple.object) in kept for _, _, kept in judge_values(store, [thing])
    )


def is_stated_anywhere(store: ox.Store, triple: ox.Triple) -> bool:
    """Tell whether a claim, the ontology or a vocabulary states a triple.

    Args:
        store: The graph.
        triple: The triple.
    """
    return any(not is_of_rule(name) for name in _named_graphs(store, triple))


def _is_derived(store: ox.Store, triple: ox.Triple) -> bool:
    return any(map(is_of_rule, _named_graphs(store, triple)))


def _named_graphs(store: ox.Store, triple: ox.Triple) -> Iterator[object]:
    for quad in store.quads_for_pattern(triple.subject, triple.predicate, triple.object):
        if quad.graph_name != MERGE:
            yield quad.graph_name


def _find_touched(
    changes: Changes,
    old: ox.Store | None,
    touched: Iterable[ox.Triple],
    grouped: frozenset[ox.NamedNode],
) -> list[ox.NamedNode]:
    """Return the things of which the merge may carry other values now."""
    found: dict[object, None] = {}
    for triple in touched:
        subject, predicate = triple.subject, triple.predicate
        if predicate in grouped:
            found[subject] = None
        # What is only said once more decides nothing anew, but who says it may.
        if (
            old is not None
            and predicate != ct.basis
            and is_stated_anywhere(old, triple) == is_stated_anywhere(changes.store, triple)
        ):
            continue
        for state in (changes.store,) if old is None else (old, changes.store):
            if predicate in _ORDERING:
                every = (state.quads_for_pattern(None, one, None) for one in grouped)
                found |= dict.fromkeys(quad.subject for quads in every for quad in quads)
            elif predicate in _CHOOSING:
                quads = state.quads_for_pattern(subject, ct.disputedThing, None)
                found |= dict.fromkeys(quad.object for quad in quads)
            elif predicate in (ct.section, ct.basis):
                found |= _things_of(state, subject)
            elif predicate == ct.source:
                found |= _things_in(state, subject)
            elif predicate in (ct.sourceKind, ct.startDate):
                for section in _subjects(state, ct.source, subject):
                    found |= _things_in(state, section)
            elif predicate == ct.withinPlace:
                for place in reach([subject], partial(_subjects, state, ct.withinPlace)):
                    found |= dict.fromkeys(_subjects(state, ct.heldIn, place))
    return [thing for thing in found if isinstance(thing, ox.NamedNode)]


def _things_in(state: ox.Store, section: object) -> dict[object, None]:
    """Return the things that the claims of a section speak of."""
    claims = _subjects(state, ct.section, section)
    return {thing: None for claim in claims for thing in _things_of(state, claim)}


def _things_of(state: ox.Store, claim: object) -> dict[object, None]:
    if not isinstance(claim, ox.NamedNode):
        return {}
    return dict.fromkeys(quad.subject for quad in state.quads_for_pattern(None, None, None, claim))


def _subjects(state: ox.Store, predicate: ox.NamedNode, value: object) -> list[ox.NamedNode]:
    """Return what a property leads from to a thing, in any claim."""
    if not isinstance(value, ox.NamedNode):
        return []
    quads = state.quads_for_pattern(None, predicate, value, None)
    subjects = dict.fromkeys(quad.subject for quad in quads)
    return [subject for subject in subjects if isinstance(subject, ox.NamedNode)]
