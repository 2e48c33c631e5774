"""The concept schemes: whole, in two languages, and tying roles as the design says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from rdf_checks import CT, CTV, PREFIXES, VOCABULARY_FILES, cycles, name, read, turtle, word_faults
from rdf_checks import copy as copy_graph
from rdflib import RDF, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, SKOS
from rdflib.term import Node

ct = Namespace(CT)
ctv = Namespace(CTV)
ORG = Namespace(PREFIXES["org"])

# Which groups of roles make two actors cooperate; no other pair does.
TIES = {
    frozenset(pair.split())
    for pair in (
        "role-lead",
        "role-lead role-partner",
        "role-lead role-expert",
        "role-lead role-venue",
        "role-expert",
        "role-attending role-venue",
        "role-peer",
        "role-funding role-channelling",
        "role-proposing role-addressed",
    )
}
# Whoever is only invited, served, aimed at or in office cooperates with nobody by that.
WITHOUT_TIES = {
    "role-administering", "role-adverse", "role-authoring", "role-guest", "role-membership",
    "role-officer", "role-origin", "role-pledging", "role-served", "role-treaty",
}  # fmt: skip

# The schemes that properties of the data point into; a missing file must not go unnoticed.
SCHEMES = {
    "bases", "budgets", "contexts", "counting-measures", "date-precisions", "disposals",
    "figure-qualifiers",
    "frequencies", "identifications", "inference-kinds", "modes", "normalizations",
    "planned-actions", "principles",
    "progress-statuses", "purposes-and-means", "roles", "source-kinds",
    "statement-statuses", "support-forms", "topics", "treaty-actions", "units", "value-groups",
}  # fmt: skip


@pytest.fixture(scope="module")
def vocabularies() -> Graph:
    return read(*VOCABULARY_FILES)


def slug(term: Node | None) -> str:
    return str(term).removeprefix(CTV)


def concepts(graph: Graph) -> list[Node]:
    return sorted(graph.subjects(RDF.type, SKOS.Concept), key=str)


def skos_faults(graph: Graph) -> list[str]:
    """What breaks the structure of the schemes."""
    found: list[str] = []
    schemes = set(graph.subjects(RDF.type, SKOS.ConceptScheme))
    for concept in concepts(graph):
        its_schemes = list(graph.objects(concept, SKOS.inScheme))
        if len(its_schemes) != 1 or its_schemes[0] not in schemes:
            found.append(f"{name(concept)} is not in exactly one scheme")
            continue
        (scheme,) = its_schemes
        broader = list(graph.objects(concept, SKOS.broader))
        tops = list(graph.objects(concept, SKOS.topConceptOf))
        if len(broader) + len(tops) != 1:
            found.append(f"{name(concept)} has {len(broader)} broader and is top of {len(tops)}")
        for other in broader:
            if (other, SKOS.inScheme, scheme) not in graph:
                found.append(f"{name(concept)} is below {name(other)} of another scheme")
        if tops and tops != [scheme]:
            found.append(f"{name(concept)} is top of a scheme that it is not in")
        above = {c for c in graph.transitive_objects(concept, SKOS.broader) if c != concept}
        if not any((c, SKOS.topConceptOf, scheme) in graph for c in above | {concept}):
            found.append(f"{name(concept)} is not reached from a top concept")
        for other in graph.objects(concept, SKOS.related):
            if (other, SKOS.related, concept) not in graph:
                found.append(f"{name(other)} is not related back to {name(concept)}")
            if other in above or other == concept:  # S27 of SKOS
                found.append(f"{name(concept)} is related to what is above it")
            if (other, SKOS.inScheme, scheme) not in graph:
                found.append(f"{name(concept)} is related to {name(other)} of another scheme")
    there = {(concept, scheme) for scheme, concept in graph.subject_objects(SKOS.hasTopConcept)}
    found += [
        f"{name(concept)} and {name(scheme)}: hasTopConcept and topConceptOf differ"
        for concept, scheme in there ^ set(graph.subject_objects(SKOS.topConceptOf))
    ]
    found += [f"{term} is broader than itself" for term in cycles(graph, SKOS.broader)]
    found += _name_faults(graph)
    return sorted(found)


def _name_faults(graph: Graph) -> list[str]:
    """Names and notations with which a reader could mean two concepts."""
    found: list[str] = []
    names: dict[tuple[str, str | None, str], set[Node]] = {}
    for predicate in (SKOS.prefLabel, SKOS.altLabel, SKOS.notation):
        for concept, value in graph.subject_objects(predicate):
            scheme = str(graph.value(concept, SKOS.inScheme))
            assert isinstance(value, Literal)
            kind = "notation" if predicate == SKOS.notation else value.language
            names.setdefault((scheme, kind, str(value).casefold()), set()).add(concept)
            if predicate == SKOS.altLabel and value in set(graph.objects(concept, SKOS.prefLabel)):
                found.append(f"{name(concept)} has {name(value)} twice")  # S13 of SKOS
            if predicate == SKOS.altLabel and value.language not in ("en", "ja"):
                found.append(f"{name(concept)} has {name(value)} in neither English nor Japanese")
    found += [
        f"{text!r} of {scheme} means {' and '.join(sorted(name(c) for c in meant))}"
        for (scheme, _, text), meant in names.items()
        if len(meant) > 1
    ]
    return found


def tie_faults(graph: Graph) -> list[str]:
    """What is wrong with the roles and the table of ties."""
    found: list[str] = []
    groups = set(graph.objects(ctv.roles, SKOS.hasTopConcept))
    roles = set(graph.subjects(SKOS.inScheme, ctv.roles))
    for role in roles:
        if (role, RDF.type, ORG.Role) not in graph:
            found.append(f"{name(role)} is no org:Role")
        its_groups = [g for g in graph.objects(role, SKOS.broader) if g in groups]
        if role not in groups and len(its_groups) != 1:
            found.append(f"{name(role)} is in {len(its_groups)} groups")
        if (role in groups) != slug(role).startswith("role-"):
            found.append(f"{name(role)} is not named as what it is")
    for group in groups:
        if not list(graph.subjects(SKOS.broader, group)):
            found.append(f"{name(group)} has no role")
    for one, other in graph.subject_objects(ct.tiesWithRole):
        if one not in groups or other not in groups:
            found.append(f"{name(one)} ties with {name(other)}, which are not two groups")
        if (other, ct.tiesWithRole, one) not in graph:
            found.append(f"{name(other)} does not tie back with {name(one)}")
    return sorted(found)


# -- files --------------------------------------------------------------------------------


def test_every_scheme_is_there() -> None:
    assert {path.stem for path in VOCABULARY_FILES} == SCHEMES


@pytest.mark.parametrize("path", VOCABULARY_FILES, ids=lambda path: path.stem)
def test_file_holds_the_one_scheme_of_its_name(path: Path) -> None:
    graph = read(path)
    scheme = ctv[path.stem]
    assert list(graph.subjects(RDF.type, SKOS.ConceptScheme)) == [scheme]
    assert set(graph.objects(None, SKOS.inScheme)) == {scheme}
    described = set(graph.subjects())
    assert described == {scheme, *concepts(graph)}


@pytest.mark.parametrize("path", VOCABULARY_FILES, ids=lambda path: path.stem)
def test_scheme_is_described_in_both_languages(path: Path) -> None:
    graph = read(path)
    scheme = ctv[path.stem]
    for predicate in (SKOS.prefLabel, DCTERMS.title, DCTERMS.description):
        tags = sorted(str(getattr(v, "language", "")) for v in graph.objects(scheme, predicate))
        assert tags == ["en", "ja"], predicate
    assert set(graph.objects(scheme, DCTERMS.title)) == set(graph.objects(scheme, SKOS.prefLabel))


@pytest.mark.parametrize("path", VOCABULARY_FILES, ids=lambda path: path.stem)
def test_concepts_below_one_another_are_in_order(path: Path) -> None:
    """Top concepts stand in an order of meaning, those below one concept in the alphabet's."""
    graph = read(path)
    text = path.read_text(encoding="utf-8")
    places = {c: text.index(f"\nctv:{slug(c)} a ") for c in graph.subjects(SKOS.broader)}
    for parent in set(graph.objects(None, SKOS.broader)):
        below = sorted(graph.subjects(SKOS.broader, parent), key=lambda c: places[c])
        assert [slug(c) for c in below] == sorted(slug(c) for c in below)


