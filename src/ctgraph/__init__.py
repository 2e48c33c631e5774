"""ctgraph: a citable knowledge graph of counter-terrorism cooperation.

Every triple can show the words it rests on:

    >>> import ctgraph
    >>> kg = ctgraph.open()
    >>> table = kg.ask("partners", actor="GIFCT")
    >>> kg.evidence(table[0]).claims[1].quote
    'GIFCTと連携し、オンライン・テロに関するワークショップを'

Importing the package loads nothing else; each name below is fetched when it is first used.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, which takes 5 ms to import; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.api import Graph
    from ctgraph.api import open_graph as open  # noqa: A004 - the natural name, as in gzip.open
    from ctgraph.errors import (
        CtgraphError,
        DataError,
        EndpointError,
        QueryError,
        QueryRefused,
        QuerySyntaxError,
        QueryTimeout,
        StoreError,
        UnknownName,
        UsageError,
    )
    from ctgraph.network.files import read_network
    from ctgraph.query.answers import Row, Table
    from ctgraph.query.evidence.find import RowEvidence
    from ctgraph.query.questions import Question
    from ctgraph.query.statistics import Statistics
    from ctgraph.version import __version__

__all__ = [
    "CtgraphError",
    "DataError",
    "EndpointError",
    "Graph",
    "QueryError",
    "QueryRefused",
    "QuerySyntaxError",
    "QueryTimeout",
    "Question",
    "Row",
    "RowEvidence",
    "Statistics",
    "StoreError",
    "Table",
    "UnknownName",
    "UsageError",
    "__version__",
    "open",
    "read_network",
]

_HOMES = {
    **{name: "errors" for name in __all__ if name.endswith(("Error", "Name"))},
    **dict.fromkeys(("QueryRefused", "QueryTimeout"), "errors"),
    "Graph": "api",
    "open": "api:open_graph",
    "Question": "query.questions",
    "Row": "query.answers",
    "RowEvidence": "query.evidence.find",
    "Statistics": "query.statistics",
    "Table": "query.answers",
    "read_network": "network.files",
    "__version__": "version",
}


if not TYPE_CHECKING:  # a type checker reads the imports above
    from ctgraph.version import fetch as _fetch

    def __getattr__(name: str) -> object:
        """Fetch a public name from the module where it lives."""
        return _fetch(__name__, _HOMES, name)

    def __dir__() -> list[str]:
        """Every public name, fetched or not."""
        return sorted(set(globals()) | set(__all__))
