"""The checks find what is planted, leave alone what is sound, and name the place and the repair."""

from __future__ import annotations

import json
import logging
import re
import shlex
import shutil
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from click.testing import CliRunner

from ctgraph.cli.app import cli
from ctgraph.errors import UnknownName
from ctgraph.query.checks import run as validate
from ctgraph.query.checks.findings import GROUPS, Coverage, Finding, Passage, Report, Words
from ctgraph.query.checks.graph import CheckedGraph
from ctgraph.query.checks.run import check, check_broken, check_files, list_rules
from ctgraph.query.checks.shapes import SHAPES, Shapes
from ctgraph.query.checks.text import format_report, report_to_json
from ctgraph.query.questions import read_checks
from ctgraph.query.sources.quotes import quote_offsets
from ctgraph.store.project import Bundle, locate
from ctgraph.store.reader.places import _statements
from ctgraph.store.store import Store, build_store, open_store
from ctgraph.terms import CT, CTD, PREFIXES

ROOT = Path(__file__).parents[3]
PLANTED = Path(__file__).parents[2] / "broken" / "shapes"
SH = rdflib.Namespace(PREFIXES["sh"])
BREAKS = "urn:ctgraph:test:breaks"
KEEPS = "urn:ctgraph:test:keeps"
THROUGH = rdflib.URIRef("urn:ctgraph:test:through")

# A parameter of SHACL and the component whose results it gives.
COMPONENTS = {
    "class": "Class",
    "datatype": "Datatype",
    "hasValue": "HasValue",
    "in": "In",
    "languageIn": "LanguageIn",
    "lessThanOrEquals": "LessThanOrEquals",
    "maxCount": "MaxCount",
    "minCount": "MinCount",
    "minExclusive": "MinExclusive",
    "minInclusive": "MinInclusive",
    "node": "Node",
    "nodeKind": "NodeKind",
    "not": "Not",
    "or": "Or",
    "pattern": "Pattern",
    "qualifiedMinCount": "QualifiedMinCount",
    "uniqueLang": "UniqueLang",
    "xone": "Xone",
}
# What belongs to a shape and is no constraint.
NO_CONSTRAINTS = {
    "message", "path", "property", "qualifiedValueShape", "severity", "targetClass",
    "targetSubjectsOf",
}  # fmt: skip

BUNDLE = locate()
SHAPE_FILES = [path.stem for path in BUNDLE.shape_files()]
CHECKS = [path.stem for path in BUNDLE.check_files()]


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with open_store() as opened:
        yield opened


@pytest.fixture(scope="module")
def report(store: Store) -> Report:
    return check(store)


@pytest.fixture(scope="module")
def shapes() -> rdflib.Graph:
    graph = rdflib.Graph()
    for path in BUNDLE.shape_files():
        graph.parse(path)
    return graph


@pytest.fixture(scope="module")
def terms() -> list[ox.Quad]:
    """Ontology and vocabularies."""
    files = [BUNDLE.ontology_file(), *BUNDLE.vocabulary_files()]
    return [quad for path in files for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE)]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the fixed project, to be broken."""
    for name in ("ontology", "data", "queries"):
        shutil.copytree(locate().root / name, tmp_path / name)
    return tmp_path


def edit(path: Path, old: str, new: str) -> int:
    """Replace a text that stands once in a file, and say on which line it stands."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{path.name}: {text.count(old)} times {old!r}"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return text.count("\n", 0, text.index(old)) + 1


def count_quotes() -> int:
    return sum(path.read_text("utf-8").count(" ct:quote ") for path in locate().data_files())


def check_project(project: Path, *only: str) -> Report:
    """The report on a project whose totals need not be right."""
    with open_store(project) as opened:
        return check(opened, only=only or None)


# --- the real data -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def bundled() -> Iterator[Store]:
    """The checkout's graph, with every source."""
    with open_store(ROOT) as opened:
        yield opened


HERE = [group.name for group in GROUPS if group.name != "answers"]
"""The groups that look at a graph here; ``answers`` compares an endpoint with it."""


def test_the_data_passes(bundled: Store) -> None:
    report = check(bundled)
    assert not list(report), format_report(report)
    assert report.ok
    assert not report.skipped
    assert list(report.ran) == HERE


