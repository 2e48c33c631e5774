"""The map: states where their codes say they lie, nobody guessed, names that can be told apart."""

from __future__ import annotations

import io
import itertools
import json
import math
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import networkx as nx
import pptx
import pytest
from click.testing import CliRunner
from pagetools import unpack_page

from ctgraph.cli.app import cli
from ctgraph.draw.figures.figures import draw_figure, write_figure
from ctgraph.draw.figures.map import outline
from ctgraph.draw.figures.map.columns import _untangle
from ctgraph.draw.figures.map.world import Located, make_world
from ctgraph.draw.slides.figure import write_figure_slide
from ctgraph.errors import DataError
from ctgraph.network.build import build_network
from ctgraph.network.rollup import read_roll_up
from ctgraph.store.project import Bundle
from ctgraph.store.store import Store, open_store
from ctgraph.terms import CTD

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def everything() -> Iterator[Store]:
    """What all bundled sources tell."""
    with open_store(Path(__file__).parents[2]) as store:
        yield store


@pytest.fixture(scope="module")
def network(everything: Store) -> nx.Graph[str]:
    return build_network(everything)


# --- the outlines and their projection ------------------------------------------------------------


def test_the_projection_keeps_areas() -> None:
    """A cell of a degree is as large on paper as on a sphere of the same area, everywhere."""
    step = 0.01
    for latitude in (0, 20, 40, 60, 75):
        for longitude in (0, 90, 170):
            x, y = outline.project(longitude, latitude)
            east, _ = outline.project(longitude + step, latitude)
            _, north = outline.project(longitude, latitude + step)
            slant, _ = outline.project(longitude, latitude + step)
            # Upright sides lean, which leaves the area of the cell as it is.
            area = abs((east - x) * (north - y) - 0.0 * (slant - x))
            sphere = math.radians(step) ** 2 * math.cos(math.radians(latitude + step / 2))
            assert area == pytest.approx(sphere, rel=1e-3)


def test_every_country_of_the_graph_lies_in_its_outline(everything: Store) -> None:
    rows = everything.select("SELECT DISTINCT ?code { ?country ct:iso3166Alpha3 ?code }")
    codes = {row["code"].value for row in rows}
    assert len(codes) > 50
    missing = {code for code in codes if outline.middle_of(code) is None}
    assert missing == set()
    japan, kiribati = outline.middle_of("JPN"), outline.middle_of("KIR")
    assert japan is not None
    assert kiribati is not None
    assert japan[0] == pytest.approx(138 - outline.MIDDLE, abs=2)
    assert japan[1] == pytest.approx(36.5, abs=2)


def test_nothing_of_the_land_crosses_the_whole_map() -> None:
    width = outline.project(180, 0)[0] * 2
    rings = list(outline.land())
    assert len(rings) > 240
    for ring in rings:
        for (x, _), (to_x, _) in itertools.pairwise(ring):
            assert abs(x - to_x) < width / 6


def test_the_file_of_outlines_says_where_it_is_from() -> None:
    path = Path(outline.__file__).parent / "outline.json"
    assert path.stat().st_size <= 80_000
    data = json.loads(path.read_text(encoding="utf-8"))
    assert "Natural Earth" in data["source"]
    assert data["licence"] == "BSD-3-Clause"


# --- what is on the map --------------------------------------------------------------------------


def test_states_stand_for_their_bodies_and_count_activities_once(
    everything: Store, network: nx.Graph[str]
) -> None:
    world = make_world(everything, network)
    rolled = read_roll_up(everything, network, "states")
    assert rolled is not None
    states = {node for node, data in rolled.graph.nodes(data=True) if data["kind"] == "State"}
    assert {spot.node for spot in world.spots} == states & set(rolled.rolled)
    japan = next(spot for spot in world.spots if spot.node == CTD + "jpn")
    made = {
        activity
        for *_, data in rolled.rolled.edges(CTD + "jpn", data=True)
        for activity in data["activities"]
    }
    assert japan.times == len(made)
    assert [spot.times for spot in world.spots] == sorted(
        (spot.times for spot in world.spots), reverse=True
    )


def test_who_has_no_stated_place_is_listed_and_not_guessed(
    everything: Store, network: nx.Graph[str]
) -> None:
    world = make_world(everything, network)
    placed = {spot.node for spot in world.spots}
    bodies = [node for node, _ in world.bodies]
    assert placed | {*bodies, *world.lost} == set(world.graph)
    assert not placed & set(bodies)
    assert all(world.graph.nodes[node]["kind"] != "State" for node in bodies)
    assert all(near == len(placed & set(world.graph[node])) for node, near in world.bodies)


