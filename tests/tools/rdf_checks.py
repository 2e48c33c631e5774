"""Checks of ontology and vocabularies; each returns what is wrong, so a test can plant an error."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from rdflib import OWL, RDF, RDFS, XSD, BNode, Graph, Literal, URIRef
from rdflib.namespace import SKOS
from rdflib.term import Node

from ctgraph.terms import CT, CTD, CTV, ONTOLOGY, PREFIXES, shorten

ROOT = Path(__file__).parents[2]
ONTOLOGY_FILE = ROOT / "ontology" / "ctgraph.ttl"
VOCABULARY_FILES = sorted((ROOT / "ontology" / "vocabularies").glob("*.ttl"))
LANGUAGES = ("en", "ja")

# OWL 2 Profiles, 4.2.1: the datatypes of OWL 2 RL.
_RL_NAMES = {
    "anyURI", "base64Binary", "boolean", "byte", "dateTime", "dateTimeStamp", "decimal", "double",
    "float", "hexBinary", "int", "integer", "language", "long", "Name", "NCName",
    "negativeInteger", "NMTOKEN", "nonNegativeInteger", "nonPositiveInteger", "normalizedString",
    "positiveInteger", "short", "string", "token", "unsignedByte", "unsignedInt", "unsignedLong",
    "unsignedShort",
}  # fmt: skip
RL_DATATYPES = frozenset(
    {RDF.PlainLiteral, RDF.XMLLiteral, RDFS.Literal} | {XSD[local] for local in _RL_NAMES}
)
RESERVED = tuple(PREFIXES[prefix] for prefix in ("rdf", "rdfs", "owl", "xsd"))
DECLARATIONS = frozenset(
    {OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty}
)
# The one and only property characteristics in use. With no cardinality, irreflexivity, asymmetry,
# self restriction or property disjointness in the grammar, the global restrictions of OWL 2 DL on
# properties that are not simple (Structural Specification, 11.2) have nothing to bite on.
CHARACTERISTICS = frozenset({OWL.SymmetricProperty, OWL.TransitiveProperty})
BUILT_IN_ANNOTATIONS = frozenset(
    {RDFS.label, RDFS.comment, RDFS.isDefinedBy, RDFS.seeAlso, OWL.versionInfo, OWL.deprecated}
)


def name(term: Node) -> str:
    """A term as people write it."""
    return shorten(str(term)) if isinstance(term, URIRef) else f'"{term}"'


def is_ours(term: Node) -> bool:
    """Whether a term is in one of the namespaces of ctgraph."""
    return isinstance(term, URIRef) and str(term).startswith((CT, CTD, CTV))


def read(*paths: Path) -> Graph:
    graph = Graph()
    for path in paths:
        graph.parse(path, format="turtle")
    return graph


def copy(graph: Graph) -> Graph:
    result = Graph()
    for triple in graph:
        result.add(triple)
    return result


def turtle(text: str) -> Graph:
    """A graph of a snippet that may use every prefix of ctgraph."""
    head = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
    return Graph().parse(data=head + text, format="turtle")


# -- profile ------------------------------------------------------------------------------


def profile_violations(graph: Graph, datatypes: frozenset[URIRef] = RL_DATATYPES) -> list[str]:
    """What keeps a graph out of OWL 2 DL or OWL 2 RL, by a grammar smaller than both.

    The grammar knows named classes only, so it has no class expressions, no lists and no blank
    nodes: every triple must be a declaration, one of the axioms below, an annotation with a
    declared property, or an assertion about individuals. All of these are in the intersection of
    OWL 2 DL and OWL 2 RL (OWL 2 Mapping to RDF Graphs, 3; OWL 2 Profiles, 4.2).
    """
    kinds: dict[Node, set[Node]] = defaultdict(set)
    for kind in DECLARATIONS:
        for term in graph.subjects(RDF.type, kind):
            kinds[term].add(kind)
    ontologies = set(graph.subjects(RDF.type, OWL.Ontology))
    found = [
        f"{name(term)} is declared as {', '.join(sorted(name(k) for k in declared))}"
        for term, declared in kinds.items()
        if len(declared - {OWL.Class}) > 1
    ]
    if len(ontologies) > 1:
        found.append("there is more than one owl:Ontology")

    def is_kind(term: Node, kind: URIRef) -> bool:
        return kind in kinds[term]

    def fault(subject: Node, predicate: Node, value: Node) -> str | None:
        if isinstance(subject, BNode) or isinstance(value, BNode):
            return "has a blank node"
        if str(subject).startswith(RESERVED):
            return "says something about reserved vocabulary"
        if isinstance(value, Literal):
            if value.datatype not in datatypes and not value.language and value.datatype:
                return f"has a literal of a datatype outside the profile: {name(value.datatype)}"
            if value.ill_typed:
                return "has an ill-typed literal"
        if predicate == RDF.type:
            if value in DECLARATIONS or value == OWL.Ontology:
                return None
            if value in CHARACTERISTICS:
                return None if is_kind(subject, OWL.ObjectProperty) else "is no object property"
            if str(value).startswith(RESERVED):
                return f"uses a construct outside the grammar: {name(value)}"
            return None if is_kind(value, OWL.Class) else "has an undeclared class"
        if predicate in (RDFS.subClassOf, OWL.disjointWith):
            both = is_kind(subject, OWL.Class) and is_kind(value, OWL.Class)
            return None if both else "relates what are not two declared classes"
        if predicate == RDFS.subPropertyOf:
            for kind in (OWL.ObjectProperty, OWL.DatatypeProperty):
                if is_kind(subject, kind) and is_kind(value, kind):
                    return None
            return "relates what are not two properties of one kind"
        if predicate == RDFS.domain:
            if is_kind(value, OWL.Class) and not is_kind(subject, OWL.AnnotationProperty):
                return None if kinds[subject] else "has a domain but is no property"
            return "has a domain that is no declared class"
        if predicate == RDFS.range:
            if is_kind(subject, OWL.ObjectProperty) and is_kind(value, OWL.Class):
                return None
            if is_kind(subject, OWL.DatatypeProperty) and value in RL_DATATYPES:
                return None
            return "has a range outside the profile"
        if predicate == OWL.versionIRI:
            return None if subject in ontologies else "has a version IRI but is no ontology"
        if predicate in BUILT_IN_ANNOTATIONS or is_kind(predicate, OWL.AnnotationProperty):
            return None
        if is_kind(predicate, OWL.ObjectProperty):
            return "has a literal for an object" if isinstance(value, Literal) else None
        if is_kind(predicate, OWL.DatatypeProperty):
            return None if isinstance(value, Literal) else "has an IRI for a literal"
        return "has a predicate outside the grammar"

    for subject, predicate, value in graph:
        problem = fault(subject, predicate, value)
        if problem:
            found.append(f"{name(subject)} {name(predicate)} {name(value)}: {problem}")
    return sorted(found)


# -- words --------------------------------------------------------------------------------


def word_faults(graph: Graph, terms: Iterable[Node], label: URIRef) -> list[str]:
    """Labels and definitions that are missing, doubled, misshapen or shared by two terms."""
    found: list[str] = []
    by_text: dict[tuple[URIRef, str, str], list[str]] = defaultdict(list)
    for term in terms:
        for predicate in (label, SKOS.definition):
            values = [v for v in graph.objects(term, predicate) if isinstance(v, Literal)]
            tags = sorted(str(value.language) for value in values)
            if tags != list(LANGUAGES):
                found.append(f"{name(term)}: {name(predicate)} in {tags}, not once in en and ja")
            for value in values:
                by_text[predicate, str(value.language), str(value).casefold()].append(name(term))
                check = label_fault if predicate == label else definition_fault
                fault = check(str(value), str(value.language))
                if fault:
                    found.append(f"{name(term)}: {name(predicate)} {name(value)} {fault}")
    found += [
        f"{' and '.join(sorted(users))} share {name(predicate)} {text!r}@{tag}"
        for (predicate, tag, text), users in by_text.items()
        if len(users) > 1
    ]
    return sorted(found)


_JAPANESE = re.compile(r"[぀-ヿ一-鿿]")


def label_fault(text: str, language: str) -> str | None:
    if text != " ".join(text.split()) or not text:
        return "has stray white space or is empty"
    if text.endswith((".", "。", ",", "、", ":")):
        return "ends like a sentence"
    return _script_fault(text, language)


def definition_fault(text: str, language: str) -> str | None:
    """Not exactly one sentence in the language of the tag."""
    if text != " ".join(text.split()):
        return "has stray white space"
    if language == "ja":
        if text.count("。") != 1 or not text.endswith("。") or len(text) < 6:
            return "is not one sentence ending with 。"
    elif (
        not re.match(r"[A-Z]", text)
        or not text.endswith(".")
        or re.search(r"[.!?]\s", text)
        or len(text.split()) < 3
    ):
        return "is not one sentence with a capital and a full stop"
    return _script_fault(text, language)


def _script_fault(text: str, language: str) -> str | None:
    has_japanese = bool(_JAPANESE.search(text))
    if language == "en" and has_japanese:
        return "holds Japanese"
    # Names such as M49 stay in Latin letters, but no Japanese text is Latin letters alone.
    return "holds no Japanese" if language == "ja" and not has_japanese else None


# -- hierarchies and form -----------------------------------------------------------------


def cycles(graph: Graph, predicate: URIRef) -> list[str]:
    """Terms that lie above themselves."""
    return sorted(
        {
            name(term)
            for term in graph.subjects(predicate)
            for parent in graph.objects(term, predicate)
            if term in set(graph.transitive_objects(parent, predicate))
        }
    )


def blank_nodes(graph: Graph) -> list[str]:
    return sorted(
        f"{name(s)} {name(p)} {name(o)}"
        for s, p, o in graph
        if isinstance(s, BNode) or isinstance(o, BNode)
    )


_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_PREFIX_LINE = re.compile(r"@prefix ([a-z0-9-]+): <([^>]+)> \.")


def form_faults(path: Path) -> list[str]:
    """What is not written the one way in which these Turtle files are written."""
    text = path.read_text(encoding="utf-8")
    return [f"{path.name}:{line}: {fault}" for line, fault in _form_faults(text)]


def _form_faults(text: str) -> Iterator[tuple[int, str]]:
    lines = text.split("\n")
    if not text.endswith("\n") or text.endswith("\n\n"):
        yield len(lines), "the file ends with exactly one line break"
    if not lines[0].startswith("# "):
        yield 1, "the first line says what the file holds"
    declared: list[str] = []
    subjects: set[str] = set()
    open_statement = False
    for number, line in enumerate(lines, start=1):
        bare = _STRING.sub('""', line)
        if line != line.rstrip() or "\t" in line or "\r" in line:
            yield number, "trailing space, tab or carriage return"
        if len(bare) > 100:
            yield number, "more than 100 columns"
        prefix = _PREFIX_LINE.fullmatch(line)
        if prefix:
            declared.append(prefix[1])
            if PREFIXES.get(prefix[1]) != prefix[2]:
                yield number, f"{prefix[1]}: is not the prefix that terms.py knows"
        elif line and not line.startswith("#"):
            indent = len(line) - len(line.lstrip(" "))
            if indent != (0 if not open_statement else 4 if bare_is_predicate(bare) else 8):
                yield number, f"indented by {indent}"
            if indent == 0:
                subject, _, rest = line.partition(" ")
                if rest.startswith("a "):
                    if subject in subjects:
                        yield number, f"a second block of {subject}"
                    subjects.add(subject)
            if not bare.endswith((" ;", " ,", " .")):
                yield number, "a line of a statement ends with ' ;', ' ,' or ' .'"
            open_statement = not bare.endswith(" .")
    if declared != sorted(declared):
        yield 3, "prefixes are not in order"
    body = _STRING.sub('""', "\n".join(line for line in lines if line[:1] not in ("#", "@")))
    body = re.sub(r"<[^>]*>", "<>", body)
    used = set(re.findall(r"(?<![\w-])([a-z][a-z0-9-]*):[A-Za-z]", body))
    if used != set(declared):
        yield 3, f"prefixes declared and used differ: {sorted(used ^ set(declared))}"


def bare_is_predicate(line: str) -> bool:
    """Whether a line starts a new predicate, seen by its four spaces."""
    return line.startswith("    ") and not line.startswith("        ")


__all__ = [
    "CT",
    "CTD",
    "CTV",
    "LANGUAGES",
    "ONTOLOGY",
    "ONTOLOGY_FILE",
    "PREFIXES",
    "RL_DATATYPES",
    "ROOT",
    "VOCABULARY_FILES",
    "blank_nodes",
    "copy",
    "cycles",
    "form_faults",
    "is_ours",
    "name",
    "profile_violations",
    "read",
    "turtle",
    "word_faults",
]
