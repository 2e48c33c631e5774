"""Names of bodies that the graph does not know, by the nouns that such names have."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ctgraph.query.wording import NameSpan
from ctgraph.query.wording.words import any_of
from ctgraph.terms import tell_language

if TYPE_CHECKING:
    from ctgraph.query.wording import Wording


def find_bodies(text: str, taken: Sequence[tuple[int, int]], wording: Wording) -> list[NameSpan]:
    """Return what looks like the name of a body, with its acronym in brackets.

    Args:
        text: A sentence.
        taken: Where known names stand.
        wording: The nouns that names of bodies have.
    """
    pattern = _compile(wording)[tell_language(text)]
    found = []
    for match in pattern.finditer(text):
        # A name ends where a known one begins (Institute of Examples and UNODC).
        inside = [start for start, _ in taken if match.start() < start < match.end()]
        name = match.group()[: min(inside) - match.start()] if inside else match.group()
        name = re.sub(r"(?:[\s,]+(?:and|of|for|the|to|in|on|with))*[\s,]*\Z", "", name)
        end = match.start() + len(name)
        is_free = not any(start < end and match.start() < stop for start, stop in taken)
        if is_free and tell_class(name, wording) and not _NOUN_ALONE.fullmatch(name):
            found.append(NameSpan(match.start(), end, name, ()))
    return found


_NOUN_ALONE = re.compile(r"[A-Za-z]+|[ァ-ヶー]+")


@functools.lru_cache(maxsize=4)
def _compile(wording: Wording) -> dict[str, re.Pattern[str]]:
    nouns = {
        lang: any_of(noun for nouns in classes.values() for noun in nouns)
        for lang, classes in wording.cues["bodies"].items()
    }
    capital = r"[A-Z][\w’'&/-]*"
    link = r"(?:of|for|and|on|in|against|the|de|to)\s+"
    run = rf"{capital}(?:\s+(?:{link}){{0,2}}{capital})*"
    acronym = r"(?:\s*[(（][A-Z][A-Za-z-]{1,14}[)）])?"
    return {
        "en": re.compile(rf"\b(?=[^.,;()]{{0,80}}?{nouns['en']})(?!The\b){run}{acronym}"),
        "ja": re.compile(
            rf"(?:[一-龥ァ-ヶー・A-Za-z]{{2,30}}?{nouns['ja']}(?![一-龥ァ-ヶ])"
            rf"|(?<=「)[^「」]{{2,30}}?{nouns['ja']}(?=」)){acronym}"
        ),
    }


def tell_class(name: str, wording: Wording) -> str:
    """Return the class that the nouns of a name tell; empty if they tell none.

    Args:
        name: The name of a body.
        wording: The nouns by class.
    """
    classes = wording.cues["bodies"][tell_language(name)]
    found = [
        (match.start(), kind)
        for kind, nouns in classes.items()
        for match in re.finditer(any_of(nouns), name)
    ]
    # English names begin with their noun before "of" or "for"; Japanese ones end with it.
    return (
        max(found)[1] if found and tell_language(name) == "ja" else min(found, default=(0, ""))[1]
    )
