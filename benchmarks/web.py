"""Measures `ctgraph serve` against two other SPARQL servers in one run; prints Markdown tables.

    python benchmarks/web.py                     the bundled graph, in memory
    python benchmarks/web.py --size 1000000      generated claims, on disk; without rdflib-endpoint

All hold the same quads and answer the same requests in SPARQL-JSON: the Oxigraph server, which is
compiled, and rdflib-endpoint (`pip install 'rdflib-endpoint>=0.6' uvicorn`), which is Python as
ctgraph is. ctgraph is asked twice over: for something else each time (the query ends in a number as
a comment), so that every answer is made by a worker; and for the same each time, so that a kept
answer is given again. The limits are on. The client runs on the same machine.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import http.client
import itertools
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from generate import write_quads
from run import workspace

from ctgraph.terms import CT

HEADER = f"PREFIX ct: <{CT}>\n"
QUESTIONS = {
    "light: ten claims": "SELECT ?x ?q { ?x a ct:Claim ; ct:quote ?q } LIMIT 10",
    "medium: who took part in 200 activities": "SELECT ?a (COUNT(*) AS ?n) "
    "{ { SELECT ?x { ?x ct:startDate ?d } LIMIT 200 } ?p ct:activity ?x ; ct:participant ?a } "
    "GROUP BY ?a ORDER BY DESC(?n) LIMIT 20",
    "heavy: busiest actors of all": "SELECT ?a (COUNT(*) AS ?n) "
    "{ ?p ct:participant ?a ; ct:activity ?x } GROUP BY ?a ORDER BY DESC(?n) LIMIT 20",
}
CLIENTS = (1, 8, 32)


class Server(NamedTuple):
    """A server that is measured."""

    name: str
    url: str
    process: int
    seconds: float
    is_varied: bool = True


class Load(NamedTuple):
    """What came of many requests."""

    rate: float
    median: float
    late: float
    work: float


def main() -> None:
    """Runs what the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--size", type=int, help="triples of generated claims")
    parser.add_argument("--seconds", type=float, default=2.0, help="of each measurement")
    parser.add_argument("--keep", type=Path, help="folder for generated files, kept")
    args = parser.parse_args()
    with workspace(args.keep) as folder, contextlib.ExitStack() as stack:
        store = folder / "service.store"
        dump = folder / "service.nq"
        options: list[str] = []
        if args.size is not None:
            quads = write_quads(args.size, folder / f"bench-{args.size}.nq")
            if not store.exists():
                _ctgraph("load", str(quads), "--store", str(store), "--quiet")
            options = ["--store", str(store)]
        _ctgraph("export", "--include", "claims,derived,ontology", "-o", str(dump), *options)
        database = folder / "service.oxigraph"
        if args.size is not None and not database.exists():
            _oxigraph("load", "--location", str(database), "--file", str(dump))
        # 32 clients who ask what takes seconds wait longer than the time that is usual.
        limits = ("--timeout", "300")
        servers = [
            stack.enter_context(_serve_oxigraph(dump, database if args.size else None)),
            stack.enter_context(serve_ctgraph("ctgraph", *limits, *options)),
        ]
        if args.size is None:
            servers[1:1] = [stack.enter_context(_serve_rdflib(dump))]
        print_starts(servers)
        servers.append(servers[-1]._replace(name="ctgraph, kept answers", is_varied=False))
        print_loads(servers, args.seconds)


def print_starts(servers: list[Server]) -> None:
    """Prints how long each took to answer for the first time, and its memory."""
    print("| server | first answer, s | memory, MiB |\n|---|---|---|")
    for server in servers:
        print(f"| {server.name} | {server.seconds:.2f} | {_memory(server.process) >> 20} |")
    print()


def print_loads(servers: list[Server], seconds: float) -> None:
    """Prints throughput and latency of each question and number of clients."""
    print("| question | clients | server | answers/s | ratio | median ms | 95 % ms | CPU ms |")
    print("|---|---|---|---|---|---|---|---|")
    for name, text in QUESTIONS.items():
        for count in CLIENTS:
            base: Load | None = None
            for server in servers:
                load = asyncio.run(_measure(server, HEADER + text, count, seconds))
                base = base or load
                print(
                    f"| {name} | {count} | {server.name} | {load.rate:.0f} | "
                    f"{load.rate / base.rate:.2f} | {load.median * 1e3:.1f} | "
                    f"{load.late * 1e3:.1f} | {load.work * 1e3:.2f} |",
                    flush=True,
                )


