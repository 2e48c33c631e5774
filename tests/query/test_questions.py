"""The named questions in queries/: headers, golden answers, and a second engine.

``PYTHONPATH=tests/tools python tests/query/test_questions.py`` writes the golden answers anew.
"""

from __future__ import annotations

import datetime
import difflib
import json
import re
import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest
import rdflib
from fixed_project import make_fixed_project
from two_engines import (
    NUMBERS,
    RDFLIB_DEPRECATIONS,
    assert_engines_agree,
    run,
    to_rdflib,
    write_term,
)

from ctgraph.query.entities.kinds import KINDS
from ctgraph.query.parameters import bind_params
from ctgraph.query.questions import read_questions
from ctgraph.query.run import ask
from ctgraph.store.project import locate
from ctgraph.store.sparql.parse import parse_query
from ctgraph.store.sparql.safety import refuse_unsafe
from ctgraph.store.sparql.tokens import tokenize
from ctgraph.store.store import open_store
from ctgraph.terms import CT, CTD, CTV, expand

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctgraph.query.answers import Table
    from ctgraph.query.questions import Parameter, Question
    from ctgraph.store.store import Store

    Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

GOLDEN = Path(__file__).parents[1] / "golden"
BUNDLE = locate()
NAMES = sorted(read_questions(BUNDLE))
UPDATE = "PYTHONPATH=tests/tools python tests/query/test_questions.py"

# They need sources that speak of the same things; tests/query/test_disputes.py has some.
AWAITED = {"confirmations", "disagreements", "rounds", "treaty-status"}

TEXT_SAMPLES = ("UNODC", "テロ", "the")


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with open_store() as opened:
        yield opened


@pytest.fixture(scope="module")
def questions(store: Store) -> dict[str, Question]:
    # With the store, the individuals that headers name must exist.
    return read_questions(BUNDLE, store)


@pytest.fixture(scope="module")
def plain_rdflib(store: Store) -> rdflib.Dataset:
    return to_rdflib(store)


def show_golden(name: str, columns: list[str], rows: list[list[Term | None]]) -> str:
    """The golden file: JSON with a row to a line, so that a change is a short diff."""
    lines = [json.dumps([write_term(term) for term in row], ensure_ascii=False) for row in rows]
    body = ",\n".join(f"    {line}" for line in lines)
    shown = json.dumps(columns, ensure_ascii=False)
    rows_text = f"[\n{body}\n  ]" if rows else "[]"
    return (
        f'{{\n  "question": {json.dumps(name)},\n  "columns": {shown},\n  "rows": {rows_text}\n}}\n'
    )


# --- headers and texts ---------------------------------------------------------------------------


def test_there_are_questions_enough() -> None:
    assert len(NAMES) >= 34


def test_headers_name_only_what_the_graph_has(questions: dict[str, Question]) -> None:
    assert sorted(questions) == NAMES


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_titles_are_told_apart(questions: dict[str, Question], lang: str) -> None:
    counted = Counter(question.title[lang] for question in questions.values())
    assert [title for title, times in counted.items() if times > 1] == []


@pytest.mark.parametrize("name", NAMES)
def test_header_is_complete(questions: dict[str, Question], name: str) -> None:
    question = questions[name]
    assert question.tags
    assert not question.title["en"].endswith(".")
    assert question.description["en"].endswith(".")
    assert question.description["ja"].endswith("。")
    japanese = [question.title["ja"], question.description["ja"]]
    japanese += [param.label["ja"] for param in question.params.values()]
    for text in japanese:
        assert any("\u3040" <= letter <= "\u9fff" for letter in text), text


@pytest.mark.parametrize("name", NAMES)
def test_text_is_plain_sparql_with_a_fixed_order(questions: dict[str, Question], name: str) -> None:
    text = questions[name].text
    tree = parse_query(text, prefixes={})  # every prefix is declared in the file
    assert tree.form == "SELECT"
    refuse_unsafe(text)
    words = {token.text.upper() for token in tokenize(text) if token.kind != "string"}
    assert {"ORDER", "BY"} <= words
    # The order within GROUP_CONCAT and the choice of SAMPLE are the engine's own.
    assert not words & {"GROUP_CONCAT", "SAMPLE", "RAND", "NOW", "UUID", "STRUUID", "LIMIT"}


