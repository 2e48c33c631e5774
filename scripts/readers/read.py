"""Reads a file with one library and prints what it found, as JSON: read.py LIBRARY FILE."""

# ruff: noqa: D103, T201
from __future__ import annotations

import importlib
import json
import sys
from typing import Any

Found = dict[str, Any]


def networkx(path: str) -> Found:
    import networkx as nx

    if path.endswith("cyjs"):
        with open(path, encoding="utf-8") as stream:  # noqa: PTH123
            graph = nx.cytoscape_graph(json.load(stream))
    else:
        graph = (nx.read_graphml if path.endswith("graphml") else nx.read_gexf)(path)
    edges = [data for *_, data in graph.edges(data=True)]
    return _network(
        [data["label"] for _, data in graph.nodes(data=True)],
        [edge["weight"] for edge in edges],
        [edge.get("shared") for edge in edges],
        graph.graph.get("view"),
    )


def igraph(path: str) -> Found:
    from igraph import Graph

    graph = Graph.Read_GraphML(path)
    shared = graph.es["shared"] if "shared" in graph.es.attributes() else []
    return _network(graph.vs["label"], graph.es["weight"], shared, graph["view"])


def rustworkx(path: str) -> Found:
    import rustworkx as rx

    (graph,) = rx.read_graphml(path)
    edges = graph.edges()
    return _network(
        [node["label"] for node in graph.nodes()],
        [edge["weight"] for edge in edges],
        [edge.get("shared") for edge in edges],
        graph.attrs.get("view"),
    )


def networkit(path: str) -> Found:
    import networkit as nk

    graph = nk.readGraph(path, nk.Format.GraphML)
    return {
        "nodes": graph.numberOfNodes(),
        "edges": graph.numberOfEdges(),
        "weight": graph.totalEdgeWeight(),
    }


def graph_tool(path: str) -> Found:
    import graph_tool

    graph = graph_tool.load_graph(path)
    label, weight, shared = graph.vp["label"], graph.ep["weight"], graph.ep.get("shared")
    return _network(
        [label[node] for node in graph.vertices()],
        [float(weight[edge]) for edge in graph.edges()],
        [bool(shared[edge]) for edge in graph.edges()] if shared else [],
        graph.gp["view"],
    )


def rdflib(path: str) -> Found:
    from rdflib import Dataset
    from rdflib.util import guess_format

    held = Dataset()
    kind = {"nq": "nquads", "jsonld": "json-ld"}.get(path.rpartition(".")[2], guess_format(path))
    held.parse(path, format=kind)
    return {"quads": held.serialize(format="nquads")}


def _network(labels: list[str], weights: list[float], shared: list[Any], view: Any) -> Found:
    return {
        "nodes": len(labels),
        "edges": len(weights),
        "weight": float(sum(weights)),
        "labels": sorted(labels),
        "shared": sum(one is True for one in shared),
        **({"view": view} if view else {}),
    }


if __name__ == "__main__":
    name, file = sys.argv[1:]
    found = globals()[name](file)
    print(json.dumps({"version": importlib.import_module(name).__version__, **found}))
