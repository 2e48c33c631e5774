"""The claims behind a row, a triple or a thing."""

from __future__ import annotations

from ctgraph.version import attach

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
else:
    __getattr__, __all__ = attach(
        __name__,
        {
            "attribution": ("attribute", "attribution_pieces", "is_whole_page", "kind_of"),
            "claims": ("ClaimEvidence", "graphs_of_triples", "load_claims"),
            "find": (
                "RowEvidence",
                "find_evidence",
                "find_evidence_of_rows",
                "find_triple_evidence",
            ),
            "notes": ("Note",),
        },
    )
