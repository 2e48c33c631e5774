"""Stories: a network told in steps, each with a caption and the claims that its words rest on.

A story is a TOML file; those of a project are in `queries/stories/`. Reading is strict: what a
file names must exist, and errors say in which line it does not.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from ctgraph.errors import CtgraphError, DataError, UnknownName, suggest
from ctgraph.network.build import build_network
from ctgraph.network.views import VIEWS
from ctgraph.terms import CT, expand, shorten

if TYPE_CHECKING:
    import networkx

    from ctgraph.store.project import Bundle
    from ctgraph.store.store import Store


LANGUAGES = ("en", "ja")
PAIR = " -- "
"""What stands between the ends of an edge in a file."""

_FILTERS: dict[str, type] = {
    "actor": str, "hops": int, "topic": str, "place": str, "year": int, "from": str, "to": str,
    "role": str, "kind": str, "stated_only": bool,
}  # fmt: skip
_THINGS = {"actor", "topic", "place", "role"}
# Keys whose names are no arguments of build_network.
_ARGUMENTS = {"from": "since", "to": "until"}
_STORY_KEYS = ("title", "description", "view", *_FILTERS, "step")
_STEP_KEYS = ("title", "caption", "highlight", "claims")


@dataclass(frozen=True)
class Step:
    """One picture of a story.

    Attributes:
        title: A few words, by language.
        caption: What is told, by language; every sentence rests on `claims`.
        highlight: IRIs of actors and activities, and pairs of IRIs, in the order of the file.
        claims: IRIs of the claims whose words are shown.
        lines: Where each highlight and claim stands, by its text in the file.
    """

    title: Mapping[str, str]
    caption: Mapping[str, str]
    highlight: tuple[str | tuple[str, str], ...]
    claims: tuple[str, ...]
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
    lines: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)


# --- reading ------------------------------------------------------------------------------------


def story_files(bundle: Bundle) -> list[Path]:
    """The files in `queries/stories/` of a project, sorted; empty if there are none."""
    return sorted(
        path
        for path in (bundle.queries / "stories").glob("*.toml")
        if not path.name.startswith(".")
    )


def read_stories(bundle: Bundle) -> dict[str, Story]:
    """The stories of a project, by name.

    Raises:
        DataError: A file is malformed.
    """
    return {path.stem: _read(path, bundle.show(path)) for path in story_files(bundle)}


def read_story(story: str | os.PathLike[str], bundle: Bundle) -> Story:
    """A story, from the name of one in the project or from a file.

    What it names in the graph is checked when its network is built (`build_story`).

    Args:
        story: A name, or a path; text that ends in ``.toml`` or has a slash in it is a path.
        bundle: The project.

    Raises:
        UnknownName: The project has no story of that name.
        DataError: The file is missing or malformed; the message says where.
    """
    known = {path.stem: path for path in story_files(bundle)}
    text = os.fspath(story)
    if isinstance(story, str) and text in known:
        return _read(known[text], bundle.show(known[text]))
    if isinstance(story, str) and not text.endswith(".toml") and not {"/", os.sep} & set(text):
        hint = f"Known: {', '.join(known)}; or name a file that ends in .toml."
        raise UnknownName("story", text, suggest(text, known), hint=hint)
    return _read(Path(text), bundle.show(Path(text)))


def _read(path: Path, where: str) -> Story:
    import tomllib

    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise DataError(
            f"{where}: the story cannot be read: {error.strerror}.", hint="Name another file."
        ) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise DataError(f"{where}:{line}: not UTF-8.", hint="Save the file as UTF-8.") from error
    text = text.removeprefix("\ufeff")
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        said = re.sub(r" \(at .*\)$", "", str(error))
        raise DataError(f"{where}:{line}: not TOML: {said}.", hint="Mend the line.") from error
    return _Reader(path, where, text).story(values)


class _Reader:
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

    def line(self, part: int, key: str = "", item: str = "") -> int:
        """The line, from 1, of a key in the head (part 0) or a step, or of an item behind it."""
        start, end = self.parts[part] if part < len(self.parts) else self.parts[-1]
        pattern = re.compile(rf"\s*(?:\[\s*(?:step\s*\.\s*)?)?[\"']?{re.escape(key)}(?![\w-])")
        at = next((n for n in range(start, end) if key and pattern.match(self.lines[n])), start)
        if item:
            at = next((n for n in range(at, end) if _quoted(item, self.lines[n])), at)
        return at + 1

    def fail(self, line: int, message: str, hint: str) -> NoReturn:
        raise DataError(f"{self.where}:{line}: {message}", hint=hint)

    def story(self, values: Mapping[str, Any]) -> Story:
        self.check_keys(values, _STORY_KEYS, 0)
        view = values.get("view", "cooperation")
        if view not in VIEWS:
            close = suggest(view, VIEWS) if isinstance(view, str) else []
            self.fail(
                self.line(0, "view"),
                f"unknown view {view!r}.",
                f"Did you mean {close[0]}?" if close else f"Known: {', '.join(VIEWS)}.",
            )
        filters: dict[str, Any] = {}
        lines = {"view": self.line(0, "view")}
        for key, kind in _FILTERS.items():
            if key not in values:
                continue
            value = values[key]
            if type(value) is not kind:
                names = {str: "a text", int: "a whole number", bool: "true or false"}
                self.fail(self.line(0, key), f"{key} is not {names[kind]}.", "Mend the value.")
            if key in _THINGS:
                value = self.iri(str(value), self.line(0, key))
            filters[_ARGUMENTS.get(key, key)] = value
            lines[_ARGUMENTS.get(key, key)] = self.line(0, key)
        steps = values.get("step")
        if not isinstance(steps, list) or not steps:
            self.fail(self.line(0, "step"), "a story needs steps.", "Begin each with [[step]].")
        return Story(
            name=self.path.stem,
            path=self.path,
            where=self.where,
            title=self.words(values, "title", 0),
            description=self.words(values, "description", 0),
            view=view,
            filters=filters,
            steps=tuple(self.step(step, number) for number, step in enumerate(steps, 1)),
            lines=lines,
        )

    def step(self, values: Any, number: int) -> Step:
        if not isinstance(values, dict):
            self.fail(self.line(number), f"step {number} is no table.", "Begin it with [[step]].")
        self.check_keys(values, _STEP_KEYS, number)
        highlight = self.texts(values, "highlight", number)
        claims = self.texts(values, "claims", number)
        if not claims:
            self.fail(
                self.line(number, "claims"),
                f"step {number} rests on no claims.",
                "List the claims that its caption rests on.",
            )
        parts: list[str | tuple[str, str]] = []
        for text in highlight:
            at = self.line(number, "highlight", text)
            ends = [self.iri(end.strip(), at) for end in text.split(PAIR)]
            if len(ends) > 2:
                self.fail(at, f"{text!r} has more than two ends.", f"Write a{PAIR}b.")
            parts.append(ends[0] if len(ends) == 1 else (ends[0], ends[1]))
        return Step(
            title=self.words(values, "title", number),
            caption=self.words(values, "caption", number),
            highlight=tuple(parts),
            claims=tuple(self.iri(text, self.line(number, "claims", text)) for text in claims),
            lines={
                **{_spell(p): self.line(number, "highlight", text)
                   for p, text in zip(parts, highlight, strict=True)},
                **{self.iri(text, 0): self.line(number, "claims", text) for text in claims},
            },
        )  # fmt: skip

    def check_keys(self, values: Mapping[str, Any], known: Sequence[str], part: int) -> None:
        for key in values:
            if key not in known:
                close = suggest(key, known)
                self.fail(
                    self.line(part, key),
                    f"unknown key {key!r}.",
                    f"Did you mean {close[0]}?" if close else f"Known: {', '.join(known)}.",
                )

    def words(self, values: Mapping[str, Any], key: str, part: int) -> dict[str, str]:
        """A text in each language."""
        given = values.get(key)
        place = "the story" if part == 0 else f"step {part}"
        if not isinstance(given, dict):
            self.fail(
                self.line(part, key if key in values else ""),
                f"{place} needs {key}.en and {key}.ja.",
                "Write both.",
            )
        for language in given:
            if language not in LANGUAGES:
                self.fail(
                    self.line(part, f"{key}.{language}"),
                    f"unknown language {key}.{language}.",
                    f"Known: {', '.join(LANGUAGES)}.",
                )
        made = {}
        for language in LANGUAGES:
            text = given.get(language)
            if not isinstance(text, str) or not text.strip():
                self.fail(
                    self.line(part, key), f"{place} needs {key}.{language}.", "Write the text."
                )
            made[language] = " ".join(text.split())
        return made

    def texts(self, values: Mapping[str, Any], key: str, part: int) -> list[str]:
        """A list of texts, none twice."""
        given = values.get(key)
        line = self.line(part, key if key in values else "")
        if not isinstance(given, list) or not all(isinstance(item, str) for item in given):
            self.fail(line, f"step {part} needs a list of names as {key}.", 'Write ["ctd:…"].')
        for index, item in enumerate(given):
            if item in given[:index]:
                self.fail(self.line(part, key, item), f"{item} stands twice in {key}.", "Drop one.")
        return list(given)

    def iri(self, curie: str, line: int) -> str:
        try:
            iri = expand(curie)
        except CtgraphError as error:
            self.fail(line, error.message, error.hint or "")
        if shorten(iri) != curie:
            self.fail(line, f"{curie!r} is not a prefixed name.", "Write it as ctd:name.")
        return iri


def _quoted(item: str, line: str) -> bool:
    return f'"{item}"' in line or f"'{item}'" in line


def _spell(part: str | tuple[str, str]) -> str:
    return part if isinstance(part, str) else PAIR.join(part)


# --- the network of a story ---------------------------------------------------------------------


def build_story(store: Store, story: Story, lang: str = "en") -> networkx.Graph[str]:
    """The network of a story, once everything that the story names is found.

    Args:
        store: The graph.
        story: What `read_story` gave.
        lang: Language of the labels, ``en`` or ``ja``.

    Raises:
        DataError: A filter leaves nothing, a claim is not in the graph, or a highlight is not in
            the network; the message says in which line.
    """
    try:
        graph = build_network(store, story.view, lang=lang, **story.filters)
    except CtgraphError as error:
        raise DataError(
            f"{story.where}:{_faulty_line(story, error.message)}: {error.message}", hint=error.hint
        ) from error
    if not graph.number_of_nodes():
        line = next((story.lines[key] for key in story.filters), story.lines["view"])
        filters = ", ".join(f"{key} {_short(value)}" for key, value in story.filters.items())
        raise DataError(
            f"{story.where}:{line}: nothing in the view {story.view} fits {filters or 'it'}.",
            hint="Change the filters.",
        )
    _check_claims(store, story)
    for number, step in enumerate(story.steps, 1):
        for part in step.highlight:
            if not any(light_up(graph, part)):
                _refuse_highlight(store, graph, story, number, part)
    return graph


def _faulty_line(story: Story, message: str) -> int:
    """The line of the filter whose value an error names, else that of the first filter."""
    for key, value in story.filters.items():
        if str(value) in message:
            return story.lines[key]
    return min((story.lines[key] for key in story.filters), default=1)


def _check_claims(store: Store, story: Story) -> None:
    wanted = {claim for step in story.steps for claim in step.claims}
    known = set(_claims(store, wanted))
    for step in story.steps:
        for claim in step.claims:
            if claim not in known:
                close = suggest(shorten(claim), map(shorten, _claims(store)))
                raise DataError(
                    f"{story.where}:{step.lines.get(claim, 1)}: the graph has no claim "
                    f"{shorten(claim)}.",
                    hint=f"Did you mean {close[0]}?" if close else "Name a claim of the graph.",
                )


def _claims(store: Store, among: Iterable[str] | None = None) -> list[str]:
    values = "" if among is None else f"VALUES ?c {{ {' '.join(f'<{c}>' for c in sorted(among))} }}"
    found = store.select(f"SELECT DISTINCT ?c WHERE {{ {values} ?c a <{CT}Claim> }}")
    return [row["c"].value for row in found]


def _refuse_highlight(
    store: Store,
    graph: networkx.Graph[str],
    story: Story,
    number: int,
    part: str | tuple[str, str],
) -> NoReturn:
    step = story.steps[number - 1]
    line = step.lines.get(_spell(part), 1)
    where = f"{story.where}:{line}: step {number}:"
    drawn = sorted(
        {*graph, *(a for _, _, data in graph.edges(data=True) for a in data["activities"])}
    )
    missing = [end for end in ([part] if isinstance(part, str) else part) if end not in drawn]
    if not missing:
        raise DataError(
            f"{where} no edge joins {PAIR.join(map(shorten, part))}.", hint="Name two ends of one."
        )
    unknown = [end for end in missing if end not in store.known_terms()]
    if unknown:
        names = [*map(shorten, drawn), *map(shorten, store.known_terms())]
        message = f"{where} the graph has no {shorten(unknown[0])}."
        close = suggest(shorten(unknown[0]), names)
    else:
        message = (
            f"{where} {shorten(missing[0])} is not in the network of this story "
            f"(view {story.view}{''.join(f', {k} {_short(v)}' for k, v in story.filters.items())})."
        )
        close = suggest(shorten(missing[0]), map(shorten, drawn))
    hint = f"Did you mean {close[0]}?" if close else "Name an actor or activity that it shows."
    raise DataError(message, hint=hint)


def _short(value: object) -> str:
    return shorten(value) if isinstance(value, str) and "://" in value else str(value)


def light_up(
    graph: networkx.Graph[str], part: str | tuple[str, str]
) -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    """The nodes and edges that a highlight means; both empty if the network has it not.

    An actor means its node. An activity means every edge that it makes, with the ends, and its
    node if it has one. A pair means the edge between its ends, with the ends. An edge is given as
    its ends in the order of their IRIs.

    Args:
        graph: The network of the story.
        part: An entry of `Step.highlight`.
    """
    if isinstance(part, tuple):
        found = [pair for pair in (part, part[::-1]) if graph.has_edge(*pair)]
    else:
        found = [
            (source, target)
            for source, target, data in graph.edges(data=True)
            if part in data["activities"]
        ]
    nodes = {end for pair in found for end in pair}
    if isinstance(part, str) and part in graph:
        nodes.add(part)
    return frozenset(nodes), frozenset((min(pair), max(pair)) for pair in found)


def lit(
    graph: networkx.Graph[str], step: Step
) -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    """The nodes and edges that stand out in a step, as `light_up` gives them.

    Args:
        graph: The network of the story.
        step: The step.
    """
    parts = [light_up(graph, part) for part in step.highlight]
    return (
        frozenset().union(*(nodes for nodes, _ in parts)),
        frozenset().union(*(edges for _, edges in parts)),
    )
