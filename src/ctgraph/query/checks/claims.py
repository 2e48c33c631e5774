"""Claims as the checks of words read them: what each says of itself, and what it states."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ctgraph.terms import CT, PREFIXES

if TYPE_CHECKING:
    from ctgraph.store import Store


@dataclass
class Claim:
    """A claim with the words it rests on.

    Attributes:
        iri: The claim.
        quote: Its words, if the project has them.
        glosses: What it says in our words, by language.
        is_stated: Whether the words themselves say it.
        kinds: Its kinds of inference.
        premises: The claims it is derived from.
        issued: The last day on which its source can have been issued, as an ISO date; or empty.
        publisher: Who published its source; or empty.
        things: The values of what it states, by thing and property; the latter by its local name.
    """

    iri: str
    quote: str = ""
    glosses: dict[str, str] = field(default_factory=dict)
    is_stated: bool = True
    kinds: set[str] = field(default_factory=set)
    premises: list[str] = field(default_factory=list)
    issued: str = ""
    publisher: str = ""
    things: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def one(self, thing: str, name: str) -> str:
        """Return the first value of a property of a thing, or nothing."""
        return next(iter(self.things[thing].get(name, ())), "")

    def words(self, claims: Mapping[str, Claim]) -> list[str]:
        """Return the texts that must carry the claim.

        It is one, the quote, with those of all premises if the claim is inferred; where the words
        are not printed, it is our sentence in each language.

        Args:
            claims: All claims.
        """
        if not self.quote:
            return list(self.glosses.values())
        found: dict[str, None] = {}
        pending, seen = [self], {self.iri}
        while pending:
            claim = pending.pop()
            found[claim.quote] = None
            for premise in () if claim.is_stated else claim.premises:
                if premise not in seen and premise in claims:
                    seen.add(premise)
                    pending.append(claims[premise])
        return ["\n".join(found)]


def read_claims(store: Store) -> dict[str, Claim]:
    """Return the claims of a graph that rest on words, by IRI and in its order.

    Args:
        store: The graph.
    """
    claims: dict[str, Claim] = {}
    for row in store.select(_HEADS):
        claim = claims.setdefault(row["claim"].value, Claim(row["claim"].value))
        name, value = _local(row["property"].value), row["value"]
        if name == "quote":
            claim.quote = value.value
        elif name == "gloss":
            claim.glosses[value.language or ""] = value.value
        elif name == "basis":
            claim.is_stated = value.value == CT + "Stated"
        elif name == "inferenceKind":
            claim.kinds.add(value.value.rpartition("/")[2])
        elif name == "wasDerivedFrom":
            claim.premises.append(value.value)
        elif name == "publisher":
            claim.publisher = value.value
        else:
            claim.issued = value.value
    for row in store.select(_STATED):
        found = claims.get(row["claim"].value)
        if found is not None:
            thing = found.things.setdefault(row["thing"].value, {})
            thing.setdefault(_local(row["property"].value), []).append(row["value"].value)
    return claims


def _local(iri: str) -> str:
    return re.split("[#/]", iri)[-1]


_HEADS = f"""
PREFIX ct: <{CT}>
PREFIX prov: <{PREFIXES["prov"]}>
SELECT ?claim ?property ?value
WHERE {{
  {{
    ?claim a ct:Claim ; ?property ?value .
    VALUES ?property {{ ct:quote ct:gloss ct:basis ct:inferenceKind prov:wasDerivedFrom }}
  }} UNION {{
    VALUES ?property {{ ct:endDate <{PREFIXES["dcterms"]}publisher> }}
    ?claim ct:section/ct:source ?source . ?source ?property ?value .
  }}
  FILTER EXISTS {{ ?claim ct:quote|ct:words ?words }}
}}
ORDER BY ?claim ?property ?value
"""

_STATED = f"""
PREFIX ct: <{CT}>
SELECT ?claim ?thing ?property ?value
WHERE {{
  VALUES ?property {{
    ct:startDate ct:endDate ct:datePrecision ct:amount ct:value ct:currency
    ct:approximate
    ct:participant ct:plannedBy ct:plannedPartner ct:role ct:heldIn
    <{PREFIXES["org"]}member> <{PREFIXES["org"]}organization>
    <{PREFIXES["sdmx-measure"]}obsValue> <{PREFIXES["rdf"]}type>
  }}
  GRAPH ?claim {{ ?thing ?property ?value }}
  ?claim a ct:Claim .
}}
ORDER BY ?claim ?thing ?property ?value
"""
