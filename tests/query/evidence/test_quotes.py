"""Where quotes stand in a text, and what they leave out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctgraph.query.sources.quotes import coverage, quote_offsets


def test_quote_over_line_ends() -> None:
    text = "テロ対策のフォローアッ\nプ も含め"
    (place,) = quote_offsets(text, "フォロー アップも")
    assert text[place.raw_start : place.raw_end] == "フォローアッ\nプ も"
    assert (place.start, place.end) == (5, 13)


def test_each_occurrence_counts() -> None:
    assert [place.raw_start for place in quote_offsets("ab ab a b", "ab")] == [0, 3, 6]
    assert [place.start for place in quote_offsets("aaa", "aa")] == [0, 1]


def test_width_counts() -> None:
    assert quote_offsets("Ｇ７", "G7") == []
    assert quote_offsets("", "x") == quote_offsets("x", " ") == []


@given(st.text("あb 　\n。", max_size=30), st.data())
def test_every_part_of_a_text_is_found(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    quote = text[start:end]
    found = quote_offsets(text, quote)
    assert bool(found) == bool(quote.split())
    for place in found:
        assert "".join(text[place.raw_start : place.raw_end].split()) == "".join(quote.split())
        dense = "".join(text.split())
        assert dense[place.start : place.end] == "".join(quote.split())


def test_coverage() -> None:
    text = "⚫ 協議を\n実施した。会合に出席した。\n⚫ 資金を拠出した。\n"
    found = coverage(text, ["協議を実施した", "拠出した", "ない"])
    assert found.missing == ("ない",)
    (left_out,) = found.uncovered
    assert left_out.text == "。会合に出席した。\n⚫ 資金を"
    assert (left_out.first_line, left_out.last_line) == (2, 3)
    sentences = [(s.text, s.first_line, s.last_line, s.share > 0) for s in found.sentences]
    assert sentences == [
        ("⚫ 協議を\n実施した。", 1, 2, True),
        ("会合に出席した。", 2, 2, False),
        ("⚫ 資金を拠出した。", 3, 3, True),
    ]
    assert found.sentence_share == pytest.approx(2 / 3)
    assert found.share == pytest.approx(11 / 26)


def test_coverage_of_an_english_text() -> None:
    text = "The G7 met in Rome, e.g. on 3.5 issues. It ended.\n- A point (one)\n- Another"
    found = coverage(text, [])
    assert [s.text for s in found.sentences] == [
        "The G7 met in Rome, e.g. on 3.5 issues.",
        "It ended.",
        "- A point (one)",
        "- Another",
    ]
    assert found.share == 0


def test_coverage_of_nothing() -> None:
    assert coverage("", []).share == coverage(" \n", []).sentence_share == 1


@settings(max_examples=50)
@given(st.text("あ。⚫b \n", max_size=40))
def test_coverage_of_a_text_by_itself_is_whole(text: str) -> None:
    found = coverage(text, [text])
    assert found.share == 1
    assert found.uncovered == ()
    assert all(sentence.share == 1 for sentence in found.sentences)
    parts = "".join("".join(sentence.text.split()) for sentence in found.sentences)
    assert parts in "".join(text.split())
