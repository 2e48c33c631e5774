"""The sources of a picture in a line: the first by name, the others by number."""

from __future__ import annotations

from collections.abc import Sequence

from ctgraph.words import read_words

_NAMED = 3


def join_sources(names: Sequence[str], lang: str) -> str:
    """Return the names of sources as one line, which stays short where there are hundreds.

    Args:
        names: What each source is called, the most important first.
        lang: ``en`` or ``ja``.

    Returns:
        All names if one more than three would be left out at most; else three and a number.
    """
    words = read_words("source_line", lang)
    left = len(names) - _NAMED
    said = [*names] if left < 2 else [*names[:_NAMED], words["more"].format(n=left)]
    return str(words["between"].join(said))
