"""What goes wrong in an answer, in the form that travels and that HTTP has a status for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ctgraph.errors import (
    CtgraphError,
    QuerySyntaxError,
    QueryTimeout,
    RequestError,
    UnknownName,
)

_LONGEST = 600  # characters of a message

_SAID = {502: "endpoint-behind-service-failed", 503: "graph-unreadable-now"}
"""What a client is told where the error itself speaks to the operator, of files and addresses."""


class Fault(NamedTuple):
    """Why there is no answer.

    Attributes:
        status: The HTTP status, from 400 to 599.
        message: What the client is told, in English.
        hint: What the client may do about it, or "".
        headers: Headers that go with the status.
        line: Line of the fault in a query, from 1; 0 if it has none.
        column: Column of the fault, from 1; 0 if unknown.
        outcome: One word for the log and the metrics.
        detail: What the log says beyond that: a traceback, a path. No client sees it.
        message_ja: The message in Japanese; "" if there is only the English one.
        hint_ja: The hint likewise.
    """

    status: int
    message: str
    hint: str = ""
    headers: Sequence[tuple[str, str]] = ()
    line: int = 0
    column: int = 0
    outcome: str = "refused"
    detail: str = ""
    message_ja: str = ""
    hint_ja: str = ""


class Failed(Exception):  # noqa: N818 - reads as the condition it names
    """There is no answer.

    Args:
        fault: Why.
    """

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


def of_error(error: CtgraphError, values: Mapping[str, str]) -> Fault:
    """Return the fault that an error of ours stands for.

    Args:
        error: What a handler raised.
        values: What the placeholders of the path matched: a name that is unknown there is a page
            that does not exist, anywhere else it is a bad request.
    """
    if isinstance(error, RequestError):
        return _of_both(error.status, error, headers=error.headers)
    if isinstance(error, QuerySyntaxError):
        return _of_both(400, error, line=error.line, column=error.column)
    if isinstance(error, UnknownName):
        return _of_both(404 if error.name in values.values() else 400, error)
    if isinstance(error, QueryTimeout):
        # Where the time went is told to the log: the address of an endpoint is the operator's.
        said: CtgraphError = error
        if error.seconds is not None:
            said = CtgraphError("query-timed-out", timeout=error.seconds, hint=error)
        detail = "" if said.message == error.message else str(error)
        return _of_both(504, said, outcome="timeout", detail=detail)
    if error.status in _SAID:
        return of_key(
            error.status,
            _SAID[error.status],
            hint="try-again-later",
            headers=(("Retry-After", "10"),) if error.status == 503 else (),
            outcome="unavailable",
            detail=str(error),
        )
    return _of_both(error.status, error)


def of_key(
    status: int,
    key: str,
    *,
    hint: str | None = None,
    headers: Sequence[tuple[str, str]] = (),
    outcome: str = "refused",
    detail: str = "",
    **values: object,
) -> Fault:
    """Return the fault that a key of the tables of errors stands for.

    Args:
        status: The HTTP status.
        key: What is wrong.
        hint: The key of another hint; "" for none.
        headers: Headers that go with the status.
        outcome: One word for the log and the metrics.
        detail: What only the log says.
        **values: What fills the places of both.
    """
    error = CtgraphError(key, hint=hint, **values)
    return _of_both(status, error, headers=headers, outcome=outcome, detail=detail)


def _of_both(status: int, error: CtgraphError, **fields: Any) -> Fault:
    """Return the fault with what an error says in both languages."""
    return Fault(
        status,
        _cut(error.tell()),
        error.advise(on_page=True),
        message_ja=_cut(error.tell("ja")),
        hint_ja=error.advise("ja", on_page=True),
        **fields,
    )


def _cut(message: str) -> str:
    if len(message) <= _LONGEST:
        return message
    # What was asked is repeated in it, and may be of any length.
    return f"{message[: _LONGEST // 2]} … {message[-_LONGEST // 2 :]}"


def below(fault: Fault, root: str) -> Fault:
    """Return the fault with the whole path of the page that its hint names.

    Args:
        fault: The fault.
        root: Where the service is mounted.
    """
    return fault._replace(
        hint=re.sub(r"(?<=\bpage |\bmean )(?=/)", lambda _: root, fault.hint),
        hint_ja=re.sub(
            r"(?<=もしかして: )(?=/)|(?<![\w./-])(?=/[\w./-]* のページ)",
            lambda _: root,
            fault.hint_ja,
        ),
    )


def in_language(fault: Fault, lang: str) -> Fault:
    """Return the fault with message and hint in a language.

    Args:
        fault: The fault.
        lang: ``en`` or ``ja``.
    """
    if lang != "ja":
        return fault
    return fault._replace(
        message=fault.message_ja or fault.message, hint=fault.hint_ja or fault.hint
    )


def of_bug(trace: str) -> Fault:
    """Return the fault for an exception that nobody foresaw.

    Args:
        trace: The traceback, for the log.
    """
    return of_key(500, "bug-in-service", outcome="bug", detail=trace)


def of_memory(limit: int) -> Fault:
    """Return the fault of an answer that would need more memory than a worker may have.

    Args:
        limit: The bound, in bytes.
    """
    return of_key(507, "answer-needs-memory", limit=limit >> 20, outcome="memory")


def of_death(signal: int, limit: int) -> Fault:
    """Return the fault of a worker that died.

    Args:
        signal: The signal that ended it; 0 if none did or nobody knows.
        limit: The bound of its memory, in bytes.
    """
    if signal == 6:  # SIGABRT: the engine's allocator gives up like this
        return of_memory(limit)
    if signal == 11:  # SIGSEGV: the stack of a parser that calls itself ran over
        return of_key(400, "question-too-nested", outcome="overflow")
    return of_key(500, "worker-died", outcome="died", detail=f"signal {signal}")


def of_deadline(seconds: float) -> Fault:
    """Return the fault of an answer that took too long.

    Args:
        seconds: How long it might take.
    """
    return of_key(504, "work-timed-out", seconds=seconds, outcome="timeout")


def of_crowd(*, waited: bool) -> Fault:
    """Return the fault of a question that found no place among the others.

    Args:
        waited: Whether it waited for one till its time was up.
    """
    return of_key(
        503,
        "no-place-in-time" if waited else "too-many-waiting",
        hint="ask-again-soon",
        headers=(("Retry-After", "5"),),
        outcome="busy",
    )
