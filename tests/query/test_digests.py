"""Words that are known by their digest: found wherever they stand, and not where they differ."""

from __future__ import annotations

import doctest
import hashlib
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ctgraph
from ctgraph import Graph
from ctgraph.errors import UnknownName, UsageError
from ctgraph.query.checks import check
from ctgraph.query.evidence import attribution, kind_of, load_claims
from ctgraph.query.sources import digests, pages
from ctgraph.query.sources.digests import digest_words, find_digests, find_words, fold_words
from ctgraph.query.sources.pages import decode_page, read_page
from ctgraph.terms import expand

FOLDER = Path(__file__).parents[1] / "digests"
PAGE = (FOLDER / "page.html").read_bytes()
SENTENCE = "The two sides met in Rome on 5 May 2025, and agreed to meet again."


@pytest.fixture(scope="module")
def graph() -> Graph:
    """The bundled graph, and claims of a page whose words are known by their digest."""
    return ctgraph.open(files=[FOLDER / "claims.trig"])


def fold(text: str) -> str:
    """The folding as the vocabulary defines it (`ctv:nfkc-no-space`)."""
    return "".join(unicodedata.normalize("NFKC", text).split())


@pytest.mark.parametrize("module", [attribution, digests, pages])
def test_examples_in_docstrings(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


# --- folding -------------------------------------------------------------------------------------


@given(st.text(max_size=80))
@settings(max_examples=500)
def test_folding_is_nfkc_without_white_space(text: str) -> None:
    folded = fold_words(text)
    assert folded.text == fold(text)
    assert len(folded.places) == len(folded.text)
    assert folded.places == sorted(folded.places)
    assert all(not text[place].isspace() for place in folded.places)


@given(st.text("가각ㄱㅏ각ｶﾞﾊﾟがか\u3099e\u0301\u0327㎞ﬁ①¨ a1", max_size=30))
@settings(max_examples=500)
def test_characters_that_join_are_folded_together(text: str) -> None:
    assert fold_words(text).text == fold(text)


def test_the_digest_is_that_of_the_folded_words() -> None:
    assert digest_words(" Ｇ７\n") == hashlib.sha256(b"G7").hexdigest()


# --- finding -------------------------------------------------------------------------------------

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "M"]), max_size=60)
SPACE = st.sampled_from(["", " ", "\n", "\u3000", "\t\r\n", "\u00a0"])


@st.composite
def written_otherwise(draw: st.DrawFn, sentence: str) -> str:
    """The sentence with white space anywhere and letters of another width."""
    wide = {chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)}
    parts = [wide[one] if one in wide and draw(st.booleans()) else one for one in sentence]
    return "".join(one + draw(SPACE) for one in parts)


@given(WORDS, written_otherwise(SENTENCE), WORDS)
@settings(max_examples=150, deadline=None)
def test_a_sentence_is_found_whatever_stands_around_it(before: str, words: str, after: str) -> None:
    text = before + words + after
    digest, size = digest_words(SENTENCE), len(fold(SENTENCE))
    found = find_digests(fold_words(text), [(digest, size)])
    span = found[digest]
    assert fold(text[span.start : span.end]) == fold(SENTENCE)


@given(WORDS, st.integers(0, len(SENTENCE) - 1), WORDS)
@settings(max_examples=100, deadline=None)
def test_a_changed_sentence_is_not_found(before: str, at: int, after: str) -> None:
    changed = SENTENCE[:at] + ("x" if SENTENCE[at] != " " else "x ") + SENTENCE[at + 1 :]
    page = fold_words(before + changed + after)
    assert not find_digests(page, [(digest_words(SENTENCE), len(fold(SENTENCE)))])


@pytest.mark.parametrize("around", [("", ""), ("News.\n", " More."), ("A\n\n", "\nB"), ("a, ", "")])
def test_without_a_length_sentences_and_lines_are_tried(around: tuple[str, str]) -> None:
    page = fold_words(around[0] + SENTENCE + around[1])
    digest = digest_words(SENTENCE)
    span = find_digests(page, [(digest, None)])[digest]
    assert span.start == len(around[0])
    unended = digest_words(SENTENCE.removesuffix("."))
    assert unended in find_digests(page, [(unended, None)])


def test_many_digests_of_one_length_are_found_at_once() -> None:
    words = [f"sentence number {number:03}" for number in range(50)]
    page = fold_words("|".join(words))
    wanted = [(digest_words(one), len(fold(one))) for one in words]
    found = find_digests(page, wanted)
    assert [found[digest].start for digest, _ in wanted] == [20 * n for n in range(50)]


