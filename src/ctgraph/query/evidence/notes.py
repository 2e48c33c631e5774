"""What evidence cannot show exactly, said in two languages."""

from __future__ import annotations

from dataclasses import dataclass

from ctgraph.store.sparql import Query, to_text, tree
from ctgraph.words import read_words


@dataclass(frozen=True)
class Note:
    """Something about the evidence that is not exact, or that no triple can show.

    Attributes:
        kind: A key of the words for notes.
        text: A sentence in the language asked for.
        pattern: The part of the query it is about, empty if it is about all of it.
        line: Line of that part in the query, from 1; 0 if it is in a rule or unknown.
        column: Column of that part, from 1.
        rule: Title of the rule whose pattern it is about; empty if it is about the query.
    """

    kind: str
    text: str
    pattern: str = ""
    line: int = 0
    column: int = 0
    rule: str = ""


def write_note(
    kind: str,
    lang: str,
    element: tree.Element | None = None,
    *,
    line: int = 0,
    column: int = 0,
    **values: object,
) -> Note:
    """Return a note of some kind, about a part of the query or about all of it.

    Args:
        kind: A key of the words for notes.
        lang: ``en`` or ``ja``.
        element: The part that the note is about; its place is the place of the note.
        line: Line of the part, if there is no element.
        column: Column of the part, if there is no element.
        values: What the sentence names beside the pattern.
    """
    pattern = ""
    if element is not None:
        line, column = element.span.line, element.span.column
        pattern = show_pattern(element)
    return Note(
        kind,
        read_words("notes", lang)[kind].format(pattern=pattern, **values),
        pattern,
        line,
        column,
    )


def move_into_rule(note: Note, title: str, lang: str) -> Note:
    """Return the note as one about the patterns of a rule, whose places are no places in the query.

    Args:
        note: A note about the rule's query.
        title: Title of the rule.
        lang: ``en`` or ``ja``.
    """
    text = read_words("notes", lang)["rule"].format(rule=title, text=note.text)
    return Note(note.kind, text, note.pattern, rule=title)


def show_pattern(element: tree.Element) -> str:
    """A part of a query on one line, without the full stops that a brace or the end makes idle.

    Example:
        >>> show_pattern(Query("ASK { ?x ct:partOf+ ?y . ?y a ct:Forum . }").tree.where)
        '{ ?x (ct:partOf+) ?y . ?y rdf:type ct:Forum }'
    """
    tokens = Query(to_text(element, short=True)).tokens
    out = ""
    end = 0
    for token, after in zip(tokens, [*(token.text for token in tokens[1:]), "}"], strict=True):
        if token.text != "." or after != "}":
            out += (" " if token.start > end else "") + token.text
        end = token.end
    return out
