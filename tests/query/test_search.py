"""Finding things by words, and everything about one thing."""

from __future__ import annotations

from dataclasses import replace

import pyoxigraph as ox
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from small_store import MINI, awkward_store, mini_store

from ctgraph.errors import AmbiguousName, UnknownName, UsageError
from ctgraph.query.entities import entity
from ctgraph.query.entities.entity import describe_entity
from ctgraph.query.entities.folding import fold_pattern
from ctgraph.query.entities.labels import show_period
from ctgraph.query.entities.search import find, find_span
from ctgraph.query.entities.view import EntityView
from ctgraph.store.project import Bundle
from ctgraph.store.store import Store
from ctgraph.terms import CT, CTD, CTV, fold


@pytest.fixture(scope="module")
def store() -> Store:
    return awkward_store()


def found(store: Store, text: str, limit: int | None = None) -> list[str]:
    return [hit.iri.rpartition("/")[2] for hit in find(store, text, limit=limit)]


# Finding


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("FATF", "fatf"),
        ("ｆａｔｆ", "fatf"),
        ("task  force", "fatf"),
        ("金融", "fatf"),
        ("マネロ", None),
        ("マネーロンダリング", "s-2024-a07"),
        ("ﾏﾈｰﾛﾝ", "s-2024-a07"),
        ("finance", "s-2024-a07"),
        ("ガス", "group"),
        ("ｶﾞｽ･", "group"),
        ("腐敗", "corruption"),
        ("people learn", "ontology#Workshop"),
        ("<b>|`x`", "hostile"),
        ("=1+1", "hostile"),
        ('"} UNION', "hostile"),
        ("?x ?y", "hostile"),
        ("(", None),
        ("[", "hostile"),
        (".*", None),
        ("x" * 10_000, None),
        ("\\", "hostile"),
    ],
)
def test_find(store: Store, text: str, first: str | None) -> None:
    hits = found(store, text)
    assert (hits[0] if hits else None) == first


def test_find_ranks(store: Store) -> None:
    hits = find(store, "rule of law")
    assert [hit.iri for hit in hits] == [CTD + "rule-of-law", CTD + "rule-of-law-jpn"]
    hits = find(store, "japan")
    assert [hit.iri for hit in hits[:2]] == [CTD + "jpn", CTD + "place-jpn"]
    assert hits[-1].kind == "Participation" or hits[-1].iri == CTD + "rule-of-law-jpn"


def test_hit_says_what_it_is_and_where(store: Store) -> None:
    (hit,) = find(store, "task")
    assert (hit.label, hit.kind) == ("Financial Action Task Force", "ct:Forum")
    assert hit.labels == {"en": "Financial Action Task Force", "ja": "金融活動作業部会"}
    assert hit.text[hit.span[0] : hit.span[1]] == "Task"
    assert hit.predicate.endswith("prefLabel")
    (hit,) = find(store, "ロンダリング", "ja")
    assert (hit.label, hit.claims) == ("ctd:s-2024-a07", (CTD + "s-2024-a07",))
    assert hit.text[hit.span[0] : hit.span[1]] == "ﾛﾝﾀﾞﾘﾝｸﾞ"
    assert find(store, "腐敗", "ja")[0].kind == "主題"


@pytest.mark.parametrize(
    ("text", "match", "first"),
    [
        ("FATF", "text", "fatf"),
        ("F.A.T.F.", "words", "fatf"),
        ("force, financial task", "words", "fatf"),
        ("force 金融活動", "words", "fatf"),
        ("fatff", "likeness", "fatf"),
        ("Financal Acton Tsk Force", "likeness", "fatf"),
        ("金融活勤作業部会", "likeness", "fatf"),
    ],
)
def test_what_is_not_there_is_found_by_words_and_likeness(
    store: Store, text: str, match: str, first: str
) -> None:
    hit = find(store, text)[0]
    assert (hit.match, hit.iri) == (match, CTD + first)
    assert hit.text[hit.span[0] : hit.span[1]]


def test_words_are_wanted_together_and_from_their_beginning(store: Store) -> None:
    assert {hit.match for hit in find(store, "force rule")} <= {"likeness"}
    assert {hit.match for hit in find(store, "orce ask")} <= {"likeness"}


def test_find_limits(store: Store) -> None:
    assert len(find(store, "a", limit=3)) == 3
    assert find(store, "a", limit=3) == find(store, "a")[:3]
    assert find(store, "a", limit=0) == []


@pytest.mark.parametrize("text", ["", " \u3000\n"])
def test_find_nothing_is_refused(store: Store, text: str) -> None:
    with pytest.raises(UsageError, match="nothing to look for"):
        find(store, text)


