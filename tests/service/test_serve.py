"""The command `ctgraph serve`: options that cannot mean anything, one answer without a port."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from ctgraph.cli.app import run

MINI = str(Path(__file__).parents[1] / "mini")


def serve(*options: str) -> int:
    return run(["serve", "--project", MINI, *options])


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--host", "no such host"), 2, "no such host"),
        (("--store", "/nowhere/at/all"), 3, "no such folder"),
        (("--store", "a", "--endpoint", "http://127.0.0.1/"), 2, "Name one of them"),
        (("--root-path", "graph"), 2, "like /graph"),
        (("--root-path", '/"><script>'), 2, "like /graph"),
        (("--root-path", "/a/../b"), 2, "like /graph"),
        (("--connections", "3"), 2, "connections"),
        (("--host-name", "https://example.org"), 2, "not the name of a host"),
        (("--host-name", "example.org:80"), 2, "not the name of a host"),
        (("--host-name", ""), 2, "not the name of a host"),
        (("--cors", "example.org"), 2, "not an origin"),
        (("--cors", "https://example.org/path"), 2, "not an origin"),
        (("--frame-ancestors", "example.org"), 2, "not an origin"),
        (("--frame-ancestors", "https://a.example; script-src *"), 2, "not an origin"),
        (("--frame-ancestors", "'none'"), 2, "not an origin"),
        (("--memory", "much"), 2, "Write it like 64M"),
        (("--workers", "1"), 2, "workers"),
        (("--timeout", "0"), 2, "timeout"),
        (("--log-file", "/nowhere/at/all"), 2, "--log-file"),
    ],
)
def test_options_that_cannot_be(
    options: tuple[str, ...],
    code: int,
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert serve("--port", "0", *options) == code
    error = capsys.readouterr().err
    assert said in error
    assert "Traceback" not in error


def test_port_that_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        assert serve("--port", str(other.getsockname()[1])) == 3
    assert "--port" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("path", "code", "said"),
    [
        ("/healthz", 0, "alive\n"),
        ("/readyz", 0, "ready\n"),
        ("/sparql?query=ASK { ?s ?p ?o }", 0, '"boolean":true'),
        ("/nowhere", 4, '"status": 404'),
        ("/sparql?query=ASK {", 4, '"status": 400'),
        ("/find?q=日本&lang=ja", 0, "日本"),
    ],
)
def test_one_answer(path: str, code: int, said: str, capfdbinary: pytest.CaptureFixture) -> None:  # type: ignore[type-arg]
    assert serve("--get", path) == code
    assert said in capfdbinary.readouterr().out.decode()


def test_one_answer_needs_a_path(capfd: pytest.CaptureFixture[str]) -> None:
    assert serve("--get", "nope") == 2
    said = capfd.readouterr()
    assert said.out == ""
    assert "--get nope: a path of the service begins with /. Write --get /ask" in said.err


@pytest.mark.parametrize(
    ("path", "way", "said"),
    [
        ("/id/unodc", "HTTP 303 leads to /id/unodc.html", "</h1>"),
        ("/ask/", "HTTP 308 leads to /ask", "</h1>"),
        ("/entity?iri=https://w3id.org/ctgraph/ontology%23Actor", "ontology.html#Actor", "</h1>"),
    ],
)
def test_one_answer_follows_a_redirection(
    path: str, way: str, said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert serve("--get", path, "--accept", "text/html", "-v") == 0
    found = capfd.readouterr()
    assert way in found.err
    assert "HTTP 200\n" in found.err
    assert said in found.out


def test_one_answer_with_its_headers(capfd: pytest.CaptureFixture[str]) -> None:
    path = "/sparql?query=ASK { ?s ?p ?o }"
    assert serve("--get", path, "--accept", "application/sparql-results+xml", "-v") == 0
    said = capfd.readouterr()
    assert "<boolean>true</boolean>" in said.out
    assert said.err.startswith("HTTP 200\n")
    assert "Content-Type: application/sparql-results+xml" in said.err
