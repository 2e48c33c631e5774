"""How many ties there are between the kinds of nodes of a network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ctgraph.network import INFERRED
from ctgraph.network.styles import Look, group_of, legend_order, look_of

if TYPE_CHECKING:
    import networkx


class Kind(NamedTuple):
    """A kind of nodes.

    Attributes:
        key: Its entry of the legend.
        name: What it is called, by language.
        look: How its nodes look.
        nodes: How many there are.
        ends: How many ends of ties they are.
    """

    key: str
    name: Mapping[str, str]
    look: Look
    nodes: int
    ends: int


class Pair(NamedTuple):
    """The ties between two kinds, or within one.

    Attributes:
        one: Where they begin, if the network is directed; else the kind with more ends.
        two: The other.
        ties: How many there are.
        stated: How many of them are stated.
    """

    one: Kind
    two: Kind
    ties: int
    stated: int


class Counts(NamedTuple):
    """What a chart of kinds shows.

    Attributes:
        kinds: The kinds that have ties, in the order of the legend.
        pairs: Those with most ties first.
        directed: Whether a tie leads from one kind to another.
    """

    kinds: Sequence[Kind]
    pairs: Sequence[Pair]
    directed: bool


def count_kinds(graph: networkx.Graph[str]) -> Counts:
    """Return the kinds of a network's nodes and the ties between them; loops are no ties.

    Args:
        graph: A network of `ctgraph.network.build.build_network`.
    """
    group = {node: group_of(data) for node, data in graph.nodes(data=True)}
    nodes, ends = Counter(group.values()), Counter[str]()
    ties, stated = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for one, two, data in graph.edges(data=True):
        if one == two:
            continue
        source, target = group[data.get("source", one)], group[data.get("target", two)]
        pair = (
            (source, target) if graph.is_directed() else (min(source, target), max(source, target))
        )
        ends.update((source, target))
        ties[pair] += 1
        stated[pair] += data.get("basis", INFERRED) != INFERRED
    named = graph.graph.get("kinds", {})
    kinds = {
        key: Kind(
            key,
            {lang: named.get(key, {}).get(f"label_{lang}") or key for lang in ("en", "ja")},
            look_of(key),
            nodes[key],
            ends[key],
        )
        for key in sorted(nodes, key=legend_order)
        if ends[key]
    }
    found = []
    for (one, two), number in ties.items():
        first, second = (
            (one, two)
            if graph.is_directed()
            else sorted((one, two), key=lambda key: (-ends[key], key))
        )
        found.append(Pair(kinds[first], kinds[second], number, stated[one, two]))
    found.sort(key=lambda pair: (-pair.ties, pair.one.key, pair.two.key))
    return Counts(list(kinds.values()), found, graph.is_directed())
