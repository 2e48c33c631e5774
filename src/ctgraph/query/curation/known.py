"""What a graph holds already, by all its names: what is the same, and what looks alike."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ctgraph.query.entities.names import find_similar
from ctgraph.terms import CT, CTD, LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from ctgraph.store import Store

# Words that a name may have or lack.
_SMALL = frozenset({"a", "an", "and", "for", "in", "of", "on", "the", "to"})
_WORD = re.compile(r"[^\W_]+")
_LATIN = re.compile(r"[A-Za-z]")
# How alike two words, and two whole names, must be to be a slip of the pen.
_SAME_WORD = 0.8
_SAME_NAME = 0.9
_SHORT = 4
# A candidate has two of three words at least; so many are named.
_SHARED = 1.5
_CANDIDATES = 4


@dataclass
class Thing:
    """An actor, event, place or source with what tells it from others.

    Attributes:
        id: Its name in the tables.
        kind: ``actor``, ``event``, ``place`` or ``source``; "" for what no table holds.
        classes: Local names of its classes.
        names: All its names.
        labels: Its labels by language.
        values: Other cells by which it is known: parent, ISO code, dates, place, address.
    """

    id: str
    kind: str
    classes: tuple[str, ...] = ()
    names: set[str] = field(default_factory=set)
    labels: dict[str, str] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)

    def show(self) -> str:
        """Return it as messages name it: its labels in both languages, and its id."""
        names = dict.fromkeys(self.labels[lang] for lang in LANGUAGES if self.labels.get(lang))
        return f"{' / '.join(names)} ({self.id})" if names else self.id


def address(url: str) -> str:
    """Return what two addresses of one page have in common.

    Scheme, the slash at the end and the part of the page do not matter, nor the case of the host.

    Example:
        >>> address("http://Example.org/a/#top") == address("https://example.org/a")
        True
    """
    parts = urlsplit(url.strip())
    query = f"?{parts.query}" if parts.query else ""
    return parts.netloc.lower() + parts.path.rstrip("/") + query


def plain(text: str) -> str:
    """Return the letters and digits of a name, folded."""
    return "".join(_words(text, ()))


class Known:
    """The actors, events, places and sources of a graph, by id and by name.

    Args:
        store: The graph.
    """

    def __init__(self, store: Store) -> None:
        self.things: dict[str, Thing] = {}
        self._by_name: dict[str, dict[str, None]] = {}
        self._short: dict[str, str] = {}
        self._read(store)

    def _read(self, store: Store) -> None:
        tops = dict(_read_kinds(store))
        for row in store.select("SELECT DISTINCT ?x ?c { ?x a ?c } ORDER BY ?x ?c"):
            if not (row["x"].value.startswith(CTD) and row["c"].value.startswith(CT)):
                continue
            name = row["x"].value[len(CTD) :]
            kind = tops.get(row["c"].value, "")
            thing = self.things.setdefault(name, Thing(name, kind))
            thing.kind = thing.kind or kind
            thing.classes += (row["c"].value[len(CT) :],)
        for column, pattern in _COLUMNS.items():
            for row in store.select(
                f"SELECT DISTINCT ?x ?value {{ {pattern} }} ORDER BY ?x ?value"
            ):
                name, value = row["x"].value[len(CTD) :], row["value"]
                if name not in self.things:
                    continue
                thing = self.things[name]
                if column in ("label", "name"):
                    thing.names.add(value.value)
                if column == "label":
                    thing.labels.setdefault(value.language or "", value.value)
                elif column != "name":
                    thing.values.setdefault(column, value.value.removeprefix(CTD))
        for thing in self.things.values():
            long = thing.labels.get("en", "") if thing.kind == "actor" else ""
            for name in thing.names:
                if name.isascii() and name.isupper() and len(name) < len(long):
                    self._short.setdefault(name.lower(), long)
        for thing in [*self.things.values()]:
            self.add(thing)

    def add(self, thing: Thing) -> None:
        """Note a thing, so that it is found by its id and by its names."""
        self.things[thing.id] = thing
        for name in thing.names:
            for key in (plain(name), self._key(name)):
                self._by_name.setdefault(key, {})[thing.id] = None

    def named(self, text: str, kinds: Collection[str]) -> list[Thing]:
        """Return the things of some kinds that have a name.

        Width, case, punctuation and small words do not matter, and an acronym in the name may
        stand for what it is short for.

        Args:
            text: A name, or words with hyphens between as an id has them.
            kinds: Such as ``actor``.
        """
        for key in (plain(text), self._key(text)):
            found = [self.things[one] for one in self._by_name.get(key, {})] if key else []
            found = [thing for thing in found if thing.kind in kinds]
            if found:
                return found
        return []

    def near(self, text: str, kinds: Collection[str]) -> list[Thing]:
        """Return things whose names look like a text or hold most of its words, best first."""
        things = [one for one in self.things.values() if one.kind in kinds]
        names = {one.id: sorted(one.names) for one in things}
        words = self._long(text)
        scored = []
        for thing in things:
            shared = max(self._count_shared(words, name) for name in (thing.id, *thing.names))
            if shared * _SHARED >= len(words) > 0:
                scored.append((-shared, len(thing.id), thing.id))
        found = [*find_similar(text.replace("-", " "), names), *(one for *_, one in sorted(scored))]
        return [self.things[one] for one in dict.fromkeys(found)][:_CANDIDATES]

    def _count_shared(self, words: Sequence[str], name: str) -> int:
        others = self._long(name)
        return sum(any(one == word or _is_slip(one, word) for one in others) for word in words)

    def alike(self, thing: Thing) -> list[Thing]:
        """Return the actors that a new one may be: one of their names looks like one of its own."""
        return [
            other
            for other in self.things.values()
            if other.kind == thing.kind and other.id != thing.id and self.is_alike(thing, other)
        ]

    def is_alike(self, new: Thing, old: Thing) -> bool:
        """Tell whether a name of one thing looks like one of another, and nothing parts them."""
        if any(new.values.get(c) and old.values.get(c) and new.values[c] != old.values[c]
               for c in ("iso", "parent")):  # fmt: skip
            return False
        if ("State" in new.classes) is not ("State" in old.classes):
            return False
        is_part = new.values.get("parent") == old.id or old.values.get("parent") == new.id
        return any(
            self._are_alike(one, other, is_part=is_part) for one in new.names for other in old.names
        )

    def _are_alike(self, one: str, other: str, *, is_part: bool) -> bool:
        bare = plain(one), plain(other)
        if not (_LATIN.search(one) and _LATIN.search(other)):
            return min(map(len, bare)) > _SHORT and _is_near(*bare, _SAME_NAME)
        if not (" " in one or " " in other) or one.isupper() or other.isupper():
            # Of acronyms and other single words only letters that are turned round are a slip.
            return bare[0] == bare[1] or (
                len(bare[0]) > _SHORT and sorted(bare[0]) == sorted(bare[1])
            )
        ours, theirs = self._long(one), self._long(other)
        extra, missing = _without(ours, theirs), _without(theirs, ours)
        for word in [*extra]:
            if slips := [one for one in missing if _is_slip(one, word)]:
                extra.remove(word)
                missing.remove(slips[0])
        if extra and missing:
            # Names that differ in how words are joined or spelt are alike.
            joined = "".join(extra), "".join(missing)
            return _is_near("".join(ours), "".join(theirs), _SAME_NAME) and _is_near(
                *joined, _SAME_WORD
            )
        if len(ours) == 1 or len(theirs) == 1 or is_part:
            return not (extra or missing) and not is_part
        # One name has words more than the other: not so many that it is another name. The name of
        # a state, or of another body, tells the two apart.
        if extra and self.named(" ".join(extra), ("actor",)):
            return False
        return len(extra or missing) * 2 <= min(len(ours), len(theirs))

    def _long(self, text: str) -> list[str]:
        return list(_words(text, _SMALL, self._short))

    def _key(self, text: str) -> str:
        return "".join(self._long(text))


_COLUMNS = {
    "label": "?x skos:prefLabel ?value",
    "name": "?x skos:altLabel ?value",
    "parent": "?x ct:parentBody ?value",
    "iso": "?x ct:territory/ct:iso3166Alpha3 ?value",
    "territory": "?x ct:territory ?value",
    "start": "?x ct:startDate ?value",
    "end": "?x ct:endDate ?value",
    "place": "?x ct:heldIn ?value",
    "url": "?x a ct:Source ; schema:url ?value",
}
_KINDS = {
    **dict.fromkeys(("Activity", "Commitment", "Instrument"), "event"),
    **dict.fromkeys(("Actor", "AdverseActor"), "actor"),
    "Place": "place",
    "Source": "source",
}
"""What a thing of a class is to a table, its subclasses included."""


def _read_kinds(store: Store) -> Iterator[tuple[str, str]]:
    for name, kind in _KINDS.items():
        for row in store.select(f"SELECT ?c {{ ?c rdfs:subClassOf* ct:{name} }}"):
            yield row["c"].value, kind


def _words(
    text: str, without: Collection[str], short: dict[str, str] | None = None
) -> Iterator[str]:
    """Yield the words of a name, folded, with acronyms written out."""
    is_slug = text.islower() and " " not in text
    for word in _WORD.findall(unicodedata.normalize("NFKC", text)):
        folded = word.casefold()
        if short and folded in short and (word.isupper() or is_slug):
            yield from _words(short[folded], without)
        elif folded not in without:
            yield folded


def _without(words: Sequence[str], others: Sequence[str]) -> list[str]:
    return [*(Counter(words) - Counter(others)).elements()]


def _is_slip(one: str, other: str) -> bool:
    return min(len(one), len(other)) > _SHORT and _is_near(one, other, _SAME_WORD)


def _is_near(one: str, other: str, bar: float) -> bool:
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    # The first two are bounds of the third, and quickly told.
    return (
        matcher.real_quick_ratio() >= bar
        and matcher.quick_ratio() >= bar
        and matcher.ratio() >= bar
    )
