"""Static figures: complete, the same every time, nothing over anything, and nothing interpreted."""

from __future__ import annotations

import base64
import importlib.util
import io
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from types import ModuleType

import matplotlib as mpl
import networkx as nx
import numpy as np
import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from conftest import ServeQuads
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from PIL import Image

from ctgraph import __version__
from ctgraph.cli.app import cli
from ctgraph.draw.figures import figures, typefaces
from ctgraph.draw.figures.canvas import SIZES, Sheet
from ctgraph.draw.figures.contributions import amount_text
from ctgraph.draw.figures.data import Thing, Value
from ctgraph.draw.figures.figures import FORMATS, KINDS, draw_figure, write_figure
from ctgraph.draw.figures.typefaces import clean
from ctgraph.draw.source_names import join_sources
from ctgraph.errors import DataError, UnknownName, UsageError
from ctgraph.network.build import build_network
from ctgraph.network.layout import compute_layout
from ctgraph.network.styles import LOOKS
from ctgraph.store.project import Bundle
from ctgraph.store.store import Store, open_store
from ctgraph.terms import PREFIXES

ROOT = Path(__file__).parents[2]
SVG = "{http://www.w3.org/2000/svg}"
ALL = [(kind, lang, size) for kind in KINDS for lang in ("en", "ja") for size in SIZES]

FILTERS = {"board": {"actor": "ctd:jpn"}}
"""What a figure cannot be drawn without, by kind."""

HOSTILE = [
    "$x^2$ \\frac{1}{2} $",
    "</text><script>alert(1)</script>",
    "a & b < c > d \" ' ]]>",
    "\u202eevil\u2066 مرحبا בעולם",
    "😀" * 30,
    "word\nnew\tline\x1b[2J\x00",
    "x" * 500,
    "長い名称" * 60,
    "𠮷野家🇯🇵\ufe0f\u200d",
    "'ctgraph-sans', 'ctgraph-fallback'",
    "",
]


def words_of(sheet: Sheet) -> list[str]:
    return [words for words, _ in sheet.boxes()]


def svg_of(store: Store, kind: str, lang: str = "en") -> str:
    stream = io.BytesIO()
    write_figure(store, stream, kind=kind, format="svg", lang=lang, filters=FILTERS.get(kind))
    return stream.getvalue().decode("utf-8")


def dots(sheet: Sheet) -> list[tuple[float, float]]:
    """Where the shapes of nodes lie, those of the legend last; y from the top."""
    found = []
    for line in sheet.figure.axes[0].get_lines():
        x, y = np.asarray(line.get_xydata(), dtype=float)[0]
        found.append((float(x), float(y)))
    return found


def overlaps(sheet: Sheet) -> list[tuple[str, str]]:
    """Pairs of lines whose boxes share more than the thin space between lines."""
    found = []
    for (one, a), (other, b) in combinations(sheet.boxes(), 2):
        wide = min(a[2], b[2]) - max(a[0], b[0])
        high = min(a[3], b[3]) - max(a[1], b[1])
        least = min(a[3] - a[1], b[3] - b[1])
        if wide > 0.5 and high > 0.25 * least:
            found.append((one, other))
    return found


# --- every figure on the bundled graph ----------------------------------------------------------


@pytest.mark.parametrize(("kind", "lang", "size"), ALL)
def test_no_text_covers_another_or_leaves_the_sheet(
    graph_store: Store, kind: str, lang: str, size: str
) -> None:
    sheet = draw_figure(graph_store, kind=kind, lang=lang, size=size, filters=FILTERS.get(kind))
    assert overlaps(sheet) == []
    width = sheet.figure.get_figwidth() * 72
    height = sheet.figure.get_figheight() * 72
    for words, (left, top, right, bottom) in sheet.boxes():
        assert left >= 0, words
        assert top >= 0, words
        assert right <= width, words
        assert bottom <= height, words


def test_texts_that_overlap_would_be_found(graph_store: Store) -> None:
    sheet = draw_figure(graph_store, kind="indicators")
    assert not overlaps(sheet)
    sheet.text(sheet.left, 40, "over the title")
    assert overlaps(sheet)


