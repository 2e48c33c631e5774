"""From the names of sources and a date to a scope, and from a scope to words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ctgraph.errors import AmbiguousName, CtgraphError, UnknownName, UsageError
from ctgraph.query.scope import (
    describe_scope,
    list_sources,
    name_sources,
    read_scope,
    say_scope,
    say_undated,
)
from ctgraph.store.scope import Scope
from ctgraph.store.store import Store, open_store
from ctgraph.terms import CTD

SECOND = Path(__file__).parents[1] / "scope_data" / "second.trig"


@pytest.fixture(scope="module")
def two() -> Iterator[Store]:
    """The bundled graph with a second source."""
    with open_store(files=[SECOND]) as store:
        yield store


@pytest.mark.parametrize(
    "name",
    [
        *("second-source", "ctd:second-source", CTD + "second-source", "A second source"),
        *("第二の資料", "a SECOND source", "Second Source: a Page", "https://example.org/second"),
        *("kind:news", "kind: News", "kind:報道", " second-source "),
    ],
)
def test_a_source_has_many_names(two: Store, name: str) -> None:
    assert read_scope(two, [name]) == Scope(frozenset({CTD + "second-source"}))


def test_a_source_without_a_kind_counts_as_official(two: Store) -> None:
    found = read_scope(two, ["kind:official", "second-source"]).sources
    assert {CTD + "mofa-evaluation-2024", CTD + "iso-3166", CTD + "second-source"} <= found


@pytest.mark.parametrize(
    ("text", "day"),
    [("2023", "2023-12-31"), ("2024-02", "2024-02-29"), ("2024-02-01", "2024-02-01"), (None, "")],
)
def test_a_date_means_its_last_day(two: Store, text: str | None, day: str) -> None:
    assert read_scope(two, as_of=text).as_of == day


@pytest.mark.parametrize(
    ("sources", "day", "kind", "said"),
    [
        (["mofa-evaluation-2025"], None, UnknownName, "Did you mean mofa-evaluation-2024"),
        (["kind:offical"], None, UnknownName, "Did you mean kind:official"),
        (["kind:database"], None, UsageError, "no source is of the kind 'database'"),
        (["ctd:unodc"], None, UsageError, "not a source"),
        ([""], None, UsageError, "."),
        ([], "yesterday", UsageError, "no date"),
        ([], "2023-02-30", UsageError, "no date"),
    ],
)
def test_what_cannot_be_meant_is_told(
    two: Store, sources: list[str], day: str | None, kind: type[CtgraphError], said: str
) -> None:
    with pytest.raises(kind) as caught:
        read_scope(two, sources, day)
    assert said in str(caught.value)
    assert caught.value.exit_code == 2
    assert caught.value.say("ja")


def test_a_title_of_two_sources_is_ambiguous_and_an_address_means_both(tmp_path: Path) -> None:
    again = tmp_path / "third.trig"
    text = SECOND.read_text(encoding="utf-8").replace("ctd:second-", "ctd:third-")
    again.write_text(text, encoding="utf-8")
    with open_store(files=[SECOND, again]) as store:
        with pytest.raises(AmbiguousName, match="ctd:third-source"):
            read_scope(store, ["Second Source: a Page"])
        assert len(read_scope(store, ["https://example.org/second"]).sources) == 2


def test_sources_are_listed_by_kind(two: Store) -> None:
    official, news = list_sources(two, "en")
    assert (news.name, news.label) == ("kind:news", "news")
    assert list(news.sources) == [("second-source", "A second source")]
    assert official.name == "kind:official"
    assert {name for name, _ in official.sources} >= {"mofa-evaluation-2024", "un-m49"}
    # What a name stands for, and what a part of the graph offers, is the same.
    part = two.within(read_scope(two, ["second-source"]))
    assert list_sources(part, "en") == [official, news]
    for group in (official, news):
        assert read_scope(two, [group.name])
        assert all(read_scope(two, [name]) for name, _ in group.sources)


def test_a_graph_says_its_scope(two: Store) -> None:
    assert say_scope(two, "en") == "" == say_undated(two, "en")
    assert describe_scope(two) == {}
    part = two.within(read_scope(two, ["second-source"], "2030"))
    assert say_scope(part, "en") == "according to A second source, as of 2030-12-31"
    assert say_scope(part, "ja") == "第二の資料による、2030-12-31時点"
    assert name_sources(part, "en") == [("second-source", "A second source")]
    said = describe_scope(part)
    assert said["sources"] == [CTD + "second-source"]
    assert said["as_of"] == "2030-12-31"
    # The membership without a day, and the workshop whose day only the sheet gives.
    assert said["undated"] == 2
    assert "2" in say_undated(part, "ja")


def test_many_sources_are_counted(two: Store) -> None:
    part = two.within(read_scope(two, ["kind:official", "kind:news"]))
    assert say_scope(part, "en").endswith("more sources")
    assert "件の出典" in say_scope(part, "ja")
