"""What the commands say, as text in two languages; nothing is printed here."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from ctgraph import __version__
from ctgraph.query import Table
from ctgraph.tables import display_width, format_answer, make_safe, wrap
from ctgraph.terms import CT, shorten

if TYPE_CHECKING:
    from pathlib import Path

    import pyoxigraph

    from ctgraph.api import Statistics
    from ctgraph.claims import ClaimEvidence
    from ctgraph.evidence import RowEvidence
    from ctgraph.notes import Note
    from ctgraph.query import Triples
    from ctgraph.questions import Question
    from ctgraph.search import EntityView, Hit, PropertyGroup, Statement


class Words:
    """Texts in the language of the answer.

    Args:
        lang: ``en`` or ``ja``.
    """

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def __call__(self, english: str, japanese: str) -> str:
        """One of two texts, by language."""
        return japanese if self.lang == "ja" else english


def align(pairs: Iterable[Sequence[str]], indent: str = "  ", numbers: bool = False) -> list[str]:
    """Lines in which every column but the last starts at the same place.

    Args:
        pairs: The cells of each line.
        indent: What stands before each line.
        numbers: Whether the last column is flush right.
    """
    rows = [list(pair) for pair in pairs]
    if not rows:
        return []
    widths = [max(display_width(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = []
        for number, (cell, width) in enumerate(zip(row, widths, strict=True)):
            gap = " " * (width - display_width(cell))
            is_last = number == len(row) - 1
            cells.append(gap + cell if is_last and numbers else cell + gap)
        lines.append((indent + "  ".join(cells)).rstrip())
    return lines


def count_of(count: int, one: str, many: str | None = None) -> str:
    """A number with its English noun.

    Example:
        >>> count_of(1, "source"), count_of(2, "activity", "activities")
        ('1 source', '2 activities')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def overview(counted: Statistics, lang: str) -> str:
    """What this is, what is in the graph, and five things to try.

    Args:
        counted: What is in the graph.
        lang: ``en`` or ``ja``.
    """
    say = Words(lang)
    bases = {entry.term: entry.number for entry in counted.bases}
    stated, inferred = bases.get(CT + "Stated", 0), bases.get(CT + "Inferred", 0)
    actor = "国連薬物・犯罪事務所" if lang == "ja" else "UNODC"
    tries = [
        ("ctgraph ask", say("the questions that have a name", "名前の付いた質問の一覧")),
        (
            f"ctgraph ask partners -p actor={actor} --evidence",
            say("with whom it works, and the words that say so", "協力相手と、根拠となる原文"),
        ),
        ("ctgraph show GIFCT", say("everything about one thing", "一つのものについての全て")),
        (
            "ctgraph find サイバー犯罪",
            say("names, glosses and quotes", "名称・英訳・引用の検索"),
        ),
        (
            "ctgraph demo",
            say(
                "an answer, a network page and a Turtle file in ./ctgraph-demo/",
                "回答・ネットワーク図・Turtleを ./ctgraph-demo/ に作成",
            ),
        ),
    ]
    return "\n".join(
        [
            say(
                f"ctgraph {__version__}: who cooperates with whom against terrorism and organised"
                " crime,\ndoing what, towards which goals. Every statement shows the words it"
                " rests on.",
                f"ctgraph {__version__}：テロ及び組織犯罪に対し、誰が誰と、何を、どの目標に向けて\n"
                "行っているか。すべての記述に、根拠となる原文が付いています。",
            ),
            "",
            say(
                f"In the graph: {count_of(counted.claims, 'claim')} ({stated:,} stated,"
                f" {inferred:,} inferred) from {count_of(counted.sources, 'source')};\n"
                f"{count_of(counted.actors, 'actor')}, {count_of(counted.ties, 'pair')} of them"
                f" tied by cooperation, {count_of(counted.activities, 'activity', 'activities')};"
                f" {count_of(counted.triples, 'triple')}.",
                f"グラフの内容：主張 {counted.claims:,} 件（明示 {stated:,}、推論 {inferred:,}）、"
                f"出典 {counted.sources:,} 件、\n主体 {counted.actors:,}、協力関係にある組"
                f" {counted.ties:,}、活動 {counted.activities:,}、トリプル {counted.triples:,}。",
            ),
            "",
            say("Five things to try:", "まず試すこと："),
            *align(tries),
            "",
            say("All commands: ctgraph --help", "全てのコマンド：ctgraph --help"),
        ]
    )


