"""Networks as files that other programs read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ctgraph.errors import UnknownName, suggest

if TYPE_CHECKING:
    import networkx


TEXT_FORMATS = ("graphml", "gexf", "cyjs")


def network_text(
    graph: networkx.Graph[str],
    format: str,
    positions: Mapping[str, tuple[float, float]] | None = None,
    colours: Mapping[str, str] | None = None,
) -> str:
    """A network as GraphML, GEXF or Cytoscape JSON, which NetworkX reads.

    In GraphML and GEXF lists are one string with blanks between, and what is no number or text is
    left out; Cytoscape JSON keeps all. GEXF nodes and edges have ``start`` and ``end`` if what they
    are, or what makes them, has dates, so that Gephi shows a time line.

    Args:
        graph: The network.
        format: ``graphml``, ``gexf`` or ``cyjs``.
        positions: Where the nodes lie; GraphML gets them as ``x`` and ``y``.
        colours: ``#rrggbb`` of the nodes; GraphML and Cytoscape JSON get it as ``colour``.

    Raises:
        UnknownName: The format is another.
    """
    import networkx as nx

    if format not in TEXT_FORMATS:
        raise UnknownName("network format", format, suggest(format, TEXT_FORMATS))
    if format == "cyjs":
        return _cytoscape(graph, positions or {}, colours or {})
    flat: networkx.Graph[str] = graph.__class__()
    flat.graph.update(_flat(graph.graph))
    for node, data in graph.nodes(data=True):
        flat.add_node(node, **_flat(data))
        if positions and node in positions:
            x, y = positions[node]
            if format == "graphml":
                flat.nodes[node].update(x=x, y=y)
            else:
                flat.nodes[node]["viz"] = {"position": {"x": x, "y": y, "z": 0.0}}
        colour = (colours or {}).get(node)
        if colour and format == "graphml":
            flat.nodes[node]["colour"] = colour
        elif colour:
            red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
            viz = flat.nodes[node].setdefault("viz", {})
            viz["color"] = {"r": red, "g": green, "b": blue, "a": 1.0}
        if format == "gexf":
            flat.nodes[node].update(_span([data]))
    for source, target, data in graph.edges(data=True):
        # GEXF reads `source` and `target` as its own.
        ends = {"from": data.get("source", source), "to": data.get("target", target)}
        rest = {key: value for key, value in data.items() if key not in {"source", "target"}}
        flat.add_edge(source, target, **_flat({**rest, **ends}))
        if format == "gexf":
            things = graph.graph.get("things", {})
            made = [
                things.get(iri) or graph.nodes.get(iri, {}) for iri in data.get("activities", ())
            ]
            flat.edges[source, target].update(_span(made))
    if format == "graphml":
        return "\n".join(nx.generate_graphml(flat, prettyprint=True)) + "\n"
    import re

    text = "\n".join(nx.generate_gexf(flat, prettyprint=True)) + "\n"
    # The day of writing would make every day's file differ.
    return re.sub(r'<meta lastmodifieddate="[^"]*">', "<meta>", text, count=1)


def network_tables(
    graph: networkx.Graph[str], positions: Mapping[str, tuple[float, float]] | None = None
) -> dict[str, str]:
    """The texts of ``nodes.csv`` and ``edges.csv``; lists have blanks between.

    Args:
        graph: The network.
        positions: Where the nodes lie; they become the columns ``x`` and ``y``.
    """
    nodes = []
    for node, data in graph.nodes(data=True):
        place = dict(zip("xy", (positions or {}).get(node, ()), strict=False))
        nodes.append({"id": node, **_flat(data), **place})
    edges = [
        {"source": source, "target": target, **_flat(data)}
        for source, target, data in graph.edges(data=True)
    ]
    for row, (_, _, data) in zip(edges, graph.edges(data=True), strict=True):
        row.update({key: data[key] for key in ("source", "target") if key in data})
    return {"nodes.csv": _csv(nodes, ["id"]), "edges.csv": _csv(edges, ["source", "target"])}


def network_archive(
    graph: networkx.Graph[str], positions: Mapping[str, tuple[float, float]] | None = None
) -> bytes:
    """The tables of `network_tables` in one ZIP file; same network, same bytes."""
    import io
    import zipfile

    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in network_tables(graph, positions).items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, text.encode())
    return held.getvalue()


def _csv(rows: list[dict[str, Any]], first: list[str]) -> str:
    import csv
    import io

    columns = [*first, *sorted({key for row in rows for key in row} - set(first))]
    held = io.StringIO()
    writer = csv.DictWriter(held, columns, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return held.getvalue()


def _span(dated: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """First and last day of things, as GEXF names them; empty unless all have dates."""
    known = [(str(data.get("starts", "")), str(data.get("ends", ""))) for data in dated]
    if not known or not all(start for start, _ in known):
        return {}
    return {
        "start": min(start for start, _ in known),
        "end": max(end or start for start, end in known),
    }


def _cytoscape(
    graph: networkx.Graph[str],
    positions: Mapping[str, tuple[float, float]],
    colours: Mapping[str, str],
) -> str:
    import networkx as nx

    copy = graph.copy()
    for node, colour in colours.items():
        copy.nodes[node]["colour"] = colour
    for source, target, data in copy.edges(data=True):
        # Cytoscape has `source` and `target` for the ends as they are stored.
        data.update({"from": data.get("source", source), "to": data.get("target", target)})
    found = nx.cytoscape_data(copy)
    for element in found["elements"]["nodes"]:
        node = element["data"]["id"]
        if node in positions:
            x, y = positions[node]
            element["position"] = {"x": x * 100, "y": y * 100}
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def _flat(data: Mapping[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in data.items():
        if isinstance(value, str):
            flat[key] = _xml_safe(value)
        elif isinstance(value, (int, float, bool)):
            flat[key] = value
        elif isinstance(value, (list, tuple, set)):
            flat[key] = _xml_safe(" ".join(map(str, value)))
        elif key == "filters":
            flat[key] = _xml_safe("; ".join(f"{name} {said}" for name, said in value.items()))
    return flat


def _xml_safe(text: str) -> str:
    """A text in which what XML cannot hold is the replacement character."""
    return "".join(
        c if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff") else "\ufffd" for c in text
    )
