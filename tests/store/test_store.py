"""One store, three places: in memory, on disk, at an endpoint, and the same answers from each."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from conftest import ServeQuads

from ctgraph.errors import (
    BrokenFiles,
    DataError,
    QueryError,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    StoreError,
    UsageError,
)
from ctgraph.query.run import run_query
from ctgraph.store import cache as graph_cache
from ctgraph.store import deadline
from ctgraph.store.project import locate
from ctgraph.store.sparql import syntax_errors
from ctgraph.store.sparql.query import Query
from ctgraph.store.store import Store, build_store, open_store
from ctgraph.terms import CT, CTD, CTV

KINDS = ("memory", "compiled", "snapshot", "disk", "endpoint")

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"

SELECT_ALL = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of this test's own."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("CTGRAPH_CACHE", str(folder))
    return folder / "graphs"


@pytest.fixture(scope="session")
def mini_disk(mini: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("disk") / "store"
    build_store(directory, [], locate(mini))
    return directory


@pytest.fixture(params=KINDS)
def any_store(request: pytest.FixtureRequest, mini: Path) -> Iterator[Store]:
    """The small bundle in each place, one after the other."""
    yield from _opened(request, mini)


def _opened(request: pytest.FixtureRequest, mini: Path) -> Iterator[Store]:
    kind = request.param
    if kind == "compiled":
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("CTGRAPH_CACHE", "off")
            store = open_store(mini)
    elif kind == "disk":
        store = open_store(mini, store=request.getfixturevalue("mini_disk"))
    elif kind == "endpoint":
        store = open_store(mini, endpoint=request.getfixturevalue("mini_endpoint"))
    else:
        open_store(mini).close()  # so that there is a snapshot
        store = open_store(mini, snapshot=kind == "snapshot")
    with store:
        yield store


def rows(store: Store, text: str, **options: Any) -> list[list[str]]:
    """The rows of a SELECT as text."""
    return [[str(value) for value in row] for row in store.select(text, **options)]


def number(store: Store, text: str) -> int:
    ((term,),) = store.select(text)
    assert isinstance(term, ox.Literal)
    return int(term.value)


@pytest.fixture
def no_child_left() -> Callable[[], bool]:
    """Tells whether this process has no more children than when the test began."""

    def children() -> set[str]:
        lists = Path("/proc/self/task").glob("*/children")
        return {child for file in lists for child in file.read_text().split()}

    before = children()
    return lambda: children() <= before


# rdflib itself uses what it deprecates when a Dataset is asked.
RDFLIB = pytest.mark.filterwarnings(r"ignore:Dataset\.\w+ is deprecated:DeprecationWarning")


# What the issue asks for


def test_a_query_of_ours_grows_with_the_graph_and_one_of_a_user_is_bounded() -> None:
    long = " UNION ".join(["{ ?x a ct:State }"] * 1_100)
    with open_store() as store:
        assert store.ask(f"ASK {{ {long} }}")
        with pytest.raises(QuerySyntaxError, match="more than 1000"):
            store.query(f"ASK {{ {long} }}")


@RDFLIB
def test_a_triple_that_two_claims_share_counts_once(any_store: Store) -> None:
    shared = "ctd:workshop-2023 a ct:Workshop"
    assert number(any_store, f"SELECT (COUNT(*) AS ?n) {{ {shared} }}") == 1
    assert number(any_store, f"SELECT (COUNT(?g) AS ?n) {{ GRAPH ?g {{ {shared} }} }}") == 2
    assert number(any_store, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == 177
    dataset = any_store.to_rdflib()
    found: Any = dataset.query(f"SELECT (COUNT(*) AS ?n) {{ {shared} }}")
    assert [int(row.n) for row in found] == [1]
    assert len(list(dataset.default_graph.triples((None, None, None)))) == 177


def test_the_same_shared_triple_on_the_real_graph(graph_store: Store) -> None:
    text = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } ?g a ct:Claim }"
    assert number(graph_store, text) >= graph_store.counts().asserted
    distinct = "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s ?p ?o { ?s ?p ?o } }"
    assert number(graph_store, distinct) == number(
        graph_store, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    )


# The same answers from every place

QUESTIONS = [
    SELECT_ALL,
    "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g",
    "SELECT ?actor ?label { ?actor ct:participatesIn ?x ; skos:prefLabel ?label } ORDER BY ?label",
    "SELECT ?x ?y { ?x ct:amount ?y OPTIONAL { ?x ct:source ?none } }",
    "SELECT ?none { ctd:nothing ?p ?none }",
    'SELECT ?x ("a\\u0022b"@ja AS ?y) { VALUES ?x { UNDEF 1 1.5 true "x\\n\\ty" } }',
]


@pytest.mark.parametrize("text", QUESTIONS)
def test_select_answers_alike(any_store: Store, mini_store: Store, text: str) -> None:
    expected = rows(mini_store, text)
    assert rows(any_store, text) == expected
    assert rows(any_store, text, timeout=60) == expected


@pytest.mark.parametrize("timeout", [None, 60.0])
def test_ask_answers_alike(any_store: Store, timeout: float | None) -> None:
    assert any_store.ask("ASK { ctd:unodc a ct:InternationalOrganization }", timeout=timeout)
    assert not any_store.ask("ASK { ctd:unodc a ct:State }", timeout=timeout)


def test_random_numbers_differ_in_each_child(mini_store: Store) -> None:
    text = "SELECT (RAND() AS ?a) (UUID() AS ?b) (STRUUID() AS ?c) { }"
    list(mini_store.select(text))  # of whose state each child has a copy
    seen = [tuple(row) for _ in range(3) for row in mini_store.select(text, timeout=60)]
    assert [len(set(column)) for column in zip(*seen, strict=True)] == [3, 3, 3]


@pytest.mark.parametrize("timeout", [None, 60.0])
@pytest.mark.parametrize(
    "text", ["DESCRIBE ctd:unodc", "CONSTRUCT { ?s a ?c } WHERE { ?s a ?c }", "CONSTRUCT {} {}"]
)
def test_construct_answers_alike(
    any_store: Store, mini_store: Store, text: str, timeout: float | None
) -> None:
    found = {str(triple) for triple in any_store.construct(text, timeout=timeout)}
    assert found == {str(triple) for triple in mini_store.construct(text)}


def test_quads_are_alike(any_store: Store, mini_store: Store) -> None:
    quads = list(any_store.quads())
    assert set(quads) == set(mini_store.quads())
    assert len(quads) == 177 + 63 + 2 + 113


def test_counts_are_alike(any_store: Store) -> None:
    counts = any_store.counts()
    hashes = (counts.claims_hash, counts.graph_hash)
    assert counts._replace(claims_hash="", graph_hash="") == graph_cache.Counts(
        claims=6, stated=5, inferred=1, triples=177, asserted=62, derived=2, ontology=113,
        claims_hash="", graph_hash="",
    )  # fmt: skip
    expected = (
        "da817d5f8e10860968a7e695b7806a21814407fdb45aa528738396f947a4b776",
        "2216f8003da592c0cbbf4b45b82f55535ebb0114eefbfd804357473b6852b834",
    )
    assert hashes == (("", "") if any_store.kind == "endpoint" else expected)


def test_the_claims_hash_is_that_of_the_sorted_claims(mini_store: Store) -> None:
    import hashlib

    claims = "SELECT ?s ?p ?o ?g { GRAPH ?g { ?s ?p ?o } ?g a ct:Claim }"
    lines = sorted(" ".join(map(str, row)) + " .\n" for row in mini_store.select(claims))
    assert hashlib.sha256("".join(lines).encode()).hexdigest() == mini_store.counts().claims_hash


def test_versions(any_store: Store) -> None:
    versions = any_store.version_info()
    assert versions["ontology"] == "0.0.1"
    assert versions["pyoxigraph"] == ox.__version__
    assert ("claims_sha256" in versions) == (any_store.kind != "endpoint")


def test_known_terms_are_alike(any_store: Store, mini_store: Store) -> None:
    known = any_store.known_terms()
    assert known == mini_store.known_terms()
    assert {CT + "participant", CTD + "unodc", CTV + "host", CTD + "mini-a01"} <= known
    assert CTD + "nothing" not in known
    assert not [iri for iri in known if not iri.startswith((CT, CTD, CTV))]


def test_a_term_is_known_or_not(any_store: Store) -> None:
    for iri in (CT + "participant", CTD + "unodc", CTV + "host", CTD + "rule-participates-in"):
        assert any_store.knows(iri)
    for iri in (CTD + "unodcc", CTD + "no IRI", ""):
        assert not any_store.knows(iri)


def test_labels(any_store: Store) -> None:
    unodc, state, nothing = CTD + "unodc", CT + "State", CTD + "nothing"
    assert any_store.labels([unodc, state, nothing, "no IRI", unodc], "ja") == {
        unodc: "国連薬物・犯罪事務所",
        state: "国家",
    }
    assert any_store.labels([state], "en") == {state: "state"}
    assert any_store.labels([], "en") == {}
    # Again, now from what is remembered.
    assert any_store.labels([nothing, unodc], "ja") == {unodc: "国連薬物・犯罪事務所"}


def test_a_label_in_another_language_is_better_than_none(mini_copy: Path) -> None:
    actors = mini_copy / "data/register/actors.trig"
    text = actors.read_text(encoding="utf-8").replace('"Japan"@en , "日本"@ja', '"Japan"@en , "J"')
    text = text.replace('"United Nations Office on Drugs and Crime"@en , ', '"Ein Amt"@de , ')
    actors.write_text(text, encoding="utf-8")
    with open_store(mini_copy) as store:
        jpn, unodc = CTD + "jpn", CTD + "unodc"
        assert store.labels([jpn, unodc], "ja") == {jpn: "Japan", unodc: "国連薬物・犯罪事務所"}
        assert store.labels([unodc], "en") == {unodc: "Ein Amt"}


@RDFLIB
def test_rdflib_sees_the_same(any_store: Store) -> None:
    import rdflib

    dataset = any_store.to_rdflib()
    text = "SELECT ?s ?p ?o { ?s ?p ?o }"
    ours = {tuple(row) for row in rows(any_store, text)}
    found: Any = dataset.query(text)
    theirs = {tuple(term.n3() for term in row) for row in found}
    assert len(theirs) == len(ours)
    claim = dataset.graph(rdflib.URIRef(CTD + "mini-a02"))
    assert len(claim) == 11
    graphs = {str(graph.identifier) for graph in dataset.graphs()}
    assert {CTD + "mini-a01", CTD + "rule-participates-in"} <= graphs
    bound = dict(dataset.namespaces())
    assert str(bound["ct"]) == CT
    assert str(bound["schema"]) == "https://schema.org/"
    # rdflib's own engine over the same graph.
    own = dataset.query("ASK { ctd:unodc ct:participatesIn ?x }", use_store_provided=False)
    assert own.askAnswer


@RDFLIB
def test_the_rdflib_view_cannot_be_changed_but_copied(any_store: Store) -> None:
    import rdflib

    view = any_store.to_rdflib()
    thing = rdflib.URIRef(CTD + "new")
    before = len(list(view.quads()))
    for change in (
        lambda: view.add((thing, rdflib.RDF.type, thing)),
        lambda: view.addN([(thing, thing, thing, view.default_graph)]),
        lambda: view.remove((thing, thing, thing)),
        lambda: view.update("DELETE WHERE { ?s ?p ?o }"),
        lambda: view.remove_graph(rdflib.URIRef(CTD + "mini-a01")),
    ):
        with pytest.raises(StoreError, match="is a view of the graph"):
            change()
    assert len(list(view.quads())) == before
    assert len(view.graph(rdflib.URIRef(CTD + "not-there"))) == 0
    assert any_store.ask("ASK { ?s ?p ?o }")
    copy = rdflib.Dataset()
    copy.addN(view.quads())  # type: ignore[arg-type]
    copy.add((thing, rdflib.RDF.type, thing))
    assert len(list(copy.quads())) == before + 1


# What is refused, wherever the store is


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { ctd:a ct:order 1 }",
        "DROP ALL",
        "LOAD <http://127.0.0.1/x>",
        "SELECT * { SERVICE <http://127.0.0.1:9/x> { ?s ?p ?o } }",
    ],
)
def test_updates_and_service_are_refused(any_store: Store, text: str) -> None:
    for timeout in (None, 60.0):
        with pytest.raises(QueryRefused):
            any_store.query(text, timeout=timeout)


@pytest.mark.parametrize("timeout", [None, 60.0])
def test_an_undeclared_prefix_is_named(any_store: Store, timeout: float | None) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        any_store.query("SELECT ?x {\n ?x skso:prefLabel ?y }", timeout=timeout)
    assert "skso" in str(caught.value)
    assert (caught.value.line, caught.value.column) == (2, 5)
    assert "Did you mean skos:" in str(caught.value)


@pytest.mark.parametrize("timeout", [None, 60.0])
def test_a_syntax_error_has_its_place(any_store: Store, timeout: float | None) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        any_store.query("SELECT ?x {\n ?x ?y }", timeout=timeout)
    assert caught.value.line == 2
    assert "\\u{" not in str(caught.value)


@pytest.mark.parametrize("timeout", [0, -1, float("nan"), float("inf")])
def test_a_time_limit_is_above_zero(any_store: Store, timeout: float) -> None:
    with pytest.raises(UsageError, match="means nothing"):
        any_store.query("ASK {}", timeout=timeout)


def test_the_wrong_form(any_store: Store) -> None:
    with pytest.raises(QueryError, match="is no SELECT query"):
        any_store.select("ASK {}")
    with pytest.raises(QueryError, match="is no ASK query"):
        any_store.ask("SELECT * {}")
    with pytest.raises(QueryError, match="is no CONSTRUCT or DESCRIBE query"):
        any_store.construct("ASK {}")


def test_a_closed_store_answers_nothing(any_store: Store) -> None:
    any_store.close()
    any_store.close()
    for timeout in (None, 60.0):
        with pytest.raises(StoreError, match="is closed"):
            any_store.query("ASK {}", timeout=timeout)


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("error at 1:5: expected one of LATERAL, SERVICE, [_]", "expected LATERAL or SERVICE"),
        ("error at 2:1: expected OPTIONAL", "line 2, column 1: expected OPTIONAL"),
        (
            "error at 1:42: expected one of The SELECT contains a variable that is unbound, [_]",
            "column 42: The SELECT contains a variable that is unbound.",
        ),
        ("error at 1:6: expected one of ['0'..='9'], [_]", "expected something else here"),
        ('error at 1:6: expected one of "$", "(", "+", "-", ".", ":", "<", "?"', ", …"),
        ("error at 1:9: expected [_]", "column 9: expected something else here."),
        ("error at 1:9: expected <unreported>", "column 9: expected something else here."),
        ("error at 1:9: expected one of ABS, [_], isLITERAL", "expected something else here."),
        ("something new", "query: something new."),
    ],
)
def test_what_pyoxigraph_says_is_made_readable(message: str, said: str) -> None:
    # A query that our own reader accepts, so that pyoxigraph's words are what is left.
    assert said in str(syntax_errors.explain_syntax(Query("ASK {}"), message))


# Deadlines


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
@pytest.mark.parametrize("kind", ["memory", "snapshot", "disk"])
@pytest.mark.parametrize("was_used", [False, True])
def test_an_endless_query_is_stopped(
    mini: Path, mini_disk: Path, kind: str, was_used: bool, no_child_left: Callable[[], bool]
) -> None:
    open_store(mini).close()
    with open_store(
        mini, store=mini_disk if kind == "disk" else None, snapshot=kind == "snapshot"
    ) as store:
        if was_used:
            assert store.ask("ASK { ?s ?p ?o }")
        with pytest.raises(QueryTimeout, match=r"stopped after 0\.5 seconds"):
            store.query(ENDLESS, timeout=0.5)
        assert no_child_left()
        # And the store is as good as before.
        assert store.ask("ASK { ?s ?p ?o }", timeout=60)
        assert store.ask("ASK { ?s ?p ?o }")


def test_an_endpoint_that_does_not_end_is_given_up(mini: Path, mini_endpoint: str) -> None:
    with open_store(mini, endpoint=mini_endpoint) as store:
        assert store.ask("ASK { ?s ?p ?o }")
        with pytest.raises(QueryTimeout, match=r"no whole answer within 0\.5 seconds"):
            store.query(ENDLESS, timeout=0.5)


@pytest.mark.parametrize("kind", ["memory", "compiled"])
def test_no_fork_while_other_threads_run(
    mini: Path, kind: str, monkeypatch: pytest.MonkeyPatch, no_child_left: Callable[[], bool]
) -> None:
    if kind == "compiled":
        monkeypatch.setenv("CTGRAPH_CACHE", "off")
    monkeypatch.setattr(os, "fork", lambda: pytest.fail("forked beside another thread"))
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        with open_store(mini) as store:
            assert number(store, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == 177
            result = rows(store, SELECT_ALL, timeout=60)
            assert result == rows(store, SELECT_ALL)
            with pytest.raises(QueryTimeout):
                store.query(ENDLESS, timeout=1)
            dumped = getattr(store._backend, "dumped", None)
            assert (dumped is not None) == (kind == "compiled")
        assert dumped is None or not dumped.exists()
        assert no_child_left()
    finally:
        done.set()
        thread.join()


def test_without_fork_at_all(mini: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "fork")
    with open_store(mini) as store:
        assert store.ask("ASK { ?s ?p ?o }", timeout=60)


def test_a_worker_that_dies(mini_store: Store, no_child_left: Callable[[], bool]) -> None:
    with pytest.raises(QueryError, match="the process that answered the query died"):
        deadline.run_forked(lambda: os._exit(3), Query("ASK {}"), 60)
    assert no_child_left()


def test_an_answer_that_is_too_large(mini_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadline, "LARGEST_ANSWER", 1000)
    with pytest.raises(QueryError, match="the answer is larger than"):
        mini_store.query(SELECT_ALL, timeout=60)


def test_no_process_to_be_had(mini_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def fork() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", fork)
    with pytest.raises(QueryError, match="no process could be started"):
        mini_store.query("ASK {}", timeout=60)


def run_python(code: str, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        **options,
    )


def test_the_child_flushes_and_runs_nothing_of_the_parent(mini: Path) -> None:
    code = """
