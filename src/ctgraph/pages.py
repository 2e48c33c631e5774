"""The pages of the query service: what answers which path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctgraph.claims import load_claims
from ctgraph.frame import keep, render
from ctgraph.questions import read_questions
from ctgraph.terms import CT
from ctgraph.wire import Limits, Reply, Request, Route

if TYPE_CHECKING:
    from ctgraph.claims import ClaimEvidence
    from ctgraph.store import Store

ROUTES: list[Route] = [
    Route("/", "ctgraph.pages:home"),
    Route("/id/{name}", "ctgraph.entitypage:individual"),
    Route("/concept/{name}", "ctgraph.entitypage:concept"),
    Route("/entity", "ctgraph.entitypage:other"),
    Route("/find", "ctgraph.browse:results"),
    Route("/things", "ctgraph.browse:kinds"),
    Route("/things/{kind}", "ctgraph.browse:things"),
    Route("/concept", "ctgraph.ontologypage:vocabularies"),
    Route("/ontology", "ctgraph.ontologypage:ontology"),
    Route("/ontology.{extension}", "ctgraph.ontologypage:ontology_file"),
    Route("/downloads", "ctgraph.catalogue:downloads", is_heavy=True),
    Route("/downloads/{file}", "ctgraph.catalogue:download", is_heavy=True),
    Route("/void", "ctgraph.catalogue:void"),
    Route("/void.{extension}", "ctgraph.catalogue:void"),
    Route("/about", "ctgraph.catalogue:about"),
    Route("/networks", "ctgraph.networkpage:gallery", is_heavy=True),
    Route("/networks/{file}", "ctgraph.networkpage:network", is_heavy=True),
    Route("/source", "ctgraph.sourcepage:index"),
    Route("/source/{name}", "ctgraph.sourcepage:source"),
    Route("/ask", "ctgraph.askpage:index"),
    Route("/ask.ttl", "ctgraph.askpage:collection"),
    Route("/ask/{name}", "ctgraph.askpage:question"),
]
"""The routes of all pages for people, and of the files that they offer."""

_FIRST_QUESTIONS = ("partners", "cooperation", "contributions", "timeline", "indicators")


def home(store: Store, request: Request, limits: Limits) -> Reply:
    """What this is, what is in it, and the ways in."""
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
    """A claim about who took part in something; None if there is none."""
    # A store on disk takes long to sort, so only some are compared.
    first = min((row["claim"].value for row in store.select(_EXAMPLE)), default=None)
    return None if first is None else load_claims(store, [first], lang)[first]


def _figures(store: Store) -> list[tuple[str, int]]:
    """What there is, counted: keys of the words, and numbers."""
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