def test_a_state_without_a_code_is_told(everything: Store, network: nx.Graph[str]) -> None:
    graph = nx.Graph(network)
    graph.add_node(
        CTD + "nowhere", label_en="Nowhere", label_ja="どこにもない国", kind="State", claims=[]
    )
    tie = {**network.edges[CTD + "aus", CTD + "jpn"], "source": CTD + "jpn"}
    graph.add_edge(CTD + "jpn", CTD + "nowhere", **tie | {"target": CTD + "nowhere"})
    sheet = draw_figure(graph, kind="map", store=everything)
    assert "Without a country code or an outline: Nowhere." in " ".join(sheet.words())


def test_a_territory_is_its_state(everything: Store) -> None:
    """In the view of money, places get what is spent there; a state is drawn once."""
    world = make_world(everything, build_network(everything, "funding"))
    codes = [spot.code for spot in world.spots]
    assert len(codes) == len(set(codes))
    assert any(spot.facts["kind"] != "State" for spot in world.spots)


def test_a_network_without_states_is_refused(everything: Store) -> None:
    with pytest.raises(DataError, match="state or country"):
        draw_figure(build_network(everything, "goals"), kind="map", store=everything)


# --- how it looks --------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_every_state_is_named_on_a_slide(
    everything: Store, network: nx.Graph[str], lang: str
) -> None:
    sheet = draw_figure(network, kind="map", lang=lang, store=everything)
    said = " ".join(sheet.words())
    for spot in make_world(everything, network).spots:
        # A name may stand in two lines.
        assert all(part in said for part in spot.facts[f"label_{lang}"].split())
    assert ("国境線" if lang == "ja" else "imply no opinion") in said


def test_lines_to_the_names_in_a_column_do_not_cross() -> None:
    facts = {"label_en": "", "label_ja": ""}
    spots = [Located(str(n), "", (0, 0), 1, facts) for n in range(9)]
    places = {str(n): (50.0 + 17 * n % 40, 31.0 * n % 83) for n in range(9)}
    rows = [10.0 * n for n in range(9)]
    order = _untangle(spots, places, 0.0, rows)
    assert sorted(order) == sorted(spots)
    lines = [((0.0, row), places[spot.node]) for row, spot in zip(rows, order, strict=True)]
    for (a, b), (c, d) in itertools.combinations(lines, 2):
        sides = [_side(a, b, c) * _side(a, b, d), _side(c, d, a) * _side(c, d, b)]
        assert not (sides[0] < 0 and sides[1] < 0)


def _side(a: outline.Point, b: outline.Point, c: outline.Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def test_a_pointer_is_told_the_name_and_the_ties(everything: Store, network: nx.Graph[str]) -> None:
    stream = io.BytesIO()
    write_figure(network, stream, kind="map", store=everything, format="svg")
    root = ET.fromstring(stream.getvalue())
    titles = [one.text or "" for one in root.iter(f"{SVG}title")]
    japan = next(text for text in titles if text.startswith("Japan (JPN): "))
    assert "– Australia: 12, stated" in japan
    assert "– Philippines: 1, inferred" in japan


def test_a_slide_is_made_of_shapes_that_say_what_they_are(
    everything: Store, network: nx.Graph[str]
) -> None:
    stream = io.BytesIO()
    write_figure_slide(network, stream, kind="map", lang="ja", store=everything)
    slide = pptx.Presentation(io.BytesIO(stream.getvalue())).slides[0]
    sheet = draw_figure(network, kind="map", lang="ja", store=everything)
    assert slide.shapes.title.text_frame.text == sheet.words()[0]
    texts = {shape.text_frame.text for shape in slide.shapes if shape.has_text_frame}
    assert set(sheet.words()[1:]) <= texts
    described = [shape._element.xpath("./p:nvSpPr/p:cNvPr/@descr") for shape in slide.shapes]
    assert any(one and one[0].startswith("日本 (JPN): ") for one in described)
    assert "ほか" not in slide.notes_slide.notes_text_frame.text.split("\n")[-1]
    width, height = 960 * 12700, 540 * 12700
    for shape in slide.shapes:
        assert shape.left >= 0
        assert shape.top >= 0
        assert shape.left + shape.width <= width
        assert shape.top + shape.height <= height


def test_the_command_writes_a_page_that_opens_on_the_map(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bundled_project: Bundle
) -> None:
    monkeypatch.chdir(tmp_path)
    run = CliRunner().invoke
    done = run(cli, ["draw", "--chart", "map", "--actor", "ASEAN", "-o", "x.html"])
    assert done.exit_code == 0, done.stderr
    data = unpack_page((tmp_path / "x.html").read_bytes())
    assert data["opens"] == "map"
    (chart,) = data["charts"]
    assert chart["name"] == {"en": "Map", "ja": "地図"}
    assert "ctd:jpn" in {spot[-1] for spot in chart["spots"]["ja"]}
    refused = run(cli, ["draw", "--chart", "map", "-o", "x.graphml"])
    assert refused.exit_code == 2
    refused = run(cli, ["draw", "--chart", "timeline", "--actor", "ASEAN", "-o", "x2.html"])
    assert refused.exit_code == 2
    assert "timeline" in refused.stderr
