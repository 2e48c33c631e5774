"""Questions, violation queries and rules: headers, syntax, terms; and how an endpoint answers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING

from ctgraph.errors import CtgraphError, DataError, EndpointError
from ctgraph.query.checks.findings import Finding, Words
from ctgraph.query.diagnostics.why_empty import check_terms
from ctgraph.query.questions import read_checks, read_questions
from ctgraph.query.run import ask
from ctgraph.store import open_store, read_query_text, read_rules
from ctgraph.store.endpoint import value_of
from ctgraph.store.sparql import Query
from ctgraph.terms import shorten

if TYPE_CHECKING:
    from pathlib import Path

    from ctgraph.query.checks.graph import CheckedGraph
    from ctgraph.query.questions import Question
    from ctgraph.store import Store


RULES = {
    "question-broken": Words(
        "Every question, check and rule has a complete header and runs.",
        "どの質問・検査・規則も見出しがそろい、実行できる。",
    ),
}
"""What each rule of the group asks, by its name."""

ANSWERS = {
    "answer-differs": Words(
        "The endpoint answers every question as the graph of the project does in memory.",
        "エンドポイントは、どの質問にもプロジェクトのグラフと同じ回答を返す。",
    ),
    "answer-order": Words(
        "The endpoint gives the rows of every answer in the order that the question asks for.",
        "エンドポイントは、どの回答の行も質問の求める順に返す。",
    ),
}
"""The same for the group ``answers``."""

_GONE = ("endpoint-connection-refused", "endpoint-host-unknown", "endpoint-unreachable")
_REPAIR = Words(
    "Do not rely on this question there; ask the graph in memory or with --store.",
    "この質問はそこでは使わず、メモリー上のグラフか--storeで尋ねる。",
)

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


def check_answers(graph: CheckedGraph, rules: Collection[str]) -> Iterator[Finding]:
    """Yield the questions that an endpoint answers otherwise than the graph of the project.

    The right answers are not kept anywhere: they are asked for anew, with the defaults of each
    question, of the graph that the project makes in memory. Values count, not how they are written
    (Virtuoso gives ``true`` back as ``1``).

    Args:
        graph: The graph at an endpoint.
        rules: Names of `ANSWERS`.
    """
    with open_store(graph.bundle.root) as ours:
        here, there = ours.counts(), graph.store.counts()
        if (here.claims, here.triples) != (there.claims, there.triples):
            said = Words(
                f"holds {there.claims:,} claims and {there.triples:,} triples, the project "
                f"{here.claims:,} and {here.triples:,}; its answers cannot be compared.",
                f"主張{there.claims:,}、トリプル{there.triples:,}があり、プロジェクトの"
                f"{here.claims:,}、{here.triples:,}と異なるため、回答を比べられない。",
            )
            load = Words(
                "Name its project, or load this one there: ctgraph push --replace.",
                "対応するプロジェクトを指定するか、ctgraph push --replaceで読み込む。",
            )
            yield Finding("answer-differs", "answers", "error", "", 0, "", said, load)
            return
        is_gone = False
        for question in read_questions(graph.bundle).values():
            try:
                found = _compare_answers(ours, graph.store, question)
                is_gone = False
            except EndpointError as error:
                # A server may end at one question and be started again; twice it is gone for all.
                if is_gone:
                    raise
                found, is_gone = ("answer-differs", Words(error.tell(), error.tell("ja"))), True
            if found is not None and found[0] in rules:
                rule, said = found
                severity = "warning" if rule == "answer-order" else "error"
                shown = graph.bundle.show(question.path)
                yield Finding(rule, "answers", severity, shown, 1, question.name, said, _REPAIR)


def _compare_answers(ours: Store, theirs: Store, question: Question) -> tuple[str, Words] | None:
    """Return the rule that the answer of another store breaks, and how it differs."""
    expected = _values(ours, question)
    try:
        found = _values(theirs, question)
    except CtgraphError as error:
        if error.key in _GONE:
            raise
        return "answer-differs", Words(error.tell(), error.tell("ja"))
    if found == expected:
        return None
    missing, added = Counter(expected), Counter(found)
    missing, added = missing - added, added - missing
    if not missing and not added:
        return "answer-order", Words("the rows come in another order.", "行の順が異なる。")
    return "answer-differs", Words(
        f"{len(found):,} rows, not {len(expected):,}: {missing.total():,} are missing, "
        f"{added.total():,} too many.",
        f"{len(expected):,}行でなく{len(found):,}行：{missing.total():,}行が足りず、"
        f"{added.total():,}行が余分。",
    )


def _values(store: Store, question: Question) -> list[tuple[str, ...]]:
    rows = ask(store, question.name).solutions
    return [tuple("" if term is None else value_of(term) for term in row) for row in rows]
