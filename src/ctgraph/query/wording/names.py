"""Known names in a text: which things of the graph it speaks of, and where."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ctgraph.store import keep
from ctgraph.terms import CT

if TYPE_CHECKING:
    from ctgraph.store import Store


class NameSpan(NamedTuple):
    """A known name where it stands in a text.

    Attributes:
        start: Position of its first character.
        end: Position behind its last.
        name: The name as the graph has it.
        iris: What has the name, sorted; several where it does not decide.
    """

    start: int
    end: int
    name: str
    iris: tuple[str, ...]


class KnownNames:
    """Names, found in texts: the longest first, in any width, whatever breaks its lines.

    Latin names match whole words, in any case unless they are acronyms (IoE is no "ioe", and WHO
    no "who"). White space may be any, and may be missing or stand between Japanese characters.

    Args:
        names: Names with the IRIs of what has them.
    """

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        found: dict[str, tuple[str, set[str]]] = {}
        for name, iri in names:
            if key := _fold(name)[0]:
                found.setdefault(key, (name, set()))[1].add(iri)
        # By their first two characters, the longest first; the whole name where case counts.
        self._names: dict[str, list[tuple[str, str | None, str, tuple[str, ...]]]] = {}
        for key, (name, iris) in found.items():
            entry = (key.casefold(), key if _is_acronym(key) else None, name, tuple(sorted(iris)))
            self._names.setdefault(entry[0][:2], []).append(entry)
        for entries in self._names.values():
            entries.sort(key=lambda entry: -len(entry[0]))

    def find(self, text: str) -> list[NameSpan]:
        """Return the names that stand in a text, in their order; none lies within another.

        Args:
            text: A text in any language.
        """
        folded, places = _fold(text)
        lower = folded.casefold()
        if len(lower) != len(folded):
            lower = "".join(low if len(low := char.casefold()) == 1 else char for char in folded)
        spans: list[NameSpan] = []
        at = 0
        while at < len(lower):
            begins = at
            for key, exact, name, iris in self._names.get(lower[at : at + 2], ()):
                end = at + len(key)
                is_there = lower.startswith(key, at) and exact in (None, folded[at:end])
                if is_there and not any(
                    # What was left out ("・") parts words.
                    _is_inside(folded, edge) and places[edge] == places[edge - 1] + 1
                    for edge in (at, end)
                ):
                    spans.append(NameSpan(places[at], places[end - 1] + 1, name, iris))
                    at = end
                    break
            at = max(at, begins + 1)
        return spans


def known_names(store: Store, kind: str = "Actor") -> KnownNames:
    """Return the names of all things of a class in a graph, in every language; made once.

    Args:
        store: The graph.
        kind: A class of the ontology, such as ``Actor`` or ``Place``.
    """

    def make() -> KnownNames:
        rows = store.select(
            f"SELECT DISTINCT ?x ?name {{ ?class rdfs:subClassOf* <{CT}{kind}> . ?x a ?class ; "
            "skos:prefLabel|skos:altLabel ?name }"
        )
        return KnownNames((row["name"].value, row["x"].value) for row in rows)

    return keep(store, ("known names", kind), make)


# Apostrophes and hyphens that mean the same.
_MARKS = str.maketrans("’‘‐‑–−", "''----")


@functools.lru_cache(maxsize=64)  # a text is searched for actors, then for places
def _fold(text: str) -> tuple[str, Sequence[int]]:
    """Return a text in normal width with single blanks, and where each character comes from.

    Blanks beside a character of a script without them are left out, as is "・", which is as often
    not written.
    """
    parts: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        if char == "・" or (char.isspace() and (not parts or parts[-1] == " ")):
            continue
        plain = " " if char.isspace() else unicodedata.normalize("NFKC", char.translate(_MARKS))
        for folded in plain:
            if parts and _is_wide(folded) and parts[-1] == " ":
                parts.pop()
                places.pop()
            if folded != " " or (parts and not _is_wide(parts[-1])):
                parts.append(folded)
                places.append(place)
    while parts and parts[-1] == " ":
        parts.pop()
        places.pop()
    return "".join(parts), places


def _is_wide(char: str) -> bool:
    return char > "\u2e7f"


def _is_acronym(key: str) -> bool:
    """Whether a name is one of few letters or mixed capitals, which a word in lower case is not."""
    return " " not in key and key.isascii() and (len(key) <= 3 or not key[1:].islower())


_KATAKANA = re.compile("[ァ-ヶー]")


def _is_inside(text: str, at: int) -> bool:
    """Whether a place lies within a Latin or a katakana word."""
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    if _KATAKANA.match(before) and _KATAKANA.match(after):
        return True
    return all(char.isalnum() and char < "\u0250" for char in (before, after))
