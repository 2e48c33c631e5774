"""The commands `check`, `verify` and `draft`: the data, and the pages that they rest on."""

# ruff: noqa: D301 - a backspace in a docstring is click's mark of lines that stay as they are

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ctgraph.cli.answer import open_graph, print_json, print_text, screen_width, show_progress
from ctgraph.cli.options import (
    LANG,
    STORE,
    FormatChoice,
    Settings,
    argument,
    choose_format,
    command,
    complete_path,
    option,
    output,
)
from ctgraph.errors import BrokenFiles, DataError, StoreError, UsageError

if TYPE_CHECKING:
    from ctgraph.query.drafting import Draft

VERIFICATION_FORMATS = ("text", "json", "csv")
DRAFT_FORMATS = ("tsv", "json")


@command(
    "check",
    option(
        "--only",
        metavar="RULE",
        multiple=True,
        help="Run only this group or rule; may be repeated or a list a,b.",
    ),
    option(
        "--accept",
        is_flag=True,
        help="Write data/totals.toml as the files are now, then check.",
    ),
    *STORE,
    *output(("text", "json")),
)
def check_command(settings: Settings, only: tuple[str, ...], accept: bool) -> None:
    """What is wrong with the data, where, and how it is mended.

    Shapes, violation queries, quotes found in the text of the source, coverage of its sentences,
    labels, totals, questions; with --store, whether every file of the store is as it was written;
    with --endpoint, whether every question is answered there as it is by the graph in memory.
    The first line, on standard error, names the folder that is checked. Exit code 1 if an error is
    found.

    \b
    ctgraph check
    ctgraph check --project my-graph -f json -o report.json
    ctgraph check --only quotes,coverage
    ctgraph check --only answers --endpoint http://localhost:7878/query
    ctgraph check --project my-graph --accept
    """
    from ctgraph.query.checks import check, check_broken, check_files, format_report, report_to_json
    from ctgraph.store import locate

    chosen = choose_format(settings, ("text", "json"))
    names = [name.strip() for given in only for name in given.split(",") if name.strip()]
    bundle = locate(settings.project)
    settings.note(settings.say(f"Project: {bundle.root}", f"プロジェクト：{bundle.root}"))
    code = 1
    if accept:
        settings.project = _accept(settings)
    try:
        with open_graph(settings) as store:
            # What is wrong with the files would have kept it from opening.
            found = check(store, only=names or None, progress=show_progress(settings), problems=())
    except (DataError, StoreError) as error:
        whole = None
        if isinstance(error, BrokenFiles):
            whole = check_broken(bundle, only=names or None, progress=show_progress(settings))
        if whole is None and chosen != "json":
            raise
        found = whole or check_files(bundle, error)
        code = 1 if whole else error.exit_code
    if chosen == "json":
        print_json(settings, {"project": str(bundle.root), **report_to_json(found)})
    else:
        print_text(settings, format_report(found, settings.lang))
    if not found.ok:
        click.get_current_context().exit(code)


def _accept(settings: Settings) -> Path:
    """Write the totals of the project, say what changed, and return the project."""
    from ctgraph.query.curation import accept_totals
    from ctgraph.store import locate_for_writing
    from ctgraph.words import fill

    def show(count: tuple[int, int] | None) -> str:
        if count is None:
            return fill("curation", "no_counts", settings.lang, {})
        return fill("curation", "counts", settings.lang, {"claims": count[0], "quads": count[1]})

    bundle = locate_for_writing(settings.project)
    changed = accept_totals(bundle)
    key = "not_counted" if changed is None else "accepted" if changed else "unchanged"
    settings.note(fill("curation", key, settings.lang, {}))
    for name, before, after in changed or ():
        values = {"name": name, "before": show(before), "after": show(after)}
        settings.note(fill("curation", "accepted_line", settings.lang, values))
    return bundle.root


@command(
    "verify",
    argument("name", metavar="SOURCE"),
    option(
        "--text",
        "file",
        metavar="FILE",
        required=True,
        shell_complete=complete_path("file"),
        help="The page as you saved it, text or HTML; - is standard input.",
    ),
    *STORE,
    *output(VERIFICATION_FORMATS),
)
def verify_command(settings: Settings, name: str, file: str) -> None:
    """Whether a saved page holds the words that claims rest on.

    SOURCE is an IRI, CURIE, slug, label, title or address. Words that are not printed are found by
    their digest, whatever stands around them; width and white space do not matter. Nothing is
    fetched. Exit code 1 if the words of a claim are not there.

    \b
    ctgraph verify mofa-evaluation-2024 --text report.html
    ctgraph verify https://example.org/page --text - -f json < page.html
    """
    from ctgraph.export.reports import format_verification
    from ctgraph.query.sources import verify

    chosen = choose_format(settings, VERIFICATION_FORMATS)
    page = _read(file)
    with open_graph(settings) as store:
        found = verify(store, name, page, settings.lang)
    width = screen_width(settings)
    print_text(settings, format_verification(found, chosen, settings.lang, width=width))
    if not found.ok:
        click.get_current_context().exit(1)


