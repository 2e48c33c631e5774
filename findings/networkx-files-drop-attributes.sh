#!/bin/bash
# networkx 3.6.1: attributes whose names a file format uses itself are lost without an error or a warning
# when a graph is written and read again; which names depends on the format:
#   GEXF        key (of nodes and edges), type (of edges)
#   GML         id, label (of nodes), source, target (of edges)
#   node-link   id (of nodes), source, target (of edges)
#   Cytoscape   value (of nodes), source, target (of edges)
#   GraphML     none of these
#
# The edges of a graph of documents often say their source, type or label, and nodes their id. node_link_data
# writes the name of the edge's end in the place of the attribute source, so that the document is gone and
# what stands there looks right. Names that are lost in one format are kept in another, so a trial with one
# format says nothing of the next.
#
# Give such attributes names of your own (such as stated_by) before you write, or take GraphML.
#
# Run without ctgraph, in a folder of its own; fails when this changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check networkx==3.6.1
cat >ask.py <<'PY'
import io
import warnings

import networkx as nx

warnings.simplefilter("error")
NAMES = ["id", "key", "label", "source", "target", "type", "value", "stated_by"]


def through_bytes(write, read):
    def again(graph):
        file = io.BytesIO()
        write(graph, file)
        file.seek(0)
        return read(file)

    return again


FORMATS = {
    "GEXF": through_bytes(nx.write_gexf, nx.read_gexf),
    "GML": through_bytes(nx.write_gml, nx.read_gml),
    "GraphML": through_bytes(nx.write_graphml, nx.read_graphml),
    "node-link": lambda graph: nx.node_link_graph(nx.node_link_data(graph)),
    "Cytoscape": lambda graph: nx.cytoscape_graph(nx.cytoscape_data(graph)),
}


def lost(again, of_nodes):
    found = []
    for name in NAMES:
        if of_nodes and name == "id":
            continue  # asked for below: a writer may refuse it
        graph = nx.path_graph(["UNODC", "GIFCT"])
        (graph.nodes["UNODC"] if of_nodes else graph.edges["UNODC", "GIFCT"])[name] = "sheet"
        back = again(graph)
        kept = back.nodes["UNODC"] if of_nodes else back.edges["UNODC", "GIFCT"]
        if kept.get(name) != "sheet":
            found.append(name)
    return " ".join(found) or "none"


for title, again in FORMATS.items():
    print(f"{title}: nodes {lost(again, True)}; edges {lost(again, False)}")
graph = nx.Graph()
graph.add_node("UNODC", id="sheet")
for title in ("GML", "node-link"):
    print(f"{title}: id of a node {FORMATS[title](graph).nodes['UNODC'].get('id', 'lost')}")
graph = nx.Graph()
graph.add_edge("UNODC", "GIFCT", source="sheet")
print("node-link: source is", nx.node_link_data(graph)["edges"][0]["source"])
PY
venv/bin/python ask.py | tee seen
cat >expected <<'SEEN'
GEXF: nodes key; edges key type
GML: nodes label; edges source target
GraphML: nodes none; edges none
node-link: nodes none; edges source target
Cytoscape: nodes value; edges source target
GML: id of a node lost
node-link: id of a node lost
node-link: source is UNODC
SEEN
diff expected seen
echo "seen as described"
