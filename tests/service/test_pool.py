"""The workers: places, deadlines, deaths, replacement."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from ctgraph.errors import CtgraphError, StoreError
from ctgraph.service.faults import Failed
from ctgraph.service.handler import Limits, Request
from ctgraph.service.workers.fork_server import Plan
from ctgraph.service.workers.pool import QUICK, Places, Pool
from ctgraph.service.workers.worker import Answer, Order
from ctgraph.store.store import build_store

PLAN = Plan(
    project=str(Path(__file__).parents[1] / "mini"), memory=256 << 20, modules=("handlers",)
)


@asynccontextmanager
async def pool_of(
    plan: Plan = PLAN, number: int = 6, note: Callable[[str], None] | None = None
) -> AsyncIterator[Pool]:
    pool = Pool(plan, number, note)
    await pool.start()
    try:
        yield pool
    finally:
        await pool.close()


def ask(pool: Pool, name: str, *, seconds: float = 30, **options: Any) -> asyncio.Task[Answer]:
    request = Request(query=options.pop("query", ()), values=options.pop("values", {}))
    order = Order(f"handlers:{name}", request, Limits(seconds=seconds))
    return asyncio.ensure_future(pool.ask(order, **options))


async def give_up(*tasks: asyncio.Task[Answer]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.01)


def run(test: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(test())  # type: ignore[arg-type]


def process_of(answer: Answer) -> int:
    return int(answer.reply.body)


def is_alive(process: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{process}/stat").read_text().rpartition(")")[2][:3]
    except FileNotFoundError:
        return False


def test_many_questions_are_answered() -> None:
    async def test() -> None:
        async with pool_of() as pool:
            answers = await asyncio.gather(*(ask(pool, "echo") for _ in range(200)))
            assert {answer.reply.status for answer in answers} == {200}
            assert pool.stamp
            assert pool.modified.endswith("GMT")

    run(test)


def test_large_answer_is_whole() -> None:
    async def test() -> None:
        async with pool_of() as pool:
            answer = await ask(pool, "big", query=[("size", str(40 << 20))])
            assert answer.reply.body == b"x" * (40 << 20)

    run(test)


def test_deadline_kills_and_replaces() -> None:
    events: list[str] = []

    async def test() -> None:
        async with pool_of(note=events.append) as pool:
            with pytest.raises(Failed) as caught:
                await ask(pool, "sleep", seconds=0.2)
            assert caught.value.fault.status == 504
            assert caught.value.fault.outcome == "timeout"
            assert (await ask(pool, "echo")).reply.status == 200
        assert "deadline" in events

    run(test)


@pytest.mark.parametrize(
    ("number", "status"),
    [
        (signal.SIGKILL, 500),
        (signal.SIGTERM, 500),
        (signal.SIGABRT, 507),
        (signal.SIGSEGV, 400),
    ],
)
def test_death_of_a_worker_loses_only_its_own_answer(number: int, status: int) -> None:
    async def test() -> None:
        async with pool_of() as pool:
            slow = ask(pool, "sleep", query=[("seconds", "0.4")])
            with pytest.raises(Failed) as caught:
                await ask(pool, "die", values={"signal": str(int(number))})
            assert caught.value.fault.status == status
            assert (await slow).reply.status == 200

    run(test)


def test_what_libraries_write_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "talkative.py").write_text(
        "import os\nos.write(2, b'words of a library\\nand more\\n')\n"
        "def prepare(store):\n    yield\n    raise OSError('a full disk')\n"
    )

    async def test() -> None:
        events: list[str] = []
        async with pool_of(PLAN._replace(modules=("talkative",)), note=events.append):
            await until(lambda: "warm" in events and "a full disk" in caplog.text)

    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(tmp_path))
        run(test)
    assert "words of a library\nand more" in caplog.text


def test_cancelled_question_stops_its_worker() -> None:
    events: list[str] = []

    async def test() -> None:
        async with pool_of(note=events.append) as pool:
            await until(lambda: "warm" in events and len(pool.quick.idle) == pool.quick.number)
            workers = list(pool.quick.idle)
            task = ask(pool, "sleep")
            await until(lambda: pool.quick.running == 1)
            (worker,) = (one for one in workers if one not in pool.quick.idle)
            await give_up(task)
            assert events.count("cancelled") == 1
            await until(lambda: not is_alive(worker.process))
            assert (await ask(pool, "echo")).reply.status == 200

    run(test)


def test_slow_question_begins_again_in_a_slow_place() -> None:
    events: list[str] = []

    async def test() -> None:
        async with pool_of(number=3, note=events.append) as pool:
            first = ask(pool, "burn", query=[("seconds", "1.5")])
            await until(lambda: pool.quick.running == 1)
            await until(lambda: pool.slow.running == 1)
            assert pool.quick.running == 0
            assert events.count("moved") == 1
            assert (await first).reply.status == 200
            quick = await ask(pool, "sleep", query=[("seconds", str(QUICK / 2))])
            assert quick.reply.status == 200
            assert events.count("moved") == 1

    run(test)


def test_slow_questions_take_no_place_from_quick_ones() -> None:
    async def test() -> None:
        async with pool_of(number=3) as pool:
            slow = [ask(pool, "burn", query=[("seconds", "60")]) for _ in range(3)]
            await until(lambda: pool.slow.running + len(pool.slow.waiting) == 3)
            answers = await asyncio.gather(*(ask(pool, "echo") for _ in range(50)))
            assert {answer.reply.status for answer in answers} == {200}
            await give_up(*slow)

    run(test)


def test_question_makes_room_sooner_for_those_that_wait() -> None:
    async def test() -> None:
        async with pool_of(number=3) as pool:
            pool.quick.number = 1
            first = ask(pool, "burn", query=[("seconds", "60")])
            await until(lambda: pool.quick.running == 1)
            begun = asyncio.get_running_loop().time()
            assert (await ask(pool, "echo")).reply.status == 200
            assert asyncio.get_running_loop().time() - begun < QUICK
            await give_up(first)

    run(test)


def test_heavy_pages_take_no_place_from_questions() -> None:
    async def test() -> None:
        async with pool_of(number=4) as pool:
            pages = [ask(pool, "sleep", is_heavy=True) for _ in range(8)]
            await until(lambda: pool.slow.running == pool.slow.number)
            assert pool.quick.running == 0
            answers = await asyncio.gather(*(ask(pool, "echo") for _ in range(20)))
            assert {answer.reply.status for answer in answers} == {200}
            assert len(pool.slow.waiting) == 8 - pool.slow.number
            await give_up(*pages)

    run(test)


def test_random_numbers_of_workers_differ() -> None:
    """Also after their parent has drawn some, whose state they have a copy of."""
    text = "SELECT (RAND() AS ?a) (UUID() AS ?b) (STRUUID() AS ?c) { }"

    async def test() -> None:
        request = Request(query=[("query", text), ("format", "csv")])
        order = Order("ctgraph.service.sparql.protocol:sparql", request, Limits())
        async with pool_of() as pool:
            seen = []
            for _ in range(4):
                seen.append((await pool.ask(order)).reply.body.splitlines()[1].split(b","))
                pool._dismiss_idle()
            assert [len(set(column)) for column in zip(*seen, strict=True)] == [4, 4, 4]

    run(test)


def test_workers_share_what_was_loaded_when_nobody_asked() -> None:
    events: list[str] = []

    async def test() -> None:
        plan = PLAN._replace(modules=("handlers", "ctgraph.service.pages.network"))
        async with pool_of(plan, note=events.append) as pool:
            before = process_of(await ask(pool, "sleep", query=[("seconds", "0")]))
            await until(lambda: "warm" in events)
            loaded = (await ask(pool, "modules")).reply.body.decode().split()
            assert {"networkx", "matplotlib.figure", "fontTools.subset"} <= set(loaded)
            await until(lambda: not is_alive(before))

    run(test)


def test_files_of_a_killed_worker_go_with_the_pool() -> None:
    async def test() -> Path:
        async with pool_of() as pool:
            folder = Path((await ask(pool, "leave")).reply.body.decode())
            assert folder.is_dir()
            with pytest.raises(Failed):
                await ask(pool, "die", values={"signal": str(int(signal.SIGKILL))})
            return folder

    folder = asyncio.run(test())
    assert not folder.exists()
    assert not folder.parent.exists()


def test_question_that_waits_in_vain_is_told_so() -> None:
    async def test() -> None:
        async with pool_of(number=3) as pool:
            running = ask(pool, "sleep", seconds=20, is_heavy=True)
            await until(lambda: pool.slow.running == 1)
            with pytest.raises(Failed) as caught:
                await ask(pool, "sleep", seconds=0.3, is_heavy=True)
            assert caught.value.fault.status == 503
            assert caught.value.fault.outcome == "busy"
            assert dict(caught.value.fault.headers)["Retry-After"]
            await give_up(running)

    run(test)


def test_queue_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctgraph.service.workers.pool._WAITING", 2)

    async def test() -> None:
        async with pool_of(number=3) as pool:
            tasks = [ask(pool, "sleep", is_heavy=True) for _ in range(3)]
            await until(lambda: len(pool.slow.waiting) == 2)
            with pytest.raises(Failed) as caught:
                await ask(pool, "sleep", is_heavy=True)
            assert caught.value.fault.status == 503
            await give_up(*tasks)

    run(test)


def test_fork_server_that_dies_is_replaced() -> None:
    events: list[str] = []

    async def test() -> None:
        async with pool_of(note=events.append) as pool:
            assert pool._server is not None
            assert pool._server._process is not None
            old = process_of(await ask(pool, "sleep", query=[("seconds", "0")]))
            pool._server._process.kill()
            await until(lambda: events.count("loaded") == 2)
            new = process_of(await ask(pool, "sleep", query=[("seconds", "0")]))
            assert new != old
            await until(lambda: not is_alive(old))

    run(test)


def test_reload_finishes_what_runs() -> None:
    async def test() -> None:
        async with pool_of() as pool:
            slow = ask(pool, "sleep", query=[("seconds", "1")], is_heavy=True)
            await until(lambda: pool.slow.running == 1)
            await pool.reload()
            assert (await ask(pool, "echo")).reply.status == 200
            assert (await slow).reply.status == 200
            await until(lambda: len(pool._servers) == 1)

    run(test)


def test_workers_end_with_the_pool() -> None:
    async def test() -> tuple[list[int], asyncio.Task[Answer]]:
        async with pool_of() as pool:
            task = ask(pool, "sleep")
            await until(lambda: pool.processes > 3)
            server = pool._server
            assert server is not None
            return [worker.process for worker in server.workers.values()], task

    async def all_of_it() -> None:
        processes, task = await test()
        with suppress(Failed):
            await task
        await until(lambda: not any(map(is_alive, processes)))

    asyncio.run(all_of_it())


def test_memory_is_bounded() -> None:
    async def test() -> None:
        async with pool_of(PLAN._replace(memory=64 << 20)) as pool:
            with pytest.raises(Failed) as caught:
                await ask(pool, "big", query=[("size", str(200 << 20))])
            assert caught.value.fault.status == 507

    run(test)


def test_store_that_was_built_anew_is_found(tmp_path: Path, mini_bundle: Any) -> None:
    """After two builds what the service has open is gone; it opens what took its place."""
    folder = tmp_path / "store"
    build_store(folder, [], mini_bundle)
    plan = PLAN._replace(store=str(folder))

    async def test() -> None:
        async with pool_of(plan) as pool:
            before = pool.stamp
            for _ in range(2):
                build_store(folder, [], mini_bundle, replace=True)
            for _ in range(pool.quick.number + 1):  # so that new workers are needed
                with suppress(Failed):
                    await ask(pool, "die", values={"signal": str(int(signal.SIGKILL))})
            await until(lambda: pool.stamp != before)
            assert (await ask(pool, "echo")).reply.status == 200

    run(test)


def test_worker_that_fails_while_the_graph_is_opened_anew(monkeypatch: Any) -> None:
    """The process before could make none, but the question waits for one of the next."""

    async def test() -> None:
        async with pool_of() as pool:
            before = pool._server
            assert before is not None

            async def fail(nice: int) -> None:
                await until(lambda: pool._server is not before)
                raise StoreError("graph-process-ended")

            monkeypatch.setattr(before, "fork", fail)
            pool._dismiss_idle()
            question = ask(pool, "echo")
            await asyncio.sleep(0)
            await pool.reload()
            assert (await question).reply.status == 200

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
    order: list[str] = []

    async def hold(places: Places, client: str) -> None:
        async with places.place(client, asyncio.get_running_loop().time() + 10):
            order.append(client)
            await asyncio.sleep(0.01)

    async def test() -> None:
        places = Places("slow", 2, 0)
        await asyncio.gather(*(hold(places, client) for client in "aaaab"))
        assert places.running == 0

    asyncio.run(test())
    assert sorted(order[:3]) == ["a", "a", "b"]


def test_place_that_comes_to_one_who_leaves_goes_on() -> None:
    async def test() -> None:
        loop = asyncio.get_running_loop()
        places = Places("slow", 1, 0)

        async def hold(seconds: float) -> None:
            async with places.place("a", loop.time() + 10):
                await asyncio.sleep(seconds)

        first = asyncio.ensure_future(hold(0.05))
        await asyncio.sleep(0)
        others = [asyncio.ensure_future(hold(0)) for _ in range(3)]
        await asyncio.sleep(0)
        first.cancel()
        others[0].cancel()
        await asyncio.gather(first, *others, return_exceptions=True)
        assert not others[1].cancelled()
        assert (places.running, places.waiting) == (0, [])

    asyncio.run(test())
