"""What people read, in English and Japanese."""

from __future__ import annotations

from ctgraph.version import fetch as _fetch

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.words.errors import find, say, translate
    from ctgraph.words.read import column_name, read_words, sentence, tag_name, term_name
    from ctgraph.words.sentences import fill, join_sentences

__all__ = [
    "column_name",
    "fill",
    "find",
    "join_sentences",
    "read_words",
    "say",
    "sentence",
    "tag_name",
    "term_name",
    "translate",
]

_HOMES = {
    "column_name": "read",
    "fill": "sentences",
    "find": "errors",
    "join_sentences": "sentences",
    "say": "errors",
    "sentence": "read",
    "tag_name": "read",
    "term_name": "read",
    "translate": "errors",
    "read_words": "read",
}


if not TYPE_CHECKING:  # a type checker reads the imports above

    def __getattr__(name: str) -> object:
        """Fetch a name of this room from the file where it stands."""
        return _fetch(__name__, _HOMES, name)
