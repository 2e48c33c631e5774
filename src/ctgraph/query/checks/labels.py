"""Labels of things and of the terms of the ontology: one in each language."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from ctgraph.query.checks.findings import Words
from ctgraph.terms import CT, CTD, PREFIXES, shorten

if TYPE_CHECKING:
    from ctgraph.query.checks.findings import Finding
    from ctgraph.query.checks.graph import CheckedGraph


RULES = {
    "label-missing": Words(
        "Every individual and concept has one label in each language.",
        "どの個体・概念も各言語のラベルを一つずつ持つ。",
    ),
    "term-label-missing": Words(
        "Every term of the ontology has one label and one definition in each language.",
        "オントロジーのどの語も各言語のラベルと定義を一つずつ持つ。",
    ),
}
"""What each rule of the group asks, by its name."""

_SKOS = PREFIXES["skos"]
_LANGUAGES = {"en": Words("English", "英語"), "ja": Words("Japanese", "日本語")}


def check_labels(graph: CheckedGraph, names: Collection[str]) -> Iterator[Finding]:
    """Yield what has no label, or several, in a language.

    Args:
        graph: The graph.
        names: The rules of the group to run.
    """
    if "label-missing" in names:
        yield from _check_things(graph)
    if "term-label-missing" in names:
        yield from _check_terms(graph)


def _check_things(graph: CheckedGraph) -> Iterator[Finding]:
    for row in graph.store.select(_UNLABELLED):
        lang = row["lang"].value
        yield graph.make_finding(
            "label-missing",
            "error",
            row["this"].value,
            Words(
                f"It has {row['number'].value} labels (skos:prefLabel) in "
                f"{_LANGUAGES[lang].en}, and needs one.",
                f"{_LANGUAGES[lang].ja}のラベル（skos:prefLabel）が"
                f"{row['number'].value}個ある。一つ必要である。",
            ),
            Words(
                f'Write skos:prefLabel "…"@{lang}; more names are skos:altLabel.',
                f'skos:prefLabel "…"@{lang}と書く。ほかの名はskos:altLabelにする。',
            ),
            group="labels",
            property_iri=_SKOS + "prefLabel",
        )


def _check_terms(graph: CheckedGraph) -> Iterator[Finding]:
    for row in graph.store.select(_UNLABELLED_TERMS):
        lang = row["lang"].value
        wanted = shorten(row["property"].value)
        yield graph.make_finding(
            "term-label-missing",
            "error",
            row["this"].value,
            Words(
                f"The term has {row['number'].value} {wanted} in {_LANGUAGES[lang].en}, "
                "and needs one.",
                f"この語の{_LANGUAGES[lang].ja}の{wanted}が{row['number'].value}個ある。"
                "一つ必要である。",
            ),
            Words(
                f'Write {wanted} "…"@{lang} in ontology/ctgraph.ttl.',
                f'ontology/ctgraph.ttlに{wanted} "…"@{lang}と書く。',
            ),
            group="labels",
            property_iri=row["property"].value,
        )


# A claim is named by its gloss, what a rule makes by the rule, and a digest by itself.
_UNLABELLED = f"""
PREFIX ct: <{CT}>
PREFIX skos: <{_SKOS}>
SELECT ?this ?lang (COUNT(?label) AS ?number)
WHERE {{
  {{
    SELECT DISTINCT ?this WHERE {{
      ?this a ?class .
      FILTER(STRSTARTS(STR(?this), "{CTD}") || ?class = skos:Concept)
      FILTER NOT EXISTS {{ ?this a ct:Claim }}
      FILTER NOT EXISTS {{ ?this a ct:CooperationTie }}
      FILTER NOT EXISTS {{ ?this a ct:Rule }}
      FILTER NOT EXISTS {{ ?this a <{PREFIXES["spdx"]}Checksum> }}
      FILTER(!STRSTARTS(STR(?class), "{PREFIXES["qb"]}Data")
        && !STRSTARTS(STR(?class), "{PREFIXES["qb"]}Component"))
    }}
  }}
  VALUES ?lang {{ "en" "ja" }}
  OPTIONAL {{ ?this skos:prefLabel ?label . FILTER(LANG(?label) = ?lang) }}
}}
GROUP BY ?this ?lang
HAVING(COUNT(?label) != 1)
ORDER BY ?this ?lang
"""

_UNLABELLED_TERMS = f"""
PREFIX owl: <{PREFIXES["owl"]}>
PREFIX rdfs: <{PREFIXES["rdfs"]}>
PREFIX skos: <{_SKOS}>
SELECT ?this ?property ?lang (COUNT(?label) AS ?number)
WHERE {{
  {{
    SELECT DISTINCT ?this WHERE {{
      ?this a ?kind .
      VALUES ?kind {{
        owl:Class owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty
      }}
      FILTER(STRSTARTS(STR(?this), "{CT}"))
    }}
  }}
  VALUES ?property {{ rdfs:label skos:definition }}
  VALUES ?lang {{ "en" "ja" }}
  OPTIONAL {{ ?this ?property ?label . FILTER(LANG(?label) = ?lang) }}
}}
GROUP BY ?this ?property ?lang
HAVING(COUNT(?label) != 1)
ORDER BY ?this ?property ?lang
"""
