"""What a static site holds.

Of a claim the page of its source tells the words, the reading and what it rests on; what relations
and sections say stands on the pages of what they relate. So these have no page of their own, unless
the whole is asked for, and the same is true of things in RDF, which the downloads have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from ctgraph.service.handler import Limits, Reply, Request
from ctgraph.service.pages import frame
from ctgraph.terms import CT, CTD, CTV, PREFIXES

if TYPE_CHECKING:
    from ctgraph.store import Store


Handler = Callable[["Store", Request, Limits], Reply]

_ANSWERS = ("csv",)
_DOWNLOADS = ("ctgraph.ttl.gz", "ctgraph.trig.gz", "ctgraph-csv.zip")
_NETWORKS = ("html", "zip")
_SLIDES = "cooperation"
_LARGE = ("everything", "activities")
"""Views that are megabytes where there is much in the graph."""

_MUCH = 20_000  # triples
_TOLD_ELSEWHERE = (CT + "Claim", CT + "Section", PREFIXES["spdx"] + "Checksum")
"""Classes of what has no page in a site that is not whole; relations have none either."""


class Entry(NamedTuple):
    """Something to write: a path of the service, and what answers it."""

    path: str
    handler: Handler
    values: dict[str, str]
    query: tuple[tuple[str, str], ...] = ()
    optional: bool = False
    """Whether it is left out if the graph has nothing for it, as an empty network."""


def list_entries(store: Store, *, full: bool = False) -> Iterator[Entry]:
    """Yield everything that a static site of a graph holds.

    Args:
        store: The graph.
        full: Whether claims, relations and sections have pages of their own too, things RDF, and
            answers, networks and downloads every format.
    """
    from ctgraph.service.pages import browse, downloads, routes
    from ctgraph.service.pages import source as source_page

    yield Entry("/", routes.home, {})
    yield Entry("/find", browse.results, {})
    yield Entry("/things", browse.kinds, {})
    for kind in browse.read_kinds(store, "en"):
        if full or kind.iri not in _TOLD_ELSEWHERE:
            yield Entry(f"/things/{kind.name}", browse.things, {"kind": kind.name})
    yield Entry("/about", downloads.about, {})
    yield Entry("/downloads", downloads.downloads, {})
    names = downloads.file_names()
    for name in names if full else (*_DOWNLOADS, *names[len(downloads.FILES) :]):
        yield Entry(f"/downloads/{name}", downloads.download, {"file": name})
    yield Entry("/source", source_page.index, {})
    for source in source_page.read_source_list(store, "en"):
        if source.name and source.claims:
            yield Entry(f"/source/{source.name}", source_page.source, {"name": source.name})
    yield from _questions(store, full=full)
    yield from _networks(store, full=full)
    yield from _terms(full=full)
    yield from _things(store, full=full)


def _questions(store: Store, *, full: bool) -> Iterator[Entry]:
    from ctgraph.query import read_questions
    from ctgraph.service.pages import question as question_page

    yield Entry("/ask", question_page.index, {})
    yield Entry("/ask.ttl", question_page.collection, {})
    for name in read_questions(store.bundle):
        yield Entry(f"/ask/{name}", question_page.question, {"name": name})
        for ending in (*question_page.FILES, "ttl") if full else _ANSWERS:
            file = f"{name}.{ending}"
            yield Entry(f"/ask/{file}", question_page.question, {"name": file})


def _networks(store: Store, *, full: bool) -> Iterator[Entry]:
    from ctgraph.network import VIEWS
    from ctgraph.network.stories import read_stories
    from ctgraph.service.pages import network as network_page

    def entry(file: str) -> Entry:
        # A network with nothing in it is not linked, so it may be missing.
        return Entry(f"/networks/{file}", network_page.network, {"file": file}, optional=True)

    yield Entry("/networks", network_page.gallery, {})
    slides = (network_page.SLIDES,) if network_page.has_slides() else ()
    is_whole = full or store.counts().triples <= _MUCH
    for name in VIEWS:
        if is_whole or name not in _LARGE:
            for ending in ("html", *network_page.FILES) if full else _NETWORKS:
                yield entry(f"{name}.{ending}")
    for ending in slides:
        yield entry(f"{_SLIDES}.{ending}")
    for name in read_stories(store.bundle):
        for ending in ("html", *slides):
            yield entry(f"story-{name}.{ending}")
    for name in network_page.read_charts(store):
        yield entry(f"chart-{name}.svg")


def _terms(*, full: bool) -> Iterator[Entry]:
    from ctgraph.export import RDF_FORMATS
    from ctgraph.service.pages import downloads
    from ctgraph.service.pages import ontology as ontology_page

    yield Entry("/concept", ontology_page.vocabularies, {})
    formats = [one.extension for one in RDF_FORMATS if one.extension != "trig"]
    endings = formats if full else ["ttl"]
    for ending in ("html", *endings):
        yield Entry(f"/ontology.{ending}", ontology_page.ontology_file, {"extension": ending})
    for ending in endings:
        yield Entry(f"/void.{ending}", downloads.void, {"extension": ending})


def _things(store: Store, *, full: bool) -> Iterator[Entry]:
    from ctgraph.export import RDF_FORMATS
    from ctgraph.service.pages import entity as entity_page

    iris = sorted(store.known_terms())
    told = frozenset() if full else _told_elsewhere(store, iris)
    endings = ("html", *(one.extension for one in RDF_FORMATS)) if full else ("html",)
    for base, path, handler in (
        (CTD, "/id/", entity_page.individual),
        (CTV, "/concept/", entity_page.concept),
    ):
        for iri in iris:
            local = iri.removeprefix(base)
            if local == iri or iri in told or not frame.thing_path(iri):
                continue
            for ending in endings:
                name = f"{local}.{ending}"
                yield Entry(f"{path}{name}", handler, {"name": name})
    for iri in sorted(frame.described_elsewhere(store)):
        yield Entry("/entity", entity_page.other, {}, (("iri", iri),))


def _told_elsewhere(store: Store, iris: list[str]) -> frozenset[str]:
    """Return what is told in full on pages of other things: claims and relations, for example."""
    from ctgraph.query.entities import find_relations

    classes = ", ".join(f"<{one}>" for one in _TOLD_ELSEWHERE)
    rows = store.select(f"SELECT DISTINCT ?x {{ ?x a ?c FILTER(?c IN ({classes})) }}")
    cited = frame.told_by_sources(store).keys()
    return frozenset({row["x"].value for row in rows} | cited | find_relations(store, iris))
