"""The boards of the actors of a network, as its page shows them beside the picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ctgraph.network import STATED
from ctgraph.network.board import Board, choose_headings, make_board, read_facts

if TYPE_CHECKING:
    import networkx

    from ctgraph.store import Store


_MOST_TIES = 5000
_HEADING = 4.0  # columns of marks


def read_boards(store: Store, graph: networkx.Graph[str]) -> dict[int, dict[str, Any]]:
    """Return the boards that a network has whole, by the number of their actor.

    A network around an actor has no whole board of those at its rim, a network of another view or
    of communities none at all, and none is made of more ties than a page can hold twice.

    Args:
        store: The graph that the network is from.
        graph: A network of `ctgraph.network.build.build_network`.
    """
    import networkx as nx

    about = graph.graph
    if about.get("view") != "cooperation" or "note_en" in about:
        return {}
    if graph.number_of_edges() > _MOST_TIES:
        return {}
    inside = set(graph)
    if "actor" in about.get("filters", {}):
        centre, hops = about["filters"]["actor"], int(about["filters"]["hops"])
        if centre not in graph:
            return {}
        inside = set(nx.single_source_shortest_path_length(graph, centre, cutoff=hops - 1))
    facts = read_facts(store, graph)
    edges = {frozenset(pair): number for number, pair in enumerate(graph.edges)}
    return {
        number: _told(make_board(graph, node, facts), edges)
        for number, node in enumerate(graph)
        if node in inside and graph[node]
    }


def find_hub(graph: networkx.Graph[str], boards: Mapping[int, Any]) -> int | None:
    """Return whose board a page shows first: its actor's, else that with most partners.

    Args:
        graph: The network of the page.
        boards: What `read_boards` gave for it; None if there is none.
    """
    nodes = list(graph)
    centre = graph.graph.get("filters", {}).get("actor")
    if centre in nodes and nodes.index(centre) in boards:
        return nodes.index(centre)
    return max(boards, key=lambda number: (graph.degree(nodes[number]), -number), default=None)


def _told(board: Board, edges: dict[frozenset[str], int]) -> dict[str, Any]:
    return {
        "title": board.title,
        "subtitle": board.subtitle,
        "columns": board.columns,
        "headings": choose_headings(board.columns, lambda heading: _HEADING / 2, 1.0),
        "groups": [
            {
                "name": group.name,
                "rows": [
                    {
                        "edge": edges[frozenset((board.hub, row.partner))],
                        "done": row.done,
                        "figure": row.figure,
                        "marks": [
                            [number, mark.basis == STATED, mark.goes_on]
                            for number, mark in row.marks.items()
                        ],
                    }
                    for row in group.rows
                ],
            }
            for group in board.groups
        ],
    }