import atexit, sys
from pathlib import Path
from ctgraph.store.store import open_store
atexit.register(lambda: print("at exit"))
print("before", end=" ")  # stays in the buffer
store = open_store(Path(sys.argv[1]))
print(store.ask("ASK { ?s ?p ?o }", timeout=60), end=" ")
"""
    done = run_python(code, str(mini))
    assert (done.stdout, done.stderr) == ("before True at exit\n", "")


@pytest.mark.parametrize("was_used", [False, True])
def test_ctrl_c_kills_the_worker(mini: Path, tmp_path: Path, was_used: bool) -> None:
    code = f"""
import os, signal, sys
from pathlib import Path
from ctgraph.store.store import open_store
# A shell that runs the tests in the background has it ignored, and children inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
store = open_store(Path(sys.argv[1]), snapshot=True)
if {was_used}:
    store.ask("ASK {{ ?s ?p ?o }}")
print("ready", flush=True)
try:
    store.query({ENDLESS!r}, timeout=100)
except KeyboardInterrupt:
    try:
        os.waitpid(-1, os.WNOHANG)
        print("a child is left")
    except ChildProcessError:
        print("interrupted")
"""
    open_store(mini).close()
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(mini)],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    with process.stdout:
        assert process.stdout.readline() == "ready\n"
        _wait_for_child(process.pid)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        assert process.stdout.read() == "interrupted\n"
    assert process.wait(60) == 0


def _wait_for_child(pid: int) -> None:
    """Until a process has a child, so that it is in the middle of a query."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    if not children.exists():
        pytest.skip("needs Linux's /proc")
    for _ in range(2000):
        if children.read_text().strip():
            return
        threading.Event().wait(0.01)
    pytest.fail("no worker was started")


