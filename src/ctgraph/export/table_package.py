"""What programs read of a folder of tables: a Data Package and metadata of CSV on the Web.

https://datapackage.org/standard/data-package/ (the profile of version 1, which all readers know)
and https://www.w3.org/TR/tabular-metadata/. Both say the type of each column, so that a code such
as 009 stays one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ctgraph.export.resources.description import LICENCE, LICENCE_NAME, TITLE
from ctgraph.terms import PREFIXES
from ctgraph.version import __version__

PACKAGE = "datapackage.json"
# Where CSV on the Web looks for the description of a table of this folder.
METADATA = "csv-metadata.json"

Labels = Mapping[str, Mapping[str, str]]

# Datatypes of XML Schema whose values both take as they are, and the names of Data Packages.
_TYPES = {"integer": "integer", "decimal": "number", "date": "date", "boolean": "boolean"}
_OF_NETWORKS = {"double": "number"}


class Column(NamedTuple):
    """A column: its name, the property, the language of its texts and what its cells hold.

    Attributes:
        name: What stands in the first line.
        predicate: The IRI of the property; empty for the name of the thing.
        language: The language of its texts; empty for none.
        type: The datatype, as XML Schema names it.
        is_list: Whether a cell may hold several values.
    """

    name: str
    predicate: str = ""
    language: str = ""
    type: str = "string"
    is_list: bool = False


class Table(NamedTuple):
    """A file, the IRI of the class that it is of (empty for none), its columns and its key."""

    file: str
    kind: str
    columns: Sequence[Column]
    key: Sequence[str] = ()


def choose_type(datatypes: set[str], is_list: bool) -> str:
    """Return the type of a column: ``string``, unless all its values are of another.

    Args:
        datatypes: The IRIs of the datatypes of its values; empty for what is no literal.
        is_list: Whether a cell may hold several values.
    """
    names = {iri.removeprefix(PREFIXES["xsd"]) for iri in datatypes}
    (name, *more) = names
    return name if not more and name in _TYPES and not is_list else "string"


def describe_tables(
    tables: Sequence[Table], files: Mapping[str, str], labels: Labels, digest: str
) -> dict[str, str]:
    """Return the two descriptions by the names of their files.

    Args:
        tables: The tables.
        files: The texts of their files, whose sizes and SHA-256 are told.
        labels: The labels of classes and properties by IRI and language.
        digest: The SHA-256 of the graph; empty if it is not told.
    """
    return {
        PACKAGE: _to_json(_package(tables, files, labels, digest)),
        METADATA: _to_json(_metadata(tables, labels)),
    }


def _to_json(found: object) -> str:
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def _package(
    tables: Sequence[Table], files: Mapping[str, str], labels: Labels, digest: str
) -> dict[str, object]:
    licences = [{"name": "CC-BY-4.0", "title": LICENCE_NAME, "path": LICENCE}]
    return {
        "profile": "tabular-data-package",
        "name": "ctgraph",
        "title": TITLE["en"],
        "title_ja": TITLE["ja"],
        "version": __version__,
        **({"graph_hash": f"sha256:{digest}"} if digest else {}),
        "licenses": licences,
        "resources": [_resource(table, files[table.file].encode(), labels) for table in tables],
    }


def _resource(table: Table, body: bytes, labels: Labels) -> dict[str, object]:
    def field(column: Column) -> dict[str, object]:
        kind = (_TYPES | _OF_NETWORKS).get(column.type, column.type)
        iri = {"rdfType": column.predicate} if column.predicate else {}
        return {"name": column.name, "type": kind, **_titles(column.predicate, labels), **iri}

    schema: dict[str, object] = {"fields": [field(column) for column in table.columns]}
    if table.key:
        schema["primaryKey"] = [*table.key]
    return {
        "profile": "tabular-data-resource",
        "name": table.file.removesuffix(".csv").lower(),
        "path": table.file,
        **_titles(table.kind, labels),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(body),
        "hash": f"sha256:{hashlib.sha256(body).hexdigest()}",
        "schema": schema,
    }


def _titles(iri: str, labels: Labels) -> dict[str, str]:
    """Return the title as a Data Package has it, in one language, and the Japanese one beside."""
    found = labels.get(iri, {})
    return {
        key: found[language]
        for key, language in (("title", "en"), ("title_ja", "ja"))
        if language in found
    }


def _metadata(tables: Sequence[Table], labels: Labels) -> dict[str, object]:
    def column(one: Column) -> dict[str, object]:
        # Titles are what may stand in the first line.
        described: dict[str, object] = {
            "titles": one.name,
            **_in_languages(labels.get(one.predicate, {})),
            "datatype": one.type,
        }
        # Names are variables of URI templates; what has none is called by its first title.
        if one.name.isalnum() and one.name.isascii():
            described["name"] = one.name
        if one.predicate:
            described["propertyUrl"] = one.predicate
        if one.language:
            described["lang"] = one.language
        if one.is_list:
            described["separator"] = " | "
        return described

    def table(one: Table) -> dict[str, object]:
        columns = [column(held) for held in one.columns]
        schema: dict[str, object] = {"columns": columns}
        if one.key:
            schema["primaryKey"] = [*one.key]
        title = _in_languages(labels.get(one.kind, {}))
        return {"url": one.file, **title, "tableSchema": schema}

    return {
        "@context": "http://www.w3.org/ns/csvw",
        **_in_languages(TITLE),
        "dc:license": {"@id": LICENCE},
        "schema:version": __version__,
        "tables": [table(one) for one in tables],
    }


def _in_languages(texts: Mapping[str, str]) -> dict[str, object]:
    found = [{"@value": text, "@language": language} for language, text in sorted(texts.items())]
    return {"dc:title": found} if found else {}
