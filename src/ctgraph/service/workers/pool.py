"""Who works on what, and for how long, as the front sees it.

Nobody knows beforehand how long a question takes. Every one begins in the quick places, which are
many and where it has half a second. One that takes longer is stopped there and begins again in the
slow places, which are few and where it has all of its time. Whoever has worked for a while yields
the processor to the others (`nice`). So endless questions fill the slow places and their queue, and
quick ones hardly notice them. What is known to be heavy, as a picture, begins in the slow places.

The clock of a question starts when it arrives, so nobody waits longer than the limit, in a queue or
not. At the deadline its process is killed, and so it is when the client leaves: then the task that
asks is cancelled. Queues are bounded, and next is whose client has the fewest places.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import tempfile
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

from ctgraph.errors import CtgraphError, StoreError, UsageError
from ctgraph.service import faults
from ctgraph.service.faults import Failed, Fault
from ctgraph.service.workers.fork_server import NICE, Plan
from ctgraph.service.workers.processes import ForkServer, Lost, Worker
from ctgraph.service.workers.worker import Answer, Order
from ctgraph.store import DESCRIPTION

QUICK = 0.5
"""Seconds that a question has in the quick places."""

HASTE = 0.02
"""Seconds of work after which it yields to others, and makes room if they wait to begin."""

_AT_ONCE = 2  # workers that are asked for at once; who makes them makes one by one
_SPARE = 24  # workers that wait for quick questions
_PATIENCE = 4  # times half a second that one may be there who hardly works
_YIELDING = 15  # how readily it then yields, as `nice`
_TICK = 0.025  # seconds between two looks at what a question has worked

_KILLED = (0, 9, 15)  # signals by which somebody else ends a worker, or none

_WAITING = 1000  # questions that may wait for a place

_LOOK = 0.5  # seconds between two looks whether the store has another generation
_PAUSES = (0.25, 30.0)  # seconds before the graph is opened again after that failed: first, longest


class Places:
    """How many questions of one kind are worked on at once, and which is next.

    Args:
        name: A word for the metrics.
        number: How many.
        nice: How readily its process yields the processor.
    """

    def __init__(self, name: str, number: int, nice: int) -> None:
        self.name = name
        self.number = number
        self.nice = nice
        self.idle: list[Worker] = []
        self._wanted: deque[asyncio.Future[Worker]] = deque()
        self.waiting: list[tuple[str, asyncio.Future[None]]] = []
        self._taken: Counter[str] = Counter()

    @property
    def running(self) -> int:
        """How many places are taken."""
        return self._taken.total()

    def put(self, worker: Worker, *, is_new: bool = False) -> None:
        """Hand a worker that has nothing to do to who has waited longest for one.

        Args:
            worker: The worker.
            is_new: Whether it has not worked yet; those that have are a little quicker.
        """
        while self._wanted:
            wanted = self._wanted.popleft()
            if not wanted.done():
                wanted.set_result(worker)
                return
        self.idle.insert(0 if is_new else len(self.idle), worker)

    async def take(self, deadline: float, ask: Callable[[], None]) -> Worker:
        """Return the next worker that has nothing to do.

        Args:
            deadline: When waiting ends, on the clock of the loop.
            ask: Called if there is none now, to have one made.

        Raises:
            TimeoutError: There was none.
            Failed: None can be made.
        """
        while self.idle:
            worker = self.idle.pop()
            if worker.is_there:
                return worker
            worker.dismiss()
        wanted: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        self._wanted.append(wanted)
        ask()
        try:
            async with asyncio.timeout_at(deadline):
                return await wanted
        except BaseException:
            if wanted.done() and not wanted.cancelled() and wanted.exception() is None:
                self.put(wanted.result())  # it came at the very moment
            raise

    def refuse(self, failed: Failed) -> None:
        """Tell who has waited longest for a worker that there is none.

        Args:
            failed: Why.
        """
        while self._wanted:
            wanted = self._wanted.popleft()
            if not wanted.done():
                wanted.set_exception(failed)
                return

    @property
    def wanted(self) -> int:
        """How many wait for a worker."""
        return sum(not one.done() for one in self._wanted)

    @contextlib.asynccontextmanager
    async def place(self, client: str, deadline: float) -> AsyncIterator[None]:
        """Hold a place.

        Args:
            client: Who takes it.
            deadline: When waiting for it ends, on the clock of the loop.

        Raises:
            Failed: There is none.
        """
        if self.running >= self.number:
            await self._wait(client, deadline)
        else:
            self._taken[client] += 1
        try:
            yield
        finally:
            self._leave(client)

    async def _wait(self, client: str, deadline: float) -> None:
        if len(self.waiting) >= _WAITING:
            raise Failed(faults.of_crowd(waited=False))
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting.append((client, turn))
        try:
            async with asyncio.timeout_at(deadline):
                await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled():
                self._leave(client)  # it came at the very moment
            else:
                self.waiting.remove((client, turn))
            if isinstance(error, TimeoutError):
                raise Failed(faults.of_crowd(waited=True)) from None
            raise

    def _leave(self, client: str) -> None:
        self._taken[client] -= 1
        if not self._taken[client]:
            del self._taken[client]
        waiting = [one for one in self.waiting if not one[1].done()]  # others are just leaving
        if waiting:
            following = min(waiting, key=lambda one: self._taken[one[0]])
            self.waiting.remove(following)
            self._taken[following[0]] += 1
            following[1].set_result(None)


class Pool:
    """The workers. Made and used in one running event loop.

    Args:
        plan: How the graph is opened.
        number: How many questions are worked on at once, 3 or more.
        note: Told of each event by a word: "forked", "deadline", "cancelled", "died", ….
        warn: Told why the graph could not be opened.

    Attributes:
        trouble: Why the graph could not be opened when that was last tried; "" if it could.
        stamp: A hash of all that answers are made from; "" if it may change unseen.
        modified: When that was last changed, as HTTP writes it; "" if unknown.
        quick: The places where every question begins.
        slow: The places for those that take longer.
    """

    def __init__(
        self,
        plan: Plan,
        number: int,
        note: Callable[[str], None] | None = None,
        warn: Callable[[str], None] | None = None,
    ) -> None:
        self.plan = plan
        self.trouble = ""
        self.stamp = ""
        self.modified = ""
        slow = max(1, number // 16)
        self.quick = Places("quick", number - slow, NICE)
        self.slow = Places("slow", slow, 10)
        self._note = note or (lambda what: None)
        self._warn = warn or (lambda why: None)
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._server: ForkServer | None = None
        self._servers: set[ForkServer] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._reloading = asyncio.Lock()
        self._seen: tuple[int, int] | None = None
        self._is_needed = asyncio.Event()
        self._is_stuck = False
        self._is_closed = False
        self._making: Counter[Places] = Counter()

    # Life

    async def start(self) -> None:
        """Load the graph and make the first worker.

        Raises:
            UsageError: The system cannot fork.
            CtgraphError: The graph cannot be opened.
        """
        if not hasattr(os, "fork") or not hasattr(socket, "send_fds"):
            raise UsageError("service-needs-fork")
        with contextlib.suppress(OSError):  # on a machine where nothing may be written
            self._folder = tempfile.TemporaryDirectory(
                prefix="ctgraph-", ignore_cleanup_errors=True
            )
        try:
            await self.reload()
        except BaseException:
            await self.close()
            raise
        self._spawn(self._keep_open())

    async def reload(self) -> None:
        """Open the graph anew; questions that are being answered are finished with the old one.

        Raises:
            CtgraphError: The graph cannot be opened; the old one then stays.
        """
        async with self._reloading:
            scratch = self._folder.name if self._folder is not None else ""
            self._seen = self._look()
            server = ForkServer(self._renew, self._replace)
            self._servers.add(server)
            try:
                stamp, modified = await server.start(self.plan, scratch)
                worker = await server.fork(self.quick.nice)
            except BaseException as error:
                self._servers.discard(server)
                await server.end()
                if isinstance(error, Exception):
                    self.trouble = str(error) or repr(error)
                    self._note("unready")
                    self._warn(self.trouble)
                raise
            old, self._server = self._server, server
            self.stamp, self.modified = stamp, modified
            self.trouble, self._is_stuck = "", False
            self._dismiss_idle()
            self.quick.idle.append(worker)
            self._refill(self.quick)
            self._note("loaded")
            if old is not None:
                self._spawn(self._retire(old))

    async def _retire(self, server: ForkServer) -> None:
        await server.retire()
        self._servers.discard(server)

    def _renew(self, server: ForkServer) -> None:
        """Let new workers take over from those that were made before their server was warm."""
        server.oldest = server.count
        if server is self._server:
            self._dismiss_idle()
            self._refill(self.quick)
            self._note("warm")

    def _replace(self, server: ForkServer) -> None:
        """Replace a fork server that ended, unless it was meant to."""
        if self._is_closed:
            return
        self._spawn(self._retire(server))
        if server is self._server:
            self._server = None
            self._dismiss_idle()
            self._is_needed.set()

    async def _keep_open(self) -> None:
        """Open the graph anew whenever it has changed or is gone, again and again till it works."""
        first, longest = _PAUSES
        pause, due = first, 0.0
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK):
                    await self._is_needed.wait()
            self._is_needed.clear()
            now = asyncio.get_running_loop().time()
            is_wanted = bool(self.trouble) or self._is_stuck or self._server is None
            if (is_wanted and now >= due) or self._look() not in (None, self._seen):
                due = now + pause
                pause = min(longest, 2 * pause)
                with contextlib.suppress(Exception):  # which `reload` told
                    await self.reload()
                    pause = first

    @property
    def can_answer(self) -> bool:
        """Whether there is a process that has the graph, and workers of it."""
        is_served = not self._is_stuck or bool(self.quick.idle or self.quick.running)
        return self._server is not None and is_served

    def _look(self) -> tuple[int, int] | None:
        """Return what changes whenever a store on disk does; None if there is no such store."""
        if self.plan.store is not None:
            with contextlib.suppress(OSError):  # deleted: what is served stays
                found = (Path(self.plan.store) / DESCRIPTION).stat()
                return found.st_ino, found.st_mtime_ns
        return None

    def _dismiss_idle(self) -> None:
        for places in (self.quick, self.slow):
            for worker in places.idle:
                worker.dismiss()
            places.idle.clear()

    async def close(self) -> None:
        """End every process; questions that still run are given up."""
        self._is_closed = True
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for server in list(self._servers):
            await server.end()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @property
    def processes(self) -> int:
        """How many workers there are."""
        return sum(len(server.workers) for server in self._servers)

    # Questions

    async def ask(self, order: Order, *, client: str = "", is_heavy: bool = False) -> Answer:
        """Return the answer to an order; to cancel this stops the work.

        Args:
            order: What is asked, with the time that it may take.
            client: Whose question it is; clients take turns.
            is_heavy: Whether it is known to be slow.

        Raises:
            Failed: There is none.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + order.limits.seconds
        try:
            for places in (self.slow,) if is_heavy else (self.quick, self.slow):
                answer = None
                async with places.place(client, deadline):
                    with contextlib.suppress(TimeoutError, Lost):
                        answer = await self._try(order, places, deadline)
                if answer is not None:
                    return answer
                if loop.time() >= deadline:
                    break
                self._note("moved")
        except asyncio.CancelledError:
            self._note("cancelled")
            raise
        finally:
            self._refill(self.quick)
        self._note("deadline")
        raise Failed(faults.of_deadline(order.limits.seconds))

    async def _try(self, order: Order, places: Places, deadline: float) -> Answer | None:
        """Return the answer to an order; None if it took longer than it may be in these places."""
        loop = asyncio.get_running_loop()
        worker = await places.take(deadline, lambda: self._refill(places))
        begun, before = loop.time(), worker.work
        work = asyncio.ensure_future(self._work(order, worker, places))
        try:
            while not work.done() and (left := deadline - loop.time()) > 0:
                await asyncio.wait({work}, timeout=min(_TICK, left))
                if work.done() or places is self.slow:
                    continue
                took, worked = loop.time() - begun, worker.measure_work() - before
                if worked >= HASTE:
                    worker.give_way(_YIELDING)
                    if places.waiting:
                        break
                # One that was just kept from working by others has more time.
                if took >= QUICK and (worked >= QUICK / 5 or took >= _PATIENCE * QUICK):
                    break
            return work.result() if work.done() else None
        finally:
            work.cancel()
            work.add_done_callback(lambda done: done.cancelled() or done.exception())

    async def _work(self, order: Order, worker: Worker, places: Places) -> Answer:
        """Return the answer of one worker, which is killed if this is cancelled.

        Raises:
            Failed: There is none.
            Lost: Somebody else ended the worker, so the question may begin again.
        """
        try:
            message = await worker.ask(order)
        except Lost:
            self._note("died")
            signal = await worker.server.find_cause(worker)
            if signal in _KILLED and places is self.quick:
                raise
            raise Failed(faults.of_death(signal, self.plan.memory)) from None
        except BaseException:
            worker.kill()
            raise
        worker.work = message.work
        if self._is_current(worker) and not message.is_tired and not worker.is_spent:
            places.put(worker)
        else:
            worker.dismiss()
        if isinstance(message.said, Fault):
            raise Failed(message.said)
        assert isinstance(message.said, Answer)
        return message.said

    def _refill(self, places: Places) -> None:
        """See that workers are made for who waits for one, and some ahead for quick questions."""
        missing = places.wanted
        if places is self.quick:
            missing += max(0, min(_SPARE, places.number - places.running) - len(places.idle))
        while self._making[places] < min(missing, _AT_ONCE):
            self._making[places] += 1
            self._spawn(self._make(places))

    async def _make(self, places: Places) -> None:
        try:
            worker = await self._fork(places.nice)
        except Failed as failed:
            places.refuse(failed)
            return
        finally:
            self._making[places] -= 1
        if self._is_current(worker):
            places.put(worker, is_new=True)
        else:
            worker.dismiss()
        self._refill(places)

    def _is_current(self, worker: Worker) -> bool:
        return worker.server is self._server and worker.number > worker.server.oldest

    async def _fork(self, nice: int) -> Worker:
        """Return a new worker.

        If it cannot be made, the graph is opened anew: its store may have been built again.
        """
        server = self._server
        try:
            if server is None:
                raise StoreError("graph-process-ended")
            worker = await server.fork(nice)
        except CtgraphError as error:
            self._note("unborn")
            if server is not self._server:  # the graph was opened anew in the meantime
                return await self._fork(nice)
            self._is_stuck = True
            self._is_needed.set()
            raise Failed(faults.of_error(error, {})) from None
        self._note("forked")
        return worker
