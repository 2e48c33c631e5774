"""Named questions, parameters, answers, unknown terms, empty answers."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest
from small_store import HOSTILE, awkward_store, mini_store, project

from ctgraph import query
from ctgraph.bundle import locate
from ctgraph.errors import (
    CtgraphError,
    DataError,
    QueryRefused,
    QuerySyntaxError,
    UnknownName,
    UsageError,
)
from ctgraph.store import Store, open_store
from ctgraph.terms import CT, CTD, CTV, fold

HEADER = """\
#+ title.en = "Activities"
#+ title.ja = "活動"
#+ description.en = "What an actor does."
#+ description.ja = "主体の活動。"
"""
ACTOR = """\
#+ [params.actor]
#+ type = "actor"
#+ label.en = "Actor"
#+ label.ja = "主体"
#+ default = "ctd:jpn"
"""
BODY = """\
PREFIX ct: <https://w3id.org/ctgraph/ontology#>
PREFIX ctd: <https://w3id.org/ctgraph/id/>
SELECT ?activity { VALUES ?actor { ctd:jpn } ?p ct:participant ?actor ; ct:activity ?activity }
"""
NUMBERS = """\
PREFIX ct: <https://w3id.org/ctgraph/ontology#>
SELECT ?n ?word ?day ?flag ?any ?label {
  VALUES ?n { 3 } VALUES ?word { "a" }
  VALUES ?day { "2024-01-01"^^<http://www.w3.org/2001/XMLSchema#date> }
  VALUES ?flag { true } VALUES ?any { UNDEF } VALUES ?lang { "en" }
  BIND(IF(?lang = "ja", "はい", "yes") AS ?label)
}
"""
NUMBER_PARAMS = "".join(
    f'#+ [params.{name}]\n#+ type = "{kind}"\n#+ label.en = "x"\n#+ label.ja = "x"\n#+ {rest}\n'
    for name, kind, rest in (
        ("n", "integer", "default = 3\n#+ allowed = [3, 4]"),
        ("word", "text", 'default = "a"'),
        ("day", "date", "default = 2024-01-01"),
        ("flag", "boolean", "default = true"),
        ("any", "actor", "optional = true"),
    )
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("project")
    return awkward_store(
        project(folder, activities=HEADER + ACTOR + BODY, numbers=HEADER + NUMBER_PARAMS + NUMBERS)
    )


def ctd(name: str) -> ox.NamedNode:
    return ox.NamedNode(CTD + name)


# Headers


def test_header_is_read(store: Store) -> None:
    question = query.read_questions(store.bundle)["activities"]
    assert question.title == {"en": "Activities", "ja": "活動"}
    assert question.view == "table"
    assert question.params["actor"].type == "actor"
    assert question.params["actor"].default == (ctd("jpn"),)
    assert question.params["actor"].line == 5
    assert question.text.endswith(BODY)


def test_lang_needs_no_description(store: Store) -> None:
    param = query.read_question(store.bundle, "numbers").params["lang"]
    assert [term.value for term in param.allowed] == ["en", "ja"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (BODY, "q.rq:1: there is no header."),
        (
            HEADER.replace("title.ja", "titel.ja") + BODY,
            "q.rq:2: unknown key 'titel'. Did you mean title?",
        ),
        (HEADER.replace('#+ title.ja = "活動"\n', "") + BODY, "q.rq:1: title.ja is missing."),
        (HEADER.replace('"活動"', '""') + BODY, "q.rq:2: title.ja is missing."),
        (HEADER + '#+ view = "pie"\n' + BODY, "q.rq:5: unknown view 'pie'."),
        (HEADER + "#+ tags = 3\n" + BODY, "q.rq:5: tags is not a list of texts."),
        (HEADER + "#+ tags = [\n" + BODY, "q.rq:5: the header is not TOML"),
        (HEADER.replace('"Activities"', "Activities") + BODY, "q.rq:1: the header is not TOML"),
        (HEADER + ACTOR + BODY + "#+ view = 1\n", "q.rq:13: a header line stands below the query."),
        (HEADER + BODY, "q.rq:7: VALUES ?actor is the block of no parameter."),
        (
            HEADER + ACTOR.replace("params.actor", "params.body") + BODY,
            "q.rq:5: parameter 'body' has no block.",
        ),
        (
            HEADER + ACTOR.replace('"actor"', '"acter"') + BODY,
            "q.rq:6: parameter 'actor' has the unknown type 'acter'.",
        ),
        (
            HEADER + ACTOR.replace("ctd:jpn", "ctd:fatf") + BODY,
            "q.rq:12: VALUES ?actor does not hold the default.",
        ),
        (HEADER + ACTOR.replace("ctd:jpn", "cdt:jpn") + BODY, "q.rq:9: 'cdt:jpn': unknown prefix"),
        (
            HEADER + ACTOR.replace('#+ default = "ctd:jpn"\n', "") + BODY,
            "q.rq:5: parameter 'actor' has no default.",
        ),
        (
            HEADER + ACTOR + '#+ allowed = ["ctd:fatf"]\n' + BODY,
            "q.rq:9: the default ctd:jpn of 'actor' is not allowed.",
        ),
        (HEADER + ACTOR + "#+ colour = 1\n" + BODY, "q.rq:10: unknown key 'colour'."),
        (HEADER + ACTOR + "#+ optional = 1\n" + BODY, "q.rq:10: optional is not a boolean."),
        (
            HEADER + ACTOR.replace('#+ label.ja = "主体"\n', "") + BODY,
            "q.rq:7: params.actor.label.ja is missing.",
        ),
        (HEADER + ACTOR + BODY + BODY.partition("SELECT")[2], "q.rq:13"),
        (
            HEADER + ACTOR + BODY.replace("VALUES", "VALUES ?actor { ctd:jpn } VALUES"),
            "stands in the query twice",
        ),
        (HEADER + ACTOR + BODY.replace("?p ct:participant", "?p ct:participant ct:"), "q.rq:12: "),
        (HEADER + "#+ params = 3\n" + BODY, "q.rq:5: params is not a table."),
    ],
)
def test_wrong_headers_are_refused_with_their_line(tmp_path: Path, text: str, message: str) -> None:
    bundle = project(tmp_path, q=text)
    with pytest.raises(DataError) as caught:
        query.read_questions(bundle)
    assert message in str(caught.value)
    assert str(caught.value).startswith("queries/q.rq:")


def test_question_that_is_not_utf8(tmp_path: Path) -> None:
    bundle = project(tmp_path, q="")
    (tmp_path / "queries" / "q.rq").write_bytes(b'#+ title.en = "\xff"\n')
    with pytest.raises(DataError, match="not UTF-8"):
        query.read_questions(bundle)


def test_default_that_is_nowhere(tmp_path: Path) -> None:
    text = HEADER + (ACTOR + BODY).replace("ctd:jpn", "ctd:fatff")
    bundle = project(tmp_path, q=text)
    with pytest.raises(
        DataError, match=r"queries/q.rq:5: the graph holds no ctd:fatff.*ctd:fatf\?"
    ):
        query.read_questions(bundle, awkward_store())
    assert "q" in query.read_questions(bundle)


def test_checks_have_severity_and_repair(tmp_path: Path) -> None:
    head = HEADER + '#+ severity = "warning"\n#+ repair.en = "Do."\n#+ repair.ja = "する"\n'
    body = BODY.replace("VALUES ?actor { ctd:jpn } ", "").replace("?activity {", "?this {")
    bundle = project(tmp_path, a_violation=head + body)
    check = query.read_checks(bundle)["a-violation"]
    assert (check.severity, check.repair["en"]) == ("warning", "Do.")
    project(tmp_path, a_violation=head.replace("warning", "fatal") + body)
    with pytest.raises(DataError, match="unknown severity 'fatal'"):
        query.read_checks(bundle)


def test_every_question_of_the_graph_is_well_formed() -> None:
    bundle = locate()
    store = open_store()
    questions = query.read_questions(bundle, store)
    assert len(questions) >= 30
    assert query.read_checks(bundle)


def test_unknown_question_suggests(store: Store) -> None:
    with pytest.raises(
        UnknownName, match=re.escape("unknown question 'activitys'. Did you mean activities?")
    ):
        query.read_question(store.bundle, "activitys")
    assert query.read_question(store.bundle, "Ａctivities").name == "activities"


# Names


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
    assert query.resolve(store, text, kind) == ox.NamedNode(expected)


def test_numbers_and_terms_are_names_too(store: Store) -> None:
    assert query.resolve(store, 2023, "year") == ctd("jp-fy2023")
    assert query.resolve(store, ctd("fatf"), "actor") == ctd("fatf")


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
        query.resolve(store, text, kind)
    assert message in str(caught.value)
    assert caught.value.exit_code == 2


def test_ambiguous_name_lists_what_it_can_be(store: Store) -> None:
    with pytest.raises(query.AmbiguousName) as caught:
        query.resolve(store, "Twin", "actor")
    assert caught.value.candidates == ("Twin (ctd:twin-a)", "Twin (ctd:twin-b)")
    assert "'Twin' can mean 2 things" in str(caught.value)


def test_literals(store: Store) -> None:
    xsd = "http://www.w3.org/2001/XMLSchema#"
    assert query.resolve(store, "１２", "integer") == ox.Literal(12)
    assert query.resolve(store, "-3", "integer") == ox.Literal(-3)
    day = ox.Literal("2024-02-29", datatype=ox.NamedNode(xsd + "date"))
    assert query.resolve(store, "2024-02-29", "date") == day
    assert query.resolve(store, datetime.date(2024, 2, 29), "date") == day
    assert query.resolve(store, "いいえ", "boolean") == ox.Literal(False)
    assert query.resolve(store, '"} #', "text") == ox.Literal('"} #')


def test_candidates(store: Store) -> None:
    found = query.candidates(store, "actor")
    assert found[CTD + "fatf"] == ["FATF", "Financial Action Task Force", "金融活動作業部会"]
    assert CTD + "place-jpn" not in found
    assert query.candidates(store, "claim") == {CTD + "s-2024-a07": []}
    assert query.candidates(store, "integer") == {}
    assert not any(iri.startswith(CT) for iri in query.candidates(store, "any"))


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
    pattern = ox.Literal(query.fold_pattern(text))
    answer = graph.query(f"ASK {{ FILTER(REGEX({ox.Literal('..' + value + '..')}, {pattern})) }}")
    assert isinstance(answer, ox.QueryBoolean)
    assert bool(answer)


def test_pattern_of_a_long_text_is_bounded() -> None:
    assert len(query.fold_pattern("ガ" * 10_000)) < 20_000
    assert query.fold_pattern(" ") == ""


# Asking


def test_ask_binds_parameters(store: Store) -> None:
    table = query.ask(store, "activities", {"actor": "日本"})
    assert table.columns == ["activity"]
    assert [row["activity"] for row in table] == [CTD + "rule-of-law"]
    assert table.params == {"actor": (ctd("jpn"),)}
    assert table.question is not None
    assert f"VALUES ?actor {{ <{CTD}jpn> }}" in table.query
    assert len(query.ask(store, "activities", {"actor": ["FATF", "Japan"]})) == 1
    assert len(query.ask(store, "activities", {"actor": "FATF"})) == 0


def test_ask_binds_literals_as_literals(store: Store) -> None:
    word = '"} UNION { ?a ?b ?c } #\n\\u0022'
    table = query.ask(store, "numbers", {"word": word, "n": "4", "any": "FATF", "flag": False})
    row = table[0]
    assert row.to_dict() == {
        "n": 4,
        "word": word,
        "day": datetime.date(2024, 1, 1),
        "flag": False,
        "any": CTD + "fatf",
        "label": "yes",
    }
    assert len(table) == 1


def test_ask_leaves_optional_parameters_open(store: Store) -> None:
    for value in (None, ""):
        assert query.ask(store, "numbers", {"any": value})[0]["any"] is None
    with pytest.raises(UsageError, match="parameter 'n' needs a value"):
        query.ask(store, "numbers", {"n": None})
    with pytest.raises(UsageError, match="empty list"):
        query.ask(store, "numbers", {"any": []})


def test_lang_fills_its_parameter(store: Store) -> None:
    assert query.ask(store, "numbers", {}, "ja")[0]["label"] == "はい"
    assert query.ask(store, "numbers", {"lang": "en"}, "ja")[0]["label"] == "yes"


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"actr": 1}, "unknown parameter of question 'activities': 'actr'. Did you mean actor?"),
        ({"actor": "Nobody"}, "unknown actor 'Nobody'"),
    ],
)
def test_ask_refuses(store: Store, params: dict[str, object], message: str) -> None:
    with pytest.raises(UnknownName, match=re.escape(message)):
        query.ask(store, "activities", params)


def test_value_that_is_not_allowed(store: Store) -> None:
    with pytest.raises(UsageError, match=re.escape("parameter 'n' cannot be 5. Allowed: 3, 4.")):
        query.ask(store, "numbers", {"n": 5})
    with pytest.raises(
        UsageError, match=re.escape("parameter 'n' cannot be 'abc'. Allowed: 3, 4.")
    ):
        query.ask(store, "numbers", {"n": "abc"})


def test_question_that_is_no_select(tmp_path: Path) -> None:
    text = HEADER + "ASK { ?s ?p ?o }\n"
    store = awkward_store(project(tmp_path, q=text))
    with pytest.raises(DataError, match="must be a SELECT"):
        query.ask(store, "q")


# Running


def test_run_select_ask_construct(store: Store) -> None:
    assert query.run(store, "ASK { ctd:fatf a ct:Forum }") is True
    triples = query.run(store, "CONSTRUCT { ?s a ct:Actor } WHERE { ?s a ct:Forum ; ?p ?o }")
    assert isinstance(triples, query.Triples)
    texts = [str(one) for one in triples]
    assert texts == sorted(set(texts))
    assert len(triples) == 5
    some = query.run(store, "DESCRIBE ctd:fatf", limit=2)
    assert isinstance(some, query.Triples)
    assert (len(some), some.truncated) == (2, True)
    assert some[0].subject == ctd("fatf")


@pytest.mark.parametrize(
    ("limit", "rows", "truncated"), [(2, 2, True), (3, 3, False), (9, 3, False), (0, 0, True)]
)
def test_limit_says_whether_there_is_more(
    store: Store, limit: int, rows: int, truncated: bool
) -> None:
    text = "SELECT ?x { VALUES ?x { 1 2 3 } }"
    table = query.run(store, text, limit=limit)
    assert isinstance(table, query.Table)
    assert table.truncated is truncated
    assert len(table) == rows
    assert table.query == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT ?x { ?x ?y ?z }", "SELECT ?x { ?x ?y ?z }\nLIMIT 3\n"),
        ("SELECT ?x { ?x ?y ?z } # end", "SELECT ?x { ?x ?y ?z } # end\nLIMIT 3\n"),
        ("SELECT ?x { ?x ?y ?z } LIMIT 10", "SELECT ?x { ?x ?y ?z } LIMIT 3"),
        ("SELECT ?x { ?x ?y ?z } LIMIT 2 OFFSET 1", "SELECT ?x { ?x ?y ?z } LIMIT 2 OFFSET 1"),
        (
            "SELECT ?x { { SELECT ?x { ?x ?y ?z } LIMIT 9 } }",
            "SELECT ?x { { SELECT ?x { ?x ?y ?z } LIMIT 9 } }\nLIMIT 3\n",
        ),
        (
            "SELECT ?x { ?x ?y ?z } VALUES ?x { 1 }",
            "SELECT ?x { ?x ?y ?z } \nLIMIT 3\nVALUES ?x { 1 }",
        ),
        (
            "SELECT (COUNT(*) AS ?n) { ?x ?y ?z } GROUP BY ?x HAVING(?n > 1) ORDER BY ?n",
            "SELECT (COUNT(*) AS ?n) { ?x ?y ?z } GROUP BY ?x HAVING(?n > 1) ORDER BY ?n"
            "\nLIMIT 3\n",
        ),
        ("SELECT ?x { ?x ?y ?z", "SELECT ?x { ?x ?y ?z"),
        ("CONSTRUCT { ?x ?y ?z } WHERE { ?x ?y ?z }", "CONSTRUCT { ?x ?y ?z } WHERE { ?x ?y ?z }"),
        ('SELECT ?x { ?x ?y "} LIMIT 9" }', 'SELECT ?x { ?x ?y "} LIMIT 9" }\nLIMIT 3\n'),
    ],
)
def test_limit_is_pushed_down_where_rows_travel(store: Store, text: str, expected: str) -> None:
    assert query._limited(store, text, 5.0, 2) == expected
    assert query._limited(store, text, None, 2) == text


def test_wrong_limit_and_language(store: Store) -> None:
    with pytest.raises(UsageError, match="below 0"):
        query.run(store, "SELECT * {}", limit=-1)
    with pytest.raises(UnknownName, match="unknown language 'fr'"):
        query.run(store, "SELECT * {}", lang="fr")


def test_run_refuses_what_is_no_query(store: Store) -> None:
    with pytest.raises(QuerySyntaxError, match="line 2"):
        query.run(store, "SELECT ?x {\n ?x ?y }")
    with pytest.raises(QueryRefused):
        query.run(store, "DROP ALL")
    with pytest.raises(QueryRefused):
        query.run(store, "SELECT * { SERVICE <http://x/> { ?s ?p ?o } }")


def test_rows(store: Store) -> None:
    table = query.run(store, "SELECT ?s ?v ?none { VALUES ?s { ctd:fatf } ?s skos:altLabel ?v }")
    assert isinstance(table, query.Table)
    row = table[0]
    assert (row["s"], row[1], row["none"]) == (CTD + "fatf", "FATF", None)
    assert row[-2] == "FATF"
    assert row.term("v") == ox.Literal("FATF", language="en")
    assert row.bindings == {"s": ctd("fatf"), "v": ox.Literal("FATF", language="en")}
    assert (len(row), row.table, row.index) == (3, table, 0)
    assert list(row) == [CTD + "fatf", "FATF", None]
    with pytest.raises(UnknownName, match=re.escape("unknown column 'nome'. Did you mean none?")):
        row["nome"]
    with pytest.raises(IndexError):
        row[3]
    with pytest.raises(IndexError):
        table[1]
    assert table[-1].to_dict() == row.to_dict()
    assert table.to_dicts() == [{"s": CTD + "fatf", "v": "FATF", "none": None}]
    assert table.labels("ja") == {CTD + "fatf": "金融活動作業部会"}
    assert table.labels() == {CTD + "fatf": "Financial Action Task Force"}


def test_labels_fall_back_to_the_other_language(store: Store) -> None:
    assert query.read_labels(store, [CTD + "group", CTD + "nothing"], "en") == {
        CTD + "group": "ガス・グループ"
    }


@pytest.mark.parametrize(
    ("value", "datatype", "expected"),
    [
        ("12", "integer", 12),
        ("12", "nonNegativeInteger", 12),
        ("1.50", "decimal", Decimal("1.50")),
        ("1e3", "double", 1000.0),
        ("true", "boolean", True),
        ("0", "boolean", False),
        ("2024-02-29", "date", datetime.date(2024, 2, 29)),
        ("2024-02-29T10:00:00", "dateTime", datetime.datetime(2024, 2, 29, 10)),
        ("2024-02-30", "date", "2024-02-30"),
        ("2024-02-29Z", "date", "2024-02-29Z"),
        ("x", "integer", "x"),
        ("x", "decimal", "x"),
        ("x", "boolean", "x"),
        ("2024", "gYear", "2024"),
    ],
)
def test_python_values(value: str, datatype: str, expected: object) -> None:
    kind = ox.NamedNode("http://www.w3.org/2001/XMLSchema#" + datatype)
    found = query.to_python(ox.Literal(value, datatype=kind))
    assert found == expected
    assert type(found) is type(expected)


def test_pandas(store: Store) -> None:
    pandas = pytest.importorskip("pandas")
    table = query.run(store, "SELECT ?x ?y { VALUES (?x ?y) { (1 UNDEF) (2 3) } }")
    assert isinstance(table, query.Table)
    frame = table.to_pandas()
    assert list(frame.columns) == ["x", "y"]
    assert list(frame["x"]) == [1, 2]
    assert pandas.isna(frame["y"][0])


def test_results_are_taken_once(store: Store) -> None:
    table = query.run(store, "SELECT ?x { VALUES ?x { 1 2 } }")
    assert isinstance(table, query.Table)
    assert table.take_results() is not None
    assert table.take_results() is None
    other = query.run(store, "SELECT ?x { VALUES ?x { 1 2 } }")
    assert isinstance(other, query.Table)
    assert len(other) == 2
    assert other.take_results() is None
    assert len(other) == 2


# Unknown terms and empty answers


def test_unknown_terms_have_their_place(store: Store) -> None:
    text = "SELECT ?x {\n  ?x a ct:Workshopp ; ct:topic ctv:corruption , ctv:coruption .\n}"
    found = query.check_terms(store, text)
    assert [(term.line, term.column, term.suggestions) for term in found] == [
        (2, 8, ("ct:Workshop",)),
        (2, 49, ("ctv:corruption",)),
    ]
    assert found[0].message == (
        "query, line 2, column 8: the graph holds no ct:Workshopp. Did you mean ct:Workshop?"
    )
    assert query.check_terms(store, "SELECT * { ?s a owl:Nonsense, <http://x/y> }") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "SELECT ?x { ?x a ct:Workshop ; ct:topic ctv:host . }",
            [("dropped", "?x ct:topic ctv:host .")],
        ),
        (
            "SELECT ?x { ?x a ct:Forum FILTER(?x = ctd:jpn) }",
            [("dropped", "FILTER (?x = ctd:jpn)")],
        ),
        (
            "SELECT ?x { ?x ct:topic 1 ; ct:n ct:topic }",
            [("alone", "?x ct:topic 1 ."), ("alone", "?x ct:n ct:topic .")],
        ),
        ("SELECT ?x { ?x a ct:Forum } LIMIT 0", [("limit", "LIMIT 0")]),
        ("SELECT ?x { ?x a ct:Forum } OFFSET 99", [("limit", "OFFSET 99")]),
        (
            "SELECT ?x { ?x a ct:Forum . VALUES ?x { ctd:jpn } }",
            [("dropped", "?x rdf:type ct:Forum ."), ("dropped", "VALUES ?x { ctd:jpn }")],
        ),
        (
            "SELECT ?x { ?x a ct:Froum }",
            [("term", "ct:Froum"), ("alone", "?x rdf:type ct:Froum .")],
        ),
    ],
)
def test_empty_answers_are_explained(
    store: Store, text: str, expected: list[tuple[str, str]]
) -> None:
    found = query.explain_empty(store, text)
    assert [(one.reason, one.pattern) for one in found] == expected
    for one in found:
        assert one.pattern in one.message("en")
        assert one.pattern in one.message("ja")


def test_explanations_of_what_is_not_empty_or_no_query(store: Store) -> None:
    assert query.explain_empty(store, "SELECT ?x { ?x a ct:Forum }") == []
    with pytest.raises(QuerySyntaxError):
        query.explain_empty(store, "SELECT ?x {")


def test_mini_project_answers() -> None:
    table = query.ask(mini_store(), "activities", {"actor": "UNODC"})
    assert [row["role"] for row in table] == [CTV + "partner"]
    assert table[0]["start"] == datetime.date(2023, 3, 1)


def test_errors_are_ours() -> None:
    assert issubclass(query.AmbiguousName, CtgraphError)
