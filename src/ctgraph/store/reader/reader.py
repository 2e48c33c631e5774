"""Curated files to quads: strict reading, one named graph for each claim.

Whatever is wrong is reported with file and line, several problems at once. Nothing is repaired
or skipped: a file is either right or the load fails.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from ctgraph.errors import BrokenFiles, Problem, suggest
from ctgraph.store.merge import with_twins
from ctgraph.store.project import Bundle
from ctgraph.store.reader.checksums import DESCRIBING
from ctgraph.store.reader.claim_rules import Claim, ClaimRules
from ctgraph.store.reader.collector import Collector
from ctgraph.store.reader.places import Anonymous, open_data
from ctgraph.store.reader.repeats import Repeats
from ctgraph.store.reader.totals import FileCount, check_totals
from ctgraph.store.reader.vocabulary import Vocabulary, check_vocabulary, define, find_scheme
from ctgraph.store.tables import Known, TableClaims, read_claims
from ctgraph.terms import ONTOLOGY, PREFIXES, rdf, spdx

Progress = Callable[[str, int], None]
"""Called with what is being read and how many statements of it were read so far."""


_STEP = 50_000

_FORMATS = {
    ".trig": ox.RdfFormat.TRIG,
    ".nq": ox.RdfFormat.N_QUADS,
    ".ttl": ox.RdfFormat.TURTLE,
    ".jsonld": ox.RdfFormat.JSON_LD,
}
_OF_CLAIMS = {".trig", ".nq", ".jsonld"}

# A tag that is not lower case, after the end of a string that is not an escaped quote.
_UPPER_TAG = re.compile(rb"""(?<!\\)["']@[A-Za-z0-9-]*[A-Z]""")


def read_quads(path: Path, where: str | None = None) -> Iterator[ox.Quad]:
    """Yield the quads of a TriG, N-Quads, JSON-LD or Turtle file, in the order of the file.

    Args:
        path: A file ending in .trig, .nq, .jsonld or .ttl, or one of these and .gz.
        where: The file as messages name it; None means the path.

    Raises:
        DataError: The file cannot be read or parsed. The message names file and line.
    """
    where = where or str(path)
    name = path.name.lower()
    packed = name.endswith(".gz")
    form = _FORMATS.get(Path(name.removesuffix(".gz")).suffix)
    if form is None:
        raise BrokenFiles([Problem(where, 0, "file-kind-unknown", "file-kind-unknown")])
    line = 0
    try:
        if not packed and path.stat().st_size == 0:
            raise BrokenFiles([Problem(where, 0, "file-empty", "file-empty")])
        if packed:
            with open_data(path) as stream:
                yield from ox.parse(stream, form)
        else:
            yield from ox.parse(path=path, format=form)
        return
    except SyntaxError as error:
        line = error.lineno or 0
        key, hint, values = _read_syntax(str(error.msg))
    except (EOFError, OSError) as error:
        # gzip's own errors are OSErrors without a number.
        key = hint = "file-unreadable"
        values = {"said": getattr(error, "strerror", None) or str(error)}
    raise BrokenFiles([Problem(where, line, key, hint, values)])


class Survey(NamedTuple):
    """What a look at every file of a bundle found.

    Attributes:
        problems: What is wrong; empty if all is well.
        counts: Claims and quads by file, as `data/totals.toml` names the files.
        is_parsed: Whether every file could be parsed, so that all of them could be looked at.
    """

    problems: tuple[Problem, ...]
    counts: dict[str, FileCount]
    is_parsed: bool


def load_into(
    store: ox.Store,
    bundle: Bundle,
    extra_files: Sequence[Path] = (),
    progress: Progress | None = None,
    *,
    strict: bool = True,
) -> dict[str, FileCount]:
    """Return what was loaded: claims and quads by file.

    Ontology and vocabularies go each into a graph of their own, claims each into theirs, and
    everything also into the default graph, which thus is the merge of all as a set.

    Args:
        store: An empty store. It is of no use after an error.
        bundle: The bundle to load.
        extra_files: More files of claims, TriG or N-Quads.
        progress: Told what is being read.
        strict: Whether an error is raised for whatever is wrong. Without it all that can be
            parsed is loaded, for checks alone: such a graph is not the one that was written.

    Raises:
        DataError: Something is wrong with a file.
    """
    reading = _Reading(bundle, progress)
    store.bulk_extend(reading.vocabulary_quads())
    store.bulk_extend(reading.bundle_quads())
    reading.check_totals()
    store.bulk_extend(reading.extra_quads(extra_files, store))
    reading.check_references()
    if strict:
        reading.raise_problems()
    return reading.counts