# -- concepts -----------------------------------------------------------------------------


def test_every_concept_is_labelled_and_defined_in_both_languages(vocabularies: Graph) -> None:
    assert len(concepts(vocabularies)) > 100
    assert word_faults(vocabularies, concepts(vocabularies), SKOS.prefLabel) == []


def test_slugs_are_kebab_case_and_bases_are_terms_of_the_ontology(vocabularies: Graph) -> None:
    ours = {str(concept) for concept in concepts(vocabularies)}
    assert {iri for iri in ours if not iri.startswith(CTV)} == {CT + "Stated", CT + "Inferred"}
    assert set(vocabularies.subjects(SKOS.inScheme, ctv.bases)) == {ct.Stated, ct.Inferred}
    for iri in ours - {CT + "Stated", CT + "Inferred"}:
        assert re.fullmatch(r"[a-z]+(?:-[a-z0-9]+)*", slug(URIRef(iri))), iri


def test_no_concept_has_the_name_of_a_scheme(vocabularies: Graph) -> None:
    schemes = set(vocabularies.subjects(RDF.type, SKOS.ConceptScheme))
    assert schemes & set(concepts(vocabularies)) == set()


def test_structure_of_the_schemes_is_whole(vocabularies: Graph) -> None:
    assert skos_faults(vocabularies) == []


