"""Slides: read back by python-pptx, measured, and opened by LibreOffice where it is installed."""

from __future__ import annotations

import io
import json
import math
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from fixed_project import STORIES
from hypothesis import given, settings
from hypothesis import strategies as st

from ctgraph import __version__
from ctgraph.draw.figures.figures import draw_figure
from ctgraph.draw.slides.finding import say_step
from ctgraph.draw.slides.places import NODE_LIMIT, count_crossings, place_nodes
from ctgraph.draw.slides.powerpoint import HEIGHT, WIDTH
from ctgraph.draw.slides.series import read_series
from ctgraph.draw.slides.shapes import MIDDLE, OUTLINES, SITES, crosses, text_boxes
from ctgraph.draw.slides.slides import _told_part, write_slides
from ctgraph.draw.slides.view import write_network_slide
from ctgraph.draw.text_metrics import Box, clean, count_lines, fit, text_height, text_points
from ctgraph.errors import DataError, UnknownName, UsageError
from ctgraph.network.build import build_network
from ctgraph.network.placed import Layout, Note, place_by
from ctgraph.network.stories import Step, Story, build_story, lit, read_stories, read_story
from ctgraph.network.styles import LOOKS, look_of
from ctgraph.network.things import read_claims
from ctgraph.store.project import Bundle, locate
from ctgraph.store.store import Store
from ctgraph.terms import shorten

pptx: Any = pytest.importorskip("pptx")

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
LANGUAGES = ("en", "ja")
SHIPPED = [name.removesuffix(".toml") for name in STORIES]
CASES = [(name, lang) for name in SHIPPED for lang in LANGUAGES]


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return locate()


@pytest.fixture(scope="module")
def stories(bundle: Bundle) -> dict[str, Story]:
    return read_stories(bundle)


@pytest.fixture(scope="module")
def files(graph_store: Store, stories: dict[str, Story]) -> dict[tuple[str, str], bytes]:
    """The shipped stories as slides, by name and language."""
    return {(name, lang): to_bytes(graph_store, stories[name], lang) for name, lang in CASES}


def to_bytes(store: Store, story: Story, lang: str = "en") -> bytes:
    stream = io.BytesIO()
    write_slides(store, story, stream, lang)
    return stream.getvalue()


def read(content: bytes) -> Any:
    return pptx.Presentation(io.BytesIO(content))


def flat(shapes: Any) -> Iterator[Any]:
    """Shapes, and those in groups."""
    for shape in shapes:
        yield shape
        if shape.shape_type == pptx.enum.shapes.MSO_SHAPE_TYPE.GROUP:
            yield from flat(shape.shapes)


def box_of(shape: Any) -> Box:
    left, top = shape.left / 12700, shape.top / 12700
    return Box(left, top, left + shape.width / 12700, top + shape.height / 12700)


def connectors(slide: Any) -> list[Any]:
    return [shape for shape in slide.shapes if shape._element.tag.endswith("}cxnSp")]


def ends(connector: Any) -> tuple[Any, Any]:
    glue = connector._element.nvCxnSpPr.cNvCxnSpPr
    return glue.stCxn, glue.endCxn


def step_slides(presentation: Any, story: Story) -> list[Any]:
    return list(presentation.slides)[1 : 1 + len(story.steps)]


# --- what is on the slides ------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "lang"), CASES)
def test_a_story_is_title_steps_indicators_and_sources(
    name: str, lang: str, files: dict[tuple[str, str], bytes], stories: dict[str, Story]
) -> None:
    story, presentation = stories[name], read(files[name, lang])
    assert (presentation.slide_width, presentation.slide_height) == (12192000, 6858000)
    slides = list(presentation.slides)
    titles = [slide.shapes.title.text_frame.text for slide in slides]
    assert titles[0] == story.title[lang]
    # A title says what is found; what the step is about stands above it.
    for title, step in zip(titles[1:-2], story.steps, strict=True):
        assert re.search(r"worked with .+ activit" if lang == "en" else "件の活動で協力", title)
        assert "…" not in title, step.title[lang]
    said = "4 of 5 indicators rose" if lang == "en" else "5指標中4指標が増加"
    assert said in titles[-2]
    assert len(slides) == len(story.steps) + 3
    for slide, step in zip(step_slides(presentation, story), story.steps, strict=True):
        texts = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
        assert step.caption[lang] in texts
        assert step.title[lang] in texts
        assert any("CC BY 4.0" in text and "2024-08" in text for text in texts)
    last = "\n".join(s.text_frame.text for s in slides[-1].shapes if s.has_text_frame)
    for part in ("CC BY 4.0", __version__, name, "UN M49" if lang == "en" else "国連M49"):
        assert part in last
    assert re.search(r"\b[0-9a-f]{64}\b", last)
    if lang == "ja":
        # Names of works and addresses apart, Japanese slides are Japanese.
        sentences = re.sub(
            r"https?://\S+|[0-9a-f]{64}|SHA-256|CC BY 4\.0|ISO [\d-]+|[a-z]+(-[a-z]+)+", "", last
        )
        assert set(re.findall(r"[A-Za-z]{3,}", sentences)) <= {"ctgraph"}


