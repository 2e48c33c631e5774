"""The command `check`."""

# ruff: noqa: D301 - a backspace in a docstring is click's mark of lines that stay as they are

from __future__ import annotations

import click

from ctgraph.cli.answer import open_graph, print_json, print_text, show_progress
from ctgraph.cli.options import STORE, Settings, choose_format, command, option, output
from ctgraph.errors import BrokenFiles, DataError, StoreError


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
    from ctgraph.query.checks import check, check_broken, check_files, format_report, report_to_json
    from ctgraph.store import locate

    chosen = choose_format(settings, ("text", "json"))
    names = [name.strip() for given in only for name in given.split(",") if name.strip()]
    code = 1
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
