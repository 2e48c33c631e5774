"""Handlers that behave as handlers should not, for tests of the service."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
from typing import NoReturn

import pyoxigraph

from ctgraph.errors import DataError, RequestError, UnknownName
from ctgraph.service.handler import Limits, Reply, Request, Route
from ctgraph.store.store import Store

ROUTES = [
    Route("/echo", "handlers:echo", ("GET", "HEAD", "POST"), reads_body=True),
    Route("/echo/{name}", "handlers:echo"),
    Route("/wait", "handlers:wait", ("POST",), reads_body=True),
    Route("/crash", "handlers:crash"),
    Route("/die/{signal}", "handlers:die"),
    Route("/sleep", "handlers:sleep"),
    Route("/slow", "handlers:slow"),
    Route("/big", "handlers:big"),
    Route("/bad/{kind}", "handlers:refuse"),
    Route("/header", "handlers:header"),
    Route("/fleeting", "handlers:fleeting"),
]

pyoxigraph.BlankNode()  # a random number, so that workers are made with a state of them

SECRET = "the inner life of the service"


def echo(store: Store, request: Request, limits: Limits) -> Reply:
    said = repr((request, limits)).encode()
    return Reply(said, "text/plain; charset=utf-8", rows=1)


def wait(store: Store, request: Request, limits: Limits) -> Reply:
    time.sleep(1)
    return Reply(b"", "text/plain", may_keep=False)


def crash(store: Store, request: Request, limits: Limits) -> NoReturn:
    raise ZeroDivisionError(SECRET)


def die(store: Store, request: Request, limits: Limits) -> NoReturn:
    os.kill(os.getpid(), int(request.values["signal"]))
    signal.pause()
    raise AssertionError


def sleep(store: Store, request: Request, limits: Limits) -> Reply:
    time.sleep(float(request.get("seconds", "60")))
    return Reply(f"{os.getpid()}".encode(), "text/plain", may_keep=False)


def slow(store: Store, request: Request, limits: Limits) -> Reply:
    time.sleep(float(request.get("seconds")))
    may_keep = request.get("keep") == "yes"
    return Reply(os.urandom(8).hex().encode(), "text/plain", may_keep=may_keep)


def burn(store: Store, request: Request, limits: Limits) -> Reply:
    end = time.process_time() + float(request.get("seconds"))
    while time.process_time() < end:
        pass
    return Reply(b"", "text/plain", may_keep=False)


def modules(store: Store, request: Request, limits: Limits) -> Reply:
    return Reply(" ".join(sys.modules).encode(), "text/plain", may_keep=False)


def leave(store: Store, request: Request, limits: Limits) -> Reply:
    return Reply(tempfile.mkdtemp().encode(), "text/plain", may_keep=False)


def big(store: Store, request: Request, limits: Limits) -> Reply:
    return Reply(b"x" * int(request.get("size")), "application/octet-stream")


def refuse(store: Store, request: Request, limits: Limits) -> NoReturn:
    kind = request.values["kind"]
    if kind == "data":
        raise DataError(f"/secret/place/file.trig:3: {SECRET}.")
    if kind == "status":
        raise RequestError("<b>no</b>.", status=415, headers=[("X-Why", "because")])
    if kind == "elsewhere":
        raise UnknownName("parameter", "other")
    raise UnknownName("thing", kind, ["this"])


def header(store: Store, request: Request, limits: Limits) -> Reply:
    value = request.get("value")
    return Reply(b"", headers=[("X-Value", value), ("Bad Name:", "x")])


def fleeting(store: Store, request: Request, limits: Limits) -> Reply:
    return Reply(os.urandom(8).hex().encode(), "text/plain", may_keep=False)
