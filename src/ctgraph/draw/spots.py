"""Places on a picture that say something where a pointer rests on them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from xml.sax.saxutils import escape

from ctgraph.draw.text_metrics import clean


class Spot(NamedTuple):
    """A round place on a sheet that says something where a pointer rests on it.

    Attributes:
        x: Its middle, in points.
        y: Its middle.
        radius: Its radius.
        told: What it says, in lines.
        iri: The thing that stands there.
    """

    x: float
    y: float
    radius: float
    told: str
    iri: str

    @property
    def lines(self) -> str:
        """What it says, with nothing in it that a file cannot hold."""
        return "\n".join(map(clean, self.told.splitlines()))


def add_spots(svg: str, spots: Iterable[Spot]) -> str:
    """Return the text of an SVG file, whose units are points, with what is said at some places.

    Args:
        svg: The text.
        spots: The places.
    """
    said = "".join(
        f'  <circle cx="{spot.x:.1f}" cy="{spot.y:.1f}" r="{spot.radius:.1f}">'
        f"<title>{escape(spot.lines)}</title></circle>\n"
        for spot in spots
    )
    head, end, tail = svg.rpartition("</svg>")
    return f'{head} <g fill-opacity="0">\n{said} </g>\n{end}{tail}' if said else svg
