"""An answer as aligned columns of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ctgraph.export.tables.rows import EMPTY_NOTE
from ctgraph.text import display_width, make_safe, wrap

if TYPE_CHECKING:
    from ctgraph.export.tables.rows import Grid


# --- aligned text --------------------------------------------------------------------------------

_GAP = "  "
_NARROWEST = 8


def write_text(sheet: Grid, width: int | None) -> Iterator[str]:
    """Yield the answer as aligned columns, or as records where they are too wide."""
    if not sheet.columns:
        yield f"({len(sheet.rows)})\n"
        return
    heads = [make_safe(column) for column in sheet.heads]
    rows = [[make_safe(cell) for cell in row] for row in sheet.show_rows()]
    numeric = sheet.numeric()
    widths = [max(map(display_width, column)) for column in zip(heads, *rows, strict=True)]
    if width is not None:
        width = max(width, 20)
        if len(heads) * (_NARROWEST + len(_GAP)) > width and _total(widths) > width:
            yield from _records(heads, rows, width)
            widths = []
        else:
            widths = _shrink(widths, width)
    if widths:
        yield from _lines(heads, widths, numeric)
        yield _GAP.join("-" * one for one in widths) + "\n"
        for row in rows:
            yield from _lines(row, widths, numeric)
    if not rows:
        yield EMPTY_NOTE["ja" if sheet.lang == "ja" else "en"] + "\n"
    for note in sheet.dispute_notes():
        yield make_safe(note) + "\n"
    if sheet.truncated:
        yield sheet.note() + "\n"


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + len(_GAP) * (len(widths) - 1)


def _shrink(widths: Sequence[int], width: int) -> list[int]:
    """Return widths that fit into a line; the widest columns give up what is missing."""
    room = width - len(_GAP) * (len(widths) - 1)
    if sum(widths) <= room:
        return list(widths)
    low, high = 1, max(widths)
    while low < high:  # the greatest cap under which everything fits
        cap = (low + high + 1) // 2
        if sum(min(one, cap) for one in widths) <= room:
            low = cap
        else:
            high = cap - 1
    shrunk = [min(one, low) for one in widths]
    spare = room - sum(shrunk)
    for index, one in enumerate(widths):
        if spare and one > shrunk[index]:
            shrunk[index] += 1
            spare -= 1
    return shrunk


def _lines(cells: Sequence[str], widths: Sequence[int], numeric: Sequence[bool]) -> Iterator[str]:
    """Yield the lines of one row; a cell that is too wide goes on in the next line."""
    sizes = [display_width(cell) for cell in cells]
    if all(size <= width for size, width in zip(sizes, widths, strict=True)):
        padded = [
            " " * (width - size) + cell if is_number else cell + " " * (width - size)
            for cell, size, width, is_number in zip(cells, sizes, widths, numeric, strict=True)
        ]
        yield _GAP.join(padded).rstrip() + "\n"
        return
    wrapped = [wrap(cell, width) for cell, width in zip(cells, widths, strict=True)]
    for index in range(max(map(len, wrapped))):
        parts = []
        for lines, width, is_number in zip(wrapped, widths, numeric, strict=True):
            line = lines[index] if index < len(lines) else ""
            padding = " " * (width - display_width(line))
            parts.append(padding + line if is_number else line + padding)
        yield _GAP.join(parts).rstrip() + "\n"


def _records(heads: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    """Yield each row as a block of lines, for tables with too many columns for the screen."""
    name_width = min(max(map(display_width, heads)), width // 3)
    for number, row in enumerate(rows, 1):
        yield f"-- {number} --\n"
        for head, cell in zip(heads, row, strict=True):
            if cell:
                widths = [name_width, width - name_width - len(_GAP)]
                yield from _lines([head, cell], widths, [False, False])
