"""What the browser tests of the interactive page share: its pages, windows, and what they show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browser import Visit, file_url, open_browser, window

from ctgraph.draw.page.page import write_page
from ctgraph.network.build import build_network
from ctgraph.network.stories import build_story, read_story
from ctgraph.store.project import locate
from ctgraph.store.store import Store

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

READY = "html[data-ready=true]"
LANGS = ("en", "ja")
STORY = "the-sheet-in-six-steps"

Pages = Callable[..., str]
Windows = Callable[..., Visit]


def write_view(store: Store, view: str, path: Path, lang: str) -> None:
    """The page of a view of the bundled graph, or of the story."""
    if view == "story":
        story = read_story(STORY, locate())
        write_page(build_story(store, story), path, store=store, lang=lang, story=story)
    else:
        write_page(build_network(store, view), path, store=store, lang=lang)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.fixture(scope="session")
def pages(graph_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Pages:
    """The URL of the page of a view, or of the story, in a language; the story does not begin."""
    folder = tmp_path_factory.mktemp("pages")

    def url(view: str = "cooperation", lang: str = "en", *, begins: bool = False) -> str:
        path = folder / f"{view}-{lang}.html"
        if not path.exists():
            write_view(graph_store, view, path, lang)
        return file_url(path) + (f"#lang={lang}" if view == "story" and not begins else "")

    return url


@pytest.fixture(scope="module")
def windows(browser: Browser) -> Iterator[Windows]:
    """A window by size, used again, because a new one costs as much as the page in it.

    Its reader wants little motion, so that the picture is there at once.
    """
    with ExitStack() as stack:
        made: dict[str, Visit] = {}

        def of_size(size: str = "laptop") -> Visit:
            if size not in made:
                made[size] = stack.enter_context(window(browser, size, reduced_motion="reduce"))
            return made[size]

        yield of_size


@pytest.fixture
def opened(windows: Windows, pages: Pages, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """The page of the test's `view` and `lang`; it asks and complains of nothing."""
    params = getattr(request, "param", {})
    visited = windows(params.get("size", "laptop"))
    visited.open(pages(params.get("view", "cooperation"), params.get("lang", "en")), READY)
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
    """The text of the cells of a table, which is made when it is opened."""
    open_tables(page)
    found: list[list[str]] = page.eval_on_selector_all(
        f"#{table}-table tbody tr", "rows => rows.map(r => [...r.cells].map(c => c.textContent))"
    )
    return found


def open_tables(page: Page) -> None:
    page.evaluate("document.getElementById('tables-tool').open = true")
    page.wait_for_selector("#edges-table", state="attached")


def fragment(page: Page) -> dict[str, str]:
    """What the address says of the reader's choices."""
    return dict(page.evaluate("[...new URLSearchParams(location.hash.slice(1))]"))


def go(page: Page, said: str) -> None:
    """Follow a link to this page with other choices."""
    page.evaluate(
        """said => new Promise((resolve) => {
            if (location.hash.slice(1) === said) resolve();
            addEventListener("hashchange", () => setTimeout(resolve), { once: true });
            location.hash = said;
        })""",
        said,
    )


def data_of(page: Page) -> dict[str, Any]:
    """What the page was made of."""
    found: dict[str, Any] = page.evaluate("ctgraph.page")
    return found


def lang_of(page: Page) -> str:
    return str(page.evaluate("document.documentElement.lang"))


def words_of(page: Page) -> dict[str, Any]:
    """The words of the page in its language."""
    found: dict[str, Any] = data_of(page)["words"][lang_of(page)]
    return found


def place_of(page: Page, iri: str) -> tuple[float, float]:
    """Where a node is drawn in the window."""
    number = [node["iri"] for node in data_of(page)["nodes"]].index(iri)
    found = page.evaluate("number => ctgraph.place(number)", number)
    return found["x"], found["y"]


def details(page: Page) -> str:
    return page.inner_text("#details-body")


def focused(page: Page) -> str:
    """The id of what has the focus."""
    return str(page.evaluate("document.activeElement.id"))


def use(target: Locator, by: str) -> None:
    """Press a button with the mouse or with the keyboard."""
    if by == "mouse":
        target.click()
    else:
        target.focus()
        target.page.keyboard.press("Enter")
