"""The graph according to some sources, as of a day: what is in it, and where it is kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from conftest import ServeQuads
from hypothesis import given, settings
from hypothesis import strategies as st

from ctgraph.errors import EndpointError, UsageError
from ctgraph.store import cache
from ctgraph.store.project import locate
from ctgraph.store.scope import Scope, backend
from ctgraph.store.store import Store, build_store, open_store
from ctgraph.terms import CTD

SECOND = Path(__file__).parents[1] / "scope_data" / "second.trig"
SHEET = Scope(frozenset({CTD + "mofa-evaluation-2024"}))
OTHER = Scope(frozenset({CTD + "second-source"}))


@pytest.fixture(scope="module")
def two() -> Iterator[Store]:
    """The bundled graph with a second source."""
    with open_store(files=[SECOND]) as store:
        yield store


@pytest.fixture(scope="module")
def other(two: Store) -> Store:
    """What the second source alone says."""
    return two.within(OTHER)


def names(store: Store, pattern: str) -> set[str]:
    """The local names of the things ``?x`` of a pattern."""
    rows = store.select(f"SELECT DISTINCT ?x {{ {pattern} }}")
    return {row["x"].value.removeprefix(CTD) for row in rows}


ACTIVITIES = "?x a/rdfs:subClassOf* ct:Activity"


# --- according to whom --------------------------------------------------------------------------


def test_one_source_answers_as_a_project_that_has_no_other(
    two: Store, graph_store: Store, tmp_path: Path, serve_quads: ServeQuads
) -> None:
    """Down to the last quad, derived ones included, and wherever the whole graph is."""
    alone = graph_store.counts()
    assert two.counts().claims > alone.claims
    assert two.within(SHEET).counts() == alone
    build_store(tmp_path / "store", [SECOND], locate())
    with open_store(store=tmp_path / "store") as disk:
        assert disk.within(SHEET).counts() == alone
        assert disk.within(SHEET).kind == "memory"
    quads = "".join(f"{quad} .\n" for quad in two.quads()).encode()
    with open_store(endpoint=serve_quads(quads)) as endpoint:
        assert endpoint.within(SHEET).counts() == alone


def test_everything_follows_from_the_claims_that_count(two: Store, other: Store) -> None:
    assert names(two, "?x ct:cooperatesWith ctd:unodc") >= {"jpn", "g7"}
    assert names(other, "?x ct:cooperatesWith ctd:unodc") == {"g7"}
    assert names(two.within(SHEET), "?x ct:cooperatesWith ctd:unodc") == {"jpn"}
    assert names(other, ACTIVITIES) == {"second-meeting", "rule-of-law-workshop-2024-02"}


def test_description_follows_what_is_spoken_of(two: Store, other: Store) -> None:
    # Only the sheet says what these are and what they are called …
    assert other.ask("ASK { ctd:g7 a ct:Forum ; skos:prefLabel 'G7'@en }")
    assert other.ask("ASK { ctd:rule-of-law-workshop-2024-02 a ct:Workshop }")
    # … and the claims that do say so are there with their words, but with nothing else.
    assert other.ask("ASK { GRAPH ?c { ctd:g7 a ct:Forum . ?c ct:section ?s } }")
    assert other.ask("ASK { ctd:mofa-evaluation-2024 a ct:Source ; ct:startDate ?day }")
    assert not other.ask("ASK { ctd:mofa-evaluation-2024 ct:evaluates ?policy }")
    assert not other.ask("ASK { ctd:rule-of-law-workshop-2024-02 ct:startDate ?day }")
    assert names(other, "?x ct:participant ?who") == {
        "second-meeting-unodc",
        "second-meeting-g7",
        "second-attendance",
    }
    assert not names(other, "?x ct:amount ?sum")
    # Where a source speaks for itself, others do not.
    sheet = two.within(SHEET)
    assert not sheet.ask("ASK { ctd:unodc skos:altLabel 'The Drugs Office'@en }")


def test_premises_come_with_their_words_alone(other: Store) -> None:
    assert other.ask("ASK { ctd:second-x01 prov:wasDerivedFrom ?c . ?c ct:quote ?words }")
    stated = "ASK { GRAPH ctd:mofa-2024-a07 { ?s ?p ?o FILTER(?s != ctd:mofa-2024-a07) } }"
    assert not other.ask(stated)


def test_codes_of_places_come_from_their_standards(graph_store: Store) -> None:
    sheet = graph_store.within(SHEET)
    assert sheet.ask("ASK { ctd:place-jpn ct:iso3166Alpha2 'JP' }")
    assert sheet.counts().graph_hash == graph_store.counts().graph_hash


def test_scopes_narrow(two: Store) -> None:
    both = two.within(Scope(SHEET.sources | OTHER.sources))
    assert both.counts() == two.counts()
    assert both.within(OTHER).counts() == two.within(OTHER).counts()
    assert both.within(OTHER).whole is two
    assert two.within(Scope()) is two
    dated = two.within(Scope(as_of="2029-12-31")).within(OTHER)
    assert dated.scope == Scope(OTHER.sources, "2029-12-31")
    assert dated.within(Scope(as_of="2024-01-01")).scope.as_of == "2024-01-01"
    with pytest.raises(UsageError, match="no source in common"):
        two.within(SHEET).within(OTHER)


def test_a_source_without_claims_is_an_error(graph_store: Store) -> None:
    with pytest.raises(UsageError, match="no claim"):
        graph_store.within(Scope(frozenset({CTD + "mofa-website"})))


# --- as of when ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "members"),
    [
        ("2020-12-31", {"undated"}),
        ("2021-06-30", {"past", "undated"}),
        ("2021-12-31", {"past", "undated"}),
        ("2022-01-01", {"since", "undated"}),
        ("2025-06-29", {"since", "undated"}),
        ("2025-06-30", {"since", "known", "undated"}),
    ],
)
def test_what_held_on_a_day(two: Store, day: str, members: set[str]) -> None:
    dated = two.within(Scope(OTHER.sources, day))
    held = names(dated, "?x a ct:Membership")
    assert {name.removeprefix("second-member-") for name in held} == members
    # A membership that is left out is in no claim either.
    graphs = names(dated, "GRAPH ?c { ?x org:member ?who }")
    assert graphs == held


def test_what_begins_later_goes_with_what_hangs_on_it(two: Store) -> None:
    before, after = (two.within(Scope(as_of=day)) for day in ("2029-04-30", "2029-05-01"))
    assert "second-meeting" in names(after, ACTIVITIES)
    assert names(after, "?x a ct:ReportedFigure") >= {"second-figure"}
    assert "second-meeting" not in names(before, ACTIVITIES)
    assert not names(before, "?x ct:figureOf|ct:activity ctd:second-meeting")
    assert not before.ask("ASK { GRAPH ?g { ctd:second-meeting ?p ?o } }")
    assert not before.ask("ASK { ctd:g7 ct:cooperatesWith ctd:unodc }")
    # A claim that said nothing else is gone; the source, which is of 2030, tells of before.
    assert not before.ask("ASK { ctd:second-a01 a ct:Claim }")
    assert before.ask("ASK { ctd:second-a02 a ct:Claim . ctd:second-source ct:startDate ?day }")


def test_numbers_begin_with_their_fiscal_year(graph_store: Store) -> None:
    years = {
        row["y"].value.removeprefix(CTD)
        for row in graph_store.within(Scope(as_of="2022-03-31")).select(
            "SELECT DISTINCT ?y { ?x a qb:Observation ; ct:fiscalYear ?y }"
        )
    }
    assert years == {"jp-fy2021"}


def test_after_the_last_day_everything_is_there(graph_store: Store) -> None:
    dated = graph_store.within(Scope(as_of="2100-01-01"))
    ended = names(graph_store, "?x a ct:Membership ; ct:endDate ?day")
    assert names(graph_store, "?x a ?class") - names(dated, "?x a ?class") == ended
    if not ended:
        assert dated.counts() == graph_store.counts()


DAYS = st.dates(date(2015, 1, 1), date(2032, 1, 1)).map(str)


@settings(max_examples=6, deadline=None)
@given(st.lists(DAYS, min_size=2, max_size=2).map(sorted))
def test_what_had_happened_has_happened_ever_since(two: Store, days: list[str]) -> None:
    earlier, later = (two.within(Scope(as_of=day)) for day in days)
    assert names(earlier, ACTIVITIES) <= names(later, ACTIVITIES)
    assert names(earlier, "?x a ct:CooperationTie") <= names(later, "?x a ct:CooperationTie")
    assert earlier.counts().asserted <= two.counts().asserted


# --- where it is kept ---------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of this test's own."""
    monkeypatch.setenv(cache.ENVIRONMENT, str(tmp_path))
    return tmp_path


