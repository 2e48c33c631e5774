"""The front of the service: paths, methods, headers, errors, log, metrics, signals."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from handlers import SECRET
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from serving import LIGHT, Response, Running, get, running

from ctgraph.errors import StoreError, UsageError
from ctgraph.service.http.app import App
from ctgraph.service.http.cache import Cache
from ctgraph.service.http.metrics import Metrics
from ctgraph.service.run import Got, bind, fetch, fit_connections, known_hosts
from ctgraph.service.settings import MODULES, Settings
from ctgraph.service.workers.fork_server import Plan

TESTS = Path(__file__).parents[1]
MINI = TESTS / "mini"
WITH_TESTS = Settings(
    plan=Plan(project=str(MINI)), workers=3, modules=("handlers", *MODULES), root=""
)


class Front:
    """The application with its workers in a loop of its own, without a port."""

    def __init__(self, settings: Settings) -> None:
        self.records: list[dict[str, Any]] = []
        self.loop = asyncio.new_event_loop()
        self.app = App(settings._replace(log=self.records.append))
        self.loop.run_until_complete(self.app.start())

    def close(self) -> None:
        self.loop.run_until_complete(self.app.stop())
        self.loop.run_until_complete(self.loop.shutdown_default_executor())
        self.loop.close()

    def ask(
        self, target: str | bytes, method: str = "GET", body: bytes = b"", **headers: Any
    ) -> Got:
        return self.loop.run_until_complete(self.answer(target, method, body, **headers))

    async def answer(
        self,
        target: str | bytes,
        method: str = "GET",
        body: bytes = b"",
        *,
        leaves: asyncio.Event | None = None,
        **headers: str,
    ) -> Got:
        """The answer to one request; status 0 if the client left before it came."""
        raw = target.encode() if isinstance(target, str) else target
        path, _, query = raw.partition(b"?")
        said = {"host": "localhost", **{n.replace("_", "-"): v for n, v in headers.items()}}
        scope = {
            "type": "http", "method": method, "scheme": "http", "path": "", "raw_path": path,
            "query_string": query, "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
            "headers": [(n.encode("latin-1"), v.encode("latin-1")) for n, v in said.items()],
        }  # fmt: skip
        sent: list[Any] = []
        waiting = [{"type": "http.request", "body": body}]

        async def receive() -> dict[str, Any]:
            if waiting:
                return waiting.pop()
            await (leaves or asyncio.Event()).wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        if not sent:
            return Got(0, [], b"")
        fields = [(n.decode().lower(), v.decode("latin-1")) for n, v in sent[0]["headers"]]
        return Got(sent[0]["status"], fields, b"".join(m.get("body", b"") for m in sent[1:]))


def field(got: Got, name: str) -> str:
    return ", ".join(value for key, value in got.headers if key == name)


@pytest.fixture(scope="module")
def front() -> Iterator[Front]:
    front = Front(WITH_TESTS)
    yield front
    front.close()


# Paths and methods


@pytest.mark.parametrize("path", ["/nowhere", "/static/", "/static/none.css", "//"])
def test_unknown_path(front: Front, path: str) -> None:
    got = front.ask(path)
    assert got.status == 404
    assert json.loads(got.body)["error"]


@pytest.mark.parametrize(
    "path",
    [
        "/static/../web.py",
        "/static/%2e%2e/web.py",
        "/static/..%2fweb.py",
        "/static//etc/passwd",
        "/static/%2fetc%2fpasswd",
        "/static/..\\web.py",
        "/static/style.css%00.png",
        "/static/style.css/..",
    ],
)
def test_only_static_files_are_served(front: Front, path: str) -> None:
    assert front.ask(path).status == 404


def test_method_that_means_nothing_here(front: Front) -> None:
    for path in ("/healthz", "/sparql", "/static/style.css"):
        got = front.ask(path, "DELETE")
        assert got.status == 405
        assert "GET" in field(got, "allow")


def test_options(front: Front) -> None:
    got = front.ask("/sparql", "OPTIONS")
    assert got.status == 204
    assert {"GET", "HEAD", "POST", "OPTIONS"} <= set(field(got, "allow").split(", "))
    assert not field(got, "access-control-allow-origin")


def test_head_is_get_without_the_body(front: Front) -> None:
    whole, head = front.ask("/echo"), front.ask("/echo", "HEAD")
    assert head.status == 200
    assert not head.body
    assert field(head, "content-length") == str(len(whole.body))
    assert field(head, "etag") == field(whole, "etag")


def test_url_is_decoded_once_and_strictly(front: Front) -> None:
    got = front.ask("/echo/%25E6?a=%2541&b=+%E6%97%A5&c")
    assert "values={'name': '%E6'}" in got.body.decode()
    assert "query=[('a', '%41'), ('b', ' 日'), ('c', '')]" in got.body.decode()
    assert front.ask("/echo/%E6").status == 400
    assert front.ask("/echo?a=%E6").status == 400
    assert front.ask("/echo?" + "&".join("a" for _ in range(2000))).status == 400
    assert front.ask("/echo?a=" + "x" * 70_000).status == 414


def test_host_that_is_none(front: Front) -> None:
    assert front.ask("/echo", host="evil.example/<script>").status == 400
    assert b"base='http://graph.example:81/'" in front.ask("/echo", host="graph.example:81").body


def test_root_path_whether_the_proxy_takes_it_away_or_not() -> None:
    front = Front(WITH_TESTS._replace(root="/graph"))
    try:
        for path in ("/graph/echo", "/echo"):
            body = front.ask(path).body.decode()
            assert "path='/echo'" in body
            assert "root='/graph'" in body
            assert "base='http://localhost/graph/'" in body
        assert front.ask("/graph").status == 200
        assert b"Disallow: /graph/sparql" in front.ask("/graph/robots.txt").body
    finally:
        front.close()


def test_language(front: Front) -> None:
    assert b"lang='ja'" in front.ask("/echo", accept_language="ja,en;q=0.5").body
    assert b"lang='en'" in front.ask("/echo?lang=en", accept_language="ja").body
    got = front.ask("/", accept="text/html", accept_language="ja")
    assert "Accept-Language" in field(got, "vary")


# What is kept


def test_entity_tag_and_304(front: Front) -> None:
    first = front.ask("/echo?x=1")
    tag = field(first, "etag")
    assert field(first, "last-modified")
    for said in (tag, f'"other", W/{tag}', "*"):
        again = front.ask("/echo?x=1", if_none_match=said)
        assert again.status == 304
        assert not again.body
        assert field(again, "etag") == tag
    assert front.ask("/echo?x=1", if_none_match='"other"').status == 200
    assert front.ask("/echo?x=2", if_none_match=tag).status == 200
    assert field(front.ask("/echo?x=1", accept="text/csv"), "etag") != tag


@pytest.mark.parametrize("path", ["/static/query.js", "/favicon.ico"])
def test_a_file_of_the_pages_is_sent_whole(front: Front, path: str) -> None:
    whole = front.ask(path)
    assert whole.status == 200
    assert not field(whole, "accept-ranges")
    for asked in (
        {"range": "bytes=0-1"},
        {"range": "bytes=0-1", "if_range": '"other"'},
        {"range": "bytes=0-1", "if_range": "Thu, 01 Jan 1970 00:00:00 GMT"},
        {"range": "rows=1"},
        {"if_range": "x"},
    ):
        again = front.ask(path, "GET", b"", **asked)
        assert (again.status, again.body) == (200, whole.body), asked
    assert front.ask(path, if_none_match=field(whole, "etag")).status == 304


def test_answers_are_given_again(front: Front) -> None:
    front.ask("/echo?kept=1")
    assert front.ask("/echo?kept=1").status == 200
    assert front.records[-1]["outcome"] == "kept"
    assert front.ask("/fleeting").body != front.ask("/fleeting").body
    assert field(front.ask("/fleeting"), "cache-control") == "no-store"


def test_body_and_accept_make_another_question(front: Front) -> None:
    kind = {"content_type": "text/plain"}
    one = front.ask("/echo", "POST", b"one", **kind)
    assert one.body != front.ask("/echo", "POST", b"two", **kind).body
    assert one.body != front.ask("/echo", "POST", b"one", content_type="text/csv").body


def test_room_for_answers() -> None:
    kept: Cache[str] = Cache(80_000)
    for number in range(100):
        kept.keep(number, str(number), 5_000)
    assert kept.size <= 80_000
    assert kept.get(99) == "99"
    assert kept.get(0) is None
    kept.keep("huge", "huge", 70_000)
    assert kept.get("huge") is None
    assert kept.get(99) == "99"
    kept.clear()
    assert len(kept) == kept.size == 0


def test_gzip(front: Front) -> None:
    import gzip

    plain = front.ask("/big?size=100")
    assert not field(plain, "content-encoding")
    whole = front.ask("/", accept="text/html")
    zipped = front.ask("/", accept="text/html", accept_encoding="br, gzip;q=0.5")
    assert field(zipped, "content-encoding") == "gzip"
    assert gzip.decompress(zipped.body) == whole.body
    assert field(zipped, "etag") != field(whole, "etag")
    assert "Accept-Encoding" in field(whole, "vary")
    for refused in ("gzip;q=0", "identity", "gzip; q=0.0"):
        got = front.ask("/", accept="text/html", accept_encoding=refused)
        assert not field(got, "content-encoding")


def test_static_file(front: Front) -> None:
    got = front.ask("/static/style.css")
    assert field(got, "content-type").startswith("text/css")
    assert field(got, "cache-control") == "no-cache"
    assert front.ask("/static/style.css", if_none_match=field(got, "etag")).status == 304
    assert "immutable" in field(front.ask("/static/style.css?v=1"), "cache-control")


# Security


def test_security_headers_are_everywhere(front: Front) -> None:
    for path in ("/", "/echo", "/nowhere", "/healthz", "/static/style.css", "/crash"):
        got = front.ask(path, accept="text/html")
        assert "default-src 'none'" in field(got, "content-security-policy")
        assert "unsafe" not in field(got, "content-security-policy")
        assert field(got, "x-content-type-options") == "nosniff"
        assert field(got, "referrer-policy")
        assert field(got, "cross-origin-opener-policy") == "same-origin"
        assert field(got, "x-request-id")


def test_headers_cannot_be_injected(front: Front) -> None:
    got = front.ask("/header?value=a%0D%0ASet-Cookie:%20x%3D1%00%E6%97%A5")
    assert got.status == 200
    assert field(got, "x-value") == "a%0D%0ASet-Cookie: x=1%00%E6%97%A5"
    assert not field(got, "set-cookie")
    assert "bad" not in " ".join(name for name, _ in got.headers)


def test_bug_is_logged_and_not_shown(front: Front) -> None:
    for accept in ("*/*", "text/html"):
        got = front.ask("/crash", accept=accept)
        assert got.status == 500
        assert SECRET.encode() not in got.body
        assert b"Traceback" not in got.body
        record = front.records[-1]
        assert SECRET in record["detail"]
        assert record["outcome"] == "bug"
        assert record["id"].encode() in got.body


def test_matters_of_the_operator_are_logged_and_not_shown(front: Front) -> None:
    got = front.ask("/bad/data")
    assert got.status == 503
    assert b"/secret" not in got.body
    assert "/secret/place" in front.records[-1]["detail"]


def test_one_shape_of_errors(front: Front) -> None:
    got = front.ask("/bad/status")
    assert (got.status, field(got, "x-why")) == (415, "because")
    assert json.loads(got.body) == {
        "ok": False, "status": 415, "error": "<b>no</b>.", "id": field(got, "x-request-id"),
    }  # fmt: skip
    page = front.ask("/bad/status", accept="text/html", accept_language="ja")
    assert b'<html lang="ja">' in page.body
    assert b"&lt;b&gt;no&lt;/b&gt;" in page.body
    assert front.ask("/bad/that").status == 404
    assert front.ask("/bad/elsewhere").status == 400
    got = front.ask("/sparql?query=SELECT%20*%20%7B%20?a%20?b%20", accept="text/csv")
    assert got.status == 400
    assert json.loads(got.body)["line"] == 1


def test_cors() -> None:
    front = Front(WITH_TESTS._replace(cors=("https://a.example",)))
    try:
        got = front.ask("/echo", origin="https://a.example")
        assert field(got, "access-control-allow-origin") == "https://a.example"
        assert "Origin" in field(got, "vary")
        got = front.ask("/echo", origin="https://b.example")
        assert not field(got, "access-control-allow-origin")
        ask: Any = {"origin": "https://a.example", "access_control_request_method": "POST"}
        got = front.ask("/sparql", "OPTIONS", **ask)
        assert "POST" in field(got, "access-control-allow-methods")
        assert "Content-Type" in field(got, "access-control-allow-headers")
        names = "queryid, x-requested-with, authorization"
        got = front.ask("/sparql", "OPTIONS", access_control_request_headers=names, **ask)
        assert got.status == 200
        assert field(got, "access-control-allow-headers") == names
        # An error can be read too.
        got = front.ask("/nowhere", origin="https://a.example")
        assert field(got, "access-control-allow-origin") == "https://a.example"
    finally:
        front.close()


def test_who_may_embed_pages(front: Front) -> None:
    for path in ("/", "/echo", "/nowhere", "/static/style.css", "/networks/cooperation.html"):
        got = front.ask(path)
        (policy,) = [value for name, value in got.headers if name == "content-security-policy"]
        assert policy.count("frame-ancestors") == 1, path
        assert policy.endswith("; frame-ancestors 'none'"), path
        assert field(got, "x-frame-options") == "DENY", path
    ancestors = ("'self'", "https://*.a.example:8443")
    other = Front(WITH_TESTS._replace(frame_ancestors=ancestors))
    try:
        for path in ("/", "/nowhere", "/networks/cooperation.html"):
            got = other.ask(path)
            policy = field(got, "content-security-policy")
            assert policy.endswith("; frame-ancestors 'self' https://*.a.example:8443"), path
            assert "default-src 'none'" in policy, path
            assert not field(got, "x-frame-options"), path
    finally:
        other.close()


def test_body_is_bounded(front: Front) -> None:
    assert front.ask("/echo", "POST", b"x" * (4 << 20)).status == 200
    assert front.ask("/echo", "POST", b"x" * ((4 << 20) + 1)).status == 413
    assert front.ask("/echo", "POST", b"", content_length=str(1 << 40)).status == 413


def test_all_bodies_together_are_bounded() -> None:
    front = Front(WITH_TESTS._replace(bodies=200_000))
    kind: Any = {"content_type": "text/plain"}

    async def test() -> None:
        slow = [
            asyncio.ensure_future(front.answer(f"/wait?n={n}", "POST", b"x" * 90_000, **kind))
            for n in range(2)
        ]
        async with asyncio.timeout(60):
            while front.app._bodies < 140_000:
                await asyncio.sleep(0.01)
        refused = await front.answer("/echo", "POST", b"x" * 90_000, **kind)
        assert refused.status == 503
        assert field(refused, "retry-after")
        assert field(refused, "connection") == "close"
        # What is small has room in any case.
        assert (await front.answer("/echo", "POST", b"x" * 10_000, **kind)).status == 200
        assert {one.status for one in await asyncio.gather(*slow)} == {200}
        assert front.app._bodies == 0
        assert (await front.answer("/echo", "POST", b"x" * 90_000, **kind)).status == 200

    try:
        front.loop.run_until_complete(test())
    finally:
        front.close()


def test_names_that_the_service_was_told() -> None:
    front = Front(WITH_TESTS._replace(hosts=("graph.example", "::1")))
    try:
        for host in ("graph.example", "GRAPH.example.:81", "[::1]:8000", ""):
            assert front.ask("/echo", host=host).status == 200
        for path in ("/echo", "/healthz", "/nowhere", "/static/style.css"):
            got = front.ask(path, host="evil.example:8000")
            assert got.status == 421
            assert "--host-name evil.example" in json.loads(got.body)["hint"]
    finally:
        front.close()


@pytest.mark.parametrize(
    ("names", "host", "known"),
    [
        ((), "127.0.0.1", {"localhost", "127.0.0.1", "::1"}),
        ((), "0.0.0.0", None),
        (("graph.example",), "0.0.0.0", {"graph.example", "localhost"}),
        (("graph.example",), "127.0.0.1", {"graph.example", "127.0.0.1"}),
    ],
)
def test_names_are_needed_on_loopback(
    names: tuple[str, ...], host: str, known: set[str] | None
) -> None:
    with bind(host, 0) as listener:
        found = known_hosts(names, host, listener)
    assert found == () if known is None else known <= set(found)


def test_what_a_proxy_forwards() -> None:
    from granian.utils.proxies import wrap_asgi_with_proxy_headers

    front = Front(WITH_TESTS._replace(hosts=("localhost", "graph.example")))
    whole: Any = front.app
    said: Any = {
        "x_forwarded_for": "203.0.113.9",
        "x_forwarded_proto": "https",
        "x_forwarded_host": "graph.example:8443, inner",
    }
    try:
        assert b"base='http://localhost/'" in front.ask("/echo", **said).body
        front.app = wrap_asgi_with_proxy_headers(whole, "127.0.0.1")
        assert b"base='https://graph.example:8443/'" in front.ask("/echo", **said).body
        assert front.ask("/echo", **{**said, "x_forwarded_host": "evil.example"}).status == 421
        assert front.ask("/echo", **{**said, "x_forwarded_host": "a/b"}).status == 400
        assert b"base='http://localhost/'" in front.ask("/echo", x_forwarded_host="x.org").body
    finally:
        front.app = whole
        front.close()


def test_parts_of_an_answer(front: Front) -> None:
    """RFC 9110, 14: downloads can be taken up again."""
    path = get("SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o")
    said: Any = {"accept": "text/csv"}
    whole = front.ask(path, **said)
    size, tag = len(whole.body), field(whole, "etag")
    assert field(whole, "accept-ranges") == "bytes"
    for asked, place in {
        "bytes=0-9": slice(0, 10),
        "bytes=10-": slice(10, size),
        "bytes=-10": slice(size - 10, size),
        f"bytes=5-{size + 9}": slice(5, size),
        f"bytes=-{size + 9}": slice(0, size),
    }.items():
        got = front.ask(path, range=asked, **said)
        assert got.status == 206
        assert got.body == whole.body[place]
        assert field(got, "content-range") == f"bytes {place.start}-{place.stop - 1}/{size}"
        assert field(got, "content-length") == str(len(got.body))
        assert field(got, "etag") == tag
    for all_of_it in ("bytes=0-1,4-5", "lines=0-1", "bytes=9-1", "bytes=-", "bytes=" + "9" * 99):
        assert front.ask(path, range=all_of_it, **said).body == whole.body
    for beyond in (f"bytes={size}-", "bytes=-0"):
        got = front.ask(path, range=beyond, **said)
        assert got.status == 416
        assert field(got, "content-range") == f"bytes */{size}"
    part: Any = {"range": "bytes=0-9", **said}
    assert front.ask(path, if_range=tag, **part).status == 206
    assert front.ask(path, if_range='"other"', **part).body == whole.body
    assert front.ask(path, if_range=field(whole, "last-modified"), **part).status == 206
    assert front.ask(path, if_none_match=tag, **part).status == 304
    assert front.ask(path, "HEAD", **part).status == 200
    zipped = front.ask(path, accept_encoding="gzip", **said)
    got = front.ask(path, accept_encoding="gzip", **part)
    assert got.body == zipped.body[:10]
    assert field(got, "content-encoding") == "gzip"
    # What is another each time has no parts.
    assert front.ask("/fleeting", range="bytes=0-1").status == 200


def test_what_means_nothing_asks_for_nothing_else(front: Front) -> None:
    front.ask("/downloads")
    for said in ("x=1", "lang=xx", "lang=", "source=", "source=%20&as-of=", "x=1&lang=zz&y=2"):
        assert front.ask(f"/downloads?{said}").status == 200
        assert front.records[-1]["outcome"] == "kept", said
    front.ask("/downloads?lang=ja")
    for said in ("lang=ja&lang=en", "lang=ja&x", "source=&lang=ja"):
        assert b'<html lang="ja"' in front.ask(f"/downloads?{said}").body
        assert front.records[-1]["outcome"] == "kept", said


def test_time_limit_of_a_request(front: Front) -> None:
    assert front.ask("/sleep?timeout=0.3").status == 504
    assert b"Limits(seconds=2.0" in front.ask("/echo?timeout=2").body
    assert b"Limits(seconds=30.0" in front.ask("/echo?timeout=9999").body
    for whole in ("0", ""):  # as forms of other endpoints send it
        assert b"Limits(seconds=30.0" in front.ask(f"/echo?timeout={whole}").body
    for bad in ("-1", "nan", "inf", "x"):
        assert front.ask(f"/echo?timeout={bad}").status == 400


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    path=st.one_of(
        st.sampled_from(["/", "/sparql", "/graphs", "/echo", "/query", "/find", "/ask", "/entity"]),
        st.text(max_size=30).map(lambda text: "/id/" + text),
        st.text(max_size=30).map(lambda text: "/" + text),
    ),
    query=st.lists(
        st.tuples(
            st.sampled_from(["query", "q", "iri", "lang", "format", "default", "graph", "timeout"]),
            st.text(max_size=40),
        ),
        max_size=4,
    ),
    raw=st.binary(max_size=10),
    method=st.sampled_from(["GET", "HEAD", "POST", "OPTIONS", "PUT", "TRACE"]),
    body=st.binary(max_size=60),
    accept=st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=40),
    content_type=st.sampled_from(
        ["application/sparql-query", "application/x-www-form-urlencoded", "text/plain", "x", ""]
    ),
)
def test_nothing_breaks_the_service(
    front: Front,
    path: str,
    query: list[tuple[str, str]],
    raw: bytes,
    method: str,
    body: bytes,
    accept: str,
    content_type: str,
) -> None:
    from urllib.parse import quote, urlencode

    target = f"{quote(path, errors='replace')}?{urlencode(query, errors='replace')}".encode() + raw
    got = front.ask(target, method, body, accept=accept, content_type=content_type)
    assert got.status < 500, (got, front.records[-1])
    for name, value in got.headers:
        assert "\n" not in name + value


def test_conditions_of_what_the_client_has(front: Front) -> None:
    path = get(LIGHT)
    tag = field(front.ask(path), "etag")
    old, new = "Sat, 01 Jan 2000 00:00:00 GMT", "Fri, 01 Jan 2100 00:00:00 GMT"
    conditions: list[tuple[Any, int]] = [
        ({"if-match": tag}, 200),
        ({"if-match": "*"}, 200),
        ({"if-match": f'"other", {tag}'}, 200),
        ({"if-match": '"other"'}, 412),
        ({"if-match": '"other"', "if-none-match": tag}, 412),
        ({"if-unmodified-since": new}, 200),
        ({"if-unmodified-since": old}, 412),
        ({"if-unmodified-since": old, "if-match": tag}, 200),
        ({"if-unmodified-since": "once"}, 200),
        ({"if-none-match": '"other"', "if-modified-since": new}, 200),
        ({"if-modified-since": new}, 304),
        ({"if-modified-since": "once"}, 200),
    ]
    for said, status in conditions:
        assert front.ask(path, **said).status == status, said
    # A file of the package says no time.
    assert front.ask("/static/style.css", if_modified_since=new).status == 200


def test_compressed_body_is_refused(front: Front) -> None:
    said: Any = {"content-type": "application/sparql-query", "content-encoding": "gzip"}
    got = front.ask("/sparql", "POST", b"\x1f\x8b", **said)
    assert got.status == 415
    assert field(got, "accept-encoding") == "identity"


@pytest.mark.parametrize("host", ["evil/", "a@b", 'x"><b>', "x:999999", "a b", "[::1"])
def test_hostile_host(front: Front, host: str) -> None:
    for path in ("/healthz", "/sparql", "/nowhere"):
        got = front.ask(path, host=host)
        assert got.status == 400
        assert field(got, "connection") == "close"


# Metrics


def test_metrics_are_well_formed(front: Front) -> None:
    front.ask("/echo")
    text = front.ask("/metrics").body.decode()
    for line in text.splitlines():
        assert line.startswith("# ") or len(line.rpartition(" ")[0]) > 0
        if not line.startswith("#"):
            float(line.rpartition(" ")[2])
    assert 'ctgraph_requests_total{method="GET",route="/echo",status="200"}' in text
    assert 'ctgraph_running{pool="quick"} 0' in text


def test_histogram_counts_up() -> None:
    metrics = Metrics()
    for seconds in (0.0005, 0.02, 99.0):
        metrics.count_request("/x", "GET", 200, seconds=seconds, size=10, outcome="ok")
    text = metrics.write()[0].decode()
    assert 'ctgraph_request_seconds_bucket{le="0.001",route="/x"} 1' in text
    assert 'ctgraph_request_seconds_bucket{le="0.025",route="/x"} 2' in text
    assert 'ctgraph_request_seconds_bucket{le="+Inf",route="/x"} 3' in text
    assert "ctgraph_sent_bytes_total 30" in text


# A real server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running("--project", str(MINI), "--log-queries", "--cors", "*") as server:
        yield server


def test_server_answers(server: Running) -> None:
    assert server.ask("/healthz").text == "alive\n"
    assert server.ask("/readyz").text == "ready\n"
    from_elsewhere = server.ask("/readyz", Origin="https://a.example")
    assert from_elsewhere.headers["access-control-allow-origin"] == "*"
    assert server.query(LIGHT).json["results"]["bindings"]


def test_log_has_a_record_for_each_request(server: Running) -> None:
    got = server.ask(get(LIGHT))
    record = server.record(got.headers["x-request-id"])
    assert record["status"] == 200
    assert record["rows"] == len(got.json["results"]["bindings"])
    assert record["bytes"] == len(got.body)
    assert record["seconds"] > 0
    assert "ct%3AClaim" in record["query"]


def test_client_that_leaves_stops_the_work(server: Running) -> None:
    name = 'ctgraph_worker_events_total{event="cancelled"}'
    before = server.metric(name)
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    connection = server.connect()
    connection.request("GET", get(endless))
    while not sum(server.metric(f'ctgraph_running{{pool="{pool}"}}') for pool in ("quick", "slow")):
        pass
    connection.close()
    begun = time.monotonic()
    while server.metric(name) == before:
        assert time.monotonic() - begun < 20
    assert server.query(LIGHT).status == 200


def test_large_body_is_refused_before_it_is_read(server: Running) -> None:
    connection = server.connect()
    connection.putrequest("POST", "/sparql")
    connection.putheader("Content-Type", "application/sparql-query")
    connection.putheader("Content-Length", str(1 << 33))
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


def test_garbage_is_no_request(server: Running) -> None:
    for said in (b"\x16\x03\x01\x00garbage\r\n\r\n", b"GET\r\n\r\n", b"G" * 300_000):
        with socket.create_connection((server.host, server.port), 20) as raw:
            try:
                raw.sendall(said)
                raw.shutdown(socket.SHUT_WR)
                answer = raw.recv(4096)
            except OSError:  # it has refused and closed
                answer = b""
            assert answer == b"" or b" 400 " in answer or b" 431 " in answer
    assert server.ask("/healthz").status == 200


def test_endless_head_is_cut_off(server: Running) -> None:
    with socket.create_connection((server.host, server.port), 20) as raw:
        raw.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
        with contextlib.suppress(ConnectionResetError, BrokenPipeError):
            for number in range(1000):
                raw.sendall(b"X-%d: %s\r\n" % (number, b"y" * 1000))
        assert raw.recv(100).startswith(b"HTTP/1.1 431 ")
    assert server.ask("/healthz").status == 200


def test_sigterm_lets_answers_finish() -> None:
    with running("--project", str(MINI), "--timeout", "20") as server:
        text = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
        answers: list[int] = []
        thread = threading.Thread(target=lambda: answers.append(server.query(text).status))
        thread.start()
        while not server.metric('ctgraph_running{pool="quick"}'):
            if answers:
                break
        assert server.stop() == 0
        thread.join()
        assert answers == [200]
        with pytest.raises(ConnectionRefusedError):
            server.ask("/healthz")


def test_answers_that_take_too_long_to_end_are_told_so() -> None:
    with running("--project", str(MINI), "--grace", "1") as server:
        text = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
        answers: list[Response] = []
        thread = threading.Thread(target=lambda: answers.append(server.query(text)))
        thread.start()
        while not server.metric('ctgraph_running{pool="quick"}'):
            pass
        assert server.stop() == 0
        thread.join()
    (got,) = answers
    assert got.status == 503
    assert got.headers["x-content-type-options"] == "nosniff"
    assert "about to end" in got.json["error"]
    (record,) = (one for one in server.records() if one.get("status") == 503)
    assert record["outcome"] == "draining"
    assert [line for line in server.log if not line.startswith("{")] == []


def test_what_is_no_request_leaves_the_log_whole(server: Running) -> None:
    with socket.create_connection((server.host, server.port), 20) as raw:
        raw.sendall(b"nonsense\r\n\r\n")
        assert b" 400 " in raw.recv(4096)
    assert [line for line in server.log if not line.startswith("{")] == []


def test_connections_fit_into_what_the_system_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    import resource

    limits = {"now": (256, 4096)}

    def set_limit(which: int, pair: tuple[int, int]) -> None:
        limits["now"] = pair

    monkeypatch.setattr(resource, "getrlimit", lambda which: limits["now"])
    monkeypatch.setattr(resource, "setrlimit", set_limit)
    assert fit_connections(1000, 8) == 1000
    assert 1000 < limits["now"][0] <= 4096
    fitted = fit_connections(100_000, 8)
    assert 3000 < fitted < 4096
    limits["now"] = (100, 100)
    with pytest.raises(UsageError, match="open files"):
        fit_connections(1000, 8)


def test_sigterm_before_the_graph_is_loaded_ends_it(tmp_path: Path) -> None:
    import subprocess
    import sys

    process = subprocess.Popen(
        [sys.executable, "-m", "ctgraph", "serve", "--port", "0", "--project", str(MINI)],
        stderr=subprocess.DEVNULL,
    )
    process.terminate()
    assert process.wait(20) in (0, -15)


def test_over_an_endpoint(mini_endpoint: str) -> None:
    with running("--endpoint", mini_endpoint, "--project", str(MINI)) as server:
        assert server.ask("/readyz").status == 200
        assert server.query(LIGHT).json["results"]["bindings"]
        assert server.ask("/", Accept="text/html").status == 200


def test_endpoint_that_is_down() -> None:
    with running("--endpoint", "http://127.0.0.1:9/query", "--project", str(MINI)) as server:
        assert server.ask("/healthz").status == 200
        assert server.ask("/readyz").status == 502
        got = server.query(LIGHT)
        assert got.status == 502
        assert "127.0.0.1:9" not in got.text


# Ports


def test_port_that_is_taken() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(StoreError, match="taken"):
            bind("127.0.0.1", other.getsockname()[1])


@pytest.mark.parametrize("host", ["no such host", "203.0.113.1", "a" * 300])
def test_host_that_is_not_here(host: str) -> None:
    with pytest.raises(UsageError, match="--host"):
        bind(host, 0)


def test_fetch() -> None:
    got = fetch(WITH_TESTS, "/find?q=日本&lang=ja", "text/html")
    assert got.status == 200
    assert http.client.responses[got.status] == "OK"


def test_if_modified_since(front: Front) -> None:
    first = front.ask("/echo?x=1")
    date = field(first, "last-modified")
    assert front.ask("/echo?x=1", if_modified_since=date).status == 304
    assert front.ask("/echo?x=1", if_modified_since="Mon, 01 Jan 2001 00:00:00 GMT").status == 200
    assert front.ask("/echo?x=1", if_modified_since="yesterday").status == 200
    # The tag says more than the date.
    both = front.ask("/echo?x=1", if_modified_since=date, if_none_match='"other"')
    assert both.status == 200


def test_a_last_slash_too_many_leads_to_the_page(front: Front) -> None:
    moved = front.ask("/echo/?x=%E6%97%A5")
    assert moved.status == 308
    assert field(moved, "location") == "/echo?x=%E6%97%A5"
    assert front.ask("/nothing/").status == 404
    assert front.ask("//example.org/").status == 404


# Several who ask the same at the same time


def gather(front: Front, *coming: Any) -> list[Got]:
    async def wait() -> list[Got]:
        return list(await asyncio.gather(*coming))

    return front.loop.run_until_complete(wait())


def test_who_asks_the_same_shares_the_work(front: Front) -> None:
    same = [front.answer("/slow?seconds=0.3&keep=yes") for _ in range(20)]
    other = front.answer("/slow?seconds=0.3&keep=yes", accept="text/csv")
    *got, different = gather(front, *same, other)
    assert {one.status for one in got} == {200}
    assert len({one.body for one in got}) == 1
    assert len({field(one, "x-request-id") for one in got}) == 20
    assert different.body != got[0].body


def test_what_differs_each_time_is_shared_with_nobody(front: Front) -> None:
    got = gather(front, *(front.answer("/slow?seconds=0.1&keep=no") for _ in range(4)))
    assert len({one.body for one in got}) == 4


def test_one_of_several_leaves(front: Front) -> None:
    target = "/slow?seconds=0.6&keep=yes&n=1"

    async def ask() -> tuple[list[Got], float]:
        leaves = asyncio.Event()
        first = asyncio.ensure_future(front.answer(target, leaves=leaves))
        others = [asyncio.ensure_future(front.answer(target)) for _ in range(3)]
        await asyncio.sleep(0.2)
        leaves.set()
        gone = await first
        assert not any(one.done() for one in others)
        killed = front.app.metrics.events("cancelled")
        return [gone, *await asyncio.gather(*others)], killed

    killed_before = front.app.metrics.events("cancelled")
    (gone, *got), killed = front.loop.run_until_complete(ask())
    assert gone.status == 0
    assert {one.status for one in got} == {200}
    assert len({one.body for one in got}) == 1
    assert killed == killed_before


def test_all_leave(front: Front) -> None:
    target = "/slow?seconds=60&keep=yes"
    killed = front.app.metrics.events("cancelled")

    async def ask() -> list[Got]:
        leaves = asyncio.Event()
        coming = [asyncio.ensure_future(front.answer(target, leaves=leaves)) for _ in range(3)]
        await asyncio.sleep(0.2)
        leaves.set()
        return await asyncio.gather(*coming)

    assert [one.status for one in front.loop.run_until_complete(ask())] == [0, 0, 0]
    assert front.app.metrics.events("cancelled") == killed + 1


def test_an_answer_that_the_graph_overtook_is_not_kept(front: Front) -> None:
    target = "/slow?seconds=0.5&keep=yes&n=2"

    async def ask() -> list[Got]:
        pool = front.app.pool
        assert pool is not None
        coming = asyncio.ensure_future(front.answer(target))
        await asyncio.sleep(0.1)
        pool.stamp = "another"
        beside = asyncio.ensure_future(front.answer(target))
        return [await coming, await beside, await front.answer(target)]

    old, new, again = front.loop.run_until_complete(ask())
    assert old.body != new.body
    assert field(old, "etag") != field(new, "etag")
    assert again.body == new.body
