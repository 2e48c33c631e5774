"""Stories: a network told in steps, each with a caption and the claims that its words rest on.

A story is a TOML file; those of a project are in `queries/stories/`. Reading is strict: what a
file names must exist, and errors say in which line it does not.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from ctgraph.errors import CtgraphError, DataError, UnknownName, suggest
from ctgraph.network.build import build_network
from ctgraph.network.story_reader import PAIR, Step, Story, StoryReader, spell
from ctgraph.terms import CT, shorten

if TYPE_CHECKING:
    import networkx

    from ctgraph.store import Bundle, Store


__all__ = [
    "PAIR",
    "Step",
    "Story",
    "build_story",
    "light_up",
    "lit",
    "read_stories",
    "read_story",
    "story_files",
]


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
    return StoryReader(path, where, text).story(values)


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
    line = step.lines.get(spell(part), 1)
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
