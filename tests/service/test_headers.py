"""Files of questions: their headers, and binding their parameters."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from small_store import ACTOR, BODY, HEADER, NUMBER_PARAMS, NUMBERS, awkward_store, project

from ctgraph.errors import DataError, UnknownName, UsageError
from ctgraph.query.questions import read_checks, read_question, read_questions
from ctgraph.query.run import ask
from ctgraph.store.project import locate
from ctgraph.store.store import Store, open_store
from ctgraph.terms import CTD


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return awkward_store(
        project(
            tmp_path_factory.mktemp("project"),
            activities=HEADER + ACTOR + BODY,
            numbers=HEADER + NUMBER_PARAMS + NUMBERS,
        )
    )


def ctd(name: str) -> ox.NamedNode:
    return ox.NamedNode(CTD + name)


def test_header_is_read(store: Store) -> None:
    question = read_questions(store.bundle)["activities"]
    assert question.title == {"en": "Activities", "ja": "活動"}
    assert question.display == "table"
    assert question.params["actor"].type == "actor"
    assert question.params["actor"].default == (ctd("jpn"),)
    assert question.params["actor"].line == 5
    assert question.text.endswith(BODY)


def test_lang_needs_no_description(store: Store) -> None:
    param = read_question(store.bundle, "numbers").params["lang"]
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
        (HEADER + '#+ display = "pie"\n' + BODY, "q.rq:5: unknown display 'pie'."),
        (HEADER + '#+ view = "pie"\n' + BODY, "q.rq:5: unknown display 'pie'."),
        (HEADER + "#+ tags = 3\n" + BODY, "q.rq:5: tags is not a list of texts."),
        (HEADER + "#+ tags = [\n" + BODY, "q.rq:5: the header is not TOML"),
        (HEADER.replace('"Activities"', "Activities") + BODY, "q.rq:1: the header is not TOML"),
        (
            HEADER + ACTOR + BODY + "#+ display = 1\n",
            "q.rq:13: a header line stands below the query.",
        ),
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
            HEADER + ACTOR + BODY.replace("VALUES", "VALUES ?actor { ctd:unodc } VALUES"),
            "VALUES ?actor does not hold the same as in line",
        ),
        (HEADER + ACTOR + BODY.replace("?p ct:participant", "?p ct:participant ct:"), "q.rq:12: "),
        (HEADER + "#+ params = 3\n" + BODY, "q.rq:5: params is not a table."),
    ],
)
def test_wrong_headers_are_refused_with_their_line(tmp_path: Path, text: str, message: str) -> None:
    bundle = project(tmp_path, q=text)
    with pytest.raises(DataError) as caught:
        read_questions(bundle)
    assert message in str(caught.value)
    assert str(caught.value).startswith("queries/q.rq:")


def test_question_that_is_not_utf8(tmp_path: Path) -> None:
    bundle = project(tmp_path, q="")
    (tmp_path / "queries" / "q.rq").write_bytes(b'#+ title.en = "\xff"\n')
    with pytest.raises(DataError, match="not UTF-8"):
        read_questions(bundle)


def test_default_that_is_nowhere(tmp_path: Path) -> None:
    text = HEADER + (ACTOR + BODY).replace("ctd:jpn", "ctd:fatff")
    bundle = project(tmp_path, q=text)
    with pytest.raises(
        DataError, match=r"queries/q.rq:5: the graph holds no ctd:fatff.*ctd:fatf\?"
    ):
        read_questions(bundle, awkward_store())
    assert "q" in read_questions(bundle)


def test_checks_have_severity_and_repair(tmp_path: Path) -> None:
    head = HEADER + '#+ severity = "warning"\n#+ repair.en = "Do."\n#+ repair.ja = "する"\n'
    body = BODY.replace("VALUES ?actor { ctd:jpn } ", "").replace("?activity {", "?this {")
    bundle = project(tmp_path, a_violation=head + body)
    check = read_checks(bundle)["a-violation"]
    assert (check.severity, check.repair["en"]) == ("warning", "Do.")
    project(tmp_path, a_violation=head.replace("warning", "fatal") + body)
    with pytest.raises(DataError, match="unknown severity 'fatal'"):
        read_checks(bundle)


def test_every_question_of_the_graph_is_well_formed() -> None:
    bundle = locate()
    store = open_store()
    questions = read_questions(bundle, store)
    assert len(questions) >= 30
    assert read_checks(bundle)


def test_unknown_question_suggests(store: Store) -> None:
    with pytest.raises(
        UnknownName,
        match=re.escape("unknown question 'activitys'. Did you mean activities or numbers?"),
    ):
        read_question(store.bundle, "activitys")
    assert read_question(store.bundle, "Ａctivities").name == "activities"


def test_ask_binds_parameters(store: Store) -> None:
    table = ask(store, "activities", {"actor": "日本"})
    assert table.columns == ["activity"]
    assert [row["activity"] for row in table] == [CTD + "rule-of-law"]
    assert table.params == {"actor": (ctd("jpn"),)}
    assert table.question is not None
    assert f"VALUES ?actor {{ <{CTD}jpn> }}" in table.query
    assert len(ask(store, "activities", {"actor": ["FATF", "Japan"]})) == 1
    assert len(ask(store, "activities", {"actor": "FATF"})) == 0


def test_ask_binds_literals_as_literals(store: Store) -> None:
    word = '"} UNION { ?a ?b ?c } #\n\\u0022'
    table = ask(store, "numbers", {"word": word, "n": "4", "any": "FATF", "flag": False})
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
        assert ask(store, "numbers", {"any": value})[0]["any"] is None
    with pytest.raises(UsageError, match="parameter 'n' needs a value"):
        ask(store, "numbers", {"n": None})
    with pytest.raises(UsageError, match="empty list"):
        ask(store, "numbers", {"any": []})


def test_lang_fills_its_parameter(store: Store) -> None:
    assert ask(store, "numbers", {}, "ja")[0]["label"] == "はい"
    assert ask(store, "numbers", {"lang": "en"}, "ja")[0]["label"] == "yes"


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"actr": 1}, "unknown parameter of question 'activities': 'actr'. Did you mean actor?"),
        ({"actor": "Nobody"}, "unknown actor 'Nobody'"),
    ],
)
def test_ask_refuses(store: Store, params: dict[str, object], message: str) -> None:
    with pytest.raises(UnknownName, match=re.escape(message)):
        ask(store, "activities", params)


def test_value_that_is_not_allowed(store: Store) -> None:
    with pytest.raises(UsageError, match=re.escape("parameter 'n' cannot be 5. Allowed: 3, 4.")):
        ask(store, "numbers", {"n": 5})
    with pytest.raises(
        UsageError, match=re.escape("parameter 'n' cannot be 'abc'. Allowed: 3, 4.")
    ):
        ask(store, "numbers", {"n": "abc"})


def test_question_that_is_no_select(tmp_path: Path) -> None:
    text = HEADER + "ASK { ?s ?p ?o }\n"
    store = awkward_store(project(tmp_path, q=text))
    with pytest.raises(DataError, match="must be a SELECT"):
        ask(store, "q")
