"""The form of a question: its fields, what they offer, and what is wrong with what is in them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph as ox

from ctgraph.errors import AmbiguousName, UnknownName, UsageError, WrongKind
from ctgraph.query import Parameter, Question, bind_params
from ctgraph.query.entities import KINDS, candidates, show_term, show_value
from ctgraph.service.pages.answer import name_literal
from ctgraph.service.pages.frame import Links
from ctgraph.store import keep
from ctgraph.terms import shorten
from ctgraph.words import join_sentences, read_words, sentence

if TYPE_CHECKING:
    from ctgraph.store import Store


_MOST_OPTIONS = 60
_MOST_LISTED = 1000
_MOST_CHOICES = 10


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


def bind_given(
    store: Store, question: Question, given: Mapping[str, object], lang: str
) -> tuple[str, dict[str, tuple[Any, ...]], dict[str, UsageError]]:
    """Return the bound query, the terms of each parameter, and what is wrong with which of them.

    Args:
        store: The graph.
        question: The question.
        given: The values by parameter.
        lang: ``en`` or ``ja``.

    Raises:
        UnknownName: A value is given for a parameter that the question does not have.
    """
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


def say_fault(error: UsageError, lang: str) -> str:
    """Say what is wrong with a value, in the reader's language.

    What may be meant instead stands beside it, from `list_choices`.

    Args:
        error: What is wrong.
        lang: ``en`` or ``ja``.
    """
    has_choices = isinstance(error, AmbiguousName) or (
        isinstance(error, (UnknownName, WrongKind)) and bool(error.suggestions)
    )
    hint = "" if has_choices else error.advise(lang, on_page=True)
    return sentence(join_sentences([error.tell_what(lang), hint], lang))


def list_choices(
    links: Links, lang: str, param: str, error: UsageError | None
) -> tuple[tuple[str, str], ...]:
    """Return what may be meant by a value: labels, and URLs of the answers for them.

    Args:
        links: The links of the page.
        lang: ``en`` or ``ja``.
        param: The parameter that has the value.
        error: What is wrong with the value.
    """
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


def make_field(
    store: Store,
    param: Parameter,
    lang: str,
    *,
    terms: Sequence[Any],
    given: object,
    error: str,
) -> Field:
    """Return the field of a parameter.

    Args:
        store: The graph.
        param: The parameter.
        lang: ``en`` or ``ja``.
        terms: What its value was understood as.
        given: The value that was given.
        error: What is wrong with it.
    """
    chosen = list(map(show_value, terms))
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
            anything = Option("", read_words("pages", lang)["any"], not chosen)
            options.insert(0, anything)
        return made._replace(kind="select", options=tuple(options))
    if value and not error:
        value = next((label for name, label in offered if name == value), value)
    return made._replace(
        options=tuple(Option(label, label, False) for _, label in offered[:_MOST_LISTED]),
        value=value,
    )


def _offered(store: Store, param: Parameter, lang: str) -> list[tuple[str, str]] | None:
    """Return values of a parameter with their labels.

    None where any text, number or date may stand.
    """
    if param.allowed:
        return _labelled(store, param.allowed, lang)
    if param.type == "boolean":
        said = read_words("pages", lang)
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
    labels = store.labels(iris, lang)
    found = [
        (show_term(one), labels.get(one.value) or show_term(one))
        if isinstance(one, ox.NamedNode)
        else (one.value, name_literal(one, lang))
        for one in terms
    ]
    return sorted(found, key=lambda item: item[1].casefold())
