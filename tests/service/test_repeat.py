"""A kept answer that the same bytes ask for again: it must differ in nothing but its number."""

from __future__ import annotations

import contextlib
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from serving import Client, Response, Running, get, running

MINI = Path(__file__).parents[1] / "mini"
PATH = get("SELECT ?x { ?x a ct:Claim } ORDER BY ?x LIMIT 3")
SEEN = 3  # times after which an answer is given again: made, kept, remembered
OWN = ("date", "x-request-id")


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running("--project", str(MINI), "--cors", "*") as server:
        yield server


def ask(path: str = PATH, *lines: str, version: str = "1.1") -> bytes:
    return "\r\n".join((f"GET {path} HTTP/{version}", "Host: localhost", *lines, "", "")).encode()


def connect(server: Running) -> Client:
    return Client((server.host, server.port))


def plain(got: Response) -> Response:
    headers = {name: value for name, value in got.headers.items() if name not in OWN}
    return got._replace(headers=headers)


def get_times(server: Running, said: bytes, times: int) -> list[Response]:
    got = []
    with connect(server) as client:
        for _ in range(times):
            client.send(said)
            got.append(client.read())
    return got


def hits(server: Running) -> float:
    return server.metric("ctgraph_kept_hits_total")


def test_the_same_bytes_get_the_same_answer(server: Running) -> None:
    got = get_times(server, ask(PATH, "Accept: text/csv"), 6)
    assert got[0].status == 200
    assert got[0].body.count(b"\r\n") == 4
    assert [plain(one) for one in got] == [plain(got[0])] * 6
    assert len({one.headers["x-request-id"] for one in got}) == 6
    assert all(one.headers["date"] for one in got)


def test_repeated_answers_are_logged_and_counted(server: Running) -> None:
    line = 'ctgraph_outcomes_total{outcome="kept"}'
    before, hit = server.metric(line), hits(server)
    got = get_times(server, ask(PATH, "Accept: text/tab-separated-values"), 6)
    assert server.metric(line) == before + 5
    assert hits(server) == hit + 5
    numbers = [one.headers["x-request-id"] for one in got]
    records = [server.record(number) for number in numbers]
    assert [said["outcome"] for said in records] == ["ok", *["kept"] * 5]
    for said in records[1:]:
        assert (said["path"], said["status"], said["rows"]) == ("/sparql", 200, 3)
        assert (said["client"], said["bytes"]) == ("127.0.0.1", len(got[0].body))


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (("Accept: application/sparql-results+xml",), 200),
        (("Accept: image/png",), 406),
        (("If-None-Match: *",), 304),
        (("Origin: http://elsewhere.example",), 200),
    ],
)
def test_other_headers_get_another_answer(
    server: Running, lines: tuple[str, ...], status: int
) -> None:
    get_times(server, ask(), SEEN)
    assert [one.status for one in get_times(server, ask(PATH, *lines), SEEN + 1)] == [status] * (
        SEEN + 1
    )


def test_half_a_request_waits_for_the_other(server: Running) -> None:
    said = ask()
    get_times(server, said, SEEN)
    with connect(server) as client:
        for cut in (4, 20, len(said) - 2):
            client.send(said[:cut])
            client.send(said[cut:])
            assert client.read().status == 200
        client.send(said)
        assert client.read().status == 200


def test_several_at_once_are_answered_in_turn(server: Running) -> None:
    first, other = ask(), ask("/healthz")
    get_times(server, first, SEEN)
    with connect(server) as client:
        client.send(first + other + first)
        got = [client.read() for _ in range(3)]
        assert [one.body == b"alive\n" for one in got] == [False, True, False]
        client.send(first)
        client.send(other)
        client.send(first)
        assert [client.read().body == b"alive\n" for _ in range(3)] == [False, True, False]


@pytest.mark.parametrize(
    "said", [ask(PATH, "Connection: close"), ask(PATH, version="1.0")], ids=["close", "1.0"]
)
def test_a_client_that_parts_is_parted_from(server: Running, said: bytes) -> None:
    for _ in range(SEEN + 1):
        with connect(server) as client:
            client.send(said)
            assert client.read().status == 200
            assert client.is_ended()


def test_a_body_is_never_taken_for_the_next_request(server: Running) -> None:
    inner = ask("/healthz")
    said = ask(PATH, f"Content-Length: {len(inner)}")
    # The service takes seconds to end a connection, so all are waited for together.
    with contextlib.ExitStack() as stack:
        clients = [stack.enter_context(connect(server)) for _ in range(SEEN + 1)]
        for client in clients:
            client.send(said)
            assert client.read().status == 200
            with contextlib.suppress(ConnectionError):
                client.send(inner)
        assert [client.is_ended() for client in clients] == [True] * (SEEN + 1)


def test_a_request_within_the_head_of_another_is_none(server: Running) -> None:
    said = ask()
    get_times(server, said, SEEN)
    with connect(server) as client:
        client.send(said + b"GET /healthz HTTP/1.1\r\nX-Rest: ")
        assert client.read().body != b"alive\n"
        client.send(said)
        assert client.read().body == b"alive\n"
        client.send(said)
        assert client.read().body != b"alive\n"


def test_one_who_asks_on_before_reading_gets_all(server: Running) -> None:
    path = get("SELECT * { ?s ?p ?o } LIMIT 500")
    said = ask(path)
    size = len(get_times(server, said, SEEN)[0].body)
    assert size > 30_000
    with Client((server.host, server.port), receive_buffer=4096) as client:
        before = hits(server)
        for _ in range(12):
            client.send(said)
        got = [len(client.read().body) for _ in range(12)]
        assert got == [size] * 12
        assert hits(server) == before + 12


def test_nothing_is_repeated_after_the_graph_changed(tmp_path: Path) -> None:
    project = shutil.copytree(MINI, tmp_path / "project")
    said = ask(get("SELECT ?l { ?x a ct:State ; skos:prefLabel ?l }"), "Accept: text/csv")
    with running("--project", str(project)) as server:
        before = get_times(server, said, SEEN + 1)[-1]
        assert b"Japan\r\n" in before.body
        (file,) = (project / "data" / "register").glob("*.trig")
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace('"Japan"@en', '"Nippon"@en'), encoding="utf-8")
        server.process.send_signal(signal.SIGHUP)
        while (after := get_times(server, said, 1)[0]).body == before.body:
            assert server.process.poll() is None
        assert b"Nippon\r\n" in after.body
        assert after.headers["etag"] != before.headers["etag"]
        assert get_times(server, said, SEEN)[-1].body == after.body


def test_a_service_that_keeps_nothing_repeats_nothing() -> None:
    with running("--project", str(MINI), "--cache", "0") as server:
        get_times(server, ask(), SEEN + 2)
        assert hits(server) == 0
