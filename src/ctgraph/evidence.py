"""Claims: which of them an answer rests on, and where their quotes stand in the source.

Evidence for a row of an answer is not guessed from its cells. The row's values are put back into
the patterns of the query, the query is solved again with them, and the triples that its patterns
then stand for are looked up in the claim graphs. What a rule derived leads back through the
rule's own patterns in the same way. What cannot be exact is said in notes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, TypeVar, cast

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolution, Triple, Variable

from ctgraph import sparql
from ctgraph.errors import QueryRefused, QuerySyntaxError, UsageError
from ctgraph.rules import RULE_GRAPHS, Rule, read_rules
from ctgraph.terms import CT, PREFIXES

if TYPE_CHECKING:
    from ctgraph.store import Store

Term: TypeAlias = NamedNode | Literal | BlankNode
Row: TypeAlias = Mapping[str, Term]

_Item = TypeVar("_Item")
_LOOKED_UP_AT_ONCE = 200
_ROWS_AT_ONCE = 60
_DEEPEST_DERIVATION = 12


@dataclass(frozen=True)
class ClaimEvidence:
    """A claim and what it supports of an answer.

    Attributes:
        iri: The claim.
        quote: Verbatim words of the source; None if the claim names only a page.
        quote_language: Language tag of the quote, empty without one.
        source_page: Page or slide of the source, if no words can be quoted.
        gloss: What the claim says, in the language asked for or else in any.
        section: IRI of the section of the source.
        section_label: Its label.
        source: IRI of the source.
        source_label: Its label.
        basis: IRI of the basis: `ct:Stated` or `ct:Inferred`.
        reason: Why it may be inferred; None for a stated claim.
        derived_from: IRIs of the claims that an inferred one rests on, sorted.
        triples: The triples of the answer that the claim supports, sorted.
    """

    iri: str
    quote: str | None = None
    quote_language: str = ""
    source_page: str | None = None
    gloss: str | None = None
    section: str | None = None
    section_label: str | None = None
    source: str | None = None
    source_label: str | None = None
    basis: str | None = None
    reason: str | None = None
    derived_from: tuple[str, ...] = ()
    triples: tuple[Triple, ...] = ()

    @property
    def is_stated(self) -> bool:
        """Whether the source says it in words."""
        return self.basis == CT + "Stated"


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
class Note:
    """Something about the evidence that is not exact, or that no triple can show.

    Attributes:
        kind: One of the keys of `NOTES`.
        text: A sentence in the language asked for.
        pattern: The part of the query it is about, empty if it is about all of it.
        line: Line of that part in the query, from 1; 0 if it is in a rule or unknown.
        column: Column of that part, from 1.
    """

    kind: str
    text: str
    pattern: str = ""
    line: int = 0
    column: int = 0


@dataclass(frozen=True)
class RowEvidence:
    """What one row of an answer rests on.

    Attributes:
        claims: The claims, by IRI; those behind derived triples are among them.
        derived: The derived triples, those that others rest on included, sorted.
        definitions: What stands in the ontology or a vocabulary only, sorted.
        notes: What is not exact.
        complete: Whether everything the row rests on was found and listed.
    """

    claims: tuple[ClaimEvidence, ...] = ()
    derived: tuple[DerivedTriple, ...] = ()
    definitions: tuple[Definition, ...] = ()
    notes: tuple[Note, ...] = ()
    complete: bool = True


NOTES: dict[str, dict[str, str]] = {
    "absence": {
        "en": "{pattern} was searched for and is not there; an absence has no claim.",
        "ja": "{pattern} を探したが存在しなかった。不在を示す主張はない。",
    },
    "aggregate": {
        "en": "The row sums up a group of solutions; the claims are those behind all of them.",
        "ja": "この行は解の集まりをまとめたものであり、主張はそのすべての解の根拠である。",
    },
    "blank": {
        "en": "{triple} has a blank node, which no query can name; its claims were not looked up.",
        "ja": "{triple} には空白ノードがあり、問い合わせで指定できないため、主張を調べていない。",
    },
    "changed": {
        "en": "A computed value came out otherwise this time; the claims are those behind all "
        "rows that agree in the other columns.",
        "ja": "計算された値が今回は異なったため、他の列が一致するすべての行の主張を挙げた。",
    },
    "cut": {
        "en": "Only the first {limit} solutions were followed.",
        "ja": "最初の{limit}件の解だけをたどった。",
    },
    "deep": {
        "en": "Rules were followed through {depth} steps and no further.",
        "ja": "規則は{depth}段までたどり、その先は調べていない。",
    },
    "lost": {
        "en": "The row could not be found again, so nothing can be said about it.",
        "ja": "この行を再び見いだせなかったため、根拠を示せない。",
    },
    "none": {
        "en": "What was asked has no solution in the graph; an absence has no claim.",
        "ja": "問われた内容はグラフに存在しない。不在を示す主張はない。",
    },
    "nowhere": {
        "en": "{triple} stands in no named graph, so no claim supports it.",
        "ja": "{triple} は名前付きグラフになく、それを支える主張はない。",
    },
    "path": {
        "en": "{pattern} can hold along several routes; all edges that lie on one are listed.",
        "ja": "{pattern} は複数の経路で成り立ち得るため、経路上にあるすべての辺を挙げた。",
    },
    "refused": {
        "en": "A sub-query asks another server, so the row was not followed.",
        "ja": "副問い合わせが他のサーバーに問い合わせるため、この行をたどっていない。",
    },
    "rule": {
        "en": "In the rule “{rule}”: {text}",
        "ja": "規則「{rule}」において: {text}",
    },
    "service": {
        "en": "{pattern} was asked of another server and is not followed.",
        "ja": "{pattern} は他のサーバーに問い合わせたものであり、たどっていない。",
    },
    "underived": {
        "en": "{triple} cannot be made again by its rule.",
        "ja": "{triple} は、その規則からは再び得られない。",
    },
    "unread": {
        "en": "The query goes beyond SPARQL 1.1, so its patterns cannot be followed.",
        "ja": "問い合わせがSPARQL 1.1の範囲を超えるため、その型をたどれない。",
    },
    "wider": {
        "en": "The row does not say what it was grouped by; claims of other groups may be "
        "among these.",
        "ja": "行からは何でまとめたかが分からないため、他の集まりの主張も含み得る。",
    },
}
"""What notes say, by kind and language."""


# --- questions about answers ---------------------------------------------------------------------


def find_evidence(
    store: Store,
    query_text: str,
    bindings: Row,
    *,
    lang: str = "en",
    limit: int = 1000,
    timeout: float | None = None,
) -> RowEvidence:
    """What one row of an answer rests on.

    Args:
        store: The store that answered.
        query_text: The query as it was run, SELECT or ASK.
        bindings: The row: terms by column; an unbound column is left out. Empty for ASK.
        lang: Language of labels, glosses and notes.
        limit: Solutions of the query to follow for the row at most.
        timeout: Seconds for each query that is run, or None.

    Raises:
        UsageError: The row has a column that the query does not.

    Example:
        >>> from ctgraph.store import open_store
        >>> from ctgraph.terms import expand, shorten
        >>> text = "SELECT ?who { ?p ct:participant ?who ; ct:activity ctd:roma-lyon-2023-03 }"
        >>> with open_store() as store:
        ...     found = find_evidence(store, text, {"who": NamedNode(expand("ctd:jpn"))})
        >>> [shorten(claim.iri) for claim in found.claims], found.complete
        (['ctd:mofa-2024-a07', 'ctd:mofa-2024-x01'], True)
    """
    return find_evidence_of_rows(
        store, query_text, [bindings], lang=lang, limit=limit, timeout=timeout
    )[0]


def find_evidence_of_rows(
    store: Store,
    query_text: str,
    rows: Sequence[Row],
    *,
    lang: str = "en",
    limit: int = 1000,
    timeout: float | None = None,
) -> list[RowEvidence]:
    """What each row of an answer rests on, in the order of the rows.

    Many rows cost few more queries than one.

    Args:
        store: The store that answered.
        query_text: The query as it was run, SELECT or ASK.
        rows: The rows, as for `find_evidence`.
        lang: Language of labels, glosses and notes.
        limit: Solutions of the query to follow for each row at most.
        timeout: Seconds for each query that is run, or None.

    Raises:
        UsageError: A row has a column that the query does not.
    """
    search = _Search(store, lang, limit, timeout)
    try:
        query = sparql.parse_query(query_text)
    except QuerySyntaxError as error:
        # The engine answered it, so it is SPARQL beyond 1.1.
        note = search.note("unread", line=error.line, column=error.column)
        return [RowEvidence(notes=(note,), complete=False) for _ in rows]
    columns = set(sparql.query_variables(query))
    for row in rows:
        if unknown := sorted(set(row) - columns):
            raise UsageError(
                f"the query has no column {unknown[0]!r}.",
                hint="Give the row as the query answered it.",
            )
    try:
        supports = search.follow_query(query, rows, loose=True)
    except QueryRefused:
        return [RowEvidence(notes=(search.note("refused"),), complete=False) for _ in rows]
    for support in supports:
        if not support.solved:
            support.add(search.note("none" if query.form == "ASK" else "lost"))
            support.complete = support.complete and query.form == "ASK"
    return search.finish(supports)


def find_triple_evidence(
    store: Store,
    triple: Triple,
    query_text: str | None = None,
    *,
    lang: str = "en",
    limit: int = 1000,
    timeout: float | None = None,
) -> RowEvidence:
    """What one triple rests on: of the graph, or of the answer to a CONSTRUCT or DESCRIBE.

    A triple that a CONSTRUCT made rests on what its patterns matched; any other triple on the
    claims that hold it.

    Args:
        store: The store that answered.
        triple: The triple.
        query_text: The query that made it; None for a triple of the graph.
        lang: Language of labels, glosses and notes.
        limit: Solutions of the query to follow at most.
        timeout: Seconds for each query that is run, or None.

    Example:
        >>> from ctgraph.store import open_store
        >>> from ctgraph.terms import expand, shorten
        >>> names = map(expand, ("ctd:jpn", "ct:participatesIn", "ctd:roma-lyon-2023-03"))
        >>> with open_store() as store:
        ...     found = find_triple_evidence(store, Triple(*map(NamedNode, names)))
        >>> found.derived[0].rule_label, len(found.claims)
        ('Participation in an activity', 2)
    """
    search = _Search(store, lang, limit, timeout)
    support = _Support()
    if query_text is not None:
        try:
            query = sparql.parse_query(query_text)
        except QuerySyntaxError as error:
            note = search.note("unread", line=error.line, column=error.column)
            return RowEvidence(notes=(note,), complete=False)
        for pattern in query.template or ():
            row = _unify(pattern, triple)
            if row is not None:
                found = search.follow_query(query, [row])[0]
                support.merge(found)
                support.solved |= found.solved
    if not support.solved:
        support.triples[triple, None] = None
    return search.finish([support])[0]


def claims_of_triples(store: Store, triples: Iterable[Triple]) -> dict[Triple, list[str]]:
    """The IRIs of the claims that hold each triple, sorted; empty for a triple in no claim.

    Args:
        store: Where to look.
        triples: Triples without variables.

    Example:
        >>> from ctgraph.store import open_store
        >>> from ctgraph.terms import expand, shorten
        >>> japan = NamedNode(expand("ctd:jpn"))
        >>> triple = Triple(japan, sparql.RDF_TYPE, NamedNode(expand("ct:State")))
        >>> with open_store() as store:
        ...     [shorten(iri) for iri in claims_of_triples(store, [triple])[triple]]
        ['ctd:register-kind-state']
    """
    wanted = list(dict.fromkeys(triples))
    search = _Search(store, "en", 0, None)
    graphs = search.graphs_of(wanted)
    claims = search.claims_among({graph for found in graphs.values() for graph in found})
    return {
        triple: sorted(graph for graph in graphs.get(triple, ()) if graph in claims)
        for triple in wanted
    }


def load_claims(store: Store, iris: Iterable[str], lang: str = "en") -> dict[str, ClaimEvidence]:
    """The claims with some IRIs, by IRI; an IRI that is no claim is left out.

    Args:
        store: Where to look.
        iris: IRIs of claims.
        lang: Language of the gloss, the reason and the labels.

    Example:
        >>> from ctgraph.store import open_store
        >>> from ctgraph.terms import expand, shorten
        >>> iri = expand("ctd:mofa-2024-a07")
        >>> with open_store() as store:
        ...     claim = load_claims(store, [iri])[iri]
        >>> claim.gloss, claim.is_stated
        ('The Roma-Lyon Group was hosted in March 2023.', True)
    """
    found: dict[str, dict[str, list[Term]]] = {}
    for part in _parts(sorted(set(iris)), _LOOKED_UP_AT_ONCE):
        block = " ".join(sparql.term_to_sparql(NamedNode(iri)) for iri in part)
        rows = store.select(
            f"SELECT ?claim ?property ?value WHERE {{ VALUES ?claim {{ {block} }} "
            f"GRAPH ?claim {{ ?claim a <{CT}Claim> ; ?property ?value }} }}"
        )
        for row in rows:
            values = found.setdefault(_text(row["claim"]), {})
            values.setdefault(_text(row["property"]), []).append(row["value"])
    claims = {iri: _claim(iri, found[iri], lang) for iri in sorted(found)}
    sources = _sources(store, {claim.section for claim in claims.values() if claim.section})
    named = sorted({*sources, *sources.values()})
    labels = store.labels(named, lang) if named else {}
    for iri, claim in claims.items():
        section = claim.section or ""
        source = sources.get(section)
        claims[iri] = replace(
            claim,
            section_label=labels.get(section),
            source=source,
            source_label=labels.get(source or ""),
        )
    return claims


def _claim(iri: str, values: Mapping[str, list[Term]], lang: str) -> ClaimEvidence:
    quote = _in_language(values.get(CT + "quote", ()), "")
    return ClaimEvidence(
        iri=iri,
        quote=quote.value if quote else None,
        quote_language=(quote.language or "") if quote else "",
        source_page=_string(values.get(CT + "sourcePage", ()), lang),
        gloss=_string(values.get(CT + "gloss", ()), lang),
        section=_first_iri(values, CT + "section"),
        basis=_first_iri(values, CT + "basis"),
        reason=_string(values.get(CT + "reason", ()), lang),
        derived_from=tuple(
            sorted(_text(term) for term in values.get(PREFIXES["prov"] + "wasDerivedFrom", ()))
        ),
    )


def _sources(store: Store, sections: set[str]) -> dict[str, str]:
    """The source of each section."""
    out: dict[str, str] = {}
    for part in _parts(sorted(sections), _LOOKED_UP_AT_ONCE):
        block = " ".join(sparql.term_to_sparql(NamedNode(iri)) for iri in part)
        for row in store.select(
            f"SELECT ?section ?source WHERE {{ VALUES ?section {{ {block} }} "
            f"?section <{CT}source> ?source }}"
        ):
            section, source = _text(row["section"]), _text(row["source"])
            out[section] = min(source, out.get(section, source))
    return out


def _string(terms: Iterable[Term], lang: str) -> str | None:
    literal = _in_language(terms, lang)
    return literal.value if literal else None


def _in_language(terms: Iterable[Term], lang: str) -> Literal | None:
    """The literal in a language, else in English, else the first of any."""
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


def _parts(items: Sequence[_Item], size: int) -> Iterator[Sequence[_Item]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


# --- following a query -----------------------------------------------------------------------


class _Support:
    """What was found behind one row so far: triples, each with its graph if that is known."""

    __slots__ = ("complete", "groups", "notes", "solved", "triples")

    def __init__(self) -> None:
        self.triples: dict[tuple[Triple, str | None], None] = {}
        self.notes: dict[Note, None] = {}
        self.groups: set[tuple[Term | None, ...]] = set()
        self.complete = True
        self.solved = False

    def add(self, note: Note) -> None:
        self.notes[note] = None

    def merge(self, other: _Support) -> None:
        self.triples.update(other.triples)
        self.notes.update(other.notes)
        self.complete = self.complete and other.complete


class _Kept(sparql.Triple):
    """A triple pattern that only joins: it is solved, but is no evidence."""

    subject: sparql.Term
    predicate: sparql.Verb
    object: sparql.Term


class _Pattern(NamedTuple):
    """A triple pattern of the query, and when it holds."""

    subject: sparql.Term
    predicate: sparql.Term
    object: sparql.Term
    graph: NamedNode | Variable | None
    marker: str | None


class _Place(NamedTuple):
    """Where in the query a triple pattern stands: in which graph, behind which marker."""

    graph: NamedNode | Variable | None
    marker: str | None
    origin: sparql.Triple


class _FollowUp(NamedTuple):
    """A part of the query that is followed by a query of its own.

    `row` says which values of a solution go into it: its variables by the terms that give them.
    """

    run: Callable[[Sequence[Row]], list[_Support]]
    row: Mapping[str, sparql.Term]
    marker: str | None


class _Plan:
    """A group rewritten so that its solutions show which triples they rest on.

    Blank nodes become variables, property paths become joins and unions where they can, and
    every OPTIONAL and every branch of a UNION binds a marker, so that a solution tells which of
    them matched. What cannot be shown by the solution itself becomes a follow-up.
    """

    def __init__(self, search: _Search, group: sparql.Group, extra: Iterable[str]) -> None:
        self.search = search
        words = sparql.tokenize(sparql.to_text(group))
        self.taken = {token.text[1:] for token in words if token.kind == "var"} | set(extra)
        self.count = 0
        self.patterns: list[_Pattern] = []
        self.follow_ups: list[_FollowUp] = []
        self.notes: dict[Note, None] = {}
        self.complete = True
        self.computed = _asked_elsewhere(group)
        self.blank: dict[str, Variable] = {}
        self.unnamed: Sequence[str] = ()
        self.group = sparql.Group(tuple(self.elements(group, None, None)))

    def fresh(self) -> Variable:
        while True:
            self.count += 1
            name = f"x{self.count}_"
            if name not in self.taken:
                self.taken.add(name)
                return Variable(name)

    def marked(
        self,
        group: sparql.Group,
        graph: NamedNode | Variable | None,
        outer: Sequence[str] = (),
    ) -> sparql.Group:
        """A group that binds a marker of its own."""
        marker = self.fresh()
        elements = self.elements(group, graph, marker.value, outer)
        return sparql.Group((*elements, sparql.Bind(sparql.Expression(("true",)), marker)))

    def elements(
        self,
        group: sparql.Group,
        graph: NamedNode | Variable | None,
        marker: str | None,
        outer: Sequence[str] = (),
    ) -> list[sparql.Element]:
        visible = list(dict.fromkeys([*sparql.visible_variables(group), *outer]))
        out: list[sparql.Element] = []
        for element in group.elements:
            out += self.element(element, graph, marker, visible)
        return out

    def element(  # noqa: PLR0911 - one per kind of pattern
        self,
        element: sparql.Element,
        graph: NamedNode | Variable | None,
        marker: str | None,
        visible: Sequence[str],
    ) -> list[sparql.Element]:
        if isinstance(element, _Kept):
            return [element]
        if isinstance(element, sparql.Triple):
            return self.triple(element, graph, marker)
        if isinstance(element, sparql.Group):
            return [sparql.Group(tuple(self.elements(element, graph, marker)))]
        if isinstance(element, sparql.Optional):
            # Its filters see what the group around it binds.
            return [sparql.Optional(self.marked(element.group, graph, visible))]
        if isinstance(element, sparql.Union):
            return [sparql.Union(tuple(self.marked(branch, graph) for branch in element.groups))]
        if isinstance(element, sparql.GraphPattern):
            inner = sparql.Group(tuple(self.elements(element.group, element.name, marker)))
            return [sparql.GraphPattern(element.name, inner)]
        if isinstance(element, sparql.Minus):
            self.note("absence", element.group)
            return [element]
        if isinstance(element, sparql.Filter):
            self.exists(element.expression, graph, marker, visible)
            return [element]
        if isinstance(element, sparql.Bind):
            self.exists(element.expression, graph, marker, visible)
            self.computed.add(element.variable.value)
            return [element]
        if isinstance(element, sparql.SubSelect):
            self.sub_select(element.query, graph, marker)
            return [sparql.Group((element,))]
        if isinstance(element, sparql.Service):
            # Nothing but the query itself may ask other servers.
            self.note("service", element)
            self.complete = False
            return []
        return [element]  # VALUES holds no triples

    def note(self, kind: str, element: sparql.Element) -> None:
        self.notes[self.search.note(kind, element)] = None

    # Triples and paths.

    def triple(
        self, triple: sparql.Triple, graph: NamedNode | Variable | None, marker: str | None
    ) -> list[sparql.Element]:
        place = _Place(graph, marker, triple)
        subject, value = self.hidden(triple.subject), self.hidden(triple.object)
        return self.path(subject, triple.predicate, value, place)

    def hidden(self, term: sparql.Term) -> sparql.Term:
        """A term, with a variable in place of a blank node."""
        if not isinstance(term, BlankNode):
            return term
        if term.value not in self.blank:
            self.blank[term.value] = self.fresh()
        return self.blank[term.value]

    def path(
        self, subject: sparql.Term, path: sparql.Verb, value: sparql.Term, place: _Place
    ) -> list[sparql.Element]:
        if isinstance(path, (NamedNode, Variable)):
            self.patterns.append(_Pattern(subject, path, value, place.graph, place.marker))
            return [sparql.Triple(subject, path, value)]
        if isinstance(path, sparql.Inverse):
            return self.path(value, path.path, subject, place)
        if isinstance(path, sparql.Sequence):
            ends = [subject, *(self.fresh() for _ in path.items[1:]), value]
            return [
                element
                for start, step, end in zip(ends, path.items, ends[1:], strict=False)
                for element in self.path(start, step, end, place)
            ]
        if isinstance(path, sparql.Alternative):
            return [self.branches([(subject, item, value) for item in path.items], place)]
        if isinstance(path, sparql.NegatedSet):
            return [self.negated(subject, path, value, place)]
        self.route(subject, path, value, place)
        return [sparql.Triple(subject, path, value)]

    def branches(
        self,
        branches: Iterable[tuple[sparql.Term, sparql.Verb, sparql.Term]],
        place: _Place,
        conditions: Iterable[sparql.Filter] = (),
    ) -> sparql.Union | sparql.Group:
        groups = []
        left = list(conditions)
        for subject, path, value in branches:
            marker = self.fresh()
            elements = self.path(subject, path, value, place._replace(marker=marker.value))
            if left:
                elements = [*elements, left.pop(0)]
            mark = sparql.Bind(sparql.Expression(("true",)), marker)
            groups.append(sparql.Group((*elements, mark)))
        return groups[0] if len(groups) == 1 else sparql.Union(tuple(groups))

    def negated(
        self, subject: sparql.Term, path: sparql.NegatedSet, value: sparql.Term, place: _Place
    ) -> sparql.Union | sparql.Group:
        branches: list[tuple[sparql.Term, sparql.Verb, sparql.Term]] = []
        conditions = []
        sides = ((path.forward, subject, value), (path.backward, value, subject))
        for excluded, start, end in sides:
            if excluded:
                predicate = self.fresh()
                branches.append((start, predicate, end))
                names = [part for iri in excluded for part in (",", str(iri))][1:]
                test = (f"?{predicate.value}", "NOT", "IN", "(", *names, ")")
                conditions.append(sparql.Filter(sparql.Expression(("(", *test, ")"))))
        return self.branches(branches, place, conditions)

    def route(
        self,
        subject: sparql.Term,
        path: sparql.ZeroOrOne | sparql.ZeroOrMore | sparql.OneOrMore,
        value: sparql.Term,
        place: _Place,
    ) -> None:
        """Follow a path of any length: the edges on some route between its two ends."""
        start, end, inside = Variable("start"), Variable("end"), Variable("graph")
        steps: tuple[sparql.Element, ...]
        if isinstance(path, sparql.ZeroOrOne):
            steps = (sparql.Triple(start, path.path, end),)
        else:
            self.note("path", place.origin)
            here, there = Variable("here"), Variable("there")
            steps = (
                _Kept(start, sparql.ZeroOrMore(path.path), here),
                sparql.Triple(here, path.path, there),
                _Kept(there, sparql.ZeroOrMore(path.path), end),
            )
        group = sparql.Group(steps)
        row: dict[str, sparql.Term] = {"start": subject, "end": value}
        if place.graph is not None:
            group = sparql.Group((sparql.GraphPattern(inside, group),))
            row["graph"] = place.graph
        may_be_empty = not isinstance(path, sparql.OneOrMore)

        def run(rows: Sequence[Row]) -> list[_Support]:
            # A path of no length holds of a thing and itself without any triple.
            empty = [may_be_empty and row["start"] == row["end"] for row in rows]
            long = [row for row, without in zip(rows, empty, strict=True) if not without]
            found = iter(self.search.follow_group(group, long))
            return [_Support() if without else next(found) for without in empty]

        self.follow_ups.append(_FollowUp(run, row, place.marker))

    # Groups inside.

    def exists(
        self,
        expression: sparql.Expression,
        graph: NamedNode | Variable | None,
        marker: str | None,
        visible: Sequence[str],
    ) -> None:
        for asked, group in expression.exists_groups():
            if not asked:
                self.note("absence", group)
                continue
            used = {
                token.text[1:]
                for token in sparql.tokenize(sparql.to_text(group))
                if token.kind == "var"
            }
            row: dict[str, sparql.Term] = {name: Variable(name) for name in visible if name in used}
            self.follow_ups.append(_FollowUp(*self.in_graph(group, row, graph, given=True), marker))

    def in_graph(
        self,
        group: sparql.Group,
        row: dict[str, sparql.Term],
        graph: NamedNode | Variable | None,
        *,
        given: bool,
    ) -> tuple[Callable[[Sequence[Row]], list[_Support]], Mapping[str, sparql.Term]]:
        if graph is not None:
            inside = self.fresh()
            group = sparql.Group((sparql.GraphPattern(inside, group),))
            row = {**row, inside.value: graph}
        followed = group
        return lambda rows: self.search.follow_group(followed, rows, given=given), row

    def sub_select(
        self, query: sparql.Query, graph: NamedNode | Variable | None, marker: str | None
    ) -> None:
        row: dict[str, sparql.Term] = {
            name: Variable(name) for name in sparql.query_variables(query)
        }
        inside: str | None = None
        if graph is not None:
            inside = self.fresh().value
            row[inside] = graph

        def run(rows: Sequence[Row]) -> list[_Support]:
            supports = self.search.follow_query(query, rows, inside)
            for support in supports:
                if not support.solved:
                    support.add(self.search.note("lost"))
                    support.complete = False
            return supports

        self.follow_ups.append(_FollowUp(run, row, marker))


class _Shape(NamedTuple):
    """What the rows that are solved together have in common.

    `names` are the variables they bind, `empty` those that must stay unbound; `given` says that
    the values are known before the group is solved, as in EXISTS.
    """

    names: frozenset[str]
    empty: frozenset[str] = frozenset()
    given: bool = False


class _Search:
    """One search for evidence: runs queries, remembers what it derived, and sums up."""

    def __init__(self, store: Store, lang: str, limit: int, timeout: float | None) -> None:
        self.store = store
        self.lang = "ja" if lang == "ja" else "en"
        self.limit = limit
        self.timeout = timeout
        self.datasets: tuple[sparql.Dataset, ...] = ()
        self.derivations: dict[Triple, _Derivation] = {}
        self.claims: dict[str, ClaimEvidence] = {}
        self.others: set[str] = set()
        self.rules: dict[str, tuple[Rule, sparql.Query]] | None = None

    def note(
        self,
        kind: str,
        element: sparql.Element | None = None,
        *,
        line: int = 0,
        column: int = 0,
        **values: object,
    ) -> Note:
        pattern = ""
        if element is not None:
            line, column = element.span.line, element.span.column
            pattern = " ".join(sparql.to_text(element, short=True).split())
        text = NOTES[kind][self.lang].format(pattern=pattern, **values)
        return Note(kind, text, pattern, line, column)

    def select(self, text: str) -> Iterable[QuerySolution]:
        return self.store.select(text, timeout=self.timeout)

    # Solving again.

    def follow_query(
        self,
        query: sparql.Query,
        rows: Sequence[Row],
        graph: str | None = None,
        *,
        loose: bool = False,
    ) -> list[_Support]:
        """What each row of a query, or of a sub-select, rests on.

        `graph` names the variable of the rows that says in which graph the query is asked.
        `loose` allows for values that come out otherwise each time.
        """
        if query.datasets:
            self.datasets = query.datasets
        where, sources, unnamed = _body(query)
        bound = set(sparql.visible_variables(where))
        if graph is not None:
            where = sparql.Group((sparql.GraphPattern(Variable(graph), where),))
        inner: list[dict[str, Term]] = []
        for row in rows:
            known = {name: row[column] for name, column in sources.items() if column in row}
            if query.form == "CONSTRUCT":
                known = {name: term for name, term in row.items() if name in bound}
            if graph is not None and graph in row:
                known[graph] = row[graph]
            inner.append(known)
        # A column that is empty in a SELECT's row was unbound in what the row rests on.
        columns = set(sources) if query.form == "SELECT" else set()
        supports = self.follow_group(where, inner, columns, unnamed, loose=loose)
        if query.is_aggregate():
            line, column = query.span.line, query.span.column
            for support in supports:
                if support.solved:
                    support.add(self.note("aggregate", line=line, column=column))
                if len(support.groups) > 1:
                    support.add(self.note("wider", line=line, column=column))
        return supports

    def follow_group(
        self,
        group: sparql.Group,
        rows: Sequence[Row],
        columns: Iterable[str] = (),
        unnamed: Sequence[str] = (),
        *,
        given: bool = False,
        loose: bool = False,
    ) -> list[_Support]:
        """What a group rests on for each row of values of its variables.

        `columns` are the variables that are unbound if a row lacks them, `unnamed` those whose
        different values are noted. `given` says that the values are known before the group is
        solved, as in EXISTS.
        """
        supports = [_Support() for _ in rows]
        wanted = set(columns)
        shapes: dict[_Shape, list[int]] = {}
        for index, row in enumerate(rows):
            shape = _Shape(frozenset(row), frozenset(wanted - set(row)), given)
            shapes.setdefault(shape, []).append(index)
        for shape, indexes in shapes.items():
            plan = _Plan(self, group, shape.names | shape.empty)
            plan.unnamed = unnamed
            for part in _parts(indexes, _ROWS_AT_ONCE):
                found = self.solve(plan, [rows[index] for index in part], shape)
                for index, support in zip(part, found, strict=True):
                    supports[index] = (
                        support
                        if support.solved or not loose
                        else self.solve_loosely(plan, rows[index], shape)
                    )
        return supports

    def solve_loosely(self, plan: _Plan, row: Row, shape: _Shape) -> _Support:
        """What a row rests on whose computed values, such as NOW(), are others this time."""
        support = self.solve(plan, [row], _Shape(shape.names - plan.computed))[0]
        if support.solved:
            support.add(self.note("changed"))
            support.complete = False
        return support

    def solve(self, plan: _Plan, rows: Sequence[Row], shape: _Shape) -> list[_Support]:
        keys = sorted(shape.names)
        most = self.limit * len(rows)
        by_key: dict[tuple[Term | None, ...], list[int]] = {}
        for index, row in enumerate(rows):
            by_key.setdefault(tuple(row[key] for key in keys), []).append(index)
        supports = [_Support() for _ in rows]
        children: list[dict[tuple[tuple[str, Term], ...], set[int]]] = [{} for _ in plan.follow_ups]
        cut = False
        for number, solution in enumerate(self.select(self.text(plan, rows, shape))):
            if number == most:
                cut = True
                break
            for index in by_key.get(tuple(_value(solution, key) for key in keys), ()):
                supports[index].solved = True
                groups = tuple(_value(solution, name) for name in plan.unnamed)
                supports[index].groups.add(groups)
                for pattern in plan.patterns:
                    self.instantiate(pattern, solution, supports[index])
                for follow_up, asked in zip(plan.follow_ups, children, strict=True):
                    if follow_up.marker is None or _value(solution, follow_up.marker) is not None:
                        asked.setdefault(_child(follow_up, solution), set()).add(index)
        if cut and len(rows) > 1:
            half = len(rows) // 2
            parts = (rows[:half], rows[half:])
            return [support for part in parts for support in self.solve(plan, part, shape)]
        for follow_up, asked in zip(plan.follow_ups, children, strict=True):
            _follow_up(follow_up, asked, supports)
        for support in supports:
            if cut:
                support.add(self.note("cut", limit=self.limit))
                support.complete = False
            if support.solved:
                support.notes.update(plan.notes)
                support.complete = support.complete and plan.complete
        return supports

    def text(self, plan: _Plan, rows: Sequence[Row], shape: _Shape) -> str:
        """The query whose solutions show what the rows rest on."""
        # Blank nodes cannot be named in a query; their rows are told apart afterwards.
        nameable = [
            name
            for name in sorted(shape.names)
            if not any(isinstance(row[name], BlankNode) for row in rows)
        ]
        early = [key for key in nameable if shape.given or _settles(plan.group, key)]
        late = [key for key in nameable if key not in early]
        inner: list[sparql.Element] = list(plan.group.elements)
        if early and shape.given and len(inner) == 1 and isinstance(inner[0], sparql.GraphPattern):
            # Filters inside see only what is bound inside.
            block = (_values(early, rows), *inner[0].group.elements)
            inner = [sparql.GraphPattern(inner[0].name, sparql.Group(block))]
        if early:
            inner.insert(0, _values(early, rows))
        tests = [f"BOUND(?{name})" for name in late]
        tests += [f"!BOUND(?{name})" for name in sorted(shape.empty)]
        inner += [sparql.Filter(sparql.Expression(("(", test, ")"))) for test in tests]
        outer: list[sparql.Element] = [sparql.Group(tuple(inner))]
        if late:
            outer.append(_values(late, rows))
        marker = plan.fresh()
        outer.append(sparql.Bind(sparql.Expression(("true",)), marker))
        needed = dict.fromkeys([marker.value, *sorted(shape.names), *plan.unnamed])
        for pattern in plan.patterns:
            terms = (pattern.subject, pattern.predicate, pattern.object, pattern.graph)
            needed.update((term.value, None) for term in terms if isinstance(term, Variable))
            if pattern.marker:
                needed[pattern.marker] = None
        for follow_up in plan.follow_ups:
            needed.update(
                (term.value, None) for term in follow_up.row.values() if isinstance(term, Variable)
            )
            if follow_up.marker:
                needed[follow_up.marker] = None
        query = sparql.Query(
            "SELECT",
            sparql.Group(tuple(outer)),
            modifier="DISTINCT",
            projection=tuple(sparql.Projection(Variable(name), None) for name in needed),
            datasets=self.datasets,
            limit=self.limit * len(rows) + 1,
        )
        return sparql.to_text(query)

    def instantiate(self, pattern: _Pattern, solution: QuerySolution, support: _Support) -> None:
        if pattern.marker is not None and _value(solution, pattern.marker) is None:
            return
        subject = _instance(pattern.subject, solution)
        predicate = _instance(pattern.predicate, solution)
        value = _instance(pattern.object, solution)
        if subject is None or value is None or isinstance(subject, Literal):
            return
        if not isinstance(predicate, NamedNode):
            return
        graph = None
        if pattern.graph is not None:
            named = _instance(pattern.graph, solution)
            graph = named.value if named is not None else None
        support.triples[Triple(subject, predicate, value), graph] = None

    # Looking up.

    def graphs_of(self, triples: Sequence[Triple]) -> dict[Triple, list[str]]:
        """The named graphs that hold each triple."""
        out: dict[Triple, list[str]] = {}
        nameable = [
            triple
            for triple in triples
            if not isinstance(triple.subject, BlankNode)
            and not isinstance(triple.object, BlankNode)
        ]
        for part in _parts(nameable, _LOOKED_UP_AT_ONCE):
            block = " ".join(
                f"({' '.join(sparql.term_to_sparql(term) for term in _terms(triple))})"
                for triple in part
            )
            rows = self.select(
                f"SELECT ?s ?p ?o ?g WHERE {{ VALUES (?s ?p ?o) {{ {block} }} "
                "GRAPH ?g { ?s ?p ?o } }"
            )
            for row in rows:
                triple = Triple(row["s"], row["p"], row["o"])
                out.setdefault(triple, []).append(_text(row["g"]))
        return out

    def claims_among(self, graphs: Iterable[str]) -> set[str]:
        """The graphs that are claims; they are loaded."""
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

    def sort_out(self, supports: Sequence[_Support]) -> list[_Found]:
        """Each support's triples, told apart into claims, derived triples and definitions."""
        unknown = {
            triple: None
            for support in supports
            for triple, graph in support.triples
            if graph is None
        }
        graphs = self.graphs_of(list(unknown))
        named = {graph for support in supports for _, graph in support.triples if graph}
        claims = self.claims_among(named | {g for found in graphs.values() for g in found})
        allowed = {clause.iri.value for clause in self.datasets if not clause.named}
        out = []
        for support in supports:
            found = _Found(support)
            for triple, graph in support.triples:
                holders = graphs.get(triple, []) if graph is None else [graph]
                if allowed and graph is None:
                    holders = [holder for holder in holders if holder in allowed]
                stated = [holder for holder in holders if holder in claims]
                rules = [holder for holder in holders if holder.startswith(RULE_GRAPHS)]
                others = [h for h in holders if h not in claims and h not in rules]
                for holder in stated:
                    found.claims.setdefault(holder, {})[triple] = None
                if stated:
                    continue
                if others:
                    found.definitions.setdefault(triple, min(others))
                elif rules:
                    found.derived.setdefault(triple, sorted(rules))
                else:
                    blank = any(isinstance(term, BlankNode) for term in _terms(triple))
                    kind = "blank" if blank else "nowhere"
                    found.add(self.note(kind, triple=_shown(triple)))
                    found.complete = False
            out.append(found)
        return out

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
                derivation.found.add(self.note("deep", depth=_DEEPEST_DERIVATION))
                derivation.found.complete = False
                self.derivations[triple] = derivation

    def derive_once(self, wanted: Mapping[Triple, list[str]]) -> dict[Triple, list[str]]:
        rules = self.read_rules()
        supports: dict[tuple[Triple, str], _Support] = {}
        by_graph: dict[str, list[Triple]] = {}
        for triple, graphs in wanted.items():
            for graph in graphs:
                supports[triple, graph] = _Support()
                by_graph.setdefault(graph, []).append(triple)
        # Rules ask the whole graph, whatever part of it the query asked.
        datasets, self.datasets = self.datasets, ()
        for graph, triples in by_graph.items():
            if graph not in rules:
                continue
            query = rules[graph][1]
            for pattern in query.template or ():
                matched = [
                    (triple, row)
                    for triple in triples
                    if (row := _unify(pattern, triple)) is not None
                ]
                answers = self.follow_query(query, [row for _, row in matched])
                for (triple, _), answer in zip(matched, answers, strict=True):
                    supports[triple, graph].merge(answer)
                    supports[triple, graph].solved |= answer.solved
        out: dict[Triple, list[str]] = {}
        sorted_out = self.sort_out(list(supports.values()))
        self.datasets = datasets
        for ((triple, graph), support), found in zip(supports.items(), sorted_out, strict=True):
            name = graph.removeprefix(RULE_GRAPHS)
            if not support.solved:
                found.add(self.note("underived", triple=_shown(triple)))
                found.complete = False
            found.notes = {self.of_rule(note, name): None for note in found.notes}
            if triple in self.derivations:
                self.derivations[triple].found.merge(found)
            else:
                self.derivations[triple] = _Derivation(triple, name, found)
            out.update(found.derived)
        return out

    def read_rules(self) -> dict[str, tuple[Rule, sparql.Query]]:
        if self.rules is None:
            rules = read_rules(self.store.bundle)
            self.rules = {rule.graph: (rule, sparql.parse_query(rule.text)) for rule in rules}
        return self.rules

    def rule_label(self, name: str) -> str:
        rules = self.read_rules()
        if RULE_GRAPHS + name not in rules:
            return name
        title = rules[RULE_GRAPHS + name][0].title
        return title.get(self.lang) or title.get("en") or name

    def of_rule(self, note: Note, rule: str) -> Note:
        """A note about the patterns of a rule; their places are not places in the query."""
        label = self.rule_label(rule)
        text = NOTES["rule"][self.lang].format(rule=label, text=note.text)
        return Note(note.kind, text, note.pattern)

    # Summing up.

    def finish(self, supports: Sequence[_Support]) -> list[RowEvidence]:
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
        return RowEvidence(
            claims=tuple(claims),
            derived=tuple(sorted(derived, key=lambda item: str(item.triple))),
            definitions=tuple(sorted(definitions, key=lambda item: str(item.triple))),
            notes=tuple(total.notes),
            complete=total.complete,
        )

    def closure(self, found: _Found) -> list[_Derivation]:
        """The derivations that something rests on, directly or through others, each once."""
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

    def __init__(self, support: _Support | None = None) -> None:
        self.claims: dict[str, dict[Triple, None]] = {}
        self.derived: dict[Triple, list[str]] = {}
        self.definitions: dict[Triple, str] = {}
        self.notes: dict[Note, None] = dict(support.notes) if support else {}
        self.complete = support.complete if support else True

    def add(self, note: Note) -> None:
        self.notes[note] = None

    def merge(self, other: _Found) -> None:
        for iri, triples in other.claims.items():
            self.claims.setdefault(iri, {}).update(triples)
        self.derived.update(other.derived)
        self.definitions.update(other.definitions)
        self.notes.update(other.notes)
        self.complete = self.complete and other.complete


