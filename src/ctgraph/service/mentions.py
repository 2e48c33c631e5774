"""What a page has told so far: a claim stands on it once, and is named by a number after that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ctgraph.query.evidence import ClaimEvidence


class Mentions:
    """The claims and sentences that one page has told."""

    def __init__(self) -> None:
        self._told: set[str] = set()
        self._words: set[str] = set()
        self._numbers: dict[str, int] = {}

    def pick(self, claims: Sequence[ClaimEvidence]) -> list[ClaimEvidence]:
        """Return those claims that were not picked before.

        Args:
            claims: Claims that a statement rests on.
        """
        found = [one for one in claims if one.iri not in self._told]
        self._told.update(one.iri for one in found)
        return found

    def quote(self, claims: Sequence[ClaimEvidence]) -> ClaimEvidence | None:
        """Return the first claim not picked before whose words the page has not shown.

        One of which only the page in its source can be named counts where there are no words.

        Args:
            claims: As for `pick`, which does the same to them.
        """
        fresh = self.pick(claims)
        told = [one.quote or (one.gloss if one.words else "") for one in fresh]
        for one, words in zip(fresh, told, strict=True):
            if words and words not in self._words:
                self._words.add(words)
                return one
        return None if any(told) else next(iter(fresh), None)

    def show(self, text: str) -> str:
        """Return a text that the page shows, and whose words need not stand there again.

        Args:
            text: The text.
        """
        self._words.add(text)
        return text

    def number(self, said: str) -> int:
        """Return the number of what the page has named before; 0 if it has not.

        Args:
            said: A sentence, or the IRI of a claim.
        """
        return self._numbers.get(said, 0)

    def knows(self, claims: Sequence[ClaimEvidence]) -> bool:
        """Tell whether the page has named all of some claims before.

        Args:
            claims: The claims.
        """
        return all(one.iri in self._numbers for one in claims)

    def name(self, said: str) -> int:
        """Return the number of what the page names now, from 1.

        Args:
            said: A sentence, or the IRI of a claim.
        """
        return self._numbers.setdefault(said, len(self._numbers) + 1)
