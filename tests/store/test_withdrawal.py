"""Stores on disk that change: claims withdrawn and corrected, at once or not at all."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyoxigraph as ox
import pytest

from ctgraph.cli.app import run
from ctgraph.errors import BrokenFiles, DataError, StoreError, UnknownName
from ctgraph.store import build as building
from ctgraph.store.disk import read_description
from ctgraph.store.incremental import withdraw
from ctgraph.store.project import Bundle, locate
from ctgraph.store.store import build_store, open_store

HEAD = "".join(
    f"@prefix {name}: <https://w3id.org/ctgraph/{path}> .\n"
    for name, path in (("ct", "ontology#"), ("ctd", "id/"), ("ctv", "concept/"))
)
PART = """
ctd:{name} {{
    ctd:{name} a ct:Claim ; ct:quote "x"@ja ; ct:gloss "{name} takes part."@en ;
        ct:section ctd:{section} ; ct:basis ct:Stated .
    ctd:{actor}-part a ct:Participation ; ct:participant ctd:{actor} ;
        ct:activity ctd:workshop-2023 ; ct:role ctv:partner .
    {more}
}}
"""
OTHER = "ctd:other a ct:Source . ctd:other-section a ct:Section ; ct:source ctd:other ."
STATE = "ctd:{} a ct:State ."


@pytest.fixture(scope="module")
def bundle(mini: Path) -> Bundle:
    return locate(mini)


def write(folder: Path, name: str, *parts: str) -> Path:
    path = folder / f"{name}.trig"
    path.write_text(HEAD + "".join(parts), encoding="utf-8")
    return path


def part(name: str, actor: str = "", more: str = "", section: str = "mini-section-2") -> str:
    return PART.format(name=name, actor=actor or name, more=more or STATE.format(actor or name),
                       section=section)  # fmt: skip


def read(directory: Path, bundle: Bundle) -> set[ox.Quad]:
    with open_store(bundle.root, store=directory) as store:
        return set(store.quads())


def fresh(folder: Path, bundle: Bundle, *files: Path) -> set[ox.Quad]:
    build_store(folder, files, bundle)
    return read(folder, bundle)


def test_a_claim_and_a_source_are_withdrawn(bundle: Bundle, tmp_path: Path) -> None:
    store = tmp_path / "store"
    one = write(tmp_path, "one", part("one"))
    other = write(
        tmp_path, "other", part("two", "jpn", OTHER, "other-section"), part("three", "one", OTHER,
        "other-section"),
    )  # fmt: skip
    build_store(store, [one, other], bundle)
    before = read(store, bundle)
    found = withdraw(store, ["ctd:other"], bundle, dry_run=True)
    assert [*found.claims] == [f"https://w3id.org/ctgraph/id/{name}" for name in ("three", "two")]
    assert found.claims[next(iter(found.claims))] == {"en": "three takes part."}
    assert withdraw(store, ["other"], bundle, dry_run=True) == found
    assert read(store, bundle) == before
    assert withdraw(store, ["ctd:other"], bundle) == found
    assert read(store, bundle) == fresh(tmp_path / "without-other", bundle, one)
    assert read_description(store).withdrawn == ("https://w3id.org/ctgraph/id/other",)
    # What another claim states too stays, and a claim can come back.
    build_store(store, [other], bundle)
    assert read(store, bundle) == before
    withdraw(store, ["https://w3id.org/ctgraph/id/two", "ctd:three", "ctd:one"], bundle)
    assert read(store, bundle) == fresh(tmp_path / "bare", bundle)


def test_a_claim_is_corrected(bundle: Bundle, tmp_path: Path) -> None:
    store = tmp_path / "store"
    build_store(store, [write(tmp_path, "one", part("one"), part("two", "jpn"))], bundle)
    with pytest.raises(BrokenFiles, match="in the store already, and says something else"):
        build_store(store, [write(tmp_path, "new", part("one", "unodc"))], bundle)
    corrected = write(tmp_path, "new", part("one", "unodc", "ctd:unodc ct:amount 1 ."))
    build_store(store, [corrected], bundle, correct=True)
    same = write(tmp_path, "same", part("one", "unodc", "ctd:unodc ct:amount 1 ."),
                 part("two", "jpn"))  # fmt: skip
    assert read(store, bundle) == fresh(tmp_path / "fresh", bundle, same)


def test_what_others_speak_of_stays_described(bundle: Bundle, tmp_path: Path) -> None:
    store = tmp_path / "store"
    files = [write(tmp_path, "one", part("one", "body"), part("two", "body", STATE.format("jpn")))]
    build_store(store, files, bundle)
    before = read(store, bundle)
    with pytest.raises(DataError, match=r"1 things .*: ctd:body\. Such claims are ctd:two \(1 "):
        withdraw(store, ["ctd:one"], bundle)
    corrected = write(tmp_path, "new", part("one", "unodc", "ctd:unodc ct:amount 1 ."))
    with pytest.raises(DataError, match="no longer be described"):
        build_store(store, [corrected], bundle, correct=True)
    with pytest.raises(DataError, match=r"ctd:mini-a01.* Such claims are ctd:mini-x01"):
        withdraw(store, ["ctd:mini-a01"], bundle)
    for name in ("ctd:on", "ctd:jpn", "jpn", "ctd:a b", "a>b", "http://x/ y", ""):
        with pytest.raises(UnknownName, match="neither a claim of the store nor a source"):
            withdraw(store, [name], bundle)
    with pytest.raises(StoreError):
        withdraw(tmp_path / "none", ["ctd:one"], bundle)
    assert not (tmp_path / "none").exists()
    assert read(store, bundle) == before
    assert read_description(store).generation == 1


@pytest.mark.parametrize("most", [0, 40, 2_000])
def test_a_log_that_grows_goes_into_the_tables(
    bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(building, "_LOGGED", most)
    store = tmp_path / "store"
    build_store(store, [], bundle)
    files: list[Path] = []
    for number in range(5):
        files.append(write(tmp_path, f"f{number}", part(f"c{number}")))
        described = build_store(store, files[-1:], bundle)
        assert described.changes is not None
        # What one load adds may come on top.
        assert described.changes <= most + 40
    withdraw(store, ["ctd:c3", "ctd:c1"], bundle)
    left = [files[number] for number in (0, 2, 4)]
    assert read(store, bundle) == fresh(tmp_path / "fresh", bundle, *left)
    # A store of an older version does not say what is in its log.
    text = json.loads((store / "ctgraph-store.json").read_text("utf-8"))
    del text["changes"]
    (store / "ctgraph-store.json").write_text(json.dumps(text), "utf-8")
    build_store(store, [files[1]], bundle)
    assert read(store, bundle) == fresh(tmp_path / "with-1", bundle, *left, files[1])


CHANGE = """
import os, signal, sys
from pathlib import Path
from ctgraph.store.incremental import withdraw
from ctgraph.store.project import locate
from ctgraph.store.store import build_store
project, directory, file, stage = sys.argv[1:]
def progress(what, count):
    if what == stage:
        os.kill(os.getpid(), signal.SIGKILL)
