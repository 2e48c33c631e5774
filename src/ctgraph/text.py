"""Text as it is shown: how wide it is, where a line may break, what is safe on a terminal.

The one rule of where a line may break serves terminals, pages, figures and slides. How wide a text
is differs between them, so what breaks lines is given what measures them.
"""

from __future__ import annotations

import bisect
import itertools
import math
import os
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

Measure: TypeAlias = Callable[[str], float]
"""What gives the width of a text, in columns, points or any other unit."""

# --- widths -------------------------------------------------------------------------------------

_JOINER = "\u200d"
_EMOJI_STYLE = "\ufe0f"


# What word processors set in place of quotation marks and hyphens.
_SET = dict.fromkeys("“”„‟", '"') | dict.fromkeys("‘’‚‛", "'") | dict.fromkeys("‐‑‒–—−", "-")


def plain_form(character: str) -> str | None:
    """Return the ASCII character that another stands for, and "" for what is not seen.

    A Japanese input method types full-width forms with the same keys, a word processor sets
    quotation marks and hyphens; a page that is copied from brings what is not seen.

    Args:
        character: One character.

    Returns:
        None for any other character.

    Example:
        >>> [plain_form(one) for one in ("；", "\u3000", "”", "\u200b", "語")]
        [';', ' ', '"', '', None]
    """
    if unicodedata.category(character) in ("Cf", "Cc"):
        return ""
    plain = _SET.get(character) or unicodedata.normalize("NFKC", character)
    return plain if character != plain and plain.isascii() and len(plain) == 1 else None


