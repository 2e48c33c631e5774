"""Measures networks against named peers in one run and prints ratios as Markdown tables.

    python benchmarks/networks.py projection --size 10000 --size 100000
    python benchmarks/networks.py layouts
    python benchmarks/networks.py pages
    python benchmarks/networks.py all

Layouts need `pip install igraph networkit scikit-network fa2` for the peers beside NetworkX; what
is not installed is said. Pages need Playwright and Chromium. The other two need nothing more.
"""

from __future__ import annotations

import argparse
import gc
import random
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import networkx as nx
from generate import write_quads
from run import workspace

import ctgraph
from ctgraph.network.build import build_network
from ctgraph.network.things import INFERRED, STATED, read_things
from ctgraph.network.views import VIEWS
from ctgraph.store.store import Store
from ctgraph.terms import CT, CTD, PREFIXES

Network = Any  # nx.Graph[str]; the peers' are not typed.
SIZES = (50, 300, 1_000, 5_000)
PAGES = (50, 300, 1_000, 5_000, 20_000)


def main() -> None:
    """Runs what the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("what", choices=["projection", "layouts", "pages", "all"])
    parser.add_argument("--size", type=int, action="append", help="triples of generated data")
    parser.add_argument("--nodes", type=int, action="append", help="nodes of made networks")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--limit", type=float, default=60.0, help="seconds that a layout may take")
    parser.add_argument("--keep", type=Path, help="folder for generated files, kept")
    args = parser.parse_args()
    with workspace(args.keep) as folder:
        if args.what in ("projection", "all"):
            sizes = args.size or [10_000, 100_000]
            projection(
                [None, *(write_quads(n, folder / f"bench-{n}.nq") for n in sizes)], args.runs
            )
        if args.what in ("layouts", "all"):
            layouts(args.nodes or SIZES, args.limit)
        if args.what in ("pages", "all"):
            pages(args.nodes or PAGES, folder, args.runs)


# --- projection ---------------------------------------------------------------------------------


def projection(sources: Iterable[Path | None], runs: int) -> None:
    """Each view by one aggregation, against a walk over rdflib and its own SPARQL."""
    for source in sources:
        kg = ctgraph.open() if source is None else ctgraph.open(files=[source])
        name = "bundled graph" if source is None else source.stem.removeprefix("bench-")
        print(
            f"\n### Projection, {name} ({sum(1 for _ in kg.store.quads()):,} quads in the store)\n"
        )
        print("| view | edges | ctgraph ms | names ms | walk / ctgraph | SPARQL of rdflib / ours |")
        print("|---|---|---|---|---|---|")
        walker = Walker(to_memory(kg))
        # Neither side pays for collecting the other's data.
        gc.collect()
        gc.freeze()
        for view in walker.views:
            print(_project(kg.store, walker, view, runs, is_small=source is None), flush=True)


def _project(store: Store, walker: Walker, view: str, runs: int, *, is_small: bool) -> str:
    """A row of the table of one view."""
    walk = walker.views[view]
    graph = build_network(store, view)
    ours = edges_of(graph)
    assert ours == walk(), f"{view}: the walk makes another network"
    things = [*graph, *graph.graph["things"]]
    timed = in_turn(
        {
            "ctgraph": lambda: build_network(store, view),
            "walk": lambda: walker.describe(walk()),
            "names": lambda: read_things(store, things),
        },
        runs,
    )
    whole, names = timed["ctgraph"], timed["names"]
    return (
        f"| {view} | {len(ours):,} | {whole * 1000:.0f} | {names * 1000:.0f} "
        f"| {timed['walk'] / whole:.1f} | {_by_sparql(store, walker, view) if is_small else ''} |"
    )


def _by_sparql(store: Store, walker: Walker, view: str) -> str:
    """How many times as long rdflib's own evaluator takes for the query of a view."""
    query = VIEWS[view].query.replace("#FILTER#", "")
    ours = in_turn({"ours": lambda: list(store.query(query))}, 3)["ours"]  # type: ignore[arg-type]
    start = time.process_time()
    rows = len(list(walker.data.query(query, initNs=PREFIXES)))
    seconds = time.process_time() - start
    assert rows == len(list(store.query(query)))  # type: ignore[arg-type]
    return f"{seconds / ours:.0f}"


