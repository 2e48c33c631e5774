"""What held on a day, and what had happened by then.

A thing has the days of the merge: `ct:startDate`, `ct:endDate` and `ct:asOf`; one that has none
and belongs to a fiscal year begins with it. Left out is

- what begins after the day: its first possible day is later;
- a number or status that is vouched for as of a later day alone;
- a membership or an office that had ended: its last possible day is earlier.

What is left out goes with all that is said of it, and with what only hangs on it, such as its
participations; a claim that says nothing else is left out too, unless another rests on it.
Whatever has no day stays, for nothing says when it was. Sections, sources, places
and fiscal years are what statements are placed by, and stay: a source of a later date may well
tell of an earlier one.
"""

from __future__ import annotations

import pyoxigraph as ox

from ctgraph.store.merge import MERGE, Resource, list_instances, list_subjects, reach
from ctgraph.store.scope.sources import FRAMES, Claims, drop_references, premises_of
from ctgraph.terms import ct, org

HANGING = (ct.activity, ct.figureOf, ct.outcomeOf, ct.refersTo, ct.statusOf)
"""What says something of another thing and means little without it."""


def drop_later(graph: ox.Store, claims: Claims, day: str) -> Claims:
    """Return claims without what did not hold, or had not happened, by a day.

    Args:
        graph: The merge of the claims, with ontology and vocabularies.
        claims: The claims.
        day: The day, in ISO 8601.
    """
    absent = _find_absent(graph, day)
    kept = {
        claim: {quad for quad in quads if not absent & {quad.subject, quad.object}}
        for claim, quads in claims.items()
    }
    # A claim of which nothing is left but its own description says nothing any more.
    empty = {
        claim
        for claim, quads in kept.items()
        if len(quads) < len(claims[claim]) and all(quad.subject == claim for quad in quads)
    }
    said = reach(kept.keys() - empty, lambda claim: premises_of(claim, kept.get(claim, ())))
    kept = {claim: quads for claim, quads in kept.items() if claim in said}
    return drop_references(kept, claims)


def _find_absent(graph: ox.Store, day: str) -> set[Resource]:
    starts = _read_days(graph, ct.startDate)
    ends = _read_days(graph, ct.endDate)
    vouched = _read_days(graph, ct.asOf)
    standing = list_instances(graph, (org.Membership,))
    begins = {thing: min(days) for thing, days in starts.items()}
    dated = starts.keys() | ends.keys() | vouched.keys()
    for thing, _, year, _ in graph.quads_for_pattern(None, ct.fiscalYear, None, MERGE):
        if thing not in dated and isinstance(year, ox.NamedNode) and year in starts:
            begins[thing] = min(begins.get(thing, "9999"), *starts[year])
    absent = {thing for thing, start in begins.items() if start > day}
    absent |= {
        thing
        for thing, days in vouched.items()
        if min(days) > day and not (thing in standing and thing in starts)
    }
    absent |= {thing for thing in standing & ends.keys() if max(ends[thing]) < day}
    absent -= list_instances(graph, FRAMES)
    return reach(
        absent,
        lambda thing: (one for link in HANGING for one in list_subjects(graph, link, thing)),
    )


def _read_days(graph: ox.Store, predicate: ox.NamedNode) -> dict[Resource, list[str]]:
    """Return the days that a property gives, by thing."""
    found: dict[Resource, list[str]] = {}
    for subject, _, day, _ in graph.quads_for_pattern(None, predicate, None, MERGE):
        if isinstance(day, ox.Literal):
            found.setdefault(subject, []).append(day.value)
    return found
