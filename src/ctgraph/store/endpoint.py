"""Queries to a remote SPARQL 1.1 endpoint (SPARQL 1.1 Protocol, 2.1.2: POST with a form)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from ctgraph.errors import (
    CtgraphError,
    EndpointError,
    QueryError,
    QuerySyntaxError,
    QueryTimeout,
    UsageError,
)
from ctgraph.store.deadline import to_result
from ctgraph.store.sparql.dataset import QueryDataset, Result
from ctgraph.store.sparql.query import Query
from ctgraph.terms import PREFIXES

if TYPE_CHECKING:
    import http.client
    import urllib.error


DEFAULT_TIMEOUT = 60.0
"""Seconds after which an endpoint is given up if the caller names no time."""

LARGEST_ANSWER = 1 << 29
"""Bytes after which an answer is given up (512 MiB)."""

_BLOCK = 1 << 16
_MOST_REDIRECTS = 5
_URL_SAFE = "/?:@!$&'()*+,;=-._~%"
_TABLES = {
    "application/sparql-results+json": "json",
    "application/json": "json",
    "application/sparql-results+xml": "xml",
}
_GRAPHS = {
    "application/n-triples": "ntriples",
    "text/plain": "ntriples",
    "text/turtle": "turtle",
    "application/x-turtle": "turtle",
}
_ACCEPT_TABLE = "application/sparql-results+json, application/sparql-results+xml;q=0.5"
_ACCEPT_GRAPH = "application/n-triples, text/turtle;q=0.5"


class Address(NamedTuple):
    """Where an endpoint is.

    Attributes:
        url: Its URL without user name and password; safe to show.
        authorization: The value of the header Authorization, or None. Never shown.
    """

    url: str
    authorization: str | None


class _Answer(NamedTuple):
    status: int
    content_type: str
    body: bytes


def read_address(url: str) -> Address:
    """Return the address that a URL stands for.

    Args:
        url: An http or https URL. A user name and password in it are sent as HTTP Basic
            authentication.

    Raises:
        UsageError: It is no such URL.
    """
    from urllib.parse import quote, unquote, urlsplit

    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
        if host and not host.isascii():
            host = host.encode("idna").decode("ascii")
    except ValueError:
        raise UsageError("endpoint-url-unreadable") from None
    if parts.scheme not in ("http", "https"):
        raise UsageError("endpoint-scheme-unsupported", thing=parts.scheme or "none")
    if not host or re.search(r"[\s\x00-\x1f\x7f]", url):
        raise UsageError("endpoint-without-host")
    place = f"[{host}]" if ":" in host else host
    if port is not None:
        place += f":{port}"
    authorization = None
    if parts.username is not None:
        import base64

        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        authorization = "Basic " + base64.b64encode(pair.encode()).decode("ascii")
    # What is escaped stays so; what HTTP cannot carry is escaped now.
    path, query = (quote(part, safe=_URL_SAFE) for part in (parts.path, parts.query))
    plain = parts._replace(netloc=place, path=path, query=query, fragment="").geturl()
    return Address(plain, authorization)


def ask_endpoint(
    address: Address,
    query: str | Query,
    timeout: float | None = None,
    dataset: QueryDataset | None = None,
) -> Result:
    """Return the answer of an endpoint to a query.

    Args:
        address: Where the endpoint is.
        query: The query; the prefixes of `terms.PREFIXES` need no declaration.
        timeout: Seconds for the whole exchange; None means `DEFAULT_TIMEOUT`.
        dataset: The graphs that it sees, in place of its own FROM and FROM NAMED.

    Raises:
        QuerySyntaxError: The endpoint does not understand the query.
        QueryTimeout: The time was up.
        EndpointError: The endpoint cannot be reached, or answers with something else.
    """
    query = Query.of(query)
    is_table = query.form in ("SELECT", "ASK")
    form = [("query", declare_prefixes(query))]
    if dataset is not None:
        form += [("default-graph-uri", iri) for iri in dataset.default]
        form += [("named-graph-uri", iri) for iri in dataset.named]
    answer = _exchange(
        address,
        form,
        _ACCEPT_TABLE if is_table else _ACCEPT_GRAPH,
        DEFAULT_TIMEOUT if timeout is None else timeout,
    )
    _check_status(address, answer)
    kind = (_TABLES if is_table else _GRAPHS).get(answer.content_type)
    if kind is None:
        raise _wrong_content(address, answer)
    try:
        result = to_result(kind, answer.body)
        if isinstance(result, ox.QuerySolutions):
            # The parser finds a fault only when it gets there, and that must not be in the
            # middle of what the user is shown.
            for _ in result:
                pass
            result = to_result(kind, answer.body)
    except (SyntaxError, ValueError) as error:
        said = error.msg if isinstance(error, SyntaxError) else error
        raise EndpointError("endpoint-answer-malformed", url=address.url, said=said) from None
    _check_shape(address, query, result)
    return result


def _check_shape(address: Address, query: Query, result: Result) -> None:
    """Refuse an answer to another question: rows for a truth value, or other columns."""
    if (query.form == "ASK") != isinstance(result, ox.QueryBoolean):
        raise EndpointError("endpoint-answer-other-form", url=address.url, name=query.form)
    if not isinstance(result, ox.QuerySolutions):
        return
    try:
        if query.tree.projection is None:
            return  # the order of the columns of * is not defined
    except QuerySyntaxError:  # an endpoint may know more than SPARQL 1.1
        return
    found = [variable.value for variable in result.variables]
    if found != query.columns:
        raise EndpointError(
            "endpoint-answer-other-columns", url=address.url, names=query.columns, found=found
        )


def declare_prefixes(query: str | Query) -> str:
    """Return the query with a declaration for every known prefix that it uses undeclared.

    They stand on the first line, so the numbers of the lines stay.

    Args:
        query: A query.
    """
    query = Query.of(query)
    missing = [name for name, _ in query.undeclared_prefixes({}) if name in PREFIXES]
    lines = [f"PREFIX {name}: <{PREFIXES[name]}> " for name in dict.fromkeys(missing)]
    return "".join(lines) + query.text


def _exchange(
    address: Address, form: Sequence[tuple[str, str]], accept: str, timeout: float
) -> _Answer:
    """Send and receive in a thread, for only that bounds name look-up and every slow drip."""
    import threading
    import time

    deadline = time.monotonic() + timeout
    found: list[_Answer | BaseException] = []

    def work() -> None:
        try:
            found.append(_send(address, form, accept, timeout, deadline))
        except BaseException as error:
            found.append(error)

    thread = threading.Thread(target=work, name="ctgraph-endpoint", daemon=True)
    thread.start()
    thread.join(timeout)
    if not found:
        raise _too_slow(address, timeout)
    if isinstance(found[0], BaseException):
        raise found[0]
    return found[0]


def _send(
    address: Address,
    form: Sequence[tuple[str, str]],
    accept: str,
    timeout: float,
    deadline: float,
) -> _Answer:
    import http.client
    from urllib.parse import urlencode, urlsplit

    headers = {
        "Accept": accept,
        "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
        "User-Agent": "ctgraph",
    }
    if address.authorization is not None:
        headers["Authorization"] = address.authorization
    body = urlencode(form, errors="surrogatepass").encode("ascii")
    url = address.url
    try:
        for _ in range(_MOST_REDIRECTS + 1):
            with _post(url, body, headers, deadline) as response:
                if response.status not in (301, 302, 307, 308):
                    return _read_answer(address, response, deadline)
                url = _redirected(address, url, response.headers.get("Location"))
            if urlsplit(url)[:2] != urlsplit(address.url)[:2]:
                # The password is for the server it was given for.
                headers.pop("Authorization", None)
    except TimeoutError:
        raise _too_slow(address, timeout) from None
    except (http.client.HTTPException, OSError) as error:
        raise _explain(address, error, timeout) from None
    raise EndpointError(
        "endpoint-redirects-too-many", url=address.url, MOST_REDIRECTS=_MOST_REDIRECTS
    )


def _post(
    url: str, body: bytes, headers: dict[str, str], deadline: float
) -> http.client.HTTPResponse | urllib.error.HTTPError:
    import time
    import urllib.error
    import urllib.request
    from urllib.parse import urlsplit

    class KeepRedirects(urllib.request.HTTPRedirectHandler):
        """Leaves redirects to us: urllib would turn a POST into a GET and lose the query."""

        def _leave(self, *_: object) -> None:
            return None

        http_error_301 = http_error_302 = http_error_303 = _leave  # type: ignore[assignment]
        http_error_307 = http_error_308 = _leave  # type: ignore[assignment]

    handlers: list[urllib.request.BaseHandler] = [KeepRedirects()]
    host = urlsplit(url).hostname or ""
    if host in ("localhost", "::1") or host.startswith("127."):
        # No proxy can reach this machine's own loopback.
        handlers.append(urllib.request.ProxyHandler({}))
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    request = urllib.request.Request(url, body, headers, method="POST")
    try:
        response: http.client.HTTPResponse = urllib.request.build_opener(*handlers).open(
            request, timeout=left
        )
    except urllib.error.HTTPError as error:
        # An answer too, with a status that says so.
        return error
    return response


def _read_answer(
    address: Address, response: http.client.HTTPResponse | urllib.error.HTTPError, deadline: float
) -> _Answer:
    import http.client
    import time

    body = bytearray()
    while block := response.read1(_BLOCK):
        body += block
        if time.monotonic() > deadline:
            raise TimeoutError
        if len(body) > LARGEST_ANSWER:
            raise EndpointError(
                "endpoint-answer-too-large", url=address.url, LARGEST_ANSWER=LARGEST_ANSWER >> 20
            )
    expected = response.headers.get("Content-Length")
    if expected is not None and expected.isdigit() and len(body) < int(expected):
        raise http.client.IncompleteRead(bytes(body))
    kind = "no content type"
    if response.headers.get("Content-Type") is not None:
        kind = response.headers.get_content_type()
    return _Answer(response.status or 0, kind, bytes(body))


def _redirected(address: Address, url: str, location: str | None) -> str:
    from urllib.parse import urljoin, urlsplit

    thing = "nowhere"
    if location:
        try:
            target = urlsplit(urljoin(url, location))
            if target.scheme == urlsplit(url).scheme:
                return read_address(target.geturl()).url
            thing = f"{target.scheme}://{target.hostname or ''}"
        except (ValueError, UsageError):
            thing = "what is no URL"
    raise EndpointError("endpoint-redirect-not-followed", url=address.url, thing=thing)


def _check_status(address: Address, answer: _Answer) -> None:
    if answer.status == 200:
        return
    said = _said(answer)
    if answer.status == 400:
        place = re.search(r"\b(?:line |at )(\d+)(?:,? col(?:umn)? |:)(\d+)", said)
        line, column = (int(place[1]), int(place[2])) if place else (0, 0)
        raise QuerySyntaxError(
            "endpoint-refuses-query", url=address.url, thing=said, line=line, column=column
        )
    hint = "endpoint-fault-of-server"
    if answer.status in (401, 403):
        hint = "endpoint-wants-password"
    elif answer.status in (404, 405):
        hint = "endpoint-path-wrong"
    elif answer.status in (429, 502, 503, 504):
        hint = "endpoint-busy"
    raise EndpointError(
        "endpoint-http-error", url=address.url, status=answer.status, thing=said, hint=hint
    )


def _wrong_content(address: Address, answer: _Answer) -> EndpointError:
    if answer.content_type in ("text/html", "application/xhtml+xml"):
        return EndpointError("endpoint-answers-web-page", url=address.url, thing=_said(answer))
    return EndpointError(
        "endpoint-content-type-wrong", url=address.url, content_type=answer.content_type
    )


def _said(answer: _Answer) -> str:
    """Return the text of an answer that is an error, without markup, in one short line."""
    text = answer.body[:4000].decode("utf-8", "replace")
    if "html" in answer.content_type or text.lstrip().startswith("<"):
        title = re.search(r"(?is)<title[^>]*>(.*?)</title>", text)
        text = title[1] if title else re.sub(r"(?is)<(script|style).*?</\1>|<[^>]*>", " ", text)
    # Control characters could drive the terminal that shows them.
    text = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", text).split())
    if not text:
        return "without a word."
    return text if len(text) <= 200 else text[:199] + "…"


def _explain(address: Address, error: Exception, timeout: float) -> CtgraphError:
    """Return the error for an exchange that failed below the level of HTTP answers."""
    import http.client
    import socket
    import ssl
    import urllib.error

    reason: object = error
    if isinstance(error, urllib.error.URLError):
        reason = error.reason
    if isinstance(reason, TimeoutError):
        return _too_slow(address, timeout)
    said: object = None
    if isinstance(reason, ConnectionRefusedError):
        key = "endpoint-connection-refused"
    elif isinstance(reason, socket.gaierror):
        key = "endpoint-host-unknown"
    elif isinstance(reason, ssl.SSLError):
        key, said = "endpoint-connection-not-secure", reason.reason or reason
    elif isinstance(reason, http.client.IncompleteRead):
        key = "endpoint-answer-cut-off"
    elif isinstance(reason, http.client.HTTPException) and not isinstance(reason, OSError):
        key, said = "endpoint-speaks-no-http", type(reason).__name__
    else:
        key = "endpoint-unreachable"
        said = getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
    return EndpointError(key, url=address.url, said=said)


def _too_slow(address: Address, timeout: float) -> QueryError:
    return QueryTimeout("endpoint-timed-out", url=address.url, timeout=timeout, seconds=timeout)
