"""Answers that say less than they seem to: unknown terms, unbound variables, counts of nothing."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from small_store import mini_store

from ctgraph.cli.app import cli
from ctgraph.query.diagnostics import find_problems, find_silent, matched_by_nothing
from ctgraph.store.sparql import Query

UNKNOWN = [
    "SELECT (SUM(?a) AS ?t) { ?c ct:amont ?a }",
    "SELECT (COUNT(*) AS ?n) { ?c a ct:Sate }",
    "ASK { ?x a ct:Sate }",
    "SELECT ?x ?y { ?x a ct:State OPTIONAL { ?x ct:amont ?y } }",
    "SELECT ?x { ?x a ct:State FILTER NOT EXISTS { ?x ct:particpant ?y } }",
    "SELECT ?x { ?x a ct:State MINUS { ?x ct:particpant ?y } }",
    "SELECT ?x { { ?x a ct:State } UNION { ?x a ct:Sate } }",
    "SELECT ?x { ?x a ?c FILTER(?c IN (ct:State, ct:Sate)) }",
    "SELECT ?x { VALUES ?x { ctd:jpn ctd:jppn } ?x a ct:State }",
    "CONSTRUCT { ?x a ct:Sate } { ?x a ct:State }",
    "SELECT ?x { ?x a/ct:amont? ?y }",
]
UNBOUND = [
    "SELECT (COUNT(?q) AS ?n) { ?x a ct:State }",
    "SELECT (SUM(?a) AS ?t) { ?c a ?b }",
    "SELECT ?x ?z { ?x a ct:State }",
    "SELECT ?x { ?x a ct:State } ORDER BY ?z",
    "SELECT ?x { ?x a ct:State FILTER(!BOUND(?z)) }",
    "SELECT ?x (STR(?z) AS ?s) { ?x a ct:State }",
    "SELECT ?x { ?x a ct:State BIND(?z AS ?w) }",
    "SELECT (COUNT(?x) AS ?n) { ?x a ?c } GROUP BY ?c HAVING (COUNT(?z) > 0)",
    "CONSTRUCT { ?x a ?z } { ?x a ct:State }",
    "DESCRIBE ?z { ?x a ct:State }",
]
TRIPLES = [
    "SELECT (COUNT(*) AS ?n) { << ctd:jpn a ct:State >> ct:quote ?x }",
    "ASK { ctd:jpn a ct:State {| ct:quote ?x |} }",
    "SELECT (COUNT(?r) AS ?n) { ?r rdf:reifies <<( ctd:jpn a ct:State )>> }",
    "ASK { ctd:jpn a ct:State ~ ?r }",
]
SOUND = [
    "SELECT ?x { VALUES ?x { <<( ctd:jpn a ct:State )>> } }",
    "SELECT ?x { BIND(<<( ctd:jpn a ct:State )>> AS ?x) }",
    "SELECT ?x { ?x a ct:State }",
    "SELECT * { ?x ?y ?z }",
    "SELECT (COUNT(?x) AS ?n) (SUM(?n) AS ?m) { ?x a ct:State }",
    "SELECT ?c { VALUES (?c ?d) { (ct:State 1) } FILTER(?d = 1) }",
    "SELECT ?x { { SELECT ?x (COUNT(?y) AS ?n) { ?x a ?y } GROUP BY ?x } FILTER(?n > 0) }",
    "SELECT ?g { GRAPH ?g { ?x a ct:State } } ORDER BY ?g",
    "SELECT ?x { ?x a ct:State FILTER EXISTS { ?x ?p ?o FILTER(?p != ?o) } }",
    "SELECT ?k (COUNT(*) AS ?n) { ?x a ct:State } GROUP BY (STR(?x) AS ?k)",
    "SELECT ?x ?y { BIND(1 AS ?x) BIND(?x + 1 AS ?y) }",
    "ASK { }",
    "SELECT ?x { (?x 1) rdf:rest ?y }",
    "SELECT ?x { ?x a <http://example.org/unknown> }",
]


def call(query: str, *options: str, lang: str = "en") -> Result:
    return CliRunner().invoke(cli, ["query", query, "--lang", lang, *options])


@pytest.mark.parametrize("query", UNKNOWN)
def test_an_unknown_term_is_told_in_every_form(query: str) -> None:
    (found,) = find_silent(mini_store(), Query(query))
    assert "The graph holds no c" in found.message


@pytest.mark.parametrize("query", UNBOUND)
def test_a_variable_that_nothing_binds_is_told(query: str) -> None:
    (found,) = find_silent(mini_store(), Query(query))
    assert found.message.startswith("Nothing binds ?")
    assert query[found.start] == "?"


@pytest.mark.parametrize("query", TRIPLES)
def test_what_is_asked_of_a_triple_is_told(query: str) -> None:
    (found,) = find_silent(mini_store(), Query(query))
    assert "of a triple" in found.message
    shown = call(query)
    assert shown.exit_code == 0
    assert "claims" in shown.stderr


@pytest.mark.parametrize("query", SOUND)
def test_sound_queries_pass(query: str) -> None:
    assert find_silent(mini_store(), Query(query)) == []


# The quick look may only let through what the parser has nothing to say of.
@given(
    st.sampled_from([*UNKNOWN, *UNBOUND, *TRIPLES, *SOUND]),
    st.sampled_from(["", " LIMIT 3", " #?q\n"]),
)
def test_the_quick_look_misses_nothing(query: str, end: str) -> None:
    asked = Query(query + end)
    assert find_silent(mini_store(), asked) == find_problems(mini_store(), asked)


@pytest.mark.parametrize(
    ("query", "pattern"),
    [
        ("SELECT (COUNT(*) AS ?n) { ?x a ct:State, ct:Forum }", "{ ?x a ct:State, ct:Forum }"),
        ("SELECT(SUM(?v)AS ?n){?x a ct:Forum, ct:State, ?v}", "{?x a ct:Forum, ct:State, ?v}"),
        (
            "PREFIX x: <http://x/>\nSELECT\n(COUNT(*) AS ?n)\nWHERE { ?x a x:y } HAVING(true)",
            "WHERE { ?x a x:y }",
        ),
    ],
)
def test_a_count_of_nothing_leads_to_its_pattern(query: str, pattern: str) -> None:
    found = matched_by_nothing(mini_store(), Query(query))
    assert found is not None
    assert found.text.endswith(pattern)
    assert found.text.index(pattern) == query.index(pattern)
    assert found.tree.form == "SELECT"


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (COUNT(*) AS ?n) { ?x a ct:State }",
        "SELECT ?x (COUNT(*) AS ?n) { ?x a ct:State, ct:Workshop } GROUP BY ?x",
        "SELECT ?x { ?x a ct:State, ct:Workshop }",
        "ASK { ?x a ct:State, ct:Workshop }",
        "SELECT ?x { ?x a ct:State { SELECT (COUNT(*) AS ?n) { ?y a ct:Workshop, ct:State } } }",
    ],
)
def test_other_answers_are_no_count_of_nothing(query: str) -> None:
    assert matched_by_nothing(mini_store(), Query(query)) is None


def test_an_aggregate_that_cannot_be_made_is_told() -> None:
    joined = "SELECT (GROUP_CONCAT({}) AS ?all) (COUNT(?x) AS ?n) {{ ?x a ct:State }}"
    said = call(joined.format("?x"))
    assert "warning: ?all has no value" in said.stderr
    assert call(joined.format("STR(?x)")).stderr == ""
    summed = "SELECT (SUM(?label) AS ?sum) { ?x a ct:State ; skos:prefLabel ?label }"
    for name in ("text", "json", "csv"):
        assert "warning: ?sum has no value" in call(summed, "-f", name).stderr
    assert "警告：?sum に値がありません" in call(summed, lang="ja").stderr
    assert call("SELECT ?c (COUNT(?x) AS ?n) { ?x a ?c } GROUP BY ?c").stderr == ""


def test_the_command_warns_on_standard_error() -> None:
    said = call(UNKNOWN[0], "-f", "csv")
    assert said.stdout == "t\n0\n"
    assert said.stderr.startswith(
        "warning: 1:29: The graph holds no ct:amont. Did you mean ct:amount"
    )
    assert call(UNKNOWN[0], "-q").stderr == ""
    assert "警告：1:12: " in call(UNKNOWN[2], lang="ja").stderr
    said = call("SELECT (COUNT(*) AS ?n) { ?x a ct:State ; a ct:Workshop }")
    assert said.stderr.startswith("Nothing matches what is counted.\n  line 1: without ?x rdf:type")
    assert call("SELECT ?x { ?x a ct:State }").stderr == ""
