"""Import of a folder of tables: what is linked, told, refused, and written in one step."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ctgraph.cli.app import cli
from ctgraph.errors import BrokenFiles, DataError, Problem
from ctgraph.query.checks import check
from ctgraph.query.curation import Import, accept_totals, format_import, prepare_import
from ctgraph.query.curation import plan as plan_module
from ctgraph.query.curation import project as project_module
from ctgraph.query.curation.known import Known, Thing, address
from ctgraph.query.curation.report import SECTIONS
from ctgraph.store import Bundle, locate, open_store
from ctgraph.store.scope import Scope
from ctgraph.terms import CTD

ROOT = Path(__file__).parents[3]
HERE = Path(__file__).parent
QUESTIONS = ("checks", "disagreements.rq", "confirmations.rq")


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a few tables of example bodies, and with all checks; tests copy it."""
    root = tmp_path_factory.mktemp("original")
    (root / "queries").mkdir(parents=True)
    (root / "ontology").symlink_to(ROOT / "ontology")
    for name in QUESTIONS:
        (root / "queries" / name).symlink_to(ROOT / "queries" / name)
    shutil.copytree(HERE / "known", root / "data" / "known")
    accept_totals(locate(root))
    return root


@pytest.fixture
def project(original: Path, tmp_path: Path) -> Bundle:
    """A copy of that project that a test may change."""
    return locate(shutil.copytree(original, tmp_path / "project", symlinks=True))


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """Tables as a curator hands them over; all of their rows can go in."""
    return Path(shutil.copytree(HERE / "sample", tmp_path / "sample"))


