"""Networks of the graph for NetworkX: who is tied to whom, by what, on which words.

Each view is one aggregation that the store computes, whether it is in memory, on disk or remote;
only the small network crosses the wire. A view is an entry of `VIEWS`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph

from ctgraph.errors import UnknownName, UsageError, suggest
from ctgraph.terms import CT, expand, fold, shorten

if TYPE_CHECKING:
    import networkx

    from ctgraph.store import Store

UNKNOWN_KIND = "Thing"
"""Kind of a node that has no class of the ontology."""

STATED = "Stated"
INFERRED = "Inferred"

_STRESS_LIMIT = 2000
_RING_FROM = 6
_RING_TO = 40


class View(NamedTuple):
    """One way to see the graph as a network.

    Attributes:
        title: What it shows, by language.
        query: SELECT with ``?source ?target ?through ?stated ?claims`` and perhaps ``?roles``:
            one row for each edge and each thing (an activity) that makes it; ``?stated`` is above
            0 if that rests on stated claims alone; ``?claims`` and ``?roles`` are IRIs with blanks
            between. ``#FILTER#`` marks where filters on ``?through`` go.
        directed: Whether source and target differ in kind of end.
    """

    title: Mapping[str, str]
    query: str
    directed: bool


# A participation is one node, but its triples may stand in several claims.
_PARTICIPATION_STATED = """EXISTS {{
      GRAPH ?{0}1 {{ ?{0} ct:participant ?{1} }} ?{0}1 ct:basis ct:Stated .
      GRAPH ?{0}2 {{ ?{0} ct:activity ?{2} }} ?{0}2 ct:basis ct:Stated .
      GRAPH ?{0}3 {{ ?{0} ct:role ?{3} }} ?{0}3 ct:basis ct:Stated .
    }}"""

_COOPERATION = f"""
SELECT ?source ?target ?through (SUM(?both) AS ?stated)
  (GROUP_CONCAT(DISTINCT STR(?claim); separator=" ") AS ?claims)
WHERE {{
  ?tie a ct:CooperationTie ; ct:tieBetween ?source , ?target ; ct:jointActivity ?through .
  FILTER(STR(?source) < STR(?target))
  FILTER NOT EXISTS {{
    ?tie ct:jointActivity ?part . ?part ct:partOf+ ?through . FILTER(?part != ?through)
  }}
  #FILTER#
  ?p ct:participant ?source ; ct:role ?pRole ; ct:activity ?pActivity .
  ?pActivity ct:partOf* ?through .
  ?pRole skos:broader/ct:tiesWithRole ?group .
  ?qRole skos:broader ?group .
  ?q ct:role ?qRole ; ct:participant ?target ; ct:activity ?qActivity .
  ?qActivity ct:partOf* ?through .
  FILTER(?through = ?pActivity || ?through = ?qActivity)
  BIND(IF({_PARTICIPATION_STATED.format("p", "source", "through", "pRole")}
    && {_PARTICIPATION_STATED.format("q", "target", "through", "qRole")}, 1, 0) AS ?both)
  {{ ?p ct:evidence ?claim }} UNION {{ ?q ct:evidence ?claim }}
}}
GROUP BY ?source ?target ?through
"""

_ACTIVITIES = f"""
SELECT ?source ?target ?through (SUM(?one) AS ?stated)
  (GROUP_CONCAT(DISTINCT STR(?claim); separator=" ") AS ?claims)
  (GROUP_CONCAT(DISTINCT STR(?role); separator=" ") AS ?roles)