@dataclass
class _Derivation:
    triple: Triple
    rule: str
    found: _Found = field(default_factory=_Found)


def _supporting(claim: ClaimEvidence, triples: Iterable[Triple]) -> ClaimEvidence:
    return replace(claim, triples=tuple(sorted(triples, key=str)))


def _columns(query: sparql.Query) -> dict[str, str]:
    """Which variable of a query's body gives which of its columns, where one does."""
    if query.projection is None:
        return {name: name for name in sparql.query_variables(query)}
    out: dict[str, str] = {}
    for column in query.projection:
        if column.variable is None:
            continue
        name = column.variable.value
        if column.expression is None:
            out[name] = name
        elif (single := column.expression.single_variable()) is not None:
            out.setdefault(single, name)
    return out


def _body(query: sparql.Query) -> tuple[sparql.Group, dict[str, str], list[str]]:
    """What is solved for a query's rows.

    The second part says which variable of the body gives which column, where one does; the
    third lists the group keys that no column names.
    """
    where = query.where or sparql.Group(())
    columns = _columns(query)
    if not query.is_aggregate():
        if query.values is not None:
            where = sparql.Group((where, query.values))
        bound = set(sparql.visible_variables(where))
        return where, {name: column for name, column in columns.items() if name in bound}, []
    keys, binds = _group_keys(query)
    if binds:
        where = sparql.Group((where, *binds))
    bound = set(sparql.visible_variables(where))
    named = {name: columns[name] for name in keys if name in columns and name in bound}
    return where, named, [name for name in keys if name not in columns and name in bound]


