"""Where something stands in a TriG file: file and line of a subject or a triple."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby, pairwise
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from ctgraph.store import rules
from ctgraph.store.sparql.tokens import TRIPLE_MARKS, Token, expand_names, tokenize
from ctgraph.terms import rdf, skos

if TYPE_CHECKING:
    from ctgraph.store.project import Bundle
    from ctgraph.store.tables import TableClaims


class Anonymous:
    """Stands for any blank node, or triple inside a triple, in a search for a place."""


_NAMES = (skos.prefLabel.value, skos.altLabel.value)


def _read_tokens(text: str) -> tuple[list[Token], dict[int, str]]:
    """Return the tokens of Turtle or TriG, which are those of SPARQL, and IRIs by their places."""
    tokens = tokenize(text)
    return tokens, {token.start: iri for iri, token in expand_names(tokens, {}) if iri is not None}


class FileText:
    """The text of a file, to find the line of something in it.

    It is read only when there is a problem to place.
    """

    def __init__(self, path: Path) -> None:
        with open_data(path) as stream:
            self._text = stream.read().decode("utf-8", "replace")
        self._in_lines = ".nq" in path.name.lower()
        self._tokens, self._iris = _read_tokens("" if self._in_lines else self._text)
        self._blocks = list(self._scan())

    def line(self, claim: str | None, needle: object = None, *, last_block: bool = False) -> int:
        """Return the line of a thing in a claim, of the claim if it is not found, or 0."""
        if self._in_lines:
            return self._line_of_quad(claim, needle)
        blocks = self._outside()
        if claim is not None:
            blocks = [(first, last) for iri, first, last in self._blocks if iri == claim]
        if not blocks:
            return 0
        if last_block:
            return self._tokens[blocks[-1][0]].line
        if needle is not None:
            for first, last in blocks:
                for token in self._tokens[first:last]:
                    if self._is(token, needle):
                        return token.line
        return self._tokens[blocks[0][0]].line if claim is not None else 0

    def upper_tags(self) -> Iterator[tuple[int, str]]:
        """Line and text of every language tag that is not lower case."""
        if self._in_lines:
            for match in re.finditer(r'(?<!\\)"(@[A-Za-z0-9-]*[A-Z][A-Za-z0-9-]*)', self._text):
                yield self._text.count("\n", 0, match.start()) + 1, match[1]
            return
        for before, token in pairwise(self._tokens):
            is_tag = token.kind == "langtag" and before.kind == "string"
            if is_tag and token.text != token.text.lower():
                yield token.line, token.text

    def _scan(self) -> Iterator[tuple[str, int, int]]:
        """Yield each claim with the numbers of its first token and of the one behind it."""
        open_block: tuple[str, int] | None = None
        for index, token in enumerate(self._tokens):
            graph = self._iris.get(self._tokens[index - 1].start) if index else None
            if token.text == "{" and graph is not None:
                open_block = (graph, index - 1)
            elif token.text == "}" and open_block is not None:
                yield (*open_block, index)
                open_block = None

    def _outside(self) -> list[tuple[int, int]]:
        gaps: list[tuple[int, int]] = []
        start = 0
        for _, first, last in self._blocks:
            gaps.append((start, first))
            start = last + 1
        gaps.append((start, len(self._tokens)))
        return gaps

    def _is(self, token: Token, needle: object) -> bool:
        if needle is Anonymous:
            return token.text in {"[", "(", *TRIPLE_MARKS} or token.kind == "bnode"
        if isinstance(needle, ox.NamedNode):
            return self._iris.get(token.start) == needle.value
        if isinstance(needle, ox.Literal):
            return token.kind == "string" and token.text[1:-1] == needle.value
        return False

    def _line_of_quad(self, claim: str | None, needle: object) -> int:
        for number, row in enumerate(self._text.split("\n"), 1):
            if claim is not None and f"<{claim}>" not in row:
                continue
            if needle is Anonymous:
                if "_:" in row or "<<(" in row:
                    return number
            elif needle is None or str(needle) in row:
                return number
        return 0


def open_data(path: Path) -> IO[bytes]:
    """Open a file of data, whether it is packed or not."""
    if path.name.lower().endswith(".gz"):
        import gzip

        # GzipFile reads like a binary file, though typeshed does not derive it from IO.
        return gzip.open(path, "rb")  # type: ignore[return-value]
    return path.open("rb")


# --- places --------------------------------------------------------------------------------------


# What a name behind each mark is.
_EXPECTED = {"{": "subject", "}": "subject", ".": "subject", ";": "predicate"}


class _Place(NamedTuple):
    """Where something is described."""

    file: str
    line: int
    graph: str
    properties: dict[str, int]
    """The line of each of its properties there."""


class Places:
    """Where the subjects of the curated files stand.

    A file is read when the first finding needs a place. The reader knows subjects and
    predicates, not the whole grammar: it works on files that have been parsed already.

    Args:
        bundle: The project.
        read_tables: Reads the tables below `data/`.
    """

    def __init__(
        self, bundle: Bundle, read_tables: Callable[[Bundle], Iterable[TableClaims]]
    ) -> None:
        self._bundle = bundle
        self._read_tables = read_tables
        self._at: dict[str, list[_Place]] | None = None
        self._named: dict[str, tuple[str, int]] = {}

    def find(self, subject: str, property_iri: str = "", graph: str = "") -> tuple[str, int]:
        """File and line of a thing: of its property if that stands somewhere; else ("", 0)."""
        if self._at is None:
            self._at = {}
            bundle = self._bundle
            paths = [*bundle.data_files(), *bundle.vocabulary_files()]
            paths.append(bundle.ontology / "ctgraph.ttl")
            for path in paths:
                if path.is_file():
                    self._read(path, self._at)
            for table in self._read_tables(bundle):
                self._note(table, self._at)
        if property_iri in _NAMES and subject in self._named:
            return self._named[subject]
        places = self._at.get(subject, [])
        if graph:
            places = [place for place in places if place.graph == graph] or places
        for place in places:
            if property_iri in place.properties:
                return place.file, place.properties[property_iri]
        return places[0][:2] if places else ("", 0)

    def _note(self, table: TableClaims, at: dict[str, list[_Place]]) -> None:
        """Note what each row of a table describes."""
        shown = self._bundle.show(table.path)
        self._named.update((thing.value, (shown, line)) for thing, line in table.named.items())
        found: dict[tuple[object, object], _Place] = {}
        for subject, predicate, _, graph in table.quads:
            if not isinstance(subject, ox.NamedNode) or not isinstance(graph, ox.NamedNode):
                continue
            line = table.lines[graph]
            place = found.get((subject, graph))
            if place is None:
                place = found[subject, graph] = _Place(shown, line, graph.value, {})
                at.setdefault(subject.value, []).append(place)
            place.properties[predicate.value] = line

    def _read(self, path: Path, at: dict[str, list[_Place]]) -> None:
        shown = self._bundle.show(path)
        text = rules.read_query_text(path, shown)
        for (graph, subject, token), found in groupby(_statements(text), lambda one: one[:3]):
            lines: dict[str, int] = {}
            for _, _, _, predicate, line in found:
                lines.setdefault(predicate, line)
            at.setdefault(subject, []).append(_Place(shown, token.line, graph, lines))


def _statements(text: str) -> Iterator[tuple[str, str, Token, str, int]]:
    """Graph, subject and its token, predicate and its line, for each property."""
    tokens, iris = _read_tokens(text)
    graph = subject = ""
    begun = tokens[0] if tokens else None
    expected = "subject"
    for token in tokens:
        if token.text in _EXPECTED:
            if token.text in "{}":
                graph, subject = (subject if token.text == "{" else ""), ""
            expected = _EXPECTED[token.text]
        elif token.start in iris or token.text == "a":
            iri = iris.get(token.start, rdf.type.value)
            if expected == "subject":
                subject, begun, expected = iri, token, "predicate"
            elif expected == "predicate" and begun is not None:
                yield graph, subject, begun, iri, token.line
                expected = "object"
