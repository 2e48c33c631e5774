"""Shortest paths of cooperation, and the words that each step rests on."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from ctgraph.network.rollup import drawn_as

if TYPE_CHECKING:
    import networkx

    from ctgraph.query.evidence import RowEvidence
    from ctgraph.store import Store


class Step(NamedTuple):
    """One step of a path.

    Attributes:
        source: IRI of the node it leads from.
        target: IRI of the node it leads to.
        basis: ``Stated`` or ``Inferred``, as of the edge.
        activities: IRIs of what makes the edge: activities or, where a statement does, properties.
        evidence: The claims that the edge rests on.
    """

    source: str
    target: str
    basis: str
    activities: tuple[str, ...]
    evidence: RowEvidence


class TracedPath(NamedTuple):
    """A path and the words that each step rests on.

    Attributes:
        nodes: IRIs, from the start to the end.
        steps: One fewer than the nodes.
        labels: Labels of nodes and activities, by IRI.
    """

    nodes: tuple[str, ...]
    steps: tuple[Step, ...]
    labels: dict[str, str]


def find_paths(
    graph: networkx.Graph[str], start: str, end: str, limit: int | None = None
) -> list[list[str]]:
    """Return the shortest paths between two nodes, each a list of nodes; empty if there is none.

    Steps count, not weights; the direction of edges does not matter. A node that stands for others
    (``members``) is where their paths begin and end.

    Args:
        graph: A network.
        start: IRI of one node.
        end: IRI of the other.
        limit: Paths to return at most; None for all.
    """
    import networkx as nx

    start, end = drawn_as(graph, start), drawn_as(graph, end)
    if start not in graph or end not in graph:
        return []
    plain: networkx.Graph[str] = nx.Graph()
    plain.add_edges_from(sorted(graph.edges()))
    plain.add_nodes_from(sorted(graph))
    try:
        return list(islice(nx.all_shortest_paths(plain, start, end), limit))
    except nx.NetworkXNoPath:
        return []


def describe_paths(
    store: Store,
    graph: networkx.Graph[str],
    paths: Sequence[Sequence[str]],
    lang: str = "en",
) -> list[TracedPath]:
    """Return paths with the activities and the claims of every step.

    Args:
        store: Where the claims are.
        graph: The network in which the paths were found.
        paths: Lists of nodes, as `find_paths` gives them.
        lang: Language of labels and claims, ``en`` or ``ja``.
    """
    from ctgraph.query.evidence import RowEvidence, load_claims

    edges = {pair: _edges(graph, *pair) for path in paths for pair in pairwise(path)}
    wanted = sorted({iri for found in edges.values() for data in found for iri in data["claims"]})
    claims = load_claims(store, wanted, lang) if wanted else {}
    things: dict[str, dict[str, Any]] = graph.graph["things"]

    def label(iri: str) -> str:
        facts = graph.nodes[iri] if iri in graph else things[iri]
        return str(facts[f"label_{lang}"])

    found = []
    for path in paths:
        steps = []
        for source, target in pairwise(path):
            both = edges[source, target]
            cited = sorted({iri for data in both for iri in data["claims"]} & set(claims))
            evidence = RowEvidence(claims=tuple(claims[iri] for iri in cited))
            activities = tuple(sorted({iri for data in both for iri in data["by_activity"]}))
            is_stated = any(data["basis"] == "Stated" for data in both)
            basis = "Stated" if is_stated else "Inferred"
            steps.append(Step(source, target, basis, activities, evidence))
        named = {*path, *(iri for step in steps for iri in step.activities)}
        found.append(
            TracedPath(tuple(path), tuple(steps), {iri: label(iri) for iri in sorted(named)})
        )
    return found


def _edges(graph: networkx.Graph[str], one: str, other: str) -> list[dict[str, Any]]:
    """Return what ties two neighbours, in both directions."""
    pairs = [(one, other), (other, one)] if graph.is_directed() else [(one, other)]
    return [graph.edges[pair] for pair in pairs if graph.has_edge(*pair)]
