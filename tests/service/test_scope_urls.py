"""`source` and `as-of` in URLs: what is answered, where links lead, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pagetools import Markup, unpack_page
from serving import Response, Running, running

from ctgraph.errors import RequestError
from ctgraph.service.handler import SCOPE, Request
from ctgraph.service.scope import MOST_SOURCES, narrow
from ctgraph.service.settings import MODULES, read_routes
from ctgraph.store.memo import keep
from ctgraph.store.store import Store, open_store

COUNT = "query=SELECT+(COUNT(DISTINCT+%3Fx)+AS+%3Fn)+%7B+%3Fx+a/rdfs:subClassOf*+ct:Activity+%7D"


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    """`ctgraph serve` of the bundled graph."""
    with running("--workers", "3") as started:
        yield started


def page(response: Response) -> Markup:
    assert response.status == 200, response.text
    return Markup(response.text)


def test_what_is_asked_of_a_part_is_answered_from_it(server: Running) -> None:
    def count(scope: str) -> int:
        got = server.ask(f"/sparql?{COUNT}&format=json{scope}")
        return int(got.json["results"]["bindings"][0]["n"]["value"])

    assert count("&source=mofa-evaluation-2024") == count("")
    assert count("&as-of=2020") < count("&as-of=2022") < count("")
    posted = server.ask(
        "/sparql?as-of=2020&format=json",
        method="POST",
        body=COUNT.encode(),
        Content_Type="application/x-www-form-urlencoded",
    )
    assert int(posted.json["results"]["bindings"][0]["n"]["value"]) == count("&as-of=2020")


@pytest.mark.parametrize(
    "path",
    [
        *("id/unodc.html", "id/unodc.ttl", "find?q=unodc", "things", "things/Meeting"),
        *("ask", "ask/partners?actor=ctd:unodc", "ask/partners.csv?actor=ctd:unodc", "about"),
        *("networks", "networks/cooperation.html", "networks/chart-timeline.svg", ""),
        *("downloads", "downloads/ctgraph.nq", "downloads/CITATION.cff", "void.ttl"),
        *("concept/cybercrime.html", "graphs?default&format=ttl", "entity?iri=urn:x"),
    ],
)
def test_every_page_and_file_may_be_narrowed(server: Running, path: str) -> None:
    joint = "&" if "?" in path else "?"
    whole = server.ask(f"/{path}")
    part = server.ask(f"/{path}{joint}source=mofa-evaluation-2024&as-of=2022")
    assert part.status == whole.status
    tags = [got.headers.get("etag") for got in (whole, part)]
    assert tags[0] != tags[1] or tags == [None, None]
    if path == "networks/cooperation.html":
        assert "2022-12-31" in str(unpack_page(part.text.encode()))
    elif path.startswith(("networks/", "downloads/CITATION", "void", "about")):
        assert "2022-12-31" in part.text


def test_links_keep_the_scope_and_one_leads_out(server: Running) -> None:
    shown = page(server.ask("/id/unodc.html?source=mofa-evaluation-2024&as-of=2022&lang=en"))
    assert "as of 2022-12-31" in shown.text
    assert "All sources, any day" in shown.text
    hrefs = [where for tag, where in shown.links if tag == "a" and where.startswith("/")]
    kept = [one for one in hrefs if "source=mofa-evaluation-2024" in one and "as-of=2022" in one]
    assert any(one.startswith("/id/jpn") for one in kept)
    assert any(one.startswith("/ask?") for one in kept)
    assert "/id/unodc.html?lang=en" in hrefs
    # Pages about the ontology and the texts have no part.
    assert not any(one.startswith(("/ontology", "/source", "/query")) for one in kept)
    moved = server.ask("/id/unodc?as-of=2022", Accept="text/turtle")
    assert moved.headers["location"] == "/id/unodc.ttl?as-of=2022"
    assert "/id/unodc.nt?as-of=2022" in moved.headers["link"]
    japanese = page(server.ask("/id/unodc.html?as-of=2022&lang=ja"))
    assert "2022-12-31時点" in japanese.text


def test_the_list_of_graphs_leads_to_those_of_the_scope(server: Running) -> None:
    listed = server.ask("/graphs?as-of=2022", Accept="application/json").json
    urls = [listed["default"]["url"], *(one["url"] for one in listed["graphs"])]
    assert all(url.endswith("&as-of=2022") for url in urls)
    shown = page(server.ask("/graphs?as-of=2022&lang=en", Accept="text/html"))
    (whole,) = [where for _, where in shown.links if "default" in where]
    assert server.ask(whole, Accept="text/turtle").status == 200
    assert "as-of=2022" in whole


def test_the_form_carries_what_else_was_asked(server: Running) -> None:
    shown = page(server.ask("/ask/partners?actor=ctd:unodc&as-of=2022&row=1&lang=en"))
    fields = [(one.get("name"), one.get("value")) for tag, one in shown.elements if tag == "input"]
    assert ("actor", "ctd:unodc") in fields
    assert ("as-of", "2022") in fields
    assert ("row", "1") not in fields
    options = [one.get("value") for tag, one in shown.elements if tag == "option"]
    assert "kind:official" in options
    assert "mofa-evaluation-2024" not in options, "there may be hundreds of sources"
    assert ("source", None) in fields, "but each can be named"
    chosen = page(server.ask("/ask/partners?actor=ctd:unodc&source=mofa-evaluation-2024&lang=en"))
    kept = [one.get("value") for tag, one in chosen.elements if "selected" in one]
    assert "mofa-evaluation-2024" in kept
    whole = page(server.ask("/source/mofa-evaluation-2024?lang=en"))
    assert any(where.endswith("/?lang=en&source=mofa-evaluation-2024") for _, where in whole.links)


def test_a_question_with_such_a_parameter_keeps_it(server: Running) -> None:
    shown = page(server.ask("/ask/claims-per-section?source=ctd:mofa-evaluation-2024&lang=en"))
    assert "All sources, any day" not in shown.text
    both = page(server.ask("/ask/claims-per-section?source=ctd:iso-3166&as-of=2022&lang=en"))
    assert "As of 2022-12-31" in both.text


@pytest.mark.parametrize(
    ("scope", "said"),
    [
        ("source=nobody", "unknown source"),
        ("source=mofa-evaluation-2023", "mofa-evaluation-2024"),
        ("as-of=soon", "no date"),
        ("source=mofa-website", "no claim"),
        ("&".join(f"source=s{number}" for number in range(MOST_SOURCES + 1)), "51 sources"),
    ],
)
def test_mistakes_are_told(server: Running, scope: str, said: str) -> None:
    got = server.ask(f"/id/unodc.html?{scope}", Accept="application/json")
    assert got.status == 400
    assert said in got.json["error"] + got.json.get("hint", "")
    shown = server.ask(f"/id/unodc.html?{scope}&lang=ja", Accept="text/html")
    assert shown.status == 400


def test_empty_values_ask_for_the_whole(server: Running) -> None:
    assert "All sources" not in page(server.ask("/id/unodc.html?source=&as-of=&lang=en")).text


def test_the_description_names_them(server: Running) -> None:
    described = json.loads(server.ask("/openapi.json").text)["paths"]
    scoped = {route.path for route in read_routes(MODULES) if route.is_scoped}
    for path, methods in described.items():
        for operation in methods.values():
            named = {one["name"] for one in operation["parameters"]}
            if path in scoped or path.startswith("/ask/"):
                assert set(SCOPE) <= named, path
            else:
                assert "as-of" not in named, path


# --- in one process -----------------------------------------------------------------------------


def request(*query: tuple[str, str]) -> Request:
    return Request(path="/id/jpn.html", query=query)


def test_few_parts_stay_in_memory(mini: Path) -> None:
    with open_store(mini) as store:
        assert narrow(store, request()) is store
        first = narrow(store, request(("as-of", "2001")))
        assert narrow(store, request(("as-of", "2001-12"))) is first
        for year in range(2002, 2008):
            narrow(store, request(("as-of", str(year))))
            assert narrow(store, request(("as-of", "2001"))) is first
        kept: dict[object, Store] = keep(store, "scopes", dict)
        assert len(kept) == 3


def test_an_endpoint_is_not_narrowed(mini: Path, mini_endpoint: str) -> None:
    refused = pytest.raises(RequestError, match="endpoint")
    with open_store(mini, endpoint=mini_endpoint) as store, refused:
        narrow(store, request(("as-of", "2022")))
