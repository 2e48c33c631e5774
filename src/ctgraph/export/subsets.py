"""Parts of the graph that can be cut out and still be read: by actor, topic, year, source, basis.

What is cut is closed: labels and types of everything it mentions and the claims it rests on come
along.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph

from ctgraph.errors import DataError, UsageError
from ctgraph.export.rdf import Content, Key
from ctgraph.export.snapshot import EVIDENCE, LABELS, TYPE, Index, Snapshot, key_of
from ctgraph.store import RULE_GRAPHS
from ctgraph.terms import CT, OWN_NAMESPACES, PREFIXES, shorten
from ctgraph.words import Phrase

if TYPE_CHECKING:
    from ctgraph.store import Store


# Nodes that say something about an activity or a series, and mean little without it.
_HANGING = tuple(
    CT + name for name in ("activity", "figureOf", "outcomeOf", "refersTo", "statusOf")
)
# And what measures it; not in the slice of a year, where it would bring the other years.
_MEASURING = (CT + "indicatorOf", CT + "indicator")


class Slice(NamedTuple):
    """What is asked for; IRIs, already looked up."""

    actor: str | None = None
    topic: str | None = None
    year: str | None = None
    source: str | None = None
    stated_only: bool = False
    construct: Path | None = None

    def words(self) -> list[str]:
        """The slice in words, for the header of a file."""
        return [one.tell() for one in self.conditions()]

    def conditions(self) -> list[Phrase]:
        """What the slice has to satisfy, each in either language."""
        said = [
            Phrase("slice-by-thing", kind=name, iri=shorten(iri))
            for name, iri in zip(self._fields[:4], self[:4], strict=True)
            if isinstance(iri, str)
        ]
        if self.stated_only:
            said.append(Phrase("slice-stated"))
        if self.construct is not None:
            digest = hashlib.sha256(self.construct.read_bytes()).hexdigest()
            said.append(Phrase("slice-by-query", digest=digest))
        return said


def resolve_name(store: Store, text: str | None, kind: str, lang: str) -> str | None:
    """Return the IRI of a name of a kind; None for None."""
    if text is None:
        return None
    from ctgraph.query.entities import resolve

    term = resolve(store, text, kind)
    if not isinstance(term, pyoxigraph.NamedNode):
        raise UsageError("name-not-a-thing", text=text, kind=kind)
    return term.value


def resolve_year(store: Store, snapshot: Snapshot, year: str | int | None, lang: str) -> str | None:
    """Return the IRI of a fiscal year; None for None."""
    if year is None:
        return None
    from ctgraph.network import fiscal_year

    return fiscal_year(store, year)


def cut(store: Store, snapshot: Snapshot, wanted: Slice, parts: Sequence[str]) -> Content:
    """What a slice keeps, closed, and the parts that are asked for.

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
    if wanted == Slice():
        asserted = set(index.where)
        derived = {graph: set(triples) for graph, triples in rules.items()}
    else:
        asserted, derived = _slice(store, snapshot, index, rules, wanted)
    kept_claims = {claim for triple in asserted for claim in index.where.get(triple, ())}
    evidence = {
        (subject, EVIDENCE, f"<{claim}>")
        for (subject, predicate, text) in asserted
        for claim in index.where.get((subject, predicate, text), ())
        if subject != claim
    }
    merge = asserted | evidence
    graphs: dict[str, set[Key]] = {}
    if "derived" in parts:
        for graph, made in derived.items():
            merge |= made
            graphs[graph] = made
    if "ontology" in parts:
        for graph, triples in snapshot.ontology.items():
            merge.update(triples)
            graphs[graph] = set(triples)
    if "claims" not in parts:
        return Content(merge, {}, kept_claims, snapshot.literals)
    for claim in kept_claims:
        graphs[claim] = set()
    for triple in asserted:
        for claim in index.where.get(triple, ()):
            graphs[claim].add(triple)
    return Content(merge, {g: t for g, t in graphs.items() if t}, kept_claims, snapshot.literals)


def _derive_again(store: Store, snapshot: Snapshot, index: Index) -> dict[str, list[Key]]:
    """What the rules make of the stated claims alone."""
    from ctgraph.store import apply_rules, read_rules

    scratch = pyoxigraph.Store()

    def quads() -> Iterator[pyoxigraph.Quad]:
        graphs = {claim: snapshot.claims[claim] for claim in index.claims}
        for graph, triples in {**graphs, **snapshot.ontology}.items():
            for subject, predicate, text in triples:
                ends = (
                    pyoxigraph.NamedNode(subject),
                    pyoxigraph.NamedNode(predicate),
                    snapshot.literals.get(text) or pyoxigraph.NamedNode(text[1:-1]),
                )
                yield pyoxigraph.Quad(*ends, pyoxigraph.NamedNode(graph))
                yield pyoxigraph.Quad(*ends)

    scratch.extend(quads())
    apply_rules(scratch, read_rules(store.bundle))
    texts: dict[object, str] = {}
    made: dict[str, list[Key]] = {}
    for quad in scratch:
        graph = quad.graph_name
        if isinstance(graph, pyoxigraph.NamedNode) and graph.value.startswith(RULE_GRAPHS):
            made.setdefault(graph.value, []).append(key_of(quad.triple, snapshot.literals, texts))
    return made


