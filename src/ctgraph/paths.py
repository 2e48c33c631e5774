"""Shortest paths of cooperation, and the words that each step rests on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import networkx

    from ctgraph.store import Store

PATH_FORMATS = ("text", "json")


def find_paths(
    graph: networkx.Graph[str], start: str, end: str, limit: int | None = None
) -> list[list[str]]:
    """The shortest paths between two nodes, each a list of nodes; empty if there is none.

    Steps count, not weights; the direction of edges does not matter.

    Args:
        graph: A network.
        start: IRI of one node.
        end: IRI of the other.
        limit: Paths to return at most; None for all.
    """
    import networkx as nx

    if start not in graph or end not in graph:
        return []
    plain: networkx.Graph[str] = nx.Graph()
    plain.add_edges_from(sorted(graph.edges()))
    plain.add_nodes_from(sorted(graph))
    try:
        return list(islice(nx.all_shortest_paths(plain, start, end), limit))
    except nx.NetworkXNoPath:
        return []


def write_paths(
    store: Store,
    graph: networkx.Graph[str],
    paths: Sequence[Sequence[str]],
    format: str = "text",
    lang: str = "en",
) -> str:
    """Paths with the activities and the claims of every step, as text or JSON.

    Args:
        store: Where the claims are.
        graph: The undirected network in which the paths were found.
        paths: Lists of nodes.
        format: One of `PATH_FORMATS`.
        lang: ``en`` or ``ja``.
    """
    from ctgraph.claims import load_claims
    from ctgraph.evidence import RowEvidence
    from ctgraph.report import evidence_text, evidence_to_dict
    from ctgraph.tables import make_safe

    steps = {pair: graph.edges[pair] for path in paths for pair in pairwise(path)}
    wanted = sorted({claim for data in steps.values() for claim in data["claims"]})
    claims = load_claims(store, wanted, lang) if wanted else {}
    things: dict[str, dict[str, Any]] = graph.graph["things"]

    def name(iri: str) -> str:
        facts = graph.nodes[iri] if iri in graph else things[iri]
        return make_safe(str(facts[f"label_{lang}"]))

    def evidence(data: dict[str, Any]) -> RowEvidence:
        return RowEvidence(claims=tuple(claims[iri] for iri in data["claims"] if iri in claims))

    if format == "json":
        found = [
            {
                "nodes": [{"iri": node, "label": name(node)} for node in path],
                "steps": [
                    {
                        "from": one,
                        "to": other,
                        "basis": steps[one, other]["basis"],
                        "activities": [
                            {"iri": iri, "label": name(iri)}
                            for iri in steps[one, other]["activities"]
                        ],
                        "evidence": evidence_to_dict(evidence(steps[one, other])),
                    }
                    for one, other in pairwise(path)
                ],
            }
            for path in paths
        ]
        return json.dumps(found, ensure_ascii=False, indent=2)
    stated, inferred = ("明示", "推論") if lang == "ja" else ("stated", "inferred")
    blocks = []
    for number, path in enumerate(paths, 1):
        blocks.append(f"{number}. {' – '.join(map(name, path))}")
        for one, other in pairwise(path):
            data = steps[one, other]
            basis = stated if data["basis"] == "Stated" else inferred
            lines = [f"{name(one)} – {name(other)} ({basis})"]
            lines += [f"  · {name(iri)}" for iri in data["activities"]]
            blocks.append("\n".join(lines) + "\n" + evidence_text(evidence(data), lang))
    return "\n\n".join(blocks)