@pytest.mark.parametrize("view", ["cooperation", "activities"])
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_names_cover_neither_each_other_nor_a_node(
    graph_store: Store, view: str, lang: str
) -> None:
    sheet = draw_figure(graph_store, lang=lang, size="a4", filters={"view": view})
    assert overlaps(sheet) == []
    nodes = dots(sheet)
    assert len(nodes) >= len(build_network(graph_store, view))
    inside = [
        (words, (x, y))
        for words, (left, top, right, bottom) in sheet.boxes()
        for x, y in nodes
        if left < x < right and top < y < bottom
    ]
    assert inside == []


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("kind", KINDS)
def test_title_source_date_and_licence_stand_in_the_picture(
    graph_store: Store, kind: str, lang: str
) -> None:
    sheet = draw_figure(graph_store, kind=kind, lang=lang, filters=FILTERS.get(kind))
    said = " ".join(words_of(sheet))
    source = {"en": "Policy evaluation report", "ja": "令和６年度外務省政策評価書"}[lang]
    for part in (source, "2024-08", "CC BY 4.0", f"ctgraph {__version__}"):
        assert part in said


def test_a_title_of_ones_own(graph_store: Store) -> None:
    assert words_of(draw_figure(graph_store, kind="funding", title="Money $1"))[0] == "Money $1"


def test_sizes(graph_store: Store) -> None:
    for size, width, height in (("slide", 13.333, 7.5), ("a4", 8.27, 11.69), ("column", 3.5, 20)):
        figure = draw_figure(graph_store, kind="timeline", size=size).figure
        assert figure.get_figwidth() == pytest.approx(width, abs=0.01)
        assert figure.get_figheight() <= height + 0.01
    assert draw_figure(graph_store, kind="funding").figure.get_figheight() == pytest.approx(7.5)


# --- what each figure says ----------------------------------------------------------------------


def test_the_network_has_the_layout_of_the_page(graph_store: Store) -> None:
    network = build_network(graph_store)
    sheet = draw_figure(network, store=graph_store, size="a4-landscape")
    wanted = compute_layout(network)
    placed = dict(zip(network, dots(sheet), strict=False))
    # Names may pull nodes in, but left stays left and above stays above.
    for one, other in combinations(network, 2):
        for axis in (0, 1):
            if abs(wanted[one][axis] - wanted[other][axis]) > 0.5:
                before = wanted[one][axis] < wanted[other][axis]
                assert (placed[one][axis] < placed[other][axis]) == before


def test_the_network_tells_kinds_by_shape_and_basis_by_dashes(graph_store: Store) -> None:
    network = build_network(graph_store)
    sheet = draw_figure(network, store=graph_store)
    shapes: dict[str, set[object]] = {}
    lines = sheet.figure.axes[0].get_lines()
    for node, line in zip(network, lines, strict=False):
        shapes.setdefault(network.nodes[node]["kind"], set()).add(
            (line.get_marker(), line.get_markerfacecolor() == "#ffffff")
        )
    assert all(len(found) == 1 for found in shapes.values())
    assert len({next(iter(found)) for found in shapes.values()}) == len(shapes)
    bases = {data["basis"] for _, _, data in network.edges(data=True)}
    assert bases == {"Stated", "Inferred"}
    svg = svg_of(graph_store, "network")
    assert "stroke-dasharray" in svg
    assert LOOKS["State"].colour.lower() in svg.lower()


def test_the_matrix_has_every_weight_once(graph_store: Store) -> None:
    network = build_network(graph_store)
    said = words_of(draw_figure(network, kind="matrix", store=graph_store))
    weights = sorted(str(data["weight"]) for _, _, data in network.edges(data=True))
    assert sorted(words for words in said if words.isdigit()) == weights
    assert any("hatched" in words for words in said)


def test_the_timeline_names_what_has_no_date(graph_store: Store) -> None:
    said = words_of(draw_figure(graph_store, kind="timeline", size="column"))
    text = " ".join(said)
    assert "No date stated (18)" in said
    assert "Asset freezing and other measures against Hamas-related persons" in text
    assert {"FY2021", "FY2022", "FY2023"} <= set(said)
    assert "FY2021 – FY2023" in said
    assert "Mar 2023" in said
    assert not any(re.search(r"\d+ (Mar|Apr|Oct) 20", words) for words in said), "no day is known"


