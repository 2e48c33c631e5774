"""Views of the graph as NetworkX graphs, with what is needed to show and to write them."""

from __future__ import annotations

from ctgraph.version import attach

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.network import board, facets, files, placed, rollup, stories, styles
    from ctgraph.network.build import build_network, build_outline
    from ctgraph.network.filters import FILTERS, OLD_NAMES, Filters, resolve_filters
    from ctgraph.network.layout import compute_layout
    from ctgraph.network.things import INFERRED, STATED, UNKNOWN_KIND, fiscal_year, read_claims
    from ctgraph.network.views import VIEWS
else:
    __getattr__, __all__ = attach(
        __name__,
        {
            "board": (),
            "build": ("build_network", "build_outline"),
            "facets": (),
            "files": (),
            "filters": ("FILTERS", "OLD_NAMES", "Filters", "resolve_filters"),
            "layout": ("compute_layout",),
            "placed": (),
            "rollup": (),
            "stories": (),
            "styles": (),
            "things": ("INFERRED", "STATED", "UNKNOWN_KIND", "fiscal_year", "read_claims"),
            "views": ("VIEWS",),
        },
    )
