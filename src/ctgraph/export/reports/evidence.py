"""What the commands say, as text in two languages; nothing is printed here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ctgraph.export.tables.tables import format_answer
from ctgraph.query import Table
from ctgraph.query.evidence import attribute, is_whole_page, kind_of
from ctgraph.terms import shorten
from ctgraph.text import display_width, make_safe, wrap
from ctgraph.words import column_heads, fill, read_words, sentence

if TYPE_CHECKING:
    import pyoxigraph

    from ctgraph.query import Triples
    from ctgraph.query.evidence import ClaimEvidence, Note, RowEvidence


class Words:
    """The texts of reports in one language.

    Args:
        lang: ``en`` or ``ja``.
        section: The table that they stand in.
    """

    def __init__(self, lang: str, section: str = "reports") -> None:
        self.lang = lang
        self.section = section

    def __call__(self, key: str, **values: object) -> str:
        """Return a text by its key, with its places filled."""
        return fill(self.section, key, self.lang, values)


def markdown_text(text: str) -> str:
    """Return a text in which nothing is markup."""
    escaped = {ord(char): "\\" + char for char in "\\`*_[]|~#"} | {ord("<"): "&lt;"}
    return text.translate(escaped | {ord("\n"): " "})


# --- evidence ------------------------------------------------------------------------------------

EVIDENCE_FORMATS = ("text", "markdown", "json", "jsonl")
"""The formats in which an answer can stand together with its claims."""


def answer_with_evidence(
    answer: Table | Triples | bool,
    chosen: Sequence[int],
    evidence: Sequence[RowEvidence],
    format: str,
    lang: str,
    *,
    labels: bool = True,
    width: int | None = None,
    scope: Mapping[str, Any] | None = None,
) -> str:
    """Return an answer with the claims behind each row or triple, or behind a truth value.

    Args:
        answer: The answer.
        chosen: Which of its rows or triples are shown, from 0; a truth value is row 0.
        evidence: What each of them rests on, in the same order.
        format: One of `EVIDENCE_FORMATS`.
        lang: ``en`` or ``ja``.
        labels: Whether text and Markdown show labels in place of IRIs.
        width: Columns of the screen; None for no limit.
        scope: Whose claims count, and until when, as `ctgraph.query.describe_scope` gives it.
    """
    pairs = list(zip(chosen, evidence, strict=True))
    if format == "json":
        whole = _json_with_evidence(answer, pairs)
        return json.dumps(_with_scope(whole, scope), ensure_ascii=False, indent=2)
    if format == "jsonl":
        lines = _written(answer, "jsonl", labels).splitlines()
        size = 1 if isinstance(answer, bool) else len(answer)
        records = [
            _with_scope({**json.loads(lines[index]), "evidence": evidence_to_dict(found)}, scope)
            for index, found in pairs
        ]
        rest = lines[size:]  # the mark of an answer that was cut
        return "\n".join([*(json.dumps(one, ensure_ascii=False) for one in records), *rest])
    is_markdown = format == "markdown"
    lines = _scope_line(scope, lang).splitlines()
    lines += [_written(answer, "markdown", labels), ""] if is_markdown else []
    names = answer.labels(lang) if labels and not isinstance(answer, bool) else {}
    for index, found in pairs:
        head = _head(answer, index, names, lang)
        if is_markdown:
            lines += [f"**{index + 1}.** {markdown_text(head)}", "", evidence_markdown(found, lang)]
        else:
            lines += wrap_lines(f"{index + 1}. ", head, width)
            lines.append(evidence_text(found, lang, width=width))
        lines.append("")
    if not is_markdown and not isinstance(answer, bool) and answer.truncated:
        lines.append(_written(answer, "text", labels).rstrip("\n").splitlines()[-1])
    return "\n".join(lines).rstrip("\n")


def _with_scope(whole: dict[str, Any], scope: Mapping[str, Any] | None) -> dict[str, Any]:
    return {**whole, "scope": dict(scope)} if scope else whole


def _scope_line(scope: Mapping[str, Any] | None, lang: str) -> str:
    """Return a paragraph that says whose claims count; "" if all do."""
    if not scope:
        return ""
    return sentence(scope["text"][lang]) + Words(lang)("stop") + "\n\n"


def _json_with_evidence(
    answer: Table | Triples | bool, pairs: Sequence[tuple[int, RowEvidence]]
) -> dict[str, Any]:
    if isinstance(answer, bool):
        return {"head": {}, "boolean": answer, "evidence": evidence_to_dict(pairs[0][1])}
    proofs = [{"row": index + 1, **evidence_to_dict(found)} for index, found in pairs]
    if not isinstance(answer, Table):
        shown = [str(answer[index]) for index, _ in pairs]
        return {"truncated": answer.truncated, "triples": shown, "evidence": proofs}
    whole: dict[str, Any] = json.loads(_written(answer, "json", labels=False))
    bindings = whole["results"]["bindings"]
    whole["results"]["bindings"] = [bindings[index] for index, _ in pairs]
    whole["evidence"] = proofs
    return whole


def _head(answer: Table | Triples | bool, index: int, names: Mapping[str, str], lang: str) -> str:
    """Return a row, triple or truth value on one line."""
    if isinstance(answer, bool):
        return "true" if answer else "false"
    if not isinstance(answer, Table):
        triple = answer[index]
        terms = (triple.subject, triple.predicate, triple.object)
        return "  ".join(_cell(term, names) for term in terms)
    heads = column_heads(answer.columns, lang) if names else answer.columns
    cells = zip(heads, answer[index].terms, strict=True)
    return "; ".join(f"{column}: {_cell(term, names)}" for column, term in cells if term)


def _written(answer: Table | Triples | bool, format: str, labels: bool) -> str:
    pieces = format_answer(answer, format, labels=labels)
    return "".join(one.decode() if isinstance(one, bytes) else one for one in pieces)


def _cell(term: Any, labels: Mapping[str, str]) -> str:
    value: str = term.value if hasattr(term, "value") else str(term)
    if type(term).__name__ == "NamedNode":
        return make_safe(labels.get(value) or shorten(value))
    return make_safe(value)


def triple_text(triple: pyoxigraph.Triple) -> str:
    """Return a triple with prefixed names, as it could stand in a query.

    Args:
        triple: Any triple.
    """
    return " ".join(term_text(term) for term in triple)


def term_text(term: Any) -> str:
    """Return a term as people read it: a CURIE, a bare number or a quoted literal."""
    if type(term).__name__ == "NamedNode":
        return shorten(term.value)
    if type(term).__name__ == "Literal" and not term.language:
        datatype = shorten(term.datatype.value)
        if datatype in ("xsd:integer", "xsd:decimal", "xsd:boolean"):
            return str(term.value)
        if datatype != "xsd:string":
            return f"{json.dumps(term.value, ensure_ascii=False)}^^{datatype}"
    return str(term)


def evidence_text(
    found: RowEvidence, lang: str, *, indent: str = "   ", width: int | None = None
) -> str:
    """Return the claims of an answer: quote, gloss, place and basis of each, and what is not exact.

    Args:
        found: What the answer rests on.
        lang: ``en`` or ``ja``.
        indent: What stands before each line.
        width: Columns of the screen; None for no limit.
    """
    say = Words(lang)
    lines: list[str] = []
    for claim in found.claims:
        quote, *rest = claim_parts(claim, say)
        lines += wrap_lines(indent, quote, width)
        for part in rest:
            lines += wrap_lines(indent + "  ", part, width)
    for part in _beside_claims(found, say):
        lines += wrap_lines(indent, part, width)
    return "\n".join(lines)


def beside_claims(found: RowEvidence, lang: str) -> list[str]:
    """Return what an answer rests on beside claims, and what is not exact: a sentence each.

    Args:
        found: What the answer rests on.
        lang: ``en`` or ``ja``.
    """
    return _beside_claims(found, Words(lang))


def _beside_claims(found: RowEvidence, say: Words) -> list[str]:
    """Return what an answer rests on beside claims, and what is not exact.

    A sentence if on nothing.
    """
    parts = []
    rules: dict[str, list[str]] = {}
    for step in found.derived:
        rules.setdefault(step.rule_label, []).append(make_safe(triple_text(step.triple)))
    for label, made in rules.items():
        parts.append(say("derived", rule=label, made=_list_triples(made)))
    for one in found.definitions:
        triple = make_safe(triple_text(one.triple))
        parts.append(say("defined", graph=shorten(one.graph), triple=triple))
    parts += [say("note", text=make_safe(text)) for text in _notes(found.notes, say)]
    if not (parts or found.claims):
        parts.append(say("nothing"))
    return parts


def _list_triples(triples: Sequence[str]) -> str:
    """Return triples in one line; objects of one subject and property are a list, as in Turtle."""
    objects: dict[tuple[str, str], list[str]] = {}
    for triple in triples:
        subject, predicate, value = triple.split(" ", 2)
        objects.setdefault((subject, predicate), []).append(value)
    return "; ".join(f"{' '.join(about)} {', '.join(said)}" for about, said in objects.items())


def _notes(notes: Sequence[Note], say: Words) -> list[str]:
    """Return what is not exact, in as few sentences as say it: JSON has each note on its own."""
    absent: dict[str, list[str]] = {}
    summed: dict[str, str] = {}
    others: list[str] = []
    for note in notes:
        if note.kind == "absence":
            absent.setdefault(note.rule, []).append(note.pattern)
        elif note.kind == "aggregate":
            summed[note.rule] = note.text
        else:
            about = "" if note.pattern in note.text else f" [{note.pattern}]"
            others.append(note.text + about)
    out = []
    if "" in summed:
        # That the claims are those of a whole group is then said of the rules behind it too.
        out.append(summed[""])
    elif summed:
        between = "" if say.lang == "ja" else ", "
        rules = between.join(say("rule", rule=rule) for rule in summed)
        out.append(say("summed_by_rules", rules=rules))
    out += others
    for rule, patterns in absent.items():
        listed = "; ".join(dict.fromkeys(patterns))
        key = "absent_by_rule" if rule else "absent"
        out.append(say(key, rule=rule, patterns=listed))
    return list(dict.fromkeys(out))


def claim_parts(claim: ClaimEvidence, say: Words) -> list[str]:
    """Return the lines that tell a claim: its words, gloss, source and basis, and why."""
    parts = [words_of(claim, say)]
    # A gloss in another language helps only who has no words to read.
    is_read = claim.gloss_language in ("", say.lang) or claim.quote is None
    if claim.gloss and is_read and kind_of(claim) != "digest":
        parts.append(make_safe(claim.gloss))
    parts.append(place_of(claim, say))
    if claim.reason:
        parts.append(make_safe(say("because", reason=claim.reason)))
    if claim.derived_from:
        parts.append(say("rests_on", claims=", ".join(map(shorten, claim.derived_from))))
    return parts


def words_of(claim: ClaimEvidence, say: Words) -> str:
    """Return the quote of a claim, what it says in our words, or the page it rests on."""
    if claim.quote is not None:
        return f"「{make_safe(claim.quote)}」"
    said = read_words("evidence", say.lang)
    if kind_of(claim) == "digest":
        return make_safe(claim.gloss or "-") + say("aside", text=said["own_words"])
    if is_whole_page(claim):
        return str(said["see_whole"])
    return make_safe(said["see"].format(claim.source_page or "-"))


def place_of(claim: ClaimEvidence, say: Words) -> str:
    """Return who says what a claim says, and where; its name and its basis."""
    basis = say("stated" if claim.is_stated else "inferred")
    told = make_safe(attribute(claim, say.lang))
    return " · ".join(part for part in (told, shorten(claim.iri), basis) if part)


def wrap_lines(indent: str, text: str, width: int | None) -> list[str]:
    """Return lines of a text behind an indent; the lines after the first are indented by blanks."""
    room = None if width is None else max(width - display_width(indent), 20)
    lines = [text] if room is None else wrap(text, room)
    blank = " " * display_width(indent)
    return [(indent if number == 0 else blank) + line for number, line in enumerate(lines)]


def evidence_markdown(found: RowEvidence, lang: str) -> str:
    """Return the claims of an answer as Markdown quotations, and what is not exact as a list.

    Args:
        found: What the answer rests on.
        lang: ``en`` or ``ja``.
    """
    say = Words(lang)
    blocks = []
    for claim in found.claims:
        quote, *rest = map(markdown_text, claim_parts(claim, say))
        blocks.append("  \n".join(f"> {part}" for part in (quote, *rest)))
    blocks += [f"- {markdown_text(part)}" for part in _beside_claims(found, say)]
    return "\n\n".join(blocks)


def statement_with_evidence(
    triple: pyoxigraph.Triple,
    found: RowEvidence,
    format: str,
    lang: str,
    scope: Mapping[str, Any] | None = None,
) -> str:
    """Return a triple of the graph and what it rests on.

    Args:
        triple: The triple.
        found: What it rests on.
        format: One of `EVIDENCE_FORMATS`.
        lang: ``en`` or ``ja``.
        scope: Whose claims count, and until when, as `ctgraph.query.describe_scope` gives it.
    """
    if format in ("json", "jsonl"):
        whole = {"triple": str(triple), "evidence": evidence_to_dict(found)}
        indent = 2 if format == "json" else None
        return json.dumps(_with_scope(whole, scope), ensure_ascii=False, indent=indent)
    head = make_safe(triple_text(triple))
    said = _scope_line(scope, lang)
    if format == "markdown":
        return f"{said}**{markdown_text(head)}**\n\n{evidence_markdown(found, lang)}"
    return f"{said}{head}\n{evidence_text(found, lang)}"


def format_claim(
    entry: ClaimEvidence, said: Iterable[pyoxigraph.Triple], format: str, lang: str
) -> str:
    """Return a claim: its words, and the triples that it holds.

    Args:
        entry: The claim.
        said: Its triples.
        format: One of `EVIDENCE_FORMATS`.
        lang: ``en`` or ``ja``.
    """
    triples = sorted(said, key=str)
    if format in ("json", "jsonl"):
        whole = {**claim_to_dict(entry), "triples": [str(triple) for triple in triples]}
        return json.dumps(whole, ensure_ascii=False, indent=2 if format == "json" else None)
    say = Words(lang)
    parts = claim_parts(entry, say)
    if entry.words:
        parts.append(f"SHA-256: {entry.words}")
    if entry.source_address:
        parts.append(make_safe(entry.source_address))
    title = say("content")
    lines = [make_safe(triple_text(triple)) for triple in triples]
    if format == "markdown":
        quote = "  \n".join(f"> {markdown_text(part)}" for part in parts)
        return "\n".join([quote, "", title, "", *(f"- {markdown_text(line)}" for line in lines)])
    return "\n".join([*parts, "", title, *(f"  {line}" for line in lines)])


def evidence_to_dict(found: RowEvidence) -> dict[str, Any]:
    """Return what an answer rests on, as plain dicts and lists, ready for JSON.

    Triples as N-Triples.

    Args:
        found: What the answer rests on.
    """
    return {
        "complete": found.complete,
        "claims": [claim_to_dict(claim) for claim in found.claims],
        "derived": [
            {
                "triple": str(step.triple),
                "rule": step.rule,
                "ruleLabel": step.rule_label,
                "premises": list(step.premises),
                "steps": [str(triple) for triple in step.steps],
                "definitions": [str(triple) for triple in step.definitions],
            }
            for step in found.derived
        ],
        "definitions": [
            {"triple": str(one.triple), "graph": one.graph} for one in found.definitions
        ],
        "notes": [
            {
                "kind": note.kind,
                "text": note.text,
                "rule": note.rule or None,
                "pattern": note.pattern or None,
                "line": note.line or None,
                "column": note.column or None,
            }
            for note in found.notes
        ],
    }


def claim_to_dict(claim: ClaimEvidence) -> dict[str, Any]:
    """Return a claim as a plain dict, ready for JSON.

    Args:
        claim: The claim.
    """
    return {
        "claim": claim.iri,
        "evidence": kind_of(claim),
        "quote": claim.quote,
        "quoteLanguage": claim.quote_language or None,
        "wordsSha256": claim.words,
        "wordsLength": claim.words_length,
        "sourcePage": claim.source_page,
        "gloss": claim.gloss,
        "glossLanguage": claim.gloss_language or None,
        "section": claim.section,
        "sectionLabel": claim.section_label,
        "source": claim.source,
        "sourceLabel": claim.source_label,
        "sourceAddress": claim.source_address,
        "sourceDate": claim.source_date,
        "sourceKind": claim.source_kind,
        "sourceKindLabel": claim.source_kind_label,
        "seenOn": claim.seen_on,
        "publisher": claim.publisher,
        "publisherLabel": claim.publisher_label,
        "basis": claim.basis,
        "reason": claim.reason,
        "derivedFrom": list(claim.derived_from),
        "triples": [str(triple) for triple in claim.triples],
    }