def statistics(counted: Statistics, lang: str) -> str:
    """The counts of a graph as blocks of aligned lines.

    Args:
        counted: What is in the graph.
        lang: ``en`` or ``ja``.
    """
    say = Words(lang)
    totals = [
        (say("triples", "トリプル"), counted.triples),
        (say("claims", "主張"), counted.claims),
        (say("sources", "出典"), counted.sources),
        (say("actors", "主体"), counted.actors),
        (say("activities", "活動"), counted.activities),
        (say("pairs of actors that cooperate", "協力関係にある組"), counted.ties),
    ]
    blocks = [(say("In all", "全体"), totals)]
    for title, entries in (
        (say("Claims by basis", "根拠の種類ごとの主張"), counted.bases),
        (say("Claims by section of the source", "出典の節ごとの主張"), counted.sections),
        (say("Things by class", "クラスごとの個体"), counted.classes),
        (say("Triples made by rules", "規則が導出したトリプル"), counted.derived),
    ):
        blocks.append((title, [(entry.label, entry.number) for entry in entries]))
    lines: list[str] = []
    for title, pairs in blocks:
        if pairs:
            rows = [(name, f"{number:,}") for name, number in pairs]
            lines += [title, *align(rows, numbers=True), ""]
    names = {
        "ontology": say("ontology", "オントロジー"),
        "claims_sha256": say("claims SHA-256", "主張のSHA-256"),
    }
    versions = [(names.get(name, name), said) for name, said in counted.versions.items()]
    lines += [say("Versions", "版"), *align(versions)]
    return "\n".join(lines)


QUESTION_LIST_FORMATS = ("text", "json", "jsonl", "markdown", "csv", "tsv")


def questions(found: Sequence[Question], format: str, lang: str) -> str:
    """The list of named questions.

    Args:
        found: The questions.
        format: One of `QUESTION_LIST_FORMATS`.
        lang: ``en`` or ``ja``.
    """
    if format in ("json", "jsonl"):
        rows = [_question(question, lang) for question in found]
        if format == "json":
            return json.dumps(rows, ensure_ascii=False, indent=2)
        return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    if format == "text":
        return "\n".join(
            align(
                [
                    (
                        question.name,
                        question.title[lang],
                        " ".join(f"#{tag}" for tag in question.tags),
                    )
                    for question in found
                ],
                indent="",
            )
        )
    table = [
        [question.name, question.title[lang], " ".join(question.tags), " ".join(question.params)]
        for question in found
    ]
    return _grid([["name", "title", "tags", "params"], *table], format)


def _question(question: Question, lang: str) -> dict[str, Any]:
    from ctgraph.names import show_term

    return {
        "name": question.name,
        "title": question.title[lang],
        "description": question.description[lang],
        "tags": list(question.tags),
        "view": question.view,
        "params": [
            {
                "name": param.name,
                "type": param.type,
                "label": param.label[lang],
                "default": [show_term(term) for term in param.default],
                "allowed": [show_term(term) for term in param.allowed],
                "optional": param.optional,
            }
            for param in question.params.values()
        ],
    }


def markdown_text(text: str) -> str:
    """A text in which nothing is markup."""
    escaped = {ord(char): "\\" + char for char in "\\`*_[]|~#"} | {ord("<"): "&lt;"}
    return text.translate(escaped | {ord("\n"): " "})


def _grid(rows: list[list[str]], format: str) -> str:
    """A small table of ours, which is no answer of the engine, as Markdown, CSV or TSV."""
    if format == "markdown":
        cells = [[markdown_text(cell) for cell in row] for row in rows]
        lines = [f"| {' | '.join(row)} |" for row in cells]
        lines.insert(1, "|" + " --- |" * len(rows[0]))
        return "\n".join(lines)
    import csv

    text = io.StringIO()
    delimiter = "\t" if format == "tsv" else ","
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return text.getvalue().rstrip("\n")