def to_memory(kg: ctgraph.Graph) -> Any:
    """The quads in rdflib's own store."""
    import pyoxigraph
    import rdflib

    text = pyoxigraph.serialize(kg.store.quads(), format=pyoxigraph.RdfFormat.N_QUADS)
    data = rdflib.Dataset()
    data.parse(data=text, format="nquads")
    return data


Edges = dict[tuple[str, str], tuple[frozenset[str], frozenset[str], str]]


def edges_of(graph: Network) -> Edges:
    """What makes each edge, its claims and its basis."""
    return {
        (data["source"], data["target"]): (
            frozenset(data["by_activity"]),
            frozenset(data["claims"]),
            data["basis"],
        )
        for _, _, data in graph.edges(data=True)
    }


class Walker:
    """An rdflib data set, walked in Python as a script without SPARQL would."""

    def __init__(self, data: Any) -> None:
        from rdflib import RDF

        self.data = data
        self.merge = data.default_graph
        self.type = RDF.type
        basis = self.merge.subject_objects(self.ct("basis"))
        self.basis = {claim: str(value).removeprefix(CT) for claim, value in basis}
        self.views: dict[str, Callable[[], Edges]] = {
            "cooperation": self.cooperation,
            "activities": self.activities,
            "everything": self.everything,
        }

    def ct(self, name: str) -> Any:
        """A term of the ontology."""
        return _named("ct", name)

    def skos(self, name: str) -> Any:
        """A term of SKOS."""
        return _named("skos", name)

    def claims(self, *triple: Any) -> set[Any]:
        """The claims whose graphs hold a triple."""
        held = {
            getattr(graph, "identifier", graph) for *_, graph in self.data.quads((*triple, None))
        }
        return {claim for claim in held if claim in self.basis}

    def is_stated(self, *triple: Any) -> bool:
        """Whether a stated claim holds a triple."""
        return any(self.basis[claim] == STATED for claim in self.claims(*triple))

    def plays(self, part: Any, actor: Any, activity: Any, role: Any) -> bool:
        """Whether a participation is stated in every triple."""
        return (
            self.is_stated(part, self.ct("participant"), actor)
            and self.is_stated(part, self.ct("activity"), activity)
            and self.is_stated(part, self.ct("role"), role)
        )

    def participations(self, activity: Any) -> Iterator[tuple[Any, Any, Any]]:
        """Participation, actor and role of an activity."""
        for part in self.merge.subjects(self.ct("activity"), activity):
            for actor in self.merge.objects(part, self.ct("participant")):
                for role in self.merge.objects(part, self.ct("role")):
                    yield part, actor, role

    def tied(self, one: Any, other: Any) -> bool:
        """Whether two roles tie who has them."""
        groups = set(self.merge.objects(other, self.skos("broader")))
        return any(
            group in groups
            for above in self.merge.objects(one, self.skos("broader"))
            for group in self.merge.objects(above, self.ct("tiesWithRole"))
        )

    def cooperation(self) -> Edges:
        """The view ``cooperation``."""
        joint, between, part_of = self.ct("jointActivity"), self.ct("tieBetween"), self.ct("partOf")
        found = Found()
        for tie, through in self.merge.subject_objects(joint):
            within = set(self.merge.transitive_subjects(part_of, through)) - {through}
            if within & set(self.merge.objects(tie, joint)):
                continue
            source, target = sorted(self.merge.objects(tie, between))
            there = list(self.participations(through))
            lower = [found_ for part in within for found_ in self.participations(part)]
            pairs = [(there, there), (there, lower), (lower, there)]
            for sources, targets in pairs:
                for p, actor, role in sources:
                    for q, other, other_role in targets:
                        if (actor, other) != (source, target) or not self.tied(role, other_role):
                            continue
                        stated = (
                            sources is targets
                            and self.plays(p, actor, through, role)
                            and self.plays(q, other, through, other_role)
                        )
                        claims = {
                            *self.merge.objects(p, self.ct("evidence")),
                            *self.merge.objects(q, self.ct("evidence")),
                        }
                        found.add(source, target, through, claims, stated)
        return found.edges()

    def activities(self) -> Edges:
        """The view ``activities``."""
        found = Found()
        self._participations(found)
        return found.edges()

    def _participations(self, found: Found) -> None:
        for part, actor in self.merge.subject_objects(self.ct("participant")):
            claims = set(self.merge.objects(part, self.ct("evidence")))
            for activity in self.merge.objects(part, self.ct("activity")):
                for role in self.merge.objects(part, self.ct("role")):
                    stated = self.plays(part, actor, activity, role)
                    found.add(actor, activity, activity, claims, stated)

    def everything(self) -> Edges:
        """The view ``everything``."""
        from rdflib import RDFS

        from ctgraph.network.views import _THINGS

        classes = {
            below
            for name in _THINGS
            for below in self.merge.transitive_subjects(RDFS.subClassOf, self.ct(name))
        }
        things = {thing for cls in classes for thing in self.merge.subjects(self.type, cls)}
        topics = set(self.merge.subjects(self.skos("inScheme"), _named("ctv", "topics")))
        found = Found()
        for claim in self.basis:
            for source, relation, target in self.data.graph(claim):
                if source in things and (target in things or target in topics):
                    found.add(source, target, relation, {claim}, self.basis[claim] == STATED)
        self._participations(found)
        return found.edges()

    def describe(self, edges: Edges) -> dict[str, Any]:
        """Labels, classes, dates and claims of what edges join and what makes them."""
        from rdflib import URIRef

        wanted = {iri for pair, (made, _, _) in edges.items() for iri in (*pair, *made)}
        properties = [self.skos("prefLabel"), self.skos("altLabel"), self.type]
        properties += [self.ct(name) for name in ("startDate", "endDate", "evidence")]
        return {
            iri: {name: list(self.merge.objects(URIRef(iri), name)) for name in properties}
            for iri in wanted
        }


