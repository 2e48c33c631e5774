"""Tables of facts to claims: what rows mean, and what is said of rows that are wrong."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctgraph.errors import DataError
from ctgraph.query.checks import check
from ctgraph.query.entities import resolve
from ctgraph.query.questions import read_questions
from ctgraph.store.project import Bundle, locate
from ctgraph.store.reader.reader import read_tables, survey
from ctgraph.store.store import Store, open_store
from ctgraph.store.tables.cells import first_and_last
from ctgraph.store.tables.read import read_layouts
from ctgraph.store.tables.templates import Binding, fill, read_templates

ROOT = Path(__file__).parents[3]
DIGEST = hashlib.sha256(b"Theworkshopwasheld").hexdigest()
"""Of the words that every fact of the example rests on."""

EXAMPLE = Path(__file__).parent / "example"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with nothing but the tables of the example."""
    (tmp_path / "ontology").symlink_to(ROOT / "ontology")
    (tmp_path / "queries").symlink_to(ROOT / "queries")
    shutil.copytree(EXAMPLE, tmp_path / "data" / "example")
    _count(tmp_path)
    return tmp_path


def _count(project: Path) -> None:
    from ctgraph.store.reader.totals import format_totals

    counts = survey(locate(project)).counts
    (project / "data" / "totals.toml").write_text(format_totals(counts), encoding="utf-8")


@pytest.fixture
def store(project: Path) -> Iterator[Store]:
    with open_store(project) as opened:
        yield opened


