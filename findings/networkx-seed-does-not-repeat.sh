#!/bin/bash
# networkx 3.6.1: some functions with seed=1 give another answer in each new process if nodes are strings:
# approximate_current_flow_betweenness_centrality, maximal_independent_set, spanner. With the same nodes as
# integers the answer is the same each time. So it is with functions that have no seed and nothing random
# in their description: dominating_set, greedy_color(strategy="smallest_last"), approximation.max_clique.
#
# They walk over sets of nodes, and Python orders sets of strings by hashes that it draws anew for each
# process (PYTHONHASHSEED). Within one process, where one tries it, the seed works. Functions that walk
# over dicts repeat: louvain_communities, asyn_lpa_communities, kernighan_lin_bisection, spring_layout and
# betweenness_centrality with k, each with a seed, are the controls below.
#
# Take nx.convert_node_labels_to_integers(graph, ordering="sorted", label_attribute="name") for the
# functions named first, or set PYTHONHASHSEED.
#
# Run without ctgraph, in a folder of its own; fails when this changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check networkx==3.6.1 numpy==2.4.6 scipy==1.17.1
cat >ask.py <<'PY'
import sys

import networkx as nx

graph = nx.karate_club_graph()
if sys.argv[1] == "strings":
    graph = nx.relabel_nodes(graph, {node: f"actor-{node}" for node in graph})


def sets(found):
    return sorted(sorted(map(str, one)) for one in found)


def numbers(found):
    return [f"{node} {value:.4f}" for node, value in sorted(found.items(), key=str)]


community = nx.community
answers = {
    "approximate_current_flow_betweenness_centrality": lambda: numbers(
        nx.approximate_current_flow_betweenness_centrality(graph, weight=None, seed=1)
    ),
    "maximal_independent_set": lambda: sets([nx.maximal_independent_set(graph, seed=1)]),
    "spanner": lambda: sets(nx.spanner(graph, 3, seed=1).edges),
    "dominating_set": lambda: sets([nx.dominating_set(graph)]),
    "greedy_color": lambda: numbers(nx.greedy_color(graph, "smallest_last")),
    "max_clique": lambda: sets([nx.approximation.max_clique(graph)]),
    "louvain_communities": lambda: sets(community.louvain_communities(graph, seed=1)),
    "asyn_lpa_communities": lambda: sets(community.asyn_lpa_communities(graph, seed=1)),
    "kernighan_lin_bisection": lambda: sets(community.kernighan_lin_bisection(graph, seed=1)),
    "spring_layout": lambda: numbers({node: x for node, (x, _) in nx.spring_layout(graph, seed=1).items()}),
    "betweenness_centrality": lambda: numbers(nx.betweenness_centrality(graph, k=10, seed=1)),
}
for name, answer in answers.items():
    print(name, repr(answer()).replace(" ", ""))
PY
for nodes in strings integers; do
  for hash in 1 2 3 4 5 6; do PYTHONHASHSEED=$hash venv/bin/python ask.py $nodes; done | sort -u |
    cut -d' ' -f1 | uniq -c | while read -r answers name; do echo "$nodes $name: $answers"; done
done | tee seen
for name in approximate_current_flow_betweenness_centrality maximal_independent_set spanner \
  dominating_set greedy_color max_clique; do
  grep -q "^strings $name: [2-6]$" seen
  grep -q "^integers $name: 1$" seen
done
for name in louvain_communities asyn_lpa_communities kernighan_lin_bisection spring_layout \
  betweenness_centrality; do
  grep -q "^strings $name: 1$" seen
done
echo "seen as described"
