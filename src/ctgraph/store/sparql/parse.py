"""Queries of SPARQL 1.1 to their syntax tree: the forms of queries, and the groups in them.

A query is read with a regular expression for the tokens and recursive descent for the tree
(SPARQL 1.1 Query Language, section 19, https://www.w3.org/TR/sparql11-query/#grammar).
Expressions are kept as token texts, since nothing here evaluates them; only the groups of
``EXISTS`` inside them are parsed. Nothing here needs a store, and the two functions that every
query goes through (`refuse_unsafe`, `query_form`) look at the text only as far as they must.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pyoxigraph as ox
from pyoxigraph import Literal, NamedNode, Variable

from ctgraph.store.sparql.cursor import Cursor
from ctgraph.store.sparql.expressions import read_constraint, read_until_as, starts_call
from ctgraph.store.sparql.safety import refuse_deep
from ctgraph.store.sparql.tree import (
    Bind,
    Dataset,
    Expression,
    Filter,
    GraphPattern,
    Group,
    Minus,
    Optional,
    OrderKey,
    Projection,
    Prologue,
    QueryTree,
    Service,
    SubSelect,
    Triple,
    Union,
    Values,
)
from ctgraph.store.sparql.triples import read_property, read_triples
from ctgraph.terms import PREFIXES

if TYPE_CHECKING:
    from ctgraph.store.sparql.tokens import Token
    from ctgraph.store.sparql.tree import Element


def parse_query(
    text: str, prefixes: Mapping[str, str] = PREFIXES, tokens: list[Token] | None = None
) -> QueryTree:
    """Return the syntax tree of a query, with every name resolved.

    Args:
        text: A SPARQL 1.1 query.
        prefixes: Prefixes that need no declaration.
        tokens: Its tokens, if somebody has them.

    Raises:
        QuerySyntaxError: The text is no SPARQL 1.1 query, or a prefix is unknown.

    Example:
        >>> query = parse_query("SELECT ?who { ?who a ct:State ; skos:prefLabel ?name }")
        >>> [str(triple.object) for triple in query.where.elements]
        ['<https://w3id.org/ctgraph/ontology#State>', '?name']
    """
    refuse_deep(text)
    parser = _Parser(text, prefixes, tokens)
    query = parser.query()
    parser.expect_end()
    return query


class _Parser(Cursor):
    """Recursive descent over the tokens of one query."""

    # Query forms.

    def query(self) -> QueryTree:
        start = self.index
        prologue = self.prologue()
        word = self.expect_word("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
        query = QueryTree(word, None, prologue=prologue)
        if word == "SELECT":
            self.select_clause(query)
        elif word == "DESCRIBE":
            query.targets = self.describe_targets()
        elif word == "CONSTRUCT" and self.at("{"):
            query.template = self.template()
        self.dataset_clauses(query)
        if word == "CONSTRUCT" and query.template is None:
            self.expect_word("WHERE")
            inside = self.index
            query.template = self.template()
            query.where = self.place(Group(query.template), inside)
        elif word != "DESCRIBE" or self.at("{") or self.token.is_word("WHERE"):
            self.take_word("WHERE")
            query.where = self.group()
        return self.finish(query, start)

    def prologue(self) -> Prologue:
        declared: list[tuple[str, str]] = []
        while True:
            if self.take_word("BASE"):
                self.base = self.iri_reference()
            elif self.take_word("PREFIX"):
                name, _, local = self.token.text.partition(":")
                if self.token.kind != "pname" or local:
                    raise self.error("a prefix such as ct:")
                self.index += 1
                self.prefixes[name] = iri = self.iri_reference()
                declared.append((name, iri))
            elif self.take_word("VERSION"):  # of SPARQL 1.2
                self.expect_kind("string", 'a version such as "1.2"')
            else:
                return Prologue(self.base, tuple(declared))

    def iri_reference(self) -> str:
        return self.resolved(self.expect_kind("iri", "an IRI in angle brackets"))

    def select_clause(self, query: QueryTree) -> None:
        query.modifier = self.take_word("DISTINCT", "REDUCED")
        if self.take("*"):
            return
        columns: list[Projection] = []
        while self.token.kind == "var" or self.at("("):
            columns.append(self.column(needs_name=True))
        if not columns:
            raise self.error("* or the variables to select")
        query.projection = tuple(columns)

    def column(self, *, needs_name: bool) -> Projection:
        """``?v`` or ``(expression AS ?v)``."""
        start = self.index
        if self.token.kind == "var":
            return self.place(Projection(self.variable(), None), start)
        self.expect("(")
        expression = read_until_as(self, self.group)
        variable = None
        if self.take_word("AS"):
            variable = self.variable()
        elif needs_name:
            raise self.error("AS and a variable")
        self.expect(")")
        return self.place(Projection(variable, expression), start)

    def describe_targets(self) -> tuple[NamedNode | Variable, ...] | None:
        if self.take("*"):
            return None
        targets: list[NamedNode | Variable] = []
        while self.token.kind in ("var", "iri", "pname"):
            targets.append(self.variable_or_iri())
        if not targets:
            raise self.error("* or what to describe")
        return tuple(targets)

    def template(self) -> tuple[Triple, ...]:
        self.expect("{")
        triples: list[Triple] = []
        while not self.at("}"):
            read_triples(self, triples)
            if not self.take("."):
                break
        self.expect("}")
        return tuple(triples)

    def dataset_clauses(self, query: QueryTree) -> None:
        clauses: list[Dataset] = []
        while self.token.is_word("FROM"):
            start = self.index
            self.index += 1
            named = self.take_word("NAMED") is not None
            clauses.append(self.place(Dataset(self.iri(), named), start))
        query.datasets = tuple(clauses)

    def finish(self, query: QueryTree, start: int) -> QueryTree:
        """Return a query, which began at a token, with what stands behind its pattern."""
        self.solution_modifiers(query)
        if self.token.is_word("VALUES"):
            query.values = self.values()
        return self.place(query, start)

    def solution_modifiers(self, query: QueryTree) -> None:
        if self.take_word("GROUP"):
            self.expect_word("BY")
            keys: list[Projection] = []
            while self.at("(") or self.token.kind == "var" or starts_call(self):
                if starts_call(self):
                    start = self.index
                    condition = read_constraint(self, self.group)
                    keys.append(self.place(Projection(None, condition), start))
                else:
                    keys.append(self.column(needs_name=False))
            if not keys:
                raise self.error("what to group by")
            query.group_by = tuple(keys)
        if self.take_word("HAVING"):
            conditions = [read_constraint(self, self.group)]
            while self.at("(") or starts_call(self):
                conditions.append(read_constraint(self, self.group))
            query.having = tuple(conditions)
        if self.take_word("ORDER"):
            self.expect_word("BY")
            query.order_by = self.order_keys()
        for _ in range(2):
            word = self.token.text.upper() if self.token.is_word("LIMIT", "OFFSET") else None
            if word == "LIMIT" and query.limit is None:
                self.index += 1
                query.limit = self.integer()
            elif word == "OFFSET" and query.offset is None:
                self.index += 1
                query.offset = self.integer()

    def order_keys(self) -> tuple[OrderKey, ...]:
        keys: list[OrderKey] = []
        while True:
            start = self.index
            direction = self.take_word("ASC", "DESC")
            if self.token.kind == "var":
                if direction:
                    raise self.error("an expression in brackets")
                name = f"?{self.variable().value}"
                expression = self.place(Expression((name,)), start)
            elif self.at("(") or (direction is None and starts_call(self)):
                expression = read_constraint(self, self.group)
            else:
                break
            keys.append(self.place(OrderKey(expression, direction == "DESC"), start))
        if not keys:
            raise self.error("what to order by")
        return tuple(keys)

    def integer(self) -> int:
        if self.token.kind != "number" or not self.token.text.isdigit():
            raise self.error("a whole number")
        return int(self.next().text)

    # Groups.

    def group(self) -> Group:
        start = self.index
        self.expect("{")
        elements: list[Element] = []
        if self.token.is_word("SELECT"):
            elements.append(self.sub_select())
        else:
            self.group_elements(elements)
        self.expect("}")
        return self.place(Group(tuple(elements)), start)

    def sub_select(self) -> SubSelect:
        start = self.index
        self.index += 1
        query = QueryTree("SELECT", None)
        self.select_clause(query)
        self.take_word("WHERE")
        query.where = self.group()
        return self.place(SubSelect(self.finish(query, start)), start)

    def group_elements(self, elements: list[Element]) -> None:
        while not self.at("}"):
            token = self.token
            word = token.text.upper() if token.kind == "word" else ""
            if token.text == "{" or word in _ELEMENT_WORDS:
                start = self.index
                element = self.union_or_group() if token.text == "{" else self.element(word)
                elements.append(self.place(element, start))
                self.take(".")
                continue
            triples: list[Triple] = []
            read_triples(self, triples)
            elements.extend(triples)
            after = self.token
            if not self.take(".") and not (
                self.at("}") or self.at("{") or after.text.upper() in _ELEMENT_WORDS
            ):
                raise self.error("'.', ';', ',' or '}'")

    def union_or_group(self) -> Group | Union:
        groups = [self.group()]
        while self.take_word("UNION"):
            groups.append(self.group())
        return groups[0] if len(groups) == 1 else Union(tuple(groups))

    def element(self, word: str) -> Element:  # noqa: PLR0911 - one per keyword
        if word == "VALUES":
            return self.values()
        self.index += 1
        if word == "OPTIONAL":
            return Optional(self.group())
        if word == "MINUS":
            return Minus(self.group())
        if word == "GRAPH":
            return GraphPattern(self.variable_or_iri(), self.group())
        if word == "SERVICE":
            silent = self.take_word("SILENT") is not None
            return Service(self.variable_or_iri(), silent, self.group())
        if word == "FILTER":
            return Filter(read_constraint(self, self.group))
        # BIND is the last of _ELEMENT_WORDS.
        self.expect("(")
        expression = read_until_as(self, self.group)
        self.expect_word("AS")
        variable = self.variable()
        self.expect(")")
        return Bind(expression, variable)

    def values(self) -> Values:
        start = self.index
        self.expect_word("VALUES")
        rows: list[tuple[NamedNode | Literal | ox.Triple | None, ...]] = []
        if self.token.kind == "var":
            variables = [self.variable()]
            self.expect("{")
            while not self.at("}"):
                rows.append((self.data_value(),))
        else:
            variables = []
            self.expect("(")
            while not self.take(")"):
                variables.append(self.variable())
            self.expect("{")
            while not self.at("}"):
                self.expect("(")
                row = []
                while not self.at(")"):
                    row.append(self.data_value())
                if len(row) != len(variables):
                    raise self.error_of(
                        "values-row-of-other-length", n=len(variables), found=self.token.text
                    )
                self.expect(")")
                rows.append(tuple(row))
        self.expect("}")
        return self.place(Values(tuple(variables), tuple(rows)), start)

    def data_value(self) -> NamedNode | Literal | ox.Triple | None:
        return None if self.take_word("UNDEF") else self.ground_term("an IRI, a literal or UNDEF")

    def ground_term(self, what: str) -> NamedNode | Literal | ox.Triple:
        if self.take("<<("):  # of SPARQL 1.2
            triple = ox.Triple(
                self.iri(), read_property(self), self.ground_term("the object of a triple")
            )
            self.expect(")>>")
            return triple
        if self.token.kind not in ("iri", "pname"):
            literal = self.literal()
            if literal is None:
                raise self.error(what)
            return literal
        return self.iri()


_ELEMENT_WORDS = frozenset({"OPTIONAL", "MINUS", "GRAPH", "SERVICE", "FILTER", "BIND", "VALUES"})
