"""Reading SPARQL: tokens, tree, text, places, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    RdfFormat,
    Store,
    Variable,
)
from sparql_queries import BAD, ENGINE_REFUSES, GOOD, PROLOGUE

from ctgraph.errors import DataError, QueryRefused, QuerySyntaxError
from ctgraph.store.sparql.parse import parse_query
from ctgraph.store.sparql.query import Query
from ctgraph.store.sparql.safety import LONGEST, query_form, refuse_deep, refuse_unsafe
from ctgraph.store.sparql.tokens import tokenize
from ctgraph.store.sparql.tree import (
    Alternative,
    Bind,
    Filter,
    Group,
    Inverse,
    NegatedSet,
    OneOrMore,
    Optional,
    Sequence,
    SubSelect,
    Triple,
    Union,
    Values,
    ZeroOrMore,
)
from ctgraph.store.sparql.write import term_to_sparql, to_text

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


# --- tokens and places ---------------------------------------------------------------------------


def test_tokens_have_places() -> None:
    tokens = tokenize("ASK {\n  ?s a\tct:X # c\n  . }")
    assert [(token.text, token.line, token.column) for token in tokens] == [
        ("ASK", 1, 1),
        ("{", 1, 5),
        ("?s", 2, 3),
        ("a", 2, 6),
        ("ct:X", 2, 8),
        (".", 3, 3),
        ("}", 3, 5),
    ]


@given(st.text(st.sampled_from("<>?$:_\"'\\\n#ab1.{}()@^|é日\u200b\x00 "), max_size=40))
def test_any_text_has_tokens_that_cover_it(text: str) -> None:
    position = 0
    for token in tokenize(text):
        assert text[token.start : token.end] == token.text
        between = text[position : token.start]
        assert not between or between[0] in " \t\r\n#"
        assert (token.line, token.column) == (
            text.count("\n", 0, token.start) + 1,
            token.start - text.rfind("\n", 0, token.start),
        )
        position = token.end


@given(st.text(st.sampled_from("<>?$:_\"'\\\n#ab1.{}()@^|é日 SELECT*WHERE"), max_size=40))
def test_any_text_is_a_query_or_a_syntax_error(text: str) -> None:
    query = "SELECT * { " + text + " }"
    try:
        tree = parse_query(query, {"": "http://e/", "a": "http://a/"})
    except QuerySyntaxError as error:
        place = (error.line, error.column)
        assert place >= (1, 1)
    else:
        assert parse_query(to_text(tree), {}) == tree


def test_what_is_no_letter_ends_a_name() -> None:
    texts = [(token.kind, token.text) for token in tokenize("?名前\u3000ct:é×x ?x·y“ex:a.\u2003")]
    assert texts == [
        ("var", "?名前"),
        ("other", "\u3000"),
        ("pname", "ct:é"),
        ("other", "×"),
        ("word", "x"),
        ("var", "?x·y"),
        ("other", "“"),
        ("pname", "ex:a"),
        ("punct", "."),
        ("other", "\u2003"),
    ]


def test_patterns_have_places() -> None:
    text = """SELECT ?s {
  ?s a ct:State ;
     skos:prefLabel ?l , ?m .
  FILTER(?l > ?m)
  OPTIONAL { ?s ct:x ?y }
  { SELECT ?y { ?y ct:z [] } }
}"""
    tree = parse_query(text)
    assert tree.where is not None
    places = [(e.span.line, e.span.column) for e in tree.where.elements]
    assert places == [(2, 3), (3, 6), (3, 26), (4, 3), (5, 3), (6, 3)]
    spans = [text[e.span.start : e.span.end] for e in tree.where.elements]
    assert spans[:4] == ["?s a ct:State", "skos:prefLabel ?l", "?m", "FILTER(?l > ?m)"]
    assert (tree.span.line, tree.span.end) == (1, len(text))


def test_comparison_behind_an_operand_is_no_iri() -> None:
    texts = [token.text for token in tokenize("FILTER(?a<?b&&?c>?d) ?s<http://e/?x=1>?o")]
    assert texts[2:5] == ["?a", "<", "?b"]
    assert texts[-3:] == ["?s", "<http://e/?x=1>", "?o"]


# --- the tree ------------------------------------------------------------------------------------

EX = {"": "http://e/"}
A, B, C = (NamedNode("http://e/" + name) for name in "abc")


@pytest.mark.parametrize(
    ("path", "tree"),
    [
        (":a/:b|:c", Alternative((Sequence((A, B)), C))),
        (":a|:b/:c", Alternative((A, Sequence((B, C))))),
        ("(:a|:b)/:c", Sequence((Alternative((A, B)), C))),
        ("^:a/:b", Sequence((Inverse(A), B))),
        ("^(:a/:b)", Inverse(Sequence((A, B)))),
        ("^:a*", Inverse(ZeroOrMore(A))),
        ("(^:a)+", OneOrMore(Inverse(A))),
        (":a/:b/:c", Sequence((A, B, C))),
        (":a/(:b/:c)", Sequence((A, Sequence((B, C))))),
        ("!(:a|^:b)", NegatedSet((A,), (B,))),
        ("!^:a", NegatedSet((), (A,))),
        ("(:a)", A),
        ("((:a))*", ZeroOrMore(A)),
    ],
)
def test_paths_bind_as_the_grammar_says(path: str, tree: object) -> None:
    query = parse_query(f"ASK {{ ?s {path} ?o }}", EX)
    assert query.where == Group((Triple(Variable("s"), tree, Variable("o")),))  # type: ignore[arg-type]


def test_exists_groups_are_parsed() -> None:
    query = parse_query("ASK { OPTIONAL { ?s :a ?o FILTER(?o>1 || NOT EXISTS { ?o :b ?s }) } }", EX)
    assert query.where is not None
    (optional,) = query.where.elements
    assert isinstance(optional, Optional)
    condition = optional.group.elements[1]
    assert isinstance(condition, Filter)
    ((asked, group),) = condition.expression.exists_groups()
    assert not asked
    assert group == Group((Triple(Variable("o"), B, Variable("s")),))
    assert condition.expression.variables() == ["o"]


def test_equal_trees_are_equal_wherever_they_stand() -> None:
    one = parse_query("ASK { ?s :a ?o }", EX)
    two = parse_query("PREFIX x: <http://e/>\nASK\n{ ?s x:a ?o . }", {})
    assert one == two
    assert hash(one) == hash(two)
    assert one != parse_query("ASK { ?s :a ?p }", EX)
    assert Optional(Group(())) != Group(())
    assert "Triple(subject=" in repr(one)


@pytest.mark.parametrize(
    ("reference", "iri"),
    # RFC 3986, section 5.4.1.
    [
        ("g", "http://a/b/c/g"),
        ("./g", "http://a/b/c/g"),
        ("g/", "http://a/b/c/g/"),
        ("/g", "http://a/g"),
        ("//g", "http://g"),
        ("?y", "http://a/b/c/d;p?y"),
        ("g?y", "http://a/b/c/g?y"),
        ("#s", "http://a/b/c/d;p?q#s"),
        ("g;x=1/../y", "http://a/b/c/y"),
        ("", "http://a/b/c/d;p?q"),
        (".", "http://a/b/c/"),
        ("..", "http://a/b/"),
        ("../g", "http://a/b/g"),
        ("../..", "http://a/"),
        ("../../../g", "http://a/g"),
        ("urn:x", "urn:x"),
    ],
)
def test_relative_iris(reference: str, iri: str) -> None:
    query = parse_query(f"BASE <http://a/b/c/d;p?q> DESCRIBE <{reference}>")
    assert query.targets == (NamedNode(iri),)


def test_a_misspelt_form_is_suggested() -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        parse_query("SELEC ?x {}")
    assert str(caught.value) == (
        "query, line 1, column 1: expected SELECT or ASK or CONSTRUCT or DESCRIBE, but found "
        "'SELEC'. Did you mean SELECT?"
    )


def test_undeclared_prefix_is_suggested() -> None:
    with pytest.raises(QuerySyntaxError, match="Did you mean skos:prefLabel") as caught:
        parse_query("SELECT * {\n  ?s skso:prefLabel ?l }")
    assert (caught.value.line, caught.value.column) == (2, 6)


def test_columns() -> None:
    assert Query("SELECT ?b (1 AS ?a) { }").columns == ["b", "a"]
    text = """SELECT * { ?s ?p [] . OPTIONAL { ?s :a ?o } MINUS { ?no ?no ?no } BIND(1 AS ?one)
        FILTER EXISTS { ?in ?in ?in } GRAPH ?g { { SELECT ?y { ?y ?z ?z } } } VALUES ?v { 1 } }"""
    assert parse_query(text, EX).columns() == ["s", "p", "o", "one", "g", "y", "v"]
    assert Query("ASK { ?s ?p ?o }").columns == []


def test_short_text_is_for_reading() -> None:
    query = parse_query('ASK { ?s a ct:State ; ct:value 3 ; ct:x "a"@en FILTER(?s = ctd:jpn) }')
    assert to_text(query, short=True).splitlines() == [
        "ASK WHERE {",
        "  ?s rdf:type ct:State .",
        "  ?s ct:value 3 .",
        '  ?s ct:x "a"@en .',
        "  FILTER (?s = ctd:jpn)",
        "}",
    ]


# --- terms and parameters ------------------------------------------------------------------------

HOSTILE = st.text(
    st.sampled_from("\"'\\\n\r\t{}<>#?$uU0041 ;.@^") | st.characters(codec="utf-8"), max_size=30
)


@given(HOSTILE)
def test_a_literal_stays_a_literal(value: str) -> None:
    text = Query("SELECT ?x WHERE { VALUES ?x { 1 } }").bind_values({"x": [Literal(value)]}).text
    assert [row["x"] for row in _select(text)] == [Literal(value)]
    refuse_unsafe(text)
    (block,) = _elements(text)
    assert isinstance(block, Values)
    assert block.rows == ((Literal(value),),)
    before, after = text.split(term_to_sparql(Literal(value)))
    assert (before, after) == ("SELECT ?x WHERE { VALUES ?x { ", " } }")


def _select(text: str) -> QuerySolutions:
    result = Store().query(text)
    assert isinstance(result, QuerySolutions)
    return result


def _elements(text: str) -> tuple[object, ...]:
    where = parse_query(text).where
    assert where is not None
    return where.elements


@pytest.mark.parametrize(
    "value",
    [
        "\\u0022 } INSERT",
        "\\U0000007D",
        'a\\"b',
        "'''\"\"\"",
        "\\\\u0041",
        "\x07\x00\x7f",
        "é\u2028",
    ],
)
def test_other_engines_read_the_same_literal(value: str) -> None:
    from rdflib import Graph
    from rdflib import Literal as RdflibLiteral

    text = f"SELECT ({term_to_sparql(Literal(value))} AS ?x) {{ }}"
    rows = list(Graph().query(text))
    assert rows == [(RdflibLiteral(value),)]


def test_terms() -> None:
    date = NamedNode("http://www.w3.org/2001/XMLSchema#date")
    assert term_to_sparql(Literal("2023-03-01", datatype=date)) == (
        '"2023-03-01"^^<http://www.w3.org/2001/XMLSchema#date>'
    )
    assert term_to_sparql(Literal("x", language="ja")) == '"x"@ja'
    assert term_to_sparql(Variable("x")) == "?x"
    with pytest.raises(DataError, match="cannot be named"):
        term_to_sparql(BlankNode("b"))


@given(st.text(max_size=20))
def test_an_iri_stays_an_iri(value: str) -> None:
    try:
        node = NamedNode("http://e/" + value)
    except ValueError:
        return
    text = Query("SELECT ?x { VALUES ?x { UNDEF } }").bind_values({"x": [node]}).text
    assert [row["x"] for row in _select(text)] == [node]


def test_binding_leaves_the_rest_alone() -> None:
    text = """# VALUES ?a { 1 }
