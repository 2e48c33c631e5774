"""The query service as a process: its socket, its signals, its log."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from ctgraph.errors import CtgraphError, StoreError, UsageError
from ctgraph.service.http import request_head
from ctgraph.service.http.connection import Bounds, with_refused

if TYPE_CHECKING:
    import uvicorn

    from ctgraph.service.http.app import App, Settings


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
    """A socket that listens.

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
        listener.listen(1024)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise StoreError("port-taken", port=port, host=host) from None
        if error.errno == errno.EADDRNOTAVAIL:
            raise UsageError("host-not-here", host=host) from None
        raise StoreError("port-unusable", port=port, host=host, strerror=error.strerror) from None
    listener.setblocking(False)
    return listener


def address_of(listener: socket.socket, root: str) -> str:
    """The URL at which a service answers.

    Args:
        listener: Its socket.
        root: Where it is mounted.
    """
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{host}:{port}{root}/"


def serve(
    settings: Settings,
    listener: socket.socket,
    *,
    proxies: str = "",
    grace: float = 30.0,
    bounds: Bounds | None = None,
    ready: Callable[[], None] | None = None,
    failed: Callable[[CtgraphError], None] | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT; answers that are on their way are finished.

    Args:
        settings: How the service is set up.
        listener: Where it listens.
        proxies: Addresses of proxies whose X-Forwarded-For and -Proto are believed.
        grace: Seconds that running answers have when it is to end.
        bounds: What a connection may take.
        ready: Called when it answers.
        failed: Told why the graph could not be read anew after SIGHUP.

    Raises:
        CtgraphError: The graph cannot be opened.
    """
    from ctgraph.service.http.app import create_app

    app = create_app(settings)
    bounds = fit_bounds(bounds or Bounds(), settings.workers)
    config = configure(app, bounds, proxies=proxies, grace=grace)
    with (
        _records_of_libraries(settings.log),
        asyncio.Runner(loop_factory=config.get_loop_factory()) as runner,
    ):
        runner.run(_serve(app, config, listener, ready, failed))


def fit_bounds(bounds: Bounds, workers: int) -> Bounds:
    """Bounds with no more connections than the system lets a process have open files.

    Args:
        bounds: What is wanted.
        workers: How many worker processes there are.

    Raises:
        UsageError: Hardly any are left.
    """
    import resource

    others = 64 + 4 * workers
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = others + with_refused(bounds.connections)
    if soft < wanted:
        soft = min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    most = min(bounds.connections, (soft - others) * 10 // 11)
    if most < 10:
        raise UsageError("too-few-open-files", soft=soft, workers=workers)
    return bounds._replace(connections=most)


@contextlib.contextmanager
def _records_of_libraries(write: Callable[[dict[str, Any]], None] | None) -> Iterator[None]:
    """Puts what uvicorn and asyncio have to say among the records of the log."""
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
    loggers = [logging.getLogger(name) for name in ("uvicorn.error", "asyncio")]
    before = [logger.propagate for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.propagate = False
    try:
        yield
    finally:
        for logger, propagated in zip(loggers, before, strict=True):
            logger.removeHandler(handler)
            logger.propagate = propagated


def configure(
    app: App,
    bounds: Bounds,
    *,
    proxies: str = "",
    grace: float = 30.0,
    kind: type[asyncio.Protocol] | None = None,
) -> uvicorn.Config:
    """How uvicorn serves an application.

    Args:
        app: The application.
        bounds: What a connection may take.
        proxies: Addresses of proxies whose X-Forwarded-For and -Proto are believed.
        grace: Seconds that running answers have when it is to end.
        kind: uvicorn's protocol; by default the fastest that is installed.
    """
    import uvicorn

    from ctgraph.service.http.connection import protocol_of

    return uvicorn.Config(
        app,
        http=protocol_of(app, bounds, kind),
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="error",  # of what its clients do wrong, the log has records already
        access_log=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies or None,
        server_header=False,
        h11_max_incomplete_event_size=request_head.LONGEST,
        timeout_keep_alive=bounds.idle,  # type: ignore[arg-type]  # parts of a second are right too
        timeout_graceful_shutdown=max(1, round(grace)),
    )


async def _serve(
    app: App,
    config: Any,
    listener: socket.socket,
    ready: Callable[[], None] | None,
    failed: Callable[[CtgraphError], None] | None,
) -> None:
    import uvicorn

    class Server(uvicorn.Server):
        """Leaves the signals to us."""

        @contextlib.contextmanager
        def capture_signals(self) -> Any:
            yield

    server = Server(config)
    loop = asyncio.get_running_loop()

    def end() -> None:
        # The second time it ends at once.
        server.force_exit = app.is_draining
        app.is_draining = server.should_exit = True

    async def reload() -> None:
        assert app.pool is not None
        try:
            await app.pool.reload()
        except CtgraphError as error:
            if failed is not None:
                failed(error)

    tasks: set[asyncio.Task[None]] = set()

    def renew() -> None:
        task = loop.create_task(reload())
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    for number, act in ((signal.SIGTERM, end), (signal.SIGINT, end), (signal.SIGHUP, renew)):
        loop.add_signal_handler(number, act)
    starting = loop.create_task(app.start())
    ending = loop.create_task(_until(lambda: app.is_draining))
    try:
        await asyncio.wait((starting, ending), return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():
            return
        await starting
        if ready is not None:
            loop.call_soon(ready)
        await server.serve(sockets=[listener])
    finally:
        starting.cancel()
        ending.cancel()
        await app.stop()


async def _until(condition: Callable[[], bool]) -> None:
    while not condition():
        await asyncio.sleep(0.05)


def fetch(settings: Settings, target: str, accept: str = "*/*", method: str = "GET") -> Got:
    """One answer of the service, without a port; redirections within the service are followed.

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
            led = next((value for name, value in got.headers if name == "Location"), "")
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
    """A function that writes a record as a line of JSON.

    Args:
        stream: Where to. If nobody can read it, serving goes on.
    """

    def write(record: dict[str, Any]) -> None:
        said = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), **record}
        with contextlib.suppress(OSError, ValueError):
            stream.write(json.dumps(said, ensure_ascii=False, separators=(",", ":")) + "\n")
            stream.flush()

    return write
