"""Measures what it costs to add ten claims to a store and to withdraw them, against building it.

    python benchmarks/growth.py --size 100000 --size 1000000

All in one run: CPU and wall time, bytes that the process has the system write, peak memory, and
how many times less than a fresh load each is. The store is held against one that was built of the
same files at once, quad by quad.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from costs import Cost, cost
from generate import more_claims, write_quads

_CTGRAPH = (sys.executable, "-m", "ctgraph")
_TEN = 10
_ROUNDS = 3


def main() -> None:
    """Measures each size that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--size", type=int, action="append", help="triples of generated data")
    for size in parser.parse_args().size or [100_000]:
        with tempfile.TemporaryDirectory(prefix="ctgraph-bench-") as folder:
            measure(size, Path(folder))


def measure(size: int, folder: Path) -> None:
    """Prints the table of one size.

    Args:
        size: Triples of claims.
        folder: Where files are written.
    """
    import pyoxigraph as ox

    data = write_quads(size, folder / "data.nq")
    store = folder / "store"
    costs = {"`ctgraph load`, a fresh store": load(store, data)}
    dump = folder / "dump.nq"
    graph = ox.Store.read_only(str(store / "generation-1"))
    graph.dump(str(dump), ox.RdfFormat.N_QUADS)
    del graph
    raw = (
        f"import pyoxigraph as ox; s = ox.Store({str(folder / 'raw')!r}); "
        f"s.bulk_load(path={str(dump)!r}, format=ox.RdfFormat.N_QUADS, lenient=True); s.flush()"
    )
    costs["pyoxigraph `bulk_load` of its quads"] = cost([sys.executable, "-c", raw])
    files = [data]
    for turn in range(_ROUNDS):
        files.append(folder / f"ten-{turn}.nq")
        first = 10_000_000 + turn * _TEN
        names = write_more(files[-1], first, size)
        costs[f"`ctgraph load` of ten claims, {turn + 1}"] = load(store, files[-1])
    command = [*_CTGRAPH, "withdraw", *names, "--store", str(store)]
    costs["`ctgraph withdraw` of ten claims"] = cost(command)
    load(folder / "again", *files[:-1])
    is_same = read(store) == read(folder / "again")
    print(f"\n### Growth, {size:,} triples of claims\n")
    print("| process | CPU s | wall s | MB written | peak MiB | fresh / this: CPU | wall | MB |")
    print("|---|---|---|---|---|---|---|---|")
    fresh = next(iter(costs.values()))
    for name, one in costs.items():
        ratios = (fresh.cpu / one.cpu, fresh.wall / one.wall, fresh.written / one.written)
        print(
            f"| {name} | {one.cpu:.2f} | {one.wall:.2f} | {one.written:,.1f} | {one.memory:,.0f} | "
            + " | ".join(f"{ratio:,.1f}" for ratio in ratios)
            + " |"
        )
    print(f"\nThe same quads as a fresh load of the same files: {'yes' if is_same else 'NO'}.")


def write_more(path: Path, first: int, size: int) -> list[str]:
    """The names of ten more claims about actors that are there, written to a file."""
    path.write_text("".join(f"{line}\n" for line in more_claims(first, _TEN, size)), "utf-8")
    return [f"ctd:bench-claim-{first + number}" for number in range(_TEN)]


def load(store: Path, *files: Path) -> Cost:
    """What it costs to load files into a store."""
    return cost([*_CTGRAPH, "load", *map(str, files), "--store", str(store), "-q"])


def read(store: Path) -> bytes:
    """The sorted quads of the newest generation, in brief."""
    import hashlib

    import pyoxigraph as ox

    newest = max(store.glob("generation-*"), key=lambda path: int(path.name.rpartition("-")[2]))
    lines = (ox.Store.read_only(str(newest)).dump(format=ox.RdfFormat.N_QUADS) or b"").splitlines()
    return hashlib.sha256(b"\n".join(sorted(lines))).digest()


if __name__ == "__main__":
    main()
