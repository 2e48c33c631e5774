"""Measures what the views of a store on disk cost, whole and as outlines of nodes and edges alone.

    python benchmarks/generate.py 100000 data.nq && ctgraph load data.nq --store small
    python benchmarks/generate.py 1000000 more.nq && ctgraph load more.nq --store large
    python benchmarks/views.py small large

CPU seconds of the first build of each in one process; the exponent is that of the growth with the
edges between the first store and the last. To compare versions, run it beside each other.
"""

from __future__ import annotations

import math
import sys
import time

import ctgraph
from ctgraph.network import VIEWS, build_network, build_outline


def main() -> None:
    """Prints a table of the stores that the command line names."""
    stores = [ctgraph.open(store=path).store for path in sys.argv[1:]]
    for store in stores:
        store.ask("ASK { ?s ?p ?o }")
    print("| view | edges | whole, CPU s | exponent | outline, CPU s | exponent |")
    print("|---|---|---|---|---|---|")
    for view in VIEWS:
        edges, whole, outline = [], [], []
        for store in stores:
            start = time.process_time()
            edges.append(build_network(store, view).number_of_edges())
            between = time.process_time()
            build_outline(store, view)
            whole.append(between - start)
            outline.append(time.process_time() - between)
        cells = [
            " → ".join(f"{number:,}" for number in edges),
            " → ".join(f"{seconds:.2f}" for seconds in whole),
            _exponent(edges, whole),
            " → ".join(f"{seconds:.2f}" for seconds in outline),
            _exponent(edges, outline),
        ]
        print(f"| {view} | " + " | ".join(cells) + " |", flush=True)


def _exponent(sizes: list[int], seconds: list[float]) -> str:
    """The power of the size with which time grows; none where the size does not."""
    if sizes[-1] < 2 * sizes[0]:
        return ""
    return f"{math.log(seconds[-1] / seconds[0]) / math.log(sizes[-1] / sizes[0]):.2f}"


if __name__ == "__main__":
    main()
