"""Why a query has no answer: terms that the graph does not have, and parts that leave nothing."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from ctgraph.errors import (
    CtgraphError,
    QueryError,
    QuerySyntaxError,
    QueryTimeout,
    StoreError,
    suggest,
)
from ctgraph.query.diagnostics.probe import (
    MOST_PARTS,
    MOST_ROWS,
    PROBE_SECONDS,
    Part,
    Prober,
    find_leading,
    find_parts,
    innermost_parts,
    required_elements,
    unwrap_group,
    walk_parts,
)
from ctgraph.query.entities.names import close_terms
from ctgraph.store.sparql import TRIPLE_MARKS, Query, term_to_sparql, to_text, tree
from ctgraph.terms import LANGUAGES, OWN_NAMESPACES, PREFIXES, shorten
from ctgraph.words import fill

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctgraph.query.diagnostics.probe import Term
    from ctgraph.store import Store


# --- unknown terms -------------------------------------------------------------------------------


class UnknownTerm(NamedTuple):
    """A term of our namespaces in a query that the graph does not have."""

    iri: str
    line: int
    column: int
    suggestions: tuple[str, ...]
    """Terms that exist and look alike, as CURIEs, best first."""

    @property
    def message(self) -> str:
        """Where and what, and what may have been meant."""
        where = fill("errors", "query-place", "en", {"line": self.line, "column": self.column})
        return where + str(self.to_error())

    def to_error(self) -> CtgraphError:
        """Return the error that says so, without the place."""
        return CtgraphError(
            "term-not-in-graph",
            name=shorten(self.iri),
            near=self.suggestions,
            hint="did-you-mean" if self.suggestions else "",
        )


def check_terms(store: Store, query: str | Query) -> list[UnknownTerm]:
    """Return terms of our namespaces that a query names and the graph does not have, in text order.

    Such a query is not wrong, but it is answered by nothing; each term is reported once.

    Args:
        store: The store that is asked.
        query: A SPARQL query.

    Raises:
        QuerySyntaxError: The text is not a query, or a prefix is not declared.
    """
    known: frozenset[str] | None = None
    found: dict[str, UnknownTerm] = {}
    for iri, token in Query.of(query).terms:
        if not iri.startswith(OWN_NAMESPACES) or iri in OWN_NAMESPACES or iri in found:
            continue
        if known is None:
            known = store.known_terms()
        if iri not in known:
            close = tuple(close_terms(store, iri))
            found[iri] = UnknownTerm(iri, token.line, token.column, close)
    return list(found.values())


# --- empty answers -------------------------------------------------------------------------------


class Explanation(NamedTuple):
    """Why a query has no answer: one part of it, and what that part does."""

    reason: str
    """``term``: the graph does not have a term of it; ``graph``: FROM names a graph that holds
    nothing; ``dropped``: without the part there are
    rows; ``alone``: nothing matches it even alone; ``leading``: nothing matches these parts
    together, with which the query begins; ``limit``: it leaves none of the rows; ``triple``: it is
    a triple inside a triple (SPARQL 1.2); ``unread``: it is no SPARQL 1.1."""
    pattern: str
    """The part as SPARQL, with prefixed names."""
    line: int
    """Where the part stands; of several parts the last; 0 if it cannot be said."""
    column: int
    suggestions: tuple[str, ...] = ()
    """For an unknown term, terms that look alike, as SPARQL writes them."""
    rows: int = 0
    """For ``dropped`` and ``limit``, how many rows there are without the part. They are counted
    up to `MOST_ROWS`, which means as many or more."""

    def message(self, lang: str = "en") -> str:
        """Return a sentence on it.

        Args:
            lang: ``en`` or ``ja``.
        """
        pattern = self.pattern
        if self.reason != "leading":  # its full stop would end the sentence half-way
            pattern = pattern.removesuffix(" .")
        if len(pattern) > _LONGEST_PATTERN:
            pattern = pattern[: _LONGEST_PATTERN - 1] + "…"
        text = _SENTENCES[self.reason][lang].format(
            pattern=pattern, line=self.line, rows=_count_in_words(self.rows, lang)
        )
        if self.suggestions:
            close = (" / " if lang == "ja" else " or ").join(self.suggestions)
            text += f" もしかして: {close}" if lang == "ja" else f" Did you mean {close}?"
        return text


_SENTENCES = {
    "term": {
        "en": "line {line}: the graph holds no {pattern}.",
        "ja": "{line}行目: グラフに {pattern} はありません。",
    },
    "graph": {
        "en": "line {line}: FROM names the graph {pattern}, which is empty or not there.",
        "ja": "{line}行目: FROMのグラフ {pattern} は空か、存在しません。",
    },
    "dropped": {
        "en": "line {line}: without {pattern} there {rows}.",
        "ja": "{line}行目: {pattern} を外すと{rows}になります。",
    },
    "alone": {
        "en": "line {line}: nothing in the graph matches {pattern} even alone.",
        "ja": "{line}行目: {pattern} は単独でも何にも一致しません。",
    },
    "leading": {
        "en": "up to line {line}: nothing matches these parts together: {pattern}",
        "ja": "{line}行目まで: 次の部分を合わせると、すでに何にも一致しません: {pattern}",
    },
    "limit": {
        "en": "{pattern} leaves no rows; without it there {rows}.",
        "ja": "{pattern} のため結果が残りません。これがなければ{rows}になります。",
    },
    "triple": {
        "en": "line {line}: {pattern} asks for what is said of a triple. The graph says it of "
        "claims, each of which is a named graph: GRAPH ?claim {{ … }} ?claim ct:quote ?quote.",
        "ja": "{line}行目: {pattern} はトリプルについての記述を求めます。"
        "グラフでの記述は、名前付きグラフである主張についてのものです: "
        "GRAPH ?claim {{ … }} ?claim ct:quote ?quote",
    },
    "unread": {
        "en": "line {line}: {pattern} goes beyond SPARQL 1.1, so the parts cannot be looked at.",
        "ja": "{line}行目: {pattern} はSPARQL 1.1の範囲を超えるため、部分ごとに調べられません。",
    },
}
_LONGEST_PATTERN = 300


def _count_in_words(rows: int, lang: str) -> str:
    if lang == "ja":
        return f"{rows}件以上" if rows >= MOST_ROWS else f"{rows}件"
    if rows >= MOST_ROWS:
        return f"are at least {MOST_ROWS} rows"
    return "is 1 row" if rows == 1 else f"are {rows} rows"


def explain_empty(
    store: Store, query: str | Query, timeout: float | None = None
) -> list[Explanation]:
    """Return why a query has no answer, most telling part first; empty if nothing can be said.

    Terms that the graph does not have come first. Then each part of the query is left out in
    turn, triples inside of groups, GRAPH and UNION too, to see how many rows there are without
    it. If no single part is to blame, the parts that nothing matches even alone are named, or
    the fewest parts, counted from the start, that nothing matches together.

    Much is asked at once, so few queries are run. What they cannot find out in time is left out.

    Args:
        store: The store that gave no answer.
        query: The query.
        timeout: Seconds for all the probing together, 5 at most; None for 5.

    Raises:
        QuerySyntaxError: The text is not a query.
    """
    query = Query.of(query)
    try:
        unknown = check_terms(store, query)
    except (StoreError, QueryTimeout):
        return []  # the endpoint is gone, or too slow to be asked more
    found = [
        Explanation("term", shorten(term.iri), term.line, term.column, term.suggestions)
        for term in unknown
    ]
    told = {term.iri for term in unknown}
    try:
        tree = query.tree
    except QuerySyntaxError as error:
        if not engine_reads(query.text):
            raise
        return [*found, _explain_unread(query, error)]
    # A store that is too slow, or gone, may still say the rest.
    with contextlib.suppress(QueryError, StoreError):
        graphs = list(_explain_datasets(store, tree, told))
        found += graphs
        if graphs and len(graphs) == len(tree.datasets):
            return found  # of nothing, nothing more can be said
    if tree.where is None:
        return found
    prober = Prober(store, tree, min(timeout or PROBE_SECONDS, PROBE_SECONDS))
    return _explain_pattern(prober, tree, unwrap_group(tree.where), found)


def _explain_pattern(
    prober: Prober, tree: tree.QueryTree, where: tree.Group, found: list[Explanation]
) -> list[Explanation]:
    """Return what was found, and which parts of the pattern or behind it leave no rows."""
    top = find_parts(where, tree.values)
    uses = list(_find_uses(where, tree.values))[:MOST_PARTS]
    whole = _count_rows(prober, prober.answer(where, tree.values), top, uses)
    found += _explain_missing(prober, [use for use in uses if use.is_missing])
    found.sort(key=lambda one: (one.line, one.column))
    if whole:
        return found + _explain_modifiers(tree, whole)
    blamed = list(innermost_parts(top, lambda part: bool(part.rows)))
    if not blamed:
        return found + _explain_conflict(prober, where.elements, top)
    found += [
        _explain_part("dropped", part.element, part.element, part.rows or 0) for part in blamed
    ]
    for part in blamed:
        if part.children and part.alone:  # what is the matter inside of it
            found += _explain_conflict(prober, (part.alone,), part.children)
    return found


def _count_rows(
    prober: Prober, whole: str | None, top: Sequence[Part], uses: Sequence[_Use]
) -> int | None:
    """Return how many rows the query has without its limits; None if that cannot be said.

    Asked at once with it and kept are the rows without each part, and which uses are missing.
    """
    parts = list(walk_parts(top))[:MOST_PARTS]
    rows, *counts = prober.count(
        [whole]
        + [prober.answer(*part.rest) if part.rest else None for part in parts]
        + [prober.occurrence(term) for use in uses for term in use.terms]
    )
    for part in parts:
        part.rows = counts.pop(0)
    for use in uses:
        # The values of a block can stand for one another; all must be missing.
        numbers = [counts.pop(0) for _ in use.terms]
        use.is_missing = all(number == 0 for number in numbers)
    return rows


def _explain_datasets(store: Store, tree: tree.QueryTree, told: set[str]) -> Iterator[Explanation]:
    """Yield the graphs of FROM and FROM NAMED that hold nothing."""
    for one in tree.datasets:
        if one.iri.value not in told and not store.ask(f"ASK {{ GRAPH {one.iri} {{ ?s ?p ?o }} }}"):
            yield Explanation("graph", shorten(one.iri.value), one.span.line, one.span.column)


def engine_reads(text: str) -> bool:
    """Tell whether the engine reads a query that our own parser may refuse."""
    try:
        ox.Store().query(text, prefixes=PREFIXES)
    except (SyntaxError, ValueError, RuntimeError, OSError):
        return False
    return True


def _explain_unread(query: Query, error: QuerySyntaxError) -> Explanation:
    """Return what of a query is no SPARQL 1.1."""
    place = (error.line, error.column)
    found = [token.text for token in query.tokens if (token.line, token.column) == place]
    reason = "triple" if TRIPLE_MARKS.intersection(found) else "unread"
    return Explanation(reason, " ".join(found), *place)


def _explain_modifiers(tree: tree.QueryTree, rows: int) -> list[Explanation]:
    """Return what comes behind the pattern and takes its rows away."""
    texts = [f"HAVING {_one_line(one)}" for one in tree.having]
    if tree.offset:
        texts.append(f"OFFSET {tree.offset}")
    if tree.limit == 0:
        texts.append("LIMIT 0")
    return [Explanation("limit", text, 0, 0, rows=rows) for text in texts]


def _explain_conflict(
    prober: Prober, elements: Sequence[tree.Element], top: Sequence[Part]
) -> list[Explanation]:
    """Parts that nothing matches even alone, or the first parts that nothing matches together."""
    parts = list(walk_parts(top))[:MOST_PARTS]
    counts = prober.count(
        [prober.pattern((part.alone,), 1) if part.alone else None for part in parts]
    )
    for part, rows in zip(parts, counts, strict=True):
        part.rows = rows
    empty = list(innermost_parts(top, lambda part: part.rows == 0))
    found: list[Explanation] = []
    for part in empty:
        alone = part.alone or part.element
        is_group = isinstance(alone, (tree.Group, tree.GraphPattern)) and bool(part.children)
        # Each part of a group may be matched, but not all together.
        found += (_explain_leading(prober, (alone,)) if is_group else []) or [
            _explain_part("alone", alone, part.element)
        ]
    if not any(part.is_required for part in empty):
        found += _explain_leading(prober, elements)
    return found


def _explain_leading(prober: Prober, elements: Sequence[tree.Element]) -> list[Explanation]:
    """Return the fewest of some parts, counted from the first, that nothing matches together."""
    leading = list(find_leading(elements))[:MOST_PARTS]
    counts = prober.count([prober.pattern(some, 1) for some in leading])
    for some, rows in zip(leading, counts, strict=True):
        if rows == 0:
            last = max((one.span for one in some), key=lambda span: span.start)
            return [Explanation("leading", " ".join(map(_one_line, some)), last.line, last.column)]
    return []


def _explain_part(
    reason: str, shown: tree.Element, placed: tree.Element, rows: int = 0
) -> Explanation:
    place = placed.span
    return Explanation(reason, _one_line(shown), place.line, place.column, rows=rows)


def _one_line(node: tree.Element | tree.Expression) -> str:
    return " ".join(to_text(node, short=True).split())


# --- terms that occur nowhere --------------------------------------------------------------------


class _Use:
    """Terms at one place of a query, of which one at least must occur in the graph."""

    def __init__(self, terms: tuple[Term, ...], element: tree.Element) -> None:
        self.terms = terms
        self.element = element
        self.is_missing = False


def _find_uses(where: tree.Group, values: tree.Values | None) -> Iterator[_Use]:
    """Yield literals and IRIs of others in triples, also by way of VALUES.

    `check_terms` has ours.
    """
    elements = list(required_elements(where))
    if values is not None:
        elements.append(values)
    triples = [one for one in elements if isinstance(one, tree.Triple)]
    ends = {
        term.value
        for triple in triples
        for term in (triple.subject, triple.object)
        if isinstance(term, ox.Variable)
    }
    seen: set[tuple[Term, ...]] = set()
    for element in elements:
        for terms in _terms_of(element, ends):
            is_ours = any(term.value.startswith(OWN_NAMESPACES) for term in terms)
            if not is_ours and terms not in seen:
                seen.add(terms)
                yield _Use(terms, element)


def _terms_of(element: tree.Element, ends: set[str]) -> Iterator[tuple[Term, ...]]:
    if isinstance(element, tree.GraphPattern) and isinstance(element.name, ox.NamedNode):
        yield (element.name,)
    if isinstance(element, tree.Triple):
        for term in (element.subject, element.predicate, element.object):
            if isinstance(term, (ox.NamedNode, ox.Literal)):
                yield (term,)
    if isinstance(element, tree.Values) and len(element.rows) <= _MOST_VALUES:
        for column, variable in enumerate(element.variables):
            terms = tuple(row[column] for row in element.rows)
            if terms and variable.value in ends and None not in terms:
                yield tuple(one for one in terms if isinstance(one, (ox.NamedNode, ox.Literal)))


def _explain_missing(prober: Prober, uses: Sequence[_Use]) -> list[Explanation]:
    """Return terms that occur nowhere, with those that look alike."""
    terms = [term for use in uses for term in use.terms]
    literals = _read_literals(prober, [term for term in terms if isinstance(term, ox.Literal)])
    names = _read_names(prober, [term for term in terms if isinstance(term, ox.NamedNode)])
    found = []
    for use in uses:
        place = use.element.span
        for term in use.terms:
            if isinstance(term, ox.Literal):
                close = [_short(one) for one in literals if one.value == term.value]
            else:
                close = [shorten(one) for one in _close_names(term.value, names)]
            similar = tuple(close[:_MOST_SIMILAR])
            found.append(Explanation("term", _short(term), place.line, place.column, similar))
    return found


_NEVER = re.compile(r"(?!)")
_BARE = {"xsd:integer": re.compile(r"\d+\Z"), "xsd:boolean": re.compile(r"(true|false)\Z")}
_MOST_VALUES = 10
_MOST_SIMILAR = 3
_DATATYPES = ("string", "integer", "decimal", "double", "date", "dateTime", "gYear", "boolean")


def _short(term: Term) -> str:
    """Return a term as a reader would write it."""
    if isinstance(term, ox.NamedNode):
        return shorten(term.value)
    datatype = shorten(term.datatype.value)
    if _BARE.get(datatype, _NEVER).match(term.value):
        return term.value
    if term.language or datatype == "xsd:string":
        return term_to_sparql(term)
    return f"{term_to_sparql(ox.Literal(term.value))}^^{datatype}"


def _read_literals(prober: Prober, missing: Sequence[ox.Literal]) -> list[Term]:
    """Literals of the graph with the same text in another language, or of another datatype."""
    if not missing:
        return []
    variants: list[Term] = []
    for text in dict.fromkeys(one.value for one in missing):
        variants += [ox.Literal(text, language=lang) for lang in LANGUAGES]
        variants += [
            ox.Literal(text, datatype=ox.NamedNode(PREFIXES["xsd"] + name)) for name in _DATATYPES
        ]
    values = " ".join(term_to_sparql(one) for one in variants if one not in missing)
    return prober.terms(f"VALUES ?t {{ {values} }} FILTER EXISTS {{ ?s ?p ?t }}")


def _read_names(prober: Prober, missing: Sequence[ox.NamedNode]) -> list[Term]:
    """Return properties and classes of the graph, of the same namespaces."""
    spaces = sorted({space for one in missing if (space := _namespace(one.value))})
    if not spaces:
        return []
    same = " || ".join(f'STRSTARTS(STR(?t), "{space}")' for space in spaces)
    return prober.terms(f"{{ ?s ?t ?o }} UNION {{ ?s2 a ?t }} FILTER({same})")


def _namespace(iri: str) -> str:
    return max((space for space in PREFIXES.values() if iri.startswith(space)), default="", key=len)


def _close_names(iri: str, names: Sequence[Term]) -> list[str]:
    space = _namespace(iri)
    local = {one.value[len(space) :]: one.value for one in names if one.value.startswith(space)}
    return [local[name] for name in suggest(iri[len(space) :], local)] if space else []
