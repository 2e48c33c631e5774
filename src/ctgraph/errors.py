"""Every exception of the package, each with the exit code the command line ends with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

Hint: TypeAlias = "str | CtgraphError | None"


class CtgraphError(Exception):
    """Something the user can be told about: where it is, what it is, what to do.

    What is said stands in the tables ``errors`` and ``hints`` of the words, in both languages.

    Args:
        key: What is wrong, by its key in ``errors``; its hint has the same key in ``hints``. A text
            that is no key is said as it is, in both languages.
        hint: The key of another hint, or an error whose hint it is; "" for none.
        **values: What fills the places of both.
    """

    exit_code = 70
    status = 400
    """What HTTP says of it."""

    def __init__(self, key: str, /, *, hint: Hint = None, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.hint_key: str | CtgraphError = key if hint is None else hint
        self.values: dict[str, Any] = values

    def tell(self, lang: str = "en") -> str:
        """Return where and what is wrong.

        Args:
            lang: ``en`` or ``ja``.
        """
        return self.tell_what(lang)

    def tell_what(self, lang: str = "en") -> str:
        """Return what is wrong, without the place and without names that may have been meant.

        Args:
            lang: ``en`` or ``ja``.
        """
        from ctgraph.words import fill

        return fill("errors", self.key, lang, self.values) or self.key

    def advise(self, lang: str = "en", *, on_page: bool = False) -> str:
        """Return what to do about it; "" if nothing is known.

        Args:
            lang: ``en`` or ``ja``.
            on_page: Whether it is read on a page, where a command is of no use.
        """
        from ctgraph.words import fill

        if isinstance(self.hint_key, CtgraphError):
            return self.hint_key.advise(lang, on_page=on_page)
        said = on_page and fill("hints", f"{self.hint_key}-page", lang, self.values)
        said = said or fill("hints", self.hint_key, lang, self.values)
        return said or ("" if self.hint_key == self.key else self.hint_key)

    def say(self, lang: str = "en") -> str:
        """Return what is wrong and what to do about it.

        Args:
            lang: ``en`` or ``ja``.
        """
        from ctgraph.words import join_sentences

        return join_sentences([self.tell(lang), self.advise(lang)], lang)

    @property
    def message(self) -> str:
        """Where and what, in English."""
        return self.tell()

    @property
    def hint(self) -> str | None:
        """What to do about it, in English."""
        return self.advise() or None

    def __str__(self) -> str:
        return self.say()

    def __reduce__(self) -> tuple[object, ...]:
        # The arguments of subclasses differ, so a copy in another process is made of what is kept.
        return _rebuild, (type(self), self.args, self.__dict__)


def _rebuild(
    kind: type[CtgraphError], args: tuple[object, ...], state: dict[str, object]
) -> CtgraphError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    return error


class UsageError(CtgraphError):
    """The command, option or argument cannot mean anything."""

    exit_code = 2


class UnknownName(UsageError):  # noqa: N818 - reads as the condition it names
    """No question, actor, parameter, view or format has the name that was given.

    Args:
        kind: What was looked for, as a noun ("question", "actor").
        name: The name that was given.
        suggestions: Names that exist and look alike, best first.
        key: Another key than that of any unknown name.
        hint: What to do if no suggestion fits.
    """

    def __init__(
        self,
        kind: str,
        name: str,
        suggestions: Sequence[str] = (),
        *,
        key: str = "unknown-name",
        hint: Hint = None,
        **values: object,
    ) -> None:
        super().__init__(key, hint=hint or "", kind=kind, name=name, **values)
        self.kind = kind
        self.name = name
        self.suggestions = tuple(suggestions)

    def tell(self, lang: str = "en") -> str:
        """Return what is wrong, with the names that look alike."""
        from ctgraph.words import fill

        said = self.tell_what(lang)
        if not self.suggestions:
            return said
        near = fill("hints", "did-you-mean", lang, {"near": self.suggestions})
        return f"{said} {near}" if lang == "en" else said + near


class AmbiguousName(UsageError):  # noqa: N818 - reads as the condition it names
    """More than one thing has the name that was given.

    Args:
        kind: What was looked for, with its article.
        name: The name that was given.
        candidates: What it can mean, as "label (CURIE)".
        iris: The same as IRIs, in the same order.
    """

    def __init__(
        self, kind: str, name: str, candidates: Sequence[str], iris: Sequence[str] = ()
    ) -> None:
        super().__init__("ambiguous-name", kind=kind, name=name, n=len(candidates))
        self.kind = kind
        self.name = name
        self.candidates = tuple(candidates)
        self.iris = tuple(iris)

    def tell(self, lang: str = "en") -> str:
        """Return what is wrong, with the first ten things that it can mean."""
        from ctgraph.words import fill

        more = ("…",) if len(self.candidates) > 10 else ()
        values = {**self.values, "candidates": (*self.candidates[:10], *more)}
        return fill("errors", "ambiguous-name-of", lang, values)


class WrongKind(UsageError):  # noqa: N818 - reads as the condition it names
    """A thing has the name that was given, but is of another kind.

    Args:
        key: What it is, and what is wanted.
        name: The name that was given.
        suggestions: Things of the kind whose names look alike, as "label (CURIE)", best first.
        **values: What fills the places of the sentences.
    """

    def __init__(
        self, key: str, /, *, name: str, suggestions: Sequence[str], **values: object
    ) -> None:
        hint = "did-you-mean" if suggestions else "write"
        super().__init__(key, hint=hint, name=name, near=suggestions, **values)
        self.name = name
        self.suggestions = tuple(suggestions)


class DataError(CtgraphError):
    """A file of the graph is missing, malformed or breaks a rule of the format.

    Args:
        key: What is wrong, without the place.
        place: Where, as ``file:line``; "" if the sentence says so itself.
        hint: What to do about it.
    """

    exit_code = 3
    status = 503

    def __init__(
        self,
        key: str,
        /,
        *,
        place: str = "",
        hint: Hint = None,
        **values: object,
    ) -> None:
        super().__init__(key, hint=hint, **values)
        self.place = place

    def tell(self, lang: str = "en") -> str:
        """Return the place and what is wrong there."""
        from ctgraph.words import fill

        where = fill("errors", "place", lang, {"place": self.place}) if self.place else ""
        return where + self.tell_what(lang)


class Unwritable(DataError):  # noqa: N818 - reads as the condition it names
    """A format cannot hold something that was found; another format can."""

    status = 406


MOST_PROBLEMS = 20
"""How many problems an error lists; the rest is counted."""


class Problem(NamedTuple):
    """One thing that is wrong with a file.

    Attributes:
        file: The file, as messages name it.
        line: Line from 1, or 0 if it concerns the file as a whole.
        key: What is wrong, by its key; a text that is no key is said as it is.
        hint: The key of what to do; "" for nothing.
        values: What fills the places of both.
    """

    file: str
    line: int
    key: str
    hint: str = ""
    values: Mapping[str, object] = MappingProxyType({})

    def place(self) -> str:
        """Return where it is."""
        return f"{self.file}:{self.line}" if self.line else self.file

    def tell(self, lang: str = "en") -> str:
        """Return what is wrong, without the place.

        Args:
            lang: ``en`` or ``ja``.
        """
        from ctgraph.words import fill

        said = fill("errors", self.key, lang, self.values)
        return said or f"{self.key.removesuffix('.')}."

    def advise(self, lang: str = "en") -> str:
        """Return what to do about it; "" if nothing is known.

        Args:
            lang: ``en`` or ``ja``.
        """
        from ctgraph.words import fill

        return fill("hints", self.hint, lang, self.values) or self.hint

    def say(self, lang: str = "en") -> str:
        """Return where and what is wrong, and what to do about it.

        Args:
            lang: ``en`` or ``ja``.
        """
        from ctgraph.words import fill, join_sentences

        where = fill("errors", "place", lang, {"place": self.place()})
        return where + join_sentences([self.tell(lang), self.advise(lang)], lang)

    def __str__(self) -> str:
        return self.say()


class BrokenFiles(DataError):  # noqa: N818 - reads as the condition it names
    """Files break the rules of the format.

    Args:
        problems: What is wrong, at least one.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        first = problems[0]
        if len(problems) == 1:
            super().__init__(first.key, place=first.place(), hint=first.hint, **first.values)
        else:
            super().__init__("several-problems", hint="", n=len(problems))
        self.problems = tuple(problems)

    def tell_what(self, lang: str = "en") -> str:
        """Return what is wrong: the one problem, or the first of several, each in a line."""
        from ctgraph.words import fill

        if len(self.problems) == 1:
            return self.problems[0].tell(lang)
        lines = [super().tell_what(lang)]
        lines += [f"  {problem.say(lang)}" for problem in self.problems[:MOST_PROBLEMS]]
        more = len(self.problems) - MOST_PROBLEMS
        if more > 0:
            lines.append("  " + fill("errors", "more-problems", lang, {"n": more}))
        return "\n".join(lines)


