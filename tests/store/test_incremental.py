"""Claims that come and go: the graph is the one that a fresh load makes, to the triple."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import NamedTuple

import pyoxigraph as ox
from growing import copy_graph
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ctgraph.store.cache import compile_graph, count_graph
from ctgraph.store.incremental.changes import Changes
from ctgraph.store.incremental.claims import change_claims, is_in_merge
from ctgraph.store.incremental.derive import Derivation
from ctgraph.store.incremental.plan import make_plans
from ctgraph.store.incremental.update import update_counts
from ctgraph.store.merge import list_claims, with_twins
from ctgraph.store.project import locate
from ctgraph.store.reader.preference import prefer_values
from ctgraph.store.rules import RULE_GRAPHS, Rule, apply_rules, is_of_rule, read_rules

Claims = dict[ox.NamedNode, list[ox.Quad]]


class World(NamedTuple):
    """All claims there are, and what stands around them."""

    claims: Claims
    vocabulary: list[ox.Quad]

    def load(self, chosen: Collection[ox.NamedNode]) -> ox.Store:
        """What a fresh load of some claims makes."""
        made = ox.Store()
        made.bulk_extend(with_twins(self.vocabulary))
        made.bulk_extend(with_twins(quad for claim in chosen for quad in self.claims[claim]))
        prefer_values(made)
        apply_rules(made, read_rules(locate()))
        return made


@cache
def world() -> World:
    """The bundled graph, taken apart."""
    graph = compile_graph(locate())
    claims = {
        claim: list(graph.quads_for_pattern(None, None, None, claim))
        for claim in sorted(list_claims(graph), key=str)
    }
    others = (name for name in graph.named_graphs() if name not in claims and not is_of_rule(name))
    quads = (quad for name in others for quad in graph.quads_for_pattern(None, None, None, name))
    return World(claims, list(quads))


def change(
    graph: ox.Store,
    added: Iterable[ox.Quad],
    removed: Iterable[ox.Quad],
    rules: Sequence[Rule] | None = None,
) -> Changes:
    """Changes a graph, and derives."""
    old, changes = copy_graph(graph), Changes(graph)
    change_claims(changes, old, added, removed)
    derivation = Derivation(old, changes, lambda one: is_in_merge(graph, one))
    derivation.run(make_plans(read_rules(locate()) if rules is None else rules))
    return changes


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_whatever_comes_and_goes_the_graph_is_that_of_a_fresh_load(data: st.DataObject) -> None:
    every = sorted(world().claims, key=str)
    some = st.sets(st.sampled_from(every), max_size=12)
    start = data.draw(st.integers(0, len(every)), label="left out from the start")
    here = set(every) - set(every[start : start + 200])
    graph = world().load(here)
    counts = count_graph(graph)
    for _ in range(2):
        gone = data.draw(some, label="gone") & here
        new = data.draw(some, label="new") - here
        if data.draw(st.booleans(), label="of one stretch"):
            new |= set(every[start : start + 8]) - here
        before = copy_graph(graph)
        changes = change(
            graph,
            [quad for claim in new for quad in world().claims[claim]],
            [quad for claim in gone for quad in world().claims[claim]],
        )
        here = (here - gone) | new
        fresh = world().load(here)
        assert set(graph) == set(fresh)
        assert set(graph.named_graphs()) == set(fresh.named_graphs())
        assert (set(before) - set(changes.removed)) | set(changes.added) == set(graph)
        counts = update_counts(counts, before, changes)
        assert counts == count_graph(fresh)._replace(claims_hash="", graph_hash="")


def test_each_rule_of_the_package_is_run_for_what_changed_alone() -> None:
    plans = make_plans(read_rules(locate()))
    assert [plan.rule.name for plan in plans if not plan.is_seedable] == []


# -- rules of all shapes ---------------------------------------------------------------------------

T = "urn:t:"
TEXTS = {
    "label": "CONSTRUCT { ?x :name ?n } WHERE { ?x :a ?y FILTER NOT EXISTS { ?x :name ?g } "
    "BIND(CONCAT('of ', STRAFTER(STR(?y), 't:')) AS ?n) }",
    "named": "CONSTRUCT { ?x :called ?n } WHERE { ?x :name ?n }",
    "path": "CONSTRUCT { ?x :reach ?y } WHERE { ?x :a/:b* ?y }",
    "back": "CONSTRUCT { ?x :reach ?y } WHERE { ?x ^:b+/(:a|:c) ?y }",
    "option": "CONSTRUCT { ?x :sum ?n } WHERE { ?x :a ?y OPTIONAL { ?y :b ?z } "
    "BIND(IF(BOUND(?z), 1, 2) AS ?n) }",
    "minus": "CONSTRUCT { ?x :lone ?y } WHERE { ?x :a ?y MINUS { ?y :b ?z . ?x :c ?z } }",
    "twice": "CONSTRUCT { ?x :free ?y } WHERE { ?x :b ?y FILTER NOT EXISTS { ?y :a ?z "
    "FILTER NOT EXISTS { ?z :c ?x } } }",
    "node": "CONSTRUCT { ?n :of ?x , ?y ; :via ?z } WHERE { ?x :a ?z . ?y :a ?z "
    "FILTER(STR(?x) < STR(?y)) BIND(IRI(CONCAT('urn:t:', REPLACE(STR(?x), '[0-9].*$', ''), "
    "STRAFTER(STR(?y), 't:'))) AS ?n) }",
    "count": "CONSTRUCT { ?n :weight ?k } WHERE { { SELECT ?n (COUNT(DISTINCT ?z) AS ?k) "
    "WHERE { ?n :via ?z } GROUP BY ?n } }",
    "graphs": "CONSTRUCT { ?x :agrees ?y } WHERE { GRAPH ?g { ?x ?p ?v } GRAPH ?h { ?y ?p ?v } "
    "FILTER(?g != ?h) }",
    "either": "CONSTRUCT { ?x :any ?y } WHERE { { ?x :a ?y } UNION { ?y :c ?x FILTER NOT EXISTS "
    "{ ?x :reach ?y } } }",
    "inner": "CONSTRUCT { ?x :most ?y } WHERE { ?x :b ?y OPTIONAL { SELECT ?x (MAX(?v) AS ?m) "
    "WHERE { ?x :c ?v } GROUP BY ?x } FILTER(!BOUND(?m) || ?m = ?y) }",
    "split": "CONSTRUCT { ?n :said ?x } WHERE { { ?x :a ?y BIND(CONCAT('a', STRAFTER(STR(?x), "
    "'t:')) AS ?s) } UNION { ?x :c ?z BIND(CONCAT('c', STRAFTER(STR(?z), 't:')) AS ?s) } "
    "BIND(IRI(CONCAT('urn:t:', ?s)) AS ?n) }",
    "fixed": "CONSTRUCT { :all :number ?k } WHERE { SELECT (COUNT(?x) AS ?k) { ?x :agrees ?y } }",
    "after": "CONSTRUCT { ?x :last ?k } WHERE { :all :number ?k . ?x :a ?y }",
}


def make_rules(names: Iterable[str]) -> list[Rule]:
    """Rules that run in the order of their names in the list above."""
    made = []
    for order, (name, text) in enumerate(TEXTS.items()):
        if name in names:
            derives = tuple(dict.fromkeys(f"{T}{one}" for one in re.findall(r":(\w+) ", text)))
            query = f"PREFIX : <{T}> {text}"
            made.append(Rule(name, RULE_GRAPHS + name, {}, {}, order, derives, query, name))
    return made


THINGS = [f"n{number}" for number in range(4)]
STATEMENTS = st.tuples(
    st.sampled_from(THINGS), st.sampled_from(["a", "b", "c", "name"]), st.sampled_from(THINGS)
)
GRAPHS = st.dictionaries(st.sampled_from(["g1", "g2", "g3"]), st.sets(STATEMENTS, max_size=5))


def quads_of(claims: dict[str, set[tuple[str, str, str]]]) -> set[ox.Quad]:
    """The quads of claims."""
    return {
        ox.Quad(*(ox.NamedNode(T + term) for term in (*said, claim)))
        for claim, every in claims.items()
        for said in every
    }


@settings(max_examples=150, deadline=None)
@given(st.sets(st.sampled_from(list(TEXTS)), min_size=1, max_size=5), st.lists(GRAPHS, max_size=3))
def test_rules_of_any_shape(
    names: set[str], states: list[dict[str, set[tuple[str, str, str]]]]
) -> None:
    rules = make_rules(names)

    def load(quads: set[ox.Quad]) -> ox.Store:
        made = ox.Store()
        made.bulk_extend(with_twins(quads))
        apply_rules(made, rules)
        return made

    here: set[ox.Quad] = set()
    graph = load(here)
    for state in states:
        then = quads_of(state)
        change(graph, then - here, here - then, rules)
        here = then
        assert set(graph) == set(load(here))


def test_most_of_these_rules_are_run_for_what_changed_alone() -> None:
    whole = {plan.rule.name for plan in make_plans(make_rules(TEXTS)) if not plan.is_seedable}
    assert whole == {"fixed"}
