"""Finding things by words, and showing everything that is said about one thing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ctgraph import evidence, sparql
from ctgraph.claims import ClaimEvidence, claims_of_triples, graphs_of_triples, load_claims
from ctgraph.errors import UnknownName, UsageError
from ctgraph.names import fold_pattern, resolve
from ctgraph.query import read_labels
from ctgraph.rules import RULE_GRAPHS, read_rules
from ctgraph.terms import CT, CTD, CTV, LANGUAGES, PREFIXES, fold, shorten

if TYPE_CHECKING:
    from ctgraph.store import Store

Term: TypeAlias = NamedNode | BlankNode | Literal

_RDF_TYPE = PREFIXES["rdf"] + "type"
_PREF_LABEL = PREFIXES["skos"] + "prefLabel"
_ALT_LABEL = PREFIXES["skos"] + "altLabel"
_LABEL = PREFIXES["rdfs"] + "label"
_EVIDENCE = CT + "evidence"
_NAME_PROPERTIES = (_PREF_LABEL, _LABEL, _ALT_LABEL)

# Where words are looked for besides names, the more telling ones first.
_TEXT_PROPERTIES = (
    PREFIXES["skos"] + "definition",
    PREFIXES["dcterms"] + "title",
    PREFIXES["dcterms"] + "description",
    CT + "quote",
    CT + "gloss",
    CT + "mentionText",
    CT + "sourceExpression",
    CT + "noteText",
    CT + "rationale",
    CT + "aim",
    CT + "reason",
    PREFIXES["skos"] + "scopeNote",
    PREFIXES["rdfs"] + "comment",
)
# Things that stand for a relation between others: a reader wants the other ends, not the node.
# What is told of one comes in three parts: in what role, who, and in what.
_RELATION_CLASSES = (CT + "Participation", PREFIXES["org"] + "Membership", CT + "CooperationTie")
_RELATION_PARTS = (
    (CT + "role", PREFIXES["org"] + "role"),
    (CT + "participant", CT + "tieBetween", PREFIXES["org"] + "member"),
    (CT + "activity", CT + "jointActivity", PREFIXES["org"] + "organization"),
)
_RELATION_PROPERTIES = tuple(one for part in _RELATION_PARTS for one in part)
_AT_ONCE = 200
_MOST_TRACED = 300
"""Derived statements of one thing up to which each is traced to its claims; it may take seconds."""
_MOST_SORTED = 10_000
"""Statements of one property up to which those that are listed are the first in order."""
_YEAR = re.compile(r"\d{4}")


# --- finding -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Hit:
    """A thing with a text in one of its names or texts.

    Attributes:
        iri: The thing; for a quote or gloss the claim.
        labels: Its labels by language; empty for a claim, which has none.
        kind: What it is, in the language asked for: the label of its most specific class, of a
            concept that of its scheme; empty if nothing is said.
        predicate: IRI of the property whose value matched.
        text: The value that matched, whole.
        span: Where in `text` the match begins and ends, in characters from 0.
        claims: IRIs of the claims about the thing, sorted; of a claim, itself.
        lang: The language asked for.
    """

    iri: str
    labels: Mapping[str, str]
    kind: str
    predicate: str
    text: str
    span: tuple[int, int]
    claims: tuple[str, ...]
    lang: str = "en"

    @property
    def label(self) -> str:
        """The label in the language asked for, else in the other, else the CURIE."""
        return _pick(self.labels, self.lang) or shorten(self.iri)


def find(store: Store, text: str, lang: str = "en", limit: int | None = None) -> list[Hit]:
    """Things with a text in a label, acronym, definition, quote, gloss or reason, best first.

    Each thing comes once, with its best match: a label that is the text, an acronym that is the
    text, a name that begins with it, a name that contains it, then the other texts. Case, full-
    and half-width forms and white space do not matter (`terms.fold`).

    Args:
        store: Where to look.
        text: What to look for, in any language.
        lang: Language of `Hit.kind`.
        limit: Hits to return at most.

    Raises:
        UsageError: The text is empty or white space, or the limit is below 0.
    """
    if lang not in LANGUAGES:
        raise UnknownName("language", lang, hint=f"Known: {', '.join(LANGUAGES)}.")
    if limit is not None and limit < 0:
        raise UsageError(f"a limit of {limit} is below 0.")
    folded = fold(text)
    if not folded:
        raise UsageError("there is nothing to look for.", hint="Give a word or a part of one.")
    best: dict[str, tuple[tuple[object, ...], str, str, tuple[int, int]]] = {}
    ordered: list[str] = []
    for properties in (_NAME_PROPERTIES, _TEXT_PROPERTIES):
        for iri, property_, value in _matching(store, text, properties):
            span = find_span(value, folded)
            if span is None:
                continue
            rank = _rank(iri, property_, value, folded, span)
            if iri not in best or rank < best[iri][0]:
                best[iri] = (rank, property_, value, span)
        # The name of a relation is made of other names, so it goes last.
        ranked = sorted(best, key=lambda iri: best[iri][0])
        ordered, is_full = _relations_last(store, ranked, limit)
        if is_full:
            break  # names go first, so no quote can come before them
    labels = read_names(store, ordered)
    kinds = read_kinds(store, ordered, lang)
    claims = _claims_about(store, ordered)
    hits = []
    for iri in ordered:
        _, property_, value, span = best[iri]
        hits.append(
            Hit(
                iri=iri,
                labels=labels.get(iri, {}),
                kind=kinds.get(iri, ""),
                predicate=property_,
                text=value,
                span=span,
                claims=claims.get(iri, ()),
                lang=lang,
            )
        )
    return hits


def read_names(store: Store, iris: Sequence[str]) -> dict[str, dict[str, str]]:
    """The labels of things by IRI and language; `store.labels` gives one language alone.

    Args:
        store: Where to look.
        iris: IRIs of the things.
    """
    found: dict[str, dict[str, str]] = {}
    for part in _parts(iris):
        rows = store.select(
            f"SELECT ?x ?p ?v {{ VALUES ?x {{ {part} }} ?x ?p ?v "
            "FILTER(?p IN (skos:prefLabel, rdfs:label)) FILTER(ISLITERAL(?v)) } "
            "ORDER BY ?x ?p DESC(?v)"
        )
        for row in rows:
            # The last one counts: skos:prefLabel before rdfs:label, and always the same of two.
            found.setdefault(row["x"].value, {})[row["v"].language or ""] = row["v"].value
    order = {one: place for place, one in enumerate((*LANGUAGES, ""))}
    return {
        iri: dict(sorted(labels.items(), key=lambda item: (order.get(item[0], 3), item[0])))
        for iri, labels in found.items()
    }


def _pick(texts: Mapping[str, str], lang: str) -> str:
    """The text in a language, else in any other, else nothing."""
    return texts.get(lang) or next(iter(texts.values()), "")


def _matching(store: Store, text: str, properties: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Things, properties and values that may contain a text; the store does the search."""
    values = " ".join(f"<{one}>" for one in properties)
    pattern = sparql.term_to_sparql(Literal(fold_pattern(text)))
    rows = store.select(
        f"SELECT DISTINCT ?x ?property ?value {{ VALUES ?property {{ {values} }} "
        f"?x ?property ?value FILTER(REGEX(STR(?value), {pattern})) }}"
    )
    for row in rows:
        if isinstance(row["x"], NamedNode):
            yield row["x"].value, row["property"].value, row["value"].value


