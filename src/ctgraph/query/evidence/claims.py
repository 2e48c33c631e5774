"""Claims: what each says and where, and which of them hold a triple."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, cast

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ctgraph.query.entities.labels import IRIS_AT_ONCE, select_about, show_period
from ctgraph.store import RULE_GRAPHS, keep, keep_each
from ctgraph.store.sparql import term_to_sparql
from ctgraph.terms import CT, CTV, PREFIXES

if TYPE_CHECKING:
    from ctgraph.store import Store


_KEPT = 20_000  # claims of a graph in memory that are kept once they were read
Term: TypeAlias = NamedNode | Literal | BlankNode


@dataclass(frozen=True)
class ClaimEvidence:
    """A claim and what it supports of an answer.

    Attributes:
        iri: The claim.
        quote: Verbatim words of the source; None if they are not printed.
        quote_language: Language tag of the quote, empty without one.
        words: SHA-256 of the words of the source, in hexadecimal, if they may not be printed.
        words_length: How many characters these words have after folding, if that is known.
        source_page: Page or slide of the source, if the claim only describes its layout.
        gloss: What the claim says, in the language asked for or else in any.
        gloss_language: Language tag of the gloss, empty without one.
        section: IRI of the section of the source.
        section_label: Its label.
        source: IRI of the source.
        source_label: Its label.
        source_address: Where the source is on the web, if it is there.
        source_date: When it was issued, no finer than that is known.
        source_kind: IRI of the kind of source it is.
        source_kind_label: Its label.
        seen_on: The day on which the source was read, if it was read on the web.
        publisher: IRI of who published the source.
        publisher_label: Its label.
        basis: IRI of the basis: `ct:Stated` or `ct:Inferred`.
        reason: Why it may be inferred; None for a stated claim.
        derived_from: IRIs of the claims that an inferred one rests on, sorted.
        triples: The triples of the answer that the claim supports, sorted.
    """

    iri: str
    quote: str | None = None
    quote_language: str = ""
    words: str | None = None
    words_length: int | None = None
    source_page: str | None = None
    gloss: str | None = None
    gloss_language: str = ""
    section: str | None = None
    section_label: str | None = None
    source: str | None = None
    source_label: str | None = None
    source_address: str | None = None
    source_date: str | None = None
    source_kind: str | None = None
    source_kind_label: str | None = None
    seen_on: str | None = None
    publisher: str | None = None
    publisher_label: str | None = None
    basis: str | None = None
    reason: str | None = None
    derived_from: tuple[str, ...] = ()
    triples: tuple[Triple, ...] = ()

    @property
    def is_stated(self) -> bool:
        """Whether the source says it in words."""
        return self.basis == CT + "Stated"


def claims_of_triples(store: Store, triples: Iterable[Triple]) -> dict[Triple, list[str]]:
    """Return the IRIs of the claims that hold each triple, sorted; empty for a triple in no claim.

    Args:
        store: Where to look.
        triples: Triples without variables.

    Example:
        >>> from ctgraph.store.store import open_store
        >>> from ctgraph.terms import PREFIXES, expand, shorten
        >>> japan = NamedNode(expand("ctd:jpn"))
        >>> is_a = NamedNode(PREFIXES["rdf"] + "type")
        >>> triple = Triple(japan, is_a, NamedNode(expand("ct:State")))
        >>> with open_store() as store:
        ...     [shorten(iri) for iri in claims_of_triples(store, [triple])[triple]]
        ['ctd:register-kind-state']
    """
    wanted = list(dict.fromkeys(triples))
    graphs = graphs_of_triples(store, wanted)
    named = {graph for found in graphs.values() for graph in found}
    others = sorted(graph for graph in named if not graph.startswith(RULE_GRAPHS))
    rows = select_about(store, others, "?x", "GRAPH ?x { ?x a ct:Claim }")
    claims = {_text(row["x"]) for row in rows}
    return {
        triple: sorted(graph for graph in graphs.get(triple, ()) if graph in claims)
        for triple in wanted
    }


def graphs_of_triples(
    store: Store, triples: Iterable[Triple], timeout: float | None = None
) -> dict[Triple, list[str]]:
    """Return the IRIs of the named graphs that hold each triple, of claims and others.

    A triple that no named graph holds is left out, and so is one with a blank node, which no
    query can name.

    Args:
        store: Where to look.
        triples: Triples without variables.
        timeout: Seconds for each query that is run, or None.
    """
    out: dict[Triple, list[str]] = {}
    nameable = [
        triple
        for triple in triples
        if not isinstance(triple.subject, BlankNode) and not isinstance(triple.object, BlankNode)
    ]
    for start in range(0, len(nameable), IRIS_AT_ONCE):
        part = nameable[start : start + IRIS_AT_ONCE]
        block = " ".join(
            f"({' '.join(term_to_sparql(term) for term in terms_of(triple))})" for triple in part
        )
        rows = store.select(
            f"SELECT ?s ?p ?o ?g WHERE {{ VALUES (?s ?p ?o) {{ {block} }} "
            "GRAPH ?g { ?s ?p ?o } }",
            timeout=timeout,
        )
        for row in rows:
            triple = Triple(row["s"], row["p"], row["o"])
            out.setdefault(triple, []).append(_text(row["g"]))
    return out


def terms_of(triple: Triple) -> tuple[Term, Term, Term]:
    """Return the three terms of a triple of the graph."""
    # Triples about triples (RDF 1.2) are in no graph of ours.
    return cast(tuple[Term, Term, Term], (triple.subject, triple.predicate, triple.object))


def load_claims(store: Store, iris: Iterable[str], lang: str = "en") -> dict[str, ClaimEvidence]:
    """Return the claims with some IRIs, by IRI; an IRI that is no claim is left out.

    Args:
        store: Where to look.
        iris: IRIs of claims.
        lang: Language of the gloss, the reason and the labels.

    Example:
        >>> from ctgraph.store.store import open_store
        >>> from ctgraph.terms import expand, shorten
        >>> iri = expand("ctd:mofa-2024-a07")
        >>> with open_store() as store:
        ...     claim = load_claims(store, [iri])[iri]
        >>> claim.gloss, claim.is_stated
        ('The Roma-Lyon Group was hosted in March 2023.', True)
    """
    wanted = sorted(set(iris))
    key = ("claims", lang)
    if store.kind == "memory" and len(keep(store, key, dict)) < _KEPT:
        return keep_each(store, key, wanted, lambda missing: _load_claims(store, missing, lang))
    return _load_claims(store, wanted, lang)


def _load_claims(store: Store, iris: Sequence[str], lang: str) -> dict[str, ClaimEvidence]:
    found: dict[str, dict[str, list[Term]]] = {}
    pattern = "GRAPH ?x { ?x a ct:Claim ; ?property ?value }"
    for row in select_about(store, iris, "?x ?property ?value", pattern):
        values = found.setdefault(_text(row["x"]), {})
        values.setdefault(_text(row["property"]), []).append(row["value"])
    claims = {iri: _claim(iri, found[iri], lang) for iri in sorted(found)}
    sections = sorted({claim.section for claim in claims.values() if claim.section})
    sources = keep_each(store, "sources", sections, lambda missing: _sources(store, missing))
    facts = keep_each(
        store,
        "facts of sources",
        sorted(set(sources.values())),
        lambda missing: _source_facts(store, missing),
    )
    named = {value for fact in facts.values() for value in (fact.publisher, fact.kind) if value}
    labels = store.labels(sorted({*sources, *sources.values(), *named}), lang)
    digests = _digests(store, found)
    for iri, claim in claims.items():
        section = claim.section or ""
        source = sources.get(section)
        fact = facts.get(source or "", SourceFacts())
        words, length = digests.get(_first_iri(found[iri], CT + "words") or "", (None, None))
        claims[iri] = replace(
            claim,
            words=words,
            words_length=length,
            section_label=labels.get(section),
            source=source,
            source_label=labels.get(source or ""),
            source_address=fact.address,
            source_date=fact.show_date(lang),
            source_kind=fact.kind,
            source_kind_label=labels.get(fact.kind or ""),
            seen_on=fact.seen_on,
            publisher=fact.publisher,
            publisher_label=labels.get(fact.publisher or ""),
        )
    return claims


class SourceFacts(NamedTuple):
    """What there is to tell of a source where it is cited; None for what is not known."""

    address: str | None = None
    publisher: str | None = None
    kind: str | None = None
    start: str | None = None
    end: str | None = None
    precision: str | None = None
    seen_on: str | None = None

    def show_date(self, lang: str) -> str | None:
        """Return when the source was issued, no finer than it is known."""
        if not (self.start or self.end):
            return None
        precision = (self.precision or "").removeprefix(CTV)
        return show_period(self.start or self.end or "", self.end or "", precision, lang)


_SOURCE_FACTS = {
    PREFIXES["schema"] + "url": "address",
    PREFIXES["dcterms"] + "publisher": "publisher",
    CT + "sourceKind": "kind",
    CT + "startDate": "start",
    CT + "endDate": "end",
    CT + "datePrecision": "precision",
    CT + "seenOn": "seen_on",
}


def _source_facts(store: Store, sources: Sequence[str]) -> dict[str, SourceFacts]:
    """Return what there is to tell of each source; of several values the first in order."""
    listed = ", ".join(f"<{one}>" for one in _SOURCE_FACTS)
    pattern = f"?x ?property ?value FILTER(?property IN ({listed}))"
    found: dict[str, dict[str, str]] = {source: {} for source in sources}
    for row in select_about(store, sources, "?x ?property ?value", pattern):
        facts, name = found[_text(row["x"])], _SOURCE_FACTS[_text(row["property"])]
        value = _text(row["value"])
        if name == "address" and not value.startswith(("http://", "https://")):
            continue  # it becomes a link on pages
        facts[name] = min(value, facts.get(name, value))
    return {source: SourceFacts(**facts) for source, facts in found.items()}


def _digests(
    store: Store, found: Mapping[str, Mapping[str, list[Term]]]
) -> dict[str, tuple[str, int | None]]:
    """Return digest and length of the words that claims rest on, by the node that has them."""
    nodes = {
        node.value
        for values in found.values()
        for node in values.get(CT + "words", ())
        if isinstance(node, NamedNode)
    }
    if not nodes:
        return {}
    pattern = "?x spdx:checksumValue ?digest OPTIONAL { ?x ct:wordsLength ?length }"
    rows = select_about(store, sorted(nodes), "?x ?digest ?length", pattern)
    return {_text(row["x"]): (_text(row["digest"]), _read_length(row["length"])) for row in rows}


def _read_length(term: object) -> int | None:
    """Return a number of characters; None for what is none, as a strange server may have it."""
    text = _text(term)
    return int(text) if text.isascii() and text.isdigit() and int(text) else None


def _claim(iri: str, values: Mapping[str, list[Term]], lang: str) -> ClaimEvidence:
    quote = _in_language(values.get(CT + "quote", ()), "")
    gloss = _in_language(values.get(CT + "gloss", ()), lang)
    return ClaimEvidence(
        iri=iri,
        quote=quote.value if quote else None,
        quote_language=(quote.language or "") if quote else "",
        source_page=_string(values.get(CT + "sourcePage", ()), lang),
        gloss=gloss.value if gloss else None,
        gloss_language=(gloss.language or "") if gloss else "",
        section=_first_iri(values, CT + "section"),
        basis=_first_iri(values, CT + "basis"),
        reason=_string(values.get(CT + "reason", ()), lang),
        derived_from=tuple(
            sorted(_text(term) for term in values.get(PREFIXES["prov"] + "wasDerivedFrom", ()))
        ),
    )


def _sources(store: Store, sections: Sequence[str]) -> dict[str, str]:
    """Return the source of each section."""
    out: dict[str, str] = {}
    for row in select_about(store, sections, "?x ?source", "?x ct:source ?source"):
        section, source = _text(row["x"]), _text(row["source"])
        out[section] = min(source, out.get(section, source))
    return out


def _string(terms: Iterable[Term], lang: str) -> str | None:
    literal = _in_language(terms, lang)
    return literal.value if literal else None


def _in_language(terms: Iterable[Term], lang: str) -> Literal | None:
    """Return the literal in a language, else in English, else the first of any."""
    literals = sorted(
        (term for term in terms if isinstance(term, Literal)),
        key=lambda term: (term.language != lang, term.language != "en", term.value),
    )
    return literals[0] if literals else None


def _first_iri(values: Mapping[str, list[Term]], key: str) -> str | None:
    iris = sorted(term.value for term in values.get(key, ()) if isinstance(term, NamedNode))
    return iris[0] if iris else None


def _text(term: object) -> str:
    return term.value if isinstance(term, (NamedNode, Literal, BlankNode)) else str(term)
