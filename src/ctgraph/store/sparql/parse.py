"""The syntax of SPARQL 1.1 queries: tokens, syntax tree and text, each with its place.

A query is read with a regular expression for the tokens and recursive descent for the tree
(SPARQL 1.1 Query Language, section 19, https://www.w3.org/TR/sparql11-query/#grammar).
Expressions are kept as token texts, since nothing here evaluates them; only the groups of
``EXISTS`` inside them are parsed. Nothing here needs a store, and the two functions that every
query goes through (`refuse_unsafe`, `query_form`) look at the text only as far as they must.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from pyoxigraph import BlankNode, Literal, NamedNode, Variable

from ctgraph.errors import QuerySyntaxError, suggest
from ctgraph.store.sparql.safety import refuse_deep
from ctgraph.store.sparql.tokens import (
    RDF_TYPE,
    Token,
    count_up,
    language_literal,
    resolve_iri,
    tokenize,
    unescape_codepoints,
    unescape_string,
)
from ctgraph.store.sparql.tree import (
    Alternative,
    Bind,
    Dataset,
    Expression,
    Filter,
    GraphPattern,
    Group,
    Inverse,
    Minus,
    NegatedSet,
    OneOrMore,
    Optional,
    OrderKey,
    Projection,
    Prologue,
    Query,
    Sequence,
    Service,
    Span,
    SubSelect,
    Triple,
    Union,
    Values,
    ZeroOrMore,
    ZeroOrOne,
)
from ctgraph.store.sparql.write import term_to_sparql
from ctgraph.terms import PREFIXES

if TYPE_CHECKING:
    from ctgraph.store.sparql.tree import Element, Node, Path, Term, Verb


_RDF = PREFIXES["rdf"]
_XSD = PREFIXES["xsd"]


Query._fields = tuple(name for name in Query._fields if not name.startswith("_"))


# --- parsing -----------------------------------------------------------------------------------


def parse_query(text: str, prefixes: Mapping[str, str] = PREFIXES) -> Query:
    """The syntax tree of a query, with every name resolved.

    Args:
        text: A SPARQL 1.1 query.
        prefixes: Prefixes that need no declaration.

    Raises:
        QuerySyntaxError: The text is no SPARQL 1.1 query, or a prefix is unknown.

    Example:
        >>> query = parse_query("SELECT ?who { ?who a ct:State ; skos:prefLabel ?name }")
        >>> [str(triple.object) for triple in query.where.elements]
        ['<https://w3id.org/ctgraph/ontology#State>', '?name']
    """
    refuse_deep(text)
    parser = _Parser(text, prefixes)
    query = parser.query()
    parser.expect_end()
    return query


class _Parser:
    """Recursive descent over the tokens of one query."""

    def __init__(self, text: str, prefixes: Mapping[str, str]) -> None:
        self.tokens = tokenize(text)
        lines = text.count("\n")
        column = len(text) - (text.rfind("\n") + 1) + 1
        self.end = Token("end", "", len(text), len(text), lines + 1, column)
        self.index = 0
        self.base: str | None = None
        self.prefixes = dict(prefixes)
        taken = {token.text[2:] for token in self.tokens if token.kind == "bnode"}
        self.fresh_labels = (
            label for label in (f"b{number}" for number in count_up()) if label not in taken
        )

    # Looking at tokens.

    @property
    def token(self) -> Token:
        return self.tokens[self.index] if self.index < len(self.tokens) else self.end

    def peek(self, ahead: int = 1) -> Token:
        index = self.index + ahead
        return self.tokens[index] if index < len(self.tokens) else self.end

    def next(self) -> Token:
        token = self.token
        self.index += 1
        return token

    def at(self, punct: str) -> bool:
        token = self.token
        return token.kind == "punct" and token.text == punct

    def take(self, punct: str) -> bool:
        if self.at(punct):
            self.index += 1
            return True
        return False

    def take_word(self, *words: str) -> str | None:
        token = self.token
        if token.is_word(*words):
            self.index += 1
            return token.text.upper()
        return None

    def expect(self, punct: str) -> Token:
        if not self.at(punct):
            raise self.error(f"expected {punct!r}")
        return self.next()

    def expect_word(self, *words: str) -> str:
        word = self.take_word(*words)
        if word is None:
            raise self.error(f"expected {' or '.join(words)}")
        return word

    def expect_end(self) -> None:
        if self.index < len(self.tokens):
            raise self.error("expected the end of the query")

    def error(self, message: str, token: Token | None = None) -> QuerySyntaxError:
        token = token or self.token
        found = repr(token.text) if token.kind != "end" else "the end of the query"
        return QuerySyntaxError(
            f"{message}, but found {found}.", line=token.line, column=token.column
        )

    def place(self, node: Node, start: int) -> None:
        """Note on a node that it reaches from a token to the last one taken."""
        first = self.tokens[start] if start < len(self.tokens) else self.end
        last = self.tokens[max(start, self.index - 1)] if self.tokens else first
        node.span = Span(first.start, last.end, first.line, first.column)

    # Query forms.

    def query(self) -> Query:
        start = self.index
        prologue = self.prologue()
        word = self.expect_word("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
        query = Query(word, None, prologue=prologue)
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
            query.where = Group(query.template)
            self.place(query.where, inside)
        elif word != "DESCRIBE" or self.at("{") or self.token.is_word("WHERE"):
            self.take_word("WHERE")
            query.where = self.group()
        self.solution_modifiers(query)
        if self.token.is_word("VALUES"):
            query.values = self.values()
        self.place(query, start)
        return query

    def prologue(self) -> Prologue:
        declared: list[tuple[str, str]] = []
        while True:
            if self.take_word("BASE"):
                self.base = self.iri_reference()
            elif self.take_word("PREFIX"):
                name = self.next()
                if name.kind != "pname" or not name.text.endswith(":") or name.text.count(":") > 1:
                    self.index -= 1
                    raise self.error("expected a prefix such as ct:")
                iri = self.iri_reference()
                declared.append((name.text[:-1], iri))
                self.prefixes[name.text[:-1]] = iri
            else:
                return Prologue(self.base, tuple(declared))

    def iri_reference(self) -> str:
        token = self.next()
        if token.kind != "iri":
            self.index -= 1
            raise self.error("expected an IRI in angle brackets")
        return self.resolved(token)

    def select_clause(self, query: Query) -> None:
        query.modifier = self.take_word("DISTINCT", "REDUCED")
        if self.take("*"):
            return
        columns: list[Projection] = []
        while self.token.kind == "var" or self.at("("):
            columns.append(self.column(needs_name=True))
        if not columns:
            raise self.error("expected * or the variables to select")
        query.projection = tuple(columns)

    def column(self, *, needs_name: bool) -> Projection:
        """``?v`` or ``(expression AS ?v)``."""
        start = self.index
        if self.token.kind == "var":
            column = Projection(self.variable(), None)
        else:
            self.expect("(")
            expression = self.expression_until_as()
            variable = None
            if self.take_word("AS"):
                variable = self.variable()
            elif needs_name:
                raise self.error("expected AS and a variable")
            self.expect(")")
            column = Projection(variable, expression)
        self.place(column, start)
        return column

    def describe_targets(self) -> tuple[NamedNode | Variable, ...] | None:
        if self.take("*"):
            return None
        targets: list[NamedNode | Variable] = []
        while self.token.kind in ("var", "iri", "pname"):
            targets.append(self.variable_or_iri())
        if not targets:
            raise self.error("expected * or what to describe")
        return tuple(targets)

    def template(self) -> tuple[Triple, ...]:
        self.expect("{")
        triples: list[Triple] = []
        while not self.at("}"):
            self.triples_same_subject(triples)
            if not self.take("."):
                break
        self.expect("}")
        return tuple(triples)

    def dataset_clauses(self, query: Query) -> None:
        clauses: list[Dataset] = []
        while self.token.is_word("FROM"):
            start = self.index
            self.index += 1
            named = self.take_word("NAMED") is not None
            clause = Dataset(self.iri(), named)
            self.place(clause, start)
            clauses.append(clause)
        query.datasets = tuple(clauses)

    def solution_modifiers(self, query: Query) -> None:
        if self.take_word("GROUP"):
            self.expect_word("BY")
            keys: list[Projection] = []
            while self.at("(") or self.token.kind == "var" or self.starts_call():
                if self.starts_call():
                    start = self.index
                    key = Projection(None, self.constraint())
                    self.place(key, start)
                    keys.append(key)
                else:
                    keys.append(self.column(needs_name=False))
            if not keys:
                raise self.error("expected what to group by")
            query.group_by = tuple(keys)
        if self.take_word("HAVING"):
            conditions = [self.constraint()]
            while self.at("(") or self.starts_call():
                conditions.append(self.constraint())
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

    def starts_call(self) -> bool:
        """Whether a function call or EXISTS begins here."""
        token = self.token
        if token.kind in ("iri", "pname"):
            following = self.peek()
            return following.kind == "punct" and following.text == "("
        return token.kind == "word" and token.text.upper() not in _AFTER_MODIFIERS

    def order_keys(self) -> tuple[OrderKey, ...]:
        keys: list[OrderKey] = []
        while True:
            start = self.index
            direction = self.take_word("ASC", "DESC")
            if self.token.kind == "var":
                if direction:
                    raise self.error("expected an expression in brackets")
                expression = Expression((f"?{self.variable().value}",))
                self.place(expression, start)
            elif self.at("(") or (direction is None and self.starts_call()):
                expression = self.constraint()
            else:
                break
            key = OrderKey(expression, direction == "DESC")
            self.place(key, start)
            keys.append(key)
        if not keys:
            raise self.error("expected what to order by")
        return tuple(keys)

    def integer(self) -> int:
        token = self.next()
        if token.kind != "number" or not token.text.isdigit():
            self.index -= 1
            raise self.error("expected a whole number")
        return int(token.text)

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
        group = Group(tuple(elements))
        self.place(group, start)
        return group

    def sub_select(self) -> SubSelect:
        start = self.index
        self.index += 1
        query = Query("SELECT", None)
        self.select_clause(query)
        self.take_word("WHERE")
        query.where = self.group()
        self.solution_modifiers(query)
        if self.token.is_word("VALUES"):
            query.values = self.values()
        self.place(query, start)
        select = SubSelect(query)
        self.place(select, start)
        return select

    def group_elements(self, elements: list[Element]) -> None:
        while not self.at("}"):
            token = self.token
            word = token.text.upper() if token.kind == "word" else ""
            if token.text == "{" or word in _ELEMENT_WORDS:
                start = self.index
                element = self.union_or_group() if token.text == "{" else self.element(word)
                self.place(element, start)
                elements.append(element)
                self.take(".")
                continue
            triples: list[Triple] = []
            self.triples_same_subject(triples)
            elements.extend(triples)
            after = self.token
            if not self.take(".") and not (
                self.at("}") or self.at("{") or after.text.upper() in _ELEMENT_WORDS
            ):
                raise self.error("expected '.', ';', ',' or '}'")

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
            return Filter(self.constraint())
        # BIND is the last of _ELEMENT_WORDS.
        self.expect("(")
        expression = self.expression_until_as()
        self.expect_word("AS")
        variable = self.variable()
        self.expect(")")
        return Bind(expression, variable)

    def values(self) -> Values:
        start = self.index
        self.expect_word("VALUES")
        rows: list[tuple[NamedNode | Literal | None, ...]] = []
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
                    raise self.error(f"expected {len(variables)} values in each row of VALUES")
                self.expect(")")
                rows.append(tuple(row))
        self.expect("}")
        block = Values(tuple(variables), tuple(rows))
        self.place(block, start)
        return block

    def data_value(self) -> NamedNode | Literal | None:
        if self.take_word("UNDEF"):
            return None
        if self.token.kind not in ("iri", "pname"):
            literal = self.literal()
            if literal is None:
                raise self.error("expected an IRI, a literal or UNDEF")
            return literal
        return self.iri()

    # Expressions.

    def constraint(self) -> Expression:
        """An expression in brackets, a function call, or [NOT] EXISTS and a group."""
        start = self.index
        parts: list[str | Group] = []
        if not self.at("("):
            token = self.token
            if token.kind not in ("word", "iri", "pname"):
                raise self.error("expected an expression in brackets or a function call")
            if self.token.is_word("NOT"):
                parts.append(self.next().text)
            if self.token.is_word("EXISTS"):
                self.expression_part(parts)
                return self.finished(parts, start)
            self.expression_part(parts)
        if not self.at("("):
            raise self.error("expected '('")
        self.balanced(parts)
        return self.finished(parts, start)

    def finished(self, parts: list[str | Group], start: int) -> Expression:
        expression = Expression(tuple(parts))
        self.place(expression, start)
        return expression

    def expression_until_as(self) -> Expression:
        start = self.index
        parts: list[str | Group] = []
        while not (self.at(")") or self.token.is_word("AS")):
            if self.at("("):
                self.balanced(parts)
            else:
                self.expression_part(parts)
        if not parts:
            raise self.error("expected an expression")
        return self.finished(parts, start)

    def balanced(self, parts: list[str | Group]) -> None:
        self.expect("(")
        parts.append("(")
        depth = 1
        while depth:
            if self.at("("):
                depth += 1
            elif self.at(")"):
                depth -= 1
            self.expression_part(parts)

    def expression_part(self, parts: list[str | Group]) -> None:
        token = self.token
        if token.kind == "var":
            parts.append(f"?{self.variable().value}")
        elif token.kind in ("iri", "pname"):
            parts.append(str(self.iri()))
        elif token.kind == "string":
            parts.append(term_to_sparql(cast(Literal, self.literal())))
        elif token.kind == "word":
            self.index += 1
            parts.append(token.text)
            if token.is_word("EXISTS"):
                parts.append(self.group())
        elif token.kind == "number" or (token.kind == "punct" and token.text not in "{}[];.,"):
            self.index += 1
            parts.append(token.text)
        elif token.text in (",", ";"):
            # `;` comes before the separator of GROUP_CONCAT.
            self.index += 1
            parts.append(token.text)
        else:
            raise self.error("expected the rest of an expression")

    # Triples.

    def triples_same_subject(self, out: list[Triple]) -> None:
        start = self.index
        if self.at("[") and not self.is_anonymous():
            subject: Term = self.property_list_node(out)
            optional = True
        elif self.at("("):
            subject = self.collection(out)
            optional = isinstance(subject, BlankNode)
        else:
            subject = self.graph_term("a triple, FILTER, OPTIONAL, BIND, VALUES or '}'")
            optional = False
        if optional and not self.starts_verb():
            return
        self.property_list(subject, out, start)

    def starts_verb(self) -> bool:
        token = self.token
        return token.kind in ("var", "iri", "pname") or (
            token.text in ("a", "^", "!", "(") and token.kind in ("word", "punct")
        )

    def property_list(self, subject: Term, out: list[Triple], start: int) -> None:
        while True:
            verb = self.verb()
            while True:
                self.object(subject, verb, out, start)
                start = self.index
                if not self.take(","):
                    break
                start = self.index
            if not self.at(";"):
                return
            while self.take(";"):
                pass
            if not self.starts_verb():
                return
            start = self.index

    def object(self, subject: Term, verb: Verb, out: list[Triple], start: int) -> None:
        # The triple itself comes before those of the node that is its object.
        inner: list[Triple] = []
        if self.at("[") and not self.is_anonymous():
            value: Term = self.property_list_node(inner)
        elif self.at("("):
            value = self.collection(inner)
        else:
            value = self.graph_term("the object of a triple")
        triple = Triple(subject, verb, value)
        self.place(triple, start)
        out.append(triple)
        out.extend(inner)

    def is_anonymous(self) -> bool:
        following = self.peek()
        return following.kind == "punct" and following.text == "]"

    def property_list_node(self, out: list[Triple]) -> BlankNode:
        self.expect("[")
        node = BlankNode(next(self.fresh_labels))
        self.property_list(node, out, self.index)
        self.expect("]")
        return node

    def collection(self, out: list[Triple]) -> Term:
        self.expect("(")
        if self.take(")"):
            return NamedNode(_RDF + "nil")
        head = node = BlankNode(next(self.fresh_labels))
        while True:
            self.object(node, NamedNode(_RDF + "first"), out, self.index)
            start = self.index
            last = self.take(")")
            rest = NamedNode(_RDF + "nil") if last else BlankNode(next(self.fresh_labels))
            link = Triple(node, NamedNode(_RDF + "rest"), rest)
            self.place(link, start - 1)
            out.append(link)
            if isinstance(rest, NamedNode):
                return head
            node = rest

    def verb(self) -> Verb:
        if self.token.kind == "var":
            return self.variable()
        return self.path()

    # Paths.

    def path(self) -> Path:
        start = self.index
        items = [self.path_sequence()]
        while self.take("|"):
            items.append(self.path_sequence())
        return items[0] if len(items) == 1 else self.placed(Alternative(tuple(items)), start)

    def path_sequence(self) -> Path:
        start = self.index
        items = [self.path_step()]
        while self.take("/"):
            items.append(self.path_step())
        return items[0] if len(items) == 1 else self.placed(Sequence(tuple(items)), start)

    def placed(self, path: Sequence | Alternative, start: int) -> Path:
        self.place(path, start)
        return path

    def path_step(self) -> Path:
        if self.take("^"):
            return Inverse(self.path_element())
        return self.path_element()

    def path_element(self) -> Path:
        path: Path
        if self.take("("):
            path = self.path()
            self.expect(")")
        elif self.take("!"):
            path = self.negated_set()
        else:
            path = self.path_iri()
        if self.at("+") and self.peek().kind == "number" and self.peek().start == self.token.end:
            return path  # `ct:value +1`: a sign, not a repetition
        if self.take("?"):
            return ZeroOrOne(path)
        if self.take("*"):
            return ZeroOrMore(path)
        if self.take("+"):
            return OneOrMore(path)
        return path

    def path_iri(self) -> NamedNode:
        if self.token.kind == "word" and self.token.text == "a":
            self.index += 1
            return RDF_TYPE
        return self.iri("a property or path")

    def negated_set(self) -> NegatedSet:
        forward: list[NamedNode] = []
        backward: list[NamedNode] = []
        many = self.take("(")
        while True:
            (backward if self.take("^") else forward).append(self.path_iri())
            if not (many and self.take("|")):
                break
        if many:
            self.expect(")")
        return NegatedSet(tuple(forward), tuple(backward))

    # Terms.

    def variable(self) -> Variable:
        token = self.next()
        if token.kind != "var":
            self.index -= 1
            raise self.error("expected a variable")
        return Variable(token.text[1:])

    def variable_or_iri(self) -> NamedNode | Variable:
        if self.token.kind == "var":
            return self.variable()
        return self.iri("a variable or an IRI")

    def iri(self, what: str = "an IRI") -> NamedNode:
        token = self.token
        if token.kind == "iri":
            iri = self.resolved(token)
        elif token.kind == "pname":
            iri = self.expanded(token)
        else:
            raise self.error(f"expected {what}")
        try:
            node = NamedNode(iri)
        except ValueError as error:
            message = f"{token.text} is not an absolute IRI: {error}."
            raise QuerySyntaxError(message, line=token.line, column=token.column) from None
        self.index += 1
        return node

    def resolved(self, token: Token) -> str:
        iri = unescape_codepoints(token.text[1:-1])
        return resolve_iri(iri, self.base) if self.base is not None else iri

    def expanded(self, token: Token) -> str:
        prefix, _, local = token.text.partition(":")
        namespace = self.prefixes.get(prefix)
        if namespace is None:
            close = suggest(prefix, self.prefixes)
            hint = f"Did you mean {close[0]}:{local}?" if close else None
            raise QuerySyntaxError(
                f"the prefix {prefix}: is not declared.",
                line=token.line,
                column=token.column,
                hint=hint or f"Declare it with PREFIX {prefix}: <…>.",
            )
        return namespace + re.sub(r"\\(.)", r"\1", local)

    def graph_term(self, what: str) -> Term:
        token = self.token
        if token.kind == "var":
            return self.variable()
        if token.kind in ("iri", "pname"):
            return self.iri()
        if token.kind == "bnode":
            self.index += 1
            return BlankNode(token.text[2:])
        if self.at("[") and self.is_anonymous():
            self.index += 2
            return BlankNode(next(self.fresh_labels))
        literal = self.literal()
        if literal is None:
            raise self.error(f"expected {what}")
        return literal

    def literal(self) -> Literal | None:
        token = self.token
        if token.kind == "string":
            return self.string_literal()
        if token.is_word("TRUE", "FALSE"):
            self.index += 1
            return Literal(token.text.lower(), datatype=NamedNode(_XSD + "boolean"))
        sign = ""
        if token.text in ("+", "-") and self.peek().kind == "number":
            sign = token.text
            self.index += 1
        number = self.token
        if number.kind != "number":
            return None
        self.index += 1
        kind = "integer"
        if "e" in number.text.lower():
            kind = "double"
        elif "." in number.text:
            kind = "decimal"
        return Literal(sign + number.text, datatype=NamedNode(_XSD + kind))

    def string_literal(self) -> Literal:
        token = self.next()
        width = 3 if token.text[:3] in ('"""', "'''") and len(token.text) >= 6 else 1
        try:
            value = unescape_string(token.text[width:-width])
        except ValueError as error:
            raise QuerySyntaxError(str(error), line=token.line, column=token.column) from None
        if self.token.kind == "langtag":
            tag, _, direction = self.next().text[1:].partition("--")
            try:
                return language_literal(value, tag, direction)
            except ValueError as error:
                self.index -= 1
                raise self.error(f"{error}; expected a language tag") from None
        if self.take("^^"):
            return Literal(value, datatype=self.iri("a datatype"))
        return Literal(value)


_ELEMENT_WORDS = frozenset({"OPTIONAL", "MINUS", "GRAPH", "SERVICE", "FILTER", "BIND", "VALUES"})
_AFTER_MODIFIERS = frozenset({"HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES", "ASC", "DESC"})