def test_every_shape_has_something_to_look_at(bundled: Store, shapes: rdflib.Graph) -> None:
    idle = set()
    for shape in shapes.subjects(SH.targetClass, None):
        target = shapes.value(shape, SH.targetClass)
        if not bundled.ask(
            f"PREFIX rdfs: <{PREFIXES['rdfs']}> ASK {{ ?x a/rdfs:subClassOf* <{target}> }}"
        ):
            idle.add(str(shape).rpartition("#")[2])
    for shape in shapes.subjects(SH.targetSubjectsOf, None):
        targets = shapes.objects(shape, SH.targetSubjectsOf)
        if not any(bundled.ask(f"ASK {{ ?x <{target}> ?y }}") for target in targets):
            idle.add(str(shape).rpartition("#")[2])
    # Sources disagree, and words are not quoted, only where there are several.
    assert idle <= {"ChecksumShape", "DisagreementShape", "PreferenceShape"}


def test_coverage_of_the_first_source(report: Report) -> None:
    (entry,) = report.coverage
    assert entry.source == "ctd:mofa-evaluation-2024"
    assert entry.file == "data/mofa-evaluation-2024/text.txt"
    assert entry.share > 0.95
    # The tag "参考" at the foot of the last page is all that no claim quotes.
    assert entry.sentences - entry.touched == 1
    assert Passage(209, "参考") in entry.passages


# --- every constraint of every shape ------------------------------------------------------------


def test_shapes_are_named_bilingual_and_say_what_to_do(shapes: rdflib.Graph) -> None:
    reporting = set(shapes.subjects(SH.message, None))
    for kind in (SH.NodeShape, SH.PropertyShape):
        for shape in shapes.subjects(rdflib.RDF.type, kind):
            assert isinstance(shape, rdflib.URIRef)
            assert str(shape).startswith(SHAPES)
    for shape in reporting:
        said = [value.language for value in shapes.objects(shape, SH.message)]  # type: ignore[attr-defined]
        assert sorted(said) == ["en", "ja"], shape
        assert (shape, SH.severity, None) in shapes, shape
    own = Shapes(BUNDLE)
    for name in own.names:
        assert own.repair(name).en, name
        assert own.repair(name).ja != own.repair(name).en, name


def test_every_constraint_has_a_planted_fault(shapes: rdflib.Graph) -> None:
    wanted = set()
    for shape in set(shapes.subjects(SH.message, None)):
        for predicate in set(shapes.predicates(shape)):
            name = str(predicate).removeprefix(str(SH))
            if str(predicate).startswith(str(SH)) and name not in NO_CONSTRAINTS:
                wanted.add((str(shape).rpartition("#")[2], COMPONENTS[name]))
    planted = set()
    for path in PLANTED.glob("*.ttl"):
        graph = rdflib.Graph().parse(path)
        for node, shape in graph.subject_objects(rdflib.URIRef(BREAKS)):
            component = str(graph.value(node, THROUGH)).removeprefix(str(SH))
            planted.add(
                (str(shape).rpartition("#")[2], component.removesuffix("ConstraintComponent"))
            )
    assert planted >= wanted, sorted(wanted - planted)
    assert planted <= wanted, sorted(planted - wanted)


@pytest.fixture(scope="module")
def rejected(shapes: rdflib.Graph, terms: list[ox.Quad]) -> set[tuple[object, object, object]]:
    """Node, shape and component of every result on all planted faults together."""
    store = ox.Store()
    store.extend(terms)
    graph = rdflib.Graph()
    lines = store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
    graph.parse(data=lines, format="nt")
    # rdflib logs each of the ill-typed literals that are planted.
    logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)
    for path in sorted(PLANTED.glob("*.ttl")):
        graph.parse(path)
    _, results, _ = pyshacl.validate(graph, shacl_graph=shapes, inference="none")
    assert isinstance(results, rdflib.Graph)
    return {
        (
            results.value(result, SH.focusNode),
            results.value(result, SH.sourceShape),
            results.value(result, SH.sourceConstraintComponent),
        )
        for result in results.objects(None, SH.result)
    }


@pytest.mark.parametrize("name", SHAPE_FILES)
def test_planted_faults_are_rejected(
    name: str, rejected: set[tuple[object, object, object]]
) -> None:
    path = PLANTED / f"{name}.ttl"
    assert path.is_file(), f"plant a fault for each constraint of {name}.ttl in {path}"
    graph = rdflib.Graph().parse(path)
    planted = list(graph.subject_objects(rdflib.URIRef(BREAKS)))
    assert planted
    missed = [
        str(node).rpartition("/")[2]
        for node, shape in planted
        if (node, shape, graph.value(node, THROUGH)) not in rejected
    ]
    assert not missed


