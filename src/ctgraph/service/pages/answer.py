"""The answer of a question on its page: cells, the claims behind the rows, and a picture."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph as ox

from ctgraph.export.reports import beside_claims
from ctgraph.query import Table, to_python
from ctgraph.query.diagnostics import explain_empty
from ctgraph.query.entities import mark_cells, say_dispute, show_period
from ctgraph.query.evidence import RowEvidence, find_evidence_of_rows
from ctgraph.service.handler import Request
from ctgraph.service.pages.sketch import Moment, draw_bars, draw_pairs, draw_timeline, thing_colours
from ctgraph.terms import CT, CTV, PREFIXES, shorten
from ctgraph.words import column_name, read_words

if TYPE_CHECKING:
    from ctgraph.store import Store


_WITH_EVIDENCE = 20
_LARGE = 200_000
_MOST_FOLLOWED = 100
_WITH_EVIDENCE_STATIC = 60
_UNITS = ("unit", "currency")
"""Columns that say what is counted."""

_NUMBERS = {
    PREFIXES["xsd"] + name
    for name in ("integer", "decimal", "double", "float", "int", "long", "nonNegativeInteger")
}

NO_ANSWER: dict[str, Any] = {
    "rows": [],
    "total": None,
    "evidence": {},
    "beside": {},
    "repeated": (),
    "reasons": [],
    "is_cut": False,
    "is_limited": False,
    "timeline": None,
    "bars": None,
    "pairs": None,
    "colours": {},
    "tells_basis": False,
}
"""What the template shows if there is no answer."""


class Cell(NamedTuple):
    """A cell of an answer: its text, the IRI it names, its language, and whether it is a number.

    ``disputed`` says what other sources say instead.
    """

    text: str
    iri: str = ""
    lang: str = ""
    is_number: bool = False
    key: str = ""
    disputed: str = ""


def show_answer(
    store: Store, request: Request, answer: Table, wanted: int | None
) -> dict[str, Any]:
    """Return what the template shows of an answer, by the names of `NO_ANSWER`.

    Args:
        store: The graph.
        request: What is asked for.
        answer: The answer.
        wanted: The number of the one row that is shown, from 1; None for all.
    """
    labels = answer.labels(request.lang)
    shown = [wanted - 1] if wanted else list(range(len(answer)))
    marks = mark_cells(store, answer.iris(), (row.terms for row in answer), request.lang)
    disputed = {place: say_dispute(others, request.lang) for place, (_, others) in marks.items()}
    rows = [
        (
            place + 1,
            [
                _cell(term, labels, request.lang)._replace(
                    disputed=disputed.get((place, column), "")
                )
                for column, term in enumerate(answer[place].terms)
            ],
        )
        for place in shown
    ]
    most = _WITH_EVIDENCE_STATIC if request.is_static else _WITH_EVIDENCE
    # In a large graph a row may rest on thousands of claims, so each is followed when asked for.
    is_large = store.counts().triples > _LARGE
    told = shown if wanted else [] if is_large and not request.is_static else shown[:most]
    found = find_evidence_of_rows(
        store,
        answer.query,
        [answer[place].bindings for place in told],
        lang=request.lang,
        limit=_MOST_FOLLOWED if is_large else 1000,
    )
    evidence = {place + 1: one for place, one in zip(told, found, strict=True)}
    reasons = []
    if not len(answer):
        reasons = [one.message(request.lang) for one in explain_empty(store, answer.asked)]
    beside = {number: beside_claims(one, request.lang) for number, one in evidence.items()}
    counted = Counter(itertools.chain.from_iterable(beside.values()))
    return {
        "columns": [
            (column, column_name(column, request.lang), _is_numeric(rows, place))
            for place, column in enumerate(answer.columns)
        ],
        "rows": rows,
        "total": len(answer),
        "is_cut": answer.truncated,
        "evidence": evidence,
        "beside": beside,
        "repeated": {sentence for sentence, number in counted.items() if number > 1},
        "reasons": reasons,
        **({} if wanted else _picture(store, request, answer, labels, evidence)),
    }


def _cell(term: Any, labels: Mapping[str, str], lang: str) -> Cell:
    if term is None:
        return Cell("")
    if isinstance(term, ox.NamedNode):
        return Cell(labels.get(term.value) or shorten(term.value), term.value)
    if isinstance(term, ox.Literal):
        if term.datatype.value in _NUMBERS:
            value = to_python(term)
            text = term.value if isinstance(value, str) else f"{value:,}"
            return Cell(text, is_number=True, key=term.value)
        return Cell(name_literal(term, lang), lang=term.language or "")
    return Cell(str(term))


def _is_numeric(rows: Sequence[tuple[int, Sequence[Cell]]], place: int) -> bool:
    cells = [row[place] for _, row in rows if row[place].text]
    return bool(cells) and all(cell.is_number for cell in cells)


def name_literal(term: Any, lang: str) -> str:
    """Return a literal as a reader sees it.

    Args:
        term: The literal.
        lang: ``en`` or ``ja``.
    """
    if term.datatype.value == PREFIXES["xsd"] + "boolean":
        return str(read_words("pages", lang)["yes" if term.value in ("true", "1") else "no"])
    return str(term.value)


# --- pictures ------------------------------------------------------------------------------------


def _picture(
    store: Store,
    request: Request,
    answer: Table,
    labels: Mapping[str, str],
    evidence: Mapping[int, RowEvidence],
) -> dict[str, Any]:
    """The picture of an answer that its question asks for, as far as its columns allow one."""
    view = answer.question.display if answer.question else "table"
    if view == "timeline" and "start" in answer.columns:
        return {"timeline": draw_timeline(_dated(answer, labels, request.lang))}
    if view == "chart":
        return {"bars": _bars(answer, labels, request.lang)}
    if view == "network":
        # Unless every row was followed, what is inferred cannot be told from what is not known.
        tells_basis = "basis" in answer.columns or len(evidence) == len(answer)
        pairs = _pairs(answer, labels, evidence, tells_basis=tells_basis)
        dots = [dot.iri for dot in pairs.dots] if pairs else []
        colours = thing_colours(store, dots)
        return {"pairs": pairs, "colours": colours, "tells_basis": tells_basis}
    return {}


def _dated(answer: Table, labels: Mapping[str, str], lang: str) -> list[Moment]:
    found: dict[str, Moment] = {}
    for row in answer:
        terms = row.bindings
        things = [
            (name, term)
            for name, term in terms.items()
            if isinstance(term, ox.NamedNode) and name in ("activity", "thing", "year")
        ]
        thing = next((term for name, term in things if name != "year"), None) or (
            things[0][1] if things else None
        )
        start = terms.get("start")
        if thing is None or not isinstance(start, ox.Literal):
            continue
        end = terms.get("end", start)
        last = end.value if isinstance(end, ox.Literal) else start.value
        precision = terms.get("precision")
        known = precision.value.removeprefix(CTV) if isinstance(precision, ox.NamedNode) else ""
        found.setdefault(
            thing.value,
            Moment(
                thing.value,
                labels.get(thing.value) or shorten(thing.value),
                show_period(start.value, last, known, lang),
                start.value,
                last,
                known,
            ),
        )
    return list(found.values())


def _bars(answer: Table, labels: Mapping[str, str], lang: str) -> Any:
    """Bars of the first column of numbers that is no order, named by the columns of words.

    What is counted in another unit or currency stands on a scale of its own.
    """
    rows = [
        (index, [_cell(term, labels, lang) for term in row.terms])
        for index, row in enumerate(answer)
    ]
    numbers = [
        place
        for place, column in enumerate(answer.columns)
        if column != "order" and _is_numeric(rows, place)
    ]
    if not numbers:
        return None
    value = numbers[0]
    units = [place for place, column in enumerate(answer.columns) if column in _UNITS]
    names = [
        place
        for place, column in enumerate(answer.columns)
        if place not in (*numbers, *units) and column not in ("order", "note", "mode", "source")
    ]

    def say(row: list[Cell], places: list[int]) -> str:
        return " · ".join(row[place].text for place in places if row[place].text)

    return draw_bars(
        [
            (say(row, names), float(row[value].key), say(row, units))
            for _, row in rows
            if row[value].key
        ]
    )


def _pairs(
    answer: Table,
    labels: Mapping[str, str],
    evidence: Mapping[int, RowEvidence],
    *,
    tells_basis: bool,
) -> Any:
    """Return lines between the things of the first two columns that hold things.

    A line is stated if one of its rows is, by its column of that name or by what it rests on.
    """
    things = [
        place
        for place, column in enumerate(answer.columns)
        if column not in ("relation", "basis", "claim", "year", "how")
        and any(isinstance(row.terms[place], ox.NamedNode) for row in answer)
    ]
    if len(things) < 2:
        return None
    ties: dict[tuple[str, str], int] = {}
    stated: set[tuple[str, str]] = set()
    for number, row in enumerate(answer, 1):
        basis = row.bindings.get("basis")
        is_stated = (
            isinstance(basis, ox.NamedNode) and basis.value == CT + "Stated"
            if basis is not None
            else number in evidence and evidence[number].is_stated
        )
        ends = [row.terms[place] for place in things]
        present = [end.value for end in ends if isinstance(end, ox.NamedNode)]
        for one, other in itertools.pairwise(present):
            if one != other:
                ties[one, other] = ties.get((one, other), 0) + 1
                if is_stated:
                    stated.add((one, other))
    names = {iri: labels.get(iri) or shorten(iri) for pair in ties for iri in pair}
    return draw_pairs(ties, names, ties.keys() - stated if tells_basis else ())
