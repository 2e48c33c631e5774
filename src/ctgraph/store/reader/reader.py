"""Curated files to quads: strict reading, one named graph for each claim.

Whatever is wrong is reported with file and line, several problems at once. Nothing is repaired
or skipped: a file is either right or the load fails.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from ctgraph.errors import suggest
from ctgraph.store.project import Bundle
from ctgraph.store.reader.places import Anonymous, FileText, open_data
from ctgraph.store.reader.problems import MOST_PROBLEMS, BrokenFiles, FileCount, Problem, Survey
from ctgraph.store.reader.totals import compare_totals
from ctgraph.terms import CT, CTD, CTV, ONTOLOGY, PREFIXES, shorten

Progress = Callable[[str, int], None]
"""Called with what is being read and how many statements of it were read so far."""


_STEP = 50_000
_SUGGESTED = 2
_MOST_NAMES = 20_000

_FORMATS = {".trig": ox.RdfFormat.TRIG, ".nq": ox.RdfFormat.N_QUADS, ".ttl": ox.RdfFormat.TURTLE}

_RDF_TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")
_CLAIM = ox.NamedNode(CT + "Claim")
_SECTION_CLASS = ox.NamedNode(CT + "Section")
_SECTION = ox.NamedNode(CT + "section")
_BASIS = ox.NamedNode(CT + "basis")
_STATED = ox.NamedNode(CT + "Stated")
_INFERRED = ox.NamedNode(CT + "Inferred")
_QUOTE = ox.NamedNode(CT + "quote")
_SOURCE_PAGE = ox.NamedNode(CT + "sourcePage")
_REASON = ox.NamedNode(CT + "reason")
_DERIVED_FROM = ox.NamedNode(PREFIXES["prov"] + "wasDerivedFrom")
_DERIVED_BY = ox.NamedNode(CT + "derivedBy")
_SCHEME = ox.NamedNode(PREFIXES["skos"] + "ConceptScheme")
_CLASS_TYPES = frozenset(
    ox.NamedNode(iri) for iri in (PREFIXES["owl"] + "Class", PREFIXES["rdfs"] + "Class")
)
_PROPERTY_TYPES = frozenset(
    ox.NamedNode(iri)
    for iri in (
        PREFIXES["owl"] + "ObjectProperty",
        PREFIXES["owl"] + "DatatypeProperty",
        PREFIXES["owl"] + "AnnotationProperty",
        PREFIXES["rdf"] + "Property",
    )
)

# Lexical forms of XML Schema 1.1 Part 2, sections 3.3.3, 3.3.9 and 3.4.13; the calendar is
# checked apart.
_ZONE = r"(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)?"
_DATE = re.compile(rf"(-?\d{{4,}})-(\d\d)-(\d\d){_ZONE}\Z", re.ASCII)
_LEXICAL = {
    ox.NamedNode(PREFIXES["xsd"] + name): (name, pattern)
    for name, pattern in (
        ("date", _DATE),
        ("decimal", re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)\Z", re.ASCII)),
        ("integer", re.compile(r"[+-]?\d+\Z", re.ASCII)),
        ("boolean", re.compile(r"(?:true|false|0|1)\Z")),
    )
}
_LEXICAL_HINT = {
    "date": "Write a day that exists as YYYY-MM-DD.",
    "decimal": "Write digits with at most one point and no separators, as in 48300000.",
    "integer": "Write digits only.",
    "boolean": "Write true or false.",
}
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

# A tag that is not lower case, after the end of a string that is not an escaped quote.
_UPPER_TAG = re.compile(rb"""(?<!\\)["']@[A-Za-z0-9-]*[A-Z]""")


class Vocabulary(NamedTuple):
    """What the ontology and the vocabularies define.

    Attributes:
        classes: Classes in the namespace of the ontology.
        properties: Properties in that namespace.
        terms: All terms and concepts in our two namespaces for them.
        derived_only: Properties that only rules may make.
    """

    classes: frozenset[ox.NamedNode]
    properties: frozenset[ox.NamedNode]
    terms: frozenset[ox.NamedNode]
    derived_only: frozenset[ox.NamedNode]


