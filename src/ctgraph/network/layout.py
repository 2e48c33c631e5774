"""Where the nodes of a network lie, the same in every process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import networkx


# Up to as many nodes as a page names at once, stress majorization: it is truest to distances and
# leaves names more room than forces do. Beyond, forces: half the crossings and several times as
# many neighbours side by side, which is what is left to see when there are too many names to read,
# and seconds for 5,000 nodes (measured: benchmarks/README.md, "Networks").
_STRESS_LIMIT = 300
# From so many nodes on, those in the middle want room that those far away have.
_CROWD = 40
_WITHIN = 0.7
_RING_FROM = 6
_RING_TO = 40
# Nodes whose push is reckoned one by one; other nodes push as cells of so many.
_CELL = 64
_ROUNDS = 100
# Views whose ties lead from parts to wholes, or from what is done to what it serves, and how many
# nodes a column may have there; of more the names would be too small to read.
_LAYERED = ("structure", "goals")
_LONGEST_COLUMN = 14
_COLUMN, _ROW = 2.2, 0.5
_SWEEPS = 12


def compute_layout(graph: networkx.Graph[str], seed: int = 1) -> dict[str, tuple[float, float]]:
    """Return positions of the nodes, the same in every process; an edge is about 1 long.

    A node tied to all others of its component stands in the middle of a ring; else a component of
    up to 300 nodes is laid out by stress majorization (Gansner, Koren, North: Graph drawing by
    stress majorization, 2005), a larger one by the forces of ForceAtlas2 (Jacomy et al.:
    ForceAtlas2, a continuous graph layout algorithm, 2014) from a start by pivots (Brandes, Pich:
    Eigensolver methods for progressive multidimensional scaling, 2007). The components are set
    side by side, largest first. Weights do not count. Rounded to three decimals; empty for an
    empty graph. A network that was placed by hand (`ctgraph.network.placed`) has those places, in
    units of its own.

    In the views `structure` and `goals` a network of one component without a cycle is laid out in
    columns, between which all ties lead to the right, if none is too long (Sugiyama, Tagawa, Toda:
    Methods for visual understanding of hierarchical system structures, 1981).

    Args:
        graph: The network.
        seed: Where chance starts.
    """
    import networkx as nx

    given = graph.graph.get("places", {})
    if given and all(node in given for node in graph):
        return {node: given[node] for node in sorted(graph)}
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
    """Return positions of the nodes of one component."""
    import networkx as nx

    if len(nodes) == 1:
        return {nodes[0]: (0.0, 0.0)}
    is_layered = graph.graph.get("view") in _LAYERED and graph.is_directed()
    if is_layered and len(nodes) == len(graph):
        tree: networkx.DiGraph[str] = nx.DiGraph()
        tree.add_nodes_from(nodes)
        tree.add_edges_from(sorted(p for p in graph.subgraph(nodes).edges() if p[0] != p[1]))
        if nx.is_directed_acyclic_graph(tree):
            steps = _count_steps(tree)
            if max(Counter(steps.values()).values()) <= _LONGEST_COLUMN:
                return _in_columns(tree, steps)
    part: networkx.Graph[str] = nx.Graph()
    part.add_nodes_from(nodes)
    part.add_edges_from(sorted((min(pair), max(pair)) for pair in graph.subgraph(nodes).edges()))
    part.remove_edges_from(list(nx.selfloop_edges(part)))
    hubs = [node for node in nodes if part.degree(node) == len(nodes) - 1]
    if hubs and _RING_FROM <= len(nodes) <= _RING_TO:
        return _ring(part, hubs[0])
    ties = nx.to_scipy_sparse_array(part, format="csr").astype(float)
    if len(nodes) > _STRESS_LIMIT:
        points = _pull_and_push(ties, seed)
    elif len(nodes) > _CROWD:
        points = _even_out(_majorize(ties, seed, _apart(part, seed)))
    else:
        points = _majorize(ties, seed)
    return {
        node: (float(x), float(y)) for node, (x, y) in zip(nodes, _lie_flat(points), strict=True)
    }


def _count_steps(tree: networkx.DiGraph[str]) -> dict[str, int]:
    """Return the longest way from each node to one from which nothing leads on, in ties."""
    import networkx as nx

    steps: dict[str, int] = {}
    for node in reversed(list(nx.lexicographical_topological_sort(tree))):
        steps[node] = max((steps[other] + 1 for other in tree.successors(node)), default=0)
    return steps


def _in_columns(
    tree: networkx.DiGraph[str], steps: Mapping[str, int]
) -> dict[str, tuple[float, float]]:
    """Return places in columns by the steps that are left; a tie past a column has a row there."""
    columns: list[list[str]] = [[] for _ in range(max(steps.values()) + 1)]
    near: dict[str, list[str]] = {}
    for node in sorted(tree):
        columns[steps[node]].append(node)
    for source, target in sorted(tree.edges):
        way = [source]
        for step in range(steps[source] - 1, steps[target], -1):
            way.append(f"{source} {target} {step}")
            columns[step].append(way[-1])
        for one, other in pairwise([*way, target]):
            near.setdefault(one, []).append(other)
            near.setdefault(other, []).append(one)
    row = {node: float(n) for column in columns for n, node in enumerate(column)}
    for sweep in range(_SWEEPS):
        for column in columns if sweep % 2 else columns[::-1]:
            wanted = {
                node: sum(row[other] for other in near[node]) / len(near[node]) for node in column
            }
            column.sort(key=lambda node, at=wanted: (at[node], node))  # type: ignore[misc]
            row.update(_keep_apart(column, wanted))
    return {node: (-_COLUMN * steps[node], _ROW * row[node]) for node in tree}


def _keep_apart(order: Sequence[str], wanted: Mapping[str, float]) -> dict[str, float]:
    """Return rows near the wanted ones, in their order, at least one apart.

    Who is pushed together is a block around the mean of what its members want.
    """
    blocks: list[list[str]] = []

    def first(block: Sequence[str]) -> float:
        return (sum(wanted[node] for node in block) - len(block) * (len(block) - 1) / 2) / len(
            block
        )

    for node in order:
        blocks.append([node])
        while len(blocks) > 1 and first(blocks[-2]) + len(blocks[-2]) > first(blocks[-1]):
            blocks[-2:] = [blocks[-2] + blocks[-1]]
    return {node: first(block) + n for block in blocks for n, node in enumerate(block)}


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


def _apart(part: networkx.Graph[str], seed: int) -> Any:
    """Return by how much two nodes stand further apart, or nearer, than the ties between them say.

    What belongs to one community comes together, so that communities are seen as areas.
    """
    import networkx as nx
    import numpy as np

    groups = nx.community.louvain_communities(part, seed=seed)
    home = {node: number for number, group in enumerate(groups) for node in group}
    homes = np.array([home[node] for node in part])
    return np.where(homes[:, None] == homes, _WITHIN, 1.0)


def _even_out(points: Any) -> Any:
    """Return points moved, on each axis, half way to where they would be at equal distances.

    The order from left to right and from top to bottom stays (Misue et al., Layout adjustment and
    the mental map, 1995); the crowd in the middle gets room from the few far away.
    """
    import numpy as np

    rank = np.argsort(np.argsort(points, axis=0, kind="stable"), axis=0, kind="stable")
    low, high = points.min(axis=0), points.max(axis=0)
    even = low + rank / (len(points) - 1) * (high - low)
    return (points + even) / 2


def _majorize(ties: Any, seed: int, apart: Any = 1.0) -> Any:
    """Points whose distances come as near to the wanted ones as stress majorization brings them.

    Starts from classical scaling, which needs few steps more; chance parts what it puts together,
    such as the leaves of one node. Distances are times `apart`.
    """
    import numpy as np
    from scipy.sparse.csgraph import shortest_path  # type: ignore[import-untyped]

    distance = shortest_path(ties, directed=False, unweighted=True) * apart
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
    return points


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


def _pull_and_push(ties: Any, seed: int) -> Any:
    """Return points at which ties pull and nodes push each other about equally.

    An edge is about 1 long.

    A tie pulls in proportion to its length, two nodes push with the product of their degrees (plus
    1) over their distance, and the middle pulls all a little. A node that swings to and fro goes
    slower than one that keeps its direction.
    """
    import numpy as np

    size = ties.shape[0]
    degrees = ties.sum(axis=1)
    masses = degrees + 1.0
    chance = np.random.RandomState(seed).normal(scale=0.6 * size**0.5, size=(size, 2))
    points = _start(ties) + chance
    before = np.zeros_like(points)
    speed = 1.0
    for turn in range(_ROUNDS):
        pull = ties @ points - degrees[:, None] * points
        middle = points / (np.linalg.norm(points, axis=1)[:, None] + 1e-9)
        force = pull + masses[:, None] * (2.0 * _push(points, masses, turn) - middle)
        swing = np.linalg.norm(force - before, axis=1)
        steady = np.linalg.norm(force + before, axis=1) / 2.0
        speed = min(1.5 * speed, float(masses @ steady / (masses @ swing + 1e-9)))
        points = points + force * (speed / (1.0 + speed * np.sqrt(masses * swing)))[:, None]
        before = force
    ends = ties.tocoo()
    lengths = np.linalg.norm(points[ends.row] - points[ends.col], axis=1)
    return points / np.median(lengths)


def _start(ties: Any, pivots: int = 50) -> Any:
    """Return points from the distances to some nodes that are far from each other (pivots)."""
    import numpy as np
    from scipy.sparse.csgraph import dijkstra

    found = []
    nearest = np.full(ties.shape[0], np.inf)
    pivot = int(np.argmax(ties.sum(axis=1)))
    for _ in range(min(pivots, ties.shape[0])):
        found.append(dijkstra(ties, unweighted=True, indices=pivot))
        nearest = np.minimum(nearest, found[-1])
        pivot = int(np.argmax(nearest))
    square = np.array(found).T ** 2
    centred = square - square.mean(axis=0) - square.mean(axis=1)[:, None] + square.mean()
    _, vectors = np.linalg.eigh(centred.T @ centred)
    points = centred @ vectors[:, [-1, -2]]
    points = points * _signs(points) / (points.std(axis=0).max() + 1e-9)
    # Wide enough for all nodes and for the longest way.
    return points * max(2.0 * len(points) ** 0.5, 2.0 * float(np.max(found[0])))


def _push(points: Any, masses: Any, turn: int) -> Any:
    """Return how all nodes push each one, by 1 / distance.

    Those of its cell one by one, others as cells.

    Cells are cut as strips and then across, at another angle in every turn, so that their borders
    leave no trace in the picture.
    """
    import numpy as np

    size = len(points)
    x, y = points.T
    angle = turn * 2.399963  # The golden angle, which never repeats.
    along = x * np.cos(angle) + y * np.sin(angle)
    across = y * np.cos(angle) - x * np.sin(angle)
    cells = -(-size // _CELL)
    strips = max(1, round(cells**0.5))
    rank = np.argsort(np.argsort(along, kind="stable"), kind="stable")
    order = np.lexsort((across, rank * strips // size))
    first = np.arange(cells + 1) * size // cells
    places = first[:-1, None] + np.arange(int(np.diff(first).max()))
    filled = places < first[1:, None]
    members = order[np.minimum(places, size - 1)]
    mass = np.where(filled, masses[members], 0.0)
    within_x, within_y = x[members], y[members]
    total = mass.sum(axis=1)
    middle_x, middle_y = (
        (mass * within_x).sum(axis=1) / total,
        (mass * within_y).sum(axis=1) / total,
    )
    own = np.empty(size, dtype=int)
    own[members[filled]] = np.nonzero(filled)[0]

    # Coordinates apart: a last axis of two would make numpy many times slower.
    far_x, far_y = x[:, None] - middle_x, y[:, None] - middle_y
    strength = total / np.maximum(far_x**2 + far_y**2, 0.01)
    strength[np.arange(size), own] = 0.0
    pushed = np.stack([(strength * far_x).sum(axis=1), (strength * far_y).sum(axis=1)], axis=1)
    near_x = within_x[:, :, None] - within_x[:, None, :]
    near_y = within_y[:, :, None] - within_y[:, None, :]
    strength = mass[:, None, :] / np.maximum(near_x**2 + near_y**2, 0.01)
    pushed[members[filled], 0] += (strength * near_x).sum(axis=2)[filled]
    pushed[members[filled], 1] += (strength * near_y).sum(axis=2)[filled]
    return pushed


def _lie_flat(points: Any) -> Any:
    """The points turned so that their longest extent lies flat, since pages are wider than high."""
    import numpy as np

    centred = points - points.mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    turned = centred @ axes.T
    return turned * _signs(turned)


def _signs(points: Any) -> Any:
    """1 or -1 for each axis, so that its farthest point is on the positive side."""
    import numpy as np

    signs = np.sign(points[np.abs(points).argmax(axis=0), range(2)])
    return np.where(signs == 0, 1, signs)
