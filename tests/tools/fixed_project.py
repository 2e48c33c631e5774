"""The project that golden answers come from: the first source alone, whatever else is bundled."""

from __future__ import annotations

import tomllib
from pathlib import Path

from ctgraph.store.reader.problems import FileCount
from ctgraph.store.reader.totals import format_totals

ROOT = Path(__file__).parents[2]
FOLDERS = ("mofa-evaluation-2024", "register")


def make_fixed_project(folder: Path) -> Path:
    """Make a project of links to the checkout's ontology, questions and first source.

    Args:
        folder: An empty folder, which becomes the project.
    """
    for name in ("ontology", "queries"):
        (folder / name).symlink_to(ROOT / name, target_is_directory=True)
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
