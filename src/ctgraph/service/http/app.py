"""The front of the query service: HTTP in, HTTP out, and no graph.

It finds the route, keeps the limits, asks a worker for the answer, keeps answers that may be kept,
and says in one way what went wrong. It speaks ASGI itself, for between the socket and the worker
every layer is felt; Starlette reads the paths of the routes.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import time
from collections.abc import (
    Awaitable,
    Callable,
    Hashable,
    Iterable,
    Mapping,
    MutableMapping,
    Sequence,
)
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl, quote, unquote_to_bytes, urlencode

from ctgraph.errors import CtgraphError
from ctgraph.service import faults
from ctgraph.service.faults import Failed, Fault
from ctgraph.service.handler import Limits, Request, Route, pick_language
from ctgraph.service.http import request_head
from ctgraph.service.http.kept_answers import Answers
from ctgraph.service.http.metrics import MEDIA_TYPE, Metrics
from ctgraph.service.http.response import (
    Headers,
    Sent,
    add_security,
    clean,
    dress_head,
    is_other,
    is_unchanged,
    knows,
    merge_vary,
    own_answer,
    reads_gzip,
    tag_of,
)
from ctgraph.service.http.routing import Router, not_found, read_routes
from ctgraph.service.http.static_files import Assets
from ctgraph.service.pages.fault import fault_page
from ctgraph.service.workers.nursery import Plan

if TYPE_CHECKING:
    from ctgraph.service.workers.messages import Answer
    from ctgraph.service.workers.pool import Pool


Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

MODULES = (
    "ctgraph.service.sparql.protocol",
    "ctgraph.service.pages.routes",
    "ctgraph.service.pages.query",
    "ctgraph.service.sparql.openapi",
)
"""Modules with routes."""

AGAIN = "ctgraph.again"
"""Where the scope of a request holds an `Again`, if its answer may be repeated."""

_EXPOSED = "ETag, X-Request-Id, X-Ctgraph-Partial, Link, Retry-After"
_SHORT_URL = 1 << 12
_PIECE = 1 << 18  # bytes sent at once
_IN_FLIGHT = 1 << 30  # bytes of answers that clients have not read yet
_PATIENCE = 30.0  # seconds in which a client must take or send the next piece
_WRITING = 10  # an update counts the whole graph anew, so it has ten times the time of a question
_BEFORE_WATCHING = 0.05  # seconds after which it is worth while to see whether the client left
_ROBOTS = (
    "User-agent: *\nDisallow: {root}/sparql\nDisallow: {root}/query\nDisallow: {root}/graphs\n"
)


class Settings(NamedTuple):
    """How the service is set up.

    Attributes:
        plan: How the graph is opened, and the memory of a worker.
        root: Path where it is mounted, ``""`` or ``/graph``.
        cors: Origins whose pages may read answers; ``("*",)`` for all, ``()`` for none.
        limits: What one request may take at most.
        workers: How many questions are worked on at once.
        kept: Bytes of answers that are kept.
        body: Bytes of a request's body.
        token: What a client must show to change the store; "" if nobody may.
        log: Called with a record for each request, or None.
        logs_queries: Whether the record holds the text of the query.
        modules: Modules with routes.
    """

    plan: Plan = Plan()
    root: str = ""
    cors: tuple[str, ...] = ()
    limits: Limits = Limits()
    workers: int = 8
    kept: int = 64 << 20
    body: int = 4 << 20
    token: str = ""
    log: Callable[[dict[str, Any]], None] | None = None
    logs_queries: bool = False
    modules: tuple[str, ...] = MODULES


class Unread(Exception):  # noqa: N818 - reads as the condition it names
    """A client does not take its answer; the server closes the connection, and the log knows."""


class Again(NamedTuple):
    """A kept answer ready to be sent when the very same bytes ask for it again.

    Attributes:
        head: Its head, but the date before and the number of the request behind it.
        body: The body.
        route: Which route gave it, for the metrics.
        record: What the log says, but what is this one request's own.
    """

    head: bytes
    body: bytes
    route: str
    record: dict[str, Any]


class Exchange:
    """One request and what is known of it so far.

    Args:
        scope: What ASGI says of it.
        number: Its number in the log.
    """

    def __init__(self, scope: Scope, number: str) -> None:
        self.scope = scope
        self.number = number
        self.started = time.perf_counter()
        self.method: str = scope["method"]
        self.route = "-"
        self.path = ""
        self.query: list[tuple[str, str]] = []
        self.body = b""
        self.headers: dict[str, str] = {}
        self.lang = "en"
        self.is_kept = False
        self.is_gone = False
        self.is_read = False
        for name, value in scope["headers"]:
            key, said = name.decode("latin-1"), value.decode("latin-1")
            self.headers[key] = f"{self.headers[key]}, {said}" if key in self.headers else said

    @property
    def has_unread(self) -> bool:
        """Whether it has a body that was not read."""
        if self.is_read:
            return False
        return self.headers.get("content-length", "0") != "0" or (
            "transfer-encoding" in self.headers
        )

    @property
    def client(self) -> str:
        """The address of the client."""
        client = self.scope.get("client")
        return str(client[0]) if client else ""


class Shared:
    """A question that is being answered, for one or more.

    Args:
        answer: The answer to come.
    """

    def __init__(self, answer: asyncio.Future[Answer]) -> None:
        self.answer = answer
        self.waiting = 0


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
        self._router = Router(routes)
        # What comes byte for byte again needs not be read again.
        self._again: Answers[Again] = Answers(settings.kept // 4)
        self._answers: Answers[Sent] = Answers(settings.kept - settings.kept // 4)
        self._coming: dict[Hashable, Shared] = {}
        self._stamp = ""
        self._in_flight = 0
        self._count = 0
        self._run = os.urandom(5).hex()
        self._assets = Assets()
        self._own: dict[str, Callable[[Exchange], Awaitable[Sent]]] = {
            "/healthz": self._answer_health,
            "/readyz": self._answer_readiness,
            "/metrics": self._answer_metrics,
            "/robots.txt": self._answer_robots,
        }

    # Life

    async def start(self) -> None:
        """Load the graph and start the workers.

        Raises:
            CtgraphError: The graph cannot be opened.
        """
        from ctgraph.service.workers.pool import Pool

        self.pool = Pool(self.settings.plan, self.settings.workers, self.metrics.count_event)
        try:
            await self.pool.start()
        except BaseException:
            self.pool = None
            raise

    async def stop(self) -> None:
        """End the workers."""
        if self.pool is not None:
            await self.pool.close()
            self.pool = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI 3)."""
        if scope["type"] == "http":
            await self._serve(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1003})

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            await self.start()
        except CtgraphError as error:
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.stop()
        await send({"type": "lifespan.shutdown.complete"})

    def refuse(self, fault: Fault, client: str) -> Sent:
        """The answer to what is no request, with all its headers; it is logged and counted.

        Args:
            fault: What is wrong with it.
            client: The address of the client.
        """
        scope = {"method": "-", "headers": [], "query_string": b"", "client": (client, 0)}
        exchange = self._begin(scope)
        sent = self._say(exchange, fault)
        self._record(exchange, sent, len(sent.body))
        return sent._replace(headers=self._complete(exchange, sent))

    # The same request again

    def remember(self, asked: bytes, again: Again) -> None:
        """Keep what answers a request, as long as the graph is the same.

        Args:
            asked: All bytes of the request, and whatever else its answer depends on.
            again: The answer.
        """
        self._again.keep(asked, again, len(asked) + len(again.head) + len(again.body))

    def repeat(self, asked: bytes) -> tuple[bytes, bytes, bytes] | None:
        """An answer given again, in the parts of `Again.head`, number and body; None if it is new.

        Args:
            asked: As in `remember`.
        """
        started = time.perf_counter()
        if not self._stamp or self.pool is None or self._stamp != self.pool.stamp:
            return None
        again = self._again.get(asked)
        if again is None:
            return None
        self._count += 1
        number = f"{self._run}-{self._count:x}"
        seconds = time.perf_counter() - started
        self.metrics.count_request(
            again.route, "GET", 200, seconds=seconds, size=len(again.body), outcome="kept"
        )
        if self.settings.log is not None:
            self.settings.log({**again.record, "id": number, "seconds": round(seconds, 6)})
        return again.head, number.encode(), again.body

    def _prepare_again(self, exchange: Exchange, sent: Sent) -> None:
        """Leave what repeats an answer with its request, where the connection finds it."""
        record = self._describe(exchange, sent, len(sent.body), 0.0)
        lines = [
            b"%s: %s\r\n" % (name.lower(), value)
            for name, value in self._complete(exchange, sent)
            if name != b"X-Request-Id"
        ]
        head = b"".join((*lines, b"x-request-id: "))
        exchange.scope[AGAIN] = Again(head, sent.body, exchange.route, record)

    # One request

    def _begin(self, scope: Scope) -> Exchange:
        self._count += 1
        return Exchange(scope, f"{self._run}-{self._count:x}")

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange = self._begin(scope)
        try:
            sent = await self._answer(exchange, receive)
        except Failed as failed:
            sent = self._say(exchange, failed.fault)
        except asyncio.CancelledError:
            # The time that running answers had when the service was to end is over.
            sent = self._say(exchange, _ending())
        except Exception:
            import traceback

            sent = self._say(exchange, faults.of_bug(traceback.format_exc()))
        if exchange.is_gone:
            self._record(exchange, Sent(499, [], b"", outcome="cancelled"), 0)
            return
        if len(sent.body) > _PIECE and self._in_flight + len(sent.body) > _IN_FLIGHT:
            sent = self._say(exchange, faults.of_crowd(waited=False))
        if exchange.is_kept and sent.status == 200 and len(sent.body) <= _PIECE:
            self._prepare_again(exchange, sent)
        size = 0
        try:
            size = await self._send(exchange, sent, send)
        except TimeoutError:
            sent = sent._replace(outcome="unread")
            raise Unread from None
        finally:
            self._record(exchange, sent, size)

    async def _answer(self, exchange: Exchange, receive: Receive) -> Sent:
        fault = request_head.of_scope(exchange.scope)
        if fault is not None:
            raise Failed(fault)
        self._read_target(exchange)
        own = self._own.get(exchange.path)
        if own is None and exchange.path.startswith("/static/"):
            exchange.route, own = "/static/{file}", self._answer_static
        elif own is None and exchange.path == "/favicon.ico":
            exchange.route, own = exchange.path, self._answer_icon
        elif own is not None:
            exchange.route = exchange.path
        if own is not None:
            if exchange.method == "OPTIONS":
                return self._answer_options(exchange, ("GET", "HEAD"))
            if exchange.method not in ("GET", "HEAD"):
                raise Failed(_not_allowed(exchange, ("GET", "HEAD")))
            return await own(exchange)
        try:
            route, values = self._router.find(exchange.path)
        except Failed as failed:
            return self._without_slash(exchange, failed)
        exchange.route = route.path
        if exchange.method == "OPTIONS":
            return self._answer_options(exchange, route.methods)
        if exchange.method not in route.methods:
            raise Failed(_not_allowed(exchange, route.methods))
        if route.writes:
            self._check_token(exchange)
        if route.reads_body and exchange.method not in ("GET", "HEAD"):
            exchange.body = await self._read_body(exchange, receive)
        return await self._ask(exchange, route, values, receive)

    def _without_slash(self, exchange: Exchange, failed: Failed) -> Sent:
        """A redirection to the path without its last slash, if there is something.

        Raises:
            Failed: There is not.
        """
        path = exchange.path.rstrip("/")
        if path == exchange.path or exchange.method not in ("GET", "HEAD"):
            raise failed
        exchange.route = self._router.find(path)[0].path
        said = urlencode(exchange.query)
        location = self.settings.root + quote(path) + (f"?{said}" if said else "")
        sent = own_answer("text/plain; charset=utf-8", b"")
        return sent._replace(status=308, headers=[*sent.headers, (b"Location", location.encode())])

    def _read_target(self, exchange: Exchange) -> None:
        """Decode path and query string, once and strictly."""
        scope = exchange.scope
        raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
        if not raw.startswith(b"/"):
            raw = _path_of(raw, exchange.method)
        said: bytes = scope["query_string"]
        if len(raw) + len(said) > request_head.LONGEST_URL:
            raise Failed(request_head.of_url())
        try:
            # The same question comes again and again, and decoding it takes longer than all else.
            decode = _decode_again if len(said) <= _SHORT_URL else _decode
            path, exchange.query = decode(raw, said)
        except UnicodeDecodeError:
            raise Failed(
                Fault(400, "the URL is not UTF-8.", "Percent-encode it as UTF-8.")
            ) from None
        except ValueError:
            raise Failed(Fault(400, "the query string has too many fields.")) from None
        root = self.settings.root
        # A proxy may or may not have taken the root away.
        if root and (path == root or path.startswith(root + "/")):
            path = path[len(root) :]
        exchange.path = path or "/"
        asked = next((value for name, value in exchange.query if name == "lang"), "")
        exchange.lang = pick_language(asked, exchange.headers.get("accept-language", ""))

    async def _read_body(self, exchange: Exchange, receive: Receive) -> bytes:
        most = self.settings.body
        too_large = Failed(
            Fault(
                413,
                f"the body is larger than {most >> 20} MiB.",
                "Send less at once.",
                (("Connection", "close"),),
            )
        )
        coding = exchange.headers.get("content-encoding", "identity")
        if coding.lower() != "identity":
            raise Failed(request_head.of_coding(coding))
        said = exchange.headers.get("content-length", "0")
        if said.isdigit() and int(said) > most:
            raise too_large
        pieces: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(_PATIENCE):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        exchange.is_gone = True
                        raise Failed(Fault(400, "the client left."))
                    pieces.append(message.get("body", b""))
                    size += len(pieces[-1])
                    if size > most:
                        raise too_large
                    if not message.get("more_body", False):
                        exchange.is_read = True
                        return b"".join(pieces)
        except TimeoutError:
            raise Failed(
                Fault(
                    408,
                    f"the body did not arrive within {_PATIENCE:g} seconds.",
                    headers=(("Connection", "close"),),
                )
            ) from None

    async def _ask(
        self, exchange: Exchange, route: Route, values: Mapping[str, str], receive: Receive
    ) -> Sent:
        assert self.pool is not None, "the app was not started"
        if self._stamp != self.pool.stamp:
            self._stamp = self.pool.stamp
            self._answers.clear()
            self._again.clear()
        limits = self._limits(exchange)
        is_get = exchange.method in ("GET", "HEAD")
        zips = reads_gzip(exchange.headers.get("accept-encoding", ""))
        request = self._request(exchange, values, is_get=is_get)
        key = (
            route.handler,
            request.path,
            tuple(request.query),
            request.headers.get("accept"),
            request.headers.get("content-type"),
            request.lang,
            request.base,
            zips,
            limits,
            "" if is_get else exchange.method,
            exchange.body,
        )
        stamp = self._stamp
        may_keep = bool(stamp) and not route.writes
        tag = tag_of(stamp, key) if may_keep and is_get else ""
        if may_keep:
            kept = self._answers.get(key)
            if kept is not None:
                exchange.is_kept = True
                return self._unless_known(exchange, kept)
        if tag and knows(exchange.headers, tag):
            # The tag was given to an answer that may be kept, and the graph is still the same.
            return Sent(304, self._times(tag), b"", outcome="not-modified")
        if route.writes:
            longer = limits._replace(seconds=limits.seconds * _WRITING)
            answered = await self.pool.write(route.handler, request, longer)
        else:
            ask = partial(
                self.pool.ask,
                route.handler,
                request,
                limits,
                client=exchange.client,
                key=hash(key),
                zips=zips,
                is_heavy=route.is_heavy,
            )
            if may_keep:
                answered = await self._share(exchange, (stamp, key), ask, receive)
            else:
                answered = await self._wait(exchange, ask(), receive)
        sent = self._dress(exchange, answered, tag)
        # An answer that the graph has overtaken meanwhile would be wrong for those who come.
        if may_keep and answered.head.keep and sent.status == 200 and stamp == self.pool.stamp:
            self._answers.keep(key, sent, len(sent.body) + len(exchange.body))
        return self._unless_known(exchange, sent)

    async def _share(
        self,
        exchange: Exchange,
        key: Hashable,
        ask: Callable[[], asyncio.Future[Answer]],
        receive: Receive,
    ) -> Answer:
        """The answer to a question that is asked once for all who wait for it at the same time."""
        shared = self._coming.get(key)
        is_first = shared is None
        if shared is None:
            shared = self._coming[key] = Shared(ask())
        shared.waiting += 1
        try:
            answered = await self._wait(exchange, asyncio.shield(shared.answer), receive)
        finally:
            shared.waiting -= 1
            if not shared.waiting:
                shared.answer.cancel()
            if shared.answer.done() and self._coming.get(key) is shared:
                del self._coming[key]
        if is_first or answered.head.keep:
            return answered
        # What is another each time, as the time of day or a random number, is nobody else's.
        return await self._wait(exchange, ask(), receive)

    async def _wait(
        self, exchange: Exchange, coming: asyncio.Future[Answer], receive: Receive
    ) -> Answer:
        """The worker's answer, unless the client leaves before."""
        watching: asyncio.Task[None] | None = None

        async def watch() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass
            exchange.is_gone = True
            coming.cancel()

        def begin() -> None:
            nonlocal watching
            watching = loop.create_task(watch())

        loop = asyncio.get_running_loop()
        timer = loop.call_later(_BEFORE_WATCHING, begin)
        try:
            return await coming
        except asyncio.CancelledError:
            if exchange.is_gone:
                raise Failed(Fault(400, "the client left.")) from None
            raise
        finally:
            timer.cancel()
            coming.cancel()
            if watching is not None:
                watching.cancel()

    def _limits(self, exchange: Exchange) -> Limits:
        most = self.settings.limits
        said = next((value for name, value in exchange.query if name == "timeout"), None)
        if said is None:
            return most
        try:
            seconds = float(said)
        except ValueError:
            seconds = 0.0
        if not 0 < seconds < float("inf"):
            raise Failed(
                Fault(400, f"timeout={said[:40]} is no number of seconds.", "Write timeout=5.")
            )
        return most._replace(seconds=min(seconds, most.seconds))

    def _request(self, exchange: Exchange, values: Mapping[str, str], *, is_get: bool) -> Request:
        names = ("accept",) if is_get else ("accept", "content-type")
        headers = {name: exchange.headers[name] for name in names if name in exchange.headers}
        return Request(
            "GET" if is_get else exchange.method,
            exchange.path,
            values,
            exchange.query,
            headers,
            exchange.body,
            self.settings.root,
            self._base(exchange),
            exchange.lang,
        )

    def _base(self, exchange: Exchange) -> str:
        host = exchange.headers.get("host", "")
        if not host and exchange.scope.get("server"):
            name, port = exchange.scope["server"]
            host = f"{name}:{port}"
        return f"{exchange.scope.get('scheme', 'http')}://{host}{self.settings.root}/"

    # What is sent

    def _dress(self, exchange: Exchange, answered: Answer, tag: str) -> Sent:
        """The answer of a worker with the headers of the service."""
        head = answered.head
        is_chosen = any(name == "lang" for name, _ in exchange.query)
        headers = list(dress_head(head, is_chosen))
        if head.keep and head.status == 200:
            headers += self._times(
                tag or f'"{answered.digest.hex()}{"-gz" if head.zipped else ""}"'
            )
        outcome = "partial" if head.partial else "ok" if head.status < 400 else "refused"
        return Sent(head.status, headers, answered.body, answered.rows, outcome)

    def _times(self, tag: str) -> Headers:
        """The headers by which a client finds out whether an answer is still right."""
        headers = [(b"ETag", tag.encode()), (b"Cache-Control", b"no-cache")]
        if self.pool is not None and self.pool.modified:
            headers.append((b"Last-Modified", self.pool.modified.encode()))
        return headers

    def _unless_known(self, exchange: Exchange, sent: Sent) -> Sent:
        """The answer, or 304 if the client has it already."""
        if exchange.method not in ("GET", "HEAD") or sent.status != 200:
            return sent
        said = dict(sent.headers)
        tag, dated = said.get(b"ETag", b"").decode(), said.get(b"Last-Modified", b"").decode()
        if is_other(exchange.headers, tag, dated):
            return self._say(exchange, request_head.of_condition())
        asked = exchange.headers
        if not tag or not (knows(asked, tag) or is_unchanged(asked, dated)):
            return sent
        kept = (b"ETag", b"Cache-Control", b"Last-Modified", b"Vary")
        headers = [header for header in sent.headers if header[0] in kept]
        return Sent(304, headers, b"", outcome="not-modified")

    def _say(self, exchange: Exchange, fault: Fault) -> Sent:
        """What went wrong, as a page for people, else as JSON."""
        headers = clean(fault.headers)
        names = {name.lower() for name, _ in headers}
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
        headers += [
            (b"Content-Type", kind),
            (b"Cache-Control", b"no-store"),
            (b"Vary", b"Accept, Accept-Language"),
        ]
        add_security(headers, names)
        return Sent(fault.status, headers, body, None, fault.outcome, fault.detail)

    def _complete(self, exchange: Exchange, sent: Sent) -> Headers:
        """The headers of an answer with those of this one request."""
        headers = [*sent.headers, (b"X-Request-Id", exchange.number.encode())]
        if self.settings.cors:
            headers = self._add_origin(exchange, headers)
        if exchange.has_unread and (b"Connection", b"close") not in headers:
            # Nobody reads the rest, and it must not be taken for the next request.
            headers.append((b"Connection", b"close"))
        if sent.status not in (204, 304):
            headers.append((b"Content-Length", str(len(sent.body)).encode()))
        return headers

    async def _send(self, exchange: Exchange, sent: Sent, send: Send) -> int:
        """Send an answer; gives the bytes of the body that went out."""
        headers = self._complete(exchange, sent)
        await send({"type": "http.response.start", "status": sent.status, "headers": headers})
        if exchange.method == "HEAD" or not sent.body:
            await send({"type": "http.response.body", "body": b""})
            return 0
        if len(sent.body) <= _PIECE:
            await send({"type": "http.response.body", "body": sent.body})
            return len(sent.body)
        self._in_flight += len(sent.body)
        try:
            for start in range(0, len(sent.body), _PIECE):
                piece = sent.body[start : start + _PIECE]
                more = start + _PIECE < len(sent.body)
                async with asyncio.timeout(_PATIENCE):
                    await send({"type": "http.response.body", "body": piece, "more_body": more})
        finally:
            self._in_flight -= len(sent.body)
        return len(sent.body)

    def _add_origin(self, exchange: Exchange, headers: Headers) -> Headers:
        """Let pages of other origins read the answer."""
        cors = self.settings.cors
        if "*" in cors:
            allowed = b"*"
        else:
            vary = [value for name, value in headers if name == b"Vary"]
            headers = [header for header in headers if header[0] != b"Vary"]
            headers.append((b"Vary", merge_vary([*vary, b"Origin"])))
            origin = exchange.headers.get("origin", "")
            if origin not in cors:
                return headers
            allowed = origin.encode("latin-1")
        return [
            *headers,
            (b"Access-Control-Allow-Origin", allowed),
            (b"Access-Control-Expose-Headers", _EXPOSED.encode()),
        ]

    def _record(self, exchange: Exchange, sent: Sent, size: int) -> None:
        seconds = time.perf_counter() - exchange.started
        record = self._describe(exchange, sent, size, seconds)
        method = exchange.method if exchange.method in request_head.METHODS else "OTHER"
        self.metrics.count_request(
            exchange.route,
            method,
            sent.status,
            seconds=seconds,
            size=size,
            outcome=record["outcome"],
        )
        if self.settings.log is not None:
            self.settings.log(record)

    def _describe(
        self, exchange: Exchange, sent: Sent, size: int, seconds: float
    ) -> dict[str, Any]:
        """What the log says of a request and its answer."""
        record: dict[str, Any] = {
            "id": exchange.number,
            "client": exchange.client,
            "method": exchange.method,
            "path": exchange.path,
            "status": sent.status,
            "seconds": round(seconds, 6),
            "bytes": size,
            "rows": sent.rows,
            "outcome": "kept" if exchange.is_kept and sent.status == 200 else sent.outcome,
        }
        if self.settings.logs_queries:
            record["query"] = exchange.scope["query_string"].decode("latin-1")
            if exchange.body:
                record["body"] = exchange.body[: request_head.LONGEST_URL].decode(
                    "utf-8", "replace"
                )
        if sent.detail:
            record["detail"] = sent.detail
        return record

    # What the front answers itself

    def _answer_options(self, exchange: Exchange, methods: Sequence[str]) -> Sent:
        allowed = ", ".join(dict.fromkeys((*methods, "OPTIONS")))
        headers = [(b"Allow", allowed.encode())]
        if self.settings.cors and "access-control-request-method" in exchange.headers:
            headers += [
                (b"Access-Control-Allow-Methods", allowed.encode()),
                (b"Access-Control-Allow-Headers", b"Accept, Content-Type, Authorization"),
                (b"Access-Control-Max-Age", b"86400"),
            ]
        add_security(headers, set())
        return Sent(204, headers, b"")

    async def _answer_health(self, exchange: Exchange) -> Sent:
        return own_answer("text/plain; charset=utf-8", b"alive\n")

    async def _answer_readiness(self, exchange: Exchange) -> Sent:
        if self.is_draining or self.pool is None:
            raise Failed(_ending())
        limits = self.settings.limits._replace(seconds=5.0)
        answered = await self.pool.ask("ctgraph.service.workers.nursery:ping", Request(), limits)
        return own_answer("text/plain; charset=utf-8", answered.body)

    async def _answer_metrics(self, exchange: Exchange) -> Sent:
        return own_answer(MEDIA_TYPE, self.metrics.write(self._gauges()).encode())

    async def _answer_robots(self, exchange: Exchange) -> Sent:
        text = _ROBOTS.format(root=self.settings.root)
        return own_answer("text/plain; charset=utf-8", text.encode())

    async def _answer_icon(self, exchange: Exchange) -> Sent:
        return self._read_static(exchange, "favicon.svg")

    async def _answer_static(self, exchange: Exchange) -> Sent:
        return self._read_static(exchange, exchange.path.removeprefix("/static/"))

    def _read_static(self, exchange: Exchange, name: str) -> Sent:
        sent = self._assets.find(
            name,
            is_versioned=any(key == "v" for key, _ in exchange.query),
            zips=reads_gzip(exchange.headers.get("accept-encoding", "")),
        )
        if sent is None:
            raise Failed(not_found(exchange.path))
        return self._unless_known(exchange, sent)

    def _gauges(self) -> dict[str, tuple[str, Iterable[tuple[str, float]]]]:
        assert self.pool is not None
        lanes = self.pool.lanes
        kept = self._answers
        size, hits = kept.size + self._again.size, kept.hits + self._again.hits
        return {
            "ctgraph_workers": ("Worker processes.", [("", self.pool.size)]),
            "ctgraph_running": (
                "Questions that are worked on.",
                [(f'lane="{lane.name}"', lane.busy) for lane in lanes],
            ),
            "ctgraph_waiting": (
                "Questions that wait for a place.",
                [(f'lane="{lane.name}"', len(lane.queue)) for lane in lanes],
            ),
            "ctgraph_kept_answers": ("Answers that are kept.", [("", len(kept))]),
            "ctgraph_kept_bytes": ("Bytes of the answers that are kept.", [("", size)]),
            "ctgraph_kept_hits_total": ("Answers given again.", [("", hits)]),
            "ctgraph_kept_misses_total": ("Answers that were not kept.", [("", kept.misses)]),
            "ctgraph_unread_bytes": ("Bytes that clients have not taken.", [("", self._in_flight)]),
        }

    def _check_token(self, exchange: Exchange) -> None:
        import hmac

        if not self.settings.token:
            raise Failed(
                Fault(403, "this service is read-only.", "Ask its operator for the change.")
            )
        scheme, _, shown = exchange.headers.get("authorization", "").partition(" ")
        is_right = hmac.compare_digest(shown.strip().encode(), self.settings.token.encode())
        if scheme.lower() != "bearer" or not is_right:
            raise Failed(
                Fault(
                    401,
                    "a change needs the token of this service.",
                    "Send it: Authorization: Bearer ….",
                    (("WWW-Authenticate", 'Bearer realm="ctgraph"'),),
                )
            )


