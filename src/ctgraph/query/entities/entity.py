"""Collects everything that the graph says of one thing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ctgraph.query.entities.disputes import (
    find_disputes,
    find_others,
    read_disputed_dates,
)
from ctgraph.query.entities.labels import (
    NAME_PROPERTIES,
    RELATION_PARTS,
    pick_text,
    read_classes,
    read_dates,
    read_relations,
)
from ctgraph.query.entities.names import resolve
from ctgraph.query.entities.search import claims_about
from ctgraph.query.entities.view import EntityView, PropertyGroup, Statement
from ctgraph.query.evidence.claims import (
    claims_of_triples,
    graphs_of_triples,
    load_claims,
)
from ctgraph.query.evidence.find import RowEvidence, find_evidence_of_rows, rules_of
from ctgraph.query.scope import describe_scope
from ctgraph.store import RULE_GRAPHS, keep_last
from ctgraph.store.sparql import term_to_sparql
from ctgraph.terms import CT, PREFIXES, check_lang, fold, shorten

if TYPE_CHECKING:
    from ctgraph.query.entities.labels import Term
    from ctgraph.store import Store


_RDF_TYPE = PREFIXES["rdf"] + "type"
_ALT_LABEL = PREFIXES["skos"] + "altLabel"
_EVIDENCE = CT + "evidence"


MOST_TRACED = 300
"""Derived statements of one thing up to which each is traced to its claims; it may take seconds."""
MOST_SORTED = 10_000
"""Statements of one property up to which those that are listed are the first in order."""

_YEAR = re.compile(r"\d{4}")


def describe_entity(
    store: Store, name: str | NamedNode, lang: str = "en", limit: int | None = 200
) -> EntityView:
    """Return everything that is said about one thing, each statement with its claims.

    Args:
        store: Where to look.
        name: An IRI, CURIE, label or acronym, in either language, or the end of a claim's name.
        lang: Language of labels and texts.
        limit: Statements to list for each property and direction; None for all.

    Raises:
        UnknownName: Nothing has that name; the message suggests some.
        AmbiguousName: Several things have it.
    """
    check_lang(lang)
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
        """Return the whole view."""
        iri = self.entity.value
        names = self.store.names([iri]).get(iri, {})
        acronyms, definitions = self._read_header()
        outgoing, out_totals = self._read_triples(incoming=False)
        incoming, in_totals = self._read_triples(incoming=True)
        classes = read_classes(self.store, [iri]).get(iri, ())
        is_claim = CT + "Claim" in classes
        content = self._read_content() if is_claim else []
        about = claims_about(self.store, [iri]).get(iri, ())
        triples = [*outgoing, *incoming, *content]
        statements = self._make_statements(triples)
        claims = load_claims(self.store, about, self.lang)
        class_labels = self.store.labels(list(classes), self.lang)
        return EntityView(
            iri=iri,
            lang=self.lang,
            labels=names,
            acronyms=tuple(sorted(set(acronyms))),
            classes=tuple((one, class_labels.get(one) or shorten(one)) for one in classes),
            definition=pick_text(definitions, self.lang),
            outgoing=self._group(outgoing, out_totals, statements, incoming=False),
            incoming=self._group(incoming, in_totals, statements, incoming=True),
            claims=tuple(claims[one] for one in sorted(claims)),
            content=tuple(statements[one] for one in content),
            namesakes=self._read_namesakes(names),
            scope=describe_scope(self.store),
        )

    def _read_header(self) -> tuple[list[str], dict[str, str]]:
        """Return names beside the labels, and definitions by language."""
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
        """Return triples with the thing at one end, and how many there are of each property."""
        pattern = f"?other ?p {self.entity}" if incoming else f"{self.entity} ?p ?other"
        if incoming:
            # What a symmetric property says in both directions is shown once.
            pattern += (
                f" FILTER NOT EXISTS {{ ?p a owl:SymmetricProperty . {self.entity} ?p ?other }}"
            )
        left_out = [_EVIDENCE] if incoming else [*NAME_PROPERTIES, _RDF_TYPE, _EVIDENCE]
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
            + ("ORDER BY ?other " if totals[one] <= MOST_SORTED else "")
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
        """Return what a claim states: its graph, but for what that says of its own evidence."""
        rows = self.store.select(
            f"SELECT ?s ?p ?o {{ GRAPH {self.entity} {{ ?s ?p ?o }} FILTER(?s != {self.entity}) "
            f"FILTER NOT EXISTS {{ {self.entity} ct:words ?s }} }} ORDER BY ?s ?p ?o"
        )
        return [Triple(row["s"], row["p"], row["o"]) for row in rows]

    def _read_namesakes(self, labels: Mapping[str, str]) -> tuple[str, ...]:
        """Other individuals with the same label in the same language."""
        if not labels:
            return ()
        values = " ".join(
            term_to_sparql(Literal(text, language=lang) if lang else Literal(text))
            for lang, text in labels.items()
        )
        rows = self.store.select(
            f"SELECT DISTINCT ?x {{ VALUES ?name {{ {values} }} ?x skos:prefLabel|rdfs:label ?name "
            f"FILTER(?x != {self.entity}) }}"
        )
        return tuple(sorted(row["x"].value for row in rows if isinstance(row["x"], NamedNode)))

    # Statements ----------------------------------------------------------------------------------

    def _make_statements(self, triples: Sequence[Triple]) -> dict[Triple, Statement]:
        """Return a statement for each triple."""
        ends = {triple: self._other(triple) for triple in triples}
        relations = read_relations(
            self.store,
            [end.value for end in ends.values() if isinstance(end, NamedNode)],
            self.entity,
        )
        all_told = [one for told in relations.values() for one in told]
        shown = sorted(_shown_iris(triples, all_told))
        labels = self.store.labels(shown, self.lang)
        disputes = find_disputes(self.store, shown, self.lang)
        dates = read_disputed_dates(self.store, shown, disputes, self.lang)
        holders = claims_of_triples(self.store, list(dict.fromkeys([*triples, *all_told])))
        all_claims = load_claims(
            self.store, {claim for found in holders.values() for claim in found}, self.lang
        )
        free = [one for one in triples if not holders.get(one)]
        is_traced = len(free) <= MOST_TRACED
        behind = self._read_derivations(free) if is_traced else self._read_origins(free)
        all_claims |= load_claims(
            self.store, {iri for found in behind.values() for iri in found.claims}, self.lang
        )
        titles = {
            graph.removeprefix(RULE_GRAPHS): pick_text(rule.title, self.lang)
            for graph, (rule, _) in rules_of(self.store).items()
        }
        made: dict[Triple, Statement] = {}
        for triple in triples:
            other = ends[triple]
            told = relations.get(other.value, []) if isinstance(other, NamedNode) else []
            iris = {claim for one in (triple, *told) for claim in holders.get(one, ())}
            claims = [all_claims[iri] for iri in sorted(iris) if iri in all_claims]
            rule = graph = ""
            if triple in behind:
                found = behind[triple]
                rule, graph = found.rule, found.graph
                known = {claim.iri for claim in claims}
                claims += [
                    replace(all_claims[iri], triples=held)
                    for iri, held in found.claims.items()
                    if iri not in known and iri in all_claims
                ]
                claims.sort(key=lambda claim: claim.iri)
            pieces = self._tell(other, told, labels, dates)
            text = "".join(piece for piece, _ in pieces)
            beyond = tuple(dict.fromkeys(iri for _, iri in pieces if iri)) if told else ()
            ours = () if rule else disputes.get(self.entity.value, ())
            others = find_others(ours, triple.predicate.value, triple.object, iris)
            made[triple] = Statement(
                triple,
                other,
                text,
                tuple(claims),
                rule,
                titles.get(rule) or rule,
                graph,
                beyond,
                pieces,
                others,
            )
        return made

    def _other(self, triple: Triple) -> Term:
        is_incoming = triple.subject != self.entity and triple.object == self.entity
        end = triple.subject if is_incoming else triple.object
        assert not isinstance(end, Triple)  # RDF 1.1 has no triples in triples
        return end

    def _read_derivations(self, triples: Sequence[Triple]) -> dict[Triple, _Origin]:
        """Return what triples that stand in no claim rest on; it is the same in each language."""
        key = ("derivations", self.entity.value, tuple(triples))
        return keep_last(self.store, key, lambda: self._find_derivations(triples))

    def _find_derivations(self, triples: Sequence[Triple]) -> dict[Triple, _Origin]:
        found: dict[Triple, _Origin] = {}
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
            rows: dict[Triple, dict[str, Term]] = {}
            for one in part:
                other = one.object if end == "o" else one.subject
                if not isinstance(other, (BlankNode, Triple)):
                    rows[one] = {"p": one.predicate, "o": other}
            if rows:
                told = find_evidence_of_rows(self.store, text, [*rows.values()], lang=self.lang)
                found |= {one: _origin(one, held) for one, held in zip(rows, told, strict=True)}
        return found

    def _read_origins(self, triples: Sequence[Triple]) -> dict[Triple, _Origin]:
        """Return the rules or graphs of triples that are too many to trace each to its claims."""
        found = {}
        for triple, graphs in graphs_of_triples(self.store, triples).items():
            rules = [one for one in sorted(graphs) if one.startswith(RULE_GRAPHS)]
            name = rules[0].removeprefix(RULE_GRAPHS) if rules else ""
            found[triple] = _Origin(name, "" if rules else min(graphs), {})
        return found

    def _tell(
        self,
        other: Term,
        told: Sequence[Triple],
        labels: Mapping[str, str],
        dates: Mapping[str, tuple[str, str]],
    ) -> tuple[tuple[str, str], ...]:
        """Return the other end of a triple for a reader, in pieces.

        Of a relation, what it tells.
        """

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
        for properties in RELATION_PARTS:
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
        labels = self.store.labels(sorted(grouped), self.lang)
        shown = {iri for found in grouped.values() for one in found for iri in _ends(one)}
        dates = read_dates(self.store, sorted(shown), self.lang)

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
        groups.sort(key=lambda g: (all(one.rule for one in g.statements), shorten(g.predicate)))
        return tuple(groups)


def _shown_iris(triples: Sequence[Triple], told: Sequence[Triple]) -> set[str]:
    """The IRIs in triples about a thing, and at the ends of what relations tell beyond them."""
    terms = [term for one in triples for term in (one.subject, one.predicate, one.object)]
    terms += [one.object for one in told]
    return {term.value for term in terms if isinstance(term, NamedNode)}


def _ends(statement: Statement) -> tuple[str, ...]:
    other = statement.other
    return (*((other.value,) if isinstance(other, NamedNode) else ()), *statement.beyond)


class _Origin(NamedTuple):
    """What a triple that no claim holds comes from.

    Attributes:
        rule: Name of the rule that made it.
        graph: The graph that defines it, if no rule does.
        claims: What each claim behind it holds of that, by the IRI of the claim.
    """

    rule: str
    graph: str
    claims: Mapping[str, tuple[Triple, ...]]


def _origin(triple: Triple, found: RowEvidence) -> _Origin:
    claims = {claim.iri: claim.triples for claim in found.claims}
    for derived in found.derived:
        if derived.triple == triple:
            return _Origin(derived.rule, "", claims)
    for definition in found.definitions:
        if definition.triple == triple:
            return _Origin("", definition.graph, claims)
    return _Origin("", "", claims)
