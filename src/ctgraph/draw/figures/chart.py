"""A chart that knows how to draw itself, and the legend that says what its signs mean."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from ctgraph.draw.figures.canvas import Sheet
from ctgraph.words import sentence


class Sample(NamedTuple):
    """Where a legend shows how something looks: left edge, middle, width and height."""

    x: float
    middle: float
    width: float
    height: float


class Key(NamedTuple):
    """One entry of a legend.

    Attributes:
        text: What it says.
        draw: Draws the sample on a sheet.
        width: Width of the sample in sizes of the letters.
    """

    text: str
    draw: Callable[[Sheet, Sample], None]
    width: float = 1.2


class Chart(NamedTuple):
    """A chart that knows how to draw itself.

    Attributes:
        title: Heading.
        subtitle: What it counts.
        legend: What its signs mean.
        about: IRIs of what it shows, whose claims name the sources.
        draw: Draws it on a sheet, from a top edge, with so many points more for each row; gives
            the lower edge and the number of rows.
        sources_named: How many sources are named below it, if there are more.
    """

    title: str
    subtitle: str
    legend: Sequence[Key]
    about: Iterable[str]
    draw: Callable[[Sheet, float, float], tuple[float, int]]
    sources_named: int = 3


def scope_of(subject: Any, lang: str) -> str:
    """Return whose claims a figure shows, and until when; "" if there is no such limit.

    Args:
        subject: A graph, or a network of one.
        lang: ``en`` or ``ja``.
    """
    if hasattr(subject, "adj"):
        said = subject.graph.get("scope", {}).get(lang, "")
    else:
        from ctgraph.query import say_scope

        said = say_scope(subject, lang)
    return sentence(said)


def line_key(words: str, colour: str, *, dashed: bool = False) -> Key:
    """Return an entry of a legend that shows a line.

    Args:
        words: What it says.
        colour: Colour of the line.
        dashed: Whether it is dashed.
    """

    def draw(sheet: Sheet, at: Sample) -> None:
        ends = [(at.x, at.middle), (at.x + at.width, at.middle)]
        sheet.path(ends, colour=colour, line=1.5, dashed=dashed)

    return Key(words, draw, 2.6)


def box_key(words: str, **style: Any) -> Key:
    """Return an entry of a legend that shows a box.

    Args:
        words: What it says.
        style: As for `Sheet.rectangle`.
    """

    def draw(sheet: Sheet, at: Sample) -> None:
        sheet.rectangle(at.x, at.middle - at.height * 0.4, at.width, at.height * 0.8, **style)

    return Key(words, draw, 2.0)


def legend_step(sheet: Sheet) -> float:
    """Return the height of a row of the legend.

    Args:
        sheet: The sheet.
    """
    return sheet.small * 1.55


def legend_rows(sheet: Sheet, keys: Iterable[Key]) -> list[list[tuple[Key, list[str], float]]]:
    """Return entries of a legend in rows that fit, each with its lines and the place it begins.

    Args:
        sheet: The sheet.
        keys: The entries.
    """
    rows: list[list[tuple[Key, list[str], float]]] = []
    x = sheet.right + 1
    for key in keys:
        sample = (key.width + 0.5) * sheet.small if key.width else 0.0
        text = sheet.wrap(key.text, sheet.width - sample, sheet.small, 1)
        wide = sample + sheet.measure(text[0], sheet.small)
        if x + wide > sheet.right:
            rows.append([])
            x = sheet.left
        rows[-1].append((key, text, x))
        x += wide + sheet.small * 1.5
    return rows


def draw_legend_row(sheet: Sheet, row: Sequence[tuple[Key, list[str], float]], top: float) -> None:
    """Draw a row of a legend.

    Args:
        sheet: The sheet.
        row: The entries, from `legend_rows`.
        top: Upper edge.
    """
    for key, text, x in row:
        wide = key.width * sheet.small
        key.draw(sheet, Sample(x, top + sheet.small * 0.6, wide, sheet.small))
        after = x + wide + 0.5 * sheet.small if key.width else x
        sheet.text(after, top, text[0], size=sheet.small)
