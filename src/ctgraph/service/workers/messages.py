"""How orders and answers are packed on their way between the front and a worker.

A frame is two lengths, a head and a body. What many answers have in common is packed and read once
and then remembered, for on a light question this costs more than the engine does.
"""

from __future__ import annotations

import json
import pickle
import struct
from functools import lru_cache
from typing import Any, NamedTuple

from ctgraph.service.handler import Limits, Request

LENGTHS = struct.Struct("!IQ")
"""How long the head and the body of a frame are."""

_FIGURES = struct.Struct("!qd?12s")
_REMEMBERED = 256


class Order(NamedTuple):
    """What a worker is asked.

    Attributes:
        handler: The function, as ``package.module:function``.
        request: What it is called with.
        limits: What the answer may take.
        zips: Whether the client reads gzip.
    """

    handler: str
    request: Request
    limits: Limits
    zips: bool = False

    def pack(self) -> bytes:
        """The order as it travels."""
        # Plain tuples: to name the classes takes longer than all the rest.
        packed = self.handler, tuple(self.request), tuple(self.limits), self.zips
        return pickle.dumps(packed, 5)


def read_order(data: bytes | bytearray) -> Order:
    """The order that `Order.pack` packed.

    Args:
        data: What came from our own front; from anywhere else it must not be read.
    """
    handler, request, limits, zips = pickle.loads(data)
    return Order(handler, Request._make(request), Limits._make(limits), zips)


class Head(NamedTuple):
    """What a worker says about the body of an answer; many answers have the same.

    Attributes:
        status: The HTTP status.
        type: The media type.
        headers: Further headers.
        partial: Whether a limit cut it.
        keep: Whether the same question has the same answer while the graph is the same.
        zipped: Whether the body is gzip.
    """

    status: int
    type: str
    headers: tuple[tuple[str, str], ...]
    partial: bool
    keep: bool
    zipped: bool


class Figures(NamedTuple):
    """What is an answer's own.

    Attributes:
        rows: Rows or triples, or None.
        work: Seconds of processor time that the worker took since it began.
        is_tired: Whether the worker should be replaced.
        digest: A hash of the body before gzip, 12 bytes.
    """

    rows: int | None
    work: float
    is_tired: bool
    digest: bytes


class Answer(NamedTuple):
    """What a worker answered.

    Attributes:
        head: What is said about the body.
        rows: Rows or triples, or None.
        digest: A hash of the body before gzip, 12 bytes.
        body: The body, as it travels.
    """

    head: Head
    rows: int | None
    digest: bytes
    body: bytes


def pack_head(answer: Answer, work: float, *, is_tired: bool) -> bytes:
    """The head of the frame of an answer.

    Args:
        answer: The answer.
        work: Seconds of processor time that the worker took since it began.
        is_tired: Whether the worker should be replaced.
    """
    rows = -1 if answer.rows is None else answer.rows
    return _FIGURES.pack(rows, work, is_tired, answer.digest) + _write_head(answer.head)


def read_head(data: bytes) -> tuple[Head, Figures] | dict[str, Any]:
    """The head of the frame of an answer; any other frame has an object of JSON for a head.

    Args:
        data: What came from a worker.
    """
    if data.startswith(b"{"):
        said: dict[str, Any] = json.loads(data)
        return said
    rows, work, is_tired, digest = _FIGURES.unpack_from(data)
    figures = Figures(None if rows < 0 else rows, work, is_tired, digest)
    return _read_head(data[_FIGURES.size :]), figures


@lru_cache(maxsize=_REMEMBERED)
def _write_head(head: Head) -> bytes:
    return json.dumps(head).encode()


@lru_cache(maxsize=_REMEMBERED)
def _read_head(data: bytes) -> Head:
    status, kind, headers, partial, keep, zipped = json.loads(data)
    pairs = tuple((str(name), str(value)) for name, value in headers)
    return Head(status, kind, pairs, partial, keep, zipped)