def _group_keys(query: sparql.Query) -> tuple[list[str], list[sparql.Bind]]:
    """The variables that a query groups by, and what binds those that are expressions."""
    taken = set(sparql.visible_variables(query.where or sparql.Group(())))
    keys: list[str] = []
    binds: list[sparql.Bind] = []
    for key in query.group_by:
        single = key.expression.single_variable() if key.expression else None
        if key.variable is not None:
            keys.append(key.variable.value)
        elif single is not None:
            keys.append(single)
        else:
            number = next(n for n in range(len(taken) + 1) if f"key{n}_" not in taken)
            keys.append(f"key{number}_")
        taken.add(keys[-1])
        if key.expression is not None and single != keys[-1]:
            binds.append(sparql.Bind(key.expression, Variable(keys[-1])))
    return keys, binds


def _unify(pattern: sparql.Triple, triple: Triple) -> dict[str, Term] | None:
    """The values a template's triple takes to become a triple; None if it cannot."""
    row: dict[str, Term] = {}
    parts = (pattern.subject, pattern.predicate, pattern.object)
    for part, term in zip(parts, _terms(triple), strict=True):
        if isinstance(part, Variable):
            if row.setdefault(part.value, term) != term:
                return None
        elif isinstance(part, BlankNode):
            if not isinstance(term, BlankNode):
                return None
        elif part != term:
            return None
    return row


