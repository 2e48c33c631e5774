"""Queries laid out for reading: one pattern a line, keywords in capitals, comments kept."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from ctgraph.errors import QuerySyntaxError
from ctgraph.store.sparql.tokens import Token, tokenize

_WIDTH = 88
_INLINE = 64
_PAIRS = {"{": "}", "(": ")", "[": "]", "<<": ">>", "<<(": ")>>", "{|": "|}"}
_CLAUSES = frozenset(
    {"SELECT", "CONSTRUCT", "DESCRIBE", "ASK", "FROM", "WHERE", "GROUP", "ORDER", "HAVING"}
    | {"LIMIT", "OFFSET", "PREFIX", "BASE"}
)
_PROLOGUE = ("PREFIX", "BASE")
_PARTS = frozenset({"FILTER", "OPTIONAL", "MINUS", "GRAPH", "SERVICE", "BIND", "VALUES"})
_EXPRESSIONS = frozenset({"SELECT", "GROUP", "ORDER", "HAVING", "FILTER", "BIND", "DESCRIBE"})
# Words that stand apart from a bracket; after all others it opens their arguments.
_LOOSE = frozenset(
    {"IN", "VALUES", "BY", "SELECT", "DISTINCT", "REDUCED", "HAVING", "AS", "WHERE", "UNDEF", "A"}
)
_MIXED = {
    word.upper(): word
    for word in ("a", "true", "false", "isIRI", "isURI", "isBLANK", "isLITERAL", "isNUMERIC")
} | {"SAMETERM": "sameTerm"}
_OPERATORS = frozenset({"=", "!=", "<", ">", "<=", ">=", "&&", "||", "+", "-", "*", "/", "!"})


def format_query(text: str) -> str:
    """Return a query in another layout, which means the same; it ends in one line break.

    Comments and single blank lines stay where they are. What is not known to mean the same
    afterwards is given back as it was.

    Args:
        text: A SPARQL query.

    Raises:
        QuerySyntaxError: A bracket is not closed, or was not opened.

    Example:
        >>> print(format_query("select * {?s a ct:State;ct:partOf ?o filter(?s!=?o)}"), end="")
        SELECT * {
          ?s a ct:State ;
            ct:partOf ?o
          FILTER(?s != ?o)
        }
    """
    items = _read_items(text)
    tokens = [item.token for item in items if item.token is not None]
    _check_brackets(tokens)
    if any(one.kind == "other" for one in tokens):
        return text
    made = _Layout(items).write()
    return made if _same(_read_items(made), items) else text


class _Item(NamedTuple):
    """A token or a comment, and how many line breaks stand before it."""

    token: Token | None
    comment: str
    breaks: int


def _read_items(text: str) -> list[_Item]:
    items: list[_Item] = []
    end = 0

    def read_gap(gap: str) -> int:
        """Add the comments of a gap between tokens; gives the line breaks behind them."""
        breaks = 0
        while "#" in gap:
            space, _, rest = gap.partition("#")
            # \r\n counts once, and a \r alone ends a line too (SPARQL 1.1 Query, 19.4).
            comment = rest.replace("\r\n", "\n").replace("\r", "\n").partition("\n")[0]
            breaks += _count_breaks(space)
            items.append(_Item(None, "#" + comment.rstrip(), breaks))
            gap, breaks = rest[len(comment) :], 0
        return breaks + _count_breaks(gap)

    for token in tokenize(text):
        breaks = read_gap(text[end : token.start])
        items.append(_Item(token, "", breaks))
        end = token.end
    read_gap(text[end:])
    return items


def _count_breaks(space: str) -> int:
    return space.replace("\r\n", "\n").replace("\r", "\n").count("\n")


def _check_brackets(tokens: list[Token]) -> None:
    opened: list[Token] = []
    for token in tokens:
        if token.kind != "punct":
            continue
        if token.text in _PAIRS:
            opened.append(token)
        elif token.text in _PAIRS.values():
            if not opened or _PAIRS[opened[-1].text] != token.text:
                raise QuerySyntaxError(
                    "bracket-closes-nothing", text=token.text, line=token.line, column=token.column
                )
            opened.pop()
    if opened:
        last = opened[-1]
        raise QuerySyntaxError(
            "bracket-not-closed", text=last.text, line=last.line, column=last.column
        )


def _same(made: list[_Item], given: list[_Item]) -> bool:
    """Tell whether the same tokens and comments come in the same order."""

    def read(items: list[_Item]) -> list[tuple[str, str]]:
        return [
            ("comment", item.comment)
            if item.token is None
            else (item.token.kind, _spell(item.token))
            for item in items
        ]

    return read(made) == read(given) and _signs(made) == _signs(given)


def _signs(items: list[_Item]) -> list[int]:
    """Return which signs belong to the number behind them: ``-1`` is a term, ``- 1`` is not."""
    tokens = [item.token for item in items if item.token is not None]
    return [place for place, (one, two) in enumerate(pairwise(tokens)) if _is_sign(one, two)]


def _is_sign(one: Token, two: Token) -> bool:
    return one.text in ("+", "-") and two.kind == "number" and one.end == two.start


def _spell(token: Token) -> str:
    if token.kind != "word":
        return token.text
    upper = token.text.upper()
    return _MIXED.get(upper, upper)


class _Frame:
    """An open bracket, or the query itself.

    Attributes:
        kind: The bracket, ``values`` for the braces of VALUES, or "" for the query itself.
        inline: Whether no line ends in it.
        mode: The word whose part is being read, for what comes between brackets.
        started: Whether a statement has begun, so that a new line continues it.
    """

    def __init__(self, kind: str, *, inline: bool = False, mode: str = "") -> None:
        self.kind = kind
        self.inline = inline
        self.mode = mode
        self.started = False

    @property
    def is_group(self) -> bool:
        return self.kind in ("", "{", "values")


class _Layout:
    """Writes tokens and comments line by line."""

    def __init__(self, items: list[_Item]) -> None:
        self.items = items
        self.tokens = [item.token for item in items if item.token is not None]
        self.place = 0
        self.lines: list[str] = []
        self.line = ""
        self.pending = False
        self.frames = [_Frame("")]
        self.before: Token | None = None
        self.was_unary = False

    @property
    def frame(self) -> _Frame:
        return self.frames[-1]

    def write(self) -> str:
        for place, item in enumerate(self.items):
            if item.token is None:
                self.add_comment(item)
            else:
                self.add_token(place, item.token, item.breaks)
        self.flush()
        return "\n".join(self.lines).strip("\n") + "\n" if self.lines else ""

    # Lines.

    def flush(self) -> None:
        if self.line:
            self.lines.append(self.line.rstrip())
        self.line = ""
        self.pending = False

    def begin(self, breaks: int = 0, *, is_end: bool = False) -> None:
        """Start a line at its indent, with the blank line that was there."""
        self.flush()
        last = self.lines[-1] if self.lines else "{"
        if breaks > 1 and last and not is_end and not last.endswith("{"):
            self.lines.append("")
        depth = sum(frame.kind in ("{", "values") for frame in self.frames)
        self.line = "  " * (depth + (self.frame.started and self.frame.kind in ("", "{")))

    def add_comment(self, item: _Item) -> None:
        if self.line.strip() and not item.breaks:
            self.line += f" {item.comment}"
        elif not item.breaks and self.lines and self.before is not None:
            self.lines[-1] += f" {item.comment}"
        else:
            self.begin(max(item.breaks, 2) if self.ends_prologue() else item.breaks)
            self.line += item.comment
        self.pending = True

    def ends_prologue(self) -> bool:
        """Tell whether a comment that comes now belongs to the query behind the prefixes."""
        following = self.tokens[self.place : self.place + 1]
        if self.frame.mode not in _PROLOGUE or not following or following[0].is_word(*_PROLOGUE):
            return False
        self.frame.mode = ""
        return True

    # Tokens.

    def add_token(self, place: int, token: Token, breaks: int) -> None:
        word = token.text.upper() if token.kind == "word" else token.text
        text = _spell(token)
        if word in _PAIRS.values() and token.kind == "punct":
            self.close(text, breaks)
        elif self.starts_line(token, word):
            self.frame.started = False
            if word in _CLAUSES:
                self.separate_prologue(word, breaks)
            else:
                self.begin(breaks)
            self.put(text, "")
            self.frame.mode = word
        elif self.pending or not self.line.strip():
            self.begin(breaks)
            self.put(text, "")
        else:
            self.put(text, self.space(token, word))
        if word in _PAIRS and token.kind == "punct":
            self.open(place, word)
        elif word not in _PAIRS.values() or token.kind != "punct":
            self.frame.started = True
        self.end_line(token, word)
        self.was_unary = self.is_unary(token)
        self.before = token
        self.place += 1

    def put(self, text: str, space: str) -> None:
        wide = len(self.line) + len(space) + len(text) > _WIDTH
        may_wrap = self.frame.kind == "values" or (
            self.frame.kind in ("", "{") and self.frame.mode in ("SELECT", "GROUP", "ORDER")
        )
        if wide and space and may_wrap and not self.frame.inline:
            self.begin()
            space = ""
        self.line += space + text

    def separate_prologue(self, word: str, breaks: int) -> None:
        """A blank line between the prefixes and the query."""
        is_body = word not in _PROLOGUE
        was_prologue = self.frame.mode in _PROLOGUE
        stays = word == "WHERE" and self.frame.mode == "ASK"
        if stays and not self.pending:
            self.line += " "
            return
        self.begin(max(breaks, 2) if is_body and was_prologue else breaks)

    def starts_line(self, token: Token, word: str) -> bool:
        frame = self.frame
        if frame.inline or token.kind != "word" or frame.kind not in ("", "{"):
            return False
        if word == "WHERE":
            return True
        if word in ("ASK", "SELECT", "CONSTRUCT", "DESCRIBE", "VALUES", *_PARTS):
            return True
        return word in _CLAUSES

    def open(self, place: int, bracket: str) -> None:
        frame = self.frame
        if bracket == "{":
            is_values = frame.mode == "VALUES" and frame.is_group
            inline = frame.inline or self.fits(place, is_values=is_values)
            if frame.mode in ("SELECT", "DESCRIBE", "ASK", "WHERE", "CONSTRUCT"):
                inline = frame.inline  # the pattern of a query gets its lines
            frame.started = True
            self.frames.append(_Frame("values" if is_values else "{", inline=inline))
            self.pending = not inline
        else:
            is_expression = self.in_expression()
            self.frames.append(_Frame(bracket, inline=True, mode="FILTER" if is_expression else ""))

    def close(self, text: str, breaks: int) -> None:
        closed = self.frames.pop()
        before = self.before.text if self.before else ""
        if text == "}" and not closed.inline and before != "{":
            started, self.frame.started = self.frame.started, False
            self.begin(is_end=True)
            self.frame.started = started
            self.line += text
        elif self.pending and before != "{":
            self.begin(breaks)
            self.line += text
        else:
            self.pending = False
            tight = text == ")" or before in _PAIRS
            self.line += text if tight else f" {text}"

    def fits(self, place: int, *, is_values: bool) -> bool:
        """Tell whether what stands in braces is short and simple enough for one line."""
        depth, length, ends = 0, 0, 0
        last = ""
        for item in self.items[place:]:
            token = item.token
            if token is None:
                return False
            if token.text in ("{", "}") and token.kind == "punct":
                depth += 1 if token.text == "{" else -1
                if depth > 1:
                    return False
                if depth == 0:
                    ends -= last == "."
                    return ends <= 0
            if not is_values:
                ends += token.text in (".", ";") and token.kind == "punct"
                ends += token.kind == "word" and token.text.upper() in (_PARTS | _CLAUSES)
            length += len(token.text) + 1
            if length > _INLINE:
                return False
            last = token.text
        return False

    def end_line(self, token: Token, word: str) -> None:
        """Say whether the next token begins a line."""
        frame = self.frame
        if token.kind == "punct" and word in (")", "}") and frame.mode in ("FILTER", "BIND"):
            if frame.kind in ("", "{"):  # the constraint is complete
                frame.mode, frame.started = "", False
                self.pending = not frame.inline
            return
        if word == "}" and token.kind == "punct" and frame.is_group:
            frame.mode, frame.started = "", False
            self.pending = not frame.inline
        elif word == ")" and frame.kind == "values" and not frame.inline:
            frame.started = False
            self.pending = True
        elif frame.kind not in ("", "{") or frame.inline or token.kind not in ("punct", "iri"):
            return
        elif word == ".":
            frame.started = False
            self.pending = True
        elif word == ";":
            self.pending = True
        elif token.kind == "iri" and frame.mode in _PROLOGUE:
            frame.started = False
            self.pending = True

    # Spaces.

    def in_expression(self) -> bool:
        return self.frame.mode in _EXPRESSIONS

    def is_unary(self, token: Token) -> bool:
        """Tell whether a token is an operator with one operand, which comes next."""
        if token.text == "!":
            return True
        if token.text == "^" and token.kind == "punct":
            return True
        before = self.before
        follows = before is not None and (
            before.text in _OPERATORS or before.text in ("(", ",") or before.kind == "word"
        )
        return token.text in ("+", "-") and self.in_expression() and follows

    def space(self, token: Token, word: str) -> str:  # noqa: PLR0911 - one per rule
        before = self.before
        assert before is not None
        if _is_sign(before, token):
            return ""
        if before.text in ("(", "^^") or word == "^^" or token.kind == "langtag":
            return ""
        if self.was_unary and not (before.text in ("+", "-") and token.kind == "number"):
            return ""
        expression = self.in_expression()
        if word in (",", ";") and token.kind == "punct":
            return "" if expression else " "
        if word == "(":
            return self.space_before_arguments(before, expression)
        if word == "[" and before.text in ("/", "|"):
            return ""
        if token.text == "=" or before.text == "=":
            names = [one for one in (before, self.second_last()) if one is not None]
            return "" if any(one.is_word("SEPARATOR") for one in names) else " "
        return " " if expression else self.space_in_path(before, token)

    def space_in_path(self, before: Token, token: Token) -> str:
        if token.text in ("/", "|") or before.text in ("/", "|"):
            return ""
        is_modifier = token.text in ("*", "+", "?") and not self.is_number_sign(token)
        return "" if is_modifier and (before.kind != "word" or before.is_word("A")) else " "

    def space_before_arguments(self, before: Token, expression: bool) -> str:
        if before.kind == "word":
            return " " if before.text.upper() in _LOOSE else ""
        if before.kind in ("iri", "pname"):
            return "" if expression else " "
        return "" if not expression and before.text in ("/", "|", "!", "^") else " "

    def second_last(self) -> Token | None:
        return self.tokens[self.place - 2] if self.place > 1 else None

    def is_number_sign(self, token: Token) -> bool:
        following = self.tokens[self.place + 1 : self.place + 2]
        return bool(following) and _is_sign(token, following[0])
