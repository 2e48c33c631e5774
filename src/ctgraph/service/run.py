"""The query service as a process: its socket, its signals, its log."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import socket
from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from ctgraph.errors import StoreError, UsageError

if TYPE_CHECKING:
    from ctgraph.service.http.app import App
    from ctgraph.service.settings import Settings


HEAD = 10.0
"""Seconds in which the head of a request must arrive, or the next one."""

LONGEST_HEAD = 1 << 17
"""Bytes of the head of a request."""

_COUNTING = 0.25  # seconds between two looks at how many connections an address holds
_PARTING = 0.5  # seconds in which answers that were given up are still sent
_REDIRECTS = 5  # which are followed by `fetch`


class Got(NamedTuple):
    """One answer.

    Attributes:
        status: The HTTP status.
        headers: Its headers.
        body: The body.
        passed: The redirections on the way to it, each with its status and where it led.
    """

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    passed: tuple[tuple[int, str], ...] = ()


def bind(host: str, port: int) -> socket.socket:
    """Return a socket that has an address and does not listen, so that nobody else takes it.

    Args:
        host: A name or an address.
        port: A port; 0 for any that is free.

    Raises:
        StoreError: The port is taken or may not be used.
        UsageError: There is no such host here.
    """
    import errno

    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (socket.gaierror, UnicodeError, OverflowError):
        raise UsageError("no-such-host", host=host) from None
    family, kind, protocol, _, address = found[0]
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise StoreError("port-taken", port=port, host=host) from None
        if error.errno == errno.EADDRNOTAVAIL:
            raise UsageError("host-not-here", host=host) from None
        raise StoreError("port-unusable", port=port, host=host, strerror=error.strerror) from None
    # The server listens there with a socket of its own.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    return listener


def address_of(listener: socket.socket, root: str) -> str:
    """Return the URL at which a service answers.

    Args:
        listener: Its socket.
        root: Where it is mounted.
    """
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{host}:{port}{root}/"


def serve(
    settings: Settings,
    host: str,
    port: int,
    *,
    proxies: str = "",
    grace: float = 30.0,
    connections: int = 1000,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT; answers that are on their way are finished.

    Args:
        settings: How the service is set up.
        host: A name or an address of this machine.
        port: A port; 0 for any that is free.
        proxies: Addresses of proxies whose X-Forwarded-For, -Proto and -Host are believed.
        grace: Seconds that running answers have when it is to end.
        connections: How many are open at once; others wait. Where half of them are taken, one
            address keeps a quarter, unless it is a proxy's.
        ready: Called with its URL when it answers.

    Raises:
        CtgraphError: The graph cannot be opened, or the port not be used.
    """
    connections = fit_connections(connections, settings.workers)
    with _records_of_libraries(settings.log), bind(host, port) as reserved:
        settings = settings._replace(hosts=known_hosts(settings.hosts, host, reserved))
        service = _Service(settings, reserved, proxies, grace, connections)
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(service.run(ready))


def known_hosts(names: tuple[str, ...], host: str, listener: socket.socket) -> tuple[str, ...]:
    """Return the names to which a service answers; none if it answers to any.

    A page elsewhere can have a browser ask a service of this machine by a name of its own that
    leads here (DNS rebinding), so on loopback a name must be known.

    Args:
        names: Names that it was told.
        host: Where it listens, as it was written.
        listener: Its socket.
    """
    from ipaddress import ip_address

    address = listener.getsockname()[0]
    if not names and not ip_address(address.partition("%")[0]).is_loopback:
        return ()
    return (*names, host, address, "localhost", "127.0.0.1", "::1")


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return what makes the event loop: uvloop if it is installed, which is a little faster."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


