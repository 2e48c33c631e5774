"""Big networks made small enough to be seen: by their communities, or by their backbone.

Both give a network with the attributes of `ctgraph.network.build.build_network`, so that it is
drawn, measured and written like any other, and both say in the attributes of the graph what became
of the rest: ``coarsened_by`` (``communities`` or ``backbone``), ``original_nodes``,
``original_edges``, and ``note_en`` and ``note_ja``, a sentence for the reader.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ctgraph.errors import UsageError
from ctgraph.network.analysis.measures import as_simple
from ctgraph.network.things import INFERRED, STATED

if TYPE_CHECKING:
    import networkx


COMMUNITY = "Community"
"""Kind of a node that stands for several."""

OTHERS = "community:others"
"""The node for all that is tied neither to the rest nor to enough of its own kind."""

_LISTS = ("activities", "relations", "roles", "claims")
_KIND = {"label_en": "Group of nodes", "label_ja": "ノードの集まり"}
# Halving the resolution so often leaves nothing but the connected components.
_HALVINGS = 12


def to_communities(
    graph: networkx.Graph[str], seed: int = 1, limit: int = 100, lang: str = "en"
) -> networkx.Graph[str]:
    """A network of at most `limit` nodes, each of which stands for a community of the given one.

    The Louvain method joins nodes to communities, these to greater ones, and so on (Blondel et
    al., Fast unfolding of communities in large networks, 2008); the first level that has at most
    `limit` is taken. If there are too many because the network falls apart, all components but the
    largest (a tenth of `limit` of them) are gathered in the node `OTHERS`; if the largest component
    has too many, the resolution is halved until it has not. Weights count; edges whose weight is
    not above 0 join nothing.

    A community of one is that node as it was. Others have the attributes of nodes, ``kind`` being
    `COMMUNITY` and the labels those of their members with the greatest sum of weights. All have
    ``size``, ``members`` (sorted), ``internal_edges`` and ``internal_weight`` (of the edges
    between members). Edges keep their direction and have the attributes of edges: ``weight`` is
    the sum, so that an activity of several pairs counts for each; ``basis`` is ``Stated`` if one
    of the edges' is; lists are united; ``edges`` says for how many it stands. Money is added up
    only where no contribution is shared between edges. Empty for an empty network.

    Args:
        graph: A network.
        seed: Where chance starts.
        limit: Most nodes of the result, from 1.
        lang: Language of ``label``, ``en`` or ``ja``.

    Raises:
        UsageError: `limit` is below 1.
    """
    if limit < 1:
        raise UsageError("node-limit-below-one", limit=limit)
    simple = as_simple(graph)
    groups, rest = _groups(simple, seed, limit)
    strength = dict(simple.degree(weight="weight"))
    made: networkx.Graph[str] = graph.__class__()
    width = len(str(len(groups)))
    home: dict[str, str] = {}
    nodes: dict[str, dict[str, Any]] = {}
    for number, members in enumerate([*groups, rest] if rest else groups, start=1):
        name = members[0] if len(members) == 1 else f"community:{number:0{width}}"
        name = OTHERS if members is rest else name
        home.update(dict.fromkeys(members, name))
        nodes[name] = {
            **_community(graph, members, strength, lang, apart=members is rest),
            "size": len(members),
            "members": members,
            "internal_edges": 0,
            "internal_weight": 0,
        }
    between: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for source, target, data in sorted(graph.edges(data=True), key=lambda edge: edge[:2]):
        ends = _ends(data, source, target)
        pair = home[ends[0]], home[ends[1]]
        if pair[0] == pair[1]:
            nodes[pair[0]]["internal_edges"] += 1
            nodes[pair[0]]["internal_weight"] += data.get("weight", 1)
            continue
        if not graph.is_directed():
            pair = min(pair), max(pair)
        between.setdefault(pair, []).append(data)
    made.add_nodes_from((name, nodes[name]) for name in sorted(nodes))
    made.add_edges_from((*pair, _join(*pair, between[pair])) for pair in sorted(between))
    _inherit(made, graph)
    made.graph["kinds"] = {**made.graph.get("kinds", {}), COMMUNITY: _KIND}
    inside = sum(data["internal_edges"] for data in nodes.values())
    made.graph.update(
        coarsened_by="communities",
        title_en=f"{graph.graph.get('title_en') or 'Network'}: communities",
        title_ja=f"{graph.graph.get('title_ja') or 'ネットワーク'}（コミュニティ別）",
        note_en=f"{len(made):,} communities stand for {len(graph):,} nodes (Louvain method); "
        f"{inside:,} of {graph.number_of_edges():,} ties are within them.",
        note_ja=f"{len(graph):,}件のノードを{len(made):,}件のコミュニティにまとめた（Louvain法）。"
        f"{graph.number_of_edges():,}件の関係のうち{inside:,}件はコミュニティの内部にある。",
    )
    return made


def disparity(graph: networkx.Graph[str]) -> dict[tuple[str, str], float]:
    """Return how likely chance would give an edge its weight, from 0 to 1, by the ends of the edge.

    If a node's sum of weights s were cut at random into as many parts as it has edges k, a part
    would reach the weight w of an edge with the probability (1 - w/s) ** (k - 1); the lower of the
    values of both ends counts. In a directed network the source has its outgoing edges and the
    target its incoming ones. A node with one edge says nothing of it, so an edge between two of
    them has 1, and so have loops and edges whose weight is not above 0. Serrano, Boguñá and
    Vespignani, Extracting the multiscale backbone of complex weighted networks, PNAS 106, 2009,
    equation 2.

    Args:
        graph: A network.
    """
    edges = [
        (source, target, float(data.get("weight", 1)))
        for source, target, data in graph.edges(data=True)
    ]
    counted = [(s, t, w) for s, t, w in edges if s != t and w > 0]
    sums: dict[tuple[str, str], list[float]] = {}
    sides = ("out", "in") if graph.is_directed() else ("all", "all")
    for source, target, weight in counted:
        for end, side in ((source, sides[0]), (target, sides[1])):
            sums.setdefault((end, side), []).append(weight)
    total = {end: (sum(weights), len(weights)) for end, weights in sums.items()}

    def chance(end: tuple[str, str], weight: float) -> float:
        strength, count = total[end]
        return float((1 - weight / strength) ** (count - 1)) if count > 1 else 1.0

    found = {(source, target): 1.0 for source, target, _ in edges}
    for source, target, weight in counted:
        found[source, target] = min(
            chance((source, sides[0]), weight), chance((target, sides[1]), weight)
        )
    return found


def to_backbone(graph: networkx.Graph[str], alpha: float = 0.05) -> networkx.Graph[str]:
    """Return the edges whose weight chance would hardly give them, and the nodes that these tie.

    Nodes and edges keep their attributes; edges have ``alpha``, their `disparity`, to six
    decimals. The attributes of the graph name what is left out: ``dropped_nodes`` (sorted) and
    ``dropped_edges`` (how many). A network whose weights are all alike has no backbone; the result
    is then empty.

    Args:
        graph: A network.
        alpha: An edge stays if its `disparity` is below; from 0 to 1.

    Raises:
        UsageError: `alpha` is out of its range.
    """
    if not 0 <= alpha <= 1:
        raise UsageError("level-out-of-range", alpha=alpha)
    chance = disparity(graph)
    kept = {pair for pair, value in chance.items() if value < alpha}
    tied = {end for pair in kept for end in pair}
    made: networkx.Graph[str] = graph.__class__()
    made.add_nodes_from((node, dict(data)) for node, data in graph.nodes(data=True) if node in tied)
    made.add_edges_from(
        (source, target, {**data, "alpha": round(chance[source, target], 6)})
        for source, target, data in graph.edges(data=True)
        if (source, target) in kept
    )
    _inherit(made, graph)
    dropped = sorted(set(graph) - tied)
    lost = graph.number_of_edges() - made.number_of_edges()
    made.graph.update(
        coarsened_by="backbone",
        alpha=alpha,
        dropped_nodes=dropped,
        dropped_edges=lost,
        title_en=f"{graph.graph.get('title_en') or 'Network'}: backbone",
        title_ja=f"{graph.graph.get('title_ja') or 'ネットワーク'}（骨格）",
        note_en=f"Backbone (disparity filter, α = {alpha:g}): {lost:,} of "
        f"{graph.number_of_edges():,} ties and {len(dropped):,} of {len(graph):,} nodes are left "
        "out.",
        note_ja=f"骨格（disparity filter、α = {alpha:g}）："
        f"{graph.number_of_edges():,}件の関係のうち{lost:,}件、"
        f"{len(graph):,}件のノードのうち{len(dropped):,}件を省いた。",
    )
    return made


def _groups(
    simple: networkx.Graph[str], seed: int, limit: int
) -> tuple[list[list[str]], list[str]]:
    """Return the members of communities, the largest first, and what is gathered.

    `limit` in all.
    """
    import networkx as nx

    order = list(simple)
    number = {node: index for index, node in enumerate(order)}
    # Over numbers, because sets of strings come in another order in every process.
    plain: networkx.Graph[int] = nx.Graph()
    plain.add_nodes_from(range(len(order)))
    plain.add_weighted_edges_from(
        (number[s], number[t], data["weight"])
        for s, t, data in simple.edges(data=True)
        if data["weight"] > 0
    )
    components = sorted(map(sorted, nx.connected_components(plain)), key=lambda c: (-len(c), c))
    rank = {node: index for index, part in enumerate(components) for node in part}
    found, rest = next(
        (cut for level in _levels(plain, seed) if (cut := _gather(level, rank, limit)) is not None),
        ([], list(plain)),
    )
    groups = [sorted(order[index] for index in part) for part in found]
    return sorted(groups, key=lambda part: (-len(part), part)), sorted(order[i] for i in rest)


def _levels(plain: networkx.Graph[int], seed: int) -> Iterator[list[set[int]]]:
    """Yield partitions from fine to coarse, the connected components at last."""
    import networkx as nx

    for halving in range(_HALVINGS):
        for level in nx.community.louvain_partitions(plain, resolution=0.5**halving, seed=seed):
            # NetworkX changes the sets of a level to make the next.
            yield [set(part) for part in level]
    yield list(nx.connected_components(plain))


def _gather(
    parts: Sequence[set[int]], rank: Mapping[int, int], limit: int
) -> tuple[Sequence[set[int]], list[int]] | None:
    """Parts, and what of the smallest components is in none so that there are `limit` in all.

    If anything is gathered, all is but a few components, so that what is tied has the room. None if
    the largest component alone has too many parts.
    """
    if len(parts) <= limit:
        return parts, []
    by_component: dict[int, list[set[int]]] = {}
    for part in parts:
        by_component.setdefault(rank[next(iter(part))], []).append(part)
    kept: list[set[int]] = []
    for component in sorted(by_component)[: max(1, limit // 10)]:
        if len(kept) + len(by_component[component]) > limit - 1:
            break
        kept += by_component[component]
    if not kept:
        return None
    held = set().union(*kept)
    return kept, [node for part in parts for node in part if node not in held]


def _inherit(made: networkx.Graph[str], graph: networkx.Graph[str]) -> None:
    """Give a network what is known of the one it is made from, lost nodes included."""
    facts = {node: dict(data) for node, data in graph.nodes(data=True) if node not in made}
    made.graph.update(graph.graph)
    made.graph.update(
        things={**graph.graph.get("things", {}), **facts},
        original_nodes=len(graph),
        original_edges=graph.number_of_edges(),
    )


def _community(
    graph: networkx.Graph[str],
    members: Sequence[str],
    strength: Mapping[str, float],
    lang: str,
    *,
    apart: bool,
) -> dict[str, Any]:
    """Return the attributes of the node for a community, or for what is gathered."""
    if len(members) == 1 and not apart:
        return dict(graph.nodes[members[0]])
    leading = sorted(members, key=lambda node: (-strength[node], node))
    english = ("Others: " if apart else "") + _label(graph, leading, "en")
    japanese = ("その他：" if apart else "") + _label(graph, leading, "ja")
    return {
        "label": japanese if lang == "ja" else english,
        "label_en": english,
        "label_ja": japanese,
        "kind": COMMUNITY,
        "family": "",
        "acronym": "",
        "identification": "",
        "starts": "",
        "ends": "",
        "claims": [],
    }


def _label(graph: networkx.Graph[str], leading: Sequence[str], language: str) -> str:
    """Return the first names of a community, as many as are short together, and how many more."""
    names: list[str] = []
    for node in leading[:3]:
        facts = graph.nodes[node]
        name = facts.get("acronym") or facts.get(f"label_{language}") or node.rpartition("/")[2]
        if names and sum(map(len, names)) + len(name) > (40 if language == "en" else 24):
            break
        names.append(name)
    more = len(leading) - len(names)
    if language == "ja":
        return "、".join(names) + (f"ほか{more:,}件" if more else "")
    return ", ".join(names) + (f" and {more:,} more" if more else "")


def _ends(data: Mapping[str, Any], source: str, target: str) -> tuple[str, str]:
    """Return the ends of an edge as the view has them."""
    return data.get("source", source), data.get("target", target)


def _join(source: str, target: str, edges: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the attributes of the edge that stands for several."""
    united = {name: _unite(data.get(name, ()) for data in edges) for name in _LISTS}
    made: dict[str, dict[str, Any]] = {}
    for data in edges:
        for thing, said in data.get("by_activity", {}).items():
            before = made.get(thing, {"claims": [], "basis": INFERRED})
            made[thing] = {
                "claims": _unite((before["claims"], said["claims"])),
                "basis": _basis((before, said)),
            }
    joined: dict[str, Any] = {
        "weight": sum(data.get("weight", 1) for data in edges),
        **united,
        "basis": _basis(edges),
        "source": source,
        "target": target,
        "by_activity": {thing: made[thing] for thing in sorted(made)},
        "edges": len(edges),
    }
    money = [data for data in edges if "amounts" in data]
    if money:
        joined["shared"] = any(data["shared"] for data in money)
        if not joined["shared"]:
            joined["amounts"] = sorted(text for data in money for text in data["amounts"])
            currencies = {data.get("currency", "") for data in money}
            if len(currencies) == 1 and all("amount" in data for data in money):
                joined["amount"] = float(sum(data["amount"] for data in money))
                joined["currency"] = currencies.pop()
    return joined


def _unite(lists: Iterable[Iterable[str]]) -> list[str]:
    return sorted({value for values in lists for value in values})


def _basis(things: Iterable[Mapping[str, Any]]) -> str:
    return STATED if any(thing.get("basis") == STATED for thing in things) else INFERRED
