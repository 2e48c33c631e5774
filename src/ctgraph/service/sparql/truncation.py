"""Answers that stop at a limit while they are written, and are cut behind their last whole row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import IO, NamedTuple, cast

import pyoxigraph as ox

from ctgraph.service.handler import Limits


class _Stopped(Exception):  # noqa: N818 - never leaves this module
    """A limit is passed; the engine need not go on."""


class _Sink:
    """A file that takes so much and no more.

    Args:
        limits: How much.
        mark: What stands in every row; None if rows cannot be counted while they come.
        count: Counts the rows of what came so far, if a value may hold the mark too.
    """

    def __init__(
        self,
        limits: Limits,
        mark: bytes | None = None,
        count: Callable[[bytes], int] | None = None,
    ) -> None:
        self._limits = limits
        self._mark = mark
        self._count = count
        self._parts: list[bytes] = []
        self._size = 0
        self._marks = 0
        self._enough = limits.rows + 1

    def write(self, part: bytes) -> int:
        part = bytes(part)
        self._parts.append(part)
        self._size += len(part)
        # A mark that falls between two parts is missed, so this stops late, never early.
        self._marks += part.count(self._mark) if self._mark else 0
        if self._size > self._limits.bytes or (self._marks > self._enough and self._has_enough()):
            raise _Stopped
        return len(part)

    def _has_enough(self) -> bool:
        if self._count is None:
            return True
        missing = self._limits.rows + 1 - self._count(self.content())
        # To count again for every few rows that are missing would take for ever.
        self._enough = self._marks + max(missing, self._limits.rows // 10)
        return missing < 0

    def flush(self) -> None:
        """Do nothing; files have it."""

    def content(self) -> bytes:
        return b"".join(self._parts)

    def is_full(self) -> bool:
        return self._size > self._limits.bytes


def write_within(
    write: Callable[[IO[bytes]], object],
    limits: Limits,
    mark: bytes | None,
    count: Callable[[bytes], int] | None = None,
) -> tuple[bytes, bool]:
    """Return what was written, and whether it was stopped.

    Args:
        write: Writes into a file.
        limits: How much.
        mark: What stands in every row; None if rows cannot be counted while they come.
        count: Counts the rows of what came so far, if a value may hold the mark too.
    """
    sink = _Sink(limits, mark, count)
    try:
        write(cast("IO[bytes]", sink))
    except _Stopped:
        return sink.content(), True
    return sink.content(), False


# --- rows in bytes ------------------------------------------------------------------------------
#
# In JSON no quote stands unescaped in a string, so `,{"` with a name behind it parts two rows; only
# rows without any value (`{}`) could also be text, and then strings are stepped over. In XML `<`
# is always markup. In TSV and N-Triples line breaks in values are escaped; in CSV they stand in
# quotes.

_JSON_START = b'"bindings":['
_JSON_NEXT = re.compile(rb',\{(?="[^},])')
_JSON_STRING_OR_NEXT = re.compile(rb'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|(,\{)', re.DOTALL)


def _json_ends(data: bytes) -> Iterator[int]:
    start = data.find(_JSON_START) + len(_JSON_START)
    if b",{}" in data or data.startswith(b"{}", start):
        found = _JSON_STRING_OR_NEXT.finditer(data, start)
        return (match.start(1) for match in found if match[1])
    return (match.start() for match in _JSON_NEXT.finditer(data, start))


def _json_count(data: bytes) -> int:
    start = data.find(_JSON_START) + len(_JSON_START)
    return 0 if data.startswith(b"]", start) else 1 + sum(1 for _ in _json_ends(data))


def _xml_ends(data: bytes) -> Iterator[int]:
    return (match.end() for match in re.finditer(rb"</result>", data))


def _line_ends(data: bytes) -> Iterator[int]:
    return (match.end() for match in re.finditer(rb"\n", data))


def _csv_ends(data: bytes) -> Iterator[int]:
    """Yield a line break ends a row if an even number of quotes stands before it."""
    position = 0
    is_open = False
    while (end := data.find(b"\n", position) + 1) > 0:
        is_open ^= data.count(b'"', position, end) % 2 == 1
        if not is_open:
            yield end
        position = end


def _csv_count(data: bytes) -> int:
    return sum(1 for _ in _csv_ends(data)) - 1 if b'"' in data else data.count(b"\n") - 1


class Layout(NamedTuple):
    """How rows stand in the bytes of a format.

    Attributes:
        mark: What stands in every row.
        count: The rows of a whole answer.
        ends: Where each row ends that another follows (JSON) or that is whole (else).
        start: What stands before the first row, or None for a line of its own.
        tail: What closes an answer.
        skipped: How many of `ends` belong to the head.
        is_sure: Whether the mark stands in no value.
    """

    mark: bytes
    count: Callable[[bytes], int]
    ends: Callable[[bytes], Iterator[int]]
    start: bytes
    tail: bytes = b""
    skipped: int = 0
    is_sure: bool = True


LAYOUTS = {
    ox.QueryResultsFormat.JSON: Layout(b',{"', _json_count, _json_ends, _JSON_START, b"]}}"),
    ox.QueryResultsFormat.XML: Layout(
        b"</result>",
        lambda data: data.count(b"</result>"),
        _xml_ends,
        b"<results>",
        b"</results></sparql>",
    ),
    ox.QueryResultsFormat.CSV: Layout(
        b"\n", _csv_count, _csv_ends, b"\n", skipped=1, is_sure=False
    ),
    ox.QueryResultsFormat.TSV: Layout(
        b"\n", lambda data: data.count(b"\n") - 1, _line_ends, b"\n", skipped=1
    ),
}
"""The layout of each format of tables."""

LINES = Layout(b"\n", lambda data: data.count(b"\n"), _line_ends, b"")
"""The layout of N-Triples and N-Quads."""


def cut(data: bytes, layout: Layout, limits: Limits) -> tuple[bytes, int]:
    """Return the rows of an answer that are whole within the limits, and how many they are.

    Args:
        data: The answer, which may have been stopped.
        layout: How rows stand in it.
        limits: How much of it.
    """
    data = data[: limits.bytes]
    ends = list(islice(layout.ends(data), layout.skipped, layout.skipped + limits.rows))
    end = ends[-1] if ends else data.find(layout.start) + len(layout.start)
    return data[:end] + layout.tail, len(ends)
