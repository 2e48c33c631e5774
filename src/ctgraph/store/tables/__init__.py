"""Tables of facts to claims: rows are read strictly, templates say what they mean."""

from __future__ import annotations

from ctgraph.version import fetch as _fetch

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.store.tables.claims import TableClaims, read_claims
    from ctgraph.store.tables.known import Known

__all__ = [
    "Known",
    "TableClaims",
    "read_claims",
]

_HOMES = {
    "Known": "known",
    "TableClaims": "claims",
    "read_claims": "claims",
}


if not TYPE_CHECKING:  # a type checker reads the imports above

    def __getattr__(name: str) -> object:
        """Fetch a name of this room from the file where it stands."""
        return _fetch(__name__, _HOMES, name)
