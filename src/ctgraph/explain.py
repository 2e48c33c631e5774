"""Why a query has no answer: terms that the graph does not have, and parts that leave nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ctgraph import sparql
from ctgraph.errors import QueryError
from ctgraph.names import close_terms
from ctgraph.terms import OWN_NAMESPACES, shorten

if TYPE_CHECKING:
    from collections.abc import Sequence

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
        close = f" Did you mean {' or '.join(self.suggestions)}?" if self.suggestions else ""
        return (
            f"query, line {self.line}, column {self.column}: the graph holds no "
            f"{shorten(self.iri)}.{close}"
        )


def check_terms(store: Store, text: str) -> list[UnknownTerm]:
    """Terms of our namespaces that a query names and the graph does not have, in text order.

    Such a query is not wrong, but it is answered by nothing; each term is reported once.

    Args:
        store: The store that is asked.
        text: A SPARQL query.

    Raises:
        QuerySyntaxError: The text is not a query, or a prefix is not declared.
    """
    known: frozenset[str] | None = None
    found: dict[str, UnknownTerm] = {}
    for iri, token in sparql.used_terms(text):
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
    """``dropped``: without the part there are rows; ``alone``: nothing matches it even alone;
    ``joined``: what stands before it has rows, with it there are none; ``limit``: it asks for no
    rows; ``term``: the graph does not have a term of it."""
    pattern: str
    """The part as SPARQL, with prefixed names."""
    line: int
    """Where the part stands; 0 if it cannot be said."""
    column: int
    suggestions: tuple[str, ...] = ()
    """For an unknown term, terms that look alike, as CURIEs."""

    def message(self, lang: str = "en") -> str:
        """A sentence on it.

        Args:
            lang: ``en`` or ``ja``.
        """
        text = _EMPTY[self.reason][lang].format(pattern=self.pattern, line=self.line)
        if self.suggestions:
            close = " / ".join(self.suggestions)
            text += f" もしかして: {close}" if lang == "ja" else f" Did you mean {close}?"
        return text


_EMPTY = {
    "dropped": {
        "en": "line {line}: without {pattern} there are rows.",
        "ja": "{line}行目: {pattern} を外すと結果があります。",
    },
    "alone": {
        "en": "line {line}: nothing in the graph matches {pattern} even alone.",
        "ja": "{line}行目: {pattern} は単独でも何にも一致しません。",
    },
    "joined": {
        "en": "line {line}: what stands before {pattern} has rows, with it there are none.",
        "ja": "{line}行目: {pattern} の手前までは結果がありますが、これを加えるとなくなります。",
    },
    "limit": {
        "en": "{pattern} leaves no rows.",
        "ja": "{pattern} のため結果が残りません。",
    },
    "term": {
        "en": "line {line}: the graph holds no {pattern}.",
        "ja": "{line}行目: グラフに {pattern} はありません。",
    },
}
_EXPLAINED_PARTS = 40


def explain_empty(store: Store, text: str, timeout: float | None = None) -> list[Explanation]:
    """Why a query has no answer, most telling part first; empty if nothing can be said.

    Terms that the graph does not have come first. Then each part of the query is left out in
    turn, to see whether there are rows without it. If no single part is to blame, the parts
    that nothing matches even alone are named, and else the first that leaves nothing.

    Args:
        store: The store that gave no answer.
        text: The query.
        timeout: Seconds for each of the probing queries.

    Raises:
        QuerySyntaxError: The text is not a query.
    """
    tree = sparql.parse_query(text)
    found = [
        Explanation("term", shorten(term.iri), term.line, term.column, term.suggestions)
        for term in check_terms(store, text)
    ]
    if tree.where is None:
        return found
    elements = _flatten(tree.where)
    if tree.values is not None:
        elements.append(tree.values)

    def has_rows(parts: Sequence[sparql.Element]) -> bool:
        probe = sparql.Query("ASK", sparql.Group(tuple(parts)), datasets=tree.datasets)
        try:
            return store.ask(sparql.to_text(probe), timeout=timeout)
        except QueryError:
            return False  # too slow, or a part needs the one that was left out

    def explain(reason: str, element: sparql.Element) -> Explanation:
        pattern = " ".join(sparql.to_text(element, short=True).split())
        return Explanation(reason, pattern, element.span.line, element.span.column)

    if has_rows(elements):
        if tree.limit == 0:
            found.append(Explanation("limit", "LIMIT 0", 0, 0))
        if tree.offset:
            found.append(Explanation("limit", f"OFFSET {tree.offset}", 0, 0))
        found += [
            Explanation("limit", f"HAVING {sparql.to_text(one, short=True)}", 0, 0)
            for one in tree.having
        ]
        return found
    # What binds or is optional takes no rows away.
    parts = [
        index
        for index, element in enumerate(elements)
        if not isinstance(element, (sparql.Optional, sparql.Bind))
    ][:_EXPLAINED_PARTS]
    dropped = [
        explain("dropped", elements[index])
        for index in parts
        if len(elements) > 1 and has_rows(elements[:index] + elements[index + 1 :])
    ]
    if dropped:
        return found + dropped
    alone = [
        explain("alone", elements[index])
        for index in parts
        if isinstance(elements[index], (sparql.Triple, sparql.GraphPattern, sparql.Group))
        and not has_rows([elements[index]])
    ]
    if alone:
        return found + alone
    for index in parts:
        if not has_rows(elements[: index + 1]):
            return [*found, explain("joined" if index else "alone", elements[index])]
    return found


def _flatten(group: sparql.Group) -> list[sparql.Element]:
    """The parts of a group, with those of a group that stands in it alone."""
    if len(group.elements) == 1 and isinstance(group.elements[0], sparql.Group):
        return _flatten(group.elements[0])
    return list(group.elements)
