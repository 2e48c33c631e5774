"""What a slide finds, as its title."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ctgraph.draw.text_metrics import clean
from ctgraph.network.stories import Step, lit
from ctgraph.text import display_width
from ctgraph.words import read_words

if TYPE_CHECKING:
    import networkx

    from ctgraph.draw.slides.series import Series

_NAMED = 3
_ROOM = 72  # letters of a title in a size that can be read
_SHORT = 24  # letters of a name that a title has room for; a longer one gives way to an acronym


def say_step(graph: networkx.Graph[str], step: Step, lang: str) -> str:
    """Return who works with whom in a step and in how many activities; empty without such a tie.

    Of the activities of a tie those count that the step names, or all if it names the tie itself.

    Args:
        graph: The network of the story.
        step: The step.
        lang: ``en`` or ``ja``.
    """
    if graph.is_directed() or graph.graph.get("view") != "cooperation" or not step.highlight:
        return ""
    _, edges = lit(graph, step)
    if not edges:
        return ""
    named = {part for part in step.highlight if isinstance(part, str)}
    activities: set[str] = set()
    ties: dict[str, set[str]] = {}
    for one, other in sorted(edges):
        made = set(graph.edges[one, other]["by_activity"])
        activities |= made & named or made
        ties.setdefault(one, set()).add(other)
        ties.setdefault(other, set()).add(one)
    words = read_words("slide_findings", lang)
    hub = max(sorted(ties), key=lambda node: (len(ties[node]), graph.degree(node)))
    partners = sorted(ties[hub], key=lambda node: (-graph.degree(node), node))
    others = len(ties) - 1 - len(partners)
    beside = words["beside"].format(n=others) if others else ""
    names = [_name(graph.nodes[node], lang) for node in partners]
    works = words["works" if len(activities) > 1 else "works_once"]
    for most in range(_NAMED, -1, -1):
        said = works.format(
            hub=_name(graph.nodes[hub], lang), names=_listed(names, words, most), n=len(activities)
        )
        if display_width(said + beside) <= _ROOM:
            break
    return f"{said}{beside}"


def say_series(series: Sequence[Series], lang: str) -> str:
    """Return how many indicators rose and fell from the first year with a value to the last.

    Args:
        series: The indicators; fewer than two say nothing together.
        lang: ``en`` or ``ja``.
    """
    changes = []
    for one in series:
        values = [value for value in one.values.values() if value is not None]
        if len(values) > 1:
            changes.append(values[-1] - values[0])
    years = list(series[0].values) if series else []
    if len(changes) < 2 or len(years) < 2:
        return ""
    return str(
        read_words("slide_findings", lang)["changed"].format(
            n=len(changes),
            up=sum(change > 0 for change in changes),
            down=sum(change < 0 for change in changes),
            same=sum(change == 0 for change in changes),
            first=years[0],
            last=years[-1],
        )
    )


def _name(facts: Any, lang: str) -> str:
    name = clean(facts[f"label_{lang}"])
    return name if display_width(name) <= _SHORT else clean(facts.get("acronym", "")) or name


def _listed(names: Sequence[str], words: Any, most: int) -> str:
    """Return names in a row, some of them if there are more, or how many there are."""
    if most == 0:
        return str(words["partners"].format(n=len(names))) if len(names) > 1 else names[0]
    if len(names) > most:
        shown = words["comma"].join(names[:most])
        return str(words["others"].format(names=shown, n=len(names) - most))
    return str(words["and"].join(filter(None, [words["comma"].join(names[:-1]), names[-1]])))
