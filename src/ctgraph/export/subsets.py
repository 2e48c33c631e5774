"""Parts of the graph that can be cut out and still be read: by actor, topic, year, basis.

What is cut is closed: labels and types of everything it mentions and the claims it rests on come
along.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from ctgraph.errors import DataError, UsageError
from ctgraph.export.rdf import Content, to_quads
from ctgraph.export.snapshot import (
    LABELS,
    Graphs,
    Index,
    Snapshot,
    check_plain,
    subject_of,
)
from ctgraph.store import RULE_GRAPHS, reach, with_twins
from ctgraph.store.scope import HANGING
from ctgraph.terms import OWN_NAMESPACES, ct, rdf, shorten, skos
from ctgraph.words import Phrase

if TYPE_CHECKING:
    from ctgraph.store import Store


# What measures a thing; not in the slice of a year, where it would bring the other years.
_MEASURING = (ct.indicatorOf, ct.indicator)


class Slice(NamedTuple):
    """What is asked for; IRIs, already looked up."""

    actor: str | None = None
    topic: str | None = None
    year: str | None = None
    stated_only: bool = False
    construct: Path | None = None

    def words(self) -> list[str]:
        """Return the slice in words, for the header of a file."""
        return [one.tell() for one in self.conditions()]

    def conditions(self) -> list[Phrase]:
        """Return what the slice has to satisfy, each in either language."""
        said = [
            Phrase("slice-by-thing", kind=name, iri=shorten(iri))
            for name, iri in zip(self._fields[:3], self[:3], strict=True)
            if isinstance(iri, str)
        ]
        if self.stated_only:
            said.append(Phrase("slice-stated"))
        if self.construct is not None:
            digest = hashlib.sha256(self.construct.read_bytes()).hexdigest()
            said.append(Phrase("slice-by-query", digest=digest))
        return said


def resolve_name(store: Store, text: str | None, kind: str) -> str | None:
    """Return the IRI of a name of a kind; None for None."""
    if text is None:
        return None
    from ctgraph.query.entities import resolve

    term = resolve(store, text, kind)
    if not isinstance(term, ox.NamedNode):
        raise UsageError("name-not-a-thing", text=text, kind=kind)
    return term.value


def cut(store: Store, snapshot: Snapshot, wanted: Slice, parts: Sequence[str]) -> Content:
    """Return what a slice keeps, closed, and the parts that are asked for.

    Args:
        store: The graph, for the rules and the CONSTRUCT query.
        snapshot: Everything in it.
        wanted: The slice.
        parts: Any of ``derived``, ``ontology`` and ``claims``.

    Raises:
        DataError: The slice is empty.
        UsageError: The file of the query cannot be read, or holds another query.
    """
    index = Index(snapshot, wanted.stated_only)
    rules = snapshot.rules
    if wanted.stated_only:
        rules = _derive_again(store, snapshot, index)
    asserted: set[ox.Triple] = set(index.where)
    derived = rules
    if wanted != Slice():
        asserted, derived = _slice(store, snapshot, index, rules, wanted)
    merge = set(asserted)
    claims: Graphs = {}
    for triple in asserted:
        for claim in index.where.get(triple, ()):
            claims.setdefault(claim, set()).add(triple)
            if triple.subject != claim:
                merge.add(ox.Triple(triple.subject, ct.evidence, claim))
    graphs: Graphs = {}
    if "derived" in parts:
        graphs |= derived
    if "ontology" in parts:
        graphs |= snapshot.ontology
    merge.update(*graphs.values())
    if "claims" not in parts:
        return Content(merge, {}, claims)
    if not wanted.stated_only:
        merge.difference_update(snapshot.set_aside)  # their claims hold them
    graphs |= claims
    return Content(merge, {name: held for name, held in graphs.items() if held}, claims)


def _derive_again(store: Store, snapshot: Snapshot, index: Index) -> Graphs:
    """Return what the rules make of the stated claims alone."""
    from ctgraph.store import apply_rules, read_rules

    scratch = ox.Store()
    graphs = {claim: snapshot.claims[claim] for claim in index.claims} | snapshot.ontology
    scratch.extend(with_twins(to_quads(graphs)))
    apply_rules(scratch, read_rules(store.bundle))
    made: Graphs = {}
    for quad in scratch:
        graph_name = quad.graph_name
        if isinstance(graph_name, ox.NamedNode) and graph_name.value.startswith(RULE_GRAPHS):
            made.setdefault(graph_name, set()).add(check_plain(quad.triple))
    return made


def _slice(
    store: Store, snapshot: Snapshot, index: Index, rules: Graphs, wanted: Slice
) -> tuple[set[ox.Triple], Graphs]:
    """Return the asserted triples and, by rule, the derived ones that a slice keeps."""
    derived_objects: dict[ox.NamedNode, list[ox.Triple]] = {}
    for triples in rules.values():
        for triple in triples:
            if triple.predicate != ct.evidence and isinstance(triple.object, ox.NamedNode):
                derived_objects.setdefault(triple.object, []).append(triple)
    focus = _focus(index, derived_objects, wanted)
    kept = set(index.where) if focus is None else _about(index, focus)
    new: set[ox.Triple] = set()
    if wanted.construct is not None:
        constructed = _construct(store, wanted.construct)
        if focus is not None:
            constructed = {triple for triple in constructed if triple.subject in focus}
        known = constructed & set(index.where)
        inferred = {t for triples in snapshot.claims.values() for t in triples} - set(index.where)
        # What the query makes itself stands in no claim; a stated-only slice cannot vouch for it.
        if not wanted.stated_only:
            new = constructed - known - inferred
        kept &= known
    if not kept and not new:
        raise DataError("slice-empty", conditions=wanted.conditions())
    asked = (wanted.actor, wanted.topic, wanted.year)
    anchors = {ox.NamedNode(iri) for iri in asked if iri} & (focus or set())
    derived: Graphs = {}
    about = focus if focus is not None else {triple.subject for triple in kept}
    for graph, triples in rules.items():
        found = {
            triple
            for triple in triples
            if triple.predicate != ct.evidence
            and (triple.subject in about or triple.object in anchors)
        }
        if wanted.construct is not None:
            found &= constructed
        if found:
            derived[graph] = found
    return _close(index, kept | new, derived), derived


def _focus(
    index: Index, derived_objects: Mapping[ox.NamedNode, list[ox.Triple]], wanted: Slice
) -> set[ox.NamedNode] | None:
    """Return the things that actor, topic and year have in common; None if none was asked."""
    sets: list[set[ox.NamedNode]] = []
    if wanted.actor is not None:
        actor = ox.NamedNode(wanted.actor)
        found = {actor, *index.pointing(actor)}
        found |= {a for thing in set(found) for a in index.objects(thing, ct.activity)}
        ties = derived_objects.get(actor, ())
        found |= {subject_of(tie) for tie in ties if tie.predicate == ct.tieBetween}
        sets.append(_with_hanging(index, found, HANGING + _MEASURING))
    if wanted.topic is not None:
        topics = _narrower(index, ox.NamedNode(wanted.topic))
        found = {subject for topic in topics for subject in index.pointing(topic)}
        sets.append(_with_hanging(index, found, HANGING + _MEASURING))
    if wanted.year is not None:
        year = ox.NamedNode(wanted.year)
        found = {year, *index.pointing(year)}
        found |= {subject_of(dated) for dated in derived_objects.get(year, ())}
        sets.append(_with_hanging(index, found, HANGING))
    return set.intersection(*sets) if sets else None


def _with_hanging(
    index: Index, things: set[ox.NamedNode], predicates: Collection[ox.NamedNode]
) -> set[ox.NamedNode]:
    """Return things, and what hangs on them by the predicates, at any distance."""
    return reach(things, lambda thing: index.pointing(thing, predicates))


def _narrower(index: Index, topic: ox.NamedNode) -> set[ox.NamedNode]:
    below: dict[object, list[ox.NamedNode]] = {}
    for triples in (*index.vocabulary.values(), *index.by_subject.values()):
        for triple in triples:
            if triple.predicate == skos.broader:
                below.setdefault(triple.object, []).append(subject_of(triple))
    return reach([topic], lambda concept: below.get(concept, ()))


def _about(index: Index, focus: Iterable[ox.NamedNode]) -> set[ox.Triple]:
    return {triple for thing in focus for triple in index.by_subject.get(thing, ())}


def _construct(store: Store, path: Path) -> set[ox.Triple]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError("slice-query-unreadable", path=path, reason=reason) from error
    result = store.query(text)
    if not isinstance(result, ox.QueryTriples):
        raise UsageError("slice-query-not-construct", path=path)
    try:
        return {check_plain(triple) for triple in result}
    except (OSError, RuntimeError, ValueError) as error:
        raise store.explain_failure(error, text) from error


_WHOLE = {ct.Section, ct.Source}


def _close(index: Index, kept: set[ox.Triple], derived: Graphs) -> set[ox.Triple]:
    """Return the kept triples, and what is needed to read them."""
    closed = set(kept)
    seen: set[ox.NamedNode] = set()
    waiting: list[ox.NamedNode] = []

    def mention(triples: Iterable[ox.Triple]) -> None:
        for triple in triples:
            ends = [subject_of(triple), *index.where.get(triple, ())]
            if isinstance(triple.object, ox.NamedNode):
                ends.append(triple.object)
            for end in ends:
                if end not in seen:
                    seen.add(end)
                    waiting.append(end)

    def names(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
        return [one for one in triples if one.predicate == rdf.type or one.predicate in LABELS]

    mention(closed)
    for made in derived.values():
        mention(made)
    while waiting:
        thing = waiting.pop()
        own = index.by_subject.get(thing, [])
        is_whole = any(one.predicate == rdf.type and one.object in _WHOLE for one in own)
        if thing not in index.claims and not is_whole:
            own = names(own)
        if not own and thing.value.startswith(OWN_NAMESPACES):
            own = names(index.vocabulary.get(thing, ()))
        fresh = [triple for triple in own if triple not in closed]
        closed.update(fresh)
        mention(fresh)
    return closed
