"""The claims that count according to some sources, and the descriptions that they need.

A claim counts if its section is of one of the sources. What others say of the same things does
not, but for two things. **Description follows what is spoken of**: of each thing that a counting
claim names, other claims say what it is and what it is called, as far as the counting ones leave
that open; of sections, sources, places and fiscal years, by which statements are placed, also
their codes, days, addresses and wholes. Claims that do nothing but describe, such as those of a
standard, go before others. Of such a claim no other triple is kept: no participation,
and no date or sum but the days of a fiscal year or of a source. And what a counting claim is
inferred from is kept with its words, not with what it states.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

import pyoxigraph as ox

from ctgraph.store.merge import list_claims, list_objects, with_subclasses
from ctgraph.terms import ct, dcterms, prov, rdf, schema, skos

Claims = dict[ox.NamedNode, set[ox.Quad]]
"""Quads by the claim graph that they stand in."""

_NAMING = {rdf.type, skos.prefLabel, skos.altLabel}
_PLACING = {
    *(ct.startDate, ct.endDate, ct.datePrecision, ct.seenOn, ct.fiscalYearOf, ct.order, ct.source),
    *(ct.sourceKind, ct.iso3166Alpha2, ct.iso3166Alpha3, ct.m49, ct.withinPlace),
    *(dcterms.description, dcterms.publisher, dcterms.title, schema.url),
}
"""Properties that identify what statements are placed by."""
FRAMES = (ct.FiscalYear, ct.Place, ct.Section, ct.Source)
"""Classes of what statements are placed by."""


def select_claims(graph: ox.Store, sources: Collection[str]) -> Claims:
    """Return the claims that count according to some sources, and the descriptions they need.

    Args:
        graph: Claims, ontology and their merge.
        sources: IRIs of the sources; empty for all.
    """
    every = list_claims(graph)
    if not sources:
        return {claim: set(_quads_of(graph, claim)) for claim in every}
    wanted = {ox.NamedNode(source) for source in sources}
    chosen = {claim for claim in every if wanted & set(_sources_of(graph, claim))}
    kept: Claims = {claim: set(_quads_of(graph, claim)) for claim in chosen}
    _describe(graph, kept, every)
    return drop_references(kept, every)


def drop_references(claims: Claims, every: Collection[ox.NamedNode]) -> Claims:
    """Return claims without what links them to a claim that is not among them.

    Args:
        claims: The claims that are kept.
        every: All claims that there were.
    """
    gone = set(every) - claims.keys()
    return {
        claim: {quad for quad in quads if quad.object not in gone}
        for claim, quads in claims.items()
    }


def premises_of(claim: ox.NamedNode, quads: Iterable[ox.Quad]) -> Iterator[ox.NamedNode]:
    """Yield the claims that a claim rests on.

    Args:
        claim: The claim.
        quads: What stands in it.
    """
    for quad in quads:
        if quad.predicate == prov.wasDerivedFrom and quad.subject == claim:
            assert isinstance(quad.object, ox.NamedNode), "the reader admits nothing else"
            yield quad.object


def _quads_of(graph: ox.Store, claim: ox.NamedNode) -> Iterator[ox.Quad]:
    return graph.quads_for_pattern(None, None, None, claim)


def _sources_of(graph: ox.Store, claim: ox.NamedNode) -> Iterator[ox.NamedNode]:
    for section in list_objects(graph, claim, ct.section):
        yield from list_objects(graph, section, ct.source)


def _describe(graph: ox.Store, kept: Claims, every: set[ox.NamedNode]) -> None:
    """Add to claims the descriptions, from other claims, of what they speak of."""
    frames = with_subclasses(graph, FRAMES)
    counting = frozenset(kept)
    given = {_key_of(quad) for quads in kept.values() for quad in quads}
    premises = {one for claim, quads in kept.items() for one in premises_of(claim, quads)}
    for premise in premises - counting:
        kept[premise] = _description_of(graph, premise)
    waiting = {thing for quads in kept.values() for quad in quads for thing in _things_of(quad)}
    seen: set[ox.NamedNode] = set(every)
    while waiting:
        thing = waiting.pop()
        if thing in seen:
            continue
        seen.add(thing)
        is_frame = not frames.isdisjoint(list_objects(graph, thing, rdf.type))
        describing = _NAMING | _PLACING if is_frame else _NAMING
        offered: dict[object, list[tuple[ox.NamedNode, ox.Quad]]] = {}
        for quad in graph.quads_for_pattern(thing, None, None, None):
            claim = quad.graph_name
            key = _key_of(quad, with_others=True)
            if (
                isinstance(claim, ox.NamedNode)
                and claim in every
                and claim not in counting
                and quad.predicate in describing
                and key not in given
            ):
                offered.setdefault(key, []).append((claim, quad))
        for claim, quad in _choose(graph, offered.values()):
            if claim not in kept:
                kept[claim] = _description_of(graph, claim)
                own = (one for one in kept[claim] if one.subject == claim)
                waiting.update(one for added in own for one in _things_of(added))
            kept[claim].add(quad)
            waiting.update(_things_of(quad))


def _choose(
    graph: ox.Store, offered: Iterable[list[tuple[ox.NamedNode, ox.Quad]]]
) -> Iterator[tuple[ox.NamedNode, ox.Quad]]:
    """Yield, of each description, what claims say that only describe; else what any says."""
    for found in offered:
        only = [one for one in found if _only_describes(graph, one[0])]
        yield from only or found


def _only_describes(graph: ox.Store, claim: ox.NamedNode) -> bool:
    own = {quad.subject for quad in _description_of(graph, claim)}
    return all(
        quad.predicate in _NAMING or quad.predicate in _PLACING or quad.subject in own
        for quad in _quads_of(graph, claim)
    )


def _description_of(graph: ox.Store, claim: ox.NamedNode) -> set[ox.Quad]:
    """Return what a claim says of itself, and of the digest of its words."""
    found = set(graph.quads_for_pattern(claim, None, None, claim))
    for quad in list(found):
        if quad.predicate == ct.words and isinstance(quad.object, ox.NamedNode):
            found.update(graph.quads_for_pattern(quad.object, None, None, claim))
    return found


def _things_of(quad: ox.Quad) -> Iterator[ox.NamedNode]:
    """Yield what a triple speaks of.

    That is neither a claim that another disagrees with, nor a digest, which many claims may share.
    """
    if quad.predicate not in (ct.disagreesWith, ct.words):
        for term in (quad.subject, quad.object):
            if isinstance(term, ox.NamedNode):
                yield term


def _key_of(quad: ox.Quad, *, with_others: bool = False) -> tuple[object, object, str]:
    """Return what a triple settles: a property of a thing, of labels those in one language.

    With `with_others`, other labels belong to the preferred one and come with it.
    """
    subject, predicate, value, _ = quad
    language = value.language or "" if isinstance(value, ox.Literal) else ""
    if with_others and predicate == skos.altLabel:
        predicate = skos.prefLabel
    return subject, predicate, language