def question(asked: Question, lang: str) -> str:
    """What one question asks and takes, and its query.

    Args:
        asked: The question.
        lang: ``en`` or ``ja``.
    """
    from ctgraph.names import show_term

    say = Words(lang)
    lines = [asked.title[lang], "", asked.description[lang], ""]
    for param in asked.params.values():
        lines.append(f"  -p {param.name}=…  {param.label[lang]} ({param.type})")
        if param.default:
            default = " ".join(show_term(term) for term in param.default)
            lines.append(say(f"     default: {default}", f"     既定値：{default}"))
        else:
            lines.append(say("     default: any", "     既定値：問わない"))
        if param.allowed:
            allowed = " ".join(show_term(term) for term in param.allowed)
            lines.append(say(f"     allowed: {allowed}", f"     可能な値：{allowed}"))
    body = [line for line in asked.text.splitlines() if not line.startswith("#+")]
    return "\n".join([*lines, "", *body])


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
) -> str:
    """An answer with the claims behind each row or triple, or behind a truth value.

    Args:
        answer: The answer.
        chosen: Which of its rows or triples are shown, from 0; a truth value is row 0.
        evidence: What each of them rests on, in the same order.
        format: One of `EVIDENCE_FORMATS`.
        lang: ``en`` or ``ja``.
        labels: Whether text and Markdown show labels in place of IRIs.
        width: Columns of the screen; None for no limit.
    """
    pairs = list(zip(chosen, evidence, strict=True))
    if format == "json":
        return json.dumps(_json_with_evidence(answer, pairs), ensure_ascii=False, indent=2)
    if format == "jsonl":
        lines = _written(answer, "jsonl", labels).splitlines()
        size = 1 if isinstance(answer, bool) else len(answer)
        records = [
            {**json.loads(lines[index]), "evidence": evidence_to_dict(found)}
            for index, found in pairs
        ]
        rest = lines[size:]  # the mark of an answer that was cut
        return "\n".join([*(json.dumps(one, ensure_ascii=False) for one in records), *rest])
    is_markdown = format == "markdown"
    lines = [_written(answer, "markdown", labels), ""] if is_markdown else []
    names = answer.labels(lang) if labels and not isinstance(answer, bool) else {}
    for index, found in pairs:
        head = _head(answer, index, names)
        if is_markdown:
            lines += [f"**{index + 1}.** {markdown_text(head)}", "", evidence_markdown(found, lang)]
        else:
            lines += _wrapped(f"{index + 1}. ", head, width)
            lines.append(evidence_text(found, lang, width=width))
        lines.append("")
    if not is_markdown and not isinstance(answer, bool) and answer.truncated:
        lines.append(_written(answer, "text", labels).rstrip("\n").splitlines()[-1])
    return "\n".join(lines).rstrip("\n")


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


def _head(answer: Table | Triples | bool, index: int, names: dict[str, str]) -> str:
    """A row, triple or truth value on one line."""
    if isinstance(answer, bool):
        return "true" if answer else "false"
    if not isinstance(answer, Table):
        triple = answer[index]
        terms = (triple.subject, triple.predicate, triple.object)
        return "  ".join(_cell(term, names) for term in terms)
    cells = zip(answer.columns, answer[index].terms, strict=True)
    return "; ".join(f"{column}: {_cell(term, names)}" for column, term in cells if term)


def _written(answer: Table | Triples | bool, format: str, labels: bool) -> str:
    pieces = format_answer(answer, format, labels=labels)
    return "".join(one.decode() if isinstance(one, bytes) else one for one in pieces)


def _cell(term: Any, labels: dict[str, str]) -> str:
    value: str = term.value if hasattr(term, "value") else str(term)
    if type(term).__name__ == "NamedNode":
        return make_safe(labels.get(value) or shorten(value))
    return make_safe(value)


def triple_text(triple: pyoxigraph.Triple) -> str:
    """A triple with prefixed names, as it could stand in a query.

    Args:
        triple: Any triple.
    """
    return " ".join(_term_text(term) for term in triple)


