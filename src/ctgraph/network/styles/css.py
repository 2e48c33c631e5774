"""A theme as custom properties of CSS: ``var(--ink)`` is the colour of the role ``ink``."""

from __future__ import annotations

from collections.abc import Iterable

from ctgraph.network.styles.theme import Palette, Theme, read_table


def theme_css(theme: Theme, *, flip: str = "") -> str:
    """Return the style sheet of a theme: its colours, light and dark, and the typefaces.

    Paper is always light. On a screen colours are dark where the theme says so, or, of a theme that
    leaves it open, the reader's system. The reader has the last word: the root's attribute
    ``data-colours`` is ``light`` or ``dark``.

    Args:
        theme: The theme.
        flip: For a page without scripts a selector of the root that is true if the reader wants the
            other colours than those that the page began with; then the attribute does not count.
    """
    # Figures that a page shows as files are dark if the theme is; the rest is turned.
    turned = "--chart-filter:invert(1) hue-rotate(180deg);"
    of_light, of_dark = (turned, "") if theme.mode == "dark" else ("", turned)
    chosen = of_dark or "--chart-filter:none;"
    dark = f":root%s{{color-scheme:dark;{chosen}{_colours(theme.dark)}}}"
    rules = [f":root{{color-scheme:light;{of_light}{_typefaces()}{_colours(theme.light)}}}"]
    if theme.logo is not None:
        rules.append(f":root{{--logo:url({theme.logo.address});--logo-shape:{theme.logo.shape:g}}}")
    stays = f":not({flip})" if flip else ":not([data-colours=light])"
    turns = flip or "[data-colours=dark]"
    if theme.mode == "dark":
        rules.append(f"@media screen{{{dark % stays}}}")
    elif theme.mode == "auto":
        rules.append(f"@media screen and (prefers-color-scheme:dark){{{dark % stays}}}")
    if theme.mode == "light" or not flip:
        rules.append(f"@media screen{{{dark % turns}}}")
    elif theme.mode == "auto":
        rules.append(f"@media screen and (prefers-color-scheme:light){{{dark % turns}}}")
    return "\n".join(rules) + "\n"


def _colours(palette: Palette) -> str:
    return "".join(f"--{role}:{colour};" for role, colour in palette.colours.items())


def _typefaces() -> str:
    faces = read_table()["typefaces"]
    return "".join(f"--{name}-faces:{_listed(faces[name])};" for name in ("page", "site", "code"))


def _listed(names: Iterable[str]) -> str:
    return ",".join(f'"{name}"' if " " in name else name for name in names)
