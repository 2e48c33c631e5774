"""The processes of the query service, as the front sees them: the fork server and its workers."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import math
import os
import pickle
import socket
import subprocess
import sys
from collections.abc import Callable
from typing import IO

from ctgraph.errors import CtgraphError, StoreError
from ctgraph.service.faults import Fault
from ctgraph.service.workers.fork_server import Plan
from ctgraph.service.workers.worker import LENGTH, Message, Order

_START = 300.0  # seconds that loading the graph may take
_REMEMBERED = 1000  # workers whose end is remembered
_MOST_BUFFERED = 1 << 24  # bytes of an answer that are read at once


class Lost(Exception):  # noqa: N818 - reads as the condition it names
    """A worker ended before it answered."""


class Worker:
    """A worker process and its socket.

    Args:
        server: Its parent.
        number: Its number in that process, from 1.
        reader: What it says.
        writer: What it is told.
    """

    def __init__(
        self,
        server: ForkServer,
        number: int,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self.server = server
        self.number = number
        self.process = 0
        self.work = 0.0  # seconds of processor time, when it last said so
        self.is_spent = False
        self._reader = reader
        self._writer = writer

    async def ask(self, order: Order) -> Message:
        """Return what it says to an order.

        Args:
            order: The order.

        Raises:
            Lost: It ended.
        """
        self._writer.write(pickle.dumps(order, 5))
        return await self.hear()

    @property
    def is_there(self) -> bool:
        """Whether it has not ended, as far as is known."""
        return not self._reader.at_eof() and not self._writer.is_closing()

    def measure_work(self) -> float:
        """Return seconds of processor time that it took; infinite where the system says none."""
        try:
            with open(f"/proc/{self.process}/stat", encoding="ascii", errors="replace") as stream:  # noqa: PTH123
                fields = stream.read().rpartition(")")[2].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        except (OSError, ValueError, IndexError):
            return math.inf

    async def hear(self) -> Message:
        """Return what it says next.

        Raises:
            Lost: It ended.
        """
        try:
            size = int.from_bytes(await self._reader.readexactly(LENGTH), "big")
            message: Message = pickle.loads(await self._reader.readexactly(size))
        except (asyncio.IncompleteReadError, ConnectionError):
            self.dismiss()
            raise Lost from None
        return message

    def give_way(self, nice: int) -> None:
        """Let it yield the processor; it cannot be made as eager again, so it is then spent.

        Args:
            nice: How readily.
        """
        if not self.is_spent:
            self.is_spent = True
            self.server.tell(yields=self.number, nice=nice)

    def kill(self) -> None:
        """End it at once."""
        self.server.tell(kill=self.number)
        self.dismiss()

    def dismiss(self) -> None:
        """Let it end when it has nothing to do: it sees that its socket ended."""
        self._writer.transport.abort()
        self.server.forget(self)


async def _note(stream: IO[bytes] | None) -> None:
    """Log what libraries, warnings and crashes write to standard error, until nobody is left to.

    Args:
        stream: What the fork server and its workers write to.
    """
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, stream)
    try:
        while said := await reader.read(1 << 16):
            if text := said.decode("utf-8", "replace").strip():
                logging.getLogger(__name__).warning("%s", text)
    finally:
        transport.close()


class ForkServer:
    """The process that has the graph.

    Args:
        renew: Called when all is prepared, so that new workers are better than older ones.
        replace: Called when it ended.

    Attributes:
        workers: The workers by number.
        count: How many it made.
        oldest: The number of the last worker that should be replaced when it is idle.
    """

    def __init__(
        self, renew: Callable[[ForkServer], None], replace: Callable[[ForkServer], None]
    ) -> None:
        self.workers: dict[int, Worker] = {}
        self.count = 0
        self.oldest = 0
        self._renew = renew
        self._replace = replace
        self._is_empty = asyncio.Event()
        self._is_empty.set()
        self._deaths: dict[int, int] = {}
        self._died = asyncio.Condition()
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._listening: asyncio.Task[None] | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._hearing: asyncio.Task[None] | None = None

    async def start(self, plan: Plan, scratch: str) -> tuple[str, str]:
        """Load the graph; gives its stamp and when it was modified.

        Args:
            plan: How it is opened.
            scratch: A folder for the files of killed workers; "" if there is none.

        Raises:
            CtgraphError: The graph cannot be opened.
        """
        ours, theirs = socket.socketpair()
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            # Threads of linear algebra would not survive a fork, and one question has one core.
            **dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
            **({"TMPDIR": scratch} if scratch else {}),
        }
        code = "from ctgraph.service.workers.fork_server import main; main()"
        with theirs:
            try:
                self._process = subprocess.Popen(
                    [sys.executable, "-c", code, str(theirs.fileno())],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.PIPE,
                    env=environment,
                    pass_fds=(theirs.fileno(),),
                )
            except OSError as error:
                ours.close()
                raise StoreError(
                    "process-not-started", strerror=error.strerror, hint="try-again-later"
                ) from None
        self._hearing = asyncio.get_running_loop().create_task(_note(self._process.stderr))
        self._control = ours.dup()
        reader, self._writer = await asyncio.open_unix_connection(sock=ours)
        self._control.sendall(json.dumps(plan._asdict()).encode() + b"\n")
        try:
            async with asyncio.timeout(_START):
                line = await reader.readline()
        except TimeoutError:
            raise StoreError("graph-not-loaded-in-time", seconds=_START) from None
        if not line:
            await asyncio.wait([self._hearing], timeout=1)  # its last words
            raise StoreError("graph-process-died")
        said = json.loads(line)
        if "failed" in said:
            failed = CtgraphError(said["failed"], hint=said["hint"])
            failed.exit_code = said["code"]
            raise failed
        self._listening = asyncio.get_running_loop().create_task(self._listen(reader))
        return said["ready"], said["modified"]

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        with contextlib.suppress(ConnectionError):
            while line := await reader.readline():
                said = json.loads(line)
                if "warm" in said:
                    self._renew(self)
                else:
                    self._deaths[said["died"]] = said["signal"]
                    self._deaths.pop(said["died"] - _REMEMBERED, None)
                    async with self._died:
                        self._died.notify_all()
        self._replace(self)

    async def fork(self, nice: int) -> Worker:
        """Return a new worker that has the graph open.

        Args:
            nice: How readily it yields the processor.

        Raises:
            CtgraphError: It has not, or could not be made.
        """
        self.count += 1
        number = self.count
        ours, theirs = socket.socketpair()
        with theirs:
            if not self.tell(theirs.fileno(), fork=number, nice=nice):
                ours.close()
                raise StoreError("graph-process-ended")
        reader, writer = await asyncio.open_unix_connection(sock=ours, limit=_MOST_BUFFERED)
        worker = self.workers[number] = Worker(self, number, reader, writer)
        self._is_empty.clear()
        try:
            greeting = await worker.hear()
        except Lost:
            raise StoreError("worker-died-at-once") from None
        except BaseException:
            worker.kill()
            raise
        if isinstance(greeting.said, Fault):
            worker.dismiss()
            raise StoreError(greeting.said.detail or greeting.said.message)
        assert isinstance(greeting.said, int)
        worker.process, worker.work = greeting.said, greeting.work
        return worker

    def tell(self, *descriptors: int, **said: int) -> bool:
        """Ask for something to be done; gives whether anybody is there who does it.

        Args:
            *descriptors: What goes with it.
            **said: What is asked.
        """
        assert self._control is not None
        try:
            socket.send_fds(self._control, [json.dumps(said).encode() + b"\n"], descriptors)
        except OSError:  # it ended, and its workers with it
            return False
        return True

    def forget(self, worker: Worker) -> None:
        """Leave a worker to itself.

        Args:
            worker: The one.
        """
        self.workers.pop(worker.number, None)
        if not self.workers:
            self._is_empty.set()

    async def find_cause(self, worker: Worker) -> int:
        """Return the signal that ended a worker; 0 if none did or nobody knows.

        Args:
            worker: The one.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(2), self._died:
                await self._died.wait_for(lambda: worker.number in self._deaths)
        return self._deaths.get(worker.number, 0)

    async def retire(self) -> None:
        """End it when its last worker has answered."""
        await self._is_empty.wait()
        await self.end()

    async def end(self) -> None:
        """End it and its workers at once, and wait until it is gone."""
        for task in (self._listening, self._hearing):
            if task is not None:
                task.cancel()
        if self._process is not None:
            self._process.kill()
        for worker in list(self.workers.values()):
            worker.dismiss()
        if self._writer is not None:
            self._writer.transport.abort()
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            await asyncio.get_running_loop().run_in_executor(None, self._process.wait)
