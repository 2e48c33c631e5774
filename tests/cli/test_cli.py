"""The command line: what it answers, what it refuses, and how it ends."""

from __future__ import annotations

import csv
import html
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from base64 import b64encode
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import click
import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result
from conftest import Handler, Misbehave
from other_server import answering

import ctgraph
from ctgraph.cli import show
from ctgraph.cli.answer import EVIDENCE_FORMATS, QUERY_FORMATS
from ctgraph.cli.app import COMMANDS, cli
from ctgraph.cli.export import EXPORT_FORMATS
from ctgraph.cli.options import Settings
from ctgraph.export.formats import TRIPLE_FORMATS as GRAPH_FORMATS
from ctgraph.store.store import Store

TIE = "ctd:jpn ct:cooperatesWith ctd:unodc"
ENDLESS = (
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l "
    "FILTER(?c != ?l && ?a != ?i) }"
)


def call(*arguments: str, stdin: str | None = None, **environment: str) -> Result:
    """One command in this process."""
    env = {"LC_ALL": "C.UTF-8", "LANG": "", "LC_MESSAGES": "", **environment}
    return CliRunner().invoke(cli, list(arguments), input=stdin, env=env)


def answer(*arguments: str, **environment: str) -> str:
    """What a command that must succeed writes to standard output."""
    result = call(*arguments, **environment)
    assert result.exit_code == 0, result.stderr
    return result.stdout


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "ctgraph", *arguments]


def run(
    *arguments: str, env: dict[str, str] | None = None, **options: Any
) -> subprocess.CompletedProcess[bytes]:
    """One command in a process of its own."""
    return subprocess.run(
        command(*arguments),
        capture_output=True,
        env={**os.environ, "LC_ALL": "C.UTF-8", **(env or {})},
        check=False,
        **options,
    )


# --- what this is --------------------------------------------------------------------------------


def test_alone_it_says_what_it_is_what_it_holds_and_what_to_try() -> None:
    said = answer()
    assert f"ctgraph {ctgraph.__version__}" in said
    assert re.search(r"In the graph: \d+ claims \(\d+ stated, \d+ inferred\)", said)
    tries = re.findall(r"^  ctgraph (\w+)", said, flags=re.M)
    assert tries == ["ask", "ask", "show", "find", "demo"]


def test_what_it_says_to_try_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for lang in ("en", "ja"):
        for line in re.findall(r"^  ctgraph (.+?)(?:  |$)", answer("--lang", lang), flags=re.M):
            assert answer(*line.split(), "--lang", lang)


@pytest.mark.parametrize(
    ("environment", "lang"),
    [
        ({"LC_ALL": "ja_JP.UTF-8", "LANG": "en_US.UTF-8"}, "ja"),
        ({"LC_ALL": "", "LANG": "ja_JP.UTF-8"}, "ja"),
        ({"LC_ALL": "en_GB.UTF-8", "LANG": "ja_JP.UTF-8"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "ja_JP.UTF-8", "LANG": "en_US.UTF-8"}, "ja"),
        ({"LC_ALL": "", "LANG": ""}, "en"),
        ({"LC_ALL": "C", "LANG": "ja_JP.UTF-8"}, "en"),
    ],
)
def test_the_language_is_that_of_the_locale(environment: dict[str, str], lang: str) -> None:
    assert ("グラフの内容" in answer(**environment)) == (lang == "ja")


def test_options_before_the_command_are_its_defaults() -> None:
    before = answer("--lang", "ja", "ask", "partners")
    assert before == answer("ask", "partners", "--lang", "ja")
    assert "日本" in before
    assert answer("--lang", "ja", "ask", "partners", "--lang", "en") == answer("ask", "partners")


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_help_says_what_it_answers_with_an_example(name: str) -> None:
    said = answer(name, "--help")
    assert re.search(rf"^  .*ctgraph {name}\b", said, flags=re.M)
    first = cli.get_command(click.Context(cli), name)
    assert first is not None
    assert len(first.get_short_help_str(limit=200)) <= 70
    for shared in ("--debug", "--quiet", "--verbose"):
        assert shared in said


def test_shared_options_are_the_same_everywhere() -> None:
    seen: dict[str, tuple[Any, ...]] = {}
    # A folder; in place of a folder; required; of all questions, not of one.
    special = {("demo", "output"), ("draft", "output"), ("draft", "format"), ("load", "store")}
    special |= {("serve", "timeout"), ("mcp", "timeout"), ("push", "endpoint")}
    for name in COMMANDS:
        built = cli.get_command(click.Context(cli), name)
        assert built is not None
        for param in built.params:
            if (name, param.name) in special or not isinstance(param, click.Option):
                continue
            if param.name in Settings.__annotations__:
                help_ = re.sub(r"One of .*?;", "", param.help or "")
                look = (param.opts, param.metavar, help_, param.is_flag)
                assert seen.setdefault(str(param.name), look) == look, (name, param.name)
    assert set(seen) == set(Settings.__annotations__)


def test_the_version_is_the_package_s() -> None:
    assert answer("--version") == f"ctgraph {ctgraph.__version__}\n"


def test_the_formats_offered_are_those_of_the_writers() -> None:
    from ctgraph.export.formats import FORMATS, NETWORK_FORMATS
    from ctgraph.export.reports import entity, evidence
    from ctgraph.export.tables import tables
    from ctgraph.network.views import VIEWS

    assert set(QUERY_FORMATS) == set(tables.FORMATS)
    assert set(EXPORT_FORMATS) == set(FORMATS) - set(NETWORK_FORMATS)
    assert set(GRAPH_FORMATS) <= {n for n, f in tables.FORMATS.items() if f.is_rdf}
    assert evidence.EVIDENCE_FORMATS == EVIDENCE_FORMATS
    assert entity.HIT_FORMATS == show.HIT_FORMATS
    assert all(view in answer("draw", "--help") for view in VIEWS)


# --- questions and queries -----------------------------------------------------------------------


def test_ask_alone_lists_every_question_with_its_title_in_both_languages() -> None:
    rows = json.loads(answer("ask", "-f", "json"))
    names = {row["name"] for row in rows}
    assert names == {path.stem for path in (Path(__file__).parents[2] / "queries").glob("*.rq")}
    english, japanese = answer("ask"), answer("ask", "--lang", "ja")
    for row in rows:
        assert f"{row['name']} " in english
        assert row["title"] in english
    assert "誰が誰と協力しているか" in japanese
    assert "#cooperation" in english
    table = list(csv.reader(io.StringIO(answer("ask", "-f", "csv"))))
    assert [row[0] for row in table[1:]] == [row["name"] for row in rows]
    assert answer("ask", "-f", "markdown").startswith("| name | title |")
    assert len(answer("ask", "-f", "jsonl").splitlines()) == len(rows)


def test_a_question_says_what_it_takes() -> None:
    said = answer("ask", "partners", "--about")
    assert "-p actor=" in said
    assert "default: ctd:unodc" in said
    assert "SELECT ?partner" in said
    assert "#+" not in said


@pytest.mark.parametrize("name", ["UNODC", "国連薬物・犯罪事務所", "ctd:unodc", "ｕｎｏｄｃ"])
def test_a_parameter_takes_any_name(name: str) -> None:
    assert answer("ask", "partners", "-p", f"actor={name}") == answer("ask", "partners")


