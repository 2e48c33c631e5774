"""Answers of handlers: asked of the pool, kept, shared, and not sent again to who has them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Hashable, Mapping, MutableMapping
from typing import Any, NamedTuple

from ctgraph.service.faults import Failed, of_key
from ctgraph.service.handler import Limits, Request, Route
from ctgraph.service.http.cache import Cache
from ctgraph.service.http.exchange import Exchange
from ctgraph.service.http.headers import (
    Headers,
    dress,
    is_other,
    is_unchanged,
    knows,
    read_range,
    reads_gzip,
    tag_of,
)
from ctgraph.service.settings import Settings
from ctgraph.service.workers.pool import Pool
from ctgraph.service.workers.worker import Answer, Order

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

_BEFORE_WATCHING = 0.05  # seconds after which it is worth while to see whether the client left


class Left(Exception):  # noqa: N818 - reads as the condition it names
    """The client is gone."""


class Sent(NamedTuple):
    """A whole answer, as it is sent and kept.

    Attributes:
        status: The HTTP status.
        headers: Its headers, but those of this one request.
        body: The body.
        rows: How many rows it holds, or None.
        outcome: One word for log and metrics.
        detail: What only the log says.
    """

    status: int
    headers: Headers
    body: bytes
    rows: int | None = None
    outcome: str = "ok"
    detail: str = ""


class _Shared:
    """A question that is being answered, for one or more."""

    def __init__(self, answer: asyncio.Task[Answer]) -> None:
        self.answer = answer
        self.waiting = 0


class Answers:
    """The answers to questions.

    Args:
        settings: How the service is set up.

    Attributes:
        cache: Answers that are kept.
        pool: Who answers; None before the service is started.
    """

    def __init__(self, settings: Settings) -> None:
        self.cache: Cache[Sent] = Cache(settings.kept)
        self.pool: Pool | None = None
        self._settings = settings
        self._coming: dict[Hashable, _Shared] = {}
        self._stamp = ""

    async def find(
        self, exchange: Exchange, route: Route, values: Mapping[str, str], receive: Receive
    ) -> Sent:
        """Return the answer to a request, made or kept.

        Args:
            exchange: The request.
            route: Whose handler answers.
            values: What the placeholders of the route matched.
            receive: Tells when the client leaves.

        Raises:
            Failed: There is none.
            Left: The client left before it came.
        """
        pool = self.pool
        assert pool is not None, "the service was not started"
        if self._stamp != pool.stamp:
            self._stamp = pool.stamp
            self.cache.clear()
        stamp = self._stamp
        limits = self._limit(exchange)
        order = self._order(exchange, route, values, limits)
        key = _key_of(order)
        # An answer says how long it might take, so one that had less time is nobody else's.
        may_keep = bool(stamp) and limits == self._settings.limits
        is_get = order.request.method == "GET"
        tag = tag_of(stamp, key) if may_keep and is_get else ""
        if stamp:
            kept = self.cache.get(key)
            if kept is not None:
                return self._unless_known(exchange, kept._replace(outcome="kept"))
        if tag and knows(exchange.headers, tag):
            # The tag was given to an answer that may be kept, and the graph is still the same.
            return Sent(304, self._times(tag), b"", outcome="not-modified")

        def ask() -> Coroutine[Any, Any, Answer]:
            return pool.ask(order, client=exchange.client, is_heavy=route.is_heavy)

        if stamp:
            answer = await self._share((stamp, key, limits.seconds), ask, receive)
        else:
            answer = await _wait(asyncio.ensure_future(ask()), receive)
        sent = self._dress(exchange, answer, tag)
        # An answer that the graph has overtaken meanwhile would be wrong for those who come.
        if may_keep and answer.reply.may_keep and sent.status == 200 and stamp == pool.stamp:
            self.cache.keep(key, sent, len(sent.body) + len(exchange.body))
        return self._unless_known(exchange, sent)

    def _limit(self, exchange: Exchange) -> Limits:
        most = self._settings.limits
        said = next((value for name, value in exchange.query if name == "timeout"), "")
        try:
            seconds = float(said or 0)
        except ValueError:
            seconds = -1.0
        if not 0 <= seconds < float("inf"):
            raise Failed(of_key(400, "timeout-not-seconds", text=said[:40]))
        # Forms of other endpoints send 0 for as long as may be.
        return most._replace(seconds=min(seconds or most.seconds, most.seconds))

    def _order(
        self, exchange: Exchange, route: Route, values: Mapping[str, str], limits: Limits
    ) -> Order:
        is_get = exchange.method in ("GET", "HEAD")
        names = ("accept",) if is_get else ("accept", "content-type")
        root = self._settings.root
        request = Request(
            "GET" if is_get else exchange.method,
            exchange.path,
            dict(values),
            [pair for pair in exchange.query if route.reads(pair[0])],
            {name: exchange.headers[name] for name in names if name in exchange.headers},
            exchange.body,
            root,
            exchange.base(root),
            exchange.lang,
        )
        zips = reads_gzip(exchange.headers.get("accept-encoding", ""))
        return Order(route.handler, request, limits, zips)

    async def _share(
        self, key: Hashable, ask: Callable[[], Coroutine[Any, Any, Answer]], receive: Receive
    ) -> Answer:
        """The answer to a question that is asked once for all who wait for it at the same time."""
        shared = self._coming.get(key)
        is_first = shared is None
        if shared is None:
            shared = self._coming[key] = _Shared(asyncio.ensure_future(ask()))
        shared.waiting += 1
        try:
            answer = await _wait(shared.answer, receive, is_shared=True)
        finally:
            shared.waiting -= 1
            if not shared.waiting:
                shared.answer.cancel()
            if (shared.answer.done() or not shared.waiting) and self._coming.get(key) is shared:
                del self._coming[key]
        if is_first or answer.reply.may_keep:
            return answer
        # What is another each time, as the time of day or a random number, is nobody else's.
        return await _wait(asyncio.ensure_future(ask()), receive)

    def _dress(self, exchange: Exchange, answer: Answer, tag: str) -> Sent:
        """Return the answer of a worker with the headers of the service."""
        reply = answer.reply
        is_chosen = any(name == "lang" for name, _ in exchange.query)
        headers = dress(reply, is_zipped=answer.is_zipped, is_lang_chosen=is_chosen)
        if reply.may_keep and reply.status == 200:
            headers += self._times(tag or f'"{answer.digest}{"-gz" if answer.is_zipped else ""}"')
            headers.append((b"accept-ranges", b"bytes"))
        outcome = "partial" if reply.is_partial else "ok" if reply.status < 400 else "refused"
        return Sent(reply.status, headers, reply.body, reply.rows, outcome)

    def _times(self, tag: str) -> Headers:
        """Return the headers by which a client finds out whether an answer is still right."""
        headers = [(b"etag", tag.encode()), (b"cache-control", b"no-cache")]
        if self.pool is not None and self.pool.modified:
            headers.append((b"last-modified", self.pool.modified.encode()))
        return headers

    def _unless_known(self, exchange: Exchange, sent: Sent) -> Sent:
        """Return the answer, or 304 if the client has it already.

        Raises:
            Failed: It is not the one that the client counts on (412).
        """
        if exchange.method not in ("GET", "HEAD") or sent.status != 200:
            return sent
        said = dict(sent.headers)
        tag, dated = said.get(b"etag", b"").decode(), said.get(b"last-modified", b"").decode()
        asked = exchange.headers
        if is_other(asked, tag, dated):
            raise Failed(of_key(412, "precondition-failed"))
        if not tag:
            return sent
        if not (knows(asked, tag) or is_unchanged(asked, dated)):
            return _cut(sent, exchange.method, read_range(asked, len(sent.body), tag, dated))
        kept = (b"etag", b"cache-control", b"last-modified", b"vary")
        headers = [header for header in sent.headers if header[0] in kept]
        return Sent(304, headers, b"", outcome="not-modified")


def _cut(sent: Sent, method: str, wanted: slice | None) -> Sent:
    """Return the part of an answer that a client wants, or all of it.

    Raises:
        Failed: It has no such part (416).
    """
    size = len(sent.body)
    if wanted is None or method != "GET":
        return sent
    if wanted.start >= wanted.stop:
        known = (("Content-Range", f"bytes */{size}"),)
        raise Failed(of_key(416, "range-beyond-answer", size=size, headers=known))
    place = f"bytes {wanted.start}-{wanted.stop - 1}/{size}".encode()
    headers = [*sent.headers, (b"content-range", place)]
    return sent._replace(status=206, headers=headers, body=sent.body[wanted])


def _key_of(order: Order) -> Hashable:
    """Return all that an answer depends on, but the graph and the time that it may take."""
    request = order.request
    return (
        order.handler,
        request.method,
        request.path,
        tuple(request.query),
        tuple(request.headers.items()),
        request.body,
        request.lang,
        request.base,
        order.zips,
    )


async def _wait(
    coming: asyncio.Future[Answer], receive: Receive, *, is_shared: bool = False
) -> Answer:
    """Return the answer to come, unless the client leaves before.

    Args:
        coming: The answer; it is given up if nobody else waits for it.
        receive: Tells when the client leaves.
        is_shared: Whether somebody else may wait for it.

    Raises:
        Left: The client left.
    """

    async def watch() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    watching: asyncio.Task[None] | None = None
    try:
        await asyncio.wait({coming}, timeout=_BEFORE_WATCHING)
        if not coming.done():
            watching = asyncio.ensure_future(watch())
            either: set[asyncio.Future[Any]] = {coming, watching}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if coming.done():
            return coming.result()
        raise Left
    finally:
        if not is_shared:
            coming.cancel()
        if watching is not None:
            watching.cancel()
