"""The picture of a page: names, hints, years, communities, the reader's own arrangement, files."""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import pptx
import pytest
from browser import Visit, file_url, serious_findings, window
from network_page import (
    READY,
    Pages,
    Windows,
    browser,
    data_of,
    fragment,
    go,
    in_pages,
    lang_of,
    opened,
    pages,
    place_of,
    rows,
    windows,
    words_of,
)
from pagetools import unpack_page
from pptx.enum.shapes import MSO_SHAPE_TYPE
from test_slides import flat

from ctgraph.draw.page import page as page_module
from ctgraph.draw.page.page import page_text, write_page
from ctgraph.draw.slides.shapes import MIDDLE
from ctgraph.errors import DataError, UsageError
from ctgraph.network.build import build_network
from ctgraph.network.placed import place_by, read_layout
from ctgraph.network.stories import build_story, read_story
from ctgraph.store.project import locate
from ctgraph.store.store import Store, open_store

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["browser", "opened", "pages", "windows"]  # fixtures


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    """All sources."""
    with open_store(ROOT) as opened:
        yield opened


@pytest.fixture(scope="module")
def whole_pages(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Pages:
    """The URL of the page of the cooperation of all sources, in a language."""
    folder = tmp_path_factory.mktemp("whole")

    def url(view: str = "cooperation", lang: str = "en") -> str:
        path = folder / f"{view}-{lang}.html"
        if not path.exists():
            write_page(build_network(store, view), path, store=store, lang=lang)
        return file_url(path)

    return url


ROOT = Path(__file__).parents[2]
SVG = "{http://www.w3.org/2000/svg}"


# --- names ---------------------------------------------------------------------------------------


def crossed(page: Page) -> list[str]:
    """Names outside of nodes that a tie runs through."""
    found: list[str] = page.evaluate(
        """() => {
            const names = ctgraph.names().filter((name) => !name.isInside);
            const meets = ([x, y, toX, toY], { left, right, top, bottom }) => {
                for (let part = 0; part <= 400; part += 1) {
                    const [px, py] = [x + (toX - x) * part / 400, y + (toY - y) * part / 400];
                    if (px > left && px < right && py > top && py < bottom) return true;
                }
                return false;
            };
            return names.filter((name) => ctgraph.lines().some((line) => meets(line, name)))
                .map(({ text }) => text);
        }"""
    )
    return found


@pytest.mark.parametrize("size", ["laptop", "projector"])
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_no_name_at_rest_is_crossed_and_the_main_bodies_are_named(
    windows: Windows, whole_pages: Pages, lang: str, size: str
) -> None:
    visited = windows(size)
    visited.open(whole_pages("cooperation", lang), READY)
    page = visited.page
    assert crossed(page) == []
    names = page.evaluate("ctgraph.names()")
    assert min(name["size"] for name in names) >= 16
    data = data_of(page)
    ties = [0] * len(data["nodes"])
    for edge in data["edges"]:
        if "pieces" not in edge:
            ties[edge["from"]] += 1
            ties[edge["to"]] += 1
    drawn = [number for number, node in enumerate(data["nodes"]) if not node.get("added")]
    most = sorted(drawn, key=lambda number: -ties[number])[:12]
    assert set(most) <= {name["number"] for name in names}


def test_more_names_come_with_a_closer_look(windows: Windows, whole_pages: Pages) -> None:
    visited = windows()
    visited.open(whole_pages(), READY)
    page = visited.page
    before = {name["number"] for name in page.evaluate("ctgraph.names()")}
    shown = [number for number in before if page.evaluate(IN_VIEW, [number, 0.25])]
    for _ in range(4):
        page.click("#zoom-in")
    page.wait_for_function("() => new Promise((done) => requestAnimationFrame(() => done(true)))")
    near = page.evaluate("ctgraph.names()")
    assert {name["number"] for name in near} - before
    assert shown
    assert crossed(page) == []


IN_VIEW = """([number, share]) => {
    const { x, y } = ctgraph.place(number);
    const box = document.getElementById("picture").getBoundingClientRect();
    return Math.abs(x - box.left - box.width / 2) < share * box.width
      && Math.abs(y - box.top - box.height / 2) < share * box.height;
}"""


# --- hints ---------------------------------------------------------------------------------------


def test_names_go_with_the_picture_and_are_placed_anew_at_rest(
    windows: Windows, whole_pages: Pages
) -> None:
    visited = windows()
    visited.open(whole_pages(), READY)
    page = visited.page
    size = page.viewport_size
    assert size is not None
    wide, high = size["width"], size["height"]

    def left_edges() -> dict[str, float]:
        names: list[dict[str, Any]] = page.evaluate("ctgraph.names()")
        return {name["text"]: name["left"] for name in names}

    at_rest = left_edges()
    page.mouse.move(wide - 30, high - 200)
    page.mouse.down()
    page.mouse.move(wide - 130, high - 200)
    page.mouse.move(wide - 180, high - 200)
    page.evaluate("new Promise(requestAnimationFrame)")
    moved = left_edges()
    assert moved.keys() == at_rest.keys()
    shifts = {round(moved[name] - at_rest[name]) for name in moved}
    assert len(shifts) == 1
    assert shifts.pop() < -100
    page.mouse.up()
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert crossed(page) == []
    assert left_edges().keys() != moved.keys()  # those that went out of the picture are gone


# A point that no node is near, and what is drawn in the middle moved to the left by some pixels.
FREE = """() => {
    const box = document.getElementById("picture").getBoundingClientRect();
    const nodes = ctgraph.page.nodes
      .map((_, number) => ctgraph.place(number));
    for (let x = box.right - 40; x > box.left + 250; x -= 10) {
        for (let y = box.top + 60; y < box.bottom - 20; y += 10) {
            if (nodes.every((at) => Math.hypot(at.x - x, at.y - y) > 30)) return [x, y];
        }
    }
}"""
PIXELS = """async (left) => {
    await new Promise(requestAnimationFrame);
    const canvas = document.querySelector("#picture canvas");
    const [x, y] = [Math.round(canvas.width / 2 - left), Math.round(canvas.height / 2)];
    return [...canvas.getContext("2d").getImageData(x - 100, y - 100, 200, 200).data];
}"""


def test_a_picture_of_many_things_is_moved_as_it_was_drawn(
    windows: Windows, whole_pages: Pages
) -> None:
    visited = windows()
    visited.open(whole_pages("everything") + "#whole=1", READY)
    page = visited.page
    names = page.evaluate("ctgraph.names()")
    x, y = page.evaluate(FREE)
    page.mouse.move(x, y)
    before = page.evaluate(PIXELS, 0)
    page.mouse.down()
    page.mouse.move(x - 100, y)
    assert page.evaluate(PIXELS, 100) == before
    page.mouse.up()
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.evaluate("ctgraph.names()") != names
    assert crossed(page) == []


def tie_of(page: Page, one: str, other: str) -> tuple[dict[str, Any], float, float]:
    """A tie, and a point on its line where no node lies."""
    data = data_of(page)
    number = {node["iri"]: index for index, node in enumerate(data["nodes"])}
    pair = {number[one], number[other]}
    edge = next(edge for edge in data["edges"] if {edge["from"], edge["to"]} == pair)
    (x, y), (to_x, to_y) = place_of(page, one), place_of(page, other)
    return edge, x + (to_x - x) * 0.42, y + (to_y - y) * 0.42


@in_pages("funding")
def test_a_tie_says_what_when_and_how_much_under_the_pointer(opened: Visit) -> None:
    page = opened.page
    data = data_of(page)
    lang = lang_of(page)
    edge = next(edge for edge in data["edges"] if edge["amounts"] and edge["activities"])
    ends = [data["nodes"][edge[end]]["iri"] for end in ("from", "to")]
    (x, y), (to_x, to_y) = (place_of(page, end) for end in ends)
    said = ""
    for share in (0.5, 0.4, 0.6, 0.3, 0.7):
        page.mouse.move(x + (to_x - x) * share, y + (to_y - y) * share)
        said = page.inner_text("#hint") if page.is_visible("#hint") else ""
        if edge["amounts"][0][lang] in said:
            break
    assert edge["amounts"][0][lang] in said
    assert edge["amounts"][0]["few"][lang] in " ".join(page.evaluate("ctgraph.amounts()"))
    part = edge["activities"][0]
    assert part["name"][lang] in said
    assert part["when"] in said
    assert words_of(page)[edge["basis"].lower()] in said
    page.mouse.move(2, 2)
    assert not page.is_visible("#hint")


@in_pages("cooperation")
def test_a_hint_names_a_node_and_leaves_its_colour(opened: Visit) -> None:
    page = opened.page
    x, y = place_of(page, "ctd:jpn")
    page.mouse.move(x, y)
    node = next(node for node in data_of(page)["nodes"] if node["iri"] == "ctd:jpn")
    assert node["name"][lang_of(page)] in page.inner_text("#hint")
    colour = page.evaluate(
        """([x, y]) => {
            const canvas = document.querySelector("#picture canvas");
            const box = canvas.getBoundingClientRect();
            const sharp = canvas.width / box.width;
            const at = [(x - box.left) * sharp, (y - box.top) * sharp].map(Math.round);
            return [...canvas.getContext("2d").getImageData(...at, 1, 1).data].slice(0, 3);
        }""",
        [x, y + 0.85 * page.evaluate("n => ctgraph.radius(n)", data_of(page)["nodes"].index(node))],
    )
    assert colour == [0x00, 0x72, 0xB2]


# --- what is in view -----------------------------------------------------------------------------

ALL_IN_VIEW = """() => {
    const box = document.getElementById("picture").getBoundingClientRect();
    const panel = document.getElementById("details");
    const right = panel.hidden ? box.right : panel.getBoundingClientRect().left;
    const data = ctgraph.page;
    return data.nodes.map((_, number) => number)
        .filter((number) => !data.nodes[number].added)
        .filter((number) => {
            const { x, y } = ctgraph.place(number);
            const radius = ctgraph.radius(number);
            return x - radius < box.left || x + radius > right
              || y - radius < box.top || y + radius > box.bottom;
        }).map((number) => data.nodes[number].iri);
}"""
SETTLED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def test_everything_is_in_view_after_filters_paths_steps_and_sizes(
    windows: Windows, pages: Pages
) -> None:
    visited = windows()
    visited.open(pages("story"), READY)
    page = visited.page

    def look() -> list[str]:
        page.evaluate(SETTLED)
        found: list[str] = page.evaluate(ALL_IN_VIEW)
        return found

    try:
        for said in ("step=2", "step=3&lang=ja", "path=ctd:iij+ctd:gifct", "year=2023", ""):
            go(page, said)
            assert look() == [], said
        for wide, high in ((1920, 960), (1920, 1080), (900, 700), (1280, 720)):
            page.set_viewport_size({"width": wide, "height": high})
            assert look() == [], (wide, high)
        go(page, "step=4")
        page.set_viewport_size({"width": 1600, "height": 900})
        assert look() == []
    finally:
        page.set_viewport_size({"width": 1280, "height": 720})


# --- years ---------------------------------------------------------------------------------------


def test_years_are_compared_as_they_are(windows: Windows, whole_pages: Pages) -> None:
    visited = windows()
    visited.open(whole_pages(), READY)
    page = visited.page
    go(page, "year=2023&against=2022")
    words = words_of(page)
    data = data_of(page)
    years = [value["iri"] for value in data["facets"]["year"]]
    counts = dict.fromkeys(("came", "went", "grew", "shrank", "same"), 0)
    for edge in data["edges"]:
        if "pieces" in edge:
            continue
        then, now = (
            sum(years.index(year) in part["facets"].get("year", ()) for part in edge["activities"])
            for year in ("2022", "2023")
        )
        if then or now:
            change = "came" if not then else "went" if not now else "same"
            if then and now and then != now:
                change = "grew" if now > then else "shrank"
            counts[change] += 1
    legend = page.inner_text("#legend")
    assert sum(counts.values()) > 10
    assert counts["came"]
    for change, number in counts.items():
        assert f"{words[change]} ({number})" in legend
    assert len(rows(page)) == sum(counts.values())
    page.select_option("#against", "-1")
    assert fragment(page) == {"year": "2023"}
    assert words["other_years"] in page.inner_text("#legend")  # as pale lines


@in_pages("cooperation")
def test_the_years_are_played_and_stopped(opened: Visit) -> None:
    page = opened.page
    page.click("#play")
    first = page.input_value("#year")
    assert first == "1"
    page.wait_for_function("() => document.getElementById('year').value === '2'")
    page.click("#play")
    assert page.get_attribute("#play", "aria-pressed") == "false"
    held = page.input_value("#year")
    page.wait_for_timeout(1600)
    assert page.input_value("#year") == held
    page.click("#reset")
    assert page.input_value("#year") == "0"


# --- communities ---------------------------------------------------------------------------------


def test_communities_are_those_that_are_measured(
    store: Store, windows: Windows, whole_pages: Pages
) -> None:
    from ctgraph.network.analysis import find_communities

    visited = windows()
    visited.open(whole_pages(), READY)
    page = visited.page
    data = data_of(page)
    groups, modularity = find_communities(build_network(store, "cooperation"))
    assert data["communities"]["modularity"] == round(modularity, 2) >= 0.3
    drawn = [
        sorted(data["nodes"][number]["iri"] for number in group["nodes"])
        for group in data["communities"]["groups"]
    ]
    assert [len(group) for group in drawn] == [len(group) for group in groups if len(group) > 2]
    legend = page.inner_text("#legend")
    assert data["communities"]["groups"][0]["name"]["en"] in legend
    page.click("#legend [data-key=communities]")
    assert fragment(page) == {"communities": "none"}
    assert data["communities"]["groups"][0]["name"]["en"] not in page.inner_text("#legend")


def test_a_network_without_communities_says_so(windows: Windows, pages: Pages) -> None:
    visited = windows()
    visited.open(pages("story"), READY)
    data = data_of(visited.page)
    assert data["communities"]["groups"] == []
    said = words_of(visited.page)["no_communities"].replace(
        "{q}", str(data["communities"]["modularity"])
    )
    assert said in visited.page.inner_text("#legend")


# --- beginning with a part -----------------------------------------------------------------------


def test_everything_begins_with_a_search_and_grows(windows: Windows, pages: Pages) -> None:
    visited = windows()
    visited.open(pages("everything"), READY)
    page = visited.page
    assert page.is_visible("#begin")
    assert page.evaluate("ctgraph.names()") == []
    page.fill("#query", "GIFCT")
    page.keyboard.press("Enter")
    assert not page.is_visible("#begin")
    assert fragment(page)["near"] == "ctd:gifct 1"
    few = len(rows(page, "nodes"))
    nodes = data_of(page)["nodes"]
    shown = {row[0] for row in rows(page, "nodes")}
    near = next(n for n in nodes if n["name"]["en"] in shown and n["iri"] != "ctd:gifct")
    page.mouse.dblclick(*place_of(page, near["iri"]))
    assert fragment(page)["open"] == near["iri"]
    assert len(rows(page, "nodes")) > few
    page.click("#reset")
    assert page.is_visible("#begin")
    page.click("#begin-whole")
    assert fragment(page) == {"whole": "1"}
    assert len(rows(page, "nodes")) > 100


# --- the reader's own arrangement ----------------------------------------------------------------


def drag(page: Page, iri: str, right: float, down: float) -> None:
    x, y = place_of(page, iri)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + right / 2, y + down / 2, steps=3)
    page.mouse.move(x + right, y + down, steps=3)
    page.mouse.up()


