"""What a cooperation board finds, in a sentence, and what it counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ctgraph.network.board.model import Facts, Row
from ctgraph.network.facets import say_filters
from ctgraph.network.things import STATED
from ctgraph.words import read_words

if TYPE_CHECKING:
    import networkx


_NAMED = 3


def say_title(
    facts_of_hub: Mapping[str, Any], hub: str, rows: list[Row], facts: Facts, lang: str
) -> str:
    """Return how many partners there are, and where the money went, or with whom it works most."""
    words = read_words("board", lang)
    said = [words["partners" if len(rows) > 1 else "partner"]]
    gave = _paid(rows, lambda partner, gave, took: hub in gave and partner in took, facts)
    got = _paid(rows, lambda partner, gave, took: hub in took and partner in gave, facts)
    names = got or gave
    if gave and not got:
        passed = {who for row in gave for deed in row.deeds for who in facts.channels(deed.iri)}
        said.append(words["through" if passed.issuperset(row.partner for row in gave) else "went"])
    elif got:
        said.append(words["came"])
    elif len(rows) > 1 and len(rows[0].deeds) > len(rows[1].deeds):
        names = rows[:1]
        said.append(words["most"])
    return (
        str(words["then"])
        .join(said)
        .format(
            hub=facts_of_hub[f"label_{lang}"],
            n=len(rows),
            names=_listed([_short(row, lang) for row in names], words),
            only=rows[0].name[lang],
            times=len(rows[0].deeds),
        )
    )


def _paid(
    rows: Iterable[Row], test: Callable[[str, frozenset[str], frozenset[str]], bool], facts: Facts
) -> list[Row]:
    """Return the rows with whom there are contributions of a direction, the most frequent first."""
    found = {
        row.partner: sum(
            test(row.partner, *facts.sides[deed.iri])
            for deed in row.deeds
            if deed.iri in facts.sides
        )
        for row in rows
    }
    return sorted((row for row in rows if found[row.partner]), key=lambda row: -found[row.partner])


def _short(row: Row, lang: str) -> str:
    """Return the name of a partner for a sentence; states have short names of their own."""
    return row.name[lang] if row.is_state else row.acronym or row.name[lang]


def _listed(names: Sequence[str], words: Mapping[str, Any]) -> str:
    left = len(names) - _NAMED
    if left > 0:
        shown = words["comma"].join(names[:_NAMED])
        return str(words["others" if left > 1 else "other"]).format(names=shown, n=left)
    return str(words["and"]).join(filter(None, [words["comma"].join(names[:-1]), *names[-1:]]))


def say_subtitle(
    graph: networkx.Graph[str], rows: Sequence[Row], ties: int, has_areas: bool, lang: str
) -> str:
    """Return what a board counts, how it is grouped, and what the network was cut by."""
    words = read_words("board", lang)
    stated = sum(row.basis == STATED for row in rows)
    said = [words["counts"].format(stated=stated, inferred=len(rows) - stated)]
    if ties:
        said.append(words["ties" if ties > 1 else "tie"].format(n=ties))
    said.append(words["by_area" if has_areas else "by_kind"])
    return str(words["between"]).join([*said, *say_filters(graph, lang, without=("actor", "hops"))])
