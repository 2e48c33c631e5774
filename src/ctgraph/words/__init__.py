"""What people read, in English and Japanese."""

from __future__ import annotations

from ctgraph.version import attach

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.words.read import (
        column_heads,
        column_name,
        read_words,
        say_money,
        sentence,
        tag_name,
        term_name,
    )
    from ctgraph.words.sentences import Phrase, Quoted, fill, join_sentences
else:
    __getattr__, __all__ = attach(
        __name__,
        {
            "read": (
                "column_heads",
                "column_name",
                "read_words",
                "say_money",
                "sentence",
                "tag_name",
                "term_name",
            ),
            "sentences": ("Phrase", "Quoted", "fill", "join_sentences"),
        },
    )
