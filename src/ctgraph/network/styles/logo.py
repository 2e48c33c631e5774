"""The logo of a theme: a PNG or SVG file that nothing else is fetched for and that does nothing."""

from __future__ import annotations

import base64
import re
import struct
from dataclasses import dataclass
from pathlib import Path

from ctgraph.errors import DataError, UsageError

_MOST_BYTES = 300_000
_SHORTEST_PNG = 57  # signature, header and end
_PNG = b"\x89PNG\r\n\x1a\n"
# Elements of SVG 2 that run something or hold another language.
_ACTIVE = {"script", "foreignobject", "iframe", "object", "embed", "audio", "video", "handler"}
_LENGTH = re.compile(r"\s*([0-9]*\.?[0-9]+)(?:px)?\s*")


@dataclass(frozen=True)
class Logo:
    """A logo.

    Attributes:
        media: ``image/png`` or ``image/svg+xml``.
        content: The file.
        shape: Width by height.
        png: The same as PNG, for what cannot hold SVG; empty if there is none.
    """

    media: str
    content: bytes
    shape: float
    png: bytes = b""

    @property
    def address(self) -> str:
        """The file as a ``data:`` URL."""
        return f"data:{self.media};base64,{base64.b64encode(self.content).decode('ascii')}"


def read_logo(theme: Path, key: str, name: str) -> Logo:
    """Return the logo that a theme names.

    Args:
        theme: The file of the theme, which the errors name.
        key: Its key.
        name: The value: a path from the folder of the theme.

    Raises:
        UsageError: The file cannot be read.
        DataError: It is neither PNG nor SVG, too large, or does or fetches something.
    """
    path = theme.parent / name

    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(
            "theme-logo-unreadable", path=theme, key=key, name=name, strerror=error.strerror
        ) from error
    try:
        return _check(content)
    except ValueError as error:
        raise DataError("theme-logo-bad", path=theme, key=key, reason=f"{name}: {error}") from error


def _check(content: bytes) -> Logo:
    """Return a logo; a `ValueError` says what is wrong with it."""
    if len(content) > _MOST_BYTES:
        raise ValueError(f"{len(content):,} > {_MOST_BYTES:,} bytes")
    if not content.startswith(_PNG):
        return Logo("image/svg+xml", content, _check_svg(content))
    if content[12:16] != b"IHDR" or len(content) < _SHORTEST_PNG:
        raise ValueError("PNG without header")
    width, height = struct.unpack(">II", content[16:24])
    if not width or not height:
        raise ValueError(f"{width} × {height}")
    return Logo("image/png", content, width / height, content)


def _check_svg(content: bytes) -> float:
    """Return width by height of an SVG file that neither runs nor fetches anything."""
    from xml.etree import ElementTree as ET

    # Entities can hide anything, and grow without end.
    if re.search(rb"<!\s*(DOCTYPE|ENTITY)", content, re.IGNORECASE):
        raise ValueError("DOCTYPE")
    if re.search(rb"<\?xml-stylesheet", content, re.IGNORECASE):
        raise ValueError("xml-stylesheet")
    try:
        root = ET.fromstring(content)
    except ET.ParseError as error:
        raise ValueError(str(error)) from error
    if root.tag.rpartition("}")[2] != "svg":
        raise ValueError(root.tag.rpartition("}")[2])
    for element in root.iter():
        tag = element.tag.rpartition("}")[2].lower()
        if tag in _ACTIVE:
            raise ValueError(f"<{tag}>")
        if tag == "style":
            _check_css(element.text or "")
        for attribute, value in element.items():
            name = attribute.rpartition("}")[2].lower()
            if name.startswith("on"):
                raise ValueError(f"{name}=")
            is_inside = re.match(r"#|data:image/(png|jpeg);base64,", value)
            if name in ("href", "src") and not is_inside:
                raise ValueError(f"{name}={value[:60]!r}")
            _check_css(value)
    return _svg_shape(root.attrib)


def _check_css(text: str) -> None:
    outside = re.search(r"@import|\\|url\(\s*['\"]?(?!#)[^)]{0,60}", text, re.IGNORECASE)
    if outside:
        raise ValueError(outside[0])


def _svg_shape(attributes: dict[str, str]) -> float:
    box = re.split(r"[\s,]+", attributes.get("viewBox", "").strip())
    if len(box) == 4:
        width, height = box[2:]
    else:
        width, height = (attributes.get(name, "") for name in ("width", "height"))
    found = [_LENGTH.fullmatch(length) for length in (width, height)]
    sizes = [float(one[1]) if one else 0.0 for one in found]
    if not all(sizes):
        raise ValueError("viewBox?")
    return sizes[0] / sizes[1]
