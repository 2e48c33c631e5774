"""Colours and shapes of nodes: told apart by all kinds of colour vision, in grey, at a distance."""

from __future__ import annotations

import json
import re
from itertools import combinations, product
from pathlib import Path

import networkx as nx
import pytest

from ctgraph.draw.figures import canvas
from ctgraph.draw.page.page import page_text
from ctgraph.network.styles import INFERRED_LINE, LOOKS, OTHER, STATED_LINE, Look

EVERY = {**LOOKS, "other": OTHER}
TEMPLATES = Path(__file__).parents[2] / "src" / "ctgraph" / "draw" / "page"

# Severity 1.0 of Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation of
# Color Vision Deficiency", IEEE TVCG 15 (2009); they apply to linear RGB.
VISION = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}

Triple = tuple[float, float, float]


def linear(colour: str) -> Triple:
    """Linear RGB of ``#rrggbb`` (IEC 61966-2-1)."""
    r, g, b = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return tuple(  # type: ignore[return-value]
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (r, g, b)
    )


def seen(colour: str, vision: str) -> Triple:
    rgb = linear(colour)
    made = (sum(m * c for m, c in zip(row, rgb, strict=True)) for row in VISION[vision])
    return tuple(min(1.0, max(0.0, c)) for c in made)  # type: ignore[return-value]


def oklab(rgb: Triple) -> Triple:
    """Oklab of linear RGB (B. Ottosson, "A perceptual color space for image processing", 2020)."""
    r, g, b = rgb
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    middle = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def distance(one: str, two: str, vision: str) -> float:
    pairs = zip(oklab(seen(one, vision)), oklab(seen(two, vision)), strict=True)
    return float(sum((a - b) ** 2 for a, b in pairs) ** 0.5)


def luminance(colour: str) -> float:
    r, g, b = linear(colour)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, two: str) -> float:
    """WCAG 2.2, definition of contrast ratio."""
    light, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def of_page(name: str) -> str:
    """A file of the page of networks."""
    return (TEMPLATES / "template" / name).read_text(encoding="utf-8")


def test_shape_and_inside_alone_tell_kinds_apart() -> None:
    marks = [(look.shape, look.hollow, look.tinted) for look in EVERY.values()]
    assert len(marks) == len(set(marks))


def test_what_has_one_shape_differs_in_greyscale() -> None:
    for (one, a), (two, b) in combinations(EVERY.items(), 2):
        if a.shape == b.shape:
            # Besides the rim, which is thick on one of the two and thin on the other.
            apart = contrast(a.inside, b.inside)
            assert apart > (1.25 if a.is_thick != b.is_thick else 1.4), (one, two, apart)


@pytest.mark.parametrize("vision", VISION)
def test_what_has_one_shape_differs_for_everybody(vision: str) -> None:
    for (one, a), (two, b) in combinations(EVERY.items(), 2):
        if a.shape == b.shape:
            assert distance(a.inside, b.inside, vision) > 0.04, (vision, one, two)


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("inside", ["full", "hollow", "tinted"])
def test_colours_differ_too(vision: str, inside: str) -> None:
    alike = {
        name: look
        for name, look in EVERY.items()
        if inside == ("hollow" if look.hollow else "tinted" if look.tinted else "full")
    }
    assert len(alike) > 5
    for (one, a), (two, b) in combinations(alike.items(), 2):
        # 0.02 is about what is just noticed; symbols this small need more, rims have shapes too.
        least = 0.04 if inside == "full" else 0.0
        assert distance(a.colour, b.colour, vision) >= least, (vision, one, two)


@pytest.mark.parametrize("name", EVERY)
def test_every_symbol_stands_out_from_the_paper(name: str) -> None:
    look: Look = EVERY[name]
    assert contrast(look.rim, "#ffffff") >= 3  # WCAG 1.4.11
    assert contrast(look.rim, look.inside) >= 1.8  # the rim is seen as one


# --- the page ------------------------------------------------------------------------------------


def style() -> dict[str, str]:
    """What the style sheet calls its colours."""
    return dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", of_page("page.css")))


