"""What figures show, each read by one query: activities in time, money, indicators, goals.

The queries are plain SPARQL 1.1, so they work on every store; the small answer is put together
here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph

from ctgraph.store import keep_last
from ctgraph.terms import CTV, shorten

if TYPE_CHECKING:
    from ctgraph.store import Store


NOT_STATED = CTV + "not-stated"
"""Status of what the source does not state."""


class Value(NamedTuple):
    """One value of a property.

    Attributes:
        text: IRI or lexical form.
        lang: Language tag, or empty.
        stated: Whether a claim that is stated, not inferred, says so.
    """

    text: str
    lang: str
    stated: bool


class Thing:
    """What the answer of a query says of one thing.

    Attributes:
        iri: The thing.
        groups: Why the query names it.
        values: Its values by the name of the property in the query.
    """

    __slots__ = ("groups", "iri", "values")

    def __init__(self, iri: str) -> None:
        self.iri = iri
        self.groups: set[str] = set()
        self.values: dict[str, list[Value]] = {}

    def all(self, what: str) -> list[Value]:
        """Return the values of a property, sorted.

        Args:
            what: Its name.
        """
        return sorted(self.values.get(what, []))

    def one(self, what: str) -> str:
        """Return the first value of a property, or an empty text.

        Args:
            what: Its name.
        """
        return next((value.text for value in self.all(what)), "")

    def is_stated(self, what: str) -> bool:
        """Tell whether the source says any of the values itself.

        Args:
            what: Name of the property.
        """
        return any(value.stated for value in self.values.get(what, []))

    def label(self, lang: str, what: str = "label") -> str:
        """Return its name in a language, else in any, else its CURIE.

        Args:
            lang: ``en`` or ``ja``.
            what: Name of the property.
        """
        names = sorted(self.all(what), key=lambda value: (value.lang != lang, value))
        return names[0].text if names else shorten(self.iri).strip("<>")

    def acronym(self) -> str:
        """Return its acronym, or an empty text."""
        names = (value.text for value in self.all("other"))
        return next((n for n in names if n.isascii() and n.isupper() and 2 <= len(n) <= 12), "")

    def short_label(self, lang: str) -> str:
        """Return its shortest name in a language.

        Args:
            lang: ``en`` or ``ja``.
        """
        names = [v.text for v in (*self.all("other"), *self.all("label")) if v.lang == lang]
        return min(names, key=lambda name: (len(name), name), default=self.label(lang))

    def span(self) -> tuple[date, date] | None:
        """Return its first and last day; None if it has no date that a calendar knows."""
        first, last = self.one("starts"), self.one("ends")
        try:
            start = date.fromisoformat(first[:10])
            end = date.fromisoformat((last or first)[:10])
        except ValueError:
            return None
        return (start, max(start, end))

    def number(self) -> tuple[float, str]:
        """Return its number, after which it is put in order; the last place if it has none."""
        try:
            return (float(self.one("number") or "inf"), self.iri)
        except ValueError:
            return (float("inf"), self.iri)


MONTHS = ("", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""English names of the months by number."""

Facts = dict[str, Thing]
"""Things by IRI."""


def read_facts(store: Store, members: str, properties: Mapping[str, str]) -> Facts:
    """Return things with their properties, from one query, which is asked once for both languages.

    Args:
        store: The graph.
        members: Graph pattern that binds ``?thing``, and ``?group`` to a text.
        properties: Properties (CURIEs) and the names they get here; several may share one.
    """
    # What differs is who is asked about; a server that draws many things keeps the last of each.
    key = (("facts", *properties.items()), members)
    return keep_last(store, key, lambda: _read_facts(store, members, properties))


def _read_facts(store: Store, members: str, properties: Mapping[str, str]) -> Facts:
    pairs = " ".join(f'({curie} "{name}")' for curie, name in properties.items())
    result = store.select(f"""
SELECT DISTINCT ?thing ?group ?what ?value ?language ?stated
WHERE {{
  {{ SELECT DISTINCT ?thing ?group WHERE {{ {members} }} }}
  VALUES (?property ?what) {{ {pairs} }}
  ?thing ?property ?value .
  BIND(IF(isLiteral(?value), LANG(?value), "") AS ?language)
  BIND(EXISTS {{
    GRAPH ?claim {{ ?thing ?property ?value }} ?claim ct:basis ct:Stated
  }} AS ?stated)
}}""")
    found: Facts = {}
    for row in result:
        thing, value, language = row["thing"], row["value"], row["language"]
        if not isinstance(thing, pyoxigraph.NamedNode) or not isinstance(
            value, (pyoxigraph.NamedNode, pyoxigraph.Literal)
        ):
            continue
        entry = found.setdefault(thing.value, Thing(thing.value))
        entry.groups.add(getattr(row["group"], "value", ""))
        stated = getattr(row["stated"], "value", "") in {"true", "1"}
        said = Value(value.value, getattr(language, "value", ""), stated)
        known = entry.values.setdefault(getattr(row["what"], "value", ""), [])
        if said not in known:
            known.append(said)
    return found


