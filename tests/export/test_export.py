"""Export: what is in a file, that it is the same file every time, and that nothing is lost."""

from __future__ import annotations

import csv
import difflib
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from processes import same_output

import ctgraph
from ctgraph.errors import DataError, StoreError, UnknownName, UsageError
from ctgraph.export.formats import FORMATS, find_format, guess_format
from ctgraph.export.graph import export
from ctgraph.export.resources.description import citation, describe
from ctgraph.store.cache import compile_graph
from ctgraph.store.project import locate
from ctgraph.store.scope import Scope
from ctgraph.store.store import Store, build_store, open_store
from ctgraph.terms import CT, CTD, PREFIXES

# rdflib warns of its own use of a deprecated class when it reads JSON-LD.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")

ROOT = Path(__file__).parents[2]
RDF_TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")
CLAIM = ox.NamedNode(CT + "Claim")
TRIPLE_FORMATS = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
}
GRAPH_FORMATS = {
    "trig": ox.RdfFormat.TRIG,
    "nquads": ox.RdfFormat.N_QUADS,
    "jsonld": ox.RdfFormat.JSON_LD,
}
RDFLIB_NAMES = {"turtle": "turtle", "ntriples": "nt", "jsonld": "json-ld", "rdfxml": "xml"}
COMPLETE = ("derived", "ontology", "claims")


class Held:
    """Any quads as a store."""

    kind = "memory"
    scope = Scope()
    location = "here"

    def __init__(self, quads: list[ox.Quad]) -> None:
        self.raw = ox.Store()
        self.raw.extend(quads)
        self.raw.extend([ox.Quad(q.subject, q.predicate, q.object) for q in quads])

    def quads(self) -> Iterator[ox.Quad]:
        return iter(self.raw)

    def query(self, text: str) -> Any:
        return self.raw.query(text, prefixes=PREFIXES)


def held(*statements: tuple[str, str, ox.NamedNode | ox.Literal]) -> Store:
    """A store with one stated claim that holds the statements."""
    claim = ox.NamedNode(CTD + "c1")
    quads = [
        ox.Quad(claim, RDF_TYPE, CLAIM, claim),
        ox.Quad(claim, ox.NamedNode(CT + "basis"), ox.NamedNode(CT + "Stated"), claim),
    ]
    for subject, predicate, term in statements:
        quads.append(ox.Quad(ox.NamedNode(subject), ox.NamedNode(predicate), term, claim))
    return cast(Store, Held(quads))


@pytest.fixture(scope="module")
def store() -> Store:
    return open_store()


def text_of(store: Store, **options: Any) -> str:
    stream = io.BytesIO()
    export(store, stream, **options)
    return stream.getvalue().decode("utf-8")


def parse(text: str, format: ox.RdfFormat) -> set[ox.Quad]:
    return set(ox.parse(text.encode("utf-8"), format=format))


def merge(quads: set[ox.Quad]) -> set[ox.Triple]:
    return {q.triple for q in quads if isinstance(q.graph_name, ox.DefaultGraph)}


def asserted(store: Store) -> set[ox.Triple]:
    """What a default export must hold: all claim graphs, and the links from subjects to claims."""
    quads = list(store.quads())
    claims = {q.subject for q in quads if q.predicate == RDF_TYPE and q.object == CLAIM}
    found = {q.triple for q in quads if q.graph_name in claims}
    evidence = ox.NamedNode(CT + "evidence")
    return found | {
        ox.Triple(q.subject, evidence, cast(ox.NamedNode, q.graph_name))
        for q in quads
        if q.graph_name in claims and q.subject != q.graph_name
    }


# --- what is in it ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TRIPLE_FORMATS)
def test_default_export_is_the_asserted_triples(store: Store, name: str) -> None:
    assert merge(parse(text_of(store, format=name), TRIPLE_FORMATS[name])) == asserted(store)


@pytest.mark.parametrize("name", TRIPLE_FORMATS)
def test_rdflib_reads_the_same(store: Store, name: str) -> None:
    import rdflib

    wanted = rdflib.Graph().parse(data=text_of(store, format="ntriples"), format="nt")
    read = rdflib.Graph().parse(data=text_of(store, format=name), format=RDFLIB_NAMES[name])
    assert set(read) == set(wanted)