def test_nodes_are_dragged_and_kept_in_the_link_and_undone(windows: Windows, pages: Pages) -> None:
    visited = windows()
    visited.open(pages("story"), READY)
    page = visited.page
    x, y = place_of(page, "ctd:gifct")
    drag(page, "ctd:gifct", -80, -60)
    assert place_of(page, "ctd:gifct") == pytest.approx((x - 80, y - 60), abs=1.5)
    link = page.url
    assert "ctd%3Agifct" in link
    assert not page.is_visible("#details")  # a drag is no click
    visited.open(link, READY)
    one, other = place_of(page, "ctd:gifct"), place_of(page, "ctd:jpn")
    assert (one[0] - other[0]) != pytest.approx(0, abs=5)
    assert "at" in fragment(page)
    page.click("#arrange-tool summary")
    page.click("#arrange-undo")
    page.evaluate(SETTLED)
    assert fragment(page) == {}
    assert place_of(page, "ctd:gifct") == pytest.approx((x, y), abs=1.5)


def test_an_arrangement_with_a_note_goes_to_a_file_and_comes_back(
    windows: Windows, pages: Pages, store: Store, tmp_path: Path
) -> None:
    visited = windows()
    visited.open(pages("story"), READY)
    page = visited.page
    drag(page, "ctd:gifct", -70, -90)
    page.click("#arrange-tool summary")
    page.click("#note-add")
    page.mouse.click(*place_of(page, "ctd:gifct"))
    page.fill("#note-text", "Look here\n</script>")
    page.click("#note-form button[type=submit]")
    page.click("#arrange-tool summary")
    with page.expect_download() as waiting:
        page.click("#arrange-save")
    path = tmp_path / waiting.value.suggested_filename
    assert path.name.endswith(".layout.json")
    waiting.value.save_as(path)
    said = json.loads(path.read_text(encoding="utf-8"))
    assert said["notes"][0]["text"] == "Look here\n</script>"
    assert said["notes"][0]["to"] == "ctd:gifct"

    # The page takes it again …
    visited.open(pages("story"), READY)
    page.click("#arrange-tool summary")
    page.set_input_files("#arrange-open", path)
    page.wait_for_function("() => location.hash.includes('at=')")
    assert "Look here" in fragment(page)["notes"]
    # … one of something else is refused with a reason …
    (tmp_path / "other.json").write_text('{"nodes": {}}', encoding="utf-8")
    page.set_input_files("#arrange-open", tmp_path / "other.json")
    page.wait_for_function("() => document.getElementById('arrange-answer').textContent")
    assert page.inner_text("#arrange-answer") == words_of(page)["layout_unknown"]
    # … and so does the network that is drawn elsewhere.
    graph = build_network(store, "cooperation", actor="ctd:jpn", hops=1)
    place_by(graph, read_layout(path))
    write_page(graph, tmp_path / "own.html", store=store)
    visited.open((tmp_path / "own.html").as_uri(), READY)
    assert data_of(page)["notes"][0]["text"] == "Look here\n</script>"
    near = page.evaluate("ctgraph.scale()")
    # A note that stands far away is in view from the start.
    said["notes"][0]["at"][0] += 5000
    path.write_text(json.dumps(said), encoding="utf-8")
    place_by(graph, read_layout(path))
    write_page(graph, tmp_path / "far.html", store=store)
    visited.open((tmp_path / "far.html").as_uri(), READY)
    assert page.evaluate("ctgraph.scale()") < near / 3
    assert visited.complaints == []


