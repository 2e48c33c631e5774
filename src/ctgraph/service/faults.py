"""What goes wrong in an answer, in the form that travels and that HTTP has a status for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ctgraph.errors import (
    CtgraphError,
    DataError,
    EndpointError,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    RequestError,
    StoreError,
    UnknownName,
    Unwritable,
)
from ctgraph.words import translate

_STATUS: tuple[tuple[type[CtgraphError], int], ...] = (
    (QueryRefused, 403),
    (Unwritable, 406),
    (EndpointError, 502),
    (StoreError, 503),
    (DataError, 503),
)
"""The status of an error by its class; of any other of ours it is 400."""

_LONGEST = 600  # characters of a message

_SAID = {
    502: "the SPARQL endpoint behind this service did not answer as it should.",
    503: "the graph cannot be read just now.",
}
"""What a client is told where the error itself speaks to the operator, of files and addresses."""


_COMMANDS = (
    (re.compile(r"'ctgraph ask' lists them\."), "The page /ask lists them."),
    (re.compile(r"See: ctgraph ask ([\w-]+)"), r"See the page /ask/\1."),
    (
        re.compile(r"Filter it, as by --actor, or draw the interactive page\."),
        "Filter it, as with ?actor=…, or take the page, whose address ends in .html.",
    ),
)
"""Hints that name a command, each with the page that does the same."""


class Fault(NamedTuple):
    """Why there is no answer.

    Attributes:
        status: The HTTP status, from 400 to 599.
        message: What the client is told.
        hint: What the client may do about it, or "".
        headers: Headers that go with the status.
        line: Line of the fault in a query, from 1; 0 if it has none.
        column: Column of the fault, from 1; 0 if unknown.
        outcome: One word for the log and the metrics.
        detail: What the log says beyond that: a traceback, a path. No client sees it.
    """

    status: int
    message: str
    hint: str = ""
    headers: Sequence[tuple[str, str]] = ()
    line: int = 0
    column: int = 0
    outcome: str = "refused"
    detail: str = ""

    def pack(self) -> dict[str, Any]:
        """The fault as JSON can hold it."""
        return {**self._asdict(), "headers": [list(header) for header in self.headers]}


class Failed(Exception):  # noqa: N818 - reads as the condition it names
    """There is no answer.

    Args:
        fault: Why.
    """

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


def unpack(fields: Mapping[str, Any]) -> Fault:
    """The fault that `Fault.pack` packed.

    Args:
        fields: What JSON gave.
    """
    headers = tuple((str(name), str(value)) for name, value in fields["headers"])
    return Fault(**{**fields, "headers": headers})


def of_error(error: CtgraphError, values: Mapping[str, str]) -> Fault:
    """The fault that an error of ours stands for.

    Args:
        error: What a handler raised.
        values: What the placeholders of the path matched: a name that is unknown there is a page
            that does not exist, anywhere else it is a bad request.
    """
    message, hint = error.message, for_pages(error.hint or "")
    if len(message) > _LONGEST:
        # What was asked is repeated in it, and may be of any length.
        message = f"{message[: _LONGEST // 2]} … {message[-_LONGEST // 2 :]}"
    if isinstance(error, RequestError):
        return Fault(error.status, message, hint, error.headers)
    if isinstance(error, QuerySyntaxError):
        return Fault(400, message, hint, line=error.line, column=error.column)
    if isinstance(error, UnknownName):
        is_path = error.name in values.values()
        return Fault(404 if is_path else 400, message, hint)
    if isinstance(error, QueryTimeout):
        # Where the time went is told to the log: the address of an endpoint is the operator's.
        said = message
        if error.seconds is not None:
            said = f"the query was stopped after {error.seconds:g} seconds."
        detail = "" if said == message else str(error)
        return Fault(504, said, hint, outcome="timeout", detail=detail)
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 400)
    if status in _SAID:
        return Fault(
            status,
            _SAID[status],
            "Try again later.",
            (("Retry-After", "10"),) if status == 503 else (),
            outcome="unavailable",
            detail=str(error),
        )
    return Fault(status, message, hint)


def for_pages(hint: str) -> str:
    """A hint with a page in place of a command.

    Args:
        hint: What an error says that can be done.

    Example:
        >>> for_pages("'ctgraph ask' lists them.")
        'The page /ask lists them.'
    """
    for command, page in _COMMANDS:
        hint = command.sub(page, hint)
    return hint


def below(fault: Fault, root: str) -> Fault:
    """The fault with the whole path of the page that its hint names.

    Args:
        fault: The fault.
        root: Where the service is mounted.
    """
    hint = re.sub(r"(?<=\bpage |\bmean )(?=/)", lambda _: root, fault.hint)
    return fault._replace(hint=hint)


def in_language(fault: Fault, lang: str) -> Fault:
    """The fault with message and hint in a language.

    Args:
        fault: The fault.
        lang: ``en`` or ``ja``.
    """
    return fault._replace(message=translate(fault.message, lang), hint=translate(fault.hint, lang))


def of_bug(trace: str) -> Fault:
    """The fault for an exception that nobody foresaw.

    Args:
        trace: The traceback, for the log.
    """
    return Fault(
        500,
        "this is a bug in the service; its log says more under the number of this request.",
        outcome="bug",
        detail=trace,
    )


def of_memory(limit: int) -> Fault:
    """The fault of an answer that would need more memory than a worker may have.

    Args:
        limit: The bound, in bytes.
    """
    return Fault(
        507,
        f"the answer needs more than the {limit >> 20} MiB of memory that it may take.",
        "Narrow the question: fewer patterns without a join, a LIMIT inside a subquery.",
        outcome="memory",
    )


def of_death(signal: int, limit: int) -> Fault:
    """The fault of a worker that died.

    Args:
        signal: The signal that ended it; 0 if none did or nobody knows.
        limit: The bound of its memory, in bytes.
    """
    if signal == 6:  # SIGABRT: the engine's allocator gives up like this
        return of_memory(limit)
    if signal == 11:  # SIGSEGV: the stack of a parser that calls itself ran over
        return Fault(
            400,
            "the question is nested too deeply for the engine.",
            "Write it with fewer parentheses or operators inside each other.",
            outcome="overflow",
        )
    return Fault(
        500,
        "the process that worked on the answer died.",
        "Ask again; if it dies again, narrow the question.",
        outcome="died",
        detail=f"signal {signal}",
    )


def of_deadline(seconds: float) -> Fault:
    """The fault of an answer that took too long.

    Args:
        seconds: How long it might take.
    """
    return Fault(
        504,
        f"the work on the answer was stopped after {seconds:g} seconds.",
        "Ask for less, or allow more time with timeout= in the URL if the service permits more.",
        outcome="timeout",
    )


def of_crowd(*, waited: bool) -> Fault:
    """The fault of a question that found no place among the others.

    Args:
        waited: Whether it waited for one till its time was up.
    """
    said = "no place became free in time" if waited else "too many requests are waiting"
    return Fault(
        503,
        f"{said}; the service is busy with other requests.",
        "Ask again in a few seconds.",
        (("Retry-After", "5"),),
        outcome="busy",
    )
