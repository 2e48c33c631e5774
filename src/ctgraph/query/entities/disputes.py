"""What sources dispute: the values that the merge does not follow, and who gives them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Triple

from ctgraph.query.entities.labels import IRIS_AT_ONCE, pick_text, read_dates, show_period
from ctgraph.store import keep, keep_each
from ctgraph.terms import CT, CTV, shorten
from ctgraph.words import read_words

if TYPE_CHECKING:
    from ctgraph.query.entities.labels import Term
    from ctgraph.store import Store


_START, _END, _PRECISION = CT + "startDate", CT + "endDate", CT + "datePrecision"
# What a value is known by where several properties make it up.
_FIRST = (_START, CT + "amount", CT + "value")


@dataclass(frozen=True)
class OtherValue:
    """What a source says instead.

    Attributes:
        text: The value for a reader; of two claims that merely disagree, what the claim says.
        source: IRI of the source.
        source_label: Its label in the language asked for.
        claim: IRI of the claim.
    """

    text: str
    source: str
    source_label: str
    claim: str


@dataclass(frozen=True)
class Dispute:
    """A disagreement of sources about one thing.

    Attributes:
        iri: The disagreement.
        group: IRI of the group of values; empty if two claims disagree as a whole.
        values: Of the properties that differ, the values that the merge carries, the property
            that is shown as disputed first.
        others: What the merge does not carry, in the order of sources; of claims that disagree
            as a whole, all sides.
    """

    iri: str
    group: str
    values: Mapping[str, frozenset[Term]]
    others: tuple[OtherValue, ...]

    @property
    def claims(self) -> frozenset[str]:
        """The claims of the values that the merge does not carry."""
        return frozenset(one.claim for one in self.others)


def say_dispute(others: Sequence[OtherValue], lang: str) -> str:
    """Return the mark that stands behind a disputed value, without brackets.

    Args:
        others: What other sources say; one at least.
        lang: ``en`` or ``ja``.

    Example:
        >>> say_dispute([OtherValue("2017-07", "urn:s", "About GIFCT", "urn:c")], "en")
        'disputed: 2017-07 according to About GIFCT'
    """
    words = read_words("disputes", lang)
    said = [words["value"].format(value=one.text, source=one.source_label) for one in others]
    return str(words["mark"].format(values=words["between"].join(dict.fromkeys(said))))


def find_disputes(store: Store, iris: Iterable[str], lang: str) -> dict[str, tuple[Dispute, ...]]:
    """Return what is disputed of things, by IRI; things of which nothing is are left out.

    Args:
        store: The graph.
        iris: The things.
        lang: Language of labels and periods.
    """
    return keep_each(
        store, ("disputes", lang), iris, lambda missing: _find_disputes(store, missing, lang)
    )


def _find_disputes(store: Store, iris: Sequence[str], lang: str) -> dict[str, tuple[Dispute, ...]]:
    known = keep(store, "disputed things", lambda: _find_things(store))
    pairs = [(disagreement, iri) for iri in iris for disagreement in known.get(iri, ())]
    found: dict[str, list[Dispute]] = {}
    for start in range(0, len(pairs), IRIS_AT_ONCE):
        part = pairs[start : start + IRIS_AT_ONCE]
        for thing, dispute in _read_disputes(store, part, lang):
            found.setdefault(thing, []).append(dispute)
    return {iri: tuple(found[iri]) for iri in found}


def _find_things(store: Store) -> dict[str, list[str]]:
    """Return the disagreements about each thing that is disputed."""
    found: dict[str, list[str]] = {}
    rows = store.select(
        "SELECT ?d ?x { ?d a ct:Disagreement ; ct:disputedThing ?x } ORDER BY ?x ?d"
    )
    for row in rows:
        found.setdefault(row["x"].value, []).append(row["d"].value)
    return found


def find_others(
    disputes: Iterable[Dispute], predicate: str, value: object, claims: Iterable[str]
) -> tuple[OtherValue, ...]:
    """Return what other sources say instead of one statement about a thing; empty if nothing.

    Args:
        disputes: What is disputed of the thing.
        predicate: The property of the statement.
        value: Its value.
        claims: The claims that hold it.
    """
    holders = set(claims)
    found: list[OtherValue] = []
    for one in disputes:
        if not one.group:
            if holders & one.claims:
                found += [other for other in one.others if other.claim not in holders]
        elif predicate == next(iter(one.values), "") and value in one.values[predicate]:
            found += one.others
    return tuple(found)


def read_disputed_dates(
    store: Store, iris: Sequence[str], disputes: Mapping[str, Iterable[Dispute]], lang: str
) -> dict[str, tuple[str, str]]:
    """Return what `read_dates` gives, with what other sources say beside each period.

    Args:
        store: The graph.
        iris: IRIs of the things.
        disputes: What is disputed of them.
        lang: Language of the periods.
    """
    comma = "、" if lang == "ja" else "; "
    found = read_dates(store, iris, lang)
    for iri in found.keys() & disputes.keys():
        start, period = found[iri]
        if others := find_other_dates(disputes[iri]):
            found[iri] = start, period + comma + say_dispute(others, lang)
    return found


def find_other_dates(disputes: Iterable[Dispute]) -> tuple[OtherValue, ...]:
    """Return what other sources say of the date of a thing; empty if nothing.

    Args:
        disputes: What is disputed of the thing.
    """
    dated = (one for one in disputes if {_START, _END} & set(one.values))
    return tuple(other for one in dated for other in one.others)


def mark_cells(
    store: Store, iris: Iterable[str], rows: Iterable[Iterable[Term | Triple | None]], lang: str
) -> dict[tuple[int, int], tuple[str, tuple[OtherValue, ...]]]:
    """Return what is disputed in a table, by row and column.

    A cell is disputed if it holds the value of a thing in the same row that other sources give
    otherwise. Each comes with the IRI of that thing and what the others say.

    Args:
        store: The graph.
        iris: The IRIs in the table.
        rows: Its rows.
        lang: Language of labels and periods.
    """
    disputes = find_disputes(store, iris, lang)
    found: dict[tuple[int, int], tuple[str, tuple[OtherValue, ...]]] = {}
    for number, row in enumerate(rows if disputes else ()):
        cells = list(row)
        things = [cell.value for cell in cells if isinstance(cell, NamedNode)]
        about = [(thing, one) for thing in things for one in disputes.get(thing, ())]
        for column, cell in enumerate(cells):
            for thing, one in about:
                if any(cell in values for values in one.values.values()):
                    found.setdefault((number, column), (thing, one.others))
    return found


@dataclass
class _Side:
    """What one claim says of a thing that is disputed."""

    source: str
    group: str
    gloss: dict[str, str]
    values: dict[str, list[Term]]
    differing: dict[str, list[Term]]


def _read_disputes(
    store: Store, pairs: Sequence[tuple[str, str]], lang: str
) -> list[tuple[str, Dispute]]:
    """Return the disputes of pairs of a disagreement and a thing."""
    sides = _read_sides(store, pairs)
    iris = {side.source for claims in sides.values() for side in claims.values()}
    iris |= {
        value.value
        for claims in sides.values()
        for side in claims.values()
        for values in side.values.values()
        for value in values
        if isinstance(value, NamedNode)
    }
    labels = store.labels(sorted(iris), lang)
    found = []
    for (disagreement, thing), claims in sides.items():
        group = next(iter(claims.values())).group
        contested = {name for side in claims.values() for name in side.differing}
        others = [
            OtherValue(
                _show_value(side, labels, lang)
                if group
                else read_words("disputes", lang)["claim"].format(
                    text=pick_text(side.gloss, lang).rstrip(".")
                ),
                side.source,
                labels.get(side.source) or shorten(side.source),
                claim,
            )
            for claim, side in claims.items()
            if side.differing or not group
        ]
        kept = {
            name: frozenset(
                value
                for side in claims.values()
                if not side.differing
                for value in side.values.get(name, ())
            )
            for name in sorted(contested, key=lambda name: (name not in _FIRST, name))
        }
        others.sort(key=lambda one: (one.source_label, one.claim))
        found.append((thing, Dispute(disagreement, group, kept, tuple(others))))
    return found


def _read_sides(
    store: Store, pairs: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], dict[str, _Side]]:
    """Return what the claims of disagreements say of things, by claim."""
    wanted = " ".join(f"({NamedNode(one)} {NamedNode(thing)})" for one, thing in pairs)
    rows = store.select(
        f"""
