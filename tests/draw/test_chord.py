"""The chord diagram: every tie in one ribbon, what is stated told apart, no name over another."""

from __future__ import annotations

import io
import itertools
import math
import random

import networkx as nx
import pptx
import pytest

from ctgraph.draw.figures.figures import draw_figure
from ctgraph.draw.figures.kinds.chord import _lay, _spread
from ctgraph.draw.figures.kinds.counts import count_kinds
from ctgraph.draw.slides.figure import write_figure_slide
from ctgraph.errors import DataError
from ctgraph.network.build import build_network
from ctgraph.store.store import Store


@pytest.mark.parametrize("view", ["cooperation", "funding", "activities"])
def test_every_tie_is_in_one_ribbon(graph_store: Store, view: str) -> None:
    graph = build_network(graph_store, view)
    counts = count_kinds(graph)
    assert sum(pair.ties for pair in counts.pairs) == graph.number_of_edges()
    stated = sum(data["basis"] == "Stated" for *_, data in graph.edges(data=True))
    assert sum(pair.stated for pair in counts.pairs) == stated
    assert sum(kind.ends for kind in counts.kinds) == 2 * graph.number_of_edges()
    named = {kind.key for pair in counts.pairs for kind in (pair.one, pair.two)}
    assert named == {kind.key for kind in counts.kinds}


def test_ribbons_fill_the_arcs_and_none_lies_on_another(graph_store: Store) -> None:
    counts = count_kinds(build_network(graph_store))
    laid = _lay(counts)
    spans = sorted(span for ribbon in laid.ribbons for span in (ribbon.start, ribbon.end))
    for (_, end), (start, _) in itertools.pairwise(spans):
        assert end <= start + 1e-9
    for ribbon in laid.ribbons:
        for kind, span in ((ribbon.pair.one, ribbon.start), (ribbon.pair.two, ribbon.end)):
            first, last = laid.arcs[kind.key]
            assert first - 1e-9 <= span[0] < span[1] <= last + 1e-9
    full = sum(last - first for first, last in laid.arcs.values())
    assert sum(last - first for first, last in spans) == pytest.approx(full)
    assert full < 2 * math.pi


def test_ties_have_a_direction_where_the_network_has_one(graph_store: Store) -> None:
    words = draw_figure(graph_store, kind="chord", filters={"view": "funding"}).words()
    assert any("→" in one for one in words)
    assert not any("→" in one for one in draw_figure(graph_store, kind="chord").words())


def test_the_title_says_the_largest_share(graph_store: Store) -> None:
    graph = build_network(graph_store)
    first = count_kinds(graph).pairs[0]
    title = draw_figure(graph, kind="chord", lang="ja").words()[0]
    assert f"{graph.number_of_edges()}件中{first.ties}件" in title


def test_names_at_the_side_keep_their_order_and_their_room() -> None:
    chance = random.Random(1)
    for _ in range(200):
        wanted = sorted(chance.uniform(0, 100) for _ in range(8))
        heights = [chance.choice([5.0, 10.0]) for _ in wanted]
        found = _spread(wanted, heights, (0.0, 100.0))
        boxes = [(y - high / 2, y + high / 2) for y, high in zip(found, heights, strict=True)]
        assert boxes[0][0] >= -1e-9
        assert boxes[-1][1] <= 100 + 1e-9
        for (_, end), (start, _) in itertools.pairwise(boxes):
            assert end <= start + 1e-9


def test_a_network_without_ties_is_refused() -> None:
    graph: nx.Graph[str] = nx.Graph()
    graph.add_node("a", kind="State", label_en="A", label_ja="A")
    with pytest.raises(DataError, match="empty"):
        draw_figure(graph, kind="chord")


def test_a_slide_lets_ribbons_be_seen_through_each_other(graph_store: Store) -> None:
    stream = io.BytesIO()
    write_figure_slide(graph_store, stream, kind="chord")
    slide = pptx.Presentation(io.BytesIO(stream.getvalue())).slides[0]
    alphas = slide.shapes._spTree.xpath(".//a:custGeom/../a:solidFill/a:srgbClr/a:alpha/@val")
    assert set(alphas) == {"60000"}
    # What lies behind a hatch is paper, never black.
    behind = slide.shapes._spTree.xpath(".//a:pattFill/a:bgClr/a:srgbClr/@val")
    assert set(behind) == {"FFFFFF"}
