"""The named questions: a list, a form and an answer for each, files, and the questions as RDF."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph as ox

from ctgraph.errors import AmbiguousName, RequestError, UnknownName, UsageError, WrongKind
from ctgraph.export.questions import collection_turtle
from ctgraph.export.reports.evidence import beside_claims
from ctgraph.export.tables import tables
from ctgraph.query.answers import Table, read_labels, to_python
from ctgraph.query.evidence.find import find_evidence_of_rows
from ctgraph.query.kinds import KINDS, show_term
from ctgraph.query.labels import show_period
from ctgraph.query.names import candidates
from ctgraph.query.parameters import bind_params
from ctgraph.query.questions import Parameter, Question, read_question, read_questions
from ctgraph.query.run import ask
from ctgraph.query.why_empty import explain_empty
from ctgraph.service.handler import Limits, Reply, Request
from ctgraph.service.pages.frame import Links, render
from ctgraph.service.pages.sketch import Moment, draw_bars, draw_pairs, draw_timeline
from ctgraph.store.memo import keep
from ctgraph.terms import CTV, PREFIXES, shorten
from ctgraph.words.fill import join_sentences
from ctgraph.words.read import column_name, sentence, tag_name, words

if TYPE_CHECKING:
    from ctgraph.store.store import Store


FILES = ("csv", "tsv", "json", "xml", "xlsx", "md")
"""Endings of the files in which an answer can be had."""

_MOST_ROWS = 500
_WITH_EVIDENCE = 20
_LARGE = 200_000
_MOST_FOLLOWED = 100
_WITH_EVIDENCE_STATIC = 100
_MOST_OPTIONS = 60
_MOST_LISTED = 1000
_MOST_CHOICES = 10
_RESERVED = ("lang", "row", "timeout")
_NUMBERS = {
    PREFIXES["xsd"] + name
    for name in ("integer", "decimal", "double", "float", "int", "long", "nonNegativeInteger")
}


def index(store: Store, request: Request, limits: Limits) -> Reply:
    """All named questions, by what they are about."""
    questions = read_questions(store.bundle)
    groups: dict[str, list[Question]] = {}
    for question in questions.values():
        groups.setdefault(question.tags[0] if question.tags else "", []).append(question)
    ordered = sorted(groups.items(), key=lambda item: (not item[0], -len(item[1]), item[0]))
    return render(
        store,
        request,
        "questions.html",
        title=words("pages", request.lang)["questions"],
        groups=[(tag, tag_name(tag, request.lang), found) for tag, found in ordered],
        tag_name=tag_name,
        total=len(questions),
    )


def collection(store: Store, request: Request, limits: Limits) -> Reply:
    """All named questions as RDF, in the form of the SIB collections of SPARQL examples."""
    questions = list(read_questions(store.bundle).values())
    text = collection_turtle(questions, _target(request))
    return Reply(text.encode("utf-8"), "text/turtle; charset=utf-8")


def _target(request: Request) -> str:
    """The endpoint that the questions are for; a static site has none."""
    return "" if request.is_static else f"{request.base}sparql"


def question(store: Store, request: Request, limits: Limits) -> Reply:
    """The page of a question with its answer, or the answer as a file."""
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
    """The values of the request by parameter; an empty one leaves an optional parameter open.

    Raises:
        UnknownName: There is no such parameter.
    """
    given: dict[str, object] = {}
    for name in dict.fromkeys(key for key, _ in request.query):
        if name in _RESERVED:
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
    chosen = tables.FORMATS[tables.guess_format(f".{extension}")]
    pieces = tables.format_answer(answer, chosen.name, request.lang)
    body = b"".join(piece.encode("utf-8") if isinstance(piece, str) else piece for piece in pieces)
    is_text = chosen.media_type.startswith("text/")
    return Reply(
        body,
        f"{chosen.media_type}; charset=utf-8" if is_text else chosen.media_type,
        headers=(("Content-Disposition", f'inline; filename="{question.name}.{extension}"'),),
        rows=len(answer) if chosen.name != "json" else None,
        is_partial=answer.truncated,
    )


# --- the page ------------------------------------------------------------------------------------


class Option(NamedTuple):
    """A value that a field offers."""

    value: str
    label: str
    is_chosen: bool


class Field(NamedTuple):
    """A field of the form of a question.

    Attributes:
        name: Name of the parameter.
        label: What it is called.
        kind: ``select``, ``text``, ``date`` or ``number``.
        options: What a select offers, or what a list beside a text suggests.
        value: What stands in it.
        is_multiple: Whether it holds several values.
        error: What is wrong with what stands in it.
        is_required: Whether it may not be left empty.
        choices: What may be meant by what stands in it: labels, and URLs of the answers for them.
    """

    name: str
    label: str
    kind: str
    options: tuple[Option, ...]
    value: str
    is_multiple: bool
    error: str
    is_required: bool
    choices: tuple[tuple[str, str], ...] = ()


class Cell(NamedTuple):
    """A cell of an answer: its text, the IRI it names, its language, and whether it is a number."""

    text: str
    iri: str = ""
    lang: str = ""
    is_number: bool = False
    key: str = ""


def _page(store: Store, request: Request, limits: Limits, question: Question) -> Reply:
    given = _given(request, question)
    bound, terms, faults = _bind(store, question, given, request.lang)
    answer: Table | None = None
    if not faults:
        rows = min(_MOST_ROWS, limits.rows)
        answer = ask(store, question.name, given, request.lang, limit=rows)
    links = Links(store, request)
    fields = [
        _field(
            store,
            param,
            request.lang,
            terms=terms.get(name, ()),
            given=given.get(name),
            error=_fault(faults[name], request.lang) if name in faults else "",
        )._replace(choices=_choices(links, request.lang, name, faults.get(name)))
        for name, param in question.params.items()
        if name != "lang"
    ]
    asked = request.get("row")
    wanted = _read_row(asked, answer) if asked else None
    whole = links.files(request.path, request)
    context: dict[str, Any] = {
        "question": question,
        "fields": fields,
        "faults": {name: _fault(error, request.lang) for name, error in faults.items()},
        "tags": [(tag, tag_name(tag, request.lang)) for tag in question.tags],
        "columns": [],
        "files": [
            (ending, links.files(f"/ask/{question.name}.{ending}", request)) for ending in FILES
        ],
        "query_text": bound or question.text,
        "row": wanted,
    }
    if answer is not None:
        context |= _answer(store, request, answer, wanted)
        context["is_limited"] = answer.truncated and limits.rows <= _MOST_ROWS
    return render(
        store,
        request,
        "question.html",
        title=question.title[request.lang],
        status=400 if faults else 200,
        whole=whole,
        row_url=lambda number: f"{whole}{'&' if '?' in whole else '?'}row={number}#answer",
        **{**_NOTHING, **context},
    )


_NOTHING: dict[str, Any] = {
    "rows": [],
    "total": None,
    "evidence": {},
    "beside": {},
    "reasons": [],
    "is_cut": False,
    "is_limited": False,
    "timeline": None,
    "bars": None,
    "pairs": None,
}


def _bind(
    store: Store, question: Question, given: Mapping[str, object], lang: str
) -> tuple[str, dict[str, tuple[Any, ...]], dict[str, UsageError]]:
    """The bound query, the terms of each parameter, and what is wrong with which of them."""
    try:
        text, terms = bind_params(store, question, given, lang)
        return text, dict(terms), {}
    except UnknownName as error:
        if any(name not in question.params for name in given):
            raise
        first: UsageError = error
    except UsageError as error:
        first = error
    faults: dict[str, UsageError] = {}
    terms = {}
    for name, value in given.items():
        try:
            terms[name] = bind_params(store, question, {name: value}, lang)[1][name]
        except UsageError as error:
            faults[name] = error
    return "", terms, faults or {"": first}


def _fault(error: UsageError, lang: str) -> str:
    """What is wrong with a value, in the reader's language; what may be meant stands beside it."""
    has_choices = isinstance(error, AmbiguousName) or (
        isinstance(error, (UnknownName, WrongKind)) and bool(error.suggestions)
    )
    hint = "" if has_choices else error.advise(lang, on_page=True)
    return sentence(join_sentences([error.tell_what(lang), hint], lang))


