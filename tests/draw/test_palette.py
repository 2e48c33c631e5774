"""Colours and shapes of nodes: told apart by all kinds of colour vision, in grey, at a distance."""

from __future__ import annotations

import io
import re
from itertools import combinations
from pathlib import Path

import networkx as nx
import pytest

from ctgraph.draw import write_figure
from ctgraph.draw.page.page import page_text
from ctgraph.errors import CtgraphError, DataError, UsageError
from ctgraph.network.styles import LOOKS, colour, look_of, use_theme
from ctgraph.network.styles.theme import Palette, find_theme, low_contrasts, shipped

EVERY = {**LOOKS, "other": look_of("")}
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


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("name", EVERY)
def test_every_symbol_stands_out_from_the_paper(name: str, mode: str) -> None:
    look = EVERY[name]
    with use_theme(mode):
        # WCAG 1.4.11; on dark paper the inside of a full shape stands out by itself.
        assert contrast(look.rim, colour("paper")) >= 3
        if mode == "light" or look.is_thick:
            assert contrast(look.rim, look.inside) >= 1.8  # the rim is seen as one


@pytest.mark.parametrize("vision", VISION)
def test_kinds_of_one_shape_differ_in_the_dark(vision: str) -> None:
    with use_theme("dark"):
        for (one, a), (two, b) in combinations(EVERY.items(), 2):
            if a.shape == b.shape:
                assert distance(a.inside, b.inside, vision) > 0.04, (vision, one, two)


# --- the table -----------------------------------------------------------------------------------

PALETTES = {"light": shipped().light, "dark": shipped().dark}


@pytest.mark.parametrize("mode", PALETTES)
def test_text_and_lines_of_the_table_can_be_seen(mode: str) -> None:
    assert not list(low_contrasts(PALETTES[mode]))
    # The check that a theme of one's own meets can fail, and says by how much.
    grey = Palette({**PALETTES[mode].colours, "ink": "#808080"})
    assert ("ink", "paper", 4.5) in [(a, b, least) for a, b, _, least in low_contrasts(grey)]


def test_both_modes_name_the_same_roles() -> None:
    assert PALETTES["light"].colours.keys() == PALETTES["dark"].colours.keys()


_ALLOWED = {"theme.py", "themes.toml", "favicon.svg", "editor.js"}


def test_no_colour_is_written_outside_the_table() -> None:
    package = TEMPLATES.parents[1]
    written = re.compile(
        r"(?<![&\w(])#(?:[0-9a-f]{6}|[0-9a-f]{3})\b(?!\()|\brgba?\(\d", re.IGNORECASE
    )
    for path in package.rglob("*"):
        if path.suffix not in {".py", ".js", ".css", ".html", ".toml", ".svg"}:
            continue
        if path.name in _ALLOWED or "_bundle" in path.parts or "words" in path.parts:
            continue
        found = written.findall(path.read_text(encoding="utf-8"))
        assert not found, (path, found)


@pytest.mark.parametrize("name", ["draw/page/template", "service/pages/static"])
def test_every_colour_that_a_page_asks_for_is_in_the_table(name: str) -> None:
    folder = TEMPLATES.parents[1] / name
    own = {"wide", "text", "mono", "lane", "thin", "rule", "page-faces", "site-faces"}
    own |= {"code-faces", "logo", "logo-shape", "chart-filter"}
    for path in [*folder.glob("*.css"), *folder.glob("*.js"), *folder.glob("*.html")]:
        text = path.read_text(encoding="utf-8")
        asked = set(re.findall(r"var\(--([\w-]+)", text)) | set(
            re.findall(r"\bcolour\(\"([\w-]+)\"\)", text)
        )
        assert asked - own <= PALETTES["light"].colours.keys(), path


@pytest.mark.parametrize("selector", ["#query", "#path-form input", "select", "button", "dialog"])
def test_fields_have_a_border_that_is_seen(selector: str) -> None:
    rule = re.search(rf"(?m)^{re.escape(selector)} {{([^}}]*)}}", of_page("page.css"))
    assert rule is not None
    assert "border: 1px solid var(--strong-line)" in rule[1]


def test_ties_stand_out_and_differ_by_dash_everywhere() -> None:
    graph: nx.Graph[str] = nx.Graph()
    graph.add_edge("a", "b", basis="Stated")
    graph.add_edge("a", "c", basis="Inferred")
    text = page_text(graph)
    for palette in PALETTES.values():
        colours = [palette["stated-line"], palette["inferred-line"]]
        for one, role in zip(colours, ("stated-line", "inferred-line"), strict=True):
            assert f"--{role}:{one};" in text
            assert f"var(--{role})" in of_page("page.css")  # the frames of quotes
        assert contrast(*colours) > 1.8
    assert "dash: inferred ? [7, 5]" in of_page("picture.js")