@pytest.mark.parametrize(("name", "lang"), CASES)
def test_connectors_are_glued_to_the_right_shapes(
    name: str, lang: str, files: dict[tuple[str, str], bytes], stories: dict[str, Story],
    graph_store: Store,
) -> None:  # fmt: skip
    story, presentation = stories[name], read(files[name, lang])
    graph = build_story(graph_store, story, lang)
    labels = {node: clean(graph.nodes[node]["label"]) for node in graph}
    for slide in step_slides(presentation, story):
        shapes = {shape.shape_id: shape for shape in flat(slide.shapes)}
        glued = [line for line in connectors(slide) if ends(line)[0] is not None]
        found = set()
        for line in glued:
            begin, end = ends(line)
            one, other = shapes[begin.id], shapes[end.id]
            found.add(frozenset((one.name, other.name)))
            for shape, glue, x, y in (
                (one, begin, line.begin_x, line.begin_y),
                (other, end, line.end_x, line.end_y),
            ):
                # A line of cooperation has no head: it leads from middle to middle.
                assert glue.idx == MIDDLE
                guides = {
                    guide.get("name"): int(guide.get("fmla").split()[2]) / 10_000
                    for guide in shape._element.iter(f"{A}gd")
                }
                pos = [*shape._element.iter(f"{A}pos")][glue.idx]
                across, down = guides[pos.get("x")], guides[pos.get("y")]
                assert (across, down) == (0.5, 0.5)
                assert abs(x - (shape.left + across * shape.width)) <= 13
                assert abs(y - (shape.top + down * shape.height)) <= 13
        assert found == {frozenset((labels[a], labels[b])) for a, b in graph.edges()}
        assert len(glued) == graph.number_of_edges()


@pytest.mark.parametrize(("name", "lang"), CASES)
def test_what_a_step_is_about_stands_out(
    name: str, lang: str, files: dict[tuple[str, str], bytes], stories: dict[str, Story],
    graph_store: Store,
) -> None:  # fmt: skip
    story, presentation = stories[name], read(files[name, lang])
    graph = build_story(graph_store, story, lang)
    labels = {node: clean(graph.nodes[node]["label"]) for node in graph}
    dash = pptx.enum.dml.MSO_LINE.DASH
    for slide, step in zip(step_slides(presentation, story), story.steps, strict=True):
        nodes, edges = lit(graph, step)
        strong = {frozenset(map(labels.__getitem__, pair)) for pair in edges}
        shapes = {shape.shape_id: shape for shape in flat(slide.shapes)}
        basis = {
            frozenset((labels[a], labels[b])): data["basis"]
            for a, b, data in graph.edges(data=True)
        }
        for line in connectors(slide):
            if ends(line)[0] is None:
                continue
            pair = frozenset(shapes[end.id].name for end in ends(line))
            assert (str(line.line.color.rgb) == "16202A") is (pair in strong)
            assert (line.line.width.pt > 1) is (pair in strong)
            assert (line.line.dash_style == dash) is (basis[pair] == "Inferred")
        bold = set()
        for group in slide.shapes:
            if group.shape_type == pptx.enum.shapes.MSO_SHAPE_TYPE.GROUP:
                runs = [run for shape in group.shapes for p in shape.text_frame.paragraphs
                        for run in p.runs]  # fmt: skip
                assert len({run.font.bold for run in runs}) == 1
                bold |= {group.name} if runs[0].font.bold else set()
        assert bold == {labels[node] for node in nodes}