def _named(prefix: str, name: str) -> Any:
    from rdflib import URIRef

    return URIRef(PREFIXES[prefix] + name)


class Found:
    """Edges while they are found."""

    def __init__(self) -> None:
        self.made: dict[tuple[str, str], tuple[set[str], set[str], list[bool]]] = {}

    def add(
        self, source: Any, target: Any, through: Any, claims: Iterable[Any], stated: bool
    ) -> None:
        """Add what makes an edge."""
        edge = self.made.setdefault((str(source), str(target)), (set(), set(), []))
        edge[0].add(str(through))
        edge[1].update(map(str, claims))
        edge[2].append(stated)

    def edges(self) -> Edges:
        """All that was found."""
        return {
            pair: (frozenset(made), frozenset(claims), STATED if any(stated) else INFERRED)
            for pair, (made, claims, stated) in self.made.items()
        }


def in_turn(actions: Mapping[str, Callable[[], object]], runs: int) -> dict[str, float]:
    """Median CPU seconds of each action; they take turns, the first round is not counted."""
    seconds: dict[str, list[float]] = {name: [] for name in actions}
    for turn in range(runs + 1):
        for name, action in actions.items():
            start = time.process_time()
            action()
            if turn:
                seconds[name].append(time.process_time() - start)
    return {name: statistics.median(values) for name, values in seconds.items()}


# --- made networks ------------------------------------------------------------------------------


