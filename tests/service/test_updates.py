"""SPARQL updates: the W3C's cases of the protocol, and what an update may not do."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import NamedTuple
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
from service import FORM, UPDATE, Send, target, through_handlers, through_http
from serving import running

from ctgraph.errors import QueryRefused, QuerySyntaxError, RequestError
from ctgraph.store.project import Bundle
from ctgraph.store.sparql.dataset import QueryDataset
from ctgraph.store.sparql.safety import refuse_unsafe_update
from ctgraph.store.store import build_store, open_store
from ctgraph.store.update import insert_using, run_update

DATA = "http://kasei.us/2009/09/sparql/data/data"
TEST = "http://example.org/protocol-update-dataset-test/"


@pytest.fixture
def folder(tmp_path: Path, mini_bundle: Bundle) -> Path:
    build_store(tmp_path / "store", [], mini_bundle)
    return tmp_path / "store"


@pytest.fixture
def update(folder: Path, mini: Path) -> Send:
    """Updates of a store on disk, straight to the handler."""
    return through_handlers(open_store(mini, store=folder))


def says(folder: Path, mini: Path, query: str) -> bool:
    """Whether the store, opened anew, has an answer."""
    with open_store(mini, store=folder) as store:
        return store.ask(query)


# --- the W3C's cases -----------------------------------------------------------------------------


class Bad(NamedTuple):
    name: str
    status: int
    body: bytes
    content_type: str | None = FORM
    method: str = "POST"
    pairs: tuple[tuple[str, str], ...] = ()


WITH = (
    "WITH <http://e/a> DELETE { ?p <x:n> 'Bill' } INSERT { ?p <x:n> 'Will' } "
    "WHERE { ?p <x:n> 'Bill' }"
)
BAD = [
    Bad("bad_multiple_updates", 400, b"update=CLEAR+NAMED&update=CLEAR+DEFAULT"),
    Bad("bad_update_get", 400, b"", None, "GET", (("update", "CLEAR ALL"),)),
    Bad("bad_update_wrong_media_type", 415, b"CLEAR NAMED", "text/plain"),
    Bad("bad_update_missing_form_type", 415, b"update=CLEAR%20NAMED", None),
    Bad("bad_update_missing_direct_type", 415, b"CLEAR NAMED", None),
    Bad("bad_update_non_utf8", 415, "CLEAR NAMED".encode("utf-16"), f"{UPDATE}; charset=UTF-16"),
    Bad("bad_update_syntax", 400, b"update=CLEAR%20XYZ"),
    Bad(
        "bad_update_dataset_conflict",
        400,
        urlencode({"using-named-graph-uri": "http://e/people", "update": WITH}).encode(),
    ),
    Bad("a query", 400, b"query=ASK%20%7B%7D"),
    Bad("nothing", 400, b""),
    Bad("a file", 403, b"LOAD <file:///etc/passwd>", UPDATE),
    Bad("another server", 403, b"load silent <http://e/> into graph <http://e/g>", UPDATE),
    Bad(
        "another server's answer",
        403,
        b"INSERT { ?s ?p ?o } WHERE { SERVICE <http://e/> { ?s ?p ?o } }",
        UPDATE,
    ),
    Bad("half of an update", 400, b"CLEAR ALL ; INSERT DATA { <x:s> <x:p>", UPDATE),
]


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.name)
def test_bad_updates_change_nothing(update: Send, folder: Path, mini: Path, case: Bad) -> None:
    answer = update(target("/update", *case.pairs), case.method, case.body, case.content_type)
    assert answer.status == case.status, answer.body
    assert says(folder, mini, "ASK { ?c a ct:Claim } ")


def test_update_post_form(update: Send, folder: Path, mini: Path) -> None:
    assert update("/update", "POST", b"update=CLEAR%20ALL", FORM).status == 204
    assert not says(folder, mini, "ASK { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }")


def test_update_post_direct(update: Send, folder: Path, mini: Path) -> None:
    body = (
        "INSERT DATA { ctd:new a ct:State ; skos:prefLabel '新'@ja . "
        "GRAPH <x:g> { ctd:new a ct:Actor } }"
    )
    assert update("/update", "POST", body, f"{UPDATE}; charset=utf-8").status == 204
    assert says(folder, mini, "ASK { ctd:new skos:prefLabel '新'@ja }")
    assert says(folder, mini, "ASK { GRAPH <x:g> { ctd:new a ct:Actor } }")
    assert says(folder, mini, "ASK { ?c a ct:Claim }")


def test_update_base_uri(update: Send, folder: Path, mini: Path) -> None:
    body = "CLEAR SILENT GRAPH <x:g> ; INSERT DATA { GRAPH <x:g> { <x:s> <x:p> <test> } }"
    assert update("/update", "POST", body, UPDATE).status == 204
    assert says(folder, mini, "ASK { GRAPH <x:g> { <x:s> <x:p> <http://localhost/test> } }")


SETUP = f"""\
PREFIX dc: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
CLEAR ALL ;
INSERT DATA {{
  GRAPH <{DATA}1.rdf> {{ <{DATA}1.rdf> a foaf:Document }}
  GRAPH <{DATA}2.rdf> {{ <{DATA}2.rdf> a foaf:Document }}
  GRAPH <{DATA}3.rdf> {{ <{DATA}3.rdf> a foaf:Document }} }} ;
