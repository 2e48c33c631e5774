"""A network rolled up: the bodies of a state drawn as the state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from ctgraph.errors import UnknownName, suggest
from ctgraph.network.filters import LEVELS
from ctgraph.network.things import select_rows
from ctgraph.network.ties import join_ties

if TYPE_CHECKING:
    import networkx

    from ctgraph.store import Store


class Wholes(NamedTuple):
    """What parts are drawn as.

    Attributes:
        of: By IRI of a part, that of its whole.
        claims: By IRI of a part, those of the claims that lead from it to its whole.
    """

    of: Mapping[str, str]
    claims: Mapping[str, list[str]]


def read_wholes(store: Store, level: str, nodes: Iterable[str]) -> Wholes:
    """Return which nodes are parts, and of what.

    A part is of a class that the ontology rolls up to the level's (``ct:rollsUpTo``), and
    ``ct:parentBody`` leads from it, in one or more steps, to one thing of that class.

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
    rows = select_rows(
        store,
        f"""
SELECT ?part ?whole (GROUP_CONCAT(DISTINCT STR(?claim); separator=" ") AS ?claims)
WHERE {{
  ?kind rdfs:subClassOf* ct:{LEVELS[level]} .
  ?class ct:rollsUpTo ?kind .
  ?part a/rdfs:subClassOf* ?class ; ct:parentBody+ ?whole .
  ?whole a ?kind .
  ?part ct:parentBody* ?step .
  GRAPH ?claim {{ ?step ct:parentBody ?above }}
  ?claim a ct:Claim .
  ?above ct:parentBody* ?whole .
}}
GROUP BY ?part ?whole""",
    )
    drawn = set(nodes)
    found: dict[str, list[Mapping[str, str]]] = {}
    for row in rows:
        if row["part"] in drawn:
            found.setdefault(row["part"], []).append(row)
    # What belongs to two states is neither.
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
    apart: dict[tuple[str, str], list[Mapping[str, object]]] = {}
    for _, _, data in graph.edges(data=True):
        source, target = (wholes.of.get(data[end], data[end]) for end in ("source", "target"))
        if source != target:
            pair = (source, target) if graph.is_directed() else (min(source, target), max(source, target))
            apart.setdefault(pair, []).append(data)
    rolled: networkx.Graph[str] = graph.__class__()
    rolled.graph.update(graph.graph)
    for node in sorted({end for pair in apart for end in pair}):
        rolled.add_node(node, **graph.nodes.get(node, {}))
    rolled.add_edges_from((*pair, join_ties(*pair, parts)) for pair, parts in sorted(apart.items()))
    for part, whole in wholes.of.items():
        if part in graph and whole in rolled:
            data = rolled.nodes[whole]
            data["members"] = [*data.get("members", ()), part]
            data["claims"] = sorted({*data.get("claims", ()), *wholes.claims[part]})
    return rolled


def drawn_as(graph: networkx.Graph[str], iri: str) -> str:
    """Return the node that stands for a thing: the thing itself, or the whole it is a part of.

    Args:
        graph: A network.
        iri: The thing.
    """
    if iri in graph:
        return iri
    return next((node for node, data in graph.nodes(data=True) if iri in data.get("members", ())), iri)
