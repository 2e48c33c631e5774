"""The one table of colours, shapes and typefaces, and themes of somebody's own over it.

Whoever draws asks `colour` for a role of the table; what is drawn within `use_theme` has the
colours of that theme.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, NoReturn, ParamSpec, TypeAlias, TypeVar, cast

from ctgraph.errors import DataError, UsageError, suggest
from ctgraph.network.styles.logo import Logo, read_logo

MODES: Final = ("auto", "light", "dark")
NAMES: Final = ("light", "dark")
"""The themes that come with the package."""

TINT: Final = 0.35
SCALE: Final = 8
"""Steps of the colours of numbers."""

# What must be told apart, as WCAG 2.2 has it: text (1.4.3) and what is no text (1.4.11).
_TEXT, _MARK = 4.5, 3.0
_READ_ON: Final = {
    "ink": ("paper", "ground", "band", "mark", "note", "pale-blue", "pale-orange", "scale"),
    "soft": ("paper", "ground", "band"),
    "faint": ("paper",),
    "accent": ("paper", "ground"),
    "accent-ink": ("accent",),
    "visited": ("paper",),
    "answer": ("paper",),
    "bad": ("paper", "bad-ground"),
    "warn": ("paper", "warn-ground"),
    "stated-ink": ("stated",),
    "inferred-ink": ("inferred",),
    **{
        f"code-{part}": ("paper",)
        for part in ("keyword", "term", "variable", "string", "number", "iri", "comment")
    },
}
_SEEN_ON: Final = dict.fromkeys(
    (
        *("strong-line", "focus", "rim", "chosen", "stated-line", "inferred-line", "note-line"),
        *("pale-name", "came", "went", "grew", "shrank", "blue", "vermilion"),
    ),
    ("paper",),
)


@dataclass(frozen=True)
class Palette:
    """Colours by role, ``#rrggbb`` each; the roles are those of ``themes.toml`` and derived ones.

    Attributes:
        colours: The colours.
    """

    colours: Mapping[str, str]

    def __getitem__(self, role: str) -> str:
        return self.colours[role]


@dataclass(frozen=True)
class Theme:
    """How things look.

    Attributes:
        light: Colours on light paper.
        dark: Colours in the dark.
        mode: What figures and slides have, and how pages begin: ``light``, ``dark``, or ``auto``,
            where pages follow the reader's system and figures are light.
        logo: The mark of whoever shows the pictures, or None.
    """

    light: Palette
    dark: Palette
    mode: str = "auto"
    logo: Logo | None = field(default=None)

    @property
    def still(self) -> Palette:
        """The colours of what cannot switch: figures and slides."""
        return self.dark if self.mode == "dark" else self.light


ThemeLike: TypeAlias = "Theme | str | Path | None"


@functools.cache
def read_table() -> dict[str, Any]:
    """Return the table: ``typefaces``, ``looks``, and the colours ``light`` and ``dark``."""
    import tomllib

    return tomllib.loads(Path(__file__).with_name("themes.toml").read_text(encoding="utf-8"))


@functools.cache
def shipped(name: str = "auto") -> Theme:
    """Return a theme of the package.

    Args:
        name: A name of `NAMES`, or ``auto``.
    """
    table = read_table()
    return Theme(make_palette(table["light"]), make_palette(table["dark"]), name)


def make_palette(named: Mapping[str, str]) -> Palette:
    """Return a palette with the colours that follow from those that are named.

    Args:
        named: Every role of the table.
    """
    colours = {role: value.lower() for role, value in named.items()}
    paper = colours["paper"]
    for kind, look in read_table()["looks"].items():
        if look["inside"] == "tinted":
            colours[f"{kind}-tint"] = mix(colours[kind], paper, TINT)
    for step in range(SCALE + 1):
        colours[f"scale-{step}"] = mix(colours["scale"], paper, 0.25 + 0.75 * step / SCALE)
    return Palette(colours)


def mix(colour: str, ground: str, share: float) -> str:
    """Return a colour that shows through to its ground.

    Args:
        colour: ``#rrggbb``.
        ground: Another.
        share: How much of the colour there is, 0 to 1.
    """
    pairs = zip(_parts(colour), _parts(ground), strict=True)
    return "#" + "".join(f"{round(low + (part - low) * share):02x}" for part, low in pairs)


def _parts(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[start : start + 2], 16) for start in (1, 3, 5))


def luminance(colour: str) -> float:
    """Return the relative luminance (WCAG 2.2, 0 black to 1 white).

    Args:
        colour: ``#rrggbb``.
    """
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (number / 255 for number in _parts(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours (WCAG 2.2), 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def scale_role(share: float) -> str:
    """Return the role of the colour of a number.

    Args:
        share: The number as a share of the highest, 0 to 1.
    """
    return f"scale-{round(SCALE * share)}"


def marked_theme() -> tuple[Theme, list[str]]:
    """Return a theme whose colours stand for roles, and these: ``#f0f100`` for the first, and on.

    What is drawn in it can be given the colours of any theme afterwards, by replacing them.
    """
    roles = [*shipped().light.colours]
    marks = Palette({role: f"#f0{0xF100 + number:04x}" for number, role in enumerate(roles)})
    return Theme(marks, marks), roles


# --- the theme in use ---------------------------------------------------------------------------

_in_use: ContextVar[Theme | None] = ContextVar("theme", default=None)
_default: list[Theme] = []


def theme_in_use() -> Theme:
    """Return the theme of what is being drawn."""
    return _in_use.get() or (_default[0] if _default else shipped())


def colour(role: str) -> str:
    """Return a colour of figures and slides, as ``#rrggbb``.

    Args:
        role: A role of the table.
    """
    return theme_in_use().still[role]


@contextmanager
def use_theme(theme: ThemeLike) -> Iterator[Theme]:
    """Draw in a theme; None leaves the one in use.

    Args:
        theme: A theme, ``light``, ``dark``, or a TOML file.

    Raises:
        UsageError: The file cannot be read.
        DataError: It is malformed.
    """
    token = _in_use.set(find_theme(theme) if theme is not None else _in_use.get())
    try:
        yield theme_in_use()
    finally:
        _in_use.reset(token)


def set_default_theme(theme: ThemeLike) -> None:
    """Draw in a theme from now on, in every thread and process of this one.

    Args:
        theme: As for `use_theme`; None for that of the package.
    """
    _default[:] = [] if theme is None else [find_theme(theme)]


_Given = ParamSpec("_Given")
_Made = TypeVar("_Made")


def themed(make: Callable[_Given, _Made]) -> Callable[_Given, _Made]:
    """Return a function that draws in the theme which its argument ``theme`` names, if it does."""

    @functools.wraps(make)
    def drawn(*given: _Given.args, **named: _Given.kwargs) -> _Made:
        with use_theme(cast("ThemeLike", named.get("theme"))):
            return make(*given, **named)

    return drawn


# --- themes of somebody's own -------------------------------------------------------------------


def find_theme(theme: ThemeLike) -> Theme:
    """Return a theme by its name or from a file.

    Args:
        theme: A theme, a name of `NAMES`, or the path of a TOML file; None for that of the package.

    Raises:
        UsageError: The file, or the logo it names, cannot be read.
        DataError: It is malformed; the message says where.
    """
    if theme is None:
        return shipped()
    if isinstance(theme, Theme):
        return theme
    return shipped(str(theme)) if str(theme) in NAMES else _read(Path(theme))


def _read(path: Path) -> Theme:
    import tomllib

    try:
        said = tomllib.loads(path.read_bytes().decode("utf-8").removeprefix("\ufeff"))
    except OSError as error:
        raise UsageError(
            "theme-unreadable", path=path, strerror=error.strerror, names=[*NAMES]
        ) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataError("theme-malformed", path=path, reason=str(error)) from error
    known = ("mode", "logo", "logo-png", *NAMES)
    for key in said:
        if key not in known:
            _refuse_key(path, key, key, known)
    mode = said.get("mode", "auto")
    if mode not in MODES:
        raise DataError("theme-mode-unknown", path=path, mode=mode, names=[*MODES])
    light, dark = (_palette(path, name, said.get(name, {})) for name in NAMES)
    return Theme(light, dark, mode, _logo(path, said))


def _palette(path: Path, name: str, said: Any) -> Palette:
    table = read_table()[name]
    if not isinstance(said, dict):
        raise DataError("theme-colour-bad", path=path, key=name, value=said)
    for role, value in said.items():
        key = f"{name}.{role}"
        if role not in table:
            _refuse_key(path, key, role, table)
        if not (isinstance(value, str) and re.fullmatch(r"#[0-9A-Fa-f]{6}", value)):
            raise DataError("theme-colour-bad", path=path, key=key, value=value)
    palette = make_palette({**table, **said})
    for role, ground, ratio, least in low_contrasts(palette):
        # Of a role that was not named the ground is what changed.
        key = role if role in said else ground
        raise DataError(
            "theme-contrast-low",
            path=path,
            key=f"{name}.{key}",
            role=role,
            ground=ground,
            ratio=f"{ratio:.2f}",
            least=least,
        )
    return palette


def _refuse_key(path: Path, key: str, name: str, known: Iterable[str]) -> NoReturn:
    near = suggest(name, known)[:1]
    hint = "theme-key-unknown" if near else "theme-keys"
    raise DataError("theme-key-unknown", path=path, key=key, near=near, hint=hint)


def low_contrasts(palette: Palette) -> Iterator[tuple[str, str, float, float]]:
    """Yield what cannot be read or seen: role, its ground, the contrast and the least it needs.

    Args:
        palette: The colours.
    """
    pairs: list[tuple[str, str, float]] = [
        (role, ground, least)
        for table, least in ((_READ_ON, _TEXT), (_SEEN_ON, _MARK))
        for role, grounds in table.items()
        for ground in grounds
    ]
    # A full shape has a rim of its own; of the others the rim is the colour.
    pairs += [
        (kind, "paper", _MARK)
        for kind, look in read_table()["looks"].items()
        if look["inside"] != "full"
    ]
    for role, ground, least in pairs:
        ratio = contrast(palette[role], palette[ground])
        if ratio < least:
            yield role, ground, ratio, least


def _logo(path: Path, said: Mapping[str, Any]) -> Logo | None:
    names = {key: said[key] for key in ("logo", "logo-png") if key in said}
    for key, name in names.items():
        if not isinstance(name, str):
            raise DataError("theme-logo-bad", path=path, key=key, reason=repr(name))
    if "logo" not in names:
        if names:
            raise DataError("theme-logo-bad", path=path, key="logo-png", reason="logo?")
        return None
    logo = read_logo(path, "logo", names["logo"])
    if "logo-png" not in names:
        return logo
    still = read_logo(path, "logo-png", names["logo-png"])
    if still.media != "image/png":
        raise DataError("theme-logo-bad", path=path, key="logo-png", reason=still.media)
    return replace(logo, png=still.content)
