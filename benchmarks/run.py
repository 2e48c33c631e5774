"""Measures ctgraph against named peers in one run and prints ratios as Markdown tables.

    python benchmarks/run.py cold
    python benchmarks/run.py questions --size 10000 --size 100000
    python benchmarks/run.py load --size 100000
    python benchmarks/run.py export
    python benchmarks/run.py all --size 10000 --size 100000 --size 1000000

A figure is the median of several runs after one that is not counted; the two sides of a ratio take
turns, so that a change in the machine's speed meets both.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from costs import cost
from generate import write_quads

SCRIPTS = Path(sysconfig.get_path("scripts"))
CTGRAPH = str(SCRIPTS / "ctgraph")
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?claim a ct:Claim }"
PREFIX = (
    "PREFIX ct: <https://w3id.org/ctgraph/ontology#>\n"
    "PREFIX ctd: <https://w3id.org/ctgraph/id/>\n"
    "PREFIX ctv: <https://w3id.org/ctgraph/concept/>\n"
    "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n"
    "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n"
)

# The shapes of question that the named questions have, over the generated data.
QUESTIONS: dict[str, str] = {
    "count of claims": "SELECT (COUNT(?c) AS ?n) WHERE { ?c a ct:Claim }",
    "activities of an actor": """SELECT ?activity ?role WHERE {
        ?p ct:participant ctd:bench-actor-3 ; ct:activity ?activity ; ct:role ?role }""",
    "partners of an actor": """SELECT ?other (COUNT(DISTINCT ?activity) AS ?n) WHERE {
        ?p ct:participant ctd:bench-actor-3 ; ct:activity ?activity .
        ?q ct:activity ?activity ; ct:participant ?other FILTER(?other != ctd:bench-actor-3) }
        GROUP BY ?other ORDER BY DESC(?n) ?other""",
    "busiest actors": """SELECT ?actor (COUNT(?p) AS ?n) WHERE { ?p ct:participant ?actor }
        GROUP BY ?actor ORDER BY DESC(?n) ?actor LIMIT 20""",
    "activities by topic": """SELECT ?topic (COUNT(?a) AS ?n) WHERE { ?a ct:topic ?topic }
        GROUP BY ?topic ORDER BY ?topic""",
    "activities by class": """SELECT ?class (COUNT(?a) AS ?n) WHERE {
        ?a a ?class ; ct:startDate ?d } GROUP BY ?class ORDER BY ?class""",
    "activities of one year": """SELECT ?a ?d WHERE { ?a ct:startDate ?d
        FILTER(?d >= "2020-04-01"^^xsd:date && ?d <= "2021-03-31"^^xsd:date) } ORDER BY ?d ?a""",
    "quotes of an actor's claims": """SELECT ?claim ?quote WHERE {
        GRAPH ?claim { ?p ct:participant ctd:bench-actor-3 } ?claim ct:quote ?quote }""",
    "hosts of workshops": """SELECT ?actor ?label WHERE { ?a a ct:Workshop .
        ?p ct:activity ?a ; ct:role ctv:host ; ct:participant ?actor .
        ?actor skos:prefLabel ?label FILTER(LANG(?label) = "ja") }""",
    "labels that hold a word": """SELECT ?a ?label WHERE { ?a a ct:Meeting ;
        skos:prefLabel ?label FILTER(CONTAINS(STR(?label), "99")) }""",
    "never a host": """SELECT ?actor WHERE { ?actor a ct:InternationalOrganization
        FILTER NOT EXISTS { ?p ct:participant ?actor ; ct:role ctv:host } } ORDER BY ?actor""",
    "optional end": """SELECT ?a ?e WHERE { ?a a ct:Consultation ; ct:startDate ?s
        OPTIONAL { ?a ct:endDate ?e FILTER(?e > "2020-01-01"^^xsd:date) } }
        ORDER BY ?a LIMIT 500""",
}


def main() -> None:
    """Runs what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("what", choices=["cold", "questions", "load", "export", "all"])
    parser.add_argument("--size", type=int, action="append", help="triples of generated data")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--keep", type=Path, help="folder for generated files, kept")
    args = parser.parse_args()
    sizes = args.size or [10_000, 100_000]
    with workspace(args.keep) as folder:
        if args.what in ("cold", "all"):
            cold(args.runs)
        for size in sizes:
            data = write_quads(size, folder / f"bench-{size}.nq")
            if args.what in ("questions", "all"):
                questions(data, size, args.runs)
            if args.what in ("load", "all"):
                load(data, size)
        if args.what in ("export", "all"):
            export(args.runs)