SELECT ?d ?thing ?claim ?source ?gloss ?group ?p ?v ?differs
WHERE {{
  VALUES (?d ?thing) {{ {wanted} }}
  ?d ct:side ?claim .
  ?claim ct:section/ct:source ?source ; ct:gloss ?gloss .
  OPTIONAL {{
    # What is known outside is said again: alone, the pattern would read all claims.
    ?d ct:disputedThing ?thing ; ct:side ?claim ; ct:disputedValue ?group .
    ?group ct:groupsProperty ?p .
    GRAPH ?claim {{ ?thing ?p ?v }}
    BIND(EXISTS {{ ?group ct:comparesProperty ?p }} && NOT EXISTS {{ ?thing ?p ?v }} AS ?differs)
  }}
}}
ORDER BY ?d ?thing ?claim ?p ?v"""
    )
    found: dict[tuple[str, str], dict[str, _Side]] = {}
    for row in rows:
        claims = found.setdefault((row["d"].value, row["thing"].value), {})
        group = "" if row["group"] is None else row["group"].value
        side = claims.setdefault(row["claim"].value, _Side(row["source"].value, group, {}, {}, {}))
        side.gloss[row["gloss"].language or ""] = row["gloss"].value
        if row["p"] is not None:
            _add(side.values, row["p"].value, row["v"])
            if row["differs"].value == "true":
                _add(side.differing, row["p"].value, row["v"])
    return found


def _add(values: dict[str, list[Term]], name: str, value: Term) -> None:
    """Add a value once: rows repeat it for each language of the gloss."""
    held = values.setdefault(name, [])
    if value not in held:
        held.append(value)


def _show_value(side: _Side, labels: Mapping[str, str], lang: str) -> str:
    """Return the value that a claim gives, for a reader."""
    first = {name: _text(values[0], labels) for name, values in side.values.items()}
    if _START in first or _END in first:
        precision = next(iter(side.values.get(_PRECISION, ())), None)
        known = precision.value.removeprefix(CTV) if isinstance(precision, NamedNode) else ""
        start = first.get(_START) or first[_END]
        return show_period(start, first.get(_END, ""), known, lang)
    if side.group == CTV + "amount-values":
        return f"{first.get(CT + 'amount', '')} {first.get(CT + 'currency', '')}".strip()
    shown = [_text(value, labels) for values in side.differing.values() for value in values]
    return ", ".join(shown)


def _text(value: Term, labels: Mapping[str, str]) -> str:
    if isinstance(value, NamedNode):
        return labels.get(value.value) or shorten(value.value)
    return value.value if isinstance(value, Literal) else str(value)
