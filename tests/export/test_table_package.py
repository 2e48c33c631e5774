"""The descriptions of a folder of tables fit the tables."""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pyoxigraph as ox
import pytest

from ctgraph.export.class_tables import csv_files
from ctgraph.export.graph import export
from ctgraph.store.store import Store
from ctgraph.terms import CT, CTD, PREFIXES, rdf

READ: dict[str, Callable[[str], object]] = {
    "integer": int,
    "number": Decimal,
    "date": datetime.date.fromisoformat,
    "boolean": {"true": True, "false": False}.__getitem__,
}


@pytest.fixture(scope="module")
def files(graph_store: Store, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    path = tmp_path_factory.mktemp("tables") / "x.zip"
    export(graph_store, path)
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def table(body: bytes) -> tuple[list[str], list[dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(body.decode(), newline=""))
    rows = list(reader)
    return list(reader.fieldnames or ()), rows


def test_the_data_package_fits(files: dict[str, bytes]) -> None:
    package = json.loads(files["datapackage.json"])
    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    resources = package["resources"]
    assert {one["path"] for one in resources} == {name for name in files if name.endswith(".csv")}
    assert len({one["name"] for one in resources}) == len(resources)
    kinds = set()
    for one in resources:
        body = files[one["path"]]
        assert one["bytes"] == len(body)
        assert one["hash"] == f"sha256:{hashlib.sha256(body).hexdigest()}"
        header, rows = table(body)
        fields: list[dict[str, Any]] = one["schema"]["fields"]
        assert [field["name"] for field in fields] == header
        for field in fields:
            kinds.add(field["type"])
            for row in rows:
                if row[field["name"]]:
                    READ.get(field["type"], str)(row[field["name"]])
        keys = [tuple(row[name] for name in one["schema"]["primaryKey"]) for row in rows]
        assert all(all(key) for key in keys)
        assert len(keys) == len(set(keys))
    assert {"string", "integer", "date", "boolean"} <= kinds
    activity = next(one for one in resources if one["path"] == "Workshop.csv")
    titles = {one["name"]: one.get("title_ja") for one in activity["schema"]["fields"]}
    assert titles["startDate"] == "始期"


def test_the_metadata_of_csv_on_the_web_fit(files: dict[str, bytes]) -> None:
    tables = json.loads(files["csv-metadata.json"])["tables"]
    assert {one["url"] for one in tables} == {name for name in files if name.endswith(".csv")}
    for one in tables:
        header, rows = table(files[one["url"]])
        columns = one["tableSchema"]["columns"]
        assert [column["titles"] for column in columns] == header
        assert set(one["tableSchema"]["primaryKey"]) <= {column.get("name") for column in columns}
        for column in columns:
            has_lists = any(" | " in row[column["titles"]] for row in rows)
            assert has_lists <= ("separator" in column)


def test_a_code_stays_a_text() -> None:
    def said(name: str, value: ox.Literal) -> list[ox.Triple]:
        thing = ox.NamedNode(CTD + name)
        return [
            ox.Triple(thing, rdf.type, ox.NamedNode(CT + "Place")),
            ox.Triple(thing, ox.NamedNode(CT + "code"), value),
        ]

    year = ox.Literal("2024", datatype=ox.NamedNode(PREFIXES["xsd"] + "gYear"))
    for values, kind in (
        ([ox.Literal("009"), ox.Literal("030")], "string"),
        ([ox.Literal(9), ox.Literal(30)], "integer"),
        ([ox.Literal(9), ox.Literal("030")], "string"),
        ([year, year], "string"),
    ):
        triples = [
            one for name, value in zip("ab", values, strict=True) for one in said(name, value)
        ]
        package = json.loads(csv_files(triples, [], {}, "")["datapackage.json"])
        fields = {one["name"]: one["type"] for one in package["resources"][0]["schema"]["fields"]}
        assert fields == {"iri": "string", "code": kind, "type": "string"}
    many = csv_files([*said("a", ox.Literal(1)), *said("a", ox.Literal(2))], [], {}, "")
    fields = json.loads(many["datapackage.json"])["resources"][0]["schema"]["fields"]
    assert fields[1] == {"name": "code", "type": "string", "rdfType": CT + "code"}
