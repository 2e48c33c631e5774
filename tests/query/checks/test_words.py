"""Mistakes of a curator, planted in claims and in rows, are found where they stand."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

from ctgraph.query.checks.findings import Report
from ctgraph.query.checks.run import check_broken, check_files
from ctgraph.store.project import Bundle

ROOT = Path(__file__).parents[3]
PLANTED = ROOT / "tests" / "broken" / "words"
Mistake = dict[str, Any]


def read_mistakes(name: str) -> list[Mistake]:
    found: list[Mistake] = tomllib.loads((PLANTED / name).read_text("utf-8"))["mistake"]
    return found


CLAIMS, ROWS = read_mistakes("claims.toml"), read_mistakes("rows.toml")


def copy_project(folder: Path) -> Path:
    """Copy the bundled data beside the ontology and the queries."""
    for name in ("ontology", "queries"):
        (folder / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / "data", folder / "data")
    return folder


def plant_claim(project: Path, mistake: Mistake) -> tuple[str, range]:
    """Change the block of a claim, and return the file and the lines of the block."""
    opening = f"\nctd:{mistake['claim']} {{\n"
    for path in sorted((project / "data").rglob("*.trig")):
        text = path.read_text(encoding="utf-8")
        if opening in text:
            start = text.index(opening) + 1
            end = text.index("\n}\n", start) + 3
            block = text[start:end]
            assert mistake["old"] in block, mistake["what"]
            changed = block.replace(mistake["old"], mistake["new"])
            path.write_text(text[:start] + changed + text[end:], encoding="utf-8")
            first = text.count("\n", 0, start) + 1
            return path.relative_to(project).as_posix(), range(first, first + changed.count("\n"))
    raise AssertionError(f"no claim {mistake['claim']}")


def plant_row(project: Path, mistake: Mistake) -> tuple[str, range]:
    """Change cells of a row, or add one, and return the file and the line of the row."""
    path = project / "data" / "pages" / f"{mistake.get('table', 'facts')}.tsv"
    head, *lines = path.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    columns = head.split("\t")
    keys = [line.split("\t")[0] for line in lines]
    if mistake["row"] not in keys:
        keys.append(mistake["row"])
        lines.append("\t".join([mistake["row"], *[""] * (len(columns) - 1)]))
    number = keys.index(mistake["row"])
    cells = dict(zip(columns, lines[number].split("\t"), strict=True))
    assert mistake["cells"].keys() <= {*columns, "seen_on"}, mistake["what"]
    cells |= mistake["cells"]
    if "seen_on" in mistake["cells"] and "seen_on" not in columns:
        head += "\tseen_on"
        lines = [line + "\t" for line in lines]
    lines[number] = "\t".join(cells.values())
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return path.relative_to(project).as_posix(), range(number + 2, number + 3)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> tuple[Report, dict[str, tuple[str, range]]]:
    """What the checks say of all mistakes together, and where each was planted."""
    project = copy_project(tmp_path_factory.mktemp("planted"))
    places = {}
    # From the beginning of a file to its end, so that no lines move that were noted.
    for mistake in sorted(CLAIMS, key=lambda one: position(one["claim"])):
        places[mistake["what"]] = plant_claim(project, mistake)
    for mistake in ROWS:
        if mistake["rule"] != "file-broken":
            places[mistake["what"]] = plant_row(project, mistake)
    found = check_broken(Bundle(project))
    assert found is not None
    # Rows that cannot be read hide the rest.
    broken = copy_project(tmp_path_factory.mktemp("broken"))
    for mistake in ROWS:
        if mistake["rule"] == "file-broken":
            places[mistake["what"]] = plant_row(broken, mistake)
    return Report((*found, *check_files(Bundle(broken))), found.ran), places


def position(claim: str) -> int:
    return max(
        path.read_text("utf-8").find(f"\nctd:{claim} {{\n")
        for path in (ROOT / "data").rglob("*.trig")
    )


@pytest.mark.parametrize("mistake", CLAIMS + ROWS, ids=lambda one: one["what"].replace(" ", "-"))
def test_mistake_is_found(
    mistake: Mistake, report: tuple[Report, dict[str, tuple[str, range]]]
) -> None:
    found, places = report
    file, lines = places[mistake["what"]]
    there = [one for one in found if one.file == file and one.line in lines]
    named = [one for one in there if one.rule == mistake["rule"]]
    assert named, sorted({one.rule for one in there})
    for one in named:
        assert one.repair.en, one
        assert one.repair.ja != one.repair.en, one
        assert one.message.ja != one.message.en, one


def test_there_are_many_mistakes_of_each_kind() -> None:
    whats = [mistake["what"] for mistake in CLAIMS + ROWS]
    assert len(whats) == len({*whats}) >= 60