def read_quads(path: Path, where: str | None = None) -> Iterator[ox.Quad]:
    """The quads of a TriG, N-Quads or Turtle file, in the order of the file.

    Args:
        path: A file ending in .trig, .nq or .ttl, or one of these and .gz.
        where: The file as messages name it; None means the path.

    Raises:
        DataError: The file cannot be read or parsed. The message names file and line.
    """
    where = where or str(path)
    name = path.name.lower()
    packed = name.endswith(".gz")
    form = _FORMATS.get(Path(name.removesuffix(".gz")).suffix)
    if form is None:
        raise BrokenFiles(
            [Problem(where, 0, "unknown kind of file", "Known kinds: .trig, .nq and .ttl.")]
        )
    line = 0
    hint = ""
    try:
        if not packed and path.stat().st_size == 0:
            raise BrokenFiles([Problem(where, 0, "the file is empty", "Restore it, or delete it.")])
        if packed:
            with open_data(path) as stream:
                yield from ox.parse(stream, form)
        else:
            yield from ox.parse(path=path, format=form)
        return
    except SyntaxError as error:
        line = error.lineno or 0
        message, hint = _say_syntax(str(error.msg))
    except (EOFError, OSError) as error:
        # gzip's own errors are OSErrors without a number.
        message = f"cannot be read: {getattr(error, 'strerror', None) or error}"
        hint = "See that the file exists and that you may read it."
    raise BrokenFiles([Problem(where, line, message, hint)])


def load_into(
    store: ox.Store,
    bundle: Bundle,
    extra_files: Sequence[Path] = (),
    progress: Progress | None = None,
    *,
    counted: bool = True,
) -> dict[str, FileCount]:
    """What was loaded: claims and quads by file.

    Ontology and vocabularies go each into a graph of their own, claims each into theirs, and
    everything also into the default graph, which thus is the merge of all as a set.

    Args:
        store: An empty store. It is of no use after an error.
        bundle: The bundle to load.
        extra_files: More files of claims, TriG or N-Quads.
        progress: Told what is being read.
        counted: Whether the files must hold what `data/totals.toml` says.

    Raises:
        DataError: Something is wrong with a file.
    """
    reading = _Reading(bundle, progress)
    store.bulk_extend(reading.vocabulary_quads())
    store.bulk_extend(reading.bundle_quads())
    if counted:
        reading.check_totals()
    store.bulk_extend(reading.extra_quads(extra_files))
    reading.check_references()
    reading.raise_problems()
    return reading.counts


def append_into(
    store: ox.Store, bundle: Bundle, files: Sequence[Path], progress: Progress | None = None
) -> dict[str, FileCount]:
    """What was added: claims and quads by file.

    Args:
        store: A store that holds the bundle already. It is of no use after an error.
        bundle: The bundle whose ontology and vocabularies count.
        files: More files of claims, TriG or N-Quads.
        progress: Told what is being read.

    Raises:
        DataError: Something is wrong with a file, or a claim is in the store already.
    """
    reading = _Reading(bundle, progress, base=store)
    for _ in reading.vocabulary_quads():
        pass
    # Read as a whole before the first quad is written: the store is also what is asked.
    store.bulk_extend(list(reading.extra_quads(files)))
    reading.check_references()
    reading.raise_problems()
    return reading.counts


def survey(bundle: Bundle) -> Survey:
    """What is wrong in the files of a bundle, and what they hold; nothing is raised.

    Args:
        bundle: The bundle to look at.
    """
    reading = _Reading(bundle, None)
    for _ in reading.vocabulary_quads():
        pass
    for _ in reading.bundle_quads():
        pass
    reading.check_totals()
    reading.check_references()
    return Survey(tuple(reading.problems), reading.counts)


def read_vocabulary(bundle: Bundle) -> Vocabulary:
    """What the ontology and the vocabularies of a bundle define.

    Args:
        bundle: Where they are.

    Raises:
        DataError: Something is wrong with a file.
    """
    reading = _Reading(bundle, None)
    for _ in reading.vocabulary_quads():
        pass
    reading.raise_problems()
    return reading.vocabulary


class _Claim:
    """What was seen of one claim graph."""

    __slots__ = (
        "basis",
        "derived_from",
        "file",
        "has_reason",
        "has_text",
        "is_double",
        "is_typed",
        "own",
        "sections",
    )

    def __init__(self, file: Path) -> None:
        self.file = file
        self.is_typed = False
        self.is_double = False
        self.sections: list[ox.NamedNode] = []
        self.basis: list[object] = []
        self.derived_from: list[ox.NamedNode] = []
        self.has_text = False
        self.has_reason = False
        self.own = 0


