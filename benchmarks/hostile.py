"""Measures what 20 hostile clients do to 50 that ask light questions; prints a Markdown table.

    python benchmarks/hostile.py                 a few minutes; best on a machine with nothing to do

The hostile ones ask the queries of tests/tools/hostile_queries.py in turn, without a pause, each
with a limit of a few seconds and a text that was never seen before, so that nobody can know it is
slow. Twelve more send the heads of requests byte by byte, bodies that do not come, and bodies of
16 MiB.
The light ones ask without a pause (the machine is then busy with them alone) or once a second
each. Answers are not kept (`--cache 0`). All clients are in one process on the same machine.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from web import serve_ctgraph

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests" / "tools"))
from hostile_queries import HOSTILE

Send = Callable[[asyncio.StreamWriter], Awaitable[None]]

# No two clients ask the same, for the service would answer both at once.
LIGHT = "SELECT ?x ?q {{ ?x a ct:Claim ; ct:quote ?q }} OFFSET {} LIMIT 10"
LIGHT_CLIENTS, HOSTILE_CLIENTS, ODD_CLIENTS = 50, 20, 12


class Figures(NamedTuple):
    """Times of many answers in seconds."""

    median: float
    late: float
    answers: int


class Run(NamedTuple):
    """What one run found."""

    alone: Figures
    among: Figures
    overrun: float
    attacks: int


class Clients:
    """Clients of one server.

    Args:
        url: Its SPARQL endpoint.
        seconds: How long each measurement takes.
        limit: What a hostile question may take.
    """

    def __init__(self, url: str, seconds: float, limit: float) -> None:
        parts = urlsplit(url)
        self.host, self.port = parts.hostname, parts.port
        self.path, self.seconds, self.limit = parts.path, seconds, limit
        self.fresh = itertools.count()

    async def measure(self, pause: float) -> Run:
        """What the light clients see, alone and then among hostile ones."""
        await self.settle()
        await self.ask_all(pause, 1.0)
        alone = await self.ask_all(pause, self.seconds)
        end = time.perf_counter() + self.seconds + 1
        overruns: list[float] = []
        attackers = [
            asyncio.ensure_future(self.attack(number, end, overruns))
            for number in range(HOSTILE_CLIENTS)
        ]
        odd = (self.send_slow_head, self.send_half_a_body, self.send_big_body)
        attackers += [
            asyncio.ensure_future(self.repeat(odd[number % len(odd)], end))
            for number in range(ODD_CLIENTS)
        ]
        await asyncio.sleep(1)
        among = await self.ask_all(pause, self.seconds)
        await asyncio.gather(*attackers)
        return Run(alone, among, max(overruns), len(overruns))

    async def settle(self) -> None:
        """Wait until the service has loaded what it loads when nobody asks."""
        while True:
            reader, writer = await asyncio.open_connection(self.host, self.port)
            writer.write(b"GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            is_warm = b'event="warm"' in await reader.read()
            writer.close()
            if is_warm:
                return
            await asyncio.sleep(0.2)

    async def ask_all(self, pause: float, seconds: float) -> Figures:
        """How long the answers of all light clients took."""
        times: list[float] = []
        end = time.perf_counter() + seconds
        clients = range(LIGHT_CLIENTS)
        await asyncio.gather(*(self.ask(number, pause, end, times) for number in clients))
        times.sort()
        return Figures(statistics.median(times), times[int(len(times) * 0.95)], len(times))

    async def ask(self, number: int, pause: float, end: float, times: list[float]) -> None:
        """Ask the light question again and again."""
        reader, writer = await asyncio.open_connection(self.host, self.port)
        await asyncio.sleep(pause * number / LIGHT_CLIENTS)
        target = f"{self.path}?query={quote(LIGHT.format(number), safe='')}"
        head = f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        while (begun := time.perf_counter()) < end:
            writer.write(head)
            status = await _read_answer(reader)
            assert status == 200, status
            times.append(time.perf_counter() - begun)
            await asyncio.sleep(max(0.0, begun + pause - time.perf_counter()) if pause else 0)
        writer.close()
        await writer.wait_closed()

    async def attack(self, number: int, end: float, overruns: list[float]) -> None:
        """Ask hostile questions, one after the other."""
        texts = itertools.cycle([*HOSTILE.values()][number:] + [*HOSTILE.values()][:number])
        while (begun := time.perf_counter()) < end:
            body = f"{next(texts)}\n# {next(self.fresh)}".encode()
            reader, writer = await asyncio.open_connection(self.host, self.port)
            writer.write(
                f"POST {self.path}?timeout={self.limit} HTTP/1.1\r\nHost: x\r\n"
                f"Content-Type: application/sparql-query\r\nContent-Length: {len(body)}\r\n"
                "Connection: close\r\n\r\n".encode()
                + body
            )
            await _read_answer(reader)
            overruns.append(time.perf_counter() - begun - self.limit)
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def repeat(self, send: Send, end: float) -> None:
        """Send something odd again and again, each time over a connection of its own.

        There is a short pause, for all clients share the process that measures.
        """
        while time.perf_counter() < end:
            reader, writer = await asyncio.open_connection(self.host, self.port)
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, TimeoutError):
                async with asyncio.timeout(end - time.perf_counter()):
                    await send(writer)
                    await reader.read()
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
            await asyncio.sleep(0.1)

    async def send_slow_head(self, writer: asyncio.StreamWriter) -> None:
        """Send a head that never ends, a byte at a time."""
        for byte in f"GET {self.path} HTTP/1.1\r\nHost: x\r\nX: ".encode() + b"y" * 1000:
            writer.write(bytes((byte,)))
            await writer.drain()
            await asyncio.sleep(0.1)

    async def send_half_a_body(self, writer: asyncio.StreamWriter) -> None:
        """Send a request whose body does not come."""
        writer.write(self._post(1000) + b"ASK {")

    async def send_big_body(self, writer: asyncio.StreamWriter) -> None:
        """Send a body that is larger than it may be, without saying so."""
        writer.write(self._post(None))
        for _ in range(256):
            writer.write(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
            await writer.drain()

    def _post(self, length: int | None) -> bytes:
        size = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
        return (
            f"POST {self.path} HTTP/1.1\r\nHost: x\r\n"
            f"Content-Type: application/sparql-query\r\n{size}\r\n\r\n"
        ).encode()


async def _read_answer(reader: asyncio.StreamReader) -> int:
    """The status of the next answer, which is read in full."""
    head = await reader.readuntil(b"\r\n\r\n")
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            await reader.readexactly(int(line.split(b":")[1]))
    return int(head.split()[1])


def main() -> None:
    """Runs what the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=10.0, help="of each measurement")
    parser.add_argument("--limit", type=float, default=3.0, help="seconds of a hostile question")
    parser.add_argument("options", nargs="*", help="options of ctgraph serve, after --")
    args = parser.parse_args()
    print(
        "| light clients | run | alone, median ms | 95 % | among, median ms | 95 % | ratio "
        "| largest overrun, s | hostile answers |\n|---|---|---|---|---|---|---|---|---|"
    )
    for name, pause in (("without pause", 0.0), ("once a second", 1.0)):
        found = list(_measure(args, pause))
        for number, run in enumerate(found, start=1):
            print(_row(name, str(number), run), flush=True)
        middle = sorted(found, key=lambda run: run.among.median / run.alone.median)[len(found) // 2]
        print(_row(name, "**middle**", middle), flush=True)


def _measure(args: argparse.Namespace, pause: float) -> Iterator[Run]:
    for _ in range(args.runs):
        with serve_ctgraph("ctgraph", "--cache", "0", *args.options) as server:
            yield asyncio.run(Clients(server.url, args.seconds, args.limit).measure(pause))


def _row(name: str, number: str, run: Run) -> str:
    figures = (run.alone.median, run.alone.late, run.among.median, run.among.late)
    times = " | ".join(f"{seconds * 1e3:.1f}" for seconds in figures)
    ratio = run.among.median / run.alone.median
    return f"| {name} | {number} | {times} | {ratio:.1f} | {run.overrun:.2f} | {run.attacks} |"


if __name__ == "__main__":
    main()
