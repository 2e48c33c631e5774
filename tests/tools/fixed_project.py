"""The project that golden answers come from: the first source alone, whatever else is bundled."""

from __future__ import annotations

import tomllib
from pathlib import Path

from ctgraph.store.reader.totals import FileCount, format_totals

ROOT = Path(__file__).parents[2]
FOLDERS = ("mofa-evaluation-2024", "register")
STORIES = ("japan-in-fiscal-year-2023.toml", "the-sheet-in-six-steps.toml")
"""The stories that the first source tells alone."""


def make_fixed_project(folder: Path) -> Path:
    """Make a project of links to the checkout's ontology, questions and first source.

    Args:
        folder: An empty folder, which becomes the project.
    """
    (folder / "ontology").symlink_to(ROOT / "ontology", target_is_directory=True)
    stories = folder / "queries" / "stories"
    stories.mkdir(parents=True)
    for path in (ROOT / "queries").iterdir():
        if path.name != stories.name:
            (folder / "queries" / path.name).symlink_to(path)
    for name in STORIES:
        (stories / name).symlink_to(ROOT / "queries" / "stories" / name)
    data = folder / "data"
    data.mkdir()
    for name in FOLDERS:
        (data / name).symlink_to(ROOT / "data" / name, target_is_directory=True)
    counts = tomllib.loads((ROOT / "data" / "totals.toml").read_text(encoding="utf-8"))["files"]
    kept = {
        name: FileCount(**count)
        for name, count in counts.items()
        if name.partition("/")[0] in FOLDERS
    }
    (data / "totals.toml").write_text(format_totals(kept), encoding="utf-8")
    return folder