@pytest.fixture
def loader_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the checks of the graph, for what is refused before them."""

    class NoErrors:
        errors = ()
        warnings = ()

    monkeypatch.setattr(plan_module, "check", lambda store, problems: NoErrors())


def change(folder: Path, table: str, old: str, new: str) -> None:
    path = folder / f"{table}.tsv"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1, old
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def cell(folder: Path, table: str, key: str, column: str, value: str) -> None:
    """Write a cell of the row with a key; a column that is not there is added."""
    path = folder / f"{table}.tsv"
    head, *rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    if column not in head:
        head.append(column)
        rows = [[*row, ""] for row in rows]
    name = "source_id" if table == "sources" else "id"
    (row,) = [row for row in rows if row[head.index(name)] == key]
    row[head.index(column)] = value
    lines = ["\t".join(row) for row in (head, *rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def told(prepared: Import, section: str) -> list[str]:
    return [problem.say() for problem in prepared.report.sections[section]]


def files_below(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["import", *arguments])


# --- rows that go in ------------------------------------------------------------------------------


def test_every_row_goes_in_and_the_project_is_green(project: Bundle, sample: Path) -> None:
    began = time.monotonic()
    prepared = prepare_import(sample, project)
    assert told(prepared, "refused") == []
    prepared.write()
    assert time.monotonic() - began < 60
    with open_store(project.root) as store:
        assert check(store).ok
        rows = store.select("SELECT (COUNT(*) AS ?n) { ?c a ct:Claim ; ct:words ?w }")
        assert int(next(iter(rows))[0].value) > 60
        assert store.ask("ASK { ctd:iejl-asia ct:distinctFrom ctd:iejl }")
        # What is older than what it tells announces it.
        assert store.ask("ASK { ctd:sample-n38 ct:inferenceKind ctv:announcement }")
        # A fact of a page that another folder describes.
        assert store.ask("ASK { ctd:sample-n42 ct:section/ct:source ctd:atlantis-gazette-2024 }")
        assert store.ask("ASK { ctd:sample-n16 ct:disagreesWith ctd:known-f0004 }")
        assert store.ask('ASK { ctd:oxec skos:altLabel "Examples Office"@en }')
        assert store.ask("ASK { ctd:forum-plenary-2024 ct:heldIn ctd:place-muu }")


def test_what_is_new_and_what_is_linked(project: Bundle, sample: Path) -> None:
    prepared = prepare_import(sample, project)
    sections = prepared.report.sections
    assert [p.values["id"] for p in sections["actors"]] == [
        "muu", "hyp", "lem-interior", "lem-justice", "mu-centre", "lemur-bank", "muvid",
        "hyp-police", "peace-ngo", "iejl-asia",
    ]  # fmt: skip
    assert len(sections["sources"]) == 6
    links = {str(p.values["text"]): p.values["id"] for p in sections["linked"]}
    assert links == {
        "office-on-examples-and-crime": "oxec",
        "efct": "example-forum",
        "workshop-of-the-forum": "forum-workshop-2024-03",
        "example-forum-news": "forum-news-2024",
        "Lemuria": "lem",
        "IIJL": "iejl",
        "Mu": "muu",
        "ヒュペルボレア": "hyp",
        "OXEC": "oxec",
        "例示テロ対策フォーラム": "example-forum",
        "Example Forum": "example-forum",
        "Atlantis": "atl",
        "exfct": "example-forum",
        "island-of-atlas": "atl",
        "International Institute for Justice and Law": "iejl",
    }
    (similar,) = told(prepared, "similar")
    assert "poseidonis-workshop may be Workshop of the forum" in similar


def test_confirmations_disagreements_and_duplicates_are_told(project: Bundle, sample: Path) -> None:
    prepared = prepare_import(sample, project)
    confirmed = told(prepared, "confirmations")
    assert any("N33" in text or "known-f0005" in text for text in confirmed), confirmed
    disputed = told(prepared, "disagreements")
    assert any("450000 [Report" in text and "500000 [Atlantis" in text for text in disputed)
    assert any("30 [News" in text and "31 [Forum meets" in text for text in disputed)
    repeated = told(prepared, "duplicates")
    assert [text.partition(":")[2].partition(":")[0] for text in repeated] == ["40", "43"]
    assert "known-f0002" in repeated[0]
    assert "N36" in repeated[1]
    assert "N40" not in prepared.report.facts
    assert "N43" not in prepared.report.facts


def test_places_and_locators_need_no_rows(project: Bundle, sample: Path) -> None:
    prepared = prepare_import(sample, project)
    prepared.write()
    folder = project.data / "sample"
    places = (folder / "places.tsv").read_text(encoding="utf-8")
    assert "Mu\tplace-muu\tCountry\tMu (territory)\tムー（領域）\n" in places
    assert "Mu City\tplace-mu-city\tPlace\t" in places
    locators = (folder / "locators.tsv").read_text(encoding="utf-8")
    assert "second paragraph\t第２段落\n" in locators
    assert "Money, second paragraph\t「Money」、第２段落\n" in locators
    missing = told(prepared, "untranslated")
    assert any("Mu City" in text for text in missing)
    assert any("Borders" in text for text in missing)
    # What is Japanese needs no translation.
    assert not any("第" in text for text in missing)


def test_words_give_the_digest_and_are_not_kept(project: Bundle, sample: Path) -> None:
    words = "内務省は、６月11日及び12日、ムーにおいて総会を主催した。"
    folded = "内務省は、6月11日及び12日、ムーにおいて総会を主催した。"
    prepare_import(sample, project).write()
    facts = (project.data / "sample" / "facts.tsv").read_text(encoding="utf-8")
    assert hashlib.sha256(folded.encode()).hexdigest() in facts
    for name, data in files_below(project.data / "sample").items():
        assert words.encode() not in data, name


def test_words_of_a_page_whose_text_is_stored_are_quoted(project: Bundle, sample: Path) -> None:
    words = "レムリア内務省は、2024年６月11日及び12日、ムー（領域）において総会を主催した。"
    cell(sample, "facts", "N01", "words", words)
    text = project.text_file("lem-ministry-2024-06")
    text.parent.mkdir()
    text.write_text(f"総会について\n{words}\n", encoding="utf-8")
    prepare_import(sample, project).write()
    columns, *facts = (project.data / "sample" / "facts.tsv").read_text("utf-8").splitlines()
    (fact,) = (fact.split("\t") for fact in facts if words in fact)
    kept = dict(zip(columns.split("\t"), fact, strict=True))
    assert kept["quote"] == words
    assert not kept["words_sha256"]


def test_the_answers_of_the_old_sources_stay(project: Bundle, sample: Path) -> None:
    def graph() -> list[str]:
        with open_store(project.root) as store:
            # Facts of the other known page are among the rows.
            scope = Scope(frozenset({CTD + "forum-news-2024"}))
            return sorted(map(str, store.within(scope).quads()))

    cell(sample, "facts", "N41", "source_id", "oxec-report-2024")
    before = graph()
    prepare_import(sample, project).write()
    assert graph() == before
    assert len(before) > 100


def test_the_same_tables_again_bring_nothing(project: Bundle, sample: Path) -> None:
    prepare_import(sample, project).write()
    before = files_below(project.data)
    again = prepare_import(sample, project, "again")
    assert again.report.is_empty
    assert not again.report.refused
    result = run(str(sample), "--project", str(project.root), "--name", "again")
    assert result.exit_code == 0
    assert "Nothing is new" in result.stderr
    assert files_below(project.data) == before


# --- rows that cannot go in -----------------------------------------------------------------------

Change = tuple[str, str, str, str]
"""Table, key, column and what is written there."""
REFUSED: dict[str, tuple[list[Change], str]] = {
    "undecided": ([("facts", "N12", "subject_id", "?")], "not decided yet"),
    "undecided with one candidate": ([("facts", "N12", "object_id", "?oxec")], "Decide: oxec?"),
    "undecided between": ([("facts", "N12", "object_id", "?oxec|atl")], "oxec or atl"),
    "unknown relation": ([("facts", "N12", "relation", "took-part")], "took-part-in?"),
    "unknown kind": ([("facts", "N12", "kind", "evnt")], "event?"),
    "unknown role": ([("facts", "N12", "role_subject", "atendee")], "attendee"),
    "proposed role": ([("facts", "N12", "role_subject", "new:overseer")], "overseer"),
    "unknown topic": ([("facts", "N12", "topic", "counter-terorism")], "counter-terrorism"),
    "unknown unit": ([("facts", "N39", "unit", "courses")], "course"),
    "unknown currency": ([("facts", "N18", "unit", "dollars")], "dollars"),
    "unknown inference kind": (
        [("facts", "N12", "basis", "inferred"), ("facts", "N12", "inference_kind", "calender")],
        "calendar",
    ),
    "unknown class": ([("events", "mu-treaty", "class", "Traety")], "Treaty"),
    "inferred without kind": ([("facts", "N12", "basis", "inferred")], "inference_kind"),
    "unknown basis": ([("facts", "N12", "basis", "sure")], "basis"),
    "no day": ([("facts", "N12", "start", "2024-06-31")], '"2024-06-31" is no xsd:date'),
    "day in words": ([("facts", "N12", "start", "12 June 2024")], "is no xsd:date"),
    "order of dates": ([("facts", "N12", "start", "2024-06-14")], "is before"),
    "precision": ([("facts", "N12", "date_precision", "month")], "first and the last day"),
    "no precision": ([("facts", "N12", "date_precision", "unknown")], "no precision"),
    "no number": ([("facts", "N18", "value", "1,500,000")], "is no xsd:decimal"),
    "no event": ([("facts", "N12", "event_id", "")], "needs something in the column 'event_id'"),
    "empty": ([("facts", "N12", "statement_ja", "")], "'statement_ja' is empty"),
    "no digest": ([("facts", "N12", "words_sha256", "")], "words_sha256, quote the row has 0"),
    "digest malformed": ([("facts", "N12", "words_sha256", "ABC")], "no SHA-256"),
    "words that do not fit": (
        [("facts", "N12", "words", "other words")],
        "does not fit the words",
    ),
    "length that does not fit": ([("facts", "N01", "words_length", "7")], "which give 30"),
    "unknown source": ([("facts", "N12", "source_id", "daily-atlantean")], "daily-atlantean"),
    "unknown actor": ([("facts", "N12", "subject_id", "muvidd")], "MuVid"),
    "unknown event": ([("facts", "N12", "event_id", "forum-plenary")], "Plenary of the forum"),
    "actor as event": ([("facts", "N12", "event_id", "hyp")], "cannot stand in the column"),
    "unknown reference": ([("facts", "N12", "disagrees_with", "N99")], "unknown fact N99"),
    "misspelt actor": ([("actors", "muvid", "label_en", "Ofice on Exampels and Crime")], "(oxec)"),
    "acronym of another": ([("actors", "muvid", "acronym", "OXEC")], "may be Office on Examples"),
    "shorter name": (
        [("actors", "muvid", "label_en", "Forum on Countering Terrorism"),
         ("actors", "muvid", "label_ja", "テロ対策の集まり")],
        "name the known one in the column distinct_from",
    ),
    "id of another": ([("actors", "muvid", "id", "atl")], "atl is the id of Atlantis"),
    "source id of another": (
        [("sources", "mu-archive", "source_id", "forum-news-2024")],
        "is the id of News",
    ),
    "event id of another": (
        [("events", "mu-treaty", "id", "forum-workshop-2024-03")],
        "is the id of Workshop of the forum",
    ),
    "event id of another time": (
        [("events", "mu-training-2024", "id", "atl-forum-2024"),
         ("events", "atl-forum-2024", "class", "Contribution"),
         ("events", "atl-forum-2024", "start", "2020-09-01"),
         ("events", "atl-forum-2024", "end", "2020-09-30")],
        "is the id of Contribution of Atlantis",
    ),
    "code of one state, name of another": (
        [("actors", "hyp", "iso_3166", "LEM"), ("actors", "hyp", "label_en", "Atlantis")],
        "Atlantis / アトランティス (atl) or",
    ),
    "look-alike under a named parent": (
        [("actors", "lem-justice", "label_en", "Justice Ministry of Atlantis"),
         ("actors", "lem-justice", "label_ja", "アトランティス司法省"),
         ("actors", "lem-justice", "parent_id", "Atlantis")],
        "(atl-justice)",
    ),
    "name not a slug": ([("events", "bank-pledge", "id", "Bank pledge")], "cannot be the name"),
    "publisher unknown": (
        [("sources", "mu-archive", "publisher_is_actor_id", "mu-center")],
        "Mu Centre",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.usefixtures("loader_alone")
def test_wrong_row_is_named_with_the_reason(case: str, project: Bundle, sample: Path) -> None:
    changes, expected = REFUSED[case]
    for table, key, column, value in changes:
        cell(sample, table, key, column, value)
    prepared = prepare_import(sample, project)
    refused = prepared.report.refused
    assert any(expected in problem.say() for problem in refused), told(prepared, "refused")
    for problem in refused:
        assert problem.file.startswith("sample/")
        assert problem.line > 1
        assert problem.advise()
        assert problem.advise("ja")
        assert problem.tell("ja")
    table, key, *_ = changes[0]
    lines = (sample / f"{table}.tsv").read_text(encoding="utf-8").splitlines()
    (named,) = {p.line for p in refused if p.file == f"sample/{table}.tsv" and expected in p.say()}
    assert {key, changes[0][3]} & {*lines[named - 1].split("\t")}
    assert files_below(project.data).keys() == {
        "totals.toml", *(f"known/{one.name}" for one in (HERE / "known").iterdir())
    }  # fmt: skip


CHECKED: dict[str, tuple[list[Change], str]] = {
    "two days by one source": (
        [("facts", "N12", "start", "2024-06-11"), ("facts", "N12", "end", "2024-06-13")],
        "[several-values]",
    ),
    "role of another scheme": ([("facts", "N12", "role_subject", "cybercrime")], "role"),
    "same label": (
        [("actors", "muvid", "label_en", "Lemur Bank"), ("actors", "muvid", "class", "Company"),
         ("actors", "muvid", "distinct_from", "lemur-bank")],
        "[label-clash]",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CHECKED)
def test_rows_behind_an_error_of_the_checks_are_named(
    case: str, project: Bundle, sample: Path
) -> None:
    changes, expected = CHECKED[case]
    for table, key, column, value in changes:
        cell(sample, table, key, column, value)
    prepared = prepare_import(sample, project)
    assert any(expected in text for text in told(prepared, "refused")), told(prepared, "refused")
    prepared.write()
    with open_store(project.root) as store:
        assert check(store).ok


@pytest.mark.usefixtures("loader_alone")
def test_what_rests_on_a_refused_row_is_refused_and_references_are_dropped(
    project: Bundle, sample: Path
) -> None:
    cell(sample, "actors", "lem-interior", "class", "Minstry")
    cell(sample, "facts", "N12", "disagrees_with", "N11")
    prepared = prepare_import(sample, project)
    refused = told(prepared, "refused")
    assert any("sources.tsv:3" in text and "lem-interior" in text for text in refused)
    assert any("N11" not in prepared.report.facts and "facts.tsv:11" in text for text in refused)
    assert "N12" in prepared.report.facts
    assert any("reference to N11" in text for text in told(prepared, "remarks"))


@pytest.mark.usefixtures("loader_alone")
def test_event_dated_otherwise_than_known_is_told(project: Bundle, sample: Path) -> None:
    cell(sample, "events", "workshop-of-the-forum", "id", "forum-workshop-2024-03")
    cell(sample, "events", "forum-workshop-2024-03", "start", "2024-03-06")
    cell(sample, "events", "forum-workshop-2024-03", "end", "2024-03-07")
    change(sample, "facts", "workshop-of-the-forum", "forum-workshop-2024-03")
    change(sample, "facts", "workshop-of-the-forum", "forum-workshop-2024-03")
    prepared = prepare_import(sample, project)
    assert not prepared.report.refused
    (text,) = [text for text in told(prepared, "remarks") if "events.tsv" in text]
    assert "2024-03-04" in text
    assert "2024-03-06/2024-03-07" in text


# --- files that are no such tables ----------------------------------------------------------------


def _csv(folder: Path) -> None:
    (folder / "facts.tsv").rename(folder / "facts.csv")


def _xlsx(folder: Path) -> None:
    (folder / "facts.tsv").unlink()
    (folder / "facts.xlsx").write_bytes(b"PK")


def _write(data: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def act(folder: Path) -> None:
        path = folder / "facts.tsv"
        path.write_bytes(data(path.read_bytes()))

    return act


def _replace(old: bytes, new: bytes) -> Callable[[Path], None]:
    return _write(lambda data: data.replace(old, new, 1))


UNREADABLE: dict[str, tuple[Callable[[Path], None], str]] = {
    "comma-separated": (_csv, "tab between columns"),
    "workbook": (_xlsx, "Save each sheet"),
    "empty folder": (shutil.rmtree, "no facts.tsv"),
    "not UTF-8": (_write(lambda data: data + b"\xff\n"), "not UTF-8"),
    "Shift JIS": (_write(lambda data: data.decode().encode("cp932", "ignore")), "Save each sheet"),
    "unknown column": (_replace(b"role_object", b"role_objct"), "Did you mean role_object"),
    "column missing": (_replace(b"\tbasis\t", b"\twords\t"), "'basis' is missing"),
    "column twice": (_replace(b"old_id\t", b"kind\t"), "stands there twice"),
}  # fmt: skip


@pytest.mark.parametrize("case", UNREADABLE)
def test_files_that_are_no_tables(case: str, project: Bundle, sample: Path) -> None:
    act, expected = UNREADABLE[case]
    act(sample)
    with pytest.raises(DataError) as caught:
        prepare_import(sample, project)
    assert expected in str(caught.value)
    if isinstance(caught.value, BrokenFiles):
        assert all(isinstance(one, Problem) for one in caught.value.problems)
    assert run(str(sample), "--project", str(project.root)).exit_code == 3


@pytest.mark.usefixtures("loader_alone")
def test_marks_of_a_spreadsheet_are_taken_off(project: Bundle, sample: Path) -> None:
    path = sample / "facts.tsv"
    text = path.read_text(encoding="utf-8")
    quoted = '"The ministry, of Lemuria, ""hosted"" it."'
    text = text.replace("The ministry hosted the plenary.", quoted, 1)
    lines = text.splitlines()
    lines.insert(3, "\t" * lines[0].count("\t"))
    path.write_bytes(("\ufeff" + "\r\n".join(lines) + "\r\n\r\n").encode())
    prepared = prepare_import(sample, project)
    assert told(prepared, "refused") == []
    remarks = told(prepared, "remarks")
    assert any("facts.tsv:4: an empty row" in text for text in remarks), remarks
    assert any("quotation marks" in text for text in remarks)
    prepared.write()
    written = (project.data / "sample" / "facts.tsv").read_bytes()
    assert b"\r" not in written
    assert b"\xef\xbb\xbf" not in written
    assert 'The ministry, of Lemuria, "hosted" it.' in written.decode()


@pytest.mark.usefixtures("loader_alone")
def test_unicode_text_of_a_spreadsheet(project: Bundle, sample: Path) -> None:
    _write(lambda data: data.decode().encode("utf-16"))(sample)
    prepared = prepare_import(sample, project)
    assert len(prepared.report.facts) == 42
    assert not prepared.report.refused


@pytest.mark.usefixtures("loader_alone")
def test_a_title_in_quotation_marks_stays(project: Bundle, sample: Path) -> None:
    cell(sample, "sources", "mu-archive", "title", '"Archive" of the "Mu Centre"')
    prepare_import(sample, project).write()
    written = (project.data / "sample" / "sources.tsv").read_text(encoding="utf-8")
    assert '"Archive" of the "Mu Centre"' in written


@pytest.mark.usefixtures("loader_alone")
def test_a_row_twice_and_rows_of_other_width(project: Bundle, sample: Path) -> None:
    path = sample / "facts.tsv"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines += [lines[5], lines[6].replace("day", "month"), lines[7] + "\tmore", "\t" + lines[8]]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    prepared = prepare_import(sample, project)
    assert len(prepared.report.sections["duplicates"]) == 3
    assert [(p.line, p.key) for p in prepared.report.refused] == [
        (len(lines) - 2, "row-twice"),
        (len(lines) - 1, "row-of-other-width"),
        (len(lines), "row-of-other-width"),
    ]


# --- in one step ----------------------------------------------------------------------------------


def test_dry_run_and_refused_rows_write_nothing(project: Bundle, sample: Path) -> None:
    before = files_below(project.data)
    result = run(str(sample), "--project", str(project.root), "--dry-run")
    assert result.exit_code == 0
    assert "Nothing was written" in result.stderr
    assert "New actors (10)" in result.stdout
    cell(sample, "facts", "N12", "relation", "was-at")
    result = run(str(sample), "--project", str(project.root), "--lang", "ja")
    assert result.exit_code == 1
    assert "取り込めないもの（1件）" in result.stdout
    assert "--partial" in result.stderr
    assert files_below(project.data) == before


def test_partial_adds_the_others(project: Bundle, sample: Path) -> None:
    cell(sample, "facts", "N12", "relation", "was-at")
    arguments = (str(sample), "--project", str(project.root), "--partial", "-f", "json")
    result = run(*arguments)
    assert result.exit_code == 1
    answer = json.loads(result.stdout)
    assert answer["written"]
    assert not answer["ok"]
    assert answer["summary"]["rowsRefused"] == 1
    assert len(answer["facts"]) == answer["summary"]["facts"] == 41
    with open_store(project.root) as store:
        assert check(store).ok
        assert not store.ask("ASK { ctd:sample-n12 a ct:Claim }")


def test_json_has_every_section(project: Bundle, sample: Path) -> None:
    result = run(str(sample), "--project", str(project.root), "--dry-run", "-f", "json")
    answer = json.loads(result.stdout)
    assert set(answer) == {"ok", "folder", "written", "summary", "facts", *SECTIONS}
    assert not answer["written"]
    assert answer["folder"] == "data/sample"
    for section in SECTIONS:
        for entry in answer[section]:
            assert set(entry) == {
                "file", "line", "column", "row", "kind", "message", "advice", "values"
            }  # fmt: skip
            assert set(entry["message"]) == {"en", "ja"}
            assert entry["message"]["en"]
    assert answer["disagreements"][0]["values"]["candidates"][0].keys() == {"en", "ja"}


def test_folder_that_exists_and_names_that_cannot_be(project: Bundle, sample: Path) -> None:
    for name, expected in (("known", "is there already"), ("My tables", "cannot be the name")):
        with pytest.raises(DataError, match=expected):
            prepare_import(sample, project, name)


def test_project_of_the_working_directory(
    project: Bundle, sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CTGRAPH_PROJECT")
    monkeypatch.chdir(project.data / "known")
    assert run(str(sample)).exit_code == 0
    assert (project.data / "sample" / "facts.tsv").is_file()


def test_the_copy_in_the_package_is_not_written_to(
    project: Bundle, sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ctgraph.store import project as home

    (project.root.parent / "_bundle").symlink_to(project.root)
    monkeypatch.setattr(home, "_PACKAGE", project.root.parent)
    monkeypatch.setattr(home, "locate", lambda _: Bundle(project.root.parent / "_bundle"))
    result = run(str(sample))
    assert result.exit_code == 3
    assert "--project" in result.stderr


def test_project_that_changes_meanwhile_is_left_alone(project: Bundle, sample: Path) -> None:
    prepared = prepare_import(sample, project)
    (project.data / "known" / "preferences.trig").write_text("# new\n", encoding="utf-8")
    with pytest.raises(DataError, match="was changed"):
        prepared.write()
    assert not (project.data / "sample").exists()


@pytest.mark.usefixtures("loader_alone")
def test_a_fault_at_any_step_leaves_the_old_or_the_new(
    project: Bundle, sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever step of the writing fails, the project can be opened, without the rows or with."""
    prepared = prepare_import(sample, project)
    before = files_below(project.data)
    steps: list[str] = []
    stop_at = 0

    def counted(owner: object, name: str) -> None:
        real = getattr(owner, name)

        def step(*args: object, **named: object) -> object:
            steps.append(name)
            if len(steps) == stop_at:
                raise KeyboardInterrupt
            return real(*args, **named)

        monkeypatch.setattr(owner, name, step)

    counted(project_module, "_write")
    for name in ("mkdir", "rename", "replace"):
        counted(Path, name)
    seen = set()
    is_done = False
    while not is_done:
        stop_at += 1
        steps.clear()
        try:
            project_module.publish(project, "sample", prepared.files, prepared.totals)
            is_done = True
        except KeyboardInterrupt:
            with open_store(project.root) as store:
                is_new = store.ask("ASK { ctd:sample-n01 a ct:Claim }")
            assert is_new is (project.data / "sample").exists()
            seen.add(is_new)
            visible = {k: v for k, v in files_below(project.data).items() if k[0] != "."}
            assert is_new or visible == before
            if is_new:
                shutil.rmtree(project.data / "sample")
                (project.data / "totals.toml").write_bytes(before["totals.toml"])
    assert stop_at > 6
    assert seen == {True, False}


