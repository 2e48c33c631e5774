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


def _page(
    path: str,
    handler: str,
    parameters: tuple[str, ...] | None = _LANG,
    *,
    is_heavy: bool = False,
    is_scoped: bool = True,
) -> Route:
    """Return the route of a page; its handler stands in this folder."""
    handler = f"ctgraph.service.pages.{handler}"
    return Route(path, handler, is_heavy=is_heavy, parameters=parameters, is_scoped=is_scoped)


ROUTES: list[Route] = [
    _page("/", "routes:home"),
    _page("/id/{name}", "entity:individual"),
    _page("/concept/{name}", "entity:concept"),
    _page("/entity", "entity:other", ("iri", "format", "lang")),
    _page("/find", "browse:results", ("q", "page", "lang")),
    _page("/things", "browse:kinds"),
    _page("/things/{kind}", "browse:things", ("page", "lang")),
    _page("/concept", "ontology:vocabularies", is_scoped=False),
    _page("/ontology", "ontology:ontology", is_scoped=False),
    _page("/ontology.{extension}", "ontology:ontology_file", is_scoped=False),
    _page("/downloads", "downloads:downloads", is_heavy=True),
    _page("/downloads/{file}", "downloads:download", is_heavy=True),
    _page("/void", "downloads:void"),
    _page("/void.{extension}", "downloads:void"),
    _page("/.well-known/void", "downloads:void"),
    _page("/about", "downloads:about"),
    _page(
        "/networks",
        "network:gallery",
        ("view", "lang", *(name.replace("_", "-") for name in (*FILTERS, *OLD_NAMES))),
        is_heavy=True,
    ),
    _page("/networks/{file}", "network:network", None, is_heavy=True),
    _page("/source", "source:index", is_scoped=False),
    _page("/source/{name}", "source:source", ("page", "lang"), is_scoped=False),
    _page("/ask", "question:index"),
    _page("/ask.ttl", "question:collection", is_scoped=False),
    _page("/ask/{name}", "question:question", None),
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