WHERE {{
  ?p ct:participant ?source ; ct:activity ?target ; ct:role ?role ; ct:evidence ?claim .
  BIND(?target AS ?through)
  #FILTER#
  BIND(IF({_PARTICIPATION_STATED.format("p", "source", "target", "role")}, 1, 0) AS ?one)
}}
GROUP BY ?source ?target ?through
"""

VIEWS: dict[str, View] = {
    "cooperation": View(
        {"en": "Who cooperates with whom", "ja": "誰が誰と協力しているか"}, _COOPERATION, False
    ),
    "activities": View(
        {"en": "Who takes part in what", "ja": "誰が何に参加しているか"}, _ACTIVITIES, True
    ),
}
"""The views by name."""


def build_network(
    store: Store,
    view: str = "cooperation",
    *,
    actor: str | None = None,
    hops: int = 1,
    topic: str | None = None,
    year: str | int | None = None,
    stated_only: bool = False,
    lang: str = "en",
) -> networkx.Graph[str]:
    """A network; nodes are IRIs, nodes and edges come in the order of their IRIs.

    Node attributes: ``label`` (in `lang`) and what `read_things` says. Edge attributes:
    ``weight`` (how many activities make the edge; for a participation, how many roles),
    ``activities`` (list of IRIs), ``claims`` (list), ``basis`` (``Stated`` if at least one
    activity rests on stated claims alone, else ``Inferred``), ``roles`` (list of role IRIs, in
    the view ``activities``), ``source`` and ``target`` (the ends as the view has them),
    ``by_activity`` (activity to ``{"claims": […], "basis": …}``). Graph attributes: ``view``,
    ``title_en``, ``title_ja``, ``filters`` (dict), ``things`` (what is said of activities, roles
    and filters that are not nodes) and ``kinds`` (labels of the classes).

    Empty if nothing fits the filters.

    Args:
        store: The graph, wherever it is.
        view: A name of `VIEWS`.
        actor: Keep what is within `hops` of this actor (IRI or CURIE).
        hops: Steps from the actor, from 1.
        topic: Keep activities with this topic or one below it (IRI or CURIE).
        year: Keep activities in this fiscal year (``2023``, ``FY2023``, IRI or CURIE).
        stated_only: Keep what rests on stated claims alone.
        lang: Language of ``label``, ``en`` or ``ja``.

    Raises:
        UnknownName: There is no such view or fiscal year.
        UsageError: `hops` is below 1, or a name is neither IRI nor CURIE.
    """
    import networkx as nx

    if view not in VIEWS:
        raise UnknownName("view", view, suggest(view, VIEWS), hint=f"Known: {', '.join(VIEWS)}.")
    if hops < 1:
        raise UsageError(f"{hops} hops reach nothing.", hint="Give 1 or more.")
    chosen = VIEWS[view]
    filters: dict[str, str] = {}
    pattern = ""
    if topic is not None:
        filters["topic"] = _iri(topic)
        pattern += (
            f"?through ct:partOf*/(ct:topic|ct:addresses)/skos:broader* <{filters['topic']}> .\n"
        )
    if year is not None:
        filters["year"] = fiscal_year(store, year)
        pattern += f"?through ct:inFiscalYear <{filters['year']}> .\n"
    edges = _read_edges(store, chosen.query.replace("#FILTER#", pattern), stated_only)
    graph: networkx.Graph[str] = nx.Graph()
    graph.graph.update(
        view=view, title_en=chosen.title["en"], title_ja=chosen.title["ja"], filters=filters
    )
    graph.add_nodes_from(sorted({end for pair in edges for end in pair}))
    graph.add_edges_from((s, t, data) for (s, t), data in sorted(edges.items()))
    if actor is not None:
        filters["actor"] = centre = _iri(actor)
        if centre not in graph:
            graph.clear_edges()
            graph.remove_nodes_from(list(graph))
        else:
            near = nx.single_source_shortest_path_length(graph, centre, cutoff=hops)
            graph.remove_nodes_from([node for node in graph if node not in near])
            filters["hops"] = str(hops)
    if stated_only:
        filters["stated_only"] = "true"
    _describe(store, graph, lang)
    return graph


def _iri(name: str) -> str:
    text = name.strip().removeprefix("<").removesuffix(">")
    if "://" not in text:
        text = expand(text)
    try:
        return pyoxigraph.NamedNode(text).value
    except ValueError as error:
        raise UsageError(f"{name!r} is not an IRI.", hint="Give an IRI or ctd:name.") from error


def _read_edges(
    store: Store, query: str, stated_only: bool
) -> dict[tuple[str, str], dict[str, Any]]:
    edges: dict[tuple[str, str], dict[str, Any]] = {}
    for row in _select(store, query):
        stated = int(row["stated"] or "0") > 0
        if stated_only and not stated:
            continue
        source, target, through = row["source"], row["target"], row["through"]
        if not (source and target and through):
            # An aggregate over nothing is one row without bindings on some servers.
            continue
        edge = edges.setdefault(
            (source, target),
            {"activities": [], "claims": set(), "roles": set(), "by_activity": {}, "stated": False},
        )
        claims = sorted(set(row["claims"].split()))
        edge["activities"].append(through)
        edge["claims"].update(claims)
        edge["roles"].update(row.get("roles", "").split())
        edge["stated"] = edge["stated"] or stated
        edge["by_activity"][through] = {"claims": claims, "basis": STATED if stated else INFERRED}
    return {
        pair: {
            "weight": len(edge["roles"]) or len(edge["activities"]),
            "activities": sorted(edge["activities"]),
            "claims": sorted(edge["claims"]),
            "basis": STATED if edge["stated"] else INFERRED,
            "roles": sorted(edge["roles"]),
            "source": pair[0],
            "target": pair[1],
            "by_activity": {key: edge["by_activity"][key] for key in sorted(edge["by_activity"])},
        }
        for pair, edge in edges.items()
    }


def _select(store: Store, query: str) -> list[dict[str, str]]:
    """Rows as text: IRIs and lexical forms, empty where unbound."""
    result = store.query(query)
    if not isinstance(result, pyoxigraph.QuerySolutions):
        raise TypeError("a view's query is a SELECT")
    names = [variable.value for variable in result.variables]
    rows = []
    for solution in result:
        row = {}
        for name in names:
            term = solution[name]
            row[name] = term.value if isinstance(term, _WITH_VALUE) else ""
        rows.append(row)
    return rows


_WITH_VALUE = (pyoxigraph.NamedNode, pyoxigraph.Literal)


def _describe(store: Store, graph: networkx.Graph[str], lang: str) -> None:
    """Give labels and kinds to nodes, activities and roles, by one query."""
    others = {
        thing
        for _, _, data in graph.edges(data=True)
        for thing in (*data["activities"], *data["roles"])
        if thing not in graph
    }
    others |= {iri for iri in graph.graph["filters"].values() if "://" in iri} - set(graph)
    facts = read_things(store, [*graph, *sorted(others)])
    for node in graph:
        fact = facts[node]
        label = fact["label_ja"] if lang == "ja" else fact["label_en"]
        graph.nodes[node].update({"label": label, **fact})
    graph.graph["things"] = {thing: facts[thing] for thing in sorted(others)}
    kinds = {facts[node][key] for node in graph for key in ("kind", "family")} - {"", UNKNOWN_KIND}
    classes = read_things(store, [CT + kind for kind in kinds])
    graph.graph["kinds"] = {
        kind: {key: classes[CT + kind][key] for key in ("label_en", "label_ja")}
        for kind in sorted(kinds)
    }


def read_things(store: Store, iris: Iterable[str]) -> dict[str, dict[str, Any]]:
    """What a picture says of things, by IRI, from one query.

    Keys: ``label_en``, ``label_ja`` (each falls back to the other, then to the CURIE), ``kind``
    (local name of the most specific class), ``family`` (``Actor``, ``Activity`` or empty),
    ``acronym``, ``identification`` (``named``, ``unnamed`` or empty), ``starts``, ``ends``
    (ISO 8601 or empty), ``claims`` (list of claim IRIs).

    Args:
        store: The graph.
        iris: The things.
    """
    wanted = sorted(set(iris))
    if not wanted:
        return {}
    things = f"VALUES ?thing {{ {' '.join(f'<{iri}>' for iri in wanted)} }}"
    rows = _select(
        store,
        f"""
