"""What python-pptx does not offer, written into the XML of a file (ECMA-376, Office Open XML)."""

from __future__ import annotations

import io
import re
from typing import Any

from ctgraph.draw.text_metrics import clean
from ctgraph.network.styles import colour, mix, read_table

DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
"""The namespace of text, lines and fills."""

_LATIN, _EAST_ASIAN = read_table()["typefaces"]["slide"]


def emu(points: float) -> int:
    """Return points in the unit of files, of which 12,700 make one."""
    return round(points * 12700)


def rgb(role: str) -> Any:
    """Return the colour of a role of the theme in use; ``#rrggbb`` is itself."""
    from pptx.dml.color import RGBColor

    found = role if role.startswith("#") else colour(role)
    return RGBColor.from_string(found[1:].upper())


def set_fonts(properties: Any) -> None:
    """Name the fonts of a run for Latin, East Asian and other scripts, in the schema's order."""
    for tag in ("latin", "ea", "cs"):
        for old in properties.findall(f"{{{DRAWING}}}{tag}"):
            properties.remove(old)
    for tag, face in (("latin", _LATIN), ("ea", _EAST_ASIAN), ("cs", _LATIN)):
        made = properties.makeelement(f"{{{DRAWING}}}{tag}", {"typeface": face})
        properties.append(made)


def set_geometry(shape: Any, geometry: str) -> None:
    """Give a shape an outline of our own.

    Args:
        shape: A shape that has a preset one.
        geometry: DrawingML, as `ctgraph.draw.slides.shapes.geometry` gives it.
    """
    from pptx.oxml import parse_xml

    made = parse_xml(geometry.replace("<a:custGeom>", f'<a:custGeom xmlns:a="{DRAWING}">', 1))
    preset = shape._element.spPr.find(f"{{{DRAWING}}}prstGeom")
    shape._element.spPr.replace(preset, made)


def drop_style(shape: Any) -> None:
    """Take away the theme's style, which would add shadows."""
    element = shape._element
    for child in list(element):
        if child.tag.endswith("}style"):
            element.remove(child)


def veil(shape: Any) -> None:
    """Fill a box with nearly opaque paper, so that lines behind it do not strike its text out."""
    from pptx.oxml import parse_xml

    fill = parse_xml(
        f'<a:solidFill xmlns:a="{DRAWING}"><a:srgbClr val="{colour("paper")[1:].upper()}">'
        '<a:alpha val="82000"/></a:srgbClr></a:solidFill>'
    )
    properties = shape._element.spPr
    for child in list(properties):
        if child.tag.endswith("}noFill"):
            properties.replace(child, fill)
            return
    properties.append(fill)


def name_shape(shape: Any, name: str, description: str) -> None:
    """Give a shape its name and what a screen reader says of it."""
    element = shape._element.xpath("./*/p:cNvPr")[0]
    element.set("name", clean(name)[:120] or "–")
    element.set("descr", clean(description)[:1000])


def fade(shade: str) -> str:
    """Return a colour near to that of the paper.

    Args:
        shade: ``#rrggbb``.
    """
    return mix(shade, colour("paper"), 0.28)


def settle(content: bytes) -> bytes:
    """Return a file of the office kind without times, and with our fonts in the theme."""
    import zipfile

    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            data = old.read(name)
            if name.endswith(".xlsx"):
                data = settle(data)
            elif name == "docProps/core.xml":
                data = re.sub(
                    rb"(<dcterms:(created|modified)[^>]*>)[^<]*",
                    rb"\g<1>1980-01-01T00:00:00Z",
                    data,
                )
            elif re.fullmatch(r"ppt/theme/theme\d+\.xml", name):
                data = re.sub(
                    rb'<a:latin typeface="Calibri"\s*/>\s*<a:ea typeface=""\s*/>',
                    f'<a:latin typeface="{_LATIN}"/><a:ea typeface="{_EAST_ASIAN}"/>'.encode(),
                    data,
                )
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            new.writestr(entry, data)
    return made.getvalue()
