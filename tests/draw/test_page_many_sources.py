"""The page of all sources: rolled up, by year and by source it keeps what the options keep."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from browser import Visit, file_url, serious_findings
from network_page import READY, Windows, data_of, details, fragment, go, lang_of, rows, words_of
from playwright.sync_api import Page

from ctgraph.draw.page.page import write_page
from ctgraph.network.build import build_network
from ctgraph.network.stories import Step, Story
from ctgraph.query import read_scope
from ctgraph.store.store import Store, open_store

ROOT = Path(__file__).parents[2]
Opener = Callable[..., Page]


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    """All sources."""
    with open_store(ROOT) as opened:
        yield opened


@pytest.fixture
def page_of(windows: Windows, store: Store, tmp_path: Path) -> Iterator[Opener]:
    """Opens the page of a network; it asks and complains of nothing."""
    visited: Visit = windows()

    def open_page(view: str = "cooperation", lang: str = "en", said: str = "", **kept: Any) -> Page:
        story = kept.pop("story", None)
        path = tmp_path / "page.html"
        network = build_network(store, view, rolled_down=True, **kept)
        write_page(network, path, store=store, lang=lang, story=story)
        visited.open(file_url(path) + said, READY)
        return visited.page

    yield open_page
    assert visited.complaints == []
    assert visited.foreign("file://") == []


def ties(page: Page) -> list[tuple[list[str], int, str]]:
    """The names of the ends, the number and the basis of the ties in the table."""
    return sorted((sorted(row[:2]), int(row[3]), row[4]) for row in rows(page))


def wanted(
    page: Page, store: Store, view: str = "cooperation", **kept: Any
) -> list[tuple[list[str], int, str]]:
    """The same of a network that the options leave."""
    words = words_of(page)
    network: nx.Graph[str] = build_network(store, view, lang=lang_of(page), **kept)
    label = nx.get_node_attributes(network, "label")
    return sorted(
        (sorted((label[source], label[target])), data["weight"], words[data["basis"].lower()])
        for source, target, data in network.edges(data=True)
    )


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_bodies_are_drawn_as_their_state_and_again_apart(
    page_of: Opener, store: Store, lang: str
) -> None:
    page = page_of(lang=lang)
    before = [rows(page), rows(page, "nodes"), page.inner_text("#summary")]
    assert ties(page) == wanted(page, store)
    page.click("#roll-up")
    assert serious_findings(page, without="#tables") == []
    assert page.get_attribute("#roll-up", "aria-pressed") == "true"
    assert words_of(page)["rolled_up_states"] in page.inner_text("#summary")
    assert fragment(page)["roll-up"] == "states"
    assert ties(page) == wanted(page, store, roll_up="states")
    rolled: nx.Graph[str] = build_network(store, lang=lang, roll_up="states")
    names = {row[0] for row in rows(page, "nodes")}
    assert len(names) == len(rolled)
    counts = [int(said.rpartition("(")[2].rstrip(")")) for said in legend_of(page)]
    assert sum(counts) == len(rolled)
    # What a state stands for is told, with the claims that say so.
    go(page, "roll-up=states&node=ctd:jpn" + ("&lang=ja" if lang == "en" else ""))
    label = f"label_{lang_of(page)}"
    for part in rolled.nodes["https://w3id.org/ctgraph/id/jpn"]["members"]:
        assert rolled.graph["things"][part][label] in details(page)
    go(page, "")
    assert [rows(page), rows(page, "nodes"), page.inner_text("#summary")] == before
    page.press("#roll-up", "Enter")
    page.press("#reset", "Enter")
    assert fragment(page) == {}
    assert [rows(page), rows(page, "nodes"), page.inner_text("#summary")] == before


def legend_of(page: Page) -> list[str]:
    return [
        button.inner_text()
        for button in page.locator("#legend button").all()
        if button.inner_text().endswith(")")
    ]


@pytest.mark.parametrize("view", ["cooperation", "funding", "structure", "membership"])
def test_filters_of_a_page_that_is_rolled_up_keep_what_the_options_keep(
    page_of: Opener, store: Store, view: str
) -> None:
    page = page_of(view, said="#roll-up=states")
    facets = data_of(page)["facets"]
    assert {"year", "source"} <= set(facets)
    for facet in ("year", "topic", "place"):
        for index, value in list(enumerate(facets.get(facet, [])))[::7]:
            iri = value["iri"]
            kept = {"since": iri, "until": iri} if facet == "year" else {facet: iri}
            if facet == "year":
                page.evaluate(
                    """year => { const slider = document.getElementById("year");
                        slider.value = year; slider.dispatchEvent(new Event("input")); }""",
                    index + 1,
                )
            else:
                page.select_option(f"#{facet}", str(index))
            expected = wanted(page, store, view, roll_up="states", **kept)
            found = ties(page)
            # In other views the number may be that of roles.
            end = None if view == "cooperation" else 1
            assert [tie[:end] for tie in found] == [tie[:end] for tie in expected], value
            assert [tie[2] for tie in found] == [tie[2] for tie in expected], value
        page.click("#reset")
        page.click("#roll-up")
    page.locator("#legend button[data-key=Inferred]").click()
    stated = wanted(page, store, view, roll_up="states", stated_only=True)
    assert [one[0] for one in ties(page)] == [one[0] for one in stated]


def test_a_source_leaves_what_it_says_by_itself(page_of: Opener, store: Store) -> None:
    page = page_of()
    values = data_of(page)["facets"]["source"]
    kinds = [value["iri"] for value in values if value["iri"].startswith("kind:")]
    assert len(kinds) > 2
    sources = data_of(page)["about"]["sources"]
    assert len(sources) == len(values) - len(kinds), "those alone on which what is drawn rests"
    for index, value in list(enumerate(values))[1 : len(kinds) : 1] + list(enumerate(values))[::25]:
        if value["iri"] == "kind:official":
            continue  # in it a tie appears that others make more precise
        page.select_option("#source", str(index))
        scope = read_scope(store, [value["iri"]], None, "en")
        assert ties(page) == wanted(page, store.within(scope)), value
        assert fragment(page)["source"] == value["iri"]
        assert words_of(page)["according_to"] in page.inner_text("#summary")
    page.click("#edges-table tbody button >> nth=-1")
    chosen = page.locator("#source option:checked").inner_text()
    assert chosen.partition(" (")[0] in details(page), "the words of that source alone"


def test_a_page_can_begin_rolled_up_around_an_actor(page_of: Opener, store: Store) -> None:
    kept = {"actor": "ctd:mofa", "roll_up": "states"}
    page = page_of(**kept)
    assert ties(page) == wanted(page, store, **kept)
    assert fragment(page) == {}
    page.click("#roll-up")
    assert fragment(page) == {"roll-up": "none"}
    names = {row[0] for row in rows(page, "nodes")}
    assert {"Japan", "Ministry of Foreign Affairs of Japan"} <= names
    page.click("#reset")
    assert ties(page) == wanted(page, store, **kept)


def test_choices_follow_what_stands_for_a_node(page_of: Opener) -> None:
    page = page_of()
    go(page, "near=ctd:mofa+1&node=ctd:mofa")
    few = len(rows(page, "nodes"))
    page.click("#roll-up")
    assert "Japan" in details(page).splitlines()[0]
    assert len(rows(page, "nodes")) > few
    page.click("#roll-up")
    assert len(rows(page, "nodes")) == few
    go(page, "path=ctd:mofa+ctd:gifct")
    page.click("#roll-up")
    assert "Japan" in details(page).splitlines()[0]


def test_a_story_goes_on_rolled_up(page_of: Opener) -> None:
    words = {"en": "A step", "ja": "一歩"}
    mofa, unodc = ("https://w3id.org/ctgraph/id/" + name for name in ("mofa", "unodc"))
    story = Story(
        name="own",
        path=Path("own.toml"),
        where="own.toml",
        title=words,
        description=words,
        view="cooperation",
        filters={},
        steps=(Step(words, words, ((mofa, unodc),), ()),),
    )
    page = page_of(story=story)
    go(page, "step=1&roll-up=states")
    nodes = data_of(page)["nodes"]
    assert {nodes[number]["iri"] for number in page.evaluate("ctgraph.lit()")} == {
        "ctd:jpn",
        "ctd:unodc",
    }


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_a_treaty_tells_its_parties_and_their_number(page_of: Opener, lang: str) -> None:
    page = page_of("treaties", lang, said="#node=ctd:untoc")
    assert page.is_hidden("#roll-up"), "no body of a state is drawn"
    assert serious_findings(page, without="#tables") == []
    told = details(page)
    assert "192" in told
    assert words_of(page)["as_of"].replace("{day}", "2024-05-04") in told
    label = next(node for node in data_of(page)["nodes"] if node["iri"] == "ctd:untoc")["label"]
    assert "192 (2024-05-04)" in label[lang]
    go(page, "edge=ctd:aus+ctd:untoc" + ("&lang=ja" if lang == "ja" else ""))
    assert "2004-05-27" in details(page)


def test_a_membership_lasts_until_its_end(page_of: Opener, store: Store) -> None:
    page = page_of("membership", said="#year=2020")
    assert len(rows(page)) == len(wanted(page, store, "membership", since="2020", until="2020"))
    founders = [row for row in rows(page) if row[1] == "Global Counterterrorism Forum"]
    assert all(row[2].endswith("founding member (2011-09-22 –)") for row in founders)
    assert len(founders) > 25
