#!/bin/bash
# rdflib 7.6.0: in SPARQL's REPLACE, "$0" in the replacement gives the character U+0000.
#
# SPARQL 1.1 (17.4.3.15) takes the replacement from XPath fn:replace, where $0 is the whole match. So
# REPLACE("abab", "b", "[$0]") is "a[b]a[b]"; pyoxigraph 0.5.13 says so. rdflib turns "$0" into the
# template "\0" of Python's re, which reads it as an octal escape: the answer is "a[", U+0000, "]a[",
# U+0000, "]". The other groups, $1 and on, are right. A NUL cannot stand in XML at all, so what comes
# of it is no result of the query in SPARQL XML, and a row that looks right on a terminal.
#
# Run without ctgraph, in a folder of its own; fails when this changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check rdflib==7.6.0 pyoxigraph==0.5.13
"$folder/venv/bin/python" - <<'PYTHON'
import pyoxigraph
import rdflib

query = 'SELECT ?whole ?group { BIND(REPLACE("abab", "b", "[$0]") AS ?whole) BIND(REPLACE("abab", "(b)", "[$1]") AS ?group) }'
(theirs,) = [[str(value) for value in row] for row in rdflib.Graph().query(query)]
(other,) = [[term.value for term in row] for row in pyoxigraph.Store().query(query)]
print("rdflib    ", rdflib.__version__, theirs)
print("pyoxigraph", pyoxigraph.__version__, other)
assert other == ["a[b]a[b]", "a[b]a[b]"], other
assert theirs == ["a[\0]a[\0]", "a[b]a[b]"], theirs
PYTHON
echo "seen as described"