class StoreError(CtgraphError):
    """A store cannot be opened, read or written."""

    exit_code = 3
    status = 503


class EndpointError(StoreError):
    """A remote SPARQL endpoint is down, too slow, or answers with something else."""

    status = 502


class QueryError(CtgraphError):
    """A query could not be finished."""

    exit_code = 4


class QuerySyntaxError(QueryError):
    """A query could not be parsed.

    Args:
        key: What is wrong, without the position.
        line: Line of the fault, from 1; 0 if unknown.
        column: Column of the fault, from 1; 0 if unknown.
        hint: What to do about it.
    """

    def __init__(
        self,
        key: str,
        /,
        *,
        line: int = 0,
        column: int = 0,
        hint: Hint = None,
        **values: object,
    ) -> None:
        super().__init__(key, hint=hint, **values)
        self.line = line
        self.column = column

    def tell(self, lang: str = "en") -> str:
        """Return the place and what is wrong there."""
        from ctgraph.words import fill

        place = "query-place" if self.line else "query"
        where = fill("errors", place, lang, {"line": self.line, "column": self.column})
        return where + self.tell_what(lang)


class QueryTimeout(QueryError):  # noqa: N818 - reads as the condition it names
    """A query was stopped because its time was up.

    Args:
        key: What was stopped, and after how long.
        seconds: How long it might take, if that is known.
        hint: What to do about it.
    """

    status = 504

    def __init__(
        self,
        key: str,
        /,
        *,
        seconds: float | None = None,
        hint: Hint = None,
        **values: object,
    ) -> None:
        super().__init__(key, hint=hint, **values)
        self.seconds = seconds


class QueryRefused(QueryError):  # noqa: N818 - reads as the condition it names
    """A query asks for something that is not allowed: an update, SERVICE, LOAD."""

    status = 403


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
        key: Where and what.
        status: The HTTP status, from 400 to 499.
        hint: What to do about it.
        headers: Headers that go with the status, as Allow with 405.
    """

    def __init__(
        self,
        key: str,
        /,
        *,
        status: int = 400,
        hint: Hint = None,
        headers: Sequence[tuple[str, str]] = (),
        **values: object,
    ) -> None:
        super().__init__(key, hint=hint, **values)
        self.status = status
        self.headers = tuple(headers)
