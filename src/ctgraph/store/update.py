"""SPARQL 1.1 updates (https://www.w3.org/TR/sparql11-update/) of a store that may be changed.

The default graph of a store is the merge of the others, and stays so: what an operation adds to a
named graph is found in the default graph too, and what stands in no named graph any more leaves
it. What somebody adds to the default graph alone stays there. What a named graph holds cannot be
taken out of the default graph alone; who tries that is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from ctgraph.errors import QueryError, QuerySyntaxError, RequestError, StoreError
from ctgraph.store.sparql.dataset import QueryDataset
from ctgraph.store.sparql.safety import refuse_deep, refuse_unsafe_update
from ctgraph.store.sparql.tokens import Token, tokenize
from ctgraph.store.sparql.update import Operation, read_operations
from ctgraph.terms import PREFIXES, shorten

_KEYWORDS = frozenset(
    {
        *("PREFIX", "BASE", "INSERT", "DELETE", "DATA", "WHERE", "CLEAR", "DROP", "CREATE"),
        *("ADD", "MOVE", "COPY", "SILENT", "GRAPH", "DEFAULT", "NAMED", "ALL", "TO", "INTO"),
    }
)
_DEFAULT = ox.DefaultGraph()
# Somebody may hold on to a triple of these in the default graph alone.
_OWN = "SELECT ?s ?p ?o { ?s ?p ?o FILTER NOT EXISTS { GRAPH ?g { ?s ?p ?o } } }"
_MISSING = "SELECT ?s ?p ?o { GRAPH ?g { ?s ?p ?o } FILTER NOT EXISTS { ?s ?p ?o } } LIMIT 1"

_Graph = ox.NamedNode | ox.BlankNode


def run_update(
    graph: ox.Store, text: str, dataset: QueryDataset | None = None, *, base: str | None = None
) -> None:
    """Nothing; a graph is changed as an update says, and its default graph stays the merge.

    After an error some of the operations may be done: give it a copy, as `disk.change` does.

    Args:
        graph: The store, opened for writing.
        text: The update; the prefixes of `terms.PREFIXES` need no declaration.
        dataset: The graphs that the WHERE parts see, in place of USING and USING NAMED.
        base: What relative IRIs are resolved against.

    Raises:
        QuerySyntaxError: The text is no update.
        QueryRefused: It reaches a file or another server.
        RequestError: It names graphs itself, though `dataset` does (SPARQL 1.1 Protocol, 2.2.3);
            or it takes out of the default graph what a named graph holds (409).
        StoreError: The store cannot be read or written.
    """
    from datetime import UTC, datetime

    refuse_deep(text)
    refuse_unsafe_update(text)
    asked = text if dataset is None else insert_using(text, dataset)
    now = f'"{datetime.now(UTC).isoformat()}"^^<{PREFIXES["xsd"]}dateTime>'
    try:
        _check_syntax(asked, base)
        for operation in read_operations(asked, now):
            _Run(graph, operation, base).run()
    except SyntaxError as error:
        raise _explain(text, str(error.msg)) from None
    except (OSError, RuntimeError) as error:
        raise StoreError(f"the update was not done: {error}.") from None
    except ValueError as error:
        raise QueryError(f"the update cannot be done: {error}.") from None


def _check_syntax(text: str, base: str | None) -> None:
    """Nothing, if the engine can read an update; it has no way to read without doing."""
    try:
        ox.Store().update(text, base_iri=base, prefixes=PREFIXES)
    except SyntaxError:
        raise
    except (RuntimeError, ValueError, OSError):
        return  # such as a graph that an empty store does not have


class _Run:
    """One operation at work."""

    def __init__(self, graph: ox.Store, operation: Operation, base: str | None) -> None:
        self.graph = graph
        self.operation = operation
        self.base = base

    def run(self) -> None:
        operation = self.operation
        if operation.verb == "INSERT":
            self.run_templates()
        elif operation.source == "NAMED":
            own = [ox.Quad(row["s"], row["p"], row["o"]) for row in self.select(_OWN)]
            self.update()
            self.graph.clear_graph(_DEFAULT)
            self.graph.extend(own)
        elif operation.source == "ALL":
            self.update()
        else:
            self.run_whole_graphs()

    def run_whole_graphs(self) -> None:
        """CLEAR, DROP, CREATE, ADD, COPY and MOVE of single graphs."""
        operation = self.operation
        names = [one for one in (operation.source, operation.target) if one not in ("", "DEFAULT")]
        before = self.read(self.resolve(names))
        self.update()
        if operation.verb == "MOVE" and operation.source == "DEFAULT":
            before = {one: set() for one in before}  # all of it is missing now
        into_default: set[ox.Triple] = set()
        if operation.target == "DEFAULT":
            into_default = next(iter(before.values()), set())
        self.mend(before, into_default)
        clears = operation.source if operation.verb in ("CLEAR", "DROP") else operation.target
        if clears == "DEFAULT" and operation.verb != "ADD":
            for row in self.select(_MISSING):
                raise self.refuse(ox.Triple(row["s"], row["p"], row["o"]))

    def run_templates(self) -> None:
        """INSERT and DELETE, with bare data or with a pattern."""
        operation = self.operation
        names = (*operation.delete.graphs, *operation.insert.graphs)
        fixed = [one for one in names if one[:1] not in "?$"]
        if operation.with_graph:
            fixed.append(operation.with_graph)
        variables = [one for one in dict.fromkeys(names) if one[:1] in "?$"]
        is_random = re.search(r"(?i)\brand\s*\(", operation.where) is not None
        taken: set[ox.Triple] = set()
        given: set[ox.Triple] = set()
        if not operation.with_graph:
            taken = self.construct(operation.delete.default)
            if operation.delete.graphs:
                given = self.construct(operation.insert.default)
        if is_random and (variables or taken):
            raise RequestError(
                "the update chooses by RAND() what it changes, which cannot be followed.",
                hint="Choose first, with a query; then send an update without RAND().",
            )
        touched = [*self.resolve(fixed), *self.find(variables)]
        known = set(self.graph.named_graphs()) if variables else set()
        before = self.read(touched)
        self.update()
        if variables:  # which may have been made up, as by UUID()
            before.update((name, set()) for name in set(self.graph.named_graphs()) - known)
        self.refuse_taken(taken, before)
        self.mend(before, given)

    # --- asking ----------------------------------------------------------------------------------

    def update(self) -> None:
        self.graph.update(self.operation.text, base_iri=self.base, prefixes=PREFIXES)

    def select(self, text: str) -> Iterator[ox.QuerySolution]:
        rows = self.graph.query(text, base_iri=self.base, prefixes=PREFIXES)
        assert isinstance(rows, ox.QuerySolutions)
        return rows

    def resolve(self, names: Iterable[str]) -> list[_Graph]:
        """The IRIs that names of graphs stand for."""
        values = " ".join(names)
        if not values:
            return []
        text = f"{self.operation.declared} SELECT ?g {{ VALUES ?g {{ {values} }} }}"
        return [row["g"] for row in self.select(text)]

    def where(self, form: str) -> ox.QuerySolutions | ox.QueryTriples:
        """The answer to a query over the pattern of the operation and the graphs that it sees."""
        operation = self.operation
        default: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] | None = None
        named: list[_Graph] | None = None
        if operation.using or operation.using_named:
            default = [*self.resolve(operation.using)]
            named = self.resolve(operation.using_named)
        elif operation.with_graph:
            default = [*self.resolve([operation.with_graph])]
        found = self.graph.query(
            f"{operation.declared} {form} WHERE {operation.where}",
            base_iri=self.base,
            prefixes=PREFIXES,
            default_graph=default,
            named_graphs=named,
        )
        assert not isinstance(found, ox.QueryBoolean)
        return found

    def find(self, variables: list[str]) -> list[_Graph]:
        """The graphs that variables stand for."""
        if not variables:
            return []
        rows = self.where(f"SELECT DISTINCT {' '.join(variables)}")
        found = {value for row in rows for value in row}
        return [one for one in found if isinstance(one, (ox.NamedNode, ox.BlankNode))]

    def construct(self, template: str) -> set[ox.Triple]:
        """The triples that a template stands for."""
        if not template:
            return set()
        return set(self.where(f"CONSTRUCT {template}"))

    def read(self, graphs: Iterable[_Graph]) -> dict[_Graph, set[ox.Triple]]:
        return {
            one: {quad.triple for quad in self.graph.quads_for_pattern(None, None, None, one)}
            for one in graphs
        }

    def holders(self, triple: ox.Triple) -> list[_Graph]:
        """The named graphs that hold a triple."""
        quads = self.graph.quads_for_pattern(triple.subject, triple.predicate, triple.object, None)
        return [one.graph_name for one in quads if one.graph_name != _DEFAULT]  # type: ignore[misc]

    # --- the merge -------------------------------------------------------------------------------

    def mend(self, before: dict[_Graph, set[ox.Triple]], given: set[ox.Triple]) -> None:
        """Make the default graph the merge again.

        Args:
            before: What may have changed: named graphs with what stood in them.
            given: What the operation puts into the default graph itself.
        """
        after = self.read(before)
        self.graph.extend(ox.Quad(*triple) for one in before for triple in after[one] - before[one])
        for one, triples in before.items():
            for triple in triples - after[one] - given:
                if not self.holders(triple):
                    self.graph.remove(ox.Quad(*triple))

    def refuse_taken(self, taken: set[ox.Triple], before: dict[_Graph, set[ox.Triple]]) -> None:
        """Nothing, unless named graphs still hold what was taken out of the default graph."""
        for triple in taken:
            if ox.Quad(*triple) in self.graph:
                continue
            for holder in self.holders(triple):
                if triple in before.get(holder, {triple}):
                    raise self.refuse(triple)

    def refuse(self, triple: ox.Triple) -> RequestError:
        holders = sorted(shorten(one.value) for one in self.holders(triple))
        said = str(triple) if len(str(triple)) <= 200 else f"{str(triple)[:199]}…"
        return RequestError(
            f"the update takes out of the default graph what the graph {holders[0]} holds: {said}.",
            status=409,
            hint="The default graph is the merge of the named graphs. Delete it from these: "
            "DELETE { GRAPH ?g { … } } WHERE { GRAPH ?g { … } }.",
        )


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
