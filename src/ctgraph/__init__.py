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
    from ctgraph.api import Graph, Statistics
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
    from ctgraph.evidence import RowEvidence
    from ctgraph.exchange import read_network
    from ctgraph.query import Row, Table
    from ctgraph.questions import Question

__version__ = "0.1.0"

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
    "Graph": ("api", "Graph"),
    "Statistics": ("api", "Statistics"),
    "open": ("api", "open_graph"),
    "Question": ("questions", "Question"),
    "Row": ("query", "Row"),
    "Table": ("query", "Table"),
    "RowEvidence": ("evidence", "RowEvidence"),
    "read_network": ("exchange", "read_network"),
}


if not TYPE_CHECKING:  # a type checker reads the imports above

    def __getattr__(name: str) -> object:
        """A public name, from the module where it lives (PEP 562)."""
        if name not in __all__ or name.startswith("__"):
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        module, attribute = _HOMES.get(name, ("errors", name))
        value: object = getattr(import_module(f"{__name__}.{module}"), attribute)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        """Every public name, fetched or not."""
        return sorted(set(globals()) | set(__all__))
