"""Questions for which the first source has too little: rounds, treaties, several contributions."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from two_engines import RDFLIB_DEPRECATIONS, assert_engines_agree, to_rdflib

from ctgraph.query import ask
from ctgraph.query.evidence import find_evidence
from ctgraph.query.parameters import bind_params
from ctgraph.query.questions import read_question
from ctgraph.store import Store, locate, open_store
from ctgraph.store.reader.reader import survey
from ctgraph.store.reader.totals import format_totals
from ctgraph.terms import CTD, shorten

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "tests/store/tables/example"
DIGEST = hashlib.sha256(b"Theworkshopwasheld").hexdigest()

ACTORS = [
    {"id": "lemuria", "class": "State", "label_en": "Lemuria", "label_ja": "レムリア"},
]
EVENTS = [
    *(
        {"id": f"talks-{n}", "class": "Consultation", "series_id": "talks", "round": str(n)}
        for n in (3, 6)
    ),
    {"id": "sea-treaty", "class": "Treaty"},
    {"id": "gift-a", "class": "Contribution"},
    {"id": "gift-b", "class": "Contribution"},
    {"id": "gift-c", "class": "Contribution"},
]
PARTIES = {"role_subject": "consulting-party", "role_object": "consulting-party"}
GIVEN = {
    "kind": "funding", "relation": "contributed-to", "object_id": "example-forum",
    "role_subject": "contributor", "role_object": "recipient", "date_precision": "year",
}  # fmt: skip
FACTS = [
    *(
        {"kind": "consultation", "subject_id": "lemuria", "relation": "consulted-with",
         "object_id": "example-forum", "event_id": f"talks-{n}", "start": f"20{n:02}-05-01",
         "end": f"20{n:02}-05-01", "date_precision": "day", **PARTIES}
        for n in (3, 6)
    ),
    {"kind": "treaty", "subject_id": "lemuria", "relation": "joined-treaty",
     "object_id": "sea-treaty", "role_subject": "treaty-party", "start": "2020-02-03",
     "end": "2020-02-03", "date_precision": "day"},
    {"kind": "treaty", "subject_id": "sea-treaty", "relation": "entered-into-force",
     "start": "2021-02-03", "end": "2021-02-03", "date_precision": "day"},
    {**GIVEN, "subject_id": "lemuria", "event_id": "gift-a", "value": "100", "unit": "EUR",
     "start": "2020-01-01", "end": "2020-12-31"},
    {**GIVEN, "subject_id": "lemuria", "event_id": "gift-b", "value": "50", "unit": "EUR",
     "start": "2021-01-01", "end": "2021-12-31"},
    {**GIVEN, "subject_id": "lemuria", "event_id": "gift-c"},
]  # fmt: skip


def add_rows(project: Path, table: str, rows: Iterable[dict[str, str]]) -> None:
    path = project / "data" / "example" / f"{table}.tsv"
    text = path.read_text(encoding="utf-8").rstrip("\n")
    columns = text.split("\n", 1)[0].split("\t")
    for row in rows:
        assert set(row) <= set(columns)
        text += "\n" + "\t".join(row.get(column, "") for column in columns)
    path.write_text(text + "\n", encoding="utf-8")


def make_project(folder: Path, facts: list[dict[str, str]] = FACTS) -> Path:
    """A project of the example's tables and the rows above."""
    for name in ("ontology", "queries"):
        (folder / name).symlink_to(ROOT / name)
    shutil.copytree(EXAMPLE, folder / "data" / "example")
    add_rows(folder, "actors", ACTORS)
    add_rows(folder, "events", [{"label_en": e["id"], "label_ja": e["id"], **e} for e in EVENTS])
    given = {
        "source_id": "forum-2024", "locator": "third paragraph", "basis": "stated",
        "statement_en": "It was so.", "statement_ja": "そうであった。", "words_sha256": DIGEST,
    }  # fmt: skip
    add_rows(folder, "facts", ({"id": f"M{n}", **given, **row} for n, row in enumerate(facts)))
    counts = survey(locate(folder)).counts
    (folder / "data" / "totals.toml").write_text(format_totals(counts), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(make_project(tmp_path_factory.mktemp("many"))) as opened:
        yield opened


def rows(store: Store, name: str, *columns: str, **params: Any) -> list[tuple[Any, ...]]:
    table = ask(store, name, params)
    assert set(columns) <= set(table.columns)
    found = [tuple(row[column] for column in columns) for row in table]
    return [tuple(shorten(v) if "//" in str(v) else v for v in row) for row in found]


def test_gaps_between_rounds_are_counted(store: Store) -> None:
    assert rows(store, "rounds", "round", "activity", "missing") == [
        (2, "ctd:talks-2", 0),
        (3, "ctd:talks-3", 2),
        (6, "ctd:talks-6", None),
    ]


def test_who_joined_a_treaty_and_when_it_entered_into_force(store: Store) -> None:
    found = rows(store, "treaty-status", "action", "actor")
    assert found == [("ctv:becoming-party", "ctd:lemuria"), ("ctv:entry-into-force", None)]
    assert rows(store, "treaty-status", "action", actor="Lemuria") == [("ctv:becoming-party",)]


def test_sums_are_given_where_nothing_overlaps(store: Store) -> None:
    columns = ("contributor", "currency", "contributions", "overlapping", "sum", "notStated")
    lemuria = [row for row in rows(store, "money-sums", *columns) if row[0] == "ctd:lemuria"]
    assert lemuria == [("ctd:lemuria", "EUR", 2, 0, 150, 1)]
    money = rows(store, "money", "contribution", "amount", "amountStatus", contributor="Lemuria")
    assert ("ctd:gift-c", None, "ctv:not-stated") in money
    assert len(money) == 3


def test_sums_are_refused_where_periods_overlap(tmp_path: Path) -> None:
    facts = [dict(row) for row in FACTS]
    facts[-2] |= {"start": "2020-07-01", "end": "2021-06-30", "date_precision": "multi-year"}
    with open_store(make_project(tmp_path, facts)) as store:
        columns = ("contributor", "overlapping", "sum")
        assert ("ctd:lemuria", 2, None) in rows(store, "money-sums", *columns)


@pytest.mark.parametrize(
    "name",
    ["actors-compared", "began-and-ended", "money", "money-sums", "office-holders", "profile",
     "rounds", "ties-grown", "treaty-status", "unconfirmed", "what-falls"],
)  # fmt: skip
@pytest.mark.filterwarnings(RDFLIB_DEPRECATIONS)
def test_both_engines_give_the_same(store: Store, name: str) -> None:
    question = read_question(store.bundle, name)
    values = {
        "actor": "Lemuria", "contributor": "Lemuria", "other": "Atlantis",
        "recipient": "Example Forum", "source": "forum-2024", "claim": "example-m0",
        "since": "2005-01-01",
    }  # fmt: skip
    given = {name: value for name, value in values.items() if name in question.params}
    text, _ = bind_params(store, question, given)
    assert len(ask(store, name, given))
    assert_engines_agree(store, to_rdflib(store), text)


@pytest.mark.parametrize("name", ["joint-activities", "cooperation-by-year"])
def test_a_row_rests_on_its_own_activity(name: str) -> None:
    """Japan and UNODC held a dialogue and shared a contribution: neither speaks for the other."""
    with open_store() as first:
        given = {"partner": "Japan"} if name == "joint-activities" else {"year": "2023"}
        table = ask(first, name, given)
        shown = {}
        for row in table:
            if {row.to_dict().get("actor"), row["partner"]} <= {None, CTD + "jpn", CTD + "unodc"}:
                found = find_evidence(first, table.asked, row.bindings)
                shown[row["activity"]] = {shorten(claim.iri) for claim in found.claims}
    dialogue = shown[CTD + "jpn-unodc-strategic-dialogue"]
    contribution = shown[CTD + "jpn-capacity-building-contribution"]
    assert "ctd:mofa-2024-c02" in contribution
    assert "ctd:mofa-2024-c02" not in dialogue
    assert "ctd:mofa-2024-i07" in dialogue - contribution
