"""Networks as files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ctgraph.errors import DataError, UsageError
from ctgraph.export.formats import Exported
from ctgraph.export.output import Target, write_output
from ctgraph.export.resources.description import LICENCE
from ctgraph.export.subsets import resolve_name
from ctgraph.version import __version__

if TYPE_CHECKING:
    import networkx

    from ctgraph.export.formats import Format
    from ctgraph.store import Store


# --- networks -----------------------------------------------------------------------------------


def export_network(
    store: Store,
    target: Target,
    chosen: Format,
    parts: Sequence[str],
    *,
    unusable: Mapping[str, object],
    view: str | None,
    actor: str | None,
    topic: str | None,
    year: str | int | None,
    stated_only: bool,
    lang: str,
) -> Exported:
    """Write a network view as a file for other programs."""
    from ctgraph.network import build_network

    for name, value in unusable.items():
        if value is not None:
            raise UsageError("network-cut-unsupported", title=chosen.title, name=name)
    if parts:
        raise UsageError("network-without-parts", title=chosen.title, names=[*parts])
    graph = build_network(
        store,
        view or "cooperation",
        actor=resolve_name(store, actor, "actor", lang),
        topic=resolve_name(store, topic, "topic", lang),
        year=year,
        stated_only=stated_only,
        lang=lang,
    )
    if not graph.number_of_edges():
        raise DataError("network-slice-empty")
    write_network(graph, target, chosen.name)
    claims = {claim for _, _, data in graph.edges(data=True) for claim in data["claims"]}
    return Exported(chosen.name, graph.number_of_edges(), len(claims))


def write_network(graph: networkx.Graph[str], target: Target, format: str) -> None:
    """Write a network with its places and colours, and the version and licence of the data.

    Args:
        graph: The network.
        target: A path or a stream.
        format: One of `NETWORK_FORMATS`, or ``csv`` for a ZIP file of two tables.
    """
    from ctgraph.network import compute_layout
    from ctgraph.network.files import network_archive, network_text
    from ctgraph.network.styles import node_colours

    signed = graph.copy()
    signed.graph.update(version=__version__, licence=LICENCE)
    places = compute_layout(graph)
    if format == "csv":
        write_output(target, [network_archive(signed, places)])
    else:
        write_output(target, [network_text(signed, format, places, node_colours(graph))])
