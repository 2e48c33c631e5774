"""The interactive page for everybody: axe, screen readers, keyboard, small screens, paper.

`PYTHONPATH=tests/tools python tests/draw/test_page_access.py` writes the golden outlines in
`tests/golden/pages/` anew.
"""

from __future__ import annotations

import difflib
import io
import itertools
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from browser import Visit, file_url, findings, open_browser, serious_findings, visit, window
from fixed_project import make_fixed_project
from network_page import (
    LANGS,
    READY,
    Pages,
    data_of,
    details,
    fragment,
    go,
    in_pages,
    open_tables,
    rows,
    words_of,
    write_view,
)
from pdfminer.high_level import extract_text
from playwright.sync_api import Browser, Page
from test_page import HOSTILE, hostile_network

from ctgraph.draw.page.page import write_page
from ctgraph.network.stories import Step, Story
from ctgraph.store.store import open_store

GOLDEN = Path(__file__).parents[1] / "golden" / "pages"
VIEWS = ("cooperation", "activities", "goals", "funding", "structure", "plans", "story")
# The page of the story has every control that there is.
STATES: dict[str, Callable[[Page], object]] = {
    "a node": lambda page: go(page, "node=ctd:unafei"),
    "a tie": lambda page: go(page, "edge=ctd:iij+ctd:unafei"),
    "filtered": lambda page: go(page, "year=2023&without=Forum&near=ctd:jpn+1"),
    "nothing left": lambda page: go(page, "without=State+Forum&year=2023&topic=ctv:drugs"),
    "a path": lambda page: go(page, "path=ctd:iij+ctd:gifct"),
    "asking for a path": lambda page: page.click("#path-tool summary"),
    "a story": lambda page: go(page, "step=2"),
    "keys": lambda page: page.press("body", "?"),
}


# --- axe -----------------------------------------------------------------------------------------


@in_pages("story")
def test_axe_finds_nothing_in_any_state(opened: Visit) -> None:
    page = opened.page
    assert findings(page) == []
    for state, enter in STATES.items():
        enter(page)
        # The tables are the same elements with fewer rows.
        assert serious_findings(page, without="#tables") == [], state
    page.click("#close-keys")
    go(page, "node=ctd:unafei")
    page.click("#colours")
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    assert page.get_attribute("#colours", "aria-pressed") == "true"
    assert serious_findings(page) == []
    for state in ("a tie", "asking for a path", "a story"):
        STATES[state](page)
        go(page, f"{page.url.partition('#')[2]}&colours=dark")
        assert serious_findings(page, without="#tables") == [], state


@in_pages("story", size="phone")
def test_axe_finds_nothing_serious_on_a_phone(opened: Visit) -> None:
    page = opened.page
    assert serious_findings(page) == []
    for state, enter in STATES.items():
        enter(page)
        assert serious_findings(page, without="#tables") == [], state
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, state


@in_pages("activities", "goals", "funding", "structure", "plans")
def test_axe_finds_nothing_in_any_view(opened: Visit) -> None:
    # Hundreds of rows of the same colours are what takes axe its time.
    assert findings(opened.page, rules={"color-contrast": False}) == []
    assert serious_findings(opened.page, without="#tables") == []


# --- what a screen reader is told ----------------------------------------------------------------


@dataclass
class Heard:
    """An element of the accessibility tree and what is in it."""

    said: str
    parts: list[Heard] = field(default_factory=list)

    def lines(self, depth: int = 0) -> list[str]:
        inner = itertools.chain.from_iterable(part.lines(depth + 1) for part in self.parts)
        return ["  " * depth + self.said, *inner]


def hear(snapshot: str, words: set[str]) -> Heard:
    """The tree of a snapshot without what the data says, and without what only repeats.

    Args:
        snapshot: As Playwright's `aria_snapshot` gives it.
        words: What the page itself says; other names become "…".
    """
    top = Heard("page")
    path = [top]
    for line in snapshot.split("\n"):
        depth = (len(line) - len(line.lstrip())) // 2
        said = line.strip().removeprefix("- ")
        if said.startswith("/url") or not said:
            continue
        found = Heard(normal(said, words))
        del path[depth + 1 :]
        path[-1].parts.append(found)
        path.append(found)
    return merge(top)