INSERT {{ GRAPH <{TEST}> {{ ?s a dc:BibliographicResource }} }} WHERE {{ {{where}} }}
"""
DATASETS = {
    "update_dataset_default_graph": ([1], [], "?s a foaf:Document", {1}),
    "update_dataset_default_graphs": ([1, 2], [], "?s a foaf:Document", {1, 2}),
    "update_dataset_named_graphs": ([], [1, 2], "GRAPH ?g { ?s a foaf:Document }", {1, 2}),
    "update_dataset_full": (
        [1],
        [2],
        "{ ?s a foaf:Document } UNION { GRAPH ?g { ?s a foaf:Document } }",
        {1, 2},
    ),
}


@pytest.mark.parametrize("way", ["form", "direct"])
@pytest.mark.parametrize("name", list(DATASETS))
def test_datasets(update: Send, folder: Path, mini: Path, name: str, way: str) -> None:
    default, named, where, found = DATASETS[name]
    pairs = [("using-graph-uri", f"{DATA}{number}.rdf") for number in default]
    pairs += [("using-named-graph-uri", f"{DATA}{number}.rdf") for number in named]
    text = SETUP.replace("{{where}}", where).replace("{where}", where)
    if way == "form":
        answer = update("/update", "POST", urlencode([*pairs, ("update", text)]), FORM)
    else:
        answer = update(target("/update", *pairs), "POST", text, UPDATE)
    assert answer.status == 204, answer.body
    for number in (1, 2, 3):
        query = (
            f"ASK {{ GRAPH <{TEST}> {{ <{DATA}{number}.rdf> a dcterms:BibliographicResource }} }}"
        )
        assert says(folder, mini, query) == (number in found)


# --- the data set of an update -------------------------------------------------------------------

G = QueryDataset(("http://e/g",), ("http://e/n",))
USING = "USING <http://e/g> USING NAMED <http://e/n> "


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("INSERT DATA { <x:a> <x:b> 'WHERE' }", "INSERT DATA { <x:a> <x:b> 'WHERE' }"),
        ("DELETE DATA { <x:a> <x:b> 1 }", "DELETE DATA { <x:a> <x:b> 1 }"),
        ("CLEAR ALL", "CLEAR ALL"),
        (
            "DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
            f"DELETE {{ ?s ?p ?o }} {USING}WHERE {{ ?s ?p ?o }}",
        ),
        (
            "delete { ?s ?p 1 } insert { ?s ?p 2 } where { ?s ?p 1 { ?a ?b ?c } }",
            f"delete {{ ?s ?p 1 }} insert {{ ?s ?p 2 }} {USING}where {{ ?s ?p 1 {{ ?a ?b ?c }} }}",
        ),
        (
            "DELETE WHERE { GRAPH ?g { ?s ?p ?o } }",
            f"DELETE {{ GRAPH ?g {{ ?s ?p ?o }} }} {USING}WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        ),
        (
            "PREFIX where: <x:> INSERT { ?s where:p 1 } WHERE { ?s ?p '}' } ; CLEAR ALL",
            "PREFIX where: <x:> INSERT { ?s where:p 1 } "
            f"{USING}WHERE {{ ?s ?p '}}' }} ; CLEAR ALL",
        ),
    ],
)
def test_using_is_inserted(text: str, expected: str) -> None:
    assert insert_using(text, G) == expected
    ox.Store().update(expected)


@pytest.mark.parametrize(
    "text",
    [
        WITH,
        "DELETE { ?s ?p ?o } USING <x:g> WHERE { ?s ?p ?o }",
        "INSERT { ?s ?p ?o } USING NAMED <x:g> WHERE { ?s ?p ?o }",
        # The engine takes keywords without spaces; no data set may be lost that way.
        "DELETEWHERE { ?s ?p ?o }",
    ],
)
def test_two_data_sets_exclude_each_other(text: str) -> None:
    with pytest.raises(RequestError):
        insert_using(text, G)


@pytest.mark.parametrize(
    "text",
    [
        "LOAD <http://e/>",
        "LOADSILENT<http://e/>",
        "CLEAR ALL;load <http://e/>",
        "PREFIX e: <http://e/> LOADe:x",
        r"L\u004FAD <http://e/>",
        "INSERT { ?s ?p ?o } WHERE { SERVICE <http://e/> { ?s ?p ?o } }",
        r"INSERT { ?s ?p ?o } WHERE { \u0053ERVICE <http://e/> { ?s ?p ?o } }",
    ],
)
def test_what_reaches_out_is_refused(text: str) -> None:
    with pytest.raises(QueryRefused):
        refuse_unsafe_update(text)


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <x:load> <x:load> 'LOAD <http://e/>' }",
        "PREFIX load: <x:> INSERT DATA { load:a load:b load:c }",
        "CLEAR ALL # LOAD <http://e/>",
    ],
)
def test_words_that_only_look_so_are_not(text: str) -> None:
    graph = ox.Store()
    run_update(graph, text)


def test_an_update_is_whole_or_nothing() -> None:
    graph = ox.Store()
    run_update(graph, "INSERT DATA { <x:s> <x:p> 1 }")
    with pytest.raises(QuerySyntaxError, match="line 2"):
        run_update(graph, "CLEAR ALL ;\nINSERT NONSENSE { }")
    assert len(graph) == 1


# --- the default graph stays the merge -----------------------------------------------------------

START = (
    "INSERT DATA { GRAPH <x:g> { <x:a> <x:p> 1, 2 } GRAPH <x:h> { <x:a> <x:p> 1 } <x:a> <x:q> 3 }"
)


def started() -> ox.Store:
    graph = ox.Store()
    run_update(graph, START)
    return graph


def objects(graph: ox.Store, name: str | None = None) -> list[str]:
    where = ox.DefaultGraph() if name is None else ox.NamedNode(name)
    return sorted(
        quad.object.value
        for quad in graph.quads_for_pattern(None, None, None, where)
        if isinstance(quad.object, ox.Literal)
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("INSERT DATA { GRAPH <x:g> { <x:a> <x:p> 4 } }", "1234"),
        ("PREFIX e: <x:> INSERT DATA { GRAPH e:new { e:a e:p 4 } }", "1234"),
        ("INSERT { GRAPH ?g { ?s ?p 4 } } WHERE { GRAPH ?g { ?s ?p 2 } }", "1234"),
        ("INSERT { GRAPH ?g { <x:a> <x:p> 4 } } WHERE { BIND(UUID() AS ?g) }", "1234"),
        ("WITH <x:g> DELETE { ?s ?p 2 } INSERT { ?s ?p 4 } WHERE { ?s ?p 2 }", "134"),
        ("DELETE DATA { GRAPH <x:g> { <x:a> <x:p> 1 } }", "123"),  # <x:h> has it too
        ("DELETE DATA { GRAPH <x:g> { <x:a> <x:p> 2 } }", "13"),
        ("DELETE DATA { <x:a> <x:p> 2 . GRAPH <x:g> { <x:a> <x:p> 2 } }", "13"),
        ("DELETE WHERE { GRAPH ?g { ?s ?p ?o } }", "3"),
        ("DELETE DATA { <x:a> <x:q> 3 }", "12"),  # no named graph has it
        ("DELETE { GRAPH <x:g> { ?s ?p 2 } } INSERT { ?s ?p 2 } WHERE { ?s ?p 2 }", "123"),
        ("DELETE { ?s ?p 3 } INSERT { GRAPH <x:g> { ?s ?p 3 } } WHERE { ?s ?p 3 }", "123"),
        ("DELETE DATA { GRAPH <x:g> { <x:a> <x:p> 2 } } ; INSERT DATA { <x:a> <x:p> 2 }", "123"),
        ("DROP GRAPH <x:g>", "13"),
        ("CLEAR NAMED", "3"),
        ("CLEAR ALL", ""),
        ("COPY <x:g> TO <x:h>", "123"),
        ("MOVE <x:h> TO <x:g>", "13"),
        ("MOVE DEFAULT TO <x:h>", "123"),
        ("DROP GRAPH <x:h> ; MOVE <x:g> TO DEFAULT", "12"),
    ],
)
def test_the_default_graph_stays_the_merge(text: str, found: str) -> None:
    graph = started()
    run_update(graph, text)
    assert "".join(objects(graph)) == found


@pytest.mark.parametrize(
    "text",
    [
        "DELETE DATA { <x:a> <x:p> 1 }",
        "DELETE WHERE { ?s ?p ?o }",
        "DELETE { ?s ?p ?o } INSERT { ?s ?p 9 } WHERE { ?s ?p ?o }",
        "CLEAR DEFAULT",
        "COPY <x:h> TO DEFAULT",
    ],
)
def test_what_a_named_graph_holds_cannot_be_taken_out_of_the_merge(text: str) -> None:
    with pytest.raises(RequestError, match=r"what the graph <x:[gh]> holds: <x:a> <x:p>") as caught:
        run_update(started(), text)
    assert caught.value.status == 409
    assert "DELETE { GRAPH ?g" in (caught.value.hint or "")


def test_now_is_one_moment_and_chance_is_refused() -> None:
    graph = started()
    run_update(
        graph,
        "DELETE { ?s <x:q> ?o } INSERT { ?s <x:at> ?n } WHERE { ?s <x:q> ?o "
        "BIND(NOW() AS ?n) FILTER(?n > '2020-01-01T00:00:00Z'^^xsd:dateTime) }",
    )
    assert len(objects(graph)) == 3
    with pytest.raises(RequestError, match="RAND"):
        run_update(
            graph,
            "DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } FILTER(RAND() < 0.5) }",
        )


GRAPHS = ("<x:g>", "<x:h>")
PATTERNS = (
    "?s ?p ?o",
    "GRAPH ?g { ?s ?p ?o }",
    "GRAPH <x:g> { ?s ?p ?o } GRAPH ?g { ?s ?p 1 }",
    "?s ?p ?o OPTIONAL { GRAPH ?g { ?s ?p ?o } }",
    "VALUES ?g { <x:n> <x:g> } ?s ?p ?o",
)
TEMPLATES = (
    "",
    "?s ?p ?o",
    "GRAPH ?g { ?s ?p ?o }",
    "GRAPH <x:h> { ?s ?p ?o }",
    "?s ?p 1 . GRAPH ?g { ?s <x:p> 2 . <x:b> ?p ?o } . <x:a> <x:p> ?o",
    "GRAPH <x:g> { ?s ?p 2 } GRAPH <x:h> { ?s ?p ?o } ?s ?p ?o",
)


def any_operation(chance: Random) -> str:
    pick = chance.choice
    kind = pick(("data", "data", "short", "modify", "modify", "modify", "whole", "whole"))
    if kind == "data":
        one = f"{pick(('<x:a>', '<x:b>'))} <x:p> {pick('12')}"
        where = pick(("", *GRAPHS))
        said = f"GRAPH {where} {{ {one} }}" if where else one
        return f"{pick(('INSERT', 'INSERT', 'DELETE'))} DATA {{ {said} }}"
    if kind == "short":
        return f"DELETE WHERE {{ {pick(PATTERNS[:3])} }}"
    if kind == "modify":
        parts = [pick(("", "", "WITH <x:g>"))]
        parts += [f"DELETE {{ {pick(TEMPLATES)} }}", f"INSERT {{ {pick(TEMPLATES)} }}"]
        parts += [pick(("", "", "USING <x:h>", "USING <x:g> USING NAMED <x:h>"))]
        return " ".join([*parts, f"WHERE {{ {pick(PATTERNS)} }}"])
    if chance.random() < 0.4:
        return f"{pick(('CLEAR', 'DROP'))} SILENT {pick(('GRAPH <x:g>', 'NAMED', 'DEFAULT'))}"
    ends = (*GRAPHS, "DEFAULT")
    return f"{pick(('ADD', 'COPY', 'MOVE'))} SILENT {pick(ends)} TO {pick(ends)}"


def apart(graph: ox.Store) -> tuple[set[ox.Triple], set[ox.Quad]]:
    """The default graph, and the quads of the named ones."""
    named = {quad for quad in graph if quad.graph_name != ox.DefaultGraph()}
    return {quad.triple for quad in graph if quad not in named}, named


def test_named_graphs_change_as_the_engine_says_and_the_merge_follows() -> None:
    """The engine alone is the judge of named graphs, and of the default graph where it is free."""
    done = 0
    for seed in range(300):
        chance = Random(seed)
        graph = ox.Store()
        for _ in range(6):
            text = any_operation(chance)
            plain, kept = ox.Store(), ox.Store()
            plain.extend(graph)
            kept.extend(graph)
            plain.update(text)
            was_default, was_named = apart(graph)
            plain_default, plain_named = apart(plain)
            held = {quad.triple for quad in plain_named}
            status = 204
            try:
                run_update(kept, text)
            except RequestError as error:
                status = error.status
            if status != 204:
                old = {quad.triple for quad in plain_named & was_named}
                assert status == 409
                assert (was_default - plain_default) & old, (seed, text)
                continue
            done += 1
            default, named = apart(kept)
            assert named == plain_named, (seed, text)
            assert held <= default, (seed, text)
            own = was_default - {quad.triple for quad in was_named}
            assert (own & plain_default) | (plain_default - was_default) <= default, (seed, text)
            if "INSERT" not in text and "DEFAULT" not in text:
                assert default <= own | held, (seed, text)
            graph = kept
    assert done > 1200


# --- a whole server ------------------------------------------------------------------------------


def test_a_writable_server(folder: Path, mini: Path, tmp_path: Path) -> None:
    """An update needs the token, and every answer behind it knows of it."""
    secret = tmp_path / "token"
    secret.write_text("a-token-for-this-test-alone\n")
    secret.chmod(0o600)
    options = ("--writable", "--token-file", str(secret), "--workers", "3")
    with running("--project", str(mini), "--store", str(folder), *options) as server:
        anyone = through_http(server.url.rstrip("/"))
        owner = through_http(server.url.rstrip("/"), "a-token-for-this-test-alone")
        asked = target(query="ASK { ctd:new a ct:State }")
        body = "INSERT DATA { ctd:new a ct:State }"
        assert b"false" in anyone(asked).body
        assert anyone("/update", "POST", body, UPDATE).status == 401
        assert b"false" in anyone(asked).body
        assert owner("/sparql", "POST", body, UPDATE).status == 403
        assert owner("/update", "POST", body, UPDATE).status == 204
        assert b"true" in anyone(asked).body
        assert owner("/update", "POST", "INSERT DATA { <x:s> <x:p> }", UPDATE).status == 400
        assert owner("/update", "POST", "LOAD <file:///etc/passwd>", UPDATE).status == 403
        assert b"true" in anyone(asked).body
    assert says(folder, mini, "ASK { ctd:new a ct:State }")
