"""A figure as one slide of shapes that can be edited: every line, area, sign and text is its own.

What was drawn for a file is drawn again, so the slide says what the figure says.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ctgraph.draw.figures.canvas import DASH, MARKERS
from ctgraph.draw.figures.figures import draw_figure
from ctgraph.draw.slides.openxml import DRAWING, drop_style, name_shape, rgb, veil
from ctgraph.draw.slides.powerpoint import WIDTH, Deck
from ctgraph.draw.slides.shapes import PRESETS
from ctgraph.draw.slides.slides import require_pptx
from ctgraph.draw.spots import Spot
from ctgraph.draw.text_metrics import LINE, Box, text_points
from ctgraph.export import Target, write_output
from ctgraph.network.styles import ThemeLike, themed

if TYPE_CHECKING:
    import networkx

    from ctgraph.draw.figures.canvas import Sheet
    from ctgraph.store import Store


_EMU = 12700  # of a point
_BASE = 0.976  # where the base line lies in a line of exact height, in sizes of the letters
_LETTERS = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7)


@themed
def write_figure_slide(
    subject: Store | networkx.Graph[str],
    target: Target,
    *,
    kind: str,
    lang: str = "en",
    store: Store | None = None,
    theme: ThemeLike = None,
) -> None:
    """Write a figure as a PowerPoint file of one slide, with all its sources in the notes.

    Args:
        subject: As for `ctgraph.draw.figures.figures.write_figure`.
        target: A path or a binary stream.
        kind: A name of `ctgraph.draw.figures.figures.KINDS`.
        lang: Language of the slide, ``en`` or ``ja``.
        store: As for `ctgraph.draw.figures.figures.write_figure`.
        theme: As for `ctgraph.network.styles.use_theme`.

    Raises:
        UnknownName: There is no such kind or language.
        UsageError: A package is missing, or the file cannot be written.
        DataError: There is nothing to show, or too much for a slide.
    """
    require_pptx()
    sheet = draw_figure(subject, kind=kind, lang=lang, store=store)
    deck = Deck(lang)
    title = _draw(deck, sheet)
    write_output(target, [deck.to_bytes(title, title)])


def _draw(deck: Deck, sheet: Sheet) -> str:
    """Put everything on a slide; return its title."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch
    from matplotlib.text import Text

    artists = sorted(sheet.figure.axes[0].get_children(), key=lambda one: one.get_zorder())
    texts = [one for one in artists if isinstance(one, Text) and one.get_text()]
    # The lines of the title are the first and the largest ones.
    heads = [one for one in texts if _size(one) == _size(texts[0])]
    title = ("" if deck.lang == "ja" else " ").join(one.get_text() for one in heads)
    size = _size(texts[0])
    top = float(heads[0].get_position()[1]) - _BASE * size
    box = Box(sheet.left, top, sheet.right, top + len(heads) * size * LINE)
    slide = deck.slide(title, box, [size * share for share in _LETTERS])
    slide.shapes.title.text_frame._txBody.bodyPr.set("anchor", "t")
    slide.shapes.title.text_frame.paragraphs[0].runs[0].font.bold = False
    spots = {(round(spot.x, 2), round(spot.y, 2)): spot for spot in sheet.spots}
    for one in artists:
        if isinstance(one, Text) and one in texts and one not in heads:
            _write(deck, slide, one)
        elif isinstance(one, Line2D):
            _mark(slide, one, spots)
        elif isinstance(one, Patch):
            _fill(slide, one)
    deck.notes(slide, [title, "", *sheet.sources])
    return title


def _size(text: Any) -> float:
    return float(text.get_fontsize())


def _write(deck: Deck, slide: Any, text: Any) -> None:
    x, y = map(float, text.get_position())
    words, size = text.get_text(), _size(text)
    wide = text_points(words, size)
    align = text.get_horizontalalignment()
    left = x - {"left": 0.0, "center": wide / 2, "right": wide}[align]
    top = y - _BASE * size
    shape = deck.text(
        slide,
        Box(left, top, min(left + wide, WIDTH), top + size * LINE),
        words,
        sizes=(size,),
        colour=_hex(text.get_color()),
        align={"left": "l", "center": "ctr", "right": "r"}[align],
        wrapped=False,
    )
    if text.get_bbox_patch() is not None:
        veil(shape)


def _mark(slide: Any, line: Any, spots: Mapping[tuple[float, float], Spot]) -> None:
    """Draw a sign as the shape that PowerPoint has for it."""
    from pptx.enum.shapes import MSO_SHAPE
    from pptx.util import Pt

    names = {marker: (name, larger) for name, (marker, larger) in MARKERS.items()}
    name, larger = names[line.get_marker()]
    x, y = (float(values[0]) for values in (line.get_xdata(), line.get_ydata()))
    radius = float(line.get_markersize()) / 2 / (larger if name in ("dot", "star") else 1.0)
    shape = slide.shapes.add_shape(
        getattr(MSO_SHAPE, PRESETS[name]), *_emus(x - radius, y - radius, 2 * radius, 2 * radius)
    )
    shape.fill.solid()
    _colour(shape.fill.fore_color, line.get_markerfacecolor())
    _colour(shape.line.color, line.get_markeredgecolor())
    shape.line.width = Pt(float(line.get_markeredgewidth()))
    drop_style(shape)
    spot = spots.get((round(x, 2), round(y, 2)))
    told = spot.lines if spot else ""
    name_shape(shape, told.partition("\n")[0] or name, told)


