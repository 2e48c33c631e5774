"""What evidence cannot show exactly, said in two languages."""

from __future__ import annotations

from dataclasses import dataclass

from ctgraph.store.sparql import tree
from ctgraph.store.sparql.tokens import tokenize
from ctgraph.store.sparql.write import to_text


@dataclass(frozen=True)
class Note:
    """Something about the evidence that is not exact, or that no triple can show.

    Attributes:
        kind: One of the keys of `NOTES`.
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


NOTES: dict[str, dict[str, str]] = {
    "absence": {
        "en": "{pattern} was searched for and is not there; an absence has no claim.",
        "ja": "{pattern} を探したが存在しなかった。不在を示す主張はない。",
    },
    "aggregate": {
        "en": "A group of solutions is summed up; the claims are those behind all of them.",
        "ja": "解の集まりをまとめたものであり、主張はそのすべての解の根拠である。",
    },
    "blank": {
        "en": "{triple} has a blank node, which no query can name; its claims were not looked up.",
        "ja": "{triple} には空白ノードがあり、問い合わせで指定できないため、主張を調べていない。",
    },
    "changed": {
        "en": "A computed value came out otherwise this time; the claims are those behind all "
        "rows that agree in the other columns.",
        "ja": "計算された値が今回は異なったため、他の列が一致するすべての行の主張を挙げた。",
    },
    "cut": {
        "en": "Only the first {limit} solutions were followed.",
        "ja": "最初の{limit}件の解だけをたどった。",
    },
    "deep": {
        "en": "Rules were followed through {depth} steps and no further.",
        "ja": "規則は{depth}段までたどり、その先は調べていない。",
    },
    "lost": {
        "en": "The row could not be found again, so nothing can be said about it.",
        "ja": "この行を再び見いだせなかったため、根拠を示せない。",
    },
    "none": {
        "en": "What was asked has no solution in the graph; an absence has no claim.",
        "ja": "問われた内容はグラフに存在しない。不在を示す主張はない。",
    },
    "nowhere": {
        "en": "{triple} stands in no named graph, so no claim supports it.",
        "ja": "{triple} は名前付きグラフになく、それを支える主張はない。",
    },
    "path": {
        "en": "{pattern} can hold along several routes; all edges that lie on one are listed.",
        "ja": "{pattern} は複数の経路で成り立ち得るため、経路上にあるすべての辺を挙げた。",
    },
    "refused": {
        "en": "A sub-query asks another server, so the row was not followed.",
        "ja": "副問い合わせが他のサーバーに問い合わせるため、この行をたどっていない。",
    },
    "rule": {
        "en": "In the rule “{rule}”: {text}",
        "ja": "規則「{rule}」において：{text}",
    },
    "service": {
        "en": "{pattern} was asked of another server and is not followed.",
        "ja": "{pattern} は他のサーバーに問い合わせたものであり、たどっていない。",
    },
    "underived": {
        "en": "{triple} cannot be made again by its rule.",
        "ja": "{triple} は、その規則からは再び得られない。",
    },
    "unread": {
        "en": "The query goes beyond SPARQL 1.1, so its patterns cannot be followed.",
        "ja": "問い合わせがSPARQL 1.1の範囲を超えるため、その型をたどれない。",
    },
    "wider": {
        "en": "The row does not say what it was grouped by; claims of other groups may be "
        "among these.",
        "ja": "行からは何でまとめたかが分からないため、他の集まりの主張も含み得る。",
    },
}
"""What notes say, by kind and language."""


def write_note(
    kind: str,
    lang: str,
    element: tree.Element | None = None,
    *,
    line: int = 0,
    column: int = 0,
    **values: object,
) -> Note:
    """A note of some kind, about a part of the query or about all of it.

    Args:
        kind: One of the keys of `NOTES`.
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
    return Note(kind, NOTES[kind][lang].format(pattern=pattern, **values), pattern, line, column)


def move_into_rule(note: Note, title: str, lang: str) -> Note:
    """The note as one about the patterns of a rule, whose places are no places in the query.

    Args:
        note: A note about the rule's query.
        title: Title of the rule.
        lang: ``en`` or ``ja``.
    """
    text = NOTES["rule"][lang].format(rule=title, text=note.text)
    return Note(note.kind, text, note.pattern, rule=title)


def show_pattern(element: tree.Element) -> str:
    """A part of a query on one line, without the full stops that a brace or the end makes idle.

    Example:
        >>> from ctgraph.store.sparql.parse import parse_query
        >>> show_pattern(parse_query("ASK { ?x ct:partOf+ ?y . ?y a ct:Forum . }").where)
        '{ ?x (ct:partOf+) ?y . ?y rdf:type ct:Forum }'
    """
    text = to_text(element, short=True)
    tokens = tokenize(text)
    out = ""
    end = 0
    for token, after in zip(tokens, [*(token.text for token in tokens[1:]), "}"], strict=True):
        if token.text != "." or after != "}":
            out += (" " if token.start > end else "") + token.text
        end = token.end
    return out
