"""The page about one thing, and the thing as RDF: what its IRI leads to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from ctgraph.errors import CtgraphError, RequestError
from ctgraph.export import RDF_FORMATS, Format
from ctgraph.export.resources import read_about, read_resource, resource_text
from ctgraph.query.entities import (
    EntityView,
    Statement,
    close_terms,
    describe_entity,
    exists,
    read_kinds,
    show_period,
)
from ctgraph.query.evidence import ClaimEvidence, load_claims
from ctgraph.query.sources import quote_offsets, source_name, source_text
from ctgraph.service.handler import Limits, Reply, Request, link, see_other
from ctgraph.service.negotiation import choose
from ctgraph.service.pages.card import Partner, make_card, read_partners
from ctgraph.service.pages.frame import Links, embed, render, thing_path
from ctgraph.service.pages.sketch import Moment, Neighbour, draw_timeline, draw_wheel, thing_colours
from ctgraph.store import keep_last
from ctgraph.terms import CT, CTD, CTV, LANGUAGES, PREFIXES, expand, shorten

if TYPE_CHECKING:
    from ctgraph.store import Store


_HTML = "text/html"
_MOST_STATEMENTS = 200
_MOST_OF_CONCEPTS = 50
"""Statements of one property about a concept in a static site: what uses it can be downloaded."""
_LISTED = 6
"""Statements of one property that are seen at once; the others are folded."""
_CONTEXT = 90
_FULL_SEARCH = 200_000


def individual(store: Store, request: Request, limits: Limits) -> Reply:
    """Return what the IRI of an individual leads to, or one of its representations."""
    return _answer(store, request, limits, CTD, "/id/")


def concept(store: Store, request: Request, limits: Limits) -> Reply:
    """Return what the IRI of a concept leads to, or one of its representations."""
    return _answer(store, request, limits, CTV, "/concept/")


def other(store: Store, request: Request, limits: Limits) -> Reply:
    """Return the page about a thing outside our namespaces, or of ours under any name."""
    iri = request.get("iri").strip()
    if not iri:
        raise RequestError("entity-without-iri")
    try:
        known = exists(store, ox.NamedNode(iri))
    except ValueError as error:
        raise RequestError("entity-not-an-iri", iri=iri) from error
    if not known:
        return _missing(store, request, iri)
    own = thing_path(iri)
    if own and not request.is_static and not request.get("format"):
        return see_other(Links(store, request).url(own))
    wanted = request.get("format")
    for one in RDF_FORMATS:
        if wanted in (one.extension, one.media_type):
            return _representation(store, iri, one, limits)
    return _page(store, request, iri)


def _answer(store: Store, request: Request, limits: Limits, base: str, path: str) -> Reply:
    name = request.values["name"]
    stem, dot, extension = name.rpartition(".")
    formats = {one.extension: one for one in RDF_FORMATS}
    if dot and (extension == "html" or extension in formats) and _is_known(store, base + stem):
        if extension == "html":
            return _page(store, request, base + stem)
        return _representation(store, base + stem, formats[extension], limits)
    iri = base + name
    if not _is_known(store, iri):
        if dot and (extension == "html" or extension in formats):
            iri = base + stem
        return _missing(store, request, iri)
    offers = [_HTML, *(one.media_type for one in RDF_FORMATS)]
    chosen = choose(request.headers.get("accept", ""), offers, shorten(iri))
    ending = next((one.extension for one in RDF_FORMATS if one.media_type == chosen), "html")
    asked = {"lang": request.get("lang")} if ending == "html" else {}
    links = Links(store, request)
    target = link(request.root, f"{path}{name}.{ending}", links.scope, **asked)
    reply = see_other(target, vary="Accept")
    return reply._replace(headers=(*reply.headers, ("Link", _link_header(links, iri))))


def _is_known(store: Store, iri: str) -> bool:
    try:
        return exists(store, ox.NamedNode(iri))
    except ValueError:
        return False


def _missing(store: Store, request: Request, iri: str) -> Reply:
    """Return the reply for an IRI of which the graph says nothing, with what looks alike."""
    close: list[str] = []
    if store.counts().triples <= _FULL_SEARCH:
        close = [expand(one) for one in close_terms(store, iri) if not one.startswith("<")]
    accept = request.headers.get("accept", "")
    is_page = request.path.endswith(".html") or request.path.startswith("/entity")
    if not is_page and _HTML not in accept and "*/*" not in accept and accept:
        raise RequestError(
            "entity-unknown",
            iri=iri,
            status=404,
            near=[*map(shorten, close)],
            hint="did-you-mean" if close else "",
        )
    labels = store.labels(close, request.lang)
    return render(
        store,
        request,
        "missing.html",
        title=shorten(iri),
        status=404,
        iri=iri,
        close=[(one, labels.get(one) or shorten(one)) for one in close],
    )


def _representation(store: Store, iri: str, format: Format, limits: Limits) -> Reply:
    found = keep_last(
        store, ("resource", iri, limits.rows), lambda: read_resource(store, iri, limits.rows)
    )
    text = resource_text(found, format.name)
    return Reply(
        text.encode("utf-8"),
        format.content_type,
        headers=(("Link", f'<{iri}>; rel="describes"'),),
        rows=len(found.content.triples),
        is_partial=found.is_partial,
    )


def _link_header(links: Links, iri: str) -> str:
    """Return where else the thing can be had, for the header Link."""
    found = []
    for one in RDF_FORMATS:
        where = _format_url(links, iri, one)
        found.append(f'<{where}>; rel="alternate"; type="{one.media_type}"')
        if one.extension == "ttl":
            found.append(f'<{where}>; rel="describedby"; type="{one.media_type}"')
    return ", ".join(found)


def _format_url(links: Links, iri: str, format: Format) -> str:
    path, root = thing_path(iri), links.request.root
    if path and "#" not in path:
        return link(root, f"{path.removesuffix('html')}{format.extension}", links.scope)
    return link(root, "/entity", links.scope, iri=iri, format=format.extension)


# --- the page ------------------------------------------------------------------------------------


def _page(store: Store, request: Request, iri: str) -> Reply:
    most = _MOST_STATEMENTS
    if request.is_static and iri.startswith(CTV):
        most = _MOST_OF_CONCEPTS
    view = describe_entity(store, ox.NamedNode(iri), request.lang, limit=most)
    links = Links(store, request)
    claim = next((one for one in view.claims if one.iri == iri), None)
    partners = [] if claim else read_partners(store, iri, request.lang)
    moments = [] if claim else _moments(store, view)
    wheel = draw_wheel([] if claim else _tied(partners) if partners else _neighbours(view))
    return render(
        store,
        request,
        "entity.html",
        title=view.label,
        headers=() if request.is_static else (("Link", _link_header(links, iri)),),
        view=view,
        names=_content_names(store, view) if claim else {},
        said=_by_subject(view) if claim else [],
        card=[] if claim else make_card(store, view, partners, moments),
        has_ties=bool(partners),
        claim=claim,
        context=_contexts(store, claim) if claim else [],
        premises=_premises(store, claim, request.lang),
        wheel=wheel,
        colours=thing_colours(store, [iri, *(spoke.neighbour.iri for spoke in wheel.spokes)]),
        timeline=draw_timeline(moments),
        listed=_LISTED,
        files=_files(request, links, iri),
        query=_query(iri),
        # Of a static site the page in one language has it, which is the same in the other.
        embedded=""
        if request.is_static and request.lang != LANGUAGES[0]
        else _embedded(store, iri),
        replaced=_replacements(store, view),
        is_retired=_is_retired(store, iri),
        namesakes=_named(store, view.namesakes, request.lang),
        source=source_name(claim.source) if claim and claim.source else "",
        own_source=source_name(iri) if source_text(store, iri) is not None else "",
    )


def _files(request: Request, links: Links, iri: str) -> list[tuple[Format, str]]:
    """Return the downloads of one thing; a static site has them for what has a page of its own."""
    path = thing_path(iri)
    if path and "#" not in path:
        stem = path.removesuffix("html")
        found = [(one, links.url(f"{stem}{one.extension}")) for one in RDF_FORMATS]
        return [(one, address) for one, address in found if address]
    if request.is_static:
        return []
    return [(one, _format_url(links, iri, one)) for one in RDF_FORMATS]


def _embedded(store: Store, iri: str) -> str:
    """Return what is said of a thing itself, as JSON-LD that may stand in a page."""
    try:
        text = resource_text(read_about(store, iri), "jsonld")
    except CtgraphError:
        return ""
    return embed(json.loads(text))


def _query(iri: str) -> str:
    return (
        "SELECT ?subject ?property ?value ?claim WHERE {\n"
        f"  {{ BIND(<{iri}> AS ?subject) ?subject ?property ?value }}\n"
        f"  UNION {{ BIND(<{iri}> AS ?value) ?subject ?property ?value }}\n"
        "  OPTIONAL { GRAPH ?claim { ?subject ?property ?value } ?claim a ct:Claim }\n"
        "}\nORDER BY ?property ?value ?subject ?claim\nLIMIT 1000\n"
    )


def _named(store: Store, iris: Sequence[str], lang: str) -> list[tuple[str, str, str]]:
    """Return things with their labels and kinds."""
    labels = store.labels(list(iris), lang)
    kinds = read_kinds(store, list(iris), lang)
    return [(one, labels.get(one) or shorten(one), kinds.get(one, "")) for one in iris]


def _content_names(store: Store, view: EntityView) -> dict[str, str]:
    """Return labels of the subjects and properties of what stands in a claim, by IRI."""
    iris = {
        term.value
        for one in view.content
        for term in (one.triple.subject, one.triple.predicate)
        if isinstance(term, (ox.NamedNode, ox.BlankNode))
    }
    labels = store.labels(sorted(iris), view.lang)
    return {iri: labels.get(iri) or shorten(iri) for iri in iris}


def _by_subject(view: EntityView) -> list[tuple[str, list[Statement]]]:
    """Return what a claim says of other things, by thing; their labels are left out."""
    naming = (PREFIXES["skos"] + "prefLabel", PREFIXES["rdfs"] + "label")
    found: dict[str, list[Statement]] = {}
    for one in view.content:
        if one.triple.predicate.value not in naming:
            found.setdefault(str(getattr(one.triple.subject, "value", "")), []).append(one)
    return list(found.items())


def _is_retired(store: Store, iri: str) -> bool:
    return store.ask(f"ASK {{ <{iri}> owl:deprecated true }}")


def _replacements(store: Store, view: EntityView) -> list[tuple[str, str, str]]:
    replaced = PREFIXES["dcterms"] + "isReplacedBy"
    iris = [
        one.other.value
        for group in view.outgoing
        if group.predicate == replaced
        for one in group.statements
        if isinstance(one.other, ox.NamedNode)
    ]
    return _named(store, iris, view.lang)


def _premises(store: Store, claim: ClaimEvidence | None, lang: str) -> list[ClaimEvidence]:
    """Return the claims that a claim rests on."""
    if claim is None or not claim.derived_from:
        return []
    found = load_claims(store, claim.derived_from, lang)
    return [found[iri] for iri in claim.derived_from if iri in found]


def _contexts(store: Store, claim: ClaimEvidence) -> list[tuple[str, str, str]]:
    """Return every place of a claim's quote in its source.

    What stands before it, it, and after it.
    """
    if not claim.quote or not claim.source:
        return []
    text = source_text(store, claim.source)
    if text is None:
        return []
    found = []
    for place in quote_offsets(text, claim.quote)[:5]:
        start, end = max(0, place.raw_start - _CONTEXT), place.raw_end + _CONTEXT
        before = text[start : place.raw_start]
        after = text[place.raw_end : end]
        found.append(
            (
                ("…" if start else "") + before.lstrip(),
                text[place.raw_start : place.raw_end],
                after.rstrip() + ("…" if end < len(text) else ""),
            )
        )
    return found


# What says how a thing is filed, not how it is connected with others.
_NOT_TIES = {
    CT + "datePrecision",
    CT + "identification",
    CT + "basis",
    CT + "inferenceKind",
    PREFIXES["skos"] + "inScheme",
    PREFIXES["skos"] + "topConceptOf",
    PREFIXES["skos"] + "hasTopConcept",
    PREFIXES["rdfs"] + "isDefinedBy",
}


def _tied(partners: Sequence[Partner]) -> list[Neighbour]:
    """Return those whom an actor works with, as the network of cooperation has them."""
    return [Neighbour(one.iri, one.name, (), one.weight, one.is_stated, False) for one in partners]


def _neighbours(view: EntityView) -> list[Neighbour]:
    """Return the individuals that a thing is connected with, directly or through a relation.

    They are stated where every claim of one of the statements is.
    """
    found: dict[str, dict[str, Any]] = {}
    for group in (*view.outgoing, *view.incoming):
        if group.predicate in _NOT_TIES:
            continue
        for statement in group.statements:
            for name, iri in _individuals(statement):
                if iri == view.iri:
                    continue
                entry = found.setdefault(
                    iri,
                    {"name": name, "words": [], "weight": 0, "stated": False, "in": True},
                )
                entry["weight"] += 1
                is_said = bool(statement.claims) and not statement.is_derived
                entry["stated"] |= is_said and all(one.is_stated for one in statement.claims)
                entry["in"] &= group.incoming
                if group.label not in entry["words"]:
                    entry["words"].append(group.label)
    return [
        Neighbour(iri, one["name"], tuple(one["words"]), one["weight"], one["stated"], one["in"])
        for iri, one in found.items()
    ]


def _individuals(statement: Statement) -> Iterable[tuple[str, str]]:
    """Return the individuals that a statement names.

    Claims, sections and kinds of roles are none.
    """
    for name, iri in statement.pieces:
        if iri.startswith(CTD) and not _is_paper(statement, iri):
            yield name, iri


def _is_paper(statement: Statement, iri: str) -> bool:
    return any(iri in (claim.iri, claim.section) for claim in statement.claims)


def _moments(store: Store, view: EntityView) -> list[Moment]:
    """Return what a thing is connected with that has dates, itself included."""
    names: dict[str, str] = {view.iri: view.label}
    for statement in view.statements:
        for name, iri in statement.pieces:
            if iri.startswith(CTD):
                names.setdefault(iri, name)
    found = []
    iris = sorted(names)
    for start in range(0, len(iris), 200):
        block = " ".join(str(ox.NamedNode(iri)) for iri in iris[start : start + 200])
        rows = store.select(
            "SELECT ?x (MIN(?a) AS ?start) (MAX(?b) AS ?end) (MIN(?c) AS ?precision) "
            f"{{ VALUES ?x {{ {block} }} ?x a/rdfs:subClassOf* ct:Activity ; ct:startDate ?a "
            "OPTIONAL { ?x ct:endDate ?b } OPTIONAL { ?x ct:datePrecision ?c } } GROUP BY ?x"
        )
        for row in rows:
            if row["x"] is None or row["start"] is None:
                continue
            first = row["start"].value
            last = row["end"].value if row["end"] is not None else first
            known = row["precision"].value if row["precision"] is not None else ""
            known = known.removeprefix(CTV)
            period = show_period(first, last, known, view.lang)
            found.append(Moment(row["x"].value, names[row["x"].value], period, first, last, known))
    labels = store.labels([one.iri for one in found], view.lang)
    return [one._replace(name=labels.get(one.iri) or one.name) for one in found]
