"""The tokens of a SPARQL query, each with its place (SPARQL 1.1 Query, section 19.8)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, cast

from pyoxigraph import Literal

from ctgraph.terms import PREFIXES
from ctgraph.text import plain_form

_RDF = PREFIXES["rdf"]


# --- tokens ------------------------------------------------------------------------------------

# Letters, and what else a name may hold, as the complement of ASCII: the ranges of PN_CHARS_BASE
# written out take Python 30 ms to compile. `match_at` checks what is not ASCII.
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
# What may stand in a name, but not begin it: PN_CHARS without PN_CHARS_U and digits.
_NO_START = "(?P<other>[\u00b7\u0300-\u036f\u203f\u2040])"
_PLX = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_PREFIX_NAME = rf"{_LETTER}(?:{_NAME_OR_DOT}*{_NAME})?"
_LOCAL_NAME = rf"(?:{_LOCAL_START}|{_PLX})(?:(?:{_LOCAL_OR_DOT}|{_PLX})*(?:{_LOCAL}|{_PLX}))?"
IRI = r'<[^<>"{}|^`\x00-\x20]*>'
_STRING = (
    r'"""(?:"{0,2}(?:[^"\\]|\\.))*+"""'
    r"|'''(?:'{0,2}(?:[^'\\]|\\.))*+'''"
    r'|"(?:[^"\\\n\r]|\\.)*+"'
    r"|'(?:[^'\\\n\r]|\\.)*+'"
)
_TOKEN = "|".join(
    (
        r"(?P<space>(?:[ \t\r\n]+|\#[^\r\n]*)+)",
        rf"(?P<iri>{IRI})",
        rf"(?P<var>[?$]{_NAME_START}+)",
        rf"(?P<pname>(?:{_PREFIX_NAME})?:(?:{_LOCAL_NAME})?)",
        rf"(?P<bnode>_:{_NAME_START}(?:{_NAME_OR_DOT}*{_NAME})?)",
        rf"(?P<string>{_STRING})",
        r"(?P<langtag>@[A-Za-z]+(?:-[A-Za-z0-9]+)*(?:--[A-Za-z]+)?)",
        r"(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[eE][+-]?[0-9]+|[0-9]*\.[0-9]+|[0-9]+)",
        r"(?P<word>[A-Za-z][A-Za-z0-9_]*)",
        r"(?P<punct>\^\^|&&|\|\||<=|>=|!=|<<\(?|\)>>|>>|\{\||\|\}|[{}()\[\].,;*/|^!?+\-=<>&~])",
        r"(?P<other>.)",
    )
)


TRIPLE_MARKS = frozenset({"<<", "<<(", "{|", "~"})
"""What begins a triple inside a triple, or says something of one (SPARQL 1.2)."""


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
        """Tell whether this is one of the keywords, in any case.

        Args:
            words: Keywords in upper case.
        """
        return self.kind == "word" and self.text.upper() in words


_NAMES = frozenset({"var", "pname", "bnode"})
_OPERAND_KINDS = frozenset({"var", "string", "number", "iri", "pname", "langtag"})


def is_operand(kind: str, text: str) -> bool:
    """Tell whether an infix operator may follow a token."""
    return kind in _OPERAND_KINDS or text in (")", ")>>") or text.lower() in ("true", "false")


def _is_comparison(content: str) -> bool:
    """Tell whether ``<content>`` behind an operand is a comparison rather than an IRI."""
    return content[:1] in tuple("?$0123456789'(+-!.") or "&&" in content


def tokenize(text: str) -> list[Token]:
    """Return the tokens of a query in order, without white space and comments.

    Nothing is refused here: a character that begins no token is a token of kind ``other``.

    Args:
        text: A SPARQL query, or any part of one.

    Example:
        >>> [(token.kind, token.text) for token in tokenize("ASK { ?s a ct:Claim }")][1:4]
        [('punct', '{'), ('var', '?s'), ('word', 'a')]
    """
    return list(scan_tokens(text))


def hint_at(found: str, near: Sequence[str] = ()) -> dict[str, Any]:
    """Return what an error says to do about a token that stands where another is expected.

    Args:
        found: The token.
        near: What may have been meant.
    """
    plain = plain_form(found[:1]) if found else None
    if near or plain is None:
        return {"near": near, "hint": "did-you-mean" if near else ""}
    name = f"U+{ord(found[0]):04X} {unicodedata.name(found[0], '')}".rstrip()
    is_wide = unicodedata.east_asian_width(found[0]) in "FW"
    hint = ("character-wide" if is_wide else "character-set") if plain else "character-unseen"
    return {"near": near, "hint": hint, "name": name, "plain": plain}


def match_at(text: str, position: int) -> re.Match[str]:
    """Return the token, or white space, that begins at a place."""
    match_token = re.compile(_TOKEN, re.DOTALL).match
    match = match_token(text, position)
    if match is not None and match.lastgroup in _NAMES and not match.group().isascii():
        starts = [position + {"var": 1, "bnode": 2}.get(match.lastgroup, 0)]
        if match.lastgroup == "pname":
            starts.append(text.index(":", position) + 1)
        no_starts = [re.compile(_NO_START).match(text, start) for start in starts]
        no_name = re.compile(_NO_NAME).search(text, position, match.end())
        wrong = min(filter(None, (no_name, *no_starts)), key=re.Match.start, default=None)
        if wrong is not None and wrong.start() > position:
            match = match_token(text, position, wrong.start())
        elif wrong is not None:
            return wrong
    assert match is not None  # the last alternative matches any character
    return match


def scan_tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a text, white space left out."""
    position = 0
    line = 1
    line_start = 0
    before_kind = before_text = ""
    inner: list[str] = []  # the brackets that are open
    while position < len(text):
        match = match_at(text, position)
        kind = cast(str, match.lastgroup)
        piece = match.group()
        # `?a<?b&&?c>?d` holds the shape of an IRI; engines read what stands behind an operand
        # in an expression as a comparison.
        if kind == "iri" and inner[-1:] == ["("] and is_operand(before_kind, before_text):
            if _is_comparison(piece[1:-1]):
                kind, piece = "punct", "<"
        elif piece in ("<<", "<<(") and ">>" not in text[position:]:
            piece = "<"  # `?a<<urn:x>` compares
        end = position + len(piece)
        if kind == "punct" and piece in ("(", "{", "["):
            inner.append(piece)
        elif kind == "punct" and piece in (")", "}", "]"):
            del inner[-1:]
        if kind != "space":
            yield Token(kind, piece, position, end, line, position - line_start + 1)
            before_kind, before_text = kind, piece
        if "\n" in piece:
            line += piece.count("\n")
            line_start = position + piece.rindex("\n") + 1
        position = end