def read_addition(
    store: ox.Store, bundle: Bundle, files: Sequence[Path], progress: Progress | None = None
) -> list[ox.Quad]:
    """Return the quads of more files of claims that a compiled graph does not have.

    Args:
        store: The graph; it is only read.
        bundle: The bundle that it was compiled from, whose ontology and vocabularies count.
        files: More files of claims, TriG or N-Quads.
        progress: Told what is being read.

    Raises:
        DataError: Something is wrong with a file, or a claim is in the store already.
    """
    reading = _Reading(bundle, progress, base=store)
    _read_through(reading.vocabulary_quads())
    quads = reading.extra_quads(files, store)
    found = [quad for quad in quads if not isinstance(quad.graph_name, ox.DefaultGraph)]
    reading.check_references()
    reading.raise_problems()
    return found


def survey(bundle: Bundle) -> Survey:
    """Return what is wrong in the files of a bundle, and what they hold; nothing is raised.

    Args:
        bundle: The bundle to look at.
    """
    reading = _Reading(bundle, None)
    _read_through(reading.vocabulary_quads(), reading.bundle_quads())
    reading.check_totals()
    reading.check_references()
    return Survey(tuple(reading.problems), reading.counts, not reading._unparsed)


def read_tables(bundle: Bundle) -> list[TableClaims]:
    """Return the claims of the tables below `data/` with their lines; what is wrong is left out.

    Args:
        bundle: The project.
    """
    reading = _Reading(bundle, None)
    _read_through(reading.vocabulary_quads(), reading.bundle_quads())
    return reading.tables


def read_vocabulary(bundle: Bundle) -> Vocabulary:
    """Return what the ontology and the vocabularies of a bundle define.

    Args:
        bundle: Where they are.

    Raises:
        DataError: Something is wrong with a file.
    """
    reading = _Reading(bundle, None)
    _read_through(reading.vocabulary_quads())
    reading.raise_problems()
    return reading.vocabulary


def _read_through(*readings: Iterable[ox.Quad]) -> None:
    """Read for what is found on the way alone."""
    for quads in readings:
        for _ in quads:
            pass


