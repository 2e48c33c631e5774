"""Whether a page that a user has still holds the words that claims rest on."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from ctgraph.errors import UsageError
from ctgraph.query.entities import resolve
from ctgraph.query.sources.digests import Span, find_digests, find_words, fold_words
from ctgraph.query.sources.pages import decode_page, read_page
from ctgraph.query.sources.text import read_source_claims
from ctgraph.terms import shorten

if TYPE_CHECKING:
    from ctgraph.query.evidence.claims import ClaimEvidence
    from ctgraph.store import Store

Status: TypeAlias = Literal["found", "missing", "unchecked"]


class CheckedClaim(NamedTuple):
    """A claim, and whether a page holds its words.

    Attributes:
        claim: The claim.
        status: ``found``; ``missing``; or ``unchecked``, for a claim that names no words.
        line: Line of the page on which its words begin, from 1; None if they are not there.
        column: Place in that line, from 1.
    """

    claim: ClaimEvidence
    status: Status
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True)
class Verification:
    """What a page holds of the words that the claims of a source rest on.

    Attributes:
        source: IRI of the source.
        label: Its label.
        address: Where it is on the web, if it is there.
        claims: Its claims, by IRI.
    """

    source: str
    label: str
    address: str | None
    claims: tuple[CheckedClaim, ...]

    def count(self, status: Status) -> int:
        """Return how many claims have a status."""
        return sum(one.status == status for one in self.claims)

    @property
    def ok(self) -> bool:
        """Whether nothing that was looked for is missing."""
        return not self.count("missing")

    @property
    def differs(self) -> bool:
        """Whether nothing at all was found, as in another page or a version written anew."""
        return bool(self.count("missing")) and not self.count("found")


def verify(store: Store, source: str, page: str | bytes, lang: str = "en") -> Verification:
    """Return which words that the claims of a source rest on are in a page.

    Width of characters, white space and line breaks do not matter, nor what stands around the
    words. Nothing is fetched.

    Args:
        store: The graph.
        source: The source: an IRI, CURIE, slug, label, title or address.
        page: Text or HTML as the user has it; bytes are decoded as `decode_page` says.
        lang: Language of labels and glosses.

    Raises:
        UnknownName: No source has that name.
        AmbiguousName: Several have it.
        UsageError: No claim of the source rests on words.
    """
    iri = resolve(store, source, "source", lang).value
    claims = read_source_claims(store, iri, lang)
    if not any(claim.words or claim.quote for claim in claims):
        raise UsageError("source-without-words", name=shorten(iri))
    text = decode_page(page) if isinstance(page, bytes) else page
    shown = read_page(text)
    folded = fold_words(shown.text)
    digests = {claim.words: claim.words_length for claim in claims if claim.words}
    spans = find_digests(folded, digests.items())
    lines = [0, *(at + 1 for at, character in enumerate(text) if character == "\n")]
    checked = []
    for claim in claims:
        span: Span | None = None
        if claim.quote is not None:
            span = find_words(folded, claim.quote)
        elif claim.words is not None:
            span = spans.get(claim.words)
        else:
            checked.append(CheckedClaim(claim, "unchecked"))
            continue
        if span is None:
            checked.append(CheckedClaim(claim, "missing"))
            continue
        start = span.start if shown.places is None else shown.places[span.start]
        line = bisect_right(lines, start)
        checked.append(CheckedClaim(claim, "found", line, start - lines[line - 1] + 1))
    label = store.labels([iri], lang).get(iri) or shorten(iri)
    return Verification(iri, label, claims[0].source_address, tuple(checked))
