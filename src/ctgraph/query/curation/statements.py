"""What the statements of an import confirm, and what they contradict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from ctgraph.query.curation.report import Told
from ctgraph.query.run import ask
from ctgraph.terms import CTD, LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ctgraph.errors import Problem
    from ctgraph.query.answers import Row
    from ctgraph.query.curation.folder import Folder, Place
    from ctgraph.store import Store


def find_statements(
    store: Store, folder: Folder, claims: Mapping[str, Place]
) -> dict[str, list[Problem]]:
    """Return the confirmations and the disagreements in which rows have a part.

    They are those of the graph, as the questions of these names list them.

    Args:
        store: The graph with the rows in it.
        folder: The rows.
        claims: The row of each claim that the rows make, by the name of the claim.
    """
    return {
        "confirmations": _find_confirmations(store, folder, claims),
        "disagreements": _find_disagreements(store, folder, claims),
    }


def _find_confirmations(store: Store, folder: Folder, claims: Mapping[str, Place]) -> list[Problem]:
    """Return for each row and each source what statements of that source the row confirms."""
    pairs: set[frozenset[str]] = set()
    found: dict[tuple[str, Told], list[tuple[str, Told]]] = {}
    for rows in _ask(store, "confirmations"):
        names = [_name(rows[0].term(column)) for column in ("claim", "otherClaim")]
        if not {*names} & {*claims} or frozenset(names) in pairs:
            continue
        pairs.add(frozenset(names))
        # Where both are rows, the later one confirms the earlier.
        is_first = names[1] not in claims or (
            names[0] in claims and claims[names[1]].key < claims[names[0]].key
        )
        ours, theirs = names if is_first else names[::-1]
        gloss, source = ("otherGloss", "confirmedBy") if is_first else ("gloss", "source")
        side = (theirs, _show(store, rows, gloss))
        found.setdefault((ours, _show(store, rows, source)), []).append(side)
    return [
        folder.tell(
            claims[ours], "confirmation", "", source=source, names=[name for name, _ in sides],
            said=sides[0][1],
        )
        for (ours, source), sides in found.items()
    ]  # fmt: skip


def _find_disagreements(store: Store, folder: Folder, claims: Mapping[str, Place]) -> list[Problem]:
    """Return each disagreement about a property with the values of all sides."""
    found: dict[tuple[Any, Any], list[tuple[Row, ...]]] = {}
    for rows in _ask(store, "disagreements"):
        key = (rows[0].term("disagreement"), rows[0].term("property"))
        found.setdefault(key, []).append(rows)
    told: list[Problem] = []
    for (_, property_), sides in found.items():
        ours = [name for rows in sides if (name := _name(rows[0].term("claim"))) in claims]
        if not ours:
            continue
        values: dict[Told, None] = {}
        for rows in sides:
            value, source = _show(store, rows, "value"), _show(store, rows, "source")
            both = (f"{value.tell(lang)} [{source.tell(lang)}]" for lang in LANGUAGES)
            values[Told(*both)] = None
        told.append(
            folder.tell(
                claims[ours[0]],
                "disagreement-of-claims" if property_ is None else "disagreement", "",
                subject=_show(store, sides[0], "thing"),
                name=_show(store, sides[0], "property"),
                candidates=[*values],
                claims=[_name(rows[0].term("claim")) for rows in sides],
            )
        )  # fmt: skip
    return told


def _ask(store: Store, question: str) -> list[tuple[Row, ...]]:
    """Return the rows of a question, each in both languages; their order does not depend on it."""
    return [*zip(*(list(ask(store, question, lang=lang)) for lang in LANGUAGES), strict=True)]


def _name(term: object) -> str:
    return term.value.removeprefix(CTD) if isinstance(term, ox.NamedNode) else ""


def _show(store: Store, rows: tuple[Row, ...], column: str) -> Told:
    """Return a cell as the languages show it: the label of a thing, or the value."""
    shown = []
    for lang, row in zip(LANGUAGES, rows, strict=True):
        term = row.term(column)
        if isinstance(term, ox.NamedNode):
            shown.append(store.labels([term.value], lang).get(term.value, _name(term)))
        else:
            shown.append(term.value if isinstance(term, ox.Literal) else "")
    return Told(*shown)
