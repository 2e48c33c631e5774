"""Dates that stand above a sentence, in its heading or where a period is explained."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ctgraph.query.wording import DateSpan, fold_width, read_dates

if TYPE_CHECKING:
    from ctgraph.query.drafting.documents import Sentence
    from ctgraph.query.wording import Wording


class Periods:
    """What a document has said so far of when its sentences are to be read."""

    def __init__(self, wording: Wording) -> None:
        """Begin a document.

        Args:
            wording: The words of dates.
        """
        self._wording = wording
        words = "|".join(map(re.escape, wording.dates["unanchored"]["periods"]))
        # 過去3年度(令和3~5年度), the past three years (2021-2023)
        self._period = re.compile(
            rf"(?:{words})(?: ?[\w一-龥]+)(?: (?:fiscal )?years)?", re.IGNORECASE
        )
        self._explained: dict[str, DateSpan] = {}

    def find(self, sentence: Sentence, dates: Sequence[DateSpan]) -> Sequence[DateSpan]:
        """Return the dates of a sentence, with those that stand above it and hold for it.

        A period that was explained before holds where it is named again; the date of a heading
        holds for the sentences below it that have none.

        Args:
            sentence: The sentence.
            dates: The dates that it gives itself.
        """
        text = fold_width(sentence.text)
        named: list[DateSpan] = []
        for match in self._period.finditer(text):
            end = match.end() + 1
            given = next((one for one in dates if one.start == end), None)
            if given and text[match.end()] == "(":
                self._explained[match.group()] = given
            elif known := self._explained.get(match.group()):
                named.append(_put_above(known, match.start()))
        if named:
            # A period that ends a sentence in brackets counts for all of it.
            return named
        if dates or not sentence.paragraph:
            return dates
        return [_put_above(one, 0) for one in self._read_heading(sentence.heading)]

    def _read_heading(self, heading: str) -> Sequence[DateSpan]:
        """Return the date of a heading that begins or ends with one and says no more of it."""
        dates = read_dates(heading, self._wording)
        if len(dates) != 1 or dates[0].bound or not dates[0].is_whole:
            return []
        before, behind = heading[: dates[0].start], heading[dates[0].end :]
        is_edge = not before.strip(_EDGES) or not behind.strip(_EDGES)
        return dates if is_edge else []


_EDGES = " \u3000（(）)「」:：・,、-–—"


def _put_above(date: DateSpan, at: int) -> DateSpan:
    """Return a date as one that a sentence does not hold itself: it takes no room there."""
    return date._replace(start=at, end=at, is_whole=False)
