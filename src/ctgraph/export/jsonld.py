"""Triples as JSON-LD."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import pyoxigraph as ox

from ctgraph.errors import DataError
from ctgraph.terms import PREFIXES, rdf, shorten

_XSD = PREFIXES["xsd"]


def write_jsonld(
    triples: Sequence[ox.Triple],
    graphs: Mapping[ox.NamedNode, Sequence[ox.Triple]],
    beside: Mapping[str, object],
) -> str:
    """Return triples as a document with one context and sorted keys.

    Args:
        triples: The default graph, in order.
        graphs: The graphs beside it, likewise.
        beside: Keys that are no part of the graph, for the context does not know them.

    Raises:
        DataError: There is a quoted triple, which JSON-LD does not have.
    """
    import json

    terms: set[Any] = set(graphs)
    for triple in set(triples).union(*graphs.values()):
        terms.update(triple)
    # An IRI whose scheme is spelt like a prefix would be read as a compact IRI.
    schemes = {_iri(term).partition(":")[0] for term in terms}
    context: dict[str, str] = {}

    @cache
    def name(term: Any) -> str:
        if not isinstance(term, ox.NamedNode):
            return str(term)
        short = shorten(term.value)
        prefix = short.partition(":")[0]
        if short[0] == "<" or prefix in schemes:
            return term.value
        context[prefix] = PREFIXES[prefix]
        return short

    @cache
    def value(term: Any) -> object:
        return _literal(term, name) if isinstance(term, ox.Literal) else {"@id": name(term)}

    def nodes(triples: Sequence[ox.Triple]) -> list[dict[str, object]]:
        found: dict[str, dict[str, list[object]]] = {}
        for subject, predicate, term in triples:
            node = found.setdefault(name(subject), {})
            if predicate == rdf.type and not isinstance(term, ox.Literal):
                node.setdefault("@type", []).append(name(term))
            else:
                node.setdefault(name(predicate), []).append(value(term))
        return [
            {
                "@id": subject,
                **{key: held[0] if len(held) == 1 else held for key, held in node.items()},
            }
            for subject, node in found.items()
        ]

    graph = nodes(triples)
    graph += [{"@id": name(one), "@graph": nodes(graphs[one])} for one in graphs]
    document = {"@context": context, **beside, "@graph": graph}
    text = json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True)
    return text.replace("\x7f", "\\u007f") + "\n"


def _iri(term: Any) -> str:
    """Return an IRI, or that of the datatype of a literal."""
    if isinstance(term, ox.Triple):
        raise DataError("blank-node-not-exportable", triple=term)
    if isinstance(term, ox.Literal):
        return term.datatype.value
    return term.value if isinstance(term, ox.NamedNode) else ""


def _literal(term: ox.Literal, name: Callable[[ox.NamedNode], str]) -> object:
    """Return a literal as JSON has it, if JSON-LD reads the same literal back."""
    text, kind = term.value, term.datatype.value.removeprefix(_XSD)
    if term.language is not None:
        return {"@language": term.language, "@value": text}
    if kind == "string":
        return text
    if kind == "boolean" and text in {"true", "false"}:
        return text == "true"
    if kind == "integer" and len(text) < 16 and text.removeprefix("-").isdecimal():
        number = int(text)
        if str(number) == text:
            return number
    return {"@type": name(term.datatype), "@value": text}
