"""Measures, communities, backbones and shortest paths of a network."""

from __future__ import annotations

from ctgraph.version import attach

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.network.analysis.communities import to_backbone, to_communities
    from ctgraph.network.analysis.measures import Value, find_communities, make_table, measure
    from ctgraph.network.analysis.paths import Step, TracedPath, describe_paths, find_paths
else:
    __getattr__, __all__ = attach(
        __name__,
        {
            "communities": ("to_backbone", "to_communities"),
            "measures": ("Value", "find_communities", "make_table", "measure"),
            "paths": ("Step", "TracedPath", "describe_paths", "find_paths"),
        },
    )