def long(colour: str) -> str:
    """``#rrggbb`` of ``#rgb``."""
    return colour if len(colour) == 7 else "#" + "".join(2 * part for part in colour[1:])


def declared(pattern: str) -> set[str]:
    """The colours of a property in the style sheet of the page."""
    found = re.findall(
        rf"(?<![-\w]){pattern}:[^;#]*?(#[0-9A-Fa-f]{{3,6}}|var\(--\w+\))", of_page("page.css")
    )
    names = style()
    return {long(names[text[6:-1]] if text.startswith("var") else text) for text in found}


def test_text_of_the_page_can_be_read() -> None:
    inks = declared("color") - {"#ffffff"}
    assert len(inks) > 4
    for ink, paper in product(inks, (style()["paper"], style()["shade"])):
        assert contrast(ink, paper) >= 4.5, (ink, paper)  # WCAG 1.4.3
    # White text stands on the accent alone.
    assert contrast("#ffffff", style()["accent"]) >= 4.5


def test_what_is_focused_is_seen() -> None:
    rings = declared("outline")
    assert rings
    for ring, paper in product(rings, (style()["paper"], style()["shade"])):
        assert contrast(ring, paper) >= 3, (ring, paper)  # WCAG 1.4.11


@pytest.mark.parametrize("selector", ["#query", "#path-form input", "select", "button", "dialog"])
def test_fields_have_a_border_that_is_seen(selector: str) -> None:
    rule = re.search(rf"(?m)^{re.escape(selector)} {{([^}}]*)}}", of_page("page.css"))
    assert rule is not None
    border = re.search(r"border: 1px solid (#[0-9a-f]{6})", rule[1])
    assert border is not None
    assert contrast(border[1], "#ffffff") >= 3  # WCAG 1.4.11


def test_ties_stand_out_and_differ_by_dash_everywhere() -> None:
    graph: nx.Graph[str] = nx.Graph()
    graph.add_edge("a", "b", basis="Stated")
    graph.add_edge("a", "c", basis="Inferred")
    text = page_text(graph)
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    colours = [json.loads(found[1])["lines"][basis] for basis in ("Stated", "Inferred")]
    assert colours == [STATED_LINE, INFERRED_LINE]
    for colour in colours:
        assert contrast(colour, "#ffffff") >= 3
        assert colour in of_page("page.css")  # the frames of quotes
    assert all("dash: inferred ? [7, 5]" in of_page("picture.js") for _ in colours)
    assert contrast(*colours) > 1.8


# --- figures -------------------------------------------------------------------------------------


@pytest.mark.parametrize("paper", ["#ffffff", canvas.BAND, canvas.PALE_BLUE, canvas.PALE_ORANGE])
def test_text_of_figures_can_be_read(paper: str) -> None:
    assert contrast(canvas.INK, paper) >= 4.5
    if paper in {"#ffffff", canvas.BAND}:
        assert contrast(canvas.GREY, paper) >= 4.5


@pytest.mark.parametrize("vision", VISION)
def test_lines_and_bars_of_figures_differ(vision: str) -> None:
    strong = (canvas.BLUE, canvas.ORANGE, canvas.VERMILION, canvas.INK)
    pale = (canvas.PALE_BLUE, canvas.PALE_ORANGE, "#ffffff")
    hatched = (canvas.HATCH_BLUE, canvas.HATCH_ORANGE)
    for alike in (strong, pale, hatched):
        for one, two in combinations(alike, 2):
            assert distance(one, two, vision) > 0.04, (vision, one, two)


def test_simulation_is_what_it_says() -> None:
    # A grey stays grey for everybody, and deuteranopia brings red and green together.
    for vision in VISION:
        assert distance("#777777", "#777777", vision) == 0
        r, g, b = seen("#777777", vision)
        assert max(r, g, b) - min(r, g, b) < 0.01
    near = distance("#c00000", "#6a6a00", "deuteranopia")
    assert near < distance("#c00000", "#6a6a00", "normal") / 2
