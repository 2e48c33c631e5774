"""Straight, curved and bundled ties of one network on a slide: ink, crossings, what is run through.

    python benchmarks/ties.py

Bundled is edge-path bundling (Wallinger et al., IEEE Transactions on Visualization and Computer
Graphics 28, 2022): a long tie follows a path of other ties that is at most `stretch` times as long.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from itertools import pairwise

import networkx as nx
import numpy as np
from PIL import Image, ImageDraw

from ctgraph.network import build_network, compute_layout
from ctgraph.store import open_store

Point = tuple[float, float]
Line = list[Point]

WIDTH, HEIGHT, FINE = 892, 370, 3
RADIUS = 4.5
BEND = 0.15


def bezier(pulls: Sequence[Point], pieces: int = 24) -> Line:
    """Return the points of a curve by its points of control."""
    made = []
    for t in np.linspace(0, 1, pieces):
        points = [np.array(one, dtype=float) for one in pulls]
        while len(points) > 1:
            points = [(1 - t) * a + t * b for a, b in pairwise(points)]
        made.append((float(points[0][0]), float(points[0][1])))
    return made


def curve(start: Point, end: Point) -> Line:
    """Return a curve beside the straight line."""
    (x, y), (to_x, to_y) = start, end
    pull = (x + to_x) / 2 + (to_y - y) * BEND, (y + to_y) / 2 - (to_x - x) * BEND
    return bezier([start, pull, end])


def bundle(places: dict[str, Point], ties: list[tuple[str, str]], stretch: float) -> list[Line]:
    """Return the ties, those with a detour along it."""
    graph: nx.Graph[str] = nx.Graph()
    for one, two in ties:
        long = math.dist(places[one], places[two])
        graph.add_edge(one, two, long=long, cost=long**2)
    used: set[frozenset[str]] = set()
    detours: dict[frozenset[str], list[str]] = {}
    for one, two in sorted(ties, key=lambda tie: -graph.edges[tie]["long"]):
        tie = frozenset((one, two))
        if tie in used:
            continue

        def is_free(a: str, b: str, own: frozenset[str] = tie) -> bool:
            return frozenset((a, b)) not in detours and frozenset((a, b)) != own

        try:
            way = nx.shortest_path(
                nx.subgraph_view(graph, filter_edge=is_free), one, two, weight="cost"
            )
        except nx.NetworkXNoPath:
            continue
        if (
            sum(graph.edges[pair]["long"] for pair in pairwise(way))
            <= stretch * graph.edges[one, two]["long"]
        ):
            detours[tie] = way
            used |= {frozenset(pair) for pair in pairwise(way)}
    return [
        bezier([places[node] for node in detours[tie]])
        if (tie := frozenset((one, two))) in detours
        else [places[one], places[two]]
        for one, two in ties
    ]


def count_crossings(lines: list[Line]) -> int:
    """Return how often two lines cross."""
    parts = np.array([(*a, *b, n) for n, line in enumerate(lines) for a, b in pairwise(line)])
    found = 0
    for number, (x, y, to_x, to_y, own) in enumerate(parts):
        rest = parts[number + 1 :]
        rest = rest[rest[:, 4] != own]
        across, along = to_x - x, to_y - y
        sides = [across * (rest[:, i + 1] - y) - along * (rest[:, i] - x) for i in (0, 2)]
        wide, high = rest[:, 2] - rest[:, 0], rest[:, 3] - rest[:, 1]
        others = [
            wide * (b - rest[:, 1]) - high * (a - rest[:, 0]) for a, b in ((x, y), (to_x, to_y))
        ]
        found += int(((sides[0] * sides[1] < -1e-9) & (others[0] * others[1] < -1e-9)).sum())
    return found


def count_run_through(
    places: dict[str, Point], ties: list[tuple[str, str]], lines: list[Line]
) -> int:
    """Return how often a line runs through a node that is none of its ends."""
    found = 0
    for tie, line in zip(ties, lines, strict=True):
        points = np.array(
            [(a + (c - a) * t, b + (d - b) * t)
             for (a, b), (c, d) in pairwise(line) for t in np.linspace(0, 1, 40)]
        )  # fmt: skip
        found += sum(
            bool((np.hypot(points[:, 0] - x, points[:, 1] - y) < RADIUS).any())
            for node, (x, y) in places.items()
            if node not in tie
        )
    return found


def count_ink(lines: list[Line]) -> float:
    """Return how much paper lines cover, in square points."""
    paper = Image.new("1", (WIDTH * FINE, HEIGHT * FINE))
    pen = ImageDraw.Draw(paper)
    for line in lines:
        pen.line([(x * FINE, y * FINE) for x, y in line], fill=1, width=FINE)
    return float(np.array(paper).sum()) / FINE**2


def main() -> None:
    """Print a table."""
    with open_store() as store:
        graph = build_network(store)
    plan = compute_layout(graph)
    xs, ys = zip(*plan.values(), strict=True)
    wide, high = WIDTH / (max(xs) - min(xs)), HEIGHT / (max(ys) - min(ys))
    places = {n: ((x - min(xs)) * wide, (y - min(ys)) * high) for n, (x, y) in plan.items()}
    ties = [(one, two) for one, two in graph.edges if one != two]
    drawn = {
        "straight": [[places[one], places[two]] for one, two in ties],
        "curved": [curve(places[one], places[two]) for one, two in ties],
        "bundled, 1.5": bundle(places, ties, 1.5),
        "bundled, 2": bundle(places, ties, 2.0),
    }
    sys.stdout.write("| ties | ink | crossings | nodes run through |\n| --- | --- | --- | --- |\n")
    for name, lines in drawn.items():
        crossed, through = count_crossings(lines), count_run_through(places, ties, lines)
        sys.stdout.write(f"| {name} | {count_ink(lines):,.0f} | {crossed:,} | {through} |\n")


if __name__ == "__main__":
    main()
