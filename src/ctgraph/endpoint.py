"""Queries to a remote SPARQL 1.1 endpoint (SPARQL 1.1 Protocol, 2.1.2: POST with a form)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph as ox

from ctgraph.errors import EndpointError, QueryError, QuerySyntaxError, QueryTimeout, UsageError
from ctgraph.sparql import query_form, undeclared_prefixes
from ctgraph.terms import PREFIXES
from ctgraph.worker import Result, to_result

if TYPE_CHECKING:
    import urllib.request

DEFAULT_TIMEOUT = 60.0
"""Seconds after which an endpoint is given up if the caller names no time."""

LARGEST_ANSWER = 1 << 29
"""Bytes after which an answer is given up (512 MiB)."""

_BLOCK = 1 << 16
_MOST_REDIRECTS = 5
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
    """The address that a URL stands for.

    Args:
        url: An http or https URL. A user name and password in it are sent as HTTP Basic
            authentication.

    Raises:
        UsageError: It is no such URL.
    """
    from urllib.parse import unquote, urlsplit

    hint = "An endpoint is a URL such as http://localhost:7878/query."
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise UsageError("the endpoint is no URL that can be read.", hint=hint) from None
    if parts.scheme not in ("http", "https"):
        shown = parts.scheme or "none"
        raise UsageError(f"the endpoint has the scheme {shown}, not http or https.", hint=hint)
    if not host or re.search(r"[\s\x00-\x1f\x7f]", url):
        raise UsageError("the endpoint names no host, or has white space in it.", hint=hint)
    place = f"[{host}]" if ":" in host else host
    if port is not None:
        place += f":{port}"
    authorization = None
    if parts.username is not None:
        import base64

        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        authorization = "Basic " + base64.b64encode(pair.encode()).decode("ascii")
    plain = parts._replace(netloc=place, fragment="").geturl()
    return Address(plain, authorization)


def ask_endpoint(address: Address, text: str, timeout: float | None = None) -> Result:
    """The answer of an endpoint to a query.

    Args:
        address: Where the endpoint is.
        text: The query; the prefixes of `terms.PREFIXES` need no declaration.
        timeout: Seconds for the whole exchange; None means `DEFAULT_TIMEOUT`.

    Raises:
        QuerySyntaxError: The endpoint does not understand the query.
        QueryTimeout: The time was up.
        EndpointError: The endpoint cannot be reached, or answers with something else.
    """
    is_table = query_form(text) in ("SELECT", "ASK")
    answer = _exchange(
        address,
        declare_prefixes(text),
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
        raise EndpointError(
            f"{address.url}: the answer is cut off or malformed: {said}.",
            hint="Ask again; if it stays, the server or a proxy before it is at fault.",
        ) from None
    return result


def declare_prefixes(text: str) -> str:
    """The query with a declaration for every known prefix that it uses undeclared.

    They stand on the first line, so the numbers of the lines stay.

    Args:
        text: A query.
    """
    missing = [name for name, _ in undeclared_prefixes(text, {}) if name in PREFIXES]
    lines = [f"PREFIX {name}: <{PREFIXES[name]}> " for name in dict.fromkeys(missing)]
    return "".join(lines) + text


def _exchange(address: Address, text: str, accept: str, timeout: float) -> _Answer:
    """Send and receive in a thread, for only that bounds name look-up and every slow drip."""
    import threading
    import time

    deadline = time.monotonic() + timeout
    found: list[_Answer | BaseException] = []

    def work() -> None:
        try:
            found.append(_send(address, text, accept, timeout, deadline))
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


def _send(address: Address, text: str, accept: str, timeout: float, deadline: float) -> _Answer:
    import http.client
    import time
    import urllib.error
    import urllib.request
    from urllib.parse import urlencode, urlsplit

    headers = {
        "Accept": accept,
        "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
        "User-Agent": "ctgraph",
    }
    if address.authorization is not None:
        headers["Authorization"] = address.authorization
    body = urlencode({"query": text}, errors="surrogatepass").encode("ascii")
    opener = _opener(urlsplit(address.url).hostname or "")
    url = address.url
    try:
        for _ in range(_MOST_REDIRECTS + 1):
            left = deadline - time.monotonic()
            if left <= 0:
                raise _too_slow(address, timeout)
            request = urllib.request.Request(url, body, headers, method="POST")
            try:
                response = opener.open(request, timeout=left)
            except urllib.error.HTTPError as error:
                response = error
            with response:
                status = response.status
                if status in (301, 302, 307, 308):
                    url = _redirected(address, url, response.headers.get("Location"))
                    if urlsplit(url)[:2] != urlsplit(address.url)[:2]:
                        # The password is for the server it was given for.
                        headers.pop("Authorization", None)
                    continue
                chunks = bytearray()
                while block := response.read1(_BLOCK):
                    chunks += block
                    if time.monotonic() > deadline:
                        raise _too_slow(address, timeout)
                    if len(chunks) > LARGEST_ANSWER:
                        raise EndpointError(
                            f"{address.url}: the answer is larger than {LARGEST_ANSWER >> 20} MiB.",
                            hint="Ask for less with LIMIT.",
                        )
                expected = response.headers.get("Content-Length")
                if expected is not None and expected.isdigit() and len(chunks) < int(expected):
                    raise http.client.IncompleteRead(bytes(chunks))
                kind = response.headers.get_content_type()
                if response.headers.get("Content-Type") is None:
                    kind = "no content type"
                return _Answer(status, kind, bytes(chunks))
    except TimeoutError:
        raise _too_slow(address, timeout) from None
    except urllib.error.URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise _too_slow(address, timeout) from None
        raise _unreachable(address, error.reason) from None
    except http.client.IncompleteRead:
        raise EndpointError(
            f"{address.url}: the answer is cut off.",
            hint="Ask again; if it stays, the server or a proxy before it is at fault.",
        ) from None
    except http.client.HTTPException as error:
        raise EndpointError(
            f"{address.url}: what answers there does not speak HTTP ({type(error).__name__}).",
            hint="See that the URL names a SPARQL endpoint.",
        ) from None
    except OSError as error:
        raise _unreachable(address, error) from None
    raise EndpointError(
        f"{address.url}: more than {_MOST_REDIRECTS} redirects.",
        hint="Name the URL of the endpoint itself.",
    )


def _opener(host: str) -> urllib.request.OpenerDirector:
    import urllib.request

    class KeepRedirects(urllib.request.HTTPRedirectHandler):
        """Leaves redirects to us: urllib would turn a POST into a GET and lose the query."""

        def redirect_request(self, *_: Any) -> None:
            return None

    handlers: list[urllib.request.BaseHandler] = [KeepRedirects()]
    if host in ("localhost", "::1") or host.startswith("127."):
        # No proxy can reach this machine's own loopback.
        handlers.append(urllib.request.ProxyHandler({}))
    return urllib.request.build_opener(*handlers)


def _redirected(address: Address, url: str, location: str | None) -> str:
    from urllib.parse import urljoin, urlsplit

    target = urlsplit(urljoin(url, location or ""))
    if not location or target.scheme != urlsplit(url).scheme or not target.hostname:
        shown = f"{target.scheme}://{target.hostname}" if location else "nowhere"
        raise EndpointError(
            f"{address.url}: redirects to {shown}, which is not followed.",
            hint="Name the URL of the endpoint itself.",
        )
    return target.geturl()


def _check_status(address: Address, answer: _Answer) -> None:
    if answer.status == 200:
        return
    said = _said(answer)
    if answer.status == 400:
        place = re.search(r"\b(?:line |at )(\d+)(?:,? col(?:umn)? |:)(\d+)", said)
        line, column = (int(place[1]), int(place[2])) if place else (0, 0)
        raise QuerySyntaxError(
            f"the endpoint {address.url} does not understand it: {said}",
            line=line,
            column=column,
        )
    if answer.status in (401, 403):
        hint = "Put the user name and password into the URL: https://name:password@host/…"
    elif answer.status in (404, 405):
        hint = (
            "See that the URL names the SPARQL query endpoint; its path is often /query or /sparql."
        )
    elif answer.status in (429, 502, 503, 504):
        hint = "The server is busy or restarting; try again later."
    else:
        hint = "The fault is the server's; its log says more."
    raise EndpointError(f"{address.url}: HTTP status {answer.status}: {said}", hint=hint)


def _wrong_content(address: Address, answer: _Answer) -> EndpointError:
    if answer.content_type in ("text/html", "application/xhtml+xml"):
        return EndpointError(
            f"{address.url}: answers with a web page ({_said(answer)}), not with SPARQL results.",
            hint="See that the URL names the SPARQL query endpoint, not the page about it.",
        )
    return EndpointError(
        f"{address.url}: answers with {answer.content_type}, not with SPARQL results.",
        hint="See that the URL names a SPARQL 1.1 query endpoint.",
    )


def _said(answer: _Answer) -> str:
    """The text of an answer that is an error, without markup, in one short line."""
    text = answer.body[:4000].decode("utf-8", "replace")
    if "html" in answer.content_type or text.lstrip().startswith("<"):
        title = re.search(r"(?is)<title[^>]*>(.*?)</title>", text)
        text = title[1] if title else re.sub(r"(?is)<(script|style).*?</\1>|<[^>]*>", " ", text)
    # Control characters could drive the terminal that shows them.
    text = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", text).split())
    if not text:
        return "without a word."
    return text if len(text) <= 200 else text[:199] + "…"


def _unreachable(address: Address, reason: object) -> EndpointError:
    import socket
    import ssl

    if isinstance(reason, ConnectionRefusedError):
        return EndpointError(
            f"{address.url}: the connection is refused.",
            hint="Start the server, or see that host and port are right.",
        )
    if isinstance(reason, socket.gaierror):
        return EndpointError(
            f"{address.url}: no such host.",
            hint="See that the name is right and the network is up.",
        )
    if isinstance(reason, ssl.SSLError):
        return EndpointError(
            f"{address.url}: no secure connection: {reason.reason or reason}.",
            hint="See that the server speaks https and its certificate is valid.",
        )
    said = getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
    return EndpointError(
        f"{address.url}: cannot be reached: {said}.",
        hint="See that the server runs and the network is up.",
    )


def _too_slow(address: Address, timeout: float) -> QueryError:
    return QueryTimeout(
        f"{address.url}: no whole answer within {timeout:g} seconds.",
        hint="Allow more time, or narrow the query.",
    )