@pytest.mark.parametrize("ending", ["json", "gexf", "graphml", "cyjs"])
def test_a_layout_comes_back_from_each_program(store: Store, tmp_path: Path, ending: str) -> None:
    from ctgraph.export import write_network
    from ctgraph.network import compute_layout

    graph = build_network(store, "funding")
    before = compute_layout(graph)
    path = tmp_path / f"x.{ending}"
    if ending == "json":
        said = {"format": "ctgraph-layout", "nodes": {node: [*at] for node, at in before.items()}}
        path.write_text(json.dumps(said), encoding="utf-8")
    else:
        write_network(graph, path, ending)
    again = build_network(store, "funding")
    assert place_by(again, read_layout(path)) == 0
    after = compute_layout(again)
    one, two = sorted(graph)[:2]
    by = (after[two][0] - after[one][0]) / (before[two][0] - before[one][0])
    for node in graph:
        for axis in (0, 1):
            wanted = (before[node][axis] - before[one][axis]) * by
            assert after[node][axis] - after[one][axis] == pytest.approx(wanted, abs=0.5)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("x.txt", "", "Endings: .json"),
        ("x.json", "[", "no layout"),
        ("x.json", "[]", "no layout"),
        ("x.json", '{"format": "ctgraph-layout", "nodes": {"a": [1]}}', "no layout"),
        ("x.json", '{"format": "ctgraph-layout", "nodes": {"a": [1, "NaN"]}}', "no layout"),
        ("x.json", '{"format": "ctgraph-layout", "nodes": {}}', "places no node"),
        ("x.json", '{"format": "ctgraph-layout", "nodes": {"a": [1, 2]}}', "of this network"),
        ("x.gexf", "<gexf", "no layout"),
        ("x.graphml", "<graphml/>", "no layout"),
    ],
)
def test_what_is_no_layout_is_refused(tmp_path: Path, name: str, text: str, said: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "ctgraph", "draw", "--view", "funding", "--layout", str(path)]
    done = subprocess.run(
        [*command, "-o", str(tmp_path / "x.svg")], capture_output=True, text=True, check=False
    )
    assert done.returncode in (2, 3)
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "x.svg").exists()