@pytest.mark.parametrize("name", ["4", "４", "Indicator 4", "指標（4）", "指標（４）"])
def test_an_indicator_goes_by_its_number(name: str) -> None:
    by_iri = answer("ask", "indicators", "-p", "indicator=ctd:mofa-2024-indicator-4")
    assert answer("ask", "indicators", "-p", f"indicator={name}") == by_iri


@pytest.mark.parametrize(
    "title", ["Who cooperates with whom", "who cooperates  with WHOM?", "誰が誰と協力しているか"]
)
def test_a_question_goes_by_its_title(title: str) -> None:
    assert answer("ask", title) == answer("ask", "cooperation")
    assert answer("ask", title, "--about") == answer("ask", "cooperation", "--about")


def test_a_title_that_is_nearly_right_names_the_question() -> None:
    said = call("ask", "Who cooperated with whom")
    assert said.exit_code == 2
    assert "Did you mean cooperation?" in said.stderr


def test_find_says_that_it_found_by_words_or_likeness() -> None:
    said = call("find", "Roma Lyon")
    assert "ctd:roma-lyon-group" in said.stdout
    assert said.stderr == "Nothing holds 'Roma Lyon'; these hold its words.\n"
    said = call("find", "unodoc", "-f", "json")
    assert {hit["match"] for hit in json.loads(said.stdout)} == {"likeness"}
    assert "look like it" in said.stderr


def test_labels_stand_in_tables_unless_iris_are_wanted() -> None:
    assert "Japan" in answer("ask", "partners")
    assert "https://w3id.org" not in answer("ask", "partners")
    with_iris = answer("ask", "partners", "--iri")
    assert "https://w3id.org/ctgraph/id/jpn" in with_iris
    assert "Japan" not in with_iris


@pytest.mark.parametrize(
    "given",
    [
        ["query", f"ASK {{ {TIE} }}"],
        ["query", "-f", "text", "-o", "-", f"ASK {{ {TIE} }}"],
    ],
)
def test_ask_queries_are_answered_with_a_truth_value(given: list[str]) -> None:
    assert answer(*given) == "true\n"


def test_a_query_comes_from_an_argument_a_file_or_a_pipe(tmp_path: Path) -> None:
    text = f"\ufeffASK {{ {TIE} }}"  # with the byte order mark that some editors write
    file = tmp_path / "my.rq"
    file.write_text(text, encoding="utf-8")
    assert answer("query", "--file", str(file)) == "true\n"
    assert call("query", "-", stdin=text).stdout == "true\n"
    assert call("query", stdin=text).stdout == "true\n"


def test_construct_and_describe_give_triples() -> None:
    assert "ctd:jpn ct:cooperatesWith ctd:unodc" in answer(
        "query", f"CONSTRUCT {{ {TIE} }} WHERE {{ {TIE} }}"
    )
    described = answer("query", "DESCRIBE ctd:gifct", "-f", "ntriples")
    assert "<https://w3id.org/ctgraph/id/gifct>" in described


@pytest.mark.parametrize("format", [name for name in QUERY_FORMATS if name not in GRAPH_FORMATS])
def test_every_format_says_that_rows_were_left_out(format: str, tmp_path: Path) -> None:
    target = tmp_path / "answer"
    query = "SELECT ?s { ?s a ct:Claim }"
    result = call("query", query, "--limit", "3", "-f", format, "-o", str(target))
    raw = target.read_bytes()
    if format in ("csv", "csv-excel", "tsv"):
        raw = result.stderr_bytes or b""  # every line of the file is a row
    if format == "xlsx":
        with zipfile.ZipFile(target) as book:
            raw = b"".join(book.read(name) for name in book.namelist())
    assert b"truncated" in raw


@pytest.mark.parametrize("format", GRAPH_FORMATS)
def test_every_graph_format_says_that_triples_were_left_out(format: str, tmp_path: Path) -> None:
    query = "CONSTRUCT WHERE { ?s a ct:Claim }"
    assert "truncated" in answer("query", query, "--limit", "3", "-f", format)
    assert "truncated" in answer("query", query, "--limit", "3", "--evidence")
    assert '"truncated": true' in answer("query", query, "--limit", "3", "--evidence", "-f", "json")


def test_a_limit_that_is_not_reached_leaves_no_mark() -> None:
    assert "truncated" not in answer("ask", "partners", "--limit", "1")


def test_the_format_is_guessed_from_the_name_of_the_file(tmp_path: Path) -> None:
    for name, start in {
        "a.csv": "partner,",
        "a.md": "| partner |",
        "a.json": '{"head"',
        "a.tsv": "?partner\t",
    }.items():
        answer("ask", "partners", "-o", str(tmp_path / name))
        assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)
    assert answer("ask", "partners", "-f", "md") == answer("ask", "partners", "-f", "markdown")


def test_an_empty_answer_explains_itself_on_standard_error() -> None:
    text = 'SELECT * { ?x ct:cooperatesWith ?y ; skos:prefLabel "nobody" }'
    for name in ("text", "json", "csv", "jsonl"):
        result = call("query", text, "-f", name)
        assert result.exit_code == 0
        assert 'without ?x skos:prefLabel "nobody"' in result.stderr
        assert "without" not in result.stdout
    assert not call("query", text, "-q").stderr
    assert "結果はありません" in call("query", text, "--lang", "ja").stderr


def test_an_unknown_term_of_ours_is_named() -> None:
    result = call("query", "SELECT * { ?x ct:cooperatWith ?y }")
    assert result.exit_code == 0
    assert "Did you mean ct:cooperatesWith" in result.stderr


# --- evidence ------------------------------------------------------------------------------------


def test_evidence_stands_below_each_row() -> None:
    said = answer("ask", "partners", "-p", "actor=GIFCT", "--evidence")
    assert said.startswith("1. partner: Japan; ")
    assert "「GIFCTと連携し、オンライン・テロに関するワークショップを」" in said
    assert (
        "according to Ministry of Foreign Affairs of Japan, “Policy evaluation report of the "
        "Ministry of Foreign Affairs, fiscal year 2024 (efforts for international peace and "
        "stability)”, "
        "Main efforts: area 1 (counter-terrorism cooperation), 2024-08 · ctd:mofa-2024-a13 · stated"
    ) in said
    assert "derived from these claims by the rule" in said


def test_evidence_in_json_has_the_quotes_in_fields() -> None:
    whole = json.loads(answer("ask", "partners", "-p", "actor=GIFCT", "--evidence", "-f", "json"))
    assert len(whole["evidence"]) == len(whole["results"]["bindings"]) == 1
    claims = {claim["claim"]: claim for claim in whole["evidence"][0]["claims"]}
    claim = claims["https://w3id.org/ctgraph/id/mofa-2024-a13"]
    assert claim["quote"].startswith("GIFCTと連携し")
    assert claim["basis"].endswith("#Stated")
    assert claim["section"].startswith("https://w3id.org/ctgraph/id/")
    (line,) = answer(
        "ask", "partners", "-p", "actor=GIFCT", "--evidence", "-f", "jsonl"
    ).splitlines()
    assert json.loads(line)["evidence"]["claims"] == whole["evidence"][0]["claims"]


def test_evidence_in_markdown_is_quoted() -> None:
    said = answer("ask", "partners", "-p", "actor=GIFCT", "--evidence", "-f", "markdown")
    assert said.startswith("| partner |")
    assert "\n> 「GIFCTと連携し" in said


