"""A story as a TOML file has it, read strictly: errors say in which line something is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from ctgraph.errors import CtgraphError, DataError, suggest
from ctgraph.network.filters import FILTERS, OLD_NAMES
from ctgraph.network.views import VIEWS
from ctgraph.store.scope import Scope
from ctgraph.terms import expand, shorten
from ctgraph.words import Phrase

if TYPE_CHECKING:
    from ctgraph.store import Store


LANGUAGES = ("en", "ja")
PAIR = " -- "
"""What stands between the ends of an edge in a file."""

_TYPES = {"number": int, "year": int, "flag": bool}  # of other filters the value is a text
_FILTERS = {
    old: name
    for name in FILTERS
    if name != "query"
    for old in (name, *(one for one, new in OLD_NAMES.items() if new == name))
}
"""Filters by their keys in a file, old ones among them."""

_STORY_KEYS = ("title", "description", "view", "source", *_FILTERS, "step")
CHOICES: dict[str, type] = {
    "year": int,
    "compare": int,
    "topic": str,
    "place": str,
    "source": str,
    "roll_up": bool,
    "chart": str,
}
"""What a step may choose on a page, by its key in a file: a calendar year, one that it is compared
with, what is filtered by, whether bodies are drawn as their state, and a chart in the network's
place."""

_STEP_KEYS = ("title", "caption", "highlight", "claims", *CHOICES)


@dataclass(frozen=True)
class Step:
    """One picture of a story.

    Attributes:
        title: A few words, by language.
        caption: What is told, by language; every sentence rests on `claims`.
        highlight: IRIs of actors and activities, and pairs of IRIs, in the order of the file.
        claims: IRIs of the claims whose words are shown.
        choices: What it chooses on a page, by the keys of `CHOICES`; things as IRIs.
        lines: Where each highlight, claim and choice stands, by its text or key in the file.
    """

    title: Mapping[str, str]
    caption: Mapping[str, str]
    highlight: tuple[str | tuple[str, str], ...]
    claims: tuple[str, ...]
    choices: Mapping[str, Any] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True)
class Story:
    """A network and the steps in which it is told.

    Attributes:
        name: The stem of the file's name.
        path: The file.
        where: The file as messages name it.
        title: By language.
        description: By language.
        view: A name of `ctgraph.network.VIEWS`.
        filters: Further arguments of `ctgraph.network.build.build_network`.
        steps: At least one.
        sources: IRIs of the sources whose word it tells; empty for all.
        lines: Where the filters stand, by key.
    """

    name: str
    path: Path
    where: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    view: str
    filters: Mapping[str, Any]
    steps: tuple[Step, ...]
    sources: frozenset[str] = frozenset()
    lines: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)

    def narrow(self, store: Store) -> Store:
        """Return the graph that it is told of: that of its sources, if it names some.

        Args:
            store: The graph.

        Raises:
            DataError: The graph has no claim of them.
        """
        try:
            return store.within(Scope(self.sources))
        except CtgraphError as error:
            place = f"{self.where}:{self.lines.get('source', 0)}"
            raise DataError("passed-on", place=place, reason=error, hint=error) from error


class StoryReader:
    """Turns the values of one file into a story; knows the lines that they stand in."""

    def __init__(self, path: Path, where: str, text: str) -> None:
        self.path = path
        self.where = where
        # A header inside a text of several lines is none.
        masked = re.sub(
            r'"""(?:\\.|[^\\])*?"""|\'\'\'.*?\'\'\'',
            lambda match: re.sub(r"[^\n]", "x", match[0]),
            text,
            flags=re.DOTALL,
        )
        self.lines = masked.split("\n")
        heads = [
            number
            for number, line in enumerate(self.lines)
            if re.match(r"\s*\[\[\s*[\"']?step[\"']?\s*\]\]", line)
        ]
        self.parts = list(zip([0, *heads], [*heads, len(self.lines)], strict=True))

    def _line(self, part: int, key: str = "", item: str = "") -> int:
        """The line, from 1, of a key in the head (part 0) or a step, or of an item behind it."""
        start, end = self.parts[part] if part < len(self.parts) else self.parts[-1]
        pattern = re.compile(rf"\s*(?:\[\s*(?:step\s*\.\s*)?)?[\"']?{re.escape(key)}(?![\w-])")
        at = next((n for n in range(start, end) if key and pattern.match(self.lines[n])), start)
        if item:
            at = next((n for n in range(at, end) if _quoted(item, self.lines[n])), at)
        return at + 1

    def _fail(self, line: int, key: str, **values: Any) -> NoReturn:
        raise DataError(key, place=f"{self.where}:{line}", **values)

    def story(self, values: Mapping[str, Any]) -> Story:
        """Return the story.

        Args:
            values: What the file holds.

        Raises:
            DataError: Something in it is wrong; the message says in which line.
        """
        self._check_keys(values, _STORY_KEYS, 0)
        view = values.get("view", "cooperation")
        if view not in VIEWS:
            close = suggest(view, VIEWS) if isinstance(view, str) else []
            self._fail(
                self._line(0, "view"),
                "unknown-name",
                kind="view",
                name=view,
                near=close[:1],
                names=[*VIEWS],
                hint="did-you-mean" if close else "known",
            )
        filters: dict[str, Any] = {}
        lines = {"view": self._line(0, "view")}
        for key, name in _FILTERS.items():
            if key not in values:
                continue
            value, kind = values[key], _TYPES.get(FILTERS[name].takes, str)
            self._check_type(key, value, kind, 0)
            if FILTERS[name].is_thing:
                value = self._iri(str(value), self._line(0, key))
            filters[name] = value
            lines[name] = self._line(0, key)
        sources = self._texts(values, "source", 0) if "source" in values else []
        lines["source"] = self._line(0, "source")
        steps = values.get("step")
        if not isinstance(steps, list) or not steps:
            self._fail(self._line(0, "step"), "story-without-steps")
        return Story(
            name=self.path.stem,
            path=self.path,
            where=self.where,
            title=self._words(values, "title", 0),
            description=self._words(values, "description", 0),
            view=view,
            filters=filters,
            steps=tuple(self._step(step, number) for number, step in enumerate(steps, 1)),
            sources=frozenset(self._iri(text, lines["source"]) for text in sources),
            lines=lines,
        )

    def _step(self, values: Any, number: int) -> Step:
        if not isinstance(values, dict):
            self._fail(self._line(number), "step-not-table", number=number)
        self._check_keys(values, _STEP_KEYS, number)
        highlight = self._texts(values, "highlight", number)
        claims = self._texts(values, "claims", number)
        if not claims:
            self._fail(self._line(number, "claims"), "step-without-claims", number=number)
        parts: list[str | tuple[str, str]] = []
        for text in highlight:
            at = self._line(number, "highlight", text)
            ends = [self._iri(end.strip(), at) for end in text.split(PAIR)]
            if len(ends) > 2:
                self._fail(at, "highlight-of-many-ends", text=text, pair=PAIR)
            parts.append(ends[0] if len(ends) == 1 else (ends[0], ends[1]))
        return Step(
            title=self._words(values, "title", number),
            caption=self._words(values, "caption", number),
            highlight=tuple(parts),
            claims=tuple(self._iri(text, self._line(number, "claims", text)) for text in claims),
            choices=self._choices(values, number),
            lines={
                **{key: self._line(number, key) for key in CHOICES if key in values},
                **{spell(p): self._line(number, "highlight", text)
                   for p, text in zip(parts, highlight, strict=True)},
                **{self._iri(text, 0): self._line(number, "claims", text) for text in claims},
            },
        )  # fmt: skip

    def _choices(self, values: Mapping[str, Any], number: int) -> dict[str, Any]:
        """Return what a step chooses on a page."""
        made = {}
        for key, kind in CHOICES.items():
            if key not in values:
                continue
            value = values[key]
            self._check_type(key, value, kind, number)
            is_thing = key in {"topic", "place", "source"}
            made[key] = self._iri(value, self._line(number, key)) if is_thing else value
        if "compare" in made and "year" not in made:
            self._fail(self._line(number, "compare"), "step-compares-nothing", number=number)
        return made

    def _check_type(self, key: str, value: object, kind: type, part: int) -> None:
        if type(value) is not kind:
            nouns = {str: "a text", int: "a whole number", bool: "true or false"}
            self._fail(
                self._line(part, key), "value-is-not", name=key, kind=nouns[kind], hint="mend-value"
            )

    def _check_keys(self, values: Mapping[str, Any], known: Sequence[str], part: int) -> None:
        for key in values:
            if key not in known:
                close = suggest(key, known)
                self._fail(
                    self._line(part, key),
                    "unknown-key",
                    name=key,
                    near=close[:1],
                    names=[*known],
                    hint="did-you-mean" if close else "known",
                )

    def _words(self, values: Mapping[str, Any], key: str, part: int) -> dict[str, str]:
        """Return a text in each language."""
        given = values.get(key)
        whose = Phrase("step-of-story", number=part) if part else Phrase("story")
        if not isinstance(given, dict):
            at = self._line(part, key if key in values else "")
            self._fail(at, "story-needs-texts", whose=whose, name=key)
        for language in given:
            if language not in LANGUAGES:
                at = self._line(part, f"{key}.{language}")
                name = f"{key}.{language}"
                self._fail(at, "unknown-language", name=name, names=[*LANGUAGES], hint="known")
        made = {}
        for language in LANGUAGES:
            text = given.get(language)
            if not isinstance(text, str) or not text.strip():
                at = self._line(part, key)
                self._fail(at, "story-needs-text", whose=whose, name=f"{key}.{language}")
            made[language] = " ".join(text.split())
        return made

    def _texts(self, values: Mapping[str, Any], key: str, part: int) -> list[str]:
        """Return a list of texts, none twice."""
        given = values.get(key)
        line = self._line(part, key if key in values else "")
        if not isinstance(given, list) or not all(isinstance(item, str) for item in given):
            self._fail(line, "step-needs-names", number=part, name=key)
        for index, item in enumerate(given):
            if item in given[:index]:
                at = self._line(part, key, item)
                self._fail(at, "listed-twice", item=item, name=key)
        return list(given)

    def _iri(self, curie: str, line: int) -> str:
        try:
            iri = expand(curie)
        except CtgraphError as error:
            self._fail(line, error.key, hint=error.hint_key, **error.values)
        if shorten(iri) != curie:
            self._fail(line, "not-a-prefixed-name", curie=curie, hint="write-ctd-name")
        return iri


def _quoted(item: str, line: str) -> bool:
    return f'"{item}"' in line or f"'{item}'" in line


def spell(part: str | tuple[str, str]) -> str:
    """Return an entry of `Step.highlight` as `Step.lines` knows it."""
    return part if isinstance(part, str) else PAIR.join(part)