def test_what_the_store_suspects_is_all_that_fails(
    rejected: set[tuple[object, object, object]], terms: list[ox.Quad]
) -> None:
    """Pyshacl at the suspects alone gives the results that it gives at all nodes."""
    graph = ox.Store()
    graph.extend(terms)
    for path in sorted(PLANTED.glob("*.ttl")):
        graph.load(path=path, format=ox.RdfFormat.TURTLE)
    with Store("memory", "planted", BUNDLE, graph=graph) as planted:
        found = {(one.focus, SHAPES + one.shape) for one in Shapes(BUNDLE).validate(planted)}
    assert found == {(str(node), str(shape)) for node, shape, _ in rejected}


# --- every violation query -----------------------------------------------------------------------


@pytest.mark.parametrize("name", CHECKS)
def test_violation_query_finds_the_planted_and_only_that(name: str, terms: list[ox.Quad]) -> None:
    path = PLANTED / f"{name}.trig"
    assert path.is_file(), f"plant a fault for queries/checks/{name}.rq in {path}"
    store = ox.Store()
    store.extend(terms)
    breaks: set[object] = set()
    keeps: set[object] = set()
    for quad in ox.parse(path=path, format=ox.RdfFormat.TRIG):
        if quad.predicate.value in (BREAKS, KEEPS):
            assert quad.object.value == name.removesuffix("-violation")
            (breaks if quad.predicate.value == BREAKS else keeps).add(quad.subject)
            continue
        store.add(quad)
        store.add(ox.Quad(quad.subject, quad.predicate, quad.object))
    solutions = store.query((BUNDLE.queries / "checks" / f"{name}.rq").read_text(encoding="utf-8"))
    assert isinstance(solutions, ox.QuerySolutions)
    assert solutions.variables[0].value == "this"
    found = {solution["this"] for solution in solutions}
    assert breaks
    assert breaks <= found
    assert not keeps & found


def test_checks_say_how_to_mend() -> None:
    for name, asked in read_checks(BUNDLE).items():
        assert asked.severity in ("error", "warning"), name
        for texts in (asked.title, asked.description, asked.repair):
            assert texts["en"], name
            assert texts["ja"], name
            assert texts["en"] != texts["ja"], name


def test_no_planted_file_without_its_rule() -> None:
    known = {f"{name}.ttl" for name in SHAPE_FILES} | {f"{name}.trig" for name in CHECKS}
    assert {path.name for path in PLANTED.iterdir()} <= known


# --- findings: what, where, and what to do --------------------------------------------------------


def test_a_broken_shape_is_placed_at_its_property(project: Path) -> None:
    efforts = project / "data/mofa-evaluation-2024/efforts.trig"
    line = edit(efforts, 'ct:currency "USD"', 'ct:currency "usd"')
    report = check_project(project, "shapes")
    (found,) = report
    assert (found.rule, found.group, found.severity) == ("Currency-code", "shapes", "error")
    assert (found.file, found.line) == ("data/mofa-evaluation-2024/efforts.trig", line)
    assert found.subject == "ctd:jpn-capacity-building-contribution"
    assert found.message.en == "A currency is a code of ISO 4217. [ct:currency usd]"
    assert "Did you mean USD" in found.repair.en
    assert "もしかして：USD" in found.repair.ja
    assert not report.ok


def test_a_violation_is_placed_at_its_property(project: Path) -> None:
    """Japan gets an adverse partner in a plan; the place is the line of that plan's partner."""
    directions = project / "data/mofa-evaluation-2024/directions.trig"
    text = directions.read_text(encoding="utf-8")
    line = edit(directions, "ct:requestedBy ctd:fatf", "ct:plannedPartner ctd:hamas")
    report = check_project(project, "adverse-actor-as-partner")
    assert text.splitlines()[line - 1].strip().startswith(("ct:", "ctd:"))
    places = {(found.subject, found.file, found.line) for found in report}
    assert (
        "ctd:mofa-2024-direction-fatf",
        "data/mofa-evaluation-2024/directions.trig",
        line,
    ) in places
    # What a rule made of it stands in no file of ours but the rule's.
    assert any(
        found.subject == "ctd:jpn" and "ct:plansToWorkWith" in found.message.en for found in report
    )
    assert {found.rule for found in report} == {"adverse-actor-as-partner"}


def test_what_a_rule_made_is_placed_in_the_rule(store: Store) -> None:
    (tie,) = next(
        iter(store.select(f"SELECT ?t {{ ?t a <{CT}CooperationTie> }} ORDER BY ?t LIMIT 1"))
    )
    assert CheckedGraph(store).find_rule(tie.value) == ("ontology/rules/cooperation-tie.rq", 1)


