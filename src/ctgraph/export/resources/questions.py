"""Named questions as RDF, in the form of the SIB collections of SPARQL examples.

https://github.com/sib-swiss/sparql-examples: each is a `sh:SPARQLExecutable` with its query, a
comment, keywords and the endpoint that it is for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import pyoxigraph as ox

from ctgraph.export.rdf import Content, Key, turtle
from ctgraph.query import Question
from ctgraph.store.sparql import Query
from ctgraph.terms import BASE, PREFIXES

_SH = PREFIXES["sh"]
_RDF = PREFIXES["rdf"]
_XSD = PREFIXES["xsd"]
_SCHEMA = PREFIXES["schema"]
_LABEL = PREFIXES["rdfs"] + "label"
_COMMENT = PREFIXES["rdfs"] + "comment"
_PREFIX_NODE = BASE + "question/prefixes"


def collection_turtle(questions: Sequence[Question], endpoint: str) -> str:
    """Questions as Turtle.

    Args:
        questions: The questions.
        endpoint: URL of the SPARQL endpoint that they are for; empty if there is none.
    """
    made = _Made()
    used: set[str] = set()
    for question in questions:
        query = _body(question.text)
        node = f"{BASE}question/{question.name}"
        made.add(node, _RDF + "type", ox.NamedNode(_SH + "SPARQLExecutable"))
        made.add(node, _RDF + "type", ox.NamedNode(_SH + "SPARQLSelectExecutable"))
        for lang in ("en", "ja"):
            made.add(node, _LABEL, ox.Literal(question.title[lang], language=lang))
            made.add(node, _COMMENT, ox.Literal(question.description[lang], language=lang))
        made.add(node, _SH + "select", ox.Literal(query))
        made.add(node, _SH + "prefixes", ox.NamedNode(_PREFIX_NODE))
        for tag in question.tags:
            made.add(node, _SCHEMA + "keywords", ox.Literal(tag))
        if endpoint:
            made.add(node, _SCHEMA + "target", ox.NamedNode(endpoint))
        used |= _prefixes_of(query)
    for prefix in sorted(used):
        node = f"{_PREFIX_NODE}#{prefix}"
        made.add(_PREFIX_NODE, _SH + "declare", ox.NamedNode(node))
        made.add(node, _SH + "prefix", ox.Literal(prefix))
        namespace = ox.Literal(PREFIXES[prefix], datatype=ox.NamedNode(_XSD + "anyURI"))
        made.add(node, _SH + "namespace", namespace)
    content = Content(made.triples, {}, set(), made.literals)
    return "".join(turtle(content, ["The named questions of ctgraph, as SPARQL examples"]))


def _body(text: str) -> str:
    """The query without the lines of its header."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#+")]
    return "\n".join(lines).strip() + "\n"


def _prefixes_of(query: str) -> set[str]:
    declared = set(re.findall(r"(?im)^\s*PREFIX\s+([A-Za-z][\w-]*):", query))
    missing = {prefix for prefix, _ in Query(query).undeclared_prefixes()}
    return (declared | missing) & set(PREFIXES)


class _Made:
    """Triples while they are made."""

    def __init__(self) -> None:
        self.triples: set[Key] = set()
        self.literals: dict[str, ox.Literal] = {}

    def add(self, subject: str, predicate: str, value: ox.NamedNode | ox.Literal) -> None:
        """One more triple."""
        if isinstance(value, ox.Literal):
            self.literals[str(value)] = value
        self.triples.add((subject, predicate, str(value)))
