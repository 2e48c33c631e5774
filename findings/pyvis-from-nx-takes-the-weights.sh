#!/bin/bash
# pyvis 0.3.2: Network.from_nx(graph) takes the weights out of the networkx graph that it is given.
#
# It shows edges with the attribute "weight" as lines of that "width", and renames the attribute in the
# graph's own dictionaries, so afterwards the graph has no weight any more and every node has a "size".
# Nothing says so, and what is computed from then on is another network: weighted degree and shortest
# paths of networkx 3.4.2 take each missing weight as 1. Drawing the same graph a second time draws all
# lines alike, so a notebook that is run twice shows two pictures. Of parallel edges of a MultiGraph one
# is drawn, with the weight of the first, and the others are left out without a word.
#
# Give it a copy: from_nx(copy.deepcopy(graph)); graph.copy() shares no attributes and will do as well.
#
# Run without ctgraph, in a folder of its own; fails when this changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check pyvis==0.3.2 networkx==3.4.2
"$folder/venv/bin/python" - <<'PYTHON'
import networkx as nx
from pyvis.network import Network


def widths(graph: nx.Graph) -> list[float]:
    network = Network()
    network.from_nx(graph)
    return [edge["width"] for edge in network.edges]


graph = nx.Graph()
graph.add_weighted_edges_from([("a", "b", 5), ("b", "c", 1), ("a", "c", 9)])
before = dict(graph.degree(weight="weight")), nx.shortest_path_length(graph, "a", "c", "weight")
first, second = widths(graph), widths(graph)
after = dict(graph.degree(weight="weight")), nx.shortest_path_length(graph, "a", "c", "weight")
print("weighted degree, distance before:", before, " after:", after)
print("attributes after:", list(graph.edges(data=True)), list(graph.nodes(data=True)))
print("widths drawn first:", first, " second:", second)
assert before == ({"a": 14, "b": 6, "c": 10}, 6)
assert after == ({"a": 2, "b": 2, "c": 2}, 1)
assert sorted(first) == [1, 5, 9]
assert second == [1, 1, 1]
assert not nx.get_edge_attributes(graph, "weight")

copied = nx.Graph([("a", "b", {"weight": 5})])
widths(copied.copy())
assert copied["a"]["b"] == {"weight": 5}

parallel = nx.MultiGraph([("a", "b", {"weight": 5}), ("a", "b", {"weight": 7})])
drawn = widths(parallel)
print("parallel edges 5 and 7, drawn:", drawn)
assert drawn == [5]
PYTHON
echo "seen as described"