def make_network(nodes: int) -> tuple[Network, dict[str, dict[str, str]]]:
    """A cooperation network as `build_network` makes them, and the words of its claims.

    Two activities a node, each of two actors; few actors take part in much and most in little, and
    four in five activities stay within a group of about 25. Same number, same network.

    Args:
        nodes: How many.
    """
    rng = random.Random(nodes)
    groups = max(1, nodes // 25)
    graph: Network = nx.Graph(
        view="cooperation", title_en="Who cooperates with whom", title_ja="誰が誰と協力しているか"
    )
    graph.graph.update(filters={}, things={}, kinds={})
    evidence: dict[str, dict[str, str]] = {}
    names = [f"{CTD}made-actor-{number:05}" for number in range(nodes)]
    for number, name in enumerate(names):
        english = f"Committee {number} for cooperation against terrorism"
        graph.add_node(name, **_facts(english, f"テロ対策協力委員会第{number}", "Forum"))
    for number in range(2 * nodes):
        first = int(nodes * rng.random() ** 3)
        group = first % groups
        mates = (nodes - 1 - group) // groups + 1
        near = group + groups * int(mates * rng.random() ** 2)
        second = near if rng.random() < 0.8 else int(nodes * rng.random() ** 3)
        if first != second:
            source, target = sorted((names[first], names[second]))
            _cooperate(graph, source, target, number, evidence)
    return graph, evidence


def _facts(english: str, japanese: str, kind: str) -> dict[str, Any]:
    return {
        "label": english,
        "label_en": english,
        "label_ja": japanese,
        "kind": kind,
        "family": "Actor" if kind == "Forum" else "Activity",
        "acronym": "",
        "identification": "named",
        "starts": "2023-04-01",
        "ends": "2023-04-30",
        "claims": [],
    }


def _cooperate(
    graph: Network, source: str, target: str, number: int, evidence: dict[str, dict[str, str]]
) -> None:
    activity, claim = f"{CTD}made-activity-{number}", f"{CTD}made-claim-{number}"
    basis = STATED if number % 3 else INFERRED
    evidence[claim] = {
        "quote": f"2023年４月に活動{number}を共同で実施し、テロ対策に関する協力を推進した。",
        "page": "20",
        "gloss": f"Activity {number} was held jointly in April 2023.",
        "section_en": "Main efforts",
        "section_ja": "主な取組",
        "basis": basis,
        "reason_en": "",
        "reason_ja": "",
    }
    graph.graph["things"][activity] = _facts(f"Activity {number}", f"活動{number}", "Workshop")
    data = graph.get_edge_data(source, target)
    if data is None:
        data = {"weight": 0, "activities": [], "relations": [], "roles": [], "claims": []}
        data |= {"basis": INFERRED, "source": source, "target": target, "by_activity": {}}
        graph.add_edge(source, target, **data)
        data = graph.edges[source, target]
    data["weight"] += 1
    data["activities"].append(activity)
    data["claims"].append(claim)
    data["by_activity"][activity] = {"claims": [claim], "basis": basis}
    if basis == STATED:
        data["basis"] = STATED


# --- layouts ------------------------------------------------------------------------------------


def layouts(sizes: Iterable[int], limit: float) -> None:
    """Time and quality of layouts, each in a process that is stopped at the limit."""
    slow: set[str] = set()
    networks = [("bundled: everything", None), *((f"{size:,} nodes", size) for size in sizes)]
    for name, size in networks:
        graph = made(size)
        print(f"\n### Layout, {name} (largest component: {len(graph):,} nodes, ", end="")
        print(f"{graph.number_of_edges():,} edges)\n")
        print(
            "| method | s | time against ctgraph | stress | crossings % | neighbours % | near % |"
        )
        print("|---|---|---|---|---|---|---|")
        base = 0.0
        for method in METHODS:
            if method in slow:
                print(f"| {method} | not tried | | | | | |")
                continue
            found = in_process(size, method, limit)
            if isinstance(found, str):
                if found.startswith(">"):
                    slow.add(method)
                print(f"| {method} | {found} | | | | | |", flush=True)
                continue
            base = base or found["seconds"]
            print(
                f"| {method} | {found['seconds']:.2f} | {found['seconds'] / base:.1f} "
                f"| {found['stress']:.3f} | {found['crossings']:.2f} "
                f"| {found['neighbours']:.1f} | {found['near']:.0f} |",
                flush=True,
            )


def made(size: int | None) -> Network:
    """The largest component of a made network or, without a size, of the bundled graph."""
    graph = (
        build_network(ctgraph.open().store, "everything") if size is None else make_network(size)[0]
    )
    plain: Network = nx.Graph()
    largest = max(nx.connected_components(nx.Graph(graph)), key=len)
    plain.add_nodes_from(sorted(largest))
    plain.add_edges_from(
        sorted(edge for edge in graph.subgraph(largest).edges() if edge[0] != edge[1])
    )
    return plain


def in_process(size: int | None, method: str, limit: float) -> dict[str, float] | str:
    """Figures of one layout, or why there are none."""
    import multiprocessing

    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_lay_out, args=(size, method, theirs))
    process.start()
    theirs.close()
    try:
        # Beside the layout itself, time to start and to judge.
        answer = ours.recv() if ours.poll(limit + 20) else f"> {limit:.0f}"
    except EOFError:
        answer = "failed"
    process.kill()
    process.join()
    result: dict[str, float] | str = answer
    return result


