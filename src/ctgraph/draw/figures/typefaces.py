"""The letters of static figures: one Japanese font that pip installs, and one for other scripts.

Fonts of the machine are never used, so a figure looks the same everywhere. The figure's own letters
are cut out of the fonts and put into SVG and PDF files, as TrueType, which every reader takes;
matplotlib writes OpenType fonts with CFF outlines into a PDF as what they are not.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from ctgraph.errors import UsageError

FAMILY: Final = "ctgraph-sans"
FALLBACK: Final = "ctgraph-fallback"
"""Names under which matplotlib knows the two; no font of a machine has them."""

LARGE: Final = 10
"""How many times larger than it is drawn text is measured."""

_PACKAGE = "pylopdf_fonts_jp"  # Noto Sans JP, SIL Open Font License 1.1; only its file is read
_FILE = "NotoSansJP-Regular.otf"
_MISSING = "\u25a1"  # a white square, for what neither font can write


def font_files() -> dict[str, Path]:
    """Return the two font files by name of their family.

    Raises:
        UsageError: matplotlib or the package with the font is not installed.
    """
    # find_spec does not run the package.
    fonts, drawing = find_spec(_PACKAGE), find_spec("matplotlib")
    if fonts is None or fonts.origin is None or drawing is None or drawing.origin is None:
        raise UsageError("figures-not-installed")
    found = {
        FAMILY: Path(fonts.origin).parent / _FILE,
        FALLBACK: Path(drawing.origin).parent / "mpl-data" / "fonts" / "ttf" / "DejaVuSans.ttf",
    }
    for path in found.values():
        if not path.is_file():
            raise UsageError("font-missing", path=path)
    return found


@cache
def _characters() -> frozenset[str]:
    """Return what the two fonts can write."""
    from matplotlib.ft2font import FT2Font

    codes = {code for path in font_files().values() for code in FT2Font(str(path)).get_charmap()}
    return frozenset(map(chr, codes))


def clean(text: str) -> str:
    """Return a text in one line of letters that the fonts have and that mean only themselves.

    Controls, marks of direction and joiners go; white space becomes one blank; a letter that
    neither font has becomes a square.

    Args:
        text: Any text.
    """
    known = _characters()
    kept = []
    for character in text:
        if character.isspace():
            kept.append(" ")
        elif unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn"}:
            continue
        elif "\ufe00" <= character <= "\ufe0f":
            continue  # asks for another shape of the letter before
        else:
            kept.append(character if character in known else _MISSING)
    return " ".join("".join(kept).split())


@cache
def measure(words: str) -> float:
    """Return the width of a line whose letters have the size 1.

    Args:
        words: The text, cleaned.
    """
    from matplotlib.font_manager import FontProperties

    if not words:
        return 0.0
    prop = FontProperties(family=[FAMILY, FALLBACK], size=100)
    width, _, _ = renderer().get_text_width_height_descent(words, prop, False)
    return float(width) / 100 / LARGE


@cache
def renderer() -> Any:
    """Return what measures text, at `LARGE` times its size."""
    from matplotlib.backends.backend_agg import RendererAgg

    return RendererAgg(10, 10, 72 * LARGE)  # type: ignore[no-untyped-call]


def register(files: Mapping[str, Path]) -> list[Any]:
    """Make matplotlib know fonts by names of ours; returns what `forget` takes.

    Args:
        files: Font files by family.
    """
    from matplotlib import font_manager

    manager = font_manager.fontManager
    known = {entry.name for entry in manager.ttflist}
    entries = [
        font_manager.FontEntry(
            fname=str(path),
            name=family,
            style="normal",
            variant="normal",
            weight=400,
            stretch="normal",
            size="scalable",
        )
        for family, path in files.items()
        if family not in known
    ]
    manager.ttflist.extend(entries)
    return entries


def forget(entries: Iterable[Any]) -> None:
    """Make matplotlib forget what `register` told it.

    Args:
        entries: What `register` returned.
    """
    from matplotlib import font_manager

    gone = [id(entry) for entry in entries]
    manager = font_manager.fontManager
    manager.ttflist[:] = [entry for entry in manager.ttflist if id(entry) not in gone]


def cut_fonts(text: str, folder: Path) -> dict[str, Path]:
    """TrueType files with the letters of a text alone, by family; none for a font without any.

    Args:
        text: All letters that are used.
        folder: Where the files go.
    """
    made = {}
    for family, font in _cut_all(text):
        made[family] = folder / f"{family}.ttf"
        font.save(made[family], reorderTables=True)
    return made


def font_faces(text: str) -> str:
    """Return style rules that hold the letters of a text, for `FAMILY` and `FALLBACK`.

    Args:
        text: All letters that are used.
    """
    import base64
    import io

    rules = []
    for family, font in _cut_all(text):
        font.flavor = "woff"
        stream = io.BytesIO()
        font.save(stream)
        letters = base64.b64encode(stream.getvalue()).decode("ascii")
        rules.append(
            f"@font-face{{font-family:'{family}';"
            f"src:url(data:font/woff;base64,{letters}) format('woff')}}"
        )
    return "".join(rules)


def _cut_all(text: str) -> Iterator[tuple[str, Any]]:
    """Yield each family and its font with what it has of the letters that none before has."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    left = set(text)
    for family, path in font_files().items():
        # The time of writing would make every day's file differ.
        font = TTFont(path, recalcTimestamp=False)
        present = {code: name for code, name in font.getBestCmap().items() if chr(code) in left}
        if not present:
            continue
        left -= set(map(chr, present))
        if "CFF " in font:
            _make_truetype(font, present)
        else:
            _cut(font, present)
        yield family, font