def _relation_classes(store: Store) -> set[str]:
    """The classes of things that stand for relations."""
    roots = " ".join(f"<{one}>" for one in _RELATION_CLASSES)
    rows = store.select(
        f"SELECT DISTINCT ?c {{ VALUES ?root {{ {roots} }} ?c rdfs:subClassOf* ?root }}"
    )
    found = {row["c"].value for row in rows if isinstance(row["c"], NamedNode)}
    return found.union(_RELATION_CLASSES)


def find_relations(store: Store, iris: Iterable[str]) -> set[str]:
    """Those of some things that stand for relations between others, such as participations.

    Args:
        store: Where to look.
        iris: IRIs of the things.
    """
    classes = _relation_classes(store)
    return {
        row["x"].value
        for part in _parts(iris)
        for row in store.select(f"SELECT ?x ?c {{ VALUES ?x {{ {part} }} ?x a ?c }}")
        if isinstance(row["c"], NamedNode) and row["c"].value in classes
    }


def _relations_last(
    store: Store, ordered: Sequence[str], limit: int | None
) -> tuple[list[str], bool]:
    """Things in their order, relations behind all others, and whether a limit left none of those.

    Only as many are looked at as it takes to find enough that are no relations.
    """
    others: list[str] = []
    relations: list[str] = []
    for start in range(0, len(ordered), _AT_ONCE):
        part = ordered[start : start + _AT_ONCE]
        found = find_relations(store, part)
        others += [iri for iri in part if iri not in found]
        relations += [iri for iri in part if iri in found]
        if limit is not None and len(others) >= limit:
            return others[:limit], True
    return [*others, *relations][:limit], False


