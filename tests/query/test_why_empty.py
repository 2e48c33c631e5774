"""Unknown terms, and why an answer is empty."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from small_store import awkward_store

from ctgraph.errors import CtgraphError, EndpointError, QuerySyntaxError, QueryTimeout
from ctgraph.query.diagnostics.probe import MOST_ROWS
from ctgraph.query.diagnostics.why_empty import Explanation, check_terms, explain_empty
from ctgraph.query.questions import read_questions
from ctgraph.store.project import locate
from ctgraph.store.sparql import tree
from ctgraph.store.sparql.parse import parse_query
from ctgraph.store.sparql.query import Query
from ctgraph.store.sparql.write import to_text
from ctgraph.store.store import Solutions, Store, build_store, open_store
from ctgraph.terms import CT


@pytest.fixture(scope="module")
def store() -> Store:
    return awkward_store()


def told(explanations: list[Explanation]) -> list[tuple[str, str, int]]:
    return [(one.reason, one.pattern, one.rows) for one in explanations]


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
        pytest.param(
            "SELECT ?x { ?x a ct:Workshop ; ct:topic ctv:host . }",
            [("dropped", "?x ct:topic ctv:host .", 1)],
            id="triple",
        ),
        pytest.param(
            "SELECT ?x { ?x a ct:Forum FILTER(?x = ctd:jpn) }",
            [("dropped", "FILTER (?x = ctd:jpn)", 5)],
            id="filter",
        ),
        pytest.param(
            "SELECT ?x { ?x a ct:Forum MINUS { ?x a ?y } }",
            [("dropped", "MINUS { ?x rdf:type ?y . }", 5)],
            id="minus",
        ),
        pytest.param(
            "SELECT ?x { ?x a ct:Forum . VALUES ?x { ctd:jpn } }",
            [("dropped", "VALUES ?x { ctd:jpn }", 5)],
            id="values",
        ),
        pytest.param(
            "SELECT ?x { ?x a ct:Forum } VALUES ?x { ctd:jpn }",
            [("dropped", "VALUES ?x { ctd:jpn }", 5)],
            id="values behind",
        ),
        pytest.param(
            "SELECT ?x { ?x a ct:Forum . OPTIONAL { ?x ct:role ?y } BIND(1 AS ?n) ?x ct:role ?z }",
            [("dropped", "?x rdf:type ct:Forum .", 1), ("dropped", "?x ct:role ?z .", 5)],
            id="optional and bind are not to blame",
        ),
        pytest.param(
            "SELECT ?x { { { ?x a ct:Forum . ?x a ct:Workshop } } }",
            [("dropped", "?x rdf:type ct:Forum .", 1), ("dropped", "?x rdf:type ct:Workshop .", 5)],
            id="group in a group",
        ),
        pytest.param(
            "SELECT ?x { { ?x a ct:Forum . ?x a ct:Workshop } ?x skos:prefLabel ?l }",
            [("dropped", "?x rdf:type ct:Forum .", 2), ("dropped", "?x rdf:type ct:Workshop .", 6)],
            id="group beside a triple",
        ),
        pytest.param(
            "SELECT ?x { { ?x a ct:Forum ; ct:role ?y } UNION { ?x a ct:State FILTER(false) } }",
            [
                ("dropped", "?x rdf:type ct:Forum .", 1),
                ("dropped", "?x ct:role ?y .", 5),
                ("dropped", "FILTER (false)", 1),
            ],
            id="union",
        ),
        pytest.param(
            "SELECT ?x { { ?x a ct:Forum } UNION { ?x a ct:State } ?x ct:role ?y }",
            [
                ("dropped", "{ ?x rdf:type ct:Forum . } UNION { ?x rdf:type ct:State . }", 1),
                ("dropped", "?x ct:role ?y .", 6),
            ],
            id="a whole union",
        ),
        pytest.param(
            "SELECT ?q { GRAPH ?g { ?c ct:quote ?q . ?c skos:prefLabel ?l FILTER(?q != 1) } }",
            [("dropped", "?c skos:prefLabel ?l .", 1)],
            id="graph",
        ),
        pytest.param(
            "SELECT ?x { { SELECT ?x { ?x a ct:Forum ; ct:role ?y } } }",
            [("dropped", "?x rdf:type ct:Forum .", 1), ("dropped", "?x ct:role ?y .", 5)],
            id="sub-select",
        ),
        pytest.param(
            "SELECT ?x { [ ct:participant ?x ; ct:role ctv:host ] . ?x a ct:Forum }",
            [("dropped", "_:b0 ct:participant ?x .", 5), ("dropped", "?x rdf:type ct:Forum .", 1)],
            id="blank nodes",
        ),
        pytest.param(
            "SELECT DISTINCT ?y { ?x a ?y ; ct:role ?z ; ct:quote ?q }",
            [("dropped", "?x ct:role ?z .", 1), ("dropped", "?x ct:quote ?q .", 1)],
            id="distinct rows are counted",
        ),
        pytest.param(
            "SELECT ?t (COUNT(*) AS ?n) { ?x a ?t FILTER(?x = 3) } GROUP BY ?t ORDER BY ?n LIMIT 2",
            [("dropped", "FILTER (?x = 3)", 11)],
            id="groups are counted",
        ),
        pytest.param(
            "SELECT * { ?s ?p ?o . ?a ?b ?c FILTER(?p = 1) }",
            [("dropped", "FILTER (?p = 1)", MOST_ROWS)],
            id="counted up to a limit",
        ),
        pytest.param(
            "ASK { ?x a ct:Forum ; ct:role ?part }",
            [("dropped", "?x rdf:type ct:Forum .", 1), ("dropped", "?x ct:role ?part .", 5)],
            id="ask",
        ),
        pytest.param(
            "CONSTRUCT { ?x a ct:Actor } WHERE { ?x a ct:Forum ; ct:role ?y }",
            [("dropped", "?x rdf:type ct:Forum .", 1), ("dropped", "?x ct:role ?y .", 5)],
            id="construct",
        ),
        pytest.param(
            "SELECT ?x { ?x ct:topic 1 ; ct:n ct:topic }",
            [("alone", "?x ct:topic 1 .", 0), ("alone", "?x ct:n ct:topic .", 0)],
            id="alone",
        ),
        pytest.param(
            "SELECT ?x { GRAPH ?g { ?x ct:topic ?t ; ct:quote ?q } ?x ct:n ct:topic }",
            [
                ("alone", "GRAPH ?g { ?x ct:topic ?t . }", 0),
                ("alone", "?x ct:n ct:topic .", 0),
            ],
            id="alone in its graph",
        ),
        pytest.param(
            "SELECT ?x { FILTER(?x = 3) ?x a ct:Forum . ?x ct:role ?y . ?x ct:quote ?z }",
            [("leading", "?x rdf:type ct:Forum . FILTER (?x = 3)", 0)],
            id="leading, with a filter in front",
        ),
        pytest.param(
            "SELECT ?x { GRAPH ?g { ?x ct:quote ?q . ?x ct:basis ?q . ?x a ?c }"
            " ?x ct:role ?r . ?x ct:n ?n }",
            [("leading", "GRAPH ?g { ?x ct:quote ?q . ?x ct:basis ?q . }", 0)],
            id="leading, in a graph",
        ),
        pytest.param("SELECT ?x { ?x a ct:Forum } LIMIT 0", [("limit", "LIMIT 0", 5)], id="limit"),
        pytest.param(
            "SELECT ?x { ?x a ct:Forum } OFFSET 99", [("limit", "OFFSET 99", 5)], id="offset"
        ),
        pytest.param(
            "SELECT ?c (COUNT(*) AS ?n) { ?x a ?c } GROUP BY ?c HAVING(COUNT(*) > 99)",
            [("limit", "HAVING (COUNT(*) > 99)", 11)],
            id="having",
        ),
    ],
)
def test_empty_answers_are_explained(
    store: Store, text: str, expected: list[tuple[str, str, int]]
) -> None:
    found = explain_empty(store, text)
    assert told(found) == expected
    for one in found:
        part = one.pattern if one.reason == "leading" else one.pattern.removesuffix(" .")
        assert part in one.message("en")
        assert part in one.message("ja")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            'SELECT ?x { ?x a ct:Forum ; skos:prefLabel "Twin" }',
            [('"Twin"', ('"Twin"@en',))],
        ),
        (
            'SELECT ?x { ?x a ct:Forum ; skos:prefLabel "Twin"@fr-CA }',
            [('"Twin"@fr-ca', ('"Twin"@en',))],
        ),
        (
            'SELECT ?x { ?x ct:n "1", "2024-01-31" }',
            [('"1"', ("1",)), ('"2024-01-31"', ('"2024-01-31"^^xsd:date',))],
        ),
        (
            "SELECT ?x { ?x skos:preflabel ?l ; a <http://x/y> ; foaf:nme 1 }",
            [("skos:preflabel", ("skos:prefLabel",)), ("<http://x/y>", ()), ("foaf:nme", ())],
        ),
        ("SELECT ?x { ?x a ct:Froum }", [("ct:Froum", ("ct:Forum",))]),
        (
            'SELECT ?x { VALUES ?l { "Twin" "x" } ?x a ct:Forum ; skos:prefLabel ?l }',
            [('"Twin"', ('"Twin"@en',)), ('"x"', ())],
        ),
        ('SELECT ?x { VALUES ?l { "Twin"@en "x" } ?x a ct:State ; skos:prefLabel ?l }', []),
        (
            'SELECT ?x { VALUES ?l { "fr" } ?x a ct:Forum ; rdfs:label ?y FILTER(LANG(?y) = ?l) }',
            [],
        ),
        ("SELECT ?x { ?x a ct:Forum ; ct:role ?y OPTIONAL { ?x rdfs:labl ?l } }", []),
        (
            "SELECT ?x { GRAPH <http://x/g> { ?x a ct:Forum . } }",
            [("<http://x/g>", ())],
        ),
    ],
)
def test_terms_that_occur_nowhere_are_named_first(
    store: Store, text: str, expected: list[tuple[str, tuple[str, ...]]]
) -> None:
    found = explain_empty(store, text)
    named = [one for one in found if one.reason == "term"]
    assert found[: len(named)] == named
    assert [(one.pattern, one.suggestions) for one in named] == expected
    assert all(one.line == 1 and one.column for one in named)


def test_graphs_of_from_that_hold_nothing(store: Store) -> None:
    found = explain_empty(store, "SELECT ?x FROM <http://x/none> { ?x a ct:Forum }")
    assert [(one.reason, one.pattern, one.line) for one in found] == [
        ("graph", "<http://x/none>", 1)
    ]
    assert "<http://x/none>" in found[0].message("ja")


def test_every_part_has_its_place(store: Store) -> None:
    text = 'SELECT ?x {\n  ?x a ct:Forum .\n  GRAPH ?g {\n    ?x ct:role "y" ;\n    ct:n ?z } }'
    found = explain_empty(store, text)
    assert [(one.reason, one.line, one.column) for one in found] == [
        ("term", 4, 5),
        ("dropped", 3, 3),
        ("alone", 4, 5),
        ("alone", 5, 5),
    ]


@pytest.mark.parametrize(
    ("one", "english", "japanese"),
    [
        (
            Explanation("dropped", "?x a ?y .", 3, 1, rows=1),
            "line 3: without ?x a ?y there is 1 row.",
            "3行目: ?x a ?y を外すと1件になります。",
        ),
        (
            Explanation("dropped", "?x a ?y .", 3, 1, rows=MOST_ROWS),
            "line 3: without ?x a ?y there are at least 100 rows.",
            "3行目: ?x a ?y を外すと100件以上になります。",
        ),
        (
            Explanation("term", "ct:A", 2, 1, ("ct:B", "ct:C")),
            "line 2: the graph holds no ct:A. Did you mean ct:B or ct:C?",
            "2行目: グラフに ct:A はありません。 もしかして: ct:B / ct:C",
        ),
        (
            Explanation("limit", "OFFSET 9", 0, 0, rows=4),
            "OFFSET 9 leaves no rows; without it there are 4 rows.",
            "OFFSET 9 のため結果が残りません。これがなければ4件になります。",
        ),
        (
            Explanation("leading", "?x a ?y . ?x a ?z .", 5, 1),
            "up to line 5: nothing matches these parts together: ?x a ?y . ?x a ?z .",
            "5行目まで: 次の部分を合わせると、すでに何にも一致しません: ?x a ?y . ?x a ?z .",
        ),
    ],
)
def test_sentences(one: Explanation, english: str, japanese: str) -> None:
    assert one.message() == english
    assert one.message("ja") == japanese


def test_a_long_part_is_cut_in_the_sentence() -> None:
    one = Explanation("alone", "x" * 5000, 1, 1)
    assert len(one.message()) < 400


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("SELECT ?q { << ?s a ct:State >> ct:quote ?q }", ["triple"]),
        ("SELECT ?r { ?r rdf:reifies <<( ?s a ct:Sate )>> }", ["term", "triple"]),
        ("ASK { ?s a ct:State {| ct:quote ?q |} }", ["triple"]),
        ("ASK { ?s a ct:State ~ ?r . ?r ct:quote ?q }", ["triple"]),
        ("SELECT ?s { LATERAL { ?s a ct:Sate } }", ["term", "unread"]),
    ],
)
def test_what_only_the_engine_reads_is_told(store: Store, text: str, reasons: list[str]) -> None:
    assert [one.reason for one in explain_empty(store, text)] == reasons


def test_no_explanation_where_there_is_nothing_to_explain(store: Store) -> None:
    assert explain_empty(store, "SELECT ?x { ?x a ct:Forum }") == []
    assert explain_empty(store, "SELECT ?x { }") == []
    assert explain_empty(store, "DESCRIBE ctd:fatf") == []
    with pytest.raises(QuerySyntaxError):
        explain_empty(store, "SELECT ?x {")


def test_other_servers_are_not_asked(store: Store) -> None:
    service = "SERVICE <http://127.0.0.1:9/> { ?x ?y ?z }"
    found = explain_empty(store, f"SELECT ?x {{ {service} ?x a ct:Forum , ct:State }}")
    assert told(found) == [("leading", "?x rdf:type ct:Forum . ?x rdf:type ct:State .", 0)]
    (only,) = explain_empty(store, f"SELECT ?x {{ {service} ?x a ct:Forum }}")
    assert only.pattern.startswith("SERVICE")
    assert only.rows == 5


PLACES = ("memory", "disk", "endpoint")


@pytest.fixture(params=PLACES)
def anywhere(request: pytest.FixtureRequest, tmp_path: Path, mini: Path) -> Iterator[Store]:
    if request.param == "disk":
        build_store(tmp_path / "store", [], locate(mini))
        opened = open_store(mini, store=tmp_path / "store")
    elif request.param == "endpoint":
        opened = open_store(mini, endpoint=request.getfixturevalue("mini_endpoint"))
    else:
        opened = open_store(mini)
    with opened:
        yield opened


def test_the_same_explanation_everywhere(anywhere: Store) -> None:
    text = """SELECT DISTINCT ?a {
      { ?p ct:participant ?a ; ct:role ctv:target } UNION { ?p ct:participant ?a ; ct:n 7 }
      GRAPH ?g { [] ct:participant ?a } FILTER(?a != ctd:jpn) }"""
    found = explain_empty(anywhere, text)
    expected = [
        ("term", "ctv:target", 0),
        ("term", "ct:n", 0),
        ("term", "7", 0),
        ("dropped", "?p ct:role ctv:target .", 1),
        ("dropped", "?p ct:n 7 .", 1),
    ]
    assert told(found) == expected


class Counting(Store):
    """A store that counts the queries and can be slow or gone."""

    def __init__(self, *, fault: CtgraphError | None = None) -> None:
        inner = awkward_store()
        super().__init__("memory", "counting", inner.bundle, graph=inner._backend.as_graph())
        self.texts: list[str] = []
        self.timeouts: list[float | None] = []
        self.fault = fault

    def select(self, query: str | Query, *, timeout: float | None = None) -> Solutions:
        self.texts.append(Query.of(query).text)
        self.timeouts.append(timeout)
        if self.fault is not None:
            raise self.fault
        return super().select(query)


def test_few_queries_are_run() -> None:
    store = Counting()
    parts = " ".join(f"?x ct:n {number} ." for number in range(20))
    found = explain_empty(store, f'SELECT ?x {{ ?x a ct:Forum ; skos:prefLabel "Twin" . {parts} }}')
    assert found
    assert len(store.texts) <= 4
    assert all(timeout is not None and timeout <= 5 for timeout in store.timeouts)


def test_what_is_too_slow_is_left_out() -> None:
    store = Counting(fault=QueryTimeout("the time was up."))
    text = "SELECT ?x { ?x a ct:Forum , ct:State , ct:Workshop ; ct:role ?y }"
    assert explain_empty(store, text) == []
    assert 1 < len(store.texts) <= 25


def test_one_slow_part_does_not_hide_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    store = Counting()
    answer = store.select

    def select(text: str, *, timeout: float | None = None) -> Solutions:
        if CT + "Forum" in text:
            raise QueryTimeout("the time was up.")
        return answer(text, timeout=timeout)

    monkeypatch.setattr(store, "select", select)
    found = explain_empty(store, "SELECT ?x { ?x a ct:Forum , ct:State }")
    assert told(found) == [("dropped", "?x rdf:type ct:Forum .", 1)]


def test_an_endpoint_that_is_gone_is_asked_once() -> None:
    store = Counting(fault=EndpointError("http://x/: gone."))
    assert explain_empty(store, "SELECT ?x { ?x a ct:Forum , ct:State }") == []
    assert len(store.texts) == 1


def test_an_endless_query_is_given_up() -> None:
    everything = " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(6))
    text = f"SELECT DISTINCT ?x {{ {everything} ?x a ct:State FILTER(?x = 3) }}"
    assert told(explain_empty(awkward_store(), text, timeout=1.0)) == []


def test_the_part_that_spoils_a_question_is_found(graph_store: Store) -> None:
    (spoiler,) = elements_of("ASK { ?spoiler ct:basis ctv:host }")
    for question in read_questions(graph_store.bundle).values():
        asked = parse_query(question.text)
        if asked.limit is not None or asked.where is None:
            continue
        rows = len(list(graph_store.select(question.text)))
        asked.where = tree.Group((spoiler, *asked.where.elements))
        found = explain_empty(graph_store, to_text(asked))
        blamed = [one.rows for one in found if one.pattern == "?spoiler ct:basis ctv:host ."]
        assert blamed == [min(rows, MOST_ROWS)], question.name


def elements_of(text: str) -> tuple[tree.Element, ...]:
    where = parse_query(text).where
    assert where is not None
    return where.elements


def test_no_full_stop_of_a_triple_stands_inside_a_sentence(store: Store) -> None:
    said = [one.message() for one in explain_empty(store, "SELECT ?x { ?x a ct:Sate }")]
    assert "line 1: nothing in the graph matches ?x rdf:type ct:Sate even alone." in said
