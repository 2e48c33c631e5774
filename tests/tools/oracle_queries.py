"""Queries over the bundled graph for comparison with another server: every form, many features."""

from __future__ import annotations

SELECTS = (
    "SELECT ?s ?name { ?s a ct:State ; skos:prefLabel ?name } ORDER BY ?name",
    "SELECT * { ?claim ct:quote ?quote ; ct:basis ct:Stated } ORDER BY ?claim",
    "SELECT DISTINCT ?class { ?x a ?class } ORDER BY ?class",
    "SELECT ?class (COUNT(?x) AS ?n) { ?x a ?class } GROUP BY ?class ORDER BY DESC(?n) ?class",
    "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p ORDER BY ?p",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }",
    "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s ?p ?o } }",
    "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY DESC(?n) ?g LIMIT 9",
    "SELECT ?a ?b { ?a ct:cooperatesWith ?b } ORDER BY ?a ?b",
    "SELECT ?x { ?x a/rdfs:subClassOf* ct:Actor } ORDER BY ?x",
    "SELECT DISTINCT ?x { ?x (ct:partOf|ct:parentBody)+ ?y } ORDER BY ?x",
    "SELECT ?q { GRAPH ?c { ctd:roma-lyon-2023-03 a ct:Meeting } ?c ct:quote ?q }",
    "SELECT ?s ?l { ?s skos:altLabel ?l FILTER(LANG(?l) = 'en') } ORDER BY LCASE(STR(?l)) ?s",
    "SELECT ?l { ?s skos:prefLabel ?l FILTER(LANGMATCHES(LANG(?l), 'ja')) } ORDER BY ?l LIMIT 40",
    "SELECT ?l { ?s skos:prefLabel ?l FILTER REGEX(?l, '^un', 'i') } ORDER BY ?l",
    "SELECT ?l { ?s skos:prefLabel ?l FILTER CONTAINS(?l, 'テロ') } ORDER BY ?l",
    "SELECT ?x ?d { ?x ct:startDate ?d FILTER(?d >= '2023-06-01'^^xsd:date) } ORDER BY ?d ?x",
    "SELECT ?x (MIN(?d) AS ?first) { ?x ct:startDate ?d } GROUP BY ?x ORDER BY ?first ?x",
    "SELECT (SUM(?amount) AS ?total) { ?c a ct:Contribution ; ct:amount ?amount }",
    "SELECT (AVG(?amount) AS ?mean) (MAX(?amount) AS ?most) { ?c ct:amount ?amount }",
    "SELECT ?c ?amount { ?c ct:amount ?amount } ORDER BY DESC(?amount) ?c",
    "SELECT ?s ?w { ?s ct:weight ?w FILTER(?w > 1) } ORDER BY DESC(?w) ?s",
    "SELECT ?s ?o { ?s ct:serves ?o OPTIONAL { ?s ct:startDate ?d } FILTER(!BOUND(?d)) } "
    "ORDER BY ?s ?o",
    "SELECT ?s { ?s a ct:Claim MINUS { ?s ct:basis ct:Stated } } ORDER BY ?s",
    "SELECT ?s { ?s a ct:Claim FILTER NOT EXISTS { ?s ct:basis ct:Stated } } ORDER BY ?s",
    "SELECT ?s ?kind { { ?s a ct:Meeting BIND('meeting' AS ?kind) } UNION "
    "{ ?s a ct:Workshop BIND('workshop' AS ?kind) } } ORDER BY ?s",
    "SELECT ?s ?label { VALUES ?s { ctd:jpn ctd:unodc ctd:nobody } "
    "OPTIONAL { ?s skos:prefLabel ?label FILTER(LANG(?label) = 'ja') } } ORDER BY ?s",
    "SELECT ?s (GROUP_CONCAT(DISTINCT ?k; SEPARATOR='|') AS ?all) "
    "{ { SELECT ?s ?k { ?s a ct:State , ?k } ORDER BY ?k } } GROUP BY ?s ORDER BY ?s",
    "SELECT ?a (COUNT(DISTINCT ?x) AS ?n) { ?p ct:participant ?a ; ct:activity ?x } "
    "GROUP BY ?a HAVING (COUNT(DISTINCT ?x) > 2) ORDER BY DESC(?n) ?a",
    "SELECT ?year (COUNT(*) AS ?n) { ?x ct:startDate ?d BIND(YEAR(?d) AS ?year) } "
    "GROUP BY ?year ORDER BY ?year",
    "SELECT ?s { ?s a ct:Claim } ORDER BY ?s LIMIT 10 OFFSET 100",
    "SELECT ?s { ?s a ct:Claim } ORDER BY DESC(?s) LIMIT 3",
    "SELECT ?s { ?s a ct:None }",
    "SELECT (1 AS ?one) (1.50 AS ?decimal) (1e0 AS ?double) ('a'@en AS ?tagged) (true AS ?yes) {}",
    "SELECT (1/0 AS ?error) ('x' AS ?fine) {}",
    "SELECT (STRDT('1', xsd:integer) AS ?i) (STRLANG('x', 'EN-gb') AS ?l) {}",
    "SELECT (CONCAT('a', 'b') AS ?c) (STRLEN('日本') AS ?n) (UCASE('é') AS ?u) {}",
    "SELECT (ENCODE_FOR_URI('a b/日') AS ?e) (MD5('x') AS ?m) (SHA256('x') AS ?h) {}",
    "SELECT (IF(1 < 2, 'yes', 'no') AS ?a) (COALESCE(?u, 3) AS ?b) ((1 IN (1, 2)) AS ?c) {}",
    "SELECT (ROUND(2.5) AS ?r) (CEIL(2.1) AS ?c) (FLOOR(-2.1) AS ?f) (ABS(-3) AS ?a) {}",
    "SELECT ('tab\\there' AS ?t) ('line\\nbreak' AS ?n) ('quote\"s, comma' AS ?q) {}",
    "SELECT ?x ?y { VALUES (?x ?y) { (1 UNDEF) (UNDEF 2) (UNDEF UNDEF) } } ORDER BY ?x ?y",
    "SELECT ?s FROM <https://w3id.org/ctgraph/ontology> { ?s a owl:Class } ORDER BY ?s",
    "SELECT ?g FROM NAMED ctd:mofa-2024-a07 { GRAPH ?g { ?s a ct:Claim } }",
    "SELECT ?s FROM ctd:mofa-2024-a07 { ?s a ?c } ORDER BY ?s",
    "SELECT ?s FROM <urn:none> { ?s ?p ?o }",
    "SELECT ?a ?n { ?a a ct:Forum { SELECT ?a (COUNT(?p) AS ?n) { ?p ct:participant ?a } "
    "GROUP BY ?a } } ORDER BY DESC(?n) ?a",
    "SELECT REDUCED ?c { ?x a ?c } ORDER BY ?c LIMIT 1",
    "SELECT ?x { ?x !(rdf:type|skos:prefLabel) ctd:jpn } ORDER BY ?x",
)
GRAPHS = (
    "DESCRIBE ctd:jpn",
    "DESCRIBE ctd:unodc ctd:mofa-2024-a07",
    "DESCRIBE <urn:none>",
    "DESCRIBE ?x { ?x a ct:Incident }",
    "CONSTRUCT WHERE { ?a ct:cooperatesWith ?b }",
    "CONSTRUCT { ?b ct:cooperatesWith ?a } WHERE { ?a ct:cooperatesWith ?b }",
    "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ctd:mofa-2024-a07 { ?s ?p ?o } }",
    "CONSTRUCT { ?s rdfs:label ?l } WHERE { ?s a ct:State ; skos:prefLabel ?l }",
    "CONSTRUCT { [] ct:participant ?a ; ct:activity ?x } "
    "WHERE { ?p ct:participant ?a ; ct:activity ?x } LIMIT 20",
    "CONSTRUCT { ?s ct:n ?n } WHERE { { SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s } }",
    "CONSTRUCT { ctd:a ct:b 1 , 1.5 , 'x'@ja , 'tab\\t\\n' , true } WHERE {}",
    "CONSTRUCT { ?s ?p ?o } WHERE { ?s a ct:None ; ?p ?o }",
)
ASKS = (
    "ASK { ctd:jpn a ct:State }",
    "ASK { ctd:jpn a ct:Forum }",
    "ASK { ?x ct:amount ?n FILTER(?n > 1000000) }",
    "ASK FROM <urn:none> { ?s ?p ?o }",
    "ASK { FILTER(1/0 = 1) }",
)
