"""HTTP with an endpoint: a form goes there, and its answer, or what went wrong, comes back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ctgraph.errors import (
    CtgraphError,
    EndpointError,
    QueryError,
    QuerySyntaxError,
    QueryTimeout,
    UsageError,
)
from ctgraph.store.endpoint.address import Address, read_address

if TYPE_CHECKING:
    import http.client
    import urllib.error
    import urllib.request


DEFAULT_TIMEOUT = 60.0
"""Seconds after which an endpoint is given up if the caller names no time."""

LARGEST_ANSWER = 1 << 29
"""Bytes after which an answer is given up (512 MiB)."""

_BLOCK = 1 << 16
_MOST_REDIRECTS = 5


class Answer(NamedTuple):
    """An answer of HTTP.

    Attributes:
        status: Its status.
        content_type: Its media type, without parameters.
        headers: Its headers; their names are in lower case.
        body: Its bytes.
    """

    status: int
    content_type: str
    headers: Mapping[str, str]
    body: bytes


def exchange(
    address: Address, form: Sequence[tuple[str, str]], accept: str, timeout: float
) -> Answer:
    """Return the answer to a form, whatever its status.

    It is sent and received in a thread, for only that bounds name look-up and every slow drip.

    Args:
        address: Where the endpoint is.
        form: The fields of the form.
        accept: The header Accept.
        timeout: Seconds for the whole exchange.

    Raises:
        QueryTimeout: The time was up.
        EndpointError: The endpoint cannot be reached, or does not speak HTTP.
    """
    import threading
    import time

    deadline = time.monotonic() + timeout
    found: list[Answer | BaseException] = []

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
) -> Answer:
    import http.client
    from urllib.parse import urlencode, urlsplit

    headers = {
        "Accept": accept,
        "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
        "User-Agent": "ctgraph",
    }
    authorization = address.authorization
    if authorization is not None:
        headers["Authorization"] = authorization
    is_update = any(name == "update" for name, _ in form)
    body = urlencode(form, errors="surrogatepass").encode("ascii")
    url = address.url
    try:
        for _ in range(_MOST_REDIRECTS + 1):
            with _post(address, url, body, headers, deadline) as response:
                if response.status == 401 and is_update and "Authorization" in headers:
                    del headers["Authorization"]
                    continue  # Virtuoso asks for Digest only who sends nothing
                if response.status not in (301, 302, 307, 308):
                    return _read_answer(address, response, deadline)
                url = _redirected(address, url, response.headers.get("Location"))
            if urlsplit(url)[:2] != urlsplit(address.url)[:2]:
                # The password is for the server it was given for.
                headers.pop("Authorization", None)
                is_update = False
    except TimeoutError:
        raise _too_slow(address, timeout) from None
    except (http.client.HTTPException, OSError) as error:
        raise _explain(address, error, timeout) from None
    raise EndpointError(
        "endpoint-redirects-too-many", url=address.url, MOST_REDIRECTS=_MOST_REDIRECTS
    )


def _post(
    address: Address, url: str, body: bytes, headers: dict[str, str], deadline: float
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
    if address.user is not None and urlsplit(url)[:2] == urlsplit(address.url)[:2]:
        handlers.append(_digest_handler(address, url))
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


def _digest_handler(address: Address, url: str) -> urllib.request.BaseHandler:
    """Return what answers a challenge of HTTP Digest, which Virtuoso sends for updates."""
    import urllib.request

    class Digest(urllib.request.HTTPDigestAuthHandler):
        """Leaves challenges of another scheme to whoever reads the status."""

        def http_error_401(self, *given: Any) -> Any:
            challenge = given[-1].get("WWW-Authenticate") or ""
            if not challenge.lower().startswith("digest"):
                return None
            try:
                return super().http_error_401(*given)
            finally:
                given[1].close()  # what said it; urllib leaves it open

    passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    passwords.add_password(None, url, address.user or "", address.password)
    return Digest(passwords)


def _read_answer(
    address: Address, response: http.client.HTTPResponse | urllib.error.HTTPError, deadline: float
) -> Answer:
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
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status or 0, kind, headers, bytes(body))


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


def refuse_status(address: Address, answer: Answer, good: Sequence[int] = (200,)) -> None:
    """Refuse an answer that is none.

    Args:
        address: Where it came from.
        answer: The answer.
        good: The statuses that one has.

    Raises:
        QuerySyntaxError: The endpoint does not understand what it was sent.
        EndpointError: It says another error.
    """
    if answer.status in good:
        return
    told = said(answer)
    if answer.status == 400:
        place = re.search(r"\b(?:line |at )(\d+)(?:,? col(?:umn)? |:)(\d+)", told)
        line, column = (int(place[1]), int(place[2])) if place else (0, 0)
        raise QuerySyntaxError(
            "endpoint-refuses-query", url=address.url, thing=told, line=line, column=column
        )
    hint = "endpoint-fault-of-server"
    if answer.status in (401, 403):
        hint = "endpoint-wants-password"
    elif answer.status in (404, 405):
        hint = "endpoint-path-wrong"
    elif answer.status in (429, 502, 503, 504):
        hint = "endpoint-busy"
    raise EndpointError(
        "endpoint-http-error", url=address.url, status=answer.status, thing=told, hint=hint
    )


def said(answer: Answer) -> str:
    """Return the text of an answer that is an error, without markup, in one short line.

    Args:
        answer: The answer.
    """
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
    told: object = None
    if isinstance(reason, ConnectionRefusedError):
        key = "endpoint-connection-refused"
    elif isinstance(reason, socket.gaierror):
        key = "endpoint-host-unknown"
    elif isinstance(reason, ssl.SSLError):
        key, told = "endpoint-connection-not-secure", reason.reason or reason
    elif isinstance(reason, http.client.IncompleteRead):
        key = "endpoint-answer-cut-off"
    elif isinstance(reason, http.client.HTTPException) and not isinstance(reason, OSError):
        key, told = "endpoint-speaks-no-http", type(reason).__name__
    else:
        key = "endpoint-unreachable"
        told = getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
    return EndpointError(key, url=address.url, said=told)


def _too_slow(address: Address, timeout: float) -> QueryError:
    return QueryTimeout("endpoint-timed-out", url=address.url, timeout=timeout, seconds=timeout)
