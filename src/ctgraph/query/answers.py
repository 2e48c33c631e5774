"""What a query is answered with: a table of rows, or triples."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, cast

import pyoxigraph as ox

from ctgraph.errors import UnknownName, UsageError, suggest
from ctgraph.store.sparql import Query
from ctgraph.terms import PREFIXES, check_lang

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    import pandas
    import polars

    from ctgraph.query.questions import Question
    from ctgraph.store import Store

    Value = ox.NamedNode | ox.Literal
    Term = Value | ox.BlankNode


_XSD = PREFIXES["xsd"]


def to_python(term: Term | ox.Triple | None) -> Any:  # noqa: PLR0911 - one per kind of term
    """Return the Python value of a term.

    An IRI and a literal with a language give `str`, numbers `int`, `Decimal` or `float`, then
    `bool`, `datetime.date` and `datetime.datetime`; what cannot be read as its datatype says
    stays the text it is. An unbound variable gives None.

    Args:
        term: A term, or None.
    """
    if term is None:
        return None
    if isinstance(term, ox.Triple):
        return str(term)
    if not isinstance(term, ox.Literal):
        return term.value if isinstance(term, ox.NamedNode) else f"_:{term.value}"
    datatype = term.datatype.value
    if not datatype.startswith(_XSD):
        return term.value
    convert = _CONVERTERS.get(datatype[len(_XSD) :])
    if convert is None:
        return term.value
    try:
        return convert(term.value)
    except (ValueError, ArithmeticError, KeyError):
        return term.value


def _to_decimal(text: str) -> object:
    from decimal import Decimal

    return Decimal(text)


def _to_date(text: str) -> object:
    import datetime

    return datetime.date.fromisoformat(text)


def _to_datetime(text: str) -> object:
    import datetime

    return datetime.datetime.fromisoformat(text)


_CONVERTERS: dict[str, Any] = {
    "integer": int,
    "int": int,
    "long": int,
    "short": int,
    "byte": int,
    "nonNegativeInteger": int,
    "positiveInteger": int,
    "unsignedInt": int,
    "unsignedLong": int,
    "decimal": _to_decimal,
    "double": float,
    "float": float,
    "boolean": {"true": True, "1": True, "false": False, "0": False}.__getitem__,
    "date": _to_date,
    "dateTime": _to_datetime,
}


class Row:
    """One row of a table; a cell becomes a Python value when it is asked for.

    ``row["partner"]`` and ``row[0]`` give a value (see `to_python`), `term` the RDF term.
    """

    __slots__ = ("index", "solution", "table")

    def __init__(self, table: Table, solution: ox.QuerySolution, index: int) -> None:
        self.table = table
        self.solution = solution
        self.index = index

    def term(self, column: str | int) -> Term | ox.Triple | None:
        """Return the RDF term of a cell, or None if it is empty.

        Args:
            column: Name or number of the column.

        Raises:
            UnknownName: There is no such column.
        """
        columns = self.table.columns
        term: Term | ox.Triple | None
        if isinstance(column, int):
            term = self.solution[range(len(columns))[column]]
        elif column in columns:
            term = self.solution[column]
        else:
            close = suggest(column, columns)
            raise UnknownName("column", column, close, hint="columns", names=[*columns])
        return term

    def __getitem__(self, column: str | int) -> Any:
        return to_python(self.term(column))

    def __iter__(self) -> Iterator[Any]:
        return (to_python(term) for term in self.solution)

    def __len__(self) -> int:
        return len(self.table.columns)

    def __repr__(self) -> str:
        return f"<Row {self.to_dict()!r}>"

    @property
    def terms(self) -> list[Term | ox.Triple | None]:
        """The RDF terms of all cells, in the order of the columns."""
        return list(self.solution)

    @property
    def bindings(self) -> dict[str, Term]:
        """The RDF terms of the cells that are not empty, by column.

        A triple inside a triple (SPARQL 1.2) is handed on like any other term.
        """
        return {
            column: cast("Term", term)
            for column, term in zip(self.table.columns, self.solution, strict=True)
            if term is not None
        }

    def to_dict(self) -> dict[str, Any]:
        """Return the Python values by column; None for an empty cell."""
        return dict(zip(self.table.columns, self, strict=True))


class _Answer:
    """What tables and triples have in common."""

    __slots__ = ("asked", "lang", "limit", "store")

    def __init__(self, store: Store, query: str | Query, lang: str, limit: int | None) -> None:
        self.store = store
        self.asked = Query.of(query)
        self.lang = lang
        self.limit = limit

    @property
    def query(self) -> str:
        """The text of the query as it was run."""
        return self.asked.text

    def labels(self, lang: str | None = None) -> dict[str, str]:
        """Return labels of the IRIs in the answer, by IRI; the other language if one has none.

        Args:
            lang: Language of the labels; None for that of the answer.
        """
        lang = lang or self.lang
        check_lang(lang)
        return self.store.labels(self.iris(), lang)

    def iris(self) -> list[str]:
        """Return the IRIs in the answer, each once, sorted."""
        raise NotImplementedError


class Table(_Answer):
    """The answer to a SELECT query: named columns and rows, rows as the engine gives them.

    The rows stay in the engine until one is asked for; ``len``, iteration and indexing give `Row`.

    Args:
        store: The store that answered; labels come from it.
        results: The solutions of the engine.
        query: The query as it was run.
        lang: Language of labels.
        limit: Rows to keep; None for all.
        question: The question that was asked, if it was a named one.
        params: The terms of its parameters.
    """

    __slots__ = (
        "_results",
        "_solutions",
        "_truncated",
        "columns",
        "params",
        "question",
    )

    def __init__(
        self,
        store: Store,
        results: ox.QuerySolutions,
        query: str | Query,
        *,
        lang: str = "en",
        limit: int | None = None,
        question: Question | None = None,
        params: Mapping[str, tuple[Value, ...]] | None = None,
    ) -> None:
        super().__init__(store, query, lang, limit)
        self.question = question
        self.params: dict[str, tuple[Value, ...]] = dict(params or {})
        self.columns: list[str] = [variable.value for variable in results.variables]
        self._results: ox.QuerySolutions | None = results
        self._solutions: list[ox.QuerySolution] = []
        self._truncated = False

    @property
    def solutions(self) -> list[ox.QuerySolution]:
        """The rows as the engine gives them."""
        if self._results is not None:
            results = self._results
            try:
                if self.limit is None:
                    self._solutions = list(results)
                else:
                    self._solutions = list(islice(results, self.limit + 1))
                    self._truncated = len(self._solutions) > self.limit
                    del self._solutions[self.limit :]
            except (RuntimeError, ValueError, OSError) as error:
                raise self.store.explain_failure(error, self.asked) from error
            self._results = None
        return self._solutions

    @property
    def truncated(self) -> bool:
        """Whether the limit was reached and at least one more row was there."""
        if self.limit is not None and self._results is not None:
            self.solutions  # noqa: B018 - reading the rows is what shows whether there are more
        return self._truncated

    def take_results(self) -> ox.QuerySolutions | None:
        """Return the engine's own results if no row was read yet and there is no limit, else None.

        They can be read once; the table is empty until it has them back. It is for writers that
        let the engine write its rows.
        """
        if self.limit is not None or self._results is None:
            return None
        results, self._results = self._results, None
        return results

    def put_results(self, results: ox.QuerySolutions) -> None:
        """Take results back that `take_results` gave, and that were written since.

        Args:
            results: The same rows, to be read from what was written.
        """
        self._results = results

    def __len__(self) -> int:
        return len(self.solutions)

    def __iter__(self) -> Iterator[Row]:
        return (Row(self, solution, index) for index, solution in enumerate(self.solutions))

    def __getitem__(self, index: int) -> Row:
        index = range(len(self.solutions))[index]
        return Row(self, self.solutions[index], index)

    def __repr__(self) -> str:
        return f"<Table {', '.join(self.columns)}: {len(self)} rows>"

    def _repr_html_(self) -> str:
        """Return the first rows, each with links to the claims behind it, for notebooks."""
        from html import escape

        from ctgraph.query.evidence.find import find_evidence_of_rows
        from ctgraph.query.markup import MOST_ROWS, link_claims, link_term, more
        from ctgraph.words import column_heads, read_words

        labels = self.labels()
        rows = [self[index] for index in range(min(len(self), MOST_ROWS))]
        bindings = [row.bindings for row in rows]
        proofs = find_evidence_of_rows(self.store, self.asked, bindings, lang=self.lang)
        heads = column_heads(self.columns, self.lang)
        heads.append(read_words("notebook", self.lang)["claims"])
        caption = escape(self.question.title[self.lang]) if self.question is not None else ""
        lines = [f"<table><caption>{caption}</caption><thead><tr>"]
        lines += [f'<th scope="col">{escape(head)}</th>' for head in heads]
        lines.append("</tr></thead><tbody>")
        for row, proof in zip(rows, proofs, strict=True):
            cells = [link_term(term, labels) for term in row.terms]
            cells.append(link_claims(proof.claims, self.lang))
            lines += ["<tr>", *(f"<td>{cell}</td>" for cell in cells), "</tr>"]
        cut = more("truncated", len(self), self.lang) if self.truncated else ""
        rest = more("more_rows", len(self) - MOST_ROWS, self.lang)
        return "".join([*lines, "</tbody></table>", rest, " ", cut])

    def iris(self) -> list[str]:
        """Return the IRIs in the table, each once, sorted."""
        # One pass over plain attributes: on a large table this is what a labelled output costs.
        found = {
            term.value
            for solution in self.solutions
            for term in solution
            if type(term) is ox.NamedNode
        }
        return sorted(found)

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return the rows as dicts of Python values, by column."""
        return [row.to_dict() for row in self]

    def to_pandas(self) -> pandas.DataFrame:
        """Return the table as a pandas data frame of Python values.

        Raises:
            UsageError: pandas is not installed.
        """
        try:
            import pandas
        except ImportError as error:
            raise UsageError("pandas-not-installed") from error
        return pandas.DataFrame([list(row) for row in self], columns=self.columns)

    def to_polars(self) -> polars.DataFrame:
        """Return the table as a polars data frame of Python values.

        A column with values of several types, such as dates and texts, is one of texts, since a
        column of polars has one type.

        Raises:
            UsageError: polars is not installed.
        """
        try:
            import polars
        except ImportError as error:
            raise UsageError("polars-not-installed") from error
        columns: dict[str, list[Any]] = {}
        for index, name in enumerate(self.columns):
            values = [row[index] for row in self]
            if len({type(value) for value in values if value is not None}) > 1:
                values = [value if value is None else str(value) for value in values]
            columns[name] = values
        return polars.DataFrame(columns, strict=False)


