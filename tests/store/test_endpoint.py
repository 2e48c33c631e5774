"""Remote endpoints: the real server, and servers that misbehave in every way we could think of."""

from __future__ import annotations

import contextlib
import logging
import re
import socket
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from hashlib import md5
from pathlib import Path
from urllib.parse import parse_qs

import pyoxigraph as ox
import pytest
from conftest import Handler, Misbehave, free_port

from ctgraph.errors import (
    CtgraphError,
    EndpointError,
    QuerySyntaxError,
    QueryTimeout,
    UsageError,
)
from ctgraph.store.endpoint import ask, exchange
from ctgraph.store.endpoint.address import read_address
from ctgraph.store.endpoint.ask import declare_prefixes, fetch_answer
from ctgraph.store.store import open_store
from ctgraph.terms import PREFIXES

JSON = "application/sparql-results+json"
YES = b'{"head": {}, "boolean": true}'
ROWS = (
    b'{"head": {"vars": ["x"]}, "results": {"bindings": ['
    b'{"x": {"type": "literal", "value": "1"}}, {"x": {"type": "literal", "value": "2"}}]}}'
)


def fail(url: str, text: str = "ASK {}", timeout: float | None = 30) -> CtgraphError:
    """The error of a query that must fail."""
    with pytest.raises(CtgraphError) as caught:
        fetch_answer(read_address(url), text, timeout)
    return caught.value


def says(status: int, content_type: str | None, body: bytes) -> Callable[[Handler], None]:
    return lambda handler: handler.answer(status, content_type, body)


# What comes back


def test_rows(misbehave: Misbehave) -> None:
    url = misbehave(says(200, JSON + "; charset=utf-8", ROWS))
    result = fetch_answer(read_address(url), "SELECT ?x {}").result
    assert isinstance(result, ox.QuerySolutions)
    assert [str(row["x"]) for row in result] == ['"1"', '"2"']


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", YES),
        (
            "application/sparql-results+xml",
            b'<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head/>'
            b"<boolean>true</boolean></sparql>",
        ),
    ],
)
def test_truth_in_other_clothes(misbehave: Misbehave, content_type: str, body: bytes) -> None:
    result = fetch_answer(read_address(misbehave(says(200, content_type, body))), "ASK {}").result
    assert isinstance(result, ox.QueryBoolean)
    assert bool(result)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/n-triples", b"<http://a/s> <http://a/p> <http://a/o> .\n"),
        ("text/plain", b"<http://a/s> <http://a/p> <http://a/o> .\n"),
        ("text/turtle", b"@prefix a: <http://a/> . a:s a:p a:o ."),
    ],
)
def test_triples(misbehave: Misbehave, content_type: str, body: bytes) -> None:
    url = misbehave(says(200, content_type, body))
    result = fetch_answer(read_address(url), "DESCRIBE <http://a/s>").result
    assert [str(triple) for triple in result] == ["<http://a/s> <http://a/p> <http://a/o>"]  # type: ignore[union-attr]


def test_what_is_sent(misbehave: Misbehave) -> None:
    seen: dict[str, str] = {}

    def act(handler: Handler) -> None:
        seen.update(handler.headers.items())
        seen["path"] = handler.path
        seen["query"] = parse_qs(handler.form())["query"][0]
        handler.answer(200, JSON, YES)

    fetch_answer(read_address(misbehave(act)), 'ASK { ?x ct:quote "テロ+&=%"@ja }\n')
    assert seen["path"] == "/sparql"
    assert seen["query"] == (f'PREFIX ct: <{PREFIXES["ct"]}> ASK {{ ?x ct:quote "テロ+&=%"@ja }}\n')
    assert seen["Content-Type"].startswith("application/x-www-form-urlencoded")
    assert seen["Accept"].startswith(JSON)


# Prefixes


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("ASK {}", []),
        ("ASK { ?x a ct:Claim , ct:Source }", ["ct"]),
        ("prefix ct: <http://other/> ASK { ?x a ct:Claim ; skos:prefLabel ?y }", ["skos"]),
        ('ASK { ?x ?y "ct:Claim" } # skos:x', []),
        ("ASK { ?x ?y <ct:Claim> }", []),
        ("ASK { ?x a nope:Claim }", []),
    ],
)
def test_missing_prefixes_are_declared(text: str, names: list[str]) -> None:
    sent = declare_prefixes(text)
    assert sent == "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in names) + text


