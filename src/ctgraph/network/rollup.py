"""A network rolled up: the bodies of a state drawn as the state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ctgraph.errors import UnknownName, suggest
from ctgraph.network.things import read_things, select_rows
from ctgraph.network.ties import join_ties
from ctgraph.terms import CT

if TYPE_CHECKING:
    import networkx

    from ctgraph.store import Store

LEVELS = {"states": "State", "series": "Activity"}
"""What parts can be drawn as, by the names that ``roll_up`` takes: the class of the whole."""

_ENDS = ("source", "target")


_PARTS = """
SELECT ?part ?whole (GROUP_CONCAT(DISTINCT STR(?claim); separator=" ") AS ?claims)
WHERE {{
  {which}
  ?part {above}* ?step .
  GRAPH ?claim {{ ?step {above} ?next }}
  ?claim a ct:Claim .
  ?next {above}* ?whole .
}}
GROUP BY ?part ?whole"""
_WHOLES = {
    "states": _PARTS.format(
        above="ct:parentBody",
        which=f"""?kind rdfs:subClassOf* ct:{LEVELS["states"]} .
  ?class ct:rollsUpTo ?kind .
  ?part a/rdfs:subClassOf* ?class ; ct:parentBody+ ?whole .
  ?whole a ?kind .""",
    ),
    "series": _PARTS.format(
        above="ct:partOf",
        which=f"""?part ct:partOf+ ?whole ; a/rdfs:subClassOf* ct:{LEVELS["series"]} .
  ?whole a/rdfs:subClassOf* ct:{LEVELS["series"]} .
  FILTER NOT EXISTS {{
    ?whole ct:partOf ?wider . ?wider a/rdfs:subClassOf* ct:{LEVELS["series"]}
  }}""",
    ),
}
"""Which parts are drawn as which wholes, by level, with the claims that lead there."""


class Wholes(NamedTuple):
    """What parts are drawn as.

    Attributes:
        of: By IRI of a part, that of its whole.
        claims: By IRI of a part, those of the claims that lead from it to its whole.
    """

    of: Mapping[str, str]
    claims: Mapping[str, list[str]]


class RollUp(NamedTuple):
    """A network as it is, and rolled up.

    Attributes:
        graph: The network, with wholes that are drawn for its parts alone as nodes of their own.
        added: These nodes.
        wholes: What its nodes are parts of.
        rolled: The network rolled up.
        joined: The attributes of its edges that are no edges of the network as it is, each with the
            numbers of those that it stands for, in their order there.
        level: A name of `LEVELS`.
    """

    graph: networkx.Graph[str]
    added: frozenset[str]
    wholes: Wholes
    rolled: networkx.Graph[str]
    joined: Sequence[tuple[Mapping[str, Any], Sequence[int]]]
    level: str


def read_roll_up(store: Store, graph: networkx.Graph[str], level: str) -> RollUp | None:
    """Return a network as it is and rolled up, for who shows both; None if that is the same.

    Args:
        store: The graph.
        graph: A network that is not rolled up.
        level: A name of `LEVELS`.
    """
    wholes = read_wholes(store, level, graph)
    if not wholes.of or not all("by_activity" in data for _, _, data in graph.edges(data=True)):
        return None  # no parts, or a network made elsewhere
    rolled = roll_up(graph, wholes)
    added = frozenset(rolled).difference(graph)
    if added:
        facts = read_things(store, [*added, CT + LEVELS[level]])
        kind = facts.pop(CT + LEVELS[level])
        named = {key: kind[key] for key in ("label_en", "label_ja")}
        graph = graph.copy()
        graph.add_nodes_from((node, facts[node]) for node in sorted(added))
        graph.graph["kinds"] = {**graph.graph.get("kinds", {}), LEVELS[level]: named}
    joined = [
        (data, pieces)
        for pair, pieces in _pieces(graph, wholes).items()
        for data in [rolled.edges[pair]]
        if len(pieces) > 1 or not graph.has_edge(*pair)
    ]
    return RollUp(graph, added, wholes, rolled, joined, level)


def read_wholes(store: Store, level: str, nodes: Iterable[str]) -> Wholes:
    """Return which nodes are parts, and of what.

    Of states, a part is of a class that the ontology rolls up to the level's (``ct:rollsUpTo``),
    and ``ct:parentBody`` leads from it, in one or more steps, to one thing of that class. Of
    series, it is an activity from which ``ct:partOf`` leads to one that is part of no other.

    Args:
        store: The graph.
        level: A name of `LEVELS`.
        nodes: IRIs of the nodes of a network.

    Raises:
        UnknownName: There is no such level.
    """
    if level not in LEVELS:
        close = suggest(level, LEVELS)
        raise UnknownName("roll-up level", level, close, hint="known", names=[*LEVELS])
    rows = select_rows(store, _WHOLES[level])
    drawn = set(nodes)
    found: dict[str, list[Mapping[str, str]]] = {}
    for row in rows:
        if row["part"] in drawn:
            found.setdefault(row["part"], []).append(row)
    # What belongs to two wholes is drawn as neither.
    single = {part: wholes[0] for part, wholes in sorted(found.items()) if len(wholes) == 1}
    return Wholes(
        {part: row["whole"] for part, row in single.items()},
        {part: sorted(row["claims"].split()) for part, row in single.items()},
    )


def roll_up(graph: networkx.Graph[str], wholes: Wholes) -> networkx.Graph[str]:
    """Return the network in which wholes stand for their parts.

    Edges of parts are joined with those of the whole and of its other parts; what makes several
    counts once. An edge within one whole is left out, and with it a node that has no other. A whole
    that stands for parts has their IRIs as ``members``, and the claims that say so among its
    ``claims``; nodes that were not in the network have no other attributes.

    Args:
        graph: A network.
        wholes: What its nodes are parts of.
    """
    ties = [data for _, _, data in graph.edges(data=True)]
    pieces = _pieces(graph, wholes)
    rolled: networkx.Graph[str] = graph.__class__()
    rolled.graph.update(graph.graph)
    for node in sorted({end for pair in pieces for end in pair}):
        rolled.add_node(node, **graph.nodes.get(node, {}))
    rolled.add_edges_from(
        (*pair, join_ties(*pair, (ties[number] for number in numbers)))
        for pair, numbers in pieces.items()
    )
    for part, whole in wholes.of.items():
        if part in graph and whole in rolled:
            data = rolled.nodes[whole]
            data["members"] = [*data.get("members", ()), part]
            data["claims"] = sorted({*data.get("claims", ()), *wholes.claims[part]})
    return rolled


def _pieces(graph: networkx.Graph[str], wholes: Wholes) -> dict[tuple[str, str], list[int]]:
    """Return the numbers of the edges that each edge of the network rolled up stands for."""
    pieces: dict[tuple[str, str], list[int]] = {}
    for number, (_, _, data) in enumerate(graph.edges(data=True)):
        source, target = (wholes.of.get(data[end], data[end]) for end in _ENDS)
        if source == target:
            continue
        if not graph.is_directed() and (target, source) in pieces:
            source, target = target, source
        pieces.setdefault((source, target), []).append(number)
    return dict(sorted(pieces.items()))


def drawn_as(graph: networkx.Graph[str], iri: str) -> str:
    """Return the node that stands for a thing: the thing itself, or the whole it is a part of.

    Args:
        graph: A network.
        iri: The thing.
    """
    if iri in graph:
        return iri
    return next((node for node, had in graph.nodes(data="members") if had and iri in had), iri)