def normal(said: str, words: set[str]) -> str:
    """Role, name and states; numbers and the names of the data are taken out."""
    if said.startswith("'"):
        quoted, rest = re.fullmatch(r"'((?:[^']|'')*)'(.*)", said).groups()  # type: ignore[union-attr]
        said = quoted.replace("''", "'") + rest
    shape = re.fullmatch(r'(\w+)(?: "((?:[^"\\]|\\.)*)")?((?: \[[^\]]*\])*)(?:: ?(.*))?', said)
    assert shape is not None, said
    role, name, states, text = shape.groups()

    if role in {"cell", "row"}:
        return role

    def kept(words_said: str) -> str:
        plain = re.sub(r" ?\([\d ]+\)$", "", words_said.strip('"'))
        return plain if plain in words else "…"

    made = role + (f" “{kept(name)}”" if name is not None else "") + (states or "")
    return made + (f": {kept(text)}" if text and role in {"text", "status", "paragraph"} else "")


def merge(heard: Heard) -> Heard:
    """The same tree, where of what sounds alike in one place only the first is left."""
    parts: dict[str, Heard] = {}
    for part in map(merge, heard.parts):
        parts.setdefault("\n".join(part.lines()), part)
    return Heard(heard.said, [*parts.values()])


def outline(page: Page) -> list[str]:
    """What is in the page for a screen reader, then the details of a node and of a tie."""
    words = {word for word in words_of(page).values() if isinstance(word, str)}
    words |= {"日本語", "English"}

    def said(selector: str) -> list[str]:
        return hear(page.locator(selector).aria_snapshot(), words).lines()[1:]

    open_tables(page)
    lines = said("body")
    data = data_of(page)
    if page.is_visible("#story-start"):
        go(page, "step=1")
        lines += ["", "# a step", *said("#story"), *said("#details-body")]
        go(page, "")
    ends = [data["nodes"][data["edges"][0][end]]["iri"] for end in ("from", "to")]
    go(page, f"node={ends[1]}")
    lines += ["", "# a node", *said("#details-body")]
    go(page, f"edge={ends[0]}+{ends[1]}")
    lines += ["", "# a tie", *said("#details-body")]
    return lines


@in_pages(*VIEWS)
def test_the_structure_is_the_golden_one(opened: Visit, request: pytest.FixtureRequest) -> None:
    path = GOLDEN / f"{request.node.callspec.id}.txt"
    wanted = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    found = outline(opened.page)
    if found == wanted:
        return
    diff = difflib.unified_diff(wanted, found, str(path), "found", lineterm="")
    pytest.fail(
        "\n".join(
            [
                *diff,
                "",
                "If that is right: PYTHONPATH=tests/tools python tests/draw/test_page_access.py",
            ]
        )
    )


@in_pages("story")
def test_every_control_has_a_name_of_its_own(opened: Visit) -> None:
    page = opened.page
    names = page.eval_on_selector_all(
        "#screen button:not([hidden]), #screen input, #screen select, #screen summary",
        "all => all.map(e => e.getAttribute('aria-label') || e.labels?.[0]?.textContent"
        " || e.textContent)",
    )
    assert len(names) > 20
    assert sorted(names) == sorted(set(names))


# --- keyboard ------------------------------------------------------------------------------------

STOPS = """() => {
    const name = (e) => e.id || e.dataset.key || e.dataset.lang || e.className || e.tagName;
    const all = "a[href], button, input, select, summary, [tabindex='0']";
    return [...document.querySelectorAll(all)]
        .filter((e) => !e.disabled && e.tabIndex >= 0 && e.checkVisibility())
        .map(name);
}"""
HERE = """() => {
    const e = document.activeElement;
    const box = e.getBoundingClientRect();
    const style = getComputedStyle(e);
    return {
        name: e.id || e.dataset.key || e.dataset.lang || e.className || e.tagName,
        outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        visible: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    };
}"""


@in_pages("story")
def test_tab_reaches_everything_in_order_and_is_seen(opened: Visit) -> None:
    page = opened.page
    open_tables(page)
    for said in ("", "node=ctd:unafei&near=ctd:unafei+2", "step=3", "path=ctd:iij+ctd:gifct"):
        go(page, said)
        page.evaluate("document.activeElement.blur(); window.getSelection().removeAllRanges()")
        page.evaluate("document.body.tabIndex = -1; document.body.focus({ preventScroll: true })")
        page.evaluate("document.body.removeAttribute('tabindex')")
        wanted = page.evaluate(STOPS)
        assert len(wanted) > 30
        found = []
        for _ in wanted:
            page.keyboard.press("Tab")
            here = page.evaluate(HERE)
            assert here["outlined"], here
            assert here["visible"], here
            found.append(here["name"])
        assert found == wanted, said
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(HERE)["name"] == wanted[-2]


