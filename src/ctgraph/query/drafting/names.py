"""The names by which a draft knows what the graph holds: as written, and in their usual forms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ctgraph.query.drafting.described import Label, find_described, read_label
from ctgraph.query.drafting.mentions import find_together
from ctgraph.query.wording import KnownNames, NameSpan
from ctgraph.store import keep
from ctgraph.terms import CT, CTD, CTV, tell_language

if TYPE_CHECKING:
    from ctgraph.query.wording import Wording
    from ctgraph.store import Store


class Names(NamedTuple):
    """Names of a graph, by what they are names of.

    Attributes:
        actors: Actors; bodies of a state in their short forms too (Foreign Ministry).
        texts: Treaties and other instruments.
        places: Places; and states, which name their territory.
        topics: Concepts of the topics.
        parents: The state or body that another is part of.
        adverse: Actors that measures are aimed at.
        forums: Actors that meet, and are met in.
        described: English names in full, of actors and of texts.
    """

    actors: KnownNames
    texts: KnownNames
    places: KnownNames
    topics: KnownNames
    parents: dict[str, str]
    adverse: frozenset[str]
    forums: frozenset[str]
    described: tuple[tuple[Label, ...], tuple[Label, ...]]


def read_names(store: Store) -> Names:
    """Return the names of a graph, made once.

    Args:
        store: The graph.
    """
    return keep(store, "names for drafts", lambda: _make_names(store))


def _make_names(store: Store) -> Names:
    actors: list[tuple[str, str]] = []
    parents: dict[str, str] = {}
    labels: dict[str, str] = {}
    adverse: set[str] = set()
    bodies: list[tuple[str, str]] = []
    for row in store.select(
        "SELECT DISTINCT ?x ?name ?parent ?state ?all { VALUES ?all { ct:Actor ct:AdverseActor }"
        " ?class rdfs:subClassOf* ?all . ?x a ?class ;"
        " skos:prefLabel|skos:altLabel ?name . OPTIONAL { ?x ct:parentBody ?parent }"
        " OPTIONAL { ?x a ct:GovernmentBody . BIND(true AS ?state) } }"
    ):
        iri, name = row["x"].value, row["name"].value
        actors.append((name, iri))
        if row["all"].value == CT + "AdverseActor":
            adverse.add(iri)
        if row["parent"] is not None:
            parents[iri] = row["parent"].value
        if row["name"].language == "en":
            labels.setdefault(iri, name)
            if row["state"] is not None:
                bodies.append((name, iri))
    labels_of = [*actors]
    for name, iri in bodies:
        state = iri
        while state in parents:
            state = parents[state]
        country = labels.get(state, "") if state != iri else ""
        actors += ((form, iri) for form in _list_forms(name, country))
    texts = [
        (form, iri)
        for name, iri in _select_names(store, "?class rdfs:subClassOf* ct:Instrument . ?x a ?class")
        for form in _list_text_forms(name, iri)
    ]
    places = [
        (re.sub(r" \(territory\)|（領域）", "", name), iri)
        for name, iri in _select_names(store, "?class rdfs:subClassOf* ct:Place . ?x a ?class")
    ]
    topics = _select_names(store, f"?x skos:inScheme <{CTV}topics> ; skos:broader ?up")
    forums = frozenset(
        row["x"].value
        for row in store.select(
            "SELECT DISTINCT ?x { ?class rdfs:subClassOf* ct:Forum . ?x a ?class }"
        )
    )
    full = [
        tuple(label for name, iri in names if name.isascii() and (label := read_label(name, iri)))
        for names in (labels_of, texts)
    ]
    made = [KnownNames(names) for names in (actors, texts, places, topics)]
    known = (made[0], made[1], made[2], made[3])
    return Names(*known, parents, frozenset(adverse), forums, (full[0], full[1]))


def _select_names(store: Store, pattern: str) -> list[tuple[str, str]]:
    """Return the names, in every language, of each ?x of a pattern, and its IRI."""
    rows = store.select(
        f"SELECT DISTINCT ?x ?name {{ {pattern} ; skos:prefLabel|skos:altLabel ?name }}"
    )
    return [(row["name"].value, row["x"].value) for row in rows]


def _list_forms(name: str, country: str) -> Iterator[str]:
    """Yield usual forms of the name of a state's body, as in Ministry of Justice of Japan."""
    short = name.removesuffix(f" of {country}") if country else name
    if country and short == name and name.startswith(f"{country} "):
        yield f"{country}'s {name[len(country) + 1 :]}"
    ministry = re.fullmatch(r"(Ministry|Department) (?:of|for) (?:the )?(.+)", short)
    forms = [short] if short != name or ministry else []
    for part in re.split(", | and ", ministry[2]) if ministry else ():
        forms.append(f"{part.removesuffix(' Affairs')} {ministry[1] if ministry else ''}")
    for form in forms:
        yield form
        if country:
            yield f"{country}'s {form}"


