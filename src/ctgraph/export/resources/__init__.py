"""Things as RDF, and the description and citation of the data set."""

from __future__ import annotations

from ctgraph.version import fetch as _fetch

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

__all__ = [
    "CITATION_FORMATS",
    "LICENCE",
    "LICENCE_NAME",
    "citation",
    "cite_sources",
    "collection_turtle",
    "describe",
    "format_references",
    "graph_text",
    "read_about",
    "read_resource",
    "refer_to_answer",
    "refer_to_graph",
    "refer_to_sources",
    "resource_text",
]

_HOMES = {
    "CITATION_FORMATS": "citations",
    "LICENCE": "description",
    "LICENCE_NAME": "description",
    "citation": "description",
    "cite_sources": "description",
    "collection_turtle": "questions",
    "describe": "description",
    "format_references": "references",
    "graph_text": "resource",
    "read_about": "resource",
    "read_resource": "resource",
    "refer_to_answer": "references",
    "refer_to_graph": "references",
    "refer_to_sources": "references",
    "resource_text": "resource",
}


if not TYPE_CHECKING:  # a type checker reads the imports above

    def __getattr__(name: str) -> object:
        """Fetch a name of this room from the file where it stands."""
        return _fetch(__name__, _HOMES, name)
