"""Lines to paragraphs, wherever a document breaks them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from ctgraph.terms import tell_language


class Block(NamedTuple):
    """A paragraph, an item of a list, a cell or a heading.

    Attributes:
        text: Its words, with the line breaks of the document.
        is_heading: Whether it is a heading.
        page: The page of a PDF, from 1; 0 for others.
    """

    text: str
    is_heading: bool = False
    page: int = 0


BULLET = re.compile(
    r"[ \t\u3000]*(?:[\u2022\u2023\u25a0-\u25ff\u2b24\u26ab\u26aa\u30fb\uff65\u203b\u2605\u2606]"
    r"|[-*\u2013][ \t]|[(（]?[0-9０-９]{1,2}[)）.．、][ \t\u3000]*(?![0-9０-９])"
    r"|[①-⑳]|[a-z][)][ \t])"
)
_OPEN = ("、", "，", ",", "-", "‐", "（", "(")
_ENDS = re.compile(r"[。．.!?！？:：][)）」』\]\"”’】]*\s*\Z")


def cut_paragraphs(text: str, full: int | None = None) -> list[Block]:
    """Return the paragraphs of a text, whose lines may break anywhere.

    A line goes on in the next if it is about as long as the others are and no sentence ends with
    it; so does a paragraph across an empty line. A short line that ends no sentence is a heading.

    Args:
        text: The text.
        full: How many characters a full line has; None for about as many as most lines have.
    """
    lines = [line.rstrip() for line in text.split("\n")]
    lengths = sorted(len(line.strip()) for line in lines if line.strip())
    usual = lengths[len(lengths) * 3 // 4] if lengths else 0
    blocks: list[Block] = []
    begun: list[str] = []
    for line, width in zip(lines, _list_widths(lines, full or usual), strict=True):
        if not line:
            if begun and begun[-1]:
                begun.append("")
            continue
        words = line.strip()
        is_parted = bool(begun) and not begun[-1]
        previous = next((one.strip() for one in reversed(begun) if one), "")
        ends = bool(_ENDS.search(previous))
        is_full = len(previous) * 10 >= width * 6 or previous.endswith(_OPEN)
        if is_parted:
            goes_on = not ends and is_full
            goes_on = goes_on and (tell_language(previous) == "ja" or words[:1].islower())
        else:
            goes_on = full is None if ends else is_full or words[:1].islower()
        if begun and (BULLET.match(line) or not goes_on):
            blocks.append(_close(begun))
            begun = []
        begun.append(line)
    if begun:
        blocks.append(_close(begun))
    return blocks


def _list_widths(lines: Sequence[str], usual: int) -> list[int]:
    """Return how long a full line is at each line: as the longest near it, in columns as well."""
    widths: list[int] = []
    run: list[str] = []
    for line in [*lines, ""]:
        if line:
            run.append(line)
            continue
        # A line between empty ones tells nothing of the width of its column.
        longest = max((len(one.strip()) for one in run), default=0)
        widths += [longest if len(run) > 1 else usual] * len(run) + [usual]
        run = []
    return widths[: len(lines)]


def _close(lines: Sequence[str]) -> Block:
    text = "\n".join(line for line in lines if line)
    is_short = "\n" not in text and len(text.strip()) <= 80 and not _ENDS.search(text)
    return Block(text, is_short and not BULLET.match(text))


def one_line(text: str) -> str:
    r"""Return a text on one line; a line break within Japanese is none.

    Args:
        text: Any text.

    Example:
        >>> one_line("テロ対策の\nフォローアッ\nプ of the\nUN")
        'テロ対策のフォローアップof the UN'
    """
    words = text.replace("\u00ad", "").split()
    parts: list[str] = []
    for word in words:
        if parts and not (_is_wide(parts[-1][-1]) or _is_wide(word[0])):
            parts.append(" ")
        parts.append(word)
    return "".join(parts)


def _is_wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WF"
