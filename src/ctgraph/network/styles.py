"""How nodes look, in every picture of the package: page, figure, slide, Gephi file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ctgraph.network.things import UNKNOWN_KIND

if TYPE_CHECKING:
    import networkx


class Look(NamedTuple):
    """How nodes of a kind look: shape (of vis-network) and colour, and what has the colour.

    Of a full shape it is the inside, of a hollow one the rim, of a tinted one the rim and, paler,
    the inside. Shape and inside alone tell the kinds apart, so that they survive greyscale print.
    """

    shape: str
    colour: str
    hollow: bool = False
    tinted: bool = False

    @property
    def inside(self) -> str:
        """The colour within the rim, as ``#rrggbb``."""
        if self.tinted:
            return _towards_white(self.colour, _TINT)
        return "#ffffff" if self.hollow else self.colour

    @property
    def rim(self) -> str:
        """The colour of the rim, as ``#rrggbb``; it stands out from white paper."""
        return self.colour if self.is_thick else _DARK_RIM

    @property
    def is_thick(self) -> bool:
        """Whether the rim is as wide as a rim that has the colour must be."""
        return self.hollow or self.tinted


STATED_LINE = "#33424d"
INFERRED_LINE = "#8794a0"
"""Colours of ties; what is inferred is dashed too."""

_DARK_RIM = "#26323a"
_TINT = 0.35


def _towards_white(colour: str, share: float) -> str:
    parts = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return "#" + "".join(f"{round(255 + (part - 255) * share):02x}" for part in parts)


# Colours of Okabe and Ito, which people with any type of colour vision tell apart.
LOOKS: dict[str, Look] = {
    "State": Look("dot", "#0072B2"),
    "InternationalOrganization": Look("square", "#E69F00"),
    "Forum": Look("diamond", "#009E73"),
    "Initiative": Look("star", "#CC79A7"),
    "Institute": Look("triangle", "#56B4E9"),
    "TreatyBody": Look("triangleDown", "#D55E00"),
    "GovernmentBody": Look("hexagon", "#F0E442"),
    "NonGovernmentalOrganization": Look("dot", "#8F2D56", tinted=True),
    "ActorGroup": Look("dot", "#5F6B73", hollow=True),
    "AdverseActor": Look("triangleDown", "#000000", hollow=True),
    "Activity": Look("square", "#5F6B73", hollow=True),
    "Goal": Look("star", "#0072B2", hollow=True),
    "Instrument": Look("triangle", "#8A5A00", hollow=True),
    "Concept": Look("diamond", "#00795A", hollow=True),
    "WorkArea": Look("hexagon", "#6A4C93", tinted=True),
    "Direction": Look("square", "#B34700", tinted=True),
    "Place": Look("triangleDown", "#006D77", tinted=True),
    "Outcome": Look("star", "#2E6B34", tinted=True),
    "Indicator": Look("triangle", "#3D4F8C", tinted=True),
    "Incident": Look("diamond", "#A01840", tinted=True),
}
"""Looks by kind or family of kinds, such as Activity; other kinds look like `OTHER`."""

OTHER = Look("hexagon", "#76858F", hollow=True)


def look_of(kind: str, family: str = "") -> Look:
    """Return how a kind of node looks, in every picture of the package.

    Args:
        kind: Local name of the class.
        family: ``Actor``, ``Activity`` or empty.
    """
    return LOOKS.get(kind) or LOOKS.get(family) or OTHER


def group_of(facts: Mapping[str, Any]) -> str:
    """Return the entry of the legend that a node belongs to."""
    for name in (facts.get("kind", ""), facts.get("family", "")):
        if name in LOOKS:
            return str(name)
    return str(facts.get("kind") or UNKNOWN_KIND)


def node_colours(graph: networkx.Graph[str]) -> dict[str, str]:
    """Return the colour of each node on the page, as ``#rrggbb``."""
    return {
        node: LOOKS.get(group_of(data), OTHER).colour.lower()
        for node, data in graph.nodes(data=True)
    }


def legend_order(group: str) -> tuple[int, str]:
    """Return what sorts groups as a legend lists them.

    Those of `LOOKS` in its order, then the others.
    """
    order = list(LOOKS)
    return (order.index(group) if group in LOOKS else len(order), group)
