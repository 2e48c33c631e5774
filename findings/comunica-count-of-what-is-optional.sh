#!/bin/bash
# @comunica/query-sparql-file 4.5.0: COUNT(?x) of a group in which one row has no ?x has no value.
#
# SPARQL 1.1 (18.5.1, Aggregate Algebra) leaves out of COUNT(?x) the rows in which ?x is unbound: of one
# row with and one without it is 1, of none it is 0; rdflib 7.6.0 and pyoxigraph 0.5.13 say so. In
# Comunica one unbound row spoils the whole group, for COUNT(DISTINCT ?x), SUM, MIN, SAMPLE and
# GROUP_CONCAT too: the row comes without the column. So "how many of each", counted over an OPTIONAL,
# loses the very things that have none, or some; over HTTP with status 200 and a warning in the log of
# the server alone. A table that is filled with 0 where a cell is empty then says 0 for what is 28.
# COUNT(*) is right, and so is a group in which every row has ?x.
#
# Count the optional part in a group of its own, without the OPTIONAL, and join that.
#
# Run without ctgraph, in a folder of its own, with node and npm; fails when this changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-fund --no-audit @comunica/query-sparql-file@4.5.0
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check rdflib==7.6.0 pyoxigraph==0.5.13
cat >data.ttl <<'TURTLE'
@prefix : <https://example.org/> .
:both :part :one , :two . :one :year 2024 .
:none :part :three .
:all :part :four . :four :year 2023 .
TURTLE
export PATTERN='PREFIX : <https://example.org/> SELECT ?k (COUNT(?y) AS ?n) (COUNT(*) AS ?rows) { ?k :part ?p OPTIONAL { ?p :year ?y } } GROUP BY ?k'
node node_modules/@comunica/query-sparql-file/bin/query.js data.ttl "$PATTERN" \
  -t 'application/sparql-results+json' >comunica.json 2>warnings.txt
venv/bin/python - <<'PYTHON'
import json
import os
from pathlib import Path

import pyoxigraph
import rdflib

query = os.environ["PATTERN"]
text = Path("data.ttl").read_text(encoding="utf-8")
rows = json.loads(Path("comunica.json").read_text(encoding="utf-8"))["results"]["bindings"]
seen = {row["k"]["value"][20:]: (row.get("n", {}).get("value"), row["rows"]["value"]) for row in rows}
graph = rdflib.Graph().parse(data=text)
one = {str(k)[20:]: (str(n), str(m)) for k, n, m in graph.query(query)}
store = pyoxigraph.Store()
store.load(text.encode(), pyoxigraph.RdfFormat.TURTLE)
other = {k.value[20:]: (n.value, m.value) for k, n, m in store.query(query)}
for name, found in (("Comunica", seen), ("rdflib", one), ("pyoxigraph", other)):
    print(f"{name:10} {dict(sorted(found.items()))}")
assert one == other == {"both": ("1", "2"), "none": ("0", "1"), "all": ("1", "1")}
assert seen == {"both": (None, "2"), "none": (None, "1"), "all": ("1", "1")}
assert "Unbound variable" in Path("warnings.txt").read_text(encoding="utf-8")
PYTHON
echo "seen as described"
