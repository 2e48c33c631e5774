"""Where quotes stand in the text of a source, and how much of it they cover."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Offsets(NamedTuple):
    """Where a quote stands in a text, once.

    `start` and `end` count the characters of the text without its white space (the positions
    that `oa:start` and `oa:end` give); `raw_start` and `raw_end` those of the text as it is.
    """

    start: int
    end: int
    raw_start: int
    raw_end: int


class Passage(NamedTuple):
    """A part of a text: its words, its first and last line from 1, and its share covered."""

    text: str
    first_line: int
    last_line: int
    share: float


@dataclass(frozen=True)
class Coverage:
    """How much of a source its quotes cover.

    Attributes:
        share: Share of the characters that are not white space which some quote covers, in 0–1;
            1 for an empty text.
        uncovered: The passages that no quote covers, in order.
        sentences: All sentences and bullets in order, each with its covered share.
        missing: The quotes that are not in the text.
    """

    share: float
    uncovered: tuple[Passage, ...]
    sentences: tuple[Passage, ...]
    missing: tuple[str, ...]

    @property
    def sentence_share(self) -> float:
        """Share of the sentences that some quote touches, in 0–1; 1 for an empty text."""
        touched = sum(sentence.share > 0 for sentence in self.sentences)
        return touched / len(self.sentences) if self.sentences else 1.0


def quote_offsets(text: str, quote: str) -> list[Offsets]:
    r"""Return every place where a quote stands in a text, in order; empty if it does not.

    White space does not count, neither in the text nor in the quote, since extracted text is
    broken into lines anywhere. Full and half width are told apart.

    Args:
        text: The text of a source.
        quote: Words from it.

    Example:
        >>> quote_offsets("テロ対策の\nフォローアッ\nプ", "フォローアップ")
        [Offsets(start=5, end=12, raw_start=6, raw_end=14)]
    """
    dense, places = _without_space(text)
    return _occurrences(dense, places, quote)


def _without_space(text: str) -> tuple[str, list[int]]:
    """Return a text without white space, and where each of its characters stood."""
    places = [index for index, character in enumerate(text) if not character.isspace()]
    return "".join(text[index] for index in places), places


def _occurrences(dense: str, places: Sequence[int], quote: str) -> list[Offsets]:
    wanted = "".join(quote.split())
    out: list[Offsets] = []
    start = dense.find(wanted) if wanted else -1
    while start >= 0:
        end = start + len(wanted)
        out.append(Offsets(start, end, places[start], places[end - 1] + 1))
        start = dense.find(wanted, start + 1)
    return out


def coverage(text: str, quotes: Iterable[str]) -> Coverage:
    """Return how much of a text some quotes cover, and what they leave out.

    A quote covers every place where it stands. Punctuation and bullets on their own are no
    passage.

    Args:
        text: The text of a source.
        quotes: Quotes from it.

    Example:
        >>> found = coverage("会合を主催した。資金を拠出した。", ["会合を主催した。"])
        >>> found.share, [passage.text for passage in found.uncovered]
        (0.5, ['資金を拠出した。'])
    """
    dense, places = _without_space(text)
    covered = bytearray(len(text))
    missing = []
    for quote in dict.fromkeys(quotes):
        found = _occurrences(dense, places, quote)
        if not found:
            missing.append(quote)
        for place in found:
            covered[place.raw_start : place.raw_end] = b"\1" * (place.raw_end - place.raw_start)
    total = len(places)
    share = sum(covered[index] for index in places) / total if total else 1.0
    return Coverage(
        share=share,
        uncovered=tuple(_uncovered(text, covered)),
        sentences=tuple(_passage(text, covered, start, end) for start, end in _sentences(text)),
        missing=tuple(missing),
    )


def _uncovered(text: str, covered: bytearray) -> Iterator[Passage]:
    start = 0
    while start < len(text):
        if covered[start]:
            start += 1
            continue
        end = start
        while end < len(text) and not covered[end]:
            end += 1
        if re.search(r"[^\W_]", text[start:end]):
            yield _passage(text, covered, start, end)
        start = end


def _passage(text: str, covered: bytearray, start: int, end: int) -> Passage:
    inside = [index for index in range(start, end) if not text[index].isspace()]
    first, last = inside[0], inside[-1]
    return Passage(
        text[first : last + 1],
        text.count("\n", 0, first) + 1,
        text.count("\n", 0, last) + 1,
        sum(covered[index] for index in inside) / len(inside),
    )


# A sentence ends behind its full stop and closing brackets, at an empty line, and before a bullet.
_BULLETS = "\u2022\u2023\u25a0-\u25ff\u2b24\u26ab\u26aa\u30fb\uff65\u203b\u2605\u2606"
_SENTENCE_END = re.compile(
    rf"(?:[\u3002\uff01\uff1f\uff61][\u300d\u300f\uff09)\u3011]*"
    r"|[.!?][)\]\"\u201d\u2019]*(?=\s+[A-Z\u201c\"(])"
    rf"|\n[ \t\u3000]*(?=\n)|\n(?=[ \t\u3000]*(?:[{_BULLETS}]|[-*\u2013][ \t])))"
)


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each sentence or bullet begins and ends; what has no letter or digit is none."""
    start = 0
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    for end in (*ends, len(text)):
        if re.search(r"[^\W_]", text[start:end]):
            yield start, end
            start = end
