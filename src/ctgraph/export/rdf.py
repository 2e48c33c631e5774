"""Triples as text: Turtle, TriG, N-Triples, N-Quads, JSON-LD, RDF/XML and CSV.

The bytes are the same in every process: terms are sorted by code point, there are no blank nodes,
and nothing says when it was written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from ctgraph.errors import Unwritable
from ctgraph.terms import CT, PREFIXES, is_local_name_safe, shorten

if TYPE_CHECKING:
    import pyoxigraph


Key: TypeAlias = tuple[str, str, str]
"""A triple: subject IRI, predicate IRI, and the object in canonical N-Triples."""

_RDF = PREFIXES["rdf"]
_XSD = PREFIXES["xsd"]
_TYPE = _RDF + "type"


class Content(NamedTuple):
    """What is to be written: the merge, and the graphs beside it (empty unless asked for)."""

    triples: set[Key]
    graphs: dict[str, set[Key]]
    claims: set[str]
    literals: Mapping[str, pyoxigraph.Literal]


def render(name: str, content: Content, header: Sequence[str]) -> Iterable[str]:
    """The text of a file, in pieces.

    N-Triples and N-Quads come in canonical form, without the header; JSON-LD has no comments.

    Args:
        name: ``turtle``, ``trig``, ``ntriples``, ``nquads``, ``jsonld`` or ``rdfxml``.
        content: What to write; formats for triples write the merge alone.
        header: Lines that say what the file is.

    Raises:
        Unwritable: The format cannot hold a character or a property (RDF/XML).
    """
    if name in {"turtle", "trig"}:
        return turtle(content, header)
    if name == "rdfxml":
        return _rdfxml(content, header)
    if name == "jsonld":
        return _jsonld(content)
    # Comments would break the canonical form, by which the file's own hash is the data hash.
    if name == "ntriples":
        return _ntriples_lines(content)
    return nquads_lines(content)


def _ntriples_lines(content: Content) -> Iterator[str]:
    yield from sorted(f"<{s}> <{p}> {o} .\n" for s, p, o in content.triples)


def nquads_lines(content: Content) -> Iterator[str]:
    """The lines of N-Quads in the canonical form of RDFC-1.0, which is sorted by code point.

    Args:
        content: The merge is the default graph, the others stand beside it.
    """
    lines = [f"<{s}> <{p}> {o} .\n" for s, p, o in content.triples]
    for graph, triples in content.graphs.items():
        lines += [f"<{s}> <{p}> {o} <{graph}> .\n" for s, p, o in triples]
    lines.sort()
    yield from lines


class _Names:
    """IRIs as CURIEs where possible; remembers which prefixes it used.

    Args:
        extra: Prefixes beside those of `PREFIXES`.
    """

    def __init__(self, extra: Mapping[str, str]) -> None:
        self.used: dict[str, str] = {}
        self._extra = extra
        self._known: dict[str, str] = {}

    def __call__(self, iri: str) -> str:
        short = self._known.get(iri)
        if short is None:
            short = self._known[iri] = self._shorten(iri)
        return short

    def _shorten(self, iri: str) -> str:
        for prefix, namespace in self._extra.items():
            if iri.startswith(namespace) and is_local_name_safe(iri[len(namespace) :]):
                self.used[prefix] = namespace
                return f"{prefix}:{iri[len(namespace) :]}"
        short = shorten(iri)
        if short[0] != "<":
            prefix = short.partition(":")[0]
            self.used[prefix] = PREFIXES[prefix]
        return short


# What must not stand raw in a line of text: line breaks of all kinds, control characters, and
# the marks that turn the direction of writing, which could make a line look like another.
_ESCAPED = {ord("\\"): "\\\\", ord('"'): '\\"'}
_ESCAPED |= {code: f"\\u{code:04X}" for code in [*range(0x20), *range(0x7F, 0xA0)]}
_ESCAPED |= {
    code: f"\\u{code:04X}"
    for code in [0x61C, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A), 0xFEFF]
}
_ESCAPED |= {ord(c): text for c, text in {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.items()}
_ESCAPED |= {8: "\\b", 12: "\\f"}


def _turtle_literal(literal: pyoxigraph.Literal, name: _Names) -> str:
    value = literal.value
    datatype = literal.datatype.value
    if literal.language is not None:
        return f'"{value.translate(_ESCAPED)}"@{literal.language.lower()}'
    if datatype == _XSD + "string":
        return f'"{value.translate(_ESCAPED)}"'
    if datatype == _XSD + "boolean" and value in {"true", "false"}:
        return value
    if datatype == _XSD + "integer" and _is_integer(value):
        return value
    if datatype == _XSD + "decimal":
        whole, point, fraction = value.partition(".")
        if point and _is_integer(whole) and fraction.isascii() and fraction.isdigit():
            return value
    return f'"{value.translate(_ESCAPED)}"^^{name(datatype)}'


def _is_integer(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdigit()


def turtle(
    content: Content, header: Sequence[str], extra: Mapping[str, str] | None = None
) -> Iterator[str]:
    """The text of Turtle, or of TriG if there are graphs, in pieces.

    Subject, each predicate with one object, and the closing full stop stand on lines of their own,
    so that one triple more is one line more.

    Args:
        content: What to write.
        header: Comment lines.
        extra: Prefixes beside those of `ctgraph.terms.PREFIXES`.
    """
    name = _Names(extra or {})
    terms: dict[str, str] = {}

    def text_of(key: str) -> str:
        text = terms.get(key)
        if text is None:
            literal = content.literals.get(key)
            text = name(key[1:-1]) if literal is None else _turtle_literal(literal, name)
            terms[key] = text
        return text

    def blocks(triples: Collection[Key], indent: str) -> Iterator[str]:
        subject = None
        for s, p, o in sorted(triples, key=lambda t: (t[0], t[1] != _TYPE, t[1], t[2])):
            if s != subject:
                if subject is not None:
                    yield f"{indent}.\n\n"
                subject = s
                yield f"{indent}{name(s)}\n"
            yield f"{indent}    {'a' if p == _TYPE else name(p)} {text_of(o)} ;\n"
        if subject is not None:
            yield f"{indent}.\n"

    body = list(blocks(content.triples, ""))
    for graph in sorted(content.graphs):
        body.append(f"\n{name(graph)} {{\n")
        body.extend(blocks(content.graphs[graph], "    "))
        body.append("}\n")
    for line in header:
        yield f"# {line}\n"
    yield "\n"
    for prefix in sorted(name.used):
        yield f"@prefix {prefix}: <{name.used[prefix]}> .\n"
    yield "\n"
    yield from body


def _jsonld(content: Content) -> Iterator[str]:
    import json

    name = _Names({})
    everything = [content.triples, *content.graphs.values()]
    iris: set[str] = set(content.graphs)
    for triples in everything:
        for s, p, o in triples:
            iris.update((s, p))
            literal = content.literals.get(o)
            iris.add(o[1:-1] if literal is None else literal.datatype.value)
    # An IRI whose scheme is spelt like a prefix would be read as a compact IRI.
    schemes = {iri.partition(":")[0] for iri in iris}

    def compact(iri: str) -> str:
        short = name(iri)
        if short[0] == "<" or short.partition(":")[0] in schemes:
            return iri
        return short

    def value(key: str) -> object:
        literal = content.literals.get(key)
        if literal is None:
            return {"@id": compact(key[1:-1])}
        text, datatype = literal.value, literal.datatype.value
        if literal.language is not None:
            return {"@language": literal.language.lower(), "@value": text}
        if datatype == _XSD + "string":
            return text
        if datatype == _XSD + "boolean" and text in {"true", "false"}:
            return text == "true"
        if datatype == _XSD + "integer" and _is_integer(text):
            number = int(text) if len(text) < 16 else 0
            if str(number) == text:
                return number
        return {"@type": compact(datatype), "@value": text}

    def nodes(triples: Collection[Key]) -> list[dict[str, object]]:
        by_subject: dict[str, dict[str, list[object]]] = {}
        for s, p, o in sorted(triples):
            node = by_subject.setdefault(s, {})
            if p == _TYPE and o[0] == "<":
                node.setdefault("@type", []).append(compact(o[1:-1]))
            else:
                node.setdefault(compact(p), []).append(value(o))
        return [
            {
                "@id": compact(subject),
                **{key: found[0] if len(found) == 1 else found for key, found in node.items()},
            }
            for subject, node in by_subject.items()
        ]

    graph = nodes(content.triples)
    graph += [
        {"@id": compact(g), "@graph": nodes(triples)}
        for g, triples in sorted(content.graphs.items())
    ]
    context = {prefix: iri for prefix, iri in name.used.items() if prefix not in schemes}
    document = {"@context": context, "@graph": graph}
    yield json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True).replace(
        "\x7f", "\\u007f"
    )
    yield "\n"


def _xml_text(text: str) -> str:
    for character in text:
        code = ord(character)
        if (code < 0x20 and character not in "\t\n\r") or code in {0xFFFE, 0xFFFF}:
            raise Unwritable("character-not-rdfxml", code=code, text=text[:60])
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return (
        escaped.replace('"', "&quot;")
        .replace("\t", "&#9;")
        .replace("\n", "&#10;")
        .replace("\r", "&#13;")
    )


def _split_iri(iri: str) -> tuple[str, str]:
    """A property's IRI as namespace and XML name.

    Raises:
        Unwritable: It does not end in a name.
    """
    start = len(iri)
    while start and (iri[start - 1].isalnum() or iri[start - 1] in "_-."):
        start -= 1
    while start < len(iri) and not (iri[start].isalpha() or iri[start] == "_"):
        start += 1
    local = iri[start:]
    if not local or not local.isascii() or not start:
        raise Unwritable("export-property-not-rdfxml", iri=iri)
    return iri[:start], local


def _rdfxml(content: Content, header: Sequence[str]) -> Iterator[str]:
    known = {namespace: prefix for prefix, namespace in PREFIXES.items()}
    names = {p: _split_iri(p) for p in {p for _, p, _ in content.triples}}
    namespaces = sorted({namespace for namespace, _ in names.values()} | {_RDF})
    prefixes: dict[str, str] = {}
    for namespace in namespaces:
        prefixes[namespace] = known.get(namespace, f"ns{len(prefixes) + 1}")
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    for line in header:
        yield f"<!-- {line.replace('--', '- -')} -->\n"
    yield "<rdf:RDF"
    for namespace in namespaces:
        yield f'\n    xmlns:{prefixes[namespace]}="{_xml_text(namespace)}"'
    yield ">\n"
    subject = None
    for s, p, o in sorted(content.triples, key=lambda t: (t[0], t[1] != _TYPE, t[1], t[2])):
        if s != subject:
            if subject is not None:
                yield "  </rdf:Description>\n"
            subject = s
            yield f'  <rdf:Description rdf:about="{_xml_text(s)}">\n'
        tag = f"{prefixes[names[p][0]]}:{names[p][1]}"
        literal = content.literals.get(o)
        if literal is None:
            yield f'    <{tag} rdf:resource="{_xml_text(o[1:-1])}"/>\n'
        elif literal.language is not None:
            text = _xml_text(literal.value)
            yield f'    <{tag} xml:lang="{literal.language.lower()}">{text}</{tag}>\n'
        elif literal.datatype.value == _XSD + "string":
            yield f"    <{tag}>{_xml_text(literal.value)}</{tag}>\n"
        else:
            kind = _xml_text(literal.datatype.value)
            yield f'    <{tag} rdf:datatype="{kind}">{_xml_text(literal.value)}</{tag}>\n'
    if subject is not None:
        yield "  </rdf:Description>\n"
    yield "</rdf:RDF>\n"


# --- tables -------------------------------------------------------------------------------------

_ABOUT = "_about.txt"
COLUMNS = "_columns.csv"


def csv_files(content: Content, header: Sequence[str]) -> dict[str, str]:
    """File name to text: one table per class, a table of the columns, and what it all is."""
    rows: dict[str, dict[str, list[Key]]] = {}
    by_subject: dict[str, list[Key]] = {}
    for triple in sorted(content.triples):
        by_subject.setdefault(triple[0], []).append(triple)
    for subject, triples in by_subject.items():
        kinds = [o[1:-1] for _, p, o in triples if p == _TYPE and o[0] == "<"]
        for kind in kinds or [""]:
            rows.setdefault(kind, {})[subject] = triples
    files: dict[str, str] = {}
    described = [["file", "column", "property", "language", "rows"]]
    taken: set[str] = set()
    for kind in sorted(rows):
        file = _table_name(kind, taken)
        columns: dict[str, tuple[str, str]] = {}
        table: list[dict[str, str]] = []
        for subject, triples in rows[kind].items():
            cells: dict[str, list[str]] = {}
            for _, predicate, key in triples:
                literal = content.literals.get(key)
                language = (literal.language or "").lower() if literal is not None else ""
                column = _short_name(predicate) + (f"@{language}" if language else "")
                columns[column] = (predicate, language)
                text = shorten(key[1:-1]).strip("<>") if literal is None else literal.value
                cells.setdefault(column, []).append(text.replace("\\", "\\\\").replace("|", "\\|"))
            table.append(
                {"iri": shorten(subject).strip("<>")}
                | {column: " | ".join(found) for column, found in cells.items()}
            )
        names = sorted(columns)
        files[file] = _csv_text(
            [["iri", *names], *([row.get(name, "") for name in ["iri", *names]] for row in table)]
        )
        for column in names:
            predicate, language = columns[column]
            described.append(
                [file, column, shorten(predicate).strip("<>"), language, str(len(table))]
            )
    files[COLUMNS] = _csv_text(described)
    notes = [
        *header,
        "one table per class; several values in a cell are parted by ' | ', and a | or \\ in a",
        f"value is written \\| or \\\\; {COLUMNS} says which property a column is",
    ]
    files[_ABOUT] = "\n".join(notes) + "\n"
    return files


def _short_name(predicate: str) -> str:
    if predicate == _TYPE:
        return "type"
    if predicate.startswith(CT) and is_local_name_safe(predicate[len(CT) :]):
        return predicate[len(CT) :]
    return shorten(predicate).strip("<>")


def _table_name(kind: str, taken: set[str]) -> str:
    if not kind:
        name = "_untyped"
    elif kind.startswith(CT):
        name = kind[len(CT) :]
    else:
        name = shorten(kind).strip("<>").replace(":", "-", 1)
    name = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "-" for c in name)[:80]
    # Names that differ in case only are one file on some systems.
    number, base = 2, name
    while name.lower() in taken:
        name = f"{base}-{number}"
        number += 1
    taken.add(name.lower())
    return f"{name}.csv"


def _csv_text(rows: Iterable[Sequence[str]]) -> str:
    import csv
    import io

    stream = io.StringIO()
    csv.writer(stream, lineterminator="\r\n").writerows(rows)
    return stream.getvalue()
