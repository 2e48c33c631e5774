"""Queries and their answers: limits, rows, values, labels."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal

import pyoxigraph as ox
import pytest
from small_store import awkward_store, mini_store

from ctgraph.errors import QueryRefused, QuerySyntaxError, UnknownName, UsageError
from ctgraph.query.answers import Table, Triples, to_python
from ctgraph.query.run import _limited, ask, run_query
from ctgraph.store.sparql.query import Query
from ctgraph.store.store import Store
from ctgraph.terms import CTD, CTV


@pytest.fixture(scope="module")
def store() -> Store:
    return awkward_store()


def ctd(name: str) -> ox.NamedNode:
    return ox.NamedNode(CTD + name)


def test_run_select_ask_construct(store: Store) -> None:
    assert run_query(store, "ASK { ctd:fatf a ct:Forum }") is True
    triples = run_query(store, "CONSTRUCT { ?s a ct:Actor } WHERE { ?s a ct:Forum ; ?p ?o }")
    assert isinstance(triples, Triples)
    texts = [str(one) for one in triples]
    assert texts == sorted(set(texts))
    assert len(triples) == 5
    some = run_query(store, "DESCRIBE ctd:fatf", limit=2)
    assert isinstance(some, Triples)
    assert (len(some), some.truncated) == (2, True)
    assert some[0].subject == ctd("fatf")


@pytest.mark.parametrize(
    ("limit", "rows", "truncated"), [(2, 2, True), (3, 3, False), (9, 3, False), (0, 0, True)]
)
def test_limit_says_whether_there_is_more(
    store: Store, limit: int, rows: int, truncated: bool
) -> None:
    text = "SELECT ?x { VALUES ?x { 1 2 3 } }"
    table = run_query(store, text, limit=limit)
    assert isinstance(table, Table)
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
    assert _limited(store, Query(text), 5.0, 2).text == expected
    assert _limited(store, Query(text), None, 2).text == text


def test_wrong_limit_and_language(store: Store) -> None:
    with pytest.raises(UsageError, match="below 0"):
        run_query(store, "SELECT * {}", limit=-1)
    with pytest.raises(UnknownName, match="unknown language 'fr'"):
        run_query(store, "SELECT * {}", lang="fr")


def test_run_refuses_what_is_no_query(store: Store) -> None:
    with pytest.raises(QuerySyntaxError, match="line 2"):
        run_query(store, "SELECT ?x {\n ?x ?y }")
    with pytest.raises(QueryRefused):
        run_query(store, "DROP ALL")
    with pytest.raises(QueryRefused):
        run_query(store, "SELECT * { SERVICE <http://x/> { ?s ?p ?o } }")


def test_rows(store: Store) -> None:
    table = run_query(store, "SELECT ?s ?v ?none { VALUES ?s { ctd:fatf } ?s skos:altLabel ?v }")
    assert isinstance(table, Table)
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
    assert store.labels([CTD + "group", CTD + "nothing"], "en") == {CTD + "group": "ガス・グループ"}


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
    found = to_python(ox.Literal(value, datatype=kind))
    assert found == expected
    assert type(found) is type(expected)


def test_pandas(store: Store) -> None:
    pandas = pytest.importorskip("pandas")
    table = run_query(store, "SELECT ?x ?y { VALUES (?x ?y) { (1 UNDEF) (2 3) } }")
    assert isinstance(table, Table)
    frame = table.to_pandas()
    assert list(frame.columns) == ["x", "y"]
    assert list(frame["x"]) == [1, 2]
    assert pandas.isna(frame["y"][0])


def test_results_are_taken_once(store: Store) -> None:
    table = run_query(store, "SELECT ?x { VALUES ?x { 1 2 } }")
    assert isinstance(table, Table)
    assert table.take_results() is not None
    assert table.take_results() is None
    other = run_query(store, "SELECT ?x { VALUES ?x { 1 2 } }")
    assert isinstance(other, Table)
    assert len(other) == 2
    assert other.take_results() is None
    assert len(other) == 2


def test_mini_project_answers() -> None:
    table = ask(mini_store(), "activities", {"actor": "UNODC"})
    assert [row["role"] for row in table] == [CTV + "partner"]
    assert table[0]["start"] == datetime.date(2023, 3, 1)