def _clusters(text: str) -> Iterator[tuple[str, int]]:
    """Yield what a reader sees as one character, with the columns that it takes."""
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
    """Return how many columns a text takes.

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


# --- lines --------------------------------------------------------------------------------------

# Japanese typesetting lets no line begin with these, and none end with those (JIS X 4051).
_NOT_FIRST = frozenset(
    "、。，．・：；？！）］｝〕」』】〉》ー々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ％,.:;?!)]}%"
)
_NOT_LAST = frozenset("（［｛〔「『【〈《([{")

# What it costs to break a word that should stay whole, and to break where no line may.
_WORD, _NEVER = 100.0, 1000.0


def may_break(before: str, after: str) -> bool:
    """Say whether a line may end between two characters.

    It may at a blank, and beside a wide character if the next line does not begin with what closes
    nor this one end with what opens.

    Args:
        before: What a reader sees as one character.
        after: The next.
    """
    if " " in (before, after):
        return True
    if after[0] in _NOT_FIRST or before[0] in _NOT_LAST:
        return False
    return 2 in (display_width(before), display_width(after))


def _break_cost(before: str, after: str) -> float:
    """Return what it costs a label to be broken here: 0 at a blank, much inside a word.

    Labels are short, so their words may also break behind a hyphen.
    """
    scripts = _script(before), _script(after)
    if " " in (before, after):
        cost = 0.0
    elif before in ("-", "/", "–") and after[0] not in _NOT_FIRST:
        cost = 6.0
    elif not may_break(before, after):
        cost = _NEVER
    elif before[0] in "・、。）」』" or after[0] in "（「『":
        cost = 0.0
    elif scripts == ("katakana", "katakana"):
        cost = _WORD * 2
    elif scripts[0] == "hiragana" and scripts[1] != "hiragana":
        cost = 1.0
    elif scripts[1] == "hiragana":
        cost = 40.0
    else:
        cost = 12.0 if scripts[0] == scripts[1] else 6.0
    return cost


def _script(character: str) -> str:
    if "\u3041" <= character[0] <= "\u309f":
        return "hiragana"
    if "\u30a0" <= character[0] <= "\u30ff":
        return "katakana"
    return "other"


def wrap(text: str, width: float, measure: Measure = display_width) -> list[str]:
    """Return the lines of a text, each as full as it may be, never none.

    A word wider than a line is cut.

    Args:
        text: A text without line breaks.
        width: How wide a line may be; no less than a character is.
        measure: What gives the width of a text.

    Example:
        >>> wrap("Workshop on the rule of law", 12)
        ['Workshop on', 'the rule of', 'law']
    """
    if measure(text) <= width:
        return [text]
    parts = [part for part, _ in _clusters(text)]
    lines = _fill(
        parts, _ends(parts, measure), width, lambda place: may_break(parts[place - 1], parts[place])
    )
    return lines or [""]


def _ends(parts: Sequence[str], measure: Measure) -> list[float]:
    """Return where each part begins, and where the last ends."""
    return [0.0, *itertools.accumulate(map(measure, parts))]


def _fill(
    parts: Sequence[str], ends: Sequence[float], width: float, breaks: Callable[[int], bool]
) -> list[str]:
    """Fill one line after the other; a line without a place to break is cut.

    Args:
        parts: The characters.
        ends: Where each begins, and where the last ends.
        width: How wide a line may be.
        breaks: Tells whether a line may end before a character.
    """
    lines = []
    start = 0
    for place, part in enumerate(parts):
        if start < place and ends[place + 1] - ends[start] > width:
            end = place
            if part != " ":
                end = next((n for n in range(place, start, -1) if breaks(n)), place)
            lines.append("".join(parts[start:end]).rstrip())
            start = end
        if part == " " and start == place:
            start += 1
    if start < len(parts):
        lines.append("".join(parts[start:]).rstrip())
    return lines


def wrap_evenly(text: str, width: float, lines: int, measure: Measure = display_width) -> list[str]:
    """Return a text in lines of about equal width; what does not fit ends in an ellipsis.

    Lines break where `wrap` breaks them and behind hyphens, where possible not inside a word in
    katakana.

    Args:
        text: Any text; white space counts as one blank.
        width: How wide a line may be; no less than two characters are.
        lines: Number of lines at most, from 1.
        measure: What gives the width of a text.

    Example:
        >>> wrap_evenly("Workshop on the rule of law", 20, 3)
        ['Workshop on', 'the rule of law']
    """
    words = " ".join(text.split())
    if measure(words) <= width:
        return [words]
    label = _Label.of(words, measure)
    best = _as_few_as_do(label, width, lines)
    if best:
        return best
    made = label.fill(width)
    if len(made) > lines:
        last = _Label.of(made[lines - 1], measure)
        made[lines - 1 :] = [last.fill(width - measure("…"))[0] + "…"]
    return made


class _Label(NamedTuple):
    """A text that is to be broken.

    Attributes:
        parts: The characters.
        ends: Where each begins, and where the last ends.
        costs: What it costs to end a line before each, and behind the last.
        column: Half the width of a wide character.
    """

    parts: Sequence[str]
    ends: Sequence[float]
    costs: Sequence[float]
    column: float

    @classmethod
    def of(cls, text: str, measure: Measure) -> _Label:
        parts = [part for part, _ in _clusters(text)]
        costs = [0.0, *itertools.starmap(_break_cost, itertools.pairwise(parts)), 0.0]
        return cls(parts, _ends(parts, measure), costs, measure("国") / 2)

    def fill(self, width: float) -> list[str]:
        """As full lines as may be, which break no word that a line holds."""
        return _fill(self.parts, self.ends, width, lambda place: self.costs[place] < _WORD)


def _as_few_as_do(label: _Label, width: float, lines: int) -> list[str]:
    """As few lines as will do without breaking a word; if none will, the most; or no lines."""
    made: list[str] = []
    for count in range(2, lines + 1):
        broken, found = _break_evenly(label, width, count)
        if broken < _WORD:
            return found
        made = found or made
    return made


def _break_evenly(label: _Label, width: float, count: int) -> tuple[float, list[str]]:
    """Cost of the breaks and lines of a text in so many; no lines if it cannot fit."""
    parts, ends, costs, column = label
    goal = ends[-1] / count
    places = [place for place, cost in enumerate(costs) if cost < _NEVER]
    # Best way to fill lines up to a place: cost, and the places of the breaks.
    best: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
    for _ in range(count):
        following: dict[int, tuple[float, tuple[int, ...]]] = {}
        for start, (cost, before) in best.items():
            for end in places[bisect.bisect_right(places, start) :]:
                # A blank at either end does not count; there are no two in a row.
                first = start + (parts[start] == " ")
                last = end - (parts[end - 1] == " ")
                wide = ends[max(first, last)] - ends[first]
                if wide > width:
                    break
                price = cost + ((wide - goal) / column) ** 2 / 2 + costs[end]
                if end not in following or price < following[end][0]:
                    following[end] = (price, (*before, end))
        best = following
    if len(parts) not in best:
        return math.inf, []
    _, found = best[len(parts)]
    lines = ["".join(parts[a:b]).strip() for a, b in itertools.pairwise((0, *found))]
    return sum(costs[place] for place in found), lines


# --- terminals ----------------------------------------------------------------------------------


def terminal_width(stream: object) -> int | None:
    """Return the columns of the terminal that a stream goes to; None if it goes elsewhere.

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
    r"""Return a text that is one line and cannot command a terminal.

    Line breaks become ``↵``, tabs spaces; other control characters and the marks that turn the
    direction of writing are spelt out.

    Args:
        text: Any text.

    Example:
        >>> make_safe("one\ntwo\x1b[2J")
        'one↵two\\x1b[2J'
    """
    return text if text.isascii() and text.isprintable() else text.translate(_SAFE)


def allow_long_cells(text: str) -> None:
    """Make the module `csv` read cells of any length that a text can hold.

    By itself it refuses those of more than 131,072 characters.

    Args:
        text: What is about to be read.
    """
    import csv

    csv.field_size_limit(max(csv.field_size_limit(), len(text)))


def pack(text: str) -> str:
    """Return a text compressed (RFC 1950) and in base64, for a page whose script unpacks it.

    Args:
        text: The text.
    """
    import base64
    import zlib

    return base64.b64encode(zlib.compress(text.encode("utf-8"), 9)).decode("ascii")


def unpack(packed: str) -> str:
    """Return the text that `pack` made something of.

    Args:
        packed: What it made.

    Example:
        >>> unpack(pack("国連"))
        '国連'
    """
    import base64
    import zlib

    return zlib.decompress(base64.b64decode(packed)).decode("utf-8")