@pytest.mark.parametrize("name", NAMES)
def test_view_suits_the_columns(store: Store, questions: dict[str, Question], name: str) -> None:
    question = questions[name]
    columns, rows = run(store, question.text)
    if question.display == "timeline":
        assert {"start", "end"} <= set(columns)
    if question.display == "chart":
        cells = [cell for row in rows for cell in row]
        assert any(isinstance(x, ox.Literal) and x.datatype.value in NUMBERS for x in cells)
    if question.display == "network":
        assert any(sum(isinstance(cell, ox.NamedNode) for cell in row) >= 2 for row in rows)


# --- answers -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_answer_is_the_golden_one(store: Store, questions: dict[str, Question], name: str) -> None:
    columns, rows = run(store, questions[name].text)
    assert rows or name in AWAITED, f"{name} has no answer for its defaults"
    assert len({tuple(map(write_term, row)) for row in rows}) == len(rows), "a row stands twice"
    found = show_golden(name, columns, rows)
    path = GOLDEN / f"{name}.json"
    golden = path.read_text("utf-8") if path.exists() else ""
    if found == golden:
        return
    diff = difflib.unified_diff(
        golden.splitlines(), found.splitlines(), f"tests/golden/{name}.json", "found", lineterm=""
    )
    pytest.fail(
        "\n".join(diff) + f"\n\nIf the answer found is the true one: {UPDATE}", pytrace=False
    )


def test_every_golden_file_has_its_question() -> None:
    assert sorted(path.stem for path in GOLDEN.glob("*.json")) == NAMES, f"run: {UPDATE}"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.filterwarnings(RDFLIB_DEPRECATIONS)
def test_rdflib_gives_the_same_rows(
    store: Store, plain_rdflib: rdflib.Dataset, questions: dict[str, Question], name: str
) -> None:
    assert_engines_agree(store, plain_rdflib, questions[name].text)


@pytest.mark.parametrize("name", NAMES)
def test_asking_by_name_gives_the_same_rows(
    store: Store, questions: dict[str, Question], name: str
) -> None:
    table = ask(store, name)
    columns, rows = run(store, questions[name].text)
    assert table.columns == columns
    assert [list(solution) for solution in table.solutions] == rows


# --- parameters ----------------------------------------------------------------------------------

WITH_PARAMETERS = [
    (question.name, param)
    for question in read_questions(BUNDLE).values()
    for param in question.params
]


OPTIONAL_PARAMETERS = [
    (question.name, name)
    for question in read_questions(BUNDLE).values()
    for name, param in question.params.items()
    if param.optional
]


def list_candidates(store: Store, name: str, param: Parameter) -> list[Any]:
    """Values that the parameter can have, other than its default."""
    if param.allowed:
        return [term for term in param.allowed if term not in param.default]
    if param.type == "boolean":
        return [value for value in (True, False) if ox.Literal(value) not in param.default]
    if param.type == "integer":
        return [int(term.value) + step for term in param.default for step in (1, -1)]
    if param.type == "date":
        days = [datetime.date.fromisoformat(term.value) for term in param.default]
        return [day + datetime.timedelta(days=step) for day in days for step in (7, -7)]
    if param.type == "text":
        return list(TEXT_SAMPLES)
    if param.optional:
        answer = ask(store, name, {param.name: None})
        if param.name in answer.columns:
            found = dict.fromkeys(row[param.name] for row in answer.solutions)
            return [term for term in found if term not in param.default]
    kind = KINDS[param.type]
    pattern = f"?x a/rdfs:subClassOf* <{kind.class_iri}> ." if kind.class_iri else "?x a ?class ."
    if kind.scheme:
        pattern += f" ?x skos:inScheme <{kind.scheme}> ."
    rows = store.select(f"SELECT DISTINCT ?x WHERE {{ {pattern} }} ORDER BY ?x")
    return [row[0] for row in rows if row[0] not in param.default]