@pytest.mark.parametrize(("name", "lang"), CASES)
def test_notes_hold_every_quote_in_full(
    name: str, lang: str, files: dict[tuple[str, str], bytes], stories: dict[str, Story],
    graph_store: Store,
) -> None:  # fmt: skip
    story, presentation = stories[name], read(files[name, lang])
    for slide, step in zip(step_slides(presentation, story), story.steps, strict=True):
        notes = slide.notes_slide.notes_text_frame.text
        assert notes.startswith(step.caption[lang])
        for claim, words in read_claims(graph_store, step.claims).items():
            assert clean(words["quote"]) in notes
            assert clean(words[f"gloss_{lang}"]) in notes
            assert clean(words[f"told_{lang}"]) in notes
            assert clean(words[f"reason_{lang}"]) in notes
            assert claim.rpartition("/")[2] in notes


@pytest.mark.parametrize(("name", "lang"), CASES)
def test_charts_show_the_values_of_the_graph(
    name: str, lang: str, files: dict[tuple[str, str], bytes], stories: dict[str, Story],
    graph_store: Store,
) -> None:  # fmt: skip
    presentation = read(files[name, lang])
    slide = list(presentation.slides)[-2]
    charts = [shape for shape in slide.shapes if shape.has_chart]
    series = read_series(graph_store, lang, stories[name])
    values = [list(one.values.values()) for one in series]
    assert values == [[1, 2, 5], [1, 1, 1], [0, 0, 12], [0, 20, 6], [0, 0, 1]]
    assert [list(c.chart.plots[0].series[0].values) for c in charts] == values
    for shape, one in zip(charts, series, strict=True):
        assert list(shape.chart.plots[0].categories) == list(one.values)
        assert shape.chart.value_axis.minimum_scale == 0
        assert shape.chart.plots[0].data_labels.show_value
        workbook = zipfile.ZipFile(io.BytesIO(shape.chart.part.chart_workbook.xlsx_part.blob))
        assert b"<v>0</v>" in workbook.read("xl/worksheets/sheet1.xml")
        assert one.label in shape._element.xpath("./*/p:cNvPr/@descr")[0]
    texts = "\n".join(s.text_frame.text for s in slide.shapes if s.has_text_frame)
    assert ("COVID-19" if lang == "en" else "新型コロナウイルス感染拡大") in texts
    years = [one.emphasis for one in series]
    whole = {frozenset(one.values) for one in series}
    assert set(years) == (whole if name != "japan-in-fiscal-year-2023" else {years[0]})
    if name == "japan-in-fiscal-year-2023":
        assert years[0] == {"FY2023" if lang == "en" else "2023年度"}


def test_a_graph_without_observations_has_no_series(mini_store: Store) -> None:
    before = "ASK { ?o sdmx-measure:obsValue ?v }"
    assert bool(read_series(mini_store, "en")) is mini_store.ask(before)


# --- what it looks like ---------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "lang"), CASES)
def test_nothing_leaves_the_slide(
    name: str, lang: str, files: dict[tuple[str, str], bytes]
) -> None:
    for slide in read(files[name, lang]).slides:
        for shape in flat(slide.shapes):
            box = box_of(shape)
            assert box.left >= 0, shape.name
            assert box.top >= 0, shape.name
            assert box.right <= WIDTH + 0.01, shape.name
            assert box.bottom <= HEIGHT + 0.01, shape.name


@pytest.mark.parametrize(("name", "lang"), CASES)
def test_every_text_fits_its_box(name: str, lang: str, files: dict[tuple[str, str], bytes]) -> None:
    for slide in read(files[name, lang]).slides:
        for shape in flat(slide.shapes):
            if not shape.has_text_frame or not shape.text_frame.text:
                continue
            frame, box = shape.text_frame, box_of(shape)
            high = 0.0
            for paragraph in frame.paragraphs:
                size = paragraph.line_spacing.pt / 1.22
                text = paragraph.text
                if frame.word_wrap:
                    lines = count_lines(text, box.width, size)
                else:
                    lines = 1
                    assert text_points(text, size) <= box.width + 1, text
                high += lines * paragraph.line_spacing.pt
            assert high <= box.height + 1, (shape.name, high, box.height)


