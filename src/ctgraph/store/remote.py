"""Stores at a remote endpoint: every question is a query that travels."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ctgraph.errors import EndpointError, QuerySyntaxError
from ctgraph.store.backend import Backend, wrong_form
from ctgraph.store.endpoint import Address, ask_endpoint
from ctgraph.store.labels import LABELS, LABELS_AT_ONCE, Label
from ctgraph.store.sparql.query import Query
from ctgraph.terms import CT, OWN_NAMESPACES

if TYPE_CHECKING:
    from ctgraph.store.cache import Counts
    from ctgraph.store.sparql.dataset import QueryDataset, Result


class EndpointBackend(Backend):
    """A graph that a SPARQL 1.1 endpoint holds."""

    def __init__(self, location: str, address: Address) -> None:
        super().__init__(location)
        self._address = address
        self._was_probed = False

    def answer(self, query: Query, timeout: float | None, dataset: QueryDataset | None) -> Result:
        """Return the endpoint's answer to a query.

        Args:
            query: The query.
            timeout: Seconds after which the endpoint is given up; None means
                `endpoint.DEFAULT_TIMEOUT`.
            dataset: The graphs that it sees, in place of its own FROM and FROM NAMED.
        """
        self._refuse_closed()
        self._probe(timeout)
        return self._ask(query, timeout, dataset)

    def quads(self) -> Iterator[ox.Quad]:
        """Yield every quad, those of the default graph included; they all travel."""
        for solution in self._select("SELECT ?s ?p ?o { ?s ?p ?o }"):
            yield ox.Quad(*solution)
        for solution in self._select("SELECT ?s ?p ?o ?g { GRAPH ?g { ?s ?p ?o } }"):
            yield ox.Quad(*solution)

    def as_graph(self) -> ox.Store:
        """Return a copy of the whole in memory."""
        graph = ox.Store()
        graph.bulk_extend(self.quads())
        return graph

    def mentions(self, iri: str) -> bool | None:
        """Return None, for one query for the list of terms answers for every IRI."""
        return None

    def known_terms(self) -> frozenset[str]:
        """Return the IRIs of our namespaces that the graph speaks of."""
        own = " || ".join(f'STRSTARTS(STR(?x), "{base}")' for base in OWN_NAMESPACES)
        text = f"SELECT DISTINCT ?x {{ {{ ?x ?p ?o }} UNION {{ ?s ?x ?o }} FILTER({own}) }}"
        return frozenset(term.value for (term,) in self._select(text))

    def labels(self, iris: Sequence[str]) -> Iterator[tuple[str, list[Label]]]:
        """Yield each of some IRIs with its labels."""
        for start in range(0, len(iris), LABELS_AT_ONCE):
            yield from self._fetch_labels(iris[start : start + LABELS_AT_ONCE]).items()

    def counts(self) -> Counts:
        """Return how many claims and triples of each kind the graph holds."""
        from ctgraph.store.cache import Counts
        from ctgraph.store.rules import RULE_GRAPHS

        def number(pattern: str) -> int:
            for (value,) in self._select(f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}"):
                assert isinstance(value, ox.Literal)
                return int(value.value)
            return 0

        def distinct(condition: str) -> int:
            return number(f"SELECT DISTINCT ?s ?p ?o {{ GRAPH ?g {{ ?s ?p ?o }} {condition} }}")

        rule = f'STRSTARTS(STR(?g), "{RULE_GRAPHS}")'
        return Counts(
            claims=number("?c a ct:Claim"),
            stated=number("?c a ct:Claim ; ct:basis ct:Stated"),
            inferred=number("?c a ct:Claim ; ct:basis ct:Inferred"),
            triples=number("?s ?p ?o"),
            asserted=distinct("?g a ct:Claim"),
            derived=distinct(f"FILTER({rule})"),
            ontology=distinct(f"FILTER(!{rule}) FILTER NOT EXISTS {{ ?g a ct:Claim }}"),
            claims_hash="",
        )

    def _select(self, text: str) -> ox.QuerySolutions:
        result = self.answer(Query(text), None, None)
        if not isinstance(result, ox.QuerySolutions):
            raise wrong_form("SELECT")
        return result

    def _ask(
        self, query: Query, timeout: float | None, dataset: QueryDataset | None = None
    ) -> Result:
        try:
            return ask_endpoint(self._address, query, timeout, dataset)
        except QuerySyntaxError as error:
            from ctgraph.store.sparql.syntax_errors import find_fault

            # An endpoint may know more than SPARQL 1.1, so it is asked first.
            raise (find_fault(query) or error) from None

    def _probe(self, timeout: float | None) -> None:
        """Refuse an endpoint whose default graph lacks what stands in its named graphs."""
        if self._was_probed:
            return
        if not self._ask(Query(f"ASK {{ ?claim a <{CT}Claim> }}"), timeout) and bool(
            self._ask(Query(f"ASK {{ GRAPH ?graph {{ ?claim a <{CT}Claim> }} }}"), timeout)
        ):
            raise EndpointError("endpoint-without-merge", location=self.location)
        self._was_probed = True

    def _fetch_labels(self, iris: Sequence[str]) -> dict[str, list[Label]]:
        found: dict[str, list[Label]] = {iri: [] for iri in iris}
        # An IRI that cannot be written in a query has no label there either.
        safe = [iri for iri in iris if not re.search(r'[\x00-\x20<>"{}|^`\\]', iri)]
        # Two blocks of VALUES would be multiplied, and then every label in the graph be read.
        pairs = " ".join(f"(<{iri}> {term})" for iri in safe for term in LABELS)
        text = f"SELECT DISTINCT ?x ?p ?l {{ VALUES (?x ?p) {{ {pairs} }} ?x ?p ?l }}"
        for thing, kind, label in self._select(text) if safe else ():
            if isinstance(thing, ox.NamedNode) and isinstance(label, ox.Literal):
                found[thing.value].append((LABELS.index(kind), label))
        return found
