"""What words say, in English and Japanese: dates, numbers, amounts and known names, with places."""

from __future__ import annotations

from ctgraph.version import fetch as _fetch

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.query.wording.dates import DateSpan, read_dates
    from ctgraph.query.wording.names import KnownNames, NameSpan, known_names
    from ctgraph.query.wording.numbers import Amount, read_amounts, read_number
    from ctgraph.query.wording.words import Wording, fold_width, read_wording

__all__ = [
    "Amount",
    "DateSpan",
    "KnownNames",
    "NameSpan",
    "Wording",
    "fold_width",
    "known_names",
    "read_amounts",
    "read_dates",
    "read_number",
    "read_wording",
]

_HOMES = {
    "Amount": "numbers",
    "DateSpan": "dates",
    "KnownNames": "names",
    "NameSpan": "names",
    "Wording": "words",
    "fold_width": "words",
    "known_names": "names",
    "read_amounts": "numbers",
    "read_dates": "dates",
    "read_number": "numbers",
    "read_wording": "words",
}


if not TYPE_CHECKING:  # a type checker reads the imports above

    def __getattr__(name: str) -> object:
        """Fetch a name of this room from the file where it stands."""
        return _fetch(__name__, _HOMES, name)