class _Reading:
    """One pass over the files of a bundle: the checks and what they must remember."""

    def __init__(
        self, bundle: Bundle, progress: Progress | None, base: ox.Store | None = None
    ) -> None:
        self.bundle = bundle
        self.problems: list[Problem] = []
        self.counts: dict[str, FileCount] = {}
        self.vocabulary = Vocabulary(frozenset(), frozenset(), frozenset(), frozenset())
        self._progress = progress
        self._base = base
        self._texts: dict[Path, FileText] = {}
        self._unparsed = False
        self._claims: dict[ox.NamedNode, _Claim] = {}
        self._sections: set[ox.NamedNode] = set()
        self._subjects: set[ox.NamedNode] = set()
        # Every individual that is spoken of, and where first.
        self._mentioned: dict[ox.NamedNode, tuple[Path, ox.NamedNode]] = {}

    def raise_problems(self) -> None:
        if self.problems:
            raise BrokenFiles(self.problems)

    # Ontology and vocabularies

    def vocabulary_quads(self) -> Iterator[ox.Quad]:
        """The quads of ontology and vocabularies, in their graphs and in the default graph."""
        ontology = self.bundle.ontology_file()
        read: list[tuple[Path, ox.NamedNode, list[ox.Quad]]] = []
        for path in [ontology, *self.bundle.vocabulary_files()]:
            quads = self._parsed(path)
            if quads is None:
                continue
            graph = ox.NamedNode(ONTOLOGY) if path == ontology else self._scheme(path, quads)
            if graph is not None:
                read.append((path, graph, quads))
        self._define(quad for _, _, quads in read for quad in quads)
        for path, graph, quads in read:
            self._check_vocabulary(path, quads)
            for subject, predicate, value, _ in quads:
                yield ox.Quad(subject, predicate, value, graph)
                yield ox.Quad(subject, predicate, value)

    def _parsed(self, path: Path) -> list[ox.Quad] | None:
        try:
            quads = list(read_quads(path, self.bundle.show(path)))
        except BrokenFiles as error:
            self.problems += error.problems
            self._unparsed = True
            return None
        self._check_tags(path)
        return quads

    def _scheme(self, path: Path, quads: list[ox.Quad]) -> ox.NamedNode | None:
        schemes = {
            quad.subject: None
            for quad in quads
            if quad.predicate == _RDF_TYPE and quad.object == _SCHEME
        }
        if len(schemes) == 1:
            scheme = next(iter(schemes))
            if isinstance(scheme, ox.NamedNode):
                return scheme
        self._report(
            path,
            f"a vocabulary file describes one skos:ConceptScheme, this one {len(schemes)}",
            "Give each scheme a file of its own.",
        )
        return None

    def _define(self, quads: Iterable[ox.Quad]) -> None:
        classes: set[ox.NamedNode] = set()
        properties: set[ox.NamedNode] = set()
        terms: set[ox.NamedNode] = set()
        derived: set[ox.NamedNode] = set()
        for subject, predicate, value, _ in quads:
            if not isinstance(subject, ox.NamedNode):
                continue
            self._subjects.add(subject)
            if not subject.value.startswith((CT, CTV)):
                continue
            terms.add(subject)
            if predicate == _RDF_TYPE:
                if value in _CLASS_TYPES:
                    classes.add(subject)
                elif value in _PROPERTY_TYPES:
                    properties.add(subject)
            elif predicate == _DERIVED_BY:
                derived.add(subject)
        self.vocabulary = Vocabulary(
            frozenset(classes), frozenset(properties), frozenset(terms), frozenset(derived)
        )

    def _check_vocabulary(self, path: Path, quads: list[ox.Quad]) -> None:
        known = self.vocabulary.terms
        seen: set[object] = set()
        for quad in quads:
            subject, predicate, value, _ = quad
            if isinstance(subject, ox.BlankNode) or isinstance(value, ox.BlankNode):
                self._report(path, *_BLANK, needle=Anonymous)
            for term in (predicate, value):
                if term in seen or not isinstance(term, ox.NamedNode):
                    continue
                seen.add(term)
                if term.value.startswith((CT, CTV)) and term not in known:
                    self._unknown(path, None, term, "term", known)

    # Claims

    def bundle_quads(self) -> Iterator[ox.Quad]:
        """The quads of the files below `data/`, in their graphs and in the default graph."""
        for path in self.bundle.data_files():
            yield from self._claim_quads(path)

    def extra_quads(self, files: Sequence[Path]) -> Iterator[ox.Quad]:
        """The quads of more files of claims, in their graphs and in the default graph."""
        for path in files:
            yield from self._claim_quads(Path(path))

    def _claim_quads(self, path: Path) -> Iterator[ox.Quad]:  # noqa: PLR0912, PLR0915 - one loop
        """Check a file while its quads stream by; each is followed by its twin in the merge."""
        where = self.bundle.show(path)
        if not {".trig", ".nq"} & set(path.suffixes):
            self._report(path, "claims come as TriG (.trig) or N-Quads (.nq)", "Convert the file.")
            self._unparsed = True
            return
        quads = 0
        graph: ox.NamedNode | None = None
        claim = _Claim(path)
        seen: set[object] = set()
        mine: list[ox.NamedNode] = []
        outside: set[object] = set()
        subjects = self._subjects
        make_quad = ox.Quad
        try:
            # This loop runs for every quad of a large file; what is rare is in methods.
            for quad in read_quads(path, where):
                subject, predicate, value, name = quad
                if name != graph:
                    if not isinstance(name, ox.NamedNode):
                        self._check_outside(path, subject, name, outside)
                        continue
                    graph = name
                    claim = self._enter(path, graph, mine)
                quads += 1
                if predicate not in seen:
                    seen.add(predicate)
                    self._check_predicate(path, graph, predicate)
                if value not in seen or predicate == _RDF_TYPE:
                    self._check_object(path, graph, quad, seen)
                if subject == graph:
                    self._describe(path, graph, claim, predicate, value)
                else:
                    claim.own += 1
                    if isinstance(subject, ox.NamedNode):
                        subjects.add(subject)
                    else:
                        self._report(path, *_BLANK, claim=graph, needle=Anonymous)
                yield quad
                yield make_quad(subject, predicate, value)
                if self._progress is not None and quads % _STEP == 0:
                    self._progress(where, quads)
        except BrokenFiles as error:
            self.problems += error.problems
            self._unparsed = True
        else:
            self._check_tags(path)
            for graph in mine:
                self._check_claim(path, graph, self._claims[graph])
            if not quads and not outside:
                self._report(path, "the file holds no claim", "Fill it, or delete it.")
        subjects.update(mine)
        self.counts[self._key(path)] = FileCount(len(mine), quads)
        if self._progress is not None:
            self._progress(where, quads)
        self._texts.pop(path, None)

    def _enter(self, path: Path, graph: ox.NamedNode, mine: list[ox.NamedNode]) -> _Claim:
        """What is known of the claim whose graph begins or goes on."""
        found = self._claims.get(graph)
        if found is not None:
            # In N-Quads the statements of a graph may stand anywhere in the file.
            if ".trig" in path.suffixes or found.file != path:
                self._twice(path, graph, found)
            return found
        claim = self._claims[graph] = _Claim(path)
        mine.append(graph)
        if self._base is not None and self._base.contains_named_graph(graph):
            self._report(
                path,
                f"claim {shorten(graph.value)} is in the store already",
                "Give the claim another name, or build the store anew.",
                claim=graph,
            )
        return claim

    def _check_object(
        self, path: Path, graph: ox.NamedNode, quad: ox.Quad, seen: set[object]
    ) -> None:
        subject, predicate, value, _ = quad
        if isinstance(value, ox.NamedNode):
            if predicate != _RDF_TYPE:
                seen.add(value)
                self._check_value(path, graph, value)
                return
            if value == _SECTION_CLASS and isinstance(subject, ox.NamedNode):
                self._sections.add(subject)
            if (predicate, value) not in seen:
                seen.add((predicate, value))
                self._check_class(path, graph, value)
        elif isinstance(value, ox.Literal):
            form = _LEXICAL.get(value.datatype)
            if form is not None:
                # Other literals are not kept: in a large file they are too many.
                seen.add(value)
                self._check_lexical(path, graph, value, *form)
        else:
            self._report(path, *_BLANK, claim=graph, needle=Anonymous)

    def _describe(
        self,
        path: Path,
        graph: ox.NamedNode,
        claim: _Claim,
        predicate: ox.NamedNode,
        value: object,
    ) -> None:
        if predicate == _RDF_TYPE:
            if value == _CLAIM:
                # Two blocks side by side look like one to the parser, but describe it twice.
                if claim.is_typed and claim.file == path:
                    self._twice(path, graph, claim)
                claim.is_typed = True
        elif predicate in (_QUOTE, _SOURCE_PAGE):
            claim.has_text = True
        elif predicate == _SECTION:
            if isinstance(value, ox.NamedNode):
                claim.sections.append(value)
        elif predicate == _BASIS:
            claim.basis.append(value)
        elif predicate == _DERIVED_FROM:
            if isinstance(value, ox.NamedNode):
                claim.derived_from.append(value)
        elif predicate == _REASON:
            claim.has_reason = True

    def _check_outside(
        self, path: Path, subject: object, name: object, outside: set[object]
    ) -> None:
        if subject in outside:
            return
        outside.add(subject)
        if isinstance(name, ox.BlankNode):
            self._report(path, "a graph has no name", "Name it after its claim.", needle=Anonymous)
            return
        text = shorten(subject.value) if isinstance(subject, ox.NamedNode) else "a blank node"
        self._report(
            path,
            f"a triple about {text} stands outside a claim",
            "Put it into the graph of the claim that it rests on.",
            needle=subject if isinstance(subject, ox.NamedNode) else Anonymous,
        )

    def _check_claim(self, path: Path, graph: ox.NamedNode, claim: _Claim) -> None:
        name = f"claim {shorten(graph.value)}"

        def report(message: str, hint: str, needle: object = None) -> None:
            self._report(path, message, hint, claim=graph, needle=needle)

        if claim.is_double:
            # Whatever else is wrong may come from the two being taken for one.
            return
        if not claim.is_typed:
            report(
                f"graph {shorten(graph.value)} does not describe itself as a claim",
                f"Write {shorten(graph.value)} a ct:Claim in it.",
            )
            return
        if not claim.own:
            report(
                f"{name} states nothing: all its triples describe itself",
                "Write what it states as triples.",
            )
        if len(claim.sections) != 1:
            count = "no section" if not claim.sections else f"{len(claim.sections)} sections"
            report(
                f"{name} has {count}",
                "Name the one place of the source where it stands with ct:section.",
            )
        if not claim.has_text:
            report(
                f"{name} has no source text",
                "Quote the source with ct:quote, or name the page with ct:sourcePage.",
            )
        if len(claim.basis) != 1 or claim.basis[0] not in (_STATED, _INFERRED):
            report(
                f"{name} needs one basis",
                "Write ct:basis ct:Stated or ct:basis ct:Inferred.",
                _BASIS if claim.basis else None,
            )
        elif claim.basis[0] == _INFERRED:
            if not claim.derived_from:
                report(
                    f"{name} is inferred but names no claim it rests on",
                    "Name them with prov:wasDerivedFrom.",
                )
            if not claim.has_reason:
                report(f"{name} is inferred but gives no reason", "Say why with ct:reason.")

    def _check_predicate(self, path: Path, graph: ox.NamedNode, term: ox.NamedNode) -> None:
        if not term.value.startswith((CT, CTV)):
            return
        if term in self.vocabulary.derived_only:
            self._report(
                path,
                f"{shorten(term.value)} is made by a rule and may not be stated",
                "State what the rule makes it from.",
                claim=graph,
                needle=term,
            )
        elif term not in self.vocabulary.properties:
            self._unknown(path, graph, term, "property", self.vocabulary.properties)

    def _check_class(self, path: Path, graph: ox.NamedNode, term: ox.NamedNode) -> None:
        if term.value.startswith((CT, CTV)) and term not in self.vocabulary.classes:
            self._unknown(path, graph, term, "class", self.vocabulary.classes)

    def _check_value(self, path: Path, graph: ox.NamedNode, term: ox.NamedNode) -> None:
        iri = term.value
        if iri.startswith(CTD):
            self._mentioned.setdefault(term, (path, graph))
        elif iri.startswith(CTV):
            if term not in self.vocabulary.terms:
                concepts = [other for other in self.vocabulary.terms if other.value.startswith(CTV)]
                self._unknown(path, graph, term, "concept", concepts)
        elif iri.startswith(CT) and term not in self.vocabulary.terms:
            self._unknown(path, graph, term, "term", self.vocabulary.terms)

    def _check_lexical(
        self,
        path: Path,
        graph: ox.NamedNode,
        value: ox.Literal,
        name: str,
        pattern: re.Pattern[str],
    ) -> None:
        match = pattern.match(value.value)
        if match is not None and (name != "date" or _is_day(*match.groups())):
            return
        self._report(
            path,
            f'"{value.value}" is no xsd:{name}',
            _LEXICAL_HINT[name],
            claim=graph,
            needle=value,
        )

    def _twice(self, path: Path, graph: ox.NamedNode, found: _Claim) -> None:
        name = shorten(graph.value)
        if found.file == path:
            found.is_double = True
            message = f"claim {name} stands twice in this file"
        else:
            line = self._text(found.file).line(graph.value)
            first = self.bundle.show(found.file)
            message = f"claim {name} stands in {first}{f':{line}' if line else ''} too"
        self._report(
            path, message, "Give one of the two another name.", claim=graph, last_block=True
        )

    def _unknown(
        self,
        path: Path,
        graph: ox.NamedNode | None,
        term: ox.NamedNode,
        kind: str,
        known: Iterable[ox.NamedNode],
    ) -> None:
        name = shorten(term.value)
        close = _close(term, known)
        where = "ontology/vocabularies/" if term.value.startswith(CTV) else "ontology/ctgraph.ttl"
        hint = f"Did you mean {' or '.join(close)}?" if close else f"Define it in {where} first."
        self._report(path, f"unknown {kind} {name}", hint, claim=graph, needle=term)

    def _check_tags(self, path: Path) -> None:
        if self._has_upper_tag(path):
            text = self._text(path)
            for line, tag in text.upper_tags():
                self.problems.append(
                    Problem(
                        self.bundle.show(path),
                        line,
                        f"language tag {tag} is not lower case",
                        f"Write {tag.lower()}.",
                    )
                )

    def _has_upper_tag(self, path: Path) -> bool:
        with open_data(path) as stream:
            before = b""
            while block := stream.read(1 << 20):
                if _UPPER_TAG.search(before + block):
                    return True
                # A tag is at most some ten bytes long; it may be cut by the end of the block.
                before = block[-40:]
        return False

    # What can be known only after the last file

    def check_references(self) -> None:
        """Check that every claim, section and individual that is spoken of exists."""
        if self._unparsed:
            # A file that cannot be parsed would make everything in it look missing.
            return
        special: set[ox.NamedNode] = set()
        for graph, claim in self._claims.items():
            for section in claim.sections:
                special.add(section)
                if section not in self._sections and not self._is_stored(
                    section, _RDF_TYPE, _SECTION_CLASS
                ):
                    self._missing(claim.file, graph, section, "section", self._sections)
            for other in claim.derived_from:
                special.add(other)
                if other not in self._claims and not self._is_stored(other, _RDF_TYPE, _CLAIM):
                    self._missing(claim.file, graph, other, "claim", self._claims)
        for term, (path, graph) in self._mentioned.items():
            if (
                term not in self._subjects
                and term not in special
                and not self._is_stored(term, None, None)
            ):
                self._missing(path, graph, term, "individual", self._subjects)

    def _is_stored(
        self, subject: ox.NamedNode, predicate: ox.NamedNode | None, value: ox.NamedNode | None
    ) -> bool:
        if self._base is None:
            return False
        quads = self._base.quads_for_pattern(subject, predicate, value, ox.DefaultGraph())
        return next(iter(quads), None) is not None

    def _missing(
        self,
        path: Path,
        graph: ox.NamedNode,
        term: ox.NamedNode,
        kind: str,
        known: Iterable[ox.NamedNode],
    ) -> None:
        name = shorten(term.value)
        # A suggestion for a problem that is not shown would only cost time.
        close = _close(term, known) if len(self.problems) < MOST_PROBLEMS else []
        hint = {
            "section": "Describe it in a source.trig first.",
            "claim": "Name a claim that exists.",
            "individual": "Describe it in data/register/ first.",
        }[kind]
        if close:
            hint = f"Did you mean {' or '.join(close)}?"
        self._report(path, f"unknown {kind} {name}", hint, claim=graph, needle=term)

    def check_totals(self) -> None:
        """Check the counts of the bundle's files against `data/totals.toml`."""
        path = self.bundle.totals_file()
        where = self.bundle.show(path)
        if self._unparsed:
            return
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            self._report(
                path,
                "no such file",
                "It states how many claims and quads each file holds; "
                "make an empty one, and `ctgraph check` prints them.",
            )
            return
        except (OSError, UnicodeDecodeError) as error:
            self._report(path, f"cannot be read: {error}", "Save it as UTF-8.")
            return
        import tomllib

        try:
            totals = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            found = re.search(r"at line (\d+)", str(error))
            line = int(found[1]) if found else 0
            self.problems.append(Problem(where, line, f"not TOML: {error}", "Mend that line."))
            return

        def report(message: str, hint: str, heading: str) -> None:
            lines = text.splitlines()
            line = next((n for n, row in enumerate(lines, 1) if row.strip() == heading != ""), 0)
            self.problems.append(Problem(where, line, message, hint))

        files = totals.get("files")
        files = files if isinstance(files, dict) else {}
        for name in sorted(set(files) - set(self.counts)):
            report(
                f"data/{name} is missing",
                "Restore the file, or take it out of the list.",
                f'[files."{name}"]',
            )
        for name, count in sorted(self.counts.items()):
            if name not in files:
                report(
                    f"data/{name} is not listed",
                    f'Add [files."{name}"] with claims = {count.claims}, quads = {count.quads}.',
                    "",
                )
            else:
                compare_totals(files[name], count, f"data/{name}", f'[files."{name}"]', report)
        total = FileCount(
            sum(count.claims for count in self.counts.values()),
            sum(count.quads for count in self.counts.values()),
        )
        compare_totals(totals.get("total"), total, "data/", "[total]", report)

    # Where things are

    def _key(self, path: Path) -> str:
        try:
            return path.relative_to(self.bundle.data).as_posix()
        except ValueError:
            return self.bundle.show(path)

    def _text(self, path: Path) -> FileText:
        if path not in self._texts:
            self._texts[path] = FileText(path)
        return self._texts[path]

    def _report(
        self,
        path: Path,
        message: str,
        hint: str,
        *,
        claim: ox.NamedNode | None = None,
        needle: object = None,
        last_block: bool = False,
    ) -> None:
        line = 0
        # Finding the place of a problem that is not shown would only cost time.
        if (claim is not None or needle is not None) and len(self.problems) < MOST_PROBLEMS:
            text = self._text(path)
            line = text.line(claim.value if claim else None, needle, last_block=last_block)
        problem = Problem(self.bundle.show(path), line, message, hint)
        if not line or problem not in self.problems[-MOST_PROBLEMS:]:
            self.problems.append(problem)