@pytest.mark.parametrize(("name", "lang"), CASES)
def test_names_symbols_and_edges_keep_clear_of_each_other(
    name: str, lang: str, stories: dict[str, Story], graph_store: Store
) -> None:
    graph = build_story(graph_store, stories[name], lang)
    nodes = place_nodes(graph)
    boxes = [
        (node, box) for node, place in nodes.items() for box in [place.symbol, *text_boxes(place)]
    ]
    for index, (node, one) in enumerate(boxes):
        for other_node, other in boxes[index + 1 :]:
            if node != other_node:
                apart = (
                    one.right <= other.left or other.right <= one.left
                    or one.bottom <= other.top or other.bottom <= one.top
                )  # fmt: skip
                assert apart, (node, other_node)
    assert count_crossings(graph, nodes) == 0
    assert min(place.size for place in nodes.values()) >= 12
    assert not any(place.lines[-1].endswith("…") for place in nodes.values())


@pytest.mark.parametrize(("name", "lang"), CASES)
def test_every_run_names_an_east_asian_font_and_its_language(
    name: str, lang: str, files: dict[tuple[str, str], bytes]
) -> None:
    presentation = read(files[name, lang])
    for slide in presentation.slides:
        roots = [slide._element, slide.notes_slide._element]
        for root in roots:
            for run in [*root.iter(f"{A}r"), *root.iter(f"{A}fld")]:
                if root is roots[1] and run.tag == f"{A}fld":
                    continue  # the page number of the template's notes
                properties = run.find(f"{A}rPr")
                assert properties.find(f"{A}ea").get("typeface") == "Yu Gothic"
                assert properties.find(f"{A}latin").get("typeface") == "Arial"
                text = run.findtext(f"{A}t")
                japanese = re.search(r"[\u3041-\u30ff\u4e00-\u9fff]", text) is not None
                if japanese:
                    assert properties.get("lang") == "ja-JP", text
                order = [child.tag.removeprefix(A) for child in properties]
                wanted = ["ln", "solidFill", "latin", "ea", "cs"]
                assert order == sorted(order, key=wanted.index)
        for shape in slide.shapes:
            if shape.has_chart:
                for properties in shape.chart._chartSpace.iter(f"{A}defRPr"):
                    assert properties.find(f"{A}ea").get("typeface") == "Yu Gothic"
    theme = zipfile.ZipFile(io.BytesIO(files[name, lang])).read("ppt/theme/theme1.xml").decode()
    assert theme.count('<a:latin typeface="Arial"/><a:ea typeface="Yu Gothic"/>') == 2


@pytest.mark.parametrize(("name", "lang"), CASES)
def test_shapes_say_what_they_are(
    name: str, lang: str, files: dict[tuple[str, str], bytes], stories: dict[str, Story]
) -> None:
    presentation = read(files[name, lang])
    for slide in step_slides(presentation, stories[name]):
        for line in connectors(slide):
            said = line._element.xpath("./*/p:cNvPr/@descr")[0]
            if ends(line)[0] is not None:
                assert re.search(r" – .+: .+ \((stated|inferred|明示|推論)\)$", said)
        first = slide.shapes[0]
        assert first.is_placeholder
        assert first.text_frame.text
        for group in slide.shapes:
            if group.shape_type == pptx.enum.shapes.MSO_SHAPE_TYPE.GROUP:
                assert group.name in group._element.xpath("./*/p:cNvPr/@descr")[0]


# --- the file -------------------------------------------------------------------------------------


def test_same_story_same_bytes_in_every_process(
    files: dict[tuple[str, str], bytes], tmp_path: Path
) -> None:
    name = SHIPPED[0]
    code = (
        "import sys; from ctgraph.store.store import open_store; "
        "from ctgraph.store.project import locate; "
        "from ctgraph.network.stories import read_story; "
        "from ctgraph.draw.slides.slides import write_slides; "
        f"write_slides(open_store(), read_story({name!r}, locate()), sys.argv[1], 'ja')"
    )
    path = tmp_path / "again.pptx"
    subprocess.run([sys.executable, "-c", code, str(path)], check=True)
    assert path.read_bytes() == files[name, "ja"]


def test_nothing_tells_when_it_was_made(files: dict[tuple[str, str], bytes]) -> None:
    content = files[CASES[0]]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        books = [name for name in archive.namelist() if name.endswith(".xlsx")]
        assert len(books) == 5
        for book in books:
            with zipfile.ZipFile(io.BytesIO(archive.read(book))) as inner:
                assert b"1980-01-01T00:00:00Z" in inner.read("docProps/core.xml")
    properties = read(content).core_properties
    assert properties.created.year == properties.modified.year == 1980


