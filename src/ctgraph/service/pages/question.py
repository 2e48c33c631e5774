"""The named questions: a list, a form and an answer for each, files, and the questions as RDF."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ctgraph.errors import RequestError, UnknownName
from ctgraph.export import ANSWER_FORMATS
from ctgraph.export.resources import collection_turtle
from ctgraph.export.tables import format_answer, guess_format
from ctgraph.query import Question, Table, ask, read_question, read_questions
from ctgraph.service.handler import SCOPE, Limits, Reply, Request
from ctgraph.service.pages.answer import NO_ANSWER, show_answer
from ctgraph.service.pages.form import bind_given, list_choices, make_field, say_fault
from ctgraph.service.pages.frame import Links, render
from ctgraph.words import read_words, tag_name

if TYPE_CHECKING:
    from ctgraph.store import Store


FILES = ("csv", "tsv", "json", "xml", "xlsx", "md")
"""Endings of the files in which an answer can be had."""

_MOST_ROWS = 500
_MOST_ROWS_STATIC = 200  # the file beside the page has them all
_RESERVED = ("lang", "row", "timeout")


def index(store: Store, request: Request, limits: Limits) -> Reply:
    """Return all named questions, by what they are about."""
    questions = read_questions(store.bundle)
    groups: dict[str, list[Question]] = {}
    for question in questions.values():
        groups.setdefault(question.tags[0] if question.tags else "", []).append(question)
    ordered = sorted(groups.items(), key=lambda item: (not item[0], -len(item[1]), item[0]))
    return render(
        store,
        request,
        "questions.html",
        title=read_words("pages", request.lang)["questions"],
        groups=[(tag, tag_name(tag, request.lang), found) for tag, found in ordered],
        tag_name=tag_name,
        total=len(questions),
    )


def collection(store: Store, request: Request, limits: Limits) -> Reply:
    """Return all named questions as RDF, in the form of the SIB collections of SPARQL examples."""
    questions = list(read_questions(store.bundle).values())
    text = collection_turtle(questions, _target(request))
    return Reply(text.encode("utf-8"), "text/turtle; charset=utf-8")


def _target(request: Request) -> str:
    """Return the endpoint that the questions are for; a static site has none."""
    return "" if request.is_static else f"{request.base}sparql"


def question(store: Store, request: Request, limits: Limits) -> Reply:
    """Return the page of a question with its answer, or the answer as a file."""
    name, extension = request.values["name"], ""
    stem, dot, ending = name.rpartition(".")
    if dot and ending in (*FILES, "html", "ttl"):
        name, extension = stem, ending
    try:
        found = read_question(store.bundle, name)
    except UnknownName as error:
        raise RequestError("passed-on", reason=error, status=404, hint=error) from error
    if extension == "ttl":
        text = collection_turtle([found], _target(request))
        return Reply(text.encode("utf-8"), "text/turtle; charset=utf-8")
    if extension and extension != "html":
        return _file(store, request, limits, found, extension)
    return _page(store, request, limits, found)


def _given(request: Request, question: Question) -> dict[str, object]:
    """Return the values of the request by parameter.

    An empty one leaves an optional parameter open.

    Raises:
        UnknownName: There is no such parameter.
    """
    given: dict[str, object] = {}
    for name in dict.fromkeys(key for key, _ in request.query):
        if name in _RESERVED or (name in SCOPE and name not in question.params):
            continue
        values = request.all(name)
        param = question.params.get(name)
        if param is not None and param.optional:
            values = [value for value in values if value.strip()]
        given[name] = None if not values else values[0] if len(values) == 1 else values
    return given


def _file(
    store: Store, request: Request, limits: Limits, question: Question, extension: str
) -> Reply:
    answer = ask(store, question.name, _given(request, question), request.lang, limit=limits.rows)
    chosen = ANSWER_FORMATS[guess_format(f".{extension}")]
    pieces = format_answer(answer, chosen.name, request.lang)
    body = b"".join(piece.encode("utf-8") if isinstance(piece, str) else piece for piece in pieces)
    return Reply(
        body,
        chosen.content_type,
        headers=(("Content-Disposition", f'inline; filename="{question.name}.{extension}"'),),
        rows=len(answer) if chosen.name != "json" else None,
        is_partial=answer.truncated,
    )


def _page(store: Store, request: Request, limits: Limits, question: Question) -> Reply:
    given = _given(request, question)
    bound, terms, faults = bind_given(store, question, given, request.lang)
    answer: Table | None = None
    if not faults:
        rows = min(_MOST_ROWS_STATIC if request.is_static else _MOST_ROWS, limits.rows)
        answer = ask(store, question.name, given, request.lang, limit=rows)
    links = Links(store, request)
    fields = [
        make_field(
            store,
            param,
            request.lang,
            terms=terms.get(name, ()),
            given=given.get(name),
            error=say_fault(faults[name], request.lang) if name in faults else "",
        )._replace(choices=list_choices(links, request.lang, name, faults.get(name)))
        for name, param in question.params.items()
        if name != "lang"
    ]
    asked = request.get("row")
    wanted = _read_row(asked, answer) if asked else None
    whole = links.files(request.path, request)
    context: dict[str, Any] = {
        "question": question,
        "fields": fields,
        "faults": {name: say_fault(error, request.lang) for name, error in faults.items()},
        "tags": [(tag, tag_name(tag, request.lang)) for tag in question.tags],
        "columns": [],
        "files": [
            (ending, links.files(f"/ask/{question.name}.{ending}", request)) for ending in FILES
        ],
        "query_text": bound or question.text,
        "row": wanted,
    }
    if answer is not None:
        context |= show_answer(store, request, answer, wanted)
        context["is_limited"] = answer.truncated and limits.rows <= _MOST_ROWS
    return render(
        store,
        request,
        "question.html",
        title=question.title[request.lang],
        status=400 if faults else 200,
        whole=whole,
        row_url=lambda number: f"{whole}{'&' if '?' in whole else '?'}row={number}#answer",
        **{**NO_ANSWER, **context},
    )


def _read_row(text: str, answer: Table | None) -> int | None:
    if answer is None:
        return None
    if not (text.isascii() and text.isdigit() and 0 < int(text[:9]) <= len(answer)):
        raise RequestError(
            "no-such-question-row",
            text=text,
            status=404,
            rows=len(answer),
            hint="one-row" if len(answer) == 1 else "rows",
        )
    return int(text)
