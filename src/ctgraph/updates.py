"""SPARQL 1.1 updates (https://www.w3.org/TR/sparql11-update/) of a store that may be changed.

An update does what it says, graph by graph, in one transaction. The default graph of our stores
is the merge of the others, and an update does not keep it so: who adds a triple to a claim's
graph adds it to the default graph too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyoxigraph as ox

from ctgraph.dataset import QueryDataset
from ctgraph.errors import QueryError, QuerySyntaxError, StoreError
from ctgraph.sparql import Token, refuse_deep, refuse_unsafe_update, tokenize
from ctgraph.terms import PREFIXES
from ctgraph.wire import RequestError

_KEYWORDS = frozenset(
    {
        *("PREFIX", "BASE", "INSERT", "DELETE", "DATA", "WHERE", "CLEAR", "DROP", "CREATE"),
        *("ADD", "MOVE", "COPY", "SILENT", "GRAPH", "DEFAULT", "NAMED", "ALL", "TO", "INTO"),
    }
)


def run_update(
    graph: ox.Store, text: str, dataset: QueryDataset | None = None, *, base: str | None = None
) -> None:
    """Nothing; a graph is changed as an update says, wholly or not at all.

    Args:
        graph: The store, opened for writing.
        text: The update; the prefixes of `terms.PREFIXES` need no declaration.
        dataset: The graphs that the WHERE parts see, in place of USING and USING NAMED.
        base: What relative IRIs are resolved against.

    Raises:
        QuerySyntaxError: The text is no update.
        QueryRefused: It reaches a file or another server.
        RequestError: It names graphs itself, though `dataset` does (SPARQL 1.1 Protocol, 2.2.3).
        StoreError: The store cannot be read or written.
    """
    refuse_deep(text)
    refuse_unsafe_update(text)
    asked = text if dataset is None else insert_using(text, dataset)
    try:
        graph.update(asked, base_iri=base, prefixes=PREFIXES)
    except SyntaxError as error:
        raise _explain(text, str(error.msg)) from None
    except (OSError, RuntimeError) as error:
        raise StoreError(f"the update was not done: {error}.") from None
    except ValueError as error:
        raise QueryError(f"the update cannot be done: {error}.") from None


def insert_using(text: str, dataset: QueryDataset) -> str:
    """The update in which every WHERE part sees a data set.

    Args:
        text: An update.
        dataset: The graphs.

    Raises:
        RequestError: It names graphs itself with USING, USING NAMED or WITH (400).

    Example:
        >>> insert_using("DELETE WHERE { ?s ?p ?o }", QueryDataset(("http://e/g",)))
        'DELETE { ?s ?p ?o } USING <http://e/g> WHERE { ?s ?p ?o }'
    """
    clauses = [f"USING <{iri}> " for iri in dataset.default]
    clauses += [f"USING NAMED <{iri}> " for iri in dataset.named]
    using = "".join(clauses)
    edits: list[tuple[int, str]] = []
    is_short = False
    for token, group in _outside(text):
        word = token.text.upper() if token.kind == "word" else token.text
        if token.is_word("USING", "WITH"):
            raise RequestError(
                f"update, line {token.line}, column {token.column}: {word} and "
                "using-graph-uri exclude each other.",
                hint="Name the graphs in one place.",
            )
        if token.kind == "word" and word not in _KEYWORDS:
            raise RequestError(
                f"update, line {token.line}, column {token.column}: {token.text} is no keyword "
                "of an update.",
                hint="Put spaces between keywords.",
            )
        if word == "WHERE":
            # The short form has a single group, which is template and pattern.
            template = f"{group} " if is_short else ""
            edits.append((token.start, template + using))
        is_short = word == "DELETE" and not group
    for place, addition in reversed(edits):
        text = text[:place] + addition + text[place:]
    return text


def _outside(text: str) -> Iterator[tuple[Token, str]]:
    """The tokens outside of groups, each with the group that follows it at once."""
    tokens = tokenize(text)
    depth = 0
    for index, token in enumerate(tokens):
        if token.kind == "punct" and token.text in "{}":
            depth += 1 if token.text == "{" else -1
        elif depth == 0:
            yield token, _group_behind(text, tokens, index)


def _group_behind(text: str, tokens: list[Token], index: int) -> str:
    depth = 0
    for token in tokens[index + 1 :]:
        if token.kind == "punct" and token.text in "{}":
            depth += 1 if token.text == "{" else -1
        if depth == 0:
            return text[tokens[index + 1].start : token.end] if token.text == "}" else ""
    return ""


def _explain(text: str, message: str) -> QuerySyntaxError:
    place = re.match(r"error at (\d+):(\d+): (.*)", message, re.DOTALL)
    line, column = (int(place[1]), int(place[2])) if place else (0, 0)
    lines = text.split("\n")
    found = lines[line - 1][column - 1 : column + 19] if 0 < line <= len(lines) else ""
    said = f"the update cannot be read at {found!r}." if found else "the update cannot be read."
    return QuerySyntaxError(said, line=line, column=column)
