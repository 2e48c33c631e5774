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


def fetch(package: str, homes: dict[str, str], name: str) -> object:
    """Return a name of a package from the file where it stands, and keep it (PEP 562).

    The faces of the rooms share this, so that importing one loads nothing else.

    Args:
        package: The package, by its full name.
        homes: Its names, each with the module of the package that defines it; behind a colon the
            name that it has there, if it is another.
        name: What is asked for.

    Raises:
        AttributeError: It is no name of the package.
    """
    import sys
    from importlib import import_module

    if name not in homes:
        raise AttributeError(f"module {package!r} has no attribute {name!r}")
    module, _, attribute = homes[name].partition(":")
    value: object = getattr(import_module(f"{package}.{module}"), attribute or name)
    setattr(sys.modules[package], name, value)
    return value


if not TYPE_CHECKING:  # a type checker reads the imports above

    def __getattr__(name: str) -> object:
        """Fetch a public name from the module where it lives."""
        return fetch(__name__, _HOMES, name)

    def __dir__() -> list[str]:
        """Every public name, fetched or not."""
        return sorted(set(globals()) | set(__all__))
