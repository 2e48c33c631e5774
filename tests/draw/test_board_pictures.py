"""The cooperation board as figure, page and slides: the same rows, whole, and as text."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pptx import Presentation

from ctgraph.cli.app import cli
from ctgraph.draw.columns import fill_columns
from ctgraph.draw.figures.figures import draw_figure
from ctgraph.draw.page.board import board_text
from ctgraph.draw.slides.board import write_board_slides
from ctgraph.errors import UnknownName
from ctgraph.network import read_claims
from ctgraph.network.board import Board, Row, build_board
from ctgraph.network.build import build_network
from ctgraph.query import read_scope
from ctgraph.store.store import Store, open_store

ROOT = Path(__file__).parents[2]
HOSTILE = "</style><script>alert(1)</script> & \u202e ]]>" + "x" * 90 + "長い名称" * 30


@pytest.fixture(scope="module")
def japan(graph_store: Store) -> Board:
    return build_board(graph_store, build_network(graph_store, actor="ctd:jpn"))


@pytest.fixture(scope="module")
def many() -> Iterator[tuple[Store, Board]]:
    """Japan according to all sources, who has more partners than a slide has lines."""
    with open_store(ROOT) as store:
        yield store, build_board(store, build_network(store, actor="ctd:jpn"))


def slides_of(store: Store, board: Board, lang: str = "en") -> bytes:
    stream = io.BytesIO()
    write_board_slides(store, board, stream, lang)
    return stream.getvalue()


class Reader(HTMLParser):
    """The tags of a page, and the texts with the classes of what they stand in."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._class = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._class = dict(attrs).get("class") or tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.setdefault(self._class, []).append(data.strip())


def dated(row: Row, board: Board) -> int:
    return sum(board.columns[number] != "?" for number in row.marks)


# --- figure --------------------------------------------------------------------------------------


def test_a_figure_has_a_mark_for_each_mark_of_the_rows(graph_store: Store, japan: Board) -> None:
    sheet = draw_figure(graph_store, kind="board", filters={"actor": "ctd:jpn"})
    samples = 4
    drawn = sheet.figure.axes[0].get_lines()
    assert len(drawn) == sum(dated(row, japan) for row in japan.rows) + samples
    hollow = [line for line in drawn if line.get_markerfacecolor() == "#ffffff"]
    stated = sum(mark.basis == "Stated" for row in japan.rows for mark in row.marks.values())
    assert len(drawn) - len(hollow) == stated + samples - 1
    said = " ".join(sheet.words())
    for group in japan.groups:
        assert group.name["en"] in said


def test_who_has_no_room_is_named_and_letters_stay_large(many: tuple[Store, Board]) -> None:
    store, board = many
    network = build_network(store, actor="ctd:jpn")
    sheet = draw_figure(network, kind="board", store=store)
    left = next(words for words in sheet.words() if "have no room here" in words)
    count = int(left.partition(" ")[0])
    names = {name for row in board.rows for name in (row.name["en"], row.acronym) if name}
    assert sum(words in names for words in sheet.words()) >= len(board.rows) - count - 3
    # 9.5 points are 19 pixels where the slide has 1080 lines.
    assert min(float(text.get_fontsize()) for text in sheet._texts()) >= 9.5 - 0.01
    page = draw_figure(network, kind="board", size="a4", store=store)
    assert not any("have no room here" in words for words in page.words())


def test_columns_repeat_the_name_of_a_group_and_leave_none_alone() -> None:
    class Line:
        def __init__(self, name: str) -> None:
            self.name, self.high, self.is_head = name, 1.0, name.isupper()

    items = [Line(name) for name in ("A", "a", "a", "a", "B", "b")]
    found = fill_columns(items, 3)
    assert [[one.name for one in column] for column in found] == [
        ["A", "a", "a"],
        ["A", "a"],
        ["B", "b"],
    ]


# --- page ----------------------------------------------------------------------------------------


def test_the_page_tells_every_row_and_its_words_in_both_languages(
    graph_store: Store, japan: Board
) -> None:
    text = board_text(graph_store, japan, "ja")
    read = Reader(text)
    assert text == board_text(graph_store, japan, "ja")
    assert read.texts["name"] == [row.name[lang] for lang in ("ja", "en") for row in japan.rows]
    assert [name for tag, name in read.tags if tag == "main"] == [
        {"class": "in-ja", "lang": "ja"},
        {"class": "in-en", "lang": "en"},
    ]
    claims = {claim for row in japan.rows for deed in row.deeds for claim in deed.claims}
    quotes = {one["quote"] for one in read_claims(graph_store, claims).values()} - {""}
    assert {f"「{quote}」" for quote in quotes} == set(read.texts["blockquote"])
    marks = [name["aria-label"] for tag, name in read.tags if name.get("role") == "img"]
    assert marks[len(japan.rows)] == "2023 (inferred), no date stated (inferred)"


