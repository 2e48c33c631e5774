"""Hostile questions: each ends in time, with a clear answer, and hurts nobody else."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hostile_queries import HOSTILE
from serving import LIGHT, Response, Running, get, running

SECONDS = 3.0

DEEP = {
    "parentheses": "SELECT * { FILTER(" + "(" * 20_000 + "1" + ")" * 20_000 + ") }",
    "groups": "SELECT * " + "{" * 20_000 + "}" * 20_000,
    "negations": "SELECT * { FILTER(" + "!" * 50_000 + "true) }",
    "path": "ASK { ?a " + "(" * 20_000 + "ct:x" + ")*" * 20_000 + " ?b }",
    "sums": "SELECT (" + "1+" * 50_000 + "1 AS ?x) {}",
    "selects": "SELECT * {" + "{ SELECT * " * 5_000 + "{}" + "}" * 5_000 + "}",
    "lists": "ASK { ?a ?b " + "(" * 20_000 + ")" * 20_000 + " }",
    "brackets": "ASK { ?a ?b " + "[ ct:x " * 20_000 + "1" + "]" * 20_000 + " }",
}


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running(
        "--timeout", str(SECONDS), "--memory", "256M", "--cache", "0", "--rows", "1000"
    ) as server:
        yield server


def check_ended(response: Response, seconds: float) -> None:
    assert response.status in (200, 403, 503, 504, 507), response.text[:300]
    # Generous, for the machine may be busy: what counts is that it is not endless.
    assert seconds < SECONDS + 5
    if response.status >= 400:
        said = response.json
        assert said["ok"] is False
        assert said["status"] == response.status
        assert said["error"]
        assert "Traceback" not in response.text


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_question_ends(server: Running, name: str) -> None:
    begun = time.monotonic()
    response = server.query(HOSTILE[name], timeout=1)
    check_ended(response, time.monotonic() - begun)
    assert server.query(LIGHT).status == 200


@pytest.mark.parametrize("name", DEEP)
def test_deep_question_is_refused(server: Running, name: str) -> None:
    response = server.query(DEEP[name])
    assert response.status in (200, 400, 503, 504, 507), response.text[:300]
    assert server.query(LIGHT).status == 200


def test_hostile_crowd_leaves_light_questions_alone(server: Running) -> None:
    path = get(LIGHT)

    def measure(count: int) -> list[float]:
        connection = server.connect()
        found = []
        for _ in range(count):
            begun = time.monotonic()
            connection.request("GET", path)
            got = connection.getresponse()
            got.read()
            assert got.status == 200
            found.append(time.monotonic() - begun)
        connection.close()
        return found

    def crowd() -> float:
        with ThreadPoolExecutor(50) as clients:
            times = [time for part in clients.map(measure, [20] * 50) for time in part]
        return statistics.median(times)

    crowd()
    alone = crowd()
    answers: list[tuple[Response, float]] = []

    def attack(text: str) -> None:
        begun = time.monotonic()
        answers.append((server.query(text), time.monotonic() - begun))

    attackers = [threading.Thread(target=attack, args=(text,)) for text in HOSTILE.values()]
    for attacker in attackers:
        attacker.start()
    among = crowd()
    for attacker in attackers:
        attacker.join()
    assert len(answers) == len(HOSTILE)
    for response, seconds in answers:
        check_ended(response, seconds)
    # Measured: 1.7 to 2.7. The bound leaves room for a machine that others use too.
    assert among < 10 * alone


def test_pictures_leave_light_questions_alone(server: Running) -> None:
    views = ("everything", "activities", "goals", "cooperation", "plans")
    paths = [f"/networks/{view}.svg" for view in views]
    found: list[Response] = []

    def visit(path: str) -> None:
        found.append(server.ask(path))

    crowd = [threading.Thread(target=visit, args=(path,)) for path in paths]
    for visitor in crowd:
        visitor.start()
    # There are more pictures than slow places, and all who wait are in that queue.
    while server.metric('ctgraph_waiting{pool="slow"}') == 0:
        assert len(found) < len(paths), "none waited"
    for _ in range(20):
        assert server.query(LIGHT, timeout=2).status == 200
    assert server.metric('ctgraph_waiting{pool="quick"}') == 0
    for visitor in crowd:
        visitor.join()
    assert len(found) == len(paths)
    assert {response.status for response in found} <= {200, 503, 504}


def test_too_many_rows_are_refused_or_marked(server: Running) -> None:
    text = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
    table = server.query(text, Accept="text/csv")
    assert table.status == 403
    marked = server.query(text, Accept="application/sparql-results+json")
    assert marked.status == 200
    assert marked.headers["x-ctgraph-partial"] == "rows"


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://127.0.0.1:1/> { ?a ?b ?c } }",
        "SELECT * { SERVICE SILENT ?x { ?a ?b ?c } }",
        "SELECT * FROM <file:///etc/passwd> { ?a ?b ?c }",
        "LOAD <file:///etc/passwd>",
        "INSERT DATA { <http://e/a> <http://e/b> 1 }",
        "DROP ALL",
    ],
)
def test_what_reaches_beyond_the_graph_is_refused(server: Running, text: str) -> None:
    response = server.query(text)
    if response.status == 200:  # a graph that is not there is empty
        assert response.json["results"]["bindings"] == []
    else:
        assert response.status in (400, 403)
