"""A place in the tokens of a query: what stands there, and the terms that begin there."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from pyoxigraph import BlankNode, Literal, NamedNode, Variable

from ctgraph.errors import QuerySyntaxError, suggest
from ctgraph.store.sparql.tokens import (
    Token,
    hint_at,
    language_literal,
    resolve_iri,
    tokenize,
    unescape_codepoints,
    unescape_string,
)
from ctgraph.store.sparql.tree import Span
from ctgraph.terms import PREFIXES, xsd

if TYPE_CHECKING:
    from ctgraph.store.sparql.tree import Node, Term

    AnyNode = TypeVar("AnyNode", bound=Node)


_XSD = PREFIXES["xsd"]


class Cursor:
    """The tokens of one query, read from the first to the last."""

    def __init__(
        self, text: str, prefixes: Mapping[str, str], tokens: list[Token] | None = None
    ) -> None:
        self.tokens = tokenize(text) if tokens is None else tokens
        lines = text.count("\n")
        column = len(text) - (text.rfind("\n") + 1) + 1
        self.end = Token("end", "", len(text), len(text), lines + 1, column)
        self.index = 0
        self.base: str | None = None
        self.prefixes = dict(prefixes)
        taken = {token.text[2:] for token in self.tokens if token.kind == "bnode"}
        self.fresh_labels = (
            label for label in (f"b{number}" for number in itertools.count()) if label not in taken
        )

    # Looking at tokens.

    @property
    def token(self) -> Token:
        """Return the token that stands here, or the end."""
        return self.tokens[self.index] if self.index < len(self.tokens) else self.end

    def peek(self, ahead: int = 1) -> Token:
        """Return the token that stands some places ahead, or the end."""
        index = self.index + ahead
        return self.tokens[index] if index < len(self.tokens) else self.end

    def next(self) -> Token:
        """Return the token that stands here, and go past it."""
        token = self.token
        self.index += 1
        return token

    def at(self, punct: str) -> bool:
        """Tell whether a mark stands here."""
        token = self.token
        return token.kind == "punct" and token.text == punct

    def take(self, punct: str) -> bool:
        """Go past a mark if it stands here, and tell whether it did."""
        if self.at(punct):
            self.index += 1
            return True
        return False

    def take_word(self, *words: str) -> str | None:
        """Go past one of some words if it stands here, and return it in capitals."""
        token = self.token
        if token.is_word(*words):
            self.index += 1
            return token.text.upper()
        return None

    def expect(self, punct: str) -> Token:
        """Go past a mark, or refuse the query."""
        if not self.at(punct):
            raise self.error(repr(punct))
        return self.next()

    def expect_word(self, *words: str) -> str:
        """Go past one of some words, or refuse the query."""
        word = self.take_word(*words)
        if word is None:
            close = suggest(self.token.text.upper(), words, limit=1)
            raise self.error(" or ".join(words), near=close)
        return word

    def expect_end(self) -> None:
        """Refuse the query if it goes on."""
        if self.index < len(self.tokens):
            raise self.error("the end of the query")

    def error(self, expected: str, near: Sequence[str] = ()) -> QuerySyntaxError:
        """Return the error for the token that stands here, where something else is expected."""
        is_end = self.token.kind == "end"
        return self.error_of(
            "expected-but-ended" if is_end else "expected-but-found",
            expected=expected,
            found=self.token.text,
            **hint_at(self.token.text, near),
        )

    def error_of(
        self, key: str, token: Token | None = None, *, hint: str | None = None, **values: object
    ) -> QuerySyntaxError:
        """Return an error by its key for a token, or for the one that stands here."""
        token = token or self.token
        return QuerySyntaxError(key, line=token.line, column=token.column, hint=hint, **values)

    def place(self, node: AnyNode, start: int) -> AnyNode:
        """Return a node, on which is noted that it reaches from a token to the last one taken."""
        first = self.tokens[start] if start < len(self.tokens) else self.end
        last = self.tokens[max(start, self.index - 1)] if self.tokens else first
        node.span = Span(first.start, last.end, first.line, first.column)
        return node

    def expect_kind(self, kind: str, what: str) -> Token:
        """Go past a token of a kind, or refuse the query; what it is called stands in the error."""
        if self.token.kind != kind:
            raise self.error(what)
        return self.next()

    # Terms.

    def variable(self) -> Variable:
        """Read a variable."""
        return Variable(self.expect_kind("var", "a variable").text[1:])

    def variable_or_iri(self) -> NamedNode | Variable:
        """Read a variable or an IRI."""
        if self.token.kind == "var":
            return self.variable()
        return self.iri("a variable or an IRI")

    def iri(self, what: str = "an IRI") -> NamedNode:
        """Read an IRI or a prefixed name."""
        token = self.token
        if token.kind == "iri":
            iri = self.resolved(token)
        elif token.kind == "pname":
            iri = self.expanded(token)
        else:
            raise self.error(what)
        try:
            node = NamedNode(iri)
        except ValueError as error:
            raise self.error_of("iri-not-absolute", text=token.text, reason=error) from None
        self.index += 1
        return node

    def resolved(self, token: Token) -> str:
        """Return the IRI of a token in angle brackets."""
        iri = unescape_codepoints(token.text[1:-1])
        return resolve_iri(iri, self.base) if self.base is not None else iri

    def expanded(self, token: Token) -> str:
        """Return the IRI of a prefixed name."""
        prefix, _, local = token.text.partition(":")
        namespace = self.prefixes.get(prefix)
        if namespace is None:
            close = suggest(prefix, self.prefixes)
            raise self.error_of(
                "prefix-not-declared",
                prefix=prefix,
                near=[f"{one}:{local}" for one in close[:1]],
                hint="did-you-mean" if close else "prefix-not-declared",
            )
        return namespace + re.sub(r"\\(.)", r"\1", local)

    def graph_term(self, what: str) -> Term:
        """Read the subject or object of a triple; what it is called stands in the error."""
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
            raise self.error(what)
        return literal

    def is_anonymous(self) -> bool:
        """Tell whether the bracket that stands here is closed at once."""
        following = self.peek()
        return following.kind == "punct" and following.text == "]"

    def literal(self) -> Literal | None:
        """Read a literal, or return None if none begins here."""
        token = self.token
        if token.kind == "string":
            return self.string_literal()
        if token.is_word("TRUE", "FALSE"):
            self.index += 1
            return Literal(token.text.lower(), datatype=xsd.boolean)
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
        return Literal(sign + number.text, datatype=xsd[kind])

    def string_literal(self) -> Literal:
        """Read a literal that begins with a string."""
        token = self.next()
        width = 3 if token.text[:3] in ('"""', "'''") and len(token.text) >= 6 else 1
        try:
            value = unescape_string(token.text[width:-width])
        except ValueError as error:
            raise self.error_of("no-escape-sequence", token, text=error) from None
        if self.token.kind == "langtag":
            tag, _, direction = self.next().text[1:].partition("--")
            try:
                return language_literal(value, tag, direction)
            except ValueError as error:
                self.index -= 1
                raise self.error_of(
                    "language-tag-invalid", reason=error, found=self.token.text
                ) from None
        if self.take("^^"):
            return Literal(value, datatype=self.iri("a datatype"))
        return Literal(value)
