"""What happens on a connection before there is a request: refusals, bounds, strange clients."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from listening import Client, Listening, listening
from serving import Response
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

KINDS: list[type[asyncio.Protocol]] = [HttpToolsProtocol, H11Protocol]
HEALTH = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
HELD = b"GET /held HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture(scope="module", params=KINDS, ids=["httptools", "h11"])
def kind(request: pytest.FixtureRequest) -> type[asyncio.Protocol]:
    found: type[asyncio.Protocol] = request.param
    return found


@pytest.fixture(scope="module")
def server(kind: type[asyncio.Protocol]) -> Iterator[Listening]:
    with listening(kind) as server:
        yield server


def check_refusal(got: Response, status: int) -> None:
    assert got.status == status, got
    assert got.json["ok"] is False
    assert got.json["status"] == status
    assert got.json["id"] == got.headers["x-request-id"]
    assert got.headers["content-type"] == "application/json"
    assert got.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in got.headers["content-security-policy"]
    assert got.headers["cache-control"] == "no-store"
    assert got.headers["date"]


def check_parted(got: Response, status: int) -> None:
    check_refusal(got, status)
    assert got.headers["connection"] == "close"


# What is no request


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03garbage\r\n\r\n", 400),
        (b"GET /healthz\r\n\r\n", 400),
        (b"GET\r\n\r\n", 400),
        (b"GET /healthz HTTP/2.0\r\nHost: x\r\n\r\n", 505),
        (b"GET /healthz HTTP/9.9\r\nHost: x\r\n\r\n", 505),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        (b"BREW /healthz HTTP/1.1\r\nHost: x\r\n\r\n", 501),
        (b"get /healthz HTTP/1.1\r\nHost: x\r\n\r\n", 501),
        (b"GET /health z HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.1\r\nHost : x\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n", 400),
        (b"POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\na", 400),
        (
            b"POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
            400,
        ),
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 200_000 + b"\r\n\r\n", 431),
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 200 + b"\r\n", 431),
        (b"GET /healthz HTTP/1.1\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400),
    ],
)
def test_what_is_no_request(server: Listening, said: bytes, status: int) -> None:
    check_parted(server.ask(said), status)
    assert server.ask(HEALTH).status == 200


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (b"CONNECT example.org:80 HTTP/1.1\r\nHost: example.org:80\r\n\r\n", 501),
        (b"TRACE /healthz HTTP/1.1\r\nHost: x\r\n\r\n", 405),
        (b"PUT /healthz HTTP/1.1\r\nHost: x\r\n\r\n", 405),
        (b"PROPFIND /healthz HTTP/1.1\r\nHost: x\r\n\r\n", 405),
        (b"GET * HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"GET healthz HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (
            b"POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400,
        ),
        (
            b"POST /body HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
            b"Transfer-Encoding: identity\r\n\r\n0\r\n\r\n",
            400,
        ),
        (b"POST /body HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 400),
        (
            b"POST /body HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            400,
        ),
    ],
)
def test_what_nothing_here_does(server: Listening, said: bytes, status: int) -> None:
    got = server.ask(said)
    # Either parser may say that a coding is not implemented.
    assert got.status == status or (got.status == 501 and b"gzip" in said), got
    check_refusal(got, got.status)
    assert server.ask(HEALTH).status == 200


@pytest.mark.parametrize(
    "said",
    [
        HEALTH,
        b"\r\n" + HEALTH,
        b"GET /healthz HTTP/1.0\r\n\r\n",
        b"GET http://elsewhere/healthz HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /%68ealthz?a=%00 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    ],
)
def test_what_is_a_request(server: Listening, said: bytes) -> None:
    got = server.ask(said)
    assert got.status == 200, got
    assert got.body == b"alive\n"


def test_an_empty_line_alone_is_waited_on(server: Listening) -> None:
    with server.connect() as client:
        client.send(b"\r\n")
        assert not client.hears(0.05)
        client.send(HEALTH)
        assert client.read().status == 200
        client.send(b"\r\n")
    assert server.ask(HEALTH).status == 200


def test_options_of_all(server: Listening) -> None:
    with server.connect() as client:
        client.send(b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n")
        got = client.read()
        assert got.status == 204
        assert "GET" in got.headers["allow"]


def test_refusal_is_logged_and_counted(server: Listening) -> None:
    got = server.ask(b"GET\r\n\r\n")
    (record,) = (one for one in server.records if one["id"] == got.json["id"])
    assert record["status"] == 400
    assert record["outcome"] == "malformed"
    assert record["client"] == "127.0.0.1"
    assert record["bytes"] == len(got.body)
    said = server.app.metrics.write({})
    assert 'ctgraph_requests_total{route="-",method="OTHER",status="400"}' in said
    assert 'ctgraph_connections_total{event="opened"}' in said


PIECES = [
    *(b"GET ", b"POST ", b"HEAD ", b"OPTIONS ", b"/", b"/body", b"/healthz", b"*", b"//", b"%00"),
    *(
        b" HTTP/1.1\r\n",
        b" HTTP/1.0\r\n",
        b" HTTP/2.0\r\n",
        b"\r\n",
        b"\r\n\r\n",
        b"\n",
        b"\r",
        b"\0",
    ),
    *(b"Host: x\r\n", b"Host: y\r\n", b"Content-Length: 3\r\n", b"Content-Length: -3\r\n", b"abc"),
    *(b"Transfer-Encoding: chunked\r\n", b"3\r\nabc\r\n", b"0\r\n\r\n", b"fffffffffffffffff\r\n"),
    *(b"Connection: close\r\n", b"Connection: upgrade\r\n", b"Upgrade: h2c\r\n", b" : ", b" x\r\n"),
    *(b"Expect: 100-continue\r\n", b"If-None-Match: *\r\n", b"\xff\xfe", HEALTH),
]
"""Of what requests are made, and what should not be in them."""


@pytest.mark.parametrize("first", [b"", HEALTH[:-2], b"POST /body HTTP/1.1\r\nHost: x\r\n"])
def test_whatever_is_sent(server: Listening, first: bytes) -> None:
    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=5), max_size=12), st.booleans())
    def check(pieces: list[bytes], at_once: bool) -> None:
        with server.connect() as client:
            # It may have refused and closed before all is sent.
            with contextlib.suppress(OSError):
                for said in (b"".join((first, *pieces)),) if at_once else (first, *pieces):
                    client.send(said)
                client.finish()
            said = client.rest()
        is_for_head = b"HEAD " in b"".join((first, *pieces))
        while said and not is_for_head:
            head, _, rest = said.partition(b"\r\n\r\n")
            status = int(head.split()[1])
            assert status < 500 or status in (501, 505), head
            assert status == 100 or b"nosniff" in head, head
            length = re.search(rb"(?i)content-length: (\d+)", head)
            said = rest[int(length[1]) :] if length and status != 304 else rest
            assert not said or said.startswith(b"HTTP/1.1 ")

    check()
    assert server.ask(HEALTH).status == 200
    assert not [one for one in server.records if one["status"] in (500, 503)]


# Bodies

CHUNKED = b"POST /body HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"


def test_body_in_chunks_with_extensions_and_trailers(server: Listening) -> None:
    body = b'3;a=1;b="c"\r\nabc\r\n2\r\nde\r\n0\r\nHost: evil\r\nX-Late: 1\r\n\r\n'
    with server.connect() as client:
        client.send(CHUNKED + body + HEALTH)
        assert client.read().status == 200
        assert client.read().status == 200
    assert server.app.bodies[-1] == b"abcde"


def test_endless_trailers(server: Listening) -> None:
    with server.connect() as client:
        client.send(CHUNKED + b"1\r\na\r\n0\r\n")
        client.send(b"X: y\r\n" * 50_000)
        assert client.read().status in (400, 413, 431)


def test_client_that_waits_to_be_told_to_send(server: Listening) -> None:
    with server.connect() as client:
        client.send(
            b"POST /body HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
        )
        assert client.socket.recv(100).startswith(b"HTTP/1.1 100 ")
        client.send(b"abc")
        assert client.read().status == 200
        client.send(
            b"POST /body HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
            b"Content-Length: 9999999999\r\n\r\n"
        )
        assert client.read().status == 413


@pytest.mark.parametrize(("path", "status"), [(b"/body", 413), (b"/healthz", 405)])
def test_client_that_sends_before_it_reads_is_told(
    server: Listening, path: bytes, status: int
) -> None:
    size = 20 << 20
    with server.connect() as client:
        client.send(b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % (path, size))
        client.send(b"x" * size)
        got = client.read()
        check_parted(got, status)
        assert client.is_ended()


def test_client_that_sends_on_behind_its_last_request_gets_the_answer(server: Listening) -> None:
    with server.connect() as client:
        client.send(b"GET /healthz HTTP/1.0\r\n\r\n")
        assert client.hears(5)
        for _ in range(50):
            client.send(b"x" * 10_000)
        assert client.read().body == b"alive\n"
        assert client.is_ended()


def test_an_upgrade_in_pieces_is_passed_over(server: Listening) -> None:
    with server.connect() as client:
        client.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgr")
        time.sleep(0.05)
        client.send(b"ade: h2c\r\n\r\n")
        assert client.read().status == 200
    with server.connect() as client:
        client.send(b"POST /body HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgr")
        time.sleep(0.05)
        client.send(b"ade: h2c\r\nContent-Length: 3\r\n\r\nabc")
        # httptools has lost the body, and says so; h11 has not.
        assert client.read().status == 400 or server.app.bodies[-1] == b"abc"


def test_body_beside_an_upgrade(server: Listening) -> None:
    with server.connect() as client:
        client.send(
            b"POST /body HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n"
            b"Content-Length: 5\r\n\r\nhello"
        )
        assert client.read().status == 200
    assert server.app.bodies[-1] == b"hello"


# Several requests


def test_answers_come_in_order(kind: type[asyncio.Protocol]) -> None:
    with listening(kind) as server, server.connect() as client:
        client.send(HELD + HEALTH + b"HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n" + HELD)
        server.app.arrived.acquire()
        server.let_go()
        assert client.read().body == b"at last\n"
        assert client.read().body == b"alive\n"
        assert client.read("HEAD").headers["content-length"] == "6"
        assert client.read().body == b"at last\n"


def test_garbage_behind_a_request_waits_for_its_answer(kind: type[asyncio.Protocol]) -> None:
    with listening(kind) as server, server.connect() as client:
        client.send(HELD + b"garbage\r\n\r\n")
        server.app.arrived.acquire()
        server.let_go()
        assert client.read().body == b"at last\n"
        assert b"at last" not in client.rest()


def test_a_flood_of_requests_is_bounded(kind: type[asyncio.Protocol]) -> None:
    with listening(kind) as server, server.connect() as client:
        client.send(HELD + HEALTH * 4000)
        server.app.arrived.acquire()
        server.let_go()
        assert client.read().body == b"at last\n"
        assert client.read().body == b"alive\n"
        # h11 reads one by one; httptools reads ahead, so there is a bound.
        assert len(server.records) < 4000 or kind is H11Protocol


# Clients that are slow


def test_nothing_is_sent(kind: type[asyncio.Protocol]) -> None:
    with listening(kind, head=0.2) as server, server.connect() as client:
        assert client.is_ended()
        assert server.count("silent") == 1
        assert not server.records


@pytest.mark.parametrize("before", [b"", HEALTH])
def test_head_byte_by_byte(kind: type[asyncio.Protocol], before: bytes) -> None:
    with listening(kind, head=0.3) as server, server.connect() as client:
        if before:
            client.send(before)
            assert client.read().status == 200
        begun = time.monotonic()
        for byte in HEALTH[:-1] * 100:
            client.send(bytes((byte,)))
            if client.hears(0.03):
                break
        check_parted(client.read(), 408)
        assert time.monotonic() - begun < 5
        assert client.is_ended()


def test_idle_connection_is_closed(kind: type[asyncio.Protocol]) -> None:
    with listening(kind, idle=0.2) as server, server.connect() as client:
        client.send(HEALTH)
        assert client.read().status == 200
        assert client.is_ended()


def test_body_that_does_not_come(
    kind: type[asyncio.Protocol], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ctgraph.service.http.app._PATIENCE", 0.2)
    with listening(kind) as server, server.connect() as client:
        client.send(b"POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab")
        check_parted(client.read(), 408)
        assert client.is_ended()


@pytest.mark.parametrize("idle", [0.2, 30])
def test_answers_that_are_not_taken(kind: type[asyncio.Protocol], idle: float) -> None:
    with (
        listening(kind, unread=0.3, idle=idle, pipelined=100) as server,
        Client(server.address, receive_buffer=2048) as client,
    ):
        client.send(b"GET /big HTTP/1.1\r\nHost: x\r\n\r\n" * 60)
        wait_for(lambda: server.count("unread") == 1)
        wait_for(lambda: server.count("closed") == 1)


# Many clients


def test_an_idle_connection_makes_room(kind: type[asyncio.Protocol]) -> None:
    with (
        listening(kind, connections=2) as server,
        server.connect() as first,
        server.connect() as second,
    ):
        second.send(HEALTH)
        assert second.read().status == 200
        first.send(HEALTH)
        assert first.read().status == 200
        with server.connect() as third:
            third.send(HEALTH)
            assert third.read().status == 200
        assert second.is_ended()
        first.send(HEALTH)
        assert first.read().status == 200
        assert server.count("evicted") == 1


def test_a_body_that_does_not_come_makes_room(kind: type[asyncio.Protocol]) -> None:
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(listening(kind, connections=3))
        clients = [stack.enter_context(server.connect()) for _ in range(3)]
        for client in clients[1:]:
            client.send(b"POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab")
        clients[0].send(HELD)
        server.app.arrived.acquire()
        wait_for(lambda: not server.idle())
        assert server.ask(HEALTH).status == 200
        assert clients[1].is_ended()
        server.let_go()
        assert clients[0].read().body == b"at last\n"


def test_no_room(kind: type[asyncio.Protocol]) -> None:
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(listening(kind, connections=10))
        clients = [stack.enter_context(server.connect()) for _ in range(10)]
        for client in clients:
            client.send(HELD)
            server.app.arrived.acquire()
        got = server.ask(HEALTH)
        check_parted(got, 503)
        assert got.headers["retry-after"] == "5"
        more = [stack.enter_context(server.connect()) for _ in range(5)]
        assert any(client.is_ended() for client in more)
        server.let_go()
        for client in clients:
            assert client.read().body == b"at last\n"


# Clients that leave


def test_half_closed_connection_gets_its_answer(kind: type[asyncio.Protocol]) -> None:
    with listening(kind, leaving=5) as server, server.connect() as client:
        client.send(HELD)
        server.app.arrived.acquire()
        client.finish()
        time.sleep(0.05)
        server.let_go()
        assert client.read().body == b"at last\n"
        assert client.is_ended()


def test_half_closed_connection_is_not_answered_for_ever(kind: type[asyncio.Protocol]) -> None:
    with listening(kind, leaving=0.2) as server, server.connect() as client:
        client.send(HELD)
        server.app.arrived.acquire()
        client.finish()
        assert client.is_ended()
        wait_for(lambda: server.count("closed") == 1)


def wait_for(condition: Callable[[], bool]) -> None:
    """Until something is so."""
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end, "it does not become so"
        time.sleep(0.01)
