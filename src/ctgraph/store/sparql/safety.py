"""What is looked at before any query runs: its form, updates, SERVICE, files, depth."""

from __future__ import annotations

import re
from typing import cast

from ctgraph.errors import QueryRefused, QuerySyntaxError, suggest
from ctgraph.store.sparql.tokens import (
    IRI,
    hint_at,
    is_operand,
    match_at,
    resolve_iri,
    scan_tokens,
    tokenize,
    unescape_codepoints,
)

DEEPEST = 64
"""How many brackets may be open at once in a query.

No question for people needs a tenth of it. Each list or blank node inside another joins one pattern
more, and what the engine takes to plan that grows with the third power of their number or faster:
a tenth of a second at 64, seconds at 200.
"""


LONGEST = 1000
"""How many operators, patterns and groups may be joined in a query.

Engines read `?a || ?b || …`, and one OPTIONAL behind another, as pairs within pairs, and walk them
with the stack: some 3,000 end the process.
"""

_BRACKETS = {"{": "}", "(": ")", "[": "]", "<<": ">>", "<<(": ")>>", "{|": "|}"}
_OPERATORS = frozenset({"||", "&&", "|", "/", "*", "+", "-", "!", ".", ";"})


def refuse_deep(text: str) -> None:
    """Refuse a query that engines could not walk: brackets too deep, or a chain too long.

    Where they are, some engines crash or plan for minutes, and our own reader would run out of
    stack. What only lists values, in VALUES or IN, may be of any length.

    Args:
        text: A SPARQL query.

    Raises:
        QuerySyntaxError: Brackets are nested deeper than `DEEPEST`, or more than `LONGEST`
            operators and patterns are joined.

    Example:
        >>> refuse_deep("ASK " + 300 * "{" + 300 * "}")
        Traceback (most recent call last):
        ctgraph.errors.QuerySyntaxError: query, line 1, column 69: brackets are nested deeper \
than 64. Write the query with fewer groups inside each other.
    """
    opened = sum(map(text.count, _BRACKETS))
    joins = opened + sum(map(text.count, (*_OPERATORS, ","))) + len(text.split())
    if opened <= DEEPEST and joins <= LONGEST:
        return
    ends = set(_BRACKETS.values())
    inner: list[str] = []  # the brackets that are open
    values_at = -1  # how many are open around VALUES, while its rows are read
    joined = 0
    was_operand = False
    for token in scan_tokens(text):
        is_name = is_operand(token.kind, token.text)
        place = inner[-1] if inner else ""
        joins_more = token.text in _BRACKETS or token.text in _OPERATORS
        if token.text == ",":
            joins_more = place != "("  # where it is a list of values
        elif token.text in ("+", "-"):
            joins_more = was_operand  # else it is a sign
        elif is_name and was_operand:
            joins_more = place in ("", "(")  # in braces a dot follows
        if token.text in _BRACKETS:
            inner.append(token.text)
        elif token.text in ends:
            del inner[-1:]
            if token.text == "}" and len(inner) <= values_at:
                values_at = -1
        elif token.is_word("VALUES"):
            joined += 1
            values_at = len(inner)
        joined += joins_more and values_at < 0
        was_operand = is_name
        if len(inner) > DEEPEST or joined > LONGEST:
            raise QuerySyntaxError(
                "brackets-too-deep" if len(inner) > DEEPEST else "chain-too-long",
                DEEPEST=DEEPEST,
                LONGEST=LONGEST,
                line=token.line,
                column=token.column,
            )


# --- what runs before every query ---------------------------------------------------------------

_UPDATE_WORDS = frozenset(
    {"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"}
)


def refuse_unsafe(text: str, *, allow_service: bool = False) -> None:
    """Refuse a query that could change data or reach elsewhere.

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
    for version in dict.fromkeys((text, unescape_codepoints(text))):
        _refuse_update(version)
        if not allow_service and re.search(r"(?i)service", version):
            _refuse_service(version)
        if re.search(r"(?i)\bfrom|from\s*<", version):
            _refuse_files(version)
            if "<<" in version:  # a comparison with an IRI, for some
                _refuse_files(version.replace("<<", "< <"))


# White space and comments, then BASE, PREFIX and VERSION declarations, then the first keyword.
_GAP = r"(?:[ \t\r\n]|\#[^\r\n]*+)*+"
_START = (
    rf"{_GAP}(?:(?i:BASE){_GAP}{IRI}{_GAP}"
    rf"|(?i:PREFIX){_GAP}[^\s:<>]*+:{_GAP}{IRI}{_GAP}"
    rf"|(?i:VERSION){_GAP}(?:'[^'\\\r\n]*+'|\"[^\"\\\r\n]*+\"){_GAP})*+(?P<word>[A-Za-z]*+)"
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
        raise QueryRefused("query-is-update", line=line, column=column, word=word)


def _line_and_column(text: str, position: int) -> tuple[int, int]:
    return text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)


def _refuse_service(text: str) -> None:
    """Raise if SERVICE stands anywhere an engine could read it as a keyword.

    Engines differ in three things. Behind an operand, ``<`` may be a comparison where the grammar's
    longest match sees an IRI, and ``<<``, which opens a triple in SPARQL 1.2, a comparison with the
    IRI behind it: all readings are followed, so that no text can hide in one of them. And some need
    no space between keywords and names (``SERVICESILENTex:a{…}``).
    """
    pending = [(0, "", "")]
    seen: set[int] = set()
    while pending:
        position, before_kind, before_text = pending.pop()
        while position < len(text):
            if position in seen and before_kind != "":
                break
            seen.add(position)
            match = match_at(text, position)
            kind = cast(str, match.lastgroup)
            piece = match.group()
            end = match.end()
            if kind == "iri" and is_operand(before_kind, before_text):
                if re.match(r"<[A-Za-z][A-Za-z0-9+.\-]*://", piece) is None or "&&" in piece:
                    pending.append((position + 1, "punct", "<"))
            elif piece in ("<<", "<<("):
                pending.append((position + 1, "punct", "<"))
            elif kind in ("word", "pname") and _calls_service(text, match, before_text):
                line, column = _line_and_column(text, position)
                raise QueryRefused("query-service-refused", line=line, column=column)
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
                iri = resolve_iri(unescape_codepoints(following.text[1:-1]), base)
                if iri.lower().startswith("file:"):
                    files.add(token.text)
        elif token.is_word("FROM", "NAMED", "FROMNAMED"):
            if following.kind == "iri":
                iri = resolve_iri(unescape_codepoints(following.text[1:-1]), base)
                local = iri.lower().startswith("file:")
            else:
                local = following.text.partition(":")[0] + ":" in files
            if local:
                raise QueryRefused(
                    "query-from-file-refused", line=following.line, column=following.column
                )


def query_form(text: str) -> str:
    """Return the form of a query: ``SELECT``, ``ASK``, ``CONSTRUCT`` or ``DESCRIBE``.

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
        "expected-but-found" if found else "expected-but-found-nothing",
        line=line,
        column=column,
        expected="SELECT, ASK, CONSTRUCT or DESCRIBE",
        found=found,
        **hint_at(found, close),
    )
