"""The operations of a SPARQL 1.1 update, each with the graphs that it writes to.

Nothing is evaluated here; an update that the engine has read is cut into its operations
(https://www.w3.org/TR/sparql11-update/#grammar), and the templates of each into what is meant for
the default graph and the graphs that GRAPH names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ctgraph.errors import RequestError
from ctgraph.store.sparql.tokens import Token, tokenize

_OPERATIONS = ("INSERT", "DELETE", "WITH", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY")


class Template(NamedTuple):
    """What an operation inserts or deletes, as text of SPARQL.

    Attributes:
        default: The triples outside of GRAPH, in braces; empty if there are none.
        graphs: What GRAPH names: IRIs, prefixed names and variables.
    """

    default: str = ""
    graphs: tuple[str, ...] = ()


class Operation(NamedTuple):
    """One operation of an update; names of graphs are IRIs or prefixed names, as written.

    Attributes:
        verb: INSERT for all that has templates, else the first keyword in upper case.
        text: The operation, with the declarations that hold for it.
        declared: These declarations.
        delete: What it deletes.
        insert: What it inserts.
        where: The pattern in braces; ``{}`` for bare data.
        with_graph: The graph of WITH, to which the triples outside of GRAPH belong.
        using: The graphs of USING.
        using_named: The graphs of USING NAMED.
        source: What is cleared, dropped, added, moved or copied: a graph, or DEFAULT, NAMED, ALL.
        target: Where it is added, moved or copied to: a graph or DEFAULT.
    """

    verb: str
    text: str
    declared: str = ""
    delete: Template = Template()
    insert: Template = Template()
    where: str = "{}"
    with_graph: str = ""
    using: tuple[str, ...] = ()
    using_named: tuple[str, ...] = ()
    source: str = ""
    target: str = ""


def read_operations(text: str, now: str) -> list[Operation]:
    """The operations of an update in order.

    Args:
        text: An update in which the engine finds no fault.
        now: What NOW() is to be, as SPARQL writes it, for it must be one moment throughout.

    Raises:
        RequestError: It is written in a way that the engine understands and this does not (400).

    Example:
        >>> [one] = read_operations("DELETE WHERE { GRAPH ?g { ?s ?p 1 } ?s ?p 2 }", "0")
        >>> one.delete
        Template(default='{ ?s ?p 2 }', graphs=('?g',))
    """
    tokens = tokenize(text)
    declared = ""
    found = []
    for part in _split(tokens):
        end = _prologue_end(part)
        if end:
            declared += f"{text[part[0].start : part[end - 1].end]} "
        if part[end:]:
            found.append(_Reader(text, part[end:], declared, now).read())
    return found


def _split(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    depth = 0
    part: list[Token] = []
    for token in tokens:
        if token.kind == "punct":
            depth += {"{": 1, "}": -1}.get(token.text, 0)
        if depth == 0 and token.text == ";":
            yield part
            part = []
        else:
            part.append(token)
    yield part


def _prologue_end(tokens: Sequence[Token]) -> int:
    place = 0
    while place < len(tokens) and tokens[place].is_word("PREFIX", "BASE"):
        place += 3 if tokens[place].is_word("PREFIX") else 2
    return min(place, len(tokens))


def _refusal(token: Token) -> RequestError:
    return RequestError(
        f"update, line {token.line}, column {token.column}: {token.text[:40]} is not understood "
        "here.",
        hint="Put spaces between keywords.",
    )


class _Reader:
    """Reads the tokens of one operation from left to right."""

    def __init__(self, text: str, tokens: Sequence[Token], declared: str, now: str) -> None:
        self.source = text
        self.tokens = tokens
        self.declared = declared
        self.now = now
        self.place = 0

    def read(self) -> Operation:
        verb = self.tokens[0].text.upper()
        if self.tokens[0].kind != "word" or verb not in _OPERATIONS:
            raise _refusal(self.tokens[0])
        text = self.declared + self.write(self.tokens)
        operation = Operation(verb, text, self.declared)
        if verb in ("INSERT", "DELETE", "WITH"):
            operation = self.read_templates(operation._replace(verb="INSERT"))
        else:
            self.place = 1
            self.take("SILENT")
            operation = operation._replace(source=self.read_graph())
            if self.take("TO"):
                operation = operation._replace(target=self.read_graph())
        if self.place != len(self.tokens):
            raise _refusal(self.tokens[self.place])
        return operation

    def read_templates(self, operation: Operation) -> Operation:
        if self.take("WITH"):
            operation = operation._replace(with_graph=self.read_graph())
        is_delete = self.take("DELETE")
        if is_delete and self.take("WHERE"):
            group = self.read_group()
            return operation._replace(delete=self.cut(group), where=self.write(group))
        if is_delete:
            is_data = self.take("DATA")
            operation = operation._replace(delete=self.cut(self.read_group()))
            if is_data:
                return operation
        if self.take("INSERT"):
            is_data = self.take("DATA")
            operation = operation._replace(insert=self.cut(self.read_group()))
            if is_data:
                return operation
        while self.take("USING"):
            if self.take("NAMED"):
                named = (*operation.using_named, self.read_graph())
                operation = operation._replace(using_named=named)
            else:
                operation = operation._replace(using=(*operation.using, self.read_graph()))
        self.take("WHERE")
        return operation._replace(where=self.write(self.read_group()))

    def take(self, word: str) -> bool:
        """Whether a keyword comes next, which is passed then."""
        is_there = self.place < len(self.tokens) and self.tokens[self.place].is_word(word)
        self.place += is_there
        return is_there

    def read_graph(self) -> str:
        self.take("GRAPH")
        for word in ("DEFAULT", "NAMED", "ALL"):
            if self.take(word):
                return word
        token = self.tokens[min(self.place, len(self.tokens) - 1)]
        if token.kind not in ("iri", "pname"):
            raise _refusal(token)
        self.place += 1
        return token.text

    def read_group(self) -> Sequence[Token]:
        """The tokens of the group that comes next, its braces included."""
        start = self.place
        depth = 0
        for token in self.tokens[start:]:
            if token.kind == "punct":
                depth += {"{": 1, "}": -1}.get(token.text, 0)
            self.place += 1
            if depth == 0:
                break
        group = self.tokens[start : self.place]
        if len(group) < 2 or group[0].text != "{":
            token = self.tokens[min(start, len(self.tokens) - 1)]
            raise _refusal(token)
        return group

    def cut(self, group: Sequence[Token]) -> Template:
        """A template as what is meant for the default graph, and the graphs of the rest."""
        parts: list[list[Token]] = [[]]
        graphs = []
        depth = 0
        for index, token in enumerate(group):
            step = {"{": 1, "}": -1}.get(token.text, 0) if token.kind == "punct" else 0
            depth += step
            if step == 1 and depth == 2:
                name = group[index - 1]
                if not group[index - 2].is_word("GRAPH") or name.kind not in _GRAPH_NAMES:
                    raise _refusal(name)
                graphs.append(name.text)
                del parts[-1][-2:]
                parts.append([])
            elif depth == 1 and step == 0:
                parts[-1].append(token)
        default = " . ".join(self.write(part) for part in map(_without_dots, parts) if part)
        return Template(f"{{ {default} }}" if default else "", tuple(dict.fromkeys(graphs)))

    def write(self, tokens: Sequence[Token]) -> str:
        """Some tokens that follow each other as text, with NOW() settled."""
        if not tokens:
            return ""
        pieces = []
        place = tokens[0].start
        for one, two, three in zip(tokens, tokens[1:], tokens[2:], strict=False):
            if one.is_word("NOW") and two.text == "(" and three.text == ")":
                pieces += [self.source[place : one.start], self.now]
                place = three.end
        return "".join([*pieces, self.source[place : tokens[-1].end]])


_GRAPH_NAMES = ("iri", "pname", "var")


def _without_dots(tokens: list[Token]) -> list[Token]:
    """Tokens without the full stops at both ends."""
    start, end = 0, len(tokens)
    while start < end and tokens[start].text == ".":
        start += 1
    while end > start and tokens[end - 1].text == ".":
        end -= 1
    return tokens[start:end]
