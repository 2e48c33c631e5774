"""Shortest paths of cooperation, and the words that each step rests on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import networkx

    from ctgraph.claims import ClaimEvidence
    from ctgraph.evidence import RowEvidence
    from ctgraph.measures import Value
    from ctgraph.query import Table
    from ctgraph.store import Store

PATH_FORMATS = ("text", "markdown", "json", "jsonl")
"""What `write_paths` writes; `path_table` makes a table of them for the other formats."""


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


def describe_paths(
    store: Store,
    graph: networkx.Graph[str],
    paths: Sequence[Sequence[str]],
    lang: str = "en",
) -> list[TracedPath]:
    """Paths with the activities and the claims of every step.

    Args:
        store: Where the claims are.
        graph: The network in which the paths were found.
        paths: Lists of nodes, as `find_paths` gives them.
        lang: Language of labels and claims, ``en`` or ``ja``.
    """
    from ctgraph.claims import load_claims
    from ctgraph.evidence import RowEvidence

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
    """What ties two neighbours, in both directions."""
    pairs = [(one, other), (other, one)] if graph.is_directed() else [(one, other)]
    return [graph.edges[pair] for pair in pairs if graph.has_edge(*pair)]


PATH_COLUMNS = ("path", "step", "source", "target", "basis", "activities")
CLAIM_COLUMNS = ("claim", "quote", "gloss", "section")


def path_table(store: Store, paths: Sequence[TracedPath], lang: str = "en") -> Table:
    """Paths as a table with a row for each claim of each step.

    Columns: ``path`` and ``step`` (numbers from 1), ``source``, ``target``, ``basis``,
    ``activities`` (labels), ``claim``, ``quote``, ``gloss``, ``section`` (label); the last four are
    empty for a step without claims.

    Args:
        store: Where labels come from.
        paths: What `describe_paths` gave.
        lang: Language of the labels.
    """
    from ctgraph.measures import make_table

    def cells(claim: ClaimEvidence | None) -> list[Value]:
        if claim is None:
            return [None] * len(CLAIM_COLUMNS)
        quote = claim.quote if claim.quote is not None else claim.source_page
        return [claim.iri, quote, claim.gloss, claim.section_label]

    rows: list[list[Value]] = []
    for number, path in enumerate(paths, 1):
        for place, step in enumerate(path.steps, 1):
            made = "; ".join(path.labels[iri] for iri in step.activities)
            start: list[Value] = [number, place, step.source, step.target, step.basis, made]
            rows += [[*start, *cells(claim)] for claim in step.evidence.claims or (None,)]
    columns = (*PATH_COLUMNS, *CLAIM_COLUMNS)
    return make_table(store, columns, rows, lang, iris=("source", "target", "claim"))


def write_paths(paths: Sequence[TracedPath], format: str = "text", lang: str = "en") -> str:
    """Paths as text, Markdown, JSON or a line of JSON each; empty text if there are none.

    Args:
        paths: What `describe_paths` gave.
        format: One of `PATH_FORMATS`.
        lang: ``en`` or ``ja``.
    """
    if format == "json":
        return json.dumps([_path_to_dict(path) for path in paths], ensure_ascii=False, indent=2)
    if format == "jsonl":
        return "\n".join(json.dumps(_path_to_dict(path), ensure_ascii=False) for path in paths)
    write = _path_markdown if format == "markdown" else _path_text
    return "\n\n".join(write(number, path, lang) for number, path in enumerate(paths, 1))


def _path_to_dict(path: TracedPath) -> dict[str, Any]:
    from ctgraph.report import evidence_to_dict

    def thing(iri: str) -> dict[str, str]:
        return {"iri": iri, "label": path.labels[iri]}

    return {
        "nodes": [thing(node) for node in path.nodes],
        "steps": [
            {
                "from": step.source,
                "to": step.target,
                "basis": step.basis,
                "activities": [thing(iri) for iri in step.activities],
                "evidence": evidence_to_dict(step.evidence),
            }
            for step in path.steps
        ],
    }


def _basis(step: Step, lang: str) -> str:
    stated, inferred = ("（明示）", "（推論）") if lang == "ja" else (" (stated)", " (inferred)")
    return stated if step.basis == "Stated" else inferred


def _path_text(number: int, path: TracedPath, lang: str) -> str:
    from ctgraph.report import evidence_text
    from ctgraph.tables import make_safe

    def name(iri: str) -> str:
        return make_safe(path.labels[iri])

    blocks = [f"{number}. {' – '.join(map(name, path.nodes))}"]
    for step in path.steps:
        lines = [f"{name(step.source)} – {name(step.target)}{_basis(step, lang)}"]
        lines += [f"  · {name(iri)}" for iri in step.activities]
        blocks.append("\n".join(lines) + "\n" + evidence_text(step.evidence, lang))
    return "\n\n".join(blocks)


def _path_markdown(number: int, path: TracedPath, lang: str) -> str:
    from ctgraph.report import evidence_markdown, markdown_text

    def name(iri: str) -> str:
        return markdown_text(path.labels[iri])

    blocks = [f"## {number}. {' – '.join(map(name, path.nodes))}"]
    for step in path.steps:
        blocks.append(f"### {name(step.source)} – {name(step.target)}{_basis(step, lang)}")
        blocks.append("\n".join(f"- {name(iri)}" for iri in step.activities))
        blocks.append(evidence_markdown(step.evidence, lang))
    return "\n\n".join(blocks)
