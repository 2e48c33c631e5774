"""The pyvis network of a page: how each node looks and where it stands, and what is tied."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ctgraph.network.styles import look_of

if TYPE_CHECKING:
    import networkx

_LARGEST = 34


def node_size(graph: networkx.Graph[str], node: str) -> int:
    """Return the radius of a node in pixels, by what it stands for or else by its ties.

    Args:
        graph: The network.
        node: One of its nodes.
    """
    counted = graph.nodes[node].get("size") or graph.degree(node)
    return min(_LARGEST, 6 + round(3.6 * math.sqrt(counted)))


def make_model(
    graph: networkx.Graph[str],
    ties: Sequence[tuple[Mapping[str, Any], Sequence[int]]],
    *,
    groups: Mapping[str, str],
    sizes: Mapping[str, int],
    positions: Mapping[str, tuple[float, float]],
) -> Any:
    """Return the pyvis network; its ids are the numbers of nodes in their order.

    Args:
        graph: The network.
        ties: Attributes of each tie, and the numbers of those that it joins.
        groups: What the legend calls a node, by node.
        sizes: Radius in pixels, by node.
        positions: Places in pixels, by node.
    """
    from pyvis.network import Network  # type: ignore[import-untyped]

    # Directed, so that adding an edge does not walk over all others.
    model = Network(directed=True)
    number = {node: index for index, node in enumerate(graph)}
    for node, index in number.items():
        look = look_of(groups[node])
        x, y = positions[node]
        model.add_node(
            index,
            shape=look.shape,
            color={"background": look.inside, "border": look.rim},
            size=sizes[node],
            borderWidth=2.6 if look.is_thick else 1.2,
            x=x,
            y=y,
        )
    for index, (data, _) in enumerate(ties):
        model.add_edge(number[data["source"]], number[data["target"]], id=index)
    return model
