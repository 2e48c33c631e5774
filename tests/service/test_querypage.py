"""The query page: its handlers on stores of each kind, and how its editor is built."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ctgraph.errors import QuerySyntaxError, RequestError, UnknownName
from ctgraph.query.diagnostics.lint import find_problems
from ctgraph.query.diagnostics.vocabulary import find_names, read_vocabulary
from ctgraph.query.questions import read_questions
from ctgraph.service.handler import Limits, Reply, Request
from ctgraph.service.pages import query as query_page
from ctgraph.store.project import locate
from ctgraph.store.sparql.query import Query
from ctgraph.store.store import Store, build_store, open_store

ROOT = Path(__file__).parents[2]
WHO = "SELECT ?who { ?p ct:participant ?who ; ct:activity ctd:roma-lyon-2023-03 } ORDER BY ?who"


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with open_store() as opened:
        yield opened


def post(
    handler: Callable[[Store, Request, Limits], Reply],
    store: Store,
    *,
    lang: str = "en",
    limits: Limits | None = None,
    **sent: Any,
) -> dict[str, Any]:
    request = Request(
        method="POST",
        body=json.dumps(sent).encode(),
        headers={"content-type": "application/json; charset=utf-8"},
        lang=lang,
    )
    reply = handler(store, request, limits or Limits())
    assert reply.media_type == "application/json; charset=utf-8"
    found: dict[str, Any] = json.loads(reply.body)
    return found


# --- the page ---


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_page_holds_the_query_as_text(store: Store, lang: str) -> None:
    hostile = 'ASK { ?x ?y "</textarea><script>alert(1)</script>" }'
    request = Request(path="/query", query=[("query", hostile)], lang=lang)
    text = query_page.show_page(store, request, Limits()).body.decode()
    assert "<script>alert" not in text
    assert "&lt;/textarea&gt;&lt;script&gt;" in text
    assert f'lang="{lang}"' in text
    for question in read_questions(store.bundle).values():
        assert f"example={question.name}" in text


def test_an_example_by_name_or_what_may_have_been_meant(store: Store) -> None:
    request = Request(path="/query", query=[("example", "contributions")])
    assert "a ct:Contribution" in query_page.show_page(store, request, Limits()).body.decode()
    with pytest.raises(UnknownName, match="Did you mean partners"):
        query_page.show_page(store, Request(query=[("example", "partner")]), Limits())


def test_every_example_runs_without_a_problem(store: Store) -> None:
    for question in read_questions(store.bundle).values():
        text = query_page.example_text(question, "en")
        assert "#+" not in text
        assert find_problems(store, text) == [], question.name


# --- running ---


def test_a_table_with_labels_in_both_languages(store: Store) -> None:
    found = post(query_page.answer_query, store, query=WHO)
    assert found["kind"] == "table"
    assert found["columns"] == ["who"]
    first = found["rows"][0][0]
    assert first == {"iri": "https://w3id.org/ctgraph/id/g7", "curie": "ctd:g7"} or first["curie"]
    jpn = "https://w3id.org/ctgraph/id/jpn"
    assert found["labels"][jpn] == ["Japan", "日本"]
    assert not found["partial"]


def test_terms_come_as_they_are(store: Store) -> None:
    query = """SELECT * { BIND("a"@ja AS ?a) BIND(1.50 AS ?b) BIND("c" AS ?c) BIND(BNODE() AS ?d)
        OPTIONAL { ?x ct:none ?e } }"""
    (row,) = post(query_page.answer_query, store, query=query)["rows"]
    a, b, c, d, *rest = row
    assert a == {"text": "a", "lang": "ja"}
    assert b["type"].endswith("#decimal")
    assert c == {"text": "c"}
    assert list(d) == ["blank"]
    assert not any(rest)


def test_limits_make_a_part_that_says_so(store: Store) -> None:
    everything = "SELECT * { ?s ?p ?o }"
    few = post(query_page.answer_query, store, query=everything, limits=Limits(rows=7))
    assert (len(few["rows"]), few["partial"]) == (7, True)
    small = post(query_page.answer_query, store, query=everything, limits=Limits(bytes=20_000))
    assert 0 < len(small["rows"]) < 200
    assert small["partial"]
    assert len(json.dumps(small["rows"])) < 20_000
    most = post(query_page.answer_query, store, query="SELECT * { ?s ?p ?o . ?t a ct:State }")
    assert len(most["rows"]) == query_page.MOST_ROWS
    construct = post(
        query_page.answer_query, store, query="CONSTRUCT WHERE { ?s ?p ?o }", limits=Limits(rows=5)
    )
    assert (construct["kind"], len(construct["rows"]), construct["partial"]) == ("triples", 5, True)


def test_only_what_stays_is_kept(store: Store) -> None:
    for query, stays in (
        (WHO, True),
        ("SELECT (NOW() AS ?n) {}", False),
        ("SELECT (rand() AS ?n) {}", False),
        ("SELECT ?now { ?now a 'RAND()' }", True),
    ):
        assert query_page.answer_stays(Query(query)) is stays


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'{"query": 3}', "application/json", 400),
        (b'{"query": " "}', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"\xff", "application/json", 400),
        (b'{"query": "ASK {}"}', "text/plain", 415),
    ],
)
def test_other_bodies_are_refused(store: Store, body: bytes, kind: str, status: int) -> None:
    request = Request(method="POST", body=body, headers={"content-type": kind})
    with pytest.raises(RequestError) as caught:
        query_page.answer_query(store, request, Limits())
    assert caught.value.status == status


def test_a_lone_surrogate_is_no_crash(store: Store) -> None:
    request = Request(
        method="POST",
        body=b'{"query": "ASK { ?x ?y \\"\\ud800\\" }"}',
        headers={"content-type": "application/json"},
    )
    for handler in (query_page.answer_query, query_page.check_query, query_page.lay_out_query):
        with pytest.raises(RequestError, match="half of a character"):
            handler(store, request, Limits())


# --- checking ---


def test_places_are_those_of_a_browser(store: Store) -> None:
    text = "SELECT * {\n ?s ct:label '😀' ; a ct:Stat }"
    label, state = find_problems(store, text)
    units = text.encode("utf-16-le")
    assert units[2 * state.start : 2 * state.end].decode("utf-16-le") == "ct:Stat"
    assert units[2 * label.start : 2 * label.end].decode("utf-16-le") == "ct:label"
    assert "ct:State" in state.suggestions


@pytest.mark.parametrize(
    ("text", "severity", "marked", "suggestion"),
    [
        ("SELECT ?partnr { ?partner a ct:State }", "warning", "?partnr", "?partner"),
        ("SELECT * { ?x sko:broader ?y }", "error", "sko:broader", "skos:broader"),
        ("SELECT * { ?x a ct:State", "error", "e", None),
        ("INSERT DATA { ct:a ct:b ct:c }", "error", "INSERT", None),
        ("SELECT * { SERVICE <http://e/> { ?x ?y ?z } }", "error", "SELECT", None),
        ("SELECT * { ?x ?y ?z } LIMIT x", "error", "x", None),
    ],
)
def test_problems(
    store: Store, text: str, severity: str, marked: str, suggestion: str | None
) -> None:
    (found,) = find_problems(store, text)
    assert found.severity == severity
    assert text[found.start : found.end] == marked
    assert found.suggestions[:1] == ([suggestion] if suggestion else [])
    (japanese,) = find_problems(store, text, "ja")
    assert any(ord(char) > 0x3000 for char in japanese.message)
    assert (japanese.start, japanese.end) == (found.start, found.end)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT (COUNT(*) AS ?n) ?k { ?x a ?k } GROUP BY ?k",
        "SELECT ?x ?v { ?x a ct:State } VALUES ?v { 1 }",
        "SELECT ?n ?m { ?x ct:weight ?n BIND(?n + 1 AS ?m) }",
        "SELECT (1 AS ?a) (?a + 1 AS ?b) { }",
        "SELECT ?k { ?x a ?y } GROUP BY (STR(?y) AS ?k)",
        "SELECT * { ?s ?p ?o VALUES ?o { <<( <x:a> <x:b> <x:c> )>> } }",
        "DESCRIBE ctd:jpn",
    ],
)
def test_no_problem_where_there_is_none(store: Store, text: str) -> None:
    assert find_problems(store, text) == []


def test_check_tells_columns_and_form(store: Store) -> None:
    found = post(query_page.check_query, store, query=WHO)
    assert (found["ok"], found["form"], found["columns"]) == (True, "SELECT", ["who"])
    assert post(query_page.check_query, store, query="")["problems"] == []


def test_formatting_says_where_a_bracket_is_open(store: Store) -> None:
    assert post(query_page.lay_out_query, store, query="ask{}") == {"query": "ASK {}\n"}
    with pytest.raises(QuerySyntaxError, match="line 1, column 5"):
        post(query_page.lay_out_query, store, query="ASK {")


@pytest.mark.parametrize(("lang", "said"), [("en", "Did you mean"), ("ja", "もしかして")])
def test_an_empty_answer_is_explained(store: Store, lang: str, said: str) -> None:
    found = post(query_page.explain_query, store, lang=lang, query="SELECT * { ?x a ct:Stat }")
    assert said in found["explanations"][0]["message"]
    assert found["explanations"][0]["line"] == 1


# --- evidence ---


def test_evidence_of_each_row_as_the_page_asks(store: Store) -> None:
    answer = post(query_page.answer_query, store, query=WHO)
    for values in answer["rows"]:
        row = dict(zip(answer["columns"], values, strict=True))
        found = post(query_page.show_evidence, store, query=WHO, row=row)
        assert found["claims"]
        assert all(claim["quote"] or claim["sourcePage"] for claim in found["claims"])
        cells = [cell for claim in found["claims"] for one in claim["triples"] for cell in one]
        named = {cell["iri"] for cell in cells if "iri" in cell}
        assert named & set(found["labels"])


def test_evidence_of_a_constructed_triple(store: Store) -> None:
    query = "CONSTRUCT { ?a ct:x ?b } { ?t ct:tieBetween ?a, ?b FILTER(?a != ?b) }"
    answer = post(query_page.answer_query, store, query=query)
    found = post(query_page.show_evidence, store, query=query, triple=answer["rows"][0])
    assert found["claims"]
    assert found["derived"]


@pytest.mark.parametrize("row", [{"who": {"iri": "no iri"}}, {"who": {}}, {"who": 3}, [1], "x"])
def test_rows_that_are_none(store: Store, row: Any) -> None:
    if row == {"who": {}}:
        assert "claims" in post(query_page.show_evidence, store, query=WHO, row=row)
        return
    with pytest.raises(RequestError):
        post(query_page.show_evidence, store, query=WHO, row=row)


def test_triples_that_are_none(store: Store) -> None:
    for triple in (None, [], [{"text": "x"}] * 3, [{"iri": "x:y"}] * 2, 7):
        with pytest.raises(RequestError):
            post(query_page.show_evidence, store, query="DESCRIBE ctd:jpn", triple=triple)


# --- vocabulary ---


def test_vocabulary_counts_what_is_there(store: Store) -> None:
    found = read_vocabulary(store)
    classes = {one.iri: one for one in found.classes}
    claim = classes["https://w3id.org/ctgraph/ontology#Claim"]
    rows = store.select("SELECT (COUNT(*) AS ?n) { ?x a ct:Claim }")
    assert claim.number == next(int(row["n"].value) for row in rows)
    assert claim.labels == {"en": "Claim", "ja": "主張"}
    assert set(claim.definitions) == {"en", "ja"}
    contribution = "https://w3id.org/ctgraph/ontology#Contribution"
    assert "https://w3id.org/ctgraph/ontology#amount" in found.together[contribution]


@pytest.mark.parametrize(
    ("text", "first"),
    [("unodc", "unodc"), ("ＵＮＯＤＣ", "unodc"), ("国連薬物", "unodc"), ("japan", "jpn")],
)
def test_names_are_found_whole_first(store: Store, text: str, first: str) -> None:
    assert find_names(store, text)[0].iri.endswith(f"/{first}")


def test_names_of_nothing(store: Store) -> None:
    assert find_names(store, "") == []
    assert find_names(store, 'zz"\\(.*') == []


def test_a_store_on_disk_answers_alike(store: Store, tmp_path: Path) -> None:
    build_store(tmp_path / "graph", [], locate())
    with open_store(store=tmp_path / "graph") as disk:
        assert read_vocabulary(disk) == read_vocabulary(store)
        one, two = (post(query_page.answer_query, each, query=WHO) for each in (disk, store))
        one.pop("milliseconds"), two.pop("milliseconds")
        assert one == two


# --- building the editor ---

STATIC = Path("src", "ctgraph", "service", "pages", "static")
COMMAND = "cd editor && npm ci --ignore-scripts && npm run build"

# Why npm got no package, as it names it; any other failure is one of the lock file or of ours.
_NO_REGISTRY = re.compile(
    r"\bcode (ENOTFOUND|EAI_AGAIN|ECONN\w+|EHOSTUNREACH|ENET\w+|ETIMEDOUT|ERR_SOCKET_TIMEOUT"
    r"|ENOTCACHED|E403|E407|E429|E5\d\d)\b"
)

# Builds a target of hatchling; a connection or another program ends it.
_BUILD = """
import sys
def refuse(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system",
                 "os.exec", "os.fork", "os.posix_spawn"):
        raise RuntimeError(f"a build has no use for {event}")