def test_lines_keep_their_numbers(mini: Path, mini_endpoint: str) -> None:
    with (
        open_store(mini, endpoint=mini_endpoint) as store,
        pytest.raises(QuerySyntaxError) as caught,
    ):
        store.query("ASK {\n?x a ct:Claim .\n?x a }")
    assert caught.value.line == 3


def test_a_fault_that_only_the_server_sees(misbehave: Misbehave) -> None:
    url = misbehave(says(400, "text/plain", b"no GROUP BY here at line 7, column 3: \x1b[31msorry"))
    error = fail(url)
    assert isinstance(error, QuerySyntaxError)
    assert (error.line, error.column) == (7, 3)
    assert "no GROUP BY here" in str(error)
    assert "\x1b" not in str(error)
    assert error.exit_code == 4


# What is no answer


@pytest.mark.parametrize(
    ("status", "content_type", "body", "said"),
    [
        (200, "text/html", b"<html><title>Welcome</title><b>x</b>", r"web page \(Welcome\)"),
        (200, "text/html; charset=x", b"<html><p>Hello", r"web page \(Hello\)"),
        (200, "application/pdf", b"%PDF", "answers with application/pdf, not with SPARQL"),
        (200, "text/turtle", b"", "answers with text/turtle, not with SPARQL results"),
        (200, None, YES, "answers with no content type"),
        (204, JSON, b"", "HTTP status 204"),
        (401, "text/plain", b"who?", r"HTTP status 401: who\? Put the user name and password"),
        (403, "text/plain", b"no", "HTTP status 403: no Put the user name"),
        (404, "text/plain", b"", "HTTP status 404: without a word. See that the URL names"),
        (405, "text/plain", b"GET only", "HTTP status 405: GET only"),
        (500, "text/plain", b"Traceback", "HTTP status 500: Traceback The fault is the server's"),
        (500, "text/html", b"<h1>Oops</h1> <script>evil()</script>", "HTTP status 500: Oops"),
        (503, "text/html", b"<title>Busy</title>", "HTTP status 503: Busy The server is busy"),
        (500, "text/plain", b"x" * 5000, "…"),
        (500, "text/plain", b"\xff\xfe", "HTTP status 500"),
    ],
)
def test_no_answer(
    misbehave: Misbehave, status: int, content_type: str | None, body: bytes, said: str
) -> None:
    url = misbehave(says(status, content_type, body))
    error = fail(url)
    assert isinstance(error, EndpointError)
    assert str(error).startswith(f"{url}: ")
    assert re.search(said, str(error))
    assert len(str(error)) < 500
    assert error.exit_code == 3


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b"<html>", ROWS[:-1], ROWS[:90], b"null", ROWS[:-2] + b"garbage"]
)
def test_answers_that_are_cut_off_or_malformed(misbehave: Misbehave, body: bytes) -> None:
    error = fail(misbehave(says(200, JSON, body)), "SELECT ?x {}")
    assert isinstance(error, EndpointError)
    assert "cut off or malformed" in str(error)


def test_rows_in_place_of_truth(misbehave: Misbehave, mini: Path) -> None:
    with (
        open_store(mini, endpoint=misbehave(says(200, JSON, ROWS))) as store,
        pytest.raises(EndpointError, match="this is no answer to ASK"),
    ):
        store.ask("ASK {}")


@pytest.mark.parametrize(
    ("text", "body", "said"),
    [
        ("SELECT ?x {}", YES, "this is no answer to SELECT"),
        ("ASK {}", ROWS, "this is no answer to ASK"),
        ("SELECT ?s ?p {}", ROWS, "other columns (x) than those asked for (s, p)"),
        ("SELECT ?x ?y {}", ROWS, "other columns (x) than those asked for (x, y)"),
        ("SELECT (1 AS ?n) {}", ROWS, "other columns (x) than those asked for (n)"),
        (
            "SELECT ?x ?y {}",
            b'{"head":{"vars":["y","x"]},"results":{"bindings":[]}}',
            "other columns (y, x) than",
        ),
    ],
)
def test_answers_to_another_question(
    misbehave: Misbehave, text: str, body: bytes, said: str
) -> None:
    error = fail(misbehave(says(200, JSON, body)), text)
    assert said in str(error)
    assert (error.exit_code, error.status) == (3, 502)


def test_columns_of_what_is_not_sparql_1_1(misbehave: Misbehave) -> None:
    url = misbehave(says(200, JSON, ROWS))
    for text in ("SELECT * { ?y ?p ?o }", "SELECT ?y { LATERAL { } }"):
        result = fetch_answer(read_address(url), text).result
        assert isinstance(result, ox.QuerySolutions)
        assert len(list(result)) == 2


