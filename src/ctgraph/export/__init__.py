"""Answers and graphs as text and files."""

from __future__ import annotations

from ctgraph.version import attach

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
else:
    __getattr__, __all__ = attach(
        __name__,
        {
            "formats": (
                "ANSWER_FORMATS",
                "FORMATS",
                "NETWORK_FORMATS",
                "RDF_FORMATS",
                "TABLE_FORMATS",
                "Exported",
                "Format",
                "guess_format",
            ),
            "graph": ("export",),
            "marks": ("make_legal_xml",),
            "network": ("write_network",),
            "output": (
                "Target",
                "replace_folder",
                "resolve_output",
                "translated_errors",
                "write_output",
            ),
            "rdf": ("add_note", "place_of", "serialize", "tidy"),
        },
    )
