"""Named questions as RDF, in the form of the SIB collections of SPARQL examples.

https://github.com/sib-swiss/sparql-examples: each is a `sh:SPARQLExecutable` with its query, a
comment, keywords and the endpoint that it is for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import pyoxigraph as ox

from ctgraph.export.rdf import Content, write_rdf
from ctgraph.query import Question
from ctgraph.store.sparql import Query
from ctgraph.terms import BASE, PREFIXES, rdf, sh, xsd

_SH = PREFIXES["sh"]
_XSD = PREFIXES["xsd"]
_SCHEMA = PREFIXES["schema"]
_LABEL = PREFIXES["rdfs"] + "label"
_COMMENT = PREFIXES["rdfs"] + "comment"
_PREFIX_NODE = BASE + "question/prefixes"


def collection_turtle(questions: Sequence[Question], endpoint: str) -> str:
    """Return questions as Turtle.

    Args:
        questions: The questions.
        endpoint: URL of the SPARQL endpoint that they are for; empty if there is none.
    """
    triples: list[ox.Triple] = []
    used: set[str] = set()

    def add(subject: str, predicate: str, value: ox.NamedNode | ox.Literal) -> None:
        triples.append(ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), value))

    for question in questions:
        query = _body(question.text)
        node = f"{BASE}question/{question.name}"
        add(node, rdf.type.value, sh.SPARQLExecutable)
        add(node, rdf.type.value, sh.SPARQLSelectExecutable)
        for lang in ("en", "ja"):
            add(node, _LABEL, ox.Literal(question.title[lang], language=lang))
            add(node, _COMMENT, ox.Literal(question.description[lang], language=lang))
        add(node, _SH + "select", ox.Literal(query))
        add(node, _SH + "prefixes", ox.NamedNode(_PREFIX_NODE))
        for tag in question.tags:
            add(node, _SCHEMA + "keywords", ox.Literal(tag))
        if endpoint:
            add(node, _SCHEMA + "target", ox.NamedNode(endpoint))
        used |= _prefixes_of(query)
    for prefix in sorted(used):
        node = f"{_PREFIX_NODE}#{prefix}"
        add(_PREFIX_NODE, _SH + "declare", ox.NamedNode(node))
        add(node, _SH + "prefix", ox.Literal(prefix))
        namespace = ox.Literal(PREFIXES[prefix], datatype=xsd.anyURI)
        add(node, _SH + "namespace", namespace)
    header = ["The named questions of ctgraph, as SPARQL examples"]
    return write_rdf("turtle", Content(triples), header).decode()


def _body(text: str) -> str:
    """Return the query without the lines of its header."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#+")]
    return "\n".join(lines).strip() + "\n"


def _prefixes_of(query: str) -> set[str]:
    declared = set(re.findall(r"(?im)^\s*PREFIX\s+([A-Za-z][\w-]*):", query))
    missing = {prefix for prefix, _ in Query(query).undeclared_prefixes()}
    return (declared | missing) & set(PREFIXES)