def _choices(
    links: Links, lang: str, param: str, error: UsageError | None
) -> tuple[tuple[str, str], ...]:
    """What may be meant by a value: each with its label and the URL of the answer for it."""
    if not isinstance(error, (UnknownName, WrongKind, AmbiguousName)):
        return ()
    meant = error.candidates if isinstance(error, AmbiguousName) else error.suggestions
    found = []
    for thing in meant[:_MOST_CHOICES]:
        # The labels in English and Japanese and the prefixed name, or that name alone.
        match = re.fullmatch(r"(?:(?P<en>.*) / )?(?P<label>.*) \((?P<name>\S+)\)", thing)
        name = match["name"] if match else thing
        label = (match["en"] if lang == "en" else "") or match["label"] if match else thing
        found.append((label, links.with_value(param, error.name, name)))
    return tuple(found)


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


def _answer(store: Store, request: Request, answer: Table, wanted: int | None) -> dict[str, Any]:
    """What the template shows of an answer."""
    labels = answer.labels(request.lang)
    shown = [wanted - 1] if wanted else list(range(len(answer)))
    rows = [
        (place + 1, [_cell(term, labels, request.lang) for term in answer[place].terms])
        for place in shown
    ]
    most = _WITH_EVIDENCE_STATIC if request.is_static else _WITH_EVIDENCE
    # In a large graph a row may rest on thousands of claims, so each is followed when asked for.
    is_large = store.counts().triples > _LARGE
    told = shown if wanted else [] if is_large and not request.is_static else shown[:most]
    found = find_evidence_of_rows(
        store,
        answer.query,
        [answer[place].bindings for place in told],
        lang=request.lang,
        limit=_MOST_FOLLOWED if is_large else 1000,
    )
    evidence = {place + 1: one for place, one in zip(told, found, strict=True)}
    reasons = []
    if not len(answer):
        reasons = [one.message(request.lang) for one in explain_empty(store, answer.query)]
    return {
        "columns": [
            (column, column_name(column, request.lang), _is_numeric(rows, place))
            for place, column in enumerate(answer.columns)
        ],
        "rows": rows,
        "total": len(answer),
        "is_cut": answer.truncated,
        "evidence": evidence,
        "beside": {number: beside_claims(one, request.lang) for number, one in evidence.items()},
        "reasons": reasons,
        **({} if wanted else _picture(store, request, answer, labels)),
    }


