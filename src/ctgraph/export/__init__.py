"""Answers and graphs as text and files."""

from __future__ import annotations

from ctgraph.version import fetch as _fetch

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.export.formats import FORMATS, NETWORK_FORMATS, Exported, guess_format
    from ctgraph.export.graph import export
    from ctgraph.export.network import write_network
    from ctgraph.export.output import (
        Target,
        replace_folder,
        resolve_output,
        translated_errors,
        write_output,
    )

__all__ = [
    "FORMATS",
    "NETWORK_FORMATS",
    "Exported",
    "Target",
    "export",
    "guess_format",
    "replace_folder",
    "resolve_output",
    "translated_errors",
    "write_network",
    "write_output",
]

_HOMES = {
    "Exported": "formats",
    "FORMATS": "formats",
    "NETWORK_FORMATS": "formats",
    "Target": "output",
    "export": "graph",
    "guess_format": "formats",
    "replace_folder": "output",
    "resolve_output": "output",
    "translated_errors": "output",
    "write_network": "network",
    "write_output": "output",
}


if not TYPE_CHECKING:  # a type checker reads the imports above

    def __getattr__(name: str) -> object:
        """Fetch a name of this room from the file where it stands."""
        return _fetch(__name__, _HOMES, name)