# --- files ---------------------------------------------------------------------------------------


@in_pages("cooperation", "funding")
def test_the_slide_has_the_picture_as_shapes_that_can_be_edited(
    opened: Visit, tmp_path: Path
) -> None:
    page = opened.page
    data, lang = data_of(page), lang_of(page)
    page.click("#save-tool summary")
    with page.expect_download() as waiting:
        page.click("#save-slide")
    waiting.value.save_as(tmp_path / "x.pptx")
    (slide,) = pptx.Presentation(str(tmp_path / "x.pptx")).slides
    assert slide.shapes.title.text_frame.text == data["title"][lang]
    shapes = {shape.shape_id: shape for shape in flat(slide.shapes)}
    named = [node["name"][lang] for node in data["nodes"] if not node.get("added")]
    nodes = {number: shape for number, shape in shapes.items() if shape.name in named}
    lines = [shape for shape in shapes.values() if shape.shape_type == MSO_SHAPE_TYPE.LINE]
    tied = set()
    for line in lines:
        ends = line._element.nvCxnSpPr.cNvCxnSpPr
        if ends.stCxn is None:
            continue
        begin, end = nodes[ends.stCxn.id], nodes[ends.endCxn.id]
        tied.add((begin.name, end.name))
        # The line begins in the middle, and a head that is seen ends at the rim of its node.
        middles = [
            (one.left + one.width / 2, one.top + one.height / 2, one.width) for one in (begin, end)
        ]
        assert math.dist((line.begin_x, line.begin_y), middles[0][:2]) < 20_000
        far = math.dist((line.end_x, line.end_y), middles[1][:2])
        assert far < middles[1][2] if data["directed"] else far < 20_000
        assert bool(line._element.xpath(".//a:tailEnd")) is data["directed"]
        assert ends.stCxn.idx == MIDDLE
        assert (ends.endCxn.idx > MIDDLE) is data["directed"]
    drawn = [edge for edge in data["edges"] if not edge.get("pieces")]
    names = [node["name"][lang] for node in data["nodes"]]
    assert tied == {(names[edge["from"]], names[edge["to"]]) for edge in drawn}
    said = [shape.text_frame.text for shape in shapes.values() if shape.has_text_frame]
    for name in page.evaluate("ctgraph.names()"):
        assert name["text"] in said
    assert any(data["legend"][0]["name"][lang] in text for text in said)
    assert any(data["about"]["version"] in text for text in said)
    # A page is hardly heavier for it.
    script = Path(page_module.__file__).parent / "template" / "slide.js"
    packed = zlib.compress(json.dumps(data["deck"]).encode(), 9)
    assert len(packed) + script.stat().st_size <= 25 * 1024
    assert opened.complaints == []