def test_a_path_is_written_whole(
    tmp_path: Path, graph_store: Store, stories: dict[str, Story]
) -> None:
    path = tmp_path / "x.pptx"
    write_slides(graph_store, stories[SHIPPED[0]], path)
    assert zipfile.is_zipfile(path)
    with pytest.raises(UsageError, match="does not exist"):
        write_slides(graph_store, stories[SHIPPED[0]], tmp_path / "no" / "x.pptx")


def test_another_language_is_refused(graph_store: Store, stories: dict[str, Story]) -> None:
    with pytest.raises(UnknownName, match="language"):
        to_bytes(graph_store, stories[SHIPPED[0]], "fr")


def test_without_python_pptx_it_says_how_to_get_it(
    graph_store: Store, stories: dict[str, Story], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pptx", None)
    with pytest.raises(UsageError, match="pip install python-pptx"):
        to_bytes(graph_store, stories[SHIPPED[0]])


def test_of_a_large_network_a_slide_shows_what_the_story_tells(
    tmp_path: Path, graph_store: Store, bundle: Bundle
) -> None:
    path = tmp_path / "large.toml"
    words = 'title.en = "T"\ntitle.ja = "T"\n{}.en = "D"\n{}.ja = "D"\n'
    network = build_network(graph_store, "activities")
    assert len(network) > NODE_LIMIT

    def slides_about(*told: str) -> bytes:
        path.write_text(
            words.format("description", "description") + 'view = "activities"\n[[step]]\n'
            + words.format("caption", "caption")
            + f"highlight = {json.dumps([shorten(one) for one in told])}\n"
            + 'claims = ["ctd:mofa-2024-a01"]\n',
            encoding="utf-8",
        )  # fmt: skip
        return to_bytes(graph_store, read_story(path, bundle))

    told = min(network)  # whatever comes first, however few ties it has
    slide = list(read(slides_about(told)).slides)[1]
    texts = [shape.text_frame.text for shape in flat(slide.shapes) if shape.has_text_frame]
    assert f"16 of {len(network)} nodes: those told of, and of the most ties" in texts
    assert clean(network.nodes[told]["label"]) in {shape.name for shape in flat(slide.shapes)}
    with pytest.raises(UsageError, match=f"at most {NODE_LIMIT}"):
        slides_about(*sorted(network)[: NODE_LIMIT + 1])


def test_the_part_that_is_told_keeps_the_order_of_its_network(stories: dict[str, Story]) -> None:
    network: nx.Graph[str] = nx.star_graph([f"ctd:{number * 37 % 101}" for number in range(101)])
    story = replace(stories[SHIPPED[0]], steps=())
    part = _told_part(network, story)
    assert 10 < len(part) < len(network)
    assert list(part) == [node for node in network if node in part]
    assert part.number_of_edges() == len(part) - 1


def test_quotes_of_another_language_are_told_in_that_of_the_slide(
    files: dict[tuple[str, str], bytes], stories: dict[str, Story]
) -> None:
    for name, story in stories.items():
        for slide in step_slides(read(files[name, "en"]), story):
            shown = [
                (shape, run)
                for shape in slide.shapes
                if shape.has_text_frame
                for paragraph in shape.text_frame.paragraphs
                for run in paragraph.runs
            ]
            assert not any("「" in run.text for _, run in shown)
            assert "「" in slide.notes_slide.notes_text_frame.text
            beside = [run for shape, run in shown if box_of(shape)[:2] == (612, 386)]
            assert beside
            assert {run.font.size.pt for run in beside} == {14}


def test_a_finding_that_has_no_room_counts() -> None:
    graph: nx.Graph[str] = nx.star_graph(["hub", *(f"n{i}" for i in range(5))])
    for node in graph:
        name = "A body whose name is as long as the name of a body can be, of its kind"
        graph.nodes[node].update(label_en="Hub" if node == "hub" else name, acronym="")
    for one, other in graph.edges():
        graph.edges[one, other]["by_activity"] = {"a": {}, other: {}}
    graph.graph["view"] = "cooperation"
    step = Step({}, {}, ("hub", ("hub", "n0"), ("hub", "n1")), ())
    for one, other in graph.edges():
        graph.edges[one, other]["activities"] = []
    assert say_step(graph, step, "en") == "Hub worked with 2 partners in 3 activities"
    assert not say_step(graph, Step({}, {}, (), ()), "en")


def test_a_network_without_a_story_is_one_slide(graph_store: Store) -> None:
    for view in ("cooperation", "activities"):
        network, stream = build_network(graph_store, view), io.BytesIO()
        drawn = write_network_slide(graph_store, network, stream, "ja")
        (slide,) = read(stream.getvalue()).slides
        assert len(connectors(slide)) >= drawn.number_of_edges()
        assert slide.shapes.title.text_frame.text == drawn.graph["title_ja"]
        assert "「" in slide.notes_slide.notes_text_frame.text
        # More nodes than have names on a slide are shown by their communities, which is said.
        assert (drawn is network) == (len(network) <= NODE_LIMIT)
        said = "".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
        assert ("コミュニティにまとめた" in said) == (drawn is not network)
    with pytest.raises(DataError, match="empty"):
        write_network_slide(graph_store, nx.Graph(), io.BytesIO())
    crowd: nx.Graph[str] = nx.empty_graph(41)
    crowd.graph["note_en"] = "communities"
    with pytest.raises(UsageError, match="40 at most"):
        write_network_slide(graph_store, crowd, io.BytesIO())


def test_notes_and_their_arrows_are_drawn_in_figures_and_slides(graph_store: Store) -> None:
    network = build_network(graph_store, "funding", actor="ctd:unodc")
    there = sorted(network)
    at = {node: (float(number % 3), float(number // 3)) for number, node in enumerate(there)}
    notes = [Note("About this\nbody", (-1.0, 4.0), there[1]), Note("ひとこと", (1.0, 9.0), None)]
    assert place_by(network, Layout(at, notes)) == 0
    stream = io.BytesIO()
    write_network_slide(graph_store, network, stream)
    (slide,) = read(stream.getvalue()).slides
    boxes = {shape.text_frame.text: shape for shape in slide.shapes if shape.has_text_frame}
    assert {"About this\nbody", "ひとこと"} <= boxes.keys()
    shapes = {shape.shape_id: shape.name for shape in flat(slide.shapes)}
    (arrow,) = [
        [shapes[end.id] for end in ends(line)]
        for line in connectors(slide)
        if str(line.line.color.rgb) == "8A6D00"
    ]
    assert arrow == ["About this body", clean(network.nodes[there[1]]["label"])]
    frames = [box_of(shape) for shape in slide.shapes if shape.shape_type is not None]
    assert all(box.left >= 0 and box.right <= 960 for box in frames)
    sheet = draw_figure(network, store=graph_store)
    assert {"About this", "body", "ひとこと"} <= {*sheet.words()}
    drawn = [(words, box) for words, box in sheet.boxes() if words in ("body", "ひとこと")]
    for words, (left, top, right, bottom) in drawn:
        for other, (x, y, to, end) in sheet.boxes():
            if other not in (words, "About this"):
                assert right <= x or to <= left or bottom <= y or end <= top, (words, other)


DIRECTED = """\
title.en = "Money"
title.ja = "資金"
description.en = "Where money goes."
description.ja = "資金の流れ。"
view = "funding"
[[step]]
title.en = "IOM"
title.ja = "IOM"
caption.en = "Japan contributed to IOM."
caption.ja = "日本はIOMに拠出した。"
highlight = ["ctd:iom -- ctd:jpn"]
claims = ["ctd:mofa-2024-b10"]
"""


def test_a_directed_view_has_arrows_that_go_its_way(
    tmp_path: Path, graph_store: Store, bundle: Bundle
) -> None:
    path = tmp_path / "money.toml"
    path.write_text(DIRECTED, encoding="utf-8")
    slide = read(to_bytes(graph_store, read_story(path, bundle))).slides[1]
    shapes = {shape.shape_id: shape.name for shape in flat(slide.shapes)}
    strong = [line for line in connectors(slide) if str(line.line.color.rgb) == "16202A"]
    (one,) = [line for line in strong if ends(line)[0] is not None]
    assert [shapes[end.id] for end in ends(one)] == [
        "Japan",
        "International Organization for Migration",
    ]
    for line in connectors(slide):
        if ends(line)[0] is not None:
            assert ends(line)[0].idx == MIDDLE < ends(line)[1].idx  # the head is seen
        tails = line._element.xpath("./p:spPr/a:ln/a:tailEnd[@type='triangle']")
        assert bool(tails) is (ends(line)[0] is not None)


# --- the command ----------------------------------------------------------------------------------


def run(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ctgraph", *arguments],
        cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip


def test_the_command_writes_a_story(tmp_path: Path, files: dict[tuple[str, str], bytes]) -> None:
    draw = ("draw", "--story", "the-sheet-in-six-steps", "--lang", "en")
    made = run(*draw, "-o", "x.pptx", folder=tmp_path)
    assert (made.stderr, made.returncode) == ("x.pptx: 6 steps; quotes in the notes.\n", 0)
    assert (tmp_path / "x.pptx").read_bytes() == files["the-sheet-in-six-steps", "en"]
    (tmp_path / "own.toml").write_text(DIRECTED.replace("funding", "fundin"), encoding="utf-8")
    wrong = run("draw", "--story", "own.toml", "-o", "y.pptx", folder=tmp_path)
    assert wrong.returncode == 3
    assert wrong.stderr == ("Error: own.toml:5: unknown view 'fundin'. Did you mean funding?\n")
    assert not (tmp_path / "y.pptx").exists()


def test_the_old_command_lists_stories_and_writes_one(
    tmp_path: Path, files: dict[tuple[str, str], bytes], mini: Path
) -> None:
    listed = run("slides", "--lang", "ja", folder=tmp_path)
    assert listed.stdout.splitlines() == [
        "japan-in-fiscal-year-2023  令和５年度の日本",
        "the-sheet-in-six-steps     2024年の評価書を六段階で読む",
    ]
    assert "is now ctgraph draw --story" in listed.stderr
    assert run("slides", "--project", str(mini), folder=tmp_path).stdout == "No stories.\n"
    run("slides", "the-sheet-in-six-steps", "-o", "x.pptx", "--lang", "en", folder=tmp_path)
    assert (tmp_path / "x.pptx").read_bytes() == files["the-sheet-in-six-steps", "en"]


# --- hostile and large ----------------------------------------------------------------------------

HOSTILE = [
    "\x00\x07control\x1f\x7f\x85",
    "\u202eevil\u2066 مرحبا",
    "<a:t>&amp;</a:t>]]>",
    "_x0041_ \ufffe\uffff",
    "😀" * 40,
    "x" * 500,
    "長い名称" * 80,
    "   \n\t ",
]


def hostile_graph() -> nx.Graph[str]:
    graph: nx.Graph[str] = nx.Graph()
    kinds = [*LOOKS, "Unheard"]
    for number, text in enumerate([*HOSTILE, "", "ok"]):
        facts = {
            "label": text, "label_en": text, "label_ja": text, "acronym": text[:6],
            "kind": kinds[number % len(kinds)], "family": "", "claims": [],
        }  # fmt: skip
        graph.add_node(f"n{number}", **facts)
        if number:
            graph.add_edge(
                "n0", f"n{number}", activities=["a"], basis="Inferred", weight=number, claims=[],
                by_activity={"a": {"claims": ["c"], "basis": "Inferred"}},
            )  # fmt: skip
    graph.graph["things"] = {"a": {"label_en": HOSTILE[2], "label_ja": HOSTILE[6]}}
    graph.graph["kinds"] = {"State": {"label_en": HOSTILE[4], "label_ja": HOSTILE[6]}}
    graph.graph["filters"] = {}
    return graph


@pytest.mark.parametrize("kind", ["quote", "digest"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_hostile_labels_and_quotes_are_text(
    lang: str,
    kind: str,
    graph_store: Store,
    stories: dict[str, Story],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    evil = dict.fromkeys(
        (
            *("quote", "page", "digest", "address", "gloss_en", "gloss_ja"),
            *("told_en", "told_ja", "reason_en", "reason_ja"),
        ),
        "".join(HOSTILE),
    )
    # The words are in another language, so what the claim says takes their place.
    evil |= {"quote_language": "fr", "gloss_language_en": "en", "gloss_language_ja": "ja"}
    story = stories[SHIPPED[0]]
    monkeypatch.setattr("ctgraph.draw.slides.slides.build_story", lambda *_: hostile_graph())
    monkeypatch.setattr(
        "ctgraph.draw.slides.slides.lit", lambda *_: (frozenset({"n0"}), frozenset())
    )
    monkeypatch.setattr(
        "ctgraph.draw.slides.slides.read_claims",
        lambda _, claims: {claim: {**evil, "kind": kind, "basis": "Stated"} for claim in claims},
    )
    presentation = read(to_bytes(graph_store, story, lang))
    for slide in presentation.slides:
        assert "\x00" not in slide.notes_slide.notes_text_frame.text
        for shape in flat(slide.shapes):
            box = box_of(shape)
            assert -0.01 <= box.left <= box.right <= WIDTH + 0.01
            assert -0.01 <= box.top <= box.bottom <= HEIGHT + 0.01
            if shape.has_text_frame:
                assert not re.search("[\x00-\x08\u202e\u2066\ufffe]", shape.text_frame.text)
    one = step_slides(presentation, story)[0]
    assert len([line for line in connectors(one) if ends(line)[0] is not None]) == 9
    assert "<a:t>&amp;</a:t>]]>" in one.notes_slide.notes_text_frame.text


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_clean_text_goes_through_xml_as_it_is(text: str) -> None:
    from xml.etree.ElementTree import fromstring
    from xml.sax.saxutils import escape

    made = clean(text)
    assert fromstring(f"<t>{escape(made)}</t>").text == (made or None)
    assert clean(made) == made


@given(st.text(max_size=300), st.integers(40, 400), st.integers(14, 200))
@settings(max_examples=100, deadline=None)
def test_a_fitted_text_fits(text: str, width: int, height: int) -> None:
    box = Box(0, 0, width, height)
    size, shown = fit(clean(text), box, (18, 12, 10))
    assert text_height(shown, width, size) <= height + 0.02
    whole = "\n".join(shown) == clean(text)
    assert whole or shown[-1].endswith("…")


def test_a_line_crosses_a_box_or_passes_it() -> None:
    box = Box(10, 10, 20, 20)
    assert crosses((0, 0), (30, 30), box)
    assert crosses((15, 0), (15, 30), box)
    assert not crosses((0, 0), (30, 0), box)
    assert not crosses((0, 0), (9, 9), box)
    assert not crosses((0, 25), (30, 25), box)
    assert not crosses((10, 0), (10, 30), box)


def test_every_look_has_a_shape_with_its_sites() -> None:
    for look in [*LOOKS.values(), look_of("")]:
        _, *rim = SITES[look.shape][MIDDLE:]
        assert len(set(rim)) == len(rim) == 16
        for number, (x, y) in enumerate(rim):
            # Each lies in its direction from the middle, and on the outline.
            turn = math.atan2(y - 0.5, x - 0.5) - math.tau * number / 16
            assert math.cos(turn) == pytest.approx(1, abs=1e-5)
            corners = OUTLINES[look.shape]
            sides = [*zip(corners, corners[1:] + corners[:1], strict=True)]
            at = (x, y)
            beyond = [math.dist(a, at) + math.dist(at, b) - math.dist(a, b) for a, b in sides]
            far = min(beyond, default=math.dist(at, (0.5, 0.5)) - 0.5)
            assert far == pytest.approx(0, abs=1e-3)


# --- another program ------------------------------------------------------------------------------

SOFFICE = shutil.which("soffice")


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize(("name", "lang"), CASES[:2])
def test_libreoffice_opens_and_keeps_it(
    name: str, lang: str, files: dict[tuple[str, str], bytes], tmp_path: Path,
    stories: dict[str, Story], graph_store: Store,
) -> None:  # fmt: skip
    source = tmp_path / "story.pptx"
    source.write_bytes(files[name, lang])
    assert SOFFICE is not None
    for kind in ("odp", "pptx"):
        subprocess.run(
            [
                SOFFICE, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
                "--convert-to", kind, "--outdir", str(tmp_path / "out"), str(source),
            ],
            check=True,
            capture_output=True,
            timeout=300,
        )  # fmt: skip
        source = tmp_path / "out" / f"story.{kind}"
    story = stories[name]
    graph = build_story(graph_store, story, lang)
    presentation = read(source.read_bytes())
    assert len(presentation.slides) == len(story.steps) + 3
    for slide in step_slides(presentation, story):
        glued = [line for line in connectors(slide) if all(end is not None for end in ends(line))]
        assert len(glued) == graph.number_of_edges()
    charts = [s for s in list(presentation.slides)[-2].shapes if s.has_chart]
    assert [list(c.chart.plots[0].series[0].values) for c in charts] == [
        [1, 2, 5], [1, 1, 1], [0, 0, 12], [0, 20, 6], [0, 0, 1],
    ]  # fmt: skip
