"""What a map shows of a network: states where they lie, what ties them, and who has no place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ctgraph.draw.figures.captions import JOINT
from ctgraph.draw.figures.map.outline import Point, middle_of
from ctgraph.errors import DataError
from ctgraph.network.rollup import LEVELS, Wholes, read_roll_up, roll_up
from ctgraph.words import read_words

if TYPE_CHECKING:
    import networkx

    from ctgraph.store import Store


class Located(NamedTuple):
    """A state, or another country, on the map.

    Attributes:
        node: Its IRI.
        code: ISO 3166-1 alpha-3.
        at: Degrees east of the middle of the map, and latitude.
        times: Number of the activities (contributions, statements) in which it takes part.
        facts: Attributes of the node.
    """

    node: str
    code: str
    at: Point
    times: int
    facts: Mapping[str, Any]


class World(NamedTuple):
    """What a map shows.

    Attributes:
        graph: The network, rolled up to states.
        spots: Who is on the map, most active first.
        bodies: Nodes without a place, and with how many on the map each is tied, most first.
        lost: States that have no code, or none of the outlines.
    """

    graph: networkx.Graph[str]
    spots: Sequence[Located]
    bodies: Sequence[tuple[str, int]]
    lost: Sequence[str]


def make_world(store: Store, graph: networkx.Graph[str]) -> World:
    """Return what a map shows of a network, whose bodies of states count as their states.

    The graph states no seat of any body, so only states and countries have a place.

    Args:
        store: The graph that the network is from.
        graph: A network of `ctgraph.network.build.build_network`.

    Raises:
        DataError: No node of it has a place.
    """
    graph = _to_states(store, graph)
    codes = _read_codes(store, graph)
    graph, codes = _join_territories(graph, codes)
    places = {node: at for node, code in codes.items() if (at := middle_of(code)) is not None}
    if not places:
        raise DataError("map-without-states")
    made: dict[str, set[str]] = {node: set() for node in graph}
    for source, target, data in graph.edges(data=True):
        through = data.get("by_activity", {})
        # A property makes many statements; an activity is the same one wherever it stands.
        found = {f"{source} {target} {one}" if one in data["relations"] else one for one in through}
        for end in (source, target):
            made[end] |= found
    spots = [
        Located(node, codes[node], places[node], len(made[node]), graph.nodes[node])
        for node in graph
        if node in places
    ]
    spots.sort(key=lambda spot: (-spot.times, spot.facts["label_en"], spot.node))
    others = [node for node in graph if node not in places]
    states = [node for node in others if graph.nodes[node].get("kind") == LEVELS["states"]]
    near = {node: _count_near(graph, node, places) for node in others if node not in states}
    bodies = sorted(
        near.items(), key=lambda item: (-item[1], graph.nodes[item[0]]["label_en"], item[0])
    )
    return World(graph, spots, bodies, sorted(states))


def _count_near(graph: networkx.Graph[str], node: str, places: Mapping[str, Point]) -> int:
    import networkx as nx

    return len({other for other in nx.all_neighbors(graph, node) if other in places})


def _to_states(store: Store, graph: networkx.Graph[str]) -> networkx.Graph[str]:
    """Return the network in which states stand for their bodies."""
    level = next(iter(LEVELS))
    if graph.graph.get("filters", {}).get("roll_up") == level:
        return graph
    rolling = read_roll_up(store, graph, level)
    if rolling is None:
        return graph
    rolled = rolling.rolled
    for node in rolling.added:
        # A whole that no tie of its own brought in has its facts in the network beside it.
        rolled.nodes[node].update({**rolling.graph.nodes[node], **rolled.nodes[node]})
    rolled.graph["filters"] = {**rolled.graph.get("filters", {}), "roll_up": level}
    return rolled


def _read_codes(store: Store, graph: networkx.Graph[str]) -> dict[str, str]:
    """Return the codes of states, by their territories, and of countries."""
    listed = " ".join(f"<{node}>" for node in sorted(graph))
    rows = store.select(f"""
SELECT DISTINCT ?node ?code WHERE {{
  VALUES ?node {{ {listed} }}
  ?node ct:territory?/ct:iso3166Alpha3 ?code
}}""")
    found: dict[str, str] = {}
    for row in rows:
        node, code = row["node"].value, row["code"].value
        found[node] = min(code, found.get(node, code))
    return found


def _join_territories(
    graph: networkx.Graph[str], codes: Mapping[str, str]
) -> tuple[networkx.Graph[str], dict[str, str]]:
    """Return the network in which a state and its territory are one node, the state."""
    first: dict[str, str] = {}
    for node in sorted(codes, key=lambda n: (graph.nodes[n].get("kind") != LEVELS["states"], n)):
        first.setdefault(codes[node], node)
    of = {node: first[code] for node, code in codes.items() if first[code] != node}
    if of:
        graph = roll_up(graph, Wholes(of, {node: [] for node in of}))
    return graph, {node: code for node, code in codes.items() if node in graph}


def say_title(world: World, lang: str) -> str:
    """Return what the map shows in a sentence: how many, who most, and with whom most often."""
    words = read_words("chart_map", lang)
    graph, view = world.graph, world.graph.graph.get("view")
    kind = "joint" if view in JOINT else "money" if view == "funding" else "said"
    hub = world.spots[0]
    centre = graph.graph.get("filters", {}).get("actor")
    hub = next((spot for spot in world.spots if spot.node == centre), hub)
    placed = {spot.node: spot for spot in world.spots}
    ties = [
        (data["weight"], other)
        for one, two, data in graph.edges(data=True)
        for own, other in ((one, two), (two, one))
        if own == hub.node and other in placed
    ]
    said = [words[f"{kind}_many" if len(placed) > 1 else f"{kind}_one"]]
    if ties:
        said.append(words["most_often" if len(placed) > 2 else "tied"])
    weight, other = max(ties, key=lambda tie: (tie[0], tie[1])) if ties else (0, hub.node)
    return (
        str(words["then"])
        .join(said)
        .format(
            n=len(placed),
            hub=hub.facts[f"label_{lang}"],
            times=hub.times,
            other=placed[other].facts[f"label_{lang}"],
            weight=f"{weight:g}",
        )
    )
