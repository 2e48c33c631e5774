"""Finding things: by words, and by what they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from ctgraph.errors import RequestError, UsageError
from ctgraph.query.entities import Hit, find
from ctgraph.service.handler import Limits, Reply, Request
from ctgraph.service.pages.frame import pick_page, render
from ctgraph.store import keep
from ctgraph.terms import CT, CTD, CTV, PREFIXES, shorten
from ctgraph.words import read_words, sentence

if TYPE_CHECKING:
    from ctgraph.store import Store


_MOST_HITS = 100
_LONGEST = 200
_ON_A_PAGE = 300
_SORTED = 5_000
_AROUND = 70


class Found(NamedTuple):
    """A hit as the page shows it: what matched in three parts, before, the match, and after."""

    hit: Hit
    before: str
    match: str
    after: str
    is_name: bool


def results(store: Store, request: Request, limits: Limits) -> Reply:
    """Return what has some words in its names, quotes or other texts.

    In a static site a script finds.
    """
    text = request.get("q").strip()[:_LONGEST]
    hits: list[Hit] = []
    fault = ""
    if text and not request.is_static:
        try:
            hits = find(store, text, request.lang, _MOST_HITS + 1)
        except UsageError as error:
            fault = sentence(error.say(request.lang))
    return render(
        store,
        request,
        "find.html",
        title=read_words("pages", request.lang)["find"],
        text=text,
        found=[_shown(hit) for hit in hits[:_MOST_HITS]],
        is_cut=len(hits) > _MOST_HITS,
        most=_MOST_HITS,
        fault=fault,
    )


def _shown(hit: Hit) -> Found:
    start, end = hit.span
    before, after = hit.text[:start], hit.text[end:]
    if len(before) > _AROUND:
        before = "…" + before[-_AROUND:]
    if len(after) > _AROUND:
        after = after[:_AROUND] + "…"
    return Found(hit, before, hit.text[start:end], after, hit.text == hit.label)


class Kind(NamedTuple):
    """A class with things in it."""

    iri: str
    name: str
    label: str
    number: int


def read_kinds(store: Store, lang: str) -> list[Kind]:
    """Return the classes that individuals and concepts are of, the largest first.

    Args:
        store: The graph.
        lang: Language of the labels.
    """
    counts = keep(store, "kinds", lambda: _count_kinds(store))
    labels = store.labels([iri for iri, _ in counts], lang)
    return [
        Kind(iri, kind_name(iri), labels.get(iri) or shorten(iri), number)
        for iri, number in counts
        if kind_name(iri)
    ]


# Names are not looked at where there are many, for a store on disk reads each from a table.
_OWN = f'STRSTARTS(STR(?x), "{CTD}") || STRSTARTS(STR(?x), "{CTV}")'


def _count_kinds(store: Store) -> list[tuple[str, int]]:
    """Return the classes with things in them and in the classes below, the largest first."""
    rows = store.select("SELECT ?c (COUNT(DISTINCT ?x) AS ?n) { ?x a ?c } GROUP BY ?c")
    counts = {
        row["c"].value: int(row["n"].value) for row in rows if isinstance(row["c"], ox.NamedNode)
    }
    if not counts:
        return []
    some = " UNION ".join(
        f"{{ SELECT ?c {{ VALUES ?c {{ <{iri}> }} ?x a ?c FILTER({_OWN}) }} LIMIT 1 }}"
        for iri in sorted(counts)
    )
    own = {row["c"].value for row in store.select(f"SELECT DISTINCT ?c {{ {some} }}")}
    # What is of several classes below is counted once.
    above = {iri for iri in own if len(_with_those_below(store, iri)) > 1}
    pairs = " ".join(
        f"(<{iri}> <{one}>)"
        for iri in sorted(above)
        for one in sorted(_with_those_below(store, iri))
        if one in counts
    )
    for row in store.select(
        "SELECT ?k (COUNT(DISTINCT ?x) AS ?n) "
        f"{{ VALUES (?k ?c) {{ {pairs} }} ?x a ?c }} GROUP BY ?k"
    ):
        if row["k"] is not None:
            counts[row["k"].value] = int(row["n"].value)
    return sorted(((iri, counts[iri]) for iri in own), key=lambda item: (-item[1], item[0]))


def _with_those_below(store: Store, iri: str) -> set[str]:
    """Return a class and the classes below it."""

    def read() -> dict[str, set[str]]:
        below: dict[str, set[str]] = {}
        for row in store.select("SELECT DISTINCT ?d ?c { ?d rdfs:subClassOf+ ?c }"):
            if isinstance(row["d"], ox.NamedNode) and isinstance(row["c"], ox.NamedNode):
                below.setdefault(row["c"].value, set()).add(row["d"].value)
        return below

    return {iri, *keep(store, "classes below", read).get(iri, ())}


def kind_name(iri: str) -> str:
    """Return the name of a class in URLs; empty if it has none.

    Args:
        iri: The class.

    Example:
        >>> kind_name(CT + "Meeting"), kind_name(PREFIXES["skos"] + "Concept")
        ('Meeting', 'skos-Concept')
    """
    short = shorten(iri)
    if short.startswith("<"):
        return ""
    return short.removeprefix("ct:").replace(":", "-", 1)


def _kind_iri(name: str) -> str:
    prefix, dash, local = name.partition("-")
    return PREFIXES[prefix] + local if dash and prefix in PREFIXES else CT + name


def kinds(store: Store, request: Request, limits: Limits) -> Reply:
    """Return all kinds of things, with how many there are."""
    found = read_kinds(store, request.lang)
    actors = {row["c"].value for row in store.select("SELECT ?c { ?c rdfs:subClassOf* ct:Actor }")}
    activities = {
        row["c"].value for row in store.select("SELECT ?c { ?c rdfs:subClassOf* ct:Activity }")
    }
    said = read_words("pages", request.lang)
    groups = [
        (said["kinds_who"], [one for one in found if one.iri in actors]),
        (said["kinds_what"], [one for one in found if one.iri in activities]),
        (
            said["kinds_other"],
            [one for one in found if one.iri not in actors and one.iri not in activities],
        ),
    ]
    return render(
        store,
        request,
        "kinds.html",
        title=said["things"],
        groups=[(title, part) for title, part in groups if part],
    )


def things(store: Store, request: Request, limits: Limits) -> Reply:
    """Return all things of a kind, those of kinds below it too."""
    name = request.values["kind"].removesuffix(".html")
    iri = _kind_iri(name)
    known = {one.iri: one for one in read_kinds(store, request.lang)}
    if iri not in known:
        raise RequestError("no-such-kind", name=name, status=404)
    listed = keep(store, ("things", iri, request.lang), lambda: _list(store, iri, request.lang))
    page, pages, shown = pick_page(request, listed, _ON_A_PAGE)
    return render(
        store,
        request,
        "things.html",
        title=known[iri].label,
        kind=known[iri],
        listed=[(thing, label, read_other(store, thing, request.lang)) for thing, label in shown],
        total=len(listed),
        page=page,
        pages=pages,
    )


def _list(store: Store, iri: str, lang: str) -> list[tuple[str, str]]:
    classes = " ".join(f"<{one}>" for one in sorted(_with_those_below(store, iri)))
    rows = store.select(f"SELECT DISTINCT ?x {{ VALUES ?c {{ {classes} }} ?x a ?c }}")
    iris = sorted(row["x"].value for row in rows if isinstance(row["x"], ox.NamedNode))
    if len(iris) > _SORTED:
        return [(one, shorten(one)) for one in iris]
    labels = store.labels(iris, lang)
    found = [(one, labels.get(one) or shorten(one)) for one in iris]
    return sorted(found, key=lambda item: (item[1].casefold(), item[0]))


def read_other(store: Store, iri: str, lang: str) -> str:
    """Return the label of a thing in the other language; empty if it is the same or there is none.

    Args:
        store: The graph.
        iri: The thing.
        lang: The language of the page.
    """
    other = "en" if lang == "ja" else "ja"
    found = store.labels([iri], other).get(iri, "")
    return "" if found == store.labels([iri], lang).get(iri, "") else found
