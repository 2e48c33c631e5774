"""A project of three sources that agree, refine and contradict each other, with our ontology."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from ctgraph.store.project import Bundle, locate
from ctgraph.store.reader.reader import survey

DATA = Path(__file__).parents[1] / "dispute_project" / "data"
SOURCES = ("evaluation", "notice", "report")
FILES = [DATA / f"{source}.trig" for source in SOURCES]


def make_project(folder: Path, sources: Iterable[str] = SOURCES) -> Bundle:
    """Return a project with the files of some of the sources, and the totals that they have."""
    ours = locate()
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("ontology", "queries"):
        if not (folder / name).exists():
            (folder / name).symlink_to(ours.root / name)
    (folder / "data").mkdir(exist_ok=True)
    for source in sources:
        shutil.copy(DATA / f"{source}.trig", folder / "data")
    bundle = Bundle(folder)
    write_totals(bundle)
    return bundle


def write_totals(bundle: Bundle) -> None:
    """Write the totals that the files have now."""
    counts = survey(bundle).counts
    lines = [
        "[total]",
        f"claims = {sum(one.claims for one in counts.values())}",
        f"quads = {sum(one.quads for one in counts.values())}",
    ]
    for name, count in counts.items():
        lines += [f'[files."{name}"]', f"claims = {count.claims}", f"quads = {count.quads}"]
    bundle.totals_file().write_text("\n".join(lines) + "\n", encoding="utf-8")
