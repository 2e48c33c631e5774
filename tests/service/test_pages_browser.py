"""The pages in a real browser, over a real server and as files: looks, keys, scripts, search."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import SIZES, file_url, open_browser, serious_findings, visit, window
from pagetools import NAMES, write_hostile
from playwright.sync_api import Browser, expect
from serving import running

from ctgraph.service.site import write_site
from ctgraph.store.project import Bundle
from ctgraph.store.store import build_store, open_store

SIZES.setdefault("tablet", (768, 1024))
PATHS = (
    *("", "ask", "ask/cooperation", "ask/timeline", "ask/best-connected", "id/unodc.html"),
    *("id/jpn.html", "id/mofa-2024-x11.html", "source/mofa-evaluation-2024", "source", "networks"),
    *("find?q=サイバー", "things", "things/Activity", "ontology.html", "concept", "downloads"),
    *("about", "id/nothing.html", "ask/partners?actor=nobody", "nowhere", "sparql?query=SELEC"),
    *("id/unodc.html?source=mofa-evaluation-2024&as-of=2022", "ask/timeline?as-of=2022"),
)


# Judging a page takes seconds: all are judged once, and those of each kind in the other looks.
JUDGED = (
    *("", "ask/best-connected", "ask/timeline?as-of=2022", "id/unodc.html"),
    *("id/mofa-2024-x11.html", "networks", "about"),
)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The URL of `ctgraph serve` on a free port, with a slash at its end."""
    with running() as started:
        yield started.url


@pytest.fixture(scope="module")
def hostile_server(
    tmp_path_factory: pytest.TempPathFactory, mini: Path, mini_bundle: Bundle
) -> Iterator[str]:
    """The same for the small graph with hostile names in it, from a store on disk."""
    folder = tmp_path_factory.mktemp("hostile")
    build_store(folder / "store", [write_hostile(folder)], mini_bundle)
    with running("--store", str(folder / "store"), "--project", str(mini)) as started:
        yield started.url


@pytest.fixture(scope="module")
def small_site(tmp_path_factory: pytest.TempPathFactory, mini: Path) -> Path:
    folder = tmp_path_factory.mktemp("site") / "public"
    with open_store(mini) as store:
        write_site(store, folder)
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.mark.parametrize(
    ("lang", "size", "scheme"),
    [("en", "laptop", "light"), ("ja", "phone", "light"), ("en", "tablet", "dark")],
)
def test_pages_fit_and_axe_finds_nothing_serious(
    browser: Browser, server: str, lang: str, size: str, scheme: str
) -> None:
    with window(browser, size, color_scheme=scheme, reduced_motion="reduce") as opened:
        for path in PATHS:
            url = f"{server}{path}{'&' if '?' in path else '?'}lang={lang}"
            opened.open(url, "main")
            page = opened.page
            assert page.evaluate(
                "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
            ), f"{path} is wider than the screen"
            if lang == "ja" or path in JUDGED:
                assert serious_findings(page) == [], path
            assert opened.foreign(server) == [], path
            complaints = [one for one in opened.complaints if "status of 40" not in one]
            assert complaints == [], path
        if scheme == "dark":
            other = "light"
            page.click("#colours")
            opened.open(f"{server}about?lang=en", "main")  # the browser keeps the choice
            now = page.evaluate("getComputedStyle(document.documentElement).colorScheme")
            assert now == other