def find_other_value(store: Store, param: Parameter, name: str) -> Any:
    """The first value, other than the default, for which the question has an answer."""
    candidates = list_candidates(store, name, param)
    answered = (value for value in candidates if ask(store, name, {param.name: value}).solutions)
    found = next(answered, None)
    assert found is not None, f"no other value of {param.name} has an answer: {candidates}"
    return found


@pytest.mark.parametrize(("name", "param"), WITH_PARAMETERS)
@pytest.mark.filterwarnings(RDFLIB_DEPRECATIONS)
def test_another_value_has_an_answer_that_both_engines_give(
    store: Store,
    plain_rdflib: rdflib.Dataset,
    questions: dict[str, Question],
    name: str,
    param: str,
) -> None:
    if name in AWAITED:
        pytest.skip("the data holds no two sources that speak of the same things")
    question = questions[name]
    value = find_other_value(store, question.params[param], name)
    text, _ = bind_params(store, question, {param: value})
    assert_engines_agree(store, plain_rdflib, text)


@pytest.mark.parametrize(("name", "param"), OPTIONAL_PARAMETERS)
@pytest.mark.filterwarnings(RDFLIB_DEPRECATIONS)
def test_left_open_both_engines_give_the_same(
    store: Store,
    plain_rdflib: rdflib.Dataset,
    questions: dict[str, Question],
    name: str,
    param: str,
) -> None:
    text, _ = bind_params(store, questions[name], {param: None})
    if questions[name].params[param].default:  # else it is open as it stands
        assert_engines_agree(store, plain_rdflib, text)


@pytest.mark.parametrize(("name", "param"), WITH_PARAMETERS)
def test_every_allowed_value_runs(
    store: Store, questions: dict[str, Question], name: str, param: str
) -> None:
    for term in questions[name].params[param].allowed:
        table = ask(store, name, {param: term})
        # Where the parameter is a column, the rows are of that value alone.
        found = {row[param] for row in table.solutions} if param in table.columns else set()
        assert found <= {term}


@pytest.mark.parametrize(("name", "param"), OPTIONAL_PARAMETERS)
def test_left_open_it_has_the_rows_of_every_value(
    store: Store, questions: dict[str, Question], name: str, param: str
) -> None:
    every = ask(store, name, {param: None})
    rows = [list(row) for row in every.solutions]
    for value in list_candidates(store, name, questions[name].params[param]):
        found = [list(row) for row in ask(store, name, {param: value}).solutions]
        if param in every.columns:
            place = every.columns.index(param)
            assert found == [row for row in rows if row[place] == value]
        else:
            assert all(row in rows for row in found)


@pytest.mark.parametrize("name", NAMES)
def test_language_changes_words_and_not_rows(
    store: Store, questions: dict[str, Question], name: str
) -> None:
    english, japanese = (ask(store, name, lang=lang) for lang in ("en", "ja"))
    assert len(english.solutions) == len(japanese.solutions)
    # The glosses of the first source are in English alone.
    has_only_glosses = (
        "ct:gloss" in questions[name].text and "ct:reason" not in questions[name].text
    )
    if "lang" in questions[name].params and name != "acronyms" and not has_only_glosses:
        assert english.solutions != japanese.solutions
        words = [cell for row in japanese.solutions for cell in row if isinstance(cell, ox.Literal)]
        assert any(word.language == "ja" for word in words)


@pytest.mark.parametrize(("name", "param"), WITH_PARAMETERS)
def test_rest_of_the_text_is_untouched(
    store: Store, questions: dict[str, Question], name: str, param: str
) -> None:
    question = questions[name]
    value = (question.params[param].allowed + question.params[param].default or (None,))[0]
    text, _ = bind_params(store, question, {param: value})
    before, after = (x.splitlines() for x in (question.text, text))
    changed = [line for line in difflib.ndiff(before, after) if line.startswith("- ")]
    # A literal stands in place of its variable; what is left open has no line.
    literals = {one.name for one in question.params.values() if KINDS[one.type].literal}
    assert all(
        re.search(r"VALUES \?(\w+) ", line) or set(re.findall(r"\?(\w+)", line)) & literals
        for line in changed
    )
    assert "UNDEF" not in text


# --- what the answers must say -------------------------------------------------------------------