def test_triples_that_are_cut_off(misbehave: Misbehave) -> None:
    url = misbehave(says(200, "application/n-triples", b"<http://a/s> <http://a"))
    assert "cut off or malformed" in str(fail(url, "DESCRIBE <http://a/s>"))


def test_a_body_shorter_than_announced(misbehave: Misbehave) -> None:
    def act(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", JSON)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(YES)

    assert "the answer is cut off" in str(fail(misbehave(act)))


def test_an_answer_that_is_too_large(misbehave: Misbehave, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "LARGEST_ANSWER", 1000)
    url = misbehave(says(200, JSON, b" " * 2000 + YES))
    assert re.search("larger than .* MiB. Ask for less with LIMIT", str(fail(url)))


# Servers that do not answer


def test_nobody_listens() -> None:
    error = fail(f"http://127.0.0.1:{free_port()}/query")
    assert isinstance(error, EndpointError)
    assert "the connection is refused. Start the server" in str(error)


def test_no_such_host(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert "no such host" in str(fail("http://nowhere.invalid/query"))


def test_https_where_http_is_spoken(misbehave: Misbehave) -> None:
    url = misbehave(says(200, JSON, YES)).replace("http:", "https:")
    assert "no secure connection" in str(fail(url))


@pytest.fixture
def raw() -> Iterator[Callable[[Callable[[socket.socket], None]], str]]:
    """A server that does to each connection what a function says, without HTTP."""
    open_sockets: list[socket.socket] = []
    done = threading.Event()

    def start(act: Callable[[socket.socket], None]) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        open_sockets.append(listener)

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    open_sockets.append(connection)
                    connection.recv(1 << 16)
                    act(connection)
                    if done.is_set():
                        return

        threading.Thread(target=serve, daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}/query"

    yield start
    done.set()
    for one in open_sockets:
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
        one.close()


Raw = Callable[[Callable[[socket.socket], None]], str]


def test_silence(raw: Raw) -> None:
    error = fail(raw(lambda connection: None), timeout=0.5)
    assert isinstance(error, QueryTimeout)
    assert "no whole answer within 0.5 seconds" in str(error)
    assert error.exit_code == 4


@pytest.mark.parametrize(
    "start",
    [
        b"HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX-Slow: ",
        b"",
    ],
)
def test_a_slow_drip(raw: Raw, start: bytes) -> None:
    """Each byte comes in time, the whole never: in the body, in the headers, in the status."""

    def act(connection: socket.socket) -> None:
        connection.sendall(start)
        with contextlib.suppress(OSError):
            while True:
                connection.sendall(b" ")
                threading.Event().wait(0.05)

    error = fail(raw(act), timeout=0.7)
    assert isinstance(error, QueryTimeout)


def test_a_name_server_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    done = threading.Event()

    def hang(*_: object, **__: object) -> list[object]:
        done.wait(60)
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    try:
        assert isinstance(fail("http://slow.invalid/query", timeout=0.3), QueryTimeout)
    finally:
        done.set()


def test_not_http(raw: Raw) -> None:
    def act(connection: socket.socket) -> None:
        connection.sendall(b"SSH-2.0-OpenSSH_9.6\r\n")
        connection.close()

    assert "does not speak HTTP" in str(fail(raw(act)))


def test_a_connection_that_is_closed_at_once(raw: Raw) -> None:
    assert isinstance(fail(raw(lambda connection: connection.close())), EndpointError)


def test_there_is_a_time_limit_if_none_is_named(raw: Raw, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ask, "DEFAULT_TIMEOUT", 0.3)
    assert isinstance(fail(raw(lambda connection: None), timeout=None), QueryTimeout)


# Redirects


def redirect(target: str, status: int = 307) -> Callable[[Handler], None]:
    def act(handler: Handler) -> None:
        handler.form()
        handler.send_response(status)
        handler.send_header("Location", target)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return act


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_followed_with_the_query(misbehave: Misbehave, status: int) -> None:
    def act(handler: Handler) -> None:
        if handler.path == "/sparql":
            redirect("/moved", status)(handler)
        else:
            query = parse_qs(handler.form())["query"]
            handler.answer(200, JSON, YES if query == ["ASK {}"] else b"")

    assert bool(fetch_answer(read_address(misbehave(act)), "ASK {}").result)


@pytest.mark.parametrize(
    "target",
    ["file:///etc/passwd", "https://127.0.0.1/x", "ftp://127.0.0.1/x", "http://[::1/x", ""],
)
def test_redirects_elsewhere_are_not_followed(misbehave: Misbehave, target: str) -> None:
    error = fail(misbehave(redirect(target)))
    assert isinstance(error, EndpointError)
    assert "which is not followed" in str(error)


def test_redirects_in_a_circle(misbehave: Misbehave) -> None:
    assert "more than 5 redirects" in str(fail(misbehave(redirect("/sparql"))))


# URLs and passwords


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "has the scheme none"),
        ("localhost:7878/query", "has the scheme localhost"),
        ("file:///etc/passwd", "has the scheme file"),
        ("ftp://example.org/", "has the scheme ftp"),
        ("http://", "names no host"),
        ("http:///query", "names no host"),
        ("http://host:port/", "no URL that can be read"),
        ("http://host:99999/", "no URL that can be read"),
        ("http://[::1/", "no URL that can be read"),
        ("http://.例え/", "no URL that can be read"),
        ("http://exa mple.org/", "white space"),
        ("http://example.org/\nX-Header: x", "white space"),
    ],
)
def test_urls_that_are_none(mini: Path, url: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        open_store(mini, endpoint=url)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://example.org/q?a=b#c", "http://example.org/q?a=b"),
        ("HTTPS://Example.org:8443/q", "https://example.org:8443/q"),
        ("http://[::1]:7878/query", "http://[::1]:7878/query"),
        ("http://name:secret@example.org/q", "http://example.org/q"),
        (
            "http://例え.jp/問い?q=値&r=%20",
            "http://xn--r8jz45g.jp/%E5%95%8F%E3%81%84?q=%E5%80%A4&r=%20",
        ),
    ],
)
def test_urls_as_they_are_shown(url: str, shown: str) -> None:
    assert read_address(url).url == shown


