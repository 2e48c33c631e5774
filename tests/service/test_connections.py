"""Connections of a real server: what is no request, slow clients, many clients."""

from __future__ import annotations

import contextlib
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from serving import Client, Running, running

from ctgraph.service.http.connections import close_surplus

MINI = Path(__file__).parents[1] / "mini"
HEALTH = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
BODY = b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n"
SHORT = (
    "import ctgraph.service.run as run, ctgraph.service.http.app as app\n"
    "run.HEAD = 0.5; app._PATIENCE = 0.5"
)
"""Half a second in place of ten for a head, of thirty for a body or a piece of an answer."""


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running("--project", str(MINI)) as server:
        yield server


@pytest.fixture(scope="module")
def short() -> Iterator[Running]:
    options = ("--project", str(MINI), "--connections", "10", "--cache", "0")
    with running(*options, before=SHORT) as server:
        yield server


def connect(server: Running, receive_buffer: int = 0) -> Client:
    return Client((server.host, server.port), receive_buffer)


def is_well(server: Running) -> bool:
    return server.ask("/healthz").status == 200


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03garbage\r\n\r\n", 400),
        (b"GET /healthz\r\n\r\n", 400),
        (b"GET /healthz HTTP/9.9\r\nHost: localhost\r\n\r\n", 400),
        (b"GET /health z HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.1\r\nHost : x\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nA: b\0c\r\n\r\n", 400),
        (BODY + b"Content-Length: -1\r\n\r\n", 400),
        (BODY + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400),
        (b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: " + b"y" * 1_000_000 + b"\r\n\r\n", 431),
        (b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 200 + b"\r\n", 431),
        (b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: y\r\n\r\n", 400),
        (b"BREW /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", 405),
        (b"PROPFIND /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", 405),
    ],
)
def test_what_is_no_request(server: Running, said: bytes, status: int) -> None:
    with connect(server) as client:
        client.send(said)
        assert client.read().status == status
    assert is_well(server)


@pytest.mark.parametrize(
    "said",
    [
        HEALTH,
        b"GET /healthz HTTP/1.0\r\n\r\n",
        b"GET http://elsewhere/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /%68ealthz?a=%00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    ],
)
def test_what_is_a_request(server: Running, said: bytes) -> None:
    with connect(server) as client:
        client.send(said)
        got = client.read()
        assert got.status == 200, got
        assert got.body == b"alive\n"


def test_options_of_all(server: Running) -> None:
    with connect(server) as client:
        client.send(b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n")
        got = client.read()
        assert got.status == 204
        assert "GET" in got.headers["allow"]


PIECES = [
    *(b"GET ", b"POST ", b"HEAD ", b"OPTIONS ", b"/", b"/sparql", b"/healthz", b"*", b"//"),
    *(b" HTTP/1.1\r\n", b" HTTP/1.0\r\n", b" HTTP/2.0\r\n", b"\r\n", b"\r\n\r\n", b"\n", b"\r"),
    *(b"Host: localhost\r\n", b"Host: y\r\n", b"Content-Length: 3\r\n"),
    *(b"Content-Length: -3\r\n", b"abc"),
    *(b"Transfer-Encoding: chunked\r\n", b"3\r\nabc\r\n", b"0\r\n\r\n", b"fffffffffffffffff\r\n"),
    *(b"Connection: close\r\n", b"Connection: upgrade\r\n", b"Upgrade: h2c\r\n", b" : ", b"%00"),
    *(b"Expect: 100-continue\r\n", b"If-None-Match: *\r\n", b"\xff\xfe", b"\0", HEALTH),
]
"""Of what requests are made, and what should not be in them."""


@pytest.mark.parametrize("first", [b"", HEALTH[:-2], BODY])
def test_whatever_is_sent(server: Running, first: bytes) -> None:
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=5), max_size=12))
    def check(pieces: list[bytes]) -> None:
        with connect(server) as client:
            # It may have refused and closed before all is sent.
            with contextlib.suppress(OSError):
                client.send(b"".join((first, *pieces)))
                client.finish()
            said = client.rest()
        if said:
            status = int(said.split()[1])
            assert status < 500 or status in (501, 505), said

    check()
    assert is_well(server)
    assert not [one for one in server.records() if one.get("status") in (500, 503)]


# Bodies


def test_body_in_chunks_with_extensions_and_trailers(server: Running) -> None:
    body = b'3;a=1;b="c"\r\nASK\r\n3\r\n {}\r\n0\r\nHost: evil\r\nX-Late: 1\r\n\r\n'
    with connect(server) as client:
        client.send(BODY + b"Transfer-Encoding: chunked\r\n\r\n" + body + HEALTH)
        assert b"true" in client.read().body
        assert client.read().body == b"alive\n"


