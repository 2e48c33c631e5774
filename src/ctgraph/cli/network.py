"""The commands `path` and `measure`, and the filters that all networks share."""

# ruff: noqa: D301 - a backspace in a docstring is click's mark of lines that stay as they are

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ctgraph.cli.answer import (
    answer_format,
    open_graph,
    print_text,
    write_answer,
    write_table,
)
from ctgraph.cli.ask import read_query
from ctgraph.cli.options import (
    IRI,
    LIMIT,
    SCOPE,
    Settings,
    argument,
    choose_format,
    command,
    complete_path,
    complete_with,
    option,
    output,
    renamed,
)
from ctgraph.errors import DataError, UsageError
from ctgraph.export import TABLE_FORMATS
from ctgraph.network import FILTERS, OLD_NAMES
from ctgraph.network.rollup import LEVELS

if TYPE_CHECKING:
    from ctgraph.store import Store


PATH_FORMATS = ("text", "markdown", "json", "jsonl", "csv", "csv-excel", "tsv", "xlsx")


def _declare(name: str, filter: Any) -> click.Option:
    """Return the option of a filter."""
    shape: dict[str, dict[str, Any]] = {
        "query": {"metavar": "FILE", "shell_complete": complete_path("file")},
        "number": {
            "metavar": "N",
            "type": click.IntRange(min=1),
            "default": 1,
            "show_default": True,
        },
        "flag": {"is_flag": True},
        "level": {"metavar": "LEVEL", "type": click.Choice([*LEVELS])},
        "year": {"metavar": "YEAR", "shell_complete": complete_with("complete_name")},
        "day": {"metavar": "DATE"},
        "class": {"metavar": "CLASS"},
    }
    named = {"metavar": "NAME", "shell_complete": complete_with("complete_name")}
    attributes = shape.get(filter.takes, named)
    return option(f"--{name.replace('_', '-')}", name, help=filter.help, **attributes)


NETWORK = (
    *(_declare(name, one) for name, one in FILTERS.items()),
    *(renamed(f"--{old}", f"--{name}", name) for old, name in OLD_NAMES.items()),
)
"""The options of every command about a network."""

VIEW_NAMES = (
    "cooperation, activities, goals, funding, structure, membership, treaties, plans or everything"
)

VIEW = option(
    "--view",
    metavar="VIEW",
    shell_complete=complete_with("complete_view"),
    help=f"{VIEW_NAMES}; the first if none is named.",
)


def build_view(
    settings: Settings,
    store: Store,
    view: str | None,
    *,
    coarsening: str | None = None,
    rolled_down: bool = False,
    **filters: Any,
) -> Any:
    """Return the network of a view or of a query, as the options of `NETWORK` say."""
    from ctgraph.network import build_network, resolve_filters
    from ctgraph.network.analysis import to_backbone, to_communities

    file = filters.pop("query")
    if file is not None and view is not None:
        raise UsageError("view-and-query-given")
    text = None if file is None else read_query(None, file).text
    network = build_network(
        store,
        view or "cooperation",
        lang=settings.lang,
        rolled_down=rolled_down and coarsening is None,
        **resolve_filters(store, {**filters, "query": text}, settings.lang),
    )
    if coarsening == "communities":
        return to_communities(network, lang=settings.lang)
    if coarsening != "backbone" or not network:
        return network
    found = to_backbone(network)
    if not found:
        raise DataError("network-without-backbone")
    return found


@command(
    "path",
    argument("start", metavar="A", shell_complete=complete_with("complete_entity")),
    argument("end", metavar="B", shell_complete=complete_with("complete_entity")),
    VIEW,
    *(one for one in NETWORK if not {"--query", "--actor", "--hops"} & set(one.opts)),
    *SCOPE,
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
    from ctgraph.export.reports import path_table, write_paths
    from ctgraph.network.analysis import describe_paths, find_paths
    from ctgraph.query.entities import resolve

    chosen = choose_format(settings, PATH_FORMATS)
    kind, limit = "actor" if view is None else "any", settings.limit
    with open_graph(settings) as store:
        one, other = (resolve(store, name, kind, settings.lang).value for name in (start, end))
        network = build_view(settings, store, view, query=None, **filters)
        found = find_paths(network, one, other, None if limit is None else limit + 1)
        paths = describe_paths(store, network, found[:limit], settings.lang)
        if chosen in {"csv", "csv-excel", "tsv", "xlsx"}:
            write_table(settings, path_table(store, paths, settings.lang), chosen)
        elif found or chosen == "json":
            print_text(settings, write_paths(paths, chosen, settings.lang))
    if not found:
        settings.note(
            settings.say("No path leads from one to the other.", "両者を結ぶ経路はありません。")
        )
    elif limit is not None and len(found) > limit:
        settings.note(settings.say("There are more.", "ほかにもあります。"))


@command(
    "measure",
    argument("view", required=False, shell_complete=complete_with("complete_view")),
    option(
        "--of",
        "of",
        type=click.Choice(["nodes", "network", "bridges"]),
        default="nodes",
        show_default=True,
        help="Each node, the network as a whole, or the ties without which it falls apart.",
    ),
    *NETWORK,
    *SCOPE,
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
    from ctgraph.network.analysis import measure

    answer_format(settings)
    with open_graph(settings) as store:
        network = build_view(settings, store, view, **filters)
        if not network:
            raise DataError("network-empty")
        table = measure(store, network, of, settings.lang)
        write_answer(settings, store, table, table.asked, evidence=False)