_BLANK = ("a blank node", "Give the thing a name of its own in ctd:.")


def _close(term: ox.NamedNode, known: Iterable[ox.NamedNode]) -> list[str]:
    """Known terms whose names look like that of a term in the same namespace, as CURIEs."""
    base = next((base for base in (CTD, CTV, CT) if term.value.startswith(base)), "")
    names = sorted(other.value[len(base) :] for other in known if other.value.startswith(base))
    if len(names) > _MOST_NAMES:
        # difflib takes seconds for so many.
        return []
    return [shorten(base + name) for name in suggest(term.value[len(base) :], names, _SUGGESTED)]


def _is_day(year: str, month: str, day: str) -> bool:
    number, of_month = int(year), int(month)
    if not 1 <= of_month <= 12 or not 1 <= int(day) <= _DAYS[of_month - 1]:
        return False
    is_leap = number % 4 == 0 and (number % 100 != 0 or number % 400 == 0)
    return of_month != 2 or int(day) < 29 or is_leap


def _say_syntax(message: str) -> tuple[str, str]:
    """What pyoxigraph says about a broken file, for people, and what to do."""
    said = re.sub(r"^Parser error at line \d+ (?:column \d+|between [^:]*): ", "", message)
    if said.startswith("\ufeff"):
        return (
            "the file starts with a byte order mark",
            "Save it as UTF-8 without one.",
        )
    if "UTF-8" in said:
        return "not UTF-8", "Save the file in the encoding UTF-8."
    undeclared = re.match(r"The prefix (\S*): has not been declared", said)
    if undeclared:
        prefix = undeclared[1]
        if prefix in PREFIXES:
            hint = f"Add @prefix {prefix}: <{PREFIXES[prefix]}> ."
        else:
            close = suggest(prefix, PREFIXES)
            hint = f"Declare it with @prefix {prefix}: <…> ."
            if close:
                hint = f"Did you mean {' or '.join(f'{name}:' for name in close)}?"
        return f"the prefix {prefix}: is not declared", hint
    return f"cannot be parsed: {said}", "Look for a missing full stop, semicolon or quote there."
