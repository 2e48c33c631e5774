"""The command `draw`: a page, a figure, slides or a file; `slides` is its old name for slides."""

# ruff: noqa: D301 - a backspace in a docstring is click's mark of lines that stay as they are

from __future__ import annotations

import itertools
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ctgraph.cli.answer import find_target, open_graph, print_text
from ctgraph.cli.network import NETWORK, VIEW, build_view
from ctgraph.cli.options import (
    SCOPE,
    THEME,
    Settings,
    argument,
    choose_format,
    command,
    complete_choice,
    complete_path,
    complete_with,
    option,
    output,
)
from ctgraph.cli.terminal import tell
from ctgraph.errors import DataError, UsageError

if TYPE_CHECKING:
    from ctgraph.network.stories import Story
    from ctgraph.store import Store


FORMATS = ("html", "svg", "pdf", "png", "pptx", "graphml", "gexf", "cyjs", "csv")
CHARTS = ("network", "matrix", "chord", "map", "timeline", "funding", "indicators", "goals")
SIZES = ("slide", "a4", "a4-landscape", "column", "tall")
BOARD_FORMATS = ("html", "svg", "pdf", "png", "pptx")


@command(
    "draw",
    VIEW,
    *NETWORK,
    option(
        "--story",
        metavar="STORY",
        shell_complete=complete_with("complete_story"),
        help="Tell the network in the steps of a story: a name or a TOML file.",
    ),
    option("--communities", is_flag=True, help="Only its communities, each as one node."),
    option("--backbone", is_flag=True, help="Only the ties that chance would not make."),
    option(
        "--chart",
        metavar="CHART",
        shell_complete=complete_choice(*CHARTS, "board"),
        help=f"{', '.join(CHARTS)} or board; the first if none is named.",
    ),
    option(
        "--size",
        metavar="SIZE",
        shell_complete=complete_choice(*SIZES),
        help=f"For svg, pdf and png: {', '.join(SIZES)}.",
    ),
    option("--charts", is_flag=True, help="For html: the other charts too, as tabs."),
    option(
        "--layout",
        metavar="FILE",
        type=click.Path(path_type=Path, dir_okay=False),
        shell_complete=complete_path("file"),
        help="Where nodes stand, and notes: a file that the page saved, or JSON of Cytoscape, "
        "GEXF (Gephi) or GraphML with places.",
    ),
    option(
        "--outlines",
        is_flag=True,
        help="For svg: letters as paths, for programs that do not read the fonts in the file.",
    ),
    THEME,
    *SCOPE,
    *output(FORMATS),
)
def draw_command(settings: Settings, view: str | None, story: str | None, **filters: Any) -> None:
    """A network as an offline page, a figure, slides or a file.

    \b
    ctgraph draw -o network.html
    ctgraph draw -o unodc.html --actor UNODC --lang ja
    ctgraph draw --view funding -o funding.html
    ctgraph draw --charts -o all.html
    ctgraph draw --story the-sheet-in-six-steps -o story.html
    ctgraph draw --story the-sheet-in-six-steps -o story.pptx
    ctgraph draw -o network.svg --size column
    ctgraph draw --chart timeline -o timeline.pdf --lang ja
    ctgraph draw --actor UNODC --since 2023 -o unodc.pptx
    ctgraph draw --chart board --actor Japan -o japan.html     or .svg .pdf .png .pptx
    ctgraph draw --chart map --year 2023 -o map.svg            or .html .pdf .png .pptx
    ctgraph draw --view everything --year 2023 -o fy2023.gexf
    ctgraph draw --view plans -o plans.zip                 nodes.csv and edges.csv
    ctgraph draw --theme dark -o stage.html                 or a TOML file
    ctgraph draw --layout ctgraph-cooperation-en.layout.json -o arranged.pptx
    """
    from ctgraph.network.rollup import read_wholes, roll_up
    from ctgraph.network.stories import build_story

    chart, size = filters.pop("chart"), filters.pop("size")
    outlines, layout = filters.pop("outlines"), filters.pop("layout")
    filters.pop("theme")  # it is in use already
    with_charts = filters.pop("charts")
    filters["coarsening"] = _coarsening(filters.pop("communities"), filters.pop("backbone"))
    if chart not in (None, "board") and settings.output is None and settings.format is None:
        settings.format = "svg"
    chosen = _choose_format(settings, story or chart or view or "network")
    _check_options(chosen, chart, story, layout=layout, charts=with_charts, outlines=outlines)
    if chart == "board" and chosen not in ("svg", "pdf", "png"):
        _write_board(settings, chosen, size, story, view=view, filters=filters)
        return
    told = _read_story(settings, story, chosen, view=view, filters=filters)
    if told is not None and chosen == "pptx":
        _write_slides(settings, told)
        return
    if chosen in {"svg", "pdf", "png"}:
        settings.format = chosen
        _draw_figure(
            settings,
            chart or "network",
            size or "slide",
            layout,
            outlines=outlines,
            view=view,
            filters=filters,
        )
        return
    chart = None if chart == "network" else chart
    if size or (chart and (story or chosen not in ("html", "pptx"))):
        raise UsageError("figure-options-without-figure", chosen=story or chosen)
    if chart and chosen == "pptx":
        settings.format = chosen
        _draw_figure(settings, chart, "slide", None, outlines=False, view=view, filters=filters)
        return
    with open_graph(settings) as opened:
        store = opened if told is None else told.narrow(opened)
        if told is None:
            _check_filters(chart, view, filters)
            # A page shows the network both ways.
            network = build_view(settings, store, view, rolled_down=chosen == "html", **filters)
        else:
            network = build_story(store, told, settings.lang)
        if not network:
            raise DataError("network-empty")
        _arrange(settings, network, layout)
        network = _write_network(
            settings, network, chosen, store, told, with_charts=with_charts, opens=chart
        )
        if chosen == "html" and filters["roll_up"]:  # it is shown so first
            network = roll_up(network, read_wholes(store, filters["roll_up"], network))
    if settings.output not in (None, "-"):
        nodes, edges = network.number_of_nodes(), network.number_of_edges()
        said = settings.say(f"{nodes} nodes, {edges} ties", f"ノード {nodes}、関係 {edges}")
        if chosen == "html":
            said += settings.say("; open it in any browser", "。ブラウザーで開けます")
        settings.note(f"{settings.output}: {said}{settings.say('.', '。')}")


