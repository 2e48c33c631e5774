"""Every exception of the package, each with the exit code the command line ends with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


class CtgraphError(Exception):
    """Something the user can be told about: where it is, what it is, what to do.

    Args:
        message: Where and what, in one or more plain sentences.
        hint: What to do about it, or None.
    """

    exit_code = 70

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}" if self.hint else self.message


class UsageError(CtgraphError):
    """The command, option or argument cannot mean anything."""

    exit_code = 2


class UnknownName(UsageError):  # noqa: N818 - reads as the condition it names
    """No question, actor, parameter, view or format has the name that was given.

    Args:
        kind: What was looked for, as a noun ("question", "actor").
        name: The name that was given.
        suggestions: Names that exist and look alike, best first.
        hint: What to do if no suggestion fits.
    """

    def __init__(
        self, kind: str, name: str, suggestions: Sequence[str] = (), *, hint: str | None = None
    ) -> None:
        message = f"unknown {kind} {name!r}."
        if suggestions:
            message += f" Did you mean {' or '.join(suggestions)}?"
        super().__init__(message, hint=hint)
        self.kind = kind
        self.name = name
        self.suggestions = tuple(suggestions)


class DataError(CtgraphError):
    """A file of the graph is missing, malformed or breaks a rule of the format."""

    exit_code = 3


class Unwritable(DataError):  # noqa: N818 - reads as the condition it names
    """A format cannot hold something that was found; another format can."""


class StoreError(CtgraphError):
    """A store cannot be opened, read or written."""

    exit_code = 3


class EndpointError(StoreError):
    """A remote SPARQL endpoint is down, too slow, or answers with something else."""


class QueryError(CtgraphError):
    """A query could not be finished."""

    exit_code = 4


class QuerySyntaxError(QueryError):
    """A query could not be parsed.

    Args:
        message: What is wrong, without the position.
        line: Line of the fault, from 1; 0 if unknown.
        column: Column of the fault, from 1; 0 if unknown.
        hint: What to do about it.
    """

    def __init__(
        self, message: str, *, line: int = 0, column: int = 0, hint: str | None = None
    ) -> None:
        where = f"query, line {line}, column {column}: " if line else "query: "
        super().__init__(where + message, hint=hint)
        self.line = line
        self.column = column


class QueryTimeout(QueryError):  # noqa: N818 - reads as the condition it names
    """A query was stopped because its time was up.

    Args:
        message: What was stopped, and after how long.
        seconds: How long it might take, if that is known.
        hint: What to do about it.
    """

    def __init__(
        self, message: str, *, seconds: float | None = None, hint: str | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.seconds = seconds


class QueryRefused(QueryError):  # noqa: N818 - reads as the condition it names
    """A query asks for something that is not allowed: an update, SERVICE, LOAD."""


def suggest(word: str, candidates: Iterable[str], limit: int = 3) -> list[str]:
    """Candidates that look like a word, best first; empty if none does.

    Case and width do not count (NFKC, casefold).

    Args:
        word: What was typed.
        candidates: What exists.
        limit: How many to return at most.
    """
    import difflib
    import unicodedata

    def fold(text: str) -> str:
        return unicodedata.normalize("NFKC", text).casefold()

    folded: dict[str, str] = {}
    for candidate in candidates:
        folded.setdefault(fold(candidate), candidate)
    close = difflib.get_close_matches(fold(word), list(folded), n=limit, cutoff=0.6)
    return [folded[match] for match in close]


class RequestError(CtgraphError):
    """A request that cannot be answered as it was made, where HTTP has a status that says why.

    Args:
        message: Where and what, in one or more plain sentences.
        status: The HTTP status, from 400 to 499.
        hint: What to do about it.
        headers: Headers that go with the status, as Allow with 405.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        hint: str | None = None,
        headers: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.headers = tuple(headers)
