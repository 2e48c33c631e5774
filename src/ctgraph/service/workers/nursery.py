"""The nursery: a process that has the graph ready and makes the workers of the query service.

It is a fresh interpreter with one thread, so forking it is safe, whatever runs in the front. It
loads the graph into memory once, and the workers share those pages; a worker that was killed is
replaced in a millisecond even if the graph has a million triples. A database on disk is opened by
each worker, for the threads of RocksDB do not survive a fork. Only the nursery, whose children
they are, kills workers: a number that was given to another process meanwhile cannot be hit.

With the front it speaks JSON, one object a line; a line that asks for a worker carries the
worker's socket. On that socket a frame is two lengths, a head and a body.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from ctgraph.errors import CtgraphError
from ctgraph.service import faults
from ctgraph.service.faults import Fault
from ctgraph.service.handler import Limits, Reply, Request
from ctgraph.service.workers.messages import LENGTHS, Answer, Head, Order, pack_head, read_order
from ctgraph.terms import LANGUAGES

if TYPE_CHECKING:
    from ctgraph.store.store import Store


_SMALLEST_ZIPPED = 1024
_ZIPPED = (
    *("text/", "application/json", "application/sparql-results", "application/ld+json"),
    *("application/rdf+xml", "application/n-", "application/trig", "application/xml"),
    *("application/javascript", "application/graphml", "application/gexf", "image/svg"),
)
_WARM = ("/", "/query")  # pages whose making fills the caches that most pages use
_QUIET = 0.02  # seconds in which nobody asks, after which there is time for what is wanted later
_TIRED = 128 << 20  # bytes that a worker may grow before it is replaced
_GRACE = 2.0  # seconds after the deadline at which a worker ends itself, should nobody kill it


class Plan(NamedTuple):
    """What a nursery is told when it starts.

    Attributes:
        project: A folder with ontology and data; None for the graph of the package.
        store: The folder of a store on disk, or None.
        endpoint: The URL of a SPARQL endpoint, or None.
        memory: Bytes that a worker may take beyond what the graph takes.
        modules: Modules of handlers.
    """

    project: str | None = None
    store: str | None = None
    endpoint: str | None = None
    memory: int = 1 << 30
    modules: tuple[str, ...] = ()

    def open(self) -> Store:
        """The store."""
        from pathlib import Path

        from ctgraph.store.store import open_store

        return open_store(
            Path(self.project) if self.project is not None else None,
            Path(self.store) if self.store is not None else None,
            self.endpoint,
        )


def main() -> None:
    """Be the nursery, as the process that `pool` starts."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # They reach the whole group; the front decides what becomes of its workers.
        signal.signal(number, signal.SIG_IGN)
    control = socket.socket(fileno=int(sys.argv[1]))
    lines, _ = _hear(control, b"")
    said = json.loads(lines[0][0])
    plan = Plan(**{**said, "modules": tuple(said["modules"])})
    try:
        store = plan.open()
        if plan.endpoint is None:
            stamp, modified = _describe(store, plan)
        else:
            stamp, modified = "", ""
        _prepare(store, plan)
    except CtgraphError as error:
        _tell(
            control,
            failed={
                "message": error.message, "hint": error.hint, "code": error.exit_code,
            },
        )  # fmt: skip
        return
    _tell(control, ready={"stamp": stamp, "modified": modified})
    Nursery(control, store, plan).run()
    os._exit(0)