SELECT ?thing ?what ?value ?language
WHERE {{
  {{
    {things}
    VALUES (?property ?what) {{
      (skos:prefLabel "label") (rdfs:label "label") (skos:altLabel "other")
      (ct:identification "identification") (ct:startDate "starts") (ct:endDate "ends")
      (ct:evidence "claim")
    }}
    ?thing ?property ?value .
  }} UNION {{
    {things}
    ?thing a ?value .
    FILTER(STRSTARTS(STR(?value), "{CT}"))
    FILTER NOT EXISTS {{
      ?thing a ?narrower . ?narrower rdfs:subClassOf+ ?value . FILTER(?narrower != ?value)
    }}
    BIND("kind" AS ?what)
  }} UNION {{
    {things}
    ?thing a/rdfs:subClassOf* ?value .
    FILTER(?value IN (ct:Actor, ct:Activity))
    BIND("family" AS ?what)
  }}
  BIND(IF(isLiteral(?value), LANG(?value), "") AS ?language)
}}""",
    )
    said: dict[tuple[str, str, str], list[str]] = {}
    for row in rows:
        said.setdefault((row["thing"], row["what"], row["language"]), []).append(row["value"])

    def first(thing: str, what: str, language: str = "") -> str:
        return min(said.get((thing, what, language), [""]))

    found: dict[str, dict[str, Any]] = {}
    for thing in wanted:
        english, japanese = first(thing, "label", "en"), first(thing, "label", "ja")
        kind = first(thing, "kind")
        others = sorted(
            {text for language in ("en", "ja") for text in said.get((thing, "other", language), [])}
        )
        found[thing] = {
            "label_en": english or japanese or shorten(thing).strip("<>"),
            "label_ja": japanese or english or shorten(thing).strip("<>"),
            "kind": kind[len(CT) :] if kind else UNKNOWN_KIND,
            "family": first(thing, "family").removeprefix(CT),
            "acronym": next((text for text in others if _is_acronym(text)), ""),
            "identification": first(thing, "identification").rpartition("/")[2],
            "starts": first(thing, "starts"),
            "ends": first(thing, "ends"),
            "claims": sorted(set(said.get((thing, "claim", ""), []))),
        }
    return found


def _is_acronym(text: str) -> bool:
    return 2 <= len(text) <= 12 and text.isascii() and text.isupper() and " " not in text


def read_claims(store: Store, iris: Iterable[str]) -> dict[str, dict[str, str]]:
    """The words of claims, by IRI, from one query.

    Keys: ``quote``, ``page``, ``gloss``, ``section_en``, ``section_ja``, ``basis`` (``Stated`` or
    ``Inferred``), ``reason_en``, ``reason_ja``; empty where the claim has none.

    Args:
        store: The graph.
        iris: Claims.
    """
    wanted = sorted(set(iris))
    if not wanted:
        return {}
    rows = _select(
        store,
        f"""
