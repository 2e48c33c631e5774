"""How nodes look, in every picture of the package: page, figure, slide, Gephi file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ctgraph.network.styles.theme import colour, luminance, read_table
from ctgraph.network.things import UNKNOWN_KIND, read_kinds

if TYPE_CHECKING:
    import networkx

    from ctgraph.store import Store


_DARK = 0.4


class Look(NamedTuple):
    """How nodes of a kind look: shape (of vis-network) and role of the colour, and what has it.

    Of a full shape it is the inside, of a hollow one the rim, of a tinted one the rim and, paler,
    the inside.
    """

    shape: str
    role: str
    hollow: bool = False
    tinted: bool = False

    @property
    def inside_role(self) -> str:
        """The role of the colour within the rim."""
        return f"{self.role}-tint" if self.tinted else "paper" if self.hollow else self.role

    @property
    def rim_role(self) -> str:
        """The role of the colour of the rim, which stands out from the paper."""
        return self.role if self.is_thick else "rim"

    @property
    def colour(self) -> str:
        """The colour, as ``#rrggbb``, in the theme in use."""
        return colour(self.role)

    @property
    def inside(self) -> str:
        """The colour within the rim, as ``#rrggbb``, in the theme in use."""
        return colour(self.inside_role)

    @property
    def rim(self) -> str:
        """The colour of the rim, as ``#rrggbb``, in the theme in use."""
        return colour(self.rim_role)

    @property
    def ink_role(self) -> str:
        """The role of letters within the shape, in the theme in use."""
        return "on-dark" if luminance(self.inside) < _DARK else "on-light"

    @property
    def is_thick(self) -> bool:
        """Whether the rim is as wide as a rim that has the colour must be."""
        return self.hollow or self.tinted


def _read_looks() -> dict[str, Look]:
    return {
        kind: Look(said["shape"], kind, said["inside"] == "hollow", said["inside"] == "tinted")
        for kind, said in read_table()["looks"].items()
    }


LOOKS: dict[str, Look] = _read_looks()
"""Looks by kind or family of kinds, such as Activity; other kinds look like `OTHER`."""

OTHER = LOOKS.pop("Other")


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


def look_of_node(facts: Mapping[str, Any]) -> Look:
    """Return the look of a node by its attributes."""
    return look_of(group_of(facts))


def looks_of_things(store: Store, iris: Iterable[str]) -> dict[str, Look]:
    """Return the looks of things by IRI, as the nodes of a network have them.

    Args:
        store: The graph.
        iris: The things.
    """
    return {iri: look_of_node(said) for iri, said in read_kinds(store, iris).items()}


def node_colours(graph: networkx.Graph[str]) -> dict[str, str]:
    """Return the colour of each node in a figure, as ``#rrggbb``."""
    return {node: look_of_node(data).colour for node, data in graph.nodes(data=True)}


def legend_order(group: str) -> tuple[int, str]:
    """Return what sorts groups as a legend lists them.

    Those of `LOOKS` in its order, then the others.
    """
    order = list(LOOKS)
    return (order.index(group) if group in LOOKS else len(order), group)
