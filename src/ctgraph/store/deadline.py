"""Queries in a process of their own, which can be killed when the time is up.

pyoxigraph knows no time limit: while it evaluates, nothing in the process can stop it. So a
query with a deadline runs in a child. A child made by `os.fork` has the graph in memory already
and costs a millisecond; where that is not safe or possible, a fresh interpreter opens the graph
from its files.

An answer comes back over a pipe: one byte that says what it is, eight bytes of length, and the
content. So a child that died half-way is not taken for one that had no more to say.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Callable
from types import FrameType
from typing import IO, Any

import pyoxigraph as ox

from ctgraph.errors import QueryError, QueryTimeout
from ctgraph.store.database import GraphFiles, reseed
from ctgraph.store.sparql.dataset import QueryDataset, Result, evaluate
from ctgraph.store.sparql.query import Query

LARGEST_ANSWER = 1 << 29
"""Bytes of an answer after which a query with a deadline is stopped (512 MiB)."""

_RESULTS, _TRIPLES = b"R", b"T"
_SYNTAX, _STORE, _HUGE = b"s", b"o", b"h"
_BLOCK = 1 << 16


class StoreUnreadable(RuntimeError):  # noqa: N818 - reads as the condition it names
    """The child could not open or read the graph; the caller knows what to say or do instead."""


def can_fork() -> bool:
    """Tell whether `os.fork` exists and is safe now: a lock held by another thread stays locked."""
    if not hasattr(os, "fork"):
        return False
    threading = sys.modules.get("threading")
    return threading is None or threading.active_count() == 1


def run_forked(
    open_store: Callable[[], ox.Store],
    query: Query,
    timeout: float,
    dataset: QueryDataset | None = None,
) -> Result:
    """Return the answer to a query, evaluated in a copy of this process.

    Args:
        open_store: Gives the graph, in the child. RocksDB must not have been opened in this
            process before if it opens one: its threads do not survive the fork.
        query: The query.
        timeout: Seconds after which the child is killed.
        dataset: The graphs that the query sees; None leaves that to the query.

    Raises:
        QueryTimeout: The time was up.
        QueryError: The child died, or its answer is too large.
        SyntaxError: pyoxigraph's, if the text is no query.
        StoreUnreadable: The graph could not be opened or read.
    """
    import time
    import warnings

    deadline = time.monotonic() + timeout
    reading, writing = os.pipe()
    release = _hold_interrupts()
    try:
        with warnings.catch_warnings():
            # Python 3.12 warns of threads that native libraries started; they hold no lock that
            # the child needs.
            warnings.simplefilter("ignore", DeprecationWarning)
            child = os.fork()
    except OSError as error:
        os.close(reading)
        os.close(writing)
        release()
        raise QueryError("query-process-not-started", strerror=error.strerror) from None
    if child == 0:
        # Only os._exit may end this branch: the parent's buffers and exit handlers are not ours.
        status = 1
        try:
            os.close(reading)
            _prepare_child(timeout)
            reseed()
            with os.fdopen(writing, "wb", _BLOCK) as stream:
                _serve(open_store, query, dataset, stream)
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    try:
        release()
        answer = _read_until(reading, deadline, timeout)
    finally:
        os.close(reading)
        _end_child(child)
    return _decode(answer)


def run_fresh(
    files: GraphFiles, query: Query, timeout: float, dataset: QueryDataset | None = None
) -> Result:
    """Return the answer to a query, evaluated by a fresh interpreter.

    Args:
        files: Where the graph is.
        query: The query.
        timeout: Seconds after which the process is killed, its start included.
        dataset: The graphs that the query sees; None leaves that to the query.

    Raises:
        QueryTimeout: The time was up.
        QueryError: The process died, or its answer is too large.
        SyntaxError: pyoxigraph's, if the text is no query.
        StoreUnreadable: The graph could not be opened or read.
    """
    import subprocess
    import time

    deadline = time.monotonic() + timeout
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    arguments = [str(timeout), "database" if files.is_database else "quads", files.path]
    release = _hold_interrupts()
    try:
        process = subprocess.Popen(
            [sys.executable, "-c", "from ctgraph.store.deadline import main; main()", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
    except OSError as error:
        release()
        raise QueryError("query-process-not-started", strerror=error.strerror) from None
    try:
        release()
        # Not `_read_until`: on Windows, where there is no fork, a pipe cannot be waited for.
        sent = f"{_said(dataset)}\n{query.text}".encode("utf-8", "surrogatepass")
        answer, _ = process.communicate(sent, max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        raise _timed_out(timeout) from None
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
    return _decode(answer)


def main() -> None:
    """Answer the query on standard input, as the process that `run_fresh` starts."""
    timeout, kind, path = sys.argv[1:]
    _prepare_child(float(timeout))
    said, _, text = sys.stdin.buffer.read().decode("utf-8", "surrogatepass").partition("\n")
    with contextlib.suppress(BrokenPipeError):
        files, query = GraphFiles(path, kind == "database"), Query(text)
        _serve(files.open, query, _heard(said), sys.stdout.buffer)
        sys.stdout.buffer.flush()
    # Closing the graph in order would only delay the end.
    os._exit(0)


def to_result(kind: str, data: bytes) -> Result:
    """Return the answer that serialised bytes hold, as pyoxigraph gives it.

    Args:
        kind: "json" or "xml" for SPARQL results, "ntriples" or "turtle" for triples.
        data: The bytes.

    Raises:
        SyntaxError: The bytes are cut off or of another format. Rows are parsed as they are read,
            so a fault may show only then.
    """
    if kind == "json":
        return ox.parse_query_results(data, ox.QueryResultsFormat.JSON)
    if kind == "xml":
        return ox.parse_query_results(data, ox.QueryResultsFormat.XML)
    # Only a query makes a QueryTriples.
    store = ox.Store()
    store.bulk_load(data, ox.RdfFormat.N_TRIPLES if kind == "ntriples" else ox.RdfFormat.TURTLE)
    result = store.query("CONSTRUCT WHERE { ?s ?p ?o }")
    assert isinstance(result, ox.QueryTriples)
    return result


class _Huge(Exception):  # noqa: N818 - never leaves this module
    """The answer is larger than may be sent."""


class _Bounded(io.BytesIO):
    """What is written to it, up to a limit."""

    def write(self, content: Any) -> int:
        if self.tell() + len(content) > LARGEST_ANSWER:
            raise _Huge
        return super().write(content)


def _prepare_child(timeout: float) -> None:
    import signal

    # Ctrl-C reaches the whole group; the parent decides and kills.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "setitimer"):
        # Should the parent be killed, nobody else would end an endless query.
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, timeout + 1)


def _said(dataset: QueryDataset | None) -> str:
    """Return a dataset in one line: IRIs hold no space, and a tab parts the two lists."""
    return "" if dataset is None else "\t".join(map(" ".join, dataset))


def _heard(line: str) -> QueryDataset | None:
    return QueryDataset(*(tuple(part.split()) for part in line.split("\t"))) if line else None


def _serve(
    open_store: Callable[[], ox.Store],
    query: Query,
    dataset: QueryDataset | None,
    stream: IO[bytes],
) -> None:
    """Write the answer to a query, or why there is none."""
    sink = _Bounded()
    try:
        result = evaluate(open_store(), query, dataset)
        if isinstance(result, ox.QueryTriples):
            result.serialize(sink, ox.RdfFormat.N_TRIPLES)
            kind = _TRIPLES
        else:
            result.serialize(sink, ox.QueryResultsFormat.JSON)
            kind = _RESULTS
        content = sink.getvalue()
    except _Huge:
        kind, content = _HUGE, b""
    except SyntaxError as error:
        kind, content = _SYNTAX, str(error.msg).encode("utf-8", "replace")
    except (OSError, RuntimeError, ValueError) as error:
        kind, content = _STORE, str(error).encode("utf-8", "replace")
    stream.write(kind + len(content).to_bytes(8, "big"))
    stream.write(content)


def _hold_interrupts() -> Callable[[], None]:
    """Hold Ctrl-C back while a child is started; what comes back lets it through again.

    Otherwise one that comes at that very moment would leave a child nobody knows of. Masking the
    signal would not do: RocksDB has threads, and any of them may receive it.
    """
    import signal

    before = signal.getsignal(signal.SIGINT)
    if not callable(before):
        return lambda: None
    held: list[FrameType | None] = []
    try:
        signal.signal(signal.SIGINT, lambda _, frame: held.append(frame))
    except ValueError:
        # Python interrupts only the main thread, and this is another.
        return lambda: None

    def release() -> None:
        signal.signal(signal.SIGINT, before)
        if held:
            before(signal.SIGINT, held[0])

    return release


def _read_until(descriptor: int, deadline: float, timeout: float) -> bytearray:
    """Return everything that a pipe gives until its end, or `QueryTimeout` at the deadline."""
    import select
    import time

    answer = bytearray()
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([descriptor], [], [], left)[0]:
            raise _timed_out(timeout)
        block = os.read(descriptor, _BLOCK)
        if not block:
            return answer
        answer += block


def _timed_out(timeout: float) -> QueryTimeout:
    return QueryTimeout("query-timed-out", timeout=timeout, seconds=timeout)


def _end_child(child: int) -> None:
    import signal

    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(child, 0)


def _decode(answer: bytes | bytearray) -> Result:
    kind, size, content = bytes(answer[:1]), int.from_bytes(answer[1:9], "big"), bytes(answer[9:])
    if not kind or len(content) != size:
        raise QueryError("query-process-died")
    if kind == _SYNTAX:
        raise SyntaxError(content.decode("utf-8"))
    if kind == _STORE:
        raise StoreUnreadable(content.decode("utf-8"))
    if kind == _HUGE:
        raise QueryError("answer-too-large", LARGEST_ANSWER=LARGEST_ANSWER >> 20)
    return to_result("ntriples" if kind == _TRIPLES else "json", content)