def test_everything_is_reached_by_keyboard(browser: Browser, server: str) -> None:
    with visit(browser, f"{server}ask/partners?actor=UNAFEI", ready="table.sortable") as opened:
        page = opened.page
        page.keyboard.press("Tab")
        expect(page.locator(".skip")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()
        page.locator("table.answer button.sort").first.focus()
        page.keyboard.press("Enter")
        expect(page.locator("th").first).to_have_attribute("aria-sort", "ascending")
        page.locator("details.evidence summary").first.focus()
        page.keyboard.press("Enter")
        expect(page.locator("details.evidence .claim").first).to_be_visible()
        assert opened.complaints == []


def test_a_table_is_sorted_by_text_and_by_number(browser: Browser, server: str) -> None:
    with visit(browser, f"{server}ask/best-connected", ready="button.sort") as opened:
        rows = opened.page.locator("table.answer tbody tr:first-child")
        firsts = "rows => rows.map(row => row.cells[{}].textContent.trim())"
        opened.page.get_by_role("button", name="Partners").click()
        numbers = [int(text) for text in rows.evaluate_all(firsts.format(1))]
        assert numbers == sorted(numbers)
        opened.page.get_by_role("button", name="Partners").click()
        numbers = [int(text) for text in rows.evaluate_all(firsts.format(1))]
        assert numbers == sorted(numbers, reverse=True)
        opened.page.get_by_role("button", name="Actor").click()
        names = rows.evaluate_all(firsts.format(0))
        assert names.index("G7") < names.index("G20") < names.index("GIFCT") < names.index("Japan")
        quotes = opened.page.locator("table.answer tbody").first.locator("tr")
        assert quotes.count() == 2, "the evidence stays with its row"


def test_a_question_is_asked_through_its_form(browser: Browser, server: str) -> None:
    with visit(browser, f"{server}ask/partners?lang=ja", ready="form.fields") as opened:
        page = opened.page
        page.locator("#f-actor").select_option(label="GIFCT")
        page.locator("main > form.fields button").click()
        page.wait_for_url("**actor=ctd%3Agifct**")
        assert "lang=ja" in page.url
        expect(page.locator("table.answer")).to_contain_text("日本")
        page.get_by_role("link", name="English").click()
        expect(page.locator("table.answer")).to_contain_text("Japan")
        expect(page.locator("#f-actor")).to_have_value("ctd:gifct")


def test_pages_work_without_scripts(browser: Browser, server: str) -> None:
    with visit(browser, f"{server}find?q=UNODC", java_script_enabled=False) as opened:
        page = opened.page
        page.get_by_role("link", name="United Nations Office on Drugs and Crime").first.click()
        expect(page.locator("h1")).to_have_text("United Nations Office on Drugs and Crime")
        page.locator("details.evidence summary").first.click()
        expect(page.locator("details.evidence blockquote").first).to_be_visible()
        page.get_by_role("link", name="Questions").click()
        page.get_by_role("link", name="Partners of an actor").click()
        page.locator("#f-actor").select_option("ctd:unafei")
        page.locator("main > form.fields button").click()
        expect(page.locator("table.answer")).to_contain_text("Japan")


def test_the_source_page_lights_the_claims_of_the_words(browser: Browser, server: str) -> None:
    url = f"{server}source/mofa-evaluation-2024"
    with visit(browser, url, ready="a.cited") as opened:
        cited = opened.page.locator("a.cited.d3").first
        names = (cited.get_attribute("data-claims") or "").split()
        cited.click()
        lit = opened.page.locator(".cite.lit").evaluate_all("found => found.map(one => one.id)")
        assert sorted(lit) == sorted(names)
        assert len(names) >= 3


def test_hostile_names_run_nothing(browser: Browser, hostile_server: str) -> None:
    with window(browser) as opened:
        for path in (
            *(f"id/hostile-{slug}.html" for slug in NAMES),
            *("id/workshop-2023.html", "things/State", "find?q=%3Cscript%3E", "source/mini-source"),
            *("ask/activities?actor=ctd:hostile-script", "networks", "networks/activities.html"),
        ):
            opened.open(f"{hostile_server}{path}", "h1")
            assert opened.complaints == [], path
            assert opened.foreign(hostile_server) == [], path
        opened.open(f"{hostile_server}id/hostile-script.html", "h1")
        expect(opened.page.locator("h1")).to_have_text(NAMES["script"])


def test_print_shows_the_words_and_no_controls(browser: Browser, server: str) -> None:
    with visit(browser, f"{server}id/unodc.html", ready="main") as opened:
        opened.page.emulate_media(media="print")
        expect(opened.page.locator("form.search")).to_be_hidden()
        expect(opened.page.locator("header nav")).to_be_hidden()
        expect(opened.page.locator("h1")).to_be_visible()


@pytest.mark.parametrize(("start", "word"), [("index.html", "unodc"), ("ja/index.html", "研修")])
def test_the_static_site_works_from_a_folder(
    browser: Browser, small_site: Path, start: str, word: str
) -> None:
    with window(browser) as opened:
        opened.open(file_url(small_site / start), "main")
        page = opened.page
        page.locator("#q").fill(word)
        page.keyboard.press("Enter")
        page.wait_for_selector("#hits li")
        expect(page.locator("#hits")).to_contain_text(word, ignore_case=True)
        page.locator("#hits a").first.click()
        expect(page.locator("h1")).to_be_visible()
        page.locator("header nav a").first.click()
        page.locator("main a").first.click()
        expect(page.locator("table.answer")).to_be_visible()
        page.locator(".language").click()
        other = "ja" if start == "index.html" else "en"
        expect(page.locator("html")).to_have_attribute("lang", other)
        assert opened.foreign("file://") == []
        assert opened.complaints == []


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_on_a_phone_nothing_stands_beside_the_screen(
    browser: Browser, server: str, lang: str
) -> None:
    """The whole menu, and each value of an answer under its name; empty ones take no room."""
    with visit(browser, f"{server}ask/contributions?lang={lang}", "phone", "main") as opened:
        page = opened.page
        width = page.evaluate("document.documentElement.clientWidth")
        for selector in ("header nav a", ".answer td[data-name]:not(.none)", ".answer button.sort"):
            boxes = [one.bounding_box() for one in page.locator(selector).all()]
            assert boxes
            for box in boxes:
                assert box is not None
                assert box["x"] >= 0
                assert box["x"] + box["width"] <= width, selector
        assert page.locator(".answer td.none:visible").count() == 0
        named = page.locator(".answer td[data-name]").first
        shown = named.evaluate("one => getComputedStyle(one, '::before').content")
        assert shown == f'"{named.get_attribute("data-name")}"'


def test_the_button_of_a_form_stands_beside_its_field(browser: Browser, server: str) -> None:
    for path in ("ask/partners", "ask/partners?actor=nobody"):
        with visit(browser, f"{server}{path}", "laptop", "main") as opened:
            field = opened.page.locator(
                "main > form .field > :is(select, input)"
            ).first.bounding_box()
            button = opened.page.locator("main > form .field.go button").bounding_box()
            assert field is not None
            assert button is not None
            assert 0 < button["x"] - (field["x"] + field["width"]) < 40
            assert abs(button["y"] - field["y"]) < 4


@pytest.mark.parametrize("scripts", [True, False])
def test_a_reader_chooses_sources_and_a_day_and_leaves_again(
    browser: Browser, server: str, scripts: bool
) -> None:
    with window(browser, java_script_enabled=scripts) as opened:
        opened.open(f"{server}ask/activities-of-actor?actor=ctd:jpn&lang=en", "main")
        page = opened.page
        rows = page.locator("table.answer > tbody > tr:not(.proofs)").count()
        page.get_by_text("Sources and day").click()
        page.get_by_label("Or a source").fill("mofa-evaluation-2024")
        page.get_by_label("As of").fill("2022")
        page.keyboard.press("Enter")
        told = page.locator("p.scoped")
        expect(told).to_contain_text("as of 2022-12-31")
        assert "actor=ctd%3Ajpn" in page.url
        assert 0 < page.locator("table.answer > tbody > tr:not(.proofs)").count() < rows
        page.locator("table.answer a").first.click()
        expect(page.locator("p.scoped")).to_contain_text("as of 2022-12-31")
        page.get_by_role("link", name="All sources, any day").click()
        expect(page.locator("p.scoped")).to_have_count(0)
        assert "as-of" not in page.url
