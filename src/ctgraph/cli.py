"""The command line: parse, call, print, exit. Nothing else in the package prints or exits.

Standard output is the answer; everything else goes to standard error. What is slow to import
(rdflib, networkx, SHACL) is imported by the command that needs it.
"""

# ruff: noqa: D301 - a backspace in a docstring is click's mark of lines that stay as they are

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, NoReturn, cast

import click

from ctgraph import __version__
from ctgraph.errors import (
    CtgraphError,
    DataError,
    QuerySyntaxError,
    StoreError,
    UnknownName,
    UsageError,
)
from ctgraph.options import (
    ANSWER,
    DECLARED,
    IRI,
    LANG,
    LIMIT,
    MESSAGES,
    PROJECT,
    STORE,
    WATCH,
    ByteSize,
    Settings,
    argument,
    choose_format,
    command,
    complete_path,
    option,
    output,
    to_path,
    with_settings,
)
from ctgraph.terminal import (
    INTERRUPTED,
    Replacing,
    is_utf8,
    leave,
    prepare_streams,
    silence,
    tell,
)

if TYPE_CHECKING:
    import pyoxigraph

    from ctgraph.output import Target
    from ctgraph.query import Table, Triples
    from ctgraph.service import Got
    from ctgraph.store import Store
    from ctgraph.stories import Story
    from ctgraph.web import Settings as ServiceSettings

CLOSED_PIPE = 141  # 128 + SIGPIPE: what a shell reports for any other tool in a pipe
BUG = 70
DEMO_QUESTION, DEMO_ACTOR = "partners", "ctd:gifct"
SHOWN_STATEMENTS = 200  # of one property of a thing, unless --limit says otherwise


# Errors and exit codes ---------------------------------------------------------------------------


class Failure(click.ClickException):
    """An error of ours on its way out: printed once, with its exit code."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code  # type: ignore[misc]  # click reads it from the instance

    def show(self, file: IO[Any] | None = None) -> None:
        """Print ``Error: …`` to standard error."""
        tell(f"Error: {self.message}\n")


class Commands(click.Group):
    """The root command: builds commands, and turns exceptions into messages and exit codes."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of all commands, sorted."""
        return sorted(DECLARED)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command with a name, built when it is first asked for."""
        if cmd_name not in DECLARED:
            for name in DECLARED:  # click looks among these for what may have been meant
                self.get_command(ctx, name)
            return None
        if cmd_name not in self.commands:
            self.commands[cmd_name] = DECLARED[cmd_name].build(cmd_name)
        return self.commands[cmd_name]

    def invoke(self, ctx: click.Context) -> Any:
        """Run the chosen command."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except KeyboardInterrupt:
            raise Failure("interrupted.", INTERRUPTED) from None
        except BrokenPipeError:
            silence(sys.stdout)
            raise click.exceptions.Exit(CLOSED_PIPE) from None
        except CtgraphError as error:
            self._show_traceback(ctx)
            raise Failure(str(error), error.exit_code) from error
        except MemoryError:
            raise Failure("out of memory. Ask for less: add LIMIT or --limit.", 4) from None
        except OSError as error:
            if failure := self._damage(ctx, error):
                raise failure from error
            if error.filename is None and not isinstance(error, ConnectionError):
                # Files are opened by name in modules that translate their errors, so what is left
                # without a name is a write to standard output.
                self._show_traceback(ctx)
                raise Failure(f"standard output: {error.strerror or error}.", 3) from error
            raise self._report_bug(ctx, error) from error
        except Exception as error:
            if failure := self._damage(ctx, error):
                raise failure from error
            raise self._report_bug(ctx, error) from error

    def _damage(self, ctx: click.Context, error: Exception) -> Failure | None:
        """What to say if it is the database on disk that cannot be read, found out midway."""
        from ctgraph.store import is_damage

        if not is_damage(error):
            return None
        self._show_traceback(ctx)
        return Failure(
            f"the store cannot be read: {' '.join(str(error).split())[:200]}. "
            "If it is damaged, build it anew with `ctgraph load --replace`.",
            StoreError.exit_code,
        )

    def _report_bug(self, ctx: click.Context, error: Exception) -> Failure:
        self._show_traceback(ctx)
        place = error.__traceback__
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        where = ""
        if place is not None:
            module = place.tb_frame.f_globals.get("__name__", "?")
            where = f" in {module}, line {place.tb_lineno}"
        return Failure(
            f"this is a bug in ctgraph {__version__}{where}: {type(error).__name__}: {error}\n"
            "Please report it with the command you gave; --debug shows the traceback.",
            BUG,
        )

    def _show_traceback(self, ctx: click.Context) -> None:
        if ctx.find_root().meta.get("ctgraph.debug"):
            import traceback

            tell(traceback.format_exc())


# Where the answer goes ----------------------------------------------------------------------------


def _target(settings: Settings) -> Target:
    """Where the answer goes: a path, or standard output."""
    if settings.output not in (None, "-"):
        return str(settings.output)
    stream = sys.stdout
    if stream.isatty() and not is_utf8(stream):
        return cast("IO[str]", Replacing(stream))
    return stream


def _screen(settings: Settings) -> int | None:
    """Columns of the terminal that shows the answer; None if none does."""
    if settings.output not in (None, "-"):
        return None
    from ctgraph.tables import terminal_width

    return terminal_width(sys.stdout)


def _print(settings: Settings, text: str) -> None:
    """Write a text as the answer."""
    from ctgraph.output import write_output

    write_output(_target(settings), [text if text.endswith("\n") else text + "\n"])


def _print_json(settings: Settings, value: object) -> None:
    import json

    _print(settings, json.dumps(value, ensure_ascii=False, indent=2))


def _check_folder(settings: Settings) -> None:
    """Say at once, not after a long query, that an answer could not be written.

    Raises:
        UsageError: The folder of ``-o`` is not there.
    """
    if settings.output in (None, "-") or os.path.isdir(str(settings.output)):  # noqa: PTH112
        return
    from ctgraph.output import resolve_output

    resolve_output(str(settings.output))


@contextmanager
def _open(settings: Settings) -> Iterator[Store]:
    from ctgraph.store import open_store

    _check_folder(settings)
    store = open_store(settings.project, settings.store, settings.endpoint, snapshot=True)
    try:
        yield store
    finally:
        store.close()


def _complete(name: str) -> Callable[..., Any]:
    """A completion function of `ctgraph.completion`, imported when the shell asks."""

    def complete(context: click.Context, parameter: click.Parameter, incomplete: str) -> Any:
        from ctgraph import completion

        return getattr(completion, name)(context, parameter, incomplete)

    return complete


# Commands ----------------------------------------------------------------------------------------

TABLE_FORMATS = ("text", "csv", "tsv", "json", "xml", "markdown", "jsonl", "xlsx")
HIT_FORMATS = ("text", "json", "jsonl", "markdown", "csv", "tsv")
EVIDENCE_FORMATS = ("text", "markdown", "json", "jsonl")
PATH_FORMATS = ("text", "markdown", "json", "jsonl", "csv", "tsv", "xlsx")
GRAPH_FORMATS = ("turtle", "ntriples", "jsonld", "rdfxml")
QUERY_FORMATS = TABLE_FORMATS + GRAPH_FORMATS
EXPORT_FORMATS = (
    "turtle",
    "trig",
    "ntriples",
    "nquads",
    "jsonld",
    "rdfxml",
    "csv",
    "graphml",
    "gexf",
    "cyjs",
)