def test_evidence_for_triples_and_truth_values() -> None:
    truth = json.loads(answer("query", f"ASK {{ {TIE} }}", "--evidence", "-f", "json"))
    assert truth["boolean"] is True
    assert truth["evidence"]["claims"]
    made = answer("query", f"CONSTRUCT {{ {TIE} }} WHERE {{ {TIE} }}", "--evidence")
    assert made.startswith("1. Japan  cooperates with  United Nations")
    assert "「" in made


def test_evidence_has_a_place_in_some_formats_only() -> None:
    result = call("ask", "partners", "--evidence", "-f", "csv")
    assert result.exit_code == 2
    assert "text, markdown, json, jsonl" in result.stderr


def test_why_explains_one_row() -> None:
    whole = answer("ask", "cooperation", "--evidence")
    second = re.search(r"^2\. .*?(?=^3\. )", whole, flags=re.M | re.S)
    assert second is not None
    assert answer("why", "2", "ask", "cooperation") == second[0].rstrip("\n") + "\n"
    by_query = answer("why", "1", "query", "SELECT ?x { ctd:unodc ct:cooperatesWith ?x }")
    assert by_query.startswith("1. x: Japan")


def test_options_of_why_reach_the_command_behind_it() -> None:
    outer = answer("why", "--lang", "ja", "-f", "json", "1", "ask", "partners")
    assert outer == answer("why", "1", "--lang", "ja", "-f", "json", "ask", "partners")
    assert outer == answer("why", "1", "ask", "partners", "--lang", "ja", "-f", "json")
    assert json.loads(outer)["evidence"][0]["row"] == 1


def test_why_explains_a_statement_and_a_claim() -> None:
    said = answer("why", TIE)
    assert said.startswith(TIE)
    assert "「国連薬物・犯罪事務所（UNODC）や国際刑事警察機構（ICPO）を通じ」" in said
    asserted = json.loads(answer("why", "ctd:unodc a ct:InternationalOrganization", "-f", "json"))
    assert [claim["claim"] for claim in asserted["evidence"]["claims"]]
    claim = answer("why", "ctd:mofa-2024-a07")
    assert claim.startswith("「2023年３月及び10月、Ｇ７議長国として")
    assert "ctd:roma-lyon-2023-03 rdf:type ct:Meeting" in claim
    assert answer("why", "a07") == claim


# --- things --------------------------------------------------------------------------------------


def test_show_gives_every_line_its_quote_and_section() -> None:
    said = answer("show", "GIFCT")
    assert said.startswith("GIFCT (ctd:gifct)\nInitiative\n")
    assert "\ncooperates with (derived: " in said
    assert "\ntakes part in\n" in said
    assert (
        "「GIFCTと連携し、オンライン・テロに関するワークショップを」 according to Ministry of "
        "Foreign Affairs of Japan, “"
    ) in said
    view = json.loads(answer("show", "GIFCT", "-f", "json"))
    for group in (*view["outgoing"], *view["incoming"]):
        for statement in group["statements"]:
            assert statement["claims"] or statement["graph"], statement["triple"]
            for claim in statement["claims"]:
                assert claim["quote"] or claim["sourcePage"]
                assert claim["section"]
    assert len(answer("show", "GIFCT", "--evidence")) > len(said)
    assert "イニシアティブ" in answer("show", "GIFCT", "--lang", "ja")
    assert answer("show", "GIFCT", "-f", "markdown").startswith("# GIFCT (ctd:gifct)")


def test_find_looks_in_both_languages_without_case_or_width() -> None:
    first = answer("find", "ｇｉｆｃｔ", "--limit", "1").splitlines()[0]
    assert "ctd:gifct" in first
    hits = json.loads(answer("find", "サイバー犯罪", "-f", "json"))
    assert "https://w3id.org/ctgraph/concept/cybercrime" in {hit["iri"] for hit in hits}
    rows = list(csv.reader(io.StringIO(answer("find", "サイバー犯罪", "-f", "csv"))))
    assert len(rows) == len(hits) + 1
    cut = answer("find", "サイバー犯罪", "--limit", "2")
    assert "truncated at 2" in cut
    nothing = call("find", "zzzzzz")
    assert (nothing.exit_code, nothing.stdout) == (0, "")
    assert "zzzzzz" in nothing.stderr


# --- the whole graph -----------------------------------------------------------------------------


def test_stats_count_what_is_there(graph_store: Store) -> None:
    counted = json.loads(answer("stats", "-f", "json"))
    claims = sum(1 for _ in graph_store.select("SELECT ?c { ?c a ct:Claim }"))
    assert counted["claims"] == claims
    assert sum(entry["number"] for entry in counted["bases"]) == claims
    assert sum(entry["number"] for entry in counted["sections"]) == claims
    triples = {(q.subject, q.predicate, q.object) for q in graph_store.quads()}
    assert counted["triples"] == len(triples)
    ties = {
        frozenset((row["a"], row["b"]))
        for row in graph_store.select("SELECT ?a ?b { ?a ct:cooperatesWith ?b }")
    }
    assert counted["ties"] == len(ties)
    assert counted["versions"]["ctgraph"] == ctgraph.__version__
    assert re.fullmatch(r"[0-9a-f]{64}", counted["versions"]["claims_sha256"])
    text = answer("stats")
    assert f"{claims:,}" in text
    assert "クラスごとの個体" in answer("stats", "--lang", "ja")


DIGESTS = Path(__file__).parents[1] / "digests"


def test_verify_says_per_claim_what_a_page_holds(tmp_path: Path) -> None:
    where = ["--store", str(tmp_path / "store")]
    assert call("load", *where, str(DIGESTS / "claims.trig")).exit_code == 0
    page = str(DIGESTS / "page.html")
    result = call("verify", "https://example.org/news", "--text", page, *where)
    assert result.exit_code == 1
    assert result.stdout == (
        "Institute of Examples: News (ctd:example-news)\n"
        "https://example.org/news\n"
        "\n"
        "found at 11:13  ctd:example-news-01\n"
        "    The Institute of Examples held a workshop with UNODC on 5 May 2025.\n"
        "    first paragraph\n"
        "found at 11:13  ctd:example-news-02\n"
        "    UNODC held the workshop with the institute.\n"
        "    first paragraph\n"
        "found at 14:4  ctd:example-news-03\n"
        "    The workshop was held in May 2025.\n"
        "    second paragraph\n"
        "not found  ctd:example-news-04\n"
        "    Forty people came to the workshop.\n"
        "    second paragraph\n"
        "\n"
        "3 found, 1 not found.\n"
        "Not looked for, since they name a page and no words: 1.\n"
    )
    japanese = call("verify", "example-news", "--text", page, *where, "--lang", "ja").stdout
    assert "11行13字目にあり  ctd:example-news-01" in japanese
    assert "ワークショップには40名が参加した。" in japanese
    as_json = json.loads(
        call("verify", "example-news", "--text", page, *where, "-f", "json").stdout
    )
    assert (as_json["found"], as_json["missing"], as_json["pageDiffers"]) == (3, 1, False)
    assert [one["line"] for one in as_json["claims"]] == [11, 11, 14, None, None]
    rows = list(csv.DictReader(io.StringIO(
        call("verify", "example-news", "--text", page, *where, "-f", "csv").stdout
    )))  # fmt: skip
    assert [row["status"] for row in rows] == ["found"] * 3 + ["missing", "unchecked"]
    # The page may hold any words; only what the graph says itself is printed.
    assert "had been planned" not in result.stdout + japanese + json.dumps(as_json)


