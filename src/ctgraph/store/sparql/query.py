"""A query: its text, and what is read from it, each once and only when it is asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from ctgraph.errors import DataError, QueryRefused, QuerySyntaxError
from ctgraph.store.sparql import safety
from ctgraph.store.sparql.tokens import Token, expand_names, tokenize
from ctgraph.terms import PREFIXES

if TYPE_CHECKING:
    from pyoxigraph import Literal, NamedNode

    from ctgraph.store.sparql.tree import QueryTree


class _Block(NamedTuple):
    """A block ``VALUES ?name { … }``: where it begins, where its contents do, where it ends."""

    start: int
    inside: int
    end: int
    bracketed: bool


class Query:
    """A SPARQL query, which whoever runs, limits, checks or explains it is given.

    Its tokens and its tree are shared by all of them: who wants to change one makes a copy. The
    methods that change the query give another.

    Args:
        text: A query, or any part of one. The prefixes of `terms.PREFIXES` need no declaration.

    Example:
        >>> query = Query("SELECT * { ?s ct:value ?n BIND(2 * ?n AS ?double) } # all")
        >>> query.form, query.columns, query.limit_rows(9).text.splitlines()[1]
        ('SELECT', ['s', 'n', 'double'], 'LIMIT 10')
    """

    def __init__(self, text: str) -> None:
        self.text = text.removeprefix("\ufeff")  # the byte order mark of a form

    @classmethod
    def of(cls, query: str | Query) -> Query:
        """Return the query of a text, or the one that it is already."""
        return cls(query) if isinstance(query, str) else query

    def __repr__(self) -> str:
        return f"<Query {self.text!r}>"

    # What is read from it

    @cached_property
    def tokens(self) -> list[Token]:
        """Its tokens, whether it can be parsed or not."""
        return tokenize(self.text)

    @cached_property
    def tree(self) -> QueryTree:
        """Its syntax tree.

        Raises:
            QuerySyntaxError: The text is no SPARQL 1.1 query, or a prefix is unknown.
        """
        from ctgraph.store.sparql.parse import parse_query

        return parse_query(self.text, tokens=self.tokens)

    @cached_property
    def form(self) -> str:
        """Its form, for which only the start of the text is looked at, see `safety.query_form`."""
        return safety.query_form(self.text)

    @cached_property
    def columns(self) -> list[str]:
        """The names of the columns of a SELECT, in order; empty for the other forms.

        Raises:
            QuerySyntaxError: As `tree`.
        """
        return self.tree.columns()

    @cached_property
    def terms(self) -> list[tuple[str, Token]]:
        """The IRIs that it names behind its prologue, with their tokens, in order.

        Queries that cannot be parsed have them too; names with an undeclared prefix are left out.

        Example:
            >>> [(iri, token.column) for iri, token in Query("ASK { ?s a ct:State }").terms]
            [('https://w3id.org/ctgraph/ontology#State', 12)]
        """
        return [
            (iri, token) for iri, token in expand_names(self.tokens, PREFIXES) if iri is not None
        ]

    def undeclared_prefixes(
        self, prefixes: Mapping[str, str] = PREFIXES
    ) -> list[tuple[str, Token]]:
        """Return the prefixes that it uses undeclared, with their tokens, in order.

        Args:
            prefixes: Prefixes that need no declaration.

        Example:
            >>> ((prefix, token),) = Query("ASK { ?s cd:x ?o }").undeclared_prefixes()
            >>> prefix, token.column
            ('cd', 10)
        """
        return [
            (token.text.partition(":")[0], token)
            for iri, token in expand_names(self.tokens, prefixes)
            if iri is None
        ]

    # Whether it may run

    def refuse_unsafe(self, *, allow_service: bool = False) -> None:
        """Refuse it if it could change data or reach elsewhere, see `safety.refuse_unsafe`.

        Args:
            allow_service: Whether ``SERVICE`` may be asked.

        Raises:
            QueryRefused: With the place of what is refused.
        """
        safety.refuse_unsafe(self.text, allow_service=allow_service)

    def refuse_deep(self) -> None:
        """Refuse it if engines could not walk it, see `safety.refuse_deep`.

        Raises:
            QuerySyntaxError: Brackets are too deep, or chains too long.
        """
        safety.refuse_deep(self.text)

    def asks_elsewhere(self) -> bool:
        """Tell whether it asks other servers with SERVICE."""
        try:
            self.refuse_unsafe()
        except QueryRefused:
            return True
        return False

    # Other queries that come of it

    def limit_rows(self, limit: int) -> Query:
        """Return a query that gives one row more than a limit at most, and else the same rows.

        One of another form than SELECT stays as it is.

        Args:
            limit: Rows that are wanted; the one more tells that there are more.

        Example:
            >>> Query("SELECT ?s { ?s ?p ?o } LIMIT 50").limit_rows(10)
            <Query 'SELECT ?s { ?s ?p ?o } LIMIT 11'>
        """
        if self.form != "SELECT":
            return self
        depth = 0
        behind = len(self.text)
        limit_at: Token | None = None
        seen_where = False
        for token in self.tokens:
            if token.text in ("{", "("):
                depth += 1
            elif token.text in ("}", ")"):
                depth -= 1
                seen_where = seen_where or (depth == 0 and token.text == "}")
            elif depth == 0 and seen_where:
                if limit_at is not None and limit_at.is_word("LIMIT") and token.kind == "number":
                    if int(token.text) <= limit:
                        return self
                    return self._replace(token.start, token.end, str(limit + 1))
                if token.is_word("LIMIT"):
                    limit_at = token
                elif token.is_word("VALUES"):
                    behind = min(behind, token.start)
        if depth or limit_at is not None or not seen_where:
            return self  # it is no query; the engine says where
        return self._replace(behind, behind, f"\nLIMIT {limit + 1}\n")

    def name_columns(self) -> Query:
        """Return a query with the variables of ``SELECT *`` written out, as they first appear.

        The order of the columns of ``*`` is not defined (SPARQL 1.1, 18.2.4.4) and engines
        differ. One that is no such query stays as it is.

        Example:
            >>> Query("SELECT * WHERE { ?s ?p ?o }").name_columns()
            <Query 'SELECT ?s ?p ?o WHERE { ?s ?p ?o }'>
        """
        if not re.search(r"(?i:SELECT|DISTINCT|REDUCED)\s*\*", self.text):
            return self
        try:
            tree = self.tree
        except QuerySyntaxError:
            return self
        if tree.form != "SELECT" or tree.projection is not None:
            return self
        # Before it stand only prologue, SELECT and DISTINCT, in which no other token is a star.
        star = next((token for token in self.tokens if token.text == "*"), None)
        if star is None or not self.columns:
            return self
        return self._replace(star.start, star.end, " ".join(f"?{name}" for name in self.columns))

    def bind_values(self, values: Mapping[str, Sequence[NamedNode | Literal] | None]) -> Query:
        """Return the query with the contents of its VALUES blocks replaced.

        A name has a block ``VALUES ?name { … }`` or ``VALUES (?name) { (…) }``, or several, which
        all get the same contents. The rest of the text stays as it is.

        Args:
            values: The terms for each name; None stands for any, so the block is left out, unless
                a ``*`` needs it. (It would hold ``UNDEF``, beside which Jena 4.5 and Virtuoso 7.2
                lose or add rows.)

        Raises:
            DataError: A name has no block of its own; a list of terms is empty; a term cannot stand
                in a query.

        Example:
            >>> from pyoxigraph import Literal
            >>> Query("ASK { VALUES ?n { 1 } }").bind_values({"n": [Literal("2 }")]})
            <Query 'ASK { VALUES ?n { "2 }" } }'>
            >>> Query("ASK { VALUES ?n { 1 } ?s ?p ?n }").bind_values({"n": None})
            <Query 'ASK {  ?s ?p ?n }'>
        """
        from ctgraph.store.sparql.write import term_to_sparql

        blocks = self._values_blocks() if values else {}
        edits: list[tuple[int, int, str]] = []
        for name, terms in values.items():
            found = blocks.get(name, [])
            if not found:
                raise DataError("values-block-missing", name=name)
            if terms is not None and not terms:
                raise DataError("values-empty", name=name)
            if terms is None and not self._has_star():
                edits += [(block.start, block.end, "") for block in found]
                continue
            items = ["UNDEF"] if terms is None else [term_to_sparql(term) for term in terms]
            for block in found:
                content = " ".join(f"({item})" if block.bracketed else item for item in items)
                edits.append((block.inside, block.end - 1, f" {content} "))
        return self._edited(edits)

    def inline_values(self, values: Mapping[str, Literal]) -> Query:
        """Return the query with literals in place of variables that one VALUES block gives.

        Engines differ where such a variable stands in the filter of an OPTIONAL. One that stands
        anywhere but in expressions keeps its block, for a column or a pattern needs it.

        Args:
            values: The literal for each name.

        Example:
            >>> from pyoxigraph import Literal
            >>> text = "SELECT ?l { VALUES ?x { 'en' } ?s ?p ?l FILTER(LANG(?l) = ?x) }"
            >>> Query(text).inline_values({"x": Literal("ja")})
            <Query 'SELECT ?l {  ?s ?p ?l FILTER(LANG(?l) = "ja") }'>
        """
        from ctgraph.store.sparql.write import term_to_sparql

        blocks = self._values_blocks() if values else {}
        selects = sum(token.is_word("SELECT") for token in self.tokens)
        edits: list[tuple[int, int, str]] = []
        for name, literal in values.items():
            found = blocks.get(name, [])
            places = self._places_in_expressions(name, found)
            # The same name inside a sub-select is another variable, unless that has the block too.
            if places is None or len(found) != selects:
                continue
            edits += [(block.start, block.end, "") for block in found]
            edits += [(token.start, token.end, term_to_sparql(literal)) for token in places]
        return self._edited(edits)

    def _places_in_expressions(self, name: str, blocks: Sequence[_Block]) -> list[Token] | None:
        """Return where a variable stands outside its blocks; None if that is not an expression."""
        places: list[Token] = []
        opened = [""]
        before = ("", "", "")
        for token in self.tokens:
            is_own = token.kind == "var" and token.text[1:] == name
            if is_own and not any(block.start <= token.start < block.end for block in blocks):
                # `AS ?x`, `BOUND(?x)` and `VALUES (?x ?y)` want a variable.
                wants_variable = before[2].upper() == "AS" or before[1].upper() == "BOUND"
                if opened[-1] != "(" or wants_variable:
                    return None
                places.append(token)
            elif token.text in ("(", "{", "["):
                is_values = token.text == "(" and before[2].upper() == "VALUES"
                opened.append("VALUES" if is_values else token.text)
            elif token.text in (")", "}", "]") and len(opened) > 1:
                opened.pop()
            before = (before[1], before[2], token.text)
        return None if self._has_star() else places

    def _has_star(self) -> bool:
        """Tell whether some SELECT gives every variable, so that one that goes is missed."""
        pairs = zip(self.tokens, self.tokens[1:], strict=False)
        heads = ("SELECT", "DISTINCT", "REDUCED")
        return any(token.text == "*" and before.is_word(*heads) for before, token in pairs)

    def _values_blocks(self) -> dict[str, list[_Block]]:
        """Return where each block for a single variable stands, by name."""
        blocks: dict[str, list[_Block]] = {}
        tokens = self.tokens
        for index, token in enumerate(tokens):
            if not token.is_word("VALUES"):
                continue
            head = tokens[index + 1 : index + 5]
            shape = ["v" if part.kind == "var" else part.text for part in head]
            if shape[:2] == ["v", "{"]:
                name, opening, bracketed = head[0], index + 2, False
            elif shape == ["(", "v", ")", "{"]:
                name, opening, bracketed = head[1], index + 4, True
            else:
                continue
            closing = next(
                (part for part in tokens[opening:] if part.kind == "punct" and part.text == "}"),
                None,
            )
            if closing is not None:
                block = _Block(token.start, tokens[opening].end, closing.end, bracketed)
                blocks.setdefault(name.text[1:], []).append(block)
        return blocks

    def _edited(self, edits: Sequence[tuple[int, int, str]]) -> Query:
        """Return the query with other text between several places."""
        query = self
        for start, end, text in sorted(edits, reverse=True):
            query = query._replace(start, end, text)
        return query

    def _replace(self, start: int, end: int, text: str) -> Query:
        """Return the query with other text between two places."""
        return Query(self.text[:start] + text + self.text[end:])