def test_a_killed_import_leaves_the_old_or_the_new(project: Bundle, sample: Path) -> None:
    """Killed at once after it began to write; whatever it reached, the project is whole."""
    code = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from ctgraph.query.curation import prepare_import, project\n"
        "from ctgraph.store import locate\n"
        "prepared = prepare_import(Path(sys.argv[1]), locate(sys.argv[2]))\n"
        "real = Path.rename\n"
        "def rename(self, target):\n"
        "    real(self, target)\n"
        "    os.kill(os.getpid(), 9)\n"
        "Path.rename = rename\n"
        "prepared.write()\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(sample), str(project.root)], check=False)
    assert done.returncode == -signal.SIGKILL
    with open_store(project.root) as store:
        assert store.ask("ASK { ctd:sample-n01 a ct:Claim }")
    # The next one that writes puts the totals in their place.
    assert (project.data / "sample" / "totals.toml").is_file()
    assert accept_totals(project) == []
    assert not (project.data / "sample" / "totals.toml").exists()


def test_what_a_killed_import_prepared_is_cleared_away(project: Bundle, sample: Path) -> None:
    left = project.data / ".import-1"
    left.mkdir()
    os.utime(left, (0, 0))
    accept_totals(project)
    assert not left.exists()


# --- names ----------------------------------------------------------------------------------------


