"""The syntax of SPARQL 1.1 queries: tokens, syntax tree and text, each with its place.

A query is read with a regular expression for the tokens and recursive descent for the tree
(SPARQL 1.1 Query Language, section 19, https://www.w3.org/TR/sparql11-query/#grammar).
Expressions are kept as token texts, since nothing here evaluates them; only the groups of
``EXISTS`` inside them are parsed. Nothing here needs a store, and the two functions that every
query goes through (`refuse_unsafe`, `query_form`) look at the text only as far as they must.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Sequence as SequenceOf
from typing import NamedTuple, TypeAlias, cast, dataclass_transform

from pyoxigraph import BlankNode, Literal, NamedNode, Variable

from ctgraph.errors import DataError, QueryRefused, QuerySyntaxError, suggest
from ctgraph.terms import PREFIXES, shorten

Term: TypeAlias = NamedNode | Literal | BlankNode | Variable
"""What may stand in a triple pattern."""

_RDF = PREFIXES["rdf"]
_XSD = PREFIXES["xsd"]
RDF_TYPE = NamedNode(_RDF + "type")

# --- tokens ------------------------------------------------------------------------------------

# Letters, and what else a name may hold, as the complement of ASCII: the ranges of PN_CHARS_BASE
# written out take Python 30 ms to compile. `_match_token` checks what is not ASCII.
_LETTER = r"[^\x00-@\[-`{-\x7f]"
_NAME_START = r"[^\x00-/:-@\[-^`{-\x7f]"  # PN_CHARS_U | [0-9]
_NAME = r"[^\x00-,./:-@\[-^`{-\x7f]"  # PN_CHARS
_NAME_OR_DOT = r"[^\x00-,/:-@\[-^`{-\x7f]"
_LOCAL_START = r"[^\x00-/;-@\[-^`{-\x7f]"  # PN_CHARS_U | ':' | [0-9]
_LOCAL = r"[^\x00-,./;-@\[-^`{-\x7f]"  # PN_CHARS | ':'
_LOCAL_OR_DOT = r"[^\x00-,/;-@\[-^`{-\x7f]"
_NO_NAME = (
    "(?P<other>[^\x00-\x7f\u00b7\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u037d\u037f-\u1fff\u200c\u200d\u203f\u2040"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff])"
)
_PLX = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_PREFIX_NAME = rf"{_LETTER}(?:{_NAME_OR_DOT}*{_NAME})?"
_LOCAL_NAME = rf"(?:{_LOCAL_START}|{_PLX})(?:(?:{_LOCAL_OR_DOT}|{_PLX})*(?:{_LOCAL}|{_PLX}))?"
_IRI = r'<[^<>"{}|^`\x00-\x20]*>'
_STRING = (
    r'"""(?:"{0,2}(?:[^"\\]|\\.))*+"""'
    r"|'''(?:'{0,2}(?:[^'\\]|\\.))*+'''"
    r'|"(?:[^"\\\n\r]|\\.)*+"'
    r"|'(?:[^'\\\n\r]|\\.)*+'"
)
_TOKEN = "|".join(
    (
        r"(?P<space>(?:[ \t\r\n]+|\#[^\r\n]*)+)",
        rf"(?P<iri>{_IRI})",
        rf"(?P<var>[?$]{_NAME_START}+)",
        rf"(?P<pname>(?:{_PREFIX_NAME})?:(?:{_LOCAL_NAME})?)",
        rf"(?P<bnode>_:{_NAME_START}(?:{_NAME_OR_DOT}*{_NAME})?)",
        rf"(?P<string>{_STRING})",
        r"(?P<langtag>@[A-Za-z]+(?:-[A-Za-z0-9]+)*(?:--[A-Za-z]+)?)",
        r"(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[eE][+-]?[0-9]+|[0-9]*\.[0-9]+|[0-9]+)",
        r"(?P<word>[A-Za-z][A-Za-z0-9_]*)",
        r"(?P<punct>\^\^|&&|\|\||<=|>=|!=|<<|>>|[{}()\[\].,;*/|^!?+\-=<>&~])",
        r"(?P<other>.)",
    )
)


class Token(NamedTuple):
    """One token of a query.

    `kind` is one of iri, var, pname, bnode, string, langtag, number, word (keywords and function
    names), punct, other (what begins no token). `start` and `end` count characters from 0,
    `line` and `column` from 1.
    """

    kind: str
    text: str
    start: int
    end: int
    line: int
    column: int

    def is_word(self, *words: str) -> bool:
        """Whether this is one of the keywords, in any case.

        Args:
            words: Keywords in upper case.
        """
        return self.kind == "word" and self.text.upper() in words


_NAMES = frozenset({"var", "pname", "bnode"})
_OPERAND_KINDS = frozenset({"var", "string", "number", "iri", "pname", "langtag"})


def _is_operand(kind: str, text: str) -> bool:
    """Whether an infix operator may follow a token."""
    return kind in _OPERAND_KINDS or text == ")" or text.lower() in ("true", "false")


def _is_comparison(content: str) -> bool:
    """Whether ``<content>`` behind an operand is a comparison rather than an IRI."""
    return content[:1] in tuple("?$0123456789'(+-!.") or "&&" in content


def tokenize(text: str) -> list[Token]:
    """The tokens of a query in order, without white space and comments.

    Nothing is refused here: a character that begins no token is a token of kind ``other``.

    Args:
        text: A SPARQL query, or any part of one.

    Example:
        >>> [(token.kind, token.text) for token in tokenize("ASK { ?s a ct:Claim }")][1:4]
        [('punct', '{'), ('var', '?s'), ('word', 'a')]
    """
    return list(_scan(text))


def _match_token(text: str, position: int) -> re.Match[str]:
    """The token, or white space, that begins at a place."""
    match_token = re.compile(_TOKEN, re.DOTALL).match
    match = match_token(text, position)
    if match is not None and match.lastgroup in _NAMES and not match.group().isascii():
        wrong = re.compile(_NO_NAME).search(text, position, match.end())
        if wrong is not None and wrong.start() > position:
            match = match_token(text, position, wrong.start())
        elif wrong is not None:
            return wrong
    assert match is not None  # the last alternative matches any character
    return match


def _scan(text: str) -> Iterator[Token]:
    position = 0
    line = 1
    line_start = 0
    before_kind = before_text = ""
    while position < len(text):
        match = _match_token(text, position)
        kind = cast(str, match.lastgroup)
        piece = match.group()
        # `?a<?b&&?c>?d` holds the shape of an IRI; engines read what stands behind an operand
        # as a comparison.
        if kind == "iri" and _is_operand(before_kind, before_text) and _is_comparison(piece[1:-1]):
            kind, piece = "punct", "<"
        end = position + len(piece)
        if kind != "space":
            yield Token(kind, piece, position, end, line, position - line_start + 1)
            before_kind, before_text = kind, piece
        if "\n" in piece:
            line += piece.count("\n")
            line_start = position + piece.rindex("\n") + 1
        position = end


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
        """Names of the variables outside EXISTS groups, each once, in order."""
        found = [part[1:] for part in self.parts if isinstance(part, str) and part[0] == "?"]
        return list(dict.fromkeys(name for name in found if name))

    def exists_groups(self) -> Iterator[tuple[bool, Group]]:
        """Each EXISTS group, with whether it is asked for (True) or asked to be absent."""
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
        """Whether it is nothing but one EXISTS, asked for or asked to be absent."""
        words = [part for part in self.parts if part not in ("(", ")")]
        groups = [part for part in words if isinstance(part, Group)]
        return len(groups) == 1 and all(
            isinstance(part, Group) or part.upper() in ("NOT", "!", "EXISTS") for part in words
        )

    def single_variable(self) -> str | None:
        """The name of the variable that is the whole expression, if one is."""
        parts = self.parts
        while len(parts) > 2 and parts[0] == "(" and parts[-1] == ")":
            parts = parts[1:-1]
        if len(parts) == 1 and isinstance(parts[0], str) and parts[0].startswith("?"):
            return parts[0][1:]
        return None

    def is_aggregate(self) -> bool:
        """Whether an aggregate function is called in it."""
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
    rows: tuple[tuple[NamedNode | Literal | None, ...], ...]


class SubSelect(Node):
    """A SELECT inside a group."""

    query: Query


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


class Query(Node):
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

    def is_aggregate(self) -> bool:
        """Whether its rows stand for groups of solutions."""
        columns = [column.expression for column in self.projection or ()]
        return bool(self.group_by or self.having) or any(
            expression is not None and expression.is_aggregate() for expression in columns
        )


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


DEEPEST = 64
"""How many brackets may be open at once in a query.

