"""The texts of sources, where their quotes stand in them, and whether a page has their words."""

from __future__ import annotations

from ctgraph.version import attach

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
else:
    __getattr__, __all__ = attach(
        __name__,
        {
            "digests": ("digest_words",),
            "quotes": ("Coverage", "coverage", "quote_offsets"),
            "text": (
                "Section",
                "Segment",
                "cut_text",
                "list_source_claims",
                "read_sections",
                "read_source_claims",
                "source_name",
                "source_text",
            ),
            "verification": ("Verification", "verify"),
        },
    )
