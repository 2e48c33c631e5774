"""How nodes look, in every picture of the package: page, figure, slide, Gephi file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ctgraph.network import UNKNOWN_KIND

if TYPE_CHECKING:
    import networkx


class Look(NamedTuple):
    """How nodes of a kind look: shape (of vis-network), colour, and whether only the rim is drawn.

    Shape and rim alone tell the kinds apart, so that they survive greyscale print.
    """

    shape: str
    colour: str
    hollow: bool = False


# Colours of Okabe and Ito, which people with any type of colour vision tell apart.
LOOKS: dict[str, Look] = {
    "State": Look("dot", "#0072B2"),
    "InternationalOrganization": Look("square", "#E69F00"),
    "Forum": Look("diamond", "#009E73"),
    "Initiative": Look("star", "#CC79A7"),
    "Institute": Look("triangle", "#56B4E9"),
    "TreatyBody": Look("triangleDown", "#D55E00"),
    "GovernmentBody": Look("hexagon", "#F0E442"),
    "ActorGroup": Look("dot", "#5F6B73", hollow=True),
    "AdverseActor": Look("triangleDown", "#000000", hollow=True),
    "Activity": Look("square", "#5F6B73", hollow=True),
    "Goal": Look("star", "#0072B2", hollow=True),
    "Instrument": Look("triangle", "#8A5A00", hollow=True),
    "Concept": Look("diamond", "#00795A", hollow=True),
    # Shapes end here: these differ from `OTHER` by colour alone, and the legend names them.
    "WorkArea": Look("hexagon", "#6A4C93", hollow=True),
    "Direction": Look("hexagon", "#B34700", hollow=True),
    "Place": Look("hexagon", "#006D77", hollow=True),
}
"""Looks by kind or family of kinds, such as Activity; other kinds look like `OTHER`."""

OTHER = Look("hexagon", "#76858F", hollow=True)


def look_of(kind: str, family: str = "") -> Look:
    """How a kind of node looks, in every picture of the package.

    Args:
        kind: Local name of the class.
        family: ``Actor``, ``Activity`` or empty.
    """
    return LOOKS.get(kind) or LOOKS.get(family) or OTHER


def group_of(facts: Mapping[str, Any]) -> str:
    """The entry of the legend that a node belongs to."""
    for name in (facts.get("kind", ""), facts.get("family", "")):
        if name in LOOKS:
            return str(name)
    return str(facts.get("kind") or UNKNOWN_KIND)


def node_colours(graph: networkx.Graph[str]) -> dict[str, str]:
    """The colour of each node on the page, as ``#rrggbb``."""
    return {
        node: LOOKS.get(group_of(data), OTHER).colour.lower()
        for node, data in graph.nodes(data=True)
    }


def legend_order(group: str) -> tuple[int, str]:
    """What sorts groups as a legend lists them: those of `LOOKS` in its order, then the others."""
    order = list(LOOKS)
    return (order.index(group) if group in LOOKS else len(order), group)
