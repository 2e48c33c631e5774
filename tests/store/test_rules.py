"""Rules: their headers, their order, what they may make, and taking it back."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from ctgraph.errors import DataError
from ctgraph.store.cache import compile_graph
from ctgraph.store.project import Bundle, locate
from ctgraph.store.reader.preference import prefer_values
from ctgraph.store.reader.reader import load_into
from ctgraph.store.rules import RULE_GRAPHS, apply_rules, read_rules
from ctgraph.terms import CT, CTD

HEADER = (
    '#+ order = {order}\n#+ derives = ["{derives}"]\n'
    '#+ title.en = "T"\n#+ title.ja = "題"\n#+ description.en = "D."\n#+ description.ja = "説。"\n'
    "PREFIX ct: <https://w3id.org/ctgraph/ontology#>\n"
)


def write_rule(
    project: Path, name: str, body: str, order: int = 20, derives: str = "ct:participatesIn"
) -> None:
    text = HEADER.format(order=order, derives=derives) + body
    (project / "ontology/rules" / f"{name}.rq").write_text(text, encoding="utf-8")


def derived(store: ox.Store, rule: str) -> set[str]:
    graph = ox.NamedNode(RULE_GRAPHS + rule)
    return {str(quad.triple) for quad in store.quads_for_pattern(None, None, None, graph)}


def test_a_rule_is_read(mini: Path) -> None:
    (rule,) = read_rules(locate(mini))
    assert rule.name == "participates-in"
    assert rule.graph == CTD + "rule-participates-in"
    assert rule.order == 10
    assert rule.derives == (CT + "participatesIn",)
    assert rule.title == {"en": "Participation in an activity", "ja": "活動への参加"}


def test_every_rule_of_the_package_makes_something(bundled_project: Bundle) -> None:
    store = ox.Store()
    load_into(store, bundled_project)
    prefer_values(store)
    rules = read_rules(bundled_project)
    made = apply_rules(store, rules)
    assert set(made) == {rule.name for rule in rules}
    assert [name for name, count in made.items() if not count] == []


def test_what_a_rule_makes_is_in_its_graph_and_in_the_merge(mini: Path) -> None:
    store = compile_graph(locate(mini))
    expected = {
        f"<{CTD}{actor}> <{CT}participatesIn> <{CTD}workshop-2023>" for actor in ("jpn", "unodc")
    }
    assert derived(store, "participates-in") == expected
    quads = store.quads_for_pattern(
        None, ox.NamedNode(CT + "participatesIn"), None, ox.DefaultGraph()
    )
    assert {str(quad.triple) for quad in quads} == expected


def test_a_rule_sees_those_of_a_lower_order_only(mini_copy: Path) -> None:
    see = "CONSTRUCT {{ ?a ct:order {n} }} WHERE {{ ?a ct:participatesIn ?x }}"
    write_rule(mini_copy, "a-early", see.format(n=7), order=5, derives="ct:order")
    write_rule(mini_copy, "a-late", see.format(n=8), order=11, derives="ct:order")
    bundle = locate(mini_copy)
    assert [rule.name for rule in read_rules(bundle)] == ["a-early", "participates-in", "a-late"]
    store = compile_graph(bundle)
    assert derived(store, "a-early") == set()
    assert len(derived(store, "a-late")) == 2


def test_progress_counts_what_each_rule_made(mini: Path) -> None:
    seen: list[tuple[str, int]] = []
    bundle = locate(mini)
    store = ox.Store()
    load_into(store, bundle)
    apply_rules(store, read_rules(bundle), lambda what, count: seen.append((what, count)))
    assert seen == [("rule participates-in", 2)]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            "CONSTRUCT { ?a ct:order 1 } WHERE { ?a a ct:State }",
            r"rules/bad\.rq: the rule makes ct:order, which its header does not list\. "
            r'Add "ct:order" to',
        ),
        (
            "CONSTRUCT { ?a ct:participatesIn [] } WHERE { ?a a ct:State }",
            "makes a blank node",
        ),
        (
            "CONSTRUCT { [] ct:participatesIn ?a } WHERE { ?a a ct:State }",
            "makes a blank node",
        ),
        ("SELECT ?a WHERE { ?a a ct:State }", "is no CONSTRUCT query"),
        ("CONSTRUCT { ?a ct:participatesIn } WHERE {", "cannot be parsed"),
        (
            "CONSTRUCT { ?a ct:participatesIn ?b }\n"
            "WHERE { SERVICE SILENT <http://127.0.0.1:9/> { ?a a ?b } }",
            r"rules/bad\.rq: .*line 9, column 9: SERVICE",
        ),
        ("DELETE WHERE { ?a ?b ?c }", r"rules/bad\.rq: .*is an update"),
        ("CONSTRUCT { ?a a ?b } WHERE { " + "{ } " * 2000 + "}", "operators and patterns are"),
    ],
)
def test_rules_that_cannot_run(mini_copy: Path, body: str, said: str) -> None:
    write_rule(mini_copy, "bad", body)
    with pytest.raises(DataError, match=said):
        compile_graph(locate(mini_copy))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("#+ order = 20\n", "", "needs a whole number as order"),
        ("#+ order = 20\n", "#+ order = true\n", "needs a whole number as order"),
        ("#+ order = 20\n", '#+ order = "20"\n', "needs a whole number as order"),
        ('#+ title.ja = "題"\n', "", r"needs title\.en and title\.ja"),
        ('#+ title.ja = "題"\n', '#+ title.ja = ""\n', r"needs title\.en and title\.ja"),
        ('#+ description.en = "D."\n', "", r"needs description\.en and description\.ja"),
        ('["ct:participatesIn"]', "[]", "must list the properties"),
        ('["ct:participatesIn"]', '"ct:participatesIn"', "must list the properties"),
        (
            '["ct:participatesIn"]',
            '["cd:participatesIn"]',
            r"bad\.rq: 'cd:participatesIn': unknown",
        ),
        ('#+ title.en = "T"\n', "#+ title.en = T\n", r"bad\.rq:3: the header is not TOML"),
        ('#+ title.en = "T"\n', '#+ title.en = "T"\n#+ tags = []\n', "unknown key 'tags'"),
    ],
)
def test_headers_that_are_wrong(mini_copy: Path, old: str, new: str, said: str) -> None:
    text = HEADER.format(order=20, derives="ct:participatesIn") + "CONSTRUCT {} WHERE {}"
    assert old in text
    (mini_copy / "ontology/rules/bad.rq").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(DataError, match=said):
        read_rules(locate(mini_copy))


def test_the_line_of_a_broken_header_counts_every_line(mini_copy: Path) -> None:
    path = mini_copy / "ontology/rules/bad.rq"
    path.write_text('# a note\n#+ order = 1\n# another\n#+ title.en = "\n', encoding="utf-8")
    with pytest.raises(DataError, match=r"bad\.rq:4: the header is not TOML"):
        read_rules(locate(mini_copy))


def test_no_header_at_all(mini_copy: Path) -> None:
    (mini_copy / "ontology/rules/bad.rq").write_text("CONSTRUCT {} WHERE {}", encoding="utf-8")
    with pytest.raises(DataError, match="has no header"):
        read_rules(locate(mini_copy))


def test_a_rule_that_is_not_utf_8(mini_copy: Path) -> None:
    path = mini_copy / "ontology/rules/bad.rq"
    path.write_bytes('#+ order = 1\n#+ title.ja = "題"\n'.encode("shift_jis"))
    with pytest.raises(DataError, match=r"bad\.rq:2: not UTF-8"):
        read_rules(locate(mini_copy))


def test_a_bundle_without_rules(mini_copy: Path) -> None:
    (mini_copy / "ontology/rules/participates-in.rq").unlink()
    assert read_rules(locate(mini_copy)) == []
    assert len(compile_graph(locate(mini_copy))) == 63 + 62 + 2 * 113


COUNTED = """
PREFIX : <https://w3id.org/ctgraph/id/>
PREFIX ct: <https://w3id.org/ctgraph/ontology#>
PREFIX ctv: <https://w3id.org/ctgraph/concept/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
INSERT DATA {
  :year ct:startDate "2023-04-01"^^xsd:date ; ct:endDate "2024-03-31"^^xsd:date .
  :states ct:countedBy ctv:counted-partner-states ; ct:countedClass ct:Consultation ;
    ct:countedParty :home .
  :talks ct:countedBy ctv:counted-activities ; ct:countedClass ct:Consultation ;
    ct:countedParty :home ; ct:countedPartner :away .
  :of-states ct:indicator :states ; ct:fiscalYear :year .
  :of-talks ct:indicator :talks ; ct:fiscalYear :year .
  :home a ct:State . :away a ct:State . :third a ct:State .
  :ministry ct:parentBody :home . :department ct:parentBody :ministry .
  :away-ministry ct:parentBody :away .
  :first a ct:Consultation ; ct:partOf :series ;
    ct:startDate "2023-05-01"^^xsd:date ; ct:endDate "2023-05-01"^^xsd:date .
  :second a ct:Consultation ;
    ct:startDate "2024-03-01"^^xsd:date ; ct:endDate "2024-03-31"^^xsd:date .
  :third-state a ct:Consultation ;
    ct:startDate "2023-12-01"^^xsd:date ; ct:endDate "2023-12-01"^^xsd:date .
  :series a ct:Consultation ;
    ct:startDate "2023-04-01"^^xsd:date ; ct:endDate "2023-12-31"^^xsd:date .
  :later a ct:Consultation ;
    ct:startDate "2024-03-31"^^xsd:date ; ct:endDate "2024-04-01"^^xsd:date .
  :workshop a ct:Workshop ;
    ct:startDate "2023-05-01"^^xsd:date ; ct:endDate "2023-05-01"^^xsd:date .
  :left-out a ct:Consultation ; ct:notCountedUnder :states , :talks ;
    ct:startDate "2023-05-01"^^xsd:date ; ct:endDate "2023-05-01"^^xsd:date .
  :others a ct:Consultation ;
    ct:startDate "2023-05-01"^^xsd:date ; ct:endDate "2023-05-01"^^xsd:date .
}
"""
TAKING_PART = {
    "first": ("department", "away"),
    "second": ("home", "away-ministry"),
    "third-state": ("home", "third"),
    "series": ("home", "away"),
    "later": ("home", "away"),
    "workshop": ("home", "away"),
    "left-out": ("home", "away"),
    "others": ("away", "third"),
}


def test_what_accounts_for_a_number(bundled_project: Bundle) -> None:
    store = ox.Store()
    store.update(COUNTED)
    for activity, actors in TAKING_PART.items():
        for actor in actors:
            part = ox.NamedNode(f"{CTD}{activity}-{actor}")
            for name, value in (("activity", activity), ("participant", actor)):
                store.add(ox.Quad(part, ox.NamedNode(CT + name), ox.NamedNode(CTD + value)))
    apply_rules(store, [r for r in read_rules(bundled_project) if r.name == "accounted-for-by"])
    quads = store.quads_for_pattern(
        None, ox.NamedNode(CT + "accountedForBy"), None, ox.DefaultGraph()
    )
    assert {(str(quad.subject), str(quad.object)) for quad in quads} == {
        (f"<{CTD}{observation}>", f"<{CTD}{counted}>")
        for observation, counted in (
            ("of-states", "away"),
            ("of-states", "third"),
            ("of-talks", "first"),
            ("of-talks", "second"),
        )
    }
