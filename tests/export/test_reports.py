"""What is printed of evidence: in few lines, in one language, and nothing left out of JSON."""

from __future__ import annotations

import re

import pytest

from ctgraph.export.reports.evidence import evidence_text, evidence_to_dict, format_claim
from ctgraph.query.evidence.claims import ClaimEvidence
from ctgraph.query.evidence.find import RowEvidence
from ctgraph.query.evidence.notes import Note, move_into_rule
from ctgraph.terms import CT, CTD

STATED = ClaimEvidence(
    CTD + "c",
    quote="会合を主催した",
    quote_language="ja",
    gloss="Japan hosted it.",
    gloss_language="en",
    basis=CT + "Stated",
)
INFERRED = ClaimEvidence(
    CTD + "d",
    source_page="slide 20",
    gloss="It is a forum.",
    gloss_language="en",
    basis=CT + "Inferred",
    reason="主語がない。",
    derived_from=(CTD + "c",),
)
SUM = Note("aggregate", "A group of solutions is summed up.")


def absence(pattern: str, rule: str = "") -> Note:
    note = Note("absence", f"{pattern} was searched for and is not there.", pattern)
    return move_into_rule(note, rule, "en") if rule else note


def notes(*given: Note, lang: str = "en") -> list[str]:
    return evidence_text(RowEvidence((), notes=given), lang, indent="").splitlines()


def test_the_negations_of_a_rule_are_one_line() -> None:
    given = (absence("{ ?a }", "R"), absence("{ ?b }", "R"), absence("{ ?a }", "S"))
    assert notes(*given) == [
        "note: the rule “R” also relies on the absence of { ?a }; { ?b }",
        "note: the rule “S” also relies on the absence of { ?a }",
    ]
    assert notes(*given, lang="ja") == [
        "注：規則「R」は、次のものが存在しないことにも基づく：{ ?a }; { ?b }",
        "注：規則「S」は、次のものが存在しないことにも基づく：{ ?a }",
    ]
    assert len(evidence_to_dict(RowEvidence(notes=given))["notes"]) == 3


def test_the_negations_of_the_query_are_one_line() -> None:
    assert notes(absence("{ ?a }"), absence("{ ?b }")) == [
        "note: searched for and not there (an absence has no claim): { ?a }; { ?b }"
    ]


def test_that_a_row_sums_up_is_said_once() -> None:
    in_rules = (move_into_rule(SUM, "R", "en"), move_into_rule(SUM, "S", "en"))
    assert notes(*in_rules, SUM) == [f"note: {SUM.text}"]
    assert notes(*in_rules) == [
        "note: solutions are summed up by rule (“R”, “S”); the claims are those behind all of them."
    ]
    assert notes(*in_rules, lang="ja")[0].startswith("注：規則「R」「S」は")


def test_other_notes_are_all_there() -> None:
    path = Note("path", "?a ct:partOf+ ?b can hold along several routes.", "?a ct:partOf+ ?b")
    assert notes(path, move_into_rule(path, "R", "en"), path) == [
        f"note: {path.text}",
        f"note: In the rule “R”: {path.text}",
    ]


def test_json_tells_the_rule_of_a_note() -> None:
    found = RowEvidence(notes=(SUM, move_into_rule(SUM, "R", "en")))
    assert [note["rule"] for note in evidence_to_dict(found)["notes"]] == [None, "R"]


@pytest.mark.parametrize("format", ["text", "markdown"])
def test_glosses_are_for_readers_of_their_language(format: str) -> None:
    assert "Japan hosted it." in format_claim(STATED, (), format, "en")
    said = format_claim(STATED, (), format, "ja")
    assert "会合を主催した" in said
    assert "明示" in said
    assert not re.search(r"[A-Za-z]{2,}", said.replace("ctd:c", ""))
    # Without a quote the gloss is all that there is to read.
    assert "It is a forum." in format_claim(INFERRED, (), format, "ja")


def test_words_around_an_inferred_claim_are_japanese() -> None:
    said = evidence_text(RowEvidence((INFERRED,)), "ja")
    for word in ("参照：slide 20", "推論", "理由：主語がない。", "基づく主張：ctd:c"):
        assert word in said
