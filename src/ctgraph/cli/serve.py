"""The commands `serve`, `mcp` and `site`."""

# ruff: noqa: D301 - a backspace in a docstring is click's mark of lines that stay as they are

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, cast

import click

from ctgraph.cli.answer import open_graph, show_progress
from ctgraph.cli.options import (
    SCOPE,
    STORE,
    THEME,
    ByteSize,
    Settings,
    argument,
    command,
    complete_path,
    option,
)
from ctgraph.cli.terminal import tell
from ctgraph.errors import UsageError

if TYPE_CHECKING:
    from ctgraph.service import Got
    from ctgraph.service import Settings as ServiceSettings


@command(
    "serve",
    *STORE,
    THEME,
    option("--host", default="127.0.0.1", show_default=True, help="Address to listen on."),
    option(
        "--port",
        type=click.IntRange(0, 65535),
        default=8000,
        show_default=True,
        help="Port to listen on; 0 for any that is free.",
    ),
    option(
        "--host-name",
        "names",
        metavar="NAME",
        multiple=True,
        help="Answer to this name, as a proxy sends it, and to no unknown one; on loopback only "
        "known names are answered. May be repeated.",
    ),
    option("--root-path", metavar="PATH", default="", help="Path where a proxy mounts it: /graph."),
    option(
        "--trust-proxy",
        metavar="ADDRESS",
        default="",
        help="Believe X-Forwarded-For, -Proto and -Host of this proxy (several with commas).",
    ),
    option(
        "--cors",
        metavar="ORIGIN",
        multiple=True,
        help="Let pages of this origin read answers; * for all. May be repeated.",
    ),
    option(
        "--frame-ancestors",
        "ancestors",
        metavar="ORIGIN",
        multiple=True,
        help="Let pages of this origin show ours in a frame; self for its own, * for all. May be "
        "repeated.",
    ),
    option(
        "--timeout",
        metavar="SECONDS",
        type=click.FloatRange(min=0, min_open=True, max=86400),
        default=30.0,
        show_default=True,
        help="The longest that one question may take; a client may ask for less.",
    ),
    option(
        "--workers",
        metavar="N",
        type=click.IntRange(3, 1000),
        help="Questions that are worked on at once (default: 32, and 8 more for each core).",
    ),
    option(
        "--connections",
        metavar="N",
        type=click.IntRange(10, 1_000_000),
        default=1000,
        show_default=True,
        help="Connections open at once; more wait. One address has a quarter when they are scarce.",
    ),
    option(
        "--rows",
        metavar="N",
        type=click.IntRange(min=1),
        default=100_000,
        show_default=True,
        help="Rows or triples of one answer; more are left out, and the answer says so.",
    ),
    option(
        "--bytes",
        "size",
        metavar="SIZE",
        type=ByteSize(),
        default="64M",
        show_default=True,
        help="Size of one answer.",
    ),
    option(
        "--memory",
        metavar="SIZE",
        type=ByteSize(),
        default="1G",
        show_default=True,
        help="Memory that one question may take beyond the graph itself.",
    ),
    option(
        "--cache",
        "kept",
        metavar="SIZE",
        type=ByteSize(),
        default="64M",
        show_default=True,
        help="Answers that are kept to be given again; 0 for none.",
    ),
    option(
        "--log-file",
        metavar="FILE",
        shell_complete=complete_path("file"),
        help="Write the log there, not to standard error.",
    ),
    option("--log-queries", is_flag=True, help="Write the text of queries into the log."),
    option(
        "--grace",
        metavar="SECONDS",
        type=click.FloatRange(min=0),
        default=30.0,
        show_default=True,
        help="How long running answers may still take after SIGTERM.",
    ),
    option("--get", "target", metavar="PATH", help="Print one answer, without a port, and end."),
    option("--accept", metavar="TYPES", default="*/*", help="With --get: the header Accept."),
)
def serve_command(settings: Settings, target: str | None, accept: str, **values: Any) -> None:
    """The graph on the web: pages, a SPARQL endpoint, a query page.

    Each question has a limit of time and memory, and a process of its own while it lasts. The log
    is one line of JSON for each request. SIGTERM lets running answers finish; SIGHUP reads the
    graph anew.

    \b
    ctgraph serve
    ctgraph serve --store graph.store --port 8080 --cors '*'
    ctgraph serve --endpoint http://localhost:7878/query
    ctgraph serve --get '/sparql?query=ASK{?s ?p ?o}' --accept application/sparql-results+json
    """
    from ctgraph.service import fetch, log_to, serve

    if target is not None:
        _print_got(settings, fetch(_service(settings, values), target, accept))
        return
    with _log_stream(values["log_file"]) as stream:
        log = None if settings.quiet and stream is sys.stderr else log_to(stream)
        serve(
            _service(settings, values, log),
            values["host"],
            values["port"],
            proxies=values["trust_proxy"],
            grace=values["grace"],
            connections=values["connections"],
            ready=lambda address: _announce(settings, stream, log, address),
        )
    sys.stderr.flush()
    # Threads of the server may still be ending, and must not meet an interpreter that ends too.
    os._exit(0)


@command(
    "mcp",
    option(
        "--timeout",
        metavar="SECONDS",
        type=click.FloatRange(min=0, min_open=True, max=86400),
        default=30.0,
        show_default=True,
        help="The longest that one question may take.",
    ),
    option(
        "--rows",
        metavar="N",
        type=click.IntRange(min=1),
        default=100,
        show_default=True,
        help="Rows of one answer; more are left out, and the answer says so.",
    ),
    *SCOPE,
)
def mcp_command(settings: Settings, *, rows: int) -> None:
    """Tools for an assistant, over the Model Context Protocol.

    On standard input and output it offers questions, ask, query, find, show and why; each answer
    carries the claims it rests on, with their words, source and place. Nothing is written. An
    assistant is told of it as a server with the command `ctgraph mcp`. It needs the package mcp.

    \b
    ctgraph mcp
    ctgraph mcp --source kind:official --rows 50
    """
    try:
        from ctgraph.service import make_server
    except ImportError as error:
        raise UsageError("mcp-not-installed") from error
    with open_graph(settings) as store:
        make_server(store, timeout=settings.timeout or 30.0, limit=rows).run()