def test_the_amount_stands_on_the_contribution_alone(graph_store: Store) -> None:
    said = words_of(draw_figure(graph_store, kind="funding", size="column"))
    amounts = [words for words in said if "48.30" in words]
    assert amounts == [
        "about 48.30 million US dollars",
        "Contribution for capacity-building support (about 48.30 million US dollars)",
    ]
    assert "amount not stated" in said
    assert sum("split not stated" in words for words in said) == 2
    assert said.count("and others, not named") == 2
    assert "総額約4,830万米ドル" in words_of(draw_figure(graph_store, kind="funding", lang="ja"))


def test_indicators_keep_units_apart_and_explain_zeros(graph_store: Store) -> None:
    said = words_of(draw_figure(graph_store, kind="indicators"))
    assert said.count("0") == 5
    assert said.count("a)") == 5
    assert said.count("b)") == 1
    assert any(words.startswith("a) Note 1: ") and "COVID-19" in words for words in said)
    units = [words for words in said if words in ("partner countries", "times held")]
    assert sorted(units) == ["partner countries", "times held", "times held"]
    assert said.count("in person") == 2
    assert "online" in said


def test_goals_show_what_is_linked_to_nothing(graph_store: Store) -> None:
    said = " ".join(words_of(draw_figure(graph_store, kind="goals", size="column")))
    for part in ("no area of work linked", "No area of work stated", "(2 parts)"):
        assert part in said
    assert "G7 Ise-Shima Summit action plan" in said


@pytest.mark.parametrize("size", ["slide", "column"])
def test_money_tells_what_is_inferred(graph_store: Store, size: str) -> None:
    said = words_of(draw_figure(graph_store, kind="funding", size=size))
    # The source leaves out who contributes, and names the channels and the recipient.
    if size == "slide":
        assert said.count("inferred") == 2
        assert said.count("Channel") == 2
        assert said.count("Recipient") == 1
    else:
        assert said.count("Contributor: Japan (inferred)") == 2
        assert not any("(inferred)" in words for words in said if "Contributor" not in words)
    assert any(words.startswith("inferred: the source") for words in said)


@pytest.mark.parametrize(("lang", "points"), [("en", 11), ("ja", 12)])
def test_goals_can_be_read_on_a_slide(graph_store: Store, lang: str, points: float) -> None:
    assert draw_figure(graph_store, kind="goals", lang=lang).letters >= points


def test_goals_keep_activities_of_an_area_together(graph_store: Store) -> None:
    boxes = dict(draw_figure(graph_store, kind="goals").boxes())
    heads = [
        boxes["Strengthening of international counter-terrorism cooperation"],
        boxes["Progress of international cooperation"],
        boxes["Strengthening of capacity-building support"],
        boxes["No area of work stated"],
    ]
    tops = [head[1] for head in heads]
    assert tops == sorted(tops) or tops == sorted(tops, reverse=True)
    low, high = sorted((tops[1], tops[2]))
    for words in ("Contributions to IOM", "Inputs on Japanese efforts"):
        assert low < boxes[words][1] < high


def test_money_is_said_as_precisely_as_it_is_known() -> None:
    def money(lang: str, amount: str, **more: str) -> str:
        thing = Thing("x")
        for what, text in {"amount": amount, "currency": "USD", **more}.items():
            thing.values[what] = [Value(text, "ja" if what == "expression" else "", True)]
        return amount_text(thing, lang)

    assert money("en", "48300000", approximate="true") == "about 48.30 million US dollars"
    assert money("en", "1500") == "1,500 US dollars"
    assert money("en", "999999.5") == "999,999.5 US dollars"
    assert money("ja", "48300000") == "4,830万米ドル"
    assert money("ja", "48300100") == "48,300,100米ドル"
    assert money("ja", "1", expression="金一両") == "金一両"
    assert money("en", "7", currency="CHF") == "7 CHF"


