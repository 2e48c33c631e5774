"""The commands `check` and `verify`: the data themselves, and pages that they rest on."""

# ruff: noqa: D301 - a backspace in a docstring is click's mark of lines that stay as they are

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ctgraph.cli.answer import open_graph, print_json, print_text, screen_width, show_progress
from ctgraph.cli.options import (
    STORE,
    Settings,
    argument,
    choose_format,
    command,
    complete_path,
    option,
    output,
)
from ctgraph.errors import BrokenFiles, DataError, StoreError

if TYPE_CHECKING:
    from pathlib import Path

VERIFICATION_FORMATS = ("text", "json", "csv")


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
    labels, totals, questions; with --store, whether every file of the store is as it was written.
    Exit code 1 if an error is found.

    \b
    ctgraph check
    ctgraph check --project my-graph -f json -o report.json
    ctgraph check --only quotes,coverage
    ctgraph check --project my-graph --accept
    """
    from ctgraph.query.checks import check, check_broken, check_files, format_report, report_to_json
    from ctgraph.store import locate

    chosen = choose_format(settings, ("text", "json"))
    names = [name.strip() for given in only for name in given.split(",") if name.strip()]
    code = 1
    if accept:
        settings.project = _accept(settings)
    try:
        with open_graph(settings) as store:
            found = check(store, only=names or None, progress=show_progress(settings))
    except (DataError, StoreError) as error:
        bundle, whole = locate(settings.project), None
        if isinstance(error, BrokenFiles):
            whole = check_broken(bundle, only=names or None, progress=show_progress(settings))
        if whole is None and chosen != "json":
            raise
        found = whole or check_files(bundle, error)
        code = 1 if whole else error.exit_code
    if chosen == "json":
        print_json(settings, report_to_json(found))
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

    Raises:
        DataError: The file cannot be read.
    """
    try:
        with click.open_file(file, "rb") as stream:
            return bytes(stream.read())
    except OSError as error:
        raise DataError("page-unreadable", file=file, said=error.strerror or error) from error
