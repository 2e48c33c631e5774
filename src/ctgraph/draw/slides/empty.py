"""A presentation that lacks one slide, which the page of a network adds when somebody saves one.

The page writes the XML of that slide and packs the file; all else is made here.
"""

from __future__ import annotations

import base64
import functools
import io
import re
from typing import Any

from ctgraph.draw.slides.powerpoint import HEIGHT, WIDTH, Deck
from ctgraph.draw.slides.shapes import MIDDLE, SITES, geometry
from ctgraph.network.styles import read_table, theme_in_use

_DEEPER = re.compile(r"<a:lvl([2-9])pPr\b.*?</a:lvl\1pPr>", re.DOTALL)
_SLIDE = "ppt/slides/slide1.xml"


def empty_deck() -> dict[str, Any] | None:
    """Return what a page needs to save a slide; None if python-pptx is not installed.

    It has ``files``, the parts of the file by name as text, and ``media``, those that are none in
    base64, without the part ``slide``; ``logo``, the relation of the picture that is the logo, or
    ""; ``shapes``, geometry and sites of `ctgraph.draw.slides.shapes` by shape; ``middle``, the
    number of the site in the middle; ``faces``, the typefaces; ``size``, width and height (points).
    """
    try:
        import pptx  # noqa: F401
    except ImportError:
        return None
    return _make(getattr(theme_in_use().logo, "png", b""))


@functools.lru_cache(maxsize=4)
def _make(logo: bytes) -> dict[str, Any]:
    import zipfile

    deck = Deck("en")
    slide = deck.file.slides.add_slide(deck.file.slide_layouts[0])
    relation = slide.part.get_or_add_image_part(io.BytesIO(logo))[1] if logo else ""
    files, media = {}, {}
    with zipfile.ZipFile(io.BytesIO(deck.to_bytes("", ""))) as whole:
        for name in whole.namelist():
            if name.endswith((".xml", ".rels")):
                # One slide without lists needs no styles of their deeper levels.
                files[name] = _DEEPER.sub("", whole.read(name).decode("utf-8"))
            else:
                media[name] = base64.b64encode(whole.read(name)).decode("ascii")
    del files[_SLIDE]
    return {
        "files": files,
        "media": media,
        "slide": _SLIDE,
        "logo": relation,
        "faces": read_table()["typefaces"]["slide"],
        "middle": MIDDLE,
        "size": [WIDTH, HEIGHT],
        "shapes": {
            shape: {"geometry": geometry(shape), "sites": sites} for shape, sites in SITES.items()
        },
    }
