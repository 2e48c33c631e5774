"""Answers and graphs as text and files."""

from __future__ import annotations

from ctgraph.version import fetch as _fetch

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.export.formats import (
        ANSWER_FORMATS,
        FORMATS,
        NETWORK_FORMATS,
        RDF_FORMATS,
        TABLE_FORMATS,
        Exported,
        Format,
        guess_format,
    )
    from ctgraph.export.graph import export
    from ctgraph.export.marks import make_legal_xml
    from ctgraph.export.network import write_network
    from ctgraph.export.output import (
        Target,
        replace_folder,
        resolve_output,
        translated_errors,
        write_output,
    )
    from ctgraph.export.rdf import add_note, place_of, serialize, tidy

__all__ = [
    "ANSWER_FORMATS",
    "FORMATS",
    "NETWORK_FORMATS",
    "RDF_FORMATS",
    "TABLE_FORMATS",
    "Exported",
    "Format",
    "Target",
    "add_note",
    "export",
    "guess_format",
    "make_legal_xml",
    "place_of",
    "replace_folder",
    "resolve_output",
    "serialize",
    "tidy",
    "translated_errors",
    "write_network",
    "write_output",
]

_HOMES = {
    "ANSWER_FORMATS": "formats",
    "Exported": "formats",
    "FORMATS": "formats",
    "Format": "formats",
    "NETWORK_FORMATS": "formats",
    "RDF_FORMATS": "formats",
    "TABLE_FORMATS": "formats",
    "Target": "output",
    "add_note": "rdf",
    "export": "graph",
    "guess_format": "formats",
    "make_legal_xml": "marks",
    "place_of": "rdf",
    "replace_folder": "output",
    "resolve_output": "output",
    "serialize": "rdf",
    "tidy": "rdf",
    "translated_errors": "output",
    "write_network": "network",
    "write_output": "output",
}


if not TYPE_CHECKING:  # a type checker reads the imports above

    def __getattr__(name: str) -> object:
        """Fetch a name of this room from the file where it stands."""
        return _fetch(__name__, _HOMES, name)
