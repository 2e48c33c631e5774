"""The query page, and the JSON that it asks for while one writes and reads.

The page runs a query with `/query/run`, which answers like `/sparql` but with the labels of what
it names, so that a table can be read at once. Programs use `/sparql`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from ctgraph.errors import QuerySyntaxError, RequestError, UnknownName, suggest
from ctgraph.export.reports import evidence_to_dict
from ctgraph.query import Question, Table, read_questions, run_query
from ctgraph.query.diagnostics import (
    explain_empty,
    find_names,
    find_problems,
    read_vocabulary,
    vocabulary_to_dict,
)
from ctgraph.query.evidence import (
    RowEvidence,
    attribute,
    find_evidence,
    find_triple_evidence,
)
from ctgraph.service.handler import Limits, Reply, Request, Route
from ctgraph.service.pages.frame import render
from ctgraph.store import keep
from ctgraph.store.sparql import Query, format_query
from ctgraph.terms import CT, CTD, CTV, LANGUAGES, PREFIXES, shorten
from ctgraph.words import read_words

if TYPE_CHECKING:
    from ctgraph.store import Store

    Term = ox.NamedNode | ox.Literal | ox.BlankNode | ox.Triple


_POST = ("POST",)
ROUTES: list[Route] = [
    Route(
        "/query", "ctgraph.service.pages.query:show_page", parameters=("query", "example", "lang")
    ),
    Route("/query/vocabulary", "ctgraph.service.pages.query:show_vocabulary", parameters=("lang",)),
    Route("/query/names", "ctgraph.service.pages.query:show_names", parameters=("q", "lang")),
    Route("/query/run", "ctgraph.service.pages.query:answer_query", _POST, reads_body=True),
    Route("/query/check", "ctgraph.service.pages.query:check_query", _POST, reads_body=True),
    Route("/query/format", "ctgraph.service.pages.query:lay_out_query", _POST, reads_body=True),
    Route("/query/explain", "ctgraph.service.pages.query:explain_query", _POST, reads_body=True),
    Route("/query/evidence", "ctgraph.service.pages.query:show_evidence", _POST, reads_body=True),
]
"""The routes of the query page; all but the page itself answer JSON."""

PRELOAD = ("jinja2",)
"""What every worker needs and is slow to import."""

MOST_ROWS = 10_000
"""Rows or triples that the page gets at most; downloads hold what `/sparql` allows."""

_FIRST = "partners"
_ANYTHING = "SELECT * { ?s ?p ?o } LIMIT 10\n"
_MOST_NAMES = 20
_MOST_FOLLOWED = 1000


# --- the page ------------------------------------------------------------------------------------


def show_page(store: Store, request: Request, limits: Limits) -> Reply:
    """Return the page; it opens with ``?query=``, or with the named question ``?example=``."""
    questions = read_questions(store.bundle)
    examples = {
        name: {
            "name": name,
            "title": question.title[request.lang],
            "description": question.description[request.lang],
            "words": " ".join((*question.title.values(), name, *question.tags)),
            "view": question.display,
            "query": example_text(question, request.lang),
        }
        for name, question in questions.items()
    }
    wanted = request.get("example")
    if wanted and wanted not in examples:
        raise UnknownName("question", wanted, suggest(wanted, examples))
    first = wanted or (_FIRST if _FIRST in examples else next(iter(examples), ""))
    said = read_words("query_page", request.lang) | read_words("evidence", request.lang)
    data = {
        "lang": request.lang,
        "words": said,
        "phrases": read_words("editor", request.lang),
        "root": request.root,
        "given": bool(request.get("query") or wanted),
        "examples": {name: [one["query"], one["view"]] for name, one in examples.items()},
        "places": {CTD: "/id/", CTV: "/concept/", CT: "/ontology.html#"},
    }
    return render(
        store,
        request,
        "query.html",
        title=said["title"],
        t=said,
        query=request.get("query") or (examples[first]["query"] if first else _ANYTHING),
        examples=list(examples.values()),
        data=data,
    )


def example_text(question: Question, lang: str) -> str:
    """Return a named question as a query for people: its title in place of its header.

    Args:
        question: The question.
        lang: Language of the title.
    """
    lines = [line for line in question.text.splitlines() if not line.startswith("#+")]
    return f"# {question.title[lang]}\n" + "\n".join(lines).strip("\n") + "\n"


# --- JSON ----------------------------------------------------------------------------------------


def show_vocabulary(store: Store, request: Request, limits: Limits) -> Reply:
    """Return prefixes, classes and properties of the graph, for completion."""
    return _json(keep(store, "vocabulary", lambda: vocabulary_to_dict(read_vocabulary(store))))


def show_names(store: Store, request: Request, limits: Limits) -> Reply:
    """Return things with the text ``q`` in a name, for completion."""
    found = find_names(store, request.get("q")[:200], request.lang, _MOST_NAMES)
    return _json(
        {
            "names": [
                {
                    "term": shorten(one.iri),
                    "name": one.name,
                    "labels": dict(one.labels),
                    "kind": one.kind,
                }
                for one in found
            ]
        }
    )


def answer_query(store: Store, request: Request, limits: Limits) -> Reply:
    """Return the answer to ``query``: columns, rows and the labels of what they name."""
    query = _query(_read(request))
    began = time.perf_counter()
    answer = run_query(store, query, limit=min(limits.rows, MOST_ROWS), lang=request.lang)
    if isinstance(answer, bool):
        return _json({"kind": "boolean", "value": answer, "milliseconds": _since(began)})
    if isinstance(answer, Table):
        kind, columns = "table", answer.columns
        rows: Iterable[Iterable[Term | None]] = answer.solutions
    else:
        kind, columns = "triples", ["subject", "predicate", "object"]
        rows = ((one.subject, one.predicate, one.object) for one in answer)
    cells, was_cut = _within([[_cell(term) for term in row] for row in rows], limits.bytes)
    seconds = _since(began)
    iris = sorted({one["iri"] for row in cells for one in row if one and "iri" in one})
    labels = [store.labels(iris, lang) for lang in LANGUAGES]
    return _json(
        {
            "kind": kind,
            "columns": columns,
            "rows": cells,
            "labels": {iri: [one[iri] for one in labels] for iri in iris if iri in labels[0]},
            "partial": answer.truncated or was_cut,
            "milliseconds": seconds,
        },
        rows=len(cells),
        is_partial=answer.truncated or was_cut,
        may_keep=answer_stays(query),
    )


def answer_stays(query: Query) -> bool:
    """Tell whether a query has the same answer each time: it asks for no time and nothing random.

    Args:
        query: The query.
    """
    changing = ("NOW", "RAND", "UUID", "STRUUID", "BNODE")
    return not any(token.is_word(*changing) for token in query.tokens)


def _within(rows: list[list[Any]], most: int) -> tuple[list[list[Any]], bool]:
    """Return the first rows that a number of bytes holds, and whether rows were left out."""
    size = 0
    for place, row in enumerate(rows):
        # Half is left for the labels.
        size += 2 * sum(len(str(cell)) for cell in row)
        if size > most:
            return rows[:place], True
    return rows, False


def check_query(store: Store, request: Request, limits: Limits) -> Reply:
    """Return what is wrong or doubtful about ``query``, each with its place."""
    query = _query(_read(request), may_be_empty=True)
    is_empty = not query.text.strip()
    problems = [] if is_empty else find_problems(store, query, request.lang)
    is_sound = not any(one.severity == "error" for one in problems)
    columns: list[str] = []
    if is_sound:
        with suppress(QuerySyntaxError):  # beyond SPARQL 1.1
            columns = query.columns
    return _json(
        {
            "ok": is_sound,
            "form": query.form if is_sound and not is_empty else "",
            "columns": columns,
            "problems": [one._asdict() for one in problems],
        }
    )


def lay_out_query(store: Store, request: Request, limits: Limits) -> Reply:
    """``query`` in the layout of `sparqlformat`."""
    return _json({"query": format_query(_query(_read(request)).text)})


def explain_query(store: Store, request: Request, limits: Limits) -> Reply:
    """Return why ``query`` has no answer."""
    query = _query(_read(request))
    found = explain_empty(store, query, timeout=limits.seconds / 2)
    return _json(
        {
            "explanations": [
                {
                    "reason": one.reason,
                    "message": one.message(request.lang),
                    "pattern": one.pattern,
                    "line": one.line,
                    "column": one.column,
                    "suggestions": list(one.suggestions),
                }
                for one in found
            ]
        }
    )


def show_evidence(store: Store, request: Request, limits: Limits) -> Reply:
    """Return what a row of the answer to ``query`` rests on.

    ``row`` holds its cells by column, as `/query/run` gives them; ``triple`` the three cells of a
    triple of a CONSTRUCT or DESCRIBE.
    """
    asked = _read(request)
    query = _query(asked)
    try:
        if "triple" in asked:
            terms = [_term(cell) for cell in asked["triple"]]
            triple = ox.Triple(*terms)  # type: ignore[arg-type]
            made_by = query if query.form == "CONSTRUCT" else None
            found = find_triple_evidence(
                store, triple, made_by, lang=request.lang, limit=_MOST_FOLLOWED
            )
        else:
            row = {
                str(name): _term(cell) for name, cell in (asked.get("row") or {}).items() if cell
            }
            found = find_evidence(store, query, row, lang=request.lang, limit=_MOST_FOLLOWED)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise RequestError("row-not-of-answer") from error
    return _json(_evidence(store, found, request.lang))


def _evidence(store: Store, found: RowEvidence, lang: str) -> dict[str, Any]:
    """Return the evidence, with triples as cells and the labels of what it names."""
    data = evidence_to_dict(found)
    for made, claim in zip(data["claims"], found.claims, strict=True):
        made["triples"] = [_cells(triple) for triple in claim.triples]
        made["stated"] = claim.is_stated
        made["attribution"] = attribute(claim, lang)
    for made, step in zip(data["derived"], found.derived, strict=True):
        made["triple"] = _cells(step.triple)
        made["steps"] = [_cells(triple) for triple in step.steps]
        made["definitions"] = [_cells(triple) for triple in step.definitions]
    for made, one in zip(data["definitions"], found.definitions, strict=True):
        made["triple"] = _cells(one.triple)
    iris = sorted(set(_iris_in(data)))
    data["labels"] = store.labels(iris, lang)
    return data


def _iris_in(data: object) -> Iterator[str]:
    if isinstance(data, Mapping):
        if "iri" in data:
            yield data["iri"]
        for one in data.values():
            yield from _iris_in(one)
    elif isinstance(data, list):
        for one in data:
            yield from _iris_in(one)


# --- terms ---------------------------------------------------------------------------------------


def _cell(term: Term | None) -> dict[str, Any] | None:
    if term is None:
        return None
    if isinstance(term, ox.NamedNode):
        return {"iri": term.value, "curie": shorten(term.value)}
    if isinstance(term, ox.BlankNode):
        return {"blank": term.value}
    if isinstance(term, ox.Triple):
        return {"triple": str(term)}
    cell = {"text": term.value}
    if term.language:
        cell["lang"] = term.language
    elif term.datatype.value != _STRING:
        cell["type"] = term.datatype.value
    return cell


def _cells(triple: ox.Triple) -> list[dict[str, Any] | None]:
    return [_cell(triple.subject), _cell(triple.predicate), _cell(triple.object)]


def _term(cell: Mapping[str, str]) -> ox.NamedNode | ox.Literal | ox.BlankNode:
    """Return the term of a cell.

    Raises:
        KeyError: It is a cell of no kind.
        ValueError: It holds no term.
    """
    if "iri" in cell:
        return ox.NamedNode(cell["iri"])
    if "blank" in cell:
        return ox.BlankNode(cell["blank"])
    if "lang" in cell:
        return ox.Literal(cell["text"], language=cell["lang"])
    return ox.Literal(cell["text"], datatype=ox.NamedNode(cell.get("type", _STRING)))


_STRING = PREFIXES["xsd"] + "string"


# --- requests and replies ------------------------------------------------------------------------


def _read(request: Request) -> dict[str, Any]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise RequestError("body-type-not-json", status=415)
    try:
        asked = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise RequestError("body-not-json", reason=error) from error
    if not isinstance(asked, dict):
        raise RequestError("body-not-json-object")
    return asked


def _query(asked: Mapping[str, Any], *, may_be_empty: bool = False) -> Query:
    text = asked.get("query")
    if not isinstance(text, str) or not (text.strip() or may_be_empty):
        raise RequestError("body-without-query")
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise RequestError("query-lone-surrogate")
    return Query(text)


def _since(began: float) -> int:
    return round((time.perf_counter() - began) * 1000)


def _json(
    data: object, *, rows: int | None = None, is_partial: bool = False, may_keep: bool = True
) -> Reply:
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return Reply(
        body,
        "application/json; charset=utf-8",
        rows=rows,
        is_partial=is_partial,
        may_keep=may_keep,
    )