def values(table: Table, column: str) -> list[str]:
    """A column: individuals and concepts by their last part, literals by their form."""
    cells = [solution[column] for solution in table.solutions]
    return [
        cell.value.removeprefix(CTD).removeprefix(CTV).removeprefix(CT)
        for cell in cells
        if isinstance(cell, ox.NamedNode | ox.Literal)
    ]


@pytest.mark.parametrize("actor", ["UNODC", "ｕｎｏｄｃ", "国連薬物・犯罪事務所", "ctd:unodc"])
def test_partners_of_unodc(store: Store, actor: str) -> None:
    table = ask(store, "partners", {"actor": actor})
    assert values(table, "partner") == ["jpn"]
    assert values(table, "jointActivities") == ["2"]


def test_channels_are_no_partners_of_each_other(store: Store) -> None:
    pairs = {
        frozenset(pair)
        for row in ask(store, "cooperation").to_dicts()
        for pair in [(row["actor"], row["partner"])]
    }
    assert frozenset({CTD + "unodc", CTD + "icpo"}) not in pairs
    assert frozenset({CTD + "iij", CTD + "unafei"}) in pairs
    assert frozenset({CTD + "jpn", CTD + "gifct"}) in pairs


def test_nobody_cooperates_with_adverse_actors_invitees_or_victims(store: Store) -> None:
    table = ask(store, "cooperation")
    involved = set(values(table, "actor") + values(table, "partner"))
    assert not involved & {
        "hamas",
        "hamas-related-persons",
        "terrorists",
        "isr",
        "islamic-school-teachers",
        "trafficking-victims",
        "prosecutors-terrorism-cases",
        "target-country-law-enforcement",
    }


def test_consultations_of_three_years(store: Store) -> None:
    table = ask(store, "consultations-per-year")
    assert values(table, "year") == ["jp-fy2021", "jp-fy2022", "jp-fy2023"]
    assert values(table, "consultations") == ["1", "2", "5"]
    assert values(table, "mode") == ["online", "in-person", "in-person"]


def test_all_fifteen_indicator_values(store: Store) -> None:
    table = ask(store, "indicators")
    expected = ["1", "2", "5", "1", "1", "1", "0", "0", "12", "0", "20", "6", "0", "0", "1"]
    assert values(table, "value") == expected
    notes = Counter(values(table, "note"))
    assert notes == {"mofa-2024-note-1": 5, "mofa-2024-note-2": 1}


def test_figures_agree_with_indicators(store: Store) -> None:
    rows = ask(store, "figure-sums").to_dicts()
    assert sorted(row["value"] for row in rows) == [3, 8, 8, 12, 26]
    assert all(row["agrees"] is True for row in rows)


def test_amount_is_never_multiplied(store: Store) -> None:
    rows = ask(store, "contributions").to_dicts()
    assert sum(row["amount"] or 0 for row in rows) == 48_300_000
    channels = {row["participant"] for row in rows if row["role"] == CTV + "channel"}
    assert channels == {CTD + "unodc", CTD + "icpo"}
    assert all(row["amount"] is None for row in rows if row["participant"] or row["targetPlace"])
    regions = {row["targetPlace"] for row in rows} - {None}
    codes = ("place-m49-035", "place-m49-009", "place-m49-034", "place-ukr")
    assert regions == {CTD + code for code in codes}


@pytest.mark.parametrize(
    ("instrument", "activity"),
    [
        ("Ｇ７伊勢志摩サミット行動計画", "islamic-school-teachers-invitation"),
        ("Trafficking in Persons Protocol", "jpn-iom-contribution"),
        ("人身取引対策行動計画2022", "jpn-iom-contribution"),
    ],
)
def test_what_implements_an_instrument(store: Store, instrument: str, activity: str) -> None:
    table = ask(store, "implementing-activities", {"instrument": instrument})
    assert set(values(table, "activity")) == {activity}
    assert set(values(table, "basis")) == {"Stated"}


def test_the_dialogue_with_unodc_serves_no_goal(store: Store) -> None:
    table = ask(store, "goals-served")
    assert set(values(table, "goal")) == {f"mofa-2024-goal-{number}" for number in (1, 2, 3)}
    assert "jpn-unodc-strategic-dialogue" not in values(table, "activity")