def test_client_that_waits_to_be_told_to_send(server: Running) -> None:
    expects = BODY + b"Expect: 100-continue\r\n"
    with connect(server) as client:
        client.send(expects + b"Content-Length: 6\r\n\r\n")
        assert client.socket.recv(100).startswith(b"HTTP/1.1 100 ")
        client.send(b"ASK {}")
        assert client.read().status == 200
    with connect(server) as client:
        client.send(expects + b"Content-Length: 9999999999\r\n\r\n")
        assert client.read().status == 413


def test_body_without_end_is_cut_off(server: Running) -> None:
    with connect(server) as client:
        client.send(BODY + b"Transfer-Encoding: chunked\r\n\r\n")
        with contextlib.suppress(OSError):
            for _ in range(200):
                client.send(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
        with contextlib.suppress(ConnectionResetError):  # it sends on, and may miss the answer
            assert client.read().status == 413
    assert is_well(server)


# Several requests


def test_answers_come_in_order(server: Running) -> None:
    with connect(server) as client:
        client.send(HEALTH + b"HEAD /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n" + HEALTH)
        assert client.read().body == b"alive\n"
        assert client.read("HEAD").headers["content-length"] == "6"
        assert client.read().body == b"alive\n"


# Clients that are slow


def test_nothing_is_sent(short: Running) -> None:
    with connect(short) as client:
        begun = time.monotonic()
        assert client.is_ended()
        assert time.monotonic() - begun < 5


@pytest.mark.parametrize("before", [b"", HEALTH])
def test_head_byte_by_byte(short: Running, before: bytes) -> None:
    with connect(short) as client:
        if before:
            client.send(before)
            assert client.read().status == 200
        begun = time.monotonic()
        with contextlib.suppress(OSError):
            for byte in HEALTH[:-1] * 100:
                client.send(bytes((byte,)))
                if client.hears(0.03):
                    break
        assert time.monotonic() - begun < 5
        assert client.rest() == b""


def test_body_that_does_not_come(short: Running) -> None:
    with connect(short) as client:
        client.send(BODY + b"Content-Length: 5\r\n\r\nab")
        got = client.read()
        assert got.status == 408
        assert got.json["ok"] is False
        assert client.is_ended()


def test_answer_that_is_not_taken(short: Running) -> None:
    with connect(short, receive_buffer=2048) as client:
        body = b"SELECT * { ?a ?b ?c . ?d ?e ?f }"
        client.send(BODY + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        wait_for(lambda: any(one.get("outcome") == "unread" for one in short.records()))
    assert not [one for one in short.records() if "logger" in one]


def test_slow_heads_do_not_shut_others_out(short: Running) -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(30):  # three times as many as there may be
            stack.enter_context(connect(short)).send(b"GET / HTTP/1.1\r\nHost")
        begun = time.monotonic()
        assert is_well(short)
        assert time.monotonic() - begun < 10


# A share for each address


Ends = list[tuple[socket.socket, socket.socket]]


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


@contextlib.contextmanager
def connected(listener: socket.socket, address: str, number: int) -> Iterator[Ends]:
    """Connections from an address: their clients' ends and ours."""
    with contextlib.ExitStack() as stack:
        ends = []
        for _ in range(number):
            client = stack.enter_context(socket.socket())
            client.bind((address, 0))
            client.connect(listener.getsockname())
            client.setblocking(False)
            ends.append((client, stack.enter_context(listener.accept()[0])))
        yield ends


def count_open(ends: Ends) -> int:
    def is_open(client: socket.socket) -> bool:
        try:
            return client.recv(1) != b""
        except BlockingIOError:
            return True

    return sum(is_open(client) for client, _ in ends)


@pytest.mark.skipif(sys.platform != "linux", reason="only there all of 127/8 is this machine")
def test_one_address_holds_a_share_when_connections_are_scarce(listener: socket.socket) -> None:
    port = listener.getsockname()[1]

    def close(most: int, busy: Ends, proxy: str = "") -> int:
        peers = {ours.getpeername() for _, ours in busy}
        return close_surplus(port, most, peers, lambda address: address == proxy)

    with (
        connected(listener, "127.0.0.2", 40) as many,
        connected(listener, "127.0.0.3", 4) as few,
    ):
        assert close(100, []) == 0  # there are enough for all
        assert close(80, many, proxy="127.0.0.2") == 0
        assert close(80, many[-15:]) == 20
        assert count_open(many) == 20
        assert count_open(many[-15:]) == 15  # the questions that are being answered
        assert count_open(few) == 4
        assert close(24, many) > 0  # nor do these keep more than the share
        assert count_open(many) <= 6
        assert count_open(few) == 4


@pytest.mark.skipif(sys.platform != "linux", reason="only there all of 127/8 is this machine")
def test_one_address_does_not_shut_others_out(short: Running) -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(10):
            held = stack.enter_context(socket.socket())
            held.bind(("127.0.0.2", 0))
            held.connect((short.host, short.port))
        assert is_well(short)
    wait_for(lambda: short.metric('ctgraph_worker_events_total{event="surplus"}') > 0)


def wait_for(condition: Callable[[], bool]) -> None:
    """Until something is so."""
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end, "it does not become so"
        time.sleep(0.01)