class _Service:
    """The application and its server in one event loop."""

    def __init__(
        self,
        settings: Settings,
        reserved: socket.socket,
        proxies: str,
        grace: float,
        connections: int,
    ) -> None:
        from ctgraph.service.http.app import create_app

        self._app = create_app(settings)
        self._server = _make_server(self._app, reserved, proxies, connections)
        self._port = reserved.getsockname()[1]
        self._proxies = proxies
        self._connections = connections
        self._address = address_of(reserved, settings.root)
        self._grace = grace
        self._ending = asyncio.Event()
        self._over = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self, ready: Callable[[str], None] | None) -> None:
        """Serve till a signal says to end."""
        loop = asyncio.get_running_loop()

        async def reload() -> None:
            if self._app.pool is not None:
                with contextlib.suppress(Exception):  # which the pool told, and it tries again
                    await self._app.pool.reload()

        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._end)
        loop.add_signal_handler(signal.SIGHUP, lambda: self._spawn(reload()))
        starting = loop.create_task(self._app.start())
        ending = loop.create_task(self._ending.wait())
        try:
            await asyncio.wait((starting, ending), return_when=asyncio.FIRST_COMPLETED)
            if not starting.done():
                return
            await starting
            serving = loop.create_task(self._server.serve())
            await _until_it_listens(self._address, serving)
            if ready is not None:
                ready(self._address)
            self._spawn(self._share_connections())
            await asyncio.wait((serving, ending), return_when=asyncio.FIRST_COMPLETED)
            self._server.stop()
            # A client that takes nothing of what it asked for is not waited for.
            over = loop.create_task(self._over.wait())
            await asyncio.wait((serving, over), return_when=asyncio.FIRST_COMPLETED)
            over.cancel()
        finally:
            starting.cancel()
            ending.cancel()
            await self._app.stop()

    async def _share_connections(self) -> None:
        """See that one address does not hold all connections."""
        from ctgraph.service.http.connections import close_surplus

        def is_proxy(address: str) -> bool:
            return _is_believed(address, self._proxies)

        while True:
            await asyncio.sleep(_COUNTING)
            busy = self._app.clients
            if close_surplus(self._port, self._connections, busy, is_proxy):
                self._app.metrics.count_event("surplus")

    def _end(self) -> None:
        """Let running answers finish; the second time they are given up."""
        if self._app.is_draining:
            self._give_up()
            return
        self._app.is_draining = True
        self._ending.set()
        asyncio.get_running_loop().call_later(self._grace, self._give_up)

    def _give_up(self) -> None:
        self._app.give_up()
        asyncio.get_running_loop().call_later(_PARTING, self._over.set)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _make_server(app: App, reserved: socket.socket, proxies: str, connections: int) -> Any:
    """Return the HTTP server of an application.

    granian bounds what uvicorn leaves open: a head that does not arrive in time, its size, and how
    many connections are served at once.

    Args:
        app: The application.
        reserved: A socket that has the address and does not listen.
        proxies: Addresses of proxies whose X-Forwarded-For, -Proto and -Host are believed.
        connections: How many connections are served at once.
    """
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.server.embed import Server
    from granian.utils.proxies import wrap_asgi_with_proxy_headers

    host, port = reserved.getsockname()[:2]
    return Server(
        wrap_asgi_with_proxy_headers(app, proxies) if proxies else app,
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        websockets=False,
        backlog=1024,
        backpressure=connections,
        http1_settings=HTTP1Settings(
            header_read_timeout=round(HEAD * 1000), max_buffer_size=LONGEST_HEAD
        ),
        log_enabled=False,
    )


def _is_believed(address: str, proxies: str) -> bool:
    """Tell whether an address is one of the proxies, as granian reads their list."""
    from granian.utils.proxies import wrap_asgi_with_proxy_headers

    scope = {"type": "http", "client": (address, 1), "headers": [(b"x-forwarded-for", b"-")]}
    wrap_asgi_with_proxy_headers(lambda *_: None, proxies)(scope, None, None)
    return scope["client"] != (address, 1)


async def _until_it_listens(address: str, serving: asyncio.Task[None]) -> None:
    from urllib.parse import urlsplit

    parts = urlsplit(address)
    while not serving.done():
        try:
            _, writer = await asyncio.open_connection(parts.hostname, parts.port)
        except OSError:
            await asyncio.sleep(0.01)
        else:
            writer.close()
            return


