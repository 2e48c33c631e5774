"""A network as a picture of nodes and lines, and as a matrix.

The picture has the layout of the interactive page. Names are placed where they cover neither each
other nor a node; a name for which there is no room is left out, and the figure says so.
"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

from ctgraph.draw.figures.canvas import (
    GREY,
    INFERRED_LINE,
    LEADING,
    NOTE,
    NOTE_LINE,
    STATED_LINE,
    Sheet,
)
from ctgraph.draw.figures.captions import (
    JOINT,
    claims_behind,
    kind_keys,
    require_nodes,
    subtitle_of,
    title_of,
)
from ctgraph.draw.figures.chart import Chart, Key, Sample, line_key
from ctgraph.draw.figures.name_places import (
    RIMS,
    SPREAD,
    Scene,
    fit_view,
    place_names,
    pull_in,
    shape_blocks,
)
from ctgraph.network import INFERRED, STATED, compute_layout
from ctgraph.network.styles import look_of_node
from ctgraph.words import read_words

if TYPE_CHECKING:
    import networkx

    from ctgraph.network.placed import Note


_NODES_LIMIT = 1500
_NAMES_LIMIT = 90
_NOTE_WIDTH, _NOTE_RIM = 20.0, 0.6  # sizes of the letters


def network_chart(graph: networkx.Graph[str], lang: str) -> Chart:
    """Return nodes and lines in the layout of the interactive page.

    Args:
        graph: A network of `ctgraph.network.build.build_network`.
        lang: ``en`` or ``ja``.

    Raises:
        DataError: The network is empty, or larger than a page can show.
    """
    require_nodes(graph, _NODES_LIMIT)
    words = read_words("chart_network", lang)
    legend = [*kind_keys(graph, lang)]
    bases = {data.get("basis", INFERRED) for _, _, data in graph.edges(data=True)}
    if STATED in bases:
        legend.append(line_key(words["stated"], STATED_LINE))
    if INFERRED in bases:
        legend.append(line_key(words["inferred"], INFERRED_LINE, dashed=True))
    weights = sorted({data.get("weight", 1) for _, _, data in graph.edges(data=True)})
    if len(weights) > 1:
        few, many = weights[0], weights[-1]
        legend.append(Key(f"{few:g}", partial(_width_sample, few), 2.6))
        what = words["width" if graph.graph.get("view") in JOINT else "number"]
        legend.append(Key(what.format(f"{many:g}"), partial(_width_sample, many), 2.6))
    return Chart(
        title_of(graph, lang),
        subtitle_of(graph, lang),
        legend,
        claims_behind(graph),
        partial(_draw_network, graph=graph),
    )


def _width_sample(weight: float, sheet: Sheet, at: Sample) -> None:
    ends = [(at.x, at.middle), (at.x + at.width, at.middle)]
    sheet.path(ends, colour=GREY, line=_line_width(weight))


def _draw_network(
    sheet: Sheet, top: float, slack: float, *, graph: networkx.Graph[str]
) -> tuple[float, int]:
    bottom = sheet.limit or top + sheet.width * 1.3
    area = (sheet.left, top, sheet.right, bottom)
    crowd = min(1.0, math.sqrt(60 / graph.number_of_nodes()))
    radius = {
        node: sheet.letters * (0.5 + 0.13 * min(6.0, math.sqrt(graph.degree(node)))) * crowd
        for node in graph
    }
    named = sorted(graph, key=lambda node: (-graph.degree(node), node))[:_NAMES_LIMIT]
    notes = {f"note {number}": note for number, note in enumerate(graph.graph.get("notes", ()))}
    plan = compute_layout(graph) | {key: note.at for key, note in notes.items()}
    gap = sheet.letters * 0.35
    # Names need room at the rim, but how much depends on where they go: try, and take the best.
    rims = [(x, y) for x in RIMS for y in RIMS] if len(graph) <= 40 else [(RIMS[1], RIMS[0])]
    tried = []
    for shrink in (1.0, 0.82, 0.68):
        blocks = {node: shape_blocks(sheet, graph.nodes[node], shrink) for node in named}
        for rim in rims:
            fitted = fit_view(plan, blocks, radius, area, rim)
            boxes = [_note_box(sheet, note, fitted[key], area) for key, note in notes.items()]
            scene = pull_in(Scene(graph, fitted, radius, blocks, area, gap, taken=boxes))
            at, cost = place_names(scene)
            spread = [scene.places[node] for node in graph]
            xs, ys = [x for x, _ in spread], [y for _, y in spread]
            used = (max(xs) - min(xs)) * (max(ys) - min(ys))
            cost -= SPREAD * used / ((area[2] - area[0]) * (area[3] - area[1]))
            tried.append((len(blocks) - len(at), cost, scene, at))
        if not min(tried, key=lambda one: one[0])[0]:
            break
    _, _, best, at = min(tried, key=lambda one: one[:2])
    places = best.places
    for source, target, data in graph.edges(data=True):
        if source == target:
            continue
        (x, y), (to, end) = places[source], places[target]
        inferred = data.get("basis", INFERRED) == INFERRED
        sheet.path(
            [(x, y), (to, end)],
            colour=INFERRED_LINE if inferred else STATED_LINE,
            line=_line_width(data.get("weight", 1)) * crowd,
            dashed=inferred,
        )
        if graph.is_directed():
            colour = INFERRED_LINE if inferred else STATED_LINE
            _draw_arrow(sheet, places[source], places[target], radius[target], colour)
    for node in graph:
        sheet.shape(*places[node], look_of_node(graph.nodes[node]), radius[node])
    for block, (left, upper, _, _), align in at.values():
        x = {"left": left, "center": left + block.width / 2, "right": left + block.width}[align]
        y = upper
        for words, size, colour in block.lines:
            y = sheet.text(x, y, words, size=size, colour=colour, align=align, halo=True)
    for note, box in zip(notes.values(), best.taken, strict=True):
        node_of = (*places[note.to], radius[note.to]) if note.to in graph else None
        _draw_note(sheet, note, box, node_of)
    missing = graph.number_of_nodes() - len(at)
    if missing:
        words = read_words("chart_network", sheet.lang)["unlabelled"].format(missing)
        sheet.text(
            sheet.right, bottom - sheet.small * LEADING, words, size=sheet.small, colour=GREY,
            align="right", halo=True,
        )  # fmt: skip
    return bottom, 0


def _draw_arrow(
    sheet: Sheet,
    start: tuple[float, float],
    end: tuple[float, float],
    radius: float,
    colour: str,
) -> None:
    """A head where a directed line reaches the node."""
    across, along = end[0] - start[0], end[1] - start[1]
    length = math.hypot(across, along)
    if length <= radius:
        return
    across, along = across / length, along / length
    size = max(radius * 0.75, sheet.letters * 0.3)
    tip = (end[0] - across * radius * 1.15, end[1] - along * radius * 1.15)
    back = (tip[0] - across * size, tip[1] - along * size)
    sheet.polygon(
        [
            tip,
            (back[0] - along * size * 0.42, back[1] + across * size * 0.42),
            (back[0] + along * size * 0.42, back[1] - across * size * 0.42),
        ],
        fill=colour,
    )


def _note_lines(sheet: Sheet, note: Note) -> list[str]:
    """Return the lines of a note, broken where one is too wide."""
    wide = min(sheet.width * 0.4, _NOTE_WIDTH * sheet.letters)
    return [one for line in note.text.split("\n") for one in sheet.wrap(line, wide, lines=6)]


def _note_box(
    sheet: Sheet, note: Note, at: tuple[float, float], area: tuple[float, float, float, float]
) -> tuple[float, float, float, float]:
    """Return the box of a note: around its place, but within the area."""
    lines = _note_lines(sheet, note)
    wide = max(map(sheet.measure, lines)) + sheet.letters
    high = (len(lines) * LEADING + _NOTE_RIM) * sheet.letters
    left = min(max(at[0] - wide / 2, area[0]), area[2] - wide)
    top = min(max(at[1] - high / 2, area[1]), area[3] - high)
    return left, top, left + wide, top + high


def _draw_note(
    sheet: Sheet,
    note: Note,
    box: tuple[float, float, float, float],
    node: tuple[float, float, float] | None,
) -> None:
    """Draw a note and, if it is about a node, its arrow to the middle and radius of that."""
    left, top, right, bottom = box
    middle = ((left + right) / 2, (top + bottom) / 2)
    if node is not None:
        x, y, radius = node
        sheet.path([middle, (x, y)], colour=NOTE_LINE, line=1.4)
        _draw_arrow(sheet, middle, (x, y), radius, NOTE_LINE)
    sheet.rectangle(
        left, top, right - left, bottom - top, fill=NOTE, edge=NOTE_LINE, line=1, above=True
    )
    y = top + _NOTE_RIM / 2 * sheet.letters
    sheet.lines(middle[0], y, _note_lines(sheet, note), align="center")


def _line_width(weight: float) -> float:
    return min(6.0, 0.4 + 1.1 * float(weight))
