"""What people read, in English and Japanese."""

from __future__ import annotations

from ctgraph.version import fetch as _fetch

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.words.read import column_name, read_words, say_money, sentence, tag_name, term_name
    from ctgraph.words.sentences import Phrase, Quoted, fill, join_sentences

__all__ = [
    "Phrase",
    "Quoted",
    "column_name",
    "fill",
    "join_sentences",
    "read_words",
    "say_money",
    "sentence",
    "tag_name",
    "term_name",
]

_HOMES = {
    "Phrase": "sentences",
    "Quoted": "sentences",
    "column_name": "read",
    "fill": "sentences",
    "join_sentences": "sentences",
    "read_words": "read",
    "say_money": "read",
    "sentence": "read",
    "tag_name": "read",
    "term_name": "read",
}


if not TYPE_CHECKING:  # a type checker reads the imports above

    def __getattr__(name: str) -> object:
        """Fetch a name of this room from the file where it stands."""
        return _fetch(__name__, _HOMES, name)