def _term_text(term: Any) -> str:
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
    """The claims of an answer: quote, gloss, place and basis of each, and what is not exact.

    Args:
        found: What the answer rests on.
        lang: ``en`` or ``ja``.
        indent: What stands before each line.
        width: Columns of the screen; None for no limit.
    """
    say = Words(lang)
    lines: list[str] = []
    for claim in found.claims:
        quote, *rest = _claim_parts(claim, say)
        lines += _wrapped(indent, quote, width)
        for part in rest:
            lines += _wrapped(indent + "  ", part, width)
    for part in _beside_claims(found, say):
        lines += _wrapped(indent, part, width)
    return "\n".join(lines)


def beside_claims(found: RowEvidence, lang: str) -> list[str]:
    """What an answer rests on beside claims, and what is not exact: a sentence each.

    Args:
        found: What the answer rests on.
        lang: ``en`` or ``ja``.
    """
    return _beside_claims(found, Words(lang))


def _beside_claims(found: RowEvidence, say: Words) -> list[str]:
    """What an answer rests on beside claims, and what is not exact; a sentence if on nothing."""
    parts = []
    rules: dict[str, list[str]] = {}
    for step in found.derived:
        rules.setdefault(step.rule_label, []).append(make_safe(triple_text(step.triple)))
    for label, made in rules.items():
        parts.append(
            say(
                f"derived from these claims by the rule “{label}”: ", f"規則「{label}」による導出："
            )
            + "; ".join(made)
        )
    for one in found.definitions:
        triple = make_safe(triple_text(one.triple))
        graph = shorten(one.graph)
        parts.append(say(f"defined in {graph}: {triple}", f"{graph} の定義：{triple}"))
    parts += [say("note: ", "注：") + make_safe(text) for text in _notes(found.notes, say)]
    if not (parts or found.claims):
        parts.append(say("no claim holds anything of this.", "これを含む主張はありません。"))
    return parts


def _notes(notes: Sequence[Note], say: Words) -> list[str]:
    """What is not exact, in as few sentences as say it: JSON has each note on its own."""
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
        rules = say(", ", "").join(say(f"“{rule}”", f"「{rule}」") for rule in summed)
        out.append(
            say(
                f"solutions are summed up by rule ({rules}); the claims are those behind all of"
                " them.",
                f"規則{rules}は解の集まりをまとめており、主張はそのすべての解の根拠である。",
            )
        )
    out += others
    for rule, patterns in absent.items():
        listed = "; ".join(dict.fromkeys(patterns))
        if rule:
            out.append(
                say(
                    f"the rule “{rule}” also relies on the absence of {listed}",
                    f"規則「{rule}」は、次のものが存在しないことにも基づく：{listed}",
                )
            )
        else:
            out.append(
                say(
                    f"searched for and not there (an absence has no claim): {listed}",
                    f"探したが存在しないもの（不在を示す主張はない）：{listed}",
                )
            )
    return list(dict.fromkeys(out))


def _claim_parts(claim: ClaimEvidence, say: Words) -> list[str]:
    """The lines that tell a claim: quote or page, gloss, place and basis, and why."""
    parts = [_words_of(claim, say)]
    # A gloss in another language helps only who has no words to read.
    if claim.gloss and (claim.gloss_language in ("", say.lang) or claim.quote is None):
        parts.append(make_safe(claim.gloss))
    parts.append(_place_of(claim, say))
    if claim.reason:
        parts.append(make_safe(say("because ", "理由：") + claim.reason))
    if claim.derived_from:
        parts.append(say("rests on ", "基づく主張：") + ", ".join(map(shorten, claim.derived_from)))
    return parts


def _words_of(claim: ClaimEvidence, say: Words) -> str:
    if claim.quote is not None:
        return f"「{make_safe(claim.quote)}」"
    return make_safe(say("see ", "参照：") + (claim.source_page or "-"))


def _place_of(claim: ClaimEvidence, say: Words) -> str:
    """The claim's name, its section and its basis."""
    basis = say("stated", "明示") if claim.is_stated else say("inferred", "推論")
    place = claim.section_label or (shorten(claim.section) if claim.section else "")
    return " · ".join(part for part in (shorten(claim.iri), make_safe(place), basis) if part)


