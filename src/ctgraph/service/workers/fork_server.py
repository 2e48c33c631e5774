"""The process that has the graph and makes workers by forking itself.

It is a fresh interpreter with one thread, so forking it is safe, whatever runs in the front. It
loads the graph into memory once, and the workers share those pages: one that was killed is replaced
in milliseconds even if the graph has a million triples. A database on disk is opened by each
worker, for the threads of RocksDB do not survive a fork. Only this process, whose children they
are, kills workers: a number that was given to another process meanwhile cannot be hit.

With the front it speaks JSON, one object a line; a line that asks for a worker carries the
worker's socket.
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
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ctgraph.errors import CtgraphError
from ctgraph.service.handler import Limits, Request
from ctgraph.service.workers.worker import Order, answer, live
from ctgraph.terms import LANGUAGES

if TYPE_CHECKING:
    from ctgraph.store import Store


NICE = 3
"""How readily workers yield the processor to the front."""

_WARM = ("/", "/query")  # pages whose making fills the caches that most pages use
_QUIET = 0.02  # seconds in which nobody asks, after which there is time for what is wanted later


class Plan(NamedTuple):
    """How the graph is opened and what is prepared.

    Attributes:
        project: A folder with ontology and data; None for the graph of the package.
        store: The folder of a store on disk, or None.
        endpoint: The URL of a SPARQL endpoint, or None.
        memory: Bytes that a worker may take beyond what the graph takes.
        modules: Modules of handlers.
        theme: A name or a file of a theme, or None for that of the package.
    """

    project: str | None = None
    store: str | None = None
    endpoint: str | None = None
    memory: int = 1 << 30
    modules: tuple[str, ...] = ()
    theme: str | None = None

    def open(self) -> Store:
        """Return the store; pages and pictures have the theme from now on."""
        from ctgraph.network.styles import set_default_theme
        from ctgraph.store import open_store

        if self.theme is not None:
            set_default_theme(self.theme)
        return open_store(
            Path(self.project) if self.project is not None else None,
            Path(self.store) if self.store is not None else None,
            self.endpoint,
        )


def main() -> None:
    """Be the fork server, as the process that the front starts."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # They reach the whole group; the front decides what becomes of its workers.
        signal.signal(number, signal.SIG_IGN)
    control = socket.socket(fileno=int(sys.argv[1]))
    said = json.loads(control.makefile("rb", buffering=0).readline())
    plan = Plan(**{**said, "modules": tuple(said["modules"])})
    try:
        store = plan.open()
        stamp, modified = _describe(store, plan) if plan.endpoint is None else ("", "")
        _prepare(store, plan)
    except CtgraphError as error:
        _tell(control, failed=error.message, hint=error.hint, code=error.exit_code)
        return
    _tell(control, ready=stamp, modified=modified)
    _Server(control, store, plan).run()
    os._exit(0)


class _Server:
    """The children and how they are made."""

    def __init__(self, control: socket.socket, store: Store, plan: Plan) -> None:
        self._control = control
        self._store = store
        self._plan = plan
        self._children: dict[int, int] = {}
        """The number of each worker, by that of its process."""
        self._later: Iterator[None] | None = _prepare_later(store, plan)
        self._wake, self._woken = os.pipe()
        os.set_blocking(self._wake, False)
        os.set_blocking(self._woken, False)

    def run(self) -> None:
        """Make, kill and reap children until the front hangs up."""
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
                self._reap()
            if self._control in ready:
                # What carries a descriptor is not merged with what comes after it.
                data, descriptors, _, _ = socket.recv_fds(self._control, 1 << 16, 16)
                if not data:
                    return
                *lines, rest = (rest + data).split(b"\n")
                for line in lines:
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

    def _obey(self, asked: dict[str, int], descriptors: list[int]) -> None:
        if "fork" in asked:
            self._fork(asked["fork"], asked["nice"], descriptors.pop(0))
            return
        wanted = asked.get("kill", asked.get("yields"))
        for child in [child for child, number in self._children.items() if number == wanted]:
            if "kill" in asked:
                os.kill(child, signal.SIGKILL)
            else:
                with contextlib.suppress(OSError):
                    os.setpriority(os.PRIO_PROCESS, child, asked["nice"])

    def _fork(self, number: int, nice: int, descriptor: int) -> None:
        import warnings

        link = socket.socket(fileno=descriptor)
        try:
            with warnings.catch_warnings():
                # Python 3.12 warns of threads that libraries started; none holds a lock we need.
                warnings.simplefilter("ignore", DeprecationWarning)
                child = os.fork()
        except OSError:
            link.close()  # which the front sees
            return
        if child == 0:
            # Only os._exit may end this branch.
            try:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                self._control.close()
                os.close(self._wake)
                os.close(self._woken)
                live(link, self._store, self._plan.memory, nice)
            finally:
                os._exit(0)
        link.close()
        self._children[child] = number

    def _reap(self) -> None:
        while self._children:
            child, status = os.waitpid(-1, os.WNOHANG)
            if child == 0:
                return
            number = self._children.pop(child, None)
            if number is not None:
                ended = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
                _tell(self._control, died=number, signal=ended)


def _tell(control: socket.socket, **said: Any) -> None:
    with contextlib.suppress(OSError):  # the front hung up, which `run` will see
        control.sendall(json.dumps(said).encode() + b"\n")


def _prepare(store: Store, plan: Plan) -> None:
    """Import and compute what every worker would need, so that they share it."""
    for name in plan.modules:
        module = import_module(name)
        for needed in getattr(module, "PRELOAD", ()):
            import_module(needed)
    for name in ("ctgraph.store.sparql.parse", "gzip", "hashlib"):
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


def _prepare_later(store: Store, plan: Plan) -> Iterator[None]:
    """Stop after each part of what modules of handlers want to prepare when there is time."""
    for name in plan.modules:
        prepare = getattr(import_module(name), "prepare", None)
        if prepare is not None:
            yield from prepare(store)


def _describe(store: Store, plan: Plan) -> tuple[str, str]:
    """Return a hash of all that answers are made from, and when it was last changed."""
    import hashlib
    from datetime import datetime
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
    if store.kind == "disk":
        # Of the generation that was opened, for by now there may be another.
        generation = store.fingerprint.rpartition("/")[2]
        digest.update(generation.encode())
        created = generation.rpartition(" ")[2]
        newest = max(newest, datetime.fromisoformat(created).timestamp())
    return digest.hexdigest()[:24], formatdate(newest, usegmt=True)
