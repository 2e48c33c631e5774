"""Answers of an endpoint in full: noticed where they are cut, fetched in pages, or refused.

Servers cut answers at a number of rows or bytes, some without a word. An answer is known to be
whole if it has as many rows as its LIMIT, or if the server gave a longer and larger one whole
before; else the server is asked for a sample that is longer, and where that comes short too, for
the number of rows.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import pyoxigraph as ox

from ctgraph.errors import EndpointError, QuerySyntaxError
from ctgraph.store.endpoint.ask import Fetched
from ctgraph.store.endpoint.results import from_rows, to_rows
from ctgraph.store.endpoint.rewrite import count_rows, page_rows
from ctgraph.store.sparql.query import Query
from ctgraph.store.sparql.tree import QueryTree

Fetch = Callable[[Query], Fetched]
"""Asks the endpoint one query and returns what it says, whole or not."""

SHORTEST_SAMPLE = 100
"""Rows that a sample has at least."""


class WholeAnswers:
    """What is known of the largest answer that a server gives.

    Args:
        location: What messages call the server.
    """

    def __init__(self, location: str) -> None:
        self._location = location
        # An answer with fewer rows and bytes than these is not cut.
        self._rows = self._bytes = 0

    def fetch(self, query: Query, fetch: Fetch) -> ox.QuerySolutions:
        """Return the rows of a SELECT, all of them.

        Args:
            query: The query.
            fetch: Asks the endpoint.

        Raises:
            EndpointError: Some are missing, and cannot be had in pages.
        """
        found = fetch(query)
        assert isinstance(found.result, ox.QuerySolutions)
        tree = _tree(query)
        if tree is None:
            self.accept(found, fetch)
            return found.result
        if not found.says_cut:
            if found.rows == tree.limit:
                self._learn(found)
                return found.result
            if found.rows == 0 or self._is_small(found):
                return found.result
            self._sample(found, fetch)
            if self._is_small(found):
                return found.result
        total = _read_count(fetch(count_rows(tree)))
        if found.rows >= total and not found.says_cut:
            self._learn(found)
            return found.result
        return self._fetch_pages(tree, total, found, fetch)

    def accept(self, found: Fetched, fetch: Fetch) -> Fetched:
        """Return an answer that cannot be counted, if the server gives longer ones whole.

        Args:
            found: The answer.
            fetch: Asks the endpoint.

        Raises:
            EndpointError: It may have been cut.
        """
        if not found.says_cut and found.rows and not self._is_small(found):
            self._sample(found, fetch)
        if found.says_cut or (found.rows and not self._is_small(found)):
            raise EndpointError("endpoint-answer-uncounted", url=self._location)
        return found

    def _is_small(self, found: Fetched) -> bool:
        return found.rows < self._rows and found.size < self._bytes

    def _learn(self, found: Fetched) -> None:
        if found.rows >= self._rows and found.size >= self._bytes:
            self._rows, self._bytes = found.rows, found.size

    def _sample(self, found: Fetched, fetch: Fetch) -> None:
        """Ask for more rows than were found, of what any graph has."""
        wanted = max(SHORTEST_SAMPLE, 4 * found.rows)
        sample = fetch(Query(f"SELECT ?s ?p ?o {{ ?s ?p ?o }} LIMIT {wanted}"))
        if sample.says_cut:
            return
        if sample.rows < wanted:  # the graph may be smaller
            wanted = _read_count(fetch(Query("SELECT (COUNT(*) AS ?rows) { ?s ?p ?o }")))
        if sample.rows == wanted:
            self._learn(sample)

    def _fetch_pages(
        self, tree: QueryTree, total: int, found: Fetched, fetch: Fetch
    ) -> ox.QuerySolutions:
        """Return all rows of an answer that was cut.

        That the pages are parts of one order is not taken on trust: no row may come twice, and
        their number must be that which was counted.
        """
        missing = EndpointError(
            "endpoint-answer-cut", url=self._location, count=found.rows, total=total
        )
        nested = False
        rows: dict[str, dict[str, object]] = {}
        read = 0
        columns = tree.columns()
        while read < total:
            size = max(found.rows, 1)
            try:
                page = fetch(page_rows(tree, read, size, nested=nested))
            except (EndpointError, QuerySyntaxError) as error:
                if nested:
                    raise missing from error
                nested = True
                continue
            assert isinstance(page.result, ox.QuerySolutions)
            _, listed = to_rows(page.result)
            rows |= {json.dumps(row, sort_keys=True): row for row in listed}
            read += len(listed)
            if not listed or len(rows) < read or _has_blank(listed):
                raise missing
        if read != total:
            raise missing
        return from_rows(columns, list(rows.values()))


def _tree(query: Query) -> QueryTree | None:
    try:
        return query.tree
    except QuerySyntaxError:
        return None  # an endpoint may know more than SPARQL 1.1


def _read_count(found: Fetched) -> int:
    assert isinstance(found.result, ox.QuerySolutions)
    for (value,) in found.result:
        if isinstance(value, ox.Literal):
            return int(value.value)
    return 0


def _has_blank(rows: list[dict[str, object]]) -> bool:
    """Tell whether a blank node is in some rows: its name may be another one on the next page."""
    return '"type": "bnode"' in json.dumps(rows)
