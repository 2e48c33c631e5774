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
from ctgraph.network.filters import FILTERS, OLD_NAMES
from ctgraph.network.views import VIEWS
from ctgraph.store.scope import Scope
from ctgraph.terms import CT, expand, shorten
from ctgraph.words import Phrase

if TYPE_CHECKING:
    import networkx

    from ctgraph.store import Bundle, Store


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


# --- reading ------------------------------------------------------------------------------------


def story_files(bundle: Bundle) -> list[Path]:
    """Return the files in `queries/stories/` of a project, sorted; empty if there are none."""
    return sorted(
        path
        for path in (bundle.queries / "stories").glob("*.toml")
        if not path.name.startswith(".")
    )


def read_stories(bundle: Bundle) -> dict[str, Story]:
    """Return the stories of a project, by name.

    Raises:
        DataError: A file is malformed.
    """
    return {path.stem: _read(path, bundle.show(path)) for path in story_files(bundle)}


def read_story(story: str | os.PathLike[str], bundle: Bundle) -> Story:
    """Return a story, from the name of one in the project or from a file.

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
        close = suggest(text, known)
        raise UnknownName("story", text, close, hint="known-or-toml-file", names=[*known])
    return _read(Path(text), bundle.show(Path(text)))


def _read(path: Path, where: str) -> Story:
    import tomllib

    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise DataError("story-unreadable", where=where, strerror=error.strerror) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise DataError("story-not-utf8", where=where, line=line) from error
    text = text.removeprefix("\ufeff")
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        said = re.sub(r" \(at .*\)$", "", str(error))
        raise DataError("story-not-toml", where=where, line=line, said=said) from error
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

    def fail(self, line: int, key: str, **values: Any) -> NoReturn:
        raise DataError(key, place=f"{self.where}:{line}", **values)

    def story(self, values: Mapping[str, Any]) -> Story:
        self.check_keys(values, _STORY_KEYS, 0)
        view = values.get("view", "cooperation")
        if view not in VIEWS:
            close = suggest(view, VIEWS) if isinstance(view, str) else []
            self.fail(
                self.line(0, "view"),
                "unknown-name",
                kind="view",
                name=view,
                near=close[:1],
                names=[*VIEWS],
                hint="did-you-mean" if close else "known",
            )
        filters: dict[str, Any] = {}
        lines = {"view": self.line(0, "view")}
        for key, name in _FILTERS.items():
            if key not in values:
                continue
            value, kind = values[key], _TYPES.get(FILTERS[name].takes, str)
            if type(value) is not kind:
                nouns = {str: "a text", int: "a whole number", bool: "true or false"}
                self.fail(
                    self.line(0, key), "value-is-not", name=key, kind=nouns[kind], hint="mend-value"
                )
            if FILTERS[name].is_thing:
                value = self.iri(str(value), self.line(0, key))
            filters[name] = value
            lines[name] = self.line(0, key)
        sources = self.texts(values, "source", 0) if "source" in values else []
        lines["source"] = self.line(0, "source")
        steps = values.get("step")
        if not isinstance(steps, list) or not steps:
            self.fail(self.line(0, "step"), "story-without-steps")
        return Story(
            name=self.path.stem,
            path=self.path,
            where=self.where,
            title=self.words(values, "title", 0),
            description=self.words(values, "description", 0),
            view=view,
            filters=filters,
            steps=tuple(self.step(step, number) for number, step in enumerate(steps, 1)),
            sources=frozenset(self.iri(text, lines["source"]) for text in sources),
            lines=lines,
        )

    def step(self, values: Any, number: int) -> Step:
        if not isinstance(values, dict):
            self.fail(self.line(number), "step-not-table", number=number)
        self.check_keys(values, _STEP_KEYS, number)
        highlight = self.texts(values, "highlight", number)
        claims = self.texts(values, "claims", number)
        if not claims:
            self.fail(self.line(number, "claims"), "step-without-claims", number=number)
        parts: list[str | tuple[str, str]] = []
        for text in highlight:
            at = self.line(number, "highlight", text)
            ends = [self.iri(end.strip(), at) for end in text.split(PAIR)]
            if len(ends) > 2:
                self.fail(at, "highlight-of-many-ends", text=text, pair=PAIR)
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
                    "unknown-key",
                    name=key,
                    near=close[:1],
                    names=[*known],
                    hint="did-you-mean" if close else "known",
                )

    def words(self, values: Mapping[str, Any], key: str, part: int) -> dict[str, str]:
        """Return a text in each language."""
        given = values.get(key)
        whose = Phrase("step-of-story", number=part) if part else Phrase("story")
        if not isinstance(given, dict):
            at = self.line(part, key if key in values else "")
            self.fail(at, "story-needs-texts", whose=whose, name=key)
        for language in given:
            if language not in LANGUAGES:
                at = self.line(part, f"{key}.{language}")
                name = f"{key}.{language}"
                self.fail(at, "unknown-language", name=name, names=[*LANGUAGES], hint="known")
        made = {}
        for language in LANGUAGES:
            text = given.get(language)
            if not isinstance(text, str) or not text.strip():
                at = self.line(part, key)
                self.fail(at, "story-needs-text", whose=whose, name=f"{key}.{language}")
            made[language] = " ".join(text.split())
        return made

    def texts(self, values: Mapping[str, Any], key: str, part: int) -> list[str]:
        """Return a list of texts, none twice."""
        given = values.get(key)
        line = self.line(part, key if key in values else "")
        if not isinstance(given, list) or not all(isinstance(item, str) for item in given):
            self.fail(line, "step-needs-names", number=part, name=key)
        for index, item in enumerate(given):
            if item in given[:index]:
                at = self.line(part, key, item)
                self.fail(at, "listed-twice", item=item, name=key)
        return list(given)

    def iri(self, curie: str, line: int) -> str:
        try:
            iri = expand(curie)
        except CtgraphError as error:
            self.fail(line, error.key, hint=error.hint_key, **error.values)
        if shorten(iri) != curie:
            self.fail(line, "not-a-prefixed-name", curie=curie, hint="write-ctd-name")
        return iri


def _quoted(item: str, line: str) -> bool:
    return f'"{item}"' in line or f"'{item}'" in line


def _spell(part: str | tuple[str, str]) -> str:
    return part if isinstance(part, str) else PAIR.join(part)


# --- the network of a story ---------------------------------------------------------------------


def build_story(store: Store, story: Story, lang: str = "en") -> networkx.Graph[str]:
    """Return the network of a story, once everything that the story names is found.

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
        place = f"{story.where}:{_faulty_line(story, error.message)}"
        raise DataError("passed-on", place=place, reason=error, hint=error) from error
    if not graph.number_of_nodes():
        line = next((story.lines[key] for key in story.filters), story.lines["view"])
        filters = ", ".join(f"{key} {_short(value)}" for key, value in story.filters.items())
        raise DataError(
            "story-network-empty" if filters else "story-view-empty",
            place=f"{story.where}:{line}",
            view=story.view,
            filters=filters,
            hint="story-network-empty",
        )
    _check_claims(store, story)
    for number, step in enumerate(story.steps, 1):
        for part in step.highlight:
            if not any(light_up(graph, part)):
                _refuse_highlight(store, graph, story, number, part)
    return graph


