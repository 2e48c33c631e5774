"""The texts of sources, where their quotes stand in them, and whether a page has their words."""

from __future__ import annotations

from ctgraph.version import fetch as _fetch

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.query.sources.digests import digest_words
    from ctgraph.query.sources.quotes import Coverage, coverage, quote_offsets
    from ctgraph.query.sources.text import (
        Section,
        Segment,
        cut_text,
        list_source_claims,
        read_sections,
        read_source_claims,
        source_name,
        source_text,
    )
    from ctgraph.query.sources.verification import Verification, verify

__all__ = [
    "Coverage",
    "Section",
    "Segment",
    "Verification",
    "coverage",
    "cut_text",
    "digest_words",
    "list_source_claims",
    "quote_offsets",
    "read_sections",
    "read_source_claims",
    "source_name",
    "source_text",
    "verify",
]

_HOMES = {
    "Coverage": "quotes",
    "Section": "text",
    "Segment": "text",
    "Verification": "verification",
    "coverage": "quotes",
    "cut_text": "text",
    "digest_words": "digests",
    "list_source_claims": "text",
    "quote_offsets": "quotes",
    "read_sections": "text",
    "read_source_claims": "text",
    "source_name": "text",
    "source_text": "text",
    "verify": "verification",
}


if not TYPE_CHECKING:  # a type checker reads the imports above

    def __getattr__(name: str) -> object:
        """Fetch a name of this room from the file where it stands."""
        return _fetch(__name__, _HOMES, name)