def test_verify_another_page_and_what_it_cannot_read(tmp_path: Path) -> None:
    source = ["verify", "mofa-evaluation-2024", "--text"]
    other = call(*source, "-", stdin="Some other page.")
    assert other.exit_code == 1
    assert other.stdout.endswith("another version of it.\n")
    text = Path(ctgraph.__file__).parents[2] / "data/mofa-evaluation-2024/text.txt"
    assert call(*source, "-", stdin=text.read_text(encoding="utf-8")).exit_code == 0
    assert call(*source, str(tmp_path / "no.html")).exit_code == 3
    assert call("verify", "mofa-evaluation-2024").exit_code == 2
    assert call("verify", "no-such-source", "--text", "-", stdin="x").exit_code == 2
    assert call("verify", "un-m49", "--text", "-", stdin="x").exit_code == 2


def test_a_claim_that_is_not_quoted_never_looks_quoted(tmp_path: Path) -> None:
    where = ["--store", str(tmp_path / "store")]
    assert call("load", *where, str(DIGESTS / "claims.trig")).exit_code == 0
    for arguments in (
        ["why", "ctd:example-news-01"],
        ["show", "ctd:institute-of-examples"],
        ["show", "ctd:institute-of-examples", "--evidence", "-f", "markdown"],
        ["path", "ctd:institute-of-examples", "UNODC"],
        ["ask", "partners", "-p", "actor=ctd:institute-of-examples", "--evidence"],
    ):
        for lang, mark, told in (
            (
                "en",
                "(in our words; ",
                "according to Example Press, “Institute of Examples: News”, ",
            ),
            (
                "ja",
                "（当方の言葉による。",
                "出典：例示通信、『例示研究所「ニュース」』、第１段落、",
            ),
        ):
            said = answer(*arguments, *where, "--lang", lang)
            assert mark in said, (arguments, lang)
            assert told in said, (arguments, lang)
    said = answer("why", "ctd:example-news-01", *where)
    assert re.search(r"^SHA-256: [0-9a-f]{64}$", said, re.M)
    assert "spdx:" not in said.partition("It says:")[2]


def test_check_exits_with_1_if_it_finds_an_error(mini_copy: Path) -> None:
    rules = ["--only", "quotes", "--project", str(mini_copy)]
    assert call("check", *rules).exit_code == 0
    text = next(mini_copy.glob("data/*/text.txt"))
    text.write_text("別の文。", encoding="utf-8")
    result = call("check", *rules)
    assert result.exit_code == 1
    assert result.stderr == f"Project: {mini_copy}\n"
    assert "[quote-not-found]" in result.stdout
    as_json = call("check", *rules, "-f", "json")
    assert as_json.exit_code == 1
    found = json.loads(as_json.stdout)
    assert found["project"] == str(mini_copy)
    assert not found["ok"]
    assert {entry["rule"] for entry in found["findings"]} == {"quote-not-found"}
    assert all(entry["repair"]["en"] for entry in found["findings"])


def _break_claims(project: Path) -> None:
    next(project.glob("data/*/*.trig")).write_text("ctd:x { ctd:x a ct:Claim", encoding="utf-8")


def _break_rule(project: Path) -> None:
    next(project.glob("ontology/rules/*.rq")).write_text("CONSTRUCT", encoding="utf-8")


@pytest.mark.parametrize("break_", [_break_claims, _break_rule])
def test_check_of_a_project_that_cannot_be_opened_is_json(
    mini_copy: Path, break_: Callable[[Path], None]
) -> None:
    break_(mini_copy)
    result = call("check", "--project", str(mini_copy), "-f", "json")
    assert result.exit_code == 3
    found = json.loads(result.stdout)
    assert not found["ok"]
    assert {entry["rule"] for entry in found["findings"]} == {"file-broken"}
    assert all(entry["message"]["en"] for entry in found["findings"])
    assert call("check", "--project", str(mini_copy)).exit_code == 3


def test_check_reads_every_file_of_a_store(mini_copy: Path, tmp_path: Path) -> None:
    where = ["--project", str(mini_copy), "--store", str(tmp_path / "store")]
    assert call("load", *where).exit_code == 0
    assert call("check", *where, "--only", "quotes").exit_code == 0
    table = max((tmp_path / "store").glob("*/*.sst"))
    content = table.read_bytes()
    table.unlink()
    table.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    result = call("check", *where, "--only", "quotes", "-f", "json")
    assert result.exit_code == 3
    (entry,) = json.loads(result.stdout)["findings"]
    assert table.name in entry["message"]["en"]


def test_export_writes_slices_and_the_description(tmp_path: Path) -> None:
    whole, slice_ = tmp_path / "all.ttl", tmp_path / "gifct.ttl"
    result = call("export", "-o", str(whole))
    assert (result.exit_code, result.stdout) == (0, "")
    assert "triples" in result.stderr
    answer("export", "-o", str(slice_), "--actor", "GIFCT", "--stated-only")
    assert 0 < slice_.stat().st_size < whole.stat().st_size
    assert answer("export") == whole.read_text(encoding="utf-8")
    listed = answer("export", "-f", "nq", "--include", "derived,ontology", "--include", "claims")
    assert "<https://w3id.org/ctgraph/id/rule-" in listed
    assert "dcat:Dataset" in answer("export", "--describe")
    construct = tmp_path / "mine.rq"
    construct.write_text("CONSTRUCT WHERE { ctd:gifct a ?class }", encoding="utf-8")
    assert "ctd:gifct" in answer("export", "--construct", str(construct))


def test_draw_writes_one_page_that_asks_no_host(tmp_path: Path) -> None:
    page = tmp_path / "network.html"
    result = call("draw", "-o", str(page), "--actor", "UNODC")
    assert result.exit_code == 0, result.stderr
    text = page.read_text(encoding="utf-8")
    assert "<html" in text
    assert not re.search(r"""(?:src|href)=["']https?:""", text)
    assert "default-src 'none'" in html.unescape(text)


@pytest.mark.usefixtures("bundled_project")
def test_demo_shows_a_quote_where_the_first_row_has_none(tmp_path: Path) -> None:
    said = answer("demo", "-o", str(tmp_path / "demo"))
    assert re.search(r"^Row \d rests on these words:\n  「", said, flags=re.M)


def test_demo_shows_an_answer_its_quote_and_three_files(tmp_path: Path) -> None:
    folder = tmp_path / "here" / "demo"
    said = answer("demo", "-o", str(folder))
    assert "Japan" in said
    assert "「2023年10月、GIFCTと連携し" in said
    names = {path.name for path in folder.iterdir()}
    assert names == {"answer.csv", "answer.md", "graph.ttl", "network.html"}
    for name in names:
        assert str(folder / name) in said
    assert "「2023年10月、GIFCTと連携し" in (folder / "answer.md").read_text(encoding="utf-8")
    shown = re.search(r"^\$ ctgraph (ask .*)$", said, flags=re.M)
    assert shown is not None
    assert answer(*shown[1].split()) in said


