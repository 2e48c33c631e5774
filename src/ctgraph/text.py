"""Text as it is shown: how wide it is, where a line may break, what is safe on a terminal.

Widths are columns of a terminal (Unicode Standard Annex 11): two for a full-width character.
"""

from __future__ import annotations

import bisect
import functools
import itertools
import math
import os
import unicodedata
from collections.abc import Iterator, Sequence

# --- labels and places --------------------------------------------------------------------------

# Japanese typesetting lets no line begin with these, and none end with those.
_NOT_FIRST = set(
    "、。，．・：；？！）］｝」』】〉》ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々,.:;?!)]}%"
)
_NOT_LAST = set("（［｛「『【〈《([{")


def text_width(text: str) -> int:
    """Width in columns: 2 for a full-width character, 0 for a combining one, else 1."""
    return sum(map(_columns, text))


@functools.cache
def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Cf", "Cc"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def wrap_evenly(text: str, width: int, lines: int) -> list[str]:
    """A text in lines of about equal width; what does not fit ends in an ellipsis.

    Lines break at blanks and between full-width characters, where possible not inside a word in
    katakana, not before closing nor after opening punctuation.

    Args:
        text: Any text; white space counts as one blank.
        width: Columns of a line, from 2.
        lines: Number of lines at most, from 1.
    """
    words = " ".join(text.split())
    cut = _cut_to(words, width * lines)
    if text_width(words) <= width:
        return [words]
    if cut == words:
        costs = [break_cost(words, place) if place else 0.0 for place in range(len(words) + 1)]
        tried = [_break_evenly(words, width, count, costs) for count in range(2, lines + 1)]
        fitting = [(cost + _LINE * n, found) for n, (cost, found) in enumerate(tried) if found]
        if fitting:
            return min(fitting)[1]
    made: list[str] = []
    rest = words
    while rest and len(made) < lines:
        line = _cut_to(rest, width)
        if line != rest:
            # The last good place to break, unless it leaves less than half a line.
            good = [n for n in range(1, len(line) + 1) if break_cost(rest, n) < WORD_COST]
            good = [n for n in good if text_width(line[:n]) * 2 >= width]
            line = line[: good[-1]] if good else line
        made.append(line.strip())
        rest = rest[len(line) :].lstrip()
    if rest:
        made[-1] = _cut_to(made[-1], width - 1).rstrip() + "…"
    return made


# What it costs to break a word that should stay whole, and to use one line more.
WORD_COST = 100
_LINE = 30


def _cut_to(text: str, width: int) -> str:
    """The longest beginning of a text that is at most so wide."""
    used = 0
    for index, character in enumerate(text):
        used += text_width(character)
        if used > width:
            return text[:index]
    return text


def _break_evenly(
    text: str, width: int, count: int, costs: Sequence[float]
) -> tuple[float, list[str]]:
    """Cost and lines of a text in so many lines at the best places; no lines if it cannot fit."""
    # Width up to each place.
    widths = [0, *itertools.accumulate(map(_columns, text))]
    goal = widths[-1] / count
    ends = [place for place, cost in enumerate(costs) if cost < WORD_COST * 10]
    # Best way to fill lines up to a place: cost and the places of the breaks.
    best: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
    for _ in range(count):
        following: dict[int, tuple[float, tuple[int, ...]]] = {}
        for start, (cost, breaks) in best.items():
            for end in ends[bisect.bisect_right(ends, start) :]:
                # A blank at either end does not count; there are no two in a row.
                wide = widths[end] - widths[start]
                wide -= (text[start] == " ") + (end - start > 1 and text[end - 1] == " ")
                if wide > width:
                    break
                price = cost + (wide - goal) ** 2 / 2 + costs[end]
                if end not in following or price < following[end][0]:
                    following[end] = (price, (*breaks, end))
        best = following
    cost, places = best.get(len(text), (math.inf, ()))
    if cost >= WORD_COST * 10:
        return math.inf, []
    return cost, [text[a:b].strip() for a, b in zip((0, *places), places, strict=False)]


def break_cost(text: str, place: int) -> float:
    """What it costs to end a line before a place: 0 at a blank, much inside a word."""
    if place >= len(text):
        return 0.0
    before, after = text[place - 1], text[place]
    scripts = _script(before), _script(after)
    if " " in before + after:
        cost = 0.0
    elif after in _NOT_FIRST or before in _NOT_LAST:
        cost = WORD_COST * 10.0
    elif before in "・、。）」』-/–" or after in "（「『":
        cost = 0.0
    elif text_width(before) < 2 and text_width(after) < 2:
        cost = WORD_COST * 10.0
    elif scripts == ("katakana", "katakana"):
        cost = WORD_COST * 2.0
    elif scripts[0] == "hiragana" and scripts[1] != "hiragana":
        cost = 1.0
    elif scripts[1] == "hiragana":
        cost = 40.0
    else:
        cost = 12.0 if scripts[0] == scripts[1] else 6.0
    return cost


def _script(character: str) -> str:
    if "\u3041" <= character <= "\u309f":
        return "hiragana"
    if "\u30a0" <= character <= "\u30ff":
        return "katakana"
    return "other"


