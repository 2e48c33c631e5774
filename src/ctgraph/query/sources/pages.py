"""Pages that a user saved: their characters, and the words that they show."""

from __future__ import annotations

import codecs
import re
from html import unescape
from html.parser import HTMLParser
from typing import NamedTuple

_HEAD = 4096
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_CHARSET = re.compile(
    rb"""<(?:meta|\?xml)\b[^>]*?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.I
)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What browsers read these names as: https://encoding.spec.whatwg.org/#names-and-labels
_AS_BROWSERS = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "utf-16": "utf-8",  # what was read as bytes to find the name is not UTF-16
}
_UNSEEN = frozenset(("script", "style", "template", "noscript", "svg"))
# Within a line these stand between words without white space in the file.
_INLINE = frozenset(
    (
        *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn"),
        *("em", "font", "i", "ins", "kbd", "mark", "nobr", "q", "rp", "rt", "ruby", "s", "samp"),
        *("small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"),
    )
)


class PageText(NamedTuple):
    """The words that a page shows, and where each character stands in its file.

    Attributes:
        text: The words, with line breaks between blocks.
        places: For each character the position in the file; None if the text is the file.
    """

    text: str
    places: list[int] | None


def decode_page(body: bytes) -> str:
    """Return the characters of a saved page, with line feeds alone as line breaks.

    The encoding is that of the byte order mark, else the one that the page declares, else UTF-8,
    or one of Japanese texts if it is not UTF-8 and Japanese in that; what is not in it becomes
    U+FFFD, since words elsewhere on the page can still be compared.

    Args:
        body: The file.

    Example:
        >>> decode_page('<meta charset="Shift_JIS">表'.encode("cp932"))[-1]
        '表'
    """
    encoding = "utf-8"
    for mark, name in _MARKS:
        if body.startswith(mark):
            body, encoding = body[len(mark) :], name
            break
    else:
        declared = _CHARSET.search(body[:_HEAD])
        encoding = _find_codec(declared[1].decode("ascii", "replace")) if declared else _guess(body)
    text = body.decode(encoding, "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _guess(body: bytes) -> str:
    """Return the encoding of a text that declares none."""
    # ISO-2022-JP writes Japanese in ASCII behind an escape, so that it would be UTF-8 as well.
    escaped: tuple[str, ...] = ("iso2022_jp",) if b"\x1b$" in body else ()
    for encoding in (*escaped, "utf-8", "cp932", "euc_jp", "cp1252"):
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        # Any Japanese text has many hiragana; other bytes read as Japanese have few.
        others = [char for char in text if char > "\x7f"]
        hiragana = sum("\u3041" <= char <= "\u3096" for char in others)
        is_japanese = hiragana * 5 >= len(others)
        if (
            encoding == "utf-8"
            or is_japanese
            or (encoding == "cp1252" and len(others) * 5 < len(text))
        ):
            return encoding
    return "utf-8"


def _find_codec(name: str) -> str:
    name = _AS_BROWSERS.get(name.lower(), name)
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "utf-8"


def is_html(text: str) -> bool:
    """Tell whether a page is HTML, by its beginning.

    Args:
        text: The page as `decode_page` gives it.
    """
    return bool(_HTML.search(text[:_HEAD]))


def read_page(text: str) -> PageText:
    """Return the words of a page: of HTML what it shows, of anything else the whole.

    Args:
        text: The page as `decode_page` gives it.

    Example:
        >>> read_page("<!DOCTYPE html><p>Q&amp;A<script>x</script><p>b").text.split()
        ['Q&A', 'b']
    """
    if not is_html(text):
        return PageText(text, None)
    reader = PageReader(text)
    reader.feed(text)
    reader.close()
    return PageText("".join(reader.parts), reader.places)


class PageReader(HTMLParser):
    """Collects the words of a page.

    Entities are decoded here and not by the parser, which would lose where they stand.
    """

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self.parts: list[str] = []
        self.places: list[int] = []
        self.unseen: frozenset[str] = _UNSEEN
        self._text = text
        self._open: list[str] = []
        self._line_starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Leave out what is not shown, and break the line before a block."""
        if tag in self.unseen:
            self._open.append(tag)
        self._break(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Break the line at an empty element such as ``<br/>``."""
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        """Show again what stands behind, and break the line behind a block."""
        if tag in self._open:
            del self._open[self._open.index(tag) :]
        self._break(tag)

    def handle_data(self, data: str) -> None:
        """Take words."""
        start = self._position()
        self._add(data, range(start, start + len(data)))

    def handle_entityref(self, name: str) -> None:
        """Take the character of a named entity."""
        self._add_decoded(f"&{name}")

    def handle_charref(self, name: str) -> None:
        """Take the character with a number."""
        self._add_decoded(f"&#{name}")

    def _add_decoded(self, reference: str) -> None:
        start = self._position()
        # The semicolon may be missing, as in "AT&T", which is no reference then.
        is_closed = self._text.startswith(";", start + len(reference))
        decoded = unescape(reference + ";" * is_closed)
        self._add(decoded, [start] * len(decoded))

    def _add(self, text: str, places: range | list[int]) -> None:
        if not self._open:
            self.parts.append(text)
            self.places.extend(places)

    def _break(self, tag: str) -> None:
        if tag not in _INLINE:
            self.break_line(tag)

    def break_line(self, tag: str) -> None:
        """End the line before or behind a block.

        Args:
            tag: The block, or ``br``.
        """
        self._add("\n", [self._position()])

    def _position(self) -> int:
        line, column = self.getpos()
        return self._line_starts[line - 1] + column
