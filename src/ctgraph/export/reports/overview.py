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
    say = Words(lang, "overview")
    bases = {entry.term: entry.number for entry in counted.bases}
    numbers = {name: getattr(counted, name) for name in _TOTALS}
    told = {
        name: f"{number:,}" if lang == "ja" else count_of(number, *nouns)
        for (name, number), nouns in zip(numbers.items(), _TOTALS.values(), strict=True)
    }
    tries = [
        ("ctgraph ask", say("try_ask")),
        (f"ctgraph ask partners -p actor={say('try_actor')} --evidence", say("try_partners")),
        ("ctgraph show GIFCT", say("try_show")),
        ("ctgraph find サイバー犯罪", say("try_find")),
        ("ctgraph demo", say("try_demo")),
    ]
    stated, inferred = bases.get(CT + "Stated", 0), bases.get(CT + "Inferred", 0)
    lines = [say("about", version=__version__), ""]
    lines += [say("in_graph", stated=stated, inferred=inferred, **told), ""]
    return "\n".join([*lines, say("five_things"), *align(tries), "", say("commands")])


_TOTALS = {
    "triples": ("triple",),
    "claims": ("claim",),
    "sources": ("source",),
    "actors": ("actor",),
    "activities": ("activity", "activities"),
    "ties": ("pair",),
}
"""What is counted in all, with the English nouns for one and for many."""


def format_statistics(counted: Statistics, lang: str) -> str:
    """Return the counts of a graph as blocks of aligned lines.

    Args:
        counted: What is in the graph.
        lang: ``en`` or ``ja``.
    """
    say = Words(lang, "overview")
    totals = [(say(f"total_{name}"), getattr(counted, name)) for name in _TOTALS]
    whole = sentence(counted.scope["text"][lang]) if counted.scope else say("in_all")
    blocks = [(whole, totals)]
    for title, entries in (
        ("by_basis", counted.bases),
        ("by_kind", counted.kinds),
        # Of many sources, the sections would be hundreds of lines that say little.
        ("by_section", counted.sections if counted.sources <= _FEW_SOURCES else ()),
        ("by_class", counted.classes),
        ("by_rule", counted.derived),
    ):
        blocks.append((say(title), [(entry.label, entry.number) for entry in entries]))
    lines: list[str] = []
    for title, pairs in blocks:
        if pairs:
            rows = [(name, f"{number:,}") for name, number in pairs]
            lines += [title, *align(rows, numbers=True), ""]
    versions = [(say(f"version_{name}") or name, said) for name, said in counted.versions.items()]
    lines += [say("versions"), *align(versions)]
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

    say = Words(lang, "overview")
    lines = [asked.title[lang], "", asked.description[lang], ""]
    for param in asked.params.values():
        lines.append(f"  -p {param.name}=…  {param.label[lang]} ({param.type})")
        if param.default:
            default = " ".join(map(show_value, param.default))
            lines.append("     " + say("default", terms=default))
        else:
            lines.append("     " + say("default", terms=say("any")))
        if param.allowed:
            allowed = " ".join(map(show_value, param.allowed))
            lines.append("     " + say("allowed", terms=allowed))
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
    say = Words(lang, "overview")
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
        lines.append(say("row_rests_on", number=number))
    for claim in claims[:3]:
        quote, *rest = claim_parts(claim, Words(lang))
        lines += wrap_lines("  ", quote, width)
        for part in rest:
            lines += wrap_lines("    ", part, width)
    files = ("network.html", "graph.ttl", "answer.md", "answer.csv")
    written = [(str(folder / name), say(f"written_{name.partition('.')[2]}")) for name in files]
    lines += ["", say("written"), *align(written)]
    return "\n".join(lines)
