"""One request and what is known of it, from its first byte to its line in the log."""

from __future__ import annotations

import re
import time
from collections.abc import MutableMapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, quote, unquote_to_bytes

from ctgraph.service.faults import Failed, Fault, of_key
from ctgraph.service.handler import SCOPE, pick_language
from ctgraph.terms import LANGUAGES, UNSEEN

Scope = MutableMapping[str, Any]

LONGEST_URL = (1 << 16) - 1
"""Bytes of a URL."""

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "QUERY")
"""Methods by which requests are counted; any other counts as one."""

_MOST_FIELDS = 1000
_HOST = re.compile(rb"(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{0,5})?")


class Exchange:
    """One request and what is known of it so far.

    Args:
        scope: What ASGI says of it.
        number: Its number in the log.
    """

    def __init__(self, scope: Scope, number: str) -> None:
        self.scope = scope
        self.number = number
        self.started = time.perf_counter()
        self.method: str = scope["method"]
        client = scope.get("client")
        self.client = str(client[0]) if client else ""
        self.path = ""
        self.query: list[tuple[str, str]] = []
        self.body = b""
        self.held = 0
        self.lang = "en"
        self.status = 0
        self.size = 0
        self.rows: int | None = None
        self.outcome = "ok"
        self.detail = ""
        self.headers: dict[str, str] = {}
        for name, value in scope["headers"]:
            key, said = name.decode("latin-1").lower(), value.decode("latin-1")
            self.headers[key] = f"{self.headers[key]}, {said}" if key in self.headers else said

    def read_target(self, root: str, hosts: Sequence[str] = ()) -> None:
        """Decode path and query string, once and strictly; the path is then below the root.

        Args:
            root: Where the service is mounted.
            hosts: Names to which the service answers; none for any.

        Raises:
            Failed: They cannot be read.
        """
        self._check_host(hosts)
        raw: bytes = self.scope.get("raw_path") or quote(self.scope["path"]).encode()
        sent: bytes = self.scope["query_string"]
        if len(raw) + len(sent) > LONGEST_URL:
            raise Failed(of_key(414, "url-too-long"))
        try:
            path = "/" if raw == b"*" else unquote_to_bytes(raw).decode("utf-8")
            fields = parse_qsl(
                sent.decode("ascii"),
                keep_blank_values=True,
                encoding="utf-8",
                errors="strict",
                max_num_fields=_MOST_FIELDS,
            )
        except UnicodeDecodeError:
            raise Failed(of_key(400, "url-not-utf8")) from None
        except ValueError:
            raise Failed(of_key(400, "query-string-too-long")) from None
        self.query = [(name, value.strip(UNSEEN)) for name, value in fields]
        # A proxy may or may not have taken the root away.
        if root and (path == root or path.startswith(root + "/")):
            path = path[len(root) :]
        self.path = path or "/"
        lang = next((value for name, value in self.query if name == "lang"), "")
        self.lang = pick_language(lang, self.headers.get("accept-language", ""))
        # What asks for no language or scope makes no other request. A question may have a
        # parameter that is called so.
        own = self.path.startswith("/ask/")
        said = [
            (name, value)
            for name, value in self.query
            if name != "lang" and (name not in SCOPE or value.strip() or own)
        ]
        self.query = [*said, *([("lang", lang)] if lang in LANGUAGES else [])]

    def _check_host(self, known: Sequence[str]) -> None:
        """Refuse a host that could not stand in a URL, for answers hold it, or that is unknown.

        Raises:
            Failed: It could not, or is not known.
        """
        hosts = [value for name, value in self.scope["headers"] if name.lower() == b"host"]
        # Only of a proxy that is believed no port is known.
        is_forwarded = bool(self.client) and self.scope["client"][1] == 0
        forwarded = self.headers.get("x-forwarded-host", "").partition(",")[0].strip()
        if is_forwarded and forwarded:
            hosts = [forwarded.encode("latin-1")]
            self.headers["host"] = forwarded
        if len(hosts) > 1 or (hosts and hosts[0] and not _HOST.fullmatch(hosts[0])):
            raise Failed(
                of_key(
                    400,
                    "host-header-missing",
                    headers=(("Connection", "close"),),
                    outcome="malformed",
                )
            )
        host = re.sub(rb":[0-9]*\Z", b"", hosts[0]).decode() if hosts else ""
        host = host.strip("[]").removesuffix(".").lower()
        if known and host and host not in (one.lower() for one in known):
            raise Failed(of_key(421, "host-unknown", host=host, outcome="misdirected"))

    def base(self, root: str) -> str:
        """Return the absolute URL of the service, which ends in a slash.

        Args:
            root: Where it is mounted.
        """
        host = self.headers.get("host", "")
        if not host and self.scope.get("server"):
            name, port = self.scope["server"]
            host = f"{name}:{port}"
        return f"{self.scope.get('scheme', 'http')}://{host}{root}/"

    def describe(self, *, with_query: bool) -> dict[str, Any]:
        """Return what the log says of it.

        Args:
            with_query: Whether it says what was asked.
        """
        record: dict[str, Any] = {
            "id": self.number,
            "client": self.client,
            "method": self.method,
            "path": self.path,
            "status": self.status,
            "seconds": round(time.perf_counter() - self.started, 6),
            "bytes": self.size,
            "rows": self.rows,
            "outcome": self.outcome,
        }
        if with_query:
            record["query"] = self.scope["query_string"].decode("latin-1")
            if self.body:
                record["body"] = self.body[:LONGEST_URL].decode("utf-8", "replace")
        if self.detail:
            record["detail"] = self.detail
        return record


def ending() -> Fault:
    """Return the fault of a service that is about to end."""
    return of_key(
        503,
        "service-ending",
        hint="ask-again-soon",
        headers=(("Retry-After", "5"), ("Connection", "close")),
        outcome="draining",
    )


def not_allowed(method: str, methods: Sequence[str]) -> Fault:
    """Return the fault of a method that a path does not have.

    Args:
        method: The method.
        methods: Those that it has.
    """
    allowed = ", ".join(methods)
    return of_key(
        405, "method-not-here", method=method, names=[*methods], headers=(("Allow", allowed),)
    )


def not_found(path: str, close: Sequence[str] = ()) -> Fault:
    """Return the fault of a path where nothing is.

    Args:
        path: The path.
        close: Paths that look like it, the closest first.
    """
    hint = "did-you-mean" if close else "page-leads-to-all"
    return of_key(404, "nothing-at-path", path=path[:200], near=close[:1], hint=hint)


def fault_fields(fault: Fault, number: str) -> dict[str, Any]:
    """Return what JSON says of a fault.

    Args:
        fault: The fault.
        number: The number of the request in the log.
    """
    said: dict[str, Any] = {"ok": False, "status": fault.status, "error": fault.message}
    if fault.hint:
        said["hint"] = fault.hint
    if fault.line:
        said |= {"line": fault.line, "column": fault.column}
    return {**said, "id": number}