_EPILOG = (
    "Exit codes: 0 done; 1 done, problems found in the data; 2 command line not understood; "
    "3 input missing or malformed; 4 query could not be parsed or finished; 70 a bug."
)


def start(settings: Settings) -> None:
    """Who cooperates with whom against terrorism and organised crime, and the words it rests on.

    \b
    ctgraph                                           what is in the graph, what to try
    ctgraph ask partners -p actor=UNODC               a named question
    ctgraph show GIFCT                                everything about one thing
    ctgraph why "ctd:jpn ct:cooperatesWith ctd:unodc" the claims behind a statement
    """
    context = click.get_current_context()
    if context.invoked_subcommand is None:
        _print_overview(settings)
        return
    # An option before the command's name counts as its default: ctgraph --store DIR query …
    given = {
        name: value
        for name, value in context.params.items()
        if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE
    }
    context.default_map = dict.fromkeys(DECLARED, given)


def _print_version(ctx: click.Context, parameter: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        click.echo(f"ctgraph {__version__}")
        ctx.exit()


def _build_root() -> Commands:
    import inspect

    version = option(
        "-V",
        "--version",
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_print_version,
        help="Show the version and exit.",
    )
    return Commands(
        "ctgraph",
        params=[spec.build() for spec in (version, *STORE, LANG, *MESSAGES)],
        callback=with_settings(start, asks=False),
        help=inspect.cleandoc(start.__doc__ or ""),
        epilog=_EPILOG,
        invoke_without_command=True,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )


cli = _build_root()
"""The root command, for `main`, for tests and for shell completion."""


@command(
    "ask",
    argument("name", required=False, shell_complete=_complete("complete_question")),
    option(
        "-p",
        "--param",
        "params",
        metavar="NAME=VALUE",
        multiple=True,
        shell_complete=_complete("complete_param"),
        help="Set a parameter: a label, acronym, CURIE or IRI, a number, a date. May be repeated.",
    ),
    option("--about", is_flag=True, help="Say what the question takes, and show its query."),
    option("--evidence", is_flag=True, help="Show the claims behind each row."),
    *STORE,
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
            raise UsageError("no question is named.", hint="'ctgraph ask' alone lists them.")
        _print_questions(settings)
        return
    if about:
        _print_about(settings, name)
        return
    with _open(settings) as store:
        _run_ask(settings, store, name, params, evidence=evidence)


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
    *STORE,
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
    text = _read_query(text, file)
    with _open(settings) as store:
        _run_query(settings, store, text, evidence=evidence, allow_service=allow_service)


@command(
    "show",
    argument("entity", shell_complete=_complete("complete_entity")),
    option("--evidence", is_flag=True, help="Show every claim of each line in full."),
    *STORE,
    *output(("text", "markdown", "json")),
    IRI,
    LIMIT,
)
def show_command(settings: Settings, entity: str, evidence: bool) -> None:
    """Everything about one thing, with its quotes.

    ENTITY is a label, acronym, CURIE or IRI, in either language. What others say of it (←) is
    shown too.

    \b
    ctgraph show GIFCT
    ctgraph show 国連薬物・犯罪事務所 --lang ja
    ctgraph show ctd:mofa-2024-a07 --evidence
    """
    from ctgraph import report
    from ctgraph.search import describe_entity

    chosen = choose_format(settings, ("text", "markdown", "json"))
    with _open(settings) as store:
        view = describe_entity(store, entity, settings.lang, settings.limit or SHOWN_STATEMENTS)
        text = report.entity(
            view,
            chosen,
            settings.lang,
            evidence=evidence,
            labels=not settings.iri,
            width=_screen(settings),
        )
    _print(settings, text)


@command(
    "find",
    argument("text"),
    *STORE,
    *output(HIT_FORMATS),
    IRI,
    LIMIT,
)
def find_command(settings: Settings, text: str) -> None:
    """Things by name, acronym, gloss or quote.

    Japanese and English are searched alike; case, width and blanks do not matter.

    \b
    ctgraph find unodc
    ctgraph find サイバー犯罪 --lang ja
    ctgraph find "rule of law" --limit 5 -f json
    """
    from ctgraph import report
    from ctgraph.search import find

    chosen = choose_format(settings, HIT_FORMATS)
    wanted = settings.limit
    with _open(settings) as store:
        found = find(store, text, settings.lang, None if wanted is None else wanted + 1)
    is_cut = wanted is not None and len(found) > wanted
    shown = report.hits(
        found[:wanted],
        chosen,
        settings.lang,
        labels=not settings.iri,
        width=_screen(settings),
        truncated=is_cut,
    )
    if shown:
        _print(settings, shown)
    if not found:
        settings.note(
            settings.say(f"Nothing holds {text!r}.", f"{text!r} を含むものはありません。")
        )


@command(
    "why",
    argument("what"),
    argument("command", nargs=-1, type=click.UNPROCESSED, metavar="[ask …|query …]"),
    *STORE,
    *output(EVIDENCE_FORMATS),
    context_settings={"allow_interspersed_args": False},
)
def why_command(settings: Settings, what: str, command: tuple[str, ...]) -> None:
    """The claims behind a row of an answer, a statement, or a claim itself.

    \b
    ctgraph why 3 ask partners -p actor=UNODC            row 3 of that answer
    ctgraph why 1 query 'SELECT ?x { ctd:jpn ct:cooperatesWith ?x }'
    ctgraph why "ctd:jpn ct:cooperatesWith ctd:unodc"    a statement of the graph
    ctgraph why ctd:mofa-2024-a07                        a claim: its words, and what it says

    Rows count from 1, in the order of the answer. --evidence on `ask`, `query` and `show` gives
    the claims of all rows at once.
    """
    context = click.get_current_context()
    if command and command[0].startswith("-"):
        # Options of ours may stand behind WHAT too: read them, with WHAT moved to the end.
        context = _make_inner(context, "why", [*command, what])
        settings = Settings(dict(context.params))
        command = (context.params["what"], *context.params["command"])[:-1]
    if what.isascii() and what.isdigit():
        _explain_row(context, int(what), command)
        return
    if command:
        raise UsageError(
            f"{command[0]!r} behind a statement or a claim.",
            hint="Put a statement in quotes: ctgraph why 'ctd:jpn ct:cooperatesWith ctd:unodc'",
        )
    with _open(settings) as store:
        _explain_statement(settings, store, what)


def _make_inner(outer: click.Context, name: str, arguments: list[str]) -> click.Context:
    """The context of a command that runs inside another and takes its options as defaults."""
    shared = {
        name: value
        for name, value in outer.params.items()
        if name in Settings.__annotations__
        and outer.get_parameter_source(name) is not click.core.ParameterSource.DEFAULT
    }
    built = cli.get_command(outer, name)
    assert built is not None
    return built.make_context(name, arguments, parent=outer.parent, default_map=shared)


def _explain_row(outer: click.Context, row: int, command: tuple[str, ...]) -> None:
    """Run ``ask …`` or ``query …`` again, and show one of its rows with its claims."""
    if row < 1 or not command or command[0] not in ("ask", "query"):
        raise UsageError(
            "rows count from 1." if row < 1 else f"row {row} of which answer?",
            hint="Put the command behind it: ctgraph why 3 ask partners -p actor=UNODC",
        )
    with _make_inner(outer, command[0], list(command[1:])) as inner:
        values = dict(inner.params)
        settings = Settings(values)
        if command[0] == "ask":
            if values["name"] is None or values["about"]:
                raise UsageError("no question is named.", hint="Write: ctgraph why 1 ask NAME")
            with _open(settings) as store:
                _run_ask(settings, store, values["name"], values["params"], evidence=True, row=row)
        else:
            text, allowed = _read_query(values["text"], values["file"]), values["allow_service"]
            with _open(settings) as store:
                _run_query(settings, store, text, evidence=True, allow_service=allowed, row=row)


def _explain_statement(settings: Settings, store: Store, what: str) -> None:
    """Show the claims that hold a triple, or a claim with the triples in it."""
    from ctgraph import report
    from ctgraph.claims import load_claims
    from ctgraph.evidence import find_triple_evidence
    from ctgraph.explain import check_terms
    from ctgraph.names import resolve

    chosen = choose_format(settings, EVIDENCE_FORMATS)
    triple = _read_triple(store, what)
    if triple is not None:
        asked = f"ASK {{ {report.triple_text(triple)} }}"
        found = find_triple_evidence(store, triple, lang=settings.lang)
        if not (found.claims or found.derived or found.definitions):
            known = " ".join(one.message.partition(": ")[2] for one in check_terms(store, asked))
            raise UnknownName(
                "statement",
                what,
                hint=known or "No graph holds it; 'ctgraph show' lists what is said of a thing.",
            )
        _print(settings, report.statement_with_evidence(triple, found, chosen, settings.lang))
        return
    claim = resolve(store, what, "claim", settings.lang)
    (entry,) = load_claims(store, [claim.value], settings.lang).values()
    said = list(
        store.construct(
            "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?claim { ?s ?p ?o } FILTER(?s != ?claim)"
            f" VALUES ?claim {{ {claim} }} }}"
        )
    )
    _print(settings, report.claim(entry, said, chosen, settings.lang))


def _read_triple(store: Store, text: str) -> pyoxigraph.Triple | None:
    """The triple that a text is: three terms of SPARQL, or names in quotes; None if it is not."""
    from ctgraph import sparql

    if len(text.split()) < 3:
        return None
    body = text.strip().removesuffix(".").rstrip()
    try:
        query = sparql.parse_query(f"CONSTRUCT {{ {body} }} WHERE {{}}")
    except QuerySyntaxError as error:
        reason = error.message.partition(": ")[2]  # its place is in a query that we made
        raise UsageError(
            f"{text!r} is neither a claim nor a statement: {reason}",
            hint="Write subject, property and object, such as ctd:jpn ct:cooperatesWith ctd:unodc",
        ) from None
    triples: list[pyoxigraph.Triple] = list(store.construct(sparql.to_text(query)))
    if len(triples) != 1 or len(query.template or ()) != 1:
        raise UsageError(
            f"{text!r} is not one statement without variables.", hint="Ask for one at a time."
        )
    return triples[0]


def _run_ask(
    settings: Settings,
    store: Store,
    name: str,
    params: tuple[str, ...],
    *,
    evidence: bool,
    row: int | None = None,
) -> None:
    from ctgraph.query import ask

    _answer_format(settings)  # a fault is to be known before the question is asked
    values = _parse_params(params)
    table = ask(store, name, values, settings.lang, settings.timeout, settings.limit)
    _write_answer(settings, store, table, table.query, evidence=evidence, row=row)


def _run_query(
    settings: Settings,
    store: Store,
    text: str,
    *,
    evidence: bool,
    allow_service: bool,
    row: int | None = None,
) -> None:
    from ctgraph.query import run

    _answer_format(settings)  # a fault is to be known before the query is run
    answer = run(
        store,
        text,
        settings.timeout,
        settings.limit,
        settings.lang,
        allow_service=allow_service,
    )
    _write_answer(settings, store, answer, text, evidence=evidence, row=row)


def _parse_params(params: tuple[str, ...]) -> dict[str, str | list[str]]:
    """Values by name; a parameter that is given twice has a list of values."""
    values: dict[str, str | list[str]] = {}
    for given in params:
        name, equals, value = given.partition("=")
        name = name.strip()
        if not equals or not name:
            raise UsageError(
                f"parameter {given!r} is not of the form name=value.",
                hint="Write for example -p actor=UNODC.",
            )
        before = values.get(name)
        if before is None:
            values[name] = value
        else:
            values[name] = [*(before if isinstance(before, list) else [before]), value]
    return values


def _read_query(text: str | None, file: str | None) -> str:
    """The text of a query from the argument, a file, or standard input."""
    if text is not None and file is not None:
        raise UsageError("a query and --file are both given.", hint="Leave one of them out.")
    where = file or "the text on standard input"
    if file is not None:
        from pathlib import Path

        try:
            raw = Path(file).read_bytes()
        except OSError as error:
            raise DataError(
                f"{file}: cannot be read: {error.strerror}.", hint="Name a file with a query."
            ) from error
    elif text == "-" or (text is None and not sys.stdin.isatty()):
        raw = sys.stdin.buffer.read()
    elif text is None:
        raise UsageError(
            "no query is given.",
            hint="Write it behind 'ctgraph query' in quotes, or use --file FILE or - for a pipe.",
        )
    else:
        where, raw = "the query", text.encode("utf-8", "surrogateescape")
    try:
        decoded = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(
            f"{where}: not UTF-8 (byte {error.start + 1}).", hint="Save it as UTF-8."
        ) from error
    if not decoded.strip():
        raise UsageError(
            f"{where} is empty.", hint="A query begins with SELECT, ASK, CONSTRUCT or DESCRIBE."
        )
    return decoded


@command(
    "stats",
    *STORE,
    *output(("text", "json")),
)
def stats_command(settings: Settings) -> None:
    """What is in the graph, counted.

    Claims by basis and section, things by class, ties, versions and the hash of the claims.

    \b
    ctgraph stats
    ctgraph stats -f json -o stats.json
    """
    from ctgraph import report
    from ctgraph.api import count_statistics

    chosen = choose_format(settings, ("text", "json"))
    with _open(settings) as store:
        counted = count_statistics(store, settings.lang)
    if chosen == "json":
        _print_json(settings, counted.to_dict())
    else:
        _print(settings, report.statistics(counted, settings.lang))


@command(
    "check",
    option(
        "--only",
        metavar="RULE",
        multiple=True,
        help="Run only this group or rule; may be repeated or a list a,b.",
    ),
    *STORE,
    *output(("text", "json")),
)
def check_command(settings: Settings, only: tuple[str, ...]) -> None:
    """What is wrong with the data, where, and how it is mended.

    Shapes, violation queries, quotes found in the text of the source, coverage of its sentences,
    labels, totals, questions; with --store, whether every file of the store is as it was written.
    Exit code 1 if an error is found.

    \b
    ctgraph check
    ctgraph check --project my-graph -f json -o report.json
    ctgraph check --only quotes,coverage
    """
    from ctgraph.bundle import locate
    from ctgraph.data import BrokenFiles
    from ctgraph.validate import (
        check,
        check_files,
        check_uncounted,
        format_report,
        report_to_json,
    )

    chosen = choose_format(settings, ("text", "json"))
    names = [name.strip() for given in only for name in given.split(",") if name.strip()]
    code = 1
    try:
        with _open(settings) as store:
            found = check(store, only=names or None, progress=_progress(settings))
    except (DataError, StoreError) as error:
        bundle, whole = locate(settings.project), None
        if isinstance(error, BrokenFiles):
            whole = check_uncounted(bundle, only=names or None, progress=_progress(settings))
        if whole is None and chosen != "json":
            raise
        found = whole or check_files(bundle, error)
        code = 1 if whole else error.exit_code
    if chosen == "json":
        _print_json(settings, report_to_json(found))
    else:
        _print(settings, format_report(found, settings.lang))
    if not found.ok:
        click.get_current_context().exit(code)


@command(
    "export",
    option(
        "--with",
        "parts",
        metavar="PART",
        multiple=True,
        help="Add derived, ontology or claims (a graph per claim); may be repeated or a list a,b.",
    ),
    option("--actor", metavar="NAME", help="Only what concerns this actor."),
    option("--topic", metavar="NAME", help="Only what concerns this topic and those below it."),
    option("--year", metavar="YEAR", help="Only what lies in this fiscal year."),
    option("--source", metavar="NAME", help="Only what rests on this source."),
    option("--stated-only", is_flag=True, help="Leave out what is only inferred."),
    option(
        "--construct",
        metavar="FILE",
        shell_complete=complete_path("file"),
        help="Only the triples of this CONSTRUCT query, and the claims behind them.",
    ),
    option("--view", metavar="VIEW", help="For graphml, gexf and cyjs: which network, as in draw."),
    option("--describe", is_flag=True, help="Write the VoID/DCAT description instead."),
    *STORE,
    *output(EXPORT_FORMATS),
)
def export_command(
    settings: Settings,
    *,
    parts: tuple[str, ...],
    actor: str | None,
    topic: str | None,
    year: str | None,
    source: str | None,
    stated_only: bool,
    construct: str | None,
    view: str | None,
    describe: bool,
) -> None:
    """The graph, or a slice of it, as a file.

    Turtle, TriG, N-Triples, N-Quads, JSON-LD, RDF/XML or CSV: asserted triples with their claims,
    unless --with adds more. GraphML, GEXF or Cytoscape JSON: a network, as `ctgraph draw` writes
    it. The same graph gives the same bytes everywhere.

    \b
    ctgraph export -o graph.ttl
    ctgraph export -o graph.trig --with claims
    ctgraph export -o unodc.ttl --actor UNODC --stated-only
    ctgraph export -f nquads --with derived,ontology,claims | gzip > all.nq.gz
    ctgraph export -o funding.gexf --view funding
    ctgraph export --describe -o void.ttl
    """
    from ctgraph.export import NETWORK_FORMATS, export
    from ctgraph.export import describe as describe_graph

    target = _target(settings)
    name = settings.format or ("turtle" if settings.output in (None, "-") else None)
    with _open(settings) as store:
        if describe:
            from ctgraph.export import guess_format
            from ctgraph.output import write_output

            slices = (parts, actor, topic, year, source, stated_only, construct, view)
            if any(slices):
                raise UsageError(
                    "--describe describes the whole graph.", hint="Leave out --with and the slices."
                )
            if name is None:
                name = guess_format(str(settings.output)).name
            write_output(target, [describe_graph(store, format=name)])
            return
        written = export(
            store,
            target,
            format=name,
            parts=[part.strip() for given in parts for part in given.split(",") if part.strip()],
            actor=actor,
            topic=topic,
            year=year,
            source=source,
            stated_only=stated_only,
            construct=construct,
            view=view,
            lang=settings.lang,
        )
    if settings.output not in (None, "-"):
        counted = "ties" if written.format in NETWORK_FORMATS else "triples"
        settings.note(
            f"{settings.output}: {written.triples} {counted}, {written.claims} claims,"
            f" {written.format}"
        )


NETWORK = (
    option(
        "--query",
        "query",
        metavar="FILE",
        shell_complete=complete_path("file"),
        help="The network that a query makes: a CONSTRUCT, or a SELECT of ?source and ?target.",
    ),
    option("--actor", metavar="NAME", help="Only what is near this actor."),
    option(
        "--hops",
        metavar="N",
        make_type=lambda: click.IntRange(min=1),
        default=1,
        show_default=True,
        help="How many steps from the actor.",
    ),
    option("--topic", metavar="NAME", help="Only what has this topic or one below it."),
    option("--place", metavar="NAME", help="Only what is in, for or from this place."),
    option("--year", metavar="YEAR", help="Only what is in this fiscal year."),
    option("--from", "since", metavar="DATE", help="Only what ends on this date or later."),
    option("--to", "until", metavar="DATE", help="Only what begins on this date or earlier."),
    option("--role", metavar="NAME", help="Only ties in which an actor has this role."),
    option("--kind", metavar="CLASS", help="Only ties with an end or activity of this class."),
    option("--stated-only", is_flag=True, help="Leave out what is only inferred."),
)
CHARTS = "network, matrix, timeline, funding, indicators or goals; the first if none is named"
VIEW_NAMES = "cooperation, activities, goals, funding, structure, plans or everything"


def _network(
    settings: Settings,
    store: Store,
    view: str | None,
    *,
    coarsening: str | None = None,
    **filters: Any,
) -> Any:
    """The network of a view or of a query, as the options of `NETWORK` say."""
    from ctgraph import coarsen
    from ctgraph.api import Graph

    file = filters.pop("query")
    if file is not None and view is not None:
        raise UsageError("a view and --query are both given.", hint="Leave one of them out.")
    text = None if file is None else _read_query(None, file)
    graph = Graph(store, settings.lang)
    network = graph.network(view or "cooperation", query=text, **filters)
    if coarsening == "communities":
        return coarsen.communities(network, lang=settings.lang)
    if coarsening != "backbone" or not network:
        return network
    found = coarsen.backbone(network)
    if not found:
        raise DataError(
            "the network has no backbone: no tie is stronger than chance would make it.",
            hint="Leave --backbone out.",
        )
    return found


@command(
    "draw",
    option("--view", metavar="VIEW", help=f"{VIEW_NAMES}; the first if none is named."),
    *NETWORK,
    option(
        "--story",
        metavar="STORY",
        shell_complete=complete_path("file"),
        help="Tell the network in the steps of a story: a name or a TOML file.",
    ),
    option("--communities", is_flag=True, help="Only its communities, each as one node."),
    option("--backbone", is_flag=True, help="Only the ties that chance would not make."),
    option("--chart", metavar="CHART", help=f"For svg, pdf and png: {CHARTS}."),
    option("--size", metavar="SIZE", help="For svg, pdf and png: slide, a4, a4-landscape, column."),
    *STORE,
    *output(("html", "svg", "pdf", "png", "graphml", "gexf", "cyjs", "csv")),
)
def draw_command(settings: Settings, view: str | None, story: str | None, **filters: Any) -> None:
    """A network as a page that needs no connection, a figure or a file.

    \b
    ctgraph draw -o network.html
    ctgraph draw -o unodc.html --actor UNODC --lang ja
    ctgraph draw --view funding -o funding.html
    ctgraph draw --story the-sheet-in-six-steps -o story.html
    ctgraph draw -o network.svg --size column
    ctgraph draw --chart timeline -o timeline.pdf --lang ja
    ctgraph draw --view everything --year 2023 -o fy2023.gexf
    ctgraph draw --view plans -o plans.zip                 nodes.csv and edges.csv
    """
    from ctgraph.stories import build_story

    chart, size = filters.pop("chart"), filters.pop("size")
    filters["coarsening"] = _coarsening(filters.pop("communities"), filters.pop("backbone"))
    path = str(settings.output or "").lower()
    if settings.format is None and path.endswith(".zip"):
        settings.format = "csv"
    chosen = choose_format(
        settings, ("html", "svg", "pdf", "png", "graphml", "gexf", "cyjs", "csv")
    )
    if chosen == "csv" and path.endswith(".csv"):
        raise UsageError("a network is two tables.", hint="Name a ZIP file: -o network.zip")
    if settings.output is None and sys.stdout.isatty():
        raise UsageError("a network is not for a terminal.", hint="Name a file: -o network.html")
    told = _read_story(settings, story, chosen, view=view, filters=filters)
    if chosen in {"svg", "pdf", "png"}:
        settings.format = chosen
        _draw_figure(settings, chart or "network", size or "slide", view=view, filters=filters)
        return
    if chart or size:
        raise UsageError(
            f"--chart and --size are for figures, not for {chosen}.",
            hint="Name a file that ends in .svg, .pdf or .png.",
        )
    with _open(settings) as store:
        if told is None:
            network = _network(settings, store, view, **filters)
        else:
            network = build_story(store, told, settings.lang)
        if not network:
            raise DataError("the network is empty: nothing fits the filters.", hint="Ask for more.")
        _write_network(settings, network, chosen, store, told)
    if settings.output not in (None, "-"):
        nodes, edges = network.number_of_nodes(), network.number_of_edges()
        said = settings.say(f"{nodes} nodes, {edges} ties", f"ノード {nodes}、つながり {edges}")
        if chosen == "html":
            said += settings.say("; open it in any browser", "。ブラウザーで開けます")
        settings.note(f"{settings.output}: {said}{settings.say('.', '。')}")


def _coarsening(communities: bool, backbone: bool) -> str | None:
    if communities and backbone:
        raise UsageError("--communities and --backbone are both given.", hint="Choose one.")
    return "communities" if communities else "backbone" if backbone else None


def _is_cut(view: str | None, filters: dict[str, Any]) -> bool:
    """Whether a view or a filter was given; the number of hops alone filters nothing."""
    return bool(view) or any(value for name, value in filters.items() if name != "hops")


def _write_network(
    settings: Settings, network: Any, format: str, store: Store, story: Story | None
) -> None:
    if format != "html":
        from ctgraph.export import write_network

        write_network(network, _target(settings), format)
        return
    from ctgraph.draw import write_page

    write_page(network, _target(settings), lang=settings.lang, store=store, story=story)


def _read_story(
    settings: Settings, story: str | None, format: str, *, view: str | None, filters: dict[str, Any]
) -> Story | None:
    """The story that the page tells; it says itself which network it is about."""
    if story is None:
        return None
    from ctgraph.bundle import locate
    from ctgraph.stories import read_story

    if format != "html":
        raise UsageError(
            f"--story is for a page, not for {format}.",
            hint="Name a file that ends in .html, or make slides: ctgraph slides.",
        )
    if _is_cut(view, filters):
        raise UsageError(
            "a story has its own view and filters.", hint="Leave the others out, or --story."
        )
    return read_story(story, locate(settings.project))


def _draw_figure(
    settings: Settings, chart: str, size: str, *, view: str | None, filters: dict[str, Any]
) -> None:
    from ctgraph.figures import NETWORKS, write_figure

    with _open(settings) as store:
        subject: Any = store
        if chart in NETWORKS:
            subject = _network(settings, store, view, **filters)
        elif _is_cut(view, filters):
            raise UsageError(
                f"the chart {chart} shows the whole graph.",
                hint=f"Views and filters are for the charts {' and '.join(NETWORKS)}.",
            )
        write_figure(
            subject,
            _target(settings),
            kind=chart,
            lang=settings.lang,
            size=size,
            store=store,
            format=settings.format,
        )
    if settings.output not in (None, "-"):
        settings.note(f"{settings.output}: {chart}, {size}")


@command(
    "slides",
    argument("story", required=False, shell_complete=complete_path("file")),
    *STORE,
    *output(("pptx",)),
)
def slides_command(settings: Settings, story: str | None) -> None:
    """A story as PowerPoint slides to edit, with all quotes in the notes.

    STORY is the name of one in the project or a TOML file; without it the names are listed.

    \b
    ctgraph slides
    ctgraph slides the-sheet-in-six-steps -o sheet.pptx --lang ja
    """
    from ctgraph.bundle import locate
    from ctgraph.stories import read_stories, read_story

    bundle = locate(settings.project)
    if story is None:
        found = read_stories(bundle)
        wide = max(map(len, found), default=0)
        told = (f"{name:{wide}}  {one.title[settings.lang]}" for name, one in found.items())
        _print(settings, "\n".join(told) or "No stories.")
        return
    from ctgraph.slides import write_slides

    choose_format(settings, ("pptx",))
    if settings.output is None and sys.stdout.isatty():
        raise UsageError("slides are not for a terminal.", hint="Name a file: -o story.pptx")
    chosen = read_story(story, bundle)
    with _open(settings) as store:
        write_slides(store, chosen, _target(settings), settings.lang)
    if settings.output not in (None, "-"):
        steps = len(chosen.steps)
        settings.note(
            settings.say(
                f"{settings.output}: {steps} steps; quotes in the notes.",
                f"{settings.output}: {steps}段階。原文はノートにあります。",
            )
        )


@command(
    "path",
    argument("start", metavar="A", shell_complete=_complete("complete_entity")),
    argument("end", metavar="B", shell_complete=_complete("complete_entity")),
    option("--view", metavar="VIEW", help=f"{VIEW_NAMES}; the first if none is named."),
    *(spec for spec in NETWORK if not {"--query", "--actor", "--hops"} & set(spec.names)),
    *STORE,
    *output(PATH_FORMATS),
    IRI,
    LIMIT,
)
def path_command(
    settings: Settings, start: str, end: str, view: str | None, **filters: Any
) -> None:
    """The shortest paths between two actors, with the quotes of every step.

    Steps lead over cooperation unless --view says otherwise.

    \b
    ctgraph path UNODC GIFCT
    ctgraph path UNAFEI 国際移住機関 --lang ja
    ctgraph path UNODC GIFCT --year 2023 -f markdown
    ctgraph path ICPO ctd:mofa-2024-goal-1 --view everything -o path.xlsx
    """
    from ctgraph.names import resolve
    from ctgraph.paths import describe_paths, find_paths, path_table, write_paths

    chosen = choose_format(settings, PATH_FORMATS)
    kind, limit = "actor" if view is None else "any", settings.limit
    with _open(settings) as store:
        one, other = (resolve(store, name, kind, settings.lang).value for name in (start, end))
        network = _network(settings, store, view, query=None, **filters)
        found = find_paths(network, one, other, None if limit is None else limit + 1)
        paths = describe_paths(store, network, found[:limit], settings.lang)
        if chosen in {"csv", "tsv", "xlsx"}:
            _write_table(settings, path_table(store, paths, settings.lang), chosen)
        elif found or chosen == "json":
            _print(settings, write_paths(paths, chosen, settings.lang))
    if not found:
        settings.note(
            settings.say("No path leads from one to the other.", "両者を結ぶ経路はありません。")
        )
    elif limit is not None and len(found) > limit:
        settings.note(settings.say("There are more.", "ほかにもあります。"))


@command(
    "measure",
    argument("view", required=False),
    option(
        "--of",
        "of",
        make_type=lambda: click.Choice(["nodes", "network", "bridges"]),
        default="nodes",
        show_default=True,
        help="Each node, the network as a whole, or the ties without which it falls apart.",
    ),
    *NETWORK,
    *STORE,
    *output(TABLE_FORMATS),
    IRI,
)
def measure_command(settings: Settings, view: str | None, of: str, **filters: Any) -> None:
    """Degree, betweenness, communities … of a network.

    VIEW is one of those that `ctgraph draw` draws; cooperation if none is named. What each measure
    means, and who defined it, stands in docs/reference/measures.md.

    \b
    ctgraph measure
    ctgraph measure activities --year 2023 -o measures.csv
    ctgraph measure cooperation --of network
    """
    from ctgraph.measures import measure

    _answer_format(settings)
    with _open(settings) as store:
        network = _network(settings, store, view, **filters)
        if not network:
            raise DataError("the network is empty: nothing fits the filters.", hint="Ask for more.")
        table = measure(store, network, of, settings.lang)
        _write_answer(settings, store, table, table.query, evidence=False)


@command(
    "demo",
    option(
        "-o",
        "--output",
        metavar="DIR",
        default="ctgraph-demo",
        show_default=True,
        help="Folder to write to; made if it is not there.",
    ),
    *STORE,
    LANG,
)
def demo_command(settings: Settings) -> None:
    """One answer with its quote, a network page and a Turtle file.

    \b
    ctgraph demo
    ctgraph demo -o somewhere --lang ja
    """
    from pathlib import Path

    from ctgraph import report
    from ctgraph.api import Graph
    from ctgraph.draw import write_page
    from ctgraph.export import export
    from ctgraph.output import write_output
    from ctgraph.query import ask
    from ctgraph.tables import write_table

    folder = Path(str(settings.output))
    settings.output = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"{folder} cannot be made: {error.strerror}.", hint="Name another folder with -o."
        ) from error
    show = _progress(settings) or (lambda what: None)
    lang = settings.lang
    with _open(settings) as store:
        graph = Graph(store, settings.lang)
        show(settings.say("asking …", "質問中 …"))
        answer = ask(store, DEMO_QUESTION, {"actor": DEMO_ACTOR}, lang)
        found = [graph.evidence(row) for row in answer]
        proven = report.answer_with_evidence(answer, range(len(answer)), found, "markdown", lang)
        write_output(folder / "answer.md", [proven, "\n"])
        write_table(answer, folder / "answer.csv", lang=lang)
        show(settings.say("drawing …", "作図中 …"))
        write_page(graph.network(), folder / "network.html", lang=lang, store=store)
        show(settings.say("writing Turtle …", "Turtleを作成中 …"))
        export(store, folder / "graph.ttl", lang=lang)
        show("")
        _print(settings, report.demo(answer, found, folder, lang, width=_screen(settings)))


@command(
    "load",
    argument("files", nargs=-1, metavar="FILE...", shell_complete=complete_path("file")),
    PROJECT,
    option(
        "--store",
        metavar="DIR",
        required=True,
        shell_complete=complete_path("dir"),
        callback=to_path,
        help="Folder of the store to write.",
    ),
    option(
        "--replace",
        is_flag=True,
        help="Start from the graph alone. Without it, files are added to a store that is there.",
    ),
)
def load_command(settings: Settings, files: tuple[str, ...], replace: bool) -> None:
    """A store on disk: the graph and more files of claims.

    The files are TriG or N-Quads. The store appears whole or not at all; an older one in its
    place stays until the new one is ready.

    \b
    ctgraph load --store graph.store
    ctgraph load more.trig --store graph.store
    ctgraph query --store graph.store 'SELECT (COUNT(*) AS ?n) { ?s ?p ?o }'
    """
    from pathlib import Path

    from ctgraph.bundle import locate
    from ctgraph.store import build_store

    assert settings.store is not None  # required=True
    for file in files:
        if not Path(file).exists():  # known before a folder is made for the store
            raise DataError(f"{file}: no such file.", hint="Name files of claims that are there.")
    built = build_store(
        settings.store,
        [Path(file) for file in files],
        locate(settings.project),
        replace=replace,
        progress=_progress(settings),
    )
    settings.note(
        f"{settings.store}: {built.counts.claims:,} claims. Use it with --store {settings.store}"
    )


def _progress(settings: Settings) -> Callable[..., None] | None:
    """A function that shows on one line what is being done; None if nobody would see it."""
    if settings.quiet or not sys.stderr.isatty():
        return None

    def show(what: object, count: int | None = None) -> None:
        done = "" if count is None else f" {count:,}"
        tell(f"\r\033[K{what}{done}")

    click.get_current_context().call_on_close(lambda: show(""))
    return show


@command(
    "serve",
    *STORE,
    option("--host", default="127.0.0.1", show_default=True, help="Address to listen on."),
    option(
        "--port",
        make_type=lambda: click.IntRange(0, 65535),
        default=8000,
        show_default=True,
        help="Port to listen on; 0 for any that is free.",
    ),
    option("--root-path", metavar="PATH", default="", help="Path where a proxy mounts it: /graph."),
    option(
        "--trust-proxy",
        metavar="ADDRESS",
        default="",
        help="Believe X-Forwarded-For and -Proto of this proxy (several with commas).",
    ),
    option(
        "--cors",
        metavar="ORIGIN",
        multiple=True,
        help="Let pages of this origin read answers; * for all. May be repeated.",
    ),
    option(
        "--timeout",
        metavar="SECONDS",
        make_type=lambda: click.FloatRange(min=0, min_open=True, max=86400),
        default=30.0,
        show_default=True,
        help="The longest that one question may take; a client may ask for less.",
    ),
    option(
        "--workers",
        metavar="N",
        make_type=lambda: click.IntRange(3, 1000),
        help="Questions that are worked on at once (default: four for each core).",
    ),
    option(
        "--connections",
        metavar="N",
        make_type=lambda: click.IntRange(10, 1_000_000),
        default=1000,
        show_default=True,
        help="Connections open at once; the idlest makes room for a new one.",
    ),
    option(
        "--rows",
        metavar="N",
        make_type=lambda: click.IntRange(min=1),
        default=100_000,
        show_default=True,
        help="Rows or triples of one answer; more are left out, and the answer says so.",
    ),
    option(
        "--bytes",
        "size",
        metavar="SIZE",
        make_type=ByteSize,
        default="64M",
        show_default=True,
        help="Size of one answer.",
    ),
    option(
        "--memory",
        metavar="SIZE",
        make_type=ByteSize,
        default="1G",
        show_default=True,
        help="Memory that one question may take beyond the graph itself.",
    ),
    option(
        "--cache",
        "kept",
        metavar="SIZE",
        make_type=ByteSize,
        default="64M",
        show_default=True,
        help="Answers that are kept to be given again; 0 for none.",
    ),
    option("--writable", is_flag=True, help="Accept updates of --store from who has the token."),
    option(
        "--token-file",
        metavar="FILE",
        shell_complete=complete_path("file"),
        help="File with the token; else it is read from CTGRAPH_TOKEN.",
    ),
    option(
        "--log-file",
        metavar="FILE",
        shell_complete=complete_path("file"),
        help="Write the log there, not to standard error.",
    ),
    option("--log-queries", is_flag=True, help="Write the text of queries into the log."),
    option(
        "--grace",
        metavar="SECONDS",
        make_type=lambda: click.FloatRange(min=0),
        default=30.0,
        show_default=True,
        help="How long running answers may still take after SIGTERM.",
    ),
    option("--get", "target", metavar="PATH", help="Print one answer, without a port, and end."),
    option("--accept", metavar="TYPES", default="*/*", help="With --get: the header Accept."),
)
def serve_command(settings: Settings, target: str | None, accept: str, **values: Any) -> None:
    """The graph on the web: pages, a SPARQL endpoint, a query page.

    Each question has a limit of time and memory, and a process of its own while it lasts. The log
    is one line of JSON for each request. SIGTERM lets running answers finish; SIGHUP reads the
    graph anew.

    \b
    ctgraph serve
    ctgraph serve --store graph.store --port 8080 --cors '*'
    ctgraph serve --endpoint http://localhost:7878/query
    ctgraph serve --get '/sparql?query=ASK{?s ?p ?o}' --accept application/sparql-results+json
    """
    from ctgraph import service
    from ctgraph.listener import Bounds

    if target is not None:
        _print_got(settings, service.fetch(_service(settings, values), target, accept))
        return
    with _log_stream(values["log_file"]) as stream:
        log = None if settings.quiet and stream is sys.stderr else service.log_to(stream)
        prepared = _service(settings, values, log)
        with service.bind(values["host"], values["port"]) as listener:
            address = service.address_of(listener, prepared.root)
            service.serve(
                prepared,
                listener,
                proxies=values["trust_proxy"],
                grace=values["grace"],
                bounds=Bounds(connections=values["connections"]),
                ready=lambda: settings.note(f"Serving at {address}"),
                failed=lambda error: tell(f"Warning: the graph stays as it was: {error}\n"),
            )


@command(
    "site",
    argument("folder", metavar="DIR", shell_complete=complete_path("dir")),
    *STORE,
    option("--force", is_flag=True, help="Replace the folder even if it holds something else."),
    asks=False,
)
def site_command(settings: Settings, folder: str, force: bool) -> None:
    """The pages of `ctgraph serve` as files, for any web server or none.

    English stands at the top of the folder and Japanese in ja/. All but free queries, other values
    of the questions and filtered networks is there. An older site in its place stays until the new
    one is ready.

    \b
    ctgraph site public
    ctgraph site public --project my-graph
    """
    from pathlib import Path

    from ctgraph.site import write_site

    show = _progress(settings)
    with _open(settings) as store:
        written = write_site(
            store,
            Path(folder),
            force=force,
            progress=show and (lambda done, total: show(f"{done:,} / {total:,}")),
        )
    settings.note(
        settings.say(
            f"{folder}: {written.files:,} files, {written.bytes:,} bytes. Open index.html in it.",
            f"{folder}：{written.files:,}ファイル、{written.bytes:,}バイト。index.htmlを開いてください。",
        )
    )


def _service(
    settings: Settings, values: dict[str, Any], log: Callable[[dict[str, Any]], None] | None = None
) -> ServiceSettings:
    """How the service is set up.

    Raises:
        UsageError: Options that do not go together.
    """
    import re

    from ctgraph.nursery import Plan
    from ctgraph.web import Settings as Service
    from ctgraph.wire import Limits

    if settings.store is not None and settings.endpoint is not None:
        raise UsageError("a store and an endpoint cannot both be served.", hint="Name one of them.")
    root = values["root_path"].rstrip("/")
    if not re.fullmatch(r"(/(?!\.\.?(/|$))[A-Za-z0-9._~-]+)*", root):
        raise UsageError(
            f"--root-path {values['root_path']}: not a path.", hint="Write it like /graph."
        )
    for origin in values["cors"]:
        if not re.fullmatch(r"\*|https?://[A-Za-z0-9.\[\]:-]+", origin):
            raise UsageError(
                f"--cors {origin}: not an origin.",
                hint="An origin is https://host or https://host:port, without a path; or *.",
            )
    return Service(
        plan=Plan(
            project=None if settings.project is None else str(settings.project.resolve()),
            store=None if settings.store is None else str(settings.store.resolve()),
            endpoint=settings.endpoint,
            memory=values["memory"],
        ),
        root=root,
        cors=tuple(values["cors"]),
        limits=Limits(cast("float", settings.timeout), values["rows"], values["size"]),
        workers=values["workers"] or max(4, 4 * (os.cpu_count() or 1)),
        kept=values["kept"],
        token=_read_token(settings, values["token_file"]) if values["writable"] else "",
        log=log,
        logs_queries=values["log_queries"],
    )


def _read_token(settings: Settings, file: str | None) -> str:
    """The token that a client must show for an update.

    Raises:
        UsageError: There is none, or no store to write to.
        DataError: The file cannot be read.
    """
    if settings.store is None:
        raise UsageError(
            "--writable needs --store: only a store on disk can be changed.",
            hint="Make one with `ctgraph load --store DIR`.",
        )
    if file is None:
        token = os.environ.get("CTGRAPH_TOKEN", "").strip()
        where = "CTGRAPH_TOKEN"
    else:
        where = file
        try:
            with open(file, encoding="ascii") as stream:  # noqa: PTH123
                token = stream.read().strip()
        except (OSError, UnicodeDecodeError) as error:
            said = getattr(error, "strerror", None) or "not ASCII"
            raise DataError(
                f"{file}: the token cannot be read: {said}.",
                hint="Write one: openssl rand -hex 32 > FILE",
            ) from None
    if len(token) < 16 or not token.isprintable() or " " in token:
        raise UsageError(
            f"{where}: a token of 16 or more characters without a blank is needed for --writable.",
            hint="Write one: openssl rand -hex 32 > FILE",
        )
    return token


@contextmanager
def _log_stream(file: str | None) -> Iterator[IO[str]]:
    if file is None:
        yield sys.stderr
        return
    try:
        stream = open(file, "a", encoding="utf-8")  # noqa: PTH123, SIM115
    except OSError as error:
        raise UsageError(f"--log-file {file}: {error.strerror}.", hint="Name another.") from None
    with stream:
        yield stream


def _print_got(settings: Settings, got: Got) -> None:
    """Print the body of an answer; with ``-v`` its status and headers, to standard error."""
    if settings.verbose:
        lines = [f"HTTP {status} leads to {url}" for status, url in got.passed]
        lines += [f"HTTP {got.status}", *(f"{name}: {value}" for name, value in got.headers)]
        tell("\n".join(lines) + "\n\n")
    stream = getattr(sys.stdout, "buffer", None)
    if stream is None:
        sys.stdout.write(got.body.decode("utf-8", "replace"))
    else:
        sys.stdout.flush()
        stream.write(got.body)
        stream.flush()
    if got.status >= 400:
        # What the asker could mend is 4; what the graph or the service lacks is 3.
        raise click.exceptions.Exit(4 if got.status < 500 or got.status in (504, 507) else 3)


@command(
    "completion",
    argument("shell", make_type=lambda: click.Choice(["bash", "zsh", "fish"])),
)
def completion_command(settings: Settings, shell: str) -> None:
    """The script that teaches a shell to complete names.

    Commands, options, questions, their parameters, actors.

    \b
    bash:  echo 'eval "$(ctgraph completion bash)"' >> ~/.bashrc
    zsh:   echo 'eval "$(ctgraph completion zsh)"' >> ~/.zshrc
    fish:  ctgraph completion fish > ~/.config/fish/completions/ctgraph.fish
    """
    from ctgraph.completion import write_script

    _print(settings, write_script(cli, shell))


def _answer_format(settings: Settings) -> str | None:
    """The format that was named or that the extension of ``-o`` stands for; None if neither."""
    if settings.format is None and settings.output not in (None, "-"):
        from ctgraph.tables import guess_format

        return guess_format(str(settings.output))
    return settings.format


def _check_spreadsheet(settings: Settings, format: str) -> None:
    if format == "xlsx" and settings.output in (None, "-") and sys.stdout.isatty():
        raise UsageError("a spreadsheet is not for a terminal.", hint="Name a file: -o answer.xlsx")


def _write_table(settings: Settings, table: Table, format: str) -> None:
    """Write a table that was computed here; no query is behind it that could be explained."""
    from ctgraph.output import write_output
    from ctgraph.tables import format_answer

    _check_spreadsheet(settings, format)
    pieces = format_answer(table, format, settings.lang, not settings.iri, width=_screen(settings))
    write_output(_target(settings), pieces)


def _write_answer(
    settings: Settings,
    store: Store,
    answer: Table | bool | Triples,
    text: str,
    *,
    evidence: bool,
    row: int | None = None,
) -> None:
    """Write an answer.

    Args:
        settings: The options.
        store: The store that answered.
        answer: A table, a truth value or triples.
        text: The query as it was run.
        evidence: Whether the claims behind each row are shown.
        row: The only row to show, from 1; None for all.
    """
    from ctgraph.output import write_output
    from ctgraph.tables import default_format, format_answer

    chosen = _answer_format(settings) or ("text" if evidence else default_format(answer))
    _check_spreadsheet(settings, chosen)
    width = _screen(settings)
    if evidence:
        proven = _with_evidence(settings, store, answer, text, format=chosen, row=row, width=width)
        _print(settings, proven)
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
        write_output(_target(settings), pieces)
    if is_empty:
        _explain(settings, store, text)


def _with_evidence(
    settings: Settings,
    store: Store,
    answer: Table | bool | Triples,
    text: str,
    *,
    format: str,
    row: int | None,
    width: int | None,
) -> str:
    from ctgraph import report
    from ctgraph.evidence import find_evidence_of_rows, find_triple_evidence
    from ctgraph.query import Table

    if format not in report.EVIDENCE_FORMATS:
        raise UsageError(
            f"{format} has no place for the claims behind a row.",
            hint=f"Use {', '.join(report.EVIDENCE_FORMATS)}, or leave --evidence out.",
        )
    size = 1 if isinstance(answer, bool) else len(answer)
    if row is not None and row > size:
        raise UsageError(
            f"there is no row {row}: the answer has {size}.",
            hint="Count the rows of the same command, from 1." if size else None,
        )
    chosen = list(range(size)) if row is None else [row - 1]
    lang, timeout = settings.lang, settings.timeout
    if isinstance(answer, bool):
        found = find_evidence_of_rows(store, text, [{}], lang=lang, timeout=timeout)
    elif isinstance(answer, Table):
        rows = [answer[index].bindings for index in chosen]
        found = find_evidence_of_rows(store, text, rows, lang=lang, timeout=timeout)
    else:
        found = [
            find_triple_evidence(store, answer[index], text, lang=lang, timeout=timeout)
            for index in chosen
        ]
    return report.answer_with_evidence(
        answer, chosen, found, format, lang, labels=not settings.iri, width=width
    )


def _explain(settings: Settings, store: Store, text: str) -> None:
    """Say on standard error that an answer is empty, and why."""
    if settings.quiet:
        return
    from ctgraph.explain import explain_empty

    settings.note(settings.say("No rows.", "結果はありません。"))
    if not text:
        return  # a table that no query made
    for explanation in explain_empty(store, text, settings.timeout)[:5]:
        settings.note(f"  {explanation.message(settings.lang)}")


def _print_overview(settings: Settings) -> None:
    from ctgraph import report
    from ctgraph.api import count_statistics

    with _open(settings) as store:
        _print(settings, report.overview(count_statistics(store, settings.lang), settings.lang))


def _print_questions(settings: Settings) -> None:
    from ctgraph import report
    from ctgraph.bundle import locate
    from ctgraph.questions import read_questions

    chosen = choose_format(settings, TABLE_FORMATS)
    if chosen not in report.QUESTION_LIST_FORMATS:
        raise UsageError(
            f"the list of questions is not written as {chosen}.",
            hint=f"Use {', '.join(report.QUESTION_LIST_FORMATS)}.",
        )
    found = list(read_questions(locate(settings.project)).values())
    _print(settings, report.questions(found, chosen, settings.lang))
    if chosen == "text":
        settings.note(
            settings.say(
                f"\n{len(found)} questions. What one takes: ctgraph ask NAME --about",
                f"\n質問 {len(found)} 件。引数を見る：ctgraph ask NAME --about",
            )
        )


def _print_about(settings: Settings, name: str) -> None:
    from ctgraph import report
    from ctgraph.bundle import locate
    from ctgraph.questions import read_question

    asked = read_question(locate(settings.project), name)
    _print(settings, report.question(asked, settings.lang))


def main() -> NoReturn:
    """Runs the command line and exits with its code; see the table in CONTRIBUTING."""
    import gc

    # Rows and triples hold no cycles, so looking for some every 700 objects is lost time.
    gc.set_threshold(100_000)
    prepare_streams()
    try:
        code = run(sys.argv[1:], WATCH)
    except KeyboardInterrupt:  # before or after the command itself
        tell("Error: interrupted.\n")
        code = INTERRUPTED
    leave(code)


def run(arguments: list[str], watch: object = None) -> int:
    """The exit code of one command.

    Args:
        arguments: What stands behind ``ctgraph``.
        watch: `WATCH` if Ctrl-C is to stop a query in the engine, which takes a thread.
    """
    is_completing = "_CTGRAPH_COMPLETE" in os.environ
    if is_completing:
        import ctgraph.completion  # noqa: F401  # teaches click how Bash cuts words
    try:
        result = cli.main(arguments, prog_name="ctgraph", standalone_mode=False, obj=watch)
        code = result if isinstance(result, int) else 0
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except click.Abort:
        tell("Error: interrupted.\n")
        code = INTERRUPTED
    except SystemExit as error:  # a pipe that closed while help was written
        code = CLOSED_PIPE if error.code == 1 and not is_completing else int(error.code or 0)
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        silence(sys.stdout)
        return CLOSED_PIPE
    except OSError as error:
        silence(sys.stdout)
        tell(f"Error: standard output: {error.strerror or error}.\n")
        return 3
    except ValueError:
        pass  # closed before we began
    return code
