"""The command `load`."""

# ruff: noqa: D301 - a backspace in a docstring is click's mark of lines that stay as they are

from __future__ import annotations

from ctgraph.cli.answer import show_progress
from ctgraph.cli.options import PROJECT, Settings, argument, command, complete_path, option, to_path
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

    The files are TriG or N-Quads. The store appears whole or not at all; an older one in its
    place stays until the new one is ready.

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