def test_plain_turtle_keeps_the_quote_of_everything(store: Store) -> None:
    held_again = ox.Store()
    held_again.extend(parse(text_of(store), ox.RdfFormat.TURTLE))
    unsupported = held_again.query(
        """SELECT ?s WHERE { ?s a ct:Participation
           FILTER NOT EXISTS { ?s ct:evidence/ct:quote|ct:evidence/ct:sourcePage ?words } }""",
        prefixes=PREFIXES,
    )
    assert list(cast(ox.QuerySolutions, unsupported)) == []


@pytest.mark.parametrize("name", GRAPH_FORMATS)
def test_complete_export_is_the_store(store: Store, name: str) -> None:
    quads = parse(text_of(store, format=name, parts=COMPLETE), GRAPH_FORMATS[name])
    assert quads == set(store.quads())


def test_complete_nquads_hash_is_the_data_hash(store: Store) -> None:
    text = text_of(store, format="nquads", parts=COMPLETE)
    dataset = ox.Dataset(parse(text, ox.RdfFormat.N_QUADS))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    canonical = ox.serialize(dataset, format=ox.RdfFormat.N_QUADS) or b""
    lines = sorted(canonical.splitlines(keepends=True))
    assert hashlib.sha256(b"".join(lines)).hexdigest() == citation(store)["hash"]
    assert hashlib.sha256(text.encode()).hexdigest() == citation(store)["hash"]


