"""The charts that a page shows beside its network, each as an SVG in both languages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ctgraph.errors import DataError
from ctgraph.network.styles import marked_theme
from ctgraph.terms import LANGUAGES

if TYPE_CHECKING:
    import networkx

    from ctgraph.store import Store


PAGE_CHARTS = ("matrix", "timeline", "funding", "indicators", "goals")
"""Charts of `ctgraph.draw.write_figure` that a page can hold."""


def draw_charts(
    store: Store, graph: networkx.Graph[str], names: Iterable[str], *, needed: Iterable[str] = ()
) -> list[dict[str, Any]]:
    """Return key, title and SVG of each chart, title and SVG by language.

    In the SVG marks stand for the colours, as `ctgraph.network.styles.marked_theme` has them; the
    page gives them those of now. A chart that has nothing to show is left out.

    Args:
        store: The graph.
        graph: The network of the page, which its matrix shows.
        names: Names of `PAGE_CHARTS`.
        needed: Those of them that may not be left out.

    Raises:
        DataError: A chart that is needed has nothing to show.
    """
    from ctgraph.draw.figures.figures import draw_figure, render

    marked, _ = marked_theme()
    drawn = []
    for name in names:
        chart: dict[str, Any] = {"key": name, "title": {}, "svg": {}}
        try:
            for lang in LANGUAGES:
                subject = graph if name == "matrix" else store
                sheet = draw_figure(
                    subject, kind=name, lang=lang, size="tall", store=store, theme=marked
                )
                chart["title"][lang] = next(iter(sheet.words()), name)
                chart["svg"][lang] = render(sheet, "svg", 0).decode("utf-8")
        except DataError:
            if name in needed:
                raise
            continue
        drawn.append(chart)
    return drawn