SAME_EVERYWHERE = [
    ["ask", "activities"],
    ["ask", "activities", "--evidence", "-f", "json"],
    ["query", "SELECT ?a ?b { ?a ct:cooperatesWith ?b } ORDER BY ?a", "--evidence"],
    ["query", "SELECT ?s { ?s a ct:Claim } ORDER BY ?s", "--limit", "2", "-f", "json"],
    ["query", "SELECT (COUNT(*) AS ?n) { ctd:workshop-2023 a ct:Workshop }", "-f", "csv"],
    ["query", "ASK { ctd:jpn ct:cooperatesWith ctd:unodc }"],
    ["query", "CONSTRUCT WHERE { ctd:unodc a ?c }"],
    ["show", "UNODC", "--evidence"],
    ["find", "研修"],
    ["why", "ctd:workshop-2023 a ct:Workshop"],
    ["why", "mini-x01", "--lang", "ja"],
    ["export", "-f", "nq", "--include", "claims,derived"],
]


@pytest.mark.parametrize("arguments", SAME_EVERYWHERE, ids=" ".join)
def test_disk_and_endpoint_answer_like_memory(
    arguments: list[str], mini: Path, mini_endpoint: str, tmp_path: Path
) -> None:
    project, store = ["--project", str(mini)], ["--store", str(tmp_path / "graph.store")]
    loaded = call("load", *project, *store)
    assert loaded.exit_code == 0, loaded.stderr
    in_memory = answer(*project, *arguments)
    assert in_memory
    assert answer(*project, *store, *arguments) == in_memory
    assert answer(*project, "--endpoint", mini_endpoint, *arguments) == in_memory


def test_a_push_is_compared_and_leaves_what_stands_there(
    mini: Path, misbehave: Misbehave, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, seen = ox.Store(), set[str | None]()
    serve = answering(there)

    def act(handler: Handler) -> None:
        seen.add(handler.headers.get("Authorization"))
        serve(handler)

    url = misbehave(act)
    push = ("push", "--project", str(mini), "--endpoint", url)
    monkeypatch.setenv("CTGRAPH_ENDPOINT_USER", "curator")
    monkeypatch.setenv("CTGRAPH_ENDPOINT_PASSWORD", "s3cret")
    assert f"{url}: all " in answer(*push)
    assert seen == {"Basic " + b64encode(b"curator:s3cret").decode()}
    again = call(*push)
    assert again.exit_code == 3
    assert "--replace" in again.stderr
    found = json.loads(answer(*push, "--replace", "-f", "json"))
    assert found["ok"]
    assert found["sha256"] == found["found_sha256"]
    assert found["statements"] == len(there)
    refused = call("push", "--endpoint", url.replace("http://", "http://curator:s3cret@"))
    assert refused.exit_code == 2
    assert "CTGRAPH_ENDPOINT_PASSWORD" in refused.stderr
    assert "s3cret" not in refused.stderr


# --- bad input -----------------------------------------------------------------------------------

BAD: list[Any] = [
    # arguments, exit code, what the message says
    (["qurey", "x"], 2, r"No such command 'qurey'"),
    (["ask", "partnrs"], 2, r"unknown question 'partnrs'. Did you mean partners"),
    (["ask", "partners", "-p", "acto=UNODC"], 2, r"'acto'. Did you mean actor"),
    (["ask", "partners", "-p", "actor=UNDOC"], 2, r"unknown actor 'UNDOC'. Did you mean .*unodc"),
    (["ask", "partners", "-p", "actor=テロ資金"], 2, r"actor"),
    (["ask", "partners", "-p", "actor"], 2, r"not of the form name=value"),
    (["ask", "partners", "-p", "=x"], 2, r"not of the form name=value"),
    (["why", "nothing\u200b"], 2, r"unknown claim 'nothing'"),
    (["measure", "\ufeffnothing\u00ad"], 2, r"unknown view 'nothing'"),
    (["ask", "partners", "-p", "actor＝nobody"], 2, r"unknown actor 'nobody'"),
    (["ask", "partners", "--as-of", "２０２２年"], 2, r"is no date"),
    (["why", "ctd:jpn\u3000a\u3000ct:State"], 2, r"U\+3000 IDEOGRAPHIC SPACE .* write ' '"),
    (["ask", "partners", "-p", "actor=x } DROP ALL #"], 2, r"unknown actor 'x } DROP ALL #'"),
    (["ask", "cooperation", "-p", "minimum=many"], 2, r"'many'"),
    (["ask", "-p", "actor=UNODC"], 2, r"no question is named"),
    (["query", ""], 2, r"the query is empty"),
    (["query", "SELEC * {}"], 4, r"query, line 1, column 1: .*SELEC"),
    (["query", "SELECT * {\n ?s foo:bar ?o }"], 4, r"line 2, column 5: .*foo"),
    (["query", "SELECT * { ?s cts:bar ?o }"], 4, r"cts.*Did you mean ct"),
    (["query", "SELECT * { ?s ?p ?o"], 4, r"query, line 1, column"),
    (["query", "INSERT DATA { <a:b> <a:b> <a:b> }"], 4, r"an update, not a query"),
    (["query", "# x\nprefix a: <b:> delete where { ?s ?p ?o }"], 4, r"line 2.*update"),
    (["query", "LOAD <http://127.0.0.1/x>"], 4, r"LOAD is an update"),
    (["query", "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"], 4, r"SERVICE"),
    (["query", "--file", "no-such.rq"], 3, r"no-such.rq: cannot be read: No such file"),
    (["query", "--file", "."], 3, r"\.: cannot be read: Is a directory"),
    (["export", "--construct", "no-such.rq"], 2, r"no-such.rq cannot be read"),
    (["query", "ASK {}", "--file", __file__], 2, r"both given"),
    (["query", "ASK {}", "--limit", "0"], 2, r"--limit"),
    (["query", "ASK {}", "--timeout", "0"], 2, r"--timeout"),
    (["query", "ASK {}", "--timeout", "nan"], 2, r"nan seconds"),
    (["query", "ASK {}", "--lang", "fr"], 2, r"'fr' is not one of"),
    (["query", "ASK {}", "-f", "yaml"], 2, r"'yaml' is not one of"),
    (["query", "ASK {}", "-f", "csv"], 2, r"csv cannot hold true or false"),
    (["query", "ASK {}", "-f", "turtle"], 2, r"turtle cannot hold true or false"),
    (["query", "ASK {}", "-o", "answer.zzz"], 2, r"'\.zzz' means no format"),
    (["query", "ASK {}", "-o", "no-folder/answer.json"], 2, r"no-folder does not exist"),
    (["export", "-o", "no-folder/graph.ttl"], 2, r"no-folder does not exist"),
    (["draw", "-o", "no-folder/page.html"], 2, r"no-folder does not exist"),
    (["query", "ASK {}", "--project", "no-project"], 3, r"no-project: no such folder.*ontology/"),
    (["query", "ASK {}", "--project", "."], 3, r"\.: not a project"),
    (["query", "ASK {}", "--store", "no-store"], 3, r"no-store: no such folder.*ctgraph load"),
    (["query", "ASK {}", "--store", "x", "--endpoint", "http://127.0.0.1/"], 2, r"cannot both"),
    (["query", "ASK {}", "--endpoint", "http://127.0.0.1:9/"], 3, r"http://127\.0\.0\.1:9/"),
    (["query", "ASK {}", "--endpoint", "ftp://example.org"], 2, r"scheme ftp"),
    (["show", "nobody-knows-this"], 2, r"unknown name 'nobody-knows-this'"),
    (["find", " "], 2, r"nothing to look for"),
    (["why", "99", "ask", "partners"], 2, r"there is no row 99: the answer has 1"),
    (["why", "0", "ask", "partners"], 2, r"rows count from 1"),
    (["why", "1"], 2, r"row 1 of which answer"),
    (["why", "1", "ask"], 2, r"no question is named"),
    (["why", "1", "stats"], 2, r"row 1 of which answer"),
    (["why", "ctd:jpn ct:cooperatesWith ctd:iij-nobody"], 2, r"unknown statement"),
    (["why", "ctd:jpn ct:cooperatsWith ctd:unodc"], 2, r"Did you mean ct:cooperatesWith"),
    (["why", "?x ct:cooperatesWith ctd:unodc"], 2, r"not one statement"),
    (["why", "one two three"], 2, r"neither a claim nor a statement"),
    (["why", "ctd:jpn", "ct:cooperatesWith", "ctd:unodc"], 2, r"in quotes"),
    (["why", "zzz"], 2, r"unknown claim 'zzz'"),
    (["load", "no-such.trig", "--store", "s"], 3, r"no-such.trig: no such file"),
    (["load"], 2, r"--store"),
    (["push"], 2, r"--endpoint"),
    (["push", "--endpoint", "ftp://127.0.0.1/"], 2, r"scheme ftp"),
    (["check", "--only", "shaps"], 2, r"'shaps'.*shapes"),
    (["export", "--include", "derivd"], 2, r"'derivd'. Did you mean derived"),
    (["export", "--include", "claims"], 2, r"cannot hold each claim"),
    (["export", "--describe", "--actor", "UNODC"], 2, r"--describe describes the whole graph"),
    (["export", "--actor", "UNDOC"], 2, r"unknown actor"),
    (["draw", "--view", "coperation"], 2, r"Did you mean cooperation"),
    (["draw", "--actor", "UNDOC"], 2, r"unknown actor"),
    (["draw", "--chart", "bord", "--actor", "UNODC", "-o", "x.svg"], 2, r"Did you mean board"),
    (["demo", "-o", __file__], 2, r"cannot be made"),
    (["completion", "pwsh"], 2, r"'pwsh' is not one of"),
    (["stats", "-o", "stats.csv"], 2, r"\.csv"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "code", "message"), BAD, ids=[" ".join(case[0])[:60] for case in BAD]
)
def test_bad_input_is_met_with_a_message_and_a_code(
    arguments: list[str], code: int, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = call(*arguments)
    assert result.exit_code == code, (result.stderr, result.exception)
    assert re.search(message, result.stderr, flags=re.S), result.stderr
    assert result.stderr.count("Error: ") == 1
    assert result.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_broken_files_are_named_with_their_line(mini_copy: Path) -> None:
    file = next(mini_copy.glob("data/*/*.trig"))
    file.write_text(file.read_text(encoding="utf-8") + "\nctd:x {", encoding="utf-8")
    result = call("query", "ASK {}", "--project", str(mini_copy))
    assert result.exit_code == 3
    assert re.search(rf"Error: data/{file.parent.name}/{file.name}:\d+", result.stderr)


def test_text_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "latin.rq"
    file.write_bytes(b"ASK { ?s ?p '\xe9' }")
    result = call("query", "--file", str(file))
    assert result.exit_code == 3
    assert "latin.rq: not UTF-8 (byte 14)" in result.stderr


class _Odd(BaseHTTPRequestHandler):
    """A server that answers every request with one thing that no endpoint should."""

    status, media_type, body, delay = 200, "text/html", b"<html>hello</html>", 0.0

    def do_POST(self) -> None:
        time.sleep(self.delay)
        self.send_response(self.status)
        self.send_header("Content-Type", self.media_type)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    do_GET = do_POST  # noqa: N815 - the name that http.server looks for

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def odd_server() -> Iterator[Callable[..., str]]:
    """A function that starts a server with some attributes, and gives its address."""
    servers: list[ThreadingHTTPServer] = []

    def serve(**attributes: Any) -> str:
        handler = type("Odd", (_Odd,), attributes)
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/query"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"status": 500, "media_type": "text/plain", "body": b"out of order"},
        {"status": 404},
        {"media_type": "application/sparql-results+json", "body": b'{"head":'},
    ],
    ids=["html", "500", "404", "half"],
)
def test_an_endpoint_that_answers_something_else(
    odd_server: Callable[..., str], attributes: dict[str, Any]
) -> None:
    address = odd_server(**attributes)
    result = call("query", "ASK {}", "--endpoint", address)
    assert result.exit_code == 3, result.stderr
    assert address in result.stderr


