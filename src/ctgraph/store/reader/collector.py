"""The problems that a reading finds, each with its line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pyoxigraph as ox

from ctgraph.errors import MOST_PROBLEMS, Problem, suggest
from ctgraph.store.project import Bundle
from ctgraph.store.reader.places import FileText
from ctgraph.terms import CT, CTD, CTV, shorten

_SUGGESTED = 2
_MOST_NAMES = 20_000


class Collector:
    """Collects problems and finds the line of each.

    Attributes:
        bundle: Where the files are.
        found: The problems so far.
    """

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self.found: list[Problem] = []
        self._texts: dict[Path, FileText] = {}
        self._lines: dict[Path, Mapping[ox.NamedNode, int]] = {}

    def is_full(self) -> bool:
        """Tell whether a further problem would not be shown."""
        return len(self.found) >= MOST_PROBLEMS

    def text(self, path: Path) -> FileText:
        """Return the text of a file, read once."""
        if path not in self._texts:
            self._texts[path] = FileText(path)
        return self._texts[path]

    def line(
        self,
        path: Path,
        claim: ox.NamedNode | None,
        needle: object = None,
        *,
        last_block: bool = False,
    ) -> int:
        """Return the line of a claim, or of a term in it; 0 if it is not found.

        Args:
            path: The file.
            claim: The claim; None for what stands in none.
            needle: The term.
            last_block: Whether it is in the last of several blocks of the claim.
        """
        if path in self._lines:
            return self._lines[path].get(claim, 0) if claim is not None else 0
        text = self.text(path)
        return text.line(claim.value if claim else None, needle, last_block=last_block)

    def note_lines(self, path: Path, lines: Mapping[ox.NamedNode, int]) -> None:
        """Note at which lines of a table its claims stand."""
        self._lines[path] = lines

    def forget(self, path: Path) -> None:
        """Let go of the text of a file."""
        self._texts.pop(path, None)

    def report(
        self,
        path: Path,
        key: str,
        hint: str | None = None,
        *,
        claim: ox.NamedNode | None = None,
        needle: object = None,
        last_block: bool = False,
        **values: object,
    ) -> None:
        """Add a problem of a file.

        Args:
            path: The file.
            key: What is wrong, by its key.
            hint: The key of what to do, if it is not the same.
            claim: The claim that it is in.
            needle: The term that stands where it is.
            last_block: Whether it is in the last of several blocks of the claim.
            **values: What fills the places of both.
        """
        line = 0
        # Finding the place of a problem that is not shown would only cost time.
        if (claim is not None or needle is not None) and not self.is_full():
            line = self.line(path, claim, needle, last_block=last_block)
        problem = Problem(self.bundle.show(path), line, key, hint or key, values)
        if not line or problem not in self.found[-MOST_PROBLEMS:]:
            self.found.append(problem)

    def report_unknown(
        self,
        path: Path,
        graph: ox.NamedNode | None,
        term: ox.NamedNode,
        kind: str,
        known: Iterable[ox.NamedNode],
    ) -> None:
        """Add the problem that a term is not defined.

        Args:
            path: The file.
            graph: The claim that it is in, or None.
            term: The term.
            kind: What it should be, such as "class".
            known: What it may be meant for.
        """
        name = shorten(term.value)
        close = find_close(term, known)
        where = "ontology/vocabularies/" if term.value.startswith(CTV) else "ontology/ctgraph.ttl"
        self.report(
            path,
            "unknown-term",
            "did-you-mean" if close else "define-first",
            claim=graph,
            needle=term,
            kind=kind,
            name=name,
            near=close,
            where=where,
        )


def find_close(term: ox.NamedNode, known: Iterable[ox.NamedNode]) -> list[str]:
    """Return known terms whose names look like that of a term in the same namespace, as CURIEs."""
    base = next((base for base in (CTD, CTV, CT) if term.value.startswith(base)), "")
    names = sorted(other.value[len(base) :] for other in known if other.value.startswith(base))
    if len(names) > _MOST_NAMES:
        # difflib takes seconds for so many.
        return []
    return [shorten(base + name) for name in suggest(term.value[len(base) :], names, _SUGGESTED)]
