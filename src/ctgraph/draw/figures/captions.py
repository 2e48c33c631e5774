"""Titles, subtitles and keys of network figures, in both languages."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ctgraph.draw.figures.canvas import Sheet
from ctgraph.draw.figures.chart import Key, Sample
from ctgraph.errors import DataError
from ctgraph.network.facets import say_filters
from ctgraph.network.styles import Look, group_of, legend_order, look_of_node
from ctgraph.words import read_words

if TYPE_CHECKING:
    import networkx


JOINT = {"cooperation", "activities"}


def require_nodes(graph: networkx.Graph[str], limit: int) -> None:
    """Refuse a network that is empty or has more nodes than a figure shows.

    Raises:
        DataError: It is so.
    """
    if not graph.number_of_nodes():
        raise DataError("network-empty")
    if graph.number_of_nodes() > limit:
        raise DataError("figure-network-too-large", graph=graph.number_of_nodes(), limit=limit)


def title_of(graph: networkx.Graph[str], lang: str) -> str:
    """Return the title of a network."""
    return str(graph.graph.get(f"title_{lang}") or "ctgraph")


def comma(lang: str) -> str:
    """Return what stands between the parts of a list."""
    return "、" if lang == "ja" else ", "


def subtitle_of(graph: networkx.Graph[str], lang: str) -> str:
    """Return how large a network is and which filters made it."""
    words = read_words("chart_network", lang)
    counts = words["counts"].format(graph.number_of_nodes(), graph.number_of_edges())
    return comma(lang).join([counts, *say_filters(graph, lang)])


def claims_behind(graph: networkx.Graph[str]) -> set[str]:
    """Return the claims of the ties, or of the nodes where there are no ties."""
    found = {c for _, _, data in graph.edges(data=True) for c in data.get("claims", ())}
    return found or {c for _, data in graph.nodes(data=True) for c in data.get("claims", ())}


def kind_keys(graph: networkx.Graph[str], lang: str) -> list[Key]:
    """Return an entry of the legend for each look, named by the kinds that have it."""
    kinds = graph.graph.get("kinds", {})
    found: dict[Look, set[tuple[int, str]]] = {}
    for _, data in graph.nodes(data=True):
        group = group_of(data)
        name = kinds.get(group, {}).get(f"label_{lang}") or group
        rank, _ = legend_order(group)
        found.setdefault(look_of_node(data), set()).add((rank, name))
    return [
        Key(comma(lang).join(name for _, name in sorted(names)), partial(_shape_sample, look), 1.1)
        for look, names in sorted(found.items(), key=lambda item: min(item[1]))
    ]


def _shape_sample(look: Look, sheet: Sheet, at: Sample) -> None:
    sheet.shape(at.x + at.width / 2, at.middle, look, at.height * 0.46)