def _lay_out(size: int | None, method: str, answer: Any) -> None:
    import warnings

    warnings.simplefilter("ignore")
    graph = made(size)
    # What is imported or compiled on first use is not the layout's.
    warm: Network = nx.path_graph(4)
    try:
        METHODS[method](nx.relabel_nodes(warm, str))
    except ImportError:
        answer.send("not installed")
        return
    except Exception as error:
        # Some peers refuse so small a network; the large one tells.
        warnings.warn(str(error), stacklevel=1)
    start = time.process_time()
    places = METHODS[method](graph)
    seconds = time.process_time() - start
    answer.send({"seconds": seconds, **judge(graph, places)})


def judge(graph: Network, places: Mapping[Any, Any]) -> dict[str, float]:
    """Quality of a layout.

    ``stress``: mean of ((distance / steps) - 1)², distances scaled as suits best, from up to 300
    nodes; ``crossings``: percentage of 400,000 pairs of edges without a common end that cross;
    ``neighbours``: per cent of a node's nearest nodes in the picture that are its neighbours, as
    Jaccard index of as many nearest as it has neighbours; ``near``: per cent of nodes with another
    one within half the spacing that even spread would give (54 for points at random).
    """
    import numpy as np
    from scipy.sparse.csgraph import shortest_path  # type: ignore[import-untyped]
    from scipy.spatial import cKDTree  # type: ignore[import-untyped]

    ties = nx.to_scipy_sparse_array(graph, format="csr")
    at = np.array([places[node] for node in graph], dtype=float)
    size = len(at)
    chance = np.random.default_rng(1)
    seen = chance.permutation(size)[:300]
    steps = shortest_path(ties, unweighted=True, indices=seen)
    gaps = np.linalg.norm(at[seen][:, None] - at[None], axis=2)
    ratio = gaps[steps > 0] / steps[steps > 0]
    stress = float(((ratio * ratio.sum() / (ratio**2).sum() - 1) ** 2).mean())

    number = {node: index for index, node in enumerate(graph)}
    ends = np.array([(number[a], number[b]) for a, b in graph.edges()])
    one, other = ends[chance.integers(0, len(ends), size=(2, 400_000))]
    free = (one[:, :, None] != other[:, None, :]).all(axis=(1, 2))
    a, b, c, d = (at[index[free]] for index in (one[:, 0], one[:, 1], other[:, 0], other[:, 1]))

    def side(p: Any, q: Any, r: Any) -> Any:
        return (q[:, 0] - p[:, 0]) * (r[:, 1] - p[:, 1]) - (q[:, 1] - p[:, 1]) * (r[:, 0] - p[:, 0])

    cross = (side(a, b, c) * side(a, b, d) < 0) & (side(c, d, a) * side(c, d, b) < 0)

    tree = cKDTree(at)
    kept = []
    for index, node in enumerate(graph):
        neighbours = {number[other] for other in graph[node]}
        nearest = np.atleast_1d(tree.query(at[index], k=len(neighbours) + 1)[1])
        around = set(nearest.tolist()) - {index}
        kept.append(len(around & neighbours) / len(around | neighbours))
    extent = at.max(axis=0) - at.min(axis=0)
    spacing = float(np.sqrt(extent[0] * extent[1] / size))
    alone = tree.query(at, k=2)[0][:, 1]
    return {
        "stress": stress,
        "crossings": 100 * float(cross.mean()),
        "neighbours": 100 * statistics.mean(kept),
        "near": 100 * float((alone < spacing / 2).mean()),
    }


def _ours(limit: int) -> Callable[[Network], Mapping[Any, Any]]:
    def lay_out(graph: Network) -> Mapping[Any, Any]:
        from ctgraph.network import layout

        layout._STRESS_LIMIT = limit
        return layout.compute_layout(graph)

    return lay_out


