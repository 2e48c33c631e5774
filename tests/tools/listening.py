"""A service without workers behind real sockets, and raw clients, for tests of connections."""

from __future__ import annotations

import asyncio
import contextlib
import select
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import uvicorn
from serving import Response

from ctgraph.service.handler import Route
from ctgraph.service.http.app import App, Exchange, Receive, Settings
from ctgraph.service.http.connection import Bounds, Door
from ctgraph.service.http.response import Sent
from ctgraph.service.run import bind, configure

ROUTES = [
    Route("/", "listening:home"),
    Route("/body", "listening:body", ("POST",), reads_body=True),
    Route("/held", "listening:held"),
    Route("/big", "listening:big"),
]


class Held(App):
    """The service without workers; what a route asks for is answered here, if a test lets it."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.arrived = threading.Semaphore(0)
        self.go: asyncio.Event | None = None
        self.bodies: list[bytes] = []

    async def _ask(
        self, exchange: Exchange, route: Route, values: Mapping[str, str], receive: Receive
    ) -> Sent:
        sent = await self._answer_health(exchange)
        if route.path == "/body":
            self.bodies.append(exchange.body)
        elif route.path == "/held":
            assert self.go is not None
            self.arrived.release()
            await self.go.wait()
            sent = sent._replace(body=b"at last\n")
        elif route.path == "/big":
            sent = sent._replace(body=b"x" * 200_000)
        return sent


class Listening:
    """A service that listens on loopback, in a thread."""

    def __init__(self, bounds: Bounds, kind: type[asyncio.Protocol] | None, **settings: Any):
        self.records: list[dict[str, Any]] = []
        self.app = Held(Settings(log=self.records.append, modules=("listening",), **settings))
        config = configure(self.app, bounds, kind=kind, grace=5)
        self.server = uvicorn.Server(config)
        protocol: Any = config.http
        self.door: Door = protocol.door
        self.socket = bind("127.0.0.1", 0)
        self.address = self.socket.getsockname()
        # As it is installed: httptools together with uvloop, or neither.
        bare = kind is not None and "h11" in kind.__module__
        self.loop = (
            asyncio.new_event_loop()
            if bare
            else (config.get_loop_factory() or asyncio.new_event_loop)()
        )
        self.thread = threading.Thread(target=self._run)
        self.thread.start()
        self._call(self._wait)

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.app.go = asyncio.Event()
        try:
            self.loop.run_until_complete(self.server.serve([self.socket]))
        finally:
            self.loop.close()

    async def _wait(self) -> None:
        while not self.server.started:
            await asyncio.sleep(0.01)

    def _call(self, act: Callable[[], Any]) -> None:
        asyncio.run_coroutine_threadsafe(act(), self.loop).result(10)

    def let_go(self) -> None:
        """Let the held answers go."""
        assert self.app.go is not None
        self.loop.call_soon_threadsafe(self.app.go.set)

    def count(self, event: str) -> int:
        """How many connections had something become of them."""
        return self.app.metrics._connections[event]

    def idle(self) -> int:
        """How many connections are without a request."""
        return len(self.door.idle)

    def connect(self) -> Client:
        return Client(self.address)

    def ask(self, said: bytes) -> Response:
        """The answer to some bytes."""
        with self.connect() as client:
            client.send(said)
            return client.read()

    def close(self) -> None:
        self.let_go()
        self.server.should_exit = True
        self.thread.join(20)
        assert not self.thread.is_alive()


class Client:
    """A client that sends what it likes."""

    def __init__(self, address: tuple[str, int], receive_buffer: int = 0) -> None:
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(15)
        self.socket.connect(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = self.socket.makefile("rb")

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self.socket.close()

    def send(self, said: bytes) -> None:
        self.socket.sendall(said)

    def finish(self) -> None:
        """Say that nothing more comes, and keep listening."""
        self.socket.shutdown(socket.SHUT_WR)

    def read(self, method: str = "GET") -> Response:
        """The next answer; 1xx ones are passed over."""
        while True:
            line = self._file.readline()
            assert line.startswith(b"HTTP/1.1 "), line
            status = int(line.split()[1])
            headers: dict[str, str] = {}
            for raw in iter(self._file.readline, b"\r\n"):
                assert raw, "the answer ends within its head"
                name, _, value = raw.decode("latin-1").partition(":")
                said = headers.get(name.lower())
                value = value.strip()
                headers[name.lower()] = value if said is None else f"{said}, {value}"
            if status >= 200:
                break
        if method == "HEAD" or status in (204, 304):
            return Response(status, headers, b"")
        return Response(status, headers, self._file.read(int(headers["content-length"])))

    def hears(self, seconds: float) -> bool:
        """Whether something comes within some time."""
        return bool(select.select([self.socket], [], [], seconds)[0])

    def rest(self) -> bytes:
        """All that still comes."""
        with contextlib.suppress(ConnectionResetError):
            return self._file.read()
        return b""

    def is_ended(self) -> bool:
        """Whether the service has ended the connection and sent nothing more."""
        try:
            return self._file.read(1) == b""
        except ConnectionResetError:
            return True


@contextlib.contextmanager
def listening(
    kind: type[asyncio.Protocol] | None = None, settings: Any = None, **bounds: Any
) -> Iterator[Listening]:
    """A service on loopback with some bounds of connections."""
    server = Listening(Bounds()._replace(**bounds), kind, **(settings or {}))
    try:
        yield server
    finally:
        server.close()
