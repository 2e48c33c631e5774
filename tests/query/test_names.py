"""From a text to what it names."""

from __future__ import annotations

import datetime

import pyoxigraph as ox
import pytest
from small_store import HOSTILE, awkward_store

from ctgraph.errors import AmbiguousName, UsageError
from ctgraph.query.entities.folding import fold_pattern
from ctgraph.query.entities.names import candidates, resolve
from ctgraph.store.store import Store
from ctgraph.terms import CT, CTD, CTV, fold


@pytest.fixture(scope="module")
def store() -> Store:
    return awkward_store()


def ctd(name: str) -> ox.NamedNode:
    return ox.NamedNode(CTD + name)


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("actor", "FATF", CTD + "fatf"),
        ("actor", "ｆａｔｆ", CTD + "fatf"),
        ("actor", "金融活動作業部会", CTD + "fatf"),
        ("actor", "financial  action TASK force", CTD + "fatf"),
        ("actor", "ctd:fatf", CTD + "fatf"),
        ("actor", CTD + "fatf", CTD + "fatf"),
        ("actor", f"<{CTD}fatf>", CTD + "fatf"),
        ("actor", "Japan", CTD + "jpn"),
        ("place", "Japan", CTD + "place-jpn"),
        ("any", "Japan", CTD + "jpn"),
        ("actor", "ｶﾞｽ･ｸﾞﾙｰﾌﾟ", CTD + "group"),
        ("actor", "カ\u3099ス・ク\u3099ルーフ\u309a", CTD + "group"),
        ("topic", "腐敗", CTV + "corruption"),
        ("concept", "Corruption", CTV + "corruption"),
        ("role", "host", CTV + "host"),
        ("basis", "stated", CT + "Stated"),
        ("claim", "a07", CTD + "s-2024-a07"),
        ("claim", "A07", CTD + "s-2024-a07"),
        ("claim", "s-2024-a07", CTD + "s-2024-a07"),
        ("any", "a07", CTD + "s-2024-a07"),
        ("activity", "rule of law", CTD + "rule-of-law"),
        ("any", "Workshop", CT + "Workshop"),
        ("actor", HOSTILE, CTD + "hostile"),
        ("actor", '"} UNION {?x ?y ?z} #', CTD + "hostile"),
        *[
            ("year", text, CTD + "jp-fy2023")
            for text in (
                "2023",
                "FY2023",
                "ｆｙ 2023",
                "2023年度",
                "令和5年度",
                "令和５年",
                "R5",
                "令和５年度",
            )
        ],
        ("year", "令和元年度", CTD + "jp-fy2019"),
        ("year", "平成31年度", CTD + "jp-fy2019"),
        ("year", "fiscal year 2023", CTD + "jp-fy2023"),
    ],
)
def test_names_are_found(store: Store, kind: str, text: str, expected: str) -> None:
    assert resolve(store, text, kind) == ox.NamedNode(expected)


def test_numbers_and_terms_are_names_too(store: Store) -> None:
    assert resolve(store, 2023, "year") == ctd("jp-fy2023")
    assert resolve(store, ctd("fatf"), "actor") == ctd("fatf")


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        (
            "actor",
            "FATFF",
            "unknown actor 'FATFF'. Did you mean Financial Action Task Force / 金融活動作業"
            "部会 (ctd:fatf)?",
        ),
        (
            "actor",
            "Task",
            "Did you mean Financial Action Task Force / 金融活動作業部会 (ctd:fatf)?",
        ),
        ("actor", "ctd:fatff", "unknown actor 'ctd:fatff'. Did you mean ctd:fatf?"),
        (
            "actor",
            "corruption",
            "'corruption' is corruption (ctv:corruption), which is not an actor but: skos:Concept.",
        ),
        ("actor", "ctd:place-jpn", "which is not an actor but: ct:Country."),
        ("topic", "host", "'host' is host (ctv:host), which is not a topic"),
        ("actor", "  ", "an empty text names nothing."),
        ("actor", "} DROP ALL #", "unknown actor '} DROP ALL #'."),
        ("actor", "x" * 10_000, "unknown actor"),
        ("actor", "<not an iri>", "unknown actor"),
        ("actor", 3.5, "3.5 is not an actor."),
        ("year", "1999", "unknown fiscal year '1999'."),
        ("claim", "law", "unknown claim 'law'"),
        ("whatever", "x", "unknown kind of value 'whatever'."),
        ("integer", "abc", "'abc' is not a whole number. Write a whole number such as 3."),
        ("integer", "1" * 19, "is not a whole number"),
        ("integer", True, "True is not a whole number"),
        ("date", "2023-02-30", "'2023-02-30' is no day"),
        ("date", "20230101", "Write a date as YYYY-MM-DD"),
        ("boolean", "maybe", "'maybe' is not true or false."),
    ],
)
def test_wrong_values_are_explained(store: Store, kind: str, text: object, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        resolve(store, text, kind)
    assert message in str(caught.value)
    assert caught.value.exit_code == 2


def test_ambiguous_name_lists_what_it_can_be(store: Store) -> None:
    with pytest.raises(AmbiguousName) as caught:
        resolve(store, "Twin", "actor")
    assert caught.value.candidates == ("Twin (ctd:twin-a)", "Twin (ctd:twin-b)")
    assert "'Twin' can mean 2 things" in str(caught.value)


def test_literals(store: Store) -> None:
    xsd = "http://www.w3.org/2001/XMLSchema#"
    assert resolve(store, "１２", "integer") == ox.Literal(12)
    assert resolve(store, "-3", "integer") == ox.Literal(-3)
    day = ox.Literal("2024-02-29", datatype=ox.NamedNode(xsd + "date"))
    assert resolve(store, "2024-02-29", "date") == day
    assert resolve(store, datetime.date(2024, 2, 29), "date") == day
    assert resolve(store, "いいえ", "boolean") == ox.Literal(False)
    assert resolve(store, '"} #', "text") == ox.Literal('"} #')


def test_candidates(store: Store) -> None:
    found = candidates(store, "actor")
    assert found[CTD + "fatf"] == ["FATF", "Financial Action Task Force", "金融活動作業部会"]
    assert CTD + "place-jpn" not in found
    assert candidates(store, "claim") == {CTD + "s-2024-a07": []}
    assert candidates(store, "integer") == {}
    assert not any(iri.startswith(CT) for iri in candidates(store, "any"))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("ガ", "ｶﾞ"),
        ("ガ", "カ\u3099"),
        ("パ", "ﾊ\uff9f"),
        ("fi", "ﬁ"),
        ("xfiy", "XﬁY"),
        ("iii", "Ⅲ"),
        ("ii", "Ⅲ"),
        ("é", "E\u0301"),
        ("ss", "ß"),
        ("G7", "Ｇ　７"),
        ("a.c", "A．C"),
        ("（", "("),
        ("[x]^-\\", "［x］＾－＼"),
        ("1", "①"),
        ("株", "㈱"),
        ("ffi", "eﬃcient"),
        ("&&", "＆&"),
        ("k", "K"),
    ],
)
def test_pattern_finds_every_form(text: str, value: str) -> None:
    assert fold(text) in fold(value)
    graph = ox.Store()
    pattern = ox.Literal(fold_pattern(text))
    answer = graph.query(f"ASK {{ FILTER(REGEX({ox.Literal('..' + value + '..')}, {pattern})) }}")
    assert isinstance(answer, ox.QueryBoolean)
    assert bool(answer)


def test_pattern_of_a_long_text_is_bounded() -> None:
    assert len(fold_pattern("ガ" * 10_000)) < 20_000
    assert fold_pattern(" ") == ""
