"""Slides made of shapes that can be edited: text, nodes, glued connectors, charts, notes.

All that is known of python-pptx stands here and in `ctgraph.draw.slides.openxml`. Lengths are
points; a slide is 13.33 by 7.5 inches.
"""

from __future__ import annotations

import io
import math
import unicodedata
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import TYPE_CHECKING, Any

from ctgraph.draw.slides.openxml import (
    DRAWING,
    drop_style,
    fade,
    luminance,
    name_shape,
    set_fonts,
    settle,
    veil,
)
from ctgraph.draw.slides.shapes import SHAPES, Node, glue
from ctgraph.draw.text_metrics import LINE, Box, clean, fit, text_points

if TYPE_CHECKING:
    from ctgraph.network.styles import Look


WIDTH, HEIGHT = 960.0, 540.0
EDGE = 30.0
"""What is left free at the sides."""

INK, SOFT = "16202A", "56636E"
"""Colours of text."""

_PALE, _FAINT = "C5CDD4", "6B7780"


def _emu(points: float) -> int:
    return round(points * 12700)


class Deck:
    """A presentation under construction."""

    def __init__(self, lang: str) -> None:
        import pptx

        self.lang = lang
        open_template: Any = pptx.Presentation
        self.file = open_template()
        for layout_ in list(self.file.slide_layouts):
            if layout_.name != "Title Only":
                self.file.slide_layouts.remove(layout_)
        # The template is made for 4:3.
        stretch = _emu(WIDTH) / self.file.slide_width
        self.file.slide_width, self.file.slide_height = _emu(WIDTH), _emu(HEIGHT)
        tall = self.file.slide_height / 6858000
        for holder in (self.file.slide_master, self.file.slide_layouts[0]):
            for shape in holder.shapes:
                if shape._element.spPr.xfrm is not None:
                    shape.left, shape.width = (
                        round(shape.left * stretch),
                        round(shape.width * stretch),
                    )
                    shape.top, shape.height = round(shape.top * tall), round(shape.height * tall)

    def slide(self, title: str, box: Box, sizes: Sequence[float]) -> Any:
        """Return a new slide with its title and its number."""
        slide = self.file.slides.add_slide(self.file.slide_layouts[0])
        holder = slide.shapes.title
        holder.left, holder.top = _emu(box.left), _emu(box.top)
        holder.width, holder.height = _emu(box.width), _emu(box.height)
        self._fill(holder.text_frame, box, title, sizes=sizes, bold=True, anchor="ctr")
        self._number(slide)
        return slide

    def _number(self, slide: Any) -> None:
        from pptx.oxml import parse_xml

        box = Box(WIDTH - 70, 516, WIDTH - EDGE, 532)
        shape = self.text(slide, box, "0", sizes=(10,), colour=SOFT, align="r")
        shape.name = "Slide number"
        run = shape.text_frame.paragraphs[0].runs[0]._r
        field = parse_xml(
            '<a:fld xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
            'id="{5B2F0A6E-3C54-4B0C-9C39-0E7C7D1F2A11}" type="slidenum"><a:t/></a:fld>'
        )
        field.insert(0, run.rPr)
        field[-1].text = str(len(self.file.slides))
        run.getparent().replace(run, field)

    def text(
        self,
        slide: Any,
        box: Box,
        text: str,
        *,
        sizes: Sequence[float],
        colour: str = INK,
        bold: bool = False,
        align: str = "l",
        wrapped: bool = True,
    ) -> Any:
        """Return a box of text; its letters are as large as fits."""
        shape = slide.shapes.add_textbox(
            _emu(box.left), _emu(box.top), _emu(box.width), _emu(box.height)
        )
        self._fill(
            shape.text_frame,
            box,
            text,
            sizes=sizes,
            colour=colour,
            bold=bold,
            align=align,
            wrapped=wrapped,
        )
        shape.name = shape.text_frame.text[:60] or "text"
        return shape

    def _fill(
        self,
        frame: Any,
        box: Box,
        text: str,
        *,
        sizes: Sequence[float],
        colour: str = INK,
        bold: bool = False,
        align: str = "l",
        anchor: str = "t",
        wrapped: bool = True,
    ) -> None:
        text = "\n".join(clean(part) for part in text.split("\n"))
        size, paragraphs = fit(text, box, sizes, bold=bold) if wrapped else (sizes[0], [text])
        self._write(
            frame,
            paragraphs,
            size=size,
            colour=colour,
            bold=bold,
            align=align,
            anchor=anchor,
            wrapped=wrapped,
        )

    def _write(
        self,
        frame: Any,
        paragraphs: Sequence[str],
        *,
        size: float,
        colour: str,
        bold: bool,
        align: str,
        anchor: str,
        wrapped: bool,
    ) -> None:
        from pptx.util import Pt

        frame.word_wrap = wrapped
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
        frame._txBody.bodyPr.set("anchor", anchor)
        for index, text in enumerate(paragraphs):
            paragraph = frame.paragraphs[0] if index == 0 else frame.add_paragraph()
            paragraph._p.get_or_add_pPr().set("algn", align)
            # Fonts for Japanese differ in how high they think a line is.
            paragraph.line_spacing = Pt(round(size * LINE, 2))
            paragraph.space_before = paragraph.space_after = Pt(0)
            self._run(paragraph, text, size=size, colour=colour, bold=bold)

    def _run(
        self,
        paragraph: Any,
        text: str,
        *,
        size: float | None = None,
        colour: str | None = None,
        bold: bool | None = None,
    ) -> None:
        from pptx.util import Pt

        run = paragraph.add_run()
        run.text = text
        font = run.font
        if size is not None:
            font.size = Pt(size)
        if bold is not None:
            font.bold = bold
        if colour is not None:
            font.color.rgb = _colour(colour)
        properties = run._r.get_or_add_rPr()
        main, other = ("ja-JP", "en-US") if _is_japanese(text, self.lang) else ("en-US", "ja-JP")
        properties.set("lang", main)
        properties.set("altLang", other)
        set_fonts(properties)

    def bar(self, slide: Any, box: Box, colour: str = "0072B2") -> None:
        """A bar that only decorates."""
        from pptx.enum.shapes import MSO_SHAPE

        shape = slide.shapes.add_shape(
            MSO_SHAPE.RECTANGLE,
            _emu(box.left), _emu(box.top), _emu(box.width), _emu(box.height),
        )  # fmt: skip
        shape.fill.solid()
        shape.fill.fore_color.rgb = _colour(colour)
        shape.line.fill.background()
        drop_style(shape)
        name_shape(shape, "bar", "")

    def symbol(
        self, shapes: Any, box: Box, look: Look, *, strong: bool, name: str, description: str = ""
    ) -> Any:
        """Return the shape of a kind of node."""
        from pptx.enum.shapes import MSO_SHAPE
        from pptx.util import Pt

        preset = getattr(MSO_SHAPE, SHAPES[look.shape][0])
        shape = shapes.add_shape(
            preset, _emu(box.left), _emu(box.top), _emu(box.width), _emu(box.height)
        )
        rim, fill = (colour.lstrip("#").upper() for colour in (look.rim, look.inside))
        if not strong:
            rim, fill = fade(rim), fade(fill)
        shape.fill.solid()
        shape.fill.fore_color.rgb = _colour(fill)
        shape.line.color.rgb = _colour(rim)
        shape.line.width = Pt(2.25 if look.is_thick else 1.0)
        drop_style(shape)
        name_shape(shape, name, description)
        return shape

    def node(
        self, slide: Any, place: Node, look: Look, *, strong: bool, name: str, kind: str
    ) -> Any:
        """Return a node with its name, as one group.

        Gives the shape that connectors are glued to.
        """
        group = slide.shapes.add_group_shape()
        description = f"{name} ({kind})" if kind else name
        shape = self.symbol(
            group.shapes, place.symbol, look, strong=strong, name=name, description=description
        )
        frame = shape.text_frame
        colour = INK if strong else _FAINT
        if place.inside:
            if strong and luminance(look.inside) < 0.4:
                colour = "FFFFFF"
        else:
            label = group.shapes.add_textbox(
                _emu(place.label.left), _emu(place.label.top),
                _emu(place.label.width), _emu(place.label.height),
            )  # fmt: skip
            label.name = name
            veil(label)
            frame = label.text_frame
        self._write(
            frame,
            place.lines,
            size=place.size,
            colour=colour,
            bold=strong,
            align="ctr",
            anchor="ctr" if place.inside else "t",
            wrapped=False,
        )
        name_shape(group, name, description)
        return shape

    def connect(
        self,
        slide: Any,
        begin: tuple[Any, str, Node],
        end: tuple[Any, str, Node],
        *,
        strong: bool,
        weight: float,
        dashed: bool,
        arrow: bool,
        name: str,
        description: str,
    ) -> Any:
        """Return a line that stays glued to two nodes.

        With an arrow, from the first to the second.
        """
        first, last = glue(begin[1:], end[1:])
        width = min(6.0, 1.5 + 1.0 * weight) if strong else 1.0
        shape = self._connector(
            slide,
            first[1],
            last[1],
            width=width,
            dashed=dashed,
            colour=INK if strong else _PALE,
        )
        if arrow:
            line = shape.line._get_or_add_ln()
            line.append(line.makeelement(f"{{{DRAWING}}}tailEnd", {"type": "triangle"}))
        # python-pptx knows the four sites of rectangles only, so they are set behind its back.
        shape.begin_connect(begin[0], 0)
        shape.end_connect(end[0], 0)
        ends = shape._element.nvCxnSpPr.cNvCxnSpPr
        ends.stCxn.idx, ends.endCxn.idx = first[0], last[0]
        shape.begin_x, shape.begin_y = map(_emu, first[1])
        shape.end_x, shape.end_y = map(_emu, last[1])
        name_shape(shape, name, description)
        return shape

    def line(
        self,
        slide: Any,
        begin: tuple[float, float],
        end: tuple[float, float],
        kind: str,
        name: str,
    ) -> None:
        """A line of the legend: ``line``, ``dash`` or ``pale``."""
        colour = _PALE if kind == "pale" else INK
        width = 1.0 if kind == "pale" else 2.5
        shape = self._connector(
            slide, begin, end, width=width, dashed=kind == "dash", colour=colour
        )
        name_shape(shape, name, "")

    def bracket(
        self, slide: Any, x: float, to: float, heights: Sequence[float], *, dashed: bool
    ) -> None:
        """Lines that join some heights on the right of them, as one group."""
        group = slide.shapes.add_group_shape()
        style: dict[str, Any] = {"width": 1.0, "dashed": dashed, "colour": _FAINT}
        self._connector(group, (to, heights[0]), (to, heights[-1]), **style)
        for height in heights:
            self._connector(group, (x, height), (to, height), **style)
        name_shape(group, "bracket", "")

    def _connector(
        self,
        slide: Any,
        begin: tuple[float, float],
        end: tuple[float, float],
        *,
        width: float,
        dashed: bool,
        colour: str,
    ) -> Any:
        from pptx.enum.dml import MSO_LINE
        from pptx.enum.shapes import MSO_CONNECTOR
        from pptx.util import Pt

        shape = slide.shapes.add_connector(
            MSO_CONNECTOR.STRAIGHT, *map(_emu, begin), *map(_emu, end)
        )
        shape.line.width = Pt(width)
        shape.line.color.rgb = _colour(colour)
        if dashed:
            shape.line.dash_style = MSO_LINE.DASH
        drop_style(shape)
        return shape

    def send_back(self, slide: Any, shapes: Iterable[Any]) -> None:
        """Put shapes behind all others but the title, in their order."""
        place = slide.shapes.title._element
        for shape in shapes:
            place.addnext(shape._element)
            place = shape._element

    def chart(
        self,
        slide: Any,
        box: Box,
        values: Mapping[str, float | None],
        *,
        unit: str,
        emphasis: Set[str],
        name: str,
        description: str,
    ) -> None:
        """A column chart with its own data; what is not emphasised is paler."""
        from pptx.chart.data import CategoryChartData
        from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION
        from pptx.util import Pt

        data = CategoryChartData(number_format="General")
        data.categories = list(values)
        data.add_series(unit, [whole(value) for value in values.values()])
        frame = slide.shapes.add_chart(
            XL_CHART_TYPE.COLUMN_CLUSTERED,
            _emu(box.left), _emu(box.top), _emu(box.width), _emu(box.height), data,
        )  # fmt: skip
        chart = frame.chart
        chart.has_legend = chart.has_title = False
        chart.font.size = Pt(12)
        chart.font.color.rgb = _colour(INK)
        axis = chart.value_axis
        axis.minimum_scale = 0
        highest = max((value for value in values.values() if value is not None), default=0)
        axis.maximum_scale = max(1.0, highest * 1.15)
        axis.visible = axis.has_major_gridlines = False
        chart.category_axis.format.line.color.rgb = _colour(SOFT)
        chart.category_axis.has_major_gridlines = False
        # The names of the columns stay level: they shrink until they have room side by side.
        room = box.width / max(1, len(values)) * 0.86
        longest = max((text_points(name, 12.0) for name in values), default=1.0)
        chart.category_axis.tick_labels.font.size = Pt(
            max(7.0, math.floor(min(12.0, 12.0 * room / longest) * 2) / 2)
        )
        chart.category_axis._element.xpath("./c:txPr/a:bodyPr")[0].set("rot", "0")
        plot = chart.plots[0]
        plot.gap_width = 60
        plot.has_data_labels = True
        labels = plot.data_labels
        labels.show_value = True
        labels.position = XL_LABEL_POSITION.OUTSIDE_END
        labels.font.size = Pt(14)
        labels.font.bold = True
        bars = plot.series[0]
        bars.format.fill.solid()
        bars.format.fill.fore_color.rgb = _colour("0072B2")
        for index, year in enumerate(values):
            if year not in emphasis:
                fill = bars.points[index].format.fill
                fill.solid()
                fill.fore_color.rgb = _colour("9FB6C6")
        for properties in chart._chartSpace.iter(f"{{{DRAWING}}}defRPr"):
            set_fonts(properties)
        name_shape(frame, name, description)

    def notes(self, slide: Any, lines: Sequence[str]) -> None:
        """What the presenter reads."""
        frame = slide.notes_slide.notes_text_frame
        parts = [clean(part) for line in lines for part in line.split("\n")]
        while parts and not parts[-1]:
            parts.pop()
        for index, part in enumerate(parts):
            paragraph = frame.paragraphs[0] if index == 0 else frame.add_paragraph()
            if part:
                self._run(paragraph, part)

    def to_bytes(self, title: str, description: str) -> bytes:
        """Return the file, in which nothing tells when it was made."""
        import datetime

        # The first date that a ZIP file can hold, as for its entries.
        long_ago = datetime.datetime(1980, 1, 1)
        properties = self.file.core_properties
        properties.title, properties.subject = clean(title)[:255], clean(description)[:255]
        properties.author = properties.last_modified_by = "ctgraph"
        properties.language = "ja-JP" if self.lang == "ja" else "en-US"
        properties.created = properties.modified = long_ago
        properties.revision = 1
        buffer = io.BytesIO()
        self.file.save(buffer)
        return settle(buffer.getvalue())


def _colour(text: str) -> Any:
    from pptx.dml.color import RGBColor

    return RGBColor.from_string(text)


def _is_japanese(text: str, lang: str) -> bool:
    return any(unicodedata.east_asian_width(c) in "WF" for c in text) or (
        lang == "ja" and not any(c.isalpha() for c in text)
    )


def whole(value: float | None) -> float | int | None:
    """Return a number without a fraction as an integer."""
    return int(value) if value is not None and value == int(value) else value