def _cell(term: Any, labels: Mapping[str, str], lang: str) -> Cell:
    if term is None:
        return Cell("")
    if isinstance(term, ox.NamedNode):
        return Cell(labels.get(term.value) or shorten(term.value), term.value)
    if isinstance(term, ox.Literal):
        if term.datatype.value in _NUMBERS:
            value = to_python(term)
            text = term.value if isinstance(value, str) else f"{value:,}"
            return Cell(text, is_number=True, key=term.value)
        return Cell(_literal_name(term, lang), lang=term.language or "")
    return Cell(str(term))


def _is_numeric(rows: Sequence[tuple[int, Sequence[Cell]]], place: int) -> bool:
    cells = [row[place] for _, row in rows if row[place].text]
    return bool(cells) and all(cell.is_number for cell in cells)


# --- pictures ------------------------------------------------------------------------------------


def _picture(
    store: Store, request: Request, answer: Table, labels: Mapping[str, str]
) -> dict[str, Any]:
    """The picture of an answer that its question asks for, as far as its columns allow one."""
    view = answer.question.display if answer.question else "table"
    if view == "timeline" and "start" in answer.columns:
        return {"timeline": draw_timeline(_dated(answer, labels, request.lang))}
    if view == "chart":
        return {"bars": _bars(answer, labels, request.lang)}
    if view == "network":
        return {"pairs": _pairs(answer, labels)}
    return {}


def _dated(answer: Table, labels: Mapping[str, str], lang: str) -> list[Moment]:
    found: dict[str, Moment] = {}
    for row in answer:
        terms = row.bindings
        things = [
            (name, term)
            for name, term in terms.items()
            if isinstance(term, ox.NamedNode) and name in ("activity", "thing", "year")
        ]
        thing = next((term for name, term in things if name != "year"), None) or (
            things[0][1] if things else None
        )
        start = terms.get("start")
        if thing is None or not isinstance(start, ox.Literal):
            continue
        end = terms.get("end", start)
        last = end.value if isinstance(end, ox.Literal) else start.value
        precision = terms.get("precision")
        known = precision.value.removeprefix(CTV) if isinstance(precision, ox.NamedNode) else ""
        found.setdefault(
            thing.value,
            Moment(
                thing.value,
                labels.get(thing.value) or shorten(thing.value),
                show_period(start.value, last, known, lang),
                start.value,
                last,
            ),
        )
    return list(found.values())


