"""A store that is loaded anew while it is served: no answer is wrong, lost or stale."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import random
import re
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from serving import get
from test_web import MINI, Front

from ctgraph.service.handler import Limits
from ctgraph.service.settings import Settings
from ctgraph.service.workers import pool as pools
from ctgraph.service.workers.fork_server import Plan
from ctgraph.service.workers.pool import Pool
from ctgraph.store.disk import DESCRIPTION
from ctgraph.store.project import locate
from ctgraph.store.store import build_store, open_store

ROUNDS = 3
"""Loads under questions; called as a program with a number, this file does more."""

WHICH = get('SELECT ?c { ?c a ct:Claim FILTER(CONTAINS(STR(?c), "round")) }')
"""Asks which load made the graph."""

LONG = get("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }")


def load(folder: Path, number: int) -> None:
    """Make the next generation, whose number a claim tells."""
    file = folder.with_name("round.trig")
    file.write_text(
        f"""
@prefix ct: <https://w3id.org/ctgraph/ontology#> .
@prefix ctd: <https://w3id.org/ctgraph/id/> .
ctd:round-{number} {{
    ctd:round-{number} a ct:Claim ; ct:quote "x"@ja ; ct:section ctd:mini-section-2 ;
        ct:basis ct:Stated .
    ctd:some-state a ct:State .
}}
""",
        encoding="utf-8",
    )
    build_store(folder, [file], locate(MINI), replace=True)


def generations(folder: Path) -> set[str]:
    return {path.name.removeprefix("generation-") for path in folder.glob("generation-*")}


class Served(Front):
    """A store in a folder, served."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        load(folder, 1)
        plan = Plan(project=str(MINI), store=str(folder), memory=256 << 20)
        super().__init__(Settings(plan=plan, workers=4, limits=Limits(seconds=600)))

    @property
    def pool(self) -> Pool:
        assert self.app.pool is not None
        return self.app.pool

    async def number(self, path: str = WHICH) -> int:
        got = await self.answer(path, accept="text/csv")
        assert got.status == 200, (got, self.records[-1])
        found = re.search(r"round-(\d+)", got.body.decode())
        assert found is not None, got.body
        return int(found[1])

    async def until_number(self, number: int) -> None:
        async with asyncio.timeout(60):
            while await self.number() != number:
                await asyncio.sleep(0.02)


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    front = Served(folder)
    try:
        yield front
    finally:
        front.close()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pools, "_LOOK", 0.05)
        with served(tmp_path_factory.mktemp("served") / "store") as front:
            yield front


def test_a_generation_in_use_is_not_deleted(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    load(folder, 1)
    with open_store(MINI, folder) as first, open_store(MINI, folder) as second:
        for number in (2, 3, 4):
            load(folder, number)
        assert first.ask("ASK { ctd:round-1 ?p ?o }")  # which opens it only now
        first.close()
        load(folder, 5)
        assert generations(folder) == {"1", "4", "5"}
        assert second.ask("ASK { ctd:round-1 ?p ?o }", timeout=60)
    load(folder, 6)
    assert generations(folder) == {"5", "6"}


def test_loads_are_noticed_under_questions(store: Served) -> None:
    store.loop.run_until_complete(play(store, ROUNDS, random.Random(1)))


def test_what_runs_is_finished_with_the_graph_that_it_began_with(store: Served) -> None:
    async def test() -> None:
        number = await store.number()
        running = asyncio.ensure_future(store.answer(LONG))
        async with asyncio.timeout(60):
            while not store.pool.slow.running:
                await asyncio.sleep(0.01)
        for _ in range(3):
            number += 1
            await asyncio.to_thread(load, store.folder, number)
            await store.until_number(number)
        assert not running.done()
        assert len(store.pool._servers) >= 2
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        async with asyncio.timeout(60):
            while len(store.pool._servers) > 1:  # the old ones end with their last answer
                await asyncio.sleep(0.01)

    store.loop.run_until_complete(test())


def test_a_graph_that_cannot_be_opened_is_tried_again(
    store: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "_PAUSES", (0.05, 0.1))
    description = store.folder / DESCRIPTION
    good = description.read_text(encoding="utf-8")

    async def test() -> None:
        number = await store.number()
        before = len(store.records)
        description.write_text("{", encoding="utf-8")
        async with asyncio.timeout(60):
            while not store.pool.trouble:
                await asyncio.sleep(0.01)
        # What was served still is.
        assert await store.number(f"{WHICH}%23again") == number
        health = await store.answer("/healthz")
        assert health.status == 200
        assert health.body.startswith(b"alive\nthe graph stays as it was: ctgraph-store.json: dam")
        # Nothing is, once its process has ended.
        server = store.pool._server
        assert server is not None
        assert server._process is not None
        server._process.kill()
        async with asyncio.timeout(60):
            while store.pool.can_answer:
                await asyncio.sleep(0.01)
        health = await store.answer("/healthz")
        assert health.status == 503
        assert "ctgraph-store.json: damaged" in json.loads(health.body)["error"]
        assert str(store.folder) not in health.body.decode()
        assert (await store.answer(f"{WHICH}%23other")).status == 503
        description.write_text(good, encoding="utf-8")
        async with asyncio.timeout(60):
            while not store.pool.can_answer:
                await asyncio.sleep(0.01)
        assert await store.number() == number
        assert (await store.answer("/healthz")).body == b"alive\n"
        said = [one for one in store.records[before:] if one.get("event") == "graph-not-opened"]
        assert said
        assert f"{description}: damaged" in said[0]["detail"]

    store.loop.run_until_complete(test())


async def play(front: Served, rounds: int, chance: random.Random) -> int:
    """Load again and again, kill workers that wait, and ask all the time; gives how often.

    An answer tells a graph that was current when it was asked for or later, so the numbers of one
    who asks never fall, and each load is told after a while.
    """
    first = await front.number()
    newest = first
    answered = 0
    is_over = False

    async def ask(who: int) -> None:
        nonlocal answered
        before = first
        for count in itertools.count():
            if is_over:
                return
            # Some ask the same, some what nobody asked; some have an answer already.
            path = WHICH if who % 2 else f"{WHICH}%23{who}-{count}"
            number = await front.number(path)
            assert before <= number <= newest, (before, number, newest)
            before = number
            answered += 1
            await asyncio.sleep(0.001)

    asking = [asyncio.ensure_future(ask(who)) for who in range(6)]
    try:
        for number in range(first + 1, first + 1 + rounds):
            newest = number
            await asyncio.to_thread(load, front.folder, number)
            event = chance.randrange(4)
            if event == 1:
                for worker in list(front.pool.quick.idle):
                    os.kill(worker.process, signal.SIGKILL)
            elif event == 2:
                await front.pool.reload()
            elif event == 3:
                continue  # the next load comes before this one is seen
            await front.until_number(number)
            for one in asking:
                if one.done():
                    one.result()
    finally:
        is_over = True
        await asyncio.gather(*asking)
    await front.until_number(newest)
    return answered


def main() -> None:
    """Play as many rounds as the command line says."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder, served(Path(folder) / "store") as front:
        answered = front.loop.run_until_complete(play(front, int(sys.argv[1]), random.Random()))
        print(f"{answered:,} answers, {sorted(generations(front.folder))} left")


if __name__ == "__main__":
    main()