def test_places_agree_with_a_real_parser(store: Store) -> None:
    """The reader of places sees the same graphs, subjects and predicates as pyoxigraph."""
    for path in store.bundle.data_files():
        parsed = {
            (quad.graph_name.value, quad.subject.value, quad.predicate.value)
            for quad in ox.parse(path=path, format=ox.RdfFormat.TRIG)
        }
        text = path.read_text(encoding="utf-8")
        read = {(found[0], found[1], found[3]) for found in _statements(text)}
        assert read == parsed, path.name
    for path in [BUNDLE.ontology_file(), *BUNDLE.vocabulary_files()]:
        named = {
            (quad.subject.value, quad.predicate.value)
            for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE)
            if isinstance(quad.subject, ox.NamedNode)
        }
        text = path.read_text(encoding="utf-8")
        assert {(found[1], found[3]) for found in _statements(text)} >= named, path.name


def test_places_in_awkward_turtle() -> None:
    text = """@prefix a: <http://a/> .
PREFIX b: <http://b/>
# a:comment b:p "x" .
GRAPH a:g { a:s b:p "; . } a:no b:no" , a:o.x ; b:q 1.5 . a:t a a:C . }
<http://a/g2> { <http://a/s> b:p \"\"\"long "quoted" ; b:no \"\"\"@en }
"""
    read = [(graph, subject, predicate) for graph, subject, _, predicate, _ in
            _statements(text)]  # fmt: skip
    kind = PREFIXES["rdf"] + "type"
    assert read == [
        ("http://a/g", "http://a/s", "http://b/p"),
        ("http://a/g", "http://a/s", "http://b/q"),
        ("http://a/g", "http://a/t", kind),
        ("http://a/g2", "http://a/s", "http://b/p"),
    ]


def test_currencies_are_those_of_the_standard() -> None:
    import pycountry

    graph = rdflib.Graph().parse(BUNDLE.currencies_file())
    (values,) = graph.objects(None, SH["in"])
    codes = {str(code) for code in rdflib.collection.Collection(graph, values)}
    # The list of the standard, whose names of withdrawn codes are others' work.
    assert {entry.alpha_3 for entry in pycountry.currencies} - codes == {"XTS", "XXX"}
    assert {"DEM", "HRK", "BGN"} <= codes


# --- quotes --------------------------------------------------------------------------------------


def test_a_quote_of_another_width(project: Path) -> None:
    efforts = project / "data/mofa-evaluation-2024/efforts.trig"
    line = edit(
        efforts,
        '"10月、Ｇ７議長国としてローマ・リヨン・グループを"',
        '"10月、G7議長国としてローマ・リヨン・グループを"',
    )
    (found,) = check_project(project, "quotes")
    assert found.rule == "quote-not-found"
    assert (found.file, found.line, found.subject) == (
        "data/mofa-evaluation-2024/efforts.trig", line, "ctd:mofa-2024-a09",
    )  # fmt: skip
    assert "line 58: 10月、Ｇ７議長国としてローマ・リヨン・グループを" in found.message.en
    assert "only the width or case of characters differs: text Ｇ７ | quote G7" in found.message.en
    assert "本文「Ｇ７」、引用「G7」" in found.message.ja


def test_a_quote_with_another_word(project: Path) -> None:
    efforts = project / "data/mofa-evaluation-2024/efforts.trig"
    edit(efforts, '"関係国とテロ対策協議を実施した"', '"関係国とテロ対策会議を実施した"')
    (found,) = check_project(project, "quote-not-found")
    assert "関係国とテロ対策協議を実施した" in found.message.en
    assert "text 協 | quote 会" in found.message.en
    assert "width" not in found.message.en


def test_a_quote_from_nowhere(project: Path) -> None:
    efforts = project / "data/mofa-evaluation-2024/efforts.trig"
    edit(efforts, '"関係国とテロ対策協議を実施した"', '"Lorem ipsum dolor sit amet, consectetur"')
    (found,) = check_project(project, "quote-not-found")
    assert found.message.en == "The quote is not in data/mofa-evaluation-2024/text.txt."


def test_a_quote_of_another_section(project: Path) -> None:
    efforts = project / "data/mofa-evaluation-2024/efforts.trig"
    text = efforts.read_text(encoding="utf-8")
    text = text.replace("ctd:mofa-2024-efforts-1 ;", "ctd:mofa-2024-results ;", 1)
    efforts.write_text(text, encoding="utf-8")
    (found,) = check_project(project, "quotes")
    assert (found.rule, found.subject) == ("quote-outside-section", "ctd:mofa-2024-a01")
    assert "outside the section ctd:mofa-2024-results" in found.message.en
    assert text.splitlines()[found.line - 1].strip() == "ct:section ctd:mofa-2024-results ;"