def _read(file: str) -> bytes:
    """Return the bytes of a file, or of standard input.

    Args:
        file: Its path; ``-`` is standard input.

    Raises:
        DataError: The file cannot be read.
    """
    try:
        with click.open_file(file, "rb") as stream:
            return bytes(stream.read())
    except OSError as error:
        raise DataError("page-unreadable", file=file, said=error.strerror or error) from error


@command(
    "draft",
    argument("file", metavar="FILE", shell_complete=complete_path("file")),
    option(
        "-o",
        "--output",
        metavar="DIR",
        shell_complete=complete_path("dir"),
        help="Folder of the tables (default: draft- and the name of the source).",
    ),
    option(
        "-f",
        "--format",
        type=FormatChoice(DRAFT_FORMATS),
        metavar="FORMAT",
        help="Write to standard output instead: tsv (facts.tsv alone) or json (all tables).",
    ),
    option("--source-id", metavar="ID", default="", help="Name of the source, as in a slug."),
    option("--url", metavar="URL", default="", help="Where the document is on the web."),
    option("--title", default="", help="Its title."),
    option("--publisher", default="", help="Who published it, by name."),
    option("--date", metavar="DATE", default="", help="When it was issued: a day, month or year."),
    option("--language", metavar="CODE", default="", help="Its language, such as en or ja."),
    *STORE,
    LANG,
)
def draft_command(settings: Settings, file: str, **about: str) -> None:
    """Rows for the tables, proposed from a document.

    FILE is text, HTML or PDF in English or Japanese; - is standard input. Known names, dates,
    amounts and roles are read from its sentences; what is not decided holds a question mark.
    Nothing is fetched. Correct the rows, delete those that are wrong, and import the folder.

    \b
    ctgraph draft page.html --url https://example.org/news
    ctgraph draft report.pdf --publisher "Ministry of Foreign Affairs of Japan" --date 2024-08
    ctgraph draft - -f json < notes.txt
    """
    from ctgraph.query.drafting import About, draft_rows, order_columns, read_document, to_tsv
    from ctgraph.store import locate

    if re.match(r"\w{2,}://", file):
        raise UsageError("document-is-address", file=file)
    _check_about(about)
    target = Path(settings.output or "") if settings.output else None
    _refuse_folder(target)
    document = read_document(_read(file))
    bundle = locate(settings.project)
    settings.output, folder = None, target
    with open_graph(settings) as store:
        drafted = draft_rows(store, document, About(**about, file=Path(file).stem), bundle)
        tables = order_columns(drafted, bundle)
    if settings.format == "json":
        print_json(settings, tables)
    elif settings.format == "tsv":
        if "facts" in tables:
            print_text(settings, to_tsv(tables["facts"]))
    else:
        folder = folder or Path(f"draft-{drafted.source_id}")
        _refuse_folder(folder)
        _write_folder(folder, tables)
    if document.is_cut:
        settings.note(
            settings.say(
                f"Only the first {len(document.sentences):,} sentences were read.",
                f"初めの{len(document.sentences):,}文だけを読みました。",
            )
        )
    _tell_draft(settings, drafted, None if settings.format else folder)


def _check_about(about: dict[str, str]) -> None:
    from ctgraph.query.drafting import read_day
    from ctgraph.terms import mint

    if about["source_id"]:
        mint(about["source_id"])
    if about["date"] and read_day(about["date"]) is None:
        raise UsageError("draft-date-malformed", date=about["date"])


def _refuse_folder(folder: Path | None) -> None:
    """Refuse to write over a folder, which may hold a curator's work.

    Raises:
        UsageError: The folder is there.
    """
    if folder is not None and (folder.exists() or not folder.resolve().parent.is_dir()):
        raise UsageError("draft-in-the-way", path=folder)


def _write_folder(folder: Path, tables: dict[str, list[dict[str, str]]]) -> None:
    import shutil

    from ctgraph.export import replace_folder, translated_errors
    from ctgraph.query.drafting import to_tsv

    fresh = folder.with_name(f".{folder.name}.part")
    with translated_errors(folder):
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        for name, rows in tables.items():
            (fresh / f"{name}.tsv").write_text(to_tsv(rows), encoding="utf-8", newline="\n")
        replace_folder(fresh, folder)


def _tell_draft(settings: Settings, drafted: Draft, folder: Path | None) -> None:
    counts = {name: len(drafted.tables.get(name, ())) for name in ("facts", "actors", "events")}
    where = "" if folder is None else f"{folder}: "
    settings.note(
        settings.say(
            f"{where}{counts['facts']:,} facts from {drafted.sentences:,} sentences, "
            f"{counts['actors']:,} new actors, {counts['events']:,} new events; "
            f"{drafted.count_open():,} cells hold a question mark.",
            f"{where}{drafted.sentences:,}文から事実{counts['facts']:,}件、新しい主体"
            f"{counts['actors']:,}、新しい行事等{counts['events']:,}。"
            f"疑問符のある欄は{drafted.count_open():,}。",
        )
    )
    if folder is not None:
        settings.note(
            settings.say(
                f"Decide them in the tables, then: ctgraph import {folder} --dry-run",
                f"表で決めてから：ctgraph import {folder} --dry-run",
            )
        )