def _choose_format(settings: Settings, stem: str) -> str:
    """Return the format; what would go to a terminal goes to a file of a new name."""
    path = str(settings.output or "").lower()
    if settings.format is None and path.endswith(".zip"):
        settings.format = "csv"
    chosen = choose_format(settings, FORMATS)
    if chosen == "csv" and path.endswith(".csv"):
        raise UsageError("network-csv-two-tables")
    if settings.output is None and _is_terminal():
        stem = Path(stem).stem
        ending = "zip" if chosen == "csv" else chosen
        names = (f"{stem}{f'-{n}' if n > 1 else ''}.{ending}" for n in itertools.count(1))
        settings.output = next(name for name in names if not Path(name).exists())
    return chosen


def _arrange(settings: Settings, network: Any, layout: Path | None) -> None:
    """Put nodes where a file says; those that it does not place are told of."""
    from ctgraph.network.placed import place_by, read_layout

    if layout is None:
        return
    missing = place_by(network, read_layout(layout))
    if missing:
        settings.note(
            settings.say(
                f"{layout}: {missing} nodes have no place there; "
                "they stand by those they are tied to.",
                f"{layout}：位置のないノードが{missing}件あり、つながる先の近くに置きました。",
            )
        )


def _check_options(
    chosen: str,
    chart: str | None,
    story: str | None,
    *,
    layout: Path | None,
    charts: bool,
    outlines: bool,
) -> None:
    """Refuse options that do nothing for the format."""
    if outlines and chosen != "svg":
        raise UsageError("outlines-without-svg", chosen=chosen)
    if charts and (chosen != "html" or chart is not None):
        raise UsageError("charts-without-page", chosen=chart or chosen)
    if layout is not None and (chart not in (None, "network") or (story and chosen == "pptx")):
        raise UsageError("layout-without-network", chosen=chart or story)


def _is_terminal() -> bool:
    return sys.stdout.isatty()


def _coarsening(communities: bool, backbone: bool) -> str | None:
    if communities and backbone:
        raise UsageError("communities-and-backbone-options")
    return "communities" if communities else "backbone" if backbone else None


def _is_cut(view: str | None, filters: dict[str, Any]) -> bool:
    """Tell whether a view or a filter was given; the number of hops alone filters nothing."""
    return bool(view) or any(value for name, value in filters.items() if name != "hops")


def _write_network(
    settings: Settings,
    network: Any,
    format: str,
    store: Store,
    story: Story | None,
    *,
    with_charts: bool,
    opens: str | None,
) -> Any:
    """Write a network, as a page perhaps with a chart in front; gives the one that was drawn."""
    if format == "pptx":
        from ctgraph.draw import write_network_slide

        return write_network_slide(store, network, find_target(settings), settings.lang)
    if format != "html":
        from ctgraph.export import write_network

        write_network(network, find_target(settings), format)
        return network
    from ctgraph.draw import PAGE_CHARTS, write_page

    write_page(
        network,
        find_target(settings),
        lang=settings.lang,
        store=store,
        story=story,
        charts=PAGE_CHARTS if with_charts else (),
        opens=opens,
    )
    return network


