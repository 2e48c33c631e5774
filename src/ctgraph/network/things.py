"""What is known of the nodes of a network: labels, kinds, dates, claims."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pyoxigraph

from ctgraph.errors import UnknownName, suggest
from ctgraph.query.entities import find_disputes, say_dispute
from ctgraph.query.evidence import attribute, kind_of, load_claims
from ctgraph.store import keep, keep_each
from ctgraph.terms import CT, LANGUAGES, expand, fold, shorten
from ctgraph.text import allow_long_cells

if TYPE_CHECKING:
    from ctgraph.store import Store


UNKNOWN_KIND = "Thing"
"""Kind of a node that has no class of the ontology."""

CONCEPT = "Concept"
"""Kind of a concept of a vocabulary, such as a topic or a threat."""

STATED = "Stated"
INFERRED = "Inferred"


def select_rows(store: Store, query: str) -> list[dict[str, str]]:
    """Return rows as text: IRIs and lexical forms, empty where unbound."""
    result = store.select(query)
    names = [variable.value for variable in result.variables]
    rows = []
    for solution in result:
        row = {}
        for name in names:
            term = solution[name]
            row[name] = term.value if isinstance(term, _WITH_VALUE) else ""
        rows.append(row)
    return rows


_WITH_VALUE = (pyoxigraph.NamedNode, pyoxigraph.Literal)


def read_cells(store: Store, query: str) -> Iterator[list[str]]:
    """Yield rows as lists of text, for many rows: the engine writes them, several times as fast.

    Args:
        store: The graph.
        query: A SELECT that gives no blank nodes, which would look like text.
    """
    rows = _read_csv(store, query)
    next(rows)
    return rows


def read_rows(store: Store, query: str) -> Iterator[dict[str, str]]:
    """Yield rows as `select_rows` does, for many of them.

    Args:
        store: The graph.
        query: As for `read_cells`.
    """
    rows = _read_csv(store, query)
    names = next(rows)
    return (dict(zip(names, row, strict=True)) for row in rows)


def _read_csv(store: Store, query: str) -> Iterator[list[str]]:
    result = store.select(query)
    try:
        body = result.native.serialize(format=pyoxigraph.QueryResultsFormat.CSV)
    except (OSError, RuntimeError, ValueError) as error:
        raise store.explain_failure(error, query) from error
    text = (body or b"").decode()
    allow_long_cells(text)
    return csv.reader(io.StringIO(text, newline=""))


def read_things(store: Store, iris: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return what a picture says of things, by IRI, from one query.

    Keys: ``label_en``, ``label_ja`` (each falls back to the other, then to the CURIE), ``kind``
    (local name of the most specific class; ``Concept`` for a concept of a vocabulary), ``family``
    (``Actor``, ``Activity``, ``Instrument``, ``Place`` or empty),
    ``acronym``, ``identification`` (``named``, ``unnamed`` or empty), ``starts``, ``ends``
    (ISO 8601 or empty), ``claims`` (list of claim IRIs); of what is vouched for on a day ``as_of``
    (ISO 8601); of what sources dispute ``disputed_en`` and ``disputed_ja``, what they say instead.

    Args:
        store: The graph.
        iris: The things.
    """
    wanted = sorted(set(iris))
    if not wanted:
        return {}
    # One pattern and no more: what follows from classes is found here, for joined to thousands of
    # things it takes several times as long.
    rows = read_cells(
        store,
        f"""
SELECT ?thing ?property ?value (LANG(?value) AS ?language)
WHERE {{
  VALUES ?thing {{ {" ".join(f"<{iri}>" for iri in wanted)} }}
  ?thing ?property ?value .
  FILTER(?property IN ({", ".join(_FACTS)}) && !isBlank(?value))
}}""",
    )
    said: dict[str, dict[str, list[str]]] = {thing: {} for thing in wanted}
    names = {expand(curie): name for curie, name in _FACTS.items()}
    for thing, name, value, language in rows:
        said[thing].setdefault(names[name] + language, []).append(value)
    above = _classes_above(store)
    kinds: dict[tuple[str, ...], tuple[str, str]] = {}
    found: dict[str, dict[str, Any]] = {}
    for thing, facts in said.items():
        classes = tuple(facts.get("class", ()))
        if classes not in kinds:
            kinds[classes] = _classify(classes, above)
        kind, family = kinds[classes]
        english, japanese = (min(facts.get(f"label{lang}", _NONE)) for lang in ("en", "ja"))
        name = english or japanese or shorten(thing).strip("<>")
        others = sorted({*facts.get("otheren", ()), *facts.get("otherja", ())})
        found[thing] = {
            "label_en": name,
            "label_ja": japanese or name,
            "kind": kind,
            "family": family,
            "acronym": next((text for text in others if _is_acronym(text)), ""),
            "identification": min(facts.get("identification", _NONE)).rpartition("/")[2],
            "starts": min(facts.get("starts", _NONE)),
            "ends": min(facts.get("ends", _NONE)),
            "claims": sorted(set(facts.get("claim", ()))),
        }
        if "as_of" in facts:
            found[thing]["as_of"] = min(facts["as_of"])
    for lang in LANGUAGES:
        for thing, disputes in find_disputes(store, wanted, lang).items():
            against = [other for one in disputes for other in one.others]
            found[thing][f"disputed_{lang}"] = say_dispute(against, lang)
    return found


