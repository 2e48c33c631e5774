"""A sheet of paper in points: text that is measured before it is set, lines, boxes and shapes.

The origin is the upper left corner; y grows downwards. Everything is drawn with matplotlib's
objects, without pyplot, so that nothing outside the figure changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ctgraph.draw.figures.typefaces import FALLBACK, FAMILY, LARGE, clean, measure, renderer
from ctgraph.errors import UsageError
from ctgraph.network.styles import Look, theme_in_use
from ctgraph.text import wrap_evenly

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.text import Text

    from ctgraph.draw.spots import Spot
    from ctgraph.network.styles import Logo


# Roles of the table of themes; a sheet knows the colours.
PAPER: Final = "paper"
INK: Final = "ink"
GREY: Final = "soft"
PALE: Final = "pale-line"
BAND: Final = "band"
PALE_BLUE: Final = "pale-blue"
PALE_ORANGE: Final = "pale-orange"
UNKNOWN_ORANGE: Final = "unknown-orange"
HATCH_BLUE: Final = "hatch-blue"
HATCH_ORANGE: Final = "hatch-orange"
BLUE: Final = "blue"
ORANGE: Final = "orange"
VERMILION: Final = "vermilion"
STATED_LINE: Final = "stated-line"
INFERRED_LINE: Final = "inferred-line"
NOTE: Final = "note"
NOTE_LINE: Final = "note-line"

LEADING: Final = 1.28
"""Distance of base lines, in sizes of the letters."""

DASH: Final = (3.2, 2.2)
"""Lengths of dashes and gaps in points, where lines are one point wide."""

_RISE = 0.92  # where the base line lies below the top of a line, in sizes of the letters

MARKERS: Final = {
    "dot": ("o", 1.0),
    "square": ("s", 0.88),
    "diamond": ("D", 0.8),
    "star": ("*", 1.35),
    "triangle": ("^", 1.08),
    "triangleDown": ("v", 1.08),
    "hexagon": ("h", 1.05),
}
"""Shapes of vis-network, as matplotlib has them, and how much larger they must be to look as
large."""


class Size(NamedTuple):
    """A kind of paper, in points.

    Attributes:
        width: Width.
        height: Height; 0 if there is no end.
        margin: Empty rim.
        letters: Size of the letters.
        small: Size of notes.
        title: Size of the title.
        dpi: Pixels to the inch in PNG files.
        crop: Whether it is no higher than what is drawn needs.
    """

    width: float
    height: float
    margin: float
    letters: float
    small: float
    title: float
    dpi: int
    crop: bool = True


SIZES: Final[dict[str, Size]] = {
    "slide": Size(960, 540, 34, 13, 10.5, 24, 144, crop=False),
    "a4": Size(595.28, 841.89, 40, 9, 7.5, 16, 200),
    "a4-landscape": Size(841.89, 595.28, 40, 9.5, 8, 17, 200),
    "column": Size(252, 0, 5, 6.6, 5.8, 9, 400),
    "tall": Size(960, 0, 34, 13, 10.5, 24, 144),
}
"""The sizes by name: a 16:9 slide (13.333 by 7.5 inches), which is always full; at most a page of
A4; one column of a journal (3.5 inches wide); and as wide as a slide, as high as is needed."""


class Sheet:
    """A figure that is being drawn.

    Attributes:
        size: The paper; letters are already scaled.
        lang: Language of the words, ``en`` or ``ja``.
        limit: Where the space for the chart ends, counted from the top; 0 if it has no end.
        spots: Places that say something, for formats in which a pointer can rest on them.
        sources: What all of it is from, in words, of which the figure names the first.
        logo: A logo and where it stands: left edge, top, width and height; or None.
    """

    def __init__(self, size: Size, lang: str, scale: float = 1.0) -> None:
        from matplotlib.figure import Figure

        self.size = size._replace(letters=size.letters * scale, small=size.small * scale)
        self.lang = lang
        self.limit = 0.0
        self.spots: list[Spot] = []
        self.sources: Sequence[str] = ()
        self.logo: tuple[Logo, tuple[float, float, float, float]] | None = None
        self._palette = theme_in_use().still
        # Lines get thinner with the letters.
        self._pen = min(1.0, max(0.5, size.letters / 12))
        self.figure: Figure = Figure(figsize=(size.width / 72, max(size.height, 72) / 72), dpi=72)
        self.figure.set_facecolor(self.colour(PAPER))
        self._axes: Any = self.figure.add_axes((0, 0, 1, 1))
        self._axes.set_axis_off()
        self._axes.set_autoscale_on(False)
        self.set_height(size.height or 72)

    def colour(self, role: str) -> str:
        """Return the colour of a role, as ``#rrggbb``; ``none`` is no colour."""
        return role if role == "none" else self._palette[role]

    def set_height(self, height: float) -> None:
        """Make the sheet so high.

        Args:
            height: Height in points.
        """
        self.figure.set_size_inches(self.size.width / 72, height / 72)
        self._axes.set_xlim(0, self.size.width)
        self._axes.set_ylim(height, 0)

    @property
    def left(self) -> float:
        """Where the rim on the left ends."""
        return self.size.margin

    @property
    def right(self) -> float:
        """Where the rim on the right begins."""
        return self.size.width - self.size.margin

    @property
    def width(self) -> float:
        """Width between the rims."""
        return self.right - self.left

    @property
    def letters(self) -> float:
        """Size of the letters."""
        return self.size.letters

    @property
    def small(self) -> float:
        """Size of notes."""
        return self.size.small

    @property
    def narrow(self) -> bool:
        """Whether the sheet is a column, where things stand below each other."""
        return self.size.width < 400

    def text(
        self,
        x: float,
        top: float,
        words: str,
        *,
        size: float = 0.0,
        colour: str = INK,
        align: str = "left",
        halo: bool = False,
    ) -> float:
        """Set one line; returns where the next begins.

        Args:
            x: Where the line begins, ends or has its middle.
            top: Top of the line.
            words: The text.
            size: Size of the letters; 0 for the usual one.
            colour: Colour.
            align: ``left``, ``right`` or ``center``.
            halo: Whether a rim like paper keeps what lies behind away.
        """
        size = size or self.letters
        words = clean(words)
        if words:
            artist = self._axes.text(
                x,
                top + _RISE * size,
                words,
                fontsize=size,
                color=self.colour(colour),
                ha=align,
                va="baseline",
                parse_math=False,
                family=[FAMILY, FALLBACK],
                zorder=6,
            )
            if halo:
                artist.set_bbox(
                    {
                        "facecolor": self.colour(PAPER),
                        "edgecolor": "none",
                        "pad": 0.8,
                        "alpha": 0.85,
                    }
                )
        return top + LEADING * size

    def lines(self, x: float, top: float, lines: Sequence[str], **style: Any) -> float:
        """Set lines below each other; returns where the next begins.

        Args:
            x: As for `text`.
            top: Top of the first.
            lines: The texts.
            style: As for `text`.
        """
        for words in lines:
            top = self.text(x, top, words, **style)
        return top

    def measure(self, words: str, size: float = 0.0) -> float:
        """Width of a line in points.

        Args:
            words: The text.
            size: Size of the letters; 0 for the usual one.
        """
        return measure(clean(words)) * (size or self.letters)

    def wrap(self, words: str, width: float, size: float = 0.0, lines: int = 3) -> list[str]:
        """Return a text in lines that are no wider; what does not fit ends in an ellipsis.

        Args:
            words: The text.
            width: Width in points.
            size: Size of the letters; 0 for the usual one.
            lines: Number of lines at most.
        """
        return list(_wrap(clean(words), round(width / (size or self.letters), 3), lines))

    def rectangle(
        self,
        x: float,
        top: float,
        width: float,
        height: float,
        *,
        fill: str = "none",
        edge: str = "none",
        line: float = 0.8,
        dashed: bool = False,
        hatch: str = "",
        hatch_colour: str = PALE,
        above: bool = False,
    ) -> None:
        """Draw a rectangle.

        Args:
            x: Left edge.
            top: Upper edge.
            width: Width.
            height: Height.
            fill: Colour inside.
            edge: Colour of the edge.
            line: Width of the edge.
            dashed: Whether the edge is dashed.
            hatch: Pattern of matplotlib inside.
            hatch_colour: Its colour.
            above: Whether it covers lines.
        """
        from matplotlib.patches import Rectangle

        order = 3.0 if above else 1.0
        line *= self._pen
        style = self._dash(line) if dashed else "-"
        width_of_edge = line if edge != "none" else 0
        fill, edge = self.colour(fill), self.colour(edge)
        if hatch:
            self._axes.add_artist(
                Rectangle(
                    (x, top), width, height, facecolor=fill, edgecolor=self.colour(hatch_colour),
                    hatch=hatch, linewidth=0, zorder=order,
                )
            )  # fmt: skip
            fill = "none"
        self._axes.add_artist(
            Rectangle(
                (x, top), width, height, facecolor=fill, edgecolor=edge, linestyle=style,
                linewidth=width_of_edge, zorder=order,
            )
        )  # fmt: skip

    def path(
        self,
        points: Sequence[tuple[float, float]],
        *,
        colour: str = STATED_LINE,
        line: float = 1.0,
        dashed: bool = False,
        curved: bool = False,
    ) -> None:
        """Draw a line through points.

        Args:
            points: The points; four of them if `curved`, the middle two pull.
            colour: Colour.
            line: Width.
            dashed: Whether it is dashed.
            curved: Whether it is a Bézier curve.
        """
        from matplotlib.patches import PathPatch
        from matplotlib.path import Path

        codes = [Path.MOVETO, *([Path.CURVE4] * 3 if curved else [Path.LINETO] * (len(points) - 1))]
        line *= self._pen
        self._axes.add_artist(
            PathPatch(
                Path(points, codes),
                facecolor="none",
                edgecolor=self.colour(colour),
                linewidth=line,
                linestyle=self._dash(line) if dashed else "-",
                capstyle="butt",
                joinstyle="round",
                zorder=2,
            )
        )

    def _dash(self, line: float) -> tuple[float, tuple[float, ...]]:
        """Return dashes as long on a thin line as on a usual one.

        Matplotlib counts in line widths.
        """
        longer = max(1.0, line**0.5) * self._pen / line
        return (0.0, tuple(part * longer for part in DASH))

    def ribbon(
        self,
        start: tuple[float, float, float],
        end: tuple[float, float, float],
        *,
        fill: str,
        hatch: str = "",
        hatch_colour: str = PALE,
    ) -> None:
        """Draw a band that flows from left to right.

        Args:
            start: x, upper and lower edge where it begins.
            end: The same where it ends.
            fill: Colour.
            hatch: Pattern of matplotlib.
            hatch_colour: Its colour.
        """
        from matplotlib.patches import PathPatch
        from matplotlib.path import Path

        (x, upper, lower), (to, upper_to, lower_to) = start, end
        half = (x + to) / 2
        curve = [Path.CURVE4] * 3
        shape = Path(
            [
                *((x, upper), (half, upper), (half, upper_to), (to, upper_to), (to, lower_to)),
                *((half, lower_to), (half, lower), (x, lower), (x, upper)),
            ],
            [Path.MOVETO, *curve, Path.LINETO, *curve, Path.CLOSEPOLY],
        )
        self._axes.add_artist(
            PathPatch(
                shape,
                facecolor=self.colour(fill),
                edgecolor=self.colour(hatch_colour),
                linewidth=0,
                hatch=hatch,
                zorder=1.5,
            )
        )

    def polygon(self, points: Sequence[tuple[float, float]], *, fill: str) -> None:
        """Fill a polygon.

        Args:
            points: Its corners.
            fill: Colour.
        """
        from matplotlib.patches import Polygon

        colour = self.colour(fill)
        self._axes.add_artist(
            Polygon(points, closed=True, facecolor=colour, linewidth=0, zorder=2.5)
        )

    def shape(self, x: float, y: float, look: Look, radius: float) -> None:
        """Draw the shape of a kind of node.

        Args:
            x: Its middle.
            y: Its middle.
            look: Shape and colour.
            radius: Radius.
        """
        marker, larger = MARKERS[look.shape]
        self._axes.plot(
            [x],
            [y],
            marker=marker,
            markersize=2 * radius * larger,
            markerfacecolor=self.colour(look.inside_role),
            markeredgecolor=self.colour(look.rim_role),
            markeredgewidth=max(0.6, radius * (0.26 if look.is_thick else 0.1)),
            linestyle="none",
            clip_on=False,
            zorder=4,
        )

    def draw_logo(self) -> None:
        """Draw the logo as pixels, for a file that cannot hold another file.

        Raises:
            UsageError: The logo is known as SVG alone.
        """
        if self.logo is None:
            return
        import io

        from matplotlib.image import imread

        logo, (x, top, wide, high) = self.logo
        if not logo.png:
            raise UsageError("theme-logo-needs-png")
        pixels = imread(io.BytesIO(logo.png), format="png")
        self._axes.imshow(
            pixels, extent=(x, x + wide, top + high, top), aspect="auto", zorder=8,
            interpolation="none" if pixels.shape[0] < high else "antialiased",
        )  # fmt: skip

    def words(self) -> list[str]:
        """Return every line of text, in the order in which they were set."""
        return [artist.get_text() for artist in self._texts()]

    def boxes(self) -> list[tuple[str, tuple[float, float, float, float]]]:
        """Return every line of text with its box: left, top, right and bottom, in points."""
        # Measured large, since letters that are a few pixels wide are as many whole pixels wide.
        height = self.figure.get_figheight() * 72
        found = []
        for artist in self._texts():
            box = artist.get_window_extent(renderer(), dpi=72 * LARGE)
            left, right = float(box.x0) / LARGE, float(box.x1) / LARGE
            top, bottom = height - float(box.y1) / LARGE, height - float(box.y0) / LARGE
            found.append((artist.get_text(), (left, top, right, bottom)))
        return found

    def _texts(self) -> list[Text]:
        from matplotlib.text import Text

        found = self.figure.findobj(Text)
        return [one for one in found if isinstance(one, Text) and one.get_text()]


def join(
    sheet: Sheet, start: tuple[float, float], end: tuple[float, float], *, stated: bool
) -> None:
    """Draw the line that leads from one thing to the next on its right.

    Args:
        sheet: The sheet.
        start: Where it begins.
        end: Where it ends.
        stated: Whether the source says so; dashed otherwise.
    """
    half = (start[0] + end[0]) / 2
    sheet.path(
        [start, (half, start[1]), (half, end[1]), end],
        curved=True,
        dashed=not stated,
        colour=STATED_LINE if stated else INFERRED_LINE,
        line=0.9,
    )


@cache
def _wrap(words: str, width: float, lines: int) -> tuple[str, ...]:
    """Return the lines of a text; the width is in sizes of the letters."""
    return tuple(wrap_evenly(words, width, lines, measure)) if words else ()