@in_pages("cooperation")
def test_a_slide_of_a_closer_look_keeps_within_itself_and_shows_notes(
    opened: Visit, tmp_path: Path
) -> None:
    page = opened.page
    notes = json.dumps([{"text": "<&> ひとこと", "at": [0, 0], "to": "ctd:jpn"}])
    go(page, urlencode({"colours": "dark", "near": "ctd:jpn 1", "notes": notes}))
    for _ in range(3):
        page.click("#zoom-in")
    page.click("#save-tool summary")
    with page.expect_download() as waiting:
        page.click("#save-slide")
    waiting.value.save_as(tmp_path / "x.pptx")
    made = pptx.Presentation(str(tmp_path / "x.pptx"))
    (slide,) = made.slides
    assert str(slide.background.fill.fore_color.rgb) == "14191D"
    for shape in flat(slide.shapes):
        if shape.shape_type == MSO_SHAPE_TYPE.LINE:
            assert -9 <= shape.left <= shape.left + shape.width <= made.slide_width + 9, shape.name
    assert "<&> ひとこと" in [s.text_frame.text for s in slide.shapes if s.has_text_frame]
    ids = [element.get("id") for element in slide._element.iter() if element.tag.endswith("cNvPr")]
    assert len(ids) == len(set(ids))


