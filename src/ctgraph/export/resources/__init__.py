"""Things as RDF, and the description and citation of the data set."""

from __future__ import annotations

from ctgraph.version import attach

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.export.resources.citations import CITATION_FORMATS
    from ctgraph.export.resources.description import (
        LICENCE,
        LICENCE_NAME,
        citation,
        cite_sources,
        describe,
    )
    from ctgraph.export.resources.questions import collection_turtle
    from ctgraph.export.resources.references import (
        format_references,
        refer_to_answer,
        refer_to_graph,
        refer_to_sources,
    )
    from ctgraph.export.resources.resource import (
        graph_text,
        read_about,
        read_resource,
        resource_text,
    )
else:
    __getattr__, __all__ = attach(
        __name__,
        {
            "citations": ("CITATION_FORMATS",),
            "description": ("LICENCE", "LICENCE_NAME", "citation", "cite_sources", "describe"),
            "questions": ("collection_turtle",),
            "references": (
                "format_references",
                "refer_to_answer",
                "refer_to_graph",
                "refer_to_sources",
            ),
            "resource": ("graph_text", "read_about", "read_resource", "resource_text"),
        },
    )
