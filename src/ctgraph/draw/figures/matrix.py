"""A network as a matrix of its nodes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from ctgraph.draw.figures.canvas import (
    BAND,
    GREY,
    HATCH_BLUE,
    LEADING,
    PALE,
    PAPER,
    STATED_LINE,
    Sheet,
)
from ctgraph.draw.figures.captions import (
    JOINT,
    claims_behind,
    comma,
    kind_keys,
    require_nodes,
    subtitle_of,
    title_of,
)
from ctgraph.draw.figures.chart import Chart, Key, Sample
from ctgraph.draw.figures.name_places import HALF
from ctgraph.network import INFERRED
from ctgraph.network.styles import look_of_node, scale_role
from ctgraph.words import read_words

if TYPE_CHECKING:
    import networkx


_MATRIX_LIMIT = 60


def matrix_chart(graph: networkx.Graph[str], lang: str) -> Chart:
    """Return who is tied to whom as a table: a number in each cell, hatched where inferred.

    Args:
        graph: A network of `ctgraph.network.build.build_network`.
        lang: ``en`` or ``ja``.

    Raises:
        DataError: The network is empty, or larger than a page can show.
    """
    require_nodes(graph, _MATRIX_LIMIT)
    words = read_words("chart_network", lang)
    return Chart(
        title_of(graph, lang) + words["matrix"],
        f"{subtitle_of(graph, lang)}{comma(lang)}{words['order']}",
        [
            *kind_keys(graph, lang),
            Key(
                words["cell" if graph.graph.get("view") in JOINT else "cell_number"],
                _number_sample,
                1.3,
            ),
            Key(words["hatched"], _hatch_sample, 1.3),
        ],
        claims_behind(graph),
        partial(_draw_matrix, graph=graph, order=_order(graph)),
    )


def _number_sample(sheet: Sheet, at: Sample) -> None:
    top = at.middle - at.height * 0.55
    sheet.rectangle(at.x, top, at.width, at.height * 1.1, fill=_tint(1, 3))
    sheet.text(at.x + at.width / 2, top, "n", size=at.height * 0.8, align="center")


def _hatch_sample(sheet: Sheet, at: Sample) -> None:
    top = at.middle - at.height * 0.55
    sheet.rectangle(
        at.x, top, at.width, at.height * 1.1, fill=PAPER, hatch="////", hatch_colour=HATCH_BLUE
    )


# --- the matrix ---------------------------------------------------------------------------------


def _order(graph: networkx.Graph[str]) -> list[str]:
    """Return nodes by community (Louvain, seeded), large ones first; then by degree."""
    import networkx as nx

    plain: networkx.Graph[str] = nx.Graph()
    plain.add_nodes_from(sorted(graph))
    plain.add_weighted_edges_from(
        sorted(
            (min(a, b), max(a, b), float(d.get("weight", 1))) for a, b, d in graph.edges(data=True)
        )
    )
    parts = nx.community.louvain_communities(plain, seed=1)

    def rank(node: str) -> tuple[int, str]:
        return (-graph.degree(node), node)

    groups = sorted((sorted(part, key=rank) for part in parts), key=lambda p: (-len(p), rank(p[0])))
    return [node for group in groups for node in group]


def _ties(graph: networkx.Graph[str]) -> dict[frozenset[str], tuple[float, bool]]:
    """Weight of each pair, both directions together, and whether any of it is stated."""
    found: dict[frozenset[str], tuple[float, bool]] = {}
    for source, target, data in graph.edges(data=True):
        weight, stated = found.get(frozenset((source, target)), (0, False))
        found[frozenset((source, target))] = (
            weight + data.get("weight", 1),
            stated or data.get("basis", INFERRED) != INFERRED,
        )
    return found


def _tint(weight: float, highest: float) -> str:
    """Return the role of a blue, stronger for more; the number in the cell stays readable on it."""
    return scale_role(float(weight) / max(1.0, float(highest)))


def _draw_matrix(
    sheet: Sheet,
    top: float,
    slack: float,
    *,
    graph: networkx.Graph[str],
    order: Sequence[str],
) -> tuple[float, int]:
    count = len(order)
    room = (sheet.limit - top) if sheet.limit else sheet.width * 1.1
    names_width = sheet.width * 0.46
    cell = min(room / (count + 0.5), (sheet.width - names_width) / (count + 5), sheet.letters * 2.4)
    size = min(sheet.letters, cell * 0.7)
    name_size = size * 0.85
    labels = [_short(graph.nodes[node], sheet.lang) for node in order]
    # Names take two lines where one is too short and rows can be higher.
    high = max(cell, 2 * name_size * LEADING)
    longest = max(sheet.measure(label, name_size) for label in labels)
    lines = 2 if longest > names_width and high * count <= room else 1
    high = high if lines == 2 else cell
    names = [sheet.wrap(label, names_width, name_size, lines) for label in labels]
    used = max((sheet.measure(line, name_size) for name in names for line in name), default=0.0)
    left = sheet.left + used + cell * 1.4
    tails = [
        sheet.wrap(
            _tail(graph.nodes[node], sheet.lang), sheet.right - left - cell * (row + 1.4), size, 1
        )
        for row, node in enumerate(order)
    ]
    ends = [
        left + cell * (row + 1.4) + sheet.measure(tail[0] if tail else "", size)
        for row, tail in enumerate(tails)
    ]
    left += max(0.0, sheet.right - max(ends)) / 2
    ties = _ties(graph)
    highest = max((weight for weight, _ in ties.values()), default=1)
    for row, node in enumerate(order):
        y = top + row * high
        middle = y + high / 2
        text_top = middle - size * LEADING / 2
        if row % 2 == 0:
            sheet.rectangle(left - cell * 0.2, y, cell * (row + 0.2), high, fill=BAND)
        sheet.lines(
            left - cell * 0.4, middle - len(names[row]) * name_size * LEADING / 2, names[row],
            size=name_size, align="right",
        )  # fmt: skip
        for column in range(row):
            x = left + column * cell
            found = ties.get(frozenset((node, order[column])))
            if found is None:
                continue
            weight, stated = found
            inferred = not stated
            sheet.rectangle(
                x, y, cell, high, fill=_tint(weight, highest), edge=PAPER, line=0.6,
                hatch="////" if inferred else "", hatch_colour=PAPER,
            )  # fmt: skip
            if not inferred:
                sheet.rectangle(x, y, cell, high, edge=STATED_LINE, line=1.4, above=True)
            sheet.text(
                x + cell / 2, text_top, f"{weight:g}", size=size, align="center", halo=inferred
            )
        x = left + row * cell
        sheet.shape(x + cell / 2, middle, look_of_node(graph.nodes[node]), cell * 0.3)
        sheet.lines(x + cell * 1.3, text_top, tails[row], size=size, colour=GREY)
    for column in range(1, count):
        x = left + column * cell
        sheet.path([(x, top + column * high), (x, top + count * high)], colour=PALE, line=0.3)
    return top + count * high, 0


def _short(facts: Mapping[str, Any], lang: str) -> str:
    name = str(facts.get(f"label_{lang}") or facts.get("label") or "")
    acronym = str(facts.get("acronym") or "")
    if not acronym or acronym in (name, name.translate(HALF)):
        return name
    # The acronym stands first, so that it stays where the name is too long.
    return f"{acronym}：{name}" if lang == "ja" else f"{acronym}: {name}"


def _tail(facts: Mapping[str, Any], lang: str) -> str:
    return str(facts.get("acronym") or facts.get(f"label_{lang}") or facts.get("label") or "")