@command(
    "site",
    argument("folder", metavar="DIR", shell_complete=complete_path("dir")),
    *STORE,
    THEME,
    option(
        "--full",
        is_flag=True,
        help="Also a page for each claim, relation and section, and every file in all formats.",
    ),
    option("--force", is_flag=True, help="Replace the folder even if it holds something else."),
    asks=False,
)
def site_command(
    settings: Settings, folder: str, full: bool, force: bool, theme: str | None
) -> None:
    """The pages of `ctgraph serve` as files, for any web server or none.

    English stands at the top of the folder and Japanese in ja/. All but free queries, other values
    of the questions and filtered networks is there; the page of a source tells its claims. An older
    site in its place stays until the new one is ready.

    \b
    ctgraph site public
    ctgraph site public --project my-graph
    """
    from pathlib import Path

    from ctgraph.service import write_site

    show = show_progress(settings)
    with open_graph(settings) as store:
        written = write_site(
            store,
            Path(folder),
            full=full,
            force=force,
            progress=show and (lambda done, total: show(f"{done:,} / {total:,}")),
        )
    settings.note(
        settings.say(
            f"{folder}: {written.files:,} files, {written.bytes:,} bytes. Open index.html in it.",
            f"{folder}：{written.files:,}ファイル、{written.bytes:,}バイト。index.htmlを開いてください。",
        )
    )


# A host may begin with the place of any, as CSP has it: https://*.example.org.
_ANCESTOR = (
    r"self|\*|https?://(\*\.)?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(:[0-9]{1,5})?"
    r"|https?://\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?"
)


def _service(
    settings: Settings, values: dict[str, Any], log: Callable[[dict[str, Any]], None] | None = None
) -> ServiceSettings:
    """Return how the service is set up.

    Raises:
        UsageError: Options that do not go together.
    """
    import re

    from ctgraph.service import Limits
    from ctgraph.service import Settings as Service
    from ctgraph.service.workers import Plan

    if settings.store is not None and settings.endpoint is not None:
        raise UsageError("serve-store-and-endpoint")
    root = values["root_path"].rstrip("/")
    if not re.fullmatch(r"(/(?!\.\.?(/|$))[A-Za-z0-9._~-]+)*", root):
        raise UsageError("root-path-invalid", values=values["root_path"])
    for name in values["names"]:
        if not re.fullmatch(r"[A-Za-z0-9._-]+|\[?[0-9A-Fa-f:.]+\]?", name):
            raise UsageError("host-name-invalid", name=name)
    for origin in values["cors"]:
        if not re.fullmatch(r"\*|https?://[A-Za-z0-9.\[\]:-]+", origin):
            raise UsageError("cors-origin-invalid", origin=origin)
    for origin in values["ancestors"]:
        if not re.fullmatch(_ANCESTOR, origin):
            raise UsageError("frame-ancestor-invalid", origin=origin)
    return Service(
        plan=Plan(
            project=None if settings.project is None else str(settings.project.resolve()),
            store=None if settings.store is None else str(settings.store.resolve()),
            endpoint=settings.endpoint,
            memory=values["memory"],
            theme=values["theme"],
        ),
        root=root,
        cors=tuple(values["cors"]),
        frame_ancestors=tuple(
            "'self'" if origin == "self" else origin for origin in values["ancestors"]
        ),
        limits=Limits(cast("float", settings.timeout), values["rows"], values["size"]),
        workers=values["workers"] or 32 + 8 * (os.cpu_count() or 1),
        kept=values["kept"],
        hosts=tuple(name.strip("[]") for name in values["names"]),
        log=log,
        logs_queries=values["log_queries"],
    )


@contextmanager
def _log_stream(file: str | None) -> Iterator[IO[str]]:
    if file is None:
        yield sys.stderr
        return
    try:
        stream = open(file, "a", encoding="utf-8")  # noqa: PTH123, SIM115
    except OSError as error:
        raise UsageError("log-file-unwritable", file=file, strerror=error.strerror) from None
    with stream:
        yield stream


def _announce(
    settings: Settings,
    stream: IO[str],
    log: Callable[[dict[str, Any]], None] | None,
    address: str,
) -> None:
    """Say where the service is: to people, and in a log that programs read as a record."""
    if log is not None and not sys.stderr.isatty():
        log({"event": "serving", "level": "INFO", "detail": address})
    if stream is not sys.stderr or sys.stderr.isatty():
        settings.note(f"Serving at {address}")


def _print_got(settings: Settings, got: Got) -> None:
    """Print the body of an answer; with ``-v`` its status and headers, to standard error."""
    if settings.verbose:
        lines = [f"HTTP {status} leads to {url}" for status, url in got.passed]
        lines += [f"HTTP {got.status}"]
        lines += [f"{name.title()}: {value}" for name, value in got.headers]
        tell("\n".join(lines) + "\n\n")
    stream = getattr(sys.stdout, "buffer", None)
    if stream is None:
        sys.stdout.write(got.body.decode("utf-8", "replace"))
    else:
        sys.stdout.flush()
        stream.write(got.body)
        stream.flush()
    if got.status >= 400:
        # What the asker could mend is 4; what the graph or the service lacks is 3.
        raise click.exceptions.Exit(4 if got.status < 500 or got.status in (504, 507) else 3)
