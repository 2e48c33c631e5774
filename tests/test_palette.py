"""Colours and shapes of nodes: told apart by all kinds of colour vision, in grey, at a distance."""

from __future__ import annotations

from itertools import combinations

import pytest

from ctgraph.looks import LOOKS, OTHER, Look

EVERY = {**LOOKS, "other": OTHER}
RIM = "#26323a"  # of a filled node

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


LAST = ("hexagon", True)


def test_shape_and_rim_alone_tell_kinds_apart() -> None:
    marks = [(look.shape, look.hollow) for look in EVERY.values()]
    assert all(marks.count(mark) == 1 for mark in marks if mark != LAST)


@pytest.mark.parametrize("vision", VISION)
def test_what_has_one_shape_differs_in_colour(vision: str) -> None:
    alike = {name: look for name, look in EVERY.items() if (look.shape, look.hollow) == LAST}
    for (one, a), (two, b) in combinations(alike.items(), 2):
        assert distance(a.colour, b.colour, vision) > 0.04, (vision, one, two)


@pytest.mark.parametrize("vision", VISION)
def test_filled_kinds_differ_in_colour_too(vision: str) -> None:
    filled = {name: look for name, look in EVERY.items() if not look.hollow}
    for (one, a), (two, b) in combinations(filled.items(), 2):
        # 0.02 is about what is just noticed; symbols this small need more.
        assert distance(a.colour, b.colour, vision) > 0.04, (vision, one, two)


@pytest.mark.parametrize("name", EVERY)
def test_every_symbol_stands_out_from_the_paper(name: str) -> None:
    look: Look = EVERY[name]
    assert contrast(look.colour if look.hollow else RIM, "#ffffff") >= 3  # WCAG 1.4.11


@pytest.mark.parametrize("ink", ["#16202a", "#51606c", "#0b5c8f", "#a33f00", "#5b6871"])
@pytest.mark.parametrize("paper", ["#ffffff", "#f4f6f8"])
def test_text_can_be_read(ink: str, paper: str) -> None:
    assert contrast(ink, paper) >= 4.5  # WCAG 1.4.3


def test_stated_and_inferred_ties_differ_by_dash_and_stand_out() -> None:
    assert contrast("#33424d", "#ffffff") >= 3
    assert contrast("#8794a0", "#ffffff") >= 3


def test_simulation_is_what_it_says() -> None:
    # A grey stays grey for everybody, and deuteranopia brings red and green together.
    for vision in VISION:
        assert distance("#777777", "#777777", vision) == 0
        r, g, b = seen("#777777", vision)
        assert max(r, g, b) - min(r, g, b) < 0.01
    near = distance("#c00000", "#6a6a00", "deuteranopia")
    assert near < distance("#c00000", "#6a6a00", "normal") / 2
