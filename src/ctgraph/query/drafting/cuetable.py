"""The table of cue words, as patterns."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from ctgraph.query.wording.words import any_of

if TYPE_CHECKING:
    from ctgraph.query.wording import Wording


@dataclass(frozen=True, eq=False)
class Cue:
    """A cue of the table; `ontology/wording/cues.toml` says what its fields mean."""

    words: Mapping[str, Any]
    patterns: Mapping[str, re.Pattern[str]]


class Match(NamedTuple):
    """A cue where it stands in a sentence."""

    cue: Cue
    start: int
    end: int


@dataclass(frozen=True, eq=False)
class Forms:
    """The cues in the order of their table, and the words around them."""

    cues: Sequence[Cue]
    negation: Mapping[str, re.Pattern[str]]
    planned: Mapping[str, re.Pattern[str]]
    passive: Mapping[str, re.Pattern[str]]
    events: Mapping[str, str]
    nouns: re.Pattern[str]


_GAPS = {"en": r"(?:\s+\S+){0,6}?\s+", "ja": "[^、。]{0,15}?"}


@functools.lru_cache(maxsize=4)
def compile_cues(wording: Wording) -> Forms:
    """Return the cue words as patterns.

    Args:
        wording: The words.
    """
    words = wording.cues
    cues = [
        Cue(cue, {lang: _compile_cue(cue[lang], lang) for lang in ("en", "ja")})
        for cue in words["cues"]
    ]
    negation, planned, passive = words["negation"], words["planned"], words["passive"]
    events = {noun.casefold(): name for name, nouns in words["events"].items() for noun in nouns}
    return Forms(
        cues,
        {
            "en": re.compile(rf"{any_of(negation['en'])}\W+(?:\w+\W+){{0,2}}\Z", re.IGNORECASE),
            "ja": re.compile(rf"[^、。]{{0,6}}{any_of(negation['ja'])}"),
        },
        {
            "en": re.compile(rf"\b{any_of(planned['en'])}\s+(?:\w+\s+){{0,2}}\Z"),
            "ja": re.compile(rf"[^、。]{{0,14}}{any_of(planned['ja'])}"),
        },
        {
            "en": re.compile(rf"\b{any_of(passive['en'])}\s+(?:\w+ly\s+|first\s+)?\Z"),
            "ja": re.compile(rf"[かさら]?{any_of(passive['ja'])}"),
        },
        events,
        re.compile(any_of(events), re.IGNORECASE),
    )


def _compile_cue(words: Sequence[str], lang: str) -> re.Pattern[str]:
    """Return the pattern of a cue's words, in which "…" stands for a few others."""
    # "Co-hosted" is not hosted, nor is "EU-funded" what somebody funded.
    patterns = (
        ("" if lang == "ja" or word.startswith("-") else r"(?<![-‐])")
        + _GAPS[lang].join(any_of([piece.strip()]) for piece in word.split("…"))
        for word in sorted(words, key=len, reverse=True)
    )
    return re.compile("|".join(patterns) or r"(?!)", re.IGNORECASE)
