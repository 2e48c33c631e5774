"""Land and borders on a sheet, below everything else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ctgraph.draw.figures.canvas import Sheet
from ctgraph.draw.figures.map.outline import Point


def draw_outlines(
    sheet: Sheet, lines: Iterable[Sequence[Point]], *, edge: str, fill: str = "none"
) -> None:
    """Draw many lines, or many areas, as one.

    Args:
        sheet: The sheet.
        lines: The points of each; fewer than two are nothing.
        edge: Role of the colour of the lines.
        fill: Role of the colour inside; lines are closed where there is one.
    """
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    points: list[Point] = []
    codes = []
    for line in lines:
        if len(line) > 1:
            points += line
            codes += [Path.MOVETO, *[Path.LINETO] * (len(line) - 1)]
            if fill != "none":
                points.append(line[0])
                codes.append(Path.CLOSEPOLY)
    if points:
        shape = PathPatch(Path(points, codes), facecolor=sheet.colour(fill))
        shape.set_edgecolor(sheet.colour(edge))
        shape.set(linewidth=_WIDTH, joinstyle="round", zorder=0.5)
        sheet.figure.axes[0].add_artist(shape)


_WIDTH = 0.5
