"""Reading SPARQL: tokens, tree, text, places, and what is refused."""

from __future__ import annotations

import pytest
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Quad,
    QueryBoolean,
    QuerySolutions,
    RdfFormat,
    Store,
)
from sparql_queries import BAD, ENGINE_REFUSES, GOOD, PROLOGUE

from ctgraph.errors import QuerySyntaxError
from ctgraph.sparql import (
    parse_query,
    to_text,
)

DATA = """
@prefix ex: <http://e/> .
ex:anna ex:knows ex:bert ; ex:age 31 ; ex:label "Anna"@en, "アンナ"@ja ; ex:関係 ex:日本 .
ex:bert ex:knows ex:carl ; ex:age 42 ; a ex:a .
ex:carl ex:knows ex:anna, ex:carl ; ex:value -1, +2, 1.5, .5, 1e3, 1.0E-3, -2.5 .
ex:a-b ex:with%20percent "p" . ex:a.b.c ex:x.y ex:o . ex:o ex:p ex:z .
ex:list ex:list (1 ex:x ex:anna (2 3) ()) .
GRAPH ex:g1 { ex:anna ex:knows ex:bert . ex:bert ex:age 42 }
GRAPH ex:g2 { ex:bert ex:age 42 }
"""


@pytest.fixture(scope="module")
def store() -> Store:
    store = Store()
    store.load(DATA.encode(), format=RdfFormat.TRIG)
    return store


def answer(store: Store, text: str) -> object:
    """What a query answers, in a form that can be compared."""
    result = store.query(text)
    if isinstance(result, QueryBoolean):
        return bool(result)
    if isinstance(result, QuerySolutions):
        names = [variable.value for variable in result.variables]
        rows = [tuple(_comparable(row[name]) for name in names) for row in result]
        # The order of the columns of `SELECT *` is the engine's own.
        order = sorted(range(len(names)), key=names.__getitem__)
        ordered = [tuple(row[index] for index in order) for row in rows]
        return sorted(names), ordered if "ORDER BY" in text else sorted(ordered)
    dataset = Dataset(Quad(t.subject, t.predicate, t.object) for t in result)
    dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return sorted(map(str, dataset))


def _comparable(term: object) -> str:
    return "_:" if isinstance(term, BlankNode) else str(term)


@pytest.mark.parametrize("text", GOOD)
def test_text_of_the_tree_means_the_same(store: Store, text: str) -> None:
    text = (
        PROLOGUE + text
        if not text.lstrip().upper().startswith("BASE")
        else (text.replace(">", "> " + PROLOGUE, 1))
    )
    tree = parse_query(text, {})
    written = to_text(tree)
    assert parse_query(written, {}) == tree
    assert to_text(parse_query(written, {})) == written
    assert answer(store, written) == answer(store, text)


@pytest.mark.parametrize("text", ENGINE_REFUSES)
def test_what_the_engine_refuses_is_still_read(store: Store, text: str) -> None:
    with pytest.raises(SyntaxError):
        store.query(PROLOGUE + text)
    tree = parse_query(PROLOGUE + text)
    assert parse_query(to_text(tree)) == tree
    store.query(to_text(tree))


@pytest.mark.parametrize(("text", "line", "column"), BAD)
def test_a_fault_is_named_with_its_place(text: str, line: int, column: int) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        parse_query(text)
    assert (caught.value.line, caught.value.column) == (line, column), str(caught.value)


def test_there_are_over_a_hundred_queries() -> None:
    assert len(set(GOOD)) > 100
