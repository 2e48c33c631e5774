"""Who says it and where: the line that names the source of a claim, in every answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from ctgraph.terms import shorten
from ctgraph.words import read_words

if TYPE_CHECKING:
    from ctgraph.query.evidence.claims import ClaimEvidence

_WHOLE_PAGE = "whole page"  # as ontology/tables/sources/page.rq writes it, in English alone

EvidenceKind: TypeAlias = Literal["quote", "digest", "page"]


def kind_of(claim: ClaimEvidence) -> EvidenceKind:
    """Return what a claim rests on: a printed quote, the digest of words, or the name of a page.

    Args:
        claim: The claim.
    """
    if claim.quote is not None:
        return "quote"
    return "page" if claim.words is None else "digest"


def is_whole_page(claim: ClaimEvidence) -> bool:
    """Tell whether a claim names its page as a whole, as one does that only lists the source.

    Args:
        claim: The claim.
    """
    return claim.source_page == _WHOLE_PAGE


def attribute(claim: ClaimEvidence, lang: str) -> str:
    """Return who says what a claim says, and where: publisher, source, place in it, and date.

    Empty for a claim without a source.

    Args:
        claim: The claim.
        lang: ``en`` or ``ja``.

    Example:
        >>> from ctgraph.query.evidence.claims import ClaimEvidence
        >>> attribute(ClaimEvidence("x", section_label="page 2", source_label="Report"), "en")
        'according to “Report”, page 2'
    """
    return "".join(text for text, _ in attribution_pieces(claim, lang))


def attribution_pieces(claim: ClaimEvidence, lang: str) -> list[tuple[str, str]]:
    """Return what `attribute` says in pieces, each with the IRI of what it names or nothing.

    Args:
        claim: The claim.
        lang: ``en`` or ``ja``.
    """
    said = read_words("evidence", lang)
    # The section of a whole page is called so too, in the language of the labels.
    page = None if is_whole_page(claim) and claim.section_label else claim.source_page
    parts = [
        _name(claim.publisher, claim.publisher_label),
        _fill(said["source"], _name(claim.source, claim.source_label)),
        _name(claim.section, claim.section_label),
        _name(None, page),
        _name(None, claim.source_date),
    ]
    told = [part for part in parts if part]
    between = [(said["between"], "")]
    pieces = [piece for part in told for piece in (*between, *part)][1:]
    return _fill(said["according_to"], pieces)


def _name(iri: str | None, label: str | None) -> list[tuple[str, str]]:
    text = label or (shorten(iri) if iri else "")
    return [(text, iri or "")] if text else []


def _fill(template: str, pieces: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return pieces within a template; none if there are none."""
    before, _, after = template.partition("{0}")
    around = [(before, ""), *pieces, (after, "")] if pieces else []
    return [piece for piece in around if piece[0]]