def test_a_section_that_ends_behind_the_text(project: Path) -> None:
    source = project / "data/mofa-evaluation-2024/source.trig"
    text = source.read_text(encoding="utf-8")
    ends = sorted(int(number) for number in re.findall(r"oa:end (\d+)", text))
    line = edit(source, f"oa:end {ends[-1]} ", f"oa:end {ends[-1] + 1} ")
    (found,) = check_project(project, "quotes")
    assert (found.rule, found.line) == ("section-outside-text", line)
    assert f"has only {ends[-1]}" in found.message.en


def test_a_source_without_its_text(project: Path) -> None:
    (project / "data/mofa-evaluation-2024/text.txt").unlink()
    report = check_project(project, "quotes", "coverage")
    (found,) = report
    assert (found.rule, found.severity) == ("quote-without-text", "error")
    assert found.subject == "ctd:mofa-evaluation-2024"
    assert f"{count_quotes()} quotes" in found.message.en
    assert not report.ok
    assert not report.coverage


def test_a_number_that_is_not_the_one_in_the_words(project: Path) -> None:
    efforts = project / "data/mofa-evaluation-2024/efforts.trig"
    line = edit(efforts, "ct:amount 48300000.0", "ct:amount 4830000.0")
    (found,) = check_project(project, "number-not-as-worded")
    assert found.line - line in range(8)
    assert "the words 総額約4,830万米ドル give 48300000" in found.message.en


# --- coverage, labels, files, questions ----------------------------------------------------------


def test_an_unread_sentence(project: Path) -> None:
    text = project / "data/mofa-evaluation-2024/text.txt"
    read = text.read_text(encoding="utf-8")
    extra = "また、海上テロ対策に関する会合を新たに開催した。"
    line = read[: read.index("国際組織犯罪対策における国際協力の進展")].count("\n") + 1
    text.write_text(
        read.replace(
            "国際組織犯罪対策における国際協力の進展",
            f"{extra}\n\n国際組織犯罪対策における国際協力の進展",
            1,
        ),
        encoding="utf-8",
    )
    report = check_project(project, "coverage")
    (found,) = report
    assert (found.rule, found.severity) == ("coverage-gap", "warning")
    assert (found.file, found.line) == ("data/mofa-evaluation-2024/text.txt", line)
    assert extra.removesuffix("。") in found.message.en
    assert report.ok


def settle_totals(project: Path) -> None:
    """Write the totals of the project anew."""
    from ctgraph.store.reader.reader import survey
    from ctgraph.store.reader.totals import format_totals

    found = survey(Bundle(project))
    (project / "data/totals.toml").write_text(format_totals(found.counts), encoding="utf-8")


def test_a_missing_label_is_told_once(project: Path) -> None:
    efforts = project / "data/mofa-evaluation-2024/efforts.trig"
    edit(efforts, '"Counter-terrorism consultations"@en , "テロ対策協議"@ja ;',
         '"Counter-terrorism consultations"@en ;')  # fmt: skip
    settle_totals(project)
    named = {
        (found.rule, found.subject)
        for found in check_project(project)
        if found.subject == "ctd:jpn-ct-consultations"
    }
    assert named == {("label-languages", "ctd:jpn-ct-consultations")}
    (found,) = check_project(project, "labels")
    assert (found.rule, found.subject) == ("label-missing", "ctd:jpn-ct-consultations")
    assert found.message.en == "It has 0 labels (skos:prefLabel) in Japanese, and needs one."


def test_a_term_without_definition(project: Path) -> None:
    ontology = project / "ontology/ctgraph.ttl"
    text = ontology.read_text(encoding="utf-8")
    start = text.index("skos:definition", text.index("\nct:heldIn a "))
    end = text.index('"@en', start) + len('"@en')
    ontology.write_text(text[:start] + 'skos:definition "場所。"@ja' + text[end:], encoding="utf-8")
    named = {(found.rule, found.subject, found.file) for found in check_project(project, "labels")}
    assert ("term-label-missing", "ct:heldIn", "ontology/ctgraph.ttl") in named


def test_files_of_a_project_that_cannot_be_opened(project: Path) -> None:
    efforts = project / "data/mofa-evaluation-2024/efforts.trig"
    text = efforts.read_text(encoding="utf-8")
    efforts.write_text(text[: text.rindex("\nctd:")] + "\n", encoding="utf-8")
    report = check_files(Bundle(project))
    assert not report.ok
    assert {found.file for found in report} >= {"data/totals.toml"}
    assert any("efforts.trig holds" in found.message.en for found in report)
    assert list(report.ran) == ["files"]
    assert list(check_files(BUNDLE)) == []