@pytest.mark.parametrize("opened", [{"view": "story"}], indirect=True)
def test_no_button_loses_the_place_of_who_presses_it(opened: Visit) -> None:
    page = opened.page
    pressed: set[str] = set()
    for said in ("", "node=ctd:unafei&near=ctd:unafei+2", "step=3", "path=ctd:iij+ctd:gifct"):
        go(page, said)
        ids = page.eval_on_selector_all("#screen button[id]", "all => all.map(e => e.id)")
        for name in sorted({*ids} - pressed - {"full-screen"}):
            button = page.locator(f"#{name}")
            if not button.is_visible() or button.is_disabled():
                continue
            button.focus()
            page.keyboard.press("Enter")
            assert page.evaluate("document.activeElement !== document.body"), (said, name)
            pressed.add(name)
            page.evaluate("document.querySelectorAll('dialog').forEach((one) => one.close())")
            go(page, said)
    assert {
        "clear",
        "ego",
        "ego-off",
        "path-off",
        "story-start",
        "story-end",
        "reset",
        "open-board",
    } <= pressed


@in_pages("cooperation")
def test_the_way_past_the_picture(opened: Visit) -> None:
    page = opened.page
    page.keyboard.press("Tab")
    assert page.inner_text(":focus") == words_of(page)["skip"]
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#table') !== null")
    assert page.evaluate("document.querySelector('#edges-table').getBoundingClientRect().top") < 720
    assert len(rows(page)) == len(data_of(page)["edges"])


# --- names in the picture ------------------------------------------------------------------------

# What is really written on the canvas, in pixels of the window: the texts of the last drawing.
RECORD = """(() => {
    const drawn = [];
    const proto = CanvasRenderingContext2D.prototype;
    const { fillText, clearRect } = proto;
    proto.clearRect = function (...box) {
        if (this.canvas.isConnected) drawn.length = 0;
        return clearRect.apply(this, box);
    };
    proto.fillText = function (text, x, y, ...rest) {
        if (this.canvas.isConnected && text.trim()) {
            const size = this.measureText(text);
            const ratio = this.canvas.width / this.canvas.clientWidth;
            const at = this.getTransform();
            const point = (x, y) => at.transformPoint(new DOMPoint(x, y));
            const one = point(x - size.actualBoundingBoxLeft, y - size.actualBoundingBoxAscent);
            const two = point(x + size.actualBoundingBoxRight, y + size.actualBoundingBoxDescent);
            drawn.push({
                text, size: parseFloat(this.font.match(/([0-9.]+)px/)[1]) * at.a / ratio,
                middle: point(this.textAlign === "left" ? x + size.width / 2 : x, y).x / ratio,
                line: point(x, y).y / ratio,
                left: one.x / ratio, top: one.y / ratio,
                right: two.x / ratio, bottom: two.y / ratio,
            });
        }
        return fillText.call(this, text, x, y, ...rest);
    };
    window.drawnTexts = () => drawn;
})()"""


