"""The harness of the browser tests notices what those tests say does not happen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import browser
import pytest
from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser.open_browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def empty(chromium: Browser) -> Iterator[browser.Visit]:
    with browser.window(chromium) as opened:
        yield opened


PAGE = "<!DOCTYPE html><html lang=en><title>x</title><body><main><h1>x</h1>{}</main>"


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("<script>console.error('one')</script>", "one"),
        ("<script>console.warn('two')</script>", "two"),
        ("<script>throw new Error('three')</script>", "three"),
        ("<script>Promise.reject(new Error('four'))</script>", "four"),
        ("<script>alert('five')</script>", "five"),
        (
            '<meta http-equiv="Content-Security-Policy" content="script-src \'none\'">'
            "<script>var x = 1</script>",
            "Content Security Policy",
        ),
        ("<img alt=x src='http://elsewhere.example/x.png'>", "ERR_NAME_NOT_RESOLVED"),
    ],
)
def test_complaints_are_heard(empty: browser.Visit, tmp_path: Path, body: str, word: str) -> None:
    path = tmp_path / "x.html"
    path.write_text(PAGE.format(body), encoding="utf-8")
    empty.open(browser.file_url(path))
    empty.page.evaluate("new Promise(resolve => setTimeout(resolve))")  # a turn of its loop
    assert any(word in complaint for complaint in empty.complaints), empty.complaints


def test_foreign_requests_are_noticed(chromium: Browser, tmp_path: Path) -> None:
    body = "<img alt=x src='http://elsewhere.example/x.png'><img alt=x src='here.png'>"
    (tmp_path / "x.html").write_text(PAGE.format(body), encoding="utf-8")
    with (
        browser.serve_folder(tmp_path) as own,
        browser.visit(chromium, own + "x.html") as visited,
    ):
        assert own + "here.png" in visited.requests
        assert visited.foreign(own) == ["http://elsewhere.example/x.png"]


def test_an_address_is_opened_as_if_new(chromium: Browser, tmp_path: Path) -> None:
    path = tmp_path / "x.html"
    path.write_text(PAGE.format("<script>console.error('heard')</script>"), encoding="utf-8")
    with browser.window(chromium) as visited:
        visited.open(browser.file_url(path))
        visited.page.evaluate("window.mark = 1")
        visited.open(browser.file_url(path) + "#there")
        assert visited.page.evaluate("window.mark") is None
        assert visited.complaints == ["error: heard"]


def test_findings_are_judged_by_what_they_matter(empty: browser.Visit, tmp_path: Path) -> None:
    path = tmp_path / "x.html"
    path.write_text(PAGE.format("<img src='data:,'><h4>x</h4>"), encoding="utf-8")
    empty.open(browser.file_url(path))
    every = browser.findings(empty.page)
    assert {said.partition(":")[0] for _, said in every} == {"image-alt", "heading-order"}
    serious = browser.serious_findings(empty.page)
    assert [said.partition(":")[0] for said in serious] == ["image-alt"]
    assert browser.serious_findings(empty.page, without="img") == []
    assert browser.serious_findings(empty.page, rules={"image-alt": False}) == []


def test_without_chromium_a_test_is_skipped_but_not_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "PROGRAM", None)
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="chromium"):
        browser.require_chromium()
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="chromium"):
        browser.require_chromium()
