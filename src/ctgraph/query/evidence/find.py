"""What an answer rests on: the claims, rules and definitions behind each of its rows.

Evidence for a row of an answer is not guessed from its cells. The row's values are put back into
the patterns of the query, the query is solved again with them, and the triples that its patterns
then stand for are looked up in the claim graphs. What a rule derived leads back through the
rule's own patterns in the same way. What cannot be exact is said in notes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

from pyoxigraph import BlankNode, NamedNode, Triple

from ctgraph.errors import QueryRefused, QuerySyntaxError, UsageError
from ctgraph.query.evidence.claims import ClaimEvidence, graphs_of_triples, load_claims, terms_of
from ctgraph.query.evidence.notes import Note, move_into_rule
from ctgraph.query.evidence.patterns import unify
from ctgraph.query.evidence.solve import Solver
from ctgraph.query.evidence.support import Row, Support
from ctgraph.store import RULE_GRAPHS, Rule, keep, read_rules
from ctgraph.store.sparql import Query, to_text, tree

if TYPE_CHECKING:
    from ctgraph.store import Store


_DEEPEST_DERIVATION = 12


@dataclass(frozen=True)
class DerivedTriple:
    """A triple that a rule made, and what the rule made it from.

    Attributes:
        triple: The derived triple.
        rule: Name of the rule.
        rule_label: Title of the rule in the language asked for.
        premises: IRIs of all claims behind it, through further rules too, sorted.
        steps: The derived triples that it rests on directly, sorted.
        definitions: What the rule used of the ontology and the vocabularies, sorted.
    """

    triple: Triple
    rule: str
    rule_label: str
    premises: tuple[str, ...] = ()
    steps: tuple[Triple, ...] = ()
    definitions: tuple[Triple, ...] = ()


@dataclass(frozen=True)
class Definition:
    """A triple that only the ontology, a vocabulary or another graph without claims holds.

    Attributes:
        triple: The triple.
        graph: IRI of a graph that holds it.
    """

    triple: Triple
    graph: str


@dataclass(frozen=True)
class RowEvidence:
    """What one row of an answer rests on.

    Attributes:
        claims: The claims, by IRI; those behind derived triples are among them.
        derived: The derived triples, those that others rest on included, sorted.
        definitions: What stands in the ontology or a vocabulary only, sorted.
        notes: What is not exact.
        complete: Whether everything the row rests on was found and listed.
        lang: The language asked for.
    """

    claims: tuple[ClaimEvidence, ...] = ()
    derived: tuple[DerivedTriple, ...] = ()
    definitions: tuple[Definition, ...] = ()
    notes: tuple[Note, ...] = ()
    complete: bool = True
    lang: str = "en"

    def __repr__(self) -> str:
        return f"<RowEvidence: {len(self.claims)} claims>"

    @property
    def is_stated(self) -> bool:
        """Whether a stated claim says each triple; others may say it too."""
        said: dict[Triple, bool] = {}
        for claim in self.claims:
            said |= {one: claim.is_stated or said.get(one, False) for one in claim.triples}
        return bool(said) and all(said.values())

    def _repr_html_(self) -> str:
        """Return the claims with words, source and place, for notebooks."""
        from html import escape

        from ctgraph.query.markup import MOST_ROWS, more, show_claim, soft

        shown = [show_claim(claim, self.lang) for claim in self.claims[:MOST_ROWS]]
        rest = more("more_claims", len(self.claims) - MOST_ROWS, self.lang)
        notes = [soft(escape(note.text)) for note in self.notes]
        items = [f"<li>{one}</li>" for one in (*shown, rest, *notes) if one]
        return f"<ul>{''.join(items)}</ul>"


# --- questions about answers ---------------------------------------------------------------------


def find_evidence(
    store: Store,
    query: str | Query,
    bindings: Row,
    *,
    lang: str = "en",
    limit: int = 1000,
    timeout: float | None = None,
) -> RowEvidence:
    """Return what one row of an answer rests on.

    Args:
        store: The store that answered.
        query: The query as it was run, SELECT or ASK.
        bindings: The row: terms by column; an unbound column is left out. Empty for ASK.
        lang: Language of labels, glosses and notes.
        limit: Solutions of the query to follow for the row at most.
        timeout: Seconds for each query that is run, or None.

    Raises:
        UsageError: The row has a column that the query does not.

    Example:
        >>> from ctgraph.store.store import open_store
        >>> from ctgraph.terms import expand, shorten
        >>> text = "SELECT ?who { ?p ct:participant ?who ; ct:activity ctd:roma-lyon-2023-03 }"
        >>> with open_store() as store:
        ...     found = find_evidence(store, text, {"who": NamedNode(expand("ctd:jpn"))})
        >>> [shorten(claim.iri) for claim in found.claims], found.complete
        (['ctd:mofa-2024-a07', 'ctd:mofa-2024-x01-roma-lyon-2023-03-host'], True)
    """
    return find_evidence_of_rows(store, query, [bindings], lang=lang, limit=limit, timeout=timeout)[
        0
    ]


def find_evidence_of_rows(
    store: Store,
    query: str | Query,
    rows: Sequence[Row],
    *,
    lang: str = "en",
    limit: int = 1000,
    timeout: float | None = None,
) -> list[RowEvidence]:
    """Return what each row of an answer rests on, in the order of the rows.

    Many rows cost few more queries than one.

    Args:
        store: The store that answered.
        query: The query as it was run, SELECT or ASK.
        rows: The rows, as for `find_evidence`.
        lang: Language of labels, glosses and notes.
        limit: Solutions of the query to follow for each row at most.
        timeout: Seconds for each query that is run, or None.

    Raises:
        UsageError: A row has a column that the query does not.
    """
    search = _Search(store, lang, limit, timeout)
    query = Query.of(query)
    try:
        columns = set(query.columns)
    except QuerySyntaxError as error:
        # The engine answered it, so it is SPARQL beyond 1.1.
        note = search.solver.note("unread", line=error.line, column=error.column)
        return [RowEvidence(notes=(note,), complete=False, lang=lang) for _ in rows]
    for row in rows:
        if unknown := sorted(set(row) - columns):
            raise UsageError("no-such-query-column", unknown=unknown[0])
    try:
        supports = search.solver.follow_query(query.tree, rows, loose=True)
    except QueryRefused:
        note = search.solver.note("refused")
        return [RowEvidence(notes=(note,), complete=False, lang=lang) for _ in rows]
    for support in supports:
        if not support.solved:
            support.add(search.solver.note("none" if query.tree.form == "ASK" else "lost"))
            support.complete = support.complete and query.tree.form == "ASK"
    return search.finish(supports)


def find_triple_evidence(
    store: Store,
    triple: Triple,
    query: str | Query | None = None,
    *,
    lang: str = "en",
    limit: int = 1000,
    timeout: float | None = None,
) -> RowEvidence:
    """Return what one triple rests on: of the graph, or of the answer to a CONSTRUCT or DESCRIBE.

    A triple that a CONSTRUCT made rests on what its patterns matched; any other triple on the
    claims that hold it.

    Args:
        store: The store that answered.
        triple: The triple.
        query: The query that made it; None for a triple of the graph.
        lang: Language of labels, glosses and notes.
        limit: Solutions of the query to follow at most.
        timeout: Seconds for each query that is run, or None.

    Example:
        >>> from ctgraph.store.store import open_store
        >>> from ctgraph.terms import expand, shorten
        >>> names = map(expand, ("ctd:jpn", "ct:participatesIn", "ctd:roma-lyon-2023-03"))
        >>> with open_store() as store:
        ...     found = find_triple_evidence(store, Triple(*map(NamedNode, names)))
        >>> found.derived[0].rule_label, len(found.claims)
        ('Participation in an activity', 2)
    """
    search = _Search(store, lang, limit, timeout)
    support = Support()
    if query is not None:
        try:
            asked = Query.of(query).tree
        except QuerySyntaxError as error:
            note = search.solver.note("unread", line=error.line, column=error.column)
            return RowEvidence(notes=(note,), complete=False, lang=lang)
        for pattern in asked.template or ():
            row = unify(pattern, triple)
            if row is not None:
                found = search.solver.follow_query(asked, [row])[0]
                support.merge(found)
                support.solved |= found.solved
    if not support.solved:
        support.triples[triple, None] = None
    return search.finish([support])[0]


# --- searching ---------------------------------------------------------------------------------


class _Search:
    """One search for evidence: runs queries, remembers what it derived, and sums up."""

    def __init__(self, store: Store, lang: str, limit: int, timeout: float | None) -> None:
        self.store = store
        self.solver = Solver(store, lang, limit, timeout)
        self.lang = self.solver.lang
        self.derivations: dict[Triple, _Derivation] = {}
        self.claims: dict[str, ClaimEvidence] = {}
        self.others: set[str] = set()

    # Looking up.

    def claims_among(self, graphs: Iterable[str]) -> set[str]:
        """Return the graphs that are claims; they are loaded."""
        asked = [
            graph
            for graph in graphs
            if graph not in self.claims
            and graph not in self.others
            and not graph.startswith(RULE_GRAPHS)
        ]
        if asked:
            self.claims.update(load_claims(self.store, asked, self.lang))
            self.others.update(graph for graph in asked if graph not in self.claims)
        return set(self.claims)

    def sort_out(self, supports: Sequence[Support]) -> list[_Found]:
        """Each support's triples, told apart into claims, derived triples and definitions."""
        unknown = {
            triple: None
            for support in supports
            for triple, graph in support.triples
            if graph is None
        }
        graphs = graphs_of_triples(self.store, list(unknown), self.solver.timeout)
        named = {graph for support in supports for _, graph in support.triples if graph}
        claims = self.claims_among(named | {g for found in graphs.values() for g in found})
        allowed = {clause.iri.value for clause in self.solver.datasets if not clause.named}
        out = []
        for support in supports:
            found = _Found(support)
            for triple, graph in support.triples:
                holders = graphs.get(triple, []) if graph is None else [graph]
                if allowed and graph is None:
                    holders = [holder for holder in holders if holder in allowed]
                self.sort_triple(found, triple, holders, claims)
            out.append(found)
        return out

    def sort_triple(
        self, found: _Found, triple: Triple, holders: Sequence[str], claims: set[str]
    ) -> None:
        """Add a triple to what was found, by the graphs that hold it: claims before all others."""
        stated = [holder for holder in holders if holder in claims]
        rules = [holder for holder in holders if holder.startswith(RULE_GRAPHS)]
        others = [h for h in holders if h not in claims and h not in rules]
        for holder in stated:
            found.claims.setdefault(holder, {})[triple] = None
        if stated:
            return
        if others:
            found.definitions.setdefault(triple, min(others))
        elif rules:
            found.derived.setdefault(triple, sorted(rules))
        else:
            blank = any(isinstance(term, BlankNode) for term in terms_of(triple))
            kind = "blank" if blank else "nowhere"
            found.add(self.solver.note(kind, triple=_shown(triple)))
            found.complete = False

    # Rules.

    def derive(self, wanted: Mapping[Triple, list[str]]) -> None:
        """Find what derived triples rest on, and what those rest on, until nothing is new."""
        for _ in range(_DEEPEST_DERIVATION):
            new = {
                triple: graphs
                for triple, graphs in wanted.items()
                if triple not in self.derivations
            }
            if not new:
                return
            wanted = self.derive_once(new)
        for triple, graphs in wanted.items():
            if triple not in self.derivations:
                derivation = _Derivation(triple, graphs[0].removeprefix(RULE_GRAPHS), _Found())
                derivation.found.add(self.solver.note("deep", depth=_DEEPEST_DERIVATION))
                derivation.found.complete = False
                self.derivations[triple] = derivation

    def derive_once(self, wanted: Mapping[Triple, list[str]]) -> dict[Triple, list[str]]:
        rules = rules_of(self.store)
        supports: dict[tuple[Triple, str], Support] = {}
        by_graph: dict[str, list[Triple]] = {}
        for triple, graphs in wanted.items():
            for graph in graphs:
                supports[triple, graph] = Support()
                by_graph.setdefault(graph, []).append(triple)
        # Rules ask the whole graph, whatever part of it the query asked.
        datasets, prologue = self.solver.datasets, self.solver.prologue
        self.solver.datasets = ()
        for graph, triples in by_graph.items():
            if graph not in rules:
                continue
            query = rules[graph][1]
            for pattern in query.template or ():
                matched = [
                    (triple, row)
                    for triple in triples
                    if (row := unify(pattern, triple)) is not None
                ]
                answers = self.solver.follow_query(query, [row for _, row in matched])
                for (triple, _), answer in zip(matched, answers, strict=True):
                    supports[triple, graph].merge(answer)
                    supports[triple, graph].solved |= answer.solved
        out: dict[Triple, list[str]] = {}
        sorted_out = self.sort_out(list(supports.values()))
        self.solver.datasets, self.solver.prologue = datasets, prologue
        for ((triple, graph), support), found in zip(supports.items(), sorted_out, strict=True):
            name = graph.removeprefix(RULE_GRAPHS)
            if not support.solved:
                found.add(self.solver.note("underived", triple=_shown(triple)))
                found.complete = False
            label = self.rule_label(name)
            found.notes = {move_into_rule(note, label, self.lang): None for note in found.notes}
            if triple in self.derivations:
                self.derivations[triple].found.merge(found)
            else:
                self.derivations[triple] = _Derivation(triple, name, found)
            out.update(found.derived)
        return out

    def rule_label(self, name: str) -> str:
        rules = rules_of(self.store)
        if RULE_GRAPHS + name not in rules:
            return name
        title = rules[RULE_GRAPHS + name][0].title
        return title.get(self.lang) or title.get("en") or name

    # Summing up.

    def finish(self, supports: Sequence[Support]) -> list[RowEvidence]:
        found = self.sort_out(supports)
        self.derive({triple: graphs for part in found for triple, graphs in part.derived.items()})
        return [self.summary(part) for part in found]

    def summary(self, found: _Found) -> RowEvidence:
        steps = self.closure(found)
        total = _Found()
        for part in (found, *(step.found for step in steps)):
            total.merge(part)
        claims = [
            _supporting(self.claims[iri], triples) for iri, triples in sorted(total.claims.items())
        ]
        derived = [self.derived(step) for step in steps]
        definitions = [Definition(triple, graph) for triple, graph in found.definitions.items()]
        if not (claims or derived or definitions or total.notes):
            total.add(self.solver.note("no-triple"))  # it is of values that the query gives itself
        return RowEvidence(
            claims=tuple(claims),
            derived=tuple(sorted(derived, key=lambda item: str(item.triple))),
            definitions=tuple(sorted(definitions, key=lambda item: str(item.triple))),
            notes=tuple(total.notes),
            complete=total.complete,
            lang=self.lang,
        )

    def closure(self, found: _Found) -> list[_Derivation]:
        """Return the derivations that something rests on, directly or through others, each once."""
        reached: dict[Triple, _Derivation] = {}
        pending = list(found.derived)
        while pending:
            triple = pending.pop()
            if triple not in reached:
                reached[triple] = self.derivations[triple]
                pending += reached[triple].found.derived
        return list(reached.values())

    def derived(self, derivation: _Derivation) -> DerivedTriple:
        claims = set(derivation.found.claims)
        for step in self.closure(derivation.found):
            claims.update(step.found.claims)
        return DerivedTriple(
            triple=derivation.triple,
            rule=derivation.rule,
            rule_label=self.rule_label(derivation.rule),
            premises=tuple(sorted(claims)),
            steps=tuple(sorted(derivation.found.derived, key=str)),
            definitions=tuple(sorted(derivation.found.definitions, key=str)),
        )