def test_the_bundled_actors_look_alike_in_few_pairs(bundled_project: Bundle) -> None:
    with open_store(bundled_project.root) as store:
        known = Known(store)
    actors = [one for one in known.things.values() if one.kind == "actor"][::4]
    pairs = {(one.id, other.id) for one in actors for other in known.alike(one)}
    # Of some 11,000 pairs of actors that are all different.
    assert len(pairs) < 12, pairs


def _institute(name: str, **values: str) -> Thing:
    return Thing("new", "actor", ("Institute",), {name}, {"en": name}, values)


def test_names_that_look_alike(bundled_project: Bundle) -> None:
    with open_store(bundled_project.root) as store:
        known = Known(store)
    alike = {
        "United Nations Ofice on Drugs and Crime": "unodc",
        "UNDOC": "unodc",
        "Organisation for Security and Co-operation in Europe": "osce",
        "Ministry of Justice": "moj",
        "INTERPOL Foundation": "icpo",
        "Institute for Justice and the Rule of Law": "iij",
    }
    for name, expected in alike.items():
        assert expected in [one.id for one in known.alike(_institute(name))], name
    other = (
        "Ministry of Justice of Kenya",
        "US Department of Justice",
        "Embassy of Italy in Japan",
    )
    for name in other:
        assert known.alike(_institute(name)) == [], name
    assert known.alike(_institute("Ministry of Justice", parent="ken")) == []
    for text, expected in (
        ("interpol", "icpo"), ("un-office-on-drugs-and-crime", "unodc"),
        ("国連薬物犯罪事務所", "unodc"), ("ＩＣＰＯ", "icpo"),
        ("Ministry of Foreign Affairs, Japan", "mofa"), ("UK", "gbr"),
    ):  # fmt: skip
        assert [one.id for one in known.named(text, ("actor",))] == [expected], text