def test_tables_questions_and_totals_may_have_byte_order_marks(
    project: Path, store: Store, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """As editors on Windows write them."""
    copy = tmp_path_factory.mktemp("marked")
    shutil.copytree(project, copy, dirs_exist_ok=True)
    for path in copy.rglob("*"):
        if path.suffix in (".tsv", ".toml", ".rq"):
            path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    with open_store(copy) as marked:
        assert set(marked.quads()) == set(store.quads())
        assert not check(marked, only=["files"]).findings
        assert "partners" in read_questions(marked.bundle)


def change(project: Path, table: str, old: str, new: str) -> None:
    path = project / "data" / "example" / f"{table}.tsv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def add_fact(project: Path, like: str, **cells: str) -> None:
    """Add a row to the facts that is like another one but for some cells; columns may be new."""
    path = project / "data" / "example" / "facts.tsv"
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    table = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    (found,) = (row for row in table if row["id"] == like)
    table.append(found | cells)
    columns = [*rows[0], *(name for name in cells if name not in rows[0])]
    lines = [columns, *([row.get(name, "") for name in columns] for row in table)]
    path.write_text("".join("\t".join(line) + "\n" for line in lines), encoding="utf-8")
    _count(project)


def problems(project: Path) -> list[str]:
    found = survey(locate(project)).problems
    return [problem.say() for problem in found if "totals.toml" not in problem.file]


# -- what rows mean -----------------------------------------------------------------------


def test_joint_event_makes_the_tie(store: Store) -> None:
    assert store.ask("ASK { ctd:example-forum ct:cooperatesWith ctd:atlantis }")
    assert store.ask("ASK { ctd:workshop-2024 ct:topic ctv:terrorism , ctv:cybercrime }")
    assert store.ask("ASK { ctd:workshop-2024 ct:heldIn ctd:place-poseidonis }")
    assert store.ask(
        "ASK { GRAPH ctd:example-t1 { ctd:workshop-2024-atlantis-co-host ct:role ctv:co-host } }"
    )


def test_claim_says_what_it_rests_on(store: Store) -> None:
    assert store.ask(
        "ASK { GRAPH ctd:example-t1 {"
        " ctd:example-t1 a ct:Claim ; ct:basis ct:Stated ; ct:words ?words ;"
        ' ct:gloss "They held it."@en , "両者が開催した。"@ja .'
        f' ?words spdx:checksumValue "{DIGEST}"^^xsd:hexBinary ; ct:wordsLength 18 }} }}'
    )
    assert store.ask(
        "ASK { ctd:example-t1 ct:section ?s . ?s ct:source ctd:forum-2024 ;"
        ' skos:prefLabel "third paragraph"@en , "第３段落"@ja . }'
    )


def test_same_words_are_one_checksum_and_one_place_is_one_section(store: Store) -> None:
    (words,) = store.select("SELECT (COUNT(DISTINCT ?w) AS ?n) { ?c ct:words ?w }")
    assert words[0].value == "1"
    rows = store.select("SELECT DISTINCT ?s { ?s a ct:Section ; ct:source ctd:forum-2024 }")
    assert sorted(row[0].value.rpartition("/")[2] for row in rows) == [
        "forum-2024-page",
        "forum-2024-section-2",
        "forum-2024-third-paragraph",
    ]


def test_inferred_fact_names_its_page_and_a_reason(store: Store) -> None:
    assert store.ask(
        "ASK { ctd:example-t2 ct:basis ct:Inferred ; ct:inferenceKind ctv:coreference ;"
        " prov:wasDerivedFrom ctd:example-source-paper-2024 ; ct:reason ?en , ?ja ;"
        ' ct:disagreesWith ctd:example-t3 . FILTER(LANG(?en) = "en" && LANG(?ja) = "ja") }'
    )


def test_what_a_page_announces_is_read_as_having_taken_place(project: Path) -> None:
    change(project, "sources", "2024-03-02", "2024-02-02")
    _count(project)
    with open_store(project) as store:
        assert store.ask(
            "ASK { ctd:example-t1 ct:basis ct:Inferred ; ct:inferenceKind ctv:announcement ;"
            " prov:wasDerivedFrom ctd:example-source-forum-2024 ; ct:reason ?reason }"
        )
        assert store.ask("ASK { ctd:example-t5 ct:basis ct:Stated }")


def test_publisher_that_does_not_act_is_no_actor(store: Store) -> None:
    assert store.ask("ASK { ctd:forum-2024 dcterms:publisher ctd:example-forum }")
    assert store.ask(
        "ASK { ctd:paper-2024 dcterms:publisher ?p . ?p a ct:Publisher"
        " FILTER NOT EXISTS { ?p a ct:Actor } }"
    )


def test_month_of_a_page_is_its_first_and_last_day(store: Store) -> None:
    assert store.ask(
        'ASK { ctd:paper-2024 ct:startDate "2024-03-01"^^xsd:date ;'
        ' ct:endDate "2024-03-31"^^xsd:date ; ct:datePrecision ctv:month }'
    )


def test_money_figures_memberships_rounds(store: Store) -> None:
    assert store.ask('ASK { ctd:gift-2024 ct:amount 12.5 ; ct:currency "EUR" }')
    assert store.ask(
        "ASK { ?f a ct:ReportedFigure ; ct:figureOf ctd:example-forum ; ct:value 7 ;"
        ' ct:unit ctv:member-count ; ct:asOf "2024-03-01"^^xsd:date }'
    )
    assert store.ask(
        "ASK { ?m a ct:Membership ; org:member ctd:atlantis ; org:organization ctd:example-forum ;"
        " org:role ctv:member ;"
        ' skos:prefLabel "Atlantis as member of Example Forum (from 2020)"@en }'
    )
    assert store.ask("ASK { ctd:talks-2 ct:partOf ctd:talks ; ct:round 2 }")


def test_online_is_a_mode_and_no_place(store: Store) -> None:
    assert store.ask(
        "ASK { ctd:talks-2 ct:mode ctv:online FILTER NOT EXISTS { ctd:talks-2 ct:heldIn ?p } }"
    )


def test_names_and_what_is_general_knowledge(store: Store) -> None:
    assert store.ask('ASK { ctd:atlantis skos:altLabel "Island of Atlas"@en , "アトラスの島"@ja }')
    assert store.ask(
        "ASK { GRAPH ctd:example-actor-atlantis-police-parent {"
        " ctd:atlantis-police ct:parentBody ctd:atlantis ."
        " ctd:example-actor-atlantis-police-parent ct:inferenceKind ctv:kind-knowledge } }"
    )
    assert store.ask('ASK { ctd:atlantis ct:territory/ct:iso3166Alpha3 "ATL" }')


def test_former_name_has_its_days_and_still_finds_the_actor(project: Path) -> None:
    given = {"relation": "formerly-named", "name_en": "Atlantean Isles", "name_ja": "旧諸島"}
    days = {"start": "", "end": "2020-06-30", "date_precision": "day"}
    add_fact(project, "T5", **given, **days, id="T90", kind="name", object_id="", role_subject="")
    with open_store(project) as store:
        assert store.ask(
            "ASK { GRAPH ctd:example-t90 { ?name a ct:FormerName ; ct:formerNameOf ctd:atlantis ;"
            ' skos:prefLabel "Atlantean Isles"@en , "旧諸島"@ja ;'
            ' ct:endDate "2020-06-30"^^xsd:date ; ct:datePrecision ctv:day .'
            ' ctd:atlantis skos:altLabel "旧諸島"@ja } ctd:example-t90 ct:basis ct:Stated }'
        )
        assert resolve(store, "Atlantean Isles", "actor").value.endswith("/atlantis")


def test_former_name_without_a_name_is_refused(project: Path) -> None:
    add_fact(project, "T5", relation="formerly-named", id="T90", name_en="Atlantean Isles")
    assert any("name_ja" in said for said in problems(project))


def test_fiscal_year_is_that_of_the_state_that_takes_part(project: Path) -> None:
    days = {"start": "2023-10-01", "end": "2024-09-30", "date_precision": "fiscal-year"}
    for number, whose in enumerate(("atlantis", "atlantis-police")):
        add_fact(project, "T4", **days, id=f"T9{number}", fiscal_year_of=whose, as_of="")
    add_fact(project, "T4", **days, id="T92", as_of="")  # a row that does not say whose makes none
    with open_store(project) as store:
        rows = store.select(
            "SELECT ?of ?activity { ?activity ct:inFiscalYear/ct:fiscalYearOf ?of "
            "FILTER(?activity IN (ctd:workshop-2024, ctd:talks-2)) } ORDER BY ?of ?activity"
        )
        assert [tuple(term.value.rpartition("/")[2] for term in row) for row in rows] == [
            ("atlantis", "talks-2"),
            ("atlantis", "workshop-2024"),
            ("atlantis-police", "talks-2"),
        ]
        assert store.ask(
            "ASK { ctd:atlantis-fiscal-year-2023-10 a ct:FiscalYear ;"
            ' skos:prefLabel "Fiscal year of Atlantis, 2023-10 to 2024-09"@en ;'
            ' ct:startDate "2023-10-01"^^xsd:date ; ct:endDate "2024-09-30"^^xsd:date }'
        )


def test_words_of_a_page_whose_text_is_stored_are_quoted(project: Path) -> None:
    quote = "both sides held the training course together"
    text = project / "data" / "forum-2024" / "text.txt"
    text.parent.mkdir()
    add_fact(project, "T1", id="T90", quote=quote, words_sha256="", words_length="")
    for held, rules in ((f"Outline. In spring {quote}.", set()), ("Outline.", {"quote-not-found"})):
        text.write_text(held, encoding="utf-8")
        with open_store(project) as store:
            assert store.ask(
                "ASK { GRAPH ctd:example-t90 { ctd:example-t90 ct:section ?section ;"
                f' ct:quote "{quote}"@en FILTER NOT EXISTS {{ ?claim ct:words ?words }} }} }}'
            )
            assert {one.rule for one in check(store, only="quotes").findings} == rules


@pytest.mark.parametrize("cells", [{"quote": "両者", "words_sha256": DIGEST}, {"words_sha256": ""}])
def test_row_rests_on_a_quote_or_on_a_digest(project: Path, cells: dict[str, str]) -> None:
    add_fact(project, "T1", id="T90", **cells)
    (said,) = (said for said in problems(project) if "words_sha256, quote" in said)
    assert said.startswith("data/example/facts.tsv:")


def test_help_that_is_dated_as_the_event_dates_it(project: Path) -> None:
    days = "\t2024-03-01\t2024-03-01\tday\t"
    change(project, "events", "ワークショップ\t\t\t\t", f"ワークショップ{days}")
    for end, is_dated in (("2024-03-01", True), ("2024-03-31", False)):
        path = project / "data" / "example" / "facts.tsv"
        rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
        place = {name: number for number, name in enumerate(rows[0])}
        for row in rows[1:]:
            if row[0] == "T1":
                row[place["relation"]], row[place["end"]] = "assisted", end
        path.write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")
        _count(project)
        with open_store(project) as store:
            assert store.ask("ASK { ctd:workshop-2024 ct:startDate ?day }") is is_dated


def test_memberships_make_no_tie(store: Store) -> None:
    (row,) = store.select("SELECT (COUNT(*) AS ?n) { ?t a ct:CooperationTie }")
    # Forum and state in two activities, forum and police in one.
    assert row[0].value == "2"


def test_order_of_rows_and_columns_does_not_matter(project: Path, tmp_path: Path) -> None:
    def lines(root: Path) -> set[str]:
        return {str(quad) for table in read_tables(locate(root)) for quad in table.quads}

    before = lines(project)
    path = project / "data" / "example" / "facts.tsv"
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    turned = [rows[0], *reversed(rows[1:])]
    text = "".join("\t".join(reversed(row)) + "\n" for row in turned)
    path.write_text(text, encoding="utf-8")
    after = lines(project)
    # Sections are in the order in which facts name them, and premises with the first fact.
    assert {line for line in before ^ after if "ct:order" not in line} - _placed(before, after) == (
        set()
    )


def _placed(before: set[str], after: set[str]) -> set[str]:
    parts = ("ontology#order", "ontology#section", "-section-")
    return {line for line in before ^ after if any(part in line for part in parts)}


# -- rows that are wrong ------------------------------------------------------------------


def test_look_alikes_are_told_apart(project: Path) -> None:
    path = project / "data" / "example" / "actors.tsv"
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    others = ["\tatlantis;atlantis-police", "\t", "\t"]
    rows = [row + other for row, other in zip(rows, others, strict=True)]
    path.write_text("\n".join([f"{head}\tdistinct_from", *rows]) + "\n", encoding="utf-8")
    _count(project)
    with open_store(project) as store:
        for other in ("atlantis", "atlantis-police"):
            assert store.ask(
                "ASK { GRAPH ?claim {"
                f" ctd:example-forum ct:distinctFrom ctd:{other} ."
                f" ctd:{other} ct:distinctFrom ctd:example-forum ."
                " ?claim ct:basis ct:Inferred ; ct:reason ?why } }"
            )
    change(project, "actors", "atlantis-police\n", "atlantic-police\n")
    assert any("actors.tsv:2: unknown individual" in text for text in problems(project))


WRONG = {
    "unknown column": ("facts", "\trelation\t", "\trelatoin\t", "facts.tsv:1: unknown column"),
    "column missing": ("actors", "id\tclass", "key\tclass", "the column 'id' is missing"),
    "column twice": ("places", "label_en\tlabel_ja", "label_en\tlabel_en", "stands there twice"),
    "too few fields": ("facts", "T4\tforum-2024\t", "T4\t", "facts.tsv:5: the row has 24 fields"),
    "row twice": ("facts", "\nT5\t", "\nT4\t", "facts.tsv:6: 'T4' is named by line 5 already"),
    "no key": ("events", "\ntalks-2\t", "\n\t", "events.tsv:3: the row has nothing in"),
    "unknown actor": ("facts", "\tatlantis\tworkshop", "\tatlantic\tworkshop", "mean atlantis or"),
    "unknown source": ("facts", "T1\tforum-2024", "T1\tforum-2042", "Did you mean forum-2024?"),
    "unknown role": ("facts", "\tco-host\t", "\tco-hots\t", "unknown concept co-hots"),
    "unknown class": ("actors", "\tForum\t", "\tForun\t", "Did you mean Forum?"),
    "unknown place": ("facts", "\tPoseidonis\t", "\tPosidonis\t", "Did you mean Poseidonis?"),
    "unknown unit": ("facts", "\tmember\t\t\tstated", "\tmembre\t\t\tstated", "concept membre"),
    "unknown currency": ("facts", "\t12.5\tEUR-", "\t12.5\tEUX-", "unknown currency EUX"),
    "unknown fact": ("facts", "\t18\tT2", "\t18\tT9", "unknown fact T9"),
    "no day": ("facts", "\t2024-03-01\t2024", "\t2024-02-30\t2024", '"2024-02-30" is no xsd:date'),
    "no number": ("facts", "\t12.5\t", "\t12,5\t", '"12,5" is no xsd:decimal'),
    "no digest": ("facts", DIGEST + "\t18\tT2", "abc\t18\tT2", "'abc' is no SHA-256 in hex"),
    "bad name": ("events", "\ntalks\t", "\nThe Talks\t", "cannot be the name of a thing"),
    "name taken": ("events", "\nworkshop-2024\t", "\nforum-2024\t", "is the name of a Source"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_row_is_named_with_its_line(case: str, project: Path) -> None:
    table, old, new, expected = WRONG[case]
    assert problems(project) == []
    change(project, table, old, new)
    found = problems(project)
    assert any(expected in text for text in found), found
    assert all(text.startswith("data/example/") for text in found)
    with pytest.raises(DataError):
        open_store(project).close()


def test_not_utf8_and_empty_tables(project: Path) -> None:
    path = project / "data" / "example" / "actors.tsv"
    path.write_bytes(path.read_bytes() + b"\xff\n")
    assert any("actors.tsv: not UTF-8" in text for text in problems(project))
    path.write_bytes(b"")
    assert any("the column 'id' is missing" in text for text in problems(project))


def test_findings_name_the_row(project: Path) -> None:
    from ctgraph.store.reader import Places

    places = Places(locate(project), read_tables)
    assert places.find("https://w3id.org/ctgraph/id/workshop-2024") == (
        "data/example/facts.tsv",
        2,
    )
    assert places.find("https://w3id.org/ctgraph/id/atlantis") == ("data/example/actors.tsv", 3)


# -- templates ----------------------------------------------------------------------------


def _bundle(tmp_path: Path, template: str) -> Bundle:
    folder = tmp_path / "ontology" / "tables" / "facts"
    folder.mkdir(parents=True)
    (folder / "one.rq").write_text(template, encoding="utf-8")
    return locate(tmp_path)


def test_triple_with_an_unbound_variable_is_not_made(tmp_path: Path) -> None:
    bundle = _bundle(tmp_path, "CONSTRUCT { ?a <urn:p> ?b . ?a <urn:q> ?c } WHERE {}")
    (template,) = read_templates(bundle, "facts")
    a, b = ox.NamedNode("urn:a"), [ox.Literal("1"), ox.Literal("2")]
    made = list(fill(template, [{"a": a, "b": b}, {"a": a}]))
    assert [(row, str(triple.object)) for row, triple in made] == [(0, '"1"'), (0, '"2"')]


def test_a_template_that_was_changed_is_read_anew(tmp_path: Path) -> None:
    bundle = _bundle(tmp_path, "CONSTRUCT { ?a <urn:p> ?b } WHERE {}")
    (before,) = read_templates(bundle, "facts")
    (path,) = bundle.template_files("facts")
    path.write_text("CONSTRUCT { ?a <urn:q> ?b } WHERE {}", encoding="utf-8")
    (after,) = read_templates(bundle, "facts")
    row: Binding = {"a": ox.NamedNode("urn:a"), "b": ox.Literal("b")}
    made = [triple for one in (before, after) for _, triple in fill(one, [row])]
    assert [triple.predicate.value for triple in made] == ["urn:p", "urn:q"]


@pytest.mark.parametrize("text", ["SELECT * { ?s ?p ?o }", "CONSTRUCT { } WHERE { ?s ?p ?o }"])
def test_template_is_a_construct_query(tmp_path: Path, text: str) -> None:
    with pytest.raises(DataError) as error:
        read_templates(_bundle(tmp_path, text), "facts")
    assert error.value.key == "template-not-construct"


def test_template_the_engine_refuses(tmp_path: Path) -> None:
    bundle = _bundle(tmp_path, "CONSTRUCT { ?a <urn:p> ?b } WHERE { BIND(<urn:f>(?a) AS ?b) }")
    (template,) = read_templates(bundle, "facts")
    with pytest.raises(DataError) as error:
        list(fill(template, [{"a": ox.NamedNode("urn:a")}]))
    assert error.value.key == "template-fails"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[facts]\nkey = "id"\n[facts.columns]\nid = "txt"\n', "unknown kind txt"),
        ("[facts]\n", "'key'"),
        ("facts", "key/value pair"),
    ],
)
def test_layout_that_is_wrong_is_told(tmp_path: Path, text: str, said: str) -> None:
    folder = tmp_path / "ontology" / "tables"
    folder.mkdir(parents=True)
    (folder / "columns.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as error:
        read_layouts(locate(tmp_path))
    assert said in error.value.say()
    assert "ontology/tables/columns.toml" in error.value.say()


@given(st.dates(date(1, 1, 1), date(9999, 12, 31)))
def test_a_day_lies_in_its_month_and_year(day: date) -> None:
    text = day.isoformat()
    assert first_and_last(text) == (text, text)
    for part in (text[:7], text[:4]):
        days = first_and_last(part)
        assert days is not None
        assert days[0] <= text <= days[1]


@pytest.mark.parametrize("text", ["", "2024-13", "2024-02-30", "24-01-01", "2024-1-1", "２０２４"])
def test_what_is_no_date(text: str) -> None:
    assert first_and_last(text) is None


def test_project_without_tables_needs_no_templates(tmp_path: Path, mini: Path) -> None:
    copied = shutil.copytree(mini, tmp_path / "mini")
    assert read_tables(locate(copied)) == []
