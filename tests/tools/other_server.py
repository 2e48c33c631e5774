"""A SPARQL server of another make, on the engine of this process, with its faults to choose."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import parse_qs

import pyoxigraph as ox
from conftest import Handler

JSON = "application/sparql-results+json"


def answering(
    graph: ox.Store,
    *,
    rows: int | None = None,
    headers: dict[str, str] | None = None,
    is_union: bool = False,
    dress: Callable[[bytes], bytes] = bytes,
    seen: list[str] | None = None,
) -> Callable[[Handler], None]:
    """Return what a server does that answers queries and takes updates.

    Args:
        graph: What it holds.
        rows: After how many rows it cuts every answer.
        headers: What it then sends beside it.
        is_union: Whether its default graph is its named graphs, end to end.
        dress: What it does to results in JSON.
        seen: Gets every query.
    """

    def act(handler: Handler) -> None:
        form = parse_qs(handler.form())
        if "update" in form:
            graph.update(form["update"][0])
            handler.answer(204, None, b"")
            return
        text = form["query"][0]
        if seen is not None:
            seen.append(text)
        try:
            names = list(graph.named_graphs())
            if is_union and names:
                result = graph.query(text, default_graph=[*names], named_graphs=names)
            else:
                result = graph.query(text)
        except SyntaxError as error:
            handler.answer(400, "text/plain", str(error).encode())
            return
        assert isinstance(result, (ox.QuerySolutions, ox.QueryBoolean))
        body = result.serialize(format=ox.QueryResultsFormat.JSON) or b""
        is_cut = False
        if rows is not None and isinstance(result, ox.QuerySolutions):
            data = json.loads(body)
            is_cut = len(data["results"]["bindings"]) > rows
            del data["results"]["bindings"][rows:]
            body = json.dumps(data).encode()
        body = dress(body)
        handler.send_response(200)
        for name, value in (headers or {}).items() if is_cut else ():
            handler.send_header(name, value)
        handler.send_header("Content-Type", JSON)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return act
