"""The interactive page in a real browser: every control, by mouse and by keyboard, both languages.

`python tests/test_page.py` writes the golden outlines anew.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from browser import Visit, file_url, open_browser, serious_findings, visit
from playwright.sync_api import Browser, Page
from test_draw import HOSTILE, hostile_network

from ctgraph.bundle import locate
from ctgraph.draw import write_page
from ctgraph.network import build_network
from ctgraph.store import Store, open_store
from ctgraph.stories import build_story, read_story

GOLDEN = Path(__file__).parent / "golden" / "pages"
READY = "html[data-ready=true]"
LANGS = ("en", "ja")
STORY = "the-sheet-in-six-steps"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


def write_story(store: Store, path: Path, lang: str) -> None:
    story = read_story(STORY, locate())
    write_page(build_story(store, story), path, store=store, lang=lang, story=story)


@pytest.fixture(scope="module")
def pages(graph_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., str]:
    """The URL of the page of a view, or of the story, in a language."""
    folder = tmp_path_factory.mktemp("pages")

    def url(view: str = "cooperation", lang: str = "en") -> str:
        path = folder / f"{view}-{lang}.html"
        if not path.exists():
            if view == "story":
                write_story(graph_store, path, lang)
            else:
                write_page(build_network(graph_store, view), path, store=graph_store, lang=lang)
        return file_url(path)

    return url


@pytest.fixture
def opened(
    browser: Browser, pages: Callable[..., str], request: pytest.FixtureRequest
) -> Iterator[Visit]:
    """The page of the test's `view` and `lang`; it asked and complained of nothing."""
    params = getattr(request, "param", {})
    url = pages(params.get("view", "cooperation"), params.get("lang", "en"))
    with visit(browser, url, params.get("size", "laptop"), READY) as visited:
        yield visited
        assert visited.complaints == []
        assert visited.foreign("file://") == []


def in_pages(*views: str, size: str = "laptop") -> pytest.MarkDecorator:
    """The test runs on these views in both languages."""
    cases = [{"view": view, "lang": lang, "size": size} for view in views for lang in LANGS]
    return pytest.mark.parametrize(
        "opened", cases, indirect=True, ids=[f"{case['view']}-{case['lang']}" for case in cases]
    )


def rows(page: Page, table: str = "edges") -> list[list[str]]:
    found: list[list[str]] = page.eval_on_selector_all(
        f"#{table}-table tbody tr", "rows => rows.map(r => [...r.cells].map(c => c.textContent))"
    )
    return found


def fragment(page: Page) -> dict[str, str]:
    text = page.evaluate("location.hash.slice(1)")
    return dict(page.evaluate("text => [...new URLSearchParams(text)]", text))


def place_of(page: Page, name: str) -> tuple[float, float]:
    """Where a node is drawn on the screen; the page's own numbers are found by its table."""
    order = [row[0] for row in rows(page, "nodes")]
    found = page.evaluate("number => ctgraph.place(number)", order.index(name))
    return found["x"], found["y"]


