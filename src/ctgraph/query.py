"""Queries and their answers: tables, triples, truth values."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from ctgraph import sparql
from ctgraph.errors import UnknownName, UsageError, suggest
from ctgraph.terms import LANGUAGES, PREFIXES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    import pandas

    from ctgraph.questions import Question
    from ctgraph.store import Store

    Value = ox.NamedNode | ox.Literal
    Term = Value | ox.BlankNode

_XSD = PREFIXES["xsd"]


def to_python(term: Term | ox.Triple | None) -> Any:  # noqa: PLR0911 - one per kind of term
    """The Python value of a term.

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
        """The RDF term of a cell, or None if it is empty.

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
            raise UnknownName(
                "column", column, suggest(column, columns), hint=f"Columns: {', '.join(columns)}."
            )
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
        """The RDF terms of the cells that are not empty, by column."""
        return {
            column: term
            for column, term in zip(self.table.columns, self.solution, strict=True)
            if term is not None and not isinstance(term, ox.Triple)
        }

    def to_dict(self) -> dict[str, Any]:
        """The Python values by column; None for an empty cell."""
        return dict(zip(self.table.columns, self, strict=True))


class _Answer:
    """What tables and triples have in common."""

    store: Store
    query: str
    lang: str
    limit: int | None

    def labels(self, lang: str | None = None) -> dict[str, str]:
        """Labels of the IRIs in the answer, by IRI; the other language if one has none.

        Args:
            lang: Language of the labels; None for that of the answer.
        """
        return read_labels(self.store, self.iris(), lang or self.lang)

    def iris(self) -> list[str]:
        """The IRIs in the answer, each once, sorted."""
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
        "lang",
        "limit",
        "params",
        "query",
        "question",
        "store",
    )

    def __init__(
        self,
        store: Store,
        results: ox.QuerySolutions,
        query: str,
        *,
        lang: str = "en",
        limit: int | None = None,
        question: Question | None = None,
        params: Mapping[str, tuple[Value, ...]] | None = None,
    ) -> None:
        self.store = store
        self.query = query
        self.lang = lang
        self.limit = limit
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
                raise self.store.explain_failure(error, self.query) from error
            self._results = None
        return self._solutions

    @property
    def truncated(self) -> bool:
        """Whether the limit was reached and at least one more row was there."""
        if self.limit is not None and self._results is not None:
            self.solutions  # noqa: B018 - reading the rows is what shows whether there are more
        return self._truncated

    def take_results(self) -> ox.QuerySolutions | None:
        """The engine's own results if no row was read yet and there is no limit, else None.

        They can be read once; the table is empty from then on. It is for writers that let the
        engine write its rows.
        """
        if self.limit is not None or self._results is None:
            return None
        results, self._results = self._results, None
        return results

    def __len__(self) -> int:
        return len(self.solutions)

    def __iter__(self) -> Iterator[Row]:
        return (Row(self, solution, index) for index, solution in enumerate(self.solutions))

    def __getitem__(self, index: int) -> Row:
        index = range(len(self.solutions))[index]
        return Row(self, self.solutions[index], index)

    def __repr__(self) -> str:
        return f"<Table {', '.join(self.columns)}: {len(self)} rows>"

    def iris(self) -> list[str]:
        """The IRIs in the table, each once, sorted."""
        # One pass over plain attributes: on a large table this is what a labelled output costs.
        found = {
            term.value
            for solution in self.solutions
            for term in solution
            if type(term) is ox.NamedNode
        }
        return sorted(found)

    def to_dicts(self) -> list[dict[str, Any]]:
        """The rows as dicts of Python values, by column."""
        return [row.to_dict() for row in self]

    def to_pandas(self) -> pandas.DataFrame:
        """The table as a pandas data frame of Python values.

        Raises:
            UsageError: pandas is not installed.
        """
        try:
            import pandas
        except ImportError as error:
            raise UsageError(
                "pandas is not installed.", hint="Install it with: pip install 'ctgraph[pandas]'"
            ) from error
        return pandas.DataFrame([list(row) for row in self], columns=self.columns)


class Triples(_Answer):
    """The answer to a CONSTRUCT or DESCRIBE query: triples, sorted, each once.

    Args:
        store: The store that answered.
        triples: The triples, in any order and with repeats.
        query: The query as it was run.
        lang: Language of labels.
        limit: Triples to keep; None for all.
    """

    __slots__ = ("lang", "limit", "query", "store", "triples", "truncated")

    def __init__(
        self,
        store: Store,
        triples: Iterable[ox.Triple],
        query: str,
        *,
        lang: str = "en",
        limit: int | None = None,
    ) -> None:
        self.store = store
        self.query = query
        self.lang = lang
        self.limit = limit
        try:
            ordered = _order_triples(set(triples))
        except (RuntimeError, ValueError, OSError) as error:
            raise store.explain_failure(error, query) from error
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
        """The IRIs in the triples, each once, sorted."""
        found = set()
        for triple in self.triples:
            for term in (triple.subject, triple.predicate, triple.object):
                if isinstance(term, ox.NamedNode):
                    found.add(term.value)
        return sorted(found)


def _order_triples(triples: Collection[ox.Triple]) -> list[ox.Triple]:
    """The triples sorted, with blank nodes named by what is said of them (RDFC-1.0).

    The engine names them at random, which would give another order and other names each time.
    """
    if any(isinstance(term, ox.BlankNode) for one in triples for term in (one.subject, one.object)):
        graph = ox.Dataset(ox.Quad(*one) for one in triples)
        graph.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        triples = [quad.triple for quad in graph]
    return sorted(triples, key=str)


def read_labels(store: Store, iris: Sequence[str], lang: str) -> dict[str, str]:
    """Labels by IRI, in a language or else in the other; IRIs without a label are left out.

    Args:
        store: Where the labels are.
        iris: The IRIs.
        lang: The language that goes first.
    """
    _check_lang(lang)
    found: dict[str, str] = {}
    for one in (lang, *(other for other in LANGUAGES if other != lang)):
        missing = [iri for iri in iris if iri not in found]
        if missing:
            found.update(store.labels(missing, one))
    return found


def _check_lang(lang: str) -> None:
    if lang not in LANGUAGES:
        raise UnknownName("language", lang, hint=f"Known: {', '.join(LANGUAGES)}.")


def _check_limit(limit: int | None) -> None:
    if limit is not None and limit < 0:
        raise UsageError(f"a limit of {limit} is below 0.")


def _limited(store: Store, text: str, timeout: float | None, limit: int | None) -> str:
    """The query that asks for no more rows than are needed to know whether the limit is reached.

    In memory the rows are made one by one as they are read, so nothing is gained there; from an
    endpoint or a worker process they would all travel.
    """
    if limit is None or (timeout is None and store.kind != "endpoint"):
        return text
    return limit_rows(text, limit)


def limit_rows(text: str, limit: int) -> str:
    """A query that gives one row more than a limit at most, and else the same rows.

    A query of another form than SELECT comes back as it is.

    Args:
        text: A SPARQL query.
        limit: Rows that are wanted; the one more tells that there are more.

    Example:
        >>> limit_rows("SELECT ?s { ?s ?p ?o } LIMIT 50", 10)
        'SELECT ?s { ?s ?p ?o } LIMIT 11'
    """
    if sparql.query_form(text) != "SELECT":
        return text
    depth = 0
    behind = len(text)
    limit_at: sparql.Token | None = None
    seen_where = False
    for token in sparql.tokenize(text):
        if token.text in ("{", "("):
            depth += 1
        elif token.text in ("}", ")"):
            depth -= 1
            seen_where = seen_where or (depth == 0 and token.text == "}")
        elif depth == 0 and seen_where:
            if limit_at is not None and limit_at.is_word("LIMIT") and token.kind == "number":
                if int(token.text) <= limit:
                    return text
                return f"{text[: token.start]}{limit + 1}{text[token.end :]}"
            if token.is_word("LIMIT"):
                limit_at = token
            elif token.is_word("VALUES"):
                behind = min(behind, token.start)
    if depth or limit_at is not None or not seen_where:
        return text  # it is no query; the engine says where
    return f"{text[:behind]}\nLIMIT {limit + 1}\n{text[behind:]}"


def run(
    store: Store,
    text: str,
    timeout: float | None = None,
    limit: int | None = None,
    lang: str = "en",
    *,
    allow_service: bool = False,
) -> Table | bool | Triples:
    """The answer to a query: a `Table` for SELECT, a truth value for ASK, else `Triples`.

    Args:
        store: The store that answers.
        text: A SPARQL 1.1 query; the prefixes of `terms.PREFIXES` need no declaration.
        timeout: Seconds after which the query is stopped; None for never.
        limit: Rows or triples to keep; the answer's ``truncated`` says whether there were more.
        lang: Language of labels.
        allow_service: Whether the query may ask other servers with SERVICE.

    Raises:
        QuerySyntaxError: The text is not a query.
        QueryRefused: It is an update, or names another server.
        QueryTimeout: The time was up.
    """
    _check_lang(lang)
    _check_limit(limit)
    text_run = _limited(store, sparql.name_columns(text), timeout, limit)
    results = store.query(text_run, timeout=timeout, allow_service=allow_service)
    if isinstance(results, ox.QuerySolutions):
        return Table(store, results, text, lang=lang, limit=limit)
    if isinstance(results, ox.QueryBoolean):
        return bool(results)
    return Triples(store, results, text, lang=lang, limit=limit)


def ask(  # noqa: PLR0917 - the same order as run
    store: Store,
    name: str,
    params: Mapping[str, object] | None = None,
    lang: str = "en",
    timeout: float | None = None,
    limit: int | None = None,
) -> Table:
    """The table that answers a named question.

    Args:
        store: The store that answers; its bundle has the question.
        name: Name of the question.
        params: Values by parameter, see `questions.bind_params`; what is left out takes
            its default.
        lang: Language of labels.
        timeout: Seconds after which the query is stopped; None for never.
        limit: Rows to keep.

    Raises:
        UnknownName: No such question, parameter, actor …
        UsageError: A value is of another type or not among the allowed ones.
    """
    from ctgraph.questions import bind_params, read_question

    _check_lang(lang)
    _check_limit(limit)
    question = read_question(store.bundle, name)
    text, terms = bind_params(store, question, params or {}, lang)
    results = store.select(_limited(store, text, timeout, limit), timeout=timeout).native
    return Table(store, results, text, lang=lang, limit=limit, question=question, params=terms)