# The cached graph


def folders(cache: Path) -> list[Path]:
    return sorted(path for path in cache.iterdir() if not path.name.startswith("."))


def test_the_first_use_fills_the_cache_and_the_next_reads_it(
    mini: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(mini, snapshot=True) as store:
        expected = rows(store, SELECT_ALL)
    (folder,) = folders(cache)
    assert folder.name == locate(mini).fingerprint()
    monkeypatch.setattr(graph_cache, "compile_graph", lambda *_: pytest.fail("compiled again"))
    for as_snapshot in (False, True):
        with open_store(mini, snapshot=as_snapshot) as store:
            assert rows(store, SELECT_ALL) == expected


def test_an_edit_makes_a_new_graph_and_old_ones_are_pruned(mini_copy: Path, cache: Path) -> None:
    path = mini_copy / "data/mini-source/efforts.trig"
    first = path.read_text(encoding="utf-8")
    seen = []
    for count in range(5):
        path.write_text(first.replace("1000.50", f"{1000 + count}.5"), encoding="utf-8")
        with open_store(mini_copy, snapshot=True) as store:
            ((amount,),) = rows(store, "SELECT ?x { ctd:workshop-2023 ct:amount ?x }")
            seen.append(amount.split('"')[1])
    assert seen == [f"{1000 + count}.5" for count in range(5)]
    kept = folders(cache)
    assert len(kept) == 3
    assert locate(mini_copy).fingerprint() in {folder.name for folder in kept}


@pytest.mark.parametrize("value", ["", "off", "OFF"])
def test_no_cache_if_none_is_wanted(
    mini: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("CTGRAPH_CACHE", value)
    monkeypatch.chdir(tmp_path)
    with open_store(mini, snapshot=True) as store:
        assert store.ask("ASK { ?s ?p ?o }")
    assert list(tmp_path.iterdir()) == []


def test_the_cache_is_where_the_platform_keeps_caches(
    mini: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CTGRAPH_CACHE")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    open_store(mini).close()
    assert folders(tmp_path / "xdg/ctgraph/graphs")
    # A relative path is invalid by the specification.
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    open_store(mini).close()
    assert folders(tmp_path / "home/.cache/ctgraph/graphs")
    assert not (tmp_path / "relative").exists()


def test_a_cache_that_cannot_be_written_is_no_error(
    mini: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CTGRAPH_CACHE", str(tmp_path / "file/cache"))
    with open_store(mini, snapshot=True) as store:
        assert store.ask("ASK { ?s ?p ?o }")


def test_a_full_disk_leaves_nothing_behind(
    mini: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(store: ox.Store) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(graph_cache, "list_terms", full)
    with open_store(mini, snapshot=True) as store:
        assert store.ask("ASK { ?s ?p ?o }")
    assert list(cache.iterdir()) == []


def test_a_cache_that_others_can_write_is_not_used(mini: Path, cache: Path) -> None:
    cache.mkdir(parents=True)
    cache.chmod(0o777)
    open_store(mini).close()
    assert list(cache.iterdir()) == []
    # Not even if what is in there looks right.
    cache.chmod(0o700)
    open_store(mini).close()
    assert graph_cache.find_snapshot(locate(mini), for_database=True) is not None
    cache.chmod(0o770)
    assert graph_cache.find_snapshot(locate(mini), for_database=True) is None


def test_a_cache_of_someone_else_is_not_used(
    mini: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_store(mini).close()
    monkeypatch.setattr(os, "getuid", lambda: 12345)
    assert graph_cache.find_snapshot(locate(mini), for_database=True) is None
    with open_store(mini, snapshot=True) as store:
        assert store.ask("ASK { ?s ?p ?o }")


def test_a_cache_that_is_a_link_is_not_used(mini: Path, cache: Path, tmp_path: Path) -> None:
    cache.parent.mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    cache.symlink_to(tmp_path / "elsewhere")
    open_store(mini).close()
    assert list((tmp_path / "elsewhere").iterdir()) == []


def _tables(folder: Path) -> list[Path]:
    return sorted((folder / "rocksdb").glob("*.sst"))


def _truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _flip(path: Path) -> None:
    """Change one byte in the middle of the data."""
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 1
    path.write_bytes(content)


def _garble(path: Path) -> None:
    path.write_bytes(b"\xa5" * path.stat().st_size)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "a table is cut": lambda folder: _truncate(_tables(folder)[0]),
    "a table is lost": lambda folder: _tables(folder)[0].unlink(),
    "all tables are garbled": lambda folder: list(map(_garble, _tables(folder))),
    "a block is flipped": lambda folder: list(map(_flip, _tables(folder))),
    "the quads are flipped": lambda folder: _flip(folder / "graph.nq"),
    "CURRENT is lost": lambda folder: (folder / "rocksdb/CURRENT").unlink(),
    "CURRENT is garbled": lambda folder: _garble(folder / "rocksdb/CURRENT"),
    "the quads are cut": lambda folder: _truncate(folder / "graph.nq"),
    "the quads are garbled": lambda folder: _garble(folder / "graph.nq"),
    "the manifest is lost": lambda folder: (folder / "manifest").unlink(),
    "the manifest is garbled": lambda folder: _garble(folder / "manifest"),
    "the terms are garbled": lambda folder: _garble(folder / "terms"),
    "the counts are garbled": lambda folder: _garble(folder / "counts"),
    "the folder is lost": shutil.rmtree,
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("as_snapshot", [False, True])
def test_a_damaged_copy_is_made_again(
    mini: Path, mini_store: Store, cache: Path, damage: str, as_snapshot: bool
) -> None:
    open_store(mini).close()
    (folder,) = folders(cache)
    DAMAGES[damage](folder)
    for _ in range(2):
        with open_store(mini, snapshot=as_snapshot) as store:
            assert rows(store, SELECT_ALL) == rows(mini_store, SELECT_ALL)
            assert store.known_terms() == mini_store.known_terms()
            assert store.counts() == mini_store.counts()


@pytest.mark.parametrize("timeout", [None, 60.0])
@pytest.mark.parametrize("damage", ["all tables are garbled", "the folder is lost"])
def test_a_copy_that_is_lost_after_it_was_found(
    mini: Path, mini_store: Store, cache: Path, damage: str, timeout: float | None
) -> None:
    open_store(mini).close()
    with open_store(mini, snapshot=True) as store:
        DAMAGES[damage](folders(cache)[0])
        assert rows(store, SELECT_ALL, timeout=timeout) == rows(mini_store, SELECT_ALL)
        assert store.known_terms() == mini_store.known_terms()
    assert graph_cache.find_snapshot(locate(mini), for_database=True) is not None


@pytest.mark.parametrize("timeout", [None, 60.0])
def test_a_faulty_query_to_a_copy_that_is_lost(
    mini: Path, cache: Path, timeout: float | None
) -> None:
    open_store(mini).close()
    with open_store(mini, snapshot=True) as store:
        shutil.rmtree(folders(cache)[0])
        # Our own reader accepts it, so the engine is asked before it is known to be faulty.
        with pytest.raises(QuerySyntaxError):
            store.query("SELECT ?x { BIND(1 AS ?x) BIND(2 AS ?x) }", timeout=timeout)


def test_many_first_uses_at_once(mini: Path, cache: Path) -> None:
    code = """
import sys
from pathlib import Path
from ctgraph.store.store import open_store
sys.stdin.readline()
store = open_store(Path(sys.argv[1]), snapshot=True)
print(len(list(store.select("SELECT * { ?s ?p ?o }"))))
"""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(mini)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    assert [process.communicate(timeout=120) for process in processes] == [("177\n", "")] * 4
    assert len(folders(cache)) == 1
    assert graph_cache.find_snapshot(locate(mini), for_database=True) is not None
    assert [path.name for path in cache.iterdir() if path.name.startswith(".")] == []


def test_what_a_killed_process_left_half_made_is_cleaned_after_an_hour(
    mini: Path, cache: Path
) -> None:
    cache.mkdir(parents=True, mode=0o700)
    for name, age in (("old", 7200), ("new", 10)):
        (cache / f".making-{name}").mkdir()
        then = (cache / f".making-{name}").stat().st_mtime - age
        os.utime(cache / f".making-{name}", (then, then))
    open_store(mini).close()
    assert [path.name for path in cache.iterdir() if path.name.startswith(".")] == [".making-new"]


def test_files_edited_while_they_are_read_are_not_cached(
    mini_copy: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compile_graph = graph_cache.compile_graph

    def slow(*arguments: Any) -> ox.Store:
        graph = compile_graph(*arguments)
        os.utime(mini_copy / "data/register/actors.trig", (1, 1))
        return graph

    monkeypatch.setattr(graph_cache, "compile_graph", slow)
    open_store(mini_copy).close()
    assert not cache.exists() or folders(cache) == []


def test_more_files_are_read_beside_the_bundle(mini: Path, tmp_path: Path) -> None:
    with open_store(mini, files=[extra(tmp_path)]) as store:
        assert store.kind == "memory"
        assert number(store, "SELECT (COUNT(*) AS ?n) { ?s a ct:Claim }") == 7
        # Rules see them.
        assert store.ask("ASK { ctd:extra-actor ct:participatesIn ctd:workshop-2023 }")


def test_broken_data_is_not_opened(mini_copy: Path) -> None:
    (mini_copy / "data/register/actors.trig").write_text("x")
    with pytest.raises(BrokenFiles):
        open_store(mini_copy)


@pytest.mark.parametrize(
    "options",
    [
        {"store": Path("a"), "endpoint": "http://localhost/"},
        {"store": Path("a"), "files": [Path("b.trig")]},
        {"endpoint": "http://localhost/", "files": [Path("b.trig")]},
    ],
)
def test_places_exclude_each_other(mini: Path, options: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        open_store(mini, **options)


# Stores on disk


def extra(folder: Path, name: str = "extra") -> Path:
    """A file with one claim more."""
    path = folder / f"{name}.trig"
    path.write_text(
        f"""
@prefix ct: <https://w3id.org/ctgraph/ontology#> .
@prefix ctd: <https://w3id.org/ctgraph/id/> .
@prefix ctv: <https://w3id.org/ctgraph/concept/> .
ctd:{name}-1 {{
    ctd:{name}-1 a ct:Claim ; ct:quote "x"@ja ; ct:section ctd:mini-section-2 ; ct:basis ct:Stated .
    ctd:{name}-actor a ct:State .
    ctd:{name}-part a ct:Participation ; ct:participant ctd:{name}-actor ;
        ct:activity ctd:workshop-2023 ; ct:role ctv:partner .
}}
""",
        encoding="utf-8",
    )
    return path


CLAIMS = "SELECT ?c { ?c a ct:Claim } ORDER BY ?c"


def claims(mini: Path, directory: Path) -> int:
    with open_store(mini, store=directory) as store:
        return len(rows(store, CLAIMS))


def test_a_store_is_built_and_grows(mini: Path, tmp_path: Path) -> None:
    bundle, directory = locate(mini), tmp_path / "deep/store"
    first = build_store(directory, [extra(tmp_path, "one")], bundle)
    assert (first.generation, first.counts.claims, first.counts.derived) == (1, 7, 3)
    second = build_store(directory, [extra(tmp_path, "two")], bundle)
    assert (second.generation, second.counts.claims, second.counts.derived) == (2, 8, 4)
    assert second.sources == (str(tmp_path / "one.trig"), str(tmp_path / "two.trig"))
    # Growing gives the same as building at once.
    again = build_store(tmp_path / "other", [tmp_path / "one.trig", tmp_path / "two.trig"], bundle)
    # The hashes are read off the graph when somebody wants them.
    assert again.counts._replace(claims_hash="", graph_hash="") == second.counts
    with (
        open_store(mini, store=directory) as grown,
        open_store(mini, store=tmp_path / "other") as built,
    ):
        assert set(grown.quads()) == set(built.quads())
        assert "claims_sha256" not in grown.version_info(most=100)
        assert grown.version_info() == built.version_info()
    with open_store(mini, store=directory) as opened_again:
        assert opened_again.counts().claims_hash == again.counts.claims_hash
    third = build_store(directory, [], bundle, replace=True)
    assert (third.generation, third.counts.claims, third.sources) == (3, 6, ())
    assert claims(mini, directory) == 6


def test_growing_derives_anew(mini_copy: Path, tmp_path: Path) -> None:
    rule = mini_copy / "ontology/rules/count.rq"
    header = (mini_copy / "ontology/rules/participates-in.rq").read_text(encoding="utf-8")
    header = header[: header.index("CONSTRUCT")].replace("ct:participatesIn", "ct:order")
    rule.write_text(
        header.replace("order = 10", "order = 20")
        + "CONSTRUCT { ctd:workshop-2023 ct:order ?n } WHERE {"
        " { SELECT (COUNT(?a) AS ?n) { ?a ct:participatesIn ?x } } }",
        encoding="utf-8",
    )
    text = "SELECT ?n { ctd:workshop-2023 ct:order ?n }"
    bundle, directory = locate(mini_copy), tmp_path / "store"
    build_store(directory, [], bundle)
    with open_store(mini_copy, store=directory) as store:
        assert number(store, text) == 2
    build_store(directory, [extra(tmp_path)], bundle)
    with open_store(mini_copy, store=directory) as store:
        assert number(store, text) == 3  # and 2 is gone


def test_a_reader_keeps_its_generation(mini: Path, tmp_path: Path) -> None:
    bundle, directory = locate(mini), tmp_path / "store"
    build_store(directory, [], bundle)
    with open_store(mini, store=directory) as used, open_store(mini, store=directory) as opened:
        assert len(rows(used, CLAIMS)) == 6
        build_store(directory, [extra(tmp_path)], bundle)
        assert len(rows(used, CLAIMS)) == 6
        assert len(rows(opened, CLAIMS)) == 6
        assert claims(mini, directory) == 7
    build_store(directory, [], bundle)
    assert sorted(path.name for path in directory.iterdir()) == [
        "ctgraph-store.json", "ctgraph-store.lock", "generation-2", "generation-3",
    ]  # fmt: skip


def test_a_published_generation_is_never_written(mini: Path, tmp_path: Path) -> None:
    bundle, directory = locate(mini), tmp_path / "store"
    build_store(directory, [], bundle)

    def stamps() -> dict[str, tuple[int, int]]:
        return {
            path.name: (path.stat().st_size, path.stat().st_mtime_ns)
            for path in (directory / "generation-1").iterdir()
        }

    before = stamps()
    with open_store(mini, store=directory) as store:
        assert store.ask("ASK { ?s ?p ?o }")
    build_store(directory, [extra(tmp_path)], bundle)
    assert stamps() == before


@pytest.mark.parametrize(
    ("stage", "replace"),
    [
        ("data/register/actors.trig", True),
        ("rule participates-in", True),
        ("rule participates-in", False),
        ("count", True),
        ("count", False),
        ("write", True),
        ("commit", True),
        ("commit", False),
    ],
)
def test_a_killed_load_leaves_the_old_store_whole(
    mini: Path, tmp_path: Path, stage: str, replace: bool
) -> None:
    directory = tmp_path / "store"
    build_store(directory, [], locate(mini))
    with open_store(mini, store=directory) as store:
        before = set(store.quads())
    code = """
import os, signal, sys
from pathlib import Path
from ctgraph.store.project import locate
from ctgraph.store.store import build_store
project, directory, file, stage, replace = sys.argv[1:]
def progress(what, count):
    if what == stage:
        os.kill(os.getpid(), signal.SIGKILL)
build_store(Path(directory), [Path(file)], locate(project), replace == "True", progress)
"""
    path = extra(tmp_path)
    done = run_python(code, str(mini), str(directory), str(path), stage, str(replace))
    assert done.returncode == -signal.SIGKILL, done.stderr
    with open_store(mini, store=directory) as store:
        assert set(store.quads()) == before
    # The next load works, and cleans up.
    build_store(directory, [path], locate(mini))
    assert claims(mini, directory) == 7
    kept = [path.name for path in directory.iterdir() if path.name.startswith("generation-")]
    assert len(kept) == 2
    assert not [name for name in kept if name.endswith(".nq")]


def test_a_load_killed_before_there_is_a_store(mini: Path, tmp_path: Path) -> None:
    directory = tmp_path / "store"
    (directory / "generation-1").mkdir(parents=True)
    (directory / "generation-1.nq").write_text("")
    (directory / "ctgraph-store.lock").write_text("process 1")
    with pytest.raises(StoreError, match=r"not a store, for it has no ctgraph-store\.json"):
        open_store(mini, store=directory)
    build_store(directory, [], locate(mini))
    assert claims(mini, directory) == 6
    assert not (directory / "generation-1.nq").exists()


def test_broken_files_leave_the_old_store_whole(mini: Path, tmp_path: Path) -> None:
    directory = tmp_path / "store"
    build_store(directory, [], locate(mini))
    broken = tmp_path / "broken.trig"
    broken.write_text("x")
    for replace in (False, True):
        with pytest.raises(DataError):
            build_store(directory, [broken], locate(mini), replace=replace)
        assert sorted(path.name for path in directory.iterdir()) == [
            "ctgraph-store.json", "ctgraph-store.lock", "generation-1",
        ]  # fmt: skip
    assert claims(mini, directory) == 6


def test_a_claim_is_not_loaded_twice(mini: Path, tmp_path: Path) -> None:
    directory = tmp_path / "store"
    build_store(directory, [extra(tmp_path)], locate(mini))
    build_store(directory, [extra(tmp_path)], locate(mini))
    assert claims(mini, directory) == 7
    other = extra(tmp_path)
    other.write_text(other.read_text("utf-8").replace("ct:Stated", "ct:Inferred"), "utf-8")
    with pytest.raises(DataError, match="claim ctd:extra-1 is in the store already, and says"):
        build_store(directory, [other], locate(mini))
    assert claims(mini, directory) == 7


@pytest.mark.parametrize("replace", [False, True])
def test_a_full_disk_leaves_the_old_store_whole(mini: Path, tmp_path: Path, replace: bool) -> None:
    directory = tmp_path / "store"
    build_store(directory, [], locate(mini))
    code = """
import resource, signal, sys
from pathlib import Path
from ctgraph.store.project import locate
from ctgraph.errors import StoreError
from ctgraph.store.store import build_store
project, directory, file, replace = sys.argv[1:]
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # writing fails instead of killing
def progress(what, count):
    if what == "rule participates-in":
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
try:
    build_store(Path(directory), [Path(file)], locate(project), replace == "True", progress)
except StoreError as error:
    print(error)
"""
    done = run_python(code, str(mini), str(directory), str(extra(tmp_path)), str(replace))
    assert "cannot be written" in done.stdout, done
    assert "The store is as it was." in done.stdout
    assert claims(mini, directory) == 6


def test_two_loads_at_once(mini: Path, tmp_path: Path) -> None:
    directory = tmp_path / "store"
    build_store(directory, [], locate(mini))
    with (directory / "ctgraph-store.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write("process 4711")
        lock.flush()
        with pytest.raises(StoreError, match=r"process 4711 is loading into this store\. Wait"):
            build_store(directory, [], locate(mini))
        # Readers do not care.
        assert claims(mini, directory) == 6
    build_store(directory, [], locate(mini))


def test_a_store_of_another_version(mini: Path, tmp_path: Path) -> None:
    directory = tmp_path / "store"
    build_store(directory, [], locate(mini))
    path = directory / "ctgraph-store.json"
    fields = json.loads(path.read_text())
    path.write_text(json.dumps({**fields, "format": 99, "ctgraph": "9.0"}))
    said = r"has format 99, made by ctgraph 9\.0; this version reads format 1\. Build it anew"
    with pytest.raises(StoreError, match=said):
        open_store(mini, store=directory)
    with pytest.raises(StoreError, match=said):
        build_store(directory, [], locate(mini))
    build_store(directory, [], locate(mini), replace=True)
    assert claims(mini, directory) == 6


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"format": 1}', '{"format": 1, "counts": 3}']
)
def test_a_damaged_description(mini: Path, tmp_path: Path, text: str) -> None:
    directory = tmp_path / "store"
    build_store(directory, [], locate(mini))
    (directory / "ctgraph-store.json").write_text(text)
    with pytest.raises(StoreError, match=r"ctgraph-store\.json: damaged"):
        open_store(mini, store=directory)
    build_store(directory, [], locate(mini), replace=True)
    assert claims(mini, directory) == 6


def test_a_store_of_another_state_of_the_data(mini_copy: Path, tmp_path: Path) -> None:
    directory = tmp_path / "store"
    path = extra(tmp_path)
    build_store(directory, [path], locate(mini_copy))
    with (mini_copy / "data/register/actors.trig").open("a") as stream:
        stream.write("# a comment\n")
    with pytest.raises(
        StoreError, match=r"another state of the curated graph\. .* --replace.*extra"
    ):
        build_store(directory, [], locate(mini_copy))
    build_store(directory, [path], locate(mini_copy), replace=True)


def test_no_such_store(mini: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"no such folder\. Make the store with `ctgraph load"):
        open_store(mini, store=tmp_path / "none")


def test_a_folder_that_is_no_store(mini: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("x")
    with pytest.raises(StoreError, match="not a store"):
        open_store(mini, store=tmp_path)
    with pytest.raises(StoreError, match=r"not empty \(it holds letter\.txt\)"):
        build_store(tmp_path, [], locate(mini))
    assert (tmp_path / "letter.txt").exists()


def test_a_file_that_is_no_store(mini: Path, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("x")
    with pytest.raises(StoreError, match="not a folder"):
        open_store(mini, store=path)
    with pytest.raises(StoreError, match="is a file, not a folder"):
        build_store(path, [], locate(mini))


def test_a_store_that_may_not_be_read(
    mini: Path, mini_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_text", denied)
    with pytest.raises(StoreError, match="cannot be read: Permission denied"):
        open_store(mini, store=mini_disk)


def test_a_lost_generation(mini: Path, tmp_path: Path) -> None:
    directory = tmp_path / "store"
    build_store(directory, [], locate(mini))
    shutil.rmtree(directory / "generation-1")
    with pytest.raises(StoreError, match="generation-1: cannot be opened"):
        open_store(mini, store=directory)


@pytest.mark.parametrize("timeout", [None, 60.0])
@pytest.mark.parametrize("damage", [_garble, _flip, _truncate, Path.unlink])
def test_a_damaged_database(
    mini: Path, tmp_path: Path, timeout: float | None, damage: Callable[[Path], object]
) -> None:
    directory = tmp_path / "store"
    build_store(directory, [], locate(mini))
    damage(max((directory / "generation-1").glob("*.sst")))
    # In an aggregate the engine would meet the damage again and again, for ever.
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    with open_store(mini, store=directory) as store, pytest.raises(StoreError, match="--replace"):
        rows(store, count, timeout=timeout)
    with pytest.raises(StoreError, match="--replace"):
        build_store(directory, [extra(tmp_path)], locate(mini))
    build_store(directory, [extra(tmp_path)], locate(mini), replace=True)
    with open_store(mini, store=directory) as store:
        store.verify()


@pytest.fixture(scope="module")
def flipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store on disk with a wrong bit in every block of the larger tables but the one of names."""
    directory = tmp_path_factory.mktemp("flipped") / "store"
    build_store(directory, [], locate())
    for path in sorted((directory / "generation-1").glob("*.sst")):
        content = bytearray(path.read_bytes())
        path.unlink()  # it may be shared
        for at in range(2000, len(content) * 9 // 10, 1500):
            content[at] ^= 1
        path.write_bytes(content)
    return directory


READINGS: dict[str, Callable[[Store], object]] = {
    "select": lambda store: list(store.select("SELECT * { ?s ?p ?o }")),
    "next": lambda store: [next(store.select("SELECT * { ?s ?p ?o }")) for _ in range(2)],
    "construct": lambda store: list(store.construct("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }")),
    "quads": lambda store: list(store.quads()),
    "knows": lambda store: store.knows("https://w3id.org/ctgraph/id/jpn"),
    "known_terms": lambda store: store.known_terms(),
    "labels": lambda store: store.labels(["https://w3id.org/ctgraph/id/jpn"], "en"),
    "verify": lambda store: store.verify(),
}


@pytest.mark.parametrize("reading", READINGS)
def test_damage_that_the_engine_meets_midway(
    flipped: Path, monkeypatch: pytest.MonkeyPatch, reading: str
) -> None:
    monkeypatch.setattr("ctgraph.store.disk.CHECKED_AT_OPENING", 0)  # as if it were too large
    with open_store(store=flipped) as store, pytest.raises(StoreError, match="--replace"):
        READINGS[reading](store)


def test_hard_links_are_not_needed(
    mini: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    build_store(tmp_path / "store", [], locate(mini))
    build_store(tmp_path / "store", [extra(tmp_path)], locate(mini))
    assert claims(mini, tmp_path / "store") == 7


def test_progress_of_a_load(mini: Path, tmp_path: Path) -> None:
    seen: list[str] = []
    build_store(tmp_path / "s", [], locate(mini), progress=lambda what, count: seen.append(what))
    assert seen[-4:] == ["rule participates-in", "count", "write", "commit"]


# Endpoints are in test_endpoint.py; here only what needs the real server.


def test_a_server_without_the_merge_is_refused(
    mini: Path, serve_quads: ServeQuads, mini_quads: bytes
) -> None:
    named = [
        line
        for line in mini_quads.splitlines(keepends=True)
        if any(
            True
            for quad in ox.parse(line, ox.RdfFormat.N_QUADS)
            if quad.graph_name != ox.DefaultGraph()
        )
    ]
    url = serve_quads(b"".join(named))
    with (
        open_store(mini, endpoint=url) as store,
        pytest.raises(
            StoreError, match=r"not their merge.*ctgraph export --include claims,derived"
        ),
    ):
        store.query("ASK {}")


def test_a_server_without_claims_is_asked_all_the_same(mini: Path, serve_quads: ServeQuads) -> None:
    url = serve_quads(b"<http://a/s> <http://a/p> <http://a/o> .\n")
    with open_store(mini, endpoint=url) as store:
        assert number(store, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == 1
        assert store.counts().claims == 0
        assert store.known_terms() == frozenset()


def test_an_export_gives_a_server_the_merge(
    mini: Path, mini_store: Store, serve_quads: ServeQuads, tmp_path: Path
) -> None:
    """What the message about a missing merge advises really works."""
    from ctgraph.export.graph import export

    path = tmp_path / "graph.nq"
    export(mini_store, path, format="nquads", parts=("claims", "derived", "ontology"))
    with open_store(mini, endpoint=serve_quads(path.read_bytes())) as store:
        # The export links things to their claims even where no rule does.
        missing = set(mini_store.quads()) - set(store.quads())
        assert missing == set()
        assert store.counts().asserted == mini_store.counts().asserted


def test_a_failed_load_takes_its_folders_back(mini: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.trig"
    broken.write_text("ctd:x { ctd:x a ct:Claim", encoding="utf-8")
    with pytest.raises(DataError):
        build_store(tmp_path / "a/b/store", [broken], locate(mini))
    assert [entry.name for entry in tmp_path.iterdir() if entry.name == "a"] == []


def test_a_failed_load_leaves_a_folder_that_was_there(mini: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.trig"
    broken.write_text("ctd:x { ctd:x a ct:Claim", encoding="utf-8")
    (tmp_path / "store").mkdir()
    with pytest.raises(DataError):
        build_store(tmp_path / "store", [broken], locate(mini))
    assert (tmp_path / "store").is_dir()


@pytest.mark.parametrize("timeout", [None, 60.0])
def test_a_failing_service_is_no_damage(mini: Path, timeout: float | None) -> None:
    text = "SELECT * { SERVICE <http://127.0.0.1:2/sparql> { ?s ?p ?o } }"
    with open_store(mini) as store, pytest.raises(QueryError, match="with SERVICE failed"):
        run_query(store, text, timeout, allow_service=True).solutions  # type: ignore[union-attr]  # noqa: B018