No question for people needs a tenth of it. Each list or blank node inside another joins one pattern
more, and what the engine takes to plan that grows with the third power of their number or faster:
a tenth of a second at 64, seconds at 200.
"""


_BRACKETS = {"{": "}", "(": ")", "[": "]", "<<": ">>"}


def refuse_deep(text: str) -> None:
    """Nothing, if brackets are not nested deeper than engines can read.

    Where they are, some engines crash or plan for minutes, and our own reader would run out of
    stack.

    Args:
        text: A SPARQL query or update.

    Raises:
        QuerySyntaxError: They are nested deeper than `DEEPEST`.

    Example:
        >>> refuse_deep("ASK " + 300 * "{" + 300 * "}")
        Traceback (most recent call last):
        ctgraph.errors.QuerySyntaxError: query, line 1, column 69: brackets are nested deeper \
than 64. Write the query with fewer groups inside each other.
    """
    # `?a<<urn:x>` compares; where nothing closes, nothing is open.
    pairs = {opening: end for opening, end in _BRACKETS.items() if opening != "<<" or end in text}
    if sum(map(text.count, pairs)) <= DEEPEST:
        return
    ends = set(pairs.values())
    depth = 0
    for token in _scan(text):
        if token.text in pairs:
            depth += 1
            if depth > DEEPEST:
                raise QuerySyntaxError(
                    f"brackets are nested deeper than {DEEPEST}.",
                    line=token.line,
                    column=token.column,
                    hint="Write the query with fewer groups inside each other.",
                )
        elif token.text in ends:
            depth -= 1


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
            label for label in (f"b{number}" for number in _count()) if label not in taken
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
        iri = _unescape_codepoints(token.text[1:-1])
        return _resolve(iri, self.base) if self.base is not None else iri

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
            value = _unescape_string(token.text[width:-width])
        except ValueError as error:
            raise QuerySyntaxError(str(error), line=token.line, column=token.column) from None
        if self.token.kind == "langtag":
            tag, _, direction = self.next().text[1:].partition("--")
            try:
                return _language_literal(value, tag, direction)
            except ValueError as error:
                self.index -= 1
                raise self.error(f"{error}; expected a language tag") from None
        if self.take("^^"):
            return Literal(value, datatype=self.iri("a datatype"))
        return Literal(value)


_ELEMENT_WORDS = frozenset({"OPTIONAL", "MINUS", "GRAPH", "SERVICE", "FILTER", "BIND", "VALUES"})
_AFTER_MODIFIERS = frozenset({"HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES", "ASC", "DESC"})


def _count() -> Iterator[int]:
    number = 0
    while True:
        yield number
        number += 1


def _language_literal(value: str, tag: str, direction: str) -> Literal:
    if not direction:
        return Literal(value, language=tag)
    from pyoxigraph import BaseDirection

    return Literal(value, language=tag, direction=BaseDirection(direction))


_ESCAPES = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", "\\": "\\", '"': '"', "'": "'"}


def _unescape_string(text: str) -> str:
    if "\\" not in text:
        return text

    def replace(match: re.Match[str]) -> str:
        code = match.group(1)
        if code[0] in "uU" and len(code) > 1:
            return chr(int(code[1:], 16))
        if code not in _ESCAPES:
            raise ValueError(f"\\{code} is not an escape sequence.")
        return _ESCAPES[code]

    return re.sub(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", replace, text, flags=re.DOTALL)


def _unescape_codepoints(text: str) -> str:
    if "\\" not in text:
        return text

    def replace(match: re.Match[str]) -> str:
        code = int(match.group()[2:], 16)
        return chr(code) if code <= 0x10FFFF else match.group()

    return re.sub(r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}", replace, text)


def _resolve(reference: str, base: str) -> str:
    """The absolute IRI of a reference (RFC 3986, section 5.2.2)."""
    shape = r"(?:([A-Za-z][A-Za-z0-9+.\-]*):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?"
    match = re.fullmatch(shape, reference, re.DOTALL)
    root = re.fullmatch(shape, base, re.DOTALL)
    assert match is not None  # every part is optional
    assert root is not None
    scheme, authority, path, query, fragment = match.groups()
    if scheme is not None:
        return reference
    scheme = root[1]
    if authority is None:
        authority = root[2]
        if not path:
            path = root[3]
            query = root[4] if query is None else query
        elif path.startswith("/"):
            path = _without_dots(path)
        else:
            folder = root[3][: root[3].rfind("/") + 1]
            path = _without_dots((folder or ("/" if authority is not None else "")) + path)
    else:
        path = _without_dots(path)
    return "".join(
        (
            f"{scheme}:" if scheme else "",
            f"//{authority}" if authority is not None else "",
            path,
            f"?{query}" if query is not None else "",
            f"#{fragment}" if fragment is not None else "",
        )
    )


def _without_dots(path: str) -> str:
    """A path with ``.`` and ``..`` taken out (RFC 3986, section 5.2.4)."""
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            if len(kept) > 1 or (kept and kept[0]):
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/".join(kept)


# --- text --------------------------------------------------------------------------------------


def term_to_sparql(term: Term) -> str:
    r"""A term as it stands in a query, whatever its value holds.

    Args:
        term: An IRI, literal or variable.

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
            raise DataError(f"{term.value!r} is not an IRI.")
        return f"<{term.value}>"
    if isinstance(term, Variable):
        return f"?{term.value}"
    raise DataError(f"{term} cannot be named in a query.", hint="Give an IRI or a literal instead.")


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


