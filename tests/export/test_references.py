"""References of the graph, of sources and of answers, as citation managers read them."""

from __future__ import annotations

import datetime
import hashlib
import json
import re
import shlex
from typing import Any

import pytest
import rispy  # type: ignore[import-untyped]
from bibtexparser.entrypoint import parse_string
from click.testing import CliRunner, Result

from ctgraph.cli.app import cli
from ctgraph.errors import UnknownName
from ctgraph.export.resources import (
    CITATION_FORMATS,
    citation,
    format_references,
    refer_to_answer,
    refer_to_graph,
    refer_to_sources,
)
from ctgraph.query import ask
from ctgraph.store import Store, open_store

SOURCE = "mofa-evaluation-2024"
DAY = datetime.date(2026, 11, 30)
AWKWARD: dict[str, Any] = {
    "id": "a page/1 {x}",
    "type": "webpage",
    "title": r"50% of R&D_costs in ${EU}$ #1 \o/ ~^" + "\nER  - second line",
    "author": [{"literal": "Ministry of Justice and Home Affairs"}],
    "publisher": "Smith & Sons",
    "issued": {"date-parts": [[2024, 8]]},
    "accessed": {"date-parts": [[2026, 11, 30]]},
    "URL": "https://example.org/a_b?c=1&d=%20{x}",
    "language": "en",
}


@pytest.fixture(scope="module")
def store() -> Store:
    return open_store()


def call(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments), env={"LC_ALL": "C.UTF-8"})


def entries(text: str) -> list[Any]:
    library = parse_string(text)
    assert not library.failed_blocks
    return library.entries


def test_the_graph_is_cited_with_its_hash(store: Store) -> None:
    item = refer_to_graph(store)
    cited = citation(store)
    assert (item["type"], item["version"], item["URL"]) == (
        "dataset",
        cited["version"],
        cited["url"],
    )
    assert str(cited["hash"]) in item["note"]
    assert "issued" not in item


def test_a_source_is_cited_as_what_it_is(store: Store) -> None:
    (item,) = refer_to_sources(store, [f"https://w3id.org/ctgraph/id/{SOURCE}"], "ja")
    assert item["title"] == "令和６年度外務省政策評価書"
    assert item["author"] == [{"literal": "外務省"}]
    assert item["issued"] == {"date-parts": [[2024, 8]]}


def test_an_answer_is_cited_with_what_gives_it_again(store: Store) -> None:
    table = ask(store, "partners", {"actor": "GIFCT"})
    item = refer_to_answer(store, table, DAY)
    assert item["accessed"] == {"date-parts": [[2026, 11, 30]]}
    found = re.search(r"to: ctgraph (.+?)\. SHA-256 of the answer ([0-9a-f]{64})\.", item["note"])
    assert found
    said = call(*shlex.split(found[1]))
    assert said.exit_code == 0
    assert hashlib.sha256(said.stdout_bytes).hexdigest() == found[2]
    assert f"Answer of {len(table)} rows" in item["note"]
    assert refer_to_answer(store, ask(store, "partners", {"actor": "ctd:gifct"}), DAY) == item


def test_bibtex_reads_back() -> None:
    (entry,) = entries(format_references([AWKWARD], "bibtex"))
    fields = {field.key: field.value for field in entry.fields}
    assert entry.entry_type == "misc"
    assert re.fullmatch(r"[\w-]+", entry.key)
    assert fields["author"] == "{Ministry of Justice and Home Affairs}"
    assert fields["year"] == "2024"
    assert fields["date"] == "2024-08"
    assert fields["urldate"] == "2026-11-30"
    assert fields["publisher"] == r"Smith \& Sons"
    for char in "%&_$#":
        assert not re.search(rf"(?<!\\)\{char}", fields["title"])
    assert fields["url"] == "https://example.org/a_b?c=1&d=%20%7Bx%7D"


def test_ris_reads_back() -> None:
    text = format_references([AWKWARD, AWKWARD], "ris")
    first, second = rispy.loads(text)
    assert first == second
    assert first["type_of_reference"] == "ELEC"
    assert first["title"] == " ".join(AWKWARD["title"].split())
    assert first["authors"] == ["Ministry of Justice and Home Affairs"]
    assert first["year"] == "2024"
    assert first["urls"] == [AWKWARD["URL"]]


def test_csl_json_is_what_was_given() -> None:
    assert json.loads(format_references([AWKWARD], "csl-json")) == [AWKWARD]


def test_other_formats_are_refused() -> None:
    with pytest.raises(UnknownName, match="bibtex"):
        format_references([AWKWARD], "bibtext")


@pytest.mark.parametrize("format", CITATION_FORMATS)
def test_the_command_cites_graph_and_sources(format: str) -> None:
    said = call("export", "--cite", "-f", format, "--source", SOURCE)
    assert said.exit_code == 0
    assert SOURCE in said.stdout
    assert "According to" in said.stdout
    again = call("export", "--cite", "-f", format, "--source", SOURCE)
    assert again.stdout == said.stdout


def test_the_command_cites_an_answer(tmp_path: Any) -> None:
    file = tmp_path / "answer.bib"
    said = call("export", "--cite", "--question", "partners", "-p", "actor=GIFCT", "-o", str(file))
    assert said.exit_code == 0
    (entry,) = entries(file.read_text("utf-8"))
    assert entry.key.startswith("ctgraph-partners-")


@pytest.mark.parametrize(
    "given",
    [
        ["--cite", "--actor", "GIFCT"],
        ["--cite", "--describe"],
        ["--cite", "-p", "actor=GIFCT"],
        ["--cite", "-f", "turtle"],
        ["--cite", "--question", "nothing"],
        ["--question", "partners"],
        ["-p", "actor=GIFCT"],
        ["-f", "bibtex"],
        ["-o", "x.bib"],
    ],
)
def test_what_does_not_go_together_is_refused(given: list[str]) -> None:
    said = call("export", *given)
    assert said.exit_code == 2
    assert said.stdout == ""
    assert said.stderr.startswith("Error: ")
