"""Networks as files that other programs read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ctgraph.errors import UnknownName, suggest

if TYPE_CHECKING:
    import networkx


def network_text(
    graph: networkx.Graph[str],
    format: str,
    positions: Mapping[str, tuple[float, float]] | None = None,
) -> str:
    """A network as GraphML or GEXF, which NetworkX and Gephi read.

    Lists are written as one string with blanks between; what is no number or text is left out.

    Args:
        graph: The network.
        format: ``graphml`` or ``gexf``.
        positions: Where the nodes lie; GraphML gets them as ``x`` and ``y``.

    Raises:
        UnknownName: The format is another.
    """
    import networkx as nx

    if format not in {"graphml", "gexf"}:
        raise UnknownName("network format", format, suggest(format, ("graphml", "gexf")))
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
    for source, target, data in graph.edges(data=True):
        # GEXF reads `source` and `target` as its own.
        ends = {"from": data.get("source", source), "to": data.get("target", target)}
        rest = {key: value for key, value in data.items() if key not in {"source", "target"}}
        flat.add_edge(source, target, **_flat({**rest, **ends}))
    if format == "graphml":
        return "\n".join(nx.generate_graphml(flat, prettyprint=True)) + "\n"
    import re

    text = "\n".join(nx.generate_gexf(flat, prettyprint=True)) + "\n"
    # The day of writing would make every day's file differ.
    return re.sub(r'<meta lastmodifieddate="[^"]*">', "<meta>", text, count=1)


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
