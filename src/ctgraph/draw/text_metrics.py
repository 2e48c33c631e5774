"""How much room text takes, known before the program that shows it breaks its lines."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ctgraph.text import wrap

LINE = 1.22
"""Height of a line as a share of the size of its letters."""


class Box(NamedTuple):
    """A rectangle, in points."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """From left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.bottom - self.top

    @property
    def middle(self) -> tuple[float, float]:
        """The point in the middle."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


# Widths of the printable ASCII characters in thousandths of the size, as in Arial and Helvetica.
_ADVANCES = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
]  # fmt: skip


def text_points(text: str, size: float, *, bold: bool = False) -> float:
    """Return how wide a line of text is, in points, rather too wide than too narrow.

    Args:
        text: Without line breaks.
        size: Size of the letters in points.
        bold: Whether they are bold.
    """
    total = 0
    for character in text:
        if " " <= character <= "~":
            total += _ADVANCES[ord(character) - 32] + (40 if bold else 0)
        elif not unicodedata.combining(character) and unicodedata.category(character) != "Cf":
            total += 1000 if unicodedata.east_asian_width(character) in "WFA" else 640
    return total * size / 1000


_RESERVE = 0.83


def count_lines(text: str, width: float, size: float, *, bold: bool = False) -> int:
    """Return how many lines a paragraph takes in a box that breaks them.

    Args:
        text: Without line breaks.
        width: Width of the box in points.
        size: Size of the letters in points.
        bold: Whether they are bold.
    """
    # Programs differ in what they think a letter takes, and Japanese lines end early where the
    # next must not begin with what would come. Where no font has the widths of Arial, another one
    # takes its place whose letters take more: DejaVu's up to a fifth. Those of Japanese do not.
    if any(unicodedata.east_asian_width(c) in "WF" for c in text):
        width = width * 0.97 - size * 0.5
    else:
        width *= _RESERVE
    return len(wrap(text, width, lambda part: text_points(part, size, bold=bold)))


def fit(
    text: str, box: Box, sizes: Sequence[float], *, bold: bool = False
) -> tuple[float, list[str]]:
    """Return the largest of the sizes in which a text fits a box, and its paragraphs.

    What does not fit in the smallest is cut, and ends in an ellipsis.

    Args:
        text: Paragraphs, parted by line breaks.
        box: Where it stands.
        sizes: Sizes of letters, largest first.
        bold: Whether they are bold.
    """
    paragraphs = text.split("\n")
    for size in sizes:
        if text_height(paragraphs, box.width, size, bold=bold) <= box.height + 0.01:
            return size, paragraphs
    size = sizes[-1]
    shown = text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        tried = text[:middle].rstrip() + "…"
        if text_height(tried.split("\n"), box.width, size, bold=bold) <= box.height + 0.01:
            low = middle
        else:
            high = middle - 1
    shown = text[:low].rstrip() + "…"
    return size, shown.split("\n")


def text_height(
    paragraphs: Iterable[str], width: float, size: float, *, bold: bool = False
) -> float:
    """Return how high paragraphs are in a box that breaks their lines, in points.

    Args:
        paragraphs: Each without line breaks.
        width: Width of the box in points.
        size: Size of the letters in points.
        bold: Whether they are bold.
    """
    lines = sum(count_lines(text, width, size, bold=bold) for text in paragraphs)
    return lines * size * LINE


def clean(text: str) -> str:
    """Return a text in one line without what XML cannot hold and what turns the text around it.

    Args:
        text: Any text.
    """
    kept = "".join(
        " " if unicodedata.category(c) in {"Zl", "Zp"} or c in "\t\n\r"
        else "" if unicodedata.category(c) in {"Cc", "Cs"} or c in _UNWANTED
        else c
        for c in text
    )  # fmt: skip
    return " ".join(kept.split())


_UNWANTED = set(
    "\ufffe\uffff\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