def test_citing_does_not_read_the_graph(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = citation(store)
    monkeypatch.setattr(Store, "quads", lambda _: pytest.fail("all quads are read"))
    with open_store(snapshot=True) as opened:
        assert citation(opened) == expected


def test_a_store_that_knows_no_hash_is_read(mini: Path, tmp_path: Path) -> None:
    build_store(tmp_path / "store", [], locate(mini))
    with open_store(mini, store=tmp_path / "store") as built:
        expected = citation(built)
    description = tmp_path / "store/ctgraph-store.json"
    fields = json.loads(description.read_text(encoding="utf-8"))
    assert fields["counts"].pop("graph_hash") == expected["hash"]
    description.write_text(json.dumps(fields), encoding="utf-8")  # as older versions wrote it
    with open_store(mini, store=tmp_path / "store") as older:
        assert citation(older) == expected


def test_a_graph_with_a_blank_node_has_no_hash(mini: Path) -> None:
    graph = compile_graph(locate(mini))
    graph.add(ox.Quad(ox.BlankNode("x"), ox.NamedNode(PREFIXES["rdf"] + "type"), ox.Literal("x")))
    assert Store("memory", "x", locate(mini), graph=graph).counts().graph_hash == ""


def test_complete_nquads_in_a_server_answers_like_the_store(
    store: Store, serve_quads: Callable[[bytes], str]
) -> None:
    text = text_of(store, format="nquads", parts=COMPLETE)
    remote = open_store(endpoint=serve_quads(text.encode()))
    for query in (
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
        "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }",
        "SELECT ?a ?w { ?t ct:tieBetween ?a ; ct:weight ?w } ORDER BY ?a ?w ?t",
        "SELECT ?p ?q { GRAPH ?c { ?p ct:participant ctd:unodc } ?c ct:quote ?q } ORDER BY ?p ?q",
    ):
        here, there = store.select(query), remote.select(query)
        assert [str(row) for row in here] == [str(row) for row in there]
    assert citation(remote)["hash"] == citation(store)["hash"]
    assert text_of(remote, actor="UNODC", parts=["derived"]) == text_of(
        store, actor="UNODC", parts=["derived"]
    )


def test_parts_add_up(store: Store) -> None:
    plain = merge(parse(text_of(store), ox.RdfFormat.TURTLE))
    derived = merge(parse(text_of(store, parts=["derived"]), ox.RdfFormat.TURTLE))
    ontology = merge(parse(text_of(store, parts=["ontology"]), ox.RdfFormat.TURTLE))
    both = merge(parse(text_of(store, parts=["ontology", "derived"]), ox.RdfFormat.TURTLE))
    cooperates = ox.NamedNode(CT + "cooperatesWith")
    assert not any(triple.predicate == cooperates for triple in plain | ontology)
    assert any(triple.predicate == cooperates for triple in derived)
    assert plain < derived < both
    assert plain < ontology < both
    assert both == {q.triple for q in store.quads()}


def test_claims_are_graphs_beside_the_merge(store: Store) -> None:
    quads = parse(text_of(store, format="trig", parts=["claims"]), ox.RdfFormat.TRIG)
    graphs = {q.graph_name for q in quads if isinstance(q.graph_name, ox.NamedNode)}
    claims = {q.subject for q in quads if q.predicate == RDF_TYPE and q.object == CLAIM}
    assert graphs == claims
    assert merge(quads) == asserted(store)


@pytest.mark.parametrize("name", ["turtle", "ntriples", "rdfxml", "csv", "graphml", "gexf"])
def test_formats_without_graphs_refuse_claims(store: Store, name: str) -> None:
    with pytest.raises(UsageError, match="TriG or N-Quads or JSON-LD"):
        export(store, io.BytesIO(), format=name, parts=["claims"])


def test_unknown_names_are_told(store: Store, tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="Did you mean turtle"):
        export(store, io.BytesIO(), format="turtel")
    with pytest.raises(UnknownName, match="Did you mean derived"):
        export(store, io.BytesIO(), parts=["derive"])
    with pytest.raises(UnknownName, match=r"\.tttl"):
        export(store, tmp_path / "x.tttl")
    with pytest.raises(UnknownName):
        export(store, io.BytesIO(), actor="UNODCC")
    with pytest.raises(UnknownName, match="fiscal year"):
        export(store, io.BytesIO(), year=1999)


@pytest.mark.parametrize("name", FORMATS)
def test_every_extension_and_alias_is_found(name: str) -> None:
    for extension in (*FORMATS[name].extensions, *FORMATS[name].also):
        assert guess_format(Path("x" + extension.upper())).name == name
    for alias in FORMATS[name].aliases:
        assert find_format(alias.upper()).name == name


# --- small changes, same bytes --------------------------------------------------------------------


def test_one_triple_more_changes_one_line_and_adds_one_at_most() -> None:
    name = PREFIXES["skos"] + "prefLabel"
    before = [
        (CTD + "a", name, ox.Literal("A", language="en")),
        (CTD + "a", name, ox.Literal("C", language="en")),
        (CTD + "b", name, ox.Literal("B", language="en")),
    ]
    for added in (
        (CTD + "a", name, ox.Literal("B", language="en")),
        (CTD + "a", name, ox.Literal("Z", language="ja")),
        (CTD + "a", PREFIXES["rdf"] + "type", ox.NamedNode(CT + "Actor")),
        (CTD + "b", PREFIXES["skos"] + "altLabel", ox.Literal("0")),
        (CTD + "b", CT + "weight", ox.Literal(1)),
    ):
        old, new = text_of(held(*before)), text_of(held(*before, added))
        changed = [
            line
            for line in difflib.ndiff(old.splitlines(), new.splitlines())
            if line[0] in "+-" and "data sha256" not in line
        ]
        signs = sorted(line[0] for line in changed)
        assert signs in (["+", "-"], ["+", "+", "-"]), changed
        assert "data sha256" in new


def test_turtle_layout() -> None:
    text = text_of(
        held(
            (CTD + "a", CT + "weight", ox.Literal(3)),
            (CTD + "a", CT + "openEnded", ox.Literal(True)),
            (
                CTD + "a",
                CT + "amount",
                ox.Literal("4.5", datatype=ox.NamedNode(PREFIXES["xsd"] + "decimal")),
            ),
            (CTD + "a", PREFIXES["rdf"] + "type", ox.NamedNode(CT + "Actor")),
            (CTD + "a", PREFIXES["skos"] + "prefLabel", ox.Literal('a\n"b"\\', language="EN")),
        )
    )
    body = text[text.index("@prefix") :]
    assert body == (
        "@prefix ct: <https://w3id.org/ctgraph/ontology#> .\n"
        "@prefix ctd: <https://w3id.org/ctgraph/id/> .\n"
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n\n"
        'ctd:a a ct:Actor ;\n    skos:prefLabel "a\\n\\"b\\"\\\\"@en ;\n'
        "    ct:amount 4.5 ;\n    ct:evidence ctd:c1 ;\n    ct:openEnded true ;\n"
        "    ct:weight 3 .\n\n"
        "ctd:c1 a ct:Claim ;\n    ct:basis ct:Stated .\n"
    )


SAME_BYTES = """
import hashlib, io, sys
from ctgraph.export.formats import FORMATS
from ctgraph.export.resources.description import describe
from ctgraph.export.graph import export
from ctgraph.store.store import open_store
store = open_store()
for name, item in FORMATS.items():
    stream = io.BytesIO()
    parts = ("derived", "ontology", "claims") if item.graphs else ()
    export(store, stream, format=name, parts=parts)
    print(name, hashlib.sha256(stream.getvalue()).hexdigest())
stream = io.BytesIO()
export(store, stream, actor="ctd:unodc", year=2022, stated_only=True, parts=["derived"])
print("slice", hashlib.sha256(stream.getvalue()).hexdigest())
print("description", hashlib.sha256(describe(store).encode()).hexdigest())
"""


def test_same_bytes_in_every_process() -> None:
    hashes = same_output(SAME_BYTES, seeds=("0", "1", "31337"))
    assert len(hashes.splitlines()) == len(FORMATS) + 2


# --- hostile content ----------------------------------------------------------------------------

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
XML_TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
    | st.sampled_from("\t\n\r"),
    max_size=60,
)
HOSTILE = [
    "</script><script>alert(1)</script>",
    '"""\\"\n\r\t\x08\x0c',
    "\x00\x01\x1f\x7f\x85\u2028\u2029",
    "\u202eevil\u2066\ufeff",
    "' OR 1=1 . } #",
    "😀" * 50,
    "日本語\u3000Ｇ７",
]
DATATYPES = ["string", "integer", "decimal", "boolean", "date", "double"]