def test_addresses_of_one_page() -> None:
    assert address("http://Example.org/a/?b=1#c") == address("https://example.org/a?b=1")
    assert address("https://example.org/a?b=1") != address("https://example.org/a?b=2")


# --- check --accept -------------------------------------------------------------------------------


def test_accept_writes_the_totals_and_says_what_changed(project: Bundle) -> None:
    totals = project.totals_file()
    kept = "# Ours\n\n" + totals.read_text(encoding="utf-8")
    totals.write_text(kept.replace("claims = 7", "claims = 8"), encoding="utf-8")
    runner = CliRunner()
    broken = runner.invoke(cli, ["check", "--project", str(project.root)])
    assert broken.exit_code == 1
    assert "check --accept" in broken.stdout
    done = runner.invoke(cli, ["check", "--project", str(project.root), "--accept"])
    assert done.exit_code == 0
    assert "data/known/facts.tsv: 8 claims, 174 quads → 7 claims, 174 quads" in done.stderr
    assert totals.read_text(encoding="utf-8") == kept
    arguments = ["check", "--project", str(project.root), "--accept", "--lang", "ja"]
    again = runner.invoke(cli, arguments)
    assert "一致しています" in again.stderr


def test_accept_hides_no_other_error(project: Bundle) -> None:
    path = project.data / "known" / "facts.tsv"
    path.write_bytes(path.read_bytes().replace(b"took-part-in", b"was-at", 1))
    before = project.totals_file().read_bytes()
    done = CliRunner().invoke(cli, ["check", "--project", str(project.root), "--accept"])
    assert done.exit_code != 0
    assert "were not written" in done.stderr
    assert "was-at" in done.stdout + done.stderr
    assert project.totals_file().read_bytes() == before


