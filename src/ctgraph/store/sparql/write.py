"""Terms and syntax trees as SPARQL text."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, cast

from pyoxigraph import BlankNode, Literal, NamedNode, Triple, Variable

from ctgraph.errors import DataError
from ctgraph.store.sparql import tree
from ctgraph.store.sparql.tokens import scan_tokens
from ctgraph.store.sparql.tree import (
    Alternative,
    Bind,
    Expression,
    Filter,
    GraphPattern,
    Group,
    Inverse,
    Minus,
    OneOrMore,
    Optional,
    QueryTree,
    Sequence,
    Service,
    Union,
    Values,
    ZeroOrMore,
    ZeroOrOne,
)
from ctgraph.terms import PREFIXES, shorten

if TYPE_CHECKING:
    from ctgraph.store.sparql.tree import Element, OrderKey, Projection, Term, Verb


_XSD = PREFIXES["xsd"]


# --- text --------------------------------------------------------------------------------------


def term_to_sparql(term: Term | Triple) -> str:
    r"""Return a term as it stands in a query, whatever its value holds.

    Args:
        term: An IRI, literal, variable, or triple of such.

    Raises:
        DataError: A blank node has no name in a query, or the term is of another kind.

    Example:
        >>> print(term_to_sparql(Literal('say "hi" }')))
        "say \"hi\" }"
    """
    if isinstance(term, Literal):
        return _literal_to_sparql(term)
    if isinstance(term, NamedNode):
        if re.search(r'[<>"{}|^`\\\x00-\x20]', term.value):
            raise DataError("term-not-an-iri", value=term.value)
        return f"<{term.value}>"
    if isinstance(term, Variable):
        return f"?{term.value}"
    if isinstance(term, Triple):
        parts = (term.subject, term.predicate, term.object)
        return f"<<( {' '.join(map(term_to_sparql, parts))} )>>"
    raise DataError("term-unnamable-in-query", term=term)


def _literal_to_sparql(literal: Literal) -> str:
    def escape(match: re.Match[str]) -> str:
        found = match.group()
        if found in _TO_ESCAPE:
            return _TO_ESCAPE[found]
        if len(found) == 2:
            # Engines that replace \uXXXX before anything else (SPARQL 1.1, 19.2) must not see
            # one here, so the letter behind a backslash is itself escaped. (rdflib 7 takes up to
            # eight digits behind \u as well, so it is escaped with all eight.)
            return f"\\\\\\U{ord(found[1]):08X}"
        return f"\\u{ord(found):04X}"

    text = re.sub(r'\\[uU]|[\\"\x00-\x1f\x7f]', escape, literal.value)
    if literal.language:
        direction = getattr(literal, "direction", None)
        tag = f"{literal.language}--{direction.value}" if direction else literal.language
        return f'"{text}"@{tag}'
    if literal.datatype.value == _XSD + "string":
        return f'"{text}"'
    return f'"{text}"^^{term_to_sparql(literal.datatype)}'


_TO_ESCAPE = {
    "\\": "\\\\",
    '"': '\\"',
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\b": "\\b",
    "\f": "\\f",
}


def to_text(node: QueryTree | Element | Expression, *, short: bool = False) -> str:
    """Return a query, or a part of one, as SPARQL that means the same.

    Args:
        node: A query, group, pattern or expression.
        short: Whether IRIs are written with the prefixes of `ctgraph.terms.PREFIXES`, which are
            then not declared; for people to read.

    Example:
        >>> from ctgraph.store.sparql.parse import parse_query
        >>> print(to_text(parse_query("ASK { ?s a ct:State, ct:Actor }"), short=True))
        ASK WHERE {
          ?s rdf:type ct:State .
          ?s rdf:type ct:Actor .
        }
    """
    writer = _Writer(short)
    if isinstance(node, QueryTree):
        base = node.prologue.base  # which IRI("name") is resolved against
        return (f"BASE <{base}>\n" if base else "") + writer.query(node, "")
    if isinstance(node, Expression):
        return writer.expression(node, "")
    return writer.element(node, "")


@functools.lru_cache(maxsize=2048)
def mentioned_variables(node: QueryTree | Element | Expression) -> frozenset[str]:
    """Return the names of the variables that stand anywhere in a query, or in a part of one.

    Args:
        node: A query, group, pattern or expression.
    """
    tokens = scan_tokens(to_text(node))
    return frozenset(token.text[1:] for token in tokens if token.kind == "var")


class _Writer:
    """Writes nodes back as text, each pattern on a line of its own."""

    def __init__(self, short: bool) -> None:
        self.short = short

    def term(self, term: Term | Triple) -> str:
        if isinstance(term, BlankNode):
            return f"_:{term.value}"
        if self.short and isinstance(term, NamedNode):
            return shorten(term.value)
        if self.short and isinstance(term, Literal) and term.datatype.value in _BARE:
            return term.value
        return term_to_sparql(term)

    def query(self, query: QueryTree, indent: str) -> str:
        head = query.form
        if query.form == "SELECT":
            if query.modifier:
                head += f" {query.modifier}"
            head += " *" if query.projection is None else self.columns(query.projection, indent)
        elif query.form == "DESCRIBE":
            targets = query.targets
            head += " *" if targets is None else "".join(f" {self.term(t)}" for t in targets)
        elif query.form == "CONSTRUCT":
            head += " " + self.group(Group(query.template or ()), indent)
        for dataset in query.datasets:
            head += f"\n{indent}FROM {'NAMED ' if dataset.named else ''}{self.term(dataset.iri)}"
        if query.where is not None:
            head += f" WHERE {self.group(query.where, indent)}"
        lines = [head]
        if query.group_by:
            lines.append("GROUP BY" + self.columns(query.group_by, indent))
        if query.having:
            lines.append("HAVING " + " ".join(self.expression(e, indent) for e in query.having))
        if query.order_by:
            lines.append("ORDER BY " + " ".join(self.order_key(k, indent) for k in query.order_by))
        if query.limit is not None:
            lines.append(f"LIMIT {query.limit}")
        if query.offset is not None:
            lines.append(f"OFFSET {query.offset}")
        if query.values is not None:
            lines.append(self.values(query.values))
        return f"\n{indent}".join(lines)

    def columns(self, columns: tuple[Projection, ...], indent: str) -> str:
        out = ""
        for column in columns:
            if column.expression is None:
                out += f" ?{cast(Variable, column.variable).value}"
            elif column.variable is None:
                out += f" ({self.expression(column.expression, indent)})"
            else:
                expression = self.expression(column.expression, indent)
                out += f" ({expression} AS ?{column.variable.value})"
        return out

    def order_key(self, key: OrderKey, indent: str) -> str:
        text = self.expression(key.expression, indent)
        return f"DESC {text}" if key.descending else text

    def expression(self, expression: Expression, indent: str) -> str:
        out = []
        for part in expression.parts:
            if isinstance(part, Group):
                out.append(self.group(part, indent))
            elif self.short and part.startswith("<") and part.endswith(">") and len(part) > 2:
                out.append(shorten(part[1:-1]))
            else:
                out.append(part)
        return _spaced(out)

    def group(self, group: Group, indent: str) -> str:
        if not group.elements:
            return "{ }"
        inner = indent + "  "
        lines = [f"{inner}{self.element(element, inner)}\n" for element in group.elements]
        return f"{{\n{''.join(lines)}{indent}}}"

    def element(self, element: Element, indent: str) -> str:  # noqa: PLR0911 - one per kind
        if isinstance(element, tree.Triple):
            return (
                f"{self.term(element.subject)} {self.path(element.predicate)} "
                f"{self.term(element.object)} ."
            )
        if isinstance(element, Group):
            return self.group(element, indent)
        if isinstance(element, Optional):
            return f"OPTIONAL {self.group(element.group, indent)}"
        if isinstance(element, Union):
            return " UNION ".join(self.group(group, indent) for group in element.groups)
        if isinstance(element, Minus):
            return f"MINUS {self.group(element.group, indent)}"
        if isinstance(element, GraphPattern):
            return f"GRAPH {self.term(element.name)} {self.group(element.group, indent)}"
        if isinstance(element, Service):
            silent = "SILENT " if element.silent else ""
            return f"SERVICE {silent}{self.term(element.name)} {self.group(element.group, indent)}"
        if isinstance(element, Filter):
            return f"FILTER {self.expression(element.expression, indent)}"
        if isinstance(element, Bind):
            expression = self.expression(element.expression, indent)
            return f"BIND({expression} AS ?{element.variable.value})"
        if isinstance(element, Values):
            return self.values(element)
        return self.query(element.query, indent)

    def values(self, values: Values) -> str:
        def value(term: NamedNode | Literal | Triple | None) -> str:
            return "UNDEF" if term is None else self.term(term)

        names = " ".join(f"?{variable.value}" for variable in values.variables)
        if len(values.variables) == 1:
            return f"VALUES {names} {{ {' '.join(value(row[0]) for row in values.rows)} }}"
        rows = " ".join(f"({' '.join(value(term) for term in row)})" for row in values.rows)
        return f"VALUES ({names}) {{ {rows} }}"

    def path(self, path: Verb) -> str:  # noqa: PLR0911 - one per kind
        if isinstance(path, (NamedNode, Variable)):
            return self.term(path)
        if isinstance(path, Sequence):
            return f"({'/'.join(self.path(item) for item in path.items)})"
        if isinstance(path, Alternative):
            return f"({'|'.join(self.path(item) for item in path.items)})"
        if isinstance(path, Inverse):
            return f"(^{self.path(path.path)})"
        if isinstance(path, ZeroOrOne):
            return f"({self.path(path.path)}?)"
        if isinstance(path, ZeroOrMore):
            return f"({self.path(path.path)}*)"
        if isinstance(path, OneOrMore):
            return f"({self.path(path.path)}+)"
        parts = [self.term(iri) for iri in path.forward]
        parts += [f"^{self.term(iri)}" for iri in path.backward]
        return f"(!({'|'.join(parts)}))"


def _spaced(parts: list[str]) -> str:
    """Token texts with spaces between them, except inside brackets and before commas.

    (Oxigraph takes no space before the comma of an argument list.)
    """
    out = ""
    before = "("
    for part in parts:
        tight = before == "(" or part in (")", ",", ";")
        if part == "(" and before.upper() not in ("IN", "NOT"):
            tight = tight or before[-1].isalnum() or before[-1] in "_>"
        out += part if tight else f" {part}"
        before = part
    return out


_BARE = frozenset(_XSD + name for name in ("integer", "boolean"))