def literals(text: st.SearchStrategy[str]) -> st.SearchStrategy[ox.Literal]:
    plain = text.map(ox.Literal)
    tagged = st.builds(
        lambda value, tag: ox.Literal(value, language=tag),
        text,
        st.sampled_from(["en", "ja", "zh-hant", "en-gb"]),
    )
    typed = st.builds(
        lambda value, name: ox.Literal(value, datatype=ox.NamedNode(PREFIXES["xsd"] + name)),
        text
        | st.sampled_from(["1", "-1", "+1", "01", "1.", ".5", "1.50", "true", "1", "1e3", "-0"]),
        st.sampled_from(DATATYPES),
    )
    return plain | tagged | typed


IRIS = st.sampled_from(
    [
        CTD + "a",
        CTD + "a/b",
        CTD + "a.",
        CT + "weight",
        CTD,
        "org:x",
        "ct:y",
        "urn:x:y",
        "https://example.org/é?q=1#ü",
        "https://example.org/a-b'(c)",
    ]
).map(ox.NamedNode)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(IRIS, literals(ANY_TEXT) | IRIS), max_size=6))
@pytest.mark.parametrize("name", ["turtle", "trig", "ntriples", "nquads", "jsonld"])
def test_round_trip_of_anything(name: str, pairs: list[tuple[ox.NamedNode, Any]]) -> None:
    made = held(*((subject.value, CT + "note", term) for subject, term in pairs))
    formats = {**TRIPLE_FORMATS, **GRAPH_FORMATS}
    parts = ["claims"] if name in GRAPH_FORMATS else []
    read = parse(text_of(made, format=name, parts=parts), formats[name])
    assert merge(read) == asserted(made)
    if parts:
        assert read >= {q for q in made.quads() if isinstance(q.graph_name, ox.NamedNode)}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(IRIS, literals(XML_TEXT) | IRIS), max_size=6))
def test_round_trip_of_rdfxml(pairs: list[tuple[ox.NamedNode, Any]]) -> None:
    made = held(*((subject.value, CT + "note", term) for subject, term in pairs))
    read = parse(text_of(made, format="rdfxml"), ox.RdfFormat.RDF_XML)
    assert merge(read) == asserted(made)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("name", ["turtle", "ntriples", "jsonld"])
def test_hostile_text_comes_back_from_rdflib(name: str, text: str) -> None:
    import rdflib

    made = held((CTD + "a", CT + "note", ox.Literal(text, language="en")))
    read = rdflib.Graph().parse(data=text_of(made, format=name), format=RDFLIB_NAMES[name])
    assert rdflib.Literal(text, lang="en") in set(read.objects())


def test_no_line_of_turtle_can_be_broken_or_turned_by_a_literal() -> None:
    made = held(*((CTD + "a", CT + "note", ox.Literal(text)) for text in HOSTILE))
    text = text_of(made)
    lines = text.splitlines()
    assert lines == text.split("\n")[:-1]
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200e\u200f\ufeff]", text)


