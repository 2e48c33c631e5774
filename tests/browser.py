"""A real browser for the tests of pages: Debian's Chromium, driven by Playwright.

Every request, every message of the console and every error of a page is kept, so that a test can
say that there was none.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser")
SIZES = {"laptop": (1280, 720), "projector": (1920, 1080), "phone": (390, 844)}


def require_chromium() -> str:
    """The path of Chromium; a test without one is skipped, but not where all must run."""
    if PROGRAM is not None:
        return PROGRAM
    if os.environ.get("CI"):
        pytest.fail("there is no chromium: apt-get install chromium")
    pytest.skip("there is no chromium")


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Chromium without a window, that asks nobody for updates."""
    program = require_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        try:
            yield browser
        finally:
            browser.close()


class Visit:
    """A page that was opened, and what it did.

    Attributes:
        page: Playwright's page.
        requests: The URLs it asked for, its own included.
        complaints: Errors, warnings and violations of its policy.
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
def visit(
    browser: Browser, url: str, size: str = "laptop", ready: str = "html", **context: Any
) -> Iterator[Visit]:
    """A page in a context of its own.

    Args:
        browser: The browser.
        url: Where the page is.
        size: A name of `SIZES`.
        ready: A selector that fits when the page stands.
        **context: More options of Playwright's contexts.
    """
    wide, high = SIZES[size]
    made = browser.new_context(viewport={"width": wide, "height": high}, **context)
    made.set_default_timeout(20_000)
    try:
        visited = Visit(made)
        visited.page.goto(url)
        visited.page.wait_for_selector(ready, state="attached")
        yield visited
    finally:
        made.close()


def serious_findings(page: Page) -> list[str]:
    """What axe finds wrong with a page that is serious or worse, one line each."""
    from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

    found = Axe().run(page).response["violations"]
    return [
        f"{entry['id']}: {node['html'][:120]} ({node['failureSummary'][:200]})"
        for entry in found
        if entry["impact"] in {"serious", "critical"}
        for node in entry["nodes"]
    ]


def file_url(path: Path) -> str:
    """The URL of a file."""
    return path.resolve().as_uri()