def _terms(triple: Triple) -> tuple[Term, Term, Term]:
    # Triples about triples (RDF 1.2) are in no graph of ours.
    return cast(tuple[Term, Term, Term], (triple.subject, triple.predicate, triple.object))


def _shown(triple: Triple) -> str:
    subject, predicate, value = _terms(triple)
    pattern = sparql.Triple(subject, cast(NamedNode, predicate), value)
    return sparql.to_text(pattern, short=True).removesuffix(" .")


def _value(solution: QuerySolution, name: str) -> Term | None:
    value: Term | None = solution[name]
    return value


def _instance(term: sparql.Term, solution: QuerySolution) -> Term | None:
    return _value(solution, term.value) if isinstance(term, Variable) else term


def _follow_up(
    follow_up: _FollowUp,
    asked: Mapping[tuple[tuple[str, Term], ...], set[int]],
    supports: Sequence[_Support],
) -> None:
    """Add what a follow-up finds for each of its rows to the supports that asked for the row."""
    found = follow_up.run([dict(child) for child in asked])
    for parents, part in zip(asked.values(), found, strict=True):
        for index in parents:
            supports[index].merge(part)


def _asked_elsewhere(group: sparql.Group) -> set[str]:
    """The variables that only SERVICE binds in a group."""
    found: set[str] = set()
    for element in group.elements:
        if isinstance(element, sparql.Service):
            found.update(sparql.visible_variables(sparql.Group((element,))))
    rest = [part for part in group.elements if not isinstance(part, sparql.Service)]
    return found - set(sparql.visible_variables(sparql.Group(tuple(rest))))


