"""Where the nodes of a network lie, the same in every process."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import networkx

_STRESS_LIMIT = 2000
_RING_FROM = 6
_RING_TO = 40


def layout(graph: networkx.Graph[str], seed: int = 1) -> dict[str, tuple[float, float]]:
    """Positions of the nodes, the same in every process; an edge is about 1 long.

    A node tied to all others of its component stands in the middle of a ring; else a component is
    laid out by stress majorization (Gansner, Koren, North: Graph drawing by
    stress majorization, 2005), beyond 2000 nodes by NetworkX's ForceAtlas2, and the components are
    set side by side, largest first. Rounded to three decimals; empty for an empty graph.

    Args:
        graph: The network.
        seed: Where chance starts.
    """
    import networkx as nx

    components = sorted(
        (sorted(part) for part in nx.connected_components(nx.Graph(graph))),
        key=lambda part: (-len(part), part),
    )
    placed: dict[str, tuple[float, float]] = {}
    left = top = height = 0.0
    width = 0.0
    for number, part in enumerate(components):
        positions = _place(graph, part, seed)
        low_x = min(x for x, _ in positions.values())
        low_y = min(y for _, y in positions.values())
        wide = max(x for x, _ in positions.values()) - low_x
        high = max(y for _, y in positions.values()) - low_y
        if number == 0:
            width = max(wide, 2.0 * len(components) ** 0.5)
        elif left > 0 and left + wide > width:
            left, top, height = 0.0, top + height + 1.0, 0.0
        for node, (x, y) in positions.items():
            placed[node] = (x - low_x + left, y - low_y + top)
        left, height = left + wide + 1.0, max(height, high)
    if not placed:
        return {}
    middle_x = (max(x for x, _ in placed.values()) + min(x for x, _ in placed.values())) / 2
    middle_y = (max(y for _, y in placed.values()) + min(y for _, y in placed.values())) / 2
    # Adding 0.0 turns -0.0 into 0.0, so that the text is the same too.
    return {
        node: (round(x - middle_x, 3) + 0.0, round(y - middle_y, 3) + 0.0)
        for node, (x, y) in sorted(placed.items())
    }


def _place(
    graph: networkx.Graph[str], nodes: Sequence[str], seed: int
) -> dict[str, tuple[float, float]]:
    import networkx as nx
    import numpy as np

    if len(nodes) == 1:
        return {nodes[0]: (0.0, 0.0)}
    part: networkx.Graph[str] = nx.Graph()
    part.add_nodes_from(nodes)
    part.add_edges_from(sorted((min(pair), max(pair)) for pair in graph.subgraph(nodes).edges()))
    hubs = [node for node in nodes if part.degree(node) == len(nodes) - 1]
    if hubs and _RING_FROM <= len(nodes) <= _RING_TO:
        return _ring(part, hubs[0])
    if len(nodes) > _STRESS_LIMIT:
        found = nx.forceatlas2_layout(part, seed=seed, max_iter=60)
        scale = float(np.median([np.linalg.norm(found[a] - found[b]) for a, b in part.edges()]))
        return {node: (float(x) / scale, float(y) / scale) for node, (x, y) in found.items()}
    number = {node: index for index, node in enumerate(nodes)}
    distance = np.zeros((len(nodes), len(nodes)))
    for node, lengths in nx.all_pairs_shortest_path_length(part):
        for other, length in lengths.items():
            distance[number[node], number[other]] = length
    points = _majorize(distance, seed)
    return {node: (float(points[i, 0]), float(points[i, 1])) for node, i in number.items()}


def _ring(part: networkx.Graph[str], hub: str) -> dict[str, tuple[float, float]]:
    """A hub in the middle and the others around it, those that are tied next to each other."""
    import math

    import networkx as nx

    rest = part.subgraph([node for node in part if node != hub])
    groups = sorted(sorted(group) for group in nx.connected_components(rest))
    order: list[str] = []
    for group in groups:
        start = min(group, key=lambda node: (rest.degree(node), node))
        order += nx.dfs_preorder_nodes(rest, start, sort_neighbors=sorted)
    step = 2 * math.pi / len(order)
    placed = {
        node: (math.sin(index * step), -math.cos(index * step)) for index, node in enumerate(order)
    }
    return {hub: (0.0, 0.0), **placed}


def _majorize(distance: Any, seed: int) -> Any:
    """Points whose distances come as near to the wanted ones as stress majorization brings them.

    Starts from classical scaling, which needs few steps more; chance parts what it puts together,
    such as the leaves of one node.
    """
    import numpy as np

    size = len(distance)
    with np.errstate(divide="ignore"):
        weights = np.where(distance > 0, distance**-2.0, 0.0)
    total = weights.sum(axis=1)
    inverse = np.linalg.inv(np.diag(total) - weights + 1.0 / size) - 1.0 / size
    points = _scale(distance)
    points = points + np.random.RandomState(seed).normal(scale=0.3, size=(size, 2))
    rounds, tolerance = (400, 1e-6) if size <= 100 else (60, 1e-4)
    previous = np.inf
    for _ in range(rounds):
        square = (points**2).sum(axis=1)
        gaps = np.sqrt(np.maximum(square[:, None] + square - 2 * points @ points.T, 1e-12))
        stress = float((weights * (gaps - distance) ** 2).sum())
        if previous - stress < tolerance * stress + 1e-12:
            break
        previous = stress
        ratio = weights * distance / gaps
        points = inverse @ (ratio.sum(axis=1)[:, None] * points - ratio @ points)
    # Turn the longest extent to lie flat, since pages are wider than high.
    centred = points - points.mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    turned = centred @ axes.T
    signs = np.sign(turned[np.abs(turned).argmax(axis=0), range(2)])
    return turned * np.where(signs == 0, 1, signs)


def _scale(distance: Any) -> Any:
    """Classical scaling to two dimensions, by power iteration."""
    import numpy as np

    square = distance**2
    centred = -(square - square.mean(axis=0) - square.mean(axis=1)[:, None] + square.mean()) / 2
    size = len(distance)
    vectors = np.stack([np.arange(size) + 1.0, np.arange(size) % 7 + 1.0], axis=1)
    for _ in range(30):
        vectors, _triangle = np.linalg.qr(centred @ vectors)
    values = np.abs((vectors * (centred @ vectors)).sum(axis=0))
    return vectors * np.sqrt(values)
