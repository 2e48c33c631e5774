"""What is wrong with the head of a request, or with what should be one (RFC 9110, RFC 9112)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ctgraph.service.faults import Fault, of_key

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
        return _closing(of_key(400, "host-header-missing"))
    if lengths > 1:
        # Two who read it differently would see different requests (RFC 9112, 11.2).
        return _closing(of_key(400, "body-length-twice"))
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
    return _closing(of_key(400, "not-a-request", detail=detail))


def of_version() -> Fault:
    """The fault of another version of HTTP."""
    return _closing(of_key(505, "http-version-unsupported"))


def of_method() -> Fault:
    """The fault of a method that is unknown."""
    return _closing(of_key(501, "method-unknown"))


def of_url() -> Fault:
    """The fault of a URL that is too long."""
    return _closing(of_key(414, "url-too-long"))


def of_size() -> Fault:
    """The fault of a head that is too large."""
    return _closing(of_key(431, "request-head-too-large"))


def of_body() -> Fault:
    """The fault of a body that is wrapped in more than it holds: small chunks, long trailers."""
    return _closing(of_key(413, "request-body-too-large"))


def of_slowness(seconds: float) -> Fault:
    """The fault of a head that does not arrive.

    Args:
        seconds: The time that it had.
    """
    return _closing(of_key(408, "request-too-slow", seconds=seconds))._replace(
        outcome="slow-client"
    )


def of_upgrade() -> Fault:
    """The fault of a body that was lost because the request asks for another protocol."""
    return _closing(of_key(400, "upgrade-unsupported"))


def of_crowd() -> Fault:
    """The fault of a connection for which there is no room."""
    return of_key(
        503,
        "too-many-connections",
        hint="ask-again-soon",
        headers=(("Retry-After", "5"), _CLOSE),
        outcome="busy",
    )


def of_coding(name: str) -> Fault:
    """The fault of a body that is compressed (RFC 9110, 15.5.16).

    Args:
        name: How, as Content-Encoding has it.
    """
    headers = (("Accept-Encoding", "identity"),)
    return of_key(415, "body-encoding-not-understood", name=name[:40], headers=headers)


def of_condition() -> Fault:
    """The fault of an answer that is not the one the client counts on (RFC 9110, 13.1.1)."""
    return of_key(412, "precondition-failed")


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
