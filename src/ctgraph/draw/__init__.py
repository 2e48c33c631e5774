"""Networks and the charts of the graph as pictures."""

from __future__ import annotations

from ctgraph.version import attach

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.draw.figures.figures import NETWORKS, has_chart, prepare, write_figure
    from ctgraph.draw.figures.typefaces import font_files
    from ctgraph.draw.notebook import show_inline
    from ctgraph.draw.page.board import board_text
    from ctgraph.draw.page.charts import PAGE_CHARTS
    from ctgraph.draw.page.page import page_text, shared_files, write_page
    from ctgraph.draw.slides.board import write_board_slides
    from ctgraph.draw.slides.figure import write_figure_slide
    from ctgraph.draw.slides.slides import write_slides
    from ctgraph.draw.slides.view import write_network_slide
else:
    __getattr__, __all__ = attach(
        __name__,
        {
            "figures.figures": ("NETWORKS", "has_chart", "prepare", "write_figure"),
            "figures.typefaces": ("font_files",),
            "notebook": ("show_inline",),
            "page.board": ("board_text",),
            "page.charts": ("PAGE_CHARTS",),
            "page.page": ("page_text", "shared_files", "write_page"),
            "slides.board": ("write_board_slides",),
            "slides.figure": ("write_figure_slide",),
            "slides.slides": ("write_slides",),
            "slides.view": ("write_network_slide",),
        },
    )
