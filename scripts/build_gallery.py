"""Writes docs/gallery: every kind of figure in both languages, and the page that shows them.

    python scripts/build_gallery.py [DIR]      default docs/gallery

`tests/draw/test_figures.py` fails when a figure is missing, too large, or not in the page.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

from ctgraph.draw.figures.figures import write_figure
from ctgraph.query import read_scope
from ctgraph.query.entities import resolve
from ctgraph.store.store import Store, open_store


class Picture(NamedTuple):
    """One picture of the gallery: what it shows, at which size, and what one should see in it.

    Of all sources together some have no room on a page, so most show the word of the first alone.
    """

    kind: str
    size: str
    says: str
    actor: str = ""
    all_sources: bool = False


PICTURES = (
    Picture(
        "network",
        "slide",
        "Who cooperates with whom. Shape and colour tell the kind of actor, dashes what is "
        "inferred, width the number of joint activities. Same layout as the interactive page.",
    ),
    Picture(
        "board",
        "slide",
        "Who Japan works with, a line for each partner: what was done, in which years, and how "
        "often or for how much. The title is what the rows say; solid is stated, hollow inferred.",
        "Japan",
    ),
    Picture(
        "map",
        "slide",
        "States by the number of activities in which they take part, and how often two of them "
        "work together. Bodies whose seat no source states are listed, not guessed; names of "
        "states that lie close together stand at the side.",
        all_sources=True,
    ),
    Picture(
        "chord",
        "slide",
        "How many ties there are between kinds of actors: an arc is as long as its kind has ends "
        "of ties, a ribbon as wide as its ties are many; solid is stated, hatched inferred.",
        all_sources=True,
    ),
    Picture(
        "matrix",
        "slide",
        "The same as a matrix, ordered by community: the number of joint activities in each cell, "
        "hatched where inferred, framed where stated.",
    ),
    Picture(
        "timeline",
        "slide",
        "Activities and incidents over fiscal years, as precisely as they are dated. What has no "
        "date is named, not left out.",
    ),
    Picture(
        "funding",
        "slide",
        "Who gives how much, through whom, to where. The amount stands on the contribution alone; "
        "a split that is not stated is drawn as not stated.",
    ),
    Picture(
        "indicators",
        "slide",
        "One chart for each indicator with its own unit, modes and notes. A zero with a reason is "
        "a value.",
    ),
    Picture(
        "goals",
        "slide",
        "Areas of work with their activities and the instruments these carry out, and the goals "
        "that they serve.",
    ),
    Picture("network", "column", "A column of a journal, 3.5 inches wide."),
    Picture("indicators", "a4", "A page of A4."),
)
SOURCE = "mofa-evaluation-2024"
"""Whose word most pictures show."""

LANGUAGES = {"en": "English", "ja": "日本語"}
_DPI = {"slide": 96, "a4": 110, "column": 200}


def file_name(picture: Picture, lang: str) -> str:
    """The file of a picture in a language.

    Args:
        picture: The picture.
        lang: ``en`` or ``ja``.
    """
    size = "" if picture.size == "slide" else f"-{picture.size}"
    return f"{picture.kind}{size}-{lang}.png"


def command(picture: Picture, lang: str) -> str:
    """The command that draws a picture.

    Args:
        picture: The picture.
        lang: ``en`` or ``ja``.
    """
    parts = ["ctgraph draw"]
    if picture.kind != "network":
        parts.append(f"--chart {picture.kind}")
    if picture.size != "slide":
        parts.append(f"--size {picture.size}")
    if lang != "en":
        parts.append(f"--lang {lang}")
    if picture.actor:
        parts.append(f"--actor {picture.actor}")
    if not picture.all_sources:
        parts.append(f"--source {SOURCE}")
    return " ".join([*parts, f"-o {file_name(picture, lang)}"])


def page() -> str:
    """The page that shows the pictures, as Markdown."""
    parts = [
        "<!-- Written by scripts/build_gallery.py. -->\n\n# Gallery\n\n"
        "Every figure is one command on the bundled graph, most here on what its first source "
        "tells, as SVG, PDF, PNG, a page or a slide, in English or Japanese.\n"
    ]
    for picture in PICTURES:
        name = picture.kind if picture.size == "slide" else f"{picture.kind}, {picture.size}"
        parts.append(f"\n## {name[0].upper()}{name[1:]}\n\n{picture.says}\n")
        for lang, called in LANGUAGES.items():
            parts.append(
                f"\n```\n{command(picture, lang)}\n```\n\n"
                f"![{name}, {called}]({file_name(picture, lang)})\n"
            )
    return "".join(parts)


def main(target: Path) -> None:
    """Writes the pictures and the page into a folder.

    Args:
        target: The folder.
    """
    target.mkdir(parents=True, exist_ok=True)
    with open_store(Path(__file__).parents[1]) as whole:
        store = whole.within(read_scope(whole, (SOURCE,)))
        for picture in PICTURES:
            for lang in LANGUAGES:
                told = whole if picture.all_sources else store
                draw(told, picture, lang, target / file_name(picture, lang))
    (target / "README.md").write_text(page(), encoding="utf-8")


def draw(store: Store, picture: Picture, lang: str, path: Path) -> None:
    """Writes one picture.

    Args:
        store: The graph.
        picture: Which one.
        lang: ``en`` or ``ja``.
        path: Where.
    """
    filters = {"actor": resolve(store, picture.actor, "actor").value} if picture.actor else None
    write_figure(
        store,
        path,
        kind=picture.kind,
        lang=lang,
        size=picture.size,
        dpi=_DPI[picture.size],
        filters=filters,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs/gallery"))
