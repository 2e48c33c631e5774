"""The headers of answers, and what those of a request say (RFC 9110)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from ctgraph.service.handler import Reply


Headers = list[tuple[bytes, bytes]]
"""Names in lower case, and values."""

SECURITY: Headers = [
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        b"connect-src 'self'; form-action 'self'; base-uri 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
]
"""The headers by which a browser keeps a page from harm, but who may embed it: see `secure`."""


def secure(headers: Iterable[tuple[bytes, bytes]], ancestors: Sequence[str]) -> Headers:
    """Return the headers of an answer with those that keep a page from harm.

    A page that has a policy of its own keeps it, and who may embed it is added there too (CSP3,
    6.4.2). Only where nobody may, the older X-Frame-Options says the same: it cannot name several.

    Args:
        headers: Those of the answer.
        ancestors: Who may show its pages in a frame, as `frame-ancestors` takes them.
    """
    found = [*headers]
    names = {name.lower() for name, _ in found}
    found += [one for one in SECURITY if one[0] not in names]
    if not ancestors:
        found.append((b"x-frame-options", b"DENY"))
    embedding = ("; frame-ancestors " + (" ".join(ancestors) or "'none'")).encode("ascii")
    return [
        (name, value + embedding if name.lower() == b"content-security-policy" else value)
        for name, value in found
    ]


def dress(reply: Reply, *, is_zipped: bool, is_lang_chosen: bool) -> Headers:
    """Return the headers of a reply, but those that name its state.

    Args:
        reply: The reply.
        is_zipped: Whether its body is gzip.
        is_lang_chosen: Whether the language was asked for in the URL.
    """
    headers = clean(reply.headers)
    names = {name for name, _ in headers}
    vary = [value for name, value in headers if name == b"vary"]
    headers = [header for header in headers if header[0] != b"vary"]
    # Always: the tag is another where gzip is read, whether or not it was worth it.
    vary.append(b"Accept-Encoding")
    if reply.media_type.startswith("text/html") and not is_lang_chosen:
        vary.append(b"Accept-Language")
    headers.append((b"vary", _merge(vary)))
    headers += clean((("content-type", reply.media_type),))
    if is_zipped:
        headers.append((b"content-encoding", b"gzip"))
    if reply.is_partial and b"x-ctgraph-partial" not in names:
        headers.append((b"x-ctgraph-partial", b"true"))
    if not (reply.may_keep and reply.status == 200) and b"cache-control" not in names:
        headers.append((b"cache-control", b"no-store" if reply.status == 200 else b"no-cache"))
    return headers


def clean(headers: Iterable[tuple[str, str]]) -> Headers:
    """Return headers as bytes, in which nothing can begin a new line.

    Args:
        headers: Names and values; a name that is none is left out.
    """
    return [
        (
            name.lower().encode("ascii"),
            re.sub(r"[^\x20-\x7e]", lambda bad: quote(bad[0]), value).encode(),
        )
        for name, value in headers
        if re.fullmatch(r"[A-Za-z0-9-]+", name)
    ]


def _merge(values: Iterable[bytes]) -> bytes:
    """Return one list of names out of several."""
    names: dict[str, str] = {}
    for value in values:
        for name in value.decode("latin-1").split(","):
            names.setdefault(name.strip().lower(), name.strip())
    return ", ".join(filter(None, names.values())).encode("latin-1")


def tag_of(stamp: str, key: object) -> str:
    """Return the entity tag of an answer: the same question to the same graph has the same.

    Args:
        stamp: The hash of all that answers are made from.
        key: All of the request that the answer depends on.
    """
    said = f"{stamp}{key!r}".encode("utf-8", "replace")
    return f'"{hashlib.blake2b(said, digest_size=12).hexdigest()}"'


def knows(asked: Mapping[str, str], tag: str) -> bool:
    """Tell whether a client says that it has the answer of a tag (RFC 9110, 13.1.2).

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
    """Tell whether a client wants one answer and no other, and this is another (RFC 9110, 13.1.1).

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
    """Tell whether an answer is not newer than what a client has (RFC 9110, 13.1.3).

    Args:
        asked: The headers of the request.
        dated: When it was last modified, as HTTP writes it.
    """
    said = asked.get("if-modified-since")
    if said is None or "if-none-match" in asked:
        return False
    return _is_not_newer(dated, said) is True


def _is_not_newer(dated: str, said: str) -> bool | None:
    """Tell whether one time of HTTP is not after another; None if one of them is no time."""
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(dated) <= parsedate_to_datetime(said)
    except (ValueError, TypeError):  # no date, or one without a zone: as if it were not there
        return None


def read_range(asked: Mapping[str, str], size: int, tag: str, dated: str) -> slice | None:
    """Return which bytes of an answer a client wants; None for all (RFC 9110, 14.2).

    Several ranges at once, and what cannot be read, get all. A slice without bytes is a range that
    the answer does not have.

    Args:
        asked: The headers of the request.
        size: Bytes of the answer.
        tag: The tag of the answer.
        dated: When it was last modified, as HTTP writes it.
    """
    said = re.fullmatch(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*", asked.get("range", ""), re.ASCII)
    if said is None or said[0].endswith("=-") or asked.get("if-range", tag) not in (tag, dated):
        return None
    first, last = said.groups()
    if not first:
        return slice(max(0, size - int(last)), size)
    if last and int(last) < int(first):
        return None
    return slice(int(first), min(size, int(last) + 1) if last else size)


def reads_gzip(accepted: str) -> bool:
    """Tell whether a client reads gzip (RFC 9110, 12.5.3).

    Args:
        accepted: The header Accept-Encoding.
    """
    found: dict[str, bool] = {}
    for part in accepted.lower().split(","):
        name, _, parameter = part.partition(";")
        refused = parameter.replace(" ", "") in ("q=0", "q=0.0", "q=0.00", "q=0.000")
        found[name.strip()] = not refused
    return found.get("gzip", found.get("*", False))