SELECT ?claim ?what ?value ?language
WHERE {{
  VALUES ?claim {{ {" ".join(f"<{iri}>" for iri in wanted)} }}
  {{
    VALUES (?property ?what) {{
      (ct:quote "quote") (ct:sourcePage "page") (ct:gloss "gloss") (ct:reason "reason")
      (ct:basis "basis")
    }}
    ?claim ?property ?value
  }} UNION {{
    ?claim ct:section/skos:prefLabel ?value BIND("section" AS ?what)
  }}
  BIND(IF(isLiteral(?value), LANG(?value), "") AS ?language)
}}""",
    )
    found: dict[str, dict[str, str]] = {
        claim: dict.fromkeys(
            (
                "quote",
                "page",
                "gloss",
                "section_en",
                "section_ja",
                "basis",
                "reason_en",
                "reason_ja",
            ),
            "",
        )
        for claim in wanted
    }
    for row in sorted(rows, key=lambda row: sorted(row.items())):
        what, value = row["what"], row["value"]
        if what == "basis":
            value = value.removeprefix(CT)
        if what in {"section", "reason"}:
            what = f"{what}_{row['language'] or 'en'}"
        if what in found[row["claim"]]:
            found[row["claim"]][what] = found[row["claim"]][what] or value
    return found


def fiscal_year(store: Store, year: str | int) -> str:
    """The IRI of a fiscal year.

    Args:
        store: The graph.
        year: The year in which it starts (``2023``), a label (``FY2023``), an IRI or a CURIE.

    Raises:
        UnknownName: The graph has no such fiscal year.
    """
    rows = _select(
        store,
        """
