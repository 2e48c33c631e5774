"""What runs in a worker process: one question after another, each within its bounds.

A worker is a fork of the fork server, so it has the graph already. It reads an `Order` from its
socket, calls the handler and writes a `Message` back. It is killed by its parent when a question
takes too long; no question knows of a deadline.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import socket
import sys
import time
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from ctgraph.errors import CtgraphError
from ctgraph.service import faults
from ctgraph.service.faults import Fault
from ctgraph.service.handler import Limits, Reply, Request
from ctgraph.service.scope import narrow
from ctgraph.store import reseed

if TYPE_CHECKING:
    from ctgraph.store import Store


_SMALLEST_ZIPPED = 1024
_ZIPPED = (
    *("text/", "application/json", "application/sparql-results", "application/ld+json"),
    *("application/rdf+xml", "application/n-", "application/trig", "application/xml"),
    *("application/javascript", "application/graphml", "application/gexf", "image/svg"),
)
_TIRED = 128 << 20  # bytes that a worker may grow before it is replaced
_GRACE = 2.0  # seconds after the deadline at which a worker ends itself, should nobody kill it
LENGTH = 8
"""Bytes that say how long a message is."""


class Order(NamedTuple):
    """What a worker is asked.

    Attributes:
        handler: The function, as ``package.module:function``.
        request: What it is called with.
        limits: What the answer may take.
        zips: Whether the client reads gzip.
    """

    handler: str
    request: Request
    limits: Limits
    zips: bool = False


class Answer(NamedTuple):
    """What a worker answered.

    Attributes:
        reply: The reply of the handler; its body may be compressed.
        is_zipped: Whether it is.
        digest: A hash of the body before that.
    """

    reply: Reply
    is_zipped: bool
    digest: str


class Message(NamedTuple):
    """What a worker sends.

    Attributes:
        said: An answer, or why there is none; the number of the process when it greets.
        work: Seconds of processor time that the worker took since it began.
        is_tired: Whether the worker should be replaced.
    """

    said: Answer | Fault | int
    work: float = 0.0
    is_tired: bool = False


def live(link: socket.socket, store: Store, memory: int, nice: int) -> None:
    """Be a worker: answer what comes over a socket until it ends.

    Args:
        link: The socket.
        store: The store, which is opened here if it is a database.
        memory: Bytes that an answer may take beyond what the graph takes.
        nice: How readily this process yields the processor to others.
    """
    for number in (signal.SIGTERM, signal.SIGALRM):
        signal.signal(number, signal.SIG_DFL)
    _die_with_parent()
    os.setpriority(os.PRIO_PROCESS, 0, nice)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 2)  # the last words of an engine that aborts are no lines of our log
    reseed()
    try:
        if store.kind == "disk":
            store.ask("ASK { ?s ?p ?o }")
    except CtgraphError as error:
        _send(link, Message(faults.of_error(error, {})))
        return
    _bound_memory(memory)
    start = _largest_size()
    _send(link, Message(os.getpid(), time.process_time()))
    with link.makefile("rb") as orders, contextlib.suppress(EOFError, OSError):
        while True:
            order: Order = pickle.load(orders)
            signal.setitimer(signal.ITIMER_REAL, order.limits.seconds + _GRACE)
            said = answer(store, order, memory)
            _send(link, Message(said, time.process_time(), _largest_size() - start > _TIRED))
            signal.setitimer(signal.ITIMER_REAL, 0)


def answer(store: Store, order: Order, memory: int) -> Answer | Fault:
    """Return the answer to an order, or why there is none.

    Args:
        store: The open store.
        order: What is asked.
        memory: The bound of memory, for the message.
    """
    try:
        reply = _find(order.handler)(narrow(store, order.request), order.request, order.limits)
        return _pack(reply, zips=order.zips)
    except CtgraphError as error:
        return faults.of_error(error, order.request.values)
    except MemoryError:
        return faults.of_memory(memory)
    except RecursionError:
        return faults.of_death(signal.SIGSEGV, memory)
    except BaseException:  # a panic of the engine is no Exception
        import traceback

        return faults.of_bug(traceback.format_exc())


def ping(store: Store, request: Request, limits: Limits) -> Reply:
    """Return a reply if the store answers.

    Args:
        store: The store.
        request: Not read.
        limits: What an endpoint is given.
    """
    if store.kind == "endpoint":
        store.query("ASK { ?s ?p ?o }", timeout=limits.seconds)
    else:
        store.ask("ASK { ?s ?p ?o }")
    return Reply(b"ready\n", "text/plain; charset=utf-8", may_keep=False)


def _find(handler: str) -> Callable[[Store, Request, Limits], Reply]:
    module, _, name = handler.partition(":")
    found: Callable[[Store, Request, Limits], Reply] = getattr(import_module(module), name)
    return found


def _pack(reply: Reply, *, zips: bool) -> Answer:
    """Return the answer that travels. It is compressed here, where it keeps nobody else waiting."""
    import hashlib

    digest = hashlib.blake2b(reply.body, digest_size=12).hexdigest()
    if not (zips and len(reply.body) >= _SMALLEST_ZIPPED and reply.media_type.startswith(_ZIPPED)):
        return Answer(reply, is_zipped=False, digest=digest)
    import gzip

    body = gzip.compress(reply.body, 5, mtime=0)
    return Answer(reply._replace(body=body), is_zipped=True, digest=digest)


def _send(link: socket.socket, message: Message) -> None:
    packed = pickle.dumps(message, 5)
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        link.sendall(len(packed).to_bytes(LENGTH, "big"))
        link.sendall(packed)


# --- bounds --------------------------------------------------------------------------------------


def _bound_memory(memory: int) -> None:
    """Bound what this process may take beyond what it has now, and leave no core behind."""
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # A process that shares the graph has its pages in its size already.
    for limit, name in ((resource.RLIMIT_DATA, "VmData:"), (resource.RLIMIT_AS, "VmSize:")):
        now = _size_of(name)
        if now is None:
            continue
        # Threads reserve address space that they never touch.
        more = memory if name == "VmData:" else memory + (1 << 30)
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(limit, (now + more, resource.getrlimit(limit)[1]))


def _size_of(name: str) -> int | None:
    try:
        with open("/proc/self/status", encoding="ascii") as stream:  # noqa: PTH123
            for line in stream:
                if line.startswith(name):
                    return int(line.split()[1]) << 10
    except OSError:
        pass
    return None


def _largest_size() -> int:
    import resource

    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size if sys.platform == "darwin" else size << 10


def _die_with_parent() -> None:
    """Let the kernel end this process when its parent ends (Linux)."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    parent = os.getppid()
    with contextlib.suppress(OSError, AttributeError):
        library: Any = ctypes.CDLL(None)
        library.prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    if parent == 1 or os.getppid() != parent:
        os._exit(1)