def _read_story(
    settings: Settings, story: str | None, format: str, *, view: str | None, filters: dict[str, Any]
) -> Story | None:
    """Return the story that the page tells; it says itself which network it is about."""
    from ctgraph.network.stories import read_story
    from ctgraph.store import locate

    if story is None:
        return None
    if format not in ("html", "pptx"):
        raise UsageError("story-format-unsupported", format=format)
    if _is_cut(view, filters):
        raise UsageError("story-with-filters")
    return read_story(story, locate(settings.project))


def _draw_figure(
    settings: Settings,
    chart: str,
    size: str,
    layout: Path | None,
    *,
    outlines: bool,
    view: str | None,
    filters: dict[str, Any],
) -> None:
    from ctgraph.draw import NETWORKS, write_figure, write_figure_slide

    with open_graph(settings) as store:
        subject: Any = store
        if chart in NETWORKS:
            subject = build_view(settings, store, view, **filters)
            _arrange(settings, subject, layout)
        else:
            _check_filters(chart, view, filters)
        target, lang = find_target(settings), settings.lang
        if settings.format == "pptx":
            write_figure_slide(subject, target, kind=chart, lang=lang, store=store)
        else:
            write_figure(
                subject,
                target,
                kind=chart,
                lang=lang,
                size=size,
                store=store,
                format=settings.format,
                outlines=outlines,
            )
    if settings.output not in (None, "-"):
        settings.note(f"{settings.output}: {chart}, {size}")


def _check_filters(chart: str | None, view: str | None, filters: dict[str, Any]) -> None:
    """Refuse filters of a chart that shows the whole graph."""
    from ctgraph.draw import NETWORKS

    if chart in CHARTS and chart not in NETWORKS and _is_cut(view, filters):
        raise UsageError("chart-not-filterable", chart=chart, both=[*NETWORKS])


def _write_board(
    settings: Settings,
    format: str,
    size: str | None,
    story: str | None,
    *,
    view: str | None,
    filters: dict[str, Any],
) -> None:
    """Write a board as a page or as slides; as a figure it is one of the charts."""
    from ctgraph.draw import board_text, write_board_slides
    from ctgraph.export import write_output
    from ctgraph.network.board import build_board

    if format not in BOARD_FORMATS:
        raise UsageError("board-format-unsupported", format=format, names=[*BOARD_FORMATS])
    if story is not None:
        raise UsageError("story-with-filters")
    if size is not None:
        raise UsageError("figure-options-without-figure", chosen=format)
    with open_graph(settings) as store:
        board = build_board(store, build_view(settings, store, view, **filters))
        if format == "html":
            write_output(find_target(settings), [board_text(store, board, settings.lang)])
        else:
            write_board_slides(store, board, find_target(settings), settings.lang)
    if settings.output not in (None, "-"):
        end = settings.say(".", "。")
        settings.note(f"{settings.output}: {board.title[settings.lang]}{end}")


def _write_slides(settings: Settings, story: Story) -> None:
    from ctgraph.draw import write_slides

    with open_graph(settings) as store:
        write_slides(store, story, find_target(settings), settings.lang)
    if settings.output not in (None, "-"):
        steps = len(story.steps)
        settings.note(
            settings.say(
                f"{settings.output}: {steps} steps; quotes in the notes.",
                f"{settings.output}: {steps}段階。原文はノートにあります。",
            )
        )


@command(
    "slides",
    argument("story", required=False, shell_complete=complete_with("complete_story")),
    *SCOPE,
    *output(("pptx",)),
    hidden=True,
)
def slides_command(settings: Settings, story: str | None) -> None:
    """A story as PowerPoint slides; `ctgraph draw --story` makes them now.

    \b
    ctgraph slides the-sheet-in-six-steps -o sheet.pptx --lang ja
    """
    from ctgraph.network.stories import read_stories, read_story
    from ctgraph.store import locate

    tell("ctgraph slides STORY is now ctgraph draw --story STORY -o FILE.pptx.\n")
    bundle = locate(settings.project)
    if story is None:
        found = read_stories(bundle)
        wide = max(map(len, found), default=0)
        told = (f"{name:{wide}}  {one.title[settings.lang]}" for name, one in found.items())
        print_text(
            settings, "\n".join(told) or settings.say("No stories.", "ストーリーはありません。")
        )
        return
    choose_format(settings, ("pptx",))
    if settings.output is None and sys.stdout.isatty():
        raise UsageError("slides-to-terminal")
    _write_slides(settings, read_story(story, bundle))
