"""The processes of the query service as the front sees them: the workers and their nursery."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
from typing import Any, Protocol, cast

from ctgraph.errors import CtgraphError, StoreError
from ctgraph.service import faults
from ctgraph.service.workers.messages import LENGTHS, Answer, Figures, Head, read_head
from ctgraph.service.workers.nursery import Plan

_START = 300.0  # seconds that a nursery may take to load the graph


class Keeper(Protocol):
    """Who has the processes and is told what becomes of them: the pool."""

    loop: asyncio.AbstractEventLoop

    @property
    def scratch(self) -> str:
        """A folder for files that go with the processes; "" if there is none."""

    def heard(
        self, worker: Worker, head: tuple[Head, Figures] | dict[str, Any], body: bytes
    ) -> None:
        """A worker said something."""

    def lost(self, worker: Worker) -> None:
        """A worker ended."""

    def renew(self, nursery: NurseryLink) -> None:
        """A nursery is warm, so that new workers are better than those it made before."""

    def orphaned(self, nursery: NurseryLink) -> None:
        """A nursery ended."""


class Job:
    """A question on its way.

    Args:
        packed: The order, as it travels to a worker.
        future: Where the answer goes.
        client: Whose it is.
        key: What it is remembered by.
        deadline: When its time is up, on the clock of the loop.
        allowed: The seconds it may take, for the message.
        lane: The lane it belongs to.
        writes: Whether it must not be started twice.
    """

    __slots__ = (
        "allowed", "client", "deadline", "future", "key", "lane", "packed", "place", "started",
        "worker", "writes",
    )  # fmt: skip

    def __init__(
        self,
        packed: bytes,
        future: asyncio.Future[Answer],
        *,
        client: str,
        key: object,
        deadline: float,
        allowed: float,
        lane: int,
        writes: bool = False,
    ) -> None:
        self.packed = packed
        self.client = client
        self.key = key
        self.deadline = deadline
        self.allowed = allowed
        self.future = future
        self.lane = lane
        self.place = lane  # the lane whose place it takes while it runs
        self.writes = writes
        self.started = 0.0
        self.worker: Worker | None = None


class Worker(asyncio.Protocol):
    """A worker process and its socket.

    Args:
        pool: Whom it belongs to.
        nursery: Its parent.
        number: Its number in that nursery.
    """

    def __init__(self, pool: Keeper, nursery: NurseryLink, number: int) -> None:
        self.pool = pool
        self.nursery = nursery
        self.number = number
        self.process = 0
        self.job: Job | None = None
        self.nice = 0
        self.done = 0
        self.work = 0.0  # seconds of processor time, when it last said so
        self.is_spent = False
        self.born: asyncio.Future[None] = pool.loop.create_future()
        self.transport: asyncio.Transport | None = None
        self._pieces: list[bytes] = []
        self._size = 0
        self._lengths: tuple[int, int] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self.transport = cast("asyncio.Transport", transport)  # uvloop's is none by class

    def data_received(self, data: bytes) -> None:
        """Gather a frame, and hand it on when it is whole."""
        self._pieces.append(data)
        self._size += len(data)
        if self._lengths is None:
            if self._size < LENGTHS.size:
                return
            start = b"".join(self._pieces)
            self._pieces = [start]
            self._lengths = LENGTHS.unpack_from(start)
        head, body = self._lengths
        if self._size < LENGTHS.size + head + body:
            return
        # A worker speaks only when it is asked, so there is never more than one frame.
        view = memoryview(b"".join(self._pieces))
        self._pieces, self._size, self._lengths = [], 0, None
        middle = LENGTHS.size + head
        self.pool.heard(self, read_head(bytes(view[LENGTHS.size : middle])), bytes(view[middle:]))

    def connection_lost(self, error: Exception | None) -> None:
        """Tell the pool."""
        self.pool.lost(self)

    def send(self, packed: bytes) -> None:
        """Give it an order."""
        assert self.transport is not None
        self.transport.write(LENGTHS.pack(0, len(packed)) + packed)

    def dismiss(self) -> None:
        """Let it end when it has nothing to do: it sees that its socket ended."""
        self.is_spent = True
        if self.transport is not None:
            self.transport.close()


class NurseryLink(asyncio.Protocol):
    """The nursery as its front sees it.

    Args:
        pool: Whom it belongs to.
    """

    def __init__(self, pool: Keeper) -> None:
        self.pool = pool
        self.workers: dict[int, Worker] = {}
        self.ready: asyncio.Future[dict[str, Any]] = pool.loop.create_future()
        self.ended: asyncio.Future[None] = pool.loop.create_future()
        self.is_retired = False
        self._count = 0
        self._rest = b""
        self._deaths: dict[int, asyncio.Future[int]] = {}
        self._control: socket.socket | None = None
        self._transport: asyncio.BaseTransport | None = None
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self, plan: Plan) -> dict[str, Any]:
        """What the nursery says when the graph is loaded.

        Args:
            plan: What it is told.

        Raises:
            CtgraphError: The graph cannot be opened.
        """
        ours, theirs = socket.socketpair()
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            # Threads of linear algebra would not survive a fork, and one question has one core.
            **dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
            **({"TMPDIR": self.pool.scratch} if self.pool.scratch else {}),
        }
        try:
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-c",
                    "from ctgraph.service.workers.nursery import main; main()",
                    str(theirs.fileno()),
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=environment,
                pass_fds=(theirs.fileno(),),
            )
        except OSError as error:
            ours.close()
            raise StoreError(
                f"no process could be started: {error.strerror}.", hint="Try again later."
            ) from None
        finally:
            theirs.close()
        ours.setblocking(False)
        self._control = ours.dup()
        self._transport, _ = await self.pool.loop.create_unix_connection(lambda: self, sock=ours)
        self._control.sendall(json.dumps(plan._asdict()).encode() + b"\n")
        try:
            async with asyncio.timeout(_START):
                return await self.ready
        except TimeoutError:
            self.kill()
            raise StoreError(f"the graph did not load within {_START:g} seconds.") from None

    def data_received(self, data: bytes) -> None:
        """Read what the nursery says."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._hear(json.loads(line))

    def _hear(self, said: dict[str, Any]) -> None:
        if "ready" in said:
            self.ready.set_result(said["ready"])
        elif "failed" in said:
            failed = said["failed"]
            error = CtgraphError(failed["message"], hint=failed["hint"])
            error.exit_code = failed["code"]
            if not self.ready.done():
                self.ready.set_exception(error)
        elif "warm" in said:
            self.pool.renew(self)
        elif "unborn" in said:
            worker = self.workers.pop(said["unborn"], None)
            if worker is not None:
                fail_future(worker.born, f"no process could be started: {said['why']}.")
                worker.dismiss()
        elif "died" in said:
            death = self._deaths.setdefault(said["died"], self.pool.loop.create_future())
            if not death.done():
                death.set_result(said["signal"])

    def connection_lost(self, error: Exception | None) -> None:
        """Note that the nursery ended."""
        fail_future(self.ready, "the process that loads the graph died.")
        if not self.ended.done():
            self.ended.set_result(None)
        for death in self._deaths.values():
            if not death.done():
                death.set_result(0)
        if self._control is not None:
            self._control.close()
        self.pool.orphaned(self)

    async def fork(self) -> Worker:
        """A new worker that has the graph open.

        Raises:
            CtgraphError: It has not, or could not be made.
        """
        assert self._control is not None
        self._count += 1
        worker = self.workers[self._count] = Worker(self.pool, self, self._count)
        ours, theirs = socket.socketpair()
        try:
            said = json.dumps({"do": "fork", "id": worker.number}).encode() + b"\n"
            socket.send_fds(self._control, [said], [theirs.fileno()])
        except OSError as error:
            ours.close()
            del self.workers[worker.number]
            raise StoreError(f"no process could be started: {error.strerror}.") from None
        finally:
            theirs.close()
        ours.setblocking(False)
        try:
            await self.pool.loop.create_unix_connection(lambda: worker, sock=ours)
        except BaseException:
            ours.close()
            self.workers.pop(worker.number, None)
            raise
        await worker.born
        return worker

    def tell(self, **said: Any) -> None:
        """Ask for something to be done to a worker."""
        assert self._control is not None
        with contextlib.suppress(OSError):  # it ended, and its workers with it
            self._control.sendall(json.dumps(said).encode() + b"\n")

    async def cause(self, worker: Worker) -> int:
        """The signal that ended a worker; 0 if none did or nobody knows."""
        death = self._deaths.setdefault(worker.number, self.pool.loop.create_future())
        try:
            async with asyncio.timeout(2):
                return await asyncio.shield(death)
        except TimeoutError:
            return 0
        finally:
            self._deaths.pop(worker.number, None)

    def retire(self) -> None:
        """Let it end as soon as none of its workers has work."""
        self.is_retired = True
        for worker in list(self.workers.values()):
            if worker.job is None:
                worker.dismiss()
        self.end_if_idle()

    def end_if_idle(self) -> None:
        """End it if it is retired and has no worker left."""
        if self.is_retired and not self.workers and self._transport is not None:
            self._transport.close()

    async def end(self) -> None:
        """End it and its workers at once, and wait until all are gone."""
        self.kill()
        for worker in list(self.workers.values()):
            if worker.transport is not None:
                worker.transport.abort()
        await self.wait()
        while self.workers and any(worker.transport for worker in self.workers.values()):
            await asyncio.sleep(0)

    def kill(self) -> None:
        """Kill it, and the kernel its workers."""
        if self._process is not None:
            self._process.kill()

    async def wait(self) -> None:
        """Wait for its end, and let the system forget it."""
        if self._process is not None:
            try:
                async with asyncio.timeout(2):
                    await self.ended
            except TimeoutError:
                self._process.kill()
            await self.pool.loop.run_in_executor(None, self._process.wait)


def greet(worker: Worker, said: dict[str, Any]) -> None:
    """Hear the first words of a worker: that it lives, or why it cannot work.

    Args:
        worker: Which.
        said: Its words.
    """
    if "hello" in said:
        worker.process, worker.work = said["hello"], said["work"]
        if not worker.born.done():
            worker.born.set_result(None)
    else:
        fault = faults.unpack(said["fault"])
        fail_future(worker.born, fault.detail or fault.message)


def work_of(process: int) -> float | None:
    """Seconds of processor time that a process took; None where the system does not say.

    Args:
        process: Its number.
    """
    try:
        with open(f"/proc/{process}/stat", encoding="ascii", errors="replace") as stream:  # noqa: PTH123
            fields = stream.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        return None


def fail_future(future: asyncio.Future[Any], message: str) -> None:
    """Let who waits know that it failed, and let it be if nobody does.

    Args:
        future: What they wait for; nothing is done if it came already.
        message: What failed.
    """
    if not future.done():
        future.set_exception(StoreError(message))
        future.exception()
