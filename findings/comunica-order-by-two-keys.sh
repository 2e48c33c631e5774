#!/bin/bash
# @comunica/query-sparql-file 4.5.0 (3.3.0 too): ORDER BY with two keys does not sort by the second, and
# strings are in the order of a language, not of their code points.
#
# It sorts once for each key, the last key first, which is right only if each pass leaves equal ones as
# they are. Its sort does not: of five equal ones one ends up behind all others. So rows with the same
# first key come in another order than was asked for, and pages by LIMIT and OFFSET may repeat rows.
# One key alone is right. SPARQL 1.1 (15.1) orders strings as `<` does, by code point: "B" before "a";
# Comunica compares them with JavaScript's localeCompare: "a" before "B", and in FILTER("B" < "a") too.
# Neither is seen with small answers in which first keys differ.
#
# Sort the rows yourself, or by one key made of all: ORDER BY CONCAT(…).
#
# Run without ctgraph, in a folder of its own, with node and npm; fails when this changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-fund --no-audit @comunica/query-sparql-file@4.5.0
echo '<urn:s> <urn:p> <urn:o> .' >any.ttl
ask() { # prints the rows of a query, one a line
  node node_modules/@comunica/query-sparql-file/bin/query.js any.ttl "$1" -t text/csv | tr -d '\r' | tail -n +2
}
two=$(ask 'SELECT ?a ?b { VALUES (?a ?b) { (1 3) (1 5) (1 7) (0 2) (1 1) } } ORDER BY ?a ?b' | xargs)
one=$(ask 'SELECT ?b { VALUES ?b { 3 5 7 2 1 } } ORDER BY ?b' | xargs)
words=$(ask 'SELECT ?w { VALUES ?w { "a" "B" "C" } } ORDER BY ?w' | xargs)
less=$(ask 'SELECT ("B" < "a" AS ?less) { }' | xargs)
echo "two keys:  $two"
echo "one key:   $one"
echo "strings:   $words"
echo "B < a:     $less"
[ "$two" = "0,2 1,1 1,5 1,7 1,3" ]
[ "$one" = "1 2 3 5 7" ]
[ "$words" = "a B C" ]
[ "$less" = "false" ]
echo "seen as described"
