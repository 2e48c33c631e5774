"""What notebooks show: links, labels and claims, safe markup, data frames."""

from __future__ import annotations

import datetime
import re
from html.parser import HTMLParser

import polars
import pytest
from small_store import HOSTILE, awkward_store, mini_store

import ctgraph
from ctgraph.query import Table, ask, run_query
from ctgraph.query.entities import describe_entity
from ctgraph.query.evidence import RowEvidence, find_evidence
from ctgraph.store import Store, open_store
from ctgraph.terms import CTD

VOID = {"br", "hr", "img", "link", "meta"}


class Shown(HTMLParser):
    """Collects the text and the links of a piece of HTML, and sees that it is well formed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        given = dict(attrs)
        assert set(given) <= {"href", "title", "lang", "scope", "style"}
        if tag == "a":
            self.links.append(given["href"] or "")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def table_of(store: Store, query: str, lang: str = "en", limit: int | None = None) -> Table:
    answer = run_query(store, query, None, limit, lang)
    assert isinstance(answer, Table)
    return answer


@pytest.fixture(scope="module")
def store() -> Store:
    return open_store()


def test_a_table_shows_labels_and_leads_to_claims(store: Store) -> None:
    table = ask(store, "partners", {"actor": "GIFCT"})
    shown = Shown(table._repr_html_())
    assert table.question is not None
    assert table.question.title["en"] in shown.text
    assert CTD + "jpn" in shown.links
    claims = {claim.iri for row in table for claim in evidence_of(store, table, row.index).claims}
    assert claims & set(shown.links)
    many = Shown(ask(store, "partners", {"actor": "Japan"})._repr_html_())
    assert re.search(r"and \d+ more", many.text)
    japanese = Shown(ask(store, "partners", {"actor": "GIFCT"}, "ja")._repr_html_())
    assert "日本" in japanese.text
    assert "主張" in japanese.text


def evidence_of(store: Store, table: Table, index: int) -> RowEvidence:
    return find_evidence(store, table.asked, table[index].bindings)


def test_a_long_table_says_how_much_is_left_and_a_cut_one_that_it_is_cut(store: Store) -> None:
    query = "SELECT ?x { ?x a ct:Claim } ORDER BY ?x"
    shown = Shown(table_of(store, query)._repr_html_())
    assert f"{len(table_of(store, query)) - 20} more rows" in shown.text
    assert "cut off at 3 rows" in Shown(table_of(store, query, limit=3)._repr_html_()).text


def test_evidence_shows_words_source_and_place(store: Store) -> None:
    table = ask(store, "partners", {"actor": "GIFCT"})
    found = evidence_of(store, table, 0)
    shown = Shown(found._repr_html_())
    first = found.claims[0]
    assert first.quote is not None
    assert first.quote in shown.text
    assert "according to" in shown.text
    assert {first.iri, first.source} <= set(shown.links)
    assert repr(found) == f"<RowEvidence: {len(found.claims)} claims>"


def test_a_thing_shows_what_is_said_of_it(store: Store) -> None:
    view = describe_entity(store, "GIFCT", "ja")
    shown = Shown(view._repr_html_())
    assert view.label in shown.text
    assert {claim.iri for claim in view.claims} & set(shown.links)
    assert repr(view).startswith("<EntityView ctd:gifct: ")


def test_names_of_the_graph_are_no_markup() -> None:
    store = awkward_store()
    table = table_of(store, "SELECT ?x ?name { ?x skos:prefLabel ?name }")
    for html in (table._repr_html_(), describe_entity(store, "ctd:hostile")._repr_html_()):
        shown = Shown(html)
        assert HOSTILE in shown.text
        assert not shown.tags & {"b", "script"}


def test_a_literal_of_markup_stays_text() -> None:
    table = table_of(mini_store(), "SELECT ?x { BIND('<script>1</script>' AS ?x) }")
    assert "script" not in Shown(table._repr_html_()).tags


def test_polars_has_one_type_a_column() -> None:
    table = table_of(
        mini_store(),
        "SELECT * { VALUES (?n ?day ?mixed ?none ?sum) { "
        '(1 "2024-01-02"^^xsd:date 1 UNDEF 1.50) (2 UNDEF "two" UNDEF 2.25) } } ORDER BY ?n',
    )
    frame = table.to_polars()
    assert frame["n"].to_list() == [1, 2]
    assert frame["day"].to_list() == [datetime.date(2024, 1, 2), None]
    assert frame["mixed"].to_list() == ["1", "two"]
    assert frame["none"].null_count() == 2
    assert frame.schema["sum"].is_decimal()
    assert frame.height == len(table.to_pandas())
    empty = table_of(mini_store(), "SELECT ?a ?b { FILTER(false) }").to_polars()
    assert (empty.columns, empty.height) == (["a", "b"], 0)
    assert isinstance(empty, polars.DataFrame)


def test_a_missing_polars_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(ctgraph.UsageError, match="pip install polars"):
        table_of(mini_store(), "SELECT ?a { }").to_polars()