SELECT * { VALUES ?a { ctd:jpn ctd:usa } # both
  VALUES (?b) { (1) } VALUES (?a ?c) { (1 2) } FILTER(?s = "VALUES ?a { 1 }") }"""
    one, two = (term_to_sparql(Literal(number)) for number in (1, 2))
    bound = Query(text).bind_values({"a": None, "b": [Literal(1), Literal(2)]}).text
    assert bound == text.replace("ctd:jpn ctd:usa", "UNDEF").replace(
        "{ (1) }", f"{{ ({one}) ({two}) }}"
    )
    assert Query(text).bind_values({}).text == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT * { ?s ?p ?a }", "no block VALUES ?a"),
        ("SELECT * { VALUES (?a ?b) { (1 2) } }", "no block VALUES ?a"),
    ],
)
def test_each_name_has_a_block(text: str, message: str) -> None:
    with pytest.raises(DataError, match=message.replace("?", r"\?")):
        Query(text).bind_values({"a": [Literal(1)]})


def test_every_block_of_a_name_gets_the_values() -> None:
    text = "SELECT * { VALUES ?a { 1 } FILTER NOT EXISTS { VALUES (?a) { (1) } } }"
    bound = Query(text).bind_values({"a": [Literal("x"), Literal("y")]}).text
    assert '{ VALUES ?a { "x" "y" }' in bound
    assert '{ VALUES (?a) { ("x") ("y") } }' in bound


def test_no_value_is_not_any_value() -> None:
    with pytest.raises(DataError, match="no value is given"):
        Query("SELECT * { VALUES ?a { 1 } }").bind_values({"a": []})


# --- what is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { ct:a ct:b ct:c }",
        "  # comment\nPREFIX ct: <http://e/> delete where { ?s ?p ?o }",
        "LOAD <http://e/x>",
        "CLEAR ALL",
        "drop graph ct:a",
        "CREATE GRAPH ct:a",
        "ADD ct:a TO ct:b",
        "MOVE ct:a TO ct:b",
        "COPY ct:a TO ct:b",
        "WITH ct:a DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "BASE <http://e/> INSERT DATA { }",
        r"\u0049NSERT DATA { }",
    ],
)
def test_updates_are_refused(text: str) -> None:
    with pytest.raises(QueryRefused, match="is an update"):
        refuse_unsafe(text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://e/> { ?s ?p ?o } }",
        "SELECT * { service silent ?x { ?s ?p ?o } }",
        "SELECT * { SERVICE\n# comment\nct:x { ?s ?p ?o } }",
        "SELECT * {{ SELECT * { ?s ?p ?o . SERVICE ?g { } } }}",
        # What Oxigraph takes, though the grammar's tokens say otherwise.
        "PREFIX ex: <http://e/> ASK { ?s ?p ?o SERVICEex:foo{ ?a ?b ?c } }",
        "PREFIX ex: <http://e/> ASK { ?s ?p ?o SERVICESILENTex:foo{ ?a ?b ?c } }",
        "ASK { ?s ?p trueSERVICE SILENT <http://127.0.0.1:1/>{ ?a ?b ?c } }",
        "ASK { ?s ?p ?o FILTER(1<?o)SERVICE?p#>\n{ ?a ?b ?c } }",
        "ASK { ?s ?p ?o FILTER(1<?o&&'>'!='') SERVICE <http://127.0.0.1:1/> { ?a ?b ?c } #'\n }",
        "ASK { ?s ?p ?o FILTER(1<ex:a&&'>'!='') SERVICE <http://127.0.0.1:1/> { } #'\n }",
        "ASK { ?s ?p ?o FILTER(true<?o&&'>'!='') SERVICE <http://127.0.0.1:1/> { } #'\n }",
        # Behind `<`, an IRI that holds what would begin a comment behind `<<`.
        "ASK { ?s ?p ?o FILTER(?s=?s||?o<<http://e/#>) SERVICE <http://127.0.0.1:1/> { } }",
        "ASK { ?s ?p ?o FILTER(?o<<(#>) SERVICE <http://127.0.0.1:1/> { } FILTER(?o>>?s) }",
        # What engines take that replace escapes first, as SPARQL 1.1 (19.2) says.
        r"ASK { ?s ?p ?o \u0053ERVICE <http://e/> { ?a ?b ?c } }",
        r'ASK { ?s ?p "\u0022 SERVICE <http://e/> { ?a ?b \u0022" } }',
    ],
)
def test_service_is_refused(text: str) -> None:
    with pytest.raises(QueryRefused, match="SERVICE"):
        refuse_unsafe(text)
    refuse_unsafe(text, allow_service=True)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
        "SELECT * FROM NAMED <FILE:/etc/passwd> { ?s ?p ?o }",
        "PREFIX f: <file:///etc/> SELECT * FROM f:passwd { ?s ?p ?o }",
        "BASE <file:///etc/> SELECT * FROM <passwd> { ?s ?p ?o }",
        r"SELECT * FROM <\u0066ile:///etc/passwd> { ?s ?p ?o }",
    ],
)
def test_files_are_refused(text: str) -> None:
    with pytest.raises(QueryRefused, match="FROM names a file"):
        refuse_unsafe(text)


@pytest.mark.parametrize(
    "text",
    [
        'SELECT * { ?s ct:quote "INSERT DATA { } SERVICE <x> { }" }',
        "# INSERT\nSELECT * { ?s ?p ?o } # SERVICE <http://e/> { }",
        "SELECT ?service { ?service ct:service ct:load }",
        "SELECT * { GRAPH ct:service { ?s ct:x <http://e/service#x> , <http://e/x?SERVICE> } }",
        "PREFIX service: <http://e/> ASK FROM service:x { GRAPH service:y { ?s service:z ?o } }",
        "PREFIX insert: <http://e/> SELECT * { ?s insert:delete ?o }",
        "SELECT * FROM <http://e/g> FROM NAMED <http://e/file:x> { ?s ?p ?o }",
        "SELECT * { ?s ?p ?o FILTER(?o<?p) FILTER(CONTAINS(?o, 'from service')) }",
        *GOOD,
    ],
)
def test_queries_are_not_refused(text: str) -> None:
    refuse_unsafe(text)


def test_refusal_names_the_place() -> None:
    with pytest.raises(QueryRefused, match="line 2, column 3"):
        refuse_unsafe("SELECT * {\n  SERVICE <http://e/> { } }")


def test_a_long_text_is_no_trap() -> None:
    # Each would take for ever if the scan went back over what it has read.
    comparisons = " <?a" * 5_000 + "service", "?a<b " * 5_000 + "service"
    for text in ("#" * 50_000, "PREFIX a: " * 5_000, "'" + '"' * 50_000, *comparisons):
        refuse_unsafe(text)
        tokenize(text)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("select * { }", "SELECT"),
        ("# ask\nPREFIX ask: <http://e/> # x\nBASE <http://e/>\nASK { }", "ASK"),
        ("prefix : <http://e/>construct { } where { }", "CONSTRUCT"),
        ("\ufeffDESCRIBE ct:x", None),
        ("DESCRIBE<http://e/>", "DESCRIBE"),
        ("SELECTDISTINCT?s{?s?p?o}", "SELECT"),
        ("SELCT * { }", None),
        ("", None),
    ],
)
def test_query_form(text: str, form: str | None) -> None:
    if form is not None:
        assert query_form(text) == form
    else:
        with pytest.raises(QuerySyntaxError, match="expected SELECT, ASK, CONSTRUCT or DESCRIBE"):
            query_form(text)


# --- what would end the process ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "each", "after"),
    [
        ("ASK { FILTER(?x", " || ?x", ") }"),
        ("ASK { FILTER(?x", " && ?x", ") }"),
        ("SELECT (1", " + 1", " AS ?x) { }"),
        ("SELECT (1", "*?n", " AS ?x) { }"),
        ("ASK { FILTER(", "!", "true) }"),
        ("ASK { ?s ct:a", "/ct:a", " ?o }"),
        ("ASK { ?s ct:a", "|ct:a", " ?o }"),
        ("ASK { { }", " UNION { }", " }"),
        ("ASK { ", "{ } ", "}"),
        ("ASK { ", "OPTIONAL { } ", "}"),
        ("ASK { ", "BIND(1 AS ?x) ", "}"),
        ("ASK { ", "VALUES ?x { 1 } ", "}"),
        ("ASK { ?s ?p 1 ", "; ?p 1 ", "}"),
        ("ASK { ?s ?p 1 ", ", 1 ", "}"),
        ("ASK { ?s ?p (", "1 ", ") }"),
        ("SELECT ?x ", "(1 AS ?y) ", "{ }"),
        ("SELECT ?x { } HAVING (1)", " (1)", ""),
        ("DESCRIBE ct:a", " ct:a", ""),
    ],
)
def test_chains_are_bounded(before: str, each: str, after: str) -> None:
    refuse_deep(before + each * (LONGEST // 4) + after)
    with pytest.raises(QuerySyntaxError, match=f"more than {LONGEST} operators") as caught:
        refuse_deep(before + each * (LONGEST + 1) + after)
    assert caught.value.column > len(before)


@pytest.mark.parametrize(
    ("before", "each", "after"),
    [
        ("ASK { FILTER(?x IN (1", ", -1", ")) }"),
        ("SELECT (CONCAT('a'", ", 'a'", ") AS ?x) { }"),
        ("ASK { VALUES ?x { 1", " -1", " } ?s ?p ?x }"),
        ("ASK { VALUES (?x ?y) { ", "(-1 +1.5) ", " } }"),
        ("ASK { FILTER(?x = '", " || ", "') }"),
        ("ASK { } # ", "{ . ; || ", "\n"),
    ],
)
def test_lists_of_values_are_not_bounded(before: str, each: str, after: str) -> None:
    refuse_deep(before + each * 3 * LONGEST + after)


# --- names and escapes ---------------------------------------------------------------------------


@pytest.mark.parametrize("mark", ["\u0308", "\u00b7", "\u203f"])
@pytest.mark.parametrize(
    "text", ["SELECT ?{} {{ }}", "ASK {{ _:{} ?p ?o }}", "ASK {{ ct:{} ?p ?o }}"]
)
def test_names_begin_as_the_standard_says(text: str, mark: str) -> None:
    """A combining mark may stand in a name and not begin it; the engine says the same."""
    parse_query(text.format(f"a{mark}"))
    for name in (f"{mark}a", f"{mark}a×"):  # × stands in no name at all
        with pytest.raises(QuerySyntaxError):
            parse_query(text.format(name))
        with pytest.raises(SyntaxError):
            Store().query(text.format(name), prefixes={"ct": "http://e/"})


@pytest.mark.parametrize(
    "escape", [r"\uD800", r"\uDFFF", r"\uD83D\uDE00", r"\U00110000", r"\UFFFFFFFF"]
)
def test_escapes_that_stand_for_no_character(escape: str) -> None:
    for text in (f'ASK {{ ?s ?p "{escape}" }}', f'ASK {{ ?s ?p """{escape}"""@en }}'):
        with pytest.raises(QuerySyntaxError, match="not an escape sequence"):
            parse_query(text)
    with pytest.raises(QuerySyntaxError, match="not an absolute IRI"):
        parse_query(f"ASK {{ ?s <http://e/{escape}> ?o }}")
    parse_query(r'ASK { ?s ?p "\U0010FFFF\uE000" }')


# --- terms of a query ----------------------------------------------------------------------------


def test_used_terms() -> None:
    text = """BASE <http://b/> PREFIX x: <y#> SELECT * {
      ?s x:a <z> ; ct:State "ct:No" ; unknown:x ctd:a\\-b }"""
    assert [(iri, token.text, token.line) for iri, token in Query(text).terms] == [
        ("http://b/y#a", "x:a", 2),
        ("http://b/z", "<z>", 2),
        ("https://w3id.org/ctgraph/ontology#State", "ct:State", 2),
        ("https://w3id.org/ctgraph/id/a-b", r"ctd:a\-b", 2),
    ]
    assert [(name, token.column) for name, token in Query(text).undeclared_prefixes()] == [
        ("unknown", 39)
    ]


def test_terms_of_a_text_that_cannot_be_parsed() -> None:
    assert [iri for iri, _ in Query("SELECT { ct:a PREFIX").terms] == [
        "https://w3id.org/ctgraph/ontology#a"
    ]


def test_the_text_of_a_question_has_its_parts() -> None:
    elements = _elements("SELECT * { { ?a ?b ?c } UNION { SELECT ?d { } } BIND(1 AS ?e) }")
    union, bind = elements
    assert isinstance(union, Union)
    assert isinstance(union.groups[1].elements[0], SubSelect)
    assert isinstance(bind, Bind)


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("SELECT * { ?s ?p ?o }", "SELECT ?s ?p ?o { ?s ?p ?o }"),
        (
            "select distinct *{ ?s a ?c OPTIONAL { ?s ?p 2 } }",
            "select distinct ?s ?c ?p{ ?s a ?c OPTIONAL { ?s ?p 2 } }",
        ),
        (
            "SELECT * { ?s ?p ?o } VALUES ?x { 1 }",
            "SELECT ?s ?p ?o ?x { ?s ?p ?o } VALUES ?x { 1 }",
        ),
        ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", None),
        ("SELECT ?s { { SELECT * { ?s ?p ?o } } }", None),
        ("SELECT ?n { BIND(2 * 3 AS ?n) } # SELECT *", None),
        ("SELECT * { ?s ?p", None),
        ("SELECT * { }", None),
    ],
)
def test_star_is_written_out_in_order(text: str, columns: str | None) -> None:
    assert Query(text).name_columns().text == (columns or text)


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("SELECT\u3000?x { ?x a ct:State }", 7, "U+3000 IDEOGRAPHIC SPACE is the full-width"),
        ("SELECT ?x \uff5b ?x a ct:State }", 11, "write '{'"),
        ("\uff33ELECT ?x { ?x a ct:State }", 1, "write 'S'"),
        ("SELECT ?x {\u200b ?x a ct:State }", 12, "U+200B ZERO WIDTH SPACE cannot be seen"),
        ("SELECT ?x { ?x a ct:State \u00ad}", 27, "U+00AD SOFT HYPHEN cannot be seen"),
        ("ASK { ?x rdfs:label “Japan” }", 21, "have in its place: write '\"'"),
        ("ASK {\u00a0}", 6, "U+00A0 NO-BREAK SPACE is what word processors"),
        ("ASK { FILTER(2 \u2212 1 > 0) }", 16, "write '-'"),
    ],
)
def test_what_an_input_method_typed_is_named(text: str, column: int, said: str) -> None:
    with pytest.raises(QuerySyntaxError) as error:
        assert Query(text).tree
    assert said in str(error.value)
    assert error.value.column == column


def test_a_word_of_another_script_is_no_full_width_one() -> None:
    with pytest.raises(QuerySyntaxError) as error:
        assert Query("SELECT ?x 国 { ?x a ct:State }").tree
    assert "full-width" not in str(error.value)


def test_what_follows_a_term_is_an_iri_in_a_pattern_and_compares_in_an_expression() -> None:
    text = "BASE <http://e/> ASK { <a> <b> <?z> FILTER(?x<?y&&?z>1) }"
    query = parse_query(text)
    assert query.where is not None
    (triple, test) = query.where.elements
    assert isinstance(triple, Triple)
    assert triple.object == NamedNode("http://e/?z")
    assert isinstance(test, Filter)
    assert test.expression.variables() == ["x", "y", "z"]
    assert to_text(query).startswith("BASE <http://e/>\nASK")
