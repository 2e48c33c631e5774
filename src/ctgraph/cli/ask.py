"""The commands `ask` and `query`."""

# ruff: noqa: D301 - a backspace in a docstring is click's mark of lines that stay as they are

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ctgraph.cli.answer import (
    QUERY_FORMATS,
    answer_format,
    open_graph,
    print_text,
    write_answer,
)
from ctgraph.cli.options import (
    ANSWER,
    SCOPE,
    Settings,
    argument,
    choose_format,
    command,
    complete_path,
    complete_with,
    option,
    output,
)
from ctgraph.errors import DataError, UsageError
from ctgraph.export import TABLE_FORMATS

if TYPE_CHECKING:
    from ctgraph.store import Store
    from ctgraph.store.sparql import Query


@command(
    "ask",
    argument("name", required=False, shell_complete=complete_with("complete_question")),
    option(
        "-p",
        "--param",
        "params",
        metavar="NAME=VALUE",
        multiple=True,
        shell_complete=complete_with("complete_param"),
        help="Set a parameter: a label, acronym, CURIE or IRI, a number, a date. May be repeated.",
    ),
    option("--about", is_flag=True, help="Say what the question takes, and show its query."),
    option("--evidence", is_flag=True, help="Show the claims behind each row."),
    *SCOPE,
    *output(TABLE_FORMATS),
    *ANSWER,
)
def ask_command(
    settings: Settings, name: str | None, params: tuple[str, ...], about: bool, evidence: bool
) -> None:
    """A named question; without a NAME, the list of questions.

    \b
    ctgraph ask
    ctgraph ask partners --about
    ctgraph ask partners -p actor=UNODC
    ctgraph ask partners -p actor=国連薬物・犯罪事務所 --lang ja --evidence
    ctgraph ask partners -p actor=GIFCT -o partners.xlsx
    """
    if name is None:
        if params or about or evidence:
            raise UsageError("ask-without-question")
        _print_questions(settings)
        return
    if about:
        _print_about(settings, name)
        return
    with open_graph(settings) as store:
        answer_question(settings, store, name, params, evidence=evidence)


@command(
    "query",
    argument("text", required=False),
    option(
        "--file",
        "file",
        metavar="FILE",
        shell_complete=complete_path("file"),
        help="Read the query from a file.",
    ),
    option("--evidence", is_flag=True, help="Show the claims behind each row."),
    option("--allow-service", is_flag=True, help="Let the query ask other servers with SERVICE."),
    *SCOPE,
    *output(QUERY_FORMATS),
    *ANSWER,
)
def query_command(
    settings: Settings,
    text: str | None,
    file: str | None,
    *,
    evidence: bool,
    allow_service: bool,
) -> None:
    """Any SPARQL query: SELECT, ASK, CONSTRUCT or DESCRIBE. TEXT - reads standard input.

    The graph's prefixes (ct: ctd: ctv: skos: …) need no declaration. The default graph is the
    merge of all claims; GRAPH ?claim { … } ?claim ct:quote ?quote leads to the words.

    \b
    ctgraph query 'SELECT ?partner { ctd:unodc ct:cooperatesWith ?partner }'
    ctgraph query --file my.rq -o answer.csv
    ctgraph query 'DESCRIBE ctd:gifct' -f turtle
    echo 'ASK { ctd:jpn ct:cooperatesWith ctd:unodc }' | ctgraph query -
    """
    query = read_query(text, file)
    with open_graph(settings) as store:
        answer_query(settings, store, query, evidence=evidence, allow_service=allow_service)


def answer_question(
    settings: Settings,
    store: Store,
    name: str,
    params: tuple[str, ...],
    *,
    evidence: bool,
    row: int | None = None,
) -> None:
    """Ask a named question and write its answer."""
    from ctgraph.query import ask

    answer_format(settings)  # a fault is to be known before the question is asked
    values = parse_params(params)
    table = ask(store, name, values, settings.lang, settings.timeout, settings.limit)
    write_answer(settings, store, table, table.asked, evidence=evidence, row=row)


def answer_query(
    settings: Settings,
    store: Store,
    query: Query,
    *,
    evidence: bool,
    allow_service: bool,
    row: int | None = None,
) -> None:
    """Run a query and write its answer."""
    from ctgraph.query import run_query

    answer_format(settings)  # a fault is to be known before the query is run
    answer = run_query(
        store,
        query,
        settings.timeout,
        settings.limit,
        settings.lang,
        allow_service=allow_service,
    )
    write_answer(settings, store, answer, query, evidence=evidence, row=row)


def parse_params(params: tuple[str, ...]) -> dict[str, str | list[str]]:
    """Return values by name; a parameter that is given twice has a list of values."""
    values: dict[str, str | list[str]] = {}
    for given in params:
        # A Japanese input method types the wide one with the same key.
        name, equals, value = given.partition("=" if "=" in given else "＝")
        name = name.strip()
        if not equals or not name:
            raise UsageError("parameter-not-name-value", given=given)
        before = values.get(name)
        if before is None:
            values[name] = value
        else:
            values[name] = [*(before if isinstance(before, list) else [before]), value]
    return values


def read_query(text: str | None, file: str | None) -> Query:
    """Return the query from the argument, a file, or standard input."""
    if text is not None and file is not None:
        raise UsageError("query-and-file-given")
    thing = file or "the text on standard input"
    if file is not None:
        from pathlib import Path

        try:
            raw = Path(file).read_bytes()
        except OSError as error:
            raise DataError("query-file-unreadable", file=file, strerror=error.strerror) from error
    elif text == "-" or (text is None and not sys.stdin.isatty()):
        raw = sys.stdin.buffer.read()
    elif text is None:
        raise UsageError("no-query-given")
    else:
        thing, raw = "the query", text.encode("utf-8")
    try:
        decoded = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError("query-not-utf8", thing=thing, start=error.start + 1) from error
    if not decoded.strip():
        raise UsageError("query-empty", thing=thing)
    from ctgraph.store.sparql import Query

    return Query(decoded)


def _print_questions(settings: Settings) -> None:
    from ctgraph.export.reports import QUESTION_LIST_FORMATS, format_questions
    from ctgraph.query import read_questions
    from ctgraph.store import locate

    chosen = choose_format(settings, TABLE_FORMATS)
    if chosen not in QUESTION_LIST_FORMATS:
        raise UsageError(
            "question-list-format-unsupported", chosen=chosen, names=[*QUESTION_LIST_FORMATS]
        )
    found = list(read_questions(locate(settings.project)).values())
    print_text(settings, format_questions(found, chosen, settings.lang))
    if chosen == "text":
        settings.note(
            settings.say(
                f"\n{len(found)} questions. What one takes: ctgraph ask NAME --about",
                f"\n質問 {len(found)} 件。引数を見る：ctgraph ask NAME --about",
            )
        )


def _print_about(settings: Settings, name: str) -> None:
    from ctgraph.export.reports import format_question
    from ctgraph.query import read_question
    from ctgraph.store import locate

    asked = read_question(locate(settings.project), name)
    print_text(settings, format_question(asked, settings.lang))
