"""Networks as files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from ctgraph.errors import DataError
from ctgraph.export.formats import Exported
from ctgraph.export.output import Target, write_output
from ctgraph.export.resources.description import LICENCE
from ctgraph.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import networkx

    from ctgraph.network import Filters
    from ctgraph.store import Store


def export_network(
    store: Store, target: Target, format: str, view: str, *, lang: str, **filters: Unpack[Filters]
) -> Exported:
    """Write a network view as a file for other programs.

    Args:
        store: The graph.
        target: A path or a stream.
        format: One of `NETWORK_FORMATS`.
        view: A name of `network.VIEWS`.
        lang: Language of the labels.
        **filters: What is kept.

    Raises:
        DataError: Nothing is kept.
    """
    from ctgraph.network import build_network

    graph = build_network(store, view, lang=lang, **filters)
    if not graph.number_of_edges():
        raise DataError("network-slice-empty")
    write_network(graph, target, format)
    claims = {claim for _, _, data in graph.edges(data=True) for claim in data["claims"]}
    return Exported(format, graph.number_of_edges(), len(claims))


def write_network(graph: networkx.Graph[str], target: Target, format: str) -> None:
    """Write a network with its places and colours, and the version and licence of the data.

    Args:
        graph: The network.
        target: A path or a stream.
        format: One of `NETWORK_FORMATS`, or ``csv`` for a ZIP file of two tables.
    """
    from ctgraph.network import compute_layout
    from ctgraph.network.files import network_text, pack_tables
    from ctgraph.network.styles import node_colours

    signed = graph.copy()
    signed.graph.update(version=__version__, licence=LICENCE)
    places = compute_layout(graph)
    if format == "csv":
        write_output(target, [pack_tables(_describe_tables(signed, places))])
    else:
        write_output(target, [network_text(signed, format, places, node_colours(graph))])


def _describe_tables(
    graph: networkx.Graph[str], places: Mapping[str, tuple[float, float]]
) -> dict[str, str]:
    """Return the tables of a network, and what tells programs the types of their columns."""
    import csv

    from ctgraph.export.table_package import Column, Table, describe_tables
    from ctgraph.network.files import network_tables

    files = network_tables(graph, places)
    rows = {
        "nodes.csv": [{**dict(zip("xy", places[node], strict=True)), **data}
                      for node, data in graph.nodes(data=True)],
        "edges.csv": [data for _, _, data in graph.edges(data=True)],
    }  # fmt: skip
    keys = {"nodes.csv": ["id"], "edges.csv": ["source", "target"]}
    tables = []
    for file, held in rows.items():
        names = next(csv.reader([files[file].partition("\r\n")[0]]))
        columns = [Column(name, type=_find_type([row.get(name) for row in held])) for name in names]
        tables.append(Table(file, "", columns, keys[file]))
    return {**files, **describe_tables(tables, files, {}, "")}


def _find_type(values: Sequence[object]) -> str:
    """Return the type of a column, as XML Schema names it."""
    kinds = {type(value) for value in values if value is not None}
    if not kinds or not kinds <= {int, float}:
        return "string"
    return "integer" if kinds == {int} else "double"