def test_find_refuses_other_languages_and_limits(store: Store) -> None:
    with pytest.raises(UnknownName):
        find(store, "x", "fr")
    with pytest.raises(UsageError):
        find(store, "x", limit=-1)


def test_find_in_mini_quotes() -> None:
    hits = find(mini_store(), "東京で研修を実施")
    assert {hit.iri for hit in hits} >= {CTD + "mini-a01", CTD + "mini-a02", CTD + "mini-x01"}
    assert find(mini_store(), "UNODC")[0].claims == (CTD + "register-unodc",)
    assert find(mini_store(), "subject is left out")[0].predicate == CT + "reason"


# A mark that stands alone would be composed with whatever comes before it.
PIECES = ["e\u0301", "é", "ガ", "ｶﾞ", "カ\u3099", "カ", *"aAＡxﬁⅢ㈱ßK ．.*[](){}\\^-&~|$#\u3000＆①"]


@given(
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=12).map("".join),
    st.integers(0, 8),
    st.integers(1, 8),
)
def test_whatever_stands_in_a_value_is_found(value: str, start: int, length: int) -> None:
    folded = fold(value)
    wanted = folded[start : start + length]
    assume(wanted)
    pattern = ox.Literal(fold_pattern(wanted))
    answer = ox.Store().query(f"ASK {{ FILTER(REGEX({ox.Literal(value)}, {pattern})) }}")
    assert isinstance(answer, ox.QueryBoolean)
    assert bool(answer)
    span = find_span(value, wanted)
    assert span is not None
    assert wanted in fold(value[span[0] : span[1]])


@pytest.mark.parametrize(
    ("value", "text", "span"),
    [
        ("日本、ＦＡＴＦ に出席", "fatfに", (3, 9)),
        ("ｶﾞｽ", "ガ", (0, 2)),
        ("ㄱㅏ", "가", (0, 2)),
        ("eﬃcient", "f", (1, 2)),
        ("のローマ・リヨン・グループ", "ローマリヨングループ", (1, 13)),
        ("abc", "d", None),
    ],
)
def test_span(value: str, text: str, span: tuple[int, int] | None) -> None:
    assert find_span(value, fold(text)) == span


# One thing


def groups(view: EntityView) -> dict[str, list[str]]:
    return {
        ("^" if group.incoming else "") + group.label: [one.text for one in group.statements]
        for group in (*view.outgoing, *view.incoming)
    }


def test_view_of_an_actor() -> None:
    view = describe_entity(mini_store(), "UNODC")
    assert view.label == "United Nations Office on Drugs and Crime"
    assert view.acronyms == ("UNODC",)
    assert view.classes[0][0] == CT + "InternationalOrganization"
    assert [claim.iri for claim in view.claims] == [CTD + "register-unodc"]
    assert groups(view) == {
        "participates in": ["Workshop of March 2023"],
        "^participant": ["partner: Workshop of March 2023"],
    }
    derived = next(group for group in view.outgoing if group.label == "participates in")
    (statement,) = derived.statements
    assert statement.is_derived
    assert statement.rule == "participates-in"
    assert [claim.iri for claim in statement.claims] == [CTD + "mini-a02"]
    (told,) = view.incoming[0].statements
    assert told.beyond == (CTV + "partner", CTD + "workshop-2023")
    assert told.claims[0].quote == "ＵＮＯＤＣと連携し、東京で研修を実施した（拠出額1,000.50ドル）"
    assert not told.is_derived


def test_a_reader_is_told_each_fact_once() -> None:
    for name, title in (("UNODC", "takes part in"), ("ctd:workshop-2023", "participants")):
        view = describe_entity(mini_store(), name)
        told = view.told
        # What the rule says in short, the relation says with its role.
        assert "participates in" in {group.label for group in (*view.outgoing, *view.incoming)}
        assert "participates in" not in {group.label for group in told}
        (group,) = (group for group in told if group.title("en") == title)
        assert group.total == len(group.statements)


def test_a_fact_that_no_relation_tells_stays() -> None:
    view = describe_entity(mini_store(), "UNODC")
    alone = replace(view, incoming=())
    assert [group.label for group in alone.told] == ["participates in"]
    # More than the listed ones are there: how many is not forgotten.
    (cut,) = replace(view, outgoing=(replace(view.outgoing[0], total=7),), incoming=()).told
    assert cut.truncated
    assert cut.total == 7


def test_view_in_japanese() -> None:
    view = describe_entity(mini_store(), "国連薬物・犯罪事務所", "ja")
    assert view.label == "国連薬物・犯罪事務所"
    assert groups(view)["^参加者"] == ["連携先: 2023年3月の研修"]