class Triples(_Answer):
    """The answer to a CONSTRUCT or DESCRIBE query: triples, sorted, each once.

    Args:
        store: The store that answered.
        triples: The triples, in any order and with repeats.
        query: The query as it was run.
        lang: Language of labels.
        limit: Triples to keep; None for all.
    """

    __slots__ = ("triples", "truncated")

    def __init__(
        self,
        store: Store,
        triples: Iterable[ox.Triple],
        query: str | Query,
        *,
        lang: str = "en",
        limit: int | None = None,
    ) -> None:
        super().__init__(store, query, lang, limit)
        try:
            ordered = _order_triples(set(triples))
        except (RuntimeError, ValueError, OSError) as error:
            raise store.explain_failure(error, self.asked) from error
        self.truncated = limit is not None and len(ordered) > limit
        self.triples = ordered[:limit]

    def __len__(self) -> int:
        return len(self.triples)

    def __iter__(self) -> Iterator[ox.Triple]:
        return iter(self.triples)

    def __getitem__(self, index: int) -> ox.Triple:
        return self.triples[index]

    def __repr__(self) -> str:
        return f"<Triples: {len(self)}>"

    def iris(self) -> list[str]:
        """Return the IRIs in the triples, each once, sorted."""
        found = set()
        for triple in self.triples:
            for term in (triple.subject, triple.predicate, triple.object):
                if isinstance(term, ox.NamedNode):
                    found.add(term.value)
        return sorted(found)


def _order_triples(triples: Collection[ox.Triple]) -> list[ox.Triple]:
    """Return the triples sorted, with blank nodes named by what is said of them (RDFC-1.0).

    The engine names them at random, which would give another order and other names each time.
    """
    if any(isinstance(term, ox.BlankNode) for one in triples for term in (one.subject, one.object)):
        graph = ox.Dataset(ox.Quad(*one) for one in triples)
        graph.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        triples = [quad.triple for quad in graph]
    return sorted(triples, key=str)
