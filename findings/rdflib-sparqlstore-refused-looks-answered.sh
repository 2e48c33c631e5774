#!/bin/bash
# rdflib 7.6.0: SPARQLStore with method="POST" or "POST_FORM" gives a tuple where a server refuses or
# fails, and the tuple passes for an answer.
#
# For any status of 400 or more, SPARQLConnector.query returns (status, text, None) in place of a Result,
# and Graph.query hands it on. It is true, so an ASK that a busy server refused (503, 504) is "yes"; a
# loop over the rows of a SELECT sees three, the status first; len() says 3. Only what asks for
# .askAnswer, .type or .bindings ends, with an AttributeError that names no server. With the default,
# method="GET", the same is a ValueError that blames the query, whatever the status was.
#
# Look at the type before the answer: isinstance(answer, rdflib.query.Result).
#
# Run without ctgraph, in a folder of its own, with a server on loopback; fails when this changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check rdflib==7.6.0
"$folder/venv/bin/python" - <<'PYTHON'
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore


class Busy(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_error(503)

    def do_GET(self) -> None:
        self.send_error(503)

    def log_message(self, *_: object) -> None:
        pass


server = HTTPServer(("127.0.0.1", 0), Busy)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}/sparql"
for method in ("POST", "POST_FORM"):
    graph = rdflib.Graph(SPARQLStore(url, method=method))
    truth, rows = graph.query("ASK { }"), list(graph.query("SELECT ?x { }"))
    print(f"{method}: ASK is {bool(truth)}, SELECT has {len(rows)} rows: {rows}")
    assert not isinstance(truth, rdflib.query.Result)
    assert bool(truth) is True
    assert len(rows) == 3
    assert rows[0] == 503
try:
    rdflib.Graph(SPARQLStore(url)).query("ASK { }")
    said = "an answer"
except ValueError as error:
    said = str(error)
print("GET:", said)
assert "your SPARQL query" in said
PYTHON
echo "seen as described"