class _Found:
    """A support's triples by what holds them."""

    __slots__ = ("claims", "complete", "definitions", "derived", "notes")

    def __init__(self, support: Support | None = None) -> None:
        self.claims: dict[str, dict[Triple, None]] = {}
        self.derived: dict[Triple, list[str]] = {}
        self.definitions: dict[Triple, str] = {}
        self.notes: dict[Note, None] = dict(support.notes) if support else {}
        self.complete = support.complete if support else True
        if support is not None and not support.triples:
            self.notes.update(support.of_no_length)

    def add(self, note: Note) -> None:
        self.notes[note] = None

    def merge(self, other: _Found) -> None:
        for iri, triples in other.claims.items():
            self.claims.setdefault(iri, {}).update(triples)
        self.derived.update(other.derived)
        self.definitions.update(other.definitions)
        self.notes.update(other.notes)
        self.complete = self.complete and other.complete


def rules_of(store: Store) -> dict[str, tuple[Rule, tree.QueryTree]]:
    """Return the rules of a graph and their queries by the graph of what they made, read once.

    Args:
        store: The graph.
    """

    def read() -> dict[str, tuple[Rule, tree.QueryTree]]:
        return {one.graph: (one, Query(one.text).tree) for one in read_rules(store.bundle)}

    return keep(store, "rules", read)


@dataclass
class _Derivation:
    triple: Triple
    rule: str
    found: _Found = field(default_factory=_Found)


def _supporting(claim: ClaimEvidence, triples: Iterable[Triple]) -> ClaimEvidence:
    return replace(claim, triples=tuple(sorted(triples, key=str)))


def _shown(triple: Triple) -> str:
    subject, predicate, value = terms_of(triple)
    pattern = tree.Triple(subject, cast(NamedNode, predicate), value)
    return to_text(pattern, short=True).removesuffix(" .")
