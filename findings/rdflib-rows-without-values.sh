#!/bin/bash
# rdflib 7.6.0: a solution that binds nothing is counted and written, but not iterated; and GROUP BY
# over no solutions gives one.
#
# An OPTIONAL that matches nothing leaves one solution without bindings (SPARQL 1.1, 18.5). len() of
# rdflib's result says 1 and its JSON and CSV have a row, but `for row in result` gives none. A program
# that pages until it has seen len(result) rows never ends, and one that compares two engines row by
# row finds a difference that no file shows.
#
# GROUP BY over no solutions has no groups, hence no rows (18.5, Grouping); rdflib makes a group of
# nothing. Iterated it is invisible, for it binds nothing; written as JSON it is a row. pyoxigraph
# 0.5.13 gives 1 and 0 rows.
#
# Run without ctgraph, in a folder of its own; fails when this changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check rdflib==7.6.0 pyoxigraph==0.5.13
"$folder/venv/bin/python" - <<'PYTHON'
import json

import pyoxigraph
import rdflib

OPEN = "SELECT ?x { OPTIONAL { ?x ?p ?o } }"
GROUPED = "SELECT ?x (COUNT(?y) AS ?n) { ?x <urn:p> ?y } GROUP BY ?x"


def seen(query: str) -> dict[str, int]:
    graph = rdflib.Graph()
    written = json.loads(graph.query(query).serialize(format="json"))
    return {
        "len": len(graph.query(query)),
        "iterated": len(list(graph.query(query))),
        "written": len(written["results"]["bindings"]),
        "pyoxigraph": len(list(pyoxigraph.Store().query(query))),
    }


for name, query in (("nothing bound", OPEN), ("grouped", GROUPED)):
    print(f"{name:14}", seen(query))
assert seen(OPEN) == {"len": 1, "iterated": 0, "written": 1, "pyoxigraph": 1}
assert seen(GROUPED) == {"len": 1, "iterated": 0, "written": 1, "pyoxigraph": 0}
PYTHON
echo "seen as described"