def to_text(node: Query | Element | Expression, *, short: bool = False) -> str:
    """A query, or a part of one, as SPARQL that means the same.

    Args:
        node: A query, group, pattern or expression.
        short: Whether IRIs are written with the prefixes of `ctgraph.terms.PREFIXES`, which are
            then not declared; for people to read.

    Example:
        >>> print(to_text(parse_query("ASK { ?s a ct:State, ct:Actor }"), short=True))
        ASK WHERE {
          ?s rdf:type ct:State .
          ?s rdf:type ct:Actor .
        }
    """
    writer = _Writer(short)
    if isinstance(node, Query):
        return writer.query(node, "")
    if isinstance(node, Expression):
        return writer.expression(node, "")
    return writer.element(node, "")


class _Writer:
    """Writes nodes back as text, each pattern on a line of its own."""

    def __init__(self, short: bool) -> None:
        self.short = short

    def term(self, term: Term) -> str:
        if isinstance(term, BlankNode):
            return f"_:{term.value}"
        if self.short and isinstance(term, NamedNode):
            return shorten(term.value)
        if self.short and isinstance(term, Literal) and term.datatype.value in _BARE:
            return term.value
        return term_to_sparql(term)

    def query(self, query: Query, indent: str) -> str:
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
        if isinstance(element, Triple):
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
        def value(term: NamedNode | Literal | None) -> str:
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


