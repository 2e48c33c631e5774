"""The description of the data set: VoID, DCAT, citation, hash."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ctgraph.errors import UsageError
from ctgraph.export.formats import FORMATS, NETWORK_FORMATS, find_format
from ctgraph.export.rdf import Content, write_rdf
from ctgraph.export.resources.sources import read_sources
from ctgraph.export.snapshot import (
    Graphs,
    Snapshot,
    everything,
    is_stated,
    read_snapshot,
    subject_of,
)
from ctgraph.query import say_scope
from ctgraph.terms import BASE, CT, LANGUAGES, ONTOLOGY, PREFIXES, ct, expand, rdf, shorten, xsd
from ctgraph.version import __version__
from ctgraph.words import read_words, sentence

if TYPE_CHECKING:
    from ctgraph.store import Store


TITLE = {
    "en": "ctgraph: a citable knowledge graph of counter-terrorism cooperation",
    "ja": "ctgraph：テロ対策協力の引用可能な知識グラフ",
}
DESCRIPTION = {
    "en": "Who cooperates with whom against terrorism and organised crime, doing what, towards "
    "which goals. Every statement shows the words of the source that it rests on.",
    "ja": "テロ及び組織犯罪に対し、誰が誰と、何を、どの目標に向けて行っているか。"
    "すべての記述に、根拠となる出典の原文が付いている。",
}
PUBLISHER = "The ctgraph project"
KEYWORDS = {
    "en": ("counter-terrorism", "international cooperation", "knowledge graph", "provenance"),
    "ja": ("テロ対策", "国際協力", "知識グラフ", "出典"),
}
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
LICENCE_NAME = "CC BY 4.0"
DATASET = BASE + "dataset"


# --- the description ----------------------------------------------------------------------------


def describe(
    store: Store,
    *,
    format: str = "turtle",
    endpoint: str = "",
    downloads: Mapping[str, str] | None = None,
) -> str:
    """Return the VoID and DCAT description of the graph, as text in a format for triples.

    Every node of it has an IRI. Counts are those of the default graph, which is the merge of all
    graphs; what is asserted, derived and in the ontology, and the stated and the inferred claims,
    are counted as subsets. The checksum is the SHA-256 of the graph in RDFC-1.0 canonical form,
    which is the complete N-Quads export byte for byte.

    Args:
        store: The graph.
        format: ``turtle``, ``ntriples``, ``jsonld`` or ``rdfxml``.
        endpoint: URL of a SPARQL endpoint that answers for this graph, if there is one.
        downloads: URLs of files of the whole graph, by the names of their formats.

    Raises:
        UsageError: The format does not hold triples.
    """
    chosen = find_format(format)
    if chosen.name in {"csv", *NETWORK_FORMATS}:
        raise UsageError("description-format-unsupported", title=chosen.title)
    made = _description(read_snapshot(store), read_sources(store), downloads or {})
    scope = {lang: say_scope(store, lang) for lang in LANGUAGES}
    if any(scope.values()):
        made.add(DATASET, "dcterms:description", *_both(scope))
    if endpoint:
        made.add(DATASET, "void:sparqlEndpoint", endpoint)
    header = [f"Description of {TITLE['en']}", f"version {__version__}"]
    return write_rdf(chosen.name, Content(made.triples), header).decode()


def citation(store: Store) -> dict[str, str | list[dict[str, str]] | None]:
    """Return what a citation of the graph needs.

    Keys: ``title``, ``title_ja``, ``version``, ``publisher``, ``licence``, ``licence_name``,
    ``url``, ``doi`` (None: there is none), ``hash`` (SHA-256 of the canonical N-Quads of the whole
    graph), ``scope`` (according to whom and as of when, for a graph of some of the claims alone),
    ``text`` (one sentence) and ``sources``: a list, by IRI, with ``iri``, ``label_en``,
    ``label_ja``, ``date`` (as far as known), ``publisher_en`` and ``publisher_ja`` of each source
    that claims rest on, empty where the graph does not say.

    Args:
        store: The graph.
    """
    digest = "" if store.kind == "endpoint" else store.counts().graph_hash
    if not digest:
        # An endpoint does not know it, nor a store that an older version built.
        digest = read_snapshot(store).hash()
    return cite_sources(read_sources(store), digest, say_scope(store, "en"))


def cite_sources(
    sources: list[dict[str, str]], digest: str = "", scope: str = ""
) -> dict[str, str | list[dict[str, str]] | None]:
    """Return what `citation` gives, for sources and a hash that were found elsewhere.

    Args:
        sources: As under ``sources`` of `citation`.
        digest: The hash of the graph; the sentence leaves it out if it is empty.
        scope: As `ctgraph.query.say_scope` says it in English.
    """
    hashed = f"Data SHA-256 {digest}. " if digest else ""
    narrowed = f"{sentence(scope)}. " if scope else ""
    return {
        "title": TITLE["en"],
        "title_ja": TITLE["ja"],
        "version": __version__,
        "publisher": PUBLISHER,
        "licence": LICENCE,
        "licence_name": LICENCE_NAME,
        "url": BASE,
        "doi": None,
        "hash": digest,
        **({"scope": scope} if scope else {}),
        "text": f"{PUBLISHER}: {TITLE['en']}. Version {__version__}. {BASE}. "
        f"{narrowed}{hashed}{LICENCE_NAME}.",
        "sources": sources,
    }


class _Description:
    """The triples of the description while they are made."""

    def __init__(self) -> None:
        self.triples: set[ox.Triple] = set()

    def add(self, subject: str, curie: str, *values: str | int | ox.Literal) -> None:
        """Say something about a subject: IRIs as str, counts as int, text as Literal."""
        predicate = ox.NamedNode(expand(curie))
        for value in values:
            term: ox.NamedNode | ox.Literal
            if isinstance(value, str):
                term = ox.NamedNode(value)
            else:
                term = ox.Literal(value) if isinstance(value, int) else value
            self.triples.add(ox.Triple(ox.NamedNode(subject), predicate, term))


def _both(texts: Mapping[str, str]) -> list[ox.Literal]:
    return [ox.Literal(text, language=language) for language, text in texts.items()]


def _description(
    snapshot: Snapshot, sources: list[dict[str, str]], downloads: Mapping[str, str]
) -> _Description:
    made = _Description()
    merge = everything(snapshot).triples
    dataset = DATASET
    add = made.add
    digest = snapshot.hash()
    publisher = f"{dataset}#publisher"
    add(dataset, "rdf:type", expand("void:Dataset"), expand("dcat:Dataset"))
    add(dataset, "dcterms:title", *_both(TITLE))
    add(dataset, "dcterms:description", *_both(DESCRIPTION))
    add(dataset, "owl:versionInfo", ox.Literal(__version__))
    add(dataset, "dcat:version", ox.Literal(__version__))
    for language, words in KEYWORDS.items():
        add(dataset, "dcat:keyword", *(ox.Literal(word, language=language) for word in words))
    # The day that the ontology names; that of writing would make every day's file differ.
    of_ontology = [one for one in merge if one.subject == ox.NamedNode(ONTOLOGY)]
    modified = ox.NamedNode(expand("dcterms:modified"))
    said = [one.object for one in of_ontology if one.predicate == modified]
    days = [day.value for day in said if isinstance(day, ox.Literal)]
    if days:
        add(dataset, "dcterms:issued", ox.Literal(max(days), datatype=xsd.date))
    add(dataset, "dcterms:license", LICENCE)
    add(dataset, "dcterms:creator", publisher)
    add(dataset, "dcterms:publisher", publisher)
    add(publisher, "rdf:type", expand("foaf:Organization"))
    add(publisher, "foaf:name", ox.Literal(PUBLISHER))
    add(dataset, "dcterms:source", *(source["iri"] for source in sources))
    for language in ("en", "ja"):
        add(dataset, "dcterms:language", f"http://id.loc.gov/vocabulary/iso639-1/{language}")
    add(dataset, "dcat:landingPage", BASE)
    add(dataset, "void:uriSpace", ox.Literal(PREFIXES["ctd"]))
    _count(made, dataset, merge)
    _add_partitions(made, dataset, merge)
    used = {one.predicate.value for one in merge}
    namespaces = {ns for ns in PREFIXES.values() for iri in used if iri.startswith(ns)}
    add(dataset, "void:vocabulary", *sorted(namespaces))
    participations = {subject_of(one) for one in merge if one.predicate == ct.participant}
    examples = (*sorted(participations)[:3], *sorted(snapshot.claims)[:1])
    add(dataset, "void:exampleResource", *(one.value for one in examples))
    _add_subsets(made, dataset, snapshot)
    _add_distributions(made, dataset, digest, downloads)
    return made


def _add_distributions(
    made: _Description, dataset: str, digest: str, downloads: Mapping[str, str]
) -> None:
    add = made.add
    for item in FORMATS.values():
        distribution = f"{dataset}#distribution-{item.name}"
        add(dataset, "dcat:distribution", distribution)
        add(distribution, "rdf:type", expand("dcat:Distribution"))
        add(distribution, "dcterms:title", ox.Literal(item.title, language="en"))
        add(distribution, "dcterms:license", LICENCE)
        media = f"https://www.iana.org/assignments/media-types/{item.media_type}"
        add(distribution, "dcat:mediaType", media)
        add(distribution, "dcterms:format", ox.Literal(item.media_type))
        add(distribution, "dcat:accessURL", downloads.get(item.name, BASE))
        if item.name in downloads:
            add(distribution, "dcat:downloadURL", downloads[item.name])
    checksum = f"{dataset}#checksum"
    complete = f"{dataset}#distribution-nquads"
    about = "Complete: every claim, rule and vocabulary a named graph; RDFC-1.0 canonical form."
    add(complete, "dcterms:description", ox.Literal(about, language="en"))
    add(complete, "spdx:checksum", checksum)
    add(checksum, "rdf:type", expand("spdx:Checksum"))
    add(checksum, "spdx:algorithm", expand("spdx:checksumAlgorithm_sha256"))
    add(checksum, "spdx:checksumValue", ox.Literal(digest, datatype=xsd.hexBinary))


def _count(made: _Description, dataset: str, triples: Collection[ox.Triple]) -> None:
    typed = [one for one in triples if one.predicate == rdf.type]
    made.add(dataset, "void:triples", len(triples))
    made.add(dataset, "void:entities", len({one.subject for one in typed}))
    made.add(dataset, "void:distinctSubjects", len({one.subject for one in triples}))
    made.add(dataset, "void:distinctObjects", len({one.object for one in triples}))
    made.add(dataset, "void:properties", len({one.predicate for one in triples}))
    made.add(dataset, "void:classes", len({one.object for one in typed}))


def _add_partitions(made: _Description, dataset: str, triples: Collection[ox.Triple]) -> None:
    members: dict[str, int] = {}
    uses: dict[str, int] = {}
    subjects: dict[str, set[object]] = {}
    for one in triples:
        predicate, kind = one.predicate.value, one.object
        uses[predicate] = uses.get(predicate, 0) + 1
        subjects.setdefault(predicate, set()).add(one.subject)
        if predicate == rdf.type.value and isinstance(kind, ox.NamedNode):
            members[kind.value] = members.get(kind.value, 0) + 1
    for name, count in members.items():
        part = f"{dataset}#class-{_fragment(name)}"
        made.add(dataset, "void:classPartition", part)
        made.add(part, "void:class", name)
        made.add(part, "void:entities", count)
    for predicate, count in uses.items():
        part = f"{dataset}#property-{_fragment(predicate)}"
        made.add(dataset, "void:propertyPartition", part)
        made.add(part, "void:property", predicate)
        made.add(part, "void:triples", count)
        made.add(part, "void:distinctSubjects", len(subjects[predicate]))


def _fragment(iri: str) -> str:
    short = shorten(iri)
    if short[0] != "<":
        return short.replace(":", "-", 1)
    return hashlib.sha256(iri.encode("utf-8")).hexdigest()[:16]


def _add_subsets(made: _Description, dataset: str, snapshot: Snapshot) -> None:
    stated = {c for c, triples in snapshot.claims.items() if is_stated(c, triples)}
    subsets: dict[str, Graphs] = {
        "asserted": snapshot.claims,
        "stated": {c: triples for c, triples in snapshot.claims.items() if c in stated},
        "inferred": {c: triples for c, triples in snapshot.claims.items() if c not in stated},
        "derived": snapshot.rules,
        "ontology": snapshot.ontology,
    }
    for name, graphs in subsets.items():
        title = {lang: read_words("dataset", lang)[name] for lang in LANGUAGES}
        subset = f"{dataset}#{name}"
        made.add(dataset, "void:subset", subset)
        made.add(subset, "rdf:type", expand("void:Dataset"))
        made.add(subset, "dcterms:title", *_both(title))
        made.add(subset, "void:triples", len({t for triples in graphs.values() for t in triples}))
        if name in {"stated", "inferred", "asserted"}:
            made.add(subset, "void:entities", len(graphs))
            made.add(subset, "void:class", CT + "Claim")
