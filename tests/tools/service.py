"""Requests to the query service, straight to its handlers or over HTTP, with one kind of answer."""

from __future__ import annotations

import http.client
import importlib
from collections.abc import Mapping
from typing import Protocol
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from serving import Response

from ctgraph.errors import (
    CtgraphError,
    DataError,
    EndpointError,
    QueryError,
    QueryRefused,
    QuerySyntaxError,
    RequestError,
    Unwritable,
    UsageError,
)
from ctgraph.service.handler import Limits, Request
from ctgraph.service.sparql.protocol import ROUTES
from ctgraph.store.store import Store

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"


class Send(Protocol):
    def __call__(
        self,
        target: str,
        method: str = "GET",
        body: bytes | str = b"",
        content_type: str | None = None,
        accept: str | None = None,
    ) -> Response: ...


def target(path: str = "/sparql", *pairs: tuple[str, str], **values: str) -> str:
    """A path with a query string."""
    said = urlencode([*pairs, *values.items()])
    return f"{path}?{said}" if said else path


def through_handlers(store: Store, limits: Limits | None = None, root: str = "") -> Send:
    """Requests that the handlers of the protocol answer."""

    def send(
        target: str,
        method: str = "GET",
        body: bytes | str = b"",
        content_type: str | None = None,
        accept: str | None = None,
    ) -> Response:
        parts = urlsplit(target)
        headers = {"content-type": content_type, "accept": accept}
        request = Request(
            method=method,
            path=unquote(parts.path),
            query=parse_qsl(parts.query, keep_blank_values=True, errors="strict"),
            headers={name: value for name, value in headers.items() if value is not None},
            body=body if isinstance(body, bytes) else body.encode(),
            root=root,
        )
        route = next(one for one in ROUTES if one.path == request.path)
        module, _, name = route.handler.partition(":")
        try:
            handler = getattr(importlib.import_module(module), name)
            reply = handler(store, request, limits or Limits())
        except CtgraphError as error:
            extra = dict(error.headers) if isinstance(error, RequestError) else {}
            return _answer(status_of(error), extra, str(error).encode())
        assert reply.is_partial == ("X-Ctgraph-Partial" in dict(reply.headers))
        return _answer(
            reply.status, {**dict(reply.headers), "Content-Type": reply.media_type}, reply.body
        )

    return send


def through_http(base: str) -> Send:
    """Requests that go over a connection of their own each."""
    address = urlsplit(base)
    assert address.hostname is not None

    def send(
        target: str,
        method: str = "GET",
        body: bytes | str = b"",
        content_type: str | None = None,
        accept: str | None = None,
    ) -> Response:
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=60)
        try:
            connection.putrequest(method, address.path + target, skip_accept_encoding=True)
            sent = body if isinstance(body, bytes) else body.encode()
            for name, value in (("Content-Type", content_type), ("Accept", accept)):
                if value is not None:
                    connection.putheader(name, value)
            if method not in ("GET", "HEAD"):
                connection.putheader("Content-Length", str(len(sent)))
            connection.endheaders(sent or None)
            response = connection.getresponse()
            return _answer(response.status, dict(response.getheaders()), response.read())
        finally:
            connection.close()

    return send


def _answer(status: int, headers: Mapping[str, str], body: bytes) -> Response:
    return Response(status, {name.lower(): value for name, value in headers.items()}, body)


def status_of(error: CtgraphError) -> int:
    """The status that the front gives an error of the protocol's handlers."""
    if isinstance(error, RequestError):
        return error.status
    for kind, status in (
        (QueryRefused, 403),
        (Unwritable, 406),
        (QuerySyntaxError, 400),
        (QueryError, 400),
        (UsageError, 400),
        (EndpointError, 502),
        (DataError, 422),
    ):
        if isinstance(error, kind):
            return status
    return 500
