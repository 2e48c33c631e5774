"""What answers rest on: on a small graph by hand, and on every question of the real one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from pyoxigraph import Literal, NamedNode, Triple

from ctgraph.errors import UsageError
from ctgraph.query.evidence.claims import ClaimEvidence, Term, claims_of_triples, load_claims
from ctgraph.query.evidence.find import (
    RowEvidence,
    find_evidence,
    find_evidence_of_rows,
    find_triple_evidence,
)
from ctgraph.query.evidence.patterns import begin_with
from ctgraph.query.questions import read_questions
from ctgraph.store.project import Bundle, locate
from ctgraph.store.rules import RULE_GRAPHS, apply_rules, read_rules
from ctgraph.store.sparql.parse import parse_query
from ctgraph.store.sparql.tree import Group, QueryTree, Union, Values
from ctgraph.store.sparql.write import to_text
from ctgraph.store.store import Solutions, Store, open_store
from ctgraph.terms import CT, PREFIXES, expand, shorten

PROJECT = Path(__file__).parents[2] / "evidence_project"
QUESTIONS = sorted(path.stem for path in locate().question_files())


def merged(quads: Iterable[ox.Quad], bundle: Bundle) -> ox.Store:
    """A store with some quads, their merge and what the rules derive from it."""
    graph = ox.Store()
    kept = list(quads)
    graph.bulk_extend(kept)
    graph.bulk_extend(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in kept)
    apply_rules(graph, read_rules(bundle))
    return graph


@pytest.fixture(scope="module")
def store() -> Store:
    bundle = Bundle(PROJECT)
    quads = ox.parse(path=PROJECT / "graph.trig", format=ox.RdfFormat.TRIG)
    return Store("memory", "tests", bundle, graph=merged(quads, bundle))


def rows_of(store: Store, text: str) -> list[dict[str, Term]]:
    return rows_in(store.select(text))


def rows_in(solutions: object) -> list[dict[str, Term]]:
    assert isinstance(solutions, (ox.QuerySolutions, Solutions))
    names = [variable.value for variable in solutions.variables]
    return [
        {name: solution[name] for name in names if solution[name] is not None}
        for solution in solutions
    ]


def the_row(store: Store, text: str, **wanted: str) -> dict[str, Term]:
    """The one row in which some columns have some values."""
    found = [
        row
        for row in rows_of(store, text)
        if all(row.get(name) == NamedNode(expand(value)) for name, value in wanted.items())
    ]
    assert len(found) == 1, found
    return found[0]


def evidence(store: Store, text: str, **wanted: str) -> RowEvidence:
    return find_evidence(store, text, the_row(store, text, **wanted))


def claims(found: RowEvidence) -> list[str]:
    return [shorten(claim.iri).removeprefix("ctd:") for claim in found.claims]


def kinds(found: RowEvidence) -> list[str]:
    return sorted({note.kind for note in found.notes})


def triple(subject: str, predicate: str, value: str) -> Triple:
    return Triple(*(NamedNode(expand(name)) for name in (subject, predicate, value)))


# --- patterns ------------------------------------------------------------------------------------


def test_join(store: Store) -> None:
    text = "SELECT ?who { ?p ct:participant ?who ; ct:activity ?what ; ct:role ctv:host }"
    found = evidence(store, text)
    assert claims(found) == ["c-elided", "c-hosts"]
    assert found.complete
    assert not found.notes
    elided, hosts = found.claims
    assert elided.triples == (triple("ctd:p-jpn", "ct:participant", "ctd:jpn"),)
    assert len(hosts.triples) == 2
    assert (elided.is_stated, hosts.is_stated) == (False, True)
    assert hosts.quote == "会合を主催した"
    assert (hosts.section_label, hosts.source_label) == ("Efforts", "The sheet")
    assert elided.reason == "The ministry speaks."
    assert [shorten(iri) for iri in elided.derived_from] == ["ctd:c-actors", "ctd:c-hosts"]


def test_in_japanese(store: Store) -> None:
    text = "SELECT ?who { ?p ct:participant ?who ; ct:role ctv:host MINUS { ?who ct:x ?y } }"
    found = find_evidence(store, text, rows_of(store, text)[0], lang="ja")
    assert found.claims[0].reason == "外務省の文書である。"
    assert found.claims[0].section_label == "取組"
    assert found.claims[0].gloss == "The host is Japan."  # there is no other
    assert "不在" in found.notes[0].text


def test_only_the_row_that_was_asked(store: Store) -> None:
    text = "SELECT ?who { ?p ct:participant ?who }"
    assert claims(evidence(store, text, who="ctd:jpn")) == ["c-elided"]
    assert claims(evidence(store, text, who="ctd:unodc")) == ["c-partner", "c-partner-again"]


def test_a_triple_of_two_claims_has_both(store: Store) -> None:
    text = "ASK { ctd:p-unodc ct:participant ctd:unodc }"
    found = find_evidence(store, text, {})
    assert claims(found) == ["c-partner", "c-partner-again"]


def test_optional(store: Store) -> None:
    text = "SELECT ?what ?day { ?what a ct:Meeting OPTIONAL { ?what ct:startDate ?day } }"
    assert claims(evidence(store, text, what="ctd:meeting")) == ["c-dates", "c-hosts"]
    found = evidence(store, text, what="ctd:round")
    assert claims(found) == ["c-series"]
    assert found.complete


def test_optional_tells_rows_apart_that_differ_in_it(store: Store) -> None:
    text = """SELECT ?label { ?p ct:participant ?who
        OPTIONAL { ?who skos:prefLabel ?label FILTER(?who = ctd:jpn && LANG(?label) = "en") } }"""
    bound = find_evidence(store, text, {"label": Literal("Japan", language="en")})
    assert claims(bound) == ["c-actors", "c-elided"]
    unbound = find_evidence(store, text, {})
    assert claims(unbound) == ["c-partner", "c-partner-again"]


def test_nested_optional(store: Store) -> None:
    text = """SELECT ?what { ?what a ct:Meeting
        OPTIONAL { ?what ct:startDate ?day
          OPTIONAL { ?what ct:partOf ?whole . ?whole a ct:None } } }"""
    assert claims(evidence(store, text, what="ctd:meeting")) == ["c-dates", "c-hosts"]


def test_union_with_one_branch(store: Store) -> None:
    text = "SELECT ?what { { ?what a ct:Workshop } UNION { ?what ct:startDate ?day } }"
    assert claims(evidence(store, text, what="ctd:side")) == ["c-other-route"]
    assert claims(evidence(store, text, what="ctd:meeting")) == ["c-dates"]


def test_union_with_both_branches(store: Store) -> None:
    text = "SELECT DISTINCT ?what { { ?what a ct:Meeting } UNION { ?what ct:startDate ?day } }"
    assert claims(evidence(store, text, what="ctd:meeting")) == ["c-dates", "c-hosts"]


def test_graph_names_the_claim(store: Store) -> None:
    text = "SELECT ?claim { GRAPH ?claim { ctd:p-unodc ct:participant ctd:unodc } }"
    assert claims(evidence(store, text, claim="ctd:c-partner-again")) == ["c-partner-again"]
    text = "ASK { GRAPH ctd:c-partner { ctd:p-unodc ct:participant ?who } }"
    assert claims(find_evidence(store, text, {})) == ["c-partner"]


def test_graph_and_default_graph(store: Store) -> None:
    text = """SELECT ?quote { GRAPH ?claim { ?p ct:participant ctd:jpn } ?claim ct:quote ?quote .
        ?p ct:role ?role }"""
    assert claims(evidence(store, text)) == ["c-elided", "c-hosts"]


def test_sub_select(store: Store) -> None:
    text = """SELECT ?who ?day { { SELECT ?what ?day { ?what ct:startDate ?day } LIMIT 5 }
        ?p ct:activity ?what ; ct:participant ?who }"""
    assert claims(evidence(store, text, who="ctd:jpn")) == ["c-dates", "c-elided", "c-hosts"]


def test_sub_select_in_a_graph(store: Store) -> None:
    text = (
        "SELECT ?who { GRAPH ctd:c-partner-again { { SELECT ?who { ?p ct:participant ?who } } } }"
    )
    assert claims(evidence(store, text)) == ["c-partner-again"]
    # Oxigraph leaves ?g unbound here, so each claim may be meant.
    text = "SELECT ?who { GRAPH ?g { { SELECT ?who { ?p ct:participant ?who } } } }"
    row = {"who": NamedNode(expand("ctd:unodc"))}
    assert claims(find_evidence(store, text, row)) == ["c-partner", "c-partner-again"]


def test_count_has_all_that_it_counts(store: Store) -> None:
    text = """SELECT ?what (COUNT(DISTINCT ?who) AS ?n)
        { ?p ct:activity ?what ; ct:participant ?who } GROUP BY ?what"""
    found = evidence(store, text)
    assert claims(found) == ["c-elided", "c-hosts", "c-partner", "c-partner-again"]
    assert kinds(found) == ["aggregate"]


def test_count_of_one_group_only(store: Store) -> None:
    text = "SELECT ?kind (COUNT(*) AS ?n) { ?what a ?kind ; ct:partOf ?x } GROUP BY ?kind"
    assert claims(evidence(store, text, kind="ct:Workshop")) == ["c-other-route"]


def test_group_by_an_expression(store: Store) -> None:
    text = """SELECT ?initial (COUNT(*) AS ?n)
        { ?what skos:prefLabel ?label FILTER(LANG(?label) = "en") }
        GROUP BY (SUBSTR(STR(?label), 1, 1) AS ?initial)"""
    found = find_evidence(store, text, {"initial": Literal("J"), "n": Literal(1)})
    assert claims(found) == ["c-actors"]


def test_group_that_the_row_does_not_name(store: Store) -> None:
    text = "SELECT (COUNT(*) AS ?n) { ?what a ?kind ; ct:partOf ?x } GROUP BY ?kind"
    found = find_evidence(store, text, rows_of(store, text)[0])
    assert claims(found) == ["c-hosts", "c-other-route", "c-series"]
    assert kinds(found) == ["aggregate", "wider"]
    text = "SELECT (COUNT(*) AS ?n) { ?what a ?kind ; ct:startDate ?x } GROUP BY ?kind ?what"
    assert kinds(find_evidence(store, text, rows_of(store, text)[0])) == ["aggregate"]


def test_having(store: Store) -> None:
    text = """SELECT ?who { ?p ct:participant ?who ; ct:role ?role } GROUP BY ?who
        HAVING (COUNT(*) > 0)"""
    assert claims(evidence(store, text, who="ctd:jpn")) == ["c-elided", "c-hosts"]


def test_path_sequence_and_inverse(store: Store) -> None:
    text = "SELECT ?who { ctd:meeting ^ct:activity/ct:participant ?who }"
    assert claims(evidence(store, text, who="ctd:jpn")) == ["c-elided", "c-hosts"]
    text = "SELECT ?who { ctd:meeting (^ct:activity|ct:none)/ct:participant ?who }"
    found = evidence(store, text, who="ctd:unodc")
    assert claims(found) == ["c-partner", "c-partner-again"]
    assert not found.notes


def test_path_alternative_has_the_branches_that_hold(store: Store) -> None:
    text = "SELECT ?day { ctd:meeting ct:endDate|ct:startDate ?day }"
    assert claims(evidence(store, text)) == ["c-dates"]


def test_negated_path(store: Store) -> None:
    text = "SELECT ?x { ctd:p-unodc !(ct:activity|ct:participant|^ct:none) ?x }"
    assert claims(evidence(store, text)) == ["c-partner"]
    text = "SELECT ?x { ctd:meeting !^ct:partOf ?x }"
    assert claims(evidence(store, text, x="ctd:p-jpn")) == ["c-hosts"]


def test_path_of_any_length_has_the_edges_on_all_routes(store: Store) -> None:
    text = "SELECT ?whole { ctd:meeting ct:partOf+ ?whole }"
    found = find_evidence(store, text, {"whole": NamedNode(expand("ctd:series"))})
    assert claims(found) == ["c-other-route", "c-series"]
    edges = {str(edge.object) for claim in found.claims for edge in claim.triples}
    on_a_route = ("ctd:round", "ctd:side", "ctd:series")  # not ctd:elsewhere
    assert edges == {str(NamedNode(expand(name))) for name in on_a_route}
    assert kinds(found) == ["path"]
    assert (found.notes[0].line, found.notes[0].pattern) == (
        1,
        "ctd:meeting (ct:partOf+) ?whole",
    )


def test_path_with_one_route_is_exact(store: Store) -> None:
    for text, whole in (
        ("SELECT ?whole { ctd:meeting ct:partOf+ ?whole }", "ctd:elsewhere"),
        ("SELECT ?whole { ctd:meeting ct:partOf+ ?whole }", "ctd:side"),
        ("SELECT ?whole { ctd:meeting ct:partOf* ?whole }", "ctd:meeting"),
        ("SELECT ?whole { ctd:meeting (ct:none|ct:partOf)+ ?whole }", "ctd:elsewhere"),
        ("SELECT ?whole { ?whole (^ct:partOf/ct:none?)+ ctd:meeting }", "ctd:elsewhere"),
    ):
        found = find_evidence(store, text, {"whole": NamedNode(expand(whole))})
        assert kinds(found) == (["no-length"] if whole == "ctd:meeting" else [])
        assert found.complete
    text = "SELECT ?whole { ctd:meeting (ct:partOf/^ct:partOf)+ ?whole }"
    found = find_evidence(store, text, {"whole": NamedNode(expand("ctd:meeting"))})
    assert kinds(found) == ["path"]


def test_two_predicates_on_one_edge_are_two_routes() -> None:
    graph = ox.Store()
    edges = "<urn:a> <urn:p> <urn:b> ; <urn:q> <urn:b> . <urn:b> <urn:p> <urn:c> ."
    for name in (NamedNode("urn:g"), ox.DefaultGraph()):
        graph.load(edges.encode(), format=ox.RdfFormat.TURTLE, to_graph=name)
    store = Store("memory", "tests", Bundle(PROJECT), graph=graph)
    ask = "ASK {{ <urn:a> ({})+ <urn:c> }}"
    for path, noted in (("<urn:p>", []), ("<urn:p>|<urn:q>", ["path"])):
        found = find_evidence(store, ask.format(path), {})
        assert kinds(found) == noted
        assert len(found.definitions) == 2 + len(noted)


def test_path_of_no_length_needs_no_evidence(store: Store) -> None:
    text = "SELECT ?day { ?x ct:startDate ?day . ?x ct:partOf*/a ct:Meeting . ?x ct:none? ?x }"
    found = find_evidence(store, text, rows_of(store, text)[0])
    assert claims(found) == ["c-dates", "c-hosts", "c-series"]
    text = "ASK { ctd:meeting ct:partOf* ctd:meeting }"
    assert claims(find_evidence(store, text, {})) == []


def test_path_inside_a_graph(store: Store) -> None:
    text = "SELECT ?g { GRAPH ?g { ctd:meeting ct:partOf+ ctd:series } }"
    assert claims(evidence(store, text, g="ctd:c-series")) == ["c-series"]


def test_not_exists_says_what_was_searched(store: Store) -> None:
    text = """SELECT ?what { ?what a ct:Meeting .
        FILTER NOT EXISTS { ?what ct:startDate ?day } }"""
    found = evidence(store, text)
    assert claims(found) == ["c-series"]
    (note,) = found.notes
    assert (note.kind, note.line, note.column) == ("absence", 2, 27)
    assert note.pattern == "{ ?what ct:startDate ?day }"
    assert "?what ct:startDate ?day" in note.text
    text = "SELECT ?what { ?what a ct:Meeting MINUS { ?what ct:startDate ?day } }"
    assert kinds(evidence(store, text)) == ["absence"]
    text = "SELECT ?what { ?what a ct:Meeting FILTER(!EXISTS { ?what ct:startDate ?day }) }"
    assert kinds(evidence(store, text)) == ["absence"]


def test_notes_speak_of_branches_that_matched(store: Store) -> None:
    text = """SELECT ?what {
        { ?what a ct:Workshop FILTER NOT EXISTS { ?what ct:x ?y } }
        UNION { ?what ct:startDate ?day . ?what ct:partOf+ ctd:series }
        UNION { ?what a ct:Meeting MINUS { ?what ct:startDate ?day } }
        OPTIONAL { ?what ct:none ?z FILTER NOT EXISTS { ?z ct:x ?y } } }"""
    assert kinds(evidence(store, text, what="ctd:side")) == ["absence"]
    assert kinds(evidence(store, text, what="ctd:meeting")) == ["path"]
    (note,) = evidence(store, text, what="ctd:round").notes
    assert (note.line, note.pattern) == (4, "{ ?what ct:startDate ?day }")


@pytest.mark.parametrize(
    ("condition", "absent"),
    [
        ("NOT EXISTS { ?what ct:startDate ?d } || EXISTS { ?what a ct:Meeting }", []),
        ("NOT EXISTS { ?what ct:x ?d } || EXISTS { ?what a ct:Meeting }", ["ct:x"]),
        ("!(EXISTS { ?what ct:x ?d } || EXISTS { ?what ct:y ?d })", ["ct:x", "ct:y"]),
        ("!(!EXISTS { ?what ct:startDate ?d } && NOT EXISTS { ?what ct:x ?d })", []),
        ("!(NOT EXISTS { ?what ct:startDate ?d })", []),
        ("!BOUND(?none) && (1 NOT IN (2)) && EXISTS { ?what ct:startDate ?d }", []),
        ("(NOT EXISTS { ?what ct:x ?d })", ["ct:x"]),
    ],
)
def test_absences_within_conditions_are_noted_where_they_are_so(
    store: Store, condition: str, absent: list[str]
) -> None:
    text = f"SELECT ?what {{ ?p ct:activity ?what ; ct:role ctv:host FILTER({condition}) }}"
    found = evidence(store, text)
    assert kinds(found) == (["absence"] if absent else [])
    assert [note.pattern.split()[2] for note in found.notes] == absent
    # What has to be there is evidence, whatever it is denied by and how often.
    assert ("c-dates" in claims(found)) == ("!" in condition and "startDate" in condition)


def test_exists_counts_as_evidence(store: Store) -> None:
    text = "SELECT ?what { ?what a ct:Meeting FILTER EXISTS { ?what ct:startDate [] } }"
    found = evidence(store, text)
    assert claims(found) == ["c-dates", "c-hosts"]
    assert not found.notes
    text = """SELECT ?what ?who { ?p ct:activity ?what OPTIONAL { ?p ct:participant ?who
        FILTER EXISTS { ?what ct:startDate ?day . ?p ct:role ctv:host } } }"""
    assert claims(evidence(store, text, who="ctd:jpn")) == ["c-dates", "c-elided", "c-hosts"]


def test_exists_of_a_group_with_its_own_variables(store: Store) -> None:
    text = """SELECT ?what { ?what a ct:Meeting { ?x ct:role ctv:partner ; ct:participant ?who }
        FILTER(EXISTS { ?p ct:activity ?what ; ct:participant ?y FILTER(?y = ?who) } || false) }"""
    assert claims(evidence(store, text)) == ["c-hosts", "c-partner", "c-partner-again"]


def test_bind_is_put_back_too(store: Store) -> None:
    text = """SELECT ?name { ?who skos:prefLabel ?label . FILTER(LANG(?label) = "en")
        BIND(UCASE(STR(?label)) AS ?name) }"""
    found = find_evidence(store, text, {"name": Literal("JAPAN")})
    assert claims(found) == ["c-actors"]
    assert found.complete


def test_projected_expressions_are_not_put_back(store: Store) -> None:
    text = "SELECT ?who (?role AS ?part) (1 + 1 AS ?n) { ?p ct:participant ?who ; ct:role ?role }"
    assert claims(evidence(store, text, part="ctv:host")) == ["c-elided", "c-hosts"]


def test_what_changes_each_time_is_noted(store: Store) -> None:
    text = "SELECT ?day ?now { ?what ct:startDate ?day BIND(STRUUID() AS ?now) }"
    found = find_evidence(store, text, rows_of(store, text)[0])
    assert claims(found) == ["c-dates"]
    assert kinds(found) == ["changed"]
    assert not found.complete


def test_values_and_trailing_values(store: Store) -> None:
    text = """SELECT ?who { VALUES ?who { ctd:jpn UNDEF } ?p ct:participant ?who ; ct:role ?r }
        VALUES ?r { ctv:host }"""
    row = {"who": NamedNode(expand("ctd:jpn"))}
    assert claims(find_evidence(store, text, row)) == ["c-elided", "c-hosts"]


def test_blank_nodes_and_lists(store: Store) -> None:
    text = "SELECT ?day { [ ct:role ctv:host ; ct:activity [ ct:startDate ?day ] ] }"
    assert claims(evidence(store, text)) == ["c-dates", "c-hosts"]


def test_variables_named_like_ours(store: Store) -> None:
    text = """SELECT ?x1_ { ?x2_ ct:participant ?x1_ OPTIONAL { ?x2_ ct:role ?x3_ }
        [] ct:activity ?start }"""
    row = {"x1_": NamedNode(expand("ctd:jpn"))}
    assert claims(find_evidence(store, text, row)) == ["c-elided", "c-hosts", "c-partner"]


def test_label_literals_and_hostile_ones(store: Store) -> None:
    text = "SELECT ?label { ?thing skos:prefLabel ?label ; ct:value ?number }"
    row = rows_of(store, text)[0]
    assert row["label"].value.startswith('"}\n UNION')
    assert claims(find_evidence(store, text, row)) == ["c-hostile"]
    text = "SELECT ?number { ?thing ct:value ?number }"
    assert claims(evidence(store, text)) == ["c-hostile"]


def test_from_restricts_the_claims(store: Store) -> None:
    text = "SELECT ?who FROM ctd:c-partner-again { ?p ct:participant ?who }"
    assert claims(evidence(store, text)) == ["c-partner-again"]


def test_definitions_are_no_claims(store: Store) -> None:
    text = "SELECT ?group { ctd:p-jpn ct:role/skos:broader ?group }"
    found = evidence(store, text)
    assert claims(found) == ["c-hosts"]
    (definition,) = found.definitions
    assert definition.triple == triple("ctv:host", "skos:broader", "ctv:role-lead")
    assert definition.graph == expand("ctv:roles")


def test_limit_order_and_distinct_do_not_matter(store: Store) -> None:
    text = "SELECT DISTINCT ?who { ?p ct:participant ?who } ORDER BY DESC(?who) LIMIT 1"
    assert claims(evidence(store, text)) == ["c-partner", "c-partner-again"]


# --- derived triples -----------------------------------------------------------------------------


def test_derived_triple_leads_back_through_its_rule(store: Store) -> None:
    text = "SELECT ?who { ?who ct:participatesIn ctd:meeting }"
    found = evidence(store, text, who="ctd:jpn")
    assert claims(found) == ["c-elided", "c-hosts"]
    (derived,) = found.derived
    assert derived.triple == triple("ctd:jpn", "ct:participatesIn", "ctd:meeting")
    assert (derived.rule, derived.rule_label) == ("takes-part", "Taking part")
    assert [shorten(iri) for iri in derived.premises] == ["ctd:c-elided", "ctd:c-hosts"]
    assert found.complete
    (note,) = found.notes
    assert note.rule == "Taking part"
    assert note.text.startswith("In the rule “Taking part”: { ?actor rdf:type ct:AdverseActor }")


def test_derived_from_derived(store: Store) -> None:
    text = "SELECT ?a ?b { ?a ct:cooperatesWith ?b }"
    found = evidence(store, text)
    assert claims(found) == ["c-elided", "c-hosts", "c-partner", "c-partner-again"]
    assert sorted(item.rule for item in found.derived) == ["takes-part", "takes-part", "works-with"]
    top = max(found.derived, key=lambda item: item.rule)
    assert len(top.steps) == 2
    assert len(top.premises) == 4
    assert [str(item.subject) for item in top.definitions] == [str(NamedNode(CT + "Meeting"))]


def test_derived_node_with_a_computed_name(store: Store) -> None:
    text = "SELECT ?who { ctd:jpn-with-unodc ct:tieBetween ?who }"
    for who in ("ctd:jpn", "ctd:unodc"):
        found = evidence(store, text, who=who)
        assert claims(found) == ["c-elided", "c-hosts", "c-partner", "c-partner-again"]
        assert found.complete


def test_rule_that_no_longer_derives_a_triple(store: Store) -> None:
    graph = ox.Store()
    graph.bulk_extend(store.quads())
    stale = triple("ctd:jpn", "ct:participatesIn", "ctd:series")
    for name in (ox.DefaultGraph(), NamedNode(RULE_GRAPHS + "takes-part")):
        graph.add(ox.Quad(stale.subject, stale.predicate, stale.object, name))
    broken = Store("memory", "tests", store.bundle, graph=graph)
    found = find_triple_evidence(broken, stale)
    assert kinds(found) == ["underived"]
    assert not found.complete


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("SELECT ?x { ctd:jpn ct:partOf* ?x }", "no-length"),
        ("SELECT ?x { ctd:jpn ct:partOf? ?x }", "no-length"),
        ("SELECT ?x { ctd:jpn (ct:partOf|ct:activity)* ?x }", "no-length"),
        ("SELECT ?x { BIND(ctd:jpn AS ?x) }", "no-triple"),
        ("SELECT ?x { VALUES ?x { ctd:jpn } OPTIONAL { ?x ct:partOf ?y } }", "no-triple"),
    ],
)
def test_a_row_that_rests_on_no_triple_says_so(store: Store, text: str, kind: str) -> None:
    found = evidence(store, text, x="ctd:jpn")
    assert (claims(found), found.derived, found.definitions) == ([], (), ())
    assert kinds(found) == [kind]
    assert found.complete


def test_a_path_of_no_length_beside_triples_is_no_news(store: Store) -> None:
    text = "SELECT ?x { ctd:meeting a ?x . ?x rdfs:subClassOf* ct:Meeting }"
    assert kinds(evidence(store, text, x="ct:Meeting")) == []


# --- other forms ---------------------------------------------------------------------------------


def test_ask_without_solution(store: Store) -> None:
    found = find_evidence(store, "ASK { ctd:jpn a ct:AdverseActor }", {})
    assert (claims(found), kinds(found)) == ([], ["none"])
    assert found.complete


def test_construct(store: Store) -> None:
    text = """CONSTRUCT { ?who ct:hosted ?what . ?what ct:by ?who }
        WHERE { ?p ct:participant ?who ; ct:activity ?what ; ct:role ctv:host }"""
    made = triple("ctd:jpn", "ct:hosted", "ctd:meeting")
    found = find_triple_evidence(store, made, text)
    assert claims(found) == ["c-elided", "c-hosts"]
    assert found.complete


def test_describe_and_a_triple_of_the_graph(store: Store) -> None:
    asserted = triple("ctd:jpn", "rdf:type", "ct:State")
    for text in ("DESCRIBE ctd:jpn", None):
        found = find_triple_evidence(store, asserted, text)
        assert claims(found) == ["c-actors"]
        assert found.claims[0].triples == (asserted,)


def test_triple_that_is_nowhere(store: Store) -> None:
    found = find_triple_evidence(store, triple("ctd:jpn", "rdf:type", "ct:Forum"))
    assert kinds(found) == ["nowhere"]
    assert not found.complete


def test_row_of_another_answer(store: Store) -> None:
    text = "SELECT ?who { ?p ct:participant ?who }"
    with pytest.raises(UsageError, match="no column 'whom'"):
        find_evidence(store, text, {"whom": NamedNode("urn:x")})
    found = find_evidence(store, text, {"who": NamedNode("urn:x")})
    assert kinds(found) == ["lost"]
    assert not found.complete


@pytest.mark.parametrize(
    "pattern",
    [
        "BIND(<<( ?s skos:prefLabel ?o )>> AS ?t)",
        "VALUES ?t { <<( ctd:jpn ct:memberOf <<( ctd:jpn a 1 )>> )>> }",
    ],
)
def test_triples_inside_triples_are_values(store: Store, pattern: str) -> None:
    text = f"SELECT ?s ?t {{ ?s a ct:State ; skos:prefLabel ?o {pattern} }}"
    found = find_evidence(store, text, rows_of(store, text)[0])
    assert found.claims
    assert found.complete


def test_what_is_asked_of_a_triple_is_not_followed(store: Store) -> None:
    text = "SELECT (COUNT(*) AS ?n) { << ?s a ct:State >> ct:quote ?words }"
    found = find_evidence(store, text, rows_of(store, text)[0])
    assert kinds(found) == ["unread"]
    assert not found.complete


def test_names_made_by_the_query_are_resolved(store: Store) -> None:
    text = "BASE <http://e/> SELECT ?s ?y { ?s a ct:State BIND(IRI('x') AS ?y) }"
    found = find_evidence(store, text, rows_of(store, text)[0])
    assert kinds(found) == []
    assert found.claims


def test_query_beyond_sparql_1_1(store: Store) -> None:
    text = "SELECT ?s { ?s a ct:State LATERAL { SELECT ?s { ?s ?p ?o } LIMIT 1 } }"
    found = find_evidence(store, text, rows_of(store, text)[0])
    assert kinds(found) == ["unread"]
    assert not found.complete


def test_service_is_not_asked_again(store: Store) -> None:
    text = """SELECT ?who ?far { ?p ct:participant ?who
        SERVICE <http://127.0.0.1:1/sparql> { ?who ct:x ?far } }"""
    row: dict[str, Term] = {"who": NamedNode(expand("ctd:jpn")), "far": Literal("y")}
    found = find_evidence(store, text, row)
    assert claims(found) == ["c-elided"]
    assert "service" in kinds(found)
    assert not found.complete


def test_service_in_a_sub_query_is_not_asked_again(store: Store) -> None:
    text = """SELECT ?who { ?p ct:participant ?who
        { SELECT ?who { SERVICE <http://127.0.0.1:1/sparql> { ?who ct:x ?far } } } }"""
    found = find_evidence(store, text, {"who": NamedNode(expand("ctd:jpn"))})
    assert kinds(found) == ["refused"]
    assert not found.complete


def test_solutions_are_bounded(store: Store) -> None:
    text = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    row = rows_of(store, text)[0]
    found = find_evidence(store, text, row, limit=5)
    assert {"aggregate", "cut"} <= set(kinds(found))
    assert not found.complete
    assert find_evidence(store, text, row).complete


def test_a_bound_hit_by_many_rows_leaves_each_row_right(store: Store) -> None:
    text = "SELECT DISTINCT ?thing { ?thing skos:prefLabel ?label . ?thing ?p ?o }"
    rows = rows_of(store, text)
    whole = find_evidence_of_rows(store, text, rows)
    bounded = find_evidence_of_rows(store, text, rows, limit=4)
    assert any(found.complete for found in bounded)
    assert not all(found.complete for found in bounded)
    for found, wanted in zip(bounded, whole, strict=True):
        assert found == wanted if found.complete else "cut" in kinds(found)


def test_many_rows_at_once_are_as_one_by_one(store: Store) -> None:
    for text in (
        "SELECT ?s ?o ?day { ?s ct:partOf|ct:activity ?o OPTIONAL { ?o ct:startDate ?day } }",
        "SELECT ?a ?b { ?a ct:participatesIn ?b }",
        "SELECT ?kind (COUNT(*) AS ?n) { ?x a ?kind } GROUP BY ?kind",
    ):
        rows = rows_of(store, text)
        assert find_evidence_of_rows(store, text, rows) == [
            find_evidence(store, text, row) for row in rows
        ]


def test_named_graph_of_a_rule_and_of_the_ontology(store: Store) -> None:
    text = "ASK { GRAPH ctd:rule-takes-part { ctd:jpn ct:participatesIn ?what } }"
    found = find_evidence(store, text, {})
    assert [item.rule for item in found.derived] == ["takes-part"]
    assert claims(found) == ["c-elided", "c-hosts"]
    text = "ASK { GRAPH <https://w3id.org/ctgraph/ontology> { ct:Activity ?p ?o } }"
    assert len(find_evidence(store, text, {}).definitions) == 1


def test_blank_nodes_of_foreign_data_are_noted(store: Store) -> None:
    graph = ox.Store()
    graph.bulk_extend(store.quads())
    data = "<urn:a> <urn:p> [ <urn:q> 1 ] , [ <urn:q> 2 ] ."
    graph.load(data.encode(), format=ox.RdfFormat.TURTLE, to_graph=NamedNode("urn:g"))
    graph.load(data.encode(), format=ox.RdfFormat.TURTLE)
    foreign = Store("memory", "tests", store.bundle, graph=graph)
    text = "SELECT ?x ?n { GRAPH <urn:g> { ?x <urn:q> ?n } }"
    for row in rows_of(foreign, text):
        found = find_evidence(foreign, text, row)
        assert [str(item.triple.object) for item in found.definitions] == [str(row["n"])]
    text = "SELECT ?x { <urn:a> <urn:p> ?x }"
    found = find_evidence(foreign, text, rows_of(foreign, text)[0])
    assert kinds(found) == ["blank"]
    assert not found.complete


def test_more_rows_cost_no_more_queries(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    select = store.select

    def count(text: str, *, timeout: float | None = None) -> Solutions:
        asked.append(text)
        return select(text, timeout=timeout)

    monkeypatch.setattr(store, "select", count)
    text = "SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 50"
    rows = rows_of(store, text)
    asked.clear()
    find_evidence_of_rows(store, text, rows)
    # Solving again, graphs, claims, sources, labels; then the two rules with three templates.
    assert len(asked) <= 16


ALIKE = (
    "SELECT ?a ?b { ?a ct:participatesIn ?b }",
    "SELECT ?who ?what { ?p ct:participant ?who ; ct:activity/ct:partOf* ?what }",
    "SELECT ?what ?day { ?what a ct:Workshop OPTIONAL { ?what ct:startDate ?day } }",
    "SELECT ?kind (COUNT(*) AS ?n) { ?x a ?kind } GROUP BY ?kind",
)


@pytest.mark.parametrize("text", ALIKE)
def test_an_endpoint_gives_the_same_evidence(
    mini: Path, mini_store: Store, mini_endpoint: str, text: str
) -> None:
    rows = rows_of(mini_store, text)
    assert rows
    with open_store(mini, endpoint=mini_endpoint) as far:
        assert find_evidence_of_rows(far, text, rows) == find_evidence_of_rows(
            mini_store, text, rows
        )


# --- claims --------------------------------------------------------------------------------------


def test_claims_of_triples(store: Store) -> None:
    shared = triple("ctd:p-unodc", "ct:participant", "ctd:unodc")
    defined = triple("ct:Meeting", "rdfs:subClassOf", "ct:Activity")
    assert claims_of_triples(store, [shared, defined]) == {
        shared: [expand("ctd:c-partner"), expand("ctd:c-partner-again")],
        defined: [],
    }


def test_load_claims(store: Store) -> None:
    found = load_claims(store, [expand("ctd:c-source"), expand("ctd:none")])
    (claim,) = found.values()
    assert (claim.source_page, claim.quote, claim.source) == ("1", None, expand("ctd:doc"))


# --- the real graph ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real() -> Iterator[Store]:
    with open_store() as store:
        yield store


@pytest.fixture(scope="module")
def by_graph(real: Store) -> dict[str, list[ox.Quad]]:
    graphs: dict[str, list[ox.Quad]] = {}
    for quad in real.quads():
        if isinstance(quad.graph_name, NamedNode):
            graphs.setdefault(quad.graph_name.value, []).append(quad)
    return {name: quads for name, quads in graphs.items() if not name.startswith(RULE_GRAPHS)}


@pytest.mark.parametrize("name", QUESTIONS)
def test_listed_claims_are_enough_and_needed(
    real: Store, by_graph: dict[str, list[ox.Quad]], name: str
) -> None:
    """A graph with only the listed claims gives the row; one without them does not."""
    text = read_questions(real.bundle)[name].text
    rows = rows_of(real, text)[:1]
    described = {row["x"].value for row in rows_of(real, f"SELECT ?x {{ ?x a <{CT}Claim> }}")}
    for row, found in zip(rows, find_evidence_of_rows(real, text, rows), strict=True):
        assert found.complete, [note.text for note in found.notes]
        listed = {claim.iri for claim in found.claims}
        with_them = merged(_without(by_graph, described - listed), real.bundle)
        assert row in rows_in(with_them.query(text, prefixes=PREFIXES))
        if listed:
            without = merged(_without(by_graph, listed), real.bundle)
            assert row not in rows_in(without.query(text, prefixes=PREFIXES))


def _without(by_graph: dict[str, list[ox.Quad]], names: set[str]) -> Iterator[ox.Quad]:
    return (quad for name, quads in by_graph.items() if name not in names for quad in quads)


@pytest.mark.parametrize(
    ("pattern", "where"),
    [
        ("{ ?x <x:p> ?y } UNION { ?y <x:q> ?x } ?y <x:r> ?z", "each branch"),
        ("{ { ?x <x:p> ?y } UNION { ?x <x:q> ?y } } UNION { ?y <x:q> ?x }", "each branch"),
        # Before an OPTIONAL that may bind it, the values would change what that matches.
        ("{ ?x <x:p> ?y } UNION { ?y <x:q> ?z OPTIONAL { ?y <x:p> ?x } }", "before"),
        ("?x <x:p> ?y { ?x <x:q> ?z } UNION { ?x <x:r> ?z }", "before"),
    ],
)
def test_values_go_where_the_engine_can_use_them(pattern: str, where: str) -> None:
    query = parse_query(f"SELECT * {{ {pattern} }}")
    assert query.where is not None
    values = Values((ox.Variable("x"),), ((NamedNode("x:1"),),))
    found = begin_with(values, query.where.elements)
    assert isinstance(found[0], Union if where == "each branch" else Values)
    graph = ox.Store()
    graph.update(
        "INSERT DATA { <x:1> <x:p> <x:2> . <x:3> <x:q> <x:1> . <x:1> <x:q> <x:5> . "
        "<x:2> <x:r> <x:4> . <x:3> <x:r> <x:4> . <x:1> <x:r> <x:6> . <x:9> <x:p> <x:2> }"
    )
    answers = []
    for one in ((values, *query.where.elements), tuple(found)):
        rows = graph.query(to_text(QueryTree("SELECT", Group(one))))
        assert isinstance(rows, ox.QuerySolutions)
        answers.append(sorted(map(str, rows)))
    assert answers[0] == answers[1] != []


@pytest.mark.parametrize(
    ("claims", "is_stated"),
    [
        ([], False),
        ([("Stated", "p")], True),
        ([("Inferred", "p")], False),
        ([("Stated", "p"), ("Inferred", "p")], True),
        ([("Inferred", "p"), ("Stated", "p")], True),
        ([("Stated", "p"), ("Inferred", "q")], False),
    ],
)
def test_a_row_is_stated_if_each_triple_is(claims: list[tuple[str, str]], is_stated: bool) -> None:
    def claim(basis: str, predicate: str) -> ClaimEvidence:
        triple = Triple(NamedNode("x:1"), NamedNode(f"x:{predicate}"), NamedNode("x:2"))
        return ClaimEvidence("x:claim", basis=CT + basis, triples=(triple,))

    found = RowEvidence(claims=tuple(claim(*one) for one in claims))
    assert found.is_stated is is_stated