def _rank(
    iri: str, property_: str, value: str, folded: str, span: tuple[int, int]
) -> tuple[object, ...]:
    """What a match is sorted by; every part breaks a tie of those before it."""
    whole = fold(value)
    if property_ not in _NAME_PROPERTIES:
        # Definitions of the vocabulary's own terms explain words; what sources say goes first.
        group = 4 if iri.startswith((CTD, CTV)) else 5
        return (group, _TEXT_PROPERTIES.index(property_), len(whole), iri, value)
    if whole == folded:
        group = 1 if property_ == _ALT_LABEL else 0
    else:
        group = 2 if span[0] == 0 or whole.startswith(folded) else 3
    is_term = not iri.startswith((CTD, CTV))
    return (group, is_term, len(whole), iri, property_ == _ALT_LABEL, value)


def find_span(text: str, folded: str) -> tuple[int, int] | None:
    """Where a folded text stands in a text that is not folded; None if it does not.

    Args:
        text: The text as it is.
        folded: What is looked for, as `terms.fold` gives it.

    Example:
        >>> find_span("日本、ＦＡＴＦ に出席", fold("fatfに"))
        (3, 9)
    """
    pieces: list[tuple[int, int]] = []  # for each folded character, where it came from
    joined: list[str] = []
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and (
            unicodedata.combining(text[end]) or "\uff9e" <= text[end] <= "\uff9f"
        ):
            end += 1
        piece = fold(text[start:end])
        joined.append(piece)
        pieces += [(start, end)] * len(piece)
        start = end
    place = "".join(joined).find(folded)
    if place >= 0:
        return pieces[place][0], pieces[place + len(folded) - 1][1]
    # Some characters fold otherwise together than apart (Hangul letters); then say where roughly.
    return (0, len(text)) if folded in fold(text) else None