class Nursery:
    """The children and how they are made.

    Args:
        control: The socket to the front.
        store: The open store.
        plan: What the front asked for.
    """

    def __init__(self, control: socket.socket, store: Store, plan: Plan) -> None:
        self._control = control
        self._store = store
        self._plan = plan
        self._children: dict[int, int] = {}
        self._later: Iterator[None] | None = _prepare_later(store, plan)
        self._wake, self._woken = os.pipe()
        os.set_blocking(self._wake, False)
        os.set_blocking(self._woken, False)

    def run(self) -> None:
        """Make, kill and bury children until the front hangs up."""
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._woken, warn_on_full_buffer=False)
        rest = b""
        while True:
            waiting: list[Any] = [self._control, self._wake]
            ready, _, _ = select.select(waiting, [], [], _QUIET if self._later else None)
            if not ready and self._later is not None:
                self._prepare_more(self._later)
            if self._wake in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(self._wake, 4096)
                self._bury()
            if self._control in ready:
                try:
                    lines, rest = _hear(self._control, rest)
                except OSError:
                    return
                if not lines and not rest:
                    return
                for line, descriptors in lines:
                    self._obey(json.loads(line), descriptors)

    def _prepare_more(self, parts: Iterator[None]) -> None:
        """Do a part of what is wanted later, and tell the front when all is done.

        Drawing needs packages that take a second to load. A part takes at most a third of one, in
        which no child is made, and the children that are there work on.
        """
        try:
            next(parts)
            return
        except StopIteration:
            pass
        except Exception as error:  # nobody asked for this, so it must not end the service
            import logging

            logging.getLogger(__name__).warning("pages start cold: %r", error)
        self._later = None
        gc.collect()
        gc.freeze()
        _tell(self._control, warm=True)

    def _obey(self, asked: Mapping[str, Any], descriptors: Sequence[int]) -> None:
        number = asked["id"]
        if asked["do"] == "fork":
            self._fork(number, descriptors[0])
            return
        child = next((child for child, its in self._children.items() if its == number), None)
        if child is None:
            return
        if asked["do"] == "kill":
            os.kill(child, signal.SIGKILL)
        elif asked["do"] == "nice":
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, child, asked["to"])

    def _fork(self, number: int, descriptor: int) -> None:
        import warnings

        try:
            with warnings.catch_warnings():
                # Python 3.12 warns of threads that libraries started; none holds a lock we need.
                warnings.simplefilter("ignore", DeprecationWarning)
                child = os.fork()
        except OSError as error:
            os.close(descriptor)
            _tell(self._control, unborn=number, why=error.strerror)
            return
        if child == 0:
            # Only os._exit may end this branch.
            try:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                self._control.close()
                os.close(self._wake)
                os.close(self._woken)
                live(socket.socket(fileno=descriptor), self._store, self._plan)
            finally:
                os._exit(0)
        os.close(descriptor)
        self._children[child] = number

    def _bury(self) -> None:
        while self._children:
            child, status = os.waitpid(-1, os.WNOHANG)
            if child == 0:
                return
            number = self._children.pop(child, None)
            if number is not None:
                _tell(self._control, died=number, signal=_signal_of(status))


def live(link: socket.socket, store: Store, plan: Plan) -> None:
    """Be a worker: answer what comes over a socket until it ends.

    Args:
        link: The socket.
        store: The store, which is opened here if it is a database.
        plan: What the front asked for.
    """
    _die_with_parent()
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 2)  # the last words of an engine that aborts are no lines of our log
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    try:
        if store.kind == "disk":
            store.ask("ASK { ?s ?p ?o }")
    except CtgraphError as error:
        _send(link, {"fault": faults.of_error(error, {}).pack()}, b"")
        return
    _bound_memory(plan.memory)
    start = _largest_size()
    _send(link, {"hello": os.getpid(), "work": time.process_time()}, b"")
    while (order := _next_order(link)) is not None:
        signal.setitimer(signal.ITIMER_REAL, order.limits.seconds + _GRACE)
        answered = answer(store, order, plan.memory)
        is_tired, work = _largest_size() - start > _TIRED, time.process_time()
        if isinstance(answered, Fault):
            _send(link, {"fault": answered.pack(), "tired": is_tired, "work": work}, b"")
        else:
            _send(link, pack_head(answered, work, is_tired=is_tired), answered.body)
        signal.setitimer(signal.ITIMER_REAL, 0)


def answer(store: Store, order: Order, memory: int) -> Answer | Fault:
    """The answer to an order, or why there is none.

    Args:
        store: The open store.
        order: What is asked.
        memory: The bound of memory, for the message.
    """
    try:
        reply = _find(order.handler)(store, order.request, order.limits)
        return _pack(reply, zips=order.zips)
    except CtgraphError as error:
        fault = faults.of_error(error, order.request.values)
    except MemoryError:
        fault = faults.of_memory(memory)
    except RecursionError:
        fault = faults.of_death(signal.SIGSEGV, memory)
    except BaseException:  # a panic of the engine is no Exception
        import traceback

        fault = faults.of_bug(traceback.format_exc())
    return fault


