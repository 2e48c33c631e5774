"""Find things by words in their names and texts, and the claims that speak about them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from ctgraph.errors import UsageError
from ctgraph.query.entities.folding import fold_pattern
from ctgraph.query.entities.labels import (
    IRIS_AT_ONCE,
    NAME_PROPERTIES,
    find_relations,
    pick_text,
    read_kinds,
    select_about,
)
from ctgraph.query.entities.names import candidates, find_similar
from ctgraph.store.sparql import term_to_sparql
from ctgraph.terms import CT, CTD, CTV, PREFIXES, check_lang, fold, shorten

if TYPE_CHECKING:
    from ctgraph.store import Store


_ALT_LABEL = PREFIXES["skos"] + "altLabel"
_WORD = re.compile(r"\w+")
_ALIKE = 5
_NAMES_COMPARED = 20_000
"""A larger graph has more names than can be compared while somebody waits."""


# Where words are looked for besides names, the more telling ones first.
_TEXT_PROPERTIES = (
    PREFIXES["skos"] + "definition",
    PREFIXES["dcterms"] + "title",
    PREFIXES["dcterms"] + "description",
    CT + "quote",
    CT + "gloss",
    CT + "mentionText",
    CT + "sourceExpression",
    CT + "noteText",
    CT + "rationale",
    CT + "aim",
    CT + "reason",
    PREFIXES["skos"] + "scopeNote",
    PREFIXES["rdfs"] + "comment",
)


# --- finding -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Hit:
    """A thing with a text in one of its names or texts.

    Attributes:
        iri: The thing; for a quote or gloss the claim.
        labels: Its labels by language; empty for a claim, which has none.
        kind: What it is, in the language asked for: the label of its most specific class, of a
            concept that of its scheme; empty if nothing is said.
        predicate: IRI of the property whose value matched.
        text: The value that matched, whole.
        span: Where in `text` the match begins and ends, in characters from 0.
        claims: IRIs of the claims about the thing, sorted; of a claim, itself.
        lang: The language asked for.
        match: How: ``text`` if the value holds what was looked for, ``words`` if the thing holds
            all its words, ``likeness`` if the value only looks like it.
    """

    iri: str
    labels: Mapping[str, str]
    kind: str
    predicate: str
    text: str
    span: tuple[int, int]
    claims: tuple[str, ...]
    lang: str = "en"
    match: str = "text"

    @property
    def label(self) -> str:
        """The label in the language asked for, else in the other, else the CURIE."""
        return pick_text(self.labels, self.lang) or shorten(self.iri)


def find(store: Store, text: str, lang: str = "en", limit: int | None = None) -> list[Hit]:
    """Things with a text in a label, acronym, definition, quote, gloss or reason, best first.

    Each thing comes once, with its best match: a label that is the text, an acronym that is the
    text, a name that begins with it, a name that contains it, then the other texts. Case, full-
    and half-width forms and white space do not matter (`terms.fold`). If nothing holds the text,
    the things that hold it without its punctuation, or whose names hold all its words in any order,
    or else look like it (`Hit.match`).

    Args:
        store: Where to look.
        text: What to look for, in any language.
        lang: Language of `Hit.kind`.
        limit: Hits to return at most.

    Raises:
        UsageError: The text is empty or white space, or the limit is below 0.
    """
    check_lang(lang)
    if limit is not None and limit < 0:
        raise UsageError("limit-below-zero", limit=limit)
    if not fold(text):
        raise UsageError("search-text-empty")
    words = _words(text)
    match, best = "text", _Matches()
    ordered = _holding(store, text, limit, best)
    if not ordered and len(words) > 1:
        match = "words"
        ordered = _holding(store, "".join(words), limit, best) or _with_words(store, words, best)
    if not ordered and limit != 0:
        match, ordered = "likeness", _alike(store, text, best)
    ordered = ordered[:limit]
    labels = store.names(ordered)
    kinds = read_kinds(store, ordered, lang)
    claims = claims_about(store, ordered)
    return [
        Hit(
            iri=iri,
            labels=labels.get(iri, {}),
            kind=kinds.get(iri, ""),
            predicate=best[iri][1],
            text=best[iri][2],
            span=best[iri][3],
            claims=claims.get(iri, ()),
            lang=lang,
            match=match,
        )
        for iri in ordered
    ]


class _Matches(dict[str, tuple[tuple[object, ...], str, str, tuple[int, int]]]):
    """The best match of each thing: its rank, property, value, and where it stands in the value."""

    def offer(
        self, iri: str, rank: tuple[object, ...], property_: str, value: str, span: tuple[int, int]
    ) -> None:
        """Keep a match of a thing if it has no better one."""
        if iri not in self or rank < self[iri][0]:
            self[iri] = (rank, property_, value, span)

    def ranked(self) -> list[str]:
        """Return the things, best match first."""
        return sorted(self, key=lambda iri: self[iri][0])


def _holding(store: Store, text: str, limit: int | None, best: _Matches) -> list[str]:
    """Return things with a text in a name or another text, best first, and note their matches."""
    folded = fold(text)
    ordered: list[str] = []
    for properties in (NAME_PROPERTIES, _TEXT_PROPERTIES):
        for iri, property_, value in _matching(store, text, properties):
            span = find_span(value, folded)
            if span is not None:
                best.offer(iri, _rank(iri, property_, value, folded, span), property_, value, span)
        # The name of a relation is made of other names, so it goes last.
        ordered, is_full = _relations_last(store, best.ranked(), limit)
        if is_full:
            break  # names go first, so no quote can come before them
    return ordered


def _with_words(store: Store, words: Sequence[str], best: _Matches) -> list[str]:
    """Return things whose names hold all of some words, each at the beginning of a word."""
    longest = max(words, key=len)
    found = {iri for iri, _, _ in _matching(store, longest, NAME_PROPERTIES)}
    names: dict[str, list[tuple[str, str]]] = {}
    for iri, property_, value in _named(store, sorted(found)):
        names.setdefault(iri, []).append((property_, value))
    for iri, given in names.items():
        has = [_words(value) for _, value in given]
        if not all(any(one.startswith(word) for name in has for one in name) for word in words):
            continue
        for property_, value in given:
            span = find_span(value, fold(longest))
            if span is not None:
                best.offer(iri, (len(value), iri, value), property_, value, span)
    return _relations_last(store, best.ranked(), None)[0]


def _alike(store: Store, text: str, best: _Matches) -> list[str]:
    """Return things one of whose names looks like a text, best first, and note their matches."""
    names = candidates(store, "any", limit=_NAMES_COMPARED)
    found = find_similar(text, names, _ALIKE)
    for iri, property_, value in _named(store, found):
        ratio = SequenceMatcher(None, fold(text), fold(value)).ratio()
        best.offer(iri, (-ratio, value), property_, value, (0, len(value)))
    return [iri for iri in found if iri in best]


def _words(text: str) -> list[str]:
    """Return the words of a text as they are compared: NFKC, casefold."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def _named(store: Store, iris: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Yield the names of many things: thing, property and value."""
    pattern = f"{_values(NAME_PROPERTIES)} ?x ?property ?value"
    for row in select_about(store, iris, "DISTINCT ?x ?property ?value", pattern):
        yield row["x"].value, row["property"].value, row["value"].value