# --- what runs before every query ---------------------------------------------------------------

_UPDATE_WORDS = frozenset(
    {"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"}
)


def refuse_unsafe(text: str, *, allow_service: bool = False) -> None:
    """Nothing; a query that could change data or reach elsewhere raises.

    Refused are updates, ``SERVICE`` and ``FROM`` with a file IRI. The words inside strings,
    comments, IRIs and names do not count.

    Args:
        text: What was sent as a query.
        allow_service: Whether ``SERVICE`` may be asked.

    Raises:
        QueryRefused: With the place of what is refused.

    Example:
        >>> refuse_unsafe('SELECT * { ?claim ct:quote "INSERT DATA { }" }')
        >>> refuse_unsafe("DELETE WHERE { ?s ?p ?o }")
        Traceback (most recent call last):
        ctgraph.errors.QueryRefused: query, line 1, column 1: DELETE is an update, not a query. \
The graph is changed by editing its files, not by queries.
    """
    if re.search(r"(?i)service|from|\\u", text) is None:
        _refuse_update(text)
        return
    # Some engines replace codepoint escapes before they read the tokens (SPARQL 1.1, 19.2).
    for version in dict.fromkeys((text, _unescape_codepoints(text))):
        _refuse_update(version)
        if not allow_service and re.search(r"(?i)service", version):
            _refuse_service(version)
        if re.search(r"(?i)\bfrom|from\s*<", version):
            _refuse_files(version)


