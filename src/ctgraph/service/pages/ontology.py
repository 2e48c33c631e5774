"""The ontology and the vocabularies, for people in two languages and for programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from ctgraph.errors import RequestError
from ctgraph.export import RDF_FORMATS, Format
from ctgraph.export.resources import graph_text
from ctgraph.service.handler import Limits, Reply, Request, see_other
from ctgraph.service.negotiation import choose
from ctgraph.service.pages.browse import kind_name, read_kinds
from ctgraph.service.pages.frame import Links, render
from ctgraph.store import keep, read_rules
from ctgraph.terms import CT, LANGUAGES, ONTOLOGY, PREFIXES, shorten
from ctgraph.words import read_words

if TYPE_CHECKING:
    from ctgraph.store import Store


_FORMATS = tuple(one for one in RDF_FORMATS if one.extension != "trig")
_RELATIONS = (
    ("subclass_of", PREFIXES["rdfs"] + "subClassOf"),
    ("subproperty_of", PREFIXES["rdfs"] + "subPropertyOf"),
    ("domain", PREFIXES["rdfs"] + "domain"),
    ("range", PREFIXES["rdfs"] + "range"),
    ("made_by", CT + "derivedBy"),
)


class Term(NamedTuple):
    """A class or property of the ontology.

    Attributes:
        iri: The term.
        anchor: Its local name, by which the page is linked.
        labels: Its labels by language.
        definitions: Its definitions by language.
        relations: A key of the words and the IRIs, for what it is related to.
        uses: Things of the class, or triples with the property.
        kind: The name of the class in URLs of lists; empty for what has no list.
    """

    iri: str
    anchor: str
    labels: Mapping[str, str]
    definitions: Mapping[str, str]
    relations: tuple[tuple[str, tuple[str, ...]], ...]
    uses: int
    kind: str


def ontology(store: Store, request: Request, limits: Limits) -> Reply:
    """Return where the IRI of the ontology leads to, by what the client accepts."""
    offers = ["text/html", *(one.media_type for one in _FORMATS)]
    chosen = choose(request.headers.get("accept", ""), offers, "the ontology")
    ending = next((one.extension for one in _FORMATS if one.media_type == chosen), "html")
    return see_other(Links(store, request).url(f"/ontology.{ending}"), vary="Accept")


def ontology_file(store: Store, request: Request, limits: Limits) -> Reply:
    """Return the ontology as a page or in a format."""
    extension = request.values["extension"]
    if extension == "html":
        return _page(store, request)
    for one in _FORMATS:
        if one.extension == extension:
            return _written(store, one)
    known = ", ".join(one.extension for one in _FORMATS)
    raise RequestError(
        "ontology-extension-unsupported", extension=extension, known=known, status=404
    )


def _written(store: Store, format: Format) -> Reply:
    text = graph_text(store, ONTOLOGY, format.name, "The ontology of ctgraph")
    return Reply(
        text.encode("utf-8"),
        format.content_type,
        headers=(("Link", f'<{ONTOLOGY}>; rel="describes"'),),
    )


def _page(store: Store, request: Request) -> Reply:
    terms = keep(store, "terms", lambda: read_terms(store))
    links = Links(store, request)
    named = {
        iri for part in terms.values() for one in part for _, iris in one.relations for iri in iris
    }
    return render(
        store,
        request,
        "ontology.html",
        title=read_words("pages", request.lang)["ontology"],
        terms=terms,
        names=store.labels(sorted(named), request.lang),
        files=[
            (one, address)
            for one in _FORMATS
            if (address := links.url(f"/ontology.{one.extension}"))
        ],
        rules=read_rules(store.bundle),
        iri=ONTOLOGY,
    )


def read_terms(store: Store) -> dict[str, list[Term]]:
    """Return the terms of the ontology: ``classes``, ``properties`` and ``others``, by name.

    Args:
        store: The graph.
    """
    own = f'FILTER(STRSTARTS(STR(?x), "{CT}"))'
    types: dict[str, set[str]] = {}
    for row in store.select(f"SELECT ?x ?t {{ ?x a ?t {own} }}"):
        types.setdefault(row["x"].value, set()).add(row["t"].value)
    names = store.names(types)
    definitions: dict[str, dict[str, str]] = {}
    for row in store.select(f"SELECT ?x ?v {{ ?x skos:definition ?v {own} }}"):
        definitions.setdefault(row["x"].value, {})[row["v"].language or ""] = row["v"].value
    properties = " ".join(f"<{iri}>" for _, iri in _RELATIONS)
    related: dict[tuple[str, str], set[str]] = {}
    for row in store.select(
        f"SELECT ?x ?p ?v {{ VALUES ?p {{ {properties} }} ?x ?p ?v FILTER(ISIRI(?v)) {own} }}"
    ):
        related.setdefault((row["x"].value, row["p"].value), set()).add(row["v"].value)
    uses = _uses(store)
    listed = {one.iri: one.number for one in read_kinds(store, "en")}
    found: dict[str, list[Term]] = {"classes": [], "properties": [], "others": []}
    for iri in sorted(types):
        kind = _kind(types[iri])
        found[kind].append(
            Term(
                iri,
                iri.removeprefix(CT),
                _ordered(names.get(iri, {})),
                _ordered(definitions.get(iri, {})),
                tuple(
                    (name, tuple(sorted(related[iri, relation])))
                    for name, relation in _RELATIONS
                    if (iri, relation) in related
                ),
                listed.get(iri, uses.get(iri, 0)),
                kind_name(iri) if iri in listed else "",
            )
        )
    return found


def _kind(types: set[str]) -> str:
    owl, rdf = PREFIXES["owl"], PREFIXES["rdf"]
    if owl + "Class" in types or PREFIXES["rdfs"] + "Class" in types:
        return "classes"
    is_property = any(one.startswith(owl) and one.endswith("Property") for one in types)
    return "properties" if is_property or rdf + "Property" in types else "others"


def _ordered(texts: Mapping[str, str]) -> dict[str, str]:
    return {lang: texts[lang] for lang in (*LANGUAGES, "") if lang in texts}


def _uses(store: Store) -> dict[str, int]:
    found: dict[str, int] = {}
    for text in (
        "SELECT ?t (COUNT(DISTINCT ?x) AS ?n) { ?x a ?t } GROUP BY ?t",
        "SELECT ?t (COUNT(*) AS ?n) { ?s ?t ?o } GROUP BY ?t",
    ):
        for row in store.select(text):
            if row["t"] is not None and row["t"].value.startswith(CT):
                found[row["t"].value] = int(row["n"].value)
    return found


# --- vocabularies --------------------------------------------------------------------------------


class Concept(NamedTuple):
    """A concept in the tree of its scheme."""

    iri: str
    label: str
    other: str
    definition: str
    depth: int


class Scheme(NamedTuple):
    """A vocabulary with its concepts, each behind the one above it."""

    iri: str
    anchor: str
    label: str
    description: str
    concepts: tuple[Concept, ...]


def vocabularies(store: Store, request: Request, limits: Limits) -> Reply:
    """Return all concept schemes with their concepts."""
    lang = request.lang
    return render(
        store,
        request,
        "vocabularies.html",
        title=read_words("pages", lang)["vocabularies"],
        schemes=keep(store, ("schemes", lang), lambda: read_schemes(store, lang)),
    )


def read_schemes(store: Store, lang: str) -> list[Scheme]:
    """Return the concept schemes with their concepts.

    Args:
        store: The graph.
        lang: Language of labels and definitions.
    """
    members: dict[str, list[str]] = {}
    for row in store.select(
        "SELECT DISTINCT ?s ?c { ?s a skos:ConceptScheme OPTIONAL { ?c skos:inScheme ?s } }"
    ):
        concepts = members.setdefault(row["s"].value, [])
        if row["c"] is not None:
            concepts.append(row["c"].value)
    above: dict[str, set[str]] = {}
    for row in store.select("SELECT ?c ?b { ?c skos:broader ?b }"):
        above.setdefault(row["c"].value, set()).add(row["b"].value)
    texts = _texts(store)
    every = sorted({*members, *(one for part in members.values() for one in part)})
    labels = store.labels(every, lang)
    others = store.labels(every, "en" if lang == "ja" else "ja")

    def name(iri: str) -> str:
        return labels.get(iri) or shorten(iri)

    schemes = []
    for scheme, concepts in members.items():
        held = set(concepts)
        below: dict[str, list[str]] = {}
        tops = []
        for concept in sorted(held, key=name):
            parents = sorted(above.get(concept, set()) & held - {concept})
            if parents:
                below.setdefault(parents[0], []).append(concept)
            else:
                tops.append(concept)
        listed: list[Concept] = []
        seen: set[str] = set()
        # What only a circle leads to comes last, so that nothing is lost.
        pending = [(one, 0) for one in reversed([*tops, *sorted(held - set(tops), key=name)])]
        while pending:
            concept, depth = pending.pop()
            if concept in seen:
                continue
            seen.add(concept)
            other = others.get(concept, "")
            listed.append(
                Concept(
                    concept,
                    name(concept),
                    other if other != name(concept) else "",
                    texts.get((concept, lang)) or texts.get((concept, "en"), ""),
                    min(depth, 5),
                )
            )
            pending += [(one, depth + 1) for one in reversed(below.get(concept, []))]
        description = texts.get((scheme, lang)) or texts.get((scheme, "en"), "")
        anchor = scheme.rpartition("/")[2]
        schemes.append(Scheme(scheme, anchor, name(scheme), description, tuple(listed)))
    return sorted(schemes, key=lambda one: (one.label.casefold(), one.iri))


def _texts(store: Store) -> dict[tuple[str, str], str]:
    """Return definitions of concepts and descriptions of schemes by IRI and language."""
    rows = store.select(
        "SELECT ?x ?v { { ?x skos:inScheme ?s ; skos:definition ?v } UNION "
        "{ ?x a skos:ConceptScheme ; dcterms:description ?v } }"
    )
    found: dict[tuple[str, str], str] = {}
    for row in rows:
        found.setdefault((row["x"].value, row["v"].language or "en"), row["v"].value)
    return found
