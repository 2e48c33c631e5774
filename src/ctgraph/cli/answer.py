"""Where an answer goes, in which format, and what is said beside it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, cast

import click

from ctgraph.cli.options import Settings
from ctgraph.cli.terminal import Replacing, is_utf8, tell
from ctgraph.errors import UsageError
from ctgraph.export import ANSWER_FORMATS

if TYPE_CHECKING:
    from ctgraph.export import Target
    from ctgraph.query import Table, Triples
    from ctgraph.store import Store
    from ctgraph.store.sparql import Query


# Where the answer goes ----------------------------------------------------------------------------


def find_target(settings: Settings) -> Target:
    """Return where the answer goes: a path, or standard output."""
    if settings.output not in (None, "-"):
        return str(settings.output)
    stream = sys.stdout
    if stream.isatty() and not is_utf8(stream):
        return cast("IO[str]", Replacing(stream))
    return stream


def screen_width(settings: Settings) -> int | None:
    """Return columns of the terminal that shows the answer; None if none does."""
    if settings.output not in (None, "-"):
        return None
    from ctgraph.text import terminal_width

    return terminal_width(sys.stdout)


def print_text(settings: Settings, text: str) -> None:
    """Write a text as the answer."""
    from ctgraph.export import write_output

    write_output(find_target(settings), [text if text.endswith("\n") else text + "\n"])


def print_json(settings: Settings, value: object) -> None:
    """Write a value as JSON as the answer."""
    import json

    print_text(settings, json.dumps(value, ensure_ascii=False, indent=2))


def _check_folder(settings: Settings) -> None:
    """Say at once, not after a long query, that an answer could not be written.

    Raises:
        UsageError: The folder of ``-o`` is not there.
    """
    if settings.output in (None, "-") or os.path.isdir(str(settings.output)):  # noqa: PTH112
        return
    from ctgraph.export import resolve_output

    resolve_output(str(settings.output))


@contextmanager
def open_graph(settings: Settings) -> Iterator[Store]:
    """Open the graph that the options name, and close it at the end."""
    from ctgraph.store import open_store

    _check_folder(settings)
    store = open_store(settings.project, settings.store, settings.endpoint, snapshot=True)
    try:
        if settings.source or settings.as_of is not None:
            store = _narrow(settings, store)
        yield store
    finally:
        store.whole.close()
        store.close()


def _narrow(settings: Settings, store: Store) -> Store:
    """Return the graph according to the sources, and as of the day, of the options."""
    from ctgraph.query import read_scope, say_scope, say_undated
    from ctgraph.words import sentence

    scope = read_scope(store, settings.source, settings.as_of, settings.lang)
    narrowed = store.within(scope)
    said = sentence(say_scope(narrowed, settings.lang)) + settings.say(".", "。")
    settings.note(said)
    if undated := say_undated(narrowed, settings.lang):
        settings.note(undated)
    return narrowed


# Commands ----------------------------------------------------------------------------------------

EVIDENCE_FORMATS = ("text", "markdown", "json", "jsonl")
QUERY_FORMATS = tuple(ANSWER_FORMATS)


def show_progress(settings: Settings) -> Callable[..., None] | None:
    """Return a function that shows on one line what is being done; None if nobody would see it."""
    if settings.quiet or not sys.stderr.isatty():
        return None

    def show(what: object, count: int | None = None) -> None:
        done = "" if count is None else f" {count:,}"
        tell(f"\r\033[K{what}{done}")

    click.get_current_context().call_on_close(lambda: show(""))
    return show


def answer_format(settings: Settings) -> str | None:
    """Return the format that was named or that the extension of ``-o`` stands for.

    None if neither.
    """
    if settings.format is None and settings.output not in (None, "-"):
        from ctgraph.export.tables import guess_format

        return guess_format(str(settings.output))
    return settings.format


def _check_spreadsheet(settings: Settings, format: str) -> None:
    if format == "xlsx" and settings.output in (None, "-") and sys.stdout.isatty():
        raise UsageError("spreadsheet-to-terminal")


def write_table(settings: Settings, table: Table, format: str) -> None:
    """Write a table that was computed here; no query is behind it that could be explained."""
    from ctgraph.export import write_output
    from ctgraph.export.tables import format_answer

    _check_spreadsheet(settings, format)
    pieces = format_answer(
        table, format, settings.lang, not settings.iri, width=screen_width(settings)
    )
    write_output(find_target(settings), pieces)


def write_answer(
    settings: Settings,
    store: Store,
    answer: Table | bool | Triples,
    query: Query,
    *,
    evidence: bool,
    row: int | None = None,
) -> None:
    """Write an answer.

    Args:
        settings: The options.
        store: The store that answered.
        answer: A table, a truth value or triples.
        query: The query as it was run.
        evidence: Whether the claims behind each row are shown.
        row: The only row to show, from 1; None for all.
    """
    from ctgraph.export import write_output
    from ctgraph.export.tables import default_format, format_answer, truncation_note

    chosen = answer_format(settings) or ("text" if evidence else default_format(answer))
    _check_spreadsheet(settings, chosen)
    width = screen_width(settings)
    if evidence:
        proven = _with_evidence(settings, store, answer, query, format=chosen, row=row, width=width)
        print_text(settings, proven)
        is_empty = not isinstance(answer, bool) and not len(answer)
    else:
        pieces = format_answer(answer, chosen, settings.lang, not settings.iri, width=width)
        is_empty = False
        if not isinstance(answer, bool):
            if chosen == "json":
                # The engine writes its rows itself, so the table does not know how many.
                pieces = list(pieces)
                whole = b"".join(
                    piece if isinstance(piece, bytes) else piece.encode() for piece in pieces
                )
                is_empty = whole.rstrip().endswith(b'"bindings":[]}}')
            else:
                is_empty = not len(answer)
        write_output(find_target(settings), pieces)
        if (
            chosen in ("csv", "csv-excel", "tsv")
            and not isinstance(answer, bool)
            and answer.truncated
        ):
            tell(truncation_note(len(answer), settings.lang) + "\n")
    if is_empty:
        explain_empty_answer(settings, store, query)
    elif not settings.quiet and query.text and not getattr(answer, "question", None):
        _warn_of_silence(settings, store, answer, query)


def _warn_of_silence(
    settings: Settings, store: Store, answer: Table | bool | Triples, query: Query
) -> None:
    """Say on standard error what makes an answer that is not empty say less than it seems to."""
    from ctgraph.query import Table
    from ctgraph.query.diagnostics import (
        empty_aggregates,
        explain_empty,
        find_silent,
        matched_by_nothing,
    )

    found = find_silent(store, query, settings.lang)
    for one in found[:5]:
        said = settings.say("warning: ", "警告：")
        settings.note(f"{said}{one.line}:{one.column}: {one.message} {one.hint}".rstrip())
    columns = empty_aggregates(answer) if isinstance(answer, Table) and not found else []
    for name in columns:
        settings.note(
            settings.say(
                f"warning: ?{name} has no value: SUM and AVG take numbers, GROUP_CONCAT texts;"
                " of an IRI take STR(…) or the label.",
                f"警告：?{name} に値がありません。SUMとAVGは数値、GROUP_CONCATは文字列をとります。"
                "IRIにはSTR(…)又はラベルを用いてください。",
            )
        )
    pattern = matched_by_nothing(store, query) if not found and not columns else None
    if pattern is not None:
        settings.note(settings.say("Nothing matches what is counted.", "数えるものがありません。"))
        for explanation in explain_empty(store, pattern, settings.timeout)[:5]:
            settings.note(f"  {explanation.message(settings.lang)}")


def _with_evidence(
    settings: Settings,
    store: Store,
    answer: Table | bool | Triples,
    query: Query,
    *,
    format: str,
    row: int | None,
    width: int | None,
) -> str:
    from ctgraph.export.reports import EVIDENCE_FORMATS, answer_with_evidence
    from ctgraph.query import Table, describe_scope
    from ctgraph.query.evidence import find_evidence_of_rows, find_triple_evidence

    if format not in EVIDENCE_FORMATS:
        raise UsageError("format-without-evidence", format=format, names=[*EVIDENCE_FORMATS])
    size = 1 if isinstance(answer, bool) else len(answer)
    if row is not None and row > size:
        raise UsageError(
            "no-such-answer-row",
            row=row,
            size=size,
            hint="count-rows" if size else "",
        )
    chosen = list(range(size)) if row is None else [row - 1]
    lang, timeout = settings.lang, settings.timeout
    if isinstance(answer, bool):
        found = find_evidence_of_rows(store, query, [{}], lang=lang, timeout=timeout)
    elif isinstance(answer, Table):
        rows = [answer[index].bindings for index in chosen]
        found = find_evidence_of_rows(store, query, rows, lang=lang, timeout=timeout)
    else:
        found = [
            find_triple_evidence(store, answer[index], query, lang=lang, timeout=timeout)
            for index in chosen
        ]
    return answer_with_evidence(
        answer,
        chosen,
        found,
        format,
        lang,
        labels=not settings.iri,
        width=width,
        scope=describe_scope(store),
    )


def explain_empty_answer(settings: Settings, store: Store, query: Query) -> None:
    """Say on standard error that an answer is empty, and why."""
    if settings.quiet:
        return
    from ctgraph.query.diagnostics import explain_empty

    settings.note(settings.say("No rows.", "結果はありません。"))
    if not query.text:
        return  # a table that no query made
    for explanation in explain_empty(store, query, settings.timeout)[:5]:
        settings.note(f"  {explanation.message(settings.lang)}")