@in_pages("cooperation")
def test_the_svg_is_the_picture_with_legend_source_and_letters(
    opened: Visit, tmp_path: Path
) -> None:
    page = opened.page
    page.click("#save-tool summary")
    with page.expect_download() as waiting:
        page.click("#save-svg")
    waiting.value.save_as(tmp_path / "x.svg")
    text = (tmp_path / "x.svg").read_text(encoding="utf-8")
    root = ElementTree.fromstring(text)
    said = [element.text for element in root.iter(f"{SVG}text")]
    data = data_of(page)
    lang = lang_of(page)
    assert root.findtext(f"{SVG}title") == data["title"][lang]
    for name in page.evaluate("ctgraph.names()"):
        assert set(name["text"].split("\n")) <= set(said)
    assert any(data["legend"][0]["name"][lang] in (line or "") for line in said)
    assert any(data["about"]["version"] in (line or "") for line in said)
    assert "@font-face" in text
    assert "://" not in text.replace("http://www.w3.org/2000/svg", "")
    drawn = [*root.iter(f"{SVG}circle"), *root.iter(f"{SVG}polygon")]
    assert len(drawn) >= len([node for node in data["nodes"] if not node.get("added")])


def test_a_browser_that_cannot_unpack_the_page_says_so(browser: Browser, pages: Pages) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script("delete window.DecompressionStream")
    page.goto(pages("cooperation"))
    assert page.is_visible("#note")
    assert "2023" in page.inner_text("#note")
    context.close()


def test_the_letters_are_in_the_page(browser: Browser, pages: Pages) -> None:
    with window(browser, "laptop") as visited:
        visited.open(pages("cooperation", "ja"), READY)
        loaded = visited.page.evaluate(
            "document.fonts.load('16px ctgraph-sans', '国連').then((faces) => faces.length)"
        )
        assert loaded == 1
        assert visited.complaints == []
        assert visited.foreign("file://") == []


# --- the stage -----------------------------------------------------------------------------------


