"""Writes docs/reference/readers.md: which programs read the files that ctgraph writes.

    python scripts/build_readers.py [PAGE]        default docs/reference/readers.md

Each program reads each file, and what it found is compared with what was written: of a network its
nodes, ties, weights, labels and truth values, of RDF every quad. The programs, which the tests do
not need, are those of

    pip install igraph networkit rdflib rustworkx          in the environment of ctgraph
    npm install cytoscape graphology graphology-gexf graphology-graphml jsonld n3
    apt-get install librdf-trine-perl python3-graph-tool raptor2-utils

and `riot` of Apache Jena. NODE_PATH says where the packages of npm lie, RIOT the command of Jena.
Nothing is written if a program is missing; exit 1 if one reads something else than is said here.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox

import ctgraph
from ctgraph.export import export
from ctgraph.network import build_network

READERS = Path(__file__).with_name("readers")
NETWORKS = {"graphml": "GraphML", "gexf": "GEXF", "cyjs": "Cytoscape JSON"}
GRAPHS = {
    "ttl": "Turtle", "trig": "TriG", "nt": "N-Triples", "nq": "N-Quads", "jsonld": "JSON-LD",
    "rdf": "RDF/XML",
}  # fmt: skip
VIEWS = ("cooperation", "funding", "everything")
ACTOR = "UNODC"

Found = dict[str, Any]
Reader = tuple[str, tuple[str, ...], Callable[[str], Found]]


def run(*command: str) -> str:
    """Run a program and return what it printed.

    Raises:
        ValueError: It failed; the last line it said.
    """
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    except FileNotFoundError:
        sys.exit(f"not found: {command[0]}; see {__file__}")
    if done.returncode:
        raise ValueError((done.stderr.strip() or "it failed").splitlines()[-1][:200])
    return done.stdout


def read_json(*command: str) -> Callable[[str], Found]:
    """Return a reader that prints JSON as its last line."""
    return lambda path: json.loads(run(*command, path).splitlines()[-1])


def read_quads(version: Callable[[], str], *command: str) -> Callable[[str], Found]:
    """Return a reader that prints N-Quads, with what it writes after the name of a format."""
    return lambda path: {"version": version(), "quads": run(*command, path)}


def rapper(path: str) -> Found:
    """Read with raptor, which takes the names of formats."""
    names = {"ttl": "turtle", "nt": "ntriples", "nq": "nquads", "rdf": "rdfxml"}
    ending = path.rpartition(".")[2]
    quads = run("rapper", "-q", "-i", names.get(ending, ending), "-o", "nquads", path)
    return {"version": run("rapper", "--version").strip(), "quads": quads}


def trine(path: str) -> Found:
    """Read with RDF::Trine, whose version is in the first line."""
    text = run("perl", str(READERS / "read.pl"), path)
    return {"version": text.partition("\n")[0].removeprefix("# "), "quads": text}


def readers() -> list[Reader]:
    """Return the programs: name, the endings of what they read, and how."""
    python, script = sys.executable, str(READERS / "read.py")
    node = ("node", str(READERS / "read.js"))
    riot = shlex.split(os.environ.get("RIOT", "riot"))

    def jena() -> str:
        return re.search(r"[\d.]+\d", run(*riot, "--version"))[0]  # type: ignore[index]

    nquads = ("trig", "nq", "ttl", "nt")
    return [
        ("NetworkX", tuple(NETWORKS), read_json(python, script, "networkx")),
        ("igraph", ("graphml",), read_json(python, script, "igraph")),
        # A package of the system, for that Python alone.
        ("graph-tool", ("graphml",), read_json("/usr/bin/python3", script, "graph_tool")),
        ("NetworKit", ("graphml",), read_json(python, script, "networkit")),
        ("rustworkx", ("graphml",), read_json(python, script, "rustworkx")),
        ("graphology", ("graphml", "gexf"), read_json(*node, "graphology")),
        ("Cytoscape.js", ("cyjs",), read_json(*node, "cytoscape")),
        ("rdflib", tuple(GRAPHS), read_json(python, script, "rdflib")),
        ("N3.js", nquads, read_json(*node, "n3")),
        ("jsonld.js", ("jsonld",), read_json(*node, "jsonld")),
        ("Raptor", (*nquads, "rdf"), rapper),
        ("RDF::Trine", (*nquads, "rdf"), trine),
        ("Apache Jena", (*nquads, "rdf"), read_quads(jena, *riot, "--output=nquads")),
    ]


def write_files(folder: Path) -> dict[str, Found]:
    """Write the files and return, by name, what is in each."""
    expected: dict[str, Found] = {}
    with ctgraph.open() as kg:
        store = kg.store
        for view in VIEWS:
            graph = build_network(store, view)
            edges = [data for *_, data in graph.edges(data=True)]
            held: Found = {
                "nodes": len(graph),
                "edges": len(edges),
                "weight": sum(data["weight"] for data in edges),
                "labels": sorted(data["label"] for _, data in graph.nodes(data=True)),
                "shared": sum(data.get("shared") is True for data in edges),
                "view": view,
            }
            for ending in NETWORKS:
                export(store, folder / f"{view}.{ending}", view=view)
                expected[f"{view}.{ending}"] = held
        for ending in GRAPHS:
            parts = ("claims",) if ending in {"trig", "nq", "jsonld"} else ()
            export(store, folder / f"graph.{ending}", actor=ACTOR, parts=parts)
    for ending in GRAPHS:
        source = "nq" if ending in {"trig", "nq", "jsonld"} else "nt"
        expected[f"graph.{ending}"] = {"quads": (folder / f"graph.{source}").read_text("utf-8")}
    return expected


def compare(expected: Found, found: Found) -> str:
    """Return what is wrong with what was found; empty for nothing."""
    for key, value in found.items():
        if key == "quads":
            here, there = (
                set(ox.parse(one, ox.RdfFormat.N_QUADS)) for one in (expected[key], value)
            )
            if here != there:
                example = next(iter(here - there or there - here))
                return f"{len(here - there)} of {len(here)} statements differ, such as `{example}`"
        elif key == "labels":
            if sorted(value) != expected[key]:
                return "labels differ"
        elif key != "version" and value != expected[key]:
            return f"{key}: {value} for {expected[key]}"
    return ""


def main() -> int:
    """Write the page."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    default = Path(__file__).parents[1] / "docs" / "reference" / "readers.md"
    options.add_argument("page", type=Path, nargs="?", default=default)
    page = options.parse_args().page
    rows: list[tuple[str, str, dict[str, str]]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        expected = write_files(folder)
        for title, endings, read in readers():
            versions, said = list[str](), {}
            for file, held in expected.items():
                ending = file.rpartition(".")[2]
                if ending not in endings:
                    continue
                try:
                    found = read(str(folder / file))
                    wrong = compare(held, found)
                    versions += [found["version"]] if found["version"] not in versions else []
                except ValueError as error:
                    wrong = f"refused: {error}"
                if wrong:
                    sys.stderr.write(f"{title}: {file}: {wrong}\n")
                    said[ending] = wrong
                said.setdefault(ending, "")
            rows.append((title, ", ".join(versions), said))
    page.write_text(_page(rows), encoding="utf-8")
    return int(any(wrong for _, _, said in rows for wrong in said.values()))


def _page(rows: list[tuple[str, str, dict[str, str]]]) -> str:
    def table(kinds: dict[str, str]) -> str:
        lines = [
            f"| reader | {' | '.join(kinds.values())} |",
            f"|---|{'---|' * len(kinds)}",
        ]
        for title, version, said in rows:
            if set(said) & set(kinds):
                cells = [(said[one] or "all") if one in said else "" for one in kinds]
                lines.append(f"| {title} {version} | {' | '.join(cells)} |")
        return "\n".join(lines)

    return f"""<!-- Written by scripts/build_readers.py, which runs these programs. -->

# Who reads what is written

*All*: it was found whole. An empty cell: the program does not read the format, or this was not
tried.

## Networks

The networks {", ".join(VIEWS)} of the bundled graph: nodes, ties, the sum of
the weights, and, where the reader has them, labels, truth values and what is said of the whole.

{table(NETWORKS)}

What nobody tells is missing in the file: `amount` of a tie without one is NaN in igraph, `None` in
rustworkx, 0 in graph-tool. NetworKit keeps nodes, ties and weights alone.

## RDF

What concerns {ACTOR}, in TriG, N-Quads and JSON-LD with each claim a graph: every statement is
compared, character by character.

{table(GRAPHS)}
"""


if __name__ == "__main__":
    sys.exit(main())
