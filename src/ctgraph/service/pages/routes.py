"""The pages of the query service: what answers which path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctgraph.network import FILTERS, OLD_NAMES
from ctgraph.query import read_questions
from ctgraph.query.evidence import load_claims
from ctgraph.service.handler import Limits, Reply, Request, Route
from ctgraph.service.pages.frame import render
from ctgraph.store import keep
from ctgraph.terms import CT

if TYPE_CHECKING:
    from ctgraph.query.evidence import ClaimEvidence
    from ctgraph.store import Store


_LANG = ("lang",)

ROUTES: list[Route] = [
    Route("/", "ctgraph.service.pages.routes:home", parameters=_LANG, is_scoped=True),
    Route(
        "/id/{name}", "ctgraph.service.pages.entity:individual", parameters=_LANG, is_scoped=True
    ),
    Route(
        "/concept/{name}", "ctgraph.service.pages.entity:concept", parameters=_LANG, is_scoped=True
    ),
    Route(
        "/entity",
        "ctgraph.service.pages.entity:other",
        parameters=("iri", "format", "lang"),
        is_scoped=True,
    ),
    Route(
        "/find",
        "ctgraph.service.pages.browse:results",
        parameters=("q", "page", "lang"),
        is_scoped=True,
    ),
    Route("/things", "ctgraph.service.pages.browse:kinds", parameters=_LANG, is_scoped=True),
    Route(
        "/things/{kind}",
        "ctgraph.service.pages.browse:things",
        parameters=("page", "lang"),
        is_scoped=True,
    ),
    Route("/concept", "ctgraph.service.pages.ontology:vocabularies", parameters=_LANG),
    Route("/ontology", "ctgraph.service.pages.ontology:ontology", parameters=_LANG),
    Route(
        "/ontology.{extension}", "ctgraph.service.pages.ontology:ontology_file", parameters=_LANG
    ),
    Route(
        "/downloads",
        "ctgraph.service.pages.downloads:downloads",
        is_heavy=True,
        parameters=_LANG,
        is_scoped=True,
    ),
    Route(
        "/downloads/{file}",
        "ctgraph.service.pages.downloads:download",
        is_heavy=True,
        parameters=_LANG,
        is_scoped=True,
    ),
    Route("/void", "ctgraph.service.pages.downloads:void", parameters=_LANG, is_scoped=True),
    Route(
        "/void.{extension}",
        "ctgraph.service.pages.downloads:void",
        parameters=_LANG,
        is_scoped=True,
    ),
    Route("/about", "ctgraph.service.pages.downloads:about", parameters=_LANG, is_scoped=True),
    Route(
        "/networks",
        "ctgraph.service.pages.network:gallery",
        is_heavy=True,
        parameters=("view", "lang", *(name.replace("_", "-") for name in (*FILTERS, *OLD_NAMES))),
        is_scoped=True,
    ),
    Route(
        "/networks/{file}", "ctgraph.service.pages.network:network", is_heavy=True, is_scoped=True
    ),
    Route("/source", "ctgraph.service.pages.source:index", parameters=_LANG),
    Route("/source/{name}", "ctgraph.service.pages.source:source", parameters=("page", "lang")),
    Route("/ask", "ctgraph.service.pages.question:index", parameters=_LANG, is_scoped=True),
    Route("/ask.ttl", "ctgraph.service.pages.question:collection", parameters=_LANG),
    Route("/ask/{name}", "ctgraph.service.pages.question:question", is_scoped=True),
]
"""The routes of all pages for people, and of the files that they offer."""

_FIRST_QUESTIONS = ("partners", "cooperation", "contributions", "timeline", "indicators")


def home(store: Store, request: Request, limits: Limits) -> Reply:
    """Return what this is, what is in it, and the ways in."""
    questions = read_questions(store.bundle)
    first = [questions[name] for name in _FIRST_QUESTIONS if name in questions]
    return render(
        store,
        request,
        "home.html",
        title="",
        figures=keep(store, "figures", lambda: _figures(store)),
        ways=[
            *(("ask", "/ask"), ("show", "/networks"), ("look", "/things")),
            *(("read", "/source"), ("query", "/query"), ("take", "/downloads")),
        ],
        questions=first or list(questions.values())[:5],
        example=keep(store, ("example", request.lang), lambda: _example(store, request.lang)),
    )


_EXAMPLE = """SELECT ?claim {
  ?claim a ct:Claim ; ct:basis ct:Stated ; ct:quote ?quote ; ct:gloss ?gloss .
  GRAPH ?claim { ?part ct:participant ?who }
} LIMIT 1000"""


def _example(store: Store, lang: str) -> ClaimEvidence | None:
    """Return a claim about who took part in something; None if there is none."""
    # A store on disk takes long to sort, so only some are compared.
    first = min((row["claim"].value for row in store.select(_EXAMPLE)), default=None)
    return None if first is None else load_claims(store, [first], lang)[first]


def _figures(store: Store) -> list[tuple[str, int]]:
    """Return what there is, counted: keys of the words, and numbers."""
    counts = store.counts()

    def number(pattern: str) -> int:
        for row in store.select(f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ {pattern} }}"):
            return int(row["n"].value)
        return 0

    return [
        ("claims_stated", counts.stated),
        ("claims_inferred", counts.inferred),
        ("actors", number("?x a/rdfs:subClassOf* ct:Actor")),
        ("activities", number("?x a/rdfs:subClassOf* ct:Activity")),
        ("ties", number(f"?x a <{CT}CooperationTie>")),
        ("sources_count", number("?x a ct:Source")),
        ("triples", counts.triples),
    ]