def data_of(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate("JSON.parse(document.getElementById('data').textContent)")
    return found


def details(page: Page) -> str:
    return page.inner_text("#details-body")


# --- what is there -------------------------------------------------------------------------------


@in_pages("cooperation", "activities", "goals", "funding", "plans", "story")
def test_the_page_has_no_serious_accessibility_finding(opened: Visit) -> None:
    assert serious_findings(opened.page) == []
    opened.page.click("#nodes-table tbody button")
    if opened.page.is_visible("#story-start"):
        opened.page.click("#story-start")
    assert serious_findings(opened.page) == []
    opened.page.press("body", "?")
    assert serious_findings(opened.page) == []


@in_pages("cooperation", "story", size="phone")
def test_the_page_has_no_serious_finding_on_a_phone(opened: Visit) -> None:
    page = opened.page
    assert serious_findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def outline(page: Page) -> list[str]:
    """Headings, controls and tables, each with the name a screen reader says."""
    text = page.locator("body").aria_snapshot()
    kept = [line for line in text.split("\n") if not re.search(r"- (cell|row|rowgroup)\b", line)]
    return [re.sub(r"SHA-256 [0-9a-f]+", "SHA-256 …", line.rstrip()) for line in kept]


@in_pages("cooperation", "story")
def test_the_structure_is_the_golden_one(opened: Visit, request: pytest.FixtureRequest) -> None:
    name = request.node.callspec.id
    wanted = (GOLDEN / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    assert outline(opened.page) == wanted, "see tests/test_page.py for how to update"


@in_pages("cooperation", "activities", "goals", "funding", "structure", "plans")
def test_names_in_the_picture_can_be_read_and_do_not_cover_each_other(opened: Visit) -> None:
    boxes = opened.page.evaluate("ctgraph.names()")
    data = data_of(opened.page)
    assert all(box["size"] >= 11.5 for box in boxes)
    assert len(boxes) >= 0.45 * len(data["nodes"])
    frame = opened.page.locator("#picture").bounding_box()
    assert frame is not None
    for box in boxes:
        assert 0 <= box["left"] < box["right"] <= frame["width"], box
        assert 0 <= box["top"] < box["bottom"] <= frame["height"], box
    for number, one in enumerate(boxes):
        for other in boxes[number + 1 :]:
            apart = (
                one["right"] <= other["left"]
                or other["right"] <= one["left"]
                or one["bottom"] <= other["top"]
                or other["bottom"] <= one["top"]
            )
            assert apart, (one, other)


@in_pages("cooperation")
def test_all_names_of_the_cooperation_network_are_shown(opened: Visit) -> None:
    shown = opened.page.evaluate("ctgraph.names().length")
    assert shown == len(data_of(opened.page)["nodes"])


# --- filters -------------------------------------------------------------------------------------


@in_pages("cooperation")
def test_the_legend_hides_and_shows_a_kind(opened: Visit) -> None:
    page = opened.page
    every = rows(page, "nodes")
    button = page.locator("#legend button").nth(2)
    button.click()
    assert button.get_attribute("aria-pressed") == "false"
    left = rows(page, "nodes")
    assert len(left) == len(every) - 5
    assert fragment(page)["without"] == "Forum"
    # Again by keyboard; the focus is still on the entry, though the list was made anew.
    page.keyboard.press("Space")
    assert button.get_attribute("aria-pressed") == "true"
    assert rows(page, "nodes") == every
    assert "without" not in fragment(page)


@in_pages("cooperation")
def test_the_legend_hides_what_is_only_inferred(opened: Visit) -> None:
    page = opened.page
    page.locator("#legend button").last.focus()
    page.keyboard.press("Enter")
    assert [row[:2] for row in rows(page)] == [row[:2] for row in rows(page)][:1]
    assert len(rows(page, "nodes")) == 2
    assert fragment(page)["without"] == "Inferred"
    page.click("#reset")
    assert len(rows(page)) == len(data_of(page)["edges"])


@in_pages("cooperation", "activities")
def test_the_year_slider_leaves_what_was_in_the_year(
    opened: Visit, graph_store: Store, request: pytest.FixtureRequest
) -> None:
    page = opened.page
    view = request.node.callspec.params["opened"]["view"]
    page.focus("#year")
    page.keyboard.press("End")
    year = data_of(page)["facets"]["year"][-1]
    wanted = build_network(graph_store, view, year=year["iri"])
    assert len(rows(page)) == wanted.number_of_edges()
    assert len(rows(page, "nodes")) == wanted.number_of_nodes()
    assert fragment(page)["year"] == year["iri"]
    weights = sorted(int(row[3]) for row in rows(page))
    if view == "cooperation":
        assert weights == sorted(data["weight"] for _, _, data in wanted.edges(data=True))
    page.keyboard.press("Home")
    assert len(rows(page)) == len(data_of(page)["edges"])


@in_pages("cooperation", "goals")
@pytest.mark.parametrize("facet", ["topic", "place"])
def test_topics_and_places_filter_as_the_store_does(
    opened: Visit, graph_store: Store, facet: str, request: pytest.FixtureRequest
) -> None:
    page = opened.page
    view = request.node.callspec.params["opened"]["view"]
    for index, value in enumerate(data_of(page)["facets"][facet]):
        page.select_option(f"#{facet}", str(index))
        wanted = build_network(graph_store, view, **{facet: value["iri"]})
        assert len(rows(page)) == wanted.number_of_edges(), value
        assert value[page.evaluate("document.documentElement.lang")] in page.inner_text("#summary")


# --- selecting -----------------------------------------------------------------------------------


@in_pages("cooperation")
def test_search_finds_any_name_and_shows_its_words(opened: Visit) -> None:
    page = opened.page
    page.keyboard.press("/")
    page.keyboard.type("ｇｉｆｃｔ")
    page.keyboard.press("Enter")
    assert "GIFCT" in details(page)
    assert page.locator("#details blockquote").count() > 0
    assert fragment(page)["node"] == "ctd:gifct"
    page.fill("#query", "Nothing of that name")
    page.press("#query", "Enter")
    assert page.inner_text("#search-answer")
    page.press("#query", "Escape")
    assert "node" not in fragment(page)


@in_pages("cooperation")
def test_a_tie_shows_its_quotes(opened: Visit) -> None:
    page = opened.page
    page.locator("#edges-table tbody tr button", has_text=re.compile("Show|表示")).first.click()
    assert "「" in details(page)
    assert page.evaluate("document.activeElement.id") == "details"
    assert "edge" in fragment(page)


@in_pages("cooperation")
def test_a_click_and_a_double_click_in_the_picture(opened: Visit) -> None:
    page = opened.page
    name = next(row[0] for row in rows(page, "nodes") if row[2] == "UNAFEI")
    x, y = place_of(page, name)
    page.mouse.click(x, y)
    page.wait_for_function("new URLSearchParams(location.hash.slice(1)).get('node')")
    assert name in details(page)
    page.mouse.dblclick(x, y)
    page.wait_for_function("new URLSearchParams(location.hash.slice(1)).get('near')")
    assert len(rows(page, "nodes")) == 3
    page.click("#ego-off")
    assert len(rows(page, "nodes")) == len(data_of(page)["nodes"])


@in_pages("activities")
def test_the_neighbourhood_by_keyboard(opened: Visit) -> None:
    page = opened.page
    page.evaluate("location.hash = 'node=ctd:unodc'")
    page.wait_for_selector("#ego")
    page.focus("#picture")
    page.keyboard.press("e")
    one = len(rows(page, "nodes"))
    assert fragment(page)["near"] == "ctd:unodc 1"
    page.select_option("#hops", "2")
    assert fragment(page)["near"] == "ctd:unodc 2"
    assert one < len(rows(page, "nodes")) < len(data_of(page)["nodes"])
    page.focus("#picture")
    page.keyboard.press("Escape")  # the selection
    page.keyboard.press("Escape")  # the neighbourhood
    assert fragment(page).get("near") is None


@in_pages("cooperation")
def test_a_path_between_two_nodes(opened: Visit) -> None:
    page = opened.page
    page.click("#path-tool summary")
    page.fill("#path-from", "IIJ")
    page.fill("#path-to", "GIFCT")
    page.press("#path-to", "Enter")
    assert fragment(page)["path"] == "ctd:iij ctd:gifct"
    assert page.locator("#details h4 .link").count() == 2
    assert page.locator("#details blockquote").count() > 1
    page.click("#path-off")
    assert "path" not in fragment(page)
    page.click("#path-tool summary")
    page.fill("#path-to", "no such thing")
    page.press("#path-to", "Enter")
    assert page.inner_text("#path-answer")
    page.keyboard.press("Escape")
    assert not page.is_visible("#path-form")


@in_pages("cooperation")
def test_no_path_is_said(opened: Visit) -> None:
    page = opened.page
    page.evaluate("location.hash = 'without=State&path=ctd:iij+ctd:gifct'")
    page.wait_for_selector("#path-off")
    words = data_of(page)["words"][page.evaluate("document.documentElement.lang")]
    assert words["no_path"] in details(page)


@in_pages("cooperation")
def test_arrows_walk_and_brackets_go_through_the_ties(opened: Visit) -> None:
    page = opened.page
    page.focus("#picture")
    page.keyboard.press("ArrowRight")
    assert fragment(page)["node"] == "ctd:jpn"
    page.keyboard.press("ArrowRight")
    first = fragment(page)["node"]
    assert first != "ctd:jpn"
    page.keyboard.press("ArrowLeft")
    assert fragment(page)["node"] != first
    page.keyboard.press("]")
    edge = fragment(page)["edge"]
    page.keyboard.press("]")
    page.keyboard.press("[")
    assert fragment(page)["edge"] == edge
    assert page.inner_text("#announcement")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "details"


@in_pages("cooperation")
def test_zoom_by_button_and_key(opened: Visit) -> None:
    page = opened.page
    start = page.evaluate("ctgraph.scale()")
    page.click("#zoom-in")
    page.wait_for_function("start => ctgraph.scale() > 1.2 * start", arg=start)
    page.focus("#picture")
    page.keyboard.press("0")
    page.wait_for_function("start => Math.abs(ctgraph.scale() / start - 1) < 0.02", arg=start)
    page.keyboard.press("-")
    page.wait_for_function("start => ctgraph.scale() < 0.9 * start", arg=start)


@in_pages("cooperation")
def test_the_keys_are_listed(opened: Visit) -> None:
    page = opened.page
    page.click("#show-keys")
    assert page.locator("#keys-list tr").count() >= 10
    page.keyboard.press("Escape")
    assert not page.evaluate("document.getElementById('keys').open")
    page.press("body", "?")
    page.click("#close-keys")
    assert not page.evaluate("document.getElementById('keys').open")


# --- language, table, files, link -----------------------------------------------------------------


@in_pages("goals")
def test_the_language_can_be_switched(opened: Visit) -> None:
    page = opened.page
    before = page.evaluate("document.documentElement.lang")
    other = "ja" if before == "en" else "en"
    page.focus(f"#languages [data-lang={other}]")
    page.keyboard.press("Enter")
    assert page.evaluate("document.documentElement.lang") == other
    data = data_of(page)
    assert page.inner_text("h1") == data["title"][other] == page.title()
    names = {row[0] for row in rows(page, "nodes")}
    assert names == {node["name"][other] for node in data["nodes"]}
    labels = page.eval_on_selector_all("[data-word]", "all => all.map(e => e.textContent)")
    assert all(labels)
    assert fragment(page)["lang"] == other


@in_pages("cooperation")
def test_tables_are_sorted_by_any_column(opened: Visit) -> None:
    page = opened.page
    head = page.locator("#edges-table th").nth(3)
    head.locator("button").click()
    head = page.locator("#edges-table th").nth(3)
    assert head.get_attribute("aria-sort") == "ascending"
    weights = [int(row[3]) for row in rows(page)]
    assert weights == sorted(weights)
    page.keyboard.press("Enter")
    assert page.locator("#edges-table th").nth(3).get_attribute("aria-sort") == "descending"
    assert [int(row[3]) for row in rows(page)] == sorted(weights, reverse=True)
    page.locator("#nodes-table th button").first.click()
    names = [row[0] for row in rows(page, "nodes")]
    lang = page.evaluate("document.documentElement.lang")
    assert names == page.evaluate(
        "([all, lang]) => [...all].sort((a, b) => a.localeCompare(b, lang))", [names, lang]
    )


@in_pages("cooperation")
def test_csv_holds_the_visible_ties(opened: Visit, tmp_path: Path) -> None:
    page = opened.page
    page.evaluate("location.hash = 'near=ctd:unafei+1'")
    page.wait_for_function("document.querySelectorAll('#edges-table tbody tr').length === 3")
    with page.expect_download() as waiting:
        page.click("#save-csv")
    path = tmp_path / "x.csv"
    waiting.value.save_as(path)
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    read = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    pairs = {(row["source"], row["target"]) for row in read}
    assert ("ctd:iij", "ctd:unafei") in pairs
    assert len(pairs) == 3
    assert all("「" in row["quotes"] for row in read)


@in_pages("cooperation")
def test_png_is_a_picture_of_the_right_shape(opened: Visit, tmp_path: Path) -> None:
    page = opened.page
    with page.expect_download() as waiting:
        page.focus("#save-png")
        page.keyboard.press("Enter")
    path = tmp_path / "x.png"
    waiting.value.save_as(path)
    raw = path.read_bytes()
    assert raw.startswith(b"\x89PNG")
    wide, high = int.from_bytes(raw[16:20], "big"), int.from_bytes(raw[20:24], "big")
    assert (wide, high) == tuple(page.evaluate("ctgraph.pictureSize()"))


def test_a_link_restores_everything(browser: Browser, pages: Callable[..., str]) -> None:
    said = "lang=ja&year=ctd:jp-fy2023&without=TreatyBody&near=ctd:jpn+1&node=ctd:g7"
    with visit(browser, f"{pages()}#{said}", ready=READY) as visited:
        page = visited.page
        assert page.evaluate("document.documentElement.lang") == "ja"
        assert page.input_value("#year") == "3"
        assert page.locator("#legend button[aria-pressed=false]").count() == 1
        # G7 has its tie with Japan alone, so it is the heading of the details.
        assert "Ｇ７" in details(page)
        assert fragment(page) == {
            "lang": "ja",
            "year": "ctd:jp-fy2023",
            "without": "TreatyBody",
            "near": "ctd:jpn 1",
            "node": "ctd:g7",
        }
        assert visited.complaints == []


@pytest.mark.parametrize(
    "said",
    [
        "lang=fr&year=x&topic=&near=ctd:jpn+99&path=ctd:jpn&node=nope&step=7&edge=a",
        "%%%&&==&node=%00%ff",
        "near=&path=+&without=__proto__+constructor",
        "lang=toString&step=constructor&node=toString",
        "<script>alert(1)</script>",
    ],
)
def test_a_malformed_link_is_ignored(
    browser: Browser, pages: Callable[..., str], said: str
) -> None:
    with visit(browser, f"{pages()}#{said}", ready=READY) as visited:
        assert len(rows(visited.page)) == len(data_of(visited.page)["edges"])
        assert visited.page.evaluate("document.documentElement.lang") == "en"
        assert visited.complaints == []


# --- story ---------------------------------------------------------------------------------------


@in_pages("story")
def test_a_story_is_told_by_keyboard(opened: Visit) -> None:
    page = opened.page
    told = data_of(page)["story"]["steps"]
    lang = page.evaluate("document.documentElement.lang")
    page.focus("#story-start")
    page.keyboard.press("Enter")
    assert page.inner_text("#caption") == told[0]["caption"][lang]
    assert page.evaluate("document.activeElement.id") == "story-next"
    page.keyboard.press("ArrowRight")
    assert page.inner_text("#caption") == told[1]["caption"][lang]
    assert page.locator("#details blockquote").count() == len(
        [claim for claim in told[1]["claims"] if data_of(page)["claims"][claim]["quote"]]
    )
    assert told[1]["title"][lang] in page.inner_text("#announcement")
    page.keyboard.press("End")
    assert fragment(page)["step"] == str(len(told))
    assert page.is_disabled("#story-next")
    page.focus("#picture")
    page.keyboard.press("ArrowLeft")
    assert fragment(page)["step"] == str(len(told) - 1)
    assert "node" not in fragment(page)
    page.keyboard.press("Home")
    page.keyboard.press("ArrowLeft")
    assert fragment(page)["step"] == "1"
    page.keyboard.press("Escape")
    assert "step" not in fragment(page)
    assert page.is_visible("#story-start")


@in_pages("story")
def test_a_story_is_told_by_mouse_and_fills_the_screen(opened: Visit) -> None:
    page = opened.page
    page.click("#story-start")
    page.click("#story-next")
    page.click("#story-back")
    assert fragment(page)["step"] == "1"
    lit = page.evaluate("ctgraph.lit()")
    assert lit == data_of(page)["story"]["steps"][0]["nodes"]
    page.click("#full-screen")
    page.wait_for_function("document.fullscreenElement !== null")
    page.click("#full-screen")
    page.wait_for_function("document.fullscreenElement === null")
    page.click("#story-end")
    assert page.evaluate("ctgraph.lit()") is None


def test_a_page_without_a_story_has_no_bar(browser: Browser, pages: Callable[..., str]) -> None:
    with visit(browser, pages(), ready=READY) as visited:
        assert not visited.page.is_visible("#story")


# --- print, motion, hostile words ---------------------------------------------------------------


@in_pages("cooperation")
def test_print_has_the_picture_and_the_tables_but_no_buttons(opened: Visit) -> None:
    page = opened.page
    page.emulate_media(media="print")
    assert page.is_visible("#picture canvas")
    assert page.is_visible("#edges-table")
    assert page.is_visible("#footer")
    for selector in ("#tools", "#zoom", "#search"):
        assert not page.is_visible(selector)


def test_reduced_motion_is_respected(browser: Browser, pages: Callable[..., str]) -> None:
    with visit(browser, pages(), ready=READY, reduced_motion="reduce") as visited:
        page = visited.page
        start = page.evaluate("ctgraph.scale()")
        page.click("#zoom-in")
        assert page.evaluate("ctgraph.scale()") > 1.2 * start  # at once


def test_hostile_words_are_text(browser: Browser, tmp_path: Path) -> None:
    graph, evidence, about = hostile_network()
    path = tmp_path / "x.html"
    write_page(graph, path, evidence=evidence, about=about, title="calm")
    with visit(browser, file_url(path), ready=READY) as visited:
        page = visited.page
        for number in range(len(HOSTILE)):
            page.locator("#nodes-table tbody tr").nth(number).locator("button").first.click()
            assert page.locator("#details img, #details svg, #details script").count() == 0
        page.locator("#edges-table tbody button").first.click()
        for button in page.locator("#legend button").all():
            button.click()
        page.click("#reset")
        assert page.title() == "calm"
        assert visited.complaints == []
        assert visited.foreign("file://") == []


def test_thousands_of_rows_are_shown_when_asked_for(browser: Browser, tmp_path: Path) -> None:
    graph: nx.Graph[str] = nx.Graph()
    graph.add_edges_from((f"http://x.org/{n}", f"http://x.org/{n + 1}") for n in range(700))
    for _, _, data in graph.edges(data=True):
        data.update(activities=[], relations=[], roles=[], claims=[], weight=1, by_activity={})
    write_page(graph, tmp_path / "x.html", evidence={}, about={})
    with visit(browser, file_url(tmp_path / "x.html"), ready=READY) as visited:
        page = visited.page
        assert len(rows(page)) == 500
        page.get_by_role("button", name="Show all (700)").click()
        assert len(rows(page)) == 700
        assert len(rows(page, "nodes")) == 701
        assert visited.complaints == []


def test_a_network_too_large_shows_its_communities(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ctgraph.draw.MOST_NODES", 100)
    caves = nx.connected_caveman_graph(40, 5)
    graph: nx.Graph[str] = nx.Graph()
    graph.add_edges_from((f"http://x.org/{one}", f"http://x.org/{two}") for one, two in caves.edges)
    for _, _, data in graph.edges(data=True):
        data.update(activities=[], relations=[], roles=[], claims=[], weight=1, by_activity={})
    write_page(graph, tmp_path / "x.html", evidence={}, about={})
    with visit(browser, file_url(tmp_path / "x.html"), ready=READY) as visited:
        page = visited.page
        assert "--backbone" in page.inner_text("#note")
        assert 1 < len(data_of(page)["nodes"]) <= 100
        assert visited.complaints == []


if __name__ == "__main__":
    os.environ.setdefault("CI", "1")
    import tempfile

    GOLDEN.mkdir(parents=True, exist_ok=True)
    with open_browser() as chromium, open_store() as bundled, tempfile.TemporaryDirectory() as made:
        for view in ("cooperation", "story"):
            for lang in LANGS:
                file = Path(made) / f"{view}-{lang}.html"
                if view == "story":
                    write_story(bundled, file, lang)
                else:
                    write_page(build_network(bundled, view), file, store=bundled, lang=lang)
                with visit(chromium, file_url(file), ready=READY) as shown:
                    text = "\n".join(outline(shown.page)) + "\n"
                    (GOLDEN / f"{view}-{lang}.txt").write_text(text, encoding="utf-8")
    print(json.dumps(sorted(path.name for path in GOLDEN.iterdir())))
