"""Words by their digest: how they are folded, and where a text has them."""

from __future__ import annotations

import bisect
import functools
import hashlib
import itertools
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from ctgraph.terms import SHA256

_MOST_ENDS = 8
_ENDS = frozenset("。．.!?！？")
# A sentence may begin behind these; behind white space it may begin anyway.
_BEFORE_SENTENCE = frozenset('。．.!?！？、，,:;：；「『（([【・•)）」』]】"”’')


class Folded(NamedTuple):
    """A text as digests are taken of it, and where each of its characters comes from.

    Attributes:
        text: The text in Unicode normalisation form NFKC, without white space.
        places: For each of its characters the position in the text as it was given.
        lines: Where its lines begin, in characters of the folded text.
    """

    text: str
    places: list[int]
    lines: list[int]


class Span(NamedTuple):
    """Where words stand in a text: the positions of the first character and behind the last."""

    start: int
    end: int


def digest_words(words: str) -> str:
    r"""Return the digest of words: SHA-256, in hexadecimal, of their UTF-8.

    They are folded first: Unicode normalisation form NFKC, then all white space is removed
    (`ctv:nfkc-no-space`), so that width and line breaks do not matter.

    Args:
        words: A sentence, or other words of a page.

    Example:
        >>> digest_words("Ｇ７ met\n in Rome.") == digest_words("G7 met in Rome.")
        True
    """
    return hashlib.sha256(_fold(words).encode()).hexdigest()


def fold_words(text: str) -> Folded:
    r"""Return a text folded as digests need it, with the way back to where it stood.

    Args:
        text: A text of any length.

    Example:
        >>> fold_words("Ｇ７ \n ㎞")
        Folded(text='G7km', places=[0, 1, 5, 5], lines=[0, 2])
    """
    parts: list[str] = []
    places: list[int] = []
    lines: list[int] = []
    start = before = 0
    for word in text.split():
        start = text.index(word, start)
        if not lines or "\n" in text[before:start]:
            lines.append(len(places))
        if word.isascii() or unicodedata.is_normalized("NFKC", word):
            parts.append(word)
            places.extend(range(start, start + len(word)))
        else:
            for folded, at in _fold_clusters(word):
                parts.append(folded)
                places.extend(itertools.repeat(start + at, len(folded)))
        start = before = start + len(word)
    return Folded("".join(parts), places, lines)


def _fold(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _fold_clusters(word: str) -> list[tuple[str, int]]:
    """Return the parts of a word that normalise on their own, each with its position."""
    starts = [0, *(at for at in range(1, len(word)) if not _is_joined(word[at])), len(word)]
    found = [(_fold(word[at:end]), at) for at, end in itertools.pairwise(starts)]
    whole = _fold(word)
    return found if "".join(part for part, _ in found) == whole else [(whole, 0)]


@functools.cache
def _is_joined(character: str) -> bool:
    """Whether normalisation may join a character to the one before it."""
    first = unicodedata.normalize("NFKD", character)[:1]
    # Hangul vowels and final consonants are letters, but make one syllable with what is before.
    return unicodedata.category(first).startswith("M") or "\u1160" <= first <= "\u11ff"


def find_digests(page: Folded, wanted: Collection[tuple[str, int | None]]) -> dict[str, Span]:
    r"""Return where the words of some digests stand, by digest; what is not there is left out.

    Whatever stands around the words, they are found: every stretch of their length is tried,
    those first that begin where a sentence may begin. Without a length only those stretches are
    tried that begin there and end with one of the next sentences or lines.

    Args:
        page: The folded text.
        wanted: Digests in lower-case hexadecimal, each with the length of its words if it is
            known, in characters after folding.

    Example:
        >>> page = fold_words("News. The two sides\nmet in Rome, as planned.")
        >>> find_digests(page, [(digest_words("The two sides met in Rome"), 20)]).popitem()[1]
        Span(start=6, end=31)
    """
    # Bytes are hashed faster than characters, which have to be encoded each time.
    data = memoryview(page.text.encode())
    offsets = list(itertools.accumulate(map(_width, page.text), initial=0))
    likely = list(_list_starts(page))
    found: dict[str, Span] = {}

    def look(spans: Iterable[tuple[int, int]], missing: dict[bytes, str]) -> None:
        for start, end in spans:
            digest = hashlib.sha256(data[offsets[start] : offsets[end]]).digest()
            if digest in missing:
                hexadecimal = missing.pop(digest)
                found[hexadecimal] = Span(page.places[start], page.places[end - 1] + 1)
                if not missing:
                    return

    lengths: dict[int | None, dict[bytes, str]] = {}
    for digest, length in wanted:
        if not SHA256.match(digest):
            continue  # a strange server may have anything
        lengths.setdefault(length, {})[bytes.fromhex(digest)] = digest
    for length, missing in lengths.items():
        if length is None:
            look(_list_spans(page, likely), missing)
            continue
        last = len(page.text) - length
        for starts in (likely, range(last + 1)):
            if missing:
                look(((start, start + length) for start in starts if start <= last), missing)
    return found


def find_words(page: Folded, words: str) -> Span | None:
    """Return where words stand first; None if they do not.

    Args:
        page: The folded text.
        words: The words; width and white space do not matter.
    """
    wanted = _fold(words)
    start = page.text.find(wanted) if wanted else -1
    if start < 0:
        return None
    return Span(page.places[start], page.places[start + len(wanted) - 1] + 1)


def _width(character: str) -> int:
    """Return how many bytes a character has in UTF-8."""
    code = ord(character)
    return 1 if code < 0x80 else 2 if code < 0x800 else 3 if code < 0x10000 else 4


def _list_starts(page: Folded) -> Iterator[int]:
    """Yield where a sentence may begin: behind white space, and behind punctuation."""
    before = -2
    for index, place in enumerate(page.places):
        # Several characters of one are at one place; a place left out was white space.
        if place > before + 1 or (index and page.text[index - 1] in _BEFORE_SENTENCE):
            yield index
        before = place


def _list_spans(page: Folded, starts: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield stretches that end with a sentence, with or without its full stop, or with a line."""
    stops = (index for index, character in enumerate(page.text) if character in _ENDS)
    around = {end for stop in stops for end in (stop, stop + 1)}
    ends = sorted({*around, *page.lines, len(page.text)})
    for start in starts:
        first = bisect.bisect_right(ends, start)
        for end in ends[first : first + _MOST_ENDS]:
            yield start, end
