"""`--source` and `--as-of` on every command that asks the graph."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pagetools import unpack_page

import ctgraph
from ctgraph.cli.app import cli
from ctgraph.errors import UnknownName

SHEET = ("--source", "mofa-evaluation-2024")
DAY = ("--as-of", "2022")
COUNT = "SELECT (COUNT(DISTINCT ?x) AS ?n) { ?x a/rdfs:subClassOf* ct:Activity }"


def call(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["--lang", "en", *arguments])


@pytest.mark.parametrize(
    "command",
    [
        ("query", "SELECT ?x { ?x a ct:Meeting } ORDER BY ?x"),
        ("ask", "partners", "-p", "actor=UNODC"),
        ("show", "UNODC"),
        ("find", "unodc"),
        ("measure", "--of", "network"),
        ("path", "UNODC", "ICPO"),
        ("export", "-f", "turtle"),
        ("draw", "-o", "network.html"),
        ("draw", "-o", "timeline.svg", "--chart", "timeline"),
        ("draw", "-o", "network.gexf"),
        ("stats",),
        ("why", "ctd:jpn ct:cooperatesWith ctd:unodc"),
        ("why", "ctd:mofa-2024-c01"),
    ],
)
def test_every_command_takes_them(
    command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    # `why` takes its options before what follows.
    name, *rest = command
    done = call(name, *SHEET, *DAY, *rest)
    assert done.exit_code == 0, done.stderr
    assert "According to Policy evaluation report" in done.stderr
    assert "as of 2022-12-31" in done.stderr
    assert "Kept without a day" in done.stderr
    assert done.stdout or any(tmp_path.iterdir())
    quiet = call(name, "-q", *SHEET, *DAY, *rest)
    assert "According" not in quiet.stderr


def test_one_source_answers_as_before() -> None:
    for command in (("ask", "cooperation", "-f", "json"), ("query", COUNT), ("find", "unodc")):
        assert call(*command, *SHEET).stdout == call(*command).stdout


def test_a_day_leaves_out_what_came_later() -> None:
    numbers = [
        int(call("query", COUNT, "-f", "csv", "--as-of", day).stdout.split()[1])
        for day in ("2020", "2022", "2023-06", "2024-12-31")
    ]
    assert numbers == sorted(set(numbers))


def test_answers_say_their_scope(tmp_path: Path) -> None:
    said = "as of 2022-12-31"
    assert json.loads(call("stats", "-f", "json", *DAY).stdout)["scope"]["as_of"] == "2022-12-31"
    assert json.loads(call("show", "UNODC", "-f", "json", *DAY).stdout)["scope"]["undated"] > 0
    assert call("stats", *DAY).stdout.startswith("As of 2022-12-31")
    assert f"# scope: {said}\n" in call("export", *DAY).stdout
    assert said in call("export", "--describe", *DAY).stdout
    asked = ("ask", "partners", "-p", "actor=UNODC", "--evidence", *DAY)
    assert call(*asked).stdout.startswith("As of 2022-12-31.\n")
    assert json.loads(call(*asked, "-f", "json").stdout)["scope"]["text"]["ja"]
    row = json.loads(call(*asked, "-f", "jsonl").stdout.splitlines()[0])
    assert row["scope"]["as_of"] == "2022-12-31"
    proven = call("why", *DAY, "ctd:jpn ct:cooperatesWith ctd:unodc")
    assert proven.stdout.startswith("As of 2022-12-31.\n")
    for name in ("network.svg", "network.html", "network.gexf"):
        assert call("draw", "-o", str(tmp_path / name), *DAY).exit_code == 0
        made = (tmp_path / name).read_bytes()
        text = str(unpack_page(made)) if name.endswith("html") else made.decode("utf-8")
        assert "2022-12-31" in text
    # Without a scope nothing of the kind is said.
    assert "scope" not in json.loads(call("stats", "-f", "json").stdout)
    assert "# scope:" not in call("export").stdout


def test_why_passes_them_on() -> None:
    done = call("why", "1", "ask", "partners", "-p", "actor=UNODC", *DAY)
    assert done.exit_code == 0
    assert done.stdout.startswith("As of 2022-12-31.")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--source", "mofa-evaluation-2025"), "Did you mean mofa-evaluation-2024"),
        (("--source", "kind:nonsense"), "kind:official"),
        (("--as-of", "soon"), "Write YYYY, YYYY-MM or YYYY-MM-DD"),
        (("--as-of", ""), "no date"),
        (("--source", "mofa-website"), "no claim"),
    ],
)
def test_mistakes_are_told(options: tuple[str, str], said: str) -> None:
    done = call("ask", "cooperation", *options)
    assert done.exit_code == 2
    assert said in done.stderr


def test_sources_are_completed(monkeypatch: pytest.MonkeyPatch) -> None:
    def offered(typed: str) -> str:
        done = CliRunner().invoke(
            cli,
            prog_name="ctgraph",
            env={
                "_CTGRAPH_COMPLETE": "bash_complete",
                "COMP_WORDS": f"ctgraph ask --source {typed}",
                "COMP_CWORD": "3",
            },
        )
        return done.stdout

    assert "mofa-evaluation-2024" in offered("mofa")
    assert "kind:official" in offered("kind")
    assert "mofa" not in offered("iso")


def test_python_has_them_too() -> None:
    with ctgraph.open() as kg:
        sheet, dated = kg.according_to("mofa-evaluation-2024"), kg.as_of("2022")
        assert sheet.stats().triples == kg.stats().triples
        assert dated.stats().activities < kg.stats().activities
        both = sheet.as_of("2022")
        assert both.scope.as_of == "2022-12-31"
        assert both.stats().activities == dated.stats().activities
        with pytest.raises(UnknownName):
            kg.according_to("nobody")
    with ctgraph.open(sources=["mofa-evaluation-2024"], as_of="2022") as opened:
        assert opened.scope == both.scope
    with ctgraph.open(sources="mofa-evaluation-2024") as named:
        assert len(named.scope.sources) == 1
