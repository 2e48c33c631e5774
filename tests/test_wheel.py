"""The wheel holds everything it needs, and runs from any folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

import ctgraph

ROOT = Path(__file__).parents[1]

hatchling = pytest.importorskip("hatchling.builders.wheel")

# Python 3.11.4 has the argument, and 3.14 wants nothing else.
_FILTER: Any = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built in this process: no network, no other environment."""
    directory = tmp_path_factory.mktemp("dist")
    builder = hatchling.WheelBuilder(str(ROOT))
    (built,) = builder.build(directory=str(directory), versions=["standard"])
    return Path(built)


@pytest.fixture(scope="module")
def wheel_of_sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that the source distribution makes, unpacked where nothing else is."""
    sdist = pytest.importorskip("hatchling.builders.sdist")
    directory = tmp_path_factory.mktemp("sdist")
    (packed,) = sdist.SdistBuilder(str(ROOT)).build(directory=str(directory), versions=["standard"])
    with tarfile.open(packed) as archive:
        archive.extractall(directory, **_FILTER)
    unpacked = directory / f"ctgraph-{ctgraph.__version__}"
    builder = hatchling.WheelBuilder(str(unpacked))
    (built,) = builder.build(directory=str(directory), versions=["standard"])
    return Path(built)


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which nothing but the wheel is installed."""
    target = tmp_path_factory.mktemp("site")
    subprocess.run(
        [
            sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index",
            "--disable-pip-version-check", "--target", str(target), str(wheel),
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return target


def run(installed: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PYTHONPATH": str(installed),
        "CTGRAPH_PROJECT": "",
        "XDG_CACHE_HOME": str(folder / "cache"),
        "LC_ALL": "C.UTF-8",
    }
    return subprocess.run(
        [sys.executable, "-m", "ctgraph", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_the_wheel_holds_the_whole_graph_and_nothing_of_the_checkout(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("ontology", "data", "queries"):
        there = {
            f"ctgraph/_bundle/{path.relative_to(ROOT).as_posix()}"
            for path in (ROOT / folder).rglob("*")
            if path.is_file() and not path.name.startswith(".")
        }
        assert there
        assert not there - names
    assert "ctgraph/py.typed" in names
    roots = {name.split("/")[0] for name in names}
    assert roots == {"ctgraph", f"ctgraph-{ctgraph.__version__}.dist-info"}


def test_the_wheel_holds_the_editor_and_its_licences(wheel: Path, wheel_of_sdist: Path) -> None:
    static = "ctgraph/service/pages/static"
    for built in (wheel, wheel_of_sdist):
        with zipfile.ZipFile(built) as archive:
            for name in ("editor.js", "editor.LICENSES.txt"):
                there = (ROOT / "src" / static / name).read_bytes()
                assert archive.read(f"{static}/{name}") == there


def test_the_source_distribution_makes_the_same_wheel(wheel: Path, wheel_of_sdist: Path) -> None:
    names = [zipfile.ZipFile(built).namelist() for built in (wheel, wheel_of_sdist)]
    assert sorted(names[0]) == sorted(names[1])


def test_the_version_is_told_once() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["version"] == ctgraph.__version__


def test_the_installed_package_is_not_the_checkout(installed: Path, tmp_path: Path) -> None:
    code = "import ctgraph; print(ctgraph.__file__)"
    where = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert Path(where.strip()).is_relative_to(installed)


def test_it_answers_from_another_folder(installed: Path, tmp_path: Path) -> None:
    answer = run(installed, tmp_path, "ask", "partners", "-p", "actor=UNODC", "-f", "json")
    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout)["results"]["bindings"]
    truth = run(installed, tmp_path, "query", "ASK { ctd:jpn ct:cooperatesWith ctd:unodc }")
    assert (truth.returncode, truth.stdout.strip()) == (0, "true"), truth.stderr


def test_it_checks_the_project_of_the_working_folder(
    installed: Path, mini_copy: Path, tmp_path: Path
) -> None:
    """A broken checkout is not hidden by the copy in the package."""
    next(mini_copy.glob("data/*/text.txt")).write_text("別の文。", encoding="utf-8")
    checked = run(installed, mini_copy / "data", "check", "--only", "quotes")
    assert checked.returncode == 1
    assert checked.stderr.splitlines()[0] == f"Project: {mini_copy}"
    assert "[quote-not-found]" in checked.stdout
    elsewhere = run(installed, tmp_path, "check", "--only", "quotes", "-f", "json")
    assert elsewhere.returncode == 0, elsewhere.stderr
    assert json.loads(elsewhere.stdout)["project"] == str(installed / "ctgraph" / "_bundle")


def test_its_demo_writes_where_it_is_called(installed: Path, tmp_path: Path) -> None:
    demo = run(installed, tmp_path, "demo")
    assert demo.returncode == 0, demo.stderr
    written = {path.suffix for path in (tmp_path / "ctgraph-demo").iterdir()}
    assert {".ttl", ".html", ".md", ".csv"} <= written
