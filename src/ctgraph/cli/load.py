"""The commands `load`, `withdraw`, `push` and `import`: stores, and rows for the project."""

# ruff: noqa: D301 - a backspace in a docstring is click's mark of lines that stay as they are

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ctgraph.cli.answer import open_graph, print_json, print_text, show_progress
from ctgraph.cli.options import (
    ON_DISK,
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
from ctgraph.errors import DataError, UsageError

if TYPE_CHECKING:
    from ctgraph.store.endpoint import Pushed
    from ctgraph.store.incremental import Withdrawal


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
    option(
        "--correct",
        is_flag=True,
        help="A claim of the files takes the place of one of the same name.",
    ),
)
def load_command(settings: Settings, files: tuple[str, ...], replace: bool, correct: bool) -> None:
    """A store on disk: the graph and more files of claims.

    The files are TriG, N-Quads or JSON-LD, exports with claims among them; what is known already
    is not added again. The store appears whole or not at all; an older one in its place stays
    until the new one is ready. Adding to a store costs what is added, not what is there.

    \b
    ctgraph load --store graph.store
    ctgraph load more.trig --store graph.store
    ctgraph load corrected.trig --correct --store graph.store
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
        correct=correct,
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
    "withdraw",
    argument("names", nargs=-1, required=True, metavar="IRI..."),
    PROJECT,
    option(
        "--store",
        metavar="DIR",
        required=True,
        shell_complete=complete_path("dir"),
        callback=to_path,
        help="A store on disk, made by `ctgraph load`.",
    ),
    option("--dry-run", is_flag=True, help="Only show what would go."),
    *output(("text", "json")),
)
def withdraw_command(settings: Settings, names: tuple[str, ...], dry_run: bool) -> None:
    """Claims, or all claims of sources, back out of a store.

    What was derived from them alone goes with them; a triple that other claims state too stays, and
    where sources differ, those that stay decide. Refused, with exit code 3, if claims that stay
    speak of what only these describe. To correct a claim, load the file with --correct.

    \b
    ctgraph withdraw ctd:extra-1 --store graph.store --dry-run
    ctgraph withdraw ctd:my-source --store graph.store
    """
    from ctgraph.store import locate
    from ctgraph.store.incremental import withdraw
    from ctgraph.words import fill

    assert settings.store is not None  # required=True
    chosen = choose_format(settings, ("text", "json"))
    found = withdraw(
        settings.store,
        names,
        locate(settings.project),
        dry_run=dry_run,
        progress=show_progress(settings),
    )
    if chosen == "json":
        counts = {"before": found.before._asdict(), "after": found.after._asdict()}
        print_json(settings, {"claims": found.claims, **counts, "withdrawn": not dry_run})
    else:
        print_text(settings, _say_withdrawn(settings, found))
    what = "dry_run" if dry_run else "done"
    settings.note(fill("withdrawal", what, settings.lang, {"store": settings.store}))


_MOST_SHOWN = 20


def _say_withdrawn(settings: Settings, found: Withdrawal) -> str:
    from ctgraph.terms import shorten
    from ctgraph.words import fill

    def say(key: str, **values: object) -> str:
        return fill("withdrawal", key, settings.lang, values)

    lines = [say("claims", n=len(found.claims))]
    for iri, glosses in [*found.claims.items()][:_MOST_SHOWN]:
        gloss = glosses.get(settings.lang) or next(iter(glosses.values()), "")
        lines.append(f"  {shorten(iri)}  {gloss}".rstrip())
    if len(found.claims) > _MOST_SHOWN:
        lines.append(f"  {say('more', n=len(found.claims) - _MOST_SHOWN)}")
    sides = (("before", found.before), ("after", found.after))
    fields = ("claims", "triples", "derived")
    lines.append(
        say("counts", **{f"{one}_{side}": getattr(c, one) for side, c in sides for one in fields})
    )
    return "\n".join(lines) + "\n"


@command(
    "push",
    PROJECT,
    ON_DISK,
    option("--endpoint", metavar="URL", required=True, help="Where the server is asked."),
    option(
        "--update",
        metavar="URL",
        help="Where it takes SPARQL Update (default: …/update for …/query, else the same URL).",
    ),
    option("--replace", is_flag=True, help="Clear the graph of ours that stands there first."),
    option(
        "--batch",
        type=click.IntRange(1, 100_000),
        default=1000,
        show_default=True,
        metavar="N",
        help="Statements in one request.",
    ),
    *output(("text", "json")),
)
def push_command(settings: Settings, update: str | None, replace: bool, batch: int) -> None:
    """The graph into a SPARQL server, and what stands there compared.

    It goes there by SPARQL Update, in batches. Where the default graph of a server is all its
    graphs together, the merge goes into a graph of its own; `--endpoint` finds it by itself. User
    name and password are read from CTGRAPH_ENDPOINT_USER and CTGRAPH_ENDPOINT_PASSWORD. Exit code 1
    if what stands there differs.

    \b
    ctgraph push --endpoint http://localhost:7878/query
    ctgraph push --store graph.store --endpoint http://localhost:3030/ds/query --replace
    ctgraph push --endpoint http://localhost:8890/sparql --update http://localhost:8890/sparql-auth
    """
    from ctgraph.store.endpoint import push_graph, read_address

    chosen = choose_format(settings, ("text", "json"))
    # The graph that is opened is the one that goes there.
    endpoint, settings.endpoint = settings.endpoint or "", None
    if update is None:
        update = f"{endpoint.removesuffix('/query')}/update"
        update = update if endpoint.endswith("/query") else endpoint
    for url in (endpoint, update):
        if "@" in url.partition("://")[2].partition("/")[0]:
            raise UsageError("push-password-in-argument")
    show = show_progress(settings)

    def tell(what: str, count: int) -> None:
        if show is not None:
            show(settings.say(*_STEPS[what]), count)

    asked, target = read_address(endpoint), read_address(update)
    with open_graph(settings) as store:
        pushed = push_graph(
            store.quads(), asked, target, replace=replace, batch=batch, progress=tell
        )
    if show is not None:
        show("")
    if chosen == "json":
        print_json(settings, {"endpoint": asked.url, **pushed._asdict(), "ok": pushed.ok})
    else:
        print_text(settings, _say_pushed(settings, asked.url, pushed))
    if not pushed.ok:
        click.get_current_context().exit(1)


_STEPS = {
    "push": ("statements sent", "送った文"),
    "verify": ("reading back statements", "読み戻しています"),
}


def _say_pushed(settings: Settings, url: str, pushed: Pushed) -> str:
    from ctgraph.words import fill

    values = {"url": url, **pushed._asdict()}
    lines = [fill("push", "stands" if pushed.ok else "differs", settings.lang, values)]
    if pushed.sha256 == pushed.found_sha256:
        lines.append(fill("push", "hash", settings.lang, values))
    else:
        lines.append(fill("push", "hashes", settings.lang, values))
    if pushed.rewritten:
        lines.append(fill("push", "rewritten", settings.lang, values))
    if pushed.merge:
        lines.append(fill("push", "merge", settings.lang, values))
    for key, found in (("missing", pushed.missing), ("added", pushed.added)):
        lines += [fill("push", key, settings.lang, {"statement": one}) for one in found]
    return "\n".join(lines) + "\n"


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
