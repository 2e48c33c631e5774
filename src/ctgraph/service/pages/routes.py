"""The pages of the query service: what answers which path."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ctgraph.network import FILTERS, OLD_NAMES
from ctgraph.network.stories import read_stories
from ctgraph.query import ask, read_questions
from ctgraph.query.evidence import load_claims
from ctgraph.service.handler import Limits, Reply, Request, Route
from ctgraph.service.pages.frame import render
from ctgraph.service.pages.sketch import NamedMap, draw_named_map, kind_colours
from ctgraph.store import keep
from ctgraph.terms import LANGUAGES
from ctgraph.text import display_width
from ctgraph.words import read_words

if TYPE_CHECKING:
    from ctgraph.network.stories import Story
    from ctgraph.query import Table
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

_MEASURED = 200_000
"""Triples up to which the home page draws the network and asks what it finds."""

_NAMED = 2
_ROOM = 18  # letters of a name in the picture; those of Japanese take two


class Finding(NamedTuple):
    """A sentence that an answer shows: its text, and the question."""

    text: str
    question: str


def prepare(store: Store) -> Iterator[None]:
    """Make the home page, and yield after each language.

    Args:
        store: The graph. Only of one in memory it is made.
    """
    if store.kind == "memory":
        for lang in LANGUAGES:
            home(store, Request(lang=lang), Limits())
            yield


def home(store: Store, request: Request, limits: Limits) -> Reply:
    """Return what this is, a picture, what it finds, a story, a claim, and the ways in."""
    lang = request.lang
    is_small = store.kind != "endpoint" and store.counts().triples <= _MEASURED
    return render(
        store,
        request,
        "home.html",
        title="",
        drawn=draw_home(store, lang) if is_small else None,
        findings=keep(store, ("findings", lang), lambda: find(store, lang)) if is_small else [],
        story=_first_story(store),
        ways=[
            *(("ask", "/ask"), ("show", "/networks"), ("look", "/things")),
            *(("read", "/source"), ("query", "/query"), ("take", "/downloads")),
        ],
        example=keep(store, ("example", lang), lambda: _example(store, lang)),
    )


def draw_home(store: Store, lang: str) -> NamedMap | None:
    """Return the network of cooperation as a small picture; None if there is none.

    Args:
        store: The graph.
        lang: Language of the names.
    """

    def draw() -> NamedMap | None:
        from ctgraph.network import compute_layout
        from ctgraph.service.pages.network import read_network

        network = read_network(store, "cooperation", lang)
        if not network:
            return None
        facts: Mapping[str, Any] = network.nodes
        return draw_named_map(
            keep(store, "places", lambda: compute_layout(network)),
            {
                (one, other): data["basis"] == "Stated"
                for one, other, data in network.edges(data=True)
            },
            kind_colours(network),
            {node: said["label"] for node, said in facts.items()},
            {node: _short(said) for node, said in facts.items()},
        )

    return keep(store, ("home", lang), draw)


def _short(facts: Mapping[str, Any]) -> str:
    """Return a name that a small picture has room for: the label, or an acronym of a long one."""
    label = str(facts["label"])
    return label if display_width(label) <= _ROOM else str(facts.get("acronym") or label)


def find(store: Store, lang: str) -> list[Finding]:
    """Return what the graph finds, each as one of its questions answers it.

    Args:
        store: The graph.
        lang: Language of the sentences.
    """
    known = read_questions(store.bundle)
    words = read_words("findings", lang)
    found = []
    for name, say in _FINDINGS.items():
        text = say(ask(store, name, {}, lang), words) if name in known else ""
        if text:
            found.append(Finding(text, name))
    return found


def _most_partners(answer: Table, words: Mapping[str, str]) -> str:
    labels, rows = answer.labels(answer.lang), list(answer)
    if not rows:
        return ""
    said = [
        words["counted"].format(name=labels[row["actor"].value], n=int(row["partners"].value))
        for row in (one.bindings for one in rows[: _NAMED + 1])
    ]
    most = words["most_partners"] if said[1:] else words["partners"]
    return most.format(first=said[0], others=words["and"].join(said[1:]), actors=len(rows))


def _new_ties(answer: Table, words: Mapping[str, str]) -> str:
    """Return how many pairs work together since a day, and which of them most."""
    labels = answer.labels(answer.lang)
    times = {
        frozenset((row["actor"].value, row["partner"].value)): int(row["after"].value)
        for row in (one.bindings for one in answer)
        # What has no date may have been before.
        if row["before"].value == row["undecided"].value == "0"
    }
    if not times:
        return ""
    first = max(sorted(times, key=sorted), key=lambda pair: times[pair])
    one, other = sorted(labels[iri] for iri in first)
    (day,) = answer.params["since"]
    said = words["new_ties" if len(times) > 1 else "new_tie"]
    return said.format(n=len(times), day=day.value, one=one, other=other, times=times[first])


def _disagreements(answer: Table, words: Mapping[str, str]) -> str:
    labels = answer.labels(answer.lang)
    things = list(dict.fromkeys(row.bindings["thing"].value for row in answer))
    if not things:
        return ""
    names = words["and"].join(labels[iri] for iri in things[:_NAMED])
    return words["disputes" if things[1:] else "dispute"].format(n=len(things), names=names)


_FINDINGS: Mapping[str, Callable[[Table, Mapping[str, str]], str]] = {
    "best-connected": _most_partners,
    "ties-grown": _new_ties,
    "disagreements": _disagreements,
}
"""Questions of the home page, and how their answers are said in a sentence."""


def _first_story(store: Store) -> tuple[str, Story] | None:
    """Return the story of the most sources and its name; one that names none is of all."""
    stories = read_stories(store.bundle)
    if not stories:
        return None
    return min(stories.items(), key=lambda item: (bool(item[1].sources), item[0]))


_EXAMPLE = """SELECT ?claim {
  ?claim a ct:Claim ; ct:basis ct:Stated ; ct:quote ?quote ; ct:gloss ?gloss .
  GRAPH ?claim { ?part ct:participant ?who }
} LIMIT 1000"""


def _example(store: Store, lang: str) -> ClaimEvidence | None:
    """Return a claim about who took part in something; None if there is none."""
    # A store on disk takes long to sort, so only some are compared.
    first = min((row["claim"].value for row in store.select(_EXAMPLE)), default=None)
    return None if first is None else load_claims(store, [first], lang)[first]
