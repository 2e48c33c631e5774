"""The claims behind a row, a triple or a thing."""

from __future__ import annotations

from ctgraph.version import fetch as _fetch

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.query.evidence.attribution import (
        attribute,
        attribution_pieces,
        is_whole_page,
        kind_of,
    )
    from ctgraph.query.evidence.claims import ClaimEvidence, graphs_of_triples, load_claims
    from ctgraph.query.evidence.find import (
        RowEvidence,
        find_evidence,
        find_evidence_of_rows,
        find_triple_evidence,
    )
    from ctgraph.query.evidence.notes import Note

__all__ = [
    "ClaimEvidence",
    "Note",
    "RowEvidence",
    "attribute",
    "attribution_pieces",
    "find_evidence",
    "find_evidence_of_rows",
    "find_triple_evidence",
    "graphs_of_triples",
    "is_whole_page",
    "kind_of",
    "load_claims",
]

_HOMES = {
    "ClaimEvidence": "claims",
    "Note": "notes",
    "RowEvidence": "find",
    "attribute": "attribution",
    "attribution_pieces": "attribution",
    "find_evidence": "find",
    "find_evidence_of_rows": "find",
    "find_triple_evidence": "find",
    "graphs_of_triples": "claims",
    "kind_of": "attribution",
    "load_claims": "claims",
    "is_whole_page": "attribution",
}


if not TYPE_CHECKING:  # a type checker reads the imports above

    def __getattr__(name: str) -> object:
        """Fetch a name of this room from the file where it stands."""
        return _fetch(__name__, _HOMES, name)