def _wrapped(indent: str, text: str, width: int | None) -> list[str]:
    """Lines of a text behind an indent; the lines after the first are indented by blanks."""
    room = None if width is None else max(width - display_width(indent), 20)
    lines = [text] if room is None else wrap(text, room)
    blank = " " * display_width(indent)
    return [(indent if number == 0 else blank) + line for number, line in enumerate(lines)]


def evidence_markdown(found: RowEvidence, lang: str) -> str:
    """The claims of an answer as Markdown quotations, and what is not exact as a list.

    Args:
        found: What the answer rests on.
        lang: ``en`` or ``ja``.
    """
    say = Words(lang)
    blocks = []
    for claim in found.claims:
        quote, *rest = map(markdown_text, _claim_parts(claim, say))
        blocks.append("  \n".join(f"> {part}" for part in (quote, *rest)))
    blocks += [f"- {markdown_text(part)}" for part in _beside_claims(found, say)]
    return "\n\n".join(blocks)


def statement_with_evidence(
    triple: pyoxigraph.Triple, found: RowEvidence, format: str, lang: str
) -> str:
    """A triple of the graph and what it rests on.

    Args:
        triple: The triple.
        found: What it rests on.
        format: One of `EVIDENCE_FORMATS`.
        lang: ``en`` or ``ja``.
    """
    if format in ("json", "jsonl"):
        whole = {"triple": str(triple), "evidence": evidence_to_dict(found)}
        return json.dumps(whole, ensure_ascii=False, indent=2 if format == "json" else None)
    head = make_safe(triple_text(triple))
    if format == "markdown":
        return f"**{markdown_text(head)}**\n\n{evidence_markdown(found, lang)}"
    return f"{head}\n{evidence_text(found, lang)}"


def claim(entry: ClaimEvidence, said: Iterable[pyoxigraph.Triple], format: str, lang: str) -> str:
    """A claim: its words, and the triples that it holds.

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
    parts = _claim_parts(entry, say)
    if entry.source_label:
        parts.append(make_safe(entry.source_label))
    title = say("It says:", "内容：")
    lines = [make_safe(triple_text(triple)) for triple in triples]
    if format == "markdown":
        quote = "  \n".join(f"> {markdown_text(part)}" for part in parts)
        return "\n".join([quote, "", title, "", *(f"- {markdown_text(line)}" for line in lines)])
    return "\n".join([*parts, "", title, *(f"  {line}" for line in lines)])


def evidence_to_dict(found: RowEvidence) -> dict[str, Any]:
    """What an answer rests on, as plain dicts and lists, ready for JSON; triples as N-Triples.

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
    """A claim as a plain dict, ready for JSON.

    Args:
        claim: The claim.
    """
    return {
        "claim": claim.iri,
        "quote": claim.quote,
        "quoteLanguage": claim.quote_language or None,
        "sourcePage": claim.source_page,
        "gloss": claim.gloss,
        "glossLanguage": claim.gloss_language or None,
        "section": claim.section,
        "sectionLabel": claim.section_label,
        "source": claim.source,
        "sourceLabel": claim.source_label,
        "basis": claim.basis,
        "reason": claim.reason,
        "derivedFrom": list(claim.derived_from),
        "triples": [str(triple) for triple in claim.triples],
    }


# --- things --------------------------------------------------------------------------------------

_SHOWN_CLAIMS = 2


