"""The reference pages are those that the code, the questions and the ontology make."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = (
    *("cli.md", "errors.md", "questions.md", "ontology.md", "vocabularies.md", "rules.md"),
    "measures.md",
)
# readers.md is written by programs that are not here: scripts/build_readers.py.
WRITTEN_ELSEWHERE = {"protocol.md", "readers.md"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("reference")
    script = ROOT / "scripts" / "build_reference.py"
    subprocess.run([sys.executable, script, target], check=True, cwd=target)
    return target


@pytest.mark.parametrize("page", PAGES)
def test_page_is_current(built: Path, page: str) -> None:
    committed = (ROOT / "docs" / "reference" / page).read_text(encoding="utf-8")
    assert committed == (built / page).read_text(encoding="utf-8"), (
        f"docs/reference/{page} is out of date: run python scripts/build_reference.py"
    )


def test_no_page_is_left_over() -> None:
    pages = {path.name for path in (ROOT / "docs" / "reference").glob("*.md")}
    assert pages == set(PAGES) | WRITTEN_ELSEWHERE
