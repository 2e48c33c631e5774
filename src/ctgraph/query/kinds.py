"""The kinds of values that parameters take and answers hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from ctgraph.errors import UsageError
from ctgraph.terms import CT, CTV, PREFIXES, shorten

if TYPE_CHECKING:
    Value = ox.NamedNode | ox.Literal
    Term = Value | ox.BlankNode


_XSD = PREFIXES["xsd"]
_SKOS = PREFIXES["skos"]


# --- kinds of values -----------------------------------------------------------------------------


class Kind(NamedTuple):
    """What a value of a parameter can be."""

    noun: str
    """How a message calls it, with its article."""
    form: str
    """What is to be written, for messages."""
    class_iri: str = ""
    """Things of this class and its subclasses; empty for literals and for anything."""
    scheme: str = ""
    """Concepts of this scheme alone; empty for no such limit."""
    literal: bool = False


KINDS: dict[str, Kind] = {
    "actor": Kind("an actor", "a name, acronym, CURIE or IRI", CT + "Actor"),
    "place": Kind("a place", "a name, CURIE or IRI", CT + "Place"),
    "year": Kind("a fiscal year", "a year such as 2023, FY2023 or 令和5年度", CT + "FiscalYear"),
    "section": Kind("a section of a source", "a name, CURIE or IRI", CT + "Section"),
    "goal": Kind("a goal", "a name, CURIE or IRI", CT + "Goal"),
    "instrument": Kind("an instrument", "a name, acronym, CURIE or IRI", CT + "Instrument"),
    "source": Kind("a source", "a name, CURIE or IRI", CT + "Source"),
    "claim": Kind("a claim", "its identifier, such as a07, a CURIE or an IRI", CT + "Claim"),
    "activity": Kind("an activity", "a name, CURIE or IRI", CT + "Activity"),
    "indicator": Kind("an indicator", "a name, CURIE or IRI", CT + "Indicator"),
    "topic": Kind("a topic", "a name, CURIE or IRI", _SKOS + "Concept", CTV + "topics"),
    "role": Kind("a role", "a name, CURIE or IRI", _SKOS + "Concept", CTV + "roles"),
    "basis": Kind("a basis", "stated or inferred", _SKOS + "Concept", CTV + "bases"),
    "concept": Kind("a concept", "a name, CURIE or IRI", _SKOS + "Concept"),
    "any": Kind("a thing of the graph", "a name, acronym, CURIE or IRI"),
    "text": Kind("a text", "any text", literal=True),
    "integer": Kind("a whole number", "a whole number such as 3", literal=True),
    "date": Kind("a date", "a date as YYYY-MM-DD, such as 2023-04-01", literal=True),
    "boolean": Kind("true or false", "true or false", literal=True),
}
"""The types a parameter may have, by name."""


# --- values --------------------------------------------------------------------------------------


def show_term(term: Term | ox.Triple) -> str:
    """A term as SPARQL writes it, with a CURIE where there is one.

    Args:
        term: An IRI, blank node or literal.
    """
    return shorten(term.value) if isinstance(term, ox.NamedNode) else str(term)


_INTEGER = re.compile(r"[+-]?[0-9]+\Z")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_BOOLEANS = {"true": True, "false": False, "yes": True, "no": False, "はい": True, "いいえ": False}


def make_literal(kind: str, value: object) -> ox.Literal:
    """The literal for a Python value or for what a user typed.

    Args:
        kind: One of the `KINDS` that are literals.
        value: A text, number, date, truth value or literal.

    Raises:
        UsageError: It is not of the type.
    """
    import datetime
    import unicodedata

    if isinstance(value, ox.Literal):
        value = value.value
    spec = KINDS[kind]
    typed = unicodedata.normalize("NFKC", value).strip() if isinstance(value, str) else ""
    if kind == "text" and isinstance(value, str):
        return ox.Literal(value)
    if kind == "integer":
        if isinstance(value, int) and not isinstance(value, bool):
            return ox.Literal(str(value), datatype=ox.NamedNode(_XSD + "integer"))
        if _INTEGER.match(typed) and len(typed) <= 18:
            return ox.Literal(str(int(typed)), datatype=ox.NamedNode(_XSD + "integer"))
    if kind == "date":
        if isinstance(value, datetime.datetime):
            value = value.date()
        if isinstance(value, datetime.date):
            return ox.Literal(value.isoformat(), datatype=ox.NamedNode(_XSD + "date"))
        if _DATE.match(typed):
            try:
                typed = datetime.date.fromisoformat(typed).isoformat()
            except ValueError as error:
                raise UsageError(
                    f"{value!r} is no day: {error}.", hint=f"Write {spec.form}."
                ) from None
            return ox.Literal(typed, datatype=ox.NamedNode(_XSD + "date"))
    if kind == "boolean":
        known = value if isinstance(value, bool) else _BOOLEANS.get(typed.casefold())
        if known is not None:
            return ox.Literal("true" if known else "false", datatype=ox.NamedNode(_XSD + "boolean"))
    raise UsageError(f"{show_value(value)} is not {spec.noun}.", hint=f"Write {spec.form}.")


def show_value(value: object, length: int = 80) -> str:
    """A value as messages show it, cut if it is long.

    Args:
        value: What was given.
        length: Characters at most.
    """
    text = repr(value)
    return text if len(text) <= length else text[: length - 1] + "…"