NEW = "ctv:new a skos:Concept ; skos:inScheme ctv:modes ; skos:prefLabel 'new'@en ; "


@pytest.mark.parametrize(
    "planted",
    [
        "ctv:new a skos:Concept ; skos:prefLabel 'new'@en .",
        NEW + "skos:prefLabel 'neu'@de .",
        NEW + "skos:broader ctv:terrorism .",
        NEW + "skos:topConceptOf ctv:topics .",
        NEW + "skos:topConceptOf ctv:modes .",
        NEW + "skos:broader ctv:new .",
        NEW + "skos:broader ctv:online ; skos:related ctv:online .",
        NEW + "skos:broader ctv:online ; skos:related ctv:in-person .",
        NEW + "skos:broader ctv:online ; skos:altLabel 'In Person'@en .",
        NEW + "skos:broader ctv:online ; skos:altLabel 'new'@en .",
        NEW + "skos:broader ctv:online ; skos:altLabel 'nouveau'@fr .",
        NEW + "skos:broader ctv:online ; skos:notation '1' . ctv:in-person skos:notation '1' .",
        "ctv:terrorism skos:topConceptOf ctv:topics .",
        "ctv:terrorism skos:broader ctv:online-terrorist-content .",
        "ctv:modes skos:hasTopConcept ctv:terrorism .",
    ],
)
def test_a_fault_in_the_structure_is_found(vocabularies: Graph, planted: str) -> None:
    assert skos_faults(vocabularies + turtle(planted))


# -- roles --------------------------------------------------------------------------------


def test_roles_are_in_groups_and_ties_go_both_ways(vocabularies: Graph) -> None:
    assert tie_faults(vocabularies) == []


def test_ties_are_those_of_the_design(vocabularies: Graph) -> None:
    written = {
        frozenset((slug(one), slug(other)))
        for one, other in vocabularies.subject_objects(ct.tiesWithRole)
    }
    assert written == TIES
    groups = {slug(g) for g in vocabularies.objects(ctv.roles, SKOS.hasTopConcept)}
    assert groups - {group for pair in written for group in pair} == WITHOUT_TIES


def test_whoever_is_aimed_at_served_or_invited_ties_with_nobody(vocabularies: Graph) -> None:
    for role in ("target", "perpetrator", "beneficiary", "audience", "invitee", "vice-chair"):
        group = vocabularies.value(ctv[role], SKOS.broader)
        assert group is not None
        assert list(vocabularies.objects(group, ct.tiesWithRole)) == []


@pytest.mark.parametrize(
    ("drop", "add"),
    [
        ((ctv["role-lead"], ct.tiesWithRole, ctv["role-venue"]), ""),
        (None, "ctv:host ct:tiesWithRole ctv:channel . ctv:channel ct:tiesWithRole ctv:host ."),
        (None, "ctv:role-guest ct:tiesWithRole ctv:role-lead ."),
        (None, "ctv:host skos:broader ctv:role-peer ."),
        ((ctv.host, SKOS.broader, None), ""),
        ((ctv.host, RDF.type, ORG.Role), ""),
        ((None, SKOS.broader, ctv["role-venue"]), ""),
        (None, "ctv:roles skos:hasTopConcept ctv:host ."),
    ],
)
def test_a_fault_in_the_roles_is_found(vocabularies: Graph, drop: Any, add: str) -> None:
    graph = copy_graph(vocabularies)
    if drop:
        assert list(graph.triples(drop))
        graph.remove(drop)
    assert tie_faults(graph + turtle(add))
