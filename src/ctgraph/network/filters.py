"""What a network is cut by: one table, for commands, Python, stories and pages alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict

from ctgraph.errors import UnknownName, UsageError, suggest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ctgraph.network.views import View
    from ctgraph.store import Store


class Filter(NamedTuple):
    """One way to cut a network.

    Attributes:
        takes: What it is given: a kind of thing by any of its names (``actor``, ``topic``,
            ``place``, ``role``), ``year``, ``day``, ``class``, ``number``, ``level``, ``flag`` or
            ``query``.
        help: What it keeps, in a line.
    """

    takes: str
    help: str

    @property
    def is_thing(self) -> bool:
        """Whether it is given a thing of the graph, by name."""
        return self.takes in ("actor", "topic", "place", "role")


FILTERS: dict[str, Filter] = {
    "query": Filter(
        "query", "The network that a query makes: a CONSTRUCT, or a SELECT of ?source and ?target."
    ),
    "actor": Filter("actor", "Only what is near this actor."),
    "hops": Filter("number", "How many steps from the actor."),
    "topic": Filter("topic", "Only what has this topic or one below it."),
    "place": Filter("place", "Only what is in, for or from this place."),
    "year": Filter("year", "Only what is in this fiscal year."),
    "since": Filter("day", "Only what ends on this date or later."),
    "until": Filter("day", "Only what begins on this date or earlier."),
    "role": Filter("role", "Only ties in which an actor has this role."),
    "kind": Filter("class", "Only ties with an end or activity of this class."),
    "stated_only": Filter("flag", "Leave out what is only inferred."),
    "roll_up": Filter("level", "Draw bodies of states as the state, or rounds as their series."),
}
"""Every filter by its name, which is the argument of `build_network`."""

OLD_NAMES = {"from": "since", "to": "until"}
"""Names that filters had; they are still read in files and addresses."""


class Filters(TypedDict, total=False):
    """The filters of a network; none need be given.

    Attributes:
        query: A query of your own that makes the network instead of a view: a CONSTRUCT, whose
            triples between IRIs are the edges, or a SELECT with ``?source`` and ``?target`` and
            perhaps ``?through`` (what makes the edge) and ``?weight`` (summed).
        actor: Keep what is within `hops` of this actor.
        hops: Steps from the actor, from 1, which is the default.
        topic: Keep what has this topic or one below it.
        place: Keep what is in, for or from this place or one within it.
        year: Keep what is in this fiscal year (``2023``, ``FY2023``, IRI or CURIE).
        since: Keep what ends on this day or later (``2023``, ``2023-04`` or ``2023-04-01``).
        until: Keep what begins on this day or earlier.
        role: Keep edges in which an actor has this role or one of this group.
        kind: Keep edges with an end, or an activity, of this class: a label, a local name such as
            ``Workshop``, an IRI or a CURIE.
        stated_only: Keep what rests on stated claims alone.
        roll_up: ``states`` to draw bodies of a state as the state, ``series`` to draw an activity
            that is part of another as that one; after all that is kept by the other filters but
            `actor`.
    """

    query: str | None
    actor: str | None
    hops: int
    topic: str | None
    place: str | None
    year: str | int | None
    since: str | None
    until: str | None
    role: str | None
    kind: str | None
    stated_only: bool
    roll_up: str | None


def check_names(filters: Mapping[str, Any]) -> None:
    """Refuse what is no filter.

    Args:
        filters: Filters by name.

    Raises:
        UnknownName: One of the names is that of no filter.
    """
    for name in filters:
        if name not in FILTERS:
            raise UnknownName("filter", name, suggest(name, FILTERS))


def resolve_filters(store: Store, filters: Mapping[str, Any], lang: str = "en") -> Filters:
    """Return filters with an IRI for each thing that they name.

    Args:
        store: Where names are looked up.
        filters: Filters by name; things by label, acronym, CURIE or IRI.
        lang: The language of what an error lists.

    Raises:
        UnknownName: There is no such filter, or nothing of the kind has the name.
        UsageError: More than one thing has it.
    """
    from ctgraph.query.entities import resolve

    check_names(filters)
    found = dict(filters)
    for name, value in filters.items():
        if value is not None and FILTERS[name].is_thing:
            found[name] = resolve(store, value, FILTERS[name].takes, lang).value
    return found  # type: ignore[return-value]  # the same keys


def filter_pattern(view: View, **filters: str) -> str:
    """Return SPARQL filters for a view's ``#FILTER#``; empty if nothing is filtered.

    Args:
        view: The view.
        **filters: As `filter_parts` takes them.
    """
    found = []
    for part in filter_parts(view, **filters):
        # What fits is found once and joined; an EXISTS would walk the paths for every row.
        same = " || ".join(f"?{variable} = ?{part.fit}" for variable in part.variables)
        found.append(f"{{ {part.query} }} FILTER({same})")
    return "\n  ".join(found)


class FilterPart(NamedTuple):
    """One filter of a view.

    Attributes:
        fit: The variable that the query gives.
        query: SELECT of all that fits.
        variables: Variables of the view; one that fits is enough.
    """

    fit: str
    query: str
    variables: Sequence[str]


def filter_parts(
    view: View,
    *,
    topic: str | None = None,
    place: str | None = None,
    year: str | None = None,
    since: str | None = None,
    until: str | None = None,
    role: str | None = None,
    kind: str | None = None,
) -> list[FilterPart]:
    """Return the filters of a view.

    Args:
        view: The view.
        topic: IRI of a topic; those below it fit too, and so do parts of what has it.
        place: IRI of a place; those within it fit too.
        year: IRI of a fiscal year.
        since: First day, ISO 8601.
        until: Last day, ISO 8601.
        role: IRI of a role or of a group of roles.
        kind: IRI of a class; source, target or what makes the edge is of it.
    """
    found: list[FilterPart] = []

    def keep(name: str, pattern: str, variables: Sequence[str]) -> None:
        fit = f"{name}Fits"
        query = f"SELECT DISTINCT ?{fit} WHERE {{ {pattern.format('?' + fit)} }}"
        found.append(FilterPart(fit, query, variables))

    for facet, value in (("topic", topic), ("place", place), ("year", year)):
        if value is not None:
            keep(facet, f"{{0}} {facet_paths()[facet][0]} <{value}>", view.things)
    if since is not None or until is not None:
        limits = []
        if until is not None:
            limits.append(f'?first <= "{until}"^^xsd:date')
        if since is not None:
            day = f'"{since}"^^xsd:date'
            without_end = "true" if view.lasting else f"?first >= {day}"
            limits.append(f"COALESCE(?last >= {day}, {without_end})")
        keep(
            "dated",
            "?dated ct:startDate ?first . OPTIONAL {{ ?dated ct:endDate ?last }}"
            f" FILTER({' && '.join(limits)}) {{0}} {dated_path()} ?dated",
            view.things,
        )
    if role is not None:
        if view.roles:
            keep("role", f"{{0}} skos:broader* <{role}>", view.roles)
        else:
            played = "(^ct:activity|^ct:participant)/ct:role|^org:member/org:role|ct:plannedRole"
            keep("role", f"{{0}} ({played})/skos:broader* <{role}>", view.things)
    if kind is not None:
        keep("kind", f"{{0}} a/rdfs:subClassOf* <{kind}>", ("source", "target", "through"))
    return found


class Fitting:
    """The filters of a view, each with all that fits it.

    An engine that joins several of them multiplies what fits each before it looks at a row.
    """

    def __init__(self, store: Store, view: View, filters: Mapping[str, str]) -> None:
        """Read what fits.

        Args:
            store: The graph.
            view: The view.
            filters: As `filter_parts` takes them.
        """
        from ctgraph.network.things import select_rows

        self._parts = [
            (part.variables, {row[part.fit] for row in select_rows(store, part.query)})
            for part in filter_parts(view, **filters)
        ]

    def holds(self, **terms: str) -> bool:
        """Tell whether every filter has one of its variables among what fits."""
        return all(
            any(terms.get(variable) in fit for variable in variables)
            for variables, fit in self._parts
        )


def dated_path() -> str:
    """Return the path from a thing to what has its first and last day."""
    return f"{_OF}(ct:fiscalYear|ct:horizon)?"


def facet_paths() -> dict[str, tuple[str, str]]:
    """By ``year``, ``topic`` and ``place``: the path from a thing to it, and its class."""
    topics = f"{_OF}ct:partOf*/{_TOPICS}/skos:broader*"
    places = f"{_OF}ct:partOf*/{_PLACES}/ct:withinPlace*"
    years = f"{_OF}(ct:inFiscalYear|ct:fiscalYear|ct:horizon)?"
    return {
        "year": (years, "ct:FiscalYear"),
        "topic": (topics, "skos:Concept"),
        "place": (places, "ct:Place"),
    }


# A contribution has the topics, places and dates of what it pays for.
_OF = "(^ct:financedThrough)?/"
_TOPICS = "(ct:topic|ct:addresses)?"
_PLACES = (
    "(ct:heldIn|ct:targetPlace|ct:focusPlace|ct:includesPlace|ct:fromPlace|ct:territory"
    "|(^ct:activity/ct:fromPlace))?"
)


def check_iri(text: str) -> str:
    """Return an IRI that may stand in a query.

    Raises:
        UsageError: The text is no IRI.
    """
    import pyoxigraph

    try:
        return pyoxigraph.NamedNode(text).value
    except ValueError as error:
        raise UsageError("filter-not-an-iri", text=text) from error