def read_classes(store: Store, iris: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The classes of things by IRI: those without the ones that a more specific class implies.

    Args:
        store: Where to look.
        iris: IRIs of the things.
    """
    found: dict[str, set[str]] = {}
    for part in _parts(iris):
        rows = store.select(
            f"SELECT DISTINCT ?x ?c {{ VALUES ?x {{ {part} }} ?x a ?c "
            "FILTER(ISIRI(?c)) FILTER NOT EXISTS "
            "{ ?x a ?d . ?d rdfs:subClassOf+ ?c FILTER(?d != ?c) } }"
        )
        for row in rows:
            found.setdefault(row["x"].value, set()).add(row["c"].value)
    return {
        iri: tuple(sorted(classes, key=lambda one: (not one.startswith(CT), one)))
        for iri, classes in found.items()
    }


def read_kinds(store: Store, iris: Sequence[str], lang: str) -> dict[str, str]:
    """What things are, by IRI: the label of the most specific class, or of a concept's scheme.

    Args:
        store: Where to look.
        iris: IRIs of the things.
        lang: Language of the labels.
    """
    kinds = {iri: classes[0] for iri, classes in read_classes(store, iris).items()}
    concept = PREFIXES["skos"] + "Concept"
    for part in _parts(iri for iri in iris if kinds.get(iri) == concept):
        rows = store.select(
            f"SELECT ?x (MIN(?s) AS ?scheme) {{ VALUES ?x {{ {part} }} ?x skos:inScheme ?s }} "
            "GROUP BY ?x"
        )
        for row in rows:
            if row["x"] is not None and row["scheme"] is not None:
                kinds[row["x"].value] = row["scheme"].value
    labels = read_labels(store, sorted(set(kinds.values())), lang)
    return {iri: labels.get(kind) or shorten(kind) for iri, kind in kinds.items()}


def _claims_about(store: Store, iris: Sequence[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for part in _parts(iris):
        rows = store.select(
            f"SELECT DISTINCT ?x ?claim {{ VALUES ?x {{ {part} }} "
            "GRAPH ?claim { ?x ?property ?value } ?claim a ct:Claim }"
        )
        for row in rows:
            found.setdefault(row["x"].value, set()).add(row["claim"].value)
    return {iri: tuple(sorted(claims)) for iri, claims in found.items()}


def _parts(iris: Iterable[str]) -> Iterator[str]:
    """IRIs as the contents of VALUES blocks, some hundred in each."""
    ordered = list(dict.fromkeys(iris))
    for start in range(0, len(ordered), _AT_ONCE):
        part = ordered[start : start + _AT_ONCE]
        yield " ".join(sparql.term_to_sparql(NamedNode(iri)) for iri in part)


# --- one thing -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Statement:
    """One triple about a thing, readable, with what it rests on.

    Attributes:
        triple: The triple.
        other: Its other end: the object, or the subject if the thing is the object.
        text: The other end for a reader, in the language asked for. For a participation, a
            membership or a tie it says the role and the ends beyond: "co-host: Workshop (2024-02)".
        claims: The claims that hold the triple (and, where `text` tells of a relation, those that
            hold what it tells), by IRI; for a derived triple those that it was derived from.
        rule: Name of the rule that derived the triple; empty if a claim says it.
        rule_label: Title of that rule.
        graph: IRI of the ontology or vocabulary that says it, if neither claim nor rule does.
        beyond: IRIs of what `text` tells of beyond a relation, in the order of the text.
        pieces: `text` in pieces, each with the IRI of what it names or nothing.
    """

    triple: Triple
    other: Term
    text: str
    claims: tuple[ClaimEvidence, ...] = ()
    rule: str = ""
    rule_label: str = ""
    graph: str = ""
    beyond: tuple[str, ...] = ()
    pieces: tuple[tuple[str, str], ...] = ()

    @property
    def is_derived(self) -> bool:
        """Whether a rule made the triple."""
        return bool(self.rule)


@dataclass(frozen=True)
class PropertyGroup:
    """The statements about a thing with one property in one direction.

    Attributes:
        predicate: IRI of the property.
        label: Its label in the language asked for, or its CURIE.
        incoming: Whether the thing is the object of the statements.
        statements: The statements, in the order of their dates and texts.
        total: How many there are; more than are listed if the limit was reached.
    """

    predicate: str
    label: str
    incoming: bool
    statements: tuple[Statement, ...]
    total: int

    @property
    def truncated(self) -> bool:
        """Whether there are more statements than are listed."""
        return self.total > len(self.statements)


@dataclass(frozen=True)
class EntityView:
    """Everything that is said about one thing.

    Attributes:
        iri: The thing.
        lang: The language asked for.
        labels: Its labels by language.
        acronyms: Its other names, each once, sorted.
        classes: IRI and label of its classes, the most specific ones only.
        definition: Its definition in the language asked for; empty without one.
        outgoing: Statements of which it is the subject, grouped; names and classes left out.
        incoming: Statements of which it is the object, grouped.
        claims: The claims that speak about it, by IRI; for a claim, itself.
        content: For a claim, the statements that stand in its graph, but those on itself.
        namesakes: IRIs of other things with one of its labels, sorted.
    """

    iri: str
    lang: str
    labels: Mapping[str, str]
    acronyms: tuple[str, ...]
    classes: tuple[tuple[str, str], ...]
    definition: str
    outgoing: tuple[PropertyGroup, ...]
    incoming: tuple[PropertyGroup, ...]
    claims: tuple[ClaimEvidence, ...]
    content: tuple[Statement, ...] = ()
    namesakes: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The label in the language asked for, else in the other, else the CURIE."""
        return _pick(self.labels, self.lang) or shorten(self.iri)

    @property
    def statements(self) -> Iterator[Statement]:
        """All statements, outgoing ones first."""
        for group in (*self.outgoing, *self.incoming):
            yield from group.statements


def describe_entity(
    store: Store, name: str | NamedNode, lang: str = "en", limit: int | None = 200
) -> EntityView:
    """Everything that is said about one thing, each statement with its claims.

    Args:
        store: Where to look.
        name: An IRI, CURIE, label or acronym, in either language, or the end of a claim's name.
        lang: Language of labels and texts.
        limit: Statements to list for each property and direction; None for all.

    Raises:
        UnknownName: Nothing has that name; the message suggests some.
        AmbiguousName: Several things have it.
    """
    if lang not in LANGUAGES:
        raise UnknownName("language", lang, hint=f"Known: {', '.join(LANGUAGES)}.")
    term = resolve(store, name, "any", lang)
    assert isinstance(term, NamedNode)
    return _Viewer(store, term, lang, limit).view()


class _Viewer:
    """Collects what is said about one thing with few queries, however much there is."""

    def __init__(self, store: Store, entity: NamedNode, lang: str, limit: int | None) -> None:
        self.store = store
        self.entity = entity
        self.lang = lang
        self.limit = limit

    def view(self) -> EntityView:
        """The whole view."""
        iri = self.entity.value
        names = read_names(self.store, [iri]).get(iri, {})
        acronyms, definitions = self._read_header()
        outgoing, out_totals = self._read_triples(incoming=False)
        incoming, in_totals = self._read_triples(incoming=True)
        classes = read_classes(self.store, [iri]).get(iri, ())
        is_claim = CT + "Claim" in classes
        content = self._read_content() if is_claim else []
        about = _claims_about(self.store, [iri]).get(iri, ())
        triples = [*outgoing, *incoming, *content]
        statements = self._make_statements(triples)
        claims = load_claims(self.store, about, self.lang)
        class_labels = read_labels(self.store, list(classes), self.lang)
        return EntityView(
            iri=iri,
            lang=self.lang,
            labels=names,
            acronyms=tuple(sorted(set(acronyms))),
            classes=tuple((one, class_labels.get(one) or shorten(one)) for one in classes),
            definition=_pick(definitions, self.lang),
            outgoing=self._group(outgoing, out_totals, statements, incoming=False),
            incoming=self._group(incoming, in_totals, statements, incoming=True),
            claims=tuple(claims[one] for one in sorted(claims)),
            content=tuple(statements[one] for one in content),
            namesakes=self._read_namesakes(names),
        )

    def _read_header(self) -> tuple[list[str], dict[str, str]]:
        """Names beside the labels, and definitions by language."""
        others: list[str] = []
        definitions: dict[str, str] = {}
        rows = self.store.select(
            f"SELECT ?p ?v {{ VALUES ?p {{ skos:altLabel skos:definition }} {self.entity} ?p ?v "
            "FILTER(ISLITERAL(?v)) } ORDER BY ?p ?v"
        )
        for row in rows:
            if row["p"].value == _ALT_LABEL:
                others.append(row["v"].value)
            else:
                definitions[row["v"].language or ""] = row["v"].value
        return others, definitions

    def _read_triples(self, *, incoming: bool) -> tuple[list[Triple], dict[str, int]]:
        """Triples with the thing at one end, and how many there are of each property."""
        pattern = f"?other ?p {self.entity}" if incoming else f"{self.entity} ?p ?other"
        if incoming:
            # What a symmetric property says in both directions is shown once.
            pattern += (
                f" FILTER NOT EXISTS {{ ?p a owl:SymmetricProperty . {self.entity} ?p ?other }}"
            )
        left_out = [_EVIDENCE] if incoming else [*_NAME_PROPERTIES, _RDF_TYPE, _EVIDENCE]
        if not incoming:
            left_out.append(PREFIXES["skos"] + "definition")
        listed = ", ".join(f"<{one}>" for one in left_out)
        rows = self.store.select(
            f"SELECT ?p (COUNT(*) AS ?n) {{ {pattern} FILTER(?p NOT IN ({listed})) }} GROUP BY ?p"
        )
        totals = {row["p"].value: int(row["n"].value) for row in rows}
        large = [p for p, n in totals.items() if self.limit is not None and n > self.limit]
        listed = ", ".join(f"<{one}>" for one in [*left_out, *large])
        texts = [f"SELECT ?p ?other {{ {pattern} FILTER(?p NOT IN ({listed})) }}"]
        # A store on disk takes long to sort many, and no reader can use all of so many.
        texts += [
            f"SELECT ?p ?other {{ {pattern} FILTER(?p = <{one}>) }} "
            + ("ORDER BY ?other " if totals[one] <= _MOST_SORTED else "")
            + f"LIMIT {self.limit}"
            for one in large
        ]
        found = []
        for text in texts:
            for row in self.store.select(text):
                p, other = row["p"], row["other"]
                if isinstance(other, Triple):
                    continue
                found.append(
                    Triple(other, p, self.entity) if incoming else Triple(self.entity, p, other)
                )
        return found, totals

    def _read_content(self) -> list[Triple]:
        """What stands in the graph of a claim, but for what the claim says of itself."""
        rows = self.store.select(
            f"SELECT ?s ?p ?o {{ GRAPH {self.entity} {{ ?s ?p ?o }} "
            f"FILTER(?s != {self.entity}) }} ORDER BY ?s ?p ?o"
        )
        return [Triple(row["s"], row["p"], row["o"]) for row in rows]

    def _read_namesakes(self, labels: Mapping[str, str]) -> tuple[str, ...]:
        """Other individuals with the same label in the same language."""
        if not labels:
            return ()
        values = " ".join(
            sparql.term_to_sparql(Literal(text, language=lang) if lang else Literal(text))
            for lang, text in labels.items()
        )
        rows = self.store.select(
            f"SELECT DISTINCT ?x {{ VALUES ?name {{ {values} }} ?x skos:prefLabel|rdfs:label ?name "
            f"FILTER(?x != {self.entity}) }}"
        )
        return tuple(sorted(row["x"].value for row in rows if isinstance(row["x"], NamedNode)))

    # Statements ----------------------------------------------------------------------------------

    def _make_statements(self, triples: Sequence[Triple]) -> dict[Triple, Statement]:
        """A statement for each triple."""
        ends = {triple: self._other(triple) for triple in triples}
        relations = self._read_relations(
            [end.value for end in ends.values() if isinstance(end, NamedNode)]
        )
        shown = {end.value for end in ends.values() if isinstance(end, NamedNode)}
        for triple in triples:
            shown.update(
                term.value
                for term in (triple.subject, triple.predicate)
                if isinstance(term, NamedNode)
            )
        for told in relations.values():
            shown.update(one.object.value for one in told if isinstance(one.object, NamedNode))
        labels = read_labels(self.store, sorted(shown), self.lang)
        dates = self._read_dates(sorted(shown))
        wanted = list(
            dict.fromkeys([*triples, *(one for told in relations.values() for one in told)])
        )
        holders = claims_of_triples(self.store, wanted)
        all_claims = load_claims(
            self.store, {claim for found in holders.values() for claim in found}, self.lang
        )
        free = [one for one in triples if not holders.get(one)]
        is_traced = len(free) <= _MOST_TRACED
        behind = self._read_derivations(free) if is_traced else {}
        origins = {} if is_traced else self._read_origins(free)
        made: dict[Triple, Statement] = {}
        for triple in triples:
            other = ends[triple]
            told = relations.get(other.value, []) if isinstance(other, NamedNode) else []
            iris = {claim for one in (triple, *told) for claim in holders.get(one, ())}
            claims = [all_claims[iri] for iri in sorted(iris) if iri in all_claims]
            rule, rule_label, graph = origins.get(triple, ("", "", ""))
            if triple in behind:
                found = behind[triple]
                rule, rule_label, graph = _origin(triple, found)
                known = {claim.iri for claim in claims}
                claims += [claim for claim in found.claims if claim.iri not in known]
                claims.sort(key=lambda claim: claim.iri)
            pieces = self._tell(other, told, labels, dates)
            text = "".join(piece for piece, _ in pieces)
            beyond = tuple(dict.fromkeys(iri for _, iri in pieces if iri)) if told else ()
            made[triple] = Statement(
                triple, other, text, tuple(claims), rule, rule_label, graph, beyond, pieces
            )
        return made

    def _other(self, triple: Triple) -> Term:
        is_incoming = triple.subject != self.entity and triple.object == self.entity
        end = triple.subject if is_incoming else triple.object
        assert not isinstance(end, Triple)  # RDF 1.1 has no triples in triples
        return end

    def _read_relations(self, iris: Sequence[str]) -> dict[str, list[Triple]]:
        """What each relation among things says, but for its names and its tie to this thing."""
        classes = ", ".join(f"<{one}>" for one in sorted(_relation_classes(self.store)))
        properties = ", ".join(f"<{one}>" for one in _RELATION_PROPERTIES)
        found: dict[str, list[Triple]] = {}
        for part in _parts(iris):
            rows = self.store.select(
                f"SELECT DISTINCT ?x ?p ?o {{ VALUES ?x {{ {part} }} ?x a ?c . ?x ?p ?o "
                f"FILTER(?c IN ({classes})) FILTER(?p IN ({properties})) "
                f"FILTER(ISIRI(?o) && ?o != {self.entity}) }}"
            )
            for row in rows:
                triple = Triple(row["x"], row["p"], row["o"])
                found.setdefault(row["x"].value, []).append(triple)
        return {iri: sorted(told, key=_relation_order) for iri, told in found.items()}

    def _read_dates(self, iris: Sequence[str]) -> dict[str, tuple[str, str]]:
        """When each thing began, and its period for a reader, as far as it is said."""
        found: dict[str, tuple[str, str]] = {}
        for part in _parts(iris):
            rows = self.store.select(
                f"SELECT ?x (MIN(?a) AS ?start) (MAX(?b) AS ?end) (MIN(?c) AS ?precision) "
                f"{{ VALUES ?x {{ {part} }} ?x ct:startDate ?a OPTIONAL {{ ?x ct:endDate ?b }} "
                "OPTIONAL { ?x ct:datePrecision ?c } } GROUP BY ?x"
            )
            for row in rows:
                if row["x"] is None or row["start"] is None:
                    continue
                end = row["end"].value if row["end"] is not None else ""
                precision = row["precision"].value if row["precision"] is not None else ""
                start = row["start"].value
                period = show_period(start, end, precision.removeprefix(CTV), self.lang)
                found[row["x"].value] = (start, period)
        return found

    def _read_derivations(self, triples: Sequence[Triple]) -> dict[Triple, evidence.RowEvidence]:
        """What triples that stand in no claim rest on."""
        found: dict[Triple, evidence.RowEvidence] = {}
        sides = (
            (
                f"SELECT ?p ?o {{ {self.entity} ?p ?o }}",
                "o",
                [t for t in triples if t.subject == self.entity],
            ),
            (
                f"SELECT ?p ?o {{ ?o ?p {self.entity} }}",
                "s",
                [t for t in triples if t.subject != self.entity],
            ),
        )
        for text, end, part in sides:
            rows = [
                {"p": one.predicate, "o": one.object if end == "o" else one.subject}
                for one in part
                if not isinstance(one.object, (BlankNode, Triple))
                and not isinstance(one.subject, (BlankNode, Triple))
            ]
            if rows:
                results = evidence.find_evidence_of_rows(self.store, text, rows, lang=self.lang)
                found.update(zip(part, results, strict=True))
        return found

    def _read_origins(self, triples: Sequence[Triple]) -> dict[Triple, tuple[str, str, str]]:
        """What `_origin` says of triples, where there are too many to trace each to its claims."""
        titles = {rule.graph: rule.title for rule in read_rules(self.store.bundle)}
        found = {}
        for triple, graphs in graphs_of_triples(self.store, triples).items():
            rules = [one for one in sorted(graphs) if one.startswith(RULE_GRAPHS)]
            name = rules[0].removeprefix(RULE_GRAPHS) if rules else ""
            label = _pick(titles.get(rules[0], {}), self.lang) or name if rules else ""
            found[triple] = (name, label, "" if rules else min(graphs))
        return found

    def _tell(
        self,
        other: Term,
        told: Sequence[Triple],
        labels: Mapping[str, str],
        dates: Mapping[str, tuple[str, str]],
    ) -> tuple[tuple[str, str], ...]:
        """The other end of a triple for a reader, in pieces; of a relation, what it tells."""

        def name(term: object) -> tuple[str, str]:
            if not isinstance(term, NamedNode):
                return term.value if isinstance(term, (Literal, BlankNode)) else str(term), ""
            label = labels.get(term.value) or shorten(term.value)
            _, period = dates.get(term.value, ("", ""))
            # A label such as "Workshop (October 2023)" says it already.
            if all(year in fold(label) for year in _YEAR.findall(period)):
                return label, term.value
            shown = f"{label}（{period}）" if self.lang == "ja" else f"{label} ({period})"
            return shown, term.value

        if not told:
            return (name(other),)
        comma = "、" if self.lang == "ja" else ", "
        pieces: list[tuple[str, str]] = []
        for properties in _RELATION_PARTS:
            ends = [
                one.object
                for one in told
                if one.predicate.value in properties and isinstance(one.object, NamedNode)
            ]
            for place, piece in enumerate(dict.fromkeys(map(name, ends))):
                pieces += [(comma if place else ": ", "")] if pieces else []
                pieces.append(piece)
        return tuple(pieces)

    def _group(
        self,
        triples: Sequence[Triple],
        totals: Mapping[str, int],
        statements: Mapping[Triple, Statement],
        *,
        incoming: bool,
    ) -> tuple[PropertyGroup, ...]:
        grouped: dict[str, list[Statement]] = {}
        for triple in triples:
            grouped.setdefault(triple.predicate.value, []).append(statements[triple])
        labels = read_labels(self.store, sorted(grouped), self.lang)
        dates = self._read_dates(
            sorted({iri for found in grouped.values() for one in found for iri in _ends(one)})
        )

        def moment(one: Statement) -> tuple[str, str]:
            known = [dates[iri][0] for iri in _ends(one) if iri in dates]
            return (min(known) if known else "", one.text)

        groups = [
            PropertyGroup(
                predicate=iri,
                label=labels.get(iri) or shorten(iri),
                incoming=incoming,
                statements=tuple(sorted(found, key=moment)),
                total=totals.get(iri, len(found)),
            )
            for iri, found in grouped.items()
        ]
        # What sources say goes before what rules made of it.
        groups.sort(key=lambda g: (all(one.rule for one in g.statements), g.label, g.predicate))
        return tuple(groups)


def _ends(statement: Statement) -> tuple[str, ...]:
    other = statement.other
    return (*((other.value,) if isinstance(other, NamedNode) else ()), *statement.beyond)


def _relation_order(triple: Triple) -> tuple[int, str]:
    return (_RELATION_PROPERTIES.index(triple.predicate.value), str(triple.object))


def _origin(triple: Triple, found: evidence.RowEvidence) -> tuple[str, str, str]:
    """The name and title of the rule that made a triple, or the graph that defines it."""
    for derived in found.derived:
        if derived.triple == triple:
            return derived.rule, derived.rule_label, ""
    for definition in found.definitions:
        if definition.triple == triple:
            return "", "", definition.graph
    return "", "", ""


def show_period(start: str, end: str, precision: str, lang: str = "en") -> str:
    """A period for a reader, no finer than it is known.

    Args:
        start: Its first day as YYYY-MM-DD.
        end: Its last day, or nothing.
        precision: ``day``, ``month``, ``year``, ``fiscal-year`` or anything else.
        lang: ``en`` or ``ja``.

    Example:
        >>> show_period("2024-02-01", "2024-02-29", "month")
        '2024-02'
        >>> show_period("2021-04-01", "2024-03-31", "fiscal-year")
        'FY2021-FY2023'
        >>> show_period("2023-04-01", "2024-03-31", "fiscal-year", "ja")
        '2023年度'
    """
    end = end or start
    if precision == "fiscal-year":
        # A fiscal year is called by the year in which it begins.
        last = str(int(end[:4]) - (end[5:7] < start[5:7] or end[5:7] == "03" == start[5:7]))
        template = "{}年度" if lang == "ja" else "FY{}"
        parts = [template.format(start[:4]), template.format(last)]
    else:
        size = {"month": 7, "year": 4}.get(precision, 10)
        parts = [start[:size], end[:size]]
    dash = "～" if lang == "ja" else "-" if precision == "fiscal-year" else " to "
    return parts[0] if parts[0] == parts[1] else dash.join(parts)
