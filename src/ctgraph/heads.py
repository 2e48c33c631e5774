"""What is wrong with the head of a request, or with what should be one (RFC 9110, RFC 9112)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ctgraph.faults import Fault

LONGEST = 1 << 17
"""Bytes of a head; its URL may have half of it."""

MOST_FIELDS = 100
"""Headers of a request."""

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH")
"""Methods that are known; any other is answered with 501."""

_REQUEST_LINE = re.compile(rb"\r?\n?([!#$%&'*+.^_`|~0-9A-Za-z-]+) (\S+) HTTP/(\d)\.(\d)\r?\n")
_NO_REQUEST = "this is no request of HTTP/1.1."
_CLOSE = ("Connection", "close")


def of_scope(scope: Mapping[str, Any]) -> Fault | None:
    """What is wrong with a request that the parser let pass, whichever parser it was.

    Args:
        scope: What ASGI says of it.
    """
    version, headers = scope.get("http_version", ""), scope["headers"]
    if version not in ("1.1", "1.0", ""):
        return _malformed(_NO_REQUEST) if version == "0.9" else of_version()
    if scope["method"] not in METHODS:
        return of_method()
    size = hosts = lengths = 0
    for name, value in headers:
        size += len(name) + len(value)
        hosts += name == b"host"
        lengths += name in (b"content-length", b"transfer-encoding")
    if size > LONGEST or len(headers) > MOST_FIELDS:
        return of_size()
    if hosts > 1 or (hosts == 0 and version == "1.1"):
        return _malformed("the request must have one header Host.")
    if lengths > 1:
        # Two who read it differently would see different requests (RFC 9112, 11.2).
        return _malformed("the request says twice how long its body is.")
    return None


def of_bytes(begun: bytes, error: BaseException | None) -> Fault:
    """What is wrong with bytes that the parser did not take for a request.

    Args:
        begun: Their beginning.
        error: What the parser said.
    """
    if getattr(error, "error_status_hint", 400) == 431:
        return of_size()
    line = _REQUEST_LINE.match(begun)
    if line and line[3] == b"1" and line[1].decode() not in METHODS:
        return of_method()
    if line and (line[3], line[4]) not in ((b"1", b"0"), (b"1", b"1")):
        return of_version()
    return _malformed(_NO_REQUEST)._replace(detail=str(error or ""))


def of_version() -> Fault:
    """The fault of another version of HTTP."""
    return _malformed("only HTTP/1.1 is spoken here.", 505)


def of_method() -> Fault:
    """The fault of a method that nothing here has (RFC 9110, 9.1)."""
    return _malformed("the method is unknown here.", 501, f"Use {', '.join(METHODS)}.")


def of_size() -> Fault:
    """The fault of a head that is too large."""
    return _malformed(
        "the headers of the request are too many or too long.",
        431,
        "Send a long query in the body of a POST.",
    )


def of_body() -> Fault:
    """The fault of a body that is wrapped in more than it holds: small chunks, long trailers."""
    return _malformed("the body of the request is too large.", 413)


def of_slowness(seconds: float) -> Fault:
    """The fault of a head that does not arrive.

    Args:
        seconds: The time that it had.
    """
    said = f"the request did not arrive within {seconds:g} seconds."
    return _malformed(said, 408)._replace(outcome="slow-client")


def of_upgrade() -> Fault:
    """The fault of a body that was lost because the request asks for another protocol."""
    return _malformed(
        "the request asks for another protocol.", hint="Send it without the header Upgrade."
    )


def has_body(scope: Mapping[str, Any]) -> bool:
    """Whether a request says that it has a body.

    Args:
        scope: What ASGI says of it.
    """
    names = (b"content-length", b"transfer-encoding")
    return any(name in names and value != b"0" for name, value in scope["headers"])


def of_crowd() -> Fault:
    """The fault of a connection for which there is no room."""
    return Fault(
        503,
        "too many connections are open.",
        "Ask again in a few seconds.",
        (("Retry-After", "5"), _CLOSE),
        outcome="busy",
    )


def _malformed(message: str, status: int = 400, hint: str = "") -> Fault:
    return Fault(status, message, hint, (_CLOSE,), outcome="malformed")