def _child(follow_up: _FollowUp, solution: QuerySolution) -> tuple[tuple[str, Term], ...]:
    """The row that a solution gives to a follow-up, as something that can be a key."""
    row = ((name, _instance(source, solution)) for name, source in follow_up.row.items())
    return tuple((name, term) for name, term in row if term is not None)


def _values(names: Sequence[str], rows: Sequence[Row]) -> sparql.Values:
    """A VALUES block with the rows' values of some variables, which are no blank nodes."""
    lines = dict.fromkeys(tuple(row[name] for name in names) for row in rows)
    block = cast(tuple[tuple[NamedNode | Literal, ...], ...], tuple(lines))
    return sparql.Values(tuple(Variable(name) for name in names), block)


def _settles(group: sparql.Group, name: str) -> bool:
    """Whether values for a variable may be joined to a group's start and mean the same.

    So it is if the first part of the group that speaks of the variable always binds it: before
    an OPTIONAL or a MINUS the values would change what these match.
    """
    for element in group.elements:
        if isinstance(element, sparql.Filter):
            continue
        if name in _mentioned(element):
            return name in _certain(element)
    return False


def _mentioned(element: sparql.Element) -> set[str]:
    tokens = sparql.tokenize(sparql.to_text(element))
    return {token.text[1:] for token in tokens if token.kind == "var"}