def test_report_is_told_in_both_languages(project: Bundle, sample: Path) -> None:
    report = prepare_import(sample, project).report
    english, japanese = format_import(report), format_import(report, "ja")
    assert "Linked to what is known (15)" in english
    assert "既知のものに結び付けたもの（15件）" in japanese
    assert len(english.splitlines()) == len(japanese.splitlines())
    assert "{" not in english + japanese


# --- what a new curator stumbled over -------------------------------------------------------------


def test_a_page_and_a_publisher_with_japanese_names(project: Bundle, sample: Path) -> None:
    cell(sample, "sources", "lem-ministry-2024-06", "publisher", "レムリア内務省")
    cell(sample, "sources", "daily-atlantean-2024-06", "title", "ムーのフォーラム")
    cell(sample, "sources", "daily-atlantean-2024-06", "publisher", "アトランティス日報")
    cell(sample, "sources", "daily-atlantean-2024-06", "language", "ja")
    prepared = prepare_import(sample, project)
    assert told(prepared, "refused") == []
    prepared.write()
    with open_store(project.root) as store:
        glosses = {
            row["gloss"].value
            for row in store.select(
                "SELECT ?gloss { ?c a ct:Claim ; ct:gloss ?gloss FILTER(LANG(?gloss) = 'en') }"
            )
        }
    assert "The page “ムーのフォーラム” was published by “アトランティス日報”." in glosses
    assert (
        "The page “レムリア内務省の発表” was published by Ministry of the Interior of Lemuria."
        in (glosses)
    )