@pytest.mark.parametrize("mode", PALETTES)
@pytest.mark.parametrize("vision", VISION)
def test_lines_and_bars_of_figures_differ(vision: str, mode: str) -> None:
    strong = ("blue", "orange", "vermilion", "ink")
    pale = ("pale-blue", "pale-orange", "paper")
    hatched = ("hatch-blue", "hatch-orange")
    for alike in (strong, pale, hatched):
        for one, two in combinations(alike, 2):
            apart = distance(PALETTES[mode][one], PALETTES[mode][two], vision)
            assert apart > 0.04, (vision, one, two)


# --- themes of one's own -------------------------------------------------------------------------

LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 10"{more}><rect width="9" height="9"/>'
    "{inside}</svg>"
)


@pytest.mark.parametrize(
    ("text", "key", "said"),
    [
        ('[light]\naccnt = "#123456"', "theme-key-unknown", "light.accnt"),
        ("[brown]", "theme-key-unknown", "brown"),
        ('mode = "dim"', "theme-mode-unknown", "dim"),
        ('[light]\nink = "red"', "theme-colour-bad", "light.ink"),
        ('dark = "#000000"', "theme-colour-bad", "dark"),
        ('[light]\nink = "#999999"', "theme-contrast-low", "light.ink"),
        ('[dark]\npaper = "#ffffff"', "theme-contrast-low", "dark.paper"),
        ('[dark]\nGoal = "#202020"', "theme-contrast-low", "dark.Goal"),
        ("[light", "theme-malformed", "theme.toml"),
        ('logo = "no.svg"', "theme-logo-unreadable", "no.svg"),
        ("logo = 3", "theme-logo-bad", "3"),
    ],
)
def test_faults_of_a_theme_name_file_key_and_what_to_do(
    tmp_path: Path, text: str, key: str, said: str
) -> None:
    path = tmp_path / "theme.toml"
    path.write_text(text + "\n", encoding="utf-8")
    with pytest.raises(CtgraphError) as caught:
        find_theme(path)
    assert caught.value.key == key
    for lang in ("en", "ja"):
        assert said in caught.value.tell(lang)
        assert "theme.toml" in caught.value.tell(lang)
        assert caught.value.advise(lang)


@pytest.mark.parametrize(
    ("more", "inside"),
    [
        ("", "<script>1</script>"),
        (' onload="x()"', ""),
        ("", '<image href="https://example.org/x.png"/>'),
        ("", '<use href="other.svg#a"/>'),
        ("", "<style>rect { fill: url(https://example.org/a) }</style>"),
        ("", '<rect fill="url(https://example.org/a)"/>'),
        ("", "<style>@import 'a.css';</style>"),
        ("", "<foreignObject/>"),
        ("", "<"),
    ],
)
def test_a_logo_does_and_fetches_nothing(tmp_path: Path, more: str, inside: str) -> None:
    drawn = LOGO.format(more=more, inside=inside)
    (tmp_path / "logo.svg").write_text(drawn, encoding="utf-8")
    (tmp_path / "theme.toml").write_text('logo = "logo.svg"\n', encoding="utf-8")
    with pytest.raises(DataError, match="logo") as caught:
        find_theme(tmp_path / "theme.toml")
    assert caught.value.key == "theme-logo-bad"


def test_a_theme_of_ones_own_is_in_every_kind_of_picture(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text(LOGO.format(more="", inside=""), encoding="utf-8")
    path = tmp_path / "theme.toml"
    path.write_text('mode = "dark"\nlogo = "logo.svg"\n[dark]\nink = "#fafad2"\n')
    graph: nx.Graph[str] = nx.Graph(title_en="T", title_ja="T")
    graph.add_edge("a", "b", basis="Stated", weight=1, activities=[])
    page = page_text(graph, theme=path)
    figure = io.BytesIO()
    write_figure(graph, figure, format="svg", theme=path)
    for text in (page, figure.getvalue().decode()):
        assert "#fafad2" in text
        assert "data:image/svg+xml;base64," in text
    assert "fill: #14191d" in figure.getvalue().decode()  # the paper of the dark
    with pytest.raises(UsageError, match="logo"):
        write_figure(graph, io.BytesIO(), format="png", theme=path)
    # Nothing of it stays for the next picture.
    assert "#fafad2" not in page_text(graph)


def test_simulation_is_what_it_says() -> None:
    # A grey stays grey for everybody, and deuteranopia brings red and green together.
    for vision in VISION:
        assert distance("#777777", "#777777", vision) == 0
        r, g, b = seen("#777777", vision)
        assert max(r, g, b) - min(r, g, b) < 0.01
    near = distance("#c00000", "#6a6a00", "deuteranopia")
    assert near < distance("#c00000", "#6a6a00", "normal") / 2
