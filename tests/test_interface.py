"""The description of the interface: it names every path, and the service does what it says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from serving import Running, get, running

from ctgraph.service.settings import MODULES, read_routes
from ctgraph.service.sparql.openapi import OF_THE_PAGE, PAGES

MINI = Path(__file__).parent / "mini"
OWN = {"/healthz", "/readyz", "/metrics"}
METHODS = {"get", "post"}


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running("--project", str(MINI), "--timeout", "10") as server:
        yield server


@pytest.fixture(scope="module")
def document(server: Running) -> dict[str, Any]:
    got = server.ask("/openapi.json")
    assert got.status == 200
    assert got.headers["content-type"] == "application/json"
    found: dict[str, Any] = got.json
    return found


def test_every_route_is_described_or_is_a_page(document: dict[str, Any]) -> None:
    routes = {route.path for route in read_routes(MODULES)}
    assert set(PAGES) <= routes
    assert set(OF_THE_PAGE) <= routes
    described = set(document["paths"]) - OWN
    questions = {path for path in described if path.startswith("/ask/")}
    assert questions
    known = (described - questions) | set(PAGES) | set(OF_THE_PAGE) | {"/ask/{name}"}
    assert known == routes


def test_every_question_has_its_parameters(document: dict[str, Any]) -> None:
    for path in document["paths"]:
        if path.startswith("/ask/"):
            operation = document["paths"][path]["get"]
            names = [one["name"] for one in operation["parameters"]]
            assert len(names) == len(set(names))
            assert {"extension", "lang", "timeout"} <= set(names)


def test_what_it_refers_to_is_there(document: dict[str, Any]) -> None:
    def check(part: Any) -> None:
        if isinstance(part, dict):
            if "$ref" in part:
                found: Any = document
                for name in part["$ref"].removeprefix("#/").split("/"):
                    found = found[name]
            for one in part.values():
                check(one)
        elif isinstance(part, list):
            for one in part:
                check(one)

    check(document)


def test_it_names_where_it_is(server: Running, document: dict[str, Any]) -> None:
    assert document["servers"] == [{"url": server.url.rstrip("/")}]


# The service does what it says


def values(schema: dict[str, Any]) -> st.SearchStrategy[list[str]]:
    """Values of a parameter, as they stand in a URL: right ones and others."""
    if schema["type"] == "array":
        return st.lists(values(schema["items"]).map(lambda found: found[0]), max_size=2)
    right = st.sampled_from(schema["enum"]) if "enum" in schema else st.nothing()
    if schema["type"] == "number":
        right = st.floats(0.5, 20).map(str)
    samples = st.sampled_from(["UNODC", "ctd:jpn", "ASK {}", "SELECT * {?s ?p ?o} LIMIT 2", "3"])
    return st.one_of(right, right, samples, st.text(max_size=12)).map(lambda one: [one])


def requests(document: dict[str, Any]) -> st.SearchStrategy[tuple[str, str, str]]:
    """An operation of GET, its target, and what the client accepts."""

    @st.composite
    def draw_request(draw: st.DrawFn) -> tuple[str, str, str]:
        path = draw(
            st.sampled_from([path for path, on in document["paths"].items() if "get" in on])
        )
        operation = document["paths"][path]["get"]
        target, query = path, []
        for parameter in operation["parameters"]:
            name = parameter["name"]
            if parameter["in"] == "path":
                found = draw(values(parameter["schema"]))[0] or "x"
                target = target.replace(f"{{{name}}}", quote(found, safe="", errors="replace"))
            elif parameter["required"] or draw(st.booleans()):
                query += [(name, value) for value in draw(values(parameter["schema"]))]
        said = operation["responses"]["200"]["content"]
        accept = draw(st.sampled_from(["*/*", "text/html", *said]))
        return path, f"{target}?{urlencode(query, errors='replace')}", accept

    return draw_request()


def test_the_service_does_what_it_says(server: Running, document: dict[str, Any]) -> None:
    @settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
    @given(requests(document))
    def check(asked: tuple[str, str, str]) -> None:
        path, target, accept = asked
        got = server.ask(target, Accept=accept)
        responses = document["paths"][path]["get"]["responses"]
        assert str(got.status) in responses, (target, got)
        assert got.status < 500, (target, got)
        kind = got.headers.get("content-type", "").partition(";")[0]
        if got.status == 200:
            assert kind in responses["200"]["content"], (target, kind)
        elif got.status >= 400 and kind == "application/json":
            error = got.json
            assert error["ok"] is False
            assert error["status"] == got.status

    check()


def test_posts_as_it_says(server: Running, document: dict[str, Any]) -> None:
    operation = document["paths"]["/sparql"]["post"]
    for kind in operation["requestBody"]["content"]:
        said = urlencode({"query": "ASK {}"}) if "form" in kind else "ASK {}"
        got = server.ask("/sparql", method="POST", body=said.encode(), Content_Type=kind)
        assert got.status == 200
        assert str(got.status) in operation["responses"]
    assert server.ask(get("ASK { ?s ?p ?o }")).json["boolean"] is True