sys.addaudithook(refuse)
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder
target, version = sys.argv[1:]
builder = {"sdist": SdistBuilder, "wheel": WheelBuilder}[target](".")
print(list(builder.build(directory="dist", versions=[version])))
"""


@pytest.fixture(scope="module")
def hook() -> types.ModuleType:
    pytest.importorskip("hatchling.builders.wheel")
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what a build reads."""
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE", "LICENSE-DATA"):
        shutil.copy(ROOT / name, tmp_path / name)
    left_out = shutil.ignore_patterns("node_modules", "__pycache__")
    for name in ("editor", "src", "ontology", "data", "queries"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=left_out)
    return tmp_path


def build(
    checkout: Path, target: str = "wheel", version: str = "standard"
) -> subprocess.CompletedProcess[str]:
    """What a build says that has no Node and no network."""
    pytest.importorskip("hatchling.builders.wheel")
    return subprocess.run(
        [sys.executable, "-c", _BUILD, target, version],
        cwd=checkout,
        env={"PATH": "/nowhere", "HOME": str(checkout)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_editor_carries_the_hash_of_its_sources(hook: types.ModuleType) -> None:
    assert not hook.find_fault(ROOT), f"editor/ was changed: {COMMAND}"
    assert hook.COMMAND == COMMAND
    assert COMMAND in (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    with (ROOT / STATIC / "editor.js").open(encoding="utf-8") as lines:
        assert lines.readline().count(hook.make_stamp(ROOT)) == 1


@pytest.mark.parametrize("target", ["wheel", "sdist"])
def test_a_build_needs_neither_node_nor_a_network(checkout: Path, target: str) -> None:
    built = build(checkout, target)
    assert built.returncode == 0, built.stderr
    assert len(list((checkout / "dist").iterdir())) == 1


@pytest.mark.parametrize(
    ("target", "version"), [("wheel", "standard"), ("wheel", "editable"), ("sdist", "standard")]
)
def test_a_build_of_changed_sources_stops_and_names_the_command(
    checkout: Path, target: str, version: str
) -> None:
    with (checkout / "editor" / "src" / "tokens.js").open("a") as file:
        file.write("// more\n")
    built = build(checkout, target, version)
    assert built.returncode != 0
    assert "made from other sources than editor/ holds" in built.stderr
    assert COMMAND in built.stderr
    assert "Traceback" not in built.stderr
    assert not list((checkout / "dist").glob("*"))


@pytest.mark.parametrize("name", ["editor.js", "editor.LICENSES.txt"])
def test_a_build_without_a_file_of_the_editor_stops(checkout: Path, name: str) -> None:
    (checkout / STATIC / name).unlink()
    built = build(checkout)
    assert built.returncode != 0
    assert f"is missing ({(STATIC / name).as_posix()})" in built.stderr
    assert COMMAND in built.stderr


@pytest.mark.parametrize(
    "name", ["package.json", "package-lock.json", "build.js", "src/complete.js", "src/another.js"]
)
def test_every_source_counts_and_line_ends_do_not(
    checkout: Path, hook: types.ModuleType, name: str
) -> None:
    changed = checkout / "editor" / name
    if changed.exists():
        changed.write_bytes(changed.read_bytes().replace(b"\n", b"\r\n"))
        assert not hook.find_fault(checkout)
    with changed.open("a") as file:
        file.write("\n")
    assert hook.find_fault(checkout)


def test_rebuilding_the_editor_gives_the_same_bytes(tmp_path: Path) -> None:
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("there is no Node with npm")
    sources = tmp_path / "editor"
    shutil.copytree(ROOT / "editor", sources, ignore=shutil.ignore_patterns("node_modules"))
    environment = {**os.environ, "npm_config_cache": str(tmp_path / "cache")}
    once = ("--fetch-retries=0", "--fetch-timeout=60000")
    got = subprocess.run(
        [npm, "ci", "--ignore-scripts", *once],
        cwd=sources, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if got.returncode and (reason := _NO_REGISTRY.search(got.stderr)):
        pytest.skip(f"npm reaches no registry: {reason[1]}")
    assert got.returncode == 0, got.stderr
    built = subprocess.run(
        [npm, "run", "build"],
        cwd=sources, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    for name in ("editor.js", "editor.LICENSES.txt"):
        is_same = (tmp_path / STATIC / name).read_bytes() == (ROOT / STATIC / name).read_bytes()
        assert is_same, f"{name} is not what its sources make: {COMMAND}"


def test_the_editor_asks_nobody_and_has_its_licences() -> None:
    text = (ROOT / STATIC / "editor.js").read_text("utf-8")
    hosts = [part.split("/")[0] for part in text.split("://")[1:]]
    assert set(hosts) <= {"www.w3.org"}
    for call in ("fetch(", "XMLHttpRequest", "sendBeacon", "eval(", "new Function"):
        assert call not in text
    licences = (ROOT / STATIC / "editor.LICENSES.txt").read_text("utf-8")
    for package in ("@codemirror/view", "@lezer/common", "style-mod"):
        assert f"\n{package} " in licences
    assert licences.count("MIT") >= 10


def test_the_lock_file_names_no_host_and_hashes_everything() -> None:
    locked = json.loads((ROOT / "editor" / "package-lock.json").read_text("utf-8"))
    for name, package in locked["packages"].items():
        if name:
            assert package["integrity"].startswith("sha512-"), name
            assert "resolved" not in package, name
