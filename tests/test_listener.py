"""What happens on a connection before there is a request: refusals, bounds, strange clients."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator

import pytest
from listening import Listening, Response, listening
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
