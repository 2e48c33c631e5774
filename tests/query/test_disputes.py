"""What sources dispute, as the questions, the views and the tables say it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import pyoxigraph as ox
import pytest
import rdflib
from dispute_project import make_project
from pagetools import get, unpack_page
from two_engines import RDFLIB_DEPRECATIONS, assert_engines_agree, to_rdflib

from ctgraph.draw.page.page import page_text
from ctgraph.export.graph import export
from ctgraph.export.reports import format_entity
from ctgraph.export.snapshot import read_snapshot
from ctgraph.export.tables.tables import format_answer
from ctgraph.network.build import build_network
from ctgraph.query.checks.run import check
from ctgraph.query.checks.text import format_report
from ctgraph.query.entities.disputes import find_disputes
from ctgraph.query.entities.entity import describe_entity
from ctgraph.query.parameters import bind_params
from ctgraph.query.questions import read_question
from ctgraph.query.run import ask, run_query
from ctgraph.store.store import Store, open_store
from ctgraph.terms import expand

QUESTIONS = [
    ("disagreements", None),
    ("disagreements", ("thing", "ctd:workshop")),
    ("confirmations", None),
    ("confirmations", ("source", "ctd:notice")),
    ("sources-of", ("thing", "ctd:workshop")),
    ("sources-of", ("thing", "ctd:institute")),
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    bundle = make_project(tmp_path_factory.mktemp("dispute"))
    with open_store(bundle.root) as opened:
        yield opened


@pytest.fixture(scope="module")
def plain_rdflib(store: Store) -> rdflib.Dataset:
    return to_rdflib(store)


def answer(store: Store, name: str, **params: str) -> list[list[object]]:
    table = ask(store, name, {key: expand(value) for key, value in params.items()})
    labels = table.labels("en")
    return [
        [labels.get(cell, cell) if isinstance(cell, str) else cell for cell in row] for row in table
    ]


# -- questions ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "given"), QUESTIONS)
@pytest.mark.filterwarnings(RDFLIB_DEPRECATIONS)
def test_both_engines_give_the_same_rows(
    store: Store, plain_rdflib: rdflib.Dataset, name: str, given: tuple[str, str] | None
) -> None:
    params = {given[0]: expand(given[1])} if given else {}
    text, _ = bind_params(store, read_question(store.bundle, name), params)
    assert run_query(store, text).solutions  # type: ignore[union-attr]
    assert_engines_agree(store, plain_rdflib, text)


def test_disagreements_of_a_thing(store: Store) -> None:
    rows = answer(store, "disagreements", thing="ctd:contribution")
    assert [(str(row[2]), row[3], row[4], row[5]) for row in rows] == [
        ("5000000", True, "Example evaluation", None),
        ("4000000", False, "Example report", "news"),
    ]


def test_confirmations_of_a_source(store: Store) -> None:
    rows = answer(store, "confirmations", source="ctd:evaluation")
    assert [(row[2], row[3], row[5]) for row in rows] == [
        (
            "The institute was a co-host of the workshop.",
            "Example notice",
            "The Institute of Examples co-hosted the workshop.",
        ),
        (
            "The Institute of Examples belongs to the EF.",
            "Example notice",
            "The institute is a part of the forum.",
        ),
    ]


def test_sources_of_a_thing(store: Store) -> None:
    rows = answer(store, "sources-of", thing="ctd:workshop")
    assert [(row[0], row[1], str(row[2]), row[3], row[4]) for row in rows] == [
        ("Example evaluation", None, "2024-05-01", 3, 2),
        ("Example notice", "official page", "2023-06-20", 3, 3),
        ("Example report", "news", "2024-07-01", 2, 2),
    ]


# -- what is shown --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("thing", "lang", "mark"),
    [
        ("ctd:workshop", "en", "2023-06-14 (disputed: 2023-06-15 according to Example report)"),
        ("ctd:workshop", "ja", "2023-06-14（異説：例示報道によれば2023-06-15）"),
        ("ctd:workshop", "en", "Lower Town (disputed: Upper Town according to Example evaluation)"),
        ("ctd:workshop", "ja", "下町（異説：例示評価書によれば上町）"),
        (
            "ctd:workshop",
            "en",
            "co-host: Institute of Examples (disputed: “The institute lectured at the workshop” "
            "according to Example report)",
        ),
        ("ctd:contribution", "en", "(disputed: 4000000 USD according to Example report)"),
        (
            "ctd:institute",
            "en",
            "Example workshop (2023-06-14; disputed: 2023-06-15 according to Example report)",
        ),
        (
            "ctd:institute",
            "ja",
            "例示ワークショップ（2023-06-14、異説：例示報道によれば2023-06-15）",
        ),
    ],
)
def test_a_thing_is_shown_with_what_is_said_against_it(
    store: Store, thing: str, lang: str, mark: str
) -> None:
    assert mark in format_entity(describe_entity(store, thing, lang), "text", lang)


def test_what_nobody_disputes_has_no_mark(store: Store) -> None:
    told = format_entity(describe_entity(store, "ctd:second-contribution"), "text", "en")
    assert "disputed" not in told
    assert find_disputes(store, [expand("ctd:second-contribution")], "en") == {}


def test_json_has_the_other_value_its_source_and_claim(store: Store) -> None:
    told = json.loads(format_entity(describe_entity(store, "ctd:contribution"), "json", "en"))
    others = {
        group["predicate"].rpartition("#")[2]: group["statements"][0]["disputed"]
        for group in told["outgoing"]
    }
    assert others.pop("amount") == [
        {
            "text": "4000000 USD",
            "source": expand("ctd:report"),
            "source_label": "Example report",
            "claim": expand("ctd:report-contribution"),
        }
    ]
    assert not any(others.values())


QUERY = "SELECT ?x ?start ?place { ?x a ct:Workshop ; ct:startDate ?start ; ct:heldIn ?place }"


def test_tables_mark_cells_and_say_below_what_is_disputed(store: Store) -> None:
    table = run_query(store, QUERY)
    text = "".join(map(str, format_answer(table, "text", "en")))
    assert "2023-06-14 †" in text
    assert text.endswith(
        "† Example workshop: 2023-06-14 (disputed: 2023-06-15 according to Example report)\n"
        "† Example workshop: Lower Town (disputed: Upper Town according to Example evaluation)\n"
    )
    text = "".join(map(str, format_answer(table, "markdown", "ja")))
    assert "† 例示ワークショップ：下町（異説：例示評価書によれば上町）" in text
    (line,) = "".join(map(str, format_answer(table, "jsonl", "en"))).splitlines()
    assert json.loads(line)["start"]["disputed"] == (
        "disputed: 2023-06-15 according to Example report"
    )
    # What programs read stays as the standards have it.
    assert "disputed" not in "".join(map(str, format_answer(table, "json", "en")))


def test_pictures_know_what_is_disputed(store: Store) -> None:
    graph = build_network(store, "activities")
    facts = graph.nodes[expand("ctd:workshop")]
    assert "2023-06-15 according to Example report" in facts["disputed_en"]
    assert "例示報道によれば2023-06-15" in facts["disputed_ja"]


def test_disagreements_are_no_errors(store: Store) -> None:
    report = check(store, only=["shapes", "queries"])
    assert report.ok, format_report(report)
    assert report.summary["disagreements"] == 4
    assert "4 disagreements between sources, which are no errors" in format_report(report)
    assert "情報源の間の食い違い：4件" in format_report(report, "ja")


@pytest.mark.parametrize(
    ("lang", "mark"),
    [
        ("en", "(disputed: 2023-06-15 according to Example report)"),
        ("ja", "（異説：例示報道によれば2023-06-15）"),
    ],
)
@pytest.mark.parametrize("target", ["/id/workshop.html", "/ask/disagreements"])
def test_pages_mark_what_is_disputed(store: Store, target: str, lang: str, mark: str) -> None:
    body = get(store, f"{target}?lang={lang}").body.decode()
    assert "<span class=disputed" in body
    assert mark in " ".join(body.split())


def test_panels_of_a_network_page_say_what_is_disputed(store: Store) -> None:
    page = page_text(build_network(store, "activities"), store=store)
    text = str(unpack_page(page.encode()))
    assert "2023-06-15 according to Example report" in text
    assert "例示報道によれば2023-06-15" in text


# -- files ----------------------------------------------------------------------------------------


def test_a_file_holds_the_merge_as_the_store_does(store: Store) -> None:
    """What another source is preferred over stands in its claim alone."""
    whole = {str(quad) for quad in store.quads()}
    aside = {str(ox.Quad(*quad.triple)) for quad in store.quads()} - whole
    assert aside
    target = io.BytesIO()
    export(store, target, format="nquads", parts=("claims", "derived", "ontology"))
    assert {str(quad) for quad in ox.parse(target.getvalue(), ox.RdfFormat.N_QUADS)} == whole
    assert read_snapshot(store).hash() == store.counts().graph_hash