# --- files --------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("kind", KINDS)
def test_svg_has_its_text_as_text_and_its_letters_inside(
    graph_store: Store, kind: str, lang: str
) -> None:
    sheet = draw_figure(graph_store, kind=kind, lang=lang, filters=FILTERS.get(kind))
    svg = svg_of(graph_store, kind, lang=lang)
    root = ET.fromstring(svg)
    texts = ["".join(one.itertext()) for one in root.iter(f"{SVG}text")]
    assert sorted(texts) == sorted(words_of(sheet))
    assert root.get("role") == "img"
    assert root.get("aria-label") == texts[0]
    assert not re.search(r"(?:href|src)=\"(?!#)", svg.replace("xmlns:xlink", ""))
    letters = {letter for words in texts for letter in words}
    held: set[str] = set()
    for data in re.findall(r"url\(data:font/woff;base64,([^)]+)\)", svg):
        held |= set(map(chr, TTFont(io.BytesIO(base64.b64decode(data))).getBestCmap()))
    assert letters <= held


def test_svg_with_outlines_needs_no_letters(graph_store: Store, tmp_path: Path) -> None:
    def write(name: str) -> bytes:
        write_figure(graph_store, tmp_path / name, kind="goals", lang="ja", outlines=True)
        return (tmp_path / name).read_bytes()

    svg = write("a.svg")
    assert svg == write("b.svg")
    root = ET.fromstring(svg)
    assert not list(root.iter(f"{SVG}text"))
    assert b"@font-face" not in svg
    places = {one.get("id") for one in root.iter(f"{SVG}path")}
    links = [one.get("{http://www.w3.org/1999/xlink}href", "") for one in root.iter(f"{SVG}use")]
    assert len(links) > 100
    assert {one.removeprefix("#") for one in links} <= places
    assert root.get("aria-label")
    with pytest.raises(UsageError, match="--outlines is for SVG, not for pdf"):
        write("a.pdf")


def test_pdf_embeds_truetype_letters_and_says_no_day(graph_store: Store) -> None:
    stream = io.BytesIO()
    write_figure(graph_store, stream, kind="goals", lang="ja", format="pdf")
    pdf = stream.getvalue()
    assert pdf.startswith(b"%PDF-")
    assert b"/FontFile2" in pdf
    assert b"NotoSansJP" in pdf
    assert b"/CIDFontType2" in pdf
    assert b"DejaVu" not in pdf, "only what is used is embedded"
    assert b"CreationDate" not in pdf
    assert len(pdf) < 200_000


def test_png_has_the_pixels_that_were_asked_for(graph_store: Store, tmp_path: Path) -> None:
    write_figure(graph_store, tmp_path / "a.png", kind="funding")
    write_figure(graph_store, tmp_path / "b.png", kind="funding", dpi=72)
    with Image.open(tmp_path / "a.png") as large, Image.open(tmp_path / "b.png") as small:
        assert large.size == (1920, 1080)
        assert small.size == (960, 540)
        assert "Software" not in large.info
        colours = {colour for _, colour in large.convert("RGB").getcolors(1 << 20) or ()}
    # Colours of areas are exact, though there are 256 at most.
    assert {(255, 255, 255), (0xF8, 0xE3, 0xBD), (0xE6, 0x9F, 0x00)} <= colours
    assert len(colours) <= 256


def test_the_letters_are_cut_as_valid_truetype(tmp_path: Path) -> None:
    files = typefaces.cut_fonts("能力 abc مرحبا", tmp_path)
    assert set(files) == {typefaces.FAMILY, typefaces.FALLBACK}
    font = TTFont(files[typefaces.FAMILY])
    assert font.sfntVersion == "\x00\x01\x00\x00"
    assert "CFF " not in font
    assert set("能力abc ") <= set(map(chr, font.getBestCmap()))
    whole = TTFont(typefaces.font_files()[typefaces.FAMILY])
    for letter in "能a":
        new, old = font.getBestCmap()[ord(letter)], whole.getBestCmap()[ord(letter)]
        assert font["hmtx"][new][0] == whole["hmtx"][old][0], "same widths as measured"
    assert typefaces.cut_fonts("abc", tmp_path).keys() == {typefaces.FAMILY}