def _certain(element: sparql.Element) -> set[str]:  # noqa: PLR0911 - one per kind
    """The variables that a pattern binds in each of its solutions."""
    if isinstance(element, sparql.Triple):
        parts = (element.subject, element.predicate, element.object)
        return {part.value for part in parts if isinstance(part, Variable)}
    if isinstance(element, sparql.Group):
        return {name for part in element.elements for name in _certain(part)}
    if isinstance(element, sparql.GraphPattern):
        own = {element.name.value} if isinstance(element.name, Variable) else set()
        return own | _certain(element.group)
    if isinstance(element, sparql.Union):
        return set.intersection(*(_certain(group) for group in element.groups))
    if isinstance(element, sparql.Values):
        return {
            variable.value
            for index, variable in enumerate(element.variables)
            if all(row[index] is not None for row in element.rows)
        }
    if isinstance(element, sparql.SubSelect):
        query = element.query
        columns = _body(query)[1]
        inner = _certain(query.where) if query.where is not None else set()
        return {column for name, column in columns.items() if name in inner}
    return set()


# --- quotes in the source ------------------------------------------------------------------------


class Offsets(NamedTuple):
    """Where a quote stands in a text, once.

    `start` and `end` count the characters of the text without its white space (the positions
    that `oa:start` and `oa:end` give); `raw_start` and `raw_end` those of the text as it is.
    """

    start: int
    end: int
    raw_start: int
    raw_end: int