def _slice(
    store: Store,
    snapshot: Snapshot,
    index: Index,
    rules: Mapping[str, list[Key]],
    wanted: Slice,
) -> tuple[set[Key], dict[str, set[Key]]]:
    """The asserted triples and, by rule, the derived ones that a slice keeps."""
    derived_objects: dict[str, list[Key]] = {}
    for triples in rules.values():
        for triple in triples:
            if triple[1] != EVIDENCE and triple[2][0] == "<":
                derived_objects.setdefault(triple[2][1:-1], []).append(triple)
    focus = _focus(index, derived_objects, wanted)
    kept = set(index.where) if focus is None else _about(index, focus)
    if wanted.source is not None:
        of_source = _claims_of_source(index, wanted.source)
        kept = {triple for triple in kept if of_source.intersection(index.where[triple])}
    new: set[Key] = set()
    if wanted.construct is not None:
        constructed = _construct(store, wanted.construct, snapshot.literals)
        if focus is not None:
            constructed = {triple for triple in constructed if triple[0] in focus}
        known = constructed & set(index.where)
        inferred = {t for triples in snapshot.claims.values() for t in triples} - set(index.where)
        # What the query makes itself stands in no claim; a stated-only slice cannot vouch for it.
        if wanted.source is None and not wanted.stated_only:
            new = constructed - known - inferred
        kept &= known
    if not kept and not new:
        raise DataError("slice-empty", conditions=wanted.conditions())
    anchors = {iri for iri in (wanted.actor, wanted.topic, wanted.year) if iri}
    derived: dict[str, set[Key]] = {}
    about = focus if focus is not None else {triple[0] for triple in kept}
    for graph, triples in rules.items():
        found = {
            triple
            for triple in triples
            if triple[1] != EVIDENCE
            and (triple[0] in about or (focus is not None and triple[2][1:-1] in anchors & focus))
        }
        if wanted.construct is not None:
            found &= constructed
        if found:
            derived[graph] = found
    closed = _close(index, kept | new, derived)
    return closed, derived


def _focus(
    index: Index, derived_objects: Mapping[str, list[Key]], wanted: Slice
) -> set[str] | None:
    """The things that actor, topic and year have in common; None if none of them was asked."""
    sets: list[set[str]] = []
    if wanted.actor is not None:
        found = {wanted.actor, *index.pointing(wanted.actor)}
        found |= {a for thing in set(found) for a in index.objects(thing, CT + "activity")}
        ties = derived_objects.get(wanted.actor, ())
        found |= {subject for subject, predicate, _ in ties if predicate == CT + "tieBetween"}
        sets.append(_with_hanging(index, found, _HANGING + _MEASURING))
    if wanted.topic is not None:
        topics = _narrower(index, wanted.topic)
        found = {subject for topic in topics for subject in index.pointing(topic)}
        sets.append(_with_hanging(index, found, _HANGING + _MEASURING))
    if wanted.year is not None:
        found = {wanted.year, *index.pointing(wanted.year)}
        dated = derived_objects.get(wanted.year, ())
        found |= {subject for subject, _, _ in dated}
        sets.append(_with_hanging(index, found, _HANGING))
    return set.intersection(*sets) if sets else None


def _with_hanging(index: Index, things: set[str], predicates: Collection[str]) -> set[str]:
    """Things, and what hangs on them by the predicates, at any distance."""
    found = set(things)
    waiting = list(things)
    while waiting:
        for subject in index.pointing(waiting.pop(), predicates):
            if subject not in found:
                found.add(subject)
                waiting.append(subject)
    return found


def _narrower(index: Index, topic: str) -> set[str]:
    below: dict[str, list[str]] = {}
    for triples in (*index.vocabulary.values(), *index.by_subject.values()):
        for subject, predicate, text in triples:
            if predicate == PREFIXES["skos"] + "broader":
                below.setdefault(text[1:-1], []).append(subject)
    found = {topic}
    waiting = [topic]
    while waiting:
        for concept in below.get(waiting.pop(), ()):
            if concept not in found:
                found.add(concept)
                waiting.append(concept)
    return found


def _about(index: Index, focus: Iterable[str]) -> set[Key]:
    return {triple for thing in focus for triple in index.by_subject.get(thing, ())}


def _claims_of_source(index: Index, source: str) -> set[str]:
    return {claim for claim in index.claims if source in index.sources_of(claim)}


def _construct(store: Store, path: Path, literals: dict[str, pyoxigraph.Literal]) -> set[Key]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError("slice-query-unreadable", path=path, reason=reason) from error
    result = store.query(text)
    if not isinstance(result, pyoxigraph.QueryTriples):
        raise UsageError("slice-query-not-construct", path=path)
    texts: dict[object, str] = {}
    try:
        return {key_of(triple, literals, texts) for triple in result}
    except (OSError, RuntimeError, ValueError) as error:
        raise store.explain_failure(error, text) from error


def _close(index: Index, kept: set[Key], derived: Mapping[str, set[Key]]) -> set[Key]:
    """The kept triples, and what is needed to read them."""
    closed = set(kept)
    seen: set[str] = set()
    waiting: list[str] = []

    def mention(triples: Iterable[Key]) -> None:
        for triple in triples:
            ends = [triple[0], *index.where.get(triple, ())]
            if triple[2][0] == "<":
                ends.append(triple[2][1:-1])
            for end in ends:
                if end not in seen:
                    seen.add(end)
                    waiting.append(end)

    mention(sorted(closed))
    for made in derived.values():
        mention(sorted(made))
    whole = {f"<{CT}{name}>" for name in ("Section", "Source")}
    while waiting:
        thing = waiting.pop()
        own = index.by_subject.get(thing, [])
        if thing not in index.claims and not any(p == TYPE and o in whole for _, p, o in own):
            own = [triple for triple in own if triple[1] == TYPE or triple[1] in LABELS]
        if not own and thing.startswith(OWN_NAMESPACES):
            own = [
                triple
                for triple in index.vocabulary.get(thing, ())
                if triple[1] == TYPE or triple[1] in LABELS
            ]
        fresh = [triple for triple in own if triple not in closed]
        closed.update(fresh)
        mention(fresh)
    return closed
