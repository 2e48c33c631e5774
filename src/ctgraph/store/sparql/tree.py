"""The syntax tree of a SPARQL query."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias, dataclass_transform

import pyoxigraph as ox
from pyoxigraph import BlankNode, Literal, NamedNode, Variable

Term: TypeAlias = NamedNode | Literal | BlankNode | Variable
"""What may stand in a triple pattern."""


# --- the tree ----------------------------------------------------------------------------------


class Span(NamedTuple):
    """Where a part of a query stands: characters from 0, line and column from 1."""

    start: int
    end: int
    line: int
    column: int


NOWHERE = Span(0, 0, 0, 0)


@dataclass_transform(kw_only_default=False)
class Node:
    """A node of the syntax tree; two are equal if they mean the same, wherever they stand.

    Subclasses declare their fields as annotations and take them in that order.
    """

    _fields: tuple[str, ...] = ()
    _ignored: tuple[str, ...] = ()
    span: Span = NOWHERE

    def __init_subclass__(cls) -> None:
        cls._fields = tuple(cls.__annotations__)

    def __init__(self, *values: object, **named: object) -> None:
        for name, value in zip(self._fields, values, strict=False):
            setattr(self, name, value)
        for name, value in named.items():
            setattr(self, name, value)

    def _key(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in self._fields if name not in self._ignored)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash((type(self), self._key()))

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self._fields)
        return f"{type(self).__name__}({fields})"


class Sequence(Node):
    """A property path ``a/b``."""

    items: tuple[Path, ...]


class Alternative(Node):
    """A property path ``a|b``."""

    items: tuple[Path, ...]


class Inverse(Node):
    """A property path ``^a``."""

    path: Path


class ZeroOrOne(Node):
    """A property path ``a?``."""

    path: Path


class ZeroOrMore(Node):
    """A property path ``a*``."""

    path: Path


class OneOrMore(Node):
    """A property path ``a+``."""

    path: Path


class NegatedSet(Node):
    """A property path ``!(a|^b)``: none of `forward` from here, none of `backward` to here."""

    forward: tuple[NamedNode, ...]
    backward: tuple[NamedNode, ...]


Path: TypeAlias = (
    NamedNode | Sequence | Alternative | Inverse | ZeroOrOne | ZeroOrMore | OneOrMore | NegatedSet
)
Verb: TypeAlias = Path | Variable


class Expression(Node):
    """An expression as token texts; the group behind each EXISTS is parsed.

    IRIs are written out, literals normalised, variables begin with a question mark.
    """

    parts: tuple[str | Group, ...]

    def variables(self) -> list[str]:
        """Return names of the variables outside EXISTS groups, each once, in order."""
        found = [part[1:] for part in self.parts if isinstance(part, str) and part[0] == "?"]
        return list(dict.fromkeys(name for name in found if name))

    def exists_groups(self) -> Iterator[tuple[bool, Group]]:
        """Yield each EXISTS group, with whether it is asked for (True) or asked to be absent."""
        is_asked = True
        outside: list[bool] = []
        is_denied = False  # by what stands right before
        for part in self.parts:
            if isinstance(part, Group):
                yield is_asked != is_denied, part
            elif part == "(":
                outside.append(is_asked)
                is_asked = is_asked != is_denied
            elif part == ")":
                is_asked = outside.pop()
            elif part == "!" or part.upper() == "NOT":
                is_denied = not is_denied
                continue
            elif part.upper() == "EXISTS":
                continue
            is_denied = False

    def is_exists(self) -> bool:
        """Tell whether it is nothing but one EXISTS, asked for or asked to be absent."""
        words = [part for part in self.parts if part not in ("(", ")")]
        groups = [part for part in words if isinstance(part, Group)]
        return len(groups) == 1 and all(
            isinstance(part, Group) or part.upper() in ("NOT", "!", "EXISTS") for part in words
        )

    def single_variable(self) -> str | None:
        """Return the name of the variable that is the whole expression, if one is."""
        parts = self.parts
        while len(parts) > 2 and parts[0] == "(" and parts[-1] == ")":
            parts = parts[1:-1]
        if len(parts) == 1 and isinstance(parts[0], str) and parts[0].startswith("?"):
            return parts[0][1:]
        return None

    def is_aggregate(self) -> bool:
        """Tell whether an aggregate function is called in it."""
        return any(isinstance(part, str) and part.upper() in _AGGREGATES for part in self.parts)


_AGGREGATES = frozenset({"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"})


class Triple(Node):
    """A triple pattern; blank nodes of the query stay blank nodes."""

    subject: Term
    predicate: Verb
    object: Term


class Group(Node):
    """A group graph pattern in braces."""

    elements: tuple[Element, ...]

    def variables(self) -> list[str]:
        """Return names of the variables it may bind, each once, in order (SPARQL 1.1, 18.2.1)."""
        return list(dict.fromkeys(name for one in self.elements for name in _bound_by(one)))


class Optional(Node):
    """An OPTIONAL pattern."""

    group: Group


class Union(Node):
    """Two or more groups joined by UNION."""

    groups: tuple[Group, ...]


class Minus(Node):
    """A MINUS pattern."""

    group: Group


class GraphPattern(Node):
    """A GRAPH pattern."""

    name: NamedNode | Variable
    group: Group


class Service(Node):
    """A SERVICE pattern."""

    name: NamedNode | Variable
    silent: bool
    group: Group


class Filter(Node):
    """A FILTER."""

    expression: Expression


class Bind(Node):
    """A BIND."""

    expression: Expression
    variable: Variable


class Values(Node):
    """A VALUES block; None in a row is UNDEF."""

    variables: tuple[Variable, ...]
    rows: tuple[tuple[NamedNode | Literal | ox.Triple | None, ...], ...]


class SubSelect(Node):
    """A SELECT inside a group."""

    query: QueryTree


Element: TypeAlias = (
    Triple
    | Group
    | Optional
    | Union
    | Minus
    | GraphPattern
    | Service
    | Filter
    | Bind
    | Values
    | SubSelect
)


class Projection(Node):
    """A column of a SELECT, or a key of a GROUP BY: a variable, an expression, or both."""

    variable: Variable | None
    expression: Expression | None


class Dataset(Node):
    """A FROM or FROM NAMED clause."""

    iri: NamedNode
    named: bool


class OrderKey(Node):
    """One key of an ORDER BY."""

    expression: Expression
    descending: bool


class Prologue(Node):
    """What stands before the query proper: the base IRI and the prefixes it declares."""

    base: str | None
    prefixes: tuple[tuple[str, str], ...]


class QueryTree(Node):
    """A whole query, or a sub-select.

    `form` is SELECT, ASK, CONSTRUCT or DESCRIBE; `modifier` DISTINCT, REDUCED or None;
    `projection` and `targets` are None for ``*`` and where the form has none. The prologue does
    not count for equality, as all names are resolved.
    """

    form: str
    where: Group | None
    prologue: Prologue = Prologue(None, ())
    modifier: str | None = None
    projection: tuple[Projection, ...] | None = None
    targets: tuple[NamedNode | Variable, ...] | None = None
    template: tuple[Triple, ...] | None = None
    datasets: tuple[Dataset, ...] = ()
    group_by: tuple[Projection, ...] = ()
    having: tuple[Expression, ...] = ()
    order_by: tuple[OrderKey, ...] = ()
    limit: int | None = None
    offset: int | None = None
    values: Values | None = None

    _ignored = ("prologue",)

    def columns(self) -> list[str]:
        """Return names of the columns of a SELECT, in order; empty for the other forms."""
        if self.form != "SELECT":
            return []
        if self.projection is not None:
            return [column.variable.value for column in self.projection if column.variable]
        found = [] if self.where is None else self.where.variables()
        if self.values is not None:
            found += [variable.value for variable in self.values.variables]
        return list(dict.fromkeys(found))

    def is_aggregate(self) -> bool:
        """Tell whether its rows stand for groups of solutions."""
        columns = [column.expression for column in self.projection or ()]
        return bool(self.group_by or self.having) or any(
            expression is not None and expression.is_aggregate() for expression in columns
        )


def _bound_by(element: Element) -> list[str]:  # noqa: PLR0911 - one per kind
    if isinstance(element, Triple):
        parts = (element.subject, element.predicate, element.object)
        return [part.value for part in parts if isinstance(part, Variable)]
    if isinstance(element, Group):
        return element.variables()
    if isinstance(element, Optional):
        return element.group.variables()
    if isinstance(element, Union):
        return [name for group in element.groups for name in group.variables()]
    if isinstance(element, (GraphPattern, Service)):
        own = [element.name.value] if isinstance(element.name, Variable) else []
        return own + element.group.variables()
    if isinstance(element, Bind):
        return [element.variable.value]
    if isinstance(element, Values):
        return [variable.value for variable in element.variables]
    if isinstance(element, SubSelect):
        return element.query.columns()
    return []