def _chosen(graph: Network) -> Mapping[Any, Any]:
    from ctgraph.network.layout import compute_layout

    return compute_layout(graph)


def _igraph(method: str) -> Callable[[Network], Mapping[Any, Any]]:
    def lay_out(graph: Network) -> Mapping[Any, Any]:
        import igraph  # type: ignore[import-not-found,import-untyped,unused-ignore]

        random.seed(1)
        number = {node: index for index, node in enumerate(graph)}
        edges = [(number[a], number[b]) for a, b in graph.edges()]
        found = igraph.Graph(n=len(number), edges=edges).layout(method)
        return dict(zip(graph, found.coords, strict=True))

    return lay_out


def _networkit(graph: Network) -> Mapping[Any, Any]:
    import networkit  # type: ignore[import-not-found,import-untyped,unused-ignore]

    networkit.setSeed(1, False)
    networkit.setNumberOfThreads(1)
    number = {node: index for index, node in enumerate(graph)}
    copy = networkit.Graph(len(number))
    for a, b in graph.edges():
        copy.addEdge(number[a], number[b])
    method = networkit.viz.MaxentStress(copy, 2, 1)
    method.run()
    return dict(zip(graph, method.getCoordinates(), strict=True))


def _scikit(graph: Network) -> Mapping[Any, Any]:
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
    from sknetwork.embedding import ForceAtlas  # type: ignore[import-not-found,import-untyped,unused-ignore]

    ties = csr_matrix(nx.to_scipy_sparse_array(graph).astype(float))
    return dict(zip(graph, ForceAtlas(2, n_iter=100).fit_transform(ties), strict=True))


def _fa2(graph: Network) -> Mapping[Any, Any]:
    import fa2  # type: ignore[import-not-found,import-untyped,unused-ignore]

    method = fa2.ForceAtlas2(verbose=False, seed=1)
    found: Mapping[Any, Any] = method.forceatlas2_networkx_layout(graph, iterations=200)
    return found


METHODS: dict[str, Callable[[Network], Mapping[Any, Any]]] = {
    "**ctgraph** (as chosen by size)": _chosen,
    "ctgraph, stress": _ours(10**9),
    "ctgraph, forces": _ours(0),
    "NetworkX spring": lambda graph: nx.spring_layout(graph, seed=1),
    "NetworkX forceatlas2": lambda graph: nx.forceatlas2_layout(graph, seed=1),
    "NetworkX kamada_kawai": nx.kamada_kawai_layout,
    "NetworkX spectral": nx.spectral_layout,
    "NetworkX arf": lambda graph: nx.arf_layout(graph, seed=1),
    "NetworkX random": lambda graph: nx.random_layout(graph, seed=1),
    "igraph fr (GPL)": _igraph("fr"),
    "igraph drl (GPL)": _igraph("drl"),
    "igraph kk (GPL)": _igraph("kk"),
    "fa2 (GPL)": _fa2,
    "NetworKit MaxentStress": _networkit,
    "scikit-network ForceAtlas": _scikit,
}
"""Layouts by name."""


# --- pages --------------------------------------------------------------------------------------


def pages(sizes: Iterable[int], folder: Path, runs: int) -> None:
    """Our page and pyvis' own of the same network and places, in Chromium without a window."""
    from playwright.sync_api import sync_playwright

    print("\n### Pages in Chromium\n")
    print("| nodes | edges | page | write s | MB | drawn ms | / 50 nodes | drag ms | p95 |")
    print("|---|---|---|---|---|---|---|---|---|")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        first: dict[str, float] = {}
        for size in sizes:
            graph, evidence = make_network(size)
            for name, write in {"ctgraph": write_ours, "pyvis": write_pyvis}.items():
                path = folder / f"{name}-{size}.html"
                start = time.process_time()
                write(graph, evidence, path)
                took = time.process_time() - start
                drawn, frames = [], []
                for _ in range(runs):
                    found = open_page(browser, path)
                    drawn.append(found["drawn"])
                    frames += found["frames"]
                whole = statistics.median(drawn)
                first.setdefault(name, whole)
                print(
                    f"| {size:,} | {graph.number_of_edges():,} | {name} | {took:.1f} "
                    f"| {path.stat().st_size / 1e6:.1f} | {whole:.0f} | {whole / first[name]:.1f} "
                    f"| {statistics.median(frames):.0f} "
                    f"| {statistics.quantiles(frames, n=20)[-1]:.0f} |",
                    flush=True,
                )
        browser.close()