def test_xml_says_what_it_cannot_hold() -> None:
    with pytest.raises(DataError, match=r"U\+0000"):
        text_of(held((CTD + "a", CT + "note", ox.Literal("\x00"))), format="rdfxml")
    with pytest.raises(DataError, match="does not end in a name"):
        text_of(held((CTD + "a", CTD + "1/", ox.Literal("x"))), format="rdfxml")


def test_blank_nodes_are_refused() -> None:
    made = held()
    cast(Held, made).raw.add(ox.Quad(ox.BlankNode(), RDF_TYPE, CLAIM, ox.NamedNode(CTD + "c1")))
    with pytest.raises(DataError, match="blank node"):
        text_of(made)


def test_a_store_without_claims_says_so() -> None:
    bare = Held([ox.Quad(ox.NamedNode(CTD + "a"), RDF_TYPE, CLAIM)])
    with pytest.raises(DataError, match="no claim graphs"):
        text_of(cast(Store, bare))


def test_json_keys_are_sorted(store: Store) -> None:
    text = text_of(store, format="jsonld")
    document = json.loads(text)
    assert text == json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


# --- slices -------------------------------------------------------------------------------------


def slice_of(store: Store, **options: Any) -> ox.Store:
    found = ox.Store()
    found.extend(parse(text_of(store, format="turtle", **options), ox.RdfFormat.TURTLE))
    return found


def ask(graph: ox.Store, pattern: str) -> bool:
    return bool(graph.query(f"ASK {{ {pattern} }}", prefixes=PREFIXES))


SLICES: list[dict[str, Any]] = [
    {"actor": "UNODC"},
    {"topic": "ctv:corruption"},
    {"year": 2023},
    {"stated_only": True},
    {"actor": "ctd:unodc", "year": "FY2022"},
    {"actor": "ctd:gifct", "stated_only": True, "parts": ["derived"]},
]


@pytest.mark.parametrize("options", SLICES, ids=str)
def test_slices_are_closed(store: Store, options: dict[str, Any]) -> None:
    graph = slice_of(store, **options)
    whole = {q.triple for q in store.quads()}
    assert {q.triple for q in graph} <= whole
    # The claims behind come along: all of them that the slice may use.
    allowed = "?c ct:basis ct:Stated ." if options.get("stated_only") else ""
    needed: dict[ox.Triple, set[str]] = {}
    for row in cast(
        ox.QuerySolutions,
        store.query(f"SELECT ?c ?s ?p ?o {{ GRAPH ?c {{ ?c a ct:Claim . ?s ?p ?o }} {allowed} }}"),
    ):
        needed.setdefault(ox.Triple(row["s"], row["p"], row["o"]), set()).add(row["c"].value)
    described = {q.subject.value for q in graph if q.predicate == RDF_TYPE and q.object == CLAIM}
    for quad in graph:
        if quad.triple in needed:
            assert needed[quad.triple] <= described, quad
    # Everything of ours that is mentioned has its labels, as far as the slice may say them.
    label = ox.NamedNode(PREFIXES["skos"] + "prefLabel")
    labels = {q.triple for q in graph if q.predicate == label}
    if not options.get("stated_only"):
        mentioned = {q.object for q in graph if isinstance(q.object, ox.NamedNode)}
        wanted = {t for t in whole if t.predicate == label and t.subject in mentioned}
        assert wanted <= labels


def test_actor_slice(store: Store) -> None:
    graph = slice_of(store, actor="UNODC")
    assert ask(graph, "ctd:unodc skos:prefLabel ?l")
    assert ask(
        graph,
        "?p ct:participant ctd:unodc ; ct:activity ?a . ?q ct:activity ?a ; ct:participant ctd:jpn",
    )
    assert not ask(graph, "?p ct:participant ctd:gifct")
    assert not ask(graph, "?a ct:cooperatesWith ?b")
    with_ties = slice_of(store, actor="UNODC", parts=["derived"])
    assert ask(with_ties, "?t ct:tieBetween ctd:unodc , ctd:jpn ; ct:weight ?w")
    assert ask(with_ties, "ctd:jpn ct:cooperatesWith ctd:unodc")
    assert not ask(with_ties, "ctd:jpn ct:cooperatesWith ctd:gifct")