class _Reading:
    """One pass over the files of a bundle: the checks and what they must remember."""

    def __init__(
        self, bundle: Bundle, progress: Progress | None, base: ox.Store | None = None
    ) -> None:
        self.bundle = bundle
        self.counts: dict[str, FileCount] = {}
        self._progress = progress
        self._problems = Collector(bundle)
        self._rules = ClaimRules(self._problems, base)
        self._unparsed = False
        self._vocabulary: list[ox.Quad] = []
        self.tables: list[TableClaims] = []

    @property
    def problems(self) -> list[Problem]:
        """What is wrong so far."""
        return self._problems.found

    @property
    def vocabulary(self) -> Vocabulary:
        """What ontology and vocabularies define, once they are read."""
        return self._rules.vocabulary

    def raise_problems(self) -> None:
        """Raise all problems as one error, if there are any."""
        if self.problems:
            raise BrokenFiles(self.problems)

    def check_totals(self) -> None:
        """Check the counts of the bundle's files against `data/totals.toml`."""
        if not self._unparsed:
            check_totals(self.counts, self._problems)

    def check_references(self) -> None:
        """Check that every claim, section and individual that is spoken of exists."""
        # A file that cannot be parsed would make everything in it look missing.
        if not self._unparsed:
            self._rules.check_references()

    # Ontology and vocabularies

    def vocabulary_quads(self) -> Iterator[ox.Quad]:
        """The quads of ontology and vocabularies, in their graphs and in the default graph."""
        ontology = self.bundle.ontology_file()
        read: list[tuple[Path, ox.NamedNode, list[ox.Quad]]] = []
        for path in [ontology, *self.bundle.vocabulary_files()]:
            quads = self._parsed(path)
            if quads is None:
                continue
            graph: ox.NamedNode | None = ox.NamedNode(ONTOLOGY)
            if path != ontology:
                graph = find_scheme(path, quads, self._problems)
            if graph is not None:
                read.append((path, graph, quads))
        self._vocabulary = [quad for _, _, quads in read for quad in quads]
        self._rules.vocabulary = define(self._vocabulary, self._rules.subjects)
        for path, graph, quads in read:
            check_vocabulary(path, quads, self.vocabulary.terms, self._problems)
            yield from with_twins(ox.Quad(s, p, o, graph) for s, p, o, _ in quads)

    def _parsed(self, path: Path) -> list[ox.Quad] | None:
        try:
            quads = list(read_quads(path, self.bundle.show(path)))
        except BrokenFiles as error:
            self.problems.extend(error.problems)
            self._unparsed = True
            return None
        self._check_tags(path)
        return quads

    # Claims

    def bundle_quads(self) -> Iterator[ox.Quad]:
        """Yield the quads of the files below `data/`, in their graphs and in the default graph."""
        known = Known()
        has_tables = bool(self.bundle.table_folders())
        for path in self.bundle.data_files():
            quads = self._claim_quads(path)
            yield from known.noting(quads) if has_tables else quads
        if has_tables:
            yield from self._table_quads(known)

    def _table_quads(self, known: Known) -> Iterator[ox.Quad]:
        """Yield the quads of the tables below `data/`, whose rows may speak of what is known."""
        known.terms = self.vocabulary.terms
        for quad in self._vocabulary:
            known.note(quad)
        before = len(self.problems)
        for table in read_claims(self.bundle, known, self.problems):
            self._problems.note_lines(table.path, table.lines)
            self.tables.append(table)
            yield from self._claim_quads(table.path, table.quads)
        # A row that is wrong makes whatever rests on it look missing.
        self._unparsed = self._unparsed or len(self.problems) > before

    def extra_quads(self, files: Sequence[Path], store: ox.Store) -> Iterator[ox.Quad]:
        """Yield the quads of more files of claims, in their graphs and in the default graph.

        Args:
            files: The files; what they say again, as exports do, is left out.
            store: What is known.
        """
        for path in map(Path, files):
            read = partial(read_quads, path, self.bundle.show(path))
            yield from self._claim_quads(path, Repeats(read, store))

    def _claim_quads(  # noqa: PLR0912, PLR0915 - one loop
        self, path: Path, given: Sequence[ox.Quad] | Repeats | None = None
    ) -> Iterator[ox.Quad]:
        """Check a file while its quads stream by; each is followed by its twin in the merge."""
        where = self.bundle.show(path)
        is_table = isinstance(given, Sequence)
        if not is_table and not _OF_CLAIMS & {suffix.lower() for suffix in path.suffixes}:
            self._problems.report(path, "file-of-claims-wrong")
            self._unparsed = True
            return
        quads = 0
        graph: ox.NamedNode | None = None
        claim: Claim
        seen: set[object] = set()
        mine: list[Claim] = []
        outside: set[object] = set()
        rules = self._rules
        subjects = rules.subjects
        make_quad = ox.Quad
        try:
            # This loop runs for every quad of a large file; what is rare is in methods.
            for quad in read_quads(path, where) if given is None else given:
                subject, predicate, value, name = quad
                if name != graph:
                    if not isinstance(name, ox.NamedNode):
                        rules.check_outside(path, subject, name, outside)
                        continue
                    graph = name
                    claim = rules.enter(path, graph, mine)
                quads += 1
                if predicate not in seen:
                    seen.add(predicate)
                    rules.check_predicate(claim, predicate)
                if value not in seen or predicate == rdf.type:
                    rules.check_object(claim, quad, seen)
                if subject == graph:
                    rules.describe(claim, predicate, value)
                else:
                    if predicate in DESCRIBING or value == spdx.Checksum:
                        rules.checksums.describe(path, graph, quad)
                    else:
                        claim.own += 1
                        if claim.about is not None:
                            claim.about.add(subject)
                    if isinstance(subject, ox.NamedNode):
                        subjects.add(subject)
                    else:
                        self._problems.report(path, "blank-node", claim=graph, needle=Anonymous)
                yield quad
                yield make_quad(subject, predicate, value)
                if self._progress is not None and quads % _STEP == 0:
                    self._progress(where, quads)
        except BrokenFiles as error:
            self.problems.extend(error.problems)
            self._unparsed = True
        else:
            if not is_table:
                self._check_tags(path)
            for claim in mine:
                rules.check_claim(claim)
            is_known = isinstance(given, Repeats) and given.number > 0
            if not quads and not outside and not is_known:
                self._problems.report(path, "file-without-claim")
        subjects.update(claim.graph for claim in mine)
        self.counts[self._key(path)] = FileCount(len(mine), quads)
        if self._progress is not None:
            self._progress(where, quads)
        self._problems.forget(path)

    def _check_tags(self, path: Path) -> None:
        if self._has_upper_tag(path):
            text = self._problems.text(path)
            for line, tag in text.upper_tags():
                self.problems.append(
                    Problem(
                        self.bundle.show(path),
                        line,
                        "language-tag-not-lower",
                        "write",
                        {"tag": tag, "form": tag.lower()},
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

    def _key(self, path: Path) -> str:
        try:
            return path.relative_to(self.bundle.data).as_posix()
        except ValueError:
            return self.bundle.show(path)


def _read_syntax(message: str) -> tuple[str, str, dict[str, object]]:
    """The keys of what pyoxigraph says about a broken file and of what to do, and their values."""
    said = re.sub(r"^Parser error at line \d+ (?:column \d+|between [^:]*): ", "", message)
    if said.startswith("\ufeff"):
        return "byte-order-mark", "byte-order-mark", {}
    if "UTF-8" in said:
        return "file-not-utf8", "file-not-utf8", {}
    undeclared = re.match(r"The prefix (\S*): has not been declared", said)
    if not undeclared:
        return "file-not-parsable", "file-not-parsable", {"said": said}
    prefix = undeclared[1]
    values: dict[str, object] = {"prefix": prefix}
    if prefix in PREFIXES:
        return "prefix-not-declared", "add-prefix", {**values, "iri": PREFIXES[prefix]}
    close = [f"{name}:" for name in suggest(prefix, PREFIXES)]
    hint = "did-you-mean" if close else "declare-prefix"
    return "prefix-not-declared", hint, {**values, "near": close}