SELECT ?year ?label ?start
WHERE {
  ?year a ct:FiscalYear ; skos:prefLabel|skos:altLabel ?label .
  OPTIONAL { ?year ct:startDate ?start }
}""",
    )
    text = fold(str(year))
    known: dict[str, str] = {}
    for row in rows:
        names = [row["label"], row["start"][:4], row["year"], shorten(row["year"])]
        if text in {fold(name) for name in names if name}:
            return row["year"]
        known[row["label"]] = row["year"]
    raise UnknownName(
        "fiscal year",
        str(year),
        suggest(str(year), known),
        hint=f"Known: {', '.join(sorted(shorten(iri) for iri in set(known.values())))}.",
    )


# --- layout -------------------------------------------------------------------------------------


def layout(graph: networkx.Graph[str], seed: int = 1) -> dict[str, tuple[float, float]]:
    """Positions of the nodes, the same in every process; an edge is about 1 long.

    A node tied to all others of its component stands in the middle of a ring; else a component is
    laid out by stress majorization (Gansner, Koren, North: Graph drawing by
    stress majorization, 2005), beyond 2000 nodes by NetworkX's ForceAtlas2, and the components are
    set side by side, largest first. Rounded to three decimals; empty for an empty graph.

    Args:
        graph: The network.
        seed: Where chance starts.
    """
    import networkx as nx

    components = sorted(
        (sorted(part) for part in nx.connected_components(nx.Graph(graph))),
        key=lambda part: (-len(part), part),
    )
    placed: dict[str, tuple[float, float]] = {}
    left = top = height = 0.0
    width = 0.0
    for number, part in enumerate(components):
        positions = _place(graph, part, seed)
        low_x = min(x for x, _ in positions.values())
        low_y = min(y for _, y in positions.values())
        wide = max(x for x, _ in positions.values()) - low_x
        high = max(y for _, y in positions.values()) - low_y
        if number == 0:
            width = max(wide, 2.0 * len(components) ** 0.5)
        elif left > 0 and left + wide > width:
            left, top, height = 0.0, top + height + 1.0, 0.0
        for node, (x, y) in positions.items():
            placed[node] = (x - low_x + left, y - low_y + top)
        left, height = left + wide + 1.0, max(height, high)
    if not placed:
        return {}
    middle_x = (max(x for x, _ in placed.values()) + min(x for x, _ in placed.values())) / 2
    middle_y = (max(y for _, y in placed.values()) + min(y for _, y in placed.values())) / 2
    # Adding 0.0 turns -0.0 into 0.0, so that the text is the same too.
    return {
        node: (round(x - middle_x, 3) + 0.0, round(y - middle_y, 3) + 0.0)
        for node, (x, y) in sorted(placed.items())
    }


def _place(
    graph: networkx.Graph[str], nodes: Sequence[str], seed: int
) -> dict[str, tuple[float, float]]:
    import networkx as nx
    import numpy as np

    if len(nodes) == 1:
        return {nodes[0]: (0.0, 0.0)}
    part: networkx.Graph[str] = nx.Graph()
    part.add_nodes_from(nodes)
    part.add_edges_from(sorted((min(pair), max(pair)) for pair in graph.subgraph(nodes).edges()))
    hubs = [node for node in nodes if part.degree(node) == len(nodes) - 1]
    if hubs and _RING_FROM <= len(nodes) <= _RING_TO:
        return _ring(part, hubs[0])
    if len(nodes) > _STRESS_LIMIT:
        found = nx.forceatlas2_layout(part, seed=seed, max_iter=60)
        scale = float(np.median([np.linalg.norm(found[a] - found[b]) for a, b in part.edges()]))
        return {node: (float(x) / scale, float(y) / scale) for node, (x, y) in found.items()}
    number = {node: index for index, node in enumerate(nodes)}
    distance = np.zeros((len(nodes), len(nodes)))
    for node, lengths in nx.all_pairs_shortest_path_length(part):
        for other, length in lengths.items():
            distance[number[node], number[other]] = length
    points = _majorize(distance, seed)
    return {node: (float(points[i, 0]), float(points[i, 1])) for node, i in number.items()}


def _ring(part: networkx.Graph[str], hub: str) -> dict[str, tuple[float, float]]:
    """A hub in the middle and the others around it, those that are tied next to each other."""
    import math

    import networkx as nx

    rest = part.subgraph([node for node in part if node != hub])
    groups = sorted(sorted(group) for group in nx.connected_components(rest))
    order: list[str] = []
    for group in groups:
        start = min(group, key=lambda node: (rest.degree(node), node))
        order += nx.dfs_preorder_nodes(rest, start, sort_neighbors=sorted)
    step = 2 * math.pi / len(order)
    placed = {
        node: (math.sin(index * step), -math.cos(index * step)) for index, node in enumerate(order)
    }
    return {hub: (0.0, 0.0), **placed}


def _majorize(distance: Any, seed: int) -> Any:
    """Points whose distances come as near to the wanted ones as stress majorization brings them.

    Starts from classical scaling, which needs few steps more; chance parts what it puts together,
    such as the leaves of one node.
    """
    import numpy as np

    size = len(distance)
    with np.errstate(divide="ignore"):
        weights = np.where(distance > 0, distance**-2.0, 0.0)
    total = weights.sum(axis=1)
    inverse = np.linalg.inv(np.diag(total) - weights + 1.0 / size) - 1.0 / size
    points = _scale(distance)
    points = points + np.random.RandomState(seed).normal(scale=0.3, size=(size, 2))
    rounds, tolerance = (400, 1e-6) if size <= 100 else (60, 1e-4)
    previous = np.inf
    for _ in range(rounds):
        square = (points**2).sum(axis=1)
        gaps = np.sqrt(np.maximum(square[:, None] + square - 2 * points @ points.T, 1e-12))
        stress = float((weights * (gaps - distance) ** 2).sum())
        if previous - stress < tolerance * stress + 1e-12:
            break
        previous = stress
        ratio = weights * distance / gaps
        points = inverse @ (ratio.sum(axis=1)[:, None] * points - ratio @ points)
    # Turn the longest extent to lie flat, since pages are wider than high.
    centred = points - points.mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    turned = centred @ axes.T
    signs = np.sign(turned[np.abs(turned).argmax(axis=0), range(2)])
    return turned * np.where(signs == 0, 1, signs)


def _scale(distance: Any) -> Any:
    """Classical scaling to two dimensions, by power iteration."""
    import numpy as np

    square = distance**2
    centred = -(square - square.mean(axis=0) - square.mean(axis=1)[:, None] + square.mean()) / 2
    size = len(distance)
    vectors = np.stack([np.arange(size) + 1.0, np.arange(size) % 7 + 1.0], axis=1)
    for _ in range(30):
        vectors, _triangle = np.linalg.qr(centred @ vectors)
    values = np.abs((vectors * (centred @ vectors)).sum(axis=0))
    return vectors * np.sqrt(values)


# --- files --------------------------------------------------------------------------------------


def network_text(
    graph: networkx.Graph[str],
    format: str,
    positions: Mapping[str, tuple[float, float]] | None = None,
) -> str:
    """A network as GraphML or GEXF, which NetworkX and Gephi read.

    Lists are written as one string with blanks between; what is no number or text is left out.

    Args:
        graph: The network.
        format: ``graphml`` or ``gexf``.
        positions: Where the nodes lie; GraphML gets them as ``x`` and ``y``.

    Raises:
        UnknownName: The format is another.
    """
    import networkx as nx

    if format not in {"graphml", "gexf"}:
        raise UnknownName("network format", format, suggest(format, ("graphml", "gexf")))
    flat: networkx.Graph[str] = graph.__class__()
    flat.graph.update(_flat(graph.graph))
    for node, data in graph.nodes(data=True):
        flat.add_node(node, **_flat(data))
        if positions and node in positions:
            x, y = positions[node]
            if format == "graphml":
                flat.nodes[node].update(x=x, y=y)
            else:
                flat.nodes[node]["viz"] = {"position": {"x": x, "y": y, "z": 0.0}}
    for source, target, data in graph.edges(data=True):
        # GEXF reads `source` and `target` as its own.
        ends = {"from": data.get("source", source), "to": data.get("target", target)}
        rest = {key: value for key, value in data.items() if key not in {"source", "target"}}
        flat.add_edge(source, target, **_flat({**rest, **ends}))
    if format == "graphml":
        return "\n".join(nx.generate_graphml(flat, prettyprint=True)) + "\n"
    import re

    text = "\n".join(nx.generate_gexf(flat, prettyprint=True)) + "\n"
    # The day of writing would make every day's file differ.
    return re.sub(r'<meta lastmodifieddate="[^"]*">', "<meta>", text, count=1)


def _flat(data: Mapping[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in data.items():
        if isinstance(value, str):
            flat[key] = _xml_safe(value)
        elif isinstance(value, (int, float, bool)):
            flat[key] = value
        elif isinstance(value, (list, tuple, set)):
            flat[key] = _xml_safe(" ".join(map(str, value)))
        elif key == "filters":
            flat[key] = _xml_safe("; ".join(f"{name} {said}" for name, said in value.items()))
    return flat


def _xml_safe(text: str) -> str:
    """A text in which what XML cannot hold is the replacement character."""
    return "".join(
        c if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff") else "\ufffd" for c in text
    )
