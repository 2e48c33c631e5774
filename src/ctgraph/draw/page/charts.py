"""The charts that a page shows beside its network, each as an SVG in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ctgraph.errors import DataError, UsageError
from ctgraph.network.styles import marked_theme
from ctgraph.terms import LANGUAGES, shorten
from ctgraph.words import read_words

if TYPE_CHECKING:
    import networkx

    from ctgraph.store import Store


PAGE_CHARTS = ("map", "chord", "matrix", "timeline", "funding", "indicators", "goals", "board")
"""Charts of `ctgraph.draw.write_figure` that a page can hold."""


def draw_charts(
    store: Store,
    graph: networkx.Graph[str],
    names: Iterable[str],
    *,
    needed: Iterable[str] = (),
    boards: Mapping[int, Any],
) -> list[dict[str, Any]]:
    """Return key, name, title, SVG, size and spots of each chart, all but the key by language.

    In the SVG marks stand for the colours, as `ctgraph.network.styles.marked_theme` has them; the
    page gives them those of now. The size is width and height in points; a spot is its middle and
    radius in them, what it says, and the thing that stands there. A chart that has nothing to show
    is left out.

    Args:
        store: The graph.
        graph: The network of the page, which those of `NETWORKS` show.
        names: Names of `PAGE_CHARTS`.
        needed: Those of them that may not be left out.
        boards: The boards that the page has.

    Raises:
        UsageError: A board is needed, and the network has none.
        DataError: A chart that is needed has nothing to show.
    """
    from ctgraph.draw.figures.figures import NETWORKS, draw_figure, render

    marked, _ = marked_theme()
    drawn = []
    for name in names:
        chart: dict[str, Any] = {"key": name, "title": {}, "svg": {}, "size": {}, "spots": {}}
        chart["name"] = {lang: read_words("chart_names", lang)[name] for lang in LANGUAGES}
        if name == "board":
            # The page makes it from the rows that it has.
            if boards:
                drawn.append(chart)
            elif name in needed:
                raise UsageError("board-of-cooperation")
            continue
        try:
            for lang in LANGUAGES:
                subject = graph if name in NETWORKS else store
                sheet = draw_figure(
                    subject, kind=name, lang=lang, size="tall", store=store, theme=marked
                )
                chart["title"][lang] = next(iter(sheet.words()), name)
                width, height = (float(inches) * 72 for inches in sheet.figure.get_size_inches())
                chart["size"][lang] = [round(width, 1), round(height, 1)]
                chart["spots"][lang] = [
                    [round(spot.x, 1), round(spot.y, 1), round(spot.radius, 1), spot.lines, named]
                    for spot in sheet.spots
                    for named in [shorten(spot.iri).strip("<>")]
                ]
                chart["svg"][lang] = render(sheet, "svg", 0).decode("utf-8")
        except DataError:
            if name in needed:
                raise
            continue
        drawn.append(chart)
    return drawn
