"""Where something stands in a TriG file: file and line of a subject or a triple."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from ctgraph.store import rules
from ctgraph.terms import PREFIXES

if TYPE_CHECKING:
    from ctgraph.store.project import Bundle
    from ctgraph.store.tables import TableClaims


class Anonymous:
    """Stands for any blank node in a search for a place."""


_RDF_TYPE = PREFIXES["rdf"] + "type"
_NAMES = {PREFIXES["skos"] + name for name in ("prefLabel", "altLabel")}
_TOKEN = re.compile(
    r'''(?P<long>"""(?:[^"\\]|\\.|"(?!""))*"""|\'\'\'(?:[^'\\]|\\.|'(?!''))*\'\'\')'''
    r"""|(?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
    r"""|(?P<comment>\#[^\n]*)"""
    r"""|(?P<iri><[^<>\s]*>)"""
    r"""|(?P<tag>@[A-Za-z][A-Za-z0-9-]*|\^\^)"""
    r"""|(?P<name>[^\s<>"'{}\[\]();,\#@^:]*:(?:[^\s<>"'{}\[\]();,\#@^\\.]|\\.|\.(?=[\w:%-]))*)"""
    r"""|(?P<mark>[{}\[\]();,.])"""
    r"""|(?P<word>[^\s{}\[\]();,<>"'\#]+)""",
    re.DOTALL,
)


class _Token(NamedTuple):
    kind: str
    text: str
    start: int
    iri: str | None
    """The IRI that is written there, in full or with a prefix."""


def _tokenize(text: str) -> list[_Token]:
    """Return the tokens of Turtle or TriG, without comments and declarations of prefixes.

    It serves only to find places, so it may be simple: it knows strings, IRIs, names and marks,
    not the grammar.
    """
    prefixes: dict[str, str] = {}
    tokens: list[_Token] = []
    matches = (match for match in _TOKEN.finditer(text) if match.lastgroup != "comment")
    for match in matches:
        if match[0].lower() in ("@prefix", "prefix"):
            name, iri = next(matches, None), next(matches, None)
            if name is not None and iri is not None:
                prefixes[name[0].partition(":")[0]] = iri[0][1:-1]
            continue
        kind = match.lastgroup or ""
        tokens.append(_Token(kind, match[0], match.start(), _expand(kind, match[0], prefixes)))
    return tokens


def _expand(kind: str, text: str, prefixes: Mapping[str, str]) -> str | None:
    if kind == "iri":
        return text[1:-1]
    prefix, _, local = text.partition(":")
    if kind == "name" and prefix in prefixes:
        return prefixes[prefix] + local.replace("\\", "")
    return None


class FileText:
    """The text of a file, to find the line of something in it.

    It is read only when there is a problem to place.
    """

    def __init__(self, path: Path) -> None:
        with open_data(path) as stream:
            self._text = stream.read().decode("utf-8", "replace")
        self._in_lines = ".nq" in path.suffixes
        self._tokens: list[_Token] = []
        self._blocks: list[tuple[str, int, int]] = []
        self._of_claim: dict[str, list[tuple[int, int]]] = {}
        if not self._in_lines:
            self._scan()

    def line(self, claim: str | None, needle: object = None, *, last_block: bool = False) -> int:
        """Return the line of a thing in a claim, of the claim if it is not found, or 0."""
        if self._in_lines:
            return self._line_of_quad(claim, needle)
        blocks = self._of_claim.get(claim, []) if claim is not None else self._outside()
        if not blocks:
            return 0
        if last_block:
            return self._line_at(self._tokens[blocks[-1][0]].start)
        if needle is not None:
            for first, last in blocks:
                for index in range(first, last):
                    if self._is(index, needle):
                        return self._line_at(self._tokens[index].start)
        return self._line_at(self._tokens[blocks[0][0]].start) if claim is not None else 0

    def upper_tags(self) -> Iterator[tuple[int, str]]:
        """Line and text of every language tag that is not lower case."""
        if self._in_lines:
            for match in re.finditer(r'(?<!\\)"(@[A-Za-z0-9-]*[A-Z][A-Za-z0-9-]*)', self._text):
                yield self._line_at(match.start()), match[1]
            return
        for before, token in zip(self._tokens, self._tokens[1:], strict=False):
            if (
                token.kind == "tag"
                and before.kind in ("string", "long")
                and token.text != token.text.lower()
            ):
                yield self._line_at(token.start), token.text

    def _scan(self) -> None:
        self._tokens = _tokenize(self._text)
        open_block: tuple[str, int] | None = None
        for index, token in enumerate(self._tokens):
            graph = self._tokens[index - 1].iri if index else None
            if token.text == "{" and graph is not None:
                open_block = (graph, index - 1)
            elif token.text == "}" and open_block is not None:
                self._blocks.append((*open_block, index))
                open_block = None
        for iri, first, last in self._blocks:
            self._of_claim.setdefault(iri, []).append((first, last))

    def _outside(self) -> list[tuple[int, int]]:
        gaps: list[tuple[int, int]] = []
        start = 0
        for _, first, last in self._blocks:
            gaps.append((start, first))
            start = last + 1
        gaps.append((start, len(self._tokens)))
        return gaps

    def _is(self, index: int, needle: object) -> bool:
        token = self._tokens[index]
        if needle is Anonymous:
            return token.text in ("[", "(") or token.text.startswith("_:")
        if isinstance(needle, ox.NamedNode):
            return token.iri == needle.value
        if isinstance(needle, ox.Literal):
            return token.kind == "string" and token.text[1:-1] == needle.value
        return False

    def _line_of_quad(self, claim: str | None, needle: object) -> int:
        for number, row in enumerate(self._text.split("\n"), 1):
            if claim is not None and f"<{claim}>" not in row:
                continue
            if needle is Anonymous:
                if "_:" in row:
                    return number
            elif needle is None or str(needle) in row:
                return number
        return 0

    def _line_at(self, position: int) -> int:
        return self._text.count("\n", 0, position) + 1


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
        starts = [0, *(match.end() for match in re.finditer(r"\n", text))]
        lines: dict[str, int] = {}
        before = -1
        for graph, subject, start, predicate, place in _statements(text):
            if start != before:
                before, lines = start, {}
                at.setdefault(subject, []).append(
                    _Place(shown, bisect_right(starts, start), graph, lines)
                )
            lines.setdefault(predicate, bisect_right(starts, place))


def _statements(text: str) -> Iterator[tuple[str, str, int, str, int]]:
    """Graph, subject and its position, predicate and its position, for each property."""
    graph = subject = ""
    start = 0
    expected = "subject"
    for token in _tokenize(text):
        if token.text in _EXPECTED:
            if token.text in "{}":
                graph, subject = (subject if token.text == "{" else ""), ""
            expected = _EXPECTED[token.text]
        elif token.kind in ("iri", "name") or token.text == "a":
            iri = _RDF_TYPE if token.text == "a" else token.iri or token.text
            if expected == "subject":
                subject, start, expected = iri, token.start, "predicate"
            elif expected == "predicate":
                yield graph, subject, start, iri, token.start
                expected = "object"