def create_app(settings: Settings) -> App:
    """The service as an ASGI application, which any ASGI server runs in one process.

    Args:
        settings: How it is set up.
    """
    return App(settings)


def fault_fields(fault: Fault, number: str) -> dict[str, Any]:
    """What JSON says of a fault.

    Args:
        fault: The fault.
        number: The number of the request in the log.
    """
    said: dict[str, Any] = {"ok": False, "status": fault.status, "error": fault.message}
    if fault.hint:
        said["hint"] = fault.hint
    if fault.line:
        said |= {"line": fault.line, "column": fault.column}
    return {**said, "id": number}


def _decode(raw: bytes, said: bytes) -> tuple[str, list[tuple[str, str]]]:
    """A path and the names and values of a query string, decoded once and strictly.

    Raises:
        UnicodeDecodeError: They are not UTF-8.
        ValueError: There are too many.
    """
    query = parse_qsl(
        said.decode("ascii"),
        keep_blank_values=True,
        encoding="utf-8",
        errors="strict",
        max_num_fields=1000,
    )
    return unquote_to_bytes(raw).decode("utf-8"), query


_decode_again = lru_cache(maxsize=512)(_decode)


def _path_of(target: bytes, method: str) -> bytes:
    """The path of a target in absolute or asterisk form (RFC 9112, 3.2).

    Raises:
        Failed: It is in another form.
    """
    if target == b"*" and method == "OPTIONS":
        return b"/"
    found = re.match(rb"(?i)https?://[^/?#]+", target)
    if not found:
        raise Failed(Fault(400, "the target of the request is no path."))
    return target[found.end() :] or b"/"


def _ending() -> Fault:
    return Fault(
        503,
        "the service is about to end.",
        "Ask again in a few seconds.",
        (("Retry-After", "5"), ("Connection", "close")),
        outcome="draining",
    )


def _not_allowed(exchange: Exchange, methods: Sequence[str]) -> Fault:
    allowed = ", ".join(dict.fromkeys((*methods, "OPTIONS")))
    return Fault(
        405,
        f"{exchange.method} means nothing here.",
        f"Use {allowed}.",
        (("Allow", allowed),),
    )
