"""What is in the graph and what can be asked: overview, counts, questions, demo."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from ctgraph.export.reports.evidence import (
    Words,
    claim_parts,
    markdown_text,
    term_text,
    wrap_lines,
)
from ctgraph.export.tables.tables import format_answer
from ctgraph.query import Table
from ctgraph.terms import CT
from ctgraph.text import display_width
from ctgraph.version import __version__
from ctgraph.words import sentence

if TYPE_CHECKING:
    from pathlib import Path

    from ctgraph.query import Question, Statistics
    from ctgraph.query.evidence import RowEvidence


def align(pairs: Iterable[Sequence[str]], indent: str = "  ", numbers: bool = False) -> list[str]:
    """Return lines in which every column but the last starts at the same place.

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
    """Return a number with its English noun.

    Example:
        >>> count_of(1, "source"), count_of(2, "activity", "activities")
        ('1 source', '2 activities')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def format_overview(counted: Statistics, lang: str) -> str:
    """Return what this is, what is in the graph, and five things to try.

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


def format_statistics(counted: Statistics, lang: str) -> str:
    """Return the counts of a graph as blocks of aligned lines.

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
    whole = sentence(counted.scope["text"][lang]) if counted.scope else say("In all", "全体")
    blocks = [(whole, totals)]
    for title, entries in (
        (say("Claims by basis", "根拠の種類ごとの主張"), counted.bases),
        (say("Claims by kind of source", "出典の種類ごとの主張"), counted.kinds),
        (
            say("Claims by section of the source", "出典の節ごとの主張"),
            # Of many sources, the sections would be hundreds of lines that say little.
            counted.sections if counted.sources <= _FEW_SOURCES else (),
        ),
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


_FEW_SOURCES = 10
"""Sources up to which the claims of each section are counted for people."""

QUESTION_LIST_FORMATS = ("text", "json", "jsonl", "markdown", "csv", "tsv")


def format_questions(found: Sequence[Question], format: str, lang: str) -> str:
    """Return the list of named questions.

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
    return format_grid([["name", "title", "tags", "params"], *table], format)


def _question(question: Question, lang: str) -> dict[str, Any]:
    from ctgraph.query.entities import show_term

    return {
        "name": question.name,
        "title": question.title[lang],
        "description": question.description[lang],
        "tags": list(question.tags),
        "view": question.display,
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


def format_grid(rows: list[list[str]], format: str) -> str:
    """Return a small table of ours, which is no answer of the engine, as Markdown, CSV or TSV."""
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


def format_question(asked: Question, lang: str) -> str:
    """Return what one question asks and takes, and its query.

    Args:
        asked: The question.
        lang: ``en`` or ``ja``.
    """
    from ctgraph.query.entities import show_value

    say = Words(lang)
    lines = [asked.title[lang], "", asked.description[lang], ""]
    for param in asked.params.values():
        lines.append(f"  -p {param.name}=…  {param.label[lang]} ({param.type})")
        if param.default:
            default = " ".join(map(show_value, param.default))
            lines.append(say(f"     default: {default}", f"     既定値：{default}"))
        else:
            lines.append(say("     default: any", "     既定値：問わない"))
        if param.allowed:
            allowed = " ".join(map(show_value, param.allowed))
            lines.append(say(f"     allowed: {allowed}", f"     可能な値：{allowed}"))
    body = [line for line in asked.text.splitlines() if not line.startswith("#+")]
    return "\n".join([*lines, "", *body])


def format_demo(
    answer: Table,
    evidence: Sequence[RowEvidence],
    folder: Path,
    lang: str,
    *,
    width: int | None = None,
) -> str:
    """Return a first answer, the words that one of its rows rests on, and where the files are.

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
            f"-p {name}={term_text(term)}"
            for name, terms in answer.params.items()
            for term in terms
            if name != "lang"
        )
        lines += [answer.question.title[lang], f"$ ctgraph ask {answer.question.name} {given}", ""]
    table = format_answer(answer, "text", lang, width=width)
    lines.append("".join(str(piece) for piece in table))
    # Words that may be printed show best what an answer rests on; of some rows there are none.
    quoted = [[claim for claim in found.claims if claim.quote] for found in evidence]
    number, claims = next(((n, some) for n, some in enumerate(quoted, 1) if some), (1, []))
    claims = claims or [claim for found in evidence[:1] for claim in found.claims]
    if claims:
        lines.append(say(f"Row {number} rests on these words:", f"{number}行目の根拠："))
    for claim in claims[:3]:
        quote, *rest = claim_parts(claim, say)
        lines += wrap_lines("  ", quote, width)
        for part in rest:
            lines += wrap_lines("    ", part, width)
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