def _cut(font: Any, present: Mapping[int, str]) -> None:
    """Leave only some letters in a TrueType font, in place."""
    from fontTools.subset import Options, Subsetter  # type: ignore[import-untyped]

    options = Options()
    options.hinting = False
    options.notdef_outline = True
    # Gone before the cutter reads them: they join letters of other scripts.
    for tag in ("DSIG", "FFTM", "GDEF", "GPOS", "GSUB"):
        if tag in font:
            del font[tag]
    cutter = Subsetter(options)
    cutter.populate(unicodes=present)
    cutter.subset(font)


_UNICODE_OF_WINDOWS = 3  # the platform whose maps of letters every reader takes
_SHORT_CODES = 4  # the format of maps whose codes have 16 bits
_KEPT = ("head", "hhea", "maxp", "OS/2", "name", "cmap", "post", "hmtx")


def _make_truetype(font: Any, present: Mapping[int, str]) -> None:
    """Leave only some letters in a font with cubic outlines, as quadratic ones, in place.

    Nothing but letters is left: the font's rules set them closer than they were measured.
    """
    from fontTools.pens.cu2quPen import Cu2QuPen  # type: ignore[import-untyped]
    from fontTools.pens.ttGlyphPen import TTGlyphPen  # type: ignore[import-untyped]
    from fontTools.ttLib import newTable

    order = [".notdef", *sorted(set(present.values()), key=font.getGlyphID)]
    outlines = font.getGlyphSet()
    glyphs = {}
    for name in order:
        pen = TTGlyphPen(None)
        outlines[name].draw(Cu2QuPen(pen, max_err=0.5, reverse_direction=True))
        glyphs[name] = pen.glyph()
    advances = {name: font["hmtx"].metrics[name][0] for name in order}
    for tag in set(font.keys()) - {*_KEPT, "GlyphOrder"}:
        del font[tag]
    font.setGlyphOrder(order)
    maps = [table for table in font["cmap"].tables if table.platformID == _UNICODE_OF_WINDOWS]
    for table in maps:
        most = 0xFFFF if table.format == _SHORT_CODES else 0x10FFFF
        table.cmap = {code: name for code, name in present.items() if code <= most}
    font["cmap"].tables = maps
    font["loca"] = newTable("loca")
    font["glyf"] = table = newTable("glyf")
    table.glyphOrder, table.glyphs = order, glyphs
    font["hmtx"].metrics = metrics = {}
    for name in order:
        glyphs[name].recalcBounds(table)
        metrics[name] = (advances[name], getattr(glyphs[name], "xMin", 0))
    font["maxp"] = maxima = newTable("maxp")
    maxima.tableVersion = 0x00010000
    maxima.numGlyphs = len(order)
    maxima.maxZones = 1
    for field in (
        *("maxPoints", "maxContours", "maxCompositePoints", "maxCompositeContours"),
        *("maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs"),
        *("maxStackElements", "maxSizeOfInstructions", "maxComponentElements"),
        "maxComponentDepth",
    ):
        setattr(maxima, field, 0)
    font["post"].formatType = 3.0
    font.sfntVersion = "\x00\x01\x00\x00"
