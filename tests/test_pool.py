"""The workers: lanes, deadlines, deaths, replacement."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from ctgraph.errors import CtgraphError, StoreError
from ctgraph.service.faults import Failed
from ctgraph.service.handler import Limits, Request
from ctgraph.service.workers.lanes import Queue
from ctgraph.service.workers.messages import Answer
from ctgraph.service.workers.nursery import Plan
from ctgraph.service.workers.pool import Pool
from ctgraph.service.workers.processes import Job
from ctgraph.store.store import build_store

PLAN = Plan(project=str(Path(__file__).parent / "mini"), memory=256 << 20, modules=("handlers",))


@asynccontextmanager
async def pool_of(
    plan: Plan = PLAN, places: int = 6, note: Callable[[str], None] | None = None
) -> AsyncIterator[Pool]:
    pool = Pool(plan, places, note)
    await pool.start()
    try:
        yield pool
    finally:
        await pool.close()


def ask(pool: Pool, name: str, *, seconds: float = 30, **options: Any) -> asyncio.Future[Answer]:
    request = Request(query=options.pop("query", ()), values=options.pop("values", {}))
    return pool.ask(f"handlers:{name}", request, Limits(seconds=seconds), **options)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.01)


def run(test: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(test())  # type: ignore[arg-type]


def test_many_questions_are_answered() -> None:
    async def test() -> None:
        async with pool_of() as pool:
            answers = await asyncio.gather(*(ask(pool, "echo") for _ in range(200)))
            assert {answer.head.status for answer in answers} == {200}
            assert pool.stamp
            assert pool.modified.endswith("GMT")

    run(test)


def test_large_answer_is_whole() -> None:
    async def test() -> None:
        async with pool_of() as pool:
            answer = await ask(pool, "big", query=[("size", str(40 << 20))])
            assert answer.body == b"x" * (40 << 20)

    run(test)


def test_deadline_kills_and_replaces() -> None:
    events: list[str] = []

    async def test() -> None:
        async with pool_of(note=events.append) as pool:
            with pytest.raises(Failed) as caught:
                await ask(pool, "sleep", seconds=0.2)
            assert caught.value.fault.status == 504
            assert caught.value.fault.outcome == "timeout"
            assert (await ask(pool, "echo")).head.status == 200
        assert "deadline" in events

    run(test)


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGKILL, 500), (signal.SIGABRT, 507), (signal.SIGSEGV, 400)]
)
def test_death_of_a_worker_loses_only_its_own_answer(number: int, status: int) -> None:
    async def test() -> None:
        async with pool_of() as pool:
            slow = ask(pool, "sleep", query=[("seconds", "0.5")])
            with pytest.raises(Failed) as caught:
                await ask(pool, "die", values={"signal": str(int(number))})
            assert caught.value.fault.status == status
            assert (await slow).head.status == 200

    run(test)


def test_a_worker_killed_from_outside() -> None:
    async def test() -> None:
        async with pool_of() as pool:
            slow = [ask(pool, "sleep", query=[("seconds", "0.6")]) for _ in range(2)]
            await until(lambda: all(worker for worker in pool.processes) and pool.size >= 2)
            victim = next(job.worker.process for job in pool._running if job.worker)
            os.kill(victim, signal.SIGKILL)
            results = await asyncio.gather(*slow, return_exceptions=True)
            assert sum(isinstance(result, Failed) for result in results) == 1
            assert sum(isinstance(result, Answer) for result in results) == 1

    run(test)


def test_cancelled_question_stops_its_worker() -> None:
    events: list[str] = []

    async def test() -> None:
        async with pool_of(note=events.append) as pool:
            future = ask(pool, "sleep")
            await until(lambda: len(pool._running) == 1)
            worker = next(iter(pool._running)).worker
            assert worker is not None
            future.cancel()
            await until(lambda: "cancelled" in events)
            await until(lambda: worker.process not in pool.processes)
            assert (await ask(pool, "echo")).head.status == 200

    run(test)


def test_slow_questions_leave_the_quick_lane_and_are_remembered() -> None:
    async def test() -> None:
        async with pool_of(places=3) as pool:
            quick, slow, endless, _ = pool.lanes
            assert (quick.places, slow.places) == (1, 1)
            first = ask(pool, "burn", query=[("seconds", "1.2")], key="a")
            second = ask(pool, "burn", query=[("seconds", "0.6")], key="b")
            # The first went on to the slow lane; the second stays till somebody needs its place.
            await until(lambda: any(job.lane == 1 and job.place == 0 for job in pool._running))
            assert slow.busy == quick.busy == 1
            assert (await ask(pool, "echo")).head.status == 200
            assert len(slow.queue) == 1
            await first
            await second
            again = ask(pool, "burn", query=[("seconds", "0.6")], key="b")
            assert quick.busy == len(quick.queue) == 0
            assert slow.busy + len(slow.queue) + endless.busy + len(endless.queue) == 1
            await again

    run(test)


def test_slow_question_uses_a_place_that_nobody_needs() -> None:
    events: list[str] = []

    async def test() -> None:
        async with pool_of(places=4, note=events.append) as pool:
            for lane in (1, 2):
                pool._levels[lane] = lane
            taken = [ask(pool, "sleep", key=lane) for lane in (1, 2)]
            # Both slow lanes are full, and of the two quick places one may be lent.
            guest = ask(pool, "sleep", query=[("seconds", "0.3")], key=2)
            waiting = ask(pool, "sleep", key=2)
            await until(lambda: pool.lanes[0].busy == 1)
            assert len(pool.lanes[2].queue) == 1
            assert (await ask(pool, "echo")).head.status == 200
            assert (await guest).head.status == 200
            assert "requeued" not in events
            for future in (*taken, waiting):
                future.cancel()

    run(test)


def test_guest_makes_room_for_whose_place_it_is() -> None:
    events: list[str] = []

    async def test() -> None:
        async with pool_of(places=4, note=events.append) as pool:
            pool._levels["slow"] = 2
            taken = [ask(pool, "sleep", key="slow") for _ in range(2)]
            await until(lambda: pool.lanes[0].busy == 1)
            quick = [ask(pool, "sleep", query=[("seconds", "0.2")]) for _ in range(2)]
            await asyncio.gather(*quick)
            assert events.count("requeued") == 1
            assert len(pool.lanes[2].queue) == 1
            for future in taken:
                future.cancel()

    run(test)


def test_question_makes_room_sooner_for_those_that_wait() -> None:
    async def test() -> None:
        async with pool_of(places=3) as pool:
            pool.lanes[0].seconds = 600.0
            first = ask(pool, "sleep")
            await until(lambda: pool.lanes[0].busy == 1)
            assert (await ask(pool, "echo")).head.status == 200
            assert pool.lanes[1].busy == 1
            first.cancel()

    run(test)


def test_heavy_pages_take_no_place_from_questions() -> None:
    async def test() -> None:
        async with pool_of(places=4) as pool:
            heavy = pool.lanes[3]
            pages = [ask(pool, "sleep", is_heavy=True) for _ in range(8)]
            await until(lambda: heavy.busy == heavy.places)
            assert sum(lane.busy for lane in pool.lanes) == heavy.places
            answers = await asyncio.gather(*(ask(pool, "echo") for _ in range(20)))
            assert {answer.head.status for answer in answers} == {200}
            assert len(heavy.queue) == 8 - heavy.places
            for future in pages:
                future.cancel()

    run(test)


def test_workers_share_what_was_loaded_when_nobody_asked() -> None:
    events: list[str] = []

    async def test() -> None:
        plan = PLAN._replace(modules=("handlers", "ctgraph.service.pages.network"))
        async with pool_of(plan, note=events.append) as pool:
            before = set(pool.processes)
            await until(lambda: "warm" in events)
            loaded = (await ask(pool, "modules")).body.decode().split()
            assert {"networkx", "matplotlib.figure", "fontTools.subset"} <= set(loaded)
            await until(lambda: not before & set(pool.processes))

    run(test)


def test_files_of_a_killed_worker_go_with_the_pool() -> None:
    async def test() -> Path:
        async with pool_of() as pool:
            folder = Path((await ask(pool, "leave")).body.decode())
            assert folder.is_dir()
            with pytest.raises(Failed):
                await ask(pool, "die", values={"signal": str(int(signal.SIGKILL))})
            return folder

    folder = asyncio.run(test())
    assert not folder.exists()
    assert not folder.parent.exists()


def test_question_that_waits_in_vain_is_told_so() -> None:
    async def test() -> None:
        async with pool_of(places=3) as pool:
            running = [ask(pool, "sleep", seconds=20) for _ in range(3)]
            await until(lambda: pool.lanes[2].busy == 1 or len(pool.lanes[1].queue) > 0)
            late = ask(pool, "sleep", seconds=0.6)
            with pytest.raises(Failed) as caught:
                await late
            assert caught.value.fault.status in (503, 504)
            assert caught.value.fault.outcome in ("busy", "timeout")
            for future in running:
                future.cancel()

    run(test)


def test_nursery_that_dies_is_replaced() -> None:
    events: list[str] = []

    async def test() -> None:
        async with pool_of(note=events.append) as pool:
            assert pool._nursery is not None
            assert pool._nursery._process is not None
            old = list(pool.processes)
            pool._nursery._process.kill()
            await until(lambda: events.count("nursery") == 2)
            assert (await ask(pool, "echo")).head.status == 200
            assert not set(old) & set(pool.processes)

    run(test)


def test_reload_finishes_what_runs() -> None:
    async def test() -> None:
        async with pool_of() as pool:
            slow = ask(pool, "sleep", query=[("seconds", "1")])
            await until(lambda: len(pool._running) == 1)
            await pool.reload()
            assert (await ask(pool, "echo")).head.status == 200
            assert (await slow).head.status == 200
            await until(lambda: len(pool._nurseries) == 1)

    run(test)


def test_workers_end_with_the_pool() -> None:
    async def test() -> list[int]:
        async with pool_of() as pool:
            ask(pool, "sleep").add_done_callback(lambda future: future.cancelled())
            await until(lambda: len(pool.processes) >= 3)
            return pool.processes

    processes = asyncio.run(test())

    def is_alive(process: int) -> bool:
        try:
            return "Z" not in Path(f"/proc/{process}/stat").read_text().rpartition(")")[2][:3]
        except FileNotFoundError:
            return False

    async def gone() -> None:
        await until(lambda: not any(map(is_alive, processes)))

    asyncio.run(gone())


def test_memory_is_bounded() -> None:
    async def test() -> None:
        async with pool_of(PLAN._replace(memory=64 << 20)) as pool:
            with pytest.raises(Failed) as caught:
                await ask(pool, "big", query=[("size", str(200 << 20))])
            assert caught.value.fault.status == 507

    run(test)


def test_store_on_disk_and_a_change(tmp_path: Path, mini_bundle: Any) -> None:
    build_store(tmp_path / "store", [], mini_bundle)
    plan = PLAN._replace(store=str(tmp_path / "store"))
    limits = Limits()

    async def test() -> None:
        async with pool_of(plan) as pool:
            before = pool.stamp
            for body, status in ((b"fail", 400), (b"die", 500)):
                with pytest.raises(Failed) as caught:
                    await pool.write("handlers:write", Request("POST", body=body), limits)
                assert caught.value.fault.status == status
                assert pool.stamp == before
            await pool.write("handlers:write", Request("POST", body=b"do"), limits)
            assert pool.stamp != before
            question = Request(query=[("query", "ASK { <http://e/a> <http://e/b> 1 }")])
            answer = await pool.ask("ctgraph.service.sparql.protocol:sparql", question, limits)
            assert b"true" in answer.body

    run(test)


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        (PLAN._replace(store="/nowhere/at/all"), 3),
        (PLAN._replace(project="/nowhere/at/all"), 3),
    ],
)
def test_graph_that_cannot_be_opened(plan: Plan, code: int) -> None:
    async def test() -> None:
        with pytest.raises(CtgraphError, match="no such folder") as caught:
            async with pool_of(plan):
                pass
        assert caught.value.exit_code == code

    run(test)


def test_damaged_database_is_found_at_the_start(tmp_path: Path, mini_bundle: Any) -> None:
    build_store(tmp_path / "store", [], mini_bundle)
    (database,) = (tmp_path / "store").glob("generation-*")
    for file in database.glob("MANIFEST*"):
        file.write_bytes(b"broken")

    async def test() -> None:
        with pytest.raises(StoreError):
            async with pool_of(PLAN._replace(store=str(tmp_path / "store"))):
                pass

    run(test)


def test_clients_take_turns() -> None:
    queue = Queue()
    loop = asyncio.new_event_loop()
    jobs = [
        Job(
            b"",
            loop.create_future(),
            client=client,
            key=None,
            deadline=0,
            allowed=0,
            lane=0,
        )
        for client in "aaab"
    ]
    for job in jobs:
        queue.add(job)
    assert [job.client for job in queue] == ["a", "a", "a", "b"]
    assert queue.take() is jobs[0]
    assert queue.take() is jobs[3]
    assert queue.remove(jobs[2])
    assert not queue.remove(jobs[2])
    assert queue.take() is jobs[1]
    assert len(queue) == 0
    loop.close()
