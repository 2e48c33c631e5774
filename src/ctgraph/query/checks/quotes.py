"""Quotes against the stored text of their source."""

from __future__ import annotations

import difflib
import re
from bisect import bisect_right
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from ctgraph.query.checks.findings import Words
from ctgraph.store import rules

# --- texts ---------------------------------------------------------------------------------------


class CheckedQuote(NamedTuple):
    """A quote, and the section it should stand in."""

    claim: str
    quote: str
    source: str
    section: str
    start: int | None
    end: int | None


class _Near(NamedTuple):
    """The passage of a text that is most like a lost quote."""

    line: int
    text: str
    difference: Words


_SCALES = {
    "千": 10**3,
    "万": 10**4,
    "億": 10**8,
    "兆": 10**12,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
}
_NUMBER = re.compile(rf"(\d[\d,]*(?:\.\d+)?)\s*({'|'.join(_SCALES)})?", re.ASCII | re.IGNORECASE)


def read_number(words: str) -> Decimal | None:
    """The one number that a text gives in digits; None if it gives none or several.

    Full-width digits, separators and the scales 千, 万, 億, 兆, thousand, million and billion
    are read; numbers of falling scale that follow each other are one number.

    Args:
        words: A text such as ct:sourceExpression holds.

    Example:
        >>> read_number("約4,830万米ドル"), read_number("令和３～５年度")
        (Decimal('48300000'), None)
    """
    import unicodedata

    text = unicodedata.normalize("NFKC", words)
    total: Decimal | None = None
    end = -1
    last = 0
    for match in _NUMBER.finditer(text):
        scale = _SCALES[match[2].lower()] if match[2] else 1
        number = Decimal(match[1].replace(",", "")) * scale
        if total is None:
            total = number
        elif match.start() == end and scale < last:
            total += number
        else:
            return None
        end, last = match.end(), scale
    return total


def touches_quote(spans: Iterable[tuple[int, int]], quoted: CheckedQuote) -> bool:
    """Tell whether any of some spans overlaps a quote; so it is where the quote has no place."""
    if quoted.start is None or quoted.end is None:
        return True
    return any(start < quoted.end and quoted.start < end for start, end in spans)


FEW_DIFFERENCES = 4


def squeeze(text: str) -> str:
    """Return a text without white space."""
    return "".join(text.split())


class SourceText:
    """The text of a source, with and without white space."""

    def __init__(self, path: Path, shown: str) -> None:
        self.shown = shown
        self.raw = rules.read_query_text(path, shown)
        self._kept = [index for index, char in enumerate(self.raw) if not char.isspace()]
        self.squeezed = "".join(self.raw[index] for index in self._kept)
        self._line_starts = [0] + [match.end() for match in re.finditer(r"\n", self.raw)]

    def line(self, position: int) -> int:
        """The line of the file, from 1, of a character counted without white space."""
        if not self._kept:
            return 1
        raw = self._kept[min(position, len(self._kept) - 1)]
        return bisect_right(self._line_starts, raw)

    def spans(self, quote: str) -> list[tuple[int, int]]:
        """Start and end of each place where a quote stands, white space left out.

        The same as `quotes.quote_offsets`, without reading the whole text for each quote.
        """
        wanted = squeeze(quote)
        found = [match.start() for match in re.finditer(f"(?={re.escape(wanted)})", self.squeezed)]
        return [(start, start + len(wanted)) for start in found] if wanted else []

    def nearest(self, quote: str) -> _Near | None:
        """The passage most like a quote that is not in the text; None if none is like it."""
        wanted = squeeze(quote)
        if not wanted or not self.squeezed:
            return None
        start, end = self._window(wanted)
        matcher = difflib.SequenceMatcher(None, self.squeezed[start:end], wanted, autojunk=False)
        blocks = [block for block in matcher.get_matching_blocks() if block.size]
        if not blocks or sum(block.size for block in blocks) * 3 < len(wanted):
            return None
        # The window is cut where the first and the last thing in common stand.
        first, last = blocks[0], blocks[-1]
        cut_start = max(start, start + first.a - first.b)
        cut_end = min(end, start + last.a + len(wanted) - last.b)
        passage = self.squeezed[cut_start:cut_end]
        return _Near(self.line(cut_start), passage, _difference(passage, wanted))

    def _window(self, wanted: str) -> tuple[int, int]:
        """A stretch of the text around the longest run that it shares with a quote.

        Runs are compared in the form that leaves width and case out, so that a difference in
        width alone does not hide the right place.
        """
        plain = _even(self.squeezed)
        matcher = difflib.SequenceMatcher(None, plain, _even(wanted), autojunk=False)
        match = matcher.find_longest_match()
        slack = max(8, len(wanted) // 4)
        start = max(0, match.a - match.b - slack)
        return start, min(len(self.squeezed), match.a - match.b + len(wanted) + slack)


def _even(text: str) -> str:
    """A text with width and case left out, character for character."""
    import unicodedata

    evened = (unicodedata.normalize("NFKC", char).casefold() for char in text)
    return "".join(
        even if len(even) == 1 else char for even, char in zip(evened, text, strict=True)
    )


def _difference(passage: str, quote: str) -> Words:
    """What distinguishes a passage from a quote."""
    if _even(passage) == _even(quote):
        kind = Words("only the width or case of characters differs: ", "文字の幅か大小だけが違う：")
    else:
        kind = Words("", "")
    parts_en: list[str] = []
    parts_ja: list[str] = []
    matcher = difflib.SequenceMatcher(None, passage, quote, autojunk=False)
    for operation, a, b, c, d in matcher.get_opcodes():
        if operation == "equal":
            continue
        parts_en.append(f"text {passage[a:b] or '-'} | quote {quote[c:d] or '-'}")
        parts_ja.append(f"本文「{passage[a:b]}」、引用「{quote[c:d]}」")
    more = "; …" if len(parts_en) > 4 else ""
    return Words(kind.en + "; ".join(parts_en[:4]) + more, kind.ja + "；".join(parts_ja[:4]) + more)
