"""What stands below a map: who has no place on it, and what its borders mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ctgraph.draw.figures.canvas import GREY, LEADING, Sheet
from ctgraph.draw.figures.captions import comma
from ctgraph.draw.figures.map.world import World
from ctgraph.draw.spots import Spot
from ctgraph.network.styles import look_of_node


class Below(NamedTuple):
    """What stands below a map: bodies in rows, states without a place, and a note on borders.

    Attributes:
        lead: The lines before the bodies.
        rows: Bodies with the place in the row where each begins.
        rest: The lines after them.
        height: Of all.
    """

    lead: list[str]
    rows: list[list[tuple[str, str, float]]]
    rest: list[str]
    height: float

    @classmethod
    def of(cls, sheet: Sheet, world: World, words: Mapping[str, Any]) -> Below:
        """Return what stands below the map on a sheet."""
        size = sheet.small
        lead = sheet.wrap(words["bodies"], sheet.width, size, 2) if world.bodies else []
        rows, left = _rows(sheet, world, words, 3 if sheet.narrow else 2)
        rest = []
        if left:
            rest.append(words["more_bodies"].format(n=left))
        if world.lost:
            names = [world.graph.nodes[node][f"label_{sheet.lang}"] for node in world.lost]
            rest.append(words["lost"].format(names=comma(sheet.lang).join(names)))
        rest.append(words["borders"])
        between = "" if sheet.lang == "ja" else " "
        lines = sheet.wrap(between.join(rest), sheet.width, size, 4)
        high = (len(lead) + len(lines)) * size * LEADING + len(rows) * size * 1.7 + size
        return cls(lead, rows, lines, high)

    def draw(self, sheet: Sheet, top: float, world: World) -> float:
        """Draw it and return its lower edge."""
        size = sheet.small
        top = sheet.lines(sheet.left, top + size * 0.5, self.lead, size=size, colour=GREY)
        for row in self.rows:
            middle = top + size * 0.85
            for node, text, x in row:
                look = look_of_node(world.graph.nodes[node])
                sheet.shape(x + size * 0.5, middle, look, size * 0.42)
                sheet.text(x + size * 1.2, top + size * 0.2, text, size=size)
                name = world.graph.nodes[node][f"label_{sheet.lang}"]
                sheet.spots.append(Spot(x + size * 0.5, middle, size, name, node))
            top += size * 1.7
        return sheet.lines(sheet.left, top + size * 0.2, self.rest, size=size, colour=GREY)


def _rows(
    sheet: Sheet, world: World, words: Mapping[str, Any], most: int
) -> tuple[list[list[tuple[str, str, float]]], int]:
    """Return bodies in rows that fit, and how many have no room."""
    size, gap = sheet.small, sheet.small * 1.3
    rows: list[list[tuple[str, str, float]]] = []
    x = sheet.right + 1
    for number, (node, near) in enumerate(world.bodies):
        facts = world.graph.nodes[node]
        name = facts.get("acronym") or facts[f"label_{sheet.lang}"]
        text = sheet.wrap(f"{name} {near}" if near else name, sheet.width * 0.4, size, 1)[0]
        wide = size * 1.2 + sheet.measure(text, size)
        if x + wide > sheet.right:
            if len(rows) == most:
                return rows, len(world.bodies) - number
            rows.append([])
            x = sheet.left
        rows[-1].append((node, text, x))
        x += wide + gap
    return rows, 0