def entity(
    view: EntityView,
    format: str,
    lang: str,
    *,
    evidence: bool = False,
    labels: bool = True,
    width: int | None = None,
) -> str:
    """Everything about one thing, each line with the words it rests on.

    Args:
        view: The thing.
        format: ``text``, ``markdown`` or ``json``.
        lang: ``en`` or ``ja``.
        evidence: Whether all claims of a line are shown in full, not only two of them in brief.
        labels: Whether labels stand in place of IRIs.
        width: Columns of the screen; None for no limit.
    """
    if format == "json":
        return json.dumps(_entity_to_dict(view), ensure_ascii=False, indent=2)
    say = Words(lang)
    is_markdown = format == "markdown"
    head = _entity_head(view, say, labels=labels)
    out: list[str] = []
    if is_markdown:
        title, *rest = map(markdown_text, map(make_safe, head))
        out += [f"# {title}", "", "  \n".join(rest)]
    else:
        for part in head:
            out += _wrapped("", make_safe(part), width)
    groups = [
        (_group_title(group, labels), group.statements, group.total)
        for group in (*view.outgoing, *view.incoming)
    ]
    if view.content:
        title = say("it says", "この主張の内容")
        groups.insert(0, (title, view.content, len(view.content)))
    for title, statements, total in groups:
        out += ["", f"## {markdown_text(title)}" if is_markdown else make_safe(title)]
        if is_markdown:
            out.append("")
        for statement in statements:
            out += _statement_lines(
                statement, lang, evidence=evidence, labels=labels, width=width, markdown=is_markdown
            )
        if total > len(statements):
            more = total - len(statements)
            out.append("  " + say(f"(truncated: {more} more)", f"（打ち切り：他に{more}件）"))
    return "\n".join(out)


def _entity_head(view: EntityView, say: Words, *, labels: bool) -> list[str]:
    """What a thing is: name, classes, other names, definition, and what it is not."""
    kinds = [label if labels else shorten(iri) for iri, label in view.classes]
    names = [name for name in (*view.labels.values(), *view.acronyms) if name != view.label]
    others = ", ".join(map(shorten, view.namesakes))
    parts = [
        f"{view.label} ({shorten(view.iri)})",
        ", ".join(kinds),
        say("also: ", "別名：") + ", ".join(dict.fromkeys(names)) if names else "",
        view.definition,
        say(f"not to be confused with {others}", f"同名の別のもの：{others}") if others else "",
    ]
    return [part for part in parts if part]


def _group_title(group: PropertyGroup, labels: bool) -> str:
    name = group.label if labels else shorten(group.predicate)
    return f"← {name}" if group.incoming else name


def _statement_lines(
    statement: Statement,
    lang: str,
    *,
    evidence: bool,
    labels: bool,
    width: int | None,
    markdown: bool,
) -> list[str]:
    """One statement, and below it the words it rests on."""
    say = Words(lang)
    text = make_safe(statement.text if labels else _term_text(statement.other))
    if statement.is_derived:
        text += say(f" (derived: {statement.rule_label})", f"（導出：{statement.rule_label}）")
    elif statement.graph:
        text += say(f" (defined in {shorten(statement.graph)})", f"（{shorten(statement.graph)}）")
    below: list[str] = []
    shown = statement.claims if evidence else statement.claims[:_SHOWN_CLAIMS]
    for claim in shown:
        if evidence:
            below += _claim_parts(claim, say)
        else:
            below.append(f"{_words_of(claim, say)} {_place_of(claim, say)}")
    hidden = len(statement.claims) - len(shown)
    if hidden:
        below.append(say(f"and {count_of(hidden, 'more claim')}", f"他に主張{hidden}件"))
    if markdown:
        return [f"- {markdown_text(text)}", *(f"  - {markdown_text(part)}" for part in below)]
    lines = _wrapped("  ", text, width)
    for part in below:
        lines += _wrapped("      ", part, width)
    return lines


def _entity_to_dict(view: EntityView) -> dict[str, Any]:
    return {
        "iri": view.iri,
        "labels": dict(view.labels),
        "acronyms": list(view.acronyms),
        "classes": [{"iri": iri, "label": label} for iri, label in view.classes],
        "definition": view.definition or None,
        "outgoing": [_group_to_dict(group) for group in view.outgoing],
        "incoming": [_group_to_dict(group) for group in view.incoming],
        "content": [_statement_to_dict(statement) for statement in view.content],
        "claims": [claim_to_dict(claim) for claim in view.claims],
        "namesakes": list(view.namesakes),
    }


def _group_to_dict(group: PropertyGroup) -> dict[str, Any]:
    return {
        "predicate": group.predicate,
        "label": group.label,
        "total": group.total,
        "truncated": group.truncated,
        "statements": [_statement_to_dict(statement) for statement in group.statements],
    }