def meet(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return bool(
        one["left"] < other["right"]
        and other["left"] < one["right"]
        and one["top"] < other["bottom"]
        and other["top"] < one["bottom"]
    )


def cover(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether one text makes another hard to read; lines of one name may stand close."""
    if abs(one["middle"] - other["middle"]) < 0.01:
        return bool(abs(one["line"] - other["line"]) < 0.95 * one["size"])
    return meet(one, other)


def box_of(page: Page, selector: str) -> dict[str, float]:
    """Where an element is, in pixels from the corner of the picture."""
    found: dict[str, float] = page.evaluate(
        """selector => {
            const frame = document.querySelector("#picture").getBoundingClientRect();
            const { left, top, right, bottom } =
                document.querySelector(selector).getBoundingClientRect();
            return { left: left - frame.left, right: right - frame.left,
                top: top - frame.top, bottom: bottom - frame.top };
        }""",
        selector,
    )
    return found


def places_of(page: Page) -> list[dict[str, float]]:
    """Where each node is drawn in the window."""
    found: list[dict[str, float]] = page.evaluate(
        "count => [...Array(count).keys()].map(number => ctgraph.place(number))",
        len(data_of(page)["nodes"]),
    )
    return found


def fonts_for(language: str) -> str:
    """The fonts of this machine that cover a language, a line each."""
    listing = ["fc-list", f":lang={language}", "family"]
    return subprocess.run(listing, capture_output=True, text=True, check=False).stdout


@pytest.fixture(scope="module")
def recorded(browser: Browser) -> Any:
    with window(browser, reduced_motion="reduce") as visited:
        visited.page.add_init_script(RECORD)
        yield visited


@pytest.mark.skipif(
    shutil.which("fc-list") is not None and not fonts_for("ja"),
    reason="no font for Japanese is installed, and others are wider: fonts-noto-cjk has one",
)
@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("view", VIEWS)
def test_names_in_the_picture_can_be_read(
    recorded: Visit, pages: Pages, view: str, lang: str
) -> None:
    page = recorded.page
    recorded.open(pages(view, lang), READY)
    drawn = page.evaluate("drawnTexts()")
    boxes = page.evaluate("ctgraph.names()")
    data = data_of(page)
    # What the page believes to have written, it has written.
    amounts = page.evaluate("ctgraph.amounts()")
    lines = sorted([line for box in boxes for line in box["text"].split("\n")] + amounts)
    assert sorted(text["text"] for text in drawn) == lines
    assert len(boxes) >= 0.45 * len(data["nodes"])
    if view in {"cooperation", "story"}:
        assert len(boxes) == len(data["nodes"])
    frame = box_of(page, "#picture")
    buttons = box_of(page, "#zoom")
    for text in drawn:
        assert text["size"] >= (12 if text["text"] in amounts else 16), text
        assert text["left"] >= 0, text
        assert text["right"] <= frame["right"], text
        assert text["top"] >= 0, text
        assert text["bottom"] <= frame["bottom"], text
        assert not meet(text, buttons), text
    for one, other in itertools.combinations(drawn, 2):
        assert not cover(one, other), (one, other)
    inside = {line for box in boxes if box["isInside"] for line in box["text"].split("\n")}
    around = [text for text in drawn if text["text"] not in inside]
    corner = page.evaluate("document.querySelector('#picture').getBoundingClientRect()")
    for node, place in zip(data["nodes"], places_of(page), strict=True):
        x, y = place["x"] - corner["left"], place["y"] - corner["top"]
        point = {"left": x, "right": x, "top": y, "bottom": y}
        assert not any(meet(point, text) for text in around), node["iri"]
        assert not meet(point, buttons), node["iri"]
    assert recorded.complaints == []


@pytest.mark.parametrize("lang", LANGS)
def test_names_of_what_is_told_are_shown(recorded: Visit, pages: Pages, lang: str) -> None:
    page = recorded.page
    recorded.open(pages("story", lang), READY)
    nodes = data_of(page)["nodes"]
    for number, step in enumerate(data_of(page)["story"]["steps"]):
        go(page, f"step={number + 1}")
        page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
        written = {box["text"].split("\n")[0] for box in page.evaluate("ctgraph.names()")}
        for node in step["nodes"]:
            label = nodes[node]["label"][lang].split("\n")[0]
            assert label.rstrip("…") in {text.rstrip("…") for text in written}, label
    bar, picture = box_of(page, "#story"), box_of(page, "#picture")
    assert not meet(bar, picture)


@pytest.mark.parametrize("size", ["projector", "phone"])
@pytest.mark.parametrize("view", ["cooperation", "goals"])
def test_names_can_be_read_on_other_screens(
    browser: Browser, pages: Pages, view: str, size: str
) -> None:
    with window(browser, size, device_scale_factor=2) as visited:
        visited.page.add_init_script(RECORD)
        visited.open(pages(view, "ja"), READY)
        drawn = visited.page.evaluate("drawnTexts()")
        assert len(drawn) >= 8
        assert all(text["size"] >= 11 for text in drawn)
        for one, other in itertools.combinations(drawn, 2):
            assert not cover(one, other), (one, other)


@in_pages("plans")
def test_the_legend_shows_what_is_drawn(opened: Visit) -> None:
    page = opened.page
    data = data_of(page)
    drawn = {node["id"]: node for node in data["drawn"]["nodes"]}
    for entry in data["legend"]:
        number = [node["group"] for node in data["nodes"]].index(entry["group"])
        mark = page.locator(f"#legend [data-key={entry['group']}] svg *")
        assert drawn[number]["shape"] == entry["look"]["shape"]
        assert mark.get_attribute("fill") == drawn[number]["color"]["background"]
        assert mark.get_attribute("stroke") == drawn[number]["color"]["border"]
    assert len(data["legend"]) > 8


# --- paper, motion, small and zoomed screens -----------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_print_has_the_picture_and_the_tables_but_no_buttons(
    browser: Browser, pages: Pages, lang: str
) -> None:
    with visit(
        browser, pages("story", lang, begins=True) + "#node=ctd:unafei&colours=dark", ready=READY
    ) as visited:
        page = visited.page
        page.emulate_media(media="print")
        page.wait_for_function("() => ctgraph.colour('ink') === '#16202a'")  # paper is light
        assert page.evaluate("getComputedStyle(document.body).color") == "rgb(22, 32, 42)"
        assert not page.is_visible("#colours")
        page.set_viewport_size({"width": 703, "height": 1000})  # A4 within its margins
        for selector in ("h1", "#picture canvas", "#legend", "#details blockquote", "#footer"):
            assert page.locator(selector).first.is_visible(), selector
        for selector in (
            "#tools",
            "#zoom",
            "#search",
            "#languages",
            "#colours",
            "#story",
            "#ego",
            "#clear",
        ):
            assert not page.is_visible(selector), selector
        assert not page.is_visible("#colours")
        assert page.evaluate("document.documentElement.scrollWidth") <= 703
        tall = page.evaluate("document.querySelector('#details').scrollHeight")
        assert page.evaluate("document.querySelector('#details').clientHeight") >= tall
        table = page.locator("#edges-table").bounding_box()
        below = page.locator("#details").bounding_box()
        assert table is not None
        assert below is not None
        assert table["y"] >= below["y"] + below["height"]
        paper = page.pdf(format="A4")
        assert paper.count(b"/Type /Page\n") > 1
        # The picture is on it in lines and letters, which any size shows sharp.
        front = extract_text(io.BytesIO(paper), page_numbers=[0])
        assert {
            line
            for name in page.evaluate("ctgraph.names()")
            for line in name["text"].split("\n")
            if line.isascii()
        } <= {*front.split("\n")}
        assert visited.complaints == []


def test_motion_takes_time_unless_the_reader_wants_none(browser: Browser, pages: Pages) -> None:
    # How far it has come two drawings after the click.
    jump = """() => new Promise((resolve) => {
        const before = ctgraph.scale();
        document.getElementById("zoom-in").click();
        const look = () => resolve(ctgraph.scale() / before);
        requestAnimationFrame(() => requestAnimationFrame(look));
    })"""
    for wish, at_once in (("no-preference", False), ("reduce", True)):
        with visit(browser, pages(), ready=READY, reduced_motion=wish) as visited:
            page = visited.page
            scale = page.evaluate("ctgraph.scale()")
            assert (page.evaluate(jump) > 1.25) is at_once
            page.wait_for_function("was => Math.abs(ctgraph.scale() / was - 1.3) < 0.01", arg=scale)


@in_pages("story")
def test_nothing_is_cut_off_when_the_window_is_narrow_or_zoomed(opened: Visit) -> None:
    page = opened.page
    try:
        # 1280 pixels at 400 % are 320 (WCAG 2.2, 1.4.10).
        for width, height in ((320, 640), (640, 360), (900, 600)):
            page.set_viewport_size({"width": width, "height": height})
            go(page, f"node=ctd:unafei&near=ctd:unafei+{1 if width < 500 else 2}")
            page.wait_for_function(
                "width => document.querySelector('#picture canvas').clientWidth <= width", arg=width
            )
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            page.click("#path-tool summary")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            page.keyboard.press("Escape")
    finally:
        page.set_viewport_size({"width": 1280, "height": 720})


@pytest.mark.parametrize(
    "sizes",
    [
        [(1920, 960), (1920, 1080)],  # F11
        [(1920, 1080), (1920, 960)],
        [(1280, 720), (1920, 1080)],
        [(1920, 1080), (800, 600)],
        [(1920, 1080), (1280, 720), (1920, 960)],
        [(1366, 768), (3840, 2160)],
    ],
)
def test_a_picture_that_was_not_moved_fits_after_resizing(
    browser: Browser, pages: Pages, sizes: list[tuple[int, int]]
) -> None:
    for view in ("cooperation", "structure"):
        with visit(browser, pages(view), ready=READY, reduced_motion="reduce") as visited:
            page = visited.page
            for width, height in sizes:
                page.set_viewport_size({"width": width, "height": height})
                page.wait_for_function("width => innerWidth === width", arg=width)
                page.wait_for_timeout(300)
            box = page.locator("#picture canvas").bounding_box()
            assert box is not None
            places = places_of(page)
            assert places
            for there in places:
                assert 0 < there["x"] - box["x"] < box["width"]
                assert 0 < there["y"] - box["y"] < box["height"]


# --- hostile words -------------------------------------------------------------------------------

# What may be in the details, the tables and the legend; anything else came from the words.
OURS = {
    *("a", "blockquote", "button", "circle", "dd", "div", "dl", "dt", "h2", "h3", "h4", "line"),
    *(
        "li",
        "option",
        "p",
        "path",
        "polygon",
        "rect",
        "select",
        "span",
        "svg",
        "table",
        "tbody",
        "td",
    ),
    *("th", "thead", "title", "tr", "ul"),
}


def hostile_story() -> Story:
    steps = tuple(
        Step(
            title={"en": text, "ja": text},
            caption={"en": text * 2, "ja": text},
            highlight=(f"n{number}",),
            claims=(f"c{number}",),
        )
        for number, text in enumerate(HOSTILE)
    )
    said = {"en": HOSTILE[0], "ja": HOSTILE[1]}
    return Story("x", Path("x.toml"), "x.toml", said, said, "cooperation", {}, steps)


def strange_elements(page: Page) -> set[str]:
    """Elements that the page does not make itself."""
    names = page.eval_on_selector_all(
        "#details *, #tables *, #legend *, #footer *, #origin *, #search-answer *, h1 *",
        "all => [...new Set(all.map(e => e.localName))]",
    )
    return set(names) - OURS


@pytest.mark.parametrize("size", ["laptop", "phone"])
def test_hostile_words_are_text(browser: Browser, tmp_path: Path, size: str) -> None:
    graph, evidence, about = hostile_network()
    path = tmp_path / "x.html"
    write_page(graph, path, evidence=evidence, about=about, title=HOSTILE[0], story=hostile_story())
    url = file_url(path) + "#lang=en"  # the story does not begin
    with visit(browser, url, size, READY, reduced_motion="reduce") as visited:
        page = visited.page
        assert page.inner_text("h1") == HOSTILE[0] == page.title()
        open_tables(page)
        for number, text in enumerate(HOSTILE):
            page.locator("#nodes-table tbody tr").nth(number).locator("button").first.click()
            shown = page.locator("#details h3").text_content()
            assert shown == (text or f"n{number}")
            quote = page.locator("#details blockquote")
            is_quoted = text and number % 2 == 0  # the others are known by their digest
            assert quote.text_content() == f"「{text}」" if is_quoted else quote.count() == 0
            page.fill("#query", text[:100] or "n9")
            page.press("#query", "Enter")
            assert fragment(page)["node"]
        for tie in page.locator("#edges-table tbody tr").all():
            tie.locator("button").last.click()
            assert HOSTILE[0] in details(page)
        page.click("#languages [data-lang=ja]")
        page.click("#languages [data-lang=en]")
        go(page, "path=%3Cn1%3E+%3Cn2%3E")
        assert page.locator("#details h4 .link").count() == 2
        for number in range(len(HOSTILE)):
            go(page, f"step={number + 1}")
            assert page.locator("#caption").text_content() == HOSTILE[number] * 2
        for button in page.locator("#legend button").all():
            button.click()
        page.click("#reset")
        page.click("#save-tool summary")
        with page.expect_download() as waiting:
            page.click("#save-csv")
        saved = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
        assert "onerror=" in saved
        with page.expect_download() as waiting:
            page.click("#save-png")
        with page.expect_download() as waiting:
            page.click("#save-svg")
        assert strange_elements(page) == set()
        assert page.title() == HOSTILE[0]
        assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth")
        assert serious_findings(page) == []
        assert visited.complaints == []
        assert visited.foreign("file://") == []


if __name__ == "__main__":
    os.environ.setdefault("CI", "1")
    GOLDEN.mkdir(parents=True, exist_ok=True)
    with (
        open_browser() as chromium,
        tempfile.TemporaryDirectory() as made,
        open_store(make_fixed_project(Path(made))) as fixed,
    ):
        for name in VIEWS:
            for language in LANGS:
                file = Path(made) / f"{name}-{language}.html"
                write_view(fixed, name, file, language)
                url = file_url(file) + f"#lang={language}"
                with visit(chromium, url, ready=READY) as shown:
                    text = "\n".join(outline(shown.page)) + "\n"
                (GOLDEN / f"{name}-{language}.txt").write_text(text, encoding="utf-8")
    sys.stdout.write("".join(f"{path.name}\n" for path in sorted(GOLDEN.iterdir())))
