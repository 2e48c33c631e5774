"""Patterns that find a text in whatever case, width or spelling it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctgraph.terms import fold

if TYPE_CHECKING:
    from collections.abc import Iterable


# --- names as patterns ---------------------------------------------------------------------------

# What `terms.fold` leaves out.
_SPACE = "[ \t\r\n\u00a0\u00ad\u1680\u2000-\u200f\u2028\u2029\u202f\u205f\u2060\u3000\ufeff・･]*"
_PATTERN_LENGTH = 60
# Where characters stand that NFKC or casefold change: everything up to the CJK symbols, the
# compatibility forms, the mathematical letters and the enclosed ones.
_CHANGING = (
    (0x00, 0x3400),
    (0xA640, 0xABC0),
    (0xF900, 0x10000),
    (0x1D400, 0x1D800),
    (0x1F100, 0x1F252),
)


class _Variants:
    """Which characters can stand for a folded one."""

    def __init__(self) -> None:
        import unicodedata

        self.single: dict[str, list[str]] = {}
        """Characters that fold to a character, but for itself."""
        self.wider: dict[str, list[str]] = {}
        """Characters such as "ﬁ" or "㈱" that fold to several, by each of these."""
        self.pairs: set[str] = set()
        """Two characters that can come from one."""
        for start, end in _CHANGING:
            for char in map(chr, range(start, end)):
                if unicodedata.normalize("NFKC", char).casefold() != char:
                    self._add(char)

    def _add(self, char: str) -> None:
        folded = fold(char)
        if len(folded) == 1:
            self.single.setdefault(folded, []).append(char)
        for one in sorted(set(folded)) if len(folded) > 1 else ():
            self.wider.setdefault(one, []).append(char)
        self.pairs.update(folded[index : index + 2] for index in range(len(folded) - 1))


_variants: list[_Variants] = []


def fold_pattern(text: str) -> str:
    """A regular expression for texts that contain a text once both are folded (`terms.fold`).

    It lets more through than it should (of a long text only the first 60 characters count), never
    less, so the caller compares again. It is plain enough for every SPARQL engine's REGEX: no
    flags, no classes by name, no look-around.

    Args:
        text: What is looked for; empty gives an empty pattern.
    """
    folded = fold(text)[:_PATTERN_LENGTH]
    if not _variants:
        _variants.append(_Variants())
    variants = _variants[0]
    parts = []
    for index, char in enumerate(folded):
        part = _one(char, variants, variants.wider.get(char, ()))
        # What came from one character with the one before need not come again.
        is_spare = index and folded[index - 1 : index + 1] in variants.pairs
        parts.append(f"(?:{part})?" if is_spare else part)
    return _SPACE + _SPACE.join(parts) if parts else ""


def _one(char: str, variants: _Variants, wider: Iterable[str] = ()) -> str:
    """Return a pattern for what can stand for one folded character."""
    import unicodedata

    singles = sorted({char, *variants.single.get(char, ()), *wider})
    pattern = f"[{''.join(map(_escaped, singles))}]" if len(singles) > 1 else _escaped(char)
    apart = unicodedata.normalize("NFD", char)
    if len(apart) == 1:
        return pattern
    # "ガ" may be written as "カ" or "ｶ" with a voicing mark behind it.
    return f"(?:{pattern}|{''.join(_one(mark, variants) for mark in apart)})"


def _escaped(char: str) -> str:
    return "\\" + char if char in "\\|.?*+(){}-[]^$" else char