def test_narrower_topics_are_included(store: Store) -> None:
    crime = values(ask(store, "activities-by-topic", {"topic": "organised crime"}), "activity")
    trafficking = values(
        ask(store, "activities-by-topic", {"topic": "ctv:trafficking-in-persons"}), "activity"
    )
    assert trafficking
    assert set(trafficking) < set(crime)


def test_origins_of_participants_disagree(store: Store) -> None:
    rows = ask(store, "participant-origins").to_dicts()
    origins = {claim: row["origin"] for row in rows for claim in [row["claim"].removeprefix(CTD)]}
    assert origins["mofa-2024-a23"] == CTD + "place-m49-034"
    assert origins["mofa-2024-a24"] == CTD + "place-m49-035"
    assert origins["mofa-2024-e14"] == CTD + "place-m49-035"


def test_what_the_source_does_not_say(store: Store) -> None:
    table = ask(store, "not-stated")
    open_points = set(zip(values(table, "thing"), values(table, "property"), strict=True))
    assert ("jpn-iom-contribution", "amountStatus") in open_points
    assert ("jpn-capacity-building-contribution", "splitStatus") in open_points
    assert ("rule-of-law-workshop-2024-02", "placeStatus") in open_points


def test_plans_name_eleven_directions(store: Store) -> None:
    table = ask(store, "plans")
    assert len(set(values(table, "direction"))) == 11
    assert "g7" in values(table, "partner")


def test_forty_one_numbered_readings(store: Store) -> None:
    claims = values(ask(store, "inferred-claims"), "claim")
    numbered = [claim for claim in claims if re.fullmatch(r"mofa-2024-x\d+", claim)]
    assert numbered == [f"mofa-2024-x{number:02}" for number in range(1, 42)]


def test_roles_of_japan(store: Store) -> None:
    roles = values(ask(store, "roles-of-actor", {"actor": "日本"}), "role")
    assert {"host", "co-host", "contributor", "presidency", "vice-chair", "submitter"} <= set(roles)
    assert not {"invitee", "beneficiary", "target"} & set(roles)


# --- a new question ------------------------------------------------------------------------------

NEW = """\
#+ title.en = "States"
#+ title.ja = "国"
#+ description.en = "The states of the graph."
#+ description.ja = "グラフにある国。"
#+ tags = ["actors"]
#+ [params.state]
#+ type = "actor"
#+ label.en = "State"
#+ label.ja = "国"
#+ optional = true
PREFIX ct: <https://w3id.org/ctgraph/ontology#>

SELECT ?state WHERE { VALUES ?state { UNDEF } ?state a ct:State } ORDER BY ?state
"""


def test_a_new_file_is_a_new_question(tmp_path: Path) -> None:
    for folder in ("ontology", "data"):
        (tmp_path / folder).symlink_to(locate().root / folder, target_is_directory=True)
    shutil.copytree(BUNDLE.queries, tmp_path / "queries")
    (tmp_path / "queries" / "states.rq").write_text(NEW, "utf-8")
    with open_store(tmp_path) as opened:
        asked = read_questions(opened.bundle, opened)
        assert sorted(asked) == sorted([*NAMES, "states"])
        assert asked["states"].display == "table"
        everyone = [row[0] for row in ask(opened, "states").solutions]
        assert everyone == [ox.NamedNode(expand("ctd:isr")), ox.NamedNode(expand("ctd:jpn"))]
        alone = ask(opened, "states", {"state": "イスラエル"}).solutions
        assert [row[0] for row in alone] == everyone[:1]


def update_golden() -> None:
    """Writes the answer of every question to its golden file and removes files left over."""
    GOLDEN.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        open_store(make_fixed_project(Path(folder))) as opened,
    ):
        questions = read_questions(BUNDLE, opened)
        texts = {n: show_golden(n, *run(opened, q.text)) for n, q in questions.items()}
    for name, text in texts.items():
        path = GOLDEN / f"{name}.json"
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            print(f"wrote tests/golden/{path.name}")
    for path in GOLDEN.glob("*.json"):
        if path.stem not in NAMES:
            path.unlink()
            print(f"removed tests/golden/{path.name}")


if __name__ == "__main__":
    update_golden()