def test_year_slice(store: Store) -> None:
    graph = slice_of(store, year=2021)
    assert ask(graph, "?o a qb:Observation ; ct:fiscalYear ctd:jp-fy2021")
    assert not ask(graph, "?o a qb:Observation ; ct:fiscalYear ctd:jp-fy2022")
    assert not ask(graph, "ctd:rule-of-law-workshop-2024-02 ct:startDate ?d")


def test_topic_slice_takes_narrower_topics(store: Store) -> None:
    graph = slice_of(store, topic="ctv:organised-crime")
    assert ask(graph, "?a ct:topic|ct:addresses ctv:corruption")


def test_stated_only_leaves_out_what_only_inferred_claims_say(store: Store) -> None:
    graph = slice_of(store, stated_only=True)
    assert not ask(graph, "?c ct:basis ct:Inferred")
    assert not ask(graph, "ctd:jpn-ct-consultations-jpn-consulting-party ct:participant ctd:jpn")
    assert ask(graph, "?p ct:participant ctd:unodc")


def test_stated_only_derives_anew(store: Store) -> None:
    graph = slice_of(store, stated_only=True, parts=["derived"])
    pairs = {
        (row["a"].value, row["b"].value)
        for row in cast(
            ox.QuerySolutions,
            graph.query("SELECT ?a ?b { ?a ct:cooperatesWith ?b }", prefixes=PREFIXES),
        )
    }
    assert (CTD + "iij", CTD + "unafei") in pairs
    assert not any(CTD + "jpn" in pair for pair in pairs)


def test_source_slice_leaves_other_sources_out(store: Store) -> None:
    graph = slice_of(store.within(Scope(frozenset({CTD + "iso-3166"}))))
    assert not ask(graph, "?p ct:role ?role")
    assert not ask(graph, "?o a qb:Observation ; ct:fiscalYear ?y")
    assert ask(graph, "?place ct:iso3166Alpha3 ?code")


def test_construct_slice(store: Store, tmp_path: Path) -> None:
    query = tmp_path / "hosts.rq"
    query.write_text(
        "CONSTRUCT { ?p ct:participant ?who ; ct:role ctv:lecturer . ?who foaf:made ?a }"
        " WHERE { ?p ct:role ctv:lecturer ; ct:participant ?who ; ct:activity ?a }"
    )
    graph = slice_of(store, construct=query)
    assert ask(
        graph,
        "?p ct:participant ctd:unafei ; ct:role ctv:lecturer ; ct:evidence ?c . ?c ct:quote ?q",
    )
    assert not ask(graph, "?p ct:role ctv:host")
    query.write_text("ASK {}")
    with pytest.raises(UsageError, match="not a CONSTRUCT"):
        slice_of(store, construct=query)
    with pytest.raises(UsageError, match="cannot be read"):
        slice_of(store, construct=tmp_path / "none.rq")
    query.write_text("CONSTRUCT { [] ct:role ?r } WHERE { ?p ct:role ?r }")
    with pytest.raises(DataError, match="blank node"):
        slice_of(store, construct=query)


def test_combined_slices_are_smaller(store: Store) -> None:
    both = {q.triple for q in slice_of(store, actor="ctd:unodc", year=2022)}
    participations = {t.subject for t in both if t.predicate.value == CT + "participant"}
    one = {q.triple for q in slice_of(store, actor="ctd:unodc")}
    two = {q.triple for q in slice_of(store, year=2022)}
    for part in (one, two):
        assert participations <= {
            t.subject for t in part if t.predicate.value == CT + "participant"
        }


def test_an_empty_slice_is_an_error(store: Store, tmp_path: Path) -> None:
    target = tmp_path / "x.ttl"
    with pytest.raises(DataError, match="slice is empty"):
        export(store, target, actor="ctd:gifct", year=2021)
    assert not target.exists()
    with pytest.raises(DataError, match="slice is empty"):
        export(store, tmp_path / "x.graphml", actor="ctd:gifct", year=2021)