def terminal_width(stream: object) -> int | None:
    """The columns of the terminal that a stream goes to; None if it goes elsewhere.

    The environment variable ``COLUMNS`` goes first, as everywhere.

    Args:
        stream: Any open stream.
    """
    is_terminal = getattr(stream, "isatty", None)
    if is_terminal is None or not is_terminal():
        return None
    columns = os.environ.get("COLUMNS", "")
    if columns.isascii() and columns.isdigit() and int(columns):
        return int(columns)
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80  # type: ignore[attr-defined]
    except (OSError, ValueError, AttributeError):
        return 80


# What would move the cursor, end the line, or turn the direction of writing.
_MARK_RANGES = ((0, 0x20), (0x7F, 0xA0), (0x200E, 0x2010), (0x202A, 0x202F), (0x2066, 0x206A))
MARKS = {0x61C, 0xFEFF} | {code for start, end in _MARK_RANGES for code in range(start, end)}
_SAFE = {code: f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" for code in MARKS}
_SAFE |= {0x09: " ", 0x0A: "↵", 0x0D: "", 0x85: "↵", 0x2028: "↵", 0x2029: "↵"}


def make_safe(text: str) -> str:
    r"""A text that is one line and cannot command a terminal.

    Line breaks become ``↵``, tabs spaces; other control characters and the marks that turn the
    direction of writing are spelt out.

    Args:
        text: Any text.

    Example:
        >>> make_safe("one\ntwo\x1b[2J")
        'one↵two\\x1b[2J'
    """
    return text if text.isascii() and text.isprintable() else text.translate(_SAFE)


_JOINER = "\u200d"
_EMOJI_STYLE = "\ufe0f"


def _clusters(text: str) -> Iterator[tuple[str, int]]:
    """What a reader sees as one character, with the columns that it takes on a terminal."""
    cluster, width = "", 0
    for char in text:
        own = _char_width(char)
        follows = bool(cluster) and (
            own == 0
            or cluster[-1] == _JOINER
            or ("\U0001f3fb" <= char <= "\U0001f3ff" and width == 2)  # skin tones
            or (_is_flag(char) and len(cluster) == 1 and _is_flag(cluster))
        )
        if not follows:
            if cluster:
                yield cluster, width
            cluster, width = char, own
            continue
        cluster += char
        if (char == _EMOJI_STYLE and width == 1) or _is_flag(char):
            width = 2
    if cluster:
        yield cluster, width


def _is_flag(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _char_width(char: str) -> int:
    if char < "\u0300":
        return 0 if char == "\u00ad" else 1
    if unicodedata.category(char) in ("Mn", "Me", "Cf") or "\u1160" <= char <= "\u11ff":
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def display_width(text: str) -> int:
    """How many columns a text takes on a terminal.

    East Asian wide characters take two (Unicode Standard Annex 11), combining ones none, and an
    emoji sequence is one character.

    Args:
        text: A text without control characters.

    Example:
        >>> display_width("テロ対策"), display_width("é"), display_width("ﾃﾛ")
        (8, 1, 2)
    """
    if text.isascii():
        return len(text)
    total = 0
    for char in text:
        width = _widths.get(char)
        if width is None:
            joins = _char_width(char) == 0 or _is_flag(char) or "\U0001f3fb" <= char <= "\U0001f3ff"
            width = _widths[char] = -1 if joins else _char_width(char)
        if width < 0:
            return sum(width for _, width in _clusters(text))
        total += width
    return total


_widths: dict[str, int] = {}


_NEVER_FIRST = frozenset(
    "、。，．,.!?！？）」』】〕〉》)]}ー々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ・:;：；％%"
)


def wrap(text: str, width: int) -> list[str]:
    """The lines of a text that is too wide, never none.

    It breaks at spaces, and anywhere between wide characters unless the next one may not begin a
    line; a word wider than a line is cut.

    Args:
        text: A text without line breaks.
        width: Columns that a line may take, at least 1.

    Example:
        >>> wrap("Workshop on the rule of law", 12)
        ['Workshop on', 'the rule of', 'law']
    """
    if display_width(text) <= width:
        return [text]
    lines: list[str] = []
    line: list[tuple[str, int]] = []
    used = 0
    for cluster, size in _clusters(text):
        if used + size > width and line:
            cut = len(line) if cluster == " " else _break_place(line, cluster)
            head, line = line[:cut], line[cut:]
            lines.append("".join(part for part, _ in head).rstrip())
            used = sum(part for _, part in line)
        if cluster == " " and not line:
            continue
        line.append((cluster, size))
        used += size
    if line:
        lines.append("".join(part for part, _ in line).rstrip())
    return lines or [""]


def _break_place(line: Sequence[tuple[str, int]], following: str) -> int:
    """How much of a full line stays when a character does not fit any more."""
    after = following
    for index in range(len(line), 0, -1):
        before, size = line[index - 1]
        if before == " ":
            return index
        is_wide = size == 2 or _char_width(after[0]) == 2
        if is_wide and after not in _NEVER_FIRST:
            return index
        after = before
    return len(line)
