"""The front of the query service: what happens to a request, and no graph.

Starlette finds the route, serves the files of pages and speaks CORS. What remains is done here: a
question is sent to the pool, whole answers are kept and shared, conditions of the request are met,
and whatever goes wrong is said in one way, logged and counted.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import time
from collections.abc import Awaitable, Callable, MutableMapping
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from ctgraph.errors import CtgraphError, suggest
from ctgraph.service import faults
from ctgraph.service.faults import Failed, Fault, of_key
from ctgraph.service.handler import Request, Route, pick_language
from ctgraph.service.http.answers import Answers, Left, Sent
from ctgraph.service.http.exchange import (
    METHODS,
    Exchange,
    Scope,
    ending,
    fault_fields,
    not_allowed,
    not_found,
)
from ctgraph.service.http.headers import clean, secure
from ctgraph.service.http.metrics import Metrics
from ctgraph.service.pages.fault import fault_page
from ctgraph.service.settings import Settings, read_routes
from ctgraph.service.workers.pool import Pool
from ctgraph.service.workers.worker import Order

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.datastructures import Headers
    from starlette.requests import Request as WebRequest
    from starlette.responses import Response


Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_PIECE = 1 << 18  # bytes sent at once
_UNREAD = 1 << 30  # bytes of answers that clients have not read yet
_SMALL = 1 << 14  # bytes of a body that are not counted, for there are only so many connections
_PATIENCE = 30.0  # seconds in which a client must take or send the next piece
_CLOSE = (("Connection", "close"),)


class Unread(Exception):  # noqa: N818 - reads as the condition it names
    """A client does not take its answer; the server closes the connection, and the log knows."""


class App:
    """The service as an ASGI application.

    Args:
        settings: How it is set up.

    Attributes:
        settings: The same.
        metrics: What is counted.
        pool: The workers; None before `start`.
        is_draining: Whether it is about to end, so that no load balancer should choose it.
    """

    def __init__(self, settings: Settings) -> None:
        routes = read_routes(settings.modules)
        handlers = {route.handler.partition(":")[0] for route in routes}
        modules = tuple(dict.fromkeys((*settings.modules, *sorted(handlers))))
        self.settings = settings._replace(plan=settings.plan._replace(modules=modules))
        self.metrics = Metrics()
        self.pool: Pool | None = None
        self.is_draining = False
        self._pages = [one.path for one in routes if "GET" in one.methods and "{" not in one.path]
        self.answers = Answers(self.settings)
        self._running: dict[asyncio.Task[Any], tuple[str, int]] = {}
        self._unread = 0
        self._bodies = 0
        self._count = 0
        self._run = os.urandom(5).hex()
        self._web = self._route(routes)
        self._watch()

    def _route(self, routes: list[Route]) -> Any:
        """Return the application that finds the handler of a path."""
        from starlette.applications import Starlette
        from starlette.exceptions import HTTPException
        from starlette.routing import Mount
        from starlette.routing import Route as WebRoute

        from ctgraph.service.http.static_files import favicon, static_files, theme_style

        own = {
            "/healthz": self._answer_health,
            "/readyz": self._answer_readiness,
            "/metrics": self._answer_metrics,
            "/robots.txt": self._answer_robots,
            "/favicon.ico": favicon,
            "/static/theme.css": theme_style,
        }
        static = Mount("/static", app=static_files())
        handlers: dict[type[Exception] | int, Any] = {
            Failed: self._answer_fault,
            HTTPException: self._answer_refusal,
        }
        web: Starlette = Starlette(
            routes=[
                *(WebRoute(path, act, methods=["GET"]) for path, act in own.items()),
                static,
                *(
                    WebRoute(
                        one.path,
                        partial(self._answer, one),
                        methods=[method for method in one.methods if method != "OPTIONS"],
                    )
                    for one in routes
                ),
            ],
            exception_handlers=handlers,
        )
        web.router.redirect_slashes = False
        self._routes = web.routes
        self._paths: dict[Any, str] = {
            one.endpoint: one.path for one in web.routes if isinstance(one, WebRoute)
        } | {static.app: static.path}
        return self._with_cors(web)

    def _with_cors(self, app: Any) -> Any:
        """An application whose answers may be read by pages of the origins of the settings."""
        from starlette.middleware.cors import CORSMiddleware

        if not self.settings.cors:
            return app

        class Cors(CORSMiddleware):
            def preflight_response(self, request_headers: Headers) -> Response:
                """Return what is allowed: any header that is named, else what posting needs."""
                response = super().preflight_response(request_headers)
                response.headers.setdefault("Access-Control-Allow-Headers", "Content-Type")
                return response

        return Cors(
            app,
            allow_origins=self.settings.cors,
            allow_methods=("GET", "HEAD", "POST"),
            allow_headers=("*",),
            expose_headers=(
                *("ETag", "X-Request-Id", "X-Ctgraph-Partial", "Link", "Retry-After"),
                *("Accept-Ranges", "Content-Range", "Content-Disposition"),
            ),
            max_age=86400,
        )

    def _watch(self) -> None:
        """Name the values of this moment that the metrics show."""

        def running() -> dict[str, float]:
            pool = self.pool
            return {one.name: one.running for one in (pool.quick, pool.slow)} if pool else {}

        def waiting() -> dict[str, float]:
            pool = self.pool
            return {one.name: len(one.waiting) for one in (pool.quick, pool.slow)} if pool else {}

        cache, watch = self.answers.cache, self.metrics.watch
        watch("ctgraph_running", "Questions that are worked on.", running)
        watch("ctgraph_waiting", "Questions that wait for a place.", waiting)
        watch(
            "ctgraph_workers",
            "Worker processes.",
            lambda: {"": self.pool.processes if self.pool else 0},
        )
        watch("ctgraph_kept_answers", "Answers that are kept.", lambda: {"": len(cache)})
        watch("ctgraph_kept_bytes", "Bytes of the kept answers.", lambda: {"": cache.size})
        watch("ctgraph_kept_hits_total", "Answers given again.", lambda: {"": cache.hits})
        watch(
            "ctgraph_kept_misses_total", "Answers that were not kept.", lambda: {"": cache.misses}
        )
        watch("ctgraph_unread_bytes", "Bytes of answers on their way.", lambda: {"": self._unread})

    # Life

    async def start(self) -> None:
        """Load the graph and start the workers.

        Raises:
            CtgraphError: The graph cannot be opened.
        """
        pool = Pool(self.settings.plan, self.settings.workers, self.metrics.count_event, self._warn)
        await pool.start()
        self.pool = self.answers.pool = pool

    def _warn(self, why: str) -> None:
        """Log why the graph could not be opened."""
        if self.settings.log is not None:
            self.settings.log({"event": "graph-not-opened", "level": "WARNING", "detail": why})

    async def stop(self) -> None:
        """End the workers."""
        if self.pool is not None:
            await self.pool.close()
            self.pool = self.answers.pool = None

    def give_up(self) -> None:
        """Tell all who still wait that the service ends."""
        for task in self._running:
            task.cancel()

    @property
    def clients(self) -> set[tuple[str, int]]:
        """Address and port of those whose requests are being answered."""
        return set(self._running.values())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI 3)."""
        if scope["type"] != "http":
            return
        self._count += 1
        exchange = scope["exchange"] = Exchange(scope, f"{self._run}-{self._count:x}")
        task = asyncio.current_task()
        assert task is not None
        peer = scope.get("client")
        self._running[task] = tuple(peer) if peer else ("", 0)
        try:
            try:
                exchange.read_target(self.settings.root, self.settings.hosts)
                scope["path"], scope["root_path"] = exchange.path, ""
                scope.pop("extensions", None)  # every answer goes out by `_send`
                act = self._web
            except Failed as failed:
                act = self._with_cors(self._say(exchange, failed.fault))
            await act(scope, receive, partial(self._send, exchange, send))
        finally:
            self._running.pop(task, None)
            self._bodies -= exchange.held
            self._record(exchange)

    # What goes out

    async def _send(self, exchange: Exchange, send: Send, message: Message) -> None:
        """Send a part of an answer, with what every answer has."""
        if message["type"] == "http.response.start":
            exchange.status = message["status"]
            headers = secure(message["headers"], self.settings.frame_ancestors)
            headers.append((b"x-request-id", exchange.number.encode()))
            await send({**message, "headers": headers})
            return
        body = b"" if exchange.method == "HEAD" else bytes(message.get("body", b""))
        more = message.get("more_body", False)
        if len(body) <= _PIECE:
            exchange.size += len(body)
            await send({"type": "http.response.body", "body": body, "more_body": more})
            return
        self._unread += len(body)
        try:
            for start in range(0, len(body), _PIECE):
                piece = body[start : start + _PIECE]
                is_last = start + _PIECE >= len(body)
                async with asyncio.timeout(_PATIENCE):
                    await send(
                        {
                            "type": "http.response.body",
                            "body": piece,
                            "more_body": more or not is_last,
                        }
                    )
                exchange.size += len(piece)
        except TimeoutError:
            exchange.outcome = "unread"
            raise Unread from None
        finally:
            self._unread -= len(body)

    def _record(self, exchange: Exchange) -> None:
        if not exchange.status:
            exchange.status, exchange.outcome = 499, "cancelled"
        self.metrics.count_request(
            self._paths.get(exchange.scope.get("endpoint"), "-"),
            exchange.method if exchange.method in METHODS else "OTHER",
            exchange.status,
            seconds=time.perf_counter() - exchange.started,
            size=exchange.size,
            outcome=exchange.outcome,
        )
        if self.settings.log is not None:
            self.settings.log(exchange.describe(with_query=self.settings.logs_queries))

    def _to_response(self, exchange: Exchange, sent: Sent) -> Response:
        from starlette.responses import Response

        exchange.rows, exchange.detail = sent.rows, sent.detail
        exchange.outcome = sent.outcome
        response = Response(sent.body, sent.status)
        length = [(b"content-length", str(len(sent.body)).encode())]
        response.raw_headers = [*sent.headers, *(length if sent.status not in (204, 304) else ())]
        return response

    def _say(self, exchange: Exchange, fault: Fault) -> Response:
        """Return what went wrong, as a page for people, else as JSON."""
        fault = faults.below(fault, self.settings.root)
        if "text/html" in exchange.headers.get("accept", ""):
            # Of a URL that cannot be read the language was not read either.
            accepted = exchange.headers.get("accept-language", "")
            page = Request(
                path=exchange.path or "/",
                query=exchange.query,
                root=self.settings.root,
                lang=exchange.lang if exchange.path else pick_language("", accepted),
            )
            body = fault_page(fault, page, exchange.number).encode()
            kind = b"text/html; charset=utf-8"
        else:
            if exchange.path.startswith("/query/"):  # which only the query page asks
                fault = faults.in_language(fault, exchange.lang)
            body = json.dumps(fault_fields(fault, exchange.number), ensure_ascii=False).encode()
            kind = b"application/json"
        headers = [
            *clean(fault.headers),
            (b"content-type", kind),
            (b"cache-control", b"no-store"),
            (b"vary", b"Accept, Accept-Language"),
        ]
        return self._to_response(
            exchange, Sent(fault.status, headers, body, None, fault.outcome, fault.detail)
        )

    async def _answer_fault(self, request: WebRequest, failed: Any) -> Response:
        return self._say(request.scope["exchange"], failed.fault)

    async def _answer_refusal(self, request: WebRequest, refusal: Any) -> Response:
        """Return what is said where Starlette finds no route for a path or a method."""
        exchange: Exchange = request.scope["exchange"]
        if refusal.status_code != 405:
            return self._say_not_found(exchange)
        found = {*(refusal.headers or {}).get("Allow", "GET, HEAD").split(", "), "OPTIONS"}
        methods = [method for method in METHODS if method in found]
        if exchange.method != "OPTIONS":
            return self._say(exchange, not_allowed(exchange.method, methods))
        headers = [(b"allow", ", ".join(methods).encode())]
        return self._to_response(exchange, Sent(204, headers, b""))

    def _say_not_found(self, exchange: Exchange) -> Response:
        """That there is nothing; or a redirection, if there is without the last slash."""
        from starlette.routing import Match, Route

        path = exchange.path.removesuffix("/")
        has_slash = exchange.scope.get("raw_path", b"/").endswith(b"/")  # and not %2F
        if not path.endswith("/") and has_slash and exchange.method in ("GET", "HEAD"):
            scope = {"type": "http", "method": "GET", "path": path, "root_path": ""}
            routes = (one for one in self._routes if isinstance(one, Route))
            if any(one.matches(scope)[0] is Match.FULL for one in routes):
                said = urlencode(exchange.query)
                location = self.settings.root + quote(path) + (f"?{said}" if said else "")
                return self._to_response(
                    exchange, Sent(308, [(b"location", location.encode())], b"")
                )
        return self._say(
            exchange,
            not_found(exchange.path, suggest(exchange.path[:60], self._pages, limit=1)),
        )

    # What comes in

    async def _answer(self, route: Route, request: WebRequest) -> Any:
        """Return the answer of a handler."""
        exchange: Exchange = request.scope["exchange"]
        try:
            if route.reads_body and exchange.method not in ("GET", "HEAD"):
                exchange.body = await self._read_body(exchange, request)
            sent = await self.answers.find(exchange, route, request.path_params, request.receive)
        except Left:
            return _answer_nobody
        except asyncio.CancelledError:
            # The time that running answers had when the service was to end is over.
            raise Failed(ending()) from None
        except Failed:
            raise
        except Exception:
            import traceback

            raise Failed(faults.of_bug(traceback.format_exc())) from None
        if len(sent.body) > _PIECE and self._unread + len(sent.body) > _UNREAD:
            raise Failed(faults.of_crowd(waited=False))
        return self._to_response(exchange, sent)

    async def _read_body(self, exchange: Exchange, request: WebRequest) -> bytes:
        from starlette.requests import ClientDisconnect

        most = self.settings.body
        coding = exchange.headers.get("content-encoding", "identity")
        if coding.lower() != "identity":
            raise Failed(
                of_key(
                    415,
                    "body-encoding-not-understood",
                    name=coding[:40],
                    headers=(("Accept-Encoding", "identity"),),
                )
            )
        said = exchange.headers.get("content-length", "0")
        body = bytearray()
        try:
            async with asyncio.timeout(_PATIENCE):
                if not (said.isdigit() and int(said) > most):
                    async for piece in request.stream():
                        body += piece
                        if len(body) > most:
                            break
                        self._hold(exchange, len(body) - _SMALL)
                    else:
                        return bytes(body)
        except ClientDisconnect:
            raise Left from None
        except TimeoutError:
            raise Failed(of_key(408, "body-too-slow", seconds=_PATIENCE, headers=_CLOSE)) from None
        raise Failed(of_key(413, "body-too-large", limit=most >> 20, headers=_CLOSE))

    def _hold(self, exchange: Exchange, size: int) -> None:
        """Count what a body takes among all; what is small has room in any case.

        Raises:
            Failed: There is no room for it.
        """
        more = max(0, size) - exchange.held
        if self._bodies + more > self.settings.bodies:
            crowd = faults.of_crowd(waited=False)
            raise Failed(crowd._replace(headers=(*crowd.headers, *_CLOSE)))
        self._bodies += more
        exchange.held += more

    # What the front answers itself

    async def _answer_health(self, request: WebRequest) -> Response:
        pool = self.pool
        # Where files are is the operator's matter; the log has it.
        why = re.sub(r"(?<![^\s'\"(])/[^\s:]*/", "", pool.trouble) if pool is not None else ""
        if pool is None or not pool.can_answer:
            raise Failed(of_key(503, "nothing-answers", reason=why, outcome="unavailable"))
        said = f"{CtgraphError('graph-stays', reason=why).message}\n" if why else ""
        return self._own(request, f"alive\n{said}".encode())

    async def _answer_readiness(self, request: WebRequest) -> Response:
        if self.is_draining or self.pool is None:
            raise Failed(ending())
        limits = self.settings.limits._replace(seconds=5.0)
        found = await self.pool.ask(Order("ctgraph.service.workers.worker:ping", Request(), limits))
        return self._own(request, found.reply.body)

    async def _answer_metrics(self, request: WebRequest) -> Response:
        return self._own(request, *self.metrics.write())

    async def _answer_robots(self, request: WebRequest) -> Response:
        paths = ("/sparql", "/query", "/graphs")
        lines = [f"Disallow: {self.settings.root}{path}" for path in paths]
        return self._own(request, "\n".join(["User-agent: *", *lines, ""]).encode())

    def _own(
        self, request: WebRequest, body: bytes, kind: str = "text/plain; charset=utf-8"
    ) -> Response:
        headers = [(b"content-type", kind.encode()), (b"cache-control", b"no-store")]
        return self._to_response(request.scope["exchange"], Sent(200, headers, body))


async def _answer_nobody(scope: Scope, receive: Receive, send: Send) -> None:
    """Say nothing to a client that left."""


def create_app(settings: Settings) -> App:
    """Return the service as an ASGI application, which any ASGI server runs in one process.

    Args:
        settings: How it is set up.
    """
    return App(settings)
