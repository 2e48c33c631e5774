"""Queries made of queries, so that an endpoint's answers can be counted and paged."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import pyoxigraph as ox

from ctgraph.store.sparql.query import Query
from ctgraph.store.sparql.tree import (
    Expression,
    Group,
    OrderKey,
    Projection,
    QueryTree,
    SubSelect,
    Triple,
    Values,
)
from ctgraph.store.sparql.write import to_text

Cell = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Part = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Variable
Bound = dict[str, Cell | None]


def read_from(query: Query, graph: str) -> Query:
    """Return a query that reads a named graph where it would read the default graph.

    ``GRAPH ?g`` does not find that graph. The lines of the text stay. A query that names its graphs
    with FROM stays as it is.

    Args:
        query: The query.
        graph: IRI of the graph.

    Example:
        >>> read_from(Query("ASK { ?g a ct:Claim GRAPH ?g { ?s ?p ?o } }"), "urn:m").text
        'ASK { GRAPH <urn:m> { ?g a ct:Claim GRAPH ?g { ?s ?p ?o } FILTER(?g != <urn:m>) } }'
    """
    inserts: list[tuple[int, str]] = []
    opened: list[str | None] = []  # for each open brace, the variable of the GRAPH before it
    groups: list[tuple[int, int]] = []
    tokens = [token for token in query.tokens if token.text]
    for index, token in enumerate(tokens):
        if not opened and token.is_word("FROM"):
            return query
        if token.kind == "punct" and token.text == "{":
            name = None
            if index > 1 and tokens[index - 2].is_word("GRAPH") and tokens[index - 1].kind == "var":
                name = tokens[index - 1].text
            if not opened:
                groups.append((token.end, 0))
            opened.append(name)
        elif token.kind == "punct" and token.text == "}" and opened:
            name = opened.pop()
            if name is not None:
                inserts.append((token.end, f" FILTER({name} != <{graph}>)"))
            if not opened:
                groups[-1] = (groups[-1][0], token.start)
    # Of CONSTRUCT the template comes first; behind the pattern there may be VALUES.
    place = 1 if query.form == "CONSTRUCT" and len(groups) > 1 and _has_template(query) else 0
    if place < len(groups):
        start, end = groups[place]
        inserts += [(start, f" GRAPH <{graph}> {{"), (end, "} ")]
    text = query.text
    for at, words in sorted(inserts, reverse=True):
        text = text[:at] + words + text[at:]
    return Query(text)


def _has_template(query: Query) -> bool:
    words = itertools.dropwhile(lambda token: not token.is_word("CONSTRUCT"), query.tokens)
    return next(itertools.islice(words, 1, None)).text == "{"


def count_rows(tree: QueryTree) -> Query:
    """Return the query for the number of rows of a SELECT, in the column ``rows``.

    Args:
        tree: The SELECT.
    """
    inner = _changed(tree, datasets=(), **({} if _is_bounded(tree) else {"order_by": ()}))
    column = Projection(ox.Variable("rows"), Expression(("COUNT", "(", "*", ")")))
    where = Group((SubSelect(inner),))
    return _written(_outside(tree, where, (column,)))


def page_rows(tree: QueryTree, start: int, size: int, *, nested: bool) -> Query:
    """Return the query for some rows of a SELECT, in an order that all its columns decide.

    Args:
        tree: The SELECT.
        start: The first row, from 0.
        size: Rows at most.
        nested: Whether the rows are ordered inside and counted off outside, which is how Virtuoso
            gives more than the first 10,000 of an order.
    """
    if tree.limit is not None:
        size = min(size, tree.limit - start)
    start += tree.offset or 0
    keys = tuple(OrderKey(Expression((f"?{name}",)), False) for name in tree.columns())
    ordered = _changed(tree, order_by=tree.order_by + keys, limit=None, offset=None)
    if not nested:
        return _written(_changed(ordered, limit=size, offset=start))
    columns = tuple(Projection(ox.Variable(name), None) for name in tree.columns())
    inner = SubSelect(_changed(ordered, datasets=()))
    outer = _outside(tree, Group((inner,)), columns)
    return _written(_changed(outer, limit=size, offset=start))


def _outside(tree: QueryTree, where: Group, columns: tuple[Projection, ...]) -> QueryTree:
    """Return a SELECT over the graphs of a query, with its BASE."""
    return QueryTree(
        "SELECT", where, prologue=tree.prologue, projection=columns, datasets=tree.datasets
    )


def _is_bounded(tree: QueryTree) -> bool:
    return tree.limit is not None or tree.offset is not None


def _changed(tree: QueryTree, **changes: object) -> QueryTree:
    fields = {name: getattr(tree, name) for name in QueryTree._fields}
    return QueryTree(**{**fields, **changes})


def _written(tree: QueryTree) -> Query:
    return Query(to_text(tree))


# --- CONSTRUCT and DESCRIBE as SELECT -------------------------------------------------------------


def select_bindings(tree: QueryTree) -> Query | None:
    """Return the SELECT whose rows fill the template of a CONSTRUCT, or name what to DESCRIBE.

    Args:
        tree: The CONSTRUCT or DESCRIBE.

    Returns:
        The query; None if no row is needed.
    """
    if tree.where is None:
        return None
    if tree.form == "DESCRIBE":
        targets = tree.where.variables() if tree.targets is None else _variables(tree.targets)
        names, is_set = list(dict.fromkeys(targets)), True
    else:
        template = tree.template or ()
        parts = [part for triple in template for part in _parts(triple)]
        names = list(dict.fromkeys(_variables(parts)))
        is_set = not any(isinstance(part, ox.BlankNode) for part in parts)
    if not names:
        one = Projection(ox.Variable("any"), Expression(("1",)))
        return _written(_select(tree, (one,), limit=1) if tree.limit != 0 else tree)
    columns = tuple(Projection(ox.Variable(name), None) for name in names)
    if is_set and not _is_bounded(tree):
        return _written(_select(tree, columns, modifier="DISTINCT", order_by=()))
    return _written(_select(tree, columns))


def _select(tree: QueryTree, columns: tuple[Projection, ...], **changes: object) -> QueryTree:
    plain = {"form": "SELECT", "targets": None, "template": None, "projection": columns}
    return _changed(tree, **{**plain, **changes})


def _parts(triple: Triple) -> tuple[Part, Part, Part]:
    predicate = triple.predicate
    assert isinstance(predicate, (ox.NamedNode, ox.Variable))  # a template has no paths
    return triple.subject, predicate, triple.object


def _variables(parts: Sequence[object]) -> list[str]:
    return [part.value for part in parts if isinstance(part, ox.Variable)]


def fill_template(template: Sequence[Triple], rows: Sequence[Bound]) -> Iterator[ox.Triple]:
    """Yield the triples that a template makes of rows (SPARQL 1.1 Query, 16.2).

    Args:
        template: The template of a CONSTRUCT.
        rows: The terms of each row by column.
    """
    for row in rows:
        fresh: dict[str, ox.BlankNode] = {}

        def bound(
            part: Part, row: Bound = row, fresh: dict[str, ox.BlankNode] = fresh
        ) -> Cell | None:
            if isinstance(part, ox.Variable):
                return row.get(part.value)
            if isinstance(part, ox.BlankNode):
                return fresh.setdefault(part.value, ox.BlankNode())
            return part

        for triple in template:
            subject, predicate, value = map(bound, _parts(triple))
            if (
                isinstance(subject, (ox.NamedNode, ox.BlankNode))
                and isinstance(predicate, ox.NamedNode)
                and value is not None
            ):
                yield ox.Triple(subject, predicate, value)


def triples_of(subjects: Sequence[ox.NamedNode], tree: QueryTree) -> Query:
    """Return the SELECT for what the default graph says of things: columns s, p and o.

    Args:
        subjects: The things.
        tree: The query whose FROM counts.
    """
    s, p, o = (ox.Variable(name) for name in "spo")
    values = Values((s,), tuple((subject,) for subject in subjects))
    where = Group((values, Triple(s, p, o)))
    columns = tuple(Projection(one, None) for one in (s, p, o))
    return _written(_outside(tree, where, columns))
