"""The paragraphs of a PDF: columns apart, without what stands on every page."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from collections.abc import Iterable

from ctgraph.errors import DataError, UsageError
from ctgraph.query.drafting.paragraphs import Block, cut_paragraphs

MOST_PAGES = 300
"""Of a longer PDF the beginning is read."""


def read_pdf(body: bytes) -> tuple[list[Block], dict[str, str]]:
    """Return the paragraphs of a PDF in reading order, and what it says of itself.

    Lines that stand on most pages (headers, footers, page numbers) are left out; a word that a
    hyphen breaks at the end of a line is put together, unless the document has it with a hyphen.

    Args:
        body: The file.

    Raises:
        UsageError: pdfminer.six is not installed.
        DataError: The file is damaged, locked by a password, or has no text, as scanned pages.
    """
    try:
        from pdfminer.high_level import extract_pages
        from pdfminer.layout import LAParams, LTTextContainer
        from pdfminer.pdfdocument import PDFDocument
        from pdfminer.pdfparser import PDFParser
    except ImportError as error:
        raise UsageError("pdf-not-installed") from error
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    pages: list[list[tuple[str, float]]] = []
    try:
        for page in extract_pages(io.BytesIO(body), maxpages=MOST_PAGES, laparams=LAParams()):
            pages.append(
                [
                    (box.get_text(), (box.y0 + box.y1) / 2 / page.height if page.height else 0.5)
                    for box in page
                    if isinstance(box, LTTextContainer)
                ]
            )
        about = PDFDocument(PDFParser(io.BytesIO(body))).info
    except Exception as error:  # the library raises whatever a damaged file makes it raise
        raise DataError("pdf-unreadable", said=type(error).__name__) from error
    if not any(text.strip() for page in pages for text, _ in page):
        raise DataError("pdf-without-text")
    repeated = _find_repeated(pages)
    whole = "\n".join(text for page in pages for text, _ in page)
    blocks = [
        block._replace(page=number)
        for number, page in enumerate(pages, 1)
        for text, height in page
        if not _is_margin(text, height, repeated)
        for block in cut_paragraphs(_join_hyphens(text, whole))
    ]
    return blocks, {"title": _read_title(about)}


def _key(text: str) -> str:
    return re.sub(r"[\d０-９]+", "#", "".join(text.split()))


def _find_repeated(pages: list[list[tuple[str, float]]]) -> set[str]:
    """Return what stands at the head or foot of at least half of the pages, numbers aside."""
    counted = Counter(
        key
        for page in pages
        for key in {_key(text) for text, height in page if not 0.1 < height < 0.9}
    )
    return {key for key, n in counted.items() if n >= 2 and n * 2 >= len(pages)}


def _is_margin(text: str, height: float, repeated: set[str]) -> bool:
    is_edge = not 0.1 < height < 0.9
    is_number = re.fullmatch(
        r"\W*(?:page|p\.|頁)?\W*#\W*(?:(?:of|/)\W*#)?\W*(?:頁|ページ)?", _key(text), re.I
    )
    return is_edge and (bool(is_number) or _key(text) in repeated)


# Their hyphen is that of the word (co-hosted), wherever the line breaks.
_PREFIXES = frozenset(("anti", "co", "counter", "cross", "ex", "multi", "non", "self", "vice"))


def _join_hyphens(text: str, whole: str) -> str:
    def join(match: re.Match[str]) -> str:
        hyphened = f"{match[1]}-{match[2]}"
        is_kept = hyphened in whole or match[1].lower() in _PREFIXES
        return f"{hyphened}\n" if is_kept else f"{match[1]}{match[2]}\n"

    return re.sub(r"([A-Za-z]+)[-‐\u00ad]\n([a-z]+)[ ]?", join, text)


def _read_title(about: Iterable[dict[str, object]]) -> str:
    for part in about:
        title = part.get("Title")
        if isinstance(title, bytes):
            encoding = "utf-16" if title[:2] in (b"\xfe\xff", b"\xff\xfe") else "utf-8"
            return title.decode(encoding, "replace")
    return ""
