"""What the page tells of nodes, ties and what makes them, by the numbers that things have there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ctgraph.network import INFERRED, STATED
from ctgraph.network.facets import FACETS
from ctgraph.terms import LANGUAGES, shorten
from ctgraph.words import say_money

if TYPE_CHECKING:
    import networkx

    from ctgraph.network.facets import Facets
    from ctgraph.network.rollup import RollUp


class Telling:
    """A network and its words, told by number.

    Args:
        graph: The network, with all nodes that the page draws.
        evidence: Words of claims by IRI.
        facets: What a reader can filter by, if anything.
        rolling: The network as it is and rolled up, if these differ.
    """

    def __init__(
        self,
        graph: networkx.Graph[str],
        evidence: Mapping[str, Mapping[str, str]],
        facets: Facets | None,
        rolling: RollUp | None,
    ) -> None:
        self.graph = graph
        self.evidence = evidence
        self.facets = facets
        self.rolling = rolling
        self.number = {node: index for index, node in enumerate(graph)}
        self.claims = sorted(evidence)
        self.claim_number = {claim: index for index, claim in enumerate(self.claims)}
        self._things = graph.graph.get("things", {})
        self._view = graph.graph.get("view", "query")
        names = facets.names if facets else {}
        self._values = {
            facet: {value: index for index, value in enumerate(names[facet])} for facet in names
        }

    def name(self, iri: str) -> dict[str, str]:
        """Return the name of a node, an activity or a role, by language."""
        return names_of(iri, self._facts(iri))

    def _facts(self, iri: str) -> Mapping[str, Any]:
        return self.graph.nodes[iri] if iri in self.graph else self._things.get(iri, {})

    def cited(self, iris: Iterable[str]) -> list[int]:
        """Return the numbers of those claims whose words the page has."""
        return [self.claim_number[iri] for iri in iris if iri in self.claim_number]

    def claim(self, iri: str) -> dict[str, Any]:
        """Return the words of a claim, and the values of the facet ``source`` that it has."""
        had = self.facets.values.get(iri, {}).get("source", ()) if self.facets else ()
        return {**self.evidence[iri], "sources": self._numbered("source", had)}

    def edge(self, data: Mapping[str, Any], pieces: Sequence[int]) -> dict[str, Any]:
        """Return what is told of a tie.

        Args:
            data: Its attributes.
            pieces: The numbers of the ties that it joins, whose activities are its own.
        """
        made = data.get("by_activity", {})
        return {
            "from": self.number[data["source"]],
            "to": self.number[data["target"]],
            "weight": data.get("weight", 1),
            "basis": data.get("basis", INFERRED),
            "amounts": [_amount(text) for text in data.get("amounts", ())],
            "shared": bool(data.get("shared")),
            "roles": [self.name(role) for role in data.get("roles", ())],
            **(
                {"pieces": pieces}
                if pieces
                else {"activities": [self._part(data, iri, made[iri]) for iri in made]}
            ),
        }

    def _part(self, data: Mapping[str, Any], iri: str, made: Mapping[str, Any]) -> dict[str, Any]:
        facts = self._things.get(iri) or self.graph.nodes.get(iri, {})
        ends = (data["source"], data["target"])
        part: dict[str, Any] = {
            "iri": shorten(iri),
            "statement": iri in data.get("relations", ()),
            "name": self.name(iri),
            **dated(facts),
            "disputed": disputed(facts),
            "basis": made.get("basis", ""),
            "claims": self.cited(made.get("claims", ())),
            "facets": {},
        }
        if len(data.get("by_activity", {})) > 1 and data.get("roles"):
            part["roles"] = [data["roles"].index(role) for role in made.get("roles", ())]
        if self.facets is None:
            return part
        for facet in FACETS:
            had = self.facets.of_part(self._view, iri, ends, facet, made)
            if had:
                part["facets"][facet] = self._numbered(facet, had)
        if part["basis"] == STATED:
            # According to a source that only implies it, it is inferred.
            stated = self.facets.of_part(self._view, iri, ends, "source", self._stated(made))
            if stated != self.facets.of_part(self._view, iri, ends, "source", made):
                part["stated"] = self._numbered("source", stated)
        return part

    def _stated(self, made: Mapping[str, Any]) -> dict[str, Any]:
        sides = made.get("sides") or [made.get("claims", ())]
        return {
            "sides": [
                [iri for iri in side if self.evidence.get(iri, {}).get("basis") == STATED]
                for side in sides
            ]
        }

    def _numbered(self, facet: str, values: Iterable[str]) -> list[int]:
        return sorted(self._values[facet][value] for value in values)

    def about(self, node: str) -> list[dict[str, Any]]:
        """Return the figures and acts that the view tells of a node, the newest first."""
        told = []
        for iri in self.graph.nodes[node].get("about", ()):
            facts = self._things[iri]
            told.append(
                {
                    "name": self.name(facts.get("unit", iri)),
                    "value": facts.get("value", ""),
                    **dated(facts),
                    "claims": self.cited(facts["claims"]),
                }
            )
        return told

    def rolled(self, node: str) -> dict[str, Any]:
        """Return what a node is when the network is rolled up: a part, a whole, or neither."""
        if self.rolling is None:
            return {}
        said: dict[str, Any] = {}
        if node in self.rolling.wholes.of:
            said["whole"] = self.number[self.rolling.wholes.of[node]]
        if node in self.rolling.added:
            said["added"] = True
        whole = self.rolling.rolled.nodes.get(node, {})
        if "members" in whole:
            own = set(self.graph.nodes[node].get("claims", ()))
            said["parts"] = [self.number[part] for part in whole["members"]]
            said["part_claims"] = self.cited(sorted(set(whole["claims"]) - own))
        return said


def _amount(text: str) -> dict[str, Any]:
    """Return an amount of a tie in words, and in few, by language."""
    number, _, currency = text.partition(" ")
    said = {lang: say_money(Decimal(number), currency, lang) for lang in LANGUAGES}
    few = {lang: say_money(Decimal(number), currency, lang, is_short=True) for lang in LANGUAGES}
    return {**said, "few": few}


def names_of(iri: str, facts: Mapping[str, Any]) -> dict[str, str]:
    """Return the name of a thing by language; without labels the end of its IRI."""
    fallback = iri.rpartition("/")[2] or iri
    return {language: facts.get(f"label_{language}") or fallback for language in LANGUAGES}


def dated(facts: Mapping[str, Any]) -> dict[str, str]:
    """Return when a thing was, and the day on which it is vouched for if there is one."""
    start, end = str(facts.get("starts", "")), str(facts.get("ends", ""))
    when = start or end
    if start and end and start != end:
        when = f"{start} – {end}"
    elif start and not end and facts.get("kind") == "Membership":
        when = f"{start} –"  # it holds until an end is known
    as_of = facts.get("as_of")
    return {"when": when, **({"as_of": as_of} if as_of else {})}


def disputed(facts: Mapping[str, Any]) -> dict[str, str] | None:
    """Return what sources say against a thing, by language; None if nothing."""
    said = {language: str(facts.get(f"disputed_{language}", "")) for language in LANGUAGES}
    return said if any(said.values()) else None
