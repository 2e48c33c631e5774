"""Templates: CONSTRUCT queries that say what a row of a table means.

The variables of a template are the columns of the row. The triples of all rows are made by one
evaluation of its WHERE clause, so that a table of many rows costs little more than one of few. As
in every CONSTRUCT (SPARQL 1.1, 16.2), a triple of which a variable is unbound is not made.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import pyoxigraph as ox

from ctgraph.errors import DataError
from ctgraph.store.project import Bundle
from ctgraph.store.rules import read_header, read_query_text
from ctgraph.store.sparql import Query, mentioned_variables, to_text, tree

Term = ox.NamedNode | ox.Literal
Binding = Mapping[str, Term | Sequence[Term]]
"""What a row gives: a term for each variable, or several."""

_ROW = "row__"
_AT_ONCE = 2_000


class Template(NamedTuple):
    """A template.

    Attributes:
        where: The file, as messages name it.
        suffix: What its claims are called after the row's own; empty for that claim itself.
        tree: The CONSTRUCT query.
    """

    where: str
    suffix: str
    tree: tree.QueryTree


def read_templates(bundle: Bundle, table: str) -> list[Template]:
    """Return the templates of a table, in the order of their names.

    Args:
        bundle: Where `ontology/tables/` is.
        table: Such as ``facts``.

    Raises:
        DataError: A template is no CONSTRUCT query, or its header is wrong.
    """
    files = [(path, bundle.show(path)) for path in bundle.template_files(table)]
    return [_parse(read_query_text(path, where), where) for path, where in files]


@functools.lru_cache(maxsize=64)  # a survey, a load and an import read the same ones in turn
def _parse(text: str, where: str) -> Template:
    suffix = read_header(text, where).get("suffix", "")
    parsed = Query(text).tree
    if parsed.form != "CONSTRUCT" or parsed.where is None or not parsed.template:
        raise DataError("template-not-construct", place=where)
    return Template(where, f"-{suffix}" if suffix else "", parsed)


def fill(template: Template, rows: Sequence[Binding]) -> Iterator[tuple[int, ox.Triple]]:
    """Yield the triples that a template makes, each with the number of its row.

    Args:
        template: The template.
        rows: What each row gives.

    Raises:
        DataError: The engine cannot evaluate the template.
    """
    query = template.tree
    assert query.where is not None
    used = sorted({*mentioned_variables(query.where), *_variables(query.template or ())})
    given = [name for name in used if any(name in row for row in rows)]
    wanted = [name for name in used if name in _variables(query.template or ())]
    columns = tuple(ox.Variable(name) for name in (_ROW, *given))
    patterns: list[list[Any]] = [
        [part.value if isinstance(part, ox.Variable) else part for part in _parts(triple)]
        for triple in query.template or ()
    ]
    for start in range(0, len(rows), _AT_ONCE):
        values = tree.Values(
            columns,
            tuple(
                (ox.Literal(start + number), *terms)
                for number, row in enumerate(rows[start : start + _AT_ONCE])
                for terms in _side_by_side([_terms(row, name) for name in given])
            ),
        )
        select = tree.QueryTree(
            "SELECT",
            tree.Group((values, *query.where.elements)),
            modifier="DISTINCT",
            projection=tuple(tree.Projection(ox.Variable(name), None) for name in (_ROW, *wanted)),
        )
        try:
            solutions: Any = ox.Store().query(to_text(select))
            for solution in solutions:
                row = int(solution[_ROW].value)
                for parts in patterns:
                    made = [solution[part] if isinstance(part, str) else part for part in parts]
                    if None not in made:
                        yield row, ox.Triple(*made)
        except (SyntaxError, ValueError, OSError, RuntimeError) as error:
            raise DataError("template-fails", place=template.where, said=error) from None


def _side_by_side(columns: Sequence[Sequence[Term | None]]) -> Iterator[tuple[Term | None, ...]]:
    """Yield rows in which every term of every column stands at least once.

    The last term of a shorter column is repeated. All combinations would be many rows for the
    same triples, as a triple speaks of one column of several terms at most.
    """
    for number in range(max(map(len, columns), default=1)):
        yield tuple(column[min(number, len(column) - 1)] for column in columns)


def _terms(row: Binding, name: str) -> Sequence[Term | None]:
    value = row.get(name)
    if value is None:
        return (None,)
    if isinstance(value, (ox.NamedNode, ox.Literal)):
        return (value,)
    return value or (None,)


def _variables(triples: Sequence[tree.Triple]) -> set[str]:
    return {
        part.value for triple in triples for part in _parts(triple) if isinstance(part, ox.Variable)
    }


def _parts(triple: tree.Triple) -> tuple[object, object, object]:
    return triple.subject, triple.predicate, triple.object