def test_a_slow_endpoint_is_given_up(odd_server: Callable[..., str]) -> None:
    address = odd_server(delay=20.0)
    result = call("query", "ASK {}", "--endpoint", address, "--timeout", "0.5")
    assert result.exit_code in (3, 4)
    assert "0.5" in result.stderr


# --- bugs ----------------------------------------------------------------------------------------


def test_a_bug_is_reported_in_short_and_with_a_traceback_if_wanted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*args: object, **options: object) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("ctgraph.query.run_query", fail)
    short = call("query", "ASK {}")
    assert short.exit_code == 70
    assert "a bug in ctgraph" in short.stderr
    assert "ZeroDivisionError: oops" in short.stderr
    assert "Traceback" not in short.stderr
    long = call("query", "ASK {}", "--debug")
    assert long.exit_code == 70
    assert "Traceback (most recent call last)" in long.stderr


@pytest.mark.parametrize("place", ["a" * 300, "file/below", "/proc/none"])
@pytest.mark.parametrize(
    "command",
    [["site"], ["draft", "file", "--output"], ["load", "file", "--store"], ["check", "--project"]],
)
def test_a_folder_that_cannot_be_is_not_a_bug(
    command: list[str], place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("UNODC.", encoding="utf-8")
    result = call(*command, place)
    assert result.exit_code in (1, 2, 3)
    assert Path(place).name in result.stderr
    assert "bug" not in result.stderr


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_a_back_end_that_networkx_does_not_know_is_not_a_bug(lang: str) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "ctgraph", "measure", "--lang", lang],
        env={**os.environ, "NETWORKX_BACKEND_PRIORITY": "unknown"},
        check=False,
        capture_output=True,
        encoding="utf-8",
    )
    assert run.returncode == 2
    assert "NETWORKX_BACKEND_PRIORITY=unknown" in run.stderr
    assert "bug" not in run.stderr
    assert run.stdout == ""


def test_memory_that_runs_out_is_not_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **options: object) -> None:
        raise MemoryError

    monkeypatch.setattr("ctgraph.query.run_query", fail)
    result = call("query", "ASK {}")
    assert result.exit_code == 4
    assert "out of memory" in result.stderr


# --- processes: pipes, signals, encodings --------------------------------------------------------