def fit_connections(connections: int, workers: int) -> int:
    """No more connections than the system lets a process have open files.

    Args:
        connections: What is wanted.
        workers: How many worker processes there are.

    Raises:
        UsageError: Hardly any are left.
    """
    import resource

    others = 64 + 4 * workers
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < others + connections:
        soft = min(others + connections, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    most = min(connections, soft - others)
    if most < 10:
        raise UsageError("too-few-open-files", soft=soft, workers=workers)
    return most


@contextlib.contextmanager
def _records_of_libraries(write: Callable[[dict[str, Any]], None] | None) -> Iterator[None]:
    """Put what libraries, warnings and workers have to say among the records of the log."""
    import logging
    import traceback

    from ctgraph.service.http.app import Unread

    class Records(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            error = record.exc_info[1] if record.exc_info else None
            if write is None or isinstance(error, Unread):
                return
            said = {"logger": record.name, "level": record.levelname, "detail": record.getMessage()}
            if error is not None:
                said["detail"] += "\n" + "".join(traceback.format_exception(error))
            write(said)

    handler = Records(logging.WARNING)
    names = ("_granian", "asyncio", "ctgraph", "py.warnings")
    loggers = [logging.getLogger(name) for name in names]
    before = [logger.propagate for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.propagate = False
    logging.captureWarnings(True)
    try:
        yield
    finally:
        logging.captureWarnings(False)
        for logger, propagated in zip(loggers, before, strict=True):
            logger.removeHandler(handler)
            logger.propagate = propagated


def fetch(settings: Settings, target: str, accept: str = "*/*", method: str = "GET") -> Got:
    """Return one answer of the service, without a port.

    Redirections within the service are followed.

    Args:
        settings: How it is set up.
        target: Path and query string.
        accept: The header Accept.
        method: The method.

    Raises:
        UsageError: The target is no path.
        CtgraphError: The graph cannot be opened.
    """
    if not target.startswith("/"):
        raise UsageError("get-target-not-path", target=target)
    return asyncio.run(_fetch(settings, target, accept, method))


async def _fetch(settings: Settings, target: str, accept: str, method: str) -> Got:
    from ctgraph.service.http.app import create_app

    app = create_app(settings)
    await app.start()
    passed: list[tuple[int, str]] = []
    try:
        while True:
            got = await _fetch_one(app, target, accept, method)
            led = next((value for name, value in got.headers if name == "location"), "")
            if not (300 <= got.status < 400 and led.startswith("/")) or len(passed) == _REDIRECTS:
                return got._replace(passed=tuple(passed))
            passed.append((got.status, led))
            target = led.partition("#")[0]
    finally:
        await app.stop()


async def _fetch_one(app: App, target: str, accept: str, method: str) -> Got:
    from urllib.parse import quote

    path, _, query = target.partition("?")
    # As a browser does with what a person writes.
    raw_path = quote(path, safe="/%-._~!$&'()*+,;=:@").encode()
    raw_query = quote(query, safe="/?%-._~!$&'()*+,;=:@").encode()
    scope = {
        "type": "http",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": raw_path,
        "query_string": raw_query,
        "headers": [(b"host", b"localhost"), (b"accept", accept.encode("latin-1", "replace"))],
        "client": None,
        "server": ("localhost", 80),
    }
    status = 0
    headers: list[tuple[str, str]] = []
    body = bytearray()

    async def receive() -> dict[str, Any]:
        await asyncio.get_running_loop().create_future()  # this client never leaves
        return {}

    async def send(message: Any) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
            headers.extend(
                (n.decode("latin-1"), v.decode("latin-1")) for n, v in message["headers"]
            )
        else:
            body.extend(message.get("body", b""))

    await app(scope, receive, send)
    return Got(status, headers, bytes(body))


def log_to(stream: IO[str]) -> Callable[[dict[str, Any]], None]:
    """Return a function that writes a record as a line of JSON.

    Args:
        stream: Where to. If nobody can read it, serving goes on.
    """

    def write(record: dict[str, Any]) -> None:
        said = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), **record}
        with contextlib.suppress(OSError, ValueError):
            stream.write(json.dumps(said, ensure_ascii=False, separators=(",", ":")) + "\n")
            stream.flush()

    return write