def refuse_unsafe_update(text: str) -> None:
    """Nothing, if an update reaches no file and no other server.

    Args:
        text: A SPARQL update.

    Raises:
        QueryRefused: It holds LOAD, or asks another server with SERVICE.

    Example:
        >>> refuse_unsafe_update("CLEAR ALL ; INSERT DATA { ctd:load a ct:State }")
        >>> refuse_unsafe_update("LOAD <file:///etc/passwd>")
        Traceback (most recent call last):
        ctgraph.errors.QueryRefused: update, line 1, column 1: LOAD reads a file or another \
server, which is not allowed here. Send the triples with INSERT DATA.
    """
    for version in dict.fromkeys((text, _unescape_codepoints(text))):
        _refuse_service(version)
        depth = 0
        before = ""
        for token in tokenize(version):
            depth += {"{": 1, "}": -1}.get(token.text, 0)
            # Engines need no space behind it.
            is_name = token.kind in ("word", "pname") and before.upper() != "PREFIX"
            if depth == 0 and is_name and token.text.upper().startswith("LOAD"):
                raise QueryRefused(
                    f"update, line {token.line}, column {token.column}: LOAD reads a file or "
                    "another server, which is not allowed here.",
                    hint="Send the triples with INSERT DATA.",
                )
            before = token.text


# White space and comments, then BASE and PREFIX declarations, then the first keyword.
_GAP = r"(?:[ \t\r\n]|\#[^\r\n]*+)*+"
_START = (
    rf"{_GAP}(?:(?i:BASE){_GAP}{_IRI}{_GAP}"
    rf"|(?i:PREFIX){_GAP}[^\s:<>]*+:{_GAP}{_IRI}{_GAP})*+(?P<word>[A-Za-z]*+)"
)


def _first_word(text: str) -> re.Match[str]:
    match = re.compile(_START).match(text)
    assert match is not None  # everything in the pattern is optional
    return match


def _refuse_update(text: str) -> None:
    match = _first_word(text)
    word = match["word"].upper()
    if word in _UPDATE_WORDS:
        line, column = _line_and_column(text, match.start("word"))
        raise QueryRefused(
            f"query, line {line}, column {column}: {word} is an update, not a query.",
            hint="The graph is changed by editing its files, not by queries.",
        )


def _line_and_column(text: str, position: int) -> tuple[int, int]:
    return text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)