def test_a_place_needs_no_more_than_its_japanese_name(project: Bundle, sample: Path) -> None:
    change(sample, "events", "\tMu\t", "\tNiflheim\t")
    (sample / "places.tsv").write_text(
        "place\tlabel_ja\nNiflheim\tニヴルヘイム\n", encoding="utf-8"
    )
    prepared = prepare_import(sample, project)
    assert not any("Niflheim" in one for one in told(prepared, "untranslated"))
    row = "place-niflheim\tPlace\t\tニヴルヘイム"
    assert (
        row in prepared.files["places.tsv"]
        or row.replace("\t\t", "\t") in (prepared.files["places.tsv"])
    )


def test_a_row_that_states_nothing_is_told_so(
    project: Bundle, sample: Path, loader_alone: None
) -> None:
    cell(sample, "facts", "N02", "relation", "entered-into-force")
    for column in ("event_id", "role_subject", "start", "end", "date_precision"):
        cell(sample, "facts", "N02", column, "")
    (said,) = told(prepare_import(sample, project), "refused")
    assert "states nothing" in said
    assert "object_id or event_id" in said


def test_warnings_of_the_checks_are_told_before_anything_is_written(
    project: Bundle, sample: Path
) -> None:
    # The sentence leaves out with whom.
    cell(sample, "facts", "N02", "object_id", "oxec")
    cell(sample, "facts", "N02", "role_object", "organiser")
    cell(sample, "facts", "N02", "statement_en", "Mu was at the plenary.")
    cell(sample, "facts", "N02", "statement_ja", "ムーが総会に出席した。")
    prepared = prepare_import(sample, project)
    assert told(prepared, "refused") == []
    assert any("Mu was at the plenary" in one for one in told(prepared, "warnings")), told(
        prepared, "warnings"
    )


def test_an_import_is_taken_back_with_its_folder(project: Bundle, sample: Path) -> None:
    before = files_below(project.root)
    prepare_import(sample, project).write()
    shutil.rmtree(project.data / "sample")
    accept_totals(project)
    assert files_below(project.root) == before


def test_a_place_with_a_japanese_name_alone_is_refused(
    project: Bundle, sample: Path, loader_alone: None
) -> None:
    cell(sample, "facts", "N02", "place", "霧都")
    assert any(
        "霧都" in one and "label_en" in one
        for one in told(prepare_import(sample, project), "refused")
    )
    (sample / "places.tsv").write_text("place\tlabel_en\n霧都\tMisttown\n", encoding="utf-8")
    assert told(prepare_import(sample, project), "refused") == []


def test_codes_in_capitals_and_numbered_parts_of_a_page(
    project: Bundle, sample: Path, loader_alone: None
) -> None:
    cell(sample, "facts", "N02", "subject_id", "LEM")
    cell(sample, "facts", "N02", "locator", "page 3")
    prepared = prepare_import(sample, project)
    assert told(prepared, "refused") == []
    assert "page 3\t3ページ" in prepared.files["locators.tsv"]
