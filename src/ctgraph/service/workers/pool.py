"""The workers of the query service, as the front sees them: who works on what, and for how long.

**Lanes.** Nobody knows beforehand how long a question takes. Every one starts in the quick lane,
whose places are many and soon free again. One that outgrows its lane, which happens sooner if
others wait to begin, moves on to the next, slower one, and its process yields to the others
(`nice`). If that lane is full it stays as a guest where it is; when somebody needs the place it is
stopped, and waits for its turn, from the start. So nobody waits while a place is empty, yet twenty
endless questions fill the last lane and its queue, and quick ones hardly notice them. One whose
slowness was the work of its own processor, not of a machine that is busy with other things, begins
in the slower lane the next time. What is known to be heavy, as a picture, has a lane of its own.

**Time.** The clock of a question starts when it arrives, so nobody waits longer than the limit,
in a queue or not. At the deadline its process is killed. So it is when the client leaves.

**Queues** are bounded, and serve clients in turn, not requests.
"""

from __future__ import annotations

import asyncio
import os
import socket
import tempfile
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from ctgraph.errors import CtgraphError, UsageError
from ctgraph.service import faults
from ctgraph.service.faults import Failed, Fault
from ctgraph.service.handler import Limits, Request
from ctgraph.service.workers.lanes import Lane
from ctgraph.service.workers.messages import Answer, Figures, Head, Order
from ctgraph.service.workers.nursery import Plan
from ctgraph.service.workers.processes import Job, NurseryLink, Worker, fail_future, greet, work_of

TICK = 0.025
"""Seconds between two looks at the clock of every question."""

_ENDLESS, _HEAVY = 2, 3
"""Which of the lanes are the last one of questions, and that of pictures."""

_WAITING = 1000  # questions that may wait in one lane
_REMEMBERED = 4096  # slow questions whose lane is remembered
_JOBS = 10_000  # questions after which a worker is replaced, whatever it looks like
_HASTE = 0.05  # seconds after which a job makes room for those that wait to begin
_PATIENCE = 2  # times its seconds that one may be in a lane who waits more than it works


