"""The pages of answers in Chromium: linked, on a phone, without script, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from browser import open_browser, serious_findings, visit
from service import target
from serving import running

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROWS = (
    "SELECT ?actor ?activity ?day { ?p ct:participant ?actor ; ct:activity ?activity . "
    "?activity ct:startDate ?day } ORDER BY ?day ?actor LIMIT 25"
)
PAGES = {
    "rows": target(query=ROWS, format="html"),
    "cut": target(query="SELECT * { ?s ?p ?o }", format="html"),
    "triples": target(query="DESCRIBE ctd:unodc", format="html"),
    "truth": target(query="ASK { ctd:jpn a ct:State }", format="html"),
    "nothing": target(query="SELECT * { ?s a ct:Nothing }", format="html"),
    "graphs": "/graphs?format=html",
    "a graph": target("/graphs", graph="https://w3id.org/ctgraph/id/mofa-2024-a07", format="html"),
}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    # axe takes twelve seconds to judge a thousand rows, and they are as the first hundred.
    with running("--rows", "100") as server:
        yield server.url.rstrip("/")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("name", list(PAGES))
def test_pages(browser: Browser, url: str, name: str, lang: str) -> None:
    with visit(browser, f"{url}{PAGES[name]}&lang={lang}", "phone") as visited:
        page = visited.page
        assert page.get_attribute("html", "lang") == lang
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert (page.locator("table.answer tbody tr").count() == 100) is (name == "cut")
        assert serious_findings(page) == []
        assert visited.complaints == []
        assert all(one.startswith(url) for one in visited.requests)


def test_from_a_row_to_the_words_and_back(browser: Browser, url: str) -> None:
    with visit(browser, f"{url}{PAGES['rows']}&lang=ja", java_script_enabled=False) as visited:
        page = visited.page
        page.click("table.answer td a[aria-label] >> nth=0")
        page.wait_for_selector("blockquote")
        assert page.get_attribute("html", "lang") == "ja"
        page.click("text=回答全体に戻る")
        page.wait_for_selector("text=25 行")
        assert page.locator("table.answer tbody tr").count() == 25
        page.click("table.answer td a >> nth=0")
        page.wait_for_url("**/id/*")


def test_evidence_is_accessible(browser: Browser, url: str) -> None:
    with visit(browser, f"{url}{PAGES['rows']}") as visited:
        visited.page.click("table.answer a[aria-label] >> nth=0")
        visited.page.wait_for_selector("blockquote")
        assert serious_findings(visited.page) == []
        assert visited.complaints == []
