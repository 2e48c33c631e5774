"""Slides made of shapes that can be edited: text, nodes, glued connectors, charts, notes.

All that is known of python-pptx stands here and in `ctgraph.draw.slides.openxml`. Lengths are
points; a slide is 13.33 by 7.5 inches.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from ctgraph.draw.slides.openxml import (
    DRAWING,
    drop_style,
    emu,
    fade,
    name_shape,
    rgb,
    set_fonts,
    set_geometry,
    settle,
    veil,
)
from ctgraph.draw.slides.shapes import PRESETS, Node, Site, geometry, glue
from ctgraph.draw.text_metrics import LINE, Box, clean, fit
from ctgraph.errors import UsageError
from ctgraph.network.styles import theme_in_use

if TYPE_CHECKING:
    from ctgraph.network.styles import Look


WIDTH, HEIGHT = 960.0, 540.0
EDGE = 30.0
"""What is left free at the sides."""

INK, SOFT = "ink", "soft"
"""Roles of the colours of text."""

_LOGO = Box(WIDTH - EDGE - 74, 6, WIDTH - EDGE, 26)
_PALE, _FAINT = "pale-line", "pale-name"


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
        # Neither the picture of an empty slide nor a printer's settings are ours.
        for holder in (self.file.part, self.file.part.package):
            for name, relation in list(holder._rels.items()):
                if relation.reltype.endswith(("/printerSettings", "/thumbnail")):
                    holder._rels.pop(name)
        # The template is made for 4:3.
        stretch = emu(WIDTH) / self.file.slide_width
        self.file.slide_width, self.file.slide_height = emu(WIDTH), emu(HEIGHT)
        tall = self.file.slide_height / 6858000
        paper = self.file.slide_master.background.fill
        paper.solid()
        paper.fore_color.rgb = rgb("paper")
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
        holder.left, holder.top = emu(box.left), emu(box.top)
        holder.width, holder.height = emu(box.width), emu(box.height)
        self._fill(holder.text_frame, box, title, sizes=sizes, bold=True, anchor="ctr")
        self._number(slide)
        self._add_logo(slide)
        return slide

    def _add_logo(self, slide: Any) -> None:
        """Put the logo of the theme into the upper right corner.

        Raises:
            UsageError: The logo is known as SVG alone.
        """
        logo = theme_in_use().logo
        if logo is None:
            return
        if not logo.png:
            raise UsageError("theme-logo-needs-png")
        high = min(_LOGO.height, _LOGO.width / logo.shape)
        place = Box(_LOGO.right - high * logo.shape, _LOGO.top, _LOGO.right, _LOGO.top + high)
        if rgb("plate") != rgb("paper"):
            plate = Box(place.left - 3, place.top - 3, place.right + 3, place.bottom + 3)
            self.bar(slide, plate, "plate")
        picture = slide.shapes.add_picture(
            io.BytesIO(logo.png),
            emu(place.left), emu(place.top), emu(place.width), emu(place.height),
        )  # fmt: skip
        name_shape(picture, "logo", "")

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
            emu(box.left), emu(box.top), emu(box.width), emu(box.height)
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
            font.color.rgb = rgb(colour)
        properties = run._r.get_or_add_rPr()
        main, other = ("ja-JP", "en-US") if _is_japanese(text, self.lang) else ("en-US", "ja-JP")
        properties.set("lang", main)
        properties.set("altLang", other)
        set_fonts(properties)

    def bar(self, slide: Any, box: Box, colour: str = "blue") -> None:
        """A bar that only decorates."""
        shape = self._rectangle(slide, box, colour)
        shape.line.fill.background()
        name_shape(shape, "bar", "")

    def _rectangle(self, slide: Any, box: Box, colour: str) -> Any:
        from pptx.enum.shapes import MSO_SHAPE

        shape = slide.shapes.add_shape(
            MSO_SHAPE.RECTANGLE,
            emu(box.left), emu(box.top), emu(box.width), emu(box.height),
        )  # fmt: skip
        shape.fill.solid()
        shape.fill.fore_color.rgb = rgb(colour)
        drop_style(shape)
        return shape

    def symbol(
        self, shapes: Any, box: Box, look: Look, *, strong: bool, name: str, description: str = ""
    ) -> Any:
        """Return the shape of a kind of node."""
        from pptx.enum.shapes import MSO_SHAPE
        from pptx.util import Pt

        shape = shapes.add_shape(
            getattr(MSO_SHAPE, PRESETS[look.shape]),
            emu(box.left), emu(box.top), emu(box.width), emu(box.height),
        )  # fmt: skip
        rim, fill = look.rim, look.inside
        if not strong:
            rim, fill = fade(rim), fade(fill)
        shape.fill.solid()
        shape.fill.fore_color.rgb = rgb(fill)
        shape.line.color.rgb = rgb(rim)
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
        set_geometry(shape, geometry(look.shape))
        frame = shape.text_frame
        colour = INK if strong else _FAINT
        if place.inside:
            if strong:
                colour = look.ink_role
        else:
            label = group.shapes.add_textbox(
                emu(place.label.left), emu(place.label.top),
                emu(place.label.width), emu(place.label.height),
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
        first, last = glue(begin[1:], end[1:], arrow=arrow)
        width = min(6.0, 1.5 + 1.0 * weight) if strong else 1.0
        shape = self._connector(
            slide,
            first[1],
            last[1],
            width=width,
            dashed=dashed,
            colour=INK if strong else _PALE,
        )
        _glue(shape, (begin[0], first), (end[0], last), arrow=arrow)
        name_shape(shape, name, description)
        return shape

    def note(self, slide: Any, place: Node) -> Any:
        """Return a box with somebody's own words."""
        shape = self._rectangle(slide, place.symbol, "note")
        set_geometry(shape, geometry("square"))
        shape.line.color.rgb = rgb("note-line")
        self._write(
            shape.text_frame, place.lines, size=place.size, colour=INK, bold=False, align="ctr",
            anchor="ctr", wrapped=False,
        )  # fmt: skip
        text = " ".join(place.lines)
        name_shape(shape, text, text)
        return shape

    def point(
        self, slide: Any, begin: tuple[Any, str, Node], end: tuple[Any, str, Node], *, name: str
    ) -> None:
        """An arrow from a note to a node, glued to both."""
        first, last = glue(begin[1:], end[1:], arrow=True)
        style: dict[str, Any] = {"width": 1.5, "dashed": False, "colour": "note-line"}
        shape = self._connector(slide, first[1], last[1], **style)
        _glue(shape, (begin[0], first), (end[0], last), arrow=True)
        name_shape(shape, name, name)
        begin[0]._element.addprevious(shape._element)

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

        shape = slide.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, *map(emu, begin), *map(emu, end))
        shape.line.width = Pt(width)
        shape.line.color.rgb = rgb(colour)
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


def _glue(shape: Any, begin: tuple[Any, Site], end: tuple[Any, Site], *, arrow: bool) -> None:
    """Glue the ends of a connector to sites of two shapes; with an arrow at the second."""
    if arrow:
        line = shape.line._get_or_add_ln()
        line.append(line.makeelement(f"{{{DRAWING}}}tailEnd", {"type": "triangle"}))
    # python-pptx knows the four sites of rectangles only, so they are set behind its back.
    shape.begin_connect(begin[0], 0)
    shape.end_connect(end[0], 0)
    ends = shape._element.nvCxnSpPr.cNvCxnSpPr
    ends.stCxn.idx, ends.endCxn.idx = begin[1][0], end[1][0]
    shape.begin_x, shape.begin_y = map(emu, begin[1][1])
    shape.end_x, shape.end_y = map(emu, end[1][1])


def _is_japanese(text: str, lang: str) -> bool:
    return any(unicodedata.east_asian_width(c) in "WF" for c in text) or (
        lang == "ja" and not any(c.isalpha() for c in text)
    )