class Passage(NamedTuple):
    """A part of a text: its words, its first and last line from 1, and its share covered."""

    text: str
    first_line: int
    last_line: int
    share: float


@dataclass(frozen=True)
class Coverage:
    """How much of a source its quotes cover.

    Attributes:
        share: Share of the characters that are not white space which some quote covers, in 0–1;
            1 for an empty text.
        uncovered: The passages that no quote covers, in order.
        sentences: All sentences and bullets in order, each with its covered share.
        missing: The quotes that are not in the text.
    """

    share: float
    uncovered: tuple[Passage, ...]
    sentences: tuple[Passage, ...]
    missing: tuple[str, ...]

    @property
    def sentence_share(self) -> float:
        """Share of the sentences that some quote touches, in 0–1; 1 for an empty text."""
        touched = sum(sentence.share > 0 for sentence in self.sentences)
        return touched / len(self.sentences) if self.sentences else 1.0


def quote_offsets(text: str, quote: str) -> list[Offsets]:
    r"""Every place where a quote stands in a text, in order; empty if it does not.

    White space does not count, neither in the text nor in the quote, since extracted text is
    broken into lines anywhere. Full and half width are told apart.

    Args:
        text: The text of a source.
        quote: Words from it.

    Example:
        >>> quote_offsets("テロ対策の\nフォローアッ\nプ", "フォローアップ")
        [Offsets(start=5, end=12, raw_start=6, raw_end=14)]
    """
    dense, places = _without_space(text)
    return _occurrences(dense, places, quote)


