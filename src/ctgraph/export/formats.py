"""The formats of an export."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from ctgraph.errors import UnknownName, suggest

PARTS = ("derived", "ontology", "claims")


class Format(NamedTuple):
    """A file format: its names, its extensions, its media type, and whether it holds graphs."""

    name: str
    aliases: tuple[str, ...]
    extensions: tuple[str, ...]
    media_type: str
    graphs: bool
    title: str


FORMATS: dict[str, Format] = {
    item.name: item
    for item in (
        Format("turtle", ("ttl",), (".ttl", ".turtle"), "text/turtle", False, "Turtle"),
        Format("trig", (), (".trig",), "application/trig", True, "TriG"),
        Format("ntriples", ("nt",), (".nt",), "application/n-triples", False, "N-Triples"),
        Format("nquads", ("nq",), (".nq",), "application/n-quads", True, "N-Quads"),
        Format(
            "jsonld",
            ("json-ld", "json"),
            (".jsonld", ".json"),
            "application/ld+json",
            True,
            "JSON-LD",
        ),
        Format(
            "rdfxml",
            ("rdf", "xml", "rdf-xml"),
            (".rdf", ".xml", ".owl"),
            "application/rdf+xml",
            False,
            "RDF/XML",
        ),
        Format("csv", (), (".zip", ".csv"), "text/csv", False, "CSV, one table per class"),
        Format(
            "graphml",
            (),
            (".graphml",),
            "application/graphml+xml",
            False,
            "GraphML of a network",
        ),
        Format("gexf", (), (".gexf",), "application/gexf+xml", False, "GEXF of a network"),
        Format("cyjs", (), (".cyjs",), "application/json", False, "Cytoscape JSON of a network"),
    )
}
NETWORK_FORMATS = ("graphml", "gexf", "cyjs")


class Exported(NamedTuple):
    """What was written: the format, the number of triples (or edges) and of claims."""

    format: str
    triples: int
    claims: int


def find_format(name: str) -> Format:
    """The format with a name or an alias of it.

    Raises:
        UnknownName: There is none.
    """
    lowered = name.lower().lstrip(".")
    for item in FORMATS.values():
        if lowered == item.name or lowered in item.aliases:
            return item
    raise UnknownName("format", name, suggest(name, FORMATS), hint="known", names=[*FORMATS])


def guess_format(path: str | Path) -> Format:
    """The format that a path's extension stands for.

    Raises:
        UnknownName: The extension stands for none.
    """
    suffix = Path(path).suffix.lower()
    for item in FORMATS.values():
        if suffix in item.extensions:
            return item
    known = [extension for item in FORMATS.values() for extension in item.extensions]
    raise UnknownName(
        "file extension",
        suffix or str(path),
        suggest(suffix, known),
        hint="name-format-or-extension",
        extensions=" ".join(known),
    )
