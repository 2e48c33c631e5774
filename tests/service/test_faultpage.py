"""What a visitor reads when something went wrong, from a real server, in both languages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape

import pytest
from serving import Running, running

from ctgraph.service.faults import Fault
from ctgraph.service.handler import Request
from ctgraph.service.pages.fault import fault_page

BAD = {
    "/nowhere": 404,
    "/asks": 404,
    "/ask/nope": 404,
    "/ask/partner": 404,
    "/ask/partners?acter=UNODC": 400,
    "/ask/partners?actor=nobody": 400,
    "/ask/partners?actor=Roma": 400,
    "/ask/activity-means?activity=UNODC": 400,
    "/ask/partners?actor=": 400,
    "/ask/partners?row=999": 404,
    "/ask/cooperation?minimum=x": 400,
    "/ask/partners.csv?actor=nobody": 400,
    "/ask/partners?timeout=x": 400,
    "/sparql?timeout=0.01&query=SELECT%20(COUNT(*)%20AS%20%3Fn)%20%7B%20%3Fa%20%3Fb%20%3Fc.%20%3Fd"
    "%20%3Fe%20%3Ff%20%7D": 504,
    "/id/nobody": 404,
    "/concept/nobody.html": 404,
    "/entity": 400,
    "/entity?iri=x%20y": 400,
    "/entity?iri=urn:x": 404,
    "/source/nope": 404,
    "/things/Nope": 404,
    "/things/Meeting?page=99": 404,
    "/networks/nope.html": 404,
    "/networks/nope.xyz": 404,
    "/networks?view=nope": 404,
    "/networks/cooperation.html?hops=x": 400,
    "/networks/cooperation.html?actor=nobody": 400,
    "/networks/cooperation.html?year=1066": 400,
    "/networks/cooperation.html?colour=red": 400,
    "/networks/cooperation.html?communities=1&backbone=1": 400,
    "/networks/story-nope.html": 404,
    "/networks/chart-nope.svg": 404,
    "/downloads/nope": 404,
    "/ontology.nope": 404,
    "/void.nope": 404,
    "/graphs?graph=urn:x": 404,
    "/graphs?graph=x": 400,
    "/graphs?graph=file:///etc/passwd": 403,
    "/graphs?default&graph=urn:x": 400,
    "/query?example=nope": 400,
    "/query/run": 405,
    "/sparql?query=SELEC%20*": 400,
    "/sparql?query=SELECT%20*%20%7B%20%3Fs%20%3Fp%20%7D": 400,
    "/sparql?query=SELECT%20*%20%7B%20%3Fs%20x:y%20%3Fo%20%7D": 400,
    "/sparql?query=ASK%20%7B": 400,
    "/sparql?query=DROP%20ALL": 403,
    "/sparql?query=ASK%20%7BSERVICE%20%3Curn:x%3E%20%7B%7D%7D": 403,
    "/sparql?query=ASK%7B%7D&query=ASK%7B%7D": 400,
    "/sparql?query=ASK%7B%7D&format=nope": 400,
    "/sparql?query=ASK%7B%7D&partial=x": 400,
    "/sparql?query=SELECT%20*%20%7B%20%3Fa%20%3Fb%20%3Fc.%20%3Fd%20%3Fe%20%3Ff.%20%3Fg%20%3Fh%20"
    "%3Fi%20%7D&format=csv": 403,
    "/sparql?query=ASK%7B%7D&default-graph-uri=x": 400,
    "/sparql?update=CLEAR%20ALL": 400,
    "/%ff": 400,
    "/static/nope.css": 404,
}
JAPANESE = re.compile("[ぁ-んァ-ヶ一-龠]")


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running("--rows", "1000") as started:
        yield started


def said_on(server: Running, path: str, lang: str) -> tuple[int, str, list[str]]:
    """Status, what the page says of the fault, and the links in it."""
    reply = server.ask(path, Accept="text/html", Accept_Language=lang)
    assert f'<html lang="{lang}">' in reply.text, path
    main = reply.text.partition("<main")[2].partition("</main>")[0]
    parts = re.findall(r"<(?:h1|p)\b[^>]*>(.*?)</(?:h1|p)>", main, re.DOTALL)
    if "<form" in main:
        parts = re.findall(
            r'<(?:p|div) class="?(?:error|notice bad)"?[^>]*>(?:<p>)?(.*?)</p>', main, re.DOTALL
        )
    text = "\n".join(
        re.sub("<[^>]+>", "", part) for part in parts if not re.search('class="?soft', part)
    )
    return reply.status, unescape(text), re.findall(r'<p[^>]*>.*?href="?([^"\s>]+)', main)


@pytest.mark.parametrize("path", BAD)
def test_a_fault_is_told_in_the_language_of_the_reader(server: Running, path: str) -> None:
    status, japanese, _ = said_on(server, path, "ja")
    assert status == BAD[path]
    for line in japanese.splitlines():
        assert JAPANESE.search(line), line
        bare = re.sub(r"「[^」]*」|<[^>]*>|\S+/\S+|[A-Z]{3,}", "", line)
        assert not re.search(r"\b[a-z]+ [a-z]+ [a-z]+\b", bare), line
    status, english, links = said_on(server, path, "en")
    assert status == BAD[path]
    assert not JAPANESE.search(english.replace("令和5年度", "")), english
    for said in (japanese, english):
        assert not re.search(r"\bctgraph [a-z]|--[a-z]", said), said
    for link in links:
        if "query=" not in link:
            assert server.ask(unescape(link), Accept="text/html").status == 200, link


def test_a_question_takes_a_time_limit(server: Running) -> None:
    assert server.ask("/ask/partners?timeout=20", Accept="text/html").status == 200


def test_machines_read_what_they_always_read(server: Running) -> None:
    for path in ("/ask/nope?lang=ja", "/sparql?query=SELEC&lang=ja"):
        said = server.ask(path, Accept="*/*").json
        assert not JAPANESE.search(said["error"])
        assert said["ok"] is False


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/query/run", {"query": "SELECT * { ?s ?p }"}, 400),
        ("/query/run", {"query": "INSERT DATA { <urn:a> <urn:b> 1 }"}, 403),
        ("/query/run", {"query": ""}, 400),
        ("/query/run", [], 400),
        ("/query/format", {"query": "ASK {"}, 400),
        ("/query/evidence", {"query": "ASK {}", "row": {"x": {"a": 1}}}, 400),
        ("/query/evidence", {"query": "SELECT ?a { ?a ?b ?c }", "row": {"x": {"iri": "u:x"}}}, 400),
    ],
)
def test_the_query_page_hears_it_in_its_language(
    server: Running, path: str, body: object, status: int
) -> None:
    for lang in ("ja", "en"):
        reply = server.ask(
            f"{path}?lang={lang}",
            method="POST",
            body=json.dumps(body).encode(),
            Content_Type="application/json",
            Accept="application/json",
        )
        assert reply.status == status
        for key in ("error", "hint"):
            said = reply.json.get(key, "")
            assert bool(JAPANESE.search(said)) is (lang == "ja" and bool(said)), said


def test_the_page_has_the_frame_and_leads_on(server: Running) -> None:
    page = server.ask("/ask/nope?lang=ja", Accept="text/html").text
    assert 'href="/ask?lang=ja"' in page
    assert 'href="/ask/nope?lang=en"' in page
    assert "<nav" in page
    assert "role=search" in page
    broken = server.ask("/sparql?query=SELEC&lang=ja", Accept="text/html").text
    assert 'href="/query?lang=ja&amp;query=SELEC"' in broken


def test_below_another_path_hints_lead_there() -> None:
    with running("--root-path", "/graph", "--rows", "10") as started:
        said = started.ask("/graph/ask/nope", Accept="*/*").json
        assert said["hint"] == "The page /graph/ask lists them."
        page = started.ask("/graph/ask/nope", Accept="text/html").text
        assert "The page <a href=/graph/ask>Questions</a> lists them." in page
        page = started.ask("/graph/qery", Accept="text/html").text
        assert "Did you mean <a href=/graph/query>SPARQL</a>?" in page
        assert started.ask("/graph/zzzzzz/", Accept="*/*").status == 404
        page = started.ask("/graph/zzzzzz", Accept="text/html", Accept_Language="ja").text
        assert '<a href="/graph/">トップ</a> のページから' in page


def test_a_message_without_japanese_is_marked_as_english() -> None:
    fault = Fault(400, "the <moon> is not made of cheese.", "Look up.")
    page = fault_page(fault, Request(lang="ja"), "1")
    assert '<p class="notice bad" lang="en">The &lt;moon&gt; is not made of cheese.</p>' in page
    assert "リクエストを解釈できません" in page