def _list_text_forms(name: str, iri: str) -> Iterator[str]:
    """Yield the name of a text, that in its brackets, and its identifier if that is an acronym."""
    yield name
    if bracketed := re.fullmatch(r"(.+?)\s*[(（](\D+)[)）]", name):
        yield from bracketed.groups()
    slug = iri.removeprefix(CTD)
    if slug.isalpha():
        yield slug.upper()


def _join_foreign(spans: Sequence[NameSpan], text: str, names: Names) -> list[NameSpan]:
    """Return names in which a state and a body of another state are one name that is not known.

    The ministry in イタリア外務省 is not that of Japan, which is called 外務省.
    """
    joined: list[NameSpan] = []
    for span in sorted(spans, key=lambda span: span.start):
        last = joined[-1] if joined else None
        parents = {names.parents.get(iri) for iri in span.iris}
        is_one = last and last.end == span.start and last.end - last.start > 1
        if last and is_one and parents != {None} and not parents & set(last.iris):
            joined[-1] = NameSpan(last.start, span.end, text[last.start : span.end], ())
        else:
            joined.append(span)
    return joined


def find_actors(text: str, names: Names, wording: Wording, around: Sequence[str]) -> list[NameSpan]:
    """Return the actors that a sentence names.

    A name of several is that of the one whose state the sentence or what is around it names.

    Args:
        text: A sentence.
        names: The names of the graph.
        wording: How states are written together.
        around: IRIs of actors that the document speaks of.
    """
    spans = _join_foreign(
        [*find_together(text, names.actors, wording), *names.actors.find(text)], text, names
    )
    if tell_language(text) == "en":
        spans = _add_described(text, spans, names.described[0], names)
    near = {iri for span in spans if len(span.iris) == 1 for iri in span.iris}
    narrowed = []
    for span in spans:
        for known in (near, set(around)):
            fit = tuple(iri for iri in span.iris if names.parents.get(iri) in known)
            if len(span.iris) > 1 and fit:
                narrowed.append(span._replace(iris=fit))
                break
        else:
            narrowed.append(span)
    return narrowed


def find_texts(text: str, names: Names) -> list[NameSpan]:
    """Return the treaties and other texts that a sentence names.

    Args:
        text: A sentence.
        names: The names of the graph.
    """
    spans = names.texts.find(text)
    if tell_language(text) == "ja":
        return spans
    return _add_described(text, spans, names.described[1], names)


def _add_described(
    text: str, spans: Sequence[NameSpan], labels: Sequence[Label], names: Names
) -> list[NameSpan]:
    """Return names with those that are given in other words, which hold some of them."""
    found = [*find_described(text, spans, labels, names.parents)]
    kept = [
        one for one in spans if not any(o.start <= one.start and one.end <= o.end for o in found)
    ]
    return [*kept, *found]