def in_group(facts: Facts, group: str) -> list[Thing]:
    """Return the things that a query named for one reason, by IRI.

    Args:
        facts: Answer of `read_facts`.
        group: The reason.
    """
    return [facts[iri] for iri in sorted(facts) if group in facts[iri].groups]


_NAMES = {"skos:prefLabel": "label", "rdfs:label": "label", "skos:altLabel": "other"}


def read_timeline(store: Store) -> Facts:
    """Return activities, incidents and fiscal years.

    Groups: ``Activity``, ``Incident``, ``FiscalYear``. Properties: ``label``, ``starts``,
    ``ends``, ``precision``, ``period``, ``partOf``.

    Args:
        store: The graph.
    """
    return read_facts(
        store,
        """
    { ?thing a/rdfs:subClassOf* ct:Activity BIND("Activity" AS ?group) }
    UNION { ?thing a/rdfs:subClassOf* ct:Incident BIND("Incident" AS ?group) }
    UNION { ?thing a ct:FiscalYear BIND("FiscalYear" AS ?group) }""",
        {
            **_NAMES,
            "ct:startDate": "starts",
            "ct:endDate": "ends",
            "ct:datePrecision": "precision",
            "ct:periodStatus": "period",
            "ct:partOf": "partOf",
        },
    )


def read_funding(store: Store) -> Facts:
    """Return contributions, who takes part in them and where what they pay for takes place.

    Groups: ``Contribution``, ``Participation``, ``Financed``, ``Actor``, ``Place``, ``Budget``.
    Properties: ``label``, ``other``, ``amount``, ``currency``, ``approximate``, ``expression``,
    ``amountStatus``, ``splitStatus``, ``starts``, ``ends``, ``budget``, ``participant``, ``role``,
    ``activity``, ``openEnded``, ``contribution`` (of what it finances), ``place``.

    Args:
        store: The graph.
    """
    return read_facts(
        store,
        """
    { ?thing a ct:Contribution BIND("Contribution" AS ?group) }
    UNION { ?thing ct:activity/a ct:Contribution BIND("Participation" AS ?group) }
    UNION { ?p ct:activity/a ct:Contribution ; ct:participant ?thing BIND("Actor" AS ?group) }
    UNION { ?thing ct:financedThrough ?c BIND("Financed" AS ?group) }
    UNION { ?f ct:financedThrough ?c ; ct:targetPlace ?thing BIND("Place" AS ?group) }
    UNION { ?c a ct:Contribution ; ct:targetPlace ?thing BIND("Place" AS ?group) }
    UNION { ?c a ct:Contribution ; ct:budget ?thing BIND("Budget" AS ?group) }""",
        {
            **_NAMES,
            "ct:amount": "amount",
            "ct:currency": "currency",
            "ct:approximate": "approximate",
            "ct:sourceExpression": "expression",
            "ct:amountStatus": "amountStatus",
            "ct:splitStatus": "splitStatus",
            "ct:startDate": "starts",
            "ct:endDate": "ends",
            "ct:budget": "budget",
            "ct:participant": "participant",
            "ct:role": "role",
            "ct:activity": "activity",
            "ct:openEnded": "openEnded",
            "ct:financedThrough": "contribution",
            "ct:targetPlace": "place",
        },
    )


