"""Values for the parameters of a named question."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from ctgraph.errors import AmbiguousName, UnknownName, UsageError, suggest
from ctgraph.query.entities.kinds import KINDS, show_value
from ctgraph.query.entities.names import resolve
from ctgraph.store.sparql import Query
from ctgraph.terms import shorten
from ctgraph.words import Quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ctgraph.query.questions import Parameter, Question, Value
    from ctgraph.store import Store


# --- binding parameters --------------------------------------------------------------------------


def bind_params(
    store: Store, question: Question, params: Mapping[str, object], lang: str = "en"
) -> tuple[str, dict[str, tuple[Value, ...]]]:
    """Return the query of a question with its parameters bound, and the terms of each parameter.

    Args:
        store: Where names are looked up.
        question: The question.
        params: Values by parameter: a name, CURIE, IRI, number, date, truth value or RDF term,
            or a list of these. None or an empty text leaves an optional parameter open.
        lang: Language for the parameter ``lang``, unless `params` sets it.

    Raises:
        UnknownName: The question has no such parameter, or nothing has such a name.
        UsageError: A value is of another type or not among the allowed ones.
    """
    for name in params:
        if name not in question.params:
            known = list(question.params)
            raise UnknownName(
                "parameter",
                name,
                suggest(name, known),
                key="unknown-parameter",
                question=question.name,
                hint="parameters" if known else "no-parameters",
                names=[*known],
            )
    given = dict(params)
    if "lang" in question.params and given.get("lang") is None:
        given["lang"] = lang
    bindings: dict[str, list[Value] | None] = {}
    terms: dict[str, tuple[Value, ...]] = {}
    for name, param in question.params.items():
        if name in given:
            terms[name] = _resolve_values(store, param, given[name], lang)
        else:
            terms[name] = param.default
        bindings[name] = list(terms[name]) or None
    query = Query(question.text).bind_values(bindings)
    single = {name: found[0] for name, found in terms.items() if len(found) == 1}
    literals = {name: term for name, term in single.items() if isinstance(term, ox.Literal)}
    return query.inline_values(literals).text, terms


def _resolve_values(store: Store, param: Parameter, value: object, lang: str) -> tuple[Value, ...]:
    if value is None or (isinstance(value, str) and not value.strip() and param.type != "text"):
        if not param.optional:
            raise UsageError(
                "parameter-value-missing", name=param.name, form=KINDS[param.type].form
            )
        return ()
    listed = list(value) if isinstance(value, (list, tuple, set, frozenset)) else [value]
    if not listed:
        raise UsageError("parameter-values-empty", name=param.name)
    found: list[Value] = []
    for item in listed:
        try:
            term = resolve(store, item, param.type, lang)
        except UsageError as error:
            if param.allowed and not isinstance(error, AmbiguousName):
                raise _refused_value(store, param, item, lang) from error
            raise
        if param.allowed and term not in param.allowed:
            raise _refused_value(store, param, item, lang)
        if term not in found:
            found.append(term)
    return tuple(found)


def _refused_value(store: Store, param: Parameter, value: object, lang: str) -> UsageError:
    iris = [term.value for term in param.allowed if isinstance(term, ox.NamedNode)]
    labels = store.labels(iris, lang) if iris else {}
    shown = [
        f"{labels[term.value]} ({shorten(term.value)})"
        if term.value in labels
        else show_value(term)
        for term in param.allowed
    ]
    return UsageError(
        "parameter-value-not-allowed", name=param.name, value=Quoted(value), names=shown
    )