def test_view_of_an_activity_names_who_took_part() -> None:
    view = describe_entity(mini_store(), "ctd:workshop-2023")
    assert groups(view)["^activity"] == [
        "host: Japan",
        "partner: United Nations Office on Drugs and Crime",
    ]
    assert groups(view)["amount"] == ["1000.5"]
    assert {claim.iri for claim in view.claims} == {CTD + "mini-a01", CTD + "mini-a02"}


def test_view_of_a_claim_holds_its_content() -> None:
    view = describe_entity(mini_store(), "mini-a02")
    assert "ctd:mini-a02" in view.label
    subjects = {str(one.triple.subject) for one in view.content}
    assert f"<{CTD}workshop-2023-unodc>" in subjects
    assert all(claim.iri for one in view.content for claim in one.claims)


def test_symmetric_properties_stand_once(store: Store) -> None:
    view = describe_entity(store, "FATF")
    assert groups(view)["cooperates with"] == ["Japan"]
    assert "^cooperates with" not in groups(view)


def test_where_too_much_is_derived_its_rule_is_named_and_no_more(
    graph_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    traced = describe_entity(graph_store, "ctd:unodc")
    monkeypatch.setattr(entity, "MOST_TRACED", 1)
    brief = describe_entity(graph_store, "ctd:unodc")
    for before, after in zip(traced.statements, brief.statements, strict=True):
        told = (before.triple, before.rule, before.rule_label, before.graph)
        assert (after.triple, after.rule, after.rule_label, after.graph) == told
    assert any(one.rule and not one.claims for one in brief.statements)
    assert not any(one.rule and not one.claims for one in traced.statements)


def test_a_symmetric_property_that_is_said_one_way_shows_at_both_ends() -> None:
    graph = ox.Store()
    graph.extend(awkward_store().quads())
    said = (f"{CTD}new", f"{CT}cooperatesWith", f"{CTD}fatf")
    graph.add(ox.Quad(*map(ox.NamedNode, said)))
    store = Store("memory", "one way", Bundle(MINI), graph=graph)
    assert groups(describe_entity(store, "FATF"))["^cooperates with"] == ["ctd:new"]
    assert "cooperates with" in groups(describe_entity(store, "ctd:new"))


def test_namesakes_and_dates(store: Store) -> None:
    view = describe_entity(store, "Japan")
    assert view.iri == CTD + "jpn"
    assert view.namesakes == (CTD + "place-jpn",)
    assert groups(view)["^ct:participant"] == ["host: Rule of law (2024-02)"]


def test_view_of_a_term_of_the_ontology(store: Store) -> None:
    view = describe_entity(store, "ct:Workshop")
    assert view.definition == "A meeting at which people learn."
    assert groups(view)["^rdf:type"] == ["Rule of law (2024-02)"]
    assert view.claims == ()


def test_limit_per_property(store: Store) -> None:
    view = describe_entity(store, "ct:Forum", limit=2)
    (group,) = [group for group in view.incoming if group.predicate.endswith("#type")]
    assert (len(group.statements), group.total, group.truncated) == (2, 5, True)
    view = describe_entity(store, "ct:Forum", limit=None)
    (group,) = [group for group in view.incoming if group.predicate.endswith("#type")]
    assert (len(group.statements), group.truncated) == (5, False)


def test_hostile_values_do_no_harm(store: Store) -> None:
    view = describe_entity(store, "ctd:hostile")
    assert len(view.acronyms) == 1


@pytest.mark.parametrize("name", ["Nobody", "ctd:nobody", "<x y>"])
def test_unknown_things(store: Store, name: str) -> None:
    with pytest.raises(UnknownName):
        describe_entity(store, name)
    with pytest.raises(UnknownName, match="Did you mean"):
        describe_entity(store, "FATFF")


def test_ambiguous_things(store: Store) -> None:
    with pytest.raises(AmbiguousName):
        describe_entity(store, "Twin")


@pytest.mark.parametrize(
    ("start", "end", "precision", "lang", "expected"),
    [
        ("2024-02-01", "2024-02-29", "month", "en", "2024-02"),
        ("2024-02-05", "2024-02-05", "day", "en", "2024-02-05"),
        ("2024-02-05", "", "", "en", "2024-02-05"),
        ("2024-02-05", "2024-02-07", "day", "en", "2024-02-05 to 2024-02-07"),
        ("2021-01-01", "2023-12-31", "year", "ja", "2021～2023"),
        ("2023-04-01", "2024-03-31", "fiscal-year", "en", "FY2023"),
        ("2021-04-01", "2024-03-31", "fiscal-year", "ja", "2021年度～2023年度"),
        ("2023-01-01", "2023-12-31", "fiscal-year", "en", "FY2023"),
        ("2022-10-01", "2023-09-30", "fiscal-year", "en", "FY2022"),
    ],
)
def test_periods(start: str, end: str, precision: str, lang: str, expected: str) -> None:
    assert show_period(start, end, precision, lang) == expected