def test_a_password_is_sent_and_never_shown(
    misbehave: Misbehave, mini: Path, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[str | None] = []

    def act(handler: Handler) -> None:
        handler.form()
        seen.append(handler.headers.get("Authorization"))
        handler.answer(401, "text/plain", b"no")

    caplog.set_level(logging.DEBUG)
    url = misbehave(act).replace("http://", "http://us%40er:s%2Fecret@")
    with open_store(mini, endpoint=url) as store, pytest.raises(EndpointError) as caught:
        store.ask("ASK {}")
    assert seen == ["Basic " + b64encode(b"us@er:s/ecret").decode()]
    for text in (str(caught.value), store.location, repr(store), caplog.text):
        assert "ecret" not in text


def test_a_password_is_not_sent_elsewhere(misbehave: Misbehave) -> None:
    seen: list[str | None] = []

    def other(handler: Handler) -> None:
        handler.form()
        seen.append(handler.headers.get("Authorization"))
        handler.answer(200, JSON, YES)

    url = misbehave(redirect(misbehave(other))).replace("http://", "http://user:secret@")
    fetch_answer(read_address(url), "ASK {}")
    assert seen == [None]


def test_updates_are_signed_where_digest_is_asked_for(misbehave: Misbehave) -> None:
    """As Virtuoso does, which asks only who sends no name at all."""
    seen: list[str] = []

    def act(handler: Handler) -> None:
        handler.form()
        said = handler.headers.get("Authorization")
        seen.append((said or "nothing").split()[0])
        if said is None:
            handler.send_response(401)
            challenge = 'Digest realm="SPARQL", nonce="n0", qop="auth", algorithm="MD5"'
            handler.send_header("WWW-Authenticate", challenge)
            handler.send_header("Content-Length", "0")
            handler.end_headers()
            return
        parts = dict(re.findall(r'(\w+)="?([^",]+)', said))
        first, second = (
            md5(text.encode()).hexdigest() for text in ("curator:SPARQL:s3cret", "POST:/sparql")
        )
        signed = f"{first}:n0:{parts.get('nc')}:{parts.get('cnonce')}:auth:{second}"
        is_right = parts.get("response") == md5(signed.encode()).hexdigest()
        handler.answer(204 if is_right else 401, None, b"")

    address = read_address(misbehave(act))
    for password, status in (("s3cret", 204), ("wrong", 401)):
        asker = address._replace(user="curator", password=password)
        answer = exchange.exchange(asker, [("update", "CLEAR DEFAULT")], "*/*", 30)
        assert answer.status == status
    assert seen[:3] == ["Basic", "nothing", "Digest"]


def test_loopback_is_asked_without_a_proxy(
    misbehave: Misbehave, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert bool(fetch_answer(read_address(misbehave(says(200, JSON, YES))), "ASK {}").result)
