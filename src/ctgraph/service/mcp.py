"""Tools for assistants over the Model Context Protocol: answers that carry their claims.

Whatever a tool says stands beside the claims it rests on, each with its words (or, where a page may
not be reprinted, a gloss of ours), the source, the place in it and its date, so that an assistant
says only what somebody can check. Nothing is written, and no other server is asked.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any, Literal

import pyoxigraph as ox
from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field

from ctgraph.errors import CtgraphError
from ctgraph.query import Table, ask, describe_scope, read_questions, run_query
from ctgraph.query.diagnostics import find_silent
from ctgraph.query.entities import describe_entity, find, resolve
from ctgraph.query.evidence import (
    ClaimEvidence,
    RowEvidence,
    attribute,
    find_evidence_of_rows,
    find_triple_evidence,
    kind_of,
    load_claims,
)
from ctgraph.store.sparql import Query
from ctgraph.terms import CT, shorten
from ctgraph.version import __version__

if TYPE_CHECKING:
    from ctgraph.store import Store

INSTRUCTIONS = """\
A knowledge graph of who cooperates with whom against terrorism and organised crime. Every answer
carries the claims it rests on: `quote` holds words of the source, `gloss` is a summary by the
curators, `accordingTo` names publisher, source, place and date, `basis` says whether the source
states it or whether it is inferred. Say only what a claim supports, and name its source. Where
`disputed` or a note says that sources differ or that something is not known, say so too. An empty
answer means that no source in the graph says it, not that it is not so. Start with `questions` and
`find`; write SPARQL with `query` only when no named question fits."""
_ROWS = 20
_QUICK = 1.0
_STATEMENTS = 100

Language = Annotated[Literal["en", "ja"], Field(description="Language of labels and glosses.")]
Name = Annotated[str, Field(description="A name, acronym, CURIE or IRI, in English or Japanese.")]
Rows = Annotated[int, Field(ge=1, description="Rows at most; an operator may allow fewer.")]
Question = Annotated[str, Field(description="Name or title of a named question.")]
Params = Annotated[
    dict[str, str] | None, Field(description="Values by parameter, such as {'actor': 'UNODC'}.")
]
Sparql = Annotated[str, Field(description="A query; the prefixes of the graph are declared.")]
Text = Annotated[str, Field(description="Words to look for, in English or Japanese.")]
Property = Annotated[str, Field(description="A property such as ct:cooperatesWith.")]
Answer = dict[str, Any]


def make_server(store: Store, *, timeout: float, limit: int) -> MCPServer[Any]:
    """Return the server; its ``run()`` speaks on standard input and output until they end.

    Args:
        store: The graph that is asked.
        timeout: Seconds that one question may take.
        limit: Rows of one answer at most.
    """
    server: MCPServer[Any] = MCPServer("ctgraph", version=__version__, instructions=INSTRUCTIONS)
    hints = ToolAnnotations(
        read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
    )
    tools = _Tools(store, timeout, limit)
    for tool in (tools.questions, tools.ask, tools.query, tools.find, tools.show, tools.why):
        server.tool(annotations=hints)(_telling_errors(tool))
    return server


def _telling_errors(tool: Callable[..., Awaitable[Answer]]) -> Callable[..., Awaitable[Answer]]:
    """Return a tool that says an error of ours to the assistant, which can mend what it asked."""

    @wraps(tool)
    async def told(*args: Any, **given: Any) -> Answer:
        try:
            return await tool(*args, **given)
        except CtgraphError as error:
            raise ToolError(error.say(given.get("lang", "en"))) from error

    return told


class _Tools:
    """The tools; coroutines, so that they run one after the other in the thread of the graph."""

    def __init__(self, store: Store, timeout: float, limit: int) -> None:
        self._store = store
        self._timeout = timeout
        self._limit = limit

    async def questions(self, lang: Language = "en") -> Answer:
        """List the named questions: what each answers, and its parameters."""
        listed = [
            {
                "name": one.name,
                "title": one.title[lang],
                "description": one.description[lang],
                "params": {
                    name: {
                        "label": param.label[lang],
                        "type": param.type,
                        "optional": param.optional or bool(param.default),
                    }
                    for name, param in one.params.items()
                },
            }
            for one in read_questions(self._store.bundle).values()
        ]
        return {"questions": listed}

    async def ask(
        self,
        question: Question,
        params: Params = None,
        lang: Language = "en",
        limit: Rows = _ROWS,
    ) -> Answer:
        """Answer a named question; every row comes with the claims behind it."""
        table = ask(self._store, question, params or {}, lang, self._timeout, self._limit)
        return self._rows(table, limit, lang)

    async def query(self, sparql: Sparql, lang: Language = "en", limit: Rows = _ROWS) -> Answer:
        """Answer a SPARQL query; every row or triple comes with the claims behind it."""
        began = time.monotonic()
        answer = run_query(self._store, sparql, self._timeout, self._limit, lang)
        # A time limit costs a process for each step; what is quick needs none for its evidence.
        timeout = self._timeout if time.monotonic() - began > _QUICK else None
        asked = Query(sparql)
        silent = find_silent(self._store, asked, lang)
        warned = {"warnings": [f"{one.message} {one.hint}".rstrip() for one in silent]}
        if isinstance(answer, Table):
            return {**self._rows(answer, limit, lang, timeout), **warned}
        if isinstance(answer, bool):
            (proof,) = find_evidence_of_rows(self._store, asked, [{}], lang=lang, timeout=timeout)
            told = self._claims(proof.claims, lang)
            return {"answer": answer, **_proof(proof), **told, **warned}
        triples = answer.triples[:limit]
        proofs = [
            find_triple_evidence(self._store, one, asked, lang=lang, timeout=timeout)
            for one in triples
        ]
        return {
            "triples": [
                {"triple": str(one), **_proof(proof)}
                for one, proof in zip(triples, proofs, strict=True)
            ],
            "complete": len(triples) == len(answer.triples) and not answer.truncated,
            **self._claims((claim for proof in proofs for claim in proof.claims), lang),
            **warned,
        }

    async def find(self, text: Text, lang: Language = "en", limit: Rows = _ROWS) -> Answer:
        """Find things by name, acronym, gloss or quote."""
        wanted = min(limit, self._limit)
        hits = find(self._store, text, lang, wanted + 1)
        named = {hit.iri: hit.claims[:_CLAIMS_OF_A_HIT] for hit in hits[:wanted]}
        listed = [
            {
                "name": shorten(hit.iri),
                "label": hit.label,
                "kind": hit.kind,
                "text": hit.text,
                "match": hit.match,
                "claims": [shorten(claim) for claim in named[hit.iri]],
            }
            for hit in hits[:wanted]
        ]
        claims = sorted({claim for given in named.values() for claim in given})
        found = load_claims(self._store, claims, lang).values()
        return {"found": listed, "complete": len(hits) <= wanted, **self._claims(found, lang)}

    async def show(self, name: Name, lang: Language = "en") -> Answer:
        """Tell what is said about one thing, each statement with its claims."""
        view = describe_entity(self._store, name, lang)
        groups = view.told
        given = [(group, one) for group in groups for one in group.statements][:_STATEMENTS]
        statements = [
            {
                "property": group.label,
                "direction": "incoming" if group.incoming else "outgoing",
                "value": one.text,
                "claims": [shorten(claim.iri) for claim in one.claims],
                **({"rule": one.rule_label} if one.rule else {}),
                **({"disputed": [other.text for other in one.others]} if one.others else {}),
            }
            for group, one in given
        ]
        return {
            "name": shorten(view.iri),
            "labels": dict(view.labels),
            "otherNames": list(view.acronyms),
            "kinds": [label for _, label in view.classes],
            "statements": statements,
            "complete": len(statements) == sum(group.total for group in groups),
            **self._claims((claim for _, one in given for claim in one.claims), lang),
        }

    async def why(
        self, subject: Name, predicate: Property = "", object: Name = "", lang: Language = "en"
    ) -> Answer:
        """Tell what a statement rests on, or, of a claim alone, what it says and its words."""
        if not predicate:
            claim = resolve(self._store, subject, "claim", lang)
            held = self._store.construct(
                f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH {claim} {{ ?s ?p ?o }} FILTER(?s != {claim}) }}"
            )
            found = load_claims(self._store, [claim.value], lang).values()
            return {"says": sorted(map(str, held)), **self._claims(found, lang)}
        names = (subject, predicate, object)
        ends: list[Any] = [resolve(self._store, name, "any", lang) for name in names]
        triple = ox.Triple(*ends)
        proof = find_triple_evidence(self._store, triple, lang=lang)
        return {
            "statement": str(triple),
            "inGraph": bool(proof.claims or proof.derived or proof.definitions),
            **_proof(proof),
            **self._claims(proof.claims, lang),
        }

    def _rows(self, table: Table, limit: int, lang: str, timeout: float | None = None) -> Answer:
        chosen = [table[index] for index in range(min(limit, len(table)))]
        bindings = [row.bindings for row in chosen]
        proofs = find_evidence_of_rows(
            self._store, table.asked, bindings, lang=lang, timeout=timeout
        )
        labels = table.labels(lang)
        shown = [
            {
                "values": {
                    column: _value(term, labels)
                    for column, term in zip(table.columns, row.terms, strict=True)
                },
                **_proof(proof),
            }
            for row, proof in zip(chosen, proofs, strict=True)
        ]
        return {
            "columns": table.columns,
            "rows": shown,
            "total": len(table),
            "complete": len(shown) == len(table) and not table.truncated,
            **self._claims((claim for proof in proofs for claim in proof.claims), lang),
        }

    def _claims(self, claims: Iterable[ClaimEvidence], lang: str) -> Answer:
        """Return each claim once, by its name, and whose claims count."""
        found = {shorten(claim.iri): _claim(claim, lang) for claim in claims}
        scope = describe_scope(self._store)
        said = {"scope": scope["text"][lang]} if scope else {}
        return {"claims": dict(sorted(found.items())), **said}


_CLAIMS_OF_A_HIT = 3


def _claim(claim: ClaimEvidence, lang: str) -> dict[str, Any]:
    """Return a claim as an assistant may cite it; what it has not is left out."""
    told = {
        "evidence": kind_of(claim),
        "quote": claim.quote,
        "gloss": claim.gloss,
        "accordingTo": attribute(claim, lang),
        "address": claim.source_address,
        "basis": (claim.basis or "").removeprefix(CT).lower(),
        "reason": claim.reason,
        "iri": claim.iri,
    }
    return {name: value for name, value in told.items() if value}


def _proof(proof: RowEvidence) -> dict[str, Any]:
    return {
        "claims": [shorten(claim.iri) for claim in proof.claims],
        "rules": sorted({step.rule_label for step in proof.derived}),
        "evidenceComplete": proof.complete,
        "notes": [note.text for note in proof.notes],
    }


def _value(term: object, labels: Mapping[str, str]) -> Any:
    if term is None:
        return None
    if isinstance(term, ox.NamedNode):
        return {"name": shorten(term.value), "label": labels.get(term.value, "")}
    return term.value if isinstance(term, ox.Literal) else str(term)
