"""Answers as they are sent: status, fields and body (RFC 9110)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

if TYPE_CHECKING:
    from ctgraph.service.workers.messages import Head


Headers = list[tuple[bytes, bytes]]

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_SECURITY = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)


class Sent(NamedTuple):
    """A whole answer, as it is sent and kept.

    Attributes:
        status: The HTTP status.
        headers: Its headers, but those of this one request.
        body: The body.
        rows: How many rows it holds, or None.
        outcome: One word for log and metrics.
        detail: What only the log says.
    """

    status: int
    headers: Headers
    body: bytes
    rows: int | None = None
    outcome: str = "ok"
    detail: str = ""


def own_answer(media_type: str, body: bytes) -> Sent:
    """An answer that the front makes itself, of this moment.

    Args:
        media_type: Its type.
        body: The body.
    """
    headers = [(b"Content-Type", media_type.encode()), (b"Cache-Control", b"no-store")]
    add_security(headers, set())
    return Sent(200, headers, body)


@lru_cache(maxsize=256)
def dress_head(head: Head, is_chosen: bool) -> tuple[tuple[bytes, bytes], ...]:
    """The headers of an answer that follow from what a worker said of it.

    Args:
        head: What it said.
        is_chosen: Whether the language was asked for in the URL.
    """
    headers = clean(head.headers)
    names = {name.lower() for name, _ in headers}
    vary = [value for name, value in headers if name.lower() == b"vary"]
    headers = [header for header in headers if header[0].lower() != b"vary"]
    # Always: the tag is another where gzip is read, whether or not it was worth it.
    vary.append(b"Accept-Encoding")
    if head.type.startswith("text/html") and not is_chosen:
        vary.append(b"Accept-Language")
    headers.append((b"Vary", merge_vary(vary)))
    headers += clean((("Content-Type", head.type),))
    if head.zipped:
        headers.append((b"Content-Encoding", b"gzip"))
    if head.partial and b"x-ctgraph-partial" not in names:
        headers.append((b"X-Ctgraph-Partial", b"true"))
    if not (head.keep and head.status == 200) and b"cache-control" not in names:
        headers.append((b"Cache-Control", b"no-store" if head.status == 200 else b"no-cache"))
    add_security(headers, names)
    return tuple(headers)


def tag_of(stamp: str, key: object) -> str:
    """The entity tag of an answer: the same question to the same graph has the same.

    Args:
        stamp: The hash of all that answers are made from.
        key: All of the request that the answer depends on.
    """
    said = f"{stamp}{key!r}".encode("utf-8", "replace")
    return f'"{hashlib.blake2b(said, digest_size=12).hexdigest()}"'


# What a client has already


def knows(asked: Mapping[str, str], tag: str) -> bool:
    """Whether a client says that it has the answer of a tag (RFC 9110, 13.1.2).

    Args:
        asked: The headers of the request.
        tag: The tag.
    """
    said = asked.get("if-none-match")
    if said is None:
        return False
    tags = [part.strip().removeprefix("W/") for part in said.split(",")]
    return "*" in tags or tag in tags


def is_other(asked: Mapping[str, str], tag: str, dated: str) -> bool:
    """Whether a client wants one answer and no other, and this is another (RFC 9110, 13.1.1).

    Args:
        asked: The headers of the request.
        tag: The tag of the answer.
        dated: When it was last modified, as HTTP writes it.
    """
    said = asked.get("if-match")
    if said is not None:
        tags = [part.strip() for part in said.split(",")]
        return "*" not in tags and tag not in tags
    said = asked.get("if-unmodified-since")
    return said is not None and _is_not_newer(dated, said) is False


def is_unchanged(asked: Mapping[str, str], dated: str) -> bool:
    """Whether an answer is not newer than what a client has (RFC 9110, 13.1.3).

    Args:
        asked: The headers of the request.
        dated: When it was last modified, as HTTP writes it.
    """
    said = asked.get("if-modified-since")
    if said is None or "if-none-match" in asked:
        return False
    return _is_not_newer(dated, said) is True


def _is_not_newer(dated: str, said: str) -> bool | None:
    """Whether one time of HTTP is not after another; None if one of them is no time."""
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(dated) <= parsedate_to_datetime(said)
    except (ValueError, TypeError):  # no date, or one without a zone: as if it were not there
        return None


def reads_gzip(accepted: str) -> bool:
    """Whether a client reads gzip (RFC 9110, 12.5.3).

    Args:
        accepted: The header Accept-Encoding.
    """
    found: dict[str, bool] = {}
    for part in accepted.lower().split(","):
        name, _, parameter = part.partition(";")
        refused = parameter.replace(" ", "") in ("q=0", "q=0.0", "q=0.00", "q=0.000")
        found[name.strip()] = not refused
    return found.get("gzip", found.get("*", False))


def merge_vary(values: Iterable[bytes]) -> bytes:
    """One header Vary out of several.

    Args:
        values: Their values.
    """
    names: dict[str, str] = {}
    for value in values:
        for name in value.decode("latin-1").split(","):
            if name.strip():
                names.setdefault(name.strip().lower(), name.strip())
    return ", ".join(names.values()).encode("latin-1")


def clean(headers: Iterable[tuple[str, str]]) -> Headers:
    """Headers as bytes, in which nothing can begin a new line.

    Args:
        headers: Names and values; a name that is none is left out.
    """
    return [
        (name.encode("ascii"), re.sub(r"[^\x20-\x7e]", lambda bad: quote(bad[0]), value).encode())
        for name, value in headers
        if re.fullmatch(r"[A-Za-z0-9-]+", name)
    ]


def add_security(headers: Headers, names: set[bytes]) -> None:
    """Add the headers by which a browser keeps a page from harm.

    Args:
        headers: The headers so far; a policy among them stays.
        names: Their names in lower case.
    """
    if b"content-security-policy" not in names:
        headers.append((b"Content-Security-Policy", _POLICY.encode()))
    headers.extend(
        (name.encode(), value.encode())
        for name, value in _SECURITY
        if name.lower().encode() not in names
    )