def test_totals_that_do_not_fit_hide_nothing_else(project: Path) -> None:
    assert check_broken(BUNDLE) is None
    efforts = project / "data/mofa-evaluation-2024/efforts.trig"
    text = efforts.read_text(encoding="utf-8")
    start = text.index('ct:quote "') + len('ct:quote "')
    efforts.write_text(text[:start] + "ZZZ" + text[start:], encoding="utf-8")
    totals = project / "data/totals.toml"
    totals.write_text("", encoding="utf-8")
    report = check_broken(Bundle(project), only=["quotes", "files"])
    assert report is not None
    assert {found.group for found in report} == {"quotes", "files"}


def test_a_broken_claim_hides_nothing_else(project: Path) -> None:
    efforts = project / "data/mofa-evaluation-2024/efforts.trig"
    text = efforts.read_text(encoding="utf-8").replace("ct:basis ct:Stated", "ct:basis ct:Sated", 1)
    start = text.rindex('ct:quote "') + len('ct:quote "')
    efforts.write_text(text[:start] + "ZZZ" + text[start:], encoding="utf-8")
    report = check_broken(Bundle(project))
    assert report is not None
    assert set(report.ran) == set(HERE)
    assert {found.group for found in report} >= {"quotes", "files"}
    told = [found.message.en for found in report if found.group == "files"]
    assert "unknown term ct:Sated." in told
    efforts.write_text(text[:-3], encoding="utf-8")
    assert check_broken(Bundle(project)) is None


def test_broken_questions(project: Path) -> None:
    question = next(iter(sorted((project / "queries").glob("*.rq"))))
    text = question.read_text(encoding="utf-8")
    question.write_text(
        text.replace('#+ display = "', '#+ display = "no-such-', 1), encoding="utf-8"
    )
    other = project / "queries/checks/zero-without-note-violation.rq"
    edit(other, "FILTER(?value = 0)", "FILTER(?value = 0 && EXISTS { ?this a ct:Observatoin })")
    named = {(found.rule, found.file) for found in check_project(project, "questions")}
    assert named == {
        ("question-broken", f"queries/{question.name}"),
        ("question-broken", "queries/checks/zero-without-note-violation.rq"),
    }


# --- choosing, other stores, reports -------------------------------------------------------------


def test_an_unknown_rule_is_named_with_what_is_near(store: Store) -> None:
    with pytest.raises(UnknownName) as caught:
        check(store, only=["zero-without-notes"])
    assert "zero-without-note" in caught.value.suggestions
    with pytest.raises(UnknownName):
        check(store, only=["quotes", "Participation"])


def test_one_rule_runs_alone(store: Store) -> None:
    report = check(store, only=["zero-without-note", "Participation-role"])
    assert dict(report.ran) == {"shapes": 1, "queries": 1}
    seen: list[str] = []
    check(store, only=["quotes", "labels"], progress=seen.append)
    assert seen == ["quotes", "labels"]


def test_one_name_is_enough(store: Store) -> None:
    assert dict(check(store, only="quotes").ran) == {"quotes": len(list_rules(BUNDLE)["quotes"])}


def test_what_has_no_name_is_reported_too(project: Path) -> None:
    (project / "queries/checks/no-name-violation.rq").write_text(
        (project / "queries/checks/zero-without-note-violation.rq")
        .read_text(encoding="utf-8")
        .partition("SELECT")[0]
        + 'SELECT ?this WHERE { VALUES ?this { "a literal" } }\n',
        encoding="utf-8",
    )
    (found,) = check_project(project, "no-name")
    assert (found.subject, found.file, found.where) == ('"a literal"', "", '"a literal"')