def read_indicators(store: Store) -> Facts:
    """Return indicators and their values by fiscal year.

    Groups: ``Indicator``, ``Observation``, ``FiscalYear``, ``Unit``, ``Mode``, ``Note``.
    Properties: ``label``, ``number``, ``indicator``, ``year``, ``value``, ``unit``, ``mode``,
    ``note``, ``valueKind``, ``starts``.

    Args:
        store: The graph.
    """
    return read_facts(
        store,
        """
    { ?o ct:indicator ?thing ; sdmx-measure:obsValue ?v BIND("Indicator" AS ?group) }
    UNION { ?thing ct:indicator ?i ; sdmx-measure:obsValue ?v BIND("Observation" AS ?group) }
    UNION { ?o ct:fiscalYear ?thing ; sdmx-measure:obsValue ?v BIND("FiscalYear" AS ?group) }
    UNION { ?o ct:unit ?thing ; sdmx-measure:obsValue ?v BIND("Unit" AS ?group) }
    UNION { ?o ct:mode ?thing ; sdmx-measure:obsValue ?v BIND("Mode" AS ?group) }
    UNION { ?o ct:note ?thing ; sdmx-measure:obsValue ?v BIND("Note" AS ?group) }""",
        {
            **_NAMES,
            "ct:number": "number",
            "ct:indicator": "indicator",
            "ct:fiscalYear": "year",
            "sdmx-measure:obsValue": "value",
            "ct:unit": "unit",
            "ct:mode": "mode",
            "ct:note": "note",
            "ct:valueKind": "valueKind",
            "ct:startDate": "starts",
        },
    )


def read_goals(store: Store) -> Facts:
    """Return goals, areas of work, activities and the instruments they carry out.

    Groups: ``Goal``, ``WorkArea``, ``Activity``, ``Instrument``. Properties: ``label``, ``other``,
    ``number``, ``horizon``, ``serves``, ``workArea``, ``partOf``, ``implements``.

    Args:
        store: The graph.
    """
    return read_facts(
        store,
        """
    { ?thing a ct:Goal BIND("Goal" AS ?group) }
    UNION { ?thing a ct:WorkArea BIND("WorkArea" AS ?group) }
    UNION { ?thing a/rdfs:subClassOf* ct:Activity BIND("Activity" AS ?group) }
    UNION { ?a ct:implements ?thing BIND("Instrument" AS ?group) }""",
        {
            **_NAMES,
            "ct:number": "number",
            "ct:horizon": "horizon",
            "ct:serves": "serves",
            "ct:workArea": "workArea",
            "ct:partOf": "partOf",
            "ct:implements": "implements",
        },
    )


def read_sources(store: Store, things: Iterable[str], lang: str) -> list[str]:
    """Return the sources that the claims about things rest on, in words: name, publisher, date.

    Those that most of the claims name come first.

    Args:
        store: The graph.
        things: IRIs of things, or of claims.
        lang: ``en`` or ``ja``.
    """
    wanted = " ".join(f"<{iri}>" for iri in sorted(set(things)))
    if not wanted:
        return []
    facts = read_facts(
        store,
        f"""
    {{ VALUES ?about {{ {wanted} }}
      ?about (ct:evidence?/ct:section/ct:partOf*/ct:source) ?thing . BIND("Source" AS ?group) }}
    UNION {{ VALUES ?about {{ {wanted} }}
      ?about (ct:evidence?/ct:section/ct:partOf*/ct:source/dcterms:publisher) ?thing .
      BIND("Publisher" AS ?group) }}""",
        {
            **_NAMES,
            "dcterms:publisher": "publisher",
            "ct:startDate": "starts",
            "ct:datePrecision": "precision",
        },
    )
    rows = store.select(f"""SELECT ?source (COUNT(DISTINCT ?claim) AS ?n) {{
      VALUES ?about {{ {wanted} }}
      ?about ct:evidence? ?claim . ?claim ct:section/ct:partOf*/ct:source ?source
    }} GROUP BY ?source""")
    cited = {row["source"].value: int(row["n"].value) for row in rows}
    said = []
    for source in sorted(in_group(facts, "Source"), key=lambda one: -cited.get(one.iri, 0)):
        publisher = facts.get(source.one("publisher"))
        known = {"day": 10, "month": 7, "year": 4}.get(precision(source), 0)
        parts = [
            source.label(lang),
            publisher.label(lang) if publisher else "",
            source.one("starts")[:known],
        ]
        said.append(("、" if lang == "ja" else ", ").join(filter(None, parts)))
    return said


def precision(thing: Thing) -> str:
    """Return how precisely a date is known: ``day``, ``month``, ``year``, ``fiscal-year`` or empty.

    Args:
        thing: What has the date.
    """
    return thing.one("precision").removeprefix(CTV)


def is_true(thing: Thing, what: str) -> bool:
    """Tell whether a property says yes.

    Args:
        thing: The thing.
        what: Name of the property.
    """
    return thing.one(what) in {"true", "1"}


def is_not_stated(thing: Thing, what: str) -> bool:
    """Tell whether a status says that the source does not state it.

    Args:
        thing: The thing.
        what: Name of the property.
    """
    return any(value.text == NOT_STATED for value in thing.values.get(what, []))