def _bars(answer: Table, labels: Mapping[str, str], lang: str) -> Any:
    """Bars of the first column of numbers that is no order, named by the columns before it."""
    rows = [
        (index, [_cell(term, labels, lang) for term in row.terms])
        for index, row in enumerate(answer)
    ]
    numbers = [
        place
        for place, column in enumerate(answer.columns)
        if column != "order" and _is_numeric(rows, place)
    ]
    if not numbers:
        return None
    value = numbers[0]
    names = [
        place
        for place, column in enumerate(answer.columns)
        if place not in numbers and column not in ("order", "note", "unit", "mode", "source")
    ]
    bars = []
    for _, row in rows:
        if row[value].key:
            name = " · ".join(row[place].text for place in names if row[place].text)
            bars.append((name, float(row[value].key)))
    return draw_bars(bars)


def _pairs(answer: Table, labels: Mapping[str, str]) -> Any:
    """Lines between the things of the first two columns that hold things."""
    things = [
        place
        for place, column in enumerate(answer.columns)
        if column not in ("relation", "basis", "claim", "year", "how")
        and any(isinstance(row.terms[place], ox.NamedNode) for row in answer)
    ]
    if len(things) < 2:
        return None
    ties: dict[tuple[str, str], int] = {}
    for row in answer:
        ends = [row.terms[place] for place in things]
        present = [end.value for end in ends if isinstance(end, ox.NamedNode)]
        for one, other in itertools.pairwise(present):
            if one != other:
                ties[one, other] = ties.get((one, other), 0) + 1
    names = {iri: labels.get(iri) or shorten(iri) for pair in ties for iri in pair}
    return draw_pairs(ties, names)


# --- fields --------------------------------------------------------------------------------------


def _field(
    store: Store,
    param: Parameter,
    lang: str,
    *,
    terms: Sequence[Any],
    given: object,
    error: str,
) -> Field:
    chosen = [show_term(one) if isinstance(one, ox.NamedNode) else one.value for one in terms]
    typed = given if isinstance(given, list) else [given] if given is not None else []
    value = str(typed[0]) if error and typed else (chosen[0] if chosen else "")
    made = Field(
        param.name,
        param.label[lang],
        {"date": "date", "integer": "number"}.get(param.type, "text"),
        (),
        value,
        len(chosen) > 1,
        error,
        not param.optional and param.type != "text",
    )
    offered = _offered(store, param, lang)
    if offered is None:
        return made
    options = [Option(name, label, name in chosen) for name, label in offered]
    if len(options) <= _MOST_OPTIONS and not error:
        if param.optional:
            anything = Option("", words("pages", lang)["any"], not chosen)
            options.insert(0, anything)
        return made._replace(kind="select", options=tuple(options))
    if value and not error:
        value = next((label for name, label in offered if name == value), value)
    return made._replace(
        options=tuple(Option(label, label, False) for _, label in offered[:_MOST_LISTED]),
        value=value,
    )


def _offered(store: Store, param: Parameter, lang: str) -> list[tuple[str, str]] | None:
    """Values of a parameter with their labels; None where any text, number or date may stand."""
    if param.allowed:
        return _labelled(store, param.allowed, lang)
    if param.type == "boolean":
        said = words("pages", lang)
        return [("true", said["yes"]), ("false", said["no"])]
    if KINDS[param.type].literal:
        return None

    def read() -> list[tuple[str, str]]:
        found = candidates(store, param.type, limit=20_000)
        if param.type == "claim":
            return [(shorten(iri), shorten(iri)) for iri in found]
        return _labelled(store, [ox.NamedNode(iri) for iri in found], lang)

    return keep(store, ("candidates", param.type, lang), read)


def _labelled(store: Store, terms: Sequence[Any], lang: str) -> list[tuple[str, str]]:
    iris = [one.value for one in terms if isinstance(one, ox.NamedNode)]
    labels = read_labels(store, iris, lang)
    found = [
        (show_term(one), labels.get(one.value) or show_term(one))
        if isinstance(one, ox.NamedNode)
        else (one.value, _literal_name(one, lang))
        for one in terms
    ]
    return sorted(found, key=lambda item: item[1].casefold())


def _literal_name(term: Any, lang: str) -> str:
    if term.datatype.value == PREFIXES["xsd"] + "boolean":
        return str(words("pages", lang)["yes" if term.value in ("true", "1") else "no"])
    return str(term.value)