def _faulty_line(story: Story, message: str) -> int:
    """Return the line of the filter whose value an error names, else that of the first filter."""
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
                    "story-claim-missing",
                    place=f"{story.where}:{step.lines.get(claim, 1)}",
                    claim=shorten(claim),
                    near=close[:1],
                    hint="did-you-mean" if close else "name-claim",
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
    place = f"{story.where}:{line}"
    drawn = sorted(
        {*graph, *(a for _, _, data in graph.edges(data=True) for a in data["activities"])}
    )
    missing = [end for end in ([part] if isinstance(part, str) else part) if end not in drawn]
    if not missing:
        names = PAIR.join(map(shorten, part))
        raise DataError("highlight-edge-missing", place=place, number=number, names=names)
    unknown = [end for end in missing if end not in store.known_terms()]
    name = shorten((unknown or missing)[0])
    close = suggest(
        name, [*map(shorten, drawn), *map(shorten, store.known_terms() if unknown else ())]
    )
    raise DataError(
        "highlight-not-in-graph" if unknown else "highlight-not-in-network",
        place=place,
        number=number,
        name=name,
        cut=[f"view {story.view}", *(f"{k} {_short(v)}" for k, v in story.filters.items())],
        near=close[:1],
        hint="did-you-mean" if close else "name-what-is-shown",
    )


def _short(value: object) -> str:
    return shorten(value) if isinstance(value, str) and "://" in value else str(value)


def light_up(
    graph: networkx.Graph[str], part: str | tuple[str, str]
) -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    """Return the nodes and edges that a highlight means; both empty if the network has it not.

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
    """Return the nodes and edges that stand out in a step, as `light_up` gives them.

    Args:
        graph: The network of the story.
        step: The step.
    """
    parts = [light_up(graph, part) for part in step.highlight]
    return (
        frozenset().union(*(nodes for nodes, _ in parts)),
        frozenset().union(*(edges for _, edges in parts)),
    )
