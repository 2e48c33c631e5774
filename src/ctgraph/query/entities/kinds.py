"""The kinds of values that parameters take and answers hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from ctgraph.errors import UsageError
from ctgraph.terms import CT, CTV, PREFIXES, shorten
from ctgraph.words import Quoted

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
    "source": Kind("a source", "a name, title, address, CURIE or IRI", CT + "Source"),
    "claim": Kind("a claim", "its identifier, such as a07, a CURIE or an IRI", CT + "Claim"),
    "activity": Kind("an activity", "a name, CURIE or IRI", CT + "Activity"),
    "indicator": Kind("an indicator", "a name, number, CURIE or IRI", CT + "Indicator"),
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
    """Return a term as SPARQL writes it, with a CURIE where there is one.

    Args:
        term: An IRI, blank node or literal.
    """
    return shorten(term.value) if isinstance(term, ox.NamedNode) else str(term)


def show_value(term: Term) -> str:
    """Return a value as people give it for a parameter: a CURIE, or the text of a literal.

    Args:
        term: An IRI, blank node or literal.
    """
    return term.value if isinstance(term, ox.Literal) else show_term(term)


_INTEGER = re.compile(r"[+-]?[0-9]+\Z")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_BOOLEANS = {"true": True, "false": False, "yes": True, "no": False, "はい": True, "いいえ": False}


def make_literal(kind: str, value: object) -> ox.Literal:
    """Return the literal for a Python value or for what a user typed.

    Args:
        kind: One of the `KINDS` that are literals.
        value: A text, number, date, truth value or literal.

    Raises:
        UsageError: It is not of the type.
    """
    import unicodedata

    if isinstance(value, ox.Literal):
        value = value.value
    if kind == "text" and isinstance(value, str):
        return ox.Literal(value)
    typed = unicodedata.normalize("NFKC", value).strip() if isinstance(value, str) else ""
    read = {"integer": _read_integer, "date": _read_date, "boolean": _read_boolean}.get(kind)
    text = read(value, typed) if read is not None else None
    if text is None:
        spec = KINDS[kind]
        raise UsageError("value-of-wrong-type", value=Quoted(value), kind=spec.noun, form=spec.form)
    return ox.Literal(text, datatype=ox.NamedNode(_XSD + kind))


def _read_integer(value: object, typed: str) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return str(int(typed)) if _INTEGER.match(typed) and len(typed) <= 18 else None


def _read_date(value: object, typed: str) -> str | None:
    import datetime

    if isinstance(value, datetime.datetime):
        value = value.date()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if not _DATE.match(typed):
        return None
    try:
        return datetime.date.fromisoformat(typed).isoformat()
    except ValueError as error:
        raise UsageError(
            "no-such-day", value=value, reason=error, form=KINDS["date"].form
        ) from None


def _read_boolean(value: object, typed: str) -> str | None:
    known = value if isinstance(value, bool) else _BOOLEANS.get(typed.casefold())
    return None if known is None else str(known).lower()