def test_queries_alone_do_not_import_rdflib() -> None:
    import subprocess
    import sys

    program = (
        "import sys; from ctgraph.store.store import open_store; "
        "from ctgraph.query.checks.run import check;"
        "check(open_store(), only=['queries', 'quotes']); print('rdflib' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == "False"


def test_list_rules_names_everything_in_both_languages() -> None:
    rules = list_rules(BUNDLE)
    assert list(rules) == [group.name for group in GROUPS]
    names = [name for group in rules.values() for name in group]
    assert len(names) == len(set(names))
    for group in rules.values():
        assert group
        for words in group.values():
            assert words.en
            assert words.ja
            assert words.en != words.ja


def test_a_store_on_disk(tmp_path: Path) -> None:
    build_store(tmp_path / "store", [], locate())
    with open_store(store=tmp_path / "store") as opened:
        report = check(opened)
    assert not list(report)
    assert [entry.group for entry in report.skipped] == ["files"]
    assert "files" not in report.ran
    assert "Files and totals: skipped." in format_report(report)


def test_a_store_of_another_source(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Quotes whose text is elsewhere are said to be unchecked, not wrong."""
    monkeypatch.setattr(store, "kind", "endpoint")
    monkeypatch.setattr(Bundle, "text_file", lambda self, source: Path("/nonexistent"))
    report = check(store, only=["quotes", "coverage"])
    assert not list(report)
    assert f"{count_quotes()} quotes" in report.skipped[0].reason.en


def test_a_large_graph_is_checked_against_the_shapes_if_asked(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(validate, "LARGE", 10)
    report = check(store)
    assert [entry.group for entry in report.skipped] == ["shapes"]
    assert "shapes" not in report.ran
    assert not check(store, only=["shapes"]).skipped


# --- data/README.md -------------------------------------------------------------------------------


def read_examples(folder: str) -> list[tuple[str, str]]:
    """The files of data/README.md whose path begins so, and what is in them."""
    page = (ROOT / "data/README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^( *)```(?:trig|text|tsv)\n(.*?)^\1```$", page, flags=re.M | re.S)
    parts = [textwrap.dedent(block).partition("\n") for _, block in blocks]
    files = [(heading.removeprefix("# file: "), body) for heading, _, body in parts]
    return [one for one in files if one[0].startswith(folder)]


def test_the_examples_of_the_readme_pass(project: Path) -> None:
    """The source, the actors and the claims of data/README.md, added to the project."""
    examples = read_examples("data/")
    assert len(examples) == 4
    for name, body in examples:
        path = project / name
        path.parent.mkdir(exist_ok=True)
        with path.open("a", encoding="utf-8") as stream:
            stream.write(body)
    settle_totals(project)
    report = check_project(project)
    assert not list(report), format_report(report)
    new = next(entry for entry in report.coverage if entry.source.endswith("communique-2025"))
    assert new.sentences == new.touched
    with open_store(project) as opened:
        assert opened.ask(
            f"ASK {{ <{CTD}institute-of-examples> <{CT}cooperatesWith> <{CTD}unodc> }}"
        )
    # The sections end where the page says how to count them.
    text = (project / "data/example-communique-2025/text.txt").read_text(encoding="utf-8")
    source = (project / "data/example-communique-2025/source.trig").read_text(encoding="utf-8")
    date = quote_offsets(text, "1 July 2025")[0]
    assert f"oa:end {date.end} ." in source
    assert f"oa:end {len(''.join(text.split()))} ." in source


def test_check_counts_for_the_sections_of_the_readme(project: Path) -> None:
    """With the ends that data/README.md says to write first, the right ones are told."""
    for name, body in read_examples("data/"):
        path = project / name
        path.parent.mkdir(exist_ok=True)
        if name.endswith("source.trig"):
            path.write_text(body.replace("oa:end 36", "oa:end 1").replace("112", "999"), "utf-8")
            continue
        with path.open("a", encoding="utf-8") as stream:
            stream.write(body)
    settle_totals(project)
    said = [found.message.en for found in check_project(project, "quotes")]
    assert any("stands at characters 27 to 36" in one for one in said), said
    assert any("has only 112" in one for one in said), said


def test_the_tables_of_the_readme_go_in_and_out(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commands of data/README.md, in their order, over its tables."""
    before = (project / "data/totals.toml").read_bytes()
    monkeypatch.chdir(project)
    monkeypatch.delenv("CTGRAPH_PROJECT", raising=False)
    ((name, text),) = read_examples("page.txt")
    Path(name).write_text(text, encoding="utf-8")
    page = (ROOT / "data/README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```$", page, flags=re.M | re.S)
    commands = [shlex.split(line) for block in blocks for line in block.splitlines()]
    assert [words[1] for words in commands] == [
        "draft", "import", "import", "check", "show", "ask", "-r", "check",
    ]  # fmt: skip
    outputs: list[str] = []
    for words in commands:
        if words[0] == "rm":
            shutil.rmtree(words[-1])
            continue
        if words[1] == "import":
            for name, table in read_examples("my-tables/"):
                Path(name).write_text(table, encoding="utf-8")
        result = CliRunner().invoke(cli, [*words[1:], "--lang", "en"])
        assert result.exit_code == 0, result.output
        outputs.append(result.output)
        if words[1] == "draft":
            drafted = Path("my-tables/facts.tsv").read_text(encoding="utf-8")
            assert len(drafted.splitlines()) == 4
    assert "3 facts, 1 sources, 2 actors and 1 events are new; 0 rows" in outputs[1]
    assert "0 errors, 0 warnings" in outputs[3]
    assert re.search(
        r"cooperates with .*\n  United Nations Office on Drugs and Crime: ", outputs[4]
    )
    assert (project / "data/totals.toml").read_bytes() == before


def test_the_readme_names_rules_and_groups_that_exist() -> None:
    page = (ROOT / "data/README.md").read_text(encoding="utf-8")
    rules = list_rules(BUNDLE)
    names = {name for group in rules.values() for name in group}
    named = set(re.findall(r"`\[([A-Za-z-]+)\]`", page))
    assert len(named) >= 8
    assert named <= names
    assert set(re.findall(r"^\| `([a-z]+)` \|", page, flags=re.M)) == set(rules)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ctv:cybercrime", "ctv:cyber-crime"),
        ("ct:participant ctd:unodc ;", "ct:participant ctd:unodcc ;"),
        ("ct:basis ct:Stated .", "ct:basis ct:Inferred ; prov:wasDerivedFrom ctd:mofa-2024-a02 ."),
    ],
)
def test_the_readme_quotes_what_stops_the_load(project: Path, old: str, new: str) -> None:
    page = (ROOT / "data/README.md").read_text(encoding="utf-8")
    efforts = project / "data/mofa-evaluation-2024/efforts.trig"
    text = efforts.read_text(encoding="utf-8")
    assert old in text
    prefix = f"@prefix prov: <{PREFIXES['prov']}> .\n"
    efforts.write_text(prefix + text.replace(old, new, 1), encoding="utf-8")
    said = [
        found.message.en.removesuffix(".")
        for found in check_files(Bundle(project))
        if found.file.endswith("efforts.trig")
    ]
    assert said
    # The page has the claim of its example.
    said = [re.sub(r"claim ctd:\S+", "claim ctd:example-2025-05", message) for message in said]
    assert all(f"`{message}`" in page or f"`{message}." in page for message in said), said


