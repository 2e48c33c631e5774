"""A real browser for the tests of pages: Debian's Chromium, driven by Playwright.

Every request, every message of the console and every error of a page is kept, so that a test can
say that there was none. The browser itself finds no host but this machine.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser")
SIZES = {"laptop": (1280, 720), "projector": (1920, 1080), "phone": (390, 844)}
_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
]


def require_chromium() -> str:
    """The path of Chromium; a test without one is skipped, but not where all must run."""
    if PROGRAM is not None:
        return PROGRAM
    if os.environ.get("CI"):
        pytest.fail("there is no chromium: apt-get install chromium")
    pytest.skip("there is no chromium: apt-get install chromium")


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Chromium without a window, that asks nobody for updates."""
    from playwright.sync_api import sync_playwright

    program = require_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=_OPTIONS)
        try:
            yield browser
        finally:
            browser.close()


class Visit:
    """A page that was opened, and what it did.

    Attributes:
        page: Playwright's page.
        requests: The URLs it asked for, its own included.
        complaints: Errors, warnings, dialogs and violations of its policy.
    """

    def __init__(self, context: BrowserContext) -> None:
        self.page: Page = context.new_page()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("console", self._hear)
        self.page.on("dialog", self._refuse)

    def _hear(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{message.type}: {message.text}")

    def _refuse(self, dialog: Any) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def open(self, url: str, ready: str = "html") -> None:
        """Go to an address as if nothing had been open before.

        Args:
            url: Where the page is.
            ready: A selector that fits when the page stands.
        """
        # From the same page, another fragment would load nothing.
        self.page.goto("about:blank")
        self.requests.clear()
        self.complaints.clear()
        self.page.goto(url)
        self.page.wait_for_selector(ready, state="attached")

    def foreign(self, own: str) -> list[str]:
        """What was asked of somebody else.

        Args:
            own: How the URLs begin that are our own.
        """
        return [
            url
            for url in self.requests
            if not url.startswith((own, "data:", "blob:", "about:", "chrome:"))
        ]


@contextmanager
def window(browser: Browser, size: str = "laptop", **context: Any) -> Iterator[Visit]:
    """An empty page in a context of its own, to open one address after the other.

    Args:
        browser: The browser.
        size: A name of `SIZES`.
        **context: More options of Playwright's contexts.
    """
    wide, high = SIZES[size]
    made = browser.new_context(viewport={"width": wide, "height": high}, **context)
    made.set_default_timeout(20_000)
    try:
        yield Visit(made)
    finally:
        made.close()


@contextmanager
def visit(
    browser: Browser, url: str, size: str = "laptop", ready: str = "html", **context: Any
) -> Iterator[Visit]:
    """An address in a context of its own; arguments as those of `window` and `Visit.open`."""
    with window(browser, size, **context) as visited:
        visited.open(url, ready)
        yield visited


def findings(
    page: Page, *, without: str | None = None, rules: Mapping[str, bool] | None = None
) -> list[tuple[str, str]]:
    """What axe finds wrong with a page: how much it matters, and what and where, in one line.

    Args:
        page: The page, in the state that is to be judged.
        without: A selector of what was judged before.
        rules: Rules of axe to switch on or off, by name.
    """
    from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    found = page.evaluate(
        "([context, options]) => axe.run(context, options).then(answer => answer.violations)",
        [
            {"exclude": [[without]]} if without else {"include": [["html"]]},
            {
                "resultTypes": ["violations"],
                "rules": {name: {"enabled": on} for name, on in (rules or {}).items()},
            },
        ],
    )
    return [
        (entry["impact"], f"{entry['id']}: {node['html'][:120]} ({node['failureSummary'][:200]})")
        for entry in found
        for node in entry["nodes"]
    ]


def serious_findings(page: Page, **options: Any) -> list[str]:
    """What axe finds wrong with a page that is serious or worse; options as of `findings`."""
    return [said for impact, said in findings(page, **options) if impact in {"serious", "critical"}]


def file_url(path: Path) -> str:
    """The URL of a file."""
    return path.resolve().as_uri()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def serve_folder(folder: Path) -> Iterator[str]:
    """The URL, ending in a slash, under which the files of a folder are served on loopback."""
    handler = partial(_Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()