def test_the_page_needs_nothing_and_runs_nothing(graph_store: Store, japan: Board) -> None:
    text = board_text(graph_store, japan)
    read = Reader(text)
    assert not [tag for tag, _ in read.tags if tag in ("script", "img", "iframe", "form")]
    assert not [name for _, name in read.tags if "style" in name or "src" in name]
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"style-src &#39;sha256-{digest}&#39;" in text
    assert "url(" not in style[1]
    with pytest.raises(UnknownName):
        board_text(graph_store, japan, "fr")


def test_a_board_of_some_sources_says_so(many: tuple[Store, Board]) -> None:
    store, _ = many
    part = store.within(read_scope(store, ("mofa-evaluation-2024",)))
    board = build_board(part, build_network(part, actor="ctd:jpn"))
    assert "According to Policy evaluation report" in board_text(part, board)


# --- slides --------------------------------------------------------------------------------------


def flat(shapes: Any) -> Iterator[Any]:
    for shape in shapes:
        yield from flat(shape.shapes) if shape.shape_type == 6 else (shape,)


def test_every_row_is_a_group_on_a_slide_with_its_words_in_the_notes(
    many: tuple[Store, Board],
) -> None:
    store, board = many
    content = slides_of(store, board)
    assert content == slides_of(store, board)
    deck = Presentation(io.BytesIO(content))
    assert len(deck.slides) > 1
    groups = [
        group
        for slide in deck.slides
        for group in slide.shapes
        if group.shape_type == 6 and group.name != "bracket"
    ]
    assert [group.name for group in groups] == [row.name["en"] for row in board.rows]
    for row, group in zip(board.rows, groups, strict=True):
        said = [shape.text_frame.text for shape in flat([group]) if shape.has_text_frame]
        assert {row.name["en"], row.done["en"], row.figure["en"]} <= set(said)
        marks = [shape for shape in flat([group]) if 'prst="ellipse"' in shape._element.xml]
        assert len(marks) == dated(row, board)
    notes = "".join(slide.notes_slide.notes_text_frame.text for slide in deck.slides)
    for row in board.rows:
        for deed in row.deeds:
            assert f"{row.name['en']}: {deed.name['en']}" in notes
    for slide in deck.slides:
        assert slide.shapes.title.text_frame.text == board.title["en"]
        for shape in flat(slide.shapes):
            assert 0 <= shape.left <= shape.left + shape.width <= deck.slide_width, shape.name
            assert 0 <= shape.top <= shape.top + shape.height <= deck.slide_height, shape.name
            for paragraph in shape.text_frame.paragraphs if shape.has_text_frame else ():
                sizes = {run.font.size.pt for run in paragraph.runs}
                assert shape.name == "Slide number" or not sizes or min(sizes) >= 9.5, shape.name


# --- odd data and the command --------------------------------------------------------------------


def test_hostile_names_are_text_everywhere(graph_store: Store) -> None:
    network = build_network(graph_store, actor="ctd:unodc")
    for facts in (*network.graph["things"].values(), *(data for _, data in network.nodes.items())):
        facts.update(label_en=HOSTILE, label_ja=HOSTILE, acronym="")
    board = build_board(graph_store, network)
    read = Reader(board_text(graph_store, board))
    assert "script" not in {tag for tag, _ in read.tags}
    assert any("<script>" in name for name in read.texts["name"])
    for size in ("slide", "column"):
        sheet = draw_figure(network, kind="board", size=size, store=graph_store)
        width = sheet.figure.get_figwidth() * 72
        assert all(box[0] >= 0 and box[2] <= width for _, box in sheet.boxes())
    assert Presentation(io.BytesIO(slides_of(graph_store, board, "ja"))).slides


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["-o", "b.html", "--actor", "UNODC", "--lang", "ja"], 0, "国連薬物・犯罪事務所は"),
        (["-o", "b.pptx", "--actor", "GIFCT"], 0, "worked with Japan"),
        (["-o", "b.html"], 2, "Name one with --actor"),
        (["-o", "b.pptx", "--actor", "Japan", "--hops", "2"], 2, "Leave --hops out"),
        (["-o", "b.html", "--actor", "Japan", "--communities"], 2, "--communities"),
        (["-o", "b.gexf", "--actor", "Japan"], 2, "html, svg, pdf, png, pptx"),
        (["-o", "b.html", "--actor", "Japan", "--size", "a4"], 2, ".svg, .pdf or .png"),
        (["-o", "b.html", "--actor", "Japan", "--since", "2060"], 3, "Japan has no partner here"),
    ],
)
def test_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(cli, ["draw", "--chart", "board", *arguments])
    assert result.exit_code == code, result.output
    assert said in result.stderr
    assert (len(list(tmp_path.iterdir())) == 1) == (code == 0)


def test_at_a_terminal_a_file_of_a_new_name_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("ctgraph.cli.draw._is_terminal", lambda: True)
    for arguments in (["--actor", "GIFCT"], ["--actor", "GIFCT"], ["--chart", "timeline"]):
        result = CliRunner().invoke(cli, ["draw", *arguments])
        assert result.exit_code == 0, result.output
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "network-2.html",
        "network.html",
        "timeline.svg",
    ]
    assert result.stderr.startswith("timeline.svg: ")
