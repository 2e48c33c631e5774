"""The words by which texts are read, as the ontology lists them."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ctgraph.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

    from ctgraph.store import Bundle

# Japanese text writes Latin words without blanks around them.
_LETTER = r"[A-Za-z\u00c0-\u024f]"


@dataclass(frozen=True, eq=False)
class Wording:
    """The words of `ontology/wording/`, by file; patterns that are made of them are kept with it.

    Attributes:
        dates: Eras, months, what stands between and beside dates.
        numbers: Scales, currencies, counters.
        cues: Words that tell relations and roles.
    """

    dates: Mapping[str, Any]
    numbers: Mapping[str, Any]
    cues: Mapping[str, Any]


def read_wording(bundle: Bundle) -> Wording:
    """Return the words by which texts are read.

    Args:
        bundle: The project; one without `ontology/wording/` reads with the package's.

    Raises:
        DataError: A file is missing or not as it must be.
    """
    paths = [bundle.wording_file(name) for name in ("dates", "numbers", "cues")]
    try:
        return _read(*((path, path.stat().st_mtime_ns) for path in paths))
    except (OSError, UnicodeDecodeError, ValueError) as error:
        place = bundle.show(paths[0].parent)
        raise DataError("wording-unreadable", place=place, said=error) from None


_NEEDED = {
    "dates": "fiscal_year_begins eras months between bounds no_year years_from_page",
    "numbers": "scales short_scales words approximate currencies counters one_of ordinals scope",
    "cues": "markers lists heads others abbreviations reporting negation planned passive events"
    " cues",
}


@functools.lru_cache(maxsize=4)
def _read(*files: tuple[Path, int]) -> Wording:
    tables = []
    for path, _ in files:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        missing = set(_NEEDED[path.stem].split()) - set(table)
        if missing:
            raise ValueError(f"{path.name}: [{min(missing)}] is missing")
        tables.append(table)
    return Wording(*tables)


def fold_width(text: str) -> str:
    """Return a text with full- and half-width forms made alike, character for character.

    A character that would become several stays, so that places in the text hold.

    Args:
        text: Any text.

    Example:
        >>> fold_width("令和６年（㍻）")
        '令和6年(㍻)'
    """
    return text if text.isascii() else "".join(map(_fold_character, text))


@functools.cache
def _fold_character(char: str) -> str:
    import unicodedata

    folded = unicodedata.normalize("NFKC", char)
    return folded if len(folded) == 1 else char


def any_of(words: Iterable[str]) -> str:
    """Return a pattern for any of some words, the longest first; a Latin word matches whole.

    Args:
        words: The words, of which white space may be any.
    """
    latin: list[str] = []
    other: list[str] = []
    for word in sorted(map(fold_width, words), key=len, reverse=True):
        ends = f"(?!{_LETTER})" if _is_latin(word[-1]) else ""
        part = r"\s+".join(map(re.escape, word.split())) + ends
        (latin if _is_latin(word[0]) else other).append(part)
    if latin:  # what must not stand before a word is looked for once, not for each word
        other.append(f"(?<!{_LETTER})(?:{'|'.join(latin)})")
    return f"(?:{'|'.join(other)})"


def _is_latin(char: str) -> bool:
    return char.isalpha() and char < "\u0250"