def test_longer_than_the_page_and_nothing_at_all() -> None:
    assert find_digests(fold_words("short"), [(digest_words(SENTENCE), 53)]) == {}
    assert find_digests(fold_words(""), [("0" * 64, 1), ("1" * 64, None)]) == {}
    assert find_digests(fold_words("text"), [("no digest", 2)]) == {}
    assert find_words(fold_words("text"), " ") is None


# --- pages ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("表".encode(), "表"),
        (b"\xef\xbb\xbf" + "表".encode(), "表"),
        ("\ufeff表".encode("utf-16-le"), "表"),
        ("\ufeff表".encode("utf-16-be"), "表"),
        ('<meta charset="shift_jis">①'.encode("cp932"), "①"),
        (
            '<meta http-equiv="Content-Type" content="text/html; charset=EUC-JP">表'.encode(
                "euc-jp"
            ),
            "表",
        ),
        ("<meta charset=iso-8859-1>“".encode("cp1252"), "“"),
        ("<meta charset=utf-16>表".encode(), "表"),
        ("<meta charset=no-such>表".encode(), "表"),
        (b"\xff", "\ufffd"),
    ],
)
def test_the_encoding_is_found_as_browsers_find_it(body: bytes, text: str) -> None:
    assert decode_page(body).endswith(text)


def test_what_a_page_shows() -> None:
    text = (
        "<!doctype html><title>T</title><p>AT&T &amp; x &lt; y&#x3042;</p><!-- no -->"
        "<style>no</style><noscript>no</noscript><svg><text>no</text></svg><br/>a<b>b</b>c"
    )
    page = read_page(text)
    assert page.text.split() == ["T", "AT&T", "&", "x", "<", "yあ", "abc"]
    assert page.places is not None
    assert len(page.places) == len(page.text)
    assert text[page.places[page.text.index("あ")] :].startswith("&#x3042;")


@given(st.text(max_size=200))
def test_no_page_breaks_the_reader(text: str) -> None:
    page = read_page("<!doctype html>" + text)
    assert page.places is not None
    assert len(page.places) == len(page.text)


# --- a source and its page -----------------------------------------------------------------------


def test_the_claims_are_sound(graph: Graph) -> None:
    report = check(graph.store, only=["shapes", "queries", "labels"])
    assert not list(report)


@pytest.mark.parametrize(
    "name",
    [
        "ctd:example-news",
        "example-news",
        expand("ctd:example-news"),
        "Institute of Examples: News",
        "Institute of Examples – News",
        "https://example.org/news",
        "https://example.org/news/",
    ],
)
def test_a_source_goes_by_many_names(graph: Graph, name: str) -> None:
    assert graph.verify(name, PAGE).source == expand("ctd:example-news")


def test_each_claim_is_found_where_it_stands(graph: Graph) -> None:
    found = graph.verify("example-news", PAGE)
    places = {one.claim.iri[-2:]: (one.status, one.line, one.column) for one in found.claims}
    assert places == {
        "01": ("found", 11, 13),
        "02": ("found", 11, 13),
        "03": ("found", 14, 4),
        "04": ("missing", None, None),
        "ut": ("unchecked", None, None),
    }
    assert not found.ok
    assert not found.differs


def test_another_page(graph: Graph) -> None:
    found = graph.verify("example-news", "Something else.")
    assert found.differs
    assert found.count("missing") == 4


def test_quotes_are_looked_for_as_well(graph: Graph) -> None:
    text = (Path(graph.store.bundle.data) / "mofa-evaluation-2024" / "text.txt").read_bytes()
    found = graph.verify("mofa-evaluation-2024", text)
    assert found.ok
    assert {one.status for one in found.claims} == {"found", "unchecked"}


def test_what_cannot_be_verified(graph: Graph) -> None:
    with pytest.raises(UsageError, match="no claim of ctd:un-m49 rests on words"):
        graph.verify("un-m49", PAGE)
    with pytest.raises(UnknownName):
        graph.verify("https://example.org/other", PAGE)


def test_a_claim_tells_its_digest_and_its_source(graph: Graph) -> None:
    iri = expand("ctd:example-news-01")
    for lang, told in {
        "en": "according to Example Press, “Institute of Examples: News”, first paragraph, "
        "2025-05-06",
        "ja": "出典：例示通信、『例示研究所「ニュース」』、第１段落、2025-05-06",
    }.items():
        claim = load_claims(graph.store, [iri], lang)[iri]
        assert kind_of(claim) == "digest"
        assert claim.quote is None
        assert claim.words is not None
        assert claim.words_length == 76
        assert claim.source_address == "https://example.org/news"
        assert attribution.attribute(claim, lang) == told
