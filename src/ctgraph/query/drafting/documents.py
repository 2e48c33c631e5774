"""Documents as a curator has them: text, HTML or PDF to sentences, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ctgraph.errors import DataError
from ctgraph.query.drafting.paragraphs import BULLET, Block, cut_paragraphs, one_line
from ctgraph.query.sources.pages import PageReader, decode_page, is_html
from ctgraph.terms import LANGUAGES, tell_language

MOST_BYTES = 32_000_000
"""Larger documents are refused."""
MOST_SENTENCES = 5_000
"""Of a longer document the beginning is read."""
_LONGEST = 2_000


class Sentence(NamedTuple):
    """A sentence, and where it stands.

    Attributes:
        text: Its words on one line.
        heading: The heading above it; empty if there is none.
        paragraph: The number of its paragraph below the heading, or on the page of a PDF.
        page: The page of a PDF, from 1; 0 for others.
    """

    text: str
    heading: str
    paragraph: int
    page: int


class Document(NamedTuple):
    """What a document says of itself, and its sentences.

    Attributes:
        sentences: Its sentences, in their order.
        title: Its title; empty if it does not say.
        language: Its language; empty if it does not say and its sentences are none of ours.
        date: The day on which it was issued, as it says in its head; empty if it does not.
        publisher: The name of its site; empty if it does not say.
        address: Its own address; empty if it does not say.
        is_cut: Whether only its beginning was read.
    """

    sentences: Sequence[Sentence]
    title: str = ""
    language: str = ""
    date: str = ""
    publisher: str = ""
    address: str = ""
    is_cut: bool = False


def read_document(body: bytes) -> Document:
    """Return the sentences of a document, and what it says of itself.

    What it is, is seen by its content and not by a name. Without a declared encoding a text is
    read as UTF-8, or as one of the usual encodings of Japanese if it is Japanese in that.

    Args:
        body: The file.

    Raises:
        DataError: It is empty, too large, no text, or has no words that can be read.
        UsageError: It is a PDF, and the package that reads PDF is not installed.
    """
    if len(body) > MOST_BYTES:
        raise DataError("document-too-large", n=len(body), most=MOST_BYTES)
    if b"%PDF-" in body[:1024]:
        from ctgraph.query.drafting.pdf import read_pdf

        blocks, about = read_pdf(body)
    else:
        text = decode_page(body)
        strange = sum(char == "\ufffd" or (char < " " and not char.isspace()) for char in text)
        if strange * 100 > len(text):
            raise DataError("document-not-text")
        blocks, about = _read_html(text) if is_html(text) else (cut_paragraphs(text), {})
    sentences = list(_cut(blocks))
    if not sentences:
        raise DataError("document-without-words")
    ours = _tell_language([one.text for one in sentences])
    return Document(
        sentences[:MOST_SENTENCES],
        one_line(about.get("title", "")),
        (about.get("language") or ours)[:2].lower(),
        about.get("date", ""),
        one_line(about.get("publisher", "")),
        about.get("address", ""),
        len(sentences) > MOST_SENTENCES,
    )


def _tell_language(sentences: Sequence[str]) -> str:
    """Return the language of most sentences; empty if it is none of ours."""
    languages = [tell_language(text) for text in sentences if re.search(r"[^\W\d_]{2}", text)]
    ours = max(LANGUAGES, key=lambda lang: sum(lang == one for one in languages))
    words = re.findall(r"[a-z]+", " ".join(sentences).lower())
    # About a fifth of the words of any English text are these.
    common = sum(word in ("the", "of", "and", "in", "to", "a") for word in words)
    return ours if ours == "ja" or common * 20 >= len(words) > 0 else ""


# --- HTML ----------------------------------------------------------------------------------------

_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "dt", "caption", "th"))
_BESIDE = frozenset(("nav", "footer", "aside", "form", "button", "select", "menu"))
_ABOUT = {
    "date": ("article:published_time", "datepublished", "dc.date", "dcterms.issued", "date"),
    "publisher": ("og:site_name", "dc.publisher", "dcterms.publisher", "publisher"),
    "title": ("og:title", "dc.title", "dcterms.title"),
    "address": ("og:url",),
}


class _Outline(PageReader):
    """Collects the blocks of a page, and what its head says."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.unseen |= _BESIDE
        self.blocks: list[Block] = []
        self.about: dict[str, str] = {}
        self._heading = False
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what the head says and where headings are."""
        values = {name: value or "" for name, value in attrs}
        if tag == "html" and values.get("lang"):
            self.about["language"] = values["lang"]
        elif tag == "meta":
            name = (
                values.get("property") or values.get("name") or values.get("itemprop", "")
            ).lower()
            for key, names in _ABOUT.items():
                if name in names and values.get("content"):
                    self.about.setdefault(key, values["content"].strip())
        elif tag == "link" and values.get("rel") == "canonical":
            self.about["address"] = values.get("href", "")
        super().handle_starttag(tag, attrs)
        self._in_title = tag == "title"
        if tag in _HEADINGS:
            self._heading = True

    def handle_endtag(self, tag: str) -> None:
        """Note where headings end."""
        super().handle_endtag(tag)
        self._in_title = False
        if tag in _HEADINGS:
            self._heading = False

    def handle_data(self, data: str) -> None:
        """Take words, but those of the title."""
        if self._in_title:
            self.about["title"] = self.about.get("title", "") + data
        else:
            super().handle_data(data)

    def break_line(self, tag: str) -> None:
        """End the block before another begins; a line break is none."""
        if tag == "br":
            self.parts.append("\n")
            return
        text = "".join(self.parts)
        if text.strip():
            self.blocks.append(Block(text, self._heading))
        self.parts.clear()
        self.places.clear()


def _read_html(text: str) -> tuple[list[Block], dict[str, str]]:
    outline = _Outline(text)
    outline.feed(text)
    outline.close()
    outline.break_line("html")
    date = re.match(r"\d{4}-\d{2}(?:-\d{2})?", outline.about.pop("date", ""))
    if date:
        outline.about["date"] = date.group()
    blocks = [
        inner._replace(is_heading=block.is_heading)
        for block in outline.blocks
        for inner in cut_paragraphs(block.text, 10_000)
    ]
    return blocks, outline.about


# --- sentences -----------------------------------------------------------------------------------

# A full stop ends a sentence before a capital, unless it ends an abbreviation or initial.
_ABBREVIATIONS = ("[A-Z]", "No", "Nos", "Mr", "Mrs", "Ms", "Dr", "St", "vs", "cf", "Art", "para")
_SENTENCE_END = re.compile(
    r"[。！？｡](?:[」』）)】]+(?![ぁ-ん])|(?![」』）)】]))|"
    + "".join(rf"(?<!\b{word})" for word in _ABBREVIATIONS)
    + r"[.!?][)\]\"”’]*(?=\s+[\"“(]?[A-Z0-9])"
)


def _cut(blocks: Iterable[Block]) -> Iterator[Sentence]:
    """Yield the sentences of blocks, each with its heading and the number of its paragraph."""
    heading, paragraph, page = "", 0, 0
    for block in blocks:
        if block.page != page:
            paragraph, page = 0, block.page
        if block.is_heading:
            heading, paragraph = one_line(block.text)[:120], 0
            yield Sentence(one_line(block.text), heading, 0, page)
            continue
        paragraph += 1
        bullet = BULLET.match(block.text)
        text = one_line(block.text[bullet.end() if bullet else 0 :])
        start = 0
        ends = [
            match.end() for match in _SENTENCE_END.finditer(text) if _is_closed(text, match.end())
        ]
        for end in (*ends, len(text)):
            for part in _pieces(text[start:end].strip()):
                if re.search(r"\w", part):
                    yield Sentence(part, heading, paragraph, page)
            start = end


def _is_closed(text: str, end: int) -> bool:
    """Whether a full stop stands outside quotation marks and brackets that stay open."""
    return all(
        text.count(opens, 0, end) <= text.count(closes, 0, end)
        for opens, closes in ("「」", "（）", "“”")
    )


def _pieces(text: str) -> Iterator[str]:
    """Yield a sentence; one that never ends, such as a table, in pieces."""
    for start in range(0, len(text), _LONGEST):
        yield text[start : start + _LONGEST]
