"""The sources of a picture in a line: the first by name, the others by number."""

from __future__ import annotations

from collections.abc import Sequence

from ctgraph.words import read_words


def join_sources(names: Sequence[str], lang: str, named: int = 3) -> str:
    """Return the names of sources as one line, which stays short where there are hundreds.

    Args:
        names: What each source is called, the most important first.
        lang: ``en`` or ``ja``.
        named: How many are named where there are more.

    Returns:
        All names if one more than `named` would be left out at most; else these and a number.
    """
    words = read_words("source_line", lang)
    left = len(names) - named
    said = [*names] if left < 2 else [*names[:named], words["more"].format(n=left)]
    return str(words["between"].join(said))
