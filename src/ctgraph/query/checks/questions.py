"""Questions, violation queries and rules: their headers, their syntax and the terms they name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from ctgraph.errors import CtgraphError, DataError
from ctgraph.query.checks.findings import Finding, Words
from ctgraph.query.diagnostics.why_empty import check_terms
from ctgraph.query.questions import read_checks, read_questions
from ctgraph.store import read_query_text, read_rules
from ctgraph.store.sparql import Query
from ctgraph.terms import shorten

if TYPE_CHECKING:
    from pathlib import Path

    from ctgraph.query.checks.graph import CheckedGraph


RULES = {
    "question-broken": Words(
        "Every question, check and rule has a complete header and runs.",
        "どの質問・検査・規則も見出しがそろい、実行できる。",
    ),
}
"""What each rule of the group asks, by its name."""

_PLACE = re.compile(r"(?P<file>.+?)(?::(?P<line>\d+))?")


def check_questions(graph: CheckedGraph) -> Iterator[Finding]:
    """Yield what is wrong with the questions, violation queries and rules of a project.

    Args:
        graph: The graph, whose project has them and whose terms they may name.
    """
    yield from _check_headers(graph)
    for path in [*graph.bundle.question_files(), *graph.bundle.check_files()]:
        yield from _check_query(graph, path)


def _check_headers(graph: CheckedGraph) -> Iterator[Finding]:
    seen: set[str] = set()
    readers: list[Callable[[], object]] = [
        lambda: read_questions(graph.bundle, graph.store),
        lambda: read_checks(graph.bundle),
        lambda: read_rules(graph.bundle),
    ]
    for read in readers:
        try:
            read()
        except DataError as error:
            if str(error) not in seen:
                seen.add(str(error))
                yield _report_error(error)


def _check_query(graph: CheckedGraph, path: Path) -> Iterator[Finding]:
    shown = graph.bundle.show(path)
    try:
        query = Query(read_query_text(path, shown))
        query.refuse_unsafe()
        query.tree  # noqa: B018 - reading it is what finds a fault
        unknown = check_terms(graph.store, query)
    except CtgraphError as error:
        yield _report_error(error, shown)
        return
    for term in unknown:
        message = f"unknown term {shorten(term.iri)}."
        yield Finding(
            "question-broken",
            "questions",
            "error",
            shown,
            term.line,
            shorten(term.iri),
            Words(message, f"語{shorten(term.iri)}は定義されていない。"),
            Words("Correct the name.", "名前を直す。"),
        )


def _report_error(error: CtgraphError, file: str = "") -> Finding:
    line = int(getattr(error, "line", 0))
    message = Words(error.tell(), error.tell("ja"))
    placed = _PLACE.fullmatch(getattr(error, "place", ""))
    if placed:
        file = placed["file"]
        line = int(placed["line"] or 0)
        message = Words(error.tell_what(), error.tell_what("ja"))
    hint = Words(
        "Compare the file with another of its folder.", "同じフォルダーの別のファイルと比べる。"
    )
    if error.advise():
        hint = Words(error.advise(), error.advise("ja"))
    return Finding(
        "question-broken",
        "questions",
        "error",
        file,
        line,
        "",
        message,
        hint,
    )
