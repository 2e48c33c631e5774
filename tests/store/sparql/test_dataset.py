"""The graphs a query sees, whichever way it is evaluated."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import ServeQuads

from ctgraph.store.database import GraphFiles
from ctgraph.store.deadline import run_forked, run_fresh
from ctgraph.store.project import Bundle
from ctgraph.store.sparql.dataset import QueryDataset
from ctgraph.store.sparql.query import Query
from ctgraph.store.store import Store, open_store

E = "http://e/"
# The triple of a and b is the same; the default graph of the store is no merge on purpose.
QUADS = b"""\
<http://e/s> <http://e/p> <http://e/o> <http://e/a> .
<http://e/s> <http://e/p> <http://e/o> <http://e/b> .
<http://e/s> <http://e/q> <http://e/o> <http://e/b> .
<http://e/s> <http://e/r> <http://e/o> <http://e/c> .
<http://e/s> <http://e/z> <http://e/o> .
"""
CASES = [
    ("", None, {"z"}, {"a", "b", "c"}),
    ("", QueryDataset((E + "a",)), {"p"}, set()),
    ("", QueryDataset((E + "a", E + "b")), {"p", "q"}, set()),
    ("", QueryDataset((E + "a", E + "a")), {"p"}, set()),
    ("", QueryDataset((), (E + "c",)), set(), {"c"}),
    ("", QueryDataset((E + "a", E + "b"), (E + "c", E + "a")), {"p", "q"}, {"a", "c"}),
    ("", QueryDataset((E + "none",)), set(), set()),
    ("FROM <http://e/a> FROM <http://e/b>", None, {"p", "q"}, set()),
    ("from <http://e/a>\nfrom <http://e/b> from named <http://e/c>", None, {"p", "q"}, {"c"}),
    ("FROM <http://e/a> FROM NAMED <http://e/b>", None, {"p"}, {"b"}),
    # What the protocol says takes the place of what the query says (SPARQL 1.1 Protocol, 2.1.4).
    ("FROM <http://e/a> FROM NAMED <http://e/a>", QueryDataset((E + "c",)), {"r"}, set()),
]
PREDICATES = "SELECT ?p {clauses} {{ ?s ?p ?o }}"
GRAPHS = "SELECT DISTINCT ?g {clauses} {{ GRAPH ?g {{ ?s ?p ?o }} }}"


def names(result: object) -> list[str]:
    assert isinstance(result, ox.QuerySolutions)
    return sorted(row[0].value.removeprefix(E) for row in result)


@pytest.fixture(scope="module")
def graph() -> ox.Store:
    store = ox.Store()
    store.load(QUADS, ox.RdfFormat.N_QUADS)
    return store


@pytest.fixture(scope="module")
def files(graph: ox.Store, tmp_path_factory: pytest.TempPathFactory) -> GraphFiles:
    path = tmp_path_factory.mktemp("dataset") / "graph.nq"
    graph.dump(path, ox.RdfFormat.N_QUADS)
    return GraphFiles(str(path), is_database=False)


@pytest.mark.parametrize(("clauses", "dataset", "predicates", "graphs"), CASES)
def test_a_query_sees_the_merge_of_its_graphs(
    graph: ox.Store,
    mini_bundle: Bundle,
    clauses: str,
    dataset: QueryDataset | None,
    predicates: set[str],
    graphs: set[str],
) -> None:
    store = Store("memory", "test", mini_bundle, graph=graph)
    found = names(store.query(PREDICATES.format(clauses=clauses), dataset=dataset))
    assert found == sorted(predicates), "each triple once"
    assert set(names(store.query(GRAPHS.format(clauses=clauses), dataset=dataset))) == graphs


@pytest.mark.parametrize("way", ["forked", "fresh"])
def test_processes_see_the_same(graph: ox.Store, files: GraphFiles, way: str) -> None:
    dataset = QueryDataset((E + "a", E + "b"), (E + "c",))
    for text, expected in ((PREDICATES, ["p", "q"]), (GRAPHS, ["c"])):
        query = Query(text.format(clauses=""))
        if way == "forked":
            result = run_forked(lambda: graph, query, 30, dataset)
        else:
            result = run_fresh(files, query, 30, dataset)
        assert names(result) == expected
    result = run_forked(lambda: graph, Query(PREDICATES.format(clauses="")), 30, QueryDataset())
    assert names(result) == []


@pytest.fixture(scope="module")
def remote(serve_quads: ServeQuads, mini: Path) -> Iterator[Store]:
    # Its default graph has to look like ours, or it is refused.
    with open_store(mini, endpoint=serve_quads(QUADS)) as store:
        yield store


def test_an_endpoint_is_told(remote: Store) -> None:
    dataset = QueryDataset((E + "a",), (E + "c",))
    assert names(remote.query(PREDICATES.format(clauses=""), dataset=dataset)) == ["p"]
    assert names(remote.query(GRAPHS.format(clauses=""), dataset=dataset)) == ["c"]


def test_a_fault_in_a_query_with_from_is_found(mini_store: Store) -> None:
    with pytest.raises(Exception, match="line 1, column"):
        mini_store.query("SELECT ?s FROM <http://e/a> FROM <http://e/b> { ?s ?p }")
