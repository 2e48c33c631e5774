#!/bin/bash
# rdflib 7.6.0: AVG passes over what is no number, and of dates it makes 0; SUM of the same values ends
# the whole query.
#
# In SPARQL 1.1 (18.5.1.4) an average with a value that cannot be added is an error, which leaves the
# variable unbound; pyoxigraph 0.5.13 does that, for SUM too. rdflib's AVG of 1, 3 and "x" is 2, and its
# AVG of two dates is 0: a figure that looks like an answer. Its SUM raises SPARQLTypeError out of
# Graph.query, so the other columns and rows are lost as well. Who adds up what a column of mixed values
# holds gets a number, an exception or an empty cell, by engine and by aggregate.
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

MIXED = '1 3 "x"'
DATES = '"2024-01-01"^^xsd:date "2023-01-01"^^xsd:date'
QUERY = (
    "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> "
    "SELECT ({}(?v) AS ?n) (COUNT(?v) AS ?rows) {{ VALUES ?v {{ {} }} }}"
)


def seen(aggregate: str, values: str) -> tuple[str, str]:
    query = QUERY.format(aggregate, values)
    try:
        ((theirs, _),) = rdflib.Graph().query(query)
        shown = str(theirs)
    except Exception as error:
        shown = type(error).__name__
    ((other, _),) = pyoxigraph.Store().query(query)
    return shown, "unbound" if other is None else other.value


found = {
    (aggregate, values): seen(aggregate, values)
    for aggregate in ("AVG", "SUM")
    for values in (MIXED, DATES)
}
for (aggregate, values), (theirs, other) in found.items():
    print(f"{aggregate} of {values}: rdflib {theirs}, pyoxigraph {other}")
assert found[("AVG", MIXED)] == ("2", "unbound"), found
assert found[("AVG", DATES)] == ("0", "unbound"), found
assert found[("SUM", MIXED)] == ("SPARQLTypeError", "unbound"), found
PYTHON
echo "seen as described"
