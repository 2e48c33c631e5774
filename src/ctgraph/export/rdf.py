"""Triples as text: Turtle, TriG, N-Triples, N-Quads and RDF/XML by the engine, JSON-LD by us.

The bytes are the same in every process: triples are sorted by code point, nothing says when it was
written, and what the engine leaves to chance, the order of prefixes, is put in order.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import IO, NamedTuple

import pyoxigraph as ox

from ctgraph.errors import Unwritable
from ctgraph.export.jsonld import write_jsonld
from ctgraph.export.marks import make_legal_xml, spell_out
from ctgraph.terms import PREFIXES, rdf

_RDF = PREFIXES["rdf"]

_ENGINE = {
    "turtle": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "nquads": ox.RdfFormat.N_QUADS,
    "rdfxml": ox.RdfFormat.RDF_XML,
}
_TURTLE = (ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG)


class Content(NamedTuple):
    """What is to be written: the merge, and the graphs beside it (empty unless asked for)."""

    triples: Collection[ox.Triple]
    graphs: Mapping[ox.NamedNode, Collection[ox.Triple]] = {}
    claims: Collection[ox.NamedNode] = ()


_TYPED = f" {rdf.type} "


def place_of(triple: ox.Triple) -> str:
    """Return where a triple stands among others: by subject, with its classes first.

    Args:
        triple: The triple.
    """
    # Raw control characters stand in no triple, and come before all that does. So an IRI goes
    # before those that begin with it.
    return str(triple).replace(_TYPED, " \0> ", 1).replace(">", "\1", 2)


def write_rdf(
    format: str,
    content: Content,
    header: Sequence[str] = (),
    *,
    note: str = "",
    limit: int | None = None,
    prefixes: Mapping[str, str] = PREFIXES,
) -> bytes:
    """Return the bytes of a file.

    N-Triples and N-Quads come in canonical form, without the header, which would break it: by it
    the hash of a complete file is the data hash. JSON-LD has no comments.

    Args:
        format: ``turtle``, ``trig``, ``ntriples``, ``nquads``, ``jsonld`` or ``rdfxml``.
        content: What to write; formats for triples write the merge alone.
        header: Lines that say what the file is.
        note: What a file that was cut says of that.
        limit: The limit by which it was cut.
        prefixes: Those that are used are declared.

    Raises:
        Unwritable: The format cannot hold a character, a property or a quoted triple.
    """
    if format in {"ntriples", "nquads"}:
        graphs = content.graphs if format == "nquads" else {}
        body = b"".join(canonical_lines(content.triples, graphs))
        return add_note(body, _ENGINE[format], note) if note else body
    graphs = content.graphs if format in {"trig", "jsonld"} else {}
    triples, ordered = _in_order(content.triples, graphs)
    if format == "jsonld":
        cut = {"truncated": True, "limit": limit} if note else {}
        return write_jsonld(triples, ordered, cut).encode("utf-8")
    chosen = _ENGINE[format]
    body = serialize(chain(triples, to_quads(ordered)), chosen, prefixes)
    body = _add_header(tidy(body, chosen, prefixes), chosen, header)
    return add_note(body, chosen, note) if note else body


def _in_order(
    triples: Iterable[ox.Triple], graphs: Mapping[ox.NamedNode, Iterable[ox.Triple]]
) -> tuple[list[ox.Triple], dict[ox.NamedNode, list[ox.Triple]]]:
    ordered = sorted(set(triples).union(*graphs.values()), key=place_of)
    if not graphs:
        return ordered, {}
    # What stands in a graph mostly stands in the merge too, and to compare texts is slow.
    places = {triple: place for place, triple in enumerate(ordered)}
    held = {one: sorted(graphs[one], key=places.__getitem__) for one in sorted(graphs)}
    return sorted(triples, key=places.__getitem__), held


def canonical_lines(
    triples: Iterable[ox.Triple] | None, graphs: Mapping[ox.NamedNode, Iterable[ox.Triple]]
) -> list[bytes]:
    """Return the lines of N-Quads in the canonical form of RDFC-1.0, which is sorted.

    Args:
        triples: The default graph, without blank nodes as all of it; None for the merge.
        graphs: The graphs beside it.
    """
    lines = set(_lines(triples or ()))
    quads: list[bytes] = []
    for graph, held in graphs.items():
        found = _lines(held)
        if triples is None:
            lines.update(found)
        end = f" {graph} .\n".encode()
        quads += [line[:-3] + end for line in found]
    return sorted([*lines, *quads])


def _lines(triples: Iterable[ox.Triple]) -> list[bytes]:
    return serialize(triples, ox.RdfFormat.N_TRIPLES).splitlines(keepends=True)


def to_quads(graphs: Mapping[ox.NamedNode, Iterable[ox.Triple]]) -> Iterator[ox.Quad]:
    """Yield the quads of named graphs.

    Args:
        graphs: The triples of each.
    """
    for graph, triples in graphs.items():
        for one in triples:
            yield ox.Quad(one.subject, one.predicate, one.object, graph)


def serialize(
    triples: Iterable[ox.Triple | ox.Quad],
    chosen: ox.RdfFormat,
    prefixes: Mapping[str, str] = PREFIXES,
    sink: IO[bytes] | None = None,
) -> bytes:
    """Return what the engine writes, which `tidy` puts in order; empty if there is a sink.

    Args:
        triples: The triples of a subject, and the quads of a graph, together.
        chosen: The format.
        prefixes: Prefixes, for formats that have them.
        sink: Where it is written instead.

    Raises:
        Unwritable: RDF/XML cannot hold a property.
    """
    if chosen == ox.RdfFormat.RDF_XML:
        triples = _with_xml_names(triples)
    has_prefixes = chosen in (*_TURTLE, ox.RdfFormat.RDF_XML)
    declared = dict(prefixes) if has_prefixes else None
    return ox.serialize(triples, sink, chosen, prefixes=declared) or b""  # type: ignore[arg-type]


def tidy(body: bytes, chosen: ox.RdfFormat, prefixes: Mapping[str, str] = PREFIXES) -> bytes:
    """Return what the engine wrote with the prefixes it uses alone, in order, and easy to read.

    Args:
        body: Turtle, TriG or RDF/XML; other formats are left as they are.
        chosen: The format.
        prefixes: Those that it was written with.

    Raises:
        Unwritable: XML cannot hold a character.
    """
    if chosen == ox.RdfFormat.RDF_XML:
        return make_legal_xml(_tidy_root(body), "RDF/XML")
    return _tidy_turtle(body, chosen, prefixes) if chosen in _TURTLE else body


_QUOTED = re.compile(rb'(?:"[^"\\]*(?:\\.[^"\\]*)*"|<[^>]*>)(?:\^\^)?')


def _tidy_turtle(body: bytes, chosen: ox.RdfFormat, prefixes: Mapping[str, str]) -> bytes:
    head = re.match(rb"(?:@prefix [^\n]*\n)*", body)
    assert head is not None  # it may be empty
    # Line breaks and tabs in values are escaped, so these stand only between terms.
    rest = spell_out(body[head.end() :].replace(b"\t", b"    "), prefixes)
    names = _names(rest)
    if any(b"\\" in name for name in names):
        # Some readers do not know names with escapes; all know IRIs.
        rest = spell_out(rest, prefixes, always=True)
        names = _names(rest)
    used = {name.partition(b":")[0] + b":" for name in names}
    lines = [one for one in head[0].splitlines(keepends=True) if one.split(b" ", 2)[1] in used]
    if chosen == ox.RdfFormat.TRIG:
        rest = _with_braces(rest)
    rest = rest.replace(b" .\n", b" .\n\n").replace(b"\n\n}\n", b"\n}\n\n")
    return b"".join(sorted(lines)) + (b"\n" if lines and rest else b"") + rest.removesuffix(b"\n")


_FIRST_GRAPH = re.compile(rb"^\S.* \{$|\Z", re.MULTILINE)


def _with_braces(body: bytes) -> bytes:
    """Return TriG whose default graph, which comes first, stands in braces.

    The first drafts of TriG asked for them, and some readers still do.
    """
    first = _FIRST_GRAPH.search(body)
    assert first is not None  # the end, if there is no graph with a name
    default = body[: first.start()]
    if default:
        default = b"{\n" + re.sub(rb"^(?=.)", b"    ", default, flags=re.MULTILINE) + b"}\n"
    return default + body[first.start() :]


def _names(body: bytes) -> set[bytes]:
    """Return the names with prefixes in Turtle, which stand outside of strings and full IRIs."""
    return set(b" ".join(_QUOTED.split(body)).split())


def _add_header(body: bytes, chosen: ox.RdfFormat, header: Sequence[str]) -> bytes:
    if not header:
        return body
    if chosen in _TURTLE:
        return "".join(f"# {line}\n" for line in header).encode() + b"\n" + body
    start, line_break, rest = body.partition(b"\n")
    comments = "".join(f"<!-- {line.replace('--', '- -')} -->\n" for line in header)
    return start + line_break + comments.encode() + rest


def add_note(body: bytes, chosen: ox.RdfFormat, note: str) -> bytes:
    """Return a part of a graph with a comment that says so, where the format has comments.

    Args:
        body: What was written.
        chosen: Its format.
        note: What the comment says.
    """
    if chosen == ox.RdfFormat.RDF_XML:
        return body.replace(b"</rdf:RDF>", f"\t<!-- {note} -->\n</rdf:RDF>".encode())
    if chosen == ox.RdfFormat.JSON_LD:
        return body
    return body + (b"\n" if chosen in _TURTLE else b"") + f"# {note}\n".encode()


# --- RDF/XML ------------------------------------------------------------------------------------

_XML_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]*\Z")
_RESERVED = frozenset(
    _RDF + name
    for name in (
        *("RDF", "ID", "about", "bagID", "parseType", "resource", "nodeID", "datatype", "li"),
        *("aboutEach", "aboutEachPrefix", "Description"),
    )
)
_MARKED = re.compile(
    rf'(<rdf:Description [^>]*>\n)\t\t<rdf:type rdf:resource="{_RDF}Description"/>\n'.encode()
)


def _with_xml_names(triples: Iterable[ox.Triple | ox.Quad]) -> Iterator[ox.Triple | ox.Quad]:
    """Yield triples whose properties have XML names.

    The engine makes the first class of a thing the name of its element, which must be one; where
    it is none, a class goes before it that the engine makes no name of, and `_tidy_root` takes
    away again.
    """
    fine: set[str] = set()
    subject: object = None
    for triple in triples:
        predicate = triple.predicate.value
        if predicate not in fine:
            _check_property(predicate)
            fine.add(predicate)
        if triple.subject != subject:
            subject = triple.subject
            kind = triple.object
            if (
                predicate == rdf.type.value
                and isinstance(kind, ox.NamedNode)
                and not _has_name(kind)
            ):
                yield ox.Triple(triple.subject, rdf.type, rdf.Description)
        yield triple


def _check_property(iri: str) -> None:
    match = _XML_NAME.search(iri)
    if not match or not match.start():
        raise Unwritable("export-property-not-rdfxml", iri=iri)
    if iri in _RESERVED:
        raise Unwritable("export-property-reserved", iri=iri)


def _has_name(kind: ox.NamedNode) -> bool:
    match = _XML_NAME.search(kind.value)
    return match is not None and match.start() > 0 and kind.value not in _RESERVED


def _tidy_root(body: bytes) -> bytes:
    root = re.search(rb"<rdf:RDF((?: xmlns:[^ >]*)*)>", body)
    if root is None:
        return body
    rest = body[root.end() :]
    used = {b"rdf", *re.findall(rb"<([\w.-]+):", rest)}
    if b" its:" in rest:
        used.add(b"its")
    spaces = [one for one in sorted(root[1].split()) if one[6 : one.index(b"=")] in used]
    declared = b"<rdf:RDF " + b"\n    ".join(spaces) + b">"
    return body[: root.start()] + declared + _MARKED.sub(rb"\1", rest)
