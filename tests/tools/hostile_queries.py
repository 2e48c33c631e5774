"""Queries that would never end, or take all memory, for tests and benchmarks."""

from __future__ import annotations

CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"

HOSTILE = {
    "cross product counted": f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}",
    "cross product sorted": f"SELECT * {{ {CROSS} }} ORDER BY ?c ?f ?i ?l",
    "cross product made distinct": f"SELECT DISTINCT ?a ?d ?g ?j {{ {CROSS} }}",
    "cross product filtered": f"SELECT * {{ {CROSS} FILTER(?c = ?f && ?f = ?i && ?a != ?a) }}",
    "ask that never finds": f"ASK {{ {CROSS} FILTER(STR(?a) = 'x') }}",
    "grouped": f"SELECT ?a ?d (COUNT(*) AS ?n) {{ {CROSS} }} GROUP BY ?a ?d HAVING (?n < 0)",
    "concatenated": f"SELECT (GROUP_CONCAT(CONCAT(STR(?c), STR(?f))) AS ?x) {{ {CROSS} }}",
    "sampled strings": f"SELECT ?x {{ {CROSS} BIND(CONCAT(STR(?a),STR(?d)) AS ?x) }} ORDER BY ?x",
    "path without end": "SELECT (COUNT(*) AS ?n) { ?a (!ct:no|^!ct:no)* ?b . ?c (!ct:no)* ?d }",
    "path of paths": "SELECT (COUNT(*) AS ?n) { ?a ((!ct:x)*/(!ct:y)*/(!ct:z)*)* ?b . ?b ?p ?q }",
    "both ends open": "ASK { ?a (!ct:x/!ct:y)+ ?b . ?c (!ct:x/!ct:y)+ ?d FILTER(?a = 1) }",
    "pattern of patterns": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f "
    "FILTER(REGEX(CONCAT(STR(?c), STR(?f)), '(x+x+)+y|(a|aa)+$|(.*)*z')) }",
    "replacements": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f "
    "BIND(REPLACE(CONCAT(STR(?c), STR(?f)), '(.)', '$1$1$1$1$1$1$1$1') AS ?x) FILTER(?x = '') }",
    "huge VALUES": "SELECT (COUNT(*) AS ?n) { VALUES ?x { "
    + " ".join(f'"{n}"' for n in range(60_000))
    + " } VALUES ?y { "
    + " ".join(f'"{n}"' for n in range(60_000))
    + " } FILTER(CONCAT(?x, ?y) = 'z') }",
    "construct explosion": f"CONSTRUCT {{ ?a ?b ?f . ?d ?e ?c . ?g ?h ?l }} WHERE {{ {CROSS} }}",
    "describe everything": f"DESCRIBE ?a ?d ?g {{ {CROSS} }}",
    "unions of unions": "SELECT (COUNT(*) AS ?n) { "
    + " ".join("{ ?a ?b ?c } UNION { ?c ?b ?a }" + f" ?c ?p{n} ?o{n} ." for n in range(12))
    + " }",
    "optionals": "SELECT (COUNT(*) AS ?n) { "
    + " ".join(f"OPTIONAL {{ ?a{n} ?b{n} ?c{n} }}" for n in range(8))
    + " }",
    "not exists": f"SELECT (COUNT(*) AS ?n) {{ {CROSS} FILTER NOT EXISTS {{ ?c ?z ?l . "
    "?l ?y ?c } }",
    "subselects": "SELECT (COUNT(*) AS ?n) { { SELECT ?a { ?a ?b ?c } } { SELECT ?d { ?d ?e ?f } } "
    "{ SELECT ?g { ?g ?h ?i } } { SELECT ?j { ?j ?k ?l } } }",
    "string doubled": "SELECT ?z { BIND('0123456789abcdef' AS ?s0) "
    + " ".join(f"BIND(CONCAT(?s{n}, ?s{n}) AS ?s{n + 1})" for n in range(40))
    + " BIND(STRLEN(?s40) AS ?z) }",
}
