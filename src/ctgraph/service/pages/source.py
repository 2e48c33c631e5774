"""The sources, and the text of each with every cited passage marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph as ox

from ctgraph.errors import RequestError
from ctgraph.query.evidence import load_claims
from ctgraph.query.sources import (
    Coverage,
    Section,
    Segment,
    coverage,
    cut_text,
    list_source_claims,
    read_sections,
    read_source_claims,
    source_name,
    source_text,
)
from ctgraph.service.handler import Limits, Reply, Request
from ctgraph.service.pages.frame import pick_page, render
from ctgraph.store import keep
from ctgraph.terms import CTD, shorten
from ctgraph.words import read_words

if TYPE_CHECKING:
    from ctgraph.query.evidence import ClaimEvidence
    from ctgraph.store import Store


# Claims on a page, if there is no text to show them in.
_ON_A_PAGE = 500


class SourceEntry(NamedTuple):
    """A source in the list of sources."""

    iri: str
    name: str
    label: str
    claims: int
    has_text: bool


def read_source_list(store: Store, lang: str) -> list[SourceEntry]:
    """Return the sources, those with the most claims first.

    Args:
        store: The graph.
        lang: Language of the labels.
    """
    rows = store.select(
        "SELECT ?x (COUNT(DISTINCT ?c) AS ?n) { ?x a ct:Source "
        "OPTIONAL { ?s ct:source ?x . ?c ct:section ?s ; a ct:Claim } } GROUP BY ?x"
    )
    counts = {row["x"].value: int(row["n"].value) for row in rows if row["x"] is not None}
    labels = store.labels(sorted(counts), lang)
    found = [
        SourceEntry(
            iri,
            source_name(iri),
            labels.get(iri) or shorten(iri),
            count,
            source_text(store, iri) is not None,
        )
        for iri, count in counts.items()
    ]
    return sorted(found, key=lambda one: (-one.claims, one.label))


def index(store: Store, request: Request, limits: Limits) -> Reply:
    """Return all sources."""
    return render(
        store,
        request,
        "sources.html",
        title=read_words("pages", request.lang)["sources"],
        sources=read_source_list(store, request.lang),
    )


def source(store: Store, request: Request, limits: Limits) -> Reply:
    """Return the text of a source with what is cited of it."""
    name = request.values["name"].removesuffix(".html")
    iri = CTD + name
    try:
        is_source = store.ask(f"ASK {{ {ox.NamedNode(iri)} a ct:Source }}")
    except ValueError:
        is_source = False
    if not is_source:
        raise RequestError("no-such-source", name=name, status=404)
    lang = request.lang
    page, pages, listed = _claims_on_page(store, request, iri)
    if pages == 1:
        shown = keep(store, ("source", iri, lang), lambda: _read(store, iri, lang))
    else:
        shown = _read_some(store, iri, lang, listed, (page - 1) * _ON_A_PAGE)
    label = store.labels([iri], lang).get(iri) or shorten(iri)
    present = {part.section.iri for part in shown["passages"] if part.section is not None}
    return render(
        store,
        request,
        "source.html",
        title=label,
        iri=iri,
        name=name,
        has_own_graph=not request.is_static and store.kind != "endpoint",
        shown_sections=present,
        page=page,
        pages=pages,
        **shown,
    )


def _claims_on_page(store: Store, request: Request, iri: str) -> tuple[int, int, Sequence[str]]:
    """Return the page that was asked for, of how many, and its claims; a text is never cut."""
    if request.is_static or source_text(store, iri) is not None:
        return pick_page(request, [], _ON_A_PAGE)
    listed = keep(store, ("claims of source", iri), lambda: _list_by_section(store, iri))
    return pick_page(request, listed, _ON_A_PAGE)


def _list_by_section(store: Store, iri: str) -> list[str]:
    order = {one.iri: place for place, one in enumerate(read_sections(store, iri, "en"))}
    found = list_source_claims(store, iri)
    return [claim for claim, _ in sorted(found, key=lambda one: (order.get(one[1], 0), one))]


class Part(NamedTuple):
    """A section as it stands in the text.

    Attributes:
        section: The section; None for what belongs to none.
        segments: Its text, each segment with the claims whose quote begins there first.
        claims: The claims whose quotes begin in it first.
    """

    section: Section | None
    segments: tuple[tuple[Segment, tuple[str, ...]], ...]
    claims: tuple[ClaimEvidence, ...]


def _read(store: Store, iri: str, lang: str) -> dict[str, Any]:
    claims = read_source_claims(store, iri, lang)
    sections = read_sections(store, iri, lang)
    text = source_text(store, iri)
    if text is None:
        return _by_section(sections, claims, 0)
    parts = _parts(text, sections, claims)
    covered: Coverage = coverage(text, [claim.quote for claim in claims if claim.quote])
    return {
        **_shared(sections, claims),
        "coverage": covered,
        "passages": parts,
        "brief": _numbers(parts, 0),
        "uncovered": covered.uncovered,
    }


def _read_some(
    store: Store, iri: str, lang: str, listed: Sequence[str], before: int
) -> dict[str, Any]:
    """Return one page of the claims of a source that has no text."""
    found = load_claims(store, listed, lang)
    sections = keep(store, ("sections", iri, lang), lambda: read_sections(store, iri, lang))
    claims = [found[one] for one in listed if one in found]
    return {**_by_section(sections, claims, before), "total": sum(one.claims for one in sections)}


def _by_section(
    sections: list[Section], claims: list[ClaimEvidence], before: int
) -> dict[str, Any]:
    by_section: dict[str, list[ClaimEvidence]] = {}
    for claim in claims:
        by_section.setdefault(claim.section or "", []).append(claim)
    parts = [Part(one, (), tuple(by_section[one.iri])) for one in sections if one.iri in by_section]
    return {
        **_shared(sections, claims),
        "coverage": None,
        "passages": parts,
        "uncovered": (),
        "brief": _numbers(parts, before),
    }


def _shared(sections: list[Section], claims: list[ClaimEvidence]) -> dict[str, Any]:
    return {
        "sections": sections,
        "cited": next(iter(claims), None),
        "claims": {claim.iri: claim for claim in claims},
        "total": len(claims),
        "text_lang": min((claim.quote_language or "und" for claim in claims), default="und"),
        "short": {claim.iri: claim.iri.rpartition("/")[2] for claim in claims},
    }


def _numbers(parts: list[Part], before: int) -> dict[str, int]:
    """Return the claims numbered in the order of the page, after those of the pages before."""
    ordered = [claim.iri for part in parts for claim in part.claims]
    return {iri: place for place, iri in enumerate(ordered, before + 1)}


def _parts(text: str, sections: list[Section], claims: list[ClaimEvidence]) -> list[Part]:
    """Return the text by section; what stands before the first section is a part of its own."""
    places = [index for index, character in enumerate(text) if not character.isspace()]
    begins: dict[int, Section] = {}
    for section in sections:
        if section.start is not None and section.start < len(places):
            place = 0 if section.start == 0 else places[section.start]
            # Of sections that begin at one place the one with claims of its own is shown.
            if place not in begins or section.claims > begins[place].claims:
                begins[place] = section
    segments = cut_text(text, claims, list(begins))
    quoted: set[str] = set()
    parts: list[Part] = []
    for segment in segments:
        if not parts or segment.start in begins:
            parts.append(Part(begins.get(segment.start), (), ()))
        last = parts[-1]
        new = [iri for iri in segment.claims if iri not in quoted]
        quoted.update(new)
        parts[-1] = last._replace(
            segments=(*last.segments, (segment, tuple(new))),
            claims=(*last.claims, *(claim for claim in claims if claim.iri in new)),
        )
    rest = tuple(claim for claim in claims if claim.iri not in quoted)
    return [*parts, Part(None, (), rest)] if rest else parts
