"""The one table of formats: names, extensions, media types, and what each holds."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from ctgraph.errors import UnknownName, suggest

PARTS = ("derived", "ontology", "claims")


class Format(NamedTuple):
    """A format of answers, things, graphs or networks.

    Attributes:
        name: Its name.
        title: Its name for people.
        extensions: What file names end in that mean it, with the dot; the first is the usual one.
        media_type: Its media type.
        holds: What it holds: table, boolean, triples, graphs, network.
        aliases: Other names of it for a whole graph.
        also: Extensions that mean it for a whole graph alone; for an answer they mean another.
        has_labels: Whether it shows labels in place of IRIs.
        known_as: Other media types that clients ask for and read it as: older or wider ones.
    """

    name: str
    title: str
    extensions: tuple[str, ...]
    media_type: str
    holds: frozenset[str]
    aliases: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    has_labels: bool = False
    known_as: tuple[str, ...] = ()

    @property
    def extension(self) -> str:
        """The usual extension, without the dot."""
        return self.extensions[0].removeprefix(".")

    @property
    def graphs(self) -> bool:
        """Whether it holds named graphs."""
        return "graphs" in self.holds

    @property
    def is_rdf(self) -> bool:
        """Whether it holds triples as a graph, not as rows."""
        return bool(self.holds & {"triples", "graphs"}) and "table" not in self.holds

    @property
    def content_type(self) -> str:
        """The value of the header Content-Type."""
        # JSON is UTF-8 by definition, and its type has no such parameter.
        is_text = self.media_type.startswith("text/") or (self.is_rdf and self.name != "jsonld")
        return f"{self.media_type}; charset=utf-8" if is_text else self.media_type


_ALL = frozenset({"table", "boolean", "triples"})
_ROWS = frozenset({"table", "triples"})
_RESULTS = frozenset({"table", "boolean"})
_TRIPLES = frozenset({"triples"})
_GRAPHS = frozenset({"graphs"})
_NETWORK = frozenset({"network"})
_JSON = ("application/json", "text/json", "application/javascript", "text/javascript")
_XML = ("application/xml", "text/xml")


def _by_name(*formats: Format) -> dict[str, Format]:
    return {one.name: one for one in formats}


_RDF = _by_name(
    Format(
        "turtle",
        "Turtle",
        (".ttl", ".turtle"),
        "text/turtle",
        _TRIPLES,
        ("ttl",),
        # Turtle is N3 too.
        known_as=(
            *("application/turtle", "application/x-turtle", "application/x-nice-turtle"),
            *("text/n3", "text/rdf+n3", "application/n3"),
        ),
    ),
    Format(
        "trig", "TriG", (".trig",), "application/trig", _GRAPHS, known_as=("application/x-trig",)
    ),
    Format(
        "ntriples",
        "N-Triples",
        (".nt",),
        "application/n-triples",
        _TRIPLES,
        ("nt",),
        known_as=("text/ntriples", "text/plain"),
    ),
    Format(
        "nquads",
        "N-Quads",
        (".nq",),
        "application/n-quads",
        _GRAPHS,
        ("nq",),
        known_as=("text/x-nquads", "text/nquads"),
    ),
    Format(
        "jsonld",
        "JSON-LD",
        (".jsonld",),
        "application/ld+json",
        _TRIPLES | _GRAPHS,
        ("json-ld", "json"),
        (".json",),
        known_as=(*_JSON, "application/x-json+ld", "application/x-ld+json"),
    ),
    Format(
        "rdfxml",
        "RDF/XML",
        (".rdf", ".owl"),
        "application/rdf+xml",
        _TRIPLES,
        ("rdf", "xml", "rdf-xml"),
        (".xml",),
        known_as=_XML,
    ),
)

ANSWER_FORMATS = _by_name(
    Format("text", "Text", (".txt",), "text/plain", _ALL, has_labels=True),
    Format("csv", "CSV", (".csv",), "text/csv", _ROWS, has_labels=True),
    Format("tsv", "TSV", (".tsv",), "text/tab-separated-values", _ROWS),
    Format(
        "json",
        "JSON",
        (".json", ".srj"),
        "application/sparql-results+json",
        _RESULTS,
        known_as=_JSON,
    ),
    Format(
        "xml",
        "XML",
        (".xml", ".srx"),
        "application/sparql-results+xml",
        _RESULTS,
        known_as=_XML,
    ),
    Format("markdown", "Markdown", (".md", ".markdown"), "text/markdown", _ALL, has_labels=True),
    Format("jsonl", "JSON lines", (".jsonl", ".ndjson"), "application/x-ndjson", _ALL),
    Format(
        "xlsx",
        "Spreadsheet",
        (".xlsx",),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _ROWS,
        has_labels=True,
    ),
    # With a byte order mark, without which Excel on a Japanese Windows reads Shift_JIS. No name of
    # a file means it.
    Format("csv-excel", "CSV for Excel", (), "text/csv", _ROWS, has_labels=True),
    *(_RDF[name] for name in ("turtle", "ntriples", "jsonld", "rdfxml")),
)
"""How an answer can be written, by name."""

TABLE_FORMATS = tuple(one.name for one in ANSWER_FORMATS.values() if "table" in one.holds)
TRIPLE_FORMATS = tuple(one.name for one in ANSWER_FORMATS.values() if one.is_rdf)

FORMATS = _by_name(
    *_RDF.values(),
    # A table per class needs a folder or an archive.
    Format("csv", "CSV, one table per class", (".zip", ".csv"), "text/csv", _TRIPLES),
    Format("graphml", "GraphML of a network", (".graphml",), "application/graphml+xml", _NETWORK),
    Format("gexf", "GEXF of a network", (".gexf",), "application/gexf+xml", _NETWORK),
    Format("cyjs", "Cytoscape JSON of a network", (".cyjs",), "application/json", _NETWORK),
)
"""How a whole graph, or a network of it, can be written, by name."""

NETWORK_FORMATS = tuple(one.name for one in FORMATS.values() if "network" in one.holds)

RDF_FORMATS = tuple(_RDF[name] for name in ("turtle", "ntriples", "jsonld", "rdfxml", "trig"))
"""How a thing can be had, the usual one first; TriG has each claim as a graph of its own."""


class Exported(NamedTuple):
    """What was written: the format, the number of triples (or edges) and of claims.

    Attributes:
        outside: Triples of a file with claims that stand in none and are made by no rule in the
            file, so that `ctgraph load` does not take it.
    """

    format: str
    triples: int
    claims: int
    outside: int = 0


def find_format(name: str) -> Format:
    """Return the format with a name or an alias of it.

    Raises:
        UnknownName: There is none.
    """
    lowered = name.lower().lstrip(".")
    for item in FORMATS.values():
        if lowered == item.name or lowered in item.aliases:
            return item
    raise UnknownName("format", name, suggest(name, FORMATS), hint="known", names=[*FORMATS])


def guess_format(path: str | Path) -> Format:
    """Return the format that a path's extension stands for.

    Raises:
        UnknownName: The extension stands for none.
    """
    suffix = Path(path).suffix.lower()
    for item in FORMATS.values():
        if suffix in (*item.extensions, *item.also):
            return item
    known = [extension for item in FORMATS.values() for extension in (*item.extensions, *item.also)]
    raise UnknownName(
        "file extension",
        suffix or str(path),
        suggest(suffix, known),
        hint="name-format-or-extension",
        extensions=" ".join(known),
    )