def _refuse_service(text: str) -> None:
    """Raise if SERVICE stands anywhere an engine could read it as a keyword.

    Engines differ in two things. Behind an operand, ``<`` may be a comparison where the grammar's
    longest match sees an IRI: both readings are followed, so that no text can hide in one of
    them. And some need no space between keywords and names (``SERVICESILENTex:a{…}``).
    """
    pending = [(0, "", "")]
    seen: set[int] = set()
    while pending:
        position, before_kind, before_text = pending.pop()
        while position < len(text):
            if position in seen and before_kind != "":
                break
            seen.add(position)
            match = _match_token(text, position)
            kind = cast(str, match.lastgroup)
            piece = match.group()
            end = match.end()
            if kind == "iri" and _is_operand(before_kind, before_text):
                if re.match(r"<[A-Za-z][A-Za-z0-9+.\-]*://", piece) is None or "&&" in piece:
                    pending.append((position + 1, "punct", "<"))
            elif kind in ("word", "pname") and _calls_service(text, match, before_text):
                line, column = _line_and_column(text, position)
                raise QueryRefused(
                    f"query, line {line}, column {column}: SERVICE sends parts of the query to "
                    "another server, which is not allowed here.",
                    hint="Take it out, or ask that server itself.",
                )
            if kind != "space":
                before_kind, before_text = kind, piece
            position = end


def _calls_service(text: str, match: re.Match[str], before: str) -> bool:
    piece = match.group()
    if "service" not in piece.partition(":")[0].lower():
        return False
    if match.lastgroup == "word":
        # SERVICE needs a name and a group behind it, or it is no keyword.
        rest = rf"{_GAP}(?:(?i:SILENT){_GAP})?(?:[?$]|[^\s{{}}()]*:|<)"
        return re.compile(rest).match(text, match.end()) is not None
    # A name such as `service:x` stands before a group only behind GRAPH, FROM and the like.
    opens = re.compile(_GAP + r"\{").match(text, match.end()) is not None
    return opens and before.upper() not in ("GRAPH", "FROM", "NAMED", "DESCRIBE")


def _refuse_files(text: str) -> None:
    base = ""
    files: set[str] = set()
    tokens = tokenize(text)
    for index, token in enumerate(tokens[:-1]):
        following = tokens[index + 1]
        if token.is_word("BASE") and following.kind == "iri":
            base = following.text[1:-1]
        elif following.kind == "iri" and token.kind == "pname" and index:
            if tokens[index - 1].is_word("PREFIX"):
                iri = _resolve(_unescape_codepoints(following.text[1:-1]), base)
                if iri.lower().startswith("file:"):
                    files.add(token.text)
        elif token.is_word("FROM", "NAMED", "FROMNAMED"):
            if following.kind == "iri":
                iri = _resolve(_unescape_codepoints(following.text[1:-1]), base)
                local = iri.lower().startswith("file:")
            else:
                local = following.text.partition(":")[0] + ":" in files
            if local:
                raise QueryRefused(
                    f"query, line {following.line}, column {following.column}: FROM names a "
                    "file, which is not allowed here.",
                    hint="Load the file into the graph and ask without FROM.",
                )