@pytest.mark.parametrize("size", ["laptop", "projector"])
def test_a_story_begins_on_a_stage_without_tools(windows: Windows, pages: Pages, size: str) -> None:
    visited = windows(size)
    visited.open(pages("story", "ja", begins=True), READY)
    page = visited.page
    steps = data_of(page)["story"]["steps"]
    for selector in ("header", "#tools", "#zoom", "#table", "#details"):
        assert not page.is_visible(selector), selector
    caption = page.locator("#stage-caption p")
    for number, step in enumerate(steps):
        assert caption.text_content() == step["caption"]["ja"]
        assert fragment(page)["step"] == str(number + 1)
        page.evaluate(SETTLED)
        assert page.evaluate(ALL_IN_VIEW) == []
        above = page.locator("#stage-caption").bounding_box()
        assert above is not None
        frame = page.locator("#picture").bounding_box()
        assert frame is not None
        assert all(
            name["bottom"] + frame["y"] <= above["y"] for name in page.evaluate("ctgraph.names()")
        )
        page.keyboard.press("PageDown")  # as a clicker sends it
    assert (
        page.evaluate(
            "parseFloat(getComputedStyle(document.querySelector('#stage-caption p')).fontSize)"
        )
        >= 28
    )
    assert serious_findings(page) == []
    page.keyboard.press("Escape")
    assert page.is_visible("#tools")
    assert page.is_visible("#caption")
    page.keyboard.press("Escape")
    assert "step" not in fragment(page)
    assert visited.complaints == []


def test_the_presenter_has_the_words_the_next_step_and_a_clock(
    browser: Browser, pages: Pages
) -> None:
    with window(browser, "laptop") as visited:
        visited.open(pages("story", begins=True), READY)
        page = visited.page
        page.mouse.move(300, 300)
        page.mouse.move(310, 310)
        with page.context.expect_page() as waiting:
            page.click("#presenter")
        own = waiting.value
        steps = data_of(page)["story"]["steps"]
        claims = data_of(page)["claims"]
        assert own.inner_text("h1") == steps[0]["title"]["en"]
        own.click("#next")
        assert own.inner_text("h1") == steps[1]["title"]["en"]
        assert page.locator("#stage-caption h2").text_content() == steps[1]["title"]["en"]
        assert steps[2]["title"]["en"] in own.inner_text("#told")
        quotes = [claims[number]["quote"] for number in steps[1]["claims"]]
        shown = own.inner_text("#told")
        assert all(quote in shown for quote in quotes if quote)
        own.keyboard.press("ArrowRight")
        assert own.inner_text("h1") == steps[2]["title"]["en"]
        assert page.locator("#stage-caption h2").text_content() == steps[2]["title"]["en"]
        assert ":" in own.inner_text("#clock")
        style = own.evaluate("getComputedStyle(document.querySelector('.claim')).borderLeftWidth")
        assert style == "4px"  # the styles of the page hold there too
        assert visited.complaints == []


# --- charts --------------------------------------------------------------------------------------


def test_charts_are_tabs_of_the_page(windows: Windows, graph_store: Store, tmp_path: Path) -> None:
    from ctgraph.draw import PAGE_CHARTS

    network = build_network(graph_store, "cooperation")
    write_page(network, tmp_path / "x.html", store=graph_store, charts=PAGE_CHARTS)
    visited = windows()
    visited.open(file_url(tmp_path / "x.html"), READY)
    page = visited.page
    charts = data_of(page)["charts"]
    assert [chart["key"] for chart in charts] == [*PAGE_CHARTS]
    *drawn, board = charts
    for chart in drawn:
        page.click(f"#charts [data-key=chart-{chart['key']}]")
        assert fragment(page)["chart"] == chart["key"]
        assert not page.is_visible("#picture")
        image = page.locator("#chart img")
        assert image.get_attribute("alt") == chart["title"]["en"]
        page.wait_for_function("() => document.querySelector('#chart img').naturalWidth > 400")
    page.click("#languages [data-lang=ja]")
    assert page.locator("#chart img").get_attribute("alt") == drawn[-1]["title"]["ja"]
    assert serious_findings(page) == []
    # What a chart says where a pointer rests on it, and the words behind it.
    page.click("#charts [data-key=chart-map]")
    spot = page.locator("#chart circle").first
    assert (spot.locator("title").text_content() or "").startswith("日本 (JPN): ")
    spot.click()
    assert fragment(page)["node"] == "ctd:jpn"
    assert "日本" in page.inner_text("#details")
    wide = page.locator("#chart img").bounding_box()
    panel = page.locator("#details").bounding_box()
    assert wide is not None
    assert panel is not None
    assert wide["x"] + wide["width"] <= panel["x"] + 1
    # The board is rows of the page: a line opens its words, another actor is a choice.
    page.click(f"#charts [data-key=chart-{board['key']}]")
    boards = data_of(page)["boards"]
    assert page.inner_text("#chart h2") == boards[str(data_of(page)["hub"])]["title"]["ja"]
    page.locator("#chart button.board-row").first.click()
    assert set(fragment(page)) == {"chart", "edge", "lang"}
    page.locator("#board-of").select_option(label="国連薬物・犯罪事務所")
    assert fragment(page)["board"] == "ctd:unodc"
    assert page.inner_text("#chart h2").startswith("国連薬物・犯罪事務所は")
    assert serious_findings(page) == []
    page.click(f"#charts [data-key=chart-{drawn[0]['key']}]")
    assert "%2314191d" not in str(page.locator("#chart img").get_attribute("src"))
    page.click("#colours")
    assert fragment(page)["colours"] == "dark"
    assert "%2314191d" in str(page.locator("#chart img").get_attribute("src"))
    assert "%23f0f1" not in str(page.locator("#chart img").get_attribute("src"))
    page.click("#charts button")
    assert page.is_visible("#picture")
    assert visited.complaints == []
    assert visited.foreign("file://") == []


