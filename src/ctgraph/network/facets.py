"""What the parts of a network can be filtered by after it was made: years, topics and places.

The filters of `ctgraph.network.views` cut a network in the store; a reader of a page cuts the same
way, without one. So a facet reaches as far as the filter of that name does.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph

from ctgraph.network.things import read_things
from ctgraph.network.views import QUERY, VIEWS, facet_paths

if TYPE_CHECKING:
    import networkx

    from ctgraph.store import Store


FACETS = ("year", "topic", "place")
"""The facets, in the order in which a page offers them."""


class Facets(NamedTuple):
    """The values of each facet, and which parts of a network have them.

    Attributes:
        names: By facet and IRI of a value, its ``label_en`` and ``label_ja``; years in their
            order, the others by label.
        values: By IRI of a node, activity or statement and facet, the IRIs of its values.
    """

    names: dict[str, dict[str, dict[str, str]]]
    values: dict[str, dict[str, frozenset[str]]]

    def of_part(self, view: str, through: str, ends: Iterable[str], facet: str) -> frozenset[str]:
        """Return the values of what makes an edge: of the activity, or of the ends of a statement.

        Args:
            view: The view of the network.
            through: The activity or property that makes the edge.
            ends: The ends of the edge.
            facet: One of `FACETS`.
        """
        counted = VIEWS.get(view, QUERY).things
        things = [*([through] if "through" in counted else ())]
        things += ends if "source" in counted else ()
        found = (self.values.get(thing, {}).get(facet, frozenset()) for thing in things)
        return frozenset().union(*found)


def read_facets(store: Store, graph: networkx.Graph[str]) -> Facets:
    """Return the facets of all nodes and activities of a network, from one query each.

    Args:
        store: The graph that the network is from.
        graph: The network.
    """
    things = set(graph)
    for _, _, data in graph.edges(data=True):
        things.update(data.get("activities", ()))
    values: dict[str, dict[str, frozenset[str]]] = {}
    seen: dict[str, set[str]] = {facet: set() for facet in FACETS}
    listed = " ".join(f"<{iri}>" for iri in sorted(things))
    for facet in FACETS if things else ():
        path, kind = facet_paths()[facet]
        rows = store.select(
            f"SELECT DISTINCT ?thing ?value {{ VALUES ?thing {{ {listed} }} "
            f"?thing {path} ?value . ?value a/rdfs:subClassOf* {kind} }}"
        )
        found: dict[str, set[str]] = {}
        for thing, value in rows:
            if isinstance(thing, pyoxigraph.NamedNode) and isinstance(value, pyoxigraph.NamedNode):
                found.setdefault(thing.value, set()).add(value.value)
                seen[facet].add(value.value)
        for iri, some in found.items():
            values.setdefault(iri, {})[facet] = frozenset(some)
    facts = read_things(store, {iri for some in seen.values() for iri in some})

    def order(facet: str) -> list[str]:
        key = "starts" if facet == "year" else "label_en"
        return sorted(seen[facet], key=lambda iri: (facts[iri][key], iri))

    names = {
        facet: {
            iri: {name: facts[iri][name] for name in ("label_en", "label_ja")}
            for iri in order(facet)
        }
        for facet in FACETS
    }
    return Facets(names, values)