def _without_space(text: str) -> tuple[str, list[int]]:
    """A text without white space, and where each of its characters stood."""
    places = [index for index, character in enumerate(text) if not character.isspace()]
    return "".join(text[index] for index in places), places


def _occurrences(dense: str, places: Sequence[int], quote: str) -> list[Offsets]:
    wanted = "".join(quote.split())
    out: list[Offsets] = []
    start = dense.find(wanted) if wanted else -1
    while start >= 0:
        end = start + len(wanted)
        out.append(Offsets(start, end, places[start], places[end - 1] + 1))
        start = dense.find(wanted, start + 1)
    return out


def coverage(text: str, quotes: Iterable[str]) -> Coverage:
    """How much of a text some quotes cover, and what they leave out.

    A quote covers every place where it stands. Punctuation and bullets on their own are no
    passage.

    Args:
        text: The text of a source.
        quotes: Quotes from it.

    Example:
        >>> found = coverage("会合を主催した。資金を拠出した。", ["会合を主催した。"])
        >>> found.share, [passage.text for passage in found.uncovered]
        (0.5, ['資金を拠出した。'])
    """
    dense, places = _without_space(text)
    covered = bytearray(len(text))
    missing = []
    for quote in dict.fromkeys(quotes):
        found = _occurrences(dense, places, quote)
        if not found:
            missing.append(quote)
        for place in found:
            covered[place.raw_start : place.raw_end] = b"\1" * (place.raw_end - place.raw_start)
    total = len(places)
    share = sum(covered[index] for index in places) / total if total else 1.0
    return Coverage(
        share=share,
        uncovered=tuple(_uncovered(text, covered)),
        sentences=tuple(_passage(text, covered, start, end) for start, end in _sentences(text)),
        missing=tuple(missing),
    )


def _uncovered(text: str, covered: bytearray) -> Iterator[Passage]:
    start = 0
    while start < len(text):
        if covered[start]:
            start += 1
            continue
        end = start
        while end < len(text) and not covered[end]:
            end += 1
        if re.search(r"[^\W_]", text[start:end]):
            yield _passage(text, covered, start, end)
        start = end


def _passage(text: str, covered: bytearray, start: int, end: int) -> Passage:
    inside = [index for index in range(start, end) if not text[index].isspace()]
    first, last = inside[0], inside[-1]
    return Passage(
        text[first : last + 1],
        text.count("\n", 0, first) + 1,
        text.count("\n", 0, last) + 1,
        sum(covered[index] for index in inside) / len(inside),
    )


# A sentence ends behind its full stop and closing brackets, at an empty line, and before a bullet.
_BULLETS = "\u2022\u2023\u25a0-\u25ff\u2b24\u26ab\u26aa\u30fb\uff65\u203b\u2605\u2606"
_SENTENCE_END = re.compile(
    rf"(?:[\u3002\uff01\uff1f\uff61][\u300d\u300f\uff09)\u3011]*"
    r"|[.!?][)\]\"\u201d\u2019]*(?=\s+[A-Z\u201c\"(])"
    rf"|\n[ \t\u3000]*(?=\n)|\n(?=[ \t\u3000]*(?:[{_BULLETS}]|[-*\u2013][ \t])))"
)


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    """Where each sentence or bullet begins and ends; what has no letter or digit is none."""
    start = 0
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    for end in (*ends, len(text)):
        if re.search(r"[^\W_]", text[start:end]):
            yield start, end
            start = end