def test_it_is_kept_apart_and_few_are(
    folder: Path, mini: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(cache._KEPT, "scopes", 2)
    with open_store(mini) as store:
        for day in ("2001", "2002", "2003", "2004"):
            store.within(Scope(as_of=f"{day}-12-31"))
    assert len([*(folder / "scopes").iterdir()]) == 2
    assert len([*(folder / "graphs").iterdir()]) == 1


def test_it_is_made_once(folder: Path, mini: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scope = Scope(as_of="2023-12-31")
    with open_store(mini) as store:
        made = store.within(scope)
    monkeypatch.setattr(backend, "cut_graph", None)
    for snapshot in (False, True):
        with open_store(mini, snapshot=snapshot) as store:
            found = store.within(scope)
            assert found.counts() == made.counts()
            assert found.known_terms() == made.known_terms()
            assert found.ask("ASK { ctd:jpn ?p ?o }", timeout=30)


def test_a_damaged_copy_is_made_again(folder: Path, mini: Path) -> None:
    scope = Scope(as_of="2023-12-31")
    with open_store(mini) as store:
        counts = store.within(scope).counts()
        (copy,) = (folder / "scopes").iterdir()
        (copy / "graph.nq").write_text("nonsense")
        assert store.within(scope).counts() == counts


def test_an_edited_project_is_not_mixed_with_its_old_graph(folder: Path, mini_copy: Path) -> None:
    with open_store(mini_copy) as store:
        path = mini_copy / "data" / "register" / "actors.trig"
        path.write_text(path.read_text().replace('"Japan"@en', '"Nippon"@en'))
        store.within(Scope(as_of="2023-12-31"))
        assert not (folder / "scopes").exists()
    with open_store(mini_copy) as store:
        dated = store.within(Scope(as_of="2023-12-31"))
        assert dated.ask("ASK { ctd:jpn skos:prefLabel 'Nippon'@en }")


def test_without_a_cache_it_works_too(mini: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(cache.ENVIRONMENT, "off")
    with open_store(mini) as store:
        assert store.within(Scope(as_of="2023-12-31")).counts().claims == store.counts().claims


def test_a_large_endpoint_is_refused(
    mini_endpoint: str, mini: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backend, "MOST_TRIPLES", 10)
    refused = pytest.raises(EndpointError, match="10")
    with open_store(mini, endpoint=mini_endpoint) as store, refused:
        store.within(Scope(as_of="2023-12-31"))