def _statement_to_dict(statement: Statement) -> dict[str, Any]:
    return {
        "triple": str(statement.triple),
        "text": statement.text,
        "claims": [claim_to_dict(claim) for claim in statement.claims],
        "rule": statement.rule or None,
        "graph": statement.graph or None,
        "beyond": list(statement.beyond),
    }


HIT_FORMATS = ("text", "json", "jsonl", "markdown", "csv", "tsv")


def hits(
    found: Sequence[Hit],
    format: str,
    lang: str,
    *,
    labels: bool = True,
    width: int | None = None,
    truncated: bool = False,
) -> str:
    """Things that were found, each with what matched.

    Args:
        found: The hits, best first.
        format: One of `HIT_FORMATS`.
        lang: ``en`` or ``ja``.
        labels: Whether labels stand in place of IRIs.
        width: Columns of the screen; None for no limit.
        truncated: Whether there are more than are given.
    """
    said = Words(lang)
    more = said(
        f"(truncated at {len(found)}: there are more)",
        f"（{len(found)}件で打ち切り: 続きがあります）",
    )
    if format in ("json", "jsonl"):
        rows: list[dict[str, Any]] = [
            {
                "iri": hit.iri,
                "labels": dict(hit.labels),
                "kind": hit.kind,
                "predicate": hit.predicate,
                "text": hit.text,
                "span": list(hit.span),
                "claims": list(hit.claims),
            }
            for hit in found
        ]
        if truncated:
            rows.append({"truncated": True, "limit": len(found)})
        if format == "json":
            return json.dumps(rows, ensure_ascii=False, indent=2)
        return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    if format != "text":
        table = [
            [
                hit.label if labels else hit.iri,
                hit.kind,
                shorten(hit.iri),
                shorten(hit.predicate),
                hit.text,
            ]
            for hit in found
        ]
        if truncated:
            table.append([more, "", "", "", ""])
        return _grid([["label", "kind", "id", "property", "text"], *table], format)
    lines: list[str] = []
    for hit in found:
        name = shorten(hit.iri)
        head = f"{hit.label}  {name}" if labels and hit.label != name else name
        if hit.kind:
            head += f"  ({hit.kind})"
        lines += _wrapped("", make_safe(head), width)
        if hit.text != hit.label:
            lines += _wrapped("    ", make_safe(hit.text), width)
    if truncated:
        lines.append(more)
    return "\n".join(lines)


def demo(
    answer: Table,
    evidence: Sequence[RowEvidence],
    folder: Path,
    lang: str,
    *,
    width: int | None = None,
) -> str:
    """A first answer, the words that its first row rests on, and where the files are.

    Args:
        answer: The answer to a named question.
        evidence: What each of its rows rests on.
        folder: Where the files are.
        lang: ``en`` or ``ja``.
        width: Columns of the screen; None for no limit.
    """
    say = Words(lang)
    lines = []
    if answer.question is not None:
        given = " ".join(
            f"-p {name}={_term_text(term)}"
            for name, terms in answer.params.items()
            for term in terms
            if name != "lang"
        )
        lines += [answer.question.title[lang], f"$ ctgraph ask {answer.question.name} {given}", ""]
    table = format_answer(answer, "text", lang, width=width)
    lines += [
        "".join(str(piece) for piece in table),
        say("It rests on these words:", "根拠となる原文："),
    ]
    quoted = [claim for found in evidence[:1] for claim in found.claims if claim.quote]
    for claim in quoted[:3]:
        quote, *rest = _claim_parts(claim, say)
        lines += _wrapped("  ", quote, width)
        for part in rest:
            lines += _wrapped("    ", part, width)
    files = [
        (
            "network.html",
            say("the network; open it in any browser", "ネットワーク図（ブラウザーで開く）"),
        ),
        ("graph.ttl", say("the graph as Turtle, with its claims", "グラフ（Turtle、主張付き）")),
        ("answer.md", say("the answer with all its claims", "回答と全ての主張")),
        ("answer.csv", say("the answer as a table", "回答の表")),
    ]
    lines += [
        "",
        say("Written:", "作成したファイル："),
        *align((str(folder / n), t) for n, t in files),
    ]
    return "\n".join(lines)
