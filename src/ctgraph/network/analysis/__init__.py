"""Measures, communities, backbones and shortest paths of a network."""

from __future__ import annotations

from ctgraph.version import fetch as _fetch

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.network.analysis.communities import to_backbone, to_communities
    from ctgraph.network.analysis.measures import Value, make_table, measure
    from ctgraph.network.analysis.paths import Step, TracedPath, describe_paths, find_paths

__all__ = [
    "Step",
    "TracedPath",
    "Value",
    "describe_paths",
    "find_paths",
    "make_table",
    "measure",
    "to_backbone",
    "to_communities",
]

_HOMES = {
    "Step": "paths",
    "TracedPath": "paths",
    "Value": "measures",
    "describe_paths": "paths",
    "find_paths": "paths",
    "make_table": "measures",
    "measure": "measures",
    "to_backbone": "communities",
    "to_communities": "communities",
}


if not TYPE_CHECKING:  # a type checker reads the imports above

    def __getattr__(name: str) -> object:
        """Fetch a name of this room from the file where it stands."""
        return _fetch(__name__, _HOMES, name)