def test_the_cold_path_imports_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from ctgraph.cli import run\n"
        "for given in (['--help'], ['query', '--help'], ['query', 'SELECT ?p { ctd:unodc"
        " ct:cooperatesWith ?p }'], ['ask', 'partners'], ['show', 'GIFCT']):\n"
        "    assert run(given) == 0\n"
        "print(' '.join(sys.modules), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stderr.split())
    heavy = {"rdflib", "networkx", "pyvis", "pyshacl", "jinja2", "xlsxwriter", "oxrdflib", "pandas"}
    slow = {"asyncio", "email", "importlib.metadata", "multiprocessing", "urllib.request"}
    assert not loaded & (heavy | slow)


@pytest.mark.parametrize(
    "arguments",
    [["query", "SELECT * { ?s ?p ?o }"], ["export", "-f", "nq"], ["--help"], ["ask"], []],
    ids=lambda value: " ".join(value)[:20] or "alone",
)
def test_a_closed_pipe_is_met_quietly(arguments: list[str]) -> None:
    process = subprocess.Popen(command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    assert process.wait() == 141
    assert said in (b"", b"\n67 questions") or b"Traceback" not in said
    assert b"Exception ignored" not in said
    assert b"Error" not in said


def test_what_asked_to_be_called_at_exit_is_called(tmp_path: Path) -> None:
    code = (
        "import atexit, sys\n"
        "from ctgraph.cli import main\n"
        f"atexit.register(lambda: open({str(tmp_path / 'called')!r}, 'w').close())\n"
        "sys.argv = ['ctgraph', 'query', 'ASK {}']\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (0, b"true\n"), done.stderr
    assert (tmp_path / "called").exists()


@pytest.mark.parametrize("limit", [[], ["--timeout", "60"]], ids=["unlimited", "with a limit"])
def test_ctrl_c_stops_a_query_in_the_engine(limit: list[str]) -> None:
    process = subprocess.Popen(
        command("query", ENDLESS, *limit),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        # A shell that runs the tests in the background has it ignored, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
    try:
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=3)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=30)
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
    assert process.returncode == 130
    assert (out, err) == (b"", b"Error: interrupted.\n")


def test_a_time_limit_stops_a_query_in_the_engine() -> None:
    done = run("query", ENDLESS, "--timeout", "0.5", timeout=60)
    assert done.returncode == 4
    assert b"stopped after 0.5 seconds" in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize(
    "arguments", [["ask"], ["query", "SELECT * { ?s ?p ?o }"], ["export"], ["stats", "--help"]]
)
def test_a_full_disk_behind_standard_output(arguments: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            command(*arguments, "-q"), stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 3
    assert done.stderr.decode().startswith("Error: standard output: No space left on device")


def test_a_failed_write_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import errno

    target = tmp_path / "answer.csv"
    target.write_text("old", encoding="utf-8")

    def full(*args: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("os.fsync", full)
    result = call("ask", "partners", "-o", str(target))
    assert result.exit_code == 3
    assert "No space left on device" in result.stderr
    assert target.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("arguments", [["query", "ASK {}"], ["--version"], ["find", "--help"]])
def test_standard_output_that_is_closed(arguments: list[str]) -> None:
    def close() -> None:
        os.close(1)

    done = subprocess.run(
        command(*arguments), stderr=subprocess.PIPE, preexec_fn=close, check=False
    )
    assert done.returncode == 3
    assert done.stderr.startswith(b"Error: standard output: ")
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    "env",
    [{"LC_ALL": "C"}, {"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0"}],
    ids=["C", "ascii", "no UTF-8 mode"],
)
def test_files_and_pipes_get_utf8_whatever_the_locale(env: dict[str, str], tmp_path: Path) -> None:
    done = run("ask", "partners", "--lang", "ja", env=env)
    assert done.returncode == 0, done.stderr
    assert "日本" in done.stdout.decode("utf-8")
    if env.get("PYTHONUTF8") != "0":  # there Python cannot read the argument
        wrong = run("ask", "国連", "--lang", "ja", env=env)
        assert wrong.returncode == 2
        assert "「国連」に当たる質問" in wrong.stderr.decode("utf-8")
    target = tmp_path / "回答.csv"
    assert run("ask", "partners", "--lang", "ja", "-o", str(target)).returncode == 0
    assert "日本" in target.read_text(encoding="utf-8")


def on_terminal(arguments: list[str], env: dict[str, str], columns: int = 80) -> tuple[int, bytes]:
    """The exit code of a command and what it writes to a terminal."""
    import fcntl
    import pty
    import struct
    import termios

    parent, child = pty.openpty()
    fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = {**os.environ, **env}
    environment.pop("COLUMNS", None)
    process = subprocess.Popen(
        command(*arguments), stdin=child, stdout=child, stderr=child, env=environment
    )
    os.close(child)
    written = b""
    while True:
        try:
            piece = os.read(parent, 65536)
        except OSError:  # Linux: the other end is closed
            break
        if not piece:
            break
        written += piece
    os.close(parent)
    return process.wait(), written


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_terminal_that_cannot_show_japanese_gets_question_marks() -> None:
    env = {"PYTHONIOENCODING": "ascii", "LC_ALL": "C.UTF-8"}
    code, written = on_terminal(["ask", "partners", "--lang", "ja"], env)
    assert code == 0
    written.decode("ascii")
    assert b"??" in written


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_terminal_gets_lines_that_fit() -> None:
    from ctgraph.text import display_width

    code, written = on_terminal(["show", "GIFCT"], {"LC_ALL": "C.UTF-8"}, columns=60)
    assert code == 0
    lines = written.decode("utf-8").replace("\r\n", "\n").splitlines()
    assert max(map(display_width, lines)) <= 60


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_progress_is_for_terminals_only(tmp_path: Path) -> None:
    env = {"LC_ALL": "C.UTF-8"}
    code, written = on_terminal(["demo", "-o", str(tmp_path / "a")], env)
    assert code == 0
    assert b"\r\x1b[K" in written
    code, written = on_terminal(["demo", "-q", "-o", str(tmp_path / "b")], env)
    assert b"\x1b" not in written
    assert b"\x1b" not in run("demo", "-o", str(tmp_path / "c")).stderr


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_what_is_not_for_a_terminal_is_refused() -> None:
    code, written = on_terminal(["ask", "partners", "-f", "xlsx"], {"LC_ALL": "C.UTF-8"})
    assert code == 2
    assert b"-o answer.xlsx" in written
    code, written = on_terminal(["query"], {"LC_ALL": "C.UTF-8"})
    assert code == 2
    assert b"no query is given" in written


# --- completion ----------------------------------------------------------------------------------


def complete(*words: str) -> set[str]:
    """What a shell would offer for the last word."""
    from click.shell_completion import ShellComplete

    *before, last = words
    found = ShellComplete(cli, {}, "ctgraph", "_CTGRAPH_COMPLETE").get_completions(before, last)
    return {str(item.value) for item in found}


def test_completion_knows_commands_questions_parameters_and_actors() -> None:
    assert {"show", "stats"} <= complete("s")
    assert "partners" in complete("ask", "part")
    assert "actor=" in complete("ask", "partners", "-p", "")
    assert "actor=UNODC" in complete("ask", "partners", "-p", "actor=UN")
    assert "actor=UNODC" in complete("ask", "partners", "-p", "actor=un")
    assert complete("ask", "cooperation", "-p", "basis=") >= {
        "basis=ct:Stated",
        "basis=ct:Inferred",
    }
    assert "GIFCT" in complete("show", "gif")
    assert "ctd:gifct" in complete("show", "ctd:gif")
    assert "jsonl" in complete("query", "-f", "js")
    assert not complete("ask", "no-such-question", "-p", "")
    assert not complete("ask", "partners", "-p", "nothing=x")
    offered = complete("ask", "partners", "-p", "actor=")
    for value in offered:
        assert call("ask", "partners", "-p", value).exit_code == 0


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_scripts_name_the_command(shell: str) -> None:
    script = answer("completion", shell)
    assert "_CTGRAPH_COMPLETE" in script
    assert "ctgraph" in script


@pytest.mark.skipif(not Path("/bin/bash").exists(), reason="needs bash")
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["ctgraph", "ask", "partne"], "partners"),
        (["ctgraph", "ask", "partners", "-p", "actor", "=", "UNOD"], "UNODC"),
        (["ctgraph", "ask", "partners", "-p", "actor", "="], "UNODC"),
        (["ctgraph", "show", "ctd", ":", "gif"], "gifct"),
    ],
    ids=["question", "value", "every value", "CURIE"],
)
def test_bash_completes_although_it_cuts_words(
    words: list[str], offered: str, tmp_path: Path
) -> None:
    stand_in = tmp_path / "ctgraph"
    stand_in.write_text(f'#!/bin/sh\nexec {sys.executable} -m ctgraph "$@"\n', encoding="utf-8")
    stand_in.chmod(0o755)
    quoted = " ".join(f"'{word}'" for word in words)
    script = (
        f"complete() {{ :; }}\ncompopt() {{ :; }}\n{answer('completion', 'bash')}\n"
        f"COMP_WORDS=({quoted})\nCOMP_CWORD={len(words) - 1}\n"
        '_ctgraph_completion ctgraph\nprintf "%s\\n" "${COMPREPLY[@]}"\n'
    )
    done = subprocess.run(
        ["/bin/bash", "-c", script],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
    )
    assert offered in done.stdout.split(), (done.stdout, done.stderr)


