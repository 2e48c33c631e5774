"""What ctgraph writes with claims it loads again, into the same graph."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from growing import extend_graph

from ctgraph.cli.app import run
from ctgraph.errors import BrokenFiles
from ctgraph.export.graph import export
from ctgraph.store import locate
from ctgraph.store.cache import compile_graph
from ctgraph.store.store import Store, open_store
from ctgraph.terms import CTD

ALL = ("claims", "derived", "ontology")


@pytest.fixture(scope="module")
def lines(graph_store: Store) -> list[str]:
    return sorted(map(str, graph_store.quads()))


@pytest.mark.parametrize(
    ("ending", "parts", "slices"),
    [
        ("trig", ALL, {}),
        ("nq", ALL, {}),
        ("jsonld", ALL, {}),
        ("trig", ("claims",), {"actor": "Japan"}),
        ("nq", ("claims", "derived"), {"actor": "UNODC"}),
        ("jsonld", ("claims",), {"year": "2023"}),
        ("trig", ("claims", "derived"), {"stated_only": True}),
        ("nq", ("claims",), {"actor": "UNAFEI", "stated_only": True}),
    ],
)
def test_an_export_adds_nothing(
    graph_store: Store,
    lines: list[str],
    tmp_path: Path,
    ending: str,
    parts: Sequence[str],
    slices: dict[str, Any],
) -> None:
    file = tmp_path / f"x.{ending}"
    written = export(graph_store, file, parts=parts, **slices)
    assert written.claims
    assert not written.outside
    store = compile_graph(locate(), [file])
    assert sorted(map(str, store)) == lines
    extend_graph(store, locate(), [file])
    assert sorted(map(str, store)) == lines


NEW = f"""
@prefix ct: <https://w3id.org/ctgraph/ontology#> .
@prefix ctd: <{CTD}> .
ctd:extra-1 {{
    ctd:extra-1 a ct:Claim ; ct:section ctd:mofa-2024-goals ;
        ct:quote "UNODCと協力した" ; ct:gloss "It is small."@en ; ct:basis ct:Stated .
    ctd:unodc ct:note "It is small."@en .
}}
"""


@pytest.mark.parametrize("ending", ["trig", "nq", "jsonld"])
def test_what_an_export_has_beside_is_added(tmp_path: Path, ending: str) -> None:
    more, file = tmp_path / "more.trig", tmp_path / f"x.{ending}"
    more.write_text(NEW, "utf-8")
    with open_store(files=[more]) as store:
        export(store, file, parts=ALL)
        lines = sorted(map(str, store.quads()))
    assert sorted(map(str, compile_graph(locate(), [file]))) == lines


def test_another_claim_of_the_same_name_is_refused(graph_store: Store, tmp_path: Path) -> None:
    file = tmp_path / "x.nq"
    export(graph_store, file, parts=("claims",), actor="UNAFEI")
    name = f"<{CTD}mofa-2024-a17>"
    file.write_text(file.read_text("utf-8") + f'<{CTD}unafei> <{CTD}p> "other" {name} .\n', "utf-8")
    store = compile_graph(locate())
    with pytest.raises(BrokenFiles, match="says something else") as caught:
        extend_graph(store, locate(), [file])
    assert len(caught.value.problems) == 1


def test_a_triple_of_no_claim_is_still_refused(graph_store: Store, tmp_path: Path) -> None:
    file = tmp_path / "x.trig"
    export(graph_store, file, parts=("claims",), actor="UNAFEI")
    file.write_text(file.read_text("utf-8") + f'<{CTD}unafei> <{CTD}p> "other" .\n', "utf-8")
    with pytest.raises(BrokenFiles, match=r"unafei stands outside a claim") as caught:
        compile_graph(locate(), [file])
    assert len(caught.value.problems) == 1


def test_what_a_query_made_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    query = tmp_path / "q.rq"
    query.write_text("CONSTRUCT { ?a ct:note ?l } WHERE { ?a a ct:Forum ; skos:prefLabel ?l }")
    file = tmp_path / "x.trig"
    arguments = ["export", "--construct", str(query), "--include", "claims", "-o", str(file)]
    assert run(arguments) == 0
    assert "`ctgraph load` does not take this file" in capsys.readouterr().err
    assert run(["load", str(file), "--store", str(tmp_path / "store")]) == 3