def test_charts_belong_to_a_page(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ctgraph", "draw", "--charts", "-o", str(tmp_path / "x.svg")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "--charts" in done.stderr


HEAD = """\
title = { en = "T", ja = "題" }
description = { en = "D", ja = "説" }
view = "funding"
"""
STEP = """
[[step]]
title = { en = "A", ja = "あ" }
caption = { en = "A.", ja = "あ。" }
highlight = []
claims = ["ctd:mofa-2024-f01"]
"""


def test_a_step_chooses_years_sources_and_charts(
    windows: Windows, store: Store, tmp_path: Path
) -> None:
    told = tmp_path / "chosen.toml"
    chosen = ("year = 2024\ncompare = 2023\n", 'chart = "indicators"\n', "", 'chart = "map"\n')
    told.write_text(HEAD + "".join(STEP + choice for choice in chosen), encoding="utf-8")
    story = read_story(told, locate(ROOT))
    write_page(build_story(store, story), tmp_path / "x.html", store=store, story=story)
    visited = windows()
    visited.open(file_url(tmp_path / "x.html"), READY)
    page = visited.page
    words = words_of(page)
    assert words["came"] in page.inner_text("#legend")
    page.keyboard.press("ArrowRight")
    assert page.is_visible("#chart img")
    assert not page.is_visible("#picture")
    assert page.locator("#stage-caption p").text_content() == "A."
    page.keyboard.press("ArrowRight")
    assert page.is_visible("#picture")
    assert words["came"] not in page.inner_text("#legend")
    assert page.evaluate("ctgraph.lit()") is None  # a step without highlight leaves all as it is
    page.keyboard.press("ArrowRight")
    assert page.locator("#chart img").get_attribute("alt")
    assert page.locator("#chart circle").count() > 0
    assert visited.complaints == []


def test_a_step_shows_the_board_of_its_first_actor(
    windows: Windows, store: Store, tmp_path: Path
) -> None:
    told = tmp_path / "boards.toml"
    head = HEAD.replace("funding", "cooperation")
    steps = [
        STEP.replace("[]", highlight) + 'chart = "board"\n' for highlight in ('["ctd:unodc"]', "[]")
    ]
    told.write_text(head + "".join(steps), encoding="utf-8")
    story = read_story(told, locate(ROOT))
    write_page(build_story(store, story), tmp_path / "x.html", store=store, story=story)
    visited = windows()
    visited.open(file_url(tmp_path / "x.html"), READY)
    page, data = visited.page, data_of(visited.page)
    unodc = [node["iri"] for node in data["nodes"]].index("ctd:unodc")
    for hub in (unodc, data["hub"]):
        assert page.inner_text("#chart h2") == data["boards"][str(hub)]["title"]["en"]
        page.keyboard.press("ArrowRight")
    assert visited.complaints == []


def test_a_board_that_a_network_does_not_have_is_refused(graph_store: Store) -> None:
    network = build_network(graph_store, "funding")
    with pytest.raises(UsageError, match="board"):
        page_text(network, store=graph_store, opens="board")
    text = page_text(network, store=graph_store, charts=["board"])
    assert unpack_page(text.encode())["charts"] == []


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ("year = 1799", "1799 is not in what the page shows"),
        ('chart = "pie"', "there is no chart 'pie'"),
        ("compare = 2020", "compare without year"),
        ('year = "2024"', "a whole number"),
        ('source = "ctd:nobody"', "is not in what the page shows"),
    ],
)
def test_what_a_step_cannot_choose_is_refused(
    store: Store, tmp_path: Path, choice: str, said: str
) -> None:
    told = tmp_path / "wrong.toml"
    told.write_text(f"{HEAD}{STEP}{choice}\n", encoding="utf-8")

    def draw() -> None:
        story = read_story(told, locate(ROOT))
        write_page(build_story(store, story), tmp_path / "x.html", store=store, story=story)

    with pytest.raises(DataError, match=re.escape(said)) as refused:
        draw()
    assert "wrong.toml:10" in str(refused.value)