def query_form(text: str) -> str:
    """The form of a query: ``SELECT``, ``ASK``, ``CONSTRUCT`` or ``DESCRIBE``.

    Only the start of the text is looked at.

    Args:
        text: A SPARQL query.

    Raises:
        QuerySyntaxError: No query form stands where it should.

    Example:
        >>> query_form("PREFIX select: <http://e/> ask { }")
        'ASK'
    """
    match = _first_word(text)
    word = match["word"].upper()
    for form in ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE"):
        if word.startswith(form):  # engines take `SELECTDISTINCT`
            return form
    line, column = _line_and_column(text, match.start("word"))
    found = match["word"] or text[match.end() : match.end() + 10].split("\n", maxsplit=1)[0]
    close = suggest(word, ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE"), limit=1) if word else []
    raise QuerySyntaxError(
        "expected SELECT, ASK, CONSTRUCT or DESCRIBE, but found "
        + (f"{found!r}." if found else "nothing."),
        line=line,
        column=column,
        hint=f"Did you mean {close[0]}?" if close else None,
    )


def bind_values(text: str, values: Mapping[str, SequenceOf[NamedNode | Literal] | None]) -> str:
    """The query with the contents of its VALUES blocks replaced.

    Each name must have exactly one block ``VALUES ?name { … }`` or ``VALUES (?name) { (…) }``.
    The rest of the text stays as it is.

    Args:
        text: A SPARQL query.
        values: The terms for each name; None stands for any (``UNDEF``).

    Raises:
        DataError: A name has no block of its own, or several; a list of terms is empty; a term
            cannot stand in a query.

    Example:
        >>> print(bind_values("ASK { VALUES ?n { 1 } }", {"n": [Literal("2 }")]}))
        ASK { VALUES ?n { "2 }" } }
    """
    if not values:
        return text
    blocks = _values_blocks(tokenize(text))
    edits: list[tuple[int, int, str]] = []
    for name, terms in values.items():
        found = blocks.get(name, [])
        if len(found) != 1:
            many = f"{len(found)} blocks" if found else "no block"
            raise DataError(
                f"the query has {many} VALUES ?{name} {{ … }}.",
                hint=f"Write exactly one, with ?{name} alone.",
            )
        if terms is not None and not terms:
            raise DataError(f"no value is given for ?{name}.", hint="Give one, or none at all.")
        start, end, bracketed = found[0]
        items = ["UNDEF"] if terms is None else [term_to_sparql(term) for term in terms]
        content = " ".join(f"({item})" if bracketed else item for item in items)
        edits.append((start, end, f" {content} "))
    for start, end, content in sorted(edits, reverse=True):
        text = text[:start] + content + text[end:]
    return text


def _values_blocks(tokens: list[Token]) -> dict[str, list[tuple[int, int, bool]]]:
    """Where the contents of each block for a single variable begin and end, by name."""
    blocks: dict[str, list[tuple[int, int, bool]]] = {}
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
            (part for part in tokens[opening:] if part.kind == "punct" and part.text == "}"), None
        )
        if closing is not None:
            place = (tokens[opening].end, closing.start, bracketed)
            blocks.setdefault(name.text[1:], []).append(place)
    return blocks


# --- what a query speaks of ---------------------------------------------------------------------


def used_terms(text: str, prefixes: Mapping[str, str] = PREFIXES) -> list[tuple[str, Token]]:
    """The IRIs that a query names behind its prologue, with their tokens, in order.

    Works on queries that cannot be parsed too; names with an undeclared prefix are left out.

    Args:
        text: A SPARQL query.
        prefixes: Prefixes that need no declaration.

    Example:
        >>> [(iri, token.column) for iri, token in used_terms("ASK { ?s a ct:State }")]
        [('https://w3id.org/ctgraph/ontology#State', 12)]
    """
    return [(iri, token) for iri, token in _names(text, prefixes) if iri is not None]


def undeclared_prefixes(
    text: str, prefixes: Mapping[str, str] = PREFIXES
) -> list[tuple[str, Token]]:
    """The prefixes that a query uses without declaring them, with their tokens, in order.

    Args:
        text: A SPARQL query.
        prefixes: Prefixes that need no declaration.

    Example:
        >>> [(prefix, token.column) for prefix, token in undeclared_prefixes("ASK { ?s cd:x ?o }")]
        [('cd', 10)]
    """
    return [
        (token.text.partition(":")[0], token)
        for iri, token in _names(text, prefixes)
        if iri is None
    ]


