"""Networks and the charts of the graph as pictures."""

from __future__ import annotations

from ctgraph.version import fetch as _fetch

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.draw.figures.figures import NETWORKS, has_chart, prepare, write_figure
    from ctgraph.draw.figures.typefaces import font_files
    from ctgraph.draw.notebook import show_inline
    from ctgraph.draw.page.board import board_text
    from ctgraph.draw.page.page import page_text, write_page
    from ctgraph.draw.slides.board import write_board_slides
    from ctgraph.draw.slides.slides import write_slides
    from ctgraph.draw.slides.view import write_network_slide

__all__ = [
    "NETWORKS",
    "board_text",
    "font_files",
    "has_chart",
    "page_text",
    "prepare",
    "show_inline",
    "write_board_slides",
    "write_figure",
    "write_network_slide",
    "write_page",
    "write_slides",
]

_HOMES = {
    "NETWORKS": "figures.figures",
    "board_text": "page.board",
    "font_files": "figures.typefaces",
    "has_chart": "figures.figures",
    "page_text": "page.page",
    "prepare": "figures.figures",
    "show_inline": "notebook",
    "write_board_slides": "slides.board",
    "write_figure": "figures.figures",
    "write_network_slide": "slides.view",
    "write_page": "page.page",
    "write_slides": "slides.slides",
}


if not TYPE_CHECKING:  # a type checker reads the imports above

    def __getattr__(name: str) -> object:
        """Fetch a name of this room from the file where it stands."""
        return _fetch(__name__, _HOMES, name)