def test_the_same_graph_gives_the_same_bytes_in_every_process(tmp_path: Path) -> None:
    code = (
        "import sys; from ctgraph.draw.figures.figures import write_figure\n"
        "from ctgraph.store.store import open_store\n"
        "s = open_store()\n"
        "for kind in ('network', 'matrix', 'goals'):\n"
        "    for form in ('svg', 'pdf', 'png'):\n"
        "        write_figure(s, f'{sys.argv[1]}-{kind}.{form}', kind=kind, lang='ja')\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    for seed in ("1", "2"):
        temporary = tmp_path / f"some{seed}"
        temporary.mkdir()
        subprocess.run(
            [sys.executable, "-W", "error", "-c", code, str(tmp_path / seed)],
            env={**os.environ, "PYTHONHASHSEED": seed, "TMPDIR": str(temporary)},
            check=True,
        )
    for path in tmp_path.glob("1-*"):
        other = path.with_name(path.name.replace("1-", "2-"))
        assert path.read_bytes() == other.read_bytes(), path.name
    assert len(list(tmp_path.glob("1-*"))) == 9


def test_drawing_leaves_the_settings_of_matplotlib_alone(graph_store: Store) -> None:
    with mpl.rc_context({"font.size": 31.0, "svg.fonttype": "path", "text.usetex": False}):
        before = dict(mpl.rcParams)
        one = svg_of(graph_store, "indicators")
        assert dict(mpl.rcParams) == before
    assert svg_of(graph_store, "indicators") == one


# --- hostile and odd data -----------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["network", "matrix"])
@pytest.mark.parametrize("form", FORMATS)
def test_hostile_labels_are_text(kind: str, form: str) -> None:
    network: nx.Graph[str] = nx.Graph()
    for number, text in enumerate(HOSTILE):
        network.add_node(f"n{number}", label_en=text, label_ja=text, kind="State", acronym=text[:8])
        if number:
            network.add_edge("n0", f"n{number}", weight=number, basis="Stated")
    stream = io.BytesIO()
    write_figure(network, stream, kind=kind, format=form, title=HOSTILE[1])
    if form == "svg":
        root = ET.fromstring(stream.getvalue())
        texts = ["".join(one.itertext()) for one in root.iter(f"{SVG}text")]
        assert not list(root.iter(f"{SVG}script"))
        assert HOSTILE[1] in texts
        assert any("$x^2$" in text for text in texts)
        assert any("'ctgraph-sans'" in text for text in texts)
        assert "\u202e" not in stream.getvalue().decode()
        assert overlaps(draw_figure(network, kind=kind, title=HOSTILE[1])) == []


def hostile_store(text: str) -> Store:
    """Everything that the charts read, with one text for every name."""
    prefixes = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
    graph = ox.Store()
    graph.update(
        prefixes
        + """INSERT DATA {
        ct:Workshop rdfs:subClassOf ct:Activity . ct:Contribution rdfs:subClassOf ct:Activity .
        ctd:a a ct:Workshop ; ct:startDate "2023-02-30"^^xsd:date ; ct:workArea ctd:area .
        ctd:b a ct:Workshop ; ct:startDate "2023-04-01"^^xsd:date ; ct:datePrecision ctv:day ;
          ct:implements ctd:i ; ct:partOf ctd:b2 .
        ctd:b2 a ct:Workshop ; ct:startDate "2023-01-01"^^xsd:date ; ct:datePrecision ctv:year ;
          ct:partOf ctd:b .
        ctd:c a ct:Contribution ; ct:amount 1.5 ; ct:currency "X$Y" ;
          ct:splitStatus ctv:not-stated .
        ctd:p ct:activity ctd:c ; ct:participant ctd:x ; ct:role ctv:channel .
        ctd:o1 ct:indicator ctd:n ; ct:fiscalYear ctd:y ; sdmx-measure:obsValue -3 ; ct:unit ctd:u ;
          ct:note ctd:note .
        ctd:o2 ct:indicator ctd:n ; ct:fiscalYear ctd:y ; sdmx-measure:obsValue 0 ; ct:unit ctd:u2 .
        ctd:g a ct:Goal . ctd:area a ct:WorkArea ; ct:serves ctd:g .
        }"""
    )
    for name in ("a", "b", "b2", "c", "p", "x", "n", "y", "u", "u2", "note", "g", "area", "i"):
        label = ox.Literal(text, language="en")
        thing = ox.NamedNode(PREFIXES["ctd"] + name)
        graph.add(ox.Quad(thing, ox.NamedNode(PREFIXES["skos"] + "prefLabel"), label))
    return Store("memory", "hostile", Bundle(ROOT), graph=graph)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("kind", ["timeline", "funding", "indicators", "goals"])
def test_hostile_data_breaks_no_chart(kind: str, text: str) -> None:
    store = hostile_store(text)
    size = ("slide", "column")[HOSTILE.index(text) % 2]
    sheet = draw_figure(store, kind=kind, size=size)
    assert overlaps(sheet) == []
    right = sheet.figure.get_figwidth() * 72
    assert all(box[0] >= 0 and box[2] <= right for _, box in sheet.boxes())
    ET.fromstring(svg_of(store, kind))


@pytest.mark.parametrize("kind", ["timeline", "funding", "indicators", "goals"])
def test_a_graph_with_nothing_to_show_says_so(kind: str) -> None:
    empty = Store("memory", "empty", Bundle(ROOT), graph=ox.Store())
    with pytest.raises(DataError, match="ctgraph ask"):
        draw_figure(empty, kind=kind)


def test_an_empty_or_enormous_network_is_refused() -> None:
    with pytest.raises(DataError, match="empty"):
        draw_figure(nx.Graph())
    with pytest.raises(DataError, match="60 at most"):
        draw_figure(nx.path_graph(61), kind="matrix")


def test_names_without_room_are_counted() -> None:
    crowd: nx.Graph[str] = nx.relabel_nodes(nx.gnm_random_graph(200, 300, seed=1), str)
    for node in crowd:
        crowd.nodes[node].update(label_en=f"A rather long name of number {node}", kind="Forum")
    sheet = draw_figure(crowd, size="a4")
    assert overlaps(sheet) == []
    names = {words for words in words_of(sheet) if words.startswith("A rather")}
    left_out = next(words for words in words_of(sheet) if "names left out" in words)
    assert 200 - int(left_out.split()[0]) >= len(names) > 20


def test_too_much_for_a_slide_is_refused_with_a_way_out() -> None:
    graph = ox.Store()
    prefixes = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
    rows = "".join(
        f'ctd:a{n} a ct:Activity ; ct:startDate "2023-04-01"^^xsd:date ; '
        f'skos:prefLabel "Activity {n}"@en .\n'
        for n in range(200)
    )
    graph.update(f"{prefixes} INSERT DATA {{ {rows} }}")
    store = Store("memory", "many", Bundle(ROOT), graph=graph)
    with pytest.raises(DataError, match="--size tall"):
        draw_figure(store, kind="timeline")
    assert draw_figure(store, kind="timeline", size="column").figure.get_figheight() > 20


def test_letters_that_no_font_has_become_squares() -> None:
    assert clean("a\ufdd0b\ue000\x07c") == "abc"
    assert clean("ᚠ") in {"ᚠ", "□"}
    assert clean("x\u2028y\u00a0z") == "x y z"
    assert clean("𓀀") == "□"


# --- how it is called ---------------------------------------------------------------------------


def test_wrong_names_say_what_is_known(graph_store: Store, tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="timeline"):
        write_figure(graph_store, tmp_path / "x.svg", kind="timelien")
    with pytest.raises(UnknownName, match="svg, pdf, png"):
        write_figure(graph_store, tmp_path / "x.jpg")
    with pytest.raises(UnknownName, match="slide, a4"):
        write_figure(graph_store, tmp_path / "x.svg", size="a5")
    with pytest.raises(UnknownName, match="en, ja"):
        write_figure(graph_store, tmp_path / "x.svg", lang="fr")
    with pytest.raises(UsageError, match="year cannot be set"):
        write_figure(graph_store, tmp_path / "x.svg", kind="goals", filters={"year": 2023})
    with pytest.raises(UsageError, match="made from the graph"):
        draw_figure(build_network(graph_store), kind="goals")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("missing", ["matplotlib", "pylopdf_fonts_jp"])
def test_what_is_not_installed_is_named_with_the_command(
    graph_store: Store, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    real = importlib.util.find_spec

    def find_spec(name: str) -> object:
        return None if name == missing else real(name)

    monkeypatch.setattr(typefaces, "find_spec", find_spec)
    with pytest.raises(UsageError, match=re.escape("pip install matplotlib")):
        draw_figure(graph_store)


def test_a_remote_endpoint_gives_the_same_figures(
    graph_store: Store, serve_quads: ServeQuads
) -> None:
    url = serve_quads("".join(f"{quad} .\n" for quad in graph_store.quads()).encode())
    with open_store(endpoint=url) as remote:
        for kind in KINDS:
            assert svg_of(remote, kind) == svg_of(graph_store, kind), kind


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["-o", "n.svg"], 0, "network, slide"),
        (["-o", "n.pdf", "--chart", "funding", "--size", "a4", "--lang", "ja"], 0, "funding, a4"),
        (["-o", "n.png", "--view", "activities", "--actor", "UNODC"], 0, "network"),
        (["-o", "n.svg", "--chart", "goals", "--year", "2023"], 2, "shows the whole graph"),
        (["-o", "n.svg", "--chart", "pie"], 2, "Known: network, matrix"),
        (["-o", "n.html", "--size", "a4"], 2, ".svg, .pdf or .png"),
        (["-o", "n.svg", "--chart", "board", "--actor", "Japan"], 0, "board, slide"),
        (["-o", "n.svg", "--chart", "board"], 2, "Name one with --actor"),
    ],
)
def test_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(cli, ["draw", *arguments])
    assert result.exit_code == code, result.output
    assert said in result.stderr
    assert (len(list(tmp_path.iterdir())) == 1) == (code == 0)