@contextmanager
def workspace(keep: Path | None) -> Iterator[Path]:
    """A folder for generated files, removed at the end unless it is to be kept."""
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep
        return
    folder = Path(tempfile.mkdtemp(prefix="ctgraph-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def cold(runs: int) -> None:
    """Whole processes: the command against its two imports, and against rdflib doing the same."""
    from ctgraph.store import project

    files = [str(path) for path in project.locate().data_files()]
    loads = "".join(f"d.parse({name!r}, format='trig'); " for name in files)
    rdflib = (
        "import rdflib; d = rdflib.Dataset(default_union=True); "
        + loads
        + f"print(list(d.query({PREFIX + COUNT!r})))"
    )
    commands = {
        "`ctgraph query`": [CTGRAPH, "query", COUNT],
        "`import click, pyoxigraph`": [sys.executable, "-c", "import click, pyoxigraph"],
        "rdflib: parse the files, same query": [sys.executable, "-c", rdflib],
    }
    figures = _in_turn({name: _process(command) for name, command in commands.items()}, runs * 2)
    base = figures["`ctgraph query`"]
    print("\n### Cold start, bundled graph\n")
    print("| process | CPU s | ctgraph query takes this many times as long |\n|---|---|---|")
    for name, seconds in figures.items():
        print(f"| {name} | {seconds:.3f} | {base / seconds:.2f} |")


def questions(data: Path, size: int, runs: int) -> None:
    """Twelve questions over our API, raw pyoxigraph and rdflib, answered in full by each."""
    import pyoxigraph as ox
    import rdflib

    import ctgraph

    kg = ctgraph.open(files=[data])
    raw = ox.Store()
    raw.bulk_extend(kg.store.quads())
    graph = rdflib.Dataset()
    graph.parse(data=ox.serialize(raw, format=ox.RdfFormat.N_QUADS), format="nquads")

    print(f"\n### Questions, {size:,} triples of claims ({len(raw):,} quads in the store)\n")
    print(
        "| question | rows | ctgraph ms | / pyoxigraph | rdflib / ctgraph |\n|---|---|---|---|---|"
    )
    ours_to_raw, rdflib_to_ours = [], []
    for name, text in QUESTIONS.items():
        full = PREFIX + text
        first = kg.query(full)
        assert isinstance(first, ctgraph.Table)
        rows = len(first)

        def ours(full: str = full) -> int:
            table = kg.query(full)
            assert isinstance(table, ctgraph.Table)
            return len(table.solutions)

        def theirs(full: str = full) -> int:
            answer = raw.query(full)
            assert isinstance(answer, ox.QuerySolutions)
            return len(list(answer))

        def slow(full: str = full) -> int:
            return len(list(graph.query(full)))

        timed = _in_turn({"ours": _clock(ours), "raw": _clock(theirs)}, runs)
        slowly = _in_turn({"rdflib": _clock(slow)}, 1 if size > 50_000 else 3)["rdflib"]
        assert slow() == rows, f"{name}: rdflib gives other rows"
        ours_to_raw.append(timed["ours"] / timed["raw"])
        rdflib_to_ours.append(slowly / timed["ours"])
        print(
            f"| {name} | {rows:,} | {timed['ours'] * 1000:.1f} | {ours_to_raw[-1]:.2f} "
            f"| {rdflib_to_ours[-1]:.0f} |",
            flush=True,
        )
    print(
        f"| **median** | | | **{statistics.median(ours_to_raw):.2f}** "
        f"| **{statistics.median(rdflib_to_ours):.0f}** |"
    )


def load(data: Path, size: int) -> None:
    """Whole processes: checks, merge and rules on our side, bare parsing on the peers'."""
    folder = Path(tempfile.mkdtemp(prefix="ctgraph-bench-"))
    opening = f"import ctgraph; kg = ctgraph.open(files=[{str(data)!r}])"
    raw = (
        "import pyoxigraph as ox; s = ox.Store(); "
        f"s.bulk_load(path={str(data)!r}, format=ox.RdfFormat.N_QUADS)"
    )
    rdflib = f"import rdflib; d = rdflib.Dataset(); d.parse({str(data)!r}, format='nquads')"
    commands = {
        "ctgraph in memory: check, merge, derive": [sys.executable, "-c", opening],
        "ctgraph load --store": [
            CTGRAPH, "load", str(data), "--store", str(folder / "store"), "--replace", "-q",
        ],
        "pyoxigraph bulk_load": [sys.executable, "-c", raw],
        "rdflib parse": [sys.executable, "-c", rdflib],
    }  # fmt: skip
    print(f"\n### Load, {size:,} triples of claims\n")
    print("| process | CPU s | peak MiB | time against pyoxigraph |\n|---|---|---|---|")
    measured = {name: cost(command) for name, command in commands.items()}
    base = measured["pyoxigraph bulk_load"].cpu
    for name, one in measured.items():
        print(f"| {name} | {one.cpu:.2f} | {one.memory:.0f} | {one.cpu / base:.1f} |", flush=True)
    shutil.rmtree(folder)


def export(runs: int) -> None:
    """Turtle of the bundled graph, ours against the peers' serialisers."""
    import rdflib

    import ctgraph

    kg = ctgraph.open()
    graph = kg.to_rdflib()
    plain = rdflib.Graph()
    for triple in graph.default_graph:
        plain.add(triple)
    target = Path(tempfile.mkdtemp(prefix="ctgraph-bench-")) / "out.ttl"
    timed = _in_turn(
        {
            "ctgraph export (sorted, slices checked)": _clock(lambda: kg.export(target)),
            "rdflib serialize (longturtle)": _clock(
                lambda: plain.serialize(format="longturtle", encoding="utf-8")
            ),
        },
        runs,
    )
    base = timed["ctgraph export (sorted, slices checked)"]
    print(
        "\n### Export to Turtle, bundled graph\n\n| writer | ms | against ctgraph |\n|---|---|---|"
    )
    for name, seconds in timed.items():
        print(f"| {name} | {seconds * 1000:.0f} | {seconds / base:.1f} |")
    shutil.rmtree(target.parent)


def _clock(action: Callable[[], object]) -> Callable[[], float]:
    def timed() -> float:
        start = time.perf_counter()
        action()
        return time.perf_counter() - start

    return timed


def _process(command: Sequence[str]) -> Callable[[], float]:
    return lambda: cost(command).cpu


def _in_turn(actions: dict[str, Callable[[], float]], runs: int) -> dict[str, float]:
    """Median seconds of each action; they take turns, the first round is not counted."""
    seconds: dict[str, list[float]] = {name: [] for name in actions}
    for turn in range(runs + 1):
        for name, action in actions.items():
            took = action()
            if turn:
                seconds[name].append(took)
    return {name: statistics.median(values) for name, values in seconds.items()}


if __name__ == "__main__":
    main()
