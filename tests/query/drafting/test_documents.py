"""Documents to sentences: text, HTML and PDF, in two languages and several encodings."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctgraph.errors import DataError
from ctgraph.query.drafting import documents, read_document

HTML = """<!DOCTYPE html>
<html lang="en"><head><title>News of the Example Forum</title>
<meta property="article:published_time" content="2025-07-02T10:00:00Z">
<meta property="og:site_name" content="Example Forum">
<link rel="canonical" href="https://example.org/news"></head>
<body><nav>About us. Contact.</nav><h1>A workshop</h1>
<p>The Institute of Examples (IoE) and
the Example Forum met. They met in the U.S. in May.</p>
<h2>Other news</h2><ul><li>First<br>news.<li>Second&nbsp;news.</ul>
<script>var a = "No.";</script><footer>Imprint.</footer></body></html>"""

JAPANESE = (
    "例示研究所は、\n2025年６月に例示フォ\nーラムと協議を行った。\n\n・次の会合は「未定。」である。"
)


def sentences_of(body: str | bytes) -> list[tuple[str, str, int, int]]:
    found = read_document(body.encode() if isinstance(body, str) else body).sentences
    return [(one.text, one.heading, one.paragraph, one.page) for one in found]


def test_html() -> None:
    document = read_document(HTML.encode())
    assert document[1:] == (
        "News of the Example Forum",
        "en",
        "2025-07-02",
        "Example Forum",
        "https://example.org/news",
        False,
    )
    assert [one.text for one in document.sentences] == [
        "A workshop",
        "The Institute of Examples (IoE) and the Example Forum met.",
        "They met in the U.S. in May.",
        "Other news",
        "First news.",
        "Second news.",
    ]
    assert [(one.heading, one.paragraph) for one in document.sentences][-1] == ("Other news", 2)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "cp932", "euc_jp", "iso2022_jp"]
)
def test_japanese_text_in_its_encodings(encoding: str) -> None:
    assert [text for text, *_ in sentences_of(JAPANESE.encode(encoding))] == [
        "例示研究所は、2025年６月に例示フォーラムと協議を行った。",
        "次の会合は「未定。」である。",
    ]


def test_a_page_in_a_declared_encoding() -> None:
    page = f'<html lang="ja"><meta charset="Shift_JIS"><p>{JAPANESE.splitlines()[0]}'
    document = read_document(page.encode("cp932"))
    assert (document.sentences[0].text, document.language) == ("例示研究所は、", "ja")


def test_lines_that_break_anywhere() -> None:
    text = (
        "REPORT\n\n"
        "The Example Forum held its meeting in Geneva and\n"
        "spoke about coopera-\ntion and other matters of\ninterest. A second\nsentence follows.\n\n"
        "• one item that goes on in\n  the next line\n• another\n"
    )
    assert [text for text, *_ in sentences_of(text)] == [
        "REPORT",
        "The Example Forum held its meeting in Geneva and spoke about coopera- tion and other "
        "matters of interest.",
        "A second sentence follows.",
        "one item that goes on in the next line",
        "another",
    ]


def make_pdf(pages: int = 3) -> bytes:
    """A PDF of two columns below a line of Japanese, with headers and page numbers."""
    import matplotlib as mpl
    import pylopdf_fonts_jp
    from matplotlib.backends.backend_pdf import PdfPages
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

    font = FontProperties(fname=Path(pylopdf_fonts_jp.__file__).with_name("NotoSansJP-Regular.otf"))
    stream = io.BytesIO()
    with (
        mpl.rc_context({"pdf.fonttype": 42}),
        PdfPages(stream, metadata={"Title": "Report"}) as pdf,
    ):
        for number in range(1, pages + 1):
            figure = Figure(figsize=(8, 11))
            figure.text(0.1, 0.97, "Example Forum: annual report", fontsize=8)
            figure.text(0.5, 0.03, f"- {number} -", fontsize=8)
            left = "Left of page one: the Forum co-\nhosted a workshop and inter-\nnational talks."
            figure.text(0.08, 0.85, left, fontsize=10, va="top")
            right = "The right column\nstands beside it."
            figure.text(0.55, 0.85, right, fontsize=10, va="top")
            words = "例示研究所は協議を行\nった。"
            figure.text(0.08, 0.6, words, fontproperties=font, fontsize=10, va="top")
            pdf.savefig(figure)
    return stream.getvalue()


def test_a_pdf_of_two_columns() -> None:
    document = read_document(make_pdf())
    assert (document.title, document.is_cut) == ("Report", False)
    assert [one.text for one in document.sentences[:3]] == [
        "Left of page one: the Forum co-hosted a workshop and international talks.",
        "The right column stands beside it.",
        "例示研究所は協議を行った。",
    ]
    assert {one.page for one in document.sentences} == {1, 2, 3}
    assert not any("annual report" in one.text or "- 1" in one.text for one in document.sentences)


@pytest.mark.parametrize(
    ("body", "key"),
    [
        (b"", "document-without-words"),
        (b" \n\n", "document-without-words"),
        (b"<html><body><script>x</script></body></html>", "document-without-words"),
        (bytes(range(256)) * 20, "document-not-text"),
        (b'<meta charset="utf-8"><p>' + JAPANESE.encode("cp932"), "document-not-text"),
        (b"%PDF-1.7 nothing", "pdf-unreadable"),
    ],
)
def test_what_is_no_document(body: bytes, key: str) -> None:
    with pytest.raises(DataError) as caught:
        read_document(body)
    assert caught.value.key == key


def test_huge_documents_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    document = read_document(b"One sentence. " * 6_000)
    assert (len(document.sentences), document.is_cut) == (documents.MOST_SENTENCES, True)
    assert max(len(text) for text, *_ in sentences_of("word " * 10_000)) <= 2_000
    monkeypatch.setattr(documents, "MOST_BYTES", 10)
    with pytest.raises(DataError, match="bytes"):
        read_document(b"more than ten bytes")


@settings(deadline=None)
@given(st.binary(max_size=300), st.sampled_from([b"", b"<html>", b"\xff\xfe"]))
def test_nothing_makes_it_fail_otherwise(body: bytes, head: bytes) -> None:
    with contextlib.suppress(DataError):
        read_document(head + body)
