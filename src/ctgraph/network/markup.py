"""Networks as GraphML and GEXF, by NetworkX, such that other programs read them too."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    import networkx

Places = Mapping[str, tuple[float, float]]


def to_graphml(flat: networkx.Graph[str], places: Places, colours: Mapping[str, str]) -> str:
    """Return a network as GraphML.

    Weights are ``double``, for NetworKit looks for no other. What is said of the whole stands
    before the nodes, for graph-tool takes it for said of the edge before it. Labels are not where
    yEd has them (``y:NodeLabel``), for graph-tool and rustworkx refuse such a file.

    Args:
        flat: The network with attributes that XML can hold, of one type each.
        places: Where the nodes lie; ``x`` and ``y``.
        colours: ``#rrggbb`` of the nodes; ``colour``.
    """
    from networkx.readwrite.graphml import GraphMLWriter

    for node, data in flat.nodes(data=True):
        data.update(zip("xy", places.get(node, ()), strict=False))
        if node in colours:
            data["colour"] = colours[node]
    for _, _, data in flat.edges(data=True):
        if type(data.get("weight")) is int:
            data["weight"] = float(data["weight"])
    writer = GraphMLWriter()
    writer.xml_type |= {int: "int", float: "double"}
    writer.add_graph_element(flat)
    keys = writer.xml.findall("key")
    booleans = {key.get("id") for key in keys if key.get("attr.type") == "boolean"}
    for element in writer.xml.iter("data"):
        if element.get("key") in booleans:
            element.text = str(element.text).lower()
    whole = writer.xml[-1]
    about = whole.findall("data")
    for element in about:
        whole.remove(element)
    whole[:0] = about
    return f"{writer}\n"


def to_gexf(
    flat: networkx.Graph[str],
    graph: networkx.Graph[str],
    places: Places,
    colours: Mapping[str, str],
) -> str:
    """Return a network as GEXF, with what is said of the whole in its description.

    Args:
        flat: The network with attributes that XML can hold, of one type each.
        graph: The network itself, whose dates become ``start`` and ``end``.
        places: Where the nodes lie.
        colours: ``#rrggbb`` of the nodes.
    """
    from networkx.readwrite.gexf import generate_gexf

    for node, data in graph.nodes(data=True):
        look = _gexf_look(places.get(node), colours.get(node))
        flat.nodes[node].update({**look, **_span([data])})
    things = graph.graph.get("things", {})
    for source, target, data in graph.edges(data=True):
        made = [things.get(iri) or graph.nodes.get(iri, {}) for iri in data.get("activities", ())]
        flat.edges[source, target].update(_span(made))
    text = "\n".join(generate_gexf(flat, prettyprint=True)) + "\n"
    # The day of writing would make every day's file differ.
    text = re.sub(r'<meta lastmodifieddate="[^"]*">', "<meta>", text, count=1)
    about = escape(json.dumps(graph.graph, ensure_ascii=True, sort_keys=True))
    return text.replace("</meta>", f"  <description>{about}</description>\n  </meta>", 1)


def _gexf_look(place: tuple[float, float] | None, colour: str | None) -> dict[str, Any]:
    viz: dict[str, Any] = {}
    if place:
        # In Gephi y grows upwards.
        viz["position"] = {"x": place[0], "y": -place[1] + 0.0, "z": 0.0}
    if colour:
        red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
        viz["color"] = {"r": red, "g": green, "b": blue, "a": 1.0}
    return {"viz": viz} if viz else {}


def _span(dated: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """First and last day of things, as GEXF names them; empty unless all have dates."""
    known = [(str(data.get("starts", "")), str(data.get("ends", ""))) for data in dated]
    if not known or not all(start for start, _ in known):
        return {}
    return {
        "start": min(start for start, _ in known),
        "end": max(end or start for start, end in known),
    }
