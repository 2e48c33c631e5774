"""What words say, in English and Japanese: dates, numbers, amounts and known names, with places."""

from __future__ import annotations

from ctgraph.version import attach

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.query.wording.dates import DateSpan, read_dates
    from ctgraph.query.wording.names import KnownNames, NameSpan, known_names
    from ctgraph.query.wording.numbers import Amount, read_amounts, read_number
    from ctgraph.query.wording.words import Wording, fold_width, read_wording
else:
    __getattr__, __all__ = attach(
        __name__,
        {
            "dates": ("DateSpan", "read_dates"),
            "names": ("KnownNames", "NameSpan", "known_names"),
            "numbers": ("Amount", "read_amounts", "read_number"),
            "words": ("Wording", "fold_width", "read_wording"),
        },
    )
