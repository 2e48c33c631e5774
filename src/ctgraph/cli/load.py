"""The commands `load` and `import`: a store on disk, and rows for the project itself."""

# ruff: noqa: D301 - a backspace in a docstring is click's mark of lines that stay as they are

from __future__ import annotations

import click

from ctgraph.cli.answer import print_json, print_text, show_progress
from ctgraph.cli.options import (
    PROJECT,
    Settings,
    argument,
    choose_format,
    command,
    complete_path,
    option,
    output,
    to_path,
)
from ctgraph.errors import DataError


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

    The files are TriG, N-Quads or JSON-LD, exports with claims among them; what is known already
    is not added again. The store appears whole or not at all; an older one in its place stays
    until the new one is ready.

    \b
    ctgraph load --store graph.store
    ctgraph load more.trig --store graph.store
    ctgraph query --store graph.store 'SELECT (COUNT(*) AS ?n) { ?s ?p ?o }'
    """
    from pathlib import Path

    from ctgraph.store import build_store, locate

    assert settings.store is not None  # required=True
    for file in files:
        if not Path(file).exists():  # known before a folder is made for the store
            raise DataError("claims-file-missing", file=file)
    built = build_store(
        settings.store,
        [Path(file) for file in files],
        locate(settings.project),
        replace=replace,
        progress=show_progress(settings),
    )
    claims = f"{built.counts.claims:,}"
    settings.note(
        settings.say(
            f"{settings.store}: {claims} claims. Use it with --store {settings.store}",
            f"{settings.store}：主張 {claims}。--store {settings.store} で使えます。",
        )
    )


@command(
    "import",
    argument("folder", metavar="FOLDER", shell_complete=complete_path("dir")),
    PROJECT,
    option("--dry-run", is_flag=True, help="Only show what would be done."),
    option("--partial", is_flag=True, help="Leave rows out that cannot go in; add the others."),
    option("--name", metavar="NAME", help="The folder to make below data/ (default: as FOLDER)."),
    *output(("text", "json")),
)
def import_command(
    settings: Settings, folder: str, dry_run: bool, partial: bool, name: str | None
) -> None:
    """Tables of a curator into the project: shown, checked, all at once.

    The tables are facts.tsv and, for what is new, sources.tsv, actors.tsv and events.tsv, in the
    columns of data/pages. Names and ids that mean what is known are linked to it. Without
    --project the project of the working directory is changed. Exit code 1 if rows cannot go in.

    \b
    ctgraph import my-tables --dry-run
    ctgraph import my-tables --project my-graph --partial -f json -o report.json
    """
    from pathlib import Path

    from ctgraph.query.curation import format_import, import_to_json, prepare_import
    from ctgraph.store import locate_for_writing
    from ctgraph.words import fill

    chosen = choose_format(settings, ("text", "json"))
    bundle = locate_for_writing(settings.project)
    prepared = prepare_import(Path(folder), bundle, name, show_progress(settings))
    report = prepared.report
    if dry_run:
        what = "dry_run"
    elif report.refused and not partial:
        what = "refused_all"
    else:
        what = "written" if report.facts else "nothing_new"
    if chosen == "text":
        print_text(settings, format_import(report, settings.lang))
    if what == "written":
        prepared.write()
    if chosen == "json":
        print_json(settings, import_to_json(report, written=what == "written"))
    settings.note(fill("curation", what, settings.lang, {"folder": report.folder}))
    if report.refused:
        click.get_current_context().exit(1)