def test_slice_with_claims_keeps_graphs_to_the_kept_triples(store: Store) -> None:
    text = text_of(store, format="trig", actor="ctd:unodc", parts=["claims"])
    quads = parse(text, ox.RdfFormat.TRIG)
    triples = merge(quads)
    for quad in quads:
        assert quad.triple in triples
    ellipsis = {q.triple for q in quads if str(q.graph_name).startswith(f"<{CTD}mofa-2024-x01-")}
    assert any(t.predicate.value == CT + "participant" for t in ellipsis)
    assert not any("gifct" in str(t.subject) for t in ellipsis)


# --- files --------------------------------------------------------------------------------------


def test_a_failed_export_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "x.rdf"
    target.write_text("old")
    with pytest.raises(DataError):
        export(held((CTD + "a", CT + "note", ox.Literal("\x00"))), target)
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_bad_paths_are_told(store: Store, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        export(store, tmp_path / "no" / "x.ttl")
    (tmp_path / "d.ttl").mkdir()
    with pytest.raises(UsageError, match="is a directory"):
        export(store, tmp_path / "d.ttl")
    with pytest.raises(UsageError, match="one table per class"):
        export(store, tmp_path / "x.csv")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_told(store: Store) -> None:
    with pytest.raises(StoreError, match="No space left"):
        export(store, "/dev/full", format="turtle")


def test_text_streams_get_utf8(store: Store) -> None:
    stream = io.StringIO()
    export(store, stream, format="turtle")
    raw = io.BytesIO()
    wrapped = io.TextIOWrapper(raw, encoding="ascii")
    export(store, wrapped, format="turtle")
    assert raw.getvalue().decode("utf-8") == stream.getvalue()


def test_symbolic_links_are_written_through(store: Store, tmp_path: Path) -> None:
    real = tmp_path / "real.ttl"
    real.write_text("old")
    link = tmp_path / "link.ttl"
    link.symlink_to(real)
    export(store, link)
    assert link.is_symlink()
    assert real.read_text().startswith("# ctgraph")


def test_csv_directory_and_zip_hold_the_same(store: Store, tmp_path: Path) -> None:
    folder, packed = tmp_path / "tables", tmp_path / "tables.zip"
    export(store, folder, format="csv")
    export(store, folder, format="csv")
    export(store, packed)
    with zipfile.ZipFile(packed) as archive:
        inside = {name: archive.read(name) for name in archive.namelist()}
    assert inside == {path.name: path.read_bytes() for path in folder.iterdir()}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tables", "tables.zip"]
    rows = list(csv.DictReader(io.StringIO(inside["Meeting.csv"].decode("utf-8"))))
    meeting = next(row for row in rows if row["iri"] == "ctd:roma-lyon-2023-03")
    assert meeting["startDate"] == "2023-03-01"
    assert meeting["skos:prefLabel@ja"] == "ローマ・リヨン・グループ（2023年３月）"
    columns = list(csv.DictReader(io.StringIO(inside["_columns.csv"].decode("utf-8"))))
    beside = {"_columns.csv", "_about.txt", "datapackage.json", "csv-metadata.json"}
    assert {row["file"] for row in columns} == set(inside) - beside


def test_csv_loses_no_value(store: Store, tmp_path: Path) -> None:
    export(store, tmp_path / "tables", format="csv")
    cells = 0
    for path in (tmp_path / "tables").glob("*.csv"):
        if path.name.startswith("_c"):
            continue
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                for column, cell in row.items():
                    if column != "iri" and cell:
                        cells += len(re.split(r" \| ", cell))
    types: dict[object, int] = {}
    triples = asserted(store)
    for triple in triples:
        if triple.predicate == RDF_TYPE:
            types[triple.subject] = types.get(triple.subject, 0) + 1
    assert cells == sum(types.get(triple.subject, 1) for triple in triples)


def test_csv_spares_other_peoples_folders(store: Store, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match="other files"):
        export(store, tmp_path, format="csv")
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_network_formats_refuse_what_they_cannot_use(store: Store) -> None:
    with pytest.raises(UsageError, match="construct"):
        export(store, io.BytesIO(), format="gexf", construct="query.rq")
    with pytest.raises(UsageError, match="no parts"):
        export(store, io.BytesIO(), format="graphml", parts=["derived"])


# --- the description ----------------------------------------------------------------------------


def test_description_counts_what_is_there(store: Store) -> None:
    graph = ox.Store()
    graph.extend(parse(describe(store), ox.RdfFormat.TURTLE))
    assert not any(isinstance(q.subject, ox.BlankNode) for q in graph)

    def said(path: str, subject: str = "<https://w3id.org/ctgraph/dataset>") -> str:
        rows = graph.query(f"SELECT ?v {{ {subject} {path} ?v }}", prefixes=PREFIXES)
        return str(next(iter(cast(ox.QuerySolutions, rows)))["v"].value)

    def counted(pattern: str, what: str = "*") -> str:
        rows = store.query(f"SELECT (COUNT({what}) AS ?n) {{ {pattern} }}")
        return str(next(iter(cast(ox.QuerySolutions, rows)))["n"].value)

    assert said("void:triples") == counted("?s ?p ?o")
    assert said("void:distinctSubjects") == counted("?s ?p ?o", "DISTINCT ?s")
    assert said("void:distinctObjects") == counted("?s ?p ?o", "DISTINCT ?o")
    assert said("void:properties") == counted("?s ?p ?o", "DISTINCT ?p")
    assert said("void:classes") == counted("?s a ?c", "DISTINCT ?c")
    assert said("void:entities") == counted("?s a ?c", "DISTINCT ?s")
    for name, basis in (("stated", "Stated"), ("inferred", "Inferred")):
        subset = f"<https://w3id.org/ctgraph/dataset#{name}>"
        assert said("void:entities", subset) == counted(f"?c a ct:Claim ; ct:basis ct:{basis}")
    partition = "<https://w3id.org/ctgraph/dataset#class-ct-Participation>"
    assert said("void:entities", partition) == counted("?p a ct:Participation")
    assert said("dcat:version") == ctgraph.__version__
    spdx = "<https://w3id.org/ctgraph/dataset#checksum>"
    assert said("<http://spdx.org/rdf/terms#checksumValue>", spdx) == citation(store)["hash"]


@pytest.mark.parametrize("name", TRIPLE_FORMATS)
def test_description_in_every_format(store: Store, name: str) -> None:
    wanted = parse(describe(store), ox.RdfFormat.TURTLE)
    assert parse(describe(store, format=name), TRIPLE_FORMATS[name]) == wanted


def test_description_is_what_harvesters_look_for(store: Store) -> None:
    """A day, keywords, and a URL and a format for each distribution."""
    files = {"turtle": "http://localhost/downloads/ctgraph.ttl"}
    text = describe(store, downloads=files)
    graph = rdflib.Graph().parse(data=text, format="turtle")
    days = list(graph.objects(predicate=rdflib.DCTERMS.issued))
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", str(day)) for day in days)
    assert len(days) == 1
    words = graph.objects(predicate=rdflib.DCAT.keyword)
    assert {getattr(word, "language", "") for word in words} == {"en", "ja"}
    found = list(graph.objects(predicate=rdflib.DCAT.distribution))
    assert len(found) == len(FORMATS)
    for one in found:
        assert graph.value(one, rdflib.DCAT.accessURL)
        assert graph.value(one, rdflib.DCTERMS.format)
    urls = [str(url) for url in graph.objects(predicate=rdflib.DCAT.downloadURL)]
    assert urls == [*files.values()]


def test_description_refuses_networks(store: Store) -> None:
    with pytest.raises(UsageError, match="Turtle"):
        describe(store, format="gexf")


def test_citation_file_agrees(store: Store) -> None:
    text = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    said = dict(re.findall(r"^([a-z-]+): (.+)$", text, re.MULTILINE))
    cited = citation(store)
    assert said["cff-version"] == "1.2.0"
    assert said["title"].strip('"') == cited["title"]
    assert said["version"] == cited["version"] == ctgraph.__version__
    assert said["url"] == cited["url"]
    ontology = rdflib.Graph().parse(ROOT / "ontology" / "ctgraph.ttl")
    (day,) = map(str, ontology.objects(predicate=rdflib.DCTERMS.modified))
    assert said["date-released"] == day
    assert cited["publisher"] == "The ctgraph project"
    assert '  - name: "The ctgraph project"' in text
    assert "  - CC-BY-4.0" in text
    assert cited["licence"] == "https://creativecommons.org/licenses/by/4.0/"
    sources = cast("list[dict[str, str]]", cited["sources"])
    assert f'title: "{sources[0]["label_ja"]}"' in text
    assert sources[0]["date"] == "2024-08"
    assert "year: 2024\n    month: 8" in text
    assert str(cited["hash"]) in str(cited["text"])