# --- the gallery --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def gallery() -> Iterator[ModuleType]:
    path = ROOT / "scripts" / "build_gallery.py"
    spec = importlib.util.spec_from_file_location("build_gallery", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["build_gallery"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["build_gallery"]


def test_the_gallery_is_complete(gallery: ModuleType) -> None:
    folder = ROOT / "docs" / "gallery"
    assert (folder / "README.md").read_text(encoding="utf-8") == gallery.page(), (
        "docs/gallery is out of date: run python scripts/build_gallery.py"
    )
    wanted = {gallery.file_name(one, lang) for one in gallery.PICTURES for lang in ("en", "ja")}
    sheet = (folder / "network-page.md").read_text(encoding="utf-8")
    shown = set(re.findall(r"\((\S+\.png)\)", sheet))  # of the interactive page, by hand
    assert {path.name for path in folder.iterdir()} == {
        *(*wanted, *shown, "README.md", "network-page.md")
    }
    assert {one.kind for one in gallery.PICTURES} == set(KINDS)
    for name in wanted:
        with Image.open(folder / name) as picture:
            assert picture.format == "PNG"
            assert picture.width >= 700
        assert (folder / name).stat().st_size <= 200_000


def test_the_commands_of_the_gallery_draw_its_pictures(
    gallery: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for picture in gallery.PICTURES:
        words = gallery.command(picture, "ja").split()
        assert words[0] == "ctgraph"
        result = CliRunner().invoke(cli, words[1:])
        assert result.exit_code == 0, result.output
        assert (tmp_path / gallery.file_name(picture, "ja")).exists()


def test_the_module_lists_its_kinds() -> None:
    assert set(figures.NETWORKS) < set(KINDS)


def test_many_sources_are_three_names_and_a_number() -> None:
    names = [f"source {number}" for number in range(300)]
    assert join_sources(names, "en") == "source 0; source 1; source 2; 297 more sources"
    assert join_sources(names, "ja") == "source 0；source 1；source 2；ほか297件の出典"
    assert join_sources(names[:4], "en") == "; ".join(names[:4])
    assert join_sources([], "en") == ""