# --- what comes in --------------------------------------------------------------------------------

NOT_UTF8 = "\udcb9\udcf1"
"""What Python makes of an argument of the bytes B9 F1."""


@pytest.mark.parametrize(
    "given",
    [
        ("find", NOT_UTF8),
        ("ask", NOT_UTF8),
        ("ask", "partners", "-p", f"actor={NOT_UTF8}"),
        ("show", NOT_UTF8),
        ("why", NOT_UTF8),
        ("path", "Japan", NOT_UTF8),
        ("query", f"SELECT ?x {{ ?x a {NOT_UTF8} }}"),
        ("draw", "--actor", NOT_UTF8),
        ("measure", NOT_UTF8),
        ("export", "--topic", NOT_UTF8),
        ("check", "--only", NOT_UTF8),
        ("find", "Japan", "--source", NOT_UTF8),
    ],
)
def test_a_text_that_is_not_utf8_is_refused(given: tuple[str, ...]) -> None:
    result = call(*given)
    assert result.exit_code == 2
    assert "is not UTF-8 at character" in result.stderr
    assert "UTF-8ではありません" in call("--lang", "ja", *given).stderr


def test_a_path_may_have_any_bytes(tmp_path: Path) -> None:
    target = tmp_path / f"a{NOT_UTF8}.csv"
    try:
        target.touch()
    except OSError:
        pytest.skip("the file system takes UTF-8 alone")
    answer("ask", "partners", "-o", str(target))
    assert target.read_text("utf-8").startswith("partner,")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell")
def test_a_closed_standard_input_is_an_empty_one() -> None:
    line = f"exec {sys.executable} -m ctgraph query - <&-"
    result = subprocess.run(["sh", "-c", line], capture_output=True, check=False)
    assert result.returncode == 2
    assert b"the text on standard input is empty" in result.stderr


def test_a_usage_error_names_any_bytes() -> None:
    result = run("draw", os.fsencode(NOT_UTF8).decode("utf-8", "surrogateescape"))
    assert result.returncode == 2
    assert b"nothing takes the argument" in result.stderr
    assert b"Traceback" not in result.stderr


# --- what goes out --------------------------------------------------------------------------------


def test_a_file_that_is_written_anew_keeps_its_mode(tmp_path: Path) -> None:
    for name in ("a.csv", "a.xlsx", "a.json"):
        target = tmp_path / name
        target.touch(mode=0o600)
        answer("ask", "partners", "-o", str(target))
        assert target.stat().st_mode & 0o777 == 0o600
        assert target.stat().st_size > 20


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="needs /dev/stdout")
def test_standard_output_by_its_name_is_written_as_it_is(tmp_path: Path) -> None:
    asked = ("ask", "partners", "--limit", "1", "-f", "csv", "-o", "/dev/stdout")
    plain = run(*asked[:-2]).stdout
    assert run(*asked).stdout == plain  # a pipe
    assert run("ask", "-o", "/dev/stdout").stdout == run("ask").stdout
    with (tmp_path / "log").open("ab") as log:  # a shell's >>
        log.write(b"before\n")
        log.flush()
        subprocess.run(command(*asked), stdout=log, stderr=subprocess.DEVNULL, check=True)
    assert (tmp_path / "log").read_bytes() == b"before\n" + plain


def test_a_cut_table_for_programs_says_so_beside_it() -> None:
    for kind in ("csv", "tsv"):
        result = call("ask", "actors", "--limit", "2", "-f", kind)
        assert len(result.stdout.splitlines()) == 3
        assert result.stderr == "(truncated at 2 rows: there are more)\n"
        assert not call("ask", "actors", "-f", kind).stderr


def test_completion_of_networks() -> None:
    assert {"cooperation", "treaties"} <= complete("draw", "--view", "")
    assert complete("measure", "coo") == {"cooperation"}
    assert complete("draw", "--chart", "bo") == {"board"}
    assert complete("draw", "--size", "a4-") == {"a4-landscape"}
    assert "UNODC" in complete("draw", "--actor", "uno")
    assert "国連薬物・犯罪事務所" in complete("draw", "--actor", "国連薬")
    assert complete("draw", "--topic", "ctv:organised-") == {"ctv:organised-crime"}


def test_endings_of_files_are_read_in_any_case(tmp_path: Path) -> None:
    one = "<urn:a> <urn:p> <urn:b> <urn:g> .\n"
    said = {}
    for name in ("a.nq", "A.NQ"):
        (tmp_path / name).write_text(one, encoding="utf-8")
        result = call("load", str(tmp_path / name), "--store", str(tmp_path / "store"))
        said[name] = result.stderr.replace(name, "file")
    assert said["a.nq"] == said["A.NQ"]
    assert "Convert the file" not in said["A.NQ"]


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (("draw", "treaties"), "Did you mean --view treaties?"),
        (("draw", "treatys"), "Did you mean --view treaties?"),
        (("draw", "Timeline"), "Did you mean --chart timeline?"),
        (("draw", "svg", "--view", "plans"), "Did you mean -f svg?"),
        (("stats", "UNODC"), "ctgraph stats --help"),
    ],
)
def test_a_word_too_many_is_told_its_option(arguments: tuple[str, ...], meant: str) -> None:
    result = CliRunner().invoke(cli, [*arguments, "--lang", "en"])
    assert result.exit_code == 2
    assert meant in result.stderr
