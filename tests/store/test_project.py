"""Finding the folders of a project and the files in them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from ctgraph.errors import DataError
from ctgraph.store import project
from ctgraph.store.project import Bundle, locate


def names(bundle: Bundle, paths: list[Path]) -> list[str]:
    return [bundle.show(path) for path in paths]


def test_files_of_the_small_bundle(mini_bundle: Bundle) -> None:
    assert names(mini_bundle, mini_bundle.data_files()) == [
        "data/mini-source/efforts.trig",
        "data/mini-source/source.trig",
        "data/register/actors.trig",
    ]
    assert names(mini_bundle, mini_bundle.vocabulary_files()) == ["ontology/vocabularies/roles.ttl"]
    assert names(mini_bundle, mini_bundle.rule_files()) == ["ontology/rules/participates-in.rq"]
    assert names(mini_bundle, mini_bundle.question_files()) == ["queries/activities.rq"]
    assert names(mini_bundle, mini_bundle.check_files()) == [
        "queries/checks/actor-without-label-violation.rq"
    ]
    assert names(mini_bundle, mini_bundle.shape_files()) == ["ontology/shapes/claim.ttl"]
    assert names(mini_bundle, [mini_bundle.ontology_file()]) == ["ontology/ctgraph.ttl"]
    assert mini_bundle.text_file("mini-source").is_file()


def test_the_packages_own_bundle(bundled_project: Bundle) -> None:
    assert bundled_project.root == Path(__file__).parents[2]
    assert bundled_project.ontology_file().is_file()
    assert bundled_project.data_files()


def test_the_fixed_project_holds_the_first_source_alone(
    fixed_project: Path, bundled_project: Bundle
) -> None:
    fixed = locate(fixed_project)
    shown = names(fixed, fixed.data_files())
    assert {name.split("/")[1] for name in shown} == {"mofa-evaluation-2024", "register"}
    assert set(shown) <= set(names(bundled_project, bundled_project.data_files()))
    assert names(fixed, fixed.question_files()) == names(
        bundled_project, bundled_project.question_files()
    )


def test_the_variable_names_a_project_where_no_argument_does(
    mini: Path, mini_copy: Path, fixed_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert locate().root == fixed_project
    monkeypatch.setenv("CTGRAPH_PROJECT", str(mini))
    assert locate().root == mini
    assert locate(mini_copy).root == mini_copy
    monkeypatch.setenv("CTGRAPH_PROJECT", "mini")
    monkeypatch.chdir(mini_copy.parent)
    assert locate().root == mini_copy


def test_an_empty_variable_is_not_set(
    bundled_project: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CTGRAPH_PROJECT", "")
    assert locate().root == bundled_project.root


@pytest.mark.parametrize(("name", "said"), [("nowhere", "no such folder"), ("", "not a project")])
def test_a_wrong_variable_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, said: str
) -> None:
    monkeypatch.setenv("CTGRAPH_PROJECT", str(tmp_path / name))
    with pytest.raises(DataError, match=f"{said}.*CTGRAPH_PROJECT names it"):
        locate()
    with pytest.raises(DataError) as caught:
        locate(tmp_path / name)
    assert "CTGRAPH_PROJECT" not in str(caught.value)


def test_hidden_files_are_left_out(mini_copy: Path) -> None:
    before = locate(mini_copy).data_files()
    (mini_copy / "data/register/.actors.trig.swp.trig").write_text("x")
    (mini_copy / "data/.old").mkdir()
    (mini_copy / "data/.old/a.trig").write_text("x")
    assert locate(mini_copy).data_files() == before


@pytest.mark.parametrize(
    ("folder", "method", "said"),
    [
        ("queries", "question_files", r"has no questions\. They are read from queries/"),
        ("queries/checks", "check_files", "has no violation queries"),
        ("ontology/shapes", "shape_files", "has no shapes"),
    ],
)
def test_a_folder_may_be_missing_until_it_is_needed(
    mini_copy: Path, folder: str, method: str, said: str
) -> None:
    shutil.rmtree(mini_copy / folder)
    bundle = locate(mini_copy)
    assert bundle.data_files()
    with pytest.raises(DataError, match=said):
        getattr(bundle, method)()


def test_no_ontology_file(mini_copy: Path) -> None:
    (mini_copy / "ontology/ctgraph.ttl").unlink()
    with pytest.raises(DataError, match=r"ontology/ctgraph\.ttl: no such file"):
        locate(mini_copy).ontology_file()


def test_no_such_project(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such folder"):
        locate(tmp_path / "nowhere")


def test_not_a_project(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="not a project"):
        locate(tmp_path)


@pytest.mark.usefixtures("bundled_project")
def test_an_installed_package_without_its_bundle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(project, "_PACKAGE", tmp_path / "a/b/c")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError, match="lacks its graph"):
        locate()


@pytest.mark.usefixtures("bundled_project")
def test_an_installed_package_prefers_its_bundle(
    mini: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(mini, tmp_path / "src/ctgraph/_bundle")
    shutil.copytree(mini, tmp_path, dirs_exist_ok=True)
    monkeypatch.setattr(project, "_PACKAGE", tmp_path / "src/ctgraph")
    monkeypatch.chdir(tmp_path.parent)
    assert locate().root == tmp_path / "src/ctgraph/_bundle"
    shutil.rmtree(tmp_path / "src/ctgraph/_bundle")
    assert locate().root == tmp_path


def test_a_project_may_be_named_from_where_one_stands(
    mini_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(mini_copy.parent)
    assert locate("mini").root == mini_copy


def test_paths_are_shown_from_the_root_or_the_working_folder(
    mini_bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert mini_bundle.show(mini_bundle.data / "x.trig") == "data/x.trig"
    assert mini_bundle.show(tmp_path / "y.trig") == "y.trig"
    assert mini_bundle.show(Path("/elsewhere/z.trig")) == "/elsewhere/z.trig"


EDITS = [
    "ontology/ctgraph.ttl",
    "ontology/vocabularies/roles.ttl",
    "ontology/rules/participates-in.rq",
    "data/register/actors.trig",
    "data/totals.toml",
]


@pytest.mark.parametrize("file", EDITS)
def test_the_fingerprint_sees_every_edit(mini_copy: Path, file: str) -> None:
    bundle = locate(mini_copy)
    before = bundle.fingerprint()
    assert bundle.fingerprint() == before
    path = mini_copy / file
    status = path.stat()
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + 1))
    assert bundle.fingerprint() != before


def test_the_fingerprint_sees_new_lost_and_renamed_files(mini_copy: Path) -> None:
    bundle = locate(mini_copy)
    seen = {bundle.fingerprint()}
    actors = mini_copy / "data/register/actors.trig"
    actors.rename(actors.with_name("people.trig"))
    seen.add(bundle.fingerprint())
    actors.with_name("people.trig").unlink()
    seen.add(bundle.fingerprint())
    assert len(seen) == 3


def test_the_content_hash_goes_by_content_alone(mini: Path, mini_copy: Path) -> None:
    os.utime(mini_copy / "data/register/actors.trig", (0, 0))
    assert locate(mini_copy).content_hash() == locate(mini).content_hash()
    with (mini_copy / "data/register/actors.trig").open("a") as stream:
        stream.write("# a comment\n")
    assert locate(mini_copy).content_hash() != locate(mini).content_hash()


def test_the_project_of_the_working_folder(
    bundled_project: Bundle, mini_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is found from a folder in it, as git does, unless something names another."""
    below = mini_copy / "data" / "mini-source"
    for folder in (mini_copy, below):
        monkeypatch.chdir(folder)
        assert locate().root == mini_copy
    monkeypatch.setenv("CTGRAPH_PROJECT", str(bundled_project.root))
    assert locate().root == bundled_project.root
    monkeypatch.delenv("CTGRAPH_PROJECT")
    monkeypatch.chdir(bundled_project.root / "docs")
    assert locate(mini_copy).root == mini_copy


def test_a_folder_that_is_called_data_is_no_project(
    bundled_project: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("data", "ontology", "queries"):
        (tmp_path / name).mkdir()
    (tmp_path / "ontology" / "other.ttl").touch()
    monkeypatch.chdir(tmp_path / "data")
    assert locate().root == bundled_project.root
    (tmp_path / "ontology" / "ctgraph.ttl").touch()
    (tmp_path / "data").rmdir()
    monkeypatch.chdir(tmp_path)
    assert locate().root == bundled_project.root


def test_a_working_folder_that_was_removed(
    bundled_project: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert locate().root == bundled_project.root
