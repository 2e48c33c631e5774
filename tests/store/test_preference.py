"""Sources that differ: what the merge carries, what disagrees, what confirms."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyoxigraph as ox
import pytest
from dispute_project import FILES, SOURCES, make_project
from growing import extend_graph
from hypothesis import given, settings
from hypothesis import strategies as st

from ctgraph.store.build import build
from ctgraph.store.cache import compile_graph
from ctgraph.store.project import Bundle
from ctgraph.store.reader.preference import Period, Statement, choose_values, prefer_values
from ctgraph.store.store import open_store
from ctgraph.terms import PREFIXES, expand, shorten


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return make_project(tmp_path_factory.mktemp("dispute"))


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """The ontology without any data."""
    return make_project(tmp_path_factory.mktemp("empty"), ())


@pytest.fixture(scope="module")
def graph(bundle: Bundle) -> ox.Store:
    return compile_graph(bundle)


def rows(graph: ox.Store, text: str) -> list[tuple[str, ...]]:
    """The rows of a query, with names for IRIs."""
    solutions = graph.query(text, prefixes=PREFIXES)
    assert isinstance(solutions, ox.QuerySolutions)
    return [tuple(show(term) for term in solution) for solution in solutions]


def show(term: object) -> str:
    if isinstance(term, ox.NamedNode):
        return shorten(term.value)
    return term.value if isinstance(term, ox.Literal) else ""


def values(graph: ox.Store, thing: str, *properties: str) -> list[str]:
    return [
        show(quad.object)
        for name in properties
        for quad in graph.quads_for_pattern(
            ox.NamedNode(expand(thing)), ox.NamedNode(expand(name)), None, ox.DefaultGraph()
        )
    ]


# -- the order ------------------------------------------------------------------------------------


def statement(source: str, value: object = None, **facts: object) -> Statement:
    made = value if isinstance(value, (list, tuple)) else [value or source]
    said = frozenset((ox.NamedNode("urn:p"), ox.Literal(str(one))) for one in made)
    return Statement(source, said, **facts)  # type: ignore[arg-type]


def chosen(*statements: Statement) -> set[str]:
    """What is chosen, in whatever order the statements come."""
    found = {
        frozenset(term.value for _, term in choose_values(order) if isinstance(term, ox.Literal))
        for order in itertools.permutations(statements)
    }
    (only,) = found
    return set(only)


JUNE = Period("2023-06-01", "2023-06-30", 2)
FLAG_DAY = Period("2023-06-14", "2023-06-14", 1)
OTHER_DAY = Period("2023-07-14", "2023-07-14", 1)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (statement("z", is_chosen=True, rank=5), statement("a")),
        (statement("z", rank=1), statement("a", rank=2, date="2024-01-01")),
        (statement("z", rank=1, period=JUNE), statement("a", rank=4, period=FLAG_DAY)),
        (statement("z", is_stated=False, period=FLAG_DAY), statement("a", period=JUNE)),
        (statement("z", is_stated=True), statement("a", is_stated=False, date="2024-01-01")),
        (statement("z", date="2024-01-02"), statement("a", date="2024-01-01")),
        (statement("z", date="2024-01-02"), statement("a")),
        (statement("a"), statement("z")),
        (statement("a", period=JUNE), statement("z", period=OTHER_DAY)),
    ],
)
def test_each_point_of_the_order_decides(first: Statement, second: Statement) -> None:
    assert chosen(first, second) == {first.source}


def test_a_source_that_says_less_does_not_take_away() -> None:
    assert chosen(statement("a", "1"), statement("b", ["1", "2"], rank=4)) == {"1", "2"}
    assert chosen(statement("a", ["1", "2"]), statement("b", "1", rank=1)) == {"1", "2"}


def test_two_values_of_one_source_stay_both() -> None:
    assert chosen(statement("a", ["1", "2"]), statement("b", "3", rank=4)) == {"1", "2"}


def test_a_source_that_leaves_it_open_gives_way() -> None:
    silent = Statement(
        "a",
        frozenset(
            {(ox.NamedNode(expand("ct:amountStatus")), ox.NamedNode(expand("ctv:not-stated")))}
        ),
    )
    assert chosen(silent, statement("b", "5", rank=4)) == {"5"}
    assert choose_values([silent]) == silent.values


PERIODS = [None, JUNE, FLAG_DAY, OTHER_DAY, Period("2023-01-01", "2023-12-31", 3)]


@given(
    st.lists(
        st.builds(
            statement,
            source=st.sampled_from("abcdef"),
            value=st.lists(st.sampled_from("123"), min_size=1, unique=True),
            is_chosen=st.booleans(),
            rank=st.integers(1, 3),
            is_stated=st.booleans(),
            date=st.sampled_from(["", "2023-01-01", "2024-01-01"]),
            period=st.sampled_from(PERIODS),
        ),
        min_size=1,
        max_size=4,
        unique_by=lambda one: one.source,
    )
)
def test_the_choice_is_of_one_source_and_does_not_depend_on_the_order(
    statements: list[Statement],
) -> None:
    found = chosen(*statements)
    assert found in [{t.value for _, t in one.values} for one in statements]  # type: ignore[union-attr]


# -- the merge ------------------------------------------------------------------------------------


def test_the_merge_carries_the_values_of_the_preferred_source(graph: ox.Store) -> None:
    # The month of the evaluation is refined by the notice; the report is only news.
    assert values(graph, "ctd:workshop", "ct:startDate", "ct:endDate", "ct:datePrecision") == [
        "2023-06-14",
        "2023-06-14",
        "ctv:day",
    ]
    # Stated against inferred, official against news, an amount against none.
    assert values(graph, "ctd:workshop", "ct:heldIn") == ["ctd:lower-town"]
    amount = ("ct:amount", "ct:currency", "ct:sourceExpression")
    assert values(graph, "ctd:contribution", *amount) == [
        "5000000", "USD", "5 million US dollars"
    ]  # fmt: skip
    assert values(graph, "ctd:second-contribution", "ct:amount", "ct:amountStatus") == ["1000000"]


def test_a_choice_in_the_data_wins_and_the_other_name_is_still_found(graph: ox.Store) -> None:
    assert sorted(values(graph, "ctd:forum", "skos:prefLabel")) == [
        "Example Forum",
        "例示フォーラム",
    ]
    assert values(graph, "ctd:forum", "skos:altLabel") == ["EF"]


def test_every_value_stays_in_its_claim(graph: ox.Store) -> None:
    asked = "SELECT ?g ?v { GRAPH ?g { ctd:workshop ct:startDate ?v } } ORDER BY ?g"
    assert rows(graph, asked) == [
        ("ctd:evaluation-workshop", "2023-06-01"),
        ("ctd:notice-day", "2023-06-14"),
        ("ctd:report-day", "2023-06-15"),
    ]


# -- what disagrees, what confirms -----------------------------------------------------------------


def test_disagreements(graph: ox.Store) -> None:
    asked = (
        "SELECT ?d ?group (GROUP_CONCAT(DISTINCT ?name; separator=' ') AS ?sides) { { SELECT * "
        "{ ?d a ct:Disagreement ; ct:side ?side . OPTIONAL { ?d ct:disputedValue ?group } "
        "BIND(STRAFTER(STR(?side), STR(ctd:)) AS ?name) } ORDER BY ?name } } GROUP BY ?d ?group "
        "ORDER BY ?d"
    )
    assert rows(graph, asked) == [
        (
            "ctd:disagreement-contribution-amount",
            "ctv:amount-values",
            "evaluation-contribution report-contribution",
        ),
        (
            "ctd:disagreement-evaluation-co-host-report-lecturer",
            "",
            "evaluation-co-host report-lecturer",
        ),
        # The month of the evaluation contains either day and disagrees with none.
        ("ctd:disagreement-workshop-date", "ctv:date-values", "notice-day report-day"),
        ("ctd:disagreement-workshop-place", "ctv:place-values", "evaluation-place notice-place"),
    ]


def test_what_a_declared_disagreement_is_about(graph: ox.Store) -> None:
    asked = (
        "SELECT ?x { ctd:disagreement-evaluation-co-host-report-lecturer ct:disputedThing ?x } "
        "ORDER BY ?x"
    )
    assert [name for (name,) in rows(graph, asked)] == [
        "ctd:institute",
        "ctd:workshop",
    ]


def test_labels_of_disagreements(graph: ox.Store) -> None:
    asked = "SELECT ?l { ?d a ct:Disagreement ; skos:prefLabel ?l } ORDER BY LANG(?l) ?l"
    assert [text for (text,) in rows(graph, asked)] == [
        "Disagreement about Example contribution: amount",
        "Disagreement about Example workshop: date",
        "Disagreement about Example workshop: place",
        "Disagreement between the claims evaluation-co-host and report-lecturer",
        "「例示ワークショップ」に関する食い違い（場所の値）",
        "「例示ワークショップ」に関する食い違い（日付の値）",
        "「例示拠出」に関する食い違い（金額の値）",
        "主張evaluation-co-hostとreport-lecturerの食い違い",
    ]


def test_confirmations_go_both_ways_and_need_substance(graph: ox.Store) -> None:
    # Not the class, the label, the topic, the currency or the month that contains the day.
    assert rows(graph, "SELECT ?a ?b { ?a ct:confirms ?b } ORDER BY ?a") == [
        ("ctd:evaluation-co-host", "ctd:notice-co-host"),
        ("ctd:evaluation-institute", "ctd:notice-parent"),
        ("ctd:notice-co-host", "ctd:evaluation-co-host"),
        ("ctd:notice-parent", "ctd:evaluation-institute"),
    ]


# -- one file after the other ----------------------------------------------------------------------


def quads(graph: ox.Store) -> set[ox.Quad]:
    return set(graph)


def load_stepwise(empty: Bundle, steps: Iterable[Sequence[Path]]) -> ox.Store:
    graph = compile_graph(empty)
    for files in steps:
        extend_graph(graph, empty, files)
    return graph


@pytest.mark.parametrize("cut", [0, 1, 2])
def test_loading_later_gives_the_same_graph(graph: ox.Store, empty: Bundle, cut: int) -> None:
    # The notice and the report need the evaluation, which describes what they speak of.
    first, rest = FILES[: cut + 1], FILES[cut + 1 :]
    steps = [first, *([one] for one in rest)]
    assert quads(load_stepwise(empty, steps)) == quads(graph)
    assert quads(load_stepwise(empty, [first, *([rest[::-1]] if rest else [])])) == quads(graph)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_order_of_files_does_not_matter(
    graph: ox.Store, empty: Bundle, order: tuple[int, ...]
) -> None:
    assert quads(compile_graph(empty, [FILES[place] for place in order])) == quads(graph)


def test_a_store_on_disk_that_grows_is_the_same(
    graph: ox.Store, empty: Bundle, tmp_path: Path
) -> None:
    for path in FILES:
        build(tmp_path / "store", [path], empty)
    with open_store(empty.root, tmp_path / "store") as store:
        assert set(store.quads()) == quads(graph)


CLAIM = """
ctd:{name} {{
    ctd:{name} a ct:Claim ; ct:quote "{name}"@en ; ct:gloss "{name}"@en ;
        ct:section ctd:{source}-body ; ct:basis ct:Stated .
    ctd:workshop {said} .
}}
"""
HEAD = "".join(f"@prefix {name}: <{PREFIXES[name]}> .\n" for name in ("ct", "ctd", "ctv", "xsd"))
SAID = [
    'ct:startDate "2023-06-14"^^xsd:date ; ct:endDate "2023-06-14"^^xsd:date ; '
    "ct:datePrecision ctv:day",
    'ct:startDate "2023-01-01"^^xsd:date ; ct:endDate "2023-12-31"^^xsd:date ; '
    "ct:datePrecision ctv:year",
    'ct:startDate "2023-06-15"^^xsd:date',
    'ct:endDate "2023-06-16"^^xsd:date ; ct:datePrecision ctv:day',
    "ct:heldIn ctd:upper-town",
    "ct:heldIn ctd:lower-town",
]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.sampled_from(SOURCES), st.sampled_from(SAID)), max_size=3),
        min_size=1,
        max_size=3,
    ),
    st.randoms(use_true_random=False),
)
def test_whatever_is_said_fresh_and_stepwise_agree(
    empty: Bundle,
    tmp_path_factory: pytest.TempPathFactory,
    said: list[list[tuple[str, str]]],
    random: object,
) -> None:
    folder = tmp_path_factory.mktemp("said")
    files = []
    for place, claims in enumerate(said):
        if claims:
            files.append(folder / f"{place}.trig")
            texts = [
                CLAIM.format(name=f"added-{place}-{number}", source=source, said=text)
                for number, (source, text) in enumerate(claims)
            ]
            files[-1].write_text(HEAD + "".join(texts), encoding="utf-8")
    shuffled = list(files)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    fresh = compile_graph(empty, [*FILES, *shuffled])
    assert quads(load_stepwise(empty, [FILES, *([one] for one in files)])) == quads(fresh)


# -- cost -----------------------------------------------------------------------------------------


def test_a_graph_with_one_source_is_left_alone(tmp_path: Path) -> None:
    bundle = make_project(tmp_path, ["evaluation"])
    graph = compile_graph(bundle)
    assert values(graph, "ctd:workshop", "ct:datePrecision") == ["ctv:month"]
    assert rows(graph, "SELECT ?d { ?d a ct:Disagreement }") == []


def test_many_values_take_seconds_at_most() -> None:
    graph = ox.Store()
    default = ox.DefaultGraph()

    def node(name: str) -> ox.NamedNode:
        return ox.NamedNode(expand(name))

    def add(subject: str, predicate: str, value: str, where: str | None = None) -> None:
        terms = node(subject), node(predicate), node(value)
        for name in (node(where) if where else default, default):
            made.append(ox.Quad(*terms, name))

    made: list[ox.Quad] = []
    add("ctv:place-values", "ct:groupsProperty", "ct:heldIn")
    for source in range(20):
        add(f"ctd:section-{source}", "ct:source", f"ctd:source-{source}")
    for number in range(50_000):
        claim = f"ctd:claim-{number}"
        add(claim, "ct:section", f"ctd:section-{number % 20}", claim)
        add(f"ctd:thing-{number // 2}", "ct:heldIn", f"ctd:place-{number % 3}", claim)
    graph.extend(made)
    start = time.perf_counter()
    prefer_values(graph)
    assert time.perf_counter() - start < 10
    kept = graph.quads_for_pattern(None, node("ct:heldIn"), None, default)
    assert len(list(kept)) == 25_000
