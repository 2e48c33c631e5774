"""Fixtures that several test files use: the small bundle, its stores, and real servers."""

from __future__ import annotations

import http.client
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from fixed_project import make_fixed_project
from hypothesis import settings

from ctgraph.store import project
from ctgraph.store.project import Bundle, locate
from ctgraph.store.store import Store, open_store

pytest_plugins = ["network_page"]

# An example that takes long on a busy machine is not wrong.
settings.register_profile("untimed", parent=settings(), deadline=None)
settings.load_profile("untimed")

MINI = Path(__file__).parent / "mini"


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Compiled graphs go to a folder of this test run, never to the user's cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CTGRAPH_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session", autouse=True)
def fixed_project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The first source alone: the project of every test that names none, and of its processes.

    So a source that is added changes no golden answer. Tests of what is bundled ask for
    `bundled_project`.
    """
    folder = make_fixed_project(tmp_path_factory.mktemp("fixed"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(project.ENVIRONMENT, str(folder))
        yield folder


@pytest.fixture
def bundled_project(monkeypatch: pytest.MonkeyPatch) -> Bundle:
    """The checkout's own project with all its sources, which no argument names in this test."""
    monkeypatch.delenv(project.ENVIRONMENT)
    return locate()


@pytest.fixture(scope="session")
def mini() -> Path:
    """The folder of the small bundle. Tests that change it copy it (`mini_copy`)."""
    return MINI


@pytest.fixture(scope="session")
def mini_bundle(mini: Path) -> Bundle:
    return locate(mini)


@pytest.fixture
def mini_copy(mini: Path, tmp_path: Path) -> Path:
    """A copy of the small bundle that a test may change."""
    return Path(shutil.copytree(mini, tmp_path / "mini"))


@pytest.fixture
def mini_store(mini: Path) -> Iterator[Store]:
    """The small bundle in memory."""
    with open_store(mini) as store:
        yield store


@pytest.fixture(scope="session")
def graph_store() -> Iterator[Store]:
    """The first source alone in memory; tests only read it."""
    with open_store() as store:
        yield store


@pytest.fixture(scope="session")
def mini_quads(mini: Path) -> bytes:
    """The compiled small bundle, merge included, as N-Quads."""
    with open_store(mini) as store:
        return "".join(f"{quad} .\n" for quad in store.quads()).encode()


ServeQuads = Callable[[bytes], str]


@pytest.fixture(scope="session")
def serve_quads() -> Iterator[ServeQuads]:
    """Starts an Oxigraph server on loopback with N-Quads in it; gives its query URL."""
    servers: list[subprocess.Popen[bytes]] = []

    def serve(quads: bytes) -> str:
        port = free_port()
        server = subprocess.Popen(
            [_oxigraph(), "serve", "--bind", f"127.0.0.1:{port}"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        servers.append(server)
        _send(server, port, quads)
        return f"http://127.0.0.1:{port}/query"

    yield serve
    for server in servers:
        server.kill()
        server.wait()


@pytest.fixture(scope="session")
def mini_endpoint(serve_quads: ServeQuads, mini_quads: bytes) -> str:
    """The query URL of an Oxigraph server that holds the small bundle."""
    return serve_quads(mini_quads)


class Handler(BaseHTTPRequestHandler):
    """A server that answers as a test says; requests are not logged."""

    def log_message(self, format: str, *args: object) -> None:
        pass

    def answer(self, status: int, content_type: str | None, body: bytes) -> None:
        self.send_response(status)
        if content_type is not None:
            self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def form(self) -> str:
        length = int(self.headers.get("Content-Length", "0"))
        return self.rfile.read(length).decode()


Misbehave = Callable[[Callable[[Handler], None]], str]


@pytest.fixture
def misbehave() -> Iterator[Misbehave]:
    """Starts a server on loopback that does to each request what a function says."""
    servers: list[ThreadingHTTPServer] = []

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            # A client that gives up in the middle is what some tests are about.
            if not isinstance(sys.exception(), OSError):
                super().handle_error(request, client_address)  # type: ignore[arg-type]

    def start(act: Callable[[Handler], None]) -> str:
        class Acting(Handler):
            def do_POST(self) -> None:
                act(self)

        server = Quiet(("127.0.0.1", 0), Acting)
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return f"http://127.0.0.1:{server.server_address[1]}/sparql"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def free_port() -> int:
    """A port on which nobody listened a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _oxigraph() -> str:
    beside = Path(sys.executable).with_name("oxigraph")
    found = str(beside) if beside.exists() else shutil.which("oxigraph")
    assert found, "the package oxigraph is not installed: pip install -e .[dev]"
    return found


def _send(server: subprocess.Popen[bytes], port: int, quads: bytes) -> None:
    for _ in range(200):
        assert server.poll() is None, "the Oxigraph server ended at once"
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request("PUT", "/store", quads, {"Content-Type": "application/n-quads"})
            response = connection.getresponse()
            response.read()
        except ConnectionRefusedError:
            time.sleep(0.05)
            continue
        finally:
            connection.close()
        assert response.status in (201, 204), response.status
        return
    raise AssertionError("the Oxigraph server does not listen")