class Pool:
    """The workers. Made and used in one running event loop.

    Args:
        plan: How the nursery opens the graph.
        places: How many questions are worked on at once, 3 or more.
        note: Told of each event by a word: "killed", "died", "forked", "nursery", ….

    Attributes:
        stamp: A hash of all that answers are made from; "" if it may change unseen.
        modified: When that was last changed, as HTTP writes it; "" if unknown.
        lanes: The lanes, quickest first.
    """

    def __init__(self, plan: Plan, places: int, note: Callable[[str], None] | None = None) -> None:
        self.plan = plan
        self.stamp = ""
        self.modified = ""
        slow = max(1, places // 4)
        self.lanes = (
            Lane("quick", max(1, places - 2 * slow), 0.25, 0),
            Lane("slow", slow, 3.0, 10),
            Lane("endless", slow, float("inf"), 19),
            Lane("heavy", slow, float("inf"), 5),
        )
        self.loop = asyncio.get_running_loop()
        self._note = note or (lambda what: None)
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._nursery: NurseryLink | None = None
        self._nurseries: set[NurseryLink] = set()
        self._idle: list[Worker] = []
        self._running: set[Job] = set()
        self._forking = 0
        self._pauses = 0
        self._levels: OrderedDict[object, int] = OrderedDict()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._writing = asyncio.Lock()
        self._is_ticking = False
        self._is_closed = False

    # Life

    async def start(self) -> None:
        """Load the graph and make the first workers.

        Raises:
            UsageError: The system cannot fork.
            CtgraphError: The graph cannot be opened.
        """
        if not hasattr(os, "fork") or not hasattr(socket, "send_fds"):
            raise UsageError(
                "the query service needs a system that can fork processes, as Linux and macOS.",
                hint="On Windows, run it in WSL or in a container.",
            )
        self._folder = _make_scratch()
        try:
            nursery, first = await self._raise_nursery()
        except BaseException:
            self._drop_scratch()
            raise
        self._nursery = nursery
        self._idle.append(first)
        self._pump()

    async def _raise_nursery(self) -> tuple[NurseryLink, Worker]:
        nursery = NurseryLink(self)
        self._nurseries.add(nursery)
        try:
            said = await nursery.start(self.plan)
            worker = await nursery.fork()
        except BaseException:
            await nursery.end()
            self._nurseries.discard(nursery)
            raise
        self.stamp, self.modified = said["stamp"], said["modified"]
        self._note("nursery")
        return nursery, worker

    async def reload(self) -> None:
        """Open the graph anew; questions that are being answered are finished with the old one.

        Raises:
            CtgraphError: The graph cannot be opened; the old one then stays.
        """
        old = self._nursery
        nursery, first = await self._raise_nursery()
        self._nursery = nursery
        self._idle = [first]
        if old is not None:
            old.retire()
            self._spawn(old.wait())
        self._pump()

    async def close(self) -> None:
        """End every process; questions that still run are given up."""
        self._is_closed = True
        for lane in self.lanes:
            for job in lane.queue:
                lane.queue.remove(job)
                self._fail(job, faults.of_crowd(waited=True))
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for nursery in list(self._nurseries):
            await nursery.end()
        self._drop_scratch()

    def _drop_scratch(self) -> None:
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    @property
    def scratch(self) -> str:
        """The folder for files that a killed worker leaves behind; "" if there is none."""
        return self._folder.name if self._folder is not None else ""

    @property
    def size(self) -> int:
        """How many workers there are."""
        return sum(len(nursery.workers) for nursery in self._nurseries)

    @property
    def processes(self) -> list[int]:
        """The process numbers of the workers."""
        found = (worker for nursery in self._nurseries for worker in nursery.workers.values())
        return [worker.process for worker in found if worker.process]

    # Questions

    def ask(
        self,
        handler: str,
        request: Request,
        limits: Limits,
        *,
        client: str = "",
        key: object = None,
        zips: bool = False,
        is_heavy: bool = False,
    ) -> asyncio.Future[Answer]:
        """The answer to come; to cancel it stops the work.

        Args:
            handler: The function that answers.
            request: What it is called with.
            limits: What the answer may take.
            client: Whose question it is; clients take turns.
            key: What the question is remembered by, should it be slow.
            zips: Whether the client reads gzip.
            is_heavy: Whether it is known to be slow and has places of its own.

        Raises:
            Failed: There is none, through the future.
        """
        future: asyncio.Future[Answer] = self.loop.create_future()
        level = _HEAVY if is_heavy else self._levels.get(key, 0)
        packed = Order(handler, request, limits, zips).pack()
        job = Job(
            packed,
            future,
            client=client,
            key=key,
            deadline=self.loop.time() + limits.seconds,
            allowed=limits.seconds,
            lane=level,
        )
        future.add_done_callback(lambda _: self._abandoned(job))
        lane = self.lanes[level]
        if lane.is_free and self._idle:
            self._run(job, self._idle.pop())
        elif self._is_closed or len(lane.queue) >= _WAITING:
            future.set_exception(Failed(faults.of_crowd(waited=False)))
        else:
            lane.queue.add(job)
            self._pump()
        self._tick_on()
        return future

    async def write(self, handler: str, request: Request, limits: Limits) -> Answer:
        """The answer of a handler that changes the store; every later answer sees the change.

        Args:
            handler: The function.
            request: What it is called with.
            limits: What it may take.

        Raises:
            Failed: The store is as it was, unless it says otherwise.
        """
        async with self._writing:
            assert self._nursery is not None
            try:
                worker = await self._nursery.fork()
            except CtgraphError as error:
                raise Failed(faults.of_error(error, {})) from None
            worker.is_spent = True
            packed = Order(handler, request, limits).pack()
            future: asyncio.Future[Answer] = self.loop.create_future()
            job = Job(
                packed,
                future,
                client="",
                key=None,
                deadline=self.loop.time() + limits.seconds,
                allowed=limits.seconds,
                lane=-1,
                writes=True,
            )
            future.add_done_callback(lambda _: self._abandoned(job))
            self._run(job, worker)
            self._tick_on()
            answered = await future
            if answered.head.status < 300:
                try:
                    await self.reload()
                except CtgraphError as error:
                    raise Failed(faults.of_error(error, {})) from None
            return answered

    def _run(self, job: Job, worker: Worker, place: int | None = None) -> None:
        job.worker = worker
        job.started = self.loop.time()
        worker.job = job
        self._running.add(job)
        if job.lane >= 0:
            self._enter(job, job.lane if place is None else place)
        worker.send(job.packed)

    def _enter(self, job: Job, place: int) -> None:
        """Let a job take a place, and its process yield as jobs of its lane do."""
        self.lanes[place].busy += 1
        job.place = place
        worker, nice = job.worker, self.lanes[job.lane].nice
        if worker is not None and nice > worker.nice:
            worker.nice = nice
            worker.is_spent = True  # it cannot be made as eager as before
            worker.nursery.tell(do="nice", id=worker.number, to=nice)

    def _leave(self, job: Job) -> None:
        """Take a job out of the lane it runs in and from its worker."""
        self._running.discard(job)
        if job.lane >= 0:
            self.lanes[job.place].busy -= 1
        if job.worker is not None:
            job.worker.job = None
            job.worker = None

    def _stop(self, job: Job, why: str) -> None:
        """Kill the process that works on a job."""
        worker = job.worker
        self._leave(job)
        if worker is not None:
            worker.is_spent = True
            worker.nursery.tell(do="kill", id=worker.number)
            self._note(why)

    def _fail(self, job: Job, fault: Fault) -> None:
        if not job.future.done():
            job.future.set_exception(Failed(fault))
            if self._is_closed:
                job.future.exception()  # nobody may be there any more who asks for it

    def _abandoned(self, job: Job) -> None:
        """Stop the work on a job whose client left."""
        if not job.future.cancelled():
            return
        if job.worker is not None:
            self._stop(job, "cancelled")
        else:
            self.lanes[job.lane].queue.remove(job)
        self._pump()

    # The clock

    def _tick_on(self) -> None:
        if not self._is_ticking:
            self._is_ticking = True
            self.loop.call_later(TICK, self._tick)

    def _tick(self) -> None:
        now = self.loop.time()
        for job in list(self._running):
            if now >= job.deadline:
                self._remember(job, _ENDLESS)
                self._stop(job, "deadline")
                self._fail(job, faults.of_deadline(job.allowed))
            elif job.lane >= 0 and self._is_slow(job, now - job.started):
                self._outgrow(job)
        for lane in self.lanes:
            for job in lane.queue:
                if now >= job.deadline:
                    lane.queue.remove(job)
                    self._fail(job, faults.of_crowd(waited=True))
        self._pump()
        self._is_ticking = bool(self._running) or any(lane.queue for lane in self.lanes)
        if self._is_ticking:
            self.loop.call_later(TICK, self._tick)

    def _is_slow(self, job: Job, took: float) -> bool:
        """Whether a job has outgrown its lane, and was not just kept from working by others."""
        lane = self.lanes[job.lane]
        seconds = _HASTE if job.lane == 0 and lane.queue else lane.seconds
        return took >= seconds * _PATIENCE or (took >= seconds and _has_worked(job, seconds / 2))

    def _outgrow(self, job: Job) -> None:
        """Let a job belong to the next lane; its place is there or, as a guest, where it was."""
        if _has_worked(job, self.lanes[job.lane].seconds / 2):
            self._remember(job, job.lane + 1)
        job.lane += 1
        self.lanes[job.place].busy -= 1
        # Its time counts from its start, not from the move.
        self._enter(job, job.lane if self.lanes[job.lane].is_free else job.place)

    def _evict(self, job: Job) -> None:
        """Take the place of a guest, who goes to its own lane or waits for it."""
        if self.lanes[job.lane].is_free:
            self.lanes[job.place].busy -= 1
            self._enter(job, job.lane)
        else:
            self._stop(job, "requeued")
            self.lanes[job.lane].queue.add(job)

    def _remember(self, job: Job, level: int) -> None:
        if job.key is None or job.lane == _HEAVY:
            return
        self._levels[job.key] = level
        self._levels.move_to_end(job.key)
        if len(self._levels) > _REMEMBERED:
            self._levels.popitem(last=False)

    # Workers

    def _pump(self) -> None:
        """Start what can be started, and see that there are workers for what cannot yet."""
        wanted = 0
        others = [job for job in self._running if job.lane != job.place]
        others.sort(key=lambda job: (job.lane, job.started))
        for number, lane in enumerate(self.lanes):
            guests = [job for job in others if job.place == number]
            while lane.queue and self._idle:
                if lane.busy >= lane.places:
                    if not guests:
                        break
                    self._evict(guests.pop())
                self._run(lane.queue.take(), self._idle.pop())
            if 0 < number < _HEAVY:
                self._invite(number)
            free = lane.places - lane.busy + len(guests)
            # Quick ones never wait for a process to be made.
            wanted += free if number == 0 else min(free, len(lane.queue))
        if self._nursery is None or self._is_closed or self._pauses:
            return
        for _ in range(wanted - len(self._idle) - self._forking):
            self._forking += 1
            self._spawn(self._fork(self._nursery))

    def _invite(self, number: int) -> None:
        """Let jobs that wait for a place of a full lane be guests of quicker lanes.

        They never take the last place. Who had to go once does not come again, lest it begin for
        ever anew.
        """
        for place, lane in enumerate(self.lanes[:number]):
            while self.lanes[number].queue and self._idle and lane.places - lane.busy > 1:
                waiting = self.lanes[number].queue
                job = next((job for job in waiting if not job.started), None)
                if job is None:
                    return
                waiting.remove(job)
                self._run(job, self._idle.pop(), place)

    async def _fork(self, nursery: NurseryLink) -> None:
        try:
            worker = await nursery.fork()
        except CtgraphError:
            # Not at once again: what is wrong will not have mended itself.
            self._pauses += 1
            self._forking -= 1
            self._note("unborn")
            await asyncio.sleep(1)
            self._pauses -= 1
        else:
            self._forking -= 1
            self._note("forked")
            if nursery is self._nursery:
                self._idle.append(worker)
            else:
                worker.dismiss()
        self._pump()

    def heard(
        self, worker: Worker, head: tuple[Head, Figures] | dict[str, Any], body: bytes
    ) -> None:
        """Hand on what a worker said.

        Args:
            worker: Which.
            head: The head of its frame.
            body: The body of its frame.
        """
        if not worker.process and isinstance(head, dict):
            greet(worker, head)
            return
        job = worker.job
        if job is None:
            return  # it was stopped at this very moment
        if isinstance(head, dict):
            work, is_tired = head["work"], head["tired"]
        else:
            work, is_tired = head[1].work, head[1].is_tired
        took, worker.work = work - worker.work, work
        if 0 < job.lane < _HEAVY:
            if took >= self.lanes[job.lane - 1].seconds / 2:
                self._remember(job, job.lane)
            else:
                self._levels.pop(job.key, None)
        self._leave(job)
        worker.done += 1
        if worker.is_spent or is_tired or worker.done >= _JOBS or worker.nursery.is_retired:
            worker.dismiss()
        else:
            self._idle.append(worker)
        if not job.future.done():
            if isinstance(head, dict):
                job.future.set_exception(Failed(faults.unpack(head["fault"])))
            else:
                shared, own = head
                job.future.set_result(Answer(shared, own.rows, own.digest, body))
        self._pump()

    def lost(self, worker: Worker) -> None:
        """Bury a worker that ended.

        Args:
            worker: Which.
        """
        worker.nursery.workers.pop(worker.number, None)
        if worker in self._idle:
            self._idle.remove(worker)
        worker.transport = None
        fail_future(worker.born, "a worker died before it was ready.")
        job = worker.job
        if job is not None:
            self._leave(job)
            self._note("died")
            if self._is_closed:
                self._fail(job, faults.of_crowd(waited=True))
            else:
                self._spawn(self._explain_death(worker, job))
        elif not self._is_closed:
            self._spawn(worker.nursery.cause(worker))
        worker.nursery.end_if_idle()
        self._pump()

    async def _explain_death(self, worker: Worker, job: Job) -> None:
        signal = await worker.nursery.cause(worker)
        self._fail(job, faults.of_death(signal, self.plan.memory))

    def renew(self, nursery: NurseryLink) -> None:
        """Let new workers take over from those that were made before their nursery was warm.

        Args:
            nursery: Which.
        """
        for worker in nursery.workers.values():
            worker.is_spent = True
        if nursery is self._nursery:
            old, self._idle = self._idle, []
            for worker in old:
                worker.dismiss()
            self._note("warm")
            self._pump()

    def orphaned(self, nursery: NurseryLink) -> None:
        """Replace a nursery that ended, unless it was meant to.

        Args:
            nursery: Which.
        """
        self._nurseries.discard(nursery)
        if nursery is not self._nursery or self._is_closed:
            return
        self._nursery = None
        self._idle.clear()
        self._spawn(nursery.wait())
        self._spawn(self._replace_nursery())

    async def _replace_nursery(self) -> None:
        pause = 0.0
        while not self._is_closed:
            try:
                await self.reload()
                return
            except CtgraphError:
                self._note("unready")
            pause = min(30.0, pause * 2 or 0.5)
            await asyncio.sleep(pause)

    def _spawn(self, work: Any) -> None:
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _make_scratch() -> tempfile.TemporaryDirectory[str] | None:
    """A folder that goes with the pool; None on a machine where nothing may be written."""
    try:
        return tempfile.TemporaryDirectory(prefix="ctgraph-", ignore_cleanup_errors=True)
    except OSError:
        return None


def _has_worked(job: Job, seconds: float) -> bool:
    """Whether a job used the processor for so long, and did not only wait for it."""
    assert job.worker is not None
    work = work_of(job.worker.process)
    return work is None or work - job.worker.work >= seconds
