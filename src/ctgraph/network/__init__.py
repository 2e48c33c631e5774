"""Views of the graph as NetworkX graphs, with what is needed to show and to write them."""

from __future__ import annotations

from ctgraph.version import fetch as _fetch

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.network import board, facets, files, rollup, stories, styles
    from ctgraph.network.build import build_network
    from ctgraph.network.filters import FILTERS, LEVELS, OLD_NAMES, Filter, Filters, resolve_filters
    from ctgraph.network.layout import compute_layout
    from ctgraph.network.things import INFERRED, STATED, UNKNOWN_KIND, fiscal_year, read_claims
    from ctgraph.network.views import VIEWS

__all__ = [
    "FILTERS",
    "INFERRED",
    "LEVELS",
    "OLD_NAMES",
    "STATED",
    "UNKNOWN_KIND",
    "VIEWS",
    "Filter",
    "Filters",
    "board",
    "build_network",
    "compute_layout",
    "facets",
    "files",
    "fiscal_year",
    "read_claims",
    "resolve_filters",
    "rollup",
    "stories",
    "styles",
]

_HOMES = {
    "FILTERS": "filters",
    "Filter": "filters",
    "Filters": "filters",
    "INFERRED": "things",
    "LEVELS": "filters",
    "OLD_NAMES": "filters",
    "STATED": "things",
    "UNKNOWN_KIND": "things",
    "VIEWS": "views",
    "board": "",
    "build_network": "build",
    "compute_layout": "layout",
    "facets": "",
    "files": "",
    "fiscal_year": "things",
    "read_claims": "things",
    "resolve_filters": "filters",
    "rollup": "",
    "stories": "",
    "styles": "",
}


if not TYPE_CHECKING:  # a type checker reads the imports above

    def __getattr__(name: str) -> object:
        """Fetch a name of this room from the file where it stands."""
        return _fetch(__name__, _HOMES, name)