def _values(properties: Sequence[str]) -> str:
    return f"VALUES ?property {{ {' '.join(f'<{one}>' for one in properties)} }}"


def _matching(store: Store, text: str, properties: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Yield things, properties and values that may contain a text; the store does the search."""
    pattern = term_to_sparql(Literal(fold_pattern(text)))
    rows = store.select(
        f"SELECT DISTINCT ?x ?property ?value {{ {_values(properties)} "
        f"?x ?property ?value FILTER(REGEX(STR(?value), {pattern})) }}"
    )
    for row in rows:
        if isinstance(row["x"], NamedNode):
            yield row["x"].value, row["property"].value, row["value"].value


def _relations_last(
    store: Store, ordered: Sequence[str], limit: int | None
) -> tuple[list[str], bool]:
    """Things in their order, relations behind all others, and whether a limit left none of those.

    Only as many are looked at as it takes to find enough that are no relations.
    """
    others: list[str] = []
    relations: list[str] = []
    for start in range(0, len(ordered), IRIS_AT_ONCE):
        part = ordered[start : start + IRIS_AT_ONCE]
        found = find_relations(store, part)
        others += [iri for iri in part if iri not in found]
        relations += [iri for iri in part if iri in found]
        if limit is not None and len(others) >= limit:
            return others[:limit], True
    return [*others, *relations][:limit], False


def _rank(
    iri: str, property_: str, value: str, folded: str, span: tuple[int, int]
) -> tuple[object, ...]:
    """Return what a match is sorted by; every part breaks a tie of those before it."""
    whole = fold(value)
    if property_ not in NAME_PROPERTIES:
        # Definitions of the vocabulary's own terms explain words; what sources say goes first.
        group = 4 if iri.startswith((CTD, CTV)) else 5
        return (group, _TEXT_PROPERTIES.index(property_), len(whole), iri, value)
    if whole == folded:
        group = 1 if property_ == _ALT_LABEL else 0
    else:
        group = 2 if span[0] == 0 or whole.startswith(folded) else 3
    is_term = not iri.startswith((CTD, CTV))
    return (group, is_term, len(whole), iri, property_ == _ALT_LABEL, value)


def find_span(text: str, folded: str) -> tuple[int, int] | None:
    """Return where a folded text stands in a text that is not folded; None if it does not.

    Args:
        text: The text as it is.
        folded: What is looked for, as `terms.fold` gives it.

    Example:
        >>> find_span("日本、ＦＡＴＦ に出席", fold("fatfに"))
        (3, 9)
    """
    pieces: list[tuple[int, int]] = []  # for each folded character, where it came from
    joined: list[str] = []
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and (
            unicodedata.combining(text[end]) or "\uff9e" <= text[end] <= "\uff9f"
        ):
            end += 1
        piece = fold(text[start:end])
        joined.append(piece)
        pieces += [(start, end)] * len(piece)
        start = end
    place = "".join(joined).find(folded)
    if place >= 0:
        return pieces[place][0], pieces[place + len(folded) - 1][1]
    # Some characters fold otherwise together than apart (Hangul letters); then say where roughly.
    return (0, len(text)) if folded in fold(text) else None


def claims_about(store: Store, iris: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the claims that say something of each of many things."""
    found: dict[str, set[str]] = {}
    pattern = "GRAPH ?claim { ?x ?property ?value } ?claim a ct:Claim"
    for row in select_about(store, iris, "DISTINCT ?x ?claim", pattern):
        found.setdefault(row["x"].value, set()).add(row["claim"].value)
    return {iri: tuple(sorted(claims)) for iri, claims in found.items()}
