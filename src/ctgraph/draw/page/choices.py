"""What the steps of a story choose on a page, by the numbers that values have there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ctgraph.draw.page.charts import PAGE_CHARTS
from ctgraph.errors import DataError
from ctgraph.terms import shorten

if TYPE_CHECKING:
    from ctgraph.network.stories import Story


_FACETS = {
    "year": "year",
    "compare": "year",
    "topic": "topic",
    "place": "place",
    "source": "source",
}
_ON_PAGE = {"compare": "against", "roll_up": "rolled"}


def read_choices(story: Story, number: int, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the choices of a step as the page keeps those of its reader.

    Args:
        story: The story.
        number: Which step, from 1.
        data: What the page holds; its facets have the values that can be chosen.

    Raises:
        DataError: The page has no such value, or no such chart.
    """
    step = story.steps[number - 1]
    made: dict[str, Any] = {}
    for key, value in step.choices.items():
        place = f"{story.where}:{step.lines.get(key, 1)}"
        if key == "chart" and value not in PAGE_CHARTS:
            raise DataError(
                "step-chart-unknown", place=place, number=number, name=value, names=[*PAGE_CHARTS]
            )
        if key in _FACETS:
            offered = [one["iri"] for one in data["facets"].get(_FACETS[key], ())]
            said = shorten(str(value)).strip("<>")
            if said not in offered:
                raise DataError(
                    "step-choice-missing",
                    place=place, number=number, name=key, value=said, names=offered[:20],
                )  # fmt: skip
            made[_ON_PAGE.get(key, key)] = offered.index(said)
        else:
            made[_ON_PAGE.get(key, key)] = value
    return made


def charts_of(story: Story) -> list[str]:
    """Return the charts that steps choose, in the order of the page.

    Args:
        story: The story.
    """
    chosen = {step.choices.get("chart") for step in story.steps}
    return [name for name in PAGE_CHARTS if name in chosen]
