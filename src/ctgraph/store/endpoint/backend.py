"""Stores at a remote endpoint: every question is a query that travels."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from ctgraph.errors import QuerySyntaxError, QueryTimeout
from ctgraph.store.backend import Backend, wrong_form
from ctgraph.store.endpoint.address import Address
from ctgraph.store.endpoint.ask import Fetched, fetch_answer
from ctgraph.store.endpoint.default_graph import find_merge
from ctgraph.store.endpoint.exchange import DEFAULT_TIMEOUT
from ctgraph.store.endpoint.rewrite import (
    fill_template,
    read_from,
    select_bindings,
    triples_of,
)
from ctgraph.store.endpoint.whole import WholeAnswers
from ctgraph.store.labels import LABELS, LABELS_AT_ONCE, Label
from ctgraph.store.sparql.query import Query
from ctgraph.terms import OWN_NAMESPACES

if TYPE_CHECKING:
    from ctgraph.store.cache import Counts
    from ctgraph.store.sparql.dataset import QueryDataset, Result
    from ctgraph.store.sparql.tree import QueryTree

_VOCABULARIES = ("skos:ConceptScheme", "owl:Ontology")
_DESCRIBED_AT_ONCE = 100


class _Limits(NamedTuple):
    """How a query is asked: until when, in place of how many seconds, and on which graphs."""

    deadline: float
    timeout: float
    dataset: QueryDataset | None


class EndpointBackend(Backend):
    """A graph that a SPARQL 1.1 endpoint holds.

    Only SELECT and ASK travel: what CONSTRUCT and DESCRIBE give is made here of rows, for those can
    be counted and read in pages.
    """

    def __init__(self, location: str, address: Address) -> None:
        super().__init__(location)
        self._address = address
        self._whole = WholeAnswers(location)
        self._merge: str | None = None
        self._was_probed = False

    def answer(self, query: Query, timeout: float | None, dataset: QueryDataset | None) -> Result:
        """Return the endpoint's answer to a query.

        Args:
            query: The query.
            timeout: Seconds after which the endpoint is given up; None means
                `exchange.DEFAULT_TIMEOUT`.
            dataset: The graphs that it sees, in place of its own FROM and FROM NAMED.

        Raises:
            EndpointError: There is no answer, or no whole one.
        """
        self._refuse_closed()
        limits = self._limits(timeout, dataset)
        self._probe(limits)
        if query.form == "ASK":
            return self._fetch(query, limits).result
        if query.form == "SELECT":
            return self._select_whole(query, limits)
        try:
            tree = query.tree
        except QuerySyntaxError:  # an endpoint may know more than SPARQL 1.1
            found = self._fetch(query, limits)
            return self._whole.accept(found, lambda asked: self._fetch(asked, limits)).result
        return self._make_triples(tree, limits)

    def quads(self) -> Iterator[ox.Quad]:
        """Yield every quad, those of the default graph included; they all travel.

        Graphs that are no claim, rule or vocabulary, such as a server keeps for itself, are not
        read.
        """
        for solution in self._select("SELECT ?s ?p ?o { ?s ?p ?o }"):
            yield ox.Quad(*solution)
        for graphs in (_of_kind("ct:Claim", *_VOCABULARIES), _derived()):
            for solution in self._select(f"SELECT DISTINCT ?s ?p ?o ?g {{ {graphs} }}"):
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

        def number(pattern: str) -> int:
            for (value,) in self._select(f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}"):
                assert isinstance(value, ox.Literal)
                return int(value.value)
            return 0

        def distinct(graphs: str) -> int:
            return number(f"SELECT DISTINCT ?s ?p ?o {{ {graphs} }}")

        return Counts(
            claims=number("?c a ct:Claim"),
            stated=number("?c a ct:Claim ; ct:basis ct:Stated"),
            inferred=number("?c a ct:Claim ; ct:basis ct:Inferred"),
            triples=number("?s ?p ?o"),
            asserted=distinct(_of_kind("ct:Claim")),
            derived=distinct(_derived()),
            ontology=distinct(_of_kind(*_VOCABULARIES)),
            claims_hash="",
        )

    # One query

    def select_raw(self, text: str) -> ox.QuerySolutions:
        """Return the rows of a query on the server's own default graph, whatever that holds.

        Args:
            text: A SELECT.
        """
        return self._select_whole(Query(text), self._limits(None, None))

    def ask_raw(self, text: str) -> bool:
        """Tell what the server's own default graph says, whatever that holds.

        Args:
            text: An ASK.
        """
        return bool(self._fetch(Query(text), self._limits(None, None)).result)

    def _limits(self, timeout: float | None, dataset: QueryDataset | None) -> _Limits:
        seconds = DEFAULT_TIMEOUT if timeout is None else timeout
        return _Limits(time.monotonic() + seconds, seconds, dataset)

    def _select(self, text: str) -> ox.QuerySolutions:
        result = self.answer(Query(text), None, None)
        if not isinstance(result, ox.QuerySolutions):
            raise wrong_form("SELECT")
        return result

    def _select_whole(self, query: Query, limits: _Limits) -> ox.QuerySolutions:
        return self._whole.fetch(query, lambda asked: self._fetch(asked, limits))

    def _fetch(self, query: Query, limits: _Limits) -> Fetched:
        """Return the answer to one query, on the merge wherever that is."""
        left = max(limits.deadline - time.monotonic(), 0.001)
        sent = query
        if self._merge is not None and limits.dataset is None:
            sent = read_from(query, self._merge)
        try:
            return fetch_answer(self._address, sent, left, limits.dataset)
        except QueryTimeout:
            seconds = limits.timeout
            raise QueryTimeout(
                "endpoint-timed-out", url=self.location, timeout=seconds, seconds=seconds
            ) from None
        except QuerySyntaxError as error:
            from ctgraph.store.sparql.syntax_errors import find_fault

            # An endpoint may know more than SPARQL 1.1, so it is asked first.
            raise (find_fault(query) or error) from None

    def _probe(self, limits: _Limits) -> None:
        """Find the merge, once; an endpoint that has none is refused."""
        if self._was_probed:
            return
        plain = limits._replace(dataset=None)
        self._merge = find_merge(lambda query: self._fetch(query, plain).result, self.location)
        self._was_probed = True

    def _make_triples(self, tree: QueryTree, limits: _Limits) -> ox.QueryTriples:
        """Return what a CONSTRUCT or DESCRIBE gives, made of the rows that it rests on."""
        asked = select_bindings(tree)
        rows = []
        if asked is not None:
            found = self._select_whole(asked, limits)
            names = [variable.value for variable in found.variables]
            rows = [dict(zip(names, solution, strict=True)) for solution in found]
        if tree.form == "CONSTRUCT":
            made = list(fill_template(tree.template or (), rows))
        else:
            made = self._describe(tree, [term for row in rows for term in row.values()], limits)
        graph = ox.Store()
        graph.bulk_extend(ox.Quad(*triple) for triple in made)
        result = graph.query("CONSTRUCT WHERE { ?s ?p ?o }")  # only a query makes a QueryTriples
        assert isinstance(result, ox.QueryTriples)
        return result

    def _describe(
        self, tree: QueryTree, found: Sequence[object], limits: _Limits
    ) -> list[ox.Triple]:
        """Return what the default graph says of things, as the engine in memory describes them."""
        things = [
            term for term in (*(tree.targets or ()), *found) if isinstance(term, ox.NamedNode)
        ]
        things = list(dict.fromkeys(things))
        made = []
        for start in range(0, len(things), _DESCRIBED_AT_ONCE):
            asked = triples_of(things[start : start + _DESCRIBED_AT_ONCE], tree)
            made += [ox.Triple(*solution) for solution in self._select_whole(asked, limits)]
        return made

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


def _of_kind(*kinds: str) -> str:
    """Return the pattern for what stands in the graphs that describe themselves as of a kind."""
    return f"VALUES ?kind {{ {' '.join(kinds)} }} ?g a ?kind . GRAPH ?g {{ ?s ?p ?o }}"


def _derived() -> str:
    """Return the pattern for what stands in the graphs of rules."""
    from ctgraph.store.rules import RULE_GRAPHS

    return f'GRAPH ?g {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?g), "{RULE_GRAPHS}"))'