def expand_names(
    tokens: Sequence[Token], prefixes: Mapping[str, str]
) -> Iterator[tuple[str | None, Token]]:
    """Yield the IRIs and prefixed names in a query, or in Turtle or TriG, with what they stand for.

    That is None for a name with an undeclared prefix. Declarations are left out.

    Args:
        tokens: The tokens.
        prefixes: Prefixes that need no declaration.
    """
    known = dict(prefixes)
    base: str | None = None

    def read(token: Token) -> str:
        iri = unescape_codepoints(token.text[1:-1])
        return resolve_iri(iri, base) if base else iri

    rest = iter(enumerate(tokens))
    for index, token in rest:
        kinds = [following.kind for following in tokens[index + 1 : index + 3]]
        word = token.text.upper().removeprefix("@") if token.kind in ("word", "langtag") else ""
        if word == "BASE" and kinds[:1] == ["iri"]:
            base = next(rest)[1].text[1:-1]
        elif word == "PREFIX" and kinds[:1] == ["pname"]:
            name = next(rest)[1].text[:-1]
            _, iri = next(rest, (0, token))
            if iri.kind == "iri":
                known[name] = read(iri)
        elif token.kind == "iri":
            yield read(token), token
        elif token.kind == "pname":
            prefix, _, local = token.text.partition(":")
            space = known.get(prefix)
            yield (None if space is None else space + re.sub(r"\\(.)", r"\1", local)), token


def language_literal(value: str, tag: str, direction: str) -> Literal:
    """Return a literal with a language tag and, in RDF 1.2, a direction."""
    if not direction:
        return Literal(value, language=tag)
    from pyoxigraph import BaseDirection

    return Literal(value, language=tag, direction=BaseDirection(direction))


_ESCAPES = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", "\\": "\\", '"': '"', "'": "'"}


def unescape_string(text: str) -> str:
    """Return the string that an escaped one stands for (SPARQL 1.1 Query, 19.7).

    Raises:
        ValueError: An escape stands for nothing; it is the text of the error.
    """
    if "\\" not in text:
        return text

    def replace(match: re.Match[str]) -> str:
        code = match.group(1)
        found = _character(code[1:]) if code[0] in "uU" and len(code) > 1 else _ESCAPES.get(code)
        if found is None:
            raise ValueError(f"\\{code}")
        return found

    return re.sub(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", replace, text, flags=re.DOTALL)


def unescape_codepoints(text: str) -> str:
    """Return a query with its code point escapes replaced (SPARQL 1.1 Query, 19.2)."""
    if "\\" not in text:
        return text

    def replace(match: re.Match[str]) -> str:
        return _character(match.group()[2:]) or match.group()

    return re.sub(r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}", replace, text)


def _character(digits: str) -> str | None:
    """Return the character of a code point; None for half a surrogate pair and beyond Unicode."""
    code = int(digits, 16)
    return chr(code) if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else None


def resolve_iri(reference: str, base: str) -> str:
    """Return the absolute IRI of a reference (RFC 3986, section 5.2.2)."""
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
    """Return a path with ``.`` and ``..`` taken out (RFC 3986, section 5.2.4)."""
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
