"""Names that a text shortens, or gives in words of its own: "the UN crime commission"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ctgraph.query.wording import NameSpan

_WORDS = re.compile(r"[A-Za-z][\w’'-]*|\d+")
_SMALL = re.compile(
    "(?:the|an?|of|for|and|on|in|against|to|its|with|by|from|at|this|that|under)", re.IGNORECASE
)
_MOST_WORDS = 6
_STEM = 5
_LEAST = 2


class Label(NamedTuple):
    """What a name in full is made of.

    Attributes:
        iri: What has the name.
        head: The noun of the name.
        stems: Its words, shortened so that "terrorist" and "terrorism" are alike.
    """

    iri: str
    head: str
    stems: frozenset[str]


def read_label(name: str, iri: str) -> Label | None:
    """Return what an English name is made of; None for one of a single word.

    Args:
        name: The name, such as "Commission on Crime Prevention and Criminal Justice".
        iri: What has it.
    """
    words = _WORDS.findall(re.sub(r"\(.*?\)", "", name).replace("-", " "))
    stems = frozenset(_stem(word) for word in words if not _SMALL.fullmatch(word))
    before = re.split(r" (?:of|for|on|against|to)\b", name)[0]
    nouns = _WORDS.findall(before)
    if len(stems) <= _LEAST - 1 or not nouns:
        return None
    return Label(iri, _stem(nouns[-1]), stems)


def _stem(word: str) -> str:
    return re.sub("[’']s?$", "", word).lower()[:_STEM].rstrip("s")


def find_described(
    text: str, spans: Sequence[NameSpan], labels: Sequence[Label], parents: Mapping[str, str]
) -> Iterator[NameSpan]:
    """Yield where an English sentence speaks of what has a longer name than it gives.

    The noun of the name stands last, all words before it are words of the name, and no other name
    has them all. Where a state or body is named as its owner, the name is one of its own.

    Args:
        text: A sentence.
        spans: The names that were found in it.
        labels: The names in full.
        parents: The state or body that another is part of.
    """
    heads = {label.head for label in labels}
    words = [*_WORDS.finditer(text)]
    taken = 0
    for last, word in enumerate(words):
        if _stem(word.group()) not in heads:
            continue
        for first in range(max(0, last - _MOST_WORDS + 1), last):
            start, end = words[first].start(), word.start() + len(word.group().rstrip("'’"))
            inside = [one for one in spans if one.start < end and start < one.end]
            owner = next((one for one in inside if one.start == start and one.end < end), None)
            others = [one for one in inside if one is not owner]
            gaps = text[start:end]
            if start < taken or others or re.search(r"[,;:.()]", gaps) or len(inside) > 1:
                continue
            fit = _fit(text[owner.end if owner else start : end], owner, labels, parents)
            if len(fit) == 1:
                yield NameSpan(start, end, text[start:end], (*fit,))
                taken = end
                break


def _fit(
    phrase: str, owner: NameSpan | None, labels: Sequence[Label], parents: Mapping[str, str]
) -> set[str]:
    """Return what a phrase can mean."""
    words = [word for word in _WORDS.findall(phrase.replace("-", " ")) if len(word) > 1]
    if any(map(_SMALL.fullmatch, words)):
        return set()
    stems = [_stem(word) for word in words]
    fit = {label.iri for label in labels if stems[-1:] == [label.head] and label.stems >= {*stems}}
    own = {iri for iri in fit if owner and {*owner.iris} & {*_list_owners(iri, parents)}}
    if own or "'s" in phrase or "’s" in phrase:
        return own
    return fit if len(stems) >= _LEAST else set()


def _list_owners(iri: str, parents: Mapping[str, str]) -> Iterator[str]:
    while iri in parents:
        iri = parents[iri]
        yield iri
