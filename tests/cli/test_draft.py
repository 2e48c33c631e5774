"""The command `draft`: what it writes, and what it refuses."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ctgraph.cli.app import cli


def call(*arguments: str, stdin: str | None = None) -> Result:
    env = {"LC_ALL": "C.UTF-8", "LANG": "", "LC_MESSAGES": ""}
    return CliRunner().invoke(cli, list(arguments), input=stdin, env=env)


DRAFTED = "Japan and UNODC held consultations in Geneva on 1 July 2025.\n"


def test_a_draft_is_a_folder_of_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("page.txt").write_text(DRAFTED, encoding="utf-8")
    result = call("draft", "page.txt", "--title", "News of the forum", "--date", "2025-07")
    assert (result.exit_code, result.stdout) == (0, "")
    folder = "draft-news-of-the-forum-2025-07"
    assert result.stderr.startswith(f"{folder}: 1 facts from 1 sentences, 0 new actors, 1 new")
    with (tmp_path / folder / "facts.tsv").open(encoding="utf-8", newline="") as stream:
        (row,) = csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
    assert (row["subject_id"], row["relation"], row["object_id"]) == (
        "jpn",
        "consulted-with",
        "unodc",
    )
    assert sorted(path.name for path in (tmp_path / folder).iterdir()) == [
        "events.tsv",
        "facts.tsv",
        "locators.tsv",
        "sources.tsv",
    ]
    again = call("draft", "page.txt", "-o", folder, "--lang", "ja")
    assert (again.exit_code, "既にあります" in again.stderr) == (2, True)


def test_a_draft_on_standard_output(tmp_path: Path) -> None:
    table = call("draft", "-", "-f", "tsv", stdin=DRAFTED).stdout.splitlines()
    assert table[0].startswith("id\tsource_id\tlocator\tkind\t")
    assert len(table) == 2
    tables = json.loads(call("draft", "-", "-f", "json", stdin=DRAFTED).stdout)
    assert tables["facts"][0]["words"] == DRAFTED.strip()
    nothing = call("draft", "-", "-f", "tsv", stdin="Nothing is said of anybody here.")
    assert (nothing.exit_code, nothing.stdout) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["https://example.org/page"], 2, "fetches nothing"),
        (["no-such-file.txt"], 3, "no-such-file.txt"),
        (["-"], 3, "no words"),
        (["-", "--date", "July"], 2, "is no date"),
        (["-", "--source-id", "No Slug"], 3, "not a slug"),
        (["-", "-o", "no/such/folder"], 2, "no/such"),
    ],
)
def test_what_cannot_be_drafted(arguments: list[str], code: int, said: str) -> None:
    result = call("draft", *arguments, stdin=" ")
    assert (result.exit_code, said in result.stderr) == (code, True), result.stderr