def _names(text: str, prefixes: Mapping[str, str]) -> Iterator[tuple[str | None, Token]]:
    known = dict(prefixes)
    base: str | None = None
    tokens = tokenize(text)
    index = 0
    while index < len(tokens):
        token = tokens[index]
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        if token.is_word("BASE") and following is not None and following.kind == "iri":
            base = following.text[1:-1]
            index += 2
        elif token.is_word("PREFIX") and following is not None and following.kind == "pname":
            if index + 2 < len(tokens) and tokens[index + 2].kind == "iri":
                iri = _unescape_codepoints(tokens[index + 2].text[1:-1])
                known[following.text[:-1]] = _resolve(iri, base) if base else iri
            index += 3
        else:
            if token.kind == "iri":
                iri = _unescape_codepoints(token.text[1:-1])
                yield (_resolve(iri, base) if base else iri), token
            elif token.kind == "pname":
                prefix, _, local = token.text.partition(":")
                space = known.get(prefix)
                yield (None if space is None else space + re.sub(r"\\(.)", r"\1", local)), token
            index += 1


def query_variables(query: str | Query) -> list[str]:
    """The names of the columns of a SELECT, in order; empty for the other forms.

    Args:
        query: A query or its tree.

    Example:
        >>> query_variables("SELECT * { ?s ct:value ?n BIND(2 * ?n AS ?double) }")
        ['s', 'n', 'double']
    """
    tree = parse_query(query) if isinstance(query, str) else query
    if tree.form != "SELECT":
        return []
    if tree.projection is not None:
        return [column.variable.value for column in tree.projection if column.variable]
    found = [] if tree.where is None else visible_variables(tree.where)
    if tree.values is not None:
        found += [variable.value for variable in tree.values.variables]
    return list(dict.fromkeys(found))


def name_columns(text: str) -> str:
    """A query with the variables of ``SELECT *`` written out, in order of first appearance.

    The order of the columns of ``*`` is not defined (SPARQL 1.1, 18.2.4.4) and engines differ. A
    text that is no such query comes back as it is.

    Args:
        text: A query.

    Example:
        >>> name_columns("SELECT * WHERE { ?s ?p ?o }")
        'SELECT ?s ?p ?o WHERE { ?s ?p ?o }'
    """
    if not re.search(r"(?i:SELECT|DISTINCT|REDUCED)\s*\*", text):
        return text
    try:
        query = parse_query(text)
    except QuerySyntaxError:
        return text
    if query.form != "SELECT" or query.projection is not None:
        return text
    names = query_variables(query)
    # Before it stand only prologue, SELECT and DISTINCT, in which no other token is a star.
    star = next((token for token in tokenize(text) if token.text == "*"), None)
    if star is None or not names:
        return text
    columns = " ".join(f"?{name}" for name in names)
    return f"{text[: star.start]}{columns}{text[star.end :]}"


def visible_variables(group: Group) -> list[str]:
    """The names of the variables a group may bind, each once, in order (SPARQL 1.1, 18.2.1).

    Args:
        group: A group graph pattern.
    """
    names: list[str] = []
    for element in group.elements:
        names += _bound_by(element)
    return list(dict.fromkeys(names))


def _bound_by(element: Element) -> Iterable[str]:  # noqa: PLR0911 - one per kind
    if isinstance(element, Triple):
        parts = (element.subject, element.predicate, element.object)
        return [part.value for part in parts if isinstance(part, Variable)]
    if isinstance(element, Group):
        return visible_variables(element)
    if isinstance(element, Optional):
        return visible_variables(element.group)
    if isinstance(element, Union):
        return [name for group in element.groups for name in visible_variables(group)]
    if isinstance(element, (GraphPattern, Service)):
        own = [element.name.value] if isinstance(element.name, Variable) else []
        return own + visible_variables(element.group)
    if isinstance(element, Bind):
        return [element.variable.value]
    if isinstance(element, Values):
        return [variable.value for variable in element.variables]
    if isinstance(element, SubSelect):
        return query_variables(element.query)
    return []
