"""A connection of the query service, before there is a request.

uvicorn reads HTTP well, but what it cannot read it answers in words of its own, and it waits for
ever for clients that send nothing, little, or do not take what they asked for. `Connection` stands
before either of its protocols (httptools or h11) and bounds all that; a refusal looks, is logged
and is counted like any other answer of the service.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from ctgraph.service.faults import Fault
from ctgraph.service.http import request_head
from ctgraph.service.http.app import AGAIN

if TYPE_CHECKING:
    from ctgraph.service.http.app import App


_WHOLE = 4096  # bytes of a request that is remembered
_UPGRADE = re.compile(rb"(?i)\r\nupgrade:[^\r\n]*")
_SPECIAL = {b"connection", b"content-length", b"transfer-encoding", b"upgrade", b"expect"}
_RESTED = 1.0  # seconds, so that not every answer that is repeated sets a timer anew


class Bounds(NamedTuple):
    """What a connection may take.

    Attributes:
        connections: How many may be open at once.
        head: Seconds in which the head of a request must arrive: of the first after connecting,
            of others after their first byte.
        idle: Seconds that a connection may be without a request.
        unread: Seconds in which a client must take something of what waits for it.
        parting: Seconds that a client has to read the last answer and end its half of the
            connection, while what it still sends is thrown away; a fifth if it has sent all.
        leaving: Seconds for which an answer is still made when the client has ended its half of
            the connection: it may wait for it, or be gone.
        pipelined: Requests that may wait for the answer to the one before.
    """

    connections: int = 1000
    head: float = 10.0
    idle: float = 30.0
    unread: float = 30.0
    parting: float = 5.0
    leaving: float = 1.0
    pipelined: int = 16


class Door:
    """What the connections of a service share.

    Args:
        app: The service, which says, logs and counts a refusal.
        bounds: What a connection may take.
    """

    def __init__(self, app: App, bounds: Bounds) -> None:
        self.app = app
        self.bounds = bounds
        self.open: dict[Connection, None] = {}
        """All, the oldest first."""
        self.idle: dict[Connection, None] = {}
        """Those without a request, the longest idle first."""
        self._often = max(0.02, min(1.0, *(bounds[1:6])) / 5)
        self._timer: asyncio.TimerHandle | None = None

    def enter(self, connection: Connection) -> None:
        """Let a connection in, if need be in the place of one whose client does nothing.

        Args:
            connection: The new one.
        """
        self.open[connection] = None
        self.app.metrics.count_connection("opened")
        if self._timer is None:
            self._look(connection.loop)
        if len(self.open) <= self.bounds.connections:
            self.idle[connection] = None
        elif (other := self._find_idlest(connection)) is not None:
            other.end("evicted")
            self.idle[connection] = None
        elif len(self.open) <= with_refused(self.bounds.connections):
            connection.refuse(request_head.of_crowd())
        else:
            connection.end("turned-away")

    def leave(self, connection: Connection) -> None:
        """Forget a connection that was closed.

        Args:
            connection: The one.
        """
        self.open.pop(connection, None)
        self.idle.pop(connection, None)
        self.app.metrics.count_connection("closed")

    def _find_idlest(self, new: Connection) -> Connection | None:
        """The connection that is longest without a request, or else keeps the service waiting."""
        if self.idle:
            return next(iter(self.idle))
        now = new.loop.time()
        return next((one for one in self.open if one is not new and one.is_awaited(now)), None)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """Look after all connections again and again, as long as there are any."""
        self._timer = None
        now = loop.time()
        for connection in tuple(self.open):
            connection.check(now)
        if self.open:
            self._timer = loop.call_later(self._often, self._look, loop)


class Line:
    """The transport of a connection, but that closing it goes through the connection.

    Args:
        transport: The transport.
        close: Called to close it.
    """

    def __init__(self, transport: asyncio.Transport, close: Callable[[], None]) -> None:
        self._transport = transport
        self.write = transport.write
        self.close = close
        self.is_left = False

    def is_closing(self) -> bool:
        """Whether nothing more can be sent."""
        return self.is_left or self._transport.is_closing()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class Connection(asyncio.Protocol):
    """What stands before uvicorn's protocol; `protocol_of` puts the two together."""

    door: ClassVar[Door]

    # What it knows of uvicorn: these attributes, and the methods that it overrides below.
    loop: asyncio.AbstractEventLoop
    transport: asyncio.Transport
    cycle: Any
    pipeline: Any  # this and the two next only with httptools
    parser: Any
    url: bytes
    headers: list[tuple[bytes, bytes]] | None
    client: tuple[str, int] | None
    server_state: Any
    flow: Any
    timeout_keep_alive: float
    timeout_keep_alive_task: asyncio.TimerHandle | None
    timeout_keep_alive_handler: Callable[[], None]
    _unset_keepalive_if_required: Callable[[], None]

    _socket: asyncio.Transport
    _line: Line
    _deadline = 0.0  # till when a head must arrive, or the client must be gone; 0 for no such time
    _begun: bytearray  # the head that arrives, as far as it is there
    _is_clean = True  # whether every request came whole and alone so far
    _asked = b""  # the request, if so
    _peer = b""  # whether it is believed what stands in X-Forwarded-… depends on who says it
    _heard = 0  # bytes since the last head
    _is_deaf = False  # whether nothing that arrives counts any more
    _rested = 0.0  # when it was last noted that the client still asks
    _unsent = 0
    _unsent_since = 0.0

    # From the transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet a client."""
        self._socket = transport  # type: ignore[assignment]  # uvloop's is no subclass
        self._line = Line(self._socket, self._close)
        super().connection_made(self._line)  # type: ignore[arg-type]
        self._begun = bytearray()
        self._deadline = self.loop.time() + self.door.bounds.head
        self._peer = self.client[0].encode() if self.client else b""
        self.door.enter(self)

    def data_received(self, data: bytes) -> None:
        """Read on."""
        if self._is_deaf:
            return
        before = self.cycle
        is_between = self._is_between()
        # From the first that did not come so, only the parser knows where a request begins.
        self._is_clean = self._is_clean and is_between and _is_whole(data)
        self._asked = data if self._is_clean else b""
        if self._asked and self._repeat():
            return
        if is_between:
            data = self._begin_head(data)
            if not data:
                return  # nothing at all would mean to h11 that the client has left
        super().data_received(data)
        if self.cycle is not before:
            self._begun.clear()
            self._heard = 0
            self._deadline = 0.0
            self.door.idle.pop(self, None)
        elif not self._is_deaf:
            self._count(len(data), is_between=is_between)

    def eof_received(self) -> bool:
        """Whether the connection stays, for an answer that is being made."""
        if self._is_deaf or self._is_between() or self.cycle.more_body:
            return False
        self._is_deaf = True
        self.cycle.keep_alive = False
        self.loop.call_later(self.door.bounds.leaving, self._leave)
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget a client."""
        self.door.leave(self)
        super().connection_lost(exc)

    # From uvicorn's protocol

    def send_400_response(self, msg: str) -> None:
        """Answer what uvicorn could not read."""
        self.refuse(request_head.of_bytes(self._begun, sys.exception()))

    def _unsupported_upgrade_warning(self) -> None:
        """Say nothing of a wish for another protocol; what is asked is answered in this one.

        Where httptools saw it in spite of `_begin_head`, because it came in pieces, it reads no
        further.
        """
        if sys.exception() is None:
            return
        if request_head.has_body(self.cycle.scope):
            self.cycle.more_body = True
            self.refuse(request_head.of_upgrade())
        self._is_deaf = True
        self.cycle.keep_alive = False

    def on_message_begin(self) -> None:
        """Begin a request, as httptools found it; h11 reads on only after the answer."""
        if len(self.pipeline) > self.door.bounds.pipelined:
            raise ValueError("too many requests wait for their answers")
        super().on_message_begin()  # type: ignore[misc]

    def on_headers_complete(self) -> None:
        """Hand on a request; what follows its body (trailers) is none of its headers."""
        if self.url == b"*" and self.parser.get_method() == b"OPTIONS":
            self.url = b"/"  # httptools knows no asterisk form
        super().on_headers_complete()  # type: ignore[misc]
        self.headers = []

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        super().on_response_complete()  # type: ignore[misc]
        if self._is_between():
            self.door.idle[self] = None
            if self._asked and self.cycle.keep_alive and _is_plain(self.cycle.scope):
                again = self.cycle.scope.get(AGAIN)
                if again is not None:
                    self.door.app.remember(self._asked + self._peer, again)

    # From the door

    def refuse(self, fault: Fault) -> None:
        """Say why a client is not served, and part; answers to earlier requests go out before.

        Args:
            fault: Why.
        """
        if self._is_deaf:
            return
        self._is_deaf = True
        sent = self.door.app.refuse(fault, self.client[0] if self.client else "")
        cycle = self.cycle
        if cycle is None or cycle.response_complete:
            self._write(sent.status, sent.headers, sent.body)
            self._part()
        elif cycle.more_body and not cycle.response_started and not self._has_earlier():
            # The body of this request is broken, so this is its answer.
            self._write(sent.status, sent.headers, sent.body)
            cycle.disconnected = True
            cycle.message_event.set()
            self._part()
        else:
            cycle.keep_alive = False

    def end(self, reason: str) -> None:
        """End the connection at once.

        Args:
            reason: Why, in a word.
        """
        self._is_deaf = True
        self.door.idle.pop(self, None)
        self.door.app.metrics.count_connection(reason)
        self._socket.abort()

    def is_awaited(self, now: float) -> bool:
        """Whether the client is what its request waits for.

        Args:
            now: The time of the loop.
        """
        if self._is_deaf or self._is_between():
            return False
        is_stalled = self._unsent and now - self._unsent_since > self.door.bounds.unread / 10
        return bool(self.cycle.more_body or is_stalled)

    def check(self, now: float) -> None:
        """See whether the client takes too long.

        Args:
            now: The time of the loop.
        """
        unsent = self._socket.get_write_buffer_size()
        if unsent == 0 or unsent != self._unsent:
            self._unsent, self._unsent_since = unsent, now
        elif now - self._unsent_since > self.door.bounds.unread:
            self.end("unread")
            return
        if not self._deadline or now < self._deadline:
            return
        self._deadline = 0.0
        if self._line.is_left:
            self.end("parted")
        elif not self._begun:
            self.end("silent")
        else:
            self.refuse(request_head.of_slowness(self.door.bounds.head))

    # Itself

    def _repeat(self) -> bool:
        """Whether the same bytes were answered before and the answer was sent again."""
        if self._socket.get_write_buffer_size():
            return False  # it has not taken what it asked for before
        found = self.door.app.repeat(self._asked + self._peer)
        if found is None:
            return False
        head, number, body = found
        dated = [b"%s: %s\r\n" % pair for pair in self.server_state.default_headers]
        self._socket.write(
            b"".join((b"HTTP/1.1 200 OK\r\n", *dated, head, number, b"\r\n\r\n", body))
        )
        self._deadline = 0.0
        self.door.idle.pop(self, None)
        self.door.idle[self] = None
        now = self.loop.time()
        if now - self._rested > _RESTED:
            self._rested = now
            self._unset_keepalive_if_required()
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )
        return True

    def _begin_head(self, data: bytes) -> bytes:
        """What arrives when a head may begin, as the parser should have it.

        Not every parser passes over an empty line before a request (RFC 9112, 2.2), and httptools
        takes a request with `Upgrade` for the last one in this protocol and loses its body.
        """
        if not self._begun and data.startswith(b"\r\n"):
            data = data[2:]
        if b"pgrade" in data or b"PGRADE" in data:
            head, end, rest = data.partition(b"\r\n\r\n")
            data = _UPGRADE.sub(b"", head) + end + rest
        if len(self._begun) <= request_head.LONGEST_URL:
            self._begun += data
        return data

    def _leave(self) -> None:
        """Give up an answer that was not ready when it had to be."""
        if not self.cycle.response_started:
            self._socket.close()

    def _is_between(self) -> bool:
        """Whether no request is being answered."""
        return self.cycle is None or bool(self.cycle.response_complete)

    def _has_earlier(self) -> bool:
        return bool(getattr(self, "pipeline", ()))

    def _count(self, size: int, *, is_between: bool) -> None:
        """Bound what arrives and makes no request."""
        self._heard += size
        bounds, most = self.door.bounds, self.door.app.settings.body
        if is_between:
            if not self._deadline:
                self._deadline = self.loop.time() + bounds.head
            if (
                self._heard > request_head.LONGEST
                or len(self.headers or ()) > request_head.MOST_FIELDS
            ):
                self.refuse(request_head.of_size())
        elif (
            self._heard > 2 * most + request_head.LONGEST
            or len(self.headers or ()) > request_head.MOST_FIELDS
        ):
            # A body that is larger than it says: in many small chunks, with endless trailers.
            self.refuse(request_head.of_body())

    def _write(self, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        lines = [b"HTTP/1.1 %d %s" % (status, HTTPStatus(status).phrase.encode())]
        for name, value in (*self.server_state.default_headers, *headers):
            lines.append(name.lower() + b": " + value)
        self._socket.write(b"\r\n".join((*lines, b"", body)))

    def _close(self) -> None:
        """What `transport.close` does for uvicorn."""
        if self in self.door.idle:
            self._is_deaf = True
            self._socket.close()
        else:
            self._part(has_all=self.cycle is not None and not self.cycle.more_body)

    def _part(self, *, has_all: bool = False) -> None:
        """Send all there is, and close when the client has seen it.

        A socket that is closed while the client still sends makes the client's system throw away
        what it has not read yet: the answer that says why.

        Args:
            has_all: Whether the client has sent all of its request.
        """
        if self._line.is_closing():
            return
        self._is_deaf = self._line.is_left = True
        parting = self.door.bounds.parting
        self._deadline = self.loop.time() + (parting / 5 if has_all else parting)
        self.door.idle.pop(self, None)
        self.flow.resume_reading()
        if self._socket.can_write_eof():
            self._socket.write_eof()


def with_refused(connections: int) -> int:
    """How many connections may be open, with those that are only told that there is no room.

    Args:
        connections: How many are served.
    """
    return connections + connections // 10


def protocol_of(
    app: App, bounds: Bounds, kind: type[asyncio.Protocol] | None = None
) -> type[asyncio.Protocol]:
    """The protocol class with which uvicorn serves an application.

    Args:
        app: The application.
        bounds: What a connection may take.
        kind: uvicorn's protocol class; by default the fastest that is installed.
    """
    if kind is None:
        from uvicorn.protocols.http.auto import AutoHTTPProtocol

        kind = AutoHTTPProtocol
    return type("Listener", (Connection, kind), {"door": Door(app, bounds)})


def _is_whole(data: bytes) -> bool:
    """Whether bytes look like one whole request without a body, that is not too long to keep."""
    end = b"\r\n\r\n"
    is_one = data.startswith(b"GET ") and data.endswith(end) and data.count(end) == 1
    return is_one and len(data) <= _WHOLE


def _is_plain(scope: Mapping[str, Any]) -> bool:
    """Whether nothing about a request asks for more than its answer on an open connection."""
    names = {name for name, value in scope["headers"] if value.lower() != b"keep-alive"}
    return scope["http_version"] == "1.1" and not names & _SPECIAL