_NONE = ("",)

_FACTS = {
    "rdf:type": "class",
    "skos:prefLabel": "label",
    "rdfs:label": "label",
    "skos:altLabel": "other",
    "ct:identification": "identification",
    "ct:startDate": "starts",
    "ct:endDate": "ends",
    "ct:asOf": "as_of",
    "ct:evidence": "claim",
}


_CONCEPT = expand("skos:Concept")
_FAMILIES = frozenset(CT + name for name in ("Actor", "Activity", "Instrument", "Place"))


def read_kinds(store: Store, iris: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return ``kind`` and ``family`` of things by IRI, as `read_things` has them.

    Args:
        store: The graph.
        iris: The things.
    """

    def find(missing: Iterable[str]) -> dict[str, dict[str, str]]:
        types: dict[str, list[str]] = {iri: [] for iri in missing}
        values = " ".join(f"<{iri}>" for iri in types)
        query = f"SELECT ?x ?c {{ VALUES ?x {{ {values} }} ?x a ?c FILTER(ISIRI(?c)) }}"
        for row in select_rows(store, query):
            types[row["x"]].append(row["c"])
        above = _classes_above(store)
        return {
            iri: dict(zip(("kind", "family"), _classify(classes, above), strict=True))
            for iri, classes in types.items()
        }

    return keep_each(store, "kinds of things", iris, find)


def _classes_above(store: Store) -> dict[str, set[str]]:
    """Return the classes above each class, read once."""

    def read() -> dict[str, set[str]]:
        above: dict[str, set[str]] = {}
        for row in select_rows(store, "SELECT ?class ?above { ?class rdfs:subClassOf+ ?above }"):
            above.setdefault(row["class"], set()).add(row["above"])
        return above

    return keep(store, "classes above", read)


def _classify(classes: Iterable[str], above: Mapping[str, set[str]]) -> tuple[str, str]:
    """Return the local names of the most specific of our classes, and of its family."""
    reached: set[str] = set()
    for one in classes:
        reached |= above.get(one, set()) - {one}
    kinds = {one.removeprefix(CT) for one in classes if one.startswith(CT) and one not in reached}
    families = {one.removeprefix(CT) for one in _FAMILIES & reached.union(classes)}
    other = CONCEPT if _CONCEPT in classes else UNKNOWN_KIND
    return min(kinds, default=other), min(families, default="")


def _is_acronym(text: str) -> bool:
    return 2 <= len(text) <= 12 and text.isascii() and text.isupper() and " " not in text


def read_claims(store: Store, iris: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return what is shown of claims, by IRI.

    Keys: ``kind`` (``quote``, ``digest`` or ``page``), ``quote``, ``quote_language``, ``page``,
    ``digest``, ``basis`` (``Stated`` or ``Inferred``), ``address`` (of the source), and in each
    language, behind ``_en`` or ``_ja``, ``gloss``, ``gloss_language``, ``reason`` and ``told`` (who
    says it and where); empty where the claim has none. What is in one language alone is in both.

    Args:
        store: The graph.
        iris: Claims.
    """
    wanted = sorted(set(iris))
    by_language = {lang: load_claims(store, wanted, lang) for lang in LANGUAGES}
    found = {}
    for iri, claim in by_language[LANGUAGES[0]].items():
        shown = {
            "kind": kind_of(claim),
            "quote": claim.quote or "",
            "quote_language": claim.quote_language,
            "page": claim.source_page or "",
            "digest": claim.words or "",
            "basis": (claim.basis or "").removeprefix(CT),
            "address": claim.source_address or "",
        }
        for lang, claims in by_language.items():
            one = claims[iri]
            shown[f"gloss_{lang}"] = one.gloss or ""
            shown[f"gloss_language_{lang}"] = one.gloss_language
            shown[f"reason_{lang}"] = one.reason or ""
            shown[f"told_{lang}"] = attribute(one, lang)
        found[iri] = shown
    return found


def fiscal_year(store: Store, year: str | int) -> str:
    """Return the IRI of a fiscal year.

    Args:
        store: The graph.
        year: The year in which it starts (``2023``), a label (``FY2023``), an IRI or a CURIE.

    Raises:
        UnknownName: The graph has no such fiscal year.
    """
    rows = select_rows(
        store,
        """
SELECT ?year ?label ?start
WHERE {
  ?year a ct:FiscalYear ; skos:prefLabel|skos:altLabel ?label .
  OPTIONAL { ?year ct:startDate ?start }
}""",
    )
    text = fold(str(year))
    known: dict[str, str] = {}
    for row in rows:
        names = [row["label"], row["start"][:4], row["year"], shorten(row["year"])]
        if text in {fold(name) for name in names if name}:
            return row["year"]
        known[row["label"]] = row["year"]
    raise UnknownName(
        "fiscal year",
        str(year),
        suggest(str(year), known),
        hint="known",
        names=sorted(shorten(iri) for iri in set(known.values())),
    )
