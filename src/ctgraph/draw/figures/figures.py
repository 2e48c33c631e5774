"""Static figures of the graph: SVG, PDF or PNG, in the size of a slide, a page or a column.

A figure carries its title, legend and source, so that it can be shown away from the graph. The
same graph gives the same bytes in every process. Each kind of chart has a module of its own.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ctgraph.draw.figures.board import board_chart
from ctgraph.draw.figures.canvas import GREY, LEADING, SIZES, Sheet, Size
from ctgraph.draw.figures.chart import (
    Chart,
    draw_legend_row,
    legend_rows,
    legend_step,
    scope_of,
)
from ctgraph.draw.figures.data import read_sources
from ctgraph.draw.figures.goals import goals_chart
from ctgraph.draw.figures.indicators import indicators_chart
from ctgraph.draw.figures.kinds.chord import chord_chart
from ctgraph.draw.figures.map.chart import map_chart
from ctgraph.draw.figures.matrix import matrix_chart
from ctgraph.draw.figures.money import funding_chart
from ctgraph.draw.figures.network import network_chart
from ctgraph.draw.figures.timeline import timeline_chart
from ctgraph.draw.figures.typefaces import (
    FALLBACK,
    FAMILY,
    clean,
    cut_fonts,
    font_faces,
    forget,
    register,
)
from ctgraph.draw.figures.typefaces import font_files as _font_files
from ctgraph.draw.source_names import join_sources
from ctgraph.draw.spots import add_spots
from ctgraph.errors import DataError, UnknownName, UsageError, suggest
from ctgraph.export import Target, write_output
from ctgraph.network.board import build_board
from ctgraph.network.styles import ThemeLike, theme_in_use, themed
from ctgraph.terms import LANGUAGES
from ctgraph.version import __version__

if TYPE_CHECKING:
    import io

    import networkx

    from ctgraph.store import Store


FORMATS: Final = ("svg", "pdf", "png")
"""The formats of a figure, which are also the endings of its file."""

_NETWORKS: Final[dict[str, Callable[[networkx.Graph[str], str], Chart]]] = {
    "network": network_chart,
    "matrix": matrix_chart,
    "chord": chord_chart,
}
_WITH_GRAPH: Final[dict[str, Callable[[Store, networkx.Graph[str], str], Chart]]] = {
    "map": map_chart,
    "board": lambda store, network, lang: board_chart(build_board(store, network), lang),
}
_CHARTS: Final[dict[str, Callable[[Store, str], Chart]]] = {
    "timeline": timeline_chart,
    "funding": funding_chart,
    "indicators": indicators_chart,
    "goals": goals_chart,
}
NETWORKS: Final = (*_NETWORKS, *_WITH_GRAPH)
"""The kinds of figures that show a network; a board takes one around an actor."""

KINDS: Final = (*NETWORKS, *_CHARTS)
"""The kinds of figures."""

_SCALES = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7)
_LONGEST = 14_000  # points; PDF readers stop at 14 400
_SMALLER_TITLE = 0.8
_LOGO, _WIDEST_LOGO = 1.4, 0.25  # sizes of the title; of the width
_LICENCE = "CC BY 4.0"

_SOURCE = {"en": "Source: ", "ja": "出典："}
_NO_SOURCE = {"en": "Source not given", "ja": "出典の指定なし"}
_EDITED = {
    "en": "Edited and processed: ctgraph {version}, {licence}",
    "ja": "編集・加工：ctgraph {version}、{licence}",
}


@themed
def write_figure(
    subject: Store | networkx.Graph[str],
    target: Target,
    *,
    kind: str = "network",
    lang: str = "en",
    size: str = "slide",
    title: str | None = None,
    store: Store | None = None,
    format: str | None = None,
    dpi: int | None = None,
    outlines: bool = False,
    filters: Mapping[str, Any] | None = None,
    theme: ThemeLike = None,
) -> None:
    """Write one figure.

    Args:
        subject: The graph; for a kind of `NETWORKS` also a network of
            `ctgraph.network.build.build_network`.
        target: A path or a binary stream.
        kind: A name of `KINDS`.
        lang: ``en`` or ``ja``.
        size: A name of `ctgraph.draw.figures.canvas.SIZES`.
        title: Heading; by default that of the kind.
        store: Where the sources are read from if `subject` is a network.
        format: A name of `FORMATS`; by default the ending of the path.
        dpi: Pixels to the inch of a PNG file; by default fit for the size.
        outlines: Whether the letters of an SVG file are paths, for programs that do not read the
            fonts in it.
        filters: Arguments of `build_network` (``view``, ``actor``, ``year`` …), if `subject` is
            the graph and the kind a network or a matrix.
        theme: As for `ctgraph.network.styles.use_theme`.

    Raises:
        UnknownName: There is no such kind, size, language or format.
        UsageError: matplotlib or the font is missing, filters do not apply, or the file cannot be
            written.
        DataError: There is nothing to show, or too much for the size.
    """
    chosen = _format_of(target, format)
    figure = draw_figure(
        subject, kind=kind, lang=lang, size=size, title=title, store=store, filters=filters
    )
    if outlines and chosen != "svg":
        raise UsageError("outlines-without-svg", chosen=chosen)
    write_output(target, [render(figure, chosen, dpi or SIZES[size].dpi, outlines=outlines)])


@themed
def draw_figure(
    subject: Store | networkx.Graph[str],
    *,
    kind: str = "network",
    lang: str = "en",
    size: str = "slide",
    title: str | None = None,
    store: Store | None = None,
    filters: Mapping[str, Any] | None = None,
    theme: ThemeLike = None,
) -> Sheet:
    """The sheet that `write_figure` writes, for whoever wants to go on drawing with matplotlib.

    Arguments and errors are those of `write_figure`.
    """
    for what, name, known in (
        ("kind of figure", kind, KINDS),
        ("language", lang, LANGUAGES),
        ("size", size, tuple(SIZES)),
    ):
        if name not in known:
            raise UnknownName(what, name, suggest(name, known), hint="known", names=[*known])
    _font_files()
    chart, store = _chart(subject, kind, lang, store, filters or {})
    sources = read_sources(store, chart.about, lang) if store is not None else []
    with _our_settings():
        heading = title or chart.title
        sheet = _compose(
            _Frame(chart, SIZES[size], lang, heading, sources, scope_of(subject, lang))
        )
        sheet.sources = sources
        return sheet


def prepare() -> None:
    """Load what every figure needs, so that processes made from this one need not.

    Raises:
        UsageError: matplotlib or the font is missing.
    """
    import logging

    import networkx

    # Where it keeps its lists of fonts is nothing that the log of a service need hear of.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    pair = networkx.Graph([("a", "b")], title_en="Aア", title_ja="Aア")
    sheet = draw_figure(pair)
    sheet.figure.canvas.draw()


def has_chart(store: Store, kind: str, lang: str) -> bool:
    """Tell whether a figure of a whole graph has something to show, and a slide room for it.

    Args:
        store: The graph.
        kind: A name of `KINDS`.
        lang: ``en`` or ``ja``.
    """
    try:
        draw_figure(store, kind=kind, lang=lang)
    except DataError:
        return False
    return True


def _chart(
    subject: Any, kind: str, lang: str, store: Store | None, filters: Mapping[str, Any]
) -> tuple[Chart, Store | None]:
    is_network = hasattr(subject, "adj")
    if kind in NETWORKS:
        if is_network and filters:
            raise UsageError("network-filtered-when-drawn")
        network = subject
        if not is_network:
            from ctgraph.network import build_network

            network, store = build_network(subject, lang=lang, **filters), subject
        if kind in _NETWORKS:
            return _NETWORKS[kind](network, lang), store
        if store is not None:
            return _WITH_GRAPH[kind](store, network, lang), store
    if is_network and store is None:
        raise UsageError("figure-needs-graph", chart=kind)
    if filters:
        raise UsageError(
            "figure-not-filterable",
            chart=kind,
            names=[*sorted(filters)],
            both=[*NETWORKS],
        )
    source: Store = store if is_network and store is not None else subject
    return _CHARTS[kind](source, lang), source


def _format_of(target: Target, format: str | None) -> str:
    name = format
    if name is None and isinstance(target, (str, os.PathLike)):
        name = Path(target).suffix.lower().removeprefix(".")
    if name not in FORMATS:
        raise UnknownName(
            "format of a figure",
            name or "none",
            suggest(name or "", FORMATS),
            hint="known",
            names=[*FORMATS],
        )
    return str(name)


class _our_settings:  # noqa: N801 - used as a context manager, reads like a function
    """A context in which matplotlib has its own defaults and the fonts; what it had comes back."""

    def __enter__(self) -> None:
        import matplotlib

        register(_font_files())
        self._kept = matplotlib.rc_context()
        self._kept.__enter__()
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(
            {
                "font.family": [FAMILY, FALLBACK],
                "text.usetex": False,
                "text.hinting": "none",
                "svg.fonttype": "none",
                "svg.hashsalt": "ctgraph",
                "pdf.fonttype": 42,
                "path.simplify": False,
                "hatch.linewidth": 0.7,
            }
        )

    def __exit__(self, *error: object) -> None:
        self._kept.__exit__(None, None, None)


# --- the frame around a chart -------------------------------------------------------------------


class _Frame(NamedTuple):
    """A chart and what stands around it."""

    chart: Chart
    size: Size
    lang: str
    title: str
    sources: Sequence[str]
    scope: str


def _compose(frame: _Frame) -> Sheet:
    """Return the sheet with letters as large as the size has room for."""
    smallest = _lay(frame, _SCALES[-1], 0.0)
    if smallest[0].limit and smallest[1] > smallest[0].limit + 0.01:
        raise DataError("figure-overfull")
    for scale in _SCALES:
        sheet, bottom, rows = _lay(frame, scale, 0.0)
        room = sheet.limit - bottom
        if sheet.limit and room < -0.01:
            continue
        if sheet.limit and rows and room > 1:
            sheet, bottom, _ = _lay(frame, scale, min(room / rows, sheet.letters * 0.9))
        if not sheet.limit and bottom > _LONGEST:
            break
        return sheet
    raise DataError("figure-overfull")


def _lay(frame: _Frame, scale: float, slack: float) -> tuple[Sheet, float, int]:
    """The sheet, where the chart ends, and its number of rows, each with so much more room."""
    chart, size, lang, title, sources, scope = frame
    sheet = Sheet(size, lang, scale)
    top = size.margin * 0.8
    # A title that needs a little more than a line has one of smaller letters.
    room = sheet.width - _place_logo(sheet, top)
    smaller = size.title * min(1.0, 0.998 * room / max(1.0, sheet.measure(title, size.title)))
    letters = smaller if smaller >= size.title * _SMALLER_TITLE else size.title
    for line in sheet.wrap(title, room, letters, 3):
        top = sheet.text(sheet.left, top, line, size=letters)
    for line in sheet.wrap(chart.subtitle, sheet.width, sheet.letters, 3):
        top = sheet.text(sheet.left, top, line, colour=GREY)
    top += sheet.letters * 0.8
    small = sheet.small
    named = join_sources(sources, lang, chart.sources_named)
    where = f"{_SOURCE[lang]}{named}" if sources else _NO_SOURCE[lang]
    where = (" · " if lang == "en" else "・").join(filter(None, [scope, where]))
    edited = _EDITED[lang].format(version=__version__, licence=_LICENCE)
    footer = [*sheet.wrap(where, sheet.width, small, 4), *sheet.wrap(edited, sheet.width, small, 2)]
    if len(footer) == 2 and sheet.measure(" · ".join(footer), small) < sheet.width:
        footer = [" · ".join(footer)]
    legend = legend_rows(sheet, chart.legend)
    below = len(footer) * small * LEADING + len(legend) * legend_step(sheet) + sheet.letters * 0.6
    if size.height:
        sheet.limit = size.height - size.margin * 0.6 - below - sheet.letters * 0.6
    bottom, rows = chart.draw(sheet, top, slack)
    start = bottom if size.crop else sheet.limit
    start += sheet.letters * 0.6
    for row in legend:
        draw_legend_row(sheet, row, start)
        start += legend_step(sheet)
    start = sheet.lines(sheet.left, start + sheet.letters * 0.3, footer, size=small, colour=GREY)
    if size.crop:
        sheet.set_height(start + size.margin * 0.6)
    return sheet, bottom, rows


def _place_logo(sheet: Sheet, top: float) -> float:
    """Put the logo of the theme into the upper right corner; return how much room that takes."""
    logo = theme_in_use().logo
    if logo is None:
        return 0.0
    high = min(sheet.size.title * _LOGO, sheet.width * _WIDEST_LOGO / logo.shape)
    wide, rim = high * logo.shape, high * 0.08
    sheet.rectangle(
        sheet.right - wide - 2 * rim, top, wide + 2 * rim, high + 2 * rim, fill="plate", above=True
    )
    sheet.logo = (logo, (sheet.right - wide - rim, top + rim, wide, high))
    return wide + sheet.letters


# --- files --------------------------------------------------------------------------------------


def render(sheet: Sheet, format: str, dpi: int, *, outlines: bool = False) -> bytes:
    """Return a sheet as the content of a file; the same sheet gives the same bytes.

    Args:
        sheet: What was drawn.
        format: A name of `FORMATS`.
        dpi: Pixels to the inch, for PNG.
        outlines: Whether the letters of an SVG file are paths.
    """
    import io
    import tempfile

    from matplotlib import rc_context

    stream, figure = io.BytesIO(), sheet.figure
    title = next(iter(sheet.words()), "")
    maker = f"ctgraph {__version__}"
    with _our_settings(), tempfile.TemporaryDirectory() as folder:
        if format != "svg":
            sheet.draw_logo()
        if format == "png":
            figure.savefig(stream, format="png", dpi=dpi, pil_kwargs={"compress_level": 1})
            return _with_palette(stream, dpi)
        if format == "svg":
            metadata = {"Date": None, "Creator": maker, "Title": title}
            with rc_context({"svg.fonttype": "path" if outlines else "none"}):
                figure.savefig(stream, format="svg", metadata=metadata)
            faces = "" if outlines else font_faces(_letters(sheet))
            drawn = add_spots(stream.getvalue().decode("utf-8"), sheet.spots)
            return _with_fonts(_with_logo(drawn, sheet), title, faces).encode("utf-8")
        _save_pdf(sheet, stream, Path(folder), {"Creator": maker, "Title": title})
    return stream.getvalue()


def _with_logo(drawn: str, sheet: Sheet) -> str:
    """Return an SVG file with the logo of its sheet in it, as the file that it is."""
    if sheet.logo is None:
        return drawn
    logo, (x, top, wide, high) = sheet.logo
    image = (
        f'<image x="{x:.2f}" y="{top:.2f}" width="{wide:.2f}" height="{high:.2f}" '
        f'xlink:href="{logo.address}"/>'
    )
    head, end, tail = drawn.rpartition("</svg>")
    return f"{head}{image}\n{end}{tail}"


_EXACT = 128
_COLOURS = 256


def _with_palette(stream: io.BytesIO, dpi: int) -> bytes:
    """Return a PNG in 256 colours, a third as large.

    The most frequent colours, which are those of areas, stay as they are; of the others, which
    are those of smoothed edges, the palette takes the ones that differ most from what it has.
    """
    import io

    import numpy as np
    from PIL import Image

    stream.seek(0)
    with Image.open(stream) as drawn:
        pixels = np.asarray(drawn.convert("RGB"), dtype=np.uint32)
    codes = (pixels[..., 0] << 16) | (pixels[..., 1] << 8) | pixels[..., 2]
    known, place, count = np.unique(codes, return_inverse=True, return_counts=True)
    colours = np.stack([known >> 16, (known >> 8) & 255, known & 255], axis=1).astype(np.int64)
    chosen = list(np.lexsort((known, -count))[:_EXACT])
    gap = ((colours[:, None, :] - colours[None, chosen, :]) ** 2).sum(axis=2)
    nearest, distance = gap.argmin(axis=1), gap.min(axis=1)
    while len(chosen) < _COLOURS and distance.max() > 0:
        chosen.append(distance.argmax())
        gap_to_new = ((colours - colours[chosen[-1]]) ** 2).sum(axis=1)
        closer = gap_to_new < distance
        nearest[closer], distance[closer] = len(chosen) - 1, gap_to_new[closer]
    indices = nearest[place.reshape(-1)].reshape(codes.shape).astype(np.uint8)
    picture = Image.fromarray(indices)
    picture.putpalette([int(part) for part in colours[chosen].reshape(-1)])
    small = io.BytesIO()
    picture.save(small, "PNG", optimize=True, dpi=(dpi, dpi))
    return small.getvalue()


def _letters(sheet: Sheet) -> str:
    return "".join(sorted({letter for words in sheet.words() for letter in words}))


def _save_pdf(sheet: Sheet, stream: Any, folder: Path, metadata: Mapping[str, str]) -> None:
    """Save with the figure's own letters as TrueType in the place of the whole fonts."""
    from matplotlib.text import Text

    # matplotlib measures the height of lines with "lp", whatever they say.
    files = cut_fonts(_letters(sheet) + "lp", folder)
    # matplotlib keeps what it found by name, so each folder gets names of its own.
    names = {family: f"{family} {folder.name}" for family in files}
    entries = register({names[family]: path for family, path in files.items()})
    artists = [artist for artist in sheet.figure.findobj(Text) if isinstance(artist, Text)]
    try:
        for artist in artists:
            artist.set_fontfamily(list(names.values()))
        sheet.figure.savefig(
            stream,
            format="pdf",
            metadata={**metadata, "Producer": None, "CreationDate": None, "ModDate": None},
        )
    finally:
        for artist in artists:
            artist.set_fontfamily([FAMILY, FALLBACK])
        forget(entries)


_STACK = (
    "'Noto Sans JP', 'Noto Sans CJK JP', 'Hiragino Sans', 'Yu Gothic', Meiryo, 'DejaVu Sans', "
    "sans-serif"
)
# As matplotlib writes the start of a text; no label can hold it, since `<` is escaped there.
_TEXT_STYLE = re.compile(rf"(<text style=\"[^\"]*font-family: )'{FAMILY}', '{FALLBACK}'")


def _with_fonts(svg: str, title: str, faces: str) -> str:
    """Return the SVG text with its letters inside and a title for those who listen."""
    from xml.sax.saxutils import escape

    svg = _TEXT_STYLE.sub(rf"\1'{FAMILY}', '{FALLBACK}', {_STACK}", svg)
    end = svg.index(">", svg.index("<svg")) + 1
    head = svg[: end - 1] + f' role="img" aria-label="{escape(clean(title), {chr(34): "&quot;"})}">'
    return f'{head}\n <style type="text/css">{faces}</style>{svg[end:]}'