def chromium() -> str:
    """The path of Chromium."""
    import shutil

    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        raise SystemExit("There is no chromium; install it.")
    return found


def write_ours(graph: Network, evidence: dict[str, dict[str, str]], path: Path) -> None:
    """Our page, also of networks that it would show by their communities."""
    from ctgraph.draw.page import page

    page.MOST_NODES = 10**9  # type: ignore[attr-defined,misc,unused-ignore]
    page.write_page(graph, path, evidence=evidence)


def write_pyvis(graph: Network, evidence: dict[str, dict[str, str]], path: Path) -> None:
    """The page that pyvis makes, without physics and with what it takes from elsewhere in it."""
    import re

    import pyvis  # type: ignore[import-untyped]
    from pyvis.network import Network as Model  # type: ignore[import-untyped]

    from ctgraph.network.layout import compute_layout

    model = Model(height="720px", width="100%", directed=True)
    for node, (x, y) in compute_layout(graph).items():
        label = graph.nodes[node]["label"]
        model.add_node(node, label=label, x=x * 200, y=y * 200, physics=False)
    for source, target, data in graph.edges(data=True):
        words = [evidence[claim]["quote"] for claim in data["claims"]]
        model.add_edge(source, target, title="\n".join(words), width=data["weight"], arrows="")
    model.toggle_physics(False)
    page = model.generate_html()
    page = re.sub(r"<link[^>]*>|<script[^>]*src=[^>]*></script>", "", page)
    vis = Path(pyvis.__file__).parent / "templates" / "lib" / "vis-9.1.2" / "vis-network.min.js"
    script = f"<script>{vis.read_text(encoding='utf-8')}</script>"
    path.write_text(page.replace("</head>", script + "</head>", 1), encoding="utf-8")


def open_page(browser: Any, path: Path) -> dict[str, Any]:
    """Milliseconds from opening to the first whole drawing, and of frames while it is dragged."""
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.set_default_timeout(180_000)
    page.add_init_script(WATCH)
    start = time.perf_counter()
    # Our page of many nodes begins with a search; here it draws all, as that of pyvis does.
    page.goto(path.resolve().as_uri() + "#whole=1", wait_until="commit")
    page.wait_for_function(DRAWN, polling="raf")
    drawn = (time.perf_counter() - start) * 1000
    box = page.locator("canvas").first.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + 20
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate("() => { window.frameTimes = []; }")
    for step in range(40):
        page.mouse.move(x + 4 * step, y + 2 * step)
    frames = page.evaluate("() => window.frameTimes")
    page.mouse.up()
    page.close()
    return {"drawn": drawn, "frames": frames}


# Keeps how long the frames take in which a canvas is drawn anew.
WATCH = """
window.frameTimes = [];
let before = 0, isDrawn = false;
const clear = CanvasRenderingContext2D.prototype.clearRect;
CanvasRenderingContext2D.prototype.clearRect = function (...box) {
  isDrawn = true;
  clear.apply(this, box);
};
const tick = (now) => {
  if (isDrawn) window.frameTimes.push(now - before);
  isDrawn = false;
  before = now;
  requestAnimationFrame(tick);
};
requestAnimationFrame(tick);
"""

# Both pages have a canvas; ours says when all stands, that of pyvis is ready once it is drawn on.
DRAWN = """() => {
  if (document.documentElement.dataset.ready === "true") return true;
  if (document.querySelector("#mynetwork canvas") === null) return false;
  if (!window.watched) {
    window.watched = true;
    network.once("afterDrawing", () => { window.wasDrawn = true; });
    network.redraw();
  }
  return window.wasDrawn === true;
}"""


if __name__ == "__main__":
    main()