if file.endswith(".trig"):
    build_store(Path(directory), [Path(file)], locate(project), progress=progress)
else:
    withdraw(Path(directory), [file], locate(project), progress=progress)
"""


@pytest.mark.parametrize("stage", ["rule participates-in", "count", "commit"])
def test_a_withdrawal_that_is_killed_changes_nothing(
    bundle: Bundle, tmp_path: Path, stage: str
) -> None:
    store = tmp_path / "store"
    build_store(store, [write(tmp_path, "one", part("one"))], bundle)
    before = read(store, bundle)
    command = [sys.executable, "-c", CHANGE, str(bundle.root), str(store), "ctd:one", stage]
    done = subprocess.run(command, capture_output=True, timeout=120, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert read(store, bundle) == before
    withdraw(store, ["ctd:one"], bundle)
    assert read(store, bundle) == fresh(tmp_path / "fresh", bundle)


def test_whenever_it_is_killed_it_is_old_or_new(bundle: Bundle, tmp_path: Path) -> None:
    store, file = tmp_path / "store", write(tmp_path, "one", part("one"))
    build_store(store, [], bundle)
    old = read(store, bundle)
    new = fresh(tmp_path / "fresh", bundle, file)
    chance = random.Random(14)
    for _ in range(6):
        is_old = read(store, bundle) == old
        what = str(file) if is_old else "ctd:one"
        process = subprocess.Popen([sys.executable, "-c", CHANGE, bundle.root, store, what, ""])
        time.sleep(chance.uniform(0.05, 0.6))
        process.kill()
        process.wait()
        assert read(store, bundle) in (old, new)


def test_the_command(bundle: Bundle, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = tmp_path / "store"
    build_store(store, [write(tmp_path, "one", part("one"))], bundle)
    where = ("--store", str(store), "--project", str(bundle.root))
    assert run(["withdraw", "ctd:one", "--dry-run", *where]) == 0
    said = capsys.readouterr()
    assert said.out.splitlines()[:2] == ["Claims: 1", "  ctd:one  one takes part."]
    assert "Nothing was changed" in said.err
    assert run(["withdraw", "ctd:nine", "--lang", "ja", *where]) == 2
    assert "情報源でもありません" in capsys.readouterr().err
    assert run(["withdraw", "ctd:one", "-f", "json", *where]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [*found["claims"]] == ["https://w3id.org/ctgraph/id/one"]
    assert (found["before"]["claims"], found["after"]["claims"]) == (7, 6)
    assert found["withdrawn"]
    assert run(["withdraw", "ctd:one", *where]) == 2
