"""The tools for assistants, over the protocol's own client and a real process."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from click.testing import CliRunner
from mcp import Client, StdioServerParameters

import ctgraph.service
from ctgraph.cli.app import cli
from ctgraph.service import make_server
from ctgraph.store import Store, open_store

Session = Callable[[Client], Awaitable[Any]]
ARGUMENTS = ["-m", "ctgraph", "mcp", "--rows", "5", "--timeout", "5"]


def in_process(store: Store, session: Session, *, limit: int = 50) -> Any:
    async def run() -> Any:
        async with Client(make_server(store, timeout=20, limit=limit)) as client:
            return await session(client)

    return asyncio.run(run())


def call(store: Store, tool: str, /, *, most: int = 50, **arguments: Any) -> Any:
    """What a tool answers; every claim that it names is among those it tells."""

    async def session(client: Client) -> Any:
        return await client.call_tool(tool, arguments)

    result = in_process(store, session, limit=most)
    if result.is_error:
        return result.content[0].text
    answer = result.structured_content
    named = {
        claim
        for part in ("rows", "triples", "found", "statements")
        for one in answer.get(part, ())
        for claim in one["claims"]
    }
    assert named <= set(answer.get("claims", {}))
    for claim in answer.get("claims", {}).values():
        assert claim["basis"] in ("stated", "inferred")
        assert claim["accordingTo"]
        assert claim["quote"] if claim["evidence"] == "quote" else claim["gloss"]
    return answer


@pytest.fixture(scope="module")
def store() -> Store:
    return open_store()


def test_the_tools_say_what_they_are(store: Store) -> None:
    async def session(client: Client) -> Any:
        return client.instructions, (await client.list_tools()).tools

    instructions, tools = in_process(store, session)
    assert "claims" in instructions
    assert [tool.name for tool in tools] == ["questions", "ask", "query", "find", "show", "why"]
    for tool in tools:
        assert tool.description
        assert tool.annotations.read_only_hint
        assert all("description" in one or "$ref" in one for one in properties(tool))


def properties(tool: Any) -> list[dict[str, Any]]:
    return list(tool.input_schema["properties"].values())


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_questions_lists_all(store: Store, lang: str) -> None:
    listed = call(store, "questions", lang=lang)["questions"]
    assert len(listed) > 50
    partners = next(one for one in listed if one["name"] == "partners")
    assert partners["params"]["actor"]["type"] == "actor"
    assert partners["title"] == ("ある主体の協力相手" if lang == "ja" else "Partners of an actor")


def test_ask_answers_with_claims(store: Store) -> None:
    answer = call(store, "ask", question="partners", params={"actor": "UNAFEI"})
    assert answer["total"] == len(answer["rows"])
    assert answer["complete"]
    row = answer["rows"][0]
    assert row["claims"]
    assert row["values"]["partner"]["name"].startswith("ctd:")
    japanese = call(store, "ask", question="partners", params={"actor": "UNAFEI"}, lang="ja")
    assert "出典：" in next(iter(japanese["claims"].values()))["accordingTo"]


def test_an_answer_that_is_cut_says_so(store: Store) -> None:
    answer = call(store, "query", most=3, sparql="SELECT ?x { ?x a ct:Claim }")
    assert (len(answer["rows"]), answer["complete"]) == (3, False)
    answer = call(store, "ask", question="actors")
    assert (len(answer["rows"]), answer["complete"]) == (20, False)


def test_query_takes_every_form_that_reads(store: Store) -> None:
    assert call(store, "query", sparql="ASK { ctd:jpn ct:cooperatesWith ctd:unodc }")["answer"]
    made = call(store, "query", sparql="CONSTRUCT { ?a ct:funds ?b } WHERE { ?a ct:funds ?b }")
    assert made["triples"]
    assert all(one["claims"] for one in made["triples"])
    assert "INSERT" in call(store, "query", sparql="INSERT DATA { <a:a> <a:b> <a:c> }")
    refused = call(store, "query", sparql="SELECT * { SERVICE <http://localhost/> { ?s ?p ?o } }")
    assert "SERVICE" in refused


def test_a_zero_does_not_pass_in_silence(store: Store) -> None:
    answer = call(store, "query", sparql="SELECT (SUM(?a) AS ?t) { ?c ct:amont ?a }")
    assert "ct:amount" in answer["warnings"][0]


def test_find_and_show_and_why(store: Store) -> None:
    assert call(store, "find", text="unodoc")["found"][0]["match"] == "likeness"
    shown = call(store, "show", name="GIFCT", lang="ja")
    assert shown["labels"]["en"] == "GIFCT"
    assert shown["complete"]
    why = call(store, "why", subject="Japan", predicate="ct:cooperatesWith", object="UNODC")
    assert why["inGraph"]
    assert why["rules"]
    assert why["claims"]
    none = call(store, "why", subject="GIFCT", predicate="ct:cooperatesWith", object="UNODC")
    assert (none["inGraph"], none["claims"]) == (False, {})
    claim = call(store, "why", subject="mofa-2024-a17")
    assert claim["says"]
    assert list(claim["claims"]) == ["ctd:mofa-2024-a17"]


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("ask", {"question": "partnrs"}, "Did you mean partners"),
        ("ask", {"question": "partners", "params": {"actor": "UNOCD"}}, "Did you mean"),
        ("ask", {"question": "partners", "params": {"actr": "UNODC"}}, "actor"),
        ("query", {"sparql": "SELEC"}, "Did you mean SELECT"),
        ("query", {"sparql": ""}, ""),
        ("find", {"text": " "}, "nothing to look for"),
        ("show", {"name": "no such thing"}, "unknown"),
        ("show", {"name": "GIFCT", "lang": "fr"}, "lang"),
        ("why", {"subject": "no such claim"}, "unknown"),
        ("ask", {}, "question"),
        ("ask", {"question": "partners", "limit": 0}, "limit"),
    ],
)
def test_what_cannot_be_answered_says_why(
    store: Store, name: str, arguments: dict[str, Any], said: str
) -> None:
    answer = call(store, name, **arguments)
    assert isinstance(answer, str)
    assert said in answer
    assert "Traceback" not in answer


def test_a_process_speaks_on_standard_input_and_output() -> None:
    server = StdioServerParameters(
        command=sys.executable, args=ARGUMENTS, env={**os.environ, "LC_ALL": "C.UTF-8"}
    )

    async def run() -> Any:
        async with Client(server) as client:
            asked = await client.call_tool("ask", {"question": "actors"})
            slow = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l } ORDER BY ?a ?f"
            stopped = await client.call_tool("query", {"sparql": slow})
            again = await client.call_tool("find", {"text": "GIFCT"})
            return asked, stopped, again

    asked, stopped, again = asyncio.run(run())
    assert len(asked.structured_content["rows"]) == 5
    assert stopped.is_error
    assert "stopped after 5 seconds" in stopped.content[0].text
    assert not again.is_error


def test_without_the_package_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mcp.server", None)
    monkeypatch.delitem(sys.modules, "ctgraph.service.mcp", raising=False)
    monkeypatch.delitem(vars(ctgraph.service), "make_server", raising=False)
    said = CliRunner().invoke(cli, ["mcp"], env={"LC_ALL": "C.UTF-8"})
    assert said.exit_code == 2
    assert "pip install 'mcp>=2'" in said.stderr