def ping(store: Store, request: Request, limits: Limits) -> Reply:
    """A reply if the store answers.

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
    import hashlib

    body = reply.body
    digest = hashlib.blake2b(body, digest_size=12).digest()
    zips = zips and len(body) >= _SMALLEST_ZIPPED and reply.media_type.startswith(_ZIPPED)
    if zips:
        import zlib

        packer = zlib.compressobj(5, zlib.DEFLATED, 31)
        body = packer.compress(body) + packer.flush()
    head = Head(
        reply.status,
        reply.media_type,
        tuple((name, value) for name, value in reply.headers),
        reply.is_partial,
        reply.may_keep,
        zips,
    )
    return Answer(head, reply.rows, digest, body)


def _next_order(link: socket.socket) -> Order | None:
    lengths = _receive(link, LENGTHS.size)
    if lengths is None:
        return None
    _, size = LENGTHS.unpack(lengths)
    packed = _receive(link, size)
    return None if packed is None else read_order(packed)


def _receive(link: socket.socket, size: int) -> bytearray | None:
    data = bytearray(size)
    view = memoryview(data)
    done = 0
    while done < size:
        try:
            got = link.recv_into(view[done:])
        except OSError:
            return None
        if not got:
            return None
        done += got
    return data


def _send(link: socket.socket, head: dict[str, Any] | bytes, body: bytes) -> None:
    packed = head if isinstance(head, bytes) else json.dumps(head).encode()
    start = LENGTHS.pack(len(packed), len(body)) + packed
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        if len(body) < 1 << 16:
            link.sendall(start + body)
        else:
            link.sendall(start)
            link.sendall(body)


def _hear(control: socket.socket, rest: bytes) -> tuple[list[tuple[bytes, list[int]]], bytes]:
    """Whole lines from the front, each with the descriptors that came with it, and the rest."""
    data, descriptors, _, _ = socket.recv_fds(control, 1 << 16, 16)
    if not data:
        return [], b""
    *lines, rest = (rest + data).split(b"\n")
    # What carries a descriptor is not merged with what comes after it, so it is the last line.
    heard: list[tuple[bytes, list[int]]] = [(line, []) for line in lines]
    if descriptors and heard:
        heard[-1][1].extend(descriptors)
    return heard, rest


def _tell(control: socket.socket, **said: Any) -> None:
    with contextlib.suppress(OSError):  # the front hung up, which `run` will see
        control.sendall(json.dumps(said).encode() + b"\n")


def _prepare_later(store: Store, plan: Plan) -> Iterator[None]:
    """Nothing, after each part of what modules of handlers want to prepare when there is time."""
    for name in plan.modules:
        prepare = getattr(import_module(name), "prepare", None)
        if prepare is not None:
            yield from prepare(store)


def _prepare(store: Store, plan: Plan) -> None:
    """Import and compute what every worker would need, so that they share it."""
    for name in plan.modules:
        module = import_module(name)
        for needed in getattr(module, "PRELOAD", ()):
            import_module(needed)
    for name in ("ctgraph.store.sparql.parse", "hashlib", "zlib"):
        import_module(name)
    if store.kind == "memory":
        store.known_terms()
        for name in plan.modules:
            for route in getattr(import_module(name), "ROUTES", ()):
                if route.path in _WARM:
                    for lang in LANGUAGES:
                        order = Order(route.handler, Request(path=route.path, lang=lang), Limits())
                        answer(store, order, plan.memory)
    gc.collect()
    # The collector would write into every page that the workers share.
    gc.freeze()


def _describe(store: Store, plan: Plan) -> tuple[str, str]:
    """A hash of all that answers are made from, and when it was last changed."""
    import hashlib
    from email.utils import formatdate

    from ctgraph.version import __version__

    digest = hashlib.sha256(f"{__version__}\n{store.kind}\n".encode())
    counts = store.counts()
    digest.update(repr(counts).encode())
    bundle = store.bundle
    files = [*bundle.question_files(), *bundle.data_files(), bundle.ontology_file()]
    for path in files:
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    digest.update(bundle.content_hash().encode())
    newest = max(path.stat().st_mtime for path in files)
    if plan.store is not None:
        from pathlib import Path

        from ctgraph.store.disk import read_description

        description = read_description(Path(plan.store))
        digest.update(f"{description.generation} {description.created}".encode())
        newest = max(newest, description.database.stat().st_mtime)
    return digest.hexdigest()[:24], formatdate(newest, usegmt=True)


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
    """Let the kernel end this process when the nursery ends (Linux)."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    parent = os.getppid()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    if parent == 1 or os.getppid() != parent:
        os._exit(1)


def _signal_of(status: int) -> int:
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
