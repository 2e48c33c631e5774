"""Characters that must not stand raw in a file: marks that turn writing, and what XML forbids."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ctgraph.errors import Unwritable
from ctgraph.terms import PREFIXES
from ctgraph.text import MARKS

# A reader of the raw file must see what it says: marks that turn the direction of writing, and
# control characters, are escaped, which Turtle allows anywhere in a string or IRI.
_LAYOUT = {0x09, 0x0A, 0x0D}
_MARK = re.compile("[" + "".join(map(chr, sorted(MARKS - _LAYOUT | {0x2028, 0x2029}))) + "]")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|<[^>]*>|[^\s"<]+')


def spell_out(
    body: bytes, prefixes: Mapping[str, str] = PREFIXES, *, always: bool = False
) -> bytes:
    """Return Turtle, or what is written in its terms, with marks escaped.

    Args:
        body: What was written.
        prefixes: The prefixes of its names.
        always: Look at every term, for names that hold escapes, even if there are no marks.
    """
    text = body.decode("utf-8")
    if not always and _MARK.search(text) is None:
        return body
    return _TOKEN.sub(lambda match: _spell(match[0], prefixes), text).encode("utf-8")


def _spell(token: str, prefixes: Mapping[str, str]) -> str:
    has_marks = _MARK.search(token) is not None
    prefix, _, local = token.partition(":")
    if prefix in prefixes and (has_marks or "\\" in local):
        # A name behind a prefix cannot hold marks escaped; the whole IRI can.
        token = f"<{prefixes[prefix]}{local}>".replace("\\", "")
    return _MARK.sub(lambda match: f"\\u{ord(match[0]):04X}", token) if has_marks else token


_XML_ILLEGAL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")


def make_legal_xml(body: bytes, name: str = "XML") -> bytes:
    """Return XML as the engine wrote it, with the line ends that a reader of XML would lose.

    Args:
        body: What was written.
        name: ``RDF/XML``, or ``XML`` for results of SPARQL.

    Raises:
        Unwritable: A value holds a character that XML has no way to write.
    """
    match = _XML_ILLEGAL.search(body)
    if match is not None:
        import html

        start, end = body.rfind(b">", 0, match.start()) + 1, body.find(b"<", match.start())
        code = ord(match[0].decode("utf-8"))
        text = html.unescape(body[start:end].decode("utf-8"))[:60]
        if name == "XML":
            raise Unwritable("character-not-xml", match=code, text=text)
        raise Unwritable("character-not-rdfxml", code=code, text=text)
    return body.replace(b"\r", b"&#13;") if b"\r" in body else body
