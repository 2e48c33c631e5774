"""Triples as N-Triples, Turtle, JSON-LD and RDF/XML."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pyoxigraph as ox

from ctgraph.errors import Unwritable
from ctgraph.export.tables.results import xml_text
from ctgraph.export.tables.rows import BARE_LITERALS
from ctgraph.query import Triples
from ctgraph.terms import PREFIXES, shorten
from ctgraph.text import MARKS

_XSD = PREFIXES["xsd"]
_RDF = PREFIXES["rdf"]
_TYPE = _RDF + "type"


# --- formats for triples -------------------------------------------------------------------------

# A reader of the raw file must see what it says: marks that turn the direction of writing, and
# control characters, are escaped, which Turtle and N-Triples allow anywhere in a string or IRI.
_ESCAPED = {code: f"\\u{code:04X}" for code in MARKS if code not in (0x09, 0x0A, 0x0D)}
_ESCAPED |= {code: f"\\u{code:04X}" for code in (0x2028, 0x2029)}


def _note(triples: Triples) -> str:
    return f"truncated at {len(triples)} triples: there are more"


def _by_subject(triples: Triples) -> Iterator[tuple[Any, list[tuple[Any, list[Any]]]]]:
    """Subjects in order, each with its properties, ``rdf:type`` first, and their values."""
    grouped: dict[Any, dict[Any, list[Any]]] = {}
    for one in triples:
        grouped.setdefault(one.subject, {}).setdefault(one.predicate, []).append(one.object)
    for subject in sorted(grouped, key=str):
        properties = grouped[subject]
        ordered = sorted(properties, key=lambda p: (p.value != _TYPE, p.value))
        yield subject, [(p, sorted(properties[p], key=str)) for p in ordered]


def _ntriples(triples: Triples) -> Iterator[str]:
    for one in triples:
        yield f"{one} .\n".translate(_ESCAPED)
    if triples.truncated:
        yield f"# {_note(triples)}\n"


def _used_prefixes(iris: Iterable[str]) -> dict[str, str]:
    found = {shorten(iri).partition(":")[0] for iri in iris}
    return {prefix: PREFIXES[prefix] for prefix in sorted(found) if prefix in PREFIXES}


def _all_iris(triples: Triples) -> set[str]:
    found = set(triples.iris())
    for one in triples:
        if isinstance(one.object, ox.Literal):
            found.add(one.object.datatype.value)
    return found


class _Turtle:
    """Terms as Turtle writes them; remembers which prefixes it used."""

    def __init__(self) -> None:
        self.used: set[str] = set()

    def name(self, iri: str) -> str:
        """An IRI, with a prefix if there is one."""
        short = shorten(iri)
        if not short.startswith("<"):
            self.used.add(short.partition(":")[0])
        return short

    def term(self, term: Any) -> str:
        """An IRI, a blank node or a literal."""
        if isinstance(term, ox.NamedNode):
            return self.name(term.value)
        if not isinstance(term, ox.Literal) or term.language is not None:
            return str(term)
        datatype = term.datatype.value
        if datatype == _XSD + "string":
            return str(term)
        bare = BARE_LITERALS.get(datatype)
        if bare is not None and bare.match(term.value):
            return str(term.value)
        return f"{ox.Literal(term.value)}^^{self.name(datatype)}"


def _turtle(triples: Triples) -> Iterator[str]:
    write = _Turtle()
    blocks = []
    for subject, properties in _by_subject(triples):
        lines = []
        for predicate, values in properties:
            name = "a" if predicate.value == _TYPE else write.name(predicate.value)
            lines.append(f"{name} {' , '.join(map(write.term, values))}")
        text = " ;\n    ".join(lines)
        blocks.append(f"\n{write.term(subject)} {text} .\n".translate(_ESCAPED))
    for prefix in sorted(write.used):
        yield f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n"
    yield from blocks
    if triples.truncated:
        yield f"\n# {_note(triples)}\n"


def _jsonld(triples: Triples) -> Iterator[str]:
    import json

    iris = _all_iris(triples)
    # An IRI whose scheme is spelt like a prefix would be read as a compact IRI.
    schemes = {iri.partition(":")[0] for iri in iris}
    prefixes = {p: space for p, space in _used_prefixes(iris).items() if p not in schemes}

    def name(term: Any) -> str:
        if isinstance(term, ox.BlankNode):
            return f"_:{term.value}"
        short = shorten(term.value)
        return short if short.partition(":")[0] in prefixes else str(term.value)

    def value(term: Any) -> Any:
        if not isinstance(term, ox.Literal):
            return {"@id": name(term)}
        if term.language is not None:
            return {"@language": term.language, "@value": term.value}
        if term.datatype.value == _XSD + "string":
            return term.value
        return {"@type": name(term.datatype), "@value": term.value}

    graph: list[dict[str, Any]] = []
    for subject, properties in _by_subject(triples):
        node: dict[str, Any] = {"@id": name(subject)}
        for predicate, values in properties:
            if predicate.value == _TYPE and not any(isinstance(v, ox.Literal) for v in values):
                node["@type"] = [name(one) for one in values]
            else:
                node[name(predicate)] = [value(one) for one in values]
        graph.append(node)
    document: dict[str, Any] = {"@context": prefixes}
    if triples.truncated:
        # Keys that are no IRI and that the context does not know are not part of the graph.
        document |= {"truncated": True, "limit": triples.limit}
    document["@graph"] = graph
    yield json.dumps(document, ensure_ascii=False, indent=1) + "\n"


_XML_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]*\Z")


def _rdfxml(triples: Triples) -> Iterator[str]:
    known = {namespace: prefix for prefix, namespace in PREFIXES.items()}
    names: dict[str, tuple[str, str]] = {}
    for predicate in sorted({one.predicate.value for one in triples}):
        match = _XML_NAME.search(predicate)
        if not match or not match.start():
            raise Unwritable("answer-property-not-rdfxml", predicate=predicate)
        names[predicate] = (predicate[: match.start()], match[0])
    spaces = sorted({space for space, _ in names.values()} | {_RDF})
    prefixes = {space: known.get(space, f"ns{index}") for index, space in enumerate(spaces, 1)}
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF'
    for space in spaces:
        yield f'\n    xmlns:{prefixes[space]}="{xml_text(space)}"'
    yield ">\n"
    for subject, properties in _by_subject(triples):
        about = "nodeID" if isinstance(subject, ox.BlankNode) else "about"
        yield f'  <rdf:Description rdf:{about}="{xml_text(subject.value)}">\n'
        for predicate, values in properties:
            tag = f"{prefixes[names[predicate.value][0]]}:{names[predicate.value][1]}"
            for one in values:
                yield f"    {_rdfxml_value(tag, one)}\n"
        yield "  </rdf:Description>\n"
    if triples.truncated:
        yield f"  <!-- {_note(triples)} -->\n"
    yield "</rdf:RDF>\n"


def _rdfxml_value(tag: str, term: Any) -> str:
    if isinstance(term, ox.NamedNode):
        return f'<{tag} rdf:resource="{xml_text(term.value)}"/>'
    if isinstance(term, ox.BlankNode):
        return f'<{tag} rdf:nodeID="{xml_text(term.value)}"/>'
    kind = ""
    if term.language is not None:
        kind = f' xml:lang="{xml_text(term.language)}"'
    elif term.datatype.value != _XSD + "string":
        kind = f' rdf:datatype="{xml_text(term.datatype.value)}"'
    return f"<{tag}{kind}>{xml_text(term.value)}</{tag}>"


GRAPHS: dict[str, Callable[[Triples], Iterable[str | bytes]]] = {
    "turtle": _turtle,
    "ntriples": _ntriples,
    "jsonld": _jsonld,
    "rdfxml": _rdfxml,
}
