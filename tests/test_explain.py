"""Unknown terms, and why an answer is empty."""

from __future__ import annotations

import pytest
from small_store import awkward_store

from ctgraph.errors import QuerySyntaxError
from ctgraph.explain import check_terms, explain_empty
from ctgraph.store import Store


@pytest.fixture(scope="module")
def store() -> Store:
    return awkward_store()


def test_unknown_terms_have_their_place(store: Store) -> None:
    text = "SELECT ?x {\n  ?x a ct:Workshopp ; ct:topic ctv:corruption , ctv:coruption .\n}"
    found = check_terms(store, text)
    assert [(term.line, term.column, term.suggestions) for term in found] == [
        (2, 8, ("ct:Workshop",)),
        (2, 49, ("ctv:corruption",)),
    ]
    assert found[0].message == (
        "query, line 2, column 8: the graph holds no ct:Workshopp. Did you mean ct:Workshop?"
    )
    assert check_terms(store, "SELECT * { ?s a owl:Nonsense, <http://x/y> }") == []


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
    found = explain_empty(store, text)
    assert [(one.reason, one.pattern) for one in found] == expected
    for one in found:
        assert one.pattern in one.message("en")
        assert one.pattern in one.message("ja")


def test_explanations_of_what_is_not_empty_or_no_query(store: Store) -> None:
    assert explain_empty(store, "SELECT ?x { ?x a ct:Forum }") == []
    with pytest.raises(QuerySyntaxError):
        explain_empty(store, "SELECT ?x {")
