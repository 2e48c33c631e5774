"""What travels between the front of the query service and the processes that answer.

The front reads HTTP, keeps the limits and holds no graph; a handler runs in a worker process that
has the graph open and can be killed. A handler is a function ``handler(store, request, limits)``
of some module that gives back a `Reply`, or raises a `CtgraphError`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import quote, urlencode

from ctgraph.terms import LANGUAGES

SCOPE = ("source", "as-of")
"""Names in the query string by which a part of the claims is asked for."""


class Limits(NamedTuple):
    """How much one request may take.

    Attributes:
        seconds: Time after which the process that answers is killed.
        rows: Rows or triples of an answer; more make it a part.
        bytes: Size of an answer; more make it a part.
    """

    seconds: float = 30.0
    rows: int = 100_000
    bytes: int = 64 << 20


class Request(NamedTuple):
    """A request as a handler sees it.

    Attributes:
        method: "GET", "HEAD", "POST", ….
        path: The decoded path below the root of the service, with its leading slash.
        values: What the placeholders of the route matched.
        query: Names and values of the query string, decoded once, in their order.
        headers: Headers by lower-case name; those that came twice are joined by a comma.
        body: The body, as it came.
        root: The path where the service is mounted, ``""`` or ``/graph``.
        base: The absolute URL of the service, which ends in a slash.
        lang: The language for people, "en" or "ja".
        is_static: Whether the answer becomes a file of a static site, where no query string and
            no negotiation works.
        site: The paths that this site has, which alone are linked; empty for all that there are.
    """

    method: str = "GET"
    path: str = "/"
    values: Mapping[str, str] = {}
    query: Sequence[tuple[str, str]] = ()
    headers: Mapping[str, str] = {}
    body: bytes = b""
    root: str = ""
    base: str = "http://localhost/"
    lang: str = "en"
    is_static: bool = False
    site: frozenset[str] = frozenset()

    def get(self, name: str, default: str = "") -> str:
        """Return the last value of a name in the query string.

        Args:
            name: The name.
            default: What comes back if it is not there.
        """
        found = self.all(name)
        return found[-1] if found else default

    def all(self, name: str) -> list[str]:
        """Return every value of a name in the query string.

        Args:
            name: The name.
        """
        return [value for key, value in self.query if key == name]


class Reply(NamedTuple):
    """An answer.

    Attributes:
        body: The content.
        media_type: Its type, with the charset where it has one.
        status: The HTTP status.
        headers: Further headers.
        rows: How many rows or triples the answer holds, for the log; None if it has none.
        is_partial: Whether rows were left out because of a limit.
        may_keep: Whether the same request has the same answer as long as the graph is the same.
    """

    body: bytes
    media_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: Sequence[tuple[str, str]] = ()
    rows: int | None = None
    is_partial: bool = False
    may_keep: bool = True


class Route(NamedTuple):
    """Which handler answers a path.

    Attributes:
        path: The path in Starlette's form, ``/id/{name}``.
        handler: The function, as ``package.module:function``; it is imported in the worker alone.
        methods: The methods it answers.
        reads_body: Whether the body of a request is handed on.
        is_heavy: Whether an answer is expected to take a processor longer than a question does, as
            a picture. It then takes no place from quick questions.
        parameters: Names in the query string that the handler reads. Others are not handed on, so
            a request with such is the same request. None for a handler that reads all.
        is_scoped: Whether it may be asked of a part of the claims, by the names of `SCOPE`.
    """

    path: str
    handler: str
    methods: tuple[str, ...] = ("GET", "HEAD")
    reads_body: bool = False
    is_heavy: bool = False
    parameters: tuple[str, ...] | None = None
    is_scoped: bool = False

    def reads(self, name: str) -> bool:
        """Tell whether a name in the query string is handed on.

        Args:
            name: The name.
        """
        if name in SCOPE:
            return self.is_scoped
        return self.parameters is None or name in self.parameters


def see_other(url: str, *, vary: str = "") -> Reply:
    """Return the reply that sends a client to another URL (303).

    Args:
        url: Where to.
        vary: The header of the request that decided it.
    """
    headers = [("Location", url), *([("Vary", vary)] if vary else [])]
    return Reply(b"", "text/plain; charset=utf-8", status=303, headers=headers)


def link(root: str, path: str, kept: Sequence[tuple[str, str]] = (), **query: str) -> str:
    """Return the URL of a path of the service.

    Args:
        root: Where the service is mounted.
        path: The path, not yet quoted.
        kept: Names and values that stand at the end of the query string; names may repeat.
        **query: Values of the query string; empty ones are left out.

    Example:
        >>> link("/graph", "/find", q="ローマ", lang="")
        '/graph/find?q=%E3%83%AD%E3%83%BC%E3%83%9E'
    """
    said = urlencode([*((name, value) for name, value in query.items() if value), *kept])
    return root + quote(path, safe="/-._~!$&'()*+,;=:@") + (f"?{said}" if said else "")


def pick_language(asked: str, accepted: str) -> str:
    """Return the language for people.

    What they asked for, else what their browser prefers, else English.

    Args:
        asked: The value of ``lang`` in the query string.
        accepted: The header Accept-Language (RFC 9110, 12.5.4).

    Example:
        >>> pick_language("", "fr, ja;q=0.8, en;q=0.5")
        'ja'
    """
    if asked in LANGUAGES:
        return asked
    best, best_quality = "en", 0.0
    for part in accepted.split(","):
        tag, _, parameter = part.partition(";")
        language = tag.strip().lower().partition("-")[0]
        try:
            quality = float(parameter.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        if language in LANGUAGES and quality > best_quality:
            best, best_quality = language, quality
    return best