def _fill(slide: Any, patch: Any) -> None:
    """Draw a line, a box or an area."""
    from pptx.enum.shapes import MSO_SHAPE
    from pptx.util import Pt

    parts = list(_parts(patch.get_path().transformed(patch.get_patch_transform())))
    points = [point for _, near in parts for point in near]
    if not points:
        return
    xs, ys = [x for x, _ in points], [y for _, y in points]
    left, top = min(xs), min(ys)
    wide, high = max(xs) - left, max(ys) - top
    shape = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *_emus(left, top, wide, high))
    properties = shape._element.spPr
    properties.replace(properties.prstGeom, _geometry(parts, (left, top, wide, high)))
    if patch.get_hatch():
        shape.fill.patterned()
        shape.fill.pattern = _pattern()
        _colour(shape.fill.fore_color, patch.get_edgecolor())
        behind = patch.get_facecolor() if patch.get_facecolor()[3] else patch.figure.get_facecolor()
        _colour(shape.fill.back_color, behind)
    elif patch.get_facecolor()[3]:
        shape.fill.solid()
        _colour(shape.fill.fore_color, patch.get_facecolor())
        _thin(properties, patch.get_facecolor()[3])
    else:
        shape.fill.background()
    if patch.get_linewidth() and patch.get_edgecolor()[3]:
        _colour(shape.line.color, patch.get_edgecolor())
        shape.line.width = Pt(float(patch.get_linewidth()))
        if patch.get_linestyle() not in ("-", "solid"):
            _dash(shape)
    else:
        shape.line.fill.background()
    drop_style(shape)
    name_shape(shape, "line" if shape.fill.type is None else "area", "")


def _thin(properties: Any, alpha: float) -> None:
    """Let what lies behind a fill be seen."""
    if alpha < 1:
        (colour,) = properties.xpath("./a:solidFill/a:srgbClr")
        thousandths = str(round(float(alpha) * 100_000))
        colour.append(colour.makeelement(f"{{{DRAWING}}}alpha", {"val": thousandths}))


def _pattern() -> Any:
    from pptx.enum.dml import MSO_PATTERN

    return MSO_PATTERN.WIDE_UPWARD_DIAGONAL


def _dash(shape: Any) -> None:
    """Dash a line as long as on the figure: PowerPoint counts in thousandths of the width."""
    line = shape.line._get_or_add_ln()
    width = max(0.1, shape.line.width.pt)
    dashes = line.makeelement(f"{{{DRAWING}}}custDash", {})
    dash, gap = (str(round(part / width**0.5 * 100_000)) for part in DASH)
    dashes.append(dashes.makeelement(f"{{{DRAWING}}}ds", {"d": dash, "sp": gap}))
    line.append(dashes)


Piece = tuple[str, list[tuple[float, float]]]
"""A command of a path, and its points."""


def _parts(path: Any) -> Iterator[Piece]:
    """Yield the commands of a path of matplotlib as a drawing of PowerPoint has them."""
    names = {1: "moveTo", 2: "lnTo", 3: "quadBezTo", 4: "cubicBezTo", 79: "close"}
    for numbers, code in path.iter_segments(simplify=False, curves=True):
        points = [] if code == 79 else list(zip(numbers[::2], numbers[1::2], strict=True))
        yield names[int(code)], [(float(x), float(y)) for x, y in points]


def _geometry(parts: Iterable[Piece], box: tuple[float, float, float, float]) -> Any:
    from pptx.oxml import parse_xml

    left, top, wide, high = box
    said = []
    for name, points in parts:
        at = "".join(
            f'<a:pt x="{round((x - left) * _EMU)}" y="{round((y - top) * _EMU)}"/>'
            for x, y in points
        )
        said.append(f"<a:{name}>{at}</a:{name}>")
    return parse_xml(
        f'<a:custGeom xmlns:a="{DRAWING}"><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/>'
        '<a:rect l="0" t="0" r="r" b="b"/><a:pathLst>'
        f'<a:path w="{max(1, round(wide * _EMU))}" h="{max(1, round(high * _EMU))}">'
        f"{''.join(said)}</a:path></a:pathLst></a:custGeom>"
    )


def _emus(*points: float) -> list[int]:
    return [max(0, math.floor(value * _EMU + 0.5)) for value in points]


def _hex(colour: Any) -> str:
    from matplotlib.colors import to_hex

    return str(to_hex(colour))


def _colour(place: Any, colour: Any) -> None:
    place.rgb = rgb(_hex(colour))
