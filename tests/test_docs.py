"""Examples run: the Python blocks of the pages, and those in docstrings."""

from __future__ import annotations

import doctest
import importlib
import re
from pathlib import Path

import pytest

import ctgraph

ROOT = Path(__file__).parents[1]
PAGES = [
    path.relative_to(ROOT).as_posix()
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
    if "```python\n>>> " in path.read_text(encoding="utf-8")
]
PACKAGE = Path(ctgraph.__file__).parent
MODULES = sorted(
    path.relative_to(PACKAGE).with_suffix("").as_posix().replace("/", ".")
    for path in PACKAGE.rglob("*.py")
)


def test_the_tutorial_is_among_the_pages() -> None:
    assert "docs/tutorial.md" in PAGES


@pytest.mark.usefixtures("bundled_project")
@pytest.mark.parametrize("page", PAGES)
def test_the_blocks_of_a_page_print_what_they_show(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    text = (ROOT / page).read_text(encoding="utf-8")
    # Everything but the blocks becomes empty lines, so that a failure names the page's own line.
    kept: list[str] = []
    inside = False
    for line in text.splitlines():
        if line.startswith("```"):
            inside = line == "```python" and not inside
            kept.append("")
        else:
            kept.append(line if inside else "")
    parsed = doctest.DocTestParser().get_doctest("\n".join(kept), {}, page, page, 0)
    assert parsed.examples
    outcome = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(parsed)
    assert outcome.failed == 0, capsys.readouterr().out


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_in_docstrings_are_right(
    module: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if module == "__main__":
        return  # importing it runs the command line
    name = f"ctgraph.{module}".removesuffix(".__init__")
    outcome = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS)
    assert outcome.failed == 0, capsys.readouterr().out


def test_the_links_of_the_pages_lead_somewhere() -> None:
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))):
        text = path.read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
            assert (path.parent / target).exists(), f"{path.name} links to {target}"