FOUND = Finding(
    "zero-without-note",
    "queries",
    "error",
    "data/x.trig",
    7,
    "ctd:x",
    Words("A zero.", "ゼロ。"),
    Words("Add a note.", "注を加える。"),
)


def test_report_in_two_languages() -> None:
    report = Report((FOUND,), {"queries": 3, "quotes": 1})
    assert format_report(report) == (
        "Violation queries: 1 finding (3 rules)\n"
        "  data/x.trig:7: error: ctd:x [zero-without-note]\n"
        "    A zero.\n"
        "    → Add a note.\n"
        "Quotes: ok (1 rule)\n"
        "1 error, 0 warnings.\n"
    )
    assert format_report(report, "ja") == (
        "違反クエリ：1件の指摘（規則3件）\n"
        "  data/x.trig:7: エラー: ctd:x [zero-without-note]\n"
        "    ゼロ。\n"
        "    → 注を加える。\n"
        "引用：問題なし（規則1件）\n"
        "エラー1件、警告0件。\n"
    )


def test_report_as_json() -> None:
    coverage = Coverage("ctd:s", "data/s/text.txt", 2 / 3, 3, 2, ())
    report = Report((FOUND,), {"queries": 3}, (), (coverage,))
    told = json.loads(json.dumps(report_to_json(report)))
    assert told["ok"] is False
    assert told["summary"] == {
        "errors": 1,
        "warnings": 0,
        "disagreements": 0,
        "rules": 3,
        "groups": {"queries": {"rules": 3, "findings": 1}},
        "coverage": {"ctd:s": 0.6667},
    }
    assert told["findings"] == [
        {
            "rule": "zero-without-note",
            "group": "queries",
            "severity": "error",
            "file": "data/x.trig",
            "line": 7,
            "subject": "ctd:x",
            "message": {"en": "A zero.", "ja": "ゼロ。"},
            "repair": {"en": "Add a note.", "ja": "注を加える。"},
        }
    ]
    assert told["coverage"][0]["share"] == 0.6667


def test_reports_are_the_same_each_time(project: Path) -> None:
    efforts = project / "data/mofa-evaluation-2024/efforts.trig"
    edit(efforts, '"関係国とテロ対策協議を実施した"', '"関係国とテロ対策会議を実施した"')
    edit(efforts, 'ct:currency "USD"', 'ct:currency "usd"')
    first, second = check_project(project), check_project(project)
    assert list(first) == list(second)
    assert len(first) == 2
