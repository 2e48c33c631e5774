"""Real servers of `ctgraph serve` on loopback, for tests."""

from __future__ import annotations

import contextlib
import http.client
import json
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

import pytest

_START = "from ctgraph.cli.app import main; main()"
LIGHT = "SELECT ?x { ?x a ct:Claim } LIMIT 5"


class Response(NamedTuple):
    """An answer over HTTP; names of headers are lower-case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()


class Running:
    """A server that runs."""

    def __init__(self, process: subprocess.Popen[str], url: str, log: list[str]) -> None:
        self.process = process
        self.url = url
        self.log = log
        parts = urlsplit(url)
        self.host, self.port = str(parts.hostname), int(parts.port or 80)

    def connect(self, timeout: float = 60) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(self.host, self.port, timeout=timeout)

    def ask(
        self,
        path: str,
        *,
        method: str = "GET",
        body: bytes | None = None,
        timeout: float = 60,
        **headers: str,
    ) -> Response:
        """One exchange; underscores in the names of headers are hyphens."""
        connection = self.connect(timeout)
        try:
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, sent)
            got = connection.getresponse()
            fields = {name.lower(): value for name, value in got.getheaders()}
            return Response(got.status, fields, got.read())
        finally:
            connection.close()

    def query(self, text: str, *, timeout: float | None = None, **headers: str) -> Response:
        """The answer of the SPARQL endpoint, in a POST."""
        path = "/sparql" if timeout is None else f"/sparql?timeout={timeout}"
        said: Any = {"Content_Type": "application/sparql-query", **headers}
        return self.ask(path, method="POST", body=text.encode(), **said)

    def metric(self, line: str) -> float:
        """The value of a metric, with its labels as they are written; 0 if it is not there."""
        for said in self.ask("/metrics").text.splitlines():
            name, _, value = said.rpartition(" ")
            if name == line:
                return float(value)
        return 0.0

    def records(self) -> list[dict[str, Any]]:
        """What the log says so far."""
        return [json.loads(line) for line in list(self.log) if line.startswith("{")]

    def record(self, number: str) -> dict[str, Any]:
        """What the log says of a request, which may come after its answer."""
        end = time.monotonic() + 20
        while time.monotonic() < end:
            if found := [one for one in self.records() if one.get("id") == number]:
                (record,) = found
                return record
            time.sleep(0.01)
        raise AssertionError(f"the log has no record of {number}")

    def stop(self) -> int:
        """The exit code after SIGTERM."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


class Client:
    """A client that sends what it likes."""

    def __init__(self, address: tuple[str, int], receive_buffer: int = 0) -> None:
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(15)
        self.socket.connect(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = self.socket.makefile("rb")

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self.socket.close()

    def send(self, said: bytes) -> None:
        self.socket.sendall(said)

    def finish(self) -> None:
        """Say that nothing more comes, and keep listening."""
        self.socket.shutdown(socket.SHUT_WR)

    def read(self, method: str = "GET") -> Response:
        """The next answer; 1xx ones are passed over."""
        while True:
            line = self._file.readline()
            assert line.startswith(b"HTTP/1."), line
            status = int(line.split()[1])
            headers: dict[str, str] = {}
            for raw in iter(self._file.readline, b"\r\n"):
                assert raw, "the answer ends within its head"
                name, _, value = raw.decode("latin-1").partition(":")
                said = headers.get(name.lower())
                value = value.strip()
                headers[name.lower()] = value if said is None else f"{said}, {value}"
            if status >= 200:
                break
        if method == "HEAD" or status in (204, 304):
            return Response(status, headers, b"")
        return Response(status, headers, self._file.read(int(headers["content-length"])))

    def hears(self, seconds: float) -> bool:
        """Whether something comes within some time."""
        return bool(select.select([self.socket], [], [], seconds)[0])

    def rest(self) -> bytes:
        """All that still comes."""
        with contextlib.suppress(ConnectionResetError):
            return self._file.read()
        return b""

    def is_ended(self) -> bool:
        """Whether the service has ended the connection and sent nothing more."""
        try:
            return self._file.read(1) == b""
        except ConnectionResetError:
            return True


def get(text: str) -> str:
    """The path of a query as GET."""
    return f"/sparql?query={quote(text, safe='')}"


@contextlib.contextmanager
def running(*options: str, python_path: Path | None = None, before: str = "") -> Iterator[Running]:
    """A server with some options, on a free port; it is ended afterwards.

    Args:
        *options: Its options.
        python_path: Where more modules are.
        before: Python that runs first, to shorten times that no option sets.
    """
    import os

    environment = dict(os.environ)
    if python_path is not None:
        environment["PYTHONPATH"] = str(python_path)
    process = subprocess.Popen(
        [sys.executable, "-c", f"{before}\n{_START}", "serve", "--port", "0", *options],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        env=environment,
    )
    assert process.stderr is not None
    log: list[str] = []
    url = ""
    for line in process.stderr:
        log.append(line)
        record = json.loads(line) if line.startswith("{") else {}
        if record.get("event") == "serving":
            url = record["detail"]
            break
    if not url:
        process.wait()
        pytest.fail("the server did not start: " + "".join(log))

    def read() -> None:
        assert process.stderr is not None
        log.extend(process.stderr)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield Running(process, url, log)
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        reader.join()
        process.stderr.close()
