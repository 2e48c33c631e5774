"""Connections of a real server: what is no request, slow clients, many clients."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from serving import Client, Running, running

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
    assert not [one for one in server.records() if one["status"] in (500, 503)]


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
        wait_for(lambda: any(one["outcome"] == "unread" for one in short.records()))
    assert not [one for one in short.records() if "logger" in one]


def test_slow_heads_do_not_shut_others_out(short: Running) -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(30):  # three times as many as there may be
            stack.enter_context(connect(short)).send(b"GET / HTTP/1.1\r\nHost")
        begun = time.monotonic()
        assert is_well(short)
        assert time.monotonic() - begun < 10


def wait_for(condition: Callable[[], bool]) -> None:
    """Until something is so."""
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end, "it does not become so"
        time.sleep(0.01)