async def _measure(server: Server, text: str, count: int, seconds: float) -> Load:
    parts = urlsplit(server.url)
    start = f"GET {parts.path}?query={quote(text, safe='')}%20%23"
    rest = f" HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept: application/sparql-results+json\r\n\r\n"
    numbers = itertools.count() if server.is_varied else itertools.repeat(0)
    times: list[float] = []

    async def ask_until(end: float) -> None:
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        while (begun := time.perf_counter()) < end:
            writer.write(f"{start}{next(numbers)}{rest}".encode())
            await _read_answer(reader)
            times.append(time.perf_counter() - begun)
        writer.close()
        await writer.wait_closed()

    await ask_until(time.perf_counter() + 0.3)
    times.clear()
    work = _work(server.process)
    begun = time.perf_counter()
    await asyncio.gather(*(ask_until(begun + seconds) for _ in range(count)))
    took = time.perf_counter() - begun
    work = _work(server.process) - work
    times.sort()
    return Load(
        len(times) / took,
        statistics.median(times),
        times[int(len(times) * 0.95)],
        work / len(times),
    )


async def _read_answer(reader: asyncio.StreamReader) -> bytes:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    assert b" 200 " in head.split(b"\r\n")[0], head
    if b"content-length:" in head:
        return await reader.readexactly(int(head.partition(b"content-length:")[2].split()[0]))
    body = b""
    while size := int(await reader.readuntil(b"\r\n"), 16):
        body += await reader.readexactly(size)
        await reader.readexactly(2)
    await reader.readexactly(2)
    return body


@contextlib.contextmanager
def _serving(name: str, command: list[str], port: int, path: str) -> Iterator[Server]:
    begun = time.perf_counter()
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        while not _is_ready(port, path):
            assert process.poll() is None, f"{name} ended at once"
            time.sleep(0.01)
        took = time.perf_counter() - begun
        yield Server(name, f"http://127.0.0.1:{port}{path}", process.pid, took)
    finally:
        process.terminate()
        process.wait()


@contextlib.contextmanager
def serve_ctgraph(name: str, *options: str) -> Iterator[Server]:
    """A server of ours that answers, and ends with the context."""
    port = _free_port()
    command = [sys.executable, "-m", "ctgraph", "serve", "--port", str(port)]
    command += ["--log-file", os.devnull, *options]
    with _serving(name, command, port, "/sparql") as server:
        yield server


@contextlib.contextmanager
def _serve_oxigraph(dump: Path, database: Path | None) -> Iterator[Server]:
    port = _free_port()
    command = [_found("oxigraph"), "serve", "--bind", f"127.0.0.1:{port}"]
    if database is not None:
        command[1:2] = ["serve-read-only", "--location", str(database)]
    with _serving("oxigraph", command, port, "/query") as server:
        begun = time.perf_counter()
        if database is None:
            connection = http.client.HTTPConnection("127.0.0.1", port)
            kind = {"Content-Type": "application/n-quads"}
            connection.request("PUT", "/store", dump.read_bytes(), kind)
            assert connection.getresponse().status in (201, 204)
        yield server._replace(seconds=server.seconds + time.perf_counter() - begun)


@contextlib.contextmanager
def _serve_rdflib(dump: Path) -> Iterator[Server]:
    port = _free_port()
    where = ["--host", "127.0.0.1", "--port", str(port)]
    command = [_found("rdflib-endpoint"), "serve", *where, str(dump)]
    with _serving("rdflib-endpoint", command, port, "/") as server:
        yield server


def _is_ready(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", f"{path}?query={quote('ASK {}')}")
        return connection.getresponse().status == 200
    except ConnectionRefusedError:
        return False
    finally:
        connection.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _family(process: int) -> list[int]:
    """A process and all that come from it."""
    found = [process]
    for task in Path(f"/proc/{process}/task").iterdir():
        with contextlib.suppress(OSError):  # a thread that has just ended
            for child in (task / "children").read_text().split():
                found += _family(int(child))
    return found


def _work(process: int) -> float:
    """Seconds of processor time that a server took, with what came from it."""
    ticks = 0
    for number in _family(process):
        fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
        ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _memory(process: int) -> int:
    """Bytes of memory; what processes share counts once."""
    total = 0
    for number in _family(process):
        for line in Path(f"/proc/{number}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1]) << 10
    return total


def _ctgraph(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "ctgraph", *arguments], check=True)


def _oxigraph(*arguments: str) -> None:
    subprocess.run([_found("oxigraph"), *arguments], check=True, stderr=subprocess.DEVNULL)


def _found(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


if __name__ == "__main__":
    main()
