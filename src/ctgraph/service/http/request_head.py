"""What is wrong with the head of a request, or with what should be one (RFC 9110, RFC 9112)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ctgraph.service.faults import Fault

LONGEST = 1 << 17
"""Bytes of a head."""

LONGEST_URL = (1 << 16) - 1
"""Bytes of a URL."""

MOST_FIELDS = 100
"""Headers of a request."""

METHODS = (
    *("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "QUERY", "SEARCH"),
    *("PROPFIND", "REPORT"),
)
"""Methods that are known: 405 where they are not allowed; any other is 501 (RFC 9110, 9.1)."""

_REQUEST_LINE = re.compile(rb"\r?\n?([!#$%&'*+.^_`|~0-9A-Za-z-]+) (\S+) HTTP/(\d)\.(\d)\r?\n")
_HOST = re.compile(rb"(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{0,5})?")
_CLOSE = ("Connection", "close")


def of_scope(scope: Mapping[str, Any]) -> Fault | None:
    """What is wrong with a request that the parser let pass, whichever parser it was.

    Args:
        scope: What ASGI says of it.
    """
    version, headers = scope.get("http_version", ""), scope["headers"]
    if version not in ("1.1", "1.0", ""):
        return of_no_request() if version == "0.9" else of_version()
    if scope["method"] not in METHODS:
        return of_method()
    size = hosts = lengths = 0
    for name, value in headers:
        size += len(name) + len(value)
        if name == b"host":
            hosts += 1 if not value or _HOST.fullmatch(value) else 2
        lengths += name in (b"content-length", b"transfer-encoding")
    if size > LONGEST or len(headers) > MOST_FIELDS:
        return of_size()
    if hosts > 1 or (hosts == 0 and version == "1.1"):
        return _closing(Fault(400, "the request must have one header Host that names a host."))
    if lengths > 1:
        # Two who read it differently would see different requests (RFC 9112, 11.2).
        return _closing(Fault(400, "the request says twice how long its body is."))
    return None


def of_bytes(begun: bytes | bytearray, error: BaseException | None) -> Fault:
    """What is wrong with bytes that the parser did not take for a request.

    Args:
        begun: Their beginning.
        error: What the parser said.
    """
    if getattr(error, "error_status_hint", 400) == 431:
        return of_size()
    if len(begun.split(b"\r\n", 1)[0].partition(b" ")[2]) > LONGEST_URL:
        return of_url()
    line = _REQUEST_LINE.match(begun)
    if line and line[3] == b"1" and line[1].decode() not in METHODS:
        return of_method()
    if line and (line[3], line[4]) not in ((b"1", b"0"), (b"1", b"1")):
        return of_version()
    return of_no_request(str(error or ""))


def of_no_request(detail: str = "") -> Fault:
    """The fault of what is no request.

    Args:
        detail: What the log says of it.
    """
    return _closing(Fault(400, "this is no request of HTTP/1.1.", detail=detail))


def of_version() -> Fault:
    """The fault of another version of HTTP."""
    return _closing(Fault(505, "only HTTP/1.1 is spoken here."))


def of_method() -> Fault:
    """The fault of a method that is unknown."""
    return _closing(Fault(501, "the method is unknown here.", "Use GET, HEAD, POST, OPTIONS."))


def of_url() -> Fault:
    """The fault of a URL that is too long."""
    return _closing(Fault(414, "the URL is too long.", "Send the query in the body of a POST."))


def of_size() -> Fault:
    """The fault of a head that is too large."""
    return _closing(
        Fault(
            431,
            "the headers of the request are too many or too long.",
            "Send a long query in the body of a POST.",
        )
    )


def of_body() -> Fault:
    """The fault of a body that is wrapped in more than it holds: small chunks, long trailers."""
    return _closing(Fault(413, "the body of the request is too large."))


def of_slowness(seconds: float) -> Fault:
    """The fault of a head that does not arrive.

    Args:
        seconds: The time that it had.
    """
    said = f"the request did not arrive within {seconds:g} seconds."
    return _closing(Fault(408, said))._replace(outcome="slow-client")


def of_upgrade() -> Fault:
    """The fault of a body that was lost because the request asks for another protocol."""
    return _closing(
        Fault(
            400,
            "the request asks for another protocol.",
            "Send it without the header Upgrade.",
        )
    )


def of_crowd() -> Fault:
    """The fault of a connection for which there is no room."""
    return Fault(
        503,
        "too many connections are open.",
        "Ask again in a few seconds.",
        (("Retry-After", "5"), _CLOSE),
        outcome="busy",
    )


def of_coding(name: str) -> Fault:
    """The fault of a body that is compressed (RFC 9110, 15.5.16).

    Args:
        name: How, as Content-Encoding has it.
    """
    return Fault(
        415,
        f"the encoding {name[:40]!r} of the body is not understood.",
        "Send the body as it is.",
        (("Accept-Encoding", "identity"),),
    )


def of_condition() -> Fault:
    """The fault of an answer that is not the one the client counts on (RFC 9110, 13.1.1)."""
    return Fault(
        412,
        "the answer is not the one that If-Match or If-Unmodified-Since names.",
        "Ask again without that header.",
    )


def has_body(scope: Mapping[str, Any]) -> bool:
    """Whether a request says that it has a body.

    Args:
        scope: What ASGI says of it.
    """
    names = (b"content-length", b"transfer-encoding")
    return any(name in names and value != b"0" for name, value in scope["headers"])


def _closing(fault: Fault) -> Fault:
    """A fault after which nothing on the connection can be trusted."""
    return fault._replace(headers=(*fault.headers, _CLOSE), outcome="malformed")
